"""Imports after an edit: each block of a document has those that it needs, and none stands between blocks."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

Texts = list[str]

_WIDTH = 88
"""How long an import may get before it goes over several lines."""

_WORD = re.compile(r"[A-Za-z_]\w*")


class _Import(NamedTuple):
    """A statement of a block's own level that imports, and the names that it binds."""

    line: int
    end: int
    text: str
    names: frozenset[str]
    v1: bool


def settled(before: Sequence[Texts], after: Sequence[Texts], outside: Texts, prose: bool) -> list[Texts]:
    """Return the lines of each block with imports where they belong.

    `outside` are lines that an edit put in no block. In prose each block that imported stream-chat gets the new imports
    that it needs, because people read and copy it by itself. Raises ValueError when `outside` is more than imports.
    """
    found = [list(texts) for texts in after]
    if outside:
        if not all(isinstance(statement, (ast.Import, ast.ImportFrom)) for statement in _tree(outside).body):
            raise ValueError("the edit put something between two blocks of Python")
        home = next((index for index, texts in enumerate(before) if _has_v1(texts)), 0)
        _insert(found[home], outside)
    if found != list(before):
        new = _new_imports(before, found)
        if new and prose:
            _copy(before, found, new)
        if new:
            _move(before, found, new, prose)
        if new and prose:
            _trim(before, found)
    return found


def _new_imports(before: Sequence[Texts], found: Sequence[Texts]) -> dict[str, _Import]:
    """Return the names that imports bind which no block had, each with the first such import."""
    old = {one.text for texts in before for one in _imports(texts)}
    new: dict[str, _Import] = {}
    for texts, original in zip(found, before, strict=True):
        for one in _imports(texts) if texts != original else ():
            for name in one.names if one.text not in old and not one.v1 else ():
                new.setdefault(name, one)
    return new


def _copy(before: Sequence[Texts], found: Sequence[Texts], new: Mapping[str, _Import]) -> None:
    """Give new imports to each block that imported stream-chat by itself and uses them."""
    for texts, original in zip(found, before, strict=True):
        if texts == original or not _has_v1(original):
            continue
        bound = {name for one in _imports(texts) for name in one.names} | _stored(texts)
        missing = _loaded(texts) & new.keys() - bound
        by_statement: dict[str, set[str]] = {}
        for name in missing:
            by_statement.setdefault(new[name].text, set()).add(name)
        wanted = sorted(_reduced(text, names) for text, names in by_statement.items())
        standard = [text for text in wanted if _is_standard(text)]
        others = [line for text in wanted if text not in standard for line in _wrapped(text)]
        texts[(at := _place(texts, original)) : at] = others
        ends = [one.end for one in _imports(texts) if _is_standard(one.text)]
        at = max(ends) if ends else min(at, _place(texts, original))
        texts[at:at] = standard


def _place(texts: Texts, original: Texts) -> int:
    """Return where an import goes in a block that imports stream-chat, or did: above that, or where it stood."""
    ahead = [one.line - 1 for one in _imports(texts) if one.v1]
    if ahead:
        return ahead[0]
    stood = next(one.line - 1 for one in _imports(original) if one.v1)
    return stood if texts[:stood] == original[:stood] else max((one.end for one in _imports(texts)), default=0)


def _move(before: Sequence[Texts], found: list[Texts], new: Mapping[str, _Import], prose: bool) -> None:
    """Take new imports from blocks that do not use them to the first that does.

    In a notebook a cell that imports other things is where people look for imports, and keeps them.
    """
    for index, original in enumerate(before):
        texts = found[index]
        own = {one.text for one in _imports(original)}
        if texts == original or _has_v1(original) or (own and not prose):
            continue
        loaded = _loaded(texts)
        for one in reversed(list(_imports(texts))):
            if one.text in own or one.names & loaded or not all(new.get(name) == one for name in one.names):
                continue
            user = next((number for number, other in enumerate(found) if one.names & _loaded(other)), None)
            if user is None:
                continue
            del texts[one.line - 1 : one.end]
            held = {name for other in _imports(found[user]) for name in other.names}
            if not one.names <= held:
                _insert(found[user], one.text.split("\n"))
        if [text for text in texts if text.strip()] == [text for text in original if text.strip()]:
            found[index] = list(original)


def _trim(before: Sequence[Texts], found: Sequence[Texts]) -> None:
    """Take names from new imports that neither their own block uses nor one that has to get them from there."""
    bound = [{name for one in _imports(texts) for name in one.names} for texts in found]
    loaded = [_loaded(texts) for texts in found]
    for index, (texts, original) in enumerate(zip(found, before, strict=True)):
        if texts == original:
            continue
        own = {name for one in _imports(original) for name in one.names}
        for one in reversed(list(_imports(texts))):
            needed = {
                name
                for name in one.names
                if name in own
                or name in loaded[index]
                or _only_from(name, index, bound, loaded)
                or not any(name in names for names in loaded)
            }
            if one.v1 or needed == one.names or not one.names - own:
                continue
            texts[one.line - 1 : one.end] = _wrapped(_reduced(one.text, needed)) if needed else []
            bound[index] -= one.names - needed


def _only_from(name: str, index: int, bound: Sequence[set[str]], loaded: Sequence[set[str]]) -> bool:
    """Return whether a block that does not import a name itself has it from no other block above than this one."""
    for user, names in enumerate(loaded):
        above = [number for number in range(user) if number != index and name in bound[number]]
        if name in names and name not in bound[user] and not above:
            return True
    return False


def _wrapped(text: str) -> list[str]:
    """Return an import's lines: one, or one for each name where it would be too long."""
    head, _, names = text.partition(" import ")
    if len(text) <= _WIDTH or not names:
        return [text]
    return [f"{head} import (", *(f"    {name}," for name in names.split(", ")), ")"]


def _reduced(text: str, names: Collection[str]) -> str:
    """Return an import statement with just the aliases that bind the names."""
    statement = ast.parse(text).body[0]
    assert isinstance(statement, (ast.Import, ast.ImportFrom))
    statement.names = [alias for alias in statement.names if _bound(alias) in names]
    return ast.unparse(statement)


def _is_standard(text: str) -> bool:
    return text.split()[1].partition(".")[0] in sys.stdlib_module_names


def _insert(texts: Texts, lines: Sequence[str]) -> None:
    """Put import statements above a block's first import, or at its beginning."""
    ahead = [one.line - 1 for one in _imports(texts) if not one.text.startswith("from __future__")]
    at = ahead[0] if ahead else max((one.end for one in _imports(texts)), default=0)
    texts[at:at] = lines


def _tree(texts: Sequence[str]) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse("\n".join([*texts, ""]))
        except SyntaxError:
            raise ValueError("the edit crossed the end of a block of Python") from None


def _imports(texts: Sequence[str]) -> Iterator[_Import]:
    """Yield the imports of a block's own level that have their lines to themselves."""
    for statement in _tree(texts).body:
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            continue
        text = "\n".join(texts[statement.lineno - 1 : statement.end_lineno])
        modules = [alias.name for alias in statement.names]
        if isinstance(statement, ast.ImportFrom):
            modules = [statement.module or ""] if not statement.level else []
        v1 = any(module.partition(".")[0] == "stream_chat" for module in modules)
        names = frozenset(_bound(alias) for alias in statement.names)
        yield _Import(statement.lineno, statement.end_lineno or statement.lineno, text, names, v1)


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _has_v1(texts: Sequence[str]) -> bool:
    return any("stream_chat" in text for text in texts) and any(one.v1 for one in _imports(texts))


def _loaded(texts: Sequence[str]) -> set[str]:
    """Return the names that a block reads; annotations in quotes may read what their words name."""
    found: set[str] = set()
    for node in ast.walk(_tree(texts)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.update(_WORD.findall(node.value))
    return found


def _stored(texts: Sequence[str]) -> set[str]:
    """Return what a block binds at its own level without importing it."""
    found = set()
    for statement in _tree(texts).body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(statement.name)
        found |= {
            node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
    return found
