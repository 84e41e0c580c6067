"""Places in requests."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from streammigrate.surface.wire import Request, Wire, changed_places, deep_changes, key_paths, parse

BASE = Request("POST", "/a/b", {"q": "1"}, {"k": {"deep": 1, "other": 2}, "l": [{"x": 1}, {"x": 2}]}, {})


@pytest.mark.parametrize(
    ("change", "deep", "outer"),
    [
        ({}, [], []),
        ({"path": "/a/c"}, ["path:2"], ["path"]),
        ({"path": "/a"}, ["path:2"], ["path"]),
        ({"query": {"q": "2"}}, ["query:q"], ["query:q"]),
        ({"query": {}}, ["query:q"], ["query:q"]),
        ({"body": {**BASE.body, "k": {"deep": 3, "other": 2}}}, ["body:k.deep"], ["body:k"]),
        ({"body": {**BASE.body, "l": [{"x": 1}, {"x": 3}]}}, ["body:l[].x"], ["body:l"]),
        ({"body": {**BASE.body, "l": [1]}}, ["body:l", "body:l[].x"], ["body:l"]),
        ({"body": {**BASE.body, "n": None}}, ["body:n"], ["body:n"]),
        ({"form": {"file": "x"}}, ["form:file"], ["form:file"]),
    ],
)
def test_changes(change: dict[str, Any], deep: list[str], outer: list[str]) -> None:
    other = BASE._replace(**change)
    assert deep_changes(BASE, other) == deep
    assert changed_places(BASE, other) == outer


def test_a_payload_is_looked_into() -> None:
    query = urlencode({"payload": json.dumps({"filter": {"a": 1}}), "api_key": "k"})
    request = parse("GET", f"https://x.invalid/users?{query}", b"", "")
    assert dict(key_paths(request)) == {"payload:filter.a": 1}


def test_a_form_is_read() -> None:
    body = b'--B\r\nContent-Disposition: form-data; name="file"; filename="f.png"\r\n\r\nbytes\r\n--B--\r\n'
    assert parse("POST", "https://x.invalid/f", body, "multipart/form-data; boundary=B").form == {"file": "f.png|bytes"}


def test_a_body_that_is_no_json_is_text() -> None:
    assert parse("POST", "https://x.invalid/f", b"plain", "").body == "plain"


def test_nothing_is_sent_and_the_transports_are_put_back() -> None:
    httpx = pytest.importorskip("httpx", reason="comes with the extra `proof`")
    before = httpx.HTTPTransport.handle_request
    with Wire() as wire, httpx.Client() as client:
        request = wire.first_request(lambda: client.post("https://never.invalid/x?api_key=k&a=1", json={"b": 2}))
        assert request == Request("POST", "/x", {"a": "1"}, {"b": 2}, {})
        assert wire.first_request(lambda: None) is None
    assert httpx.HTTPTransport.handle_request is before
