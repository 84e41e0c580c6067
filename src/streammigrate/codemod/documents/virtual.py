"""One Python module for all the Python of a document, and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.documents import standalone
from streammigrate.codemod.documents.lines import Line, merged
from streammigrate.codemod.model import Trouble
from streammigrate.codemod.parsing import Unappliable, parse

_MARK = "# streammigrate-part "
"""Begins the comment lines that bound the blocks; a number follows."""

_CODING = "# coding: utf-8 "
"""Stands in front of the first mark, so that no comment of a block can name an encoding."""

STAND_IN = "_streammigrate_ipython_"
"""Begins the names in lines that stand for what is no Python."""

MENTION = re.compile(r"\bstream_chat\b|\bStreamChat(?:Async)?\b")
"""What makes Python that is left alone worth a word."""

IMPORTING = re.compile(r"^[ \t]*(?:>+ ?|>>> ?|#> ?|[-*] )*[ \t]*(?:from|import)[ \t]+stream_chat\b", re.MULTILINE)
"""What makes text worth a word that is not said to be Python."""

_LINE_ENDS = re.compile(r"[\r\f\x0b]")
"""What ends a line for Python or for its tools, and not for a document."""


_NAME = re.compile(rf"`?{STAND_IN}\w*`?")


class Place(NamedTuple):
    """Where a line of the virtual source stands in the real file."""

    line: int
    label: str = ""


class Block(NamedTuple):
    """A stretch of Python in a document."""

    lines: tuple[Line, ...]
    places: tuple[Place, ...]
    """One for each line."""
    encode: Callable[[str], bytes]
    """Returns what the file has for a new line of Python, without its end."""
    end: bytes
    """What ends a new line in the file."""
    write: Callable[[Sequence[Line]], bytes]
    """Returns the block's bytes in the file. Only asked of a block that changed."""
    raw: bytes
    """The block's bytes as they are."""
    top: int = 0
    """How many lines have to stay first: those down to a cell's magic."""
    closed: bool = False
    """Whether the block is no Python at all, so that nothing can be put into it."""


class Frozen(NamedTuple):
    """What is no Python and stays. `lines` counts its lines where the virtual source keeps the file's numbers."""

    raw: bytes
    lines: int = 0


class Virtual(NamedTuple):
    """A document as Python. Without Python in it, `source` is empty."""

    source: bytes
    """UTF-8 Python with the blocks in their order, bounded by comment lines that are not to be touched."""
    troubles: tuple[Trouble, ...]
    """What was left out of it; lines are the real file's."""
    parts: tuple[Frozen | Block, ...]
    places: tuple[Place, ...] = ()
    """One for each line of `source`."""
    prose: bool = False
    """Whether people read the blocks one by one, so that each keeps the imports it needs."""

    def place(self, line: int) -> Place:
        """Return the real file's line for a line of `source` (both from 1), and words such as `cell 3, line 2`.

        Cells are counted from 1, over cells of all types. The words are empty where the line says all.
        """
        if not self.places:
            return Place(line)
        return self.places[min(max(line, 1), len(self.places)) - 1]

    def restore(self, after: bytes) -> bytes:
        """Return the whole file with the Python of `after` in the place of `source`'s; equal lines keep their bytes.

        An import that stands in no block goes to the block that imports stream-chat. Raises ValueError when anything
        else crossed a boundary, or when a line that is not Python would change.
        """
        if after == self.source:
            return b"".join(part.raw for part in self.parts)
        blocks = [part for part in self.parts if isinstance(part, Block)]
        before = [[line.text for line in block.lines] for block in blocks]
        edited = standalone.settled(before, *self._split(after), self.prose)
        written: list[bytes] = []
        turn = iter(zip(before, edited, strict=True))
        for part in self.parts:
            if isinstance(part, Frozen):
                written.append(part.raw)
                continue
            old, new = next(turn)
            if list(_stand_ins(old)) != list(_stand_ins(new)):
                raise ValueError("the edit would change a line that is not Python")
            new = [_told(text) if _is_comment(text) else text for text in _topped(part, old, new)]
            unchanged = old == new
            written.append(part.raw if unchanged else part.write(merged(part.lines, new, part.encode, part.end)))
        return b"".join(written)

    def _split(self, after: bytes) -> tuple[list[list[str]], list[str]]:
        """Return the lines of each block, and the lines that stand outside of all."""
        segments: list[list[str]] = [[]]
        for text in after.decode().removesuffix("\n").split("\n"):
            if _MARK not in text:
                segments[-1].append(text)
            elif text.removeprefix(_CODING) == f"{_MARK}{len(segments)}":
                segments.append([])
            else:
                raise ValueError("the edit crossed the end of a block of Python")
        held = _segments(_rows(self.parts, self.prose))
        if len(segments) != len(held):
            raise ValueError("the edit crossed the end of a block of Python")
        blocks = [segment for segment, own in zip(segments, held, strict=True) if own]
        outside = [text for segment, own in zip(segments, held, strict=True) if not own for text in segment]
        if not self.prose:
            # A blank line keeps a mark from being taken for a comment on the block's first statement.
            blocks = [block[1:] if block[:1] == [""] else block for block in blocks]
        return blocks, [text for text in outside if text.strip()]


def assembled(parts: Sequence[Frozen | Block], troubles: Sequence[Trouble], prose: bool) -> Virtual:
    """Return the document made of parts. A block that Python cannot take together with the others is left out.

    With `prose`, line numbers are the file's, and no two blocks are neighbours without a line between them.
    """
    kept, found = list(parts), list(troubles)
    while any(isinstance(part, Block) for part in kept):
        rows = _rows(kept, prose)
        source = "".join(row.text + "\n" for row in rows).encode()
        try:
            parse(source)
        except Unappliable as error:
            bad = _block_at(rows, error.line)
            found.append(left(bad.places[0].line, error.reason, bad.places[0].label.partition(",")[0]))
            kept = _without(kept, bad, prose)
            continue
        return Virtual(source, tuple(found), tuple(kept), tuple(row.place for row in rows), prose)
    return Virtual(b"", tuple(found), tuple(kept), (), prose)


def unusable(texts: Sequence[str]) -> bool:
    """Return whether the lines of a block cannot be told apart from marks, or are no text, or end in unusual ways."""
    joined = "\n".join(texts)
    if _MARK in joined or _LINE_ENDS.search(joined):
        return True
    try:
        joined.encode()
    except UnicodeEncodeError:
        return True
    return False


def refusal(texts: Sequence[str]) -> str:
    """Return why lines are no Python, or nothing when they are."""
    if unusable(texts):
        return "it holds characters that Python's tools do not agree about"
    try:
        parse("".join(text + "\n" for text in texts).encode())
    except Unappliable as error:
        return error.reason
    return ""


def left(line: int, reason: str, label: str = "") -> Trouble:
    """Return the word about Python that is left alone; `line` is the real file's."""
    where = f"{label}: " if label else ""
    return Trouble(kinds.UNPARSED.id, f"{where}a block that mentions stream-chat is left alone: {reason}", line)


def _stand_ins(texts: Sequence[str]) -> Iterator[str]:
    return (text for text in texts if STAND_IN in text and not _is_comment(text))


def _is_comment(text: str) -> bool:
    return text.lstrip().startswith("#") and not text.startswith(f"    # {STAND_IN}")


def _told(comment: str) -> str:
    """Return a comment of the codemod in words that people know."""
    return _NAME.sub("a line of IPython", comment) if STAND_IN in comment else comment


def _topped(block: Block, old: Sequence[str], new: list[str]) -> list[str]:
    """Return a block's new lines with those on top that have to be there. Raises ValueError where none may be added."""
    top = list(old[: block.top])
    if not top or new[: block.top] == top:
        return new
    start = next(index for index in range(len(new)) if new[index : index + 1] == top[-1:])
    put = [text for text in new[:start] if text.strip() and text not in top]
    if not block.closed:
        return [*top, *put, *new[start + 1 :]]
    if not all(map(_is_comment, put)):
        raise ValueError("the edit would put Python into a cell that is not Python")
    return [*top, *new[start + 1 :]]


class _Row(NamedTuple):
    """One line of the virtual source."""

    text: str
    place: Place
    block: Block | None = None
    mark: bool = False


def _rows(parts: Sequence[Frozen | Block], prose: bool) -> list[_Row]:
    """Return the lines of the virtual source."""
    found: list[_Row] = []
    marks = 0

    def mark(place: Place) -> None:
        nonlocal marks
        marks += 1
        found.append(_Row(f"{_CODING if marks == 1 else ''}{_MARK}{marks}", place, mark=True))

    line = 1
    for part in parts:
        if isinstance(part, Block):
            if not prose:
                mark(part.places[0])
                found.append(_Row("", part.places[0]))
            found += [_Row(one.text, place, part) for one, place in zip(part.lines, part.places, strict=True)]
            line += len(part.lines)
        elif prose and part.lines:
            mark(Place(line))
            found += [_Row("", Place(number)) for number in range(line + 1, line + part.lines - 1)]
            line += part.lines
            if part.lines > 1:
                mark(Place(line - 1))
    mark(found[-1].place if found else Place(1))
    return found


def _segments(rows: Sequence[_Row]) -> list[bool]:
    """Return, for each stretch of lines between marks, whether it is a block's."""
    found = [False]
    for row in rows:
        if row.mark:
            found.append(False)
        elif row.block is not None:
            found[-1] = True
    return found


def _block_at(rows: Sequence[_Row], line: int | None) -> Block:
    """Return the block that a line of the virtual source belongs to, or the nearest above it, or the last."""
    upto = len(rows) if line is None else min(line, len(rows))
    for row in [*reversed(rows[:upto]), *rows[upto:]]:
        if row.block is not None:
            return row.block
    raise ValueError("no block is there")


def _without(parts: Sequence[Frozen | Block], bad: Block, prose: bool) -> list[Frozen | Block]:
    """Return the parts with a block among what stays."""
    found: list[Frozen | Block] = []
    for part in parts:
        new = Frozen(part.raw, len(part.lines) if prose else 0) if isinstance(part, Block) and part is bad else part
        if found and isinstance(new, Frozen) and isinstance(found[-1], Frozen):
            new = Frozen(found[-1].raw + new.raw, found[-1].lines + new.lines)
            found.pop()
        found.append(new)
    return found
