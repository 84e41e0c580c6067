"""Names: the same under another case and other separators, and the words in them."""

from __future__ import annotations

import re
from functools import cache

_SEPARATORS = re.compile(r"[^0-9a-zA-Z]+")
_WORDS = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")


@cache
def fold(name: str) -> str:
    """Return a name without case and separators: `getUser`, `GetUser` and `get_user` fold to the same.

    Text outside ASCII is kept, lower-cased; a name of separators only folds to nothing.
    """
    if name.isascii():
        return _SEPARATORS.sub("", name).lower()
    return "".join(char for char in name if char.isalnum()).lower()


@cache
def words(name: str) -> frozenset[str]:
    """Return the words of a name, lower-cased: `getUserID` has `get`, `user`, `id`; `S3Config` has `s3`, `config`."""
    return frozenset(word.lower() for word in _WORDS.findall(name))
