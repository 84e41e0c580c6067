"""Whether an edited file is the program that was asked for, and no other."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from streammigrate.codemod.model import Edits, Header, Insertion, Span
from streammigrate.codemod.parsing import Unappliable, shape


def refuse_other_changes(before: ast.Module, after: ast.Module, edits: Edits) -> None:
    """Raise Unappliable (`different-result`) unless `after` is `before` with the edits done to its tree.

    Imports and `pass` are left out of the comparison: where they stand is a matter of style, and what they bind is
    tested where they are made. `before` is changed by this.
    """
    expected = _Expected(edits).generic_visit(before)
    if shape(expected) != shape(_Bare().visit(after)):
        raise Unappliable("different-result", "the edited code would not mean what was asked for")


class _Bare(ast.NodeTransformer):
    """Takes imports and `pass` away."""

    def visit_Import(self, node: ast.Import) -> None:
        return None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        return None

    def visit_Pass(self, node: ast.Pass) -> None:
        return None


class _Expected(_Bare):
    """Does the edits to a tree of `ast`."""

    def __init__(self, edits: Edits) -> None:
        self.replaced = {edit.span: edit.text for edit in edits.replacements}
        self.removed = {removal.span[:2] for removal in edits.removals}
        self.before = _by_start([edit for edit in edits.insertions if not edit.after])
        self.after = _by_start([edit for edit in edits.insertions if edit.after])
        self.headers: dict[tuple[int, int], list[Header]] = {}
        for header in edits.headers:
            self.headers.setdefault(header.span[:2], []).append(header)

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt] | None:
        if isinstance(node, ast.expr):
            text = self.replaced.get(Span.of(node))
            return self.generic_visit(node) if text is None else _expression(text)
        if not isinstance(node, ast.stmt):
            return super().visit(node)  # type: ignore[no-any-return]
        start = (node.lineno, node.col_offset)
        kept = None if start in self.removed else super().visit(node)
        if isinstance(kept, ast.stmt) and start in self.headers:
            # Importing this loads LibCST, which a file that is edited has loaded already.
            from streammigrate.codemod.headers import expected

            expected(kept, self.headers[start])
        return [*self._put(self.before, start), *([] if kept is None else [kept]), *self._put(self.after, start)]

    def _put(self, texts: dict[tuple[int, int], list[str]], start: tuple[int, int]) -> list[ast.stmt]:
        found = []
        for text in texts.get(start, ()):
            bare = _Bare().visit(ast.parse(text))
            found += bare.body
        return found


def _by_start(edits: Sequence[Insertion]) -> dict[tuple[int, int], list[str]]:
    found: dict[tuple[int, int], list[str]] = {}
    for edit in edits:
        found.setdefault(edit.span[:2], []).append(edit.text)
    return found


def _expression(text: str) -> ast.expr:
    return ast.parse(f"({text.strip()}\n)", mode="eval").body
