"""The release of stream-chat that a project pins."""

from __future__ import annotations

from pathlib import Path

import pytest

from streammigrate.codemod.model import Applicability
from streammigrate.codemod.pins import pinned
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings

NO_PIN = [
    ("requirements.txt", "stream-chat\n"),
    ("requirements.txt", "stream-chat>=4.0\n"),
    ("requirements.txt", "# stream-chat==4.1.0\n"),
    ("requirements.txt", "my-stream-chat-tools==1.2.3\nother==4.0\n"),
    ("requirements.txt", "stream-python==5.0.1\n"),
    ("pyproject.toml", '[project]\ndependencies = ["stream-chat>=4.10,<5"]\n'),
    ("notes.txt", "stream-chat==4.1.0\n"),
]
PINS = [
    ("requirements.txt", "stream-chat==4.22.0\n", "4.22.0"),
    ("requirements.txt", "requests\nstream_chat == 3.24.0  # old\n", "3.24.0"),
    ("requirements-dev.txt", "stream-chat~=4.5\n", "4.5"),
    ("requirements.in", "Stream-Chat==4.1.0 ; python_version > '3.7'\n", "4.1.0"),
    ("requirements/base.txt", "stream-chat==4.3.0 --hash=sha256:abc\n", "4.3.0"),
    ("pyproject.toml", '[project]\ndependencies = ["stream-chat==4.22.0", "x"]\n', "4.22.0"),
    ("pyproject.toml", '[tool.poetry.dependencies]\nstream-chat = "^4.6.0"\n', "4.6.0"),
    ("Pipfile", '[packages]\nstream-chat = "==4.7.0"\n', "4.7.0"),
    ("setup.py", 'setup(install_requires=["stream-chat==4.8.0"])\n', "4.8.0"),
]


@pytest.mark.parametrize(("name", "text"), NO_PIN)
def test_what_is_no_pin(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert pinned(tmp_path) == ""


@pytest.mark.parametrize(("name", "text", "version"), PINS)
def test_pins(tmp_path: Path, name: str, text: str, version: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    assert pinned(tmp_path) == version


def test_the_oldest_of_several_counts(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("stream-chat==4.22.0\n")
    (tmp_path / "requirements-dev.txt").write_text("stream-chat==4.9.0\n")
    assert pinned(tmp_path) == "4.9.0"


def test_a_call_that_binds_differently_under_the_pin_is_left() -> None:
    source = (
        b'from stream_chat import StreamChat\nclient = StreamChat("k", "s")\nclient.delete_message("m1", True, "u1")\n'
    )
    now = rewrite_source(source, "a.py", RewriteSettings())
    then = rewrite_source(source, "a.py", RewriteSettings(pin="4.10.0"))
    assert now.changed
    assert then.sites[-1].applicability is Applicability.MANUAL
    assert "4.10.0" in then.sites[-1].instruction
