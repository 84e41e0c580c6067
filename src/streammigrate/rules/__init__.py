"""The data that ships with the tool: `/rules` in a checkout, one compiled JSON file in a wheel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

COMPILED = Path(__file__).resolve().parent / "rules.json"
"""Made by the build hook; only an installed wheel has it."""

SOURCE = Path(__file__).resolve().parents[3] / "rules"
"""The YAML files of a checkout."""


def load(name: str) -> Any:
    """Return the data of `rules/<name>.yaml`, from the wheel's compiled file or else from the checkout.

    Raises FileNotFoundError when neither has it, which only a broken installation shows.
    """
    if COMPILED.is_file():
        data = json.loads(COMPILED.read_text(encoding="utf-8"))
        if name in data:
            return data[name]
    source = SOURCE / f"{name}.yaml"
    if not source.is_file():
        raise FileNotFoundError(f"rules data {name!r} is neither in {COMPILED.name} nor in a checkout")
    from streammigrate.spec.model import Fetched
    from streammigrate.spec.parse import parse

    return parse(Fetched(str(source), source.read_bytes(), sha256=""))
