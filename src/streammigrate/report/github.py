"""Workflow commands: annotations in the log and on the changed files of a GitHub Actions run."""

from __future__ import annotations

import re

from streammigrate.catalogue import all_kinds
from streammigrate.findings import Finding, Severity
from streammigrate.report.model import Report
from streammigrate.spec.sources import ALIASES

MOST_NOTICES = 9
"""GitHub keeps ten notices of a step, the first ones, and the last line here is to be among them."""

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "notice"}
_NOT_A_DRIVE = re.compile(r"(?![A-Za-z]:[\\/]).*:")


def render(report: Report) -> str:
    """Return one command for each finding, the most severe first, and a last one with the summary.

    Findings of severity info, and notices beyond those that GitHub keeps, are only counted in the summary.
    """
    names = {kind.id: kind.name for kind in all_kinds()}
    told = sorted(
        (finding for finding in report.findings if finding.severity in _COMMANDS),
        key=lambda finding: finding.severity.rank,
    )
    notices = sum(1 for finding in told if finding.severity is Severity.NOTICE)
    dropped = max(0, notices - MOST_NOTICES)
    lines = [_line(finding, names) for finding in told[: len(told) - dropped]]
    silent = len(report.findings) - len(told)
    lines.append(_command("notice", {"title": f"streammigrate {report.command}"}, _summary(report, dropped, silent)))
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace").decode()


def file_path(source: str) -> str | None:
    """Return the path of a source with forward slashes, or None for an address, a git revision or standard input."""
    if source in ("", "-", "<stdin>", "streammigrate") or source in ALIASES or _NOT_A_DRIVE.match(source):
        return None
    path = source.replace("\\", "/")
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    return path or None


def _summary(report: Report, notices: int, silent: int) -> str:
    left_out = []
    if notices:
        left_out.append(f"{notices} {'notice' if notices == 1 else 'notices'}")
    if silent:
        left_out.append(f"{silent} informational {'finding' if silent == 1 else 'findings'}")
    text = f"{report.title}\n{report.summary}" if report.title else report.summary
    return f"{text}\nNot shown here: {' and '.join(left_out)}." if left_out else text


def _line(finding: Finding, names: dict[str, str]) -> str:
    at = finding.location
    properties = {}
    path = file_path(at.source)
    if path is not None:
        properties["file"] = path
        if at.line is not None:
            properties["line"] = str(at.line)
            if at.column is not None:
                properties["col"] = str(at.column)
    properties["title"] = " ".join(part for part in (finding.id, names.get(finding.id, "")) if part)
    message = finding.message
    if path is None and at.source:
        message += f"\n{at}"
    if finding.hint:
        message += f"\n{finding.hint}"
    return _command(_COMMANDS[finding.severity], properties, message)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    shown = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items())
    return f"::{name} {shown}::{_escape(message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
