"""The derived files as text: rules/v1.yaml, rules/v2.yaml and rules/models.yaml from readings of each version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from streammigrate.surface.eras import merge, merge_named
from streammigrate.surface.flow import write

COMMAND = "python -m streammigrate.surface"


def _header(sdk: str) -> str:
    return f"Derived from {sdk} by `{COMMAND}`; facts only, not edited by hand."


def v1_file(readings: Mapping[str, Mapping[str, Any]]) -> str:
    """Return rules/v1.yaml from what each release of stream-chat (a full version, oldest first) offers."""
    minors = [minor(version) for version in readings]
    every = list(readings.values())
    newest = every[-1]
    classes = {
        name: {
            "qualnames": fact["qualnames"],
            "members": _members(minors, [reading["classes"].get(name, {}).get("members", {}) for reading in every]),
        }
        for name, fact in newest["classes"].items()
    }
    modules = {
        name: _members(minors, [reading["modules"].get(name, {}) for reading in every]) for name in newest["modules"]
    }
    data = {"sdk": "stream-chat", "releases": list(readings), "classes": classes, "modules": modules}
    return write(data, {"classes": 3, "modules": 2}, _header("stream-chat"))


def v2_file(readings: Mapping[str, Mapping[str, Any]]) -> str:
    """Return rules/v2.yaml from the surfaces of each supported getstream (a full version, oldest first)."""
    targets = [minor(version) for version in readings]
    every = list(readings.values())
    newest = every[-1]
    data = {
        "sdk": "getstream",
        "targets": targets,
        "releases": list(readings),
        "only_sync": newest["sync_only"],
        "only_async": newest["async_only"],
        "async_differs": newest["differing"],
        "owners": {
            owner: _methods(targets, [reading["methods"][owner] for reading in every]) for owner in newest["methods"]
        },
        "webhook": _methods(targets, [reading["functions"] for reading in every]),
    }
    return write(
        data, {"owners": 4, "webhook": 3, "only_sync": 1, "only_async": 1, "async_differs": 1}, _header("getstream")
    )


def models_file(readings: Mapping[str, Mapping[str, Any]]) -> str:
    """Return rules/models.yaml: the models that any method of any supported getstream reaches."""
    targets = [minor(version) for version in readings]
    every = list(readings.values())
    names = sorted({name for reading in every for name in reading["reachable"]})
    models = {}
    for name in names:
        tables = [reading["models"].get(name) for reading in every]
        present = [target for target, table in zip(targets, tables, strict=True) if table is not None]
        held = merge(targets, [None if table is None else {} for table in tables])
        fields = merge_named(present, [table for table in tables if table is not None])
        models[name] = {**held, "fields": {key: _short(fact) for key, fact in fields.items()}}
    data = {
        "sdk": "getstream",
        "targets": targets,
        "times": {"sent": "iso", "received": "unix nanoseconds"},
        "models": models,
        "enums": merge_values([reading["enums"] for reading in every]),
    }
    return write(data, {"models": 3, "enums": 2, "times": 1}, _header("getstream"))


def merge_values(tables: Sequence[Mapping[str, Mapping[str, str]]]) -> dict[str, dict[str, str]]:
    """Return the constants of every version's enumerations together, sorted."""
    names = sorted({name for table in tables for name in table})
    return {
        name: dict(sorted({key: value for table in tables for key, value in table.get(name, {}).items()}.items()))
        for name in names
    }


def minor(version: str) -> str:
    """Return the major and minor number of a version, such as 4.33."""
    return ".".join(version.split(".")[:2])


def _members(versions: Sequence[str], tables: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Merge members by how they bind; what the newest release returns is added, since annotations came late."""
    binding = [
        {name: {key: fact[key] for key in ("kind", "signature") if key in fact} for name, fact in table.items()}
        for table in tables
    ]
    merged = merge_named(versions, binding)
    for name, fact in tables[-1].items():
        entry = merged[name]
        before = entry.pop("before", None)
        entry |= {key: fact[key] for key in ("returns", "awaited") if key in fact}
        if before:
            entry["before"] = before
    return merged


def _methods(targets: Sequence[str], tables: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in sorted({name for table in tables for name in table}):
        facts = [table.get(name) for table in tables]
        heads = [None if fact is None else {k: v for k, v in fact.items() if k != "parameters"} for fact in facts]
        present = [target for target, fact in zip(targets, facts, strict=True) if fact is not None]
        parameters = merge_named(present, [fact["parameters"] for fact in facts if fact is not None], order=True)
        found[name] = {**merge(targets, heads), "parameters": parameters}
    return found


def _short(fact: dict[str, Any]) -> Any:
    """Return a fact that is nothing but a type as that type."""
    return fact["type"] if set(fact) == {"type"} else fact
