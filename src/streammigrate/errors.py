"""What stops a command, and the exit code each stop has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streammigrate.findings import Finding

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_INPUT = 3
EXIT_INTERRUPTED = 130


class StreammigrateError(Exception):
    """A stop that is explained to the user in one message; never shown as a traceback."""

    exit_code = EXIT_INPUT


class InputError(StreammigrateError):
    """Input that cannot be read or understood. Carries the finding that says what, where and what to do."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"{finding.location}: {finding.message}")
        self.finding = finding


class UsageError(StreammigrateError):
    """Options that contradict each other or name something that does not exist."""

    exit_code = EXIT_USAGE
