from unittest.mock import patch

from shop import chat


def check_open_order():
    with patch("shop.chat.stream_client") as client:
        assert chat.open_order(5) == 5
    assert client.method_calls


def check_tell_sends():
    assert chat.tell(5, "On its way")
