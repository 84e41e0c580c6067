from __future__ import annotations

from xml.etree import ElementTree as ET

from streammigrate.findings import Finding, Location, Severity
from streammigrate.report.junit import render
from streammigrate.report.model import Report


def finding(severity: Severity, message: str = "Thing.name: property removed", hint: str = "") -> Finding:
    at = Location("api.yaml", "/components/schemas/Thing", 7)
    return Finding("SM153", severity, at, message, hint=hint, url="https://example.com/x", fingerprint="abc")


def suite(*findings: Finding) -> ET.Element:
    text = render(Report("diff", "Old → New", "3 changes.", findings))
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    assert text.endswith("\n")
    root = ET.fromstring(text.encode("utf-8"))
    assert root.tag == "testsuites"
    found = list(root)
    assert [element.tag for element in found] == ["testsuite"]
    assert root.attrib["tests"] == found[0].attrib["tests"] == str(len(found[0]))
    return found[0]


def test_errors_fail_and_the_others_pass() -> None:
    found = suite(*(finding(severity) for severity in Severity))
    assert found.attrib["name"] == "streammigrate diff"
    assert found.attrib["tests"] == "4"
    assert found.attrib["failures"] == "1"
    assert [[child.tag for child in case] for case in found] == [["failure"], *[["system-out"]] * 3]


def test_a_case_says_what_where_and_what_to_do() -> None:
    (case,) = suite(finding(Severity.ERROR, hint="Do this."))
    assert case.attrib["classname"] == "streammigrate.diff.property-removed"
    assert case.attrib["name"] == "SM153 Thing.name: property removed"
    failure = case[0]
    assert failure.attrib == {"type": "property-removed", "message": "Thing.name: property removed"}
    assert failure.text == (
        "error SM153: Thing.name: property removed\n"
        "at api.yaml:7#/components/schemas/Thing\n"
        "Do this.\n"
        "https://example.com/x\n"
        "fingerprint abc"
    )


def test_nothing_found_is_one_passing_case() -> None:
    (case,) = suite()
    assert case.attrib["name"] == "Old → New"
    assert [child.tag for child in case] == ["system-out"]
    assert case[0].text == "3 changes."


def test_hostile_text_comes_back_as_text() -> None:
    (case,) = suite(finding(Severity.ERROR, "]]></failure><x a='1'> & \"q\" \x00\x1b\ufffe\ud800 é\n2"))
    assert case[0].attrib["message"] == "]]></failure><x a='1'> & \"q\" \ufffd\ufffd\ufffd\ufffd é\n2"
    assert len(case) == 1


def test_the_same_findings_give_the_same_bytes() -> None:
    report = Report("diff", "t", "s", [finding(Severity.ERROR), finding(Severity.INFO)])
    assert render(report) == render(report)
