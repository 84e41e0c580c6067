"""Requirements in the values of an INI file: one on each line, or separated by semicolons on one."""

from __future__ import annotations

import re

from streammigrate.manifests.formats.ini import Option, ValueLine
from streammigrate.manifests.formats.requirements import special_name
from streammigrate.manifests.layout import add_line, drop_lines
from streammigrate.manifests.model import PAIR, Edit, Entry, Include, Listing
from streammigrate.manifests.requirement import is_valid, name_of
from streammigrate.manifests.text import line_of, newline_at

_FACTOR = re.compile(r"(?P<factor>[\w.!{},-]+:\s*)(?=\S)")
_INCLUDE = re.compile(r"(?:-r|--requirement|-c|--constraint)[ \t=]*(?P<path>\S+)")


def option_listing(text: str, option: Option, where: str, *, factors: bool = False) -> Listing:
    """Return the list that an option's value is. `factors` allows tox's conditions (`py38: name`) in front."""
    entries: list[Entry] = []
    owners: dict[int, ValueLine] = {}
    single = [line for line in option.lines if line.first]
    for line in option.lines:
        for start, end in _parts(text, line, semicolons=bool(single) and len(option.lines) == 1 and not factors):
            match = _FACTOR.match(text, start, end) if factors else None
            begin = match.end() if match is not None and not is_valid(text[start:end]) else start
            raw = text[begin:end]
            name = name_of(raw) if is_valid(raw) else special_name(raw)
            entries.append(Entry(name, begin, end, raw, line_of(text, begin)))
            owners[begin] = line

    def insert(entry: Entry, new: str) -> list[Edit]:
        line = owners[entry.start]
        if line.first and len(option.lines) == 1 and not factors:
            return [Edit(entry.end, entry.end, f"; {new}")]
        if line.first:
            following = next((one for one in option.lines if not one.first), None)
            indent = text[following.line_start : following.start] if following is not None else "    "
            begin = text[line.line_start : line.start]
            break_at = len(begin.rstrip())
            newline = newline_at(text, line.line_start)
            moved = Edit(line.line_start + break_at, line.start, newline + indent)
            return [moved, *add_line(text, line.line_end, indent + new)]
        return add_line(text, line.line_end, text[line.line_start : entry.start] + new)

    def remove(entry: Entry) -> list[Edit] | None:
        line = owners[entry.start]
        if not line.first:
            return drop_lines(text, line.line_start, line.line_end, "#;")
        mine = [one for one in entries if owners[one.start] is line]
        if len(mine) == 1:
            return [Edit(entry.start, entry.end, "")] if len(option.lines) == 1 else None
        index = mine.index(entry)
        if index:
            return [Edit(mine[index - 1].end, entry.end, "")]
        return [Edit(entry.start, mine[1].start, "")]

    return Listing(where, "needs", "pep508", tuple(entries), insert, remove)


def includes(text: str, option: Option) -> list[Include]:
    """Return the files that the lines of an option take in (`-r file`, `-c file`)."""
    found = []
    for line in option.lines:
        match = _INCLUDE.match(text, line.start, line.end)
        if match is not None:
            found.append(Include(match["path"], match[0].startswith(("-c", "--c"))))
    return found


def _parts(text: str, line: ValueLine, *, semicolons: bool) -> list[tuple[int, int]]:
    """Return the places of the requirements on one line, without the comment behind them."""
    end = line.end
    comment = re.compile(r"\s+[#].*").search(text, line.start, line.end)
    if comment is not None:
        end = comment.start()
    if not semicolons or is_valid(text[line.start : end]):
        return [(line.start, end)] if end > line.start else []
    found = []
    for match in re.compile(r"[^;]+").finditer(text, line.start, end):
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        stop = start + len(match[0].strip())
        if stop > start:
            found.append((start, stop))
    return found


def pruned(sections: dict[str, dict[str, str]], *, factors: bool = False) -> object:
    """Return INI data without the lines that are a requirement on one of the two."""
    return {
        section: {name: _kept(value or "", factors) for name, value in options.items()}
        for section, options in sections.items()
    }


def _kept(value: str, factors: bool) -> list[str]:
    kept = []
    for line in value.split("\n"):
        text = re.sub(r"\s+#.*", "", line.strip())
        match = _FACTOR.match(text) if factors else None
        wanted = text[match.end() :] if match is not None and not is_valid(text) else text
        parts = [wanted] if is_valid(wanted) else re.split(r"\s*;\s*", wanted)
        rest = [part for part in parts if (name_of(part) if is_valid(part) else special_name(part)) not in PAIR]
        if rest and any(rest):
            kept.append("; ".join(rest))
    return kept
