"""Names: the same under another case and other separators, the words in them, and what they are about."""

from __future__ import annotations

import re
from functools import cache

_SEPARATORS = re.compile(r"[^0-9a-zA-Z]+")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[^0-9a-zA-Z]+(?=[0-9])")
_WORDS = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")

READING = frozenset("get list query search find fetch retrieve".split())
CREATING = frozenset("create add new insert register".split())
CHANGING = frozenset("update edit modify patch set replace change".split())
UNDOING = frozenset("delete remove destroy".split())
_GENERAL = (
    READING
    | CREATING
    | CHANGING
    | UNDOING
    | frozenset("a all an and api by call do endpoint for from handle handler http id ids in index many".split())
    | frozenset("method of on one op operation post put request rest show store the to using v with".split())
)
"""Words that do not say what an operation is about."""


@cache
def fold(name: str) -> str:
    """Return a name without case and separators: `getUser`, `GetUser` and `get_user` fold to the same.

    A separator between digits stays, as a dot: `list_1_1` is not `list_11`. Text outside ASCII is kept, lower-cased; a
    name of separators only folds to nothing.
    """
    if name.isascii():
        return ".".join(_SEPARATORS.sub("", part) for part in _BETWEEN_DIGITS.split(name)).lower()
    return "".join(char for char in name if char.isalnum()).lower()


@cache
def words(name: str) -> frozenset[str]:
    """Return the words of a name, lower-cased: `getUserID` has `get`, `user`, `id`; `S3Config` has `s3`, `config`."""
    return frozenset(word.lower() for word in _WORDS.findall(name))


@cache
def singular(word: str) -> str:
    """Return a word that is the same for an English noun and its plural; not always the singular itself."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@cache
def subjects(name: str) -> frozenset[str]:
    """Return the words that say what a name is about, singular: `listUsers_1` has `user`, `get` and `list_1` have none."""
    bare = (word.rstrip("0123456789") for word in words(name))
    return frozenset(singular(word) for word in bare if word and word not in _GENERAL)
