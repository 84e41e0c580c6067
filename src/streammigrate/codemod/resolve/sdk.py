"""The part of stream-chat's shape that resolving needs, from the derived data `v1`."""

from __future__ import annotations

from functools import cache

from streammigrate.rules.sdk import v1_class_of, v1_classes

ROOT = "stream_chat"
CLIENTS = ("StreamChat", "StreamChatAsync")
EXCEPTIONS = frozenset({"StreamAPIException", "StreamChannelException", "InvalidWebhookError"})

# An interface stands for an object of either client; the derived data leaves these base classes out.
_INTERFACES: dict[str, tuple[str, str]] = {
    f"{ROOT}.base.client.StreamChatInterface": CLIENTS,
    f"{ROOT}.base.channel.ChannelInterface": ("Channel", "AsyncChannel"),
    f"{ROOT}.base.campaign.CampaignInterface": ("Campaign", "AsyncCampaign"),
    f"{ROOT}.base.segment.SegmentInterface": ("Segment", "AsyncSegment"),
}


def is_ours(dotted: str) -> bool:
    """Return whether a dotted name is of stream-chat's package."""
    return dotted == ROOT or dotted.startswith(f"{ROOT}.")


def class_named(dotted: str) -> str:
    """Return the name of the class that is importable under a dotted name, or an empty text."""
    if not is_ours(dotted):
        return ""
    found = v1_class_of(dotted)
    return "" if found is None else found.name


def instances_of(dotted: str) -> tuple[str, ...]:
    """Return the classes whose objects are followed: the class itself, both twins for an interface, or none."""
    if dotted in _INTERFACES:
        return _INTERFACES[dotted]
    name = class_named(dotted)
    return (name,) if name in _followed() else ()


@cache
def makes(cls: str, method: str) -> str:
    """Return the class of the object that a method of a client makes, or an empty text."""
    if cls not in CLIENTS or method.startswith("__"):
        return ""
    member = v1_classes()[cls].members.get(method)
    return "" if member is None or member.returns not in _followed() else member.returns


@cache
def client_of(cls: str) -> str:
    """Return the class of the client that an object holds as its attribute `client`, or an empty text."""
    found = v1_classes().get(cls)
    member = None if found is None else found.members.get("client")
    return "" if member is None else member.returns


@cache
def has_member(cls: str, name: str) -> bool:
    """Return whether a class has a public member of that name."""
    found = v1_classes().get(cls)
    return found is not None and name in found.members


@cache
def _followed() -> frozenset[str]:
    # Objects that hold a client, the clients themselves and the exceptions; not responses, enums and typed dicts.
    classes = v1_classes()
    holding = {name for name, cls in classes.items() if "client" in cls.members}
    return frozenset(holding) | {name for name in CLIENTS if name in classes} | EXCEPTIONS
