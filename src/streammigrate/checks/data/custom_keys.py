"""SM701: keys of the user's own beside the fields of the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from streammigrate.checks import show
from streammigrate.checks.entities import ENTITIES, known
from streammigrate.checks.model import Answer, DataCheck, Evidence
from streammigrate.checks.records import Record
from streammigrate.checks.tally import times
from streammigrate.findings import Location, Severity

MOST_KEYS = 500
"""The keys of one entity that are told apart; what has more uses keys as data."""


@dataclass(slots=True)
class _Key:
    count: int
    example: str
    at: Location


class _Watcher:
    def __init__(self) -> None:
        self._keys: dict[str, dict[str, _Key]] = {name: {} for name in ENTITIES}
        self._beyond: dict[str, int] = dict.fromkeys(ENTITIES, 0)
        self._records: dict[str, int] = dict.fromkeys(ENTITIES, 0)
        self._known = {name: known(name) | {"custom"} for name in ENTITIES}

    def see(self, record: Record) -> None:
        own = record.node.keys() - self._known[record.entity]
        if not own:
            return
        self._records[record.entity] += 1
        keys = self._keys[record.entity]
        for name in sorted(own):
            key = keys.get(name)
            if key is not None:
                key.count += 1
            elif len(keys) < MOST_KEYS:
                keys[name] = _Key(1, show.value(record.node[name], name), record.at)
            else:
                self._beyond[record.entity] += 1

    def answers(self) -> Iterator[Answer]:
        for name, keys in self._keys.items():
            if not keys:
                continue
            entity = ENTITIES[name]
            records = self._records[name]
            noun = f"{records:,} {name} has" if records == 1 else f"{records:,} {entity.plural} have"
            many = f"more than {MOST_KEYS}" if self._beyond[name] else str(len(keys))
            message = f"{noun} {many} {'key' if many == '1' else 'keys'} of your own beside the fields"
            if self._beyond[name]:
                message += "; so many keys are data, and better kept as values"
            listed = sorted(keys.items(), key=lambda item: (-item[1].count, item[0]))
            first = min((key.at for key in keys.values()), key=lambda at: (at.source, at.line or 0, at.pointer))
            evidence = tuple(
                Evidence(show.names([key]), f"{times(seen.count)}, such as {seen.example} at {seen.at}")
                for key, seen in listed
            )
            yield Answer(message, first, (name,), evidence)


CHECK = DataCheck(
    id="SM701",
    name="custom-keys",
    title="Records have keys of your own beside the fields",
    severity=Severity.NOTICE,
    question="Which custom keys do users, channels, messages, members, reactions and attachments have?",
    explanation="v1 mixes custom keys with the fields of the API. v2 keeps them in an object of their own, `custom`: what "
    'code reads as user["color"] it reads as user.custom["color"] there, and what it sends beside the fields is '
    "refused or dropped by the models. The name and the image of a channel are custom keys too. The list tells which "
    "keys a migrated program must move.",
    shows="for each kind of record its keys, how often each occurs, and an example; what may be secret is masked.",
    fix="Search the code for these keys. Read them from `custom`, and send them in it.",
    url="https://getstream.io/chat/docs/python/import/",
    watch=_Watcher,
)
