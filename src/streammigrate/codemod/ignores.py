"""Which paths a `.gitignore` or the setting `exclude` leaves out, by git's own pattern rules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple


class Rule(NamedTuple):
    """One line of an ignore file. `within` is the folder it holds for, `""` or ending in a slash."""

    within: str
    pattern: re.Pattern[str]
    keeps: bool
    """Whether the line takes a path back in (`!name`)."""
    folders: bool
    """Whether only folders are meant (`name/`)."""


def parse_rules(lines: Iterable[str], within: str = "") -> tuple[Rule, ...]:
    """Return the rules of an ignore file in `within`, in their order; lines that mean nothing are left out.

    The syntax is that of gitignore(5).
    """
    found = []
    for line in lines:
        rule = _rule(line.rstrip("\r\n"), within)
        if rule is not None:
            found.append(rule)
    return tuple(found)


def is_ignored(rules: Iterable[Rule], path: str, folder: bool) -> bool:
    """Return whether a path (relative, with `/`) is left out; the last rule that fits decides.

    The folders above the path are not asked: who walks does not enter those that are left out.
    """
    ignored = False
    for rule in rules:
        if rule.keeps != ignored or (rule.folders and not folder) or not path.startswith(rule.within):
            continue
        if rule.pattern.fullmatch(path, len(rule.within)):
            ignored = not rule.keeps
    return ignored


def _rule(line: str, within: str) -> Rule | None:
    text = re.sub(r"(?<!\\)[ \t]+$", "", line)
    if not text or text.startswith("#"):
        return None
    keeps = text.startswith("!")
    text = text.removeprefix("!")
    folders = text.endswith("/")
    text = text.rstrip("/")
    if not text:
        return None
    # A slash at the start or in the middle binds a pattern to its folder; one without fits at any depth.
    prefix = "" if "/" in text else r"(?:.*/)?"
    try:
        return Rule(within, re.compile(prefix + _translate(text.removeprefix("/")), re.DOTALL), keeps, folders)
    except re.error:
        return None


_TOKEN = re.compile(
    r"(?P<any>(?:^|(?<=/))\*\*/)|(?P<below>/\*\*$)|(?P<stars>\*+)|(?P<one>\?)"
    r"|(?P<set>\[[!^]?(?:\\.|\]?[^\]\\])(?:\\.|[^\]\\])*\])|\\(?P<plain>.)|(?P<other>.)",
    re.DOTALL,
)


def _translate(text: str) -> str:
    parts = []
    for token in _TOKEN.finditer(text):
        kind, value = token.lastgroup, token[token.lastgroup or 0]
        if kind == "any":
            parts.append(r"(?:.*/)?")
        elif kind == "below":
            parts.append(r"/.+")
        elif kind == "stars":
            parts.append(r"[^/]*")
        elif kind == "one":
            parts.append(r"[^/]")
        elif kind == "set":
            body = value[1:-1]
            negated = body[0] in "!^"
            body = body[1:] if negated else body
            escaped = re.sub(r"(?<!\\)([\[\]&~|])", r"\\\1", body)
            parts.append(f"(?!/)[{'^' if negated else ''}{escaped}]")
        else:
            parts.append(re.escape(value))
    return "".join(parts)
