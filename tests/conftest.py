"""What tests of every area may use: Stream's specs where they are present, and the profiles of generated tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from streammigrate.spec import parse
from streammigrate.spec.load import load
from streammigrate.spec.model import Fetched, Spec

SPECS = Path(__file__).resolve().parents[2] / "shared" / "specs"

_COMMON: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("stable", derandomize=True, database=None, **_COMMON)
settings.register_profile("long", **_COMMON)
settings.load_profile("long" if os.environ.get("STREAMMIGRATE_LONG") else "stable")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that needs Stream's specs and skips although they are there."""
    report = yield
    needs_specs = item.get_closest_marker("specs") is not None or "specs_dir" in getattr(item, "fixturenames", ())
    if report.skipped and SPECS.is_dir() and needs_specs:
        report.outcome = "failed"
        report.longrepr = f"skipped although {SPECS.name} is there: {report.longrepr}"
    return report


@pytest.fixture(autouse=True, scope="session")
def _state_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what `rewrite --write` notes for `undo` out of the home of whoever runs the tests."""
    os.environ["STREAMMIGRATE_STATE_DIR"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="session")
def specs_dir() -> Path:
    """The folder with Stream's specs; skips the test where they are absent."""
    if not SPECS.is_dir():
        pytest.skip(f"Stream's specs are licensed and not part of this repository; {SPECS} does not exist")
    return SPECS


@pytest.fixture(scope="session")
def read_tree(specs_dir: Path) -> Callable[[str], Any]:
    """Return the tree of one of Stream's specs by its file name, parsed once; copy it before changing it."""
    trees: dict[str, Any] = {}

    def read(name: str) -> Any:
        if name not in trees:
            trees[name] = parse.parse(_fetched(specs_dir / name))
        return trees[name]

    return read


@pytest.fixture(scope="session")
def read_spec(specs_dir: Path, read_tree: Callable[[str], Any]) -> Callable[[str], Spec]:
    """Return one of Stream's specs by its file name, loaded once; it must not be changed."""
    loaded: dict[str, Spec] = {}

    def read(name: str) -> Spec:
        if name not in loaded:
            loaded[name] = load(read_tree(name), _fetched(specs_dir / name))
        return loaded[name]

    return read


def _fetched(path: Path) -> Fetched:
    data = path.read_bytes()
    return Fetched(path.name, data, sha256(data).hexdigest())
