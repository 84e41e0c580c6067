"""Programs of several files: what went wrong once, and what must not move by half."""

from __future__ import annotations

from programs import rewritten

V1 = "from stream_chat import StreamChat\n"


def test_a_package_without_a_file_is_passed_through() -> None:
    files = {
        "app/__init__.py": "",
        "app/core/stream.py": V1 + 'client = StreamChat("k", "s")\n',
        "main.py": "import app.core.stream\n\napp.core.stream.client.deactivate_user('a')\n",
        "other.py": "from app import core\n\ncore.stream.client.deactivate_user('a')\n",
    }
    after = rewritten(files)
    assert "app.core.stream.client.deactivate_user(user_id='a')" in after["main.py"]
    # `core.stream` is there only if somebody else imports it, which is not followed: nothing moves by half.
    assert ("core.stream.client.deactivate_user(user_id" in after["other.py"]) == (
        "Stream(" in after["app/core/stream.py"]
    )


def test_a_second_name_is_imported_wherever_it_is_used() -> None:
    files = {
        "chat.py": V1 + '\n\ndef get_chat():\n    return StreamChat("k", "s")\n',
        "main.py": (
            "from chat import get_chat\n\n\ndef one():\n    from chat import get_chat\n    get_chat().unflag_user('a')\n\n\n"
            "def two():\n    client = get_chat()\n    client.unflag_user('a')\n    client.deactivate_user('a')\n"
        ),
    }
    after = rewritten(files)["main.py"]
    assert after.startswith("from chat import get_chat, get_chat_v1\n")
    assert (
        "    client_v1 = get_chat_v1()\n    client_v1.unflag_user('a')\n    client.deactivate_user(user_id='a')\n"
        in after
    )


def test_what_may_be_the_object_keeps_it() -> None:
    files = {
        "chat.py": V1 + 'chat = StreamChat("k", "s")\nchat.deactivate_user("a")\n',
        "main.py": 'import chat as module\nimport sys\n\nsys.modules["chat"].chat.channel("a", "b")\nmodule.chat.list_roles()\n',
    }
    assert "Stream(" not in rewritten(files)["chat.py"].replace("StreamChat(", "")
    files["main.py"] = files["main.py"].replace('sys.modules["chat"].chat.channel', 'sys.modules["chat"].rooms.channel')
    assert "Stream(" in rewritten(files)["chat.py"].replace("StreamChat(", "")


def test_what_is_told_is_told_again() -> None:
    files = {"main.py": V1 + 'chat = StreamChat("k", "s")\nchat.list_roles()\n\n\ndef f(x):\n    x.upsert_user({})\n'}
    once = rewritten(files, todo=True)
    assert "# TODO(streammigrate): SM510" in once["main.py"]
    assert rewritten(once, todo=True) == once


def test_an_import_that_may_mean_one_of_two_files_holds_both() -> None:
    made = V1 + 'chat = StreamChat("k", "s")\nchat.deactivate_user("a")\n'
    files = {
        "a/shared/x.py": made,
        "b/shared/x.py": made,
        "tools/run.py": "from shared.x import chat\n\nchat.list_roles()\n",
    }
    one = rewritten(files, roots=("a",))
    assert [path for path, text in one.items() if text != files[path]] == ["b/shared/x.py"]
    both = rewritten(files, roots=("a", "b"))
    assert [path for path, text in both.items() if text != files[path]] == []
