"""A scan as one HTML file that needs nothing else: the numbers, what the rest needs, and every site to search and sort."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from streammigrate.report import scan_summary as summary
from streammigrate.report.scan_estimate import duration
from streammigrate.report.scan_summary import ScanReport

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def render(report: ScanReport, *, cohorts: bool = False) -> str:
    """Return the page: all content is there without JavaScript, and it asks for nothing from anywhere."""
    environment = Environment(
        loader=PackageLoader("streammigrate.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_clean,
    )
    environment.filters["breakable"] = _breakable
    environment.filters["duration"] = duration
    template = environment.get_template("scan.html.j2")
    return template.render(
        report=report,
        headline=summary.headline(report),
        shares=summary.shares(report),
        statuses=summary.STATUSES,
        decisions=summary.DECISIONS,
        proofs=[summary.proof_of(entry, report.release) for entry in report.entries],
        cohorts=report.cohorts if cohorts else None,
        members=summary.by_cohort(report),
        hashes={name: _hash(template, name) for name in ("style", "script")},
    )


def _clean(value: Any) -> Any:
    """Return text without characters that are not shown or that turn the text around them."""
    return _UNSEEN.sub("\ufffd", value) if type(value) is str else value


def _breakable(text: str) -> Markup:
    """Return a path that a line may break in before each slash."""
    return Markup("<wbr>/").join(_clean(text).split("/"))


def _hash(template: Template, block: str) -> str:
    """Return what a content security policy calls a block of the template by."""
    text = "".join(template.blocks[block](template.new_context()))
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
