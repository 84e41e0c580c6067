"""SM701: keys of the user's own, beside the fields of the API or in `custom`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from streammigrate.checks import show
from streammigrate.checks.entities import ENTITIES, Entity, known
from streammigrate.checks.model import Answer, DataCheck, Evidence
from streammigrate.checks.records import Record
from streammigrate.checks.tally import times
from streammigrate.findings import Location, Severity

MOST_KEYS = 500
"""The keys of one entity that are told apart; what has more uses keys as data."""

BESIDE, INSIDE = "beside the fields", "in `custom`"
"""Where keys of one's own stand: as v1 has them, and as v2 has them."""


@dataclass(slots=True)
class _Key:
    count: int
    example: str
    at: Location


@dataclass(slots=True)
class _Keys:
    """The keys that one kind of record has in one place; `beyond` counts what exceeds the bound."""

    records: int = 0
    beyond: int = 0
    keys: dict[str, _Key] = field(default_factory=dict)

    def add(self, names: Iterable[str], held: dict[str, Any], record: Record, pointer: str) -> None:
        self.records += 1
        for name in names:
            key = self.keys.get(name)
            if key is not None:
                key.count += 1
            elif len(self.keys) < MOST_KEYS:
                at = record.at
                self.keys[name] = _Key(1, show.value(held[name], name), at._replace(pointer=at.pointer + pointer))
            else:
                self.beyond += 1

    def answer(self, entity: Entity, place: str) -> Answer:
        noun = f"{self.records:,} {entity.name} has" if self.records == 1 else f"{self.records:,} {entity.plural} have"
        many = f"more than {MOST_KEYS}" if self.beyond else str(len(self.keys))
        message = f"{noun} {many} {'key' if many == '1' else 'keys'} of your own {place}"
        if self.beyond:
            message += "; so many keys are data, and better kept as values"
        listed = sorted(self.keys.items(), key=lambda item: (-item[1].count, item[0]))
        first = min((key.at for key in self.keys.values()), key=lambda at: (at.source, at.line or 0, at.pointer))
        evidence = tuple(
            Evidence(show.names([key]), f"{times(seen.count)}, such as {seen.example} at {seen.at}")
            for key, seen in listed
        )
        return Answer(message, first, (entity.name,) if place == BESIDE else (entity.name, "custom"), evidence)


class _Watcher:
    def __init__(self) -> None:
        self._known = {name: known(name) | {"custom"} for name in ENTITIES}
        self._beside = {name: _Keys() for name in ENTITIES}
        self._inside = {name: _Keys() for name in ENTITIES}

    def see(self, record: Record) -> None:
        fields = self._known[record.entity]
        own = [name for name in record.node if name not in fields]
        if own:
            self._beside[record.entity].add(own, record.node, record, "")
        custom = record.node.get("custom")
        if custom and isinstance(custom, dict):
            self._inside[record.entity].add(custom, custom, record, "/custom")

    def answers(self) -> Iterator[Answer]:
        for name, entity in ENTITIES.items():
            for place, keys in ((BESIDE, self._beside[name]), (INSIDE, self._inside[name])):
                if keys.keys:
                    yield keys.answer(entity, place)


CHECK = DataCheck(
    id="SM701",
    name="custom-keys",
    title="Records have keys of your own",
    severity=Severity.NOTICE,
    question="Which custom keys do users, channels, messages, members, reactions and attachments have?",
    explanation="v1 mixes custom keys with the fields of the API. v2 keeps them in an object of their own, `custom`: what "
    'code reads as user["color"] it reads as user.custom["color"] there, and what it sends beside the fields is '
    "refused or dropped by the models. The name and the image of a channel are custom keys too. The list tells which "
    "keys a migrated program must move, and which ones the data has in v2's shape already.",
    shows="for each kind of record its keys, those beside the fields and those in `custom`, how often each occurs, and an "
    "example; what may be secret is masked.",
    fix="Search the code for these keys. Read them from `custom`, and send them in it.",
    url="https://getstream.io/chat/docs/python/import/",
    watch=_Watcher,
)
