"""A run that is killed at any moment leaves each file old or new, and what it did can be taken back."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from streammigrate.applying import journal, transaction
from streammigrate.applying.lock import hold
from streammigrate.applying.model import Change
from streammigrate.applying.undo import undo

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

KILLS = 1000 if os.environ.get("STREAMMIGRATE_LONG") else 20
OLD = {f"pkg{number % 3}/m{number}.py": f"# old {number}\r\n".encode() * (1 + 900 * number) for number in range(8)}
NEW = {path: data.replace(b"old", b"new") for path, data in OLD.items()} | {"pkg0/compat.py": b"helpers\n" * 9}


def held(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def write(root: Path) -> None:
    with hold([str(root)]):
        transaction.settle(str(root))
        changes = [Change(str(root / path), OLD.get(path), NEW[path]) for path in sorted(NEW, key=OLD.__contains__)]
        transaction.transact(str(root), changes)


def killed(work: Callable[[], object], seconds: float) -> bool:
    """Do some work in another process and kill that; return whether it was at work still."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def test_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMMIGRATE_STATE_DIR", str(tmp_path / "state"))
    root = tmp_path / "tree"
    for path, data in OLD.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    started = time.perf_counter()
    write(root)
    longest = time.perf_counter() - started
    undo(str(root))
    chance = random.Random(time.time_ns() if os.environ.get("STREAMMIGRATE_LONG") else 7)
    moments: set[str] = set()
    for number in range(KILLS):
        # A machine that is busy is slower to start a process than it was to write.
        killed(lambda: write(root), chance.uniform(0, longest * 1.2 * (1 + number / 4)))
        found = held(root)
        hidden = {path for path in found if Path(path).name.startswith(".streammigrate-")}
        for path in set(found) - hidden:
            assert found[path] in (OLD.get(path), NEW[path]), path
        assert not set(OLD) - set(found)
        old = sum(found[path] == OLD[path] for path in OLD)
        moments.add("old" if old == len(OLD) else "new" if old == 0 else "half")
        known = journal.runs(str(root))
        if known and known[-1].kind == journal.REWRITE:
            # The process that takes it back is killed, too, and it is done again.
            killed(lambda: undo(str(root)), chance.uniform(0, longest * 1.2))
            known = journal.runs(str(root))
            if any(one.kind == journal.REWRITE and not journal.is_undone(one, known) for one in known):
                undo(str(root))
        transaction.settle(str(root))
        assert held(root) == OLD
    assert len(moments) > 1, "the kills came all at one time"
