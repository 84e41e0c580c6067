"""SM646: a time in a token that is taken from a clock that Stream does not share."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.checks.code.times import Time, time_of
from streammigrate.checks.code.tokens import Token, tokens
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for token in tokens(project):
        for name, value, said in _second(token) if token.is_v2 else _said(token):
            at = token.module.at(value)
            yield Answer(said, at, (*token.about, name), (Evidence(str(at), ast.unparse(value)),))


def _said(token: Token) -> Iterator[tuple[str, ast.expr, str]]:
    for name, value in (("exp", token.end), ("iat", token.begin)):
        time = None if value is None else time_of(token.module, value)
        if value is None or time is None:
            continue
        said = _zone(name, time) or (_issue(value, time) if name == "iat" else "")
        if said:
            yield name, value, said


def _second(token: Token) -> Iterator[tuple[str, ast.expr, str]]:
    """v2 takes the seconds that are left: what is off is the moment from which the present one is subtracted."""
    end = token.end.body if isinstance(token.end, ast.IfExp) else token.end
    if isinstance(end, ast.BinOp) and isinstance(end.op, ast.Sub):
        time, now = time_of(token.module, end.left), time_of(token.module, end.right)
        if time is not None and time.zone == "shifted" and now is not None and now.now and now.zone == "":
            yield "expiration", end.left, _zone("expiration", time)


def _zone(name: str, time: Time) -> str:
    if time.zone == "shifted":
        return f"`{name}` takes the clock of one zone for that of another: it is off by the zone of the machine"
    if time.kind == "datetime" and time.zone == "local":
        return f"`{name}` is a local time without its zone, and is read as UTC: it is off by the zone of the machine"
    return ""


def _issue(value: ast.expr, time: Time) -> str:
    if time.scale > 1:
        return "`iat` counts seconds since the epoch, and this is finer: the token is not valid for thousands of years"
    if time.kind == "moment" and not time.now and isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return "`iat` lies ahead: the token is not valid until then"
    if time.now and time.kind in ("moment", "datetime"):
        return "`iat` is this very second: where the clock of the machine is ahead, Stream takes the token for one of the future"
    return ""


CHECK = ProjectCheck(
    id="SM646",
    name="token-clock",
    title="A time in a token depends on the clock of the machine",
    severity=Severity.WARNING,
    area=Area.CODE,
    question="Are the times in tokens right on every machine?",
    explanation="PyJWT, which v1 makes tokens with, reads a datetime without a zone as UTC, while `datetime.now()` is local "
    "time; `datetime.utcnow().timestamp()` is the same mistake the other way round. An `iat` that lies ahead of Stream's clock "
    "makes a token that is not valid yet. v2 takes no `iat`: it writes one itself, five seconds back.",
    shows="what was given as `exp` or `iat`.",
    fix="Use `int(time.time())`, or `datetime.now(timezone.utc)`; put `iat` some seconds back, or leave it out (v2 writes it).",
    judge=_judge,
)
