"""Which functions of a project a function calls, in its own file and in the files that it imports from."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from streammigrate.checks.project import Module, Project
from streammigrate.checks.webhooks import values

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class Place(NamedTuple):
    """A function and the file that it is in."""

    module: Module
    node: FunctionNode


def reach(project: Project, start: Place) -> list[Place]:
    """Return a function with those of the project that it calls, in turn; what cannot be followed is left out."""
    found: dict[FunctionNode, Place] = {}
    waiting = [start]
    while waiting:
        place = waiting.pop()
        if place.node in found:
            continue
        found[place.node] = place
        for node in ast.walk(place.node):
            if isinstance(node, ast.Call):
                called = function_of(project, place.module, node.func)
                if called is not None:
                    waiting.append(called)
    return list(found.values())


def function_of(project: Project, module: Module, expr: ast.expr) -> Place | None:
    """Return the function of the project that an expression refers to: defined in the file, imported, or of `self`."""
    found = module.resolver.function(expr) or _method(module, expr)
    if found is not None and _is_of(module, found):
        return Place(module, found)
    if isinstance(expr, ast.Name):
        return _imported(project, module, expr, expr.id)
    if isinstance(expr, ast.Attribute) and isinstance(expr.value, ast.Name):
        return _imported(project, module, expr.value, expr.attr)
    return None


def _is_of(module: Module, node: ast.AST) -> bool:
    """Return whether a node is of this file: the resolver also knows functions of other files."""
    return module.scopes.tree in module.scopes.ancestors(node)


def _method(module: Module, called: ast.expr) -> FunctionNode | None:
    if not (isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)):
        return None
    if called.value.id not in ("self", "cls"):
        return None
    around = next((one for one in module.scopes.ancestors(called) if isinstance(one, ast.ClassDef)), None)
    for node in around.body if around is not None else ():
        if isinstance(node, values.FUNCTIONS) and node.name == called.attr:
            return node
    return None


def _imported(project: Project, module: Module, name: ast.Name, wanted: str) -> Place | None:
    """Return a function of the one file of the project that the import of a name can mean."""
    _, bindings = module.scopes.lookup(name)
    if len(bindings) != 1 or bindings[0].kind != "import" or not isinstance(bindings[0].node, ast.alias):
        return None
    alias, statement = bindings[0].node, module.scopes.parent(bindings[0].node)
    owner = (statement.module or "") if isinstance(statement, ast.ImportFrom) else ""
    if wanted == name.id and isinstance(statement, ast.ImportFrom):
        wanted = alias.name
    else:
        owner = f"{owner}.{alias.name}".strip(".")
    tail = owner.replace(".", "/")
    files = {
        project.shown(path)
        for path in project.python
        if tail and f"/{path}".endswith((f"/{tail}.py", f"/{tail}/__init__.py"))
    }
    if len(files) != 1:
        return None
    for other in project.modules(rb"def\s+" + re.escape(wanted.encode()) + rb"\b"):
        if other.path in files:
            for node in other.scopes.tree.body:
                if isinstance(node, values.FUNCTIONS) and node.name == wanted:
                    return Place(other, node)
    return None
