"""click and typer: the context, and what it carries from a group to its commands."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from streammigrate.codemod.resolve import sdk
from streammigrate.codemod.resolve.adapters import objects
from streammigrate.codemod.resolve.model import Holder
from streammigrate.codemod.resolve.text import last_name, short
from streammigrate.codemod.resolve.values import UNKNOWN, OwnClass, OwnInstance, Sdk, Symbol, Value, merged
from streammigrate.codemod.scopes import FunctionNode

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine

_PASSES = {"click.pass_context": "context", "click.pass_obj": "object", "click.decorators.pass_obj": "object"}
_FINDS = (f"{objects.CONTEXT}.find_object", f"{objects.CONTEXT}.ensure_object")
CARRIER = Holder("attribute", objects.CONTEXT, "obj")
_MAKES = ("click.make_pass_decorator", "click.decorators.make_pass_decorator")


class Click:
    """Parameters of commands, and what a context finds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes

    def parameter(self, arg: ast.arg, default: ast.expr | None, function: FunctionNode) -> Value | None:
        """Return what a decorator of click's puts into the first parameter."""
        positional = [*function.args.posonlyargs, *function.args.args]
        if arg not in positional:
            return None
        # The decorator that is nearest to the function gives the first argument.
        passing = [value for each in reversed(function.decorator_list) if (value := self._passed(each)) is not None]
        place = positional.index(arg)
        return passing[place] if place < len(passing) else None

    def _passed(self, decorator: ast.expr) -> Value | None:
        dotted = self._engine.symbol_of(self._engine.value(decorator))
        if dotted is not None and dotted in _PASSES:
            context = Symbol(objects.CONTEXT)
            if _PASSES[dotted] == "context":
                return (context,)
            return self._engine.adapters.attribute(context, "obj", decorator) or UNKNOWN
        if not isinstance(decorator, (ast.Name, ast.Attribute)):
            return None
        made = self._engine.annotations.alias(decorator, self._scopes.scope(decorator))
        return self._found(made) if isinstance(made, ast.Call) and self._is_maker(made) else None

    def _is_maker(self, made: ast.Call) -> bool:
        if last_name(made.func) != "make_pass_decorator" or not made.args:
            return False
        return self._engine.symbol_of(self._engine.value(made.func)) in _MAKES

    def _found(self, made: ast.Call) -> Value:
        """Return the object of a class that the context carries, or makes where it carries none."""
        promised: list[Value] = []
        for atom in self._engine.value(made.args[0]):
            step = self._engine.step(f"`{short(made)}`", made)
            if isinstance(atom, Symbol) and atom.dotted == "builtins.dict":
                return (Symbol(objects.CONTEXT_OBJECT),)
            if isinstance(atom, Symbol):
                promised.append(tuple(Sdk(cls, (step,)) for cls in sdk.instances_of(atom.dotted)) or UNKNOWN)
            else:
                promised.append((OwnInstance(atom.node, exact=False),) if isinstance(atom, OwnClass) else UNKNOWN)
        kept = self._engine.adapters.attribute(Symbol(objects.CONTEXT), "obj", made) or ()
        value = self._engine.promised(merged(promised), kept)
        return self._engine.passed(value, "`obj` of the context", made, CARRIER)

    def call(self, symbol: Symbol, node: ast.Call) -> Value | None:
        """Return what `ctx.find_object(Class)` gives."""
        return self._found(node) if symbol.dotted in _FINDS and node.args else None

    def carries(self, call: ast.Call) -> bool:
        """Return whether a call asks for the object of the context by its class."""
        return self._is_maker(call) or self._engine.symbol_of(self._engine.value(call.func)) in _FINDS
