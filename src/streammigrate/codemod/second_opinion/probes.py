"""The code that makes a checker say what a receiver is, and how its answers are read.

A printed name proves nothing: a user's own class may be called StreamChat. So a receiver is put into an invariant generic
`Box`, whose overloads fit only a box of exactly one class, imported from the module of stream-chat that defines it. What
comes out is a marker that no other way leads to. A subclass, a union and a class of the same name fit no overload. What is
wholly or partly unknown may fit every overload; it is told by the printed type, which must be the class and nothing else.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from streammigrate.codemod.second_opinion.model import CLASSES, Known, Lines, Question

MODULE = "_streammigrate_probe"
"""The name of the module with the probe; it lies beside the copy of the project."""

_LINE_END = re.compile(r"\r\n?|\n")
_SUPPRESSION = re.compile(rb"(#[ \t]*)(type:[ \t]*ignore|(?:(?:based)?pyright|pyrefly|ty|mypy|zuban):|pyre-)")
_HEAD = """\
from __future__ import annotations
from typing import Any, Generic, Optional, Type, TypeVar, Union, overload
{imports}

_T = TypeVar("_T")

class Stranger: ...
class Opinion_none: ...
{markers}

class Box(Generic[_T]):
    def __init__(self, value: _T) -> None:
        self.value: _T = value
    @overload
    def opinion(self: Box[Stranger]) -> Opinion_none: ...
{overloads}
    def opinion(self) -> Any: ...
"""
_OVERLOADS = """\
    @overload
    def opinion(self: Box[{qualname}]) -> Opinion_{name}: ...
    @overload
    def opinion(self: Box[Optional[{qualname}]]) -> Opinion_{name}_or_None: ..."""
_CANARY = """\
def {function}(value: {type}) -> None:
    reveal_type(Box({expression}).opinion())
    reveal_type({expression})"""
_UNCLEAR = {
    "any": ("Any", "value"),
    "partly_any": ("Union[{client}, Any]", "value"),
    "union": ("Union[{client}, Stranger]", "value"),
    "object": ("object", "value"),
    "type": ("Type[{client}]", "value"),
    "none": ("None", "value"),
    "unimported": ("{client}", "unimported"),
    "partly_unimported": ("{client}", "(unimported or value)"),
    "unknown_base": ("{client}", "(value if unimported else Mixed.StreamChat())"),
}


class Probe(NamedTuple):
    """The probe module, and the lines of its canaries: what must be told, and what must never be."""

    text: str
    seen: Mapping[Known, Lines]
    decoys: Mapping[Known, Sequence[Lines]]
    """Classes of the same name: one of its own, and a subclass."""
    unclear: Mapping[str, Lines]


class Answer(NamedTuple):
    """A class that was told; `optional` where it may be None too."""

    known: Known
    optional: bool


def probe(classes: Sequence[Known] = CLASSES) -> Probe:
    """Return the probe module for some classes, with the client among them."""
    parts = [
        _HEAD.format(
            imports="\n".join(f"import {known.module}" for known in classes),
            markers="\n".join(f"class Opinion_{k.name}: ...\nclass Opinion_{k.name}_or_None: ..." for k in classes),
            overloads="\n".join(_OVERLOADS.format(qualname=known.qualname, name=known.name) for known in classes),
        ),
        "from _streammigrate_missing import unimported",
        "class Mixed:\n    class StreamChat(unimported): ...",
    ]
    client = CLASSES[0].qualname

    def canary(function: str, type: str, expression: str = "value") -> Lines:
        parts.append(_CANARY.format(function=function, type=type, expression=expression))
        last = sum(part.count("\n") + 1 for part in parts)
        return Lines(last - 1, last)

    seen = {known: canary(f"seen_{known.name}", known.qualname) for known in classes}
    decoys = {}
    for known in classes:
        parts.append(f"class Own_{known.name}:\n    class {known.attribute}: ...")
        parts.append(f"class Sub_{known.name}:\n    class {known.attribute}({known.qualname}): ...")
        holders = (f"Own_{known.name}", f"Sub_{known.name}")
        decoys[known] = tuple(canary(f"decoy_{holder}", f"{holder}.{known.attribute}") for holder in holders)
    unclear = {
        name: canary(f"unclear_{name}", type.format(client=client), expression)
        for name, (type, expression) in _UNCLEAR.items()
    }
    return Probe("\n".join(parts) + "\n", seen, decoys, unclear)


def marked(opinion: str) -> Answer | None:
    """Return the class whose marker a checker prints, if it is one."""
    marker = opinion.strip().removeprefix(f"{MODULE}.")
    for known in CLASSES:
        if marker in (f"Opinion_{known.name}", f"Opinion_{known.name}_or_None"):
            return Answer(known, marker.endswith("_or_None"))
    return None


def judge(opinion: str, type: str) -> Answer | None:
    """Return the class of a receiver, or None where it is not certain to the checker.

    `opinion` and `type` are what the checker prints for the probe and for the receiver itself.
    """
    answer = marked(opinion)
    if answer is None:
        return None
    bare = re.fullmatch(r"(?:typing\.)?Optional\[(.*)\]", type.strip())
    members = {_member(member) for member in (f"{bare[1]} | None" if bare else type).split("|")}
    names = (answer.known.attribute, answer.known.qualname)
    if answer.optional:
        return answer if any(members == {name, "None"} for name in names) else None
    return answer if any(members == {name} for name in names) else None


def _member(text: str) -> str:
    # ty says of what was tested by its truth that it is not one of those that are always false.
    return text.strip().strip("()").removesuffix(" & ~AlwaysFalsy").strip()


def probed(source: bytes, questions: Sequence[Question]) -> tuple[bytes, dict[Question, Lines]]:
    """Return a file with probes around the receivers that are asked for, as UTF-8, and the lines of each one's answers.

    A question that cannot be asked (inside an f-string, or where the file holds no such expression) is left out. The
    probes stand where the receivers do, so that comprehensions, lambdas and narrowing keep their meaning.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _probed(_lines(source), questions) or (source, {})
    except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError):
        return source, {}


def _probed(lines: Sequence[str], questions: Sequence[Question]) -> tuple[bytes, dict[Question, Lines]] | None:
    data = "\n".join(lines).encode()
    tree = ast.parse(data.decode())
    starts = _starts(lines)
    spans = _askable(tree)
    asked: dict[tuple[int, int], list[Question]] = {}
    for question in questions:
        if question[2:] in spans:
            start = starts[question.line - 1] + question.column
            end = starts[question.end_line - 1] + question.end_column
            asked.setdefault((start, end), []).append(question)
    if not asked:
        return None
    writer = _Writer(_without_suppressions(data), sorted(asked, key=lambda span: (span[0], -span[1])))
    head = _import_place(tree, starts)
    writer.copy(0, head)
    writer.put(f"import {MODULE}{_separator(data, head)}".encode())
    writer.probe(head, len(data))
    result = b"".join(writer.parts)
    ast.parse(result)
    return result, {question: at for span, at in writer.lines.items() for question in asked[span]}


def segment(question: Question) -> str:
    """Return the text of the receiver on one line."""
    lines = [line.encode() for line in _lines(question.source)[question.line - 1 : question.end_line]]
    lines[-1] = lines[-1][: question.end_column]
    lines[0] = lines[0][question.column :]
    return ast.unparse(ast.parse(b"(" + b"\n".join(lines) + b")", mode="eval"))


class _Writer:
    """Writes a file with its probes, and keeps count of the lines."""

    def __init__(self, data: bytes, spans: Sequence[tuple[int, int]]) -> None:
        self._data = data
        self._spans = spans
        self._line = 1
        self.parts: list[bytes] = []
        self.lines: dict[tuple[int, int], Lines] = {}

    def put(self, text: bytes) -> None:
        self.parts.append(text)
        self._line += text.count(b"\n")

    def copy(self, start: int, end: int) -> None:
        self.put(self._data[start:end])

    def probe(self, start: int, end: int) -> None:
        """Write a stretch of the file with the probes of all spans inside it."""
        at = start
        for span in self._spans:
            if at <= span[0] and span[1] <= end and span != (start, end):
                self.copy(at, span[0])
                self._wrap(span)
                at = span[1]
        self.copy(at, end)

    def _wrap(self, span: tuple[int, int]) -> None:
        # The tuple's last item is the receiver itself, so that what is made of it keeps its type.
        self.put(b"(\n")
        opinion = self._line
        self.put(f"reveal_type({MODULE}.Box((".encode())
        self.copy(*span)
        self.put(b")).opinion()),\n")
        self.lines[span] = Lines(opinion, self._line)
        self.put(b"reveal_type((")
        self.copy(*span)
        self.put(b")),\n(")
        self.probe(*span)
        self.put(b"))[2]")


def _lines(source: bytes) -> list[str]:
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return _LINE_END.split(source.decode(encoding))


def _starts(lines: Iterable[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()) + 1)
    return starts


def _askable(tree: ast.Module) -> set[tuple[int, int, int, int]]:
    """Return the spans of the expressions, those inside f-strings left out: they cannot be spread over lines."""
    spans = set()
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if type(node).__name__ in ("JoinedStr", "TemplateStr"):
            continue
        if isinstance(node, ast.expr) and node.end_lineno is not None and node.end_col_offset is not None:
            spans.add((node.lineno, node.col_offset, node.end_lineno, node.end_col_offset))
        todo.extend(ast.iter_child_nodes(node))
    return spans


def _import_place(tree: ast.Module, starts: Sequence[int]) -> int:
    """Return the offset of the first statement that an import may stand before."""
    for number, statement in enumerate(tree.body):
        if number == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            continue
        decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
        if decorators:
            return starts[min(decorator.lineno for decorator in decorators) - 1]
        return starts[statement.lineno - 1] + statement.col_offset
    raise ValueError("no statement to ask about")


def _separator(data: bytes, offset: int) -> str:
    return "\n" if offset == 0 or data[offset - 1 : offset] == b"\n" else "; "


def _without_suppressions(data: bytes) -> bytes:
    """Return the file without the comments by which checkers are told to be silent; nothing moves."""
    return _SUPPRESSION.sub(lambda match: match[1] + b"-" * len(match[2]), data)
