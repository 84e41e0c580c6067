"""Payloads that travel: built elsewhere, grown on their way, kept, shared, and only known when the program runs."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Sequence

from tests.differential.payloads import Keys, Payloads, Text
from tests.differential.places import Home
from tests.differential.vocabulary import KEYS, NEEDED

Choices = list[tuple[int, Callable[[], str]]]


class Travelling(Payloads):
    """Makes payloads in the spellings of `Payloads`, and such as come from far."""

    def __init__(self, chance: random.Random, text: Text, asynchronous: bool, daring: bool, home: Home) -> None:
        super().__init__(chance, text, asynchronous, daring)
        self.home = home
        self.kinds: dict[str, tuple[str, Keys]] = {}
        """What the kept variables hold."""

    def payload(self, kind: str, extra: Keys = ()) -> str:
        """Return a payload of a kind in one of its spellings, or one that another call was given already."""
        extra = tuple(extra)
        same = [name for name in self.kept if self.kinds.get(name) == (kind, extra)]
        if same and self.likely(0.2):
            return self.chance.choice(same)
        made = self.pick(self._ways(kind, extra)) if self.likely(0.4) else super().payload(kind, extra)
        if made.isidentifier() and not made.isupper():
            self.kinds[made] = (kind, extra)
            if made not in self.kept:
                self.kept.append(made)
        return made

    def _ways(self, kind: str, extra: Keys) -> Choices:
        ways: Choices = [
            (6, lambda: self._returned(kind, extra)),
            (5, lambda: self._with_arguments(kind, extra)),
            (5, lambda: self._constant(kind, extra)),
            (4, lambda: self._keywords(kind, extra)),
            (4, lambda: self._joined(kind, extra)),
            (4, lambda: self._filled(kind, extra)),
            (3, lambda: self._data_object(kind, extra)),
            (3, lambda: self._own_object(kind, extra)),
            (2, lambda: self._parsed(kind, extra)),
            (2, lambda: self._comprehended(kind, extra)),
            (2, lambda: self._optional_parts(kind, extra)),
            (2, lambda: self._either_branch(kind, extra)),
            (1, lambda: self._typed(kind, extra)),
            (3, lambda: self._with_extra(kind, extra)),
        ]
        if self.daring:
            ways += [
                (2, lambda: self._shrunk(kind, extra)),
                (2, lambda: self._by_loop(kind, extra)),
                (1, lambda: self._held(kind, extra)),
                (1, lambda: self._other_mapping(kind, extra)),
            ]
        return ways

    def _pairs(self, kind: str, extra: Keys, count: int = 3) -> list[tuple[str, str]]:
        """Return the keys that a payload needs and at most some others, with the kinds of their values."""
        needed = [*extra, *NEEDED[kind].items()]
        others = [pair for pair in KEYS[kind].items() if pair[0] not in dict(needed)]
        if not self.daring:
            others = [pair for pair in others if pair[0] != "custom" and pair[1] != "null"]
        return [*needed, *self.chance.sample(others, k=min(self.chance.randint(0, count), len(others)))]

    def _item(self, key: str, kind: str) -> str:
        return f"{self.quoted(key)}: {self.value(kind)}"

    def _returned(self, kind: str, extra: Keys) -> str:
        """Return the call of a function that makes a payload."""
        with self.home.defining(f"make_{kind}") as made, self.text.block(f"def {made.name}():"):
            if self.likely(0.4):
                self.text.add(f"return {self.braced(self.entries(kind, extra))}")
            elif self.likely(0.6):
                self.text.add(f"return {self.grown(kind, extra)}")
            else:
                with self.text.block(f"if {self.condition()}:"):
                    self.text.add(f"return {self.braced(self.entries(kind, extra))}")
                self.text.add(f"return {self.braced(self.entries(kind, extra))}")
        call = f"{made.spelled}()"
        return self.variable(kind, call) if self.likely(0.4) else call

    def _with_arguments(self, kind: str, extra: Keys) -> str:
        """Return the call of a function that makes a payload of what it is given."""
        pairs = self._pairs(kind, extra)
        needed = len(extra) + len(NEEDED[kind])
        grows = self.likely(0.6)
        with self.home.defining(f"build_{kind}") as made:
            names = [key for key, _ in pairs[:needed]] + [f"{key}=None" for key, _ in pairs[needed:]]
            with self.text.block(f"def {made.name}({', '.join(names)}):"):
                if grows:
                    fixed = [f'"{key}": {key}' for key, _ in pairs[:needed]]
                    self.text.add(f"made = {{{', '.join(fixed)}}}")
                    for key, _ in pairs[needed:]:
                        test = self.chance.choice((f"if {key}:", f"if {key} is not None:"))
                        with self.text.block(test):
                            self.text.add(f'made["{key}"] = {key}')
                    self.text.add("return made")
                else:
                    items = [f'"{key}": {key}' for key, _ in pairs]
                    self.text.add(f"return {{{', '.join(items)}}}")
        given = [self.value(value) for _, value in pairs]
        arguments = [
            value if number < needed else f"{key}={value}"
            for number, ((key, _), value) in enumerate(zip(pairs, given, strict=True))
        ]
        call = f"{made.spelled}({', '.join(arguments)})"
        return self.variable(kind, call) if self.likely(0.4) else call

    def _constant(self, kind: str, extra: Keys) -> str:
        """Return a payload that a module or a class holds, or one made of it."""
        pairs = self._pairs(kind, extra)
        if self.likely(0.6):
            with self.home.defining(f"DEFAULT_{kind.upper()}") as made:
                self.text.add(f"{made.name} = {self.braced([self._item(*pair) for pair in pairs])}")
            name = made.spelled
        else:
            with self.home.defining("Defaults") as made, self.text.block(f"class {made.name}:"):
                self.text.add(f"{kind} = {self.braced([self._item(*pair) for pair in pairs])}")
            name = f"{made.spelled}.{kind}"
        key, value = self.chance.choice(list(KEYS[kind].items())[:6])
        ways: Choices = [
            (3, lambda: name),
            (4, lambda: f"{{**{name}, {self._item(key, value)}}}"),
            (2, lambda: f"dict({name})"),
            (2, lambda: f"{name}.copy()"),
            (1, lambda: f"copy.deepcopy({name})"),
            (2, lambda: f"{name} | {{{self._item(key, value)}}}"),
            (2, lambda: f"dict({name}, {key}={self.value(value)})"),
        ]
        made_of = self.pick(ways)
        if self.likely(0.3):
            variable = self.variable(kind, made_of)
            if made_of != name and self.likely(0.5):
                self.text.add(f'{variable}["{key}"] = {self.value(value)}')
            return variable
        return f"({made_of})" if " | " in made_of else made_of

    def _keywords(self, kind: str, extra: Keys) -> str:
        """Return a payload made by `dict` with names."""
        pairs = self._pairs(kind, extra)
        items = [f"{key}={self.value(value)}" for key, value in pairs]
        if items and self.likely(0.3):
            first, *rest = items
            base = "{" + f'"{pairs[0][0]}": {first.partition("=")[2]}' + "}"
            items = [base, *rest]
        call = f"dict({', '.join(items)})"
        return self.variable(kind, call) if self.likely(0.4) else call

    def _joined(self, kind: str, extra: Keys) -> str:
        """Return a payload of two."""
        pairs = self._pairs(kind, extra, 4)
        needed = len(extra) + len(NEEDED[kind])
        one = self.variable("base", self.braced([self._item(*pair) for pair in pairs[:needed]]))
        more = self.braced([self._item(*pair) for pair in pairs[needed:]])
        other = self.variable("more", more) if self.likely(0.6) else more
        way = self.chance.choice(("|", "spread", "update", "|=", "dict"))
        if way == "|":
            return self.variable(kind, f"{one} | {other}") if self.likely(0.5) else f"({one} | {other})"
        if way == "spread":
            return f"{{**{one}, **{other}}}"
        if way == "dict":
            return f"dict({one}, **{other})"
        line = f"{one}.update({other})" if way == "update" else f"{one} |= {other}"
        if self.likely(0.3):
            with self.text.block(f"if {self.condition()}:"):
                self.text.add(line)
        else:
            self.text.add(line)
        return one

    def _filled(self, kind: str, extra: Keys) -> str:
        """Return a payload that a function adds to, or takes in and gives back."""
        pairs = self._pairs(kind, extra, 0)
        more = self.chance.sample(list(KEYS[kind].items())[:8], k=1)
        with self.home.defining(f"fill_{kind}") as made, self.text.block(f"def {made.name}({kind}):"):
            gives = self.likely(0.6)
            copies = gives and self.likely(0.5)
            if copies and self.likely(0.5):
                self.text.add(f"return {{**{kind}, {self._item(*more[0])}}}")
            else:
                if copies:
                    self.text.add(f"{kind} = dict({kind})")
                self.text.add(f'{kind}["{more[0][0]}"] = {self.value(more[0][1])}')
                if gives:
                    self.text.add(f"return {kind}")
        made_of = self.braced([self._item(*pair) for pair in pairs])
        if gives and self.likely(0.6):
            return f"{made.spelled}({made_of})"
        name = self.variable(kind, made_of)
        self.text.add(f"{made.spelled}({name})")
        return name

    def _data_object(self, kind: str, extra: Keys) -> str:
        """Return what `asdict` makes of an object."""
        pairs = self._pairs(kind, extra)
        names = self.chance.random() < 0.25
        with self.home.defining(f"{kind.capitalize()}Data".replace("_", "")) as made:
            if not names:
                self.text.add("@dataclasses.dataclass")
            with self.text.block(f"class {made.name}{'(typing.NamedTuple)' if names else ''}:"):
                for number, (key, _) in enumerate(pairs):
                    default = " = None" if number >= len(extra) + len(NEEDED[kind]) else ""
                    self.text.add(f"{key}: typing.Any{default}")
                if not pairs:
                    self.text.add("note: typing.Any = 1")
        given = ", ".join(
            f"{key}={self.value(value)}"
            for key, value in pairs
            if self.likely(0.8) or default_of(pairs, key, kind, extra)
        )
        thing = f"{made.spelled}({given})"
        if self.likely(0.4):
            thing = self.variable("thing", thing)
        found = f"{thing}._asdict()" if names else f"dataclasses.asdict({thing})"
        if self.likely(0.3):
            return f"{{key: value for key, value in {found}.items() if value is not None}}"
        return self.variable(kind, found) if self.likely(0.3) else found

    def _own_object(self, kind: str, extra: Keys) -> str:
        """Return what an object of the program says of itself, as those of pydantic do."""
        pairs = self._pairs(kind, extra) or [("note", "word")]
        method = self.chance.choice(("to_dict", "dict", "model_dump"))
        with (
            self.home.defining(f"{kind.capitalize()}Model".replace("_", "")) as made,
            self.text.block(f"class {made.name}:"),
        ):
            with self.text.block(f"def __init__(self, {', '.join(key for key, _ in pairs)}):"):
                for key, _ in pairs:
                    self.text.add(f"self.{key} = {key}")
            self.text.add("")
            with self.text.block(f"def {method}(self):"):
                way = self.chance.choice(("written", "vars", "__dict__", "dict"))
                written = ", ".join(f'"{key}": self.{key}' for key, _ in pairs)
                returned = {
                    "written": f"{{{written}}}",
                    "vars": "vars(self)",
                    "__dict__": "self.__dict__",
                    "dict": "dict(self.__dict__)",
                }
                self.text.add(f"return {returned[way]}")
        given = ", ".join(f"{key}={self.value(value)}" for key, value in pairs)
        thing = f"{made.spelled}({given})"
        if self.likely(0.5):
            thing = self.variable("thing", thing)
        return f"{thing}.{method}()"

    def _parsed(self, kind: str, extra: Keys) -> str:
        """Return a payload that comes from outside."""
        literal = self.braced(self.entries(kind, extra))
        way = self.chance.choice(("loaded", "variable", "defined"))
        if way == "defined":
            with self.home.defining(f"load_{kind}") as made, self.text.block(f"def {made.name}():"):
                self.text.add(f"return json.loads(json.dumps({self.braced(self.entries(kind, extra))}))")
            return f"{made.spelled}()"
        made_of = f"loaded({literal})"
        return self.variable(kind, made_of) if way == "variable" else made_of

    def _comprehended(self, kind: str, extra: Keys) -> str:
        """Return a payload that a comprehension makes."""
        base = self.variable("base", self.braced(self.entries(kind, extra)))
        ways = (
            f"{{key: value for key, value in {base}.items() if value is not None}}",
            f"{{key: {base}[key] for key in sorted({base})}}",
            f"dict((key, value) for key, value in {base}.items())",
            f"dict({base}.items())",
        )
        made = self.chance.choice(ways)
        return self.variable(kind, made) if self.likely(0.4) else made

    def _optional_parts(self, kind: str, extra: Keys) -> str:
        """Return a payload some of which is there on a condition."""
        pairs = self._pairs(kind, extra, 2)
        key, value = self.chance.choice(list(KEYS[kind].items())[:8])
        items = [self._item(*pair) for pair in pairs if pair[0] != key]
        if any(pair[0] == key for pair in pairs[: len(extra) + len(NEEDED[kind])]):
            items = [self._item(*pair) for pair in pairs]
        part = "{" + self._item(key, value) + "}"
        part = self.chance.choice(
            (f"**({part} if {self.condition()} else {{}})", f"**({self.condition()} and {part} or {{}})")
        )
        return "{" + ", ".join([*items, part]) + "}"

    def _either_branch(self, kind: str, extra: Keys) -> str:
        """Return the name of a payload that each branch makes."""
        name = self.name(kind)
        for head in (f"if {self.condition()}:", "else:"):
            kept = list(self.kept)
            with self.text.block(head):
                self.text.add(f"{name} = {self.braced(self.entries(kind, extra))}")
            self.kept = kept
        if self.likely(0.4):
            key, value = self.chance.choice(list(KEYS[kind].items())[:8])
            self.text.add(f'{name}["{key}"] = {self.value(value)}')
        return name

    def _typed(self, kind: str, extra: Keys) -> str:
        """Return a payload whose type is written."""
        pairs = self._pairs(kind, extra)
        if self.likely(0.5):
            name = self.name(kind)
            annotation = self.chance.choice(
                ("dict", "typing.Dict[str, typing.Any]", "typing.MutableMapping[str, object]")
            )
            self.text.add(f"{name}: {annotation} = {self.braced([self._item(*pair) for pair in pairs])}")
            return name
        with (
            self.home.defining(f"{kind.capitalize()}Dict".replace("_", "")) as made,
            self.text.block(f"class {made.name}(typing.TypedDict, total=False):"),
        ):
            for key, _ in pairs:
                self.text.add(f"{key}: typing.Any")
            if not pairs:
                self.text.add("note: typing.Any")
        return f"{made.spelled}({', '.join(f'{key}={self.value(value)}' for key, value in pairs)})"

    def _shrunk(self, kind: str, extra: Keys) -> str:
        """Return a payload of which something is taken away again, or given a default."""
        name = self.variable(kind, self.braced([self._item(*pair) for pair in self._pairs(kind, extra, 4)]))
        needed = dict([*extra, *NEEDED[kind].items()])
        key, value = self.chance.choice([pair for pair in KEYS[kind].items() if pair[0] not in needed][:6])
        line = self.chance.choice(
            (
                f'{name}.pop("{key}", None)',
                f'{name}.setdefault("{key}", {self.value(value)})',
                f'if "{key}" in {name}:\n    del {name}["{key}"]',
            )
        )
        self.text.add(line)
        return name

    def _by_loop(self, kind: str, extra: Keys) -> str:
        """Return a payload that a loop adds keys to."""
        name = self.variable(kind, self.braced([self._item(*pair) for pair in self._pairs(kind, extra, 1)]))
        self.text.add(
            self.chance.choice(
                (
                    f"for word in WORDS:\n    {name}[word.lower()] = 1",
                    f'for key, value in (("level", 2), ("extra", "x")):\n    {name}[key] = value',
                    f'for key in ("note", "place"):\n    {name}.setdefault(key, key)',
                    f'{name}[WORDS[0]] = "by a name"',
                )
            )
        )
        return name

    def _with_extra(self, kind: str, extra: Keys) -> str:
        """Return the call of a function that takes whatever else there is."""
        pairs = self._pairs(kind, extra)
        needed = len(extra) + len(NEEDED[kind])
        with self.home.defining(f"with_{kind}") as made:
            names = [key for key, _ in pairs[:needed]]
            with self.text.block(f"def {made.name}({', '.join([*names, '**extra'])}):"):
                items = [f'"{key}": {key}' for key in names]
                way = self.chance.choice(("spread", "update", "dict"))
                if way == "spread":
                    self.text.add(f"return {{{', '.join([*items, '**extra'])}}}")
                elif way == "dict":
                    self.text.add(f"return dict({', '.join([*(f'{key}={key}' for key in names), '**extra'])})")
                else:
                    self.text.add(f"made = {{{', '.join(items)}}}\nmade.update(extra)\nreturn made")
        given = [
            self.value(value) if number < needed else f"{key}={self.value(value)}"
            for number, (key, value) in enumerate(pairs)
        ]
        return f"{made.spelled}({', '.join(given)})"

    def _other_mapping(self, kind: str, extra: Keys) -> str:
        """Return a payload that is another kind of mapping."""
        literal = self.braced(self.entries(kind, extra))
        way = self.chance.choice(("OrderedDict", "defaultdict", "own", "ChainMap"))
        if way == "own":
            with self.home.defining("Payload") as made:
                self.text.add(f"class {made.name}(dict):\n    pass")
            return f"{made.spelled}({literal})"
        if way == "defaultdict":
            return f"collections.defaultdict(list, {literal})"
        return f"dict(collections.ChainMap({literal}))" if way == "ChainMap" else f"collections.OrderedDict({literal})"

    def _held(self, kind: str, extra: Keys) -> str:
        """Return a payload that is kept in a container of the program."""
        literal = self.braced(self.entries(kind, extra))
        if self.likely(0.5):
            return f"{self.variable('box', '{' + f'{self.quoted(kind)}: {literal}' + '}')}[{self.quoted(kind)}]"
        return f"{self.variable('boxes', f'[{literal}]')}[0]"

    def payloads(self, kind: str) -> str:
        """Return a list of payloads in one of its spellings."""
        if not self.likely(0.4):
            return super().payloads(kind)
        key = next(iter(NEEDED[kind]))

        def one() -> str:
            return self.braced(self.entries(kind))

        def built() -> str:
            with self.home.defining(f"as_{kind}") as made, self.text.block(f"def {made.name}(word):"):
                more = [self._item(*pair) for pair in list(KEYS[kind].items())[:8] if self.likely(0.15)]
                self.text.add(f"return {{{', '.join([f'{self.quoted(key)}: word.lower()', *more])}}}")
            return self.chance.choice(
                (
                    f"[{made.spelled}(word) for word in WORDS]",
                    f"list(map({made.spelled}, WORDS))",
                    f"[{made.spelled}({self.text_of('word')})]",
                )
            )

        def returned() -> str:
            with self.home.defining(f"all_{kind}s") as made, self.text.block(f"def {made.name}():"):
                self.text.add(f"return [{one()}]")
            return f"{made.spelled}()"

        def constant() -> str:
            with self.home.defining(f"{kind.upper()}S") as made:
                self.text.add(f"{made.name} = [{one()}]")
            return self.chance.choice((made.spelled, f"list({made.spelled})", f"{made.spelled}[:1]"))

        def added() -> str:
            name = self.variable("items", f"[{one()}]")
            line = self.chance.choice(
                (
                    f"{name} += [{one()}]",
                    f"{name}.extend([{one()}])",
                    f"{name}.append({self.payload(kind)})",
                    f"{name}.insert(0, {one()})",
                )
            )
            if self.likely(0.3):
                kept = list(self.kept)
                with self.text.block(f"if {self.condition()}:"):
                    self.text.add(line)
                self.kept = kept
            else:
                self.text.add(line)
            return name

        def joined() -> str:
            first = self.variable("items", f"[{one()}]")
            return self.chance.choice(
                (f"{first} + [{one()}]", f"[*{first}, {one()}]", f"({first} if {self.condition()} else [{one()}])")
            )

        def changed() -> str:
            name = self.variable("items", f"[{one()}]")
            self.text.add(f'for item in {name}:\n    item["{next(iter(KEYS[kind]))}"] = {self.quoted("x")}')
            return name

        def parsed() -> str:
            return f"loaded([{one()}])"

        def once() -> str:
            way = self.chance.choice(("tuple", "values", "generator"))
            if way == "tuple":
                return f"({one()},)"
            if way == "values":
                return f"list({{'x': {one()}}}.values())"
            return f"[dict(row, {key}=word.lower()) for word in WORDS for row in [{one()}]]"

        return self.pick(
            [(2, once), (4, built), (3, returned), (3, constant), (4, added), (2, joined), (2, changed), (2, parsed)]
        )

    def members(self) -> str:
        """Return members as texts, as payloads, or some so and some so."""
        if self.likely(0.15):
            items = [self.text_of("user_id"), self.braced(self.entries("member"))]
            self.chance.shuffle(items)
            return f"[{', '.join(items)}]"
        return super().members()

    def options(self, named: Sequence[tuple[str, str]], optional: bool) -> str:
        """Return options that are given by names which are not written in the call; some may be left out if `optional`."""
        items = [f"{self.quoted(name)}: {value}" for name, value in named]
        if self.likely(0.3) and not any(
            isinstance(node, ast.Name) for node in ast.walk(ast.parse(f"{{{', '.join(items)}}}"))
        ):
            with self.home.defining("OPTIONS") as made:
                self.text.add(f"{made.name} = {{{', '.join(items)}}}")
            return f"**{made.spelled}"
        if len(items) > 1 and self.likely(0.4):
            name = self.variable("options", f"{{{items[0]}}}")
            for one, value in named[1:]:
                store = f"{name}[{self.quoted(one)}] = {value}"
                self.text.add(store if not optional or self.likely(0.5) else f"if {self.condition()}:\n    {store}")
            return f"**{name}"
        made_of = f"{{{', '.join(items)}}}"
        return f"**{self.variable('options', made_of)}" if self.likely(0.8) else f"**{made_of}"


def default_of(pairs: Keys, key: str, kind: str, extra: Keys) -> bool:
    """Return whether a key is one of those that have no default."""
    return [name for name, _ in pairs].index(key) < len(extra) + len(NEEDED[kind])
