"""What tests put in the place of something: `patch("app.chat.client")`, `monkeypatch.setattr("app.chat.get_client", …)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from streammigrate.codemod.resolve.program import Program
from streammigrate.codemod.resolve.text import last_name

_PATCHES = frozenset({"patch", "setattr", "dict", "multiple"})


class Patch(NamedTuple):
    """One name of a module that a test replaces."""

    node: ast.Constant
    """The text that names it."""
    path: str
    """The file of the module; empty for stream-chat itself."""
    name: str


def patches(program: Program, path: str) -> Iterator[Patch]:
    """Yield what the calls of one file replace, by the dotted names that they give as texts."""
    for node in program.forest.files[path].nodes:
        if not isinstance(node, ast.Call) or last_name(node.func) not in _PATCHES or not node.args:
            continue
        target = node.args[0]
        if not isinstance(target, ast.Constant) or not isinstance(target.value, str):
            continue
        parts = target.value.split(".")
        if parts[0] == "stream_chat" and len(parts) > 1:
            yield Patch(target, "", parts[-1])
            continue
        for end in range(len(parts) - 1, 0, -1):
            file = program.modules.find(path, 0, ".".join(parts[:end]))
            if file is not None:
                yield Patch(target, file, parts[end])
                break
