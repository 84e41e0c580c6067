"""The first lines of every report on a comparison, in words."""

from __future__ import annotations

from collections.abc import Iterable

from streammigrate.diff.change import Change, Level
from streammigrate.diff.result import Counts, DiffResult, DocumentInfo, OperationEntry, SchemaEntry

LEVEL_NAMES = {Level.BREAKING: "breaking", Level.COMPATIBLE: "compatible", Level.INFO: "informational"}


def title(result: DiffResult) -> str:
    """Return what was compared: `Stream API v236 → Stream API v237`, or the sources where both are called the same."""
    old, new = name(result.old), name(result.new)
    return f"{old} → {new}" if old != new else f"{old}: {result.old.label} → {result.new.label}"


def heading(result: DiffResult) -> str:
    """Return what was compared by name alone, for reports that show the sources below."""
    old, new = name(result.old), name(result.new)
    return old if old == new else f"{old} → {new}"


def name(info: DocumentInfo) -> str:
    """Return a document's title and version, or its source when it has neither."""
    return " ".join(part for part in (info.title, info.version) if part) or info.label


def headline(result: DiffResult) -> str:
    """Return the verdict as one sentence, which also says when the input was not sound."""
    counts = result.counts()
    shown = ", ".join(f"{count} {LEVEL_NAMES[level]}" for level, count in counts.items() if count)
    total = sum(counts.values())
    text = f"{shown} {'change' if total == 1 else 'changes'}" if total else "No differences"
    if result.ignored:
        text += f"; {result.ignored} ignored"
    if result.problems:
        count = len(result.problems)
        text += f"; {count} {'problem' if count == 1 else 'problems'} with the input"
    return text + "."


def rows(result: DiffResult) -> list[tuple[str, Counts]]:
    """Return the counts to show, by what is counted."""
    if result.events_only:
        return [("Events", result.event_counts())]
    found = [("Operations", result.operation_counts()), ("Schemas", result.schema_counts())]
    if result.old.events or result.new.events:
        found.append(("Events", result.event_counts()))
    return found


def renamed(result: DiffResult) -> list[OperationEntry]:
    """Return the matched operations whose operationId changed."""
    return [entry for entry in result.operations if entry.renamed]


def likely(result: DiffResult) -> list[OperationEntry]:
    """Return the matches that only likeness made and that no change of the operationId shows."""
    return [entry for entry in result.operations if entry.matched_by == "similarity" and not entry.renamed]


def users(entry: SchemaEntry, most: int = 3) -> str:
    """Return who meets a schema: `sent by Ban; answered by 12 operations`."""
    parts = []
    for word, labels, count in (
        ("sent by", entry.requests, entry.request_count),
        ("answered by", entry.responses, entry.response_count),
    ):
        if labels:
            listed = ", ".join(labels) if count <= most else f"{count} operations"
            parts.append(f"{word} {listed}")
    if not parts and entry.events:
        listed = ", ".join(entry.events) if entry.event_count <= most else f"{entry.event_count} events"
        parts.append(f"carried by {listed}")
    return "; ".join(parts) or "used by no operation"


def unpatterned(changes: Iterable[Change], levels: Iterable[Level]) -> list[Change]:
    """Return the changes of some levels that no pattern tells."""
    wanted = set(levels)
    return [change for change in changes if not change.pattern and change.level in wanted]
