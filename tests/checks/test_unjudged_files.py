"""A Python file that names an SDK and cannot be parsed was not judged, and the verdict says so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from streammigrate import api
from streammigrate.checks.run import Verdict

DEEP = "import stream_chat\nx = " + "+".join(["1"] * 20_000) + "\n"


def judged(folder: Path, code: str | bytes, select: Sequence[str] = ()) -> api.CheckOutcome:
    (folder / "pyproject.toml").touch()
    (folder / "a.py").write_bytes(code if isinstance(code, bytes) else code.encode())
    return api.check(api.CheckOptions(path=str(folder), select=select))


@pytest.mark.parametrize(
    "code",
    [
        "import stream_chat\n",
        "print 'x'\n",
        "def f(:\n",
        "",
        b"\xff\xfe",
        b"\xef\xbb\xbfimport stream_chat\r\n",
        "# getstream\n",
    ],
)
def test_what_is_judged_or_is_nobodys_is_silent(tmp_path: Path, code: str | bytes) -> None:
    outcome = judged(tmp_path, code)
    assert outcome.result.problems == []
    assert outcome.result.verdict is Verdict.READY


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("import stream_chat\nprint 'x'\n", 2),
        ("from getstream import Stream\ndef f(:\n", 2),
        (b"import stream_chat\n# \xff\n", 2),
        (DEEP, None),
    ],
)
def test_a_file_that_cannot_be_parsed_is_told(tmp_path: Path, code: str | bytes, line: int | None) -> None:
    outcome = judged(tmp_path, code)
    (problem,) = outcome.result.problems
    assert (problem.id, problem.location.source) == ("SM697", f"{tmp_path}/a.py")
    assert problem.location.line == line
    assert outcome.result.verdict is Verdict.READY_WITH_WARNINGS
    assert api.check_exit_code(outcome, "warning") == 1


def test_nobody_asked_for_code(tmp_path: Path) -> None:
    assert judged(tmp_path, "import stream_chat\nprint 'x'\n", select=["SM70"]).result.problems == []
