import unittest
from unittest.mock import AsyncMock, MagicMock, patch

from shop import announcements


class AnnounceTest(unittest.IsolatedAsyncioTestCase):
    async def test_announce(self):
        channel = MagicMock()
        channel.send_message = AsyncMock()
        with patch("shop.announcements.StreamChatAsync") as make:
            client = make.return_value.__aenter__.return_value
            client.channel = MagicMock(return_value=channel)
            await announcements.announce("Sale!", ["lobby", "yard"])
        client.channel.assert_any_call("messaging", "yard")
        self.assertEqual(channel.send_message.await_count, 2)
        channel.send_message.assert_awaited_with({"text": "Sale!"}, "shop")
