"""Where a project begins."""

from __future__ import annotations

from pathlib import Path

_STRONG = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
_WEAK = ("requirements.txt", "requirements.in", "requirements", "Pipfile", "manage.py", "tox.ini", "environment.yml")
_SHARED = ("/", "/tmp", "/var/tmp")  # folders that hold anybody's files


def project_root(path: str) -> str:
    """Return the folder of the project that a file belongs to.

    The nearest with a manifest or a repository; else the nearest with a sign of a lesser kind (requirements.txt,
    manage.py); else the current folder, if the file is below it; else the folder around the file's package.
    """
    folder = Path(path).absolute().parent
    around = (folder, *folder.parents)
    for signs in (_STRONG, _WEAK):
        for parent in around:
            if any((parent / name).exists() for name in signs):
                return str(parent)
    here = _current()
    if here in around and here is not None and str(here) not in _SHARED and here != _home():
        return str(here)
    while (folder / "__init__.py").exists() and folder.parent != folder:
        folder = folder.parent
    return str(folder)


def repository_root(folder: str) -> str:
    """Return the folder of the git checkout that a folder is in, or the folder itself."""
    for parent in (Path(folder), *Path(folder).parents):
        if (parent / ".git").exists():
            return str(parent)
    return folder


def _current() -> Path | None:
    try:
        return Path.cwd()
    except OSError:
        # It was deleted.
        return None


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None
