"""A migration of a sample project in one go and in ten steps ends in the same tree."""

from __future__ import annotations

import ast
import os
import random
import shutil
from pathlib import Path

import pytest

from streammigrate.codemod.session import Rewritten, rewrite_paths
from streammigrate.codemod.settings import Only, RewriteSettings

PROJECTS = Path(__file__).resolve().parents[1] / "sample_projects"
SHORT = ("async_bot", "monorepo", "notes_notebook", "school")
"""Those whose objects move step by step and that have something of their own: handlers, a notebook, packages."""
ALL = tuple(sorted(path.parent.name for path in PROJECTS.glob("*/drive.py")))
NAMES, SEEDS = (ALL, range(5)) if os.environ.get("STREAMMIGRATE_LONG") else (("threads",), range(1))
STEPS = 10


def _held(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _go(only: Only) -> Rewritten:
    done = rewrite_paths(["."], RewriteSettings(only=only))
    for result in done.files:
        if result.changed:
            Path(result.path).write_bytes(result.after)
    return done


def _check(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: random.Random | None) -> None:
    trees = {side: tmp_path / side for side in ("one", "ten")}
    for tree in trees.values():
        shutil.copytree(PROJECTS / name / "before", tree, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(trees["one"])
    done = _go(Only())
    members = list(dict.fromkeys(site.member for file in done.files for site in file.sites if "." in site.member))
    if order is not None:
        order.shuffle(members)
    monkeypatch.chdir(trees["ten"])
    for step in range(1, STEPS + 1):
        part = tuple(members[: round(len(members) * step / STEPS)])
        if part:
            _go(Only() if step == STEPS else Only(methods=part))
    one, ten = _held(trees["one"]), _held(trees["ten"])
    if order is None:
        assert ten == one
    else:
        assert {path: _said(path, data) for path, data in ten.items()} == {p: _said(p, d) for p, d in one.items()}


def _said(path: str, data: bytes) -> str:
    """Return what a file says. How long lines are is read from the files, and an order may take the longest away early."""
    return ast.unparse(ast.parse(data)) if path.endswith(".py") else data.decode()


@pytest.mark.parametrize("name", SHORT)
def test_ten_steps_end_as_one_go(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _check(name, tmp_path, monkeypatch, None)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_any_ten_steps_end_as_one_go(name: str, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _check(name, tmp_path, monkeypatch, random.Random(seed))
