"""What other files of a project import from a file: what they would be handed if it changed alone."""

from __future__ import annotations

import ast
import os
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from streammigrate.codemod.files import PREFILTER, python_files, read_file

EVERYTHING = "*"
_ROOTS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
_CATCHES = re.compile(rb"StreamAPIException|stream_chat\.base\.exceptions")


class Exports(NamedTuple):
    """The names that are imported elsewhere with the file that does (`*` for a whole module), and who catches."""

    names: Mapping[str, str] = {}
    catcher: str = ""
    """A file that imports this one and catches stream-chat's exceptions."""
    thrower: str = ""
    """A file that this one imports, directly or not, and that uses stream-chat: its exceptions may arrive here."""


NOBODY = Exports()
"""No other file imports anything."""


def project_root(path: str) -> str:
    """Return the folder of the project that a file belongs to: the nearest with a manifest or a repository, else its own."""
    folder = Path(path).absolute().parent
    for parent in (folder, *folder.parents):
        if any((parent / name).exists() for name in _ROOTS):
            return str(parent)
    return str(folder)


def find_exports(paths: Sequence[str]) -> dict[str, Exports]:
    """Return what other files of their projects import from each of some files, by path."""
    by_root: dict[str, list[str]] = {}
    for path in paths:
        by_root.setdefault(project_root(path), []).append(path)
    found: dict[str, Exports] = {}
    for root, members in sorted(by_root.items()):
        found.update(_in_project(root, members))
    return found


def _in_project(root: str, members: Sequence[str]) -> Iterator[tuple[str, Exports]]:
    modules: dict[str, list[str]] = {}
    for path in members:
        modules.setdefault(_module(path), []).append(path)
    wanted = re.compile(rb"\bimport\b[^\n]*|\bfrom\b[^\n]*")
    words = {module.encode() for module in modules}
    names: dict[str, dict[str, str]] = {path: {} for path in members}
    catchers: dict[str, str] = {}
    files = python_files(root)
    by_module: dict[str, list[str]] = {}
    for file in files:
        by_module.setdefault(_module(file), []).append(file)
    for other in files:
        data = read_file(other).data
        lines = wanted.findall(data)
        if not any(word in line for line in lines for word in words):
            continue
        for module, imported in _imports(data):
            for path in modules.get(module, ()):
                if _same(path, other):
                    continue
                for name in imported:
                    names[path].setdefault(name, os.path.relpath(other, root))
                if _CATCHES.search(data):
                    catchers.setdefault(path, os.path.relpath(other, root))
    for path in members:
        thrower = _thrower(path, by_module)
        yield path, Exports(names[path], catchers.get(path, ""), os.path.relpath(thrower, root) if thrower else "")


def _thrower(path: str, by_module: Mapping[str, Sequence[str]]) -> str:
    """Return a file with stream-chat that a file reaches through its imports, or an empty text."""
    seen = {os.path.realpath(path)}
    waiting = [path]
    while waiting:
        for module, _ in _imports(read_file(waiting.pop()).data):
            for file in by_module.get(module, ()):
                if os.path.realpath(file) in seen:
                    continue
                if PREFILTER in read_file(file).data:
                    return file
                seen.add(os.path.realpath(file))
                waiting.append(file)
    return ""


def _module(path: str) -> str:
    """Return the last part of the dotted name by which a file is imported."""
    place = Path(path).absolute()
    return place.parent.name if place.stem == "__init__" else place.stem


def _same(path: str, other: str) -> bool:
    return os.path.realpath(path) == os.path.realpath(other)


def _imports(data: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each imported module's last part with the names that are taken from it.

    Packages are not told apart: a module of the same name elsewhere counts too, and holds back more than it must.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.rpartition(".")[2], (EVERYTHING,)
        elif isinstance(node, ast.ImportFrom):
            if node.module:
                yield node.module.rpartition(".")[2], tuple(alias.name for alias in node.names)
            for alias in node.names:
                yield alias.name, (EVERYTHING,)
