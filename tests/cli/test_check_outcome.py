"""What becomes of findings on the command line: the page, the baseline, comments and settings, and where formats point."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from streammigrate import api
from streammigrate.checks.model import Area
from streammigrate.checks.registry import all_checks

Run = Callable[..., Any]
SCHEMA = json.loads(files("streammigrate.report").joinpath("check.schema.json").read_text())
SHOP = """\
from stream_chat import StreamChat

chat = StreamChat(api_key="key", api_secret="secret")


async def greet(name):
    chat.delete_users([name], "soft")


async def leave(name):
    chat.delete_users([name], "hard")
"""
ONLY = ("--select", "SM640")


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file whose two coroutines wait for a synchronous client."""
    for name in ("STREAM_API_KEY", "STREAM_API_SECRET", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "a.py").write_text(SHOP)
    return folder / "a.py"


def settings(tmp_path: Path, text: str) -> None:
    (tmp_path / "shop" / "pyproject.toml").write_text(f"[tool.streammigrate.check]\n{text}\n")


def test_findings_of_a_project_have_file_and_line_in_every_format(run: Run) -> None:
    text = run("check", "shop", *ONLY).out
    assert "SM640 blocking-call  shop/a.py:7:5" in text
    document = json.loads(run("check", "shop", *ONLY, "-f", "json").out)
    Draft202012Validator(SCHEMA).validate(document)
    place = {"source": "shop/a.py", "pointer": None, "line": 7, "column": 5}
    assert document["findings"][0]["location"] == place
    assert document["findings"][0]["area"] == "code"
    log = json.loads(run("check", "shop", *ONLY, "-f", "sarif").out)
    physical = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": "shop/a.py"}, "region": {"startLine": 7, "startColumn": 5}}
    assert run("check", "shop", *ONLY, "-f", "github").out.startswith(
        "::warning file=shop/a.py,line=7,col=5,title=SM640"
    )
    assert "at shop/a.py:7:5" in run("check", "shop", *ONLY, "-f", "junit").out
    assert "(`shop/a.py:7:5`)" in run("check", "shop", *ONLY, "-f", "markdown").out


def test_the_evidence_of_a_line_does_not_repeat_the_place(run: Run) -> None:
    assert run("check", "shop", *ONLY, "-f", "github").out.count("a.py:7") == 0
    assert run("check", "shop", *ONLY).out.count("a.py:7") == 1


def test_the_page_is_written_with_the_progress_of_the_project(run: Run, tmp_path: Path) -> None:
    outcome = run("check", "shop", *ONLY, "-o", "page.html")
    assert outcome.code == 0
    assert outcome.out.startswith("Ready with warnings: 2 warnings")
    page = (tmp_path / "page.html").read_text()
    assert '<h1 id="verdict">Ready with warnings</h1>' in page
    assert "0% is on v2" in page
    assert "streammigrate rewrite shop --write" in page
    assert run("check", "shop", *ONLY, "-f", "html").out == page


def test_the_page_without_a_project(run: Run) -> None:
    outcome = run("check", "-f", "html")
    assert outcome.code == 1
    assert "No project was given" in outcome.out


def test_a_baseline_accepts_what_is_there_and_no_more(run: Run, tmp_path: Path, shop: Path) -> None:
    written = run("check", "shop", *ONLY, "--fail-on", "warning", "--write-baseline", "base.yaml", "-q")
    assert (written.code, written.err) == (0, "wrote 2 accepted findings to base.yaml\n")
    assert [entry["id"] for entry in yaml.safe_load((tmp_path / "base.yaml").read_text())["entries"]] == ["SM640"] * 2
    under = ("check", "shop", *ONLY, "--fail-on", "warning", "--baseline", "base.yaml")
    outcome = run(*under)
    assert outcome.code == 0
    assert outcome.out.startswith("Ready: 2 accepted by the baseline")
    shop.write_text("\n" + SHOP.replace("leave", "go"))
    outcome = run(*under, "-f", "json")
    document = json.loads(outcome.out)
    assert outcome.code == 1
    assert ["`go` waits" in one["message"] for one in document["findings"]] == [True]
    assert document["summary"]["settled"] == {"comment": 0, "setting": 0, "baseline": 1}
    assert [problem["id"] for problem in document["problems"]] == ["SM940"]
    Draft202012Validator(SCHEMA).validate(document)


def test_a_baseline_keeps_the_reasons_it_had(run: Run, tmp_path: Path) -> None:
    arguments = ("check", "shop", *ONLY, "--fail-on", "any", "--write-baseline", "base.yaml", "-q")
    run(*arguments)
    path = tmp_path / "base.yaml"
    path.write_text(path.read_text().replace("  message:", "  reason: until June\n  message:", 1))
    run(*arguments, "--baseline", "base.yaml")
    assert path.read_text().count("reason: until June") == 1


def test_a_baseline_only_takes_what_would_fail(run: Run, tmp_path: Path) -> None:
    run("check", "shop", *ONLY, "--write-baseline", "base.yaml", "-q")
    assert yaml.safe_load((tmp_path / "base.yaml").read_text())["entries"] == []


@pytest.mark.parametrize("content", ["", "version: 2", "version: 1\nentries: 3", "{"])
def test_a_baseline_that_cannot_be_read_exits_with_3(run: Run, tmp_path: Path, content: str) -> None:
    (tmp_path / "base.yaml").write_text(content)
    assert run("check", "shop", "--baseline", "base.yaml").code == 3


def test_an_output_never_overwrites_the_baseline(run: Run, tmp_path: Path) -> None:
    (tmp_path / "base.json").write_text('{"version": 1, "entries": []}')
    assert run("check", "shop", "--baseline", "base.json", "-o", "base.json").code == 2


def test_a_comment_takes_a_finding_out_and_is_told(run: Run, shop: Path) -> None:
    shop.write_text(SHOP.replace('"soft")', '"soft")  # streammigrate: ignore[SM640] once a day'))
    outcome = run("check", "shop", *ONLY, "-v")
    assert outcome.out.startswith("Ready with warnings: 1 warning, 1 suppressed")
    assert "SM640 shop/a.py:7:5  by a comment in the code: once a day" in outcome.out
    assert "Not counted, by a comment in the code: SM640." in run("check", "shop", *ONLY, "-f", "markdown").out


def test_settings_are_those_nearest_to_the_project(run: Run, tmp_path: Path) -> None:
    settings(tmp_path, 'fail-on = "warning"\nselect = ["SM640"]')
    assert run("check", "shop").code == 1
    assert run("check", "shop", "--fail-on", "error").code == 0
    assert run("check", "shop", "--select", "SM601").code == 1
    assert run("check", ".", *ONLY).code == 0
    assert run("check", ".", "--config", "shop/pyproject.toml").code == 1


def test_settings_name_a_baseline_and_files(run: Run, tmp_path: Path) -> None:
    run("check", "shop", *ONLY, "--fail-on", "any", "--write-baseline", "shop/base.yaml", "-q")
    settings(tmp_path, 'baseline = "base.yaml"')
    assert "2 accepted by the baseline" in run("check", "shop", *ONLY).out
    settings(tmp_path, 'per-file-ignores = {"a.py" = ["blocking-call"]}')
    assert "2 suppressed" in run("check", "shop", *ONLY).out


@pytest.mark.parametrize(
    ("text", "code"), [("select = 3", 3), ('per-file-ignores = {"*" = ["SM999"]}', 2), ('ignore = ["nothing"]', 2)]
)
def test_settings_that_are_wrong_stop_the_command(run: Run, tmp_path: Path, text: str, code: int) -> None:
    settings(tmp_path, text)
    assert run("check", "shop").code == code


@pytest.mark.parametrize("columns", [40, 60, 99, 140])
def test_the_list_is_by_area_and_keeps_to_the_width(run: Run, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = run("check", "--list").out.splitlines()
    assert max(map(len, lines)) <= columns
    headings = [line for line in lines if line and not line.startswith(" ")]
    with_checks = {check.area for check in all_checks()}
    assert headings == [area.value for area in Area if area in with_checks]


def test_each_check_is_explained(run: Run) -> None:
    assert "What to do: " in run("explain", "sm640").out
    assert {check.id for check in all_checks()} <= {kind.id for kind in api.kinds()}
    for check in all_checks():
        out = api.render_explanation(check.kind)
        assert out.startswith(f"{check.id}  {check.name}\n")
        assert all(words in out for words in ("Asks: ", "Shows: ", "What to do: "))


def test_the_schema_knows_every_area() -> None:
    assert SCHEMA["$defs"]["area"]["enum"] == [area.name.lower() for area in Area]


def test_secrets_of_a_project_are_in_no_report(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop: Path
) -> None:
    own, written = "k7" * 20, "q9z" * 12
    monkeypatch.setenv("STREAM_API_KEY", "a" * 12)
    monkeypatch.setenv("STREAM_API_SECRET", own)
    text = SHOP.replace('"secret"', f'"{written}"').replace('"soft")', f'"soft")  # streammigrate: ignore[SM640] {own}')
    shop.write_text(text + f"\n\nasync def more(unsure):\n    chat.upsert_user(unsure, {own!r})\n")
    (shop.parent / f"{own}.py").write_text(text)
    (tmp_path / "base.yaml").write_text(
        f"version: 1\nentries:\n- {{fingerprint: '{'0' * 16}', id: SM640, place: {own}, reason: {written}}}\n"
    )
    for format in api.CHECK_FORMATS:
        outcome = run("check", "shop", "--baseline", "base.yaml", "-f", format, "-v")
        assert outcome.out
        assert own not in outcome.out + outcome.err
        assert written not in outcome.out + outcome.err
