"""The surface of the installed getstream: its methods by calling them, its models by looking at them.

Runs alone in a virtual environment that has any getstream: besides the SDK it needs only this package's `wire`.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from streammigrate.surface.wire import Request, Wire, changed_places

OWNERS = ("client", "chat", "channel", "moderation")
_SCALARS = {str: "str", int: "int", float: "float", bool: "bool", datetime: "datetime", bytes: "bytes"}
_KINDS = {"KEYWORD_ONLY": "keyword", "VAR_POSITIONAL": "var_positional", "VAR_KEYWORD": "var_keyword"}
_CHANNEL = ("owner-type", "owner-id")
_NOT_CALLED = {
    *("close", "from_env", "as_async", "clone_for_token"),  # end the client that the others need, or make another
    *("parse_sns", "parse_sqs", "verify_and_parse_webhook", "verify_signature"),  # refuse sentinels, send nothing
}
_DEMANDED = {"upload_channel_file": {"file"}, "upload_channel_image": {"channel_type", "id", "file"}}
"""Arguments that a method's body demands although its signature calls them optional."""


class Surface(NamedTuple):
    """What one getstream offers: methods by owner, models by name, the names of enumerations with their values."""

    methods: dict[str, dict[str, Any]]
    functions: dict[str, Any]
    models: dict[str, dict[str, Any]]
    reachable: list[str]
    enums: dict[str, dict[str, str]]
    sync_only: dict[str, list[str]]
    async_only: dict[str, list[str]]
    differing: dict[str, list[str]]


def type_text(hint: Any) -> str:
    """Return a type as normalised text: Optional left out, models by name, List, Dict and Union spelled one way."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    if hint is Any or hint is object or hint is inspect.Parameter.empty:
        return "object"
    if isinstance(hint, typing.NewType):
        return type_text(hint.__supertype__)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        texts = [type_text(item) for item in arguments if item is not type(None)]
        return texts[0] if len(texts) == 1 else f"Union[{', '.join(texts)}]"
    if origin is list or hint is list:
        return f"List[{type_text(arguments[0]) if arguments else 'object'}]"
    if origin is dict or hint is dict:
        return f"Dict[str, {type_text(arguments[1]) if arguments else 'object'}]"
    if origin is typing.Literal:
        return type_text(type(arguments[0]))
    if isinstance(hint, typing.TypeVar) or origin is type:
        return "object"
    if isinstance(hint, type):
        # A class of constants says which texts are meant; its values are texts.
        return hint.__name__ if dataclasses.is_dataclass(hint) else "str"
    raise TypeError(f"{hint!r} is no type that is known here")


def is_optional(hint: Any) -> bool:
    """Return whether the type allows None."""
    return type(None) in typing.get_args(hint)


class Models:
    """The dataclasses of getstream.models."""

    def __init__(self) -> None:
        """Import them."""
        self.module = import_module("getstream.models")
        self._fields: dict[str, dict[str, Any]] = {}

    def hint(self, annotation: Any, namespace: Mapping[str, Any] | None = None) -> Any:
        """Return an annotation as a type; text is evaluated where the models are."""
        if isinstance(annotation, str):
            return eval(annotation, {**vars(self.module), **vars(typing), **(namespace or {})})
        return annotation

    def fields(self, name: str) -> dict[str, Any]:
        """Return the fields of a model, sorted: `type`, `required`, `null`, `wire` and `text` where they apply."""
        if name not in self._fields:
            self._fields[name] = dict(sorted(self._read(name)))
        return self._fields[name]

    def _read(self, name: str) -> Iterator[tuple[str, Any]]:
        for field in dataclasses.fields(getattr(self.module, name)):
            hint = self.hint(field.type)
            fact: dict[str, Any] = {"type": type_text(hint)}
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                fact["required"] = True
                if is_optional(hint):
                    fact["null"] = True
            settings = field.metadata.get("dataclasses_json", {})
            letter_case = settings.get("letter_case")
            wire = letter_case(field.name) if letter_case else field.name
            if wire != field.name:
                fact["wire"] = wire
            if fact["type"] == "datetime" and settings.get("encoder") is None:
                fact["encoded"] = "no"
            yield field.name, fact

    def every(self) -> list[str]:
        """Return the names of all models, sorted."""
        return sorted(name for name in vars(self.module) if self.names(name))

    def reachable(self, roots: set[str]) -> list[str]:
        """Return the names of the models that the type texts lead to, over any number of fields, sorted."""
        found: set[str] = set()
        waiting = set(roots)
        while waiting:
            name = waiting.pop()
            found.add(name)
            texts = [fact["type"] for fact in self.fields(name).values()]
            waiting |= {model for text in texts for model in self.names(text)} - found
        return sorted(found)

    def names(self, text: str) -> list[str]:
        """Return the names of models within a type text."""
        words = re.findall(r"\w+", text)
        return [word for word in words if dataclasses.is_dataclass(getattr(self.module, word, None))]

    def enums(self) -> dict[str, dict[str, str]]:
        """Return the classes of constants: their names and values, sorted."""
        found = {}
        for name, value in vars(self.module).items():
            if (
                isinstance(value, type)
                and value.__module__ == self.module.__name__
                and not dataclasses.is_dataclass(value)
            ):
                constants = {key: item for key, item in sorted(vars(value).items()) if not key.startswith("_")}
                if constants and all(isinstance(item, str) for item in constants.values()):
                    found[name] = constants
        return dict(sorted(found.items()))

    def value(self, text: str, seed: int, folder: Path, name: str = "") -> Any:
        """Return a value of the type that differs for every seed; a model gets its required fields or its first one."""
        if text == "str" and name == "file":
            path = folder / f"file{seed}.png"
            path.write_bytes(b"sentinel%d" % seed)
            return str(path)
        scalars: dict[str, Callable[[], Any]] = {
            "str": lambda: f"sentinel{seed}",
            "object": lambda: f"sentinel{seed}",
            "int": lambda: 700000 + seed,
            "float": lambda: 700000.5 + seed,
            "bool": lambda: bool(seed % 2),
            "datetime": lambda: datetime.fromtimestamp(1700000000 + seed, timezone.utc),
            "bytes": lambda: b"sentinel%d" % seed,
        }
        if text in scalars:
            return scalars[text]()
        head, _, rest = text.partition("[")
        if head == "List":
            return [self.value(rest[:-1], seed, folder)]
        if head == "Dict":
            return {"sentinel": self.value(rest.partition(", ")[2][:-1], seed, folder)}
        if head == "Union":
            return self.value(rest[:-1].split(", ")[0], seed, folder)
        fields = self.fields(text)
        chosen = [key for key, fact in fields.items() if fact.get("required")]
        if not any(fields[key]["type"] in scalars for key in chosen):
            chosen += [key for key, fact in fields.items() if key not in chosen and fact["type"] in scalars][:1]
        if not chosen:
            chosen = [key for key in fields if fields[key]["type"].split("[")[0] in ("List", "Dict")][:1]
        return getattr(self.module, text)(**{key: self.value(fields[key]["type"], seed, folder) for key in chosen})


def read(folder: Path) -> Surface:
    """Return the surface of the installed getstream; `folder` is for files that uploads name.

    Raises RuntimeError when a method cannot be called with sentinels, since then nothing about it is known.
    """
    sdk = import_module("getstream")
    models = Models()
    with Wire() as wire:
        client = sdk.Stream(api_key="k", api_secret="s" * 32, base_url="https://v2.invalid", timeout=5.0)
        owners = {"client": client, "chat": client.chat, "moderation": client.moderation}
        owners["channel"] = client.chat.channel(*_CHANNEL)
        twin = sdk.AsyncStream(api_key="k", api_secret="s" * 32, base_url="https://v2.invalid", timeout=5.0)
        twins = {"client": twin, "chat": twin.chat, "moderation": twin.moderation}
        twins["channel"] = twin.chat.channel(*_CHANNEL)
        methods: dict[str, dict[str, Any]] = {}
        for owner in OWNERS:
            names = _methods(owners[owner])
            methods[owner] = {name: _method(getattr(owners[owner], name), models, wire, folder) for name in names}
            _share_responses(methods[owner])
    sync_names = {owner: set(_methods(owners[owner])) for owner in OWNERS}
    async_names = {owner: set(_methods(twins[owner])) for owner in OWNERS}
    differing = {
        owner: [
            name
            for name in sorted(sync_names[owner] & async_names[owner])
            if _header(getattr(owners[owner], name)) != _header(getattr(twins[owner], name))
        ]
        for owner in OWNERS
    }
    functions = _functions()
    texts = [
        text
        for table in methods.values()
        for fact in table.values()
        for text in [fact.get("response", ""), *(item["type"] for item in fact["parameters"].values())]
    ]
    return Surface(
        methods,
        functions,
        {name: models.fields(name) for name in models.every()},
        models.reachable({name for text in texts for name in models.names(text)}),
        models.enums(),
        {owner: sorted(sync_names[owner] - async_names[owner]) for owner in OWNERS},
        {owner: sorted(async_names[owner] - sync_names[owner]) for owner in OWNERS},
        differing,
    )


def _share_responses(methods: dict[str, Any]) -> None:
    """Give a method without an annotation the response of the one that sends the same request."""
    known = {
        (fact["http"], fact["path"]): fact["response"]
        for fact in methods.values()
        if fact.keys() >= {"http", "response"}
    }
    for fact in methods.values():
        if "response" not in fact and (fact.get("http"), fact.get("path")) in known:
            fact["response"] = known[fact["http"], fact["path"]]


def _methods(owner: Any) -> list[str]:
    members = inspect.getmembers(type(owner), lambda member: inspect.isfunction(member) or inspect.ismethod(member))
    return [name for name, _ in members if not name.startswith("_")]


def _original(method: Any) -> Any:
    """Return the function that was written: the SDK's decorators hide it in a closure without naming it."""
    function = inspect.unwrap(getattr(method, "__func__", method))
    while inspect.getfullargspec(function)[:3] == (["self"], "args", "kwargs"):
        cells = [cell.cell_contents for cell in function.__closure__ or ()]
        inner = [content for content in cells if inspect.isfunction(content)]
        if not inner:
            break
        function = inspect.unwrap(inner[0])
    return function


def _written(method: Any) -> tuple[dict[str, inspect.Parameter], Any, dict[str, Any]]:
    """Return the parameters without self, the return annotation and the namespace that annotations are read in."""
    function = _original(method)
    signature = inspect.signature(function)
    parameters = dict(signature.parameters)
    if inspect.ismethod(method):
        del parameters[next(iter(parameters))]
    return parameters, signature.return_annotation, vars(sys.modules[function.__module__])


def _header(method: Any) -> list[tuple[str, str, str, str]]:
    return [
        (name, str(item.kind), repr(item.default), str(item.annotation)) for name, item in _written(method)[0].items()
    ]


def _parameters(function: Any, models: Models) -> dict[str, Any]:
    found: dict[str, Any] = {}
    parameters, _, namespace = _written(function)
    for name, parameter in parameters.items():
        hint = models.hint(parameter.annotation, namespace)
        fact: dict[str, Any] = {"type": type_text(hint)}
        if parameter.kind.name in _KINDS:
            fact["kind"] = _KINDS[parameter.kind.name]
        if parameter.default is parameter.empty:
            if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                fact["required"] = True
                if is_optional(hint):
                    fact["null"] = True
        elif parameter.default is not None:
            fact["default"] = repr(parameter.default)
        found[name] = fact
    return found


def _method(function: Any, models: Models, wire: Wire, folder: Path) -> dict[str, Any]:
    parameters = _parameters(function, models)
    fact: dict[str, Any] = {"parameters": parameters}
    response = _response(function, models)
    probe = _Probe(function, parameters, models, wire, folder)
    base = None if _original(function).__name__ in _NOT_CALLED else probe.request({})
    if base is not None:
        fact = {"http": base.method, "path": probe.template(base), **fact}
        for name in parameters:
            place = probe.place(name)
            if place:
                parameters[name]["place"] = place
    if response:
        fact["response"] = response
    return fact


def _response(function: Any, models: Models) -> str:
    _, annotation, namespace = _written(function)
    hint = models.hint(annotation, namespace)
    arguments = typing.get_args(hint)
    if getattr(typing.get_origin(hint), "__name__", "") == "StreamResponse":
        return type_text(arguments[0])
    return ""


class _Probe:
    """One method, called again and again with one argument changed."""

    def __init__(self, function: Any, parameters: dict[str, Any], models: Models, wire: Wire, folder: Path) -> None:
        self.function = function
        self.parameters = parameters
        self.models = models
        self.wire = wire
        self.folder = folder
        demanded = _DEMANDED.get(_original(function).__name__, set())
        self.needed = [name for name, fact in parameters.items() if fact.get("required") or name in demanded]
        self.seeds = {name: 2 * index + 10 for index, name in enumerate(parameters)}

    def _value(self, name: str, extra: int) -> Any:
        fact = self.parameters[name]
        return self.models.value(fact["type"], self.seeds[name] + extra, self.folder, name)

    def request(self, changed: Mapping[str, int]) -> Request | None:
        """Return the first request of the call, or None where none is sent; `changed` names further arguments."""
        arguments: list[Any] = []
        keywords: dict[str, Any] = {}
        for name in self.parameters:
            kind = self.parameters[name].get("kind")
            if kind == "var_positional" and not keywords:
                arguments.append(self._value(name, changed.get(name, 0)))
            elif not (kind or "").startswith("var") and (name in self.needed or name in changed):
                keywords[name] = self._value(name, changed.get(name, 0))
        return self.wire.first_request(lambda: self.function(*arguments, **keywords))

    def template(self, base: Request) -> str:
        """Return the path with the names of the arguments that it is made of."""
        values = {self._value(name, 0): name for name in self.needed if self.parameters[name]["type"] == "str"}
        values |= {_CHANNEL[0]: "type", _CHANNEL[1]: "id"}
        parts = [f"{{{values[part]}}}" if part in values else part for part in base.path.split("/")]
        return "/".join(parts)

    def place(self, name: str) -> str:
        """Return where an argument lands in the request, empty where it makes no difference."""
        if self.parameters[name].get("kind") == "var_keyword":
            return ""
        without, one, other = self.request({}), self.request({name: 0}), self.request({name: 1})
        assert without is not None and one is not None and other is not None
        places = changed_places(one, other) or changed_places(without, one) or changed_places(without, other)
        return ",".join(f"path:{name}" if place == "path" else place for place in places)


def _functions() -> dict[str, Any]:
    module = import_module("getstream.webhook")
    found: dict[str, Any] = {}
    for name, value in sorted(vars(module).items()):
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_"):
            parameters: dict[str, Any] = {}
            for key, parameter in inspect.signature(value).parameters.items():
                fact: dict[str, Any] = {"type": "object"}
                if parameter.default is parameter.empty:
                    fact["required"] = True
                elif parameter.default is not None:
                    fact["default"] = repr(parameter.default)
                parameters[key] = fact
            found[name] = {"parameters": parameters}
    return found
