"""App settings as a document: what was recognised in it, and typed reading that says where a value stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple, TypeVar

from streammigrate.checks import problems
from streammigrate.checks.model import CannotSayError
from streammigrate.errors import InputError
from streammigrate.findings import Location
from streammigrate.spec.refs import join

Node = dict[str, Any]
Value = TypeVar("Value", bound=Any)

ALWAYS_ANSWERED = frozenset(
    """
    allow_multi_user_devices async_url_enrich_enabled auto_translation_enabled call_types campaign_enabled
    cdn_expiration_seconds channel_configs custom_action_handler_url disable_auth_checks disable_permissions_checks
    enforce_unique_usernames event_hooks feed_audit_logs_enabled file_upload_config grants guest_user_creation_disabled id
    image_moderation_enabled image_upload_config max_aggregated_activities_length member_custom_on_messages_enabled
    moderation_audio_call_moderation_enabled moderation_enabled moderation_llm_configurability_enabled
    moderation_multitenant_blocklist_enabled moderation_video_call_moderation_enabled moderation_webhook_url
    multi_tenant_enabled name organization permission_version placement policies push_notifications reminders_interval
    sns_key sns_secret sns_topic_arn sqs_key sqs_secret sqs_url suspended suspended_explanation use_hook_v2
    user_response_time_enabled user_search_disallowed_roles webhook_events webhook_url
    """.split()
)
"""The settings that both APIs' specs require in an answer. Where one is missing, nothing can be said about it."""

SOMETIMES_ANSWERED = frozenset(
    """
    activity_metrics_config allowed_flag_reasons before_message_send_hook_attempt_timeout_ms before_message_send_hook_url
    chat_primary_use_case datadog_info geofences image_moderation_labels moderation_dashboard_preferences
    moderation_onboarding_complete moderation_s3_image_access_role_arn revoke_tokens_issued_before video_primary_use_case
    """.split()
)
"""The settings that the specs allow to be missing, which then are not set."""


class Shape(Enum):
    """Who wrote a settings document."""

    V1 = "answer of API v1"
    V2 = "answer of API v2"
    MODEL = "getstream's model as a dictionary"
    BARE = "settings without their answer, as the Stream CLI prints them"


class Part(NamedTuple):
    """An object of a document and the place it stands at."""

    at: Location
    node: Node

    def child(self, *tokens: str) -> Location:
        """Return the place below the part."""
        return self.at._replace(pointer=join(self.at.pointer, *tokens))


@dataclass(slots=True)
class AppSettings:
    """What is known of an app. The lists beside `app` are None when no document holds them."""

    app: Part | None = None
    shape: Shape = Shape.BARE
    channel_types: Part | None = None
    push_providers: list[Part] | None = None
    external_storages: list[Part] | None = None
    missing: dict[str, str] = field(default_factory=dict)
    """Why a part was not to be had, by its name."""

    def value(self, name: str, kind: type[Value], what: str) -> Value | None:
        """Return a setting, or None when it is not set. Raises CannotSayError and InputError (wrong type)."""
        app = self._app(name)
        found = app.node.get(name)
        if found is None:
            # The API answers null for an empty list or mapping alone; getstream's model has None for what was missing.
            unknown = name not in app.node or kind not in (list, dict) or self.shape is Shape.MODEL
            if unknown and name in ALWAYS_ANSWERED:
                raise CannotSayError(f"the settings have no `{name}`")
            return None
        return typed(found, kind, what, app.child(name))

    def text(self, name: str) -> str:
        """Return a text, empty when it is not set."""
        return self.value(name, str, "text") or ""

    def flag(self, name: str) -> bool:
        """Return whether a switch is on."""
        return bool(self.value(name, bool, "true or false"))

    def names(self, name: str) -> list[str]:
        """Return a list of texts."""
        found: list[Any] = self.value(name, list, "a list") or []
        for index, item in enumerate(found):
            typed(item, str, "text", self.at(name, str(index)))
        return found

    def part(self, name: str) -> Part | None:
        """Return an object of the settings, or None when it is not set."""
        node = self.value(name, dict, "an object")
        return None if node is None else Part(self.at(name), node)

    def parts(self, name: str) -> list[Part]:
        """Return a list of objects."""
        return parts_of(self.value(name, list, "a list") or [], self.at(name))

    def hooks(self) -> list[Part]:
        """Return the event hooks, none where the document does not list them."""
        return self.parts("event_hooks") if self.raw("event_hooks") is not None else []

    def raw(self, name: str) -> Any:
        """Return a setting of whatever type, None when it is not there."""
        return self._app(name).node.get(name)

    def at(self, *tokens: str) -> Location:
        """Return the place of a setting."""
        return self._app(tokens[0] if tokens else "").child(*tokens)

    def _app(self, name: str) -> Part:
        if self.app is None:
            raise CannotSayError(f"no document holds `{name}`")
        return self.app


def typed(found: Any, kind: type[Value], what: str, at: Location) -> Value:
    """Return a value of the type asked for. Raises InputError, which names the place, when it is of another."""
    if not isinstance(found, kind) or (kind is not bool and isinstance(found, bool)):
        raise problems.WRONG_TYPE.error(at, f"this must be {what}, and is {_word(found)}")
    return found


def flag_of(part: Part, name: str) -> bool:
    """Return whether a switch of an object is on. Raises InputError for a value of another type."""
    found = part.node.get(name)
    return found is not None and typed(found, bool, "true or false", part.child(name))


def text_of(part: Part, name: str) -> str:
    """Return a text of an object, empty when it is not set. Raises InputError for a value of another type."""
    found = part.node.get(name)
    return "" if found is None else typed(found, str, "text", part.child(name))


def items_of(part: Part) -> list[tuple[str, Part]]:
    """Return the objects of a mapping by name, sorted. Raises InputError for a value that is none."""
    located = [(name, node, part.child(name)) for name, node in sorted(part.node.items())]
    return [(name, Part(at, typed(node, dict, "an object", at))) for name, node, at in located]


def parts_of(found: list[Any], at: Location) -> list[Part]:
    """Return the objects of a list. Raises InputError for an item that is none."""
    located = [(item, at._replace(pointer=join(at.pointer, str(index)))) for index, item in enumerate(found)]
    return [Part(place, typed(item, dict, "an object", place)) for item, place in located]


def _word(found: Any) -> str:
    if found is None:
        return "null"
    if isinstance(found, bool):
        return "true or false"
    for kind, word in ((str, "text"), (dict, "an object"), (list, "a list")):
        if isinstance(found, kind):
            return word
    return "a number"


def read(documents: Iterable[tuple[str, Any]]) -> AppSettings:
    """Return what some parsed documents, each with its label, hold together. Raises InputError for one that holds nothing.

    Each may be an answer about the app, the settings alone, or an answer that lists channel types, push providers or
    external storages; one document may hold several of them.
    """
    settings = AppSettings()
    for label, tree in documents:
        _take(settings, label, tree)
    return settings


def _take(settings: AppSettings, label: str, tree: Any) -> None:
    root = Location(label)
    if not isinstance(tree, dict):
        raise problems.NOT_SETTINGS.error(root, f"app settings are an object, and this is {_word(tree)}")
    if not tree:
        raise problems.NOT_SETTINGS.error(root, "the document is an empty object")
    if "StatusCode" in tree and "app" not in tree:
        raise problems.NOT_SETTINGS.error(root, "this is an error that the API answered, not app settings")
    recognised = _take_lists(settings, root, tree)
    if "app" in tree:
        _take_app(settings, Part(root, tree).child("app"), tree["app"], wrapped=True)
    elif not recognised and _is_channel_types(tree):
        settings.channel_types = Part(root, tree)
    elif not recognised:
        _take_app(settings, root, tree, wrapped=False)


def _take_lists(settings: AppSettings, root: Location, tree: Node) -> bool:
    """Take the answers that list something; whether there were any."""
    part = Part(root, tree)
    if "channel_types" in tree:
        at = part.child("channel_types")
        settings.channel_types = Part(at, typed(tree["channel_types"], dict, "an object", at))
    if "push_providers" in tree:
        at = part.child("push_providers")
        settings.push_providers = parts_of(typed(tree["push_providers"], list, "a list", at), at)
    if "external_storages" in tree:
        at = part.child("external_storages")
        stored = Part(at, typed(tree["external_storages"], dict, "an object", at))
        settings.external_storages = [storage for _, storage in items_of(stored)]
    return bool(tree.keys() & {"channel_types", "push_providers", "external_storages"})


def _is_channel_types(tree: Node) -> bool:
    """Whether this is a mapping of channel types, as the Stream CLI lists them."""
    return all(isinstance(node, dict) and {"permissions", "grants"} & node.keys() for node in tree.values())


def _take_app(settings: AppSettings, at: Location, node: Any, *, wrapped: bool) -> None:
    if settings.app is not None:
        raise problems.NOT_SETTINGS.error(at, f"the settings of an app were read already, from {settings.app.at}")
    if not isinstance(node, dict):
        raise problems.NOT_SETTINGS.error(at, f"the app's settings are an object, and this is {_word(node)}")
    if not node:
        raise problems.NOT_SETTINGS.error(at, "the app has no settings: the object is empty")
    known = node.keys() & (ALWAYS_ANSWERED | SOMETIMES_ANSWERED)
    # `name` and `id` stand in almost any document.
    if not known - {"id", "name", "grants"}:
        raise problems.NOT_SETTINGS.error(at, "none of its keys is a setting of an app")
    settings.app = Part(at, node)
    settings.shape = _shape(node, wrapped)


def _shape(node: Node, wrapped: bool) -> Shape:
    """Return who wrote the settings: getstream's model has every key, API v2 writes times as numbers."""
    if node.keys() >= SOMETIMES_ANSWERED | ALWAYS_ANSWERED and any(node[name] is None for name in SOMETIMES_ANSWERED):
        return Shape.MODEL
    times = [node.get("revoke_tokens_issued_before")]
    for table in (node.get("channel_configs"), node.get("call_types")):
        if isinstance(table, dict):
            times += [item.get("created_at") for item in table.values() if isinstance(item, dict)]
    if any(isinstance(time, (int, float)) and not isinstance(time, bool) for time in times):
        return Shape.V2
    return Shape.V1 if wrapped else Shape.BARE


def read_file(source: str) -> tuple[str, Any, bytes]:
    """Return the label, the tree and the bytes of a settings file, or of standard input for `-`. Raises InputError.

    Addresses are not taken: what is fetched by one is kept in a cache, and settings hold secrets.
    """
    from pathlib import Path

    from streammigrate.spec import parse, sources
    from streammigrate.spec import problems as document_problems

    if source != "-" and not Path(source).exists():
        hint = "Use --live to fetch the settings." if "://" in source else ""
        raise document_problems.NOT_FOUND.error(Location(source), "there is no such file", hint)
    fetched, _ = sources.fetch(source)
    if not fetched.data.strip():
        raise problems.NOT_SETTINGS.error(Location(fetched.label), "the document is empty")
    try:
        return fetched.label, parse.parse(fetched), fetched.data
    except InputError as error:
        if error.finding.id != document_problems.NOT_A_SPEC.id:
            raise
        raise problems.NOT_SETTINGS.error(Location(fetched.label), error.finding.message) from None
