"""A check that trips says so, and the others still answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from checking import project

from streammigrate.checks.code.blocking_calls import CHECK
from streammigrate.checks.model import Answer
from streammigrate.checks.project import Project
from streammigrate.checks.run import CheckResult, Status, Verdict, run
from streammigrate.findings import Severity


def _trips(project: Project) -> Iterator[Answer]:
    raise KeyError("the-secret")


BROKEN = dataclasses.replace(CHECK, id="SM699", name="broken", severity=Severity.ERROR, judge=_trips)


def test_the_others_still_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STREAMMIGRATE_DEBUG", raising=False)
    broken, other = run([BROKEN, CHECK], None, None, None, project(tmp_path, {"app.py": "x = 1\n"}))
    assert (broken.status, broken.reason) == (Status.NOT_RUN, "a defect of streammigrate: KeyError")
    assert other.status is Status.PASSED
    assert CheckResult([broken, other]).verdict is Verdict.INCOMPLETE


def test_a_defect_can_be_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMMIGRATE_DEBUG", "1")
    with pytest.raises(KeyError):
        run([BROKEN], None, None, None, project(tmp_path, {}))
