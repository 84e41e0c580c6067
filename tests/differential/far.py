"""Responses that are read far from where they come from: kept, handed on, copied, changed, and let out of the program."""

from __future__ import annotations

import random

from tests.differential.payloads import Text
from tests.differential.places import Home
from tests.differential.reads import Reads
from tests.differential.travels import Travelling

from streammigrate.rules import sdk

_OUT = (
    'observe("json", json.dumps({r}, sort_keys=True))',
    'observe("json", json.dumps({r}, sort_keys=True, default=str))',
    'observe("json", json.dumps({{"status": "ok", "answer": {r}}}, sort_keys=True))',
    'observe("whole", {r})',
    'observe("whole", dict({r}))',
    'observe("whole", {{**{r}}})',
    'observe("whole", loaded({r}))',
    'observe("whole", copy.deepcopy({r}))',
    'observe("whole", {r}.copy())',
    'observe("read", isinstance({r}, dict))',
    'observe("read", isinstance({r}, (dict, list)))',
    'observe("read", sorted({r}))',
    'observe("read", sorted({r}.keys()))',
    'observe("whole", dict({r}.items()))',
    'observe("read", len({r}) > 0)',
    'observe("read", "duration" in {r})',
    'observe("read", "nothing" in {r})',
    'observe("read", {r}.get("nothing"))',
    'observe("read", {r}.get("nothing", "none"))',
    'observe("read", {r}.get("duration", "none"))',
    'observe("read", f"took {{{r}[\'duration\']}}")',
    'observe("text", f"{{{r}}}".startswith("{{"))',
    'observe("read", {r} == {{}})',
    'observe("read", {r} is None)',
    'observe("read", not {r})',
    'print("answer", {r}["duration"])',
    "print(json.dumps({r}, sort_keys=True))",
    'for key in {r}:\n    if key == "duration":\n        observe("key", key)',
    'observe("read", [key for key in sorted({r}) if key.startswith("d")])',
    'try:\n    observe("read", {r}["nothing"])\nexcept KeyError as missing:\n    observe("missing", str(missing))',
    'try:\n    observe("read", {r}["nothing"]["more"])\nexcept (KeyError, TypeError):\n    observe("missing", "nothing")',
    '{r}["extra"] = 1\nobserve("whole", {r})',
    '{r}.update(extra=1)\nobserve("read", {r}["extra"])',
    '{r}.pop("duration", None)\nobserve("read", "duration" in {r})',
    'observe("read", {r}.setdefault("duration", "none"))',
    'observe("read", {r}.is_ok() and {r}.status_code() < 300)',
    'observe("read", {r}.headers().get("x-ratelimit-limit"))',
    'observe("read", {r}.rate_limit().limit)',
)


_PART = (
    'observe("text", "{{}}".format(sorted({p})))',
    'observe("read", [key for key, value in sorted({p}.items()) if value is None])',
    'observe("read", str({p}.get("created_at"))[:10])',
    'observe("read", {p}.get("created_at", "") > "2025-06-15")',
    'observe("json", json.dumps({{"at": {p}.get("created_at")}}))',
    'observe("read", ({p}.get("nothing") or {{}}).get("more", {{}}).get("most", "none"))',
    'observe("json", json.dumps({p}, sort_keys=True))',
    'observe("whole", {p})',
    'observe("whole", dict({p}))',
    'observe("whole", {{**{p}, "extra": 1}})',
    '{p}["extra"] = 1\nobserve("whole", {p})',
    '{p}.update(extra=1)\nobserve("read", {p}["extra"])',
    'observe("read", sorted({p}))',
    'observe("read", {p}.get("x_color", "none"))',
    'observe("read", "x_color" in {p})',
    'observe("whole", {{key: value for key, value in {p}.items() if key.startswith("x_")}})',
    'observe("read", isinstance({p}, dict))',
    'observe("read", loaded({p}) == {p})',
    'try:\n    observe("read", {p}["x_color"])\nexcept KeyError as missing:\n    observe("missing", str(missing))',
)
_EACH = (
    'observe("read", list(map(lambda one: one.get("id"), {p})))',
    'observe("read", [one.get("id") for one in {p} if not one.get("banned")])',
    'observe("read", list(filter(lambda one: "x_level" in one, {p})) == [])',
    'for _, {i} in enumerate({p}):\n    observe("read", {i}.get("id", "none"))',
    'for {i}, _ in zip({p}, WORDS):\n    observe("whole", {i})',
    'while {p}:\n    {i} = {p}.pop()\n    observe("read", {i}.get("id"))',
    '{p}.sort(key=lambda one: str(one.get("created_at")))\nobserve("whole", {p})',
    'observe("read", [str(one.get("created_at"))[:7] for one in {p}])',
    'observe("read", sorted(one.get("created_at", "") for one in {p}))',
    'observe("read", max((one.get("created_at", "") for one in {p}), default="") > "2025-06-15")',
    'observe("whole", {{str(one.get("id")): one for one in {p}}})',
    'observe("read", [{{"id": one.get("id"), "at": one.get("created_at")}} for one in {p}])',
    'print(json.dumps([{{"id": one.get("id"), "at": one.get("created_at")}} for one in {p}]))',
    'observe("json", json.dumps({p}, sort_keys=True))',
    'observe("whole", {p})',
    'observe("whole", [dict(one) for one in {p}])',
    'observe("whole", [{{**one, "extra": 1}} for one in {p}])',
    'for {i} in {p}:\n    {i}["extra"] = 1\nobserve("whole", {p})',
    'for {i} in {p}:\n    observe("read", {i}.get("x_color", "none"))',
    'for {i} in {p}:\n    observe("json", json.dumps({i}, sort_keys=True))',
    'observe("read", [sorted(one) for one in {p}])',
    'observe("read", [one.get("x_level") for one in {p} if "x_level" in one])',
    'observe("read", {p}[0] if {p} else None)',
    'observe("read", len({p}[0]) > 0 if {p} else "none")',
    '{p}.append({{"id": "late"}})\nobserve("read", len({p}))',
    'observe("read", ({p} or [{{}}])[0].get("x_color"))',
    'observe("whole", list(map(dict, {p})))',
    'observe("whole", {p}[::-1])',
)


class FarReads(Reads):
    """Adds calls whose responses are read nearby, as in `Reads`, or elsewhere."""

    def __init__(self, chance: random.Random, text: Text, values: Travelling, daring: bool, home: Home) -> None:
        super().__init__(chance, text, values, daring)
        self.home = home

    def _use(self, name: str, response: sdk.Type) -> None:
        if response.kind == "model" and self.likely(0.12):
            self.out(name)
        elif self.likely(0.1):
            self._given_to_function(name, response)
        elif response.kind == "model" and self.likely(0.12):
            self._entity(name, response)
        else:
            super()._use(name, response)

    def out(self, name: str) -> None:
        """Let a whole response out, or look at it as the mapping that it is."""
        outs = _OUT if name.startswith(("response", "answer", "holder", "fetch")) else _OUT[:-3]
        out = self.chance.choice(outs)
        if 'f"' in out and '"' in name:
            name = self.values.variable("response", name)
        self.text.add(out.format(r=name))

    def assigned(self, name: str, call: str, response: sdk.Type) -> None:
        """Add the call, kept somewhere, and what is read of it from there."""
        if not self.likely(0.3):
            super().assigned(name, call, response)
            return
        place = self._kept(name, call, response)
        for _ in range(self.chance.choice((1, 1, 2))):
            self._use(place, response)

    def _kept(self, name: str, call: str, response: sdk.Type) -> str:
        """Add statements that keep the response of a call; return how it is reached."""
        way = self.chance.choice(
            (
                "key",
                "literal",
                "list",
                "append",
                "attribute",
                "namespace",
                "module",
                "cache",
                "remembered",
                "copied",
                "pair",
                "looped",
                "annotated",
                "branch",
                "or",
                "alias",
            )
        )
        if way == "key":
            holder = self.values.variable("holder", "{}")
            self.text.add(f'{holder}["answer"] = {call}')
            return f'{holder}["answer"]'
        if way == "literal":
            holder = self.values.variable("holder", f'{{"answer": {call}, "count": 1}}')
            return f'{holder}["answer"]'
        if way == "list":
            return f"{self.values.variable('answers', f'[{call}]')}[0]"
        if way == "append":
            holder = self.values.variable("answers", "[]")
            self.text.add(f"{holder}.append({call})")
            return f"{holder}[-1]"
        if way == "attribute":
            with self.home.defining("Box") as made, self.text.block(f"class {made.name}:"):
                self.text.add("def __init__(self):\n    self.answer = None\n")
                self.text.add("def keep(self, answer):\n    self.answer = answer\n    return self")
            holder = self.values.variable("box", f"{made.spelled}()")
            self.text.add(self.chance.choice((f"{holder}.answer = {call}", f"{holder}.keep({call})")))
            return f"{holder}.answer"
        if way == "namespace":
            return f"{self.values.variable('box', f'types.SimpleNamespace(answer={call})')}.answer"
        if way == "module":
            with self.home.defining("ANSWERS") as made:
                self.text.add(f"{made.name} = {{}}")
            self.text.add(f'{made.spelled}["last"] = {call}')
            return f'{made.spelled}["last"]'
        if way == "cache":
            with self.home.defining("CACHE") as made:
                self.text.add(f"{made.name} = {{}}")
            with self.text.block(f'if "answer" not in {made.spelled}:'):
                self.text.add(f'{made.spelled}["answer"] = {call}')
            return f'{made.spelled}["answer"]'
        if way == "remembered":
            with self.home.defining("remember") as made:
                last = f"_{made.name}"
                self.text.add(f"{last} = None\n\n")
                with self.text.block(f"def {made.name}(answer=None):"):
                    self.text.add(f"global {last}\nif answer is not None:\n    {last} = answer\nreturn {last}")
            self.text.add(f"{made.spelled}({call})")
            return f"{made.spelled}()"
        annotation = (
            self.chance.choice((": dict", ": typing.Dict[str, typing.Any]", ": typing.Any"))
            if way == "annotated"
            else ""
        )
        self.text.add(f"{name}{annotation} = {call}")
        if way == "annotated":
            return name
        if way == "copied" and response.kind == "model":
            copied = self.chance.choice(("dict({})", "copy.copy({})", "copy.deepcopy({})", "{}.copy()", "{{**{}}}"))
            return self.values.variable("copied", copied.format(name))
        if way == "pair":
            return f"{self.values.variable('pair', f'({name}, 1)')}[0]"
        if way == "looped":
            other = self.values.name("other")
            self.text.add(f"for {other} in [{name}]:\n    pass")
            return other
        if way == "branch":
            return self.values.variable("chosen", f"{name} if ON else {{}}")
        if way == "or":
            return self.values.variable("chosen", f"{name} or {{}}")
        return self.values.variable("other", name)

    def _given_to_function(self, name: str, response: sdk.Type) -> None:
        """Add a function that reads a response, or a part of one, and give it that."""
        part, kind, depth = name, response, 0
        if self.likely(0.4):
            part, kind, depth = self._part(name, response)
        with self.home.defining(self.chance.choice(("read", "show", "summary"))) as made:
            annotation = (
                self.chance.choice(("", "", ": dict", ": typing.Dict[str, typing.Any]")) if kind.kind == "model" else ""
            )
            with self.text.block(f"def {made.name}(answer{annotation}):"):
                if kind.kind == "model" and self.likely(0.3):
                    self.text.add("answer = answer or {}" if self.likely(0.3) else "if not answer:\n    return None")
                for _ in range(self.chance.choice((1, 1, 2))):
                    if depth == 0:
                        self._use(self.chance.choice(("answer", "answer")), kind)
                    else:
                        self._read("answer", kind, depth)
                if self.likely(0.3):
                    self.text.add("return answer")
        self.text.add(f"{made.spelled}({part})")

    def _entity(self, name: str, response: sdk.Type) -> None:
        """Let a part of a response out, or change it."""
        part, kind, _ = self._part(name, response)
        if kind.kind == "list" and kind.items[0].kind == "model":
            each = self.chance.choice(_EACH)
            self.text.add(each.format(p=part, i=self.values.name("item")))
        elif kind.kind == "model" and part != name:
            self.text.add(self.chance.choice(_PART).format(p=part))
        else:
            self.out(name)

    def _part(self, name: str, response: sdk.Type) -> tuple[str, sdk.Type, int]:
        """Return a part of a response that is always there, its type, and how deep it is."""
        model = sdk.model(response.name) if response.kind == "model" else None
        fields = (
            []
            if model is None
            else [one for one in model.fields.values() if one.required and one.type.kind in ("model", "list", "map")]
        )
        if not fields:
            return name, response, 0
        field = self.chance.choice(fields)
        return f'{name}["{field.wire}"]', field.type, 1
