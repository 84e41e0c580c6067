"""One expression in the place of another: its lines, and the brackets that it needs there."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from streammigrate.codemod.parsing import Unappliable

_NAMED, _OPEN, _TERNARY, _OR, _AND, _NOT, _COMPARE, _BIT_OR, _BIT_XOR, _BIT_AND, _SHIFT, _SUM, _PRODUCT = range(13)
_UNARY, _POWER, _AWAIT, _ATOM = range(13, 17)
"""How tightly an expression binds, from the loosest to the tightest."""

_BINARY: dict[type[cst.BaseBinaryOp], int] = {
    cst.BitOr: _BIT_OR,
    cst.BitXor: _BIT_XOR,
    cst.BitAnd: _BIT_AND,
    cst.LeftShift: _SHIFT,
    cst.RightShift: _SHIFT,
    cst.Add: _SUM,
    cst.Subtract: _SUM,
    cst.Multiply: _PRODUCT,
    cst.Divide: _PRODUCT,
    cst.FloorDivide: _PRODUCT,
    cst.Modulo: _PRODUCT,
    cst.MatrixMultiply: _PRODUCT,
    cst.Power: _POWER,
}
_BRACKETS = (cst.List, cst.Set, cst.Dict, cst.ListComp, cst.SetComp, cst.DictComp)
_STATEMENTS = (cst.BaseSmallStatement, cst.BaseCompoundStatement)


def parse_text(text: str, newline: str) -> cst.BaseExpression:
    """Return the expression that a replacement's text is; text over several lines without brackets gets them.

    Lines after the first are relative to the statement: LibCST writes them with the indentation of the block they land in,
    and leaves the lines inside a string literal as they are. Raises Unappliable (`bad-text`).
    """
    text = text.strip()
    render = cst.Module([], default_newline=newline).code_for_node
    for attempt in (text, f"({text})", f"({text}\n)") if text else ():
        code = attempt.replace("\n", newline)
        try:
            node = cst.parse_expression(code)
        except cst.ParserSyntaxError:
            continue
        # The parser takes a comment behind the expression and forgets it.
        if render(node) == code:
            return _without_blank_indents(node)
    raise Unappliable("bad-text", f"the new code is no expression: {text!r}")


def parse_statements(text: str, newline: str) -> list[cst.SimpleStatementLine | cst.BaseCompoundStatement]:
    """Return the statements of an insertion's text, with the comments and blank lines in front of them.

    Raises Unappliable (`bad-text`).
    """
    try:
        module = cst.parse_module(text.rstrip("\n").replace("\n", newline) + newline)
    except cst.ParserSyntaxError:
        raise Unappliable("bad-text", f"the new code is no statement: {text!r}") from None
    if not module.body or any(line.comment for line in module.footer):
        raise Unappliable("bad-text", "the new code has no statement, or ends with a comment")
    body = [_without_blank_indents(statement) for statement in module.body]
    header = [_without_blank_indents(line) for line in module.header]
    first = body[0]
    body[0] = first.with_changes(leading_lines=[*header, *first.leading_lines])
    return body


class _BlankLines(cst.CSTTransformer):
    def leave_EmptyLine(  # noqa: N802
        self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine
    ) -> cst.EmptyLine:
        if updated_node.comment is None and updated_node.indent:
            return updated_node.with_changes(indent=False, whitespace=cst.SimpleWhitespace(""))
        return updated_node


def _without_blank_indents(node: cst.CSTNodeT) -> cst.CSTNodeT:
    """Return the node with blank lines that stay blank when the block around them is indented."""
    done = node.visit(_BlankLines())
    assert isinstance(done, type(node))
    return done


def fit(new: cst.BaseExpression, old: cst.BaseExpression, ancestors: Sequence[cst.CSTNode]) -> cst.BaseExpression:
    """Return the new expression as it must be written in the place of the old one.

    Brackets around the old expression stay; others are added only where the new one would be read otherwise.
    `ancestors` are the old expression's, outermost first. Raises Unappliable (`unsupported-place`) in an f-string that
    cannot hold the new text.
    """
    parent = ancestors[-1]
    _refuse_in_format_string(new, ancestors)
    grouped = bool(old.lpar) and not isinstance(old, (cst.Tuple, cst.GeneratorExp))
    if grouped:
        if new.lpar and not isinstance(new, (cst.Tuple, cst.GeneratorExp)) and not _comments(new):
            new = new.with_changes(lpar=(), rpar=())
        return new.with_changes(lpar=[*old.lpar, *new.lpar], rpar=[*new.rpar, *old.rpar])
    if new.lpar and not _comments(new) and not isinstance(new, (cst.Tuple, cst.GeneratorExp)):
        bare = new.with_changes(lpar=(), rpar=())
        if (_enclosed(old, ancestors) or not _several_lines(bare)) and _binds(bare) >= _needed(old, parent):
            return bare
        return new
    if not new.lpar and _binds(new) < _needed(old, parent) and not _same_tuple(new, old):
        return bracketed(new)
    return new


def bracketed(node: cst.BaseExpression) -> cst.BaseExpression:
    """Return an expression in brackets."""
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _same_tuple(new: cst.BaseExpression, old: cst.BaseExpression) -> bool:
    return isinstance(new, cst.Tuple) and isinstance(old, cst.Tuple) and not old.lpar


def _binds(node: cst.BaseExpression) -> int:
    """Return how tightly an expression without brackets binds."""
    if isinstance(node, (cst.NamedExpr, cst.Tuple, cst.Yield)):
        return _NAMED
    if isinstance(node, (cst.Lambda, cst.IfExp)):
        return _TERNARY
    if isinstance(node, cst.BooleanOperation):
        return _OR if isinstance(node.operator, cst.Or) else _AND
    if isinstance(node, cst.UnaryOperation):
        return _NOT if isinstance(node.operator, cst.Not) else _UNARY
    if isinstance(node, cst.Comparison):
        return _COMPARE
    if isinstance(node, cst.BinaryOperation):
        return _BINARY[type(node.operator)]
    if isinstance(node, cst.Await):
        return _AWAIT
    return _ATOM


def _needed(old: cst.BaseExpression, parent: cst.CSTNode) -> int:
    """Return how tightly an expression must bind to stand where the old one does."""
    if isinstance(parent, cst.BinaryOperation):
        return _needed_of_operand(old, parent)
    if isinstance(parent, cst.BooleanOperation):
        own = _binds(parent)
        return own if parent.left is old else own + 1
    if isinstance(parent, cst.UnaryOperation):
        return _binds(parent)
    if isinstance(parent, (cst.Comparison, cst.ComparisonTarget)):
        return _BIT_OR
    if isinstance(parent, cst.IfExp):
        return _TERNARY if parent.orelse is old else _OR
    if isinstance(parent, cst.CompFor):
        return _OR
    if isinstance(parent, cst.CompIf):
        return _OR
    if isinstance(parent, (cst.StarredElement, cst.StarredDictElement)):
        return _BIT_OR
    if isinstance(parent, (cst.Attribute, cst.Subscript, cst.Await)):
        return _ATOM
    if isinstance(parent, cst.Call):
        return _ATOM
    return _TERNARY


def _needed_of_operand(old: cst.BaseExpression, parent: cst.BinaryOperation) -> int:
    own = _BINARY[type(parent.operator)]
    if isinstance(parent.operator, cst.Power):
        return _AWAIT if parent.left is old else _UNARY
    return own if parent.left is old else own + 1


def _enclosed(node: cst.CSTNode, ancestors: Sequence[cst.CSTNode]) -> bool:
    """Return whether brackets around the node let it go over several lines."""
    child = node
    for ancestor in reversed(ancestors):
        if isinstance(ancestor, _STATEMENTS):
            return isinstance(ancestor, cst.ClassDef) and child in (*ancestor.bases, *ancestor.keywords)
        if isinstance(ancestor, _BRACKETS):
            return True
        if isinstance(ancestor, cst.BaseExpression) and ancestor.lpar:
            return True
        if isinstance(ancestor, cst.Call) and child is not ancestor.func:
            return True
        if isinstance(ancestor, cst.Subscript) and child is not ancestor.value:
            return True
        child = ancestor
    return False


def _several_lines(node: cst.BaseExpression) -> bool:
    """Return whether an expression needs brackets around it for its line ends."""
    code = cst.Module([]).code_for_node(node)
    if "\n" not in code and "\r" not in code:
        return False
    try:
        cst.parse_expression(code)
    except cst.ParserSyntaxError:
        return True
    return False


def _comments(node: cst.BaseExpression) -> bool:
    """Return whether there is a comment between an expression and its own brackets."""
    code = cst.Module([]).code_for_node
    return any("#" in code(part) for part in (*node.lpar, *node.rpar))


def _refuse_in_format_string(new: cst.BaseExpression, ancestors: Sequence[cst.CSTNode]) -> None:
    for ancestor in ancestors:
        if isinstance(ancestor, cst.FormattedString):
            text = cst.Module([]).code_for_node(new)
            quote = ancestor.start.lstrip("rRbBfFtTuU")
            if text.startswith("{") or isinstance(new, cst.Lambda):
                raise Unappliable("unsupported-place", "the new code would not be read as one inside the f-string")
            if any(mark in text for mark in (quote[0], "\\", "#", "\n", "\r")):
                raise Unappliable("unsupported-place", "the f-string cannot hold the new code in every Python 3")
