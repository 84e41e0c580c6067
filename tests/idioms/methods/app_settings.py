"""The set-up script of the app, and the health check that reads its settings."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def healthy():
    client.get_app_settings()
    return True


def app_name():
    settings = client.get_app_settings()
    return settings["app"]["name"]


def set_webhook(url):
    client.update_app_settings(webhook_url=url)


def set_hooks(before_send_url, push_url):
    client.update_app_settings(
        before_message_send_hook_url=before_send_url,
        event_hooks=[{"enabled": True, "hook_type": "webhook", "webhook_url": push_url, "event_types": ["message.new"]}],
    )


def allow_guests():
    client.update_app_settings(disable_auth_checks=True, multi_tenant_enabled=False)


# drive
attempt("healthy", healthy)
attempt("name", app_name)
attempt("webhook", lambda: set_webhook("https://example.com/hook"))
attempt("hooks", lambda: set_hooks("https://example.com/before", "https://example.com/push"))
attempt("guests", allow_guests)
