"""What becomes of the manifests of a project."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from streammigrate.findings import Finding, Severity, sort_key
from streammigrate.manifests import advice, dialects, facts, gather, locks, pythons
from streammigrate.manifests.edit import Edited, Task, edit
from streammigrate.manifests.formats.scripts import MARK
from streammigrate.manifests.model import NEW, OLD, Change, ManifestError, Need, Reading, Role
from streammigrate.manifests.registry import COMMANDS, REQUIREMENTS, SCRIPTS, format_of
from streammigrate.manifests.requirement import range_for
from streammigrate.manifests.scope import Manifest, Scopes, is_constraints, joined, scopes
from streammigrate.manifests.text import decode

_OURS = re.compile(
    rb"(?:s\0?t\0?r\0?e\0?a\0?m\0?[-_.]+\0?c\0?h\0?a\0?t|g\0?e\0?t\0?s\0?t\0?r\0?e\0?a\0?m)", re.IGNORECASE
)
_INCLUDES = re.compile(rb"-r|-c|--requirement|--constraint|file")


def plan(root: str, need: Need, exclude: Sequence[str] = ()) -> tuple[Change, ...]:
    """Return what becomes of the manifests below a folder, sorted by path; nothing is written.

    `exclude` are patterns as in a `.gitignore`. Raises ValueError when the target is no version.
    """
    found = gather.gather(root, _is_wanted, exclude)
    data = dict(found.data)
    for path in sorted({*need.v1, *need.v2}):
        script = gather.read(root, path) if path not in data and SCRIPTS.matches(path) else None
        if script is not None and MARK in script:
            data[path] = script
    waiting = list(data)
    while waiting:
        path = waiting.pop()
        for other in _included(path, data[path]):
            if other not in data and not other.startswith(("../", "/")):
                taken = gather.read(root, other)
                if taken is not None:
                    data[other] = taken
                    waiting.append(other)
    return plan_files(data, need, found.code)


def plan_files(files: Mapping[str, bytes], need: Need, code: Collection[str] = ()) -> tuple[Change, ...]:
    """Return what becomes of manifests, by their paths, sorted by path.

    `code` are the folders that hold Python files. Files that are no manifests are passed over, but for those that say
    which Python a project supports, and those that others take in. Raises ValueError when the target is no version.
    """
    return _Plan(files, need, code).run()


class _Draft(NamedTuple):
    after: bytes
    notes: list[str]
    findings: list[Finding]


class _Plan:
    def __init__(self, files: Mapping[str, bytes], need: Need, code: Collection[str]) -> None:
        self.files = dict(sorted(files.items()))
        self.code = code
        self.need = need
        self.target = range_for(need.target)
        self.manifests = _read_all(self.files)
        self.scopes: Scopes = scopes(self.manifests, need, code)
        self.drafts: dict[str, _Draft] = {}

    def run(self) -> tuple[Change, ...]:
        for path, manifest in self.manifests.items():
            self._manifest(path, manifest)
        self._unlisted()
        self._packages()
        self._locks()
        self._pythons()
        changes = []
        for path, draft in sorted(self.drafts.items()):
            findings = tuple(sorted(dict.fromkeys(draft.findings), key=sort_key))
            before = self.files.get(path, b"")
            if findings or draft.after != before:
                changes.append(Change(path, before, draft.after, tuple(draft.notes), findings))
        return tuple(changes)

    def _draft(self, path: str) -> _Draft:
        return self.drafts.setdefault(path, _Draft(self.files.get(path, b""), [], []))

    def _say(self, finding: Finding) -> None:
        self._draft(finding.location.source).findings.append(finding)

    def _manifest(self, path: str, manifest: Manifest) -> None:
        if manifest.trouble is not None:
            self._say(advice.malformed(path, manifest.trouble))
            return
        users = self.scopes.users.get(path)
        if users is None:
            if manifest.lists(OLD) and manifest.format not in (COMMANDS, SCRIPTS) and not manifest.limits_only:
                self._unused(path, manifest)
            return
        add, drop = bool(users.v2), bool(users.v2) and not users.v1
        if not add:
            return
        self._mentions(path, manifest, add=add, drop=drop)
        if manifest.format in (COMMANDS, SCRIPTS):
            return
        if manifest.reading.made_by or manifest.reading.hashed:
            self._generated(path, manifest, drop=drop)
            return
        others = self.scopes.includes[path] - {path}
        covered = any(self.manifests[other].lists(NEW) for other in others)
        assert manifest.source is not None
        task = Task(path, manifest.format, self.target, add, drop, covered)
        try:
            edited = edit(task, manifest.source.text)
        except ManifestError as trouble:
            self._say(advice.malformed(path, trouble))
            return
        self._take(path, manifest, edited)

    def _take(self, path: str, manifest: Manifest, edited: Edited) -> None:
        assert manifest.source is not None
        draft = self._draft(path)
        draft.notes.extend(edited.notes)
        draft.findings.extend(edited.findings)
        if edited.text != manifest.source.text:
            self.drafts[path] = draft._replace(after=manifest.source.encode(edited.text))

    def _unused(self, path: str, manifest: Manifest) -> None:
        if not self.need.v2:
            return
        for listing in manifest.reading.listings:
            for entry in listing.named(OLD)[:1]:
                self._say(advice.unused(path, entry.line, dialects.shown(listing, entry)))
                return

    def _mentions(self, path: str, manifest: Manifest, *, add: bool, drop: bool) -> None:
        both = {mention.line for mention in manifest.reading.mentions if mention.name == NEW}
        for mention in manifest.reading.mentions:
            if mention.name != OLD:
                continue
            missing = add and mention.line not in both
            if missing or drop:
                self._say(advice.by_hand(path, mention, self.target, add=missing, drop=drop))

    def _generated(self, path: str, manifest: Manifest, *, drop: bool) -> None:
        listings = manifest.reading.listings
        new = [(listing, entry) for listing in listings for entry in listing.named(NEW)]
        old = [(listing, entry) for listing in listings for entry in listing.named(OLD)]
        fitting = new and all(dialects.fits(listing, entry, self.target) for listing, entry in new)
        if not (old or new) or (fitting and not (drop and old)):
            return
        line = min(entry.line for _, entry in [*old, *new])
        command = manifest.reading.made_by
        if command:
            why = "the file is made by a tool, so what it is made from is edited"
        else:
            why = "the file carries hashes, so a line cannot be written by hand"
            command = locks.hashing(path, self.files)
        self._say(advice.generated(path, line, why, command))

    def _unlisted(self) -> None:
        for folder, users in self.scopes.unlisted.items():
            beside = [
                path for path, manifest in self.manifests.items() if manifest.folder == folder and _is_primary(manifest)
            ]
            path = beside[0] if beside else users[0]
            finding = advice.not_listed(path, 1, users, self.target)
            self._say(finding if beside else finding._replace(severity=Severity.NOTICE))

    def _packages(self) -> None:
        """Tell which other packages do not go with getstream, and which came with stream-chat only."""
        told: set[tuple[str, str]] = set()
        for path, manifest in self.manifests.items():
            users = self.scopes.users.get(path)
            if users is None or not users.v2 or manifest.format in (COMMANDS, SCRIPTS):
                continue
            for listing in manifest.reading.listings:
                for entry in listing.entries:
                    wanted = facts.NEEDS.get(entry.name)
                    if wanted is not None and dialects.conflicts(listing, entry, wanted):
                        self._say(advice.conflict(path, entry.line, dialects.shown(listing, entry), entry.name, wanted))
            if not users.v1 and any(note for note in self._draft(path).notes if ": dropped `" in note):
                self._came_along(path, manifest, told)

    def _came_along(self, path: str, manifest: Manifest, told: set[tuple[str, str]]) -> None:
        beside = [other for other in self.manifests.values() if other.folder == manifest.folder]
        beside += [self.manifests[other] for other in self.scopes.includes[path]]
        listed = {entry.name for other in beside for listing in other.reading.listings for entry in listing.entries}
        line = next((entry.line for listing in manifest.reading.listings for entry in listing.named(OLD)), 0)
        for module, distribution in facts.BROUGHT.items():
            if module in self.need.imports and distribution not in listed and (manifest.folder, module) not in told:
                told.add((manifest.folder, module))
                self._say(advice.came_along(path, line, module))

    def _locks(self) -> None:
        after = {path: draft.after for path, draft in self.drafts.items() if draft.after != self.files.get(path, b"")}
        listing = {
            path
            for path, users in self.scopes.users.items()
            if users.v2 and (path in after or self.manifests[path].lists(NEW))
        }
        for path, line, why, command in locks.stale(self.files, listing, set(after), self.target):
            self._say(advice.generated(path, line, why, command))

    def _pythons(self) -> None:
        folders = {self.manifests[path].folder for path, users in self.scopes.users.items() if users.v2}
        folders |= set(self.scopes.unlisted)
        for finding in pythons.findings(self.files, folders, self.code):
            self._say(finding)


def _is_primary(manifest: Manifest) -> bool:
    return manifest.format not in (COMMANDS, SCRIPTS) and bool(manifest.reading.listings) and not manifest.limits_only


def _read_all(files: Mapping[str, bytes]) -> dict[str, Manifest]:
    found: dict[str, Manifest] = {}
    taken: set[str] = set()
    waiting = [path for path in files if format_of(path) is not None]
    while waiting:
        path = waiting.pop(0)
        if path in found:
            continue
        manifest = _read(path, files[path])
        found[path] = manifest
        for include in manifest.reading.includes:
            other = joined(path, include.path)
            if other in files and other not in taken:
                taken.add(other)
                waiting.append(other)
    readings = {path: manifest.reading for path, manifest in found.items()}
    for path, manifest in found.items():
        if manifest.format is REQUIREMENTS:
            role: Role = "limits" if is_constraints(path, readings) else "needs"
            listings = tuple(listing._replace(role=role) for listing in manifest.reading.listings)
            found[path] = manifest._replace(reading=manifest.reading._replace(listings=listings))
    return dict(sorted(found.items()))


def _read(path: str, data: bytes) -> Manifest:
    format = format_of(path) or REQUIREMENTS
    if not _OURS.search(data) and not _INCLUDES.search(data) and not _is_packaging(path):
        return Manifest(path, data, format, None, Reading())
    try:
        source = decode(data)
        return Manifest(path, data, format, source, format.read(source.text, path))
    except ManifestError as trouble:
        # What does not name one of the two is nobody's business here.
        known = trouble if _OURS.search(data) else None
        return Manifest(path, data, format, None, Reading(), known)


def _is_packaging(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name in ("pyproject.toml", "Pipfile", "setup.cfg", "setup.py") or REQUIREMENTS.matches(path)


def _is_wanted(path: str) -> bool:
    return format_of(path) not in (None, SCRIPTS) or locks.matches(path) or pythons.matches(path)


def _included(path: str, data: bytes) -> Iterator[str]:
    if format_of(path) is None and not path.endswith((".txt", ".in")):
        return
    if _INCLUDES.search(data):
        for include in _read(path, data).reading.includes:
            yield joined(path, include.path)
