"""Follows a response by type: what reads a key becomes what reads an attribute, and what leaves is given v1's shape."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from types import MappingProxyType

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Arg, Awaited, Call, Code, Conditional, Dotted, Infix, Item, Old, Src
from streammigrate.codemod.lower import Held
from streammigrate.codemod.model import Applicability, Facet
from streammigrate.codemod.responses import shapes
from streammigrate.codemod.responses.asked import Asked
from streammigrate.codemod.responses.handlers import Handlers
from streammigrate.codemod.responses.leaving import Leak, Leaving, Symbol, Touch
from streammigrate.codemod.responses.reaching import Reaching
from streammigrate.codemod.responses.shapes import Shape, short
from streammigrate.codemod.scopes import Binding, Scope, Scopes
from streammigrate.codemod.values import is_pure
from streammigrate.rules import sdk

_SAME_METHODS = frozenset({"status_code", "headers", "rate_limit"})
_FROM_ISO = frozenset({"datetime.datetime.fromisoformat"})
_SAME_ORDER = frozenset({"list", "tuple", "reversed", "sorted", "iter"})


class Lost(Held):
    """A read of something that v2's answer has not."""


class Reads:
    """The reads of one response: what replaces them, and how far the site may go for them.

    `wrap` gives the code of v1's shape of what some code gives; None where there is no such helper. Then what is not
    understood raises Held.
    """

    def __init__(
        self,
        scopes: Scopes,
        target: str,
        symbol: Symbol,
        wrap: Callable[[Code], Code] | None,
        given: Mapping[ast.expr, Code],
        is_shared: Callable[[Binding], bool],
        lacks: Mapping[str, str],
    ) -> None:
        self.scopes = scopes
        self.target = target
        self.symbol = symbol
        self.wrap = wrap
        self.given = given
        """What becomes of the call, and of the place in v2's answer that v1 returned."""
        self.is_shared = is_shared
        """Says whether another file may read what a binding binds."""
        self.lacks = lacks
        self.reaching = Reaching(scopes)
        self.leaving = Leaving(scopes, self.reaching, symbol)
        self.handlers = Handlers(scopes)
        self.asked = Asked(scopes, self.reaching)
        self.replaced: dict[ast.expr, Code] = {}
        self.facets: list[Facet] = []
        self.wrapped: list[ast.expr] = []
        self.plain = 0
        """How many reads are written as reads of attributes."""
        self._leaks: list[Leak] = []
        self._touches: list[Touch] = []
        self._roots: set[ast.expr] = set()

    def follow(self, node: ast.expr, shape: Shape) -> None:
        """Follow the response from the expression that holds it. Raises Held where a use is not understood."""
        self._follow(node, shape, None)
        self.leaving.check(self._leaks, self._touches)

    def follow_name(self, target: ast.Name, shape: Shape) -> None:
        """Follow the response from a name that it is unpacked into. Raises Held as `follow` does."""
        self._name(target, shape)
        self.leaving.check(self._leaks, self._touches)

    # Where a value stands

    def _follow(self, node: ast.expr, shape: Shape, holder: ast.AST | None) -> None:
        parent = self.scopes.parent(node)
        if shape.root:
            self._roots.add(node)
        if self._is_the_same(node, parent, shape):
            self._end(node)
        elif shape.maybe and self.wrap is not None and self._is_read(node, parent) and not self.asked.is_there(node):
            # To a type checker it may be None, which has no attributes and no items.
            self._leave(node, shape, holder)
        elif isinstance(parent, ast.Subscript) and parent.value is node:
            self._subscript(parent, shape, holder)
        elif isinstance(parent, ast.Attribute):
            self._attribute(parent, shape, holder)
        elif isinstance(parent, ast.Compare) and self._is_searched(parent, node):
            self._contains(parent, shape, holder)
        elif isinstance(parent, ast.Assign) and parent.value is node and self._only_name(parent) is not None:
            self._end(node)
            self._name(parent.targets[0], shape)
        elif isinstance(parent, ast.NamedExpr) and parent.value is node:
            self._name(parent.target, shape)
            self._follow(parent, shape, holder)
        elif not self._iterated(node, parent, shape, holder) and not self._defaulted(node, parent, shape, holder):
            self._leave(node, shape, holder)

    def _is_the_same(self, node: ast.expr, parent: ast.AST | None, shape: Shape) -> bool:
        """Return whether what is done with a value gives the same in both SDKs."""
        if isinstance(parent, ast.Expr) or (not shape.root and shapes.keeps(shape.type)):
            return True
        if self._is_test(node):
            return shape.root or shape.type.kind != "model" or shapes.is_never_empty(shape, self.target)
        if isinstance(parent, ast.ListComp):
            return parent.elt is node and self._is_counted(parent)
        return isinstance(parent, ast.Compare) and self._compares_to_none(parent, node)

    def _is_read(self, node: ast.expr, parent: ast.AST | None) -> bool:
        """Return whether more is read of a value, so that it must not be None."""
        if isinstance(parent, ast.Subscript):
            return parent.value is node
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
            return parent.iter is node
        if isinstance(parent, ast.Compare):
            return self._is_searched(parent, node)
        return isinstance(parent, ast.Attribute) or (isinstance(parent, ast.Call) and parent.func is not node)

    def _end(self, node: ast.expr) -> None:
        self.plain += node in self.replaced

    def _only_name(self, statement: ast.Assign) -> ast.Name | None:
        target = statement.targets[0]
        return target if len(statement.targets) == 1 and isinstance(target, ast.Name) else None

    def _is_test(self, node: ast.expr) -> bool:
        """Return whether an expression is only asked whether it is true."""
        parent = self.scopes.parent(node)
        if isinstance(parent, (ast.If, ast.While, ast.IfExp, ast.Assert)):
            return parent.test is node
        if isinstance(parent, ast.comprehension):
            return node in parent.ifs
        if isinstance(parent, ast.BoolOp):
            last = parent.values[-1] is node
            return (isinstance(parent.op, ast.And) and not last) or self._is_test(parent)
        if isinstance(parent, ast.Call):
            return self._builtin(parent) == "bool" and len(parent.args) == 1
        return isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)

    def _compares_to_none(self, parent: ast.Compare, node: ast.expr) -> bool:
        other = parent.comparators[0]
        return (
            parent.left is node
            and len(parent.ops) == 1
            and isinstance(parent.ops[0], (ast.Is, ast.IsNot))
            and isinstance(other, ast.Constant)
            and other.value is None
        )

    def _is_searched(self, parent: ast.Compare, node: ast.expr) -> bool:
        """Return whether a key is looked for in a mapping."""
        return len(parent.ops) == 1 and isinstance(parent.ops[0], (ast.In, ast.NotIn)) and parent.comparators[0] is node

    def _builtin(self, call: ast.Call) -> str:
        known = isinstance(call.func, ast.Name) and not self.scopes.lookup(call.func)[1]
        return call.func.id if known and isinstance(call.func, ast.Name) else ""

    def _is_counted(self, node: ast.expr) -> bool:
        """Return whether a list is only asked how many items it has, or whether it has any."""
        parent = self.scopes.parent(node)
        return self._is_test(node) or (isinstance(parent, ast.Call) and self._builtin(parent) == "len")

    # Lists and maps

    def _iterated(self, node: ast.expr, parent: ast.AST | None, shape: Shape, holder: ast.AST | None) -> bool:
        """Follow the items of a list or map, or return False where it is not gone through here."""
        if not (shape.is_list or shape.is_map):
            return False
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.iter is node:
            return self._each(parent.target, node, shape)
        if not isinstance(parent, ast.Call) or node not in parent.args:
            return False
        name = self._builtin(parent)
        if name == "len" and len(parent.args) == 1:
            self._end(node)
            return True
        if shape.is_map:
            # A map gives its keys, which are texts.
            if name in _SAME_ORDER and len(parent.args) == 1 and not parent.keywords:
                self._end(node)
                return True
            return False
        if name in _SAME_ORDER and parent.args == [node]:
            return self._reordered(node, parent, name, shape, holder)
        around = self.scopes.parent(parent)
        if isinstance(around, (ast.For, ast.AsyncFor, ast.comprehension)) and around.iter is parent:
            return self._beside(node, parent, name, around.target, shape)
        return False

    def _each(self, target: ast.expr, node: ast.expr, shape: Shape) -> bool:
        if shape.is_map:
            self._end(node)
            return True
        if not isinstance(target, ast.Name):
            return False
        self._end(node)
        self._name(target, shape.items)
        return True

    def _reordered(self, node: ast.expr, call: ast.Call, name: str, shape: Shape, holder: ast.AST | None) -> bool:
        """Follow `list(x)`, `sorted(x, key=lambda one: …)` and the like."""
        key = next((one.value for one in call.keywords if one.arg == "key"), None)
        if any(one.arg not in ("key", "reverse") for one in call.keywords) or (name == "sorted") != (key is not None):
            return False
        if key is not None:
            if not isinstance(key, ast.Lambda) or len(key.args.args) != 1:
                return False
            scope = self.scopes.opened_by(key)
            assert scope is not None
            self._bound(key.args.args[0], scope, key.args.args[0].arg, shape.items)
        self._end(node)
        self._follow(call, Shape(shape.type), holder)
        return True

    def _beside(self, node: ast.expr, call: ast.Call, name: str, target: ast.expr, shape: Shape) -> bool:
        """Follow the items of `enumerate(x)` and `zip(x, y)` to the names that they are unpacked into."""
        names = target.elts if isinstance(target, ast.Tuple) else []
        if name == "enumerate" and len(names) == 2 and call.args[0] is node:
            place = 1
        elif name == "zip" and len(names) == len(call.args):
            place = call.args.index(node)
        else:
            return False
        goal = names[place]
        if not isinstance(goal, ast.Name) or any(isinstance(one, ast.Starred) for one in (*names, *call.args)):
            return False
        self._end(node)
        self._name(goal, shape.items)
        return True

    # Defaults

    def _defaulted(self, node: ast.expr, parent: ast.AST | None, shape: Shape, holder: ast.AST | None) -> bool:
        """Follow `x or []` and `(x or {}).get(key)`, or return False where this is none of them."""
        if not isinstance(parent, ast.BoolOp) or not isinstance(parent.op, ast.Or) or parent.values[0] is not node:
            return False
        if len(parent.values) != 2 or not _is_empty(parent.values[1]):
            return False
        if shape.root and self.wrap is not None:
            # A response is always true.
            self.replaced[parent] = Src(node)
            self._follow(parent, shape, holder)
            return True
        if (shape.is_list and isinstance(parent.values[1], ast.List)) or (
            shape.is_map and isinstance(parent.values[1], ast.Dict)
        ):
            self._follow(parent, Shape(shape.type), holder)
            return True
        if shape.type.kind != "model" or shape.root or not isinstance(parent.values[1], ast.Dict):
            return False
        return self._get_of_maybe(node, parent, shape, holder)

    def _get_of_maybe(self, node: ast.expr, spelled: ast.expr, shape: Shape, holder: ast.AST | None) -> bool:
        """Follow `.get(key)` of a model that may be missing; `spelled` is the model or an empty mapping."""
        attribute = self.scopes.parent(spelled)
        call = self.scopes.parent(attribute) if isinstance(attribute, ast.Attribute) else None
        if not isinstance(call, ast.Call) or not isinstance(attribute, ast.Attribute) or attribute.attr != "get":
            return False
        key = shapes.text_key(call.args[0]) if 1 <= len(call.args) <= 2 and not call.keywords else None
        default = call.args[1] if len(call.args) == 2 else None
        if key is None or key == "custom" or self.wrap is None or (shape.maybe and not self._is_repeatable(node)):
            return False
        try:
            field = shapes.field(shape, key, self.target)
        except Held:
            return False
        nothing = default is None or (isinstance(default, ast.Constant) and default.value is None)
        if field is None or not (nothing or (field.required and not field.null)):
            return False
        if default is not None and (not isinstance(default, ast.Constant) or not shapes.keeps(field.type)):
            return False
        model: Code = Src(node)
        empty: Code = Src(default) if default is not None else _NONE
        read = Dotted(model, field.name)
        self.replaced[call] = Conditional(Infix((model, " is not None")), read, empty) if shape.maybe else read
        self._follow(call, Shape(field.type, maybe=shape.maybe or not field.required or field.null), holder)
        return True

    def _is_repeatable(self, node: ast.expr) -> bool:
        """Return whether what becomes of an expression is a chain of attributes of a name."""
        if isinstance(node, ast.Name):
            return True
        new = self.replaced.get(node)
        if isinstance(new, Dotted) and isinstance(new.value, Src):
            return self._is_repeatable(new.value.node)
        plain = new is None and isinstance(node, ast.Subscript) and isinstance(node.slice, (ast.Constant, ast.Name))
        return plain and isinstance(node, ast.Subscript) and self._is_repeatable(node.value)

    # Reads

    def _subscript(self, parent: ast.Subscript, shape: Shape, holder: ast.AST | None) -> None:
        if not isinstance(parent.ctx, ast.Load):
            raise Held(kinds.READ, "the response is changed in place")
        if shape.is_list or shape.is_map:
            self._follow(parent, shape if isinstance(parent.slice, ast.Slice) else shape.items, holder)
            return
        key = shapes.text_key(parent.slice)
        if key is None:
            self._unread(parent.value, shape, holder, Held(kinds.READ, "which key is read is not known here"))
            return
        field = self._field(parent.value, shape, holder, key)
        if field is None:
            return
        if isinstance(field, str):
            self.replaced[parent] = Item(Dotted(Src(parent.value), f"{shape.prefix}custom"), Src(parent.slice))
            self._end(parent)
            return
        if not field.required and not self._is_certain(parent, key, field):
            if self.wrap is not None:
                self._wrap(parent.value, shape, holder)
                return
            self.facets.append(_missing(parent))
        self.replaced[parent] = Dotted(Src(parent.value), shape.prefix + field.name)
        maybe = field.null and not self.asked.has_key(parent, parent.value, key)
        self._follow(parent, Shape(field.type, maybe=maybe), holder)

    def _is_certain(self, node: ast.Subscript, key: str, field: sdk.Field) -> bool:
        """Return whether a missing field has been asked for, or is (without helpers) an error where more is read of it."""
        if self.wrap is not None:
            return self.asked.has_key(node, node.value, key)
        around = self.scopes.parent(node)
        further = field.type.kind in ("model", "list", "map") and (
            isinstance(around, (ast.Attribute, ast.For, ast.comprehension))
            or (isinstance(around, ast.Subscript) and around.value is node)
        )
        return further and not self.handlers.catch(node, "KeyError")

    def _field(self, node: ast.expr, shape: Shape, holder: ast.AST | None, key: str) -> sdk.Field | str | None:
        """Return the field that a key names, or `custom`; None where the read has been dealt with."""
        if shape.root and key in self.lacks:
            raise Lost(kinds.READ, self.lacks[key])
        try:
            field = shapes.field(shape, key, self.target)
        except Held as held:
            self._unread(node, shape, holder, held)
            return None
        if self.wrap is not None:
            flat = field is not None and field.wire == "custom" and _is_flat(shape, self.target)
            if flat or (field is None and not shapes.has_custom(shape, self.target)):
                self._wrap(node, shape, holder)
                return None
        return "custom" if field is None else field

    def _attribute(self, parent: ast.Attribute, shape: Shape, holder: ast.AST | None) -> None:
        call = self.scopes.parent(parent)
        node = parent.value
        if shape.type.kind == "time":
            self._time(node, parent, shape, holder)
            return
        if not isinstance(call, ast.Call) or call.func is not parent:
            self._unread(node, shape, holder, Held(kinds.READ, f"`.{parent.attr}` of the response is not called"))
        elif shape.root and f"{parent.attr}()" in self.lacks:
            raise Lost(kinds.READ, self.lacks[f"{parent.attr}()"])
        elif shape.root and parent.attr in _SAME_METHODS and not call.args:
            self._end(node)
        elif shape.root and parent.attr == "is_ok" and not call.args:
            self.replaced[call] = Infix(("(200 <= ", Dotted(Src(node), "status_code()"), " < 300)"))
            self._end(call)
        elif parent.attr == "get" and 1 <= len(call.args) <= 2 and not call.keywords:
            self._get(parent, call, shape, holder)
        elif not self._through(parent, call, shape, holder):
            held = Held(kinds.READ, f"`.{parent.attr}(…)` of the response has no counterpart in v2")
            self._unread(node, shape, holder, held)

    def _through(self, parent: ast.Attribute, call: ast.Call, shape: Shape, holder: ast.AST | None) -> bool:
        """Follow `.keys()`, `.values()` and `.items()` of a map, or return False."""
        if not shape.is_map or call.args or call.keywords:
            return False
        if parent.attr == "keys":
            self._end(parent.value)
            return True
        if parent.attr == "values":
            self._end(parent.value)
            self._follow(call, Shape(sdk.Type("list", "", shape.type.items)), holder)
            return True
        around = self.scopes.parent(call)
        if parent.attr != "items" or not isinstance(around, (ast.For, ast.AsyncFor, ast.comprehension)):
            return False
        names = around.target.elts if isinstance(around.target, ast.Tuple) and around.iter is call else []
        if len(names) != 2 or not isinstance(names[1], ast.Name) or isinstance(names[0], ast.Starred):
            return False
        self._end(parent.value)
        self._name(names[1], shape.items)
        return True

    def _get(self, parent: ast.Attribute, call: ast.Call, shape: Shape, holder: ast.AST | None) -> None:
        default = call.args[1] if len(call.args) == 2 else None
        node = parent.value
        if shape.is_map:
            if default is not None and not shapes.keeps(shape.type.items[0]) and not _is_none(default):
                self._unread(
                    node, shape, holder, Held(kinds.READ, "the default would have another shape than the values")
                )
                return
            self._follow(call, shape.items._replace(maybe=True), holder)
            return
        key = shapes.text_key(call.args[0])
        if key is None:
            self._unread(node, shape, holder, Held(kinds.READ, "which key is read is not known here"))
            return
        field = self._field(node, shape, holder, key)
        if field is None:
            return
        if isinstance(field, str):
            self.replaced[parent] = Dotted(Src(node), f"{shape.prefix}custom.get")
            self._end(parent)
            return
        self._get_field(parent, call, shape, holder, field)

    def _get_field(
        self, parent: ast.Attribute, call: ast.Call, shape: Shape, holder: ast.AST | None, field: sdk.Field
    ) -> None:
        node = parent.value
        default = call.args[1] if len(call.args) == 2 else None
        read = Dotted(Src(node), shape.prefix + field.name)
        maybe = not field.required or field.null
        if default is None or field.required or _is_none(default):
            if default is not None and not is_pure(default):
                self._unread(node, shape, holder, Held(kinds.ORDER, "the default would no longer be evaluated"))
                return
            self.replaced[call] = read
            self._follow(call, Shape(field.type, maybe=maybe), holder)
            return
        if field.type.kind == "model" and _is_empty(default) and isinstance(default, ast.Dict):
            self.replaced[call] = read
            if self._get_of_maybe(call, call, Shape(field.type, maybe=True), holder):
                # What replaces the outer `.get` names the model by its own code.
                return
            del self.replaced[call]
        if not self._is_repeatable(node):
            held = Held(kinds.READ, "put the response into a variable before reading it with a default")
            self._unread(node, shape, holder, held)
            return
        if not shapes.keeps(field.type) and not self._is_plain_end(call, default, field.type):
            held = Held(kinds.READ, f"the default of `{field.wire}` would have another shape than the value")
            self._unread(node, shape, holder, held)
            return
        self.replaced[call] = Conditional(Infix((read, " is not None")), read, Src(default))
        self._follow(call, Shape(field.type), holder)

    def _is_plain_end(self, call: ast.Call, default: ast.expr, type: sdk.Type) -> bool:
        """Return whether a list or map with an empty default is only counted or looped over, where that does as well."""
        if not _is_empty(default) or isinstance(default, ast.List) != (type.kind == "list"):
            return False
        parent = self.scopes.parent(call)
        return (isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is call) or self._is_counted(call)

    def _contains(self, parent: ast.Compare, shape: Shape, holder: ast.AST | None) -> None:
        held = parent.comparators[0]
        if shape.is_map:
            self._end(held)
            return
        key = shapes.text_key(parent.left)
        if key is None or shape.is_list:
            self._leave(held, shape, holder)
            return
        field = self._field(held, shape, holder, key)
        if field is None:
            return
        negated = isinstance(parent.ops[0], ast.NotIn)
        if isinstance(field, str):
            word = " not in " if negated else " in "
            self.replaced[parent] = Infix((Src(parent.left), word, Dotted(Src(held), f"{shape.prefix}custom")))
        else:
            word = " is None" if negated else " is not None"
            self.replaced[parent] = Infix((Dotted(Src(held), shape.prefix + field.name), word))
        self._end(parent)

    # Times

    def _time(self, node: ast.expr, parent: ast.Attribute, shape: Shape, holder: ast.AST | None) -> None:
        """Write `datetime.fromisoformat(x.replace("Z", "+00:00"))` as the datetime that it gives."""
        call = self.scopes.parent(parent)
        outer = self.scopes.parent(call) if isinstance(call, ast.Call) and call.func is parent else None
        if (
            self.wrap is None
            or shape.maybe
            or parent.attr != "replace"
            or not isinstance(call, ast.Call)
            or not isinstance(outer, ast.Call)
            or outer.args != [call]
            or outer.keywords
            or self.symbol(outer.func) not in _FROM_ISO
            or [shapes.text_key(one) for one in call.args] != ["Z", "+00:00"]
            or call.keywords
        ):
            self._leave(node, shape, holder)
            return
        self.replaced[outer] = Src(node)
        self._end(outer)

    # Names

    def _name(self, target: ast.expr, shape: Shape) -> None:
        assert isinstance(target, ast.Name)
        binding = self.scopes.binding(target)
        assert binding is not None
        if binding.where is not binding.scope or self.is_shared(binding):
            raise Held(kinds.RESPONSE, f"`{target.id}` is a name of the module that others set or read")
        self._bound(target, binding.scope, target.id, shape)

    def _bound(self, node: ast.AST, scope: Scope, name: str, shape: Shape) -> None:
        """Follow every read of a name that sees what one place binds to it."""
        if scope.kind == "class":
            raise Held(kinds.RESPONSE, f"`{name}` is an attribute of a class")
        for load in self.scopes.loads(scope, name):
            reaching = self.reaching.binding(load, scope)
            if reaching is None:
                raise Held(kinds.RESPONSE, f"which value `{name}` has at line {load.lineno} is not known")
            if reaching is node:
                self._touches.append(Touch(load, node))
                self._follow(load, shape, node)
        if any(one.kind in ("augassign", "global") for one in self.scopes.bindings(scope, name)):
            raise Held(kinds.RESPONSE, f"`{name}` is shared or changed in place")

    # What leaves

    def _unread(self, node: ast.expr, shape: Shape, holder: ast.AST | None, held: Held) -> None:
        """Give what is read in a way that v2 has not v1's shape."""
        if self.wrap is None:
            raise held
        self._wrap(node, shape, holder)

    def _leave(self, node: ast.expr, shape: Shape, holder: ast.AST | None) -> None:
        if self.wrap is None:
            raise Held(kinds.RESPONSE, self._escape(node, shape))
        self._wrap(node, shape, holder)

    def _wrap(self, node: ast.expr, shape: Shape, holder: ast.AST | None) -> None:
        assert self.wrap is not None
        own = self.replaced.get(node) or self.given.get(node)
        if own is None:
            own = written(node, self.given)
        self.replaced[node] = self.wrap(own)
        self.wrapped.append(node)
        if node in self._roots:
            self.facets += self.lost_in_all()
        last, type = self._last(node, shape.type)
        taker = None if shapes.is_fixed(type) else self.leaving.taker(last)
        if taker is not None:
            self._leaks.append(Leak(node, taker, holder))

    def _last(self, node: ast.expr, type: sdk.Type) -> tuple[ast.expr, sdk.Type]:
        """Return the last of a chain of reads, and its type as far as it is known."""
        while True:
            parent = self.scopes.parent(node)
            call = self.scopes.parent(parent) if isinstance(parent, ast.Attribute) and parent.attr == "get" else None
            if isinstance(parent, ast.Subscript) and parent.value is node and isinstance(parent.ctx, ast.Load):
                node, type = parent, self._part(type, parent.slice)
            elif isinstance(call, ast.Call) and call.func is parent and len(call.args) == 1:
                node, type = call, self._part(type, call.args[0])
            else:
                return node, type

    def _part(self, type: sdk.Type, key: ast.expr) -> sdk.Type:
        """Return the type of what a key names in a value; `any` where that is not known."""
        if type.kind in ("list", "map"):
            return type if isinstance(key, ast.Slice) else type.items[0]
        name = shapes.text_key(key)
        try:
            field = None if name is None else shapes.field(Shape(type), name, self.target)
        except Held:
            field = None
        return shapes.ANY if field is None else field.type

    def lost_in_all(self) -> tuple[Facet, ...]:
        """Return what is said of a whole response in v1's shape that is not all that v1 gave."""
        keys = [f"`{key}`" for key in self.lacks if not key.endswith("()")]
        text = f"the response goes on whole, and v2's has no {' and no '.join(keys)}"
        return (Facet("response", Applicability.UNSAFE, text, kinds.LOSS.id),) if keys else ()

    def _escape(self, node: ast.expr, shape: Shape) -> str:
        parent = self.scopes.parent(node)
        what = "the response" if shape.root else f"`{short(node)}`"
        if shape.type.kind == "time":
            return f"{what} is a datetime in v2 and was a string: convert it where it is used"
        if isinstance(parent, ast.Return):
            return f"{what} is returned, and its shape changes for the callers"
        if isinstance(parent, (ast.Call, ast.keyword)):
            return f"{what} is passed on, and its shape changes for the code that gets it"
        return f"{what} is used in a way that is not followed; read its values beside the call"


def written(node: ast.expr, moved: Mapping[ast.expr, Code] = MappingProxyType({})) -> Code:
    """Return the code of an expression that holds a response or a part of one, to put something around it.

    `moved` is what becomes of the call that is in it. Raises Held for an expression that nothing can be put around.
    """
    if isinstance(node, ast.Name):
        return Old(node)
    if isinstance(node, ast.Subscript):
        return Item(Src(node.value), Src(node.slice))
    if isinstance(node, ast.Await):
        plain = node.value in moved or not isinstance(node.value, ast.Call)
        return Awaited(Src(node.value) if plain else written(node.value))
    if isinstance(node, ast.Call):
        named = [Arg(keyword.arg or "**", Src(keyword.value)) for keyword in node.keywords]
        return Call(Src(node.func), (*(Arg("", Src(argument)) for argument in node.args), *named))
    if isinstance(node, ast.BoolOp):
        word = " and " if isinstance(node.op, ast.And) else " or "
        parts: list[str | Code] = []
        for value in node.values:
            parts += [word, Src(value)] if parts else [Src(value)]
        return Infix(tuple(parts))
    raise Held(kinds.RESPONSE, "the response is used in a way that is not followed; read its values beside the call")


_NONE: Code = Infix(("None",))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_empty(node: ast.expr) -> bool:
    return (isinstance(node, ast.List) and not node.elts) or (isinstance(node, ast.Dict) and not node.keys)


def _is_flat(shape: Shape, target: str) -> bool:
    model = sdk.model(shape.type.name, target)
    return model is not None and shapes.is_flat(model)


def _missing(node: ast.Subscript) -> Facet:
    """Say what a missing field does: a KeyError in v1, None in v2."""
    text = f"`{short(node)}` raises KeyError in v1 where the field is missing, and is None in v2"
    return Facet("response", Applicability.UNSAFE, text, kinds.READ.id)
