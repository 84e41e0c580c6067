"""What Markdown and reStructuredText share: stretches of lines that are indented Python, and lines that are not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple, TypeAlias

from streammigrate.codemod.documents import ipython
from streammigrate.codemod.documents.lines import Line
from streammigrate.codemod.documents.virtual import (
    IMPORTING,
    MENTION,
    Block,
    Frozen,
    Place,
    Virtual,
    assembled,
    left,
    refusal,
)
from streammigrate.codemod.model import Trouble


class Listing(NamedTuple):
    """Lines of code, counted from 0, and the columns that they are indented by."""

    lines: range
    indent: int
    foreign: str = ""
    """Why they are not to be read as Python; empty where they are."""
    magics: bool = False
    """Whether lines of IPython may be among them."""


_CLIENT = re.compile(r"(?<![\w.])(\w+)[ \t]*=[ \t]*(?:stream_chat\.)?StreamChat(?:Async)?\(")

Rows: TypeAlias = Sequence[tuple[bytes, bytes]]


def document(lines: Rows, texts: Sequence[str], found: Sequence[Listing], troubles: Sequence[Trouble]) -> Virtual:
    """Return the document whose Python is in listings, which are in order and have lines between them."""
    parts: list[Frozen | Block] = []
    noted = list(troubles)
    done = 0
    later = False
    mention = _mention(texts, found)
    for listing in found:
        block, trouble = _block(lines, texts, listing, later, mention)
        noted += trouble
        if block is None:
            continue
        later = True
        start = block.places[0].line - 1
        parts += [_frozen(lines, done, start), block]
        done = start + len(block.lines)
    parts += [_frozen(lines, done, len(lines))] if done < len(lines) else []
    noted.sort(key=lambda trouble: trouble.line or 0)
    return assembled(parts, noted, True)


def _frozen(lines: Rows, start: int, stop: int) -> Frozen:
    return Frozen(b"".join(body + end for body, end in lines[start:stop]), stop - start)


def _block(
    lines: Rows, texts: Sequence[str], listing: Listing, later: bool, mention: re.Pattern[str]
) -> tuple[Block | None, tuple[Trouble, ...]]:
    start, stop = listing.lines.start, listing.lines.stop
    while start < stop and not texts[start].strip():
        start += 1
    while stop > start and not texts[stop - 1].strip():
        stop -= 1
    raw = [texts[number] for number in range(start, stop)]
    if not raw:
        return None, ()
    whole = "\n".join(raw)
    if listing.foreign:
        return None, (left(start + 1, listing.foreign),) if IMPORTING.search(whole) else ()
    first = raw[0]
    prefix = first[: len(first) - len(_strip(first, listing.indent))]
    stripped = [_strip(text, listing.indent) for text in raw]
    reason = refusal(stripped)
    if reason and listing.magics:
        stripped = ipython.stand_ins(stripped, str(start)) or stripped
        reason = refusal(stripped)
    if reason:
        return None, (left(start + 1, reason),) if mention.search(whole) else ()
    if later:
        stripped = ipython.without_future(stripped, str(start))
    parts = tuple(Line(text, *lines[number]) for number, text in zip(range(start, stop), stripped, strict=True))
    end = next((line.end for line in parts if line.end), lines[0][1] or b"\n")
    places = tuple(Place(number + 1) for number in range(start, stop))
    encode = partial(_encode, prefix)
    return Block(parts, places, encode, end, _write, _write(parts)), ()


def _mention(texts: Sequence[str], found: Sequence[Listing]) -> re.Pattern[str]:
    """Return what makes a block worth a word that is left alone: stream-chat, or a name that a block gives a client."""
    names = {
        name
        for listing in found
        for number in (() if listing.foreign else listing.lines)
        for name in _CLIENT.findall(texts[number])
    }
    if not names:
        return MENTION
    return re.compile(rf"{MENTION.pattern}|(?<![\w.])(?:{'|'.join(sorted(names))})\.\w")


def _encode(prefix: str, text: str) -> bytes:
    return (prefix + text).encode() if text else b""


def _write(lines: Sequence[Line]) -> bytes:
    return b"".join(line.raw + line.end for line in lines)


def _strip(text: str, indent: int) -> str:
    """Return a line without up to `indent` columns of white space; a tab that is more is no indentation."""
    column = 0
    for index, char in enumerate(text):
        if column >= indent or char not in " \t":
            return text[index:]
        column += 1 if char == " " else 4 - column % 4
    return ""
