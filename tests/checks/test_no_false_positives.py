"""What checks of projects say where there is nothing to say: migrated samples, and libraries that know nothing of Stream.

A sample is copied out of this repository first, since the whole repository would be taken for the project otherwise.
`STREAMMIGRATE_LONG=1` goes through the standard library and the installed packages, too.
"""

from __future__ import annotations

import os
import shutil
import sysconfig
from collections import Counter
from pathlib import Path

import pytest

from streammigrate.checks.model import Answer, CannotSayError, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.checks.registry import all_checks
from streammigrate.codemod.settings import RewriteSettings

CHECKS = [check for check in all_checks() if isinstance(check, ProjectCheck)]
SAMPLES = sorted((Path(__file__).resolve().parents[1] / "sample_projects").glob("*/after"))
NAMES = [path.parent.name for path in SAMPLES]
LONG = pytest.mark.skipif(not os.environ.get("STREAMMIGRATE_LONG"), reason="takes minutes; set STREAMMIGRATE_LONG=1")

TRUE = {
    # Tokens that never end, before and after.
    ("django_shop", "SM644"): 1,
    ("fastapi_service", "SM644"): 1,
    ("mocked_tests", "SM644"): 2,
    ("monorepo", "SM644"): 1,
    ("quickstart", "SM644"): 1,
    ("views", "SM644"): 1,
    # A coroutine that waits for the synchronous client of getstream, as it did for that of stream-chat.
    ("fastapi_service", "SM640"): 1,
}
"""What is found in migrated samples and is so, by sample and check."""


def findings(root: Path) -> dict[str, list[Answer]]:
    """Return what every check says of a project, by the id of the check; only those that say something."""
    project = Project(str(root), RewriteSettings())
    found: dict[str, list[Answer]] = {}
    for check in CHECKS:
        try:
            said = list(check.judge(project))
        except CannotSayError:
            continue
        if said:
            found[check.id] = said
    return found


def shown(found: dict[str, list[Answer]]) -> list[str]:
    """Return what was found as lines to read."""
    return [f"{id} {answer.at} {answer.message}" for id, said in found.items() for answer in said]


def test_the_samples_are_there() -> None:
    assert len(NAMES) > 15
    assert {name for name, _ in TRUE} <= set(NAMES)


@pytest.mark.parametrize("sample", SAMPLES, ids=NAMES)
def test_a_migrated_sample_has_nothing_to_tell_but_what_is_so(tmp_path: Path, sample: Path) -> None:
    name = sample.parent.name
    root = tmp_path / name
    shutil.copytree(sample, root, ignore=shutil.ignore_patterns("__pycache__"))
    found = findings(root)
    expected = {id: count for (where, id), count in TRUE.items() if where == name}
    assert Counter({id: len(said) for id, said in found.items()}) == expected, shown(found)


def test_the_same_samples_before_have_something_to_tell(tmp_path: Path) -> None:
    """What finds nothing anywhere would pass the test above."""
    for name in ("django_shop", "monorepo"):
        root = tmp_path / name
        shutil.copytree(SAMPLES[NAMES.index(name)].parent / "before", root)
        assert len(findings(root)) > 2


@LONG
@pytest.mark.parametrize("library", ["stdlib", "purelib"])
def test_libraries_have_nothing_to_tell(tmp_path: Path, library: str) -> None:
    root = tmp_path / library
    left_out = ("__pycache__", "site-packages", "stream_chat*", "getstream*", "streammigrate*", "*.so", "*.a", "*.pyd")
    shutil.copytree(sysconfig.get_path(library), root, ignore=shutil.ignore_patterns(*left_out))
    assert shown(findings(root)) == []
