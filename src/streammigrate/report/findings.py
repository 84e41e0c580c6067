"""From a comparison to findings: what every format that knows no API descriptions renders."""

from __future__ import annotations

from streammigrate.diff.change import Change
from streammigrate.diff.result import DiffResult
from streammigrate.findings import Finding, Location, sort_key


def change_finding(change: Change, result: DiffResult) -> Finding:
    """Return the finding for one change; it points into the new document where the place is there, else the old one."""
    if change.new_pointer is not None:
        location = Location(result.new.label, change.new_pointer)
    else:
        location = Location(result.old.label, change.old_pointer or "")
    return Finding(
        id=change.kind.id,
        severity=change.level.severity,
        location=location,
        message=f"{change.place}: {change.message}",
        hint=change.kind.hint,
        url=change.kind.url,
        fingerprint=change.fingerprint,
    )


def all_findings(result: DiffResult) -> list[Finding]:
    """Return the findings of a comparison, the changes and the problems with the input, sorted."""
    found = [change_finding(change, result) for change in result.changes()]
    return sorted([*found, *result.problems], key=sort_key)
