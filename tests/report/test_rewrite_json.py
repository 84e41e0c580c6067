"""The JSON report on a rewrite, and the findings that the other formats show."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from rewriting import report, result

from streammigrate.codemod import kinds
from streammigrate.codemod.model import FileResult, Trouble
from streammigrate.findings import Severity
from streammigrate.report import rewrite_json, rewrite_summary
from streammigrate.report.rewrite_summary import RewriteReport

BAD = FileResult(
    "bad.py", b"\xff(", b"\xff(", (), (Trouble(kinds.UNPARSED.id, "no Python", 1, 0), Trouble("SM542", "x"))
)
CODE = "import stream_chat\nsafe(1)\nrisky('ä')\nopaque(3)\n"


def schema() -> Any:
    return json.loads(files("streammigrate.report").joinpath("rewrite.schema.json").read_text())


@pytest.mark.parametrize(
    "shown", [report(), report(result(CODE), BAD), report(result(CODE, unsafe=True), written=True)]
)
def test_the_report_follows_its_schema(shown: RewriteReport) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    data = json.loads(rewrite_json.render(shown))
    jsonschema.validate(data, schema())
    assert data == rewrite_json.document(shown)


def test_what_the_schema_refuses() -> None:
    data = rewrite_json.document(report(result(CODE)))
    for change in ({"schema_version": 2}, {"extra": 1}, {"written": "yes"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**data, **change}, schema())


def test_numbers_and_places() -> None:
    data = rewrite_json.document(report(result(CODE), result("x = 1\n", "idle.py"), BAD))
    assert data["summary"] == {
        "files": {"seen": 3, "with_stream_chat": 3, "changed": 1, "manifests": 0},
        "sites": {"applied": 1, "unsafe": 1, "left": 1, "suppressed": 0},
        "problems": 2,
    }
    assert [file["path"] for file in data["files"]] == ["app/chat.py", "bad.py"]
    risky = data["files"][0]["sites"][1]
    assert (risky["start"], risky["end"]) == ({"line": 3, "column": 1}, {"line": 3, "column": 11})
    assert risky["status"] == risky["applicability"] == "unsafe"
    assert data["files"][0]["diff"].startswith("--- a/app/chat.py\n")
    assert data["files"][1]["problems"][0] == {"id": "SM540", "message": "no Python", "line": 1, "column": 1}


def test_findings_are_as_severe_as_what_is_left() -> None:
    found = rewrite_summary.findings(report(result(CODE), BAD))
    assert [(finding.id, finding.severity, finding.location.line) for finding in found] == [
        ("SM201", Severity.INFO, 2),
        ("SM202", Severity.NOTICE, 3),
        ("SM503", Severity.WARNING, 4),
        ("SM540", Severity.ERROR, 1),
        ("SM542", Severity.ERROR, None),
    ]
    assert "with --unsafe only" in found[1].message


def test_fingerprints_do_not_move_with_lines() -> None:
    def digits(code: str) -> list[str]:
        return [finding.fingerprint for finding in rewrite_summary.findings(report(result(code)))]

    assert digits("opaque(1)\nopaque(1)\n") == digits("x\n\nopaque(1)\ny\nopaque(1)\n")
    assert len(set(digits("opaque(1)\nopaque(1)\nopaque(2)\n"))) == 3
