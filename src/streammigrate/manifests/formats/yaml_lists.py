"""Requirements in YAML: the pip section of environment.yml, and additional_dependencies of pre-commit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from streammigrate.manifests.formats.requirements import special_name
from streammigrate.manifests.formats.toml_lists import pruned
from streammigrate.manifests.layout import add_item, add_line, drop_item, drop_lines
from streammigrate.manifests.model import PAIR, Edit, Entry, Include, Listing, ManifestError, Mention, Reading
from streammigrate.manifests.requirement import is_valid, name_of
from streammigrate.manifests.text import line_start, next_line

_FILES = re.compile(
    r"(?:.*/)?(?:environment.*|.*[-_.]environment|conda[-_.]?env.*|env[-_.].*|conda)\.ya?ml|(?:.*/)?\.pre-commit-config\.ya?ml"
)
_INCLUDE = re.compile(r"(?:-r|--requirement|-c|--constraint)[ \t=]*(?P<path>\S+)")


def matches(path: str) -> bool:
    """Return whether a path is an environment of Conda or the configuration of pre-commit."""
    return _FILES.fullmatch(path) is not None


def read(text: str, path: str = "environment.yml") -> Reading:
    """Return what the file lists. Raises ManifestError."""
    root = _compose(text)
    listings: list[Listing] = []
    mentions: list[Mention] = []
    taken: list[Include] = []
    if root is None:
        return Reading()
    if path.rpartition("/")[2].startswith(".pre-commit"):
        nodes = {id(node): node for node in _additional(root)}
        for number, node in enumerate(nodes.values(), 1):
            _take(text, f"additional_dependencies ({number})", node, listings, mentions)
        return Reading(tuple(listings), tuple(mentions))
    dependencies = _get(root, "dependencies")
    for item in dependencies.value if dependencies is not None and dependencies.id == "sequence" else ():
        if item.id == "scalar" and (name := _conda_name(item.value)) in PAIR:
            why = "Conda installs it, and this tool does not know whether the channel has getstream"
            todo = "take it from PyPI: put it into the `pip:` section"
            mentions.append(Mention(name, item.start_mark.line + 1, item.value, why, todo))
        pip = _get(item, "pip")
        if pip is not None and pip.id == "sequence":
            _take(text, "pip", pip, listings, mentions)
            for each in pip.value:
                match = _INCLUDE.match(each.value) if each.id == "scalar" else None
                if match is not None:
                    taken.append(Include(match["path"], match[0].startswith(("-c", "--c"))))
    return Reading(tuple(listings), tuple(mentions), tuple(taken))


def _compose(text: str) -> Any:
    import yaml

    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or "it is no YAML"
        raise ManifestError(f"the YAML cannot be parsed: {said}", mark.line + 1 if mark is not None else 0) from None
    except (RecursionError, ValueError):
        raise ManifestError("the YAML cannot be parsed") from None


def _get(node: Any, key: str) -> Any:
    if node is None or node.id != "mapping":
        return None
    return next((value for name, value in node.value if name.id == "scalar" and name.value == key), None)


def _additional(root: Any) -> Iterator[Any]:
    repos = _get(root, "repos")
    for repo in repos.value if repos is not None and repos.id == "sequence" else ():
        hooks = _get(repo, "hooks")
        for hook in hooks.value if hooks is not None and hooks.id == "sequence" else ():
            found = _get(hook, "additional_dependencies")
            if found is not None and found.id == "sequence":
                yield found


def _conda_name(text: str) -> str:
    name = re.split(r"[=<>!~ \[]", text.rpartition("::")[2].strip(), maxsplit=1)[0]
    return name_of(name)


def _take(text: str, where: str, node: Any, listings: list[Listing], mentions: list[Mention]) -> None:
    """Take a sequence as a list; one with aliases in it, whose places are elsewhere, is told."""
    places = [node.start_mark.index, *(mark.index for item in node.value for mark in (item.start_mark, item.end_mark))]
    if places == sorted(places) and places[-1] <= node.end_mark.index:
        listings.append(_listing(text, where, node))
        return
    for item in node.value:
        if item.id == "scalar" and is_valid(item.value) and name_of(item.value) in PAIR:
            why = "the list has aliases"
            mentions.append(Mention(name_of(item.value), node.start_mark.line + 1, item.value, why))


def _listing(text: str, where: str, node: Any) -> Listing:
    entries: list[Entry] = []
    index: dict[int, int] = {}
    spans = [(item.start_mark.index, item.end_mark.index) for item in node.value]
    for position, item in enumerate(node.value):
        start, end = spans[position]
        if item.id != "scalar" or item.style in ("|", ">") or "\n" in text[start:end]:
            continue
        quote = item.style if item.style in ("'", '"') else ""
        inner = (start + len(quote), end - len(quote))
        raw = text[inner[0] : inner[1]]
        name = name_of(raw) if is_valid(raw) else special_name(raw)
        entries.append(Entry(name, *inner, raw, item.start_mark.line + 1))
        index[inner[0]] = position
    flow = bool(node.flow_style)
    close = node.end_mark.index - 1

    def insert(entry: Entry, new: str) -> list[Edit]:
        start, _ = spans[index[entry.start]]
        quote = text[start : entry.start]
        if flow:
            quote = quote or ('"' if "," in new else "")
            return add_item(text, spans, index[entry.start], close, quote + new + quote)
        begin = line_start(text, start)
        dash = text[begin:start]
        if dash.strip() != "-":
            # `- - name`: the first of a list inside a list.
            dash = re.sub(r"[^\s]", " ", dash[: dash.rindex("-")]) + dash[dash.rindex("-") :]
        return add_line(text, next_line(text, spans[index[entry.start]][1]), dash + quote + new + quote)

    def remove(entry: Entry) -> list[Edit] | None:
        position = index[entry.start]
        if flow:
            return drop_item(text, spans, position, close)
        start, end = spans[position]
        begin = line_start(text, start)
        if len(spans) < 2 or text[begin:start].strip() != "-":
            return None
        return drop_lines(text, begin, next_line(text, end))

    return Listing(where, "needs", "pep508", tuple(entries), insert, remove)


def meaning(text: str) -> object:
    """Return the data of the file but for the two names."""
    import yaml

    try:
        return pruned(yaml.safe_load(text))
    except (yaml.YAMLError, RecursionError, ValueError):
        raise ManifestError("the YAML cannot be parsed") from None
