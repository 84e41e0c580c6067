"""What an answer says is sent back: a message edited, a user copied, members moved."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def shout(message_id):
    message = client.get_message(message_id)["message"]
    client.update_message({"id": message["id"], "text": message["text"].upper(), "user_id": message["user"]["id"]})


def copy_members(source, target):
    members = client.channel("messaging", source).query()["members"]
    client.channel("messaging", target).add_members([member["user"]["id"] for member in members if member.get("user")])


def rename_all(prefix):
    for user in client.query_users({"role": "user"})["users"]:
        client.update_user_partial({"id": user["id"], "set": {"name": f"{prefix} {user['id']}"}})


def forward(message_id, channel_id):
    original = client.get_message(message_id)["message"]
    sent = client.channel("messaging", channel_id).send_message(
        {"text": original["text"], "forwarded_from": original["id"]}, original["user"]["id"]
    )
    return sent["message"]["id"]


def promote_first(channel_id):
    state = client.channel("messaging", channel_id).query()
    if state["members"]:
        first = state["members"][0]
        client.channel("messaging", channel_id).add_moderators([first.get("user_id") or "nobody"])


def resend(user_id):
    user = client.query_users({"id": user_id})["users"][0]
    client.upsert_user({"id": user["id"], "role": user["role"], "x_color": user.get("x_color", "red")})


# drive
attempt("shout", lambda: shout("m1"))
attempt("copy", lambda: copy_members("a", "b"))
attempt("rename", lambda: rename_all("User"))
attempt("forward", lambda: forward("m1", "general"))
attempt("promote", lambda: promote_first("general"))
attempt("resend", lambda: resend("jane"))
