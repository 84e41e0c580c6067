"""JUnit XML, for the test pages of build servers: a test case for each finding."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from streammigrate.catalogue import all_kinds
from streammigrate.findings import Finding, Severity
from streammigrate.report.model import Report

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> str:
    """Return the XML, with its declaration. Errors are failures; everything else passes and says what it found."""
    names = {kind.id: kind.name for kind in all_kinds()}
    failures = sum(1 for finding in report.findings if finding.severity is Severity.ERROR)
    totals = {
        "tests": str(max(1, len(report.findings))),
        "failures": str(failures),
        "errors": "0",
        "skipped": "0",
        "time": "0",
    }
    root = ET.Element("testsuites", {"name": "streammigrate", **totals})
    suite = ET.SubElement(root, "testsuite", {"name": f"streammigrate {report.command}", **totals})
    for finding in report.findings:
        suite.append(_case(finding, report, names))
    if not report.findings:
        case = ET.SubElement(suite, "testcase", _attributes(report, "", _legal(report.title) or "no findings"))
        ET.SubElement(case, "system-out").text = _legal(report.summary)
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _case(finding: Finding, report: Report, names: dict[str, str]) -> ET.Element:
    name = names.get(finding.id, finding.id)
    case = ET.Element("testcase", _attributes(report, name, _legal(f"{finding.id} {finding.message}")))
    if finding.severity is Severity.ERROR:
        outcome = ET.SubElement(case, "failure", {"type": name, "message": _legal(finding.message)})
    else:
        outcome = ET.SubElement(case, "system-out")
    outcome.text = _legal(_details(finding))
    return case


def _attributes(report: Report, kind: str, name: str) -> dict[str, str]:
    classname = ".".join(part for part in ("streammigrate", report.command, kind) if part)
    return {"classname": classname, "name": name, "time": "0"}


def _details(finding: Finding) -> str:
    lines = [f"{finding.severity.value} {finding.id}: {finding.message}", f"at {finding.location}"]
    lines += [text for text in (finding.hint, finding.url) if text]
    if finding.fingerprint:
        lines.append(f"fingerprint {finding.fingerprint}")
    return "\n".join(lines)


def _legal(text: str) -> str:
    """Return text without the characters that XML does not allow."""
    return _ILLEGAL.sub("\ufffd", text)
