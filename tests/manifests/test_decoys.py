"""What must stay as it is, although it looks like stream-chat."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streammigrate.manifests.model import Need
from streammigrate.manifests.plan import plan

DECOYS = [
    pytest.param("requirements.txt", "stream-chat-tools==1.0\n", id="a longer name"),
    pytest.param("requirements.txt", "my-stream-chat==1.0\n", id="a name in front"),
    pytest.param("requirements.txt", "stream-python==5.3\nstream_framework==2\n", id="feeds"),
    pytest.param("requirements.txt", "streamchat==1.0\n", id="no separator"),
    pytest.param("requirements.txt", "# stream-chat==4.33.0\nflask==3.0  # not stream-chat\n", id="comments"),
    pytest.param("requirements.txt", "-r stream-chat.txt\n", id="a file's name"),
    pytest.param("requirements.txt", "a==1 # x\\\nstream-chat==4.33.0\n", id="a comment that is continued"),
    pytest.param("requirements.txt", "--find-links https://host/stream-chat/\n", id="an option"),
    pytest.param("requirements.txt", "flask @ https://host/stream-chat/flask.zip\n", id="a URL"),
    pytest.param("requirements.txt", "other[stream-chat]==1\n", id="another's extra"),
    pytest.param("requirements.txt", "a; extra == 'stream-chat'\n", id="a marker"),
    pytest.param("constraints.txt", "stream-chat==4.33.0\nflask==3.0\n", id="constraints only"),
    pytest.param("requirements/constraints.in", "stream-chat<5\n", id="constraints in a folder"),
    pytest.param("package.json", '{"dependencies": {"stream-chat": "^8.0.0"}}\n', id="npm"),
    pytest.param("Gemfile", 'gem "stream-chat-ruby"\n', id="Ruby"),
    pytest.param("Dockerfile", "RUN npm install stream-chat\nRUN yarn add stream-chat\n", id="npm in Docker"),
    pytest.param("Dockerfile", "# RUN pip install stream-chat\nLABEL name=stream-chat\n", id="comment in Docker"),
    pytest.param("Dockerfile", "RUN pip install stream-chat-tools && npm i stream-chat\n", id="longer name in Docker"),
    pytest.param("Makefile", "install:\n\tnpm install stream-chat\n", id="npm in Make"),
    pytest.param(".github/workflows/ci.yml", "- run: npm ci && npm install stream-chat\n", id="npm in CI"),
    pytest.param(".github/workflows/ci.yml", "# pip install stream-chat\n", id="comment in CI"),
    pytest.param("pyproject.toml", '[project]\nname = "stream-chat"\ndependencies = ["a"]\n', id="its own name"),
    pytest.param("pyproject.toml", '[project]\nkeywords = ["stream-chat"]\ndependencies = ["a"]\n', id="keywords"),
    pytest.param("pyproject.toml", '[tool.deptry]\nignore = ["stream-chat"]\n', id="another tool's list"),
    pytest.param("pyproject.toml", '[project.urls]\nstream-chat = "https://x"\n', id="a URL's name"),
    pytest.param(
        "pyproject.toml", '[project.optional-dependencies]\nstream-chat = ["a"]\n', id="an extra that is called so"
    ),
    pytest.param("pyproject.toml", "[tool.poetry.dependencies]\nstream-chat-tools = '*'\n", id="Poetry, longer"),
    pytest.param("setup.py", "setup(name='stream-chat', install_requires=['a'])\n", id="setup.py's name"),
    pytest.param(
        "setup.cfg", "[metadata]\nname = stream-chat\n[options]\ninstall_requires = a\n", id="setup.cfg's name"
    ),
    pytest.param("environment.yml", "name: stream-chat\ndependencies:\n  - pip\n", id="Conda's name"),
    pytest.param("tox.ini", "[testenv:stream-chat]\ndeps = a\n", id="tox's name"),
]


@pytest.mark.parametrize(("path", "text"), DECOYS)
def test_a_decoy_stays(run: Any, path: str, text: str) -> None:
    outcome = run(path, text)
    assert outcome.after == text
    assert [one for one in outcome.ids if not one.startswith("SM585")] == []


@pytest.mark.parametrize("spelling", ["stream-chat", "Stream_Chat", "stream.chat", "STREAM-CHAT", "stream--chat"])
def test_every_spelling_is_the_same_name(run: Any, spelling: str) -> None:
    assert run("requirements.txt", f"{spelling}==4.33.0\n").after == "getstream==7.0.0\n"


def test_nothing_is_done_for_code_that_stays_with_stream_chat(run: Any) -> None:
    outcome = run("requirements.txt", "stream-chat==4.33.0\npydantic<2\n", v1=["app.py"], v2=[])
    assert (outcome.after, outcome.ids) == ("stream-chat==4.33.0\npydantic<2\n", [])


def test_other_peoples_code_is_not_entered(tmp_path: Path) -> None:
    for folder in ("vendor/lib", "third_party", "node_modules/a", ".venv/lib", "site-packages", "build"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "requirements.txt").write_text("stream-chat==4.33.0\n")
    (tmp_path / "requirements.txt").write_text("stream-chat==4.33.0\n")
    changes = plan(str(tmp_path), Need("7.0.0", v2=["app.py"]))
    assert [(one.path, one.after) for one in changes] == [("requirements.txt", b"getstream==7.0.0\n")]


def test_ignored_files_and_links_are_left(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("local-requirements.txt\n/out/\n")
    (tmp_path / "out").mkdir()
    (tmp_path / "real").mkdir()
    for name in ("local-requirements.txt", "out/requirements.txt", "real/requirements.txt"):
        (tmp_path / name).write_text("stream-chat==4.33.0\n")
    (tmp_path / "requirements.txt").symlink_to("real/requirements.txt")
    changes = plan(str(tmp_path), Need("7.0.0", v2=["real/app.py"]))
    assert [one.path for one in changes] == ["real/requirements.txt"]


def test_what_is_excluded_is_left(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples/requirements.txt").write_text("stream-chat\n")
    assert plan(str(tmp_path), Need("7.0.0", v2=["examples/app.py"]), ["examples/"])[0].before == b""
