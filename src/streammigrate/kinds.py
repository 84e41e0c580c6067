"""A kind: what an id like SM101 means. The modules that raise a kind declare it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a finding id means. Ids are never reused; `name` is its readable twin in kebab-case."""

    id: str
    name: str
    title: str
    explanation: str
    hint: str = ""
    url: str = ""
