"""The payload grows under `if`, by subscripts and update()."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def sync(user):
    payload = {"id": str(user["id"]), "name": user["name"]}
    if user.get("avatar"):
        payload["image"] = user["avatar"]
    if user.get("email"):
        payload["email"] = user["email"]
    client.upsert_user(payload)


def sync_with_teams(user, teams):
    payload = {"id": str(user["id"])}
    payload["name"] = user["name"]
    payload["username"] = user["name"].lower()
    if teams:
        payload.update({"teams": teams, "team_count": len(teams)})
    else:
        payload.update(role="guest")
    client.upsert_user(payload)


def sync_flags(user):
    data = {"id": str(user["id"]), "show_email": False}
    for flag in ("show_phone", "show_city"):
        data[flag] = bool(user.get(flag))
    client.upsert_user(data)


def sync_clean(user):
    data = {"id": str(user["id"]), "name": user.get("name"), "image": user.get("avatar")}
    data = {key: value for key, value in data.items() if value is not None}
    client.upsert_user(data)


# drive
attempt("bare", lambda: sync({"id": 1, "name": "Jane"}))
attempt("full", lambda: sync({"id": 1, "name": "Jane", "avatar": "https://e.com/1.png", "email": "j@example.com"}))
attempt("teams", lambda: sync_with_teams({"id": 1, "name": "Jane"}, ["blue"]))
attempt("no teams", lambda: sync_with_teams({"id": 1, "name": "Jane"}, []))
attempt("flags", lambda: sync_flags({"id": 1, "show_city": 1}))
attempt("clean", lambda: sync_clean({"id": 1, "name": "Jane"}))
