"""setup.py: lists that are written out in the call of `setup`, or as a name of the module that is used there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.manifests.formats import python_lists
from streammigrate.manifests.formats.python_lists import Places
from streammigrate.manifests.model import PAIR, Listing, Mention, Reading
from streammigrate.manifests.requirement import is_valid, name_of

_LISTS = ("install_requires", "tests_require", "setup_requires")
_OTHERS = ("name", "packages", "py_modules", "keywords", "description", "long_description", "url")


def matches(path: str) -> bool:
    """Return whether a path is a setup.py."""
    return path.rpartition("/")[2] == "setup.py"


def read(text: str, path: str = "setup.py") -> Reading:
    """Return what a setup.py lists. Raises ManifestError."""
    tree = python_lists.parse(text)
    places = Places(text)
    listings = tuple(_listings(tree, places))
    known = {entry.start - 1 for each in listings for entry in each.entries}
    mentions = []
    others = {
        id(node)
        for call in _calls(tree)
        for keyword in call.keywords
        if keyword.arg in _OTHERS
        for node in ast.walk(keyword)
    }
    why = "it stands in no list that is written out in install_requires or extras_require"
    for node in python_lists.texts(tree):
        if places.span(node)[0] not in known and id(node) not in others:
            lines = dict.fromkeys(line.split(" #")[0].strip() for line in str(node.value).splitlines())
            ours = [line for line in lines if name_of(line) in PAIR and is_valid(line)]
            mentions += [Mention(name_of(line), node.lineno, line, why) for line in ours]
    return Reading(listings, tuple(mentions), name=_own_name(tree))


def _own_name(tree: ast.Module) -> str:
    for call in _calls(tree):
        for keyword in call.keywords:
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                return name_of(str(keyword.value.value))
    return ""


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            func = node.func
            if (isinstance(func, ast.Name) and func.id == "setup") or (
                isinstance(func, ast.Attribute) and func.attr == "setup"
            ):
                yield node


def _listings(tree: ast.Module, places: Places) -> Iterator[Listing]:
    seen: set[int] = set()
    for call in _calls(tree):
        for keyword in call.keywords:
            if keyword.arg in _LISTS:
                yield from _lists(tree, places, keyword.arg, keyword.value, seen)
            elif keyword.arg == "extras_require":
                value = _bound(tree, keyword.value)
                if isinstance(value, ast.Dict):
                    for key, each in zip(value.keys, value.values, strict=True):
                        name = key.value if isinstance(key, ast.Constant) else "…"
                        yield from _lists(tree, places, f"extras_require[{name!r}]", each, seen)


def _lists(tree: ast.Module, places: Places, where: str, value: ast.expr, seen: set[int]) -> Iterator[Listing]:
    """Yield the lists that an expression is made of: one, the one that a name is bound to, or the parts of a sum."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        yield from _lists(tree, places, f"{where} (left)", value.left, seen)
        yield from _lists(tree, places, f"{where} (right)", value.right, seen)
        return
    value = _bound(tree, value)
    if not isinstance(value, (ast.List, ast.Tuple, ast.Set)) or id(value) in seen:
        return
    seen.add(id(value))
    start, end = places.span(value)
    if places.text[start] in "[({" and places.text[end - 1] in "])}":
        yield python_lists.listing(places, where, value.elts, end - 1)


def _bound(tree: ast.Module, value: ast.expr) -> ast.expr:
    """Return what a name stands for, where the module binds it once and by itself; else the expression."""
    if not isinstance(value, ast.Name):
        return value
    stores = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == value.id and not isinstance(node.ctx, ast.Load)
    ]
    if len(stores) != 1:
        return value
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and statement.targets[0] is stores[0]:
            return statement.value
        if isinstance(statement, ast.AnnAssign) and statement.target is stores[0] and statement.value is not None:
            return statement.value
    return value


meaning = python_lists.meaning
