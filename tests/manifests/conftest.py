"""How the tests of manifests run one: once, again, in two steps, with other newlines, and with a byte order mark."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

import pytest

from streammigrate.manifests.model import Change, Need
from streammigrate.manifests.plan import plan_files


class Outcome(NamedTuple):
    """What became of one manifest."""

    after: str
    ids: list[str]
    """The ids of the findings, each with its line: `SM584:3`."""
    change: Change | None
    all: dict[str, Change]


def _run(
    path: str,
    before: str,
    v1: Collection[str] = (),
    v2: Collection[str] = ("app.py",),
    others: Mapping[str, str] | None = None,
    target: str = "7.0.0",
    code: Collection[str] = ("",),
    imports: Collection[str] = (),
) -> Outcome:
    files = {path: before.encode(), **{name: text.encode() for name, text in (others or {}).items()}}
    changes = {one.path: one for one in plan_files(files, Need(target, v1, v2, imports), code)}
    change = changes.get(path)
    after = before if change is None else change.after.decode()
    found = [] if change is None else change.findings
    return Outcome(after, [f"{one.id}:{one.location.line}" for one in found], change, changes)


Run = Callable[..., Outcome]


@pytest.fixture
def run() -> Run:
    """Return a function that plans one manifest, with others beside it, and returns what becomes of it."""
    return _run


@pytest.fixture
def becomes() -> Callable[..., Outcome]:
    """Return a function that checks what one manifest becomes, and all that must hold of any.

    A second run changes nothing, adding first and dropping later ends in the same text, and neither newlines nor a
    byte order mark matter.
    """

    def check(path: str, before: str, after: str, ids: Collection[str] = (), **options: object) -> Outcome:
        outcome = _run(path, before, **options)  # type: ignore[arg-type]
        assert outcome.after == after
        assert outcome.ids == list(ids)
        assert _run(path, after, **options).after == after  # type: ignore[arg-type]
        added = _run(path, before, **{**options, "v1": ("app.py", "old.py")})  # type: ignore[arg-type]
        assert _run(path, added.after, **options).after == after  # type: ignore[arg-type]
        windows = before.replace("\n", "\r\n")
        assert _run(path, windows, **options).after == after.replace("\n", "\r\n")  # type: ignore[arg-type]
        marked = _run(path, "\ufeff" + before, **options)  # type: ignore[arg-type]
        assert marked.after == "\ufeff" + after
        return outcome

    return check
