"""What the patterns of a `match` give to their names."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from streammigrate.codemod.resolve.values import UNKNOWN, Items, Nothing, Value, merged

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine


class Patterns:
    """Values of the parts of a subject."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes

    def bound(self, node: ast.AST) -> Value:
        """Return what a pattern with a name gives it."""
        if not isinstance(node, ast.MatchAs):
            return UNKNOWN
        value = self._subject(node)
        inner = node.pattern
        if inner is None:
            return value
        if isinstance(inner, ast.MatchClass):
            return self._engine.tests.instances(value, inner.cls, self._scopes.scope(inner.cls), True)
        return value if isinstance(inner, ast.MatchOr) and len(value) == 1 else UNKNOWN

    def _subject(self, pattern: ast.pattern) -> Value:
        """Return the part of the subject that a pattern is held against."""
        around = self._scopes.parent(pattern)
        if isinstance(around, ast.match_case):
            match = self._scopes.parent(around)
            return self._engine.value(match.subject) if isinstance(match, ast.Match) else UNKNOWN
        if isinstance(around, (ast.MatchAs, ast.MatchOr)):
            return self._subject(around)
        if isinstance(around, ast.MatchClass):
            return self._attribute(around, pattern)
        if isinstance(around, ast.MatchSequence):
            index = around.patterns.index(pattern)
            starred = any(isinstance(part, ast.MatchStar) for part in around.patterns[: index + 1])
            return self._held(self._subject(around), None if starred else index, "sequence")
        if isinstance(around, ast.MatchMapping):
            key = around.keys[around.patterns.index(pattern)]
            return self._held(self._subject(around), key.value if isinstance(key, ast.Constant) else None, "mapping")
        return UNKNOWN

    def _attribute(self, around: ast.MatchClass, pattern: ast.pattern) -> Value:
        if pattern not in around.kwd_patterns:
            return UNKNOWN
        attr = around.kwd_attrs[around.kwd_patterns.index(pattern)]
        whole = self._engine.tests.instances(self._subject(around), around.cls, self._scopes.scope(around.cls), True)
        return self._engine.attribute_of(whole, attr, pattern)

    def _held(self, value: Value, key: object, kind: str) -> Value:
        parts: list[Value] = []
        for atom in value:
            if isinstance(atom, Items) and atom.kind == kind:
                parts.append(atom.at(key))
            elif not isinstance(atom, Nothing):
                parts.append(UNKNOWN)
        return merged(parts)
