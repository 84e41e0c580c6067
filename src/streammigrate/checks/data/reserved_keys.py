"""SM704: keys that Stream keeps to itself."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.entities import ENTITIES
from streammigrate.checks.model import Answer, DataCheck, Evidence
from streammigrate.checks.records import Record
from streammigrate.checks.tally import Tally, times
from streammigrate.findings import Severity


class _Watcher:
    def __init__(self) -> None:
        self._tally = Tally()

    def see(self, record: Record) -> None:
        reserved = ENTITIES[record.entity].reserved
        if not reserved:
            return
        custom = record.node.get("custom")
        for key in reserved:
            if key in record.node or (isinstance(custom, dict) and key in custom):
                self._tally.add((record.entity, key), record)

    def answers(self) -> Iterator[Answer]:
        for (entity, key), seen in self._tally:
            message = f"{ENTITIES[entity].plural} have the reserved key {key}"
            yield Answer(message, seen.at, (entity, key), (Evidence(key, times(seen.count)),))


CHECK = DataCheck(
    id="SM704",
    name="reserved-key",
    title="A key is reserved",
    severity=Severity.WARNING,
    question="Does any record use a key that Stream keeps to itself?",
    explanation="Imports refuse some names that Stream uses inside, such as `pk` and `app_pk`, and the file that has them "
    "is refused with them.",
    shows="the kind of record, the key, and how often it occurs.",
    fix="Rename the key in the data and in the code.",
    url="https://getstream.io/chat/docs/python/import/",
    watch=_Watcher,
)
