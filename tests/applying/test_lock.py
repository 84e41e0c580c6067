"""Two runs at once do not mix."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from streammigrate.applying import journal
from streammigrate.applying.lock import hold
from streammigrate.applying.model import BusyError, Change
from streammigrate.applying.transaction import transact
from streammigrate.errors import InputError

HOLDER = """
import sys
from streammigrate.applying.lock import hold
with hold([sys.argv[1]]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMMIGRATE_STATE_DIR", str(tmp_path / "state"))


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the project `a/b`."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "a" / "b")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.mark.parametrize("path", ["a/b", "a", "a/b/c", "."])
def test_who_comes_second_is_told_who_is_first(tmp_path: Path, other: subprocess.Popen[str], path: str) -> None:
    with pytest.raises(BusyError) as stop, hold([str(tmp_path / "x"), str(tmp_path / path)]):
        pass
    assert f"process {other.pid}" in str(stop.value)
    assert str(tmp_path / "a" / "b") in str(stop.value)
    assert stop.value.exit_code == 4


def test_another_project_is_free(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    with hold([str(tmp_path / "a" / "bb"), str(tmp_path / "a" / "c")]):
        assert len(list((tmp_path / "state" / "locks").glob("*.lock"))) == 3


@pytest.mark.parametrize("how", ["ends", "is killed"])
def test_a_process_that_is_gone_holds_nothing(tmp_path: Path, other: subprocess.Popen[str], how: str) -> None:
    if how == "ends":
        assert other.stdin is not None
        other.stdin.close()
    else:
        os.kill(other.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    other.wait()
    with hold([str(tmp_path / "a")]):
        pass
    assert list((tmp_path / "state" / "locks").glob("*.lock")) == []


def test_what_this_process_holds_is_no_obstacle(tmp_path: Path) -> None:
    with hold([str(tmp_path / "a")]), hold([str(tmp_path / "a"), str(tmp_path / "a" / "b")]):
        pass
    with hold([str(tmp_path / "a")]):
        pass


def test_a_place_for_locks_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STREAMMIGRATE_STATE_DIR", str(tmp_path / "file"))
    with pytest.raises(InputError) as stop, hold([str(tmp_path)]):
        pass
    assert "STREAMMIGRATE_STATE_DIR names another folder" in stop.value.finding.hint


def test_the_folder_of_state_is_that_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from streammigrate.applying import state

    monkeypatch.delenv("STREAMMIGRATE_STATE_DIR")
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
        assert state.folder() == tmp_path / "xdg" / "streammigrate"
        monkeypatch.delenv("XDG_STATE_HOME")
        monkeypatch.setenv("HOME", str(tmp_path))
        assert state.folder() == tmp_path / ".local" / "state" / "streammigrate"
    else:
        assert state.folder().is_absolute()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_runs_that_start_together_lose_nothing(tmp_path: Path) -> None:
    counter = tmp_path / "counter.py"
    counter.write_bytes(b"0")
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            code = 3
            try:
                with hold([str(tmp_path)]):
                    text = counter.read_bytes()
                    done = transact(str(tmp_path), [Change(str(counter), text, str(int(text) + 1).encode())])
                    code = 1 if done.refusals else 0
            except BusyError:
                code = 2
            finally:
                os._exit(code)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert set(codes) <= {0, 2}
    assert int(counter.read_bytes()) == codes.count(0) == len(journal.runs(str(tmp_path))) >= 1
