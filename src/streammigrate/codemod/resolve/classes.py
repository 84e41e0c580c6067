"""Classes of the project: their family, and what their attributes hold."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from streammigrate.codemod.resolve import sdk
from streammigrate.codemod.resolve.model import holder_in
from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.resolve.values import (
    UNKNOWN,
    Function,
    OwnClass,
    OwnInstance,
    Sdk,
    Symbol,
    Value,
    merged,
    softened,
)
from streammigrate.codemod.scopes import Scope

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine

_PROPERTIES = {"property", "cached_property", "abstractproperty", "classproperty"}


class Family(NamedTuple):
    """A class with what it inherits from."""

    line: tuple[ast.ClassDef, ...]
    """The class and its bases in the file, in the order of lookup."""
    bases: tuple[str, ...]
    """The classes of stream-chat that it inherits from."""
    open: bool
    """Whether it has a base that is not in the file, beside stream-chat's and the builtins."""


class Classes:
    """Families and attributes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes
        self._families: dict[ast.ClassDef, Family] = {}

    def says_nothing(self, node: ast.ClassDef) -> bool:
        """Return whether an annotation with the class tells no concrete class: a protocol."""
        return any(last_name(base) == "Protocol" for base in node.bases)

    def family(self, node: ast.ClassDef) -> Family:
        """Return the family of a class."""
        if node not in self._families:
            self._families[node] = Family((node,), (), True)  # what a class that inherits from itself gets
            self._families[node] = self._family(node)
        return self._families[node]

    def _family(self, node: ast.ClassDef) -> Family:
        line: list[ast.ClassDef] = [node]
        bases: list[str] = []
        is_open = False
        for base in node.bases:
            value = self._engine.value(base.value if isinstance(base, ast.Subscript) else base)
            for atom in value:
                if isinstance(atom, OwnClass):
                    family = self.family(atom.node)
                    line += [cls for cls in family.line if cls not in line]
                    bases += [cls for cls in family.bases if cls not in bases]
                    is_open = is_open or family.open
                elif isinstance(atom, Symbol):
                    names = sdk.instances_of(atom.dotted)
                    bases += [cls for cls in names if cls not in bases]
                    is_open = is_open or not (names or atom.dotted.split(".")[0] in ("builtins", "typing", "abc"))
                else:
                    is_open = True
            is_open = is_open or not value
        return Family(tuple(line), tuple(bases), is_open)

    def below(self, node: ast.ClassDef) -> tuple[ast.ClassDef, ...]:
        """Return the classes of the project that inherit from a class."""
        return tuple(cls for cls in self._engine.places.classes() if cls is not node and node in self.family(cls).line)

    def owner(self, function: ast.AST) -> ast.ClassDef | None:
        """Return the class that a function is a method of."""
        scope = self._scopes.scope(function)
        return scope.node if isinstance(scope.node, ast.ClassDef) else None

    def as_sdk(self, atom: OwnInstance) -> Sdk | None:
        """Return an object of a user's subclass as the SDK's, which it is as long as nothing is overridden."""
        bases = self.family(atom.node).bases
        if not bases:
            return None
        step = self._engine.step(f"`{atom.node.name}` is a subclass of {bases[0]}", atom.node)
        return Sdk(bases[0], (step,), likely=True)

    def defines(self, node: ast.ClassDef, attr: str, *, above: bool = False) -> bool:
        """Return whether the class or a base in the file has an attribute of its own by that name."""
        line = self.family(node).line[1 if above else 0 :]
        return any(attr in self._scope_names(cls) for cls in line) or any(
            isinstance(atom, (OwnInstance, OwnClass)) and atom.node in line
            for store in self._stored(attr)
            for atom in self._engine.value(store.value)
        )

    def field(self, node: ast.ClassDef, call: ast.Call, argument: ast.expr | ast.keyword) -> str | None:
        """Return the field of a dataclass (or named tuple) that an argument of its construction fills."""
        fields = [
            statement.target.id
            for cls in reversed(self.family(node).line)
            for statement in cls.body
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        ]
        if isinstance(argument, ast.keyword):
            return argument.arg if argument.arg in fields else None
        plain = not any(isinstance(a, ast.Starred) for a in call.args) and argument in call.args
        index = call.args.index(argument) if plain else len(fields)
        return fields[index] if index < len(fields) else None

    def attribute(self, atom: OwnInstance | OwnClass, attr: str, node: ast.AST | None) -> Value:
        """Return what an attribute of an object or class of the file may hold."""
        if isinstance(atom, OwnClass):
            atom = OwnInstance(atom.node, exact=False)
        key = ("attribute", atom, attr)
        found = self._engine.solve(key, lambda: self._attribute(atom, attr))
        if found:
            return found
        as_sdk = self.as_sdk(atom)
        if as_sdk is not None:
            return self._engine.sdk_attribute(as_sdk, attr, node)
        return UNKNOWN

    def _attribute(self, atom: OwnInstance, attr: str) -> Value:
        node = atom.node
        line = self.family(node).line[1 if atom.above else 0 :]
        below = () if atom.exact or atom.above else self.below(node)
        declared = self._declared(line, attr)
        own = self._class_level(line, attr)
        parts = [] if own is None else [own]
        stores = [s for s in self._stored(attr) if self._is_of(s, (*line, *below))]
        inherited = own is None and not any(self._is_of(s, line) for s in stores)
        parts += [self._engine.stored(store) for store in stores]
        parts += [found for cls in below if (found := self._class_level((cls,), attr)) is not None]
        value = merged(parts)
        if declared is not None:
            value = self._engine.promised(declared, value)
        if not value:
            return ()
        holder = holder_in("attribute", self._opened(self._home(line, attr, node)), attr)
        value = softened(value) if len(parts) > 1 or declared is not None else value
        # A mixin has the attribute only in the classes that are made with it.
        text = f"`{node.name}.{attr}`" + (" is set in a subclass" if inherited and not declared else "")
        return self._engine.passed(value, text, node, holder, likely=inherited and declared is None)

    def _home(self, line: tuple[ast.ClassDef, ...], attr: str, node: ast.ClassDef) -> ast.ClassDef:
        """Return the topmost class of the line that has the attribute, so that a family shares one holder."""
        for cls in reversed(line):
            if attr in self._scope_names(cls) or any(self._is_of(s, (cls,)) for s in self._stored(attr)):
                return cls
        return node

    def _declared(self, line: tuple[ast.ClassDef, ...], attr: str) -> Value | None:
        for cls in line:
            scope = self._scopes.opened_by(cls)
            assert scope is not None
            for binding in self._scopes.bindings(scope, attr):
                found = self._engine.annotations.value(binding.annotation, scope)
                if found is not None:
                    return found
        for store in self._stored(attr):
            parent = self._scopes.parent(store)
            if isinstance(parent, ast.AnnAssign) and parent.target is store and self._is_of(store, line):
                found = self._engine.annotations.value(parent.annotation, self._scopes.scope(store))
                if found is not None:
                    return found
        return None

    def _class_level(self, line: tuple[ast.ClassDef, ...], attr: str) -> Value | None:
        for cls in line:
            scope = self._scopes.opened_by(cls)
            assert scope is not None
            bindings = [b for b in self._scopes.bindings(scope, attr) if b.kind not in ("global", "del")]
            if not bindings:
                continue
            parts: list[Value] = []
            for binding in bindings:
                if isinstance(binding.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    parts.append(self._method(binding.node))
                elif binding.kind != "annassign" or binding.value is not None:
                    parts.append(self._engine.binding(binding))
            return merged(parts)
        return None

    def _method(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Value:
        names = [last_name(decorator) for decorator in node.decorator_list]
        if any(name in ("setter", "deleter") for name in names):
            return ()
        if any(name in _PROPERTIES for name in names):
            return self._engine.functions.result(node)
        return (Function(node),)

    def _stored(self, attr: str) -> Sequence[ast.Attribute]:
        return self._engine.places.stores(attr)

    def _is_of(self, store: ast.Attribute, line: tuple[ast.ClassDef, ...]) -> bool:
        """Return whether a store goes to an object that may be of one of the classes."""
        for atom in self._engine.value(store.value):
            if isinstance(atom, OwnClass) and atom.node in line:
                return True
            if isinstance(atom, OwnInstance) and atom.node in line:
                return True
        return False

    def _scope_names(self, cls: ast.ClassDef) -> tuple[str, ...]:
        scope = self._scopes.opened_by(cls)
        return () if scope is None else scope.names

    def _opened(self, cls: ast.ClassDef) -> Scope:
        scope = self._scopes.opened_by(cls)
        assert scope is not None
        return scope
