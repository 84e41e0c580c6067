"""What every report on a scan says: the uses of stream-chat, counted by method and file, and what the rest needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from streammigrate.codemod.model import Applicability, CohortView, FileResult, Site, Trouble
from streammigrate.kinds import Kind
from streammigrate.report import rewrite_summary
from streammigrate.report.rewrite_summary import Lines
from streammigrate.report.scan_estimate import OTHERWISE, minutes

DEFAULT, UNSAFE, LEFT, SUPPRESSED = "default", "unsafe", "left", "suppressed"
STATUSES = (DEFAULT, UNSAFE, LEFT, SUPPRESSED)
"""What `rewrite` would do with a site: by default, with --unsafe, not at all, or not because a comment asks to leave it."""

_STATUS_OF = {
    rewrite_summary.APPLIED: DEFAULT,
    rewrite_summary.UNSAFE: UNSAFE,
    rewrite_summary.LEFT: LEFT,
    rewrite_summary.SUPPRESSED: SUPPRESSED,
}
_Key = TypeVar("_Key")
_NO_REASON = "nothing of its own holds it back; it stays with what is beside it"

DECISIONS: Mapping[str, str] = MappingProxyType(
    {
        "whole": "moves whole",
        "twin": "moves; a v1 twin beside it serves what stays",
        "stays": "stays whole",
        "nothing": "has no site",
    }
)
"""What is decided on a cohort, in words."""


class Entry(NamedTuple):
    """One site with its place: lines from 1, columns in characters from 1, end exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    site: Site
    status: str
    """One of STATUSES."""
    reasons: tuple[str, ...]
    """The ids of the kinds that hold it back, each once; none for what is rewritten by default."""

    @property
    def method(self) -> str:
        """The member without its class: `upsert_user`; the class itself where it is made or named."""
        return self.site.member.rpartition(".")[2]

    @property
    def place(self) -> str:
        """FILE:LINE:COLUMN, as `streammigrate why` takes it."""
        return f"{self.path}:{self.line}:{self.column}"

    @property
    def minutes(self) -> int:
        """The estimate for a person; 0 for what is rewritten by default, or kept on purpose."""
        if self.status not in (UNSAFE, LEFT):
            return 0
        return minutes(self.reasons[0] if self.reasons else "", unsafe=self.status == UNSAFE)

    @property
    def instruction(self) -> str:
        """What a person has to do; empty for what is rewritten by default."""
        if self.status not in (UNSAFE, LEFT):
            return ""
        return self.site.instruction or _NO_REASON


class Tally(NamedTuple):
    """How many sites `rewrite` would treat in which way."""

    default: int = 0
    unsafe: int = 0
    left: int = 0
    suppressed: int = 0

    @property
    def sites(self) -> int:
        """How many sites there are."""
        return sum(self)

    def of(self, statuses: Iterable[str]) -> list[int]:
        """Return the numbers of some statuses."""
        return [getattr(self, status) for status in statuses]


class Row(NamedTuple):
    """The sites of one method or file, counted."""

    name: str
    tally: Tally
    rules: tuple[str, ...]
    minutes: int
    troubles: tuple[Trouble, ...] = ()


class Instruction(NamedTuple):
    """One thing to do, and where."""

    text: str
    entries: tuple[Entry, ...]


class Need(NamedTuple):
    """The sites that one kind of reason holds back, all `left` or all `unsafe`. `kind` None: no reason of their own."""

    kind: Kind | None
    status: str
    instructions: tuple[Instruction, ...]

    @property
    def entries(self) -> list[Entry]:
        """The sites, by instruction and place."""
        return [entry for instruction in self.instructions for entry in instruction.entries]

    @property
    def minutes(self) -> int:
        """The estimate for all of them."""
        return sum(entry.minutes for entry in self.entries)

    @property
    def title(self) -> str:
        """What the reason is, in a few words."""
        return self.kind.title if self.kind else "No reason of their own"


@dataclass(frozen=True)
class ScanReport:
    """What was found. The files are as `rewrite` would treat them without --unsafe."""

    files: Sequence[FileResult]
    target: str
    seen: int = 0
    """How many Python files were looked at."""
    cohorts: Sequence[CohortView] = ()
    arguments: str = "."
    """The paths and the options of the run as a shell takes them, for the commands that come next."""

    @property
    def release(self) -> str:
        """The release of getstream that is aimed at, as major and minor number."""
        return ".".join(self.target.split(".")[:2])

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every site, by path and place."""
        found = [entry for result in self.files for entry in _entries(result)]
        return tuple(sorted(found, key=lambda entry: (*entry[:5], entry.site.rule, entry.site.member)))

    @cached_property
    def tally(self) -> Tally:
        """The numbers of the whole scan."""
        return _tally(self.entries)

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that a site has, in the order of STATUSES."""
        return tuple(status for status, count in zip(STATUSES, self.tally, strict=True) if count)

    @property
    def troubles(self) -> int:
        """How many problems with files there are."""
        return sum(len(result.troubles) for result in self.files)

    @property
    def minutes(self) -> int:
        """The estimate for what is not rewritten by default, and for the problems with files."""
        return sum(entry.minutes for entry in self.entries) + OTHERWISE * self.troubles

    def methods(self) -> list[Row]:
        """Return the sites by member, the most used first."""
        rows = [_row(name, group) for name, group in _grouped(self.entries, lambda entry: entry.site.member).items()]
        return sorted(rows, key=lambda row: (-row.tally.sites, row.name))

    def by_file(self) -> list[Row]:
        """Return the files that have sites or problems, by path."""
        entries = _grouped(self.entries, lambda entry: entry.path)
        troubles = {result.path: result.troubles for result in self.files if result.troubles}
        return [_row(path, entries.get(path, []), troubles.get(path, ())) for path in sorted({*entries, *troubles})]

    def needs(self) -> list[Need]:
        """Return what the sites need that are not rewritten by default: those that are left first, then the dearest first."""
        groups = _grouped(
            (entry for entry in self.entries if entry.status in (UNSAFE, LEFT)),
            lambda entry: (entry.status, entry.reasons[0] if entry.reasons else ""),
        )
        needs = []
        for (status, reason), entries in groups.items():
            texts = _grouped(entries, lambda entry: entry.instruction)
            instructions = [Instruction(text, tuple(group)) for text, group in texts.items()]
            instructions.sort(key=lambda one: (-len(one.entries), one.entries[0][:3], one.text))
            kind = next((kind for kind in rewrite_summary.reasons(entries[0].site) if kind.id == reason), None)
            needs.append(Need(kind, status, tuple(instructions)))
        return sorted(needs, key=_most_work)


def _entries(result: FileResult) -> Iterable[Entry]:
    lines = Lines(result.before)
    for site in result.sites:
        status = _STATUS_OF[rewrite_summary.status_of(site)]
        held = status in (UNSAFE, LEFT) and site.applicability is not Applicability.SAFE
        reasons = tuple(kind.id for kind in rewrite_summary.reasons(site)) if held else ()
        yield Entry(result.path, *lines.start(site.span), *lines.end(site.span), site, status, reasons)


def _most_work(need: Need) -> tuple[str, int, int, str]:
    return need.status, -need.minutes, -len(need.entries), need.kind.id if need.kind else ""


def _row(name: str, entries: Sequence[Entry], troubles: tuple[Trouble, ...] = ()) -> Row:
    rules = tuple(sorted({entry.site.rule for entry in entries}))
    total = sum(entry.minutes for entry in entries) + OTHERWISE * len(troubles)
    return Row(name, _tally(entries), rules, total, troubles)


def _tally(entries: Iterable[Entry]) -> Tally:
    found = [entry.status for entry in entries]
    return Tally(*map(found.count, STATUSES))


def _grouped(entries: Iterable[Entry], key: Callable[[Entry], _Key]) -> dict[_Key, list[Entry]]:
    groups: dict[_Key, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    return groups


def by_cohort(report: ScanReport) -> dict[str, list[Entry]]:
    """Return the sites of each cohort by its id."""
    return _grouped(report.entries, lambda entry: entry.site.cohort)


def headline(report: ScanReport) -> str:
    """Return the verdict as one line."""
    tally = report.tally
    problems = number(report.troubles, "problem") + " with files" if report.troubles else ""
    if not tally.sites:
        if problems:
            return f"No use of stream-chat was found in what could be read; {problems}."
        return f"No use of stream-chat was found in {number(report.seen, 'file')}."
    parts = [
        f"{tally.default} rewritten by default" if tally.default else "",
        f"{tally.unsafe} with --unsafe" if tally.unsafe else "",
        f"{tally.left} left" if tally.left else "",
        f"{tally.suppressed} suppressed" if tally.suppressed else "",
    ]
    files = number(len({entry.path for entry in report.entries}), "file")
    said = ", ".join(filter(None, parts))
    return f"{number(tally.sites, 'site')} in {files}: {said}{'; ' + problems if problems else ''}."


def shares(report: ScanReport) -> tuple[int, int] | None:
    """Return the percentages that are rewritten by default and with --unsafe, rounded down; None without a site."""
    tally = report.tally
    if not tally.sites:
        return None
    return tally.default * 100 // tally.sites, (tally.default + tally.unsafe) * 100 // tally.sites


def number(count: int, noun: str) -> str:
    """Return a count with its noun: `1 site`, `2 sites`."""
    return f"{count} {noun if count == 1 else noun + 's'}"


class Proof(NamedTuple):
    """What is proven of a site: the forms of calls that it is made of, and those of them that no run has compared."""

    forms: tuple[str, ...]
    missing: tuple[str, ...]
    proven: bool | None
    """None where there is nothing to prove: no new code, or code that is no call of a rule's form."""


def proof_of(entry: Entry, release: str) -> Proof:
    """Return what is proven of a site against a release of getstream (major and minor number)."""
    from streammigrate.rules import proofs

    forms = entry.site.forms
    if not (forms and entry.site.after):
        return Proof(forms, (), None)
    missing = tuple(sorted(set(forms) - proofs.proven(entry.site.rule, release)))
    return Proof(forms, missing, not missing)


def is_at(report: ScanReport, fail_on: str) -> bool:
    """Return whether something is at or above a threshold: `left` (to a person), `any` (site that is not suppressed)."""
    tally = report.tally
    found = {"left": tally.left, "any": tally.default + tally.unsafe + tally.left}.get(fail_on)
    return found is not None and bool(found or report.troubles)
