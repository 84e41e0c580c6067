"""Looks for the smallest program that still differs the same way."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.differential.generator import Program
from tests.differential.judge import Verdict, judge

Cut = Callable[[], Any]
"""Takes one thing out of a parsed program."""

_BLOCKS = ("body", "orelse", "finalbody", "handlers")


def shrink(made: Program) -> Program:
    """Return a program with as few statements, keys and arguments as show the first difference of a program.

    What is kept is its kind: the place without numbers, not the values.
    """
    wanted = kind_of(judge(made))
    best = made._replace(source=ast.unparse(ast.parse(made.source)) + "\n", verbatim=())
    if kind_of(judge(best)) != wanted:
        # The difference is one of formatting, which the parsed program does not have.
        return made
    before = ""
    while before != best.source:
        before, index = best.source, 0
        while index < count(best.source):
            source = without(best.source, index)
            if source and source != best.source and _still(best._replace(source=source), wanted):
                best = best._replace(source=source)
            else:
                index += 1
    return best


def _still(candidate: Program, wanted: str) -> bool:
    try:
        return kind_of(judge(candidate)) == wanted
    except (SyntaxError, RecursionError):
        return False


def kind_of(verdict: Verdict) -> str:
    """Return what the first difference is about, without numbers and values; empty for none."""
    if not verdict.differences:
        return ""
    first = verdict.differences[0].strip().splitlines()
    if first[0].startswith("crash"):
        return first[-1]
    return re.sub(r"\d+", "0", first[0].split(": ")[0])


def count(source: str) -> int:
    """Return how many things can be taken out of a program."""
    return sum(1 for _ in _cuts(ast.parse(source)))


def without(source: str, index: int) -> str:
    """Return a program without one of its things; empty where that is no program."""
    tree = ast.parse(source)
    for number, cut in enumerate(_cuts(tree)):
        if number == index:
            cut()
            break
    try:
        return ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    except (ValueError, AttributeError):
        return ""


def _cuts(tree: ast.AST) -> Iterator[Cut]:
    for node in ast.walk(tree):
        for name in _BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield from _statements(block, name == "body" and not isinstance(node, ast.Module))
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for index in range(len(node.keys)):
                yield _pop(index, node.keys, node.values)
        elif isinstance(node, ast.Call):
            for index in range(len(node.keywords)):
                yield _pop(index, node.keywords)
            if isinstance(node.func, ast.Name) and node.func.id in ("seen", "later", "str") and node.args:
                yield _replace(tree, node, node.args[0])
        elif isinstance(node, (ast.Import, ast.ImportFrom)) and len(node.names) > 1:
            for index in range(len(node.names)):
                yield _pop(index, node.names)
        elif isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) > 1:
            for index in range(len(node.elts)):
                yield _pop(index, node.elts)
        elif isinstance(node, ast.IfExp):
            yield _replace(tree, node, node.body)


def _statements(block: list[ast.stmt], needed: bool) -> Iterator[Cut]:
    for index in reversed(range(len(block))):
        statement = block[index]

        def remove(index: int = index) -> None:
            block.pop(index)
            if needed and not block:
                block.append(ast.Pass())

        if not isinstance(statement, ast.Pass):
            yield remove
        inner = getattr(statement, "body", None)
        if isinstance(statement, (ast.If, ast.For, ast.Try, ast.With)) and inner:

            def unwrap(index: int = index, inner: list[ast.stmt] = inner) -> None:
                block[index : index + 1] = inner

            yield unwrap


def _pop(index: int, *lists: list[Any]) -> Cut:
    return lambda: [one.pop(index) for one in lists]


def _replace(tree: ast.AST, old: ast.expr, new: ast.expr) -> Cut:
    def replace() -> None:
        for node in ast.walk(tree):
            for name, value in ast.iter_fields(node):
                if value is old:
                    setattr(node, name, new)
                elif isinstance(value, list) and old in value:
                    value[value.index(old)] = new

    return replace
