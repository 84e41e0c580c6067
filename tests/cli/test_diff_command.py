"""`streammigrate diff` as a user meets it: exit codes, formats, files, settings, messages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

Run = Callable[..., Any]
Sample = tuple[str, str]

SAME = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n  /a:\n    get: {operationId: a, responses: {}}\n"


def test_a_document_against_itself_is_no_difference(run: Run, sample: Sample) -> None:
    outcome = run("diff", sample[0], sample[0], "--fail-on", "any")
    assert outcome.code == 0
    assert "No differences." in outcome.out


def test_breaking_changes_exit_with_1(run: Run, sample: Sample) -> None:
    outcome = run("diff", *sample)
    assert outcome.code == 1
    assert "moved from query to body" in outcome.out


@pytest.mark.parametrize(("threshold", "code"), [("breaking", 0), ("any", 1), ("never", 0)])
def test_the_threshold_decides(run: Run, tmp_path: Path, threshold: str, code: int) -> None:
    (tmp_path / "old.yaml").write_text(SAME)
    (tmp_path / "new.yaml").write_text(SAME.replace("responses: {}", "deprecated: true, responses: {}"))
    assert run("diff", "old.yaml", "new.yaml", "--fail-on", threshold).code == code


def test_json_follows_its_schema(run: Run, sample: Sample) -> None:
    schema = json.loads(files("streammigrate.report").joinpath("diff.schema.json").read_text())
    outcome = run("diff", *sample, "--format", "json")
    data = json.loads(outcome.out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data, schema)
    assert data["schema_version"] == 1
    assert data["summary"]["operations"] == {
        "old": 4,
        "new": 4,
        "matched": 3,
        "renamed": 1,
        "removed": 1,
        "added": 1,
    }
    moved = [change for operation in data["operations"] for change in operation["changes"] if change["id"] == "SM124"]
    assert [change["message"] for change in moved] == ["moved from query to body"]


def test_several_reports_in_one_run(run: Run, sample: Sample, tmp_path: Path) -> None:
    outcome = run(
        "diff", *sample, "-f", "json", "-o", "a.out", "-o", "deep/b.html", "-o", "c.xml", "-o", "d.sarif", "-o", "e.md"
    )
    assert outcome.code == 1
    assert json.loads((tmp_path / "a.out").read_text())["old"]["title"] == "Bookshop"
    assert (tmp_path / "deep" / "b.html").read_text().lower().startswith("<!doctype html")
    assert (tmp_path / "c.xml").read_text().startswith("<?xml")
    assert json.loads((tmp_path / "d.sarif").read_text())["version"] == "2.1.0"
    assert "Bookshop" in (tmp_path / "e.md").read_text()
    assert outcome.out.count("\n") == 1, "standard output has the verdict only"


def test_one_more_format_goes_to_standard_output(run: Run, sample: Sample, tmp_path: Path) -> None:
    outcome = run("diff", *sample, "-f", "markdown", "-o", "a.md", "-f", "json")
    assert json.loads(outcome.out)["schema_version"] == 1
    assert (tmp_path / "a.md").exists()


@pytest.mark.parametrize("format", ["text", "json", "map", "markdown", "html", "github", "junit", "sarif"])
def test_every_format_is_the_same_twice(run: Run, sample: Sample, format: str) -> None:
    first, second = (run("diff", *sample, "--format", format) for _ in range(2))
    assert first.out == second.out
    assert first.out.endswith("\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["only-one.yaml"], "two documents"),
        (["a", "b", "--format", "pdf"], "unknown format"),
        (["a", "b", "-f", "json", "-f", "html"], "standard output"),
        (["a", "b", "-o", "report.xyz"], "not clear"),
        (["a", "b", "--fail-on", "sometimes"], "--fail-on"),
        (["-", "-"], "only once"),
        (["--format", "html"], "two documents"),
    ],
)
def test_wrong_usage_exits_with_2(run: Run, arguments: list[str], words: str) -> None:
    outcome = run("diff", *arguments)
    assert outcome.code == 2
    assert words in outcome.err
    assert "Traceback" not in outcome.err


def test_an_unknown_selector_exits_with_2(run: Run, sample: Sample) -> None:
    outcome = run("diff", *sample, "--select", "nonsense")
    assert outcome.code == 2
    assert "nonsense" in outcome.err


def test_an_unknown_option_exits_with_2(run: Run) -> None:
    assert run("diff", "--nonsense").code == 2


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("", "SM912"),
        ("a: [", "SM907"),
        ('{"a": ', "SM908"),
        ("title: no spec", "SM912"),
        ("swagger: '2.0'", "SM913"),
        ("openapi: 4.0.0", "SM914"),
        ("a: 1\na: 2", "SM909"),
        ("<!doctype html><html></html>", "SM906"),
    ],
)
def test_bad_input_exits_with_3_and_one_message(run: Run, tmp_path: Path, text: str, id: str) -> None:
    (tmp_path / "bad.yaml").write_text(text)
    (tmp_path / "good.yaml").write_text(SAME)
    for arguments in (("bad.yaml", "good.yaml"), ("good.yaml", "bad.yaml")):
        outcome = run("diff", *arguments)
        assert outcome.code == 3
        assert outcome.err.count("error SM") == 1
        assert id in outcome.err
        assert "bad.yaml" in outcome.err
        assert outcome.out == ""


def test_a_missing_file_exits_with_3(run: Run) -> None:
    outcome = run("diff", "nowhere.yaml", "nowhere.yaml")
    assert outcome.code == 3
    assert "SM901" in outcome.err


def test_an_output_that_cannot_be_written_exits_with_3(run: Run, sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    outcome = run("diff", *sample, "-o", "file/report.json")
    assert outcome.code == 3
    assert "SM919" in outcome.err


def test_a_defect_is_reported_without_a_traceback(run: Run, sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    from streammigrate.diff import compare

    def fail(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(compare, "compare", fail)
    outcome = run("diff", *sample)
    assert outcome.code == 3
    assert "SM999" in outcome.err
    assert "Traceback" not in outcome.err


def test_dangling_references_are_said_and_passed_over(run: Run, tmp_path: Path) -> None:
    text = SAME + "components: {schemas: {A: {properties: {b: {$ref: '#/components/schemas/B'}}}}}\n"
    (tmp_path / "old.yaml").write_text(text)
    (tmp_path / "new.yaml").write_text(text)
    outcome = run("diff", "old.yaml", "new.yaml")
    assert outcome.code == 0
    assert outcome.out.count("SM920") == 2
    assert "#/components/schemas/A/properties/b" in outcome.out


def test_an_external_reference_is_not_fetched_unless_allowed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(SAME + "components: {schemas: {A: {$ref: 'parts.yaml#/B'}}}\n")
    (tmp_path / "new.yaml").write_text(SAME + "components: {schemas: {A: {type: string}}}\n")
    (tmp_path / "parts.yaml").write_text("B: {type: string}\n")
    closed = run("diff", "old.yaml", "new.yaml")
    assert "SM921" in closed.out
    opened = run("diff", "old.yaml", "new.yaml", "--allow-external-refs")
    assert "SM921" not in opened.out
    assert "No differences" in opened.out or "schema removed" in opened.out


def test_validate_reports_pointers(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(SAME.replace("responses: {}", "responses: []"))
    (tmp_path / "new.yaml").write_text(SAME)
    outcome = run("diff", "old.yaml", "new.yaml", "--validate", "--format", "json")
    pointers = [
        problem["location"]["pointer"] for problem in json.loads(outcome.out)["problems"] if problem["id"] == "SM925"
    ]
    assert any(pointer and pointer.startswith("/paths/~1a/get") for pointer in pointers)


def test_standard_input(sample: Sample) -> None:
    command = [sys.executable, "-m", "streammigrate", "diff", "-", sample[1], "--format", "json"]
    done = subprocess.run(command, input=Path(sample[0]).read_bytes(), capture_output=True, check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["old"]["source"] == "<stdin>"


def test_a_git_revision(run: Run, sample: Sample, tmp_path: Path) -> None:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com"]
    (tmp_path / "api.yaml").write_text(Path(sample[0]).read_text())
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*git, *arguments], check=True, cwd=tmp_path, env=environment)
    (tmp_path / "api.yaml").write_text(Path(sample[1]).read_text())
    outcome = run("diff", "HEAD:api.yaml", "api.yaml", "-f", "json")
    assert outcome.code == 1
    assert json.loads(outcome.out)["old"]["source"] == "HEAD:api.yaml"


def test_a_baseline_accepts_what_was_there(run: Run, sample: Sample, tmp_path: Path) -> None:
    assert run("diff", *sample, "--write-baseline", "base.yaml").code == 0
    outcome = run("diff", *sample, "--baseline", "base.yaml")
    assert outcome.code == 0
    assert "ignored" in outcome.out
    data = yaml.safe_load((tmp_path / "base.yaml").read_text())
    first = data["entries"][0]
    first["reason"], first["expires"] = "agreed", "2001-02-03"
    (tmp_path / "base.yaml").write_text(yaml.safe_dump(data))
    expired = run("diff", *sample, "--baseline", "base.yaml")
    assert expired.code == 1
    assert "SM941" in expired.out
    stale = run("diff", sample[0], sample[0], "--baseline", "base.yaml")
    assert stale.code == 0
    assert "SM940" in stale.out
    run("diff", *sample, "--baseline", "base.yaml", "--write-baseline", "base.yaml")
    kept = yaml.safe_load((tmp_path / "base.yaml").read_text())["entries"]
    assert len(kept) == len(data["entries"])
    assert any(entry.get("reason") == "agreed" for entry in kept)


def test_settings_come_from_the_nearest_pyproject(run: Run, sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.streammigrate.diff]\nfail-on = "never"\nignore = ["SM104"]\n')
    outcome = run("diff", *sample, "-f", "json")
    assert outcome.code == 0
    data = json.loads(outcome.out)
    assert data["summary"]["ignored"] == 2
    assert run("diff", *sample, "--fail-on", "breaking", "-q").code == 1


@pytest.mark.parametrize("line", ["nonsense = 1", 'fail-on = "x"', "ignore = [1]", "max-size = true", "x = = 1"])
def test_bad_settings_exit_with_3(run: Run, sample: Sample, tmp_path: Path, line: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.streammigrate.diff]\n{line}\n")
    outcome = run("diff", *sample)
    assert outcome.code == 3
    assert "SM918" in outcome.err
    assert "pyproject.toml" in outcome.err


def test_overrides_decide(run: Run, sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "overrides.yaml").write_text(
        "operations: {LendCart: GetBook, ListBooks: null, Nobody: AddBook}\nschemas: {BookList: null}\n"
    )
    data = json.loads(run("diff", *sample, "--overrides", "overrides.yaml", "-f", "json").out)
    found = {item["old"]["id"]: item for item in data["operations"] if item["old"]}
    assert found["LendCart"]["new"]["id"] == "GetBook"
    assert found["LendCart"]["matched_by"] == "override"
    assert found["ListBooks"]["new"] is None
    assert [problem["id"] for problem in data["problems"]] == ["SM942"]
    assert data["summary"]["schemas"]["removed"] == 1


def test_the_packaged_map_needs_no_documents(run: Run) -> None:
    text = run("diff")
    assert text.code == 0
    assert "Unban → unban" in text.out
    data = json.loads(run("diff", "--format", "json").out)
    assert data["summary"]["operations"]["matched"] == 195
    assert yaml.safe_load(run("diff", "--format", "map").out) == data


def test_two_documents_never_consult_packaged_data(run: Run, sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    from streammigrate import rules

    def fail(name: str) -> None:
        raise AssertionError(f"packaged data {name} was read")

    monkeypatch.setattr(rules, "load", fail)
    assert run("diff", *sample).code == 1


@pytest.mark.parametrize("width", [40, 80, 160])
def test_text_keeps_to_the_width(run: Run, sample: Sample, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    arguments = [os.path.relpath(path) for path in sample]
    outcome = run("diff", *arguments, "-v", "--full")
    names = [line for line in outcome.out.splitlines() if len(line) > width]
    assert all(" " not in line.strip() or "/" in line for line in names), names
    if width >= 80:
        assert not names


def test_colour_only_where_it_is_wanted(run: Run, sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in run("diff", *sample).out
    assert "\x1b[" in run("diff", *sample, "--color", "always").out
    assert "\x1b[" in run("--color", "always", "diff", *sample).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("diff", *sample).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("diff", *sample).out


def test_quiet_is_one_line(run: Run, sample: Sample) -> None:
    assert run("diff", *sample, "-q").out.count("\n") == 1
    assert run("-q", "diff", *sample).out.count("\n") == 1


def test_markup_in_names_is_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(SAME.replace("operationId: a", "operationId: '[bold]a[/bold]'"))
    (tmp_path / "new.yaml").write_text(
        SAME.replace("/a:", "/b/c:").replace("operationId: a", "operationId: '[bold]a[/bold]'")
    )
    assert "[bold]a[/bold]" in run("diff", "old.yaml", "new.yaml").out


def test_a_baseline_of_stream_s_specs_can_be_read_back(run: Run, specs_dir: Path) -> None:
    pair = (str(specs_dir / "v1-chat-openapi.yaml"), str(specs_dir / "v2-chat-serverside-api.yaml"))
    assert run("diff", *pair, "--write-baseline", "base.yaml", "--fail-on", "any", "-q").code == 0
    outcome = run("diff", *pair, "--baseline", "base.yaml", "--fail-on", "any", "-q")
    assert outcome.code == 0
    assert outcome.out.startswith("No differences; 925 ignored")


def test_ignoring_does_not_make_a_baseline_stale(run: Run, sample: Sample) -> None:
    run("diff", *sample, "--write-baseline", "base.yaml", "--fail-on", "any")
    outcome = run("diff", *sample, "--baseline", "base.yaml", "--ignore", "SM158", "--fail-on", "any")
    assert outcome.code == 0
    assert "SM940" not in outcome.out


def test_an_input_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    for name in ("old.yaml", "new.yaml"):
        (tmp_path / name).write_text(SAME)
    outcome = run("diff", "old.yaml", "new.yaml", "-o", "./old.yaml")
    assert outcome.code == 2
    assert (tmp_path / "old.yaml").read_text() == SAME


def test_new_names_select_too(run: Run, sample: Sample) -> None:
    data = json.loads(run("diff", *sample, "--select", "schema:BookPage", "-f", "json").out)
    assert data["summary"]["changes"] == {"breaking": 0, "compatible": 1, "info": 1}
    paths = json.loads(run("diff", *sample, "--select", "path:/books/{id}", "-f", "json").out)
    assert {change["place"].split(":")[0] for item in paths["operations"] for change in item["changes"]} >= {
        "RemoveBook"
    }


def test_the_verdict_says_when_the_input_is_not_sound(run: Run, tmp_path: Path) -> None:
    text = SAME + "components: {schemas: {A: {$ref: '#/components/schemas/B'}}}\n"
    for name in ("old.yaml", "new.yaml"):
        (tmp_path / name).write_text(text)
    outcome = run("diff", "old.yaml", "new.yaml", "-q")
    assert outcome.out == "No differences; 2 problems with the input.\n"


def test_a_baseline_that_is_written_anew_accepts_what_had_expired(run: Run, sample: Sample, tmp_path: Path) -> None:
    run("diff", *sample, "--write-baseline", "base.yaml")
    data = yaml.safe_load((tmp_path / "base.yaml").read_text())
    data["entries"][0].update(reason="agreed", expires="2001-02-03")
    data["entries"][1].update(reason="for now", expires="2999-01-01")
    (tmp_path / "base.yaml").write_text(yaml.safe_dump(data))
    assert run("diff", *sample, "--baseline", "base.yaml").code == 1
    run("diff", *sample, "--baseline", "base.yaml", "--write-baseline", "base.yaml")
    assert run("diff", *sample, "--baseline", "base.yaml").code == 0
    kept = {
        entry["reason"]: entry.get("expires")
        for entry in yaml.safe_load((tmp_path / "base.yaml").read_text())["entries"]
        if "reason" in entry
    }
    assert kept == {"agreed": None, "for now": "2999-01-01"}


def test_questions_about_stream_are_not_asked_of_other_apis(run: Run, tmp_path: Path) -> None:
    schema = "components: {schemas: {Token: {type: object, properties: {%s: {type: string}}}}}\n"
    for name, field in (("old.yaml", "scope"), ("new.yaml", "scopes")):
        (tmp_path / name).write_text(SAME + schema % field)
    outcome = run("diff", "old.yaml", "new.yaml")
    assert "moderation" not in outcome.out
    assert "S3" not in outcome.out


def test_references_too_long_to_follow_are_the_input_s_trouble(run: Run, tmp_path: Path) -> None:
    def document(first: int) -> str:
        schemas: dict[str, Any] = {
            f"A{number}": {"allOf": [{"$ref": f"#/components/schemas/A{number + 1}"}, {"title": str(number)}]}
            for number in range(3000)
        }
        schemas["A0"] = {"allOf": [{"$ref": f"#/components/schemas/A{first}"}, {"properties": {"x": {}}}]}
        schemas["A3000"] = {"type": "object"}
        info = {"title": "T", "version": "1"}
        return json.dumps({"openapi": "3.0.3", "info": info, "paths": {}, "components": {"schemas": schemas}})

    (tmp_path / "old.json").write_text(document(1))
    (tmp_path / "new.json").write_text(document(2))
    outcome = run("diff", "old.json", "new.json")
    assert outcome.code == 3
    assert "SM911" in outcome.err
    assert "SM999" not in outcome.err
