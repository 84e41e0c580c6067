"""Apple's platforms: `Podfile`, `Podfile.lock`, `Package.swift`, `Package.resolved` and Xcode's project files."""

from __future__ import annotations

import re
from typing import Any

from streammigrate.checks.clients.readers.model import Entry, json_of, line_at, line_of, mapping, text_of

_POD = re.compile(r"""^\s*pod\s*\(?\s*['"]([^'"]+)['"](.*)$""")
_QUOTED = re.compile(r"""['"]([^'"]*)['"]""")
_LOCKED = re.compile(r"  - \"?([\w+./-]+) \(([^)]+)\)\"?:?$")
_PACKAGE = re.compile(r"\.package\s*\(")
_URL = re.compile(r'url\s*:\s*"([^"]+)"')
_PIN = re.compile(
    r'(?:(exact|from)\s*:|\.(exact|upToNextMajor|upToNextMinor)\s*\(\s*(?:from\s*:)?)?\s*"(\d[^"]*)"'
    r'(?:\s*(\.\.[.<])\s*"(\d[^"]*)")?'
)
_XCODE = re.compile(r"isa = XCRemoteSwiftPackageReference;\s*repositoryURL = \"([^\"]+)\";\s*requirement = \{([^}]*)\}")


def podfile(data: bytes) -> list[Entry]:
    """Return what a `Podfile` lists. A part of a pod (`StreamChat/UI`) counts for the pod."""
    found = []
    for number, line in enumerate(text_of(data).splitlines(), 1):
        match = _POD.match(line)
        if match is not None:
            rest = match[2].split("#")[0]
            wanted = [] if re.search(r":\w+\s*=>|\b(?:git|path|branch|podspec)\s*:", rest) else _QUOTED.findall(rest)
            elsewhere = not wanted and rest.strip(" ,)")
            found.append(Entry(match[1].partition("/")[0], "" if elsewhere else ", ".join(wanted) or "*", number))
    return found


def podfile_lock(data: bytes) -> list[Entry]:
    """Return what a `Podfile.lock` pins."""
    found: dict[str, Entry] = {}
    inside = False
    for number, line in enumerate(text_of(data).splitlines(), 1):
        if line[:1].isalpha():
            inside = line.rstrip() == "PODS:"
        match = _LOCKED.match(line) if inside else None
        if match is not None:
            name = match[1].partition("/")[0]
            found.setdefault(name, Entry(name, match[2], number))
    return list(found.values())


def package_swift(data: bytes) -> list[Entry]:
    """Return what a `Package.swift` lists, by address (`github.com/getstream/stream-chat-swift`)."""
    text = re.sub(r"(?m)(?<!:)//.*$", "", text_of(data))
    found = []
    for start in _PACKAGE.finditer(text):
        call = _closed(text, start.end())
        url = _URL.search(call)
        if url is not None:
            found.append(Entry(address(url[1]), _swift_range(call[url.end() :]), line_at(text, start.start())))
    return found


def _closed(text: str, start: int) -> str:
    """Return what is between a bracket that was opened and its end."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if not depth:
            return text[start:place]
    return text[start:]


def _swift_range(text: str) -> str:
    pin = _PIN.search(text)
    if pin is None or re.search(r"\b(?:branch|revision)\b", text):
        return ""
    kind, version, sign, end = pin[1] or pin[2] or "", pin[3], pin[4], pin[5]
    if sign:
        return f">={version} {'<' if sign == '..<' else '<='}{end}"
    return {"exact": version, "upToNextMinor": f"~{version}"}.get(kind, f"^{version}")


def package_resolved(data: bytes) -> list[Entry]:
    """Return what a `Package.resolved` of any version pins, by address. A pin to a branch has no version."""
    text = text_of(data)
    tree = json_of(text)
    pins = tree.get("pins") or mapping(tree, "object").get("pins")
    found = []
    for pin in pins if isinstance(pins, list) else ():
        url = pin.get("location") or pin.get("repositoryURL") if isinstance(pin, dict) else None
        if isinstance(url, str):
            version: Any = mapping(pin, "state").get("version")
            found.append(Entry(address(url), version if isinstance(version, str) else "", line_of(text, f'"{url}"')))
    return found


def xcode_project(data: bytes) -> list[Entry]:
    """Return what Xcode's `project.pbxproj` lists of Swift packages, by address."""
    text = text_of(data)
    found = []
    for match in _XCODE.finditer(text):
        held = dict(re.findall(r"(\w+) = \"?([^;\"]+)\"?;", match[2]))
        least = held.get("minimumVersion") or held.get("version", "")
        version = {
            "upToNextMajorVersion": f"^{least}",
            "upToNextMinorVersion": f"~{least}",
            "exactVersion": least,
            "versionRange": f">={least} <{held.get('maximumVersion', '')}",
        }.get(held.get("kind", ""), "")
        found.append(Entry(address(match[1]), version, line_at(text, match.start(1))))
    return found


def address(url: str) -> str:
    """Return a repository's address in one form: host and path in small letters, no scheme, no `.git`."""
    bare = re.sub(r"^(?:\w+://)?(?:[^@/]+@)?", "", url.strip()).lower().rstrip("/").removesuffix(".git")
    return re.sub(r"^([^/:]+):", r"\1/", bare)
