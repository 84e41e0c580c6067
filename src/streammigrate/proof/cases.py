"""Makes the programs that a rule claims, from its guards and from the types of its v2 targets. No case is written by hand.

Each program is one call of the rule's member in one form: by position and by keyword, each parameter and each option with
each kind of value that its v2 type can have, payloads written in place, named, grown and spread, the response read, and
errors caught. The samples of `samples` say nothing about the SDKs: a form that v1 itself refuses is skipped by the proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from streammigrate.proof import form_cases
from streammigrate.proof.program import FAILURES, Program, write
from streammigrate.proof.samples import GUARDS, Target, keyed_text, samples_of, without_twins
from streammigrate.rules import sdk
from streammigrate.rules.catalogue import SHARED
from streammigrate.rules.model import Case, Keyed, Listed, Merged, Path, Rest, Rule, Source, Value

MOST = 1000
"""More forms than this of one case of a rule are not made; the plainest come first."""

_MAKING = {
    "StreamChat": ("client", ""),
    "Channel": ("channel", 'client.channel("messaging", "general"{more})'),
    "Campaign": ("campaign", "client.campaign({more})"),
    "Segment": ("segment", "client.segment(SegmentType.USER, {more})"),
    "ChannelBatchUpdater": ("updater", "client.channel_batch_updater()"),
}
"""The variable that a receiver is held in, and the expression that makes it."""

_PROBES = {
    "Channel": ('create("creator-1")', 'hide("user-1")'),
    "Campaign": ("start()",),
    "Segment": ("get()",),
    "ChannelBatchUpdater": ('hide({"cids": {"$in": ["messaging:general"]}}, [{"user_id": "user-1"}])',),
}
"""Calls that send requests which show what object was made."""

_ATTRIBUTES = frozenset({"attribute", "attributes"})
_APART = frozenset({"dead", "drop", "lost"})
"""Keys that are tried one by one, and are in no other form."""

_TWINS = {name: twin for twin, name in SHARED.items()}


def programs(rule: Rule, asynchronous: bool = False) -> Iterator[Program]:
    """Yield the programs of a rule, the plainest first; none for a rule that has nothing to run."""
    form = _FORMS.get(rule.form)
    if form is not None and not rule.manual and rule.proof != "none":
        yield from form(rule, asynchronous)
        return
    owner, _, member = rule.v1.rpartition(".")
    if owner not in _MAKING or rule.manual or (rule.proof == "none" and not rule.form):
        return
    cls = _TWINS.get(owner, owner) if asynchronous else owner
    found = sdk.v1_classes()[cls].members.get(member)
    if found is None:
        return
    writer = _Writer(rule, owner, found, asynchronous)
    if rule.form in _ATTRIBUTES:
        yield from writer.attributes()
    elif rule.form == "object":
        yield from writer.objects()
    elif rule.v2 and found.signature is not None:
        yield from writer.calls(found.signature)


_FORMS = {
    "construct": form_cases.constructions,
    "exceptions": form_cases.exceptions,
    "raw": form_cases.raws,
    "types": form_cases.types,
    "webhooks": form_cases.webhooks,
}


class _Writer:
    """Writes the programs of one member for one of the two kinds of client."""

    def __init__(self, rule: Rule, owner: str, member: sdk.Member, asynchronous: bool) -> None:
        self.rule = rule
        self.owner = owner
        self.member = member
        self.asynchronous = asynchronous
        self.holder = _MAKING[owner][0]
        self.made = SHARED.get(member.returns, member.returns)

    def calls(self, signature: sdk.Signature) -> Iterator[Program]:
        """Yield the programs that call a method."""
        for case in self.rule.cases or (None,):
            if case is None or not case.manual:
                yield from self._case(case, signature)
        for index, example in enumerate(self.rule.examples):
            yield self._example(index, example)

    def _case(self, case: Case | None, signature: sdk.Signature) -> Iterator[Program]:
        forms = Forms(self.rule, case, signature)
        seen: set[str] = set()
        plain = ""
        for form in islice(forms.forms(), MOST):
            text = "\n".join((*form.before, form.arguments))
            if text in seen:
                continue
            seen.add(text)
            plain = plain if form.name != "keyword" else form.arguments
            yield self._call(case, form.name, form.arguments, form.before)
        if not seen:
            return
        if self.owner != "StreamChat":
            yield self._call(case, "receiver:chained", plain, chained=True)
        if self.owner == "Channel":
            yield from self._channels(case, plain)
        yield from self._reading(case, forms, plain)
        wired = self.rule.proof == "wire" and self.made not in _PROBES
        for failure in FAILURES if wired else ():
            yield self._failing(case, plain, failure)

    def _channels(self, case: Case | None, arguments: str) -> Iterator[Program]:
        named = ('channel_id = "general"', 'channel = client.channel("messaging", channel_id)')
        yield self._call(case, "receiver:variable", arguments, setup=named)
        if not self._reads_receiver():
            return
        for name, data in (
            ("data", '{"team": "blue", "color": "red", "members": ["user-1", "user-2"]}'),
            ("creator", '{"created_by_id": "creator-1"}'),
            ("nothing", "None"),
        ):
            setup = (f'channel = client.channel("messaging", "general", {data})',)
            yield self._call(case, f"receiver:{name}", arguments, setup=setup)
        if case is None or not case.when:
            data_type = Target(sdk.Type("model", "ChannelInput"))
            for index, data in enumerate(samples_of(data_type, "data")):
                before, data = _hoisted(data)
                making = (*before, f'channel = client.channel("messaging", "general", {data})')
                yield self._call(case, f"receiver:data:{index}", arguments, setup=making)
        distinct = 'client.channel("messaging", data={"members": ["user-1", "user-2"]})'
        yield self._call(case, "receiver:distinct", arguments, setup=(f"channel = {distinct}",), complete=True)

    def _reads_receiver(self) -> bool:
        values = [*self.rule.args.values(), *(value for case in self.rule.cases for value in case.args.values())]
        return bool(self.rule.state) or any(_names_receiver(value.source, "data") for value in values)

    def _reading(self, case: Case | None, forms: Forms, arguments: str) -> Iterator[Program]:
        reads = forms.reads()
        if not reads or self.made in _PROBES:
            return
        lines = (f"response = {self._expression(arguments)}", *(f"observe({path!r}, response{path})" for path in reads))
        yield self._program(self._name(case, "reads"), self._setup(case), lines, complete=True)
        chain = f"observe({reads[-1]!r}, {_grouped(self._expression(arguments))}{reads[-1]})"
        yield self._program(self._name(case, "reads:chain"), self._setup(case), (chain,), complete=True)

    def _failing(self, case: Case | None, arguments: str, failure: int | Literal["timeout"]) -> Program:
        lines = (
            "try:",
            f"    {self._expression(arguments)}",
            "except StreamAPIException as error:",
            '    observe("status", error.status_code)',
            'observe("after", True)',
        )
        program = self._program(self._name(case, f"error:{failure}"), self._setup(case), lines)
        return program._replace(failure=failure)

    def _call(
        self,
        case: Case | None,
        form: str,
        arguments: str,
        before: Sequence[str] = (),
        *,
        setup: Sequence[str] | None = None,
        chained: bool = False,
        complete: bool = False,
    ) -> Program:
        made = self._setup(case) if setup is None else tuple(setup)
        if self.made in _PROBES:
            return self._program(self._name(case, form), made, (*before, *self._probed(arguments)), complete=True)
        receiver = made[-1].partition(" = ")[2] if chained else self.holder
        text = self._expression(arguments, receiver)
        line = f'observe("value", {text})' if self.rule.proof == "value" else text
        lines = (*before, line)
        return self._program(self._name(case, form), () if chained else made, lines, complete=complete)

    def _name(self, case: Case | None, form: str) -> str:
        return form if case is None or len(self.rule.cases) == 1 else f"{self.rule.cases.index(case)}/{form}"

    def _probed(self, arguments: str) -> tuple[str, ...]:
        """Return the statements that make an object of the SDK and use it, which sends what shows it."""
        name = _MAKING[self.made][0]
        return f"{name} = {self._expression(arguments)}", *self._probes(name)

    def _probes(self, receiver: str) -> tuple[str, ...]:
        wait = "await " if self.asynchronous else ""
        return tuple(f"{wait}{receiver}.{call}" for call in _PROBES[self.made])

    def _expression(self, arguments: str, receiver: str = "") -> str:
        wait = "await " if self.member.awaited and self.asynchronous else ""
        return f"{wait}{receiver or self.holder}.{self.member.name}({arguments})"

    def _setup(self, case: Case | None) -> tuple[str, ...]:
        """Return the statements that make the receiver as the guards of a case want it."""
        name, making = _MAKING[self.owner]
        if not making:
            return ()
        wanted = case.when if case is not None else {}
        # An id in the call and an id of the object are given together only where a case asks for it.
        with_id = wanted.get("recv.id", "absent" if f"{name}_id" in wanted else "") != "absent"
        more = []
        if self.owner == "Channel":
            more += [', {"team": "blue"}'] if wanted.get("recv.data") == "given" else []
        elif with_id:
            more.append(f'"{name}-1"')
        elif self.owner == "Segment":
            more.append("None")
        if self.owner != "Channel" and wanted.get("recv.data") == "given":
            more.append('data={"name": "name-1"}')
        return (f"{name} = {making.replace('{more}', ', '.join(more))}",)

    def attributes(self) -> Iterator[Program]:
        """Yield the programs that read an attribute."""
        name = self.member.name
        if self.made in _MAKING:
            line = f"{'await ' if self.asynchronous else ''}{self.holder}.{name}.get_app_settings()"
            yield self._program("attribute", self._setup(None), (line,))
            return
        yield self._program("attribute", self._setup(None), (f'observe("value", {self.holder}.{name})',))
        yield self._program(
            "attribute:format", self._setup(None), (f'observe("value", f"<{{{self.holder}.{name}}}>")',)
        )

    def objects(self) -> Iterator[Program]:
        """Yield the programs that make an object of the SDK and use it once."""
        made = self.made
        if made not in _PROBES:
            return
        name, making = _MAKING[made]
        expression = making.replace("{more}", "" if made == "Channel" else f'"{name}-1"')
        yield self._program("object", (), (f"{name} = {expression}", *self._probes(name)))
        yield self._program("object:chained", (), self._probes(expression)[:1])

    def _example(self, index: int, example: Mapping[str, str]) -> Program:
        before = example["before"]
        uses_holder = self.holder != "client" and before.lstrip().startswith(f"{self.holder}.")
        setup = self._setup(None) if uses_holder else ()
        text = before.rstrip("\n")
        wait = "await " if self.asynchronous and self.member.awaited else ""
        line = f'observe("value", {wait}{text})' if self.rule.proof == "value" else f"{wait}{text}"
        program = self._program(f"example:{index}", setup, tuple(line.split("\n")))
        return program._replace(after=example["after"])

    def _program(self, form: str, setup: Sequence[str], lines: Sequence[str], *, complete: bool = False) -> Program:
        # What replaces the data of the object, or returns a part of the answer, reads it.
        complete = complete or self.rule.state == "replaces" or self.rule.result not in ("", "none")
        return write(form, [*setup, *lines], asynchronous=self.asynchronous, complete=complete)


def _grouped(expression: str) -> str:
    return f"({expression})" if expression.startswith("await ") else expression


def _names_receiver(source: Source, what: str) -> bool:
    if isinstance(source, Merged):
        inner: list[Value] = [source.base, *(value for _, value in source.over)]
    elif isinstance(source, Keyed):
        inner = [value for _, value in source.items]
    elif isinstance(source, Listed):
        inner = list(source.items)
    else:
        return getattr(source, "what", "") == what
    return any(_names_receiver(value.source, what) for value in inner)


_OPPOSITE = {"absent": "given", "given": "absent"}


class Form(NamedTuple):
    """The arguments of one call as text, and the statements before it that they need."""

    name: str
    arguments: str
    before: tuple[str, ...] = ()


class Forms:
    """The argument forms of one case of a rule."""

    def __init__(self, rule: Rule, case: Case | None, signature: sdk.Signature) -> None:
        self.rule = rule
        self.case = case
        self.signature = signature
        self.own = next((one.name for one in signature.parameters if one.kind == "var_keyword"), "")
        owner, _, name = ((case.v2 if case else "") or rule.v2).partition(".")
        self.method = sdk.v2_method(owner, name)
        self.targets: dict[str, Target] = {}
        self.options: dict[str, Target] = {}
        self.keyed: dict[str, dict[str, Target]] = {}
        self.when = self._guards()
        if self.method is not None:
            self._collect(self.method)

    def _collect(self, method: sdk.Method) -> None:
        values: Mapping[str, Value] = {**self.rule.args, **(self.case.args if self.case else {})}
        rests = self.case.rest if self.case and self.case.rest else self.rule.rest
        for name, value in values.items():
            parameter = method.parameters.get(name)
            if parameter is not None and parameter.place == "form:file" and isinstance(value.source, Path):
                self._path(value.source.parts, Target(_type(parameter), "file"))
            elif parameter is not None:
                self._value(value, _type(parameter))
        for parameter in method.parameters.values():
            for one in self.signature.parameters:
                if one.name == parameter.name and one.name not in self.targets and one.kind == "positional":
                    self.targets[one.name] = Target(_type(parameter))
        spread = {name for rest in rests for name in rest.of}
        every = [*rests, *([Rest((self.own,))] if self.own and self.own not in spread else [])]
        fields = {
            _v1_name(name, method): Target(_type(one)) for name, one in method.parameters.items() if name not in values
        }
        fields.pop("", None)
        for rest in every:
            self._rest(rest, fields)

    def _rest(self, rest: Rest, fields: Mapping[str, Target]) -> None:
        back = {new: old for old, new in rest.rename.items()}
        held = {**rest.lost, **rest.drop, **rest.manual, **rest.dead}
        for name in rest.of:
            table: dict[str, Target] = {}
            for field, target in fields.items():
                key = back.get(field, field)
                if key not in held and (field not in self.targets or name == self.own):
                    table[key] = target._replace(kind=rest.kinds.get(key, ""))
            for key in sorted(rest.lost):
                table[key] = Target(sdk.parse_type("bool"), "lost")
            for key in sorted(rest.dead):
                table[key] = Target(sdk.parse_type("int"), "dead")
            for key in sorted(rest.drop):
                table[key] = Target(sdk.parse_type("bool"), "drop")
            if name == self.own:
                known = {one.name for one in self.signature.parameters}
                self.options.update({key: target for key, target in table.items() if key not in known})
            else:
                self.keyed.setdefault(name, {}).update(table)

    def _value(self, value: Value, type: sdk.Type) -> None:
        source, kind = value.source, value.kind
        if isinstance(source, Path):
            self._path(source.parts, Target(type, kind))
        elif isinstance(source, Listed):
            for item in source.items:
                self._value(item, type.items[0] if type.items else sdk.parse_type("str"))
        elif isinstance(source, Merged):
            self._value(source.base, type)
            self._fields(source.over, type)
        elif isinstance(source, Keyed):
            looped = source.items[0][1].source if kind == "each" else None
            if isinstance(looped, Path):
                self._path(looped.parts, Target(sdk.parse_type("List[str]")))
            self._fields(source.items, type)
            model = sdk.model(type.name) if type.kind == "model" else None
            if source.rest is not None and model is not None:
                given = {name for name, _ in source.items}
                fields = {field.wire: Target(field.type) for field in model.fields.values() if field.wire not in given}
                self._rest(source.rest, fields)

    def _path(self, parts: tuple[str, ...], target: Target) -> None:
        if len(parts) == 1:
            self.targets.setdefault(parts[0], target)
        elif parts[0] == self.own:
            self.options[parts[1]] = target
        elif len(parts) == 2:
            self.keyed.setdefault(parts[0], {})[parts[1]] = target

    def _fields(self, items: tuple[tuple[str, Value], ...], type: sdk.Type) -> None:
        model = sdk.model(type.name) if type.kind == "model" else None
        for name, value in items:
            field = None if model is None else model.fields.get(name)
            inner = type.items[0] if type.kind == "map" else sdk.parse_type("object")
            self._value(value, field.type if field is not None else inner)

    def forms(self) -> Iterator[Form]:
        """Yield each form of the arguments, the plainest first."""
        if self.method is None:
            return
        needed = [one for one in self._named() if one.default is None and not self._is_absent(one.name)]
        needed += [one for one in self._named() if one.default is not None and self._is_given(one.name)]
        rest = [one for one in self._named() if one not in needed and not self._is_absent(one.name)]
        plain = {one.name: self.samples(one.name)[0] for one in (*needed, *rest)}
        base = {one.name: plain[one.name] for one in needed}
        extra = self._guarded_options()
        leading = [one.name for one in self._leading(needed)]
        yield Form("keyword", _keywords(base, extra))
        yield Form(
            "positional",
            ", ".join(
                (
                    *(base[name] for name in leading),
                    _keywords({n: t for n, t in base.items() if n not in leading}, extra),
                )
            ).rstrip(", "),
        )
        yield Form("all", _keywords(plain, extra))
        order = [one.name for one in self._leading([*needed, *rest])]
        yield Form(
            "all:positional",
            ", ".join(
                (*(plain[name] for name in order), _keywords({n: t for n, t in plain.items() if n not in order}, extra))
            ).rstrip(", "),
        )
        yield from self._options(base, extra)
        for name, text in plain.items():
            # What a value that is not known does may need the others beside it: delete_for_me needs who deletes.
            holder = f"{name}_value"
            yield Form(f"all:{name}:variable", _keywords({**plain, name: holder}, extra), (f"{holder} = {text}",))
        for name in plain:
            yield from self._parameter(name, base, extra)

    def _options(self, base: Mapping[str, str], extra: Sequence[str]) -> Iterator[Form]:
        given = {text.partition("=")[0] for text in extra}
        options = {key: target for key, target in sorted(self.options.items()) if key not in given}
        options = {key: target for key, target in options.items() if not self._is_absent(f"{self.own}.{key}")}
        first = {key: samples_of(target, key)[0] for key, target in options.items() if target.kind not in _APART}
        if first:
            # An actor is given once.
            alone = without_twins(list(first), base)
            few = {key: first[key] for key in alone[:3]}
            yield Form("options:none", _keywords({**base, **dict.fromkeys(alone, "None")}, extra))
            yield Form("options", _keywords({**base, **few}, extra))
            yield Form("options:spread", f"{_keywords(base, extra)}, **{keyed_text(few)}".lstrip(", "))
        for key, target in options.items():
            for index, text in enumerate(samples_of(target, key)):
                yield Form(f"{key}:{index}", _keywords({**base, key: text}, extra))
        if self.own:
            yield Form("unknown", _keywords({**base, "not_in_v2": '"x"'}, extra))

    def _parameter(self, name: str, base: Mapping[str, str], extra: Sequence[str]) -> Iterator[Form]:
        every = self.samples(name)
        for index, text in enumerate(every):
            before, text = _hoisted(text)
            yield Form(f"{name}:{index}", _keywords({**base, name: text}, extra), before)
        optional = any(one.name == name and one.default == "None" for one in self.signature.parameters)
        if optional and not self._guard(name):
            yield Form(f"{name}:none", _keywords({**base, name: "None"}, extra))
        if self._guard(name):
            return
        holder = f"{name}_value"
        for index, text in enumerate(every[1:], 1):
            if text.startswith(('["', "datetime.")):
                yield Form(f"{name}:variable{index}", _keywords({**base, name: holder}, extra), (f"{holder} = {text}",))
        yield Form(f"{name}:variable", _keywords({**base, name: holder}, extra), (f"{holder} = {every[0]}",))
        if every[0].startswith("{"):
            grown = (f"{holder} = {every[0]}", f'{holder}["tier"] = 3')
            yield Form(f"{name}:grown", _keywords({**base, name: holder}, extra), grown)

    def reads(self) -> tuple[str, ...]:
        """Return the places, as text after the response, of plain values that an answer always has."""
        if self.method is None or not self.method.http or self.rule.result == "none" or self.rule.proof == "value":
            return ()
        if self.rule.result:
            model = sdk.model(self.method.response)
            field = None if model is None else model.fields.get(self.rule.result)
            if field is None or not field.type.items:
                return ()
            return tuple(f"[0]{path}" for path in _places(field.type.items[0].name, 2))[:8]
        return tuple(_places(self.method.response, 3))[:16]

    def _named(self) -> list[sdk.Parameter]:
        return [one for one in self.signature.parameters if one.kind in ("positional", "keyword")]

    def _leading(self, given: Sequence[sdk.Parameter]) -> list[sdk.Parameter]:
        """Return the parameters that can be given by position: those without a gap before them."""
        found = []
        for one in self._named():
            if one not in given or one.kind != "positional":
                break
            found.append(one)
        return found

    def _guard(self, name: str) -> str:
        return self.when.get(name, "")

    def _guards(self) -> dict[str, str]:
        """Return what a case wants of the values, and what keeps the cases before it from being taken."""
        found: dict[str, str] = {}
        for case in self.rule.cases[: self.rule.cases.index(self.case)] if self.case else ():
            if len(case.when) == 1:
                found.update((name, _OPPOSITE[wanted]) for name, wanted in case.when.items() if wanted in _OPPOSITE)
        return {**found, **(self.case.when if self.case else {})}

    def _is_absent(self, name: str) -> bool:
        return self._guard(name) == "absent"

    def _is_given(self, name: str) -> bool:
        return self._guard(name) not in ("", "absent")

    def _guarded_options(self) -> tuple[str, ...]:
        found = []
        for guard, wanted in self.when.items():
            head, _, key = guard.partition(".")
            if head == self.own and key and wanted != "absent":
                target = self.options.get(key)
                found.append(f"{key}={GUARDS.get(wanted) or (samples_of(target, key)[0] if target else _text(key))}")
        return tuple(found)

    def samples(self, name: str) -> tuple[str, ...]:
        """Return the values to try for a v1 parameter, the plainest first."""
        guard = self._guard(name)
        if guard in GUARDS:
            return (GUARDS[guard],)
        if name not in self.keyed:
            target = self.targets.get(name)
            return (_text(name),) if target is None else samples_of(target, name)
        table = {key: target for key, target in self.keyed[name].items() if not self._is_absent(f"{name}.{key}")}
        needed = {key: target for key, target in table.items() if self._needs(key) or self._is_given(f"{name}.{key}")}
        needed = {key: target for key, target in needed.items() if target.kind not in _APART}
        plain = [item for item in table.items() if item[1].kind not in _APART]
        chosen = needed or dict(plain[:2])
        base = {
            key: GUARDS.get(self._guard(f"{name}.{key}")) or samples_of(target, key)[0]
            for key, target in chosen.items()
        }
        found = [keyed_text(base)]
        tried = [
            (key, samples_of(target, key)) for key, target in sorted(table.items()) if not self._guard(f"{name}.{key}")
        ]
        found += [keyed_text({**base, key: every[0]}) for key, every in tried]
        found.append(keyed_text({**base, "tier": "3"}))
        optional = [key for key, _ in tried if key not in base and table[key].kind not in _APART]
        found.append(keyed_text({**base, **dict.fromkeys(without_twins(optional, base), "None")}))
        found += [keyed_text({**base, key: text}) for key, every in tried for text in every[1:]]
        return tuple(dict.fromkeys(found))

    def _needs(self, key: str) -> bool:
        parameter = self.method.parameters.get(key) if self.method is not None else None
        return parameter is not None and parameter.default is None and key not in self.rule.none


def _v1_name(name: str, method: sdk.Method) -> str:
    """Return the name that v1 has for what a parameter sends; empty where v1's name means another parameter.

    getstream ends a name with `_` where its own is taken.
    """
    plain = name.rstrip("_")
    return name if plain == name else "" if plain in method.parameters else plain


def _type(parameter: sdk.Parameter) -> sdk.Type:
    type = sdk.parse_type(parameter.type)
    return sdk.Type("list", "", (type,)) if parameter.kind == "var_positional" else type


def _text(name: str) -> str:
    return f'"{name}-1"'


def _keywords(values: Mapping[str, str], extra: Sequence[str]) -> str:
    return ", ".join((*(f"{name}={text}" for name, text in values.items()), *extra))


def _hoisted(text: str) -> tuple[tuple[str, ...], str]:
    """Return a sample with the assignments that it needs: a choice depends on `chosen`, a list in a name is `some_ids`."""
    before = []
    if " if chosen else " in text:
        before.append("chosen = len(str(7)) == 1")
    if "some_ids" in text:
        before.append('some_ids = ["a1", "b2"]')
    return tuple(before), text


def _places(model_name: str, depth: int) -> Iterator[str]:
    model = sdk.model(model_name)
    for field in model.fields.values() if model is not None else ():
        if not field.required or field.wire in ("custom", "duration"):
            continue
        place = f'["{field.wire}"]'
        if field.type.kind == "scalar":
            yield place
        elif field.type.kind == "model" and depth > 1:
            yield from (f"{place}{inner}" for inner in _places(field.type.name, depth - 1))
        elif field.type.kind == "list" and depth > 1 and field.type.items[0].kind == "model":
            yield from (f"{place}[0]{inner}" for inner in islice(_places(field.type.items[0].name, depth - 1), 3))
