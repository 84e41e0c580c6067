"""What tests read of a mock's recorded call: `send.call_args[0][0]["text"]` is `send.call_args.kwargs["message"].text` in v2."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from streammigrate.codemod.code import Arg, Call, Code, Dict, Dotted, Raw, Src
from streammigrate.codemod.mocks.calls import Made
from streammigrate.codemod.scopes import Forest


class Read(NamedTuple):
    """A read of an argument of v1's call."""

    node: ast.expr
    """The whole of what is read."""
    argument: int | str
    """The position, or the keyword."""
    keys: tuple[str, ...]
    """The keys that are read of it."""
    record: ast.expr | None
    """What holds the recorded call."""
    names: Mapping[str, str] = {}
    """The names that it is unpacked into, by `args` and `kwargs`."""

    def write(self, place: str) -> Code | None:
        """Return the read of what v2's call has at a place behind `call_args`; None where no name holds that."""
        if self.record is not None:
            return Dotted(Src(self.record), place)
        head, mark, rest = place.partition("[")
        name = self.names.get(head, "_")
        return None if name == "_" else Raw(f"{name}{mark}{rest}")


def reads(record: ast.Attribute, forest: Forest) -> list[Read] | None:
    """Return what is read of `call_args`, at once or by the names that it is given; None for what is no plain read."""
    statement = forest.parent(record)
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        found = [_of(record, forest)]
    elif isinstance(statement.targets[0], ast.Name):
        found = [_of(load, forest) for load in _loads(statement.targets[0], forest)]
    else:
        found = _unpacked(statement.targets[0], forest)
    plain = [one for one in found if one is not None]
    return plain if plain and len(plain) == len(found) else None


def _unpacked(target: ast.expr, forest: Forest) -> list[Read | None]:
    """Return what is read after `args, kwargs = send.call_args`."""
    elements = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
    if len(elements) != 2 or not all(isinstance(one, ast.Name) for one in elements):
        return [None]
    held = {part: one for part, one in zip(("args", "kwargs"), elements, strict=True) if isinstance(one, ast.Name)}
    names = {part: one.id for part, one in held.items()}
    found: list[Read | None] = []
    for part, one in held.items():
        for load in _loads(one, forest):
            node = None if load is None else forest.parent(load)
            argument = None if load is None else _key(node, load)
            is_argument = isinstance(node, ast.expr) and isinstance(argument, int) is (part == "args")
            plain = argument is not None and is_argument and isinstance(node, ast.expr)
            found.append(_keyed(node, argument, forest, None, names) if plain and isinstance(node, ast.expr) else None)
    return found


def _loads(name: ast.Name, forest: Forest) -> Sequence[ast.Name | None]:
    """Return the reads of a name that only this statement binds; one that is not known where others do, too."""
    scope, bindings = forest.lookup(name)
    return forest.loads(scope, name.id) if len(bindings) == 1 else [None]


def _of(record: ast.expr | None, forest: Forest) -> Read | None:
    found = None if record is None else _places(record, forest)
    return None if found is None else _keyed(*found, forest, record)


def _keyed(
    node: ast.expr, argument: int | str | None, forest: Forest, record: ast.expr | None, names: Mapping[str, str] = {}
) -> Read | None:
    """Return the read of an argument with the keys that are read of it in turn."""
    keys: list[str] = []
    while isinstance(key := _key(around := forest.parent(node), node), str):
        assert isinstance(around, ast.expr)
        node = around
        keys.append(key)
    parent = forest.parent(node)
    if argument is None or (isinstance(parent, ast.Attribute) and parent.value is node):
        return None
    if any(isinstance(one, ast.JoinedStr) for one in forest.ancestors(node)):
        # No Python before 3.12 can write the quotes that are needed there.
        return None
    return Read(node, argument, tuple(keys), record, names)


def written(given: Read, calls: Sequence[Made]) -> str:
    """Return where v2's call has what is read of v1's, behind `call_args`; empty where that is not the same place for all."""
    found = {_place(given, one) for one in calls}
    return found.pop() if len(found) == 1 else ""


def _places(record: ast.expr, forest: Forest) -> tuple[ast.expr, int | str] | None:
    """Return the expression that reads an argument, and which."""
    parent = forest.parent(record)
    part = _key(parent, record)
    if isinstance(parent, ast.Attribute) and parent.attr in ("args", "kwargs"):
        part = 0 if parent.attr == "args" else 1
    if part not in (0, 1) or not isinstance(parent, ast.expr):
        return None
    around = forest.parent(parent)
    argument = _key(around, parent)
    if not isinstance(around, ast.expr) or argument is None or isinstance(argument, int) is (part == 1):
        return None
    return around, argument


def _key(node: ast.AST | None, value: ast.expr) -> int | str | None:
    """Return what is read of a value by a constant in brackets."""
    if not isinstance(node, ast.Subscript) or node.value is not value or not isinstance(node.ctx, ast.Load):
        return None
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    return key if isinstance(key, (int, str)) and not isinstance(key, bool) else None


def _place(given: Read, made: Made) -> str:
    # Where a method is handed on, its arguments stand elsewhere.
    value = _argument(given, made.draft.node) if made.draft.use.node is made.draft.node else None
    for key in given.keys:
        value = _item(value, key)
    return next(_paths(made.call.args, value), "") if value is not None else ""


def _argument(given: Read, call: ast.expr) -> ast.expr | None:
    if not isinstance(call, ast.Call):
        return None
    if isinstance(given.argument, str):
        return next((one.value for one in call.keywords if one.arg == given.argument), None)
    plain = not any(isinstance(one, ast.Starred) for one in call.args) and 0 <= given.argument < len(call.args)
    return call.args[given.argument] if plain else None


def _item(value: ast.expr | None, key: str) -> ast.expr | None:
    if not isinstance(value, ast.Dict) or None in value.keys:
        return None
    named = [
        item
        for at, item in zip(value.keys, value.values, strict=True)
        if isinstance(at, ast.Constant) and at.value == key
    ]
    return named[-1] if named else None


def _paths(args: Sequence[Arg], wanted: ast.expr) -> Iterator[str]:
    position = 0
    for arg in args:
        start = f'kwargs["{arg.name}"]' if arg.name else f"args[{position}]"
        position += not arg.name
        for path in _within(arg.value, wanted):
            yield start + path


def _within(code: Code, wanted: ast.expr) -> Iterator[str]:
    """Yield the paths to an expression in new code, through models and mappings, which hold it as it is."""
    if isinstance(code, Src) and code.node is wanted:
        yield ""
    elif (
        isinstance(code, Call)
        and isinstance(code.function, Raw)
        and code.function.text.rpartition(".")[2][:1].isupper()
    ):
        for arg in code.args:
            for path in _within(arg.value, wanted) if arg.name else ():
                yield f".{arg.name}{path}"
    elif isinstance(code, Dict):
        for key, value in code.items:
            text = _text(key)
            for path in _within(value, wanted) if text else ():
                yield f"[{text}]{path}"


def _text(key: Code | None) -> str:
    """Return a key as it is written; empty where it is not a text."""
    if isinstance(key, Raw):
        return key.text
    node = key.node if isinstance(key, Src) else None
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return json.dumps(node.value) if is_text and isinstance(node, ast.Constant) else ""
