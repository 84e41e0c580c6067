"""Puts a value into the shape that a v2 type asks for: models for mappings, datetimes for times, sort parameters."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.code import (
    Arg,
    Call,
    Code,
    Comprehension,
    Conditional,
    Dict,
    Infix,
    List,
    Raw,
    Src,
    put_old,
)
from streammigrate.codemod.model import Applicability, Facet
from streammigrate.codemod.names import Names
from streammigrate.codemod.values import (
    Choice,
    Entries,
    Entry,
    Fixed,
    Grown,
    Items,
    KindOf,
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
from streammigrate.kinds import Kind
from streammigrate.rules import payloads, sdk

MODELS = "getstream.models"
CLEARED = "getstream leaves a field of `set` out whose value is None; v1 sends null, which clears it."


class Held(Exception):  # noqa: N818
    """A site that cannot be rewritten: the kind of reason and what to do, in one sentence."""

    def __init__(self, kind: Kind, text: str) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text

    @property
    def facet(self) -> Facet:
        """Return the facet that holds the site."""
        return Facet("arguments", Applicability.MANUAL, self.text, self.kind.id)


class Lent(NamedTuple):
    """A variable that a call takes as its payload, with what is laid over what it holds."""

    node: ast.Name
    type: sdk.Type
    over: tuple[Entry, ...] = ()


class Unspelled(Held):
    """A value that is there, and that cannot be written where it is needed."""


_READABLE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.(\d{3}|\d{6}))?)?([+-]\d\d:\d\d)?)?")
"""What datetime.fromisoformat reads in Python 3.10, so that the result does not depend on who runs the tool."""
_CLEARING = frozenset({"revoke_tokens_issued_before"})
"""Times whose null v1 sends and getstream leaves out, though it means something: None must not come by unseen."""
_CLEARED = frozenset({"UpdateUserPartialRequest"})
"""Models of changes, in which None clears something: what they are made of is looked at where the call is."""
_ID = re.compile(r"(^|_)(id|uid|username)$")
_IDS = re.compile(r"(^|_)(ids|uids|usernames)$")
_ACTORS = ("user", "created_by", "banned_by", "unbanned_by", "sender", "deleted_by")


def refuse_both(keys: Collection[str], where: str) -> None:
    """Raise Held when a person is named twice: `user` and `user_id` (equality.md, E7)."""
    for actor in _ACTORS:
        if actor in keys and f"{actor}_id" in keys:
            raise Held(kinds.DECIDE, f"`{where}` names both `{actor}` and `{actor}_id`; decide which counts")


def takes_custom(model: sdk.Model) -> bool:
    """Return whether a model has a place for keys that it does not name."""
    return "custom" in model.fields and model.fields["custom"].type.kind == "map"


class Lowering:
    """Lowers the values of one site, and keeps what was found on the way: losses, notes, forms, what is left out."""

    def __init__(
        self,
        names: Names,
        kind_of: KindOf,
        target: str,
        follow: Callable[[ast.expr], ast.expr] = lambda node: node,
        may_lend: Callable[[ast.Name], bool] = lambda name: False,
    ) -> None:
        self.names = names
        self.may_lend = may_lend
        self.grow: Callable[[ast.expr], Known | None] = lambda node: None
        """Gives the mapping that an expression gives where the call takes it; None where its keys are not all known."""
        self.lent: list[Lent] = []
        self.kept: set[ast.expr] = set()
        """Variables that are read at the call as the mappings that they hold."""
        self.at_call: dict[ast.expr, Code] = {}
        """What stands in the place of a variable that is lent, as long as it holds a mapping."""
        self.follow = follow
        self.kind_of = kind_of
        self.target = target
        self.facets: list[Facet] = []
        self.notes: list[str] = []
        self.forms: list[str] = []
        self.helped: list[Code] = []
        """What is given to helpers."""

    def lose(self, value: Known | None, text: str) -> None:
        """Leave a value out, with what that changes; raises Held when evaluating it has effects."""
        self.leave_out(value)
        self.facets.append(Facet("arguments", Applicability.UNSAFE, text, kinds.LOSS.id))

    def leave_out(self, value: Known | None) -> None:
        """Leave a value out. Raises Held when evaluating it has effects."""
        for node in nodes_of(value):
            if not is_pure(node):
                raise Held(
                    kinds.ORDER, f"`{ast.unparse(node)}` would no longer be evaluated; put it into a variable first"
                )

    def lower(self, known: Known, type: sdk.Type, path: str, kind: str = "") -> Code:
        """Return the code for a value of a type. Raises Held when the value does not show enough."""
        if kind:
            return self._convert(known, type, path, kind)
        if isinstance(known, Over):
            return self._lend(known.node, known.over, type, self.lower(known.known, type, path))
        name = known.node if isinstance(known, (Node, Grown)) else None
        if isinstance(name, ast.Name):
            return self._lend(name, (), type, self._lower(known, type, path))
        return self._lower(known, type, path)

    def _lend(self, name: ast.Name, over: tuple[Entry, ...], type: sdk.Type, code: Code) -> Code:
        """Return the variable itself where it may come to hold what v2 takes; until then `code` stands in its place."""
        item = type.items[0] if type.kind == "list" else type
        if item.kind != "model" or item.name in _CLEARED or code == Src(name) or name in self.kept:
            return code
        if not self.may_lend(name):
            return code
        self.lent.append(Lent(name, type, over))
        self.at_call[name] = put_old(code, name)
        return Src(name)

    def _seen(self, known: Known) -> Known:
        """Return a value as the mapping that it is, where that can be followed."""
        grown = self.grow(known.node) if isinstance(known, Node) else None
        return known if grown is None or (self.names.helps and reads(grown)) else grown

    def _lower(self, known: Known, type: sdk.Type, path: str) -> Code:
        if type.kind == "model":
            known = self._seen(known)
        if isinstance(known, Laid):
            return self._laid(known, type, path)
        if isinstance(known, Made):
            return self._made(known, type, path)
        if isinstance(known, Choice):
            body, orelse = self.lower(known.body, type, path), self.lower(known.orelse, type, path)
            self.forms.append(f"{path}:choice")
            return Conditional(Src(known.test), body, orelse)
        fixed = constant(known)
        if fixed is not None and fixed.value is None:
            self.forms.append(f"{path}:none")
            return code_of(known)
        if type.kind == "model":
            return self._model(known, type, path)
        if type.kind == "list":
            return self._list(known, type.items[0], path)
        if type.kind == "map" and type.items[0].kind in ("model", "list", "time"):
            return self._map(known, type.items[0], path)
        if type.kind == "time":
            return self._time(known, path)
        if type.kind == "union" and any(item.kind not in ("scalar", "any") for item in type.items):
            raise Held(kinds.UNKNOWN_VALUE, f"v2 takes several shapes for `{path}`")
        self.forms.append(f"{path}:value")
        return self.plain(known)

    def _made(self, known: Made, type: sdk.Type, path: str) -> Code:
        """Return code that was put together: as it is, or as the shape that v2 wants of it."""
        plain = type
        while plain.kind in ("list", "map"):
            plain = plain.items[0]
        if plain.kind in ("scalar", "any"):
            self.forms.append(f"{path}:value")
            return known.code
        text = f"what `{path}` holds is not known here, and v2 wants {plain.name or 'a datetime'}"
        if type.kind == "model":
            return self.from_v1(type.name, known.code, path, text)
        if type.kind == "list" and type.items[0].kind == "model":
            return self.from_v1_each(plain.name, known.code, path, text)
        if type.kind == "time":
            return self.time_from_v1(known.code, path, text)
        raise Held(kinds.OPAQUE, text)

    def _laid(self, known: Laid, type: sdk.Type, path: str) -> Code:
        """Return a model of a mapping whose keys are not known, with what v1 puts over it."""
        text = (
            f"the keys of the payload are not known here; build {type.name or 'the v2 model'}(…) with the known fields, "
            "and put the others into `custom`"
        )
        if type.kind != "model":
            raise Held(kinds.OPAQUE, text)
        if not known.over:
            return self.lower(known.base, type, path)
        over = tuple((Raw(quoted(entry.key)), self.plain(entry.value)) for entry in known.over)
        own = _written(known)
        if own is not None:
            return self.from_v1(type.name, Dict((*own, *over)), path, text)
        base = spread(code_of(known.base))
        mapping_here = isinstance(known.base, Node) and self.kind_of(known.base.node) == "mapping"
        if known.optional and not mapping_here:
            base = Infix(("(", base, " or {})"))
        return self.from_v1(type.name, Dict(((None, base), *over)), path, text)

    def from_v1(self, name: str, code: Code, path: str, otherwise: str) -> Code:
        """Return the call of the helper that makes a model of a mapping of v1; raise Held where there is none."""
        return self._helped("from_v1", path, otherwise, self._model_name(name), code)

    def from_v1_each(self, name: str, code: Code, path: str, otherwise: str) -> Code:
        """Return the call of the helper that makes models of a list of v1; raise Held where there is none."""
        return self._helped("from_v1_each", path, otherwise, self._model_name(name), code)

    def time_from_v1(self, code: Code, path: str, otherwise: str) -> Code:
        """Return the call of the helper that makes a datetime of a time of v1; raise Held where there is none."""
        if path.rpartition(".")[2] in _CLEARING:
            raise Held(kinds.UNKNOWN_VALUE, otherwise)
        return self._helped("time_from_v1", path, otherwise, code)

    def sort_from_v1(self, code: Code, path: str, otherwise: str) -> Code:
        """Return the call of the helper that makes v2's sort of a sort of v1; raise Held where there is none."""
        return self._helped("sort_from_v1", path, otherwise, code)

    def _helped(self, function: str, path: str, otherwise: str, *args: Code) -> Code:
        helper = self.names.helper(function)
        if not helper:
            raise Held(kinds.UNKNOWN_VALUE if function == "time_from_v1" else kinds.OPAQUE, otherwise)
        self.forms.append(f"{path}:helper")
        self.helped += args
        return Call(Raw(helper), tuple(Arg("", one) for one in args))

    def _model_name(self, name: str) -> Code:
        if sdk.model(name, self.target) is None:
            raise Held(kinds.VERSION, f"getstream {self.target} has no {name}")
        return Raw(self.names.use(MODELS, name))

    def _may_be(self, known: Known, wanted: str) -> bool:
        """Return whether a value may be of a kind, as far as that is seen."""
        return not isinstance(known, Node) or self.kind_of(known.node) in ("", wanted)

    def plain(self, known: Known) -> Code:
        """Return a value as it stands, its entries with their own conversions."""
        if isinstance(known, Entries):
            return Dict(tuple((Raw(quoted(entry.key)), self._entry(entry)) for entry in known.items))
        if isinstance(known, Items):
            return List(tuple(self.plain(item) for item in known.items))
        return code_of(known)

    def _entry(self, entry: Entry) -> Code:
        if entry.kind:
            return self._convert(entry.value, sdk.parse_type("object"), entry.key, entry.kind)
        return self.plain(entry.value)

    def _model(self, known: Known, type: sdk.Type, path: str) -> Code:
        shape = payloads.shape(type.name)
        if isinstance(known, Grown) and self.names.helps and self._has_places(type.name, known.entries):
            # Reading it key by key would say everything twice, and its values have one type to a type checker.
            return self.from_v1(type.name, Src(known.node), path, "")
        keyed = mapping(known)
        if keyed is None and shape.text and self._is_text(known):
            self.forms.append(f"{path}:text")
            return Call(Raw(self.names.use(MODELS, type.name)), (Arg(shape.text, code_of(known)),))
        if keyed is None and self.names.helps and self._may_be(known, "mapping"):
            return self.from_v1(type.name, code_of(known), path, "")
        if keyed is None and shape.text and self._named_as_id(known, _ID):
            self.forms.append(f"{path}:text")
            return Call(Raw(self.names.use(MODELS, type.name)), (Arg(shape.text, code_of(known)),))
        if keyed is None:
            raise Held(
                kinds.OPAQUE,
                f"the keys of `{path}` are not known here; build {type.name}(…) with the known fields"
                + (" and put the others into `custom`" if self._has_custom(type.name) else ""),
            )
        if isinstance(keyed, Choice):
            return self.lower(keyed, type, path)
        assert isinstance(keyed, Entries)
        return self.model(type.name, keyed, path)

    def _has_places(self, name: str, entries: Entries) -> bool:
        """Return whether a model has a place for every key of a mapping."""
        model = sdk.model(name, self.target)
        if model is None or (takes_custom(model) and not payloads.shape(name).plain):
            return True
        fields = {field.wire for field in model.fields.values()}
        return all(entry.key in fields for entry in entries.items)

    def _has_custom(self, name: str) -> bool:
        model = sdk.model(name, self.target)
        return model is not None and takes_custom(model)

    def _named_as_id(self, known: Known, pattern: re.Pattern[str]) -> bool:
        """Return whether a value is called an id; the site is unsafe then, as a name proves nothing."""
        node = known.node if isinstance(known, Node) else None
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            name = str(node.slice.value)
        else:
            name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if not pattern.search(name):
            return False
        text = f"`{name}` is taken for the text of an id because of its name; a mapping would have to become a model"
        self.facets.append(Facet("arguments", Applicability.UNSAFE, text, kinds.UNKNOWN_VALUE.id))
        return True

    def _is_text(self, known: Known) -> bool:
        if isinstance(known, Node):
            return self.kind_of(known.node) == "text"
        return isinstance(known, Fixed) and isinstance(known.value, str)

    def model(self, name: str, entries: Entries, path: str) -> Call:
        """Return the constructor call of a model from a mapping with known keys."""
        model = sdk.model(name, self.target)
        if model is None:
            raise Held(kinds.VERSION, f"getstream {self.target} has no {name}")
        shape = payloads.shape(name)
        refuse_both({entry.key for entry in entries.items}, path)
        fields = {field.wire: field for field in model.fields.values()}
        unknown = [entry for entry in entries.items if entry.key not in fields]
        own_custom = next((entry for entry in entries.items if entry.key == "custom"), None)
        if own_custom is not None and not shape.plain:
            raise Held(
                kinds.NO_PLACE,
                f"`{path}` has a key `custom`, which v1 stores as a field of that name and v2 as the custom data itself",
            )
        args: list[Arg] = []
        custom: list[tuple[Code, Code]] = []
        for entry in entries.items:
            field = fields.get(entry.key)
            # Forms of a model's fields are the model's own: once proven, they hold wherever the model turns up.
            inner = f"{name}.{entry.key}"
            if field is not None:
                args.append(Arg(field.name, self.lower(entry.value, field.type, inner, entry.kind)))
            elif not takes_custom(model) or shape.plain:
                text = f"{name} has no `{entry.key}`"
                if shape.strict:
                    raise Held(kinds.NO_PLACE, text)
                self.lose(entry.value, f"{text}; what v1 sends there is lost")
            else:
                if not custom:
                    args.append(Arg("custom", Raw("")))
                self.forms.append(f"{name}.*:custom")
                custom.append((Raw(quoted(entry.key)), self.plain(entry.value)))
        if custom:
            args = [arg._replace(value=Dict(tuple(custom))) if arg.name == "custom" else arg for arg in args]
        given = {arg.name for arg in args}
        for missing in sorted(
            field.name for field in model.fields.values() if field.required and field.name not in given
        ):
            if missing == "custom":
                args.append(Arg("custom", Raw("{}")))
            elif missing in shape.none:
                args.append(Arg(missing, Raw("None")))
            else:
                raise Held(kinds.UNBOUND, f"v2 requires `{missing}` of {name}, and `{path}` has none")
        self.forms.append(f"{path}:{'model' if not unknown else 'model+custom'}")
        return Call(Raw(self.names.use(MODELS, name)), tuple(args))

    def _list(self, known: Known, item: sdk.Type, path: str) -> Code:
        if item.kind in ("scalar", "any"):
            self.forms.append(f"{path}:value")
            return self.plain(known)
        items = sequence(known)
        written = isinstance(known, Node) and bool(items) and item.kind == "model" and self.names.helps
        if written and all(self._is_opaque(one, item) for one in items or ()):
            return self.from_v1_each(item.name, code_of(known), path, "")
        if items is not None:
            self.forms.append(f"{path}:list")
            return List(tuple(self.lower(one, item, path) for one in items))
        shape = payloads.shape(item.name) if item.kind == "model" else None
        if isinstance(known, Node) and isinstance(known.node, ast.ListComp):
            if item.kind == "model" and self.names.helps and self._is_opaque(self._seen(Node(known.node.elt)), item):
                return self.from_v1_each(item.name, code_of(known), path, "")
            self.forms.append(f"{path}:comprehension")
            return Comprehension(self.lower(Node(known.node.elt), item, path), known.node)
        if shape is not None and shape.text and isinstance(known, Node) and self.kind_of(known.node) == "texts":
            return self.of_texts(known.node, item, path)
        text = f"the items of `{path}` are not known here; v2 wants a list of {item.name}(…)"
        if item.kind == "model" and self.names.helps and self._may_be(known, "list"):
            return self.from_v1_each(item.name, code_of(known), path, text)
        if shape is not None and shape.text and isinstance(known, Node) and self._named_as_id(known, _IDS):
            return self.of_texts(known.node, item, path)
        raise Held(kinds.OPAQUE, text)

    def _is_opaque(self, known: Known, type: sdk.Type) -> bool:
        """Return whether only the helper can make a model of a value."""
        if isinstance(known, Made):
            return True
        known_text = bool(payloads.shape(type.name).text) and self._is_text(known)
        fixed = constant(known)
        none = fixed is not None and fixed.value is None
        return mapping(known) is None and not known_text and not none and not isinstance(known, (Choice, Laid))

    def _map(self, known: Known, item: sdk.Type, path: str) -> Code:
        keyed = mapping(known)
        if not isinstance(keyed, Entries):
            leaf = item
            while leaf.kind in ("list", "map"):
                leaf = leaf.items[0]
            if leaf.kind in ("scalar", "any"):
                self.forms.append(f"{path}:value")
                return self.plain(known)
            raise Held(kinds.OPAQUE, f"the keys of `{path}` are not known here")
        self.forms.append(f"{path}:map")
        pairs = ((Raw(quoted(e.key)), self.lower(e.value, item, f"{path}.*", e.kind)) for e in keyed.items)
        return Dict(tuple(pairs))

    def _time(self, known: Known, path: str) -> Code:
        fixed = constant(known)
        if fixed is not None and isinstance(fixed.value, str):
            self.forms.append(f"{path}:time-text")
            return self._moment(fixed.value)
        if isinstance(known, Node) and self.kind_of(known.node) == "time":
            self.forms.append(f"{path}:time")
            return Src(known.node)
        moment = self._before_isoformat(known)
        if moment is not None:
            self.forms.append(f"{path}:time-isoformat")
            return Src(moment)
        text = f"v2 takes a datetime for `{path}`, v1 a string; turn it into one with datetime.fromisoformat(…)"
        if isinstance(known, (Node, Made)) and self._may_be(known, "text"):
            return self.time_from_v1(code_of(known), path, text)
        raise Held(kinds.UNKNOWN_VALUE, text)

    def _before_isoformat(self, known: Known) -> ast.expr | None:
        """Return the datetime of `datetime.isoformat()`, or None for anything else."""
        if not isinstance(known, Node) or not isinstance(known.node, ast.Call):
            return None
        function = known.node.func
        if not isinstance(function, ast.Attribute) or function.attr != "isoformat":
            return None
        plain = not known.node.args and not known.node.keywords
        return function.value if plain and self.kind_of(function.value) == "time" else None

    def _moment(self, text: str) -> Code:
        # Python 3.10 reads no "Z"; v1's server takes it, so the literal is rewritten.
        readable = text[:-1] + "+00:00" if text.endswith("Z") else text
        try:
            datetime.fromisoformat(readable)
            known = _READABLE.fullmatch(readable) is not None
        except ValueError:
            known = False
        if not known:
            raise Held(kinds.UNKNOWN_VALUE, f"{text!r} is no time that every Python can read, and v2 wants a datetime")
        return Raw(f"{self.names.use('datetime', 'datetime')}.fromisoformat({quoted(readable)})")

    def _convert(self, known: Known, type: sdk.Type, path: str, kind: str) -> Code:
        if isinstance(known, Node) and isinstance(known.node, ast.IfExp):
            known = Choice(known.node.test, Node(known.node.body), Node(known.node.orelse))
        if isinstance(known, Choice):
            body = self._convert(known.body, type, path, kind)
            orelse = self._convert(known.orelse, type, path, kind)
            return Conditional(grouped(Src(known.test)), grouped(body), grouped(orelse))
        from streammigrate.codemod.conversions import CONVERSIONS

        return CONVERSIONS[kind](self, known, type, path)

    def of_texts(self, node: ast.expr, item: sdk.Type, path: str) -> Code:
        """Return a comprehension that makes a model of each text of a list."""
        self.forms.append(f"{path}:texts")
        name = self.names.reserve("member")
        model = self.names.use(MODELS, item.name)
        return Infix((f"[{model}({payloads.shape(item.name).text}={name}) for {name} in ", Src(node), "]"))


def grouped(code: Code) -> Code:
    """Return code that can be a part of a conditional expression."""
    loose = isinstance(code, Src) and isinstance(code.node, (ast.IfExp, ast.Lambda))
    return Infix(("(", code, ")")) if loose or isinstance(code, (Conditional, Infix)) else code


def reads(known: Known) -> bool:
    """Return whether a mapping is put together of keys that are read from variables."""
    if isinstance(known, Grown):
        return True
    if isinstance(known, Choice):
        return reads(known.body) or reads(known.orelse)
    return isinstance(known, Entries) and any(isinstance(entry.value, Made) for entry in known.items)


def _written(known: Laid) -> tuple[tuple[Code | None, Code], ...] | None:
    """Return the parts of a dict display that something is laid over, without what that replaces; None for no display."""
    if not isinstance(known.base, Node) or not isinstance(known.base.node, ast.Dict):
        return None
    node, laid = known.base.node, {entry.key for entry in known.over}
    found: list[tuple[Code | None, Code]] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            found.append((None, spread(Src(value))))
        elif not (isinstance(key, ast.Constant) and key.value in laid and is_pure(value)):
            found.append((Src(key), Src(value)))
    return tuple(found)


def spread(code: Code) -> Code:
    """Return code that can stand after `**`, and before `or`."""
    loose = isinstance(code, Src) and not isinstance(code.node, _TIGHT)
    return Infix(("(", code, ")")) if loose or isinstance(code, (Conditional, Infix)) else code


_TIGHT = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Dict, ast.DictComp, ast.Await)


def quoted(text: str) -> str:
    return '"' + repr("'" + text)[2:-1].replace('"', '\\"') + '"'


def code_of(known: Known) -> Code:
    if isinstance(known, (Node, Grown)):
        return Src(known.node)
    if isinstance(known, Made):
        return known.code
    if isinstance(known, Fixed):
        return Raw(_literal(known.value))
    if isinstance(known, Items):
        return List(tuple(map(code_of, known.items)))
    if isinstance(known, Choice):
        return Conditional(Src(known.test), code_of(known.body), code_of(known.orelse))
    if isinstance(known, Over):
        return code_of(known.known)
    if isinstance(known, Laid):
        return Dict(((None, spread(code_of(known.base))), *_pairs(known.over)))
    return Dict(_pairs(known.items))


def _pairs(entries: Iterable[Entry]) -> tuple[tuple[Code, Code], ...]:
    return tuple((Raw(quoted(entry.key)), code_of(entry.value)) for entry in entries)


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_literal(key)}: {_literal(inner)}" for key, inner in value.items()) + "}"
    return repr(value)


def nodes_of(known: Known | None) -> list[ast.expr]:
    if isinstance(known, (Node, Grown)):
        return [known.node]
    if isinstance(known, Entries):
        return [node for entry in known.items for node in nodes_of(entry.value)]
    if isinstance(known, Items):
        return [node for item in known.items for node in nodes_of(item)]
    if isinstance(known, Choice):
        return [known.test, *nodes_of(known.body), *nodes_of(known.orelse)]
    if isinstance(known, Over):
        return nodes_of(known.known)
    if isinstance(known, Laid):
        return [*nodes_of(known.base), *nodes_of(Entries(known.over))]
    return []
