"""One run of `rewrite`: which files, under which settings, and what became of each."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.exports import NOBODY, Exports, find_exports, project_root
from streammigrate.codemod.files import Read, read_file, search, write
from streammigrate.codemod.model import FileResult, Site, Trouble
from streammigrate.codemod.pins import pinned
from streammigrate.codemod.settings import RewriteSettings, parse_ids, parse_target, read_rewrite_settings
from streammigrate.errors import UsageError
from streammigrate.findings import Finding, Location
from streammigrate.settings import find_pyproject
from streammigrate.spec import problems

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


class Rewritten(NamedTuple):
    """The files that can matter, in the order of their paths, and how many were looked at."""

    files: tuple[FileResult, ...]
    seen: int


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
    )


def rewrite_paths(paths: Sequence[str], settings: RewriteSettings) -> Rewritten:
    """Return what becomes of every file under the paths; a file that cannot be read or judged is a trouble of its own."""
    found = search(paths)
    exports = find_exports([read.path for read in found.files if read.trouble is None])
    files = (_result(read, settings, exports.get(read.path, NOBODY)) for read in found.files)
    return Rewritten(tuple(files), found.seen)


def rewrite_data(data: bytes, path: str, settings: RewriteSettings) -> FileResult:
    """Return what becomes of one file's bytes."""
    return _result(Read(path, data), settings)


def _result(read: Read, settings: RewriteSettings, exports: Exports = NOBODY) -> FileResult:
    if read.trouble is not None:
        return FileResult(read.path, b"", b"", (), (read.trouble,))
    from streammigrate.codemod.rewrite import rewrite_source

    try:
        return rewrite_source(read.data, read.path, settings, exports)
    except Exception as error:
        # One file that trips the tool must not cost the report on the others.
        if os.environ.get("STREAMMIGRATE_DEBUG"):
            raise
        said = Trouble(problems.INTERNAL.id, f"a defect of streammigrate: {type(error).__name__}: {error}")
        return FileResult(read.path, read.data, read.data, (), (said,))


def write_all(files: Sequence[FileResult]) -> list[Finding]:
    """Write every file that changes; return a finding for each that could not be."""
    failed = []
    for result in files:
        if result.changed:
            reason = write(result.path, result.before, result.after)
            if reason:
                failed.append(problems.UNWRITABLE.finding(Location(result.path), reason))
    return failed


def left(result: FileResult) -> FileResult:
    """Return the result of a file that could not be written: nothing of it was applied."""
    sites = tuple(site._replace(applied=False) for site in result.sites)
    said = Trouble(kinds.UNREADABLE.id, "the file could not be written")
    return result._replace(after=result.before, sites=sites, troubles=(*result.troubles, said))


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
    result = _result(read, settings_of(request, path), find_exports([path])[path])
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
