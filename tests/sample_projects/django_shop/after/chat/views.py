from django.http import HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from getstream.models import ChannelMemberRequest, MessageRequest, UserRequest

from .client import stream_client
from .services import ProfileService, ReportService


@csrf_exempt
@require_POST
def token(request):
    user = UserRequest(id=request.POST["user"], name=request.POST.get("name", "Guest"))
    stream_client.upsert_users(user)
    return JsonResponse({"token": stream_client.create_token(user_id=request.POST["user"])})


@csrf_exempt
@require_POST
def join(request, room):
    room = stream_client.chat.channel("messaging", room)
    room.update(add_members=[ChannelMemberRequest(user_id=request.POST["user"])])
    return HttpResponse(status=204)


@method_decorator(csrf_exempt, name="dispatch")
class SayView(View):
    def post(self, request, room):
        response = stream_client.chat.channel(
            "messaging",
            room,
        ).send_message(
            message=MessageRequest(text=request.POST["text"], user_id=request.POST["user"]),
            skip_push=True,
        )
        return JsonResponse({"id": response.data.message.id}, status=201)


@csrf_exempt
@require_POST
def report(request, user_id):
    return JsonResponse({"result": ReportService().ban(user_id, request.POST["reason"])})


@csrf_exempt
@require_POST
def profile(request, user_id):
    service = ProfileService()
    return JsonResponse({"name": service.name(user_id), "profile": service.get(user_id)})
