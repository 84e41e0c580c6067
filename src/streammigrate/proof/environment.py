"""The environment that a proof runs in: which SDKs are installed, and one of its own for another release of getstream."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from streammigrate.codemod.settings import TARGETS, parse_target
from streammigrate.errors import StreammigrateError, UsageError

STREAM_CHAT = "4.33.0"
"""The release of stream-chat that the rules are written for."""


class Installed(NamedTuple):
    """The SDKs of this environment; `target` is the supported release that the installed getstream belongs to."""

    stream_chat: str
    getstream: str
    target: str


class NoSdkError(StreammigrateError):
    """An SDK that the proof needs is not there, or is another release than the rules know."""


def installed() -> Installed:
    """Return the SDKs of this environment. Raises NoSdkError, saying how to get them, where one is missing or unknown."""
    found = {}
    for name, module in (("stream-chat", "stream_chat"), ("getstream", "getstream")):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
        if not found[name] or find_spec(module) is None:
            raise NoSdkError(f'a proof runs both SDKs, and {name} is not installed: pip install "streammigrate[proof]"')
    try:
        target = parse_target(".".join(found["getstream"].split(".")[:2]))
    except UsageError:
        raise NoSdkError(
            f"the rules know getstream {', '.join(TARGETS)}, and {found['getstream']} is installed; "
            "choose one with --against"
        ) from None
    return Installed(found["stream-chat"], found["getstream"], target)


def prove_against(release: str, ids: Sequence[str], *, jobs: int) -> dict[str, Any]:
    """Return what `rules prove --format json` says in an environment with another release of getstream.

    The environment is made once under the user's cache, with pip, which needs the network. Raises UsageError for a
    release that is not supported, and NoSdkError where the environment cannot be made or the proof does not run.
    """
    short = ".".join(parse_target(release).split(".")[:2])
    home = _folder(short)
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.is_file():
        _run([sys.executable, "-m", "venv", str(home)], "make a virtual environment")
    wanted = [_this_package(), f"stream-chat=={STREAM_CHAT}", f"getstream~={short}.0"]
    _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted], "install the SDKs")
    command = [str(python), "-m", "streammigrate", "rules", "prove", *ids, "--format", "json", "--jobs", str(jobs)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=home, check=False)
    try:
        data: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise NoSdkError(f"the proof against getstream {short} did not run: {_last_line(done.stderr)}") from None
    return data


def _folder(short: str) -> Path:
    from platformdirs import user_cache_path

    python = f"py{sys.version_info.major}.{sys.version_info.minor}"
    return user_cache_path("streammigrate") / "proof" / f"getstream-{short}-{python}"


def _this_package() -> str:
    """Return what pip installs to get this very package: the checkout, or the release of the wheel."""
    from streammigrate import __version__, rules

    root = rules.SOURCE.parent
    return str(root) if (root / "pyproject.toml").is_file() else f"streammigrate=={__version__}"


def _run(command: list[str], what: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NoSdkError(f"cannot {what}: {error.strerror or error}") from None
    if done.returncode:
        raise NoSdkError(f"cannot {what}: {_last_line(done.stderr)}")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it says nothing"
