"""Where reports go: `--format` and `--output`, which every command takes the same way."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple

from streammigrate import api

_ENDINGS = {
    ".txt": "text",
    ".json": "json",
    ".csv": "csv",
    ".yaml": "map",
    ".yml": "map",
    ".md": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xml": "junit",
    ".sarif": "sarif",
}


class Target(NamedTuple):
    """Where a report goes: `path` None is standard output."""

    format: str
    path: str | None


def plan_outputs(
    formats: list[str], outputs: list[str], known: Collection[str], inputs: Iterable[str] = ()
) -> list[Target]:
    """Return what goes where.

    Raises UsageError for a format that is not among those known, for one report too many for standard output, and for an
    output that is one of the inputs.
    """
    for name in formats:
        _check_format(name, known)
    if len(formats) > len(outputs) + 1:
        raise api.UsageError("only one report can go to standard output: give an --output for each --format but one")
    sources = list(inputs)
    targets = []
    for position, path in enumerate(outputs):
        if any(_is_same_file(path, source) for source in sources):
            raise api.UsageError(f"--output {path} would overwrite an input")
        targets.append(Target(formats[position] if position < len(formats) else _by_ending(path, known), path))
    if len(formats) > len(outputs):
        targets.append(Target(formats[-1], None))
    return targets or [Target("text", None)]


def _by_ending(path: str, known: Collection[str]) -> str:
    ending = Path(path).suffix.lower()
    if ending not in _ENDINGS:
        raise api.UsageError(f"the format of {path!r} is not clear from its ending: give a --format for it")
    _check_format(_ENDINGS[ending], known)
    return _ENDINGS[ending]


def _check_format(name: str, known: Collection[str]) -> None:
    if name not in known:
        raise api.UsageError(f"unknown format {name!r} (known: {', '.join(known)})")


def _is_same_file(output: str, source: str) -> bool:
    try:
        return bool(source) and Path(output).samefile(source)
    except (OSError, ValueError):
        return False
