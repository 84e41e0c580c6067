"""All kinds of change, by id."""

from __future__ import annotations

from streammigrate.diff.change import ChangeKind, Example
from streammigrate.diff.changes import body, document, event, operation, parameter, schema, values

CHANGE_KINDS: tuple[ChangeKind, ...] = tuple(
    sorted(
        (
            value
            for module in (body, document, event, operation, parameter, schema, values)
            for value in vars(module).values()
            if isinstance(value, ChangeKind)
        ),
        key=lambda kind: kind.id,
    )
)

_BY_NAME = {kind.name: kind for kind in CHANGE_KINDS}


def example_of(kind: ChangeKind) -> Example | None:
    """Return a kind's example: its own, or its mirror's with the sides swapped."""
    if kind.example is not None:
        return kind.example
    mirrored = _BY_NAME[kind.mirror].example
    if mirrored is None:
        return None
    also = tuple(_BY_NAME[name].mirror for name in mirrored.also)
    return Example(mirrored.part, mirrored.new, mirrored.old, also)
