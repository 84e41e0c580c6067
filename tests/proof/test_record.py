"""What the recording transports take down of a request."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from streammigrate.proof.multipart import Part, parse_parts
from streammigrate.proof.record import make_request
from streammigrate.proof.run import Trace, run

Runner = Callable[[str], Trace]


def test_a_request_of_v1(run_v1: Runner) -> None:
    (sent,) = run_v1("client.send_user_custom_event('a b', {'type': 'x'})").requests
    assert sent == make_request(
        "v1",
        "POST",
        "https://chat.stream-io-api.com/users/a%20b/event?api_key=key",
        "application/json",
        b'{"event": {"type": "x"}}',
        6.0,
    )


def test_a_request_of_v2(run_v2: Runner) -> None:
    code = "client.chat.send_user_custom_event(user_id='a/b', event=UserCustomEventRequest(type='x'))"
    (sent,) = run_v2(code).requests
    assert (sent.sdk, sent.method, sent.path) == ("v2", "POST", "/api/v2/chat/users/a%2Fb/event")
    assert (sent.body, sent.query, sent.timeout) == ({"event": {"type": "x"}}, {}, 6.0)
    assert (sent.host, sent.api_key) == ("https://chat.stream-io-api.com", "key")


def test_a_body_that_is_no_json_and_a_key_sent_twice() -> None:
    sent = make_request("v2", "post", "https://h/p?a=1&a=2&b=", "application/x-www-form-urlencoded", b"x=1", None)
    assert (sent.method, sent.body, sent.query) == ("POST", {"_raw": "x=1"}, {"a": ("1", "2"), "b": ""})


ASYNC_UPLOAD = """
import asyncio
from stream_chat import StreamChatAsync

async def main():
    async with StreamChatAsync("key", "secret-of-at-least-32-characters-length") as client:
        await client.channel("t", "c").send_file("https://files/x.txt", "n.txt", {"id": "u"}, content_type="text/plain")

asyncio.run(main())
"""


def test_uploads(run_v1: Runner, run_v2: Runner, tmp_path: Path) -> None:
    path = tmp_path / "n.txt"
    path.write_bytes(b"the file at https://files/x.txt")
    call = "channel.send_file('https://files/x.txt', 'n.txt', {'id': 'u'}, content_type='text/plain')"
    download, before = run_v1(call).requests
    (after,) = run_v2(f"channel.upload_channel_file(file={str(path)!r}, user=OnlyUserID(id='u'))").requests
    *_, asynchronous = run(ASYNC_UPLOAD).requests
    assert (download.method, download.host, download.path) == ("GET", "https://files", "/x.txt")
    file = Part("file", "n.txt", "text/plain", path.read_bytes())
    for sent in (before, after, asynchronous):
        assert sent.body is None
        assert sent.parts is not None
        assert [part for part in sent.parts if part.name == "file"] == [file]
        assert [part.data for part in sent.parts if part.name == "user"] == [b'{"id": "u"}']


@pytest.mark.parametrize("data", [b"", b"a\r\nb\r\n", b"\x00\xff--x\n", b"--"])
def test_parts_keep_their_bytes(data: bytes) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a b.bin"\r\n\r\n' + data + b"\r\n--x--\r\n"
    assert parse_parts("multipart/form-data; boundary=x", body) == (Part("f", "a b.bin", "", data),)


def test_other_bodies_have_no_parts() -> None:
    assert parse_parts("application/json", b"{}") is None
    assert parse_parts("multipart/form-data", b"--x") is None


def test_a_session_left_open_does_not_complain(recwarn: pytest.WarningsRecorder) -> None:
    import gc

    run(ASYNC_UPLOAD.replace("async with", "if True:\n        client =").replace(" as client:", ""))
    gc.collect()
    assert not [w for w in recwarn if issubclass(w.category, ResourceWarning)]
