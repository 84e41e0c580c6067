"""SM645: the end of a token that is not what was meant: a duration for a time, a time for a duration, other units."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from streammigrate.checks.code.times import Time, time_of
from streammigrate.checks.code.tokens import Token, tokens
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity

_END = re.compile(r"exp(?:ir\w*|_?(?:at|in|time|ts|seconds))?|ttl|valid_(?:for|until)|max_age")
"""Names under which people give an end."""


def is_meant_as_end(name: str) -> bool:
    """Return whether a name of an argument sounds like the end of a token."""
    return _END.fullmatch(name.lower()) is not None


def _judge(project: Project) -> Iterator[Answer]:
    for token in tokens(project):
        for shown, said in _said(token):
            at = token.module.at(shown)
            yield Answer(said, at, (*token.about, said), (Evidence(str(at), ast.unparse(shown)),))


def _said(token: Token) -> Iterator[tuple[ast.expr, str]]:
    for name, value in token.given.items():
        if token.is_v2 and name in ("exp", "iat"):
            yield value, f"getstream's create_token has no `{name}`: the call raises TypeError"
        elif not token.is_v2 and token.end is None and name != "exp" and is_meant_as_end(name):
            yield (
                value,
                f"stream-chat writes `{name}` into the token as a claim of that name, and the token never expires",
            )
    end = token.end
    time = None if end is None else time_of(token.module, end)
    if end is not None and time is not None:
        said = _of_duration(time) if token.is_v2 else _of_moment(time)
        if said:
            yield end, said


def _of_moment(time: Time) -> str:
    """Return what is wrong with v1's `exp`, which is a moment in seconds since the epoch, or a datetime."""
    if time.kind == "timedelta":
        return "`exp` is a timedelta: making the token raises TypeError"
    if time.kind == "text":
        return "`exp` is a text, and has to be a number of seconds since the epoch"
    if time.kind == "span" and time.number != 0:
        return "`exp` is the moment at which the token ends, and this is a duration: the token has ended in 1970"
    if time.kind == "moment" and time.scale > 1:
        return "`exp` counts seconds since the epoch, and this is finer: the token ends thousands of years from now"
    return ""


def _of_duration(time: Time) -> str:
    """Return what is wrong with v2's `expiration`, which is how many seconds the token lives."""
    if time.kind in ("timedelta", "datetime", "text"):
        return f"`expiration` is a {time.kind}, and has to be a number of seconds: the call raises TypeError"
    if time.kind == "moment":
        return "`expiration` is how many seconds the token lives, and this is a moment: the token lives for decades"
    if time.scale > 1:
        return f"`expiration` counts seconds, and this is finer: the token lives {time.scale} times as long as meant"
    if time.number is not None and time.number <= 0:
        return "the token has ended when it is made; without `expiration` it would never end"
    return ""


CHECK = ProjectCheck(
    id="SM645",
    name="token-end-misread",
    title="The end of a token is not what was meant",
    severity=Severity.ERROR,
    area=Area.CODE,
    question="Is the end of each token given as its SDK reads it?",
    explanation="v1's `exp` is a moment in seconds since the epoch, v2's `expiration` a duration in seconds from now. The one "
    "for the other makes tokens that ended in 1970, or that live for decades. v1 takes every other name as a claim of its own "
    "(`expiration=3600` makes a token that never expires), v2 refuses it. An `exp` of 0 means never in v1, an `expiration` of "
    "0 means at once in v2.",
    shows="what was given as the end.",
    fix="v1: `create_token(user_id, exp=int(time.time()) + 3600)`. v2: `create_token(user_id, expiration=3600)`.",
    judge=_judge,
)
