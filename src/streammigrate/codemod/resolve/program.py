"""The files of a program as far as they are known, and what an import in one of them means."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Protocol, TypeAlias

from streammigrate.codemod.scopes import Forest, Scopes


class Modules(Protocol):
    """Which file an import means. Paths are those of the program's files."""

    def name(self, path: str) -> str:
        """Return the dotted name of a file; empty where it has none."""

    def find(self, path: str, level: int, dotted: str) -> str | None:
        """Return the file of the module that `from <level dots><dotted> import …` in a file means, or None."""

    def find_member(self, path: str, level: int, dotted: str, name: str) -> str | None:
        """Return the file of a submodule of the package that is meant so, or None."""

    def ambiguous(self, path: str, level: int, dotted: str) -> bool:
        """Return whether an import may mean a file of the project, but which one, or whether any, cannot be told."""

    def candidates(self, path: str, level: int, dotted: str) -> Sequence[str]:
        """Return every file that an import may mean."""


class Alone:
    """A file of which nothing else is known; `module` is its dotted name."""

    def __init__(self, module: str = "") -> None:
        self._module = module

    def name(self, path: str) -> str:
        """Return the name that was given."""
        return self._module

    def find(self, path: str, level: int, dotted: str) -> str | None:
        """Return None: no import leads to a file in view."""
        return None

    def find_member(self, path: str, level: int, dotted: str, name: str) -> str | None:
        """Return None."""
        return None

    def ambiguous(self, path: str, level: int, dotted: str) -> bool:
        """Return False."""
        return False

    def candidates(self, path: str, level: int, dotted: str) -> Sequence[str]:
        """Return none."""
        return ()


_NONE: Mapping[str, str] = MappingProxyType({})


Place: TypeAlias = tuple[str, int, int, int, int]
"""The path of a file, and a span in it as `ast` counts."""


class Assumed(NamedTuple):
    """The class of an expression, and who says so."""

    cls: str
    says: str


class Program:
    """The scopes of the files in view; others are opened when something leads there.

    `declarations` says by dotted name what cannot be inferred (see `Resolver`). `parse` gives the tree of a file of
    the project that is not in view yet, or None.
    """

    def __init__(
        self,
        modules: Modules | None = None,
        declarations: Mapping[str, str] = _NONE,
        parse: Callable[[str], ast.Module | None] | None = None,
    ) -> None:
        self.forest = Forest()
        self.modules: Modules = modules or Alone()
        self.declarations = declarations
        self.assumed: Mapping[Place, Assumed] = {}
        """What others say of expressions that are not known otherwise; likely, never proven."""
        self._parse = parse
        self._missing: set[str] = set()

    def assumption(self, node: ast.expr) -> Assumed | None:
        """Return what others say of an expression."""
        if not self.assumed:
            return None
        place = (
            self.forest.path_of(node),
            node.lineno,
            node.col_offset,
            node.end_lineno or 0,
            node.end_col_offset or 0,
        )
        return self.assumed.get(place)

    def open(self, path: str) -> Scopes | None:
        """Return the scopes of a file, or None for a file that is not the program's or is no Python."""
        found = self.forest.files.get(path)
        if found is not None or self._parse is None or path in self._missing:
            return found
        tree = self._parse(path)
        if tree is None:
            self._missing.add(path)
            return None
        return self.forest.add(tree, path)

    def conftests(self, path: str) -> Iterator[Scopes]:
        """Yield the conftest.py files that hold for a test file, the nearest first."""
        folder = os.path.dirname(path)  # noqa: PTH120  # texts, not places on a disk
        while True:
            found = self.open(os.path.join(folder, "conftest.py"))  # noqa: PTH118
            if found is not None and found.path != path:
                yield found
            above = os.path.dirname(folder)  # noqa: PTH120
            if above == folder:
                return
            folder = above
