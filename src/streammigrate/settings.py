"""Settings from `[tool.streammigrate.diff]` and `[tool.streammigrate.check]` of a pyproject.toml, and the overrides file of
`diff`."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from streammigrate.findings import Location
from streammigrate.spec import problems

if TYPE_CHECKING:
    from streammigrate.diff.match import Overrides

FAIL_ON = ("breaking", "any", "never")
CHECK_FAIL_ON = ("error", "warning", "any", "never")


@dataclass(slots=True)
class DiffSettings:
    """What pyproject.toml says for `diff`; a path that exists relative to the file is resolved. None and empty mean not set."""

    fail_on: str | None = None
    select: list[str] = field(default_factory=list)
    ignore: list[str] = field(default_factory=list)
    baseline: str | None = None
    overrides: str | None = None
    events: str | None = None
    max_size: int | None = None
    allow_external_refs: bool | None = None
    source: str = ""


_KINDS: dict[str, tuple[type, str]] = {
    "fail-on": (str, "text"),
    "select": (list, "a list of text"),
    "ignore": (list, "a list of text"),
    "baseline": (str, "text"),
    "overrides": (str, "text"),
    "events": (str, "text"),
    "max-size": (int, "a whole number"),
    "allow-external-refs": (bool, "true or false"),
}
_PATHS = frozenset({"baseline", "overrides", "events"})


def find_pyproject(start: Path) -> Path | None:
    """Return the nearest pyproject.toml at or above a directory that has a [tool.streammigrate] table.

    Raises InputError for one that cannot be read.
    """
    for folder in (start, *start.parents):
        candidate = folder / "pyproject.toml"
        try:
            if candidate.is_file() and b"tool.streammigrate" in candidate.read_bytes():
                return candidate
        except OSError as error:
            raise problems.UNREADABLE.error(Location(str(candidate)), error.strerror or str(error)) from None
    return None


def load_toml(path: Path) -> Any:
    """Return a TOML file's data. Raises InputError for a file that cannot be read and for bad TOML."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    label = str(path)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise problems.UNREADABLE.error(Location(label), error.strerror or str(error)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise problems.BAD_SETTINGS.error(Location(label), f"the TOML cannot be parsed: {error}") from None


def read_diff_settings(path: Path) -> DiffSettings:
    """Return the settings of a pyproject.toml. Raises InputError for bad TOML, unknown keys and wrong types."""
    label = str(path)
    settings = DiffSettings(source=label)
    for key, value in table(load_toml(path), label, "diff").items():
        at = Location(label, f"/tool/streammigrate/diff/{key}")
        if key not in _KINDS:
            raise problems.BAD_SETTINGS.error(at, f"unknown setting {key!r} (known: {', '.join(sorted(_KINDS))})")
        kind, wanted = _KINDS[key]
        if not fits(value, kind):
            raise problems.BAD_SETTINGS.error(at, f"{key} must be {wanted}")
        if key == "fail-on" and value not in FAIL_ON:
            raise problems.BAD_SETTINGS.error(at, f"fail-on must be one of {', '.join(FAIL_ON)}, not {value!r}")
        if key == "max-size" and value < 1:
            raise problems.BAD_SETTINGS.error(at, "max-size must be 1 or more")
        if key in _PATHS and (path.parent / value).exists():
            value = str(path.parent / value)
        setattr(settings, key.replace("-", "_"), value)
    return settings


class PerFileIgnore(NamedTuple):
    """Checks that are not to count in some files: a pattern as in a `.gitignore`, below an absolute folder."""

    within: str
    pattern: str
    checks: tuple[str, ...]
    """Ids, their beginnings, or names."""


@dataclass(slots=True)
class CheckSettings:
    """What pyproject.toml says for `check`; a baseline that exists relative to the file is resolved. None and empty mean
    not set."""

    fail_on: str | None = None
    select: list[str] = field(default_factory=list)
    ignore: list[str] = field(default_factory=list)
    baseline: str | None = None
    per_file_ignores: list[PerFileIgnore] = field(default_factory=list)
    source: str = ""


_CHECK_KINDS: dict[str, tuple[type, str]] = {
    "fail-on": (str, "text"),
    "select": (list, "a list of text"),
    "ignore": (list, "a list of text"),
    "baseline": (str, "text"),
    "per-file-ignores": (dict, "a table of lists of text"),
}


def read_check_settings(path: Path) -> CheckSettings:
    """Return the settings of a pyproject.toml. Raises InputError for bad TOML, unknown keys and wrong types."""
    label = str(path)
    settings = CheckSettings(source=label)
    for key, value in table(load_toml(path), label, "check").items():
        at = Location(label, f"/tool/streammigrate/check/{key}")
        if key not in _CHECK_KINDS:
            raise problems.BAD_SETTINGS.error(at, f"unknown setting {key!r} (known: {', '.join(sorted(_CHECK_KINDS))})")
        kind, wanted = _CHECK_KINDS[key]
        if not fits(value, kind):
            raise problems.BAD_SETTINGS.error(at, f"{key} must be {wanted}")
        if key == "fail-on" and value not in CHECK_FAIL_ON:
            raise problems.BAD_SETTINGS.error(at, f"fail-on must be one of {', '.join(CHECK_FAIL_ON)}, not {value!r}")
        if key == "baseline" and (path.parent / value).exists():
            value = str(path.parent / value)
        if key == "per-file-ignores":
            value = [_per_file(pattern, checks, path, at) for pattern, checks in value.items()]
        setattr(settings, key.replace("-", "_"), value)
    return settings


def _per_file(pattern: str, checks: Any, path: Path, at: Location) -> PerFileIgnore:
    if not fits(checks, list):
        place = at._replace(pointer=f"{at.pointer}/{pattern.replace('~', '~0').replace('/', '~1')}")
        raise problems.BAD_SETTINGS.error(place, f"what is ignored in {pattern} must be a list of text")
    return PerFileIgnore(str(path.parent.absolute()), pattern, tuple(checks))


def fits(value: Any, kind: type) -> bool:
    """Return whether a setting has its type; a list is one of texts, and true is no number."""
    if kind is list:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def table(data: Any, label: str, name: str) -> dict[str, Any]:
    """Return `[tool.streammigrate.<name>]`, empty where it is absent. Raises InputError when it is no table."""
    pointer = ""
    for key in ("tool", "streammigrate", name):
        pointer += f"/{key}"
        data = data.get(key, {})
        if not isinstance(data, dict):
            raise problems.BAD_SETTINGS.error(Location(label, pointer), "this must be a table")
    found: dict[str, Any] = data
    return found


def parse_overrides(data: Any, label: str) -> Overrides:
    """Return the overrides of a parsed file. Raises InputError for unknown keys and wrong shapes."""
    from streammigrate.diff.match import Overrides

    if data is None:
        return Overrides()
    if not isinstance(data, dict):
        raise problems.BAD_SETTINGS.error(Location(label), "an overrides file is a mapping")
    unknown = sorted(map(str, data.keys() - {"operations", "schemas", "prefixes"}))
    if unknown:
        raise problems.BAD_SETTINGS.error(
            Location(label, f"/{unknown[0]}"), f"unknown key {unknown[0]!r} (known: operations, prefixes, schemas)"
        )
    found = Overrides()
    for key, target in (("operations", found.operations), ("schemas", found.schemas)):
        table = data.get(key) or {}
        if not isinstance(table, dict):
            raise problems.BAD_SETTINGS.error(Location(label, f"/{key}"), f"{key} must be a mapping from old to new")
        for old, new in table.items():
            if new is not None and not isinstance(new, str):
                raise problems.BAD_SETTINGS.error(Location(label, f"/{key}/{old}"), "must be a name or null")
            target[str(old)] = new
    prefixes = data.get("prefixes") or []
    for index, item in enumerate(prefixes if isinstance(prefixes, list) else [prefixes]):
        if not isinstance(item, dict) or not all(isinstance(item.get(side, ""), str) for side in ("old", "new")):
            raise problems.BAD_SETTINGS.error(Location(label, f"/prefixes/{index}"), "must have `old` and `new`")
        found.prefixes.append((item.get("old", ""), item.get("new", "")))
    return found
