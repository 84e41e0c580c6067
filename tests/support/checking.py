"""Projects for checks: files by name, and what a check answers about them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from streammigrate.checks.model import Answer, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.codemod.settings import RewriteSettings


def project(folder: Path, files: Mapping[str, str | bytes]) -> Project:
    """Return a project of files that are written below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Project(str(folder), RewriteSettings())


def answers(check: ProjectCheck, folder: Path, files: Mapping[str, str | bytes]) -> list[Answer]:
    """Return what a check says of a project of such files."""
    return list(check.judge(project(folder, files)))


def places(check: ProjectCheck, folder: Path, files: Mapping[str, str | bytes]) -> list[tuple[str, int | None]]:
    """Return where it says something: the name of the file below the folder, and the line."""
    found = answers(check, folder, files)
    return [(Path(one.at.source).relative_to(folder).as_posix(), one.at.line) for one in found]
