"""The application around the commands: help, version, explain, what is loaded when."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streammigrate import __version__, api

Run = Callable[..., Any]
HEAVY = (
    "libcst",
    "deepdiff",
    "openapi_spec_validator",
    "jinja2",
    "pydantic",
    "yaml",
    "yaml_rs",
    "jsonschema",
    "rich.markdown",
)


def test_version(run: Run) -> None:
    for option in ("--version", "-V"):
        outcome = run(option)
        assert outcome.code == 0
        assert outcome.out == f"streammigrate {__version__}\n"


def test_help_groups_commands_and_options(run: Run) -> None:
    top = run("--help")
    assert top.code == 0
    assert re.search(r"^Compare:\n  diff ", top.out, re.MULTILINE)
    assert "Exit codes" in top.out
    command = run("diff", "--help").out
    assert [
        title for title in ("Arguments:", "Report:", "What counts:", "Input:", "Options:") if title not in command
    ] == []


def test_no_command_shows_help(run: Run) -> None:
    outcome = run()
    assert outcome.code == 2
    assert "Usage:" in outcome.out + outcome.err


def test_help_and_version_load_nothing_heavy() -> None:
    script = (
        "import sys\nsys.argv = ['streammigrate', sys.argv[1]]\nfrom streammigrate.cli import main\n"
        "try:\n    main()\nfinally:\n    print('loaded:', *sorted(sys.modules), file=sys.stderr)\n"
    )
    for option in ("--help", "--version"):
        done = subprocess.run([sys.executable, "-c", script, option], capture_output=True, text=True, check=True)
        loaded = set(done.stderr.split("loaded:")[1].split())
        assert not loaded & set(HEAVY)
        assert not any(name.startswith("streammigrate.diff") for name in loaded)


def test_module_runs_like_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "streammigrate", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"streammigrate {__version__}\n"


@pytest.mark.parametrize("name", ["SM153", "sm153", "property-removed"])
def test_explain_by_id_and_name(run: Run, name: str) -> None:
    outcome = run("explain", name)
    assert outcome.code == 0
    assert outcome.out.startswith("SM153  property-removed")
    assert "Who sends:  breaking" in outcome.out
    assert "properties:" in outcome.out


def test_explain_says_what_is_near(run: Run) -> None:
    outcome = run("explain", "property-remved")
    assert outcome.code == 2
    assert "property-removed" in outcome.err


def test_explain_lists_every_id(run: Run) -> None:
    listed = run("explain", "--list").out
    assert all(kind.id in listed for kind in api.kinds())


@pytest.mark.parametrize("kind", api.kinds(), ids=lambda kind: kind.id)
def test_every_kind_explains_itself(kind: Any) -> None:
    text = api.render_explanation(kind, width=80)
    assert kind.title in text
    assert max(map(len, text.splitlines())) <= 80 or "http" in text or ":" in text
    page = api.explanation_markdown(kind)
    assert page.startswith(f"# {kind.id} {kind.name}\n")
    assert kind.explanation in page


def test_ids_are_unique_and_in_their_ranges() -> None:
    kinds = api.kinds()
    assert len({kind.id for kind in kinds}) == len(kinds) == len({kind.name for kind in kinds})
    for kind in kinds:
        assert re.fullmatch(r"SM[1-9]\d\d", kind.id)
        assert (kind.id[2] == "1") == hasattr(kind, "mirror"), "1xx are changes of a spec"


def test_completion_offers_the_commands() -> None:
    script = "import sys; sys.argv = ['streammigrate']; from streammigrate.cli import main; main()"
    asked = {"_STREAMMIGRATE_COMPLETE": "complete_bash", "COMP_WORDS": "streammigrate ", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={**os.environ, **asked}
    )
    assert {"diff", "check", "rewrite", "why", "explain"} <= set(done.stdout.split())


def piped(command: str) -> subprocess.CompletedProcess[str]:
    script = f"{sys.executable} -m streammigrate {command}"
    return subprocess.run(["bash", "-o", "pipefail", "-c", script], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", ["--help | true", "explain --list | true", "diff | true"])
def test_a_reader_that_has_gone_is_no_error(command: str) -> None:
    done = piped(command)
    assert done.returncode == 0
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("command", "code"), [("diff nope nope 2>&-", 3), ("diff one 2>&-", 2), ("--nonsense 2>&-", 2)]
)
def test_no_standard_error_does_not_change_the_exit_code(command: str, code: int) -> None:
    assert piped(command).returncode == code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_is_said(tmp_path: Path) -> None:
    done = piped("diff > /dev/full")
    assert done.returncode == 3
    assert "SM919" in done.stderr


def test_the_command_line_uses_the_api_alone() -> None:
    used = set()
    for path in Path(api.__file__).parent.joinpath("cli").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("streammigrate"):
                used |= {node.module} if node.module != "streammigrate" else {alias.name for alias in node.names}
            elif isinstance(node, ast.Import):
                used |= {alias.name for alias in node.names if alias.name.startswith("streammigrate")}
    assert {name for name in used if not name.startswith("streammigrate.cli")} == {"api"}
