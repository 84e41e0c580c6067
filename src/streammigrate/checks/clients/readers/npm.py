"""npm, Yarn, pnpm and Bun: `package.json`, `package-lock.json`, `yarn.lock` of both kinds, `pnpm-lock.yaml`, `bun.lock`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from streammigrate.checks.clients.readers.model import (
    Entry,
    json_of,
    line_at,
    line_of,
    line_of_key,
    mapping,
    text_of,
    yaml_of,
)

_GROUPS = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
_ALIAS = re.compile(r"npm:((?:@[^/@]+/)?[^@]+)(?:@(.*))?")
_YARN_KEY = re.compile(r'"?((?:@[^/@\s"]+/)?[^@\s"/]+)@')
_BUN = re.compile(r'(?m)^\s*"[^"]+":\s*\["((?:@[^/@"]+/)?[^@"]+)@(\d[^"]*)"')
_PNPM_KEY = re.compile(r"/?((?:@[^/@]+/)?[^/@()]+)[@/]([^()_/]+)")


def package_json(data: bytes) -> list[Entry]:
    """Return what a `package.json` lists. An alias (`npm:stream-chat@^9`) is the package that it stands for."""
    text = text_of(data)
    tree = json_of(text)
    found: dict[str, Entry] = {}
    for group in _GROUPS:
        for name, value in mapping(tree, group).items():
            alias = _ALIAS.fullmatch(value) if isinstance(value, str) else None
            package, version = (alias[1], alias[2] or "") if alias else (name, value if isinstance(value, str) else "")
            # What is needed to run or to build comes before what is only asked of others.
            found.setdefault(package, Entry(package, version, line_of(text, json.dumps(group), json.dumps(name))))
    return list(found.values())


def package_lock(data: bytes) -> list[Entry]:
    """Return what a `package-lock.json` of any version pins."""
    text = text_of(data)
    tree = json_of(text)
    found = []
    packages = mapping(tree, "packages")
    for path, held in packages.items():
        _, folder, name = path.rpartition("node_modules/")
        if folder and isinstance(held, dict) and isinstance(held.get("version"), str):
            name = held["name"] if isinstance(held.get("name"), str) else name
            found.append(Entry(name, held["version"], line_of(text, json.dumps(path))))
    return found or list(_nested(tree, text, [0]))


def _nested(node: dict[str, Any], text: str, place: list[int]) -> Iterator[Entry]:
    """Yield what the first version of the format pins. `place` is how far the text was searched, in its own order."""
    for name, held in mapping(node, "dependencies").items():
        if not isinstance(held, dict):
            continue
        opened = re.compile(rf"{re.escape(json.dumps(name))}\s*:\s*\{{").search(text, place[0])
        place[0] = opened.end() if opened else place[0]
        if isinstance(held.get("version"), str):
            alias = _ALIAS.fullmatch(held["version"])
            package, version = (alias[1], alias[2] or "") if alias else (name, held["version"])
            yield Entry(package, version, line_at(text, place[0]))
        yield from _nested(held, text, place)


def yarn_lock(data: bytes) -> list[Entry]:
    """Return what a `yarn.lock` pins, of Yarn 1 or of Yarn 2 and later."""
    text = text_of(data)
    return _berry(text) if re.search(r"(?m)^__metadata:", text) else _classic(text)


def _classic(text: str) -> list[Entry]:
    found = []
    name, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line[:1] not in ("", " ", "#"):
            key = _YARN_KEY.match(line)
            name, start = (key[1] if key else ""), number
            alias = _ALIAS.search(line)
            if alias is not None:
                name = alias[1]
        elif name and (pinned := re.fullmatch(r'  version "?([^"]+)"?', line)):
            found.append(Entry(name, pinned[1], start))
            name = ""
    return found


def _berry(text: str) -> list[Entry]:
    found = []
    for key, held in yaml_of(text).items():
        name = _YARN_KEY.match(key)
        version = held.get("version") if isinstance(held, dict) else None
        if key == "__metadata" or name is None or not isinstance(version, str) or "@workspace:" in key:
            continue
        resolved = _YARN_KEY.match(str(held.get("resolution", "")))
        found.append(Entry(resolved[1] if resolved else name[1], version, line_of(text, key.split(",")[0])))
    return found


def bun_lock(data: bytes) -> list[Entry]:
    """Return what a `bun.lock` pins."""
    text = text_of(data)
    return [Entry(found[1], found[2], line_at(text, found.start(1))) for found in _BUN.finditer(text)]


def pnpm_lock(data: bytes) -> list[Entry]:
    """Return what a `pnpm-lock.yaml` pins, of any version of the format."""
    text = text_of(data)
    tree = yaml_of(text)
    found: dict[tuple[str, str], Entry] = {}
    for key in (*mapping(tree, "packages"), *mapping(tree, "snapshots")):
        match = _PNPM_KEY.match(key)
        if match is not None and match[2][:1].isdigit():
            found.setdefault((match[1], match[2]), Entry(match[1], match[2], line_of_key(text, "packages:", key)))
    return list(found.values())
