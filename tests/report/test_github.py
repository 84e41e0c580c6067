from __future__ import annotations

import re

import pytest

from streammigrate.findings import Finding, Location, Severity
from streammigrate.report.github import MOST_NOTICES, file_path, render
from streammigrate.report.model import Report


def finding(severity: Severity = Severity.ERROR, source: str = "api.yaml", **values: object) -> Finding:
    line = values.pop("line", None)
    column = values.pop("column", None)
    assert line is None or isinstance(line, int)
    assert column is None or isinstance(column, int)
    message = str(values.pop("message", "Thing.name: property removed"))
    at = Location(source, "/components/schemas/Thing", line, column)
    return Finding("SM153", severity, at, message, hint=str(values.pop("hint", "")))


def lines(*findings: Finding, title: str = "", summary: str = "done") -> list[str]:
    text = render(Report("diff", title, summary, findings))
    assert text.endswith("\n")
    return text.splitlines()


def test_a_finding_names_file_line_column_id_and_kind() -> None:
    first, last = lines(finding(line=7, column=3))
    assert first == ("::error file=api.yaml,line=7,col=3,title=SM153 property-removed::Thing.name: property removed")
    assert last == "::notice title=streammigrate diff::done"


def test_line_and_column_are_left_out_when_they_are_not_known() -> None:
    assert lines(finding())[0].startswith("::error file=api.yaml,title=SM153 property-removed::")


def test_nothing_found_gives_the_summary_alone() -> None:
    assert lines(title="A → B", summary="No differences.") == [
        "::notice title=streammigrate diff::A → B%0ANo differences."
    ]


def test_the_most_severe_come_first() -> None:
    found = lines(finding(Severity.NOTICE), finding(Severity.WARNING), finding(Severity.ERROR))
    assert [line.split(" ")[0] for line in found] == ["::error", "::warning", "::notice", "::notice"]


def test_informational_findings_are_only_counted() -> None:
    assert lines(finding(Severity.INFO), finding(Severity.INFO)) == [
        "::notice title=streammigrate diff::done%0ANot shown here: 2 informational findings."
    ]


def test_the_summary_is_among_the_notices_that_are_kept() -> None:
    found = lines(*[finding(Severity.NOTICE)] * 30, finding(Severity.INFO))
    assert len(found) == MOST_NOTICES + 1
    assert found[-1].endswith("Not shown here: 21 notices and 1 informational finding.")


def test_all_errors_stay() -> None:
    assert len(lines(*[finding()] * 40)) == 41


def test_the_hint_is_a_further_line_of_the_message() -> None:
    assert lines(finding(hint="Do this."))[0].endswith("property removed%0ADo this.")


def test_text_that_looks_like_a_command_stays_text() -> None:
    hostile = finding(source="a,b%\r\n::stop.yaml", message="100%\r\n::error file=x::gone", line=1)
    found = lines(hostile)
    assert len(found) == 2
    assert all(line.count("::") >= 2 and line.startswith("::") for line in found)
    assert "100%25%0D%0A::error file=x::gone" in found[0]


def test_properties_escape_commas_and_colons() -> None:
    first = lines(finding(source="a,b%.yaml"))[0]
    assert "file=a%2Cb%25.yaml," in first
    drive = lines(finding(source="C:\\api\\v1.yaml"))[0]
    assert "file=C%3A/api/v1.yaml," in drive


@pytest.mark.parametrize(
    "source", ["https://example.com/api.yaml", "<stdin>", "-", "stream-v1", "main:api/v1.yaml", "HEAD~2:api.yaml"]
)
def test_what_is_no_file_has_no_file_property_but_says_where(source: str) -> None:
    first = lines(finding(source=source, line=4))[0]
    properties, _, message = first.removeprefix("::error ").partition("::")
    assert "file=" not in properties
    assert "line=" not in properties
    assert f"%0A{source}:4#/components/schemas/Thing" in message


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("api.yaml", "api.yaml"),
        ("./api.yaml", "api.yaml"),
        (".\\specs\\api.yaml", "specs/api.yaml"),
        ("../api.yaml", "../api.yaml"),
        ("/work/api.yaml", "/work/api.yaml"),
        ("C:/work/api.yaml", "C:/work/api.yaml"),
        ("http://x/api.yaml", None),
        ("main:api.yaml", None),
        ("", None),
    ],
)
def test_file_path(source: str, path: str | None) -> None:
    assert file_path(source) == path


def test_an_unknown_id_is_its_own_title() -> None:
    strange = Finding("XX1", Severity.WARNING, Location("a.yaml"), "odd")
    assert lines(strange)[0] == "::warning file=a.yaml,title=XX1::odd"


def test_the_same_findings_give_the_same_bytes_and_valid_text() -> None:
    report = Report("diff", "t", "s", [finding(message="lone \ud800 surrogate"), finding(Severity.NOTICE)])
    assert render(report) == render(report)
    assert re.search("lone . surrogate", render(report).encode("utf-8").decode())
