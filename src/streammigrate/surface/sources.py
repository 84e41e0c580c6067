"""The releases that are read: stream-chat's source from the registry, each getstream in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STREAM_CHAT = (
    *("3.0.1", "3.1.1", "3.2.1", "3.3.0", "3.4.0", "3.5.0", "3.6.0", "3.7.0", "3.8.0", "3.9.0", "3.10.0", "3.11.2"),
    *("3.12.2", "3.13.1", "3.14.0", "3.15.0", "3.17.0", "4.0.0", "4.1.0", "4.2.2", "4.3.0", "4.4.2", "4.5.0", "4.6.0"),
    *("4.7.0", "4.8.0", "4.9.0", "4.10.0", "4.11.0", "4.12.1", "4.13.0", "4.14.0", "4.15.0", "4.16.0", "4.17.0"),
    *("4.18.0", "4.19.0", "4.20.0", "4.21.0", "4.22.0", "4.23.0", "4.24.0", "4.25.0", "4.26.0", "4.27.0", "4.28.0"),
    *("4.29.0", "4.30.1", "4.31.0", "4.32.0", "4.33.0"),
)
"""The last patch of every minor release of 3.x and 4.x, oldest first."""

GETSTREAM = ("4.2.0", "5.1.0", "6.1.1", "7.0.0")
"""The last patch of every supported target, oldest first."""


def stream_chat(folder: Path, release: str) -> Path:
    """Return the directory named stream_chat of a release under `folder`, downloaded there when it is not.

    The package is never imported; pip itself asks a source archive for its metadata.
    Raises subprocess.CalledProcessError when the registry does not have it.
    """
    home = folder / f"stream-chat-{release}"
    if not home.is_dir():
        download = folder / "download" / release
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(download)]
        subprocess.run([*command, f"stream-chat=={release}"], check=True)
        unpacked = home.with_suffix(".part")
        for name, content in _python_files(next(download.iterdir())):
            path = unpacked / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        unpacked.rename(home)
    return next(home.rglob("stream_chat"))


def _python_files(archive: Path) -> Iterator[tuple[str, bytes]]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for name in wheel.namelist():
                if name.endswith(".py") and ".." not in name:
                    yield name, wheel.read(name)
        return
    with tarfile.open(archive) as sdist:
        for member in sdist:
            file = sdist.extractfile(member) if member.name.endswith(".py") and ".." not in member.name else None
            if file is not None:
                yield member.name, file.read()


def getstream(folder: Path, release: str) -> dict[str, Any]:
    """Return the surface of a getstream release, read in an environment under `folder` that is made when missing."""
    home = folder / f"getstream-{release}"
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not (home / "ready").is_file():
        venv.create(home, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", f"getstream=={release}"]
        subprocess.run(install, check=True)
        (home / "ready").touch()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [str(python), "-m", "streammigrate.surface", "read-getstream"]
    result = subprocess.run(command, check=True, capture_output=True, env=environment)
    found: dict[str, Any] = json.loads(result.stdout)
    return found
