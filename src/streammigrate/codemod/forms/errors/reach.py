"""Which code of a program may run a call of stream-chat, so that its handlers see what that raises."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence

from streammigrate.codemod.scopes import Scopes

_RUNS = frozenset(
    {
        "delay", "apply_async", "call", "dispatch", "exception", "gather", "get_response", "invoke", "join",
        "result", "run", "run_until_complete", "run_in_executor", "run_sync", "send", "submit", "to_thread", "wait", "wait_for",
    }
)  # fmt: skip
"""Methods that run, or wait for, what was handed over elsewhere."""
_COMMON = frozenset(
    {
        "add", "append", "clear", "close", "copy", "count", "error", "extend", "format", "get", "index", "info", "insert",
        "items", "join", "keys", "pop", "remove", "setdefault", "sort", "split", "strip", "update", "values", "warning",
    }
)  # fmt: skip
"""Names of methods that every container, text or logger has: they say nothing about a function of the program."""
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Reach:
    """Says which code may come to a call of the SDK, by the names that it mentions: rather too much than too little."""

    def __init__(self, files: Iterable[Scopes], calls: Collection[ast.AST]) -> None:
        """Take the files of a program that import one another, and its uses of the SDK."""
        self._calls = frozenset(calls)
        self._own: set[str] = set()
        mentions: dict[str, set[str]] = {}
        self._names: set[str] = set()
        for scopes in files:
            for node in scopes.nodes:
                if isinstance(node, _Function):
                    self._own.add(node.name)
                    mentioned = mentions.setdefault(node.name, set())
                    inside = list(ast.walk(node))
                    mentioned.update(name for one in inside if (name := _mentioned(one)))
                    if any(one in self._calls for one in inside):
                        self._names.add(node.name)
        waiting = list(self._names)
        users: dict[str, list[str]] = {}
        for name, mentioned in mentions.items():
            for other in mentioned:
                users.setdefault(other, []).append(name)
        while waiting:
            for user in users.get(waiting.pop(), ()):
                if user not in self._names:
                    self._names.add(user)
                    waiting.append(user)
        self._names -= _COMMON

    def tainted(self, name: str) -> bool:
        """Return whether a function or class of that name may come to a call."""
        return name in self._names

    def reaches(self, body: Sequence[ast.AST], scopes: Scopes) -> bool:
        """Return whether some code may come to a call, directly or through what it runs."""
        return any(self._comes(node, scopes) for each in body for node in ast.walk(each))

    def _comes(self, node: ast.AST, scopes: Scopes) -> bool:
        if node in self._calls or isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if _mentioned(node) in self._names:
            return True
        if isinstance(node, ast.Await):
            return isinstance(node.value, ast.Name)
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name):
                return any(binding.kind == "param" for binding in scopes.lookup(function)[1])
            if isinstance(function, ast.Attribute):
                own = isinstance(function.value, ast.Name) and function.value.id in ("self", "cls")
                return function.attr in _RUNS or (own and function.attr not in self._own)
        return False


def _mentioned(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
