"""Pipfile: every table but those that hold no packages."""

from __future__ import annotations

from streammigrate.manifests.formats.toml_lists import pruned, table_listing
from streammigrate.manifests.formats.toml_spans import load, scan
from streammigrate.manifests.model import Listing, Reading

_OTHERS = frozenset({"source", "requires", "scripts", "pipenv", "pipfile"})


def matches(path: str) -> bool:
    """Return whether a path is a Pipfile."""
    return path.rpartition("/")[2] == "Pipfile"


def read(text: str, path: str = "Pipfile") -> Reading:
    """Return what a Pipfile lists. Raises ManifestError."""
    load(text)
    headers = scan(text)
    listings: list[Listing] = []
    for name in dict.fromkeys(header.path[0] for header in headers if header.path and not header.array):
        if name not in _OTHERS:
            listings += table_listing(text, f"[{name}]", "pipfile", (name,), headers)
    return Reading(tuple(listings))


def meaning(text: str) -> object:
    """Return the data of the file but for the two names."""
    return pruned(load(text))
