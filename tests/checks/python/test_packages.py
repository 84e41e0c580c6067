"""SM680, SM681 and SM682 look at the packages and Pythons that a project asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places, project

from streammigrate.checks.python import both_sdks, python_version, sdk_versions

V1 = "from stream_chat import StreamChat\nclient = StreamChat('k', 's')\n"
V2 = "from getstream import Stream\nclient = Stream('k', 's')\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "getstream>=7.0,<8\n"),
        ("requirements.txt", "getstream==7.0.0\n"),
        ("requirements.txt", "getstream\n"),
        ("requirements.txt", "stream-chat>=4.20,<5\n"),
        ("requirements.txt", "stream-chat==4.33.0\n"),
        ("requirements.txt", "stream-chat @ git+https://github.com/x/y\n"),
        ("requirements.txt", "stream-chat-something==1\n# stream-chat==3\n"),
        ("requirements.txt", "stream-python==5.0\n"),
        ("pyproject.toml", '[project]\ndependencies = ["getstream~=7.0"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\ngetstream = "^7.0"\nstream-chat = "^4.33"\n'),
        ("poetry.lock", '[[package]]\nname = "getstream"\nversion = "7.0.0"\n'),
        ("uv.lock", '[[package]]\nname = "stream-chat"\nversion = "4.1.0"\n'),
        ("package.json", '{"dependencies": {"stream-chat": "^8"}}'),
        ("pyproject.toml", "not toml ["),
    ],
)
def test_releases_that_go_together_are_silent(tmp_path: Path, name: str, text: str) -> None:
    assert places(sdk_versions.CHECK, tmp_path, {name: text}) == []


@pytest.mark.parametrize(
    ("name", "text", "line", "said"),
    [
        ("requirements.txt", "a\ngetstream>=2,<3\n", 2, "getstream is held outside of 7.0 to 8"),
        ("requirements.txt", "getstream==6.1.1\n", 1, "getstream is held outside of 7.0 to 8"),
        ("requirements.txt", "stream-chat\n", 1, "stream-chat has no range"),
        ("requirements.txt", "stream-chat==4.2.2\n", 1, "stream-chat is held below 4.33.0"),
        ("pyproject.toml", '[tool.poetry.dependencies]\nstream-chat = "^3.0"\n', 2, "stream-chat is held below 4.33.0"),
        ("pyproject.toml", '[tool.poetry.dependencies]\nstream-chat = "*"\n', 2, "stream-chat has no range"),
        ("poetry.lock", '[[package]]\nname = "getstream"\nversion = "2.0.0"\n', 2, "holds getstream 2.0.0"),
        ("Pipfile.lock", '{"default": {"getstream": {"version": "==2.1.0"}}}', 1, "holds getstream 2.1.0"),
    ],
)
def test_other_releases_are_told(tmp_path: Path, name: str, text: str, line: int, said: str) -> None:
    (answer,) = answers(sdk_versions.CHECK, tmp_path, {name: text})
    assert said in answer.message
    assert answer.at.line == line


def test_the_release_that_is_aimed_at_decides(tmp_path: Path) -> None:
    files = {"requirements.txt": "getstream==6.1.1\n"}
    found = project(tmp_path, files)
    found.settings = found.settings._replace(target="6.1.1")
    assert list(sdk_versions.CHECK.judge(found)) == []


OLD_PYTHONS = {
    "pyproject.toml": '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.8"\n',
    "Dockerfile": "FROM python:3.9-slim\nRUN pip install stream-chat\n",
    ".python-version": "3.9.1\n",
    ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - with:\n          python-version: '3.8'\n",
}


@pytest.mark.parametrize("name", OLD_PYTHONS)
def test_an_old_python_is_told_where_an_sdk_is_used(tmp_path: Path, name: str) -> None:
    (answer,) = answers(python_version.CHECK, tmp_path, {"app.py": V1, name: OLD_PYTHONS[name]})
    assert "getstream needs 3.10" in answer.message


@pytest.mark.parametrize("name", OLD_PYTHONS)
def test_other_projects_may_use_any_python(tmp_path: Path, name: str) -> None:
    assert places(python_version.CHECK, tmp_path, {"app.py": "x = 1\n", name: OLD_PYTHONS[name]}) == []


def test_new_pythons_are_silent(tmp_path: Path) -> None:
    files = {
        "app.py": V2,
        "pyproject.toml": '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.10,<4"\n',
        "Dockerfile": "FROM python:3.12\n",
        ".python-version": "3.11\n",
    }
    assert places(python_version.CHECK, tmp_path, files) == []


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "getstream>=7\n"},
        {"requirements.txt": "stream-chat>=4\n"},
        {"a/requirements.txt": "stream-chat>=4\n", "b/requirements.txt": "getstream>=7\n"},
        {"requirements.txt": "getstream>=7\n# stream-chat\n"},
    ],
)
def test_one_sdk_is_silent(tmp_path: Path, files: dict[str, str]) -> None:
    assert places(both_sdks.CHECK, tmp_path, files) == []


def test_both_sdks_are_told_with_what_uses_them(tmp_path: Path) -> None:
    files = {"requirements.txt": "getstream>=7\nstream-chat>=4\n", "old.py": V1, "new.py": V2}
    (answer,) = answers(both_sdks.CHECK, tmp_path, files)
    assert answer.message == "stream-chat and getstream are both listed; stream_chat is still imported by 1 file"
    assert answer.at.line == 2
    shown = [(Path(place).name, value) for place, value in answer.evidence[2:]]
    assert shown == [("old.py", "imports stream_chat"), ("new.py", "imports getstream")]
    files["old.py"] = ""
    (answer,) = answers(both_sdks.CHECK, tmp_path, files)
    assert answer.message.endswith("no file imports stream_chat any more")
