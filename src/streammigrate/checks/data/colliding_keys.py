"""SM702: what stands under `custom` collides with a field, or with the same key outside of it."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import show
from streammigrate.checks.entities import ENTITIES, fields
from streammigrate.checks.model import Answer, DataCheck, Evidence
from streammigrate.checks.records import Record
from streammigrate.checks.tally import Tally, times
from streammigrate.findings import Severity

_WORDS = {
    "shape": "`custom` of {plural} holds something that is no object",
    "field": "`custom` of {plural} has the key {key}, which is a field of theirs",
    "twice": "{plural} have the key {key} twice, beside the fields and in `custom`, with different values",
}


class _Watcher:
    def __init__(self) -> None:
        self._tally = Tally()
        # Reserved names are none of the fields, and SM704's.
        self._fields = {name: frozenset(fields(name)) | entity.imported for name, entity in ENTITIES.items()}

    def see(self, record: Record) -> None:
        custom = record.node.get("custom")
        if custom is None:
            return
        if not isinstance(custom, dict):
            self._tally.add(("shape", record.entity, "custom"), record, show.value(custom, "custom"))
            return
        own_fields = self._fields[record.entity]
        for key, value in custom.items():
            if key in own_fields:
                self._tally.add(("field", record.entity, key), record, show.value(value, key))
            elif key in record.node and record.node[key] != value:
                self._tally.add(("twice", record.entity, key), record, show.value(value, key))

    def answers(self) -> Iterator[Answer]:
        for (what, entity, key), seen in self._tally:
            message = _WORDS[what].format(plural=ENTITIES[entity].plural, key=show.names([key]))
            evidence = Evidence(show.names([key]), f"{times(seen.count)}, such as {seen.example}")
            yield Answer(message, seen.at, (what, entity, key), (evidence,))


CHECK = DataCheck(
    id="SM702",
    name="custom-key-collides",
    title="A custom key collides with a field",
    severity=Severity.WARNING,
    question="Does any custom key have the name of a field, or stand in two places?",
    explanation="v1 knows one level: a custom key with the name of a field cannot be told from the field, so one of both is "
    "lost when data passes through v1 code (or through the helper that gives migrated code v1's shape back). v2 keeps "
    "both. A `custom` that is no object is no custom data for v2 at all.",
    shows="the kind of record, the key, how often it occurs, and an example; what may be secret is masked.",
    fix="Rename the custom key in the data and in the code before the cutover.",
    url="https://getstream.io/chat/docs/python/import/",
    watch=_Watcher,
)
