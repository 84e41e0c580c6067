"""Small changes of a v2 call that a comparison of requests must tell from the call itself."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

DEFAULTS: dict[str, str | int | bool] = {"limit": 7, "skip_push": True, "user_id": "streammigrate-mutant"}
"""Keywords that a call is given besides its own, with values that no program uses."""


def mutants(source: str) -> list[str]:
    """Return the mutants of the calls in a text, each a whole text, none equal to the text and none twice.

    An argument is dropped, two neighbouring arguments are swapped in their values, a constant is changed, a keyword is
    added; models built in an argument are calls too. A mutant may fail to run, or send the same request where the
    argument is one that no rule of equality looks at (an empty value, null, the API key): whoever proves with mutants
    says which are equal. Raises SyntaxError when the text is none of Python.
    """
    tree = ast.parse(source)
    original = ast.unparse(tree)
    found: dict[str, None] = {}
    for mutated in _mutations(tree):
        text = ast.unparse(ast.fix_missing_locations(mutated))
        if text != original:
            found.setdefault(text)
    return list(found)


def _mutations(tree: ast.Module) -> Iterator[ast.Module]:
    nodes = list(ast.walk(tree))
    for index, node in enumerate(nodes):
        if isinstance(node, ast.Call):
            yield from _of_call(tree, index, node)
        elif isinstance(node, ast.Constant) and node.value is not None:
            yield _changed(tree, index, node)


def _of_call(tree: ast.Module, index: int, node: ast.Call) -> Iterator[ast.Module]:
    for place in range(len(node.args)):
        mutated, call = _copy(tree, index)
        del call.args[place]
        yield mutated
    for place, keyword in enumerate(node.keywords):
        mutated, call = _copy(tree, index)
        del call.keywords[place]
        yield mutated
        if place and keyword.arg and node.keywords[place - 1].arg:
            mutated, call = _copy(tree, index)
            first, second = call.keywords[place - 1], call.keywords[place]
            first.value, second.value = second.value, first.value
            yield mutated
    for place in range(1, len(node.args)):
        mutated, call = _copy(tree, index)
        call.args[place - 1], call.args[place] = call.args[place], call.args[place - 1]
        yield mutated
    given = {keyword.arg for keyword in node.keywords}
    for name, value in DEFAULTS.items():
        if name not in given:
            mutated, call = _copy(tree, index)
            call.keywords.append(ast.keyword(arg=name, value=ast.Constant(value)))
            yield mutated


def _copy(tree: ast.Module, index: int) -> tuple[ast.Module, ast.Call]:
    # A walk of a deep copy comes by the same nodes in the same order.
    mutated = copy.deepcopy(tree)
    node = list(ast.walk(mutated))[index]
    assert isinstance(node, ast.Call)
    return mutated, node


def _changed(tree: ast.Module, index: int, node: ast.Constant) -> ast.Module:
    mutated = copy.deepcopy(tree)
    constant = list(ast.walk(mutated))[index]
    assert isinstance(constant, ast.Constant)
    value = node.value
    if isinstance(value, bool):
        constant.value = not value
    elif isinstance(value, int | float):
        constant.value = value + 1
    elif isinstance(value, str):
        constant.value = _other_text(value)
    elif isinstance(value, bytes):
        constant.value = value + b"x"
    return mutated


def _other_text(text: str) -> str:
    # A time stays a time, so that the mutant is not rejected for its form alone.
    if text[:4].isdigit() and text[4:5] == "-":
        return f"{int(text[:4]) + 1:04}{text[4:]}"
    return f"{text}x"
