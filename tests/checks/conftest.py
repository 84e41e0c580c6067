"""An app that is ready, to be spoilt by one setting at a time, and a way to judge it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streammigrate.checks import run, settings
from streammigrate.checks.model import DataCheck
from streammigrate.checks.registry import all_checks
from streammigrate.checks.run import CheckResult
from streammigrate.checks.survey import DataFile, Survey

AFTER = Path(__file__).resolve().parents[1] / "sample_projects" / "bikeshop" / "after"
Judge = Callable[..., CheckResult]


@pytest.fixture
def ready() -> dict[str, Any]:
    """Return a fresh answer about an app that is ready, with the lists that stand beside it."""
    found: dict[str, Any] = json.loads((AFTER / "app-settings.json").read_text())
    found["channel_types"] = json.loads((AFTER / "channel-types.json").read_text())["channel_types"]
    return found


@pytest.fixture
def judge() -> Judge:
    """Return a function that judges a settings document with every check."""

    def call(document: Any) -> CheckResult:
        return CheckResult(run.run(all_checks(), settings.read([("app.json", document)]), None))

    return call


@pytest.fixture
def survey(tmp_path: Path) -> Callable[..., CheckResult]:
    """Return a function that judges records, written as JSON Lines, with every check of data."""

    def call(*records: Any, entity: str = "") -> CheckResult:
        path = tmp_path / "records.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        checks = [check for check in all_checks() if isinstance(check, DataCheck)]
        seen = Survey(checks)
        seen.read(DataFile(str(path), entity))
        return CheckResult(run.run(checks, None, seen), problems=seen.problems())

    return call
