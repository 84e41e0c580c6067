"""Finds the format of a manifest by its path."""

from __future__ import annotations

from typing import Protocol

from streammigrate.manifests.formats import (
    commands,
    dockerfile,
    noxfile,
    pipfile,
    pyproject,
    requirements,
    scripts,
    setup_cfg,
    setup_py,
    tox,
    yaml_lists,
)
from streammigrate.manifests.model import Reading


class Format(Protocol):
    """A family of manifests."""

    def matches(self, path: str) -> bool:
        """Return whether a path (relative to the root, with `/`) is of this family."""

    def read(self, text: str, path: str = ...) -> Reading:
        """Return what a manifest lists. Raises ManifestError."""

    def meaning(self, text: str) -> object:
        """Return all that a manifest says but for the two names. Raises ManifestError."""


FORMATS: tuple[Format, ...] = (
    pyproject,
    setup_cfg,
    setup_py,
    requirements,
    pipfile,
    yaml_lists,
    tox,
    noxfile,
    dockerfile,
    commands,
    scripts,
)


def format_of(path: str) -> Format | None:
    """Return the family that a path belongs to, None for none."""
    return next((each for each in FORMATS if each.matches(path)), None)


REQUIREMENTS: Format = requirements
"""For files that others take in, whatever they are called."""

COMMANDS: Format = commands

SCRIPTS: Format = scripts
