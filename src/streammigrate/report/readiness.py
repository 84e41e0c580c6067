"""How far a project's code is: the uses of getstream, and what is left of those of stream-chat, by area and by file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from streammigrate.report.rewrite_summary import reasons
from streammigrate.report.scan_summary import DEFAULT, LEFT, SUPPRESSED, UNSAFE, Entry, ScanReport

if TYPE_CHECKING:
    from streammigrate.checks.project import Module, Project

OTHER = "Other uses"
_WAITS = "It stays with what is beside it"

_AREAS: Mapping[str, str] = MappingProxyType(
    {
        "users": "Users",
        "channels": "Channels",
        "channel": "Channels",
        "batch": "Channels",
        "messages": "Messages and threads",
        "threads": "Messages and threads",
        "moderation": "Moderation",
        "devices": "Devices and push",
        "campaigns": "Campaigns and segments",
        "campaign": "Campaigns and segments",
        "segments": "Campaigns and segments",
        "segment": "Campaigns and segments",
        "imports": "Imports of data",
        "app": "App, roles and commands",
        "webhooks": "Webhooks and queues",
        "construction": "Clients and their set-up",
        "v1types": "Clients and their set-up",
        "errors": "Errors and answers",
        "responses": "Errors and answers",
    }
)
"""What people call the areas of the rules, in the order in which they are shown."""

_PATHS = (
    ("/campaigns", "Campaigns and segments"),
    ("/segments", "Campaigns and segments"),
    ("/moderation", "Moderation"),
    ("/message", "Messages and threads"),
    ("/threads", "Messages and threads"),
    ("/polls", "Messages and threads"),
    ("/channel", "Channels"),
    ("/devices", "Devices and push"),
    ("/push", "Devices and push"),
    ("/user", "Users"),
    ("/import", "Imports of data"),
)
"""Where a method of getstream belongs that no rule leads to, by a part of its path."""


class Migrated(NamedTuple):
    """A use of getstream in a file, and the area that it is counted under."""

    path: str
    area: str


_CLIENT = re.compile(r"getstream(\.\w+)*\.(Async)?(Stream|ChatClient|Channel)(\.from_env)?")
_NAMED = (
    (re.compile(r"getstream(\.\w+)*\.Stream\w*Exception"), "Errors and answers"),
    (re.compile(r"getstream\.webhook\.\w+"), "Webhooks and queues"),
)
"""What is counted where it is named, by its full name."""


class Count(NamedTuple):
    """Uses of the SDKs by what is still to be done with them."""

    migrated: int = 0
    """On v2."""
    automatic: int = 0
    """On v1, and `rewrite` moves them by itself."""
    review: int = 0
    """On v1, and `rewrite --unsafe` moves them: a change of behaviour has to be accepted."""
    manual: int = 0
    """On v1, and a person has to move them."""
    kept: int = 0
    """On v1 on purpose: a comment asks to leave them."""

    @property
    def left(self) -> int:
        """How many still have to move."""
        return self.automatic + self.review + self.manual

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self)

    @property
    def percent(self) -> int:
        """The share that is on v2, rounded down; 100 where nothing is left to move."""
        counted = self.migrated + self.left
        return self.migrated * 100 // counted if counted else 100


class Task(NamedTuple):
    """A place that a person has to look at."""

    place: str
    """`line 12`, or `cell 3, line 2` of a notebook."""
    member: str
    why: str


class Row(NamedTuple):
    """The uses in an area or a file, with the tasks there."""

    name: str
    uses: Count
    tasks: tuple[Task, ...] = ()


class Progress(NamedTuple):
    """How far the code is. `migrated` of the counts is 0 throughout where `knows_migrated` is false."""

    areas: tuple[Row, ...]
    files: tuple[Row, ...]
    total: Count
    seen: int
    """How many Python files were looked at."""
    troubles: int
    """How many of them could not be judged."""
    minutes: int
    """The estimate for a person."""
    arguments: str
    """The paths and options as a shell takes them, for the commands that come next."""
    knows_migrated: bool = True


_FIELDS = {DEFAULT: "automatic", UNSAFE: "review", LEFT: "manual", SUPPRESSED: "kept"}


def of_project(project: Project, shown: Callable[[str], str]) -> Progress:
    """Return how far the code of a project is; `shown` takes secrets out of the names of files."""
    from shlex import quote

    files = [file._replace(path=shown(file.path)) for file in project.files]
    seen = len(project.python)
    return measure(
        ScanReport(files, project.settings.target, seen, (), shown(quote(project.given))), _migrated(project, shown)
    )


def _migrated(project: Project, shown: Callable[[str], str]) -> list[Migrated] | None:
    """Return the uses of getstream; None where they could not be found out, which must not cost the rest."""
    from streammigrate.checks import migrated

    try:
        done = [
            Migrated(shown(call.path), area_of_method(f"{call.owner}.{call.name}")) for call in migrated.calls(project)
        ]
    except Exception:
        if os.environ.get("STREAMMIGRATE_DEBUG"):
            raise
        return None
    modules = project.modules(rb"\bgetstream\b")
    return done + [Migrated(shown(module.path), area) for module in modules for area in _named(module)]


def _named(module: Module) -> Iterator[str]:
    """Yield the area of each place of a file that makes a client, or names an exception or a function for webhooks of
    getstream: what a scan counts of stream-chat beside the calls."""
    import ast

    for node in module.nodes:
        if isinstance(node, ast.Call) and _CLIENT.fullmatch(module.symbol(node.func)):
            yield "Clients and their set-up"
        elif isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            symbol = module.symbol(node)
            area = next((area for pattern, area in _NAMED if pattern.fullmatch(symbol)), None)
            if area is not None:
                yield area


def measure(report: ScanReport, migrated: Iterable[Migrated] | None) -> Progress:
    """Return how far the code is: what a scan found, and the uses of getstream (None: they were not looked for)."""
    done = tuple(migrated or ())
    areas = _rows(report.entries, done, lambda entry: area_of_rule(entry.site.rule), lambda one: one.area)
    files = _rows(report.entries, done, lambda entry: entry.path, lambda one: one.path)
    order = [*dict.fromkeys(_AREAS.values()), OTHER]
    return Progress(
        areas=tuple(sorted(areas, key=lambda row: order.index(row.name))),
        files=tuple(sorted(files, key=lambda row: (-row.uses.left, -row.uses.manual, row.name))),
        total=_count(report.entries, len(done)),
        seen=report.seen,
        troubles=report.troubles,
        minutes=report.minutes,
        arguments=report.arguments,
        knows_migrated=migrated is not None,
    )


def _rows(
    entries: Sequence[Entry],
    migrated: Sequence[Migrated],
    of_entry: Callable[[Entry], str],
    of_migrated: Callable[[Migrated], str],
) -> list[Row]:
    left: dict[str, list[Entry]] = {}
    done: dict[str, int] = {}
    for entry in entries:
        left.setdefault(of_entry(entry), []).append(entry)
    for one in migrated:
        name = of_migrated(one)
        done[name] = done.get(name, 0) + 1
    rows = []
    for name in sorted({*left, *done}):
        found = left.get(name, [])
        tasks = tuple(_task(entry) for entry in found if entry.status in (LEFT, UNSAFE))
        rows.append(Row(name, _count(found, done.get(name, 0)), tasks))
    return rows


def _task(entry: Entry) -> Task:
    """Return the task of a site. What holds it back is told by its kind: a page that is sent on quotes no code."""
    kinds = [kind.title for kind in reasons(entry.site) if kind.id in entry.reasons]
    return Task(entry.site.label or f"line {entry.line}", entry.site.member, "; ".join(kinds) or _WAITS)


def _count(entries: Iterable[Entry], migrated: int) -> Count:
    numbers = dict.fromkeys(_FIELDS.values(), 0)
    for entry in entries:
        numbers[_FIELDS[entry.status]] += 1
    return Count(migrated, **numbers)


@cache
def area_of_rule(id: str) -> str:
    """Return the area that a rule's sites are counted under; what belongs to no rule is `OTHER`."""
    from streammigrate.rules.catalogue import find_rule

    rule = find_rule(id)
    return OTHER if rule is None else _AREAS.get(rule.area, OTHER)


@cache
def area_of_method(member: str) -> str:
    """Return the area that a call of getstream is counted under: that of a rule which leads to it, else by its path."""
    from streammigrate.rules import sdk

    known = _by_method().get(member)
    if known is not None:
        return known
    owner, _, name = member.rpartition(".")
    method = sdk.v2_method(owner, name) if owner else None
    path = method.path if method is not None else ""
    return next((area for part, area in _PATHS if part in path), OTHER)


@cache
def _by_method() -> Mapping[str, str]:
    from streammigrate.rules.catalogue import all_rules

    return {rule.v2: _AREAS[rule.area] for rule in reversed(all_rules()) if rule.v2 and rule.area in _AREAS}
