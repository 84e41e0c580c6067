"""What a check is, and what it answers. A check knows its input and nothing of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from streammigrate.findings import Location, Severity
from streammigrate.kinds import Kind

if TYPE_CHECKING:
    from streammigrate.checks.project import Project
    from streammigrate.checks.records import Record
    from streammigrate.checks.settings import AppSettings


class Area(Enum):
    """The part of a migration that a check is about. Reports group by it, in this order."""

    APP = "App settings"
    CUSTOM = "Custom data"
    CODE = "Code"
    WEBHOOKS = "Webhooks"
    SECRETS = "Secrets"
    CLIENTS = "Clients and neighbours"
    PYTHON = "Python packages"
    DATA = "Data"


class Evidence(NamedTuple):
    """One thing that was seen: where (a setting's path, a field, a record) and what, already safe to show."""

    place: str
    value: str


class Answer(NamedTuple):
    """What a check says of one place.

    `about` are the structural parts that tell this answer from the check's others, for the fingerprint; they are names,
    never counts or line numbers.
    """

    message: str
    at: Location
    about: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class CannotSayError(Exception):
    """The input does not hold the fact that a check asks for. Carries the reason as a sentence without its full stop."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_WEIGHTS = {
    Severity.ERROR: "it blocks the cutover",
    Severity.WARNING: "it should be settled before the cutover",
    Severity.NOTICE: "it is something to know of, and does not stand in the way",
    Severity.INFO: "it is counted and does not stand in the way",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A question about readiness. `title` states a finding in general, `shows` says what is given as evidence."""

    id: str
    name: str
    title: str
    severity: Severity
    area: Area
    question: str
    explanation: str
    shows: str
    fix: str
    url: str = ""

    @property
    def kind(self) -> Kind:
        """What the catalogue, `explain` and the documentation page say of the check."""
        weight = f"A finding is of severity {self.severity.value}: {_WEIGHTS[self.severity]}."
        explanation = "\n\n".join((f"Asks: {self.question}", self.explanation, f"Shows: {self.shows}", weight))
        return Kind(id=self.id, name=self.name, title=self.title, explanation=explanation, hint=self.fix, url=self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsCheck(Check):
    """A check that reads the settings of an app. `judge` raises CannotSayError where they do not hold the fact."""

    judge: Callable[[AppSettings], Iterator[Answer]]
    area: Area = Area.APP


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCheck(Check):
    """A check that looks at a project: its code, its manifests, its other files."""

    judge: Callable[[Project], Iterator[Answer]]


class Watcher(Protocol):
    """Sees every record once, in order, keeps little, and answers at the end."""

    def see(self, record: Record) -> None:
        """Take a record in. It must not be kept."""

    def answers(self) -> Iterator[Answer]:
        """Yield what there is to say of all records seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCheck(Check):
    """A check that reads data, record by record. `watch` makes the watcher of one run."""

    watch: Callable[[], Watcher]
    area: Area = Area.DATA
