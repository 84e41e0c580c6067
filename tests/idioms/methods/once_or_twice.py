"""Methods that projects use once or twice."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def invite(channel_id, user_id):
    channel = client.channel("messaging", channel_id)
    channel.invite_members([user_id])
    channel.accept_invite(user_id)


def quiet(channel_id, user_id):
    channel = client.channel("messaging", channel_id)
    channel.mute(user_id)
    channel.unmute(user_id)
    channel.show(user_id)


def read_all(user_id):
    client.mark_all_read(user_id)


def banned(channel_id):
    response = client.query_banned_users({"filter_conditions": {"channel_cid": f"messaging:{channel_id}"}, "limit": 10})
    return [ban["user"]["id"] for ban in response["bans"] if ban.get("user")]


def translated(message_id, language):
    return client.translate_message(message_id, language)["message"]["id"]


def logged_out(user_id):
    client.revoke_user_token(user_id, "2025-06-01T00:00:00Z")


def exported(channel_id):
    return client.export_channel("messaging", channel_id)["task_id"]


def roles():
    return [role["name"] for role in client.list_roles()["roles"]]


def nudge(user_id):
    client.send_user_custom_event(user_id, {"type": "nudge", "by": "bot"})


# drive
attempt("invite", lambda: invite("general", "jane"))
attempt("quiet", lambda: quiet("general", "jane"))
attempt("read", lambda: read_all("jane"))
attempt("banned", lambda: banned("general"))
attempt("translated", lambda: translated("m1", "fr"))
attempt("logged out", lambda: logged_out("jane"))
attempt("exported", lambda: exported("general"))
attempt("roles", roles)
attempt("nudge", lambda: nudge("jane"))
