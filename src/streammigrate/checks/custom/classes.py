"""Classes and names of a project as far as payloads need them: what a name of another file is, and which fields a class has."""

from __future__ import annotations

import ast
from typing import NamedTuple

from streammigrate.checks.project import Module
from streammigrate.codemod.scopes import Binding, Scope

_PLAIN_BASES = frozenset(
    {"object", "pydantic.BaseModel", "pydantic.main.BaseModel", "sqlmodel.SQLModel", "typing.Generic"}
)
_DATACLASSES = frozenset({"dataclasses.dataclass", "pydantic.dataclasses.dataclass"})
_DEPTH = 8


class Fields(NamedTuple):
    """The annotated fields of a class; `whole` where its objects can have no others."""

    names: dict[str, ast.AnnAssign]
    whole: bool


def bindings(module: Module, name: ast.Name) -> tuple[Scope, tuple[Binding, ...]]:
    """Return what binds a name, also in the file that it is imported from; nothing for what the project does not have."""
    scope, found = module.scopes.lookup(name)
    for _ in range(_DEPTH):
        alias = found[0].node if len(found) == 1 and found[0].kind == "import" else None
        statement = None if alias is None else module.scopes.parent(alias)
        if not isinstance(alias, ast.alias) or not isinstance(statement, ast.ImportFrom):
            break
        program = module.resolver.program
        path = program.modules.find(module.scopes.path_of(alias), statement.level, statement.module or "")
        file = None if path is None else program.open(path)
        if file is None:
            return scope, ()
        scope, found = file.module, file.bindings(file.module, alias.name)
    return scope, found


def class_of(module: Module, expr: ast.expr, depth: int = _DEPTH) -> ast.ClassDef | None:
    """Return the class of the project that an expression is an object of, as its annotation or construction says."""
    if not isinstance(expr, ast.Name) or depth == 0:
        return None
    found = module.scopes.lookup(expr)[1]
    if len(found) != 1:
        return None
    binding = found[0]
    if binding.annotation is not None:
        return _named(module, binding.annotation)
    if binding.kind == "param" and binding.name in ("self", "cls"):
        around = module.scopes.parent(binding.where.node)
        return around if isinstance(around, ast.ClassDef) else None
    value = binding.value
    if isinstance(value, ast.Name):
        return class_of(module, value, depth - 1)
    return _named(module, value.func) if isinstance(value, ast.Call) else None


def _named(module: Module, expr: ast.expr) -> ast.ClassDef | None:
    """Return the class of the project that an expression names, also in quotation marks."""
    if not isinstance(expr, ast.Name):
        return None
    found = bindings(module, expr)[1]
    node = found[0].node if len(found) == 1 and found[0].kind == "class" else None
    return node if isinstance(node, ast.ClassDef) else None


def fields(module: Module, cls: ast.ClassDef, depth: int = _DEPTH) -> Fields | None:
    """Return the fields of a dataclass or a model of pydantic; None for any other class."""
    kind = any(module.symbol(_callee(one)) in _DATACLASSES for one in cls.decorator_list)
    names: dict[str, ast.AnnAssign] = {}
    whole = True
    for base in cls.bases:
        callee = base.value if isinstance(base, ast.Subscript) else base
        if module.symbol(callee) in _PLAIN_BASES:
            kind |= module.symbol(callee).startswith(("pydantic.", "sqlmodel."))
            continue
        own = _named(module, callee)
        inherited = None if own is None or depth == 0 else fields(module, own, depth - 1)
        kind |= inherited is not None
        whole &= inherited is not None and inherited.whole
        names.update({} if inherited is None else inherited.names)
    for statement in cls.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            if "ClassVar" not in ast.unparse(statement.annotation):
                names[statement.target.id] = statement
        elif _allows_more(statement):
            whole = False
    return Fields(names, whole) if kind else None


def _allows_more(statement: ast.stmt) -> bool:
    """Return whether a statement of a class's body lets its objects have, or show, other keys than its fields."""
    configures = isinstance(statement, (ast.ClassDef, ast.Assign)) and "extra" in ast.unparse(statement)
    return configures or (isinstance(statement, ast.FunctionDef) and "computed_field" in ast.unparse(statement))


def _callee(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node
