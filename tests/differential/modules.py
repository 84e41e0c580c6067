"""Makes programs of several modules that share stream-chat objects as people do; a seed makes the same program each time.

`python tests/differential/modules.py SEED` prints a program, what `rewrite` makes of it, and how the two differ; `SEED --shrink`
looks for the smallest program that differs the same way; `FIRST LAST` says what the seeds of a range show.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from tests.differential.generator import DECOY, DECOY_USES, HELPERS, Failure, Maker, needed
from tests.differential.payloads import Text
from tests.differential.places import Definition
from tests.differential.reads import response_of
from tests.differential.vocabulary import CHANNEL, CLIENT

from streammigrate.rules import sdk

MAIN = "main.py"


class Modular(NamedTuple):
    """A generated program of several files; `main.py` is what is run."""

    seed: int
    files: Mapping[str, str]
    """By path, sorted."""
    verbatim: Mapping[str, tuple[str, ...]]
    """By path, the lines that no migration has a reason to touch, in their order."""
    failure: Failure
    """How one of its requests fails."""
    failing: int
    """Which one, from 0."""
    times: int = 1
    """How many fail, one after the other."""
    complete: bool = True
    """Whether answers have everything that they can have."""


def program(seed: int) -> Modular:
    """Return the program of a seed."""
    return _Maker(seed).spread()


class _Module:
    """A file that is being written."""

    def __init__(self, path: str, cls: str) -> None:
        self.path = path
        self.text = Text()
        self.definitions = Text()
        """What stands in front of the text."""
        self.imports: list[str] = []
        self.spelling = "from"
        self.constructor = cls
        self.catches = False
        self.decoy = False
        self.bound: dict[str, str] = {}
        """What is imported here, by its spelling and its dotted name."""
        self.names: set[str] = set()

    @property
    def dotted(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").removeprefix("src/").replace("/", ".")

    @property
    def package(self) -> str:
        return self.dotted.rpartition(".")[0]

    @property
    def lines(self) -> list[str]:
        gap = ["", ""] if self.definitions.lines and self.text.lines else []
        return [*self.definitions.lines, *gap, *self.text.lines]


class _Offer(NamedTuple):
    """Something that a module defines through which others get at a client."""

    module: _Module
    name: str
    kind: str
    """`value`, `factory`, `instance`, `class` (to be called or subclassed), `static` (a class with a class attribute)."""
    attribute: str = ""
    """What of it is the client."""


_LAYOUTS = {
    "value": 8,
    "factory": 6,
    "cached": 2,
    "lazy": 2,
    "service": 5,
    "property": 2,
    "static": 2,
    "container": 2,
    "subclass": 2,
    "context": 2,
}
_WANTED = {"own": 10, "parameter": 5, "class": 4, "channel": 4, "room": 2, "given": 1, "loader": 6}
"""How a function gets at its client."""
_PACKAGES = {"app": 10, "": 4, "src/app": 1, "app/core": 2}
_SHARED = ("ON", "WORDS", "ROWS", "PREFIX", "seen", "later", "loaded")
_STANDARD = ("asyncio", "dataclasses", "datetime", "functools", "json", "os", "random", "time")


class _Maker(Maker):
    """Makes one program of several modules."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, "streammigrate modules")
        self.spelling = "from"
        self.constructor = self.cls
        self.modules: dict[str, _Module] = {}
        self.offers: list[_Offer] = []
        self.loaders: list[tuple[_Offer, str, sdk.Type]] = []
        """The methods of classes that give a response: whose they are, their names, and what they give."""
        self.setup: list[str] = []
        """The imports that a function which uses what was imported last starts with."""
        self.calls: list[tuple[_Module, str, str]] = []
        """The functions that main calls: where they are, their names, what they take and are reached by."""
        self.folder = self.chance.choices(list(_PACKAGES), list(_PACKAGES.values()))[0]
        self.copied = self.likely(0.5)
        """Whether every module has helpers of its own."""
        self.current: _Module | None = None
        """The module that is being written."""
        self.defined: dict[str, _Module] = {}
        """Where definitions are."""
        self.inside: _Module | None = None
        """The module of the definition that is being written."""

    def spread(self) -> Modular:
        """Return the program."""
        layout = self.chance.choices(list(_LAYOUTS), list(_LAYOUTS.values()))[0]
        if self.asynchronous and layout in ("value", "static"):
            layout = "factory"
        if not self.asynchronous and layout == "context":
            layout = "value"
        self._provide(layout, self._name_of_module(), self._made)
        if self.likely(0.25):
            self._second_client(layout)
        if self.likely(0.5):
            self._pretend()
        for number in range(self.chance.choice((1, 2, 2, 3))):
            self._user(number)
        self._main(layout)
        return self._finished()

    # Modules

    def _open(self, name: str, *, folder: str | None = None) -> _Module:
        folder = self.folder if folder is None else folder
        path = f"{folder}/{name}.py" if folder else f"{name}.py"
        found = self.modules.get(path)
        if found is None:
            found = self.modules[path] = _Module(path, self.cls)
            found.spelling = self.chance.choices(("from", "module", "as"), (8, 2, 2))[0]
            found.constructor = {"module": f"stream_chat.{self.cls}", "as": "Chat"}.get(found.spelling, self.cls)
        return found

    def _name_of_module(self) -> str:
        names = [name for name in ("clients", "client", "chat", "services", "stream") if not self._is_there(name)]
        return self.chance.choice(names)

    def _is_there(self, name: str) -> bool:
        return (f"{self.folder}/{name}.py" if self.folder else f"{name}.py") in self.modules

    @contextmanager
    def _in(self, module: _Module) -> Iterator[Text]:
        """Let what is added meanwhile go to a module."""
        before = (self.text, self.spelling, self.constructor, self.catches, self.decoy)
        outer, self.current = self.current, module
        self.text = self.values.text = self.reads.text = module.text
        self.spelling, self.constructor = module.spelling, module.constructor
        self.catches, self.decoy = module.catches, module.decoy
        yield module.text
        module.catches = module.catches or self.catches
        self.text, self.spelling, self.constructor, self.catches, self.decoy = before
        self.values.text = self.reads.text = self.text
        self.current = outer

    @contextmanager
    def defining(self, stem: str, beside: Definition | None = None) -> Iterator[Definition]:
        """Let what is added meanwhile be a definition of this module or of another one, which imports none of these."""
        here, outer = self.current, self.inside
        assert here is not None
        target = outer
        if target is None and (beside is None or self.defined[beside.name] is not here) and self.likely(0.4):
            target = self._open(self.chance.choice(("builders", "builders", "common"))) if beside is None else None
            target = target or (self.defined[beside.name] if beside else here)
        target = target or here
        self.inside = target
        setup = self.setup
        with self._in(target), super().defining(stem) as made:
            self.defined[made.name] = target
            target.names.add(made.name)
            yield made
        self.inside = outer
        if target is not here:
            forms = ("from", "from", "as", "module", "plain", "relative", "dotted")
            made.spelled = self._imported(here, _Offer(target, made.name, "function"), forms)
        self.setup = setup

    def _catches(self) -> bool:
        return any(module.catches for module in self.modules.values())

    def _lines(self) -> list[str]:
        return [line for module in self.modules.values() for line in module.lines]

    def nested(self, made: Definition) -> str:
        """Return how a definition is named in the one that is being written."""
        module, here = self.defined[made.name], self.current
        assert here is not None
        return self._imported(here, _Offer(module, made.name, "function"), ("from", "as", "plain"))

    def _defined(self, made: Definition, text: Text) -> None:
        definitions = self.defined[made.name].definitions
        definitions.lines += [*(["", ""] if definitions.lines else []), *text.lines]
        definitions.verbatim += text.verbatim

    # Where the client comes from

    def _provide(self, layout: str, name: str, made: Callable[[], str], object: str = "") -> None:
        """Write the module that makes the client."""
        module = self._open(name)
        object = object or self.chance.choice(("chat", "client", "stream_client"))
        with self._in(module):
            if layout == "value":
                annotation = f": {self.constructor}" if self.likely(0.15) else ""
                self.text.add(f"{object}{annotation} = {made()}")
                self._offer(module, object, "value")
            elif layout in ("factory", "cached", "lazy"):
                self._factory_of(module, layout, made)
            elif layout in ("service", "property"):
                self._service(module, layout, made)
            elif layout == "static":
                with self.text.block("class Settings:"):
                    self.text.add(f"client = {made()}")
                    self.text.add("page = 3")
                self._offer(module, "Settings", "static", "client")
            elif layout == "container":
                self._container(module, made)
            elif layout == "subclass":
                self._subclass(module, object)
            if layout != "context" and self.likely(0.3):
                self._also(module)

    def _offer(self, module: _Module, name: str, kind: str, attribute: str = "") -> None:
        module.names.add(name)
        self.offers.append(_Offer(module, name, kind, attribute))

    def _factory_of(self, module: _Module, layout: str, made: Callable[[], str]) -> None:
        name = self.chance.choice(("get_client", "get_chat", "client_of_app"))
        returns = f" -> {self.constructor}" if self.likely(0.4) else ""
        if layout == "lazy":
            self.text.add("_client = None")
            self.text.add("\n")
        if layout == "cached":
            self.text.add(
                self.chance.choice(("@functools.lru_cache(maxsize=None)", "@functools.lru_cache", "@functools.cache"))
            )
        with self.text.block(f"def {name}(){returns}:"):
            if layout == "lazy":
                self.text.add("global _client")
                with self.text.block("if _client is None:"):
                    self.text.add(f"_client = {made()}")
                self.text.add("return _client")
            elif self.likely(0.3):
                self.text.add(f"made = {made()}")
                self.text.add("return made")
            else:
                self.text.add(f"return {made()}")
        self._offer(module, name, "factory")

    def _service(self, module: _Module, layout: str, made: Callable[[], str]) -> None:
        name = self.chance.choice(("Service", "ChatService", "Base"))
        given = self.likely(0.3)
        attribute = "client" if layout == "property" else self.chance.choice(("client", "chat", "_client"))
        kept = "_client" if layout == "property" else attribute
        with self.text.block(f"class {name}:"):
            if given:
                annotation = f": {self.constructor}" if self.likely(0.3) else ""
                with self.text.block(f"def __init__(self, client{annotation}):"):
                    self.text.add(f"self.{kept} = client")
            else:
                with self.text.block("def __init__(self):"):
                    self.text.add(f"self.{kept} = {made()}")
            if layout == "property":
                returns = f" -> {self.constructor}" if self.likely(0.3) else ""
                self.text.add(f"\n@property\ndef {attribute}(self){returns}:\n    return self.{kept}")
            loaders = self._loaders(f"self.{attribute}")
            if self.likely(0.5):
                with self._def("ready", "self"):
                    self._body(f"self.{attribute}", 1)
        if given:
            self.text.add("\n")
            with self.text.block("def make_service():"):
                self.text.add(f"return {name}({made()})")
            self._offer(module, "make_service", "factory", attribute)
            self.loaders += [(self.offers[-1], *loader) for loader in loaders]
            return
        self._offer(module, name, "class", attribute)
        self.loaders += [(self.offers[-1], *loader) for loader in loaders]
        if not self.asynchronous and self.likely(0.4):
            self.text.add("\n")
            self.text.add(f"service = {name}()")
            self._offer(module, "service", "instance", attribute)

    def _loaders(self, client: str) -> list[tuple[str, sdk.Type]]:
        """Add methods that give responses to a class; return their names and what they give."""
        readable = tuple(one for one in CLIENT if response_of(self.cls, one.name) is not None)
        found = []
        for _ in range(self.chance.choice((0, 1, 1, 2))):
            operation, name = self._choose(readable), self.values.name("load")
            kind = response_of(self.cls, operation.name)
            assert kind is not None
            returns = self.chance.choice(("", " -> dict")) if kind.kind == "model" else ""
            self.text.add("\n")
            with self.text.block(f"{'async ' if self.asynchronous else ''}def {name}(self){returns}:"):
                self.text.add(f"return {self._awaited(self._arguments(f'{client}.{operation.name}', operation))}")
            found.append((name, kind))
        return found

    def _container(self, module: _Module, made: Callable[[], str]) -> None:
        self.text.add("@dataclasses.dataclass")
        with self.text.block("class Context:"):
            self.text.add(f"client: {self.constructor}")
            self.text.add('name: str = "context"')
        self.text.add("\n")
        if self.asynchronous or self.likely(0.3):
            with self.text.block("def make_context():"):
                self.text.add(f"return Context({self.chance.choice(('', 'client='))}{made()})")
            self._offer(module, "make_context", "factory", "client")
            return
        self.text.add(f"context = Context({self.chance.choice(('', 'client='))}{made()})")
        self._offer(module, "context", "instance", "client")

    def _subclass(self, module: _Module, object: str) -> None:
        made = self._made().replace(self.constructor, "AppChat", 1)
        with self.text.block(f"class AppChat({self.constructor}):"):
            if self.likely(0.5):
                with self._def("greet", "self"):
                    self._body("self", 1)
            else:
                self.text.add('"""The client of this application."""')
        self.text.add("\n")
        if self.asynchronous or self.likely(0.3):
            with self.text.block("def get_client():"):
                self.text.add(f"return {made}")
            self._offer(module, "get_client", "factory")
            return
        self.text.add(f"{object} = {made}")
        self._offer(module, object, "value")

    def _also(self, module: _Module) -> None:
        """Let the module of the client do something with it, too."""
        offer = next(one for one in reversed(self.offers) if one.module is module)
        self.setup = []
        setup, client = self._reach(module, offer, offer.name)
        with self._def("at_home"):
            for line in setup:
                self.text.add(line)
            self._body(client, self.chance.randint(1, 2))
        self.calls.append((module, "at_home", ""))

    def _second_client(self, layout: str) -> None:
        """Add a client of another app, in a module of its own."""
        before = list(self.offers)
        other = f'{self.cls}("key-2", "secret-2")'

        def made() -> str:
            return other.replace(self.cls, self.constructor, 1)

        same = before[0].name if before and before[0].kind == "value" and self.likely(0.5) else ""
        self._provide(
            layout if layout not in ("subclass", "context") else "factory", self._name_of_module(), made, same
        )

    def _pretend(self) -> None:
        """Add a module that defines things of the same names, which have nothing to do with stream-chat."""
        module = self._open(self._name_of_module())
        wanted = [one.name for one in self.offers if one.kind in ("value", "factory") and not one.attribute] or ["chat"]
        name = self.chance.choice(wanted)
        kind = next((one.kind for one in self.offers if one.name == name), "value")
        with self._in(module):
            self.text.add(DECOY.format(name="Registry").strip("\n"), verbatim=True)
            if kind == "factory":
                self.text.add(f"\n\ndef {name}():\n    return Registry()", verbatim=True)
            else:
                self.text.add(f"\n\n{name} = Registry()", verbatim=True)
        user = self._open(self.chance.choice(("reports", "users", "audit")))
        reached = self._imported(user, _Offer(module, name, kind), ("from", "as", "module", "relative"))
        with self._in(user), self._def("report"):
            self.text.add(f"registry = {reached}{'()' if kind == 'factory' else ''}")
            for line in self.chance.sample(DECOY_USES, k=2):
                self.text.add(line, verbatim=True)
        self.calls.append((user, "report", ""))

    # Getting at it from elsewhere

    def _imported(self, user: _Module, offer: _Offer, forms: Sequence[str] = ()) -> str:
        """Import something and return how it is spelled; what only a function may import stands in `self.setup`."""
        self.setup = []
        module, name = offer.module, offer.name
        if module is user:
            return name
        known = user.bound.get(f"{module.dotted}.{name}")
        if known is not None:
            return known
        form = self.chance.choice(forms) if forms else self._form(user, offer)
        if form == "relative" and not (user.package and user.package.split(".")[0] == module.dotted.split(".")[0]):
            form = "from"
        if form == "relative" and user.path == MAIN:
            form = "from"
        if form in ("package", "module") and not module.package:
            form = "plain" if form == "module" else "from"
        if name in user.names and form in ("from", "relative", "package", "star", "local", "optional"):
            form = "as"
        if form in ("plain", "module") and module.dotted.rpartition(".")[2] in user.names:
            form = "as"
        spelled, line = self._spelled(user, offer, form)
        if form == "local":
            self.setup = [line]
            return spelled
        user.imports.append(line)
        user.names.add(spelled.partition(".")[0])
        user.bound[f"{module.dotted}.{name}"] = spelled
        return spelled

    def _form(self, user: _Module, offer: _Offer) -> str:
        weights = {
            "from": 8,
            "relative": 4,
            "as": 3,
            "module": 4,
            "plain": 2,
            "dotted": 2,
            "package": 3,
            "star": 1,
            "local": 2,
            "optional": 1,
            "fallback": 1,
            "rebound": 1,
            "second hand": 1,
        }
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def _spelled(self, user: _Module, offer: _Offer, form: str) -> tuple[str, str]:
        """Return how something is named in a module after an import, and the import."""
        module, name = offer.module, offer.name
        dotted, _, last = module.dotted.rpartition(".")
        alias = self.values.name(f"{name.lower()}_of")
        if form == "relative":
            return name, f"from {_relative(user, module)} import {name}"
        if form == "as":
            return alias, f"from {module.dotted} import {name} as {alias}"
        if form == "module":
            if self.likely(0.3):
                return f"{alias}.{name}", f"from {dotted} import {last} as {alias}"
            return f"{last}.{name}", f"from {dotted} import {last}"
        if form == "plain":
            return f"{alias}.{name}", f"import {module.dotted} as {alias}"
        if form == "dotted":
            return f"{module.dotted}.{name}", f"import {module.dotted}"
        if form == "package":
            return self._from_package(user, offer)
        if form == "star":
            return name, f"from {module.dotted} import *"
        if form == "optional":
            lines = ["try:", f"    from {module.dotted} import {name}", "except ImportError:", f"    {name} = None"]
            return name, "\n".join(lines)
        if form == "fallback":
            lines = ["try:", f"    import {module.dotted} as {alias}", "except ImportError:", "    raise"]
            return f"{alias}.{name}", "\n".join(lines)
        if form == "rebound":
            return alias, f"from {module.dotted} import {name} as _{alias}\n\n{alias} = _{alias}"
        if form == "second hand":
            between = self._open("shared")
            if name not in between.names:
                between.imports.append(f"from {module.dotted} import {name}")
                between.names.add(name)
                between.bound[f"{module.dotted}.{name}"] = name
            if between.bound.get(f"{module.dotted}.{name}") == name and between is not user:
                return alias, f"from {between.dotted} import {name} as {alias}"
        return name, f"from {module.dotted} import {name}"

    def _from_package(self, user: _Module, offer: _Offer) -> tuple[str, str]:
        """Hand something out through the `__init__` of its package."""
        module, name = offer.module, offer.name
        package = module.package
        init = self._open("__init__", folder=module.path.rpartition("/")[0])
        if f"{package}.{name}" not in init.bound and name not in init.names:
            init.imports.append(f"from .{module.dotted.rpartition('.')[2]} import {name}")
            init.names.add(name)
            init.bound[f"{module.dotted}.{name}"] = name
            if self.likely(0.5):
                init.text.add(f'__all__ = ["{name}"]')
        if init.bound.get(f"{module.dotted}.{name}") != name:
            return name, f"from {module.dotted} import {name}"
        return name, f"from {package} import {name}"

    def _reach(self, user: _Module, offer: _Offer, spelled: str) -> tuple[list[str], str]:
        """Return the statements a function starts with to have a client, and the client."""
        setup, attribute = (
            list(self.setup if hasattr(self, "setup") else ()),
            f".{offer.attribute}" if offer.attribute else "",
        )
        if offer.kind in ("value", "instance", "static"):
            client = f"{spelled}{attribute}"
        elif offer.kind == "class" or offer.attribute:
            holder = self.values.name("service")
            setup.append(f"{holder} = {spelled}()")
            client = f"{holder}{attribute}"
        else:
            client = f"{spelled}()"
        if self.likely(0.35 if "(" in client else 0.15):
            name = self.chance.choice(
                [name for name in ("client", "chat", "api") if name not in user.names | {spelled}] or ["here"]
            )
            setup.append(f"{name} = {client}")
            client = name
        return setup, client

    def _client(self, user: _Module) -> tuple[list[str], str]:
        """Return how a function of a module gets at a client."""
        self.setup = []
        offer = self.chance.choice(self.offers)
        return self._reach(user, offer, self._imported(user, offer))

    # What uses it

    def _user(self, number: int) -> None:
        """Write a module that uses clients of others."""
        module = self._open(self.chance.choice(("users", "rooms", "moderation", "jobs", "users")))
        for _ in range(self.chance.choice((1, 1, 2))):
            way = self.chance.choices(list(_WANTED), list(_WANTED.values()))[0]
            if not self.offers and way in ("own", "class", "given", "room"):
                way = "parameter"
            if way == "loader" and not self.loaders:
                way = "own" if self.offers else "parameter"
            name = self.chance.choice(("work", "run_all", "step"))
            if name in module.names or f"def {name}(" in "\n".join(module.text.lines):
                name = self.values.name(name)
            module.names.add(name)
            {
                "own": self._own,
                "parameter": self._takes,
                "class": self._of_class,
                "channel": self._takes_channel,
                "room": self._room,
                "given": self._default,
                "loader": self._loading,
            }[way](module, name)

    def _own(self, module: _Module, name: str) -> None:
        setup, client = self._client(module)
        with self._in(module), self._def(name):
            for line in setup:
                self.text.add(line)
            self._body(client, self.chance.randint(1, 3))
        self.calls.append((module, name, ""))

    def _loading(self, module: _Module, name: str) -> None:
        """Write a function that reads what a method of a class of another module gives it."""
        offer, method, kind = self.chance.choice(self.loaders)
        self.setup = []
        spelled = self._imported(module, offer)
        setup = list(self.setup)
        with self._in(module), self._def(name):
            for line in setup:
                self.text.add(line)
            holder = f"{spelled}()"
            if self.likely(0.6):
                self.text.add(f"service = {holder}")
                holder = "service"
            call = self._awaited(f"{holder}.{method}()")
            if self.likely(0.3):
                self.text.add("try:")
                with self._indented():
                    self.reads.found(call, kind)
                self._handlers()
            else:
                self.reads.found(call, kind)
        self.calls.append((module, name, ""))

    def _takes(self, module: _Module, name: str) -> None:
        """Write a function that is given its client, and maybe gives it to another."""
        annotation, quoted = "", self.likely(0.5)
        if self.likely(0.4):
            annotation = f': "{module.constructor}"' if quoted else f": {module.constructor}"
            if quoted and module.spelling == "from" and self.likely(0.6):
                self._typed(module)
        with self._in(module), self._def(name, f"client{annotation}"):
            self._body("client", self.chance.randint(1, 3))
        if self.likely(0.4):
            outer = self._open(self.chance.choice(("users", "jobs", "moderation")))
            spelled = self._imported(outer, _Offer(module, name, "function"))
            setup = list(self.setup)
            with self._in(outer), self._def(f"{name}_all", "client"):
                for line in setup:
                    self.text.add(line)
                if self.likely(0.5):
                    self._body("client", 1)
                self.text.add(self._awaited(f"{spelled}({self.chance.choice(('', 'client='))}client)"))
            self.calls.append((outer, f"{name}_all", "client"))
        else:
            self.calls.append((module, name, "client"))

    def _typed(self, module: _Module) -> None:
        line = f"from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from stream_chat import {self.cls}"
        if line not in module.imports:
            module.imports.append(line)

    def _default(self, module: _Module, name: str) -> None:
        """Write a function that is given a client, or takes the usual one."""
        setup, client = self._client(module)
        with self._in(module), self._def(name, "given=None"):
            if self.likely(0.5):
                with self.text.block("if given is None:"):
                    for line in setup:
                        self.text.add(line)
                    self.text.add(f"given = {client}")
            else:
                for line in setup:
                    self.text.add(line)
                self.text.add(f"given = given or {client}")
            self._body("given", self.chance.randint(1, 2))
        self.calls.append((module, name, self.chance.choice(("", "given"))))

    def _of_class(self, module: _Module, name: str) -> None:
        """Write a class that has the client of a base class, or one that it is given, or gets."""
        bases = [one for one in self.offers if one.kind in ("class", "static")]
        cls = self.values.name(self.chance.choice(("Worker", "Admin")))
        if bases and self.likely(0.7):
            base = self.chance.choice(bases)
            spelled = self._imported(module, base, ("from", "relative", "as", "module", "package"))
            attribute = base.attribute
            with self._in(module):
                self.text.add("\n")
                with self.text.block(f"class {cls}({spelled}):"):
                    if base.kind == "class" and self.likely(0.3):
                        self.text.add("def __init__(self):\n    super().__init__()\n    self.done = 0")
                    with self._def(name, "self"):
                        self._body(f"self.{attribute}", self.chance.randint(1, 3))
            self.calls.append((module, f"{cls}().{name}", ""))
            return
        given = self.likely(0.5)
        setup, client = ([], "client") if given else self._client(module)
        with self._in(module):
            self.text.add("\n")
            with self.text.block(f"class {cls}:"):
                with self.text.block(f"def __init__(self{', client' if given else ''}):"):
                    for line in setup:
                        self.text.add(line)
                    self.text.add(f"self.chat = {client}")
                    if self.likely(0.2):
                        self.text.add(f'self.room = {client}.channel("messaging", "lobby")')
                with self._def(name, "self"):
                    self._body("self.chat", self.chance.randint(1, 3))
        self.calls.append((module, f"{cls}|{name}" if given else f"{cls}().{name}", "client" if given else ""))

    def _takes_channel(self, module: _Module, name: str) -> None:
        with self._in(module), self._def(name, "channel"):
            self._on_object("channel", self.chance.randint(1, 3))
        self.calls.append((module, name, "channel"))

    def _room(self, module: _Module, name: str) -> None:
        """Write what makes channels, and what uses them."""
        setup, client = self._client(module)
        with self._in(module):
            if self.likely(0.5):
                function = self.values.name("room")
                self.text.add("\n")
                with self.text.block(f"def {function}(name):"):
                    for line in setup:
                        self.text.add(line)
                    self.text.add(f'return {client}.channel("messaging", name)')
                user = self._open(self.chance.choice(("jobs", "moderation", "rooms")))
                spelled = self._imported(user, _Offer(module, function, "function"))
                inner = list(self.setup)
                name = self.values.name("visit")
                with self._in(user), self._def(name):
                    for line in inner:
                        self.text.add(line)
                    if self.likely(0.5):
                        self.text.add(f'channel = {spelled}("lobby")')
                        self._on_object("channel", self.chance.randint(1, 3))
                    else:
                        self._on_object(f'{spelled}("lobby")', self.chance.randint(1, 2))
                self.calls.append((user, name, ""))
                return
            cls = self.values.name("Room")
            self.text.add("\n")
            with self.text.block(f"class {cls}:"):
                with self.text.block("def __init__(self):"):
                    for line in setup:
                        self.text.add(line)
                    self.text.add(f'self.channel = {client}.channel("messaging", "lobby")')
                with self._def(name, "self"):
                    self._on_object("self.channel", self.chance.randint(1, 3))
        self.calls.append((module, f"{cls}().{name}", ""))

    def _on_object(self, channel: str, count: int) -> None:
        """Add calls of a channel."""
        kept, self.values.kept = self.values.kept, []
        for _ in range(count):
            operation = self._choose(CHANNEL)
            if self.likely(0.15):
                self.text.add("try:")
                with self._indented():
                    self._use(
                        f"{channel}.{operation.name}", operation, "AsyncChannel" if self.asynchronous else "Channel"
                    )
                self.text.add("except StreamAPIException as error:\n    observe('caught', error.error_code)")
                self.catches = True
            else:
                self._use(f"{channel}.{operation.name}", operation, "AsyncChannel" if self.asynchronous else "Channel")
        self.values.kept = kept

    # The program

    def _main(self, layout: str) -> None:
        main = self._open("main", folder="")
        if layout == "context":
            with self._in(main):
                with self._def("main"), self.text.block(f"async with {self._made()} as client:"):
                    if self.likely(0.5):
                        self._body("client", 1)
                    self._calls(main, "client")
                self._run("main()")
            return
        setup, client = self._client(main)
        if self.asynchronous or self.likely(0.4):
            with self._in(main):
                with self._def("main"):
                    for line in setup:
                        self.text.add(line)
                    if self.likely(0.4):
                        self._body(client, self.chance.randint(1, 2))
                    self._calls(main, client)
                self._run("main()")
            return
        with self._in(main):
            for line in setup:
                self.text.add(line)
            if self.likely(0.5):
                self._body(client, self.chance.randint(1, 3))
            self._calls(main, client)

    def _calls(self, main: _Module, client: str) -> None:
        """Call everything that the modules have."""
        calls = [*self.calls]
        self.chance.shuffle(calls)
        if self.likely(0.2) and calls:
            calls.append(self.chance.choice(calls))
        for module, name, takes in calls:
            first = re.split(r"[().|]", name)[0]
            spelled = self._imported(
                main, _Offer(module, first, "function"), ("from", "from", "as", "module", "plain", "dotted", "local")
            )
            for line in self.setup:
                self.text.add(line)
            argument = ""
            if takes:
                argument = client
                if takes == "channel":
                    argument = f'{client}.channel("messaging", "general")'
                if self.likely(0.3):
                    argument = f"{takes}={argument}"
            method = name[len(first) :]
            made, _, method = method.partition("|")
            call = self._awaited(f"{spelled}({argument}).{method}()" if method else f"{spelled}{made}({argument})")
            if self.likely(0.3):
                self.text.add(f"try:\n    {call}")
                kind = self.chance.choice(("StreamAPIException", "StreamAPIException", "Exception"))
                main.catches = self.catches = self.catches or kind == "StreamAPIException"
                read = "error.status_code" if kind == "StreamAPIException" else "isinstance(error, Exception)"
                self.text.add(f'except {kind} as error:\n    observe("caught", {read})')
            else:
                self.text.add(call)

    # The files

    def _finished(self) -> Modular:
        helpers = self._open("support", folder=self.folder)
        helpers.text.add(HELPERS.strip("\n"))
        files: dict[str, str] = {}
        for module in self.modules.values():
            if module is not helpers or not self.copied:
                files[module.path] = self._whole(module, helpers)
        folder = self.folder
        while folder and folder != "src":
            if self.likely(0.93) or f"{folder}/__init__.py" in files:
                files.setdefault(f"{folder}/__init__.py", "")
            folder = folder.rpartition("/")[0]
        return Modular(
            self.seed,
            {path: files[path] for path in sorted(files)},
            {
                path: (*one.definitions.verbatim, *one.text.verbatim)
                for path, one in sorted(self.modules.items())
                if path in files
            },
            *self._fails(),
            self.reads.complete,
        )

    def _whole(self, module: _Module, helpers: _Module) -> str:
        """Return the text of a module: what it needs in front of what it does."""
        if module.path.endswith("__init__.py"):
            return "\n".join([*module.imports, *module.lines]) + "\n"
        body = "\n".join(module.lines)
        used = [name for name in _SHARED if re.search(rf"\b{name}\b", body)] if module is not helpers else []
        copied = HELPERS.strip("\n").split("\n") if used and self.copied else []
        around = body + "\n".join(copied)
        lines = ["from __future__ import annotations"] if self.likely(0.15) else []
        standard = {name for name in _STANDARD if re.search(rf"\b{name}\.", around)}
        lines += [f"import {name}" for name in sorted({*standard, *needed(around)})]
        if used and not self.copied:
            lines.append(f"from {helpers.dotted} import {', '.join(used)}")
        code = re.sub(r'"Stream\w+"|"stream_chat\.\w+"', "", body)
        if re.search(rf"(?<![\w.]){re.escape(module.constructor)}\b", code) or (
            module.constructor in body and not any("TYPE_CHECKING" in one for one in module.imports)
        ):
            lines += {
                "from": [f"from stream_chat import {self.cls}"],
                "module": ["import stream_chat"],
                "as": [f"from stream_chat import {self.cls} as Chat"],
            }[module.spelling]
        if module.catches:
            lines.append("from stream_chat.base.exceptions import StreamAPIException")
        lines += module.imports
        gap = ["", ""] if lines else []
        return "\n".join([*lines, *gap, *copied, *(["", ""] if copied else []), *module.lines]) + "\n"


def _relative(user: _Module, module: _Module) -> str:
    """Return a module's name as seen from another of the same package."""
    here, there = user.package.split("."), module.dotted.split(".")
    common = 0
    while common < min(len(here), len(there) - 1) and here[common] == there[common]:
        common += 1
    return "." * (len(here) - common + 1) + ".".join(there[common:])


if __name__ == "__main__":
    from tests.differential.modules_judge import main

    main(sys.argv[1:])
