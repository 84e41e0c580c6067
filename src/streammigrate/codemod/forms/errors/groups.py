"""Tuples of classes as new code, laid out and commented as they were."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from streammigrate.codemod.code import Arg, Call, Code, Infix, Raw, Src


def group(items: Iterable[Code], like: ast.expr) -> Code:
    """Return `(items)` in the place of an expression, on as many lines as that has.

    On several lines they are the arguments of nothing: those keep their comments.
    """
    if like.end_lineno != like.lineno:
        return Call(Raw(""), tuple(Arg("", item) for item in items))
    parts: list[str | Code] = ["("]
    for item in items:
        parts += [item, ", "]
    return Infix((*parts[:-1], ")"))


def extended(old: ast.Tuple, more: Iterable[Code]) -> Code:
    """Return a tuple of the source with more items."""
    return group([*map(Src, old.elts), *more], old)


def joined(before: Code, code: Code) -> Code:
    """Return two extensions of one class or tuple as one: what the second adds comes last."""
    if isinstance(before, Call) and isinstance(code, Call):
        return before._replace(args=(*before.args, code.args[-1]))
    if isinstance(before, Infix) and isinstance(code, Infix):
        return Infix((*before.parts[:-1], ", ", *code.parts[-2:]))
    return code
