"""Times of expiry: stream-chat takes seconds since the epoch, getstream seconds from now."""

from __future__ import annotations

import ast

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Code, Infix, Raw, Src
from streammigrate.codemod.lower import Held
from streammigrate.codemod.names import Names
from streammigrate.codemod.values import KindOf, Known, Node, constant, is_pure


def relative(known: Known, names: Names, kind_of: KindOf) -> tuple[Code, str]:
    """Return the seconds from now for an absolute time, and the form it was given in.

    `time.time() + n` becomes `n`; 0 and None mean never; another number has the present time taken off. Raises Held
    when the value has effects and may be 0.
    """
    fixed = constant(known)
    if fixed is not None and not fixed.value:
        return Raw("None"), "never"
    if not isinstance(known, Node):
        raise Held(kinds.UNKNOWN_VALUE, "v2 wants the seconds from now, v1 the time since the epoch")
    lifetime = _after_now(known.node, names)
    if lifetime is not None:
        return lifetime, "lifetime"
    if kind_of(known.node) == "time" or (
        isinstance(known.node, ast.BinOp) and not _is_number(known.node, names, kind_of)
    ):
        raise Held(
            kinds.UNKNOWN_VALUE,
            "v2 wants the seconds from now, and the time of expiry may be a datetime, which stream-chat takes for UTC: "
            "give calendar.timegm(….utctimetuple())",
        )
    now = f"int({names.use_module('time')}.time())"
    if fixed is not None or _is_sum(known.node):
        return Infix((_bracketed(known.node), f" - {now}")), "absolute"
    if not is_pure(known.node):
        raise Held(
            kinds.ORDER,
            "the time of expiry may be None or 0 (never) and would be evaluated twice; put it into a variable first",
        )
    value = Src(known.node)
    return Infix((_bracketed(known.node), f" - {now} if ", value, " else None")), "absolute-or-never"


def _bracketed(node: ast.expr) -> Code:
    simple = isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant))
    return Src(node) if simple else Infix(("(", Src(node), ")"))


def _after_now(node: ast.expr, names: Names) -> Code | None:
    """Return n of `time.time() + n`, `int(time.time()) + n`, `int(time.time() + n)` when n is a whole number, or None."""
    inner = node
    if (
        _calls(node, "int")
        and isinstance(node, ast.Call)
        and len(node.args) == 1
        and isinstance(node.args[0], ast.BinOp)
    ):
        inner = node.args[0]
    if not isinstance(inner, ast.BinOp) or not isinstance(inner.op, ast.Add):
        return None
    for now, lifetime in ((inner.left, inner.right), (inner.right, inner.left)):
        if _is_now(now, names) and _is_whole(lifetime):
            return Src(lifetime)
    return None


def _is_now(node: ast.expr, names: Names) -> bool:
    if isinstance(node, ast.Call) and _calls(node, "int") and len(node.args) == 1:
        node = node.args[0]
    return isinstance(node, ast.Call) and not node.args and ast.unparse(node.func) == names.known("time", "time")


def _is_whole(node: ast.expr) -> bool:
    """Return whether an expression is a whole number: literals and their products and sums."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int) and not isinstance(node.value, bool)
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, (ast.Mult, ast.Add, ast.Sub))
        and _is_whole(node.left)
        and _is_whole(node.right)
    )


def _is_number(node: ast.expr, names: Names, kind_of: KindOf) -> bool:
    """Return whether arithmetic has a number in it, as only that of numbers has."""
    if isinstance(node, ast.BinOp):
        return _is_number(node.left, names, kind_of) or _is_number(node.right, names, kind_of)
    return kind_of(node) == "number" or _is_now(node, names) or _calls(node, "int")


def _calls(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _is_sum(node: ast.expr) -> bool:
    """Return whether a value is made by arithmetic or by `int(…)`, and so is a number and not "never"."""
    if _calls(node, "int"):
        return True
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))
