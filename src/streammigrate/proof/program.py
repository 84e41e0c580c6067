"""One program over the v1 SDK, and how its statements become a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

SECRET = "secret-of-at-least-32-characters-length"
MADE_UP = ("not_in_v2", "tier")
"""Keys that the samples make up; what becomes of them is told of no rule."""

FAILURES: tuple[int | Literal["timeout"], ...] = (404, 429, "timeout")
_MODULES = {"SegmentType": "from stream_chat.types.segment import SegmentType"}
_ASSIGNED = re.compile(r"^(\w+)(?:\[[^]]*\])? = ")


class Program(NamedTuple):
    """One program over the v1 SDK. `form` says what its call is like."""

    form: str
    source: str
    asynchronous: bool
    lines: tuple[str, ...]
    """The statements after the construction of the client."""
    complete: bool = False
    """Whether the answers must hold all that they can: something is read of them."""
    failure: int | Literal["", "timeout"] = ""
    """How the first request fails: with a status or with a time-out."""
    after: str = ""
    """The v2 call that an example promises."""
    settings: bool = False
    """Whether key, host and time-out are compared too."""
    alone: bool = False
    """Whether the program cannot share a file with others."""


def write(form: str, lines: Sequence[str], *, asynchronous: bool, complete: bool = False) -> Program:
    """Return the program that makes a client and runs statements, in a coroutine for an asynchronous client."""
    text = "\n".join(lines)
    cls = "StreamChatAsync" if asynchronous else "StreamChat"
    imports = [
        f"import {module}"
        for module in ("asyncio", "datetime", "os", "time")
        if re.search(rf"(?<![\w.]){module}\.", text) or (module == "asyncio" and asynchronous)
    ]
    imports.append(f"from stream_chat import {cls}")
    if "StreamAPIException" in text:
        imports.append("from stream_chat.base.exceptions import StreamAPIException")
    imports += [line for name, line in _MODULES.items() if f"{name}." in text]
    head = "\n".join(imports)
    client = f'{cls}(api_key="key", api_secret="{SECRET}")'
    if not asynchronous:
        source = f"{head}\n\nclient = {client}\n{text}\n"
    else:
        inner = "\n".join(f"        {line}" for line in text.split("\n"))
        main = f"async def main():\n    async with {client} as client:\n{inner}\n\n\nasyncio.run(main())\n"
        source = f"{head}\n\n\n{main}"
    return Program(form, source, asynchronous, tuple(lines), complete)


def joined(parts: Sequence[Program]) -> Program:
    """Return one program with a client and the statements of several programs, each with variables of its own."""
    lines: list[str] = []
    for index, part in enumerate(parts):
        names = sorted({name for line in part.lines for name in _ASSIGNED.findall(line)})
        for line in part.lines:
            for name in names:
                line = re.sub(rf"(?<![\w.\"']){name}(?![\w\"'(]|=[^=])", f"{name}_{index}", line)
            lines.append(line)
    first = parts[0]
    return write("joined", lines, asynchronous=first.asynchronous, complete=first.complete)
