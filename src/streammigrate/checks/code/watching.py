"""SM648: `watch` and `presence` on calls of a server, which has no WebSocket connection to watch with."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from streammigrate.checks.code.mappings import unpacked
from streammigrate.checks.code.second import SecondCall, second
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Call, Module, Project
from streammigrate.findings import Severity

_WORDS = ("watch", "presence")
_ASKING = frozenset({"Channel.query", "StreamChat.query_channels", "StreamChat.query_users"})
_MODELS = frozenset({"getstream.models.QueryUsersPayload"})
"""The models of chat that have one of the two."""


def _judge(project: Project) -> Iterator[Answer]:
    for call in project.calls:
        for name, value in _first(call).items():
            if (
                call.member == "Channel.create"
                and name in (*_WORDS, "state")
                and call.module.constant(value) is not False
            ):
                said = f"Channel.create always sends `{name}` as False, whatever it is given"
            elif call.member in _ASKING and name in _WORDS and call.module.constant(value) is True:
                said = (
                    f"{call.member} asks for `{name}`, which takes a WebSocket connection that a server does not have"
                )
            else:
                continue
            yield _answer(call.module, call.node, value, said, (call.member, name))
    for other in second(project).calls:
        yield from _second(other)


def _first(call: Call) -> Mapping[str, ast.expr]:
    given = dict(call.given)
    if call.opaque and call.member in (*_ASKING, "Channel.create"):
        given.update({one.key: one.value for one in unpacked(call.module, call.node).items})
    return given


def _second(call: SecondCall) -> Iterator[Answer]:
    module = call.module
    for name in _WORDS:
        value = call.given.get(name)
        if value is not None and call.method is not None and name not in call.method.parameters:
            said = f"{call.member} of getstream has no `{name}`: the call raises TypeError"
            yield _answer(module, call.node, value, said, (call.member, name))
    for model in ast.walk(call.node):
        if isinstance(model, ast.Call) and model is not call.node and module.symbol(model.func) in _MODELS:
            for keyword in model.keywords:
                if keyword.arg in _WORDS and module.constant(keyword.value) is True:
                    said = f"{call.member} asks for `{keyword.arg}`, which takes a WebSocket connection"
                    yield _answer(module, call.node, keyword.value, said, (call.member, keyword.arg or ""))


def _answer(module: Module, node: ast.Call, value: ast.expr, said: str, about: tuple[str, ...]) -> Answer:
    at = module.at(node)
    scope = module.scopes.scope(node).qualname
    seen = Evidence(str(module.at(value)), module.line(value))
    return Answer(said, at, (module.path, scope, *about), (seen,))


CHECK = ProjectCheck(
    id="SM648",
    name="watch-on-server-call",
    title="A server asks to watch",
    severity=Severity.WARNING,
    area=Area.CODE,
    question="Does no server call ask for `watch` or `presence`?",
    explanation="Both subscribe the WebSocket connection of the caller to events. A server has none, and Stream refuses what "
    "asks for them without one. stream-chat sends them on as they are given, but for Channel.create, which overwrites them. The "
    "methods of getstream have no such argument and raise TypeError, except that QueryUsersPayload still has `presence`. "
    "`state` is another matter: it says how much of a channel is in the answer, in both SDKs.",
    shows="the argument.",
    fix="Leave `watch` and `presence` out. What has to be known when it happens comes by webhook.",
    judge=_judge,
)
