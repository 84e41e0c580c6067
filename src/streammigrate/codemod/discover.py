"""One walk over a project: its Python files, what they hold, and the folders that imports can start at."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.files import SKIPPED, Read
from streammigrate.codemod.ignores import Rule, is_ignored, parse_rules
from streammigrate.codemod.model import Trouble

MARKERS = frozenset(
    {
        *("pyproject.toml", "setup.py", "setup.cfg", "manage.py", "conftest.py", "pytest.ini", "tox.ini"),
        *("requirements.txt", "Pipfile", "Procfile", "Dockerfile"),
    }
)
"""Files that stand in a folder from which programs or tests are started, so that absolute imports can begin there."""

CASSETTES = "cassettes"
_INSTALLED = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})
_TEXTS = (".md", ".rst")
CODE = (".py", ".pyi", ".ipynb")
"""How the names of files end that hold Python first of all."""
DOCUMENTS = (".ipynb", *_TEXTS)
"""How the names of files end that hold code among other things."""
_IGNORE_FILE = ".gitignore"
_GIT_SECONDS = 30
_CHUNK = 1 << 20
_BINARY: int = getattr(os, "O_BINARY", 0)


class Tree(NamedTuple):
    """What a walk found. Paths are relative to `root` and have `/` between their parts; all are sorted."""

    root: str
    """The folder that was walked, absolute."""
    files: dict[str, bytes]
    roots: frozenset[str]
    """The folders that hold one of MARKERS; `""` is the root."""
    installed: frozenset[str]
    """Those of `roots` that are packaged, so that other programs import what is in them."""
    links: dict[str, str]
    """The links to folders and files that are inside the root, each with the path that it stands for."""
    troubles: tuple[Read, ...]
    cassettes: bool = False
    """Whether there is a folder of that name, in which tests keep recorded requests."""


def walk(root: str, exclude: Sequence[str] = (), *, docs: bool = False, also: Sequence[str] = ()) -> Tree:
    """Return the files of a project with their bytes: .py, .pyi and .ipynb, with `docs` also .md and .rst.

    Left out are what a `.gitignore` (of the folder, one above it in the same repository, or one below) or `exclude`
    names, unless git tracks it, and the folders that hold no code of a project. `also` are files and folders (relative)
    that are walked even if their place is left out. Links to folders are not followed. What cannot be read is a trouble.
    """
    found = _Walk(Path(root).absolute().as_posix().rstrip("/"), exclude, CODE + _TEXTS if docs else CODE)
    found.run(also)
    files = {path: found.files[path] for path in sorted(found.files)}
    links = {path: found.links[path] for path in sorted(found.links)}
    troubles = tuple(sorted(found.troubles, key=lambda read: read.path))
    return Tree(
        found.root or "/", files, frozenset(found.roots), frozenset(found.installed), links, troubles, found.cassettes
    )


class _Walk:
    def __init__(self, root: str, exclude: Sequence[str], endings: tuple[str, ...]) -> None:
        self.root = root
        self.files: dict[str, bytes] = {}
        self.roots: set[str] = set()
        self.installed: set[str] = set()
        self.links: dict[str, str] = {}
        self.cassettes = False
        self.troubles: list[Read] = []
        self._exclude = parse_rules(exclude)
        self._endings = endings
        self._links: list[str] = []
        self._left: set[str] = set()
        self._within: set[str] = set()

    def run(self, also: Sequence[str]) -> None:
        above, prefix = _rules_above(Path(self.root or "/"))
        self._prefix = prefix
        self._folder("", above)
        for path in also:
            if Path(self.root, path).is_dir():
                if path not in self._within:
                    self._folder(path, ())
            elif path not in self.files:
                self._read(path)
        if self._left:
            self._take_tracked()
        self._resolve_links()

    def _folder(self, folder: str, above: tuple[Rule, ...]) -> None:
        waiting = [(folder, above)]
        while waiting:
            folder, rules = waiting.pop()
            self._within.add(folder)
            at = f"{self.root}/{folder}" if folder else self.root or "/"
            try:
                with os.scandir(at) as entries:
                    listed = list(entries)
            except OSError as error:
                self.troubles.append(_trouble(folder, error))
                continue
            prefix = f"{folder}/" if folder else ""
            names = {entry.name for entry in listed}
            if not names.isdisjoint(MARKERS):
                self.roots.add(folder)
                if not names.isdisjoint(_INSTALLED):
                    self.installed.add(folder)
            if _IGNORE_FILE in names:
                rules = (*rules, *_read_rules(Path(at, _IGNORE_FILE), self._prefix + prefix))
            if folder and "pyvenv.cfg" in names:
                continue
            for entry in listed:
                path = prefix + entry.name
                if entry.is_file(follow_symlinks=False):
                    if path.endswith(self._endings) and not self._is_left(path, rules, folder=False):
                        self._read(path)
                elif entry.is_dir(follow_symlinks=False):
                    if not _is_foreign(entry.name) and not self._is_left(path, rules, folder=True):
                        waiting.append((path, rules))
                        self.cassettes = self.cassettes or path.endswith(CASSETTES)
                elif entry.is_symlink():
                    self._links.append(path)

    def _is_left(self, path: str, rules: tuple[Rule, ...], *, folder: bool) -> bool:
        if self._exclude and is_ignored(self._exclude, path, folder):
            return True
        if rules and is_ignored(rules, self._prefix + path, folder):
            self._left.add(path)
            return True
        return False

    def _read(self, path: str) -> None:
        try:
            # A third faster than a file object, and there are thousands.
            handle = os.open(f"{self.root}/{path}", os.O_RDONLY | _BINARY)
            try:
                data = os.read(handle, os.fstat(handle).st_size + 1)
                while more := os.read(handle, _CHUNK) if data else b"":
                    data += more
            finally:
                os.close(handle)
            self.files[path] = data
        except OSError as error:
            self.troubles.append(_trouble(path, error))

    def _take_tracked(self) -> None:
        """Take the files that a pattern names but git tracks: to git they are not ignored."""
        import subprocess

        command = ["git", "-C", self.root or "/", "ls-files", "-z", "--cached", "--ignored", "--exclude-standard"]
        with suppress(OSError, subprocess.SubprocessError):
            done = subprocess.run(command, capture_output=True, timeout=_GIT_SECONDS, check=False)
            for path in os.fsdecode(done.stdout).split("\0"):
                parents = {path[:end] for end in range(len(path)) if path[end] == "/"} | {path}
                if not path.endswith(self._endings) or path in self.files or parents.isdisjoint(self._left):
                    continue
                if any(map(_is_foreign, path.split("/")[:-1])):
                    continue
                if not any(is_ignored(self._exclude, parent, parent != path) for parent in parents):
                    self._read(path)

    def _resolve_links(self) -> None:
        """Keep the links that stand for something inside; read the files that are outside."""
        real = Path(os.path.realpath(self.root or "/")).as_posix().rstrip("/")
        for path in self._links:
            try:
                target = Path(self.root, path).resolve(strict=True)
            except (OSError, RuntimeError):
                continue
            inside = _below(target.as_posix(), real)
            if target.is_dir():
                # A link to a folder around it is a loop, and names nothing new.
                if inside and inside in self._within and not path.startswith(f"{inside}/"):
                    self.links[path] = inside
            elif inside in self.files:
                self.links[path] = inside
            elif path.endswith(self._endings) and target.is_file():
                self._read(path)


def _is_foreign(folder: str) -> bool:
    """Return whether a folder's name says that it holds no code of the project."""
    return folder.startswith(".") or folder in SKIPPED or folder.endswith(".egg-info")


def _below(path: str, root: str) -> str:
    """Return a path relative to a folder; empty for the folder itself and what is outside."""
    return path.removeprefix(f"{root}/") if path.startswith(f"{root}/") else ""


def _trouble(path: str, error: OSError) -> Read:
    said = f"the file cannot be read: {error.strerror or error}"
    return Read(path, trouble=Trouble(kinds.UNREADABLE.id, said))


def _read_rules(path: Path, within: str) -> tuple[Rule, ...]:
    try:
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ()
    return parse_rules(text.split("\n"), within)


def _rules_above(root: Path) -> tuple[tuple[Rule, ...], str]:
    """Return the rules that a repository around a folder has for it, and the folder's path in the repository."""
    repository = next((parent for parent in (root, *root.parents) if (parent / ".git").exists()), None)
    if repository is None:
        return (), ""
    inside = root.relative_to(repository).as_posix()
    parts = [] if inside == "." else inside.split("/")
    rules = _read_rules(repository / ".git" / "info" / "exclude", "")
    for depth in range(len(parts)):
        above = "".join(f"{part}/" for part in parts[:depth])
        rules += _read_rules(repository / above / _IGNORE_FILE, above)
    return rules, "".join(f"{part}/" for part in parts)
