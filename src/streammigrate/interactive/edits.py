"""What somebody writes in the place of what is proposed."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from streammigrate.codemod.model import FileResult
from streammigrate.codemod.parsing import Unappliable, decode, parse
from streammigrate.codemod.settings import SiteKey
from streammigrate.interactive.pieces import Piece, covering, lines_of, pieces


class Stretch(NamedTuple):
    """A part of a file as it would become, from the first to the last line that an answer is about."""

    path: str
    start: int
    end: int
    """Where it is in the file as it is; lines count from 0, `end` is the one after the last."""
    text: str
    """What is proposed, with the line ends of the file."""


class Edit(NamedTuple):
    """A stretch and what is to stand there instead."""

    stretch: Stretch
    text: str
    keys: frozenset[SiteKey]
    """The sites that it answers."""


def is_editable(result: FileResult) -> bool:
    """Return whether the text of a file can be edited and looked at: it is Python, and no document that holds Python."""
    return result.path.endswith((".py", ".pyi", ".pyw"))


def texts(result: FileResult) -> tuple[str, str]:
    """Return a file before and after, in the encoding that it declares; what is no text has signs in its place."""
    return _text(result.before), _text(result.after)


def _text(data: bytes) -> str:
    try:
        return decode(data)
    except (SyntaxError, UnicodeDecodeError):
        return data.decode("utf-8", "replace")


def changes(result: FileResult) -> tuple[Piece, ...]:
    """Return the pieces of a file that change."""
    before, after = texts(result)
    return pieces(before, after, python=is_editable(result))


def stretch(result: FileResult, touched: Iterable[tuple[int, int]]) -> Stretch | None:
    """Return the part of a file that the edits of some lines are in (first and last, from 1), None where nothing changes."""
    found = covering(changes(result), touched)
    if not found:
        return None
    new = lines_of(texts(result)[1])
    return Stretch(result.path, found[0].start, found[-1].end, "".join(new[found[0].new_start : found[-1].new_end]))


def applied(result: FileResult, edit: Edit) -> FileResult | None:
    """Return a file with an edit; None where something else is proposed there than what was edited."""
    part = edit.stretch
    _, after = texts(result)
    lines = lines_of(after)
    within = [one for one in changes(result) if part.start <= one.start and one.end <= part.end]
    if not within:
        return None
    start, end = within[0].new_start, within[-1].new_end
    if (within[0].start, within[-1].end) != (part.start, part.end) or "".join(lines[start:end]) != part.text:
        return None
    return result._replace(after=_encoded(result, "".join([*lines[:start], edit.text, *lines[end:]])))


def with_edits(files: Sequence[FileResult], edits: Iterable[Edit]) -> tuple[tuple[FileResult, ...], tuple[Edit, ...]]:
    """Return files with the edits that still fit, and those that do not."""
    found = {result.path: result for result in files}
    lost: list[Edit] = []
    for edit in edits:
        result = found.get(edit.stretch.path)
        done = None if result is None else applied(result, edit)
        if done is None:
            lost.append(edit)
        else:
            found[done.path] = done
    return tuple(found[result.path] for result in files), tuple(lost)


def refusal(result: FileResult, part: Stretch, text: str) -> str:
    """Return why a text cannot stand in the place of what is proposed, or nothing."""
    try:
        done = applied(result, Edit(part, text, frozenset()))
    except UnicodeEncodeError as error:
        return f"the encoding of the file cannot hold it: {error.reason}"
    if done is None:
        return "something else is proposed there by now"
    try:
        parse(done.after)
    except Unappliable as error:
        at = "" if error.line is None else f", line {error.line}"
        return f"{error.reason}{at}"
    return ""


def _encoded(result: FileResult, text: str) -> bytes:
    source = result.after if result.new else result.before
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return text.encode(encoding)
