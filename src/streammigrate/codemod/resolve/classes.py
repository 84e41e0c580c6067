"""Classes of the project: their family, and what their attributes hold."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from streammigrate.codemod.resolve import sdk
from streammigrate.codemod.resolve.model import Holder, holder_in
from streammigrate.codemod.resolve.text import last_name, short
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
from streammigrate.codemod.scopes import Binding, Scope

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine

_ASKS_FOR_CLASS = ("isinstance", "issubclass", "cast", "super")
_FIELDS = ("field", "ib", "attrib", "Field")
# Decorators and bases that make a constructor from the fields of a class.
_FILLED = (
    "dataclass", "define", "frozen", "mutable", "attrs", "s", "attributes", "NamedTuple", "BaseModel", "BaseSettings",
)  # fmt: skip
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
        self._below: dict[ast.ClassDef, list[ast.ClassDef]] = {}
        self._sorted = 0
        self._unnamed: dict[int, frozenset[ast.ClassDef]] = {}
        self._known_fields: dict[ast.ClassDef, list[str]] = {}

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
        classes = self._engine.places.classes()
        for cls in classes[self._sorted :]:
            self._sorted += 1
            for base in self.family(cls).line:
                if base is not cls:
                    self._below.setdefault(base, []).append(cls)
        return tuple(self._below.get(node, ()))

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
        fields = self._fields(node)
        if isinstance(argument, ast.keyword):
            return argument.arg if argument.arg in fields else None
        plain = not any(isinstance(a, ast.Starred) for a in call.args) and argument in call.args
        index = call.args.index(argument) if plain else len(fields)
        return fields[index] if index < len(fields) else None

    def attribute(self, atom: OwnInstance | OwnClass, attr: str, node: ast.AST | None) -> Value:
        """Return what an attribute of an object or class of the file may hold."""
        if isinstance(atom, OwnClass):
            atom = OwnInstance(atom.node, exact=False)
        if attr == "__class__":
            return (OwnClass(atom.node),)
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
        parts = [part for part in (own, self._filled(node, attr)) if part]
        # What a mixin needs may be set by another base of the classes that are made with it.
        beside = tuple(dict.fromkeys(c for one in below for c in self.family(one).line if c not in line))
        around = tuple(dict.fromkeys((*below, *beside)))
        stores = [s for s in self._stored(attr) if self._is_of(s, (*line, *around))]
        inherited = own is None and not any(self._is_of(s, line) for s in stores)
        parts += [self._engine.stored(store) for store in stores]
        parts += [found for cls in around if (found := self._class_level((cls,), attr)) is not None]
        value = merged(parts)
        if declared is not None:
            value = self._engine.promised(declared, value)
        if not value:
            return ()
        holder = self._held_in((*line, *beside) if inherited else line, attr, node)
        value = softened(value) if len(parts) > 1 or declared is not None else value
        # A mixin has the attribute only in the classes that are made with it.
        if any(cls in self._set_by_any_name() for cls in (*line, *below)):
            value = self._engine.passed(value, "`setattr` may have set any attribute", node, None, likely=True)
        text = f"`{node.name}.{attr}`" + (" is set in a subclass" if inherited and not declared else "")
        likely = inherited and declared is None and not self._is_only_mixed_in(node, attr)
        return self._engine.passed(value, text, node, holder, likely=likely)

    def _is_only_mixed_in(self, node: ast.ClassDef, attr: str) -> bool:
        """Return whether all objects of a class are of classes in view that inherit from it and have the attribute."""
        if self.family(node).open:
            return False
        names = self._engine.places.aliases(node.name)
        calls = (call for name in names for call in self._engine.places.calls(name))
        made = any(
            isinstance(atom, OwnClass) and atom.node is node for c in calls for atom in self._engine.value(c.func)
        )
        has = all(
            self._class_level(line, attr) is not None or any(self._is_of(store, line) for store in self._stored(attr))
            for line in (self.family(cls).line for cls in self.below(node))
        )
        return bool(self.below(node)) and has and not made

    def holder(self, atom: OwnInstance | OwnClass, attr: str) -> Holder:
        """Return the definition of an attribute, shared by the family of its class."""
        return self._held_in(self.family(atom.node).line, attr, atom.node)

    def _held_in(self, line: tuple[ast.ClassDef, ...], attr: str, node: ast.ClassDef) -> Holder:
        return holder_in("attribute", self._opened(self._home(line, attr, node)), attr)

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
                    parts.append(self._given_in_body(binding))
            return merged(parts)
        return None

    def _given_in_body(self, binding: Binding) -> Value:
        call = binding.value
        if isinstance(call, ast.Call) and call.args and last_name(call.func) == "property":
            return self._engine.called(self._engine.value(call.args[0]), None)
        if isinstance(call, ast.Call) and last_name(call.func) in _FIELDS:
            return self._default_of(call)
        return self._engine.binding(binding)

    def _default_of(self, call: ast.Call) -> Value:
        """Return what a field has that construction does not fill."""
        for keyword in call.keywords:
            if keyword.arg == "default":
                return self._engine.value(keyword.value)
            if keyword.arg in ("default_factory", "factory"):
                return self._engine.called(self._engine.value(keyword.value), None)
        return ()

    # Fields that the constructor fills by itself

    def _filled(self, node: ast.ClassDef, attr: str) -> Value:
        """Return what the constructions in view give to a field of a dataclass, named tuple or the like."""
        if attr not in self._fields(node) or not self._is_filled(node):
            return ()
        places = self._engine.places
        names = {"cls", "type", "__class__"}
        for each in (node, *self.below(node)):
            names.update(places.aliases(each.name))
        parts: list[Value] = [UNKNOWN] if self.handed_out(node) else []
        for name in sorted(names):
            for call in places.calls(name):
                made = [atom.node for atom in self._engine.value(call.func) if isinstance(atom, OwnClass)]
                parts += [self._field_given(cls, attr, call) for cls in made if node in self.family(cls).line]
        return merged(parts)

    def _field_given(self, node: ast.ClassDef, attr: str, call: ast.Call) -> Value:
        given: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        for argument in given:
            if isinstance(argument, ast.Starred) or (isinstance(argument, ast.keyword) and argument.arg is None):
                return UNKNOWN
            if self.field(node, call, argument) == attr:
                value = argument.value if isinstance(argument, ast.keyword) else argument
                return self._engine.passed(self._engine.value(value), f"made with `{short(value)}`", call, None)
        return ()

    def _is_filled(self, node: ast.ClassDef) -> bool:
        """Return whether a class has no constructor of its own, and is of a kind that gets one from its fields."""
        line = self.family(node).line
        if any("__init__" in self._scope_names(cls) for cls in line):
            return False
        return any(last_name(mark) in _FILLED for cls in line for mark in (*cls.decorator_list, *cls.bases))

    def _fields(self, node: ast.ClassDef) -> list[str]:
        known = self._known_fields.get(node)
        if known is not None:
            return known
        found: dict[str, None] = {}
        for cls in reversed(self.family(node).line):
            for statement in cls.body:
                target: ast.expr | None = statement.target if isinstance(statement, ast.AnnAssign) else None
                if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
                    target = statement.targets[0] if last_name(statement.value.func) in _FIELDS else None
                if isinstance(target, ast.Name):
                    found[target.id] = None
        self._known_fields[node] = list(found)
        return self._known_fields[node]

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
        return self._may_hold(store.value, line)

    def _may_hold(self, owner: ast.expr, line: tuple[ast.ClassDef, ...]) -> bool:
        return any(isinstance(a, (OwnClass, OwnInstance)) and a.node in line for a in self._engine.value(owner))

    def _set_by_any_name(self) -> frozenset[ast.ClassDef]:
        """Return the classes with methods that say `setattr(self, name, …)` for names that are not in view."""
        owners = self._engine.places.unnamed()
        known = self._unnamed.get(len(owners))
        if known is None:
            found = (
                self.owner(self._scopes.scope(o).node) for o in owners if isinstance(o, ast.Name) and o.id == "self"
            )
            known = self._unnamed[len(owners)] = frozenset(cls for cls in found if cls is not None)
        return known

    def handed_out(self, node: ast.ClassDef) -> bool:
        """Return whether a class goes where calls of it are not seen: into a variable, a container or an argument."""
        places = self._engine.places
        references: list[ast.expr] = [name for alias in places.aliases(node.name) for name in places.names(alias)]
        references += places.attributes(node.name)
        return any(self._goes_out(one) and self._is_class(one, node) for one in references)

    def _is_class(self, reference: ast.expr, node: ast.ClassDef) -> bool:
        return any(isinstance(atom, OwnClass) and atom.node is node for atom in self._engine.value(reference))

    def _goes_out(self, reference: ast.expr) -> bool:
        parent = self._scopes.parent(reference)
        inner: ast.AST = reference
        while isinstance(parent, (ast.Tuple, ast.BinOp)) or (
            isinstance(parent, ast.Subscript) and parent.value is inner
        ):
            inner, parent = parent, self._scopes.parent(parent)
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.Return, ast.NamedExpr)):
            # An annotation says nothing of where the class goes.
            return parent.value is inner
        if isinstance(parent, ast.Call):
            builtin = isinstance(parent.func, ast.Name) and parent.func.id in _ASKS_FOR_CLASS
            return parent.func is not inner and not builtin
        return isinstance(
            parent, (ast.keyword, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.IfExp, ast.BoolOp, ast.Lambda)
        )

    def _scope_names(self, cls: ast.ClassDef) -> tuple[str, ...]:
        scope = self._scopes.opened_by(cls)
        return () if scope is None else scope.names

    def _opened(self, cls: ast.ClassDef) -> Scope:
        scope = self._scopes.opened_by(cls)
        assert scope is not None
        return scope
