"""The corpus of idioms in tests/idioms: its programs, what `rewrite` makes of them, how both are run, and the shares.

A row of the corpus is a folder. A program is a file, whose lines below `# drive` run it and are no part of it, or a folder of
modules with a `drive.py`. A driver calls `attempt(name, function)`, which observes what the function returns, as JSON where it
is no plain value, or raises; it waits for what is awaitable. The folders `decoys` (nothing may change) and `held` (flagged by
their nature, for the reason in the first line) stand apart.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from programs import rewrite_all

from streammigrate.codemod import session
from streammigrate.codemod.model import FileResult, Site
from streammigrate.codemod.rewrite import Outcome
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.proof.answers import answerer, failing
from streammigrate.proof.equality import Difference, compare_traces
from streammigrate.proof.run import Trace, run

TESTS = Path(__file__).resolve().parents[1]
CORPUS = TESTS / "idioms"
PROJECTS = TESTS / "sample_projects"
DECOYS, HELD = "decoys", "held"
ENV = {
    "STREAM_API_KEY": "the-key",
    "STREAM_API_SECRET": "the-secret",
    "STREAM_SECRET": "the-secret",
    "STREAM_SECRET_KEY": "the-secret",
    "GETSTREAM_API_KEY": "the-key",
    "GETSTREAM_API_SECRET": "the-secret",
    "STREAM_CHAT_API_KEY": "the-key",
    "STREAM_CHAT_API_SECRET": "the-secret",
}
_DRIVE = "# drive\n"
_ATTEMPT = """
def attempt(name, call):
    import asyncio as _asyncio
    import inspect as _inspect
    import json as _json
    try:
        value = call()
        if _inspect.isawaitable(value):
            if not hasattr(attempt, "loop"):
                attempt.loop = _asyncio.new_event_loop()
            value = attempt.loop.run_until_complete(value)
        if isinstance(value, (dict, list, tuple)) or hasattr(value, "__dict__"):
            value = _json.loads(_json.dumps(value))
    except Exception as error:
        value = error
    observe(name, value)


"""
_CLOSE = '\nif hasattr(attempt, "loop"):\n    attempt.loop.close()\n'


class Program(NamedTuple):
    """A program of the corpus."""

    row: str
    files: Mapping[str, str]
    """Text by path."""
    drive: str
    """The driver, which comes below the only file or stands beside several."""

    @property
    def title(self) -> str:
        """Return the first line of what describes the program."""
        text = self.drive if self.drive.startswith('"""') else next(iter(self.files.values()))
        return text.partition("\n")[0].strip('" ')


class Variant(NamedTuple):
    """The answers that a program gets."""

    complete: bool = True
    seed: int = 3
    failure: int | Literal["timeout", "connection"] | None = None
    at: int = 0


VARIANTS: Mapping[str, Variant] = {
    "complete": Variant(),
    "incomplete": Variant(complete=False),
    "sparse": Variant(complete=False, seed=11),
    "not found": Variant(failure=404),
    "not found later": Variant(failure=404, at=1),
    "refused": Variant(failure=429, at=1),
    "timeout": Variant(failure="timeout"),
}


@cache
def corpus() -> Mapping[str, Program]:
    """Return the programs by `row/name`, sorted."""
    rows = sorted(path for path in CORPUS.iterdir() if path.is_dir())
    paths = [path for row in rows for path in sorted(row.iterdir()) if path.name != "__pycache__"]
    return {f"{path.parent.name}/{path.stem}": _program(path.parent.name, path) for path in paths}


def _program(row: str, path: Path) -> Program:
    if path.is_file():
        text, _, drive = path.read_text(encoding="utf-8").partition(_DRIVE)
        return Program(row, {path.name: text}, drive)
    paths = sorted(one for one in path.rglob("*.py") if "__pycache__" not in one.parts)
    files = {one.relative_to(path).as_posix(): one.read_text(encoding="utf-8") for one in paths}
    drive = files.pop("drive.py")
    return Program(row, files, drive)


@cache
def outcome(name: str) -> Outcome:
    """Return what `rewrite` makes of a program."""
    return rewrite_all(corpus()[name].files)


def after(name: str) -> Mapping[str, str]:
    """Return the texts of the rewritten program by path."""
    return {one.path: one.after.decode() for one in outcome(name).files}


def trace(name: str, files: Mapping[str, str], variant: Variant) -> Trace:
    """Return a run of files under the driver of a program."""
    drive = corpus()[name].drive
    answer = answerer(variant.seed, complete=variant.complete)
    if variant.failure is not None:
        answer = failing(answer, variant.failure, at=variant.at)
    if len(files) == 1:
        ((_, text),) = files.items()
        return run(text + _ATTEMPT + drive + _CLOSE, answer=answer, env=ENV)
    modules = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): files[path] for path in files}
    return run(_ATTEMPT + drive + _CLOSE, answer=answer, env=ENV, modules=modules)


def differences(name: str, files: Mapping[str, str], variant: Variant) -> list[Difference]:
    """Return how a program, and what became of its files, differ when they are run."""
    before = trace(name, corpus()[name].files, variant)
    return compare_traces(before, trace(name, files, variant), settings=True)


class Place(NamedTuple):
    """A site, and where it is."""

    row: str
    """The row of the corpus, or `sample projects`."""
    path: str
    site: Site


def places() -> Iterator[Place]:
    """Return every site of the corpus and of the sample applications; the decoys have none."""
    for name, program in corpus().items():
        yield from _places(program.row, name, outcome(name).files)
    for folder in sorted(path.parent for path in PROJECTS.glob("*/drive.py")):
        # In a folder of its own: around a project that lies in a repository, all of that is looked through.
        with tempfile.TemporaryDirectory() as root:
            shutil.copytree(folder / "before", root, dirs_exist_ok=True)
            done = session.rewrite_paths([root], RewriteSettings(todo=False))
        yield from _places("sample projects", f"sample_projects/{folder.name}", done.files)


def _places(row: str, name: str, files: Iterable[FileResult]) -> Iterator[Place]:
    for one in files:
        for site in one.sites:
            yield Place(row, f"{name}: {Path(one.path).name}:{site.span.line}", site)


def share(found: Iterable[Place]) -> Counter[str]:
    """Return how many sites are safe, unsafe and manual."""
    return Counter(place.site.applicability.value for place in found)


def safe_part(counted: Counter[str]) -> float:
    """Return the part of the sites that is safe, 1 where there is none."""
    return counted["safe"] / counted.total() if counted else 1.0
