"""SM730 asks whether a webhook without a signature is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import places

from streammigrate.checks.webhooks.skipped_signature import CHECK

_TOP = """\
from flask import Flask, abort, request
from stream_chat import StreamChat
client = StreamChat("key", "secret")
app = Flask(__name__)
@app.post("/hook")
def hook():
    body = request.get_data()
    signature = request.headers.get("X-Signature")
"""
_V2 = _TOP.replace("from stream_chat import StreamChat", "from getstream import Stream").replace(
    'StreamChat("key", "secret")', 'Stream(api_key="key", api_secret="secret")'
)
_TESTED = "client.verify_webhook(body, signature)"


def _code(*lines: str, top: str = _TOP) -> dict[str, str]:
    return {"app.py": top + "".join(f"    {line}\n" for line in lines)}


SILENT = {
    "tested": (f"if not {_TESTED}:", "    abort(403)"),
    "missing or wrong": (f"if not signature or not {_TESTED}:", "    abort(403)"),
    "missing is refused before": (
        "if not signature:",
        "    abort(400)",
        f"if signature and not {_TESTED}:",
        "    abort(403)",
    ),
    "None is refused before": (
        *("if signature is None:", "    abort(400)"),
        *("if signature is not None and not client.verify_webhook(body, signature):", "    abort(403)"),
    ),
    "handled where it is right": (f"if signature and {_TESTED}:", "    handle(body)"),
    "refused otherwise": ("if signature:", f"    if not {_TESTED}:", "        abort(403)", "else:", "    abort(403)"),
    "another condition": (f"if app.debug and not {_TESTED}:", "    abort(403)"),
    "another test": ("if signature and not other.verify_webhook(body, signature):", "    abort(403)"),
    "another header": (f"if request.headers.get('X-Other') and not {_TESTED}:", "    abort(403)"),
}


@pytest.mark.parametrize("lines", SILENT.values(), ids=SILENT)
def test_a_missing_signature_that_is_refused_is_silent(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert places(CHECK, tmp_path, _code(*lines)) == []


FIRES = {
    "and": (9, (f"if signature and not {_TESTED}:", "    abort(403)")),
    "is not None": (9, (f"if signature is not None and not {_TESTED}:", "    return '', 403")),
    "nested": (10, ("if signature:", f"    if not {_TESTED}:", "        abort(403)", "return handle(body)")),
    "the header itself": (
        9,
        (
            "if request.headers.get('X-Signature') and not client.verify_webhook(body, request.headers.get('X-Signature')):",
            "    abort(403)",
        ),
    ),
}


@pytest.mark.parametrize(("line", "lines"), FIRES.values(), ids=FIRES)
def test_a_missing_signature_that_is_taken_is_told(tmp_path: Path, line: int, lines: tuple[str, ...]) -> None:
    assert places(CHECK, tmp_path, _code(*lines)) == [("app.py", line)]


def test_it_is_told_in_code_of_v2_too(tmp_path: Path) -> None:
    files = _code("if signature and not client.verify_signature(body, signature):", "    abort(403)", top=_V2)
    assert places(CHECK, tmp_path, files) == [("app.py", 9)]
