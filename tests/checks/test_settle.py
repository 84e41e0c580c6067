"""Findings that do not count: by a comment, by the settings for a file, by the baseline; all others still do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from readiness_pages import answer, check

from streammigrate import api
from streammigrate.checks import settle
from streammigrate.checks.model import Answer
from streammigrate.checks.run import CheckResult, Status, Verdict, run
from streammigrate.checks.settings import AppSettings
from streammigrate.diff.baseline import Entry, parse
from streammigrate.errors import InputError, UsageError
from streammigrate.findings import Location, Severity
from streammigrate.settings import PerFileIgnore, read_check_settings

CODE = """\
call(1)
call(2)  # streammigrate: ignore[SM640] it is fine
call(3)  # streammigrate: ignore
call(4)  # streammigrate: ignore[SM6]
call(5)  # streammigrate: ignore[SM641]
call(6)  # ignore[SM640]
# streammigrate: ignore[SM640] above
call(7)
call(
    8,
)  # streammigrate: ignore[SM640]
text = "# streammigrate: ignore"; call(12)
é = call(13)  # streammigrate: ignore
"""


def found_at(path: str, *lines: int, columns: int = 1, severity: Severity = Severity.WARNING) -> CheckResult:
    answers = [Answer(f"at {line}", Location(path, "", line, columns), (str(line),)) for line in lines]
    return CheckResult(run([check("SM640", severity, *answers)], AppSettings(), None))


def left(result: CheckResult) -> list[int | None]:
    return [finding.location.line for finding in result.findings()]


def test_comments_take_out_what_they_cover(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(CODE, encoding="utf-8")
    result = found_at(str(path), 1, 2, 3, 4, 5, 6, 8, 9, 12, 13)
    settle.by_comments(result)
    assert left(result) == [1, 5, 6, 12]
    reasons = {one.found.finding.location.line: one.reason for one in result.settled()}
    assert reasons == {2: "it is fine", 3: "", 4: "", 8: "above", 9: "", 13: ""}
    assert {one.by for one in result.settled()} == {"comment"}


def test_a_check_whose_findings_are_all_settled_did_not_pass(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(CODE, encoding="utf-8")
    result = found_at(str(path), 2, severity=Severity.ERROR)
    verdicts = [result.verdict]
    settle.by_comments(result)
    verdicts.append(result.verdict)
    assert verdicts == [Verdict.NOT_READY, Verdict.READY]
    assert (result.count(Status.PASSED), result.count(Status.FOUND)) == (0, 1)


@pytest.mark.parametrize("content", [None, "", "x = (  # streammigrate: ignore", "x\0 # streammigrate: ignore"])
def test_files_that_cannot_be_read_as_python_suppress_nothing(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "a.py"
    if content is not None:
        path.write_text(content)
    result = found_at(str(path), 1)
    settle.by_comments(result)
    assert left(result) == [1]


def test_a_comment_in_another_kind_of_file_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.env"
    path.write_text("SECRET=1  # streammigrate: ignore\n")
    result = found_at(str(path), 1)
    settle.by_comments(result)
    assert left(result) == [1]


@pytest.mark.parametrize(
    ("pattern", "checks", "taken"),
    [
        ("app/", ("SM640",), True),
        ("app", ("SM6",), True),
        ("*.py", ("check-sm640",), True),
        ("app/a.py", ("SM640",), True),
        ("/app/*.py", ("SM640",), True),
        ("app/b.py", ("SM640",), False),
        ("lib/", ("SM640",), False),
        ("a/", ("SM640",), False),
        ("app/", ("SM601",), False),
        ("!app/a.py", ("SM640",), False),
    ],
)
def test_settings_take_out_checks_in_files(tmp_path: Path, pattern: str, checks: tuple[str, ...], taken: bool) -> None:
    result = found_at(str(tmp_path / "app" / "a.py"), 1)
    known = [check("SM640", Severity.WARNING), check("SM601", Severity.ERROR)]
    settle.by_files(result, [PerFileIgnore(str(tmp_path), pattern, checks)], known)
    assert left(result) == ([] if taken else [1])


def test_files_outside_the_folder_of_the_settings_are_not_meant(tmp_path: Path) -> None:
    result = found_at(str(tmp_path / "a.py"), 1)
    inside = PerFileIgnore(str(tmp_path / "sub"), "*.py", ("SM640",))
    settle.by_files(result, [inside], [check("SM640", Severity.WARNING)])
    assert left(result) == [1]


def test_the_folder_of_the_settings_may_be_named_in_a_roundabout_way(tmp_path: Path) -> None:
    result = found_at(str(tmp_path / "shop" / "a.py"), 1)
    roundabout = PerFileIgnore(os.path.join(str(tmp_path), "other", "..", "shop"), "a.py", ("SM640",))  # noqa: PTH118
    settle.by_files(result, [roundabout], [check("SM640", Severity.WARNING)])
    assert left(result) == []


def test_what_names_no_check_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="SM999"):
        settle.by_files(found_at("a.py", 1), [PerFileIgnore("/", "*", ("SM999",))], [check("SM640", Severity.ERROR)])


def accepted(result: CheckResult, expires: str = "", **more: str) -> dict[str, Entry]:
    finding = result.findings()[0]
    return {
        finding.fingerprint: Entry(finding.fingerprint, finding.id, finding.location.source, expires=expires, **more)
    }


def test_the_baseline_takes_out_what_it_accepts_and_nothing_else() -> None:
    result = found_at("a.py", 1, 2)
    settle.by_baseline(result, accepted(result, reason="known"), "base.yaml", "2026-01-01")
    assert left(result) == [2]
    assert [(one.by, one.reason) for one in result.settled()] == [("baseline", "known")]
    assert result.problems == []


def test_the_baseline_holds_when_lines_move() -> None:
    result = found_at("a.py", 1)
    entries = accepted(result)
    moved = CheckResult(
        run([check("SM640", Severity.WARNING, Answer("at 1", Location("a.py", "", 90), ("1",)))], AppSettings(), None)
    )
    settle.by_baseline(moved, entries, "base.yaml", "2026-01-01")
    assert moved.findings() == []


def test_an_expired_entry_counts_again_and_is_named() -> None:
    result = found_at("a.py", 1)
    settle.by_baseline(result, accepted(result, "2025-12-31"), "base.yaml", "2026-01-01")
    assert {finding.id for finding in result.findings()} == {"SM640", "SM941"}
    today = found_at("a.py", 1)
    settle.by_baseline(today, accepted(today, "2026-01-01"), "base.yaml", "2026-01-01")
    assert today.findings() == []


def test_an_entry_without_a_finding_is_stale_where_its_check_ran() -> None:
    result = found_at("a.py", 1)
    entries = {"0" * 16: Entry("0" * 16, "SM640", "b.py"), "1" * 16: Entry("1" * 16, "SM601", "app.json")}
    settle.by_baseline(result, entries, "base.yaml", "2026-01-01")
    assert [(one.id, one.location.pointer) for one in result.problems] == [("SM940", "/entries/0")]


def test_an_entry_for_what_a_comment_takes_out_is_not_stale(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(CODE, encoding="utf-8")
    result = found_at(str(path), 2)
    entries = accepted(result)
    settle.by_comments(result)
    settle.by_baseline(result, entries, "base.yaml", "2026-01-01")
    assert result.problems == []


def test_a_baseline_is_written_as_that_of_diff_and_keeps_reasons_and_dates() -> None:
    result = found_at("a.py", 2, 1)
    known = accepted(result, "2027-01-01", reason="known")
    document = settle.baseline_document([*result.findings(), *result.findings()], known, "2026-01-01")
    assert [entry["message"] for entry in document["entries"]].count("at 1") == 1
    first = next(entry for entry in document["entries"] if entry["message"] == "at 1")
    assert (first["place"], first["reason"], first["expires"]) == ("a.py", "known", "2027-01-01")
    assert set(parse(document, "base.yaml")) == {finding.fingerprint for finding in result.findings()}


def test_a_finding_has_the_same_fingerprint_however_the_project_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "a.py").write_text(
        'from stream_chat import StreamChat\n\nchat = StreamChat("k", "s")\n\n\n'
        "async def f():\n    chat.get_app_settings()\n"
    )
    monkeypatch.chdir(tmp_path)
    marks = []
    for path in ("shop", "./shop/", str(folder), "."):
        if path == ".":
            monkeypatch.chdir(folder)
        findings = api.check(api.CheckOptions(path=path, select=["SM640"])).result.findings()
        marks.append([finding.fingerprint for finding in findings])
    assert marks[0]
    assert all(mark == marks[0] for mark in marks)


def settings(folder: Path, text: str) -> Path:
    path = folder / "pyproject.toml"
    path.write_text(f"[tool.streammigrate.check]\n{text}\n")
    return path


def test_settings_are_read(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").touch()
    path = settings(
        tmp_path,
        'fail-on = "any"\nselect = ["SM6"]\nignore = ["custom-keys"]\nbaseline = "base.yaml"\n'
        'per-file-ignores = {"tests/" = ["SM64"]}',
    )
    found = read_check_settings(path)
    assert (found.fail_on, found.select, found.ignore) == ("any", ["SM6"], ["custom-keys"])
    assert found.baseline == str(tmp_path / "base.yaml")
    assert found.per_file_ignores == [PerFileIgnore(os.fspath(tmp_path), "tests/", ("SM64",))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("max-size = 1", "unknown setting 'max-size'"),
        ("select = 1", "select must be a list of text"),
        ('fail-on = "breaking"', "fail-on must be one of error, warning, any, never"),
        ('per-file-ignores = ["a"]', "per-file-ignores must be a table"),
        ('per-file-ignores = {"a/" = "SM6"}', "what is ignored in a/ must be a list of text"),
        ("select = [", "cannot be parsed"),
    ],
)
def test_settings_that_are_wrong_are_refused_with_the_place(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as stop:
        read_check_settings(settings(tmp_path, text))
    assert stop.value.finding.location.source.endswith("pyproject.toml")


def test_an_answer_about_no_file_is_left_alone() -> None:
    result = CheckResult(run([check("SM601", Severity.ERROR, answer("v1", "<stdin>"))], AppSettings(), None))
    settle.by_comments(result)
    settle.by_files(result, [PerFileIgnore("/nowhere", "*", ("SM601",))], [check("SM601", Severity.ERROR)])
    assert len(result.findings()) == 1
