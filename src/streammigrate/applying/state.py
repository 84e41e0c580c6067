"""The folder outside of every tree where locks and runs are kept."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from streammigrate.errors import InputError
from streammigrate.findings import Location
from streammigrate.spec import problems

VARIABLE = "STREAMMIGRATE_STATE_DIR"
"""The environment variable that names another folder."""


def folder() -> Path:
    """Return the folder, which may not be there yet.

    That is what STREAMMIGRATE_STATE_DIR names, else `streammigrate` where the system keeps the state of programs
    (XDG_STATE_HOME or ~/.local/state, %LOCALAPPDATA%, ~/Library/Application Support). Raises InputError without a home.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).absolute()
    from platformdirs import user_state_path

    found = user_state_path("streammigrate", appauthor=False)
    if not found.is_absolute():
        raise unwritable(found, "the user has no home folder")
    return found


def project_folder(root: str) -> Path:
    """Return the folder that keeps the runs of the project at a root (absolute)."""
    return folder() / "projects" / sha256(os.fsencode(os.path.normcase(root))).hexdigest()[:16]


def unwritable(path: Path, error: OSError | str) -> InputError:
    """Return the error for a folder of state that cannot be used."""
    reason = error if isinstance(error, str) else error.strerror or str(error)
    hint = f"What was there before is kept here, for `streammigrate undo`. {VARIABLE} names another folder."
    return problems.UNWRITABLE.error(Location(str(path)), f"{reason}; no file was changed", hint)
