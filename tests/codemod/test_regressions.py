"""What the differential test once found wrong, as the smallest program of each, and what must become of it."""

from __future__ import annotations

from textwrap import dedent
from typing import NamedTuple

import pytest

from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings

HEAD = 'from stream_chat import StreamChat\n\nclient = StreamChat("key", "secret")\n'
MOVED_HEAD = 'client = Stream(api_key="key", api_secret="secret", timeout=6.0)\n'
LEFT = None


class Row(NamedTuple):
    """A program after HEAD, and what it becomes; LEFT when nothing of the file may change."""

    what: str
    before: str
    after: str | None


ROWS = (
    Row(
        "nothing but the construction could move: no second client is made", "client.query_users({}, **loaded())", LEFT
    ),
    Row(
        "what is called on a channel stays where the channel stays",
        """
        channel = client.channel("messaging", "general", {"filter_tags": list({})})
        channel.add_members(members=["jane"])
        """,
        LEFT,
    ),
    Row(
        "a channel's id with effects is evaluated where v2 does not need the channel",
        'client.channel("messaging", seen("general")).get_reactions("m1")',
        'client.chat.channel("messaging", seen("general")).client.get_reactions(id="m1")',
    ),
    Row(
        "a channel's data with effects is not dropped with the data",
        'client.channel("messaging", "blue", {"image": seen("x")}).send_message({"text": "hi"}, "jane")',
        LEFT,
    ),
    Row(
        "a channel without id that is not created at once stays, and its creation with it",
        """
        channel = client.channel("messaging")
        who = "jane"
        channel.create(who)
        """,
        LEFT,
    ),
    Row(
        "a channel without id has one after its creation",
        """
        channel = client.channel("messaging")
        channel.create("jane")
        channel.query()
        """,
        """
        channel = client.chat.channel(
            "messaging",
            client.chat.get_or_create_distinct_channel(
                type="messaging",
                data=ChannelInput(created_by_id="jane"),
                state=False,
            ).data.channel.id,
        )
        channel.get_or_create(data=ChannelInput(created_by_id="jane"), state=True)
        """,
    ),
    Row(
        "a field called `custom` that is no mapping holds no custom data",
        'print(client.list_roles()["roles"][0].get("x_color"))',
        'print(as_v1(client.list_roles().data.roles[0]).get("x_color"))',
    ),
    Row(
        "None in a variable of what is set",
        """
        values = {"level": 1, "note": None}
        client.update_users_partial([{"id": "jane", "set": values}])
        """,
        LEFT,
    ),
    Row(
        "a claim that has the name of one of v2's parameters",
        'client.create_token("jane", expiration=3600)',
        LEFT,
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_row(row: Row) -> None:
    source = HEAD + dedent(row.before).strip("\n") + "\n"
    after = rewrite_source(source.encode(), "program.py", RewriteSettings(todo=False)).after.decode()
    if row.after is LEFT:
        assert after == source
    else:
        assert after.partition(MOVED_HEAD)[2] == dedent(row.after).strip("\n") + "\n"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
@pytest.mark.parametrize("todo", [True, False])
def test_a_second_run_changes_nothing(row: Row, todo: bool) -> None:
    source = HEAD + dedent(row.before).strip("\n") + "\n"
    once = rewrite_source(source.encode(), "program.py", RewriteSettings(todo=todo)).after
    assert rewrite_source(once, "program.py", RewriteSettings(todo=todo)).after == once


def test_the_brackets_of_an_awaited_call_stay() -> None:
    source = dedent(
        """
        from stream_chat import StreamChatAsync


        async def count(client: StreamChatAsync):
            return len((await client.list_imports())["import_tasks"])
        """
    )
    after = rewrite_source(source.encode(), "program.py", RewriteSettings()).after.decode()
    assert "return len((await client.list_imports()).data.import_tasks)" in after


def test_a_quote_in_a_channels_type_does_not_end_the_text_that_names_it() -> None:
    source = HEAD + 'client.channel("it\'s", ("a" if client else "b")).ban_user("jane", banned_by_id="mary")\n'
    result = rewrite_source(source.encode(), "program.py", RewriteSettings(todo=False, unproven=True))
    assert result.troubles == ()


def test_a_test_of_the_clients_class_moves_with_the_client() -> None:
    source = dedent(
        """
        from stream_chat import StreamChat


        def get_client():
            return StreamChat("key", "secret")


        if isinstance(get_client(), StreamChat):
            get_client().delete_message("m1")
        get_client().unflag_user('a')
        """
    )
    result = rewrite_source(source.encode(), "program.py", RewriteSettings(todo=False))
    after = result.after.decode()
    assert (
        'if isinstance(get_client(), (StreamChat, Stream)):\n    get_client().chat.delete_message(id="m1")\n' in after
    )
    assert "get_client_v1().unflag_user('a')\n" in after
    assert '\n\n\ndef get_client_v1():\n    return StreamChat("key", "secret")\n\n\nif' in after
