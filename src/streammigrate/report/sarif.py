"""SARIF 2.1.0, for code scanning pages and editors."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from streammigrate.catalogue import find_kind
from streammigrate.errors import UsageError
from streammigrate.findings import Finding, Fix, Location, Severity
from streammigrate.kinds import Kind
from streammigrate.report.github import file_path
from streammigrate.report.model import Report

MOST_RESULTS = 25_000
MOST_BYTES = 10_000_000
"""What GitHub accepts of one file is 25,000 results and 10 MB."""

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEFT_OUT = Kind(
    id="streammigrate-left-out",
    name="findings-left-out",
    title="Not all findings are in this file",
    explanation="Code scanning accepts a limited number of results. The least severe ones beyond it are left out.",
    hint="Use the JSON report to see all of them.",
)
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note", Severity.INFO: "note"}
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_DRIVE = re.compile(r"[A-Za-z]:/")


def render(report: Report, version: str) -> str:
    """Return the SARIF log of one run. What exceeds GitHub's limits is counted in a last result."""
    findings = report.findings
    if len(findings) <= MOST_RESULTS:
        text = _log(findings, 0, version)
        if _fits(text):
            return text
    ordered = sorted(findings, key=lambda finding: finding.severity.rank)
    count = min(len(ordered), MOST_RESULTS - 1)
    while True:
        text = _log(ordered[:count], len(ordered) - count, version)
        if _fits(text) or not count:
            return text
        size = len(text.encode())
        count = min(count - 1, count * MOST_BYTES * 95 // (size * 100))


def _fits(text: str) -> bool:
    return len(text) * 4 < MOST_BYTES or len(text.encode()) < MOST_BYTES


def _log(findings: Sequence[Finding], left_out: int, version: str) -> str:
    kinds = [_kind(identifier) for identifier in sorted({finding.id for finding in findings})]
    if left_out:
        kinds.append(_LEFT_OUT)
    places = {kind.id: position for position, kind in enumerate(kinds)}
    results = [_result(finding, places[finding.id]) for finding in findings]
    if left_out:
        results.append(_left_out(findings, left_out, places[_LEFT_OUT.id]))
    driver = {"name": "streammigrate", "version": version, "rules": [_rule(kind) for kind in kinds]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    text = json.dumps(log, ensure_ascii=False, separators=(",", ":")) + "\n"
    return text.encode("utf-8", "replace").decode()


def _kind(identifier: str) -> Kind:
    try:
        return find_kind(identifier)
    except UsageError:
        return Kind(id=identifier, name=identifier, title=identifier, explanation=identifier)


def _rule(kind: Kind) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": kind.id,
        "name": "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", kind.name)),
        "shortDescription": {"text": f"{kind.title}."},
        "fullDescription": {"text": kind.explanation},
        "help": {"text": f"{kind.explanation} {kind.hint}".strip()},
    }
    if kind.url:
        rule["helpUri"] = kind.url
    return rule


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    text = f"{finding.message}\n{finding.hint}" if finding.hint else finding.message
    result: dict[str, Any] = {
        "ruleId": finding.id,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(text)},
        "locations": [_location(finding.location)],
    }
    if finding.fingerprint:
        result["partialFingerprints"] = {"streammigrate/v1": finding.fingerprint}
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.fix, finding.location)]
    return result


def _left_out(findings: Sequence[Finding], count: int, rule: int) -> dict[str, Any]:
    text = f"{count} more {'finding is' if count == 1 else 'findings are'} not in this file; the JSON report has all."
    return {
        "ruleId": _LEFT_OUT.id,
        "ruleIndex": rule,
        "level": "note",
        "message": {"text": text},
        "locations": [_location(Location(findings[0].location.source if findings else ""))],
    }


def _message(text: str) -> str:
    """Return text in which nothing is taken for a placeholder (`{0}`) or a link (`[text](address)`)."""
    text = re.sub(r"\{(\d+)\}", r"{{\1}}", text)
    return re.sub(r"[\[\]]", r"\\\g<0>", text) if "](" in text else text


def _location(at: Location) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(at.source)}}
    # Lines of another revision than the one that is looked at would point at the wrong ones.
    if at.line is not None and _revision_path(at.source) is None:
        region = {"startLine": at.line}
        if at.column is not None:
            region["startColumn"] = at.column
        physical["region"] = region
    location: dict[str, Any] = {"physicalLocation": physical}
    if at.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": at.pointer}]
    return location


def uri(source: str) -> str:
    """Return a source as a URI: a path relative to the repository, a file: address, or the address it already is.

    A git revision (`REV:path`) is the path; standard input is `stdin`.
    """
    if _URL.match(source):
        return quote(source.encode("utf-8", "replace"), safe="/:?#[]@!$&'()*+,;=%~")
    path = file_path(source) or _revision_path(source) or source.strip("<>-") or "stdin"
    encoded = quote(path.encode("utf-8", "replace"), safe="/~")
    if _DRIVE.match(path):
        return f"file:///{path[:2]}{quote(path[2:].encode('utf-8', 'replace'), safe='/~')}"
    if path.startswith("//"):
        return f"file:{encoded}"
    return f"file://{encoded}" if path.startswith("/") else encoded


def _revision_path(source: str) -> str | None:
    if file_path(source) is not None or _URL.match(source):
        return None
    revision, colon, path = source.partition(":")
    return file_path(path) if colon and revision else None


def _fix(fix: Fix, at: Location) -> dict[str, Any]:
    replacements = []
    for edit in fix.edits:
        region = {
            "startLine": edit.start[0],
            "startColumn": edit.start[1],
            "endLine": edit.end[0],
            "endColumn": edit.end[1],
        }
        replacements.append({"deletedRegion": region, "insertedContent": {"text": edit.text}})
    change = {"artifactLocation": {"uri": uri(at.source)}, "replacements": replacements}
    return {"description": {"text": _message(fix.description)}, "artifactChanges": [change]}
