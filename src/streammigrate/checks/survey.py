"""One pass over data: says of each record what it is and shows it to every check that reads data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from streammigrate.checks import problems, records, show
from streammigrate.checks.entities import ENTITIES, OTHER_KINDS
from streammigrate.checks.model import Answer, CannotSayError, DataCheck
from streammigrate.checks.records import Bad, Progress, Record
from streammigrate.errors import UsageError
from streammigrate.findings import Finding, Location
from streammigrate.spec.problems import Problem

_NAMED = 5
"""How many bad lines of one kind are named with the reason; the others are given by their numbers."""

_RANGES = 40
"""How many runs of bad lines are given by their numbers before they are only counted."""

_PLURALS = {entity.plural: entity.name for entity in ENTITIES.values()} | {
    name: name for name in ENTITIES if name != "attachment"
}
_PLURALS.pop("attachments")
_WRAPPER = frozenset({"type", "data", "item"})
_PARTS = ("channel", "channels", "users", "members", "messages", "reactions")
"""Where an export keeps records inside a larger one."""


class DataFile(NamedTuple):
    """A file of records; `entity` is empty where the records say themselves what they are."""

    path: str
    entity: str = ""


def parse_source(text: str) -> DataFile:
    """Return the file that `FILE` or `entity=FILE` names. Raises UsageError for an entity that is not known."""
    entity, equals, path = text.partition("=")
    if equals and re.fullmatch(r"[a-z_]+", entity) and not Path(text).exists():
        if entity not in _PLURALS:
            raise UsageError(f"--data knows no {entity!r}: give one of {', '.join(sorted(set(_PLURALS.values())))}")
        return DataFile(path, _PLURALS[entity])
    return DataFile(text)


@dataclass(slots=True)
class _Trouble:
    """Bad places of one kind in one file: the first ones, the runs of lines behind them, and how many there were."""

    count: int
    first: list[str]
    at: Location
    runs: list[tuple[int, int]] = field(default_factory=list)

    def add(self, text: str, number: int) -> None:
        """Take in a place by its text and its line, or its index in an array."""
        self.count += 1
        if len(self.first) < _NAMED:
            self.first.append(text)
        elif self.runs and self.runs[-1][1] >= number - 1:
            self.runs[-1] = self.runs[-1][0], number
        elif len(self.runs) <= _RANGES:
            self.runs.append((number, number))

    def listed(self) -> str:
        """Return the places in words."""
        rest = self.count - len(self.first)
        text = "; ".join(self.first)
        if not rest:
            return text
        noun = "lines" if self.at.line else "items"
        runs = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in self.runs[:_RANGES])
        more = ", …" if len(self.runs) > _RANGES else ""
        return f"{text}; and {rest:,} more ({noun if rest > 1 else noun[:-1]} {runs}{more})"


class Survey:
    """What the checks saw in some files. `counts` are the records by entity."""

    def __init__(self, checks: Iterable[DataCheck]) -> None:
        self._watchers = {check.id: check.watch() for check in checks}
        self.counts: Counter[str] = Counter()
        self._trouble: dict[tuple[str, Problem], _Trouble] = {}

    def read(self, source: DataFile, progress: Progress | None = None) -> None:
        """Take in a file. Raises InputError when it cannot be read; what is wrong inside is kept in `problems`."""
        named = source.entity or _named_by(source.path)
        watchers = list(self._watchers.values())
        for found in records.read(source.path, progress):
            if isinstance(found, Bad):
                self._bad(source.path, found)
                continue
            for entity, node, pointer in _sort(found.node, source.entity, named):
                if not entity:
                    at = Location(source.path, found.pointer, found.line or None)
                    self._note(problems.UNKNOWN_RECORD, at, _where(at))
                    continue
                if entity in OTHER_KINDS:
                    continue
                self.counts[entity] += 1
                record = Record(entity, node, source.path, found.line, found.pointer + pointer)
                for watcher in watchers:
                    watcher.see(record)

    def answers(self, check: DataCheck) -> Sequence[Answer]:
        """Return what a check says. Raises CannotSayError when there was no record at all."""
        if not self.counts:
            raise CannotSayError("the data holds no record of a known kind")
        return list(self._watchers[check.id].answers())

    def problems(self) -> list[Finding]:
        """Return what was wrong with the files."""
        found = []
        for (_, problem), trouble in self._trouble.items():
            listed = trouble.listed()
            noun = "record" if trouble.count == 1 else "records"
            words = {
                problems.BAD_RECORD: f"{trouble.count:,} {noun} cannot be read: {listed}",
                problems.UNKNOWN_RECORD: f"{trouble.count:,} {noun} of no known kind: {listed}",
                problems.CUT_OFF: f"nothing behind this place was checked: {listed}",
            }[problem]
            found.append(problem.finding(trouble.at, words))
        return found

    def _bad(self, path: str, bad: Bad) -> None:
        at = Location(path, bad.pointer, bad.line or None)
        self._note(problems.CUT_OFF if bad.final else problems.BAD_RECORD, at, f"{_where(at)}: {bad.reason}")

    def _note(self, problem: Problem, at: Location, text: str) -> None:
        number = at.line or int(re.sub(r"\D.*", "", at.pointer[1:]) or 0)
        self._trouble.setdefault((at.source, problem), _Trouble(0, [], at)).add(text, number)


def _where(at: Location) -> str:
    return f"line {at.line}" if at.line else f"item {at.pointer or '/'}"


def _named_by(path: str) -> str:
    """Return the entity that a file's name tells (`users.jsonl`, `export-messages-2.json.gz`), empty when none or two."""
    words = re.split(r"[^a-z]+", Path(path).name.lower())
    found = {_PLURALS[word] for word in words if word in _PLURALS}
    return found.pop() if len(found) == 1 else ""


def kinds(node: dict[str, Any]) -> list[str]:
    """Return what the records in an object are, by themselves alone; empty texts for those that do not show it."""
    return [entity for entity, _, _ in _sort(node, "", "")]


def _sort(node: dict[str, Any], declared: str, named: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the records in an object as (entity, object, pointer below it); the entity is empty when it is not known."""
    kind = node.get("type", "")
    wrapped = isinstance(kind, str) and (kind in ENTITIES or kind in OTHER_KINDS)
    # What the user declared may be wrapped too, but then there is nothing else beside.
    if wrapped and (not declared or node.keys() <= _WRAPPER):
        for wrapper in ("data", "item"):
            item = node.get(wrapper)
            if isinstance(item, dict):
                yield from _with_attachments(str(kind), item, f"/{wrapper}")
                return
    parts = list(_export(node)) if not declared else []
    if parts:
        for entity, item, pointer in parts:
            yield from _with_attachments(entity, item, pointer)
        return
    yield from _with_attachments(declared or named or _looks_like(node), node, "")


def _with_attachments(entity: str, node: dict[str, Any], pointer: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    yield entity, node, pointer
    attachments = node.get("attachments") if entity == "message" else None
    for index, item in enumerate(attachments if isinstance(attachments, list) else ()):
        if isinstance(item, dict):
            yield "attachment", item, f"{pointer}/attachments/{index}"


def _export(node: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the records of an object that only keeps others, as exports of channels and of users do."""
    if "id" in node or "text" in node or not any(isinstance(node.get(part), list) for part in _PARTS):
        return
    for part in _PARTS:
        held = node.get(part)
        entity = _PLURALS.get(part, part)
        if isinstance(held, dict):
            yield entity, held, f"/{part}"
        for index, item in enumerate(held if isinstance(held, list) else ()):
            if isinstance(item, dict):
                yield entity, item, f"/{part}/{index}"


def _looks_like(node: dict[str, Any]) -> str:
    """Return the entity that an object's keys show, empty when they show none."""
    keys = node.keys()
    if "message_id" in keys and "type" in keys:
        return "reaction"
    author = bool(keys & {"user", "user_id"})
    if ("text" in keys or "attachments" in keys) and (author or keys & {"cid", "channel_id"}):
        return "message"
    if author and keys & {"channel_role", "channel_id", "channel_type", "notifications_muted", "is_moderator"}:
        return "member"
    if "type" in keys and keys & {"cid", "created_by", "created_by_id", "member_count", "member_ids"}:
        return "channel"
    if (
        "id" in keys
        and "type" not in keys
        and keys & {"role", "name", "teams", "online", "language", "image", "banned"}
    ):
        return "user"
    return ""


def describe(survey: Survey) -> str:
    """Return the records that were seen, in words."""
    counts = [
        f"{survey.counts[name]:,} {name if survey.counts[name] == 1 else entity.plural}"
        for name, entity in ENTITIES.items()
        if survey.counts[name]
    ]
    return show.names(counts, most=len(counts)) if counts else "no records"
