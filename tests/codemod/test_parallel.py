"""Files that are edited in several processes become what they become in one, in the same order."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from streammigrate.codemod import parallel
from streammigrate.codemod.model import AddImport, Edits, Replacement, Span
from streammigrate.codemod.parsing import Unappliable
from streammigrate.codemod.rewrite import Input, rewrite_program
from streammigrate.codemod.settings import RewriteSettings

EDIT = Edits((Replacement(Span(1, 4, 1, 7), "new"),), imports=(AddImport("a", "b"),), own=frozenset({"x"}))
BROKEN = Edits((Replacement(Span(7, 0, 7, 1), "new"),))
WORK = [(f"x = old({number})\n".encode(), BROKEN if number == 5 else EDIT) for number in range(20)]


def told(found: list[bytes | Unappliable]) -> list[bytes | tuple[str, str, int | None]]:
    return [one if isinstance(one, bytes) else (one.kind, one.reason, one.line) for one in found]


def test_several_processes_make_what_one_makes() -> None:
    alone = told(list(parallel.apply_all(WORK, 1)))
    assert alone[0] == b"from a import b\n\nx = new(0)\n"
    assert not isinstance(alone[5], bytes)
    assert told(list(parallel.apply_all(WORK, 2))) == alone


def test_where_no_process_can_be_started_this_one_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any, **keywords: Any) -> None:
        raise OSError("no semaphores")

    monkeypatch.setattr(ProcessPoolExecutor, "__init__", refuse)
    assert told(list(parallel.apply_all(WORK, 4))) == told(list(parallel.apply_all(WORK, 1)))


@pytest.mark.parametrize(
    ("files", "jobs", "processors", "expected"),
    [(0, 0, 8, 1), (1, 0, 8, 1), (119, 0, 8, 1), (120, 0, 8, 2), (10_000, 0, 8, 8), (10_000, 0, 64, 8), (10_000, 0, 1, 1),
     (3, 2, 8, 2), (1, 4, 8, 1), (500, 1, 8, 1)],
)  # fmt: skip
def test_how_many_pay(monkeypatch: pytest.MonkeyPatch, files: int, jobs: int, processors: int, expected: int) -> None:
    monkeypatch.setattr(parallel, "_processors", lambda: processors)
    assert parallel.workers(files, jobs) == expected


def test_a_program_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    source = b'from stream_chat import StreamChat\n\nclient = StreamChat("k", "s")\nclient.deactivate_user("a")\n'
    files = {f"m{number}.py": source for number in range(4)} | {"other.py": b"x = 1\n"}
    one = rewrite_program(Input(files, tuple(files)), RewriteSettings())
    assert rewrite_program(Input(files, tuple(files)), RewriteSettings(jobs=2)) == one
