"""Follows a response within its function: what stream-chat gives as dictionaries, getstream gives as models."""

from __future__ import annotations

import ast

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Code, Conditional, Dotted, Infix, Item, Src
from streammigrate.codemod.lower import Held
from streammigrate.codemod.model import Applicability, Facet
from streammigrate.codemod.scopes import Binding, Scope, Scopes
from streammigrate.codemod.values import is_pure
from streammigrate.rules import sdk

_SAME_METHODS = frozenset({"status_code", "headers", "rate_limit"})


class Shape:
    """What a followed expression holds: a v2 type, or the whole response (`root`)."""

    __slots__ = ("prefix", "type")

    def __init__(self, type: sdk.Type, prefix: str = "") -> None:
        self.type = type
        self.prefix = prefix
        """What stands between the expression and its fields: `data.` for a whole response."""

    @property
    def root(self) -> bool:
        """Return whether this is a StreamResponse."""
        return bool(self.prefix)


class Reads:
    """The reads of one call's response: what replaces them, and how far the site may go for them."""

    def __init__(self, scopes: Scopes, target: str) -> None:
        self.scopes = scopes
        self.target = target
        self.replaced: dict[ast.expr, Code] = {}
        self.facets: list[Facet] = []

    def follow_call(self, node: ast.expr, response: str, result: str = "", reason: str = "") -> None:
        """Follow the response of a call (or of its `await`); `result` is the place in v2's answer that v1 returned.

        What replaces the call itself is the caller's to say. Raises Held where a use is not understood.
        """
        parent = self.scopes.parent(node)
        if isinstance(parent, ast.Expr):
            return
        if result == "none":
            raise Held(kinds.RESPONSE, reason or "the v2 answer has another shape")
        whole = Shape(sdk.parse_type(response or "Response"), "data.")
        if result:
            model = sdk.model(response, self.target)
            assert model is not None
            self._follow(node, Shape(model.fields[result].type))
            return
        self._follow(node, whole)

    def follow_name(self, target: ast.Name, response: str, result: str = "", reason: str = "") -> None:
        """Follow the response of a call from the name that it is unpacked into. Raises Held as `follow_call` does."""
        if result == "none":
            raise Held(kinds.RESPONSE, reason or "the v2 answer has another shape")
        if result:
            raise Held(kinds.RESPONSE, "the response is unpacked together with others; read it beside its call")
        self._name(target, Shape(sdk.parse_type(response or "Response"), "data."))

    def _follow(self, node: ast.expr, shape: Shape) -> None:
        parent = self.scopes.parent(node)
        if isinstance(parent, ast.Expr):
            return None
        if not shape.root and self._keeps_its_shape(shape.type):
            return None
        if self._is_test(node, parent):
            if shape.root or shape.type.kind != "model":
                return None
        elif isinstance(parent, ast.Compare) and self._compares_to_none(parent, node):
            return None
        elif isinstance(parent, ast.Subscript) and parent.value is node:
            return self._subscript(parent, shape)
        elif isinstance(parent, ast.Attribute):
            return self._attribute(parent, shape)
        elif isinstance(parent, ast.Compare) and self._tests_key(parent, node):
            return self._contains(parent, shape)
        elif isinstance(parent, ast.Assign) and parent.value is node:
            if len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
                return self._name(parent.targets[0], shape)
        elif isinstance(parent, ast.NamedExpr):
            self._name(parent.target, shape)
            return self._follow(parent, shape)
        elif shape.type.kind == "list" and not shape.root:
            if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.iter is node:
                if isinstance(parent.target, ast.Name):
                    return self._name(parent.target, Shape(shape.type.items[0]))
            elif isinstance(parent, ast.Call) and self._is_len(parent):
                return None
        elif shape.type.kind == "map" and isinstance(parent, ast.Call) and self._is_len(parent):
            return None
        raise Held(kinds.RESPONSE, self._escape(node, parent, shape))

    def _escape(self, node: ast.expr, parent: ast.AST | None, shape: Shape) -> str:
        what = "the response" if shape.root else f"`{_short(node)}`"
        if shape.type.kind == "time":
            return f"{what} is a datetime in v2 and was a string: convert it where it is used"
        if isinstance(parent, ast.Return):
            return f"{what} is returned, and its shape changes for the callers"
        if isinstance(parent, (ast.Call, ast.keyword)):
            return f"{what} is passed on, and its shape changes for the code that gets it"
        return f"{what} is used in a way that is not followed; read its values beside the call"

    def _keeps_its_shape(self, type: sdk.Type) -> bool:
        if type.kind in ("scalar", "any"):
            return True
        return type.kind in ("list", "map") and self._keeps_its_shape(type.items[0])

    def _is_test(self, node: ast.expr, parent: ast.AST | None) -> bool:
        if isinstance(parent, (ast.If, ast.While, ast.IfExp, ast.Assert)):
            return parent.test is node
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

    def _tests_key(self, parent: ast.Compare, node: ast.expr) -> bool:
        return (
            len(parent.ops) == 1
            and isinstance(parent.ops[0], (ast.In, ast.NotIn))
            and parent.comparators[0] is node
            and isinstance(parent.left, ast.Constant)
            and isinstance(parent.left.value, str)
        )

    def _is_len(self, parent: ast.Call) -> bool:
        return (
            isinstance(parent.func, ast.Name)
            and parent.func.id == "len"
            and not self.scopes.lookup(parent.func)[1]
            and len(parent.args) == 1
        )

    def _field(self, shape: Shape, key: str) -> tuple[sdk.Field | None, bool]:
        """Return a model's field by its v1 key, or None and whether the key is custom data."""
        model = sdk.model(shape.type.name, self.target) if shape.type.kind == "model" else None
        if model is None:
            raise Held(kinds.READ, f"`{key}` is read from something that has no fields in v2")
        for field in model.fields.values():
            if field.wire == key:
                return field, False
        if "custom" in model.fields and model.fields["custom"].type.kind == "map":
            return None, True
        raise Held(kinds.READ, f"{shape.type.name} of v2 has no `{key}`")

    def _subscript(self, parent: ast.Subscript, shape: Shape) -> None:
        if not isinstance(parent.ctx, ast.Load):
            raise Held(kinds.READ, "the response is changed in place")
        key = parent.slice
        if shape.type.kind in ("list", "map") and not shape.root:
            self._follow(parent, shape if isinstance(key, ast.Slice) else Shape(shape.type.items[0]))
            return
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            raise Held(kinds.READ, "which key is read is not known here")
        field, custom = self._field(shape, key.value)
        if custom:
            self.replaced[parent] = Item(Dotted(Src(parent.value), f"{shape.prefix}custom"), Src(key))
            return
        assert field is not None
        self.replaced[parent] = Dotted(Src(parent.value), shape.prefix + field.name)
        if not field.required:
            self._missing(parent, field)
        self._follow(parent, Shape(field.type))

    def _missing(self, node: ast.Subscript, field: sdk.Field) -> None:
        """Say what a missing field does: a KeyError in v1, None in v2."""
        further = field.type.kind in ("model", "list", "map") and isinstance(
            self.scopes.parent(node), (ast.Subscript, ast.Attribute, ast.For, ast.comprehension)
        )
        if further and not self._key_error_is_caught(node):
            return
        self.facets.append(
            Facet(
                "response",
                Applicability.UNSAFE,
                f"`{_short(node)}` raises KeyError in v1 where the field is missing, and is None in v2",
                kinds.READ.id,
            )
        )

    def _key_error_is_caught(self, node: ast.AST) -> bool:
        for ancestor in self.scopes.ancestors(node):
            if isinstance(ancestor, ast.Try):
                for handler in ancestor.handlers:
                    if handler.type is not None and "KeyError" in ast.unparse(handler.type):
                        return True
        return False

    def _attribute(self, parent: ast.Attribute, shape: Shape) -> None:
        call = self.scopes.parent(parent)
        if not isinstance(call, ast.Call) or call.func is not parent:
            raise Held(kinds.READ, f"`.{parent.attr}` of the response is not called")
        if shape.root and parent.attr in _SAME_METHODS and not call.args:
            return None
        if shape.root and parent.attr == "is_ok" and not call.args:
            self.replaced[call] = Infix(("(200 <= ", Dotted(Src(parent.value), "status_code()"), " < 300)"))
            return None
        if parent.attr == "get" and 1 <= len(call.args) <= 2 and not call.keywords:
            return self._get(parent, call, shape)
        raise Held(kinds.READ, f"`.{parent.attr}(…)` of the response has no counterpart in v2")

    def _get(self, parent: ast.Attribute, call: ast.Call, shape: Shape) -> None:
        key = call.args[0]
        default = call.args[1] if len(call.args) == 2 else None
        if shape.type.kind == "map" and not shape.root:
            if default is not None and not self._keeps_its_shape(shape.type.items[0]):
                raise Held(kinds.READ, "the default would have another shape than the values")
            self._follow(call, Shape(shape.type.items[0]))
            return
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            raise Held(kinds.READ, "which key is read is not known here")
        field, custom = self._field(shape, key.value)
        if custom:
            self.replaced[parent] = Dotted(Src(parent.value), f"{shape.prefix}custom.get")
            return
        assert field is not None
        self.replaced[call] = self._with_default(
            parent.value, Dotted(Src(parent.value), shape.prefix + field.name), call, field
        )
        self._follow(call, Shape(field.type))

    def _with_default(self, held: ast.expr, read: Code, call: ast.Call, field: sdk.Field) -> Code:
        """Return the read of a field with the default of `.get(key, default)`."""
        default = call.args[1] if len(call.args) == 2 else None
        if default is None or field.required or (isinstance(default, ast.Constant) and default.value is None):
            if default is not None and not is_pure(default):
                raise Held(kinds.ORDER, "the default would no longer be evaluated")
            return read
        if not is_pure(held) or held in self.replaced:
            raise Held(kinds.READ, "put the response into a variable before reading it with a default")
        if not self._keeps_its_shape(field.type) and not self._is_plain_end(call):
            raise Held(kinds.READ, f"the default of `{field.wire}` would have another shape than the value")
        return Conditional(Infix((read, " is not None")), read, Src(default))

    def _is_plain_end(self, call: ast.Call) -> bool:
        """Return whether a list with a default is only counted or looped over, where an empty list does as well."""
        parent = self.scopes.parent(call)
        looped = isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is call
        return looped or (isinstance(parent, ast.Call) and self._is_len(parent))

    def _contains(self, parent: ast.Compare, shape: Shape) -> None:
        key = parent.left
        assert isinstance(key, ast.Constant) and isinstance(key.value, str)
        held = parent.comparators[0]
        if shape.type.kind == "map" and not shape.root:
            return
        field, custom = self._field(shape, key.value)
        negated = isinstance(parent.ops[0], ast.NotIn)
        if custom:
            word = " not in " if negated else " in "
            self.replaced[parent] = Infix((Src(key), word, Dotted(Src(held), f"{shape.prefix}custom")))
            return
        assert field is not None
        word = " is None" if negated else " is not None"
        self.replaced[parent] = Infix((Dotted(Src(held), shape.prefix + field.name), word))

    def _name(self, target: ast.Name, shape: Shape) -> None:
        binding = self.scopes.binding(target)
        assert binding is not None
        scope = binding.scope
        for load in self.scopes.loads(scope, target.id):
            reaching = self._reaching(load, scope, target.id)
            if reaching is None:
                raise Held(kinds.RESPONSE, f"which value `{target.id}` has at line {load.lineno} is not known")
            if reaching is target:
                self._follow(load, shape)
        if any(one.kind in ("augassign", "global") for one in self.scopes.bindings(scope, target.id)):
            raise Held(kinds.RESPONSE, f"`{target.id}` is shared or changed in place")

    def _reaching(self, load: ast.Name, scope: Scope, name: str) -> ast.AST | None:
        """Return the one binding whose value a read sees, or None when several may be."""
        bindings = [one for one in self.scopes.bindings(scope, name) if one.kind != "global"]
        if len(bindings) == 1:
            return bindings[0].node
        if self.scopes.scope(load) is not scope and self._function(load) is not self._function(bindings[0].node):
            return None
        at = (load.lineno, load.col_offset)
        before = [one for one in bindings if _end(self.scopes, one) <= at]
        if not before:
            return None
        last = max(before, key=lambda one: _end(self.scopes, one))
        if not self._dominates(last, load):
            return None
        later = [one for one in bindings if one not in before]
        for loop in self._loops(load):
            if self._inside(last.node, loop):
                break
            if any(self._inside(one.node, loop) for one in later):
                return None
        return last.node

    def _function(self, node: ast.AST) -> ast.AST | None:
        for ancestor in self.scopes.ancestors(node):
            if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)):
                return ancestor
        return None

    def _dominates(self, binding: Binding, load: ast.Name) -> bool:
        """Return whether every way to the read passes the binding: the read stands in its block or below it."""
        owner = self.scopes.parent(binding.node)
        if isinstance(owner, (ast.For, ast.AsyncFor, ast.comprehension, ast.withitem)):
            body = self.scopes.parent(owner) if isinstance(owner, (ast.withitem, ast.comprehension)) else owner
            return body is not None and self._inside(load, body)
        return self.scopes.dominates(self.scopes.statement(binding.node), load)

    def _loops(self, node: ast.AST) -> list[ast.AST]:
        return [one for one in self.scopes.ancestors(node) if isinstance(one, (ast.For, ast.AsyncFor, ast.While))]

    def _inside(self, node: ast.AST, outer: ast.AST) -> bool:
        return node is outer or any(one is outer for one in self.scopes.ancestors(node))


def _short(node: ast.expr) -> str:
    """Return an expression's text, cut in the middle where it is long: the end says what is read."""
    text = ast.unparse(node)
    return text if len(text) <= 48 else f"{text[:12]}…{text[-32:]}"


def _end(scopes: Scopes, binding: Binding) -> tuple[int, int]:
    """Return the place from which a binding's value can be read."""
    node = binding.node
    statement = scopes.statement(node)
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return (statement.end_lineno or statement.lineno, statement.end_col_offset or 0)
    return (getattr(node, "end_lineno", 0) or 0, getattr(node, "end_col_offset", 0) or 0)
