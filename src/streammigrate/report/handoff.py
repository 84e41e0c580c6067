"""What a rewrite leaves, as precise tasks for a person or a coding agent: JSON by `handoff.schema.json`, or Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from streammigrate.report import rewrite_summary as summary
from streammigrate.report.json_format import one_line_each
from streammigrate.report.rewrite_markdown import code, escape, prose
from streammigrate.report.rewrite_summary import RewriteReport
from streammigrate.report.rewrite_tasks import Next, Task

SCHEMA_VERSION = 1
_LONGEST = 10_000
"""Instructions are not cut; this only bounds what a broken file may say."""
_RULES_OF_THE_WORK = (
    "Change only what the task names; the rest of the program runs as it is.",
    "Where a value is not known, read the code that makes it; do not guess keys, ids or types.",
    "The new call has to send what the old one sent: compare with the request that the task names.",
    "Remove the TODO(streammigrate) comment above a site that is done.",
)


def render_json(report: RewriteReport, tasks: Sequence[Task], commands: Sequence[Next]) -> str:
    """Return the tasks as JSON text with a newline at the end."""
    return one_line_each(document(report, tasks, commands))


def document(report: RewriteReport, tasks: Sequence[Task], commands: Sequence[Next]) -> dict[str, Any]:
    """Return the tasks as JSON-like data."""
    return {
        "schema_version": SCHEMA_VERSION,
        "target": report.target,
        "written": report.written,
        "how": list(_RULES_OF_THE_WORK),
        "commands": [command._asdict() for command in commands],
        "tasks": [_task(task) for task in tasks],
        "problems": [
            {"path": result.path, "line": trouble.line, "id": trouble.kind, "message": trouble.message}
            for result in report.files
            for trouble in result.troubles
        ],
    }


def _task(task: Task) -> dict[str, Any]:
    site, rule = task.site, task.rule
    return {
        "id": task.id,
        "path": task.path,
        "line": task.line,
        "column": task.column,
        "end_line": task.end_line,
        "place": site.label or None,
        "status": task.status,
        "rule": site.rule,
        "member": site.member,
        "code": site.before,
        "decide": task.decide,
        "reasons": [
            {"id": kind.id, "name": kind.name, "title": kind.title, "hint": kind.hint or None} for kind in task.reasons
        ],
        "facets": [
            {"name": facet.name, "applicability": facet.applicability.value, "text": facet.text}
            for facet in site.facets
        ],
        "receiver": {
            "class": site.receiver or None,
            "confidence": site.confidence or None,
            "evidence": list(site.evidence),
            "cohort": site.cohort or None,
        },
        "v1": {
            "request": task.request or None,
            "does": (rule.summary or None) if rule else None,
            "example": (rule.before or None) if rule else None,
        },
        "v2": {
            "call": (rule.v2 or None) if rule else None,
            "code": site.after or None,
            "example": (rule.after or None) if rule else None,
            "cannot": list(rule.losses) if rule else [],
        },
        "notes": list(dict.fromkeys((*site.notes, *(rule.notes if rule else ())))),
        "verify": f"streammigrate why {task.path}:{task.line}",
    }


def render_markdown(report: RewriteReport, tasks: Sequence[Task], commands: Sequence[Next]) -> str:
    """Return the tasks as a list to work through."""
    lines = [f"# What is left of the move to getstream {report.target}", "", escape(summary.headline(report)), ""]
    lines += [*(f"- {text}" for text in _RULES_OF_THE_WORK), ""]
    path = ""
    for number, task in enumerate(tasks, 1):
        if task.path != path:
            path = task.path
            lines += [f"## {code(path)}", ""]
        lines += _section(number, task)
    troubles = [(result.path, trouble) for result in report.files for trouble in result.troubles]
    if troubles:
        lines += ["## Files that cannot be judged", ""]
        for at, trouble in troubles:
            line = "" if trouble.line is None else f":{trouble.line}"
            lines.append(f"- {code(f'{at}{line}')} **{trouble.kind}** {prose(trouble.message, _LONGEST)}")
        lines.append("")
    if commands:
        lines += ["## Commands", "", *(f"- {code(one.command)} {one.why}" for one in commands), ""]
    return "\n".join(lines).rstrip() + "\n"


def _section(number: int, task: Task) -> list[str]:
    site, rule = task.site, task.rule
    where = f" ({site.label})" if site.label else ""
    lines = [f"### {number}. Line {task.line}{where}: {code(site.member)}", ""]
    if task.status == summary.UNSAFE:
        lines += ["`--unsafe` rewrites it.", ""]
    lines += [*_fenced(site.before), f"- [ ] {prose(task.decide, _LONGEST)}"]
    if task.request:
        lines.append(f"- v1 sends {code(task.request)}")
    if site.after:
        lines += ["- v2, as far as it is known:", "", *_fenced(site.after)]
    elif rule is not None and rule.v2:
        lines.append(f"- v2 call: {code(rule.v2)}")
    for loss in rule.losses if rule else ():
        lines.append(f"- {prose(loss, _LONGEST)}")
    if rule is not None and rule.before and rule.after:
        lines += ["- for example", "", *_fenced(rule.before), "becomes", "", *_fenced(rule.after)]
    reasons = ", ".join(f"{kind.id} {kind.name}" for kind in task.reasons)
    lines.append(f"- {site.rule}" + (f", left for {reasons}" if reasons else ""))
    for step in site.evidence:
        lines.append(f"- receiver: {prose(step)}")
    return [*lines, ""]


def _fenced(text: str) -> list[str]:
    fence = "```"
    while fence in text:
        fence += "`"
    return [f"{fence}python", text, fence, ""]
