"""Which file of a project an import means, without running anything."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

_ENDINGS = (".py", ".pyi")
_SDKS = frozenset({"stream_chat", "getstream"})


class Found(NamedTuple):
    """The files that an import may mean, the likeliest first; none where it means nothing of the project."""

    files: tuple[str, ...]
    sure: bool
    """Whether it means the one file, or none, for certain."""


class Layout:
    """Where the modules of a project lie. Paths are relative to its root, with `/` between their parts."""

    def __init__(
        self,
        files: Iterable[str],
        roots: Iterable[str] = (),
        installed: Iterable[str] = (),
        links: Mapping[str, str] = MappingProxyType({}),
        scripts: Container[str] = frozenset(),
    ) -> None:
        """Take what `discover.Tree` has. `scripts` are the files that can be run as programs though they are in a package:
        in others, what stands beside a file is found by a relative import only."""
        self.files = {path for path in files if path.endswith(_ENDINGS)}
        self._folders = {""}
        for path in self.files:
            folder = path.rpartition("/")[0]
            while folder not in self._folders:
                self._folders.add(folder)
                folder = folder.rpartition("/")[0]
        marked = {"", *roots}
        self._roots = marked | self._sources(marked)
        self._installed = set(installed) | self._sources({"", *installed})
        self._links = links
        self.scripts = scripts
        self._memo: dict[tuple[str, int, str], Found] = {}

    def names(self, path: str) -> tuple[str, ...]:
        """Return every dotted name that a file may be imported by, first that from the nearest folder imports start at."""
        parts = path.rpartition(".")[0].split("/")
        if parts[-1] == "__init__":
            parts.pop()
        found: list[str] = []
        unmarked: list[str] = []
        folder = path.rpartition("/")[0]
        for at in _upwards(folder):
            dotted = parts[len(at.split("/")) if at else 0 :]
            if dotted and all(part.isidentifier() for part in dotted) and not self._hides(at):
                (found if at in self._roots else unmarked).append(".".join(dotted))
        return (*found, *unmarked)

    def find(self, path: str, level: int, dotted: str) -> Found:
        """Return what an import in a file means."""
        folder = path.rpartition("/")[0]
        # Only a script is looked up differently from the files beside it.
        script = not level and self.is_package(folder) and path in self.scripts
        key = (path if script else folder, level, dotted)
        found = self._memo.get(key)
        if found is None:
            lookup = self._relatively(folder, level, dotted) if level else self._absolutely(folder, dotted, script)
            found = self._memo[key] = lookup
        return found

    def _relatively(self, folder: str, level: int, dotted: str) -> Found:
        for _ in range(level - 1):
            if not folder:
                return Found((), True)
            folder = folder.rpartition("/")[0]
        file = self._file(folder, dotted)
        return Found((file,) if file else (), True)

    def _absolutely(self, folder: str, dotted: str, script: bool) -> Found:
        first = dotted.partition(".")[0]
        # Only what comes before them on the import path hides a module of the standard library or an SDK.
        foreign = first in sys.stdlib_module_names or first in _SDKS
        upwards = [*_upwards(folder)]
        portions: list[str] = []
        for distance, at in enumerate(upwards):
            if self._hides(at) or (foreign and distance and at not in self._roots):
                continue
            file = self._file(at, dotted)
            if self._owns(at, first):
                # A package hides all others of its name, and what it lacks is not looked for elsewhere; but a namespace
                # package that is nearer would give way to it, were both on the import path.
                files = dict.fromkeys((*portions, file) if file else portions)
                return Found(tuple(files), len(files) == 1 or not portions)
            if file and not foreign and file not in portions:
                portions.append(file)
        if portions:
            return Found(tuple(portions), len(portions) == 1)
        found = Found((), True) if foreign else self._elsewhere(upwards, dotted)
        if not found.files and self.is_package(folder) and (script or not foreign):
            file = self._file(folder, dotted)
            if file:
                return Found((file,), script)
        return found

    def _elsewhere(self, upwards: list[str], dotted: str) -> Found:
        """Look in the folders that imports start at but that do not hold the importing file: the nearest first.

        Sure is only what gets installed, and of that only what is in a package: what else is on the import path of a
        program beside this one need not be on the path of this one.
        """
        elsewhere = sorted(self._roots.difference(upwards))
        for around in upwards:
            prefix = f"{around}/" if around else ""
            below = [at for at in elsewhere if at.startswith(prefix)]
            for roots in ([at for at in below if at in self._installed], below):
                files = tuple(file for at in roots if (file := self._file(at, dotted)))
                if files:
                    packaged = "." in dotted or files[0].endswith(("/__init__.py", "/__init__.pyi"))
                    sure = len(files) == 1 and roots[0] in self._installed
                    return Found(files, sure and packaged)
        return Found((), True)

    def _owns(self, folder: str, name: str) -> bool:
        """Return whether a folder holds a module or a package with `__init__` of that name, which ends the search."""
        path = f"{folder}/{name}" if folder else name
        path = self._real(path)
        return self.is_package(path) or any(path + ending in self.files for ending in _ENDINGS)

    def _file(self, folder: str, dotted: str) -> str:
        """Return the file of a module below a folder, or an empty text."""
        path = folder
        for part in dotted.split(".") if dotted else ():
            path = self._real(f"{path}/{part}" if path else part)
        for ending in _ENDINGS:
            for file in (f"{path}/__init__{ending}" if path else f"__init__{ending}", path + ending):
                if self._links:
                    file = self._links.get(file, file)
                if file in self.files and (dotted or "__init__" in file):
                    return file
        return ""

    def _sources(self, roots: Iterable[str]) -> set[str]:
        return {source for at in roots if (source := f"{at}/src".lstrip("/")) in self._folders}

    def _hides(self, folder: str) -> bool:
        """Return whether a folder is a package, so that imports do not start in it; the root is taken for none."""
        return bool(folder) and self.is_package(folder)

    def _real(self, folder: str) -> str:
        return self._links.get(folder, folder) if self._links else folder

    def is_package(self, folder: str) -> bool:
        """Return whether a folder has an `__init__`."""
        prefix = f"{folder}/" if folder else ""
        return any(f"{prefix}__init__{ending}" in self.files for ending in _ENDINGS)


class Modules:
    """The modules of one project: which file an import means.

    Paths are given and returned as the project spells them. An absolute import is looked up where a program of the project
    may have its import path: the folder of the importing file (unless that is in a package), the folders around it that
    are no packages, then the folders elsewhere that hold a manifest, `manage.py`, `conftest.py` or the like, and `src`
    below those. The nearest to the importing file wins.
    """

    def __init__(self, layout: Layout, root: str, spell: Callable[[str], str]) -> None:
        """Take a layout, the absolute root, and how a relative path is spelled."""
        self._layout = layout
        self._root = root
        self._spell = cache(spell)
        self._known: dict[str, str] = {}

    def name(self, path: str) -> str:
        """Return the dotted name of a file, relative to the nearest folder that imports start at; "" if it has none."""
        return next(iter(self.names(path)), "")

    def names(self, path: str) -> tuple[str, ...]:
        """Return every dotted name that a file may be imported by, the canonical one first."""
        return self._layout.names(self._relative(path))

    def find(self, path: str, level: int, dotted: str) -> str | None:
        """Return the file that an import in `path` means: `from <level dots><dotted> import …`, or `import <dotted>`.

        A package is its `__init__.py`. None for what is not of the project, for a package without a file and for what
        is ambiguous.
        """
        found = self._layout.find(self._relative(path), level, dotted)
        return self._spell(found.files[0]) if found.sure and found.files else None

    def find_member(self, path: str, level: int, dotted: str, name: str) -> str | None:
        """Return the file of the submodule `name` in the package that an import means; also where that has no file itself."""
        return self.find(path, level, f"{dotted}.{name}" if dotted else name)

    def ambiguous(self, path: str, level: int, dotted: str) -> bool:
        """Return whether an import may mean a file of the project, but which one, or whether any, cannot be told."""
        found = self._layout.find(self._relative(path), level, dotted)
        return bool(found.files) and not found.sure

    def candidates(self, path: str, level: int, dotted: str) -> tuple[str, ...]:
        """Return every file that an import may mean, the likeliest first."""
        return tuple(self._spell(file) for file in self._layout.find(self._relative(path), level, dotted).files)

    def package(self, path: str) -> str:
        """Return the folder of the outermost package that a file is in, spelled as the project spells it; "" for none."""
        folder = self._relative(path).rpartition("/")[0]
        found = ""
        while folder and self._layout.is_package(folder):
            found, folder = folder, folder.rpartition("/")[0]
        return self._spell(found) if found else ""

    def _relative(self, path: str) -> str:
        known = self._known.get(path)
        if known is None:
            full = os.path.abspath(path)  # noqa: PTH100
            known = self._known[path] = os.path.relpath(full, self._root).replace(os.sep, "/")
        return known


def _upwards(folder: str) -> Iterator[str]:
    """Yield a folder and those around it, up to the root, which is an empty text."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""
