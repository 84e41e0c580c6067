"""The question that everybody asks: what is this expression, how sure is that, and why."""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping, Sequence
from types import MappingProxyType

from streammigrate.codemod.resolve import sdk
from streammigrate.codemod.resolve.definitions import Definitions
from streammigrate.codemod.resolve.engine import Engine, is_foreign
from streammigrate.codemod.resolve.model import Confidence, Holder, Receiver, Standing, Step, holder_in
from streammigrate.codemod.resolve.program import Alone, Program
from streammigrate.codemod.resolve.reach import Reach
from streammigrate.codemod.resolve.values import (
    MOCK,
    Function,
    Items,
    Nothing,
    OwnClass,
    OwnInstance,
    OwnModule,
    Sdk,
    SdkMethod,
    Symbol,
    Unknown,
    Value,
    Wrapped,
    contents,
    holds_sdk,
)
from streammigrate.codemod.scopes import FunctionNode, Scope

_NONE: Mapping[str, str] = MappingProxyType({})


class Programs:
    """What the resolvers of the files of one program share. The files must be in the program's forest already."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.engine = Engine(program)
        self.definitions = Definitions(self.engine)
        self.reach = Reach(program.forest.nodes, program.declarations)


class Resolver:
    """Answers for one file of a program, or for a file that stands alone.

    Alone, `module` is its dotted name where that is known; it makes relative imports absolute. `declarations` says by
    dotted name what cannot be inferred: `{"app.clients.chat": "stream_chat.StreamChat"}`; a name that ends in `()`
    speaks of what calling it returns.
    """

    def __init__(
        self,
        tree: ast.Module | None = None,
        *,
        declarations: Mapping[str, str] = _NONE,
        module: str = "",
        within: Programs | None = None,
        path: str = "",
    ) -> None:
        if within is None:
            assert tree is not None
            program = Program(Alone(module), declarations)
            program.forest.add(tree, path)
            within = Programs(program)
        self.scopes = within.program.forest.files[path]
        self.tree = self.scopes.tree
        self._engine = within.engine
        self._reach = within.reach
        self._definitions = within.definitions
        self._answers: dict[ast.expr, Receiver] = {}

    @property
    def program(self) -> Program:
        """The program that the file is of."""
        return self._engine.program

    def receiver(self, expr: ast.expr) -> Receiver | None:
        """Return what object of stream-chat an expression is or may be; None where it is none as far as is known.

        Confidence UNKNOWN means that it may be one, and may be anything else.
        """
        answer = self.explain(expr)
        return answer if answer.cls and answer.confidence is not Confidence.OTHER else None

    def may_be(self, expr: ast.expr) -> bool:
        """Return whether an expression is worth a question: False where nothing of the SDK's can reach it."""
        return self._reach.mentions(expr) or self._engine.program.assumption(expr) is not None

    def explain(self, expr: ast.expr) -> Receiver:
        """Return what an expression is, also where that is nothing of stream-chat's."""
        found = self._answers.get(expr)
        if found is None:
            found = self._answers[expr] = self._judge(expr, self._engine.value(expr))
        return found

    def function(self, expr: ast.expr) -> FunctionNode | None:
        """Return the one function of the project that an expression refers to."""
        return self._definitions.function(expr)

    def symbol(self, expr: ast.expr) -> str | None:
        """Return the dotted name, as imported, of the thing that an expression refers to; None for what is made here.

        A fallback for a failed import (None, or a class of the file) does not hide it: see `referent`.
        """
        dotted = self._engine.symbol_of(self._engine.value(expr))
        return None if dotted is None or dotted.startswith("builtins.") or "()" in dotted else dotted

    def referent(self, expr: ast.expr) -> Receiver | None:
        """Return the class, function or module of stream-chat that an expression refers to, by its dotted name.

        Confidence is LIKELY where the name may be bound to something else instead, as after a failed import.
        """
        return self._refer(self._engine.value(expr), expr)

    def annotation(self, expr: ast.expr) -> Receiver | None:
        """Return the same for a name in an annotation, which may be bound below it, or only for type checkers."""
        return self._static(expr, self.scopes.scope(expr))

    def is_typing(self, expr: ast.expr) -> bool:
        """Return whether an expression in front of brackets makes a type of what is in them."""
        dotted = self._engine.annotations.dotted(expr, self.scopes.scope(expr)) or ""
        return dotted.partition(".")[0] in ("typing", "typing_extensions", "collections", "contextlib", "builtins")

    def aliased(self, expr: ast.expr) -> tuple[tuple[Holder, Receiver], ...]:
        """Return the name that a name in an annotation stands for, with the SDK's class in the type that it is given."""
        if not isinstance(expr, (ast.Name, ast.Attribute)):
            return ()
        scope = self.scopes.scope(expr)
        source = self._engine.annotations.origin(expr, scope)
        meant = None if source is None else self._engine.annotations.alias(expr, scope)
        if source is None or meant is None or not isinstance(meant, (ast.Subscript, ast.BinOp, ast.Call, ast.Constant)):
            return ()
        parsed = self._engine.annotations.parsed
        quoted = [parsed(node) for node in ast.walk(meant) if isinstance(node, ast.Constant)]
        for node in (part for tree in (meant, *quoted) if tree is not None for part in ast.walk(tree)):
            if isinstance(node, (ast.Name, ast.Attribute)):
                found = self._static(node, source[0])
                if found is not None:
                    return ((holder_in("variable", *source), found),)
        return ()

    def quoted(self, text: ast.Constant) -> tuple[Receiver, ...]:
        """Return the classes and other things of stream-chat that a quoted annotation names."""
        tree = self._engine.annotations.parsed(text)
        found: list[Receiver] = []
        stack: list[ast.AST] = [] if tree is None else [tree]
        while stack:
            node = stack.pop()
            named = self._static(node, self.scopes.scope(text)) if isinstance(node, (ast.Name, ast.Attribute)) else None
            if named is not None:
                found.append(named)
            else:
                stack.extend(ast.iter_child_nodes(node))
        return tuple(dict.fromkeys(found))

    def exported(self, name: str) -> Receiver | None:
        """Return what of stream-chat's a global name of the module is, or gives when it is called."""
        value = self._engine.names.anywhere(self.scopes.module, name)
        here = ast.copy_location(ast.Constant(name), self.tree.body[0]) if self.tree.body else ast.Constant(name)
        answer = self._judge(here, value)
        return answer if answer.cls else self._refer(value, here) or self._later(here, value)

    def later(self, expr: ast.expr) -> Receiver | None:
        """Return what object a function gives when it is called, or a coroutine or generator when it is run."""
        return self._later(expr, self._engine.value(expr))

    def standing(self, base: ast.expr | str, names: Sequence[str]) -> Standing | None:
        """Return what of stream-chat's, or else, is behind a chain of names; None where that is not known.

        The chain begins at an expression of the file, or at a dotted name of stream-chat; empty for the module's own names.
        """
        if isinstance(base, ast.expr):
            value = self._engine.value(base)
        elif base:
            value = (Symbol(base),)
        else:
            value = self._engine.names.anywhere(self.scopes.module, names[0])
            names = names[1:]
        here: ast.expr = base if isinstance(base, ast.expr) else ast.Constant(0, lineno=1, col_offset=0)
        for name in names:
            value = self._engine.attribute_of(value, name, None)
        return self._standing(here, value)

    def module(self, expr: ast.expr) -> str | None:
        """Return the file of the project's module that an expression is; None for anything else."""
        value = self._engine.value(expr)
        return value[0].path if len(value) == 1 and isinstance(value[0], OwnModule) else None

    def _standing(self, here: ast.expr, value: Value) -> Standing | None:
        if len(value) == 1 and isinstance(value[0], SdkMethod):
            return Standing("method", _receiver((value[0].owner,), Confidence.PROVEN), value[0].name)
        if len(value) == 1 and isinstance(value[0], Symbol):
            owner, _, member = value[0].dotted.rpartition(".")
            if sdk.class_named(owner):
                return Standing("class_method", Receiver(sdk.class_named(owner), Confidence.PROVEN), member)
        answer = self._judge(here, value)
        if answer.cls:
            return Standing("object", answer)
        referent = self._refer(value, here)
        if referent is not None:
            return Standing("class", referent)
        later = self._later(here, value)
        if later is not None:
            return Standing("factory", later)
        is_known = bool(value) and not any(isinstance(atom, Unknown) for atom in value)
        return Standing("other", answer) if is_known else None

    def fixture(self, name: str, function: FunctionNode) -> FunctionNode | None:
        """Return the fixture that a test or another fixture gets by a name."""
        return self._engine.adapters.fixture(name, function)

    def home(self, cls: ast.ClassDef, attr: str) -> Holder:
        """Return the definition of an attribute of a class's objects, which the class shares with those that it inherits from."""
        return self._engine.classes.holder(OwnInstance(cls, exact=False), attr)

    def attribute_holders(self, target: ast.Attribute) -> tuple[Holder, ...]:
        """Return the attributes of the file's own classes that a store goes to; none for another object's."""
        value = self._engine.value(target.value)
        if not value or not all(isinstance(atom, (OwnInstance, OwnClass, Nothing)) for atom in value):
            return self._engine.adapters.attribute_holders(target)
        return self._held(self._engine.attribute_of(value, target.attr, target), target.attr)

    def field_holders(self, node: ast.AST, name: str) -> tuple[Holder, ...]:
        """Return the attribute that an annotation in the body of a class declares."""
        if not isinstance(node, ast.ClassDef):
            return ()
        return self._held(self._engine.attribute_of((OwnInstance(node, exact=False),), name, node), name)

    def argument_holders(self, call: ast.Call, argument: ast.expr | ast.keyword) -> tuple[Holder, ...] | None:
        """Return the parameters, or fields of a dataclass, of this file that an argument becomes.

        None where the call goes, or may go, to code that is not in view.
        """
        found = self._engine.functions.receives(call, argument)
        if found is not None:
            if not all(self.keeps(arg) for arg in found):
                return None
            return tuple(holder_in("parameter", self.scopes.scope(arg), arg.arg) for arg in found)
        value = self._engine.value(call.func)
        held: list[Holder] = []
        for atom in value:
            if isinstance(atom, Nothing):
                continue
            field = self._engine.classes.field(atom.node, call, argument) if isinstance(atom, OwnClass) else None
            if field is None:
                return None
            held += self._held(self._engine.attribute_of((atom,), field, call), field)
        return tuple(held) or None

    def possible_holders(self, call: ast.Call, argument: ast.expr | ast.keyword) -> tuple[Holder, ...]:
        """Return the parameters in view that an argument may become, where the call may go elsewhere, too."""
        found = self._engine.functions.may_receive(call, argument)
        return tuple(holder_in("parameter", self.scopes.scope(arg), arg.arg) for arg in found)

    def contents(self, expr: ast.expr) -> Receiver | None:
        """Return what objects of stream-chat a container holds; None where an expression is no container of such."""
        value = self._engine.value(expr)
        if not any(isinstance(atom, Items) and atom.holds for atom in value):
            return None
        answer = self._judge(expr, tuple(atom for atom in contents(value) if isinstance(atom, Sdk)))
        return answer if answer.cls else None

    def item_holders(self, target: ast.Subscript) -> tuple[Holder, ...]:
        """Return what stands for the key of a framework's object that a store goes to; none for another object."""
        key = target.slice.value if isinstance(target.slice, ast.Constant) else None
        return self._engine.adapters.item_holders(target.value, key)

    def put_holders(self, call: ast.Call, argument: ast.expr | ast.keyword) -> tuple[Holder, ...]:
        """Return the same for an argument that a method puts there."""
        value = argument.value if isinstance(argument, ast.keyword) else argument
        return self._engine.adapters.put_holders(call, value)

    def carrier(self, call: ast.Call) -> Holder | None:
        """Return what carries the object that a call asks a framework for by its class: `ctx.find_object(StreamChat)`."""
        return self._engine.adapters.carrier(call)

    def container_holders(self, expr: ast.expr) -> tuple[Holder, ...] | None:
        """Return the definition of a container whose contents are followed; None for anything else."""
        if not any(isinstance(atom, Items) for atom in self._engine.value(expr)):
            return None
        found = self._engine.containers.holder(expr)
        return None if found is None else (found,)

    def keeps(self, target: ast.AST) -> bool:
        """Return whether a name or a function that is given an object is known to have it: an annotation may hide it."""
        if isinstance(target, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self._shows(self._engine.functions.result(target))
        binding = self.scopes.binding(target)
        return binding is not None and self._shows(self._engine.binding(binding))

    def _shows(self, value: Value) -> bool:
        return holds_sdk(value) or any(
            isinstance(atom, SdkMethod)
            or (isinstance(atom, OwnInstance) and self._engine.classes.as_sdk(atom) is not None)
            for atom in value
        )

    def _held(self, value: Value, attr: str) -> tuple[Holder, ...]:
        holders = {h for atom in value if isinstance(atom, Sdk) for h in atom.holders}
        return tuple(sorted(h for h in holders if h.kind == "attribute" and h.name == attr))

    def _later(self, expr: ast.expr, value: Value) -> Receiver | None:
        for atom in value:
            inner: Value = ()
            if isinstance(atom, Wrapped):
                inner = atom.value
            elif isinstance(atom, Function):
                inner = self._engine.functions.result(atom.node)
            while inner and all(isinstance(each, Wrapped) for each in inner):
                inner = tuple(a for each in inner if isinstance(each, Wrapped) for a in each.value)
            answer = self._judge(expr, inner)
            if answer.cls:
                return answer
        return None

    def _static(self, expr: ast.expr, scope: Scope) -> Receiver | None:
        if isinstance(expr, ast.Name):
            return self._refer(self._engine.names.anywhere(scope, expr.id), expr)
        if isinstance(expr, ast.Attribute):
            dotted = self._engine.annotations.dotted(expr, scope)
            return None if dotted is None else self._refer((Symbol(dotted),), expr)
        return None

    def _refer(self, value: Value, expr: ast.expr) -> Receiver | None:
        ours = [atom for atom in value if isinstance(atom, Symbol) and sdk.is_ours(atom.dotted)]
        if not ours:
            return None
        steps, confidence = ours[0].steps, Confidence.PROVEN
        if ours[0].likely or len(value) > 1:
            confidence = Confidence.UNKNOWN if len(ours) > 1 else Confidence.LIKELY
        if any(isinstance(atom, Unknown) for atom in value):
            confidence = Confidence.UNKNOWN
        for atom in value:
            if isinstance(atom, Nothing):
                steps = (*steps, self._engine.step("None where the import fails", expr))
            elif isinstance(atom, OwnClass):
                steps = (*steps, self._engine.step(f"or the project's own class `{atom.node.name}`", atom.node))
        return Receiver(sdk.class_named(ours[0].dotted) or ours[0].dotted, confidence, steps)

    def method(self, expr: ast.expr) -> tuple[Receiver, str] | None:
        """Return the receiver and the name of the method that a local name or another expression refers to.

        This is for methods by reference that are not written `receiver.name`: `send = channel.send_message`.
        """
        value = self._engine.value(expr)
        if len(value) != 1 or not isinstance(value[0], SdkMethod):
            return None
        return _receiver((value[0].owner,), Confidence.PROVEN), value[0].name

    def unknown_sites(self, method_names: Container[str]) -> tuple[ast.Call, ...]:
        """Return the calls of methods of these names on what is not known, in the order of the source."""
        found = [
            node
            for node in self.scopes.nodes
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in method_names
            and self.explain(node.func.value).confidence is Confidence.UNKNOWN
        ]
        return tuple(sorted(found, key=lambda call: (call.lineno, call.col_offset, call.end_col_offset or 0)))

    def _judge(self, expr: ast.expr, value: Value) -> Receiver:
        found: list[Sdk] = []
        unknown: list[Unknown] = []
        others = False
        subclass = ""
        for atom in value:
            if isinstance(atom, Sdk):
                found.append(atom)
            elif isinstance(atom, OwnInstance):
                inherited = None if self._overrides(expr, atom) else self._engine.classes.as_sdk(atom)
                if inherited is None and self._delegates(expr, atom):
                    unknown.append(Unknown())
                elif inherited is None:
                    others = True
                else:
                    found.append(inherited)
                    subclass = atom.node.name
            elif isinstance(atom, OwnModule) and not atom.path:
                unknown.append(Unknown())
            elif isinstance(atom, Unknown):
                unknown.append(atom)
            elif isinstance(atom, Symbol) and not (sdk.is_ours(atom.dotted) or is_foreign(atom.dotted)):
                # What another module exports may be an object of the SDK.
                unknown.append(Unknown())
            elif not isinstance(atom, Nothing):
                # What a test puts there is moved with it.
                others = others or not (atom == MOCK and any(isinstance(one, Sdk) for one in value))
        if not found:
            confidence = Confidence.OTHER if others and not unknown else Confidence.UNKNOWN
            return Receiver("", confidence)
        steps: list[Step] = []
        step = self._engine.step
        confidence = Confidence.LIKELY if any(atom.likely for atom in found) else Confidence.PROVEN
        optional = any(isinstance(atom, Nothing) for atom in value)
        if optional and not all(atom.soft for atom in value if isinstance(atom, Nothing)):
            # A method of None ends in an AttributeError before and after alike: nothing gets past that.
            steps.append(step("or None on another way", expr))
        if others:
            confidence = Confidence.LIKELY
            steps.append(step("or something else on another way", expr))
        if unknown:
            soft = all(atom.soft for atom in unknown)
            confidence = Confidence.LIKELY if soft else Confidence.UNKNOWN
            text = "or what a caller outside this file passes" if soft else "or something that is not known"
            steps.append(step(text, expr))
        if len({atom.cls for atom in found}) > 1:
            confidence = Confidence.UNKNOWN
            steps.append(step("or " + ", or ".join(f"{atom.cls}" for atom in found[1:]), expr))
        answer = _receiver(tuple(found), confidence)
        known = confidence in (Confidence.PROVEN, Confidence.LIKELY) and not unknown
        return answer._replace(
            evidence=(*answer.evidence, *steps),
            origins=answer.origins if known else (),
            optional=optional,
            subclass=subclass,
        )

    def _delegates(self, expr: ast.expr, atom: OwnInstance) -> bool:
        """Return whether an object passes on what is looked up on it, to something that is not in view."""
        parent = self.scopes.parent(expr)
        defines = self._engine.classes.defines
        looked_up = isinstance(parent, ast.Attribute) and not defines(atom.node, parent.attr)
        return looked_up and any(defines(atom.node, name) for name in ("__getattr__", "__getattribute__"))

    def _overrides(self, expr: ast.expr, atom: OwnInstance) -> bool:
        """Return whether what is looked up on an object of a user's subclass is the subclass's own."""
        parent = self.scopes.parent(expr)
        if not (isinstance(parent, ast.Attribute) and parent.value is expr):
            return False
        return self._engine.classes.defines(atom.node, parent.attr, above=atom.above)


def _receiver(found: tuple[Sdk, ...], confidence: Confidence) -> Receiver:
    first = found[0]
    makers = [call for atom in found for maker in atom.maker for call in maker.origins]
    return Receiver(
        first.cls,
        confidence,
        first.steps,
        frozenset(holder for atom in found for holder in atom.holders),
        first.origins if len(found) == 1 else tuple(call for atom in found for call in atom.origins),
        tuple(dict.fromkeys(makers)),
    )
