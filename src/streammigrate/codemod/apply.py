"""The edits of one file, done in one LibCST pass; everything else stays byte for byte."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields

import libcst as cst

from streammigrate.codemod import blocks, headers, todos
from streammigrate.codemod.imports import Imports
from streammigrate.codemod.model import AddImport, Edits, Header, Span, Todo
from streammigrate.codemod.parsing import Unappliable, parse
from streammigrate.codemod.positions import Places, refuse_overlaps
from streammigrate.codemod.replacing import bracketed, fit, parse_statements, parse_text
from streammigrate.codemod.style import width_of
from streammigrate.codemod.verify import refuse_other_changes

__all__ = ["Unappliable", "apply"]

_CLAUSES = (cst.Else, cst.Finally, cst.ExceptHandler, cst.ExceptStarHandler, cst.MatchCase)


def apply(source: bytes, edits: Edits, width: int = 0) -> bytes:
    """Return the file after the edits; `width` is how long a line of imports may get, 0 for what the file shows.

    A replacement's and an insertion's text counts its columns from the statement: `    x` on its second line stands four
    columns deeper than the statement does. New lines end as the file's first line does. Comments above an edited
    statement stay; what is put before a statement goes below them.

    Raises Unappliable, having done nothing, when the file cannot be edited without touching anything else: LibCST does
    not give back what it read, a span is no node, edits overlap, or the result is not the program that was asked for.
    """
    tree = parse(source)
    if edits == Edits():
        return source
    try:
        return _apply(source, edits, tree, width)
    except (RecursionError, MemoryError):
        raise Unappliable("too-deep", "the code is nested too deeply to be edited") from None
    except cst.CSTValidationError as error:
        raise Unappliable("invalid-result", f"the edited code would not be valid: {error}") from None
    except UnicodeEncodeError as error:
        raise Unappliable("bad-text", f"the file's encoding cannot hold the new text: {error.reason}") from None


def read_module(source: bytes) -> cst.Module:
    """Return LibCST's tree of a file. Raises Unappliable when it would not be written back as it was."""
    try:
        module = cst.parse_module(source)
        same = module.bytes == source
    except RecursionError:
        raise Unappliable("too-deep", "the code is nested too deeply to be edited") from None
    except Exception as error:
        # The parser has exceptions of its own, of the decoder and of its native half.
        raise Unappliable("not-round-trip", f"LibCST cannot parse the file: {type(error).__name__}") from None
    if not same:
        raise Unappliable("not-round-trip", "LibCST does not give back the file exactly as it is")
    return module


def _apply(source: bytes, edits: Edits, tree: ast.Module, width: int) -> bytes:
    module = read_module(source)
    _refuse_overlaps(edits)
    places = Places(module, tree, module.code)
    editor = _Editor(module, places, edits, width or width_of([module.code]))
    result = module.visit(editor).bytes
    editor.refuse_undone()
    if result == source:
        return source
    try:
        after = parse(result)
    except Unappliable as error:
        raise Unappliable("invalid-result", f"the edited code would not be valid: {error.reason}") from None
    refuse_other_changes(tree, after, edits)
    return result


def _refuse_overlaps(edits: Edits) -> None:
    refuse_overlaps((edit.span for edit in edits.replacements), "replacements")
    refuse_overlaps((edit.span for edit in edits.removals), "removals")
    for gone in (*(edit.span for edit in edits.removals), *(edit.span for edit in edits.drops)):
        for edit in edits.replacements:
            if gone.holds(edit.span):
                raise Unappliable("overlap", "a replacement is inside a statement that goes", edit.span.line)
    for drop in edits.drops:
        if any(removal.span.holds(drop.span) for removal in edits.removals):
            raise Unappliable("overlap", "an import is dropped and removed", drop.span.line)


class _Editor(cst.CSTTransformer):
    """Does everything on the way back up; only statements whose lines are named are looked into."""

    def __init__(self, module: cst.Module, places: Places, edits: Edits, width: int) -> None:
        super().__init__()
        self.width = width
        self.module, self.places = module, places
        self.newline = module.default_newline
        self.stack: list[cst.CSTNode] = []
        self.work = blocks.Work()
        self.replaced: dict[cst.CSTNode, str] = {places.expression(edit.span): edit.text for edit in edits.replacements}
        self.marked: dict[cst.CSTNode, list[Todo]] = {}
        self.carried: dict[cst.CSTNode, list[Todo]] = {}
        self.headers: dict[cst.CSTNode, list[Header]] = {}
        self.undone: set[cst.CSTNode] = set(self.replaced)
        self.lines: set[int] = set()
        self._plan(edits)

    def _plan(self, edits: Edits) -> None:
        for edit in edits.insertions:
            put = self.work.after if edit.after else self.work.before
            put.setdefault(self._statement(edit.span), []).extend(parse_statements(edit.text, self.newline))
        for removal in edits.removals:
            self.work.removed.add(self._statement(removal.span))
        for todo in edits.todos:
            self.marked.setdefault(self.places.enclosing(todo.span), []).append(todo)
        for header in edits.headers:
            self.headers.setdefault(self._statement(header.span), []).append(header)
        self._plan_imports(edits)
        for node in (*self.replaced, *self.marked, *self.headers, *self.work.wanted()):
            lines = self.places.lines_of(node)
            if lines is not None:
                self.lines.add(lines[0])

    def _statement(self, span: Span) -> cst.CSTNode:
        node = self.places.statement(span)
        if isinstance(node, _CLAUSES):
            raise Unappliable("unsupported-place", "nothing can be put beside a clause of a statement", span.line)
        return node

    def _plan_imports(self, edits: Edits) -> None:
        drops: dict[cst.CSTNode, list[str]] = {}
        for drop in edits.drops:
            drops.setdefault(self._statement(drop.span), []).append(drop.name)
        adds: dict[cst.CSTNode | None, list[AddImport]] = {}
        for edit in edits.imports:
            adds.setdefault(None if edit.near is None else self._statement(edit.near), []).append(edit)
        planner = Imports(self.module, drops, self.width, edits.own)
        places = [(self.module if near is None else _block_of(self.module, near), near) for near in adds]
        for block, near in sorted(places, key=lambda place: place[0] is not self.module):
            if block is None:
                raise Unappliable("unsupported-place", "the import stands in no block")
            planner.add(block, near, adds[near])
        planner.into(self.work)

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Return whether to look into a node, and note where its comments will stand."""
        if node in self.marked:
            self.carried.setdefault(self._carrier(node), []).extend(self.marked.pop(node))
        self.stack.append(node)
        return self._concerns(node)

    def _concerns(self, node: cst.CSTNode) -> bool:
        if not isinstance(node, (cst.BaseStatement, *_CLAUSES)):
            return True
        lines = self.places.lines_of(node)
        return lines is None or any(lines[0] <= line <= lines[1] for line in self.lines)

    def _carrier(self, node: cst.CSTNode) -> cst.CSTNode:
        """Return the statement or clause that starts the line of a statement."""
        for candidate in (node, *reversed(self.stack)):
            if hasattr(candidate, "leading_lines"):
                return candidate
        raise Unappliable("unsupported-place", "no line starts with the statement")

    def on_leave(
        self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT
    ) -> cst.CSTNodeT | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNodeT]:
        """Return what becomes of a node."""
        self.stack.pop()
        new: cst.CSTNode = updated_node
        if original_node in self.replaced:
            new = self._replacement(original_node)
        elif isinstance(original_node, (cst.Module, cst.IndentedBlock, cst.SimpleStatementSuite)):
            new = self._block(original_node, updated_node)
        elif original_node in self.headers:
            new = headers.changed(updated_node, self.headers.pop(original_node))
        if original_node in self.carried:
            new = self._with_todos(original_node, new)
        return new  # type: ignore[return-value]

    def _replacement(self, node: cst.CSTNode) -> cst.CSTNode:
        text = self.replaced[node]
        self.undone.discard(node)
        if isinstance(node, cst.ImportAlias):
            return self._alias(node, text)
        assert isinstance(node, cst.BaseExpression)
        new = fit(parse_text(text, self.newline), node, self.stack)
        parent = self.stack[-1]
        field = next(field.name for field in fields(parent) if getattr(parent, field.name) is node)
        try:
            parent.with_changes(**{field: new})
        except cst.CSTValidationError:
            # `except(A, B):` has no space that a name could do with.
            return bracketed(new)
        return new

    def _alias(self, node: cst.ImportAlias, text: str) -> cst.ImportAlias:
        keyword = "from _ import" if isinstance(self.stack[-1], cst.ImportFrom) else "import"
        try:
            line = cst.parse_statement(f"{keyword} {text}")
        except cst.ParserSyntaxError:
            raise Unappliable("bad-text", f"the new code is no imported name: {text!r}") from None
        assert isinstance(line, cst.SimpleStatementLine)
        statement = line.body[0]
        if not isinstance(statement, (cst.Import, cst.ImportFrom)) or isinstance(statement.names, cst.ImportStar):
            raise Unappliable("bad-text", f"the new code is no imported name: {text!r}")
        return statement.names[0].with_changes(comma=node.comma)

    def _block(self, original: cst.CSTNode, updated: cst.CSTNode) -> cst.CSTNode:
        self.work.done.add(original)
        if not self._has_work(original):
            return updated
        if isinstance(original, cst.SimpleStatementSuite):
            assert isinstance(updated, cst.SimpleStatementSuite)
            return blocks.rebuild_suite(original, updated, self.work)
        assert isinstance(original, (cst.Module, cst.IndentedBlock))
        assert isinstance(updated, (cst.Module, cst.IndentedBlock))
        opening = self.work.top.get(original, ())
        body, comments = blocks.rebuild(original.body, updated.body, self.work, opening)
        if isinstance(updated, cst.Module):
            return blocks.with_body(updated, body, comments)
        if not body:
            return updated.with_changes(body=[blocks.empty(comments)])
        return updated.with_changes(body=body, footer=[*comments, *updated.footer])

    def _has_work(self, block: cst.CSTNode) -> bool:
        assert isinstance(block, (cst.Module, cst.IndentedBlock, cst.SimpleStatementSuite))
        wanted = self.work.wanted()
        if block in wanted:
            return True
        for statement in block.body:
            if statement in wanted:
                return True
            if isinstance(statement, cst.SimpleStatementLine) and any(small in wanted for small in statement.body):
                return True
        return False

    def _with_todos(self, original: cst.CSTNode, new: cst.CSTNode) -> cst.CSTNode:
        lines = list(getattr(new, "leading_lines"))  # noqa: B009
        above = self.module.header if self.module.body and self.module.body[0] is original else ()
        for todo in self.carried[original]:
            text = self._encodable(todo.text)
            lines = todos.add(lines, above, text, self.places.indent(original))
        return new.with_changes(leading_lines=lines)

    def _encodable(self, text: str) -> str:
        return text.encode(self.module.encoding, "replace").decode(self.module.encoding)

    def refuse_undone(self) -> None:
        """Raise Unappliable when the pass did not come across the place of an edit."""
        left = [*self.undone, *self.marked, *self.headers, *(self.work.wanted() - self.work.done)]
        for node in left:
            lines = self.places.lines_of(node)
            raise Unappliable("unsupported-place", "the place cannot be edited", lines[0] if lines else None)


def _block_of(block: cst.BaseSuite | cst.Module, node: cst.CSTNode) -> blocks.Block | None:
    """Return the module, block or suite in which a statement stands directly."""
    assert isinstance(block, (cst.Module, cst.IndentedBlock, cst.SimpleStatementSuite))
    for statement in block.body:
        if statement is node or (isinstance(statement, cst.SimpleStatementLine) and node in statement.body):
            return block
        for suite in _suites(statement):
            found = _block_of(suite, node)
            if found is not None:
                return found
    return block if node in block.body else None


def _suites(statement: cst.CSTNode) -> Iterator[cst.BaseSuite]:
    if isinstance(statement, (cst.BaseCompoundStatement, *_CLAUSES)):
        for child in statement.children:
            if isinstance(child, cst.BaseSuite):
                yield child
            else:
                yield from _suites(child)
