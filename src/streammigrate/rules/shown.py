"""What people are told of a rule, in one value: the report formats print it, each in its way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from streammigrate.kinds import Kind
from streammigrate.rules.model import Keyed, Rest, Rule
from streammigrate.rules.proofs import Proven, proof_of


class Shown(NamedTuple):
    """One rule for readers."""

    id: str
    member: str
    """The v1 member in full."""
    area: str
    ceiling: str
    """The best applicability that a site can have: safe, unsafe or manual."""
    v2: str
    """The v2 call, such as `client.chat.delete_message`; empty where there is none."""
    summary: str
    before: str
    after: str
    request: str
    """The request that v1 sends for `before`; empty where none was recorded."""
    instruction: str
    """What a person has to do for a manual rule, or to know of an unsafe one."""
    losses: tuple[str, ...]
    """What v2 cannot do, where a call asks for it."""
    notes: tuple[str, ...]
    proof: Proven | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleKind(Kind):
    """A rule as one of the ids that the tool reports."""

    rule: Rule


def shown(rule: Rule) -> Shown:
    """Return what people are told of a rule."""
    proof = proof_of(rule.id)
    before, after, request = ("", "", "") if proof is None else (proof.before, proof.after, proof.request)
    if rule.examples:
        # Written for readers, and proven like the others.
        before, after = rule.examples[0]["before"].strip(), rule.examples[0]["after"].strip()
    return Shown(
        rule.id,
        rule.v1,
        rule.area,
        rule.ceiling,
        _v2(rule),
        rule.summary,
        before,
        after,
        request,
        _sentence(rule.manual or rule.unsafe),
        tuple(dict.fromkeys(map(_sentence, _losses(rule)))),
        tuple(dict.fromkeys(map(_sentence, (*rule.notes, *filter(None, rule.dropped.values()), *_result(rule))))),
        proof,
    )


def rule_kind(rule: Rule) -> RuleKind:
    """Return a rule as a kind, for `explain` and for the formats that name what an id means."""
    told = shown(rule)
    name = re.sub(r"[^a-z0-9]+", "-", rule.v1.lower()).strip("-")
    becomes = f"{rule.v1} becomes {told.v2}" if told.v2 else f"{rule.v1} in v2"
    title = becomes if len(becomes) <= 76 else f"{rule.v1.rpartition('.')[2]} in v2"
    return RuleKind(
        id=rule.id,
        name=name,
        title=title,
        explanation=rule.summary or f"What becomes of {rule.v1}.",
        hint=told.instruction if rule.manual else "",
        rule=rule,
    )


def _v2(rule: Rule) -> str:
    owner, _, method = rule.v2.partition(".")
    if not method:
        return rule.v2
    return f"client.{rule.v2}" if owner in ("chat", "moderation") else rule.v2


def _losses(rule: Rule) -> Iterator[str]:
    for rest in _rests(rule):
        yield from rest.lost.values()
    for case in rule.cases:
        if case.unsafe:
            yield case.unsafe


def _rests(rule: Rule) -> Iterator[Rest]:
    yield from rule.rest
    for case in rule.cases:
        yield from case.rest
    for value in rule.args.values():
        if isinstance(value.source, Keyed) and value.source.rest is not None:
            yield value.source.rest


def _result(rule: Rule) -> Iterator[str]:
    for name, text in rule.lacks.items():
        yield f"Where `{name}` of the answer is read the call is left: {text}"
    if rule.result == "none" and rule.result_reason:
        yield f"Where the answer is read the call is left: {rule.result_reason}"


def _sentence(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        return ""
    # A sentence that begins with code keeps its first letter.
    first = words.split()[0]
    plain = first.isalpha() and first.islower()
    return (words[0].upper() + words[1:] if plain else words).rstrip(".") + "."
