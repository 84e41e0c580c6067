"""One v1 call by its rule: bind the arguments, read the sources, lower them into the v2 call."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import NamedTuple, TypeAlias

from streammigrate.codemod import kinds
from streammigrate.codemod.code import (
    Arg,
    Call,
    Code,
    Comprehension,
    Conditional,
    Dict,
    Dotted,
    Item,
    List,
    Old,
    Raw,
    Src,
    parts_of,
    sources,
)
from streammigrate.codemod.lower import CLEARED, Held, Lowering, Unspelled, quoted, reads, refuse_both
from streammigrate.codemod.values import (
    Choice,
    Entries,
    Entry,
    Fixed,
    Grown,
    Items,
    Known,
    Laid,
    Made,
    Node,
    Over,
    constant,
    is_pure,
    mapping,
    sequence,
)
from streammigrate.rules import sdk
from streammigrate.rules.model import (
    Case,
    Const,
    Keyed,
    Listed,
    Merged,
    Path,
    Receiver,
    Rest,
    Rule,
    Source,
    Value,
)

WRITTEN = (
    "stream-chat writes `created_by` into the mapping that the channel was made with; the new code leaves it as it is."
)
Grow: TypeAlias = Callable[[ast.expr, ast.Call], Known | None]


class View(NamedTuple):
    """What a call's receiver is, as the rules see it."""

    function: Callable[[str], Code]
    """Returns the v2 object of an owner (client, chat, moderation, channel) as code."""
    known: Callable[[str], Known | None]
    """Returns what is known of the receiver: `id`, `type`, `cid`, `data`; None for nothing, Held where it is not known."""


class Slots(NamedTuple):
    """The arguments of a call by the v1 parameter they bind to; the entries of a `**options` under its name."""

    given: Mapping[str, Known]
    options: str
    """The name of the `**` parameter, or empty."""


def bind(node: ast.Call, signature: sdk.Signature, grown: Grow = lambda node, call: None) -> Slots:
    """Return a call's arguments by parameter. Raises Held when they do not bind, or nobody can know how.

    `grown` gives the mapping that an expression gives at the call.
    """
    if any(isinstance(argument, ast.Starred) for argument in node.args):
        raise Held(kinds.UNBOUND, "`*` in the arguments: how they bind is not known here")
    plain = [one for one in signature.parameters if one.kind == "positional"]
    options = next((one.name for one in signature.parameters if one.kind == "var_keyword"), "")
    names = {one.name for one in signature.parameters if one.kind in ("positional", "keyword")}
    if len(node.args) > len(plain):
        raise Held(kinds.UNBOUND, f"stream-chat takes {len(plain)} positional arguments here, not {len(node.args)}")
    given: dict[str, Known] = {
        parameter.name: Node(argument) for parameter, argument in zip(plain, node.args, strict=False)
    }
    extra: list[Entry] = []
    for name, value in _keywords(node, grown):
        if name in given or any(entry.key == name for entry in extra):
            raise Held(kinds.UNBOUND, f"`{name}` is given twice")
        if name in names:
            given[name] = value
        elif options:
            extra.append(Entry(name, value))
        else:
            raise Held(kinds.UNBOUND, f"stream-chat has no parameter `{name}` here")
    missing = [one.name for one in signature.parameters if _needed(one) and one.name not in given]
    if missing:
        raise Held(kinds.UNBOUND, f"stream-chat needs `{missing[0]}` here")
    if options:
        given[options] = Entries(tuple(extra))
    return Slots(given, options)


def _needed(parameter: sdk.Parameter) -> bool:
    return parameter.default is None and parameter.kind in ("positional", "keyword")


def _keywords(node: ast.Call, grown: Grow) -> Iterable[tuple[str, Known]]:
    for keyword in node.keywords:
        if keyword.arg is not None:
            yield keyword.arg, Node(keyword.value)
            continue
        known = Node(keyword.value)
        entries = mapping(grown(keyword.value, node) or known)
        if not isinstance(entries, Entries):
            raise Held(kinds.OPAQUE, f"the keys of `**{ast.unparse(keyword.value)}` are not known here")
        for entry in entries.items:
            yield entry.key, entry.value


class Plan(NamedTuple):
    """The v2 call of a site."""

    call: Call
    method: sdk.Method


def plan_call(
    node: ast.Call,
    rule: Rule,
    signature: sdk.Signature,
    view: View,
    lowering: Lowering,
    grown: Grow = lambda node, call: None,
) -> Plan:
    """Return the v2 call for a v1 call. Raises Held when the site cannot be rewritten.

    `grown` gives the mapping that a name holds at the call.
    """
    slots = bind(node, signature, grown)
    lowering.grow = lambda one: grown(one, node)
    seen = partial(_seen, grown=grown, helps=lowering.names.helps)
    given = {name: _followed(known, node, seen) for name, known in slots.given.items()}
    return _Planner(node, rule, Slots(given, slots.options), signature, view, lowering).plan()


def _seen(node: ast.expr, call: ast.Call, grown: Grow, helps: bool) -> Known | None:
    """Return the mapping that an expression gives, unless the helper takes it apart in fewer words."""
    known = grown(node, call)
    return known if isinstance(known, Grown) or known is None or not (helps and reads(known)) else None


def _followed(known: Known, call: ast.Call, grown: Grow) -> Known:
    """Return an argument, or the first items of a list, with the mappings that names hold."""
    if isinstance(known, Entries):
        return Entries(tuple(one._replace(value=_followed(one.value, call, grown)) for one in known.items))
    if not isinstance(known, Node):
        return known
    if isinstance(known.node, (ast.List, ast.Tuple)) and any(isinstance(one, ast.Name) for one in known.node.elts):
        items = sequence(known)
        return known if items is None else Items(tuple(_followed(one, call, grown) for one in items))
    return grown(known.node, call) or known


class _Planner:
    def __init__(
        self, node: ast.Call, rule: Rule, slots: Slots, signature: sdk.Signature, view: View, lowering: Lowering
    ) -> None:
        self.node = node
        self.rule = rule
        self.slots = slots
        self.signature = signature
        self.view = view
        self.lowering = lowering
        self.used: set[tuple[str, ...]] = set()

    def plan(self) -> Plan:
        case = self._case()
        if case is not None and case.manual:
            raise Held(kinds.DECIDE, case.manual)
        if case is not None and case.unsafe:
            self.lowering.lose(None, case.unsafe)
        if case is not None:
            self.lowering.notes += case.notes
        owner, _, name = ((case.v2 if case else "") or self.rule.v2).partition(".")
        method = sdk.v2_method(owner, name, self.lowering.target)
        if method is None:
            raise Held(kinds.VERSION, f"getstream {self.lowering.target} has no {owner}.{name}")
        values = {**self.rule.args, **(case.args if case else {})}
        rests = self.rule.rest if case is None or not case.rest else case.rest
        args = self._arguments(method, values, rests)
        call = Call(Dotted(self.view.function(owner), name), tuple(args))
        return Plan(self._ordered(call), method)

    def _case(self) -> Case | None:
        for case in self.rule.cases:
            if all(self._holds(name, wanted) for name, wanted in case.when.items()):
                return case
        if self.rule.cases and not any(not case.when for case in self.rule.cases):
            guards = sorted({name for case in self.rule.cases for name in case.when})
            raise Held(kinds.UNKNOWN_VALUE, f"what `{'`, `'.join(guards)}` holds is not known here")
        return None

    def _holds(self, name: str, wanted: str) -> bool:
        head, _, what = name.partition(".")
        try:
            known = (
                self.view.known(what)
                if head == "recv"
                else self._read(Path((head, *filter(None, [what]))), consume=False)
            )
        except Unspelled:
            return wanted == "given"
        fixed = None if known is None else constant(known)
        nothing = known is None or (fixed is not None and fixed.value is None)
        if wanted in ("absent", "given"):
            return nothing is (wanted == "absent")
        if known is None:
            return False
        if wanted == "opaque":
            return True
        found = self._kind(known)
        return found == wanted or (wanted == "falsy" and found in ("none", "false"))

    def _kind(self, known: Known) -> str:
        if mapping(known) is not None:
            return "mapping"
        if isinstance(known, Items):
            return "list"
        return self.lowering.kind_of(known.node) if isinstance(known, Node) else ""

    def _arguments(self, method: sdk.Method, values: Mapping[str, Value], rests: tuple[Rest, ...]) -> list[Arg]:
        args: dict[str, Arg] = {}
        for name, value in values.items():
            known = self._value(value)
            if known is not None:
                self._put(args, method, name, known, value.kind)
        for parameter in self.signature.parameters:
            if self._is_free(parameter.name, rests):
                given = self.slots.given.get(parameter.name)
                if given is not None:
                    self._put(args, method, parameter.name, given, "")
        own = (Rest((self.slots.options,)),) if self.slots.options and not self._is_spread(rests) else ()
        for rest in (*rests, *own):
            self._spread(rest, method, args)
        for name, reason in self.rule.dropped.items():
            given = self.slots.given.get(name)
            if given is not None:
                self.lowering.leave_out(given)
                if reason:
                    self.lowering.notes.append(reason)
        for name in sorted(self._sources() - {path[0] for path in self.used} - set(self.rule.dropped)):
            # The case that holds sends something else in its place.
            self.lowering.leave_out(self.slots.given.get(name))
        for parameter in method.parameters.values():
            if parameter.default is not None or parameter.name in args or parameter.kind.startswith("var_"):
                continue
            if parameter.name not in self.rule.none:
                raise Held(kinds.UNBOUND, f"v2 requires `{parameter.name}`, and the call does not give it")
            args[parameter.name] = Arg(parameter.name, Raw("None"))
        refuse_both(args, method.name)
        first = [args.pop(name)._replace(name="") for name in self.rule.positional if name in args]
        return [*first, *(argument for one in args.values() for argument in _spelled(one))]

    def _is_free(self, name: str, rests: tuple[Rest, ...]) -> bool:
        """Return whether no source of the rule names a v1 parameter, so that it keeps its name."""
        taken = {path[0] for path in self.used} | self._sources() | set(self.rule.dropped) | set(self.rule.carried)
        return name not in taken and name != self.slots.options and not any(name in rest.of for rest in rests)

    def _sources(self) -> set[str]:
        """Return the v1 parameters that the rule's arguments are made of, in whatever case; not its options."""
        return {path[0] for value in self.rule.args.values() for path in _paths(value.source)} - {self.slots.options}

    def _is_spread(self, rests: tuple[Rest, ...]) -> bool:
        inner = [value.source.rest for value in self.rule.args.values() if isinstance(value.source, Keyed)]
        inner += [
            value.source.rest
            for case in self.rule.cases
            for value in case.args.values()
            if isinstance(value.source, Keyed)
        ]
        return any(self.slots.options in rest.of for rest in (*rests, *(one for one in inner if one is not None)))

    def _put(self, args: dict[str, Arg], method: sdk.Method, name: str, known: Known, kind: str) -> None:
        parameter = method.parameters.get(name)
        if parameter is None:
            raise Held(kinds.VERSION, f"getstream {self.lowering.target} has no parameter `{name}` of {method.name}")
        if name in args:
            raise Held(kinds.UNBOUND, f"`{name}` would be given twice")
        type = sdk.parse_type(parameter.type)
        if parameter.place.startswith("query:") and type.kind == "list" and not kind and not _one_text(known):
            raise Held(kinds.DECIDE, f"v1 sends `{name}` once for each item and v2 once for all; decide what is meant")
        if parameter.kind == "var_positional":
            args[name] = Arg("*", self.lowering.lower(known, sdk.Type("list", "", (type,)), name, kind))
        else:
            args[name] = Arg(name, self.lowering.lower(known, type, name, kind))

    def _value(self, value: Value) -> Known | None:
        known = self._source(value.source)
        if known is None:
            return Fixed(value.default) if value.has_default else None
        fixed = constant(known)
        if fixed is not None and any(fixed.value == one and type(fixed.value) is type(one) for one in value.omit):
            return None
        return known

    def _source(self, source: Source) -> Known | None:
        if isinstance(source, Path):
            return self._read(source)
        if isinstance(source, Receiver):
            return self.view.known(source.what)
        if isinstance(source, Const):
            return Fixed(source.value)
        if isinstance(source, Listed):
            items = [self._value(item) for item in source.items]
            return Items(tuple(item for item in items if item is not None))
        if isinstance(source, Keyed):
            whole = self._whole(source)
            if whole is not None:
                return whole
            entries = self._entries(source.items)
            if source.rest is not None:
                entries += self._rest_entries(source.rest)
            return Entries(tuple(entries))
        return self._merged(source)

    def _whole(self, source: Keyed) -> Known | None:
        """Return the mapping whose keys a source only repeats by their names, where they are not known."""
        name = source.rest.of[0] if source.rest is not None and len(source.rest.of) == 1 else ""
        plain = source.rest is not None and source.rest == Rest(source.rest.of)
        repeats = all(value.source == Path((name, key)) for key, value in source.items)
        given = self.slots.given.get(name)
        grown = isinstance(given, Grown) and self.lowering.names.helps
        if not plain or not repeats or given is None or not (grown or self._is_opaque(given)):
            return None
        self.used.update({(name,), *((name, key) for key, _ in source.items)})
        if any(value.kind == "set" for _, value in source.items):
            from streammigrate.codemod.conversions import check_set

            check_set(self.lowering, given)
            self.lowering.notes.append(CLEARED)
        return given

    def _is_opaque(self, known: Known) -> bool:
        """Return whether a mapping has keys that are not known, and the helper can split them when the program runs."""
        fixed = constant(known)
        nothing = fixed is not None and fixed.value is None
        return self.lowering.names.helps and isinstance(known, Node) and not nothing and mapping(known) is None

    def _is_whole_elsewhere(self, name: str) -> bool:
        """Return whether a mapping goes to v2 as one value of the rule, so that a key of it is only read besides."""
        return any(
            isinstance(value.source, Keyed) and not value.source.items and value.source.rest == Rest((name,))
            for value in self.rule.args.values()
        )

    def _entries(self, items: Iterable[tuple[str, Value]]) -> list[Entry]:
        found = []
        for key, value in items:
            known = self._value(value)
            if known is not None:
                found.append(Entry(key, known, value.kind))
        return found

    def _read(self, path: Path, consume: bool = True) -> Known | None:
        if consume:
            self.used.add(path.parts)
        known = self.slots.given.get(path.parts[0])
        for key in path.parts[1:]:
            if known is None:
                return None
            entries = mapping(known)
            whole = self.lowering.names.helps and isinstance(known, (Node, Grown))
            opaque = self._is_opaque(known) or isinstance(known, Grown)
            if consume and whole and opaque and self._is_whole_elsewhere(path.parts[0]):
                return self._item(known, key)
            if not isinstance(entries, Entries):
                raise Held(kinds.OPAQUE, f"whether `{path}` is given cannot be seen here")
            known = next((entry.value for entry in entries.items if entry.key == key), None)
        return known

    def _item(self, known: Known, key: str) -> Known:
        """Return a key of a mapping, read when the program runs."""
        assert isinstance(known, (Node, Grown))
        node = known.node
        if isinstance(node, ast.Dict):
            for at, value in zip(reversed(node.keys), reversed(node.values), strict=True):
                if at is None:
                    break
                if isinstance(at, ast.Constant) and at.value == key and is_pure(value):
                    return Node(value)
        if not is_pure(node):
            raise Held(kinds.ORDER, f"`{ast.unparse(node)}` would be evaluated twice; put it into a variable first")
        self.lowering.kept.add(node)
        return Made(Item(Src(node), Raw(quoted(key))))

    def _merged(self, source: Merged) -> Known | None:
        over = self._entries(source.over)
        base = self._value(source.base)
        if base is None:
            return Entries(tuple(over))
        laid = self._lay_over(base, over, source)
        name = base.node if isinstance(base, (Node, Grown)) else None
        return Over(name, tuple(over), laid) if isinstance(name, ast.Name) else laid

    def _lay_over(self, base: Known, over: list[Entry], source: Merged) -> Known:
        entries = mapping(base)
        if isinstance(base, Laid):
            self.lowering.notes.append(WRITTEN)
            mine = _as_sent(over, source)
            keys = {entry.key for entry in mine}
            return base._replace(over=(*(entry for entry in base.over if entry.key not in keys), *mine))
        if entries is None:
            return Laid(base, _as_sent(over, source))
        if isinstance(base, Grown) and self.lowering.names.helps:
            return Laid(Node(base.node), _as_sent(over, source))
        if isinstance(entries, Choice):
            if not all(is_pure(node) for entry in over for node in _pieces(entry.value)):
                raise Held(kinds.ORDER, "an argument with effects would be written twice; put it into a variable first")
            return Choice(
                entries.test,
                self._lay_over(entries.body, over, source),
                self._lay_over(entries.orelse, over, source),
            )
        assert isinstance(entries, Entries)
        laid = {entry.key for entry in over}
        kept: list[Entry] = []
        for entry in entries.items:
            if entry.key in source.clash and any(one.key == entry.key and _is_same(one, entry) for one in over):
                continue
            if entry.key in source.clash:
                raise Held(
                    kinds.DECIDE, f"v1 sends `{entry.key}` of the payload beside the acting user; decide which counts"
                )
            if entry.key in laid or entry.key in source.without:
                self.lowering.leave_out(entry.value)
            else:
                kept.append(entry)
        return Entries((*kept, *over))

    def _rest_entries(self, rest: Rest, fields: Mapping[str, object] | None = None) -> list[Entry]:
        found: list[Entry] = []
        for name in rest.of:
            head, _, what = name.partition(".")
            known = self.view.known(what) if head == "recv" else self.slots.given.get(name)
            if known is None:
                continue
            entries = mapping(known)
            if not isinstance(entries, Entries):
                fixed = constant(known)
                if fixed is not None and fixed.value is None:
                    continue
                raise Held(kinds.OPAQUE, f"the keys of `{name}` are not known here")
            for entry in entries.items:
                if entry.key in rest.dead:
                    self.lowering.leave_out(entry.value)
                    self.lowering.notes.append(rest.dead[entry.key])
                    self.lowering.forms.append(f"{name}.{entry.key}:dead")
                elif (name, entry.key) not in self.used:
                    found += self._rest_entry(entry, rest)
        return found

    def _rest_entry(self, entry: Entry, rest: Rest) -> list[Entry]:
        fixed = constant(entry.value)
        if entry.key in rest.drop and fixed is not None and not fixed.value:
            return []
        if entry.key in rest.manual:
            raise Held(kinds.DECIDE, rest.manual[entry.key])
        if rest.other and not any(entry.key in keys for keys in (rest.rename, rest.kinds, rest.lost, rest.drop)):
            raise Held(kinds.DECIDE, rest.other)
        if entry.key in rest.lost:
            self.lowering.lose(entry.value, rest.lost[entry.key])
            return []
        if entry.key in rest.drop:
            self.lowering.lose(entry.value, rest.drop[entry.key])
            return []
        return [Entry(rest.rename.get(entry.key, entry.key), entry.value, rest.kinds.get(entry.key, ""))]

    def _spread(self, rest: Rest, method: sdk.Method, args: dict[str, Arg]) -> None:
        by_wire = {one.place.partition(":")[2] or one.name: one.name for one in method.parameters.values()}
        for entry in self._rest_entries(rest):
            name = entry.key if entry.key in rest.rename.values() else by_wire.get(entry.key, "")
            if name not in method.parameters:
                self.lowering.lose(
                    entry.value, f"getstream's {method.name} has no `{entry.key}`; what v1 sends there is lost"
                )
                continue
            self._put(args, method, name, entry.value, entry.kind)
            self.lowering.forms.append(f"{rest.of[0]}.{entry.key}")

    def _ordered(self, call: Call) -> Call:
        """Return the call with its arguments as the old code had them; raise Held where their effects would swap."""
        fixed = [argument for argument in call.args if not argument.name or argument.name.startswith("*")]
        named = sorted((one for one in call.args if one not in fixed), key=lambda one: _first(one.value))
        call = Call(call.function, (*fixed, *named))
        if keeps_order(call):
            return call
        sorted_call = _sorted(call)
        if isinstance(sorted_call, Call) and keeps_order(sorted_call):
            return sorted_call
        raise Held(
            kinds.ORDER, "arguments with effects would be evaluated in another order; put them into variables first"
        )


def _paths(source: Source) -> Iterable[tuple[str, ...]]:
    """Yield the paths into the v1 call that a source reads, the rests of mappings left out."""
    if isinstance(source, Path):
        yield source.parts
    values: list[Value] = []
    if isinstance(source, Listed):
        values = list(source.items)
    elif isinstance(source, Keyed):
        values = [value for _, value in source.items]
    elif isinstance(source, Merged):
        values = [source.base, *(value for _, value in source.over)]
    for value in values:
        yield from _paths(value.source)


def _is_same(one: Entry, other: Entry) -> bool:
    """Return whether two entries are written with the same expression, which gives the same value twice."""
    if not isinstance(one.value, Node) or not isinstance(other.value, Node):
        return False
    first, second = one.value.node, other.value.node
    return is_pure(first) and ast.dump(first) == ast.dump(second)


def _as_sent(over: Iterable[Entry], source: Merged) -> tuple[Entry, ...]:
    """Return what is laid over a mapping as v1 writes it: `user: {"id": …}` for the `user_id` that v2 takes as well."""
    found = []
    for key, value, kind in over:
        actor = key.removesuffix("_id")
        named = actor != key and actor in source.without
        found.append(Entry(actor, Entries((Entry("id", value, kind),))) if named else Entry(key, value, kind))
    return tuple(found)


def _one_text(known: Known) -> bool:
    """Return whether a value is a list of one written text, which both SDKs send the same way."""
    items = sequence(known)
    fixed = constant(items[0]) if items is not None and len(items) == 1 else None
    return fixed is not None and isinstance(fixed.value, str)


def _spelled(argument: Arg) -> Iterable[Arg]:
    """Yield an argument as it is written: the items of a known list one by one where a call takes any number."""
    if argument.name == "*" and isinstance(argument.value, List):
        yield from (Arg("", item) for item in argument.value.items)
    else:
        yield argument


def _pieces(known: Known) -> list[ast.expr]:
    if isinstance(known, (Node, Grown)):
        return [known.node]
    if isinstance(known, Made):
        return list(sources(known.code))
    if isinstance(known, Entries):
        return [node for entry in known.items for node in _pieces(entry.value)]
    if isinstance(known, Items):
        return [node for item in known.items for node in _pieces(item)]
    if isinstance(known, Over):
        return _pieces(known.known)
    if isinstance(known, Laid):
        return [*_pieces(known.base), *_pieces(Entries(known.over))]
    return []


def keeps_order(code: Code) -> bool:
    """Return whether the pieces of old source that have effects are evaluated once and as they were before."""
    inner: list[Code] = []
    nodes = list(_watched(code, inner))
    if not all(map(keeps_order, inner)):
        return False
    active = [node for node in nodes if not is_pure(node)]
    if len({id(node) for node in active}) != len(active):
        return False
    if not active:
        return True
    watched = [node for node in nodes if not isinstance(node, (ast.Constant, ast.Name))]
    positions = [(node.lineno, node.col_offset) for node in watched]
    return positions == sorted(positions)


def _watched(code: Code | str, inner: list[Code]) -> Iterable[ast.expr]:
    """Yield the pieces of old source in the order of their evaluation, a comprehension as one; `inner` gets its elements."""
    if isinstance(code, Comprehension):
        inner.append(code.element)
        yield code.node
    elif isinstance(code, (Src, Old)):
        yield code.node
    elif isinstance(code, Conditional):
        # It was one before: what is evaluated first stands in the middle.
        for part in (code.body, code.test, code.orelse):
            yield from _watched(part, inner)
    elif not isinstance(code, str):
        for one in parts_of(code) or ():
            yield from _watched(one, inner)


def _first(code: Code) -> tuple[int, int]:
    """Return where the first piece of old source of some new code stood; the end of everything when it has none."""
    return min(((node.lineno, node.col_offset) for node in sources(code)), default=(1 << 30, 0))


def _sorted(code: Code) -> Code:
    if isinstance(code, Call):
        positional = [arg for arg in code.args if not arg.name or arg.name.startswith("*")]
        named = [Arg(arg.name, _sorted(arg.value)) for arg in code.args if arg not in positional]
        named.sort(key=lambda arg: _first(arg.value))
        return Call(code.function, (*positional, *named))
    if isinstance(code, List):
        return List(tuple(_sorted(item) for item in code.items))
    if isinstance(code, Dict):
        return Dict(tuple((key, _sorted(value)) for key, value in code.items))
    return code
