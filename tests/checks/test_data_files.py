"""Which files of a project hold Stream's data: exports and imports, and nothing that only looks like them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from streammigrate import api
from streammigrate.checks import data_files
from streammigrate.checks.project import Project
from streammigrate.codemod.settings import RewriteSettings

USER = {"type": "user", "data": {"id": "a", "role": "user", "color": "red"}}
CHANNEL = {"cid": "messaging:a", "id": "a", "type": "messaging", "member_count": 2}


def lines(*records: Any) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


OTHERS: dict[str, tuple[str, bytes]] = {
    "people of somebody's": ("users.jsonl", lines({"id": 1, "name": "Al", "role": "admin"})),
    "mail": ("messages.jsonl", lines({"id": 1, "text": "x", "user": "a"})),
    "training data": ("train.jsonl", lines({"type": "user", "text": "x"}, {"type": "bot", "text": "y"})),
    "a log": ("log.jsonl", lines({"type": "user", "data": {"id": 1}, "level": "info"})),
    "a chat of another product": ("chat.jsonl", lines({"type": "message", "data": {"id": "m", "text": "x"}})),
    "people that are wrapped": ("people.jsonl", lines({"type": "user", "data": {"id": 1, "name": "Al"}})),
    "a type that is no text": ("types.jsonl", lines({"type": ["user"], "data": {"id": 1}})),
    "another kind between": ("mixed.jsonl", lines(USER, {"moon": 1})),
    "a manifest": ("package.json", b'{"name": "x", "type": "module"}\n'),
    "settings": ("app.json", json.dumps({"app": {"permission_version": "v1"}}, indent=2).encode()),
    "an empty file": ("empty.json", b""),
    "an empty list": ("list.json", b"[]"),
    "numbers": ("numbers.json", b"[1, 2, 3]"),
    "no JSON": ("x.jsonl", b"hello\n"),
    "a cid of something else": ("mail.jsonl", lines({"cid": "<image 1>", "type": "x", "id": "a"})),
    "another ending": ("users.txt", lines(USER)),
    "too deep": ("deep.json", b"[" * 50_000),
    "damaged": ("x.json.gz", b"\x1f\x8b nothing"),
}


@pytest.mark.parametrize(("name", "content"), OTHERS.values(), ids=OTHERS)
def test_other_files_are_not_taken_for_data(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert data_files.of_project(Project(str(tmp_path), RewriteSettings())) == []


DATA: dict[str, tuple[str, bytes]] = {
    "an import": ("a/import.jsonl", lines(USER, USER)),
    "an older import": ("import.json", json.dumps([{"type": "user", "item": {"id": "a", "role": "user"}}]).encode()),
    "an import with devices": ("import.jsonl", lines({"type": "device", "data": {"id": "a"}}, USER)),
    "compressed": ("export.jsonl.gz", gzip.compress(lines(USER))),
    "an export of channels": ("x.ndjson", lines({"channel": CHANNEL, "messages": [], "members": []})),
    "channels": ("channels.json", json.dumps([CHANNEL], indent=2).encode()),
    "messages": ("m.jsonl", lines({"id": "m", "cid": "messaging:a", "text": "x", "user": {"id": "a"}})),
    "with a bad line": ("import.jsonl", b"nonsense\n" + lines(USER)),
}


@pytest.mark.parametrize(("name", "content"), DATA.values(), ids=DATA)
def test_exports_and_imports_are_found(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    assert [file.path for file in data_files.of_project(Project(str(tmp_path), RewriteSettings()))] == [path.as_posix()]


def test_what_git_ignores_is_left_out(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.jsonl\n")
    (tmp_path / "import.jsonl").write_bytes(lines(USER))
    assert data_files.of_project(Project(str(tmp_path), RewriteSettings())) == []


def test_a_project_is_judged_with_its_data(tmp_path: Path) -> None:
    (tmp_path / "import.jsonl").write_bytes(lines(USER) + b"nonsense\n")
    (tmp_path / "more.jsonl").write_bytes(lines(USER))
    named = str(tmp_path / "import.jsonl")
    for data, count in (([], 2), ([named], 2), ([str(tmp_path / "." / "more.jsonl"), named], 2)):
        result = api.check(api.CheckOptions(path=str(tmp_path), data=data)).result
        (found,) = result.found()
        assert found.finding.message == f"{count} users have 1 key of your own beside the fields"
        assert [problem.location.line for problem in result.problems] == [2]


def test_a_project_without_data_leaves_the_checks_of_data_open(tmp_path: Path) -> None:
    (tmp_path / "users.jsonl").write_bytes(lines({"id": 1, "name": "Al"}))
    result = api.check(api.CheckOptions(path=str(tmp_path))).result
    assert {item.reason for item in result.results if item.check.id == "SM701"} == {"no data was given (--data)"}


def test_data_is_not_read_where_no_check_asks_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "import.jsonl").write_bytes(lines(USER))
    monkeypatch.setattr(data_files, "holds_data", lambda path: pytest.fail("was read"))
    api.check(api.CheckOptions(path=str(tmp_path), select=["SM640"]))
