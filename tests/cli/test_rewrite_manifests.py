"""`rewrite` takes a project's manifests and environment with its code."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from streammigrate import api

_CHAT = "from stream_chat import StreamChat\n\nclient = StreamChat('key', 'secret')\n"
_SENDS = _CHAT + "\n\ndef load():\n    client.deactivate_user('jane')\n"
_LEFT = _CHAT + "\n\ndef load(**options):\n    client.query_users({}, **options)\n"
_DONE = "from getstream import Stream\n\nclient = Stream(api_key='key', api_secret='secret', timeout=6.0)\n"


def _project(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _after(folder: Path, manifests: bool | None = None) -> dict[str, str]:
    """Return what changes, by path relative to the folder."""
    outcome = api.rewrite([str(folder)], api.RewriteOptions(manifests=manifests))
    found = {Path(one.path).relative_to(folder).as_posix(): one for one in outcome.files if one.changed}
    return {path: one.after.decode() for path, one in found.items()}


def _told(folder: Path) -> list[tuple[str, str, str]]:
    outcome = api.rewrite([str(folder)])
    found = [finding for one in outcome.files for finding in one.findings]
    return [(Path(one.location.source).relative_to(folder).as_posix(), one.id, one.severity.value) for one in found]


@pytest.mark.parametrize(
    "files",
    [
        # Nothing moves: no call of the SDK, no getstream.
        {"app.py": "import requests\n", "requirements.txt": "stream-chat==4.33.0\n"},
        {"app.py": _LEFT, "requirements.txt": "stream-chat==4.33.0\n"},
        # Of getstream alone nothing is known here.
        {"app.py": _DONE, "requirements.txt": "getstream==6.1.0\n", ".env": "STREAM_CHAT_TIMEOUT=3\n"},
        {"app.py": "# from stream_chat import StreamChat\n", "requirements.txt": "stream-chat==4.33.0\n"},
    ],
)
def test_without_code_that_moves_nothing_is_touched_or_said(tmp_path: Path, files: dict[str, str]) -> None:
    _project(tmp_path, files)
    assert set(_after(tmp_path)) <= {"app.py"}
    assert _told(tmp_path) == []


def test_stream_chat_goes_when_nothing_needs_it(tmp_path: Path) -> None:
    _project(tmp_path, {"app.py": _SENDS, "requirements.txt": "flask==3.0.0\nstream-chat==4.33.0\n"})
    assert _after(tmp_path)["requirements.txt"] == "flask==3.0.0\ngetstream==7.0.0\n"


@pytest.mark.parametrize(
    "other",
    [
        _LEFT,
        "import importlib\nsdk = importlib.import_module('stream_chat')\n",
        "sdk = __import__('stream_chat')\n",
        "def broken(:\n    from stream_chat import StreamChat\n",
    ],
)
def test_stream_chat_stays_while_something_needs_it(tmp_path: Path, other: str) -> None:
    _project(tmp_path, {"app.py": _SENDS, "other.py": other, "requirements.txt": "stream-chat==4.33.0\n"})
    assert _after(tmp_path)["requirements.txt"] == "stream-chat==4.33.0\ngetstream==7.0.0\n"


def test_what_is_excluded_still_needs_it(tmp_path: Path) -> None:
    settings = "[tool.streammigrate.rewrite]\nexclude = ['legacy/']\n"
    files = {"app.py": _SENDS, "legacy/old.py": _LEFT, "requirements.txt": "stream-chat\n", "pyproject.toml": settings}
    assert _after(_project(tmp_path, files))["requirements.txt"] == "stream-chat\ngetstream>=7.0,<8\n"


def test_what_a_person_finished_by_hand_is_cleaned_up(tmp_path: Path) -> None:
    _project(tmp_path, {"app.py": _DONE, "requirements.txt": "getstream==7.0.0\nstream-chat==4.33.0\n"})
    assert _after(tmp_path) == {"requirements.txt": "getstream==7.0.0\n"}


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    _project(tmp_path, {"app.py": _SENDS, "requirements.txt": "stream-chat==4.33.0\n"})
    api.write_rewrite(api.rewrite([str(tmp_path)]))
    assert (tmp_path / "requirements.txt").read_text() == "getstream==7.0.0\n"
    assert _after(tmp_path) == {}


def test_without_manifests_only_code_moves(tmp_path: Path) -> None:
    _project(tmp_path, {"app.py": _SENDS, "requirements.txt": "stream-chat==4.33.0\n"})
    assert list(_after(tmp_path, manifests=False)) == ["app.py"]


def test_undo_brings_the_manifest_back(tmp_path: Path) -> None:
    _project(tmp_path, {"app.py": _SENDS, "requirements.txt": "stream-chat==4.33.0  # chat\r\n"})
    before = (tmp_path / "requirements.txt").read_bytes()
    api.write_rewrite(api.rewrite([str(tmp_path)]))
    assert (tmp_path / "requirements.txt").read_bytes() != before
    api.undo(start=str(tmp_path))
    assert (tmp_path / "requirements.txt").read_bytes() == before


@pytest.mark.parametrize("name", [".env", "docker-compose.yml"])
def test_variables_that_are_set_outside_of_the_code_are_read_by_the_new_code(tmp_path: Path, name: str) -> None:
    text = (
        "services:\n  app:\n    environment:\n      STREAM_CHAT_TIMEOUT: 3\n      STREAM_CHAT_URL: http://localhost\n"
    )
    env = "STREAM_CHAT_TIMEOUT=3\nSTREAM_CHAT_URL=http://localhost\n"
    _project(tmp_path, {"app.py": _SENDS, name: env if name == ".env" else text, "requirements.txt": "stream-chat\n"})
    after = _after(tmp_path)["app.py"]
    assert 'timeout=float(os.getenv("STREAM_CHAT_TIMEOUT") or 6.0)' in after
    assert 'base_url=os.getenv("STREAM_CHAT_URL") or "https://chat.stream-io-api.com"' in after
    assert _told(tmp_path) == [(name, "SM590", "info"), (name, "SM590", "info")]


def test_a_lock_file_is_told_with_its_command(tmp_path: Path) -> None:
    pyproject = (
        '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["stream-chat>=4"]\n'
    )
    lock = 'version = 1\n\n[[package]]\nname = "stream-chat"\nversion = "4.33.0"\n'
    _project(tmp_path, {"app.py": _SENDS, "pyproject.toml": pyproject, "uv.lock": lock})
    outcome = api.rewrite([str(tmp_path)])
    (finding,) = [finding for one in outcome.files for finding in one.findings]
    assert (finding.id, "uv lock" in finding.hint) == ("SM582", True)
    assert api.rewrite_exit_code(outcome) == 1
    text = api.render_rewrite(outcome, "text")
    assert "pyproject.toml would be updated" in " ".join(text.split())
    assert "1 thing to do around the code" in " ".join(text.split())
    document = json.loads(api.render_rewrite(outcome, "json"))
    assert document["summary"]["files"]["manifests"] == 1
    assert next(one["findings"] for one in document["files"] if one["path"].endswith("uv.lock"))[0]["id"] == "SM582"


def test_ignored_ids_are_not_told(tmp_path: Path) -> None:
    pyproject = (
        '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.8"\ndependencies = ["stream-chat>=4"]\n'
    )
    _project(tmp_path, {"app.py": _SENDS, "pyproject.toml": pyproject})
    assert [id for _, id, _ in _told(tmp_path)] == ["SM584"]
    outcome = api.rewrite([str(tmp_path)], api.RewriteOptions(ignore=["SM58"]))
    assert [finding for one in outcome.files for finding in one.findings] == []


def test_a_series_installs_getstream_first_and_takes_stream_chat_away_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = _SENDS + "    client.reactivate_user('jane')\n"
    _project(tmp_path, {"app.py": two, "requirements.txt": "stream-chat==4.33.0\n"})
    monkeypatch.chdir(tmp_path)
    _, series = api.split_rewrite(["."], "rule")
    titles = [step.title for step in series.steps]
    assert titles[0] == "getstream beside stream-chat"
    (first,) = series.steps[0].files
    assert first.after == b"stream-chat==4.33.0\ngetstream==7.0.0\n"
    (last,) = [one for one in series.steps[-1].files if one.manifest]
    assert (last.before, last.after) == (first.after, b"getstream==7.0.0\n")


def test_the_patch_has_the_manifest(tmp_path: Path) -> None:
    _project(tmp_path, {"app.py": _SENDS, "requirements.txt": "stream-chat==4.33.0\n"})
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    patch = api.render_rewrite_diff(api.rewrite([str(tmp_path)])).decode()
    assert "+getstream==7.0.0" in patch
