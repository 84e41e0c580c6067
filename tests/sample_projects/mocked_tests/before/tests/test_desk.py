from unittest.mock import MagicMock, Mock, patch

from stream_chat import StreamChat

from shop.desk import Desk, make_desk


def make_client():
    client = MagicMock(spec=StreamChat)
    client.create_token.return_value = "token"
    return client


def test_enter():
    client = make_client()
    desk = Desk(client, "ann")
    assert desk.enter("Ann") == "token"
    client.upsert_user.assert_called_once_with({"id": "ann", "name": "Ann"})


def test_leave():
    client = Mock()
    Desk(client, "ann").leave()
    client.deactivate_user.assert_called_once_with("ann")


def test_leave_of_a_desk_that_has_its_client_later():
    desk = Desk(None, "ann")
    desk.client = MagicMock()
    desk.leave()
    desk.client.deactivate_user.assert_called_once_with("ann")


@patch("shop.clients.StreamChat")
def test_make_desk(stream_chat):
    desk = make_desk("ann")
    stream_chat.assert_called_once_with(api_key="key", api_secret="secret")
    assert desk.client is stream_chat.return_value
    desk.leave()
    stream_chat.return_value.deactivate_user.assert_called_once_with("ann")
