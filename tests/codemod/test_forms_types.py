"""`stream_chat.types`: what is left first, then what becomes of members and annotations, and that both do the same."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import NamedTuple

import pytest
from programs import rewrite_with

from streammigrate.codemod.model import Applicability, FileResult
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.proof.equality import compare_traces
from streammigrate.proof.run import run

HEAD = """\
from typing import Any, List, Optional, cast
from stream_chat.types.base import SortOrder, SortParam
from stream_chat.types.channel_batch import ChannelBatchOperation
from stream_chat.types.rate_limit import RateLimitInfo
from stream_chat.types.segment import SegmentData, SegmentType
from stream_chat.types.stream_response import StreamResponse

"""
CLIENT = """\
from stream_chat import StreamChat

client = StreamChat("key", "secret")
"""


def rewrite(text: str, *, unsafe: bool = False, others: dict[str, str] | None = None) -> FileResult:
    settings = RewriteSettings(todo=False, unproven=True, unsafe=unsafe)
    return rewrite_with(dedent(text).lstrip(), "segments.py", others or {}, settings)


def instructions(result: FileResult) -> str:
    return "\n".join(f"{site.member}: {facet.text}" for site in result.sites for facet in site.facets)


DECOYS = {
    "another enumeration": "from billing.types import SortOrder\nprint(SortOrder.ASC.value)",
    "the file's own": "import stream_chat.types.base\n\nclass SortOrder:\n    ASC = 1\n\nprint(SortOrder.ASC)",
    "a parameter": HEAD + "def f(SortOrder):\n    return SortOrder.ASC.value",
    "a class of another module": "from billing import SegmentData\nx: SegmentData = SegmentData(name='x')",
}


@pytest.mark.parametrize("text", DECOYS.values(), ids=DECOYS.keys())
def test_what_is_not_stream_chats_is_not_touched(text: str) -> None:
    result = rewrite(text, unsafe=True)
    assert (result.changed, result.sites) == (False, ())


LEFT = {
    "a member that is passed on": ("print(SegmentType.USER)", "where the member goes cannot be seen"),
    "a member in a mapping": ("x = {'type': SegmentType.USER}", "where the member goes cannot be seen"),
    "a member that is compared": ("def f(kind):\n    return kind == SegmentType.USER", "cannot be seen here"),
    "a variable that is passed on": ("kind = SegmentType.USER\nprint(kind)", "`kind` at line 9 holds a member"),
    "a member by value": ("x = SegmentType('user')", "used as a value here"),
    "a member by name": ("x = SortOrder['ASC']", "used as a value here"),
    "all members": ("x = [one.value for one in SegmentType]", "used as a value here"),
    "a test of the class": ("def f(x):\n    return isinstance(x, SegmentType)", "used as a value here"),
    "a class that builds on it": ("class Own(SegmentData):\n    color: str", "used as a value here"),
    "a method of a member": ("x = SortOrder.ASC.bit_length()", "has no counterpart in a plain value"),
    "an annotated member": ("def f(kind: SegmentType) -> None: ...", "is plain text in v2"),
    "an annotated response": ("def f(found: StreamResponse) -> None: ...", "no call of this file moves"),
    "a mapping of unknown keys": ("def f(keys):\n    return SegmentData(**keys)", "make a dictionary of them"),
    "a class without anything that moves": ("def f(x: RateLimitInfo) -> None: ...", "no call of this file moves"),
    "a field of a model": (
        "from pydantic import BaseModel\n\nclass Body(BaseModel):\n    sort: SortParam",
        "may be read while the program runs",
    ),
    "a decorated function": (
        "@app.post('/')\ndef f(sort: SortParam) -> None: ...",
        "may be read while the program runs",
    ),
    "more than a name in quotes": ("def f(x: 'list[SortParam]', y: SortParam) -> None: ...", "holds more than a name"),
}


@pytest.mark.parametrize(("text", "reason"), LEFT.values(), ids=LEFT.keys())
def test_what_cannot_be_carried_over_is_left_with_the_reason(text: str, reason: str) -> None:
    result = rewrite(HEAD + text, unsafe=True)
    assert not result.changed
    assert reason in instructions(result)


def test_types_stay_with_calls_that_stay() -> None:
    text = HEAD + CLIENT + "client.unheard_of()\nx: SortParam = {'direction': SortOrder.ASC}"
    result = rewrite(text, unsafe=True)
    assert not result.changed
    assert "its types with them" in instructions(result)


def test_what_another_file_imports_is_left() -> None:
    text = HEAD + "kind = SegmentType.USER\nprint(kind.value)\nx: SortParam = {}"
    for user in ("from segments import kind\n", "import segments\nprint(segments.kind)\n"):
        after = rewrite(text, others={"views.py": user}).after.decode()
        assert "kind = SegmentType.USER" in after
        assert "x: dict[str, Any] = {}" in after
    result = rewrite(text, others={"views.py": "from segments import SortParam\n"})
    assert "x: SortParam" in result.after.decode()
    assert "views.py imports the name from here" in instructions(result)


@pytest.mark.parametrize(
    "text",
    [
        "def f(order=SortOrder.ASC): ...",
        "print(SortOrder.ASC)",
        "order = SortOrder.ASC\nprint(order)",
        "ORDER = SortOrder.ASC",
        "def f(x):\n    return x is SortOrder.ASC",
    ],
)
def test_a_number_in_the_place_of_a_member_is_said_to_differ(text: str) -> None:
    kept = rewrite(HEAD + text)
    assert not kept.changed
    assert {site.applicability for site in kept.sites} == {Applicability.UNSAFE}
    assert rewrite(HEAD + text, unsafe=True).changed


class Row(NamedTuple):
    """Statements after the imports and the client, and what they become."""

    before: str
    after: str


MOVED = {
    "values and names": Row(
        "observe('x', [SegmentType.USER.value, SegmentType.CHANNEL.name, SortOrder.DESC.value, SortOrder.ASC.name])",
        'observe(\'x\', ["user", "CHANNEL", -1, "ASC"])',
    ),
    "numbers": Row(
        "observe('x', {'direction': SortOrder.DESC, 'far': SortOrder.DESC ** 2, 'is': -1 in (SortOrder.DESC, 0)})",
        "observe('x', {'direction': -1, 'far': (-1) ** 2, 'is': -1 in (-1, 0)})",
    ),
    "a number that is chosen": Row(
        """
        order = SortOrder.ASC if client else SortOrder.DESC
        observe('x', {'created_at': order})
        """,
        """
        order = 1 if client else -1
        observe('x', {'created_at': order})
        """,
    ),
    "members in calls": Row(
        """
        kind = SegmentType.USER
        client.create_segment(kind, "one")
        client.create_segment(SegmentType.CHANNEL, "two")
        client.query_users({"name": "jane"}, [{"field": "name", "direction": SortOrder.DESC}])
        observe('x', kind.value)
        """,
        """
        kind = "user"
        client.chat.create_segment(id="one", type="user")
        client.chat.create_segment(id="two", type="channel")
        client.query_users(
            payload=QueryUsersPayload(
                filter_conditions={"name": "jane"},
                sort=[SortParamRequest(field="name", direction=-1)],
            ),
        )
        observe('x', kind)
        """,
    ),
    "annotations": Row(
        """
        def build(data: SegmentData, *, by: List[SortParam], last: 'SortParam') -> SegmentData:
            first: Optional[SortParam] = by[0]
            operation: ChannelBatchOperation = "show"
            order: SortOrder = 1
            return SegmentData(name=operation, filter={"first": first, "last": last})

        observe('x', build({}, by=[{"field": "name"}], last=cast(SortParam, {})))
        """,
        """
        def build(data: dict[str, Any], *, by: List[dict[str, Any]], last: "dict[str, Any]") -> dict[str, Any]:
            first: Optional[dict[str, Any]] = by[0]
            operation: str = "show"
            order: int = 1
            return {"name": operation, "filter": {"first": first, "last": last}}

        observe('x', build({}, by=[{"field": "name"}], last=cast(dict[str, Any], {})))
        """,
    ),
    "fields of a dataclass": Row(
        """
        import dataclasses

        @dataclasses.dataclass
        class Query:
            sort: SortParam
            limit: int = 1

        observe('x', Query({"field": "name"}).sort)
        """,
        """
        import dataclasses

        @dataclasses.dataclass
        class Query:
            sort: dict[str, Any]
            limit: int = 1

        observe('x', Query({"field": "name"}).sort)
        """,
    ),
    "a class that getstream has too": Row(
        """
        def left(info: RateLimitInfo) -> int:
            return info.remaining

        observe('x', isinstance(client, RateLimitInfo))
        client.get_app_settings()
        """,
        """
        def left(info: RateLimitInfo) -> int:
            return info.remaining

        observe('x', isinstance(client, RateLimitInfo))
        client.get_app()
        """,
    ),
}


@pytest.mark.parametrize("row", MOVED.values(), ids=MOVED.keys())
def test_what_moves_does_the_same(row: Row) -> None:
    text = HEAD + CLIENT + dedent(row.before).lstrip()
    result = rewrite(text)
    assert result.after.decode().partition("timeout=6.0)\n")[2] == dedent(row.after).lstrip()
    before, after = run(text), run(result.after.decode())
    assert (before.error, after.error) == ("", "")
    assert before.observed
    assert compare_traces(before, after) == []
    # Names that no line reads stay imported, and so does what another file may take from here.
    assert not rewrite(result.after.decode(), unsafe=True).changed


def test_imports_go_when_nothing_needs_them() -> None:
    text = """
        from __future__ import annotations

        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from stream_chat.types.base import SortParam
            from stream_chat.types.segment import SegmentData

        def f(data: SegmentData, sort: list[SortParam]) -> None:
            return None
        """
    after = rewrite(text).after.decode()
    assert "stream_chat" not in after
    assert "def f(data: dict[str, Any], sort: list[dict[str, Any]]) -> None:" in after
    compile(after, "segments.py", "exec")


def test_an_asynchronous_program() -> None:
    body = """\
        order = SortOrder.DESC
        async with StreamChatAsync("key", "secret-of-at-least-32-characters-length") as client:
            await client.query_users({"name": "jane"}, {"created_at": order})
            await client.create_segment(SegmentType.USER, "one")
        """
    main = "\n\nasync def main():\n" + indent(dedent(body), "    ") + "\n\nasyncio.run(main())\n"
    text = HEAD + "import asyncio\nfrom stream_chat import StreamChatAsync\n" + main
    result = rewrite(text)
    assert "order = -1" in result.after.decode()
    before, after = run(text), run(result.after.decode())
    assert len(before.requests) == 2
    assert compare_traces(before, after) == []


def test_the_programs_own_use_of_environment_variables_stays_and_is_told() -> None:
    text = """
        import os

        from stream_chat import StreamChat

        os.environ["STREAM_CHAT_TIMEOUT"] = "3.5"
        HOST = os.environ.get("STREAM_CHAT_URL", "https://chat.example.com")
        other = {"STREAM_CHAT_URL": HOST}
        client = StreamChat("key", "secret", base_url=other["STREAM_CHAT_URL"])
        client.get_app_settings()
        """
    result = rewrite(text)
    after = result.after.decode()
    for line in dedent(text).strip().splitlines()[4:7]:
        assert line in after
    (made,) = [site for site in result.sites if site.member == "StreamChat"]
    assert [note.partition(",")[0] for note in made.notes if note.startswith("line")] == [
        "line 5 uses STREAM_CHAT_TIMEOUT itself",
        "line 6 uses STREAM_CHAT_URL itself",
    ]
    before, again = run(result.before.decode()), run(after)
    assert compare_traces(before, again, settings=True) == []
