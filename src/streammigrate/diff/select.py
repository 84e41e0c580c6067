"""Which changes count: by id, by kind name, and by glob over operations, paths, schemas and events."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fnmatch import translate
from typing import NamedTuple

from streammigrate.diff.change import Change
from streammigrate.diff.result import DiffResult
from streammigrate.errors import UsageError

_SUBJECTS = ("path", "operation", "schema", "event")


class Subject(NamedTuple):
    """What selectors ask of a change beside itself: the names of its owner on both sides, and the paths it concerns."""

    names: tuple[str, ...]
    paths: tuple[str, ...] = ()


Selector = Callable[[Change, Subject], bool]


def parse_selector(text: str) -> Selector:
    """Return the test for one selector.

    `SM153` or a prefix such as `SM15`; a kind's name such as `property-removed`; or `path:`, `operation:`, `schema:` or
    `event:` with a glob. An operation, schema or event is known by its old and by its new name; a path selects the
    operations there and the schemas that they send and answer. Raises UsageError for anything else.
    """
    kind, colon, glob = text.partition(":")
    if colon and kind in _SUBJECTS:
        matches = re.compile(translate(glob)).match
        if kind == "path":
            return lambda change, subject: any(matches(path) is not None for path in subject.paths)
        return lambda change, subject: change.scope == kind and any(matches(name) is not None for name in subject.names)
    if re.fullmatch(r"[Ss][Mm]\d{1,3}", text):
        return lambda change, subject: change.kind.id.startswith(text.upper())
    from streammigrate.diff.registry import CHANGE_KINDS

    if any(found.name == text for found in CHANGE_KINDS):
        return lambda change, subject: change.kind.name == text
    raise UsageError(
        f"{text!r} selects nothing: give an id (SM153 or SM15), a kind's name (property-removed), or a glob after "
        "path:, operation:, schema: or event:"
    )


def apply(result: DiffResult, select: Iterable[str], ignore: Iterable[str]) -> None:
    """Keep the changes that some `select` matches (all when there is none) and no `ignore` does."""
    wanted, unwanted = [*map(parse_selector, select)], [*map(parse_selector, ignore)]
    if not wanted and not unwanted:
        return

    def keep(change: Change, subject: Subject) -> bool:
        if wanted and not any(matches(change, subject) for matches in wanted):
            return False
        return not any(matches(change, subject) for matches in unwanted)

    retain(result, keep)


def retain(result: DiffResult, keep: Callable[[Change, Subject], bool]) -> list[Change]:
    """Drop the changes that `keep` refuses, count them in `result.ignored` and return them."""
    dropped: list[Change] = []

    def filtered(changes: list[Change], subject: Subject) -> list[Change]:
        kept: list[Change] = []
        for change in changes:
            (kept if keep(change, subject) else dropped).append(change)
        return kept

    result.document = filtered(result.document, Subject(("document",)))
    paths: dict[str, tuple[str, ...]] = {}
    for operation in result.operations:
        sides = [side for side in (operation.old, operation.new) if side is not None]
        found = tuple({path: None for side in sides for path in (side.path, side.base_path + side.path)})
        paths[operation.label] = paths.get(operation.label, ()) + found
        names = tuple({name: None for side in sides for name in (side.label, side.id) if name})
        operation.changes = filtered(operation.changes, Subject(names, found))
    for schema in result.schemas:
        reached = tuple(path for label in {*schema.requests, *schema.responses} for path in paths.get(label, ()))
        names = tuple(name for name in (schema.old, schema.new) if name)
        schema.changes = filtered(schema.changes, Subject(names, reached))
    for event in result.events:
        event.changes = filtered(event.changes, Subject((event.type,)))
    result.ignored += len(dropped)
    return dropped
