"""Looks for a small program of several modules that still differs the same way."""

from __future__ import annotations

import ast
import re

from tests.differential.modules import MAIN, Modular
from tests.differential.modules_judge import WAYS, Verdict, judge
from tests.differential.shrink import count, without


def shrink(made: Modular) -> Modular:
    """Return a program with few files, statements, keys and arguments that shows the first difference of a program."""
    verdict = judge(made)
    wanted = kind_of(verdict)
    if not wanted:
        return made
    way = wanted.partition(" ")[0]
    ways = tuple(dict.fromkeys((*(("whole",) if way == "parts" or "end" in wanted else ()), way)))
    assert set(ways) <= set(WAYS)

    def still(files: dict[str, str]) -> bool:
        try:
            return kind_of(judge(made._replace(files=files, verbatim={}), ways)) == wanted
        except (SyntaxError, RecursionError):
            return False

    files = {path: ast.unparse(ast.parse(text)) + "\n" for path, text in made.files.items()}
    if not still(files):
        # The difference is one of formatting, which the parsed program does not have.
        return made
    before: dict[str, str] = {}
    while before != files:
        before = files
        for path in before:
            less = {other: text for other, text in files.items() if other != path}
            if path != MAIN and still(less):
                files = less
        for path in list(files):
            index = 0
            while index < count(files[path]):
                text = without(files[path], index)
                if text and text != files[path] and still({**files, path: text}):
                    files = {**files, path: text}
                else:
                    index += 1
    return made._replace(files=files, verbatim={})


def kind_of(verdict: Verdict) -> str:
    """Return the way and what the first difference is about, without numbers, names and values; empty for none."""
    found = (*verdict.differences, *verdict.ends)
    if not found:
        return ""
    lines = found[0].strip().splitlines()
    way, _, first = lines[0].partition(": ")
    if first.startswith("crash"):
        return f"{way} {lines[-1]}"
    label, _, text = first.partition(": ")
    if label in ("again", "asked", "trouble", "syntax", "end", "sdk"):
        return f"{way} {label}"
    return f"{way} {label.split(' ')[0]} {re.sub(r'[0-9]+', '0', text.split(': ')[0])}"
