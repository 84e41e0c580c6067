"""Makes programs that use stream-chat as people do. A program is made from a seed, and the same seed makes the same program.

`python tests/differential/generator.py SEED` prints a program, what `rewrite` makes of it, and how the two differ;
`SEED --shrink` looks for the smallest program that differs the same way; `FIRST LAST` says what the seeds of a range show.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.differential.far import FarReads
from tests.differential.flows import SENT, Flows
from tests.differential.payloads import Text
from tests.differential.places import Definition
from tests.differential.reads import response_of
from tests.differential.travels import Travelling
from tests.differential.vocabulary import CHANNEL, CLIENT, ONLY_SYNC, Operation

Failure = int | Literal["timeout", "connection", "page", "bad gateway", "empty"] | None
FAILURES: tuple[Failure, ...] = (
    400,
    403,
    404,
    404,
    429,
    429,
    500,
    503,
    "timeout",
    "connection",
    "page",
    "bad gateway",
    "empty",
)
"""A status with the API's envelope, no answer at all, or one whose body is no JSON."""
NO_JSON = ("page", "bad gateway", "empty")


class Program(NamedTuple):
    """A generated program."""

    seed: int
    source: str
    verbatim: tuple[str, ...]
    """Lines that no migration has a reason to touch, in their order."""
    failure: Failure
    """How one of its requests fails."""
    failing: int
    """Which one, from 0."""
    times: int = 1
    """How many fail, one after the other."""
    complete: bool = True
    """Whether answers have everything that they can have."""


def program(seed: int) -> Program:
    """Return the program of a seed."""
    return Maker(seed).make()


HELPERS = """
ON = True
WORDS = ["One", "Two"]
ROWS = [{"id": "row-1", "name": "Row"}, {"id": "row-2", "name": "Low", "tier": 2}]
PREFIX = "user"


def seen(value):
    observe("seen", [value, random.random()])
    return value


async def later(value):
    observe("later", [value, random.random()])
    return value


def loaded(value):
    return json.loads(json.dumps(value))
"""
# What `random.random()` gives shows how many requests were sent before (see `judge`).

DECOY = '''
class {name}:
    """Not the SDK: it only looks like it."""

    def __init__(self, api_key="", api_secret=""):
        self.calls = []

    def upsert_user(self, user, **options):
        observe("{name}.upsert_user", [user, options])
        return {{"users": {{user["id"]: user}}}}

    def channel(self, kind, name=None, data=None):
        observe("{name}.channel", [kind, name, data])
        return self

    def create(self, user_id, **options):
        observe("{name}.create", [user_id, options])
        return {{"channel": {{"id": "x"}}}}

    def send_message(self, message, user_id):
        observe("{name}.send_message", [message, user_id])
        return {{"message": message}}
'''
DECOY_USES = (
    'observe("decoy", registry.upsert_user({"id": "x", "tier": 1})["users"]["x"]["tier"])',
    'registry.channel("messaging", "x", {"name": "n"}).create("jane")',
    'observe("decoy", registry.send_message({"text": "hi"}, "jane")["message"].get("text"))',
    'observe("decoy", {"users": [{"id": 1}]}["users"][0]["id"])',
)
_LAYOUTS = {
    "module": 10,
    "function": 8,
    "factory": 5,
    "cached": 1,
    "lazy": 1,
    "attribute": 6,
    "parameter": 4,
    "several": 3,
    "class": 2,
    "two": 2,
    "given": 2,
}
_DEEPEST = 2
"""How deep blocks are nested below the place where the client is."""


class Maker(Flows):
    """Makes one program."""

    def __init__(self, seed: int, label: str = "streammigrate") -> None:
        """Take the seed; programs of another label are others."""
        self.seed = seed
        self.chance = random.Random(f"{label}:{seed}")
        self.asynchronous = self.likely(0.3)
        self.daring = self.likely(0.35)
        self.text = Text()
        self.values = Travelling(self.chance, self.text, self.asynchronous, self.daring, self)
        self.reads = FarReads(self.chance, self.text, self.values, self.daring, self)
        self.reads.complete = self.likely(0.7)
        self.definitions = Text()
        self.channels: list[tuple[str, bool]] = []
        """The names of the channels in reach, and whether they have an id."""
        self.decoy = False
        self.catches = False
        self.depth = 0
        self.cls = "StreamChatAsync" if self.asynchronous else "StreamChat"
        self.spelling = self.chance.choices(("from", "module", "as", "inside", "guarded"), (12, 2, 2, 1, 1))[0]
        self.constructor = {"module": f"stream_chat.{self.cls}", "as": "Chat"}.get(self.spelling, self.cls)

    def likely(self, part: float) -> bool:
        return self.chance.random() < part

    def make(self) -> Program:
        layout = self.chance.choices(list(_LAYOUTS), list(_LAYOUTS.values()))[0]
        if (self.asynchronous and layout in ("module", "several", "class", "given")) or (
            self.spelling == "inside" and layout != "module"
        ):
            layout = "function"
        if self.likely(0.35):
            self._make_decoy()
        layouts: dict[str, Callable[[], None]] = {
            "module": self._module,
            "function": self._function,
            "factory": self._factory,
            "cached": self._factory,
            "lazy": self._lazy,
            "attribute": self._attribute,
            "parameter": self._parameter,
            "several": self._several,
            "class": self._class,
            "two": self._two,
            "given": self._given,
        }
        self.cached = layout == "cached"
        layouts[layout]()
        gap = ["", ""] if self.definitions.lines else []
        source = "\n".join([*self._head(), *self.definitions.lines, *gap, *self.text.lines]) + "\n"
        if self.likely(0.05):
            source = source.replace("\n", "\r\n")
        verbatim = (*self.definitions.verbatim, *self.text.verbatim)
        return Program(self.seed, source, verbatim, *self._fails(), self.reads.complete)

    def _catches(self) -> bool:
        return self.catches

    def _lines(self) -> list[str]:
        return [*self.definitions.lines, *self.text.lines]

    def _fails(self) -> tuple[Failure, int, int]:
        """Return how requests fail, at which one, and how many times."""
        failure = self.chance.choice(FAILURES) if self.likely(0.65 if self._catches() else 0.15) else None
        if failure in NO_JSON and any(re.search(r"\.error_(code|message)\b", line) for line in self._lines()):
            # v1's exception has no `error_code` then: a program that reads it has never seen such an answer.
            failure = 404
        return failure, self.chance.choice((0, 0, 1, 1, 2, 3)), self.chance.choice((1, 1, 1, 2, 3))

    @contextmanager
    def defining(self, stem: str, beside: Definition | None = None) -> Iterator[Definition]:
        """Let what is added meanwhile stand outside of everything, after what it is `beside`, which it uses."""
        made = Definition(self.values.name(stem))
        before = (self.text, self.values.asynchronous, self.values.kept, self.channels)
        text = self.text = self.values.text = self.reads.text = Text()
        self.values.asynchronous, self.values.kept, self.channels = False, [], []
        yield made
        self.text, self.values.asynchronous, self.values.kept, self.channels = before
        self.values.text = self.reads.text = self.text
        self._defined(made, text)

    def _defined(self, made: Definition, text: Text) -> None:
        self.definitions.lines += [*(["", ""] if self.definitions.lines else []), *text.lines]
        self.definitions.verbatim += text.verbatim

    def _head(self) -> list[str]:
        """Return the imports and the helpers."""
        lines = ['"""A generated program."""'] if self.likely(0.2) else []
        if self.likely(0.2):
            lines.append("from __future__ import annotations")
        modules = ("asyncio", "datetime", "functools", "json", "os", "random", "time")
        body = "\n".join([*self.definitions.lines, *self.text.lines])
        lines += [f"import {module}" for module in sorted({*modules, *needed(body)})]
        if self.likely(0.5):
            lines.append("")
        lines += {
            "from": [f"from stream_chat import {self.cls}"],
            "module": ["import stream_chat"],
            "as": [f"from stream_chat import {self.cls} as Chat"],
            "inside": [],
            "guarded": [
                "try:",
                f"    from stream_chat import {self.cls}",
                "except ImportError:",
                f"    {self.cls} = None",
            ],
        }[self.spelling]
        if self.chance.random() < 0.12:
            taken = self.chance.choice(
                ("Stream", "AsyncStream", "UserRequest", "MessageRequest", "ChannelInput", "os_getenv")
            )
            lines += ["", "", f"class {taken}:", "    pass"]
        if self.catches:
            lines.append("from stream_chat.base.exceptions import StreamAPIException")
        return [*lines, *HELPERS.split("\n")]

    def _make_decoy(self) -> None:
        # The program may call the SDK's class something else, and a class of its own what the SDK calls its.
        cls = "StreamChat" if self.spelling in ("module", "as") and self.likely(0.5) else "Registry"
        self.text.add(DECOY.format(name=cls).strip("\n"), verbatim=True)
        self.text.add(f"\n\nregistry = {cls}()", verbatim=True)
        self.decoy = True

    # Where the client comes from.

    def _made(self) -> str:
        """Return the expression that makes a client."""
        key = self.chance.choice(('"key"', 'os.environ["STREAM_KEY"]', 'os.getenv("STREAM_KEY")'))
        secret = self.chance.choice(('"secret"', 'os.environ.get("STREAM_SECRET", "none")'))
        args = [f"api_key={key}", f"api_secret={secret}"] if self.likely(0.8) else [key, secret]
        if self.likely(0.15):
            args.append(self.chance.choice(("timeout=3", "timeout=12.5", 'base_url="https://chat.example.com"')))
        return f"{self.constructor}({', '.join(args)})"

    def _import_inside(self) -> None:
        if self.spelling == "inside":
            self.text.add(f"from stream_chat import {self.cls}")

    def _def(self, name: str, parameters: str = "") -> AbstractContextManager[None]:
        self.text.add("\n")
        return self.text.block(f"{'async ' if self.asynchronous else ''}def {name}({parameters}):")

    def _run(self, call: str) -> None:
        self.text.add("\n")
        self.text.add(f"asyncio.run({call})" if self.asynchronous else call)

    def _module(self) -> None:
        self._import_inside()
        self.text.add(f"client = {self._made()}")
        self._body("client", self.chance.randint(2, 6))

    def _several(self) -> None:
        self.text.add(f"client = {self._made()}")
        names = [f"step_{index}" for index in range(self.chance.randint(1, 3))]
        for name in names:
            with self._def(name):
                self._body("client", self.chance.randint(1, 3))
        for name in names:
            self._run(f"{name}()")

    def _function(self) -> None:
        with self._def("main"):
            self._import_inside()
            if self.asynchronous and self.likely(0.5):
                with self.text.block(f"async with {self._made()} as client:"):
                    self._body("client", self.chance.randint(2, 5))
            else:
                annotation = f": {self.constructor}" if self.likely(0.1) else ""
                self.text.add(f"client{annotation} = {self._made()}")
                self._body("client", self.chance.randint(2, 5))
                self._close("client")
        self._run("main()")

    def _close(self, client: str) -> None:
        if self.asynchronous and self.likely(0.7):
            self.text.add(f"await {client}.close()")

    def _factory(self) -> None:
        self.text.add("\n")
        if self.cached:
            self.text.add("@functools.lru_cache(maxsize=None)")
        returns = f" -> {self.constructor}" if self.spelling != "guarded" and self.likely(0.4) else ""
        with self.text.block(f"def get_client(){returns}:"):
            if self.likely(0.3):
                self.text.add(f"made = {self._made()}")
                self.text.add("return made")
            else:
                self.text.add(f"return {self._made()}")
        with self._def("main"):
            if self.likely(0.3):
                self._body("get_client()", self.chance.randint(1, 3))
            else:
                self.text.add("client = get_client()")
                self._body("client", self.chance.randint(2, 5))
                self._close("client")
        self._run("main()")

    def _lazy(self) -> None:
        self.text.add("_client = None")
        self.text.add("\n")
        with self.text.block("def get_client():"):
            self.text.add("global _client")
            with self.text.block("if _client is None:"):
                self.text.add(f"_client = {self._made()}")
            self.text.add("return _client")
        with self._def("main"):
            if self.likely(0.5):
                self.text.add("client = get_client()")
            self._body(
                "client" if "    client = get_client()" in self.text.lines else "get_client()",
                self.chance.randint(1, 4),
            )
        self._run("main()")

    def _attribute(self) -> None:
        self.text.add("\n")
        names = [f"step_{index}" for index in range(self.chance.randint(1, 3))]
        with self.text.block("class Service:"):
            with self.text.block("def __init__(self):"):
                self.text.add(f"self.client = {self._made()}")
            uses = self._keeping("self.client") if self.likely(0.5) else []
            for name in names:
                with self._def(name, "self"):
                    if self.likely(0.3):
                        self.text.add("client = self.client")
                        self._body("client", self.chance.randint(1, 3))
                    else:
                        self._body("self.client", self.chance.randint(1, 3))
                    if uses and self.likely(0.6):
                        self.chance.choice(uses)()
        if self.asynchronous:
            with self._def("main"):
                self.text.add("service = Service()")
                for name in names:
                    self.text.add(f"await service.{name}()")
            self._run("main()")
            return
        self.text.add("\n\nservice = Service()")
        for name in names:
            self.text.add(f"service.{name}()")

    def _parameter(self) -> None:
        annotation = self.chance.choice((self.constructor, f'"{self.constructor}"'))
        with self._def("work", f"client: {annotation if self.spelling != 'guarded' else repr(self.constructor)}"):
            self._body("client", self.chance.randint(2, 4))
        if self.asynchronous:
            with self._def("main"):
                self.text.add(f"await work({self._made()})")
            self._run("main()")
            return
        self.text.add("\n")
        self.text.add(f"work({self._made()})")

    def _class(self) -> None:
        """Let the client be an attribute of a class, or a property."""
        self.text.add("\n")
        with self.text.block("class Service:"):
            if self.likely(0.5):
                self.text.add(f"client = {self._made()}")
            else:
                self.text.add(f"def __init__(self):\n    self._client = {self._made()}\n")
                self.text.add("@property\ndef client(self):\n    return self._client")
            with self._def("work", "self"):
                self._body("self.client", self.chance.randint(1, 3))
        self._run("Service().work()")

    def _two(self) -> None:
        """Use two clients, or one name for two."""
        with self._def("main"):
            self.text.add(f"client = {self._made()}")
            self._body("client", self.chance.randint(1, 3))
            second = self.chance.choice(("client", "other"))
            self.text.add(f"{second} = {self._made()}")
            self._body(second, self.chance.randint(1, 3))
            if self.likely(0.3):
                self._body("client", 1)
        self._run("main()")

    def _given(self) -> None:
        """Let a function take its client by default, from a container, or as one of two values."""
        way = self.chance.choice(("default", "dict", "pair", "or"))
        if way == "dict":
            self.text.add(f'CLIENTS = {{"main": {self._made()}}}')
        elif way == "pair":
            self.text.add(f"shared, number = {self._made()}, 1")
        else:
            self.text.add(f"shared = {self._made()}")
        with self._def("main", "client=shared" if way == "default" else "client=None"):
            if way == "dict":
                self.text.add('client = CLIENTS["main"]')
            elif way != "default":
                self.text.add("client = client or shared")
            self._body("client", self.chance.randint(1, 3))
        self._run("main()")

    # What is done with it.

    def _body(self, client: str, count: int) -> None:
        """Add statements in a scope of their own."""
        outer, self.channels = self.channels, []
        kept, self.values.kept = self.values.kept, []
        for _ in range(count):
            self._statement(client)
        if self.values.kept and self.likely(0.3):
            self.text.add(f'observe("kept", {self.chance.choice(self.values.kept)})')
        self.channels, self.values.kept = outer, kept

    def _block(self, client: str) -> None:
        """Add some statements whose names do not outlive the block."""
        self.depth += 1
        channels, kept = list(self.channels), list(self.values.kept)
        for _ in range(self.chance.choice((1, 1, 2))):
            self._statement(client)
        self.channels, self.values.kept = channels, kept
        self.depth -= 1

    def _statement(self, client: str) -> None:
        nested = self.depth < _DEEPEST
        weights = {
            self._call: 24,
            self._on_channel: 26,
            self._token: 4,
            self._noise: 5,
            self._loop: 4 if nested else 0,
            self._branch: 3 if nested else 0,
            self._guarded: 8 if nested else 0,
            self._each: 2,
            self._either: 2,
            self._about: 3,
            self._helper: 2,
            self._shared: 1,
            self._webhook: 1,
            self._styled: 5,
            self._tested: 1,
            self._pages: 1 if nested else 0,
            self._paging: 1 if nested else 0,
            self._view: 4,
            self._through: 3,
            self._wrapped: 3,
            self._reference: 1 if self.daring else 0,
            self._escape: 1 if self.daring else 0,
        }
        self.chance.choices(list(weights), list(weights.values()))[0](client)

    def _call(self, client: str) -> None:
        operation = self._choose(CLIENT)
        self._use(f"{client}.{operation.name}", operation, self.cls)

    def _on_channel(self, client: str) -> None:
        if self.channels and self.likely(0.65):
            name, known = self.chance.choice(self.channels)
        elif self.likely(0.35):
            self._chained(client)
            return
        else:
            name, known = self._channel(client)
        for _ in range(self.chance.choice((1, 1, 2))):
            # A channel without id has to be created before anything else.
            operation = self._choose(CHANNEL) if known else next(one for one in CHANNEL if one.name == "create")
            self.channels = [(one, one == name or has) for one, has in self.channels]
            known = True
            self._use(f"{name}.{operation.name}", operation, "AsyncChannel" if self.asynchronous else "Channel")

    def _choose(self, operations: tuple[Operation, ...]) -> Operation:
        weights = [0 if self.asynchronous and one.name in ONLY_SYNC else one.weight for one in operations]
        return self.chance.choices(operations, weights)[0]

    def _channel(self, client: str) -> tuple[str, bool]:
        """Add a statement that makes a channel; return its name and whether it has an id."""
        name = self.values.name("channel")
        known = self.likely(0.88)
        self.text.add(f"{name} = {self._channel_call(client, known)}")
        self.channels.append((name, known))
        return name, known

    def _channel_call(self, client: str, known: bool) -> str:
        arguments = ['"messaging"' if self.likely(0.8) else self.values.text_of("word")]
        if known:
            id = self.values.text_of("word")
            arguments.append(f"channel_id={id}" if self.likely(0.1) else id)
        if not known or self.likely(0.25):
            data = self.values.value("channel") if known else f'{{"members": {self.values.texts("user_id")}}}'
            arguments.append(f"data={data}" if not known or "=" in arguments[-1] or self.likely(0.5) else data)
        return f"{client}.channel({', '.join(arguments)})"

    def _chained(self, client: str) -> None:
        operation = self._choose(CHANNEL)
        receiver = self._channel_call(client, True)
        self._use(f"{receiver}.{operation.name}", operation, "AsyncChannel" if self.asynchronous else "Channel")

    def _use(self, function: str, operation: Operation, cls: str) -> None:
        """Add a call and what is done with its response."""
        receiver = function.rpartition(".")[0]
        if self.likely(0.1) and response_of(cls, operation.name) is not None:
            self._remote(receiver, operation, cls)
            return
        if self.likely(0.12) and any(one.kind in SENT for one in operation.parameters):
            self._sender(receiver, operation, cls)
            return
        call = self._arguments(function, operation)
        if self.asynchronous:
            call = f"await {call}"
        self.reads.add(call, cls, operation.name)
        kept = self.values.kept[-1:]
        if kept and self.likely(0.15):
            # What a call was given is used afterwards.
            store = f'{kept[0]}["later"] = 1\n' if self.likely(0.4) else ""
            self.text.add(f'{store}observe("kept", {kept[0]})')

    def _arguments(self, function: str, operation: Operation, given: Mapping[str, str] = {}) -> str:
        """Return a call, its arguments by position as far as chance says and then by name; some may be `given`."""
        chosen = [one for one in operation.parameters if one.needed or one.name in given or self.likely(0.25)]
        positional = 0
        for one, declared in zip(chosen, operation.parameters, strict=False):
            if one is not declared or one.keyword or not self.likely(0.8):
                break
            positional += 1
        values = [(one, given.get(one.name) or self.values.value(one.kind)) for one in chosen]
        if len(values) > positional and self.likely(0.12):
            # Some or all of what is named is not written in the call.
            count = self.chance.randint(1, len(values) - positional)
            options = [(one.name, value) for one, value in values[-count:] if "await" not in value]
            if len(options) == count:
                spread = self.values.options(options, not any(one.needed for one, _ in values[-count:]))
                parts = [*(value for _, value in values[:positional])]
                parts += [f"{one.name}={value}" for one, value in values[positional : len(values) - count]]
                return f"{function}({', '.join([*parts, spread])})"
        named = [f"{one.name}={value}" for one, value in values[positional:]]
        if self.likely(0.15):
            self.chance.shuffle(named)
        if self.daring and named and self.likely(0.05):
            one, value = values[-1]
            named = [text for text in named if not text.startswith(f"{one.name}=")] + [f'**{{"{one.name}": {value}}}']
        parts = [*(value for _, value in values[:positional]), *named]
        if len(parts) > 1 and self.likely(0.3):
            inner = "".join("    " + part.replace("\n", "\n    ") + ",\n" for part in parts)
            return f"{function}(\n{inner})"
        return f"{function}({', '.join(parts)})"

    def _token(self, client: str) -> None:
        user = self.values.text_of("user_id")
        exp = self.chance.choice(
            ("", "", "", ", exp=int(time.time()) + 3600", ", exp=None", ", int(time.time() + 60 * 60)")
        )
        claims = ', channel="x"' if self.daring and self.likely(0.2) else ""
        self.text.add(f'observe("token", {client}.create_token({user}{exp}{claims}))')

    def _noise(self, client: str) -> None:
        choices = [
            'observe("noise", len(WORDS))',
            "# client.upsert_user({}) is only talked about",
            'ROW = {"users": [1]}  # kept',
        ]
        if self.decoy:
            choices += DECOY_USES
        self.text.add(self.chance.choice(choices), verbatim=True)

    def _loop(self, client: str) -> None:
        head = self.chance.choice(("for word in WORDS:", "for number, row in enumerate(ROWS):", "for _ in range(2):"))
        with self.text.block(head):
            self._block(client)

    def _branch(self, client: str) -> None:
        with self.text.block(f"if {self.values.condition()}:"):
            self._block(client)
        if self.likely(0.4):
            with self.text.block("else:"):
                self._block(client)

    def _indented(self) -> AbstractContextManager[None]:
        return self.text.deeper()

    def _each(self, client: str) -> None:
        """Add a call in a comprehension."""
        operation = self._choose(CLIENT)
        call = self._arguments(f"{client}.{operation.name}", operation)
        if "await " in call:
            return
        self.text.add(f'observe("count", len([{self._awaited(call)} for _ in WORDS]))')

    def _awaited(self, call: str) -> str:
        return f"await {call}" if self.asynchronous else call

    def _either(self, client: str) -> None:
        """Add a call of which one or none is made."""
        one, other = (self._choose(CLIENT) for _ in range(2))
        call = self._awaited(self._arguments(f"{client}.{one.name}", one))
        if self.likely(0.5):
            second = self._awaited(self._arguments(f"{client}.{other.name}", other))
            self.text.add(f"({call}) if {self.values.condition()} else ({second})")
        elif self.likely(0.5):
            self.text.add(f"ON and {call}")
        else:
            name = self.values.name("response")
            with self.text.block(f"if ({name} := {call}):"):
                self.text.add(f'observe("read", {name}.is_ok())')

    def _about(self, client: str) -> None:
        """Add a read of what a channel knows of itself."""
        known = [name for name, has_id in self.channels if has_id]
        name = self.chance.choice(known) if known else self._channel(client)[0]
        attributes = ["id", "cid", "channel_type"]
        if self.daring:
            attributes += ["custom_data", "client.api_key"]
        attribute = self.chance.choice(attributes if dict(self.channels)[name] else ["channel_type"])
        self.text.add(f'observe("about", {name}.{attribute})')

    def _helper(self, client: str) -> None:
        """Add a function that is given a client or a channel, and call it."""
        name = self.values.name("helper")
        if self.likely(0.5):
            operation = self._choose(CHANNEL)
            given, parameter, cls = (
                self._channel_call(client, True),
                "channel",
                "AsyncChannel" if self.asynchronous else "Channel",
            )
        else:
            operation = self._choose(CLIENT)
            given, parameter, cls = client, "chat", self.cls
        annotation = f": {self.constructor}" if parameter == "chat" and self.likely(0.3) else ""
        kept = list(self.values.kept)
        with self.text.block(f"{'async ' if self.asynchronous else ''}def {name}({parameter}{annotation}):"):
            self._use(f"{parameter}.{operation.name}", operation, cls)
            if self.daring and self.likely(0.3):
                self.text.add(f"return {parameter}")
        self.values.kept = kept
        self.text.add(self._awaited(f"{name}({given})"))

    def _shared(self, client: str) -> None:
        """Add two channels that share the dictionary of their data, which v1 writes into."""
        data = self.values.variable("data", self.values.braced(self.values.entries("channel")))
        names = [self.values.name("channel") for _ in range(self.chance.randint(1, 2))]
        for name in names:
            self.text.add(f'{name} = {client}.channel("messaging", "{name}", data={data})')
            if self.likely(0.3):
                self.text.add(f'{data}["color"] = "late"')
            self.text.add(self._awaited(f'{name}.create("jane")'))
        if self.likely(0.5):
            self.text.add(self._awaited(f"{names[-1]}.query()"))
        if self.likely(0.4):
            self.text.add(f'observe("kept", {data})')

    def _webhook(self, client: str) -> None:
        self.text.add(f'observe("valid", {client}.verify_webhook(b\'{{}}\', "signature"))')

    def _styled(self, client: str) -> None:
        """Add a call in one of the spellings that are seldom seen."""
        user = self.values.text_of("user_id")
        call = self._awaited(f'{client}.upsert_user({{"id": {user}, "tier": 1}})')
        plain = self._awaited(f"{client}.get_app_settings()")
        ways = [
            f"ready = True; {call}; observe('noise', ready)",
            f"if ON: {call}",
            f"{client}_made = \\\n    {plain}" if client.isidentifier() else plain,
            f'observe("read", f"it took {{({plain})[\'duration\']}}")',
            f"({call})",
            f"_ = {call}  # nobody looks",
            f"assert {plain}",
            f'observe("read", [*({plain})][:0])',
            f"{call.replace(', ', ',  ')}",
            call.replace('{"id"', '{  # who it is\n    "id"').replace(
                ', "tier": 1}', ',\n    # how much\n    "tier": 1,  # one\n}'
            ),
        ]
        if not self.asynchronous:
            ways += [f"task = lambda: {call}\ntask()", f'print(len({call}["users"]), end="")']
        self.text.add(self.chance.choice(ways))

    def _tested(self, client: str) -> None:
        """Add a test of what the client is."""
        tests = [f"{client} is not None", f"bool({client})"]
        if self.daring:
            tests += [
                f"isinstance({client}, {self.constructor})",
                f'hasattr({client}, "upsert_user")',
                f'hasattr({client}, "channel")',
            ]
        with self.text.block(f"if {self.chance.choice(tests)}:"):
            self._block(client)

    def _pages(self, client: str) -> None:
        """Add a loop that reads page after page."""
        offset = self.values.variable("offset", "0")
        with self.text.block("while True:"):
            call = self._awaited(f"{client}.query_users({{}}, limit=2, offset={offset})")
            self.text.add(f'page = {call}\nif not page["users"] or {offset} > 4:\n    break')
            self.text.add(f'for user in page["users"]:\n    observe("read", user["id"])\n{offset} += 2')

    def _reference(self, client: str) -> None:
        if self.asynchronous:
            self.text.add(f"await asyncio.gather({client}.get_app_settings(), {client}.list_roles())")
        else:
            self.text.add(f'call = {client}.upsert_user\ncall({{"id": "jane"}})')

    def _escape(self, client: str) -> None:
        self.text.add(f'observe("escaped", type(loaded([1])).__name__ + str(callable({client}.channel)))')


_OTHERS = ("aiohttp", "collections", "contextlib", "copy", "dataclasses", "logging", "requests", "types", "typing")


def needed(body: str) -> list[str]:
    """Return the modules of the standard library, and of those below the SDK, that some code names."""
    return [name for name in _OTHERS if re.search(rf"(?<![\w.]){name}\.\w", body)]


if __name__ == "__main__":
    from tests.differential.judge import main

    main(sys.argv[1:])
