"""What the formats that know only findings (github, junit, sarif) are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from streammigrate.findings import Finding


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a command: its findings, sorted, with line numbers where they are known."""

    command: str
    title: str
    summary: str
    findings: Sequence[Finding]
