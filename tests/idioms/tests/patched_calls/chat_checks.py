from unittest.mock import patch

from shop import chat


def check_register():
    with patch("shop.chat.stream_client") as client:
        chat.register("jane")
    client.upsert_user.assert_called_once_with({"id": "jane"})
