"""Which files are found under a path, and which are left alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from streammigrate.codemod.session import Rewritten, rewrite_paths
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.errors import InputError

USE = "import stream_chat\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(path: str, text: str = USE) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def search(paths: list[str]) -> Rewritten:
    return rewrite_paths(paths, RewriteSettings())


def names(found: Rewritten) -> list[str]:
    return [result.path for result in found.files]


@pytest.mark.parametrize(
    "path",
    [
        ".git/hooks/a.py",
        ".venv/a.py",
        "env/lib/a.py",
        "node_modules/x/a.py",
        "lib/site-packages/a.py",
        "build/a.py",
        "dist/a.py",
        "__pycache__/a.py",
        "x.egg-info/a.py",
        ".hidden/a.py",
        "a.txt",
        "folder.py/a.txt",
    ],
)
def test_what_is_no_code_of_the_project_is_skipped(root: Path, path: str) -> None:
    put(path)
    put("env/pyvenv.cfg")
    put("kept.py")
    assert names(search(["."])) == ["kept.py"]


def test_only_files_that_can_matter_are_returned_and_all_are_counted(root: Path) -> None:
    put("b/z.py")
    put("b/a.py")
    put("a.py", "x = 1\n")
    put("stream_chat.py", "x = 1\n")
    found = search(["."])
    assert names(found) == ["b/a.py", "b/z.py"]
    assert found.seen == 4
    assert [result.before for result in found.files] == [USE.encode()] * 2


def test_a_file_that_is_named_is_always_taken(root: Path) -> None:
    put(".venv/a.py", "x = 1\n")
    put("script", "x = 1\n")
    assert names(search([".venv/a.py", "script"])) == [".venv/a.py", "script"]
    with pytest.raises(InputError):
        search(["nothing"])


def test_a_file_is_there_once(root: Path) -> None:
    put("app/a.py")
    (root / "app" / "link.py").symlink_to(root / "app" / "a.py")
    (root / "app" / "loop").symlink_to(root / "app", target_is_directory=True)
    (root / "app" / "dangling.py").symlink_to(root / "nowhere.py")
    assert names(search([".", "app", "app/a.py"])) == ["app/a.py"]
    put("outside/b.py")
    (root / "app" / "b.py").symlink_to(root / "outside" / "b.py")
    # The file itself is not below the path.
    assert names(search(["app"])) == ["app/a.py"]
    assert names(search(["."])) == ["app/a.py", "outside/b.py"]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_what_git_ignores_is_left_out_unless_named(root: Path) -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    put(".gitignore", "generated/\n/local.py\n")
    put("generated/a.py")
    put("local.py")
    put("app/local.py")
    assert names(search(["."])) == ["app/local.py"]
    assert names(search(["app", "local.py"])) == ["app/local.py", "local.py"]
    assert names(search([str(root / "app")])) == [str(root / "app" / "local.py")]
