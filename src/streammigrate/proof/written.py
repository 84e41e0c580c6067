"""Proofs as data: for the file rules/proofs.yaml, and for another process that made them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from streammigrate.proof.program import MADE_UP
from streammigrate.proof.prove import Differing, Example, Left, Loss, Proof
from streammigrate.yaml_text import dump

_HEADER = """\
# What running the rules' programs with both SDKs showed. Made by `streammigrate rules prove --write`, not edited by hand.
# `forms` are the pieces of calls that a proof covers; `others` says what differs against other releases of getstream.
"""


def proof_data(proof: Proof) -> dict[str, Any]:
    """Return a proof as JSON-like data; `proof_of` reads it."""
    return {
        "rule": proof.rule,
        "programs": proof.programs,
        "equal": proof.equal,
        "skipped": proof.skipped,
        "mutants": proof.mutants,
        "left": [item._asdict() for item in proof.left],
        "different": [{**item._asdict(), "differences": list(item.differences)} for item in proof.different],
        "losses": [{"text": item.text, "differences": list(item.differences)} for item in proof.losses],
        "forms": list(proof.forms),
        "example": None if proof.example is None else proof.example._asdict(),
    }


def proof_of(data: Mapping[str, Any]) -> Proof:
    """Return the proof that `proof_data` wrote. Raises KeyError or TypeError for other data."""
    return Proof(
        data["rule"],
        data["programs"],
        data["equal"],
        data["skipped"],
        data["mutants"],
        tuple(Left(**item) for item in data["left"]),
        tuple(Differing(**{**item, "differences": tuple(item["differences"])}) for item in data["different"]),
        tuple(Loss(item["text"], tuple(item["differences"])) for item in data["losses"]),
        tuple(data["forms"]),
        None if data["example"] is None else Example(**data["example"]),
    )


def proofs_file(
    proofs: Iterable[Proof], *, target: str, date: str, stream_chat: str, getstream: str, others: Mapping[str, Any]
) -> str:
    """Return the text of rules/proofs.yaml. `others` are the entries of runs against other releases, by release."""
    head = {"target": target, "date": date, "stream_chat": stream_chat, "getstream": getstream}
    parts = [_HEADER + dump(head), "rules:\n"]
    ran = [proof for proof in sorted(proofs, key=lambda one: one.rule) if proof.programs]
    parts += [_indented(dump({proof.rule: _entry(proof)}, inline=True)) for proof in ran]
    if others:
        parts.append(dump({"others": {release: others[release] for release in sorted(others)}}, inline=True))
    return "".join(parts)


def _entry(proof: Proof) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "programs": proof.programs,
        "equal": proof.equal,
        "left": len(proof.left),
        "mutants": proof.mutants,
    }
    losses = [loss.text for loss in proof.losses if not any(f"`{key}`" in loss.text for key in MADE_UP)]
    if losses:
        entry["losses"] = losses
    if proof.example is not None:
        entry["example"] = proof.example._asdict()
    entry["forms"] = list(proof.forms)
    return entry


def other_entry(
    proofs: Sequence[Proof], known: Mapping[str, frozenset[str]], *, date: str, getstream: str
) -> dict[str, Any]:
    """Return what a run against another release showed, as what it lacks beside the forms that are `known` by rule."""
    lacking = {}
    for proof in sorted(proofs, key=lambda one: one.rule):
        missing = sorted(known.get(proof.rule, frozenset()) - set(proof.forms))
        if missing or proof.different:
            lacking[proof.rule] = {"equal": proof.equal, "different": len(proof.different), "unproven": missing}
    totals = {
        "rules": sum(1 for proof in proofs if proof.programs),
        "programs": sum(proof.programs for proof in proofs),
        "equal": sum(proof.equal for proof in proofs),
        "different": sum(len(proof.different) for proof in proofs),
    }
    return {"date": date, "getstream": getstream, **totals, "lacking": lacking}


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())
