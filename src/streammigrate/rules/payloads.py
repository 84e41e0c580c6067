"""What the SDKs' own types do not say of v1 payloads: rules/types.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from streammigrate import rules


class Shape(NamedTuple):
    """How a v1 mapping becomes a v2 model, beyond `known keys are fields, the others are custom`."""

    text: str = ""
    """The field that a plain string stands for: a member given as a user's id."""
    plain: bool = False
    """Whether v1 spells the custom data `custom` too, so that nothing is moved."""
    strict: bool = False
    """Whether a key without a field holds the site back, instead of being lost with a warning."""
    none: tuple[str, ...] = ()
    """Fields without default that v1 does not need: None, which is not sent."""


@cache
def _shapes() -> Mapping[str, Shape]:
    data = rules.load("types")["models"]
    return {name: _shape(entry) for name, entry in data.items()}


def _shape(data: Mapping[str, Any]) -> Shape:
    return Shape(data.get("text", ""), data.get("plain", False), data.get("strict", False), tuple(data.get("none", ())))


def shape(model: str) -> Shape:
    """Return what is special about a model's payload; nothing, for most."""
    return _shapes().get(model, Shape())
