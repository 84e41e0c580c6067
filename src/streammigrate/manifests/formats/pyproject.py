"""pyproject.toml: PEP 621, dependency groups, Poetry, PDM, uv, Hatch, Pixi, Rye and tox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streammigrate.manifests.formats.toml_lists import array_listing, pruned, table_listing
from streammigrate.manifests.formats.toml_spans import Header, Value, load, scan
from streammigrate.manifests.model import OLD, Include, Listing, Mention, Reading, Role
from streammigrate.manifests.requirement import mentions, name_of
from streammigrate.manifests.text import line_of

_ARRAYS: tuple[tuple[str, Role], ...] = (
    ("project.dependencies", "needs"),
    ("project.optional-dependencies.*", "needs"),
    ("dependency-groups.*", "needs"),
    ("tool.pdm.dev-dependencies.*", "needs"),
    ("tool.uv.dev-dependencies", "needs"),
    ("tool.uv.constraint-dependencies", "limits"),
    ("tool.uv.override-dependencies", "limits"),
    ("tool.rye.dev-dependencies", "needs"),
    ("tool.hatch.envs.*.dependencies", "needs"),
    ("tool.hatch.envs.*.extra-dependencies", "needs"),
    ("tool.flit.metadata.requires", "needs"),
    ("tool.flit.metadata.requires-extra.*", "needs"),
    ("tool.tox.env_run_base.deps", "needs"),
    ("tool.tox.env.*.deps", "needs"),
    ("tool.poetry.extras.*", "names"),
)
_TABLES = (
    ("tool.poetry.dependencies", "poetry"),
    ("tool.poetry.dev-dependencies", "poetry"),
    ("tool.poetry.group.*.dependencies", "poetry"),
    ("tool.pixi.pypi-dependencies", "pipfile"),
    ("tool.pixi.feature.*.pypi-dependencies", "pipfile"),
)
_SOURCES = ("tool.uv.sources",)


def matches(path: str) -> bool:
    """Return whether a path is a pyproject.toml."""
    return path.rpartition("/")[2] == "pyproject.toml"


def read(text: str, path: str = "pyproject.toml") -> Reading:
    """Return what a pyproject.toml lists. Raises ManifestError."""
    data = load(text)
    headers = scan(text)
    listings = [*_arrays(text, headers), *_tables(text, headers)]
    others = tuple(_others(text, headers, listings))
    return Reading(tuple(listings), others, tuple(_includes(data)), name=_own_name(data))


def _own_name(data: dict[str, Any]) -> str:
    tool = data.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    for table in (data.get("project"), poetry):
        if isinstance(table, dict) and isinstance(table.get("name"), str):
            return name_of(table["name"])
    return ""


def _arrays(text: str, headers: tuple[Header, ...]) -> Iterator[Listing]:
    for header in headers:
        for pair in header.pairs:
            for path, value in _spread(pair.path, pair.value):
                role = next((role for pattern, role in _ARRAYS if _fits(pattern, path)), None)
                if role is not None and value.kind == "array":
                    yield array_listing(text, _label(path), role, value)


def _spread(path: tuple[str, ...], value: Value) -> Iterator[tuple[tuple[str, ...], Value]]:
    """Yield a value and those of the inline tables in it."""
    yield path, value
    for pair in value.pairs:
        yield from _spread((*path, *pair.path), pair.value)


def _tables(text: str, headers: tuple[Header, ...]) -> Iterator[Listing]:
    seen = set()
    for header in headers:
        for path in (header.path, header.path[:-1]):
            dialect = next((dialect for pattern, dialect in _TABLES if _fits(pattern, path)), "")
            source = ".".join(path) in _SOURCES
            if (dialect or source) and path not in seen:
                seen.add(path)
                for listing in table_listing(text, _label(path), dialect or "pipfile", path, headers):
                    yield listing._replace(role="sources") if source else listing


def _others(text: str, headers: tuple[Header, ...], listings: list[Listing]) -> Iterator[Mention]:
    """Yield the requirements on stream-chat that stand in no list that is edited (inline and dotted tables)."""
    known = {entry.start for listing in listings for entry in listing.entries}
    for header in headers:
        if header.array and name_of(header.path[-1]) == OLD and any(_fits(one, header.path[:-1]) for one, _ in _TABLES):
            line = line_of(text, header.start)
            yield Mention(OLD, line, f"[[{'.'.join(header.path)}]]", "it is an array of tables", word=False)
        for pair in header.pairs:
            if pair.value.start in known:
                continue
            dotted = [part for part in pair.path[len(header.path) :] if name_of(part) == OLD]
            inner = [one for one in pair.value.pairs if name_of(one.path[-1]) == OLD]
            watched = any(_begins(pattern, pair.path) for pattern, _ in _TABLES)
            if watched and (dotted or inner):
                line = line_of(text, pair.start)
                raw = text[pair.start : pair.value.end].split("\n")[0].strip()
                yield Mention(OLD, line, raw, "it is written as a dotted key or an inline table", word=False)
            elif pair.value.kind == "string" and pair.path[-1] == "legacy_tox_ini" and mentions(pair.value.data):
                yield Mention(
                    OLD, line_of(text, pair.start), "legacy_tox_ini", "it is a tox.ini inside a text", word=False
                )


def _includes(data: dict[str, Any]) -> Iterator[Include]:
    """Yield the files that setuptools takes dependencies from."""
    dynamic = data.get("tool", {}) if isinstance(data.get("tool"), dict) else {}
    for key in ("setuptools", "dynamic"):
        dynamic = dynamic.get(key, {}) if isinstance(dynamic, dict) else {}
    if not isinstance(dynamic, dict):
        return
    optional = dynamic.get("optional-dependencies")
    for each in [dynamic.get("dependencies"), *(optional.values() if isinstance(optional, dict) else ())]:
        files = each.get("file") if isinstance(each, dict) else None
        for file in [files] if isinstance(files, str) else files if isinstance(files, list) else []:
            if isinstance(file, str):
                yield Include(file, False)


def _fits(pattern: str, path: tuple[str, ...]) -> bool:
    parts = pattern.split(".")
    return len(parts) == len(path) and all(part in ("*", each) for part, each in zip(parts, path, strict=True))


def _begins(pattern: str, path: tuple[str, ...]) -> bool:
    parts = pattern.split(".")
    return len(path) >= len(parts) - 1 and all(part in ("*", each) for part, each in zip(parts, path, strict=False))


def _label(path: tuple[str, ...]) -> str:
    if path[0] == "project" and len(path) > 1:
        return f"[project] {'.'.join(path[1:])}"
    return f"[{'.'.join(path)}]"


def meaning(text: str) -> object:
    """Return the data of the file but for the two names."""
    return pruned(load(text))
