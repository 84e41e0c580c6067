"""Derives what is known of both SDKs, for whoever maintains the rules.

    python -m streammigrate.surface [FOLDER]                read every supported release, write the derived files
    python -m streammigrate.surface derive [MEMBER] [TARGET] show which getstream call each v1 member becomes
    python -m streammigrate.surface read-getstream          print the installed getstream as JSON

FOLDER keeps downloads and environments, so that a second run needs no network.
"""

from __future__ import annotations

import difflib
import json
import sys
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from streammigrate.rules import SOURCE, sdk
from streammigrate.surface import files


def main(arguments: list[str]) -> int:
    """Run the command and return its exit status."""
    if arguments == ["read-getstream"]:
        json.dump(read_getstream(), sys.stdout)
        return 0
    if arguments[:1] == ["derive"]:
        from streammigrate.surface.derive import derived_text

        targets = [argument for argument in arguments[1:] if argument[:1].isdigit()]
        members = [argument for argument in arguments[1:] if argument not in targets]
        sys.stdout.write(derived_text("".join(members[:1]), "".join(targets[:1]) or sdk.LATEST))
        return 0
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        sys.stderr.write(f"{__doc__}")
        return 2
    if arguments:
        return _derive_files(Path(arguments[0]))
    with tempfile.TemporaryDirectory() as folder:
        return _derive_files(Path(folder))


def read_getstream() -> dict[str, Any]:
    """Return the surface of the getstream that is installed here."""
    from streammigrate.surface import v2

    with tempfile.TemporaryDirectory() as folder:
        return v2.read(Path(folder))._asdict()


def read_stream_chat() -> dict[str, Any]:
    """Return the surface of the stream-chat that is installed here."""
    from streammigrate.surface import v1

    spec = find_spec("stream_chat")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("stream-chat is not installed")
    return v1.read(Path(spec.origin).parent)


def _derive_files(folder: Path) -> int:
    from streammigrate.surface import sources, v1

    folder.mkdir(parents=True, exist_ok=True)
    stream_chat = {release: v1.read(sources.stream_chat(folder, release)) for release in sources.STREAM_CHAT}
    getstream = {release: sources.getstream(folder, release) for release in sources.GETSTREAM}
    for name, text in texts(stream_chat, getstream).items():
        path = SOURCE / f"{name}.yaml"
        old = path.read_text(encoding="utf-8") if path.is_file() else ""
        sys.stdout.write(f"{path.name}: {changes(old, text)}")
        path.write_text(text, encoding="utf-8")
    return 0


def texts(stream_chat: Mapping[str, Any], getstream: Mapping[str, Any]) -> dict[str, str]:
    """Return the derived files by name, from the readings of each release, oldest first."""
    return {
        "v1": files.v1_file(stream_chat),
        "v2": files.v2_file(getstream),
        "models": files.models_file(getstream),
    }


def changes(old: str, new: str) -> str:
    """Return what changed between two texts of a file, for people; lines of a file that is new are not shown."""
    compared = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
    changed = [line for line in compared if line[:1] in ("+", "-") and line[:3] not in ("+++", "---")]
    if not changed:
        return "unchanged\n"
    return "\n  ".join([f"{len(changed)} lines changed", *(changed if old else [])]) + "\n"
