"""Where a program names an exception class outside of `except`, and what the place takes: one class, several, or a name."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Arg, Call, Code, Dict, Infix, List, Old, Raw, Src
from streammigrate.codemod.forms.errors.groups import group
from streammigrate.codemod.lower import Held
from streammigrate.codemod.model import Insertion, Removal, Span
from streammigrate.codemod.names import Names
from streammigrate.codemod.resolve import Resolver
from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.scopes import Scopes

_GROUPS = frozenset(
    {"assertRaises", "assertRaisesRegex", "isinstance", "issubclass", "on_exception", "raises",
     "retry_if_exception_type", "retry_if_not_exception_type", "retry_unless_exception_type",
     "retry_if_exception_cause_type"}
)  # fmt: skip
"""Functions that take a class or a tuple of classes at the place where one stands (the standard library's, tenacity's …)."""
_REGISTERS = frozenset(
    {
        "add_exception_handler",
        "app_errorhandler",
        "errorhandler",
        "exception_handler",
        "register",
        "register_error_handler",
    }
)
"""Methods that note a function for a class: Starlette's, Flask's and functools.singledispatch's; as decorators they give it
back."""
_MANY = frozenset({"suppress"})
"""Functions that take any number of classes."""
_TYPES = (ast.Subscript, ast.BinOp, ast.Tuple, ast.List)


class File(NamedTuple):
    """A file whose names of exception classes are planned."""

    scopes: Scopes
    resolver: Resolver
    names: Names
    functions: Mapping[str, Sequence[ast.FunctionDef | ast.AsyncFunctionDef]]
    """The functions of the program by their names."""
    new: str
    """The name of getstream's class in the file."""
    both: bool
    """Whether exceptions of either SDK may come."""


def placed(node: ast.expr, file: File) -> dict[ast.expr, Code]:
    """Return the edits for a class that is named outside of `except`; none where it may stay as it is.

    Raises Held where the place takes one class while both may come, and where what it takes is not known.
    """
    parent = file.scopes.parent(node)
    if isinstance(parent, ast.Call) and parent.func is node:
        return _made(parent, file)
    if isinstance(parent, ast.ClassDef) or _is_dead(node, file.scopes):
        return {}
    if isinstance(parent, ast.Compare):
        return _compared(parent, node, file)
    if isinstance(parent, (ast.Tuple, ast.List, ast.Set)) and isinstance(file.scopes.parent(parent), ast.Compare):
        return _taken_out(parent, node, file) if _has(parent, file) else _grown(parent, node, _limited(file), file)
    if isinstance(parent, ast.Dict) and node in parent.keys:
        return _key(parent, node, file)
    if is_annotation(node, file.scopes):
        return _annotation(node, file)
    if isinstance(parent, (ast.Tuple, ast.List, ast.Set)) and not _is_unpacked(parent, file.scopes):
        if _has(parent, file):
            return _taken_out(parent, node, file)
        return _grown(parent, node, [file.new], file)
    if not file.both:
        if isinstance(parent, ast.Attribute) or (isinstance(parent, ast.MatchClass) and parent.kwd_attrs):
            raise _held(node, "what is read of it is another in v2")
        return {node: Raw(file.new)}
    return _beside(node, parent, file)


def registered(node: ast.expr, file: File, segment: Callable[[ast.expr], str]) -> Insertion | None:
    """Return the statement that registers a function for the new class, too, where one is registered for the old one."""
    call = file.scopes.parent(node)
    if not isinstance(call, ast.Call) or _is_said_twice(call, file):
        return None
    found = _registration(node, call, file, segment)
    return None if found is None else Insertion(Span.of(found[0]), found[1], after=True)


def registered_before(node: ast.expr, file: File, segment: Callable[[ast.expr], str]) -> Removal | None:
    """Return what takes that statement away again, once the function is registered for the new class itself."""
    call = file.scopes.parent(node)
    found = _registration(node, call, file, segment) if isinstance(call, ast.Call) else None
    behind = None if found is None else file.scopes.next_statement(found[0])
    if found is None or not isinstance(behind, ast.Expr) or segment(behind.value) != found[1]:
        return None
    return Removal(Span.of(behind))


def _registration(
    node: ast.expr, call: ast.Call, file: File, segment: Callable[[ast.expr], str]
) -> tuple[ast.stmt, str] | None:
    """Return the statement that registers a function for a class, and the text that does so for the new one."""
    scopes = file.scopes
    if node not in call.args or call.keywords or last_name(call.func) not in _REGISTERS:
        return None
    holder = scopes.parent(call)
    given = ", ".join(file.new if one is node else segment(one) for one in call.args)
    text = f"{segment(call.func)}({given})"
    if isinstance(holder, ast.Expr) and all(isinstance(one, (ast.Name, ast.Attribute)) for one in call.args):
        return holder, text
    if isinstance(holder, (ast.FunctionDef, ast.AsyncFunctionDef)) and scopes.scope(holder).kind != "class":
        # What the decorators below it make is what has the name afterwards.
        return (holder, f"{text}({holder.name})") if holder.decorator_list[0] is call else None
    return None


def _beside(node: ast.expr, parent: ast.AST | None, file: File) -> dict[ast.expr, Code]:
    """Return the edits where the new class has to stand beside the old one."""
    both = group([Old(node), Raw(file.new)], node)
    call = file.scopes.parent(parent) if isinstance(parent, ast.keyword) else parent
    if isinstance(call, ast.Call):
        name = last_name(call.func)
        if name in _MANY and node in call.args:
            taken = any(ast.unparse(one) == file.new for one in call.args)
            given = tuple(Arg("", Old(one) if one is node else Src(one)) for one in call.args)
            return {} if taken else {call: Call(Src(call.func), (*given, Arg("", Raw(file.new))))}
        if name in _GROUPS or _catches(call, node, parent, file):
            return {node: both}
    if isinstance(parent, ast.arguments) and _default_catches(parent, node, file.scopes):
        return {node: both}
    if isinstance(call, ast.Call) and (last_name(call.func) == "cast" or _is_said_twice(call, file)):
        return {}
    targets = parent.targets if isinstance(parent, ast.Assign) else [getattr(parent, "target", None)]
    inside = file.scopes.scope(node).kind == "class"
    if isinstance(parent, (ast.Assign, ast.AnnAssign)) and not inside and all(isinstance(t, ast.Name) for t in targets):
        # A second name of the class: where that is caught, the new class stands beside it.
        return {}
    raise _held(
        node,
        "one class is taken; calls that stay with stream-chat raise the old one, those that move getstream's "
        f"{file.new}: write the same for that one beside it",
    )


def _is_said_twice(call: ast.Call, file: File) -> bool:
    """Return whether the same is called with the new class, too, as for a handler that somebody registered for both."""
    function = ast.unparse(call.func)
    others = (node for node in file.scopes.nodes if isinstance(node, ast.Call) and node is not call)
    return any(
        ast.unparse(other.func) == function and any(ast.unparse(one) == file.new for one in other.args)
        for other in others
    )


def _held(node: ast.expr, why: str) -> Held:
    return Held(kinds.HANDLER, f"`{ast.unparse(node)}` (line {node.lineno}) is named where {why}")


def _grown(
    display: ast.Tuple | ast.List | ast.Set, node: ast.expr, news: Sequence[str], file: File
) -> dict[ast.expr, Code]:
    """Return a group of classes with the new ones, beside the old one or in its place."""
    if len(news) == 1 and not file.both:
        return {node: Raw(news[0])}
    old: list[Code] = [
        Old(item) if item is node else Src(item) for item in display.elts if item is not node or file.both
    ]
    return {display: _displayed(display, [*old, *map(Raw, news)])}


def _displayed(display: ast.Tuple | ast.List | ast.Set, items: Sequence[Code]) -> Code:
    if isinstance(display, ast.List):
        return List(tuple(items))
    if isinstance(display, ast.Tuple):
        return group(items, display)
    parts: list[str | Code] = []
    for item in items:
        parts += [item, ", "]
    return Infix(("{", *parts[:-1], "}"))


def _limited(file: File) -> tuple[str, str]:
    """Return getstream's class and its subclass, for code that compares classes and not kinds."""
    return file.new, file.names.use("getstream", "StreamRateLimitException")


def _made(call: ast.Call, file: File) -> dict[ast.expr, Code]:
    """Return the edits for an exception that the program itself makes."""
    if file.both:
        return {}
    local = file.names.helper("stream_api_error")
    if not local:
        raise Held(kinds.HANDLER, f"`{ast.unparse(call)}` makes the exception, whose constructor differs in v2")
    return {call.func: Raw(local)}


def _compared(compare: ast.Compare, node: ast.expr, file: File) -> dict[ast.expr, Code]:
    """Return `type(e) in (…)` for a comparison of classes: getstream raises a subclass for a status of 429."""
    operands = [compare.left, *compare.comparators]
    if len(operands) != 2 or not isinstance(compare.ops[0], (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)):
        raise _held(node, "it is compared in a way that is not followed")
    other = operands[1] if operands[0] is node else operands[0]
    word = "in" if isinstance(compare.ops[0], (ast.Is, ast.Eq)) else "not in"
    old: tuple[str | Code, ...] = (Old(node), ", ") if file.both else ()
    return {compare: Infix((Src(other), f" {word} (", *old, f"{', '.join(_limited(file))})"))}


def _key(mapping: ast.Dict, node: ast.expr, file: File) -> dict[ast.expr, Code]:
    """Return the edits for a table by class, which may be asked for the very class of an exception."""
    around = file.scopes.parent(mapping)
    by_kind = isinstance(around, ast.keyword) and around.arg == "exception_handlers"
    value = mapping.values[mapping.keys.index(node)]
    if any(key is not None and ast.unparse(key) == file.new for key in mapping.keys):
        return {}
    wanted: list[Code] = [Raw(name) for name in ([file.new] if by_kind else _limited(file))]
    if file.both:
        wanted.insert(0, Old(node))
    if len(wanted) == 1:
        return {node: wanted[0]}
    if not isinstance(value, (ast.Constant, ast.Name, ast.Attribute)) or None in mapping.keys:
        raise _held(node, "a table gives what is made anew for each class, or takes in another")
    items: list[tuple[Code, Code]] = []
    for key, each in zip(mapping.keys, mapping.values, strict=True):
        assert key is not None
        items += [(one, Src(each)) for one in (wanted if key is node else [Src(key)])]
    return {mapping: Dict(tuple(items))}


def _has(group: ast.Tuple | ast.List | ast.Set, file: File) -> bool:
    """Return whether a group of classes has the new one already, as an earlier run leaves it."""
    return any(ast.unparse(one) == file.new for one in group.elts)


def _taken_out(display: ast.Tuple | ast.List | ast.Set, node: ast.expr, file: File) -> dict[ast.expr, Code]:
    """Return what takes the old class out of a group that has both, once nothing is left that needs it."""
    if file.both:
        return {}
    items: list[Code] = [Src(item) for item in display.elts if item is not node]
    if isinstance(display, ast.Tuple) and len(items) == 1:
        return {display: Infix(("(", items[0], ",)"))}
    return {display: _displayed(display, items)}


def _is_unpacked(group: ast.expr, scopes: Scopes) -> bool:
    around = scopes.parent(group)
    return isinstance(around, ast.Assign) and any(isinstance(one, (ast.Tuple, ast.List)) for one in around.targets)


def is_annotation(node: ast.expr, scopes: Scopes) -> bool:
    """Return whether an expression is an annotation or a part of one."""
    child: ast.AST = node
    for around in scopes.ancestors(node):
        if isinstance(around, (ast.arg, ast.AnnAssign)):
            return around.annotation is child
        if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return around.returns is child
        if not isinstance(around, _TYPES):
            return False
        child = around
    return False


def _union(node: ast.expr, scopes: Scopes) -> tuple[ast.expr, list[ast.expr]]:
    """Return the union of types that a type stands in, and its alternatives; the type alone where it is in none."""
    whole, types = node, [node]
    while True:
        around = scopes.parent(whole)
        if isinstance(around, ast.BinOp) and isinstance(around.op, ast.BitOr):
            other = around.right if around.left is whole else around.left
            whole, types = around, [*types, other]
        elif isinstance(around, ast.Tuple) and isinstance(outer := scopes.parent(around), ast.Subscript):
            if outer.slice is not around or last_name(outer.value) != "Union":
                return whole, types
            whole, types = outer, [*types, *(one for one in around.elts if one is not whole)]
        else:
            return whole, types


def _annotation(node: ast.expr, file: File) -> dict[ast.expr, Code]:
    whole, types = _union(node, file.scopes)
    others = [one for one in types if one is not node]
    if any(ast.unparse(one) == file.new for one in others):
        # An earlier run put it there.
        return {} if file.both else {whole: Src(others[0])} if len(others) == 1 else {node: Raw(file.new)}
    if not file.both:
        return {node: Raw(file.new)}
    future = any(
        isinstance(one, ast.ImportFrom)
        and one.module == "__future__"
        and any(a.name == "annotations" for a in one.names)
        for one in file.scopes.tree.body
    )
    if future:
        return {node: Infix((Old(node), f" | {file.new}"))}
    return {node: Infix((f"{file.names.use('typing', 'Union')}[", Old(node), f", {file.new}]"))}


def _is_dead(node: ast.expr, scopes: Scopes) -> bool:
    """Return whether a name stands alone as a statement, which does nothing."""
    return isinstance(scopes.parent(node), ast.Expr)


def _catches(call: ast.Call, node: ast.expr, parent: ast.AST | None, file: File) -> bool:
    """Return whether a function of the program takes classes at a place and does nothing but catch them."""
    found = file.functions.get(last_name(call.func), ())
    return bool(found) and all(_parameter_catches(one, call, node, parent, file.scopes) for one in found)


def _parameter_catches(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    call: ast.Call,
    node: ast.expr,
    parent: ast.AST | None,
    scopes: Scopes,
) -> bool:
    arguments = function.args
    names = [*arguments.posonlyargs, *arguments.args]
    if isinstance(parent, ast.keyword):
        goal = next((one for one in (*names, *arguments.kwonlyargs) if one.arg == parent.arg), None)
        return goal is not None and _only_catches(goal.arg, function)
    if any(isinstance(one, ast.Starred) for one in call.args):
        return False
    place = call.args.index(node)
    bound = isinstance(call.func, ast.Attribute) and bool(names) and names[0].arg in ("self", "cls")
    if place + bound < len(names):
        return _only_catches(names[place + bound].arg, function)
    return False


def _only_catches(name: str, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether all that a function does with a parameter is to catch it, or to ask whether something is one."""
    places: set[int] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            places.add(id(node.type))
        elif isinstance(node, ast.Call) and last_name(node.func) in _GROUPS:
            places.update(id(one) for one in node.args[1:] or node.args)
    loads = [
        one
        for one in ast.walk(function)
        if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load)
    ]
    return bool(loads) and all(id(one) in places for one in loads)


def _default_catches(arguments: ast.arguments, node: ast.expr, scopes: Scopes) -> bool:
    function = scopes.parent(arguments)
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    names = [*arguments.posonlyargs, *arguments.args]
    given = dict(
        zip([one.arg for one in names[len(names) - len(arguments.defaults) :]], arguments.defaults, strict=True)
    )
    given.update({a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None})
    name = next((name for name, default in given.items() if default is node), "")
    return _only_catches(name, function)
