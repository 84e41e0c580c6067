"""What the command line knows of the terminal: colour, width, how much to say."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, TextIO

import typer

from streammigrate import api


class Color(str, Enum):
    """When to use colour."""

    auto = "auto"
    always = "always"
    never = "never"


ColorOption = Annotated[
    Color | None,
    typer.Option("--color", help="Use colour: auto (in a terminal, unless NO_COLOR is set), always, never."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say only the verdict.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")]

_WIDEST = 160


@dataclass(frozen=True, slots=True)
class Terminal:
    """How to talk to the user; `color` None means auto."""

    color: Color | None = None
    quiet: bool = False
    verbose: bool = False

    def merge(self, color: Color | None, quiet: bool, verbose: bool) -> Terminal:
        """Return what holds for a command: its own options beside the global ones."""
        return Terminal(color or self.color, self.quiet or quiet, self.verbose or verbose)

    @property
    def verbosity(self) -> int:
        """-1 quiet, 0, 1 verbose."""
        return -1 if self.quiet else int(self.verbose)

    def colored(self, stream: TextIO | None) -> bool:
        """Whether to colour what goes to a stream (https://no-color.org: NO_COLOR set to anything means no)."""
        if self.color is Color.always:
            return True
        if self.color is Color.never or os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"

    def width(self) -> int:
        """Return the columns to fill: the terminal's (COLUMNS where there is none), between 40 and 160, else 80."""
        return max(40, min(_WIDEST, shutil.get_terminal_size((80, 24)).columns))


def emit(text: str) -> None:
    """Write a report to standard output, in UTF-8 whatever the locale says.

    A reader that has gone (head, a pager) is no error: what it did not read is thrown away and the command goes on to
    its own exit code. Raises InputError when the output cannot be written otherwise, to a full disk for example.
    """
    stream = sys.stdout
    try:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        discard_output()
    except (OSError, ValueError, AttributeError) as error:
        discard_output()
        raise api.unwritable("<stdout>", error) from None


def say(text: str) -> None:
    """Write a message to standard error; where there is none, the exit code has to do."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(text)
        sys.stderr.flush()


def discard_output() -> None:
    """Send what is still to be written to standard output nowhere, so that Python does not complain at its end."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
