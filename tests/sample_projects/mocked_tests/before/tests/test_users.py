import unittest
from unittest import mock

from stream_chat.base.exceptions import StreamAPIException

from shop import users


class UsersTest(unittest.TestCase):
    def setUp(self):
        patcher = mock.patch("shop.users.get_client")
        self.get_client = patcher.start()
        self.addCleanup(patcher.stop)
        self.client = self.get_client.return_value
        self.client.create_token.return_value = "token"

    def test_register(self):
        self.assertEqual(users.register("jane", "Jane"), "token")
        self.client.upsert_user.assert_called_once_with({"id": "jane", "name": "Jane", "role": "user"})
        self.client.create_token.assert_called_once_with("jane")

    def test_register_of_a_vip(self):
        users.register("jane", "Jane", vip=True)
        self.client.upsert_user.assert_called_with({"id": "jane", "name": mock.ANY, "role": "vip"})

    def test_a_failure_is_no_token(self):
        self.client.upsert_user.side_effect = StreamAPIException("boom", 500)
        self.assertIsNone(users.register("jane", "Jane"))
        self.client.create_token.assert_not_called()

    def test_forget(self):
        users.forget("jane")
        self.client.deactivate_user.assert_called_once_with("jane", mark_messages_deleted=True)

    def test_names(self):
        self.client.query_users.return_value = {"users": [{"id": "jane", "name": "Jane"}]}
        self.assertEqual(users.names(["jane"]), ["Jane"])
        self.client.query_users.assert_called_once_with({"id": {"$in": ["jane"]}})


@mock.patch("shop.users.get_client")
def test_two_are_registered(get_client):
    client = get_client.return_value
    users.register("jane", "Jane")
    users.register("joe", "Joe")
    client.upsert_user.assert_has_calls(
        [
            mock.call({"id": "jane", "name": "Jane", "role": "user"}),
            mock.call({"id": "joe", "name": "Joe", "role": "user"}),
        ]
    )
    assert client.upsert_user.call_count == 2
