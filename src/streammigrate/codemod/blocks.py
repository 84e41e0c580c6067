"""The statements of one block after the edits: what is put in, what goes, and whose comments stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import libcst as cst

from streammigrate.codemod import todos

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
Block: TypeAlias = cst.Module | cst.IndentedBlock | cst.SimpleStatementSuite
Lines: TypeAlias = list[cst.EmptyLine]

_PRAGMA = re.compile(r"#\s*(?:noqa|type(?=:)|pylint|pragma|isort|pyright|ruff|nosec|fmt|mypy)\b", re.IGNORECASE)
"""Comments that speak to a tool about their own line, and mean nothing without it."""


@dataclass(slots=True)
class Work:
    """What is to be done with the statements of a file, by the original node (small or compound) it is done to."""

    before: dict[cst.CSTNode, list[Statement]] = field(default_factory=dict)
    after: dict[cst.CSTNode, list[Statement]] = field(default_factory=dict)
    removed: set[cst.CSTNode] = field(default_factory=set)
    dropped: set[cst.CSTNode] = field(default_factory=set)
    """Imports that go with their last name: their comments stay, and pass to the import that takes their place."""
    changed: dict[cst.CSTNode, Callable[[cst.CSTNode], cst.CSTNode]] = field(default_factory=dict)
    """What else happens to a small statement (names put into and taken from an import)."""
    top: dict[cst.CSTNode, list[Statement]] = field(default_factory=dict)
    """Statements in front of a block's first, by the block."""
    done: set[cst.CSTNode] = field(default_factory=set)
    """The nodes and blocks that the pass came across."""

    def wanted(self) -> set[cst.CSTNode]:
        """Return every node that something is to be done to."""
        return {*self.before, *self.after, *self.removed, *self.dropped, *self.changed, *self.top}


@dataclass(slots=True)
class _Part:
    """A statement on its way out. `body` None means that it goes; what is put in stays."""

    body: Statement | None
    lead: Lines
    before: list[Statement] = field(default_factory=list)
    after: list[Statement] = field(default_factory=list)
    inherits: bool = False
    trailing: cst.TrailingWhitespace | None = None
    inner: list[str] = field(default_factory=list)


def rebuild(
    originals: Sequence[cst.BaseStatement],
    updated: Sequence[cst.BaseStatement],
    work: Work,
    opening: Sequence[Statement],
) -> tuple[list[Statement], Lines]:
    """Return a block's statements after the edits, and the comments that no statement is left for.

    `opening` goes in front of the first statement. A block may come back empty.
    """
    parts: list[_Part] = []
    for original, new in zip(originals, updated, strict=True):
        assert isinstance(new, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
        if isinstance(original, cst.SimpleStatementLine) and isinstance(new, cst.SimpleStatementLine):
            parts += _parts_of_line(original, new, work)
        else:
            parts.append(_part(original, new, list(new.leading_lines), work))
    out: list[Statement] = list(opening)
    carried: Lines = []
    first_went = False
    for part in parts:
        lead = _merged(carried, part.lead)
        if opening and len(out) == len(opening) and (not lead or lead[0].comment is not None):
            lead = [cst.EmptyLine(indent=False), *lead]
        if first_went and not out and not any(line.comment for line in lead):
            lead = []
        carried = _emit(part, lead, out)
        first_went = first_went or (part.body is None and not out)
    return out, carried if any(line.comment for line in carried) else []


def _emit(part: _Part, lead: Lines, out: list[Statement]) -> Lines:
    """Add a part's statements; return the leading lines that pass to the next."""
    if part.body is not None:
        above, marks = todos.split(lead)
        if part.before:
            out += _led(part.before, above)
            lead = marks
        out.append(part.body.with_changes(leading_lines=lead))
        out += part.after
        return []
    put = [*part.before, *part.after]
    comments = list(part.inner)
    trailing = part.trailing
    if trailing is not None and trailing.comment is not None:
        first = put[0] if put else None
        if part.inherits and isinstance(first, cst.SimpleStatementLine) and "\n" not in _code(first.body[0]):
            put[0] = first.with_changes(trailing_whitespace=trailing)
        elif not _PRAGMA.match(trailing.comment.value):
            comments.append(trailing.comment.value)
    lead = [*lead, *(cst.EmptyLine(indent=True, comment=cst.Comment(value)) for value in comments)]
    if not put:
        return lead
    out += _led(put, lead)
    return []


def _led(statements: Sequence[Statement], lead: Lines) -> list[Statement]:
    first = statements[0]
    return [first.with_changes(leading_lines=[*lead, *first.leading_lines]), *statements[1:]]


def _merged(carried: Lines, lead: Lines) -> Lines:
    """Return the leading lines of a statement that follows one that went: comments all stay, blank lines do not add up."""
    if any(line.comment for line in carried):
        return [*carried, *lead]
    blank = 0
    while blank < len(lead) and lead[blank].comment is None:
        blank += 1
    return [*carried, *lead[blank:]] if len(carried) > blank else lead


def _part(original: cst.CSTNode, new: Statement, lead: Lines, work: Work) -> _Part:
    work.done.add(original)
    gone = original in work.removed
    return _Part(None if gone else new, lead, list(work.before.get(original, ())), list(work.after.get(original, ())))


def _parts_of_line(original: cst.SimpleStatementLine, new: cst.SimpleStatementLine, work: Work) -> list[_Part]:
    """Return the parts of a line of small statements: one, or more where something is put between two of them."""
    small = list(zip(original.body, new.body, strict=True))
    if not any(_touched(one, work) for one, _ in small):
        return [_Part(new, list(new.leading_lines))]
    parts: list[_Part] = []
    line: list[cst.BaseSmallStatement] = []
    before: list[Statement] = []

    def close(after: list[Statement]) -> None:
        if line:
            last = line[-1] is new.body[-1]
            parts.append(_Part(cst.SimpleStatementLine(_joined(line, last)), [], list(before), after))
        line.clear()
        before.clear()

    for one, statement in small:
        work.done.add(one)
        put, after = work.before.get(one, []), work.after.get(one, [])
        if one in work.removed or one in work.dropped:
            inner = _inner_comments(one) if one in work.dropped else []
            if put or after or inner or len(small) == 1:
                close([])
                parts.append(_Part(None, [], list(put), list(after), inherits=one in work.dropped, inner=inner))
            continue
        if put:
            close([])
            before += put
        change = work.changed.get(one)
        if change is not None:
            changed = change(statement)
            assert isinstance(changed, cst.BaseSmallStatement)
            statement = changed
        line.append(statement)
        if after:
            close(list(after))
    close([])
    if not parts:
        parts.append(_Part(None, []))
    parts[0].lead = list(new.leading_lines)
    last = parts[-1]
    if last.body is not None:
        last.body = last.body.with_changes(trailing_whitespace=new.trailing_whitespace)
    elif last.inherits:
        last.trailing = new.trailing_whitespace
    return parts


def _touched(node: cst.CSTNode, work: Work) -> bool:
    return any(node in place for place in (work.before, work.after, work.removed, work.dropped, work.changed))


def _joined(statements: Sequence[cst.BaseSmallStatement], ends_line: bool) -> list[cst.BaseSmallStatement]:
    """Return small statements that stand on one line; only what ended the line before keeps a semicolon at its end."""
    *head, last = statements
    if not ends_line:
        last = last.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
    return [*(_separated(statement) for statement in head), last]


def _separated(statement: cst.BaseSmallStatement) -> cst.BaseSmallStatement:
    if isinstance(statement.semicolon, cst.Semicolon):
        return statement
    return statement.with_changes(semicolon=cst.Semicolon(whitespace_after=cst.SimpleWhitespace(" ")))


class _Comments(cst.CSTVisitor):
    def __init__(self) -> None:
        self.values: list[str] = []

    def visit_Comment(self, node: cst.Comment) -> None:  # noqa: N802
        self.values.append(node.value)


def _inner_comments(node: cst.CSTNode) -> list[str]:
    """Return the comments inside a statement, those that speak to a tool about their line left out."""
    visitor = _Comments()
    node.visit(visitor)
    return [value for value in visitor.values if not _PRAGMA.match(value)]


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def rebuild_suite(original: cst.SimpleStatementSuite, new: cst.SimpleStatementSuite, work: Work) -> cst.BaseSuite:
    """Return what stands behind a colon after the edits: on the same line, or as a block when more than that is put in."""
    line = cst.SimpleStatementLine(new.body, trailing_whitespace=new.trailing_whitespace)
    opening = work.top.get(original, ())
    body, comments = rebuild([cst.SimpleStatementLine(original.body)], [line], work, opening)
    if not body:
        return new.with_changes(body=[cst.Pass()])
    only = body[0]
    if len(body) == 1 and isinstance(only, cst.SimpleStatementLine) and not only.leading_lines:
        return new.with_changes(body=only.body)
    return cst.IndentedBlock(body, footer=comments)


def with_body(module: cst.Module, body: Sequence[Statement], comments: Lines) -> cst.Module:
    """Return the module with other statements; the first keeps its distance from what stands above it."""
    if not body:
        header = [*module.header, *comments]
        return module.with_changes(body=[], header=header, has_trailing_newline=bool(header or module.footer))
    first = body[0]
    blank = 0
    while blank < len(first.leading_lines) and first.leading_lines[blank].comment is None:
        blank += 1
    above = 0
    while above < len(module.header) and module.header[-1 - above].comment is None:
        above += 1
    if module.body and blank:
        spare = min(blank, above) if module.header else blank
        body = [first.with_changes(leading_lines=first.leading_lines[spare:]), *body[1:]]
    footer = [*comments, *module.footer]
    was_empty = not module.body and not module.header
    return module.with_changes(body=body, footer=footer, has_trailing_newline=was_empty or module.has_trailing_newline)


def empty(lead: Lines) -> cst.SimpleStatementLine:
    """Return the `pass` that an empty block needs, below the comments that stay."""
    return cst.SimpleStatementLine([cst.Pass()], leading_lines=lead)
