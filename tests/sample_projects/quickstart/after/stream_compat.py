# Written by streammigrate: for code that still has the shapes of stream-chat.
# Change it as you like, and delete it when nothing imports it any more; each function
# says when it is not needed. Another run adds functions and changes none.
"""What stream-chat took and gave, for code that calls getstream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime, timezone
from functools import cache
from typing import (
    Any,
    NamedTuple,
    Protocol,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

from getstream.rate_limit import RateLimitInfo
from getstream.stream_response import StreamResponse

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
