"""What is not stream-chat's is never taken for it: these tests come before all others of the resolver."""

from __future__ import annotations

import ast
import textwrap

import pytest
from halves import assert_whole

from streammigrate.codemod.resolve import Confidence, Resolver

IMPORT = "from stream_chat import StreamChat\n"

# `X` marks the expression in question: the receiver of `.upsert_user` on the last line that has one.
DECOYS = {
    "nothing of the SDK": "client = make()\nclient.upsert_user({})",
    "own class of that name": "class StreamChat: ...\nclient = StreamChat('k', 's')\nclient.upsert_user({})",
    "own class below the import": IMPORT
    + "class StreamChat: ...\nclient = StreamChat('k', 's')\nclient.upsert_user({})",
    "another package's class": "from app.chat import StreamChat\nclient = StreamChat('k', 's')\nclient.upsert_user({})",
    "a relative import": "from .stream_chat import StreamChat\nclient = StreamChat('k', 's')\nclient.upsert_user({})",
    "a package below another": "import app.stream_chat as s\nclient = s.StreamChat()\nclient.upsert_user({})",
    "a name that begins alike": "from stream_chat_extra import StreamChat\nclient = StreamChat()\nclient.upsert_user({})",
    "the other SDK": "from getstream import Stream\nclient = Stream('k', 's')\nclient.upsert_user({})",
    "the other SDK under the old name": (
        "from getstream import Stream as StreamChat\nclient = StreamChat('k', 's')\nclient.upsert_user({})"
    ),
    "the other SDK's chat": "from getstream import Stream\nclient = Stream()\nclient.chat.upsert_user({})",
    "a database": IMPORT + "client = StreamChat('k', 's')\ndb = connect()\ndb.upsert_user({})",
    "an own class with the methods": (
        IMPORT + "class Repo:\n    def upsert_user(self, u): ...\nclient = Repo()\nclient.upsert_user({})"
    ),
    "a wrapper that holds a client": (
        IMPORT
        + "class Chat:\n    def __init__(self):\n        self.client = StreamChat('k', 's')\n"
        + "    def upsert_user(self, u):\n        return self.client\nChat().upsert_user({})"
    ),
    "rebound to another thing": IMPORT + "client = StreamChat('k', 's')\nclient = Db()\nclient.upsert_user({})",
    "rebound to a literal": IMPORT + "client = StreamChat('k', 's')\nclient = {}\nclient.upsert_user({})",
    "the class name rebound": IMPORT + "StreamChat = fake\nclient = StreamChat('k', 's')\nclient.upsert_user({})",
    "a parameter shadows": (IMPORT + "client = StreamChat('k', 's')\ndef f(client):\n    client.upsert_user({})"),
    "a lambda's parameter shadows": IMPORT + "client = StreamChat('k', 's')\nlambda client: client.upsert_user({})",
    "a local shadows": (
        IMPORT + "client = StreamChat('k', 's')\ndef f():\n    client = db()\n    client.upsert_user({})"
    ),
    "a local that is bound below": (
        IMPORT + "client = StreamChat('k', 's')\ndef f():\n    client.upsert_user({})\n    client = db()"
    ),
    "a comprehension variable shadows": (
        IMPORT + "client = StreamChat('k', 's')\n[client.upsert_user({}) for client in dbs]"
    ),
    "a loop variable rebinds": (
        IMPORT + "client = StreamChat('k', 's')\nfor client in dbs:\n    client.upsert_user({})"
    ),
    "a with rebinds": IMPORT + "client = StreamChat('k', 's')\nwith db() as client:\n    client.upsert_user({})",
    "an except rebinds": (
        IMPORT + "client = StreamChat('k', 's')\ntry: ...\nexcept Exception as client:\n    client.upsert_user({})"
    ),
    "an import rebinds": IMPORT + "client = StreamChat('k', 's')\nfrom app import client\nclient.upsert_user({})",
    "a def rebinds": IMPORT + "client = StreamChat('k', 's')\ndef client(): ...\nclient.upsert_user({})",
    "a class body's name is not a method's": (
        IMPORT + "class A:\n    client = StreamChat('k', 's')\n    def f(self):\n        client.upsert_user({})"
    ),
    "a class body shadows": (
        IMPORT + "client = StreamChat('k', 's')\nclass A:\n    client = db()\n    client.upsert_user({})"
    ),
    "deleted": IMPORT + "client = StreamChat('k', 's')\ndel client\nclient.upsert_user({})",
    "a star import": "from somewhere import *\nclient = StreamChat('k', 's')\nclient.upsert_user({})",
    "the client comes by a star": "from app.clients import *\nclient.upsert_user({})",
    "an attribute of a client that the SDK lacks": (
        IMPORT + "client = StreamChat('k', 's')\nclient.chat.upsert_user({})"
    ),
    "a response": IMPORT + "client = StreamChat('k', 's')\nclient.query_users({}).upsert_user({})",
    "the response of a channel call": (
        IMPORT + "channel = StreamChat('k', 's').channel('a', 'b').create('u')\nchannel.upsert_user({})"
    ),
    "the class and not an object": IMPORT + "StreamChat.upsert_user({})",
    "the module": "import stream_chat\nstream_chat.upsert_user({})",
    "the constructor by reference": IMPORT + "client = StreamChat\nclient.upsert_user({})",
    "an annotation by an own class": ("class StreamChat: ...\ndef f(client: StreamChat):\n    client.upsert_user({})"),
    "an annotation by another package": (
        "from app import StreamChat\ndef f(client: StreamChat):\n    client.upsert_user({})"
    ),
    "an annotation of a list": IMPORT + "def f(client: list[StreamChat]):\n    client.upsert_user({})",
    "an annotation of the class": IMPORT + "def f(client: type[StreamChat]):\n    client.upsert_user({})",
    "an annotation of a callable": (
        "from typing import Callable\n"
        + IMPORT
        + "def f(client: Callable[[], StreamChat]):\n    client.upsert_user({})"
    ),
    "an unresolved annotation": "def f(client: 'StreamChat'):\n    client.upsert_user({})",
    "a function not called": IMPORT + "def get():\n    return StreamChat('k', 's')\nget.upsert_user({})",
    "a coroutine not awaited": IMPORT + "async def get():\n    return StreamChat('k', 's')\nget().upsert_user({})",
    "a generator not entered": IMPORT + "def get():\n    yield StreamChat('k', 's')\nget().upsert_user({})",
    "self of another class": (
        IMPORT
        + "class A:\n    def __init__(self):\n        self.client = StreamChat('k', 's')\n"
        + "class B:\n    def f(self):\n        self.client.upsert_user({})"
    ),
    "self of a static method": (
        IMPORT
        + "class A:\n    client = StreamChat('k', 's')\n    @staticmethod\n    def f(self):\n"
        + "        self.client.upsert_user({})"
    ),
    "a parameter with no calls": IMPORT + "def f(client):\n    client.upsert_user({})",
    "a mock": (
        "from unittest.mock import MagicMock\n" + IMPORT + "client = MagicMock(spec=StreamChat)\nclient.upsert_user({})"
    ),
    "isinstance of another class": (
        IMPORT + "def f(client):\n    if isinstance(client, Db):\n        client.upsert_user({})"
    ),
    "not an instance": (
        IMPORT
        + "def f(client: StreamChat | Db):\n    if isinstance(client, StreamChat): return\n    client.upsert_user({})"
    ),
    "a match arm of another class": (
        IMPORT + "def f(client):\n    match client:\n        case Db(): client.upsert_user({})"
    ),
    "the key of a dict": IMPORT + "for client in {'a': StreamChat('k', 's')}:\n    client.upsert_user({})",
    "the other element": IMPORT + "_, client = StreamChat('k', 's'), db()\nclient.upsert_user({})",
    "a string": IMPORT + "'StreamChat'.upsert_user({})",
    "only where the name is None": (
        IMPORT + "client = StreamChat('k', 's')\nif client is None:\n    client.upsert_user({})"
    ),
}


def receiver_of(source: str) -> tuple[Resolver, ast.expr]:
    tree = ast.parse(textwrap.dedent(source))
    (receiver,) = [n.value for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "upsert_user"]
    return Resolver(tree), receiver


@pytest.mark.parametrize("source", DECOYS.values(), ids=DECOYS.keys())
def test_decoy(source: str) -> None:
    resolver, receiver = receiver_of(source)
    assert resolver.receiver(receiver) is None


# Here an SDK object may arrive, but nothing proves that nothing else does.
NOT_PROVEN = {
    "rebound on one branch to what is not known": (
        IMPORT + "client = StreamChat('k', 's')\nif flag: client = make()\nclient.upsert_user({})"
    ),
    "rebound in a loop": (
        IMPORT + "client = StreamChat('k', 's')\nfor _ in x:\n    client.upsert_user({})\n    client = make()"
    ),
    "rebound in a try": (
        IMPORT
        + "client = make()\ntry:\n    client = StreamChat('k', 's')\n    risky()\nexcept E: pass\nclient.upsert_user({})"
    ),
    "rebound by another function": (
        IMPORT
        + "client = StreamChat('k', 's')\ndef use():\n    client.upsert_user({})\n"
        + "def patch(fake):\n    global client\n    client = fake"
    ),
    "rebound below the function": (
        IMPORT + "client = StreamChat('k', 's')\ndef use():\n    client.upsert_user({})\nclient = make()"
    ),
    "rebound after the closure": (
        IMPORT
        + "def f(fake):\n    client = StreamChat('k', 's')\n    g = lambda: client.upsert_user({})\n    client = fake"
    ),
    "a fake on the other branch": (
        IMPORT + "class Fake: ...\nclient = StreamChat('k', 's') if flag else Fake()\nclient.upsert_user({})"
    ),
    "an attribute that something else is stored in": (
        IMPORT
        + "class A:\n    def __init__(self):\n        self.client = StreamChat('k', 's')\n"
        + "    def use(self):\n        self.client.upsert_user({})\n"
        + "    def swap(self, fake):\n        self.client = fake"
    ),
    "an attribute that is replaced from outside": (
        IMPORT
        + "class A:\n    def __init__(self):\n        self.client = StreamChat('k', 's')\n"
        + "    def use(self):\n        self.client.upsert_user({})\n"
        + "a = A()\na.client = fake()"
    ),
    "an attribute that a subclass replaces": (
        IMPORT
        + "class A:\n    def __init__(self):\n        self.client = StreamChat('k', 's')\n"
        + "    def use(self):\n        self.client.upsert_user({})\n"
        + "class B(A):\n    def __init__(self):\n        self.client = fake()"
    ),
    "a call with something else": (
        IMPORT + "def f(client):\n    client.upsert_user({})\nf(StreamChat('k', 's'))\nf(make())"
    ),
    "a function that is also passed on": (
        IMPORT + "def f(client):\n    client.upsert_user({})\nf(StreamChat('k', 's'))\nregister(f)"
    ),
    "a function that a decorator registers": (
        IMPORT + "@app.get('/')\ndef f(client):\n    client.upsert_user({})\nf(StreamChat('k', 's'))"
    ),
    "a function with two results": (
        IMPORT + "def get(x):\n    if x: return StreamChat('k', 's')\n    return make()\nget(1).upsert_user({})"
    ),
    "a container of two things": (
        IMPORT + "clients = {'a': StreamChat('k', 's'), 'b': make()}\nclients[name].upsert_user({})"
    ),
    "a container that something else is put in": (
        IMPORT + "clients = [StreamChat('k', 's')]\nclients.append(make())\nclients[i].upsert_user({})"
    ),
    "either client": (
        "from stream_chat import StreamChat, StreamChatAsync\n"
        "client = StreamChat('k', 's') if flag else StreamChatAsync('k', 's')\nclient.upsert_user({})"
    ),
    "or something else": IMPORT + "client = given or StreamChat('k', 's')\nclient.upsert_user({})",
    "an own class instead": (
        "try:\n    from stream_chat import StreamChat\nexcept ImportError:\n    class StreamChat: ...\n"
        "client = StreamChat('k', 's')\nclient.upsert_user({})"
    ),
    "an object whose base nobody knows makes it": (
        IMPORT + "from elsewhere import Base\nclass Chat(Base):\n    def __new__(cls):\n"
        "        self = super().__new__(cls)\n        self.client = StreamChat('k', 's')\n        return self\n"
        "def go(chat):\n    super(Chat).__new__(Chat).client.upsert_user({})"
    ),
    "what a subclass's __getitem__ may give": (
        IMPORT + "class Base:\n    def __getitem__(self, name):\n        return StreamChat('k', 's')\n"
        "class Other(Base):\n    def __getitem__(self, name):\n        return object()\n"
        "def go(chats: Base):\n    chats['x'].upsert_user({})"
    ),
    "a star import below": IMPORT + "from app import *\nclient = StreamChat('k', 's')\nclient.upsert_user({})",
    "a star import of the SDK": "from stream_chat import *\nclient = StreamChat('k', 's')\nclient.upsert_user({})",
    "a subclass": IMPORT + "class Mine(StreamChat): ...\nclient = Mine('k', 's')\nclient.upsert_user({})",
    "a decorator that nobody knows": (
        IMPORT + "@magic\ndef get():\n    return StreamChat('k', 's')\nget().upsert_user({})"
    ),
    "either by annotation": (
        "from stream_chat import StreamChat, StreamChatAsync\n"
        "def f(client: StreamChat | StreamChatAsync):\n    client.upsert_user({})"
    ),
}


@pytest.mark.parametrize("source", NOT_PROVEN.values(), ids=NOT_PROVEN.keys())
def test_not_proven(source: str) -> None:
    resolver, receiver = receiver_of(source)
    found = resolver.receiver(receiver)
    assert found is None or found.confidence is not Confidence.PROVEN


def test_a_method_that_a_subclass_overrides_is_its_own() -> None:
    resolver, receiver = receiver_of(
        IMPORT
        + "class Mine(StreamChat):\n    def upsert_user(self, u): ...\nclient = Mine('k', 's')\nclient.upsert_user({})"
    )
    assert resolver.receiver(receiver) is None


@pytest.mark.parametrize("source", [*DECOYS.values(), *NOT_PROVEN.values()])
def test_nothing_moves_by_half(source: str) -> None:
    assert_whole(f"== app.py\n{source.replace('.upsert_user({})', '.go()')}\n", unsafe=True)
