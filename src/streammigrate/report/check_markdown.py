"""The report on readiness as Markdown, for a comment or a page, within the length that GitHub takes."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.run import CheckResult, Found
from streammigrate.report import check_summary
from streammigrate.report.diff_markdown import LIMIT, code, plain

_FEW = 20
_LONG = 600


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
    lines = [f"- **{finding.id}** {name}: {plain(finding.message, _LONG)} ({code(str(finding.location))})"]
    lines += [f"  - {code(place)}: {plain(value)}" for place, value in found.evidence[:_FEW]]
    rest = len(found.evidence) - _FEW
    if rest > 0:
        lines.append(f"  - and {rest} more")
    if fix:
        # The words are the check's own, with code to copy, and need no escaping.
        lines.append(f"  - What to do: {finding.hint}")
    return "\n".join(lines)


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
    passed = check_summary.passed(result)
    if passed:
        yield f"Passed: {', '.join(item.check.id for item in passed)}."
