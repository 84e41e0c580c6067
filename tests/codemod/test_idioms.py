"""The corpus of idioms: each program is rewritten, run before and after, and counted."""

from __future__ import annotations

import os

import pytest
from programs import rewrite_all

import idioms
from idioms import DECOYS, HELD, VARIANTS

PROGRAMS = idioms.corpus()
TOLD = frozenset({"held/patched_fake"})
"""What differs afterwards and says so: its test has a fake with v1's methods."""
FIRST, *OTHERS = VARIANTS


AT_LEAST, AT_LEAST_OF_ALL = 0.97, 0.95
"""The part of the sites that is safe, without and with those that are held by their nature."""


def _answers(name: str) -> list[str]:
    """Return how Stream answers a program: in full, and in one other way, in turn; in the long run in each way."""
    if os.environ.get("STREAMMIGRATE_LONG"):
        return [FIRST, *OTHERS]
    return [FIRST, OTHERS[sorted(PROGRAMS).index(name) % len(OTHERS)]]


def _of(row: str) -> list[str]:
    return [name for name, program in PROGRAMS.items() if program.row == row]


@pytest.mark.parametrize("name", _of(DECOYS))
def test_a_decoy_is_not_touched(name: str) -> None:
    done = idioms.outcome(name)
    assert idioms.after(name) == PROGRAMS[name].files
    assert [site for one in done.files for site in one.sites] == []


@pytest.mark.parametrize("name", _of(HELD))
def test_what_nobody_can_rewrite_is_flagged(name: str) -> None:
    sites = [site for one in idioms.outcome(name).files for site in one.sites]
    assert PROGRAMS[name].title.startswith("Held: ")
    assert [site.instruction for site in sites if site.instruction]


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_program_works_as_it_is(name: str) -> None:
    trace = idioms.trace(name, PROGRAMS[name].files, VARIANTS["complete"])
    assert trace.error == ""
    assert trace.observed
    assert {request.sdk for request in trace.requests} <= {"v1", "v2"}


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in TOLD])
def test_the_rewritten_program_does_the_same(name: str) -> None:
    after = idioms.after(name)
    found = {label: idioms.differences(name, after, VARIANTS[label]) for label in _answers(name)}
    assert {label: [one.text for one in some] for label, some in found.items() if some} == {}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_second_run_changes_nothing(name: str) -> None:
    after = idioms.after(name)
    assert {one.path: one.after.decode() for one in rewrite_all(after).files} == after


def test_most_sites_are_safe(capsys: pytest.CaptureFixture[str]) -> None:
    found = list(idioms.places())
    free = [place for place in found if place.row != HELD]
    with capsys.disabled():
        for label, some in (("", free), (" with those held by their nature", found)):
            counted = idioms.share(some)
            said = ", ".join(f"{counted[kind]} {kind}" for kind in ("safe", "unsafe", "manual"))
            print(f"\nidioms{label}: {idioms.safe_part(counted):.1%} safe ({said})", end="")  # noqa: T201
    assert idioms.safe_part(idioms.share(free)) >= AT_LEAST
    assert idioms.safe_part(idioms.share(found)) >= AT_LEAST_OF_ALL
