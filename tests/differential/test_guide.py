"""The official migration guide's examples: what `rewrite` makes of each `Before` sends what the `Before` sends, or it is left.

The guide is Stream's and is not part of this repository: it is read from getstream's source distribution, which pip downloads
once into the user's cache folder (`STREAMMIGRATE_SDIST` may name a file instead). Without it these tests skip.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tarfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from streammigrate.codemod.model import FileResult
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.proof.answers import answerer
from streammigrate.proof.equality import compare_traces
from streammigrate.proof.run import run
from streammigrate.spec.cache import default_folder

FOLDER = "/docs/migration-from-stream-chat-python/"
PAIRS = 43
_BEFORE = re.compile(r"\*\*Before[^\n]*\n+```python\n(.*?)```", re.DOTALL)
_PAIRED = re.compile(r"\n+\*\*After[^\n]*\n+```python\n")


class Example(NamedTuple):
    """One `Before` of the guide."""

    chapter: str
    title: str
    code: str


class Outcome(NamedTuple):
    """What became of an example."""

    example: Example
    differences: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """`equal`, `left` with the reason, or what differs."""
        if self.differences:
            return f"DIFFERS {self.differences[0]}"
        return f"left: {self.left[0]}" if self.left else "equal"


@cache
def _examples() -> tuple[Example, ...]:
    """Return the examples of the guide. Skips the test when it cannot be had."""
    found = []
    with tarfile.open(_source_distribution()) as archive:
        for member in sorted(archive.getmembers(), key=lambda one: one.name):
            file = archive.extractfile(member) if FOLDER in member.name and member.name.endswith(".md") else None
            if file is not None:
                found += _in_chapter(Path(member.name).stem, file.read().decode())
    return tuple(found)


def _in_chapter(chapter: str, text: str) -> list[Example]:
    found = []
    for match in _BEFORE.finditer(text):
        titles = re.findall(r"^##+ (.*)$", text[: match.start()], re.MULTILINE)
        if _PAIRED.match(text, match.end()):
            found.append(Example(chapter, titles[-1], _runnable(match.group(1))))
    return found


def _runnable(code: str) -> str:
    """Return an example as a program: it shows a token that it makes, and what awaits at the top goes into a coroutine."""
    if re.search(r"^token = ", code, re.MULTILINE):
        code += 'observe("token", token)\n'
    if not re.search(r"^(async with|.*await )", code, re.MULTILINE):
        return code
    imports = [line for line in code.splitlines() if line.startswith(("import ", "from "))]
    body = [f"    {line}" for line in code.splitlines() if line and line not in imports]
    return "\n".join(
        ["import asyncio", *imports, "", "", "async def main():", *body, "", "", "asyncio.run(main())", ""]
    )


def _source_distribution() -> Path:
    given = os.environ.get("STREAMMIGRATE_SDIST")
    if given:
        return Path(given)
    version = importlib.metadata.version("getstream")
    folder = default_folder() / "guide"
    file = folder / f"getstream-{version}.tar.gz"
    if not file.is_file():
        command = ["pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(folder)]
        done = subprocess.run(
            [sys.executable, "-m", *command, f"getstream=={version}"], capture_output=True, text=True, timeout=300
        )
        if done.returncode or not file.is_file():
            pytest.skip(f"the guide is in getstream's source distribution, which cannot be had: {done.stderr[-200:]}")
    return file


def _outcome(example: Example) -> Outcome:
    result = rewrite_source(example.code.encode(), "example.py", RewriteSettings(todo=False))
    before = run(example.code, answer=answerer(1, complete=True))
    after = run(result.after.decode(), answer=answerer(1, complete=True))
    differences = [one.text for one in compare_traces(before, after, settings=True)]
    differences += [trouble.message for trouble in result.troubles]
    if before.error:
        differences.append(f"the example does not run: {before.error}")
    return Outcome(example, tuple(differences), tuple(_left(result)))


def _left(result: FileResult) -> list[str]:
    held = [site for site in result.sites if not site.applied]
    # What only goes along with another site says nothing of its own.
    return [f"{site.rule} {site.instruction}" for site in held if "it shares its client" not in site.instruction]


def test_every_pair_of_the_guide_is_read() -> None:
    assert len(_examples()) == PAIRS
    assert len({example.chapter for example in _examples()}) == 7


def test_the_guides_examples_send_the_same_or_are_left(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = [_outcome(example) for example in _examples()]
    with capsys.disabled():
        for one in outcomes:
            sys.stdout.write(f"\n{one.example.chapter:26} {one.example.title:40} {one.verdict}")
    assert [one for one in outcomes if one.differences] == []
    assert {one.example.title for one in outcomes if one.left} == set(_LEFT)


_LEFT: tuple[str, ...] = ("Creating a User Token",)
"""The examples that have to be left, with the reason that the table prints."""
