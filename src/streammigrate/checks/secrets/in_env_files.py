"""SM672: an env file with the secret of an app is in the repository."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress

from streammigrate.checks.model import Answer, Area, CannotSayError, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.checks.secret_texts import is_env_file, settings
from streammigrate.findings import Location, Severity

_GIT_SECONDS = 30


def _judge(project: Project) -> Iterator[Answer]:
    found = [one for path in project.all_paths if is_env_file(path) for one in settings(project, path)]
    if not found:
        return
    tracked = _tracked(project.folder)
    if tracked is None:
        raise CannotSayError("env files hold secrets, and git cannot tell whether they are committed")
    for one in found:
        if one.path in tracked:
            at = Location(project.shown(one.path), line=one.line)
            yield Answer(
                f"git tracks the file, and it sets {one.name}", at, (one.path, one.name), (Evidence(str(at), one.name),)
            )


def _tracked(folder: str) -> frozenset[str] | None:
    """Return the files below a folder that git tracks, relative to it; None where there is no repository or no git."""
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            ["git", "-C", folder or ".", "ls-files", "-z", "--cached"],
            capture_output=True,
            timeout=_GIT_SECONDS,
            check=False,
        )
        if done.returncode == 0:
            return frozenset(os.fsdecode(done.stdout).split("\0"))
    return None


CHECK = ProjectCheck(
    id="SM672",
    name="secret-in-env-file",
    title="An env file with the secret of an app is in the repository",
    severity=Severity.WARNING,
    area=Area.SECRETS,
    question="Are env files with an API secret kept out of the repository?",
    explanation="A file such as `.env` that git tracks is in every clone, and stays in the history when it is deleted. v1 and "
    "v2 use the same secret.",
    shows="the name of the variable with its file and line; never its value.",
    fix="Make a new secret in the dashboard, take the file out (`git rm --cached .env`), name it in .gitignore, and commit an "
    "`.env.example` with placeholders instead.",
    judge=_judge,
)
