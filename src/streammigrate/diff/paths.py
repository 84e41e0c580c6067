"""Path templates: segments without names, and what two paths share behind their prefixes."""

from __future__ import annotations

import re
from functools import cache

_NAME = re.compile(r"\{([^}]*)\}")
_VERSION = re.compile(r"v?\d+(\.\d+)*|api|rest", re.IGNORECASE)


@cache
def segments(path: str) -> tuple[str, ...]:
    """Return a path's segments with the names of its parameters taken out: `/a/{id}` is `("a", "{}")`."""
    return tuple(part for part in _NAME.sub("{}", path).split("/") if part)


def template_names(path: str) -> list[str]:
    """Return the names of a path's parameters, in order."""
    return _NAME.findall(path)


def shared_suffix(old: tuple[str, ...], new: tuple[str, ...]) -> int:
    """Return how many segments two paths share at their ends."""
    count = 0
    for before, after in zip(reversed(old), reversed(new), strict=False):
        if before != after:
            break
        count += 1
    return count


def split_prefix(old: str, new: str) -> tuple[str, str] | None:
    """Return the two prefixes when the paths are equal behind them, else None.

    At least one static segment must be shared, and the prefixes are static: `/a/{x}` and `/b/{x}` are different paths,
    and so are `/{tenant}/a` and `/a`. One path must be the other behind a prefix, or the prefixes must both look like
    one (`/v1`, `/api/v2`).
    """
    before, after = segments(old), segments(new)
    count = shared_suffix(before, after)
    if before == after:
        return "", ""
    shared = before[len(before) - count :]
    heads = before[: len(before) - count], after[: len(after) - count]
    if not any(part != "{}" for part in shared) or any("{}" in part for head in heads for part in head):
        return None
    if heads[0] and heads[1] and not all(map(is_versioned, heads)):
        return None
    return join(heads[0]), join(heads[1])


def is_versioned(head: tuple[str, ...]) -> bool:
    """Whether segments look like a prefix: one of them names a version or an API."""
    return any(map(is_version, head))


@cache
def is_version(part: str) -> bool:
    """Whether a segment names a version or an API and no thing: `v2`, `1.0`, `api`."""
    return _VERSION.fullmatch(part) is not None


def join(parts: tuple[str, ...]) -> str:
    """Return segments as a path; the empty path is the empty text."""
    return "".join(f"/{part}" for part in parts)
