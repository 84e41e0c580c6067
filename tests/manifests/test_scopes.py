"""Which manifests move with which code, in monorepos and with helpers beside the code."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import pytest

from streammigrate.manifests.code import need_of
from streammigrate.manifests.model import Need
from streammigrate.manifests.plan import plan, plan_files

PIN = "stream-chat==4.33.0\n"
BOTH = "stream-chat==4.33.0\ngetstream==7.0.0\n"
NEW = "getstream==7.0.0\n"


def run(
    files: dict[str, str], v1: Collection[str] = (), v2: Collection[str] = (), code: Collection[str] | None = None
) -> tuple[dict[str, str], set[tuple[str, str]]]:
    """Return the texts after, and the findings as (path, id)."""
    folders = {path.rpartition("/")[0] for path in (*v1, *v2)} if code is None else code
    changes = plan_files({path: text.encode() for path, text in files.items()}, Need("7.0.0", v1, v2), folders)
    after = dict(files) | {one.path: one.after.decode() for one in changes if one.path in files}
    return after, {(one.path, finding.id) for one in changes for finding in one.findings}


def test_each_part_of_a_monorepo_moves_by_itself() -> None:
    files = {"api/requirements.txt": PIN, "worker/requirements.txt": PIN, "web/requirements.txt": PIN}
    after, ids = run(files, v1=["worker/w.py", "web/old.py"], v2=["api/app/a.py", "web/new.py"])
    assert after == {"api/requirements.txt": NEW, "worker/requirements.txt": PIN, "web/requirements.txt": BOTH}
    assert ids == set()


def test_code_below_a_manifest_without_stream_chat_belongs_to_the_one_above() -> None:
    files = {"requirements.txt": PIN, "lib/pyproject.toml": '[project]\nname = "lib"\ndependencies = ["a"]\n'}
    after, _ = run(files, v1=["lib/old.py"], v2=["app.py"])
    assert after["requirements.txt"] == BOTH
    after, _ = run(files, v2=["lib/new.py"])
    assert after["requirements.txt"] == NEW


def test_all_manifests_of_a_folder_move_together() -> None:
    files = {
        "requirements/base.txt": PIN,
        "requirements/dev.txt": "-r base.txt\n" + PIN,
        "pyproject.toml": '[project]\ndependencies = ["stream-chat"]\n',
    }
    after, _ = run(files, v1=["tests/t.py"], v2=["app/a.py"])
    assert after["requirements/base.txt"] == BOTH
    assert after["requirements/dev.txt"] == "-r base.txt\n" + BOTH
    assert after["pyproject.toml"] == '[project]\ndependencies = ["stream-chat", "getstream>=7.0,<8"]\n'


def test_a_file_that_is_taken_in_sideways_is_found() -> None:
    files = {"api/requirements.txt": "-r ../common/chat.txt\n", "common/chat.txt": PIN}
    assert run(files, v2=["api/a.py"])[0]["common/chat.txt"] == NEW
    assert (
        run({**files, "job/requirements.txt": "-r ../common/chat.txt\n"}, v1=["job/j.py"], v2=["api/a.py"])[0][
            "common/chat.txt"
        ]
        == BOTH
    )


def test_a_helper_folder_follows_the_code_around_it() -> None:
    files = {
        "requirements.txt": PIN,
        "docker/requirements.txt": PIN,
        "api/deploy/Dockerfile": "RUN pip install a " + PIN,
    }
    after, _ = run(files, v1=["job/j.py"], v2=["api/a.py"])
    assert after["api/deploy/Dockerfile"] == "RUN pip install a " + NEW
    assert after["docker/requirements.txt"] == BOTH


def test_a_folder_with_code_that_uses_neither_is_told_and_left() -> None:
    files = {"api/requirements.txt": PIN, "tool/requirements.txt": PIN}
    after, ids = run(files, v2=["api/a.py"], code=["api", "tool"])
    assert after == {"api/requirements.txt": NEW, "tool/requirements.txt": PIN}
    assert ids == {("tool/requirements.txt", "SM586")}


def test_a_tests_folder_with_its_own_requirements() -> None:
    files = {"requirements.txt": PIN, "tests/requirements.txt": "pytest==8.0\n" + PIN}
    after, _ = run(files, v1=["tests/test_a.py"], v2=["a.py"])
    assert after == {"requirements.txt": NEW, "tests/requirements.txt": "pytest==8.0\n" + PIN}


def test_code_without_a_manifest_is_told() -> None:
    _, ids = run({"requirements.txt": "flask\n"}, v2=["a.py", "b/c.py"])
    assert ids == {("requirements.txt", "SM585")}
    assert run({}, v2=["a.py"])[1] == {("a.py", "SM585")}
    assert run({"requirements.txt": "getstream>=7\n"}, v2=["a.py"])[1] == set()


def test_a_local_distribution_brings_it_along() -> None:
    files = {
        "lib/pyproject.toml": '[project]\nname = "Chat.Lib"\ndependencies = ["stream-chat==4.33.0"]\n',
        "mid/setup.py": "setup(name='mid', install_requires=['chat_lib'])\n",
        "api/requirements.txt": "-e ../mid[x]\n",
    }
    after, ids = run(files, v2=["lib/l.py", "api/a.py"])
    assert "getstream==7.0.0" in after["lib/pyproject.toml"]
    assert ids == set()
    after, _ = run(files, v1=["api/a.py"], v2=["lib/l.py"])
    assert '"stream-chat==4.33.0", "getstream==7.0.0"' in after["lib/pyproject.toml"]


def test_code_that_belongs_to_no_manifest_keeps_stream_chat_everywhere() -> None:
    files = {"api/requirements.txt": PIN, "job/requirements.txt": PIN}
    after, _ = run(files, v1=["scripts/s.py"], v2=["api/a.py", "job/j.py"])
    assert after == {"api/requirements.txt": BOTH, "job/requirements.txt": BOTH}


def test_a_manifest_beside_the_code_is_enough() -> None:
    after, ids = run({"deploy/requirements.txt": PIN}, v2=["app/a.py"])
    assert (after, ids) == ({"deploy/requirements.txt": NEW}, set())


SCRIPT = '#!/usr/bin/env -S uv run\n# /// script\n# dependencies = [\n#   "stream-chat>=4",\n# ]\n# ///\nimport x\n'


def test_a_script_that_says_what_it_needs_stands_for_itself(tmp_path: Path) -> None:
    (tmp_path / "job.py").write_text(SCRIPT)
    (tmp_path / "other.py").write_text("# no script\n")
    (change,) = plan(str(tmp_path), Need("7.0.0", v2=["job.py"]))
    assert (change.changed, change.path) == (False, "job.py")
    assert [(one.id, one.location.line, one.hint) for one in change.findings] == [
        ("SM581", 4, 'write `"getstream>=7.0,<8"` in its place')
    ]
    assert plan(str(tmp_path), Need("7.0.0", v1=["job.py"])) == ()
    (tmp_path / "job.py").write_text(SCRIPT.replace("stream-chat>=4", "getstream>=7"))
    assert plan(str(tmp_path), Need("7.0.0", v2=["job.py"])) == ()
    (tmp_path / "job.py").write_text(SCRIPT.replace("[", "[["))
    assert [one.id for one in plan(str(tmp_path), Need("7.0.0", v2=["job.py"]))[0].findings][:1] == ["SM580"]


def test_ci_and_scripts_follow_all_code_below_them() -> None:
    files = {"a/requirements.txt": PIN, ".github/workflows/ci.yml": "- run: pip install stream-chat\n"}
    assert run(files, v2=["a/a.py"])[1] == {(".github/workflows/ci.yml", "SM581")}
    assert run(files, v1=["a/a.py"])[1] == set()


def test_constraints_that_are_shared_keep_what_one_still_needs() -> None:
    files = {
        "constraints.txt": PIN,
        "api/requirements.txt": "-c ../constraints.txt\nstream-chat\n",
        "job/requirements.txt": "-c ../constraints.txt\nstream-chat\n",
    }
    assert run(files, v2=["api/a.py", "job/j.py"])[0]["constraints.txt"] == NEW
    assert run(files, v1=["job/j.py"], v2=["api/a.py"])[0]["constraints.txt"] == BOTH


def test_one_go_and_many_steps_end_in_the_same_files() -> None:
    files = {"a/requirements.txt": PIN + "b\n", "c/pyproject.toml": '[project]\ndependencies = ["stream-chat"]\n'}
    code = ["a/1.py", "a/2.py", "c/3.py"]
    at_once, _ = run(files, v2=code)
    now = files
    for step in range(1, len(code) + 1):
        now, _ = run(now, v1=code[step:], v2=code[:step])
    assert now == at_once


def test_the_disk_is_read_and_not_written(tmp_path: Path) -> None:
    texts = {
        "requirements.txt": "-r deps/chat.list\n",
        "deps/chat.list": PIN,
        "app/main.py": "import getstream\n",
        "tool/requirements.txt": PIN,
        "tool/tool.py": "",
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    changes = plan(str(tmp_path), Need("7.0.0", v2=["app/main.py"]))
    assert [(one.path, one.changed) for one in changes] == [("deps/chat.list", True), ("tool/requirements.txt", False)]
    assert {path: (tmp_path / path).read_text() for path in texts} == texts


def test_a_file_outside_of_the_root_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text(PIN)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "requirements.txt").write_text("-r ../outside.txt\n-r /etc/passwd\n-r requirements.txt\n")
    (finding,) = plan(str(tmp_path / "in"), Need("7.0.0", v2=["a.py"]))[0].findings
    assert finding.id == "SM585"


def test_a_root_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert plan(str(tmp_path / "no"), Need("7.0.0")) == ()


@pytest.mark.parametrize(
    ("imports", "listed", "told"),
    [
        (["requests", "os"], "", {"SM589"}),
        (["requests"], "requests>=2\n", set()),
        (["jwt", "httpx"], "", set()),
        ([], "", set()),
    ],
)
def test_what_came_along_with_stream_chat_is_told(imports: list[str], listed: str, told: set[str]) -> None:
    files = {"requirements.txt": (PIN + listed).encode()}
    changes = plan_files(files, Need("7.0.0", v2=["a.py"], imports=imports), [""])
    assert {finding.id for one in changes for finding in one.findings} == told
    both = plan_files(files, Need("7.0.0", v1=["b.py"], v2=["a.py"], imports=imports), [""])
    assert not any(one.findings for one in both)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("pydantic<2", True),
        ("pydantic==1.10.13", True),
        ("pydantic>=2,<3", False),
        ("PyJWT==1.7.1", True),
        ("pyjwt>=2", False),
        ("marshmallow>=4", True),
        ("protobuf~=4.25", True),
        ("protobuf==6.31.*", False),
        ("httpx>=0.24,<0.29", False),
        ("httpx==0.27.2", True),
        ("httpx", False),
        ("dataclasses-json==0.6.7", False),
        ("pyee<13", True),
    ],
)
def test_pins_that_do_not_go_with_getstream_are_told(line: str, told: bool) -> None:
    _, ids = run({"requirements.txt": f"{PIN}{line}\n"}, v2=["a.py"])
    assert (("requirements.txt", "SM588") in ids) is told


@pytest.mark.parametrize(
    ("source", "v1", "v2"),
    [
        (["from stream_chat import StreamChat\n", "c = StreamChat('k', 's')"], True, False),
        (["import os, stream_chat"], True, False),
        (["from getstream import Stream"], False, True),
        (["print('stream_chat is gone')"], False, False),
    ],
)
def test_a_notebook_needs_what_its_cells_import(source: list[str], v1: bool, v2: bool) -> None:
    # The text of a notebook can be read as a dictionary of Python, which imports nothing.
    cells = [{"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": source}]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    need = need_of({"n.ipynb": notebook.encode()}, "7.0.0")
    assert (bool(need.v1), bool(need.v2)) == (v1, v2)
