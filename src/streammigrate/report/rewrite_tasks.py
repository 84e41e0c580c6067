"""What a rewrite leaves to people, as tasks, and what to do next: the report for a pull request and the handoff say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from streammigrate.codemod.model import FileResult, Site
from streammigrate.findings import fingerprint
from streammigrate.kinds import Kind
from streammigrate.report import rewrite_summary as summary
from streammigrate.report.rewrite_summary import APPLIED, LEFT, STATUSES, UNSAFE, Lines, RewriteReport

if TYPE_CHECKING:
    from streammigrate.interactive.pieces import Piece
    from streammigrate.rules.shown import Shown


class Tally(NamedTuple):
    """How many sites a rule has, by what became of them."""

    rule: str
    members: tuple[str, ...]
    becomes: str
    """The v2 call, empty where there is none."""
    counts: tuple[int, ...]
    """In the order of STATUSES."""


class Task(NamedTuple):
    """One site that is left, or that needs --unsafe. Lines and columns count from 1, in the file as it is now."""

    id: str
    """Stays the same when lines move."""
    path: str
    line: int
    column: int
    end_line: int
    site: Site
    status: str
    """`left` or `unsafe`."""
    reasons: tuple[Kind, ...]
    rule: Shown | None
    """What is known of the rule, None where none has a word."""

    @property
    def decide(self) -> str:
        """Return what a person has to do or to decide, in words."""
        return " ".join(filter(None, (sentence(self.site.instruction), summary.advice(self.site))))

    @property
    def request(self) -> str:
        """Return the request that v1 sends (`POST /channels/{type}/{id}/message`); empty where it is not known."""
        return "" if self.rule is None else self.rule.request

    @property
    def candidate(self) -> str:
        """Return the v2 code or call that may take the place; empty where nothing is known."""
        return self.site.after or ("" if self.rule is None else self.rule.v2)


class Next(NamedTuple):
    """A command that helps now, and what it does."""

    command: str
    why: str


def tallies(report: RewriteReport, rules: Mapping[str, Shown]) -> list[Tally]:
    """Return the numbers of each rule, sorted by id."""
    found: dict[str, tuple[dict[str, None], list[int]]] = {}
    for result in report.files:
        for site in result.sites:
            members, counts = found.setdefault(site.rule, ({}, [0] * len(STATUSES)))
            members[site.member] = None
            counts[STATUSES.index(summary.status_of(site))] += 1
    return [
        Tally(rule, tuple(sorted(members)), rules[rule].v2 if rule in rules else "", tuple(counts))
        for rule, (members, counts) in sorted(found.items())
    ]


def tasks(report: RewriteReport, rules: Mapping[str, Shown]) -> list[Task]:
    """Return what is left and what needs --unsafe, in the order of the files."""
    found = []
    for result in report.files:
        lines = Lines(result.before)
        now = Now(result) if report.written else None
        seen: dict[tuple[str, str, str], int] = {}
        for site in result.sites:
            key = (site.rule, site.member, site.before)
            seen[key] = seen.get(key, 0) + 1
            status = summary.status_of(site)
            if status not in (LEFT, UNSAFE):
                continue
            line, column = lines.start(site.span)
            end = site.span.end_line
            digits = fingerprint(site.rule, [result.path, *key[1:], seen[key]])
            first, last = (line, end) if now is None else (now.line(line), now.line(end))
            reasons = tuple(summary.reasons(site))
            found.append(Task(digits, result.path, first, column, last, site, status, reasons, rules.get(site.rule)))
    return found


def changes_of_behaviour(report: RewriteReport) -> list[tuple[str, str, int]]:
    """Return what a reviewer has to know of sites that are rewritten: the rule, what differs, and at how many sites."""
    found: dict[tuple[str, str], int] = {}
    for result in report.files:
        for site in result.sites:
            if summary.status_of(site) == APPLIED:
                for text in dict.fromkeys(filter(None, (sentence(site.instruction), *map(sentence, site.notes)))):
                    found[site.rule, text] = found.get((site.rule, text), 0) + 1
    return [(rule, text, count) for (rule, text), count in sorted(found.items())]


def next_commands(report: RewriteReport, arguments: str, open_tasks: Sequence[Task]) -> list[Next]:
    """Return the commands that help now; `arguments` are the paths and options of the run as a shell takes them."""
    found = next_steps(report, arguments, open_tasks)
    if not summary.is_finished(report):
        found.append(Next(f"streammigrate rewrite {arguments} --check", "fails until nothing is left, for CI"))
    if summary.counts(report).sites:
        found.append(Next("streammigrate check --help", "how to see whether the app itself is ready for the cutover"))
    return found


def next_steps(report: RewriteReport, arguments: str, open_tasks: Sequence[Task]) -> list[Next]:
    """Return those of the commands that go on with the rewrite."""
    found = []
    counts = summary.counts(report)
    changed = counts.changed or counts.added or counts.manifests
    if changed and report.written:
        found.append(Next("streammigrate undo", "takes this back, byte for byte"))
    elif changed:
        found.append(Next(f"streammigrate rewrite {arguments} --write", "writes the files"))
        if counts.applied:
            found.append(Next(f"streammigrate rewrite {arguments} --interactive", "asks about each site first"))
    if counts.unsafe:
        found.append(Next(f"streammigrate rewrite {arguments} --unsafe --diff", "shows what --unsafe would change"))
    left = next((task for task in open_tasks if task.status == LEFT), None)
    if left is not None:
        found.append(Next(f"streammigrate why {_word(f'{left.path}:{left.line}')}", "explains a site that is left"))
    return found


class Now:
    """Where lines of a file are after it was written."""

    def __init__(self, result: FileResult) -> None:
        self._result = result

    @cached_property
    def _changes(self) -> tuple[Piece, ...]:
        from streammigrate.interactive.edits import changes

        return changes(self._result)

    def line(self, line: int) -> int:
        """Return the line that a line has become; both count from 1.

        What was put before a statement, such as a comment, stands above it: a line that changed is told from the end.
        """
        moved = line - 1
        for piece in self._changes:
            if piece.start > line - 1:
                break
            if piece.end > line - 1:
                return max(piece.new_start, piece.new_end - (piece.end - (line - 1))) + 1
            moved = line - 1 + piece.new_end - piece.end
        return moved + 1


def _word(text: str) -> str:
    from shlex import quote

    return quote(text)


def sentence(text: str) -> str:
    """Return a text on one line with one full stop at its end; nothing for nothing."""
    words = " ".join(text.split())
    return f"{words.rstrip('.')}." if words else ""
