"""What must hold of every rule against the SDKs' own facts, whatever code it meets. Run by the tests, not by users."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from streammigrate.rules import SOURCE, load, payloads, sdk
from streammigrate.rules.catalogue import all_rules
from streammigrate.rules.model import Case, Const, Keyed, Listed, Merged, Path, Receiver, Rest, Rule, Value

OWNERS = frozenset({"client", "chat", "moderation", "channel"})
STATES = frozenset({"", "creates", "reads", "replaces"})
PROOFS = frozenset({"wire", "value", "none"})
PLACES = frozenset({"type", "id", "cid", "data"})
"""What can be asked of a receiver, as `recv.type` …"""
KINDS = frozenset(
    {
        "absent",
        "given",
        "opaque",
        "falsy",
        "none",
        "true",
        "false",
        "text",
        "number",
        "mapping",
        "list",
        "texts",
        "time",
    }
)
"""What a case can ask of a value."""
FORMS = frozenset({"attribute", "object", "raw"})
"""Forms that are no module of codemod/forms by that name."""

_ID = re.compile(r"SM\d{3}")
_STARTS = ("v1", "v2", "getstream", "stream-chat", "streammigrate", "`", '"')
_ANY = sdk.Type("any", "")


class _Variant(NamedTuple):
    """What a rule does in one of its cases: the arguments, the spread mappings, and what the case knows of values."""

    name: str
    v2: str
    args: Mapping[str, Value]
    rest: tuple[Rest, ...]
    when: Mapping[str, str]
    absent: frozenset[str]
    """What no call of this case gives: an earlier case takes those that do."""
    replaced: frozenset[str] = frozenset()
    """The v1 parameters in whose place the case sends something else, and whose notes say so."""


def check_rules() -> list[str]:
    """Return what is wrong with the rules, a sentence for each finding, sorted; empty when all is well.

    Raises RuleError where an entry cannot be read at all.
    """
    return sorted({f"{rule.id} {rule.v1}: {problem}" for rule in all_rules() for problem in check_rule(rule)})


def check_rule(rule: Rule) -> Iterator[str]:
    """Yield what is wrong with one rule: unknown names, parameters that get lost, texts that are no sentences."""
    yield from _check_head(rule)
    yield from _check_texts(rule)
    yield from _check_examples(rule)
    signature = _signature(rule)
    if rule.v2:
        if signature is None:
            yield "stream-chat has no such callable"
            return
        yield from _check_names(rule, signature)
        for variant in _variants(rule):
            for target in _targets(rule):
                prefix = f"case {variant.name}: " if variant.name else ""
                yield from (prefix + problem for problem in _Target(rule, signature, variant, target).check())


def _check_head(rule: Rule) -> Iterator[str]:
    if not _ID.fullmatch(rule.id):
        yield f"{rule.id} is no id (SM and three digits)"
    if rule.state not in STATES:
        yield f"unknown state {rule.state!r}"
    if rule.proof not in PROOFS:
        yield f"unknown proof {rule.proof!r}"
    if sum(map(bool, (rule.v2, rule.form, rule.manual))) == 0:
        yield "says neither what the member becomes nor why it stays"
    if rule.form and rule.form not in FORMS and not _form_exists(rule.form):
        yield f"there is no form {rule.form!r}"
    if rule.form == "attribute" and not rule.manual and not {"attribute", "format"} & set(rule.data):
        yield "an attribute needs `attribute` or `format` in its data"
    if not _is_known(rule):
        yield "stream-chat has no such member"
    if rule.result and rule.result != "none" and not rule.v2:
        yield "has a result but no v2 call"


def _form_exists(name: str) -> bool:
    # An installed wheel has no data of its own to check: the checkout is enough.
    return (SOURCE.parent / "src/streammigrate/codemod/forms" / f"{name}.py").is_file() or name in _DECLARED


_DECLARED = frozenset({"types", "webhooks", "responses", "environment"})
"""Forms that are told apart by the module which reads their data elsewhere."""


def _is_known(rule: Rule) -> bool:
    owner, _, member = rule.v1.rpartition(".")
    if owner == "env" or member.startswith("_"):
        return True
    classes = sdk.v1_classes()
    if owner in classes:
        return member in classes[owner].members
    if sdk.v1_class_of(rule.v1) is not None:
        return True
    return member in sdk.v1_modules().get(owner, {})


def _check_texts(rule: Rule) -> Iterator[str]:
    if not rule.summary:
        yield "has no summary"
    if rule.result == "none" and not rule.result_reason:
        yield "result: none needs a result_reason"
    told = [("summary", rule.summary)] if rule.summary else []
    told += [("a note", note) for note in rule.notes]
    for place, text in told:
        if not is_sentence(text):
            yield f"{place} is no sentence: {text!r}"
    for place, text in _reasons(rule):
        if not is_reason(text):
            yield f"{place} is no reason: {text!r}"


def _reasons(rule: Rule) -> Iterator[tuple[str, str]]:
    for place in ("unsafe", "manual", "result_reason", "instruction"):
        if getattr(rule, place):
            yield place, getattr(rule, place)
    yield from ((f"dropped.{name}", text) for name, text in rule.dropped.items() if text)
    yield from ((f"lacks.{name}", text) for name, text in rule.lacks.items())
    for case in rule.cases:
        yield from (("a case", text) for text in (case.manual, case.unsafe) if text)
    for rest in _all_rests(rule):
        for field in ("drop", "lost", "manual"):
            yield from ((f"rest.{field}.{key}", text) for key, text in getattr(rest, field).items())


def is_sentence(text: str) -> bool:
    """Return whether a text reads as a sentence of its own: summaries and notes."""
    return _reads(text) and text.endswith(".") and len(text.split()) >= 2


def is_reason(text: str) -> bool:
    """Return whether a text reads as a reason behind a site's place or a rule's id: a clause without a full stop."""
    return _reads(text) and not text.endswith(".") and len(text.split()) >= 4


def _reads(text: str) -> bool:
    starts = text[:1].isupper() or text.startswith(_STARTS)
    return starts and text == " ".join(text.split())


def _check_examples(rule: Rule) -> Iterator[str]:
    for example in rule.examples:
        if set(example) != {"before", "after"}:
            yield "an example is a pair of before and after"
        yield from (f"an example is no Python: {text!r}" for text in example.values() if not _is_python(text))


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _check_names(rule: Rule, signature: sdk.Signature) -> Iterator[str]:
    known = {parameter.name for parameter in signature.parameters}
    for field in ("dropped", "carried"):
        yield from (f"{field}: v1 has no parameter `{name}`" for name in getattr(rule, field) if name not in known)
    for case in rule.cases:
        for guard, wanted in case.when.items():
            head, _, place = guard.partition(".")
            if place not in PLACES if head == "recv" else head not in known:
                yield f"a case asks for `{guard}`, which v1 does not have"
            if wanted not in KINDS:
                yield f"a case wants `{guard}` to be {wanted!r}, which is no kind of value"
    if rule.cases and any(not case.when for case in rule.cases[:-1]):
        yield "a case without a guard hides those after it"
    for value in _all_values(rule):
        for path in _paths(value):
            if path.parts[0] not in known:
                yield f"reads `{path}`, which v1 does not have"
        if any(place not in PLACES for place in _receiver_places(value)):
            yield "reads a place that receivers do not have"
        for inner in _nested(value):
            if inner.kind and not _has_conversion(inner.kind):
                yield f"there is no conversion {inner.kind!r}"
    for rest in _all_rests(rule):
        yield from (f"spreads `{name}`, which v1 does not have" for name in rest.of if name not in known)
        yield from (f"there is no conversion {kind!r}" for kind in rest.kinds.values() if not _has_conversion(kind))


def _has_conversion(kind: str) -> bool:
    # The conversions are code: only here do the rules look to the right.
    from streammigrate.codemod.conversions import CONVERSIONS

    return kind in CONVERSIONS


def _signature(rule: Rule) -> sdk.Signature | None:
    owner, _, member = rule.v1.rpartition(".")
    return sdk.v1_signature(owner, member)


def _targets(rule: Rule) -> list[str]:
    """Return the releases of getstream that a rule is for."""
    known: list[str] = load("v2")["targets"]
    return [
        target
        for target in known
        if (not rule.since or _order(rule.since) <= _order(target))
        and (not rule.until or _order(target) <= _order(rule.until))
    ]


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _variants(rule: Rule) -> Iterator[_Variant]:
    cases = rule.cases or (Case({}, {}, ()),)
    for index, case in enumerate(cases):
        if not case.manual:
            name = ", ".join(f"{key}: {value}" for key, value in case.when.items())
            args = {**rule.args, **case.args}
            absent = _absent(cases, index)
            sources = (path.parts[0] for value in rule.args.values() for path in _paths(value))
            replaced = frozenset(sources) if case.notes else frozenset[str]()
            yield _Variant(name, case.v2 or rule.v2, args, case.rest or rule.rest, case.when, absent, replaced)


def _absent(cases: Sequence[Case], index: int) -> frozenset[str]:
    """Return the guarded names that cannot be given where a case is the first that fits."""
    guards = sorted({guard for case in cases for guard in case.when})
    given: set[str] = set()
    for present in product((False, True), repeat=len(guards)):
        known = dict(zip(guards, present, strict=True))
        if not any(_fits(case, known) for case in cases[:index]) and _may_fit(cases[index], known):
            given |= {guard for guard in guards if known[guard]}
    return frozenset(guards) - given


def _fits(case: Case, known: Mapping[str, bool]) -> bool:
    """Return whether a case fits for sure when names are given or not; of what kind they are is open."""
    return all(
        known[guard] if wanted == "given" else not known[guard] and wanted == "absent"
        for guard, wanted in case.when.items()
    )


def _may_fit(case: Case, known: Mapping[str, bool]) -> bool:
    return all(known[guard] is (wanted != "absent") for guard, wanted in case.when.items())


class _Target:
    """One case of a rule against one release of getstream."""

    def __init__(self, rule: Rule, signature: sdk.Signature, variant: _Variant, target: str) -> None:
        self.rule = rule
        self.signature = signature
        self.variant = variant
        self.target = target

    def check(self) -> Iterator[str]:
        owner, _, name = self.variant.v2.partition(".")
        if owner not in OWNERS:
            yield f"`{self.variant.v2}` names no owner of getstream ({', '.join(sorted(OWNERS))})"
            return
        method = sdk.v2_method(owner, name, self.target)
        if method is None:
            yield f"getstream {self.target} has no {self.variant.v2}; say since or until"
            return
        yield from self._check_consumed(method)
        yield from self._check_required(method)
        yield from self._check_result(method)
        for parameter, value in self.variant.args.items():
            found = method.parameters.get(parameter)
            if found is None:
                # A parameter of some releases only is held back by the codemod, where a call gives it.
                if not self._has_somewhere(owner, name, parameter):
                    yield f"{self.variant.v2} has no parameter `{parameter}`"
                continue
            type = sdk.parse_type(found.type)
            if found.kind == "var_positional":
                type = sdk.Type("list", "", (type,))
            yield from self._check_value(value, type, parameter)
        for rest in self._spreads():
            yield from self._check_keys(
                rest, lambda key: self._has_somewhere(owner, name, key), set(self.variant.args), self.variant.v2
            )
        for part in self.rule.derived:
            head, _, parameter = part.partition(".")
            known = self._has_somewhere(owner, name, parameter) if head == "args" else part in ("v2", "rest", "cases")
            if not known:
                yield f"derived: `{part}` is no part of the entry"
        yield from (
            f"positional: {self.variant.v2} has no parameter `{one}`"
            for one in self.rule.positional
            if one not in method.parameters
        )

    def _has_somewhere(self, owner: str, name: str, parameter: str) -> bool:
        methods = (sdk.v2_method(owner, name, target) for target in load("v2")["targets"])
        return any(method is not None and parameter in method.parameters for method in methods)

    def _spreads(self) -> tuple[Rest, ...]:
        options = next((one.name for one in self.signature.parameters if one.kind == "var_keyword"), "")
        inner = [rest for value in self.variant.args.values() for rest in _rests_of(value)]
        spread = {name for rest in (*self.variant.rest, *inner) for name in rest.of}
        own = (Rest((options,)),) if options and options not in spread else ()
        return (*self.variant.rest, *own)

    def _check_consumed(self, method: sdk.Method) -> Iterator[str]:
        """Every v1 parameter has a place: a source names it, it keeps its name, or the rule says why it has none."""
        taken = {path.parts[0] for value in self.variant.args.values() for path in _paths(value)}
        rests = (*self._spreads(), *(rest for value in self.variant.args.values() for rest in _rests_of(value)))
        taken |= {name for rest in rests for name in rest.of}
        taken |= {*self.rule.dropped, *self.rule.carried}
        taken |= self.variant.absent | self.variant.replaced
        for parameter in self.signature.parameters:
            if parameter.name in taken:
                continue
            if parameter.name not in method.parameters:
                yield f"the v1 parameter `{parameter.name}` has no place in {self.variant.v2}"
            elif parameter.name in self.variant.args:
                yield f"the v1 parameter `{parameter.name}` and an argument both go to `{parameter.name}`"

    def _check_required(self, method: sdk.Method) -> Iterator[str]:
        """Every v2 parameter without default is given whenever v1 accepts the call, or named under `none`."""
        sure = {name for name, value in self.variant.args.items() if self._is_sure(value)}
        sure |= {one.name for one in self.signature.parameters if one.default is None}
        spread = bool(self._spreads())
        for parameter in method.parameters.values():
            needed = parameter.default is None and not parameter.kind.startswith("var_")
            if needed and parameter.name not in sure and parameter.name not in self.rule.none:
                if not spread and parameter.name not in self.variant.args:
                    yield f"nothing gives `{parameter.name}`, which {self.variant.v2} requires"
                elif parameter.name in self.variant.args and not self.rule.carried:
                    # What makes an object is planned together with the object's uses: a channel without id is a form.
                    yield f"v1 does not need what gives `{parameter.name}`; name it under none"
        for name in self.rule.none:
            if not self._is_required_somewhere(name):
                yield f"none: {self.variant.v2} does not require `{name}`"

    def _is_required_somewhere(self, name: str) -> bool:
        owner, _, method_name = self.variant.v2.partition(".")
        methods = (sdk.v2_method(owner, method_name, target) for target in load("v2")["targets"])
        found = [method.parameters[name] for method in methods if method is not None and name in method.parameters]
        return any(parameter.default is None for parameter in found)

    def _is_sure(self, value: Value) -> bool:
        """Return whether a value is there in every call that v1 takes (a key of a payload counts as being there)."""
        if value.has_default or isinstance(value.source, (Const, Listed, Keyed, Receiver)):
            return True
        if isinstance(value.source, Merged):
            return True
        if len(value.source.parts) > 1 or self.variant.when.get(str(value.source)) not in (None, "absent", "none"):
            return True
        return any(one.name == value.source.parts[0] and one.default is None for one in self.signature.parameters)

    def _check_result(self, method: sdk.Method) -> Iterator[str]:
        if self.rule.result in ("", "none"):
            return
        answer = sdk.model(method.response, self.target)
        if answer is None or self.rule.result not in answer.fields:
            yield f"{method.response or 'the answer'} has no `{self.rule.result}`"

    def _check_value(self, value: Value, type: sdk.Type, place: str) -> Iterator[str]:
        """Check that what a rule writes out fits the type that v2 takes there."""
        source = value.source
        if isinstance(source, Listed):
            if value.kind:
                return
            item = type.items[0] if type.kind == "list" else _ANY
            if type.kind not in ("list", "any"):
                yield f"`{place}` takes no list"
            for one in source.items:
                yield from self._check_value(one, item, f"{place}[]")
        elif isinstance(source, Keyed):
            if type.kind == "list" and value.kind:
                type = type.items[0]
            yield from self._check_fields(dict(source.items), type, place, source.rest)
        elif isinstance(source, Merged):
            yield from self._check_fields(dict(source.over), type, place, Rest(()))

    def _check_fields(self, items: Mapping[str, Value], type: sdk.Type, place: str, rest: Rest | None) -> Iterator[str]:
        if type.kind in ("map", "any"):
            item = type.items[0] if type.kind == "map" else _ANY
            for key, value in items.items():
                yield from self._check_value(value, item, f"{place}.{key}")
            return
        model = sdk.model(type.name, self.target) if type.kind == "model" else None
        if model is None:
            yield f"`{place}` takes no mapping"
            return
        fields = {field.wire: field for field in model.fields.values()}
        for key, value in items.items():
            if key in fields:
                yield from self._check_value(value, fields[key].type, f"{place}.{key}")
            else:
                yield f"`{place}`: {model.name} has no field `{key}`"
        if rest is None:
            optional = {*payloads.shape(model.name).none, "custom", *items}
            missing = sorted(field.wire for field in fields.values() if field.required and field.wire not in optional)
            yield from (f"nothing gives `{place}.{name}`, which {model.name} requires" for name in missing)
        else:
            yield from self._check_keys(
                rest, lambda key: key in fields or sdk.has_custom(model), set(items), model.name
            )

    def _check_keys(self, rest: Rest, has: Callable[[str], bool], given: set[str], where: str) -> Iterator[str]:
        """Check the keys that a spread mapping treats apart from the others."""
        for key in rest.rename.values():
            if not has(key):
                yield f"rename: {where} has no `{key}`"
        for key in rest.kinds:
            if not has(rest.rename.get(key, key)):
                yield f"kinds: {where} has no `{key}`"
        for key in rest.lost:
            if has(key) and key not in given and key not in {one.name for one in self.signature.parameters}:
                yield f"lost: {where} has `{key}` after all"


def _all_values(rule: Rule) -> list[Value]:
    return [*rule.args.values(), *(value for case in rule.cases for value in case.args.values())]


def _all_rests(rule: Rule) -> list[Rest]:
    found = [*rule.rest, *(rest for case in rule.cases for rest in case.rest)]
    return found + [rest for value in _all_values(rule) for rest in _rests_of(value)]


def _nested(value: Value) -> Iterator[Value]:
    """Yield a value and all that it is put together from."""
    yield value
    for inner in _inner(value):
        yield from _nested(inner)


def _inner(value: Value) -> Iterable[Value]:
    source = value.source
    if isinstance(source, Listed):
        return source.items
    if isinstance(source, Keyed):
        return tuple(inner for _, inner in source.items)
    if isinstance(source, Merged):
        return (source.base, *(inner for _, inner in source.over))
    return ()


def _paths(value: Value) -> Iterator[Path]:
    return (one.source for one in _nested(value) if isinstance(one.source, Path))


def _receiver_places(value: Value) -> Iterator[str]:
    return (one.source.what for one in _nested(value) if isinstance(one.source, Receiver))


def _rests_of(value: Value) -> Iterator[Rest]:
    return (one.source.rest for one in _nested(value) if isinstance(one.source, Keyed) and one.source.rest is not None)
