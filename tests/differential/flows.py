"""Calls in functions of generated programs: such as take a client, give back responses, are given payloads, or answer for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from tests.differential.catching import Catching
from tests.differential.far import FarReads
from tests.differential.places import Definition
from tests.differential.reads import response_of
from tests.differential.vocabulary import CLIENT, KEYS, Operation

from streammigrate.rules import sdk

SENT = {
    "user": "user",
    "message": "message",
    "users": "user",
    "channel": "channel",
    "reaction": "reaction",
    "event": "event",
    "custom_event": "custom_event",
}
"""The kinds of arguments that functions of programs are given, and what they are of."""

_THROUGH = (
    """
{response} = {users}
for {entry} in {response}["users"]:
    {entry}["tier"] = 2
    {wait}{client}.upsert_user({entry})
""",
    """
{response} = {users}
{wait}{client}.upsert_users([{{"id": one["id"], "role": "admin"}} for one in {response}["users"]])
""",
    """
for {entry} in ({users})["users"]:
    {wait}{client}.update_user({{**{entry}, "role": "admin"}})
""",
    """
{response} = {users}
{wait}{client}.channel("messaging", "general").add_members([one["id"] for one in {response}["users"]])
""",
    """
{response} = {sent}
{wait}{client}.get_message({response}["message"]["id"])
""",
    """
{response} = ({sent})["message"]
{wait}{client}.delete_message({response}["id"], hard=True)
""",
    """
for {entry} in ({channels})["channels"]:
    {channel} = {client}.channel({entry}["channel"]["type"], {entry}["channel"]["id"])
    {wait}{channel}.delete()
""",
    """
{response} = {channels}
{wait}{client}.delete_channels([one["channel"]["cid"] for one in {response}["channels"]])
""",
    """
{entry} = ({users})["users"][0]
{wait}{client}.query_users({{"created_at": {{"$gt": {entry}["created_at"]}}}})
""",
    """
{entry} = ({users})["users"][0]
{wait}{client}.upsert_user({{"id": {entry}["id"], "seen_at": {entry}["created_at"], "level": {entry}.get("x_level")}})
""",
    """
{entry} = ({sent})["message"]
{channel} = {client}.channel("messaging", "copy")
{wait}{channel}.send_message({{"text": f"at {{{entry}['created_at']}}", "parent_id": {entry}["id"]}}, "jane")
""",
    """
{response} = {sent}
{wait}{client}.update_message({{**{response}["message"], "text": "changed"}})
""",
    """
{response} = {users}
for {entry} in {response}["users"]:
    if {entry}["created_at"] > "2025-06-15" and not {entry}.get("banned"):
        {wait}{client}.ban_user({entry}["id"], banned_by_id="admin", reason={entry}.get("x_color", "none"))
""",
    """
{entry} = ({users})["users"][0]
{wait}{client}.update_user_partial({{"id": {entry}["id"], "set": {{"seen": True}}}})
""",
)
"""What one call answers goes into another."""


class Flows(Catching):
    """Adds functions in which calls are made; the maker of programs has the rest."""

    cls: str
    spelling: str
    constructor: str
    reads: FarReads

    def _def(self, name: str, parameters: str = "") -> AbstractContextManager[None]:
        raise NotImplementedError

    def _choose(self, operations: tuple[Operation, ...]) -> Operation:
        raise NotImplementedError

    def _arguments(self, function: str, operation: Operation, given: Mapping[str, str] = ...) -> str:
        raise NotImplementedError

    def _taking(self, cls: str) -> tuple[str, str]:
        """Return the name of a parameter for a client or a channel, and how it is declared."""
        if "Channel" in cls:
            return "channel", "channel"
        annotated = self.likely(0.3) and self.spelling not in ("inside", "guarded")
        return "chat", f"chat: {self.constructor}" if annotated else "chat"

    def _remote(self, receiver: str, operation: Operation, cls: str) -> None:
        """Add a function that makes a call and gives back the response, or some of it; read that here."""
        awaiting = "async " if self.asynchronous else ""
        kind = response_of(cls, operation.name)
        assert kind is not None
        with self.defining("fetch") as made:
            self.values.asynchronous = self.asynchronous
            name, declared = self._taking(cls)
            returns = (
                self.chance.choice(("", "", "", " -> dict", " -> typing.Dict[str, typing.Any]"))
                if kind.kind == "model"
                else ""
            )
            ways = ["call", "name", "name", "checked", "tested"]
            model = sdk.model(kind.name) if kind.kind == "model" else None
            parts = [one for one in model.fields.values() if one.required and one.wire != "custom"] if model else []
            ways += ["part", "part"] if parts else []
            way = self.chance.choice(ways)
            returns = returns if way != "part" else ""
            if not self.asynchronous and self.likely(0.05):
                self.text.add("@functools.lru_cache(maxsize=None)")
            with self.text.block(f"{awaiting}def {made.name}({declared}){returns}:"):
                call = self._awaited(self._arguments(f"{name}.{operation.name}", operation))
                if way == "call":
                    self.text.add(f"return {call}")
                elif way == "part":
                    part = self.chance.choice(parts)
                    if self.likely(0.5):
                        self.text.add(f'answer = {call}\nreturn answer["{part.wire}"]')
                    else:
                        place = f"({call})" if self.asynchronous else call
                        self.text.add(f'return {place}["{part.wire}"]')
                    kind = part.type
                elif way == "checked":
                    self.text.add("try:\n    answer = " + call.replace("\n", "\n    "))
                    self._handler(self._caught())
                    self.text.add("    return " + self.chance.choice(("None", "{}")))
                    self.text.add("return answer")
                else:
                    self.text.add(f"answer = {call}")
                    if way == "tested":
                        self.text.add('if "nothing" in answer:\n    return None')
                    self.text.add("return answer")
        spelled = made.spelled
        if self.likely(0.3):
            with self.defining("relay", made) as relay:
                name, declared = self._taking(cls)
                inner = self.nested(made)
                with self.text.block(f"{awaiting}def {relay.name}({declared}):"):
                    call = self._awaited(f"{inner}({name})")
                    self.text.add(f"return {call}" if self.likely(0.5) else f"found = {call}\nreturn found")
            spelled = relay.spelled
        call = self._awaited(f"{spelled}({receiver})")
        if way == "checked":
            response = self.values.variable("response", call)
            with self.text.block(f"if {response}:"):
                self.reads.used(response, kind)
        else:
            self.reads.found(call, kind)

    def _keeping(self, client: str) -> list[Callable[[], None]]:
        """Add methods to a class that give or keep a response; return what adds uses of them to other methods."""
        readable = [one for one in CLIENT if response_of(self.cls, one.name) is not None]
        uses: list[Callable[[], None]] = []
        for stem in self.chance.sample(("load", "refresh"), k=self.chance.choice((1, 1, 2))):
            operation = self._choose(tuple(readable))
            kind = response_of(self.cls, operation.name)
            assert kind is not None
            name, kept = self.values.name(stem), self.values.name("answer")
            with self._def(name, "self"):
                call = self._awaited(self._arguments(f"{client}.{operation.name}", operation))
                if stem == "load":
                    self.text.add(f"return {call}" if self.likely(0.6) else f"answer = {call}\nreturn answer")
                else:
                    self.text.add(f"self.{kept} = {call}")
            made = self._awaited(f"self.{name}()")
            if stem == "load":
                uses.append(lambda made=made, kind=kind: self.reads.found(made, kind))  # type: ignore[misc]
            else:
                uses.append(lambda made=made, kind=kind, kept=kept: self._refreshed(made, kept, kind))  # type: ignore[misc]
        return uses

    def _refreshed(self, made: str, kept: str, kind: sdk.Type) -> None:
        self.text.add(made)
        self.reads.used(f"self.{kept}", kind)

    def _wrapped(self, client: str) -> None:
        """Add a function of the program around a method, as people write them."""
        wait, awaiting = ("await ", "async ") if self.asynchronous else ("", "")
        bodies = [
            ("id, **extra", 'upsert_user({"id": id, **extra})', ('"jane", tier=1', '"jane", name="Jane"', '"jane"')),
            (
                "user_id, name=None",
                'upsert_user({"id": user_id, "name": name or user_id})',
                ('"jane"', '"jane", "Jane"'),
            ),
            ("*ids", 'upsert_users([{"id": one, "role": "user"} for one in ids])', ('"jane", "john"', '"jane"')),
            (
                "room, text, by, **options",
                'channel("messaging", room).send_message({"text": text}, by, **options)',
                ('"lobby", "hi", "jane"', '"lobby", "hi", "jane", skip_push=True'),
            ),
            (
                "room, members, **extra",
                'channel("messaging", room, {"members": members, **extra}).create("jane")',
                ('"lobby", ["jane"]', '"lobby", ["jane"], name="Lobby"'),
            ),
            (
                "conditions, **options",
                "query_users(conditions, **options)",
                ("{}", "{}, limit=3", '{"id": "x"}, sort={"created_at": -1}'),
            ),
        ]
        if self.daring:
            bodies.append(("*args, **options", "upsert_user(*args, **options)", ('{"id": "jane"}',)))
        parameters, body, calls = self.chance.choice(bodies)
        with self.defining("wrapped") as made:
            name, declared = self._taking(self.cls)
            with self.text.block(f"{awaiting}def {made.name}({declared}, {parameters}):"):
                self.text.add(f"{'return ' if self.likely(0.6) else ''}{wait}{name}.{body}")
        for given in self.chance.sample(calls, k=self.chance.randint(1, len(calls))):
            self.text.add(self._awaited(f"{made.spelled}({client}, {given})"))

    def _view(self, client: str) -> None:
        """Add a function that answers for the program: with the response, or with what went wrong."""
        operation = self._choose(tuple(one for one in CLIENT if response_of(self.cls, one.name) is not None))
        response = response_of(self.cls, operation.name)
        with self.defining("view") as made:
            self.values.asynchronous = self.asynchronous
            name, declared = self._taking(self.cls)
            with self.text.block(f"{'async ' if self.asynchronous else ''}def {made.name}({declared}):"):
                call = self._awaited(self._arguments(f"{name}.{operation.name}", operation))
                kind = self.chance.choice(("StreamAPIException", "StreamAPIException", "Exception"))
                self.catches = self.catches or kind != "Exception"
                good = self.chance.choice(
                    ("answer", '{"ok": True, "answer": answer}', 'answer.get("duration")', "dict(answer)")
                )
                if response is None or response.kind != "model":
                    good = "answer"
                bad = ['{"ok": False}', '{"error": "failed"}', "None"]
                bad += ['{"error": str(error)}'] if kind != "Exception" and self.daring else []
                bad += (
                    ['{"error": error.status_code}, 500', '{"error": error.error_code}'] if kind != "Exception" else []
                )
                self.text.add("try:")
                with self.text.deeper():
                    self.text.add(f"answer = {call}\nreturn {good}")
                self.text.add(f"except {kind} as error:\n    return {self.chance.choice(bad)}")
        found = self._awaited(f"{made.spelled}({client})")
        way = self.chance.choice(
            (
                'observe("view", {v})',
                'observe("view", json.dumps({v}, sort_keys=True))',
                "print(json.dumps({v}, sort_keys=True))",
            )
        )
        self.text.add(way.format(v=found))

    def _through(self, client: str) -> None:
        """Let what one call answers go into another."""
        calls = {
            "users": self._awaited(f"{client}.query_users({{}}, limit=2)"),
            "channels": self._awaited(f'{client}.query_channels({{"type": "messaging"}})'),
            "sent": self._awaited(f'{client}.channel("messaging", "general").send_message({{"text": "hi"}}, "jane")'),
        }
        names = {stem: self.values.name(stem) for stem in ("response", "entry", "channel")}
        wait = "await " if self.asynchronous else ""
        self.text.add(self.chance.choice(_THROUGH).format(**calls, **names, wait=wait, client=client).strip("\n"))

    def _paging(self, client: str) -> None:
        """Add a function that yields what is on page after page."""
        awaiting, wait = ("async ", "await ") if self.asynchronous else ("", "")
        gives = self.chance.choice(('yield page["users"]', "yield page", 'for user in page["users"]:\n    yield user'))
        with self.defining("pages") as made:
            name, declared = self._taking(self.cls)
            with self.text.block(f"{awaiting}def {made.name}({declared}):"):
                self.text.add("offset = 0")
                with self.text.block("while offset < 4:"):
                    self.text.add(f"page = {wait}{name}.query_users({{}}, limit=2, offset=offset)\noffset += 2")
                    self.text.add(f'if not page["users"]:\n    break\n{gives}')
        item = self.values.name("item")
        with self.text.block(f"{awaiting}for {item} in {made.spelled}({client}):"):
            reads = {"yield page": '["users"][0]["id"]', 'yield page["users"]': '[0]["id"]'}
            read = item + reads.get(gives, '["id"]')
            self.text.add(f'observe("read", {read})')

    def nested(self, made: Definition) -> str:
        """Return how a definition is named in another one."""
        return made.name

    def _sender(self, receiver: str, operation: Operation, cls: str) -> None:
        """Add a function that is given a payload, and call it once or twice."""
        payload = next(one for one in operation.parameters if one.kind in SENT)
        with self.defining("send") as made:
            self.values.asynchronous = self.asynchronous
            name, declared = self._taking(cls)
            given = self.chance.choice(("data", "payload", f"new_{payload.kind}"))
            annotation = self.chance.choice(("", "", ": dict", ": typing.Dict[str, typing.Any]"))
            with self.text.block(
                f"{'async ' if self.asynchronous else ''}def {made.name}({declared}, {given}{annotation}):"
            ):
                if payload.kind != "users" and self.likely(0.3):
                    key, value = self.chance.choice(list(KEYS[SENT[payload.kind]].items())[:8])
                    store = f'{given}["{key}"] = {self.values.value(value)}'
                    copied = self.likely(0.3)
                    self.text.add((f"{given} = dict({given})\n" if copied else "") + store)
                call = self._arguments(f"{name}.{operation.name}", operation, {payload.name: given})
                self.text.add(f"{'return ' if self.likely(0.4) else ''}{self._awaited(call)}")
        for _ in range(self.chance.choice((1, 1, 2))):
            value = self.values.value(payload.kind)
            self.text.add(self._awaited(f"{made.spelled}({receiver}, {value})"))
