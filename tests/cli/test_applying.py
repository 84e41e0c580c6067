"""What `rewrite --write` refuses, and the other ways to apply a rewrite, as a user meets them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rewriting import fake_program

from streammigrate.applying import disk
from streammigrate.codemod.rewrite import Input, Outcome, connected

Run = Callable[..., Any]
TEXT = "import stream_chat\nsafe(1)\n"
DONE = TEXT.replace("safe", "done")
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module = types.ModuleType("streammigrate.codemod.rewrite")
    names = {"rewrite_program": fake_program, "Input": Input, "Outcome": Outcome, "connected": connected}
    vars(module).update(names)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setenv("STREAMMIGRATE_STATE_DIR", str(tmp_path / "state"))


@pytest.fixture
def app(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    for name in ("a.py", "b.py"):
        (folder / name).write_text(TEXT)
    return folder


def texts(app: Path) -> list[str]:
    return [path.read_text() for path in sorted(app.iterdir())]


def git(*arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@needs_git
def test_a_dirty_tree_is_refused(run: Run, app: Path) -> None:
    git("init", "-q")
    git("add", "app")
    git("commit", "-qm", "1")
    (app.parent / "notes.txt").write_text("not tracked")
    assert run("rewrite", "app").code == 0
    (app / "a.py").write_text(TEXT + "safe(2)\n")
    assert run("rewrite", "app").code == 0, "looking is always possible"
    outcome = run("rewrite", "app", "--write")
    assert outcome.code == 2
    assert "app/a.py is not committed" in outcome.err
    assert texts(app) == [TEXT + "safe(2)\n", TEXT]
    assert run("rewrite", "app", "--write", "--allow-dirty").code == 0
    assert texts(app) == [DONE + "done(2)\n", DONE]
    assert run("undo").code == 0
    assert texts(app) == [TEXT + "safe(2)\n", TEXT]


@needs_git
def test_a_new_file_that_git_does_not_know_is_refused(run: Run, app: Path) -> None:
    git("init", "-q")
    git("add", "app/a.py")
    git("commit", "-qm", "1")
    outcome = run("rewrite", "app", "--write")
    assert outcome.code == 2
    assert "app/b.py is not committed" in outcome.err
    assert texts(app) == [TEXT, TEXT]
    assert run("rewrite", "app/a.py", "--write").code == 0


def test_two_runs_do_not_mix(run: Run, app: Path) -> None:
    code = (
        "import sys; from streammigrate.applying.lock import hold\n"
        "with hold([sys.argv[1]]): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(app.parent)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        for words in (("rewrite", "app", "--write"),):
            outcome = run(*words)
            assert outcome.code == 4
            assert f"another run (process {other.pid}) is changing {app.parent}" in outcome.err
        assert run("rewrite", "app").code == 0, "looking is always possible"
        assert texts(app) == [TEXT, TEXT]
        other.kill()
    assert run("rewrite", "app", "--write").code == 0


def test_all_files_are_written_or_none(run: Run, app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = disk.put

    def full(temporary: str, target: str) -> None:
        if target.endswith("b.py"):
            raise OSError(28, "No space left on device")
        real(temporary, target)

    monkeypatch.setattr(disk, "put", full)
    outcome = run("rewrite", "app", "--write")
    assert outcome.code == 3
    assert "error SM919 app/b.py\n  No space left on device\n" in outcome.err
    assert "1 more file is as it was: the files of a project are written together" in outcome.err
    assert outcome.out == ""
    assert texts(app) == [TEXT, TEXT]
    assert len(list(app.iterdir())) == 2
    report = json.loads(run("rewrite", "app", "--write", "-f", "json").out)
    assert {one["path"]: one["problems"][0]["message"] for one in report["files"]} == {
        "app/a.py": "the file could not be written",
        "app/b.py": "the file could not be written",
    }


def test_after_an_interrupted_run_undo_comes_first(run: Run, app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def kill(*arguments: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        real = disk.put
        patch.setattr(disk, "put", lambda temporary, target: kill() if "b.py" in target else real(temporary, target))
        patch.setattr("streammigrate.applying.transaction._take_back", kill)
        with pytest.raises(Killed):
            run("rewrite", "app", "--write")
    shown = [path.read_text() for path in sorted(app.glob("*.py"))]
    assert shown == [DONE, TEXT]
    outcome = run("rewrite", "app", "--write")
    assert outcome.code == 4
    assert "run 1 was interrupted: of its 2 files 1 hold what it wrote and 1 what they held before" in outcome.err
    assert "(interrupted)" in run("undo", "--list").out
    assert run("undo").code == 0
    assert texts(app) == [TEXT, TEXT], "and nothing else is in the folder"
    assert run("rewrite", "app", "--write").code == 0


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_the_command_can_be_killed(app: Path, tmp_path: Path) -> None:
    for number in range(20):
        (app / f"m{number}.py").write_text(TEXT)
    before = texts(app)
    support = str(Path(__file__).resolve().parents[1] / "support")
    script = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); from rewriting import fake_program\n"
        "import streammigrate.codemod.rewrite as module; module.rewrite_program = fake_program\n"
        "from streammigrate.cli import main; main()"
    )
    command = [sys.executable, "-c", script, support]
    with subprocess.Popen([*command, "rewrite", "app", "--write"], cwd=tmp_path) as process:
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            if (app / "a.py").read_text() == DONE:
                break
        process.kill()
    assert {path.read_text() for path in app.glob("*.py")} <= {TEXT, DONE}
    assert (app / "a.py").read_text() == DONE
    subprocess.run([*command, "undo"], cwd=tmp_path, check=True, capture_output=True)
    assert texts(app) == before


def test_the_patch_goes_to_a_file(run: Run, app: Path) -> None:
    shown = run("rewrite", "app", "--diff").out
    outcome = run("rewrite", "app", "--patch", "out/all.patch")
    assert outcome.code == 0
    assert Path("out/all.patch").read_text() == shown
    assert texts(app) == [TEXT, TEXT]
    (app.parent / "file").write_text("")
    outcome = run("rewrite", "app", "--patch", "file/all.patch")
    assert outcome.code == 3
    assert "SM919" in outcome.err
    assert run("rewrite", "app", "--write", "--patch", "written.patch").code == 0
    assert Path("written.patch").read_text() == shown


@needs_git
def test_a_series_is_written(run: Run, app: Path) -> None:
    (app / "sub").mkdir()
    (app / "sub" / "c.py").write_text(TEXT)
    outcome = run("rewrite", "app", "--split-by", "package", "--output-dir", "patches")
    assert outcome.code == 0
    names = sorted(path.name for path in Path("patches").iterdir())
    assert Path("patches/series").read_text().splitlines() == names[:-1]
    assert names[0] == "0001-app-sub.patch"
    assert "patches/0001-app-sub.patch\n" in outcome.err
    assert texts(app / "sub") == [TEXT]
    for name in names[:-1]:
        git("apply", f"patches/{name}")
    assert (app / "a.py").read_text() == DONE
    again = run("rewrite", "app", "--split-by", "package", "--output-dir", "patches")
    assert again.code == 2
    assert "is not empty" in again.err


@pytest.mark.parametrize(
    "words",
    [
        ("--split-by", "rule"),
        ("--output-dir", "x"),
        ("--split-by", "size", "--output-dir", "x"),
        ("--split-by", "rule", "--output-dir", "x", "--write"),
        ("--split-by", "rule", "--output-dir", "x", "--format-with", "ruff format"),
        ("--format-with", "no-such-program"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(run: Run, app: Path, words: tuple[str, ...]) -> None:
    assert run("rewrite", "app", *words).code == 2
    assert not Path("x").exists()
    assert texts(app) == [TEXT, TEXT]


def test_a_formatter_is_run_on_touched_lines(run: Run, app: Path) -> None:
    (app / "a.py").write_text("import stream_chat\nsafe( 1 )\nx = f( 1 )\n")
    code = "import sys,pathlib; p = pathlib.Path(sys.argv[1]); p.write_text(p.read_text().replace('( 1 )', '(1)'))"
    (app.parent / "format.py").write_text(code)
    words = f"{sys.executable} {app.parent / 'format.py'}"
    assert run("rewrite", "app", "--write", "--format-with", words).code == 0
    assert (app / "a.py").read_text() == "import stream_chat\ndone(1)\nx = f( 1 )\n"
    (app / "a.py").write_text(TEXT)
    (app.parent / "format.py").write_text("raise SystemExit('no')")
    outcome = run("rewrite", "app", "--write", "--format-with", words)
    assert outcome.code == 0
    assert "app/a.py was not formatted: the formatter failed (exit code 1); it says: no" in outcome.err
    assert (app / "a.py").read_text() == DONE


def test_progress_is_shown_on_a_terminal_only(run: Run, app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from streammigrate.cli import progress
    from streammigrate.cli.terminal import Terminal

    said: list[str] = []
    monkeypatch.setattr(progress, "say", said.append)
    monkeypatch.setattr(progress, "_FIRST", 0.0)
    monkeypatch.setattr(progress, "_EVERY", 0.01)
    with progress.Progress(Terminal()) as line:
        line.at("Reading")
        time.sleep(0.05)
    assert said == []
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress.Progress(Terminal(quiet=True)) as line:
        line.at("Reading")
        time.sleep(0.05)
    assert said == []
    with progress.Progress(Terminal()) as line:
        line.at("Reading")
        time.sleep(0.1)
        line.count("Writing, file", 2, 3)
        time.sleep(0.1)
    assert any("Reading … 0 s" in text for text in said)
    assert any("Writing, file 2 of 3 … 0 s" in text for text in said)
    assert said[-1] == f"\r{' ' * 79}\r"


def test_report_and_handoff_go_to_files(run: Run, app: Path) -> None:
    (app / "c.py").write_text("import stream_chat\nopaque(1)\n")
    words = ("--report", "a.md", "--handoff", "b.json")
    assert run("rewrite", "app", *words, "--only", "app").code == 0
    assert "`streammigrate rewrite app --only app --write`" in Path("a.md").read_text()
    task = json.loads(Path("b.json").read_text())["tasks"][0]
    assert (task["path"], task["line"]) == ("app/c.py", 2)
    assert run("rewrite", "app", "--write", "--report", "a.html", "--handoff", "b.md").code == 0
    assert "<h1>From stream-chat to getstream 7.0.0</h1>" in Path("a.html").read_text()
    assert "### 1. Line 3: `StreamChat.opaque`" in Path("b.md").read_text(), "the TODO comment stands above it"
    assert run("rewrite", "app", "--report", "a.txt").code == 2
    assert run("rewrite", "app", "--handoff", "a.html").code == 2
    assert run("rewrite", "app/c.py", "--handoff", "app/c.py").code == 2


def test_new_type_errors_are_told(run: Run, app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "win32":
        pytest.skip("the stand-in is a script")
    program = app.parent / "bin" / "mypy"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "for path in sys.argv[sys.argv.index('--') + 1:]:\n"
        "    for number, line in enumerate(open(path), 1):\n"
        "        if 'done' in line: print(f'{path}:{number}: error: Bad call  [arg-type]')\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    outcome = run("rewrite", "app", "--check-types", "mypy", "--report", "a.md")
    assert outcome.code == 0
    assert "app/a.py:2: Bad call [arg-type]\napp/b.py:2: Bad call [arg-type]\nmypy has 2 new errors" in outcome.err
    assert "- `app/a.py:2` Bad call `arg-type`" in Path("a.md").read_text()
    assert texts(app) == [TEXT, TEXT]
    assert run("rewrite", "app", "--check-types", "pylint").code == 2
    assert run("rewrite", "app", "--write").code == 0
    assert run("rewrite", "app", "--check", "--check-types", "mypy").code == 0, "nothing changes any more"


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no such signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_who_is_asked_to_end_puts_the_files_back(
    run: Run, app: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real = disk.put

    def put(temporary: str, target: str) -> None:
        if target.endswith("b.py"):
            os.kill(os.getpid(), getattr(signal, name))
            time.sleep(1)
        real(temporary, target)

    before = signal.getsignal(getattr(signal, name))
    monkeypatch.setattr(disk, "put", put)
    outcome = run("rewrite", "app", "--write")
    assert outcome.code == 130
    assert texts(app) == [TEXT, TEXT]
    assert "there is no run to undo" in run("undo").err
    assert signal.getsignal(getattr(signal, name)) == before


def test_the_guide_names_options_that_there_are(run: Run) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "applying.md").read_text()
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", guide)) - {"--index"}
    known = set(re.findall(r"--[a-z][a-z-]+", run("rewrite", "--help").out + run("undo", "--help").out))
    assert {"--allow-dirty", "--skip-changed", "--handoff"} <= options <= known
