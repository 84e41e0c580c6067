"""Which of Stream's packages a project uses, and in which versions: lock files win over manifests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

from streammigrate.checks.clients import facts
from streammigrate.checks.clients.facts import Package
from streammigrate.checks.clients.ranges import Span, number, shown, span
from streammigrate.checks.clients.readers import jvm
from streammigrate.checks.clients.readers.model import Entry, UnreadableError
from streammigrate.checks.clients.readers.registry import Reader, reader_of
from streammigrate.checks.project import Project
from streammigrate.findings import Location


class Used(NamedTuple):
    """A package of Stream's that a file lists. `locked` is the file that pins it, empty where none does."""

    package: Package
    name: str
    text: str
    """The version as the file, or its lock file, has it."""
    span: Span | None
    """None where the text names no version."""
    at: Location
    path: str
    """Relative to the project."""
    locked: str

    @property
    def folder(self) -> str:
        """The folder of the file."""
        return self.path.rpartition("/")[0]

    @property
    def version(self) -> str:
        """The version for people: `9.2.0`, `from 9.0.0 on`."""
        if self.span is None:
            return self.text
        if self.span == ((0, 0, 0), None):
            return "in any version"
        return shown(self.span.least) if self.span.exact else f"{self.text} (from {shown(self.span.least)} on)"

    @property
    def speaks_v2(self) -> bool | None:
        """Whether it speaks v2's shapes, None where the version is not known; for a range the least counts."""
        if self.package.v2_from is None:
            return False
        if self.package.v2_from == (0, 0, 0):
            return True
        return None if self.span is None else self.span.least >= self.package.v2_from


class Trouble(NamedTuple):
    """A file that cannot be read as what it is named like."""

    at: Location
    path: str
    reason: str


class _File(NamedTuple):
    path: str
    reader: Reader
    entries: tuple[Entry, ...]


def used(project: Project) -> list[Used]:
    """Return Stream's packages as the project lists them, in the order of files and lines.

    A manifest's entry has the versions of the nearest lock file at or above it that has the package, each once. What only
    a lock file has is returned at the lock file.
    """
    return _inventory(project)[0]


def troubles(project: Project) -> list[Trouble]:
    """Return the files that name a package of Stream's and cannot be read."""
    return _inventory(project)[1]


_found: WeakKeyDictionary[Project, tuple[list[Used], list[Trouble]]] = WeakKeyDictionary()


def _inventory(project: Project) -> tuple[list[Used], list[Trouble]]:
    if project not in _found:
        files, wrong = _files(project)
        _found[project] = _used(project, files), wrong
    return _found[project]


def _files(project: Project) -> tuple[list[_File], list[Trouble]]:
    found: list[_File] = []
    wrong: list[Trouble] = []
    closed: list[tuple[str, Reader]] = []
    for path in project.paths:
        reader = reader_of(path)
        if reader is None:
            continue
        data = project.read(path)
        if data is None:
            closed.append((path, reader))
            continue
        if not _names(reader.ecosystem).search(data):
            continue
        try:
            listed = (entry for entry in reader.read(data) if facts.find(reader.ecosystem, entry.package))
            entries = tuple(_settled(project, entry) if "$" in entry.version else entry for entry in listed)
        except UnreadableError as error:
            at = Location(project.shown(path), line=error.line or None)
            wrong.append(Trouble(at, path, error.reason))
            continue
        found.append(_File(path, reader, entries))
    # Whether such a file is of interest is not known; where the project uses a package of its kind it is.
    used = {file.reader.ecosystem for file in found if file.entries}
    reason = "it cannot be opened, or is larger than 4 MiB"
    wrong += [
        Trouble(Location(project.shown(path)), path, reason) for path, reader in closed if reader.ecosystem in used
    ]
    return found, wrong


def _settled(project: Project, entry: Entry) -> Entry:
    """Return an entry with the variables in its version put in, where the project's Gradle files set each but once."""
    values: dict[str, set[str]] = {}
    for path in project.paths:
        if jvm.SETS_VARIABLES.fullmatch(path):
            for name, value in jvm.variables(project.read(path) or b"").items():
                values.setdefault(name, set()).update(value)
    single = {name: next(iter(found)) for name, found in values.items() if len(found) == 1}
    return entry._replace(version=jvm.put_in(entry.version, single))


@cache
def _names(ecosystem: str) -> re.Pattern[bytes]:
    """Return a pattern for files that can list a package: most of them do not, and need not be read."""
    names = [
        part for one in facts.packages() if one.ecosystem == ecosystem for name in one.names for part in _parts(name)
    ]
    return re.compile(b"|".join(sorted({re.escape(name.encode()) for name in names})), re.IGNORECASE)


def _parts(name: str) -> list[str]:
    # A coordinate of Maven may be written in parts, a repository with `:` for the first slash.
    return [re.split(r"[:/]", name.rstrip("*"))[-1]]


def _used(project: Project, files: Sequence[_File]) -> list[Used]:
    locks = [file for file in files if file.reader.locks]
    found: list[Used] = []
    covered: set[tuple[str, str, str]] = set()
    for file in files:
        for entry in () if file.reader.locks else file.entries:
            if not entry.version and _is_managed(file, entry.package, files):
                continue
            lock = _lock(file, entry.package, locks)
            texts = [entry.version] if lock is None else _pinned(entry, lock)
            if lock is not None:
                covered |= {(lock.path, entry.package, text) for text in texts}
            locked = lock.path if lock is not None else ""
            found += (_one(project, file, entry, text, locked) for text in texts)
    for file in locks:
        for entry in file.entries:
            key = (file.path, entry.package, entry.version)
            if key not in covered:
                covered.add(key)
                found.append(_one(project, file, entry, entry.version, file.path))
    return sorted(found, key=lambda one: (one.path, one.at.line or 0, one.name, one.text))


def _is_managed(file: _File, name: str, files: Sequence[_File]) -> bool:
    """Return whether a file at or above one gives the version, as parents do in Maven and Directory.Packages.props in .NET."""
    folder = file.path.rpartition("/")[0]
    return any(
        entry.package == name and entry.version
        for other in files
        if other.reader.ecosystem == file.reader.ecosystem and not other.reader.locks
        if _is_above(other.path.rpartition("/")[0], folder)
        for entry in other.entries
    )


def _pinned(entry: Entry, lock: _File) -> list[str]:
    """Return the versions that a lock file has for an entry: those in its range, where packages of one lock differ."""
    texts = list(dict.fromkeys(one.version for one in lock.entries if one.package == entry.package))
    wanted = span(entry.version, lock.reader.ecosystem)
    fitting = [text for text in texts if wanted is not None and _fits(wanted, text)]
    return fitting or texts


def _fits(wanted: Span, text: str) -> bool:
    version = number(text)
    return version is not None and wanted.least <= version and (wanted.below is None or version < wanted.below)


def _one(project: Project, file: _File, entry: Entry, text: str, locked: str) -> Used:
    package = facts.find(file.reader.ecosystem, entry.package)
    assert package is not None
    at = Location(project.shown(file.path), line=entry.line)
    return Used(package, entry.package, text, span(text, file.reader.ecosystem), at, file.path, locked)


def _lock(file: _File, name: str, locks: Sequence[_File]) -> _File | None:
    """Return the nearest lock file at or above a manifest that has a package. Xcode keeps its own deeper down."""
    folder = file.path.rpartition("/")[0]
    fitting = [
        lock
        for lock in locks
        if lock.reader.ecosystem == file.reader.ecosystem and any(entry.package == name for entry in lock.entries)
    ]
    above = [lock for lock in fitting if _is_above(lock.path.rpartition("/")[0], folder)]
    if above:
        return max(above, key=lambda lock: (len(lock.path.rpartition("/")[0]), lock.path))
    if not file.path.endswith(".pbxproj"):
        return None
    beside = folder.rpartition("/")[0]
    inside = [lock for lock in fitting if _is_above(beside, lock.path) and ".xc" in lock.path.removeprefix(beside)]
    return inside[0] if inside else None


def _is_above(folder: str, other: str) -> bool:
    return not folder or folder == other or other.startswith(f"{folder}/")


class Product(NamedTuple):
    """What one file says of one package in one version, under all the names it has there."""

    first: Used
    names: tuple[str, ...]


def products(entries: Sequence[Used]) -> Iterator[Product]:
    """Yield the entries with those that say the same of one package in one file put together."""
    groups: dict[tuple[str, str, str], list[Used]] = {}
    for one in entries:
        groups.setdefault((one.path, one.package.title, one.version), []).append(one)
    for group in groups.values():
        yield Product(group[0], tuple(dict.fromkeys(one.name for one in group)))
