"""`stream_chat.types`: members of enumerations as their values, typed dictionaries as the dictionaries that they are."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Code, Dict, Raw, Src
from streammigrate.codemod.cohorts import Use
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.forms.same_names import SameNames
from streammigrate.codemod.lower import Held
from streammigrate.codemod.model import Applicability, Facet
from streammigrate.codemod.names import Names
from streammigrate.codemod.resolve import Confidence, Resolver
from streammigrate.codemod.scopes import Scopes
from streammigrate.rules import sdk
from streammigrate.rules.catalogue import rule_named
from streammigrate.rules.model import Rule

_DATACLASS = "dataclasses.dataclass"
_PLAIN_DECORATORS = frozenset({"staticmethod", "classmethod", "property"})
_DEPTH = 6
_SHOWN = "a plain number takes the member's place: it is printed otherwise, and has no `.name` and no `.value`"


class Moving(NamedTuple):
    """What moves of the file's calls."""

    calls: Collection[ast.expr]
    """The calls that are rewritten."""
    kept: Collection[int]
    """The ids of the names that are still read after that."""
    left: Collection[ast.expr]
    """The calls that are known to stay: what is in their arguments stays with them."""
    stays: bool
    """Whether a call of stream-chat stays."""


class File(NamedTuple):
    """What is known of the file, and how far a draft may go in it."""

    scopes: Scopes
    resolver: Resolver
    names: Names
    judge: Callable[[Draft], None]
    """Completes a draft with what the settings, the comments and the proofs say of it."""
    exported: Collection[str]
    """The names that other files import from this one; `*` where they import all of it."""
    unsafe: bool


def plan(uses: Iterable[Use], file: File, moving: Moving) -> list[Draft]:
    """Return a draft for each use of a type, and of a member of one, that rewritten calls do not take along."""
    return _Types(file, moving).plan(uses)


class _Types:
    def __init__(self, file: File, moving: Moving) -> None:
        self.scopes = file.scopes
        self.resolver = file.resolver
        self.file = file
        self.moving = moving

    def plan(self, uses: Iterable[Use]) -> list[Draft]:
        drafts: list[Draft] = []
        classes: list[Draft] = []
        for use in uses:
            rule = _rule_of(use)
            if rule is None or self._is_gone(use.subject) or self._is_passed_on(use):
                continue
            draft = Draft(use, rule.id, rule.v1.rpartition(".")[2], use.node)
            draft.notes += rule.notes
            try:
                self._plan(draft, rule)
            except Held as held:
                draft.hold(held, "arguments")
            if rule.data["kind"] == "class" and not draft.replaced and draft.applicability is not Applicability.MANUAL:
                classes.append(draft)
            if self.moving.stays and draft.applicability is not Applicability.MANUAL:
                text = "calls of this file stay with stream-chat, and its types with them"
                draft.facets.append(Facet("cohort", Applicability.MANUAL, text, kinds.COHORT.id))
            drafts.append(draft)
        self._keep_quoted(drafts)
        for draft in drafts:
            self.file.judge(draft)
        self._name(classes)
        return drafts

    def _plan(self, draft: Draft, rule: Rule) -> None:
        use = draft.use
        if use.receiver.confidence is not Confidence.PROVEN:
            raise Held(kinds.RECEIVER, "the name may be bound to something else")
        kind = rule.data["kind"]
        if kind == "enum" and use.kind == "reference" and use.member in rule.data["members"]:
            self._member(draft, use.member, rule.data["members"][use.member])
        elif kind == "typed_dict" and use.kind == "construct":
            self._built(draft)
        elif use.kind in ("annotation", "type_test") and rule.data.get("holds") and self.file.names.helps:
            self._response(draft)
        elif use.kind == "annotation":
            self._annotation(draft, rule)
        elif kind == "class" and use.kind == "type_test" and "attributes" in rule.data:
            self._counterpart(draft)
        else:
            raise Held(kinds.ESCAPE, f"{draft.member} is used as a value here; getstream has nothing in its place")

    def _is_gone(self, node: ast.expr) -> bool:
        """Return whether an expression is in code that a rewritten call does without."""
        names = [id(part) for part in ast.walk(node) if isinstance(part, ast.Name)]
        return bool(names) and not any(name in self.moving.kept for name in names)

    def _is_passed_on(self, use: Use) -> bool:
        """Return whether a type is no site of its own: in a call that stays, or a variable that holds a member.

        What sets a variable is the place to change.
        """
        if any(around in self.moving.left for around in self.scopes.ancestors(use.subject)):
            return True
        if use.kind != "reference":
            return False
        node = use.node
        return not isinstance(node, ast.Attribute) or self.resolver.symbol(node.value) not in _qualnames(use)

    # Members of enumerations

    def _member(self, draft: Draft, name: str, value: str | int) -> None:
        node = draft.node
        assert isinstance(node, ast.Attribute)
        parent = self.scopes.parent(node)
        if isinstance(parent, ast.Attribute):
            if parent.attr not in ("value", "name"):
                raise Held(kinds.ESCAPE, f"`{ast.unparse(parent)}` has no counterpart in a plain value")
            draft.forms.append(parent.attr)
            draft.node = parent
            draft.replaced[parent] = Raw(_literal(value if parent.attr == "value" else name))
            return
        if isinstance(value, int):
            draft.forms.append("number")
            if not self._is_number(node, _DEPTH):
                draft.facets.append(Facet("arguments", Applicability.UNSAFE, _SHOWN, kinds.LOSS.id))
        else:
            draft.forms.append("text")
            draft.replaced.update(self._read_values(node))
        text = _literal(value)
        draft.replaced[node] = Raw(f"({text})" if isinstance(parent, (ast.BinOp, ast.UnaryOp)) else text)

    def _is_number(self, node: ast.expr, depth: int) -> bool:
        """Return whether a member of an enumeration of numbers is nothing but its number where it goes."""
        parent = self.scopes.parent(node)
        if depth == 0 or parent is None:
            return False
        if any(ancestor in self.moving.calls for ancestor in self.scopes.ancestors(node)):
            return True
        if isinstance(parent, ast.IfExp):
            return parent.test is node or self._is_number(parent, depth - 1)
        if isinstance(parent, (ast.Tuple, ast.List, ast.Set)):
            around = self.scopes.parent(parent)
            return isinstance(around, ast.Compare) and parent in around.comparators
        if isinstance(parent, ast.Compare):
            return not any(isinstance(op, (ast.Is, ast.IsNot)) for op in parent.ops)
        if isinstance(parent, ast.Assign):
            loads = self._loads(parent)
            return loads is not None and all(self._is_gone(one) or self._is_number(one, depth - 1) for one in loads)
        return isinstance(parent, (ast.Dict, ast.BinOp, ast.UnaryOp))

    def _read_values(self, node: ast.expr) -> dict[ast.expr, Code]:
        """Return the reads of `.value` of the variable that a member is put into; raise Held for any other use."""
        parent = self.scopes.parent(node)
        loads = self._loads(parent) if isinstance(parent, ast.Assign) else None
        if loads is None:
            raise Held(
                kinds.UNKNOWN_VALUE,
                f"v2 takes text for `{ast.unparse(node)}`; where the member goes cannot be seen here",
            )
        found: dict[ast.expr, Code] = {}
        for load in loads:
            attribute = self.scopes.parent(load)
            if isinstance(attribute, ast.Attribute) and attribute.attr == "value":
                found[attribute] = Src(load)
            elif not self._is_gone(load):
                text = f"`{load.id}` at line {load.lineno} holds a member of stream-chat's, which v2 takes as text"
                raise Held(kinds.UNKNOWN_VALUE, text)
        return found

    def _loads(self, statement: ast.Assign) -> Sequence[ast.Name] | None:
        """Return the reads of the one variable that a statement alone sets, or None."""
        target = statement.targets[0]
        if len(statement.targets) != 1 or not isinstance(target, ast.Name):
            return None
        binding = self.scopes.binding(target)
        if binding is None or len(self.scopes.bindings(binding.scope, target.id)) != 1 or binding.scope.kind == "class":
            return None
        if binding.scope.kind == "module" and ({target.id, "*"} & set(self.file.exported)):
            return None
        loads = self.scopes.loads(binding.scope, target.id)
        # A variable of the module that nothing reads is there for other files.
        return loads if loads else None

    # Annotations and dictionaries

    def _annotation(self, draft: Draft, rule: Rule) -> None:
        node, kind = draft.node, rule.data["kind"]
        if rule.data.get("holds") or (kind == "enum" and not _is_numbers(rule)):
            what = "an object with the answer in `data`" if rule.data.get("holds") else "plain text"
            raise Held(
                kinds.ESCAPE, f"what is annotated as {draft.member} is {what} in v2; change it with what is passed"
            )
        if self._is_read_at_run_time(node):
            raise Held(
                kinds.ESCAPE, f"the annotation may be read while the program runs; {draft.member} checks its keys"
            )
        if kind == "class":
            self._counterpart(draft)
            return
        if kind == "typed_dict":
            text = f"dict[str, {self.file.names.use('typing', 'Any')}]"
        else:
            text = "int" if kind == "enum" else "str"
        if isinstance(node, ast.Constant):
            _check_quoted(node)
            text = f'"{text}"'
        draft.replaced[node] = Raw(text)

    def _is_read_at_run_time(self, node: ast.expr) -> bool:
        """Return whether an annotation stands where a library may read it: fields of models, decorated functions."""
        for around in self.scopes.ancestors(node):
            if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                names = [
                    self.resolver.symbol(_called(one)) or ast.unparse(_called(one)) for one in around.decorator_list
                ]
                if isinstance(around, ast.ClassDef):
                    return bool(around.bases) or any(name != _DATACLASS for name in names)
                inside = any(node in ast.walk(statement) for statement in around.body)
                return not inside and any(name not in _PLAIN_DECORATORS for name in names)
        return False

    def _built(self, draft: Draft) -> None:
        """Plan `SegmentData(name=…)`, which makes a dictionary."""
        call = draft.node
        assert isinstance(call, ast.Call)
        if call.args or any(keyword.arg is None for keyword in call.keywords):
            raise Held(kinds.OPAQUE, "the keys are not written out here; make a dictionary of them")
        items = tuple((Raw(_literal(keyword.arg or "")), Src(keyword.value)) for keyword in call.keywords)
        draft.replaced[call] = Dict(items)

    def _keep_quoted(self, drafts: Sequence[Draft]) -> None:
        """Hold the annotations of a type back where it stays in quotes: its import would go with them."""
        for quoted in drafts:
            if not isinstance(quoted.use.subject, ast.Constant) or quoted.applicability is not Applicability.MANUAL:
                continue
            text = f"the type is named in quotes at line {quoted.node.lineno}, which stays"
            for draft in drafts:
                if draft.rule == quoted.rule and draft is not quoted and draft.use.kind != "reference":
                    draft.facets.append(Facet("cohort", Applicability.MANUAL, text, kinds.COHORT.id))

    # Classes

    def _counterpart(self, draft: Draft) -> None:
        if isinstance(draft.node, ast.Constant):
            _check_quoted(draft.node)
            raise Held(kinds.ESCAPE, f"{draft.member} is named in quotes; name getstream's class there")
        if not self.moving.calls:
            raise Held(kinds.COHORT, "no call of this file moves, so what is annotated stays")
        draft.forms.append(draft.use.kind)

    def _response(self, draft: Draft) -> None:
        """Plan what names the class of responses: those that go anywhere have v1's shape, which is a class of the helpers."""
        if not self.moving.calls:
            raise Held(kinds.COHORT, "no call of this file moves, so what is annotated stays")
        text = self.file.names.helper("V1Response")
        if isinstance(draft.node, ast.Constant):
            _check_quoted(draft.node)
            text = f'"{text}"'
        draft.replaced[draft.node] = Raw(text)

    def _name(self, classes: Sequence[Draft]) -> None:
        going = [draft for draft in classes if draft.moves(self.file.unsafe)]
        named = SameNames(self.scopes, self.file.names, [draft.node for draft in going])
        for draft in going:
            rule = _rule_of(draft.use)
            assert rule is not None
            text, imports = named.use(draft.node, rule.data["class"])
            draft.imports += imports
            draft.replaced[draft.node] = Raw(text)


def _qualnames(use: Use) -> Collection[str]:
    cls = sdk.v1_classes().get(use.receiver.cls)
    return (use.receiver.cls,) if cls is None else cls.qualnames


def _rule_of(use: Use) -> Rule | None:
    found = [rule_named(name) for name in _qualnames(use)]
    return next((rule for rule in found if rule is not None and rule.form == "types"), None)


def _is_numbers(rule: Rule) -> bool:
    return all(isinstance(value, int) for value in rule.data["members"].values())


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _check_quoted(node: ast.Constant) -> None:
    if not isinstance(node.value, str) or not node.value.replace(".", "").isidentifier():
        raise Held(kinds.ESCAPE, "the annotation is text that holds more than a name")


def _literal(value: str | int) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
