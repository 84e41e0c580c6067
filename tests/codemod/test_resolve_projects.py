"""Evidence over the files of a program: what is not stream-chat's first, then what is, and that nothing moves by half."""

from __future__ import annotations

import ast

import pytest
from halves import asked, assert_whole, files
from programs import resolvers

from streammigrate.codemod.resolve import Confidence

# A line `== path` begins a file; `.go` marks the expression in question.

# What an SDK object cannot be shown to reach.
NOTHING = {
    "local module shadows the SDK": """
== stream_chat.py
class StreamChat: ...
== main.py
from stream_chat import StreamChat
StreamChat("k", "s").go()
""",
    "local package shadows the SDK": """
== stream_chat/__init__.py
class StreamChat: ...
client = StreamChat()
== main.py
import stream_chat
stream_chat.client.go()
""",
    "two files of one name": """
== a/__init__.py
== a/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== b/__init__.py
== b/chat.py
client = Db()
== b/main.py
from .chat import client
client.go()
""",
    "sys.modules": """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")

== main.py
import sys
sys.modules["app.chat"].client.go()
""",
    "a name __all__ leaves out": """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
__all__ = ["other"]
other = 1
client = StreamChat("k", "s")
== main.py
from app.chat import *
client.go()
""",
    "underscore by star": """
== chat.py
from stream_chat import StreamChat
_client = StreamChat("k", "s")
== main.py
from chat import *
_client.go()
""",
    "wrapper with the same methods elsewhere": """
== wrapper.py
from stream_chat import StreamChat
class Chat:
    def __init__(self):
        self.client = StreamChat("k", "s")
    def go(self):
        return self.client
== main.py
from wrapper import Chat
chat = Chat()
chat.go()
""",
    "overridden in a subclass in another file": """
== mine.py
from stream_chat import StreamChat
class Mine(StreamChat):
    def go(self): ...
== main.py
from mine import Mine
Mine("k", "s").go()
""",
    "getattr wrapper": """
== wrapper.py
from stream_chat import StreamChat
class Chat:
    def __init__(self):
        self._client = StreamChat("k", "s")
    def __getattr__(self, name):
        return getattr(self._client, name)
== main.py
from wrapper import Chat
Chat().go()
""",
    "module getattr": """
== chat.py
def __getattr__(name):
    return make(name)
== main.py
import chat
chat.client.go()
""",
    "weakref": """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")

== main.py
import weakref
from app.chat import client
ref = weakref.ref(client)
ref().go()
""",
    "reduce": """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")

== main.py
from functools import reduce
from app.chat import client
reduce(pick, [client, other]).go()
""",
    "protocol annot": """
== proto.py
from typing import Protocol
class Chat(Protocol):
    def go(self): ...
== main.py
from proto import Chat
def f(c: Chat):
    c.go()
""",
    "own class of that name imported": """
== models.py
class StreamChat: ...
== main.py
from models import StreamChat
def f(c: StreamChat):
    c.go()
""",
    "same attr in other class of other file": """
== a.py
from stream_chat import StreamChat
class A:
    def __init__(self):
        self.client = StreamChat("k", "s")
== b.py
class B:
    def __init__(self):
        self.client = Db()
    def f(self):
        self.client.go()
""",
    "dataclass field replaced": """
== a.py
from dataclasses import dataclass, replace
from stream_chat import StreamChat
@dataclass
class S:
    c: object = None
s = S(StreamChat("k", "s"))
s = replace(s, c=Db())
s.c.go()
""",
    "circular import": """
== a.py
from b import client
def use():
    client.go()
== b.py
from a import client
""",
    "submodule attr not imported": """
== pkg/__init__.py
chat = Db()
== pkg/chat.py
from stream_chat import StreamChat
go = 1
client = StreamChat("k", "s")
== main.py
from pkg import chat
chat.client.go()
""",
    "in __init__ name shadows submodule": """
== pkg/__init__.py
from .chat import client as chat
== pkg/chat.py
from stream_chat import StreamChat
client = Db()
== main.py
from pkg import chat
chat.go()
""",
    "match class pattern attr": """
== main.py
from stream_chat import StreamChat
def f(s):
    match s:
        case Holder(client=c):
            c.go()
""",
    "varargs mix": """
== main.py
from stream_chat import StreamChat
def call(*args):
    use(*args)
def use(c):
    c.go()
call(StreamChat("k", "s"))
call(Db())
""",
    "kwargs literal replaced": """
== main.py
from stream_chat import StreamChat
def use(client):
    client.go()
kw = {"client": StreamChat("k", "s"), **over}
use(**kw)
""",
    "kwargs later": """
== main.py
from stream_chat import StreamChat
def use(client):
    client.go()
kw = {"client": StreamChat("k", "s")}
kw["client"] = Db()
use(**kw)
""",
    "partial": """
== main.py
from functools import partial
from stream_chat import StreamChat
def use(x, client):
    client.go()
partial(use, StreamChat("k", "s"))(Db())
""",
    "thread local": """
== main.py
import threading
from stream_chat import StreamChat
local = threading.local()
local.client = StreamChat("k", "s")
def f():
    local.client = Db()
def g():
    local.client.go()
""",
    "contextvar": """
== main.py
from contextvars import ContextVar
from stream_chat import StreamChat
var = ContextVar("v")
var.set(StreamChat("k", "s"))
def g():
    var.set(Db())
def f():
    var.get().go()
""",
    "TypeVar generic wrong": """
== main.py
from typing import TypeVar
from stream_chat import StreamChat
T = TypeVar("T")
def first(a: T, b) -> T:
    return b
first(StreamChat("k", "s"), Db()).go()
""",
    "Box generic unparametrised": """
== main.py
from typing import Generic, TypeVar
from stream_chat import StreamChat
T = TypeVar("T")
class Box(Generic[T]):
    def __init__(self, v: T):
        self.v = v
    def get(self) -> T:
        return self.v
def f(b: "Box[Db]"):
    b.get().go()
Box(StreamChat("k", "s"))
""",
    "attrgetter other": """
== main.py
from operator import attrgetter
from stream_chat import StreamChat
class A:
    def __init__(self):
        self.client = StreamChat("k", "s")
        self.db = Db()
attrgetter("db")(A()).go()
""",
    "map lambda": """
== main.py
from stream_chat import StreamChat
cs = [StreamChat("k", "s")]
for x in map(lambda c: c.name, cs):
    x.go()
""",
    "gather other": """
== main.py
import asyncio
from stream_chat import StreamChat
async def get():
    return StreamChat("k", "s")
async def db():
    return Db()
async def main():
    a, b = await asyncio.gather(get(), db())
    b.go()
""",
    "sorted with key": """
== main.py
from stream_chat import StreamChat
cs = [StreamChat("k", "s")]
d = {k: v for k, v in zip(cs, names)}
for v in d.values():
    v.go()
""",
    "starred other": """
== main.py
from stream_chat import StreamChat
a, *rest = StreamChat("k", "s"), Db(), 1
rest[0].go()
""",
    "newtype": """
== main.py
from typing import NewType
UserId = NewType("StreamChat", str)
UserId("x").go()
""",
    "overload other": """
== main.py
from typing import overload
from stream_chat import StreamChat
@overload
def get(x: int) -> StreamChat: ...
@overload
def get(x: str) -> "Db": ...
def get(x):
    return table[x]
get("x").go()
""",
    "lambda param other": """
== main.py
from stream_chat import StreamChat
f = lambda c: c.go()
f(StreamChat("k", "s"))
f(Db())
""",
    "exitstack other": """
== main.py
from contextlib import ExitStack
from stream_chat import StreamChat
with ExitStack() as stack:
    db = stack.enter_context(Db())
    c = StreamChat("k", "s")
    db.go()
""",
    "narrowed, then the object is another": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def f(x):
    if isinstance(x.client, StreamChat):
        x = other()
        x.client.go()
""",
    "narrowed, then the attribute is another": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def f(x):
    if isinstance(x.client, StreamChat):
        x.client = other()
        x.client.go()
""",
    "narrowed on the other branch": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def f(x):
    if isinstance(x.client, StreamChat):
        pass
    else:
        x.client.go()
""",
    "narrowed subscript of another key": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def f(x):
    if isinstance(x['a'], StreamChat):
        x['b'].go()
""",
    "narrowed in another function": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def f(x):
    if isinstance(x.client, StreamChat):
        pass
def g(x):
    x.client.go()
""",
    "narrowed outside of a nested function": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def f(x):
    if isinstance(x.client, StreamChat):
        def g():
            x.client.go()
        return g
""",
    "an exit stack of something else": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from contextlib import ExitStack
with ExitStack() as st:
    st.enter_context(db()).go()
""",
    "enter_context of another object": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
st.enter_context(client).go()
""",
    "wait_for of something else": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import asyncio
async def f():
    (await asyncio.wait_for(db(), 5)).go()
""",
    "wait_for without await": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import asyncio
async def get():
    return client
async def f():
    asyncio.wait_for(get(), 5).go()
""",
    "own function named like asyncio's": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def wait_for(x, t):
    return Db()
wait_for(client, 5).go()
""",
    "a partial of something else": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from functools import partial
partial(db, client)().go()
""",
    "a partial that is not called": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from functools import partial
def get():
    return client
partial(get).go()
""",
    "a cache of something else": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import functools
get = functools.lru_cache(maxsize=None)(db)
get().go()
""",
    "a property of something else": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class A:
    client = property(db)
A().client.go()
""",
    "a field with another factory": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from dataclasses import dataclass, field
@dataclass
class A:
    client: object = field(default_factory=db)
A().client.go()
""",
    "a class with a constructor of its own": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from dataclasses import dataclass
@dataclass(init=False)
class A:
    client: object
    def __init__(self, c):
        self.client = wrap(c)
a = A(client)
a.client.go()
""",
    "a class without a generated constructor": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class A(Base):
    client: object
a = A(client)
a.client.go()
""",
    "the other field": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from typing import NamedTuple
class A(NamedTuple):
    client: object
    db: object
a = A(client, db())
a.db.go()
""",
    "the other element before a star": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
a, b, *rest = client, db(), 1
b.go()
""",
    "a match of another key": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
match {'a': client, 'b': db()}:
    case {'b': c}:
        c.go()
""",
    "a match of another place": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
match (client, db()):
    case (_, c):
        c.go()
""",
    "a match of another class": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class H:
    def __init__(self):
        self.c = client
def f(x):
    match x:
        case Other(c=k):
            k.go()
""",
    "a defaultdict of something else": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from collections import defaultdict
cs = defaultdict(db)
cs['a'].go()
""",
    "a map of something else": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
for c in map(db, [client]):
    c.go()
""",
    "a module whose name is not in view": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import importlib
importlib.import_module(name).client.go()
""",
    "a module that is not the project's": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import importlib
importlib.import_module('somewhere').client.go()
""",
    "an alias of a NewType of something else": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from typing import NewType
Mine = NewType('Mine', Db)
def f(c: Mine):
    c.go()
""",
}


@pytest.mark.parametrize("program", NOTHING.values(), ids=NOTHING)
def test_what_nothing_of_the_sdk_is_known_to_reach(program: str) -> None:
    assert asked(program) is None


# What an SDK object may reach, and something else too.
UNKNOWN = {
    "lazy global imported by value": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = None
def init():
    global client
    client = StreamChat("k", "s")
== app/main.py
from .chat import client, init
def use():
    client.go()
""",
        "StreamChat",
    ),
    "monkeypatched": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")

== app/main.py
from . import chat
def use():
    chat.client.go()
== tests/test_x.py
from app import chat
chat.client = Fake()
""",
        "StreamChat",
    ),
    "monkeypatched own function": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")

== app/main.py
from . import chat
def use():
    chat.get_client().go()
== tests/test_x.py
from app import chat
chat.get_client = lambda: Fake()
""",
        "StreamChat",
    ),
    "fallback from another module": (
        """
== chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== main.py
try:
    from chat import client
except ImportError:
    from fake import client
client.go()
""",
        "StreamChat",
    ),
    "ternary unknown": (
        """
== chat.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat("k", "s") if X else StreamChatAsync("k", "s")
== main.py
from chat import client
client.go()
""",
        "StreamChat",
    ),
    "class attr overwritten in other file": (
        """
== a.py
from stream_chat import StreamChat
class A:
    client = StreamChat("k", "s")
    def f(self):
        self.client.go()
== b.py
from a import A
A.client = Fake()
""",
        "StreamChat",
    ),
    "instance attr overwritten in other file": (
        """
== a.py
from stream_chat import StreamChat
class A:
    def __init__(self):
        self.client = StreamChat("k", "s")
    def f(self):
        self.client.go()
== b.py
import a
x = a.A()
x.client = Fake()
""",
        "StreamChat",
    ),
    "setattr elsewhere": (
        """
== a.py
from stream_chat import StreamChat
class A:
    def __init__(self):
        self.client = StreamChat("k", "s")
    def f(self):
        self.client.go()
== b.py
import a
x = a.A()
setattr(x, "client", Fake())
""",
        "StreamChat",
    ),
    "setattr module": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")

== app/main.py
from . import chat
def use():
    chat.client.go()
== tests/test_x.py
from app import chat
setattr(chat, "client", Fake())
""",
        "StreamChat",
    ),
    "globals()": (
        """
== chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
globals()["client"] = Fake()
def use():
    client.go()
""",
        "StreamChat",
    ),
    "subclass attr in another file replaces": (
        """
== a.py
from stream_chat import StreamChat
class A:
    client = StreamChat("k", "s")
    def f(self):
        self.client.go()
== b.py
from a import A
class B(A):
    client = make()
""",
        "StreamChat",
    ),
    "property overriden in sub": (
        """
== a.py
from stream_chat import StreamChat
class A:
    @property
    def client(self):
        return StreamChat("k", "s")
    def f(self):
        self.client.go()
== b.py
from a import A
class B(A):
    @property
    def client(self):
        return Fake()
""",
        "StreamChat",
    ),
    "method overridden in sub": (
        """
== a.py
from stream_chat import StreamChat
class A:
    def make(self):
        return StreamChat("k", "s")
    def f(self):
        self.make().go()
== b.py
from a import A
class B(A):
    def make(self):
        return Fake()
""",
        "StreamChat",
    ),
    "param called from other file with another": (
        """
== a.py
from stream_chat import StreamChat
def use(c):
    c.go()
use(StreamChat("k", "s"))
== b.py
from a import use
use(Db())
""",
        "StreamChat",
    ),
    "param called from other file via module": (
        """
== a.py
from stream_chat import StreamChat
def use(c):
    c.go()
use(StreamChat("k", "s"))
== b.py
import a
a.use(Db())
""",
        "StreamChat",
    ),
    "param through alias": (
        """
== a.py
from stream_chat import StreamChat
def use(c):
    c.go()
use(StreamChat("k", "s"))
== b.py
import a
f = a.use
f(Db())
""",
        "StreamChat",
    ),
    "param via getattr": (
        """
== a.py
from stream_chat import StreamChat
def use(c):
    c.go()
use(StreamChat("k", "s"))
== b.py
import a
getattr(a, "use")(Db())
""",
        "StreamChat",
    ),
    "param via reexport alias": (
        """
== pkg/__init__.py
from .a import use as run
== pkg/a.py
from stream_chat import StreamChat
def use(c):
    c.go()
use(StreamChat("k", "s"))
== b.py
import pkg
pkg.run(Db())
""",
        "StreamChat",
    ),
    "param via star": (
        """
== a.py
from stream_chat import StreamChat
def use(c):
    c.go()
use(StreamChat("k", "s"))
== b.py
from a import *
use(Db())
""",
        "StreamChat",
    ),
    "ctor arg from other file": (
        """
== a.py
from stream_chat import StreamChat
class S:
    def __init__(self, c):
        self.c = c
    def f(self):
        self.c.go()
S(StreamChat("k", "s"))
== b.py
from a import S as T
T(Db())
""",
        "StreamChat",
    ),
    "ctor arg via cls variable": (
        """
== a.py
from stream_chat import StreamChat
class S:
    def __init__(self, c):
        self.c = c
    def f(self):
        self.c.go()
S(StreamChat("k", "s"))
== b.py
import a
k = a.S
k(Db())
""",
        "StreamChat",
    ),
    "ctor arg via registry": (
        """
== a.py
from stream_chat import StreamChat
class S:
    def __init__(self, c):
        self.c = c
    def f(self):
        self.c.go()
S(StreamChat("k", "s"))
REG = {"s": S}
== b.py
from a import REG
REG["s"](Db())
""",
        "StreamChat",
    ),
    "ctor arg by type(self)": (
        """
== a.py
from stream_chat import StreamChat
class S:
    def __init__(self, c):
        self.c = c
    def f(self):
        self.c.go()
    def clone(self):
        return type(self)(Db())
    def clone2(self):
        return self.__class__(Db())
S(StreamChat("k", "s"))
""",
        "StreamChat",
    ),
    "ctor arg by other name": (
        """
== a.py
from stream_chat import StreamChat
class S:
    def __init__(self, c):
        self.c = c
    def f(self):
        self.c.go()
S(StreamChat("k", "s"))
make(S)
""",
        "StreamChat",
    ),
    "dataclass other": (
        """
== a.py
from dataclasses import dataclass
@dataclass
class S:
    c: object
== b.py
from stream_chat import StreamChat
from a import S
s = S(StreamChat("k", "s"))
== c.py
from a import S
s = S(Db())
s.c.go()
""",
        "StreamChat",
    ),
    "container from other file": (
        """
== a.py
from stream_chat import StreamChat
clients = {"a": StreamChat("k", "s")}
def use(k):
    clients[k].go()
== b.py
from a import clients
clients["b"] = Db()
""",
        "StreamChat",
    ),
    "container from other file via module": (
        """
== a.py
from stream_chat import StreamChat
clients = {"a": StreamChat("k", "s")}
def use(k):
    clients[k].go()
== b.py
import a
a.clients["b"] = Db()
""",
        "StreamChat",
    ),
    "container from other file via alias": (
        """
== a.py
from stream_chat import StreamChat
clients = {"a": StreamChat("k", "s")}
def use(k):
    clients[k].go()
== b.py
from a import clients as cs
cs.update(b=Db())
""",
        "StreamChat",
    ),
    "container by parameter": (
        """
== a.py
from stream_chat import StreamChat
clients = {"a": StreamChat("k", "s")}
def use(k):
    clients[k].go()
def add(d):
    d["x"] = Db()
add(clients)
""",
        "StreamChat",
    ),
    "container by local alias": (
        """
== a.py
from stream_chat import StreamChat
clients = {"a": StreamChat("k", "s")}
def use(k):
    clients[k].go()
d = clients
d["x"] = Db()
""",
        "StreamChat",
    ),
    "conditional def": (
        """
== a.py
from stream_chat import StreamChat
if X:
    def get():
        return StreamChat("k", "s")
else:
    def get():
        return Db()
== main.py
from a import get
get().go()
""",
        "StreamChat",
    ),
    "isinstance tuple": (
        """
== main.py
from stream_chat import StreamChat, StreamChatAsync
def f(s):
    if isinstance(s, (StreamChat, StreamChatAsync)):
        s.go()
""",
        "StreamChat",
    ),
    "isinstance with other": (
        """
== main.py
from stream_chat import StreamChat
def f(s):
    if isinstance(s, (StreamChat, Db)):
        s.go()
""",
        "StreamChat",
    ),
    "attr narrowed then replaced": (
        """
== main.py
from stream_chat import StreamChat
class A:
    client = None
    def f(self):
        if self.client:
            self.client = make()
            self.client.go()
    def g(self):
        self.client = StreamChat("k", "s")
""",
        "StreamChat",
    ),
    "dict get default": (
        """
== main.py
from stream_chat import StreamChat
cs = {"a": StreamChat("k", "s")}
cs.get(x, Db()).go()
""",
        "StreamChat",
    ),
    "another attribute is narrowed": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class A:
    def __init__(self, other):
        self.client = StreamChat('k', 's') if KEY else other
    def f(self, x):
        if isinstance(x.client, StreamChat):
            self.client.go()
""",
        "StreamChat",
    ),
    "a field that one construction fills with something else": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from dataclasses import dataclass
@dataclass
class A:
    client: object
a = A(client)
b = A(db())
a.client.go()
""",
        "StreamChat",
    ),
    "a field whose class is handed out": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from dataclasses import dataclass
@dataclass
class A:
    client: object
a = A(client)
register(A)
a.client.go()
""",
        "StreamChat",
    ),
    "a field by unpacked arguments": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from dataclasses import dataclass
@dataclass
class A:
    client: object
a = A(client)
b = A(**data)
a.client.go()
""",
        "StreamChat",
    ),
    "an element behind a star": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
*rest, last = client, db()
last.go()
""",
        "StreamChat",
    ),
    "a choice of two things": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import random
random.choice([client, db()]).go()
""",
        "StreamChat",
    ),
    "a cycle of two things": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import itertools
next(itertools.cycle([client, db()])).go()
""",
        "StreamChat",
    ),
    "an element put into a container in a container": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
cs = {'a': [client]}
cs['a'].append(db())
cs['a'][0].go()
""",
        "StreamChat",
    ),
    "a container in a container by another name": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
cs = {'a': [client]}
x = cs['a']
x.append(db())
cs['a'][0].go()
""",
        "StreamChat",
    ),
    "a container in a loop": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
cs = [[client]]
for x in cs:
    x.append(db())
cs[0][0].go()
""",
        "StreamChat",
    ),
    "a container of an attribute by another name": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class A:
    def __init__(self):
        self.cs = [client]
    def f(self):
        self.cs[0].go()
    def g(self):
        x = self.cs
        x.append(db())
""",
        "StreamChat",
    ),
    "a container that a function of the project fills": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def fill(x):
    x.append(db())
cs = [client]
fill(cs)
cs[0].go()
""",
        "StreamChat",
    ),
    "a class that is called by its type": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class A:
    def __init__(self, c):
        self.c = c
    def f(self):
        self.c.go()
    def g(self):
        return self.__class__(db())
A(client)
""",
        "StreamChat",
    ),
}


@pytest.mark.parametrize(("program", "cls"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_may_be_something_else(program: str, cls: str) -> None:
    found = asked(program)
    assert found is not None
    assert (found.cls, found.confidence) == (cls, Confidence.UNKNOWN)


# What is not sure.
LIKELY = {
    "subclass with __getattr__": (
        """
== wrapper.py
from stream_chat import StreamChat
class Chat(StreamChat):
    def __getattribute__(self, name):
        return None
== main.py
from wrapper import Chat
c = Chat("k", "s")
c.channel("a", "b").go()
""",
        "Channel",
    ),
    "container handed out": (
        """
== a.py
from stream_chat import StreamChat
clients = [StreamChat("k", "s")]
def use(k):
    clients[k].go()
fill(clients)
""",
        "StreamChat",
    ),
    "container returned": (
        """
== a.py
from stream_chat import StreamChat
clients = [StreamChat("k", "s")]
def use(k):
    clients[k].go()
def get():
    return clients
get().append(Db())
""",
        "StreamChat",
    ),
    "decorated factory": (
        """
== deco.py
def swap(f):
    def inner():
        return Db()
    return inner
== a.py
from deco import swap
from stream_chat import StreamChat
@swap
def get():
    return StreamChat("k", "s")
== main.py
from a import get
get().go()
""",
        "StreamChat",
    ),
    "run_until_complete": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import asyncio
async def get():
    return StreamChat('k', 's')
asyncio.get_event_loop().run_until_complete(get()).go()
""",
        "StreamChat",
    ),
    "results with exceptions among them": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import asyncio
async def get():
    return client
async def main():
    a, b = await asyncio.gather(get(), get(), return_exceptions=True)
    b.go()
""",
        "StreamChat",
    ),
    "a container that heapq puts into": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import heapq
cs = [client]
heapq.heappush(cs, db())
cs[0].go()
""",
        "StreamChat",
    ),
    "a setattr of any name": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class A:
    def __init__(self, **kw):
        self.client = client
        for k, v in kw.items():
            setattr(self, k, v)
    def f(self):
        self.client.go()
""",
        "StreamChat",
    ),
    "own subclass in another file": (
        """
== mine.py
from stream_chat import StreamChat
class Mine(StreamChat):
    def other(self): ...
== main.py
from mine import Mine
Mine("k", "s").go()
""",
        "StreamChat",
    ),
    "own class where the import fails": (
        """
== compat.py
try:
    from stream_chat import StreamChat
except ImportError:
    class StreamChat: ...
== main.py
from compat import StreamChat
StreamChat("k", "s").go()
""",
        "StreamChat",
    ),
}


@pytest.mark.parametrize(("program", "cls"), LIKELY.values(), ids=LIKELY)
def test_likely(program: str, cls: str) -> None:
    found = asked(program)
    assert found is not None
    assert (found.cls, found.confidence) == (cls, Confidence.LIKELY)


PROVEN = {
    "fallback None": (
        """
== chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== main.py
try:
    from chat import client
except ImportError:
    client = None
client.go()
""",
        "StreamChat",
    ),
    "mixin without the attribute": (
        """
== mixins.py
class Sends:
    def send(self):
        self.client.go()
== svc.py
from mixins import Sends
from stream_chat import StreamChat
class Svc(Sends):
    def __init__(self):
        self.client = StreamChat("k", "s")
""",
        "StreamChat",
    ),
    "relative": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== app/main.py
from .chat import client
def f():
    client.go()
""",
        "StreamChat",
    ),
    "absolute": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== other.py
from app.chat import client as c
c.go()
""",
        "StreamChat",
    ),
    "import as": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== other.py
import app.chat as m
m.client.go()
""",
        "StreamChat",
    ),
    "import dotted": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== other.py
import app.chat
app.chat.client.go()
""",
        "StreamChat",
    ),
    "from pkg import mod": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== other.py
from app import chat
chat.client.go()
""",
        "StreamChat",
    ),
    "from . import mod": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== app/main.py
from . import chat
def f():
    chat.client.go()
""",
        "StreamChat",
    ),
    "factory": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== app/main.py
from .chat import get_client
get_client().go()
""",
        "StreamChat",
    ),
    "factory via module": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== o.py
from app import chat
c = chat.get_client()
c.go()
""",
        "StreamChat",
    ),
    "in function": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== app/main.py
def f():
    from app.chat import client
    client.go()
""",
        "StreamChat",
    ),
    "two levels up": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== app/sub/__init__.py
== app/sub/m.py
from ..chat import client
client.go()
""",
        "StreamChat",
    ),
    "reexport": (
        """
== app/__init__.py
from .chat import client
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== m.py
from app import client
client.go()
""",
        "StreamChat",
    ),
    "reexport chained alias": (
        """
== app/__init__.py
from .sub import chat_client as client
== app/sub/__init__.py
from .chat import client as chat_client
== app/sub/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== m.py
import app
app.client.go()
""",
        "StreamChat",
    ),
    "reexport of the class": (
        """
== app/__init__.py
from stream_chat import StreamChat as Chat
== m.py
from app import Chat
Chat("k", "s").go()
""",
        "StreamChat",
    ),
    "star": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== o.py
from app.chat import *
client.go()
""",
        "StreamChat",
    ),
    "star of the class": (
        """
== base.py
from stream_chat import StreamChat
== o.py
from base import *
StreamChat("k", "s").go()
""",
        "StreamChat",
    ),
    "star with all": (
        """
== chat.py
from stream_chat import StreamChat
__all__ = ["client"]
client = StreamChat("k", "s")
== o.py
from chat import *
def f():
    client.go()
""",
        "StreamChat",
    ),
    "star with grown all": (
        """
== chat.py
from stream_chat import StreamChat
__all__ = ["x"]
__all__ += ["_client"]
_client = StreamChat("k", "s")
x = 1
== o.py
from chat import *
_client.go()
""",
        "StreamChat",
    ),
    "star chain via init": (
        """
== app/__init__.py
from .chat import *
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== o.py
from app import client
client.go()
""",
        "StreamChat",
    ),
    "TYPE_CHECKING annotation": (
        """
== svc.py
from stream_chat import StreamChat
class Svc:
    def __init__(self):
        self.client = StreamChat("k", "s")
== o.py
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from svc import Svc
def f(s: Svc):
    s.client.go()
""",
        "StreamChat",
    ),
    "TYPE_CHECKING string": (
        """
== svc.py
from stream_chat import StreamChat
class Svc:
    def __init__(self):
        self.client = StreamChat("k", "s")
== o.py
import typing
if typing.TYPE_CHECKING:
    import svc
def f(s: "svc.Svc"):
    s.client.go()
""",
        "StreamChat",
    ),
    "fallback raises": (
        """
== chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== o.py
try:
    from chat import client
except ImportError:
    raise
client.go()
""",
        "StreamChat",
    ),
    "fallback None tested": (
        """
== chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== o.py
try:
    from chat import client
except ImportError:
    client = None
def f():
    if client is None:
        return
    client.go()
""",
        "StreamChat",
    ),
    "relative then absolute": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== app/o.py
try:
    from .chat import client
except ImportError:
    from app.chat import client
client.go()
""",
        "StreamChat",
    ),
    "lazy global by module": (
        """
== chat.py
from stream_chat import StreamChat
client = None
def init():
    global client
    client = StreamChat("k", "s")
== o.py
import chat
def f():
    chat.client.go()
""",
        "StreamChat",
    ),
    "lazy global imported in function": (
        """
== chat.py
from stream_chat import StreamChat
client = None
def init():
    global client
    client = StreamChat("k", "s")
== o.py
def f():
    from chat import client
    client.go()
""",
        "StreamChat",
    ),
    "lazy global, init at import": (
        """
== chat.py
from stream_chat import StreamChat
client = None
def init():
    global client
    client = StreamChat("k", "s")
init()
== o.py
from chat import client
client.go()
""",
        "StreamChat",
    ),
    "lazy getter": (
        """
== chat.py
from stream_chat import StreamChat
_client = None
def get():
    global _client
    if _client is None:
        _client = StreamChat("k", "s")
    return _client
== o.py
from chat import get
get().go()
""",
        "StreamChat",
    ),
    "set from another file": (
        """
== state.py
client = None
== init.py
import state
from stream_chat import StreamChat
def init():
    state.client = StreamChat("k", "s")
== o.py
import state
def f():
    state.client.go()
""",
        "StreamChat",
    ),
    "import_module": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== o.py
import importlib
importlib.import_module('app.chat').client.go()
""",
        "StreamChat",
    ),
    "import_module relative": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== app/main.py
from importlib import import_module
m = import_module('.chat', __package__)
m.client.go()
""",
        "StreamChat",
    ),
    "__import__": (
        """
== chat.py
from stream_chat import StreamChat
client = StreamChat('k', 's')
== o.py
__import__('chat').client.go()
""",
        "StreamChat",
    ),
    "module passed": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== o.py
from app import chat
def use(m):
    m.client.go()
use(chat)
""",
        "StreamChat",
    ),
    "module aliased": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== o.py
from app import chat
m = chat
m.client.go()
""",
        "StreamChat",
    ),
    "getattr of module": (
        """
== app/__init__.py
== app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
def get_client():
    return StreamChat("k", "s")
== o.py
from app import chat
getattr(chat, 'client').go()
""",
        "StreamChat",
    ),
    "circular": (
        """
== a.py
import b
from stream_chat import StreamChat
client = StreamChat("k", "s")
== b.py
import a
def f():
    a.client.go()
""",
        "StreamChat",
    ),
    "circular from in function": (
        """
== a.py
from b import f
from stream_chat import StreamChat
client = StreamChat("k", "s")
== b.py
def f():
    from a import client
    client.go()
""",
        "StreamChat",
    ),
    "instance from other file": (
        """
== svc.py
from stream_chat import StreamChat
class Svc:
    def __init__(self):
        self.client = StreamChat("k", "s")
svc = Svc()
== o.py
from svc import svc
svc.client.go()
""",
        "StreamChat",
    ),
    "base in other file": (
        """
== base.py
from stream_chat import StreamChat
class Base:
    def __init__(self):
        self.client = StreamChat("k", "s")
== o.py
from base import Base
class Svc(Base):
    def f(self):
        self.client.go()
""",
        "StreamChat",
    ),
    "base via module": (
        """
== base.py
from stream_chat import StreamChat
class Base:
    client = StreamChat("k", "s")
== o.py
import base
class Svc(base.Base):
    def f(self):
        self.client.go()
""",
        "StreamChat",
    ),
    "super init": (
        """
== base.py
class Base:
    def __init__(self, client):
        self.client = client
    def f(self):
        self.client.go()
== o.py
from base import Base
from stream_chat import StreamChat
class Svc(Base):
    def __init__(self):
        super().__init__(StreamChat("k", "s"))
Svc()
""",
        "StreamChat",
    ),
    "property in base": (
        """
== base.py
from functools import cached_property
from stream_chat import StreamChat
class Base:
    @cached_property
    def client(self):
        return StreamChat("k", "s")
== o.py
from base import Base
class Svc(Base):
    def f(self):
        self.client.go()
""",
        "StreamChat",
    ),
    "dataclass made elsewhere": (
        """
== ctx.py
from dataclasses import dataclass
from typing import Any
@dataclass
class Ctx:
    client: Any
    name: str = ""
== b.py
from ctx import Ctx
from stream_chat import StreamChat
ctx = Ctx(StreamChat("k", "s"))
== c.py
from b import ctx
ctx.client.go()
""",
        "StreamChat",
    ),
    "dataclass annotated": (
        """
== ctx.py
from dataclasses import dataclass
from stream_chat import StreamChat
@dataclass
class Ctx:
    client: StreamChat
== c.py
from ctx import Ctx
def f(ctx: Ctx):
    ctx.client.go()
""",
        "StreamChat",
    ),
    "dataclass default_factory": (
        """
== ctx.py
from dataclasses import dataclass, field
from stream_chat import StreamChat
def make():
    return StreamChat("k", "s")
@dataclass
class Ctx:
    client: object = field(default_factory=make)
== c.py
from ctx import Ctx
Ctx().client.go()
""",
        "StreamChat",
    ),
    "namedtuple fields": (
        """
== ctx.py
from typing import NamedTuple, Any
class Ctx(NamedTuple):
    name: str
    client: Any
== c.py
from ctx import Ctx
from stream_chat import StreamChat
ctx = Ctx("a", StreamChat("k", "s"))
== d.py
from c import ctx
ctx.client.go()
""",
        "StreamChat",
    ),
    "attrs": (
        """
== ctx.py
import attr
@attr.s(auto_attribs=True)
class Ctx:
    client: object
== c.py
from ctx import Ctx
from stream_chat import StreamChat
ctx = Ctx(client=StreamChat("k", "s"))
== d.py
from c import ctx
ctx.client.go()
""",
        "StreamChat",
    ),
    "attrs define": (
        """
== ctx.py
from attrs import define, field
@define
class Ctx:
    client = field()
== c.py
from ctx import Ctx
from stream_chat import StreamChat
ctx = Ctx(StreamChat("k", "s"))
== d.py
from c import ctx
ctx.client.go()
""",
        "StreamChat",
    ),
    "narrowed self": (
        """
== c.py
from stream_chat import StreamChat
class A:
    def __init__(self):
        self.client = StreamChat("k", "s") if KEY else None
    def f(self):
        if self.client is None:
            return
        self.client.go()
""",
        "StreamChat",
    ),
    "narrowed self not": (
        """
== c.py
from stream_chat import StreamChat
class A:
    def __init__(self):
        self._client = StreamChat("k", "s") if KEY else None
    def f(self):
        if not self._client:
            self._client = StreamChat("k", "s")
        self._client.go()
""",
        "StreamChat",
    ),
    "narrowed self assert": (
        """
== c.py
from stream_chat import StreamChat
class A:
    def __init__(self):
        self.client = StreamChat("k", "s") if KEY else None
    def f(self):
        assert self.client
        self.client.go()
""",
        "StreamChat",
    ),
    "narrowed isinstance attr": (
        """
== c.py
from stream_chat import StreamChat
class A:
    def f(self, x):
        if isinstance(x.client, StreamChat):
            x.client.go()
""",
        "StreamChat",
    ),
    "narrowed subscript": (
        """
== c.py
from stream_chat import StreamChat
def f(x):
    if isinstance(x["client"], StreamChat):
        x["client"].go()
""",
        "StreamChat",
    ),
    "narrowed module attr": (
        """
== chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s") if KEY else None
== o.py
import chat
def f():
    if chat.client is not None:
        chat.client.go()
""",
        "StreamChat",
    ),
    "__call__": (
        """
== c.py
from stream_chat import StreamChat
class Get:
    def __call__(self):
        return StreamChat("k", "s")
get = Get()
== d.py
from c import get
get().go()
""",
        "StreamChat",
    ),
    "Channel built": (
        """
== c.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== d.py
from stream_chat.channel import Channel
from c import client
Channel(client, "messaging", "x").go()
""",
        "Channel",
    ),
    "registry dict": (
        """
== c.py
from stream_chat import StreamChat
clients = {"a": StreamChat("k", "s")}
== d.py
from c import clients
clients["a"].go()
""",
        "StreamChat",
    ),
    "ExitStack closing": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from contextlib import ExitStack, closing
with ExitStack() as st:
    c = st.enter_context(closing(client))
    c.go()
""",
        "StreamChat",
    ),
    "AsyncExitStack": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from contextlib import AsyncExitStack
async def f():
    async with AsyncExitStack() as st:
        c = await st.enter_async_context(StreamChatAsync('k', 's'))
        c.go()
""",
        "StreamChatAsync",
    ),
    "ExitStack attr": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import contextlib
st = contextlib.AsyncExitStack()
async def f():
    c = await st.enter_async_context(StreamChatAsync('k', 's'))
    c.go()
""",
        "StreamChatAsync",
    ),
    "isinstance tuple narrowing": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def f(c: 'StreamChat | Db'):
    if isinstance(c, (StreamChat, Channel_)):
        pass
    if isinstance(c, (StreamChat,)):
        c.go()
""",
        "StreamChat",
    ),
    "TypeVar": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from typing import TypeVar
T = TypeVar('T')
def first(x: T) -> T:
    return x
first(client).go()
""",
        "StreamChat",
    ),
    "Generic Box by ctor": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from typing import Generic, TypeVar
T = TypeVar('T')
class Box(Generic[T]):
    def __init__(self, v: T):
        self.v = v
Box(client).v.go()
""",
        "StreamChat",
    ),
    "reversed": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
for c in reversed([client]):
    c.go()
""",
        "StreamChat",
    ),
    "map lambda": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
for c in map(lambda k: StreamChat(k, 's'), keys):
    c.go()
""",
        "StreamChat",
    ),
    "map function": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def mk(k):
    return StreamChat(k, 's')
for c in map(mk, keys):
    c.go()
""",
        "StreamChat",
    ),
    "iter next": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
it = iter([client])
next(it).go()
""",
        "StreamChat",
    ),
    "dict get default": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
cs = {'a': client}
cs.get(x, client).go()
""",
        "StreamChat",
    ),
    "nested containers": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
cs = {'a': {'b': [client]}}
cs['a']['b'][0].go()
""",
        "StreamChat",
    ),
    "starred": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
a, *rest = 1, client, client
rest[0].go()
""",
        "StreamChat",
    ),
    "starred first": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
c, *rest = client, 1, 2
c.go()
""",
        "StreamChat",
    ),
    "attrgetter": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from operator import attrgetter
class A:
    def __init__(self):
        self.client = client
get = attrgetter('client')
get(A()).go()
""",
        "StreamChat",
    ),
    "async generator": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
async def gen():
    yield client
async def f():
    async for c in gen():
        c.go()
""",
        "StreamChat",
    ),
    "async comprehension": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
async def gen():
    yield client
async def f():
    [c.go() async for c in gen()]
""",
        "StreamChat",
    ),
    "copy": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import copy
copy.copy(client).go()
""",
        "StreamChat",
    ),
    "cast fwd": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import typing
typing.cast('StreamChat', x).go()
""",
        "StreamChat",
    ),
    "TypeAlias": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from typing import TypeAlias
Chat: TypeAlias = 'StreamChat'
def f(c: Chat):
    c.go()
""",
        "StreamChat",
    ),
    "TypeAlias optional": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from typing import TypeAlias, Optional
Chat: TypeAlias = Optional[StreamChat]
def f(c: Chat):
    if c:
        c.go()
""",
        "StreamChat",
    ),
    "NewType": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from typing import NewType
Mine = NewType('Mine', StreamChat)
Mine(client).go()
""",
        "StreamChat",
    ),
    "NewType annotation": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from typing import NewType
Mine = NewType('Mine', StreamChat)
def f(c: Mine):
    c.go()
""",
        "StreamChat",
    ),
    "overload": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from typing import overload
@overload
def get(x: int) -> StreamChat: ...
@overload
def get(x: str) -> StreamChat: ...
def get(x):
    return StreamChat('k', 's')
get(1).go()
""",
        "StreamChat",
    ),
    "asyncio.run main": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import asyncio
async def main(c):
    c.go()
asyncio.run(main(client))
""",
        "StreamChat",
    ),
    "gather": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import asyncio
async def get():
    return StreamChat('k', 's')
async def main():
    a, b = await asyncio.gather(get(), get())
    b.go()
""",
        "StreamChat",
    ),
    "wait_for": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import asyncio
async def get():
    return StreamChat('k', 's')
async def main():
    c = await asyncio.wait_for(get(), 5)
    c.go()
""",
        "StreamChat",
    ),
    "create_task": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import asyncio
async def get():
    return StreamChat('k', 's')
async def main():
    t = asyncio.create_task(get())
    c = await t
    c.go()
""",
        "StreamChat",
    ),
    "shield": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import asyncio
async def get():
    return StreamChat('k', 's')
async def main():
    (await asyncio.shield(get())).go()
""",
        "StreamChat",
    ),
    "to_thread": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import asyncio
def get():
    return StreamChat('k', 's')
async def main():
    c = await asyncio.to_thread(get)
    c.go()
""",
        "StreamChat",
    ),
    "partial called": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from functools import partial
def f(c, x):
    c.go()
partial(f, client)(1)
""",
        "StreamChat",
    ),
    "partial of a function": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from functools import partial
def get(k):
    return StreamChat(k, 's')
mk = partial(get, 'k')
mk().go()
""",
        "StreamChat",
    ),
    "match class pattern attr": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class H:
    def __init__(self):
        self.c = client
def f(x):
    match x:
        case H(c=k):
            k.go()
""",
        "StreamChat",
    ),
    "match tuple": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
match (1, client):
    case (_, c):
        c.go()
""",
        "StreamChat",
    ),
    "match mapping": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
match {'c': client}:
    case {'c': c}:
        c.go()
""",
        "StreamChat",
    ),
    "try finally": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def f():
    c = None
    try:
        c = StreamChat('k', 's')
        c.go()
    finally:
        pass
""",
        "StreamChat",
    ),
    "own func returning self": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class A:
    def __init__(self):
        self.client = client
    def me(self):
        return self
A().me().client.go()
""",
        "StreamChat",
    ),
    "classmethod ctor": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class A:
    def __init__(self, c):
        self.c = c
    @classmethod
    def make(cls):
        return cls(StreamChat('k', 's'))
A.make().c.go()
""",
        "StreamChat",
    ),
    "self return annotated": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from typing import Self
class A:
    client = StreamChat('k', 's')
    def me(self) -> Self:
        return self
A().me().client.go()
""",
        "StreamChat",
    ),
    "functools.lru_cache call": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import functools
def _get():
    return StreamChat('k', 's')
get = functools.lru_cache(_get)
get().go()
""",
        "StreamChat",
    ),
    "lru_cache(maxsize)(f)": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import functools
def _get():
    return StreamChat('k', 's')
get = functools.lru_cache(maxsize=None)(_get)
get().go()
""",
        "StreamChat",
    ),
    "property()": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class A:
    def _get(self):
        return StreamChat('k', 's')
    client = property(_get)
A().client.go()
""",
        "StreamChat",
    ),
    "conditional dict": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import os
clients = {}
def get(k):
    try:
        return clients[k]
    except KeyError:
        clients[k] = StreamChat(k, 's')
        return clients[k]
get('a').go()
""",
        "StreamChat",
    ),
    "setdefault": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
cs = {}
cs.setdefault('a', StreamChat('k', 's')).go()
""",
        "StreamChat",
    ),
    "defaultdict": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from collections import defaultdict
cs = defaultdict(lambda: StreamChat('k', 's'))
cs['a'].go()
""",
        "StreamChat",
    ),
    "global via globals": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
globals()['client'].go()
""",
        "StreamChat",
    ),
    "random choice": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import random
random.choice([client, client]).go()
""",
        "StreamChat",
    ),
    "itertools cycle": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import itertools
pool = itertools.cycle([client])
next(pool).go()
""",
        "StreamChat",
    ),
    "nullcontext": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from contextlib import nullcontext
with nullcontext(client) as c:
    c.go()
""",
        "StreamChat",
    ),
    "forward reference into another file": (
        """
== a.py
from stream_chat import StreamChat
class Svc:
    client: "StreamChat"
== b.py
import a
class Holder:
    svc: "a.Svc"
def f(h: "Holder"):
    h.svc.client.go()
""",
        "StreamChat",
    ),
    "instance in registry of classes": (
        """
== a.py
from stream_chat import StreamChat
class A:
    def __init__(self):
        self.client = StreamChat("k", "s")
== b.py
from a import A
svcs = {"a": A()}
svcs["a"].client.go()
""",
        "StreamChat",
    ),
    "class passed to other file": (
        """
== a.py
def make(cls):
    return cls("k", "s")
== b.py
from stream_chat import StreamChat
from a import make
make(StreamChat).go()
""",
        "StreamChat",
    ),
    "async with own class": (
        """
== a.py
from stream_chat import StreamChatAsync
class Pool:
    async def __aenter__(self):
        self.client = StreamChatAsync("k", "s")
        return self.client
    async def __aexit__(self, *a): ...
== b.py
from a import Pool
async def f():
    async with Pool() as c:
        c.go()
""",
        "StreamChatAsync",
    ),
    "async with own class self": (
        """
== a.py
from stream_chat import StreamChatAsync
class Pool:
    async def __aenter__(self):
        self.client = StreamChatAsync("k", "s")
        return self
    async def __aexit__(self, *a): ...
== b.py
from a import Pool
async def f():
    async with Pool() as p:
        p.client.go()
""",
        "StreamChatAsync",
    ),
    "nested contextmanager": (
        """
== a.py
from contextlib import asynccontextmanager
from stream_chat import StreamChatAsync
@asynccontextmanager
async def chat():
    async with StreamChatAsync("k", "s") as c:
        yield c
== b.py
from a import chat
async def f():
    async with chat() as c:
        c.go()
""",
        "StreamChatAsync",
    ),
    "aliased container": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
cs = [client]
ds = cs
ds.append(StreamChat('k', 's'))
cs[0].go()
""",
        "StreamChat",
    ),
    "container through a function": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def use(cs):
    for c in cs:
        c.go()
use([client, StreamChat('a', 'b')])
""",
        "StreamChat",
    ),
    "container that is only looked at": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import json, random
cs = [client]
print(len(cs), sorted(cs), cs)
if client in cs and cs:
    cs[0].go()
""",
        "StreamChat",
    ),
    "nested append": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
cs = {}
cs.setdefault('a', []).append(client)
cs['a'][0].go()
""",
        "StreamChat",
    ),
    "container of self that another class fills": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class A:
    def __init__(self):
        self.cs = {}
    def f(self, k):
        return self.cs[k]
a = A()
a.cs['x'] = client
a.f('x').go()
""",
        "StreamChat",
    ),
    "isinstance of an own class": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class Svc:
    def __init__(self):
        self.client = client
def f(x):
    if isinstance(x, Svc):
        x.client.go()
""",
        "StreamChat",
    ),
    "narrowed in a conditional expression": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class A:
    def __init__(self):
        self.client = StreamChat('k', 's') if KEY else None
    def f(self):
        return self.client.go() if self.client else None
""",
        "StreamChat",
    ),
    "narrowed by and": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class A:
    def __init__(self):
        self.client = StreamChat('k', 's') if KEY else None
    def f(self):
        return self.client and self.client.go()
""",
        "StreamChat",
    ),
    "walrus of an attribute": (
        """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
class A:
    def __init__(self):
        self.client = StreamChat('k', 's') if KEY else None
    def f(self):
        if (c := self.client) is not None:
            c.go()
""",
        "StreamChat",
    ),
    "namespace package": (
        """
== app/core/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== main.py
from app.core.chat import client
client.go()
""",
        "StreamChat",
    ),
    "namespace package by import": (
        """
== app/core/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== main.py
import app.core.chat
app.core.chat.client.go()
""",
        "StreamChat",
    ),
    "src layout": (
        """
== src/app/__init__.py
== src/app/chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== src/app/views.py
from app.chat import client
client.go()
""",
        "StreamChat",
    ),
    "mixin with the attribute in another file": (
        """
== mixins.py
class Sends:
    client = None
    def send(self):
        self.client.go()
== svc.py
from mixins import Sends
from stream_chat import StreamChat
class Svc(Sends):
    client = StreamChat("k", "s")
""",
        "StreamChat",
    ),
    "idiom: built per view": (
        """
== conf.py
KEY = "k"
== views.py
from stream_chat import StreamChat
from conf import KEY
def token(request):
    client = StreamChat(KEY, "s")
    return client.go()
""",
        "StreamChat",
    ),
    "idiom: factory with lru_cache": (
        """
== chat.py
from functools import lru_cache
from stream_chat import StreamChat
@lru_cache(maxsize=1)
def get_client():
    return StreamChat("k", "s")
== views.py
from chat import get_client
def view():
    get_client().go()
""",
        "StreamChat",
    ),
    "idiom: annotated parameter": (
        """
== service.py
from stream_chat import StreamChat
def send(client: StreamChat):
    client.go()
== main.py
from service import send
from stream_chat import StreamChat
send(StreamChat("k", "s"))
""",
        "StreamChat",
    ),
    "idiom: to_thread by reference": (
        """
== chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== main.py
import asyncio
from chat import client
async def f():
    await asyncio.to_thread(client.go, {})
""",
        "StreamChat",
    ),
    "idiom: lambda": (
        """
== chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== main.py
from chat import client
retry(lambda: client.go({}))
""",
        "StreamChat",
    ),
    "idiom: channel of an imported client": (
        """
== chat.py
from stream_chat import StreamChat
client = StreamChat("k", "s")
== main.py
import chat
chat.client.channel("messaging", "x").go()
""",
        "Channel",
    ),
    "idiom: initialize_rooms(client)": (
        """
== rooms.py
def initialize_rooms(client):
    room = client.channel("messaging", "a")
    room.go()
== apps.py
from stream_chat import StreamChat
from rooms import initialize_rooms
def ready():
    initialize_rooms(StreamChat("k", "s"))
""",
        "Channel",
    ),
    "idiom: import inside a try in a function": (
        """
== chat.py
def client():
    try:
        from stream_chat import StreamChat
    except ImportError:
        return None
    return StreamChat("k", "s")
== main.py
import chat
def f():
    c = chat.client()
    if c:
        c.go()
""",
        "StreamChat",
    ),
    "idiom: settings module": (
        """
== settings.py
from stream_chat import StreamChat
CHAT = StreamChat("k", "s")
== views.py
import settings
settings.CHAT.go()
""",
        "StreamChat",
    ),
}


@pytest.mark.parametrize(("program", "cls"), PROVEN.values(), ids=PROVEN)
def test_proven(program: str, cls: str) -> None:
    found = asked(program)
    assert found is not None
    assert (found.cls, found.confidence) == (cls, Confidence.PROVEN), found.evidence


# What the language proves and this resolver does not follow (yet): left, and never taken for something else.
LEFT = {
    "namedtuple annotated": """
== ctx.py
from typing import NamedTuple
from stream_chat import StreamChat
class Ctx(NamedTuple):
    client: StreamChat
== c.py
from ctx import Ctx
def f(ctx: Ctx):
    client, = ctx
    client.go()
""",
    "SimpleNamespace": """
== c.py
from types import SimpleNamespace
from stream_chat import StreamChat
ctx = SimpleNamespace(client=StreamChat("k", "s"))
== d.py
from c import ctx
ctx.client.go()
""",
    "TypeVar list": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from typing import TypeVar, Sequence
T = TypeVar('T')
def first(x: Sequence[T]) -> T:
    return x[0]
first([client]).go()
""",
    "Generic Box": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from typing import Generic, TypeVar
T = TypeVar('T')
class Box(Generic[T]):
    def __init__(self, v: T):
        self.v = v
    def get(self) -> T:
        return self.v
def f(b: Box[StreamChat]):
    b.get().go()
""",
    "Generic Box attr": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from typing import Generic, TypeVar
T = TypeVar('T')
class Box(Generic[T]):
    v: T
def f(b: 'Box[StreamChat]'):
    b.v.go()
""",
    "varargs": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def call(*args):
    use(*args)
def use(c):
    c.go()
call(client)
""",
    "kwargs": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def call(**kw):
    use(**kw)
def use(c):
    c.go()
call(c=client)
""",
    "kwargs get": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def use(**kw):
    kw['client'].go()
use(client=client)
""",
    "args index": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def use(*args):
    args[0].go()
use(client)
""",
    "dict kwargs": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
def use(c, x):
    c.go()
base = {'x': 1}
kw = {**base, 'c': client}
use(**kw)
""",
    "lambda called": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
f = lambda c: c.go()
f(client)
""",
    "lambda direct": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
(lambda c: c.go())(client)
""",
    "map class": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
cs = list(map(StreamChat, keys))
cs[0].go()
""",
    "TaskGroup": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import asyncio
async def get():
    return StreamChat('k', 's')
async def main():
    async with asyncio.TaskGroup() as tg:
        t = tg.create_task(get())
    t.result().go()
""",
    "partial factory": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from functools import partial
mk = partial(StreamChat, 'k')
mk('s').go()
""",
    "thread local": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
import threading
local = threading.local()
local.client = client
local.client.go()
""",
    "contextvar": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from contextvars import ContextVar
var = ContextVar('v')
var.set(client)
def f():
    var.get().go()
""",
    "contextvar annotated": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from contextvars import ContextVar
var: ContextVar[StreamChat] = ContextVar('v')
def f():
    var.get().go()
""",
    "contextvar default": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from contextvars import ContextVar
var = ContextVar('v', default=client)
def f():
    var.get().go()
""",
    "queue": """
== m.py
from stream_chat import StreamChat, StreamChatAsync
client = StreamChat('k', 's')
from queue import Queue
q = Queue()
q.put(client)
q.get().go()
""",
    "callback given client": """
== a.py
from stream_chat import StreamChat
def with_client(f):
    return f(StreamChat("k", "s"))
== b.py
from a import with_client
def use(c):
    c.go()
with_client(use)
""",
}


@pytest.mark.parametrize("program", LEFT.values(), ids=LEFT)
def test_what_is_not_followed_is_left(program: str) -> None:
    assert asked(program) is None


PROGRAMS = {
    **NOTHING,
    **LEFT,
    **{name: program for table in (UNKNOWN, LIKELY, PROVEN) for name, (program, _) in table.items()},
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_what_is_found_is_within_reach(program: str) -> None:
    for resolver in resolvers(files(program)).values():
        for node in resolver.scopes.nodes:
            if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                known = resolver.receiver(node) or resolver.referent(node) or resolver.contents(node)
                assert known is None or resolver.may_be(node), ast.unparse(node)


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_nothing_moves_by_half(program: str, unsafe: bool) -> None:
    assert_whole(program, unsafe=unsafe)
