"""Every expression of a file that is an object, class, function or module of stream-chat, and what is done with it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from streammigrate.codemod.mocks import functions
from streammigrate.codemod.resolve import Holder, Receiver, Resolver, holder_in
from streammigrate.codemod.resolve.flow import written
from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.scopes import Scope
from streammigrate.rules.sdk import v1_classes

UseKind = Literal[
    "call",
    "attribute",
    "attribute_store",
    "reference",
    "bind",
    "construct",
    "annotation",
    "type_test",
    "except",
    "test",
    "escape",
    "container",
    "subclass",
    "export",
]
_VALUES = (ast.Name, ast.Attribute, ast.Call, ast.Await, ast.IfExp, ast.BoolOp, ast.NamedExpr, ast.Subscript)
_DISPLAYS = (
    ast.Tuple, ast.List, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Starred,
)  # fmt: skip
_TESTS = ("isinstance", "issubclass")
# Builtins that give back a container, or an element, of what they are given, and those that only look at it.
_REPACKS = (
    "list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "enumerate", "zip", "dict", "filter", "next", "min",
    "max", "map",
)  # fmt: skip
_STARTS = ("Thread", "Process", "Timer")
_INJECTS = ("Depends", "Security")
_LOOKS = ("len", "print", "any", "all", "repr", "str", "sum", "hash")
_PUTS = ("append", "appendleft", "add", "insert", "setdefault", "extend", "extendleft", "update")
_CONTAINER_METHODS = frozenset(
    {"get", "pop", "popleft", "popitem", "values", "items", "keys", "copy", "clear", "index", "count", "sort", "remove",
     "discard", "reverse", "move_to_end", "__getitem__", "__contains__", "__len__", *_PUTS}
)  # fmt: skip
_LIBRARY = ("asyncio", "contextlib", "copy", "functools", "itertools", "random", "typing", "typing_extensions")
_PASSES = ("closing", "aclosing", "nullcontext", "cast")
_ASKS = ("bool", "callable", "id", "type")


class Use(NamedTuple):
    """One expression of the SDK's, with what becomes of it."""

    node: ast.expr
    """What a person would point at: the call for `call` and `construct`, the attribute for `attribute`,
    `attribute_store` and `reference`; else the expression itself."""
    receiver: Receiver
    kind: UseKind
    member: str
    """The method or attribute, where one is named."""
    detail: str
    """Where the value goes, for `bind` and `escape`."""
    subject: ast.expr
    """The very expression that is the SDK's; no two uses share it, but for classes in one quoted annotation."""
    targets: tuple[Holder, ...] = ()
    """The definitions that the value is put into here, or that an annotation is about."""
    anchors: tuple[ast.expr, ...] = ()
    """Calls and other expressions whose value this use is about, beyond the receiver's origins."""


STANDS_IN = "what a mock stands in for"
"""What is said of an object or a class that a mock is made to look like, or that a test replaces something of."""
_SPECIAL = re.compile(r"__\w+__")
_FOLLOWED = frozenset({"__call__", "__enter__", "__aenter__", "__getitem__", "__new__"})
"""Special methods whose result is known where Python calls them."""


class _Fate(NamedTuple):
    kind: UseKind
    node: ast.expr
    member: str = ""
    detail: str = ""
    targets: tuple[Holder, ...] = ()
    anchors: tuple[ast.expr, ...] = ()


def uses(resolver: Resolver) -> tuple[Use, ...]:
    """Return every use of a file in the order of the source. Imports are statements and not among them."""
    found = list(_Finder(resolver).run())
    return tuple(sorted(found, key=_position))


def _position(use: Use) -> tuple[int, int, int, int, str]:
    node = use.subject
    return node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0, use.receiver.cls


class _Finder:
    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._scopes = resolver.scopes
        # What an annotation is about, for every node in it.
        self._annotated: dict[ast.AST, tuple[Holder, ...]] = {}
        self._quoted: list[ast.Constant] = []

    def run(self) -> Iterator[Use]:
        for node in self._scopes.nodes:
            self._note_annotations(node)
        for node in self._scopes.nodes:
            if not isinstance(node, _VALUES) or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                continue
            if not self._resolver.may_be(node):
                continue
            if node in self._annotated:
                receiver = self._resolver.annotation(node)
                if receiver is not None and not self._begins(node):
                    yield Use(node, receiver, "annotation", "", "", node, self._annotated[node])
                elif receiver is None:
                    yield from self._of_alias(node)
                continue
            receiver = self._resolver.receiver(node)
            if receiver is not None:
                yield self._use(node, receiver, self._of_object(node, node, receiver))
            elif (held := self._resolver.contents(node)) is not None:
                fate = self._of_held(node)
                if fate is not None:
                    yield self._use(node, held, fate)
            elif isinstance(node, (ast.Name, ast.Attribute)):
                yield from self._of_referent(node)
            yield from self._handed_over(node)
        yield from self._of_strings()

    def _use(self, subject: ast.expr, receiver: Receiver, fate: _Fate) -> Use:
        anchors = (*fate.anchors, subject) if isinstance(subject, (ast.IfExp, ast.BoolOp)) else fate.anchors
        return Use(fate.node, receiver, fate.kind, fate.member, fate.detail, subject, fate.targets, anchors)

    # Objects

    def _of_object(self, node: ast.expr, shown: ast.expr, receiver: Receiver) -> _Fate:
        parent = self._scopes.parent(node)
        if isinstance(parent, ast.Attribute):
            return self._of_member(parent, receiver)
        if isinstance(parent, (ast.Call, ast.keyword, ast.Starred)):
            return self._of_argument(node, shown)
        if isinstance(parent, (ast.IfExp, ast.BoolOp, ast.NamedExpr)):
            return self._of_operand(node, parent, shown)
        if isinstance(parent, (ast.If, ast.While, ast.Assert, ast.UnaryOp, ast.Expr, ast.Match, ast.Delete)):
            return _Fate("test", shown)
        if isinstance(parent, ast.Compare):
            identity = all(isinstance(op, (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)) for op in parent.ops)
            return _Fate("test", shown) if identity else _Fate("escape", shown, detail="compared")
        if isinstance(parent, ast.comprehension) and node in parent.ifs:
            return _Fate("test", shown)
        return self._of_flow(node, parent, shown)

    def _of_member(self, attribute: ast.Attribute, receiver: Receiver) -> _Fate:
        if not isinstance(attribute.ctx, ast.Load):
            return _Fate("attribute_store", attribute, attribute.attr)
        call = self._scopes.parent(attribute)
        if isinstance(call, ast.Call) and call.func is attribute:
            return _Fate("call", call, attribute.attr)
        cls = v1_classes().get(receiver.cls)
        member = None if cls is None else cls.members.get(attribute.attr)
        is_method = member is not None and member.kind == "method"
        return _Fate("reference" if is_method else "attribute", attribute, attribute.attr)

    def _of_operand(self, node: ast.expr, parent: ast.IfExp | ast.BoolOp | ast.NamedExpr, shown: ast.expr) -> _Fate:
        if isinstance(parent, ast.IfExp) and parent.test is node:
            return _Fate("test", shown)
        if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And) and parent.values[-1] is not node:
            return _Fate("test", shown)
        if isinstance(parent, ast.NamedExpr):
            return _Fate("bind", shown, detail="variable", targets=self._variable(parent.target))
        if self._resolver.receiver(parent) is None:
            return _Fate("test", shown)
        return _Fate("bind", shown, detail="operand", anchors=(parent,))

    def _of_flow(self, node: ast.expr, parent: ast.AST | None, shown: ast.expr) -> _Fate:
        if isinstance(parent, (ast.Assign, ast.AnnAssign)):
            return self._of_targets(parent.targets if isinstance(parent, ast.Assign) else [parent.target], shown)
        if isinstance(parent, (ast.Return, ast.Yield)):
            return self._of_return(parent, shown)
        if isinstance(parent, ast.withitem):
            held = () if parent.optional_vars is None else self._variable(parent.optional_vars)
            return _Fate("bind", shown, detail="with", targets=held)
        if isinstance(parent, ast.arguments):
            return _Fate("bind", shown, detail="default", targets=self._defaulted(parent, node))
        if isinstance(parent, (ast.Tuple, ast.List)):
            found = self._of_element(node, parent, shown)
            if found is not None:
                return found
        if isinstance(parent, _DISPLAYS):
            return self._of_display(node, parent, shown)
        if isinstance(parent, ast.Raise):
            return _Fate("escape", shown, detail="cause" if parent.cause is node else "raised")
        if isinstance(parent, ast.FormattedValue):
            return _Fate("escape", shown, detail="text")
        if isinstance(parent, ast.Lambda):
            call, _ = self._call_around(parent)
            if call is not None and (last_name(call.func) in _INJECTS or self._resolver.receiver(call) is not None):
                return _Fate("bind", shown, detail="result of a lambda")
            return _Fate("escape", shown, detail="result of a lambda")
        if isinstance(parent, ast.Await):
            return _Fate("escape", shown, detail="awaited")
        return _Fate("escape", shown, detail="operator")

    def _of_targets(self, targets: Sequence[ast.expr], shown: ast.expr, unpacked: bool = False) -> _Fate:
        held: list[Holder] = []
        for target in targets:
            if isinstance(target, ast.Name):
                if not self._resolver.keeps(target):
                    return _Fate("escape", shown, detail="a name that is annotated as something else")
                held += self._variable(target)
            elif isinstance(target, ast.Subscript) and (
                put := self._resolver.container_holders(target.value) or self._resolver.item_holders(target)
            ):
                held += put
            elif unpacked and isinstance(target, (ast.Tuple, ast.List)):
                held += [h for e in target.elts if isinstance(e, ast.Name) for h in self._variable(e)]
            elif isinstance(target, ast.Attribute):
                found = self._resolver.attribute_holders(target)
                if not found:
                    return _Fate("escape", shown, detail="attribute of something else")
                held += found
            else:
                return _Fate("escape", shown, detail="container")
        return _Fate("bind", shown, detail="variable", targets=tuple(held))

    def _of_element(self, node: ast.expr, parent: ast.Tuple | ast.List, shown: ast.expr) -> _Fate | None:
        around = self._scopes.parent(parent)
        if isinstance(around, ast.Assign) and len(around.targets) == 1:
            target = around.targets[0]
            if isinstance(target, (ast.Tuple, ast.List)) and len(target.elts) == len(parent.elts):
                goal = target.elts[parent.elts.index(node)]
                if not any(isinstance(e, ast.Starred) for e in (*target.elts, *parent.elts)):
                    return self._of_targets([goal], shown)
        return None

    # Containers

    def _of_display(self, node: ast.expr, display: ast.AST, shown: ast.expr) -> _Fate:
        """Return what becomes of what is put into a container that is written out."""
        inside = not (isinstance(display, ast.Dict) and node in display.keys)
        inside = inside and not (isinstance(display, ast.DictComp) and display.key is node)
        if not inside or not isinstance(display, ast.expr):
            return _Fate("escape", shown, detail="container")
        return self._of_container(display, shown) or _Fate("escape", shown, detail="container")

    def _of_held(self, node: ast.expr) -> _Fate | None:
        """Return what becomes of a container where it is read; None where only what is in it is."""
        parent = self._scopes.parent(node)
        if isinstance(parent, ast.Attribute):
            call = self._scopes.parent(parent)
            called = isinstance(call, ast.Call) and call.func is parent
            return (
                None if called and parent.attr in _CONTAINER_METHODS else _Fate("container", node, detail="container")
            )
        if isinstance(parent, (ast.Subscript, ast.Compare, ast.FormattedValue)):
            return None
        return self._of_container(node, node) or _Fate("container", node, detail="container")

    def _of_container(self, node: ast.expr, shown: ast.expr) -> _Fate | None:
        """Return what becomes of a container that something is in; None where that is not in view."""
        parent = self._scopes.parent(node)
        if isinstance(parent, _DISPLAYS) and isinstance(parent, ast.expr):
            return self._of_container(parent, shown)
        if isinstance(parent, (ast.IfExp, ast.BoolOp, ast.Await)):
            return self._of_container(parent, shown)
        if isinstance(parent, (ast.Assign, ast.AnnAssign)):
            return self._of_targets(parent.targets if isinstance(parent, ast.Assign) else [parent.target], shown, True)
        if isinstance(parent, ast.NamedExpr):
            return self._of_targets([parent.target], shown, True)
        if isinstance(parent, (ast.Return, ast.Yield)):
            return self._of_return(parent, shown)
        if isinstance(parent, (ast.Call, ast.keyword)):
            return self._of_container_given(node, shown)
        if isinstance(parent, ast.arguments):
            return _Fate("bind", shown, detail="default", targets=self._defaulted(parent, node))
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
            return _Fate("bind", shown, detail="loop", targets=self._variable(parent.target))
        if isinstance(parent, (ast.Subscript, ast.Attribute)):
            return _Fate("bind", shown, detail="element")
        if isinstance(parent, (ast.Expr, ast.If, ast.While, ast.UnaryOp, ast.Assert, ast.Compare, ast.Match)):
            return _Fate("test", shown)
        return None

    def _of_container_given(self, node: ast.expr, shown: ast.expr) -> _Fate | None:
        call, argument = self._call_around(node)
        if call is None or call.func is node or isinstance(node, ast.Starred):
            return None
        if last_name(call.func) in _STARTS and isinstance(argument, ast.keyword):
            # What it starts gets them one by one.
            return _Fate("container", shown, detail=f"argument of `{ast.unparse(call.func)}`")
        name = self._builtin(call)
        if name in _LOOKS or name in _TESTS or name in _ASKS:
            return _Fate("test", shown)
        if name in _REPACKS:
            return self._of_repacked(call, shown)
        held = self._put_into(call)
        if held is None:
            held = self._resolver.argument_holders(call, argument)
        if held is None:
            return self._of_repacked(call, shown) if self._is_library(call) else None
        return _Fate("bind", shown, detail="parameter", targets=held)

    def _of_repacked(self, call: ast.Call, shown: ast.expr) -> _Fate | None:
        if self._resolver.contents(call) is not None:
            return self._of_container(call, shown)
        return None if self._resolver.receiver(call) is None else _Fate("bind", shown, detail="element")

    def _put_into(self, call: ast.Call) -> tuple[Holder, ...] | None:
        """Return the definition of the container that a call puts something into."""
        if isinstance(call.func, ast.Attribute) and call.func.attr in _PUTS:
            return self._resolver.container_holders(call.func.value)
        return None

    def _of_return(self, statement: ast.AST, shown: ast.expr) -> _Fate:
        for around in self._scopes.ancestors(statement):
            if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)):
                if not self._resolver.keeps(around):
                    return _Fate("escape", shown, detail="the result of a function that is annotated as something else")
                if _SPECIAL.fullmatch(around.name) and around.name not in _FOLLOWED:
                    return _Fate("escape", shown, detail=f"the result of `{around.name}`")
                return _Fate("bind", shown, detail="return", targets=(self._returned(around),))
            if isinstance(around, ast.Lambda):
                break
        return _Fate("escape", shown, detail="result of a lambda")

    def _of_argument(self, node: ast.expr, shown: ast.expr) -> _Fate:
        call, argument = self._call_around(node)
        if call is None:
            return _Fate("escape", shown, detail="unpacked")
        if call.func is node:
            return _Fate("escape", shown, detail="called")
        if functions.stands_in(node, self._resolver.symbol, self._scopes):
            return _Fate("escape", shown, detail=STANDS_IN)
        name = self._builtin(call)
        if name in _TESTS or name in _ASKS:
            return _Fate("test", shown)
        if name == "getattr" and call.args[0] is node and len(call.args) > 1:
            attr = call.args[1]
            if isinstance(attr, ast.Constant) and isinstance(attr.value, str):
                return _Fate("reference", call, attr.value)
        if name == "setattr":
            return _Fate("container", shown, detail="argument of `setattr`")
        if self._is_library(call) and (
            last_name(call.func) in _PASSES or self._resolver.receiver(call) or self._resolver.later(call)
        ):
            return _Fate("bind", shown, detail="passed through")
        made = self._resolver.referent(call.func)
        if made is not None and made.cls in v1_classes():
            return _Fate("bind", shown, detail="client of another object", anchors=(call,))
        if name in _REPACKS and (found := self._of_repacked(call, shown)) is not None:
            return found
        held: tuple[Holder, ...] | None = self._put_into(call) or self._resolver.put_holders(call, argument)
        if not held:
            held = self._resolver.argument_holders(call, argument)
        if held is None:
            what = "container" if last_name(call.func) in _PUTS else "argument"
            if self._resolver.receiver(call) is not None or self._resolver.contents(call) is not None:
                # It comes out again, so that no second object can stand in for it here.
                return _Fate("container", shown, detail=f"{what} of `{ast.unparse(call.func)}`")
            possible = self._resolver.possible_holders(call, argument)
            if possible:
                # What works on it there goes with it.
                return _Fate("container", shown, detail=f"{what} of `{ast.unparse(call.func)}`", targets=possible)
            return _Fate("escape", shown, detail=f"{what} of `{ast.unparse(call.func)}`")
        return _Fate("bind", shown, detail="parameter", targets=held)

    def _is_library(self, call: ast.Call) -> bool:
        """Return whether a call is of a module of the standard library that gives back what it is given."""
        return (self._resolver.symbol(call.func) or "").partition(".")[0] in _LIBRARY

    def _call_around(self, node: ast.expr) -> tuple[ast.Call | None, ast.expr | ast.keyword]:
        parent = self._scopes.parent(node)
        if isinstance(parent, ast.keyword):
            call = self._scopes.parent(parent)
            return (call, parent) if isinstance(call, ast.Call) else (None, parent)
        return (parent, node) if isinstance(parent, ast.Call) else (None, node)

    def _builtin(self, call: ast.Call) -> str:
        if not isinstance(call.func, ast.Name):
            return ""
        return "" if self._scopes.lookup(call.func)[1] else call.func.id

    # Classes, functions and modules

    def _of_referent(self, node: ast.Name | ast.Attribute) -> Iterator[Use]:
        receiver = self._resolver.referent(node)
        if receiver is None or self._is_inner(node):
            return
        if isinstance(node, ast.Attribute) and self._is_member(node.value):
            # `StreamChat.upsert_user` is a use of the class.
            return
        yield self._of_class(node, receiver)

    def _of_class(self, node: ast.expr, receiver: Receiver) -> Use:
        parent = self._scopes.parent(node)
        is_class = receiver.cls in v1_classes()
        if isinstance(parent, ast.Call) and parent.func is node:
            if is_class:
                made = self._resolver.receiver(parent)
                return self._use(node, made or receiver, _Fate("construct", parent, anchors=(parent,)))
            module, _, name = receiver.cls.rpartition(".")
            return self._use(node, receiver._replace(cls=module), _Fate("call", parent, name))
        if not is_class and not isinstance(parent, ast.Attribute):
            module, _, name = receiver.cls.rpartition(".")
            return self._use(node, receiver._replace(cls=module), _Fate("reference", node, name))
        return self._use(node, receiver, self._fate_of_class(node, parent))

    def _fate_of_class(self, node: ast.expr, parent: ast.AST | None) -> _Fate:
        if isinstance(parent, ast.Attribute):
            return _Fate("reference", parent, parent.attr)
        aliases = self._type_alias(node)
        if aliases:
            return _Fate("annotation", node, targets=aliases)
        outer: ast.AST | None = parent
        inner: ast.AST = node
        while isinstance(outer, (ast.Tuple, ast.BinOp, ast.List)):
            inner, outer = outer, self._scopes.parent(outer)
        if isinstance(outer, ast.ExceptHandler):
            held = () if outer.name is None else (holder_in("variable", self._owner(outer), outer.name),)
            return _Fate("except", node, targets=held)
        if isinstance(outer, ast.Call) and self._builtin(outer) in _TESTS and outer.args[-1] is inner:
            return _Fate("type_test", node, targets=self._tested(outer.args[0]))
        if isinstance(outer, ast.MatchClass):
            match = next((a for a in self._scopes.ancestors(outer) if isinstance(a, ast.Match)), None)
            return _Fate("type_test", node, targets=() if match is None else self._tested(match.subject))
        if isinstance(parent, ast.Compare):
            others = [one for one in (parent.left, *parent.comparators) if one is not node]
            absent = all(isinstance(one, ast.Constant) and one.value is None for one in others)
            return _Fate("test" if absent else "type_test", node)
        if isinstance(parent, ast.ClassDef) or (isinstance(parent, ast.Subscript) and parent.value is node):
            return _Fate("subclass", node, detail=getattr(parent, "name", ""))
        if isinstance(parent, ast.Call) and last_name(parent.func) == "cast" and parent.args[0] is node:
            return _Fate("annotation", node, anchors=(parent,))
        if isinstance(parent, ast.Call) and (carrier := self._resolver.carrier(parent)) is not None:
            return _Fate("annotation", node, targets=(carrier,))
        if functions.stands_in(node, self._resolver.symbol, self._scopes):
            return _Fate("escape", node, detail=STANDS_IN)
        if isinstance(parent, ast.keyword) and parent.arg in ("spec", "spec_set", "autospec"):
            return _Fate("escape", node, detail="what a stand-in looks like")
        if isinstance(parent, ast.keyword) and parent.arg == "bound":
            return _Fate("annotation", node)
        if isinstance(parent, (ast.Assign, ast.AnnAssign)):
            return _Fate("bind", node, detail="alias")
        if isinstance(parent, (ast.IfExp, ast.BoolOp, ast.If, ast.While, ast.UnaryOp, ast.Assert)):
            return _Fate("test", node)
        return _Fate("escape", node, detail="class")

    def _of_alias(self, node: ast.expr) -> Iterator[Use]:
        """Yield what ties a name for a type, which stands for one of the SDK's, to what it annotates."""
        for alias, receiver in self._resolver.aliased(node):
            yield Use(node, receiver, "bind", "", "alias of a type", node, (*self._annotated[node], alias))

    def _type_alias(self, node: ast.expr) -> tuple[Holder, ...]:
        """Return the name that a type with this class in it is given: `Chat = Annotated[StreamChat, …]`."""
        outer: ast.AST | None = self._scopes.parent(node)
        inner: ast.AST = node
        while isinstance(outer, (ast.Tuple, ast.BinOp, ast.Subscript, ast.Call)):
            if isinstance(outer, ast.Call) and last_name(outer.func) != "NewType":
                return ()
            if isinstance(outer, ast.Subscript) and (outer.value is inner or not self._resolver.is_typing(outer.value)):
                return ()
            inner, outer = outer, self._scopes.parent(outer)
        if inner is node or not isinstance(outer, (ast.Assign, ast.AnnAssign)):
            return ()
        return self._variable(outer.targets[0] if isinstance(outer, ast.Assign) else outer.target)

    def _is_inner(self, node: ast.expr) -> bool:
        """Return whether a name is only the beginning of a longer one: `stream_chat` of `stream_chat.StreamChat`."""
        parent = self._scopes.parent(node)
        return (
            isinstance(parent, ast.Attribute)
            and self._resolver.referent(parent) is not None
            and not self._is_member(node)
        )

    def _begins(self, node: ast.expr) -> bool:
        """Return the same for a name in an annotation."""
        parent = self._scopes.parent(node)
        return isinstance(parent, ast.Attribute) and self._resolver.annotation(parent) is not None

    def _is_member(self, node: ast.expr) -> bool:
        receiver = self._resolver.referent(node)
        return receiver is not None and receiver.cls in v1_classes()

    # What makes an object, handed to somebody else

    def _handed_over(self, node: ast.expr) -> Iterator[Use]:
        """Yield an escape where a function or coroutine that gives an object goes to code that is not in view."""
        receiver = self._resolver.later(node)
        parent = self._scopes.parent(node)
        if receiver is None or not isinstance(parent, (ast.Call, ast.keyword)):
            return
        call, argument = self._call_around(node)
        if call is None or call.func is node:
            return
        if isinstance(argument, ast.keyword) and argument.arg in ("default_factory", "factory"):
            # The field is what it gives.
            return
        name = last_name(call.func)
        if name in (
            *_INJECTS,
            "run",
            "next",
            "iter",
            "run_until_complete",
            "list",
            "closing",
            "aclosing",
            "to_thread",
            "property",
        ):
            return
        if self._resolver.later(call) or self._resolver.receiver(call) or self._resolver.contents(call):
            # It comes out again, and is followed there.
            return
        if self._resolver.argument_holders(call, argument) is None:
            detail = f"argument of `{ast.unparse(call.func)}`"
            yield Use(node, receiver, "escape", "", detail, node)

    # Texts

    def _note_annotations(self, node: ast.AST) -> None:
        if isinstance(node, ast.AnnAssign):
            if self._resolver.may_be(node.annotation):
                self._annotate(node.annotation, self._declared(node))
            self._note_alias(node)
        elif isinstance(node, ast.arg) and node.annotation is not None:
            scope = self._scopes.scope(node)
            self._annotate(node.annotation, (holder_in("parameter", scope, node.arg),))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
            self._annotate(node.returns, (self._returned(node),))
        elif isinstance(node, ast.Assign):
            if isinstance(node.value, ast.Subscript):
                self._note_alias(node)
        elif isinstance(node, ast.Call) and last_name(node.func) == "cast" and node.args:
            self._quoted += [arg for arg in node.args[:1] if isinstance(arg, ast.Constant)]

    def _note_alias(self, node: ast.Assign | ast.AnnAssign) -> None:
        """Note what is quoted in a type that is given a name: `Chat = Optional["StreamChat"]`."""
        if node.value is None or not self._resolver.may_be(node.value):
            return
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        said = isinstance(node, ast.AnnAssign) and last_name(node.annotation) == "TypeAlias"
        typed = isinstance(node.value, ast.Subscript) and self._resolver.is_typing(node.value.value)
        if not (said or typed):
            return
        held = self._variable(target)
        for part in ast.walk(node.value):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                self._annotated[part] = held
                self._quoted.append(part)

    def _annotate(self, annotation: ast.expr, held: tuple[Holder, ...]) -> None:
        for part in ast.walk(annotation):
            self._annotated[part] = held
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                self._quoted.append(part)

    def _of_strings(self) -> Iterator[Use]:
        for node in self._quoted:
            call = self._scopes.parent(node)
            anchors = (call,) if isinstance(call, ast.Call) else ()
            for receiver in self._resolver.quoted(node):
                yield Use(node, receiver, "annotation", "", "quoted", node, self._annotated.get(node, ()), anchors)
        yield from self._exports()

    def _exports(self) -> Iterator[Use]:
        for binding in self._scopes.bindings(self._scopes.module, "__all__"):
            if not isinstance(binding.value, (ast.List, ast.Tuple)):
                continue
            for element in binding.value.elts:
                if not self._resolver.may_be(element):
                    continue
                if isinstance(element, ast.Constant) and isinstance(element.value, str):
                    receiver = self._resolver.exported(element.value)
                    if receiver is not None:
                        yield Use(element, receiver, "export", "", element.value, element)

    # Holders

    def _variable(self, target: ast.expr) -> tuple[Holder, ...]:
        if isinstance(target, ast.Name):
            binding = self._scopes.binding(target)
            return () if binding is None else (holder_in("variable", binding.scope, target.id),)
        return self._resolver.attribute_holders(target) if isinstance(target, ast.Attribute) else ()

    def _declared(self, statement: ast.AnnAssign) -> tuple[Holder, ...]:
        target = statement.target
        if not isinstance(target, ast.Name):
            return self._variable(target)
        scope = self._scopes.scope(target)
        held = self._variable(target)
        if scope.kind == "class":
            held += self._resolver.field_holders(scope.node, target.id)
        return held

    def _tested(self, node: ast.expr) -> tuple[Holder, ...]:
        if isinstance(node, ast.NamedExpr):
            node = node.target
        if not isinstance(node, ast.Name):
            path = written(node)
            return (holder_in("attribute", self._scopes.scope(node), path),) if path else ()
        owner, bindings = self._scopes.lookup(node)
        return tuple(
            holder_in("parameter" if binding.kind == "param" else "variable", owner, node.id) for binding in bindings
        )

    def _defaulted(self, arguments: ast.arguments, default: ast.expr) -> tuple[Holder, ...]:
        positional = [*arguments.posonlyargs, *arguments.args]
        given = dict(zip(reversed(positional), reversed(arguments.defaults), strict=False))
        given.update({a: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None})
        found = next((arg for arg, value in given.items() if value is default), None)
        return () if found is None else (holder_in("parameter", self._scopes.scope(found), found.arg),)

    def _returned(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Holder:
        scope = self._scopes.opened_by(function)
        assert scope is not None
        return holder_in("return", scope, function.name)

    def _owner(self, node: ast.AST) -> Scope:
        binding = self._scopes.binding(node)
        return self._scopes.scope(node) if binding is None else binding.scope
