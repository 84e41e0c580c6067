from unittest.mock import MagicMock, Mock, patch

from getstream import Stream
from getstream.models import UserRequest

from shop.desk import Desk, make_desk


def make_client():
    client = MagicMock(spec=Stream)
    client.create_token.return_value = "token"
    return client


def test_enter():
    client = make_client()
    desk = Desk(client, "ann")
    assert desk.enter("Ann") == "token"
    client.upsert_users.assert_called_once_with(UserRequest(id="ann", name="Ann"))


def test_leave():
    client = Mock()
    Desk(client, "ann").leave()
    client.deactivate_user.assert_called_once_with(user_id="ann")


def test_leave_of_a_desk_that_has_its_client_later():
    desk = Desk(None, "ann")
    desk.client = MagicMock()
    desk.leave()
    desk.client.deactivate_user.assert_called_once_with(user_id="ann")


@patch("shop.clients.Stream")
def test_make_desk(stream_chat):
    desk = make_desk("ann")
    stream_chat.assert_called_once_with(api_key="key", api_secret="secret", timeout=6.0)
    assert desk.client is stream_chat.return_value
    desk.leave()
    stream_chat.return_value.deactivate_user.assert_called_once_with(user_id="ann")
