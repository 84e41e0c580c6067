"""The lines of a block of Python inside a document: what Python reads, and the bytes that stand for it in the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple


class Line(NamedTuple):
    """One line without its end: the Python that stands for it, and the bytes that the file has."""

    text: str
    raw: bytes
    end: bytes
    """The bytes of the line's end; empty for a last line without one."""


def merged(before: Sequence[Line], after: Sequence[str], encode: Callable[[str], bytes], end: bytes) -> list[Line]:
    """Return the lines of an edited block: those that were there keep their bytes, `encode` makes those of new ones.

    A line that takes the place of one ends as that did, and others with `end`; the last as the block's last line did.
    """
    found: list[Line] = []
    texts = [line.text for line in before]
    for position, text in _matches(texts, after):
        old = before[position] if position >= 0 else None
        if old is not None and old.text == text:
            found.append(old if old.end else old._replace(end=end))
        else:
            found.append(Line(text, encode(text), (old.end if old is not None else b"") or end))
    if found and before:
        last, old = found[-1], before[-1]
        same = last.text == old.text or not old.end
        found[-1] = last._replace(end=old.end if same else last.end)
    return found


def _matches(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, str]]:
    """Return each line after, with the index of the line that it is or takes the place of; -1 for one more."""
    start, limit = 0, min(len(before), len(after))
    while start < limit and before[start] == after[start]:
        start += 1
    tail = 0
    while tail < limit - start and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    found = [(index, before[index]) for index in range(start)]
    old, new = before[start : len(before) - tail], after[start : len(after) - tail]
    for _, low, high, from_, to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for offset, text in enumerate(new[from_:to]):
            found.append((start + low + offset if low + offset < high else -1, text))
    return [*found, *((index, before[index]) for index in range(len(before) - tail, len(before)))]


def rows(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return each line of a text file and its end (`\\n`, `\\r\\n`, nothing); nothing else ends a line."""
    found = []
    for row in data.split(b"\n"):
        body = row.removesuffix(b"\r")
        found.append((body, row[len(body) :] + b"\n"))
    body, end = found.pop()
    body += end[:-1]
    return [*found, (body, b"")] if body else found
