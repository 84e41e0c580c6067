"""SM724 to SM729 and SM723 ask what handlers do with events and signatures."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places

from streammigrate.checks.model import ProjectCheck
from streammigrate.checks.webhooks.bytes_signature import CHECK as BYTES
from streammigrate.checks.webhooks.event_fields import CHECK as FIELDS
from streammigrate.checks.webhooks.event_times import CHECK as TIMES
from streammigrate.checks.webhooks.event_types import CHECK as TYPES
from streammigrate.checks.webhooks.missing_signature import CHECK as MISSING
from streammigrate.checks.webhooks.typed_events import CHECK as TYPED
from streammigrate.checks.webhooks.unsigned import CHECK as UNSIGNED

ALL = [TYPES, TIMES, FIELDS, TYPED, BYTES, MISSING, UNSIGNED]

_FLASK = """\
import json
from datetime import datetime
from flask import Flask, abort, request
from stream_chat import StreamChat
client = StreamChat("key", "secret")
app = Flask(__name__)
@app.post("/hook")
def hook():
"""
_LINES = _FLASK.count("\n")
_VERIFY = "if not client.verify_webhook(request.get_data(), request.headers['X-Signature']): abort(401)"


def _code(*lines: str, verify: str = _VERIFY, top: str = _FLASK) -> str:
    return top + "".join(f"    {line}\n" for line in (verify, "event = request.get_json()", *lines))


def _line(number: int) -> list[tuple[str, int | None]]:
    """The place of one of the lines that were given."""
    return [("app.py", _LINES + 2 + number)]


_MIGRATED = """\
import json
from flask import Flask, abort, request
from getstream import Stream
client = Stream(api_key="key", api_secret="secret")
app = Flask(__name__)
@app.post("/hook")
def hook():
"""


@pytest.mark.parametrize(
    "code",
    [
        _code("if event['type'] == 'message.new': print(event['message']['text'], event['message']['user']['id'])"),
        _code(
            "if event.get('type') in ('user.banned', 'member.added'): print(event['created_at'], event['user']['name'])"
        ),
        _code("print(event['type'], event['cid'], event['channel_type'], event['message']['custom']['ticket'])"),
        _code("if event['kind'] == 'message.sent': print(event['when'][:10])"),
        # After the migration.
        _code(
            "if event['type'] == 'message.new': print(event['message']['text'])",
            verify="if not client.verify_signature(request.get_data(), request.headers.get('X-Signature') or ''): abort(401)",
            top=_MIGRATED,
        ),
        # Others' events, in a project that uses Stream.
        "import json\nimport stream_chat\nfrom flask import Flask, request\napp = Flask(__name__)\n@app.post('/pay')\n"
        "def pay():\n    event = request.json\n    if event['type'] == 'invoice.paid': print(event['created_at'][:10])\n"
        "    if event['type'] == 'channel_x': print(event['message']['shop'])\n",
        # Users' names in a file of another product.
        "from flask import Flask, request\napp = Flask(__name__)\n@app.post('/clerk')\ndef clerk():\n    event = request.json\n"
        "    if event['type'] == 'user.updated': print(event['user']['plan'], event['created_at'].split('T'))\n",
        # Another product's users, handed on to Stream.
        "from flask import Flask, request\nfrom stream_chat import StreamChat\nclient = StreamChat('k', 's')\n"
        "app = Flask(__name__)\n@app.post('/clerk')\ndef clerk():\n    event = request.json\n"
        "    if event['type'] in ('user.created', 'user.updated'):\n"
        "        client.upsert_user({'id': event['user']['plan'], 'at': event['created_at'][:10]})\n",
        # Types of things that are no events.
        "import stream_chat\ndef name(node):\n    if node['type'] == 'moderation': return node['message']['x']\n",
        "def broken(:\n",
    ],
)
@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_what_is_well_or_not_streams_is_silent(tmp_path: Path, check: ProjectCheck, code: str) -> None:
    assert places(check, tmp_path, {"app.py": code, "chat.py": "from stream_chat import StreamChat\n"}) == []


def test_handlers_of_two_products_in_one_file_are_told_apart(tmp_path: Path) -> None:
    code = _code(_NEW, "if event['type'] == 'user.opened': ...")
    code += "@app.post('/clerk')\ndef clerk():\n    other = request.json\n    if other['type'] == 'user.updated': ...\n"
    code += "    if other['type'] == 'user.created': print(other['user']['plan'], other['created_at'][:10])\n"
    files = {"app.py": code}
    assert places(TYPES, tmp_path, files) == _line(2)
    assert [places(check, tmp_path, files) for check in (FIELDS, TIMES, UNSIGNED)] == [[], [], []]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("if event['type'] == 'moderation.flagged': ...", "v1's description does not list"),
        ("if event['type'] in ['message.new', 'review_queue_item.new']: ...", "v1's description does not list"),
        ("if 'message.sent' == event.get('type'): ...", "neither API"),
        ("{'message.new': print, 'appeal.created': print}[event['type']](event)", "v1's description does not list"),
        (
            "{'message.new': print, 'typing.start': print, 'notification.message_new': 1}.get(event['type'])",
            "neither API",
        ),
    ],
)
def test_a_type_of_one_api_is_told(tmp_path: Path, line: str, said: str) -> None:
    code = _code("if event['type'] == 'message.new': ...", line)
    (found,) = answers(TYPES, tmp_path, {"app.py": code})
    assert found.at.line == _LINES + 4
    assert said in found.message


def test_types_may_be_matched(tmp_path: Path) -> None:
    code = _code(
        "match event['type']:",
        "    case 'message.new' | 'message.sent': ...",
        "    case 'appeal.created': ...",
        "    case _: ...",
    )
    assert places(TYPES, tmp_path, {"app.py": code}) == [("app.py", _LINES + 4), ("app.py", _LINES + 5)]


def test_the_event_itself_may_be_matched(tmp_path: Path) -> None:
    code = _code("match event:", "    case {'type': 'message.new'}: ...", "    case {'type': 'appeal.created'}: ...")
    assert places(TYPES, tmp_path, {"app.py": code}) == _line(3)


def test_types_may_be_constants(tmp_path: Path) -> None:
    code = _code("wanted = {NEW, 'message.new'}", "if event['type'] in wanted: ...") + "NEW = 'appeal.created'\n"
    assert places(TYPES, tmp_path, {"app.py": code}) == _line(1)


_FASTAPI = "from fastapi import APIRouter, Request\nimport stream_chat\nrouter = APIRouter()\n"
_NEW = "if event['type'] == 'message.new': ..."


@pytest.mark.parametrize(
    "use",
    [
        "datetime.fromisoformat(event['created_at'])",
        "datetime.strptime(event['message']['created_at'], '%Y')",
        "event['created_at'].replace('Z', '+00:00')",
        "event.get('message', {}).get('updated_at')[:10]",
        "event['user']['last_active'] < '2026'",
        "[one['created_at'].split('T') for one in event['thread_participants']]",
    ],
)
def test_a_time_used_as_text_is_told(tmp_path: Path, use: str) -> None:
    assert places(TIMES, tmp_path, {"app.py": _code(_NEW, use)}) == _line(2)


def test_times_are_followed_through_names_and_functions(tmp_path: Path) -> None:
    code = _code(_NEW, "message = event['message'] or {}", "when = message['created_at']", "show(when, message)")
    code += "def show(when, message):\n    print(when[:10])\n    print(message['updated_at'].split('T'))\n"
    first = code.count("\n") - 1
    assert places(TIMES, tmp_path, {"app.py": code}) == [("app.py", first), ("app.py", first + 1)]


@pytest.mark.parametrize(
    "use",
    [
        "event['created_at']",
        "print(event['created_at'])",
        "event['message']['text'][:10]",
        "event['created_at'] == None",
    ],
)
def test_a_time_that_is_handed_on_and_other_text_are_silent(tmp_path: Path, use: str) -> None:
    assert places(TIMES, tmp_path, {"app.py": _code(_NEW, use)}) == []


def test_a_time_that_is_told_apart_is_silent(tmp_path: Path) -> None:
    code = _code(_NEW, "moment(event['created_at'])")
    code += "def moment(value):\n    if isinstance(value, str):\n        return datetime.fromisoformat(value.replace('Z', ''))\n"
    code += "    return datetime.fromtimestamp(value / 1e9)\n"
    assert places(TIMES, tmp_path, {"app.py": code}) == []
    blind = code.replace("isinstance(value, str)", "value")
    assert places(TIMES, tmp_path / "blind", {"app.py": blind}) == [("app.py", code.count("\n") - 1)]


@pytest.mark.parametrize(
    "use",
    [
        "m.get('ticket_id', (m.get('custom') or {}).get('ticket_id'))",
        "m.get('ticket_id') or m['custom'].get('ticket_id')",
        "m['custom'].get('ticket_id', m.get('ticket_id'))",
    ],
)
def test_a_read_that_looks_in_both_places_is_silent(tmp_path: Path, use: str) -> None:
    assert places(FIELDS, tmp_path, {"app.py": _code(_NEW, "m = event['message']", use)}) == []


@pytest.mark.parametrize(
    ("parsed", "told"),
    [
        ("json.loads(request.get_data())", True),
        ("json.loads(request.data.decode())", True),
        ("request.get_json(force=True)", True),
        ("json.loads(open('settings.json').read())", False),
        ("json.loads(other)", False),
    ],
)
def test_only_what_is_verified_is_an_event(tmp_path: Path, parsed: str, told: bool) -> None:
    top = _FLASK.replace("def hook():", "def hook(other=''):")
    code = top + f"    {_VERIFY}\n    event = {parsed}\n    print(event['message']['ticket_id'])\n"
    assert bool(places(FIELDS, tmp_path, {"app.py": code})) is told


@pytest.mark.parametrize("body", ["raw", "raw.decode()", "bytes(raw)"])
def test_the_verified_body_may_have_a_name(tmp_path: Path, body: str) -> None:
    code = _FASTAPI + (
        "import json\nclient = stream_chat.StreamChat('k', 's')\n"
        "@router.post('/hook')\nasync def hook(request: Request):\n    raw = await request.body()\n"
        f"    client.verify_webhook(raw, request.headers['x-signature'])\n    event = json.loads({body})\n"
        "    return event['message']['ticket_id']\n"
    )
    assert places(FIELDS, tmp_path, {"app.py": code}) == [("app.py", code.count("\n"))]


@pytest.mark.parametrize(
    ("use", "place"),
    [
        ("event['message']['ticket_id']", "message.ticket_id"),
        ("event['message'].get('ticket_id', 0)", "message.ticket_id"),
        ("event['channel']['name']", "channel.name"),
        ("event['user']['plan']", "user.plan"),
        ("event['message']['user']['plan']", "message.user.plan"),
        ("[one['plan'] for one in event['thread_participants']]", "thread_participants.[].plan"),
    ],
)
def test_a_custom_field_at_the_top_is_told(tmp_path: Path, use: str, place: str) -> None:
    (found,) = answers(FIELDS, tmp_path, {"app.py": _code(_NEW, use)})
    assert found.at.line == _LINES + 4
    assert f"`{place}`" in found.message


@pytest.mark.parametrize(
    "use",
    [
        "event['message']['custom']['ticket_id']",
        "event['user']['name']",
        "event['anything']",
        "event['channel_custom']['x']",
        "event['message']['reaction_counts']['x']",
        "event['message'].pop('x')",
        "event['message']['x'] = 1",
    ],
)
def test_fields_of_v2_and_places_of_no_model_are_silent(tmp_path: Path, use: str) -> None:
    assert places(FIELDS, tmp_path, {"app.py": _code(_NEW, use)}) == []


@pytest.mark.parametrize(
    "made",
    [
        "client.verify_and_parse_webhook(request.get_data(), request.headers['X-Signature'])",
        "parse_event(request.get_data())",
        "client.parse_sqs(request.get_data())",
    ],
)
def test_what_stream_chat_parses_is_an_event(tmp_path: Path, made: str) -> None:
    top = _FLASK.replace("import json\n", "import json\nfrom stream_chat.webhook import parse_event\n")
    code = top + f"    event = {made}\n    print(event['message']['ticket_id'], event['created_at'][:4])\n"
    assert places(FIELDS, tmp_path, {"app.py": code}) == [("app.py", code.count("\n"))]
    assert places(TIMES, tmp_path, {"app.py": code}) == [("app.py", code.count("\n"))]


@pytest.mark.parametrize(
    "call",
    [
        "client.verify_and_parse_webhook(b'', '')",
        "client.parse_sqs('')",
        "client.parse_sns('')",
        "webhook.parse_event(b'')",
        "webhook.parse_webhook_event(b'')",
        "webhook.verify_and_parse_webhook(b'', '', '')",
    ],
)
def test_typed_events_are_told(tmp_path: Path, call: str) -> None:
    code = f"from getstream import Stream, webhook\nclient = Stream(api_key='k', api_secret='s')\n{call}\n"
    assert places(TYPED, tmp_path, {"app.py": code}) == [("app.py", 3)]


@pytest.mark.parametrize(
    "code",
    [
        "from stream_chat import StreamChat\nclient = StreamChat('k', 's')\nclient.parse_sqs('')\n",
        "from stream_chat.webhook import parse_event\nparse_event(b'')\n",
        "from getstream import webhook\nwebhook.decode_sqs_payload('')\nwebhook.verify_signature(b'', '', '')\n",
        "class Stream:\n    def parse_sqs(self, x): ...\nStream().parse_sqs('')\n",
        "from mail import parse_event\nparse_event(b'')\n",
    ],
)
def test_what_makes_no_typed_events_is_silent(tmp_path: Path, code: str) -> None:
    assert places(TYPED, tmp_path, {"app.py": code}) == []


_V2 = "from getstream import Stream\nclient = Stream(api_key='k', api_secret='s')\n"
_V1 = "from stream_chat import StreamChat\nclient = StreamChat('k', 's')\n"


@pytest.mark.parametrize(
    ("code", "bytes_", "missing"),
    [
        (_V1 + "def f(headers):\n    client.verify_webhook(b'', headers['x-signature'].encode())\n", True, False),
        (_V1 + "def f(body, signature: bytes):\n    client.verify_webhook(body, signature)\n", True, False),
        (_V1 + "def f(headers):\n    client.verify_webhook(b'', headers.get('x-signature'))\n", False, False),
        (_V1 + "def f(body, signature):\n    client.verify_webhook(body, signature)\n", False, False),
        (_V2 + "def f(headers):\n    client.verify_signature(b'', headers['x-signature'].encode())\n", True, False),
        (_V2 + "def f(headers):\n    client.verify_signature(b'', headers.get('x-signature'))\n", False, True),
        (_V2 + "def f(headers):\n    client.verify_signature(b'', headers.get('x-signature', ''))\n", False, False),
        (_V2 + "def f(headers):\n    client.verify_signature(b'', headers.get('x-signature') or '')\n", False, False),
        (_V2 + "def f(headers):\n    client.verify_signature(b'', headers['x-signature'])\n", False, False),
        ("def f(client, headers):\n    client.verify_signature(b'', headers['x'].encode())\n", False, False),
    ],
)
def test_of_what_kind_a_signature_is(tmp_path: Path, code: str, bytes_: bool, missing: bool) -> None:
    assert bool(places(BYTES, tmp_path, {"app.py": code})) is bytes_
    assert bool(places(MISSING, tmp_path, {"app.py": code})) is missing


_TESTED = [
    _code(_NEW),
    _code(_NEW, verify="check_signature()"),
    _code(_NEW, verify="if request.args['token'] != 'x': abort(401)"),
    _code(_NEW, verify="guard(request)").replace("import json\n", "from guards import guard\n"),
    _code(_NEW, verify="pass", top=_FLASK.replace("@app.post", "@signed\n@app.post")),
    # No web handler: a queue, a command, a test.
    "import stream_chat\ndef consume(event):\n    if event['type'] == 'message.new': ...\n",
    _code(_NEW, verify="pass") + "@app.before_request\ndef verify(): ...\n",
    _FLASK + "    return {'type': 'message.new'}\n",
]


@pytest.mark.parametrize("code", _TESTED)
def test_handlers_that_may_test_the_sender_are_silent(tmp_path: Path, code: str) -> None:
    assert places(UNSIGNED, tmp_path, {"app.py": code}) == []


def test_a_middleware_may_test_the_sender(tmp_path: Path) -> None:
    middleware = "class VerifyMiddleware:\n    def __call__(self, request): ...\n"
    files = {"app.py": _code(_NEW, verify="pass"), "middleware.py": middleware}
    assert places(UNSIGNED, tmp_path, files) == []


_REACTIONS = "def react(event):\n    if event['type'] == 'message.new': ...\n"


@pytest.mark.parametrize(
    ("importing", "call"),
    [
        ("from shop.reactions import react", "react(request.get_json())"),
        ("from .reactions import react as go", "go(request.get_json())"),
        ("from shop import reactions", "reactions.react(request.get_json())"),
        ("import reactions", "reactions.react(request.get_json())"),
    ],
)
def test_the_events_may_be_handled_in_another_file(tmp_path: Path, importing: str, call: str) -> None:
    code = f"{importing}\nfrom flask import Flask, request\napp = Flask(__name__)\n@app.post('/hook')\ndef hook():\n    {call}\n"
    files = {"shop/app.py": code, "shop/reactions.py": _REACTIONS, "chat.py": "import stream_chat\n"}
    assert places(UNSIGNED, tmp_path, files) == [("shop/app.py", 5)]
    files["shop/reactions.py"] = "import hmac\n" + _REACTIONS.replace(
        "(event):\n", "(event):\n    hmac.new(b'', b'', 'md5')\n"
    )
    assert places(UNSIGNED, tmp_path / "tested", files) == []


_DJANGO = "import json\nfrom django.http import JsonResponse\nfrom django.views import View\nimport stream_chat\n"


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (_code(_NEW, verify="pass"), _LINES),
        (
            _FLASK + "    react(request.get_json())\ndef react(event):\n    if event['type'] == 'message.new': ...\n",
            _LINES,
        ),
        (
            _FASTAPI + "@router.post('/hook')\nasync def hook(request: Request):\n    event = await request.json()\n"
            "    if event['type'] == 'reaction.new': ...\n",
            5,
        ),
        (
            "from fastapi import FastAPI\nimport stream_chat\napp = FastAPI()\n@app.post('/hook')\nasync def hook(event: dict):\n"
            "    kind = event.get('type')\n    message = event.get('message', {})\n"
            "    if kind == 'message.new' and message.get('text'): ...\n",
            5,
        ),
        (
            _DJANGO + "def hook(request):\n    event = json.loads(request.body)\n"
            "    if event.get('type') == 'message.new': ...\n    return JsonResponse({})\n",
            5,
        ),
        (
            _DJANGO + "class Hook(View):\n    def post(self, request):\n        event = json.loads(request.body)\n"
            "        self.react(event)\n    def react(self, event):\n        if event['type'] == 'message.new': ...\n",
            6,
        ),
        (
            "from aiohttp import web\nimport stream_chat\nasync def hook(request):\n    event = await request.json()\n"
            "    kind = event['type']\n    if kind == 'message.new': ...\n",
            3,
        ),
    ],
)
def test_a_handler_that_tests_nothing_is_told(tmp_path: Path, code: str, line: int) -> None:
    assert places(UNSIGNED, tmp_path, {"app.py": code}) == [("app.py", line)]
