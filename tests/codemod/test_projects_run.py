"""Whole applications on their frameworks: what they send, and that the rewritten ones send the same.

Each project has a `drive.py`, which imports the application and reaches every call site, through the framework's own test
client where there is one, and knows nothing of either SDK; and a `requests.txt` with the requests of the application as it was.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

import pytest

from streammigrate.proof.answers import answerer, failing
from streammigrate.proof.equality import compare_traces
from streammigrate.proof.run import Trace, run

PROJECTS = Path(__file__).resolve().parents[1] / "sample_projects"
ENV = {"STREAM_API_KEY": "the-key", "STREAM_API_SECRET": "the-secret"}


class Project(NamedTuple):
    """How an application is run."""

    ends: int
    """A request whose failure ends a call of the application."""
    caught: int
    """A request whose failure the application catches, by the class of the SDK's exception."""
    folders: tuple[str, ...] = (".",)
    """What is importable, below `before` or `after`."""
    fresh: tuple[str, ...] = ()
    """The frameworks that remember an application for the rest of the process."""


APPLICATIONS = {
    "async_bot": Project(ends=2, caught=10),
    "celery_jobs": Project(ends=4, caught=0, fresh=("celery",)),
    "click_admin": Project(ends=1, caught=8),
    "django_shop": Project(ends=1, caught=4, fresh=("django",)),
    "fastapi_service": Project(ends=1, caught=7),
    "flask_board": Project(ends=1, caught=3),
    "mocked_tests": Project(ends=3, caught=0),
    "monorepo": Project(ends=1, caught=5, folders=("packages/chatlib/src", "services/api")),
    "notes_notebook": Project(ends=1, caught=4),
    "notifications": Project(ends=1, caught=13),
    "school": Project(ends=0, caught=12),
    "service_layer": Project(ends=1, caught=6),
    "threads": Project(ends=1, caught=2),
}
REWRITTEN = tuple(name for name in APPLICATIONS if (PROJECTS / name / "after").exists())
Failure = int | Literal["timeout"]


def test_every_application_is_run() -> None:
    assert sorted(path.parent.name for path in PROJECTS.glob("*/drive.py")) == sorted(APPLICATIONS)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_the_application_sends(name: str) -> None:
    trace = _run(name, "before")
    assert trace.error == ""
    sent = [f"{request.method} {request.path}" for request in trace.requests]
    assert sent == (PROJECTS / name / "requests.txt").read_text(encoding="utf-8").splitlines()
    assert {request.sdk for request in trace.requests} == {"v1"}


@pytest.mark.parametrize("name", REWRITTEN)
def test_the_rewritten_application_does_the_same(name: str) -> None:
    before, after = (_run(name, side) for side in ("before", "after"))
    assert compare_traces(before, after, settings=True) == []
    assert {request.sdk for request in after.requests} == {"v2"}


@pytest.mark.parametrize(("failure", "outcome"), [(404, "caught"), (429, "caught"), (404, "ends"), ("timeout", "ends")])
@pytest.mark.parametrize("name", REWRITTEN)
def test_both_do_the_same_when_a_request_fails(name: str, failure: Failure, outcome: str) -> None:
    at = getattr(APPLICATIONS[name], outcome)
    before, after = (_run(name, side, failure, at) for side in ("before", "after"))
    assert compare_traces(before, after, settings=True) == []


def _run(name: str, side: str, failure: Failure | None = None, at: int = 0) -> Trace:
    answer = answerer(3, complete=True)
    if failure is not None:
        answer = failing(answer, failure, at=at)
    project = APPLICATIONS[name]
    return run(
        (PROJECTS / name / "drive.py").read_text(encoding="utf-8"),
        answer=answer,
        env=ENV,
        path=[str(PROJECTS / name / side / folder) for folder in project.folders],
        fresh=project.fresh,
    )
