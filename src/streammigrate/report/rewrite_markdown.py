"""A rewrite for a comment on a pull request: the numbers, and every site that is left, within the length GitHub takes."""

from __future__ import annotations

import re

from streammigrate.codemod.model import FileResult
from streammigrate.report import rewrite_summary as summary
from streammigrate.report.rewrite_summary import LEFT, UNSAFE, Lines, RewriteReport

LIMIT = 60_000
"""The most bytes of a report. GitHub takes 65,536 characters."""

_LONGEST = 300
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_MARKS = re.compile(r"([\\`*_\[\]~|$<>@#&])")


def render(report: RewriteReport) -> str:
    """Return the report, less than LIMIT bytes long; what had to be left out is counted."""
    lines = ["## streammigrate rewrite", "", escape(summary.headline(report)), "", *_table(report)]
    room = LIMIT - len("\n".join(lines).encode()) - 100
    items = [item for result in report.shown() for item in _items(result)]
    kept: list[str] = []
    for position, item in enumerate(items):
        room -= len(item.encode()) + 1
        if room < 0:
            dropped = sum(1 for later in items[position:] if later.startswith("- "))
            kept += ["", f"… {dropped} more in the JSON report"]
            break
        kept.append(item)
    return "\n".join([*lines, *kept]).rstrip() + "\n"


def _table(report: RewriteReport) -> list[str]:
    found = summary.counts(report)
    if not found.sites:
        return []
    done = "rewritten" if report.written else "would be rewritten"
    rows = [(done, found.applied), ("with `--unsafe`", found.unsafe), ("left", found.left)]
    if found.suppressed:
        rows.append(("suppressed", found.suppressed))
    return ["| sites | |", "|---|--:|", *(f"| {name} | {count} |" for name, count in rows), ""]


def _items(result: FileResult) -> list[str]:
    lines = Lines(result.before)
    items = []
    for trouble in result.troubles:
        at = "" if trouble.line is None else f"{trouble.line}: "
        items.append(f"- {at}**{trouble.kind}** {escape(trouble.message)}")
    for site in result.sites:
        status = summary.status_of(site)
        if status not in (UNSAFE, LEFT):
            continue
        line, column = lines.start(site.span)
        how = "with `--unsafe`: " if status == UNSAFE else ""
        words = f"{site.instruction} {summary.advice(site)}".strip()
        items.append(f"- {line}:{column} **{site.rule}** {code(site.member)} {how}{escape(words)}")
    for finding in result.findings:
        at = "" if finding.location.line is None else f"{finding.location.line}: "
        items.append(f"- {at}**{finding.id}** {prose(f'{finding.message}; {finding.hint}')}")
    return [f"### {code(result.path)}", "", *items, ""] if items else []


def escape(text: str, longest: int = _LONGEST) -> str:
    """Return text that Markdown shows as it is, on one line and not longer than some characters."""
    words = " ".join(text.split())
    if len(words) > longest:
        words = words[: longest - 1] + "…"
    return _MARKS.sub(r"\\\1", words)


def prose(text: str, longest: int = _LONGEST) -> str:
    """Return text as `escape` does, but for its code in backticks, which stays code."""
    words = " ".join(text.split())
    if len(words) > longest:
        words = words[: longest - 1] + "…"
    parts = _CODE.split(words)
    return "".join(code(part) if at % 2 else _MARKS.sub(r"\\\1", part) for at, part in enumerate(parts))


def code(text: str) -> str:
    """Return text as inline code, whatever backticks it holds."""
    words = " ".join(text.split())
    fence = "`"
    while fence in words:
        fence += "`"
    pad = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{pad}{words}{pad}{fence}"
