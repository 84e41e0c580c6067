"""noxfile.py: what the sessions install with plain texts."""

from __future__ import annotations

import ast
from itertools import pairwise

from streammigrate.manifests.formats import python_lists
from streammigrate.manifests.formats.python_lists import Places
from streammigrate.manifests.model import Include, Listing, Mention, Reading
from streammigrate.manifests.requirement import is_valid, name_of


def matches(path: str) -> bool:
    """Return whether a path is a noxfile.py."""
    return path.rpartition("/")[2] == "noxfile.py"


def read(text: str, path: str = "noxfile.py") -> Reading:
    """Return what a noxfile lists. Raises ManifestError."""
    tree = python_lists.parse(text)
    places = Places(text)
    listings: list[Listing] = []
    taken: list[Include] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "install":
            continue
        if not isinstance(node.func.value, ast.Name) or not node.args:
            continue
        close = places.span(node)[1] - 1
        where = f"{node.func.value.id}.install({len(listings) + 1})"
        if node.keywords:
            # Behind the last requirement comes the first keyword, not the bracket.
            start = places.span(node.keywords[0].value)[0]
            name = node.keywords[0].arg
            close = places.text.rfind(name if name is not None else "**", 0, start)
        listings.append(python_lists.listing(places, where, node.args, close))
        words = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
        for option, word in pairwise(words):
            if option in ("-r", "-c", "--requirement", "--constraint") and isinstance(word, str):
                taken.append(Include(word, str(option).startswith(("-c", "--c"))))
    known = {entry.start - 1 for each in listings for entry in each.entries}
    mentions = [
        Mention(name_of(node.value), node.lineno, node.value, "it is not a plain argument of `session.install`")
        for node in python_lists.texts(tree)
        if places.span(node)[0] not in known and isinstance(node.value, str) and is_valid(node.value)
    ]
    return Reading(tuple(listings), tuple(mentions), tuple(taken))


meaning = python_lists.meaning
