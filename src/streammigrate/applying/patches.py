"""Patches in files."""

from __future__ import annotations

from pathlib import Path

from streammigrate.applying.series import Series
from streammigrate.errors import UsageError
from streammigrate.findings import Location
from streammigrate.report.rewrite_diff import render
from streammigrate.spec import problems

_INDEX = "series"


def write(series: Series, folder: str) -> list[str]:
    """Write a numbered patch for each step into a folder that holds nothing, and an index; return the paths in order.

    A patch begins with its title, which `git apply` and `patch` pass over. Raises UsageError and InputError.
    """
    target = Path(folder)
    try:
        if target.exists() and any(target.iterdir()):
            raise UsageError(f"{folder} is not empty: name another folder, so that old patches and new ones do not mix")
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise problems.UNWRITABLE.error(Location(folder), error.strerror or str(error)) from None
    paths = []
    for number, step in enumerate(series.steps, 1):
        path = target / f"{number:04}-{step.slug}.patch"
        head = f"[{number}/{len(series.steps)}] {step.title}\n\n".encode("utf-8", "replace")
        write_bytes(path, head + render(step.files))
        paths.append(path)
    write_bytes(target / _INDEX, "".join(f"{path.name}\n" for path in paths).encode())
    return list(map(str, paths))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file, creating its folder. Raises InputError when the system refuses."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise problems.UNWRITABLE.error(Location(str(path)), error.strerror or str(error)) from None
