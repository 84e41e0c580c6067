"""Where the key and the secret come from, and that nothing shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from streammigrate.checks import credentials
from streammigrate.errors import InputError, UsageError

BOTH = {"STREAM_API_KEY": "key", "STREAM_API_SECRET": "secret"}


def env(folder: Path, text: str, name: str = ".env") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_environment_counts_before_the_file_beside(tmp_path: Path) -> None:
    env(tmp_path, "STREAM_API_KEY=other\nSTREAM_API_SECRET=other\n")
    found = credentials.find(BOTH, None, tmp_path)
    assert (found.key, found.secret, found.source) == ("key", "secret", "the environment")


def test_the_file_that_is_named_counts_alone(tmp_path: Path) -> None:
    path = env(tmp_path, "STREAM_API_KEY=other\nSTREAM_API_SECRET=theirs\n", "prod.env")
    found = credentials.find(BOTH, path, tmp_path)
    assert (found.key, found.secret, found.source) == ("other", "theirs", path)


def test_the_two_are_never_mixed(tmp_path: Path) -> None:
    env(tmp_path, "STREAM_API_SECRET=theirs\n")
    with pytest.raises(UsageError, match="without both in one place"):
        credentials.find({"STREAM_API_KEY": "key"}, None, tmp_path)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "without STREAM_API_KEY and STREAM_API_SECRET"),
        ({"STREAM_API_KEY": "key"}, "without STREAM_API_SECRET"),
        ({"STREAM_API_KEY": " ", "STREAM_API_SECRET": "s"}, "without STREAM_API_KEY"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, environment: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        credentials.find(environment, None, tmp_path)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("export A=b", "b"),
        (" A = b ", "b"),
        ("A='b c'", "b c"),
        ('A="b\\"c\\n"', 'b"c\n'),
        ("A='b\\n'", "b\\n"),
        ("A=b # note", "b"),
        ("A=b#c", "b#c"),
        ("A='b' # note", "b"),
        ("A=", ""),
        ("A=b=c", "b=c"),
        ("A='open", "'open"),
        ("# A=b", None),
        ("A", None),
        ("1A=b", None),
    ],
)
def test_lines_of_an_env_file(tmp_path: Path, line: str, value: str | None) -> None:
    assert credentials.read_env_file(env(tmp_path, f"\ufeff{line}\r\nZ=1\n")).get("A") == value


def test_an_env_file_that_cannot_be_read(tmp_path: Path) -> None:
    for path, id in ((tmp_path / "none", "SM901"), (tmp_path, "SM903")):
        with pytest.raises(InputError) as stop:
            credentials.read_env_file(str(path))
        assert stop.value.finding.id == id
    (tmp_path / "bad").write_bytes(b"A=\xff\n")
    with pytest.raises(InputError) as stop:
        credentials.read_env_file(str(tmp_path / "bad"))
    assert stop.value.finding.id == "SM905"


def test_credentials_do_not_show_themselves() -> None:
    shown = repr(credentials.Credentials("key-abc", "secret-def", "here"))
    assert "abc" not in shown
    assert "def" not in shown
