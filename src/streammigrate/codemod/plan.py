"""Plans every use of a cohort: the rule, the new code, the response, and what holds it back."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from streammigrate.codemod import kinds
from streammigrate.codemod.calls import Slots, bind, plan_call
from streammigrate.codemod.code import Awaited, Code, Dotted, Source, Src
from streammigrate.codemod.cohorts import Cohort, Use
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.forms import attributes, construct, distinct, objects, raw, references
from streammigrate.codemod.grown import Growth
from streammigrate.codemod.inference import Inference
from streammigrate.codemod.lower import Held, Lowering
from streammigrate.codemod.model import Applicability, Facet
from streammigrate.codemod.names import Names
from streammigrate.codemod.receivers import Making, Receivers, is_distinct, made
from streammigrate.codemod.resolve import Confidence, Resolver
from streammigrate.codemod.responses import Reads
from streammigrate.codemod.scopes import Scopes
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.codemod.values import Node, is_pure
from streammigrate.rules import sdk
from streammigrate.rules.catalogue import SHARED, rule_for
from streammigrate.rules.model import Rule

ASYNC = frozenset(SHARED)
_OBJECTS = frozenset({*SHARED, *SHARED.values()})
"""Classes whose objects move; exceptions and responses have rooms of their own."""
_HTTP_LIBRARIES = frozenset({"requests", "aiohttp", "urllib3"})
_SYSTEM_ERRORS = frozenset({"OSError", "IOError", "EnvironmentError"})
"""What requests' exceptions are kinds of."""
_KEEPS_ITS_ARGUMENT = frozenset({"channel", "campaign", "create_channel_type", "create_draft"})
"""Methods that change a mapping that they are given, then or in a later call of the object they make."""
_SILENT = frozenset({"bind", "test"})


class Planner:
    """Plans the uses of one file. Nothing is decided about cohorts here."""

    def __init__(
        self,
        scopes: Scopes,
        resolver: Resolver,
        names: Names,
        settings: RewriteSettings,
        source: Source,
        text: str,
    ) -> None:
        self.source = source
        self.scopes = scopes
        self.resolver = resolver
        self.names = names
        self.settings = settings
        self.text = text
        self.inference = Inference(scopes, resolver.symbol)
        self.receivers = Receivers(scopes, self._uses_before)
        self.growth = Growth(scopes, self._is_sdk_call)
        self._by_origin: dict[ast.Call, list[Use]] = {}

    def _is_sdk_call(self, call: ast.Call) -> bool:
        if not isinstance(call.func, ast.Attribute) or call.func.attr in _KEEPS_ITS_ARGUMENT:
            return False
        return self.resolver.receiver(call.func.value) is not None

    def plan(self, cohort: Cohort) -> list[Draft]:
        """Return a draft for each use that has something to be done or said about it."""
        for use in cohort.uses:
            for origin in use.receiver.origins:
                self._by_origin.setdefault(origin, []).append(use)
        drafts = [draft for use in cohort.uses if (draft := self._use(use)) is not None]
        for draft in drafts:
            making = self._distinct(draft)
            if making is not None and not any(f.applicability is Applicability.MANUAL for f in draft.facets):
                distinct.join(drafts, making, self.scopes, self.source.segment)
        return drafts

    def _distinct(self, draft: Draft) -> Making | None:
        """Return how a channel without id is made, when that is what a draft does."""
        if draft.use.kind != "call" or draft.use.member != "channel" or not isinstance(draft.node, ast.Call):
            return None
        try:
            making = made(draft.node)
        except Held:
            return None
        return making if making is not None and is_distinct(making) else None

    def _use(self, use: Use) -> Draft | None:
        if use.kind in _SILENT or use.receiver.cls not in _OBJECTS:
            return None
        rule = rule_for(use.receiver.cls, use.member) if use.member else None
        owner = SHARED.get(use.receiver.cls, use.receiver.cls)
        member = f"{owner}.{use.member}" if use.member else owner
        draft = Draft(use, rule.id if rule else kinds.NO_RULE.id, member, use.node)
        self._judge_receiver(draft)
        try:
            if use.kind == "call":
                self._call(draft, rule)
            elif use.kind == "construct":
                construct.plan(draft, self.scopes, self.names, self.text)
            elif use.kind == "attribute":
                attributes.plan(draft, rule, self.names)
            elif use.kind in ("annotation", "type_test"):
                references.plan(draft, self.names)
            elif use.kind == "except":
                return None
            else:
                raise Held(_REASONS.get(use.kind, kinds.ESCAPE), use.detail or _TEXTS.get(use.kind, "not followed"))
        except Held as held:
            draft.hold(held, "arguments" if use.kind in ("call", "construct") else "receiver")
        return draft

    def _judge_receiver(self, draft: Draft) -> None:
        receiver = draft.use.receiver
        if receiver.confidence is Confidence.LIKELY:
            why = receiver.evidence[-1].text if receiver.evidence else "the evidence has a gap"
            text = f"the receiver is likely a {receiver.cls}, not proven: {why}"
            draft.facets.append(Facet("receiver", Applicability.UNSAFE, text, kinds.LIKELY.id))
        elif receiver.confidence is not Confidence.PROVEN:
            draft.facets.append(
                Facet("receiver", Applicability.MANUAL, "what the receiver is, is not known", kinds.RECEIVER.id)
            )

    def _call(self, draft: Draft, rule: Rule | None) -> None:
        use = draft.use
        call = use.node
        assert isinstance(call, ast.Call)
        cls = use.receiver.cls
        if rule is None:
            raise Held(kinds.NO_RULE, f"the catalogue has no entry for {draft.member}")
        if rule.manual:
            raise Held(kinds.DECIDE, rule.manual)
        signature = self._signature(cls, use.member)
        making = self._distinct(draft)
        if rule.form == "raw":
            self._raw(draft, call, rule, signature)
        elif rule.form == "object":
            objects.plan(draft, call, self._by_origin.get(call, []), self.scopes)
        elif making is not None:
            distinct.check(draft, making, self.scopes)
            draft.forms.append("distinct")
        else:
            self._typed(draft, call, rule, signature)

    def _typed(self, draft: Draft, call: ast.Call, rule: Rule, signature: sdk.Signature) -> None:
        use = draft.use
        cls = use.receiver.cls
        if rule.carried:
            self._carry(call, bind(call, signature), rule)
        lowering = Lowering(self.names, self.inference.kind_of, self.settings.target, self.inference.follow)
        view = self.receivers.view(call, cls, use.receiver.origins)
        try:
            planned = plan_call(call, rule, signature, view, lowering, self.growth.follow)
        finally:
            draft.facets += lowering.facets
            draft.notes += lowering.notes
        draft.forms += lowering.forms
        draft.notes += rule.notes
        if rule.unsafe:
            draft.facets.append(Facet("arguments", Applicability.UNSAFE, rule.unsafe, kinds.LOSS.id))
        code: Code = planned.call
        value = self._awaited(call, cls, use.member)
        reads = Reads(self.scopes, self.settings.target)
        result = rule.result
        if planned.method.http:
            reads.follow_call(value, planned.method.response, result, rule.result_reason)
        draft.facets += reads.facets
        if planned.method.http:
            self._check_transport(draft, call)
        if result and result != "none" and not self._is_ignored(value):
            suffix = f"data.{result}"
            if value is call:
                code = Dotted(code, suffix)
            else:
                reads.replaced[value] = Dotted(Awaited(Src(call)), suffix)
        draft.replaced = {call: code, **reads.replaced}

    def _check_transport(self, draft: Draft, call: ast.Call) -> None:
        """Say where a handler of the HTTP library's own exceptions would catch nothing any more."""
        child: ast.AST = call
        for ancestor in self.scopes.ancestors(call):
            if isinstance(ancestor, ast.Try) and child in ancestor.body:
                for handler in ancestor.handlers:
                    caught = self._transport_classes(handler.type)
                    if caught:
                        text = (
                            f"`except {caught}` (line {handler.lineno}) catches time-outs and lost connections of stream-chat; "
                            "getstream raises StreamTransportException for them"
                        )
                        draft.facets.append(Facet("errors", Applicability.UNSAFE, text, kinds.HANDLER.id))
            if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                return
            child = ancestor

    def _transport_classes(self, node: ast.expr | None) -> str:
        classes = node.elts if isinstance(node, ast.Tuple) else [node] if node is not None else []
        names = [self.resolver.symbol(one) or "" for one in classes]
        plain = [one.id for one in classes if isinstance(one, ast.Name) and not self.scopes.lookup(one)[1]]
        found = [name for name in names if name.partition(".")[0] in _HTTP_LIBRARIES]
        return ", ".join([*found, *(name for name in plain if name in _SYSTEM_ERRORS)])

    def _carry(self, call: ast.Call, slots: Slots, rule: Rule) -> None:
        """Raise Held unless what the object remembers can move to the calls that send it."""
        for name in rule.carried:
            given = slots.given.get(name)
            if not isinstance(given, Node) or (isinstance(given.node, ast.Constant) and given.node.value is None):
                continue
            attribute = self.scopes.parent(call)
            chained = isinstance(attribute, ast.Attribute) and attribute.attr in ("create", "query")
            if not chained and not is_pure(given.node):
                raise Held(kinds.ORDER, f"the channel's {name} has effects; put it into a variable first")
            for use in self._by_origin.get(call, []):
                if any(holder.kind != "variable" for holder in use.targets):
                    raise Held(
                        kinds.STATE, f"the channel's {name} moves to its create and query calls, which may be elsewhere"
                    )

    def _raw(self, draft: Draft, call: ast.Call, rule: Rule, signature: sdk.Signature) -> None:
        assert isinstance(call.func, ast.Attribute)
        value = self._awaited(call, draft.use.receiver.cls, draft.use.member)
        if not self._is_ignored(value):
            raise Held(kinds.RESPONSE, "the answer of a raw request has another shape in v2, and it is used")
        code = raw.plan(draft.use.member, bind(call, signature), Src(call.func.value), self.settings.target)
        draft.replaced = {call: code}
        draft.forms.append("raw")
        draft.notes += rule.notes

    def _signature(self, cls: str, member: str) -> sdk.Signature:
        """Return the signature that a call binds to. Raises Held when the release the project pins binds differently."""
        latest = sdk.v1_signature(cls, member)
        if latest is None:
            raise Held(kinds.NO_RULE, f"stream-chat has no {cls}.{member}")
        if self.settings.pin:
            pinned = sdk.v1_signature(cls, member, self.settings.pin)
            if pinned is not None and pinned != latest:
                raise Held(
                    kinds.UNBOUND,
                    f"{member} has other parameters in stream-chat {self.settings.pin}, which the project pins",
                )
        return latest

    def _awaited(self, call: ast.Call, cls: str, member: str) -> ast.expr:
        """Return the expression that holds the response: the call, or its `await` on an asynchronous client."""
        found = sdk.v1_classes()[cls].members.get(member)
        coroutine = found is not None and found.awaited
        parent = self.scopes.parent(call)
        if isinstance(parent, ast.Await):
            if not coroutine:
                raise Held(kinds.AWAIT, "the synchronous client is awaited, which v1 cannot do either")
            return parent
        if coroutine:
            raise Held(kinds.AWAIT, "the coroutine is not awaited here, so where its response goes is not in view")
        return call

    def _is_ignored(self, value: ast.expr) -> bool:
        return isinstance(self.scopes.parent(value), ast.Expr)

    def _uses_before(self, origin: ast.Call, call: ast.Call) -> Sequence[ast.Call] | None:
        """Return the calls that changed an object before a call; None when that is not in view."""
        uses = self._by_origin.get(origin, [])
        assert isinstance(call.func, ast.Attribute)
        if call.func.value is origin:
            return []
        found: list[ast.Call] = []
        at = (call.lineno, call.col_offset)
        home = self.scopes.scope(origin)
        for use in uses:
            if use.node is call or use.node is origin:
                continue
            if use.kind in ("escape", "reference", "attribute_store", "export"):
                return None
            if use.kind == "bind" and (use.node is not origin and not isinstance(use.node, ast.Name)):
                return None
            rule = rule_for(use.receiver.cls, use.member) if use.kind == "call" else None
            if rule is None or not rule.state:
                continue
            assert isinstance(use.node, ast.Call)
            if self.scopes.scope(use.node) is not home or self.scopes.scope(call) is not home:
                return None
            if (use.node.lineno, use.node.col_offset) < at:
                if not self.scopes.dominates(self.scopes.statement(use.node), call):
                    return None
                found.append(use.node)
            elif self._share_loop(use.node, call, origin):
                return None
        return found

    def _share_loop(self, first: ast.AST, second: ast.AST, origin: ast.AST) -> bool:
        """Return whether a loop that does not make the object anew holds both."""
        loops = [one for one in self.scopes.ancestors(first) if isinstance(one, (ast.For, ast.AsyncFor, ast.While))]
        inside = set(self.scopes.ancestors(second))
        around = set(self.scopes.ancestors(origin))
        return any(loop in inside and loop not in around for loop in loops)


_REASONS = {
    "reference": kinds.REFERENCE,
    "subclass": kinds.ESCAPE,
    "attribute_store": kinds.STATE,
}
_TEXTS = {
    "reference": "the method is handed on without being called",
    "subclass": "a class of your own builds on the SDK's; move it by hand",
    "attribute_store": "an attribute of the object is set, which v2 does not read",
    "escape": "the object goes to code that is not in view",
}
