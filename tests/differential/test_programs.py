"""Programs that use stream-chat do the same before and after `rewrite`, or are left alone.

`STREAMMIGRATE_LONG=1` runs ten thousand of them instead of a few hundred. A program that differs is looked at with
`python tests/differential/generator.py SEED --shrink`.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from tests.differential.generator import program
from tests.differential.judge import summarise

SHORT = 200
LONG = 10_000


def test_a_seed_makes_the_same_program() -> None:
    assert program(7) == program(7)
    assert program(7).source != program(8).source


def test_a_seed_makes_the_same_program_in_another_process() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    code = "import sys; sys.path.insert(0, '.'); from tests.differential.generator import program; print(program(7).source)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert found.stdout == program(7).source + "\n"


def test_programs_do_the_same_after_a_rewrite(capsys: pytest.CaptureFixture[str]) -> None:
    count = LONG if os.environ.get("STREAMMIGRATE_LONG") else SHORT
    summary = summarise(range(count))
    with capsys.disabled():
        sys.stdout.write(f"\n{summary.text}\n")
    assert [verdict.program.seed for verdict in summary.different] == []
    # The generator's own quality: its programs run, and enough of them are moved.
    assert summary.broken * 100 <= count
    assert summary.requests > count
    assert summary.whole * 10 > count
    assert summary.mixed * 20 > count
