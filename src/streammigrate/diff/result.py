"""What comparing two documents yields. Everything is sorted; nothing here reads or prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from streammigrate.diff.change import Change, ChangeKind, Level
from streammigrate.findings import Finding
from streammigrate.spec.model import Operation


class DocumentInfo(NamedTuple):
    """Which document was compared. `dialect` is `openapi 3.0.3` or `asyncapi 2.6.0`."""

    label: str
    title: str
    version: str
    sha256: str
    dialect: str
    operations: int
    schemas: int
    events: int
    payloads: int


@dataclass(slots=True)
class OperationEntry:
    """An operation and what became of it: `old` is None when it was added, `new` when it was removed."""

    old: Operation | None
    new: Operation | None
    matched_by: str
    confidence: float
    changes: list[Change] = field(default_factory=list)
    closest: Operation | None = None
    likeness: float = 0.0

    @property
    def label(self) -> str:
        """The name to sort and to speak of the entry by: the old operation's, or the added one's."""
        return (self.old or self.new or _NOBODY).label

    @property
    def renamed(self) -> bool:
        """Whether both sides have an operationId and they differ."""
        return bool(self.old and self.new and self.old.id and self.new.id and self.old.id != self.new.id)


_NOBODY = Operation("", "", "", "", (), None, {})


@dataclass(slots=True)
class SchemaEntry:
    """A schema and what became of it. `status` is matched, renamed, replaced, removed or added.

    A replaced pair is not one schema under two names: some place refers to the new one instead of the old one.
    `requests` and `responses` name the operations that send and answer it, `events` the event types that carry it:
    the first of them by name, where the count is higher. They are known only for entries that have changes.
    """

    old: str | None
    new: str | None
    status: str
    matched_by: str
    confidence: float
    evidence: tuple[str, ...] = ()
    changes: list[Change] = field(default_factory=list)
    requests: tuple[str, ...] = ()
    request_count: int = 0
    responses: tuple[str, ...] = ()
    response_count: int = 0
    events: tuple[str, ...] = ()
    event_count: int = 0

    @property
    def label(self) -> str:
        """The name to speak of the entry by."""
        return self.old or self.new or ""


class FieldDelta(NamedTuple):
    """How a payload's field differs; None where the payload does not have it."""

    name: str
    old: str | None
    new: str | None


@dataclass(slots=True)
class EventEntry:
    """An event type and its payloads. `third` is the payload in the document given with --events."""

    type: str
    old: str | None
    new: str | None
    changes: list[Change] = field(default_factory=list)
    fields: list[FieldDelta] = field(default_factory=list)
    third: str | None = None
    third_missing: bool = False


@dataclass(slots=True)
class Pattern:
    """The same change at many places, told once."""

    id: str
    kind: ChangeKind
    level: Level
    old: Any
    new: Any
    places: list[str]
    subject: str

    @property
    def count(self) -> int:
        """How many places show it."""
        return len(self.places)

    @property
    def rule(self) -> str:
        """The keyword that all places end with; `limit` when they differ."""
        rules = {name.rpartition(":")[2] for name in self.places}
        return rules.pop() if len(rules) == 1 else "limit"


class Claim(NamedTuple):
    """A question that people answer from hearsay, and what the two documents say."""

    id: str
    question: str
    answer: str
    old: str
    new: str


class Counts(NamedTuple):
    """How many of a kind each document has, and what became of the old ones."""

    old: int = 0
    new: int = 0
    matched: int = 0
    renamed: int = 0
    removed: int = 0
    added: int = 0


@dataclass(slots=True)
class DiffResult:
    """The whole comparison. Filters take changes out of the lists; the entries stay."""

    old: DocumentInfo
    new: DocumentInfo
    operations: list[OperationEntry] = field(default_factory=list)
    schemas: list[SchemaEntry] = field(default_factory=list)
    events: list[EventEntry] = field(default_factory=list)
    document: list[Change] = field(default_factory=list)
    patterns: list[Pattern] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    prefixes: list[tuple[str, str, int]] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    third: DocumentInfo | None = None
    events_only: bool = False
    ignored: int = 0
    """How many changes select, ignore or the baseline took out."""
    accepted: list[Change] = field(default_factory=list)
    """The changes that the baseline took out."""

    def changes(self) -> Iterator[Change]:
        """Yield every change: the document's, then by operation, schema and event."""
        yield from self.document
        for operation in self.operations:
            yield from operation.changes
        for schema in self.schemas:
            yield from schema.changes
        for event in self.events:
            yield from event.changes

    def counts(self) -> dict[Level, int]:
        """Return the number of changes of each level."""
        found = dict.fromkeys(Level, 0)
        for change in self.changes():
            found[change.level] += 1
        return found

    def operation_counts(self) -> Counts:
        """Return how many operations there are and what became of them."""
        return Counts(
            old=self.old.operations,
            new=self.new.operations,
            matched=sum(1 for entry in self.operations if entry.old and entry.new),
            renamed=sum(1 for entry in self.operations if entry.renamed),
            removed=sum(1 for entry in self.operations if entry.new is None),
            added=sum(1 for entry in self.operations if entry.old is None),
        )

    def schema_counts(self) -> Counts:
        """Return how many schemas there are and what became of them."""
        statuses = [entry.status for entry in self.schemas if not entry.label.startswith("#")]
        return Counts(
            old=self.old.schemas,
            new=self.new.schemas,
            matched=statuses.count("matched") + statuses.count("renamed"),
            renamed=statuses.count("renamed"),
            removed=statuses.count("removed"),
            added=statuses.count("added"),
        )

    def event_counts(self) -> Counts:
        """Return how many event types there are and what became of them."""
        return Counts(
            old=self.old.events,
            new=self.new.events,
            matched=sum(1 for entry in self.events if entry.old is not None and entry.new is not None),
            renamed=0,
            removed=sum(1 for entry in self.events if entry.new is None and entry.old is not None),
            added=sum(1 for entry in self.events if entry.old is None and entry.new is not None),
        )
