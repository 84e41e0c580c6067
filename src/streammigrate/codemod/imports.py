"""Imports put in and taken out, in the way in which the file writes its imports."""

from __future__ import annotations

import sys
from bisect import bisect
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

import libcst as cst

from streammigrate.codemod.blocks import Block, Statement, Work
from streammigrate.codemod.model import AddImport
from streammigrate.codemod.parsing import Unappliable

_FUTURE, _STDLIB, _OTHERS, _OWN, _RELATIVE = range(5)
"""The sections of a file's imports, as isort and Ruff order them."""


class Imports:
    """Gathers what happens to the imports of one file."""

    def __init__(
        self,
        module: cst.Module,
        drops: dict[cst.CSTNode, list[str]],
        limit: int,
        own: Collection[str] = (),
    ) -> None:
        """Take a file; `own` are the first names of the project's own modules."""
        self.module, self.limit, self.own = module, limit, frozenset(own)
        self.drops = {node: list(dict.fromkeys(names)) for node, names in drops.items()}
        self.merged: dict[cst.CSTNode, list[AddImport]] = {}
        self.fresh: dict[tuple[Block, cst.CSTNode | None], list[AddImport]] = {}
        self.planned: list[tuple[Block, AddImport]] = []
        for node, names in self.drops.items():
            _refuse_unknown(node, names)

    def add(self, block: Block, near: cst.CSTNode | None, wanted: Sequence[AddImport]) -> None:
        """Plan the imports of one block: none for a name that is there already, else into an import or on a new line.

        The module's own imports are to be planned first: what they bind is not imported again inside of functions.
        """
        statements = _statements(block)
        for edit in wanted:
            if self._bound(block, edit):
                continue
            anchor = near if near is not None and not _is_stdlib(edit) else self._anchor(block, statements, edit, near)
            target = self._mergeable(statements, edit, anchor)
            self.planned.append((block, edit._replace(near=None)))
            if target is not None:
                self.merged.setdefault(target, []).append(edit)
            else:
                self.fresh.setdefault((block, anchor), []).append(edit)

    def _bound(self, block: Block, edit: AddImport) -> bool:
        """Return whether the name is imported in the same words, by the block or by the module, and stays so."""
        if any(where in (block, self.module) and add == edit._replace(near=None) for where, add in self.planned):
            return True
        statements = [*_statements(block), *(_statements(self.module) if block is not self.module else ())]
        return any(_spelling(edit) in _spellings(node, self.drops.get(node, ())) for node in statements)

    def _anchor(
        self, block: Block, statements: Sequence[cst.CSTNode], edit: AddImport, near: cst.CSTNode | None
    ) -> cst.CSTNode | None:
        """Return the import after which a new one goes; None for the place in front of all statements."""
        if block is not self.module:
            return near
        head = statements[: _head(statements)]
        sibling = self._sibling(head, edit)
        if sibling is not None:
            return sibling
        if self._section(edit.module) == _OTHERS:
            for node in statements:
                if node in self.drops and self._section_of(node) == _OTHERS:
                    return node
        return self._last_of_kind(head, edit)

    def _section(self, module: str) -> int:
        """Return the section of imports that a module belongs to."""
        if module == "__future__":
            return _FUTURE
        if module.startswith("."):
            return _RELATIVE
        if _root(module) in self.own:
            return _OWN
        return _STDLIB if _root(module) in sys.stdlib_module_names else _OTHERS

    def _section_of(self, node: cst.CSTNode) -> int:
        modules = _modules_of(node) if isinstance(node, (cst.Import, cst.ImportFrom)) else []
        return max(map(self._section, modules), default=_OTHERS)

    def _last_of_kind(self, head: Sequence[cst.CSTNode], edit: AddImport) -> cst.CSTNode | None:
        """Return the last import of the same section, of the same form at best; else the last of an earlier section."""
        wanted = self._section(edit.module)
        form = cst.ImportFrom if edit.name else cst.Import
        ranked = [
            ((section, isinstance(node, form), position), node)
            for position, node in enumerate(head)
            if isinstance(node, (cst.Import, cst.ImportFrom)) and (section := self._section_of(node)) <= wanted
        ]
        return max(ranked, key=lambda pair: pair[0])[1] if ranked else None

    def _sibling(self, head: Sequence[cst.CSTNode], edit: AddImport) -> cst.CSTNode | None:
        """Return the import of a package after which one from a module of it comes in the alphabet."""
        root = _root(edit.module)
        found = [
            node
            for node in head
            if isinstance(node, cst.ImportFrom)
            and _root(_module_of(node)) == root
            and _module_of(node) <= edit.module
            and len(_aliases(node)) > len(self.drops.get(node, ()))
        ]
        if found and edit.name:
            return max(found, key=_module_of)
        # What takes the place of an SDK stands beside it while both are needed.
        before = [
            node for node in head if _root(edit.module) == "getstream" and _modules_of_import(node) == {"stream_chat"}
        ]
        return before[-1] if before and not any(node in self.drops for node in before) else None

    def _mergeable(
        self, statements: Sequence[cst.CSTNode], edit: AddImport, anchor: cst.CSTNode | None
    ) -> cst.ImportFrom | None:
        if not edit.name:
            return None
        position = statements.index(anchor) if anchor in statements else -1
        last = position
        while last + 1 < len(statements) and isinstance(statements[last + 1], (cst.Import, cst.ImportFrom)):
            last += 1
        for node in statements[: last + 1]:
            if (
                isinstance(node, cst.ImportFrom)
                and _module_of(node) == edit.module
                and not isinstance(node.names, cst.ImportStar)
            ):
                return node
        return None

    def into(self, work: Work) -> None:
        """Hand everything over to the pass."""
        for node in {**self.drops, **self.merged}:
            names = self.drops.get(node, [])
            adds = self.merged.get(node, [])
            if len(_aliases(node)) == len(names) and not adds:
                work.dropped.add(node)
            else:
                work.changed[node] = partial(self._changed, names=names, adds=adds)
        for (block, anchor), adds in self.fresh.items():
            lines = self._lines(adds)
            if anchor is None:
                self._on_top(block, lines, work)
            else:
                if anchor not in work.dropped and self._starts_section(anchor, adds):
                    lines[0] = lines[0].with_changes(leading_lines=[cst.EmptyLine(indent=False)])
                work.after[anchor] = [*lines, *work.after.get(anchor, [])]

    def _starts_section(self, anchor: cst.CSTNode, adds: Sequence[AddImport]) -> bool:
        """Return whether new imports start a section below the import after which they go."""
        first = min(self._section(one.module) for one in adds)
        return isinstance(anchor, (cst.Import, cst.ImportFrom)) and self._section_of(anchor) < first

    def _on_top(self, block: Block, lines: list[Statement], work: Work) -> None:
        assert isinstance(block, cst.Module)
        first = next(iter(_statements(block)), None)
        head = block.body[0] if block.body else None
        if head is not None and first is not None and _is_docstring(first):
            blank = cst.EmptyLine(indent=False)
            lines[0] = lines[0].with_changes(leading_lines=[blank])
            work.after[first] = [*lines, *work.after.get(first, [])]
        else:
            work.top[block] = lines

    def _lines(self, adds: Sequence[AddImport]) -> list[Statement]:
        """Return new import statements, section by section with a blank line between two."""
        found: list[Statement] = []
        for section in sorted({self._section(edit.module) for edit in adds}):
            lines = self._lines_of_section([edit for edit in adds if self._section(edit.module) == section])
            if found:
                lines[0] = lines[0].with_changes(leading_lines=[cst.EmptyLine(indent=False)])
            found += lines
        return found

    def _lines_of_section(self, adds: Sequence[AddImport]) -> list[Statement]:
        """Return import statements: whole modules first, then one line for each module that names come from."""
        whole = sorted(edit.module + (f" as {edit.asname}" if edit.asname else "") for edit in adds if not edit.name)
        found = [_parsed(f"import {text}") for text in whole]
        for module in sorted({edit.module for edit in adds if edit.name}):
            aliases = sorted({_alias_text(edit) for edit in adds if edit.module == module and edit.name}, key=_by_type)
            line = _parsed(f"from {module} import {', '.join(aliases)}")
            statement = line.body[0]
            assert isinstance(statement, cst.ImportFrom)
            found.append(line.with_changes(body=[self._wrapped(statement)]))
        return [*found]

    def _changed(self, node: cst.CSTNode, names: list[str], adds: list[AddImport]) -> cst.CSTNode:
        if isinstance(node, cst.Import):
            return node.with_changes(names=_without(list(node.names), names)[0])
        assert isinstance(node, cst.ImportFrom)
        for edit in adds:
            node = _with_name(node, _alias_text(edit))
        if names:
            node = _without_names(node, names)
        return self._wrapped(node) if adds else node

    def _wrapped(self, node: cst.ImportFrom) -> cst.ImportFrom:
        """Return an import that is too long for its line with a line for each name; one with comments stays."""
        code = self.module.code_for_node(node)
        if len(max(code.splitlines(), key=len)) <= self.limit or "#" in code or isinstance(node.names, cst.ImportStar):
            return node
        indent = self.module.default_indent
        names = [alias.with_changes(comma=cst.Comma(whitespace_after=_line_end(indent))) for alias in node.names]
        names[-1] = names[-1].with_changes(comma=cst.Comma(whitespace_after=_line_end("")))
        return node.with_changes(
            names=names,
            lpar=cst.LeftParen(whitespace_after=_line_end(indent)),
            rpar=cst.RightParen(),
            whitespace_after_import=cst.SimpleWhitespace(" "),
        )


def _parsed(text: str) -> cst.SimpleStatementLine:
    try:
        line = cst.parse_statement(text)
    except cst.ParserSyntaxError:
        raise Unappliable("bad-text", f"not an import: {text!r}") from None
    assert isinstance(line, cst.SimpleStatementLine)
    return line


def _statements(block: Block) -> list[cst.CSTNode]:
    """Return a block's own statements, lines of several taken apart."""
    found: list[cst.CSTNode] = []
    for statement in block.body:
        if isinstance(statement, cst.SimpleStatementLine):
            found += statement.body
        else:
            found.append(statement)
    return found


def _head(statements: Sequence[cst.CSTNode]) -> int:
    """Return how many statements a file's beginning has: its docstring, imports, and `if` and `try` among them."""
    for position, node in enumerate(statements):
        if not isinstance(node, (cst.Import, cst.ImportFrom, cst.If, cst.Try)) and not _is_docstring(node):
            return position
    return len(statements)


def _is_docstring(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(node.value, (cst.SimpleString, cst.ConcatenatedString))


def _root(module: str) -> str:
    return module.partition(".")[0]


def _is_stdlib(edit: AddImport) -> bool:
    return _root(edit.module) in sys.stdlib_module_names


def _modules_of(node: cst.Import | cst.ImportFrom) -> list[str]:
    return [_module_of(node)] if isinstance(node, cst.ImportFrom) else [alias.evaluated_name for alias in node.names]


def _modules_of_import(node: cst.CSTNode) -> set[str]:
    if not isinstance(node, (cst.Import, cst.ImportFrom)):
        return set()
    return {_root(module) for module in _modules_of(node)}


def _module_of(node: cst.ImportFrom) -> str:
    """Return the module as written, dots in front of a relative one."""
    name = cst.Module([]).code_for_node(node.module) if node.module is not None else ""
    return "." * len(node.relative) + name


def _aliases(node: cst.CSTNode) -> Sequence[cst.ImportAlias]:
    if isinstance(node, (cst.Import, cst.ImportFrom)) and not isinstance(node.names, cst.ImportStar):
        return node.names
    return ()


def _refuse_unknown(node: cst.CSTNode, names: Sequence[str]) -> None:
    known = [alias.evaluated_name for alias in _aliases(node)]
    for name in names:
        if known.count(name) != 1:
            raise Unappliable("not-found", f"the statement does not import {name!r} once")


def _spelling(edit: AddImport) -> tuple[str, str, str]:
    return edit.module, edit.name, "" if edit.asname == edit.name else edit.asname


def _spellings(node: cst.CSTNode, dropped: Sequence[str]) -> set[tuple[str, str, str]]:
    found = set()
    for alias in _aliases(node):
        name = alias.evaluated_name
        if name in dropped:
            continue
        asname = alias.evaluated_alias or ""
        if isinstance(node, cst.ImportFrom):
            found.add((_module_of(node), name, "" if asname == name else asname))
        else:
            found.add((name, "", asname))
    return found


def _alias_text(edit: AddImport) -> str:
    return edit.name + (f" as {edit.asname}" if edit.asname and edit.asname != edit.name else "")


def _by_type(name: str) -> tuple[int, str, str]:
    """Sort constants, then classes, then the rest, as isort and Ruff do unless told otherwise."""
    kind = 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2
    return kind, name.casefold(), name


_ORDERS: tuple[Callable[[str], Any], ...] = (_by_type, str.casefold, str)


def _position(names: Sequence[str], new: str) -> int:
    """Return where a name goes: its place in the order that the names are in, or the end when they are in none."""
    for order in _ORDERS:
        keys = [order(name) for name in names]
        if keys == sorted(keys):
            return bisect(keys, order(new))
    return len(names)


def _line_end(last: str) -> cst.ParenthesizedWhitespace:
    return cst.ParenthesizedWhitespace(
        first_line=cst.TrailingWhitespace(), indent=True, last_line=cst.SimpleWhitespace(last)
    )


def _with_name(node: cst.ImportFrom, text: str) -> cst.ImportFrom:
    """Return the import with one more name, on a line of its own where each name has one."""
    assert not isinstance(node.names, cst.ImportStar)
    names = list(node.names)
    new = _aliases(_parsed(f"from _ import {text}").body[0])[0]
    position = _position([alias.evaluated_name for alias in names], new.evaluated_name)
    opening = node.lpar.whitespace_after if isinstance(node.lpar, cst.LeftParen) else None
    if not isinstance(opening, cst.ParenthesizedWhitespace):
        return node.with_changes(names=_inline(names, new, position))
    if position < len(names):
        # An own-line comment above the next name stays with that name.
        above, below = _cut(opening if position == 0 else _after(names[position - 1]), opening)
        new = new.with_changes(comma=cst.Comma(whitespace_after=below))
        if position == 0:
            assert isinstance(node.lpar, cst.LeftParen)
            node = node.with_changes(lpar=node.lpar.with_changes(whitespace_after=above))
        else:
            names[position - 1] = _followed(names[position - 1], above)
        return node.with_changes(names=[*names[:position], new, *names[position:]])
    last = names[-1]
    if isinstance(last.comma, cst.Comma):
        above, below = _cut(last.comma.whitespace_after, opening)
        new = new.with_changes(comma=cst.Comma(whitespace_after=below))
        return node.with_changes(names=[*names[:-1], _followed(last, above), new])
    assert isinstance(node.rpar, cst.RightParen)
    above, below = _cut(node.rpar.whitespace_before, opening)
    return node.with_changes(
        names=[*names[:-1], _followed(last, above), new], rpar=node.rpar.with_changes(whitespace_before=below)
    )


def _inline(names: Sequence[cst.ImportAlias], new: cst.ImportAlias, position: int) -> list[cst.ImportAlias]:
    space = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    if position < len(names):
        return [*names[:position], new.with_changes(comma=space), *names[position:]]
    last = names[-1]
    return [*names[:-1], last.with_changes(comma=space), new.with_changes(comma=last.comma)]


def _after(alias: cst.ImportAlias) -> cst.BaseParenthesizableWhitespace:
    assert isinstance(alias.comma, cst.Comma)
    return alias.comma.whitespace_after


def _followed(alias: cst.ImportAlias, space: cst.BaseParenthesizableWhitespace) -> cst.ImportAlias:
    comma = alias.comma if isinstance(alias.comma, cst.Comma) else cst.Comma()
    return alias.with_changes(comma=comma.with_changes(whitespace_after=space))


def _cut(
    space: cst.BaseParenthesizableWhitespace, opening: cst.ParenthesizedWhitespace
) -> tuple[cst.BaseParenthesizableWhitespace, cst.BaseParenthesizableWhitespace]:
    """Return what stands before and after a name put into the space between two: end-of-line comments stay before it."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return _line_end(opening.last_line.value), space
    before = space.with_changes(empty_lines=(), last_line=opening.last_line)
    return before, space.with_changes(first_line=cst.TrailingWhitespace())


def _without_names(node: cst.ImportFrom, gone: Sequence[str]) -> cst.ImportFrom:
    """Return the import without some of its names; comments on lines of their own stay."""
    assert not isinstance(node.names, cst.ImportStar)
    opening = node.lpar.whitespace_after if isinstance(node.lpar, cst.LeftParen) else None
    closing = node.rpar.whitespace_before if isinstance(node.rpar, cst.RightParen) else None
    names, opening, closing = _without(list(node.names), gone, opening, closing)
    changes: dict[str, Any] = {"names": names}
    if isinstance(node.lpar, cst.LeftParen) and opening is not None:
        changes["lpar"] = node.lpar.with_changes(whitespace_after=opening)
    if isinstance(node.rpar, cst.RightParen) and closing is not None:
        changes["rpar"] = node.rpar.with_changes(whitespace_before=closing)
    return node.with_changes(**changes)


def _without(
    names: list[cst.ImportAlias],
    gone: Sequence[str],
    opening: cst.BaseParenthesizableWhitespace | None = None,
    closing: cst.BaseParenthesizableWhitespace | None = None,
) -> tuple[list[cst.ImportAlias], cst.BaseParenthesizableWhitespace | None, cst.BaseParenthesizableWhitespace | None]:
    kept: list[cst.ImportAlias] = []
    for position, alias in enumerate(names):
        if alias.evaluated_name not in gone:
            kept.append(alias)
            continue
        is_last = position == len(names) - 1
        before = _after(kept[-1]) if kept else opening
        if not is_last:
            space = _joined(before, _after(alias))
        elif isinstance(alias.comma, cst.Comma):
            space = _before_bracket(before, _after(alias))
        else:
            kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
            closing = None if closing is None else _before_bracket(before, closing)
            continue
        if kept and space is not None:
            kept[-1] = _followed(kept[-1], space)
        elif not kept:
            opening = before if isinstance(before, cst.SimpleWhitespace) and not _has_own_lines(space) else space
    return kept, opening, closing


def _joined(
    before: cst.BaseParenthesizableWhitespace | None, after: cst.BaseParenthesizableWhitespace
) -> cst.BaseParenthesizableWhitespace | None:
    """Return the space that is left of two when what stood between them goes, with its end-of-line comment."""
    if not isinstance(after, cst.ParenthesizedWhitespace) or before is None:
        return before
    if not isinstance(before, cst.ParenthesizedWhitespace):
        return after.with_changes(first_line=cst.TrailingWhitespace())
    return before.with_changes(empty_lines=[*before.empty_lines, *after.empty_lines], last_line=after.last_line)


def _before_bracket(
    before: cst.BaseParenthesizableWhitespace | None, after: cst.BaseParenthesizableWhitespace
) -> cst.BaseParenthesizableWhitespace:
    """Return what `_joined` does where the closing bracket follows: without comments, what stood before the bracket."""
    if isinstance(before, cst.ParenthesizedWhitespace) and (before.first_line.comment or _has_own_lines(before)):
        last = after.last_line if isinstance(after, cst.ParenthesizedWhitespace) else cst.SimpleWhitespace("")
        below = after.empty_lines if isinstance(after, cst.ParenthesizedWhitespace) else ()
        return before.with_changes(empty_lines=[*before.empty_lines, *below], last_line=last)
    if isinstance(after, cst.ParenthesizedWhitespace):
        return after.with_changes(first_line=cst.TrailingWhitespace())
    return after


def _has_own_lines(space: cst.BaseParenthesizableWhitespace | None) -> bool:
    return isinstance(space, cst.ParenthesizedWhitespace) and any(line.comment for line in space.empty_lines)
