"""The versioned JSON report of `scan`. Its JSON Schema is `scan.schema.json` beside this file."""

from __future__ import annotations

from typing import Any

from streammigrate.codemod.model import Applicability, CohortView, Origin, Trouble
from streammigrate.report import scan_summary as summary
from streammigrate.report.json_format import one_line_each
from streammigrate.report.scan_estimate import minutes
from streammigrate.report.scan_summary import UNSAFE, Entry, Need, Row, ScanReport

SCHEMA_VERSION = 1


def render(report: ScanReport) -> str:
    """Return the report as JSON text with a newline at the end."""
    return one_line_each(document(report))


def document(report: ScanReport) -> dict[str, Any]:
    """Return the report as JSON-like data; columns are characters from 1."""
    return {
        "schema_version": SCHEMA_VERSION,
        "target": report.target,
        "summary": _summary(report),
        "methods": [
            {"member": row.name, "rules": list(row.rules), **_counts(row), "minutes": row.minutes}
            for row in report.methods()
        ],
        "files": [
            {
                "file": row.name,
                **_counts(row),
                "minutes": row.minutes,
                "problems": [_trouble(trouble) for trouble in row.troubles],
            }
            for row in report.by_file()
        ],
        "needs": [_need(need) for need in report.needs()],
        "cohorts": [_cohort(cohort) for cohort in report.cohorts],
        "sites": [_site(entry, report.release) for entry in report.entries],
    }


def _summary(report: ScanReport) -> dict[str, Any]:
    entries = report.entries
    shares = summary.shares(report)
    found = [entry.site.applicability for entry in entries]
    return {
        "files": {
            "seen": report.seen,
            "with_stream_chat": len(report.files),
            "with_sites": len({entry.path for entry in entries}),
        },
        "sites": {"total": len(entries), **report.tally._asdict()},
        "applicability": {one.value: found.count(one) for one in Applicability},
        "automatic_percent": None if shares is None else dict(zip(("default", "with_unsafe"), shares, strict=True)),
        "problems": report.troubles,
        "estimate_minutes": report.minutes,
    }


def _counts(row: Row) -> dict[str, int]:
    return {"sites": row.tally.sites, **row.tally._asdict()}


def _need(need: Need) -> dict[str, Any]:
    kind = need.kind
    return {
        "kind": kind.id if kind else None,
        "name": kind.name if kind else None,
        "title": need.title,
        "hint": (kind.hint or None) if kind else None,
        "status": need.status,
        "sites": len(need.entries),
        "minutes_each": minutes(kind.id if kind else "", unsafe=need.status == UNSAFE),
        "minutes": need.minutes,
        "instructions": [
            {
                "text": instruction.text,
                "places": [
                    {"file": entry.path, "line": entry.line, "column": entry.column} for entry in instruction.entries
                ],
            }
            for instruction in need.instructions
        ],
    }


def _cohort(cohort: CohortView) -> dict[str, Any]:
    return {
        "id": cohort.id,
        "receiver": cohort.receiver,
        "made": [_origin(origin) for origin in cohort.made],
        "files": list(cohort.files),
        "holders": list(cohort.holders),
        "sites": cohort.sites,
        "default": cohort.applied,
        "decision": cohort.decision,
        "held": [_origin(origin) for origin in cohort.held],
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {"file": origin.path, "line": origin.line, "text": origin.text}


def _site(entry: Entry, release: str) -> dict[str, Any]:
    site = entry.site
    proof = summary.proof_of(entry, release)
    return {
        "file": entry.path,
        "line": entry.line,
        "column": entry.column,
        "end_line": entry.end_line,
        "end_column": entry.end_column,
        "receiver": site.receiver or None,
        "method": entry.method,
        "member": site.member,
        "rule": site.rule,
        "status": entry.status,
        "applicability": site.applicability.value,
        "confidence": site.confidence or None,
        "evidence": list(site.evidence),
        "cohort": site.cohort or None,
        "proof": {
            "forms": list(proof.forms),
            "missing": list(proof.missing),
            "release": release,
            "proven": proof.proven,
        },
        "instruction": entry.instruction or None,
        "reasons": list(entry.reasons),
        "suppressed": site.suppressed or None,
        "notes": list(site.notes),
        "before": site.before,
        "after": site.after or None,
    }


def _trouble(trouble: Trouble) -> dict[str, Any]:
    column = None if trouble.column is None else trouble.column + 1
    return {"id": trouble.kind, "message": trouble.message, "line": trouble.line, "column": column}
