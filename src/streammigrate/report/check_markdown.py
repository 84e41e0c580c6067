"""The report on readiness as Markdown, for a comment or a page, within the length that GitHub takes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from streammigrate.checks.model import Check, Evidence
from streammigrate.checks.run import CheckResult, Found
from streammigrate.report import check_summary
from streammigrate.report.diff_markdown import LIMIT, code, plain

_FEW = 20
_LONG = 600
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")


def render(result: CheckResult) -> str:
    """Return the report, less than LIMIT bytes long; the findings that had no room are counted."""
    top = [f"## {plain(check_summary.headline(result), _LONG)}", *_sources(result)]
    bottom = [*_problems(result), *_checks(result)]
    room = LIMIT - 200 - sum(len(block.encode()) + 2 for block in (*top, *bottom))
    blocks, left_out = [], 0
    for block, count in _findings(result):
        size = len(block.encode()) + 2
        if left_out or size > room:
            left_out += count
            continue
        room -= size
        blocks.append(block)
    if left_out:
        blocks.append(f"… {left_out} more {'finding' if left_out == 1 else 'findings'} in the JSON report")
    return "\n\n".join([*top, *blocks, *bottom]) + "\n"


def _sources(result: CheckResult) -> Iterator[str]:
    if result.sources:
        yield "\n".join(f"- {code(source.name)}: {plain(source.what)}" for source in result.sources)


def _findings(result: CheckResult) -> Iterator[tuple[str, int]]:
    """Yield the blocks, each with how many findings it tells."""
    names = check_summary.names(result)
    for severity, areas in check_summary.by_severity(result):
        yield f"### {check_summary.HEADINGS[severity]}", 0
        for area, group in areas:
            yield f"**{area.value}**", 0
            for position, found in enumerate(group):
                # The fix of a check is the same for all that it found; once is enough.
                last = position + 1 == len(group) or group[position + 1].finding.id != found.finding.id
                yield _finding(found, names[found.finding.id], fix=last), 1


def _finding(found: Found, name: str, *, fix: bool) -> str:
    finding = found.finding
    lines = [f"- **{finding.id}** {name}: {_prose(finding.message)} ({code(str(finding.location))})"]
    lines += [f"  - {_evidence(found, evidence)}" for evidence in found.evidence[:_FEW]]
    rest = len(found.evidence) - _FEW
    if rest > 0:
        lines.append(f"  - and {rest} more")
    if fix:
        # The words are the check's own, with code to copy, and need no escaping.
        lines.append(f"  - What to do: {finding.hint}")
    return "\n".join(lines)


def _evidence(found: Found, evidence: Evidence) -> str:
    place = check_summary.place_of(found, evidence)
    return f"{code(place)}: {plain(evidence.value)}" if place else code(evidence.value)


def _prose(text: str) -> str:
    """Return text with what stands in backticks as code."""
    parts = _CODE.split(text if len(text) <= _LONG else text[: _LONG - 1] + "…")
    return "".join(code(part) if at % 2 else _between(part) for at, part in enumerate(parts) if part)


def _between(part: str) -> str:
    """Return the text between two pieces of code, with the spaces around it."""
    before, after = " " if part[0].isspace() else "", " " if part[-1].isspace() else ""
    return f"{before}{plain(part, _LONG)}{after}" if part.strip() else " "


def _problems(result: CheckResult) -> Iterator[str]:
    if result.problems:
        yield "### About the input"
        yield "\n".join(
            f"- **{finding.id}** {plain(finding.message, _LONG)} ({code(str(finding.location))})\n"
            f"  - What to do: {finding.hint}"
            for finding in result.problems
        )


def _checks(result: CheckResult) -> Iterator[str]:
    groups = check_summary.not_run(result)
    if groups:
        yield "### Not run, and so not passed"
        yield "\n".join(
            f"- {', '.join(item.check.id for item in items)}: {plain(reason, _LONG)}" for reason, items in groups
        )
    for by, group in check_summary.settled_by(result).items():
        if group:
            counted = Counter(one.found.finding.id for one in group)
            listed = ", ".join(f"{id} ({count})" if count > 1 else id for id, count in sorted(counted.items()))
            yield f"Not counted, {check_summary.SETTLED_BY[by]}: {listed}."
    passed = check_summary.passed(result)
    if passed:
        yield f"Passed: {', '.join(item.check.id for item in passed)}."


def index(checks: Sequence[Check]) -> str:
    """Return the documentation page that lists all checks by area."""
    lines = ["# Every check", ""]
    for area, group in check_summary.by_area(checks):
        lines += [f"## {area.value}", "", "| check | name | severity | asks |", "|---|---|---|---|"]
        for check in group:
            question = check.question.replace("|", "\\|")
            lines.append(f"| [{check.id}](ids/{check.id}.md) | {check.name} | {check.severity.value} | {question} |")
        lines.append("")
    return "\n".join(lines)
