"""What can change of the values a schema allows: type, format, null, enum, default, bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from streammigrate.diff.change import BREAKING, COMPATIBLE, INFO, ChangeKind, Example, Fact
from streammigrate.diff.names import fold
from streammigrate.spec import refs
from streammigrate.spec.view import ABSENT, CONSTRAINTS, LOWER_BOUNDS, UPPER_BOUNDS, View, is_map, label

_URL = "https://spec.openapis.org/oas/v3.1.0#schema-object"

TYPE_CHANGED = ChangeKind(
    id="SM158",
    name="type-changed",
    title="A type changed",
    message="type changed from {old} to {new}",
    explanation="Values of the old type are not values of the new one, in either direction. Programs that send or read "
    "the field must convert.",
    url=_URL,
    request=BREAKING,
    response=BREAKING,
    mirror="type-changed",
    example=Example(
        part="schema",
        old="properties: {at: {type: string, format: date-time}}",
        new="properties: {at: {type: number, format: date-time}}",
    ),
)
TYPE_WIDENED = ChangeKind(
    id="SM159",
    name="type-widened",
    title="More types are allowed",
    message="type widened from {old} to {new}",
    explanation="Every old value is still allowed and others are too. Who sends needs no change; who reads may meet values "
    "that the program does not expect.",
    url=_URL,
    request=COMPATIBLE,
    response=BREAKING,
    mirror="type-narrowed",
    example=Example(part="schema", old="properties: {size: {type: integer}}", new="properties: {size: {type: number}}"),
)
TYPE_NARROWED = ChangeKind(
    id="SM160",
    name="type-narrowed",
    title="Fewer types are allowed",
    message="type narrowed from {old} to {new}",
    explanation="Some values that were allowed no longer are. Who reads needs no change; who sends may be refused.",
    url=_URL,
    request=BREAKING,
    response=COMPATIBLE,
    mirror="type-widened",
)
FORMAT_CHANGED = ChangeKind(
    id="SM161",
    name="format-changed",
    title="A format changed",
    message="format changed from {old} to {new}",
    explanation="The type is the same but its text or number means something else.",
    url=_URL,
    request=BREAKING,
    response=BREAKING,
    mirror="format-changed",
    example=Example(
        part="schema",
        old="properties: {at: {type: string, format: date}}",
        new="properties: {at: {type: string, format: date-time}}",
    ),
)
BECAME_NULLABLE = ChangeKind(
    id="SM162",
    name="became-nullable",
    title="Null became allowed",
    message="may now be null",
    explanation="Who reads the value must be ready for null.",
    url=_URL,
    request=COMPATIBLE,
    response=BREAKING,
    mirror="no-longer-nullable",
    example=Example(
        part="schema",
        old="properties: {note: {type: string}}",
        new="properties: {note: {type: string, nullable: true}}",
    ),
)
NO_LONGER_NULLABLE = ChangeKind(
    id="SM163",
    name="no-longer-nullable",
    title="Null is no longer allowed",
    message="may no longer be null",
    explanation="Who sends null is refused.",
    url=_URL,
    request=BREAKING,
    response=COMPATIBLE,
    mirror="became-nullable",
)
ENUM_VALUE_REMOVED = ChangeKind(
    id="SM164",
    name="enum-value-removed",
    title="An enum value was removed",
    message="enum value {old} removed",
    explanation="Who sends the value is refused.",
    url=_URL,
    request=BREAKING,
    response=COMPATIBLE,
    mirror="enum-value-added",
    example=Example(
        part="schema",
        old="properties: {role: {type: string, enum: [user, admin]}}",
        new="properties: {role: {type: string, enum: [user]}}",
    ),
)
ENUM_VALUE_ADDED = ChangeKind(
    id="SM165",
    name="enum-value-added",
    title="An enum value was added",
    message="enum value {new} added",
    explanation="Who reads the value and handles each case meets one more.",
    url=_URL,
    request=COMPATIBLE,
    response=BREAKING,
    mirror="enum-value-removed",
)
ENUM_VALUE_RESPELLED = ChangeKind(
    id="SM166",
    name="enum-value-respelled",
    title="An enum value is spelled differently",
    message="enum value {old} is now spelled {new}",
    explanation="A value went away and one that differs only in case or separators came. Programs that send or compare "
    "the value must use the new spelling.",
    url=_URL,
    request=BREAKING,
    response=BREAKING,
    mirror="enum-value-respelled",
    example=Example(
        part="schema",
        old="properties: {role: {type: string, enum: [guest_user]}}",
        new="properties: {role: {type: string, enum: [GUEST-USER]}}",
    ),
)
ENUM_REMOVED = ChangeKind(
    id="SM167",
    name="enum-removed",
    title="The list of values was dropped",
    message="any value is allowed now, not only {old}",
    explanation="Who reads the value may meet values that were not listed before.",
    url=_URL,
    request=COMPATIBLE,
    response=BREAKING,
    mirror="enum-introduced",
    example=Example(
        part="schema",
        old="properties: {role: {type: string, enum: [user, admin]}}",
        new="properties: {role: {type: string}}",
    ),
)
ENUM_INTRODUCED = ChangeKind(
    id="SM168",
    name="enum-introduced",
    title="Only listed values are allowed now",
    message="only these values are allowed now: {new}",
    explanation="Who sends any other value is refused.",
    url=_URL,
    request=BREAKING,
    response=COMPATIBLE,
    mirror="enum-removed",
)
DEFAULT_REMOVED = ChangeKind(
    id="SM169",
    name="default-removed",
    title="A default was removed",
    message="default {old} removed",
    explanation="The document no longer says what leaving the value out means.",
    hint="Send the old default where it matters.",
    url=_URL,
    request=COMPATIBLE,
    response=INFO,
    mirror="default-added",
    nothing="null",
    example=Example(
        part="schema",
        old="properties: {limit: {type: integer, default: 10}}",
        new="properties: {limit: {type: integer}}",
    ),
)
DEFAULT_ADDED = ChangeKind(
    id="SM170",
    name="default-added",
    title="A default was added",
    message="default {new} added",
    explanation="Leaving the value out now has a stated meaning.",
    url=_URL,
    request=COMPATIBLE,
    response=INFO,
    mirror="default-removed",
    nothing="null",
)
DEFAULT_CHANGED = ChangeKind(
    id="SM171",
    name="default-changed",
    title="A default changed",
    message="default changed from {old} to {new}",
    explanation="Programs that leave the value out get another behaviour.",
    hint="Send the old default where it matters.",
    url=_URL,
    request=BREAKING,
    response=INFO,
    mirror="default-changed",
    nothing="null",
    example=Example(
        part="schema",
        old="properties: {limit: {type: integer, default: 10}}",
        new="properties: {limit: {type: integer, default: 20}}",
    ),
)
BOUND_TIGHTENED = ChangeKind(
    id="SM172",
    name="bound-tightened",
    title="A limit became stricter",
    message="{rule} changed from {old} to {new}",
    explanation="Values, lengths or counts that were allowed no longer are. Who sends them is refused.",
    url=_URL,
    request=BREAKING,
    response=COMPATIBLE,
    mirror="bound-loosened",
    example=Example(
        part="schema",
        old="properties: {text: {type: string, maxLength: 100}}",
        new="properties: {text: {type: string, maxLength: 50}}",
    ),
)
BOUND_LOOSENED = ChangeKind(
    id="SM173",
    name="bound-loosened",
    title="A limit became less strict",
    message="{rule} changed from {old} to {new}",
    explanation="More values, lengths or counts are allowed than before.",
    url=_URL,
    request=COMPATIBLE,
    response=COMPATIBLE,
    mirror="bound-tightened",
)
CONSTRAINT_CHANGED = ChangeKind(
    id="SM174",
    name="constraint-changed",
    title="A rule for the value changed",
    message="{rule} changed from {old} to {new}",
    explanation="A pattern, a divisor or a conditional rule is another one; which values pass both cannot be told.",
    url=_URL,
    request=BREAKING,
    response=BREAKING,
    mirror="constraint-changed",
    example=Example(
        part="schema",
        old="properties: {code: {type: string, pattern: '^a'}}",
        new="properties: {code: {type: string, pattern: '^b'}}",
    ),
)
ARRAY_BECAME_MAP = ChangeKind(
    id="SM175",
    name="array-became-map",
    title="A list became a map",
    message="changed from {old} to {new}",
    explanation="Values that stood in a list stand under keys now.",
    url=_URL,
    request=BREAKING,
    response=BREAKING,
    mirror="map-became-array",
    example=Example(
        part="schema",
        old="properties: {tags: {type: array, items: {type: string}}}",
        new="properties: {tags: {type: object, additionalProperties: {type: string}}}",
    ),
)
MAP_BECAME_ARRAY = ChangeKind(
    id="SM176",
    name="map-became-array",
    title="A map became a list",
    message="changed from {old} to {new}",
    explanation="Values that stood under keys stand in a list now.",
    url=_URL,
    request=BREAKING,
    response=BREAKING,
    mirror="array-became-map",
)

_WIDER_FORMATS = {("integer", "int32", "int64"), ("number", "float", "double")}


def compare_types(old: View, new: View, old_node: Any, new_node: Any) -> Iterator[Fact]:
    """Yield how the types differ; after a fact of this kind the parts below cannot be compared."""
    if old.types == new.types:
        if old.format != new.format:
            yield _compare_formats(old, new, old_node, new_node)
        return
    if (old.guessed or new.guessed) and (_covers(new.types, old.types) or _covers(old.types, new.types)):
        return
    before, after = label(old_node), label(new_node)
    if old.types == {"array"} and new.types == {"object"} and is_map(new):
        yield Fact(ARRAY_BECAME_MAP, old=before, new=after)
    elif new.types == {"array"} and old.types == {"object"} and is_map(old):
        yield Fact(MAP_BECAME_ARRAY, old=before, new=after)
    elif _covers(new.types, old.types) and new.format in ("", old.format):
        yield Fact(TYPE_WIDENED, old=before, new=after)
    elif _covers(old.types, new.types) and old.format in ("", new.format):
        yield Fact(TYPE_NARROWED, old=before, new=after)
    else:
        yield Fact(TYPE_CHANGED, old=before, new=after)


def _covers(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    if not wide:
        return True
    if not narrow:
        return False
    return all(name in wide or (name == "integer" and "number" in wide) for name in narrow)


def _compare_formats(old: View, new: View, old_node: Any, new_node: Any) -> Fact:
    before, after = label(old_node), label(new_node)
    for name in old.types:
        if (name, old.format, new.format) in _WIDER_FORMATS:
            return Fact(TYPE_WIDENED, old=before, new=after)
        if (name, new.format, old.format) in _WIDER_FORMATS:
            return Fact(TYPE_NARROWED, old=before, new=after)
    if not new.format:
        return Fact(TYPE_WIDENED, old=before, new=after)
    if not old.format:
        return Fact(TYPE_NARROWED, old=before, new=after)
    return Fact(FORMAT_CHANGED, old=before, new=after)


def compare_null(old: View, new: View) -> Iterator[Fact]:
    """Yield whether null was allowed or forbidden."""
    if old.nullable != new.nullable:
        yield Fact(BECAME_NULLABLE if new.nullable else NO_LONGER_NULLABLE)


def compare_enums(old: View, new: View) -> Iterator[Fact]:
    """Yield the values that went, came or are spelled differently."""
    if old.enum is None and new.enum is None:
        return
    if new.enum is None:
        yield Fact(ENUM_REMOVED, old=_sorted(old.enum or []))
        return
    if old.enum is None:
        yield Fact(ENUM_INTRODUCED, new=_sorted(new.enum))
        return
    before, after = {_key(value): value for value in old.enum}, {_key(value): value for value in new.enum}
    gone = [before[key] for key in sorted(before.keys() - after.keys())]
    come = [after[key] for key in sorted(after.keys() - before.keys())]
    respelled = _respellings(gone, come)
    for value in gone:
        if isinstance(value, str) and value in respelled:
            yield Fact(ENUM_VALUE_RESPELLED, old=value, new=respelled[value])
        else:
            yield Fact(ENUM_VALUE_REMOVED, old=value)
    for value in come:
        if not (isinstance(value, str) and value in respelled.values()):
            yield Fact(ENUM_VALUE_ADDED, new=value)


def _respellings(gone: list[Any], come: list[Any]) -> dict[str, str]:
    return unique_folds(
        [value for value in gone if isinstance(value, str)], [value for value in come if isinstance(value, str)]
    )


def unique_folds(gone: list[str], come: list[str]) -> dict[str, str]:
    """Return the names that went and came back under another spelling, where just one of each fits."""
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for names, table in ((gone, before), (come, after)):
        for name in names:
            table.setdefault(fold(name), []).append(name)
    return {
        found[0]: after[key][0]
        for key, found in before.items()
        if key and len(found) == 1 and len(after.get(key, ())) == 1
    }


def _key(value: Any) -> tuple[str, str]:
    """Return a key that is equal for equal JSON values: `1` and `1.0` are, `1` and `"1"` are not."""
    if _is_number(value):
        return "number", str(int(value) if value == value // 1 else value)
    return type(value).__name__, str(value)


def _sorted(values: list[Any]) -> list[Any]:
    return sorted(values, key=_key)


def compare_defaults(old: View, new: View) -> Iterator[Fact]:
    """Yield how the default differs."""
    if same(old.default, new.default):
        return
    if old.default is ABSENT:
        yield Fact(DEFAULT_ADDED, new=new.default)
    elif new.default is ABSENT:
        yield Fact(DEFAULT_REMOVED, old=old.default)
    else:
        yield Fact(DEFAULT_CHANGED, old=old.default, new=new.default)


def compare_bounds(old: View, new: View) -> Iterator[Fact]:
    """Yield the limits that became stricter or looser; a limit that appears is stricter than none."""
    if not old.bounds and not new.bounds:
        return
    told: tuple[str, ...] = ()
    for plain, exclusive, sign in (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)):
        before, after = (_limit(side, plain, exclusive, sign) for side in (old, new))
        if before and after and before[1] != after[1]:
            told += plain, exclusive
            kind = BOUND_TIGHTENED if after[0] > before[0] else BOUND_LOOSENED
            yield Fact(kind, at=f":{plain}", old=before[2], new=after[2])
    for key in UPPER_BOUNDS + LOWER_BOUNDS:
        before, after = old.bounds.get(key), new.bounds.get(key)
        if key in told or same(before, after):
            continue
        if after is None:
            kind = BOUND_LOOSENED
        elif before is None:
            kind = BOUND_TIGHTENED
        elif _is_number(before) and _is_number(after):
            kind = BOUND_TIGHTENED if (after < before) == (key in UPPER_BOUNDS) else BOUND_LOOSENED
        else:
            kind = CONSTRAINT_CHANGED
        yield Fact(kind, at=f":{key}", old=before, new=after)


def _limit(side: View, plain: str, exclusive: str, sign: int) -> tuple[tuple[float, bool], str, str] | None:
    """Return how strict a lower (or with sign -1 upper) limit is, its keyword and how it reads; None unless there is one."""
    beyond = "more than" if sign > 0 else "less than"
    found = [
        (
            (sign * side.bounds[key], key == exclusive),
            key,
            f"{beyond} {side.bounds[key]}" if key == exclusive else str(side.bounds[key]),
        )
        for key in (plain, exclusive)
        if _is_number(side.bounds.get(key))
    ]
    return max(found, default=None)


def compare_constraints(old: View, new: View, counterpart: Mapping[str, str]) -> Iterator[Fact]:
    """Yield the other rules that appeared, went or changed; `counterpart` has the new names of old schemas."""
    if not old.constraints and not new.constraints:
        return
    for key in CONSTRAINTS:
        before, after = old.constraints.get(key), new.constraints.get(key)
        if same(before, after) or same(_meaning({key: before}, counterpart), _meaning({key: after}, {})):
            continue
        if after is None:
            yield Fact(BOUND_LOOSENED, at=f":{key}", old=before)
        elif before is None:
            yield Fact(BOUND_TIGHTENED, at=f":{key}", new=after)
        else:
            yield Fact(CONSTRAINT_CHANGED, at=f":{key}", old=before, new=after)


_TEXTS = frozenset({"description", "title", "example", "examples", "$comment", "externalDocs"})


def _meaning(node: Any, counterpart: Mapping[str, str]) -> Any:
    """Return a schema without its texts, and with references by what the schemas are called in the new document."""
    if not isinstance(node, dict):
        return node
    found: dict[str, Any] = {}
    for key, value in node.items():
        if key in _TEXTS or key.startswith("x-"):
            continue
        if key in refs.SCHEMA_MAPS and isinstance(value, dict):
            found[key] = {name: _meaning(child, counterpart) for name, child in value.items()}
        elif key in refs.SCHEMA_LISTS and isinstance(value, list):
            found[key] = [_meaning(child, counterpart) for child in value]
        elif key in refs.SCHEMA_SINGLES:
            found[key] = _meaning(value, counterpart)
        elif key == "$ref" and isinstance(value, str):
            name = refs.ref_name(value)
            found[key] = counterpart.get(name, name)
        else:
            found[key] = value
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def same(old: Any, new: Any) -> bool:
    """Whether two JSON values are equal; unlike Python's ==, 1 and true differ."""
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(same(value, new[key]) for key, value in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(same, old, new))
    return bool(old == new)
