"""A rewrite as a series of patches: each can be applied to what those before it left, and runs; all of them are one go."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from programs import texts

from streammigrate.applying.series import Series, make_series
from streammigrate.codemod.session import Rewritten, rewrite_paths
from streammigrate.codemod.settings import Only, RewriteSettings
from streammigrate.proof.equality import compare_traces
from streammigrate.proof.run import Trace, run
from streammigrate.report.rewrite_diff import render

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

PROGRAM = texts(
    {
        "app/__init__.py": "",
        "app/chat.py": """
            from stream_chat import StreamChat

            chat = StreamChat("key", "secret")
            """,
        "app/people/__init__.py": "",
        "app/people/users.py": """
            from app.chat import chat


            def judge(name):
                chat.ban_user(name, user_id="admin")
                chat.mute_user(name, "admin")
                chat.unmute_user(name, "admin")
            """,
        "app/more.py": """
            from stream_chat import StreamChat

            other = StreamChat("key2", "secret2")
            other.deactivate_user("ann")
            other.reactivate_user("ann")
            """,
        "main.py": """
            from app import more
            from app.chat import chat
            from app.people.users import judge

            judge("bob")
            chat.unban_user("bob")
            chat.deactivate_user("bob")
            chat.add_device("device", "apn", "ann")
            """,
    }
)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "tree"
    for path, text in PROGRAM.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / "pyproject.toml").write_text("")
    monkeypatch.chdir(root)
    return root


def made(by: str, *paths: str, only: Only | None = None) -> tuple[Series, Rewritten]:
    settings = RewriteSettings(only=only or Only())
    goal = rewrite_paths(paths or ["."], settings)
    return make_series(paths or ["."], settings, by, goal), goal


def trace(root: Path) -> Trace:
    found = {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*.py")}
    modules = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): text
        for path, text in found.items()
        if path != "main.py"
    }
    return run(found["main.py"], modules=modules)


def apply(root: Path, patch: bytes) -> None:
    subprocess.run(["git", "apply", "-p1"], cwd=root, input=patch, check=True, capture_output=True)


@pytest.mark.parametrize(("by", "least"), [("rule", 5), ("package", 3), ("cohort", 2)])
def test_the_steps_run_and_end_as_one_go(tree: Path, by: str, least: int) -> None:
    series, goal = made(by)
    assert series.stepwise
    assert len(series.steps) >= least
    before = trace(tree)
    assert not before.error
    for step in series.steps:
        apply(tree, render(step.files))
        assert not compare_traces(before, trace(tree)), step.title
    assert {one.path: Path(one.path).read_bytes() for one in goal.files} == {one.path: one.after for one in goal.files}
    assert len({step.slug for step in series.steps}) == len(series.steps)


def test_making_the_steps_changes_nothing(tree: Path) -> None:
    made("rule")
    assert {path: (tree / path).read_text() for path in PROGRAM} == PROGRAM
    assert Path.cwd() == tree


def test_a_folder_seen_from_another_one(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "elsewhere").mkdir()
    monkeypatch.chdir(tree / "elsewhere")
    series, goal = made("package", "..")
    assert series.stepwise
    changed = {one.path for one in goal.files if one.changed}
    assert {one.path for step in series.steps for one in step.files} == changed
    assert "../app/people/users.py" in changed


def test_what_is_asked_for_is_no_more(tree: Path) -> None:
    series, goal = made("rule", only=Only(methods=("mute_user", "unmute_user")))
    assert series.stepwise
    assert len(series.steps) >= 2
    for step in series.steps:
        apply(tree, render(step.files))
    assert {one.path: Path(one.path).read_bytes() for one in goal.files} == {one.path: one.after for one in goal.files}
    assert "chat_v1.ban_user" in Path("app/people/users.py").read_text()


def test_nothing_to_do_is_no_step(tree: Path) -> None:
    assert made("rule", "app/__init__.py")[0] == Series(())


def test_the_last_step_ends_as_one_go_does(tree: Path) -> None:
    goal = rewrite_paths(["."], RewriteSettings())
    files = tuple(one._replace(after=one.after + b"# more\n") if one.changed else one for one in goal.files)
    series = make_series(["."], RewriteSettings(), "rule", goal._replace(files=files))
    for step in series.steps:
        apply(tree, render(step.files))
    assert series.steps[-1].title == "The rest"
    assert {one.path: Path(one.path).read_bytes() for one in files} == {one.path: one.after for one in files}


def test_without_a_copy_there_is_one_step(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryDirectory", full)
    series, goal = made("rule")
    assert not series.stepwise
    (step,) = series.steps
    assert step.files == tuple(one for one in goal.files if one.changed)


@pytest.mark.parametrize("by", ["rule", "package"])
def test_helpers_are_written_by_the_step_that_needs_them(tree: Path, by: str) -> None:
    Path("app/found.py").write_text(
        "from app.chat import chat\n\n\ndef found(role):\n    return chat.query_users({'role': role})\n"
    )
    series, goal = made(by)
    if not any(one.new for one in goal.files):
        pytest.skip("nothing here needs a helper")
    assert series.stepwise
    for step in series.steps:
        apply(tree, render(step.files))
    assert {one.path: Path(one.path).read_bytes() for one in goal.files} == {one.path: one.after for one in goal.files}
