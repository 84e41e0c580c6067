"""Editing many files in several processes: the edits of a file need nothing but the file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress

from streammigrate.codemod.model import Edits
from streammigrate.codemod.parsing import Unappliable

_FILES_EACH = 60
"""How many files a process has to have, to be worth its start: until LibCST is loaded, some 25 could be edited."""
_MOST = 8
_PORTION = 8
"""How many files are handed over at once."""


def apply_all(work: Sequence[tuple[bytes, Edits]], jobs: int) -> Iterator[bytes | Unappliable]:
    """Yield what each file becomes, in order, or why it cannot be edited.

    `jobs` is how many processes may work, 0 for as many as pay. The main module must be one that can be imported (it is
    where multiprocessing starts a process with its own copy of it), which is so for the command line.
    """
    wanted = workers(len(work), jobs)
    done = 0
    if wanted > 1:
        # What no process can be started for, or what ends one, is done here.
        with suppress(OSError, ImportError, _broken()):
            for found in _shared(work, wanted):
                yield found
                done += 1
    if done < len(work):
        # LibCST is heavy: only a program that is edited loads it.
        yield from map(_applied, work[done:])


def workers(files: int, jobs: int) -> int:
    """Return how many processes edit a number of files; 1 for this one alone."""
    return max(1, min(jobs or _processors(), _MOST, files if jobs else files // _FILES_EACH))


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _broken() -> type[Exception]:
    from concurrent.futures.process import BrokenProcessPool

    return BrokenProcessPool


def _shared(work: Sequence[tuple[bytes, Edits]], count: int) -> Iterator[bytes | Unappliable]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # A forked process would inherit threads half-way through something.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count, context, _ignore_interrupts)
    try:
        for found in pool.map(_told, work, chunksize=_PORTION):
            yield found if isinstance(found, bytes) else Unappliable(*found)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _ignore_interrupts() -> None:
    """Leave Ctrl+C to the process that everything is done for."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _applied(one: tuple[bytes, Edits]) -> bytes | Unappliable:
    from streammigrate.codemod.apply import apply

    try:
        return apply(*one)
    except Unappliable as refusal:
        return refusal


def _told(one: tuple[bytes, Edits]) -> bytes | tuple[str, str, int | None]:
    """Return the file, or the parts of a refusal, which is an exception that cannot be sent."""
    found = _applied(one)
    return found if isinstance(found, bytes) else (found.kind, found.reason, found.line)
