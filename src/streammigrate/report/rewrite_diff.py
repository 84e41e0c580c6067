"""A rewrite as a unified diff that `git apply` and `patch -p1` take, byte for byte."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from streammigrate.codemod.model import FileResult

_ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def render(files: Iterable[FileResult]) -> bytes:
    """Return the diffs of all files that change, in the files' own encodings."""
    return b"".join(line for result in files for line in file_diff(result))


def file_diff(result: FileResult) -> Iterator[bytes]:
    """Yield the lines of one file's diff with their ends; nothing when it stays."""
    if not result.changed:
        return
    name = _name(result.path)
    lines = difflib.diff_bytes(
        difflib.unified_diff,
        _lines(result.before),
        _lines(result.after),
        b"/dev/null" if result.new else _header("a/", name),
        _header("b/", name),
    )
    for line in lines:
        if line.endswith(b"\n"):
            yield line
        else:
            yield line + b"\n"
            yield b"\\ No newline at end of file\n"


def _lines(data: bytes) -> list[bytes]:
    # Not splitlines, which also splits at a carriage return that stands alone.
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _name(path: str) -> str:
    """Return a path as a patch names it: from the current folder, or from the root without the slash."""
    name = os.path.normpath(path)
    if Path(name).is_absolute():
        with suppress(OSError, ValueError):
            name = str(Path(name).relative_to(Path.cwd()))
    return name.replace(os.sep, "/").lstrip("/")


def _header(prefix: str, name: str) -> bytes:
    text = prefix + name
    if any(mark in text for mark in _ESCAPES):
        text = '"' + "".join(_ESCAPES.get(mark, mark) for mark in text) + '"'
    elif " " in text:
        # A tab ends a name that has spaces.
        text += "\t"
    return os.fsencode(text)
