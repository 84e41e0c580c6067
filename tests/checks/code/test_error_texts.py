"""SM643 finds decisions that hang on the words of an error of Stream."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import places

from streammigrate.checks.code.error_texts import CHECK

_V1 = "from stream_chat import StreamChat\nfrom stream_chat.base.exceptions import StreamAPIException\n" \
    "client = StreamChat('k', 's')\n"  # fmt: skip
_V2 = "from getstream import Stream, StreamTransportException\nfrom getstream.exceptions import StreamApiException\n" \
    "client = Stream('k', 's')\n"  # fmt: skip
_LINE = 7


def _v1(handler: str, kind: str = "StreamAPIException", call: str = "client.get_message('m')") -> str:
    return f"{_V1}try:\n    {call}\nexcept {kind} as e:\n    {handler}\n"


def _v2(handler: str, kind: str = "StreamApiException", call: str = "client.chat.get_message('m')") -> str:
    return f"{_V2}try:\n    {call}\nexcept {kind} as e:\n    {handler}\n"


@pytest.mark.parametrize(
    "code",
    [
        _v1("print(str(e))"),
        _v1("log.error('failed: %s', e)"),
        _v1("raise Http(str(e))"),
        _v1("gone = e.error_code == 16"),
        _v1("gone = e.status_code in (404, 410)"),
        _v1("gone = 'not found' in str(other)"),
        _v1("gone = 'not found' in str(e)", kind="ValueError"),
        _v1("gone = 'not found' in str(e)", kind="Exception", call="open('x')"),
        _v1("gone = 'not found' in str(e)", kind="Exception", call="db.get_message('m')"),
        _v1("gone = 'not found' in str(e)", kind="KeyError"),
        _v1("gone = e.status_code == 404", kind="Exception"),
        _v2("gone = e.code == 16 and e.status_code == 404"),
        _v2("print(e.message)"),
        _v2("gone = e.error_type == 'timeout'", kind="StreamTransportException"),
        "try:\n    db.get()\nexcept Exception as e:\n    gone = 'not found' in str(e)\n",
        "from elsewhere import StreamApiException\ntry:\n    db.get()\nexcept StreamApiException as e:\n"
        "    gone = 'not found' in str(e)\n",
    ],
)
def test_what_asks_for_no_words_of_streams_is_silent(tmp_path: Path, code: str) -> None:
    assert places(CHECK, tmp_path, {"app.py": code}) == []


@pytest.mark.parametrize(
    "code",
    [
        _v1("gone = 'not found' in str(e)"),
        _v1("gone = 'not found' in str(e).lower()"),
        _v1("gone = 'not found' not in f'{e}'"),
        _v1("gone = str(e).startswith('StreamChat error code 16')"),
        _v1("gone = e.error_message == 'gone'"),
        _v1("gone = re.search('not found', e.error_message)"),
        _v1("gone = 'exist' in e.args[0]"),
        _v1("gone = 'exist' in e.response_text"),
        _v1("text = str(e); gone = 'not found' in text"),
        _v1("gone = 'not found' in str(e)", kind="Exception"),
        _v1("gone = 'not found' in str(e)", kind="(ValueError, Exception)"),
        _v1("gone = 'not found' in str(e)", kind="(KeyError, StreamAPIException)"),
        _v1("gone = 'not found' in str(e)", call="anything()"),
        _v2("gone = 'not found' in str(e)"),
        _v2("gone = e.message == 'gone'"),
        _v2("gone = 'exist' in e.api_error.message"),
        _v2("gone = 'timed out' in str(e)", kind="StreamTransportException"),
        _v2("gone = 'not found' in str(e)", kind="Exception"),
    ],
)
def test_what_asks_for_words_is_told(tmp_path: Path, code: str) -> None:
    assert places(CHECK, tmp_path, {"app.py": code}) == [("app.py", _LINE)]


def test_a_handler_around_a_function_that_sends_counts(tmp_path: Path) -> None:
    code = (
        f"{_V1}def load():\n    return client.get_message('m')\ntry:\n    load()\nexcept Exception as e:\n"
        "    if 'not found' in str(e):\n        pass\n"
    )
    assert places(CHECK, tmp_path, {"app.py": code}) == [("app.py", 9)]


def test_the_function_that_sends_may_stand_in_another_file(tmp_path: Path) -> None:
    files = {
        "chat.py": f"{_V1}def load():\n    return client.get_message('m')\n",
        "app.py": "from chat import load\ntry:\n    load()\nexcept Exception as e:\n    gone = 'not found' in str(e)\n",
    }
    assert places(CHECK, tmp_path, files) == [("app.py", 5)]
