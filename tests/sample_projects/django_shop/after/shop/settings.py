import os

SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-development")
DEBUG = False
ALLOWED_HOSTS = ["shop.example.com"]
INSTALLED_APPS = ["chat.apps.ChatConfig"]
ROOT_URLCONF = "shop.urls"
DATABASES = {}
TIME_ZONE = "UTC"
USE_TZ = True

STREAM_API_KEY = os.environ["STREAM_API_KEY"]
STREAM_API_SECRET = os.environ["STREAM_API_SECRET"]
STREAM_TIMEOUT = 10
