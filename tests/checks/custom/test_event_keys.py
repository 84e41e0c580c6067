"""SM623 tells the keys of custom events that handlers of webhooks read at the top."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places

from streammigrate.checks.custom.event_keys import CHECK

_FLASK = (
    "import json\nfrom flask import request\nfrom stream_chat import StreamChat, webhook\nclient = StreamChat('k', 's')\n"
    "def hook():\n    client.verify_webhook(request.data, request.headers['X-Signature'])\n    event = request.get_json()\n"
)


def _keys(folder: Path, code: str) -> list[str]:
    return [one.about[1] for one in answers(CHECK, folder, {"app.py": code})]


@pytest.mark.parametrize(
    "code",
    [
        _FLASK
        + "    print(event['type'], event.get('total_unread_count'), event['user']['tier'], event['members'][0])\n",
        _FLASK + "    print(event['custom']['mood'], event['request_info'], event['watcher_count'])\n",
        _FLASK + "    print(event.get('mood', (event.get('custom') or {}).get('mood')))\n",
        _FLASK + "    print(event.get('mood') or event['custom'].get('mood'))\n",
        _FLASK + "    print(client.query_users({})['mood'])\n",
        _FLASK + "def other():\n    print(request.get_json()['mood'])\n",
        "import json\ndef hook(body):\n    event = json.loads(body)\n    print(event['type'] == 'user.updated', event['mood'])\n",
        "import stripe\ndef hook(body):\n    event = stripe.Event.of(body)\n    print(event['mood'])\n# stream_chat\n",
    ],
)
def test_what_is_no_key_of_a_custom_event_is_silent(tmp_path: Path, code: str) -> None:
    assert _keys(tmp_path, code) == []


@pytest.mark.parametrize(
    "code",
    [
        _FLASK + "    print(event['mood'])\n",
        _FLASK + "    print(event.get('mood', 1))\n",
        _FLASK + "    handle(event)\ndef handle(payload):\n    print(payload['mood'])\n",
        "from stream_chat import webhook\ndef hook(body):\n    event = webhook.parse_event(body)\n    print(event['mood'])\n",
    ],
)
def test_a_key_of_a_custom_event_is_told(tmp_path: Path, code: str) -> None:
    assert _keys(tmp_path, code) == ["mood"]


def test_the_place_is_that_of_the_read(tmp_path: Path) -> None:
    assert places(CHECK, tmp_path, {"app.py": _FLASK + "    print(event['mood'])\n"}) == [("app.py", 8)]
