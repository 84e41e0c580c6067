"""Requirements in Python source: lists and arguments that are written out."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence

from streammigrate.manifests.layout import add_item, drop_item
from streammigrate.manifests.model import PAIR, Edit, Entry, Listing, ManifestError
from streammigrate.manifests.requirement import is_valid, name_of

_PLAIN = re.compile(r"(?P<quote>['\"])[^'\"\\\r\n]*(?:(?!(?P=quote))['\"][^'\"\\\r\n]*)*(?P=quote)")


def parse(text: str) -> ast.Module:
    """Return the tree of a Python source. Raises ManifestError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        raise ManifestError(f"the Python cannot be parsed: {error.msg}", error.lineno or 0) from None
    except (ValueError, RecursionError, MemoryError):
        raise ManifestError("the Python cannot be parsed") from None


class Places:
    """Turns the positions of `ast` (lines, bytes) into places in the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0]
        for match in re.finditer(r"\r\n|\n|\r", text):
            self._starts.append(match.end())

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Return where an expression begins and ends."""
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno or 0, node.end_col_offset or 0)

    def _at(self, line: int, column: int) -> int:
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        return start + len(self.text[start:end].encode()[:column].decode())


def listing(places: Places, where: str, items: Sequence[ast.expr], close: int) -> Listing:
    """Return the list that expressions between brackets are; those that are no plain texts stay where they are.

    `close` is the place of the closing bracket.
    """
    text = places.text
    spans = [places.span(item) for item in items]
    entries: list[Entry] = []
    index: dict[int, int] = {}
    for position, item in enumerate(items):
        start, end = spans[position]
        if not isinstance(item, ast.Constant) or not isinstance(item.value, str):
            continue
        if _PLAIN.fullmatch(text, start, end) is None:
            continue
        name = name_of(item.value) if is_valid(item.value) else ""
        entries.append(Entry(name, start + 1, end - 1, text[start + 1 : end - 1], item.lineno))
        index[start + 1] = position

    def insert(entry: Entry, new: str) -> list[Edit]:
        quote = text[entry.start - 1]
        return add_item(text, spans, index[entry.start], close, f"{quote}{new}{quote}")

    def remove(entry: Entry) -> list[Edit] | None:
        return drop_item(text, spans, index[entry.start], close)

    return Listing(where, "needs", "pep508", tuple(entries), insert, remove)


def texts(tree: ast.AST) -> Iterator[ast.Constant]:
    """Yield the constants of a tree whose text holds a requirement on one of the two, on a line of its own or alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and any(map(_is_ours, _lines(node.value))):
            yield node


def _lines(value: str) -> Iterable[str]:
    return (line.split(" #")[0].strip() for line in value.splitlines())


def _is_ours(text: str) -> bool:
    return name_of(text) in PAIR and is_valid(text)


def meaning(text: str) -> object:
    """Return the tree of a source but for the two names in lists and arguments."""
    tree = parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            node.elts = [item for item in node.elts if not _is_one(item)]
        elif isinstance(node, ast.Call):
            node.args = [item for item in node.args if not _is_one(item)]
    return ast.dump(tree)


def _is_one(item: ast.expr) -> bool:
    return isinstance(item, ast.Constant) and isinstance(item.value, str) and _is_ours(item.value)
