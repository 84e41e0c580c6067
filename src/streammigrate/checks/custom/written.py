"""Mappings and lists as a program writes them: which keys and items are in view, and whether these are all."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import NamedTuple

from streammigrate.checks.custom import classes
from streammigrate.checks.project import Module
from streammigrate.codemod.scopes import Binding, FunctionNode

_READS = frozenset({"get", "keys", "values", "items", "copy"})
_READERS = frozenset({"print", "len", "str", "repr", "bool", "sorted", "isinstance", "list", "tuple", "dict"})
_KEEPERS = frozenset({"append", "insert", "add", "debug", "info", "warning", "error", "exception"})
"""Methods of lists, sets and loggers: they keep or show what they are given."""
_COPIES = frozenset({"copy.copy", "copy.deepcopy"})
_DUMPS = frozenset({"model_dump", "dict", "_asdict"})
_DUMP_OPTIONS = frozenset({"include", "exclude", "exclude_none", "exclude_unset", "exclude_defaults", "mode"})
_PLAIN = ("staticmethod", "classmethod")
_DEPTH = 12


class Pair(NamedTuple):
    """A key that is written, its value where that is an expression of its own, and where it stands."""

    key: str
    value: ast.expr | None
    node: ast.AST


class Written(NamedTuple):
    """The keys of a mapping that are in view; `whole` where there can be no others."""

    pairs: tuple[Pair, ...] = ()
    whole: bool = True


class Listed(NamedTuple):
    """The items of a list that are in view; `whole` where there can be no others."""

    items: tuple[ast.expr, ...] = ()
    whole: bool = True


_UNKNOWN = Written(whole=False)


def mapping(module: Module, expr: ast.expr) -> Written:
    """Return the keys of the mapping that an expression gives, as far as its file shows them."""
    return _Reader(module, expr).mapping(expr, _DEPTH)


def items(module: Module, expr: ast.expr) -> Listed:
    """Return the items of the list that an expression gives, as far as its file shows them; of a comprehension its element."""
    return _Reader(module, expr).items(expr, _DEPTH)


def is_text(module: Module, expr: ast.expr) -> bool:
    """Return whether an expression is a text for sure, or None."""
    from streammigrate.codemod.inference import Inference

    kind = Inference(module.scopes, module.resolver.symbol).kind_of(expr)
    return kind in ("text", "none") or kind.startswith("enum:")


class _Reader:
    """Reads what one expression gives; `asked` is where the value is wanted."""

    def __init__(self, module: Module, asked: ast.expr) -> None:
        self.module = module
        self.scopes = module.scopes
        self.asked = asked
        self._open: set[ast.AST] = set()

    def mapping(self, node: ast.expr, depth: int) -> Written:
        if depth == 0 or node in self._open:
            return _UNKNOWN
        self._open.add(node)
        try:
            return self._mapping(node, depth - 1)
        finally:
            self._open.discard(node)

    def _mapping(self, node: ast.expr, depth: int) -> Written:
        if isinstance(node, ast.Constant) and node.value is None:
            return Written()
        if isinstance(node, ast.Dict):
            return self._display(node, depth)
        if isinstance(node, ast.DictComp):
            return self._pairs(node.key, node.value, node.key)
        if isinstance(node, (ast.IfExp, ast.BoolOp)):
            parts = (node.body, node.orelse) if isinstance(node, ast.IfExp) else node.values
            return _joined(self.mapping(one, depth) for one in parts)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return _joined(self.mapping(one, depth) for one in (node.left, node.right))
        if isinstance(node, ast.NamedExpr):
            return self.mapping(node.value, depth)
        if isinstance(node, ast.Name):
            return self._name(node, depth)
        return self._call(node, depth) if isinstance(node, ast.Call) else _UNKNOWN

    def _display(self, node: ast.Dict, depth: int) -> Written:
        found: list[Written] = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                found.append(self.mapping(value, depth))
            else:
                found.append(self._pairs(key, value, key))
        return _joined(found)

    def _pairs(self, key: ast.expr, value: ast.expr | None, node: ast.AST) -> Written:
        """Return a key that is a text, or one of those that a loop goes through."""
        name = self.module.constant(key)
        if isinstance(name, str):
            return Written((Pair(name, value, node),))
        texts = self._each(key) if isinstance(key, ast.Name) else ()
        return Written(tuple(Pair(text, value, node) for text in texts)) if texts else _UNKNOWN

    def _each(self, name: ast.Name) -> list[str]:
        """Return the texts that a name stands for in a loop over written texts; none for any other name."""
        bindings = self.scopes.lookup(name)[1]
        if len(bindings) != 1 or bindings[0].kind != "for":
            return []
        loop = self.scopes.parent(bindings[0].node)
        if not isinstance(loop, (ast.For, ast.comprehension)) or loop.target is not bindings[0].node:
            return []
        listed = self.items(loop.iter, 3)
        texts = [self.module.constant(one) for one in listed.items]
        found = [text for text in texts if isinstance(text, str)]
        return found if listed.whole and len(found) == len(texts) else []

    def _call(self, node: ast.Call, depth: int) -> Written:
        function = node.func
        if self._is_builtin(function, "dict"):
            named = [
                self.mapping(one.value, depth) if one.arg is None else Written((Pair(one.arg, one.value, one),))
                for one in node.keywords
            ]
            return _joined([*(self.mapping(one, depth) for one in node.args), *named])
        if isinstance(function, ast.Attribute) and function.attr == "copy" and not node.args:
            return self.mapping(function.value, depth)
        if self.module.symbol(function) in _COPIES and len(node.args) == 1:
            return self.mapping(node.args[0], depth)
        exported = self._exported(node)
        if exported is not None:
            return exported
        returned = self._returned(node)
        return _UNKNOWN if returned is None else _joined(self.mapping(one, depth) for one in returned)

    def _exported(self, node: ast.Call) -> Written | None:
        """Return what an object of a class of the project is as a mapping: `asdict(x)`, `x.model_dump()`, `vars(x)`."""
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in _DUMPS:
            subject = function.value
        elif self.module.symbol(function) == "dataclasses.asdict" or self._is_builtin(function, "vars"):
            subject = node.args[0] if len(node.args) == 1 else function
        else:
            return None
        cls = classes.class_of(self.module, subject)
        found = None if cls is None else classes.fields(self.module, cls)
        if found is None:
            return None
        options = {one.arg: one.value for one in node.keywords}
        chosen = self._names(options.get("include"))
        left_out = self._names(options.get("exclude")) or ()
        pairs = [
            Pair(name, None, place)
            for name, place in found.names.items()
            if (chosen is None or name in chosen) and name not in left_out
        ]
        plain = options.keys() <= _DUMP_OPTIONS
        return Written(tuple(pairs), found.whole and plain)

    def _names(self, expr: ast.expr | None) -> list[str] | None:
        """Return the texts of a set or list that is written out; None for any other expression."""
        listed = [] if expr is None else [self.module.constant(one) for one in self.items(expr, 3).items]
        texts = [one for one in listed if isinstance(one, str)]
        return texts if expr is not None and len(texts) == len(listed) else None

    def _is_builtin(self, function: ast.expr, name: str) -> bool:
        return isinstance(function, ast.Name) and function.id == name and not self.scopes.lookup(function)[1]

    def _returned(self, node: ast.Call) -> list[ast.expr] | None:
        """Return what a function of the project returns; None for any other, for coroutines and for generators."""
        function = self.module.resolver.function(node.func)
        if function is None or any(_name(one) not in _PLAIN for one in function.decorator_list):
            return None
        if isinstance(function, ast.AsyncFunctionDef):
            return None
        own = [one for one in ast.walk(function) if self._is_of(one, function)]
        if any(isinstance(one, (ast.Yield, ast.YieldFrom)) for one in own):
            return None
        values = [one.value for one in own if isinstance(one, ast.Return) and one.value is not None]
        return values or None

    def _is_of(self, node: ast.AST, function: FunctionNode) -> bool:
        scope = self.scopes.opened_by(function)
        inner = self.scopes.scope(node) if isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)) else None
        return inner is not None and inner is scope

    def _name(self, node: ast.Name, depth: int) -> Written:
        owner, bindings = classes.bindings(self.module, node)
        found = [self._bound(one, depth) for one in bindings if one.kind != "global"]
        if not found:
            return _UNKNOWN
        here, _ = self.scopes.lookup(node)
        loads = [*self.scopes.loads(here, node.id)]
        if here is not owner:
            loads += self.scopes.loads(owner, bindings[0].name)
        return _joined([*found, *(self._use(load, node) for load in loads if load is not node)])

    def _bound(self, binding: Binding, depth: int) -> Written:
        around = self.scopes.parent(binding.node)
        if binding.kind in ("assign", "annassign", "walrus") and binding.value is not None:
            return self.mapping(binding.value, depth)
        if isinstance(around, (ast.For, ast.comprehension)) and around.target is binding.node:
            listed = self.items(around.iter, depth)
            found = _joined(self.mapping(one, depth) for one in listed.items)
            return found._replace(whole=found.whole and listed.whole)
        if isinstance(around, ast.AugAssign) and isinstance(around.op, ast.BitOr):
            return self.mapping(around.value, depth)
        return _UNKNOWN

    def _is_later(self, node: ast.AST, name: ast.Name) -> bool:
        """Return whether what stands at a node is done after the name was asked for, and in no loop with it."""
        if self.scopes.scope(node) is not self.scopes.scope(name):
            return False
        if getattr(node, "lineno", 0) <= (name.end_lineno or 0):
            return False
        around = {one for one in self.scopes.ancestors(name) if isinstance(one, (ast.For, ast.AsyncFor, ast.While))}
        return not any(one in around for one in self.scopes.ancestors(node))

    def _use(self, load: ast.Name, asked: ast.Name) -> Written:
        """Return what one use of a name adds to the mapping that it holds."""
        parent = self.scopes.parent(load)
        if self._is_later(load, asked):
            return Written()
        if isinstance(parent, ast.Subscript) and parent.value is load:
            if not isinstance(parent.ctx, ast.Store):
                return Written()
            statement = self.scopes.parent(parent)
            value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
            return self._pairs(parent.slice, value, parent)
        if isinstance(parent, ast.Attribute):
            return self._method(parent)
        outer = self.scopes.parent(parent) if isinstance(parent, (ast.keyword, ast.Starred)) else parent
        if isinstance(outer, ast.Call) and outer.func is not load:
            return Written(whole=self._only_reads(outer))
        return Written()

    def _method(self, parent: ast.Attribute) -> Written:
        call = self.scopes.parent(parent)
        if not isinstance(call, ast.Call) or call.func is not parent:
            return _UNKNOWN
        if parent.attr == "setdefault" and call.args:
            return self._pairs(call.args[0], call.args[1] if len(call.args) > 1 else None, call.args[0])
        if parent.attr == "update":
            named = [
                self.mapping(one.value, 2) if one.arg is None else Written((Pair(one.arg, one.value, one),))
                for one in call.keywords
            ]
            return _joined([*(self.mapping(one, 2) for one in call.args), *named])
        return Written(whole=parent.attr in _READS or parent.attr in ("pop", "clear", "popitem"))

    def _only_reads(self, call: ast.Call) -> bool:
        """Return whether a call leaves the mappings that it is given as they are: Python's own, and the SDK's."""
        function = call.func
        if isinstance(function, ast.Name):
            return function.id in _READERS and not self.scopes.lookup(function)[1]
        if isinstance(function, ast.Attribute):
            keeps = function.attr in _KEEPERS or self.module.symbol(function) == "json.dumps"
            return keeps or self.module.resolver.receiver(function.value) is not None
        return False

    def items(self, node: ast.expr, depth: int) -> Listed:
        if depth == 0 or node in self._open:
            return Listed(whole=False)
        self._open.add(node)
        try:
            return self._items(node, depth - 1)
        finally:
            self._open.discard(node)

    def _items(self, node: ast.expr, depth: int) -> Listed:
        if isinstance(node, ast.Constant) and node.value is None:
            return Listed()
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            found = [
                self.items(one.value, depth) if isinstance(one, ast.Starred) else Listed((one,)) for one in node.elts
            ]
            return _strung(found)
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            return Listed((node.elt,))
        if isinstance(node, ast.IfExp):
            return _strung([self.items(one, depth) for one in (node.body, node.orelse)])
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return _strung([self.items(one, depth) for one in (node.left, node.right)])
        if isinstance(node, ast.Name):
            return self._named_items(node, depth)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            return self.items(node.value, depth)
        if isinstance(node, ast.Call):
            own = isinstance(node.func, ast.Name) and not self.scopes.lookup(node.func)[1]
            if own and isinstance(node.func, ast.Name) and node.func.id in ("list", "tuple", "sorted") and node.args:
                return self.items(node.args[0], depth)
            returned = self._returned(node)
            if returned is not None:
                return _strung([self.items(one, depth) for one in returned])
        return Listed(whole=False)

    def _named_items(self, node: ast.Name, depth: int) -> Listed:
        bindings = classes.bindings(self.module, node)[1]
        owner, _ = self.scopes.lookup(node)
        found = [
            self.items(one.value, depth)
            if one.kind in ("assign", "annassign", "walrus") and one.value is not None
            else Listed(whole=False)
            for one in bindings
            if one.kind != "global"
        ]
        for load in self.scopes.loads(owner, node.id):
            parent = self.scopes.parent(load)
            call = self.scopes.parent(parent) if isinstance(parent, ast.Attribute) else None
            if not isinstance(call, ast.Call) or not isinstance(parent, ast.Attribute) or self._is_later(load, node):
                continue
            if parent.attr in ("append", "insert") and call.args:
                found.append(Listed((call.args[-1],)))
            elif parent.attr == "extend" and call.args:
                found.append(self.items(call.args[0], depth))
        return _strung(found) if found else Listed(whole=False)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _joined(parts: Iterable[Written]) -> Written:
    found = list(parts)
    pairs = dict.fromkeys(pair for one in found for pair in one.pairs)
    return Written(tuple(pairs), all(one.whole for one in found))


def _strung(parts: Iterable[Listed]) -> Listed:
    found = list(parts)
    return Listed(tuple(dict.fromkeys(one for part in found for one in part.items)), all(one.whole for one in found))
