"""SM720, SM721 and SM722 ask how the code tests the signature of a webhook."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places

from streammigrate.checks.model import ProjectCheck
from streammigrate.checks.webhooks.bytes_signature import CHECK as BYTES
from streammigrate.checks.webhooks.compared_signature import CHECK as COMPARED
from streammigrate.checks.webhooks.own_signature import CHECK as OWN
from streammigrate.checks.webhooks.signed_json import CHECK as SIGNED_JSON
from streammigrate.checks.webhooks.typed_events import CHECK as TYPED

_TOP = """\
import hashlib
import hmac
import json
import os
from flask import Flask, abort, request
from stream_chat import StreamChat
client = StreamChat("key", os.environ["STREAM_API_SECRET"])
SECRET = os.environ["STREAM_API_SECRET"]
app = Flask(__name__)
@app.post("/hook")
def hook():
"""
_LINES = _TOP.count("\n")


def _handler(*lines: str) -> str:
    return _TOP + "".join(f"    {line}\n" for line in lines)


_OTHERS = [
    # The SDK tests.
    _handler("client.verify_webhook(request.get_data(), request.headers['X-Signature'])"),
    # GitHub's, beside Stream's secret.
    _handler(
        "signature = request.headers['X-Hub-Signature-256']",
        "made = hmac.new(SECRET.encode(), request.get_data(), hashlib.sha256).hexdigest()",
        "return made == signature",
    ),
    # Another secret, another header.
    _handler(
        "made = hmac.new(os.environ['SHOP_SECRET'].encode(), request.get_data(), hashlib.sha256).hexdigest()",
        "return made == request.headers['X-Shop-Signature']",
    ),
    _handler(
        "made = hmac.new(os.environ['UPSTREAM_SECRET'].encode(), request.get_data(), hashlib.sha256).hexdigest()",
        "return made == request.headers['Authorization']",
    ),
    # X-Signature is what others call theirs too.
    _handler(
        "made = hmac.new(os.environ['LEMON_SQUEEZY_SECRET'].encode(), request.get_data(), hashlib.sha256).hexdigest()",
        "return made == request.headers['X-Signature']",
    ),
    # A token, which is no hexadecimal digest.
    _handler("made = hmac.new(SECRET.encode(), b'{}', hashlib.sha256).digest()", "return made == b'x'"),
    # Signed and sent, as tests do.
    _handler(
        "body = json.dumps(request.json).encode()",
        "made = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()",
        "return app.test_client().post('/hook', data=body, headers={'X-Signature': made})",
    ),
    # A function of one's own with the name.
    "import os\nclass hmac:\n    def new(*a): ...\n"
    "def check(body, x_signature):\n    return hmac.new(os.environ['STREAM_SECRET'], body).hexdigest() == x_signature\n",
    # X-Signature of who knows what, in a file that knows nothing of Stream.
    "import hmac\ndef check(request, secret):\n"
    "    return hmac.new(secret, request.body, 'sha256').hexdigest() == request.headers['X-Signature']\n",
    "def broken(:\n",
]


@pytest.mark.parametrize("code", _OTHERS)
@pytest.mark.parametrize("check", [OWN, SIGNED_JSON, COMPARED], ids=lambda check: check.id)
def test_what_is_not_streams_or_not_by_hand_is_silent(tmp_path: Path, check: ProjectCheck, code: str) -> None:
    assert places(check, tmp_path, {"app.py": code}) == []


_BY_HAND = [
    _handler(
        "made = hmac.new(SECRET.encode(), request.get_data(), hashlib.sha256).hexdigest()",
        "return {compare}(made, request.headers['X-Signature'])",
    ),
    _handler(
        "made = hmac.new(client.api_secret.encode(), msg=request.get_data(), digestmod='sha256')",
        "return {compare}(request.headers.get('X-Signature', ''), made.hexdigest())",
    ),
    _handler(
        "made = hmac.new(key=SECRET.encode(), msg=request.data, digestmod=hashlib.sha256).hexdigest()",
        "given = request.headers.get('x-signature')",
        "if not {compare}(made, given): abort(401)",
    ),
]


_BY_HAND += [
    _handler(
        "made = hmac.new(SECRET.encode(), request.get_data(), hashlib.sha256).digest().hex()",
        "return {compare}(made, request.headers['X-Signature'])",
    ),
    _handler(
        "made = hmac.digest(SECRET.encode(), request.get_data(), 'sha256').hex()",
        "return {compare}(made, request.headers['X-Signature'])",
    ),
]


@pytest.mark.parametrize("code", _BY_HAND)
def test_an_own_hmac_is_told(tmp_path: Path, code: str) -> None:
    files = {"app.py": code.replace("{compare}", "hmac.compare_digest")}
    assert places(OWN, tmp_path, files) == [("app.py", _LINES + 1)]
    assert places(COMPARED, tmp_path, files) == []
    assert places(SIGNED_JSON, tmp_path, files) == []


@pytest.mark.parametrize(
    "compare",
    [
        "return made == request.headers['X-Signature']",
        "if request.headers['X-Signature'] != made: abort(401)",
        "ok = request.headers['X-Signature'] == made",
    ],
)
def test_an_operator_between_signatures_is_told(tmp_path: Path, compare: str) -> None:
    made = "made = hmac.new(SECRET.encode(), request.get_data(), hashlib.sha256).hexdigest()"
    files = {"app.py": _handler(made, compare)}
    assert places(COMPARED, tmp_path, files) == [("app.py", _LINES + 2)]


def test_the_digest_may_come_from_a_function(tmp_path: Path) -> None:
    code = (
        "import hmac\nfrom stream_chat import StreamChat\n"
        "def sign(secret, body):\n    return hmac.new(secret, body, 'sha256').hexdigest()\n"
        "def check(body, x_signature):\n    return sign(b's', body) == x_signature\n"
    )
    assert places(OWN, tmp_path, {"hooks.py": code}) == [("hooks.py", 4)]
    assert places(COMPARED, tmp_path, {"hooks.py": code}) == [("hooks.py", 6)]


def test_the_secret_is_enough_where_the_project_uses_stream(tmp_path: Path) -> None:
    check = (
        "import hmac\nfrom django.conf import settings\n"
        "def check(body, signature):\n"
        "    made = hmac.new(settings.STREAM_SECRET.encode(), body, 'sha256').hexdigest()\n"
        "    return hmac.compare_digest(made, signature)\n"
    )
    assert places(OWN, tmp_path / "other", {"check.py": check}) == []
    files = {"check.py": check, "chat.py": "from getstream import Stream\n"}
    assert places(OWN, tmp_path / "stream", files) == [("check.py", 4)]


_WRITTEN = "json.dumps(request.get_json(), separators=(',', ':')).encode()"


@pytest.mark.parametrize(
    "lines",
    [
        [f"return client.verify_webhook({_WRITTEN}, request.headers['X-Signature'])"],
        [f"return client.verify_and_parse_webhook({_WRITTEN}, request.headers['X-Signature'])"],
        [
            f"made = hmac.new(SECRET.encode(), {_WRITTEN}, 'sha256').hexdigest()",
            "return made == request.headers['X-Signature']",
        ],
        [
            "made = hmac.new(SECRET.encode(), digestmod='sha256')",
            f"made.update({_WRITTEN})",
            "return made.hexdigest() == request.headers['X-Signature']",
        ],
        ["from getstream.webhook import verify_signature as ok; ok(json.dumps(json.loads(request.data)), 'x', SECRET)"],
    ],
)
def test_a_body_that_is_written_again_is_told(tmp_path: Path, lines: list[str]) -> None:
    assert places(SIGNED_JSON, tmp_path, {"app.py": _handler(*lines)}) == [("app.py", _LINES + 1)]


@pytest.mark.parametrize(
    ("top", "given", "line"),
    [
        ("import rest_framework\nclass Hook:\n    def post(self, request):\n", "request.data", 7),
        ("from fastapi import FastAPI\napp = FastAPI()\n@app.post('/')\nasync def hook(event: dict):\n", "event", 8),
    ],
)
def test_frameworks_parse_bodies_in_their_own_ways(tmp_path: Path, top: str, given: str, line: int) -> None:
    code = "import json\nfrom stream_chat import StreamChat\nclient = StreamChat('k', 's')\n" + top
    code += f"        client.verify_webhook(json.dumps({given}).encode(), 'x')\n"
    assert places(SIGNED_JSON, tmp_path, {"app.py": code}) == [("app.py", line)]
    plain = code.replace("import rest_framework", "import flask").replace("@app.post('/')", "\n")
    assert places(SIGNED_JSON, tmp_path / "plain", {"app.py": plain}) == []


def test_it_may_be_given_to_a_function(tmp_path: Path) -> None:
    code = _handler("return ok(json.dumps(request.json).encode(), request.headers['X-Signature'])")
    code += "def ok(body, signature):\n    return client.verify_webhook(body, signature)\n"
    assert places(SIGNED_JSON, tmp_path, {"app.py": code}) == [("app.py", _LINES + 3)]
    raw = code.replace("json.dumps(request.json).encode()", "request.get_data()")
    assert places(SIGNED_JSON, tmp_path / "raw", {"app.py": raw}) == []


def test_it_may_be_written_before(tmp_path: Path) -> None:
    code = _handler(
        "event = request.json",
        "body = json.dumps(event)",
        "return client.verify_webhook(body.encode(), request.headers['X-Signature'])",
    )
    assert places(SIGNED_JSON, tmp_path, {"app.py": code}) == [("app.py", _LINES + 3)]


@pytest.mark.parametrize(
    "client",
    [
        "from getstream import Stream\nc = Stream(api_key='k', api_secret='s')\n",
        "from getstream import AsyncStream\ndef make() -> AsyncStream:\n    return AsyncStream()\nc = make()\n",
        "from chat import c\n",
    ],
)
def test_getstreams_clients_are_known(tmp_path: Path, client: str) -> None:
    code = client + f"import json\ndef hook(request):\n    c.verify_signature({_WRITTEN}, 'x')\n"
    files = {"app.py": code, "chat.py": "from getstream import Stream\nc = Stream()\n"}
    assert places(SIGNED_JSON, tmp_path, files) == [("app.py", code.count("\n"))]


def test_what_is_shown_holds_no_text_that_may_be_secret(tmp_path: Path) -> None:
    code = (
        "import hmac, json\nfrom flask import request\nfrom stream_chat.webhook import verify_signature\n"
        "from getstream import webhook\n"
        "def hook(x_signature):\n    client_secret = 'planted-one'\n"
        "    verify_signature(json.dumps(request.json, indent='planted-two'), b'planted-three', 'planted-four')\n"
        "    webhook.verify_and_parse_webhook(b'', f'planted-five{x_signature}', secret='planted-six')\n"
        "    return hmac.new(b'planted-seven', b'', 'sha256').hexdigest() == x_signature\n"
    )
    found = [
        answer
        for check in (OWN, SIGNED_JSON, COMPARED, TYPED, BYTES)
        for answer in answers(check, tmp_path, {"a.py": code})
    ]
    assert len(found) == 5
    assert "planted" not in str(found)


def test_other_objects_with_such_a_method_are_not(tmp_path: Path) -> None:
    code = f"import json\nfrom shop import c\ndef hook(request):\n    c.verify_signature({_WRITTEN}, 'x')\n"
    assert places(SIGNED_JSON, tmp_path, {"app.py": code, "shop.py": "class C: ...\nc = C()\n"}) == []
