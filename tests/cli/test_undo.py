"""`streammigrate undo` as a user meets it."""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rewriting import fake_program

from streammigrate.codemod.rewrite import Input, Outcome, connected

Run = Callable[..., Any]
TEXT = "import stream_chat\nsafe(1)\n"


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module = types.ModuleType("streammigrate.codemod.rewrite")
    names = {"rewrite_program": fake_program, "Input": Input, "Outcome": Outcome, "connected": connected}
    vars(module).update(names)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setenv("STREAMMIGRATE_STATE_DIR", str(tmp_path / "state"))


@pytest.fixture
def app(run: Run, tmp_path: Path) -> Path:
    """A project whose two files have been rewritten."""
    folder = tmp_path / "app"
    folder.mkdir()
    (tmp_path / "setup.cfg").write_text("")
    for name in ("a.py", "b.py"):
        (folder / name).write_text(TEXT)
    assert run("rewrite", "app", "--write").code == 0
    assert "done(1)" in (folder / "a.py").read_text()
    return folder


def test_the_last_run_is_taken_back(run: Run, app: Path) -> None:
    outcome = run("undo")
    assert outcome.code == 0
    assert [(app / name).read_text() for name in ("a.py", "b.py")] == [TEXT, TEXT]
    assert "restored  app/a.py\n restored  app/b.py\n" in outcome.out
    assert outcome.out.endswith(": 2 restored.\n")
    again = run("undo")
    assert (again.code, again.out) == (2, "")
    assert again.err.startswith("streammigrate: there is no run to undo in this project")
    redone = run("undo", "2", "-q")
    assert redone.out.startswith("Undone: run 2 of ")
    assert "done(1)" in (app / "a.py").read_text()


def test_files_that_changed_since_are_named(run: Run, app: Path) -> None:
    (app / "b.py").write_text("mine\n")
    outcome = run("undo")
    assert outcome.code == 3
    assert "Nothing was undone" in outcome.out
    assert "app/b.py: it has changed since" in outcome.err
    assert "--force" in outcome.err
    assert "done(1)" in (app / "a.py").read_text()
    assert run("undo", "--skip-changed", "--force").code == 2
    assert run("undo", "--skip-changed").code == 0
    assert [(app / name).read_text() for name in ("a.py", "b.py")] == [TEXT, "mine\n"]


def test_force_overwrites(run: Run, app: Path) -> None:
    (app / "b.py").write_text("mine\n")
    assert run("undo", "--force").code == 0
    assert (app / "b.py").read_text() == TEXT
    assert run("undo", "2").code == 0
    assert (app / "b.py").read_text() == "mine\n"


def test_the_list_shows_what_was_run(run: Run, app: Path) -> None:
    assert run("undo", "--list").out.endswith("2 files  streammigrate rewrite app --write\n")
    run("undo")
    first, second = run("undo", "--list").out.splitlines()
    assert first.endswith("undo of 1")
    assert second.endswith("(undone)")
    assert run("undo", "1", "--list").code == 2


@pytest.mark.parametrize("number", ["7", "0", "x"])
def test_a_run_that_is_none_is_wrong_usage(run: Run, app: Path, number: str) -> None:
    outcome = run("undo", number)
    assert outcome.code == 2
    assert "Traceback" not in outcome.err


def test_it_works_from_any_folder_of_the_project(
    run: Run, app: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path.parent)
    outcome = run("undo")
    assert outcome.code == 2
    assert f"runs are kept for {tmp_path}: go there" in outcome.err
    monkeypatch.chdir(app)
    assert run("undo").code == 0
    assert (app / "a.py").read_text() == TEXT


def test_nothing_to_undo_is_said(run: Run) -> None:
    outcome = run("undo")
    assert outcome.code == 2
    assert "there is no run to undo" in outcome.err


def test_a_damaged_journal_is_told_without_a_traceback(run: Run, app: Path, tmp_path: Path) -> None:
    (plan,) = (tmp_path / "state").rglob("plan.json")
    plan.write_text("[")
    outcome = run("undo")
    assert outcome.code == 3
    assert "SM903" in outcome.err
    assert "Remove its folder to go on without it." in outcome.err


@pytest.mark.skipif(sys.platform == "win32", reason="the current folder cannot be deleted there")
@pytest.mark.parametrize("words", ["undo", "undo --list", "rewrite . --write", "rewrite x.py"])
def test_a_current_folder_that_is_gone_is_told(run: Run, tmp_path: Path, words: str) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    try:
        outcome = run(*words.split())
    finally:
        os.chdir(tmp_path)
    assert outcome.code == 3
    assert "the current folder is not there any more" in outcome.err
