"""Puts a value into the shape that a v2 type asks for: models for mappings, datetimes for times, sort parameters."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from streammigrate.codemod import kinds
from streammigrate.codemod.code import (
    Arg,
    Call,
    Code,
    Comprehension,
    Conditional,
    Dict,
    Dotted,
    Format,
    Infix,
    List,
    Raw,
    Src,
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
    Made,
    Node,
    constant,
    is_pure,
    mapping,
    sequence,
)
from streammigrate.kinds import Kind
from streammigrate.rules import payloads, sdk

MODELS = "getstream.models"
SORT = "SortParamRequest"


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


_READABLE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.(\d{3}|\d{6}))?)?([+-]\d\d:\d\d)?)?")
"""What datetime.fromisoformat reads in Python 3.10, so that the result does not depend on who runs the tool."""
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
    ) -> None:
        self.names = names
        self.follow = follow
        self.kind_of = kind_of
        self.target = target
        self.facets: list[Facet] = []
        self.notes: list[str] = []
        self.forms: list[str] = []

    def lose(self, value: Known | None, text: str) -> None:
        """Leave a value out, with what that changes; raises Held when evaluating it has effects."""
        self.leave_out(value)
        self.facets.append(Facet("arguments", Applicability.UNSAFE, text, kinds.LOSS.id))

    def leave_out(self, value: Known | None) -> None:
        """Leave a value out. Raises Held when evaluating it has effects."""
        for node in _nodes(value):
            if not is_pure(node):
                raise Held(
                    kinds.ORDER, f"`{ast.unparse(node)}` would no longer be evaluated; put it into a variable first"
                )

    def lower(self, known: Known, type: sdk.Type, path: str, kind: str = "") -> Code:
        """Return the code for a value of a type. Raises Held when the value does not show enough."""
        if kind:
            return self._convert(known, type, path, kind)
        if isinstance(known, Made):
            return self._made(known, type, path)
        if isinstance(known, Choice):
            body, orelse = self.lower(known.body, type, path), self.lower(known.orelse, type, path)
            self.forms.append(f"{path}:choice")
            return Conditional(Src(known.test), body, orelse)
        fixed = constant(known)
        if fixed is not None and fixed.value is None:
            self.forms.append(f"{path}:none")
            return _code(known)
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
        return self._plain(known)

    def _made(self, known: Made, type: sdk.Type, path: str) -> Code:
        """Return code that was put together, where v2 takes the value as it is."""
        plain = type
        while plain.kind in ("list", "map"):
            plain = plain.items[0]
        if plain.kind not in ("scalar", "any"):
            raise Held(
                kinds.OPAQUE, f"what `{path}` holds is not known here, and v2 wants {plain.name or 'a datetime'}"
            )
        self.forms.append(f"{path}:value")
        return known.code

    def _plain(self, known: Known) -> Code:
        if isinstance(known, Entries):
            return Dict(tuple((Raw(_quoted(entry.key)), self._entry(entry)) for entry in known.items))
        if isinstance(known, Items):
            return List(tuple(self._plain(item) for item in known.items))
        return _code(known)

    def _entry(self, entry: Entry) -> Code:
        if entry.kind:
            return self._convert(entry.value, sdk.parse_type("object"), entry.key, entry.kind)
        return self._plain(entry.value)

    def _model(self, known: Known, type: sdk.Type, path: str) -> Code:
        shape = payloads.shape(type.name)
        keyed = mapping(known)
        if keyed is None and shape.text and self._is_text(known):
            self.forms.append(f"{path}:text")
            return Call(Raw(self.names.use(MODELS, type.name)), (Arg(shape.text, _code(known)),))
        if keyed is None and shape.text and self._named_as_id(known, _ID):
            self.forms.append(f"{path}:text")
            return Call(Raw(self.names.use(MODELS, type.name)), (Arg(shape.text, _code(known)),))
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
                custom.append((Raw(_quoted(entry.key)), self._plain(entry.value)))
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
            return self._plain(known)
        items = sequence(known)
        if items is not None:
            self.forms.append(f"{path}:list")
            return List(tuple(self.lower(one, item, path) for one in items))
        if isinstance(known, Node) and isinstance(known.node, ast.ListComp):
            self.forms.append(f"{path}:comprehension")
            return Comprehension(self.lower(Node(known.node.elt), item, path), known.node)
        shape = payloads.shape(item.name) if item.kind == "model" else None
        if shape is not None and shape.text and isinstance(known, Node) and self.kind_of(known.node) == "texts":
            return self._of_texts(known.node, item, path)
        if shape is not None and shape.text and isinstance(known, Node) and self._named_as_id(known, _IDS):
            return self._of_texts(known.node, item, path)
        raise Held(kinds.OPAQUE, f"the items of `{path}` are not known here; v2 wants a list of {item.name}(…)")

    def _map(self, known: Known, item: sdk.Type, path: str) -> Code:
        keyed = mapping(known)
        if not isinstance(keyed, Entries):
            raise Held(kinds.OPAQUE, f"the keys of `{path}` are not known here")
        self.forms.append(f"{path}:map")
        pairs = ((Raw(_quoted(e.key)), self.lower(e.value, item, f"{path}.*", e.kind)) for e in keyed.items)
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
        raise Held(
            kinds.UNKNOWN_VALUE,
            f"v2 takes a datetime for `{path}`, v1 a string; turn it into one with datetime.fromisoformat(…)",
        )

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
        return Raw(f"{self.names.use('datetime', 'datetime')}.fromisoformat({_quoted(readable)})")

    def _convert(self, known: Known, type: sdk.Type, path: str, kind: str) -> Code:
        if isinstance(known, Node) and isinstance(known.node, ast.IfExp):
            known = Choice(known.node.test, Node(known.node.body), Node(known.node.orelse))
        if isinstance(known, Choice):
            body = self._convert(known.body, type, path, kind)
            orelse = self._convert(known.orelse, type, path, kind)
            return Conditional(_grouped(Src(known.test)), _grouped(body), _grouped(orelse))
        return getattr(self, f"_as_{kind}")(known, type, path)  # type: ignore[no-any-return]

    def _as_sort(self, known: Known, type: sdk.Type, path: str) -> Code:
        """v1's normalize_sort: a mapping is one item; an item without both `field` and `direction` is field: direction."""
        if mapping(known) is not None:
            known = Items((known,))
        if isinstance(known, Node) and isinstance(known.node, ast.Tuple):
            raise Held(
                kinds.DECIDE, f"v1 ignores `{path}` where it is a tuple; leave it out, or make it a list if it is meant"
            )
        items = sequence(known)
        if items is None:
            if isinstance(known, Node) and self.kind_of(known.node) == "none":
                return Src(known.node)
            raise Held(
                kinds.OPAQUE,
                f"the fields of `{path}` are not known here; v2 wants a list of {SORT}(field=…, direction=…)",
            )
        name = self.names.use(MODELS, SORT)
        out: list[Code] = []
        for item in items:
            keyed = mapping(item)
            if not isinstance(keyed, Entries):
                raise Held(
                    kinds.OPAQUE, f"the fields of `{path}` are not known here; v2 wants {SORT}(field=…, direction=…)"
                )
            keys = {entry.key for entry in keyed.items}
            if {"field", "direction"} <= keys:
                self.forms.append(f"{path}:sort")
                out.append(self.model(SORT, keyed, path))
                continue
            self.forms.append(f"{path}:sort-short")
            for entry in keyed.items:
                args = (Arg("field", Raw(_quoted(entry.key))), Arg("direction", self._plain(entry.value)))
                out.append(Call(Raw(name), args))
        return List(tuple(out))

    def _as_list(self, known: Known, type: sdk.Type, path: str) -> Code:
        """v1 joins any iterable, v2 wants a list."""
        if sequence(known) is not None or (isinstance(known, Node) and self.kind_of(known.node) in ("list", "texts")):
            self.forms.append(f"{path}:list")
            items = sequence(known)
            return List(tuple(_code(item) for item in items)) if items is not None else _code(known)
        self.forms.append(f"{path}:iterable")
        return Call(Raw("list"), (Arg("", _code(known)),))

    def _as_texts(self, known: Known, type: sdk.Type, path: str) -> Code:
        """A list of ids (by v1's own annotation) as models with one field."""
        if sequence(known) is not None or not isinstance(known, Node) or isinstance(known.node, ast.ListComp):
            return self.lower(known, type, path)
        return self._of_texts(known.node, type.items[0], path)

    def _of_texts(self, node: ast.expr, item: sdk.Type, path: str) -> Code:
        self.forms.append(f"{path}:texts")
        name = self.names.reserve("member")
        model = self.names.use(MODELS, item.name)
        return Infix((f"[{model}({payloads.shape(item.name).text}={name}) for {name} in ", Src(node), "]"))

    def _as_csv(self, known: Known, type: sdk.Type, path: str) -> Code:
        """v1 joins an iterable with commas itself, and omits an empty one; v2 wants the text."""
        fixed = constant(known)
        if fixed is not None and fixed.value is None:
            return Raw("None")
        items = sequence(known)
        texts = [constant(item) for item in items] if items is not None else [None]
        if all(text is not None and isinstance(text.value, str) for text in texts):
            self.forms.append(f"{path}:csv")
            return Raw(_quoted(",".join(text.value for text in texts if text is not None)) if texts else "None")
        self.forms.append(f"{path}:iterable")
        if items:
            return Call(Raw('",".join'), (Arg("", _code(known)),))
        if not all(map(is_pure, _nodes(known))):
            raise Held(kinds.ORDER, f"`{path}` would be evaluated twice; put it into a variable first")
        return Infix(('",".join(', _code(known), ") if ", _code(known), " else None"))

    def _as_flag(self, known: Known, type: sdk.Type, path: str) -> Code:
        """v1 sends what is true and omits what is not."""
        fixed = constant(known)
        if fixed is not None:
            self.forms.append(f"{path}:flag")
            return Raw("True" if fixed.value else "None")
        self.forms.append(f"{path}:flag-value")
        return Infix(("True if ", _grouped(_code(known)), " else None"))

    def _as_truthy(self, known: Known, type: sdk.Type, path: str) -> Code:
        """v1 omits an empty value."""
        fixed = constant(known)
        if fixed is not None:
            self.forms.append(f"{path}:value")
            return _code(known) if fixed.value else Raw("None")
        self.forms.append(f"{path}:truthy")
        return Infix((_code(known), " or None"))

    def _as_iso(self, known: Known, type: sdk.Type, path: str) -> Code:
        """v1 turns a datetime into ISO text itself; inside a mapping v2 does not."""
        fixed = constant(known)
        if fixed is not None and isinstance(fixed.value, str):
            self.forms.append(f"{path}:time-text")
            return _code(known)
        if isinstance(known, Node):
            found = self.kind_of(known.node)
            if found == "text":
                self.forms.append(f"{path}:time-text")
                return _code(known)
            if found == "time":
                self.forms.append(f"{path}:time")
                return Call(Dotted(_code(known), "isoformat"), ())
        raise Held(kinds.UNKNOWN_VALUE, f"`{path}` may be a datetime or a string, and v2 wants ISO text here")

    def _as_items(self, known: Known, type: sdk.Type, path: str) -> Code:
        """The one item of a list."""
        return self.lower(Items((known,)), type, path)

    def _as_member_value(self, known: Known, type: sdk.Type, path: str) -> Code:
        """The value of an enumeration of stream-chat (`SegmentType.USER`)."""
        if isinstance(known, Node):
            value = self.kind_of(known.node)
            if value.startswith("enum:"):
                self.forms.append(f"{path}:enum")
                return Raw(_quoted(value.removeprefix("enum:")))
        raise Held(
            kinds.UNKNOWN_VALUE, f"which member of the enumeration `{path}` is cannot be seen; v2 takes its value"
        )

    def _as_relative(self, known: Known, type: sdk.Type, path: str) -> Code:
        """An absolute time of expiry in seconds since the epoch as the seconds from now; 0 and None mean never."""
        from streammigrate.codemod.clock import relative

        code, form = relative(known, self.names, self.kind_of)
        self.forms.append(f"{path}:{form}")
        return code

    def _as_cid(self, known: Known, type: sdk.Type, path: str) -> Code:
        """A channel's type and id, given apart, as the one text that v2 wants."""
        assert isinstance(known, Items)
        self.forms.append(f"{path}:cid")
        fixed = [constant(item) for item in known.items]
        texts = [one.value for one in fixed if one is not None and isinstance(one.value, str)]
        if len(texts) == len(known.items):
            return Raw(_quoted(":".join(texts)))
        kind, id = map(_code, known.items)
        return Format((kind, ":", id))

    def _as_commands(self, known: Known, type: sdk.Type, path: str) -> Code:
        """The commands of a channel type: v1 turns all on where the caller names none."""
        items, fixed = sequence(known), constant(known)
        if items or (fixed is not None and fixed.value):
            return self.lower(known, type, path)
        if items is not None or fixed is not None:
            self.forms.append(f"{path}:none")
            return Raw('["all"]')
        self.forms.append(f"{path}:value")
        return Infix((_code(known), ' or ["all"]'))

    def _as_signature(self, known: Known, type: sdk.Type, path: str) -> Code:
        """A webhook's signature: without the header v1 says that it is wrong, getstream raises TypeError."""
        fixed = constant(known)
        if fixed is not None and isinstance(fixed.value, bytes):
            raise Held(kinds.UNKNOWN_VALUE, "getstream takes the signature as text; decode it")
        self.forms.append(f"{path}:signature")
        if isinstance(known, Node) and (
            isinstance(known.node, ast.Subscript) or self.kind_of(known.node) in ("text", "none")
        ):
            return Raw('""') if self.kind_of(known.node) == "none" else Src(known.node)
        return Infix((_code(known), ' or ""'))

    def _as_filled(self, known: Known, type: sdk.Type, path: str) -> Code:
        """A value in whose place v1 puts a default of its own where it is empty."""
        items, fixed = sequence(known), constant(known)
        if (items is not None and not items) or (fixed is not None and not fixed.value):
            raise Held(kinds.DECIDE, f"v1 puts a default of its own in the place of an empty `{path}`; leave it out")
        return self.lower(known, type, path)

    def _as_set(self, known: Known, type: sdk.Type, path: str) -> Code:
        """The fields of a partial update: v1 sends a None, which clears the field, getstream leaves it out."""
        for node in map(self.follow, _nodes(known)):
            if _holds_none(node):
                raise Held(
                    kinds.NO_PLACE,
                    f"v1 clears a field of `{path}` with None, getstream leaves it out; name it in `unset`",
                )
            if any(self.kind_of(value) not in _NEVER_NONE for value in _leaves(node)):
                note = "getstream leaves a field of `set` out whose value is None; v1 sends null, which clears it."
                if note not in self.notes:
                    self.notes.append(note)
        return self.lower(known, type, path)

    def _as_partial_updates(self, known: Known, type: sdk.Type, path: str) -> Code:
        """The list of updates of update_users_partial, each with a `set`."""
        items = sequence(known)
        if items is not None:
            return self.lower(Items(tuple(map(_with_set, items))), type, path)
        if isinstance(known, Node) and isinstance(known.node, ast.ListComp):
            self.forms.append(f"{path}:comprehension")
            return Comprehension(self.lower(_with_set(Node(known.node.elt)), type.items[0], path), known.node)
        return self.lower(known, type, path)

    def _as_each(self, known: Known, type: sdk.Type, path: str) -> Code:
        """One model for each item of the first field, which v1 loops over; the other fields are the same in all."""
        assert isinstance(known, Entries)
        first, *others = known.items
        items = sequence(first.value)
        alone = items is not None and len(items) == 1
        if not alone and not all(is_pure(node) for entry in others for node in _nodes(entry.value)):
            raise Held(
                kinds.ORDER, "an argument with effects would be evaluated for each item; put it into a variable first"
            )
        name = type.items[0].name
        if items is not None:
            self.forms.append(f"{path}:list")
            return List(tuple(self.model(name, Entries((Entry(first.key, one), *others)), path) for one in items))
        self.forms.append(f"{path}:iterable")
        item = self.names.reserve("item")
        model = self.model(name, Entries((Entry(first.key, Made(Raw(item))), *others)), path)
        return Infix(("[", model, f" for {item} in ", _grouped(_code(first.value)), "]"))


_NEVER_NONE = frozenset({"text", "number", "true", "false", "mapping", "list", "texts", "time"})


def _leaves(node: ast.expr) -> list[ast.expr]:
    """Return the values inside the dict displays and choices of an expression, or the expression itself."""
    if isinstance(node, ast.Dict):
        return [leaf for value in node.values for leaf in _leaves(value)]
    if isinstance(node, ast.BoolOp):
        return [leaf for value in node.values for leaf in _leaves(value)]
    if isinstance(node, ast.IfExp):
        return [*_leaves(node.body), *_leaves(node.orelse)]
    return [node]


def _holds_none(node: ast.expr) -> bool:
    return any(isinstance(leaf, ast.Constant) and leaf.value is None for leaf in _leaves(node))


def _with_set(known: Known) -> Known:
    """Return a partial update with the conversion of its `set` named."""
    entries = mapping(known)
    if isinstance(entries, Choice):
        return Choice(entries.test, _with_set(entries.body), _with_set(entries.orelse))
    if not isinstance(entries, Entries):
        return known
    return Entries(tuple(entry._replace(kind="set") if entry.key == "set" else entry for entry in entries.items))


def _grouped(code: Code) -> Code:
    """Return code that can be a part of a conditional expression."""
    loose = isinstance(code, Src) and isinstance(code.node, (ast.IfExp, ast.Lambda))
    return Infix(("(", code, ")")) if loose or isinstance(code, (Conditional, Infix)) else code


def _quoted(text: str) -> str:
    return '"' + repr("'" + text)[2:-1].replace('"', '\\"') + '"'


def _code(known: Known) -> Code:
    if isinstance(known, (Node, Grown)):
        return Src(known.node)
    if isinstance(known, Made):
        return known.code
    if isinstance(known, Fixed):
        return Raw(_literal(known.value))
    if isinstance(known, Items):
        return List(tuple(map(_code, known.items)))
    if isinstance(known, Choice):
        return Conditional(Src(known.test), _code(known.body), _code(known.orelse))
    return Dict(tuple((Raw(_quoted(entry.key)), _code(entry.value)) for entry in known.items))


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_literal(key)}: {_literal(inner)}" for key, inner in value.items()) + "}"
    return repr(value)


def _nodes(known: Known | None) -> list[ast.expr]:
    if isinstance(known, (Node, Grown)):
        return [known.node]
    if isinstance(known, Entries):
        return [node for entry in known.items for node in _nodes(entry.value)]
    if isinstance(known, Items):
        return [node for item in known.items for node in _nodes(item)]
    if isinstance(known, Choice):
        return [known.test, *_nodes(known.body), *_nodes(known.orelse)]
    return []
