"""What an expression says of time: a moment or a span, in which unit, and on whose clock."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from streammigrate.checks.project import Module

Kind = Literal["moment", "span", "timedelta", "datetime", "text"]
"""`moment` and `span` are numbers: since the epoch, and of something that passes."""
_OLDEST = 1_000_000_000
"""Numbers below it are no moment that a program of today would mean: it is September 2001, in seconds."""
_MILLISECONDS = 100_000_000_000
"""Numbers from it on are no seconds: they would be of the year 5138."""
_DEEPEST = 16
_SAME = frozenset({"int", "float", "round", "abs", "math.floor", "math.ceil", "math.trunc"})
_UNITS = {1000: 1000, 1_000_000: 1_000_000, 1_000_000_000: 1_000_000_000}


class Time(NamedTuple):
    """What is known of a value."""

    kind: Kind
    scale: int = 1
    """How many of its units make a second."""
    zone: Literal["", "aware", "local", "utc", "shifted"] = ""
    """For a datetime: how it knows its zone, `local` and `utc` being naive ones. A number is `shifted` where it was made
    of the hands of one clock as if they were those of another, so that it is off by the zone of the machine."""
    number: float | None = None
    """The value of a number that is written out."""
    now: bool = False
    """Whether it is the present moment, with nothing added to it."""


def time_of(module: Module, expr: ast.expr, depth: int = _DEEPEST) -> Time | None:
    """Return what an expression says of time; None where that is not known."""
    if depth == 0:
        return None
    if isinstance(expr, ast.Constant):
        return _constant(expr.value)
    if isinstance(expr, ast.Name):
        bindings = module.scopes.lookup(expr)[1]
        plain = len(bindings) == 1 and bindings[0].kind in ("assign", "annassign", "walrus")
        value = bindings[0].value if plain else None
        return None if value is None else time_of(module, value, depth - 1)
    if isinstance(expr, ast.UnaryOp) and isinstance(expr.op, (ast.UAdd, ast.USub)):
        found = time_of(module, expr.operand, depth - 1)
        minus = isinstance(expr.op, ast.USub) and found is not None and found.number is not None
        return Time("span", number=-found.number) if minus and found and found.number is not None else found
    if isinstance(expr, ast.BinOp):
        left, right = time_of(module, expr.left, depth - 1), time_of(module, expr.right, depth - 1)
        return _computed(expr.op, left, right)
    if isinstance(expr, ast.IfExp):
        one, other = time_of(module, expr.body, depth - 1), time_of(module, expr.orelse, depth - 1)
        return one if one == other else None
    if isinstance(expr, ast.NamedExpr):
        return time_of(module, expr.value, depth - 1)
    return _called(module, expr, depth - 1) if isinstance(expr, ast.Call) else None


def _constant(value: object) -> Time | None:
    if isinstance(value, str):
        return Time("text")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if value < _OLDEST:
        return Time("span", number=value)
    return Time("moment", 1 if value < _MILLISECONDS else 1000, number=value)


def _computed(op: ast.operator, left: Time | None, right: Time | None) -> Time | None:
    if left is None or right is None:
        return None
    if isinstance(op, (ast.Add, ast.Sub)):
        return _moved(op, left, right)
    if isinstance(op, (ast.Mult, ast.Div, ast.FloorDiv)):
        return _scaled(op, left, right)
    return None


def _moved(op: ast.Add | ast.Sub, left: Time, right: Time) -> Time | None:
    if isinstance(op, ast.Add) and left.kind in ("span", "timedelta"):
        left, right = right, left
    if left.kind in ("moment", "datetime"):
        if right.kind == left.kind and isinstance(op, ast.Sub):
            return Time("span", left.scale) if left.kind == "moment" else Time("timedelta")
        fits = right.kind == ("span" if left.kind == "moment" else "timedelta")
        return left._replace(now=False, number=None) if fits else None
    if left.kind != right.kind or left.kind not in ("span", "timedelta"):
        return None
    if left.number is None or right.number is None:
        return left._replace(number=None)
    return left._replace(number=left.number + right.number if isinstance(op, ast.Add) else left.number - right.number)


def _scaled(op: ast.operator, left: Time, right: Time) -> Time | None:
    by = isinstance(op, ast.Mult)
    if by and left.kind == "span" and left.number is not None:
        left, right = right, left
    if right.kind != "span" or right.number is None or right.number == 0:
        return None
    if left.kind == "timedelta":
        return left if by else None
    if left.kind not in ("moment", "span"):
        return None
    if left.number is not None:
        number = left.number * right.number if by else left.number / right.number
        return left._replace(number=number) if left.kind == "span" else _constant(number)
    factor = _UNITS.get(int(right.number)) if right.number == int(right.number) else None
    if left.kind == "span" and factor is None:
        return left
    if factor is None:
        return None
    return left._replace(scale=left.scale * factor if by else max(left.scale // factor, 1))


def _called(module: Module, call: ast.Call, depth: int) -> Time | None:
    name = _name(module, call.func)
    if name in _SAME and call.args:
        found = time_of(module, call.args[0], depth)
        return None if found is None or found.kind == "text" else found
    made = _MAKERS.get(name)
    if made is not None:
        return made(call)
    if name in ("time.mktime", "calendar.timegm") and call.args:
        return _from_hands(module, call.args[0], name == "time.mktime", depth)
    if name == "datetime.datetime.combine" or not isinstance(call.func, ast.Attribute):
        return None
    owner = time_of(module, call.func.value, depth)
    return None if owner is None else _method(owner, call.func.attr, call)


def _name(module: Module, function: ast.expr) -> str:
    if isinstance(function, ast.Name) and not module.scopes.lookup(function)[1]:
        return function.id
    return module.symbol(function)


def _method(owner: Time, name: str, call: ast.Call) -> Time | None:
    if owner.kind == "timedelta":
        return Time("span") if name == "total_seconds" else None
    if owner.kind != "datetime":
        return None
    if name in ("timestamp", "strftime"):
        if name == "strftime" and not (
            call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value == "%s"
        ):
            return Time("text")
        # A naive datetime is taken for local time.
        return Time("moment", zone="shifted" if owner.zone == "utc" else "", now=owner.now)
    if name == "isoformat":
        return Time("text")
    if name == "replace":
        zoned = any(one.arg == "tzinfo" for one in call.keywords)
        return owner._replace(zone="aware" if zoned else owner.zone, now=owner.now and len(call.keywords) == zoned)
    return owner._replace(zone="aware") if name == "astimezone" else None


def _from_hands(module: Module, expr: ast.expr, local: bool, depth: int) -> Time | None:
    """Return what `time.mktime(x.timetuple())` and `calendar.timegm(x.utctimetuple())` give."""
    if not isinstance(expr, ast.Call) or not isinstance(expr.func, ast.Attribute):
        return None
    owner = time_of(module, expr.func.value, depth)
    if owner is None or owner.kind != "datetime" or expr.func.attr not in ("timetuple", "utctimetuple"):
        return None
    if owner.zone == "aware":
        # The hands of an aware one are those of its own zone, or of UTC.
        right = expr.func.attr == "utctimetuple" and not local
        return Time("moment", now=owner.now) if right else None
    fits = owner.zone == ("local" if local else "utc")
    return Time("moment", zone="" if fits else "shifted", now=owner.now)


def _now(call: ast.Call) -> Time:
    given = [*call.args, *(one.value for one in call.keywords)]
    aware = any(not (isinstance(one, ast.Constant) and one.value is None) for one in given)
    return Time("datetime", zone="aware" if aware else "local", now=True)


_MAKERS: Mapping[str, Callable[[ast.Call], Time]] = {
    "time.time": lambda call: Time("moment", now=True),
    "time.time_ns": lambda call: Time("moment", 1_000_000_000, now=True),
    "datetime.datetime.now": _now,
    "datetime.datetime.today": lambda call: Time("datetime", zone="local", now=True),
    "datetime.datetime.utcnow": lambda call: Time("datetime", zone="utc", now=True),
    "datetime.timedelta": lambda call: Time("timedelta"),
}
