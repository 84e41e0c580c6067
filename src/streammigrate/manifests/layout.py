"""Where a requirement is put and taken away so that nothing else of the text changes: lines, and items in brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from streammigrate.manifests.model import Edit
from streammigrate.manifests.requirement import mentions
from streammigrate.manifests.text import line_end, line_start, newline_at, next_line

_BLANK_OR_COMMENT = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?=\r|\n|\Z)")


def add_line(text: str, end: int, line: str) -> list[Edit]:
    """Return the edit that puts a line behind the one that ends at `end` (behind its newline, if it has one)."""
    if end and text[end - 1] in "\r\n":
        newline = "\r\n" if text.endswith("\r\n", 0, end) else text[end - 1]
        return [Edit(end, end, line + newline)]
    return [Edit(end, end, newline_at(text, end) + line)]


def drop_lines(text: str, start: int, end: int, marks: str = "#", *, headed: bool = False) -> list[Edit]:
    """Return the edit that takes whole lines away, with the comment lines above that belong to them only.

    A file that ends without a newline still does. `headed` says that comments above are kept for what follows, unless
    they name stream-chat.
    """
    first = _with_comments(text, start, end, marks, headed=headed)
    if end == len(text) and not text.endswith(("\n", "\r")) and first:
        return [Edit(first - (2 if text.endswith("\r\n", 0, first) else 1), end, "")]
    return [Edit(first, end, "")]


def _with_comments(text: str, start: int, end: int, marks: str, *, headed: bool) -> int:
    """Return where the comment lines that belong only to the lines at `start` begin; `start` for none.

    Of the comment lines directly above, those from the first that names stream-chat on; all of them where nothing
    that they could be about follows, unless they open the file.
    """
    comments: list[int] = []
    position = start
    while position:
        above = line_start(text, position - 1 - (text[position - 2 : position] == "\r\n"))
        line = text[above : line_end(text, above)].strip()
        if not line or line[0] not in marks:
            break
        comments.insert(0, above)
        position = above
    for above in comments:
        if mentions(text[above : line_end(text, above)]):
            return above
    following = text[end : line_end(text, end)].strip()
    if not headed and comments and comments[0] and (not following or following[0] in f"{marks}[]"):
        return comments[0]
    return start


def add_item(text: str, items: Sequence[tuple[int, int]], index: int, close: int, new: str) -> list[Edit]:
    """Return the edits that put an item behind one of those between brackets, in the way those are laid out.

    `items` are the spans of all items, `close` is the place of the closing bracket. Comments begin with `#`.
    """
    start, end = items[index]
    begin = line_start(text, start)
    before = text[begin:start]
    comma = _comma(text, end, _limit(items, index, close))
    behind = end if comma is None else comma + 1
    alone = _BLANK_OR_COMMENT.match(text, behind) is not None
    if not before.strip() and alone and (comma is None or line_start(text, comma) == begin):
        at = line_end(text, behind)
        line = newline_at(text, at) + before + new
        if comma is None:
            return [Edit(end, end, ","), Edit(at, at, line)]
        return [Edit(at, at, line + ",")]
    if before.strip() == "," and _BLANK_OR_COMMENT.match(text, end) is not None:
        at = line_end(text, end)
        return [Edit(at, at, newline_at(text, at) + before + new)]
    return [Edit(end, end, _separator(text, items) + new)]


def drop_item(text: str, items: Sequence[tuple[int, int]], index: int, close: int) -> list[Edit]:
    """Return the edits that take an item from between brackets away, with its comma and the comments of its own."""
    start, end = items[index]
    begin = line_start(text, start)
    before = text[begin:start]
    comma = _comma(text, end, _limit(items, index, close))
    behind = end if comma is None else comma + 1
    alone = _BLANK_OR_COMMENT.match(text, behind) is not None
    previous = items[index - 1][1] if index else None
    following = items[index + 1][0] if index + 1 < len(items) else None
    if not before.strip() and alone and (comma is None or line_start(text, comma) == begin):
        edits = drop_lines(text, begin, next_line(text, behind))
        if comma is None and previous is not None:
            mark = _comma(text, previous, start)
            if mark is not None and mark < edits[0].start:
                edits.insert(0, Edit(mark, mark + 1, ""))
        return edits
    if before.strip() == "," and _BLANK_OR_COMMENT.match(text, end) is not None:
        return drop_lines(text, begin, next_line(text, end))
    if previous is not None and not re.search(r"[\r\n#]", text[previous:start]):
        return [Edit(previous, end, "")]
    if following is not None:
        if not re.search(r"[\r\n]", text[behind:following]):
            return [Edit(start, following, "")]
        gap = text[behind:following]
        if len(re.findall(r"\r\n|\r|\n", gap)) == 1 and previous is None:
            return [Edit(start, following, "")]
        return [Edit(start, line_end(text, behind) if alone else behind, "")]
    return [Edit(start, behind, "")]


def _limit(items: Sequence[tuple[int, int]], index: int, close: int) -> int:
    return items[index + 1][0] if index + 1 < len(items) else close


def _comma(text: str, start: int, end: int) -> int | None:
    """Return the place of the comma between two places, not looking into comments."""
    position = start
    while position < end:
        if text[position] == ",":
            return position
        position = line_end(text, position) if text[position] == "#" else position + 1
    return None


def _separator(text: str, items: Sequence[tuple[int, int]]) -> str:
    """Return what stands between the first two items of one line, else a comma and a space."""
    for (_, end), (start, _) in pairwise(items):
        between = text[end:start]
        if re.fullmatch(r"[ \t]*,[ \t]*", between):
            return between
    return ", "
