"""Whole applications: what is written is taken back byte for byte, and a series of patches ends as one go does."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from streammigrate import api

PROJECTS = Path(__file__).resolve().parents[1] / "sample_projects"
NAMES = sorted(path.parent.name for path in PROJECTS.glob("*/drive.py"))
CHOSEN = NAMES if os.environ.get("STREAMMIGRATE_LONG") else ["monorepo", "notes_notebook", "views"]
IN_STEPS = NAMES if os.environ.get("STREAMMIGRATE_LONG") else ["service_layer"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STREAMMIGRATE_STATE_DIR", str(tmp_path / "state"))
    place = tmp_path / "app"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def held(folder: Path) -> dict[str, tuple[bytes, int]]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mode) for path in found}


@pytest.mark.parametrize("name", [name for name in CHOSEN if name in NAMES])
def test_undo_gives_everything_back(folder: Path, name: str) -> None:
    shutil.copytree(PROJECTS / name / "before", folder, dirs_exist_ok=True)
    before = held(folder)
    outcome = api.rewrite(["."])
    assert api.write_rewrite(outcome) == []
    assert held(folder) != before
    undone = api.undo()
    assert undone.refusals == ()
    assert held(folder) == before
    api.undo(2)
    assert all((folder / one.path).read_bytes() == one.after for one in outcome.files)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("by", api.SPLIT_BY)
@pytest.mark.parametrize("name", [name for name in IN_STEPS if name in NAMES])
def test_a_series_of_patches_ends_as_one_go(folder: Path, name: str, by: str) -> None:
    shutil.copytree(PROJECTS / name / "before", folder, dirs_exist_ok=True)
    outcome, series = api.split_rewrite(["."], by)
    assert series.stepwise
    for path in api.write_series(series, "../patches"):
        subprocess.run(["git", "apply", path], check=True, capture_output=True)
        for module in folder.rglob("*.py"):
            compile(module.read_bytes(), module, "exec")
    in_steps = held(folder)
    shutil.rmtree(folder)
    shutil.copytree(PROJECTS / name / "before", folder)
    os.chdir(folder)
    assert api.write_rewrite(outcome) == []
    assert held(folder) == in_steps
