"""A type checker says nothing new of a rewritten application."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PROJECTS = Path(__file__).resolve().parents[1] / "sample_projects"
NAMES = tuple(sorted(path.parent.name for path in PROJECTS.glob("*/after") if list(path.rglob("*.py"))))
CHECKERS = ("basedpyright", "pyright")


def _checker() -> str | None:
    """Return the path of a checker: the one of this environment first."""
    own = str(Path(sys.executable).parent)
    return next((found for name in CHECKERS for path in (own, None) if (found := shutil.which(name, path=path))), None)


@cache
def _errors(root: Path) -> dict[tuple[str, str], Counter[str]]:
    """Return how often each rule speaks, by project and side and by file, from one run over all of them."""
    environments = []
    for name in NAMES:
        for side in ("before", "after"):
            place = root / name / side
            shutil.copytree(PROJECTS / name / side, place, ignore=shutil.ignore_patterns("__pycache__"))
            # A project of several packages has each of them beside the others.
            inner = sorted({path.parent.parent for path in place.rglob("__init__.py")} - {place})
            roots = [path for path in inner if not (path / "__init__.py").exists()]
            environments.append({"root": f"{name}/{side}", "extraPaths": [str(path) for path in roots]})
    settings = {"typeCheckingMode": "standard", "executionEnvironments": environments}
    (root / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [_checker() or "", "--outputjson", "--pythonpath", sys.executable, "--project", str(root)]
    said = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300, check=False).stdout
    found: dict[tuple[str, str], Counter[str]] = {}
    for one in json.loads(said)["generalDiagnostics"]:
        if one["severity"] == "error":
            name, side, file = Path(one["file"]).relative_to(root).as_posix().split("/", 2)
            found.setdefault((f"{name}/{side}", file), Counter())[_text(one)] += 1
    return found


def _text(one: dict[str, Any]) -> str:
    return str(one.get("rule", one["message"]))


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Counter[str]]:
    """What the checker says."""
    if _checker() is None:
        pytest.skip(f"none of {' and '.join(CHECKERS)} is installed")
    return _errors(tmp_path_factory.mktemp("checked").resolve())


@pytest.mark.parametrize("name", NAMES)
def test_rewriting_adds_no_type_error(name: str, errors: dict[tuple[str, str], Counter[str]]) -> None:
    new = {
        file: dict(said - errors.get((f"{name}/before", file), Counter()))
        for (place, file), said in errors.items()
        if place == f"{name}/after"
    }
    assert {file: said for file, said in new.items() if said} == {}


def test_the_checker_would_say_something(tmp_path: Path) -> None:
    checker = _checker()
    if checker is None:
        pytest.skip(f"none of {' and '.join(CHECKERS)} is installed")
    (tmp_path / "wrong.py").write_text(
        "from getstream import Stream\n\nStream(api_key='k', api_secret='s').upsert_user({})\n", encoding="utf-8"
    )
    command = [checker, "--outputjson", "--pythonpath", sys.executable, str(tmp_path / "wrong.py")]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False).stdout
    assert "reportAttributeAccessIssue" in said
