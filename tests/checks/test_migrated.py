"""Uses of getstream are counted where the receiver is resolved: as many as stream-chat had before, and no others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from streammigrate.checks import migrated
from streammigrate.checks.project import Project
from streammigrate.codemod.session import Request, settings_of
from streammigrate.report import readiness

SAMPLES = Path(__file__).resolve().parents[1] / "sample_projects"


def project(folder: Path, **files: str) -> Project:
    """Return a project of some modules."""
    (folder / "pyproject.toml").touch()
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Project(str(folder), settings_of(Request(unsafe=False, todo=False), str(folder)))


def calls(found: Project) -> list[str]:
    return [f"{call.owner}.{call.name}" for call in migrated.calls(found)]


@pytest.mark.parametrize(
    "text",
    [
        "class Box:\n    def upsert_users(self): ...\n\nBox().upsert_users()\n# getstream\n",
        "from other import Stream\n\nStream().upsert_users()\nname = 'getstream'\n",
        "from stream_chat import StreamChat\n\nStreamChat('k', 's').get_app_settings()\nname = 'getstream'\n",
        "from getstream import Stream\n\nStream().no_such_method()\nStream().feeds.feed('a', 'b')\n",
        "def f(chat):\n    chat.upsert_users()\n    chat.chat.query_channels()\n# getstream\n",
        "from getstream import Stream\n\nx = (\n",
    ],
)
def test_what_is_not_a_call_of_getstream_is_not_counted(tmp_path: Path, text: str) -> None:
    assert calls(project(tmp_path, a=text)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from getstream import Stream\nStream(api_key='k').upsert_users()\n", ["client.upsert_users"]),
        ("import getstream\ngetstream.Stream().delete_users()\n", ["client.delete_users"]),
        ("import getstream as g\ng.Stream().delete_users()\n", ["client.delete_users"]),
        (
            "from getstream import (\n    AsyncStream as A,\n    Stream,\n)\nA().delete_users()\n",
            ["client.delete_users"],
        ),
        ("from getstream.stream import Stream\nStream.from_env().get_app()\n", ["client.get_app"]),
        ("from getstream import Stream\nc = Stream().chat\nc.query_channels()\n", ["chat.query_channels"]),
        ("from getstream import Stream\nStream().moderation.ban(target_user_id='a')\n", ["moderation.ban"]),
        (
            "from getstream import Stream\nStream().chat.channel('a', 'b').send_message(x)\n",
            ["channel.send_message", "chat.channel"],
        ),
        ("from getstream import Stream\nwork(Stream().delete_users, ['a'])\n", ["client.delete_users"]),
        (
            "from getstream import Stream\n\n\nclass A:\n    def __init__(self):\n        self.chat = Stream()\n\n"
            "    def f(self):\n        self.chat.chat.query_channels()\n",
            ["chat.query_channels"],
        ),
    ],
)
def test_calls_are_counted_however_the_client_is_named(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert calls(project(tmp_path, a=text)) == expected


def test_both_sdks_in_one_file_are_told_apart(tmp_path: Path) -> None:
    text = (
        "from getstream import Stream\nfrom stream_chat import StreamChat\n\n"
        "old, new = StreamChat('k', 's'), Stream('k', 's')\nold.delete_users(['a'])\nnew.delete_users(user_ids=['a'])\n"
    )
    (one,) = migrated.calls(project(tmp_path, a=text))
    assert (one.line, one.owner, one.name) == (6, "client", "delete_users")


def test_a_client_of_another_file_is_followed(tmp_path: Path) -> None:
    files = {
        "app____init__": "",
        "app__clients": "from getstream import Stream\n\n\ndef make():\n    return Stream()\n",
        "app__use": "from .clients import make\n\nmake().delete_users()\n",
    }
    (one,) = migrated.calls(project(tmp_path, **files))
    assert one.path == str(tmp_path / "app" / "use.py")


@pytest.mark.parametrize("name", ["celery_jobs", "django_shop", "threads", "worker"])
def test_a_project_that_has_moved_has_as_many_uses_as_before(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Else what trips the count would show as none.
    monkeypatch.setenv("STREAMMIGRATE_DEBUG", "1")
    totals = []
    for side in ("before", "after"):
        shutil.copytree(SAMPLES / name / side, tmp_path / side)
        found = readiness.of_project(project(tmp_path / side), str).total
        totals.append((found.total, found.percent))
    assert totals[0] == (totals[1][0], 0)
    assert totals[1][1] == 100


def test_a_failure_to_count_does_not_cost_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(found: Project) -> tuple[migrated.Call, ...]:
        raise RuntimeError

    monkeypatch.delenv("STREAMMIGRATE_DEBUG", raising=False)
    monkeypatch.setattr(migrated, "calls", fail)
    text = "from stream_chat import StreamChat\n\nStreamChat('k', 's').get_app_settings()\n"
    found = readiness.of_project(project(tmp_path, a=text), str)
    assert not found.knows_migrated
    assert found.total.left == 2
