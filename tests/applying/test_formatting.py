"""A formatter changes the lines that were touched, and no others."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from streammigrate.applying.formatting import format_results, parse_command, touched_only
from streammigrate.codemod.model import FileResult
from streammigrate.errors import UsageError

BEFORE = b"x = { 'a':1 }\n\ny = f( 'b' )\n\nz = { 'c':1 }\n"
AFTER = b"x = { 'a':1 }\n\ny = new(f( 'b' ))\n\nz = { 'c':1 }\n"
FORMATTER = """
import sys
from pathlib import Path
path = Path(sys.argv[1])
path.write_bytes(path.read_bytes().replace(b"( ", b"(").replace(b" )", b")").replace(b"{ ", b"{").replace(b" }", b"}"))
"""


@pytest.fixture
def formatter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    Path("formatter").write_text(FORMATTER)
    return [sys.executable, str(tmp_path / "formatter")]


def formatted(command: list[str], before: bytes, after: bytes, path: str = "a.py") -> tuple[bytes, str]:
    done = format_results((FileResult(path, before, after),), command)
    return done.files[0].after, "".join(reason for _, reason in done.failed)


def test_only_touched_lines_are_formatted(formatter: list[str], tmp_path: Path) -> None:
    assert formatted(formatter, BEFORE, AFTER) == (AFTER.replace(b"( 'b' )", b"('b')"), "")
    assert [path.name for path in tmp_path.iterdir()] == ["formatter"]


def test_what_is_not_changed_and_no_python_stays(formatter: list[str]) -> None:
    assert formatted(formatter, BEFORE, BEFORE) == (BEFORE, "")
    assert formatted(formatter, BEFORE, AFTER, "a.ipynb") == (AFTER, "")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import sys; sys.exit('no settings')", "exit code 1); it says: no settings"),
        ("import sys; open(sys.argv[1], 'w').write('x = (')", "would not mean the same"),
        ("import sys; open(sys.argv[1], 'w').write('x = 2')", "would not mean the same"),
    ],
)
def test_a_formatter_that_fails_changes_nothing(formatter: list[str], code: str, reason: str) -> None:
    Path("formatter").write_text(code)
    after, said = formatted(formatter, BEFORE, AFTER)
    assert after == AFTER
    assert said.endswith(reason)


def test_a_new_file_is_formatted_whole(formatter: list[str]) -> None:
    assert formatted(formatter, b"", BEFORE)[0] == b"x = {'a':1}\n\ny = f('b')\n\nz = {'c':1}\n"


def test_line_ends_stay() -> None:
    before, after = b"a\r\nb( 1 )\r\nc( 1 )\r\n", b"a\r\nd( 1 )\r\nc( 1 )\r\n"
    assert touched_only(before, after, after.replace(b"( 1 )", b"(1)")) == b"a\r\nd(1)\r\nc( 1 )\r\n"


@pytest.mark.skipif(shutil.which("ruff") is None, reason="ruff is not installed")
def test_ruff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text("[tool.ruff]\nline-length = 40\n")
    after = AFTER.replace(b"new(f( 'b' ))", b"new(f('b'), something=1, other=22222222)")
    found, said = formatted(parse_command("ruff format"), BEFORE, after)
    assert said == ""
    assert found == (b"x = { 'a':1 }\n\ny = new(\n    f(\"b\"), something=1, other=22222222\n)\n\nz = { 'c':1 }\n")


@pytest.mark.parametrize("text", ["", "  ", "no-such-formatter-here x", "'"])
def test_a_command_must_be_one(text: str) -> None:
    with pytest.raises(UsageError, match="--format-with"):
        parse_command(text)
