"""The facts that the checks rest on, held against Stream's specs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streammigrate.checks.entities import ENTITIES, LIMITS, fields
from streammigrate.checks.settings import ALWAYS_ANSWERED, SOMETIMES_ANSWERED
from streammigrate.spec.model import Spec

SIDES = ("v1-chat-openapi.yaml", "v2-chat-serverside-api.yaml")
pytestmark = [pytest.mark.specs, pytest.mark.parametrize("side", SIDES)]


@pytest.fixture
def schemas(read_spec: Callable[[str], Spec], side: str) -> dict[str, Any]:
    found: dict[str, Any] = read_spec(side).schemas
    return found


def test_the_settings_of_an_app(schemas: dict[str, Any]) -> None:
    schema = schemas["AppResponseFields"]
    assert set(schema["required"]) == ALWAYS_ANSWERED
    assert set(schema["properties"]) == ALWAYS_ANSWERED | SOMETIMES_ANSWERED


def test_what_the_checks_read_is_there(schemas: dict[str, Any]) -> None:
    for schema, names in {
        "PushNotificationFields": "apn firebase huawei xiaomi providers",
        "PushProvider": "type disabled_at",
        "EventHook": "hook_type enabled webhook_url sqs_queue_url sns_topic_arn failover_config",
        "CallType": "recording_external_storage",
        "ChannelTypeConfig": "permissions grants",
        "FileUploadConfig": "allowed_file_extensions blocked_file_extensions allowed_mime_types blocked_mime_types",
        "ExternalStorageResponse": "name type",
        "ListChannelTypesResponse": "channel_types",
        "ListPushProvidersResponse": "push_providers",
        "ListExternalStorageResponse": "external_storages",
        "UpdateAppRequest": "permission_version migrate_permissions_to_v2 event_hooks",
    }.items():
        assert set(names.split()) <= set(schemas[schema]["properties"]), schema
    assert not {"permissions", "grants"} & set(schemas["ChannelConfig"]["properties"])
    assert schemas["FileUploadConfig"]["properties"]["size_limit"]["maximum"] == 104_857_600
    assert schemas["UpdateAppRequest"]["properties"]["permission_version"]["enum"] == ["v1", "v2"]
    assert schemas["ExternalStorageResponse"]["properties"]["type"]["enum"] == ["s3", "gcs", "abs"]


def test_the_limits(schemas: dict[str, Any]) -> None:
    requests = {"message": "MessageRequest", "reaction": "ReactionRequest", "channel": "ChannelInput"}
    found = {
        (entity, name): property.get("maxLength", property.get("maxItems"))
        for entity, schema in requests.items()
        for name, property in schemas[schema]["properties"].items()
        if {"maxLength", "maxItems"} & property.keys()
    }
    found["message", "text"] = schemas["ChannelConfig"]["properties"]["max_message_length"]["maximum"]
    assert found == LIMITS


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda entity: entity.name)
def test_no_field_of_the_specs_is_taken_for_a_custom_key(schemas: dict[str, Any], entity: Any) -> None:
    for name in entity.models:
        assert set(schemas[name]["properties"]) <= set(fields(entity.name)), name
