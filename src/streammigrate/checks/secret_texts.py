"""Which texts of a project are secrets of Stream, told from placeholders; what is found is never shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from streammigrate.checks.project import Project

_SHORTEST = 24
"""Stream's API secrets have 64 characters; keys have 12."""
_FEW_KINDS = 10
_PLACEHOLDER = re.compile(
    r"secret|your|example|change|replace|placeholder|dummy|fake|sample|test|xxx|todo|insert|redacted|<|\$|\{|%|\*",
    re.IGNORECASE,
)
NAME = re.compile(
    r"(?:[A-Z0-9]+_)*(?:GET)?STREAM(?:_?IO)?_(?:[A-Z0-9]+_)*SECRET(?:_KEY)?|(?:[A-Z0-9]+_)*STREAM_?(?:CHAT)?_?SECRET(?:_KEY)?"
)
"""How a setting is called that holds the secret of an app, in capitals: STREAM_API_SECRET, GETSTREAM_SECRET_KEY."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ENV_FILE = re.compile(r"(?:.*/)?(?:\.env(?:[.-][^/]*)?|[^/]+\.env|\.?envrc|\.flaskenv)")
_ENV_LINE = re.compile(
    r"^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_]\w*)[ \t]*=[ \t]*(?P<quote>[\"']?)(?P<value>[^\s\"'#]+)(?P=quote)",
    re.MULTILINE,
)
_ANY = re.compile(
    rb"""(?i:secret\w*["'\]>)]*\s*(?::\s*\w+\s*)?[:=,>]\s*["']?|stream(?:chat)?(?:async)?\(\s*[^,()]*,\s*["'])([A-Za-z0-9_-]{24,})"""
)
_LOOKED_AT = (
    *(
        ".py",
        ".ipynb",
        ".js",
        ".jsx",
        ".mjs",
        ".cjs",
        ".ts",
        ".tsx",
        ".vue",
        ".svelte",
        ".dart",
        ".swift",
        ".kt",
        ".java",
    ),
    *(".xml", ".json", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".properties", ".gradle", ".kts", ".plist", ".sh"),
)


class Setting(NamedTuple):
    """A line of an env file that sets a secret of Stream. The value is not kept."""

    path: str
    """Relative to the folder of the project."""
    line: int
    name: str


def looks_real(text: str) -> bool:
    """Return whether a text may be a secret: long, of mixed letters and digits, and no word that stands for one."""
    if len(text) < _SHORTEST or not re.fullmatch(r"[A-Za-z0-9_-]+", text) or _PLACEHOLDER.search(text):
        return False
    mixed = re.search(r"\d", text) and re.search(r"[A-Za-z]", text)
    return bool(mixed) and len(set(text)) >= _FEW_KINDS


def is_name(name: str) -> bool:
    """Return whether a name is that of a setting with the secret of an app, in any spelling: `streamApiSecret`."""
    return NAME.fullmatch(_CAMEL.sub("_", name).replace("-", "_").upper()) is not None


def is_env_file(path: str) -> bool:
    """Return whether a path is that of an env file."""
    return _ENV_FILE.fullmatch(path) is not None


def settings(project: Project, path: str) -> Iterator[Setting]:
    """Yield the lines of an env file that set a secret of Stream to what may be one."""
    text = (project.read(path) or b"").decode("utf-8", "replace")
    for found in _ENV_LINE.finditer(text):
        if is_name(found["name"]) and looks_real(found["value"]):
            yield Setting(path, text.count("\n", 0, found.start("name")) + 1, found["name"])


def written(project: Project) -> list[str]:
    """Return every text in the files of a project, env files that git ignores among them, that may be a secret.

    This is for the Scrubber: rather too many than too few.
    """
    found: set[str] = set()
    for path in project.all_paths:
        if is_env_file(path) or path.endswith(_LOOKED_AT):
            data = project.read(path) or b""
            if b"ecret" in data or b"ECRET" in data or b"Stream" in data:
                found.update(match[1].decode() for match in _ANY.finditer(data))
    return sorted(found)
