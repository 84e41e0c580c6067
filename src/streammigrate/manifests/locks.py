"""Lock files: which have to be renewed, and the command for it. They are read for one name only and never edited."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from streammigrate.manifests.model import NEW
from streammigrate.manifests.requirement import Range, fits

_TOML = re.compile(r'(?m)^name = "getstream"\r?\nversion = "(?P<version>[^"]+)"')
_JSON = re.compile(r'"getstream"\s*:\s*\{[^{}]*?"version"\s*:\s*"={0,2}(?P<version>[^"]+)"')
_YAML = re.compile(
    r"(?m)name:\s*getstream\s*\r?\n\s*version:\s*['\"]?(?P<version>[\w.]+)|pypi:\s*\S*/getstream-(?P<wheel>[\d.]+\d)-"
)
_LINE = re.compile(r"(?m)^getstream==(?P<version>[\w.]+)")


class _Lock(NamedTuple):
    names: re.Pattern[str]
    source: re.Pattern[str]
    """The manifests that it is made from, by their names."""
    holds: re.Pattern[str]
    command: str


_LOCKS = (
    _Lock(re.compile(r"poetry\.lock"), re.compile(r"pyproject\.toml"), _TOML, "poetry lock"),
    _Lock(re.compile(r"uv\.lock"), re.compile(r"pyproject\.toml"), _TOML, "uv lock"),
    _Lock(re.compile(r"pdm(?:\.\w+)?\.lock"), re.compile(r"pyproject\.toml"), _TOML, "pdm lock --update-reuse"),
    _Lock(
        re.compile(r"pylock(?:\.\w+)?\.toml"), re.compile(r"pyproject\.toml|.*requirements.*"), _TOML, "pip lock -e ."
    ),
    _Lock(re.compile(r"Pipfile\.lock"), re.compile(r"Pipfile"), _JSON, "pipenv lock"),
    _Lock(
        re.compile(r"(?:.*\.)?conda-lock\.ya?ml"),
        re.compile(r".*environment.*\.ya?ml|pyproject\.toml"),
        _YAML,
        "conda-lock lock --lockfile {name}",
    ),
    _Lock(re.compile(r"pixi\.lock"), re.compile(r"pyproject\.toml"), _YAML, "pixi lock"),
    _Lock(re.compile(r"requirements.*\.lock"), re.compile(r"pyproject\.toml"), _LINE, "rye lock"),
)


def matches(path: str) -> bool:
    """Return whether a path is a lock file."""
    return _lock(path) is not None


def stale(
    files: Mapping[str, bytes], listing: Collection[str], changed: Collection[str], target: Range
) -> Iterator[tuple[str, int, str, str]]:
    """Yield the lock files that have to be renewed: path, line, why, and the command.

    `listing` are the manifests that list getstream (then), `changed` those that are edited. A lock stands for the
    manifests of its folder, and for those below that have no lock of the kind of their own.
    """
    for path, data in files.items():
        lock = _lock(path)
        if lock is None:
            continue
        folder, _, name = path.rpartition("/")
        mine = [one for one in listing if _is_of(one, folder, lock, files)]
        if not mine:
            continue
        text = data.decode("utf-8", "replace")
        held = lock.holds.search(text)
        version = next((group for group in held.groups() if group), "") if held is not None else ""
        command = _command(lock, name, text)
        if folder:
            command = f"cd {folder} && {command}"
        if held is None:
            yield path, 1, f"the lock file does not hold {NEW}, which {min(mine)} lists", command
        elif version and not fits(f">={target.full},<{target.bounds[1]}", version):
            why = f"the lock file holds {NEW} {version}, and {target.full} is aimed at"
            yield path, _line(text, held.start()), why, command
        elif any(one in changed for one in mine):
            yield path, 1, f"the lock file no longer goes with {min(one for one in mine if one in changed)}", command


def hashing(path: str, files: Mapping[str, bytes]) -> str:
    """Return a command that makes a file of requirements with hashes again, by what lies beside it."""
    folder, _, name = path.rpartition("/")
    prefix = f"{folder}/" if folder else ""
    stem = name.rpartition(".")[0]
    enter = f"cd {folder} && " if folder else ""
    if f"{prefix}{stem}.in" in files:
        return f"{enter}uv pip compile --generate-hashes {stem}.in -o {name}"
    for lock, command in (
        ("poetry.lock", "poetry lock && poetry export -f requirements.txt -o {name}"),
        ("uv.lock", "uv lock && uv export --format requirements-txt -o {name}"),
        ("pdm.lock", "pdm lock --update-reuse && pdm export -f requirements -o {name}"),
        ("Pipfile.lock", "pipenv lock && pipenv requirements --hash > {name}"),
    ):
        if f"{prefix}{lock}" in files:
            return enter + command.format(name=name)
    return (
        f"{enter}uv pip compile --generate-hashes {stem}.in -o {name}` with what the project needs itself in `{stem}.in"
    )


def _lock(path: str) -> _Lock | None:
    name = path.rpartition("/")[2]
    return next((lock for lock in _LOCKS if lock.names.fullmatch(name)), None)


def _is_of(manifest: str, folder: str, lock: _Lock, files: Mapping[str, bytes]) -> bool:
    place, _, name = manifest.rpartition("/")
    if not lock.source.fullmatch(name) or not (not folder or place == folder or place.startswith(f"{folder}/")):
        return False
    while place != folder:
        if any(lock.names.fullmatch(other.rpartition("/")[2]) for other in files if other.rpartition("/")[0] == place):
            return False
        place = place.rpartition("/")[0]
    return True


def _command(lock: _Lock, name: str, text: str) -> str:
    if lock.command == "poetry lock" and re.search(r"by Poetry 1\.", text[:200]):
        # Poetry 1 would raise everything else too.
        return "poetry lock --no-update"
    made = re.search(r"(?m)^#\s+((?:uv|pip|pdm|poetry) .*pylock.*)$", text[:1000])
    if made is not None and name.startswith("pylock"):
        return made[1].strip()
    return lock.command.format(name=name)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
