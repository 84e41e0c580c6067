"""Where a project begins."""

from __future__ import annotations

from pathlib import Path

_ROOTS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")


def project_root(path: str) -> str:
    """Return the folder of the project that a file belongs to: the nearest with a manifest or a repository, else its own."""
    folder = Path(path).absolute().parent
    for parent in (folder, *folder.parents):
        if any((parent / name).exists() for name in _ROOTS):
            return str(parent)
    return str(folder)


def repository_root(folder: str) -> str:
    """Return the folder of the git checkout that a folder is in, or the folder itself."""
    for parent in (Path(folder), *Path(folder).parents):
        if (parent / ".git").exists():
            return str(parent)
    return folder
