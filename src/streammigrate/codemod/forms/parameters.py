"""What fills a parameter: FastAPI's `Depends`, a fixture of pytest, or calls that are all in view."""

from __future__ import annotations

import ast
from typing import NamedTuple

from streammigrate.codemod.resolve.definitions import Definition, Definitions
from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.scopes import Forest, FunctionNode

_MARKERS = ("Depends", "Security")


class Marked(NamedTuple):
    """A parameter that FastAPI fills."""

    mark: ast.Call
    alias: Definition | None
    """The name that the annotation is given elsewhere, with the marker in it."""


class Passed(NamedTuple):
    """What a call gives to a parameter; nothing where it leaves it to the default."""

    call: ast.Call
    value: ast.expr | None


def function_of(arg: ast.arg, forest: Forest) -> FunctionNode | None:
    """Return the function that a parameter is one of; None for a lambda's."""
    arguments = forest.parent(arg)
    function = None if arguments is None else forest.parent(arguments)
    return function if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) else None


def default(function: FunctionNode, arg: ast.arg) -> ast.expr | None:
    """Return the default of a parameter."""
    arguments = function.args
    if arg in arguments.kwonlyargs:
        return arguments.kw_defaults[arguments.kwonlyargs.index(arg)]
    positional = [*arguments.posonlyargs, *arguments.args]
    if arg not in positional:
        return None
    index = positional.index(arg) - (len(positional) - len(arguments.defaults))
    return arguments.defaults[index] if index >= 0 else None


def marked(function: FunctionNode, arg: ast.arg, definitions: Definitions) -> Marked | None:
    """Return the marker of a parameter, in its default, its annotation or the type that the annotation names."""
    given = default(function, arg)
    if given is not None and _is_marker(given, definitions):
        assert isinstance(given, ast.Call)
        return Marked(given, None)
    annotation = arg.annotation
    if isinstance(annotation, (ast.Name, ast.Attribute)):
        local = definitions.of(annotation)
        alias = local
        while alias is not None and alias.kind == "import":
            node = alias.bindings[0].node
            alias = definitions.imported(node) if isinstance(node, ast.alias) else None
        if alias is None or alias.kind != "variable" or len(alias.bindings) != 1:
            return None
        found = in_annotation(alias.bindings[0].value, definitions)
        return None if found is None else Marked(found, local)
    found = in_annotation(annotation, definitions)
    return None if found is None else Marked(found, None)


def in_annotation(node: ast.expr | None, definitions: Definitions) -> ast.Call | None:
    """Return the marker of `Annotated[T, Depends(f)]`."""
    if not isinstance(node, ast.Subscript) or last_name(node.value) != "Annotated":
        return None
    parts = node.slice.elts[1:] if isinstance(node.slice, ast.Tuple) else []
    found = [part for part in parts if isinstance(part, ast.Call) and _is_marker(part, definitions)]
    return found[0] if len(found) == 1 else None


def _is_marker(node: ast.expr, definitions: Definitions) -> bool:
    if not isinstance(node, ast.Call) or last_name(node.func) not in _MARKERS or len(node.args) != 1:
        return False
    return definitions.dotted(node.func).partition(".")[0] == "fastapi"


def is_fixture(function: ast.AST) -> bool:
    """Return whether a function is a fixture under its own name that tests have to ask for."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    for decorator in function.decorator_list:
        if last_name(decorator) == "fixture":
            options = decorator.keywords if isinstance(decorator, ast.Call) else []
            return all(option.arg in ("scope", "loop_scope") for option in options)
    return False


def fixture(function: FunctionNode, name: str, forest: Forest) -> FunctionNode | None:
    """Return the fixture that fills a parameter; None where there is none, or more than one has the name."""
    if not (function.name.startswith("test") or is_fixture(function)):
        return None
    found = [
        node
        for node in forest.nodes
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name and is_fixture(node)
    ]
    return found[0] if len(found) == 1 and found[0] is not function else None


def passed(function: FunctionNode, arg: ast.arg, definitions: Definitions, forest: Forest) -> list[Passed] | None:
    """Return what every call of a function gives to a parameter; None where not all of them are in view."""
    calls, escapes = definitions.calls(function)
    if escapes or not calls or not _is_plain(function, forest):
        return None
    found: list[Passed] = []
    positional = [*function.args.posonlyargs, *function.args.args]
    for given in calls:
        direct = given.args is given.node.args and given.keywords is given.node.keywords
        starred = any(isinstance(one, ast.Starred) for one in given.args)
        if not direct or starred or any(keyword.arg is None for keyword in given.keywords):
            return None
        value = next((keyword.value for keyword in given.keywords if keyword.arg == arg.arg), None)
        index = positional.index(arg) - (1 if given.bound else 0) if arg in positional else -1
        if 0 <= index < len(given.args):
            value = given.args[index]
        if value is None and default(function, arg) is None:
            return None
        found.append(Passed(given.node, value))
    return found


def _is_plain(function: FunctionNode, forest: Forest) -> bool:
    """Return whether a call runs this function and no other of its name, as it stands."""
    if any(last_name(one) not in ("staticmethod", "classmethod") for one in function.decorator_list):
        return False
    cls = forest.parent(function)
    if not isinstance(cls, ast.ClassDef):
        return True
    same = [
        node
        for node in forest.nodes
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.name == function.name
        and isinstance(forest.parent(node), ast.ClassDef)
    ]
    return len(same) == 1 or function.name == "__init__"
