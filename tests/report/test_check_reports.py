"""The reports on readiness: text at every width, JSON by its schema, Markdown within its limit, and the shared formats."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator

from streammigrate import api
from streammigrate.checks.model import Answer, CannotSayError, Evidence, SettingsCheck
from streammigrate.checks.run import CheckResult, Source, run
from streammigrate.checks.settings import AppSettings
from streammigrate.findings import Location, Severity
from streammigrate.report import check_json, check_markdown, check_summary, check_text
from streammigrate.report.diff_markdown import LIMIT

BIKESHOP = Path(__file__).resolve().parents[1] / "sample_projects" / "bikeshop"
SCHEMA = json.loads(files("streammigrate.report").joinpath("check.schema.json").read_text())


def check(id: str, severity: Severity, *answers: Answer, reason: str = "") -> SettingsCheck:
    def judge(settings: AppSettings) -> Any:
        if reason:
            raise CannotSayError(reason)
        return iter(answers)

    return SettingsCheck(
        id=id,
        name=f"check-{id.lower()}",
        title="T",
        severity=severity,
        question="Is it?",
        explanation="E.",
        shows="S.",
        fix=f"Do {id}.",
        judge=judge,
    )


def result(*checks: SettingsCheck) -> CheckResult:
    return CheckResult(run(checks, AppSettings(), None), [Source("app.json", "an app")])


def answer(message: str, *evidence: Evidence) -> Answer:
    return Answer(message, Location("app.json", "/app/x"), (message,), evidence)


ERROR = check("SM601", Severity.ERROR, answer("it blocks", Evidence("x", "1")))
WARNING = check("SM602", Severity.WARNING, answer("it warns"))
NOTICE = check("SM603", Severity.NOTICE, answer("it is so"))
FINE = check("SM604", Severity.ERROR)
OPEN = check("SM605", Severity.ERROR, reason="there is no x")
SILENT = check("SM606", Severity.WARNING, reason="there is no y")


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ((FINE,), "Ready: 1 check passed."),
        ((FINE, SILENT), "Ready: 1 check passed, 1 not run."),
        ((FINE, NOTICE), "Ready: 1 thing to know of, 1 check passed."),
        ((FINE, WARNING), "Ready with warnings: 1 warning, 1 check passed."),
        ((FINE, WARNING, OPEN), "Incomplete: SM605 could not be judged, 1 warning, 1 check passed, 1 not run."),
        ((ERROR, OPEN), "Not ready: 1 finding blocks, 1 not run."),
        ((SILENT,), "Incomplete: there was nothing to judge, 1 not run."),
        ((), "Incomplete: there was nothing to judge."),
    ],
)
def test_the_verdict_as_a_sentence(checks: tuple[SettingsCheck, ...], expected: str) -> None:
    assert check_summary.headline(result(*checks)) == expected


def test_what_blocks_comes_first() -> None:
    text = check_text.render(result(NOTICE, WARNING, ERROR, FINE, OPEN))
    places = [text.index(word) for word in ("it blocks", "it warns", "it is so", "Not run", "Passed")]
    assert places == sorted(places)
    assert "SM605: there is no x" in text


@pytest.mark.parametrize("width", [40, 60, 80, 160])
def test_text_keeps_to_its_width(width: int) -> None:
    options = api.CheckOptions(
        app_settings=[str(BIKESHOP / "before" / "app-settings.json")], data=[str(BIKESHOP / "before" / "export.jsonl")]
    )
    outcome = api.check(options)
    for verbose in (-1, 0, 1):
        text = api.render_check(outcome, "text", width=width, verbose=verbose)
        assert max(map(len, text.splitlines())) <= width
        assert text.endswith("\n")


def test_text_without_colour_has_no_escapes_and_with_colour_the_same_words() -> None:
    import re

    plain = check_text.render(result(ERROR, WARNING, NOTICE, FINE))
    colored = check_text.render(result(ERROR, WARNING, NOTICE, FINE), color=True)
    assert "\x1b" not in plain
    assert "\x1b" in colored
    stripped = "".join(f"{line.rstrip()}\n" for line in re.sub(r"\x1b\[[\d;]*m", "", colored).splitlines())
    assert stripped == plain


def test_evidence_beyond_a_few_is_counted() -> None:
    many = check("SM601", Severity.ERROR, answer("many", *(Evidence(f"key{n}", "1") for n in range(30))))
    text = check_text.render(result(many))
    assert "and 22 more (-v)" in text
    assert "key29" in check_text.render(result(many), verbose=1)


def test_the_fix_is_told_once_for_each_check() -> None:
    twice = check("SM601", Severity.ERROR, answer("one"), answer("two"))
    assert check_text.render(result(twice)).count("Do SM601.") == 1
    assert check_markdown.render(result(twice)).count("Do SM601.") == 1


@pytest.mark.parametrize("side", ["before", "after"])
def test_json_conforms_to_its_schema(side: str) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    settings = [str(BIKESHOP / side / name) for name in ("app-settings.json", "channel-types.json")]
    options = api.CheckOptions(app_settings=settings, data=[str(BIKESHOP / side / "export.jsonl")])
    document = json.loads(api.render_check(api.check(options), "json"))
    Draft202012Validator(SCHEMA).validate(document)
    assert document["schema_version"] == check_json.SCHEMA_VERSION


def test_json_with_nothing_and_with_problems_conforms(tmp_path: Path) -> None:
    (tmp_path / "users.jsonl").write_text("nonsense\n")
    for options in (api.CheckOptions(), api.CheckOptions(data=[str(tmp_path / "users.jsonl")])):
        document = json.loads(api.render_check(api.check(options), "json"))
        Draft202012Validator(SCHEMA).validate(document)
        assert document["verdict"] == "incomplete"


def test_markdown_says_the_same() -> None:
    text = check_markdown.render(result(ERROR, WARNING, FINE, OPEN))
    assert text.startswith("## Not ready: 1 finding blocks")
    assert "### Blocks the cutover" in text
    assert "What to do: Do SM601." in text
    assert "- SM605: there is no x" in text


def test_markdown_keeps_text_of_any_origin_from_being_markup() -> None:
    hostile = check("SM601", Severity.ERROR, answer("<img src=x> @team [a](b) `c`", Evidence("a|b`c", "<b>*x*")))
    text = check_markdown.render(result(hostile))
    assert "<img" not in text
    assert "@team" not in text
    assert "[a](b)" not in text
    assert "<b>" not in text


def test_markdown_stays_within_the_limit_and_counts_what_it_leaves_out() -> None:
    evidence = [Evidence("key" * 30, "value" * 20)] * 20
    many = check("SM601", Severity.ERROR, *(answer(f"{n} {'long ' * 40}", *evidence) for n in range(100)))
    text = check_markdown.render(result(many))
    assert len(text.encode()) < LIMIT
    left_out = int(text.split("… ")[1].split(" more findings")[0])
    assert left_out + text.count("**SM601**") == 100


Render = Callable[[str], str]


@pytest.fixture
def before() -> Render:
    options = api.CheckOptions(app_settings=[str(BIKESHOP / "before" / "app-settings.json")])
    outcome = api.check(options)
    return lambda format: api.render_check(outcome, format)


def test_github_shows_the_evidence_and_the_verdict(before: Render) -> None:
    lines = before("github").splitlines()
    assert lines[0].startswith("::error file=")
    assert 'permission_version: "v1"' in lines[0]
    assert "Not ready: 1 finding blocks" in lines[-1]


def test_junit_fails_for_what_blocks(before: Render) -> None:
    root = ET.fromstring(before("junit"))
    assert root.attrib["failures"] == "1"
    assert root.findall(".//failure")[0].attrib["type"] == "permissions-v1"


def test_sarif_has_a_rule_for_each_check(before: Render) -> None:
    driver = json.loads(before("sarif"))["runs"][0]["tool"]["driver"]
    assert {rule["id"] for rule in driver["rules"]} >= {"SM601", "SM602", "SM605"}


@pytest.mark.parametrize("format", ["github", "junit", "sarif"])
def test_what_leaves_the_verdict_open_fails_in_every_format(format: str) -> None:
    nothing = api.CheckOutcome(result(SILENT))
    unanswered = api.CheckOutcome(result(FINE, OPEN))
    for outcome in (nothing, unanswered):
        text = api.render_check(outcome, format)
        assert {"github": "::error ", "junit": 'failures="1"', "sarif": '"level":"error"'}[format] in text
