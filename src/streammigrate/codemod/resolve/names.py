"""What a name is where it is read: its reaching bindings, from its own frame and from the ones around it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from typing import TYPE_CHECKING

from streammigrate.codemod.resolve import sdk
from streammigrate.codemod.resolve.flow import NOWHERE, Fact, Flow, Frames, PathFlow, Reach, State, written
from streammigrate.codemod.resolve.model import Step, holder_in
from streammigrate.codemod.resolve.values import (
    UNKNOWN,
    Nothing,
    Sdk,
    Symbol,
    Value,
    merged,
    softened,
)
from streammigrate.codemod.scopes import Binding, Scope

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine

_BUILTINS = frozenset(dir(builtins))
_INLINE = ("comprehension", "class")
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


class Names:
    """Values of names."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes
        self._frames: dict[str, Frames] = {}
        self._flows: dict[tuple[Scope, str], Flow] = {}
        self._paths: dict[tuple[Scope, str], PathFlow] = {}

    def flow(self, frame: Scope, name: str) -> Flow:
        """Return the flow of a name through a frame."""
        found = self._flows.get((frame, name))
        if found is None:
            found = self._flows[frame, name] = Flow(self._frames_of(frame), frame, name)
        return found

    def _frames_of(self, scope: Scope) -> Frames:
        frames = self._frames.get(scope.path)
        if frames is None:
            frames = self._frames[scope.path] = Frames(self._scopes.home(scope))
        return frames

    def narrowed(self, value: Value, node: ast.Attribute | ast.Subscript) -> Value:
        """Return what the tests on the way leave of the alternatives of an attribute or a subscript."""
        if not value or (len(value) == 1 and isinstance(value[0], Sdk)):
            return value
        scope = self._scopes.scope(node)
        path = written(node)
        if not path or path not in self._frames_of(scope).tested:
            return value
        base = path.partition(".")[0].partition("[")[0]
        frame = _frame(scope, self._scopes.owner(scope, base))
        flow = self._paths.get((frame, path))
        if flow is None:
            flow = self._paths[frame, path] = PathFlow(self._frames_of(scope), frame, path)
        state = flow.at.get(node)
        if not state:
            return value
        parts: list[Value] = []
        for reach in sorted(state, key=_reach_order):
            left = self.filtered(value, reach.facts, frame)
            if any(fact.kind == "is" for fact in reach.facts):
                left = self._engine.passed(left, f"`{path}`", node, holder_in("attribute", scope, path))
            parts.append(left)
        return merged(parts)

    def at_end(self, module: Scope, name: str) -> Value:
        """Return what a global name is for whoever imports the module, or runs later."""
        bindings = [b for b in self._scopes.bindings(module, name) if b.kind not in ("global", "del")]
        state = self.flow(module, name).end
        if not state:
            return self.anywhere(module, name)
        value = self._of(state, module, module, name)
        others = [b for b in bindings if _frame(b.where, module) is not module]
        if others:
            value = merged([softened(value), *(softened(self._engine.binding(b)) for b in others)])
        return self._shadowed(value, tuple(bindings)) if bindings else value

    def at_first(self, module: Scope, name: str) -> Value:
        """Return what a global name is when its module has run, before any function of the program has."""
        return self._of(self.flow(module, name).end, module, module, name)

    def falls_through(self, function: Scope) -> bool:
        """Return whether a function may end without `return`."""
        # No name is empty: only where control goes is followed.
        return bool(self.flow(function, "").end)

    def value(self, node: ast.Name) -> Value:
        """Return what a name may be where it is read."""
        scope = self._scopes.scope(node)
        owner = self._scopes.owner(scope, node.id)
        bindings = self._scopes.bindings(owner, node.id)
        if not bindings:
            return self.free(node.id, scope)
        frame = _frame(scope, owner)
        state = self.flow(frame, node.id).at.get(node, NOWHERE)
        value = self._of(state, frame, owner, node.id)
        if frame is owner:
            # Functions that say `global` or `nonlocal` may have run before.
            others = [b for b in bindings if b.kind not in ("global", "del") and _frame(b.where, owner) is not frame]
            if others and state:
                value = merged([softened(value), *(softened(self._engine.binding(b)) for b in others)])
        return self._shadowed(value, bindings) if owner.kind == "module" else value

    def anywhere(self, scope: Scope, name: str) -> Value:
        """Return what a name may be in a scope at any time, for what is not read where it stands: a string."""
        owner = self._scopes.owner(scope, name)
        bindings = [b for b in self._scopes.bindings(owner, name) if b.kind not in ("global", "del")]
        return merged(self._engine.binding(b) for b in bindings) if bindings else self.free(name, scope)

    def free(self, name: str, scope: Scope) -> Value:
        """Return what a name is that nothing in the file binds."""
        starred = self._engine.imports.starred(scope, name)
        if starred is not None:
            return starred
        if name in sdk.CLIENTS:
            star = next((s for s in self._scopes.home(scope).stars if s.module == sdk.ROOT and not s.level), None)
            if star is not None:
                step = self._engine.step(f"`{name}` ← `from {sdk.ROOT} import *`", star)
                return (Symbol(f"{sdk.ROOT}.{name}", (step,), likely=True),)
        if name in _BUILTINS:
            return (Symbol(f"builtins.{name}"),)
        return UNKNOWN

    def filtered(self, value: Value, facts: Iterable[Fact], scope: Scope) -> Value:
        """Return the alternatives that the tests on the way leave."""
        for fact in sorted(facts, key=_fact_order):
            if fact.kind in ("truthy", "present"):
                value = tuple(atom for atom in value if not isinstance(atom, Nothing))
            elif fact.kind in ("falsy", "none"):
                value = tuple(atom for atom in value if not isinstance(atom, (Sdk, Symbol)))
            elif fact.classes is not None:
                value = self._engine.tests.instances(value, fact.classes, scope, fact.kind == "is")
        return value

    def _of(self, state: State, frame: Scope, owner: Scope, name: str) -> Value:
        parts: list[Value] = []
        for reach in sorted(state, key=_reach_order):
            if reach.binding is not None:
                value = self._engine.binding(reach.binding)
            elif reach.outer:
                value = self._engine.solve((frame, name), lambda: self._outer(frame, owner, name))
            elif owner.kind == "class" and owner.parent is not None:
                # What a class body has not bound yet is looked up around it.
                value = self.anywhere(owner.parent, name)
            else:
                continue
            value = self.filtered(value, reach.facts, frame)
            if any(fact.kind == "is" for fact in reach.facts):
                # What only the test has shown to be the SDK's has not yet come through the variable.
                is_param = reach.binding is not None and reach.binding.kind == "param"
                holder = holder_in("parameter" if is_param else "variable", owner, name)
                value = tuple(
                    atom._replace(holders=atom.holders | {holder}) if isinstance(atom, Sdk) else atom for atom in value
                )
            parts.append(value)
        return merged(parts)

    def _outer(self, frame: Scope, owner: Scope, name: str) -> Value:
        """Return what a name of an enclosing scope may be whenever the frame runs.

        That is what it was where the frame was defined, or what is bound to it afterwards.
        """
        around = frame.parent
        assert around is not None
        place = _frame(around, owner)
        value = self._of(self.flow(place, name).at.get(frame.node, NOWHERE), place, owner, name)
        later = [
            self._engine.binding(b)
            for b in self._scopes.bindings(owner, name)
            if b.kind not in ("global", "del") and self._may_follow(b, frame.node, place, owner)
        ]
        patched = self._engine.imports.stored(owner, name) if owner.kind == "module" else ()
        return softened(merged([value, *later, patched]))

    def _may_follow(self, binding: Binding, definition: ast.AST, place: Scope, owner: Scope) -> bool:
        if _frame(binding.where, owner) is not place:
            return True
        if _position(binding.node) >= _position(definition):
            return True
        start = _position(binding.node)[0]
        return any(isinstance(a, _LOOPS) and a.lineno <= start for a in self._around(definition, place))

    def _around(self, node: ast.AST, place: Scope) -> Iterable[ast.AST]:
        for ancestor in self._scopes.ancestors(node):
            if ancestor is place.node:
                return
            yield ancestor

    def _shadowed(self, value: Value, bindings: tuple[Binding, ...]) -> Value:
        """Return the value as likely where a star import below may have bound the name again."""
        stars = self._scopes.home(bindings[0].scope).stars
        if not stars or not value:
            return value
        first = min(_position(b.node) for b in bindings)
        below = (s for s in stars if (s.lineno, s.col_offset) > first)
        star = next((s for s in below if self._engine.imports.may_give(s, bindings[0].name)), None)
        if star is None or not any(isinstance(atom, (Sdk, Symbol)) for atom in value):
            return value
        step = self._engine.step(f"`from {'.' * star.level}{star.module or ''} import *` may bind the name again", star)
        return merged([(_doubted(atom, step),) if isinstance(atom, (Sdk, Symbol)) else (atom,) for atom in value])


def _doubted(atom: Sdk | Symbol, step: Step) -> Sdk | Symbol:
    if isinstance(atom, Sdk):
        return atom.after(step, likely=True)
    return atom._replace(steps=(step, *atom.steps), likely=True) if sdk.is_ours(atom.dotted) else atom


def _frame(scope: Scope, owner: Scope) -> Scope:
    """Return the frame that runs what stands in a scope: class bodies and comprehensions run in the one around."""
    while scope.kind in _INLINE and scope is not owner and scope.parent is not None:
        scope = scope.parent
    return scope


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _fact_order(fact: Fact) -> tuple[str, int, int]:
    return (fact.kind, *_position(fact.classes)) if fact.classes is not None else (fact.kind, 0, 0)


def _reach_order(reach: Reach) -> tuple[tuple[int, int], bool, list[tuple[str, int, int]]]:
    position = (0, 0) if reach.binding is None else _position(reach.binding.node)
    return position, reach.outer, sorted(_fact_order(fact) for fact in reach.facts)
