# Written by streammigrate: for code that still has the shapes of stream-chat.
# Change it as you like, and delete it when nothing imports it any more; each function
# says when it is not needed. Another run adds functions and changes none.
"""What stream-chat took and gave, for code that calls getstream."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime, timezone
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

from getstream.rate_limit import RateLimitInfo
from getstream.stream_response import StreamResponse

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


class _Response(Protocol):
    """What getstream's StreamResponse is to a type checker that does not know it."""

    @property
    def data(self) -> Any: ...
    def headers(self) -> dict[str, Any]: ...
    def status_code(self) -> int: ...


class _Model(Protocol):
    """What getstream's models have in common."""

    def to_dict(self, encode_json: bool = ...) -> dict[str, Any]: ...


class _Field(NamedTuple):
    """A field of a model: its name in Python, its type, whether it has no default."""

    name: str
    kind: Any
    required: bool


class _Headers(dict[str, Any]):
    """Headers by their names in small letters, found under any spelling."""

    def __init__(self, headers: Mapping[str, Any]) -> None:
        super().__init__({name.lower(): value for name, value in headers.items()})

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def __getitem__(self, name: str) -> Any:
        return super().__getitem__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


class V1Response(dict[str, Any]):
    """A response as stream-chat gives it: a dictionary that knows of the HTTP response.

    Takes what stream-chat's StreamResponse takes. The names of the headers are in small
    letters and are found under any spelling.

    Not needed once the code reads `response.data` of getstream's StreamResponse.
    """

    def __init__(
        self,
        response_dict: Mapping[str, Any],
        headers: Mapping[str, Any],
        status_code: int,
    ) -> None:
        super().__init__(response_dict)
        self._headers = _Headers(headers)
        self._status_code = status_code

    def rate_limit(self) -> RateLimitInfo | None:
        """Return what the headers say of the rate limit, None if they say nothing."""
        parts = ("limit", "remaining", "reset")
        texts = [self._headers.get(f"x-ratelimit-{part}") for part in parts]
        if not all(texts):
            return None
        limit, remaining, reset = map(_first_number, texts)
        moment = datetime.fromtimestamp(reset, timezone.utc)
        return RateLimitInfo(limit=limit, remaining=remaining, reset=moment)

    def headers(self) -> dict[str, Any]:
        """Return the headers of the response."""
        return self._headers

    def status_code(self) -> int:
        """Return the status of the response."""
        return self._status_code

    def is_ok(self) -> bool:
        """Return whether the status is one of success."""
        return 200 <= self._status_code < 300


def _first_number(text: str) -> int:
    # A proxy may have joined several headers; stream-chat reads 0 where it cannot read.
    first = next((part.strip() for part in text.split(",") if part.strip()), "")
    try:
        return int(first)
    except ValueError:
        return 0


@overload
def as_v1(value: _Model) -> dict[str, Any]: ...
@overload
def as_v1(value: _Response) -> V1Response: ...
@overload
def as_v1(value: datetime) -> str: ...
@overload
def as_v1(value: dict[str, Any]) -> dict[str, Any]: ...
@overload
def as_v1(value: list[Any]) -> list[Any]: ...
@overload
def as_v1(value: Any) -> Any: ...
def as_v1(value: Any) -> Any:
    """Return a value that getstream gave in the shape that stream-chat gave it.

    A response becomes a V1Response, a model a dictionary, a datetime its ISO 8601 text
    in UTC. Lists and dictionaries become new ones, item by item; everything else stays
    as it is. In the dictionary of a model

    - custom data stands among the other keys; where both have a key, the model's wins
    - a field that is None is left out, unless getstream says that it always has a value

    Assumed of stream-chat's texts: three digits after the seconds, or six where a time
    has microseconds. What getstream's models have no field for is not there any more.

    Not needed where code reads the attributes of the model instead of keys.
    """
    if isinstance(value, StreamResponse):
        body: dict[str, Any] = as_v1(value.data) or {}
        return V1Response(body, value.headers(), value.status_code())
    # Not isinstance: tests that stop the clock put a class of their own for datetime.
    if hasattr(type(value), "astimezone"):
        return _iso_text(value)
    # Classes of their own are not getstream's: a V1Response, a defaultdict.
    if type(value) is list:
        return [as_v1(item) for item in value]
    if type(value) is dict:
        return {key: as_v1(item) for key, item in value.items()}
    if is_dataclass(type(value)) and type(value).__module__ == "getstream.models":
        return _flat(value)
    return value


def _iso_text(moment: datetime) -> str:
    if moment.tzinfo is not None:
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    whole = moment.microsecond % 1000 == 0
    return moment.isoformat(timespec="milliseconds" if whole else "microseconds") + "Z"


def _flat(model: Any) -> dict[str, Any]:
    kind: Any = type(model)
    shaped: dict[str, Any] = {}
    for wire, field in _fields(kind).items():
        item = getattr(model, field.name)
        if item is not None or field.required:
            shaped[wire] = as_v1(item)
    if not _takes_custom(kind):
        return shaped
    return {**(shaped.pop("custom", None) or {}), **shaped}


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
