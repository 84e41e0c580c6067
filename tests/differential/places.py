"""Where the definitions of a generated program go: functions, classes and constants outside of what uses them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol


class Definition:
    """Something that is defined outside of the code that uses it."""

    def __init__(self, name: str) -> None:
        self.name = name
        """Its name where it is defined."""
        self.spelled = name
        """How the code that uses it names it; known when the definition is complete."""


class Home(Protocol):
    """Takes definitions, in the same file or another one."""

    def defining(self, stem: str, beside: Definition | None = None) -> AbstractContextManager[Definition]:
        """Let what is added meanwhile be a definition; what it needs itself is defined before it.

        `beside` is a definition that it uses.
        """
