"""The sentences of the findings: what is where, why it matters, and the words or the command to use."""

from __future__ import annotations

import re
from collections.abc import Collection

from streammigrate.findings import Finding, Location
from streammigrate.manifests import kinds
from streammigrate.manifests.model import NEW, OLD, ManifestError, Mention
from streammigrate.manifests.requirement import PYTHON, Range


def malformed(path: str, trouble: ManifestError) -> Finding:
    """Return the finding for a manifest that cannot be read."""
    return kinds.MALFORMED.finding(_at(path, trouble.line), f"{trouble}; the file is left alone")


def by_hand(path: str, mention: Mention, target: Range, *, add: bool, drop: bool) -> Finding:
    """Return the finding for a place that installs stream-chat and is not edited."""
    low, below = target.bounds
    wanted = f"`{for_shell(mention.text, target)}`" if mention.word else f"{NEW} `>={low},<{below}` in the same way"
    todo = mention.todo
    if not todo and add and drop:
        todo = f"write {wanted} in its place"
    elif not todo and add:
        todo = f"add {wanted} beside it"
    elif not todo:
        todo = "take it out, nothing uses it any more"
    return kinds.BY_HAND.finding(
        _at(path, mention.line), f"`{_short(mention.text)}` is not edited: {mention.why}", todo
    )


def not_edited(path: str, line: int, shown: str, why: str, wanted: str) -> Finding:
    """Return the finding for an entry of which no edit can be made."""
    return kinds.BY_HAND.finding(_at(path, line), f"`{shown}` is not edited: {why}", wanted)


def out_of_range(path: str, line: int, shown: str, target: Range) -> Finding:
    """Return the finding for getstream in a range that does not allow the target."""
    low, below = target.bounds
    return kinds.RANGE.finding(
        _at(path, line),
        f"`{shown}` does not allow getstream {target.full}, which the new code is written for",
        f"check the code that uses getstream already, then allow `>={low},<{below}`; or rewrite for the release that is "
        "listed, with --target",
    )


def only_old_python(path: str, line: int, shown: str) -> Finding:
    """Return the finding for a requirement whose marker leaves no Python for getstream."""
    return kinds.PYTHON.finding(
        _at(path, line),
        f"`{shown}` is for Pythons only that getstream does not run on, so nothing is put beside it",
        f"support Python {PYTHON} or later here, and add getstream",
    )


def generated(path: str, line: int, why: str, command: str) -> Finding:
    """Return the finding for a file that a tool makes, with the command that makes it again."""
    return kinds.GENERATED.finding(_at(path, line), why, f"run `{command}`")


def other_source(path: str, line: int, shown: str, place: str, *, drop: bool) -> Finding:
    """Return the finding for a stream-chat that is not from the usual index."""
    said = "was" if drop else "is"
    return kinds.SOURCE.finding(
        _at(path, line),
        f"`{shown}` {said} taken from {place}; getstream is listed without that",
        "make sure that getstream can be had from the index that is used, and that no change of your own was in that "
        "stream-chat",
    )


def not_listed(path: str, line: int, users: Collection[str], target: Range) -> Finding:
    """Return the finding for code without a manifest that lists one of the two."""
    low, below = target.bounds
    first = sorted(users)[0]
    more = f" and {len(users) - 1} more" if len(users) > 1 else ""
    return kinds.NOT_LISTED.finding(
        _at(path, line),
        f"{first}{more} uses getstream, but no manifest lists {OLD} or {NEW}",
        f"add `{NEW}>={low},<{below}` to what installs that code",
    )


def unused(path: str, line: int, shown: str) -> Finding:
    """Return the finding for a stream-chat that no code in view uses."""
    return kinds.UNUSED.finding(
        _at(path, line),
        f"`{shown}` is left: no file that this manifest stands for uses stream-chat or getstream",
        "take it out if nothing needs it; if it installs a program from another folder, list getstream too",
    )


def conflict(path: str, line: int, shown: str, name: str, wanted: str) -> Finding:
    """Return the finding for another dependency that getstream does not go with."""
    return kinds.CONFLICT.finding(
        _at(path, line),
        f"`{shown}` does not go with getstream, which needs {name}{wanted}",
        f"allow `{name}{wanted}`",
    )


def came_along(path: str, line: int, module: str) -> Finding:
    """Return the finding for a package that only stream-chat brought."""
    return kinds.CAME_ALONG.finding(
        _at(path, line),
        f"the project imports `{module}`, which stream-chat brings and getstream does not; no manifest here lists it",
        f"list `{module}` if nothing else brings it",
    )


def for_shell(word: str, target: Range) -> str:
    """Return the word for getstream beside one of a command."""
    from streammigrate.manifests.requirement import is_valid, successor

    inner = word.strip("\"'")
    made = (successor(inner, target) if is_valid(inner) else None) or successor(OLD, target) or NEW
    return f'"{made}"' if re.search(r"[<>;\s|]", made) else made


def _short(text: str) -> str:
    text = re.sub(r"://[^/@\s]*@", "://…@", " ".join(text.split()))
    return text if len(text) <= 80 else f"{text[:79]}…"


def _at(path: str, line: int) -> Location:
    return Location(path, line=line or None)
