"""The projects around some paths, each with the files that can matter: read once, and parsed only where that shows it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from streammigrate.codemod.discover import DOCUMENTS, Tree, walk
from streammigrate.codemod.files import PREFILTER, Read
from streammigrate.codemod.modules import Layout, Modules
from streammigrate.codemod.pins import is_listed
from streammigrate.codemod.roots import project_root, repository_root
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.findings import Location
from streammigrate.spec import problems

if TYPE_CHECKING:
    import ast

__all__ = ["Modules", "Project", "find_project"]

_T = TypeVar("_T")

_PREFIX = b"STREAM_CHAT_"
_VARIABLES = (b"STREAM_CHAT_URL", b"STREAM_CHAT_TIMEOUT")


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
    named: Mapping[str, bytes] = {}
    """Every Python file and notebook that names stream-chat or getstream, relative to the root, also what is excluded."""
    spell: Callable[[str], str] = str
    """Returns a path that is relative to the root as the others are spelled."""
    stubbing: Mapping[str, bytes] = {}
    """The Python files beside `files` that may answer requests of the v1 API in tests."""
    records: bool = False
    """Whether tests play recorded requests, by VCR.py or Betamax."""
    variables: frozenset[str] = frozenset()
    """The environment variables of stream-chat that some Python file names: what sets one may be anywhere."""


def find_project(paths: Sequence[str], settings: RewriteSettings, *, docs: bool = False) -> tuple[Project, ...]:
    """Return the projects that hold the paths, sorted by root, whole: also what is outside of the paths.

    A project's root is the nearest folder with a manifest or a repository; one inside another that is asked for too is
    part of it, and one that other files of its repository import from grows to the repository. Raises InputError for a
    path that does not exist.
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
    found: dict[str, Project] = {}
    for root in sorted(roots):
        if root not in roots:
            continue
        found[root] = _project(root, roots[root], given, settings, docs)
        outer = _absolute(repository_root(root))
        if outer not in roots and _is_used_outside(found[root], outer, settings):
            held = [one for one in roots if _inside(one, outer) is not None]
            roots[outer] = [member for one in held for member in roots.pop(one)]
            found = {one: project for one, project in found.items() if one in roots}
            found[outer] = _project(outer, roots[outer], given, settings, docs)
    return tuple(found[root] for root in sorted(found))


def _is_used_outside(project: Project, outer: str, settings: RewriteSettings) -> bool:
    """Return whether a file of the repository outside of a project imports one of the project's that can matter.

    What such a file does with an object of the SDK has to be in view, so that then the whole repository is the project.
    """
    below = _inside(project.root, outer)
    if not below or not project.files:
        return False
    from streammigrate.codemod.imports_text import imports_in

    tree = walk(outer, settings.exclude)
    prefix = f"{below}/"
    layout = Layout(tree.files, tree.roots, tree.installed, tree.links, _Scripts(tree.files))
    relevant = {f"{prefix}{_inside(_absolute(path), project.root)}" for path in project.files}
    words = {part.encode() for path in relevant for part in path.rpartition(".")[0].split("/") if part != "__init__"}
    for path, data in tree.files.items():
        if path.startswith(prefix) or not any(word in data for word in words):
            continue
        for one in imports_in(data):
            modules = [one.module, *(f"{one.module}.{name}" for name, _ in one.names or ())]
            for module in modules:
                if relevant.intersection(layout.find(path, one.level, module).files):
                    return True
    return False


def _project(
    root: str, members: Sequence[str], given: Mapping[str, str], settings: RewriteSettings, docs: bool
) -> Project:
    also = [_inside(member, root) or "" for member in members]
    tree = walk(root, settings.exclude, docs=docs, also=also)
    spell = _speller(root, {inside: given[full] for inside, full in zip(also, members, strict=True)})
    named = [path for path, full in zip(also, members, strict=True) if path in tree.files and not Path(full).is_dir()]
    layout = Layout(tree.files, tree.roots, tree.installed, tree.links, _Scripts(tree.files))
    hits = [path for path, data in tree.files.items() if PREFILTER in data]
    documents = tuple(path for path in named if path.endswith(DOCUMENTS))
    files = tuple(path for path in named if path not in documents)
    trees: Mapping[str, ast.Module] = {}
    stubbing: Mapping[str, bytes] = {}
    if hits or settings.declarations:
        # Most of what this loads is not needed where nothing uses the SDK.
        from streammigrate.codemod.relevance import find_relevant

        found = find_relevant(tree, layout, hits, named, settings.declarations)
        files, trees, documents = found.files, found.trees, found.documents
        stubbing = _stubbing(tree.files, frozenset(files), found.importing)
    naming = _named(tree, settings, hits)
    # What is not relevant must not be kept.
    layout.scripts = frozenset(path for path in files if path in layout.scripts)
    return Project(
        root,
        _spelled({path: tree.files[path] for path in files}, spell),
        _spelled(trees, spell),
        Modules(layout, root, spell),
        tuple(sorted((read._replace(path=spell(read.path)) for read in tree.troubles), key=lambda read: read.path)),
        _spelled({path: tree.files[path] for path in documents}, spell),
        len(tree.files),
        naming,
        spell,
        _spelled(stubbing, spell),
        bool(hits) and tree.cassettes,
        _variables(tree.files) if hits else frozenset(),
    )


def _variables(files: Mapping[str, bytes]) -> frozenset[str]:
    found = {name for data in files.values() if _PREFIX in data for name in _VARIABLES if name in data}
    return frozenset(name.decode() for name in found)


def _named(tree: Tree, settings: RewriteSettings, hits: Sequence[str]) -> dict[str, bytes]:
    """Return the files that name either SDK; `hits` are those of the tree that name stream-chat."""
    if not settings.manifests or not (hits or is_listed(Path(tree.root))):
        return {}
    from streammigrate.codemod.discover import CODE

    files, known = tree.files, frozenset(hits)
    if settings.exclude:
        files = walk(tree.root, ()).files
        known = frozenset(path for path, data in files.items() if PREFILTER in data)
    named = (path for path, data in files.items() if path in known or b"getstream" in data)
    return {path: files[path] for path in named if path.endswith(CODE)}


def _stubbing(
    files: Mapping[str, bytes], known: AbstractSet[str], importing: Callable[[bytes], Sequence[str]]
) -> dict[str, bytes]:
    """Return the files that only stand in for the API that the project uses; `known` are those that use it."""
    from streammigrate.codemod.forms.stub_files import FIXTURES, HOST, LIBRARIES, may_stub

    candidates = {path for word in LIBRARIES for path in importing(word)}
    # A fixture is not imported, nor is anything where a test names the host.
    tests = ((path, data) for path, data in files.items() if "test" in path.lower())
    candidates.update(path for path, data in tests if FIXTURES in data or HOST in data)
    return {
        path: files[path] for path in sorted(candidates - known) if path.endswith(".py") and may_stub(path, files[path])
    }


class _Scripts:
    """The files that can be run as programs, found out when asked for."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._known: dict[object, bool] = {}

    def __contains__(self, path: object) -> bool:
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = isinstance(path, str) and b"__main__" in self._files.get(path, b"")
        return found


def _speller(root: str, given: Mapping[str, str]) -> Callable[[str], str]:
    """Return how to spell a path that is relative to a root: as it was given, else as the paths that were given are."""
    known = sorted(given, key=len, reverse=True)
    absolute = any(Path(text).is_absolute() for text in given.values())

    def spell(path: str) -> str:
        for around in known:
            if path == around:
                return str(Path(given[around]))
            if not around or path.startswith(f"{around}/"):
                return str(Path(given[around], path.removeprefix(around).lstrip("/")))
        full = f"{root.rstrip('/')}/{path}"
        return full if absolute else os.path.relpath(full)

    return spell


def _spelled(found: Mapping[str, _T], spell: Callable[[str], str]) -> dict[str, _T]:
    return dict(sorted(((spell(path), value) for path, value in found.items()), key=lambda pair: pair[0]))


def _absolute(path: str) -> str:
    return Path(os.path.abspath(path)).as_posix()  # noqa: PTH100


def _inside(path: str, root: str) -> str | None:
    """Return a path relative to a folder, or None where it is outside."""
    if path == root:
        return ""
    prefix = f"{root.rstrip('/')}/"
    return path.removeprefix(prefix) if path.startswith(prefix) else None
