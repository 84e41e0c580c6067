"""The kinds of change and the facts of one change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, NamedTuple

from streammigrate.findings import Severity, fingerprint
from streammigrate.kinds import Kind

Side = Literal["request", "response", "both", "event", "none"]
"""Who meets a change: who sends, who reads an answer, both, only who receives events, or nobody (nothing reaches it).

Who receives events reads too, so a schema that is sent and carried by events is met by both.
"""

Direction = Literal["request", "response"]

Scope = Literal["document", "operation", "schema", "event"]


class Level(Enum):
    """What a change means to a program written against the old document."""

    BREAKING = "breaking"
    COMPATIBLE = "compatible"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return _RANKS[self]

    @property
    def severity(self) -> Severity:
        """The severity of a finding about a change of this level."""
        return _SEVERITIES[self]


_RANKS = {level: rank for rank, level in enumerate(Level)}
_SEVERITIES = {Level.BREAKING: Severity.ERROR, Level.COMPATIBLE: Severity.NOTICE, Level.INFO: Severity.INFO}
BREAKING, COMPATIBLE, INFO = Level


class Example(NamedTuple):
    """The smallest pair that shows a change: two YAML fragments and the part of a document that they replace.

    `part` is `schema` (the schema `Thing`, sent and answered by one operation), `operation` (keys of that operation),
    `paths` or `document` (whole sections), `event` (what a union of events maps to), or `payload` (the fields of one
    event, the old ones in an OpenAPI and the new ones in an AsyncAPI document). `also` names further kinds that the
    pair cannot do without.
    """

    part: Literal["schema", "operation", "paths", "document", "event", "payload"]
    old: str
    new: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeKind(Kind):
    """A kind of change, judged for who sends (`request`) and who reads (`response`).

    `message` is filled with `old`, `new` and `rule` (the keyword that a place such as `.text:maxLength` ends with).
    `mirror` names the kind that the same pair shows when its sides are swapped; of the two, one carries the example.
    """

    message: str
    request: Level
    response: Level
    mirror: str
    example: Example | None = None
    nothing: str = "nothing"
    """How the message writes None: `null` where the value is there and is null."""

    def level(self, side: Side) -> Level:
        """Return the level for who meets the change."""
        if side == "none":
            return Level.INFO
        if side == "request":
            return self.request
        if side == "both":
            return min(self.request, self.response, key=lambda level: level.rank)
        return self.response


class Fact(NamedTuple):
    """A difference as the comparison finds it, before it is known who meets it.

    `at` is the readable place below its owner (`.user.tags[]`), `tokens` the pointer tokens below the owner, as
    (old, new). `old` and `new` are small JSON-like values.
    """

    kind: ChangeKind
    at: str = ""
    old: Any = None
    new: Any = None
    tokens: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    side: Side | None = None
    only: Direction | None = None
    """The one direction in which the place has a value at all: `response` for what is read-only."""


def met_by(side: Side, only: Direction | None) -> Side:
    """Return who is left of those who meet a schema when the place has a value in one direction only."""
    if only is None or side in (only, "none") or (side == "event" and only == "response"):
        return side
    return only if side == "both" else "none"


class Change(NamedTuple):
    """One change, at one place, judged. `owner` is the operation, schema, event or part of the document it stands in."""

    kind: ChangeKind
    level: Level
    side: Side
    scope: Scope
    owner: str
    at: str
    old: Any
    new: Any
    old_pointer: str | None
    new_pointer: str | None
    fingerprint: str
    pattern: str = ""

    @property
    def place(self) -> str:
        """The readable place: `BanRequest.user_id`, `Unban: query parameter reason`."""
        return (
            f"{self.owner}{self.at}"
            if self.at.startswith((".", "[", "|", ":")) or not self.at
            else (f"{self.owner}: {self.at}")
        )

    @property
    def message(self) -> str:
        """One sentence that says what changed."""
        rule = self.at.rpartition(":")[2]
        old, new = (self.kind.nothing if value is None else show(value) for value in (self.old, self.new))
        return self.kind.message.format(rule=rule, old=old, new=new)

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """Orders changes of one owner by level, place and kind."""
        return (self.level.rank, self.at, self.kind.id, str(self.old), str(self.new))


def show(value: Any) -> str:
    """Return a value as people read it in a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        return ", ".join("null" if item is None else show(item) for item in value)
    import json

    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def change_fingerprint(kind: ChangeKind, scope: Scope, owner: str, at: str, old: Any, new: Any) -> str:
    """Return the digits that identify a change by structure: the same in every run, format and wording."""
    return fingerprint(kind.id, [scope, owner, at, old, new])


def most_severe(levels: Iterable[Level]) -> Level | None:
    """Return the most severe of some levels, or None when there are none."""
    return min(levels, key=lambda level: level.rank, default=None)
