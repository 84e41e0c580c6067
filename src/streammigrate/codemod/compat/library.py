"""The text of the module of helpers: what a project needs of `functions`, and no more."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from streammigrate.codemod.compat import MARK

FUNCTIONS: tuple[str, ...] = (
    "V1Response",
    "as_v1",
    "from_v1",
    "from_v1_each",
    "from_v1_map",
    "sort_from_v1",
    "time_from_v1",
    "error_field",
    "error_text",
    "has_error_field",
    "stream_api_error",
    "transport_error",
)
"""What the codemod may ask for, by name."""

_HEADER = f'''{MARK}: for code that still has the shapes of stream-chat.
# Change it as you like, and delete it when nothing imports it any more; each function
# says when it is not needed. Another run adds functions and changes none.
"""What stream-chat took and gave, for code that calls getstream."""

from __future__ import annotations
'''

_WIDTH = 88
"""The longest line that the usual formatters leave alone, the end of the line not counted."""


class _Definition(NamedTuple):
    """A top-level name of `functions`."""

    name: str
    text: str
    """Its source with the comments above it, overloads included."""
    uses: frozenset[str]
    is_code: bool
    """Whether it is a function or a class, which formatters keep at a distance."""


class _Source(NamedTuple):
    """`functions`, taken apart."""

    imports: tuple[ast.Import | ast.ImportFrom, ...]
    definitions: tuple[_Definition, ...]


@cache
def _source() -> _Source:
    from importlib.resources import files

    text = files(__package__).joinpath("functions.py").read_text(encoding="utf-8")
    lines = text.splitlines()
    imports: list[ast.Import | ast.ImportFrom] = []
    found: dict[str, _Definition] = {}
    for node in ast.parse(text).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imports.append(node)
        elif name := _name_of(node):
            one = _Definition(name, _text_of(node, lines), _used(node), not isinstance(node, ast.Assign))
            before = found.get(name)
            if before is not None:
                one = one._replace(text=f"{before.text}\n{one.text}", uses=before.uses | one.uses)
            found[name] = one
    return _Source(tuple(imports), tuple(found.values()))


def _name_of(node: ast.stmt) -> str:
    """Return the name that a statement defines; empty for one that defines none."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return node.name
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return ""


def _text_of(node: ast.stmt, lines: Sequence[str]) -> str:
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))]) - 1
    while lines[first - 1].startswith("#"):
        first -= 1
    return "\n".join(lines[first : node.end_lineno])


def _used(node: ast.stmt) -> frozenset[str]:
    return frozenset(one.id for one in ast.walk(node) if isinstance(one, ast.Name))


def everything() -> str:
    """Return the text of the module with all functions."""
    return module_text(FUNCTIONS)


def module_text(names: Collection[str]) -> str:
    """Return the text of the module with some functions and what they need.

    Raises KeyError for a name that is none of FUNCTIONS.
    """
    return _HEADER + _body(_needed(names))


def functions_in(text: str) -> frozenset[str]:
    """Return which of FUNCTIONS a file defines; none of a file that does not parse."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(FUNCTIONS) & _bound(tree)


def merged(existing: str, names: Collection[str]) -> str | None:
    """Return the text of a file with the functions that it lacks, or None where it is not ours to change.

    A file that was changed by hand keeps every line that it has; what it lacks comes after its imports and at its end.
    A file without our mark is ours only in so far as it has every function that is asked for, and one is.
    """
    held = functions_in(existing)
    missing = frozenset(names) - held
    text = existing.replace("\r\n", "\n")
    comment = takewhile(lambda line: line.startswith("#"), text.splitlines())
    if not any(line.startswith(MARK) for line in comment):
        return existing if names and not missing else None
    if not missing:
        return existing
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    whole = module_text(held | missing) if text == module_text(held) else _extended(text, tree, missing)
    return whole.replace("\n", "\r\n") if "\r\n" in existing else whole


def _extended(text: str, tree: ast.Module, names: Iterable[str]) -> str:
    bound = _bound(tree)
    added = [one for one in _needed(names) if one.name not in bound]
    lines = text.splitlines(keepends=True)
    at = max((node.end_lineno or 0 for node in _head(tree)), default=0)
    imports = "".join(line for group in _imports(added, bound) for line in group)
    return f"{''.join(lines[:at])}{imports}{''.join(lines[at:]).rstrip()}\n\n\n{_joined(added)}"


def _head(tree: ast.Module) -> list[ast.stmt]:
    """Return the docstring and the imports that a module begins with."""
    found: list[ast.stmt] = []
    for node in tree.body:
        if not isinstance(node, (ast.Import, ast.ImportFrom)) and not (not found and isinstance(node, ast.Expr)):
            break
        found.append(node)
    return found


def _bound(tree: ast.Module) -> frozenset[str]:
    """Return the names that a module's top-level definitions and imports bind."""
    found = {name for name in map(_name_of, tree.body) if name}
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
    return frozenset(found)


def _needed(names: Iterable[str]) -> list[_Definition]:
    """Return the definitions of some names and of what they use, in the order of `functions`."""
    known = {one.name: one for one in _source().definitions}
    found: set[str] = set()
    waiting = list(names)
    for name in waiting:
        if name not in FUNCTIONS:
            raise KeyError(name)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += known[name].uses & known.keys()
    return [one for one in _source().definitions if one.name in found]


def _body(definitions: Sequence[_Definition]) -> str:
    if not definitions:
        return ""
    groups = ["".join(group) for group in _imports(definitions, frozenset()) if group]
    gap = "\n\n" if definitions[0].is_code else "\n"
    return "\n" + "\n".join(groups) + gap + _joined(definitions)


def _joined(definitions: Sequence[_Definition]) -> str:
    """Return definitions one below the other, at the distance that formatters want."""
    text = definitions[0].text
    for before, one in pairwise(definitions):
        text += ("\n\n\n" if before.is_code or one.is_code else "\n\n") + one.text
    return text + "\n"


def _imports(definitions: Iterable[_Definition], bound: frozenset[str]) -> tuple[list[str], list[str]]:
    """Return what imports the names that are not bound yet: from the standard library, and from getstream."""
    uses = frozenset[str]().union(*(one.uses for one in definitions)) - bound
    standard: list[str] = []
    others: list[str] = []
    for node in _source().imports:
        wanted = [alias.name for alias in node.names if alias.name in uses]
        if isinstance(node, ast.Import):
            standard += [f"import {name}\n" for name in wanted]
        elif wanted:
            line = f"from {node.module} import {', '.join(wanted)}\n"
            if len(line) > _WIDTH + 1:
                line = f"from {node.module} import (\n" + "".join(f"    {name},\n" for name in wanted) + ")\n"
            (others if str(node.module).startswith("getstream") else standard).append(line)
    return standard, others
