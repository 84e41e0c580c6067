"""What a type checker says after a rewrite that it did not say before, in the files that are touched.

The checker is a program on PATH and runs twice on a copy of the project, with the project's own settings.
The options and the output were seen with pyright 1.1.414, basedpyright 1.40.2, ty 0.0.105, pyrefly 1.4.1 and mypy 1.20.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any, NamedTuple

from streammigrate.applying.copies import Copy, copied
from streammigrate.codemod.model import FileResult
from streammigrate.codemod.roots import project_root
from streammigrate.codemod.second_opinion import CheckerError
from streammigrate.codemod.second_opinion.overlay import environment
from streammigrate.errors import UsageError

SECONDS = 600
"""How long one run of a checker may take."""
_SHOWN = 400
_MISSING = re.compile(r"[\"'`‘“]getstream(?:\.[\w.]+)?[\"'`’”]")


class Issue(NamedTuple):
    """One error of a checker; `line` counts from 1."""

    path: str
    line: int
    rule: str
    message: str


class Checked(NamedTuple):
    """The errors that are new, by file and line. `blind` says that the checker does not see getstream, so that it can
    say nothing; `before` counts the errors that the touched files had."""

    checker: str
    new: tuple[Issue, ...]
    before: int = 0
    blind: bool = False


class _Checker(NamedTuple):
    command: Callable[[str, Sequence[str]], list[str]]
    """Gives the arguments for a Python (empty where none is known) and the touched files."""
    issues: Callable[[str], Iterator[Issue]]


def find(name: str) -> str:
    """Return the program of a checker. Raises UsageError for one that is not known or not on PATH."""
    if name not in CHECKERS:
        raise UsageError(f"--check-types takes {', '.join(CHECKERS)}; not {name!r}")
    program = shutil.which(name)
    if program is None:
        raise UsageError(f"{name} is not on PATH: install it (`pip install {name}`), or leave --check-types away")
    return os.path.abspath(program)  # noqa: PTH100


def check(files: Sequence[FileResult], checker: str, exclude: Sequence[str] = (), timeout: float = SECONDS) -> Checked:
    """Return what a checker says anew of the files that change.

    Raises UsageError for a checker that is not there, CheckerError where it fails or takes longer than `timeout` seconds.
    """
    program = find(checker)
    touched = {one.path: one for one in files if one.changed and one.path.endswith((".py", ".pyi"))}
    if not touched:
        return Checked(checker, ())
    with copied(list(touched), exclude) as copy:
        names = {str(copy.place(path)): path for path in touched}
        copy.write({path: one.before for path, one in touched.items() if not one.new})
        known = {place: path for place, path in names.items() if not touched[path].new}
        before = _run(checker, program, copy, known, timeout)
        copy.write({path: one.after for path, one in touched.items()})
        after = _run(checker, program, copy, names, timeout)
    if any(_is_missing(issue) for issue in after):
        return Checked(checker, (), blind=True)
    seen = Counter((issue.path, issue.rule, issue.message) for issue in before)
    new = []
    for issue in after:
        key = (issue.path, issue.rule, issue.message)
        if seen[key]:
            seen[key] -= 1
        else:
            new.append(issue._replace(path=names[issue.path]))
    return Checked(checker, tuple(sorted(new)), len(before))


def _is_missing(issue: Issue) -> bool:
    """Return whether an issue says that getstream cannot be imported."""
    return "import" in issue.rule.lower() and bool(_MISSING.search(issue.message))


def _run(checker: str, program: str, copy: Copy, touched: Mapping[str, str], timeout: float) -> list[Issue]:
    found = []
    by_root: dict[str, list[str]] = {}
    for place, path in touched.items():
        # The nearest project, whose settings hold for the file.
        by_root.setdefault(project_root(os.path.realpath(path)), []).append(place)
    for root, places in sorted(by_root.items()):
        folder, inside = copy.place(root), sorted(places)
        python = environment(root, program).python
        command = [program, *CHECKERS[checker].command(python, [os.path.relpath(path, folder) for path in inside])]
        out, err, code = _output(checker, command, str(folder), timeout)
        try:
            issues = list(CHECKERS[checker].issues(out))
        except (ValueError, KeyError, TypeError, AttributeError):
            issues = []
            code = 2
        if code not in (0, 1):
            said = (err.strip() or out.strip())[-_SHOWN:] or "nothing"
            raise CheckerError(f"{checker} failed (exit code {code}); it says: {said}")
        placed = [one._replace(path=os.path.realpath(folder / one.path)) for one in issues]
        found += [one for one in placed if one.path in inside]
    return found


def _output(name: str, command: Sequence[str], folder: str, timeout: float) -> tuple[str, str, int]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    # It leads to the project itself instead of its copy.
    environment.pop("PYTHONPATH", None)
    # Files, not pipes: a program that a killed checker has started would keep a pipe open.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            raise CheckerError(f"{name} cannot be started: {error.strerror or error}") from None
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise CheckerError(f"{name} took longer than {timeout:g} seconds; leave --check-types away") from None
        finally:
            if process.poll() is None:
                if hasattr(os, "killpg"):
                    os.killpg(process.pid, signal.SIGKILL)
                process.kill()
                process.wait()
        return _text(out), _text(err), code


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _pyright(python: str, files: Sequence[str]) -> list[str]:
    # Named files would make it pass over the project's settings.
    return ["--outputjson", *(["--pythonpath", python] if python else [])]


def _pyright_issues(output: str) -> Iterator[Issue]:
    for item in _json(output)["generalDiagnostics"]:
        if item["severity"] == "error":
            yield Issue(item["file"], item["range"]["start"]["line"] + 1, item.get("rule", ""), item["message"])


def _mypy(python: str, files: Sequence[str]) -> list[str]:
    options = ["--no-error-summary", "--no-pretty", "--no-color-output", "--show-error-codes", "--hide-error-context"]
    return [*options, *(["--python-executable", python] if python else []), "--", *files]


def _mypy_issues(output: str) -> Iterator[Issue]:
    for match in re.finditer(r"^(.+?):(\d+)(?::\d+)?: error: (.*?)(?:  \[([\w-]+)\])?$", output, re.MULTILINE):
        yield Issue(match[1], int(match[2]), match[4] or "", match[3])


def _ty(python: str, files: Sequence[str]) -> list[str]:
    options = ["check", "--output-format", "gitlab", "--no-progress", *(["--python", python] if python else [])]
    return [*options, "--", *(os.path.join(".", file) for file in files)]  # noqa: PTH118


def _ty_issues(output: str) -> Iterator[Issue]:
    for item in _json(output):
        if item.get("severity") not in ("info", "minor"):
            at = item["location"]
            message = item["description"].removeprefix(f"{item['check_name']}: ")
            yield Issue(at["path"], at["positions"]["begin"]["line"], item["check_name"], message)


def _pyrefly(python: str, files: Sequence[str]) -> list[str]:
    options = ["check", "--output-format", "json", *(["--python-interpreter-path", python] if python else [])]
    return [*options, "--", *files]


def _pyrefly_issues(output: str) -> Iterator[Issue]:
    for item in _json(output)["errors"]:
        if item.get("severity", "error") == "error":
            yield Issue(item["path"], item["line"], item["name"], item.get("description", ""))


def _json(output: str) -> Any:
    """Return the document in an output; a checker may say something before it. Raises ValueError where there is none."""
    start = min((at for at in (output.find("{"), output.find("[")) if at >= 0), default=-1)
    if start < 0:
        raise ValueError("no JSON")
    return json.JSONDecoder().raw_decode(output, start)[0]


CHECKERS: Mapping[str, _Checker] = {
    "basedpyright": _Checker(_pyright, _pyright_issues),
    "pyright": _Checker(_pyright, _pyright_issues),
    "mypy": _Checker(_mypy, _mypy_issues),
    "ty": _Checker(_ty, _ty_issues),
    "pyrefly": _Checker(_pyrefly, _pyrefly_issues),
}
"""By the names that `--check-types` takes."""
