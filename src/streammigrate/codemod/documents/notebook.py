"""The Python of a Jupyter notebook (format 4): its code cells, found in the raw JSON and put back into it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.documents import ipython, raw_json
from streammigrate.codemod.documents.lines import Line
from streammigrate.codemod.documents.virtual import (
    MENTION,
    Block,
    Frozen,
    Place,
    Virtual,
    assembled,
    left,
    refusal,
    unusable,
)
from streammigrate.codemod.model import Trouble

_BOM = b"\xef\xbb\xbf"
_PYTHON = frozenset({"python", "python3", "ipython", "ipython3"})


class _Cell(NamedTuple):
    """A code cell. `start` and `stop` are the span of its source in the file."""

    number: int
    start: int
    stop: int
    items: tuple[tuple[int, int], ...] | None
    """The spans of the strings of a list; None for a source that is one string."""


def open_notebook(data: bytes) -> Virtual:
    """Return the Python of a notebook; a file that is no notebook has none, and a Trouble where it is no JSON."""
    text = data.decode("latin-1")
    try:
        cells, metadata = _read(text, len(_BOM) if data.startswith(_BOM) else 0)
    except raw_json.BadJson as bad:
        line = data.count(b"\n", 0, bad.position) + 1
        trouble = Trouble(kinds.UNPARSED.id, f"the notebook is no valid JSON: {bad.reason}", line)
        return assembled([Frozen(data)], [trouble], False)
    if not _is_python(metadata):
        return assembled([Frozen(data)], [], False)
    return _Notebook(data, text).opened(cells)


def _read(text: str, start: int) -> tuple[list[_Cell], Any]:
    """Return the code cells that have a source, and the notebook's metadata. Raises BadJson."""
    cells: list[_Cell] = []
    metadata: Any = None

    def member(key: str, position: int) -> int:
        nonlocal metadata
        if key == "cells":
            cells.clear()
            return _cells(text, position, cells)
        if key == "metadata":
            metadata, position = raw_json.value(text, position)
            return position
        return raw_json.skip_value(text, position)

    end = raw_json.skip_space(text, raw_json.read_object(text, raw_json.skip_space(text, start), member))
    if end != len(text):
        raise raw_json.BadJson("something follows the notebook", end)
    return cells, metadata


def _cells(text: str, position: int, cells: list[_Cell]) -> int:
    count = 0

    def cell(position: int) -> int:
        nonlocal count
        count += 1
        kind: Any = None
        metadata: Any = None
        source: _Cell | None = None

        def member(key: str, start: int) -> int:
            nonlocal kind, metadata, source
            if key == "cell_type":
                kind, stop = raw_json.value(text, start)
            elif key == "metadata":
                metadata, stop = raw_json.value(text, start)
            elif key == "source":
                source, stop = _source(text, start, count)
            else:
                stop = raw_json.skip_value(text, start)
            return stop

        end = raw_json.read_object(text, position, member)
        if kind == "code" and source is not None and _is_python_cell(metadata):
            cells.append(source)
        return end

    return raw_json.read_array(text, position, cell)


def _source(text: str, start: int, number: int) -> tuple[_Cell | None, int]:
    if text[start : start + 1] == '"':
        stop = raw_json.skip_value(text, start)
        return _Cell(number, start, stop, None), stop
    if text[start : start + 1] != "[":
        return None, raw_json.skip_value(text, start)
    items: list[tuple[int, int]] = []
    strings = True

    def item(position: int) -> int:
        nonlocal strings
        strings = strings and text[position : position + 1] == '"'
        stop = raw_json.skip_value(text, position)
        items.append((position, stop))
        return stop

    stop = raw_json.read_array(text, start, item)
    return (_Cell(number, start, stop, tuple(items)) if strings and items else None), stop


def _is_python(metadata: Any) -> bool:
    """Return whether nothing in a notebook's metadata says that its kernel is for another language."""
    said = [_at(metadata, "language_info", "name"), _at(metadata, "kernelspec", "language")]
    said = [one.lower() for one in said if isinstance(one, str) and one]
    if said:
        return all(one in _PYTHON for one in said)
    kernel = _at(metadata, "kernelspec", "name")
    return not isinstance(kernel, str) or "python" in kernel.lower() or _at(metadata, "kernelspec", "language") == ""


def _is_python_cell(metadata: Any) -> bool:
    """Return whether an editor does not say of a cell that it is in another language."""
    said = (
        _at(metadata, "vscode", "languageId"),
        _at(metadata, "dotnet_interactive", "language"),
        _at(metadata, "polyglot_notebook", "kernelName"),
    )
    return all(one.lower() in _PYTHON for one in said if isinstance(one, str))


def _at(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


class _Notebook:
    """A notebook being taken apart."""

    def __init__(self, data: bytes, text: str) -> None:
        self.data, self.text = data, text
        self.done = 0
        self.line = 1

    def opened(self, cells: Sequence[_Cell]) -> Virtual:
        """Return the notebook as Python."""
        read = [(cell, lines) for cell in cells if (lines := self._lines(cell)) is not None]
        escape = not any(one.raw.isascii() is False for _, lines in read for one in lines) and any(
            b"\\u" in one.raw for _, lines in read for one in lines
        )
        names: dict[str, bool] = {}
        for _, lines in read:
            for name, variable in _bound([one.text for one in lines]).items():
                names[name] = variable and names.get(name, True)
        parts: list[Frozen | Block] = []
        troubles: list[Trouble] = []
        later = False
        done = 0
        for cell, lines in read:
            texts, reason = _python([one.text for one in lines], str(cell.number), names, later)
            places = tuple(self._places(cell, len(lines)))
            if reason and any(MENTION.search(one.text) for one in lines):
                troubles.append(left(places[0].line, reason, f"cell {cell.number}"))
            if texts is None:
                continue
            later = True
            own = tuple(one._replace(text=text) for one, text in zip(lines, texts, strict=True))
            parts += [Frozen(self.data[done : cell.start]), self._block(cell, own, places, escape)]
            done = cell.stop
        return assembled([*parts, Frozen(self.data[done:])], troubles, False)

    def _lines(self, cell: _Cell) -> list[Line] | None:
        """Return a cell's lines; None for one without any, and for one that is no text."""
        spans = [(cell.start, cell.stop)] if cell.items is None else cell.items
        found: list[Line] = []
        for start, stop in spans:
            for body, end in raw_json.string_lines(self.data[start + 1 : stop - 1]):
                if found and not found[-1].end:
                    body = found.pop().raw + body
                try:
                    found.append(Line(raw_json.decoded(body), body, end))
                except ValueError:
                    return None
        return found if any(one.text.strip() for one in found) else None

    def _places(self, cell: _Cell, count: int) -> Iterator[Place]:
        """Yield where each line of a cell stands: in a list each has its own in the file."""
        starts = [cell.start] if cell.items is None else [start for start, _ in cell.items]
        regular = len(starts) == count
        for index in range(count):
            start = starts[index] if regular else starts[0]
            self.line += self.data.count(b"\n", self.done, start) if start >= self.done else 0
            self.done = max(self.done, start)
            yield Place(self.line, f"cell {cell.number}, line {index + 1}")

    def _block(self, cell: _Cell, lines: tuple[Line, ...], places: tuple[Place, ...], escape: bool) -> Block:
        if cell.items is None:
            write = _write_string
        else:
            (first, first_stop), last = cell.items[0], cell.items[-1][1]
            opening = self.data[cell.start + 1 : first]
            closing = self.data[last : cell.stop - 1]
            single = len(cell.items) == 1
            between = b"," + (opening or b" ") if single else self.data[first_stop : cell.items[1][0]]
            write = partial(_write_list, opening, between, closing)
        end = next((one.end for one in lines if one.end), rb"\n")
        raw = self.data[cell.start : cell.stop]
        magic, name, _ = ipython.cell_magic([raw_json.decoded(one.raw) for one in lines])
        closed = magic >= 0 and name not in ipython.PYTHON_CELLS
        top = len(lines) if closed else magic + 1
        return Block(lines, places, partial(_encode, escape), end, write, raw, top, closed)


def _python(texts: Sequence[str], salt: str, names: Mapping[str, bool], later: bool) -> tuple[list[str] | None, str]:
    """Return a cell's lines as Python, None where there is none to look at; and why it is not all Python, if so."""
    if unusable(texts):
        return None, "it holds characters that Python's tools do not agree about"
    _, magic, rest = ipython.cell_magic(texts)
    if magic in ipython.FOREIGN_CELLS:
        return None, f"it is a cell of %%{magic}"
    if magic and magic not in ipython.PYTHON_CELLS:
        return ipython.opaque(texts, salt, names), f"it is a cell of %%{magic}"
    if magic == "timeit" and rest.strip(" -0123456789nrpqto"):
        return ipython.opaque(texts, salt, names), "%%timeit runs code of its own line"
    reason = refusal(texts)
    if not reason:
        return (ipython.without_future(texts, salt) if later else list(texts)), ""
    found = ipython.stand_ins(texts, salt, names)
    reason = refusal(found)
    if reason:
        return ipython.opaque(texts, salt, names), reason
    told = any(MENTION.search(old) for old, new in zip(texts, found, strict=True) if old != new)
    found = ipython.without_future(found, salt) if later else found
    return found, "a line of IPython uses it" if told else ""


def _bound(texts: Sequence[str]) -> dict[str, bool]:
    """Return the names that a cell binds where it is Python, lines of IPython aside."""
    for candidate in (list(texts), ipython.stand_ins(texts, "0")):
        if not refusal(candidate):
            return ipython.bound(candidate)
    return {}


def _encode(escape: bool, text: str) -> bytes:
    return json.dumps(text, ensure_ascii=escape)[1:-1].encode()


def _write_string(lines: Sequence[Line]) -> bytes:
    return b'"' + b"".join(one.raw + one.end for one in lines) + b'"'


def _write_list(opening: bytes, between: bytes, closing: bytes, lines: Sequence[Line]) -> bytes:
    if not lines:
        return b"[]"
    return b"[" + opening + between.join(b'"' + one.raw + one.end + b'"' for one in lines) + closing + b"]"
