from __future__ import annotations

import json
import re
from typing import Any

import pytest

from streammigrate.findings import Edit, Finding, Fix, Location, Severity
from streammigrate.report import sarif
from streammigrate.report.model import Report
from streammigrate.report.sarif import render, uri

URI = re.compile(r"([A-Za-z0-9._~!$&'()*+,;=@/?#\[\]-]|%[0-9A-F]{2})+")


def finding(source: str = "api.yaml", **values: Any) -> Finding:
    pointer, line, column = values.pop("pointer", "/paths/~1a"), values.pop("line", None), values.pop("column", None)
    defaults: dict[str, Any] = {
        "id": "SM153",
        "severity": Severity.ERROR,
        "location": Location(source, pointer, line, column),
        "message": "Thing.name: property removed",
        "fingerprint": "0123456789abcdef",
    }
    return Finding(**{**defaults, **values})


def run(*findings: Finding) -> dict[str, Any]:
    text = render(Report("diff", "Old → New", "1 change.", findings), "1.2.3")
    assert text.endswith("}\n")
    log = json.loads(text)
    check(log)
    found: dict[str, Any] = log["runs"][0]
    return found


def check(log: dict[str, Any]) -> None:
    """Assert what SARIF 2.1.0 demands of the parts that are used here."""
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    assert len(log["runs"]) == 1
    (found,) = log["runs"]
    assert set(found) == {"tool", "columnKind", "results"}
    assert found["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    driver = found["tool"]["driver"]
    assert driver["name"]
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", rule["name"])
        for key in ("shortDescription", "fullDescription", "help"):
            assert rule[key]["text"]
        assert rule.get("helpUri", "https:").startswith("https:")
    used = set()
    for result in found["results"]:
        used.add(result["ruleId"])
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        assert len(result["locations"]) == 1
        for location in result["locations"]:
            check_physical(location["physicalLocation"])
            for logical in location.get("logicalLocations", []):
                assert logical["fullyQualifiedName"]
        assert all(isinstance(value, str) for value in result.get("partialFingerprints", {}).values())
    assert used == {rule["id"] for rule in rules}


def check_physical(physical: dict[str, Any]) -> None:
    address = physical["artifactLocation"]["uri"]
    head, _, rest = address.rpartition(":")
    assert not head or re.fullmatch(r"[a-z]+(:///[A-Z])?", head), address
    assert URI.fullmatch(rest), address
    region = physical.get("region")
    if region is not None:
        assert all(isinstance(value, int) and value >= 1 for value in region.values())
        assert "startLine" in region


def test_nothing_found_is_a_run_without_results() -> None:
    found = run()
    assert found["results"] == []
    assert found["tool"]["driver"] == {"name": "streammigrate", "version": "1.2.3", "rules": []}


def test_a_result_says_what_where_and_how_to_recognise_it() -> None:
    found = run(finding(line=7, column=3, hint="Do this."))
    (result,) = found["results"]
    assert result == {
        "ruleId": "SM153",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "Thing.name: property removed\nDo this."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "api.yaml"},
                    "region": {"startLine": 7, "startColumn": 3},
                },
                "logicalLocations": [{"fullyQualifiedName": "/paths/~1a"}],
            }
        ],
        "partialFingerprints": {"streammigrate/v1": "0123456789abcdef"},
    }


def test_rules_are_those_that_are_used_in_order() -> None:
    found = run(finding(id="SM158"), finding(id="SM101"), finding(id="SM158"))
    rules = found["tool"]["driver"]["rules"]
    assert [(rule["id"], rule["name"]) for rule in rules] == [("SM101", "OperationRemoved"), ("SM158", "TypeChanged")]
    assert [result["ruleIndex"] for result in found["results"]] == [1, 0, 1]
    assert rules[0]["helpUri"].startswith("https://")


def test_an_id_without_explanation_is_a_rule_all_the_same() -> None:
    (rule,) = run(finding(id="XX-1"))["tool"]["driver"]["rules"]
    assert rule["id"] == "XX-1"
    assert "helpUri" not in rule


def test_severities_become_levels() -> None:
    found = run(*(finding(severity=severity) for severity in Severity))
    assert [result["level"] for result in found["results"]] == ["error", "warning", "note", "note"]


def test_what_is_not_known_is_left_out() -> None:
    (result,) = run(finding(pointer="", fingerprint=""))["results"]
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "api.yaml"}}}]
    assert set(result) == {"ruleId", "ruleIndex", "level", "message", "locations"}


def test_a_line_of_another_revision_is_not_given() -> None:
    (result,) = run(finding("main:specs/api.yaml", line=7))["results"]
    assert result["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "specs/api.yaml"}}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("api.yaml", "api.yaml"),
        ("./api/my spec#1.yaml", "api/my%20spec%231.yaml"),
        ("api\\é.yaml", "api/%C3%A9.yaml"),
        ("/work/a b.yaml", "file:///work/a%20b.yaml"),
        ("C:\\work\\a b.yaml", "file:///C:/work/a%20b.yaml"),
        ("\\\\host\\share\\a.yaml", "file://host/share/a.yaml"),
        ("https://example.com/a b.yaml?x=1", "https://example.com/a%20b.yaml?x=1"),
        ("main:api.yaml", "api.yaml"),
        ("<stdin>", "stdin"),
        ("-", "stdin"),
        ("stream-v1", "stream-v1"),
        ("bad\udcff.yaml", "bad%3F.yaml"),
    ],
)
def test_uri(source: str, expected: str) -> None:
    assert uri(source) == expected


def test_a_fix_replaces_regions() -> None:
    fix = Fix("Rename it", (Edit((2, 5), (2, 9), "name"), Edit((3, 1), (4, 1), "")))
    (result,) = run(finding(fix=fix))["results"]
    (shown,) = result["fixes"]
    assert shown["description"] == {"text": "Rename it"}
    (change,) = shown["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "api.yaml"}
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 9},
            "insertedContent": {"text": "name"},
        },
        {
            "deletedRegion": {"startLine": 3, "startColumn": 1, "endLine": 4, "endColumn": 1},
            "insertedContent": {"text": ""},
        },
    ]


def test_names_are_neither_links_nor_placeholders() -> None:
    (result,) = run(finding(message="[click](https://evil.example) /a/{0}/{id} \x00 \ud800"))["results"]
    assert result["message"]["text"] == r"\[click\](https://evil.example) /a/{{0}}/{id} " + "\x00 ?"


def test_names_with_brackets_stay_as_they_are() -> None:
    (result,) = run(finding(message="Thing.tags[]: type changed"))["results"]
    assert result["message"]["text"] == "Thing.tags[]: type changed"


def test_at_most_25000_results() -> None:
    findings = [finding(severity=Severity.INFO)] * 25_000 + [finding(id="SM101")]
    found = run(*findings)
    results = found["results"]
    assert len(results) == 25_000
    assert results[0]["ruleId"] == "SM101"
    assert results[-1]["level"] == "note"
    assert results[-1]["message"]["text"] == "2 more findings are not in this file; the JSON report has all."


def test_the_file_stays_below_the_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_BYTES", 40_000)
    findings = [finding(message="é" * 500) for _ in range(100)]
    text = render(Report("diff", "", "", findings), "1")
    assert len(text.encode()) < 40_000
    log = json.loads(text)
    check(log)
    results = log["runs"][0]["results"]
    left_out = int(results[-1]["message"]["text"].split()[0])
    assert left_out + len(results) - 1 == 100
    assert len(results) > 10


def test_the_same_findings_give_the_same_bytes() -> None:
    report = Report("diff", "t", "s", [finding(), finding(id="SM101")])
    assert render(report, "1") == render(report, "1")
