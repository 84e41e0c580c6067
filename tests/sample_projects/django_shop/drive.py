"""Calls each view through the URLs, sends the signal and runs the command."""

import json
import os

os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"

import django

django.setup()

from chat.signals import order_placed
from django.core.management import call_command
from django.test import RequestFactory
from django.urls import resolve


def attempt(name, call):
    try:
        observe(name, call())
    except Exception as error:
        observe(name, error)


def post(url, **data):
    request = RequestFactory().post(url, data)
    view, args, options = resolve(url)
    response = view(request, *args, **options)
    return [response.status_code, json.loads(response.content or "null")]


attempt("token", lambda: post("/chat/token/", user="jane", name="Jane"))
attempt("guest", lambda: post("/chat/token/", user="john"))
attempt("join", lambda: post("/chat/rooms/lobby/join/", user="jane"))
attempt("say", lambda: post("/chat/rooms/lobby/say/", user="jane", text="Hello!"))
attempt("report", lambda: post("/chat/report/john/", reason="spam"))
attempt("first order", lambda: order_placed.send(None, order={"number": 1}) and None)
attempt("second order", lambda: order_placed.send(None, order={"number": 2}) and None)
attempt("dry run", lambda: call_command("sync_chat_users", "jane", dry_run=True))
attempt("sync", lambda: call_command("sync_chat_users", "jane", "john"))
attempt("profile", lambda: post("/chat/profile/jane/"))
