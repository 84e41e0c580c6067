"""The payload is read again: logged, tested, iterated, returned, measured."""
import json
import logging
import os

from stream_chat import StreamChat

log = logging.getLogger(__name__)
client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def logged(user_id, name):
    user = {"id": user_id, "name": name}
    log.info("upserting %s", user)
    client.upsert_user(user)
    log.info("upserted %s (%s)", user["id"], user.get("name"))
    return len(user)


def tested(user_id, email):
    user = {"id": user_id}
    if email:
        user["email"] = email
    if "email" not in user:
        user["role"] = "guest"
    client.upsert_user(user)
    return sorted(user.items())


def dumped(user_id):
    user = {"id": user_id, "name": user_id.title()}
    client.upsert_user(user)
    return json.dumps(user)


def cleaned(user_id, name, image):
    user = {"id": user_id, "name": name, "image": image}
    for key in list(user):
        if not user[key]:
            del user[key]
    client.upsert_user(user)


def handed_on(user_id):
    user = {"id": user_id, "level": 1}
    add_defaults(user)
    client.upsert_user(user)
    return user


def add_defaults(user):
    user.setdefault("role", "user")
    user["level"] += 1


def returned_token(user_id, name):
    user = {"id": user_id, "name": name}
    client.upsert_user(user)
    return {"user": user, "token": client.create_token(user["id"])}["user"]


# drive
attempt("logged", lambda: logged("jane", "Jane"))
attempt("tested", lambda: tested("jane", ""))
attempt("tested email", lambda: tested("jane", "j@example.com"))
attempt("dumped", lambda: dumped("jane"))
attempt("cleaned", lambda: cleaned("jane", "Jane", ""))
attempt("handed on", lambda: handed_on("jane"))
attempt("token", lambda: returned_token("jane", "Jane"))
