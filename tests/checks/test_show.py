"""What of a value may be shown."""

from __future__ import annotations

from typing import Any

import pytest

from streammigrate.checks import show


@pytest.mark.parametrize(
    "name",
    "secret api_key apiKey apikey token access_token password passwd credentials_json p12_cert authorization key sqs_key "
    "auth_key privateKey signature jwt otp".split(),
)
def test_names_of_secrets(name: str) -> None:
    assert show.is_secret_name(name)
    assert show.value("x", name) == show.MASK


@pytest.mark.parametrize(
    "name", "color keyboard monkey author name revoke_tokens_issued_before hockey passport_no".split()[:-1]
)
def test_names_of_no_secrets(name: str) -> None:
    assert not show.is_secret_name(name)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("red", '"red"'),
        (True, "true"),
        (None, "null"),
        (1.5, "1.5"),
        ([], "[]"),
        ([1, 2], "a list of 2"),
        ({}, "{}"),
        ({"a": 1}, "an object with 1 key"),
        ({"a": 1, "b": 2}, "an object with 2 keys"),
        ("x" * 50 + "!", None),
        ("a\nb\x1b[31m", '"a b\ufffd[31m"'),
        ("https://user:pass@host.example/path?token=1", '"https://host.example/…"'),
        ("eyJhbGciOiJIUzI1NiJ9.e30.abc", '"***"'),
        ("-----BEGIN PRIVATE KEY-----", '"***"'),
        ("0123456789abcdef0123456789abcdef", '"***"'),
        ("before_message_send_hook_timeout_2", '"before_message_send_hook_timeout_2"'),
    ],
)
def test_values(data: Any, expected: str | None) -> None:
    assert show.value(data) == (expected or '"' + "x" * 39 + '…"')


def test_switches_and_empty_values_of_secret_names_are_shown() -> None:
    assert show.value(True, "token_enabled") == "true"
    assert show.value("", "token") == '""'


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://host.example", "https://host.example"),
        ("https://host.example/", "https://host.example"),
        ("https://u:p@host.example:8443/a/b?c#d", "https://host.example:8443/…"),
        ("https://u:pass/word@host.example/x", "https://***"),
        ("https://[::1]:80/x", "https://[::1]:80/…"),
        ("no address at all", "***"),
        ("", ""),
    ],
)
def test_addresses(url: str, expected: str) -> None:
    assert show.address(url) == expected


def test_the_scrubber_knows_a_secret_in_every_form() -> None:
    scrub = show.Scrubber(['se/cr~et"1', "short", ""])
    for written in ('se/cr~et"1', 'se/cr~et\\"1', "se%2Fcr~et%221", 'se~1cr~0et"1'):
        assert scrub.text(f"<{written}>") == "<***>"
    assert scrub.text("short") == "short"
    assert "cr~et" not in repr(scrub)


def test_a_secret_that_holds_another_is_masked_whole() -> None:
    assert show.Scrubber(["abcdef", "abcdefgh"]).text("abcdefgh") == "***"


def test_secrets_in_a_document() -> None:
    tree = {"a": [{"sqs_secret": "one", "auth_type": "certificate"}], "api_key": {"deep": 1}, "name": "x"}
    assert list(show.secrets_in(tree)) == ["one"]
