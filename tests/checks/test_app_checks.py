"""Each check of app settings: documents that trigger exactly it, and documents that nearly do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streammigrate.checks.model import SettingsCheck
from streammigrate.checks.registry import all_checks
from streammigrate.checks.run import CheckResult, Status, Verdict

Judge = Callable[[Any], CheckResult]

HOOK = {"hook_type": "webhook", "enabled": True, "webhook_url": "https://bikes.example/stream", "event_types": []}
SQS = {"hook_type": "sqs", "enabled": True, "sqs_queue_url": "https://sqs.eu-west-1.amazonaws.com/123/chat"}
ARN = "arn:aws:sns:eu-west-1:123456789012:chat-events"
PROVIDER = {"name": "phones", "type": "apn", "created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z"}
OFF = {"enabled": False}


def push(apn: bool, *providers: dict[str, Any], **services: Any) -> dict[str, Any]:
    whole = {
        "version": "v2",
        "offline_only": False,
        "apn": {"enabled": apn, "development": False},
        **dict.fromkeys(("firebase", "huawei", "xiaomi"), OFF),
        **services,
    }
    return {"push_notifications": {**whole, "providers": list(providers)} if providers else whole}


TRIGGERS: list[tuple[str, dict[str, Any]]] = [
    ("SM601", {"permission_version": "v1"}),
    ("SM601", {"permission_version": "v1", "policies": {"messaging": []}}),
    ("SM601", {"permission_version": "v3"}),
    ("SM601", {"permission_version": ""}),
    ("SM602", {"user_search_disallowed_roles": ["guest"]}),
    ("SM604", push(True)),
    ("SM604", push(True, {**PROVIDER, "type": "firebase"})),
    ("SM604", push(True, {**PROVIDER, "disabled_at": "2026-02-02T00:00:00Z"})),
    ("SM604", push(False, huawei={"enabled": True, "id": "1"})),
    ("SM605", {"webhook_url": "https://other.example/hook"}),
    ("SM605", {"webhook_url": "https://bikes.example/stream", "event_hooks": [{**HOOK, "enabled": False}]}),
    ("SM605", {"webhook_url": "https://bikes.example/stream", "event_hooks": []}),
    ("SM605", {"webhook_url": "https://bikes.example/stream", "event_hooks": [SQS]}),
    ("SM606", {"before_message_send_hook_url": "https://bikes.example/before"}),
    ("SM607", {"custom_action_handler_url": "https://bikes.example/commands"}),
    ("SM608", {"sqs_url": "https://sqs.eu-west-1.amazonaws.com/123/chat"}),
    ("SM608", {"sqs_url": SQS["sqs_queue_url"], "event_hooks": [HOOK, {**SQS, "enabled": False}]}),
    ("SM608", {"sns_topic_arn": ARN}),
    ("SM608", {"sns_topic_arn": ARN, "event_hooks": [SQS]}),
    ("SM609", {"moderation_s3_image_access_role_arn": "arn:aws:iam::1:role/read"}),
    ("SM609", {"call_types": {"default": {"recording_external_storage": "recordings"}}}),
    ("SM609", {"event_hooks": [{**HOOK, "failover_config": {"s3_bucket": "lost"}}]}),
    ("SM610", {"disable_auth_checks": True}),
    ("SM611", {"disable_permissions_checks": True}),
    ("SM612", {"suspended": True, "suspended_explanation": "over the plan's limits"}),
    ("SM613", {"revoke_tokens_issued_before": "2026-01-01T00:00:00Z"}),
    ("SM613", {"revoke_tokens_issued_before": "1970-01-01T00:00:00Z"}),
    ("SM614", {"file_upload_config": {"size_limit": 1_000_000}}),
    ("SM614", {"image_upload_config": {"size_limit": 0, "allowed_mime_types": ["image/png"]}}),
    ("SM614", {"file_upload_config": {"blocked_file_extensions": [".exe"], "size_limit": 104_857_600}}),
    ("SM615", {"moon_phase": "full"}),
    ("SM615", {"event_hooks": [{**HOOK, "moon_phase": "full"}]}),
]

NEARLY: list[tuple[str, dict[str, Any]]] = [
    ("SM601", {"permission_version": "v2", "policies": {"messaging": []}}),
    ("SM602", {"user_search_disallowed_roles": []}),
    ("SM602", {"user_search_disallowed_roles": None}),
    ("SM604", push(True, PROVIDER)),
    ("SM604", push(True, {**PROVIDER, "disabled_at": None})),
    ("SM604", push(False)),
    ("SM604", push(False, {**PROVIDER, "disabled_at": "2026-02-02T00:00:00Z"})),
    ("SM605", {"webhook_url": ""}),
    ("SM605", {"webhook_url": "https://bikes.example/stream", "event_hooks": [HOOK]}),
    ("SM605", {"webhook_url": "", "event_hooks": [{**HOOK, "enabled": False}]}),
    ("SM606", {"before_message_send_hook_url": ""}),
    ("SM606", {"before_message_send_hook_attempt_timeout_ms": 500}),
    ("SM607", {"custom_action_handler_url": ""}),
    ("SM608", {"sqs_url": SQS["sqs_queue_url"], "event_hooks": [HOOK, SQS]}),
    ("SM608", {"sns_topic_arn": ARN, "event_hooks": [{"hook_type": "sns", "enabled": True, "sns_topic_arn": ARN}]}),
    ("SM608", {"sqs_url": "", "sqs_key": "left over"}),
    ("SM609", {"call_types": {"default": {"recording_external_storage": ""}}}),
    ("SM609", {"event_hooks": [{**HOOK, "failover_config": {}}]}),
    ("SM610", {"disable_auth_checks": False}),
    ("SM611", {"disable_permissions_checks": False}),
    ("SM612", {"suspended": False, "suspended_explanation": "was suspended once"}),
    ("SM613", {"revoke_tokens_issued_before": None}),
    ("SM613", {"revoke_tokens_issued_before": ""}),
    ("SM614", {"file_upload_config": {"size_limit": 104_857_600, "allowed_mime_types": []}}),
    ("SM614", {"file_upload_config": {"size_limit": 0}}),
    ("SM615", {"grants": {"moon_phase": ["full"]}}),
    ("SM615", {"geofences": [{"name": "eu", "country_codes": ["NL"]}]}),
]


def found_in(result: CheckResult) -> set[str]:
    return {found.finding.id for found in result.found()}


def test_a_ready_app_gives_no_finding(ready: dict[str, Any], judge: Judge) -> None:
    result = judge(ready)
    assert result.found() == []
    assert result.verdict is Verdict.READY
    assert {item.check.id for item in result.results if item.status is Status.NOT_RUN and item.given} == {"SM616"}


@pytest.mark.parametrize(("id", "changes"), TRIGGERS)
def test_a_document_triggers_exactly_its_check(
    ready: dict[str, Any], judge: Judge, id: str, changes: dict[str, Any]
) -> None:
    ready["app"].update(changes)
    result = judge(ready)
    assert found_in(result) == {id}
    for found in result.found():
        assert found.finding.location.pointer.startswith("/app/")
        assert found.finding.hint


@pytest.mark.parametrize(("id", "changes"), NEARLY)
def test_a_document_that_is_nearly_so_does_not(
    ready: dict[str, Any], judge: Judge, id: str, changes: dict[str, Any]
) -> None:
    ready["app"].update(changes)
    result = judge(ready)
    assert found_in(result) == set()
    assert {item.check.id: item.status for item in result.results}[id] is Status.PASSED


POLICY = {"name": "read", "action": "Allow", "resources": ["ReadChannel"], "priority": 1}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ({"permissions": [POLICY], "grants": {}}, {"SM603"}),
        ({"permissions": [POLICY], "grants": None}, {"SM603"}),
        ({"permissions": [POLICY]}, {"SM603"}),
        ({"permissions": [POLICY], "grants": {"user": ["read-channel"]}}, set()),
        ({"permissions": [], "grants": {}}, set()),
        ({"permissions": None, "grants": None}, set()),
    ],
)
def test_channel_types_are_asked_for_grants(
    ready: dict[str, Any], judge: Judge, kind: dict[str, Any], expected: set[str]
) -> None:
    ready["channel_types"] = {"messaging": kind}
    assert found_in(judge(ready)) == expected


def test_channel_types_inside_the_settings_count_where_they_have_permissions(
    ready: dict[str, Any], judge: Judge
) -> None:
    del ready["channel_types"]
    ready["app"]["channel_configs"]["messaging"].update(permissions=[POLICY], grants={})
    assert "SM603" in found_in(judge(ready))


def test_without_a_list_of_channel_types_they_are_not_passed(ready: dict[str, Any], judge: Judge) -> None:
    del ready["channel_types"]
    result = judge(ready)
    item = next(item for item in result.results if item.check.id == "SM603")
    assert item.status is Status.NOT_RUN
    assert "list_channel_types()" in item.reason
    assert result.verdict is Verdict.READY, "a warning that is not answered does not keep the verdict open"


@pytest.mark.parametrize("kind", ["s3", "gcs", "abs"])
def test_external_storages_are_told_without_their_bucket(ready: dict[str, Any], judge: Judge, kind: str) -> None:
    ready["external_storages"] = {"mine": {"name": "mine", "type": kind, "bucket": "b-u-c-k-e-t", "path": "/p"}}
    result = judge(ready)
    assert found_in(result) == {"SM609"}
    assert "b-u-c-k-e-t" not in repr(result.findings())


def test_a_provider_of_the_list_counts_as_one_of_the_app(ready: dict[str, Any], judge: Judge) -> None:
    ready["app"].update(push(True))
    ready["push_providers"] = [PROVIDER]
    assert found_in(judge(ready)) == set()


def test_the_move_to_permissions_v2_is_told_to_the_letter(ready: dict[str, Any], judge: Judge) -> None:
    ready["app"]["permission_version"] = "v1"
    hint = judge(ready).found()[0].finding.hint
    assert 'update_app_settings(permission_version="v2", migrate_permissions_to_v2=True)' in hint
    assert 'To roll back: client.update_app_settings(permission_version="v1").' in hint


def test_what_v2_requires_is_judged_of_answers_of_v2_alone(ready: dict[str, Any], judge: Judge) -> None:
    ready["app"]["revoke_tokens_issued_before"] = 1_700_000_000_000_000_000
    found = [found.finding.message for found in judge(ready).found() if found.finding.id == "SM616"]
    assert any("member_custom_on_typing_events_enabled" in message for message in found)
    ready["app"]["revoke_tokens_issued_before"] = "2026-01-01T00:00:00Z"
    assert "SM616" not in found_in(judge(ready))


@pytest.mark.parametrize("name", ["permission_version", "disable_auth_checks", "suspended"])
def test_null_is_no_answer_to_a_switch_or_a_text(ready: dict[str, Any], judge: Judge, name: str) -> None:
    ready["app"][name] = None
    result = judge(ready)
    assert found_in(result) == set()
    assert result.verdict is Verdict.INCOMPLETE


def test_a_dictionary_of_the_model_has_none_for_what_was_not_answered(ready: dict[str, Any], judge: Judge) -> None:
    from streammigrate.checks.settings import SOMETIMES_ANSWERED

    ready["app"].update(dict.fromkeys(SOMETIMES_ANSWERED), user_search_disallowed_roles=None)
    item = next(item for item in judge(ready).results if item.check.id == "SM602")
    assert item.status is Status.NOT_RUN


def test_a_dictionary_of_the_model_cannot_show_what_the_model_dropped(ready: dict[str, Any], judge: Judge) -> None:
    from streammigrate.checks.settings import SOMETIMES_ANSWERED

    ready["app"].update(dict.fromkeys(SOMETIMES_ANSWERED))
    item = next(item for item in judge(ready).results if item.check.id == "SM615")
    assert item.status is Status.NOT_RUN
    assert "dropped" in item.reason


@pytest.mark.parametrize("check", [c for c in all_checks() if isinstance(c, SettingsCheck)], ids=lambda check: check.id)
def test_every_check_is_in_the_tables_or_has_its_own_tests(check: SettingsCheck) -> None:
    own = {"SM603", "SM616"}
    assert check.id in own or {check.id} <= {id for id, _ in TRIGGERS} & {id for id, _ in NEARLY}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("permission_version", 2),
        ("user_search_disallowed_roles", "guest"),
        ("user_search_disallowed_roles", [1]),
        ("push_notifications", []),
        ("push_notifications", {"apn": True}),
        ("push_notifications", {"apn": {"enabled": "yes"}}),
        ("push_notifications", {"providers": {}}),
        ("webhook_url", ["https://a.example"]),
        ("event_hooks", {}),
        ("event_hooks", ["hook"]),
        ("call_types", []),
        ("call_types", {"default": 1}),
        ("disable_auth_checks", "false"),
        ("disable_permissions_checks", 0),
        ("suspended", 1),
        ("revoke_tokens_issued_before", ["2026"]),
        ("file_upload_config", "none"),
        ("file_upload_config", {"size_limit": "1"}),
        ("file_upload_config", {"allowed_mime_types": "image/png"}),
    ],
)
def test_a_setting_of_the_wrong_type_is_a_located_error(
    ready: dict[str, Any], judge: Judge, name: str, wrong: Any
) -> None:
    from streammigrate.errors import InputError

    ready["app"][name] = wrong
    if name == "event_hooks":
        ready["app"]["webhook_url"] = "https://a.example"
    with pytest.raises(InputError) as stop:
        judge(ready)
    assert stop.value.finding.id == "SM691"
    assert stop.value.finding.location.pointer.startswith(f"/app/{name}")
