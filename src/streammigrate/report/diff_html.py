"""One HTML file that needs nothing else: what changed, to search and to filter."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from streammigrate.diff.change import Change, ChangeKind, Level, show
from streammigrate.diff.result import Claim, DiffResult, DocumentInfo, EventEntry, FieldDelta, OperationEntry, Pattern
from streammigrate.diff.result import SchemaEntry as Schema
from streammigrate.findings import Finding
from streammigrate.kinds import Kind
from streammigrate.report.diff_markdown import place
from streammigrate.report.diff_summary import LEVEL_NAMES, heading, headline, rows, title
from streammigrate.spec.model import Operation

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_RENAMES = frozenset({"operation-id-changed", "schema-renamed"})
_WHOLE = frozenset(
    {"operation-added", "operation-removed", "schema-added", "schema-removed", "event-added", "event-removed"}
)
_MATCHED_BY = {
    "override": "your overrides",
    "operation-id": "same operationId",
    "operation-id-folded": "same operationId but for case and separators",
    "path": "same method and path, prefixes aside",
    "similarity": "likeness",
}


@dataclass(frozen=True, slots=True)
class _Row:
    """What the filter of the page goes by, and the counts of changes by level to show."""

    part: str
    statuses: tuple[str, ...]
    levels: tuple[tuple[str, int], ...]
    changes: Sequence[Change]
    said: Sequence[Change] = ()
    """What the status says already: that the whole thing was added or removed."""

    @property
    def level_names(self) -> str:
        return " ".join(name for name, _ in self.levels)

    @property
    def status_names(self) -> str:
        return " ".join(self.statuses)


@dataclass(frozen=True, slots=True)
class _OperationRow:
    row: _Row
    old: Operation | None
    new: Operation | None
    matched_by: str
    confidence: str
    closest: Operation | None
    likeness: str


@dataclass(frozen=True, slots=True)
class _SchemaRow:
    row: _Row
    old: str | None
    new: str | None
    status: str
    evidence: str
    users: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _EventRow:
    row: _Row
    type: str
    old: str | None
    new: str | None
    third: str | None
    third_missing: bool
    fields: Sequence[FieldDelta]


@dataclass(frozen=True, slots=True)
class _PatternRow:
    row: _Row
    id: str
    kind: ChangeKind
    message: str
    subject: str
    places: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Page:
    """Everything the template shows."""

    title: str
    heading: str
    headline: str
    verdict: str
    documents: Sequence[tuple[str, DocumentInfo]]
    events_only: bool
    totals: Sequence[tuple[str, str, int]]
    cards: Sequence[tuple[str, int, int, Sequence[tuple[str, int]]]]
    claims: Sequence[Claim]
    prefixes: Sequence[tuple[str, str, int]]
    patterns: Sequence[_PatternRow]
    document: Sequence[_Row]
    operations: Sequence[_OperationRow]
    schemas: Sequence[_SchemaRow]
    events: Sequence[_EventRow]
    third: DocumentInfo | None
    problems: Sequence[Finding]
    kinds: Sequence[Kind]

    @property
    def rows(self) -> list[_Row]:
        """Everything that can be filtered."""
        return [
            *self.document,
            *(item.row for item in self.patterns),
            *(item.row for item in self.operations),
            *(item.row for item in self.schemas),
            *(item.row for item in self.events),
        ]

    @property
    def statuses(self) -> list[str]:
        """The statuses that something has, in a fixed order."""
        seen = {status for row in self.rows for status in row.statuses}
        return [name for name in ("renamed", "removed", "added", "changed", "unchanged", "elsewhere") if name in seen]

    @property
    def parts(self) -> list[str]:
        """The parts of a document that have something to show, in a fixed order."""
        seen = {row.part for row in self.rows}
        return [name for name in ("operations", "schemas", "events", "document") if name in seen]


def render(result: DiffResult) -> str:
    """Return the page: all content is there without JavaScript, and it asks for nothing from anywhere."""
    environment = Environment(
        loader=PackageLoader("streammigrate.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_clean,
    )
    environment.filters["place"] = lambda change: place(change)[0]
    environment.filters["breakable"] = _breakable
    template = environment.get_template("diff.html.j2")
    hashes = {name: _hash(template, name) for name in ("style", "script")}
    return template.render(page=_page(result), hashes=hashes, level_names=_names())


def _clean(value: Any) -> Any:
    """Return text without characters that are not shown or that turn the text around them."""
    return _UNSEEN.sub("\ufffd", value) if type(value) is str else value


def _breakable(path: str) -> Markup:
    """Return a path that a line may break in before each slash."""
    return Markup("<wbr>/").join(_clean(path).split("/"))


def _hash(template: Template, block: str) -> str:
    """Return what a content security policy calls a block of the template by."""
    text = "".join(template.blocks[block](template.new_context()))
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _names() -> dict[str, str]:
    return {level.value: name for level, name in LEVEL_NAMES.items()}


def _page(result: DiffResult) -> _Page:
    documents = [("Old", result.old), ("New", result.new)]
    if result.third is not None:
        documents.append(("Events", result.third))
    counts = result.counts()
    payloads = {(entry.old, entry.new): entry for entry in result.schemas}
    return _Page(
        title=title(result),
        heading=heading(result),
        headline=headline(result),
        verdict=_verdict(result),
        documents=documents,
        events_only=result.events_only,
        totals=[(level.value, LEVEL_NAMES[level], count) for level, count in counts.items()],
        cards=[
            (
                label,
                known.old,
                known.new,
                [
                    ("matched", known.matched),
                    ("renamed", known.renamed),
                    ("removed", known.removed),
                    ("added", known.added),
                ],
            )
            for label, known in rows(result)
        ],
        claims=result.claims,
        prefixes=result.prefixes,
        patterns=[_pattern(pattern) for pattern in result.patterns],
        document=[_row("document", ["changed"], [change]) for change in result.document],
        operations=[_operation(entry) for entry in result.operations],
        schemas=[_schema(entry) for entry in result.schemas if entry.changes],
        events=[_event(entry, payloads.get((entry.old, entry.new))) for entry in result.events],
        third=result.third,
        problems=result.problems,
        kinds=_kinds(result),
    )


def _verdict(result: DiffResult) -> str:
    counts = result.counts()
    breaking = counts[Level.BREAKING]
    if not any(counts.values()):
        return headline(result)
    verb = "break" if breaking > 1 else "breaks"
    start = f"{breaking} change{'' if breaking == 1 else 's'}" if breaking else "Nothing"
    ignored = f" ({result.ignored} ignored)" if result.ignored else ""
    return f"{start} {verb} programs that were written for the old document{ignored}."


def _row(part: str, statuses: Iterable[str], changes: Sequence[Change], more: Sequence[Change] = ()) -> _Row:
    """Return the row of some changes; `more` are changes told elsewhere by whose levels it is filtered too."""
    found = Counter(change.level for change in (*changes, *more))
    said = [change for change in changes if change.kind.name in _WHOLE]
    return _Row(
        part=part,
        statuses=tuple(statuses),
        levels=tuple((level.value, found[level]) for level in Level if found[level]),
        changes=[change for change in changes if change.kind.name not in _WHOLE],
        said=said,
    )


def _statuses(status: str, changes: Sequence[Change]) -> list[str]:
    """Return a status, and `changed` when more than the name is different."""
    if status in ("added", "removed"):
        return [status]
    found = [status] if status == "renamed" else []
    if any(change.kind.name not in _RENAMES for change in changes):
        found.append("changed")
    return found or ["unchanged"]


def _operation(entry: OperationEntry) -> _OperationRow:
    status = "renamed" if entry.renamed else "added" if entry.old is None else "removed" if entry.new is None else ""
    return _OperationRow(
        row=_row("operations", _statuses(status, entry.changes), entry.changes),
        old=entry.old,
        new=entry.new,
        matched_by=_MATCHED_BY.get(entry.matched_by, entry.matched_by),
        confidence=f"{entry.confidence:.2f}",
        closest=entry.closest,
        likeness=f"{entry.likeness:.0%}",
    )


def _schema(entry: Schema) -> _SchemaRow:
    users = (
        (_count("sent by", entry.requests, "operation"), ", ".join(entry.requests)),
        (_count("answered by", entry.responses, "operation"), ", ".join(entry.responses)),
        (_count("carried by", entry.events, "event"), ", ".join(entry.events)),
    )
    return _SchemaRow(
        row=_row("schemas", _statuses(entry.status, entry.changes), entry.changes),
        old=entry.old,
        new=entry.new,
        status="changed" if entry.status == "matched" else entry.status,
        evidence=", ".join(entry.evidence),
        users=tuple(pair for pair in users if pair[1]),
    )


def _count(word: str, labels: Sequence[str], thing: str) -> str:
    return f"{word} {len(labels)} {thing}{'' if len(labels) == 1 else 's'}"


def _event(entry: EventEntry, payload: Schema | None) -> _EventRow:
    """Return an event's row; how much its changed fields matter is what its payload's schema says of them."""
    fields = [] if any(change.at for change in entry.changes) else entry.fields
    if entry.old is None and entry.new is None:
        status = "elsewhere"
    elif entry.old is None or entry.new is None:
        status = "added" if entry.old is None else "removed"
    else:
        status = "changed" if entry.changes or entry.fields else "unchanged"
    row = _row("events", [status], entry.changes, payload.changes if fields and payload is not None else ())
    return _EventRow(row, entry.type, entry.old, entry.new, entry.third, entry.third_missing, fields)


def _pattern(pattern: Pattern) -> _PatternRow:
    part = "operations" if pattern.subject == "operations" else "schemas"
    old, new = show(pattern.old), show(pattern.new)
    return _PatternRow(
        row=_Row(part, ("changed",), ((pattern.level.value, pattern.count),), ()),
        id=pattern.id,
        kind=pattern.kind,
        message=pattern.kind.message.format(rule=pattern.rule, old=old, new=new),
        subject=pattern.subject,
        places=pattern.places,
    )


def _kinds(result: DiffResult) -> list[Kind]:
    known: dict[str, Kind] = {change.kind.id: change.kind for change in result.changes()}
    return [known[identifier] for identifier in sorted(known)]
