"""By which fields the API's queries can be filtered and sorted: rules/filters.yaml, and the command that derives it.

    python -m streammigrate.rules.filters V1_SPEC V2_SPEC > rules/filters.yaml

Both API descriptions say on their request schemas which fields a filter may name, with which operators, and (of some
queries) by which fields an answer can be sorted.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from streammigrate import rules

CUSTOM = "custom"
"""The field that stands for custom data: `custom.<key>` in a filter."""
_FILTER, _SORT = "x-stream-filter-fields", "x-stream-sort-fields"
_COMPONENT = "#/components/schemas/"


class Filterable(NamedTuple):
    """What a filter may ask of a field: its type (string, number, boolean, date, object) and the operators."""

    type: str
    operators: frozenset[str]


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = rules.load("filters")
    return data


def operations() -> Mapping[str, tuple[str, ...]]:
    """Return the operations for which fields are listed, each with its parameters that are filters or sorts."""
    return {name: tuple(lists) for name, lists in _data()["operations"].items()}


@cache
def filter_fields(operation: str, parameter: str, side: str = "new") -> Mapping[str, Filterable] | None:
    """Return what a filter of an operation can name, by field; None where the description lists nothing.

    `side` is `old` for v1 and `new` for v2.
    """
    listed = _data()["operations"].get(operation, {}).get(parameter)
    if not isinstance(listed, Mapping):
        return None
    found = {}
    for field, text in listed.items():
        if isinstance(text, Mapping):
            text = text.get(side, "")
        kind, *operators = text.split() or [""]
        if kind:
            found[field] = Filterable(kind, frozenset(operators))
    return found


@cache
def sort_fields(operation: str) -> frozenset[str] | None:
    """Return the fields by which both APIs can sort the answer of an operation; None where nothing is listed."""
    listed = _data()["operations"].get(operation, {}).get("sort")
    return frozenset(listed) if isinstance(listed, list) else None


def derive(old: Any, new: Any) -> dict[str, Any]:
    """Return what the file says, from the trees of both API descriptions; operations that only one has are left out."""
    before, after = _operations(old), _operations(new)
    found = {name: _merged(before[name], after[name]) for name in sorted(before.keys() & after.keys())}
    return {"operations": {name: lists for name, lists in found.items() if lists}}


def _operations(document: Any) -> dict[str, dict[str, Any]]:
    found = {}
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "operationId" in operation:
                found[operation["operationId"]] = dict(_lists(document, operation))
    return found


def _lists(document: Any, operation: Any) -> Iterator[tuple[str, Any]]:
    """Yield the filters and sorts of an operation's body, or of the JSON in its query."""
    holders = [operation.get("requestBody", {}), *operation.get("parameters", ())]
    for holder in holders:
        reference = holder.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
        schema = document["components"]["schemas"].get(reference.removeprefix(_COMPONENT), {})
        for name, value in sorted(schema.get("properties", {}).items()):
            if _FILTER in value:
                yield (
                    name,
                    {
                        field: " ".join((one["type"], *sorted(one["operators"])))
                        for field, one in value[_FILTER].items()
                    },
                )
            elif _SORT in value:
                yield name, sorted(value[_SORT])


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _both(old.get(name), new.get(name)) for name in sorted(old.keys() | new.keys())}


def _both(old: Any, new: Any) -> Any:
    """Return a list of fields as both sides have it, with a side of its own where they differ."""
    if isinstance(old, list) or isinstance(new, list):
        return sorted(set(old or ()) & set(new or ()))
    before, after = old or {}, new or {}
    found: dict[str, Any] = {}
    for field in sorted(before.keys() | after.keys()):
        sides = {"old": before.get(field), "new": after.get(field)}
        same = sides["old"] == sides["new"]
        found[field] = sides["new"] if same else {side: text for side, text in sides.items() if text}
    return found


def text(old: Path, new: Path) -> str:
    """Return the text of the file, from two API descriptions. Raises InputError for what cannot be read as one."""
    from hashlib import sha256

    from streammigrate.spec.model import Fetched
    from streammigrate.spec.parse import parse
    from streammigrate.yaml_text import dump

    read = {side: path.read_bytes() for side, path in (("old", old), ("new", new))}
    trees = {side: parse(Fetched(str(path), read[side], sha256="")) for side, path in (("old", old), ("new", new))}
    made = {
        side: {
            "title": tree["info"]["title"],
            "version": tree["info"]["version"],
            "sha256": sha256(read[side]).hexdigest(),
        }
        for side, tree in trees.items()
    }
    head = "# Derived from both API descriptions by `python -m streammigrate.rules.filters`; facts only, not edited by hand.\n"
    return head + dump({**made, **derive(trees["old"], trees["new"])})


if __name__ == "__main__":
    sys.stdout.write(text(Path(sys.argv[1]), Path(sys.argv[2])))
