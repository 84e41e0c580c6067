"""Which files a walk over a project takes, and which it leaves."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from streammigrate.codemod.discover import Tree, walk
from streammigrate.codemod.ignores import is_ignored, parse_rules

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def put(root: Path, *paths: str, text: str = "x = 1\n") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def names(found: Tree) -> list[str]:
    return list(found.files)


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
        "a.txt",
        "a.md",
        "folder.py/a.txt",
    ],
)
def test_what_is_no_code_of_the_project_is_left(tmp_path: Path, path: str) -> None:
    put(tmp_path, path, "env/pyvenv.cfg", "kept.py")
    assert names(walk(str(tmp_path))) == ["kept.py"]


def test_files_are_sorted_with_their_bytes_and_documents_come_when_asked_for(tmp_path: Path) -> None:
    put(tmp_path, "b/z.py", "a.pyi", "n.ipynb", "README.md", "docs/a.rst")
    (tmp_path / "big.py").write_bytes(b"x = 1\n" * 300_000)
    found = walk(str(tmp_path))
    assert names(found) == ["a.pyi", "b/z.py", "big.py", "n.ipynb"]
    assert found.files["b/z.py"] == b"x = 1\n" and len(found.files["big.py"]) == 1_800_000
    assert names(walk(str(tmp_path), docs=True)) == ["README.md", "a.pyi", "b/z.py", "big.py", "docs/a.rst", "n.ipynb"]


def test_gitignore_holds_without_a_repository(tmp_path: Path) -> None:
    put(tmp_path, ".gitignore", text="generated/\n/local.py\n*_pb2.py\n!kept_pb2.py\n")
    put(tmp_path, "app/.gitignore", text="local.py\n/deep/*.py\n")
    put(
        tmp_path,
        "generated/a.py",
        "local.py",
        "app/local.py",
        "app/x/local.py",
        "lib/local.py",
        "a_pb2.py",
        "kept_pb2.py",
    )
    put(tmp_path, "app/deep/a.py", "app/other/deep/a.py")
    assert names(walk(str(tmp_path))) == ["app/other/deep/a.py", "kept_pb2.py", "lib/local.py"]


def test_an_ignored_file_that_is_asked_for_is_read(tmp_path: Path) -> None:
    put(tmp_path, ".gitignore", text="gen/\nb.py\n")
    put(tmp_path, "gen/a.py", "b.py", "build/c.py", "script")
    assert names(walk(str(tmp_path), also=["b.py", "build", "script"])) == ["b.py", "build/c.py", "script"]


@needs_git
def test_a_tracked_file_is_not_ignored_and_the_rules_of_the_repository_hold_below(tmp_path: Path) -> None:
    put(tmp_path, ".gitignore", text="/pkg/local.py\nsecret/\n")
    put(tmp_path, "pkg/local.py", "pkg/secret/tracked.py", "pkg/secret/other.py", "pkg/a.py")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "add", "-f", "pkg/secret/tracked.py"], check=True)
    assert names(walk(str(tmp_path / "pkg"))) == ["a.py", "secret/tracked.py"]


def test_exclude_is_relative_to_the_root_and_wins(tmp_path: Path) -> None:
    put(tmp_path, "app/a.py", "legacy/a.py", "app/legacy/a.py", "x_gen.py")
    assert names(walk(str(tmp_path), ["/legacy", "*_gen.py"])) == ["app/a.py", "app/legacy/a.py"]


def test_links_do_not_loop_and_stand_for_what_they_point_to(tmp_path: Path) -> None:
    put(tmp_path / "project", "app/a.py", "common/b.py")
    put(tmp_path, "outside.py", "away/c.py")
    project = tmp_path / "project"
    (project / "app" / "loop").symlink_to(project / "app", target_is_directory=True)
    (project / "app" / "common").symlink_to(project / "common", target_is_directory=True)
    (project / "app" / "same.py").symlink_to(project / "app" / "a.py")
    (project / "app" / "out.py").symlink_to(tmp_path / "outside.py")
    (project / "app" / "away").symlink_to(tmp_path / "away", target_is_directory=True)
    (project / "app" / "nothing.py").symlink_to(tmp_path / "nowhere.py")
    (project / "self.py").symlink_to(project / "self.py")
    found = walk(str(project))
    assert names(found) == ["app/a.py", "app/out.py", "common/b.py"]
    assert found.links == {"app/common": "common", "app/same.py": "app/a.py"}
    assert found.troubles == ()


def test_what_cannot_be_read_is_a_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    put(tmp_path, "a.py", "closed/b.py", "locked.py")
    real_open, real_scan = os.open, os.scandir

    def closed_open(path: str, *rest: int) -> int:
        if path.endswith("locked.py"):
            raise PermissionError(13, "Permission denied")
        return real_open(path, *rest)

    def closed_scan(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return real_scan(path)

    monkeypatch.setattr(os, "open", closed_open)
    monkeypatch.setattr(os, "scandir", closed_scan)
    found = walk(str(tmp_path))
    assert names(found) == ["a.py"]
    assert [(read.path, read.trouble and read.trouble.kind) for read in found.troubles] == [
        ("closed", "SM542"),
        ("locked.py", "SM542"),
    ]


def test_roots_are_the_folders_that_programs_start_in(tmp_path: Path) -> None:
    put(tmp_path, "pyproject.toml", "backend/manage.py", "lib/setup.py", "tests/conftest.py", "app/a.py")
    found = walk(str(tmp_path))
    assert found.roots == {"", "backend", "lib", "tests"}
    assert found.installed == {"", "lib"}


PATTERNS = [
    "a.py",
    "/a.py",
    "x/a.py",
    "x/",
    "*.py",
    "**/a.py",
    "x/**",
    "x/**/a.py",
    "[ab].py",
    "[!a].py",
    "?.py",
    "\\!a.py",
    "#a",
    "a.py  ",
    "x/*",
    "**",
    "[a",
    "x//a.py",
]
PATHS = ["a.py", "b.py", "x/a.py", "x/y/a.py", "x/y/b.py", "y/x/a.py", "!a.py", "ab.py"]


@needs_git
@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_mean_what_they_mean_to_git(tmp_path: Path, pattern: str) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    put(tmp_path, *PATHS)
    put(tmp_path, ".gitignore", text=f"{pattern}\n")
    asked = "\0".join(PATHS).encode()
    command = ["git", "-C", str(tmp_path), "check-ignore", "-z", "--stdin"]
    said = subprocess.run(command, input=asked, capture_output=True, check=False).stdout
    rules = parse_rules([f"{pattern}\n"])
    ours = [path for path in PATHS if _left(rules, path)]
    assert ours == said.decode().split("\0")[:-1]


def _left(rules: tuple[object, ...], path: str) -> bool:
    parts = path.split("/")
    return any(
        is_ignored(rules, "/".join(parts[:end]), end < len(parts))  # type: ignore[arg-type]
        for end in range(1, len(parts) + 1)
    )
