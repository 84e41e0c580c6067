"""Secrets are planted in every place that anything is read from, and searched for in everything that is said."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streammigrate import api
from streammigrate.checks.live import server_token
from streammigrate.errors import StreammigrateError

KEY, SECRET = "plantedkeyabcd", "planted/secret~with+signs"
OWN = "onlyintheirsettings"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoiYSJ9.c2lnbmF0dXJl"
NEEDLES = (KEY, SECRET, OWN, JWT, "planted", server_token(SECRET), "planted~1secret", "planted%2Fsecret")


def say(outcome: api.CheckOutcome) -> str:
    """Return everything that can be said of an outcome."""
    texts = [api.render_check(outcome, format, verbose=1) for format in api.CHECK_FORMATS]
    return "\n".join([*texts, repr(outcome), repr(outcome.result)])


def hidden(text: str) -> None:
    assert [text[max(0, text.index(needle) - 60) :][:120] for needle in NEEDLES if needle in text] == []


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STREAM_API_KEY", KEY)
    monkeypatch.setenv("STREAM_API_SECRET", SECRET)
    return tmp_path


def planted(ready: dict[str, Any]) -> dict[str, Any]:
    """Return settings with secrets at every place that a check reads, and at all that are secret by their name."""
    app = ready["app"]
    app.update(
        name=f"Shop {SECRET}",
        permission_version="v1",
        policies={SECRET: []},
        user_search_disallowed_roles=[KEY, SECRET, JWT],
        webhook_url=f"https://{OWN}:{SECRET}@host.example/{KEY}?token={OWN}#{SECRET}",
        before_message_send_hook_url=f"https://host.example/{OWN}",
        custom_action_handler_url=f"https://{KEY}.example/{SECRET}",
        sqs_url=f"https://sqs.example/{OWN}/queue",
        sqs_key=OWN,
        sqs_secret=SECRET,
        sns_topic_arn=f"arn:aws:sns:eu-west-1:{OWN}:{KEY}",
        suspended=True,
        suspended_explanation=f"see {SECRET} and {OWN}",
        revoke_tokens_issued_before=f"2026 {SECRET}",
        call_types={KEY: {"recording_external_storage": f"{SECRET}"}},
        file_upload_config={"allowed_mime_types": [SECRET, JWT], "size_limit": 5},
        event_hooks=[{"hook_type": "sqs", "enabled": True, "sqs_secret": OWN, "failover_config": {"s3_bucket": OWN}}],
        datadog_info={"api_key": OWN, "enabled": True},
    )
    app[SECRET] = SECRET
    app[f"new_{KEY}"] = {"secret": SECRET}
    ready["channel_types"] = {SECRET: {"permissions": [{"name": SECRET}], "grants": {}}}
    ready["external_storages"] = {KEY: {"name": SECRET, "type": KEY, "bucket": OWN, "path": OWN}}
    return ready


def test_nothing_of_the_settings_is_told(here: Path, ready: dict[str, Any]) -> None:
    Path("app.json").write_text(json.dumps(planted(ready)))
    outcome = api.check(api.CheckOptions(app_settings=["app.json"]))
    assert len({found.finding.id for found in outcome.result.found()}) >= 12
    hidden(say(outcome))


def test_nothing_of_the_data_is_told(here: Path) -> None:
    records = [
        {"id": SECRET, "own": SECRET, SECRET: 1, f"x_{KEY}": {"a": SECRET}, "password": OWN, "note": JWT},
        {"id": 7, "name": [SECRET], "teams": SECRET, "custom": {"role": SECRET, KEY: 1}, "app_pk": SECRET},
        {"id": "a", "custom": SECRET},
    ]
    Path(f"users-{KEY}.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records) + f"{SECRET}\n7\n")
    outcome = api.check(api.CheckOptions(data=[f"user=users-{KEY}.jsonl"]))
    assert {found.finding.id for found in outcome.result.found()} >= {"SM701", "SM702", "SM703", "SM704"}
    hidden(say(outcome))


def test_secrets_of_the_env_file_are_known_without_being_used(
    here: Path, ready: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STREAM_API_KEY")
    monkeypatch.delenv("STREAM_API_SECRET")
    Path(".env").write_text(f"STREAM_API_KEY={KEY}\nSTREAM_API_SECRET='{SECRET}'\n")
    Path("app.json").write_text(json.dumps(planted(ready)))
    hidden(say(api.check(api.CheckOptions(app_settings=["app.json"]))))


@pytest.mark.parametrize("options", [{"select": [SECRET]}, {"ignore": [SECRET]}, {"data": [f"{SECRET}="]}])
def test_nothing_is_told_by_wrong_usage(here: Path, options: dict[str, Any]) -> None:
    with pytest.raises(StreammigrateError) as error:
        api.check(api.CheckOptions(path=".", **options))
    hidden(str(error.value))


WRONG: list[Callable[[dict[str, Any]], Any]] = [
    lambda ready: {"app": {SECRET: 1}},
    lambda ready: {SECRET: KEY},
    lambda ready: {"app": {**ready["app"], "permission_version": [SECRET]}},
    lambda ready: {**ready, "channel_types": {SECRET: 1}},
    lambda ready: {**ready, "external_storages": {SECRET: 1}},
    lambda ready: {"app": {**ready["app"], "call_types": {KEY: SECRET}}},
    lambda ready: [SECRET],
]


@pytest.mark.parametrize("make", WRONG)
def test_nothing_is_told_by_an_error(
    here: Path, ready: dict[str, Any], make: Callable[[dict[str, Any]], Any], caplog: pytest.LogCaptureFixture
) -> None:
    Path("app.json").write_text(json.dumps(make(ready)))
    with caplog.at_level(logging.DEBUG), pytest.raises(api.InputError) as stop:
        api.check(api.CheckOptions(app_settings=["app.json"]))
    hidden(api.render_finding(stop.value.finding) + repr(stop.value.finding) + str(stop.value) + caplog.text)
    hidden("".join(traceback.format_exception(stop.value)))


@pytest.mark.parametrize(
    "text", [f'{{"{SECRET}": 1, "{SECRET}": 2}}', f"<html>{SECRET}", f'{{"a": {SECRET}', f"- {KEY}: ["]
)
def test_nothing_is_told_by_a_document_that_cannot_be_parsed(here: Path, text: str) -> None:
    Path("app.json").write_text(text)
    with pytest.raises(api.InputError) as stop:
        api.check(api.CheckOptions(app_settings=["app.json"]))
    hidden(api.render_finding(stop.value.finding) + "".join(traceback.format_exception(stop.value)))


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://nowhere.invalid"])
def test_nothing_is_told_when_the_host_is_not_reached(here: Path, url: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(api.InputError) as stop:
        api.check(api.CheckOptions(live=True, base_url=url, timeout=2))
    hidden(api.render_finding(stop.value.finding) + "".join(traceback.format_exception(stop.value)) + caplog.text)


@pytest.mark.parametrize(
    "url", [f"https://{KEY}:{SECRET}@host.example", f"https://host.example/?{SECRET}", f"{SECRET}://x"]
)
def test_nothing_is_told_of_a_wrong_address(here: Path, url: str) -> None:
    with pytest.raises(api.UsageError) as stop:
        api.check(api.CheckOptions(live=True, base_url=url))
    hidden("".join(traceback.format_exception(stop.value)))
