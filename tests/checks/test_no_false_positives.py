"""What checks of projects say where there is nothing to say: migrated samples, and libraries that know nothing of Stream.

A sample is copied out of this repository first, since the whole repository would be taken for the project otherwise.
`STREAMMIGRATE_LONG=1` goes through the whole standard library and all installed packages instead of a part.
"""

from __future__ import annotations

import os
import shutil
import sysconfig
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from streammigrate.checks.model import Answer, CannotSayError, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.checks.registry import all_checks
from streammigrate.codemod.settings import RewriteSettings

CHECKS = [check for check in all_checks() if isinstance(check, ProjectCheck)]
SAMPLES = sorted((Path(__file__).resolve().parents[1] / "sample_projects").glob("*/after"))
NAMES = [path.parent.name for path in SAMPLES]
LIBRARIES = ("stdlib", "purelib") if os.environ.get("STREAMMIGRATE_LONG") else ("part of stdlib",)
PART = (
    "asyncio",
    "concurrent",
    "email",
    "hmac.py",
    "http",
    "json",
    "secrets.py",
    "unittest",
    "urllib",
    "wsgiref",
    "xmlrpc",
)

TRUE = {
    # Tokens that never end, before and after.
    ("click_admin", "SM644"): 1,
    ("django_shop", "SM644"): 1,
    ("fastapi_service", "SM644"): 1,
    ("mocked_tests", "SM644"): 2,
    ("monorepo", "SM644"): 1,
    ("quickstart", "SM644"): 1,
    ("school", "SM644"): 1,
    ("service_layer", "SM644"): 1,
    ("views", "SM644"): 1,
    # Coroutines that wait for the synchronous client of getstream, as they did for that of stream-chat.
    ("fastapi_service", "SM640"): 2,
}
"""What is found in migrated samples and is so, by sample and check."""

BEFORE = {
    "celery_jobs": "SM620 SM631",
    "fastapi_service": "SM620 SM640 SM644",
    "notifications": "SM620 SM626 SM631",
    "quickstart": "SM620 SM626 SM644",
    "school": "SM620 SM622 SM644",
}
"""What some of the same samples are told before they are migrated: a check that says nothing would pass above."""


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


@pytest.mark.parametrize(("name", "ids"), BEFORE.items(), ids=BEFORE)
def test_a_sample_that_is_not_migrated_has_something_to_tell(tmp_path: Path, name: str, ids: str) -> None:
    root = tmp_path / name
    shutil.copytree(SAMPLES[NAMES.index(name)].parent / "before", root)
    assert set(ids.split()) <= findings(root).keys()


@pytest.mark.parametrize("library", LIBRARIES)
def test_libraries_have_nothing_to_tell(tmp_path: Path, library: str) -> None:
    root = tmp_path / "library"
    left_out = ("__pycache__", "site-packages", "stream_chat*", "getstream*", "streammigrate*", "*.so", "*.a", "*.pyd")
    source = Path(sysconfig.get_path(library.removeprefix("part of ")))
    for path in sorted(source.iterdir()):
        if path.name in PART or library in ("stdlib", "purelib"):
            copy(path, root / path.name, shutil.ignore_patterns(*left_out))
    assert shown(findings(root)) == []


def copy(source: Path, target: Path, left_out: Callable[[str, list[str]], set[str]]) -> None:
    """Copy a file or a folder, without what is left out."""
    if left_out("", [source.name]):
        return
    target.parent.mkdir(exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=left_out)
    else:
        shutil.copy(source, target)
