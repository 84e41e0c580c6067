"""The data that ships with the tool: `/rules` in a checkout, one compiled JSON file in a wheel."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

COMPILED = Path(__file__).resolve().parent / "rules.json"
"""Made by the build hook; only an installed wheel has it."""

SOURCE = Path(__file__).resolve().parents[3] / "rules"
"""The YAML files of a checkout."""


@cache
def _compiled() -> dict[str, Any]:
    """Return the compiled data of an installed wheel; empty in a checkout."""
    if not COMPILED.is_file():
        return {}
    data: dict[str, Any] = json.loads(COMPILED.read_text(encoding="utf-8"))
    return data


FACTS = frozenset({"operations", "models", "v1", "v2", "proofs", "types", "filters", "events", "clients"})
"""Files that hold derived facts; every other file of the folder holds rules of one area."""


def areas() -> dict[str, list[dict[str, Any]]]:
    """Return the entries of every rule file by the area it is named after."""
    names = _compiled() or {path.stem for path in SOURCE.glob("*.yaml")}
    return {name: load(name)["rules"] for name in sorted(set(names) - FACTS)}


def load(name: str) -> Any:
    """Return the data of `rules/<name>.yaml`, from the wheel's compiled file or else from the checkout.

    Raises FileNotFoundError when neither has it, which only a broken installation shows.
    """
    data = _compiled()
    if name in data:
        return data[name]
    source = SOURCE / f"{name}.yaml"
    if not source.is_file():
        raise FileNotFoundError(f"rules data {name!r} is neither in {COMPILED.name} nor in a checkout")
    from streammigrate.spec.model import Fetched
    from streammigrate.spec.parse import parse

    return parse(Fetched(str(source), source.read_bytes(), sha256=""))
