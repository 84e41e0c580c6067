"""Servers in Go, Ruby, PHP and .NET: `go.mod`, `Gemfile`, `composer.json`, project files of .NET, and their lock files."""

from __future__ import annotations

import json
import re

from streammigrate.checks.clients.readers.model import Entry, UnreadableError, json_of, line_of, mapping, text_of

_GO = re.compile(r"(?:require\s+)?([\w.-]+\.[\w.-]+/\S+)\s+(v\d\S*)(?:\s*//.*)?")
_GEM = re.compile(r"""^\s*(?:gem|\w+\.add(?:_runtime|_development)?_dependency)\s*\(?\s*['"]([^'"]+)['"](.*)$""")
_VERSIONED = re.compile(r"""['"]\s*((?:[~<>=!]+\s*)?\d[^'"]*)['"]""")
_GEM_LOCKED = re.compile(r"    ([\w.-]+) \(([^)]+)\)")


def go_mod(data: bytes) -> list[Entry]:
    """Return what a `go.mod` requires."""
    found = []
    block = ""
    for number, line in enumerate(text_of(data).splitlines(), 1):
        bare = line.strip()
        opened = re.match(r"(\w+)\s*\($", bare)
        if opened is not None:
            block = opened[1]
        elif bare == ")":
            block = ""
        elif block == "require" or bare.startswith("require "):
            match = _GO.fullmatch(bare)
            if match is not None:
                found.append(Entry(match[1], match[2], number))
    return found


def gemfile(data: bytes) -> list[Entry]:
    """Return what a `Gemfile` or a gemspec lists."""
    found = []
    for number, line in enumerate(text_of(data).splitlines(), 1):
        match = _GEM.match(line)
        if match is not None:
            wanted = _VERSIONED.findall(match[2].split("#")[0])
            elsewhere = re.search(r"\b(?:git|github|path|branch)\b", match[2])
            found.append(Entry(match[1], "" if elsewhere else ", ".join(wanted) or ">= 0", number))
    return found


def gemfile_lock(data: bytes) -> list[Entry]:
    """Return what a `Gemfile.lock` pins."""
    lines = enumerate(text_of(data).splitlines(), 1)
    matches = ((number, _GEM_LOCKED.fullmatch(line)) for number, line in lines)
    return [Entry(match[1], match[2], number) for number, match in matches if match is not None]


def composer_json(data: bytes) -> list[Entry]:
    """Return what a `composer.json` lists."""
    text = text_of(data)
    tree = json_of(text)
    return [
        Entry(name, value if isinstance(value, str) else "", line_of(text, json.dumps(group), f'"{name}"'))
        for group in ("require", "require-dev")
        for name, value in mapping(tree, group).items()
    ]


def composer_lock(data: bytes) -> list[Entry]:
    """Return what a `composer.lock` pins."""
    text = text_of(data)
    tree = json_of(text)
    groups = (tree.get(group) for group in ("packages", "packages-dev"))
    return [
        Entry(one["name"], one["version"], line_of(text, f'"name": "{one["name"]}"'))
        for held in groups
        for one in (held if isinstance(held, list) else ())
        if isinstance(one, dict) and isinstance(one.get("name"), str) and isinstance(one.get("version"), str)
    ]


def dotnet(data: bytes) -> list[Entry]:
    """Return what a project file of .NET, `Directory.Packages.props` or `packages.config` lists. Raises UnreadableError."""
    from xml.etree import ElementTree

    text = text_of(data)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnreadableError("it declares entities, which are not read")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise UnreadableError(f"it is not XML: {error.msg}", error.position[0]) from None
    found = []
    for node in root.iter():
        tag = node.tag.rpartition("}")[2]
        if tag in ("PackageReference", "PackageVersion"):
            name = node.get("Include") or node.get("Update") or ""
            inner = next((child.text for child in node if child.tag.rpartition("}")[2] == "Version"), None)
            version = node.get("VersionOverride") or node.get("Version") or inner or ""
        elif tag == "package" and node.get("id"):
            name, version = node.get("id", ""), node.get("version", "")
        else:
            continue
        if name:
            found.append(Entry(name, version.strip(), line_of(text, f'"{name}"')))
    return found
