"""setup.cfg: what setuptools and tox read in it."""

from __future__ import annotations

import re

from streammigrate.manifests.formats import ini, tox
from streammigrate.manifests.formats.ini_lists import includes, option_listing, pruned
from streammigrate.manifests.model import Include, Listing, Reading
from streammigrate.manifests.requirement import name_of

_OPTIONS = frozenset({"install_requires", "install-requires", "tests_require", "tests-require"})


def matches(path: str) -> bool:
    """Return whether a path is a setup.cfg."""
    return path.rpartition("/")[2] == "setup.cfg"


def read(text: str, path: str = "setup.cfg") -> Reading:
    """Return what a setup.cfg lists. Raises ManifestError."""
    name = ini.load(text).get("metadata", {}).get("name") or ""
    listings: list[Listing] = []
    taken: list[Include] = []
    for option in ini.scan(text):
        if (option.section == "options" and option.name in _OPTIONS) or option.section == "options.extras_require":
            if option.lines and text.startswith(("file:", "attr:"), option.lines[0].start):
                taken += _files(text[option.lines[0].start : option.lines[-1].end])
                continue
            listings.append(option_listing(text, option, f"[{option.section}] {option.name}"))
            taken += includes(text, option)
    others = tox.parts(text)
    return Reading((*listings, *others.listings), others.mentions, (*taken, *others.includes), name=name_of(name))


def _files(value: str) -> list[Include]:
    if not value.startswith("file:"):
        return []
    return [Include(name, False) for name in re.split(r"[\s,]+", value.removeprefix("file:").strip()) if name]


def meaning(text: str) -> object:
    """Return the data of the file but for the two names."""
    return pruned(ini.load(text), factors=True)
