"""Sets up a first channel and says hello in it."""

import os

from getstream import Stream
from getstream.models import ChannelInput, ChannelMemberRequest, MessageRequest, SortParamRequest, UserRequest

from stream_compat import as_v1

client = Stream(
    api_key=os.environ["STREAM_API_KEY"],
    api_secret=os.environ["STREAM_API_SECRET"],
    timeout=6.0,
)


def main():
    # Users exist before they can be members.
    client.upsert_users(UserRequest(id="chuck", name="Chuck", custom={"favourite_colour": "green"}))
    client.upsert_users(UserRequest(id="john", role="admin"), UserRequest(id="mary"))

    token = client.create_token(user_id="chuck")
    print("token of chuck:", token)

    channel = client.chat.channel("messaging", "kung-fu")
    channel.get_or_create(
        data=ChannelInput(
            custom={"name": "Kung Fu"},
            members=[ChannelMemberRequest(user_id="chuck"), ChannelMemberRequest(user_id="john")],
            created_by_id="chuck",
        ),
        state=False,
    )
    channel.update(add_members=[ChannelMemberRequest(user_id="mary")])

    response = channel.send_message(
        message=MessageRequest(text="AMA about kung-fu", custom={"mood": "zen"}, user_id="chuck"),
    )
    print("sent:", response.data.message.id)

    found = client.chat.query_channels(
        filter_conditions={"members": {"$in": ["chuck"]}},
        sort=[SortParamRequest(field="last_message_at", direction=-1)],
        limit=10,
        state=True,
    )
    for item in found.data.channels:
        print(as_v1(item)["channel"]["cid"])


if __name__ == "__main__":
    main()
