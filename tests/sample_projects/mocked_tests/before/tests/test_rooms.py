from unittest.mock import MagicMock, patch

import pytest

from shop import rooms


@pytest.fixture
def channel():
    return MagicMock()


@pytest.fixture
def client(channel, monkeypatch):
    client = MagicMock()
    client.channel.return_value = channel
    monkeypatch.setattr(rooms, "client", client)
    return client


def test_open_room(client, channel):
    assert rooms.open_room(5, "jane") == "order-5"
    client.channel.assert_called_once_with("messaging", "order-5")
    channel.create.assert_called_once_with("shop")
    channel.add_members.assert_called_once_with(["jane"])


def test_close_room(client, channel):
    rooms.close_room(5, "jane")
    channel.remove_members.assert_called_once_with(["jane"])
    channel.delete.assert_called_once_with(hard=True)


@patch("shop.rooms.client")
def test_tell(client):
    client.channel.return_value.send_message.return_value = {"message": {"id": "m1", "text": "On its way"}}
    assert rooms.tell(5, "On its way") == "m1"
    client.channel.return_value.send_message.assert_called_once_with({"text": "On its way"}, "shop")


def test_tell_with_an_object_patch():
    with patch.object(rooms, "client") as client:
        rooms.open_room(6, "joe")
        assert client.channel.called
        rooms.client.channel.assert_called_once_with("messaging", "order-6")
