"""The rule language: one entry says what a member of stream-chat becomes, in data.

`v1: StreamChat.delete_message` names the member; its parameters come from the SDK's own signature (rules/v1.yaml), those of
the v2 call from rules/v2.yaml. What an entry does not say follows one default: a v1 parameter goes to the v2 parameter of
the same name, and a `**options` spreads over the v2 parameters by name. docs/rules.md explains the language to authors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias


class RuleError(Exception):
    """An entry that makes no sense: which one, where in it, and why."""


class Path(NamedTuple):
    """A parameter of the v1 call, or a key inside one: `("options", "user_id")`."""

    parts: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.parts)


class Receiver(NamedTuple):
    """What is known of the receiver: `type`, `id`, `cid`, `data` of a channel, `id` and `data` of a campaign …"""

    what: str


class Const(NamedTuple):
    """A value that v1 sends of its own."""

    value: Any


class Listed(NamedTuple):
    """A list of sources."""

    items: tuple[Value, ...]


class Keyed(NamedTuple):
    """A mapping (or, where the target is a model, its fields) of sources."""

    items: tuple[tuple[str, Value], ...]
    rest: Rest | None = None


class Merged(NamedTuple):
    """A mapping and what is laid over it. `without` are keys that v1 overwrites, `clash` keys that v1 would send beside."""

    base: Value
    over: tuple[tuple[str, Value], ...]
    without: tuple[str, ...] = ()
    clash: tuple[str, ...] = ()


class Value(NamedTuple):
    """A source with how it is read: `kind` names a conversion of `codemod.lower`, empty for the target's own type."""

    source: Source
    kind: str = ""
    omit: tuple[Any, ...] = ()
    """Literal values that v1 does not send."""
    default: Any = None
    has_default: bool = False
    """What v1 sends when the caller gives nothing."""


class Rest(NamedTuple):
    """Where the keys of a `**options` or of a payload go: to the parameters (or fields) of the same name unless said."""

    of: tuple[str, ...]
    rename: Mapping[str, str] = {}
    kinds: Mapping[str, str] = {}
    drop: Mapping[str, str] = {}
    """Keys whose falsy value means nothing on the wire, with the reason; any other value is lost."""
    lost: Mapping[str, str] = {}
    """Keys that v2 cannot send, with what that means."""
    manual: Mapping[str, str] = {}
    """Keys that a person must look at, with why; a key that is in `drop` too only where it is not falsy."""
    dead: Mapping[str, str] = {}
    """Keys that v1 sends on though its endpoint has no such key, so that nothing is lost with them, and what to say."""
    other: str = ""
    """Why a person must look at every key that nothing else here names; empty where such keys go on by name."""


Source: TypeAlias = Path | Receiver | Const | Listed | Keyed | Merged


class Case(NamedTuple):
    """What holds when the values are known to be so: `{query: text}`. The first case that fits is taken."""

    when: Mapping[str, str]
    args: Mapping[str, Value]
    rest: tuple[Rest, ...]
    v2: str = ""
    manual: str = ""
    unsafe: str = ""
    notes: tuple[str, ...] = ()


class Rule(NamedTuple):
    """One entry: the v1 member, its v2 call, the argument mapping, and what people are told."""

    id: str
    v1: str
    area: str
    v2: str = ""
    """`owner.method` with owner client, chat, moderation, channel, or a dotted name; empty when there is none."""
    form: str = ""
    """The module of codemod/forms that handles what is no call."""
    args: Mapping[str, Value] = {}
    rest: tuple[Rest, ...] = ()
    cases: tuple[Case, ...] = ()
    positional: tuple[str, ...] = ()
    """v2 parameters that are passed by position, in this order."""
    dropped: Mapping[str, str] = {}
    """v1 parameters that have no place in v2, with the reason."""
    carried: tuple[str, ...] = ()
    """v1 parameters that the object remembers for later calls, and that move to those."""
    none: tuple[str, ...] = ()
    """v2 parameters without default that v1 does not need: passed as None, which is not sent."""
    state: str = ""
    """What the call does to its receiver: `creates`, `reads`, `replaces`."""
    result: str = ""
    """The place of the v1 answer in the v2 answer when it is not the whole: `members`. `none`: no counterpart."""
    result_reason: str = ""
    lacks: Mapping[str, str] = {}
    """Keys of v1's answer that v2's has not, and methods of the response (`status_code()`) that say something else, with why."""
    unsafe: str = ""
    manual: str = ""
    """Why no site can be safe, or rewritten at all."""
    instruction: str = ""
    notes: tuple[str, ...] = ()
    proof: str = "wire"
    """`wire`: requests are compared; `value`: the value is; `none`: there is nothing to run."""
    data: Mapping[str, Any] = {}
    """What the form needs: attribute names, classes."""
    summary: str = ""
    examples: tuple[Mapping[str, str], ...] = ()
    derived: tuple[str, ...] = ()
    """The parts of the entry that the SDKs show by themselves; everything else was decided."""
    since: str = ""
    until: str = ""

    @property
    def ceiling(self) -> str:
        """Return the best applicability that a site of this rule can have: `safe`, `unsafe` or `manual`."""
        return "manual" if self.manual else "unsafe" if self.unsafe else "safe"


_RULE_KEYS = frozenset(Rule._fields) - {"area"}
_MODIFIERS = {"of", "as", "omit", "default"}


def parse_rule(data: Mapping[str, Any], area: str) -> Rule:
    """Return the rule that an entry describes. Raises RuleError naming the entry and the key that is wrong."""
    name = f"{data.get('id', '?')} {data.get('v1', '?')}"
    unknown = sorted(set(data) - _RULE_KEYS)
    if unknown:
        raise RuleError(f"{name}: unknown key {unknown[0]!r}")
    if not data.get("id") or not data.get("v1"):
        raise RuleError(f"{name}: an entry needs `id` and `v1`")
    try:
        values = dict(data)
        values["args"] = _args(data.get("args", {}))
        values["rest"] = _rests(data.get("rest"))
        values["cases"] = tuple(map(_case, data.get("cases", ())))
        for key in ("positional", "carried", "none", "notes", "derived", "examples"):
            values[key] = tuple(data.get(key, ()))
        return Rule(area=area, **values)
    except (TypeError, ValueError, KeyError) as error:
        raise RuleError(f"{name}: {error}") from None


def _args(data: Mapping[str, Any]) -> dict[str, Value]:
    return {name: _value(entry) for name, entry in data.items()}


def _case(data: Mapping[str, Any]) -> Case:
    unknown = sorted(set(data) - set(Case._fields))
    if unknown:
        raise ValueError(f"unknown key {unknown[0]!r} in a case")
    values = dict(data)
    values["when"] = dict(data["when"])
    values["args"] = _args(data.get("args", {}))
    values["rest"] = _rests(data.get("rest"))
    values["notes"] = tuple(data.get("notes", ()))
    return Case(**values)


def _rests(data: Any) -> tuple[Rest, ...]:
    if data is None:
        return ()
    entries = data if isinstance(data, list) else [data]
    return tuple(_rest(entry) for entry in entries)


def _rest(data: Any) -> Rest:
    if isinstance(data, str):
        return Rest((data,))
    values = dict(data)
    of = values.pop("of")
    unknown = sorted(set(values) - set(Rest._fields))
    if unknown:
        raise ValueError(f"unknown key {unknown[0]!r} in a rest")
    return Rest((of,) if isinstance(of, str) else tuple(of), **values)


def _value(data: Any) -> Value:
    """Return the value that a piece of an entry describes."""
    if isinstance(data, str):
        return Value(_path(data))
    if not isinstance(data, Mapping):
        raise ValueError(f"{data!r} is no source; a constant is written {{const: …}}")
    kind = data.get("as", "")
    omit = tuple(data.get("omit", ()))
    default, has_default = data.get("default"), "default" in data
    inner = {key: value for key, value in data.items() if key not in _MODIFIERS}
    if "of" in data:
        if inner:
            raise ValueError(f"unknown key {sorted(inner)[0]!r} beside `of`")
        nested = data["of"]
        source = _path(nested) if isinstance(nested, str) else _source(nested)
        return Value(source, kind, omit, default, has_default)
    return Value(_source(inner), kind, omit, default, has_default)


def _path(text: str) -> Source:
    head, *rest = text.split(".")
    if head == "recv":
        return Receiver(".".join(rest))
    return Path((head, *rest))


def _source(data: Mapping[str, Any]) -> Source:
    keys = set(data)
    if keys == {"const"}:
        return Const(data["const"])
    if keys == {"list"}:
        return Listed(tuple(map(_value, data["list"])))
    if keys == {"fields"} or keys == {"fields", "rest"}:
        rest = _rest(data["rest"]) if "rest" in data else None
        return Keyed(tuple((name, _value(entry)) for name, entry in data["fields"].items()), rest)
    if "merge" in keys and keys <= {"merge", "over", "without", "clash"}:
        over = tuple((name, _value(entry)) for name, entry in data.get("over", {}).items())
        return Merged(_value(data["merge"]), over, tuple(data.get("without", ())), tuple(data.get("clash", ())))
    raise ValueError(f"a source is a name, const, list, fields or merge, not {sorted(keys)}")
