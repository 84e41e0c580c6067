"""What every report on a rewrite says: which sites were done, which are left and why, in numbers and in one sentence."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.model import REFUSED, Applicability, FileResult, Site, Span
from streammigrate.findings import Finding, Location, Severity, fingerprint
from streammigrate.kinds import Kind

APPLIED, UNSAFE, LEFT, SUPPRESSED = "applied", "unsafe", "left", "suppressed"
STATUSES = (APPLIED, UNSAFE, LEFT, SUPPRESSED)
"""What became of a site: rewritten, to be had with --unsafe, left to a person, or left because a comment asks for it."""


@dataclass(frozen=True, slots=True)
class RewriteReport:
    """What a run did. `written` says that the files hold the result; else it was only shown."""

    files: Sequence[FileResult]
    target: str
    written: bool = False
    seen: int = 0
    """How many Python files were looked at."""

    def shown(self) -> list[FileResult]:
        """Return the files that there is something to say about."""
        return [one for one in self.files if one.changed or one.sites or one.troubles or one.findings]


def done_to(result: FileResult) -> list[str]:
    """Return what was done to a manifest, a sentence each, without the name of the file."""
    return [text.removeprefix(f"{PurePath(result.path).name}: ") for text in result.said]


class Counts(NamedTuple):
    """The numbers of a run. Modules of helpers and manifests are counted by themselves; `told` are the findings about
    manifests that ask a person for something."""

    files: int
    changed: int
    added: int
    applied: int
    unsafe: int
    left: int
    suppressed: int
    troubles: int
    manifests: int = 0
    told: int = 0

    @property
    def sites(self) -> int:
        """How many sites there are."""
        return self.applied + self.unsafe + self.left + self.suppressed


def counts(report: RewriteReport) -> Counts:
    """Return the numbers of a run."""
    status = [status_of(site) for result in report.files for site in result.sites]
    code = [result for result in report.files if not result.manifest]
    return Counts(
        files=sum(1 for result in code if not result.new),
        changed=sum(1 for result in code if result.changed and not result.new),
        added=sum(1 for result in report.files if result.new and result.changed),
        applied=status.count(APPLIED),
        unsafe=status.count(UNSAFE),
        left=status.count(LEFT),
        suppressed=status.count(SUPPRESSED),
        troubles=sum(len(result.troubles) for result in report.files),
        manifests=sum(1 for result in report.files if result.manifest and result.changed),
        told=sum(finding.severity in _ASKING for result in report.files for finding in result.findings),
    )


def status_of(site: Site) -> str:
    """Return one of STATUSES."""
    if site.applied:
        return APPLIED
    if site.suppressed:
        return SUPPRESSED
    return UNSAFE if site.applicability is Applicability.UNSAFE else LEFT


def is_finished(report: RewriteReport) -> bool:
    """Return whether nothing would change and nothing is left."""
    found = counts(report)
    return not (found.changed or found.manifests or found.unsafe or found.left or found.troubles or found.told)


def headline(report: RewriteReport) -> str:
    """Return the verdict as one line, in words that promise no more than was done."""
    found = counts(report)
    parts = []
    if found.changed:
        done = "rewritten" if report.written else "would be rewritten"
        parts.append(f"{_number(found.applied, 'site')} {done} in {_number(found.changed, 'file')}")
    if found.added:
        names = [result.path for result in report.files if result.new and result.changed]
        parts.append(f"{' and '.join(names)} {'added' if report.written else 'would be added'}")
    if found.manifests:
        named = [result.path for result in report.files if result.manifest and result.changed]
        said = " and ".join(named) if len(named) < _MANY else f"{len(named)} manifests"
        parts.append(f"{said} {'updated' if report.written else 'would be updated'}")
    if found.unsafe:
        parts.append(
            f"{found.unsafe} more with --unsafe" if parts else f"{_number(found.unsafe, 'site')} with --unsafe"
        )
    if found.left:
        parts.append(f"{found.left} left for you" if parts else f"{_number(found.left, 'site')} left for you")
    refused = sum(site.suppressed == REFUSED for result in report.files for site in result.sites)
    for count, said in ((found.suppressed - refused, "suppressed"), (refused, "left as you said")):
        if count:
            parts.append(f"{count} {said}" if parts else f"{_number(count, 'site')} {said}")
    if found.troubles:
        parts.append(f"{_number(found.troubles, 'problem')} with files")
    if found.told:
        parts.append(f"{_number(found.told, 'thing')} to do around the code")
    if parts:
        return ", ".join(parts) + "."
    if found.sites:
        return f"{_number(found.sites, 'site')}, nothing to do."
    return "No use of stream-chat was found."


def _number(count: int, noun: str) -> str:
    return f"{count} {noun if count == 1 else noun + 's'}"


_KINDS = {kind.id: kind for kind in kinds.KINDS}


def reasons(site: Site) -> list[Kind]:
    """Return the kinds of the facets that hold a site back, each once."""
    held = [facet.reason for facet in site.facets if facet.applicability is site.applicability and facet.reason]
    return [_KINDS[reason] for reason in dict.fromkeys(held) if reason in _KINDS]


def advice(site: Site) -> str:
    """Return what helps with every site of this kind; the site's own instruction says what to do with it."""
    return " ".join(kind.hint for kind in reasons(site) if kind.hint)


class Lines:
    """A file's lines, for columns as people count them: characters from 1, where `ast` counts bytes from 0."""

    def __init__(self, source: bytes) -> None:
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
            text = source.decode(encoding)
        except (SyntaxError, UnicodeDecodeError):
            text = source.decode("utf-8", "replace")
        self._lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def column(self, line: int, column: int) -> int:
        """Return the column of a place."""
        if not 1 <= line <= len(self._lines):
            return column + 1
        return len(self._lines[line - 1].encode("utf-8", "replace")[:column].decode("utf-8", "ignore")) + 1

    def start(self, span: Span) -> tuple[int, int]:
        """Return the line and the column where a span starts."""
        return span.line, self.column(span.line, span.column)

    def end(self, span: Span) -> tuple[int, int]:
        """Return the line and the column where a span ends, exclusive."""
        return span.end_line, self.column(span.end_line, span.end_column)


_ASKING = (Severity.ERROR, Severity.WARNING)
_MANY = 3
_SEVERITIES = {
    APPLIED: Severity.INFO,
    UNSAFE: Severity.NOTICE,
    LEFT: Severity.WARNING,
    SUPPRESSED: Severity.INFO,
}


def findings(report: RewriteReport) -> list[Finding]:
    """Return a finding for every site and every trouble: errors for files that are left whole, warnings for sites that are."""
    found: list[Finding] = []
    for result in report.files:
        lines = Lines(result.before)
        seen: dict[tuple[str, str, str], int] = {}
        found += result.findings
        for trouble in result.troubles:
            at = Location(result.path, "", trouble.line, None if trouble.column is None else trouble.column + 1)
            digits = fingerprint(trouble.kind, [result.path])
            kind = _KINDS.get(trouble.kind)
            hint = kind.hint if kind else ""
            found.append(Finding(trouble.kind, Severity.ERROR, at, trouble.message, hint, "", digits))
        for site in result.sites:
            key = (site.rule, site.member, site.before)
            seen[key] = seen.get(key, 0) + 1
            digits = fingerprint(site.rule, [result.path, site.member, site.before, seen[key]])
            at = Location(result.path, "", *lines.start(site.span))
            status = status_of(site)
            message = f"{site.member}: {_said(site, status, report.written)}"
            hint = advice(site) if status in (UNSAFE, LEFT) else ""
            found.append(Finding(site.rule, _SEVERITIES[status], at, message, hint, "", digits))
    return found


def _said(site: Site, status: str, written: bool) -> str:
    if status == APPLIED:
        return "rewritten" if written else "can be rewritten"
    if status == SUPPRESSED:
        return f"suppressed ({site.suppressed})"
    if status == UNSAFE:
        return f"rewritten with --unsafe only: {site.instruction}"
    return site.instruction or "left"
