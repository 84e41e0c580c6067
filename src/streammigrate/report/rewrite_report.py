"""A rewrite for the description of a pull request, as Markdown or as one HTML file: what was done, what is left, what next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from streammigrate.findings import Finding, Severity
from streammigrate.report import rewrite_summary as summary
from streammigrate.report.rewrite_markdown import LIMIT, code, escape, prose
from streammigrate.report.rewrite_summary import RewriteReport
from streammigrate.report.rewrite_tasks import Next, Tally, Task, sentence

if TYPE_CHECKING:
    from streammigrate.applying.typecheck import Checked

_LONGEST = 2_000


class Page(NamedTuple):
    """What the report says."""

    report: RewriteReport
    tallies: Sequence[Tally]
    behaviour: Sequence[tuple[str, str, int]]
    """Rule, what differs, and at how many sites."""
    tasks: Sequence[Task]
    commands: Sequence[Next]
    types: Checked | None = None

    @property
    def title(self) -> str:
        """Return what it is about."""
        return f"From stream-chat to getstream {self.report.target}"

    @property
    def headline(self) -> str:
        """Return the verdict."""
        return summary.headline(self.report)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the numbers of a rule."""
        done = "rewritten" if self.report.written else "to rewrite"
        return (done, "unsafe", "left", "suppressed")

    @property
    def totals(self) -> tuple[int, ...]:
        """Return the sums of all rules."""
        return tuple(map(sum, zip(*(one.counts for one in self.tallies), strict=True))) if self.tallies else ()

    @property
    def around(self) -> list[tuple[str, list[str], tuple[Finding, ...]]]:
        """Return what was done to manifests and the like, and what there is to know of them, each with its path."""
        files = [result for result in self.report.files if result.said or result.findings]
        return [(result.path, summary.done_to(result), result.findings) for result in files]

    @property
    def troubles(self) -> list[tuple[str, Any]]:
        """Return what keeps files from being judged, each with its path."""
        return [(result.path, trouble) for result in self.report.files for trouble in result.troubles]


def types_line(types: Checked) -> str:
    """Return what a type checker said, in one sentence."""
    if types.blind:
        return (
            f"{types.checker} does not see getstream, so that it says nothing of the new code: install getstream in the "
            "project's environment."
        )
    if not types.new:
        return f"{types.checker} has no new error in the files that are touched."
    count = len(types.new)
    return f"{types.checker} has {count} new {'error' if count == 1 else 'errors'} in the files that are touched."


def render_markdown(page: Page) -> str:
    """Return the report, less than LIMIT bytes long; how many items had to be left out is said."""
    lines = [f"## {page.title}", "", escape(page.headline), ""]
    if page.tallies:
        lines += [f"| rule | stream-chat | getstream | {' | '.join(page.columns)} |", "|---|---|---|--:|--:|--:|--:|"]
        for one in page.tallies:
            members = ", ".join(code(name) for name in one.members[:3]) + (" …" if len(one.members) > 3 else "")
            becomes = code(one.becomes) if one.becomes else ""
            lines.append(f"| {one.rule} | {members} | {becomes} | {' | '.join(map(_count, one.counts))} |")
        lines += [f"| | | **all** | {' | '.join(map(str, page.totals))} |", ""]
    ends = []
    if page.types is not None:
        ends += ["### Types", "", escape(types_line(page.types)), ""]
        ends += [
            f"- {code(f'{one.path}:{one.line}')} {escape(one.message)} {code(one.rule)}" for one in page.types.new[:50]
        ]
        ends += [""] if page.types.new else []
    if page.commands:
        ends += ["### Next", "", *(f"- {code(one.command)} {escape(one.why)}" for one in page.commands), ""]
    items = [*_behaviour(page), *_tasks(page), *_around(page), *_troubles(page)]
    room = LIMIT - len("\n".join([*lines, *ends]).encode()) - 100
    kept: list[str] = []
    for position, item in enumerate(items):
        room -= len(item.encode()) + 1
        if room < 0:
            dropped = sum(1 for later in items[position:] if later.startswith("- "))
            kept += ["", f"… {dropped} more; `--handoff FILE` has all that is left", ""]
            break
        kept.append(item)
    return "\n".join([*lines, *kept, *ends]).rstrip() + "\n"


def _count(count: int) -> str:
    return str(count) if count else ""


def _behaviour(page: Page) -> list[str]:
    if not page.behaviour:
        return []
    items = [f"- {rule} {prose(text, _LONGEST)} ({count} {_sites(count)})" for rule, text, count in page.behaviour]
    return ["### What differs without being a request", "", *items, ""]


def _sites(count: int) -> str:
    return "site" if count == 1 else "sites"


def _tasks(page: Page) -> list[str]:
    if not page.tasks:
        return []
    items = ["### What is left"]
    path = ""
    for task in page.tasks:
        if task.path != path:
            path = task.path
            items += ["", code(path), ""]
        how = "with `--unsafe`: " if task.status == summary.UNSAFE else ""
        where = task.site.label or f"line {task.line}"
        items.append(f"- [ ] {where} **{task.site.rule}** {code(task.site.member)} {how}{prose(task.decide, _LONGEST)}")
    return [*items, ""]


def _around(page: Page) -> list[str]:
    """Return what became of manifests; what asks for something has a box to tick."""
    if not page.around:
        return []
    items = ["### Around the code", ""]
    for path, said, found in page.around:
        items += [f"- {code(path)} {prose(text, _LONGEST)}" for text in said]
        for one in found:
            at = path if one.location.line is None else f"{path}:{one.location.line}"
            box = "" if one.severity is Severity.INFO else "[ ] "
            words = " ".join(filter(None, (sentence(one.message), sentence(one.hint))))
            items.append(f"- {box}{code(at)} **{one.id}** {prose(words, _LONGEST)}")
    return [*items, ""]


def _troubles(page: Page) -> list[str]:
    if not page.troubles:
        return []
    items = []
    for path, trouble in page.troubles:
        at = path if trouble.line is None else f"{path}:{trouble.line}"
        items.append(f"- {code(at)} **{trouble.kind}** {prose(trouble.message, _LONGEST)}")
    return ["### Files that cannot be judged", "", *items, ""]


def render_html(page: Page) -> str:
    """Return the report as one file that asks for nothing from anywhere; nothing is left out."""
    from streammigrate.report import pages

    return pages.render("rewrite.html.j2", page=page, types_line=types_line, UNSAFE=summary.UNSAFE)
