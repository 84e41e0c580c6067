"""An application whose tests mock stream-chat's clients: its own suite passes before and after."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1] / "sample_projects" / "mocked_tests"
SUITE = 15
"""How many tests the application has."""


@pytest.mark.parametrize("side", ["before", "after"])
def test_its_own_suite_passes(side: str, tmp_path: Path) -> None:
    folder = tmp_path / side
    shutil.copytree(PROJECT / side, folder, ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{SUITE} passed" in done.stdout
