"""The rules and their proofs as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from streammigrate.rules.proofs import Run
from streammigrate.rules.shown import Shown


def render_list(rules: Sequence[Shown]) -> str:
    """Return all that is told of rules, as an array."""
    return json.dumps([_rule(rule) for rule in rules], ensure_ascii=False, indent=1) + "\n"


def render_rule(rule: Shown) -> str:
    """Return all that is told of one rule."""
    return json.dumps(_rule(rule), ensure_ascii=False, indent=1) + "\n"


def render_proofs(proofs: Sequence[Mapping[str, Any]], run: Run) -> str:
    """Return the proofs, which are JSON-like data, with what they were made with."""
    return json.dumps({**run._asdict(), "proofs": list(proofs)}, ensure_ascii=False, indent=1) + "\n"


def _rule(rule: Shown) -> dict[str, Any]:
    data = rule._asdict()
    if rule.proof is not None:
        data["proof"] = {**rule.proof._asdict(), "forms": sorted(rule.proof.forms)}
    return data
