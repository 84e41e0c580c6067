"""`stream_chat.webhook` and its errors: what is left first, then what becomes of the rest, and that both do the same."""

from __future__ import annotations

from textwrap import dedent
from typing import NamedTuple

import pytest
from programs import rewrite_with

from streammigrate.codemod.model import FileResult
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.proof.equality import compare_traces
from streammigrate.proof.run import run

CATCHES = """
from stream_chat.base.exceptions import InvalidWebhookError
import hooks

try:
    hooks.run()
except InvalidWebhookError:
    pass
"""


def rewrite(
    text: str, *, unsafe: bool = False, others: dict[str, str] | None = None, **options: tuple[str, ...]
) -> FileResult:
    settings = RewriteSettings(todo=False, unproven=True, unsafe=unsafe, **options)  # type: ignore[arg-type]
    return rewrite_with(dedent(text).lstrip(), "hooks.py", others or {}, settings)


def instructions(result: FileResult) -> str:
    return "\n".join(f"{site.member}: {facet.text}" for site in result.sites for facet in site.facets)


DECOYS = {
    "another module of the same name": "from billing.webhook import verify_signature\nverify_signature(b'', 'x', 'k')",
    "a module of the project": "from .webhook import gunzip_payload\ngunzip_payload(b'')",
    "the file's own function": """
        import stream_chat.webhook

        def verify_signature(body, signature, secret):
            return True

        verify_signature(b"", "x", "k")
        """,
    "a parameter of the same name": """
        from stream_chat.webhook import verify_signature

        def check(verify_signature):
            return verify_signature(b"", "x", "k")
        """,
    "a name that is bound again": """
        from stream_chat.webhook import gunzip_payload
        gunzip_payload = print
        gunzip_payload(b"")
        """,
    "an attribute of another object": "import stream_chat\n\ndef f(hooks):\n    return hooks.gunzip_payload(b'')",
    "an error of the file's own": """
        import stream_chat.webhook

        class InvalidWebhookError(Exception):
            pass

        try:
            pass
        except InvalidWebhookError:
            pass
        """,
}


@pytest.mark.parametrize("text", DECOYS.values(), ids=DECOYS.keys())
def test_what_is_not_stream_chats_is_not_touched(text: str) -> None:
    result = rewrite(text, unsafe=True)
    assert (result.changed, result.sites) == (False, ())


FROM = "from stream_chat.webhook import InvalidWebhookError, gunzip_payload, parse_event, verify_signature\n\n"
LEFT = {
    "bytes": ("verify_signature(b'', b'signature', 'key')", "getstream raises TypeError for bytes"),
    "none": ("verify_signature(b'', None, 'key')", "answers False where it cannot be one"),
    "annotated bytes": (
        "def f(signature: bytes):\n    return verify_signature(b'', signature, 'key')",
        "TypeError for bytes",
    ),
    "text to unpack": ("gunzip_payload('{}')", "takes bytes and bytearray only"),
    "text that is annotated": ("def f(body: str | None):\n    return gunzip_payload(body)", "bytes and bytearray only"),
    "a view of memory": ("def f(body: memoryview):\n    return gunzip_payload(body)", "bytes and bytearray only"),
    "handed on": ("run(gunzip_payload, b'')", "handed on without being called"),
    "named anew": ("unpack = gunzip_payload", "handed on without being called"),
    "star": ("verify_signature(*arguments)", "how they bind is not known"),
    "two stars": ("gunzip_payload(**{'body': b''})", "write them out by name"),
    "another parameter": ("gunzip_payload(b'', strict=True)", "no parameter `strict`"),
    "typed events": ("parse_event(b'{}')", "json.loads"),
    "raised alone": ("raise InvalidWebhookError('no')", "no function of this file that raises it moves"),
    "caught alone": ("try:\n    work()\nexcept InvalidWebhookError:\n    pass", "no function of this file"),
    "registered": (
        "app.register_error_handler(InvalidWebhookError, print)\ngunzip_payload(b'')",
        "goes to code that is not in view",
    ),
    "in a table": ("STATUS = {InvalidWebhookError: 400}\ngunzip_payload(b'')", "goes to code that is not in view"),
    "ignored": (
        "try:\n    gunzip_payload(b'')\nexcept InvalidWebhookError:  # streammigrate: ignore[SM472] later\n    pass",
        "the error class at line 5 is to stay",
    ),
}


@pytest.mark.parametrize(("text", "reason"), LEFT.values(), ids=LEFT.keys())
def test_what_cannot_be_carried_over_is_left_with_the_reason(text: str, reason: str) -> None:
    result = rewrite(FROM + text, unsafe=True)
    assert not result.changed
    assert reason in instructions(result)


def test_a_constant_that_getstream_keeps_to_itself_is_left() -> None:
    result = rewrite("from stream_chat.webhook import GZIP_MAGIC\nprint(GZIP_MAGIC)")
    assert not result.changed
    assert 'b"\\x1f\\x8b"' in instructions(result)


def test_a_name_that_may_be_missing_is_left() -> None:
    text = """
        try:
            from stream_chat.webhook import verify_signature
        except ImportError:
            verify_signature = None
        verify_signature(b"", "x", "k")
        """
    result = rewrite(text, unsafe=True)
    assert not result.changed
    assert "the name may be something else" in instructions(result)


UNSAFE = {
    "a signature of an unknown kind": (
        "def f(body, signature):\n    return verify_signature(body, signature, 'key')",
        "verify_signature(body, signature or \"\", 'key')",
        "whether `signature` is text is not known here",
    ),
    "a body of an unknown kind": (
        "def f(body):\n    return gunzip_payload(body)",
        "return gunzip_payload(body)",
        "whether `body` is bytes is not known here",
    ),
    "zlib.error is caught": (
        "import zlib\ntry:\n    gunzip_payload(b'')\nexcept (ValueError, zlib.error):\n    pass",
        "gunzip_payload(b'')",
        "stream-chat lets zlib.error through",
    ),
}


@pytest.mark.parametrize(("text", "after", "reason"), UNSAFE.values(), ids=UNSAFE.keys())
def test_what_may_differ_is_only_moved_on_demand(text: str, after: str, reason: str) -> None:
    kept = rewrite(FROM + text)
    assert not kept.changed
    assert reason in instructions(kept)
    moved = rewrite(FROM + text, unsafe=True).after.decode()
    assert after in moved
    assert "getstream.webhook" in moved


def test_the_text_of_an_error_that_is_compared_as_a_whole_holds_what_raises_it() -> None:
    text = """
        from stream_chat.base.exceptions import INVALID_WEBHOOK_GZIP_FAILED, InvalidWebhookError
        from stream_chat.webhook import gunzip_payload

        try:
            gunzip_payload(b"")
        except InvalidWebhookError as error:
            if str(error) == INVALID_WEBHOOK_GZIP_FAILED:
                raise SystemExit(2)
        """
    result = rewrite(text)
    assert not result.changed
    assert "no longer equal" in instructions(result)
    assert "== InvalidWebhookError.GZIP_FAILED" in rewrite(text, unsafe=True).after.decode()


def test_what_another_file_takes_part_in_is_left() -> None:
    text = FROM + "gunzip_payload(b'')\nverify_signature(b'', 'x', 'k')"
    caught = rewrite(text, others={"views.py": CATCHES})
    assert "views.py is connected with this file and catches" in instructions(caught)
    assert caught.after.decode().endswith("gunzip_payload(b'')\nverify_signature(b'', 'x', 'k')")
    assert "from getstream.webhook import verify_signature\n" in caught.after.decode()
    named = rewrite(text, others={"views.py": "from hooks import verify_signature\n"})
    assert "views.py imports the name from here" in instructions(named)
    assert "from getstream.webhook import gunzip_payload\n" in named.after.decode()


def test_only_what_is_selected_moves() -> None:
    text = FROM + "gunzip_payload(b'')\nverify_signature(b'', 'x', 'k')"
    after = rewrite(text, select=("SM460",)).after.decode()
    assert "from getstream.webhook import verify_signature\n" in after
    assert "import InvalidWebhookError, gunzip_payload, parse_event\n" in after


class Row(NamedTuple):
    """A program and what it becomes."""

    before: str
    after: str


MOVED = {
    "each spelling of an import": Row(
        """
        import stream_chat.webhook
        import stream_chat.webhook as hooks
        from stream_chat import webhook
        from stream_chat.webhook import verify_signature as verify

        print(verify(b"", "x", "k"))
        print(hooks.verify_signature(b"", "x", "k"))
        print(webhook.gunzip_payload(b""))
        print(stream_chat.webhook.gunzip_payload(body=b""))
        """,
        """
        from getstream.webhook import gunzip_payload, verify_signature as verify

        print(verify(b"", "x", "k"))
        print(verify(b"", "x", "k"))
        print(gunzip_payload(b""))
        print(gunzip_payload(body=b""))
        """,
    ),
    "a function's own import": Row(
        """
        def check(body: bytes) -> bytes:
            from stream_chat.webhook import gunzip_payload

            return gunzip_payload(body)
        """,
        """
        def check(body: bytes) -> bytes:
            from getstream.webhook import gunzip_payload

            return gunzip_payload(body)
        """,
    ),
    "a header that may be missing": Row(
        """
        from stream_chat.webhook import verify_signature

        def hook(request):
            good = verify_signature(request.body, request.META["HTTP_X_SIGNATURE"], "k")
            return good and verify_signature(b"", request.headers.get("X"), "k")
        """,
        """
        from getstream.webhook import verify_signature

        def hook(request):
            good = verify_signature(request.body, request.META["HTTP_X_SIGNATURE"], "k")
            return good and verify_signature(b"", request.headers.get("X") or "", "k")
        """,
    ),
    "handlers move with what raises": Row(
        """
        from stream_chat.base.exceptions import INVALID_WEBHOOK_SIGNATURE_MISMATCH, InvalidWebhookError
        from stream_chat.webhook import gunzip_payload, verify_signature

        def read(body: bytes, signature: str) -> bytes:
            payload = gunzip_payload(body)
            if not verify_signature(payload, signature, "k"):
                raise InvalidWebhookError(INVALID_WEBHOOK_SIGNATURE_MISMATCH)
            return payload

        try:
            read(b"", "x")
        except (ValueError, InvalidWebhookError) as error:
            print(error, isinstance(error, InvalidWebhookError))
        """,
        """
        from getstream.webhook import InvalidWebhookError, gunzip_payload, verify_signature

        def read(body: bytes, signature: str) -> bytes:
            payload = gunzip_payload(body)
            if not verify_signature(payload, signature, "k"):
                raise InvalidWebhookError(InvalidWebhookError.SIGNATURE_MISMATCH)
            return payload

        try:
            read(b"", "x")
        except (ValueError, InvalidWebhookError) as error:
            print(error, isinstance(error, InvalidWebhookError))
        """,
    ),
    "a handler for both": Row(
        """
        from stream_chat.webhook import InvalidWebhookError, gunzip_payload, parse_event

        try:
            payload = gunzip_payload(b"{}")
            print(parse_event(payload))
        except InvalidWebhookError as error:
            print(isinstance(error, InvalidWebhookError))
        """,
        """
        from stream_chat.webhook import InvalidWebhookError, parse_event
        from getstream.webhook import (
            InvalidWebhookError as InvalidWebhookErrorV2,
            gunzip_payload,
        )

        try:
            payload = gunzip_payload(b"{}")
            print(parse_event(payload))
        except (InvalidWebhookError, InvalidWebhookErrorV2) as error:
            print(isinstance(error, (InvalidWebhookError, InvalidWebhookErrorV2)))
        """,
    ),
    "a handler of what is elsewhere catches both": Row(
        """
        from stream_chat.webhook import InvalidWebhookError, gunzip_payload

        print(gunzip_payload(b"{}"))
        try:
            print(len("elsewhere"))
        except (KeyError, InvalidWebhookError):
            pass
        """,
        """
        from stream_chat.webhook import InvalidWebhookError
        from getstream.webhook import (
            InvalidWebhookError as InvalidWebhookErrorV2,
            gunzip_payload,
        )

        print(gunzip_payload(b"{}"))
        try:
            print(len("elsewhere"))
        except (KeyError, InvalidWebhookError, InvalidWebhookErrorV2):
            pass
        """,
    ),
    "texts of errors": Row(
        """
        from stream_chat.base.exceptions import INVALID_WEBHOOK_GZIP_FAILED as FAILED
        import stream_chat.base.exceptions as errors

        print(FAILED in "gzip decompression failed", errors.INVALID_WEBHOOK_INVALID_JSON)
        """,
        """
        from getstream.webhook import InvalidWebhookError

        print(InvalidWebhookError.GZIP_FAILED in "gzip decompression failed", InvalidWebhookError.INVALID_JSON)
        """,
    ),
    "calls in calls": Row(
        """
        from stream_chat import webhook

        print(webhook.verify_signature(webhook.gunzip_payload(b"{}"), "x", "k"))
        """,
        """
        from getstream.webhook import gunzip_payload, verify_signature

        print(verify_signature(gunzip_payload(b"{}"), "x", "k"))
        """,
    ),
    "a name that is exported keeps its class": Row(
        """
        from stream_chat.webhook import verify_signature

        __all__ = ["verify_signature"]
        print(verify_signature(b"", "x", "k"))
        """,
        """
        from stream_chat.webhook import verify_signature
        from getstream.webhook import verify_signature as verify_signature_v2

        __all__ = ["verify_signature"]
        print(verify_signature_v2(b"", "x", "k"))
        """,
    ),
}


@pytest.mark.parametrize("row", MOVED.values(), ids=MOVED.keys())
def test_what_moves_does_the_same(row: Row) -> None:
    result = rewrite(row.before)
    assert result.after.decode() == dedent(row.after).lstrip()
    before, after = run(result.before.decode()), run(result.after.decode())
    assert (after.error, after.output) == (before.error, before.output)
    assert compare_traces(before, after) == []


@pytest.mark.parametrize("row", MOVED.values(), ids=MOVED.keys())
def test_a_second_run_changes_nothing(row: Row) -> None:
    first = rewrite(row.before)
    for unsafe in (False, True):
        assert not rewrite(first.after.decode(), unsafe=unsafe).changed


def test_a_handler_of_both_sdks_and_of_both_errors() -> None:
    text = """
        from stream_chat import StreamChat
        from stream_chat.base.exceptions import InvalidWebhookError, StreamAPIException
        from stream_chat.webhook import gunzip_payload, parse_event

        client = StreamChat("key", "secret")
        client.unheard_of()
        try:
            client.upsert_user({"id": "jane"})
            parse_event(gunzip_payload(b"x"))
        except (StreamAPIException, InvalidWebhookError):
            print("caught")
        """
    after = rewrite(text).after.decode()
    assert "except (StreamAPIException, InvalidWebhookError, StreamApiException, InvalidWebhookErrorV2):" in after


def test_a_method_of_a_client_that_stays_keeps_its_error() -> None:
    text = """
        from stream_chat import StreamChat
        from stream_chat.webhook import InvalidWebhookError, gunzip_payload

        client = StreamChat("key", "secret-of-at-least-32-characters-length")
        try:
            gunzip_payload(b"x")
            client.parse_sqs("x")
        except InvalidWebhookError:
            observe("caught", True)
        """
    result = rewrite(text)
    assert "except (InvalidWebhookError, InvalidWebhookErrorV2):" in result.after.decode()
    assert run(result.after.decode()).observed == run(result.before.decode()).observed == (("caught", True),)


FRAMEWORKS = {
    "flask": ("from flask import request", "gunzip_payload(request.get_data())"),
    "flask attribute": ("from flask import request", "gunzip_payload(request.data)"),
    "django": ("from django.http import HttpRequest", "def f(r: HttpRequest):\n    return gunzip_payload(r.body)"),
    "fastapi": ("from fastapi import Request", "async def f(r: Request):\n    gunzip_payload(await r.body())"),
    "aiohttp": ("from aiohttp import web", "async def f(r: web.Request):\n    gunzip_payload(await r.read())"),
    "header": ("from fastapi import Header", "def f(x: str = Header()):\n    verify_signature(b'', x, 'k')"),
    "optional": ("from typing import Optional", "def f(x: Optional[str]):\n    verify_signature(b'', x, 'k')"),
    "annotated": ("from typing import *", "def f(x: Annotated[str | None, 1]):\n    verify_signature(b'', x, 'k')"),
    "lambda": ("", "def f(event):\n    s = event['headers']['x-signature']\n    verify_signature(b'', s, 'k')"),
    "default": ("", "def f(r):\n    s = r.headers.get('X', '')\n    verify_signature(b'', s, 'k')"),
    "either": ("import os", "verify_signature(b'', os.getenv('A') or os.environ['B'], 'k')"),
    "encoded": ("", "def f(text: str):\n    gunzip_payload(text.encode('utf-8'))"),
}


@pytest.mark.parametrize(("start", "text"), FRAMEWORKS.values(), ids=FRAMEWORKS.keys())
def test_what_frameworks_give_is_known(start: str, text: str) -> None:
    result = rewrite(f"{start}\n{FROM}{text}")
    assert [site.instruction for site in result.sites] == [""]
    assert result.changed


UNKNOWN = {
    "as text": ("from flask import request", "gunzip_payload(request.get_data(as_text=True))"),
    "an unknown request": ("", "def f(request):\n    return gunzip_payload(request.data)"),
    "a token": ("import jwt", "gunzip_payload(jwt.encode({}, 'key'))"),
    "either kind": ("", "def f(x: str | bytes):\n    return verify_signature(b'', x, 'k')"),
    "either name": ("", "x = 'a'\nx = b'a'\nverify_signature(b'', x, 'k')"),
    "metadata": ("", "def f(doc):\n    return verify_signature(b'', doc.meta['signature'], 'k')"),
    "another mapping": ("", "def f(row):\n    return verify_signature(b'', row['signature'], 'k')"),
}


@pytest.mark.parametrize(("start", "text"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_may_be_anything_is_not_moved_by_itself(start: str, text: str) -> None:
    result = rewrite(f"{start}\n{FROM}{text}")
    assert not result.changed
    assert "is not known here" in instructions(result)


def test_what_is_left_is_said_once_above_its_line() -> None:
    text = FROM + "event = parse_event(b'{}')\nprint(verify_signature(b'', 'x', 'k'))\n"
    settings = RewriteSettings(unproven=True)
    first = rewrite_source(text.encode(), "hooks.py", settings)
    assert first.after.decode().count("\n# TODO(streammigrate): SM462 ") == 1
    assert rewrite_source(first.after, "hooks.py", settings).after == first.after


def test_a_handler_of_another_error_that_is_raised_beside_it_catches_both() -> None:
    text = FROM + dedent(
        """
        gunzip_payload(b"")
        try:
            if elsewhere():
                raise ValueError
        except InvalidWebhookError:
            pass
        """
    )
    assert "except (InvalidWebhookError, InvalidWebhookErrorV2):" in rewrite(text).after.decode()
