"""Payloads that a variable holds: v2 models from where they are built, when every use of the variable agrees.

Each thing that is done with the mapping is done with the model instead (a key is set, a key is read, a call is given it), so
that nothing has to be known of the order in which it happens.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Call, Code, Dotted, Raw, Src, put_old
from streammigrate.codemod.lower import Held, Lent, Lowering, refuse_both
from streammigrate.codemod.scopes import Binding, Scope, Scopes
from streammigrate.codemod.values import Entries, Entry, Known, Node, mapping
from streammigrate.rules import sdk

_KEPT = (
    "value",
    "custom",
    "none",
    "model",
    "model+custom",
    "list",
    "text",
    "time",
    "time-text",
    "time-isoformat",
    "choice",
)
"""Forms of values that are the same whether they are made when the payload is built or when it is sent."""


class Built(NamedTuple):
    """What makes a variable hold a model: by expression what takes its place, and the forms that have to be proven."""

    replaced: Mapping[ast.expr, Code]
    forms: tuple[str, ...]


class Builder:
    """Builds the payloads of one file; `users` are the names that other files take from it."""

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes

    def may_build(self, name: ast.Name) -> bool:
        """Return whether a variable is of a kind that can be built: a function's own, bound to nothing but displays."""
        owner, bindings = self.scopes.lookup(name)
        if owner.kind != "function" or not bindings:
            return False
        return all(self._is_display(binding.value) and self._is_plain(binding) for binding in bindings) and any(
            not _is_none(binding.value) for binding in bindings
        )

    def _is_display(self, node: ast.expr | None) -> bool:
        if isinstance(node, ast.IfExp):
            return self._is_display(node.body) and self._is_display(node.orelse)
        if isinstance(node, ast.List):
            return not any(isinstance(item, ast.Starred) for item in node.elts)
        if isinstance(node, ast.Call):
            return is_keyword_dict(node, self.scopes)
        return (
            _is_none(node) or isinstance(node, ast.ListComp) or (isinstance(node, ast.Dict) and None not in node.keys)
        )

    def _is_plain(self, binding: Binding) -> bool:
        parent = self.scopes.parent(binding.node)
        if binding.kind == "annassign":
            return True
        return binding.kind == "assign" and isinstance(parent, ast.Assign) and len(parent.targets) == 1

    def build(self, lents: Sequence[Lent], lowering: Lowering) -> Built:
        """Return what makes the variable of some calls hold what they take. Raises Held where a use does not agree."""
        first = lents[0]
        owner, bindings = self.scopes.lookup(first.node)
        if any((one.type, _spelled(one.over)) != (first.type, _spelled(first.over)) for one in lents):
            raise _disagrees("the calls want different things of it")
        over = tuple(first.over)
        for binding in bindings:
            self._check_over(over, binding)
        listed = first.type.kind == "list"
        model_type = first.type.items[0] if listed else first.type
        work = _Work(self.scopes, lowering, model_type, over)
        taken = {one.node for one in lents}
        uses = [load for load in self.scopes.loads(owner, first.node.id) if load not in taken]
        if listed:
            work.build_list(bindings, uses, self._builtin(owner, "len"))
        else:
            work.build_model(bindings, uses)
        self._annotate(bindings, work, listed)
        if any(facet for facet in lowering.facets) or any(_tail(form) not in _KEPT for form in lowering.forms):
            raise _disagrees("a value in it is made into something else, which has to happen at the call")
        # That the call takes the model is the call's own form.
        forms = (form for form in lowering.forms if not form.startswith(f"{model_type.name}:"))
        return Built(work.replaced, tuple(dict.fromkeys(forms)))

    def _check_over(self, over: Iterable[Entry], binding: Binding) -> None:
        """Raise Held unless what a call adds to the payload is known where it is built."""
        for node in (one for entry in over for one in _nodes(entry.value)):
            if isinstance(node, ast.Constant):
                continue
            if not isinstance(node, ast.Name):
                raise _disagrees("who acts is not known where it is built")
            owner, bindings = self.scopes.lookup(node)
            if owner is not binding.scope or len(bindings) != 1:
                raise _disagrees("who acts is not known where it is built")
            given = bindings[0]
            if given.kind != "param":
                if given.kind not in ("assign", "annassign") or binding.value is None:
                    raise _disagrees("who acts is not known where it is built")
                if not self.scopes.dominates(self.scopes.statement(given.node), binding.value):
                    raise _disagrees("who acts is not known where it is built")

    def _builtin(self, scope: Scope, name: str) -> bool:
        return not self.scopes.bindings(self.scopes.owner(scope, name), name)

    def _annotate(self, bindings: Iterable[Binding], work: _Work, listed: bool) -> None:
        for binding in bindings:
            if binding.annotation is not None:
                name = work.lowering.names.use("getstream.models", work.type.name)
                optional = " | None" if any(_is_none(one.value) for one in bindings) else ""
                if optional:
                    raise _disagrees("it is annotated, and may be None")
                work.replaced[binding.annotation] = Raw(f"list[{name}]" if listed else name)


class _Work:
    """One variable being built."""

    def __init__(self, scopes: Scopes, lowering: Lowering, type: sdk.Type, over: tuple[Entry, ...]) -> None:
        self.scopes = scopes
        self.lowering = lowering
        self.type = type
        self.over = over
        self.replaced: dict[ast.expr, Code] = {}
        model = sdk.model(type.name, lowering.target)
        if model is None:
            raise Held(kinds.VERSION, f"getstream {lowering.target} has no {type.name}")
        self.model = model
        self.fields = {field.wire: field for field in model.fields.values()}

    def build_model(self, bindings: Sequence[Binding], uses: Sequence[ast.Name]) -> None:
        displays = [node for binding in bindings for node in _displays(binding.value)]
        always = set.intersection(*({entry.key for entry in _entries(node).items} for node in displays))
        keys = {entry.key for node in displays for entry in _entries(node).items}
        for use in uses:
            key = self._use(use, always)
            if key:
                keys.add(key)
        laid = {entry.key for entry in self.over}
        if keys & (laid | {key.removesuffix("_id") for key in laid}):
            raise _disagrees("it names the user who acts")
        refuse_both(keys, self.type.name)
        for node in displays:
            entries = Entries((*_entries(node).items, *self.over))
            made = self.lowering.model(self.type.name, entries, self.type.name)
            self.replaced[node] = made

    def _use(self, use: ast.Name, always: set[str]) -> str:
        """Take one use of the variable; return the key that it sets, if it sets one. Raises Held for another use."""
        parent = self.scopes.parent(use)
        if _is_none_test(parent):
            return ""
        if isinstance(parent, ast.Subscript) and parent.value is use:
            key = parent.slice.value if isinstance(parent.slice, ast.Constant) else None
            if isinstance(key, str):
                return self._item(use, parent, key, always)
        call = self.scopes.parent(parent) if isinstance(parent, ast.Attribute) else None
        if isinstance(parent, ast.Attribute) and isinstance(call, ast.Call) and parent.attr == "get":
            asked = call.args[0] if len(call.args) == 1 and not call.keywords else None
            if isinstance(asked, ast.Constant) and isinstance(asked.value, str) and self._is_plain(asked.value):
                self.replaced[call] = Dotted(Raw(use.id), self.fields[asked.value].name)
                return ""
        raise _disagrees(f"line {use.lineno} does something else with it")

    def _item(self, use: ast.Name, item: ast.Subscript, key: str, always: set[str]) -> str:
        statement = self.scopes.parent(item)
        if key == "custom":
            raise _disagrees("it has a key `custom`")
        if isinstance(item.ctx, ast.Store):
            if not isinstance(statement, ast.Assign) or statement.targets != [item]:
                raise _disagrees(f"line {use.lineno} does something else with it")
            self._store(use, item, key, statement.value)
            return key
        if not isinstance(item.ctx, ast.Load):
            raise _disagrees("a key is taken away")
        if key in self.fields:
            if not self._is_plain(key) or key not in always:
                raise _disagrees(f"line {use.lineno} reads what may not be there")
            self.replaced[item] = Dotted(Raw(use.id), self.fields[key].name)
            return ""
        raise _disagrees("custom data is read from it")

    def _store(self, use: ast.Name, item: ast.Subscript, key: str, value: ast.expr) -> None:
        field = self.fields.get(key)
        if field is None:
            # The model's `custom` may be None, as type checkers say.
            raise _disagrees("custom data is added to it")
        self.replaced[item] = Dotted(Raw(use.id), field.name)
        code = self.lowering.lower(Node(value), field.type, f"{self.type.name}.{key}")
        if code != Src(value):
            self.replaced[value] = put_old(code, value)

    def build_list(self, bindings: Sequence[Binding], uses: Sequence[ast.Name], own_len: bool) -> None:
        for binding in bindings:
            for node in _lists(binding.value):
                for element in [node.elt] if isinstance(node, ast.ListComp) else node.elts:
                    self._element(element)
        for use in uses:
            parent = self.scopes.parent(use)
            call = self.scopes.parent(parent) if isinstance(parent, ast.Attribute) else None
            if _is_none_test(parent) or (
                isinstance(parent, (ast.If, ast.While))
                or (isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not))
            ):
                continue
            if (
                isinstance(parent, ast.Call)
                and isinstance(parent.func, ast.Name)
                and parent.func.id == "len"
                and own_len
            ):
                continue
            appends = isinstance(parent, ast.Attribute) and parent.attr == "append" and isinstance(call, ast.Call)
            if appends and isinstance(call, ast.Call) and len(call.args) == 1 and not call.keywords:
                self._element(call.args[0])
                continue
            raise _disagrees(f"line {use.lineno} does something else with it")

    def _element(self, node: ast.expr) -> None:
        code = self.lowering.lower(Node(node), self.type, self.type.name)
        if not isinstance(code, Call):
            raise _disagrees("an item of it is not known")
        self.replaced[node] = put_old(code, node)

    def _is_plain(self, key: str) -> bool:
        """Return whether a field holds the very value that its key held."""
        type = self.fields[key].type if key in self.fields else None
        while type is not None and type.kind in ("list", "map"):
            type = type.items[0]
        return type is not None and type.kind in ("scalar", "any")


def is_keyword_dict(node: ast.Call, scopes: Scopes) -> bool:
    """Return whether a call is `dict(key=value, …)` of Python's own."""
    own = isinstance(node.func, ast.Name) and node.func.id == "dict" and not scopes.lookup(node.func)[1]
    return own and not node.args and all(keyword.arg for keyword in node.keywords)


def _disagrees(text: str) -> Held:
    return Held(kinds.OPAQUE, text)


def _tail(form: str) -> str:
    return form.rpartition(":")[2]


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_none_test(node: ast.AST | None) -> bool:
    """Return whether a comparison asks for None itself."""
    return (
        isinstance(node, ast.Compare)
        and all(isinstance(op, (ast.Is, ast.IsNot)) for op in node.ops)
        and all(map(_is_none, node.comparators))
    )


def _displays(node: ast.expr | None) -> Iterator[ast.Dict | ast.Call]:
    """Yield the dict displays that a value is one of. Raises Held for another value."""
    if isinstance(node, (ast.Dict, ast.Call)):
        yield node
    elif isinstance(node, ast.IfExp):
        yield from _displays(node.body)
        yield from _displays(node.orelse)
    elif not _is_none(node):
        raise _disagrees("it is no mapping")


def _lists(node: ast.expr | None) -> Iterator[ast.List | ast.ListComp]:
    if isinstance(node, (ast.List, ast.ListComp)):
        yield node
    elif isinstance(node, ast.IfExp):
        yield from _lists(node.body)
        yield from _lists(node.orelse)
    elif not _is_none(node):
        raise _disagrees("it is no list")


def _entries(node: ast.Dict | ast.Call) -> Entries:
    if isinstance(node, ast.Call):
        return Entries(tuple(Entry(str(keyword.arg), Node(keyword.value)) for keyword in node.keywords))
    found = mapping(Node(node))
    if not isinstance(found, Entries):
        raise _disagrees("its keys are not known")
    return found


def _nodes(known: Known) -> list[ast.expr]:
    return [known.node] if isinstance(known, Node) else []


def _spelled(over: Iterable[Entry]) -> tuple[tuple[str, str], ...]:
    """Return entries in a form that can be compared. Raises Held for a value that is more than a name or a literal."""
    found = []
    for entry in over:
        if not isinstance(entry.value, Node) or not isinstance(entry.value.node, (ast.Name, ast.Constant)):
            raise _disagrees("who acts is not known where it is built")
        found.append((entry.key, ast.dump(entry.value.node)))
    return tuple(found)
