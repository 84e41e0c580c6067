"""The CSV report of a scan: one row each, and no cell that a spreadsheet runs."""

from __future__ import annotations

import csv
import io

import pytest
from scanning import OPAQUE, file, hostile, mixed, report, site

from streammigrate.report import scan_csv
from streammigrate.report.scan_summary import ScanReport


def rows(found: ScanReport) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(scan_csv.render(found), newline="")))


def test_without_sites_there_is_a_header_only() -> None:
    assert scan_csv.render(report()) == ",".join(scan_csv.COLUMNS) + "\r\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\t", "\r", "\n=", "＝", "\t@"])
def test_no_cell_starts_as_a_formula_does(start: str) -> None:
    bad = start + 'HYPERLINK("http://x")'
    one = site(1, OPAQUE._replace(text=bad), member=bad, before=bad, after=bad, evidence=(bad,), receiver=bad)
    (row,) = rows(report(file(bad, one)))
    changed = [name for name, cell in row.items() if cell == f"'{bad}"]
    assert changed == ["file", "receiver", "method", "member", "instruction", "evidence", "before", "after"]
    assert not [cell for cell in row.values() if cell.lstrip()[:1] in tuple("=+-@＝＋－＠")]


def test_every_site_has_a_row_that_reads_back() -> None:
    found = rows(mixed())
    assert len(found) == 8
    assert {len(row) for row in found} == {len(scan_csv.COLUMNS)}
    assert (found[0]["file"], found[0]["line"], found[0]["column"], found[0]["proven"]) == (
        "app/views.py",
        "2",
        "3",
        "yes",
    )
    assert found[3]["reasons"] == "SM503 SM506"
    assert found[3]["minutes"] == "10"
    assert found[6]["instruction"] == "checked elsewhere"


def test_quotes_commas_and_lines_keep_to_their_cell() -> None:
    text = 'a,"b"\nc\r\nd'
    (row,) = rows(report(file("a.py", site(1, before=text))))
    assert row["before"] == text
    assert len(rows(hostile())) == 3


def test_lines_end_with_cr_lf() -> None:
    assert scan_csv.render(mixed()).replace("\r\n", "").count("\n") == 0
