"""Programs that use stream-chat do the same before and after `rewrite`, or are left alone.

`STREAMMIGRATE_LONG=1` runs ten thousand of them instead of some. A program that differs is looked at with
`python tests/differential/generator.py SEED --shrink`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from tests.differential.generator import program
from tests.differential.judge import summarise

SHORT = 80
LONG = 10_000
SHARE = 80
"""How many of a hundred sites have to move."""


IDIOMS = (
    r"\.update\(",
    r" \|= ",
    r"\{\*\*\w+, ",
    r"def make_\w+\(\):",
    r"def build_\w+\(\w+, \w+=None",
    r"dataclasses\.asdict\(",
    r"\.model_dump\(\)",
    r"DEFAULT_\w+ = \{",
    r"class Defaults_\d+:",
    r"\*\*options_\d+\)",
    r"json\.dumps\(.*sort_keys=True\)",
    r"isinstance\(\w+, dict\)",
    r"\) or \{\}\)\.get\(",
    r"except KeyError",
    r'\["answer"\] = ',
    r"def fetch_\d+\(c",
    r"def relay_\d+\(",
    r"def read_\d+\(answer",
    r"fromisoformat\(",
    r"except \(KeyError, StreamAPIException\)",
    r"except ERRORS_\d+",
    r"requests\.exceptions\.",
    r"for attempt_\d+ in range\(3\):",
    r"def quiet_\d+\(function\):",
    r"contextlib\.suppress\(",
    r"raise AppError_\d+\(.*\) from error",
    r"def explain_\d+\(error\):",
    r'getattr\(\w+, "error_code", None\)',
    r"in str\(\w+\)",
    r"def view_\d+\(",
    r"yield page",
)
"""What has to occur in some program: payloads that travel, responses that are read far away, errors that are met."""


def test_a_seed_makes_the_same_program() -> None:
    assert program(7) == program(7)
    assert program(7).source != program(8).source


def test_a_seed_makes_the_same_program_in_another_process() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    code = "import sys; sys.path.insert(0, '.'); from tests.differential.generator import program; print(program(7).source)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert found.stdout == program(7).source + "\n"


def test_programs_say_what_people_say() -> None:
    texts = [program(seed).source for seed in range(300)]
    for idiom in IDIOMS:
        assert any(re.search(idiom, text) for text in texts), idiom


def test_programs_do_the_same_after_a_rewrite(capsys: pytest.CaptureFixture[str]) -> None:
    count = LONG if os.environ.get("STREAMMIGRATE_LONG") else SHORT
    summary = summarise(range(count))
    with capsys.disabled():
        sys.stdout.write(f"\n{summary.text}\n")
    assert [verdict.program.seed for verdict in summary.different] == []
    # The generator's own quality: its programs run, and enough of them are moved.
    assert summary.broken * 100 <= count
    assert summary.requests > count
    assert summary.whole * 3 > count
    assert summary.mixed * 20 > count
    assert summary.share >= SHARE
