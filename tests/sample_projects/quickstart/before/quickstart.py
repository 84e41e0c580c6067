"""Sets up a first channel and says hello in it."""

import os

from stream_chat import StreamChat

client = StreamChat(
    api_key=os.environ["STREAM_API_KEY"],
    api_secret=os.environ["STREAM_API_SECRET"],
)


def main():
    # Users exist before they can be members.
    client.upsert_user({"id": "chuck", "name": "Chuck", "favourite_colour": "green"})
    client.upsert_users([{"id": "john", "role": "admin"}, {"id": "mary"}])

    token = client.create_token("chuck")
    print("token of chuck:", token)

    channel = client.channel("messaging", "kung-fu", data={"name": "Kung Fu", "members": ["chuck", "john"]})
    channel.create("chuck")
    channel.add_members(["mary"])

    response = channel.send_message({"text": "AMA about kung-fu", "mood": "zen"}, "chuck")
    print("sent:", response["message"]["id"])

    found = client.query_channels({"members": {"$in": ["chuck"]}}, {"last_message_at": -1}, limit=10)
    for item in found["channels"]:
        print(item["channel"]["cid"])


if __name__ == "__main__":
    main()
