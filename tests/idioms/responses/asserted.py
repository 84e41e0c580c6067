"""Smoke tests assert on answers."""
import os
import unittest

from stream_chat import StreamChat


class ChatSmoke(unittest.TestCase):
    def setUp(self):
        self.client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
        self.channel = self.client.channel("messaging", "smoke")

    def test_message(self):
        response = self.channel.send_message({"text": "Smoke"}, "tester")
        self.assertIn("message", response)
        self.assertEqual(response["message"]["text"], "Smoke")
        assert response["message"]["user"]["id"] == "tester"

    def test_user(self):
        response = self.client.upsert_user({"id": "tester", "name": "Tester", "badge": 7})
        self.assertEqual(response["users"]["tester"]["badge"], 7)
        self.assertIsInstance(response, dict)

    def test_members(self):
        self.channel.add_members(["tester"])
        state = self.channel.query()
        self.assertTrue(len(state["members"]) >= 1)


# drive
import unittest as driver_unittest


def smoke():
    result = driver_unittest.TestResult()
    driver_unittest.defaultTestLoader.loadTestsFromTestCase(ChatSmoke).run(result)
    return result.testsRun, sorted(test.id().rsplit(".", 1)[-1] for test, _ in result.failures + result.errors)


attempt("smoke", smoke)
