"""The edge to the disk: which files of a project are looked at, and their bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from streammigrate.codemod.files import SKIPPED
from streammigrate.codemod.ignores import Rule, is_ignored, parse_rules

LARGEST = 4 << 20
"""Bytes; what is larger is no manifest that a person wrote. Lock files may be."""
_FOREIGN = SKIPPED | {
    *("vendor", "vendored", "_vendor", "_vendored", "third_party", "third-party", "thirdparty", "external", "extern"),
    *(".git", ".hg", ".svn", ".venv", ".tox", ".nox", ".eggs", ".cache", ".mypy_cache", ".ruff_cache", ".pytest_cache"),
    *(".idea", ".terraform", ".direnv", ".pixi", ".hypothesis", "bower_components", "Pods"),
}
_NOT_CODE = frozenset({"setup.py", "noxfile.py"})


class Files(NamedTuple):
    """What was found. Paths are relative to the root, with `/`."""

    data: dict[str, bytes]
    code: frozenset[str]
    """The folders with Python files in them; `""` is the root."""


def gather(root: str, wanted: Callable[[str], bool], exclude: Sequence[str] = (), *, ignored: bool = False) -> Files:
    """Return the files below a folder whose path is wanted, sorted.

    Left out are links, folders of other people's code, what `exclude` names, and what a `.gitignore` at or below the
    root names, unless `ignored`. What cannot be read is left out too.
    """
    found: dict[str, bytes] = {}
    code: set[str] = set()
    for path in _walk(root, parse_rules(exclude), ignored=ignored):
        folder, _, name = path.rpartition("/")
        if name.endswith(".py") and name not in _NOT_CODE:
            code.add(folder)
        if wanted(path):
            data = read(root, path)
            if data is not None:
                found[path] = data
    return Files({path: found[path] for path in sorted(found)}, frozenset(code))


def listed(root: str, exclude: Sequence[str] = (), *, ignored: bool = False) -> Iterator[str]:
    """Yield the paths of the files below a folder, with the same left out. Links to files are left out."""
    return _walk(root, parse_rules(exclude), ignored=ignored)


def read(root: str, path: str) -> bytes | None:
    """Return the bytes of a file below a root; None for one that is not there, too large, or not to be read."""
    try:
        place = Path(root, path)
        return place.read_bytes() if place.stat().st_size <= LARGEST else None
    except (OSError, ValueError):
        return None


def _walk(root: str, exclude: tuple[Rule, ...], *, ignored: bool) -> Iterator[str]:
    waiting: list[tuple[str, tuple[Rule, ...]]] = [("", ())]
    while waiting:
        folder, rules = waiting.pop()
        try:
            with os.scandir(Path(root, folder)) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue
        prefix = f"{folder}/" if folder else ""
        names = {entry.name for entry in listed}
        if folder and "pyvenv.cfg" in names:
            continue
        if ".gitignore" in names and not ignored:
            text = (read(root, f"{prefix}.gitignore") or b"").decode("utf-8", "surrogateescape")
            rules = (*rules, *parse_rules(text.split("\n"), prefix))
        for entry in listed:
            path = prefix + entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_ignored(exclude, path, is_folder) or is_ignored(rules, path, is_folder):
                continue
            if is_folder:
                if entry.name not in _FOREIGN and not entry.name.endswith(".egg-info"):
                    waiting.append((path, rules))
            elif entry.is_file(follow_symlinks=False):
                yield path
