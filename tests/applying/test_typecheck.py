"""Only what a type checker says anew of touched files is told."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from streammigrate.applying import typecheck
from streammigrate.applying.typecheck import Checked, Issue, check
from streammigrate.codemod.model import FileResult
from streammigrate.codemod.second_opinion import CheckerError
from streammigrate.errors import UsageError

BEFORE = b"x: int = ''\n\n\ndef f() -> int:\n    return 1\n"
AFTER = b"import os\n\nx: int = ''\n\n\ndef f() -> int:\n    return ''\n"
OTHER = b"y: int = ''\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / "app").mkdir(parents=True)
    # Without settings of its own pyrefly looks for little.
    (root / "pyproject.toml").write_text("[tool.pyrefly]\n")
    (root / "app" / "__init__.py").write_text("")
    (root / "app" / "chat.py").write_bytes(BEFORE)
    (root / "app" / "other.py").write_bytes(OTHER)
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize("checker", ["basedpyright", "mypy", "pyright", "ty", "pyrefly"])
def test_new_errors_of_touched_files_are_told(project: Path, checker: str) -> None:
    if shutil.which(checker) is None:
        pytest.skip(f"{checker} is not installed")
    helper = FileResult("app/stream_compat.py", b"", b"z: int = ''\n", new=True)
    done = check((FileResult("app/chat.py", BEFORE, AFTER), helper), checker)
    assert [(issue.path, issue.line) for issue in done.new] == [("app/chat.py", 7), ("app/stream_compat.py", 1)]
    assert (done.before, done.blind) == (1, False)
    assert all(issue.message and issue.rule for issue in done.new)
    assert (project / "app/chat.py").read_bytes() == BEFORE
    assert not (project / "app/stream_compat.py").exists()


Fake = Callable[[str], None]


@pytest.fixture
def fake(project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Fake:
    """Put a program in the place of basedpyright."""
    if sys.platform == "win32":
        pytest.skip("the stand-in is a script")

    def make(code: str) -> None:
        (tmp_path / "bin").mkdir()
        program = tmp_path / "bin" / "basedpyright"
        program.write_text(f"#!{sys.executable}\n{code}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    return make


RESULT = (FileResult("app/chat.py", BEFORE, AFTER),)


def test_a_checker_that_does_not_see_getstream_says_nothing(fake: Fake) -> None:
    item = {
        "file": "app/chat.py",
        "severity": "error",
        "rule": "reportMissingImports",
        "message": 'Import "getstream.models" could not be resolved',
        "range": {"start": {"line": 0}},
    }
    fake(f"print({json.dumps({'generalDiagnostics': [item]})!r})")
    assert check(RESULT, "basedpyright") == Checked("basedpyright", (), blind=True)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("print('hm')", "basedpyright failed (exit code 2); it says: hm"),
        ("import sys; sys.exit('no node')", "it says: no node"),
        ("import time; time.sleep(60)", "took longer than 1 seconds"),
    ],
)
def test_a_checker_that_fails_is_told(fake: Fake, code: str, said: str) -> None:
    fake(code)
    with pytest.raises(CheckerError) as stop:
        check(RESULT, "basedpyright", timeout=1)
    assert said in str(stop.value)


def test_a_checker_must_be_known_and_there(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="takes basedpyright, pyright, mypy, ty, pyrefly; not 'pyre'"):
        check(RESULT, "pyre")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="mypy is not on PATH"):
        check(RESULT, "mypy")
    with pytest.raises(UsageError, match="not on PATH"):
        check((), "ty")


def test_nothing_changed_is_nothing_to_check(fake: Fake) -> None:
    fake("import sys; sys.exit(2)")
    assert check((FileResult("app/chat.py", BEFORE, BEFORE),), "basedpyright") == Checked("basedpyright", ())


@pytest.mark.parametrize(
    ("checker", "output", "issue"),
    [
        (
            "mypy",
            'a.py:3: error: Bad "x" [y]  [arg-type]\na.py:4: note: See',
            Issue("a.py", 3, "arg-type", 'Bad "x" [y]'),
        ),
        ("mypy", "C:\\a.py:3:7: error: Bad", Issue("C:\\a.py", 3, "", "Bad")),
        (
            "ty",
            json.dumps(
                [
                    {
                        "check_name": "invalid",
                        "description": "invalid: Bad",
                        "severity": "major",
                        "location": {"path": "a.py", "positions": {"begin": {"line": 3}}},
                    }
                ]
            ),
            Issue("a.py", 3, "invalid", "Bad"),
        ),
        (
            "pyrefly",
            'INFO x\n{"errors": [{"path": "a.py", "line": 3, "name": "bad", "description": "Bad"}]}',
            Issue("a.py", 3, "bad", "Bad"),
        ),
    ],
)
def test_outputs_are_read(checker: str, output: str, issue: Issue) -> None:
    assert list(typecheck.CHECKERS[checker].issues(output)) == [issue]
