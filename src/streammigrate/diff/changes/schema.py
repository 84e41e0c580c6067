"""What can change of a schema: its properties, what it refers to, what it is composed of."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from streammigrate.diff.change import BREAKING, COMPATIBLE, INFO, ChangeKind, Direction, Example, Fact
from streammigrate.diff.changes import values
from streammigrate.spec import refs
from streammigrate.spec.model import Node
from streammigrate.spec.view import ABSENT, Place, Resolve, View, below, label, resolved, view

_URL = "https://spec.openapis.org/oas/v3.1.0#schema-object"

REMOVED = ChangeKind(
    id="SM150",
    name="schema-removed",
    title="A schema was removed",
    message="schema removed",
    explanation="A named schema of the old document has no counterpart. What used it is reported where it was used.",
    url=_URL,
    request=INFO,
    response=INFO,
    mirror="schema-added",
    example=Example(
        part="document",
        old="components:\n  schemas:\n    Lonely: {type: object, properties: {age: {type: integer}}}",
        new="components: {schemas: {}}",
    ),
)
ADDED = ChangeKind(
    id="SM151",
    name="schema-added",
    title="A schema was added",
    message="schema added",
    explanation="The new document has a named schema that no schema of the old one became.",
    url=_URL,
    request=INFO,
    response=INFO,
    mirror="schema-removed",
)
RENAMED = ChangeKind(
    id="SM152",
    name="schema-renamed",
    title="A schema has another name",
    message="schema renamed from {old} to {new}",
    explanation="The same place of matched operations (or of matched schemas) refers to it under another name, and neither "
    "document has both names. What is sent and read is not changed by the name; generated code is.",
    hint="Rename the class in generated clients.",
    url=_URL,
    request=INFO,
    response=INFO,
    mirror="schema-renamed",
    example=Example(
        part="document",
        old="paths:\n  /pets:\n    get:\n      operationId: getPet\n      responses:\n        '200':\n"
        "          content: {application/json: {schema: {$ref: '#/components/schemas/Cat'}}}\n"
        "components:\n  schemas:\n    Cat: {type: object, properties: {age: {type: integer}}}",
        new="paths:\n  /pets:\n    get:\n      operationId: getPet\n      responses:\n        '200':\n"
        "          content: {application/json: {schema: {$ref: '#/components/schemas/Dog'}}}\n"
        "components:\n  schemas:\n    Dog: {type: object, properties: {age: {type: integer}}}",
    ),
)
PROPERTY_REMOVED = ChangeKind(
    id="SM153",
    name="property-removed",
    title="A property was removed",
    message="property removed (it was {old})",
    explanation="A value that is still sent is ignored or refused; a value that is still read is missing.",
    url=_URL,
    request=BREAKING,
    response=BREAKING,
    mirror="property-added",
    example=Example(
        part="schema",
        old="properties: {id: {type: string}, age: {type: integer}}",
        new="properties: {id: {type: string}}",
    ),
)
PROPERTY_ADDED = ChangeKind(
    id="SM154",
    name="property-added",
    title="A property was added",
    message="property added ({new})",
    explanation="A value can be sent or read that was not there before. When it is required too, that is a change of its "
    "own.",
    url=_URL,
    request=COMPATIBLE,
    response=COMPATIBLE,
    mirror="property-removed",
)
BECAME_REQUIRED = ChangeKind(
    id="SM155",
    name="property-became-required",
    title="A property became required",
    message="property is now required",
    explanation="Who sends an object without it is refused; who reads can rely on it.",
    url=_URL,
    request=BREAKING,
    response=COMPATIBLE,
    mirror="property-became-optional",
    example=Example(
        part="schema",
        old="properties: {id: {type: string}}",
        new="properties: {id: {type: string}}\nrequired: [id]",
    ),
)
BECAME_OPTIONAL = ChangeKind(
    id="SM156",
    name="property-became-optional",
    title="A property is no longer required",
    message="property is no longer required",
    explanation="Who sends may leave it out; who reads can no longer rely on it.",
    url=_URL,
    request=COMPATIBLE,
    response=BREAKING,
    mirror="property-became-required",
)
PROPERTY_RESPELLED = ChangeKind(
    id="SM157",
    name="property-respelled",
    title="A property is spelled differently",
    message="property {old} is now spelled {new}",
    explanation="A property went away and one whose name differs only in case or separators came.",
    url=_URL,
    request=BREAKING,
    response=BREAKING,
    mirror="property-respelled",
    example=Example(
        part="schema",
        old="properties: {userId: {type: string}}",
        new="properties: {user_id: {type: string}}",
    ),
)
EXTRA_CLOSED = ChangeKind(
    id="SM177",
    name="extra-properties-closed",
    title="Unknown properties are refused now",
    message="properties that are not listed are no longer allowed",
    explanation="Who sends a property that the schema does not list is refused.",
    url=_URL,
    request=BREAKING,
    response=COMPATIBLE,
    mirror="extra-properties-opened",
    example=Example(
        part="schema",
        old="properties: {id: {type: string}}",
        new="properties: {id: {type: string}}\nadditionalProperties: false",
    ),
)
EXTRA_OPENED = ChangeKind(
    id="SM178",
    name="extra-properties-opened",
    title="Unknown properties are allowed now",
    message="properties that are not listed are now allowed",
    explanation="Who reads may meet properties that the schema does not list.",
    url=_URL,
    request=COMPATIBLE,
    response=COMPATIBLE,
    mirror="extra-properties-closed",
)
BECAME_READ_ONLY = ChangeKind(
    id="SM179",
    name="became-read-only",
    title="A property became read-only",
    message="is now read-only",
    explanation="A value that is sent is ignored or refused.",
    url=_URL,
    request=BREAKING,
    response=INFO,
    mirror="no-longer-read-only",
    example=Example(
        part="schema",
        old="properties: {id: {type: string}}",
        new="properties: {id: {type: string, readOnly: true}}",
    ),
)
NO_LONGER_READ_ONLY = ChangeKind(
    id="SM180",
    name="no-longer-read-only",
    title="A property is no longer read-only",
    message="is no longer read-only",
    explanation="The value can be sent too.",
    url=_URL,
    request=COMPATIBLE,
    response=INFO,
    mirror="became-read-only",
)
BECAME_WRITE_ONLY = ChangeKind(
    id="SM181",
    name="became-write-only",
    title="A property became write-only",
    message="is now write-only",
    explanation="The value is no longer answered.",
    url=_URL,
    request=INFO,
    response=BREAKING,
    mirror="no-longer-write-only",
    example=Example(
        part="schema",
        old="properties: {id: {type: string}}",
        new="properties: {id: {type: string, writeOnly: true}}",
    ),
)
NO_LONGER_WRITE_ONLY = ChangeKind(
    id="SM182",
    name="no-longer-write-only",
    title="A property is no longer write-only",
    message="is no longer write-only",
    explanation="The value is answered too.",
    url=_URL,
    request=INFO,
    response=COMPATIBLE,
    mirror="became-write-only",
)
DEPRECATED = ChangeKind(
    id="SM183",
    name="property-deprecated",
    title="A property was deprecated",
    message="deprecated",
    explanation="The value works as before, but its users should move away from it.",
    url=_URL,
    request=INFO,
    response=INFO,
    mirror="property-undeprecated",
    example=Example(
        part="schema",
        old="properties: {id: {type: string}}",
        new="properties: {id: {type: string, deprecated: true}}",
    ),
)
UNDEPRECATED = ChangeKind(
    id="SM184",
    name="property-undeprecated",
    title="A property is no longer deprecated",
    message="no longer deprecated",
    explanation="The deprecation mark was taken back.",
    url=_URL,
    request=INFO,
    response=INFO,
    mirror="property-deprecated",
)
REFERENCE_CHANGED = ChangeKind(
    id="SM185",
    name="reference-changed",
    title="Another schema stands here",
    message="refers to {new} instead of {old}",
    explanation="The place refers to another named schema, and both documents (or neither) know the names, so it is no "
    "rename. What differs between the two schemas is listed once, under that pair of schemas.",
    url=_URL,
    request=INFO,
    response=INFO,
    mirror="reference-changed",
    example=Example(
        part="document",
        old="paths:\n  /pets:\n    get:\n      operationId: getPet\n      responses:\n        '200':\n"
        "          content: {application/json: {schema: {$ref: '#/components/schemas/Cat'}}}\n"
        "components:\n  schemas:\n    Cat: {type: object, properties: {age: {type: integer}}}\n"
        "    Dog: {type: object, properties: {age: {type: integer}}}",
        new="paths:\n  /pets:\n    get:\n      operationId: getPet\n      responses:\n        '200':\n"
        "          content: {application/json: {schema: {$ref: '#/components/schemas/Dog'}}}\n"
        "components:\n  schemas:\n    Cat: {type: object, properties: {age: {type: integer}}}\n"
        "    Dog: {type: object, properties: {age: {type: integer}}}",
    ),
)
VARIANT_REMOVED = ChangeKind(
    id="SM186",
    name="variant-removed",
    title="A variant was removed",
    message="variant {old} removed",
    explanation="One of the alternatives (oneOf, anyOf) is gone. Who sends it is refused.",
    url=_URL,
    request=BREAKING,
    response=COMPATIBLE,
    mirror="variant-added",
    example=Example(
        part="schema",
        old="properties: {pay: {oneOf: [{type: string}, {type: integer}, {type: boolean}]}}",
        new="properties: {pay: {oneOf: [{type: string}, {type: integer}]}}",
    ),
)
VARIANT_ADDED = ChangeKind(
    id="SM187",
    name="variant-added",
    title="A variant was added",
    message="variant {new} added",
    explanation="There is one more alternative (oneOf, anyOf). Who reads may meet it.",
    url=_URL,
    request=COMPATIBLE,
    response=BREAKING,
    mirror="variant-removed",
)
DISCRIMINATOR_CHANGED = ChangeKind(
    id="SM188",
    name="discriminator-changed",
    title="The discriminator changed",
    message="discriminator changed from {old} to {new}",
    explanation="Another property tells the variants apart, or the same value means another schema.",
    url="https://spec.openapis.org/oas/v3.1.0#discriminator-object",
    request=BREAKING,
    response=BREAKING,
    mirror="discriminator-changed",
    example=Example(
        part="schema",
        old="properties: {shape: {type: string}, form: {type: string}}\ndiscriminator: {propertyName: shape}",
        new="properties: {shape: {type: string}, form: {type: string}}\ndiscriminator: {propertyName: form}",
    ),
)
DISCRIMINATOR_VALUE_REMOVED = ChangeKind(
    id="SM189",
    name="discriminator-value-removed",
    title="A discriminator value was removed",
    message="discriminator value {old} removed",
    explanation="The mapping no longer lists the value. Who sends it is refused.",
    url="https://spec.openapis.org/oas/v3.1.0#discriminator-object",
    request=BREAKING,
    response=COMPATIBLE,
    mirror="discriminator-value-added",
    example=Example(
        part="schema",
        old="properties: {shape: {type: string}}\n"
        "discriminator: {propertyName: shape, mapping: {a: '#/components/schemas/Thing', b: Thing}}",
        new="properties: {shape: {type: string}}\n"
        "discriminator: {propertyName: shape, mapping: {a: '#/components/schemas/Thing'}}",
    ),
)
DISCRIMINATOR_VALUE_ADDED = ChangeKind(
    id="SM190",
    name="discriminator-value-added",
    title="A discriminator value was added",
    message="discriminator value {new} added",
    explanation="The mapping lists one more value. Who reads may meet it.",
    url="https://spec.openapis.org/oas/v3.1.0#discriminator-object",
    request=COMPATIBLE,
    response=BREAKING,
    mirror="discriminator-value-removed",
)

Tokens = tuple[Place, Place]


@dataclass(slots=True)
class Context:
    """What comparing two schemas needs to know of the two documents."""

    old: Resolve
    new: Resolve
    counterpart: dict[str, str]
    """From an old schema name to the new one that it became; to nothing where a person said that it became none."""
    swaps: dict[tuple[str, str], None] = field(default_factory=dict)
    """The pairs of different schemas that one place referred to, in the order they were met."""
    following: set[tuple[str, int]] = field(default_factory=set)
    """What is being compared: a reference's name, and the schema without a reference that stands against it."""
    unmatched: bool = False
    """Whether a person said of some name that it means another schema in the new document."""


def equal(old: Any, new: Any) -> bool:
    """Whether two schemas are the same text of data. Quick, exact as to types; a different key order says no."""
    return bool(old == new) and marshal.dumps(old, 2) == marshal.dumps(new, 2)


def compare(old: Any, new: Any, context: Context, at: str = "", tokens: Tokens = ((), ())) -> Iterator[Fact]:
    """Yield what differs between two schemas. References are compared by name, never followed into components."""
    if equal(old, new) and not (context.unmatched and refs.survey(old).names):
        return
    before, after = view(old), view(new)
    if before.ref or after.ref:
        yield from _compare_references(old, new, before, after, context, at, tokens)
        return
    if {context.counterpart.get(part, part) for part in before.parts} != after.parts:
        before, after = view(old, context.old), view(new, context.new)
    yield from _compare_views(old, new, before, after, context, at, tokens)


def _compare_references(
    old: Any, new: Any, before: View, after: View, context: Context, at: str, tokens: Tokens
) -> Iterator[Fact]:
    if before.ref and after.ref:
        if context.counterpart.get(before.ref, before.ref) != after.ref:
            context.swaps[before.ref, after.ref] = None
            yield Fact(REFERENCE_CHANGED, at, label(old), label(new), tokens)
        yield from _placed(_compare_annotations(before, after), at, tokens)
        return
    name = before.ref or after.ref
    target = context.old(name) if before.ref else context.new(name)
    known = (name, id(new if before.ref else old))
    if target is None:
        yield Fact(REFERENCE_CHANGED, at, label(old), label(new), tokens)
    elif known not in context.following:
        context.following.add(known)
        place = (refs.pointer_of(name),)
        if before.ref:
            yield from compare(_follow(old, before, target), new, context, at, (place, tokens[1]))
        else:
            yield from compare(old, _follow(new, after, target), context, at, (tokens[0], place))
        context.following.discard(known)


def _follow(node: Node, seen: View, target: Node) -> Node:
    """Return what a reference stands for, with what is written beside the reference."""
    beside = {key: value for key, value in node.items() if key not in _REFERRING}
    if seen.nullable:
        beside["nullable"] = True
    return {**target, **beside} if beside else target


_REFERRING = frozenset({"$ref", "allOf", "anyOf", "oneOf"})


def _compare_annotations(before: View, after: View) -> Iterator[Fact]:
    yield from values.compare_null(before, after)
    yield from values.compare_defaults(before, after)
    if before.read_only != after.read_only:
        yield Fact(BECAME_READ_ONLY if after.read_only else NO_LONGER_READ_ONLY)
    if before.write_only != after.write_only:
        yield Fact(BECAME_WRITE_ONLY if after.write_only else NO_LONGER_WRITE_ONLY)
    if before.deprecated != after.deprecated:
        yield Fact(DEPRECATED if after.deprecated else UNDEPRECATED)


def _placed(facts: Iterator[Fact], at: str, tokens: Tokens) -> Iterator[Fact]:
    for fact in facts:
        yield fact._replace(at=at + fact.at, tokens=tokens)


def _compare_views(
    old: Any, new: Any, before: View, after: View, context: Context, at: str, tokens: Tokens
) -> Iterator[Fact]:
    yield from _placed(_compare_annotations(before, after), at, tokens)
    if bool(before.types) != bool(after.types):
        _take_types(before if after.types else after)
    types = list(values.compare_types(before, after, old, new))
    yield from _placed(iter(types), at, tokens)
    if any(fact.kind in _INCOMPARABLE for fact in types):
        return
    if bool(before.types) != bool(after.types) and not (before.guessed or after.guessed):
        return
    yield from _placed(values.compare_enums(before, after), at, tokens)
    yield from _placed(values.compare_bounds(before, after), at, tokens)
    yield from _placed(values.compare_constraints(before, after, context.counterpart), at, tokens)
    yield from _compare_properties(before, after, context, at, tokens)
    yield from _compare_extra(before, after, context, at, tokens)
    yield from _compare_items(before, after, context, at, tokens)
    for key, olds, other, news in _variants(before, after):
        places = _below(tokens, before.place_of(key), after.place_of(other))
        yield from _compare_variants(olds, news, context, at, tokens, places)
    yield from _placed(_compare_discriminators(before.discriminator, after.discriminator, context), at, tokens)


def _take_types(seen: View) -> None:
    """Make of alternatives that name a type and nothing else the list of types that they are."""
    members = [*seen.any_of, *seen.one_of]
    if seen.any_of and seen.one_of:
        return
    if all(isinstance(member, dict) and member.keys() == {"type"} for member in members):
        views = list(map(view, members))
        names = [name for member in views for name in member.types]
        if len(set(names)) == len(names) and not (seen.one_of and {"integer", "number"} <= set(names)):
            seen.types, seen.any_of, seen.one_of = frozenset(names), (), ()
            seen.nullable = seen.nullable or any(member.nullable for member in views)


_INCOMPARABLE = (values.TYPE_CHANGED, values.ARRAY_BECAME_MAP, values.MAP_BECAME_ARRAY)


def _below(tokens: Tokens, old: Place, new: Place) -> Tokens:
    return below(tokens[0], old), below(tokens[1], new)


def _compare_properties(before: View, after: View, context: Context, at: str, tokens: Tokens) -> Iterator[Fact]:
    gone = [name for name in before.properties if name not in after.properties]
    come = [name for name in after.properties if name not in before.properties]
    respelled = values.unique_folds(gone, come) if gone and come else {}
    for name in gone:
        place, node = before.properties[name]
        if name not in respelled:
            only = _direction(node, context.old)
            yield Fact(PROPERTY_REMOVED, f"{at}.{name}", label(node), None, _below(tokens, place, ()), only=only)
    for name in come:
        place, node = after.properties[name]
        if name not in respelled.values():
            only = _direction(node, context.new)
            yield Fact(PROPERTY_ADDED, f"{at}.{name}", None, label(node), _below(tokens, (), place), only=only)
    for name, (place, node) in before.properties.items():
        other = respelled.get(name, name)
        if other in after.properties:
            target, counterpart = after.properties[other]
            below = _below(tokens, place, target)
            facts = compare(node, counterpart, context, f"{at}.{name}", below)
            if other != name:
                facts = chain([Fact(PROPERTY_RESPELLED, f"{at}.{name}", name, other, below)], facts)
            for fact in facts:
                only = _common_direction(node, counterpart, context)
                yield fact if only is None else fact._replace(only=only)
    optional = {respelled.get(name, name) for name in before.required}
    if optional == after.required:
        return
    back = {other: name for name, other in respelled.items()}
    for kind, names in ((BECAME_REQUIRED, after.required - optional), (BECAME_OPTIONAL, optional - after.required)):
        for name in sorted(names):
            shown = back.get(name, name)
            place, node = before.properties.get(shown, ((), ABSENT))
            target, counterpart = after.properties.get(name, ((), ABSENT))
            only = _common_direction(node, counterpart, context)
            yield Fact(kind, f"{at}.{shown}", tokens=_below(tokens, place, target), only=only)


def _common_direction(old: Any, new: Any, context: Context) -> Direction | None:
    """Return the one direction in which a property has a value on both sides, or on the side where it exists."""
    if old is ABSENT or new is ABSENT:
        return _direction(old, context.old) or _direction(new, context.new)
    found = _direction(old, context.old)
    return found if found is not None and found == _direction(new, context.new) else None


def _direction(node: Any, resolve: Resolve) -> Direction | None:
    if not isinstance(node, dict):
        return None
    seen = view(node)
    if seen.ref and not (seen.read_only or seen.write_only):
        seen = resolved(node, resolve)
    if seen.read_only == seen.write_only:
        return None
    return "response" if seen.read_only else "request"


def _compare_extra(before: View, after: View, context: Context, at: str, tokens: Tokens) -> Iterator[Fact]:
    if before.extra is False or after.extra is False:
        if before.extra is not after.extra:
            yield Fact(EXTRA_CLOSED if after.extra is False else EXTRA_OPENED, at, tokens=tokens)
        return
    (old, place), (new, target) = (_part(side, side.extra, "additionalProperties") for side in (before, after))
    yield from compare(old, new, context, f"{at}.*", _below(tokens, place, target))


def _part(seen: View, node: Any, key: str) -> tuple[Any, Place]:
    """Return a schema below another and its place; a schema that is not there allows everything and has no place."""
    return ({}, ()) if node is ABSENT or node is True else (node, seen.place_of(key))


def _compare_items(before: View, after: View, context: Context, at: str, tokens: Tokens) -> Iterator[Fact]:
    if before.items is not ABSENT or after.items is not ABSENT:
        (old, place), (new, target) = (_part(side, side.items, "items") for side in (before, after))
        yield from compare(old, new, context, f"{at}[]", _below(tokens, place, target))
    for index in range(max(len(before.prefix_items), len(after.prefix_items))):
        (old, place), (new, target) = (_prefix_item(side, index) for side in (before, after))
        yield from compare(old, new, context, f"{at}[{index}]", _below(tokens, place, target))


def _prefix_item(seen: View, index: int) -> tuple[Any, Place]:
    if index >= len(seen.prefix_items):
        return {}, ()
    return seen.prefix_items[index], (*seen.place_of("prefixItems"), str(index))


def _variants(before: View, after: View) -> Iterator[tuple[str, Sequence[Any], str, Sequence[Any]]]:
    """Yield what stands against each other. Writing `anyOf` for `oneOf` changes nothing for who sends or reads."""
    if before.one_of and after.any_of and not before.any_of and not after.one_of:
        yield "oneOf", before.one_of, "anyOf", after.any_of
    elif before.any_of and after.one_of and not before.one_of and not after.any_of:
        yield "anyOf", before.any_of, "oneOf", after.one_of
    else:
        yield "oneOf", before.one_of, "oneOf", after.one_of
        yield "anyOf", before.any_of, "anyOf", after.any_of


def _compare_variants(
    old: Sequence[Any], new: Sequence[Any], context: Context, at: str, tokens: Tokens, places: Tokens
) -> Iterator[Fact]:
    """Pair references by name and inline members by equality, then by order among members of the same type.

    `tokens` lead to the schema and `places` to its lists of variants.
    """
    if not old and not new:
        return
    if not old or not new:
        if old:
            yield Fact(VARIANT_ADDED, at, None, "anything else", tokens)
        else:
            yield Fact(VARIANT_REMOVED, at, "anything else", None, tokens)
        return
    left = list(range(len(new)))
    unpaired = []
    for index, member in enumerate(old):
        match = next((other for other in left if _same_variant(member, new[other], context)), None)
        if match is None:
            unpaired.append(index)
        else:
            left.remove(match)
    for index in unpaired:
        match = next((other for other in left if _similar_variant(old[index], new[other], context)), None)
        if match is None:
            yield Fact(VARIANT_REMOVED, at, label(old[index]), None, ((*places[0], str(index)), tokens[1]))
        else:
            left.remove(match)
            place = f"{at}|{label(old[index])}"
            below = (*places[0], str(index)), (*places[1], str(match))
            yield from compare(old[index], new[match], context, place, below)
    for index in left:
        yield Fact(VARIANT_ADDED, at, None, label(new[index]), (tokens[0], (*places[1], str(index))))


def _same_variant(old: Any, new: Any, context: Context) -> bool:
    before, after = view(old), view(new)
    if before.ref or after.ref:
        return bool(before.ref and after.ref) and context.counterpart.get(before.ref, before.ref) == after.ref
    return equal(old, new)


def _similar_variant(old: Any, new: Any, context: Context) -> bool:
    before, after = view(old), view(new)
    if before.ref and after.ref:
        return False
    if before.ref or after.ref:
        before, after = resolved(old, context.old), resolved(new, context.new)
    return before.types == after.types


def _compare_discriminators(old: Node | None, new: Node | None, context: Context) -> Iterator[Fact]:
    if old is None and new is None:
        return
    before, after = (None if side is None else side.get("propertyName") for side in (old, new))
    if before != after:
        yield Fact(DISCRIMINATOR_CHANGED, old=before, new=after)
        return
    olds, news = _mapping(old), _mapping(new)
    for key in sorted(olds.keys() | news.keys()):
        if key not in news:
            yield Fact(DISCRIMINATOR_VALUE_REMOVED, old=key)
        elif key not in olds:
            yield Fact(DISCRIMINATOR_VALUE_ADDED, new=key)
        elif context.counterpart.get(olds[key], olds[key]) != news[key]:
            yield Fact(DISCRIMINATOR_CHANGED, f":{key}", olds[key], news[key])


def _mapping(discriminator: Node | None) -> dict[str, str]:
    mapping = (discriminator or {}).get("mapping")
    if not isinstance(mapping, dict):
        return {}
    return {str(key): refs.mapping_target(value) for key, value in mapping.items() if isinstance(value, str)}
