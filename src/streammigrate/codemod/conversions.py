"""Values that v1 or v2 treats in a way of its own: each conversion that a rule can name by `as:`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from streammigrate.codemod import kinds
from streammigrate.codemod.code import (
    Arg,
    Call,
    Code,
    Comprehension,
    Conditional,
    Dotted,
    Format,
    Infix,
    Item,
    List,
    Raw,
    Src,
)
from streammigrate.codemod.lower import CLEARED, MODELS, Held, Lowering, code_of, grouped, nodes_of, quoted
from streammigrate.codemod.values import (
    Choice,
    Entries,
    Entry,
    Grown,
    Items,
    Known,
    Made,
    Node,
    constant,
    is_pure,
    mapping,
    sequence,
)
from streammigrate.rules import sdk

Conversion: TypeAlias = Callable[[Lowering, Known, sdk.Type, str], Code]
SORT = "SortParamRequest"
_NEVER_NONE = frozenset({"text", "number", "true", "false", "mapping", "list", "texts", "time"})


def as_sort(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """v1's normalize_sort: a mapping is one item; an item without both `field` and `direction` is field: direction."""
    if mapping(known) is not None:
        known = Items((known,))
    if isinstance(known, Node) and isinstance(known.node, ast.Tuple):
        raise Held(
            kinds.DECIDE, f"v1 ignores `{path}` where it is a tuple; leave it out, or make it a list if it is meant"
        )
    items = sequence(known)
    if items is None:
        if isinstance(known, Node) and lowering.kind_of(known.node) == "none":
            return Src(known.node)
        return lowering.sort_from_v1(
            code_of(known),
            path,
            f"the fields of `{path}` are not known here; v2 wants a list of {SORT}(field=…, direction=…)",
        )
    if not all(isinstance(mapping(item), Entries) for item in items):
        return lowering.sort_from_v1(
            code_of(known), path, f"the fields of `{path}` are not known here; v2 wants {SORT}(field=…, direction=…)"
        )
    name = lowering.names.use(MODELS, SORT)
    out: list[Code] = []
    for item in items:
        keyed = mapping(item)
        assert isinstance(keyed, Entries)
        keys = {entry.key for entry in keyed.items}
        if {"field", "direction"} <= keys:
            lowering.forms.append(f"{path}:sort")
            out.append(lowering.model(SORT, keyed, path))
            continue
        lowering.forms.append(f"{path}:sort-short")
        for entry in keyed.items:
            args = (Arg("field", Raw(quoted(entry.key))), Arg("direction", lowering.plain(entry.value)))
            out.append(Call(Raw(name), args))
    return List(tuple(out))


def as_list(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """v1 joins any iterable, v2 wants a list."""
    if sequence(known) is not None or (isinstance(known, Node) and lowering.kind_of(known.node) in ("list", "texts")):
        lowering.forms.append(f"{path}:list")
        items = sequence(known)
        return List(tuple(code_of(item) for item in items)) if items is not None else code_of(known)
    lowering.forms.append(f"{path}:iterable")
    return Call(Raw("list"), (Arg("", code_of(known)),))


def as_texts(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """A list of ids (by v1's own annotation) as models with one field."""
    if sequence(known) is not None or not isinstance(known, Node) or isinstance(known.node, ast.ListComp):
        return lowering.lower(known, type, path)
    return lowering.of_texts(known.node, type.items[0], path)


def as_csv(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """v1 joins an iterable with commas itself, and omits an empty one; v2 wants the text."""
    fixed = constant(known)
    if fixed is not None and fixed.value is None:
        return Raw("None")
    items = sequence(known)
    texts = [constant(item) for item in items] if items is not None else [None]
    if all(text is not None and isinstance(text.value, str) for text in texts):
        lowering.forms.append(f"{path}:csv")
        return Raw(quoted(",".join(text.value for text in texts if text is not None)) if texts else "None")
    lowering.forms.append(f"{path}:iterable")
    if items:
        return Call(Raw('",".join'), (Arg("", code_of(known)),))
    if not all(map(is_pure, nodes_of(known))):
        raise Held(kinds.ORDER, f"`{path}` would be evaluated twice; put it into a variable first")
    return Infix(('",".join(', code_of(known), ") if ", code_of(known), " else None"))


def as_flag(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """v1 sends what is true and omits what is not."""
    fixed = constant(known)
    if fixed is not None:
        lowering.forms.append(f"{path}:flag")
        return Raw("True" if fixed.value else "None")
    lowering.forms.append(f"{path}:flag-value")
    return Infix(("True if ", grouped(code_of(known)), " else None"))


def as_truthy(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """v1 omits an empty value."""
    fixed = constant(known)
    if fixed is not None:
        lowering.forms.append(f"{path}:value")
        return code_of(known) if fixed.value else Raw("None")
    lowering.forms.append(f"{path}:truthy")
    return Infix((code_of(known), " or None"))


def as_iso(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """v1 turns a datetime into ISO text itself; inside a mapping v2 does not."""
    fixed = constant(known)
    if fixed is not None and isinstance(fixed.value, str):
        lowering.forms.append(f"{path}:time-text")
        return code_of(known)
    if isinstance(known, Node):
        found = lowering.kind_of(known.node)
        if found == "text":
            lowering.forms.append(f"{path}:time-text")
            return code_of(known)
        if found == "time":
            lowering.forms.append(f"{path}:time")
            return Call(Dotted(code_of(known), "isoformat"), ())
    raise Held(kinds.UNKNOWN_VALUE, f"`{path}` may be a datetime or a string, and v2 wants ISO text here")


def as_items(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """The one item of a list."""
    return lowering.lower(Items((known,)), type, path)


def as_member_value(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """The value of an enumeration of stream-chat (`SegmentType.USER`)."""
    if isinstance(known, Node):
        value = lowering.kind_of(known.node)
        if value.startswith("enum:"):
            lowering.forms.append(f"{path}:enum")
            return Raw(quoted(value.removeprefix("enum:")))
    raise Held(kinds.UNKNOWN_VALUE, f"which member of the enumeration `{path}` is cannot be seen; v2 takes its value")


def as_relative(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """An absolute time of expiry in seconds since the epoch as the seconds from now; 0 and None mean never."""
    from streammigrate.codemod.clock import relative

    code, form = relative(known, lowering.names, lowering.kind_of)
    lowering.forms.append(f"{path}:{form}")
    return code


def as_cid(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """A channel's type and id, given apart, as the one text that v2 wants."""
    assert isinstance(known, Items)
    lowering.forms.append(f"{path}:cid")
    fixed = [constant(item) for item in known.items]
    texts = [one.value for one in fixed if one is not None and isinstance(one.value, str)]
    if len(texts) == len(known.items):
        return Raw(quoted(":".join(texts)))
    kind, id = map(code_of, known.items)
    return Format((kind, ":", id))


def as_commands(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """The commands of a channel type: v1 turns all on where the caller names none."""
    items, fixed = sequence(known), constant(known)
    if items or (fixed is not None and fixed.value):
        return lowering.lower(known, type, path)
    if items is not None or fixed is not None:
        lowering.forms.append(f"{path}:none")
        return Raw('["all"]')
    lowering.forms.append(f"{path}:value")
    return Infix((code_of(known), ' or ["all"]'))


def as_signature(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """A webhook's signature: without the header v1 says that it is wrong, getstream raises TypeError."""
    fixed = constant(known)
    if fixed is not None and isinstance(fixed.value, bytes):
        raise Held(kinds.UNKNOWN_VALUE, "getstream takes the signature as text; decode it")
    lowering.forms.append(f"{path}:signature")
    if isinstance(known, Node) and (
        isinstance(known.node, ast.Subscript) or lowering.kind_of(known.node) in ("text", "none")
    ):
        return Raw('""') if lowering.kind_of(known.node) == "none" else Src(known.node)
    return Infix((code_of(known), ' or ""'))


def as_filled(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """A value in whose place v1 puts a default of its own where it is empty."""
    items, fixed = sequence(known), constant(known)
    if (items is not None and not items) or (fixed is not None and not fixed.value):
        raise Held(kinds.DECIDE, f"v1 puts a default of its own in the place of an empty `{path}`; leave it out")
    if items is None and mapping(known) is None:
        raise Held(
            kinds.OPAQUE, f"whether `{path}` is empty cannot be seen, and v1 puts a default of its own there then"
        )
    return lowering.lower(known, type, path)


def as_set(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """The fields of a partial update: v1 sends a None, which clears the field, getstream leaves it out."""
    held = [_held(lowering, known.code)] if isinstance(known, Made) else nodes_of(known)
    if None in held and CLEARED not in lowering.notes:
        lowering.notes.append(CLEARED)
    for node in (lowering.follow(node) for node in held if node is not None):
        if holds_none(node):
            raise Held(
                kinds.NO_PLACE,
                f"v1 clears a field of `{path}` with None, getstream leaves it out; name it in `unset`",
            )
        may_be_none = any(lowering.kind_of(value) not in _NEVER_NONE for value in _leaves(node))
        if may_be_none and CLEARED not in lowering.notes:
            lowering.notes.append(CLEARED)
    return lowering.lower(known, type, path)


def _held(lowering: Lowering, code: Code) -> ast.expr | None:
    """Return what a key is bound to in the display that a variable holds, for code that reads it; None if that is not seen."""
    read = code.value if isinstance(code, Item) else None
    key = code.key if isinstance(code, Item) else None
    if isinstance(code, Call) and isinstance(code.function, Dotted):
        read, key = code.function.value, code.args[0].value
    display = lowering.follow(read.node) if isinstance(read, Src) else None
    for at, value in zip(display.keys, display.values, strict=True) if isinstance(display, ast.Dict) else ():
        if isinstance(at, ast.Constant) and isinstance(key, Raw) and key == Raw(quoted(str(at.value))):
            return value
    return None


def as_partial_updates(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """The list of updates of update_users_partial, each with a `set`."""
    items = sequence(known)
    if items is not None:
        return lowering.lower(Items(tuple(map(_with_set, items))), type, path)
    if isinstance(known, Node) and isinstance(known.node, ast.ListComp):
        lowering.forms.append(f"{path}:comprehension")
        return Comprehension(lowering.lower(_with_set(Node(known.node.elt)), type.items[0], path), known.node)
    shown = sequence(Node(lowering.follow(known.node))) if isinstance(known, Node) else None
    for item in shown or ():
        check_set(lowering, item)
    if CLEARED not in lowering.notes:
        lowering.notes.append(CLEARED)
    return lowering.lower(known, type, path)


def check_set(lowering: Lowering, known: Known) -> None:
    """Raise Held where a partial update is seen to clear a field."""
    display = mapping(Node(lowering.follow(known.node))) if isinstance(known, (Node, Grown)) else None
    for entry in display.items if isinstance(display, Entries) else ():
        if entry.key == "set":
            as_set(lowering, entry.value, sdk.parse_type("object"), entry.key)


def as_each(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """One model for each item of the first field, which v1 loops over; the other fields are the same in all."""
    assert isinstance(known, Entries)
    first, *others = known.items
    items = sequence(first.value)
    alone = items is not None and len(items) == 1
    if not alone and not all(is_pure(node) for entry in others for node in nodes_of(entry.value)):
        raise Held(
            kinds.ORDER, "an argument with effects would be evaluated for each item; put it into a variable first"
        )
    name = type.items[0].name
    if items is not None:
        lowering.forms.append(f"{path}:list")
        return List(tuple(lowering.model(name, Entries((Entry(first.key, one), *others)), path) for one in items))
    lowering.forms.append(f"{path}:iterable")
    item = lowering.names.reserve("item")
    model = lowering.model(name, Entries((Entry(first.key, Made(Raw(item))), *others)), path)
    return Infix(("[", model, f" for {item} in ", grouped(code_of(first.value)), "]"))


def as_if_text(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """A value where it is a text when the program runs, else None."""
    return _by_text(lowering, known, path, (code_of(known), Raw("None")))


def as_unless_text(lowering: Lowering, known: Known, type: sdk.Type, path: str) -> Code:
    """A value where it is no text when the program runs, else None."""
    return _by_text(lowering, known, path, (Raw("None"), code_of(known)))


def _by_text(lowering: Lowering, known: Known, path: str, sides: tuple[Code, Code]) -> Code:
    if not all(map(is_pure, nodes_of(known))):
        raise Held(kinds.ORDER, f"`{path}` would be evaluated twice; put it into a variable first")
    if isinstance(known, Node) and lowering.kind_of(known.node):
        raise Held(kinds.UNKNOWN_VALUE, f"`{path}` is neither a text nor a mapping")
    lowering.forms.append(f"{path}:text-or-not")
    return Conditional(Call(Raw("isinstance"), (Arg("", code_of(known)), Arg("", Raw("str")))), *sides)


def _leaves(node: ast.expr) -> list[ast.expr]:
    """Return the values inside the dict displays and choices of an expression, or the expression itself."""
    if isinstance(node, ast.Dict):
        return [leaf for value in node.values for leaf in _leaves(value)]
    if isinstance(node, ast.BoolOp):
        return [leaf for value in node.values for leaf in _leaves(value)]
    if isinstance(node, ast.IfExp):
        return [*_leaves(node.body), *_leaves(node.orelse)]
    return [node]


def holds_none(node: ast.expr) -> bool:
    """Return whether None is written among the values of a mapping."""
    return any(isinstance(leaf, ast.Constant) and leaf.value is None for leaf in _leaves(node))


def _with_set(known: Known) -> Known:
    """Return a partial update with the conversion of its `set` named."""
    entries = mapping(known)
    if isinstance(entries, Choice):
        return Choice(entries.test, _with_set(entries.body), _with_set(entries.orelse))
    if not isinstance(entries, Entries):
        return known
    return Entries(tuple(entry._replace(kind="set") if entry.key == "set" else entry for entry in entries.items))


CONVERSIONS: Mapping[str, Conversion] = MappingProxyType(
    {
        "cid": as_cid,
        "commands": as_commands,
        "csv": as_csv,
        "each": as_each,
        "filled": as_filled,
        "flag": as_flag,
        "iso": as_iso,
        "if_text": as_if_text,
        "items": as_items,
        "list": as_list,
        "member_value": as_member_value,
        "partial_updates": as_partial_updates,
        "relative": as_relative,
        "set": as_set,
        "signature": as_signature,
        "sort": as_sort,
        "texts": as_texts,
        "truthy": as_truthy,
        "unless_text": as_unless_text,
    }
)
"""By the name that a rule gives."""
