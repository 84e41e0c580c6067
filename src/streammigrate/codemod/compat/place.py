"""Where the module of helpers of a file lies, and how the file imports it."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from streammigrate.codemod.compat import HELPERS
from streammigrate.codemod.modules import Modules


class Home(NamedTuple):
    """The module of helpers, as one file sees it."""

    path: str
    """The file, spelled as the project's others; empty where none can be written."""
    module: str
    """What stands between `from` and `import`; empty where helpers are not allowed."""


NOWHERE = Home("", "")
"""Helpers are not allowed."""
BESIDE = Home("", HELPERS)
"""For a program that has no place: the module is there, and nobody writes it."""


class Places:
    """The homes of the files of one project: by default in the outermost package of a file, or beside it.

    What an import of a file finds in the project shows where its imports start. `chosen` is a path that the user gives
    for all of them, absolute.
    """

    def __init__(self, modules: Modules, trees: Mapping[str, ast.Module], chosen: str = "") -> None:
        self._modules = modules
        self._trees = trees
        self._chosen = chosen
        self._known: dict[str, Home] = {}
        self._importers: dict[str, list[Path]] | None = None

    def home(self, path: str) -> Home:
        """Return the home of a file's helpers."""
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = self._place(path)
        return found

    def _place(self, path: str) -> Home:
        place = Path(path)
        if self._chosen:
            spelled = self._chosen if place.is_absolute() else os.path.relpath(self._chosen)
            return Home(spelled, self._modules.name(spelled) or Path(spelled).stem)
        tree = self._trees.get(path)
        if tree is None or place.suffix != ".py":
            return _below(place, place.parent)
        package = self._modules.package(path)
        top = Path(package) if package else None
        if any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree)):
            folder = top or place.parent
            depth = len(place.parent.relative_to(folder).parts)
            return Home(_file(folder), f"{'.' * (depth + 1)}{HELPERS}")
        bases = dict.fromkeys((*self._bases(path, tree), *self._bases_of_importers(path)))
        if top is not None and (not bases or top.parent in bases):
            return _below(place, top.parent)
        for base in bases:
            if place.parent != base and place.is_relative_to(base) and ".." not in place.relative_to(base).parts:
                return _below(place, base)
        if top is None:
            for _, file in self._imports(path, tree):
                used = self._modules.package(file)
                if used and Path(used).parent in bases:
                    return Home(_file(Path(used)), f"{Path(used).name}.{HELPERS}")
        return _below(place, place.parent)

    def _imports(self, path: str, tree: ast.Module) -> Iterator[tuple[str, str]]:
        """Yield the absolute imports of a file that mean a file of the project: the name, and that file."""
        for node in ast.walk(tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            for name in names:
                file = self._modules.find(path, 0, name)
                if file is not None:
                    yield name, file

    def _bases(self, path: str, tree: ast.Module) -> Iterator[Path]:
        for name, file in self._imports(path, tree):
            yield _base(Path(file), name)

    def _bases_of_importers(self, path: str) -> list[Path]:
        if self._importers is None:
            self._importers = {}
            for other, tree in self._trees.items():
                for name, file in self._imports(other, tree):
                    self._importers.setdefault(file, []).append(_base(Path(file), name))
        return self._importers.get(path, [])


def _base(file: Path, name: str) -> Path:
    """Return the folder that an import of a file by a dotted name starts at."""
    place = file.parent if file.stem == "__init__" else file
    for _ in name.split("."):
        place = place.parent
    return place


def _below(place: Path, base: Path) -> Home:
    """Return the home in the folder of a file that is the nearest to where its imports start."""
    first, *inner = place.relative_to(base).parts
    if not inner:
        return Home(_file(base), HELPERS)
    return Home(_file(base / first), f"{first}.{HELPERS}")


def _file(folder: Path) -> str:
    return str(folder / f"{HELPERS}.py")


Find = Callable[[str], Home]
"""Gives the home of a file."""
