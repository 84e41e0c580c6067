"""What is recognised as app settings, what is refused, and what is not known from a part of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streammigrate import api
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


Change = Callable[[dict[str, Any]], None]


def both(first: Change, second: Change) -> Change:
    def change(app: dict[str, Any]) -> None:
        first(app)
        second(app)

    return change


def v1_app(app: dict[str, Any]) -> None:
    app["permission_version"] = "v1"
    app["policies"] = {"messaging": [{"name": "read", "action": "Allow", "resources": ["ReadChannel"], "priority": 1}]}


def v2_answer(app: dict[str, Any]) -> None:
    """Write the times as v2 does."""
    for config in app["channel_configs"].values():
        config["created_at"] = config["updated_at"] = 1_614_834_367_000_008_000


def huge(app: dict[str, Any]) -> None:
    kind = app["channel_configs"]["messaging"]
    app["channel_configs"] = {f"type{number}": dict(kind) for number in range(3000)}
    app["grants"] = {f"role{number}": ["read-channel", "create-message"] for number in range(20_000)}
    app["event_hooks"] = [{"hook_type": "webhook", "enabled": False, "webhook_url": "https://a.example"}] * 2000


def minimal(app: dict[str, Any]) -> None:
    keep = {name: app[name] for name in ("permission_version", "disable_auth_checks", "disable_permissions_checks")}
    app.clear()
    app.update(keep, suspended=False)


def changed(**settings: Any) -> Change:
    return lambda app: app.update(settings)


def cut(app: dict[str, Any]) -> None:
    for name in ("suspended", "disable_auth_checks", "webhook_url"):
        del app[name]


CORPUS: list[tuple[str, Change, int, Verdict, set[str]]] = [
    ("v1 app", v1_app, 1, Verdict.NOT_READY, {"SM601"}),
    ("v1 app, huge", both(huge, v1_app), 1, Verdict.NOT_READY, {"SM601"}),
    ("v2 app, answered by v1", changed(), 0, Verdict.READY, set()),
    ("v2 app, answered by v2", v2_answer, 0, Verdict.READY, set()),
    (
        "v2 app that should be settled",
        changed(webhook_url="https://a.example"),
        0,
        Verdict.READY_WITH_WARNINGS,
        {"SM605"},
    ),
    ("v2 app out of service", changed(suspended=True), 1, Verdict.NOT_READY, {"SM612"}),
    ("minimal", minimal, 0, Verdict.READY, set()),
    ("minimal, v1", both(minimal, v1_app), 1, Verdict.NOT_READY, {"SM601"}),
    ("huge", huge, 0, Verdict.READY, set()),
    ("partial", cut, 1, Verdict.INCOMPLETE, set()),
    ("partial, v1", both(cut, v1_app), 1, Verdict.NOT_READY, {"SM601"}),
]
"""Settings by what they are, how an app that is ready is changed to them, and what becomes of them."""


@pytest.mark.parametrize(
    ("spoil", "code", "verdict", "ids"), [row[1:] for row in CORPUS], ids=[row[0] for row in CORPUS]
)
def test_settings_alone_are_judged(
    ready: dict[str, Any],
    tmp_path: Path,
    spoil: Change,
    code: int,
    verdict: Verdict,
    ids: set[str],
) -> None:
    spoil(ready["app"])
    path = tmp_path / "app.json"
    path.write_text(json.dumps({"app": ready["app"], "duration": "1ms"}))
    outcome = api.check(api.CheckOptions(app_settings=[str(path)]))
    assert outcome.result.verdict is verdict
    assert {found.finding.id for found in outcome.result.found()} - {"SM616"} == ids
    assert api.check_exit_code(outcome) == code
    if "SM601" in ids:
        assert "permission_version" in api.render_check(outcome, "text")


UNREADABLE: list[tuple[str, bytes, str]] = [
    ("malformed: cut off", b'{"app": {"permission_version": "v1"', "SM908"),
    ("malformed: a web page", b"<html><body>Sign in</body></html>", "SM906"),
    ("malformed: no text", b"\x00\x01\xff\xfe", "SM905"),
    ("malformed: a key twice", b'{"app": {"suspended": false, "suspended": true}}', "SM909"),
    ("malformed: empty", b"", "SM690"),
    ("malformed: white space", b"   \n", "SM690"),
    ("wrong type: null", b"null", "SM690"),
    ("wrong type: a list", b"[1, 2]", "SM690"),
    ("wrong type: a list of apps", b'[{"app": {"permission_version": "v1"}}]', "SM690"),
    ("wrong type: no object", b'{"app": "v1"}', "SM690"),
    ("wrong type: a version", b'{"app": {"permission_version": 1}}', "SM691"),
    ("wrong type: a switch", b'{"app": {"suspended": "no"}}', "SM691"),
    ("wrong type: a list of roles", b'{"app": {"user_search_disallowed_roles": "guest"}}', "SM691"),
    ("wrong type: hooks", b'{"app": {"event_hooks": {"url": "x"}}}', "SM691"),
    ("wrong type: a hook", b'{"app": {"event_hooks": ["x"]}}', "SM691"),
    ("wrong type: an upload limit", b'{"app": {"file_upload_config": 7}}', "SM691"),
    ("another document", b'{"openapi": "3.0.3", "paths": {}}', "SM690"),
    ("an error of the API", b'{"code": 2, "StatusCode": 401, "message": "api_key not valid"}', "SM690"),
]


@pytest.mark.parametrize(("content", "id"), [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE])
def test_settings_that_cannot_be_judged_are_a_located_error(tmp_path: Path, content: bytes, id: str) -> None:
    path = tmp_path / "app.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as stop:
        api.check(api.CheckOptions(app_settings=[str(path)]))
    assert stop.value.finding.id == id
    assert stop.value.finding.location.source == str(path)


@pytest.mark.parametrize("name", sorted(ALWAYS_ANSWERED | SOMETIMES_ANSWERED))
@pytest.mark.parametrize("value", [7, "x", True, ["x"], {"a": 1}], ids=["number", "text", "switch", "list", "object"])
def test_a_setting_of_any_type_is_judged_or_refused(ready: dict[str, Any], judge: Judge, name: str, value: Any) -> None:
    ready["app"][name] = value
    try:
        result = judge(ready)
    except InputError as error:
        assert error.finding.id == "SM691"
        assert error.finding.location.pointer.startswith(f"/app/{name}")
        return
    assert not [item.reason for item in result.results if "defect" in item.reason]
