# Written by streammigrate: for code that still has the shapes of stream-chat.
# Change it as you like, and delete it when nothing imports it any more; each function
# says when it is not needed. Another run adds functions and changes none.
"""What stream-chat took and gave, for code that calls getstream."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from functools import cache
from typing import (
    Any,
    NamedTuple,
    Protocol,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

from getstream.exceptions import StreamApiException, StreamRateLimitException
from getstream.models import APIError

_T = TypeVar("_T")

# Models whose custom data stands under `custom` in v1 too.
_NESTED = frozenset(
    {
        "CampaignChannelMember",
        "CampaignChannelTemplate",
        "CampaignMessageTemplate",
        "ChannelBatchMemberRequest",
        "ChannelDataUpdate",
    }
)

# Models that v1 also takes as a text, and the field that the text is.
_TEXTS = {"ChannelMemberRequest": "user_id"}

_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d+))?)?"
    r"([Zz]|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)


class _Model(Protocol):
    """What getstream's models have in common."""

    def to_dict(self, encode_json: bool = ...) -> dict[str, Any]: ...


class _Field(NamedTuple):
    """A field of a model: its name in Python, its type, whether it has no default."""

    name: str
    kind: Any
    required: bool


@overload
def from_v1(model: type[Any], payload: None) -> None: ...
@overload
def from_v1(model: type[_T], payload: Mapping[str, Any] | str | _Model) -> _T: ...
def from_v1(model: type[_T], payload: Any) -> _T | None:
    """Return the model of getstream made of what stream-chat's methods take.

    Keys that the model has become its fields, models within models included; the others
    become custom data, together with what a mapping under `custom` holds. ISO 8601 text
    becomes a datetime where the model wants one. What the payload lacks is not sent, as
    before, even where the model demands it: Stream decides. None and a model stay as
    they are.

    Raises TypeError for a key that the model has no place for, which getstream would
    drop without a word, and for a payload that is neither a mapping nor (for a member
    of a channel) a user's id. Raises ValueError for a text that is no time.

    Not needed where the model is written out: `UserRequest(id="chuck", custom={...})`.
    """
    if payload is None:
        return None
    if isinstance(payload, model):
        return payload
    if isinstance(payload, str) and model.__name__ in _TEXTS:
        payload = {_TEXTS[model.__name__]: payload}
    if not isinstance(payload, Mapping):
        got = type(payload).__name__
        raise TypeError(f"{model.__name__} is made of a mapping, not of {got}")
    kind: Any = model
    known = _fields(kind)
    takes_custom = _takes_custom(kind)
    custom: dict[str, Any] = {}
    values: dict[str, Any] = {one.name: None for one in known.values() if one.required}
    for key, item in payload.items():
        if takes_custom and key == "custom" and isinstance(item, Mapping):
            custom = {**item, **custom}
        elif takes_custom and (key not in known or key == "custom"):
            custom[key] = item
        elif key in known:
            values[known[key].name] = _typed(known[key].kind, item)
        elif item is not None:
            raise TypeError(f"{model.__name__} of getstream has no {key!r}")
    if takes_custom and (custom or known["custom"].required):
        values["custom"] = custom
    return model(**values)


def _typed(kind: Any, value: Any) -> Any:
    """Return a value of v1 as a field of the given type holds it."""
    parts = get_args(kind)
    if type(None) in parts:
        return _typed(next(one for one in parts if one is not type(None)), value)
    if hasattr(kind, "astimezone"):
        return time_from_v1(value)
    if hasattr(kind, "to_dict"):
        is_text = isinstance(value, str) and kind.__name__ in _TEXTS
        return from_v1(kind, value) if is_text or isinstance(value, Mapping) else value
    if get_origin(kind) is list and isinstance(value, (list, tuple)):
        return [_typed(parts[0], item) for item in value]
    if get_origin(kind) is dict and isinstance(value, Mapping):
        return {key: _typed(parts[1], item) for key, item in value.items()}
    return value


@overload
def time_from_v1(value: None) -> None: ...
@overload
def time_from_v1(value: str | datetime) -> datetime: ...
def time_from_v1(value: str | datetime | None) -> datetime | None:
    """Return the datetime for a time that stream-chat takes or gives as ISO 8601 text.

    A datetime and None stay as they are. Digits after the microseconds are cut off; a
    text without an offset gives a datetime without one, which getstream sends so.

    Raises ValueError for a text that is no time, TypeError for what is not a text.

    Not needed where the code keeps the datetime itself.
    """
    if isinstance(value, str):
        return _parsed_time(value)
    if value is None or hasattr(type(value), "astimezone"):
        return value
    raise TypeError(f"a time is a text or a datetime, not {type(value).__name__}")


def _parsed_time(text: str) -> datetime:
    match = _ISO.fullmatch(text)
    if match is None:
        return datetime.fromisoformat(text)
    day, minute, second, fraction, offset = match.groups(default="")
    if offset in ("Z", "z"):
        offset = "+00:00"
    elif offset:
        offset = f"{offset[:3]}:{offset[3:].lstrip(':') or '00'}"
    clock = f"{minute}:{second or '00'}.{fraction[:6]:0<6}"
    return datetime.fromisoformat(f"{day}T{clock}{offset}")


@cache
def _fields(model: Any) -> dict[str, _Field]:
    """Return the fields of a model by their names in JSON."""
    kinds = get_type_hints(model)
    found: dict[str, _Field] = {}
    for one in fields(model):
        wire = one.metadata["dataclasses_json"]["letter_case"](one.name)
        required = one.default is MISSING and one.default_factory is MISSING
        found[wire] = _Field(one.name, kinds[one.name], required)
    return found


def _takes_custom(model: Any) -> bool:
    """Return whether v1 has the custom data of a model among its other keys."""
    if model.__name__ in _NESTED or "custom" not in _fields(model):
        return False
    kind = _fields(model)["custom"].kind
    return dict in (get_origin(kind), *map(get_origin, get_args(kind)))


def stream_api_error(text: str, status_code: int) -> StreamApiException:
    """Return getstream's exception for what stream-chat's StreamAPIException took.

    `text` is the body of the answer, which need not be JSON.

    Not needed once the code makes the StreamApiException itself, with status_code, code
    and message.
    """
    given: dict[str, Any] = {"status_code": status_code, "raw_response_body": text}
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if answer is not None:
        code, message = answer.get("code", "unknown"), answer.get("message", "unknown")
        given["api_error"] = APIError(
            code=code,
            duration="",
            message=message,
            more_info="",
            status_code=status_code,
            details=[],
        )
        given.update(code=code, message=message)
    limited = status_code == 429
    return (StreamRateLimitException if limited else StreamApiException)(**given)
