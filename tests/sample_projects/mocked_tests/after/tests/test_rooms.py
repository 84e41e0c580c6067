from unittest.mock import MagicMock, patch

import pytest
import httpx
from getstream.models import ChannelInput, ChannelMemberRequest, MessageRequest, SendMessageResponse
from getstream.stream_response import StreamResponse

from shop import rooms
from tests.stream_compat import from_v1


@pytest.fixture
def channel():
    return MagicMock()


@pytest.fixture
def client(channel, monkeypatch):
    client = MagicMock()
    client.chat.channel.return_value = channel
    monkeypatch.setattr(rooms, "client", client)
    return client


def test_open_room(client, channel):
    assert rooms.open_room(5, "jane") == "order-5"
    client.chat.channel.assert_called_once_with("messaging", "order-5")
    channel.get_or_create.assert_called_once_with(data=ChannelInput(created_by_id="shop"), state=False)
    channel.update.assert_called_once_with(add_members=[ChannelMemberRequest(user_id="jane")])


def test_close_room(client, channel):
    rooms.close_room(5, "jane")
    channel.update.assert_called_once_with(remove_members=["jane"])
    channel.delete.assert_called_once_with(hard_delete=True)


@patch("shop.rooms.client")
def test_tell(client):
    client.chat.channel.return_value.send_message.return_value = StreamResponse(
        httpx.Response(200),
        from_v1(SendMessageResponse, {"message": {"id": "m1", "text": "On its way"}}),
    )
    assert rooms.tell(5, "On its way") == "m1"
    client.chat.channel.return_value.send_message.assert_called_once_with(
        message=MessageRequest(text="On its way", user_id="shop"),
    )


def test_tell_with_an_object_patch():
    with patch.object(rooms, "client") as client:
        rooms.open_room(6, "joe")
        assert client.chat.channel.called
        rooms.client.chat.channel.assert_called_once_with("messaging", "order-6")
