"""What both SDKs offer, from the derived data `v1`, `v2` and `models`: members, signatures, requests and models."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from streammigrate.rules import load

LATEST = "7.0"
"""The newest getstream that rules are written for, as major and minor number."""


class Parameter(NamedTuple):
    """One parameter. `kind` is positional, keyword, var_positional or var_keyword.

    `default` is source text and None where an argument is required. Of getstream only: `type` is a normalised type
    text, `place` where an argument lands in the request (path:k, query:k, body:k, form:k, payload; empty: nowhere), and
    `null` says that None is allowed although the argument is required.
    """

    name: str
    kind: str
    default: str | None
    type: str = ""
    place: str = ""
    null: bool = False
    since: str = ""
    until: str = ""


class Signature(NamedTuple):
    """The parameters of a call, without self."""

    parameters: tuple[Parameter, ...]


class Member(NamedTuple):
    """A public member of stream-chat.

    `kind` is method, property, attribute, function, constant or class; `returns` the name of an SDK class or empty;
    `since` the first minor release that has it as it is now, empty for all of 3.x; `awaited` marks coroutines.
    """

    owner: str
    name: str
    kind: str
    signature: Signature | None
    returns: str
    since: str
    awaited: bool


class V1Class(NamedTuple):
    """A class of stream-chat: every qualified name under which it can be imported, and its public members."""

    name: str
    qualnames: tuple[str, ...]
    members: Mapping[str, Member]


class Method(NamedTuple):
    """A method of getstream; `http` and `path` are empty where calling it sends nothing."""

    owner: str
    name: str
    parameters: Mapping[str, Parameter]
    response: str
    http: str
    path: str
    since: str
    until: str


class Type(NamedTuple):
    """A type. `kind` is scalar, time, any, model, list, map or union; `name` is that of a scalar or a model."""

    kind: str
    name: str
    items: tuple[Type, ...] = ()


class Field(NamedTuple):
    """A field of a model; `wire` is its key in JSON, `null` says that it is required and may be None."""

    name: str
    type: Type
    required: bool
    wire: str
    null: bool
    since: str
    until: str


class Model(NamedTuple):
    """A dataclass of getstream.models."""

    name: str
    fields: Mapping[str, Field]
    since: str
    until: str


_SCALARS = frozenset({"str", "int", "float", "bool", "bytes"})


@cache
def parse_type(text: str) -> Type:
    """Return a normalised type text as a Type: str, datetime, object, Model, List[T], Dict[str, T] or Union[T, …].

    Raises ValueError for anything else.
    """
    try:
        return _type(ast.parse(text, mode="eval").body)
    except SyntaxError as error:
        raise ValueError(f"{text!r} is no type") from error


def _type(node: ast.expr) -> Type:
    if isinstance(node, ast.Name):
        if node.id in _SCALARS:
            return Type("scalar", node.id)
        if node.id in ("datetime", "object"):
            return Type({"datetime": "time", "object": "any"}[node.id], "")
        return Type("model", node.id)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if node.value.id == "List" and len(items) == 1:
            return Type("list", "", (_type(items[0]),))
        if node.value.id == "Dict" and len(items) == 2 and isinstance(items[0], ast.Name) and items[0].id == "str":
            return Type("map", "", (_type(items[1]),))
        if node.value.id == "Union" and items:
            return Type("union", "", tuple(_type(item) for item in items))
    raise ValueError(f"{ast.unparse(node)!r} is no type")


@cache
def _data(name: str) -> Any:
    return load(name)


@cache
def v1_classes() -> Mapping[str, V1Class]:
    """Return the classes of stream-chat by name; Async… tells the async twin of a class apart."""
    return {
        name: V1Class(
            name,
            tuple(fact["qualnames"]),
            {key: _member(name, key, member) for key, member in fact["members"].items() if "until" not in member},
        )
        for name, fact in _data("v1")["classes"].items()
    }


@cache
def v1_modules() -> Mapping[str, Mapping[str, Member]]:
    """Return the members of the public modules of stream-chat by the module's qualified name."""
    return {
        name: {key: _member(name, key, member) for key, member in members.items() if "until" not in member}
        for name, members in _data("v1")["modules"].items()
    }


@cache
def _by_qualname() -> Mapping[str, V1Class]:
    return {qualname: found for found in v1_classes().values() for qualname in found.qualnames}


def v1_class_of(qualname: str) -> V1Class | None:
    """Return the class that is importable under a qualified name, or None."""
    return _by_qualname().get(qualname)


@cache
def full_name(cls: str) -> str:
    """Return the shortest dotted name of a class of stream-chat (`stream_chat.StreamChat`), or the name itself."""
    names = [qualname for qualname, found in _by_qualname().items() if found.name == cls]
    return min(names, key=lambda name: (name.count("."), name), default=cls)


@cache
def v1_signature(owner: str, member: str, version: str = "") -> Signature | None:
    """Return the signature of a class's or module's member in a release of stream-chat (the newest when empty).

    A release that is not known counts as the nearest older one. None: the release, or the owner, has no such callable.
    """
    data = _data("v1")
    members = data["classes"].get(owner, {}).get("members") or data["modules"].get(owner, {})
    fact = _at(members.get(member), version, [_minor(release) for release in data["releases"]])
    return None if fact is None or "signature" not in fact else _signature(fact["signature"])


@cache
def v1_parameters(owner: str, member: str) -> tuple[str, ...]:
    """Return the names of the parameters that a call of stream-chat can fill by position, in their order."""
    signature = v1_signature(owner, member)
    return tuple(one.name for one in signature.parameters if one.kind == "positional") if signature else ()


def v2_method(owner: str, name: str, target: str = LATEST) -> Method | None:
    """Return a method of getstream; `owner` is client, chat, moderation, channel, or webhook for module functions.

    None where the target (a version from 4.2 on) does not have it.
    """
    data = _data("v2")
    table = data["webhook"] if owner == "webhook" else data["owners"].get(owner, {})
    if name in data["only_async"].get(owner, ()):
        # What only the asynchronous client has takes no arguments and sends nothing: it closes connections.
        return Method(owner, name, {}, "", "", "", "", "")
    fact = _at(table.get(name), target, data["targets"])
    if fact is None:
        return None
    held = [(key, _at(item, target, data["targets"])) for key, item in table[name]["parameters"].items()]
    parameters = {key: _parameter(key, item) for key, item in held if item is not None}
    texts = (fact.get(key, "") for key in ("response", "http", "path", "since", "until"))
    return Method(owner, name, parameters, *texts)


@cache
def v2_methods(owner: str, target: str = LATEST) -> Mapping[str, Method]:
    """Return every method that an owner has in a target, by name."""
    data = _data("v2")
    names = data["webhook"] if owner == "webhook" else data["owners"].get(owner, {})
    found = {name: v2_method(owner, name, target) for name in names}
    return {name: method for name, method in found.items() if method is not None}


@cache
def model(name: str, target: str = LATEST) -> Model | None:
    """Return a model of getstream with the fields that it has in a target, or None."""
    data = _data("models")
    whole = data["models"].get(name)
    fact = _at(whole, target, data["targets"])
    if fact is None:
        return None
    held = [
        (key, _at(item if isinstance(item, dict) else {"type": item}, target, data["targets"]))
        for key, item in whole["fields"].items()
    ]
    fields = {key: _field(key, item) for key, item in held if item is not None}
    return Model(name, fields, fact.get("since", ""), fact.get("until", ""))


def has_custom(found: Model) -> bool:
    """Return whether keys that the model does not name can go to its field `custom`."""
    return "custom" in found.fields


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in _minor(version).split("."))


def _at(fact: Mapping[str, Any] | None, version: str, known: list[str]) -> Mapping[str, Any] | None:
    """Return the era of a fact that holds in a version, None where none does; an empty version is the newest."""
    if fact is None:
        return None
    wanted = _order(version or known[-1])
    held = [_order(item) for item in known if _order(item) <= wanted]
    if not held:
        return None
    eras: list[Mapping[str, Any]] = [fact, *fact.get("before", ())]
    for era in eras:
        if _order(era.get("since", "0.0")) <= held[-1] <= _order(era.get("until", known[-1])):
            return era
    return None


def _member(owner: str, name: str, fact: Mapping[str, Any]) -> Member:
    signature = _signature(fact["signature"]) if "signature" in fact else None
    return Member(
        owner,
        name,
        fact["kind"],
        signature,
        fact.get("returns", ""),
        fact.get("since", ""),
        fact.get("awaited", False),
    )


@cache
def _signature(text: str) -> Signature:
    function = ast.parse(f"def f({text}): ...").body[0]
    assert isinstance(function, ast.FunctionDef)
    found = function.args
    positional = [*found.posonlyargs, *found.args]
    defaults = [*[None] * (len(positional) - len(found.defaults)), *found.defaults]
    parameters = [_plain(argument, "positional", value) for argument, value in zip(positional, defaults, strict=True)]
    if found.vararg:
        parameters.append(Parameter(found.vararg.arg, "var_positional", None))
    parameters += [
        _plain(argument, "keyword", value) for argument, value in zip(found.kwonlyargs, found.kw_defaults, strict=True)
    ]
    if found.kwarg:
        parameters.append(Parameter(found.kwarg.arg, "var_keyword", None))
    return Signature(tuple(parameters))


def _plain(argument: ast.arg, kind: str, default: ast.expr | None) -> Parameter:
    return Parameter(argument.arg, kind, None if default is None else ast.unparse(default))


def _parameter(name: str, fact: Mapping[str, Any]) -> Parameter:
    kind = fact.get("kind", "positional")
    needed = fact.get("required", False) or kind.startswith("var_")
    return Parameter(
        name,
        kind,
        None if needed else fact.get("default", "None"),
        fact["type"],
        fact.get("place", ""),
        fact.get("null", False),
        fact.get("since", ""),
        fact.get("until", ""),
    )


def _field(name: str, fact: Mapping[str, Any]) -> Field:
    return Field(
        name,
        parse_type(fact["type"]),
        fact.get("required", False),
        fact.get("wire", name),
        fact.get("null", False),
        fact.get("since", ""),
        fact.get("until", ""),
    )
