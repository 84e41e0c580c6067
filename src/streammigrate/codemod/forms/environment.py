"""The environment variables of stream-chat, where the program reads or sets them itself: that stays as it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.codemod.resolve import Resolver
from streammigrate.codemod.scopes import Scopes

VARIABLES = ("STREAM_CHAT_URL", "STREAM_CHAT_TIMEOUT")
_CALLS = frozenset({"os.getenv", "os.environ.get", "os.environ.setdefault", "os.environ.pop", "os.putenv"})


def notes(scopes: Scopes, resolver: Resolver) -> list[str]:
    """Return what to tell beside the construction of a client, in the order of the source."""
    return [
        f"line {node.lineno} uses {name} itself, which stays as it is; getstream does not read that variable"
        for node, name in _uses(scopes, resolver)
    ]


def _uses(scopes: Scopes, resolver: Resolver) -> Iterator[tuple[ast.Constant, str]]:
    for node in scopes.nodes:
        if not isinstance(node, ast.Constant) or node.value not in VARIABLES:
            continue
        parent = scopes.parent(node)
        if isinstance(parent, ast.Subscript) and parent.slice is node:
            named = resolver.symbol(parent.value) == "os.environ"
        else:
            named = isinstance(parent, ast.Call) and node in parent.args and resolver.symbol(parent.func) in _CALLS
        if named:
            yield node, str(node.value)
