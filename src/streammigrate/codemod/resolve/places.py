"""Where names stand: the calls, reads, stores and classes of all files by name, for questions that go from a name to its uses."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.scopes import Forest


class Places:
    """The nodes of a forest by the name that they are about; files that are added later are taken in when asked."""

    def __init__(self, forest: Forest) -> None:
        self._forest = forest
        self._seen = 0
        self._calls: dict[str, list[ast.Call]] = {}
        self._attributes: dict[str, list[ast.Attribute]] = {}
        self._stores: dict[str, list[ast.Attribute]] = {}
        self._names: dict[str, list[ast.Name]] = {}
        self._aliases: dict[str, set[str]] = {}
        self._classes: list[ast.ClassDef] = []

    def calls(self, name: str) -> Sequence[ast.Call]:
        """Return the calls of what has that last name: `name(…)`, `a.name(…)`."""
        self._take_in()
        return self._calls.get(name, ())

    def attributes(self, name: str) -> Sequence[ast.Attribute]:
        """Return the reads of attributes of that name."""
        self._take_in()
        return self._attributes.get(name, ())

    def stores(self, name: str) -> Sequence[ast.Attribute]:
        """Return the attributes of that name that are assigned to."""
        self._take_in()
        return self._stores.get(name, ())

    def names(self, name: str) -> Sequence[ast.Name]:
        """Return the reads of a variable of that name, in any scope."""
        self._take_in()
        return self._names.get(name, ())

    def aliases(self, name: str) -> Sequence[str]:
        """Return the names by which imports bind something of that name, itself first."""
        self._take_in()
        return [name, *sorted(self._aliases.get(name, ()))]

    def classes(self) -> Sequence[ast.ClassDef]:
        """Return every class."""
        self._take_in()
        return self._classes

    def _take_in(self) -> None:
        if self._seen == len(self._forest.files):
            return
        for file in [*self._forest.files.values()][self._seen :]:
            for node in file.nodes:
                self._add(node)
        self._seen = len(self._forest.files)

    def _add(self, node: ast.AST) -> None:
        if isinstance(node, ast.Call):
            self._calls.setdefault(last_name(node.func), []).append(node)
        elif isinstance(node, ast.Attribute):
            if isinstance(node.ctx, ast.Load):
                self._attributes.setdefault(node.attr, []).append(node)
            elif isinstance(node.ctx, ast.Store):
                self._stores.setdefault(node.attr, []).append(node)
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                self._names.setdefault(node.id, []).append(node)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.asname and alias.asname != alias.name:
                    self._aliases.setdefault(alias.name, set()).add(alias.asname)
        elif isinstance(node, ast.ClassDef):
            self._classes.append(node)
