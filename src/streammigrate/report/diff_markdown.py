"""Markdown for a comment on a pull request: what GitHub shows, within the length that GitHub takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from streammigrate.diff.change import Change, ChangeKind, Level, show
from streammigrate.diff.result import DiffResult, DocumentInfo, OperationEntry, Pattern, SchemaEntry
from streammigrate.report import diff_summary
from streammigrate.report.diff_summary import LEVEL_NAMES, rows, unpatterned
from streammigrate.spec.model import Operation

LIMIT = 60_000
"""The most bytes of a report. GitHub takes 65,536 characters."""

_LONGEST = 120
_EXAMPLES = 3
_ADDED = (["operation-added"], ["schema-added"], ["event-added"])
_SPACE = re.compile(r"\s+")
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
_MARKS = re.compile(r"([\\`*_\[\]~|$])")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_LINKED = re.compile(r"(@|#(?=\d)|GH-(?=\d)|:(?=//)|www(?=\.))")


@dataclass(slots=True)
class _Section:
    """A part of the report. `lines` go from the end when there is no room; each says how many `things` it tells."""

    head: str
    lines: list[tuple[str, int]]
    tail: str = ""
    things: str = "changes"
    dropped: int = 0

    def text(self) -> str:
        text = "\n".join([self.head, *(line for line, _ in self.lines)]).rstrip()
        if self.dropped:
            text += f"\n\n… {self.dropped} more {self.things} in the JSON report"
        return text + self.tail

    def shrink(self, surplus: int) -> None:
        """Drop lines from the end until that many bytes are gone, and then headings that nothing follows."""
        while self.lines and (surplus > 0 or not self.lines[-1][1]):
            line, count = self.lines.pop()
            self.dropped += count
            surplus -= len(line.encode()) + 1


@dataclass(slots=True)
class _Group:
    """The changes of one operation, schema or event, with its name in Markdown."""

    name: str
    changes: list[Change]
    note: str = ""
    notes: dict[str, str] = field(default_factory=dict)
    """What to add to a change, by the name of its kind."""


def render(result: DiffResult) -> str:
    """Return the report, less than LIMIT bytes long; what had to be left out is counted where it was."""
    top = "\n".join((_verdict(result), "", *_documents(result), "", *_counts(result)))
    sections = [section for section in _sections(result) if section.lines]
    _fit(sections, LIMIT - len(top.encode()) - 1)
    return "\n\n".join([top, *(section.text() for section in sections)]) + "\n"


def _fit(sections: Sequence[_Section], room: int) -> None:
    for section in reversed(sections):
        while section.lines:
            surplus = sum(len(other.text().encode()) + 2 for other in sections) - room
            if surplus < 0:
                return
            section.shrink(surplus + 1)


def _sections(result: DiffResult) -> Iterator[_Section]:
    yield _problems(result)
    yield _prefixes(result)
    yield _renamed_operations(result)
    yield _renamed_schemas(result)
    yield _third(result)
    yield _Section("### Breaking changes\n", _level_lines(result, Level.BREAKING))
    yield _claims(result)
    counts = result.counts()
    for level in (Level.COMPATIBLE, Level.INFO):
        count = counts[level]
        heading = f"{count} {LEVEL_NAMES[level]} {'change' if count == 1 else 'changes'}"
        head = f"<details>\n<summary>{heading}</summary>\n"
        yield _Section(head, _level_lines(result, level), "\n\n</details>")


def _verdict(result: DiffResult) -> str:
    counts = result.counts()
    ignored = f" ({result.ignored} ignored)" if result.ignored else ""
    if not any(counts.values()):
        return f"**No differences.**{ignored}"
    breaking = counts[Level.BREAKING]
    first = f"**{breaking} breaking**" if breaking else "**Nothing breaking**"
    others = [f"{counts[level]} {LEVEL_NAMES[level]}" for level in (Level.COMPATIBLE, Level.INFO)]
    return f"{', '.join([first, *others])}{ignored}"


def _documents(result: DiffResult) -> Iterator[str]:
    yield "| | document | version | format | sha256 |"
    yield "|---|---|---|---|---|"
    sides: list[tuple[str, DocumentInfo]] = [("old", result.old), ("new", result.new)]
    if result.third is not None:
        sides.append(("events", result.third))
    for side, info in sides:
        title = f" {plain(info.title)}" if info.title else ""
        dialect, sha256 = plain(info.dialect), code(info.sha256[:12])
        yield f"| {side} | {code(info.label)}{title} | {plain(info.version)} | {dialect} | {sha256} |"


def _counts(result: DiffResult) -> Iterator[str]:
    if result.events_only:
        yield "One of the documents describes events only, so only the events were compared.\n"
    yield "| | old | new | matched | renamed | removed | added |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for label, counts in rows(result):
        numbers = (counts.old, counts.new, counts.matched, counts.renamed, counts.removed, counts.added)
        yield f"| {label} | {' | '.join(map(str, numbers))} |"


def _problems(result: DiffResult) -> _Section:
    lines = []
    for finding in result.problems:
        where = f"{code(finding.id)} {code(str(finding.location))}"
        lines.append((f"- {finding.severity.value} {where}: {plain(finding.message, 300)}", 1))
    return _Section("### About the input\n", lines, things="problems")


def _prefixes(result: DiffResult) -> _Section:
    head = "### Path prefixes\n\n| old | new | operations |\n|---|---|--:|"
    lines = [(f"| {code(old or '/')} | {code(new or '/')} | {count} |", 1) for old, new, count in result.prefixes]
    return _Section(head, lines, things="prefixes")


def _renamed_operations(result: DiffResult) -> _Section:
    likely = diff_summary.likely(result)
    title = "Renamed operations and likely matches" if likely else "Renamed operations"
    head = f"### {title}\n\n| old | new | old call | new call | matched by |\n|---|---|---|---|---|"
    lines = []
    for entry in [*diff_summary.renamed(result), *likely]:
        if entry.old is not None and entry.new is not None:
            calls = f"{code(entry.old.signature)} | {code(entry.new.signature)}"
            why = f"{plain(entry.matched_by)} ({entry.confidence:.2f})"
            lines.append((f"| {_identifier(entry.old)} | {_identifier(entry.new)} | {calls} | {why} |", 1))
    return _Section(head, lines, things="operations")


def _renamed_schemas(result: DiffResult) -> _Section:
    lines = []
    for entry in result.schemas:
        if entry.status == "renamed":
            seen = f", seen in {_list(entry.evidence)}" if entry.evidence else ""
            lines.append((f"- {code(entry.old or '')} → {code(entry.new or '')}{seen}", 1))
    return _Section("### Renamed schemas\n", lines, things="schemas")


def _third(result: DiffResult) -> _Section:
    """Return what the document given for the events says beside the two."""
    if result.third is None:
        return _Section("", [])
    told = [entry for entry in result.events if entry.third is not None]
    only = [entry.type for entry in told if entry.old is None and entry.new is None]
    missing = [entry.type for entry in told if entry.third_missing]
    lines = [
        (f"- {len(told)} event types, {len(told) - len(only)} of them in the compared documents", 1),
        (f"- {len(missing)} have a payload that the document does not describe", 1),
    ]
    if only:
        lines.append((f"- only there: {_list(only, 10)}", 1))
    return _Section(f"### Events in {code(result.third.label)}\n", lines, things="facts")


def _claims(result: DiffResult) -> _Section:
    head = "### What people ask\n\n| question | answer | old | new |\n|---|---|---|---|"
    lines = []
    for claim in result.claims:
        cells = (claim.question, claim.answer, claim.old, claim.new)
        lines.append((f"| {' | '.join(plain(cell, 300) for cell in cells)} |", 1))
    return _Section(head, lines, things="answers")


def _level_lines(result: DiffResult, level: Level) -> list[tuple[str, int]]:
    """Return the lines that tell the changes of a level, under a heading for each sort of owner."""
    patterns = [(_pattern(pattern), pattern.count) for pattern in result.patterns if pattern.level is level]
    lines = _titled("The same change at many places", patterns)
    lines += _titled("Document", [(f"- {_change(change)}", 1) for change in unpatterned(result.document, [level])])
    for things, groups in (
        ("operations", [_operation(entry) for entry in result.operations]),
        ("schemas", [_schema(entry) for entry in result.schemas]),
        ("events", [_Group(f"**{code(entry.type)}**", entry.changes) for entry in result.events]),
    ):
        found: list[tuple[str, int]] = []
        added: list[tuple[str, int]] = []
        for group in groups:
            changes = unpatterned(group.changes, [level])
            if [change.kind.name for change in changes] in _ADDED:
                added.append((f"- {group.name}", 1))
            else:
                found += _group(group, changes)
        lines += _titled(things.capitalize(), found)
        lines += _titled(f"Added {things}", added)
    return lines


def _titled(heading: str, lines: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return [(f"**{heading}**", 0), ("", 0), *lines, ("", 0)] if lines else []


def _operation(entry: OperationEntry) -> _Group:
    operation = entry.old or entry.new
    assert operation is not None
    name = f"**{code(operation.id or operation.signature)}**"
    if operation.id:
        name += f" {code(operation.signature)}"
    group = _Group(name, entry.changes)
    if entry.closest is not None:
        near = f"{_identifier(entry.closest)} {code(entry.closest.signature)}".strip()
        group.notes["operation-removed"] = f"; closest is {near}, {entry.likeness:.0%} alike"
    return group


def _schema(entry: SchemaEntry) -> _Group:
    name = f"**{code(entry.label)}**"
    if entry.old and entry.new and entry.old != entry.new:
        name += f" → **{code(entry.new)}**"
    users = [
        f"{word} {_list(labels) if len(labels) <= _EXAMPLES else f'{len(labels)} {things}'}"
        for word, labels, things in (
            ("sent by", entry.requests, "operations"),
            ("answered by", entry.responses, "operations"),
            ("carried by", entry.events, "events"),
        )
        if labels
    ]
    return _Group(name, entry.changes, f" ({'; '.join(users)})" if users else "")


def _group(group: _Group, changes: Sequence[Change]) -> Iterator[tuple[str, int]]:
    told = [f"{_change(change)}{group.notes.get(change.kind.name, '')}" for change in changes]
    if len(told) == 1:
        yield f"- {group.name}{group.note}: {told[0]}", 1
    elif told:
        yield f"- {group.name}{group.note}", 0
        yield from ((f"  - {line}", 1) for line in told)


def _change(change: Change) -> str:
    at, rule = place(change)
    message = _message(change.kind, change.old, change.new, rule)
    if at:
        message = f"{code(at)}: {message}"
    return f"{message} {code(change.kind.id)}"


def place(change: Change) -> tuple[str, str]:
    """Return a change's place below its owner, empty where the message says it, and the keyword in the message."""
    at, rule = change.at, ""
    if "{rule}" in change.kind.message:
        at, _, rule = at.rpartition(":")
    elif change.message.startswith((at, at.removesuffix("s"))):
        at = ""
    return at.removeprefix(".").removeprefix(":"), rule


def _pattern(pattern: Pattern) -> str:
    message = _message(pattern.kind, pattern.old, pattern.new, pattern.rule)
    places = _list(pattern.places)
    return f"- **{pattern.count} ×** {message}, in {plain(pattern.subject)} {code(pattern.kind.id)}: {places}"


def _message(kind: ChangeKind, old: Any, new: Any, rule: str) -> str:
    return kind.message.format(rule=code(rule), old=_value(kind, old), new=_value(kind, new))


def _value(kind: ChangeKind, value: Any) -> str:
    return kind.nothing if value is None else code(show(value))


def _identifier(operation: Operation) -> str:
    return code(operation.id) if operation.id else ""


def _list(names: Iterable[str], most: int = _EXAMPLES) -> str:
    known = list(names)
    shown = ", ".join(code(name) for name in known[:most])
    return f"{shown} and {len(known) - most} more" if len(known) > most else shown


def code(text: str) -> str:
    """Return text of any origin as inline code, in which nothing is a mark, a link, a mention or a cell's end."""
    text = _line(text, _LONGEST)
    if not text:
        return "(empty)"
    if any(mark in text for mark in "`|<>@&"):
        return f"<code>{_PUNCTUATION.sub(_entity, text)}</code>"
    return f"`{text}`"


def plain(text: str, most: int = _LONGEST) -> str:
    """Return text of any origin as text: the same as `code`, but in a sentence."""
    text = _line(text, most).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _LINKED.sub("\\1\u200b", _MARKS.sub(r"\\\1", text))


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"


def _line(text: str, most: int) -> str:
    text = _HIDDEN.sub("\ufffd", _SPACE.sub(" ", text)).strip()
    return text if len(text) <= most else f"{text[: most - 1]}…"
