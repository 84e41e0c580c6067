"""The checks as a whole: found by walking, one to a file, each with a page of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from streammigrate import api, checks
from streammigrate.checks.model import Area, Check, DataCheck, ProjectCheck, SettingsCheck
from streammigrate.checks.registry import all_checks
from streammigrate.checks.select import select
from streammigrate.errors import UsageError
from streammigrate.findings import Severity


def test_every_file_of_an_area_has_its_check() -> None:
    folder = Path(next(iter(checks.__path__)))
    texts = {path: path.read_text(encoding="utf-8") for path in folder.glob("*/*.py")}
    # Beside the checks of an area is what several of them share.
    files = [path for path, text in texts.items() if re.match(r'"""SM\d\d\d: ', text) or "CHECK" in text]
    assert len(files) == len(all_checks()) > 20
    for path in files:
        assert texts[path].count("\nCHECK = ") == 1, path.name
        (check,) = [one for one in all_checks() if texts[path].startswith(f'"""{one.id}: ')]
        assert f'id="{check.id}"' in texts[path], path.name


@pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.id)
def test_a_check_says_what_it_asks_and_what_to_do(check: Check) -> None:
    assert check.question.endswith("?")
    assert check.explanation.endswith(".")
    assert check.shows.endswith(".")
    assert check.fix.endswith(".")
    assert not check.title.endswith(".")
    assert re.fullmatch(r"[a-z0-9-]+", check.name)
    assert check.severity in (Severity.ERROR, Severity.WARNING, Severity.NOTICE)
    judged = {SettingsCheck: {Area.APP}, DataCheck: {Area.DATA}, ProjectCheck: set(Area) - {Area.APP, Area.DATA}}
    assert check.area in judged[type(check)]


@pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.id)
def test_the_documentation_page_is_made_from_the_check(check: Check) -> None:
    page = api.explanation_markdown(api.explain(check.name))
    for part in (
        check.id,
        check.title,
        check.question,
        check.explanation,
        check.shows,
        check.fix,
        check.severity.value,
    ):
        assert part in page


def test_checks_are_selected_by_id_start_and_name() -> None:
    known = all_checks()
    assert [check.id for check in select(known, ["sm601", "custom-keys"], [])] == ["SM601", "SM701"]
    assert {check.area for check in select(known, ["SM70"], [])} == {Area.DATA}
    assert "SM601" not in {check.id for check in select(known, [], ["permissions-v1"])}
    assert select(known, ["SM6"], ["SM6"]) == []
    for wrong in ("SM5", "moon", "", "SM9999"):
        with pytest.raises(UsageError):
            select(known, [wrong], [])
