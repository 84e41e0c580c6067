"""The type checkers that can be asked: how each is called, and how its output is read.

The options and the output were seen with pyright 1.1.414, basedpyright 1.40.2, ty 0.0.105 and pyrefly 1.4.1.
zuban 0.10.2 is left out: it takes `StreamChat(…) if x else Own()` for a StreamChat when a base of Own cannot be resolved.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from streammigrate.codemod.second_opinion.model import CheckerError, Reveal
from streammigrate.errors import UsageError

_SHOWN = 400


class Setup(NamedTuple):
    """What a checker is run on. The paths of the files are relative to the folder; `python` is empty where none is known."""

    folder: str
    files: Sequence[str]
    roots: Sequence[str]
    python: str


class Checker(NamedTuple):
    """`arguments` writes what settings the checker needs into the folder and returns its arguments."""

    arguments: Callable[[Setup], list[str]]
    reveals: Callable[[str], Iterator[Reveal]]


def find(name: str) -> str:
    """Return the path of a checker's program. Raises UsageError for one that is not known or not on PATH."""
    if name not in CHECKERS:
        raise UsageError(f"--types takes {', '.join(CHECKERS)}; not {name!r}")
    found = shutil.which(name)
    if found is None:
        raise UsageError(
            f"{name} is not on PATH: install it in the project's environment (`pip install {name}`) and activate that, "
            "or leave --types away"
        )
    return os.path.abspath(found)  # noqa: PTH100


def run(name: str, program: str, setup: Setup, timeout: float) -> tuple[list[Reveal], str]:
    """Return what the checker reveals, with paths relative to the folder, and the end of what it complains of.

    Raises CheckerError when it cannot be started, runs longer than `timeout` seconds or prints something else.
    """
    checker = CHECKERS[name]
    command = [program, *checker.arguments(setup)]
    output, complaint, code = _output(name, command, setup.folder, timeout)
    try:
        found = [reveal._replace(path=_relative(reveal.path, setup.folder)) for reveal in checker.reveals(output)]
    except (ValueError, KeyError, TypeError, AttributeError):
        said = complaint or output.strip()[-_SHOWN:]
        raise CheckerError(f"{name} failed (exit code {code}); it says: {said or 'nothing'}") from None
    return found, complaint


def _output(name: str, command: Sequence[str], folder: str, timeout: float) -> tuple[str, str, int]:
    # Files, not pipes: a program that a killed checker has started would keep a pipe open.
    out, err = Path(f"{folder}.out"), Path(f"{folder}.err")
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    # It leads to the project itself instead of its copy, or to another stream_chat.
    environment.pop("PYTHONPATH", None)
    with out.open("wb") as stdout, err.open("wb") as stderr:
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            raise CheckerError(f"{name} cannot be started: {error.strerror or error}") from None
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            text = f"{name} took longer than {timeout:g} seconds; ask for fewer files at a time, or leave --types away"
            raise CheckerError(text) from None
        finally:
            _end(process)
    return _text(out), _text(err).strip()[-_SHOWN:], code


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a checker that still runs, with what it has started."""
    if process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _text(path: Path) -> str:
    return path.read_bytes().decode(errors="replace")


def _relative(path: str, folder: str) -> str:
    return os.path.relpath(os.path.realpath(os.path.join(folder, path)), folder)  # noqa: PTH118


def _write(folder: str, name: str, text: str) -> None:
    Path(folder, name).write_text(text, encoding="utf-8")


def _pyright(setup: Setup) -> list[str]:
    settings = {
        "include": list(setup.files),
        "exclude": [],
        "extraPaths": list(setup.roots),
        "typeCheckingMode": "off",
        "analyzeUnannotatedFunctions": True,
        "enableTypeIgnoreComments": False,
    }
    _write(setup.folder, "pyrightconfig.json", json.dumps(settings))
    python = ["--pythonpath", setup.python] if setup.python else []
    return ["--outputjson", "--project", "pyrightconfig.json", *python]


def _pyright_reveals(output: str) -> Iterator[Reveal]:
    for item in _json(output)["generalDiagnostics"]:
        match = re.fullmatch(r'Type of ".*" is "(.*)"', item["message"], re.DOTALL)
        if match and item["severity"] == "information":
            yield Reveal(item["file"], item["range"]["start"]["line"] + 1, match[1])


def _ty(setup: Setup) -> list[str]:
    # A list of JSON strings is one of TOML, too.
    _write(setup.folder, "ty.toml", f"[environment]\nroot = {json.dumps(list(setup.roots), ensure_ascii=False)}\n")
    python = ["--python", setup.python] if setup.python else []
    return ["check", "--output-format", "gitlab", "--no-progress", *python, "--", *_named(setup.files)]


def _ty_reveals(output: str) -> Iterator[Reveal]:
    for item in _json(output):
        match = re.fullmatch(r"(?:revealed-type: )?Revealed type: `(.*)`", item["description"], re.DOTALL)
        if match and item["check_name"] == "revealed-type":
            yield Reveal(item["location"]["path"], item["location"]["positions"]["begin"]["line"], match[1])


def _pyrefly(setup: Setup) -> list[str]:
    _write(setup.folder, "pyrefly.toml", "")
    roots = [f"--search-path={root}" for root in setup.roots]
    python = ["--python-interpreter-path", setup.python] if setup.python else []
    options = ["--preset", "default", "--output-format", "json", "--min-severity", "info", "--progress-bar", "no"]
    return ["check", *options, *roots, *python, "--", *_named(setup.files)]


def _pyrefly_reveals(output: str) -> Iterator[Reveal]:
    for item in _json(output)["errors"]:
        if item["name"] == "reveal-type":
            yield Reveal(item["path"], item["line"], item["description"].removeprefix("revealed type: "))


def _named(files: Sequence[str]) -> list[str]:
    return [os.path.join(".", file) for file in files]  # noqa: PTH118


def _json(output: str) -> Any:
    """Return the document in an output; a checker may say something before it. Raises ValueError where there is none."""
    start = min((at for at in (output.find("{"), output.find("[")) if at >= 0), default=-1)
    if start < 0:
        raise ValueError("no JSON")
    return json.JSONDecoder().raw_decode(output, start)[0]


CHECKERS: Mapping[str, Checker] = {
    "ty": Checker(_ty, _ty_reveals),
    "pyright": Checker(_pyright, _pyright_reveals),
    "pyrefly": Checker(_pyrefly, _pyrefly_reveals),
    "basedpyright": Checker(_pyright, _pyright_reveals),
}
"""By the names that `--types` takes."""
