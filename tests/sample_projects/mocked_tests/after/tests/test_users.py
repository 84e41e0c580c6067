import unittest
from unittest import mock

import httpx
from getstream.models import QueryUsersPayload, QueryUsersResponse, UserRequest
from getstream.stream_response import StreamResponse

from shop import users
from tests.stream_compat import from_v1, stream_api_error


class UsersTest(unittest.TestCase):
    def setUp(self):
        patcher = mock.patch("shop.users.get_client")
        self.get_client = patcher.start()
        self.addCleanup(patcher.stop)
        self.client = self.get_client.return_value
        self.client.create_token.return_value = "token"

    def test_register(self):
        self.assertEqual(users.register("jane", "Jane"), "token")
        self.client.upsert_users.assert_called_once_with(UserRequest(id="jane", name="Jane", role="user"))
        self.client.create_token.assert_called_once_with(user_id="jane")

    def test_register_of_a_vip(self):
        users.register("jane", "Jane", vip=True)
        self.client.upsert_users.assert_called_with(UserRequest(id="jane", name=mock.ANY, role="vip"))

    def test_a_failure_is_no_token(self):
        self.client.upsert_users.side_effect = stream_api_error("boom", 500)
        self.assertIsNone(users.register("jane", "Jane"))
        self.client.create_token.assert_not_called()

    def test_forget(self):
        users.forget("jane")
        self.client.deactivate_user.assert_called_once_with(user_id="jane", mark_messages_deleted=True)

    def test_names(self):
        self.client.query_users.return_value = StreamResponse(
            httpx.Response(200),
            from_v1(QueryUsersResponse, {"users": [{"id": "jane", "name": "Jane"}]}),
        )
        self.assertEqual(users.names(["jane"]), ["Jane"])
        self.client.query_users.assert_called_once_with(
            payload=QueryUsersPayload(filter_conditions={"id": {"$in": ["jane"]}}),
        )


@mock.patch("shop.users.get_client")
def test_two_are_registered(get_client):
    client = get_client.return_value
    users.register("jane", "Jane")
    users.register("joe", "Joe")
    client.upsert_users.assert_has_calls(
        [
            mock.call(UserRequest(id="jane", name="Jane", role="user")),
            mock.call(UserRequest(id="joe", name="Joe", role="user")),
        ]
    )
    assert client.upsert_users.call_count == 2
