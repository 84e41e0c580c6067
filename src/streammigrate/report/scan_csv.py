"""The sites of a scan as CSV (RFC 4180), one row each, for a spreadsheet."""

from __future__ import annotations

import csv
import io

from streammigrate.report import scan_summary as summary
from streammigrate.report.scan_summary import Entry, ScanReport

COLUMNS = (
    "file",
    "line",
    "column",
    "end_line",
    "end_column",
    "receiver",
    "method",
    "member",
    "rule",
    "status",
    "applicability",
    "confidence",
    "cohort",
    "proven",
    "forms",
    "reasons",
    "instruction",
    "minutes",
    "evidence",
    "before",
    "after",
)

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the start of a formula, in both widths (OWASP's page on CSV injection lists them)."""

_PROVEN = {True: "yes", False: "no", None: ""}


def render(report: ScanReport) -> str:
    """Return the rows with a header; lines end with CR LF, and no cell starts as a formula does."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in report.entries:
        writer.writerow([cell if isinstance(cell, int) else _inert(cell) for cell in _cells(entry, report.release)])
    return text.getvalue()


def _cells(entry: Entry, release: str) -> tuple[str | int, ...]:
    site = entry.site
    proof = summary.proof_of(entry, release)
    return (
        *entry[:5],
        site.receiver,
        entry.method,
        site.member,
        site.rule,
        entry.status,
        site.applicability.value,
        site.confidence,
        site.cohort,
        _PROVEN[proof.proven],
        "; ".join(proof.forms),
        " ".join(entry.reasons),
        entry.instruction or site.suppressed,
        entry.minutes,
        "; ".join(site.evidence),
        site.before,
        site.after,
    )


def _inert(cell: str) -> str:
    """Return a cell that a spreadsheet shows as text: a quote stands before what would start a formula."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) or cell[:1] in ("\t", "\r") else cell
