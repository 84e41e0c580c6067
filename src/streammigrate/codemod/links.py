"""Which files of a program import one another, and what they take."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from streammigrate.codemod.resolve.program import Program

EVERYTHING = "*"
"""What imports a whole module."""


class Links:
    """Which files of a program import one another, directly or not."""

    def __init__(self, program: Program, paths: tuple[str, ...]) -> None:
        self._groups: dict[str, frozenset[str]] = {}
        self._users: dict[str, dict[str, str]] = {path: {} for path in paths}
        known = set(paths)
        joined: dict[str, set[str]] = {path: {path} for path in paths}
        for path in paths:
            for other, name in _imported(program, path):
                if other not in known or other == path:
                    continue
                self._users[other].setdefault(name, path)
                if joined[other] is not joined[path]:
                    whole = joined[other] | joined[path]
                    for each in whole:
                        joined[each] = whole
        self._groups = {path: frozenset(whole) for path, whole in joined.items()}
        self._order = {path: number for number, path in enumerate(paths)}

    def around(self, path: str) -> list[str]:
        """Return the files that a file is connected with through imports, itself included: what one raises another may catch."""
        return sorted(self._groups[path], key=self._order.__getitem__)

    def users(self, path: str) -> Mapping[str, str]:
        """Return the names that other files import from a file, each with such a file."""
        return self._users[path]


def own_roots(program: Program, path: str) -> frozenset[str]:
    """Return the first names of the modules of the project that a file imports, or may import."""
    found: set[str] = set()
    for node in program.forest.files[path].nodes:
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        found.update(name.partition(".")[0] for name in names if program.modules.candidates(path, 0, name))
    return frozenset(found)


def _imported(program: Program, path: str) -> list[tuple[str, str]]:
    """Return the files that a file imports, or may import where that cannot be told, each with a name that it takes."""
    found: list[tuple[str, str]] = []
    modules = program.modules
    for node in program.forest.files[path].nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                found += [(file, EVERYTHING) for file in modules.candidates(path, 0, alias.name)]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            files = modules.candidates(path, node.level, module)
            for alias in node.names:
                inner = f"{module}.{alias.name}" if module else alias.name
                found += [(file, alias.name) for file in files]
                found += [(file, EVERYTHING) for file in modules.candidates(path, node.level, inner)]
    return found
