"""Lines of IPython (`%magic`, `!command`, `name?`) as Python that binds and reads the same names and does nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from streammigrate.codemod.documents.virtual import STAND_IN

_TARGET = r"(?P<target>[A-Za-z_][\w.]*(?:[ \t]*,[ \t]*[A-Za-z_][\w.]*)*)[ \t]*=[ \t]*"
_MAGIC = re.compile(rf"(?P<indent>[ \t]*)(?:{_TARGET}(?=[%!](?!=))|(?=[%!]|\?{{1,2}}[\w%*]))(?P<rest>.*)")
_HELP = re.compile(r"(?P<indent>[ \t]*)(?P<rest>%{0,2}[A-Za-z_*][\w.*]*(?:\[[^\]]*\])?\?{1,2}[ \t]*;?[ \t]*)$")
_CELL = re.compile(r"%%(?P<name>[\w.!-]+)(?P<rest>.*)")
_WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_SHELL = re.compile(r"\{(?P<code>[^{}]*)\}|\$(?P<name>[A-Za-z_]\w*)")
_TOKEN = re.compile(r'"""|\'\'\'|"|\'|#|[(\[{]|[)\]}]|\\.?')
_IN_STRING = {quote: re.compile(rf"{quote}|\\.?") for quote in ('"', "'", '"""', "'''")}

_NOTHING: Mapping[str, bool] = MappingProxyType({})

PYTHON_CELLS = frozenset({"time", "timeit", "capture"})
"""Cell magics with Python below that runs in the notebook's own names."""

FOREIGN_CELLS = frozenset(
    "! bash cmd dot file html javascript js latex markdown perl pypy python2 ruby script sh sql svg svelte sx system R "
    "writefile".split()
)
"""Cell magics below which nothing reads or binds a name of the notebook as Python."""


class _Statement(NamedTuple):
    """A line of IPython, with the lines that a backslash adds."""

    start: int
    stop: int
    indent: str
    target: str
    text: str


def cell_magic(texts: Sequence[str]) -> tuple[int, str, str]:
    """Return where a cell's magic (`%%time`) stands, its name and the rest of its line; -1 where there is none."""
    for number, text in enumerate(texts):
        if text.strip():
            found = _CELL.match(text)
            return (number, found["name"], found["rest"]) if found else (-1, "", "")
    return -1, "", ""


def stand_ins(texts: Sequence[str], salt: str, names: Mapping[str, bool] = _NOTHING) -> list[str]:
    """Return lines with Python in the place of IPython's, as many and as deep.

    `salt` makes the names in them unlike those of other blocks. What a line may read of `names` (see `bound`) is handed
    to a call, so that nobody takes the value for one that only Python sees.
    """
    found = list(texts)
    number, _, rest = cell_magic(texts)
    if number >= 0:
        found[number] = _lines(1, "", "", f"{salt}_{number}", _read(rest, names))[0]
    for one in _statements(found):
        words = [] if one.text.endswith("?") or one.text.startswith("?") else _read(one.text, names)
        token = f"{salt}_{one.start}"
        found[one.start : one.stop] = _lines(one.stop - one.start, one.indent, one.target, token, words)
    return found


def opaque(texts: Sequence[str], salt: str, names: Mapping[str, bool]) -> list[str]:
    """Return as many lines of Python that read what the lines may read of `names`."""
    return _lines(len(texts), "", "", salt, _arguments("\n".join(texts), names))


def without_future(texts: Sequence[str], salt: str) -> list[str]:
    """Return lines without the `__future__` imports that Python allows only where a module begins."""
    found = list(texts)
    if not any("__future__" in text for text in texts):
        return found
    body = ast.parse("\n".join([*texts, ""])).body
    for one in body:
        last = one.end_lineno or one.lineno
        shared = any(other is not one and one.lineno <= other.lineno <= last for other in body)
        if isinstance(one, ast.ImportFrom) and one.module == "__future__" and not one.level and not shared:
            found[one.lineno - 1 : last] = _lines(last - one.lineno + 1, "", "", f"{salt}_{one.lineno}", ())
    return found


def bound(texts: Sequence[str]) -> dict[str, bool]:
    """Return every name that Python binds anywhere, and whether it is a variable: no import, function or class."""
    variables: set[str] = set()
    others: set[str] = set()
    for node in ast.walk(ast.parse("\n".join([*texts, ""]))):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            variables.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            others.add(node.name)
        elif isinstance(node, ast.alias):
            others.add(node.asname or node.name.partition(".")[0])
    return {name: name not in others for name in variables | others}


def _lines(count: int, indent: str, target: str, token: str, names: Sequence[str]) -> list[str]:
    name = f"{STAND_IN}{token}"
    value = f"{name}({', '.join(names)})" if names or target else f'"{name}"'
    first = f"{indent}{target} = " if target else indent
    if count == 1:
        return [first + value]
    middle = [f"    # {name}_{number}" for number in range(1, count - 1)]
    return [f"{first}({value}", *middle, f"{indent})  # {name}_end"]


def _read(text: str, names: Mapping[str, bool]) -> list[str]:
    """Return the arguments for what a line of IPython may read of the names."""
    if text.startswith("!"):
        pieces = [found["code"] or found["name"] or "" for found in _SHELL.finditer(text)]
        return _arguments(" ".join(pieces), names)
    return _arguments(text, names)


def _arguments(text: str, names: Mapping[str, bool]) -> list[str]:
    # A variable that is bound anew where it is read can have no second one beside it: the line would have to name that.
    found = sorted(set(_WORD.findall(text)) & names.keys())
    return [f"{name} := {name}" if names[name] else name for name in found]


def _statements(texts: Sequence[str]) -> Iterator[_Statement]:
    """Yield the lines of IPython, where a statement of Python could begin."""
    number = 0
    state = _State()
    while number < len(texts):
        text = texts[number]
        found = (_HELP.match(text) or _MAGIC.match(text)) if state.idle else None
        if found is None:
            state.read(text)
            number += 1
            continue
        stop = number + 1
        while stop < len(texts) and texts[stop - 1].endswith("\\"):
            stop += 1
        whole = "\n".join([found["rest"], *texts[number + 1 : stop]]).strip()
        target = found.groupdict().get("target") or ""
        yield _Statement(number, stop, found["indent"], target, whole)
        number = stop


class _State:
    """Whether a line begins inside of brackets or a string, or continues the one above."""

    def __init__(self) -> None:
        self.depth = 0
        self.quote = ""
        self.continued = False

    @property
    def idle(self) -> bool:
        """Return whether a statement may begin with the next line."""
        return not self.depth and not self.quote and not self.continued

    def read(self, text: str) -> None:
        """Take one line in."""
        position = 0
        self.continued = False
        while position < len(text):
            found = (_IN_STRING[self.quote] if self.quote else _TOKEN).search(text, position)
            if found is None:
                break
            position = found.end()
            token = found.group()
            if token[0] == "\\":
                self.continued = len(token) == 1
            elif self.quote:
                self.quote = ""
            elif token[0] in "\"'":
                self.quote = token
            elif token[0] == "#":
                break
            else:
                self.depth = max(0, self.depth + (1 if token in "([{" else -1))
        if len(self.quote) == 1 and not self.continued:
            # Python takes no string of this kind over the end of a line.
            self.quote = ""
