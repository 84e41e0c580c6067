"""tox.ini: the `deps` of its environments; what their commands install is told."""

from __future__ import annotations

from streammigrate.manifests.formats import ini
from streammigrate.manifests.formats.commands import installed
from streammigrate.manifests.formats.ini_lists import includes, option_listing, pruned
from streammigrate.manifests.model import Include, Listing, Mention, Reading
from streammigrate.manifests.text import line_of


def matches(path: str) -> bool:
    """Return whether a path is a tox.ini."""
    return path.rpartition("/")[2] == "tox.ini"


def read(text: str, path: str = "tox.ini") -> Reading:
    """Return what a tox.ini lists. Raises ManifestError."""
    ini.load(text)
    return parts(text)


def parts(text: str) -> Reading:
    """Return what tox reads in a valid INI file."""
    listings: list[Listing] = []
    mentions: list[Mention] = []
    taken: list[Include] = []
    for option in ini.scan(text):
        if option.name == "deps":
            listings.append(option_listing(text, option, f"[{option.section}] deps", factors=True))
            taken += includes(text, option)
        elif option.section.startswith(("testenv", "tox")) and option.name.startswith("commands"):
            for line in option.lines:
                command = text[line.start : line.end]
                for name, words in installed(command):
                    mentions.append(Mention(name, line_of(text, line.start), words, "it is a command"))
    return Reading(tuple(listings), tuple(mentions), tuple(taken))


def meaning(text: str) -> object:
    """Return the data of the file but for the two names."""
    return pruned(ini.load(text), factors=True)
