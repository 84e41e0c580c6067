"""What generated programs do with a response: reads that its v1 shape has, made from the models of the v2 answer."""

from __future__ import annotations

import random

from tests.differential.payloads import Payloads, Text

from streammigrate.rules import sdk
from streammigrate.rules.catalogue import rule_for

_WHOLE = (
    'observe("read", {r}.status_code())',
    'observe("read", {r}.is_ok())',
    'observe("read", {r}.rate_limit().remaining)',
    'observe("read", {r}.headers()["x-ratelimit-limit"])',
    'observe("read", bool({r}))',
)
_ESCAPES = (
    "observe({n!r}, {r})",
    "observe({n!r}, loaded({r}))",
    'observe("read", dict({r}))',
    "observe({n!r}, sorted({r}))",
)


class Reads:
    """Adds calls with what is done with their responses."""

    def __init__(self, chance: random.Random, text: Text, values: Payloads, daring: bool) -> None:
        self.chance = chance
        self.text = text
        self.values = values
        self.daring = daring
        self.complete = True
        """Whether answers have all that they can have; of others only what they always have is read as if it were there."""

    def likely(self, part: float) -> bool:
        return self.chance.random() < part

    def add(self, call: str, cls: str, member: str) -> None:
        """Add the call of a method: its response is ignored, read in place, or read by a name."""
        response = response_of(cls, member)
        if response is None or self.likely(0.45):
            self.text.add(call)
            return
        self.found(call, response)

    def found(self, call: str, response: sdk.Type) -> None:
        """Add a call with what is read of its result, whose type is given."""
        if self.likely(0.35):
            place = f"({call})" if call.startswith("await ") else call
            self._read(place, response, 0)
            return
        name = "response" if self.likely(0.5) else self.values.name("response")
        if response.kind == "model" and self.likely(0.1):
            self._late(name, call)
            return
        self.assigned(name, call, response)

    def assigned(self, name: str, call: str, response: sdk.Type) -> None:
        """Add the call with a name for its response, and what is read of that."""
        self.text.add(f"{name} = {call}")
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            self._use(name, response)

    def used(self, name: str, response: sdk.Type) -> None:
        """Add a read of a value that has a name."""
        self._use(name, response)

    def _use(self, name: str, response: sdk.Type) -> None:
        if response.kind == "model" and self.likely(0.08):
            self.text.add(self.chance.choice(_WHOLE).format(r=name))
        elif self.daring and response.kind == "model" and self.likely(0.06):
            self.text.add(self.chance.choice(_ESCAPES).format(r=name, n="whole"))
        else:
            self._read(name, response, 0)

    def _late(self, name: str, call: str) -> None:
        """Add reads that do not simply follow the call: after a loop, after a `try`, in a function, in a formatted text."""
        read = f'observe("read", {name}["duration"])'
        ways = (
            f"{name} = None\nfor _ in range(2):\n    {name} = {deeper(call)}\n{read}",
            f"{name} = None\nif ON:\n    {name} = {deeper(call)}\nif {name}:\n    {read}",
            f"{name} = None\nif ON:\n    {name} = {deeper(call)}\nelse:\n    {name} = {{'duration': 0}}\n{read}",
            f"try:\n    {name} = {deeper(call)}\nexcept ValueError:\n    {name} = {{}}\nelse:\n    {read}",
            f"try:\n    {name} = {deeper(call)}\nfinally:\n    observe('noise', 'finally')\n{read}",
            f"{name} = {call}\nshow = lambda: {name}['duration']\nobserve('read', show())",
            f"{name} = {call}\nobserve('read', f\"took {{{name}['duration']}}\")",
            f'{name} = {call}\nother = {name}\nobserve("read", other["duration"])',
            f'{name} = {call}\n{name}["duration"] = "changed"\n{read}',
            f'{name} = {call}\nobserve("read", [{name}["duration"], {name}.get("duration"), {name}.get("nothing", 3)])',
            f'{name} = {call}\nobserve("read", {name}["duration"] + "!" if "duration" in {name} else "")',
            f'{name} = {call}\nkey = "duration"\nobserve("read", {name}[key])',
            f'{name} = {call}\nobserve("read", isinstance({name}, dict))',
            f'{name} = {call}\ndel {name}["duration"]\nobserve("read", "duration" in {name})',
            f"{name}, count = {call}, 1\n{read}",
            f"{name} = count = {call}\n{read}",
        )
        self.text.add(self.chance.choice(ways if self.daring else ways[:8]))

    def _read(self, expression: str, kind: sdk.Type, depth: int) -> None:
        """Add statements that read something of an expression with a type."""
        if kind.kind == "model":
            self._read_model(expression, kind, depth)
        elif kind.kind == "list":
            self._read_list(expression, kind.items[0], depth)
        elif kind.kind == "map" and kind.items[0].kind != "any":
            self._read_map(expression, kind.items[0], depth)
        elif kind.kind == "time" and self.likely(0.6):
            self._read_time(expression)
        else:
            self._show(expression)

    def _read_time(self, expression: str) -> None:
        """Add what is done with a time, which is a text."""
        ways = (
            "{t}[:10]",
            '{t} > "2025-01-01T00:00:00Z"',
            '{t} < "2025-07-01"',
            'datetime.datetime.fromisoformat({t}.replace("Z", "+00:00")).year',
            'datetime.datetime.strptime({t}, "%Y-%m-%dT%H:%M:%S.%fZ").month',
            '{t}.split("T")[0]',
            'f"at {{{t}}}!"',
            '"at " + {t}',
            "isinstance({t}, str)",
            'json.dumps({{"at": {t}}})',
            '{t}.endswith("Z")',
            "len({t})",
            'str({t}) + "!"',
            '{t} == "2025-06-01T00:00:00.000Z"',
            "[{t}]",
            '"at %s" % {t}',
            "{t} is not None",
        )
        way = self.chance.choice(ways)
        # The same quotes cannot stand inside of a formatted text before Python 3.12.
        place = expression
        if (way.startswith("f") and '"' in expression) or "await" in expression or "\n" in expression:
            place = self.values.variable("moment", expression)
        self.text.add(f'observe("time", {way.format(t=place)})')

    def _show(self, expression: str) -> None:
        if self.likely(0.1):
            with self.text.block(f"if {expression}:"):
                self.text.add('observe("read", "yes")')
            return
        self.text.add(f'observe("read", {expression})')

    def _read_model(self, expression: str, kind: sdk.Type, depth: int) -> None:
        model = sdk.model(kind.name)
        fields = [] if model is None else list(model.fields.values())
        fields = [field for field in fields if field.wire != "custom" and (depth < 2 or field.required)]
        if not fields or depth > 3:
            self.text.add(f'observe("read", len({expression}) > 0)')
            return
        if depth > 0 and "custom" in model.fields and self.likely(0.2):  # type: ignore[union-attr]
            self._show(f'{expression}.get("x_color")' if self.likely(0.7) else f'"x_color" in {expression}')
            return
        required = [field for field in fields if field.required]
        rich = [field for field in fields if field.type.kind in ("model", "list", "map")]
        pool = rich if rich and self.likely(0.6) else required if required and self.likely(0.7) else fields
        field = self.chance.choice(pool)
        sure = field.required or (self.complete and depth < 2)
        if self.likely(0.08) or (not sure and self.likely(0.3)):
            self._guarded(expression, field.wire)
            return
        key = self.values.quoted(field.wire)
        if self.likely(0.12):
            self._show(f"{key} in {expression}" if self.likely(0.7) else f"{key} not in {expression}")
        elif not sure or self.likely(0.35):
            default = self.chance.choice(("", "", ", None", f", {_default(field.type)}"))
            got = f"{expression}.get({key}{default})"
            if not sure or field.type.kind == "model":
                self._maybe(expression, field, depth)
            else:
                self._read(got, field.type, depth + 1)
        else:
            self._read(f"{expression}[{key}]", field.type, depth + 1)

    def _guarded(self, expression: str, wire: str) -> None:
        """Add a read that says what to do when the key is not there."""
        name = self.values.name("found")
        error = self.chance.choice(("KeyError", "KeyError", "(KeyError, TypeError)", "LookupError"))
        rest = self.chance.choice(('observe("read", "missing")', f"{name} = None", "pass"))
        self.text.add(f"{name} = 0")
        self.text.add(
            f"try:\n    {name} = {deeper(expression)}[{self.values.quoted(wire)}]\nexcept {error}:\n    {rest}"
        )
        self.text.add(f'observe("read", {name} is None or {name} == 0)')

    def _maybe(self, expression: str, field: sdk.Field, depth: int) -> None:
        """Add a read of what may be missing."""
        key = self.values.quoted(field.wire)
        got = f"{expression}.get({key})"
        kind = field.type.kind
        if kind == "model" and self.likely(0.6):
            model = sdk.model(field.type.name)
            inner = (
                [one.wire for one in model.fields.values() if one.required and one.wire != "custom"] if model else []
            )
            wire = self.chance.choice(inner or ["x_color"])
            default = self.chance.choice(("", ', "none"'))
            way = self.chance.choice(("({got} or {{}})", "{expression}.get({key}, {{}})"))
            self._show(
                f"{way.format(got=got, expression=expression, key=key)}.get({self.values.quoted(wire)}{default})"
            )
        elif kind in ("list", "map") and self.likely(0.7):
            empty = "[]" if kind == "list" else "{}"
            way = self.chance.choice((f"({got} or {empty})", f"{expression}.get({key}, {empty})"))
            self._show(f"len({way})")
        elif self.likely(0.4):
            self._show(f"{got} is None")
        elif self.likely(0.5):
            name = self.values.variable("found", got)
            with self.text.block(self.chance.choice((f"if {name}:", f"if {name} is not None:"))):
                self._read(name, field.type, depth + 1)
        elif kind in ("model", "list", "map"):
            self._show(f"bool({got})")
        else:
            self._show(f'{got} or "none"')

    def _read_list(self, expression: str, item: sdk.Type, depth: int) -> None:
        ways = ("len", "loop", "first", "comprehension", "whole", "unpack", "next", "sorted", "any", "by key")
        way = self.chance.choices(ways, (3, 4, 4, 2, 1, 1, 1, 1, 1, 1))[0]
        key = self._required_key(item)
        if way in ("next", "sorted", "any", "by key") and (item.kind != "model" or not key):
            way = "len"
        if way == "len":
            self._show(f"len({expression})")
        elif way == "unpack":
            name, rest = self.values.name("first"), self.values.name("rest")
            self.text.add(f"{name}, *{rest} = {expression}")
            self._read(name, item, depth + 1)
            if self.likely(0.5):
                self.text.add(f'observe("read", len({rest}))')
        elif way == "next":
            name = self.values.variable("found", f'next((item for item in {expression} if item["{key}"]), None)')
            with self.text.block(f"if {name}:"):
                self._read(name, item, depth + 1)
        elif way == "sorted":
            self._show(f'[item["{key}"] for item in sorted({expression}, key=lambda item: str(item["{key}"]))]')
        elif way == "any":
            self._show(f'any(item.get("{key}") == "x" for item in {expression})')
        elif way == "by key":
            self._show(f'len({{str(item["{key}"]): item for item in {expression}}})')
        elif way == "loop":
            name = self.values.name("item")
            with self.text.block(f"for {name} in {expression}:"):
                self._read(name, item, depth + 1)
        elif way == "first" or (way == "comprehension" and item.kind != "model"):
            self._read(f"{expression}[0]", item, depth + 1)
        elif way == "comprehension":
            self._show(f'[item.get("{key or "none"}") for item in {expression}]')
        elif self.daring or item.kind != "model":
            self._show(expression)
        else:
            self._show(f"bool({expression})")

    def _required_key(self, item: sdk.Type) -> str:
        """Return a key with a plain value that every item has; empty for none."""
        model = sdk.model(item.name) if item.kind == "model" else None
        fields = [] if model is None else list(model.fields.values())
        plain = [one.wire for one in fields if one.required and one.type.kind not in ("model", "list", "map", "time")]
        return self.chance.choice(plain) if plain else ""

    def _read_map(self, expression: str, item: sdk.Type, depth: int) -> None:
        way = self.chance.choices(("len", "keys", "values", "items", "iterate"), (3, 2, 3, 2, 2))[0]
        if way == "len":
            self._show(f"len({expression})")
        elif way == "iterate":
            self._show(f"sorted({expression})")
        elif way == "keys":
            self._show(f"list({expression}.keys())")
        else:
            name = self.values.name("item")
            target = name if way == "values" else f"_, {name}"
            with self.text.block(f"for {target} in {expression}.{way}():"):
                self._read(name, item, depth + 1)


def deeper(call: str) -> str:
    return call.replace("\n", "\n    ")


def _default(kind: sdk.Type) -> str:
    return {"list": "[]", "map": "{}", "model": "{}"}.get(kind.kind, '"none"')


def response_of(cls: str, member: str) -> sdk.Type | None:
    """Return the type of v2's answer to what a method of v1 asks; None where the two differ in more than spelling."""
    rule = rule_for(cls, member)
    if rule is None or rule.result == "none" or not rule.v2:
        return None
    owner, _, name = rule.v2.partition(".")
    method = sdk.v2_method(owner, name)
    if method is None or not method.response:
        return None
    response = sdk.parse_type(method.response)
    model = sdk.model(response.name)
    if rule.result and model is not None:
        return model.fields[rule.result].type
    return response
