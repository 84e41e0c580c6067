"""Requirements in TOML: arrays of texts, and tables from a name to what is wanted of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from packaging.utils import canonicalize_name

from streammigrate.manifests.formats.toml_spans import Header, Pair, Value
from streammigrate.manifests.layout import add_item, add_line, drop_item, drop_lines
from streammigrate.manifests.model import PAIR, Edit, Entry, Listing, Role
from streammigrate.manifests.requirement import is_valid, name_of
from streammigrate.manifests.text import line_of, line_start, newline_at, next_line


def array_listing(text: str, where: str, role: Role, array: Value) -> Listing:
    """Return the list that an array of texts is; what is no text in it (`{include-group = …}`) stays where it is."""
    spans = [(item.start, item.end) for item in array.items]
    index: dict[int, int] = {}
    entries = []
    for position, item in enumerate(array.items):
        if item.kind != "string" or text.startswith(('"""', "'''"), item.start):
            continue
        start, end = item.inner
        raw = text[start:end]
        name = name_of(raw) if role == "names" or is_valid(item.data) else ""
        entries.append(Entry(name, start, end, raw, line_of(text, start)))
        index[start] = position

    def insert(entry: Entry, new: str) -> list[Edit]:
        quote = text[entry.start - 1]
        return add_item(text, spans, index[entry.start], array.end - 1, f"{quote}{new}{quote}")

    def remove(entry: Entry) -> list[Edit]:
        return drop_item(text, spans, index[entry.start], array.end - 1)

    return Listing(where, role, "name" if role == "names" else "pep508", tuple(entries), insert, remove)


def table_listing(
    text: str, where: str, dialect: Any, path: tuple[str, ...], headers: Iterable[Header]
) -> Iterator[Listing]:
    """Return the list that the table at a path is, whose keys are names; nothing where there is none.

    A name may also have a table of its own (`[path.name]`).
    """
    headers = tuple(headers)
    entries: list[Entry] = []
    pairs: dict[int, Pair] = {}
    tables: dict[int, Header] = {}
    found = False
    for header in headers:
        found = found or header.path == path
        if header.path[:-1] == path and not header.array and header.path:
            name = canonicalize_name(header.path[-1])
            raw = text[header.start : header.end]
            entries.append(Entry(name, header.start, header.end, raw, line_of(text, header.start), True))
            tables[header.start] = header
        for pair in header.pairs:
            if len(pair.path) != len(path) + 1 or pair.path[:-1] != path or header.path != path:
                continue
            found = True
            start, end = pair.value.start, pair.value.end
            entries.append(
                Entry(canonicalize_name(pair.path[-1]), start, end, text[start:end], line_of(text, pair.start))
            )
            pairs[start] = pair
    if not found and not entries:
        return
    yield Listing(
        where,
        "needs",
        dialect,
        tuple(entries),
        partial(_insert, text, pairs, tables),
        partial(_remove, text, pairs, tables),
    )


def _insert(text: str, pairs: dict[int, Pair], tables: dict[int, Header], entry: Entry, new: str) -> list[Edit]:
    if entry.start in tables:
        header = tables[entry.start]
        end = next_line(text, header.end)
        newline = newline_at(text, header.start)
        before = "" if end and text[end - 1] in "\r\n" else newline
        return [Edit(end, end, before + newline + new.replace("\n", newline) + (newline if not before else ""))]
    pair = pairs[entry.start]
    key = text[pair.start : pair.key_end]
    quote = key[0] if key[0] in "\"'" else ""
    gap = text[pair.key_end : pair.value.start]
    written = f"{quote}getstream{quote}"
    space = re.match(r"[ \t]*", gap)
    if space is not None and len(space[0]) > 1:
        gap = " " * (len(key) - len(written)) + gap
    indent = text[line_start(text, pair.start) : pair.start]
    return add_line(text, next_line(text, pair.value.end), indent + written + gap + new)


def _remove(text: str, pairs: dict[int, Pair], tables: dict[int, Header], entry: Entry) -> list[Edit]:
    if entry.start in tables:
        end = next_line(text, entry.end)
        edits = drop_lines(text, line_start(text, entry.start), end, headed=True)
        rest = re.match(r"(?:[ \t]*(?:\r\n|\n))+", text[end:])
        if rest is not None:
            return [Edit(edits[0].start, end + len(rest[0]), "")]
        return edits
    pair = pairs[entry.start]
    return drop_lines(text, line_start(text, pair.start), next_line(text, pair.value.end))


def pruned(data: Any) -> Any:
    """Return TOML or YAML data without the two names: the requirements in lists and the keys of tables."""
    if isinstance(data, dict):
        return {key: pruned(value) for key, value in data.items() if not (isinstance(key, str) and _is_name(key))}
    if isinstance(data, list):
        return [pruned(item) for item in data if not (isinstance(item, str) and _is_requirement(item))]
    return data


def _is_name(text: str) -> bool:
    return canonicalize_name(text) in PAIR


def _is_requirement(text: str) -> bool:
    return name_of(text) in PAIR and is_valid(text)
