"""A response is changed by the program before it goes on."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def decorated(user_id):
    user = client.query_users({"id": user_id})["users"][0]
    user["display"] = user.get("name") or "Somebody"
    user.pop("teams", None)
    return user


def with_links(channel_id):
    state = client.channel("messaging", channel_id).query(messages={"limit": 5})
    for message in state["messages"]:
        message["url"] = f"/messages/{message['id']}"
    return state["messages"]


def merged(user_id):
    response = client.upsert_user({"id": user_id, "name": "Jane"})
    result = {"ok": True}
    result.update(response)
    return result


def spread(channel_id, text):
    response = client.channel("messaging", channel_id).send_message({"text": text}, "bot")
    return {**response["message"], "channel": channel_id}


def copied(channel_id):
    state = dict(client.channel("messaging", channel_id).query())
    del state["duration"]
    return sorted(state)


def sorted_in_place(user_ids):
    users = client.query_users({"id": {"$in": user_ids}})["users"]
    users.sort(key=lambda user: user["id"], reverse=True)
    return [user["id"] for user in users]


# drive
attempt("decorated", lambda: decorated("jane"))
attempt("links", lambda: with_links("general"))
attempt("merged", lambda: merged("jane"))
attempt("spread", lambda: spread("general", "Hi"))
attempt("copied", lambda: len(copied("general")) > 1)
attempt("sorted", lambda: sorted_in_place(["a", "b"]))
