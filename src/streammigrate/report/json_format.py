"""The versioned JSON report. Its JSON Schema is `diff.schema.json` beside this file."""

from __future__ import annotations

import json
from typing import Any

from streammigrate.diff.change import Change
from streammigrate.diff.result import (
    DiffResult,
    DocumentInfo,
    EventEntry,
    OperationEntry,
    Pattern,
    SchemaEntry,
)
from streammigrate.findings import Finding
from streammigrate.spec.model import Operation

SCHEMA_VERSION = 1


def render(result: DiffResult) -> str:
    """Return the report as JSON text with a newline at the end."""
    return one_line_each(document(result))


def one_line_each(data: dict[str, Any]) -> str:
    """Return a mapping as JSON text with a line for each key, and for each item of a list under a key.

    It reads and diffs well, and unlike an indented document it is written by the fast encoder.
    """
    lines = []
    for key, value in data.items():
        if isinstance(value, list) and value:
            items = ",\n".join(f"  {_encode(item)}" for item in value)
            lines.append(f"{_encode(key)}: [\n{items}\n]")
        else:
            lines.append(f"{_encode(key)}: {_encode(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


_encode = json.JSONEncoder(ensure_ascii=False).encode


def document(result: DiffResult) -> dict[str, Any]:
    """Return the report as JSON-like data."""
    counts = result.counts()
    return {
        "schema_version": SCHEMA_VERSION,
        "old": _info(result.old),
        "new": _info(result.new),
        "events_document": None if result.third is None else _info(result.third),
        "summary": {
            "operations": result.operation_counts()._asdict(),
            "schemas": result.schema_counts()._asdict(),
            "events": result.event_counts()._asdict(),
            "changes": {level.value: count for level, count in counts.items()},
            "ignored": result.ignored,
            "prefixes": [{"old": old, "new": new, "operations": count} for old, new, count in result.prefixes],
            "claims": [
                {"id": claim.id, "question": claim.question, "answer": claim.answer, "old": claim.old, "new": claim.new}
                for claim in result.claims
            ],
        },
        "document": [_change(change) for change in result.document],
        "operations": [_operation(entry) for entry in result.operations],
        "schemas": [_schema(entry) for entry in result.schemas if entry.changes or entry.status != "matched"],
        "events": [_event(entry) for entry in result.events],
        "patterns": [_pattern(pattern) for pattern in result.patterns],
        "problems": [finding_document(finding) for finding in result.problems],
    }


def _info(info: DocumentInfo) -> dict[str, Any]:
    return {
        "source": info.label,
        "title": info.title,
        "version": info.version,
        "sha256": info.sha256,
        "dialect": info.dialect,
        "operations": info.operations,
        "schemas": info.schemas,
        "events": info.events,
        "payloads": info.payloads,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "id": change.kind.id,
        "kind": change.kind.name,
        "level": change.level.value,
        "side": change.side,
        "place": change.place,
        "message": change.message,
        "old": change.old,
        "new": change.new,
        "old_pointer": change.old_pointer,
        "new_pointer": change.new_pointer,
        "pattern": change.pattern or None,
        "fingerprint": change.fingerprint,
    }


def _side(operation: Operation | None) -> dict[str, Any] | None:
    if operation is None:
        return None
    return {"id": operation.id or None, "method": operation.method, "path": operation.path}


def _operation(entry: OperationEntry) -> dict[str, Any]:
    return {
        "old": _side(entry.old),
        "new": _side(entry.new),
        "matched_by": entry.matched_by or None,
        "confidence": entry.confidence,
        "closest": None if entry.closest is None else {**(_side(entry.closest) or {}), "likeness": entry.likeness},
        "changes": [_change(change) for change in entry.changes],
    }


def _schema(entry: SchemaEntry) -> dict[str, Any]:
    return {
        "old": entry.old,
        "new": entry.new,
        "status": entry.status,
        "matched_by": entry.matched_by or None,
        "confidence": entry.confidence,
        "evidence": list(entry.evidence),
        "reached_by": {
            "requests": list(entry.requests),
            "responses": list(entry.responses),
            "events": list(entry.events),
            "counts": {
                "requests": entry.request_count,
                "responses": entry.response_count,
                "events": entry.event_count,
            },
        },
        "changes": [_change(change) for change in entry.changes],
    }


def _event(entry: EventEntry) -> dict[str, Any]:
    return {
        "type": entry.type,
        "old": entry.old,
        "new": entry.new,
        "events_document": None if entry.third is None else {"payload": entry.third, "missing": entry.third_missing},
        "fields": [{"name": field.name, "old": field.old, "new": field.new} for field in entry.fields],
        "changes": [_change(change) for change in entry.changes],
    }


def _pattern(pattern: Pattern) -> dict[str, Any]:
    return {
        "id": pattern.id,
        "kind": pattern.kind.name,
        "kind_id": pattern.kind.id,
        "level": pattern.level.value,
        "subject": pattern.subject,
        "old": pattern.old,
        "new": pattern.new,
        "count": pattern.count,
        "places": pattern.places,
    }


def finding_document(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON-like data, the same for every command."""
    location = finding.location
    return {
        "id": finding.id,
        "severity": finding.severity.value,
        "location": {
            "source": location.source,
            "pointer": location.pointer or None,
            "line": location.line,
            "column": location.column,
        },
        "message": finding.message,
        "hint": finding.hint or None,
        "url": finding.url or None,
        "fingerprint": finding.fingerprint,
    }
