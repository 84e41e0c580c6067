from django.urls import path

from chat import views

urlpatterns = [
    path("chat/token/", views.token, name="chat-token"),
    path("chat/rooms/<slug:room>/join/", views.join, name="chat-join"),
    path("chat/rooms/<slug:room>/say/", views.SayView.as_view(), name="chat-say"),
    path("chat/report/<slug:user_id>/", views.report, name="chat-report"),
    path("chat/profile/<slug:user_id>/", views.profile, name="chat-profile"),
]
