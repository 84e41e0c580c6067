"""A copy of what the codemod looks at, to try things on: the project's code and the files that say where it begins."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from streammigrate.applying.transaction import root_of
from streammigrate.codemod.discover import MARKERS, walk

_SIGNS = MARKERS | {
    "requirements.in",
    "environment.yml",
    "mypy.ini",
    ".mypy.ini",
    "pyrightconfig.json",
    "ty.toml",
    "pyrefly.toml",
}


class Copy:
    """The copy of some projects below a temporary folder, laid out as on the disk, so that relative paths mean the same."""

    def __init__(self, base: str, roots: Sequence[str]) -> None:
        self._base = base
        self.roots = tuple(roots)
        """The folders that were copied, as they are on the disk."""

    def place(self, path: str) -> Path:
        """Return where the copy of a path is."""
        full = Path(os.path.realpath(path))
        return Path(self._base, *full.parts[1:])

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Make the copy of the current folder the current one until the block ends."""
        here = Path.cwd()
        place = self.place(".")
        place.mkdir(parents=True, exist_ok=True)
        os.chdir(place)
        try:
            yield
        finally:
            os.chdir(here)

    def write(self, files: Mapping[str, bytes]) -> None:
        """Put other texts into files of the copy, by their paths on the disk."""
        for path, data in files.items():
            target = self.place(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


@contextmanager
def copied(paths: Iterable[str], exclude: Sequence[str] = (), *, docs: bool = False) -> Iterator[Copy]:
    """Copy the projects of some paths (with the whole repository around each) for as long as the block runs.

    What cannot be read is left out.
    """
    full = [os.path.realpath(path) for path in paths]
    by_root: dict[str, list[str]] = {}
    for path in full:
        by_root.setdefault(root_of(os.path.join(path, "any.py") if Path(path).is_dir() else path), []).append(path)  # noqa: PTH118
    outer = [root for root in by_root if not any(Path(other) in Path(root).parents for other in by_root)]
    with tempfile.TemporaryDirectory(prefix="streammigrate-", ignore_cleanup_errors=True) as temporary:
        copy = Copy(os.path.realpath(temporary), sorted(outer))
        for root in copy.roots:
            also = [os.path.relpath(path, root) for path in full if path == root or Path(root) in Path(path).parents]
            _fill(copy, root, exclude, docs, ["" if path == "." else Path(path).as_posix() for path in also])
        yield copy


def _fill(copy: Copy, root: str, exclude: Sequence[str], docs: bool, also: Sequence[str]) -> None:
    tree = walk(root, exclude, docs=docs, also=also)
    folders = {""}
    for path, data in tree.files.items():
        target = copy.place(str(Path(root))).joinpath(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        folders.update(parent.as_posix() for parent in Path(path).parents)
    for folder in sorted(folders | tree.roots):
        for name in _SIGNS:
            source = Path(root, folder, name)
            target = copy.place(root) / folder / name
            if source.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                with suppress(OSError):
                    shutil.copyfile(source, target)
    for path, stands_for in tree.links.items():
        link = copy.place(root) / path
        with suppress(OSError):
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(os.path.relpath(copy.place(root) / stands_for, link.parent))
    # The copy begins where the project does, whatever is around it.
    (copy.place(root) / ".git").mkdir(parents=True, exist_ok=True)
