"""Whole applications: what `rewrite` makes of their folders, byte for byte, and that nothing is left to be done."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from streammigrate.codemod import session
from streammigrate.codemod.settings import RewriteSettings

PROJECTS = Path(__file__).resolve().parents[1] / "sample_projects"
NAMES = sorted(path.parent.name for path in PROJECTS.glob("*/drive.py"))


def _files(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def _rewritten(folder: Path, settings: RewriteSettings) -> session.Rewritten:
    done = session.rewrite_paths([str(folder)], settings)
    assert session.write_all(done.files) == []
    return done


@pytest.mark.parametrize("name", NAMES)
def test_the_application_becomes_what_is_expected(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "app"
    shutil.copytree(PROJECTS / name / "before", folder)
    done = _rewritten(folder, RewriteSettings())
    assert _files(folder) == _files(PROJECTS / name / "after")
    assert [site for one in done.files for site in one.sites if not site.applied] == []
    assert [trouble for one in done.files for trouble in one.troubles] == []
    assert {cohort.decision for cohort in done.cohorts} == {"whole"}


@pytest.mark.parametrize("name", NAMES)
def test_a_second_run_changes_nothing(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "app"
    shutil.copytree(PROJECTS / name / "after", folder)
    done = _rewritten(folder, RewriteSettings())
    assert _files(folder) == _files(PROJECTS / name / "after")
    assert [site for one in done.files for site in one.sites] == []
    assert done.cohorts == ()
