"""The versioned JSON report of `rewrite`. Its JSON Schema is `rewrite.schema.json` beside this file."""

from __future__ import annotations

from typing import Any

from streammigrate.codemod.model import FileResult, Site, Trouble
from streammigrate.findings import Finding
from streammigrate.report import rewrite_summary as summary
from streammigrate.report.json_format import one_line_each
from streammigrate.report.rewrite_diff import file_diff
from streammigrate.report.rewrite_summary import Lines, RewriteReport

SCHEMA_VERSION = 1


def render(report: RewriteReport) -> str:
    """Return the report as JSON text with a newline at the end."""
    return one_line_each(document(report))


def document(report: RewriteReport) -> dict[str, Any]:
    """Return the report as JSON-like data; columns are characters from 1."""
    found = summary.counts(report)
    return {
        "schema_version": SCHEMA_VERSION,
        "target": report.target,
        "written": report.written,
        "summary": {
            "files": {
                "seen": report.seen,
                "with_stream_chat": found.files,
                "changed": found.changed,
                "manifests": found.manifests,
            },
            "sites": {name: getattr(found, name) for name in summary.STATUSES},
            "problems": found.troubles,
        },
        "files": [_file(result) for result in report.shown()],
    }


def _file(result: FileResult) -> dict[str, Any]:
    lines = Lines(result.before)
    return {
        "path": result.path,
        "changed": result.changed,
        "new": result.new,
        "sites": [_site(site, lines) for site in result.sites],
        "problems": [_trouble(trouble) for trouble in result.troubles],
        "manifest": result.manifest,
        "notes": list(result.said),
        "findings": [_finding(finding) for finding in result.findings],
        "diff": b"".join(file_diff(result)).decode("utf-8", "replace"),
    }


def _site(site: Site, lines: Lines) -> dict[str, Any]:
    start, end = lines.start(site.span), lines.end(site.span)
    return {
        "id": site.rule,
        "member": site.member,
        "start": {"line": start[0], "column": start[1]},
        "end": {"line": end[0], "column": end[1]},
        "status": summary.status_of(site),
        "applicability": site.applicability.value,
        "before": site.before,
        "after": site.after or None,
        "instruction": site.instruction or None,
        "suppressed": site.suppressed or None,
        "facets": [
            {
                "name": facet.name,
                "applicability": facet.applicability.value,
                "text": facet.text,
                "reason": facet.reason or None,
            }
            for facet in site.facets
        ],
        "evidence": list(site.evidence),
        "notes": list(site.notes),
        "forms": list(site.forms),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
        "line": finding.location.line,
    }


def _trouble(trouble: Trouble) -> dict[str, Any]:
    column = None if trouble.column is None else trouble.column + 1
    return {"id": trouble.kind, "message": trouble.message, "line": trouble.line, "column": column}
