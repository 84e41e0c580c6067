"""Bringing a request of v1 or v2 into one form, rule by rule of equality.md.

The form is v2's. A rule that says how v1 is spelled differently is applied to requests of v1 only: a request of v2 that
is spelled as v1 spells it is not equal to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from streammigrate.proof.record import Request
from streammigrate.proof.schemas import ANY, Operation, locate, types_of
from streammigrate.rules.sdk import Type

ACTORS = ("user", "created_by", "banned_by", "unbanned_by")
CHANNEL_QUERIES = ("QueryChannels", "GetOrCreateChannel", "GetOrCreateDistinctChannel")
MEMBERS = ("ChannelMemberRequest", "ChannelBatchMemberRequest")
DEAD_OPTIONS = ("messages_limit", "members_limit", "watchers_limit")
"""Keys at the top of a channel query that are in no schema of it, and that people write for `messages: {limit: …}`."""
FILTERS = ("filter", "filter_conditions", "message_filter_conditions")
CLEARING = "revoke_tokens_issued_before"


@dataclass
class Call:
    """A request in the common form. It is equal to another one when all its parts but `sdk` are."""

    sdk: str
    method: str
    operation: Operation | None
    """None when the API has no such operation; then the request equals none of the other API's."""
    path: str
    """The path template of v2, or the path as sent without an operation."""
    values: dict[str, str]
    query: dict[str, Any]
    payload: Any
    body: Any
    parts: dict[str, Any] | None
    problems: list[str] = field(default_factory=list)
    """Why the request cannot be compared with any other."""

    @property
    def id(self) -> str:
        """Return the id of the operation, empty without one."""
        return self.operation.id if self.operation else ""


def normalise(request: Request) -> Call:
    """Return the request in the common form."""
    call = _e1_operation(request)
    for rule in _RULES:
        rule(call)
    if request.parts is not None:
        call.parts = _e13_parts(request)
    return call


def _e1_operation(request: Request) -> Call:
    """E1: the operation of the map and the values of its path, decoded once, stand for the URL."""
    located = locate(request.sdk, request.method, request.path)
    operation, values = located if located else (None, {})
    path = operation.path if operation else request.path
    query = dict(request.query)
    return Call(request.sdk, request.method, operation, path, dict(values), query, None, request.body, None)


def _e11_query(call: Call) -> None:
    """E11: a `payload` of the query is compared as parsed JSON; without one it is empty."""
    text = call.query.get("payload")
    try:
        call.payload = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return
    call.query.pop("payload", None)


def _e3_nulls(call: Call) -> None:
    """E3: null equals absent, except where it clears a value: inside `set`, and for `revoke_tokens_issued_before`.

    A null inside a filter is a condition and stays as well.
    """
    call.body = _without_nulls(call.body)
    call.payload = _without_nulls(call.payload)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: item for key, item in value.items() if item is not None or key == CLEARING}
    return {key: item if key in ("set", *FILTERS) else _without_nulls(item) for key, item in kept.items()}


def _e14_shapes(call: Call) -> None:
    """E14: the operations whose shape changed, v1's brought into v2's."""
    reshape = _SHAPES.get(call.id)
    if reshape and isinstance(call.body, dict | None):
        call.body = dict(call.body or {})
        reshape(call)


def _ban(call: Call) -> None:
    if call.sdk == "v1":
        _join_cid(call, call.body)
        _rename(call, call.body, "user_id", "banned_by_id")
        _rename(call, call.body, "user", "banned_by")


def _unban(call: Call) -> None:
    if call.sdk == "v1":
        _join_cid(call, call.query)
        _rename(call, call.query, "user_id", "unbanned_by_id")
        # A DELETE with a query here, a POST with a query and a body there.
        call.method = "POST"
    for key, value in call.query.items():
        _put(call, call.body, key, value)
    call.query = {}


def _flag(call: Call) -> None:
    targets = {"target_message_id": "stream:chat:v1:message", "target_user_id": "stream:user"}
    for key, kind in targets.items():
        if call.sdk == "v1" and key in call.body:
            _put(call, call.body, "entity_type", kind)
            _rename(call, call.body, key, "entity_id")


def _in_list(singular: str, plural: str) -> Callable[[Call], None]:
    def reshape(call: Call) -> None:
        if call.sdk == "v1" and singular in call.body and plural not in call.body:
            call.body[plural] = [call.body.pop(singular)]

    return reshape


def _member(call: Call) -> None:
    if call.sdk == "v1" and "user_id" in call.values:
        _put(call, call.query, "user_id", call.values.pop("user_id"))


def _delete_message(call: Call) -> None:
    if call.sdk != "v1":
        return
    if call.body.get("delete_for_me") is True:
        del call.body["delete_for_me"]
        _put(call, call.query, "delete_for_me", "true")
        user = call.body.get("user")
        if isinstance(user, dict) and set(user) == {"id"}:
            del call.body["user"]
            _put(call, call.query, "deleted_by", user["id"])
        elif "user_id" in call.body:
            _put(call, call.query, "deleted_by", call.body.pop("user_id"))


_SHAPES: dict[str, Callable[[Call], None]] = {
    "ban": _ban,
    "unban": _unban,
    "flag": _flag,
    "mute": _in_list("target_id", "target_ids"),
    "unmute": _in_list("target_id", "target_ids"),
    "MuteChannel": _in_list("channel_cid", "channel_cids"),
    "UnmuteChannel": _in_list("channel_cid", "channel_cids"),
    "UpdateMemberPartial": _member,
    "DeleteMessage": _delete_message,
}


def _join_cid(call: Call, places: dict[str, Any]) -> None:
    if "type" in places and "id" in places:
        _put(call, places, "channel_cid", f"{places.pop('type')}:{places.pop('id')}")


def _rename(call: Call, places: dict[str, Any], old: str, new: str) -> None:
    if old in places:
        _put(call, places, new, places.pop(old))


def _put(call: Call, places: dict[str, Any], key: str, value: Any) -> None:
    if key in places and places[key] != value:
        call.problems.append(f"{key} is both {places[key]!r} and {value!r}")
    places[key] = value


def _e12_repeated(call: Call) -> None:
    """E12: what the path or the query repeats of the body, in the operations that have it."""
    if not isinstance(call.body, dict):
        return
    owner = {"UpdateMessage": call.body.get("message"), "UpdateCampaign": call.body}.get(call.id)
    if isinstance(owner, dict) and owner.get("id") == call.values.get("id"):
        owner.pop("id", None)
    if call.id == "MarkDelivered":
        _delivered_by(call)
    if call.id == "UpdateLiveLocation":
        repeated = [key for key, value in call.query.items() if key in call.body and _text(call.body[key]) == value]
        for key in repeated:
            del call.query[key]
    if call.id == "QuerySegmentTargets" and call.sdk == "v2":
        for key in ("Filter", "Sort"):
            _rename(call, call.body, key, key.lower())


def _delivered_by(call: Call) -> None:
    user = call.body.get("user")
    for key, found in (("user_id", call.body.get("user_id")), ("user", user)):
        value = found.get("id") if isinstance(found, dict) and set(found) == {"id"} else found
        if isinstance(value, str):
            del call.body[key]
            _put(call, call.query, "user_id", value)
    # The synchronous SDK puts the whole user into the query, where requests leaves the names of its keys.
    if isinstance(user, dict) and call.query.get("user") in (*user, tuple(user)):
        del call.query["user"]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _e7_e8_e9_entities(call: Call) -> None:
    """E7, E8 and E9, at every place of the body and the payload where v2's models say that such an entity stands."""
    if call.operation is None:
        return
    call.body = _entity(call, call.body, call.operation.body)
    call.payload = _typed(call, call.payload, call.operation.query.get("payload", ANY))


def _typed(call: Call, value: Any, kind: Type) -> Any:
    if kind.kind == "list" and isinstance(value, list):
        return [_typed(call, item, kind.items[0]) for item in value]
    if kind.kind == "map" and isinstance(value, dict):
        return {key: _typed(call, item, kind.items[0]) for key, item in value.items()}
    if call.sdk == "v1" and kind.name in MEMBERS:
        value = _e9_member(value)
    types = types_of(kind)
    return value if types is None else _entity(call, value, types)


def _entity(call: Call, value: Any, types: Mapping[str, Type]) -> Any:
    if not isinstance(value, dict):
        return value
    entity = _e8_custom(value, types) if call.sdk == "v1" else dict(value)
    for key, item in entity.items():
        if key in types:
            entity[key] = _typed(call, item, types[key])
    for actor in ACTORS:
        if actor in types and f"{actor}_id" in types:
            _e7_actor(call, entity, actor)
    return entity


def _e9_member(value: Any) -> Any:
    """E9: a member that v1 gives as a text is the user's id."""
    return {"user_id": value} if isinstance(value, str) else value


def _e8_custom(value: dict[str, Any], types: Mapping[str, Type]) -> dict[str, Any]:
    """E8: the keys of a v1 entity that v2's model does not know stand under `custom`, where it has one."""
    custom = value.get("custom", {})
    unknown = {key: item for key, item in value.items() if key not in types}
    if not unknown or "custom" not in types or not isinstance(custom, dict) or unknown.keys() & custom.keys():
        return dict(value)
    return {**{key: item for key, item in value.items() if key in types}, "custom": {**custom, **unknown}}


def _e7_actor(call: Call, entity: dict[str, Any], actor: str) -> None:
    """E7: `X: {"id": v}` equals `X_id: v`; two different ids make the request incomparable."""
    given, name = entity.get(actor), f"{actor}_id"
    if not isinstance(given, dict) or "id" not in given:
        return
    if name in entity and entity[name] != given["id"]:
        call.problems.append(f"{actor} is {given['id']!r} and {name} is {entity[name]!r}")
    elif set(given) == {"id"}:
        del entity[actor]
        entity[name] = given["id"]


def _e5_v1_only(call: Call) -> None:
    """E5: `watch: false` and `presence: false` of channel queries, and v1's null when it pins without an end.

    Also the options of channel queries that neither API knows, whatever they hold: v1's client sends any key on.
    """
    if call.sdk != "v1" or not isinstance(call.body, dict):
        return
    if call.id in CHANNEL_QUERIES:
        for key in ("watch", "presence"):
            if call.body.get(key) is False:
                del call.body[key]
        for key in DEAD_OPTIONS:
            call.body.pop(key, None)
    if call.id == "UpdateMessagePartial" and _same_json(call.body.get("set"), {"pinned": True, "pin_expires": None}):
        call.body = {**call.body, "set": {"pinned": True}}


def _same_json(value: Any, other: Any) -> bool:
    # In Python 1 equals True.
    return json.dumps(value, sort_keys=True) == json.dumps(other, sort_keys=True)


def _e6_flags(call: Call) -> None:
    """E6: on DELETE a flag of the query that is false equals absent."""
    if call.method == "DELETE":
        call.query = {key: value for key, value in call.query.items() if value != "false"}


_EMPTY: dict[str, Any] = {"sort": [], "set": {}, "unset": [], "filter": {}, "custom": {}}


def _e4_empty(call: Call) -> None:
    """E4: the empty values that an SDK inserts equal absent, and an empty body equals none."""
    call.payload = _without_empty(call.payload)
    call.body = _without_empty(call.body)
    if isinstance(call.body, dict):
        if call.id in CHANNEL_QUERIES and call.body.get("data") == {}:
            del call.body["data"]
        call.body = call.body or None


def _without_empty(value: Any, free: bool = False) -> Any:
    if isinstance(value, list):
        return [_without_empty(item, free) for item in value]
    if not isinstance(value, dict) or free:
        return value
    kept = {key: item for key, item in value.items() if key not in _EMPTY or item != _EMPTY[key]}
    return {key: _without_empty(item, key in ("set", "custom", *FILTERS)) for key, item in kept.items()}


def _e13_parts(request: Request) -> dict[str, Any]:
    """E13: the parts by name: `user` as JSON, a file by its name, its bytes and its content type."""
    parts = {}
    # aiohttp gives every part a content type, and this one to a file without one.
    invented = request.sdk == "v1" and any(not part.filename and part.content_type for part in request.parts or ())
    for part in request.parts or ():
        if part.filename:
            given = part.content_type
            kind = "" if invented and given == "application/octet-stream" else given
            parts[part.name] = {"filename": part.filename, "content_type": kind, "data": part.data}
        else:
            parts[part.name] = _json_or_text(part.data)
    return parts


def _json_or_text(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return data.decode("utf-8", "replace")


_RULES: tuple[Callable[[Call], None], ...] = (
    _e11_query,
    _e3_nulls,
    _e14_shapes,
    _e12_repeated,
    _e7_e8_e9_entities,
    _e5_v1_only,
    _e6_flags,
    _e4_empty,
)
