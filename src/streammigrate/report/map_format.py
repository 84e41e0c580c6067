"""The migration map as YAML."""

from __future__ import annotations

from typing import Any

from streammigrate.diff.mapping import migration_map
from streammigrate.diff.result import DiffResult
from streammigrate.yaml_text import dump

_HEADER = "# The migration map of two API descriptions: what old names became. Facts only.\n"


def render(result: DiffResult) -> str:
    """Return the migration map of a comparison as YAML text."""
    return render_map(migration_map(result))


def render_map(data: dict[str, Any]) -> str:
    """Return a migration map as YAML text; the innermost collections stand on one line each."""
    return _HEADER + dump(data, inline=True)
