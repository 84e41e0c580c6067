"""One run of `rewrite`: which files, under which settings, and what became of each."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.files import read_file
from streammigrate.codemod.memory import seldom_searched
from streammigrate.codemod.model import CohortView, FileResult, Site, Trouble
from streammigrate.codemod.pins import pinned
from streammigrate.codemod.roots import project_root
from streammigrate.codemod.settings import (
    RewriteSettings,
    SiteKey,
    parse_helpers_file,
    parse_ids,
    parse_only,
    parse_target,
    read_rewrite_settings,
    selects,
)
from streammigrate.errors import UsageError
from streammigrate.findings import Finding, Location, Severity
from streammigrate.settings import find_pyproject
from streammigrate.spec import problems

if TYPE_CHECKING:
    from streammigrate.codemod.index import Project
    from streammigrate.codemod.rewrite import Input, Outcome
    from streammigrate.manifests.model import Need

_MOVED = re.compile(rb"(?m)^[ \t]*(?:import|from) getstream\b")
_PLACE = re.compile(r"(?P<path>.+?):(?P<line>\d+)(?::(?P<column>\d+))?")
_NEAREST = 3


class Request(NamedTuple):
    """What a user asks for; None and empty leave it to the settings."""

    target: str | None = None
    unsafe: bool | None = None
    todo: bool | None = None
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    config: str | None = None
    only: Sequence[str] = ()
    types: str | None = None
    docs: bool | None = None
    helpers: bool | None = None
    helpers_file: str | None = None
    manifests: bool | None = None
    refused: frozenset[SiteKey] = frozenset()
    jobs: int = 1


class Rewritten(NamedTuple):
    """The files that can matter, in the order of their paths, and how many were looked at."""

    files: tuple[FileResult, ...]
    seen: int
    cohorts: tuple[CohortView, ...] = ()
    roots: tuple[str, ...] = ()
    """The folders of the projects that were looked at, absolute."""
    needs: tuple[tuple[Project, Need], ...] = ()
    """What the code of each project needs once it is rewritten, where manifests follow it."""


def settings_of(request: Request, start: str) -> RewriteSettings:
    """Return the settings for code at `start`: those of the nearest pyproject.toml, or of the file that is named, and
    over them what is asked for. Raises InputError and UsageError."""
    if request.config:
        found = read_rewrite_settings(Path(request.config))
    else:
        try:
            place = Path(start).absolute()
        except FileNotFoundError:
            # The current folder was deleted; nothing stands above it.
            place = Path("/")
        pyproject = find_pyproject(place if place.is_dir() else place.parent)
        found = RewriteSettings() if pyproject is None else read_rewrite_settings(pyproject)
        if not found.pin:
            root = project_root(str(place / "any.py" if place.is_dir() else place))
            found = found._replace(pin=pinned(Path(root)))
    return found._replace(
        target=found.target if request.target is None else parse_target(request.target),
        unsafe=found.unsafe if request.unsafe is None else request.unsafe,
        todo=found.todo if request.todo is None else request.todo,
        select=parse_ids(tuple(request.select), "--select") or found.select,
        ignore=(*found.ignore, *parse_ids(tuple(request.ignore), "--ignore")),
        only=parse_only(request.only),
        refused=frozenset(request.refused),
        jobs=request.jobs,
        types=_checker(request.types),
        docs=found.docs if request.docs is None else request.docs,
        helpers=found.helpers if request.helpers is None else request.helpers,
        manifests=found.manifests if request.manifests is None else request.manifests,
        helpers_file=parse_helpers_file(request.helpers_file, Path()) if request.helpers_file else found.helpers_file,
    )


def _checker(name: str | None) -> str:
    """Return the name of a type checker that is there. Raises UsageError for another."""
    if not name:
        return ""
    from streammigrate.codemod.second_opinion import find

    find(name)
    return name


def rewrite_paths(
    paths: Sequence[str], settings: RewriteSettings, progress: Callable[[str], None] | None = None
) -> Rewritten:
    """Return what becomes of every file under the paths, with the rest of their projects in view.

    A file that cannot be read or judged is a trouble of its own. `progress` is told what is done next. Raises InputError
    for a path that does not exist.
    """
    with seldom_searched():
        return _rewrite_paths(paths, settings, progress)


def _rewrite_paths(
    paths: Sequence[str], settings: RewriteSettings, progress: Callable[[str], None] | None
) -> Rewritten:
    from streammigrate.codemod.index import find_project

    results: list[FileResult] = []
    cohorts: list[CohortView] = []
    roots = []
    needs = []
    seen = 0
    if progress is not None:
        progress("Reading the project")
    for project in find_project(paths, settings, docs=settings.docs):
        wanted = _below(paths)
        files, documents, empty = dict(project.files), {}, []
        for path, data in project.documents.items():
            from streammigrate.codemod.documents import open_document

            document = open_document(data, path)
            if document is not None and document.source:
                files[path], documents[path] = document.source, document
            elif document is not None and document.troubles:
                empty.append(FileResult(path, data, data, (), document.troubles))
        if files:
            # Most of what this loads is not needed where nothing uses the SDK.
            from streammigrate.codemod.compat.place import Places
            from streammigrate.codemod.rewrite import Input

            editable = [path for path in files if wanted(path)]
            home = Places(project.modules, project.trees, settings.helpers_file).home
            ordered = dict(sorted(files.items()))
            if progress is not None:
                progress(f"Rewriting {len(editable)} of {project.seen} files")
            given = Input(ordered, editable, project.modules, project.trees, _read, documents, home)
            outcome = _outcome(given, _at_home(project, settings))
            results += outcome.files
            cohorts += outcome.cohorts
            results += [result for result in _stubs(project, outcome, settings) if wanted(result.path)]
            after = {one.path: one.after for one in outcome.files}
        else:
            after = {}
        if project.named:
            from streammigrate.codemod.packages import follow, need_after

            need = need_after(project, after, settings.target)
            needs.append((project, need))
            results = _together(results, follow(project, need, after, settings))
        results += [result for result in empty if wanted(result.path)]
        results += [FileResult(read.path, b"", b"", (), (read.trouble,)) for read in project.troubles if read.trouble]
        seen += project.seen
        roots.append(project.root)
    return Rewritten(
        tuple(sorted(results, key=lambda result: result.path)), seen, tuple(cohorts), tuple(roots), tuple(needs)
    )


def _stubs(project: Project, outcome: Outcome, settings: RewriteSettings) -> list[FileResult]:
    """Return the files that only stand in for the v1 API (tests and recordings), where something moves that calls it."""
    moves = any(cohort.applied for cohort in outcome.cohorts)
    moves = moves or any(_MOVED.search(data) for data in project.files.values())
    if not moves or not (project.stubbing or project.records) or not selects(settings, kinds.STUBBED.id):
        return []
    from streammigrate.codemod.forms import stubs
    from streammigrate.codemod.forms.stub_files import is_recording
    from streammigrate.manifests.gather import gather

    found = gather(project.root, is_recording, settings.exclude).data if project.records else {}
    hosts = stubs.configured_in(project.files.values())
    recorded = stubs.recordings({project.spell(path): data for path, data in found.items()}, hosts)
    return [*recorded, *stubs.stubbing(project.stubbing, project.modules, _read, hosts)]


def _together(results: Sequence[FileResult], around: Sequence[FileResult]) -> list[FileResult]:
    """Return results with those about manifests; what is told of a file of code goes to its result."""
    told = {one.path: one for one in around}
    found = []
    for one in results:
        other = told.pop(one.path, None)
        found.append(one if other is None else one._replace(findings=(*one.findings, *other.findings)))
    return [*found, *told.values()]


def _at_home(project: Project, settings: RewriteSettings) -> RewriteSettings:
    """Return the settings with what the project's files say: how long lines are, and what is set for stream-chat."""
    from streammigrate.codemod.style import configured

    settings = settings._replace(width=configured(Path(project.root)))
    # What is set holds for the code although the manifests are left alone.
    if not project.named and not project.files:
        return settings
    from streammigrate.manifests.environment import variables

    return settings._replace(variables=variables(project.root, settings.exclude) | project.variables)


def rewrite_data(data: bytes, path: str, settings: RewriteSettings) -> FileResult:
    """Return what becomes of one file's bytes; nothing else is looked at, and no module of helpers is written."""
    from streammigrate.codemod.documents import open_document
    from streammigrate.codemod.rewrite import Input

    settings = settings._replace(helpers=False)
    document = open_document(data, path)
    if document is None:
        return _outcome(Input({path: data}, (path,)), settings).files[0]
    if not document.source:
        return FileResult(path, data, data, (), document.troubles)
    return _outcome(Input({path: document.source}, (path,), documents={path: document}), settings).files[0]


def _below(paths: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells whether a file is one of some paths, or below one."""
    around = {os.path.abspath(path) for path in paths}  # noqa: PTH100

    def holds(path: str) -> bool:
        full = os.path.abspath(path)  # noqa: PTH100
        return full in around or any(str(parent) in around for parent in Path(full).parents)

    return holds


def _read(path: str) -> bytes | None:
    found = read_file(path)
    return None if found.trouble is not None else found.data


def _outcome(given: Input, settings: RewriteSettings) -> Outcome:
    """Return what becomes of a program. A file that trips the tool must not cost the report on the others."""
    from streammigrate.codemod.rewrite import Outcome, connected, rewrite_program

    try:
        return rewrite_program(given, settings)
    except Exception as error:
        if os.environ.get("STREAMMIGRATE_DEBUG"):
            raise
        culprits = {path: said for path in given.files if (said := _defect(given, path, settings))}
        if not culprits:
            culprits = dict.fromkeys(given.files, _said(error))
    left = {path: data for path, data in given.files.items() if path not in culprits}
    # What a culprit does with the objects of others is not in view: they stay.
    touched = connected(given, culprits)
    rest = given._replace(
        files=left, editable=[path for path in given.editable if path in left and path not in touched]
    )
    try:
        outcome = rewrite_program(rest, settings) if rest.editable else Outcome(())
    except Exception as error:
        outcome = Outcome(())
        culprits.update(dict.fromkeys(left, _said(error)))
    done = {result.path: result for result in outcome.files}
    files = []
    for path in given.files:
        if path in given.editable:
            data = given.files[path]
            troubles = (Trouble(problems.INTERNAL.id, culprits[path]),) if path in culprits else ()
            files.append(done.get(path) or FileResult(path, data, data, (), troubles))
    return Outcome(tuple(files), outcome.cohorts)


def _defect(given: Input, path: str, settings: RewriteSettings) -> str:
    """Return what the tool trips over in a file by itself, or nothing."""
    from streammigrate.codemod.rewrite import rewrite_program

    try:
        rewrite_program(given._replace(files={path: given.files[path]}, editable=(path,)), settings)
    except Exception as error:
        return _said(error)
    return ""


def _said(error: Exception) -> str:
    return f"a defect of streammigrate: {type(error).__name__}: {error}"


def write_all(
    files: Sequence[FileResult],
    roots: Sequence[str] = (),
    command: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> list[Finding]:
    """Write every file that changes, those of a project all or none; return a finding for each that was not written.

    What stands in the way is an error; what was left for that is a warning. `roots` are the folders of the projects. What
    was there before is kept for `undo`, under the command that is named. `progress` is told how many files of a project
    are in place, of how many. Raises BusyError while another run works on a project, or after one that was interrupted,
    and InputError where nothing can be kept.
    """
    from streammigrate.applying import transaction
    from streammigrate.applying.lock import hold
    from streammigrate.applying.model import Change

    ordered = sorted((result for result in files if result.changed), key=lambda result: not result.helpers)
    changes = transaction.grouped(
        (Change(result.path, None if result.new else result.before, result.after) for result in ordered), roots
    )
    failed: list[Finding] = []
    with hold(changes):
        for root in changes:
            transaction.settle(root)
        for root, found in changes.items():
            done = transaction.transact(root, found, command=command, progress=progress)
            culprits = {refusal.path for refusal in done.refusals}
            for path, reason, hint in done.refusals:
                failed.append(problems.UNWRITABLE.finding(Location(path), reason, hint))
            for path in [change.path for change in found if culprits and change.path not in culprits]:
                said = f"it was left, since {done.refusals[0].path} could not be written"
                failed.append(problems.UNWRITABLE.finding(Location(path), said)._replace(severity=Severity.WARNING))
    return failed


def left(result: FileResult) -> FileResult:
    """Return the result of a file that could not be written: nothing of it was applied."""
    sites = tuple(site._replace(applied=False) for site in result.sites)
    said = Trouble(kinds.UNREADABLE.id, "the file could not be written")
    return result._replace(after=result.before, sites=sites, troubles=(*result.troubles, said))


def _recorded(path: str, data: bytes) -> tuple[FileResult, ...]:
    """Return the result of a file of recorded requests; none for another file."""
    from streammigrate.codemod.forms.stub_files import is_recording
    from streammigrate.codemod.forms.stubs import recordings

    return tuple(recordings({path: data})) if is_recording(Path(path).as_posix()) else ()


class Sites(NamedTuple):
    """The sites at a place; where there are none, `near` has those that are nearest."""

    result: FileResult
    found: list[Site]
    near: list[Site]


def parse_place(place: str) -> tuple[str, int, int | None]:
    """Return path, line and column of FILE:LINE or FILE:LINE:COLUMN. Raises UsageError for anything else."""
    match = _PLACE.fullmatch(place)
    if match is None or int(match["line"]) < 1:
        raise UsageError(f"a place is FILE:LINE or FILE:LINE:COLUMN, not {place!r}")
    return match["path"], int(match["line"]), int(match["column"]) if match["column"] else None


def sites_at(place: str, request: Request) -> Sites:
    """Return the sites on a line, or those of them that hold a column (characters, from 1).

    Raises UsageError for a place that is none, InputError for a file that cannot be read.
    """
    path, line, column = parse_place(place)
    read = read_file(path)
    if read.trouble is not None:
        raise problems.UNREADABLE.error(Location(path), read.trouble.message)
    # What takes part elsewhere must be free to move, as in a run over the whole project.
    whole = project_root(os.path.abspath(path))  # noqa: PTH100
    whole = whole if Path(path).is_absolute() else os.path.relpath(whole)
    recorded = _recorded(path, read.data)
    found_files = recorded or rewrite_paths([path, whole], settings_of(request, path)).files
    result = next((one for one in found_files if one.path == path), FileResult(path, read.data, read.data))
    found = [site for site in result.sites if site.span.line <= line <= site.span.end_line]
    starting = [site for site in found if site.span.line == line]
    if column is not None:
        found = [site for site in found if _holds(result.before, site, line, column)]
    elif starting:
        found = starting
    near = sorted(result.sites, key=lambda site: (abs(site.span.line - line), site.span))
    return Sites(result, found, [] if found else near[:_NEAREST])


def _holds(source: bytes, site: Site, line: int, column: int) -> bool:
    from streammigrate.report.rewrite_summary import Lines

    lines = Lines(source)
    return lines.start(site.span) <= (line, column) < lines.end(site.span)
