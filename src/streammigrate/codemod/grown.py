"""Mappings in variables: which keys a name's mapping has where a call takes it, when the whole of its life is in view."""

from __future__ import annotations

import ast
from collections.abc import Callable

from streammigrate.codemod.code import Arg, Call, Dotted, Item, Raw, Src
from streammigrate.codemod.scopes import Scopes
from streammigrate.codemod.values import Choice, Entries, Entry, Grown, Known, Made, Node, is_pure, mapping

_READS = frozenset({"get", "keys", "values", "items", "copy"})
_READERS = frozenset({"print", "len", "str", "repr", "bool", "sorted", "isinstance"})


class Growth:
    """Follows the mappings of one file; `is_sdk_call` says whether a call is one of stream-chat's, which only read them."""

    def __init__(self, scopes: Scopes, is_sdk_call: Callable[[ast.Call], bool]) -> None:
        self.scopes = scopes
        self.is_sdk_call = is_sdk_call

    def follow(self, node: ast.expr, call: ast.Call) -> Known | None:
        """Return the mapping that an expression gives where a call takes it, or None when its keys are not all known.

        That is what a name holds, and what `dict(…)`, `|`, `**` and `.copy()` make of mappings. None too for a dict display
        without `**`, which shows its keys itself.
        """
        if isinstance(node, ast.Name):
            return self._name(node, call)
        if mapping(Node(node)) is not None:
            return None
        if isinstance(node, ast.IfExp):
            body, orelse = (self.follow(one, call) or mapping(Node(one)) for one in (node.body, node.orelse))
            return None if body is None or orelse is None else Choice(node.test, body, orelse)
        parts = self._parts(node)
        if parts is None:
            return None
        entries: dict[str, Entry] = {}
        for part in parts:
            found = (part,) if isinstance(part, Entry) else self._entries(part, call)
            if found is None:
                return None
            for entry in found:
                before = entries.pop(entry.key, None)
                if before is not None and isinstance(before.value, Node) and not is_pure(before.value.node):
                    return None
                entries[entry.key] = entry
        return Entries(tuple(entries.values()))

    def _entries(self, node: ast.expr, call: ast.Call) -> tuple[Entry, ...] | None:
        known = self.follow(node, call) or mapping(Node(node))
        known = known.entries if isinstance(known, Grown) else known
        return known.items if isinstance(known, Entries) else None

    def _parts(self, node: ast.expr) -> list[ast.expr | Entry] | None:
        """Return what a mapping is put together from, mappings and entries in turn; None for no such expression."""
        if isinstance(node, ast.Dict) and None in node.keys:
            parts: list[ast.expr | Entry] = []
            for key, value in zip(node.keys, node.values, strict=True):
                if key is not None and not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                    return None
                parts.append(value if key is None else Entry(str(key.value), Node(value)))
            return parts
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return [node.left, node.right]
        if not isinstance(node, ast.Call):
            return None
        copies = (
            isinstance(node.func, ast.Attribute) and node.func.attr == "copy" and isinstance(node.func.value, ast.Name)
        )
        if copies and isinstance(node.func, ast.Attribute) and not node.args and not node.keywords:
            # Only of a name that holds a mapping: other things have a `copy` of their own.
            return [node.func.value]
        if (
            self._is_dict(node.func)
            and len(node.args) < 2
            and not any(isinstance(one, ast.Starred) for one in node.args)
        ):
            return [
                *node.args,
                *(one.value if one.arg is None else Entry(one.arg, Node(one.value)) for one in node.keywords),
            ]
        return None

    def _is_dict(self, function: ast.expr) -> bool:
        return isinstance(function, ast.Name) and function.id == "dict" and not self.scopes.lookup(function)[1]

    def _name(self, node: ast.Name, call: ast.Call) -> Grown | None:
        """Return the mapping that a name holds at a call, or None when its keys are not all known.

        A key that is there on every way is read by subscript, another one by `.get`: getstream leaves None out, as v1
        leaves out a key that is not there.
        """
        owner, bindings = self.scopes.lookup(node)
        if len(bindings) != 1 or owner is not self.scopes.scope(call):
            return None
        binding = bindings[0]
        if binding.kind not in ("assign", "annassign") or binding.value is None:
            return None
        parent = self.scopes.parent(binding.node)
        if isinstance(parent, ast.Assign) and len(parent.targets) > 1:
            return None
        keys = self._keys(binding.value)
        if keys is None or not self._is_before(binding.value, call):
            return None
        always = dict.fromkeys(keys, True)
        for load in self.scopes.loads(owner, node.id):
            changes = self._changes(load, call)
            if changes is None:
                return None
            for key, there in changes:
                always[key] = there and always.get(key, True)
        return Grown(node, Entries(tuple(_entry(node, key, there) for key, there in always.items())))

    def _keys(self, node: ast.expr) -> list[str] | None:
        """Return the keys of a mapping that is written out, or None."""
        if isinstance(node, ast.Dict):
            return _literal_keys(node)
        parts = self._parts(node) if isinstance(node, ast.Call) else None
        entries = [part for part in parts or () if isinstance(part, Entry)]
        return None if parts is None or len(entries) < len(parts) else [entry.key for entry in entries]

    def _changes(self, load: ast.Name, call: ast.Call) -> list[tuple[str, bool]] | None:
        """Return the keys that one use of the name adds or may take away, and whether each is there for sure at the call."""
        parent = self.scopes.parent(load)
        if isinstance(parent, ast.Subscript) and parent.value is load:
            if isinstance(parent.ctx, ast.Load):
                return []
            key = parent.slice
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                return None
            there = isinstance(parent.ctx, ast.Store) and self._is_before(parent, call)
            return [(key.value, there)]
        if isinstance(parent, ast.Attribute):
            return self._method(parent, call)
        if isinstance(parent, ast.Compare) and load in parent.comparators:
            return []
        if isinstance(parent, (ast.FormattedValue, ast.If, ast.While, ast.IfExp)):
            return []
        if isinstance(parent, ast.Dict) and load not in parent.keys:
            spread = [value for key, value in zip(parent.keys, parent.values, strict=True) if key is None]
            return [] if load in spread else None
        if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.BitOr):
            return []
        if isinstance(parent, ast.Call) and self._is_dict(parent.func):
            return []
        if isinstance(parent, ast.keyword) and parent.arg is None:
            return []
        outer = self.scopes.parent(parent) if isinstance(parent, ast.keyword) else parent
        if isinstance(outer, ast.List):
            outer = self.scopes.parent(outer)
            outer = self.scopes.parent(outer) if isinstance(outer, ast.keyword) else outer
        if isinstance(outer, ast.Call) and (self.is_sdk_call(outer) or self._only_reads(outer)):
            return []
        return None

    def _method(self, parent: ast.Attribute, call: ast.Call) -> list[tuple[str, bool]] | None:
        use = self.scopes.parent(parent)
        if not isinstance(use, ast.Call) or use.func is not parent:
            return None
        if parent.attr in _READS:
            return []
        first = use.args[0] if use.args else None
        if parent.attr == "pop" and isinstance(first, ast.Constant) and isinstance(first.value, str):
            return [(first.value, False)]
        if parent.attr == "setdefault" and isinstance(first, ast.Constant) and isinstance(first.value, str):
            return [(first.value, self._is_before(use, call))]
        if parent.attr == "update" and all(keyword.arg for keyword in use.keywords) and len(use.args) < 2:
            keys = [str(keyword.arg) for keyword in use.keywords]
            if first is not None:
                literal = _literal_keys(first) if isinstance(first, ast.Dict) else None
                if literal is None:
                    return None
                keys += literal
            return [(key, self._is_before(use, call)) for key in keys]
        return None

    def _only_reads(self, call: ast.Call) -> bool:
        name = call.func
        return isinstance(name, ast.Name) and name.id in _READERS and not self.scopes.lookup(name)[1]

    def _is_before(self, first: ast.expr, call: ast.Call) -> bool:
        return self.scopes.dominates(self.scopes.statement(first), call)


def _literal_keys(node: ast.Dict) -> list[str] | None:
    keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
    texts = [key for key in keys if isinstance(key, str)]
    return texts if len(texts) == len(keys) else None


def _entry(name: ast.Name, key: str, there: bool) -> Entry:
    written = Raw(f'"{key}"') if '"' not in key and "\\" not in key and key.isprintable() else Raw(repr(key))
    if there:
        return Entry(key, Made(Item(Src(name), written)))
    return Entry(key, Made(Call(Dotted(Src(name), "get"), (Arg("", written),))))
