"""What the manifests of a project list of the two SDKs, for checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from streammigrate.checks.project import Project
from streammigrate.findings import Location
from streammigrate.manifests import dialects
from streammigrate.manifests.model import PAIR, Entry, Listing, ManifestError
from streammigrate.manifests.registry import SCRIPTS, format_of
from streammigrate.manifests.text import decode


class Listed(NamedTuple):
    """One of the two SDKs in a manifest. `listing` and `entry` are None where the place only mentions it."""

    path: str
    """Relative to the folder of the project."""
    line: int
    name: str
    shown: str
    """What stands there, short, without what a URL may hold of secrets."""
    listing: Listing | None = None
    entry: Entry | None = None

    def at(self, project: Project) -> Location:
        """Return the place."""
        return Location(project.shown(self.path), line=self.line)


def listed(project: Project) -> Iterator[Listed]:
    """Yield the places of manifests that install one of the two SDKs, by path and line; what cannot be read has none."""
    for path in project.paths:
        format = format_of(path)
        data = None if format in (None, SCRIPTS) else project.read(path)
        if format is None or data is None:
            continue
        try:
            reading = format.read(decode(data).text, path)
        except ManifestError:
            continue
        found = [
            Listed(path, entry.line, entry.name, dialects.shown(listing, entry), listing, entry)
            for listing in reading.listings
            if listing.role == "needs"
            for entry in listing.entries
            if entry.name in PAIR
        ]
        found += [Listed(path, one.line, one.name, " ".join(one.text.split())) for one in reading.mentions]
        yield from sorted((one for one in found if one.name in PAIR), key=lambda one: (one.line, one.name, one.shown))
