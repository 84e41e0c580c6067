"""`streammigrate rewrite` and `why` as a user meets them: what is written, printed and returned."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import types
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rewriting import fake_program

from streammigrate import api
from streammigrate.codemod.rewrite import Input, Outcome, connected

Run = Callable[..., Any]

MARK = "import stream_chat\n"
BOTH = f"{MARK}safe(1)\nrisky(2)\nopaque(3)\n"


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("streammigrate.codemod.rewrite")
    names = {"rewrite_program": fake_program, "Input": Input, "Outcome": Outcome, "connected": connected}
    vars(module).update(names)
    monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "chat.py").write_text(BOTH)
    (folder / "other.py").write_text("safe(1)\n")
    return folder


def test_nothing_is_written_unless_asked(run: Run, app: Path) -> None:
    outcome = run("rewrite", "app")
    assert outcome.code == 0
    assert (app / "chat.py").read_text() == BOTH
    assert "-safe(1)" in outcome.out
    assert "+done(1)" in outcome.out
    assert "+# TODO(streammigrate): SM503" in outcome.out, "the diff shows what --write would do"
    assert "1 site would be rewritten in 1 file, 1 more with --unsafe, 1 left for you." in outcome.out
    assert "Nothing was written; --write does it." in outcome.out
    assert "other.py" not in outcome.out


def test_write_writes(run: Run, app: Path) -> None:
    outcome = run("rewrite", "app", "--write", "--no-todo")
    assert outcome.code == 0
    assert (app / "chat.py").read_text() == BOTH.replace("safe", "done")
    assert (app / "other.py").read_text() == "safe(1)\n"
    assert "1 site rewritten in 1 file" in outcome.out
    assert "would be" not in outcome.out
    assert "SM503 StreamChat.opaque" in outcome.out


def test_write_keeps_the_mode_and_writes_through_a_link(run: Run, app: Path) -> None:
    (app / "chat.py").chmod(0o750)
    (app.parent / "link.py").symlink_to(app / "chat.py")
    assert run("rewrite", "link.py", "--write").code == 0
    assert (app.parent / "link.py").is_symlink()
    assert "done(1)" in (app / "chat.py").read_text()
    assert (app / "chat.py").stat().st_mode & 0o777 == 0o750
    assert sorted(path.name for path in app.iterdir()) == ["chat.py", "other.py"]


def test_check_exits_with_1_if_anything_changes_or_is_left(run: Run, app: Path) -> None:
    assert run("rewrite", "app", "--check").code == 1
    (app / "chat.py").write_text(f"{MARK}done(1)\n")
    assert run("rewrite", "app", "--check").code == 0
    for left in ("opaque(1)", "risky(1)", "safe(1)", "("):
        (app / "chat.py").write_text(f"{MARK}{left}\n")
        outcome = run("rewrite", "app", "--check")
        assert outcome.code == 1, left
        assert (app / "chat.py").read_text() == f"{MARK}{left}\n"


def test_unsafe_select_ignore_and_no_todo(run: Run, app: Path) -> None:
    def diff(*options: str) -> list[str]:
        lines = run("rewrite", "app", "--diff", *options).out.splitlines()
        return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]

    assert diff("--no-todo") == ["-safe(1)", "+done(1)"]
    assert diff("--no-todo", "--unsafe") == ["-safe(1)", "-risky(2)", "+done(1)", "+done(2)"]
    assert diff("--select", "SM201,SM9") == ["-safe(1)", "+done(1)"]
    assert diff("--ignore", "sm5") == ["-safe(1)", "+done(1)"]
    for option in ("--select", "--ignore"):
        assert run("rewrite", "app", option, "upsert").code == 2


def test_settings_of_the_nearest_pyproject(run: Run, app: Path) -> None:
    table = '[tool.streammigrate.rewrite]\nunsafe = true\ntodo = false\ntarget = "6.1"\n'
    (app / "pyproject.toml").write_text(table)
    assert "done(2)" in run("rewrite", "app", "--diff").out
    assert "done(2)" not in run("rewrite", "app", "--diff", "--no-unsafe").out
    assert json.loads(run("rewrite", "app", "-f", "json").out)["target"] == "6.1.0"
    assert json.loads(run("rewrite", "app", "-f", "json", "--target", "7.0").out)["target"] == "7.0.0"
    (app / "pyproject.toml").write_text(table + "unsave = true\n")
    outcome = run("rewrite", "app")
    assert outcome.code == 3
    assert "unknown setting 'unsave'" in outcome.err


@pytest.mark.parametrize(
    "options",
    [
        ["--target", "5.0"],
        ["--target", "latest"],
        ["--write", "--check"],
        ["--write", "--diff"],
        ["--diff", "-f", "json"],
        ["-f", "html"],
        ["-f", "json", "-f", "text"],
        ["-o", "report.unknown"],
        ["-o", "app/chat.py", "app/chat.py", "-f", "json"],
        ["--stdin-filename", "x.py"],
        ["-"],
    ],
)
def test_contradictions_are_wrong_usage(run: Run, app: Path, options: list[str]) -> None:
    assert run("rewrite", "app", *options).code == 2
    assert (app / "chat.py").read_text() == BOTH


def test_a_path_that_does_not_exist_stops_the_command(run: Run, app: Path) -> None:
    outcome = run("rewrite", "app", "nope", "--write")
    assert outcome.code == 3
    assert "nope" in outcome.err
    assert (app / "chat.py").read_text() == BOTH


def test_files_in_trouble_are_findings_and_the_others_go_on(run: Run, app: Path) -> None:
    (app / "bad.py").write_bytes(b"import stream_chat\nx = (\n")
    (app / "crash.py").write_text(f"{MARK}crash()\n")
    outcome = run("rewrite", "app", "--write")
    assert outcome.code == 0
    assert "Traceback" not in outcome.out + outcome.err
    assert "SM540 Python cannot parse the file" in outcome.out
    assert "SM999" in outcome.out
    assert "2 problems" in outcome.out
    assert "done(1)" in (app / "chat.py").read_text()


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read and write everything")
def test_a_file_that_cannot_be_read_is_a_finding(run: Run, app: Path) -> None:
    (app / "chat.py").chmod(0)
    assert "SM542" in run("rewrite", "app").out


def test_a_file_that_cannot_be_written_is_said_and_is_no_success(
    run: Run, app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> tuple[int, str]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    outcome = run("rewrite", "app", "--write")
    assert outcome.code == 3
    assert "No space left on device" in outcome.err
    assert "rewritten in" not in outcome.out
    assert (app / "chat.py").read_text() == BOTH


def test_a_file_that_changed_meanwhile_is_left(app: Path) -> None:
    outcome = api.rewrite([str(app)])
    (app / "chat.py").write_text("newer\n")
    failed = api.write_rewrite(outcome)
    assert [finding.message for finding in failed] == ["the file has changed since it was read"]
    assert (app / "chat.py").read_text() == "newer\n"


def test_standard_input_goes_to_standard_output(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def pipe(data: bytes, *options: str) -> Any:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        return run("rewrite", "-", *options)

    outcome = pipe(b"safe('\xc3\xa9')\r\n", "--stdin-filename", "app/x.py")
    assert outcome.out == "done('é')\r\n"
    assert "1 site would be rewritten" in outcome.err
    assert outcome.code == 0
    assert pipe(b"safe(1)\n", "--check", "-q").code == 1
    assert pipe(b"x = 1\n", "--check").code == 0
    assert pipe(b"x = (\n").out == "x = (\n", "what cannot be rewritten comes back as it was"
    assert pipe(b"safe(1)\n", "--diff", "--stdin-filename", "app/x.py").out.startswith(
        "--- a/app/x.py\n+++ b/app/x.py\n"
    )
    assert pipe(b"safe(1)\n", "--write").code == 2
    assert pipe(b"safe(1)\n", "-f", "json").code == 2


def test_the_patch_can_be_applied(run: Run, app: Path) -> None:
    (app / "with space.py").write_bytes(b"# stream_chat\r\nsafe(1)\r\nx = 1")
    (app / "last.py").write_bytes(b"# stream_chat\nsafe(1)")
    (app / "latin.py").write_bytes(b"# coding: latin-1\n# stream_chat \xe9\nsafe(1)\n")
    patch = app.parent / "all.patch"
    script = (
        "import sys, types; sys.path.insert(0, sys.argv.pop(1)); from rewriting import fake_program\n"
        "import streammigrate.codemod.rewrite as module; module.rewrite_program = fake_program\n"
        "from streammigrate.cli import main; main()"
    )
    support = str(Path(__file__).resolve().parents[1] / "support")
    command = [sys.executable, "-c", script, support, "rewrite", "app", "--diff"]
    done = subprocess.run(command, cwd=app.parent, capture_output=True, check=True)
    patch.write_bytes(done.stdout)
    assert b"\\ No newline at end of file\n" in done.stdout
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    subprocess.run([git, "apply", "--check", str(patch)], cwd=app.parent, check=True, capture_output=True)
    subprocess.run([git, "apply", str(patch)], cwd=app.parent, check=True, capture_output=True)
    assert (app / "with space.py").read_bytes() == b"# stream_chat\r\ndone(1)\r\nx = 1"
    assert (app / "last.py").read_bytes() == b"# stream_chat\ndone(1)"
    assert (app / "latin.py").read_bytes() == b"# coding: latin-1\n# stream_chat \xe9\ndone(1)\n"
    assert run("rewrite", "app", "--diff", "--ignore", "SM503").out == ""


def test_several_reports_in_one_run(run: Run, app: Path) -> None:
    outcome = run("rewrite", "app", "-o", "a.json", "-o", "b.sarif", "-f", "json", "-f", "sarif", "-o", "c.md")
    assert outcome.code == 0
    assert outcome.out.count("\n") == 1, "standard output has the verdict only"
    schema = json.loads(files("streammigrate.report").joinpath("rewrite.schema.json").read_text())
    jsonschema.validate(json.loads(Path("a.json").read_text()), schema)
    assert json.loads(Path("b.sarif").read_text())["version"] == "2.1.0"
    assert Path("c.md").read_text().startswith("## streammigrate rewrite")


@pytest.mark.parametrize("format", api.REWRITE_FORMATS)
def test_every_format_is_the_same_twice(run: Run, app: Path, format: str) -> None:
    first = run("rewrite", "app", "--format", format)
    assert first.code == 0
    assert "StreamChat.opaque" in first.out
    assert run("rewrite", "app", "--format", format) == first


def test_annotations_point_at_lines(run: Run, app: Path) -> None:
    out = run("rewrite", "app", "-f", "github").out
    assert "::warning file=app/chat.py,line=4,col=1,title=SM503" in out
    assert "::notice file=app/chat.py,line=3,col=1,title=SM202" in out
    assert "1 informational finding" in out


def test_quiet_says_the_verdict_and_verbose_everything(run: Run, app: Path) -> None:
    assert run("rewrite", "app", "-q").out.count("\n") == 1
    assert "note: the answer holds more" in run("rewrite", "app", "-v").out


def test_why_explains_a_site(run: Run, app: Path) -> None:
    outcome = run("why", "app/chat.py:4")
    assert outcome.code == 0
    assert "app/chat.py:4:1  StreamChat.opaque" in outcome.out
    for words in (
        "opaque(3)",
        "It is left to you.",
        "`client` is made on line 1",
        "receiver: safe",
        "arguments: manual (SM503)",
        "positional",
        "what would make it safe",
        "Build the payload in the call",
    ):
        assert words in outcome.out
    assert "StreamChat.risky" not in outcome.out
    assert "done(1)" in run("why", "app/chat.py:2:3").out


def test_why_names_the_nearest_where_there_is_nothing(run: Run, app: Path) -> None:
    outcome = run("why", "app/chat.py:1")
    assert outcome.code == 1
    assert "There is no use of stream-chat at app/chat.py:1." in outcome.out
    assert "app/chat.py:2:1  SM201 StreamChat.safe" in outcome.out
    assert run("why", "app/chat.py:2:40").code == 1
    (app / "bad.py").write_text("x = (\n")
    bad = run("why", "app/bad.py:1")
    assert bad.code == 1
    assert "SM540" in bad.out
    assert "There is no use" not in bad.out


@pytest.mark.parametrize(
    ("place", "code"), [("app/chat.py", 2), ("app/chat.py:0", 2), ("app/chat.py:x", 2), ("no.py:1", 3)]
)
def test_why_needs_a_place(run: Run, app: Path, place: str, code: int) -> None:
    assert run("why", place).code == code
