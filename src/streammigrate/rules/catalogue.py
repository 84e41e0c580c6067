"""All rules, by id and by member."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from streammigrate import rules
from streammigrate.rules.model import Rule, RuleError, parse_rule

SHARED = {
    "StreamChatAsync": "StreamChat",
    "AsyncChannel": "Channel",
    "AsyncCampaign": "Campaign",
    "AsyncSegment": "Segment",
    "AsyncChannelBatchUpdater": "ChannelBatchUpdater",
    "AsyncQueryThreads": "QueryThreads",
}
"""Asynchronous classes share the rules of their synchronous twins unless they have an entry of their own."""


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, sorted by id. Raises RuleError when an entry is wrong or two say the same."""
    found: list[Rule] = []
    for area, data in rules.areas().items():
        found += [parse_rule(entry, area) for entry in data]
    found.sort(key=lambda rule: rule.id)
    ids: dict[str, Rule] = {}
    members: dict[str, Rule] = {}
    for rule in found:
        if rule.id in ids:
            raise RuleError(f"{rule.id} is used by {ids[rule.id].v1} and {rule.v1}")
        if rule.v1 in members:
            raise RuleError(f"{rule.v1} has two entries: {members[rule.v1].id} and {rule.id}")
        ids[rule.id] = members[rule.v1] = rule
    return tuple(found)


@cache
def _by_member() -> Mapping[str, Rule]:
    return {rule.v1: rule for rule in all_rules()}


@cache
def _by_id() -> Mapping[str, Rule]:
    return {rule.id: rule for rule in all_rules()}


def rule_for(owner: str, member: str) -> Rule | None:
    """Return the rule of a class's member (`StreamChat`, `upsert_user`) or None."""
    own = _by_member().get(f"{owner}.{member}")
    return own or _by_member().get(f"{SHARED.get(owner, owner)}.{member}")


def rule_named(name: str) -> Rule | None:
    """Return the rule with a full v1 name such as `stream_chat.webhook.verify_signature`."""
    return _by_member().get(name)


def find_rule(id: str) -> Rule | None:
    """Return the rule with an id, in any case."""
    return _by_id().get(id.upper())
