"""Plans every use of a cohort: the rule, the new code, the response, and what holds it back."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from streammigrate.codemod import kinds
from streammigrate.codemod.built import Builder
from streammigrate.codemod.calls import Plan, Slots, bind, plan_call
from streammigrate.codemod.code import Arg, Call, Code, Source, Src, sources
from streammigrate.codemod.cohorts import Cohort, Use
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.forms import attributes, construct, distinct, handed_on, objects, raw, references, twins
from streammigrate.codemod.forms.errors import transport
from streammigrate.codemod.forms.forwards import Forward, Forwarders, stand_in
from streammigrate.codemod.forms.outcomes import Outcome, Outcomes
from streammigrate.codemod.forms.relays import Gives
from streammigrate.codemod.grown import Growth
from streammigrate.codemod.inference import Inference
from streammigrate.codemod.lower import Held, Lowering
from streammigrate.codemod.mocks import functions
from streammigrate.codemod.model import Applicability, Facet
from streammigrate.codemod.names import Names
from streammigrate.codemod.receivers import Making, Receivers, is_distinct, made
from streammigrate.codemod.resolve import Confidence, Resolver
from streammigrate.codemod.responses import Followed, Follower, Response
from streammigrate.codemod.responses.origins import SENT_AGAIN, Origins
from streammigrate.codemod.scopes import Scopes
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.codemod.uses import STANDS_IN
from streammigrate.codemod.values import Node, is_pure
from streammigrate.rules import sdk
from streammigrate.rules.catalogue import SHARED, rule_for
from streammigrate.rules.model import Rule

_OBJECTS = frozenset({*SHARED, *SHARED.values()})
"""Classes whose objects move; exceptions and responses have rooms of their own."""
_KEEPS_ITS_ARGUMENT = frozenset({"channel", "campaign", "create_channel_type", "create_draft"})
"""Methods that change a mapping that they are given, then or in a later call of the object they make."""
_SENDS_DATA = frozenset({"create", "query"})
"""Methods of a channel that send what it was made with."""
_SILENT = frozenset({"bind", "test", "export"})


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
        self.variables = settings.variables.union(name for name in construct.VARIABLES if name in text)
        self.inference = Inference(scopes, resolver.symbol)
        self.receivers = Receivers(scopes, self._uses_before)
        self.builder = Builder(scopes)
        self.growth = Growth(scopes, self._is_sdk_call)
        self.forwarders = Forwarders(scopes, resolver.symbol, resolver.function, names)
        self.outcomes = Outcomes(scopes, self.forwarders)
        self.follower = Follower(scopes, settings.target, resolver.symbol, names)
        self.origins = Origins(scopes, self._is_request)
        self._by_origin: dict[ast.Call, list[Use]] = {}
        self._forwarding: set[ast.Call] = set()
        self._prompt: dict[ast.expr, ast.Call] = {}
        """The references to methods that are called at once, with the call."""

    def _is_sdk_call(self, call: ast.Call) -> bool:
        if call in self._forwarding:
            return True
        if not isinstance(call.func, ast.Attribute) or call.func.attr in _KEEPS_ITS_ARGUMENT:
            return False
        return self.resolver.receiver(call.func.value) is not None

    def _is_request(self, call: ast.Call) -> bool:
        if call in self._forwarding:
            return True
        if not isinstance(call.func, ast.Attribute) or call.func.attr in twins.MAKERS:
            return False
        return self.resolver.receiver(call.func.value) is not None

    def plan(self, cohort: Cohort) -> list[Draft]:
        """Return a draft for each use in this file that has something to be done or said about it."""
        for use in cohort.uses:
            for origin in use.receiver.origins:
                self._by_origin.setdefault(origin, []).append(use)
        mine = [use for use in cohort.uses if self.scopes.path_of(use.node) == self.scopes.path]
        for use in mine:
            if use.kind == "reference":
                self._note_forwards(use)
        drafts = [draft for use in mine if (draft := self._use(use)) is not None]
        for draft in drafts:
            making = self._distinct(draft)
            if making is not None and not any(f.applicability is Applicability.MANUAL for f in draft.facets):
                distinct.join(drafts, making, self.scopes)
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
        if use.kind in _SILENT or use.receiver.cls not in _OBJECTS or self._is_of_mock(use):
            return None
        rule = rule_for(use.receiver.cls, use.member) if use.member else None
        owner = SHARED.get(use.receiver.cls, use.receiver.cls)
        member = f"{owner}.{use.member}" if use.member else owner
        missing = kinds.NO_RULE.id if use.member else _CLASSES.get(owner, kinds.NO_RULE.id)
        draft = Draft(use, rule.id if rule else missing, member, use.node)
        self._judge_receiver(draft)
        try:
            if use.kind == "call":
                self._call(draft, rule)
            elif use.kind == "construct":
                construct.plan(draft, self.scopes, self.names, self.variables)
            elif use.kind == "attribute":
                if not construct.plan_session(draft, self.scopes):
                    attributes.plan(draft, rule, self.names, self._format_around(use.node))
            elif use.kind in ("annotation", "type_test"):
                references.plan(draft, self.names)
            elif use.kind == "except":
                return None
            elif use.kind == "reference":
                self._reference(draft, rule)
            else:
                raise Held(_REASONS.get(use.kind, kinds.ESCAPE), _told(use))
        except Held as held:
            draft.hold(held, "arguments" if use.kind in ("call", "construct", "reference") else "receiver")
        return draft

    def _is_of_mock(self, use: Use) -> bool:
        """Return whether a use is about a mock, which the room of mocks looks after."""
        if use.kind == "reference":
            return functions.is_read_as_mock(use.node, self.resolver.scopes)
        return use.kind == "escape" and use.detail == STANDS_IN

    def _format_around(self, node: ast.AST) -> str:
        """Return the text of the f-string around an expression; empty for none."""
        around = [one for one in self.scopes.ancestors(node) if isinstance(one, ast.JoinedStr)]
        return self.source.segment(around[-1]) if around else ""

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
        rule = _usable(rule, draft)
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
        if rule.carried:
            self._carry(call, bind(call, signature), rule)
        outcome, prompt = self._outcome(draft, call)
        planned = self._lower(draft, call, rule, signature, prompt)
        draft.replaced[call] = planned.call
        if planned.method.http and not self._is_coroutine(draft.use) and self._is_in_coroutine(call):
            draft.notes.append("the call blocks the event loop while it lasts, as before; AsyncStream's would not")
        self._respond(draft, rule, planned.method, call, outcome)

    def _lower(self, draft: Draft, call: ast.Call, rule: Rule, signature: sdk.Signature, prompt: bool) -> Plan:
        """Return the v2 call; `prompt` says that it runs before anything else can touch what it is given."""
        use = draft.use
        lowering = self.lowering()
        if prompt and use.kind == "call":
            lowering.may_lend = lambda name: self._has_alone(call, name) and self.builder.may_build(name)
        view = self.receivers.view(call, use.receiver.cls, use.receiver.origins)
        try:
            planned = plan_call(call, rule, signature, view, lowering, self.growth.follow if prompt else _opaque)
        finally:
            draft.facets += lowering.facets
            draft.notes += lowering.notes
        draft.calls.append(planned.call)
        draft.forms += lowering.forms
        draft.replaced.update(lowering.at_call)
        draft.lent += lowering.lent
        draft.notes += rule.notes
        if rule.unsafe:
            draft.facets.append(Facet("arguments", Applicability.UNSAFE, rule.unsafe, kinds.LOSS.id))
        if any(self.origins.is_answer(node) for code in lowering.helped for node in sources(code)):
            draft.facets.append(Facet("arguments", Applicability.UNSAFE, SENT_AGAIN, kinds.LOSS.id))
        if not prompt:
            draft.facets += handed_on.early(planned.call, lowering.forms)
        return planned

    def lowering(self) -> Lowering:
        """Return what lowers the values of one site."""
        return Lowering(self.names, self.inference.kind_of, self.settings.target, self.inference.follow)

    def _respond(self, draft: Draft, rule: Rule, method: sdk.Method, call: ast.Call, outcome: Outcome) -> None:
        """Follow the response to where it is read."""
        response = Response(method.response, rule.result, rule.result_reason, rule.lacks)
        followed: list[Followed] = []
        if method.http:
            followed += [self.follower.follow(one, response, draft.replaced) for one in outcome.values]
            followed += [self.follower.follow_together(one, response, draft.replaced) for one in outcome.together]
        for found in followed:
            draft.replaced.update(found.replaced)
            draft.insertions += found.insertions
            draft.facets += found.facets
            draft.as_v1 |= found.is_v1
        draft.facets += handed_on.doubted(outcome.doubts)
        if method.http:
            for place in dict.fromkeys((call, *outcome.values)):
                self._check_transport(draft, place)

    def _reference(self, draft: Draft, rule: Rule | None) -> None:
        """Plan a method that is handed over with its arguments, or called by another name."""
        use = draft.use
        if self.resolver.receiver(use.subject) is None:
            raise Held(kinds.REFERENCE, "the method is taken from the class, not from a client")
        if use.receiver.subclass and not isinstance(use.node, ast.Attribute):
            raise Held(kinds.REFERENCE, f"`{use.receiver.subclass}` may have a method `{use.member}` of its own")
        forwards = self.forwarders.calls(use.node)
        rule = _usable(rule, draft)
        if rule.form or rule.carried:
            raise Held(kinds.REFERENCE, "the method is handed on, and v2 has no method that takes the same place")
        signature = self._signature(use.receiver.cls, use.member)
        for forward in forwards:
            self._forward(draft, rule, signature, forward)
        calls = [node for one in forwards for node in (one.call, one.partial) if node in draft.replaced]
        if len(calls) == 1 and calls[0] is not None and forwards[0].holds(use.node):
            draft.node = calls[0]
        # From here on it is a call as any other: it moves with its client, and is a reason to have one.
        draft.use = use._replace(kind="call")

    def _forward(self, draft: Draft, rule: Rule, signature: sdk.Signature, forward: Forward) -> None:
        """Plan one of the calls that a reference to a method leads to."""
        use = draft.use
        coroutine = self._is_coroutine(use)
        gives = forward.gives_async if coroutine else forward.gives
        prompt = self._is_prompt(forward, coroutine)
        planned = self._lower(draft, stand_in(forward, handed_on.function(use)), rule, signature, prompt)
        # What sends nothing gives the same in both, wherever that goes.
        same = not planned.method.http and gives in ("coroutine", "future")
        outcome = Outcome(()) if same else self.outcomes.of(forward.call, gives, coroutine)
        early, late = handed_on.split(forward, planned.call)
        written: dict[ast.expr, Code] = {use.node: planned.call.function}
        if forward.partial is not None:
            written[forward.partial] = Call(Src(forward.partial.func), (Arg("", Src(forward.partial.args[0])), *early))
        if forward.partial is None or late or forward.completes:
            written[forward.call] = forward.write(late)
        calls = [code for node, code in written.items() if node is not use.node]
        handed_on.check(forward, planned.call, calls, use, self.scopes)
        if any(draft.replaced.setdefault(node, code) != code for node, code in written.items()):
            raise Held(kinds.REFERENCE, "the calls of the method become calls of different methods in v2")
        draft.facets += handed_on.doubted(forward.doubts)
        self._respond(draft, rule, planned.method, forward.call, outcome)

    def _is_prompt(self, forward: Forward, coroutine: bool) -> bool:
        gives = forward.gives_async if coroutine else forward.gives
        whole = forward.partial is None or forward.holds(forward.partial)
        return whole and self.outcomes.is_prompt(forward.call, gives, coroutine)

    def _note_forwards(self, use: Use) -> None:
        """Note which calls a reference to a method leads to, for what is said about other uses."""
        try:
            forwards = self.forwarders.calls(use.node)
        except Held:
            return
        if use.member not in _KEEPS_ITS_ARGUMENT:
            self._forwarding.update(forward.call for forward in forwards)
        first = forwards[0]
        certain = len(forwards) == 1 and first.holds(use.node) and not first.doubts
        if certain and self._is_prompt(first, self._is_coroutine(use)):
            self._prompt[use.node] = stand_in(first, handed_on.function(use))

    def _check_transport(self, draft: Draft, call: ast.expr) -> None:
        """Say where a handler of the HTTP library's own exceptions would catch nothing any more."""
        raises = transport.Raises.by([draft.use.receiver.cls])
        file = transport.File(self.scopes, self.resolver, self.names)
        child: ast.AST = call
        for ancestor in self.scopes.ancestors(call):
            if isinstance(ancestor, ast.Try) and child in ancestor.body:
                texts = [transport.reason(handler, raises, file) for handler in ancestor.handlers]
                draft.facets += [
                    Facet("errors", Applicability.UNSAFE, text, kinds.HANDLER.id) for text in texts if text
                ]
            if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                return
            child = ancestor

    def _carry(self, call: ast.Call, slots: Slots, rule: Rule) -> None:
        """Raise Held unless what the object remembers can move to the calls that send it."""
        for name in rule.carried:
            given = slots.given.get(name)
            if not isinstance(given, Node) or (isinstance(given.node, ast.Constant) and given.node.value is None):
                continue
            attribute = self.scopes.parent(call)
            chained = isinstance(attribute, ast.Attribute) and attribute.attr in ("create", "query")
            if not chained and not is_pure(given.node) and not self._sends_next(call):
                raise Held(kinds.ORDER, f"the channel's {name} has effects; put it into a variable first")
            for use in self._by_origin.get(call, []):
                if any(holder.kind != "variable" for holder in use.targets):
                    raise Held(
                        kinds.STATE, f"the channel's {name} moves to its create and query calls, which may be elsewhere"
                    )

    def _senders(self, making: ast.Call) -> list[Use]:
        """Return the calls that send, or change, what an object is made with."""
        return [
            use
            for use in self._by_origin.get(making, [])
            if use.kind in ("call", "reference") and (rule := rule_for(use.receiver.cls, use.member)) and rule.state
        ]

    def _sends_next(self, making: ast.Call) -> bool:
        """Return whether what an object is made with is sent by one call only, which comes next."""
        senders = self._senders(making)
        first = senders[0].node if len(senders) == 1 and senders[0].member in _SENDS_DATA else None
        return isinstance(first, ast.Call) and self.receivers.is_next(making, first)

    def _has_alone(self, call: ast.Call, name: ast.Name) -> bool:
        """Return whether no other call sends what a name holds: a channel's data may be sent by several."""
        around = [one for one in self.scopes.ancestors(name) if isinstance(one, ast.Call)]
        made = [use for one in around for use in self._by_origin.get(one, []) if use.member in _SENDS_DATA]
        return call in around or len(made) == 1

    def _raw(self, draft: Draft, call: ast.Call, rule: Rule, signature: sdk.Signature) -> None:
        assert isinstance(call.func, ast.Attribute)
        value = self._awaited(draft, call)
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

    def _is_in_coroutine(self, call: ast.Call) -> bool:
        functions = (ast.AsyncFunctionDef, ast.FunctionDef, ast.Lambda)
        around = next((one for one in self.scopes.ancestors(call) if isinstance(one, functions)), None)
        return isinstance(around, ast.AsyncFunctionDef)

    def _is_coroutine(self, use: Use) -> bool:
        member = sdk.v1_classes()[use.receiver.cls].members.get(use.member)
        return member is not None and member.awaited

    def _outcome(self, draft: Draft, call: ast.Call) -> tuple[Outcome, bool]:
        """Return where the response is, and whether the call runs before anything else does."""
        coroutine = self._is_coroutine(draft.use)
        parent = self.scopes.parent(call)
        if isinstance(parent, ast.Await) and not coroutine:
            raise Held(kinds.AWAIT, "the synchronous client is awaited, which v1 cannot do either")
        gives: Gives = "coroutine" if coroutine else "value"
        return self.outcomes.of(call, gives), self.outcomes.is_prompt(call, gives)

    def _awaited(self, draft: Draft, call: ast.Call) -> ast.expr:
        """Return the one expression that holds the response. Raises Held where there are several, or none."""
        (values, doubts, _), _ = self._outcome(draft, call)
        if len(values) != 1 or isinstance(values[0], ast.Name) or doubts:
            raise Held(kinds.AWAIT, "the coroutine is not awaited here, so where its response goes is not in view")
        return values[0]

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
        fresh = isinstance(home.node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not home.node.decorator_list
        name = self._own_name(origin, call) if fresh else None
        if name is not None:
            # Each call of the function makes another object: this one is known by this name only.
            home = self.scopes.scope(call)
        # What a function makes and gives back is used elsewhere when the function is done.
        first = fresh and name is None and self._is_known_only(origin, call)
        for use in uses:
            node = self._prompt.get(use.node, use.node)
            if node == call or node is origin:
                continue
            if use.kind in ("escape", "attribute_store") or (use.kind == "export" and not fresh):
                return None
            if name is not None and self._is_of_another(use, name, origin):
                continue
            # What a function of the project gives back is seen where it is used.
            if use.kind == "bind" and use.node is not origin and not isinstance(use.node, (ast.Name, ast.Call)):
                return None
            rule = rule_for(use.receiver.cls, use.member) if use.kind in ("call", "reference") else None
            if use.kind == "reference" and (rule is None or (rule.state and use.node not in self._prompt)):
                return None
            if rule is None or not rule.state:
                continue
            assert isinstance(node, ast.Call)
            if self.scopes.scope(call) is not home:
                return None
            if self.scopes.scope(node) is not home:
                if first:
                    continue
                return None
            if (node.lineno, node.col_offset) < at:
                if not self.scopes.dominates(self.scopes.statement(node), call):
                    return None
                found.append(node)
            elif self._share_loop(node, call, origin):
                return None
        return found

    def _own_name(self, origin: ast.Call, call: ast.Call) -> ast.Name | None:
        """Return the name in whose assignment a function of the project made an object for this scope alone."""
        assert isinstance(call.func, ast.Attribute)
        receiver = call.func.value
        if not isinstance(receiver, ast.Name):
            return None
        owner, bindings = self.scopes.lookup(receiver)
        if owner is not self.scopes.scope(call) or len(bindings) != 1 or bindings[0].kind != "assign":
            return None
        made = bindings[0].value
        function = self.resolver.function(made.func) if isinstance(made, ast.Call) else None
        if made is None or function is None or function is not self.scopes.scope(origin).node:
            return None
        return receiver if self._is_known_only(made, call) else None

    def _is_known_only(self, made: ast.expr, call: ast.Call) -> bool:
        """Return whether, when a call runs, an object is known by the one name that it was bound to, and nowhere else."""
        assert isinstance(call.func, ast.Attribute)
        receiver = call.func.value
        if not isinstance(receiver, ast.Name):
            return False
        owner, bindings = self.scopes.lookup(receiver)
        if owner is not self.scopes.scope(made) or len(bindings) != 1 or bindings[0].value is not made:
            return False
        return not any(
            not isinstance(self.scopes.parent(load), ast.Attribute)
            and ((load.lineno, load.col_offset) < (call.lineno, call.col_offset) or self._share_loop(load, call, made))
            for load in self.scopes.loads(owner, receiver.id)
        )

    def _is_of_another(self, use: Use, name: ast.Name, origin: ast.Call) -> bool:
        """Return whether a use is of an object that another call of the same function made."""
        subject = use.subject
        if self.scopes.scope(use.node) is self.scopes.scope(origin):
            return False
        if not isinstance(subject, ast.Name) or subject.id != name.id:
            return use.kind in ("call", "reference", "bind")
        return self.scopes.lookup(subject)[0] is not self.scopes.lookup(name)[0]

    def _share_loop(self, first: ast.AST, second: ast.AST, origin: ast.AST) -> bool:
        """Return whether a loop that does not make the object anew holds both."""
        loops = [one for one in self.scopes.ancestors(first) if isinstance(one, (ast.For, ast.AsyncFor, ast.While))]
        inside = set(self.scopes.ancestors(second))
        around = set(self.scopes.ancestors(origin))
        return any(loop in inside and loop not in around for loop in loops)


def _usable(rule: Rule | None, draft: Draft) -> Rule:
    """Return the rule of a member. Raises Held when there is none, or it says what a person has to do."""
    if rule is None:
        cls = sdk.v1_classes().get(draft.use.receiver.cls)
        if cls is not None and draft.use.member not in cls.members:
            raise Held(kinds.NO_RULE, f"stream-chat 4.33 has no {draft.member}: the call fails as it is")
        raise Held(kinds.NO_RULE, f"the catalogue has no entry for {draft.member}")
    if rule.manual:
        raise Held(kinds.DECIDE, rule.manual)
    return rule


def _opaque(node: ast.expr, call: ast.Call) -> None:
    """Say that what a name holds when a call runs is not known."""


def _told(use: Use) -> str:
    """Return where an object, or its class, goes that cannot be followed, in a sentence."""
    if use.kind not in ("escape", "container"):
        return use.detail if use.kind != "subclass" and use.detail else _TEXTS.get(use.kind, "it is not followed here")
    detail = use.detail
    if detail.startswith("argument of "):
        return f"it goes to {detail.removeprefix('argument of ')}, whose code is not in view"
    return _ESCAPES.get(detail, f"it goes where it is not followed: {detail}" if detail else _TEXTS["escape"])


_CLASSES = {"StreamChat": "SM401", "StreamChatAsync": "SM402", "Channel": "SM403", "AsyncChannel": "SM403"}
"""The rules of the classes themselves, for uses that name no member."""
_ESCAPES = {
    "class": "the class itself is handed on, and what makes objects of it is not in view",
    "attribute of something else": "it is stored on an object whose class is not in view",
    "result of a lambda": "a lambda returns it, and who calls that is not in view",
    "container": "it is put into a container that is not followed",
    "text": "it is written into a text",
    "compared": "it is compared with something",
    "called": "the object is called",
    "unpacked": "it is unpacked",
    "operator": "an operator is applied to it",
    "awaited": "it is awaited",
    "what a stand-in looks like": "a stand-in is made to look like it; give it v2's class when the code has moved",
}
_REASONS = {
    "subclass": kinds.ESCAPE,
    "attribute_store": kinds.STATE,
}
_TEXTS = {
    "subclass": "a class of your own builds on the SDK's; move it by hand",
    "attribute_store": "an attribute of the object is set, which v2 does not read",
    "escape": "the object goes to code that is not in view",
}
