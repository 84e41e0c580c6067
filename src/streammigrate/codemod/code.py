"""New code as a tree: pieces of the old source with calls, lists and dicts around them, rendered like the code it replaces."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple, TypeAlias

from streammigrate.codemod.style import width_of

INDENT = "    "


class Src(NamedTuple):
    """An expression of the old source, with whatever is replaced inside it."""

    node: ast.expr


class Old(NamedTuple):
    """The very expression that is replaced, as it stands, inside what replaces it."""

    node: ast.expr


class Raw(NamedTuple):
    """Code that is written as it stands, on one line."""

    text: str


class Dotted(NamedTuple):
    """`value.name`; `name` may hold dots."""

    value: Code
    name: str


class Item(NamedTuple):
    """`value[key]`, with the key as code."""

    value: Code
    key: Code


class Arg(NamedTuple):
    """An argument of a call: by keyword, by position (no name) or spread (`*`)."""

    name: str
    value: Code


class Call(NamedTuple):
    """`function(args)`."""

    function: Code
    args: tuple[Arg, ...]


class List(NamedTuple):
    """`[items]`."""

    items: tuple[Code, ...]


class Dict(NamedTuple):
    """`{key: value}` with keys as code; None for `**value`."""

    items: tuple[tuple[Code | None, Code], ...]


class Comprehension(NamedTuple):
    """The comprehension of the old source with another element; `element` and the clauses keep their places."""

    element: Code
    node: ast.ListComp


class Conditional(NamedTuple):
    """`body if test else orelse`."""

    test: Code
    body: Code
    orelse: Code


class Awaited(NamedTuple):
    """`await value`."""

    value: Code


class Format(NamedTuple):
    """An f-string: texts and expressions in turn."""

    parts: tuple[str | Code, ...]
    avoid: str = ""
    """The quotation mark of an f-string around it, which no Python before 3.12 can use inside."""


class Infix(NamedTuple):
    """Pieces of text and code one after the other, in brackets where something is appended to them."""

    parts: tuple[str | Code, ...]


Code: TypeAlias = (
    Src | Old | Raw | Dotted | Item | Call | List | Dict | Comprehension | Conditional | Awaited | Format | Infix
)
"""One expression of new code."""


def parts_of(code: Code) -> Sequence[Code | str] | None:
    """Return what code is put together from, in the order in which Python will evaluate it.

    None for a piece of old source, and for a comprehension, which evaluates its element many times.
    """
    if isinstance(code, (Src, Old, Comprehension)):
        return None
    if isinstance(code, (Dotted, Awaited)):
        return [code.value]
    if isinstance(code, Item):
        return [code.value, code.key]
    if isinstance(code, Call):
        return [code.function, *(argument.value for argument in code.args)]
    if isinstance(code, List):
        return code.items
    if isinstance(code, Dict):
        return [part for pair in code.items for part in pair if part is not None]
    if isinstance(code, Conditional):
        return [code.test, code.body, code.orelse]
    return code.parts if isinstance(code, (Format, Infix)) else []


def sources(code: Code | str) -> Iterator[ast.expr]:
    """Yield the pieces of old source in the order in which Python will evaluate them."""
    if isinstance(code, (Src, Old)):
        yield code.node
    elif isinstance(code, Comprehension):
        for generator in code.node.generators:
            yield generator.iter
            yield from generator.ifs
        yield from sources(code.element)
    elif not isinstance(code, str):
        for part in parts_of(code) or ():
            yield from sources(part)


def put_old(code: Code, node: ast.expr) -> Code:
    """Return code in which an expression is the one that the code replaces."""
    if isinstance(code, Src):
        return Old(node) if code.node is node else code
    if isinstance(code, Dotted):
        return code._replace(value=put_old(code.value, node))
    if isinstance(code, Awaited):
        return Awaited(put_old(code.value, node))
    if isinstance(code, Item):
        return Item(put_old(code.value, node), put_old(code.key, node))
    if isinstance(code, Call):
        args = tuple(Arg(one.name, put_old(one.value, node)) for one in code.args)
        return Call(put_old(code.function, node), args)
    if isinstance(code, List):
        return List(tuple(put_old(item, node) for item in code.items))
    if isinstance(code, Dict):
        return Dict(tuple((key, put_old(value, node)) for key, value in code.items))
    if isinstance(code, Comprehension):
        return code._replace(element=put_old(code.element, node))
    if isinstance(code, Conditional):
        return Conditional(*(put_old(part, node) for part in code))
    if isinstance(code, (Format, Infix)):
        return code._replace(parts=tuple(one if isinstance(one, str) else put_old(one, node) for one in code.parts))
    return code


class _Comment(NamedTuple):
    position: tuple[int, int]
    text: str
    own_line: bool


class Source:
    """A file's text with what rendering asks of it: segments, comments, indentation, the usual width."""

    def __init__(self, text: str, width: int = 0) -> None:
        """Take a file; `width` is how long a line may get, 0 for what the file shows."""
        self.lines = text.splitlines(keepends=True)
        self._bytes = [line.encode("utf-8") for line in self.lines]
        self.width = width or width_of([text])
        self._comments: list[_Comment] = []
        self._in_string: set[int] = set()
        self._read_tokens(text)

    def _read_tokens(self, text: str) -> None:
        starts = {getattr(tokenize, name) for name in ("FSTRING_START", "TSTRING_START") if hasattr(tokenize, name)}
        ends = {getattr(tokenize, name) for name in ("FSTRING_END", "TSTRING_END") if hasattr(tokenize, name)}
        open_strings: list[int] = []
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            line, column = token.start
            if token.type == tokenize.COMMENT:
                before = self.lines[line - 1][:column]
                position = (line, len(before.encode("utf-8")))
                self._comments.append(_Comment(position, token.string.rstrip(), not before.strip()))
            elif token.type == tokenize.STRING:
                self._in_string.update(range(line + 1, token.end[0] + 1))
            elif token.type in starts:
                open_strings.append(line)
            elif token.type in ends:
                self._in_string.update(range(open_strings.pop() + 1, token.end[0] + 1))

    @property
    def in_strings(self) -> AbstractSet[int]:
        """The lines that continue a string, from 1."""
        return self._in_string

    def indentation(self, line: int) -> str:
        """Return the white space that a line (from 1) begins with."""
        text = self.lines[line - 1]
        return text[: len(text) - len(text.lstrip(" \t"))]

    def between(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """Return the text between two positions (lines from 1, columns in UTF-8 bytes), with `\\n` line ends."""
        (line, column), (end_line, end_column) = start, end
        if line == end_line:
            return self._bytes[line - 1][column:end_column].decode("utf-8")
        parts = [
            self._bytes[line - 1][column:],
            *self._bytes[line : end_line - 1],
            self._bytes[end_line - 1][:end_column],
        ]
        return b"".join(parts).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")

    def segment(self, node: ast.expr) -> str:
        """Return the text of an expression as it stands."""
        return self.between(*bounds(node))

    def starts_in_string(self, line: int) -> bool:
        """Return whether a line (from 1) begins inside a string, where white space is content."""
        return line in self._in_string

    def comments(self, start: tuple[int, int], end: tuple[int, int]) -> list[_Comment]:
        """Return the comments between two positions."""
        return [comment for comment in self._comments if start <= comment.position < end]


def bounds(node: ast.expr) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return where an expression begins and ends: (line, byte column) twice."""
    return (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)


_ATOMS = (
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Call,
    ast.Constant,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.ListComp,
    ast.DictComp,
    ast.SetComp,
    ast.GeneratorExp,
    ast.JoinedStr,
)

_BRACKETED = (ast.NamedExpr, ast.Yield, ast.YieldFrom)


class Renderer:
    """Writes new code for one file. `replaced` says what becomes of nodes of the old source, wherever they turn up."""

    def __init__(self, source: Source, replaced: Mapping[ast.expr, Code]) -> None:
        self.source = source
        self.replaced = replaced

    def flat(self, code: Code) -> str:
        """Return code on one line, as an expression of a statement of its own."""
        return _Lines(self, "", False).flat(code)

    def replacement(self, node: ast.expr, statement_line: int) -> str:
        """Return the text that takes a replaced node's place.

        Lines after the first are indented relative to the statement that holds the node (which begins at
        `statement_line`), except those that continue a string.
        """
        base = self.source.indentation(statement_line)
        first = self.source.indentation(node.lineno)
        extra = first[len(base) :] if first.startswith(base) else ""
        start, end = bounds(node)
        before = len(self.source.between((start[0], 0), start).expandtabs(4))
        several = end[0] > start[0]
        lines = _Lines(self, base, several)
        return lines.write(self.replaced[node], extra, before, start, end)


class _Lines:
    """One replacement being written."""

    def __init__(self, renderer: Renderer, base: str, several: bool) -> None:
        self.renderer = renderer
        self.source = renderer.source
        self.base = base
        self.several = several

    def write(self, code: Code, indent: str, column: int, start: tuple[int, int], end: tuple[int, int]) -> str:
        """Return the code on one line where it fits and the old code had one line, else spread over several."""
        flat = self.flat(code)
        comments = self._loose_comments(code, start, end)
        if not comments and flat is not None and not self.several and column + len(flat) <= self.source.width:
            return flat
        if not comments and flat is not None and self.several and "\n" not in flat and not _is_spreadable(code):
            return flat
        return self.spread(code, indent, comments)

    def flat(self, code: Code) -> str:
        """Return the code without line breaks of our own."""
        if isinstance(code, Src):
            return self.text(code.node)
        if isinstance(code, Old):
            return self._dedented(*bounds(code.node))
        if isinstance(code, Raw):
            return code.text
        if isinstance(code, Dotted):
            return f"{self.operand(code.value)}.{code.name}"
        if isinstance(code, Item):
            return f"{self.operand(code.value)}[{self.flat(code.key)}]"
        if isinstance(code, Call):
            return f"{self.operand(code.function)}({', '.join(map(self._argument, code.args))})"
        if isinstance(code, List):
            return f"[{', '.join(map(self.flat, code.items))}]"
        if isinstance(code, Dict):
            return "{" + ", ".join(f"{self._key(key)}{self.flat(value)}" for key, value in code.items) + "}"
        if isinstance(code, Comprehension):
            return f"[{self.flat(code.element)} {self._clauses(code.node)}]"
        if isinstance(code, Conditional):
            return f"{self.flat(code.body)} if {self.flat(code.test)} else {self.flat(code.orelse)}"
        if isinstance(code, Awaited):
            return f"await {self.flat(code.value)}"
        if isinstance(code, Format):
            return self._format(code)
        return "".join(part if isinstance(part, str) else self.flat(part) for part in code.parts)

    def operand(self, code: Code) -> str:
        """Return code to which `.name`, `[…]` or `(…)` can be appended."""
        text = self.flat(code)
        if isinstance(code, Src):
            replaced = self.renderer.replaced.get(code.node)
            if replaced is not None:
                return self.operand(replaced)
            atom = isinstance(code.node, _ATOMS) and not isinstance(getattr(code.node, "value", None), (int, float))
            return text if atom or isinstance(code.node, (ast.Attribute, ast.Subscript)) else f"({text})"
        return f"({text})" if isinstance(code, (Awaited, Conditional, Infix)) else text

    def _key(self, key: Code | None) -> str:
        return "**" if key is None else f"{self.flat(key)}: "

    def _argument(self, argument: Arg) -> str:
        prefix = argument.name if argument.name.startswith("*") else f"{argument.name}=" if argument.name else ""
        return prefix + self.flat(argument.value)

    def _format(self, code: Format) -> str:
        """Return an f-string, or a call of `format` where the quotes of its expressions leave no room for one."""
        pieces = [(part, "") if isinstance(part, str) else ("", self.flat(part)) for part in code.parts]
        inner = "".join(expression for _, expression in pieces)
        free = [quote for quote in ('"', "'") if quote not in inner and quote != code.avoid]
        if not free or "\\" in inner or "\n" in inner:
            literal = "".join(_doubled(text) if text else "{}" for text, _ in pieces)
            return f"{literal!r}.format({', '.join(expression for _, expression in pieces if expression)})"
        quote = free[0]
        body = "".join(_escaped(_doubled(text), quote) if text else f"{{{expression}}}" for text, expression in pieces)
        return f"f{quote}{body}{quote}"

    def _clauses(self, node: ast.ListComp) -> str:
        parts = []
        for generator in node.generators:
            word = "async for" if generator.is_async else "for"
            parts.append(f"{word} {self.text(generator.target)} in {self.text(generator.iter)}")
            parts += [f"if {self.text(test)}" for test in generator.ifs]
        return " ".join(parts)

    def text(self, node: ast.expr) -> str:
        """Return a piece of old source with the replacements inside it, indented for its new statement."""
        if node in self.renderer.replaced:
            return self.flat(self.renderer.replaced[node])
        pieces = list(self._outermost(node))
        start, end = bounds(node)
        out = []
        for child in pieces:
            child_start, child_end = bounds(child)
            out.append(self._dedented(start, child_start))
            out.append(self.flat(self.renderer.replaced[child]))
            start = child_end
        out.append(self._dedented(start, end))
        text = "".join(out)
        return f"({text})" if isinstance(node, _BRACKETED) or _needs_brackets(node, text) else text

    def _outermost(self, node: ast.AST) -> Iterator[ast.expr]:
        found: list[ast.expr] = []
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr) and child in self.renderer.replaced:
                found.append(child)
            else:
                found += self._outermost(child)
        yield from sorted(found, key=bounds)

    def _dedented(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """Return old text whose continuation lines lose the statement's own indentation."""
        first, *rest = self.source.between(start, end).split("\n")
        lines = [first]
        for number, line in enumerate(rest, start[0] + 1):
            keep = self.source.starts_in_string(number) or not line.startswith(self.base)
            lines.append(line if keep else line[len(self.base) :])
        return "\n".join(lines)

    def spread(self, code: Code, indent: str, comments: list[_Comment]) -> str:
        """Return the code with one argument or item a line, each with its comments, and a trailing comma."""
        if isinstance(code, Dotted):
            return f"{self._spread_operand(code.value, indent, comments)}.{code.name}"
        if isinstance(code, Item):
            return f"{self._spread_operand(code.value, indent, comments)}[{self.flat(code.key)}]"
        if isinstance(code, Awaited):
            return f"await {self.spread(code.value, indent, comments)}"
        if isinstance(code, Src) and code.node in self.renderer.replaced:
            return self.spread(self.renderer.replaced[code.node], indent, comments)
        if isinstance(code, Call) and code.args:
            items = [
                (
                    argument.name if argument.name.startswith("*") else f"{argument.name}=" if argument.name else "",
                    argument.value,
                )
                for argument in code.args
            ]
            function = self.spread(code.function, indent, []) if self.several else self.operand(code.function)
            return f"{function}(\n{self._items(items, indent, comments)}{indent})"
        if isinstance(code, List) and code.items:
            return f"[\n{self._items([('', item) for item in code.items], indent, comments)}{indent}]"
        if isinstance(code, Dict) and code.items:
            items = [(self._key(key), value) for key, value in code.items]
            return "{\n" + self._items(items, indent, comments) + indent + "}"
        if isinstance(code, Comprehension):
            inner = indent + INDENT
            element = self._fitted(code.element, inner, len(inner), comments)
            return f"[\n{inner}{element}\n{inner}{self._clauses(code.node)}\n{indent}]"
        return self.flat(code)

    def _spread_operand(self, code: Code, indent: str, comments: list[_Comment]) -> str:
        if isinstance(code, Src):
            replaced = self.renderer.replaced.get(code.node)
            if replaced is not None:
                return self._spread_operand(replaced, indent, comments)
            if isinstance(code.node, ast.Await):
                return self._spread_operand(Awaited(Src(code.node.value)), indent, comments)
            return self.operand(code)
        text = self.spread(code, indent, comments)
        return f"({text})" if isinstance(code, (Awaited, Conditional, Infix)) else text

    def _fitted(self, code: Code, indent: str, column: int, comments: list[_Comment]) -> str:
        flat = self.flat(code)
        fits = len(self.base) + column + len(flat) + 1 <= self.source.width
        return flat if not comments and (fits or not _is_spreadable(code)) else self.spread(code, indent, comments)

    def _items(self, items: list[tuple[str, Code]], indent: str, comments: list[_Comment]) -> str:
        inner = indent + INDENT
        waiting = list(comments)
        lines = []
        extents = [_extent(code) for _, code in items]
        for index, (prefix, code) in enumerate(items):
            extent = extents[index]
            own: list[_Comment] = []
            trailing: list[_Comment] = []
            if extent is not None:
                following = next((other for other in extents[index + 1 :] if other is not None), None)
                while waiting and waiting[0].position < extent[0]:
                    lines.append(f"{inner}{waiting.pop(0).text}\n")
                while waiting and waiting[0].position < extent[1]:
                    own.append(waiting.pop(0))
                while waiting and not waiting[0].own_line and (following is None or waiting[0].position < following[0]):
                    trailing.append(waiting.pop(0))
            text = self._fitted(code, inner, len(inner) + len(prefix), own)
            tail = "".join(f"  {comment.text}" for comment in trailing)
            lines.append(f"{inner}{prefix}{text},{tail}\n")
        lines += [f"{inner}{comment.text}\n" for comment in waiting]
        return "".join(lines)

    def _loose_comments(self, code: Code, start: tuple[int, int], end: tuple[int, int]) -> list[_Comment]:
        """Return the comments of the old code that stand in no piece that is kept whole."""
        kept = [bounds(node) for node in self._kept(code)]
        found = self.source.comments(start, end)
        return [one for one in found if not any(first <= one.position < last for first, last in kept)]

    def _kept(self, code: Code) -> Iterator[ast.expr]:
        for node in sources(code):
            replaced = self.renderer.replaced.get(node)
            if replaced is None or replaced is code:
                yield node
            else:
                yield from self._kept(replaced)


def _doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _escaped(text: str, quote: str) -> str:
    return text.replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("\n", "\\n").replace("\r", "\\r")


def _extent(code: Code) -> tuple[tuple[int, int], tuple[int, int]] | None:
    found = [bounds(node) for node in sources(code)]
    return (min(start for start, _ in found), max(end for _, end in found)) if found else None


def _is_spreadable(code: Code) -> bool:
    if isinstance(code, (Awaited, Dotted, Item)):
        return _is_spreadable(code.value)
    if isinstance(code, Call):
        return bool(code.args)
    if isinstance(code, (List, Dict)):
        return bool(code.items)
    return isinstance(code, (Comprehension, Src))


def _needs_brackets(node: ast.expr, text: str) -> bool:
    """Return whether text that spans lines outside of any bracket would end a statement in its new place."""
    return "\n" in text and not isinstance(node, _ATOMS)
