"""The project's own formatter, on the lines that a rewrite touches and on no others."""

from __future__ import annotations

import ast
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from streammigrate.codemod.model import FileResult
from streammigrate.errors import UsageError

_SECONDS = 120
_SHOWN = 300


class Formatted(NamedTuple):
    """The results with formatted lines, and the files whose lines stay as they are, each with the reason."""

    files: tuple[FileResult, ...]
    failed: tuple[tuple[str, str], ...]


def parse_command(text: str) -> list[str]:
    """Return the words of a command. Raises UsageError for none, or one whose program is not there."""
    try:
        words = shlex.split(text, posix=os.name != "nt")
    except ValueError as error:
        raise UsageError(f"--format-with {text!r} cannot be read: {error}") from None
    if not words:
        raise UsageError('--format-with takes the command of a formatter, such as "ruff format"')
    if shutil.which(words[0]) is None:
        raise UsageError(f"--format-with: there is no program {words[0]!r} on PATH")
    return words


def format_results(files: Sequence[FileResult], command: Sequence[str]) -> Formatted:
    """Return results in which a formatter's changes to lines that the rewrite touches are made.

    Only Python files are formatted. Where a formatter fails, or what it makes of these lines alone would mean something
    else, the lines stay.
    """
    found, failed = [], []
    for result in files:
        if result.changed and result.path.endswith((".py", ".pyi")):
            after, reason = _formatted(result, command)
            if reason:
                failed.append((result.path, reason))
            result = result._replace(after=after)
        found.append(result)
    return Formatted(tuple(found), tuple(failed))


def _formatted(result: FileResult, command: Sequence[str]) -> tuple[bytes, str]:
    try:
        whole = _run(command, result.path, result.after)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return result.after, str(error)
    for by_line in (True, False):
        after = touched_only(result.before, result.after, whole, by_line=by_line)
        if after == result.after or _means_the_same(result.after, after):
            return after, ""
    return result.after, "its changes to the touched lines alone would not mean the same"


def touched_only(before: bytes, after: bytes, formatted: bytes, *, by_line: bool = True) -> bytes:
    """Return `after` with those changes of `formatted` that overlap lines which differ from `before`.

    Where as many lines take the place of some lines, they are changed one `by_line`, else together.
    """
    old, new, wanted = (data.splitlines(keepends=True) for data in (before, after, formatted))
    touched: set[int] = set()
    for tag, _, _, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            touched.update(range(start, end))
    lines: list[bytes] = []
    for tag, start, end, first, last in SequenceMatcher(None, new, wanted, autojunk=False).get_opcodes():
        # Lines that are put in belong to the line before or after them.
        near = touched.intersection(range(start, end) if end > start else (start - 1, start))
        if tag == "equal" or not near:
            lines += new[start:end]
        elif by_line and end - start == last - first:
            lines += [wanted[first + at - start] if at in touched else new[at] for at in range(start, end)]
        else:
            lines += wanted[first:last]
    return b"".join(lines)


def _means_the_same(one: bytes, other: bytes) -> bool:
    try:
        return _shape(one) == _shape(other)
    except (SyntaxError, ValueError, RecursionError):
        return False


def _shape(source: bytes) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        # A formatter may indent the lines of a docstring anew.
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            node.value.value = " ".join(node.value.value.split())
    return ast.dump(tree)


def _run(command: Sequence[str], path: str, source: bytes) -> bytes:
    """Return what a formatter makes of a source. Raises ValueError with what it says where it fails."""
    names = [Path(word).stem for word in command]
    folder = str(Path(path).absolute().parent)
    full = str(Path(path).absolute())
    if "ruff" in names and "format" in command:
        return _output([*command, "--stdin-filename", full, "-"], folder, source)
    if "black" in names:
        return _output([*command, "--quiet", "--stdin-filename", full, "-"], folder, source)
    # Beside the file, so that the formatter finds the settings that hold for it.
    handle, name = tempfile.mkstemp(prefix=".streammigrate-", suffix=Path(path).suffix, dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(source)
        _output([*command, name], folder, b"")
        return Path(name).read_bytes()
    finally:
        with suppress(OSError):
            Path(name).unlink()


def _output(command: Sequence[str], folder: str, source: bytes) -> bytes:
    done = subprocess.run(command, cwd=folder, input=source, capture_output=True, timeout=_SECONDS, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()[-_SHOWN:]
        raise ValueError(f"the formatter failed (exit code {done.returncode}); it says: {said or 'nothing'}")
    return done.stdout
