"""The documentation says what the tool does: every option, recipes that parse, a page for each id, the README's commands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml

from streammigrate import api

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "docs" / "diff.md").read_text(encoding="utf-8")


def test_every_option_of_diff_is_described() -> None:
    command = [sys.executable, "-m", "streammigrate", "diff", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    options = set(re.findall(r"--[a-z][a-z-]+", shown)) - {"--help", "--no-external-refs"}
    named = {"--quiet": "`-q`", "--verbose": "`-v`"}
    assert [option for option in sorted(options) if named.get(option, option) not in GUIDE] == []


def test_every_format_and_exit_code_is_described() -> None:
    assert [format for format in api.FORMATS if f"`{format}`" not in GUIDE] == []
    assert "Exit codes: 0 " in GUIDE


def test_recipes_are_yaml() -> None:
    recipes = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    assert len(recipes) >= 4
    for recipe in recipes:
        assert isinstance(yaml.safe_load(recipe), dict)


def test_ids_that_are_mentioned_exist() -> None:
    known = {kind.id for kind in api.kinds()}
    assert set(re.findall(r"\bSM\d{3}\b", GUIDE)) <= known


def test_a_page_for_each_id_is_built(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "docs" / "build.py"), str(tmp_path)]
    subprocess.run(command, capture_output=True, check=True)
    assert {path.stem for path in (tmp_path / "ids").glob("*.md")} == {kind.id for kind in api.kinds()}
    index = (tmp_path / "ids.md").read_text(encoding="utf-8")
    assert all(f"(ids/{kind.id}.md)" in index for kind in api.kinds())


def test_the_readme_names_what_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in re.findall(
        r"tests/sample_projects/[\w./-]+|docs/[\w./-]+\.md|benchmarks/\w+\.py|rules/\w+\.yaml", readme
    ):
        assert (ROOT / path).exists(), path
