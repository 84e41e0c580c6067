"""Python scripts that say themselves what they need (PEP 723). They are told and not edited: `rewrite` edits the file."""

from __future__ import annotations

import re

from streammigrate.manifests.formats.toml_lists import array_listing
from streammigrate.manifests.formats.toml_spans import load, scan
from streammigrate.manifests.model import PAIR, ManifestError, Mention, Reading

MARK = b"# /// script"
_BLOCK = re.compile(r"(?m)^# /// script[ \t]*\r?\n(?P<content>(?:^#(?:| .*)\r?\n)+?)^# ///[ \t]*$")


def matches(path: str) -> bool:
    """Return whether a path is that of Python source; setup.py and noxfile.py have formats of their own."""
    return path.endswith(".py")


def read(text: str, path: str = "script.py") -> Reading:
    """Return what the script says that it needs. Raises ManifestError."""
    block = _BLOCK.search(text)
    if block is None:
        return Reading()
    above = text.count("\n", 0, block.start("content"))
    toml = re.sub(r"(?m)^# ?", "", block["content"])
    try:
        load(toml)
    except ManifestError as error:
        raise ManifestError(str(error), above + error.line) from None
    mentions = []
    for pair in scan(toml)[0].pairs:
        if pair.path == ("dependencies",) and pair.value.kind == "array":
            for entry in array_listing(toml, "dependencies", "needs", pair.value).entries:
                if entry.name in PAIR:
                    why = "it stands in the head of a script"
                    mentions.append(Mention(entry.name, above + entry.line, entry.raw, why))
    return Reading(mentions=tuple(mentions))


def meaning(text: str) -> object:
    """Return the text: a script is never edited."""
    return text
