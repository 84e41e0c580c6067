"""The module of helpers, as a user of `rewrite` meets it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

CLIENTS = """\
import os

from stream_chat import StreamChat

chat = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])
"""
PEOPLE = """\
from shop.clients import chat


def save(profile):
    chat.upsert_user(profile)


def found(role):
    return chat.query_users({"role": role})
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that saves what it is given and returns what it gets; the folder around it is the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n')
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "clients.py").write_text(CLIENTS)
    (package / "people.py").write_text(PEOPLE)
    return package


def test_nothing_is_written_without_being_asked(run: Run, shop: Path) -> None:
    outcome = run("rewrite", ".")
    assert outcome.code == 0
    assert "new file shop/stream_compat.py" in outcome.out
    assert "as_v1, from_v1" in outcome.out
    assert "3 sites would be rewritten in 2 files, shop/stream_compat.py would be added." in outcome.out
    assert not (shop / "stream_compat.py").exists()
    assert run("rewrite", ".", "--check").code == 1


def test_the_module_is_written_once_with_what_is_used(run: Run, shop: Path) -> None:
    outcome = run("rewrite", ".", "--write")
    assert outcome.code == 0
    assert "shop/stream_compat.py added" in outcome.out
    text = (shop / "people.py").read_text()
    assert "from shop.stream_compat import as_v1, from_v1\n" in text
    assert "    chat.upsert_users(from_v1(UserRequest, profile))\n" in text
    helpers = (shop / "stream_compat.py").read_text()
    assert "def as_v1(" in helpers
    assert "def from_v1(" in helpers
    assert "def sort_from_v1(" not in helpers
    again = run("rewrite", ".", "--check")
    assert (again.code, (shop / "stream_compat.py").read_text()) == (0, helpers)


def test_a_module_that_is_there_gains_what_it_lacks(run: Run, shop: Path) -> None:
    assert run("rewrite", ".", "--only", "query_users", "--write").code == 0
    helpers = shop / "stream_compat.py"
    assert "def from_v1(" not in helpers.read_text()
    helpers.write_text(helpers.read_text() + "\n\nOWN = 1\n")
    assert run("rewrite", ".", "--write").code == 0
    text = helpers.read_text()
    assert "def from_v1(" in text
    assert "def as_v1(" in text
    assert "OWN = 1\n" in text
    compile(text, "stream_compat.py", "exec")


def test_a_module_of_that_name_that_is_another_one_is_left(run: Run, shop: Path) -> None:
    (shop / "stream_compat.py").write_text("def mine():\n    return 1\n")
    outcome = run("rewrite", ".")
    assert "3 left for you" in outcome.out
    assert "the keys of `users` are not known here" in outcome.out
    assert "from_v1" not in outcome.out
    assert run("rewrite", ".", "--write").code == 0
    assert (shop / "stream_compat.py").read_text() == "def mine():\n    return 1\n"


def test_without_helpers_a_person_decides(run: Run, shop: Path) -> None:
    outcome = run("rewrite", ".", "--no-helpers")
    assert outcome.code == 0
    assert "stream_compat" not in outcome.out
    assert "the keys of `users` are not known here" in outcome.out
    assert "the response is returned" in outcome.out
    config = shop.parent / "pyproject.toml"
    config.write_text(config.read_text() + "\n[tool.streammigrate.rewrite]\nhelpers = false\n")
    assert run("rewrite", ".").out.partition("\nNext:")[0] == outcome.out.partition("\nNext:")[0]


def test_the_place_can_be_chosen(run: Run, shop: Path) -> None:
    (shop / "util").mkdir()
    (shop / "util" / "__init__.py").write_text("")
    assert run("rewrite", ".", "--helpers-file", "shop/util/compat.py", "--write").code == 0
    assert "from shop.util.compat import as_v1, from_v1\n" in (shop / "people.py").read_text()
    assert (shop / "util" / "compat.py").exists()
    outcome = run("rewrite", ".", "--helpers-file", "compat.txt")
    assert outcome.code == 2
    assert "the module of helpers is a Python file" in outcome.err


def test_standard_input_has_no_project_to_write_it_into(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    text = CLIENTS + "\n\ndef save(profile):\n    chat.upsert_user(profile)\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    outcome = run("rewrite", "-")
    assert outcome.code == 0
    assert "from_v1" not in outcome.out
    assert "2 left for you" in outcome.err


def test_the_patch_adds_the_module(run: Run, shop: Path) -> None:
    outcome = run("rewrite", ".", "--diff")
    assert "--- /dev/null\n+++ b/shop/stream_compat.py\n" in outcome.out
    subprocess.run(["git", "apply", "-p1"], input=outcome.out.encode(), check=True)
    expected = (shop / "stream_compat.py").read_text()
    (shop / "stream_compat.py").unlink()
    (shop / "clients.py").write_text(CLIENTS)
    (shop / "people.py").write_text(PEOPLE)
    assert run("rewrite", ".", "--write").code == 0
    assert (shop / "stream_compat.py").read_text() == expected


def test_the_report_says_what_is_new(run: Run, shop: Path) -> None:
    report = json.loads(run("rewrite", ".", "--format", "json").out)
    assert {one["path"]: one["new"] for one in report["files"]} == {
        "shop/clients.py": False,
        "shop/people.py": False,
        "shop/stream_compat.py": True,
    }
    assert report["summary"]["files"]["changed"] == 2


def test_a_file_that_appeared_meanwhile_is_not_overwritten(shop: Path) -> None:
    from streammigrate import api

    outcome = api.rewrite(["."])
    (shop / "stream_compat.py").write_text("mine\n")
    failed = api.write_rewrite(outcome)
    assert [finding.message for finding in failed] == [
        "there is such a file by now",
        "it was left, since shop/stream_compat.py could not be written",
        "it was left, since shop/stream_compat.py could not be written",
    ]
    assert (shop / "stream_compat.py").read_text() == "mine\n"
    assert (shop / "people.py").read_text() == PEOPLE


def test_a_module_of_helpers_is_not_looked_into(run: Run, shop: Path) -> None:
    text = PEOPLE + (
        "\n\ndef said(row):\n    try:\n        chat.upsert_user(row)\n    except Exception as error:\n"
        "        return getattr(error, 'error_code', None)\n    return chat.get_message(row)\n"
    )
    (shop / "people.py").write_text(text)
    assert run("rewrite", ".", "--only", "upsert_user", "--write").code == 0
    helpers = (shop / "stream_compat.py").read_text()
    assert run("rewrite", ".", "--write").code == 0
    assert "stream_compat.py" not in run("rewrite", ".").out
    assert (shop / "stream_compat.py").read_text().startswith(helpers.partition("def ")[0][:200])
    assert "stream_chat" not in (shop / "people.py").read_text()
