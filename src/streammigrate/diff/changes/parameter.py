"""What can change of parameters: gone, new, required, in another place, encoded in another way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from streammigrate.diff.change import BREAKING, COMPATIBLE, INFO, ChangeKind, Example, Fact
from streammigrate.diff.changes import schema, values
from streammigrate.diff.changes.schema import Context
from streammigrate.diff.paths import segments, split_prefix, template_names
from streammigrate.spec.model import Node, Operation, Parameter
from streammigrate.spec.view import Resolve, label, resolved

_URL = "https://spec.openapis.org/oas/v3.1.0#parameter-object"
_OLD = "parameters: [{name: q, in: query, schema: {type: string}}]"

REMOVED = ChangeKind(
    id="SM120",
    name="parameter-removed",
    title="A parameter was removed",
    message="removed",
    explanation="The operation no longer documents the parameter, and no other part of the request takes it. A value that "
    "is still sent is ignored or refused.",
    hint="Find out what the value did, and what does it now.",
    url=_URL,
    request=BREAKING,
    response=INFO,
    mirror="parameter-added",
    example=Example(part="operation", old=_OLD, new="parameters: []"),
)
ADDED = ChangeKind(
    id="SM121",
    name="parameter-added",
    title="A parameter was added",
    message="added ({new})",
    explanation="The operation takes a further parameter. When it is required too, that is a change of its own.",
    url=_URL,
    request=COMPATIBLE,
    response=INFO,
    mirror="parameter-removed",
)
BECAME_REQUIRED = ChangeKind(
    id="SM122",
    name="parameter-became-required",
    title="A parameter became required",
    message="is now required",
    explanation="Requests without the parameter are refused.",
    url=_URL,
    request=BREAKING,
    response=INFO,
    mirror="parameter-became-optional",
    example=Example(
        part="operation", old=_OLD, new="parameters: [{name: q, in: query, required: true, schema: {type: string}}]"
    ),
)
BECAME_OPTIONAL = ChangeKind(
    id="SM123",
    name="parameter-became-optional",
    title="A parameter is no longer required",
    message="is no longer required",
    explanation="The parameter may be left out.",
    url=_URL,
    request=COMPATIBLE,
    response=INFO,
    mirror="parameter-became-required",
)
MOVED = ChangeKind(
    id="SM124",
    name="parameter-moved",
    title="A parameter moved",
    message="moved from {old} to {new}",
    explanation="The value is sent in another part of the request: path, query, header or body. Where it was, it is "
    "ignored or refused.",
    url=_URL,
    request=BREAKING,
    response=INFO,
    mirror="parameter-moved",
    example=Example(part="operation", old=_OLD, new="parameters: [{name: q, in: header, schema: {type: string}}]"),
)
ENCODING_CHANGED = ChangeKind(
    id="SM125",
    name="parameter-encoding-changed",
    title="A parameter is encoded differently",
    message="encoded as {new} instead of {old}",
    explanation="The same value is written differently: another style, repeated or joined, plain or as JSON.",
    url=_URL,
    request=BREAKING,
    response=INFO,
    mirror="parameter-encoding-changed",
    example=Example(
        part="operation",
        old="parameters: [{name: q, in: query, schema: {type: array, items: {type: string}}}]",
        new="parameters: [{name: q, in: query, explode: false, schema: {type: array, items: {type: string}}}]",
    ),
)
DEPRECATED = ChangeKind(
    id="SM126",
    name="parameter-deprecated",
    title="A parameter was deprecated",
    message="deprecated",
    explanation="The parameter works as before, but its users should move away from it.",
    url=_URL,
    request=INFO,
    response=INFO,
    mirror="parameter-undeprecated",
    example=Example(
        part="operation",
        old=_OLD,
        new="parameters: [{name: q, in: query, deprecated: true, schema: {type: string}}]",
    ),
)
UNDEPRECATED = ChangeKind(
    id="SM127",
    name="parameter-undeprecated",
    title="A parameter is no longer deprecated",
    message="no longer deprecated",
    explanation="The deprecation mark was taken back.",
    url=_URL,
    request=INFO,
    response=INFO,
    mirror="parameter-deprecated",
)
RESPELLED = ChangeKind(
    id="SM128",
    name="parameter-respelled",
    title="A parameter is spelled differently",
    message="parameter {old} is now spelled {new}",
    explanation="A parameter went away and one whose name differs only in case or separators came to the same place. Where "
    "the old spelling is sent, it is ignored or refused.",
    url=_URL,
    request=BREAKING,
    response=INFO,
    mirror="parameter-respelled",
    example=Example(
        part="operation",
        old="parameters: [{name: pageSize, in: query, schema: {type: integer}}]",
        new="parameters: [{name: page_size, in: query, schema: {type: integer}}]",
    ),
)


class BodyFields(NamedTuple):
    """The fields at the top of a request body: name to schema, and which are required."""

    fields: dict[str, Node]
    required: frozenset[str]


def body_fields(operation: Operation, resolve: Resolve) -> BodyFields:
    """Return the top-level fields of an operation's request body (the first media type that has some)."""
    if operation.body is not None:
        for _, node in sorted(operation.body.content.items()):
            if node is None:
                continue
            seen = resolved(node, resolve)
            if seen.properties:
                fields = {name: value for name, (_, value) in seen.properties.items() if isinstance(value, dict)}
                return BodyFields(fields, seen.required)
    return BodyFields({}, frozenset())


def compare(old: Operation, new: Operation, context: Context) -> Iterator[Fact]:
    """Yield what differs between the parameters of two matched operations."""
    pairs, gone, come = _pair(old, new)
    for before, after in pairs:
        yield from _compare_pair(before, after, context)
    if not gone and not come:
        return
    for before, after in _respelled(gone, come):
        gone.remove(before)
        come.remove(after)
        yield Fact(RESPELLED, _at(before), before.name, after.name, _tokens(before, after))
        yield from _compare_pair(before, after, context)
    old_body, new_body = body_fields(old, context.old), body_fields(new, context.new)
    for before in gone:
        moved = next((parameter for parameter in come if _same_name(before, parameter)), None)
        if moved is not None:
            come.remove(moved)
            yield Fact(MOVED, _at(before), before.where, moved.where, _tokens(before, moved))
            yield from _compare_pair(before, moved, context, encoding=False)
        elif before.name in new_body.fields and before.name not in old_body.fields:
            yield Fact(MOVED, _at(before), before.where, "body", _tokens(before, None))
            yield from _required(before.required, before.name in new_body.required, _at(before))
            yield from _schemas(before, before.schema or {}, new_body.fields[before.name], context)
        else:
            yield Fact(REMOVED, _at(before), _type(before), None, _tokens(before, None))
            if before.required:
                yield Fact(BECAME_OPTIONAL, _at(before), tokens=_tokens(before, None))
    for after in come:
        if after.name in old_body.fields and after.name not in new_body.fields:
            yield Fact(MOVED, _at(after), "body", after.where, _tokens(None, after))
            yield from _required(after.name in old_body.required, after.required, _at(after))
            yield from _schemas(after, old_body.fields[after.name], after.schema or {}, context)
        else:
            yield Fact(ADDED, _at(after), None, _type(after), _tokens(None, after))
            if after.required:
                yield Fact(BECAME_REQUIRED, _at(after), tokens=_tokens(None, after))


def _pair(old: Operation, new: Operation) -> tuple[list[tuple[Parameter, Parameter]], list[Parameter], list[Parameter]]:
    """Pair parameters by place and name; those of the path by their position in equal path ends."""
    renamed = {("path", before): ("path", after) for before, after in _path_names(old, new)}
    news = {(parameter.where, _name(parameter)): parameter for parameter in new.parameters}
    pairs, gone = [], []
    for parameter in old.parameters:
        key = (parameter.where, _name(parameter))
        match = news.pop(renamed.get(key, key), None)
        if match is None:
            gone.append(parameter)
        else:
            pairs.append((parameter, match))
    return pairs, gone, list(news.values())


def _path_names(old: Operation, new: Operation) -> Iterator[tuple[str, str]]:
    """Yield the names of path parameters that stand at the same place.

    Where the paths are equal behind prefixes, count from the end. Where they are not, but have as many parameters, a
    name that both have stays what it is, and the others go in order.
    """
    before, after = segments(old.path), segments(new.path)
    names, others = template_names(old.path), template_names(new.path)
    if (
        before[-len(after) :] == after
        or after[-len(before) :] == before
        or split_prefix(old.base_path + old.path, new.base_path + new.path) is not None
    ):
        yield from zip(reversed(names), reversed(others), strict=False)
    elif len(names) == len(others):
        gone, come = [name for name in names if name not in others], [name for name in others if name not in names]
        yield from zip(gone, come, strict=False)


def _respelled(gone: list[Parameter], come: list[Parameter]) -> list[tuple[Parameter, Parameter]]:
    """Return the parameters that came back at the same place under another spelling."""
    found = []
    for where in ("query", "header", "cookie"):
        before, after = ({item.name: item for item in side if item.where == where} for side in (gone, come))
        if before and after:
            spellings = values.unique_folds(list(before), list(after))
            found += [(before[name], after[other]) for name, other in spellings.items()]
    return found


def _same_name(before: Parameter, after: Parameter) -> bool:
    """Whether two parameters have the same name; a header's is the same in any case."""
    if "header" in (before.where, after.where):
        return before.name.lower() == after.name.lower()
    return before.name == after.name


def _name(parameter: Parameter) -> str:
    return parameter.name.lower() if parameter.where == "header" else parameter.name


def _at(parameter: Parameter) -> str:
    return f"{parameter.where} parameter {parameter.name}"


def _tokens(before: Parameter | None, after: Parameter | None) -> schema.Tokens:
    return (before.pointer,) if before else (), (after.pointer,) if after else ()


def _type(parameter: Parameter) -> str:
    return label(parameter.schema or {})


def _required(before: bool, after: bool, at: str) -> Iterator[Fact]:
    if before != after:
        yield Fact(BECAME_REQUIRED if after else BECAME_OPTIONAL, at)


def _compare_pair(before: Parameter, after: Parameter, context: Context, encoding: bool = True) -> Iterator[Fact]:
    at, tokens = _at(before), _tokens(before, after)
    for fact in _required(before.required, after.required, at):
        yield fact._replace(tokens=tokens)
    if before.deprecated != after.deprecated:
        yield Fact(DEPRECATED if after.deprecated else UNDEPRECATED, at, tokens=tokens)
    if encoding and (before.schema != after.schema or _written(before) != _written(after)):
        olds, news = _encoding(before, context.old), _encoding(after, context.new)
        if olds != news:
            yield Fact(ENCODING_CHANGED, at, olds, news, tokens)
    yield from _schemas(before, before.schema or {}, after.schema or {}, context, tokens)


def _schemas(
    parameter: Parameter, old: Node, new: Node, context: Context, tokens: schema.Tokens = ((), ())
) -> Iterator[Fact]:
    for fact in schema.compare(old, new, context, _at(parameter)):
        yield fact._replace(tokens=tokens)


def _written(parameter: Parameter) -> tuple[str, bool | None, str]:
    return parameter.style, parameter.explode, parameter.media_type


def _encoding(parameter: Parameter, resolve: Resolve) -> str:
    if parameter.media_type:
        return parameter.media_type
    types = resolved(parameter.schema or {}, resolve).types
    if parameter.style in ("form", "simple") and not types & {"array", "object"}:
        return "plain text"
    return f"{parameter.style}, {'repeated' if parameter.explode else 'joined'}"
