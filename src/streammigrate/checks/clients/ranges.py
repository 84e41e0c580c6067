"""The versions that a text allows, in the notations of npm, pub, Maven, Gradle, CocoaPods, Swift, Go, Ruby, PHP and NuGet."""

from __future__ import annotations

import re
from typing import NamedTuple

Version = tuple[int, int, int]
_ZERO: Version = (0, 0, 0)
_VERSION = re.compile(
    r"[=vV]*\s*(\d+)(?:\.(\d+|[xX*+]))?(?:\.(\d+|[xX*+]))?(?:\.\d+)?(?P<rest>[-+@.][0-9A-Za-z.+-]+)?(?:@\w+)?"
)
_BOUND = re.compile(r"(~>|>=|<=|!=|==|\^|~|>|<|=)?\s*([=vV]?\d[\w.*+-]*|[*xX]|any)")
_INTERVAL = re.compile(r"([\[\](])\s*([\w.+-]*)\s*(,)?\s*([\w.+-]*)\s*([\])\[])")
_HYPHEN = re.compile(r"\s*(\S+)\s+-\s+(\S+)\s*")


class Span(NamedTuple):
    """The versions from `least` on, and below `below`; None where there is no end."""

    least: Version
    below: Version | None

    @property
    def exact(self) -> bool:
        """Whether it is one version."""
        return self.below == (*self.least[:2], self.least[2] + 1)


def number(text: str) -> Version | None:
    """Return a version's three numbers, 0 for those that are not written; None for what is no version."""
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        return None
    return _part(match[1]), _part(match[2]), _part(match[3])


def _part(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def shown(version: Version) -> str:
    """Return a version as text."""
    return ".".join(map(str, version))


def span(text: str, ecosystem: str) -> Span | None:
    """Return the versions that a text allows in an ecosystem; None for what names none (`latest`, an address, a branch).

    Of several ranges that are allowed side by side it is what all of them span.
    """
    text = text.strip()
    if ecosystem in ("maven", "nuget") and text[:1] in ("[", "(", "]"):
        return _intervals(text)
    found = [_all_of(part, ecosystem) for part in re.split(r"\|\|?", text)]
    spans = [one for one in found if one is not None]
    if not spans or len(spans) < len(found):
        return None
    ends = [one.below for one in spans]
    bounded = [end for end in ends if end is not None]
    return Span(min(one.least for one in spans), max(bounded) if len(bounded) == len(ends) else None)


def _all_of(text: str, ecosystem: str) -> Span | None:
    """Return the versions that meet every condition of a text."""
    hyphen = _HYPHEN.fullmatch(text)
    if hyphen is not None:
        first, last = number(hyphen[1]), number(hyphen[2])
        return None if first is None or last is None else Span(first, _behind(hyphen[2]))
    pieces = [piece for piece in re.split(r"\s*,\s*", text.strip()) if piece]
    least, below = _ZERO, None
    some = False
    for piece in pieces:
        end = 0
        for match in _BOUND.finditer(piece):
            if piece[end : match.start()].strip():
                return None
            end = match.end()
            one = _bound(match[1] or "", match[2], ecosystem)
            if one is None:
                return None
            some = True
            least = max(least, one.least)
            below = one.below if below is None else below if one.below is None else min(below, one.below)
        if piece[end:].strip():
            return None
    return Span(least, below) if some else None


def _bound(sign: str, text: str, ecosystem: str) -> Span | None:
    if text in ("*", "x", "X", "any"):
        return Span(_ZERO, None)
    version = number(text)
    if version is None:
        return None
    if sign in (">", ">="):
        return Span(version, None)
    if sign in ("<", "<="):
        return Span(_ZERO, version if sign == "<" else _behind(text))
    if sign == "!=":
        return Span(_ZERO, None)
    if sign == "^":
        return Span(version, _caret(version, text))
    if sign == "~>" or (sign == "~" and ecosystem == "composer"):
        return Span(version, _raised(version, max(_written(text) - 1, 1)))
    if sign == "~":
        return Span(version, _raised(version, min(_written(text), 2)))
    partial = ecosystem == "npm" or any(sign in text for sign in "*xX+")
    if partial and _written(text) < 3 and not sign:
        return Span(version, _raised(version, _written(text)))
    return Span(version, (*version[:2], version[2] + 1))


def _written(text: str) -> int:
    """Return how many of a version's three numbers are written."""
    parts = re.split(r"[-+](?=[0-9A-Za-z])", text.lstrip("=vV "))[0].split(".")
    return min(sum(1 for part in parts if part.isdigit()), 3)


def _raised(version: Version, count: int) -> Version:
    """Return the first version in which one of the first numbers is higher."""
    head = list(version[: max(count, 1)])
    head[-1] += 1
    return tuple(head + [0] * (3 - len(head)))  # type: ignore[return-value]


def _caret(version: Version, text: str) -> Version:
    written = _written(text)
    for count in range(1, 4):
        if version[count - 1] or count == written:
            return _raised(version, count)
    return _raised(version, 3)


def _behind(text: str) -> Version | None:
    version = number(text)
    return None if version is None else _raised(version, _written(text))


def _intervals(text: str) -> Span | None:
    """Return what the intervals of Maven and NuGet span: `[1.0,2.0)`, `[1.0]`, `(,2.0]`."""
    least: list[Version] = []
    below: list[Version | None] = []
    end = 0
    for match in _INTERVAL.finditer(text):
        if text[end : match.start()].strip(" ,"):
            return None
        end = match.end()
        first, last = number(match[2]) if match[2] else _ZERO, number(match[4]) if match[4] else None
        if first is None or (match[4] and last is None):
            return None
        least.append(first)
        if match[3] is None:
            below.append((*first[:2], first[2] + 1))
        else:
            below.append(None if last is None else last if match[5] in ")[" else (*last[:2], last[2] + 1))
    if not least or text[end:].strip(" ,"):
        return None
    ends = [one for one in below if one is not None]
    return Span(min(least), max(ends) if len(ends) == len(below) else None)
