"""The JSON report of a scan keeps to its published schema."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from scanning import OPAQUE, file, hostile, mixed, report, site

from streammigrate.report import scan_json
from streammigrate.report.scan_summary import ScanReport

SCHEMA = json.loads(files("streammigrate.report").joinpath("scan.schema.json").read_text(encoding="utf-8"))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("found", [report(), mixed(), hostile(), report(file("a.py", site(1, applied=False)))])
def test_reports_keep_to_the_schema(found: ScanReport) -> None:
    text = scan_json.render(found)
    jsonschema.validate(json.loads(text), SCHEMA)
    assert text == scan_json.render(found)
    assert text.endswith("}\n")


@pytest.mark.parametrize("key", ["receiver", "proof", "cohort", "evidence"])
def test_the_schema_notices_what_is_missing(key: str) -> None:
    document = scan_json.document(mixed())
    del document["sites"][0][key]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


def test_a_site_has_all_that_is_known_of_it() -> None:
    sites = scan_json.document(mixed())["sites"]
    assert sites[0] == {
        "file": "app/views.py",
        "line": 2,
        "column": 3,
        "end_line": 2,
        "end_column": 7,
        "receiver": "stream_chat.StreamChat",
        "method": "upsert_user",
        "member": "StreamChat.upsert_user",
        "rule": "SM201",
        "status": "default",
        "applicability": "safe",
        "confidence": "proven",
        "evidence": ["from here"],
        "cohort": "C1",
        "proof": {
            "forms": ["UserRequest.id:value", "users:list", "users:model+custom"],
            "missing": [],
            "release": "7.0",
            "proven": True,
        },
        "instruction": None,
        "reasons": [],
        "suppressed": None,
        "notes": [],
        "before": "old()",
        "after": "new()",
    }
    left: dict[str, Any] = sites[3]
    assert (left["status"], left["reasons"], left["after"]) == ("left", ["SM503", "SM506"], None)
    assert left["instruction"] == "the keys of `data` are not known; the response is returned"


def test_the_numbers_agree() -> None:
    document = scan_json.document(mixed())
    numbers = document["summary"]
    assert numbers["sites"] == {"total": 8, "default": 2, "unsafe": 1, "left": 4, "suppressed": 1}
    assert sum(numbers["applicability"].values()) == len(document["sites"]) == 8
    assert numbers["automatic_percent"] == {"default": 25, "with_unsafe": 37}
    assert numbers["files"] == {"seen": 3, "with_stream_chat": 3, "with_sites": 2}
    for name in ("methods", "files"):
        assert sum(row["sites"] for row in document[name]) == 8
    for need in document["needs"]:
        assert need["sites"] == sum(len(one["places"]) for one in need["instructions"])
        assert need["minutes"] == need["minutes_each"] * need["sites"]
    assert numbers["estimate_minutes"] == sum(row["minutes"] for row in document["files"])


def test_sites_are_sorted_by_file_and_place() -> None:
    found = report(file("b.py", site(9), site(2)), file("a.py", site(3, OPAQUE)))
    places = [(one["file"], one["line"]) for one in scan_json.document(found)["sites"]]
    assert places == [("a.py", 3), ("b.py", 2), ("b.py", 9)]
