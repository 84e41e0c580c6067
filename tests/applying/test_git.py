"""What counts as not committed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from streammigrate.applying.git import refuse_dirty
from streammigrate.errors import UsageError

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(*arguments: str, at: str = ".") -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=x"]
    subprocess.run(["git", "-C", at, *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    git("init", "-q")
    for name in ("app/chat.py", "app/other.py", "readme.txt"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text("1\n")
    Path(".gitignore").write_text("local.py\n")
    git("add", ".")
    git("commit", "-qm", "1")
    return tmp_path


def dirty(*files: str, folder: str = "app") -> str:
    try:
        refuse_dirty([folder], files)
    except UsageError as error:
        return str(error)
    return ""


def test_what_is_committed_is_clean(repo: Path) -> None:
    assert dirty("app/chat.py") == ""


def test_untracked_files_stop_nobody_unless_they_are_to_be_written(repo: Path) -> None:
    Path("app/new.py").write_text("1\n")
    Path("app/*.py").write_text("1\n")
    Path("local.py").write_text("1\n")
    assert dirty("app/chat.py", "local.py", "app/stream_compat.py") == ""
    assert dirty("app/new.py").startswith("app/new.py is not committed")


@pytest.mark.parametrize("staged", [False, True])
def test_a_change_anywhere_in_the_checkout_counts(repo: Path, staged: bool) -> None:
    Path("readme.txt").write_text("2\n")
    if staged:
        git("add", ".")
    said = dirty("app/chat.py")
    assert said.startswith("readme.txt is not committed")
    assert "--allow-dirty" in said


def test_renames_and_removals_count(repo: Path) -> None:
    git("mv", "app/chat.py", "app/talk.py")
    Path("readme.txt").unlink()
    assert dirty().startswith("app/talk.py, readme.txt are not committed")


def test_a_merge_with_conflicts_counts(repo: Path) -> None:
    git("checkout", "-qb", "other")
    Path("readme.txt").write_text("other\n")
    git("commit", "-qam", "2")
    git("checkout", "-q", "-")
    Path("readme.txt").write_text("mine\n")
    git("commit", "-qam", "3")
    with pytest.raises(subprocess.CalledProcessError):
        git("merge", "other")
    assert "readme.txt" in dirty()


def test_many_files_are_counted(repo: Path) -> None:
    for number in range(9):
        Path(f"f{number}").write_text("1")
    git("add", ".")
    assert "f4 and 4 more are not committed" in dirty()


def test_outside_of_a_checkout_nothing_is_dirty(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1\n")
    assert dirty(str(tmp_path / "a.py"), folder=str(tmp_path)) == ""


def test_what_only_looks_like_a_checkout_is_none(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert dirty(folder=str(tmp_path)) == ""


def test_without_git_nothing_is_dirty(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("readme.txt").write_text("2\n")
    monkeypatch.setenv("PATH", str(repo / "nothing"))
    assert dirty("app/chat.py") == ""


def test_a_git_that_fails_stops_it(repo: Path) -> None:
    Path(".git/config").write_text("[core\n")
    said = dirty("app/chat.py")
    assert said.startswith("git does not say what is not committed (fatal: bad config")


def test_variables_of_a_hook_do_not_lead_astray(repo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Path("readme.txt").write_text("2\n")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert "readme.txt" in dirty()


def test_the_checkout_of_a_submodule_is_its_own(repo: Path) -> None:
    git("init", "-q", "sub")
    Path("sub/x.py").write_text("1\n")
    git("add", ".", at="sub")
    git("commit", "-qm", "1", at="sub")
    Path("readme.txt").write_text("2\n")
    assert dirty("sub/x.py", folder="sub") == ""
    Path("sub/x.py").write_text("2\n")
    assert dirty("sub/x.py", folder="sub") != ""
