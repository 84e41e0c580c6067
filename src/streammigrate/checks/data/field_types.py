"""SM703: a field holds a value of another type than v2's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streammigrate.checks import show
from streammigrate.checks.entities import ENTITIES, fields
from streammigrate.checks.model import Answer, DataCheck, Evidence
from streammigrate.checks.records import Record
from streammigrate.checks.tally import Tally, times
from streammigrate.findings import Severity

_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "str": ((str,), "text"),
    "bool": ((bool,), "true or false"),
    "int": ((int,), "a whole number"),
    "float": ((int, float), "a number"),
    "list": ((list,), "a list"),
    "map": ((dict,), "an object"),
}


def _expected(entity: str) -> dict[str, tuple[tuple[type, ...], str]]:
    """Return what the fields of an entity may hold, for those whose type is the same in exports and imports.

    Times are written in several ways, and imports name a user by the id where answers hold the object.
    """
    found = {}
    for name, type in fields(entity).items():
        allowed = _TYPES.get(type.name if type.kind == "scalar" else type.kind)
        if allowed is not None and name != "custom":
            found[name] = allowed
    return found


class _Watcher:
    def __init__(self) -> None:
        self._tally = Tally()
        self._expected = {name: _expected(name) for name in ENTITIES}

    def see(self, record: Record) -> None:
        expected = self._expected[record.entity]
        for key, value in record.node.items():
            allowed = expected.get(key)
            if allowed is None or value is None or type(value) in allowed[0]:
                continue
            if not _is_whole(value, allowed[0]):
                self._tally.add((record.entity, key, allowed[1]), record, show.value(value, key))

    def answers(self) -> Iterator[Answer]:
        for (entity, key, wanted), seen in self._tally:
            message = f"{key} of {ENTITIES[entity].plural} must be {wanted}, and is something else {times(seen.count)}"
            yield Answer(message, seen.at, (entity, key), (Evidence(key, f"such as {seen.example}"),))


def _is_whole(value: Any, allowed: tuple[type, ...]) -> bool:
    """Whether a number was only written with a decimal point."""
    return int in allowed and isinstance(value, float) and value.is_integer()


CHECK = DataCheck(
    id="SM703",
    name="field-of-other-type",
    title="A field holds a value of another type",
    severity=Severity.WARNING,
    question="Does every field of v2 hold a value of its type?",
    explanation="A key that was free to use once may be a field today. Where the data keeps something of its own under the "
    "name of a field, v2's models refuse it or read it as something else.",
    shows="the kind of record, the field, the type it must have, how often it has not, and an example.",
    fix="Rename the key in the data and in the code when it is your own; correct the value when it is meant as the field.",
    url="https://getstream.io/chat/docs/python/import/",
    watch=_Watcher,
)
