"""The calls that make tokens for users, with either SDK."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from streammigrate.checks.code.second import second
from streammigrate.checks.project import Module, Project

_MEMBER = "StreamChat.create_token"


class Token(NamedTuple):
    """One call of `create_token`."""

    module: Module
    node: ast.Call
    is_v2: bool
    given: Mapping[str, ast.expr]
    opaque: bool
    """Whether arguments are hidden in `*` or `**`."""

    @property
    def end(self) -> ast.expr | None:
        """What was given as the end of the token; None for nothing, or a None that is written out."""
        return _given(self.given.get("expiration" if self.is_v2 else "exp"))

    @property
    def begin(self) -> ast.expr | None:
        """What was given as the moment of issue."""
        return _given(self.given.get("iat"))

    @property
    def about(self) -> tuple[str, ...]:
        """The parts by which a finding is known again: the file, the function around, and whose token it is."""
        return (
            self.module.path,
            self.module.scopes.scope(self.node).qualname,
            ast.unparse(self.user) if self.user else "",
        )

    @property
    def user(self) -> ast.expr | None:
        """Whose token it is."""
        return self.given.get("user_id")


def tokens(project: Project) -> Iterator[Token]:
    """Yield every call that makes a token, in the order of files and lines within each SDK."""
    for call in project.calls_of(_MEMBER):
        yield Token(call.module, call.node, False, call.given, call.opaque)
    for other in second(project).calls:
        if other.member == "create_token":
            yield Token(other.module, other.node, True, other.given, other.opaque)


def _given(expr: ast.expr | None) -> ast.expr | None:
    return None if isinstance(expr, ast.Constant) and expr.value is None else expr
