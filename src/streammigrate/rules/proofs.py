"""What was proven, from the dated file rules/proofs.yaml that `streammigrate rules prove --write` makes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from streammigrate import rules


class Proven(NamedTuple):
    """What the last proof of a rule showed, in numbers, and the forms of calls that it covers."""

    programs: int
    equal: int
    left: int
    mutants: int
    losses: tuple[str, ...]
    forms: frozenset[str]
    before: str
    """A call in v1's code, empty where no program was equal."""
    after: str
    request: str


class Run(NamedTuple):
    """When the proof was made, and with which releases of the SDKs. Empty texts where there is none."""

    target: str
    date: str
    stream_chat: str
    getstream: str


@cache
def _data() -> Mapping[str, Any]:
    try:
        data: Mapping[str, Any] = rules.load("proofs")
    except FileNotFoundError:
        return {}
    return data


def last_run() -> Run:
    """Return when and with what the proofs were made."""
    data = _data()
    return Run(*(str(data.get(key, "")) for key in Run._fields))


@cache
def proof_of(rule_id: str) -> Proven | None:
    """Return what the last proof of a rule showed, or None for a rule that was not proven."""
    fact = _data().get("rules", {}).get(rule_id)
    if fact is None:
        return None
    example = fact.get("example", {})
    return Proven(
        fact["programs"],
        fact["equal"],
        fact["left"],
        fact["mutants"],
        tuple(fact.get("losses", ())),
        frozenset(fact["forms"]),
        *(example.get(key, "") for key in ("before", "after", "request")),
    )


def own_forms(rule_id: str) -> frozenset[str]:
    """Return the forms of calls that a rule's own programs proved."""
    found = proof_of(rule_id)
    return frozenset() if found is None else found.forms


@cache
def proven(rule_id: str, release: str = "") -> frozenset[str]:
    """Return the forms of calls that are proven for a rule: its own, and those of models, which any rule proves for all.

    `release` is an older getstream, as major and minor number: what its proof lacks is left out.
    """
    return _of_models(release) | _own(rule_id, release)


@cache
def _of_models(release: str) -> frozenset[str]:
    """Return the proven forms of models' fields (`UserRequest.name:value`)."""
    found = (_own(rule_id, release) for rule_id in _data().get("rules", {}))
    return frozenset(form for forms in found for form in forms if form[:1].isupper())


def _own(rule_id: str, release: str) -> frozenset[str]:
    lacking: Mapping[str, Any] = read_others().get(release, {}).get("lacking", {})
    return own_forms(rule_id) - frozenset(lacking.get(rule_id, {}).get("unproven", ()))


def read_others() -> Mapping[str, Any]:
    """Return what proofs against other releases of getstream lacked, by release."""
    found: Mapping[str, Any] = _data().get("others", {})
    return found
