"""Facts that hold for a range of versions: the newest on top, what held before beneath it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Fact = Mapping[str, Any]


def merge(versions: Sequence[str], facts: Sequence[Fact | None]) -> dict[str, Any]:
    """Return one entry for what `facts` says in each of `versions`, oldest first (None: it is not there).

    The entry is the newest fact. `since` and `until` (inclusive) are left out where they are the first and last of
    `versions`; older facts are listed under `before`, newest first, each with its own range.
    """
    runs: list[tuple[Fact, int, int]] = []
    for index, fact in enumerate(facts):
        if fact is None:
            continue
        if runs and runs[-1][0] == fact and runs[-1][2] == index - 1:
            runs[-1] = (fact, runs[-1][1], index)
        else:
            runs.append((fact, index, index))
    entries = [{**fact, **_range(versions, first, last)} for fact, first, last in reversed(runs)]
    return {**entries[0], **({"before": entries[1:]} if entries[1:] else {})}


def _range(versions: Sequence[str], first: int, last: int) -> dict[str, str]:
    found = {}
    if first:
        found["since"] = versions[first]
    if last < len(versions) - 1:
        found["until"] = versions[last]
    return found


def merge_named(
    versions: Sequence[str], tables: Sequence[Mapping[str, Fact]], *, order: bool = False
) -> dict[str, Any]:
    """Merge tables of facts name by name; sorted, or with `order` as in the newest table and then as met before."""
    names = list(dict.fromkeys(name for table in reversed(tables) for name in table))
    return {
        name: merge(versions, [table.get(name) for table in tables]) for name in (names if order else sorted(names))
    }
