"""Whatever is written, stopped, edited and undone in whatever order: undo gives back the bytes that were there."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from streammigrate.applying import disk, journal, transaction
from streammigrate.applying.model import BusyError, Change
from streammigrate.applying.undo import undo
from streammigrate.errors import UsageError

NAMES = ("a.py", "b/ä.py", "b/c d.py", "b/new.py")
STEPS = ("stage", "put", "put_new", "remove")
contents = st.binary(max_size=40)


class Killed(BaseException):
    """Ends a run where it is: nothing is tidied up."""


class Project(RuleBasedStateMachine):
    """A project next to what it should hold."""

    @initialize(texts=st.lists(contents, min_size=3, max_size=3))
    def begin(self, texts: list[bytes]) -> None:
        self.base = Path(tempfile.mkdtemp())
        self.before = os.environ.get("STREAMMIGRATE_STATE_DIR", "")
        os.environ["STREAMMIGRATE_STATE_DIR"] = str(self.base / "state")
        self.root = self.base / "tree"
        (self.root / "b").mkdir(parents=True)
        self.files = dict(zip(NAMES, texts, strict=False))
        for name, data in self.files.items():
            (self.root / name).write_bytes(data)
        self.saved: list[dict[str, bytes]] = []
        """What the project held before each run that is in force."""
        self.half = False

    def teardown(self) -> None:
        os.environ["STREAMMIGRATE_STATE_DIR"] = self.before
        shutil.rmtree(self.base)

    def _plan(self, texts: list[bytes]) -> list[Change]:
        changes = []
        for name, text in zip(NAMES, texts, strict=True):
            old = self.files.get(name)
            if text != old:
                changes.append(Change(str(self.root / name), old, text))
        return changes

    def _write(self, changes: list[Change]) -> transaction.Done:
        transaction.settle(str(self.root))
        return transaction.transact(str(self.root), changes)

    @precondition(lambda self: not self.half)
    @rule(texts=st.lists(contents, min_size=4, max_size=4))
    def write(self, texts: list[bytes]) -> None:
        changes = self._plan(texts)
        if not changes or len(self.saved) >= 5:
            return
        assert self._write(changes).refusals == ()
        self.saved.append(dict(self.files))
        self.files = dict(zip(NAMES, texts, strict=True))

    @precondition(lambda self: not self.half)
    @rule(texts=st.lists(contents, min_size=4, max_size=4), step=st.integers(1, 8))
    def write_on_a_disk_that_fails(self, texts: list[bytes], step: int) -> None:
        changes = self._plan(texts)
        if changes and step <= 2 * len(changes):
            with _Failing(step, OSError(errno.ENOSPC, "full"), once=True):
                assert self._write(changes).refusals

    @precondition(lambda self: not self.half)
    @rule(texts=st.lists(contents, min_size=4, max_size=4), step=st.integers(1, 8))
    def write_and_be_killed(self, texts: list[bytes], step: int) -> None:
        changes = self._plan(texts)
        if not changes or step > 2 * len(changes) or len(self.saved) >= 5:
            return
        with _Failing(step, Killed(), once=False), suppress(Killed):
            self._write(changes)
        wanted = dict(zip(NAMES, texts, strict=True))
        found = self._held()
        for name in NAMES:
            assert found.get(name) in (self.files.get(name), wanted[name])
        if found != self.files:
            self.saved.append(dict(self.files))
            self.half = found != wanted
            self.files = found

    @precondition(lambda self: self.half)
    @rule()
    def no_run_begins_after_one_that_was_killed(self) -> None:
        try:
            transaction.settle(str(self.root))
        except BusyError:
            return
        raise AssertionError

    @precondition(lambda self: self.saved)
    @rule()
    def undo(self) -> None:
        undo(str(self.root))
        self.files = self.saved.pop()
        self.half = False

    @precondition(lambda self: self.saved)
    @rule(step=st.integers(1, 8))
    def undo_and_be_killed(self, step: int) -> None:
        old = self._held()
        with _Failing(step, Killed(), once=False), suppress(Killed):
            undo(str(self.root))
        found = self._held()
        wanted = self.saved[-1]
        for name in NAMES:
            assert found.get(name) in (old.get(name), wanted.get(name))
        if _is_in_force(str(self.root), len(self.saved)):
            undo(str(self.root))
        self.files = self.saved.pop()
        self.half = False

    @precondition(lambda self: self.saved and not self.half)
    @rule(text=contents)
    def edit_and_try_to_undo(self, text: bytes) -> None:
        changed = next((name for name in NAMES if self.files.get(name) != self.saved[-1].get(name)), None)
        if changed is None or text in (self.files.get(changed), self.saved[-1].get(changed)):
            return
        kept = self.files.get(changed)
        (self.root / changed).write_bytes(text)
        assert [one.path for one in undo(str(self.root)).refusals] == [changed]
        assert self._held() == self.files | {changed: text}
        if kept is None:
            (self.root / changed).unlink()
        else:
            (self.root / changed).write_bytes(kept)

    @precondition(lambda self: not self.saved)
    @rule()
    def nothing_to_undo(self) -> None:
        try:
            undo(str(self.root))
        except UsageError:
            return
        raise AssertionError

    def _held(self) -> dict[str, bytes]:
        return {name: (self.root / name).read_bytes() for name in NAMES if (self.root / name).exists()}

    @invariant()
    def the_files_are_what_they_should_be(self) -> None:
        if hasattr(self, "files"):
            assert self._held() == self.files


def _is_in_force(root: str, expected: int) -> bool:
    """Return whether the last run still waits to be undone."""
    known = journal.runs(root)
    return sum(one.kind == journal.REWRITE and not journal.is_undone(one, known) for one in known) == expected


class _Failing:
    """Lets the disk fail from one step on, or at that step once."""

    def __init__(self, step: int, error: BaseException, *, once: bool) -> None:
        self.real = {name: getattr(disk, name) for name in STEPS}
        self.left, self.error, self.once = step, error, once

    def __enter__(self) -> None:
        for name in STEPS:
            setattr(disk, name, lambda *arguments, name=name: self._call(name, *arguments))

    def _call(self, name: str, *arguments: object) -> object:
        self.left -= 1
        if self.left == 0 or (self.left < 0 and not self.once):
            raise self.error
        return self.real[name](*arguments)

    def __exit__(self, *error: object) -> None:
        for name, real in self.real.items():
            setattr(disk, name, real)


Project.TestCase.settings = settings(max_examples=8, stateful_step_count=10, deadline=None)
TestProject = Project.TestCase


@given(st.lists(st.tuples(contents, contents).filter(lambda pair: pair[0] != pair[1]), min_size=1, max_size=4))
@settings(max_examples=8, deadline=None)
def test_any_bytes_come_back(pairs: list[tuple[bytes, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        changes = []
        for number, (old, new) in enumerate(pairs):
            path = Path(folder, f"{number}.py")
            path.write_bytes(old)
            changes.append(Change(str(path), old, new))
        transaction.transact(folder, changes)
        assert [Path(one.path).read_bytes() for one in changes] == [new for _, new in pairs]
        undo(folder)
        assert [Path(one.path).read_bytes() for one in changes] == [old for old, _ in pairs]
