"""Expressions of generated programs: payloads in the spellings that people use, and the statements that build them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from tests.differential.vocabulary import KEYS, NEEDED, WORDS

Keys = Sequence[tuple[str, str]]


class Text:
    """The lines of a program; `verbatim` are those that have nothing to do with stream-chat."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.verbatim: list[str] = []
        self.depth = 0

    def add(self, text: str, *, verbatim: bool = False) -> None:
        """Add a statement, which may have several lines, at the depth of the block."""
        lines = [f"{'    ' * self.depth}{line}" if line else "" for line in text.split("\n")]
        self.lines += lines
        if verbatim:
            self.verbatim += [line for line in lines if line]

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Let what is added meanwhile stand deeper (`pass` where that is no code)."""
        self.depth += 1
        before = len(self.lines)
        yield
        if all(line.lstrip().startswith("#") for line in self.lines[before:]):
            self.add("pass")
        self.depth -= 1

    @contextmanager
    def block(self, head: str, *, verbatim: bool = False) -> Iterator[None]:
        """Add a block: its head now, and deeper what is added meanwhile."""
        self.add(head, verbatim=verbatim)
        with self.deeper():
            yield


class Payloads:
    """Makes expressions; what has to stand before the statement goes to `text`."""

    def __init__(self, chance: random.Random, text: Text, asynchronous: bool, daring: bool) -> None:
        self.chance = chance
        self.text = text
        self.asynchronous = asynchronous
        self.daring = daring
        """Whether spellings occur that make most tools stumble."""
        self.counts: dict[str, int] = {}
        self.kept: list[str] = []
        """Variables that hold payloads, which the program may show later: a call must not change them."""

    def name(self, stem: str) -> str:
        """Return a new variable's name."""
        self.counts[stem] = self.counts.get(stem, 0) + 1
        return f"{stem}_{self.counts[stem]}"

    def likely(self, part: float) -> bool:
        """Return true in that part of the cases."""
        return self.chance.random() < part

    def pick(self, choices: Sequence[tuple[int, Callable[[], str]]]) -> str:
        """Return what one of the weighted makers makes."""
        return self.chance.choices([make for _, make in choices], [weight for weight, _ in choices])[0]()

    def value(self, kind: str) -> str:
        """Return an expression of a kind."""
        makers: dict[str, Callable[[], str]] = {
            "flag": lambda: self.scalar(self.chance.choice(("True", "False"))),
            "no": lambda: "False",
            "number": lambda: self.scalar(str(self.chance.choice((1, 5, 10, 3600)))),
            "null": lambda: self.chance.choice(("None", '"set"')),
            "time": lambda: self.time(("text", "iso")),
            "moment": lambda: self.time(("text", "iso", "datetime")),
            "datetime": lambda: self.time(("datetime",)),
            "filter": self.filter,
            "sort": self.sort,
            "query": lambda: self.chance.choice((self.text_of("word"), '{"text": {"$q": "words"}}')),
            "nested": lambda: self.chance.choice(('{"a": 1, "b": ["x", {"c": None}]}', '["x", 2]', "{}")),
            "mapping": lambda: self.chance.choice(('{"a": 1, "b": ["x", {"c": None}]}', '{"level": 2}', "{}")),
            "privacy": lambda: '{"read_receipts": {"enabled": ' + self.scalar("False") + "}}",
            "location": lambda: '{"latitude": 1.5, "longitude": 2, "end_at": "2030-01-01T00:00:00Z"}',
            "fields": lambda: '[{"title": "Size", "value": "L", "short": True}]',
            "actions": lambda: '[{"name": "a", "text": "Send", "type": "button", "style": "primary"}]',
            "page": lambda: '{"limit": ' + self.scalar("5") + "}",
            "user": lambda: self.payload("user"),
            "message": lambda: self.payload("message"),
            "known_message": lambda: self.payload("message", (("id", "message_id"),)),
            "channel": lambda: self.payload("channel"),
            "reaction": lambda: self.payload("reaction"),
            "event": lambda: self.payload("event"),
            "custom_event": lambda: self.payload("custom_event"),
            "users": lambda: self.payloads("user"),
            "attachments": lambda: self.payloads("attachment"),
            "members": self.members,
            "roles": lambda: self.payloads("member"),
            "partial": self.partial,
            "partials": lambda: f"[{', '.join(self.partial() for _ in range(self.chance.randint(1, 2)))}]",
            "changes": self.changes,
            "set": self.set,
            "keys": lambda: self.chance.choice(('["color", "note"]', '["x"]')),
            "words": lambda: self.texts("word"),
            "user_ids": lambda: self.texts("user_id"),
            "message_ids": lambda: self.texts("message_id"),
            "cids": lambda: self.texts("cid"),
        }
        return makers[kind]() if kind in makers else self.text_of(kind)

    def scalar(self, literal: str) -> str:
        """Return a plain value as it is, in a name, as an argument of a function that is seen, or on a condition."""
        return self.pick(
            (
                (20, lambda: literal),
                (2, lambda: self.variable("value", literal)),
                (3, lambda: self.seen(literal)),
                (1, lambda: f"({literal} if {self.condition()} else {literal})"),
            )
        )

    def seen(self, literal: str) -> str:
        """Return a call that shows when it is evaluated."""
        if self.asynchronous and self.likely(0.3):
            return f"await later({literal})"
        return f"seen({literal})"

    def text_of(self, kind: str) -> str:
        """Return an expression for a text of a kind."""
        value = self.chance.choice(WORDS[kind])
        literal = self.quoted(value)
        if kind == "user_id" and self.likely(0.08):
            return 'f"{PREFIX}-1"'
        if self.likely(0.02):
            return f"str({literal})"
        return self.scalar(literal)

    def quoted(self, value: str) -> str:
        """Return a literal of a text in one of the two quotes."""
        if "'" in value or self.likely(0.8):
            return f'"{value}"'
        return f"'{value}'"

    def variable(self, stem: str, expression: str) -> str:
        """Return a name that holds an expression's value."""
        name = self.name(stem)
        self.text.add(f"{name} = {expression}")
        return name

    def condition(self) -> str:
        """Return a condition that is true or false when the program runs."""
        return self.chance.choice(("ON", "not ON", "len(WORDS) > 1", "ON and WORDS", 'PREFIX == "other"'))

    def time(self, spellings: Sequence[str]) -> str:
        """Return a time in one of some spellings."""
        moment = "datetime.datetime(2030, 1, 1, 10, tzinfo=datetime.timezone.utc)"
        texts = {"text": '"2030-01-01T10:00:00Z"', "iso": f"{moment}.isoformat()", "datetime": moment}
        return texts[self.chance.choice(spellings)]

    def filter(self) -> str:
        """Return the conditions of a query."""
        made = self.chance.choice(
            (
                "{}",
                '{"type": "messaging"}',
                '{"id": {"$in": ' + self.texts("user_id") + "}}",
                '{"$and": [{"name": ' + self.text_of("word") + '}, {"created_at": {"$gt": "2020-01-01T00:00:00Z"}}]}',
            )
        )
        return self.variable("conditions", made) if self.likely(0.2) else made

    def sort(self) -> str:
        """Return a sorting in one of its spellings."""
        made = self.chance.choice(
            (
                '{"created_at": -1}',
                '[{"field": "created_at", "direction": -1}]',
                '[{"field": "name", "direction": 1}, {"field": "created_at", "direction": -1}]',
                '[{"name": 1, "created_at": -1}]',
                "[]",
                "None",
            )
        )
        return self.variable("order", made) if self.likely(0.15) else made

    def texts(self, kind: str) -> str:
        """Return a list of texts."""

        def grown() -> str:
            name = self.name("ids")
            self.text.add(f"{name} = [{self.text_of(kind)}]")
            self.text.add(f"{name}.append({self.text_of(kind)})")
            return name

        def comprehended() -> str:
            return "[word.lower() for word in WORDS]"

        choices: list[tuple[int, Callable[[], str]]] = [
            (12, lambda: f"[{', '.join(self.text_of(kind) for _ in range(self.chance.randint(1, 3)))}]"),
            (2, lambda: self.variable("ids", f"[{self.text_of(kind)}]")),
            (1, grown),
            (1, comprehended),
        ]
        if self.daring:
            choices += [
                (1, lambda: f"({self.text_of(kind)},)"),
                (1, lambda: f"list({{{self.text_of(kind)}: 1}})"),
            ]
        return self.pick(choices)

    def keys(self, kind: str, extra: Keys = ()) -> list[tuple[str, str]]:
        """Return keys of a payload with the kinds of their values: those that it needs and some of the others."""
        needed = [*extra, *NEEDED[kind].items()]
        others = [pair for pair in KEYS[kind].items() if self.likely(0.18) and pair[0] not in dict(needed)]
        chosen = [*needed, *(pair for pair in others if self.daring or (pair[1] != "null" and pair[0] != "custom"))]
        if self.likely(0.3):
            self.chance.shuffle(chosen)
        return chosen

    def entries(self, kind: str, extra: Keys = ()) -> list[str]:
        """Return the `"key": value` items of a payload."""
        return [f"{self.quoted(key)}: {self.value(value)}" for key, value in self.keys(kind, extra)]

    def payload(self, kind: str, extra: Keys = ()) -> str:
        """Return a payload of a kind in one of its spellings."""
        choices: list[tuple[int, Callable[[], str]]] = [
            (24, lambda: self.braced(self.entries(kind, extra))),
            (4, lambda: self.variable(kind, self.braced(self.entries(kind, extra)))),
            (6, lambda: self.grown(kind, extra)),
            (2, lambda: self.alias(kind, extra)),
            (3, lambda: self.conditional(kind, extra)),
            (2, lambda: self.spread(kind, extra)),
        ]
        if self.daring:
            choices += [(1, lambda: self.opaque(kind, extra)), (1, lambda: self.called(kind, extra))]
        made = self.pick(choices)
        if made.isidentifier():
            self.kept.append(made)
        return made

    def braced(self, entries: Sequence[str]) -> str:
        """Return a dictionary, in one line or in several."""
        if len(entries) > 2 and self.likely(0.5):
            inner = "".join(f"    {entry},\n".replace("\n    ", "\n        ") for entry in entries)
            return "{\n" + inner + "}"
        comma = "," if entries and self.likely(0.05) else ""
        return "{" + ", ".join(entries) + comma + "}"

    def grown(self, kind: str, extra: Keys) -> str:
        """Return the name of a payload that is built over several statements, some of them under a condition."""
        needed = [*extra, *NEEDED[kind].items()]
        name = self.variable(kind, self.braced([f"{self.quoted(key)}: {self.value(value)}" for key, value in needed]))
        others = [pair for pair in KEYS[kind].items() if pair not in needed]
        for key, value in self.chance.sample(others, k=min(self.chance.randint(1, 4), len(others))):
            store = f"{name}[{self.quoted(key)}]"
            if self.likely(0.4):
                kept = list(self.kept)
                with self.text.block(f"if {self.condition()}:"):
                    self.text.add(f"{store} = {self.value(value)}")
                if self.likely(0.2):
                    with self.text.block("else:"):
                        self.text.add(f"{store} = {self.value(value)}")
                # What is made for the value under the condition is not there without it.
                self.kept = kept
            elif self.daring and self.likely(0.2):
                self.text.add(f"{name}.update({{{self.quoted(key)}: {self.value(value)}}})")
            else:
                self.text.add(f"{store} = {self.value(value)}")
        return name

    def alias(self, kind: str, extra: Keys) -> str:
        """Return a second name of a payload, which may be changed through the first."""
        first = self.variable(kind, self.braced(self.entries(kind, extra)))
        second = self.variable(kind, first)
        if self.daring and self.likely(0.5):
            key = self.chance.choice(list(KEYS[kind]))
            self.text.add(f'{first}["{key}"] = {self.value(KEYS[kind][key])}')
        return second

    def conditional(self, kind: str, extra: Keys) -> str:
        """Return one payload or another."""
        one, other = (self.braced(self.entries(kind, extra)) for _ in range(2))
        made = f"{one} if {self.condition()} else {other}"
        return self.variable(kind, made) if self.likely(0.4) else f"({made})"

    def spread(self, kind: str, extra: Keys) -> str:
        """Return a payload that takes in another."""
        base = self.variable("base", self.braced(self.entries(kind, extra)))
        more = [f'"{key}": {self.value(value)}' for key, value in KEYS[kind].items() if self.likely(0.15)]
        items = [f"**{base}", *more]
        if self.likely(0.3):
            items.reverse()
        return "{" + ", ".join(items) + "}"

    def opaque(self, kind: str, extra: Keys) -> str:
        """Return a payload whose keys cannot be seen."""
        return f"loaded({self.braced(self.entries(kind, extra))})"

    def called(self, kind: str, extra: Keys) -> str:
        """Return a payload made by `dict`."""
        return "dict(" + self.braced(self.entries(kind, extra)) + ")"

    def payloads(self, kind: str) -> str:
        """Return a list of payloads in one of its spellings."""
        key = next(iter(NEEDED[kind]))

        def comprehended() -> str:
            more = [f'"{other}": {self.value(value)}' for other, value in KEYS[kind].items() if self.likely(0.1)]
            return f"[{{{', '.join([f'{self.quoted(key)}: word.lower()', *more])}}} for word in WORDS]"

        def spread() -> str:
            role = next(iter(KEYS[kind]))
            return f'[{{**row, "{key}": row["id"], "{role}": {self.quoted("x")}}} for row in ROWS]'

        def grown() -> str:
            name = self.variable("items", "[]")
            with self.text.block("for word in WORDS:"):
                self.text.add(f'{name}.append({{"{key}": word.lower()}})')
            return name

        choices: list[tuple[int, Callable[[], str]]] = [
            (12, lambda: f"[{', '.join(self.payload(kind) for _ in range(self.chance.randint(1, 2)))}]"),
            (3, lambda: self.variable("items", f"[{self.payload(kind)}]")),
            (3, comprehended),
            (2, grown),
        ]
        if self.daring and kind == "user":
            choices.append((1, spread))
        return self.pick(choices)

    def members(self) -> str:
        """Return members as texts or as payloads."""
        return self.texts("user_id") if self.likely(0.6) else self.payloads("member")

    def partial(self) -> str:
        """Return a partial update of a user."""
        parts = [f'"id": {self.text_of("user_id")}']
        if self.likely(0.8):
            parts.append(f'"set": {self.set()}')
        if self.likely(0.4):
            parts.append('"unset": ["color"]')
        return "{" + ", ".join(parts) + "}"

    def changes(self) -> str:
        """Return a partial update of a message."""
        parts = [f'"set": {self.set()}'] if self.likely(0.8) else []
        if self.likely(0.4) or not parts:
            parts.append('"unset": ["color"]')
        return "{" + ", ".join(parts) + "}"

    def set(self) -> str:
        """Return what a partial update sets."""
        values = [f'"name": {self.text_of("word")}', f'"level": {self.value("number")}']
        if self.daring and self.likely(0.2):
            values.append('"note": None')
        made = "{" + ", ".join(self.chance.sample(values, k=self.chance.randint(1, len(values)))) + "}"
        return self.variable("values", made) if self.likely(0.15) else made
