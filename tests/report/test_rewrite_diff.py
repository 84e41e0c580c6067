"""The patch of a rewrite."""

from __future__ import annotations

from pathlib import Path

import pytest

from streammigrate.codemod.model import FileResult
from streammigrate.report.rewrite_diff import render


def diff(before: bytes, after: bytes, path: str = "a.py") -> bytes:
    return render([FileResult(path, before, after)])


def test_a_file_that_stays_has_none() -> None:
    assert diff(b"x\n", b"x\n") == b""


@pytest.mark.parametrize(
    ("before", "after", "body"),
    [
        (b"x\n", b"y\n", b"@@ -1 +1 @@\n-x\n+y\n"),
        (b"x", b"y", b"@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n"),
        (b"x", b"x\ny", b"@@ -1 +1,2 @@\n-x\n\\ No newline at end of file\n+x\n+y\n\\ No newline at end of file\n"),
        (b"x\r\n\xff\r\n", b"y\r\n\xff\r\n", b"@@ -1,2 +1,2 @@\n-x\r\n+y\r\n \xff\r\n"),
        (b"x\r\x0cz\n", b"y\r\x0cz\n", b"@@ -1 +1 @@\n-x\r\x0cz\n+y\r\x0cz\n"),
        (b"x\n", b"", b"@@ -1 +0,0 @@\n-x\n"),
    ],
)
def test_bytes_are_kept(before: bytes, after: bytes, body: bytes) -> None:
    assert diff(before, after) == b"--- a/a.py\n+++ b/a.py\n" + body


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("./app/a.py", b"--- a/app/a.py\n"),
        ("app/a b.py", b"--- a/app/a b.py\t\n"),
        ('a"b.py', b'--- "a/a\\"b.py"\n'),
        ("a\tb.py", b'--- "a/a\\tb.py"\n'),
        ("ä.py", "--- a/ä.py\n".encode()),
        ("/elsewhere/a.py", b"--- a/elsewhere/a.py\n"),
    ],
)
def test_names_are_what_git_takes(path: str, head: bytes) -> None:
    assert diff(b"x\n", b"y\n", path).startswith(head)


def test_an_absolute_path_is_named_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert diff(b"x\n", b"y\n", str(tmp_path / "app" / "a.py")).startswith(b"--- a/app/a.py\n")
