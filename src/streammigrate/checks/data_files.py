"""The files of a project that hold Stream's data: exports and imports that stand beside the code."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from streammigrate.checks import records
from streammigrate.checks.records import Value
from streammigrate.checks.survey import DataFile, kinds
from streammigrate.errors import InputError

if TYPE_CHECKING:
    from streammigrate.checks.project import Project

_ENDINGS = tuple(f".{name}{packed}" for name in ("jsonl", "ndjson", "json") for packed in ("", ".gz"))
_LOOKED_AT = 20
"""The records at the beginning of a file by which it is recognised."""

_REQUIRED = {
    "user": {"id", "role"},
    "channel": {"type", "created_by"},
    "message": {"channel_type", "channel_id"},
    "member": {"channel_type", "channel_id"},
    "reaction": {"message_id", "type"},
}
"""What an import's records have, by kind: others wrap what they keep in `type` and `data`, too."""

_CID = re.compile(r"[\w-]+:[\w!-]+")


def of_project(project: Project) -> list[DataFile]:
    """Return the data files of a project, as the user would name them; not those that git ignores."""
    found = (project.shown(path) for path in project.paths if path.lower().endswith(_ENDINGS))
    return [DataFile(path) for path in found if holds_data(path)]


def holds_data(path: str) -> bool:
    """Return whether a file surely holds records of Stream's.

    Each record at its beginning is of a known kind, and one has what only Stream writes: what an import wraps, the parts
    of an export, or a cid. Names such as `users.json` prove nothing.
    """
    try:
        items = [item for item in islice(records.read(path), _LOOKED_AT) if isinstance(item, Value)]
    except InputError:
        return False
    return all(all(kinds(item.node)) for item in items) and any(_is_streams(item.node) for item in items)


def _is_streams(node: dict[str, Any]) -> bool:
    if node.keys() in ({"type", "data"}, {"type", "item"}):
        inner = node.get("data", node.get("item"))
        wanted = _REQUIRED.get(node["type"]) if isinstance(node["type"], str) else None
        return wanted is not None and isinstance(inner, dict) and inner.keys() >= wanted
    channel = node.get("channel")
    if isinstance(channel, dict):
        return _has_cid(channel) or channel.keys() >= {"id", "type"}
    return _has_cid(node)


def _has_cid(node: dict[str, Any]) -> bool:
    cid = node.get("cid")
    return isinstance(cid, str) and _CID.fullmatch(cid) is not None
