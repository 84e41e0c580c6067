"""Answers made from one seed, the same for both SDKs in the shape that each API gives.

The answer to a request depends on the seed, the operation, how many times the program called it before, and on what the
request says of the entities that come back (their ids, names, custom data). v1's shape is made from v2's: times as
ISO 8601 text, custom data among the entity's own keys, and the few answers that changed (`mute`, `flag`).

Assumed and not shown by anything here: that Stream's v1 flattens the custom data of every entity except those in NESTED,
which stream-chat's own types nest; that ids are echoed; the values themselves. A v1 answer to an operation that v2 does not have
is an empty object.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

from streammigrate.proof.normalise import Call, normalise
from streammigrate.proof.record import Answer, Answerer, Request
from streammigrate.proof.schemas import Operation, fields_of
from streammigrate.rules.sdk import Field, Type, parse_type

NESTED = ("CampaignChannelMember", "CampaignChannelTemplate", "CampaignMessageTemplate", "ChannelDataUpdate")
"""Models whose custom data v1 nests too."""

ENDS_AFTER = 3
"""From the fourth call of an operation on its lists are empty and it names no next page, so that paging ends."""

_START = datetime(2025, 6, 1, tzinfo=timezone.utc)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_TEXT = parse_type("str")
_CUSTOM = ("x_color", "x_level", "x_tags", "x_flag")


def answerer(seed: int, *, complete: bool = False) -> Answerer:
    """Return a function that answers requests of either SDK. It counts calls: take a new one for each run.

    `complete` leaves no optional value out (entities of entities excepted): where one is absent v1's `answer["key"]` raises
    and v2's attribute is None, which is a difference of the programs and not of what they read.
    """
    counts: dict[str, int] = {}

    def answer(request: Request) -> Answer:
        call = normalise(request)
        headers = {"x-ratelimit-limit": "100", "x-ratelimit-remaining": "99", "x-ratelimit-reset": "1767225660"}
        status = 201 if request.method == "POST" else 200
        if call.operation is None:
            return Answer(status, {}, headers)
        count = counts[call.id] = counts.get(call.id, 0) + 1
        value = response_value(call.operation, seed, count, call, complete=complete)
        shaped = value if request.sdk == "v2" else v1_response(call.operation, value)
        return Answer(status, shaped, headers)

    return answer


def response_value(
    operation: Operation, seed: int, count: int = 1, call: Call | None = None, *, complete: bool = False
) -> dict[str, Any]:
    """Return the JSON of v2's answer to the nth call of an operation; `call` gives what it echoes."""
    maker = _Maker(random.Random(f"{seed}:{operation.id}:{count}"), count > ENDS_AFTER, complete)
    value = maker.value("response", operation.response, 0)
    if not isinstance(value, dict):
        value = {}
    fields = fields_of(operation.response)
    if call is not None and fields is not None:
        _echo(value, fields, call, maker)
    return value


class _Maker:
    """Makes values by type, from one stream of random numbers."""

    def __init__(self, chance: random.Random, ended: bool, complete: bool) -> None:
        self._random = chance
        self._ended = ended
        self._complete = complete

    def value(self, key: str, kind: Type, depth: int) -> Any:
        """Return a value for a key; deeper values have fewer optional parts."""
        fields = fields_of(kind)
        if fields is not None:
            return self.entity(fields, depth)
        if kind.kind == "list":
            count = 0 if self._ended and depth == 1 else self._random.randint(1, 2) if depth < 2 else 1
            return [self.value(key, kind.items[0], depth + 1) for _ in range(count)]
        if kind.kind == "map":
            if key == "custom" or kind.items[0].kind == "any":
                return self.custom()
            return {
                f"{key}-{index}": self.value(key, kind.items[0], depth + 1)
                for index in range(self._random.randint(1, 2))
            }
        if kind.kind == "union":
            return self.value(key, kind.items[0], depth)
        return self._scalar(key, kind)

    def entity(self, fields: Mapping[str, Field], depth: int) -> dict[str, Any]:
        """Return an entity with its required fields and some of the others."""
        made = {}
        for key, field in fields.items():
            if field.required or key == "custom" or self._chosen(key, field.type, depth):
                made[key] = self.value(key, field.type, depth + 1)
        return made

    def custom(self) -> dict[str, Any]:
        """Return custom data of one or two keys."""
        values = [self._scalar("color", _TEXT), self._random.randint(1, 99), ["a", "b"], True]
        chosen = sorted(self._random.sample(range(4), self._random.randint(1, 2)))
        return {_CUSTOM[index]: values[index] for index in chosen}

    def _chosen(self, key: str, kind: Type, depth: int) -> bool:
        if key in ("next", "prev") and self._ended:
            return False
        plain = fields_of(kind) is None and kind.kind not in ("list", "map")
        # What an answer is about is always there, though the models call it optional: the channel of a channel's state.
        subject = (depth == 0 or (key == "channel" and depth < 3)) and fields_of(kind) is not None
        if subject or (self._complete and (depth < 2 or (plain and depth < 4))):
            return True
        likely = 0.5 if depth == 0 else 0.35 if plain and depth < 4 else 0.15 if depth < 2 else 0.0
        return self._random.random() < likely

    def _scalar(self, key: str, kind: Type) -> Any:
        if kind.kind == "time":
            moment = _START + timedelta(milliseconds=self._random.randrange(10**10))
            return (moment - _EPOCH) // timedelta(milliseconds=1) * 1_000_000
        if kind.name in ("int", "float"):
            return self._random.randint(1, 1000) + (0.5 if kind.name == "float" else 0)
        if kind.name == "bool":
            return self._random.random() < 0.5
        return f"{key}-{self._random.randrange(10**6)}"


def _echo(value: dict[str, Any], fields: Mapping[str, Field], call: Call, maker: _Maker) -> None:
    body = call.body if isinstance(call.body, dict) else {}
    for key, field in fields.items():
        given = body.get(key)
        kind = field.type.items[0] if field.type.kind == "map" else field.type
        inner = fields_of(kind)
        if inner is None or given is None or key not in value:
            continue
        if field.type.kind == "map":
            value[key] = {name: _overlaid(maker.entity(inner, 2), inner, entity) for name, entity in _by_id(given)}
        elif isinstance(given, dict):
            _overlaid(value[key], inner, given)
    # The path names the entity that comes back under its kind, such as the message of `/messages/{id}`.
    for key in ("channel", "message"):
        inner = fields_of(fields[key].type) if key in fields else None
        if inner is not None and isinstance(value.get(key), dict) and f"/{key}s/" in call.path:
            named = {name: item for name, item in call.values.items() if name in ("id", "type")}
            if key == "message" and "type" in named:
                continue
            _overlaid(value[key], inner, {**(body.get("data") or {}), **named} if key == "channel" else named)
            if key == "channel" and {"id", "type"} <= value[key].keys():
                value[key]["cid"] = f"{value[key]['type']}:{value[key]['id']}"


def _by_id(given: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    if isinstance(given, dict):
        return [(str(key), item) for key, item in given.items() if isinstance(item, dict)]
    entities = given if isinstance(given, list) else []
    return [(str(item["id"]), item) for item in entities if isinstance(item, dict) and "id" in item]


_SCALARS: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float), "bool": (bool,)}


def _overlaid(value: dict[str, Any], fields: Mapping[str, Field], entity: dict[str, Any]) -> dict[str, Any]:
    for key, item in entity.items():
        kind = fields[key].type if key in fields else None
        if kind and key == "custom" and isinstance(item, dict) and kind.kind == "map":
            value[key] = dict(item)
        elif (
            kind
            and isinstance(item, _SCALARS.get(kind.name, ()))
            and (kind.name == "bool" or not isinstance(item, bool))
        ):
            value[key] = item
        elif key == "user_id" and isinstance(value.get("user"), dict):
            value["user"]["id"] = item
    return value


def v1_response(operation: Operation, value: dict[str, Any]) -> dict[str, Any]:
    """Return v1's shape of a v2 answer."""
    shaped = v1_shape(value, operation.response)
    assert isinstance(shaped, dict)
    if operation.id == "mute" and shaped.get("mutes"):
        shaped["mute"] = shaped["mutes"][0]
    if operation.id == "flag":
        # v1 names another id than v2's `item_id`; nothing says that the two are one.
        shaped.pop("item_id", None)
        shaped["flag"] = {}
        shaped["review_queue_item_id"] = "review-queue-item"
    return shaped


def v1_shape(value: Any, kind: Type) -> Any:
    """Return v1's shape of a value of a type: times as text, custom data among the entity's keys."""
    if value is None:
        return None
    if kind.kind == "time":
        return iso_text(value)
    if kind.kind == "list":
        return [v1_shape(item, kind.items[0]) for item in value]
    if kind.kind == "map" and kind.items[0].kind != "any":
        return {key: v1_shape(item, kind.items[0]) for key, item in value.items()}
    fields = fields_of(kind)
    if fields is None or not isinstance(value, dict):
        return value
    shaped = {key: v1_shape(item, fields[key].type) for key, item in value.items() if key in fields}
    if isinstance(shaped.get("custom"), dict) and kind.name not in NESTED:
        # A known key wins over a custom one of its name.
        shaped = {**shaped.pop("custom"), **shaped}
    return shaped


def iso_text(nanoseconds: int) -> str:
    """Return the ISO 8601 text, with milliseconds and Z, of nanoseconds since the epoch."""
    moment = _EPOCH + timedelta(milliseconds=nanoseconds // 1_000_000)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def shape_of(text: str) -> Callable[[Any], Any]:
    """Return `v1_shape` for the type that a text such as `List[UserResponse]` names."""
    kind = parse_type(text)
    return lambda value: v1_shape(value, kind)


def failing(answer: Answerer, failure: int | Literal["timeout", "connection"], *, at: int = 0) -> Answerer:
    """Return an answerer that fails at the request with the index `at` and else answers as the given one.

    A status gives the API's error envelope (429 with Retry-After), the words a timeout or a lost connection.
    """
    index = -1

    def fail(request: Request) -> Answer:
        nonlocal index
        index += 1
        return _failure(failure) if index == at else answer(request)

    return fail


def _failure(failure: int | Literal["timeout", "connection"]) -> Answer:
    if not isinstance(failure, int):
        return Answer(error=failure)
    code = 9 if failure == 429 else 16 if failure == 404 else 4
    envelope = {
        "code": code,
        "message": f"the request failed with {failure}",
        "StatusCode": failure,
        "duration": "1.00ms",
        "more_info": "https://getstream.io/chat/docs/api_errors_response",
        "details": [],
    }
    return Answer(failure, envelope, {"Retry-After": "30"} if failure == 429 else {})
