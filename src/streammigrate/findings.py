"""The one Finding model: what every command reports and every format renders."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from enum import Enum
from typing import Any, NamedTuple


class Severity(Enum):
    """How much a finding matters, from most to least."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Location(NamedTuple):
    """Where a finding points: a source as the user named it, and a place inside it.

    `pointer` is a JSON pointer (RFC 6901) for documents; `line` and `column` count from 1.
    """

    source: str
    pointer: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        text = self.source
        if self.line is not None:
            text += f":{self.line}"
            if self.column is not None:
                text += f":{self.column}"
        if self.pointer:
            text += f"#{self.pointer}"
        return text


class Edit(NamedTuple):
    """Replace the text between two positions (lines and columns count from 1, end exclusive)."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


class Fix(NamedTuple):
    """Edits to the finding's source that resolve it."""

    description: str
    edits: tuple[Edit, ...]


class Finding(NamedTuple):
    """One thing to report. `fingerprint` comes from structure, never from text or line numbers."""

    id: str
    severity: Severity
    location: Location
    message: str
    hint: str = ""
    url: str = ""
    fingerprint: str = ""
    fix: Fix | None = None


_encode = json.JSONEncoder(sort_keys=True, default=str).encode


def fingerprint(id: str, parts: Iterable[Any]) -> str:
    """16 hex digits over an id and JSON-like structural parts; equal structures give equal digits."""
    return hashlib.sha256(_encode([id, *parts]).encode()).hexdigest()[:16]


def sort_key(finding: Finding) -> tuple[Any, ...]:
    """Order findings by severity, place, id and text, so that outputs are stable."""
    at = finding.location
    return (
        finding.severity.rank,
        at.source,
        at.line or 0,
        at.column or 0,
        at.pointer,
        finding.id,
        finding.message,
        finding.fingerprint,
    )
