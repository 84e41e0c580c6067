"""Every kind of evidence, with the class and the confidence that it gives."""

# ruff: noqa: E501  # one row is one program

from __future__ import annotations

import ast
import textwrap

import pytest
from halves import assert_whole

from streammigrate.codemod.resolve import Confidence, Holder, Receiver, Resolver

IMPORT = "from stream_chat import StreamChat\n"
BOTH = "from stream_chat import StreamChat, StreamChatAsync\n"
CLIENT = IMPORT + "client = StreamChat('k', 's')\n"


def resolved(source: str, **options: object) -> Receiver | None:
    """Return what the receiver of the only `.go(…)` or `.go` of the source is."""
    tree = ast.parse(textwrap.dedent(source))
    (receiver,) = [n.value for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "go"]
    return Resolver(tree, **options).receiver(receiver)  # type: ignore[arg-type]


PROVEN = {
    # a method of None ends in an AttributeError, whatever the SDK
    "None on a branch": (IMPORT + "client = None\nif x:\n    client = StreamChat()\nclient.go()", "StreamChat"),
    "a function that may return None": (
        IMPORT + "def get():\n    if x:\n        return StreamChat()\nget().go()",
        "StreamChat",
    ),
    "a mixin": (
        IMPORT + "class Mixin:\n    def f(self):\n        self.client.go()\n"
        "class A(Mixin):\n    def __init__(self):\n        self.client = StreamChat()",
        "StreamChat",
    ),
    # how it is imported
    "from": (IMPORT + "StreamChat('k', 's').go()", "StreamChat"),
    "from, with an alias": ("from stream_chat import StreamChat as SC\nSC('k', 's').go()", "StreamChat"),
    "from a submodule": ("from stream_chat.client import StreamChat\nStreamChat('k', 's').go()", "StreamChat"),
    "module": ("import stream_chat\nstream_chat.StreamChat('k', 's').go()", "StreamChat"),
    "module, with an alias": ("import stream_chat as sc\nsc.StreamChat('k', 's').go()", "StreamChat"),
    "module of a submodule": ("import stream_chat.client\nstream_chat.client.StreamChat('k', 's').go()", "StreamChat"),
    "submodule, with an alias": ("import stream_chat.client as c\nc.StreamChat('k', 's').go()", "StreamChat"),
    "submodule by from": ("from stream_chat import client as c\nc.StreamChat('k', 's').go()", "StreamChat"),
    "async by from": (BOTH + "StreamChatAsync('k', 's').go()", "StreamChatAsync"),
    "async from its package": ("from stream_chat.async_chat import StreamChatAsync as A\nA().go()", "StreamChatAsync"),
    "in a function": ("def f():\n    from stream_chat import StreamChat\n    StreamChat('k', 's').go()", "StreamChat"),
    "in a function, used in a nested one": (
        "def f():\n    from stream_chat import StreamChat\n    def g():\n        StreamChat('k', 's').go()",
        "StreamChat",
    ),
    "try, and the other branch leaves": (
        "try:\n    from stream_chat import StreamChat\nexcept ImportError:\n    raise\nStreamChat('k', 's').go()",
        "StreamChat",
    ),
    "try, and the other branch exits": (
        "import sys\ntry:\n    from stream_chat import StreamChat\nexcept ImportError:\n    sys.exit(1)\n"
        "StreamChat('k', 's').go()",
        "StreamChat",
    ),
    "try, and the other branch imports it elsewhere": (
        "try:\n    from stream_chat import StreamChat\nexcept ImportError:\n    from stream_chat.client import StreamChat\n"
        "StreamChat('k', 's').go()",
        "StreamChat",
    ),
    "try, and None, which cannot be called": (
        "try:\n    from stream_chat import StreamChat\nexcept ImportError:\n    StreamChat = None\n"
        "StreamChat('k', 's').go()",
        "StreamChat",
    ),
    "a singleton made in __new__": (
        IMPORT + "class Chat:\n    _instance = None\n    def __new__(cls):\n        if cls._instance is None:\n"
        "            cls._instance = super().__new__(cls)\n            cls._instance.client = StreamChat('k', 's')\n"
        "        return cls._instance\n    def go(self):\n        self.client.go()",
        "StreamChat",
    ),
    "what __getitem__ gives": (
        IMPORT + "class Chats:\n    def __getitem__(self, name):\n        return StreamChat(name, 's')\n"
        "Chats()['k'].go()",
        "StreamChat",
    ),
    "try, and None is ruled out": (
        "try:\n    from stream_chat import StreamChat\nexcept ImportError:\n    StreamChat = None\n"
        "def f():\n    if StreamChat is None:\n        return\n    StreamChat('k', 's').go()",
        "StreamChat",
    ),
    "try, and None is ruled out in the expression": (
        "try:\n    from stream_chat import StreamChat\nexcept ImportError:\n    StreamChat = None\n"
        "client = StreamChat('k', 's') if StreamChat else None\nif client:\n    client.go()",
        "StreamChat",
    ),
    "an alias of the class": (IMPORT + "Chat = StreamChat\nChat('k', 's').go()", "StreamChat"),
    "either name": (IMPORT + "cls = StreamChat if x else StreamChat\ncls().go()", "StreamChat"),
    # constructors and makers
    "channel of the client": (CLIENT + "client.channel('a', 'b').go()", "Channel"),
    "channel of the async client": (BOTH + "StreamChatAsync().channel('a', 'b').go()", "AsyncChannel"),
    "segment": (CLIENT + "client.segment('user').go()", "Segment"),
    "campaign": (CLIENT + "client.campaign('c').go()", "Campaign"),
    "batch updater": (CLIENT + "client.channel_batch_updater().go()", "ChannelBatchUpdater"),
    "async batch updater": (BOTH + "StreamChatAsync().channel_batch_updater().go()", "AsyncChannelBatchUpdater"),
    "channel by its class": (
        CLIENT + "from stream_chat.channel import Channel\nChannel(client, 'a', 'b').go()",
        "Channel",
    ),
    "async channel by its class": (
        "from stream_chat.async_chat.channel import Channel\nChannel(c, 'a', 'b').go()",
        "AsyncChannel",
    ),
    "threads by their class": (
        CLIENT + "from stream_chat.query_threads import QueryThreads\nQueryThreads(client).go()",
        "QueryThreads",
    ),
    "the client of a channel": (CLIENT + "client.channel('a', 'b').client.go()", "StreamChat"),
    "the client of an async channel": (BOTH + "StreamChatAsync().channel('a', 'b').client.go()", "StreamChatAsync"),
    "getattr": (CLIENT + "getattr(client, 'channel')('a').go()", "Channel"),
    # annotations
    "parameter": (IMPORT + "def f(client: StreamChat):\n    client.go()", "StreamChat"),
    "parameter, quoted": (IMPORT + "def f(client: 'StreamChat'):\n    client.go()", "StreamChat"),
    "parameter, dotted": ("import stream_chat\ndef f(client: stream_chat.StreamChat):\n    client.go()", "StreamChat"),
    "parameter, dotted and quoted": (
        "import stream_chat\ndef f(client: 'stream_chat.StreamChat'):\n    client.go()",
        "StreamChat",
    ),
    "parameter, Optional": (
        "from typing import Optional\n" + IMPORT + "def f(client: Optional[StreamChat] = None):\n    client.go()",
        "StreamChat",
    ),
    "parameter, typing.Optional, quoted": (
        "import typing as t\n" + IMPORT + "def f(client: 't.Optional[StreamChat]'):\n    client.go()",
        "StreamChat",
    ),
    "parameter, or None": (IMPORT + "def f(client: StreamChat | None):\n    client.go()", "StreamChat"),
    "parameter, Union with None": (
        "from typing import Union\n" + IMPORT + "def f(client: Union[StreamChat, None]):\n    client.go()",
        "StreamChat",
    ),
    "parameter, Annotated": (
        "from typing import Annotated\n" + IMPORT + "def f(client: Annotated[StreamChat, 1]):\n    client.go()",
        "StreamChat",
    ),
    "parameter, alias": (IMPORT + "Client = StreamChat\ndef f(client: Client):\n    client.go()", "StreamChat"),
    "parameter, alias of Optional": (
        "from typing import Optional\n"
        + IMPORT
        + "Client = Optional['StreamChat']\ndef f(client: Client):\n    client.go()",
        "StreamChat",
    ),
    "parameter, under TYPE_CHECKING": (
        "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
        "    from stream_chat import StreamChat\ndef f(client: StreamChat):\n    client.go()",
        "StreamChat",
    ),
    "parameter, import below": ("def f(client: 'StreamChat'):\n    client.go()\n" + IMPORT, "StreamChat"),
    "parameter, TypeVar": (
        "from typing import TypeVar\n"
        + IMPORT
        + "T = TypeVar('T', bound=StreamChat)\ndef f(client: T):\n    client.go()",
        "StreamChat",
    ),
    "keyword-only parameter": (IMPORT + "def f(*, client: StreamChat):\n    client.go()", "StreamChat"),
    "annotated variable": (IMPORT + "client: StreamChat = make()\nclient.go()", "StreamChat"),
    "annotated first": (IMPORT + "client: StreamChat\nclient = make()\nclient.go()", "StreamChat"),
    "annotated attribute": (
        IMPORT + "class A:\n    def __init__(self, c):\n        self.client: StreamChat = c\n"
        "    def f(self):\n        self.client.go()",
        "StreamChat",
    ),
    "annotated in the class": (
        IMPORT + "class A:\n    client: StreamChat\n    def f(self):\n        self.client.go()",
        "StreamChat",
    ),
    "dataclass field": (
        "from dataclasses import dataclass\n"
        + IMPORT
        + "@dataclass\nclass A:\n    client: StreamChat\nA(x).client.go()",
        "StreamChat",
    ),
    "annotated return": (IMPORT + "def get() -> StreamChat:\n    return make()\nget().go()", "StreamChat"),
    "annotated return of a stub": (IMPORT + "def get() -> 'StreamChat': ...\nget().go()", "StreamChat"),
    "annotated channel": ("from stream_chat.channel import Channel\ndef f(c: Channel):\n    c.go()", "Channel"),
    "annotated list": (IMPORT + "def f(cs: list[StreamChat]):\n    for c in cs:\n        c.go()", "StreamChat"),
    "annotated dict": (IMPORT + "def f(cs: dict[str, StreamChat]):\n    cs['a'].go()", "StreamChat"),
    "annotated callable": (
        "from typing import Callable\n" + IMPORT + "def f(get: Callable[[], StreamChat]):\n    get().go()",
        "StreamChat",
    ),
    "annotated context manager": (
        "from typing import ContextManager\n"
        + IMPORT
        + "def f(x: ContextManager[StreamChat]):\n    with x as c:\n        c.go()",
        "StreamChat",
    ),
    "cast": ("from typing import cast\n" + IMPORT + "cast(StreamChat, x).go()", "StreamChat"),
    "cast, quoted": ("from typing import cast\n" + IMPORT + "cast('StreamChat', x).go()", "StreamChat"),
    # flow in a scope
    "assignment": (CLIENT + "client.go()", "StreamChat"),
    "second name": (CLIENT + "c = client\nc.go()", "StreamChat"),
    "chained assignment": (IMPORT + "a = b = StreamChat('k', 's')\nb.go()", "StreamChat"),
    "rebound to it": (IMPORT + "client = make()\nclient = StreamChat('k', 's')\nclient.go()", "StreamChat"),
    "both branches": (
        IMPORT + "if x:\n    client = StreamChat('a', 'b')\nelse:\n    client = StreamChat('c', 'd')\nclient.go()",
        "StreamChat",
    ),
    "the other branch leaves": (
        IMPORT
        + "def f(x):\n    if x:\n        client = StreamChat('a', 'b')\n    else:\n        return\n    client.go()",
        "StreamChat",
    ),
    "all elif branches": (
        IMPORT + "if a:\n    c = StreamChat()\nelif b:\n    c = StreamChat()\nelse:\n    raise E\nc.go()",
        "StreamChat",
    ),
    "before the rebinding": (CLIENT + "client.go()\nclient = make()", "StreamChat"),
    "in the branch": (CLIENT + "if x:\n    client.go()\nelse:\n    client = make()", "StreamChat"),
    "None first, then ruled out": (
        IMPORT + "client = None\nif x:\n    client = StreamChat()\nif client is not None:\n    client.go()",
        "StreamChat",
    ),
    "None first, then left by return": (
        IMPORT
        + "def f():\n    client = None\n    if x:\n        client = StreamChat()\n    if not client:\n        return\n    client.go()",
        "StreamChat",
    ),
    "None first, then left by assert": (
        IMPORT + "client = None\nif x:\n    client = StreamChat()\nassert client is not None\nclient.go()",
        "StreamChat",
    ),
    "None ruled out by and": (
        IMPORT + "client = None\nif x:\n    client = StreamChat()\nclient and client.go()",
        "StreamChat",
    ),
    "None ruled out by if … else": (
        IMPORT + "client = None\nif x:\n    client = StreamChat()\ny = client.go() if client else 0",
        "StreamChat",
    ),
    "None replaced": (
        IMPORT + "client = None\nif client is None:\n    client = StreamChat()\nclient.go()",
        "StreamChat",
    ),
    "None replaced in a loop": (
        IMPORT + "client = None\nfor x in xs:\n    if client is None:\n        client = StreamChat()\n    client.go()",
        "StreamChat",
    ),
    "or": (IMPORT + "client = None or StreamChat()\nclient.go()", "StreamChat"),
    "or a parameter that is not given": (
        IMPORT + "def f(client=None):\n    client = client or StreamChat()\n    client.go()\nf()",
        "StreamChat",
    ),
    "isinstance": (
        IMPORT + "def f(client):\n    if isinstance(client, StreamChat):\n        client.go()",
        "StreamChat",
    ),
    "isinstance, left": (
        IMPORT + "def f(client):\n    if not isinstance(client, StreamChat):\n        raise E\n    client.go()",
        "StreamChat",
    ),
    "isinstance, one of two": (
        BOTH
        + "def f(client: StreamChat | StreamChatAsync):\n    if isinstance(client, StreamChatAsync):\n        client.go()",
        "StreamChatAsync",
    ),
    "isinstance, the other of two": (
        BOTH
        + "def f(client: StreamChat | StreamChatAsync):\n    if isinstance(client, StreamChatAsync): return\n    client.go()",
        "StreamChat",
    ),
    "match": (
        IMPORT + "def f(client):\n    match client:\n        case StreamChat():\n            client.go()",
        "StreamChat",
    ),
    "match as": (
        IMPORT + "def f(x):\n    match x:\n        case StreamChat() as client:\n            client.go()",
        "StreamChat",
    ),
    "in a try": (CLIENT + "try:\n    client.go()\nfinally:\n    pass", "StreamChat"),
    "made in a try that leaves": (
        IMPORT + "def f():\n    try:\n        client = StreamChat()\n    except E:\n        return\n    client.go()",
        "StreamChat",
    ),
    "after a while True": (
        IMPORT
        + "while True:\n    try:\n        client = StreamChat()\n        break\n    except E:\n        continue\nclient.go()",
        "StreamChat",
    ),
    "conditional expression": (IMPORT + "(StreamChat('a') if x else StreamChat('b')).go()", "StreamChat"),
    "walrus": (IMPORT + "if (client := StreamChat()):\n    client.go()", "StreamChat"),
    "walrus in a comprehension": (CLIENT + "[c.go() for _ in x if (c := client)]", "StreamChat"),
    "unpacked": (IMPORT + "client, x = StreamChat('k', 's'), 1\nclient.go()", "StreamChat"),
    "unpacked from a name": (IMPORT + "pair = StreamChat('k', 's'), 1\nclient, x = pair\nclient.go()", "StreamChat"),
    "unpacked from a function": (
        IMPORT + "def both():\n    return 1, StreamChat()\n_, client = both()\nclient.go()",
        "StreamChat",
    ),
    "in a comprehension": (CLIENT + "[client.go() for _ in x]", "StreamChat"),
    "in a lambda": (CLIENT + "lambda: client.go()", "StreamChat"),
    "in a lambda's default": (CLIENT + "lambda c=client.go(): c", "StreamChat"),
    "in a nested function": (
        IMPORT + "def f():\n    client = StreamChat()\n    def g():\n        client.go()",
        "StreamChat",
    ),
    "in a class body": (CLIENT + "class A:\n    client.go()", "StreamChat"),
    "in an f-string": (CLIENT + "f'{client.go()}'", "StreamChat"),
    "in a decorator": (CLIENT + "@client.go\ndef f(): ...", "StreamChat"),
    # with
    "async with": (
        BOTH + "async def f():\n    async with StreamChatAsync('k', 's') as c:\n        c.go()",
        "StreamChatAsync",
    ),
    "async with a name": (
        BOTH + "async def f():\n    c = StreamChatAsync('k', 's')\n    async with c:\n        c.go()",
        "StreamChatAsync",
    ),
    "closing": (
        "from contextlib import closing\n" + IMPORT + "with closing(StreamChat()) as c:\n    c.go()",
        "StreamChat",
    ),
    "context manager of the file": (
        "from contextlib import contextmanager\n"
        + IMPORT
        + "@contextmanager\ndef chat():\n    yield StreamChat()\nwith chat() as c:\n    c.go()",
        "StreamChat",
    ),
    "async context manager of the file": (
        "from contextlib import asynccontextmanager\n"
        + BOTH
        + "@asynccontextmanager\nasync def chat():\n    async with StreamChatAsync() as c:\n        yield c\n"
        "async def f():\n    async with chat() as c:\n        c.go()",
        "StreamChatAsync",
    ),
    "class with __enter__": (
        IMPORT + "class A:\n    def __enter__(self):\n        return StreamChat()\nwith A() as c:\n    c.go()",
        "StreamChat",
    ),
    # attributes
    "self": (
        IMPORT
        + "class A:\n    def __init__(self):\n        self.client = StreamChat()\n    def f(self):\n        self.client.go()",
        "StreamChat",
    ),
    "self, None first": (
        IMPORT + "class A:\n    def __init__(self):\n        self.client = None\n    def open(self):\n"
        "        self.client = StreamChat()\n    def f(self):\n        self.client.go()",
        "StreamChat",
    ),
    "self of a base": (
        IMPORT + "class A:\n    def __init__(self):\n        self.client = StreamChat()\n"
        "class B(A):\n    def f(self):\n        self.client.go()",
        "StreamChat",
    ),
    "self, set by the constructor's argument": (
        IMPORT + "class A:\n    def __init__(self, client):\n        self.client = client\n    def f(self):\n"
        "        self.client.go()\nA(StreamChat())",
        "StreamChat",
    ),
    "self, through super().__init__": (
        IMPORT + "class A:\n    def __init__(self, client):\n        self.client = client\n    def f(self):\n"
        "        self.client.go()\nclass B(A):\n    def __init__(self):\n        super().__init__(StreamChat())",
        "StreamChat",
    ),
    "class attribute": (
        IMPORT + "class A:\n    client = StreamChat()\n    def f(self):\n        self.client.go()",
        "StreamChat",
    ),
    "class attribute by the class": (IMPORT + "class A:\n    client = StreamChat()\nA.client.go()", "StreamChat"),
    "class method": (
        IMPORT + "class A:\n    @classmethod\n    def setUpClass(cls):\n        cls.client = StreamChat()\n"
        "    def test(self):\n        self.client.go()",
        "StreamChat",
    ),
    "property": (
        IMPORT
        + "class A:\n    @property\n    def client(self):\n        return StreamChat()\n    def f(self):\n        self.client.go()",
        "StreamChat",
    ),
    "lazy property": (
        IMPORT + "class A:\n    _c = None\n    @property\n    def client(self):\n        if self._c is None:\n"
        "            self._c = StreamChat()\n        return self._c\n    def f(self):\n        self.client.go()",
        "StreamChat",
    ),
    "cached property": (
        "from functools import cached_property\n"
        + IMPORT
        + "class A:\n    @cached_property\n    def client(self):\n        return StreamChat()\nA().client.go()",
        "StreamChat",
    ),
    "method": (
        IMPORT + "class A:\n    def get(self):\n        return StreamChat()\n    def f(self):\n        self.get().go()",
        "StreamChat",
    ),
    "static method": (
        IMPORT + "class A:\n    @staticmethod\n    def get():\n        return StreamChat()\nA.get().go()",
        "StreamChat",
    ),
    "object of a class": (
        IMPORT + "class A:\n    def __init__(self):\n        self.client = StreamChat()\na = A()\na.client.go()",
        "StreamChat",
    ),
    "attribute set from outside": (
        IMPORT + "class A: ...\na = A()\na.client = StreamChat()\na.client.go()",
        "StreamChat",
    ),
    "a channel in self": (
        IMPORT + "class A:\n    def __init__(self):\n        self.client = StreamChat()\n"
        "        self.channel = self.client.channel('a', 'b')\n    def f(self):\n        self.channel.go()",
        "Channel",
    ),
    # globals
    "global in a function": (CLIENT + "def f():\n    client.go()", "StreamChat"),
    "global below the function": (IMPORT + "def f():\n    client.go()\nclient = StreamChat()", "StreamChat"),
    "lazy global": (
        IMPORT
        + "_c = None\ndef get():\n    global _c\n    if _c is None:\n        _c = StreamChat()\n    return _c\nget().go()",
        "StreamChat",
    ),
    "global that another function sets": (
        IMPORT + "client = None\ndef init():\n    global client\n    client = StreamChat()\ndef f():\n    client.go()",
        "StreamChat",
    ),
    "global that a function sets for the module": (
        IMPORT + "client = None\ndef init():\n    global client\n    client = StreamChat()\ninit()\nclient.go()",
        "StreamChat",
    ),
    "nonlocal": (
        IMPORT
        + "def f():\n    c = None\n    def g():\n        nonlocal c\n        c = StreamChat()\n    g()\n    c.go()",
        "StreamChat",
    ),
    # functions
    "function": (IMPORT + "def get():\n    return StreamChat()\nget().go()", "StreamChat"),
    "function below": (IMPORT + "def f():\n    get().go()\ndef get():\n    return StreamChat()", "StreamChat"),
    "function with lru_cache": (
        "from functools import lru_cache\n"
        + IMPORT
        + "@lru_cache(maxsize=1)\ndef get():\n    return StreamChat()\nget().go()",
        "StreamChat",
    ),
    "function with cache": (
        "import functools\n" + IMPORT + "@functools.cache\ndef get():\n    c = StreamChat()\n    return c\nget().go()",
        "StreamChat",
    ),
    "async function": (
        IMPORT + "async def get():\n    return StreamChat()\nasync def f():\n    (await get()).go()",
        "StreamChat",
    ),
    "asyncio.run": (
        "import asyncio\n" + IMPORT + "async def get():\n    return StreamChat()\nasyncio.run(get()).go()",
        "StreamChat",
    ),
    "function of a function": (
        IMPORT + "def a():\n    return StreamChat()\ndef b():\n    return a()\nb().go()",
        "StreamChat",
    ),
    "lambda": (IMPORT + "get = lambda: StreamChat()\nget().go()", "StreamChat"),
    "recursive function": (
        IMPORT + "def get(n):\n    if n: return get(n - 1)\n    return StreamChat()\nget(1).go()",
        "StreamChat",
    ),
    "None is ruled out after the call": (
        IMPORT + "def get():\n    if not KEY:\n        return None\n    return StreamChat()\n"
        "def f():\n    c = get()\n    if c is None:\n        return\n    c.go()",
        "StreamChat",
    ),
    "generator": (IMPORT + "def get():\n    yield StreamChat()\nfor c in get():\n    c.go()", "StreamChat"),
    "next": (IMPORT + "def get():\n    yield StreamChat()\nnext(get()).go()", "StreamChat"),
    "returned channel": (CLIENT + "def room(i):\n    return client.channel('a', i)\nroom(1).go()", "Channel"),
    # parameters by calls
    "parameter of a function": (IMPORT + "def f(client):\n    client.go()\nf(StreamChat())", "StreamChat"),
    "parameter by keyword": (IMPORT + "def f(a, client):\n    client.go()\nf(1, client=StreamChat())", "StreamChat"),
    "parameter of a method": (
        IMPORT
        + "class A:\n    def f(self, client):\n        client.go()\n    def g(self):\n        self.f(StreamChat())",
        "StreamChat",
    ),
    "parameter by the class": (
        IMPORT + "class A:\n    def f(self, client):\n        client.go()\nA.f(A(), StreamChat())",
        "StreamChat",
    ),
    "parameter, two calls": (
        IMPORT + "def f(client):\n    client.go()\nf(StreamChat())\nf(StreamChat())",
        "StreamChat",
    ),
    "parameter of a coroutine": (
        CLIENT + "async def f(c):\n    c.go()\nasync def g():\n    await f(client)",
        "StreamChat",
    ),
    "parameter by to_thread": (
        "import asyncio\n"
        + CLIENT
        + "def f(c, x):\n    c.go()\nasync def g():\n    await asyncio.to_thread(f, client, 1)",
        "StreamChat",
    ),
    "parameter by a thread": (
        "from threading import Thread\n" + CLIENT + "def f(c):\n    c.go()\nThread(target=f, args=(client,)).start()",
        "StreamChat",
    ),
    "parameter, default": (CLIENT + "def f(c=client):\n    c.go()\nf()", "StreamChat"),
    "parameter, recursion": (CLIENT + "def f(c, n):\n    c.go()\n    f(c, n - 1)\nf(client, 3)", "StreamChat"),
    # containers
    "dict": (IMPORT + "cs = {'a': StreamChat(), 'b': StreamChat()}\ncs[x].go()", "StreamChat"),
    "dict, by key": (IMPORT + "cs = {'a': StreamChat(), 'b': 1}\ncs['a'].go()", "StreamChat"),
    "dict, values": (IMPORT + "cs = {'a': StreamChat()}\nfor c in cs.values():\n    c.go()", "StreamChat"),
    "dict, items": (IMPORT + "cs = {'a': StreamChat()}\nfor k, c in cs.items():\n    c.go()", "StreamChat"),
    "dict, get": (IMPORT + "cs = {'a': StreamChat()}\nc = cs.get(x)\nif c:\n    c.go()", "StreamChat"),
    "dict()": (IMPORT + "cs = dict(a=StreamChat())\ncs['a'].go()", "StreamChat"),
    "dict filled later": (IMPORT + "cs = {}\ncs['a'] = StreamChat()\ncs[x].go()", "StreamChat"),
    "dict filled in a function": (
        IMPORT
        + "_cs = {}\ndef get(k):\n    if k not in _cs:\n        _cs[k] = StreamChat(k, 's')\n    return _cs[k]\nget(1).go()",
        "StreamChat",
    ),
    "list": (IMPORT + "cs = [StreamChat(), StreamChat()]\ncs[0].go()", "StreamChat"),
    "list, last": (IMPORT + "cs = [1, StreamChat()]\ncs[-1].go()", "StreamChat"),
    "list, loop": (IMPORT + "for c in [StreamChat(), StreamChat()]:\n    c.go()", "StreamChat"),
    "list, append": (IMPORT + "cs = []\ncs.append(StreamChat())\nfor c in cs:\n    c.go()", "StreamChat"),
    "list, comprehension": (IMPORT + "cs = [StreamChat(k) for k in ks]\ncs[0].go()", "StreamChat"),
    "comprehension over it": (IMPORT + "cs = [StreamChat()]\n[c.go() for c in cs]", "StreamChat"),
    "enumerate": (IMPORT + "for i, c in enumerate([StreamChat()]):\n    c.go()", "StreamChat"),
    "zip": (IMPORT + "for a, c in zip(xs, [StreamChat()]):\n    c.go()", "StreamChat"),
    "attribute that is a dict": (
        IMPORT
        + "class A:\n    def __init__(self):\n        self.cs = {}\n    def add(self, k):\n        self.cs[k] = StreamChat()\n"
        "    def f(self, k):\n        self.cs[k].go()",
        "StreamChat",
    ),
    "an attribute of the same name in another class": (
        IMPORT
        + "class A:\n    def __init__(self):\n        self.cs = [StreamChat()]\n    def f(self):\n        self.cs[0].go()\n"
        "class B:\n    def __init__(self):\n        self.cs = []\n    def g(self):\n        self.cs.append(make())",
        "StreamChat",
    ),
    # exceptions
    "except": (
        "from stream_chat.base.exceptions import StreamAPIException\ntry: ...\nexcept StreamAPIException as e:\n    e.go()",
        "StreamAPIException",
    ),
    "except, dotted": (
        "import stream_chat.base.exceptions\ntry: ...\n"
        "except stream_chat.base.exceptions.StreamAPIException as e:\n    e.go()",
        "StreamAPIException",
    ),
    "except Exception and isinstance": (
        "from stream_chat.base.exceptions import StreamAPIException\ntry: ...\nexcept Exception as e:\n"
        "    if isinstance(e, StreamAPIException):\n        e.go()",
        "StreamAPIException",
    ),
    # frameworks, in one file
    "Depends": (
        "from fastapi import Depends\n" + IMPORT + "def get():\n    return StreamChat()\n"
        "@app.get('/')\ndef view(client=Depends(get)):\n    client.go()",
        "StreamChat",
    ),
    "Depends, with yield": (
        "from fastapi import Depends\n"
        + BOTH
        + "async def get():\n    async with StreamChatAsync() as c:\n        yield c\n"
        "@app.get('/')\nasync def view(client=Depends(get)):\n    client.go()",
        "StreamChatAsync",
    ),
    "Depends, annotated": (
        "from typing import Annotated\nfrom fastapi import Depends\n" + IMPORT + "def get():\n    return StreamChat()\n"
        "def view(client: Annotated[object, Depends(get)]):\n    client.go()",
        "StreamChat",
    ),
    "fixture": (
        "import pytest\n"
        + IMPORT
        + "@pytest.fixture\ndef client():\n    return StreamChat()\ndef test_a(client):\n    client.go()",
        "StreamChat",
    ),
    "fixture with yield, of a fixture": (
        "import pytest\n" + IMPORT + "@pytest.fixture\ndef client():\n    yield StreamChat()\n"
        "@pytest.fixture()\ndef channel(client):\n    return client.channel('a', 'b')\ndef test_a(channel):\n    channel.go()",
        "Channel",
    ),
}


@pytest.mark.parametrize(("source", "cls"), PROVEN.values(), ids=PROVEN.keys())
def test_proven(source: str, cls: str) -> None:
    found = resolved(source)
    assert found is not None
    assert (found.cls, found.confidence) == (cls, Confidence.PROVEN), found.evidence
    assert found.evidence


LIKELY = {
    "an own class where the import failed": (
        "try:\n    from stream_chat import StreamChat\nexcept ImportError:\n    class StreamChat: ...\nStreamChat().go()"
    ),
    "a subclass": IMPORT + "class Mine(StreamChat):\n    def other(self): ...\nMine().go()",
    "self of a subclass": IMPORT + "class Mine(StreamChat):\n    def other(self):\n        self.go()",
    "super of a subclass": IMPORT + "class Mine(StreamChat):\n    def go(self):\n        super().go()",
    "a channel of a subclass": IMPORT + "class Mine(StreamChat): ...\nMine().channel('a', 'b').go()",
    "a mixin that is also made by itself": (
        IMPORT + "class Mixin:\n    def f(self):\n        self.client.go()\n"
        "class A(Mixin):\n    def __init__(self):\n        self.client = StreamChat()\nMixin()"
    ),
    "or what a caller passes": IMPORT + "def f(client=None):\n    client = client or StreamChat()\n    client.go()",
    "or what a caller passes, by if": (
        IMPORT + "def f(client=None):\n    if client is None:\n        client = StreamChat()\n    client.go()"
    ),
    "a default": CLIENT + "def f(c=client):\n    c.go()",
    "a decorator": IMPORT + "@retry\ndef get():\n    return StreamChat()\nget().go()",
    "a union": IMPORT + "def f(client: StreamChat | Fake):\n    client.go()",
    "one of two exceptions": (
        "from stream_chat.base.exceptions import StreamAPIException\ntry: ...\n"
        "except (KeyError, StreamAPIException) as e:\n    e.go()"
    ),
}


@pytest.mark.parametrize("source", LIKELY.values(), ids=LIKELY.keys())
def test_likely(source: str) -> None:
    found = resolved(source)
    assert found is not None
    assert found.confidence is Confidence.LIKELY, found


UNKNOWN = {
    "an unknown branch": IMPORT + "client = make()\nif x:\n    client = StreamChat()\nclient.go()",
    "an unknown call": IMPORT + "def f(client):\n    client.go()\nf(StreamChat())\nf(make())",
    "either client": BOTH + "client = StreamChat() if x else StreamChatAsync()\nclient.go()",
    "an unknown element": IMPORT + "cs = [StreamChat(), make()]\ncs[i].go()",
}


@pytest.mark.parametrize("source", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_unknown(source: str) -> None:
    found = resolved(source)
    assert found is not None
    assert found.confidence is Confidence.UNKNOWN


def test_evidence_reads_from_the_use_back_to_the_origin() -> None:
    found = resolved(
        """
        from stream_chat import StreamChat

        def get_chat():
            return StreamChat("k", "s")

        def send(client):
            client.go()

        chat = get_chat()
        send(chat)
        """
    )
    assert found is not None
    assert [f"{step.line}: {step.text}" for step in found.evidence] == [
        "7: `client` ← parameter of `send`",
        "11: called with `chat`",
        "10: `chat` ← `get_chat()`",
        "4: `get_chat()` returns",
        "5: `StreamChat('…', '…')` makes a StreamChat",
        "2: `from stream_chat import StreamChat`",
    ]
    assert found.holders == {
        Holder("parameter", "send", "client"),
        Holder("variable", "", "chat"),
        Holder("return", "get_chat", "get_chat"),
    }


def test_origins_are_the_calls_that_made_the_object_and_makers_those_of_its_client() -> None:
    source = CLIENT + "channel = client.channel('a', 'b')\nchannel.go()"
    found = resolved(source)
    assert found is not None
    assert [ast.unparse(call) for call in found.origins] == ["client.channel('a', 'b')"]
    assert [ast.unparse(call) for call in found.makers] == ["StreamChat('k', 's')"]
    assert found.holders == {Holder("variable", "", "client"), Holder("variable", "", "channel")}


def test_origins_are_all_or_none() -> None:
    both = resolved(CLIENT + "c = client.channel('a') if x else client.channel('b')\nc.go()")
    assert both is not None
    assert len(both.origins) == 2
    annotated = resolved(
        "from stream_chat.channel import Channel\n" + CLIENT + "def f(c: Channel):\n    c.go()\nf(client.channel('a'))"
    )
    assert annotated is not None
    assert annotated.origins == ()
    mixed = resolved(
        "from stream_chat.channel import Channel\n"
        + CLIENT
        + "def f(c: Channel):\n    d = c if x else client.channel('a')\n    d.go()"
    )
    assert mixed is not None
    assert mixed.origins == ()


def test_optional_is_told() -> None:
    found = resolved(
        IMPORT + "client = None\ndef init():\n    global client\n    client = StreamChat()\ndef f():\n    client.go()"
    )
    assert found is not None
    assert (found.confidence, found.optional) == (Confidence.PROVEN, True)


@pytest.mark.parametrize(
    ("declared", "source", "module"),
    [
        ("app.clients.chat", "from app.clients import chat\nchat.go()", ""),
        ("app.clients.chat", "from app import clients\nclients.chat.go()", ""),
        ("app.clients.chat", "import app.clients\napp.clients.chat.go()", ""),
        ("app.clients.chat", "from .clients import chat as c\nc.go()", "app.views"),
        ("app.clients.get_chat()", "from app.clients import get_chat\nget_chat().go()", ""),
        ("app.clients.get_chat()", "from app.clients import get_chat\nc = get_chat()\ndef f():\n    c.go()", ""),
        ("app.views.chat", "chat = make()\nchat.go()", "app.views"),
        ("chat", "chat = make()\ndef f():\n    chat.go()", ""),
        ("app.views.send.chat", "def send(chat):\n    chat.go()", "app.views"),
        (
            "app.views.Service.chat",
            "class Service:\n    chat = None\n    def f(self):\n        self.chat.go()",
            "app.views",
        ),
    ],
)
def test_declarations_are_proven(declared: str, source: str, module: str) -> None:
    found = resolved(source, declarations={declared: "stream_chat.StreamChat"}, module=module)
    assert found is not None
    assert (found.cls, found.confidence) == ("StreamChat", Confidence.PROVEN)


SYMBOLS = [
    ("from stream_chat import StreamChat\nX = StreamChat", "stream_chat.StreamChat"),
    ("import stream_chat as sc\nX = sc.StreamChat", "stream_chat.StreamChat"),
    ("import stream_chat.base.exceptions\nX = stream_chat.base.exceptions.StreamAPIException",
     "stream_chat.base.exceptions.StreamAPIException"),
    ("from stream_chat.webhook import verify_signature as v\nX = v", "stream_chat.webhook.verify_signature"),
    ("from getstream import Stream\nX = Stream", "getstream.Stream"),
    ("from .stream_chat import StreamChat\nX = StreamChat", ".stream_chat.StreamChat"),
    ("try:\n    from stream_chat import StreamChat\nexcept ImportError:\n    StreamChat = None\nX = StreamChat",
     "stream_chat.StreamChat"),
    ("try:\n    from a import A\nexcept ImportError:\n    from b import A\nX = A", None),
    ("class StreamChat: ...\nX = StreamChat", None),
    ("StreamChat = make()\nX = StreamChat", None),
    ("X = print", None),
    ("X = 1", None),
]  # fmt: skip


@pytest.mark.parametrize(("source", "dotted"), SYMBOLS)
def test_symbol(source: str, dotted: str | None) -> None:
    tree = ast.parse(source)
    last = tree.body[-1]
    assert isinstance(last, ast.Assign)
    assert Resolver(tree).symbol(last.value) == dotted


def test_unknown_sites_are_those_of_which_nothing_is_known() -> None:
    tree = ast.parse(
        IMPORT
        + textwrap.dedent(
            """
            from app import clients
            class Repo:
                def upsert_user(self, u): ...
            def f(given):
                given.upsert_user(1)
                clients.chat.upsert_user(2)
                Repo().upsert_user(3)
                StreamChat("k", "s").upsert_user(4)
                {}.upsert_user(5)
                given.other(6)
            """
        )
    )
    sites = Resolver(tree).unknown_sites({"upsert_user"})
    assert [ast.unparse(call) for call in sites] == ["given.upsert_user(1)", "clients.chat.upsert_user(2)"]


def test_a_method_by_name_is_known() -> None:
    tree = ast.parse(CLIENT + "send = client.channel('a', 'b').send_message\nsend({}, 'u')")
    call = tree.body[-1]
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    found = Resolver(tree).method(call.value.func)
    assert found is not None
    assert (found[0].cls, found[1]) == ("Channel", "send_message")


@pytest.mark.parametrize(
    "source",
    [
        "a = b\nb = a\na.go()",
        "def f(x):\n    return f(x)\nf(1).go()",
        "def f(x):\n    return g(x)\ndef g(x):\n    return f(x)\nf(1).go()",
        "class A(A): ...\nA().go()",
        "class A:\n    def f(self):\n        self.x = self.x.y\n        self.x.go()",
        "for a in a: a.go()",
        "while x:\n    x = x.next\nx.go()",
        "x = [x]\nx[0].go()",
        "x = {}\nx['a'] = x\nx['a']['a'].go()",
        "X = 'X'\ndef f(a: X):\n    a.go()",
        "def f(x=lambda: f): x.go()",
        "x" + ".y()" * 400 + ".go()",
        "x = []\nfor y in x:\n    x = [x, y, {'a': y, 'b': x}]\n    y.append(x)\nx[0].go()",
        "def f(x):\n    x.append(f([x, x]))\n    return [x, *f(x)]\nf([])[0].go()",
        "class A:\n    def f(self, x):\n        self.x[x] = self.f(self.x)\n        self.y = [self.x, self.y]\n        self.y[0].go()",
        "".join(f"x{i} = [x{i - 1}, x{i - 1}]\n" for i in range(1, 40)) + "x39[0].go()",
        "x = 1\n" + "".join(f"x{i} = x{i - 1}\n" for i in range(1, 300)) + "x299.go()",
        "if a: pass\n" + "elif b: pass\n" * 400 + "x.go()",
    ],
)
def test_cycles_and_long_ways_end(source: str) -> None:
    assert resolved(source) is None


def test_the_answer_does_not_depend_on_what_was_asked_before() -> None:
    source = IMPORT + "c0 = StreamChat()\n" + "".join(f"c{i} = c{i - 1}\n" for i in range(1, 60)) + "c59.go()"
    tree = ast.parse(source)
    names = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    forwards, backwards = Resolver(tree), Resolver(tree)
    there = [forwards.receiver(n) for n in names]
    back = [backwards.receiver(n) for n in reversed(names)]
    assert there == back[::-1]


@pytest.mark.parametrize("source", [*(row[0] for row in PROVEN.values()), *LIKELY.values(), *UNKNOWN.values()])
def test_what_is_the_sdks_is_worth_asking(source: str) -> None:
    tree = ast.parse(textwrap.dedent(source))
    resolver = Resolver(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            assert resolver.receiver(node) is None or resolver.may_be(node), ast.unparse(node)


CALLED = [
    source
    for source in (*(row[0] for row in PROVEN.values()), *LIKELY.values(), *UNKNOWN.values())
    if ".go()" in source
]


@pytest.mark.parametrize("source", CALLED)
def test_nothing_moves_by_half(source: str) -> None:
    assert_whole(f"== app.py\n{textwrap.dedent(source)}\n", unsafe=True)
