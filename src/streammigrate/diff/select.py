"""Which changes count: by id, by kind name, and by glob over operations, paths, schemas and events."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fnmatch import translate

from streammigrate.diff.change import Change
from streammigrate.diff.result import DiffResult
from streammigrate.errors import UsageError

_SUBJECTS = ("path", "operation", "schema", "event")

Selector = Callable[[Change, tuple[str, ...]], bool]


def parse_selector(text: str) -> Selector:
    """Return the test for one selector.

    `SM153` or a prefix such as `SM15`; a kind's name such as `property-removed`; or `path:`, `operation:`, `schema:` or
    `event:` with a glob. Raises UsageError for anything else.
    """
    subject, colon, glob = text.partition(":")
    if colon and subject in _SUBJECTS:
        matches = re.compile(translate(glob)).match
        if subject == "path":
            return lambda change, paths: any(matches(path) is not None for path in paths)
        return lambda change, paths: (
            change.scope == subject and any(matches(name) is not None for name in change.owner.split(" → "))
        )
    if re.fullmatch(r"SM\d{1,3}", text):
        return lambda change, paths: change.kind.id.startswith(text)
    from streammigrate.diff.registry import CHANGE_KINDS

    if any(kind.name == text for kind in CHANGE_KINDS):
        return lambda change, paths: change.kind.name == text
    raise UsageError(
        f"{text!r} selects nothing: give an id (SM153 or SM15), a kind's name (property-removed), or a glob after "
        "path:, operation:, schema: or event:"
    )


def apply(result: DiffResult, select: Iterable[str], ignore: Iterable[str]) -> None:
    """Keep the changes that some `select` matches (all when there is none) and no `ignore` does."""
    wanted, unwanted = [*map(parse_selector, select)], [*map(parse_selector, ignore)]
    if not wanted and not unwanted:
        return

    def keep(change: Change, paths: tuple[str, ...]) -> bool:
        if wanted and not any(matches(change, paths) for matches in wanted):
            return False
        return not any(matches(change, paths) for matches in unwanted)

    retain(result, keep)


def retain(result: DiffResult, keep: Callable[[Change, tuple[str, ...]], bool]) -> list[Change]:
    """Drop the changes that `keep` refuses, count them in `result.ignored` and return them."""
    dropped: list[Change] = []

    def filtered(changes: list[Change], paths: tuple[str, ...] = ()) -> list[Change]:
        kept: list[Change] = []
        for change in changes:
            (kept if keep(change, paths) else dropped).append(change)
        return kept

    result.document = filtered(result.document)
    for operation in result.operations:
        paths = tuple(side.path for side in (operation.old, operation.new) if side is not None)
        operation.changes = filtered(operation.changes, paths)
    for schema in result.schemas:
        schema.changes = filtered(schema.changes)
    for event in result.events:
        event.changes = filtered(event.changes)
    result.ignored += len(dropped)
    return dropped
