"""The projects around some paths, each with the files that can matter: read once, and parsed only where that shows it."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from streammigrate.codemod.discover import Tree, walk
from streammigrate.codemod.exports import project_root
from streammigrate.codemod.files import Read
from streammigrate.codemod.modules import Modules
from streammigrate.codemod.relevance import find_relevant
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.findings import Location
from streammigrate.spec import problems

__all__ = ["Modules", "Project", "find_project"]

_T = TypeVar("_T")


class Project(NamedTuple):
    """One project: the files that can matter, and which file an import means.

    Files below a path that was given are spelled as it was, the others as seen from the current folder, or in full where
    the path was. Mappings are sorted by path.
    """

    root: str
    """The folder of the project, absolute."""
    files: Mapping[str, bytes]
    """The Python files (.py, .pyi) that can matter with what they hold, and every file that was named itself."""
    trees: Mapping[str, ast.Module]
    """Those of `files` that were parsed on the way; a file that is no valid Python has none."""
    modules: Modules
    troubles: tuple[Read, ...]
    """What could not be read."""
    documents: Mapping[str, bytes] = {}
    """The notebooks that can matter and, where asked for, the documents."""
    seen: int = 0
    """How many files were looked at."""


def find_project(paths: Sequence[str], settings: RewriteSettings, *, docs: bool = False) -> tuple[Project, ...]:
    """Return the projects that hold the paths, sorted by root, whole: also what is outside of the paths.

    A project's root is the nearest folder with a manifest or a repository; one inside another that is asked for too is
    part of it. Raises InputError for a path that does not exist.
    """
    given: dict[str, str] = {}
    by_root: dict[str, list[str]] = {}
    for path in paths:
        place = Path(path)
        try:
            place.stat()
        except (OSError, ValueError) as error:
            said = getattr(error, "strerror", None) or str(error)
            raise problems.NOT_FOUND.error(Location(path), f"the path cannot be opened: {said}") from None
        full = _absolute(path)
        given.setdefault(full, path)
        by_root.setdefault(_absolute(project_root(f"{full}/any.py" if place.is_dir() else full)), []).append(full)
    roots: dict[str, list[str]] = {}
    for root in sorted(by_root):
        outer = next((other for other in roots if _inside(root, other) is not None), root)
        roots.setdefault(outer, []).extend(by_root[root])
    return tuple(_project(root, members, given, settings, docs) for root, members in sorted(roots.items()))


def _project(
    root: str, members: Sequence[str], given: Mapping[str, str], settings: RewriteSettings, docs: bool
) -> Project:
    also = [_inside(member, root) or "" for member in members]
    tree = walk(root, settings.exclude, docs=docs, also=also)
    spelled = _spellings(tree, {inside: given[full] for inside, full in zip(also, members, strict=True)})
    named = [path for path, full in zip(also, members, strict=True) if path in tree.files and not Path(full).is_dir()]
    found = find_relevant(tree, named, settings.declarations)
    modules = Modules(found.layout, root, spelled)
    troubles = (
        read._replace(path=spelled.get(read.path) or _spell(read.path, tree.root, {})) for read in tree.troubles
    )
    return Project(
        root,
        _spell_keys({path: tree.files[path] for path in found.files}, spelled),
        _spell_keys(found.trees, spelled),
        modules,
        tuple(sorted(troubles, key=lambda read: read.path)),
        _spell_keys({path: tree.files[path] for path in found.documents}, spelled),
        len(tree.files),
    )


def _spellings(tree: Tree, given: Mapping[str, str]) -> dict[str, str]:
    return {path: _spell(path, tree.root, given) for path in (*tree.files, *(read.path for read in tree.troubles))}


def _spell(path: str, root: str, given: Mapping[str, str]) -> str:
    for around in sorted(given, key=len, reverse=True):
        if path == around:
            return str(Path(given[around]))
        if not around or path.startswith(f"{around}/"):
            return str(Path(given[around], path.removeprefix(around).lstrip("/")))
    full = f"{root.rstrip('/')}/{path}"
    return full if any(Path(text).is_absolute() for text in given.values()) else os.path.relpath(full)


def _spell_keys(mapping: Mapping[str, _T], spelled: Mapping[str, str]) -> dict[str, _T]:
    return {spelled[path]: mapping[path] for path in sorted(mapping, key=spelled.__getitem__)}


def _absolute(path: str) -> str:
    return Path(os.path.abspath(path)).as_posix()  # noqa: PTH100


def _inside(path: str, root: str) -> str | None:
    """Return a path relative to a folder, or None where it is outside."""
    if path == root:
        return ""
    prefix = f"{root.rstrip('/')}/"
    return path.removeprefix(prefix) if path.startswith(prefix) else None
