"""Sample expressions: what a caller of stream-chat may write for a value that goes to a v2 type."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from streammigrate.proof.program import SECRET
from streammigrate.rules import payloads, sdk

_TIME_TEXT = '"2030-01-01T10:00:00+00:00"'
_TIME = "datetime.datetime(2030, 1, 1, 10, 0, tzinfo=datetime.timezone.utc)"
_SIGNATURE = hmac.new(SECRET.encode(), b"{}", hashlib.sha256).hexdigest()
_KINDS = {
    "sort": (
        '[{"field": "created_at", "direction": -1}]',
        '{"created_at": 1}',
        '[{"name": -1, "age": 1}]',
        '[{"field": "name", "direction": 1}, {"created_at": -1}]',
        '[[{"field": "name", "direction": 1}, {"created_at": -1, "age": 1}]][0]',
        '[{"created_at": 1}][0]',
        "[None][0]",
    ),
    "list": ('["a1", "b2"]', '("a1", "b2")', '[name for name in ("a1", "b2")]'),
    "csv": ('["a1", "b2"]', '("a1", "b2")', '[name for name in ("a1", "b2")]'),
    "each": ('["a1", "b2"]', '[name for name in ("a1", "b2")]'),
    "if_text": ('["words"][0]', '[{"text": {"$q": "words"}}][0]'),
    "unless_text": ('["words"][0]', '[{"text": {"$q": "words"}}][0]'),
    "flag": ("True", "False"),
    "drop": ("False", "True"),
    "lost": ("True",),
    "dead": ("30", "[30][0]"),
    "file": ("os.__file__",),
    "iso": (_TIME_TEXT, _TIME, f"{_TIME}.isoformat()"),
    "relative": ("int(time.time()) + 3600", "time.time() + 60 * 60", "1900000000", "0", "None"),
    "member_value": ("SegmentType.USER", "SegmentType.CHANNEL"),
    "commands": ('["giphy", "ban"]', "[]", '["all"]'),
    # Of the body `{}` under the programs' secret: a wrong one is False whatever else is changed.
    "signature": (f'"{_SIGNATURE}"', '"signature"', 'b"signature"', "None"),
    "set": ('{"color": "red", "size": 3}', f'{{"at": {_TIME_TEXT}}}', f'{{"at": {_TIME}}}', '{"color": None}', "{}"),
    "partial_updates": (
        '[{"id": "user-1", "set": {"color": "red"}, "unset": ["size"]}]',
        '[{"id": "user-1", "set": {"color": "red"}}, {"id": "user-2", "unset": ["size"]}]',
        '[{"id": "user-1", "set": {"color": None}}]',
        '[{"id": "user-1", "set": {"color": "red"}, "unset": None}]',
        '[{"id": name, "set": {"color": "red"}} for name in ("user-1", "user-2")]',
    ),
}
"""By the conversion that a rule names."""

GUARDS = {
    "text": '"words"',
    "mapping": '{"text": {"$q": "words"}}',
    "true": "True",
    "false": "False",
    "falsy": "None",
    "none": "None",
    "list": '["a1"]',
    "texts": '["a1"]',
    "number": "7",
    "time": _TIME,
}
"""By what a guard says that is known of a value."""

_SCALARS = {"str": '"{name}-1"', "int": "7", "float": "1.5", "bool": "True", "bytes": 'b"x"'}
_FILTERS = ("filter", "condition")
_ACTORS = ("user", "created_by", "banned_by", "unbanned_by", "sender", "deleted_by")
_DEEPEST = 2
"""How far below a parameter each field of a model is tried; below that a model has what it needs."""


class Target(NamedTuple):
    """Where a v1 value goes: the v2 type, and the conversion that the rule names."""

    type: sdk.Type
    kind: str = ""


def hidden(text: str) -> str:
    """Return a sample as an expression that shows nothing of it."""
    return f"[{text}][0]"


def keyed_text(values: Mapping[str, str]) -> str:
    """Return the text of a dictionary with texts as values."""
    return "{" + ", ".join(f'"{key}": {text}' for key, text in values.items()) + "}"


def samples_of(target: Target, name: str, depth: int = 0) -> tuple[str, ...]:
    """Return sample expressions of a v1 value called `name`, the plainest first, at least one."""
    type, kind = target
    if kind == "truthy":
        return (*samples_of(Target(type), name, depth)[:1], '""' if type.name == "str" else "0")
    if kind == "items":
        return samples_of(Target(type.items[0]), name, depth)
    if kind in _KINDS:
        return _KINDS[kind]
    if type.kind == "scalar":
        # An actor's id is the same whether it is given as `user` or as `user_id`: two ids are no request to compare.
        text = '"user-1"' if name.removesuffix("_id") in _ACTORS else _SCALARS[type.name].replace("{name}", name)
        return (text, "False") if type.name == "bool" and depth == 0 else (text,)
    if type.kind == "time":
        every = (_TIME_TEXT, _TIME, '"2030-01-01T10:00:00Z"', f"{_TIME}.isoformat()")
        # Inside a payload stream-chat cannot send a datetime itself.
        unseen = (hidden(_TIME_TEXT), hidden(_TIME), "[None][0]")
        return (*every, *unseen) if depth == 0 else (every[0], every[3], hidden(_TIME_TEXT))
    if type.kind == "list":
        return _lists(type.items[0], name, depth)
    if type.kind == "map":
        inner = samples_of(Target(type.items[0]), name, depth + 1)[0]
        shown = f'{{"color": {inner}}}'
        return (shown, "{}", hidden(shown)) if depth == 0 else (shown,)
    if type.kind == "union":
        return samples_of(Target(type.items[0]), name, depth)
    if type.kind == "model":
        return _models(type.name, name, depth)
    if name.endswith("body"):
        return ('b"{}"',)
    return ('{"role": {"$eq": "admin"}}',) if any(word in name for word in _FILTERS) else ('"value-1"',)


def without_twins(keys: Sequence[str], given: Container[str]) -> list[str]:
    """Return keys without those that name an actor (`user`) whose id (`user_id`) is named too."""
    return [
        key
        for key in keys
        if f"{key}_id" not in keys and f"{key}_id" not in given and key.removesuffix("_id") not in given
    ]


def _lists(item: sdk.Type, name: str, depth: int) -> tuple[str, ...]:
    inner = samples_of(Target(item), name, depth + 1)
    found = [f"[{text}]" for text in inner]
    if item.kind == "model" and depth <= 1:
        found.append(f"[{inner[0]}, {inner[-1]}]")
        found.append(f"[{inner[0]} for _ in range(2)]")
        if payloads.shape(item.name).text:
            found += ['["a1", "b2"]', '[name for name in ("a1", "b2")]', f'["a1", {inner[0]}]', "some_ids"]
    elif depth == 0:
        found += [f"[{inner[0]}, {inner[0]}]", "[]"]
    if item.kind == "model":
        found += [hidden(f"[{inner[0]}]"), f"[{hidden(inner[0])}]"]
        found += [hidden("[]"), f"[{inner[0]}, {hidden(inner[0])}]"] if depth == 0 else []
        found += ['[["a1", "b2"]][0]'] if payloads.shape(item.name).text and depth == 0 else []
    return tuple(found)


def _models(model_name: str, name: str, depth: int) -> tuple[str, ...]:
    model = sdk.model(model_name)
    if model is None:
        return ("{}",)
    shape = payloads.shape(model_name)
    fields = {field.wire: field for field in model.fields.values() if field.wire != "custom" or shape.plain}
    if name in _ACTORS and "id" in fields:
        # Another id than the base's would be another actor than the one given beside it.
        base = fields.pop("id")
        needed = {"id": samples_of(Target(base.type), name, depth + 1)[0]}
    else:
        needed = {}
    needed.update(
        (key, samples_of(Target(field.type), key, depth + 1)[0]) for key, field in fields.items() if field.required
    )
    if not needed and fields:
        first = next((key for key, field in fields.items() if field.type.kind == "scalar"), next(iter(fields)))
        needed = {first: samples_of(Target(fields[first].type), first, depth + 1)[0]}
    found = [keyed_text(needed)]
    if depth > _DEEPEST:
        return tuple(found)
    tried = [(key, samples_of(Target(field.type), key, depth + 1)) for key, field in fields.items()]
    found += [keyed_text({**needed, key: values[0]}) for key, values in tried]
    optional = [key for key, field in fields.items() if not field.required and key not in needed]
    if optional:
        found.append(keyed_text({**needed, **dict.fromkeys(without_twins(optional, needed), "None")}))
    if "custom" in model.fields and not shape.plain:
        found.append(keyed_text({**needed, "tier": "3"}))
        found.append(keyed_text({"tier": '"gold"', **needed, "nested": '{"a": [1]}'}))
    else:
        found.append(keyed_text({**needed, "not_in_v2": "3"}))
    if depth == 0:
        found.append(f"{keyed_text(needed)} if chosen else {found[-1]}")
    if depth < _DEEPEST:
        found += [keyed_text({**needed, key: text}) for key, values in tried for text in values[1:]]
    return tuple(dict.fromkeys((*found, *_hidden_models(needed, tried, name, found, depth))))


def _hidden_models(
    needed: Mapping[str, str],
    tried: Sequence[tuple[str, tuple[str, ...]]],
    name: str,
    found: Sequence[str],
    depth: int,
) -> list[str]:
    """Return a model's payloads whose keys cannot be seen: the plainest, and at the top one of every kind."""
    if depth:
        return [hidden(found[0])]
    every = {key: values[0] for key, values in tried}
    alone = without_twins(list(every), ())
    whole = keyed_text({**needed, **{key: every[key] for key in alone if key in every}})
    own = [text for text in found if '"tier"' in text and " if chosen " not in text]
    acting = [keyed_text({**needed, "user": '{"id": "user-2"}'})] if "user" in every and name not in _ACTORS else []
    return [hidden(text) for text in dict.fromkeys((found[0], whole, *own, *acting))]
