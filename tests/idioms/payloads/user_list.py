"""Lists of payloads: comprehensions, appended, mapped."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def with_role(rows):
    client.upsert_users([{**row, "role": "user"} for row in rows])


def appended(people):
    users = []
    for person in people:
        user = {"id": person["id"], "name": person["name"]}
        if person.get("photo"):
            user["image"] = person["photo"]
        users.append(user)
    if users:
        client.upsert_users(users)


def mapped(names):
    client.upsert_users(list(map(lambda name: {"id": name.lower(), "name": name}, names)))


def as_payload(person):
    return {"id": person["id"], "name": person["name"], "city": person["city"]}


def by_function(people):
    client.upsert_users([as_payload(person) for person in people])


def batches(people, size=2):
    payloads = [as_payload(person) for person in people]
    for index in range(0, len(payloads), size):
        batch = payloads[index : index + size]
        client.upsert_users(batch)


# drive
people = [{"id": f"p{n}", "name": f"Person {n}", "city": "Oslo", "photo": n % 2 and f"https://e.com/{n}.png"} for n in range(3)]
attempt("role", lambda: with_role([{"id": "a", "name": "Ann", "x": 1}]))
attempt("appended", lambda: appended(people))
attempt("mapped", lambda: mapped(["Ann", "Bob"]))
attempt("function", lambda: by_function(people))
attempt("batches", lambda: batches(people))
