"""The JVM: `build.gradle`, `build.gradle.kts`, version catalogues, `gradle.lockfile` and `pom.xml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from streammigrate.checks.clients.readers.model import (
    Entry,
    UnreadableError,
    line_at,
    line_of,
    line_of_key,
    mapping,
    text_of,
    toml_of,
)

_COORDINATES = re.compile(r"""['"]([\w.-]+:[\w.-]+):([^'"\s]*)['"]""")
_MAP_STYLE = re.compile(
    r"""group\s*[:=]\s*['"]([^'"]+)['"]\s*,\s*name\s*[:=]\s*['"]([^'"]+)['"](?:\s*,\s*version\s*[:=]\s*(\S+))?"""
)
_ASSIGNED = re.compile(r"""(?m)\b([\w.]+)\s*=\s*['"]([^'"\s]+)['"]""")
SETS_VARIABLES = re.compile(
    r"(?:.*/)?(?:[^/]*\.gradle(?:\.kts)?|gradle\.properties)|(?:.*/)?buildSrc/.*\.(?:kt|java|groovy)"
)
"""The paths of files that set variables of Gradle's build scripts."""

_SET = re.compile(r"""(?m)\b(\w+)\s*=\s*['"]?(\d[\w.+-]*)""")
_VARIABLE = re.compile(r"\$\{?([\w.]+)\}?")
_COMMENT = re.compile(r"(?m)//.*$|/\*[\s\S]*?\*/")


def gradle(data: bytes) -> list[Entry]:
    """Return what a build script lists. Variables of the script itself are put in; others stay as they are written."""
    text = _blanked(text_of(data))
    variables = {name.rpartition(".")[2]: value for name, value in _ASSIGNED.findall(text)}
    found = []
    for match in _COORDINATES.finditer(text):
        version = match[2].partition("@")[0]
        found.append(Entry(match[1], put_in(version, variables), line_at(text, match.start())))
    for match in _MAP_STYLE.finditer(text):
        version = (match[3] or "").strip("'\"),")
        version = version if (match[3] or "")[:1] in "'\"" else variables.get(version, "")
        found.append(Entry(f"{match[1]}:{match[2]}", put_in(version, variables), line_at(text, match.start())))
    return sorted(found, key=lambda entry: entry.line)


def _blanked(text: str) -> str:
    """Return a script without its comments, every line where it was; `//` in an address is no comment."""
    return _COMMENT.sub(
        lambda found: found[0] if text[: found.start()].endswith(":") else re.sub(r"[^\n]", " ", found[0]), text
    )


def variables(data: bytes) -> dict[str, set[str]]:
    """Return the texts that a Gradle file, `gradle.properties` or a source of `buildSrc` gives to names."""
    found: dict[str, set[str]] = {}
    for name, value in _SET.findall(data.decode("utf-8", "replace")):
        found.setdefault(name, set()).add(value)
    return found


def put_in(version: str, variables: Mapping[str, str]) -> str:
    """Return a version with the variables that are known put in."""
    return _VARIABLE.sub(lambda found: variables.get(found[1].rpartition(".")[2], found[0]), version)


def catalogue(data: bytes) -> list[Entry]:
    """Return what a version catalogue (`libs.versions.toml`) lists."""
    text = text_of(data)
    tree = toml_of(text)
    versions = mapping(tree, "versions")
    found = []
    for name, held in mapping(tree, "libraries").items():
        line = line_of_key(text, "[libraries]", name)
        if isinstance(held, str):
            package, _, version = held.rpartition(":")
            found.append(Entry(package, version, line))
        elif isinstance(held, dict):
            package = held.get("module") or f"{held.get('group', '')}:{held.get('name', '')}"
            found.append(Entry(str(package), _catalogued(held.get("version"), versions), line))
    return found


def _catalogued(version: Any, versions: Mapping[str, Any]) -> str:
    if isinstance(version, dict) and isinstance(version.get("ref"), str):
        version = versions.get(version["ref"])
    if isinstance(version, dict):
        version = next((version[key] for key in ("strictly", "require", "prefer") if key in version), "")
    return version if isinstance(version, str) else ""


def lockfile(data: bytes) -> list[Entry]:
    """Return what a `gradle.lockfile` pins."""
    found = []
    for number, line in enumerate(text_of(data).splitlines(), 1):
        match = re.fullmatch(r"([\w.-]+:[\w.-]+):([^=\s]+)=.*", line)
        if match is not None:
            found.append(Entry(match[1], match[2], number))
    return found


def pom(data: bytes) -> list[Entry]:
    """Return what a `pom.xml` lists. Properties of the file itself are put in. Raises UnreadableError."""
    from xml.etree import ElementTree

    text = text_of(data)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnreadableError("it declares entities, which are not read")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise UnreadableError(f"it is not XML: {error.msg}", error.position[0]) from None
    properties = {
        child.tag.rpartition("}")[2]: (child.text or "").strip()
        for node in root
        if node.tag.rpartition("}")[2] == "properties"
        for child in node
    }
    found = []
    for node in root.iter():
        if node.tag.rpartition("}")[2] != "dependency":
            continue
        held = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in node}
        group, artifact = held.get("groupId", ""), held.get("artifactId", "")
        version = re.sub(r"\$\{([^}]+)\}", lambda name: properties.get(name[1], name[0]), held.get("version", ""))
        found.append(Entry(f"{group}:{artifact}", version, line_of(text, f">{artifact}<")))
    return found
