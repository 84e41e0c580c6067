"""What is known of Stream's packages in other languages, from `rules/clients.yaml`."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from streammigrate import rules
from streammigrate.checks.clients.ranges import Version, number


class Need(NamedTuple):
    """From a release on, another package has to be at least of a version."""

    since: Version
    name: str
    least: Version


class Package(NamedTuple):
    """A package of Stream's, under all its names. What is not known is None, or empty."""

    ecosystem: str
    title: str
    names: tuple[str, ...]
    is_server: bool
    v2_from: Version | None
    """The first release that speaks v2's shapes."""
    permissions: Version | None
    """The first release that knows permissions v2."""
    needs: tuple[Need, ...]
    successor: str

    def is_named(self, name: str) -> bool:
        """Return whether a name is one of the package's; those of NuGet and of Go are not told apart by capitals."""
        fold = str.lower if self.ecosystem in ("nuget", "go") else str
        return any(
            fold(name).startswith(fold(known[:-1])) if known.endswith("*") else fold(name) == fold(known)
            for known in self.names
        )


@cache
def packages() -> tuple[Package, ...]:
    """Return all packages, in the order of the file."""
    data = rules.load("clients")
    return tuple(_package(entry, group == "servers") for group in ("clients", "servers") for entry in data[group])


def checked() -> str:
    """Return the day of the facts, as `2026-11-21`."""
    return str(rules.load("clients")["checked"])


def source(field: str) -> str:
    """Return where the facts of a field are from: `v2_from`, `permissions`, `needs` or `successor`."""
    return str(rules.load("clients")["sources"][field])


def find(ecosystem: str, name: str) -> Package | None:
    """Return the package that an ecosystem has under a name."""
    return next((one for one in packages() if one.ecosystem == ecosystem and one.is_named(name)), None)


def _package(entry: dict[str, Any], is_server: bool) -> Package:
    needs = tuple(Need(_version(one["from"]), one["name"], _version(one["least"])) for one in entry.get("needs", ()))
    v2_from, permissions = (_version(entry[key]) if key in entry else None for key in ("v2_from", "permissions"))
    return Package(
        entry["ecosystem"],
        entry["title"],
        tuple(entry["names"]),
        is_server,
        v2_from,
        permissions,
        needs,
        entry.get("successor", ""),
    )


def _version(text: object) -> Version:
    found = number(str(text))
    if found is None:
        raise ValueError(f"{text!r} is no version")
    return found
