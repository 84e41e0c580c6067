"""Every use of an SDK value is found once, says what it is, and is in one cohort with what it flows through."""

from __future__ import annotations

import ast
import textwrap
import time

import pytest

from streammigrate.codemod.cohorts import Cohort, Use, cohorts
from streammigrate.codemod.resolve import Confidence, Holder, Resolver

IMPORT = "from stream_chat import StreamChat\n"
CLIENT = IMPORT + "client = StreamChat('k', 's')\n"
ERROR = "from stream_chat.base.exceptions import StreamAPIException\n"


def found(source: str) -> tuple[Cohort, ...]:
    return cohorts([Resolver(ast.parse(textwrap.dedent(source)))])


def all_uses(source: str) -> list[Use]:
    together = [use for cohort in found(source) for use in cohort.uses]
    return sorted(
        together, key=lambda use: (use.subject.lineno, use.subject.col_offset, use.subject.end_col_offset or 0)
    )


def row(use: Use) -> str:
    text = f"{use.kind} {use.receiver.cls}"
    text += f".{use.member}" if use.member else ""
    return text + (f" ({use.detail})" if use.detail else "")


# The uses of the last line, by the position and the length of what is the SDK's.
KINDS = [
    (CLIENT + "client.upsert_user({})", ["call StreamChat.upsert_user"]),
    (CLIENT + "await_ = client.channel('a', 'b')", ["call StreamChat.channel", "bind Channel (variable)"]),
    (
        CLIENT + "client.channel('a', 'b').create('u')",
        ["call StreamChat.channel", "call Channel.create"],
    ),
    (CLIENT + "client.api_key", ["attribute StreamChat.api_key"]),
    (CLIENT + "client.timeout = 3", ["attribute_store StreamChat.timeout"]),
    (CLIENT + "del client.timeout", ["attribute_store StreamChat.timeout"]),
    (CLIENT + "f(client.upsert_user, {})", ["reference StreamChat.upsert_user"]),
    (CLIENT + "send = client.upsert_user", ["reference StreamChat.upsert_user"]),
    (CLIENT + "getattr(client, 'upsert_user')({})", ["reference StreamChat.upsert_user"]),
    (CLIENT + "other = client", ["bind StreamChat (variable)"]),
    (CLIENT + "(other := client)", ["bind StreamChat (variable)", "test StreamChat"]),
    (CLIENT + "def f(c=client): ...", ["bind StreamChat (default)"]),
    (CLIENT + "def f():\n    return client", ["bind StreamChat (return)"]),
    (CLIENT + "def f():\n    yield client", ["bind StreamChat (return)"]),
    (CLIENT + "def f(c): ...\nf(client)", ["bind StreamChat (parameter)"]),
    (CLIENT + "def f(c): ...\nf(c=client)", ["bind StreamChat (parameter)"]),
    (
        "from dataclasses import dataclass\n" + CLIENT + "@dataclass\nclass A:\n    c: StreamChat\nA(client)",
        ["bind StreamChat (parameter)"],
    ),
    (CLIENT + "class A:\n    def __init__(self, c): ...\nA(client)", ["bind StreamChat (parameter)"]),
    (
        CLIENT + "class A:\n    def f(self, c): ...\n    def g(self):\n        self.f(client)",
        ["bind StreamChat (parameter)"],
    ),
    (
        "import asyncio\n" + CLIENT + "def f(c): ...\nasyncio.to_thread(f, client)",
        ["bind StreamChat (parameter)"],
    ),
    (CLIENT + "a, b = client, 1", ["bind StreamChat (variable)"]),
    (CLIENT + "for c in (client,): ...", ["bind StreamChat (loop)"]),
    (CLIENT + "x = client if y else z", ["bind StreamChat (operand)", "bind StreamChat (variable)"]),
    (CLIENT + "x = y or client", ["bind StreamChat (variable)", "bind StreamChat (operand)"]),
    (IMPORT + "StreamChat('k', 's')", ["construct StreamChat", "test StreamChat"]),
    (
        CLIENT + "from stream_chat.channel import Channel\nc = Channel(client, 'a', 'b')",
        ["construct Channel", "bind Channel (variable)", "bind StreamChat (client of another object)"],
    ),
    (
        ERROR + "raise StreamAPIException('x', 400)",
        ["construct StreamAPIException", "escape StreamAPIException (raised)"],
    ),
    (IMPORT + "def f(c: StreamChat): ...", ["annotation StreamChat"]),
    (IMPORT + "def f(c: 'StreamChat'): ...", ["annotation StreamChat (quoted)"]),
    (IMPORT + "def f(c: 'StreamChat | None'): ...", ["annotation StreamChat (quoted)"]),
    (IMPORT + "def f() -> list[StreamChat]: ...", ["annotation StreamChat"]),
    (IMPORT + "c: StreamChat", ["annotation StreamChat"]),
    ("import stream_chat\nc: stream_chat.StreamChat", ["annotation StreamChat"]),
    ("import stream_chat\nc: 'stream_chat.StreamChat'", ["annotation StreamChat (quoted)"]),
    ("def f(c: 'StreamChat'): ...\n" + IMPORT, ["annotation StreamChat (quoted)"]),
    (
        "from typing import cast\n" + IMPORT + "cast(StreamChat, x).go()",
        ["call StreamChat.go", "annotation StreamChat"],
    ),
    (IMPORT + "isinstance(x, StreamChat)", ["type_test StreamChat"]),
    (IMPORT + "isinstance(x, (int, StreamChat))", ["type_test StreamChat"]),
    (CLIENT + "isinstance(client, StreamChat)", ["test StreamChat", "type_test StreamChat"]),
    (IMPORT + "match x:\n    case StreamChat(): ...", ["type_test StreamChat"]),
    (ERROR + "try: ...\nexcept StreamAPIException: ...", ["except StreamAPIException"]),
    (ERROR + "try: ...\nexcept (KeyError, StreamAPIException): ...", ["except StreamAPIException"]),
    (
        ERROR + "try: ...\nexcept StreamAPIException as e:\n    e.status_code",
        ["attribute StreamAPIException.status_code"],
    ),
    (
        ERROR + "try: ...\nexcept StreamAPIException as e:\n    log(str(e))",
        ["escape StreamAPIException (argument of `str`)"],
    ),
    (ERROR + "try: ...\nexcept StreamAPIException as e:\n    f'{e}'", ["escape StreamAPIException (text)"]),
    (ERROR + "try: ...\nexcept StreamAPIException as e:\n    raise X() from e", ["escape StreamAPIException (cause)"]),
    (CLIENT + "if client: ...", ["test StreamChat"]),
    (CLIENT + "if not client: ...", ["test StreamChat"]),
    (CLIENT + "x = client is None", ["test StreamChat"]),
    (CLIENT + "client and x", ["test StreamChat"]),
    (CLIENT + "f(client)", ["escape StreamChat (argument of `f`)"]),
    (CLIENT + "f(*[], c=client)", ["escape StreamChat (argument of `f`)"]),
    (CLIENT + "print(client)", ["escape StreamChat (argument of `print`)"]),
    (CLIENT + "x = [client]", ["bind StreamChat (variable)"]),
    (CLIENT + "x = {'a': client}", ["bind StreamChat (variable)"]),
    (CLIENT + "x['a'] = client", ["escape StreamChat (container)"]),
    (CLIENT + "x.append(client)", ["escape StreamChat (container of `x.append`)"]),
    (CLIENT + "app.state.chat = client", ["escape StreamChat (attribute of something else)"]),
    (CLIENT + "x = lambda: client", ["escape StreamChat (result of a lambda)"]),
    (CLIENT + "client in x", ["escape StreamChat (compared)"]),
    (CLIENT + "client['a']", ["escape StreamChat (operator)"]),
    (IMPORT + "f(StreamChat)", ["escape StreamChat (class)"]),
    (IMPORT + "SC = StreamChat", ["bind StreamChat (alias)"]),
    (IMPORT + "StreamChat.upsert_user", ["reference StreamChat.upsert_user"]),
    (IMPORT + "class A(StreamChat): ...", ["subclass StreamChat (A)"]),
    (CLIENT + "__all__ = ['client', 'other']", ["export StreamChat (client)"]),
    (IMPORT + "__all__ = ['StreamChat']", ["export StreamChat (StreamChat)"]),
    (
        "from stream_chat import webhook\nwebhook.verify_signature(b, s, k)",
        ["call stream_chat.webhook.verify_signature"],
    ),
    ("from stream_chat.webhook import parse_event\nf(parse_event)", ["reference stream_chat.webhook.parse_event"]),
    ("from stream_chat.types.base import SortOrder\nx = SortOrder.ASC", ["reference SortOrder.ASC"]),
    (IMPORT + "def get():\n    return StreamChat()\nregister(get)", ["escape StreamChat (argument of `register`)"]),
    (
        IMPORT + "async def get():\n    return StreamChat()\ncreate_task(get())",
        ["escape StreamChat (argument of `create_task`)"],
    ),
    (CLIENT + "db.upsert_user({})", []),
    ("class StreamChat: ...\nStreamChat().upsert_user({})", []),
    ("def f(c: 'StreamChat'): ...", []),
]


@pytest.mark.parametrize(("source", "kinds"), KINDS)
def test_kinds(source: str, kinds: list[str]) -> None:
    tree = ast.parse(source)
    last = max(n.lineno for n in ast.walk(tree) if isinstance(n, ast.expr))
    if source.endswith(IMPORT):
        last = 1
    rows = [(use.subject.col_offset, row(use)) for use in all_uses(source) if use.subject.lineno == last]
    assert sorted(text for _, text in rows) == sorted(kinds)


SAMPLE = """
    from __future__ import annotations

    import asyncio
    from functools import lru_cache
    from typing import TYPE_CHECKING, Optional

    import stream_chat
    from stream_chat import StreamChat, StreamChatAsync
    from stream_chat.base.exceptions import StreamAPIException

    if TYPE_CHECKING:
        from stream_chat.channel import Channel

    client = StreamChat(api_key="k", api_secret="s")
    _lazy: Optional[StreamChat] = None
    _pool = {}

    @lru_cache
    def get_client() -> "stream_chat.StreamChat":
        return StreamChat("k", "s")

    def lazy():
        global _lazy
        if _lazy is None:
            _lazy = stream_chat.StreamChat("k", "s")
        return _lazy

    def room(kind, ident) -> Channel:
        return client.channel(kind, ident)

    class Service:
        shared = client

        def __init__(self, chat=None):
            self.chat = chat or get_client()
            self.room = self.chat.channel("a", "b")

        async def send(self, text):
            try:
                await asyncio.to_thread(self.room.send_message, {"text": text}, "u")
            except StreamAPIException as e:
                print(e.status_code)
                raise
            return self.room.id if self.room else None

    async def main():
        async with StreamChatAsync("k", "s") as chat:
            channel = chat.channel("a", "b")
            await channel.create("u")
            [await chat.delete_user(u) for u in "ab" if chat]
        for each in (lazy(), get_client()):
            each.upsert_user({"id": "a"})
        _pool["x"] = client
        room("a", "b").query()
        Service(client).chat.update_user({"id": "a"})
        for one in (client,):
            print(one)

    class Mine(StreamChat):
        def hello(self):
            return self.upsert_user({})

    Mine("k", "s").upsert_user({})
"""


def test_no_use_is_missed_and_none_is_told_twice() -> None:
    tree = ast.parse(textwrap.dedent(SAMPLE))
    resolver = Resolver(tree)
    told = [use for cohort in cohorts([resolver]) for use in cohort.uses]
    subjects = [use.subject for use in told]
    assert len(subjects) == len(set(subjects))
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            if isinstance(node, (ast.Constant, ast.Starred)):
                continue
            parent = resolver.scopes.parent(node)
            is_typed = resolver.receiver(node) is not None
            # `stream_chat` of `stream_chat.StreamChat` is a part of the name and no use of its own.
            inner = isinstance(parent, ast.Attribute) and resolver.referent(parent) is not None
            is_named = (resolver.referent(node) or resolver.annotation(node)) is not None and not inner
            assert (node in subjects) is (is_typed or is_named), ast.unparse(node)
    assert sum(use.kind == "construct" for use in told) == 4
    assert sum(use.kind == "annotation" for use in told) == 3


def test_uses_are_sorted() -> None:
    for cohort in found(SAMPLE):
        positions = [(use.subject.lineno, use.subject.col_offset) for use in cohort.uses]
        assert positions == sorted(positions)


def names(cohort: Cohort) -> set[str]:
    return {holder.name for holder in cohort.holders}


def of(source: str) -> list[set[str]]:
    return [names(cohort) for cohort in found(source) if cohort.holders]


TOGETHER = [
    ("two clients stay apart", IMPORT + "a = StreamChat()\nb = StreamChat()\na.x()\nb.x()", [{"a"}, {"b"}]),
    ("a second name", IMPORT + "a = StreamChat()\nb = a", [{"a", "b"}]),
    ("a channel", IMPORT + "a = StreamChat()\nb = a.channel('x')\nb.create('u')", [{"a", "b"}]),
    ("two channels", IMPORT + "a = StreamChat()\nb = a.channel('x')\nc = a.channel('y')", [{"a", "b", "c"}]),
    ("a parameter", IMPORT + "def f(p):\n    p.x()\na = StreamChat()\nf(a)", [{"p", "a"}]),
    ("an annotated parameter", IMPORT + "def f(p: StreamChat):\n    p.x()\na = StreamChat()\nf(a)", [{"p", "a"}]),
    ("a parameter that is not used", IMPORT + "def f(p: StreamChat): ...\na = StreamChat()\nf(a)", [{"p", "a"}]),
    (
        "an annotated parameter that nobody calls",
        IMPORT + "def f(p: StreamChat): ...\na = StreamChat()",
        [{"p"}, {"a"}],
    ),
    ("a function", IMPORT + "def get():\n    return StreamChat()\na = get()\na.x()", [{"get", "a"}]),
    ("an annotated function", IMPORT + "def get() -> StreamChat:\n    return make()\na = get()\na.x()", [{"get", "a"}]),
    (
        "a merge of two clients",
        IMPORT + "a = StreamChat()\nb = StreamChat()\nc = a if x else b\nc.x()",
        [{"a", "b", "c"}],
    ),
    (
        "an attribute",
        IMPORT
        + "class A:\n    def __init__(self, c: StreamChat):\n        self.d = c\n    def f(self):\n        self.d.x()",
        [{"c", "d"}],
    ),
    (
        "an annotated attribute",
        IMPORT + "class A:\n    d: StreamChat\n    def f(self):\n        self.d.x()\na = StreamChat()\nA.d = a",
        [{"d", "a"}],
    ),
    (
        "a dataclass",
        "from dataclasses import dataclass\n"
        + IMPORT
        + "@dataclass\nclass A:\n    d: StreamChat\na = StreamChat()\nA(a)\n",
        [{"d", "a"}],
    ),
    ("a type test", IMPORT + "def f(p):\n    if isinstance(p, StreamChat):\n        p.x()", [{"p"}]),
    (
        "the client of a channel",
        IMPORT + "a = StreamChat()\nb = a.channel('x')\nc = b.client\nc.x()",
        [{"a", "b", "c"}],
    ),
    ("an error", ERROR + "try: ...\nexcept StreamAPIException as e:\n    e.status_code", [{"e"}]),
    ("a base class and its child", IMPORT + "class M(StreamChat): ...\na = M()\na.x()", [{"a"}]),
]


@pytest.mark.parametrize(("source", "expected"), [r[1:] for r in TOGETHER], ids=[r[0] for r in TOGETHER])
def test_what_moves_together(source: str, expected: list[set[str]]) -> None:
    assert sorted(of(source), key=sorted) == sorted(expected, key=sorted)


def test_a_subclass_is_in_the_cohort_of_its_objects() -> None:
    (cohort,) = found(IMPORT + "class M(StreamChat): ...\na = M()\na.x()")
    assert [use.kind for use in cohort.uses] == ["subclass", "bind", "call"]


def test_constructions_are_the_clients() -> None:
    (cohort,) = found(CLIENT + "channel = client.channel('a', 'b')\nchannel.create('u')")
    assert [ast.unparse(call) for call in cohort.constructions] == ["StreamChat('k', 's')"]
    assert cohort.holders == (Holder("variable", "", "channel"), Holder("variable", "", "client"))


def test_what_belongs_to_no_value_stands_alone() -> None:
    (first, second) = found(ERROR + IMPORT + "f(StreamChat)\ntry: ...\nexcept StreamAPIException: ...")
    assert [use.kind for use in (*first.uses, *second.uses)] == ["escape", "except"]
    assert first.holders == second.holders == ()


def test_a_use_that_is_not_proven_is_in_the_cohort_too() -> None:
    (cohort,) = found(CLIENT + "if x: client = make()\nclient.x()")
    assert cohort.uses[-1].receiver.confidence is Confidence.UNKNOWN


def test_a_file_without_the_sdk_has_no_cohorts() -> None:
    assert found("from app import client\nclient.upsert_user({})\n") == ()
    assert found("") == ()


def test_answers_are_the_same_each_time() -> None:
    first, second = found(SAMPLE), found(SAMPLE)
    assert [[row(use) for use in cohort.uses] for cohort in first] == [
        [row(use) for use in cohort.uses] for cohort in second
    ]
    assert [cohort.holders for cohort in first] == [cohort.holders for cohort in second]


@pytest.mark.parametrize("source", [SAMPLE, *(row[0] for row in KINDS), *(row[1] for row in TOGETHER)])
def test_nothing_is_missed_by_not_asking(source: str) -> None:
    tree = ast.parse(textwrap.dedent(source))
    resolver = Resolver(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            typed = resolver.receiver(node) or resolver.referent(node) or resolver.later(node)
            assert typed is None or resolver.may_be(node), ast.unparse(node)


def test_a_large_file_does_not_take_long() -> None:
    part = """
class Service{i}(Base):
    def __init__(self, chat=None):
        super().__init__()
        self.chat = chat or get_client()
        self.rooms = {{}}

    def room(self, ident):
        if ident not in self.rooms:
            self.rooms[ident] = self.chat.channel("messaging", ident)
        return self.rooms[ident]

    def send(self, ident, text, user):
        channel = self.room(ident)
        try:
            response = channel.send_message({{"text": text}}, user["id"])
        except Exception as error:
            self.log(error)
            return None
        for message in response["messages"]:
            self.log(message["text"])
        return response
"""
    source = CLIENT + "def get_client():\n    return client\nclass Base:\n    def log(self, x): ...\n"
    source += "".join(part.format(i=i) for i in range(92))
    assert len(source.splitlines()) > 2000
    tree = ast.parse(source)
    start = time.perf_counter()
    (cohort,) = cohorts([Resolver(tree)])
    assert time.perf_counter() - start < 3  # a third of a second where nothing else runs
    assert sum(use.member == "send_message" for use in cohort.uses) == 92
