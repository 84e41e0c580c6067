"""Nested subscripts in loops and comprehensions."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def overview(user_id):
    response = client.query_channels({"members": {"$in": [user_id]}}, limit=20)
    result = []
    for entry in response["channels"]:
        channel = entry["channel"]
        others = [m.get("user_id") for m in entry["members"] if m.get("user_id") != user_id]
        last = entry["messages"][-1]["text"] if entry["messages"] else ""
        result.append({"cid": channel["cid"], "type": channel["type"], "others": others, "last": last})
    return result


def last_messages(user_id):
    response = client.query_channels({"members": {"$in": [user_id]}}, limit=20)
    return [
        {
            "id": ch["channel"]["id"],
            "name": ch["channel"].get("name", "No name"),
            "lastMessage": ch.get("messages", [{}])[-1].get("text", ""),
        }
        for ch in response.get("channels", [])
    ]


def levels(user_ids):
    users = client.query_users({"id": {"$in": user_ids}})["users"]
    return {user["id"]: user.get("x_level", 0) for user in users}


def upserted(user_id):
    response = client.upsert_user({"id": user_id, "name": "Jane", "tier": "gold"})
    return response["users"][user_id]["role"], response["users"][user_id]["tier"]


# drive
attempt("overview", lambda: overview("jane"))
attempt("last", lambda: last_messages("jane"))
attempt("levels", lambda: levels(["a", "b"]))
attempt("upserted", lambda: upserted("jane"))
