"""The migration map: what old names became, as data that other tools read. Facts only, no descriptions."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from streammigrate.diff.change import Change
from streammigrate.diff.changes.operation import PREFIX_CHANGED
from streammigrate.diff.result import DiffResult, DocumentInfo, SchemaEntry
from streammigrate.spec.model import Body, Operation
from streammigrate.spec.view import label

MAP_VERSION = 1


def migration_map(result: DiffResult) -> dict[str, Any]:
    """Return the map of a comparison as JSON-like data, sorted like the comparison itself.

    `operations` has every matched and removed operation (`new: null`), `added` the others. Changes that belong to a
    pattern are listed with the pattern, all other changes of schemas with their schema.
    """
    return {
        "map_version": MAP_VERSION,
        "old": _document(result.old),
        "new": _document(result.new),
        "summary": {
            "operations": result.operation_counts()._asdict(),
            "schemas": result.schema_counts()._asdict(),
            "events": result.event_counts()._asdict(),
            "changes": {level.value: count for level, count in result.counts().items()},
        },
        "prefixes": [{"old": old, "new": new, "operations": count} for old, new, count in result.prefixes],
        "patterns": [
            {
                "kind": pattern.kind.name,
                "in": pattern.subject,
                "old": pattern.old,
                "new": pattern.new,
                "count": pattern.count,
                **({} if pattern.kind is PREFIX_CHANGED else {"places": pattern.places}),
            }
            for pattern in result.patterns
        ],
        "operations": [
            {
                "old": _operation(entry.old),
                "new": None if entry.new is None else _operation(entry.new),
                "matched_by": entry.matched_by or None,
                **_changes(entry.changes),
            }
            for entry in result.operations
            if entry.old is not None
        ],
        "added": [_operation(entry.new) for entry in result.operations if entry.old is None and entry.new is not None],
        "schemas": [
            _schema(entry)
            for entry in result.schemas
            if entry.status in ("renamed", "removed", "replaced") or any(not change.pattern for change in entry.changes)
            if entry.status != "added"
        ],
        "added_schemas": [entry.new for entry in result.schemas if entry.status == "added"],
        "events": {
            "removed": [entry.type for entry in result.events if entry.new is None and entry.old is not None],
            "added": [entry.type for entry in result.events if entry.old is None and entry.new is not None],
            "payloads": {
                entry.type: (entry.old if entry.old == entry.new else [entry.old, entry.new])
                for entry in result.events
                if entry.old is not None and entry.new is not None
            },
        },
    }


def _document(info: DocumentInfo) -> dict[str, Any]:
    return {"title": info.title, "version": info.version, "sha256": info.sha256}


def _operation(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {"id": operation.id or None, "method": operation.method, "path": operation.path}
    for where in ("query", "header", "cookie"):
        parameters = {
            parameter.name: label(parameter.schema or {})
            for parameter in operation.parameters
            if parameter.where == where
        }
        if parameters:
            found[where] = parameters
    if operation.body is not None:
        found["body"] = _body(operation.body)
    successes = [status for status in sorted(operation.responses) if status.startswith("2")]
    if successes:
        found["response"] = _body(operation.responses[successes[0]].body)
    return found


def _body(body: Body) -> str:
    return " or ".join(sorted({label(node or {}) for node in body.content.values()})) or "none"


def _changes(changes: list[Change]) -> dict[str, Any]:
    found: dict[str, list[Any]] = defaultdict(list)
    for change in changes:
        if not change.pattern:
            item: dict[str, Any] = {}
            if change.at:
                item["at"] = change.at.removeprefix(".")
            sides = {"old": change.old, "new": change.new}
            item.update((key, value) for key, value in sides.items() if value is not None)
            found[change.kind.name].append(item)
    return {"changes": {name: found[name] for name in sorted(found)}} if found else {}


def _schema(entry: SchemaEntry) -> dict[str, Any]:
    return {
        "old": entry.old,
        "new": entry.new,
        "status": entry.status,
        **({"matched_by": entry.matched_by} if entry.status == "renamed" else {}),
        **_changes([change for change in entry.changes if change.kind.name not in _TOLD]),
    }


_TOLD = ("schema-renamed", "schema-removed")
