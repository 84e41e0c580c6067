"""Calls of stream-chat with arguments that can be found again in the request."""

from __future__ import annotations

import collections.abc
import datetime
import inspect
import re
import typing
import warnings
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from streammigrate.surface.wire import Request, Wire, deep_changes

CLASSES = ("StreamChat", "Channel", "Campaign", "Segment", "ChannelBatchUpdater", "QueryThreads")

_NOT_CALLED = {"set_http_session", "parse_sns", "parse_sqs", "verify_and_parse_webhook", "verify_webhook"}
_KEY = "sentinelkey"
_SORT = re.compile(r"\[\]\.(?:field|direction)$")
_RECEIVER: dict[str, dict[str, str]] = {
    "Channel": {"recv.type": "recvtype", "recv.id": "recvid", "recv.data": "recvdata"},
    "Campaign": {"recv.id": "recvid", "recv.data": "recvdata"},
    "Segment": {"recv.id": "recvid", "recv.data": "recvdata"},
}
"""What a receiver remembers, varied like an argument."""

_SHAPED: dict[tuple[str, str], Callable[[str], Any]] = {
    ("mark_delivered", "data"): lambda text: {"latest_delivered_messages": [{"cid": text, "id": "m"}], "user_id": text},
    ("update_message", "message"): lambda text: {"id": text, _KEY + text: text},
    ("upsert_users", "users"): lambda text: [{"id": text, _KEY + text: text}],
    ("update_users", "users"): lambda text: [{"id": text, _KEY + text: text}],
    ("upsert_user", "user"): lambda text: {"id": text, _KEY + text: text},
    ("update_user", "user"): lambda text: {"id": text, _KEY + text: text},
    ("update_users_partial", "updates"): lambda text: [{"id": text, "set": {_KEY + text: text}}],
    ("update_user_partial", "update"): lambda text: {"id": text, "set": {_KEY + text: text}},
}
"""Arguments that the SDK looks into."""

_TOGETHER = {("delete_message", "delete_for_me"): "deleted_by"}
"""An argument that the SDK refuses without another."""

_DEMANDED = {("update_user_location", "options")}
"""Arguments without which a method fails although its signature calls them optional."""


class Call:
    """One method of a v1 class and its sentinel arguments."""

    def __init__(self, owner: str, name: str, wire: Wire, folder: Path) -> None:
        """Nothing is called yet; `folder` is for files that uploads name."""
        self.owner = owner
        self.name = name
        self.wire = wire
        self.folder = folder
        self.remembered = _RECEIVER.get(owner, {})

    @cached_property
    def signature(self) -> Mapping[str, inspect.Parameter]:
        """The parameters without self."""
        return inspect.signature(getattr(self._receiver({}), self.name)).parameters

    @property
    def varied(self) -> list[str]:
        """What can be varied: the parameters and what the receiver remembers."""
        return [*self.signature, *self.remembered]

    @property
    def optional(self) -> set[str]:
        """The parameters with a default that are not given unless they are varied."""
        given = {name for owner, name in _DEMANDED if owner == self.name}
        return {name for name, item in self.signature.items() if item.default is not item.empty} - given

    def _receiver(self, changed: Mapping[str, int]) -> Any:
        import stream_chat
        from stream_chat.campaign import Campaign
        from stream_chat.channel import Channel
        from stream_chat.channel_batch_updater import ChannelBatchUpdater
        from stream_chat.query_threads import QueryThreads
        from stream_chat.segment import Segment
        from stream_chat.types.segment import SegmentType

        client = stream_chat.StreamChat("k", "s" * 32, base_url="https://v1.invalid")
        texts = {name: f"{text}{changed.get(name, 0)}" for name, text in self.remembered.items()}
        data: Any = {_KEY + texts["recv.data"]: texts["recv.data"]} if "recv.data" in texts else None
        if self.owner == "Channel":
            return Channel(client, texts["recv.type"], texts["recv.id"], data)
        if self.owner == "Campaign":
            return Campaign(client, texts["recv.id"], data)
        if self.owner == "Segment":
            return Segment(client, SegmentType.USER, texts["recv.id"], data)
        if self.owner == "ChannelBatchUpdater":
            return ChannelBatchUpdater(client)
        if self.owner == "QueryThreads":
            # Its constructor is abstract, so that only a subclass can be made.
            made: Any = type(
                "Made", (QueryThreads,), {"__init__": lambda self, client: setattr(self, "client", client)}
            )
            return made(client)
        return client

    def _value(self, name: str, extra: int) -> Any:
        number = 2 * list(self.signature).index(name) + 10 + extra
        shaped = _SHAPED.get((self.name, name))
        if shaped is not None:
            return shaped(f"sentinel{number}")
        if name == "url" and self.name in ("send_file", "send_image"):
            path = self.folder / f"file{number}.png"
            path.write_bytes(b"sentinel%d" % number)
            return str(path)
        if name == "sort":
            return [{"field": f"sentinel{number}", "direction": 1 - 2 * (number % 2)}]
        return _sentinel(self.signature[name].annotation, number)

    def request(self, changed: Mapping[str, int] | None = None) -> tuple[Request | None, str]:
        """Return the first request of the call with the arguments it needs and those in `changed`, or why there is none."""
        changed = changed or {}
        if self.name in _NOT_CALLED:
            return None, ""
        arguments: list[Any] = []
        keywords: dict[str, Any] = {}
        for name, parameter in self.signature.items():
            if parameter.kind is parameter.VAR_KEYWORD:
                if name in changed:
                    keywords[f"{_KEY}{changed[name]}"] = f"sentinel{changed[name]}"
            elif parameter.kind is parameter.VAR_POSITIONAL:
                arguments.append(self._value(name, changed.get(name, 0)))
            elif parameter.default is parameter.empty or name in changed or (self.name, name) in _DEMANDED:
                keywords[name] = self._value(name, changed.get(name, 0))
        method = getattr(self._receiver(changed), self.name)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return self.wire.first_request(lambda: method(*arguments, **keywords)), ""
        except Exception as error:  # the SDK refuses the sentinel: that is what is to be told
            return None, f"refused: {type(error).__name__}: {error}"

    def places(self, name: str) -> list[str]:
        """Return where an argument lands, sorted: container:key.path, with * for keys that the caller chooses."""
        without, one, other = (self.request(changed)[0] for changed in self._variations(name))
        if without is None or one is None or other is None:
            return ["refused"]
        found = deep_changes(one, other) or deep_changes(without, one) or deep_changes(without, other)
        return sorted({_SORT.sub("[].*", general(place)) if name == "sort" else general(place) for place in found})

    def shown(self, value: Any) -> Any:
        """Return a value of the request, by name where the receiver remembers it."""
        names = {f"{text}0": f"{{{name}}}" for name, text in self.remembered.items()}
        return names.get(value, value) if isinstance(value, str) else value

    def _variations(self, name: str) -> list[dict[str, int]]:
        beside = {_TOGETHER[self.name, name]: 0} if (self.name, name) in _TOGETHER else {}
        return [beside, {**beside, name: 0}, {**beside, name: 1}]

    def template(self, request: Request) -> str:
        """Return the request's path with arguments by name."""
        texts = {f"{text}0": name for name, text in self.remembered.items()}
        needed = [name for name, parameter in self.signature.items() if parameter.default is parameter.empty]
        plain = {name: self._value(name, 0) for name in needed if self.signature[name].kind.name[:3] != "VAR"}
        texts |= {value: name for name, value in plain.items() if isinstance(value, str)}
        inner = {name: value.get("id") for name, value in plain.items() if isinstance(value, dict)}
        texts |= {str(value): f"{name}.id" for name, value in inner.items() if value}
        return "/".join(f"{{{texts[part]}}}" if part in texts else part for part in request.path.split("/"))


def general(place: str) -> str:
    """Return the place with * for a last key that the caller chose, and {} for a key within that is made of a value."""
    container, _, path = place.partition(":")
    *keys, last = path.split(".")
    keys = ["{}" if key.startswith("sentinel") else key for key in keys]
    return f"{container}:{'.'.join([*keys, '*' if last.startswith(_KEY) else last])}"


def _sentinel(annotation: Any, number: int) -> Any:
    """Return a value of the annotated type that differs for every number."""
    text = f"sentinel{number}"
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Union:
        kinds = [item for item in arguments if item is not type(None)]
        # A time is sent as a text of the SDK's own making, so that the plain type says less.
        return _sentinel(datetime.datetime if datetime.datetime in kinds else kinds[0], number)
    if origin is typing.Literal:
        return arguments[number % len(arguments)]
    if annotation is datetime.datetime:
        return datetime.datetime.fromtimestamp(1700000000 + number, datetime.timezone.utc)
    if annotation in (int, float):
        return annotation(700000 + number)
    if annotation is bool:
        return bool(number % 2)
    if annotation is list or origin in (list, collections.abc.Iterable, collections.abc.Sequence):
        return [_sentinel(arguments[0] if arguments else str, number)]
    members = list(getattr(annotation, "__members__", {}).values())
    if members:
        return members[number % len(members)]
    if annotation is dict or origin is dict or typing.is_typeddict(annotation):
        return {_KEY + str(number): text}
    return text
