"""The versioned JSON report on readiness. Its JSON Schema is `check.schema.json` beside this file."""

from __future__ import annotations

from collections import Counter
from typing import Any

from streammigrate.checks.run import CheckResult, Found, Result, Settled, Status
from streammigrate.findings import Severity
from streammigrate.report import check_summary
from streammigrate.report.json_format import finding_document, one_line_each

SCHEMA_VERSION = 1


def render(result: CheckResult) -> str:
    """Return the report as JSON text with a newline at the end."""
    return one_line_each(document(result))


def document(result: CheckResult) -> dict[str, Any]:
    """Return the report as JSON-like data."""
    severities = Counter(finding.severity for finding in result.findings())
    checks = {item.check.id: item for item in result.results}
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": result.verdict.value.replace(" ", "-"),
        "summary": {
            "findings": {severity.value: severities[severity] for severity in Severity},
            "checks": {status.value: result.count(status) for status in Status},
            "settled": {by: len(found) for by, found in check_summary.settled_by(result).items()},
            "deselected": result.deselected,
        },
        "sources": [source._asdict() for source in result.sources],
        "findings": [_found(found, checks[found.finding.id]) for found in result.found()],
        "settled": [_settled(one, checks[one.found.finding.id]) for one in result.settled()],
        "checks": [_check(item) for item in result.results],
        "problems": [finding_document(finding) for finding in result.problems],
    }


def _found(found: Found, item: Result) -> dict[str, Any]:
    return {
        **finding_document(found.finding),
        "check": item.check.name,
        "area": item.check.area.name.lower(),
        "evidence": [evidence._asdict() for evidence in found.evidence],
    }


def _settled(one: Settled, item: Result) -> dict[str, Any]:
    return {**_found(one.found, item), "by": one.by, "reason": one.reason or None}


def _check(item: Result) -> dict[str, Any]:
    return {
        "id": item.check.id,
        "name": item.check.name,
        "area": item.check.area.name.lower(),
        "severity": item.check.severity.value,
        "question": item.check.question,
        "status": item.status.value,
        "reason": item.reason or None,
        "findings": len(item.found),
        "settled": len(item.settled),
    }
