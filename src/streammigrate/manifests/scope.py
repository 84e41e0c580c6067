"""Which manifests stand for which code: the nearest ones above it."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping
from functools import reduce
from typing import NamedTuple

from streammigrate.manifests.formats.requirements import is_limits
from streammigrate.manifests.model import NEW, OLD, ManifestError, Need, Reading
from streammigrate.manifests.registry import COMMANDS, REQUIREMENTS, SCRIPTS, Format
from streammigrate.manifests.text import Source

_ASIDE = frozenset({"requirements", "reqs", "requires", "constraints", "deps", "dependencies"})
"""Folders that hold requirements for the folder that they are in."""


class Manifest(NamedTuple):
    """A manifest that was read."""

    path: str
    data: bytes
    format: Format
    source: Source | None
    reading: Reading
    trouble: ManifestError | None = None

    @property
    def folder(self) -> str:
        """Return the folder that the manifest stands for; `""` is the root."""
        return folder_of(self.path)

    def lists(self, name: str) -> bool:
        """Return whether something is installed from here under a name, as far as that can be seen."""
        listed = any(listing.named(name) for listing in self.reading.listings if listing.role == "needs")
        return listed or any(mention.name == name for mention in self.reading.mentions)

    @property
    def limits_only(self) -> bool:
        """Return whether nothing is installed from here (a file of constraints)."""
        return bool(self.reading.listings) and all(one.role == "limits" for one in self.reading.listings)


class Users(NamedTuple):
    """The files that a manifest stands for, by what they use; sorted."""

    v1: tuple[str, ...] = ()
    v2: tuple[str, ...] = ()

    def also(self, other: Users) -> Users:
        """Return the files of both."""
        return Users(tuple(sorted({*self.v1, *other.v1})), tuple(sorted({*self.v2, *other.v2})))


class Scopes(NamedTuple):
    """Who uses what a manifest lists."""

    users: dict[str, Users]
    """For each path of a manifest; without an entry nobody does."""
    unlisted: dict[str, tuple[str, ...]]
    """Files that use getstream and have no manifest that lists one of the two, by the folder of the nearest manifest
    (of the root where there is none)."""
    includes: dict[str, frozenset[str]]
    """For each manifest the ones that it takes in to install, itself among them."""


def folder_of(path: str) -> str:
    """Return the folder that a manifest at a path stands for."""
    parts = path.split("/")[:-1]
    hidden = next((index for index, part in enumerate(parts) if part.startswith(".")), None)
    if hidden is not None:
        parts = parts[:hidden]
    while parts and parts[-1].lower() in _ASIDE:
        parts.pop()
    return "/".join(parts)


def scopes(manifests: Mapping[str, Manifest], need: Need, code: Collection[str]) -> Scopes:
    """Return what every manifest stands for.

    A script that says itself what it needs belongs to itself. A file belongs to the nearest folder with a manifest that
    lists one of the two, else to the manifests of the local
    distributions that the nearest manifests install. A manifest that lists stream-chat and has no such file follows the
    nearest folder above it that has some, unless it has code of its own (`code`: the folders with Python in them). Files
    that use stream-chat and belong to none keep it in every manifest. A file of constraints goes with those that take it
    in and those beside it.
    """
    return _Scoping(manifests, need, code).run()


class _Scoping:
    def __init__(self, manifests: Mapping[str, Manifest], need: Need, code: Collection[str]) -> None:
        self.manifests = manifests
        self.need = need
        self.code = code
        self.includes = {path: frozenset(_taken(path, manifests)) for path in manifests}
        self.users: dict[str, Users] = {}
        self.listing: dict[str, set[str]] = {}
        """For each folder with manifests: those that list one of the two."""
        self.installing: dict[str, set[str]] = {}
        """For each folder with manifests: those of the local distributions that are installed from there and do."""
        self.folders = {manifest.folder for manifest in manifests.values() if not _is_aside(manifest)}

    def run(self) -> Scopes:
        self._find_lists()
        left = {"v1": self._serve(self.need.v1, "v1"), "v2": self._serve(self.need.v2, "v2")}
        for path, manifest in self.manifests.items():
            if path not in self.users and not manifest.limits_only and manifest.lists(OLD):
                inherited = _inherited(manifest, self.need, self.code)
                if inherited.v1 or inherited.v2:
                    self.users[path] = inherited
        for path in [path for path in self.users if left["v1"]]:
            self._use(path, Users(v1=tuple(sorted(left["v1"]))))
        self._limit()
        listed = {file for path, users in self.users.items() if self._is_list(path) for file in users.v2}
        unlisted: dict[str, set[str]] = {}
        for file in left["v2"] - listed:
            near = next((above for above in _above(file) if above in self.folders), "")
            unlisted.setdefault(near, set()).add(file)
        return Scopes(
            self.users, {folder: tuple(sorted(found)) for folder, found in sorted(unlisted.items())}, self.includes
        )

    def _is_list(self, path: str) -> bool:
        return not _is_aside(self.manifests[path]) or self.manifests[path].format is SCRIPTS

    def _find_lists(self) -> None:
        local: dict[str, set[str]] = {}
        for path, manifest in self.manifests.items():
            if manifest.limits_only or _is_aside(manifest):
                continue
            found = {one for one in self.includes[path] if _lists_one(self.manifests[one])}
            if found:
                self.listing.setdefault(manifest.folder, set()).update(found)
            if manifest.reading.name:
                local.setdefault(manifest.reading.name, set()).add(manifest.folder)
        for manifest in self.manifests.values():
            for folder in self._installed(manifest, local):
                self.installing.setdefault(manifest.folder, set()).update(self.listing.get(folder, ()))

    def _installed(self, manifest: Manifest, local: Mapping[str, set[str]]) -> set[str]:
        """Return the folders of the local distributions that a manifest lists, and those that they list."""
        found: set[str] = set()
        waiting = [manifest]
        while waiting:
            now = waiting.pop()
            names = {
                entry.name for listing in now.reading.listings for entry in listing.entries if listing.role == "needs"
            }
            folders = {folder for name in names for folder in local.get(name, ())}
            folders |= {_folder(joined(now.path, path)) for path in now.reading.folders}
            for folder in folders - found - {manifest.folder}:
                found.add(folder)
                waiting += [one for one in self.manifests.values() if one.folder == folder]
        return found

    def _serve(self, files: Collection[str], kind: str) -> set[str]:
        """Give files to the manifests that they belong to; return those that belong to none."""
        left = set()
        for file in files:
            if file in self.manifests and _lists_one(self.manifests[file]):
                self._use(file, Users(**{kind: (file,)}))
                continue
            folder = next((above for above in _above(file) if above in self.listing), None)
            near = next((above for above in _above(file) if self.installing.get(above)), None)
            if folder is None and near is None:
                left.add(file)
                continue
            paths = self.listing[folder] if folder is not None else self.installing[near or ""]
            for path in paths:
                self._use(path, Users(**{kind: (file,)}))
        return left

    def _use(self, path: str, users: Users) -> None:
        self.users[path] = self.users.get(path, Users()).also(users)

    def _limit(self) -> None:
        for path, manifest in self.manifests.items():
            if manifest.limits_only:
                beside = [
                    self.users[other]
                    for other, one in self.manifests.items()
                    if other in self.users
                    and one.lists(OLD)
                    and (one.folder == manifest.folder or path in _limits(one))
                ]
                if beside:
                    self.users[path] = reduce(Users.also, beside)


def _is_aside(manifest: Manifest) -> bool:
    """Return whether a manifest stands for no folder: commands, and scripts with what they need in their head."""
    return manifest.format in (COMMANDS, SCRIPTS)


def _lists_one(manifest: Manifest) -> bool:
    return manifest.lists(OLD) or manifest.lists(NEW)


def _inherited(manifest: Manifest, need: Need, code: Collection[str]) -> Users:
    folder = manifest.folder
    if manifest.format is not COMMANDS and any(_is_in(one, folder) for one in code) and folder:
        return Users()
    for above in (folder, *_above(folder)) if folder else ("",):
        found = Users(
            tuple(sorted(file for file in need.v1 if _is_in(file, above))),
            tuple(sorted(file for file in need.v2 if _is_in(file, above))),
        )
        if found.v1 or found.v2:
            return found
    return Users()


def _is_in(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _above(path: str) -> Iterator[str]:
    """Yield the folders around a path, the nearest first, the root last."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def _taken(path: str, manifests: Mapping[str, Manifest]) -> Iterator[str]:
    seen = {path}
    waiting = [path]
    while waiting:
        now = waiting.pop()
        yield now
        for include in manifests[now].reading.includes:
            other = joined(now, include.path)
            if not include.limits and other in manifests and other not in seen:
                seen.add(other)
                waiting.append(other)


def _limits(manifest: Manifest) -> set[str]:
    return {joined(manifest.path, include.path) for include in manifest.reading.includes if include.limits}


def joined(path: str, other: str) -> str:
    """Return the path of a file that a manifest names, relative to the root."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), other.replace("\\", "/")))


def _folder(path: str) -> str:
    return "" if path == "." else path


def is_constraints(path: str, manifests: Mapping[str, Reading]) -> bool:
    """Return whether a file of requirements only limits versions: by its name, or as others only take it in so.

    What is named like requirements may be installed from a command line, too.
    """
    taken = [
        include.limits
        for other, reading in manifests.items()
        for include in reading.includes
        if joined(other, include.path) == path
    ]
    if is_limits(path):
        return all(taken)
    return bool(taken) and all(taken) and not REQUIREMENTS.matches(path)
