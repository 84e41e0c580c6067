"""`stream_chat.webhook`: its functions, the texts of its errors, and the error class, which moves with what raises it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.calls import bind
from streammigrate.codemod.code import Arg, Call, Code, Infix, Old, Raw, Src
from streammigrate.codemod.cohorts import Use
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.forms.contents import Contents
from streammigrate.codemod.forms.errors.groups import extended, joined
from streammigrate.codemod.forms.same_names import SameNames
from streammigrate.codemod.lower import Held
from streammigrate.codemod.model import Applicability, Facet
from streammigrate.codemod.names import Names
from streammigrate.codemod.receivers import CLIENTS
from streammigrate.codemod.resolve import Confidence, Resolver
from streammigrate.codemod.scopes import Scopes
from streammigrate.rules import sdk
from streammigrate.rules.catalogue import find_rule, rule_named
from streammigrate.rules.model import Rule

MODULE = "stream_chat.webhook"
_METHODS = frozenset({"verify_and_parse_webhook", "parse_sqs", "parse_sns"})
_ERRORS = "stream_chat.base.exceptions"
_CLASS = f"{_ERRORS}.InvalidWebhookError"
_NEVER_RAISES = frozenset({"verify_signature", "GZIP_MAGIC"})
_LENGTHENED = f"{_ERRORS}.INVALID_WEBHOOK_GZIP_FAILED"
_RAISES = frozenset({"pytest.raises", "pytest.warns"})
_CAUSE = "getstream adds the cause behind this text, so that the text of an error is no longer equal to it"


class File(NamedTuple):
    """What is known of the file, and how far a draft may go in it."""

    scopes: Scopes
    resolver: Resolver
    names: Names
    contents: Contents
    judge: Callable[[Draft], None]
    """Completes a draft with what the settings, the comments and the proofs say of it."""
    handlers: Mapping[ast.expr, Code]
    """What becomes of handlers of the API's errors."""
    catcher: str
    """Another file of the project that catches what is raised here; empty where there is none."""
    unsafe: bool
    pin: str
    """The release of stream-chat that the project uses; empty where it is not known."""


def plan(uses: Iterable[Use], file: File, stays: bool) -> list[Draft]:
    """Return a draft for each function, constant and error class of webhooks that a file names.

    `stays` says that a method of a client stays which raises InvalidWebhookError.
    """
    return _Webhooks(tuple(uses), file, stays).plan()


class _Webhooks:
    def __init__(self, uses: Sequence[Use], file: File, stays: bool) -> None:
        self.uses = uses
        self.file = file
        self.scopes = file.scopes
        self.resolver = file.resolver
        self.stays = stays

    def plan(self) -> list[Draft]:
        functions, constants, classes = self._drafts()
        for draft in (*constants, *classes):
            self.file.judge(draft)
        arguments = {draft: found for draft in functions if (found := self._arguments(draft)) is not None}
        raising = [draft for draft in functions if draft.use.member not in _NEVER_RAISES]
        self._hold_back(raising, constants, classes)
        for draft in functions:
            self.file.judge(draft)
        moved = [draft for draft in raising if self._moves(draft)]
        stays = self.stays or len(moved) < len(raising)
        self._judge_errors(constants, classes, bool(moved), stays)
        both = [draft for draft in classes if self._moves(draft) and self._is_both(draft, moved, stays)]
        going = [draft for draft in (*functions, *constants, *classes) if self._moves(draft) and draft not in both]
        named = SameNames(self.scopes, self.file.names, [draft.use.subject for draft in going])
        # Names that keep their spelling come first: what is read of a module can then be called the same.
        for draft, found in sorted(arguments.items(), key=lambda item: not isinstance(item[0].use.subject, ast.Name)):
            function = _named(draft, named, _rule(draft).data["function"], draft.use.subject)
            draft.replaced[draft.node] = Call(Raw(function), tuple(found))
        for draft in classes:
            if self._moves(draft):
                local = _named(draft, named, _rule(draft).data["class"], draft.node)
                draft.forms.append("both" if draft in both else "class")
                draft.replaced.update(self._both(draft, local) if draft in both else {draft.node: Raw(local)})
        own = next((draft.node for draft in classes if draft in going), None)
        for draft in constants:
            if self._moves(draft):
                draft.forms.append("constant")
                data = _rule(draft).data
                local = _named(draft, named, data["class"], own or draft.node, own is not None)
                draft.replaced[draft.node] = Raw(f"{local}.{data['attribute']}")
        return [*functions, *constants, *classes]

    def _moves(self, draft: Draft) -> bool:
        return draft.moves(self.file.unsafe)

    def _drafts(self) -> tuple[list[Draft], list[Draft], list[Draft]]:
        functions: list[Draft] = []
        constants: list[Draft] = []
        classes: list[Draft] = []
        for use in self.uses:
            symbol = self.resolver.symbol(use.subject) if not isinstance(use.subject, ast.Constant) else None
            if symbol == MODULE and use.kind != "call":
                # The module itself is handed on, and with it all its functions.
                self.stays = True
            rule = None if symbol is None else _entry(symbol)
            if rule is None or rule.form != "webhooks" or symbol is None:
                continue
            if rule.v1 == _CLASS:
                classes.append(self._draft(use, rule, use.subject))
            elif rule.v1.startswith(_ERRORS):
                constants.append(self._draft(use, rule, use.subject))
            else:
                use = use._replace(member=rule.v1.rpartition(".")[2])
                functions.append(self._draft(use, rule, use.node if use.kind == "call" else use.subject))
        return functions, constants, classes

    def _draft(self, use: Use, rule: Rule, node: ast.expr) -> Draft:
        draft = Draft(use, rule.id, rule.v1.rpartition(".")[2], node)
        draft.notes += rule.notes
        if use.receiver.confidence is not Confidence.PROVEN:
            why = use.receiver.evidence[-1].text if use.receiver.evidence else "the evidence has a gap"
            draft.facets.append(
                Facet("receiver", Applicability.MANUAL, f"the name may be something else: {why}", kinds.RECEIVER.id)
            )
        return draft

    # Functions

    def _arguments(self, draft: Draft) -> list[Arg] | None:
        """Return the arguments of the v2 call, or None with the reason in the draft."""
        rule = _rule(draft)
        try:
            if rule.manual:
                raise Held(kinds.DECIDE, rule.manual)
            if draft.use.kind != "call":
                raise Held(kinds.REFERENCE, "the function is handed on without being called")
            assert isinstance(draft.node, ast.Call)
            arguments = self._bound(draft, draft.node, rule)
        except Held as held:
            draft.hold(held, "receiver" if held.kind is kinds.REFERENCE else "arguments")
            return None
        if rule.unsafe:
            draft.facets.append(Facet("arguments", Applicability.UNSAFE, rule.unsafe, kinds.LOSS.id))
        draft.forms.append("call")
        return arguments

    def _bound(self, draft: Draft, call: ast.Call, rule: Rule) -> list[Arg]:
        name = draft.use.member
        signature = sdk.v1_signature(MODULE, name)
        if signature is None:
            raise Held(kinds.NO_RULE, f"stream-chat has no {name}")
        if self.file.pin and sdk.v1_signature(MODULE, name, self.file.pin) not in (None, signature):
            raise Held(
                kinds.UNBOUND, f"{name} has other parameters in stream-chat {self.file.pin}, which the project pins"
            )
        bind(call, signature)
        if any(keyword.arg is None for keyword in call.keywords):
            raise Held(kinds.UNBOUND, "`**` in the arguments: write them out by name")
        renamed = rule.data.get("arguments", {})
        plain = [parameter.name for parameter in signature.parameters]
        given = [*zip(plain, call.args, strict=False), *((one.arg or "", one.value) for one in call.keywords)]
        arguments = []
        for position, (parameter, value) in enumerate(given):
            code = self._value(draft, parameter, value, rule)
            keyword = "" if position < len(call.args) else renamed.get(parameter, parameter)
            arguments.append(Arg(keyword, code))
        return arguments

    def _value(self, draft: Draft, parameter: str, value: ast.expr, rule: Rule) -> Code:
        """Return an argument; a kind that v2 refuses holds the draft, one that is not known makes it unsafe."""
        wanted = rule.data.get("wants", {}).get(parameter)
        if wanted is None:
            return Src(value)
        found = self.file.contents.of(value)
        # A header that is missing is a wrong signature for stream-chat; getstream needs a text for that.
        by_signature = draft.use.member == "verify_signature"
        if found == wanted or (found == "optional" and wanted == "text"):
            draft.forms.append(f"{parameter}:{found}")
            return _or_empty(value) if by_signature and found == "optional" else Src(value)
        if found:
            raise Held(kinds.UNKNOWN_VALUE, rule.data["otherwise"])
        text = f"whether `{parameter}` is {wanted} is not known here: {rule.data['otherwise']}"
        draft.facets.append(Facet("arguments", Applicability.UNSAFE, text, kinds.UNKNOWN_VALUE.id))
        draft.forms.append(f"{parameter}:unknown")
        return _or_empty(value) if by_signature else Src(value)

    # Errors

    def _hold_back(self, raising: Sequence[Draft], constants: Sequence[Draft], classes: Sequence[Draft]) -> None:
        """Let the functions that raise stay where the handling of what they raise cannot be carried over."""
        reasons: list[tuple[Applicability, str]] = []
        for draft in classes:
            if draft.suppressed or draft.deselected:
                reasons.append((Applicability.MANUAL, f"the error class at line {draft.node.lineno} is to stay"))
            elif draft.applicability is Applicability.MANUAL or self._place(draft) == "elsewhere":
                text = f"`{ast.unparse(draft.node)}` at line {draft.node.lineno} goes to code that is not in view"
                reasons.append((Applicability.MANUAL, text))
        for draft in constants:
            if _rule(draft).v1 == _LENGTHENED and self._is_compared(draft.node):
                draft.facets.append(Facet("errors", Applicability.UNSAFE, _CAUSE, kinds.HANDLER.id))
                reasons.append(
                    (Applicability.UNSAFE, f"line {draft.node.lineno} compares the text of the error: {_CAUSE}")
                )
        if any(self._catches_zlib()):
            text = (
                "getstream raises InvalidWebhookError where stream-chat lets zlib.error through, which is caught here"
            )
            reasons.append((Applicability.UNSAFE, text))
        if self.file.catcher:
            reasons.append(
                (
                    Applicability.MANUAL,
                    f"{self.file.catcher} is connected with this file and catches stream-chat's errors",
                )
            )
        for draft in raising:
            draft.facets += [Facet("errors", level, text, kinds.HANDLER.id) for level, text in reasons]

    def _catches_zlib(self) -> Iterator[ast.expr]:
        for node in self.scopes.nodes:
            for part in ast.walk(node.type) if isinstance(node, ast.ExceptHandler) and node.type is not None else ():
                if isinstance(part, (ast.Name, ast.Attribute)) and self.resolver.symbol(part) == "zlib.error":
                    yield part

    def _is_compared(self, node: ast.expr) -> bool:
        """Return whether a text is compared as a whole: `==`, or as one of several."""
        parent = self.scopes.parent(node)
        if isinstance(parent, ast.Compare):
            return parent.left is not node or not all(isinstance(op, (ast.In, ast.NotIn)) for op in parent.ops)
        return isinstance(parent, (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.MatchValue, ast.Assign, ast.Subscript))

    def _judge_errors(self, constants: Sequence[Draft], classes: Sequence[Draft], moved: bool, stays: bool) -> None:
        """Say of the errors whether they move: with the functions, or with nothing beside them."""
        for draft in classes:
            if self._place(draft) == "elsewhere":
                text = "it goes to code that is not in view, which knows stream-chat's class"
                draft.facets.append(Facet("errors", Applicability.MANUAL, text, kinds.ESCAPE.id))
            elif not moved or (stays and self._place(draft) not in ("handler", "test")):
                text = "a function that raises it stays" if moved else "no function of this file that raises it moves"
                draft.facets.append(Facet("cohort", Applicability.MANUAL, text, kinds.COHORT.id))
        for draft in constants:
            if not moved and (stays or classes):
                text = "no function of this file that raises an error with this text moves"
                draft.facets.append(Facet("cohort", Applicability.MANUAL, text, kinds.COHORT.id))

    def _place(self, draft: Draft) -> str:
        """Return where the class stands: handler, test, raised, annotation or elsewhere."""
        node = draft.node
        parent = self.scopes.parent(node)
        if isinstance(parent, ast.Tuple):
            parent = self.scopes.parent(parent)
        if isinstance(parent, ast.ExceptHandler):
            return "handler"
        if isinstance(parent, ast.Call) and parent.func is not node:
            function = parent.func
            tested = isinstance(function, ast.Name) and function.id in ("isinstance", "issubclass")
            return "test" if tested or self.resolver.symbol(function) in _RAISES else "elsewhere"
        if isinstance(parent, (ast.Raise, ast.ClassDef)) or (isinstance(parent, ast.Call) and parent.func is node):
            return "raised"
        return "annotation" if draft.use.kind == "annotation" else "elsewhere"

    def _is_both(self, draft: Draft, moved: Sequence[Draft], stays: bool) -> bool:
        """Return whether a handler has to name the classes of both SDKs: what it guards may raise either."""
        if stays:
            return True
        place = self._place(draft)
        handler = next((one for one in self.scopes.ancestors(draft.node) if isinstance(one, ast.ExceptHandler)), None)
        if place != "handler" or handler is None:
            return False
        guarded = self.scopes.parent(handler)
        body = guarded.body if isinstance(guarded, ast.Try) else []
        return not any(self._is_own(node, moved) for statement in body for node in ast.walk(statement))

    def _is_own(self, node: ast.AST, moved: Sequence[Draft]) -> bool:
        """Return whether something raises getstream's error, or is a call of this file's own code."""
        if isinstance(node, ast.Raise):
            parts = [one for one in ast.walk(node) if isinstance(one, (ast.Name, ast.Attribute))]
            return any(self._is_class(part) for part in parts)
        if not isinstance(node, ast.Call):
            return False
        if any(draft.node is node for draft in moved):
            return True
        function = node.func
        if isinstance(function, ast.Name):
            return any(
                isinstance(binding.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
                for binding in self.scopes.lookup(function)[1]
            )
        return isinstance(function, ast.Attribute) and ast.unparse(function.value) in ("self", "cls")

    def _is_class(self, node: ast.expr) -> bool:
        rule = _entry(self.resolver.symbol(node) or "")
        return rule is not None and rule.v1 == _CLASS

    def _both(self, draft: Draft, local: str) -> dict[ast.expr, Code]:
        """Return the class with its counterpart beside it, unless that stands there already."""
        group = self.scopes.parent(draft.node)
        if not isinstance(group, ast.Tuple):
            return {draft.node: Infix(("(", Old(draft.node), f", {local})"))}
        wanted = _rule(draft).data["class"]
        if any(self.resolver.symbol(item) == wanted for item in group.elts):
            return {}
        other = self.file.handlers.get(group)
        more = extended(group, [Raw(local)])
        # The handler may name both classes of another error already.
        return {group: more if other is None else joined(other, more)}


def _named(draft: Draft, named: SameNames, dotted: str, subject: ast.expr, same: bool = True) -> str:
    """Return what `dotted` is called, in the place of `subject` or (not `same`) of something else."""
    text, imports = named.use(subject if same else ast.Constant(None), dotted)
    draft.imports += imports
    return text


def is_method(use: Use) -> bool:
    """Return whether a use is a method of a client that raises InvalidWebhookError, as the function of its name does."""
    return use.member in _METHODS and use.receiver.cls in CLIENTS


def _entry(symbol: str) -> Rule | None:
    """Return the rule of a name; the module of the functions imports the errors too."""
    if symbol.startswith(f"{MODULE}.") and rule_named(symbol) is None:
        symbol = f"{_ERRORS}.{symbol.rpartition('.')[2]}"
    return rule_named(symbol)


def _rule(draft: Draft) -> Rule:
    rule = find_rule(draft.rule)
    assert rule is not None
    return rule


def _or_empty(value: ast.expr) -> Code:
    loose = isinstance(value, (ast.IfExp, ast.Lambda))
    return Infix(("(", Src(value), ') or ""')) if loose else Infix((Src(value), ' or ""'))
