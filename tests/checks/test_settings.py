"""What is recognised as app settings, what is refused, and what is not known from a part of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streammigrate.checks import settings
from streammigrate.checks.run import CheckResult, Status, Verdict
from streammigrate.checks.settings import ALWAYS_ANSWERED, SOMETIMES_ANSWERED, Shape
from streammigrate.errors import InputError

Judge = Callable[[Any], CheckResult]


def test_an_answer_of_v1_is_recognised(ready: dict[str, Any]) -> None:
    found = settings.read([("a", ready)])
    assert found.shape is Shape.V1
    assert found.app is not None
    assert found.app.at.pointer == "/app"
    assert found.channel_types is not None


def test_an_answer_of_v2_writes_times_as_numbers(ready: dict[str, Any]) -> None:
    ready["app"]["channel_configs"]["messaging"]["created_at"] = 1_614_834_367_000_008_000
    assert settings.read([("a", ready)]).shape is Shape.V2


def test_getstreams_model_has_every_key(ready: dict[str, Any]) -> None:
    ready["app"].update(dict.fromkeys(SOMETIMES_ANSWERED))
    assert settings.read([("a", ready)]).shape is Shape.MODEL


def test_the_settings_alone_are_what_the_stream_cli_prints(ready: dict[str, Any]) -> None:
    found = settings.read([("a", ready["app"])])
    assert found.shape is Shape.BARE
    assert found.app is not None
    assert found.app.at.pointer == ""


def test_lists_stand_in_documents_of_their_own(ready: dict[str, Any]) -> None:
    kinds = ready.pop("channel_types")
    found = settings.read([("a", ready), ("b", {"channel_types": kinds, "duration": "1ms"})])
    assert found.channel_types is not None
    assert found.channel_types.at == ("b", "/channel_types", None, None)
    bare = settings.read([("a", ready), ("c", kinds)])
    assert bare.channel_types is not None
    assert bare.channel_types.at == ("c", "", None, None)


REFUSED: list[tuple[Any, str, str]] = [
    ([], "", "a list"),
    ("text", "", "text"),
    (None, "", "null"),
    (7, "", "a number"),
    (True, "", "true or false"),
    ({}, "", "empty"),
    ({"app": {}}, "/app", "empty"),
    ({"app": None}, "/app", "null"),
    ({"app": []}, "/app", "a list"),
    ({"app": "v1"}, "/app", "text"),
    ({"app": {"colour": "red"}}, "/app", "none of its keys"),
    ({"app": {"id": 1, "name": "x"}}, "/app", "none of its keys"),
    ({"openapi": "3.0.3", "paths": {}}, "", "none of its keys"),
    ({"code": 2, "StatusCode": 401, "message": "api_key not valid"}, "", "error"),
]


@pytest.mark.parametrize(("document", "pointer", "words"), REFUSED)
def test_what_holds_no_settings_is_a_located_error(document: Any, pointer: str, words: str) -> None:
    with pytest.raises(InputError) as stop:
        settings.read([("a.json", document)])
    assert stop.value.finding.id == "SM690"
    assert stop.value.finding.location == ("a.json", pointer, None, None)
    assert words in stop.value.finding.message


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"channel_types": []}, "/channel_types"),
        ({"push_providers": {}}, "/push_providers"),
        ({"push_providers": ["apn"]}, "/push_providers/0"),
        ({"external_storages": []}, "/external_storages"),
        ({"external_storages": {"a/b": 1}}, "/external_storages/a~1b"),
    ],
)
def test_a_list_of_the_wrong_type_is_a_located_error(document: Any, pointer: str) -> None:
    with pytest.raises(InputError) as stop:
        settings.read([("a.json", document)])
    assert stop.value.finding.id == "SM691"
    assert stop.value.finding.location.pointer == pointer


def test_two_apps_are_one_too_many(ready: dict[str, Any]) -> None:
    with pytest.raises(InputError) as stop:
        settings.read([("a", ready), ("b", ready)])
    assert "read already, from a#/app" in stop.value.finding.message


@pytest.mark.parametrize(
    ("content", "id"),
    [
        (b"", "SM690"),
        (b"   \n", "SM690"),
        (b"null", "SM690"),
        (b"[]", "SM690"),
        (b'{"app": ', "SM908"),
        (b"<html></html>", "SM906"),
        (b"\xff\xfe\xfa", "SM905"),
        (b'{"app": {"suspended": false, "suspended": true}}', "SM909"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, content: bytes, id: str) -> None:
    path = tmp_path / "app.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as stop:
        label, tree, _ = settings.read_file(str(path))
        settings.read([(label, tree)])
    assert stop.value.finding.id == id
    assert stop.value.finding.location.source == str(path)


@pytest.mark.parametrize("source", ["nowhere.json", "stream-v1", "https://example.com/app.json", "HEAD:app.json", ""])
def test_only_files_are_read(source: str) -> None:
    with pytest.raises(InputError) as stop:
        settings.read_file(source)
    assert stop.value.finding.id == "SM901"


def test_what_a_part_of_the_settings_does_not_hold_is_not_passed(judge: Judge) -> None:
    result = judge({"app": {"permission_version": "v2"}})
    statuses = {item.check.id: item for item in result.results}
    assert statuses["SM601"].status is Status.PASSED
    assert statuses["SM612"].status is Status.NOT_RUN
    assert statuses["SM612"].reason == "the settings have no `suspended`"
    assert statuses["SM613"].status is Status.PASSED, "the API leaves out a time that is not set"
    assert result.verdict is Verdict.INCOMPLETE


def test_a_part_that_blocks_is_not_ready_whatever_is_missing(judge: Judge) -> None:
    assert judge({"app": {"permission_version": "v1"}}).verdict is Verdict.NOT_READY


def test_lists_alone_leave_the_app_open(judge: Judge) -> None:
    assert judge({"channel_types": {}}).verdict is Verdict.INCOMPLETE


@pytest.mark.parametrize("name", sorted(ALWAYS_ANSWERED))
def test_no_check_fails_on_a_missing_or_null_setting(ready: dict[str, Any], judge: Judge, name: str) -> None:
    ready["app"][name] = None
    judge(ready)
    del ready["app"][name]
    judge(ready)


def test_a_huge_document_is_judged(ready: dict[str, Any], judge: Judge) -> None:
    ready["app"]["channel_configs"] = {
        f"type{n}": dict(ready["app"]["channel_configs"]["messaging"]) for n in range(3000)
    }
    ready["channel_types"] = {f"type{n}": {"permissions": [], "grants": {}} for n in range(3000)}
    assert json.dumps(ready)
    assert judge(ready).verdict is Verdict.READY
