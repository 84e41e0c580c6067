"""What a long command is at, on standard error of a terminal."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

from streammigrate.cli.terminal import Terminal, say

_FIRST, _EVERY = 1.0, 0.2
"""Seconds until something is shown at all, and between looks at the clock."""


class Progress:
    """One line that says what is done and for how long. It is shown where somebody looks, and gone at the end."""

    def __init__(self, terminal: Terminal) -> None:
        self._width = terminal.width()
        self._shown = not terminal.quiet and sys.stderr is not None and sys.stderr.isatty()
        self._text = ""
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def at(self, text: str) -> None:
        """Say what is done from now on."""
        self._text = text

    def count(self, text: str, done: int, of: int) -> None:
        """Say how much of something is done."""
        self._text = f"{text} {done} of {of}"

    def __enter__(self) -> Progress:
        if self._shown:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread is not None:
            self._ended.set()
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        started = time.monotonic()
        drawn = False
        while not self._ended.wait(_EVERY):
            seconds = time.monotonic() - started
            if seconds >= _FIRST and self._text:
                line = f"{self._text} … {seconds:.0f} s"[: self._width - 1]
                say(f"\r{line:<{self._width - 1}}")
                drawn = True
        if drawn:
            say(f"\r{' ' * (self._width - 1)}\r")
