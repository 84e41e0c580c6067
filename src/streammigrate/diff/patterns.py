"""The same change at many places, told once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator

from streammigrate.diff.change import Change, most_severe
from streammigrate.diff.result import DiffResult, Pattern

LEAST = 5
"""From how many places on a change is told as a pattern."""


def find_patterns(result: DiffResult) -> list[Pattern]:
    """Return the patterns, most frequent first, and mark the changes that belong to one.

    Changes belong together when kind, old and new value are the same and they stand in the same sort of place: in
    operations, in schemas that kept their name, or in schemas that were renamed or replaced.
    """
    groups: dict[tuple[str, str, str, str], list[tuple[list[Change], int]]] = defaultdict(list)
    for subject, changes in _lists(result):
        for index, change in enumerate(changes):
            if change.old is not None and change.new is not None:
                key = (change.kind.id, json.dumps(change.old), json.dumps(change.new), subject)
                groups[key].append((changes, index))
    found = [(key, places) for key, places in groups.items() if len(places) >= LEAST]
    found.sort(key=lambda item: (-len(item[1]), item[0]))
    patterns = []
    for number, (key, places) in enumerate(found, 1):
        members = [changes[index] for changes, index in places]
        level = most_severe(member.level for member in members)
        assert level is not None
        identifier = f"P{number}"
        first = members[0]
        names = sorted(member.place for member in members)
        patterns.append(Pattern(identifier, first.kind, level, first.old, first.new, names, key[3]))
        for changes, index in places:
            changes[index] = changes[index]._replace(pattern=identifier)
    return patterns


def _lists(result: DiffResult) -> Iterator[tuple[str, list[Change]]]:
    for operation in result.operations:
        yield "operations", operation.changes
    for schema in result.schemas:
        yield "schemas" if schema.status == "matched" else "renamed and replaced schemas", schema.changes
