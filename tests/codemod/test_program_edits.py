"""Programs of several files: what went wrong once, and what must not move by half."""

from __future__ import annotations

from textwrap import dedent

import pytest
from programs import rewrite_all, rewritten

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


OPTIONAL = {
    "a class that may be None": (
        """
        try:
            from stream_chat import StreamChat
        except ImportError:
            StreamChat = None


        def get_client():
            if StreamChat is None or not StreamChat:
                return None
            return StreamChat("k", "s")


        client = get_client()
        if client:
            client.deactivate_user("a")
        """,
        """
        try:
            from getstream import Stream
        except ImportError:
            Stream = None


        def get_client():
            if Stream is None or not Stream:
                return None
            return Stream(api_key="k", api_secret="s", timeout=6.0)


        client = get_client()
        if client:
            client.deactivate_user(user_id="a")
        """,
    ),
    "an exception with a fallback": (
        """
        try:
            from stream_chat import StreamChat
            from stream_chat.client import StreamAPIException
        except ImportError:
            StreamAPIException = Exception


        def go():
            try:
                StreamChat("k", "s").deactivate_user("a")
            except (KeyError, StreamAPIException):
                pass
        """,
        """
        try:
            from getstream import Stream, StreamApiException
        except ImportError:
            StreamApiException = Exception


        def go():
            try:
                Stream(api_key="k", api_secret="s", timeout=6.0).deactivate_user(user_id="a")
            except (KeyError, StreamApiException):
                pass
        """,
    ),
    "while a call stays": (
        """
        try:
            from stream_chat import StreamChat
        except ImportError:
            StreamChat = None

        if StreamChat:
            client = StreamChat("k", "s")
            client.unflag_user("a")
            client.deactivate_user("a")
        """,
        """
        try:
            from stream_chat import StreamChat
            from getstream import Stream
        except ImportError:
            StreamChat = None
            Stream = StreamChat

        if StreamChat:
            client = Stream(api_key="k", api_secret="s", timeout=6.0)
            client_v1 = StreamChat("k", "s")
            client_v1.unflag_user("a")
            client.deactivate_user(user_id="a")
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), OPTIONAL.values(), ids=OPTIONAL.keys())
def test_what_is_optional_stays_optional(before: str, after: str) -> None:
    found = rewritten({"main.py": before})
    assert found["main.py"] == dedent(after).lstrip()
    assert rewritten(found) == found


def test_an_exception_that_may_be_somebody_elses_stays_beside_the_new_one() -> None:
    text = (
        "try:\n    from stream_chat import StreamChat\n    from stream_chat.base.exceptions import StreamAPIException\n"
        "except ImportError:\n    from fakes import StreamAPIException\n\n\n"
        "def go(chat: StreamChat):\n    try:\n        chat.deactivate_user('a')\n    except StreamAPIException:\n        pass\n"
    )
    assert "except (StreamAPIException, StreamApiException):" in rewritten({"main.py": text})["main.py"]


def test_an_optional_name_that_another_file_imports_keeps_its_fallback() -> None:
    files = {
        "sdk.py": (
            "try:\n    from stream_chat import StreamChat\nexcept ImportError:\n    StreamChat = None\n\n\n"
            "def get():\n    return StreamChat('k', 's')\n\n\nget().deactivate_user('a')\n"
        ),
        "other.py": "from sdk import StreamChat\n\nprint(StreamChat)\n",
    }
    assert "    StreamChat = None\n" in rewritten(files, unsafe=True)["sdk.py"]


def test_an_import_that_must_not_fail_is_not_put_where_it_may() -> None:
    text = (
        V1
        + 'try:\n    import stream_chat.channel\nexcept ImportError:\n    pass\nStreamChat("k", "s").deactivate_user("a")\n'
    )
    assert rewritten({"main.py": text})["main.py"].startswith("from getstream import Stream\ntry:\n")


def test_a_name_that_is_only_tested_goes_with_the_rest() -> None:
    files = {
        "bot.py": (
            "try:\n    from stream_chat import StreamChat\nexcept ImportError:\n    StreamChat = None\n\n\n"
            "def go(client):\n    if StreamChat is None:\n        return\n    client.deactivate_user('a')\n"
        ),
        "main.py": V1 + "from bot import go\n\ngo(StreamChat('k', 's'))\n",
    }
    after = rewritten(files)
    assert after["bot.py"].startswith(
        "try:\n    from getstream import Stream\nexcept ImportError:\n    Stream = None\n"
    )
    assert "    if Stream is None:\n" in after["bot.py"]
    assert rewritten(after) == after


def test_what_is_given_a_model_of_getstreams_is_not_asked_about() -> None:
    text = (
        "import stream_chat\nfrom getstream.models import UserRequest\n\n\n"
        "def f(x):\n    x.upsert_users(UserRequest(id='a'))\n"
    )
    assert rewritten({"main.py": text}, todo=True) == {"main.py": text}


def test_a_second_object_is_made_over_as_many_lines() -> None:
    text = V1 + (
        "\n\nclass Service:\n    def __init__(self, key):\n        self.chat = StreamChat(\n            api_key=key,\n"
        '            api_secret="s",  # from the vault\n        )\n\n    def go(self):\n'
        "        self.chat.unflag_user('a')\n        self.chat.deactivate_user('a')\n"
    )
    after = rewritten({"main.py": text})["main.py"]
    made = "        self.chat_v1 = StreamChat(\n            api_key=key,\n"
    made += '            api_secret="s",  # from the vault\n        )\n'
    assert made in after


PATCHED = {
    "app.py": V1
    + "\n\ndef get_client():\n    return StreamChat('k', 's')\n\n\ndef go():\n    get_client().deactivate_user('a')\n",
    "tests/test_app.py": (
        "from unittest.mock import patch\n\nimport app\n\n\n"
        "@patch('app.get_client')\ndef test_go(get_client):\n    app.go()\n\n\n"
        "@patch('app.go')\n@patch('other.get_client')\ndef test_nothing(go, other):\n    pass\n"
    ),
}


def test_what_a_test_replaces_has_no_second() -> None:
    # The mock is asked for nothing that has another name in v2.
    assert [site for one in rewrite_all(PATCHED).files for site in one.sites if site.rule == "SM521"] == []
    after = rewritten(PATCHED, todo=True)
    assert "return Stream(" in after["app.py"]
    assert after["tests/test_app.py"] == PATCHED["tests/test_app.py"]
    assert rewritten(after, todo=True) == after
    kept = {**PATCHED, "app.py": PATCHED["app.py"] + "    get_client().unflag_user('a')\n"}
    assert rewritten(kept) == kept
    alone = {"app.py": kept["app.py"]}
    assert "get_client_v1" in rewritten(alone)["app.py"]


def test_a_patch_of_the_sdk_moves() -> None:
    files = {**PATCHED, "tests/test_app.py": "from unittest.mock import patch\n\npatch('stream_chat.StreamChat')\n"}
    (site,) = [site for one in rewrite_all(files).files for site in one.sites if site.rule == "SM521"]
    assert (site.before, site.after, site.applied) == ("'stream_chat.StreamChat'", "'getstream.Stream'", True)


def test_a_handler_in_a_file_that_is_not_edited_keeps_what_it_catches() -> None:
    files = {
        "chat.py": V1 + "\n\ndef go():\n    StreamChat('k', 's').deactivate_user('a')\n",
        "views.py": (
            "from stream_chat.base.exceptions import StreamAPIException\n\nfrom chat import go\n\n"
            "try:\n    go()\nexcept StreamAPIException:\n    pass\n"
        ),
    }
    assert rewritten(files, "chat.py") == {"chat.py": files["chat.py"]}
    (facet,) = rewrite_all(files, "chat.py").files[0].sites[0].facets
    assert "views.py handles stream-chat's exceptions" in facet.text
    assert "except StreamApiException:" in rewritten(files)["views.py"]


def test_what_only_a_function_imports_is_not_where_the_module_gets_its_names() -> None:
    text = (
        "def get():\n    try:\n        from stream_chat import StreamChat\n    except ImportError:\n        return None\n"
        "    return StreamChat('k', 's')\n\n\ndef go():\n    get().upsert_user({'id': 'a'})\n"
    )
    after = rewritten({"main.py": text})["main.py"]
    assert after.startswith("from getstream import Stream\nfrom getstream.models import UserRequest\n")
    assert "    get().upsert_users(UserRequest(id='a'))\n" in after
