"""The command `check` from end to end: inputs, exit codes, formats, and what is said where."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from streammigrate import api
from streammigrate.checks.model import Area, ProjectCheck
from streammigrate.checks.registry import all_checks

Run = Callable[..., Any]
PROJECT_CHECKS = [check for check in all_checks() if isinstance(check, ProjectCheck)]
BIKESHOP = Path(__file__).resolve().parents[1] / "sample_projects" / "bikeshop"


def given(side: str) -> list[str]:
    folder = BIKESHOP / side
    return [
        *("--app-settings", str(folder / "app-settings.json"), "--app-settings", str(folder / "channel-types.json")),
        *("--data", str(folder / "export.jsonl")),
    ]


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STREAM_API_KEY", "STREAM_API_SECRET"):
        monkeypatch.delenv(name, raising=False)


def test_an_app_on_v1_is_not_ready(run: Run) -> None:
    outcome = run("check", *given("before"))
    assert outcome.code == 1
    assert outcome.out.startswith("Not ready: 1 finding blocks, 5 warnings, 6 things to know of")
    assert "SM601 permissions-v1" in outcome.out
    assert outcome.err == ""


def test_an_app_on_v2_is_ready(run: Run) -> None:
    outcome = run("check", *given("after"))
    assert outcome.code == 0
    # One asks for an answer of v2 as it was sent, and no project was given.
    unasked = 1 + len(PROJECT_CHECKS)
    passed = len(all_checks()) - unasked - 1
    # The keys in `custom` are listed.
    assert outcome.out.startswith(f"Ready: 3 things to know of, {passed} checks passed, {unasked} not run.\n")


def test_settings_alone_are_enough(run: Run) -> None:
    for side, code in (("before", 1), ("after", 0)):
        assert run("check", "--app-settings", str(BIKESHOP / side / "app-settings.json")).code == code


def test_settings_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (BIKESHOP / "after" / "app-settings.json").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    outcome = run("check", "--app-settings", "-")
    assert outcome.code == 0
    assert "<stdin>  answer of API v1" in outcome.out


def test_nothing_to_judge_is_incomplete(run: Run) -> None:
    outcome = run("check")
    assert outcome.code == 1
    assert outcome.out.startswith(f"Incomplete: there was nothing to judge, {len(all_checks())} not run.")
    assert "Passed" not in outcome.out


@pytest.mark.parametrize(
    ("content", "code"), [("", 3), ("[]", 3), ('{"app": {}}', 3), ("{", 3), ('{"app": {"suspended": "no"}}', 3)]
)
def test_settings_that_cannot_be_read_exit_with_3(run: Run, tmp_path: Path, content: str, code: int) -> None:
    (tmp_path / "app.json").write_text(content)
    outcome = run("check", "--app-settings", "app.json")
    assert outcome.code == code
    assert outcome.out == ""
    assert outcome.err.startswith("error SM")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--live", "--app-settings", "a.json"], "either --app-settings or --live"),
        (["--live"], "needs STREAM_API_KEY and STREAM_API_SECRET"),
        (["--app-settings", "-", "--app-settings", "-"], "only once"),
        (["--data", "moon=a.jsonl"], "knows no 'moon'"),
        (["--select", "SM153"], "selects no check"),
        (["--fail-on", "breaking"], "--fail-on takes error, warning, any, never"),
        (["--format", "map"], "unknown format 'map'"),
        (["--format", "moon"], "unknown format"),
        (["--output", "report.csv"], "unknown format 'csv'"),
        (["--timeout", "0"], "0"),
    ],
)
def test_wrong_usage_exits_with_2(run: Run, arguments: list[str], words: str) -> None:
    outcome = run("check", *arguments)
    assert outcome.code == 2
    assert words in outcome.err


@pytest.mark.parametrize(
    "arguments", [["--data", "nowhere.jsonl"], ["--app-settings", "nowhere.json"], ["--data", "."]]
)
def test_inputs_that_are_not_there_exit_with_3(run: Run, arguments: list[str]) -> None:
    assert run("check", *arguments).code == 3


def test_an_output_never_overwrites_an_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "users.json").write_text('[{"id": "a", "role": "user"}]')
    for named in ("users.json", "user=users.json"):
        outcome = run("check", "--data", named, "--output", "users.json")
        assert outcome.code == 2
        assert "overwrite" in outcome.err


@pytest.mark.parametrize(
    ("side", "fail_on", "code"),
    [
        ("before", "error", 1),
        ("before", "never", 0),
        ("after", "any", 1),
        ("after", "warning", 0),
    ],
)
def test_fail_on(run: Run, side: str, fail_on: str, code: int) -> None:
    assert run("check", *given(side), "--fail-on", fail_on).code == code


def test_fail_on_asks_for_the_severity(run: Run) -> None:
    warnings = [*given("before"), "--ignore", "SM601"]
    assert [run("check", *warnings, "--fail-on", level).code for level in api.CHECK_FAIL_ON] == [0, 1, 1, 0]
    notices = [*given("before"), "--select", "SM607", "--select", "custom-keys"]
    assert [run("check", *notices, "--fail-on", level).code for level in api.CHECK_FAIL_ON] == [0, 0, 1, 0]


def test_what_is_not_selected_is_counted(run: Run) -> None:
    out = run("check", *given("after"), "--select", "SM6", "--ignore", "permissions-v1").out
    others = 1 + sum(1 for check in all_checks() if not check.id.startswith("SM6"))
    unasked = 1 + sum(1 for check in PROJECT_CHECKS if check.id.startswith("SM6"))
    passed = len(all_checks()) - others - unasked
    assert out.startswith(f"Ready: {passed} checks passed, {unasked} not run, {others} not selected.")


def test_quiet_says_the_verdict_alone(run: Run) -> None:
    out = run("check", *given("before"), "-q").out
    assert len(out.splitlines()) <= 2
    assert out.startswith("Not ready:")


def test_verbose_says_what_was_asked(run: Run) -> None:
    assert "SM612 Is the app in service?" in run("check", *given("after"), "-v").out


def test_reports_go_to_files_and_the_verdict_to_the_terminal(run: Run, tmp_path: Path) -> None:
    outputs = [
        part for name in ("a.json", "a.md", "a.sarif", "a.xml", "a.txt", "a.html") for part in ("-o", f"out/{name}")
    ]
    outcome = run("check", *given("before"), *outputs)
    assert outcome.code == 1
    assert outcome.out.startswith("Not ready:")
    assert "SM601" not in outcome.out
    assert json.loads((tmp_path / "out" / "a.json").read_text())["verdict"] == "not-ready"
    assert all((tmp_path / "out" / f"a.{ending}").stat().st_size for ending in ("md", "sarif", "xml", "txt", "html"))


@pytest.mark.parametrize("format", api.CHECK_FORMATS)
def test_outputs_are_the_same_each_time(run: Run, format: str) -> None:
    arguments = ["check", *given("before"), "--format", format]
    assert run(*arguments).out == run(*arguments).out


def test_lines_are_told_where_a_format_has_them(run: Run) -> None:
    log = json.loads(run("check", *given("before"), "-f", "sarif").out)
    region = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    text = (BIKESHOP / "before" / "app-settings.json").read_text().splitlines()
    assert "permission_version" in text[region["startLine"] - 1]


def test_malformed_lines_do_not_stop_the_rest(run: Run, tmp_path: Path) -> None:
    (tmp_path / "users.jsonl").write_text('{"id": "a", "own": 1}\nnonsense\n{"id": "b", "own": 2}\n')
    outcome = run("check", "--data", "users.jsonl")
    assert outcome.code == 0
    assert outcome.out.startswith("Ready with warnings: 1 warning")
    assert "SM790 users.jsonl:2" in outcome.out
    assert "own: 2 times" in outcome.out


def test_data_that_is_cut_off_is_not_ready(run: Run, tmp_path: Path) -> None:
    (tmp_path / "users.json").write_text('[{"id": "a"}, {"id": ')
    outcome = run("check", "--data", "users.json")
    assert outcome.code == 1
    assert "SM792" in outcome.out


def test_every_check_is_listed(run: Run) -> None:
    out = run("check", "--list").out
    assert all(check.id in out and check.name in out for check in all_checks())


def test_explain_knows_checks_and_their_problems(run: Run) -> None:
    assert "Asks: Does the app decide by permissions v2?" in run("explain", "SM601").out
    assert "Records cannot be read" in run("explain", "record-unreadable").out


def test_a_bar_is_drawn_where_somebody_looks(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from streammigrate.checks import records

    monkeypatch.setattr(records, "_CHUNK", 64)
    (tmp_path / "users.jsonl").write_text('{"id": "a", "role": "user"}\n' * 2000)
    assert run("check", "--data", "users.jsonl").err == ""
    monkeypatch.setattr("streammigrate.cli.check._is_watched", lambda: True)
    err = run("check", "--data", "users.jsonl").err
    assert "% users.jsonl" in err
    assert err.endswith("\r")
    assert run("check", "--data", "users.jsonl", "-q").err == ""


GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "check.md").read_text(encoding="utf-8")


def test_the_guide_describes_every_option_format_and_exit_code(run: Run) -> None:
    options = set(re.findall(r"--[a-z][a-z-]+", run("check", "--help").out)) - {"--help", "--color"}
    named = {"--quiet": "`-q`", "--verbose": "`-v`"}
    assert [option for option in sorted(options) if named.get(option, option) not in GUIDE] == []
    assert [name for name in (*api.CHECK_FORMATS, *api.CHECK_FAIL_ON) if f"`{name}`" not in GUIDE] == []
    assert [area.value for area in Area if area.value not in GUIDE] == []
    assert "Exit codes: 0 " in GUIDE


def test_the_ids_of_the_guide_exist() -> None:
    assert set(re.findall(r"\bSM\d{3}\b", GUIDE)) <= {kind.id for kind in api.kinds()}


def test_the_recipes_of_the_guide_are_yaml() -> None:
    recipes = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    assert recipes
    assert all(isinstance(yaml.safe_load(recipe), dict) for recipe in recipes)
