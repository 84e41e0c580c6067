"""Whole small programs: what `rewrite` makes of them, byte for byte, and that both do the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from streammigrate.codemod.model import Applicability
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.proof.answers import answerer, failing
from streammigrate.proof.equality import compare_traces
from streammigrate.proof.record import Answer, Answerer, Request
from streammigrate.proof.run import Trace, run

PROJECTS = Path(__file__).resolve().parents[1] / "sample_projects"
NAMES = ("quickstart", "views", "worker", "service", "cleanup")
ENV = {"STREAM_API_KEY": "the-key", "STREAM_API_SECRET": "the-secret"}


def _file(name: str, side: str) -> Path:
    # Beside the rewritten program may be its module of helpers.
    program = next((PROJECTS / name / "before").glob("*.py"))
    return PROJECTS / name / side / program.name


@pytest.mark.parametrize("name", NAMES)
def test_the_program_becomes_what_is_expected(name: str) -> None:
    before = _file(name, "before")
    result = rewrite_source(before.read_bytes(), before.name, RewriteSettings())
    assert result.after.decode() == _file(name, "after").read_bytes().decode()
    assert result.troubles == ()
    assert [site for site in result.sites if not site.applied or site.applicability is not Applicability.SAFE] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_second_run_changes_nothing(name: str) -> None:
    after = _file(name, "after")
    result = rewrite_source(after.read_bytes(), after.name, RewriteSettings())
    assert (result.changed, result.sites, result.troubles) == (False, (), ())


@pytest.mark.parametrize("failure", [None, 404, 429, "timeout"])
@pytest.mark.parametrize("name", NAMES)
def test_both_programs_do_the_same(name: str, failure: int | None) -> None:
    before, after = (_run(name, side, failure) for side in ("before", "after"))
    assert compare_traces(before, after, settings=True) == []
    assert _printed(before) == _printed(after)
    assert {request.sdk for request in before.requests} == {"v1"}
    assert {request.sdk for request in after.requests} == {"v2"}


def _run(name: str, side: str, failure: int | None) -> Trace:
    answer: Answerer = _with_channels(answerer(3, complete=True))
    if failure is not None:
        answer = failing(answer, failure, at=1)
    return run(_file(name, side).read_text(encoding="utf-8"), answer=answer, env=ENV)


def _with_channels(answer: Answerer) -> Answerer:
    """Name the channel of each channel's state, which the models call optional and Stream always sends."""

    def answer_with_channels(request: Request) -> Answer:
        given = answer(request)
        for state in given.json.get("channels", ()):
            state["channel"] = {**_CHANNEL, "created_at": 0 if request.sdk == "v2" else "1970-01-01T00:00:00.000Z"}
        return given

    return answer_with_channels


_CHANNEL = {"id": "general", "type": "messaging", "cid": "messaging:general", "disabled": False, "frozen": False}


def _printed(trace: Trace) -> list[str]:
    # A v2 token carries the time at which it was made.
    return [line for line in trace.output.splitlines() if not line.startswith("token")]
