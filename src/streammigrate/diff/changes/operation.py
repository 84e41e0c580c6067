"""What can change of an operation itself: its place, its name, its status, who may call it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from streammigrate.diff.change import BREAKING, COMPATIBLE, INFO, ChangeKind, Example, Fact
from streammigrate.diff.paths import split_prefix, template_names
from streammigrate.spec.model import Operation

_URL = "https://spec.openapis.org/oas/v3.1.0#operation-object"

REMOVED = ChangeKind(
    id="SM101",
    name="operation-removed",
    title="An operation was removed",
    message="operation removed",
    explanation="The old document has an operation for which the new one has no counterpart: not by operationId, not by "
    "method and path, and nothing similar enough. Every call of it fails.",
    hint="If you know its successor, name it in the overrides file.",
    url=_URL,
    request=BREAKING,
    response=BREAKING,
    mirror="operation-added",
    example=Example(
        part="paths",
        old="/things:\n  get: {operationId: listThings, responses: {}}\n"
        "/reports/daily:\n  post: {operationId: runReport, responses: {}}",
        new="/things:\n  get: {operationId: listThings, responses: {}}",
    ),
)
ADDED = ChangeKind(
    id="SM102",
    name="operation-added",
    title="An operation was added",
    message="operation added",
    explanation="The new document has an operation that no operation of the old one became.",
    url=_URL,
    request=COMPATIBLE,
    response=COMPATIBLE,
    mirror="operation-removed",
)
ID_CHANGED = ChangeKind(
    id="SM103",
    name="operation-id-changed",
    title="An operationId changed",
    message="operationId changed from {old} to {new}",
    explanation="The request is the same, but code generated from the document names the operation differently.",
    hint="Rename the calls of generated clients.",
    url=_URL,
    request=INFO,
    response=INFO,
    mirror="operation-id-changed",
    example=Example(
        part="paths",
        old="/things:\n  get: {operationId: ListThings, responses: {}}",
        new="/things:\n  get: {operationId: listThings, responses: {}}",
    ),
)
PREFIX_CHANGED = ChangeKind(
    id="SM104",
    name="path-prefix-changed",
    title="The path has another prefix",
    message="path prefix changed from {old} to {new}",
    explanation="The path is the same behind another prefix. A client that is told the new prefix once needs no other "
    "change; requests to the old address fail.",
    url=_URL,
    request=BREAKING,
    response=INFO,
    mirror="path-prefix-changed",
    example=Example(
        part="paths",
        old="/things:\n  get: {operationId: listThings, responses: {}}",
        new="/api/v2/things:\n  get: {operationId: listThings, responses: {}}",
    ),
)
PATH_CHANGED = ChangeKind(
    id="SM105",
    name="path-changed",
    title="The path changed",
    message="path changed from {old} to {new}",
    explanation="The operation stands under another path, by more than a prefix. Requests to the old path fail.",
    url=_URL,
    request=BREAKING,
    response=INFO,
    mirror="path-changed",
    example=Example(
        part="paths",
        old="/things/all:\n  get: {operationId: listThings, responses: {}}",
        new="/things/every:\n  get: {operationId: listThings, responses: {}}",
    ),
)
PATH_PARAMETER_RENAMED = ChangeKind(
    id="SM106",
    name="path-parameter-renamed",
    title="A path parameter has another name",
    message="path parameter renamed from {old} to {new}",
    explanation="The same place in the path has another name. The request is the same; generated code names the argument "
    "differently.",
    url=_URL,
    request=INFO,
    response=INFO,
    mirror="path-parameter-renamed",
    example=Example(
        part="paths",
        old="/things/{id}:\n  get:\n    operationId: getThing\n    responses: {}\n"
        "    parameters: [{name: id, in: path, required: true, schema: {type: string}}]",
        new="/things/{thing_id}:\n  get:\n    operationId: getThing\n    responses: {}\n"
        "    parameters: [{name: thing_id, in: path, required: true, schema: {type: string}}]",
    ),
)
METHOD_CHANGED = ChangeKind(
    id="SM107",
    name="method-changed",
    title="The HTTP method changed",
    message="method changed from {old} to {new}",
    explanation="The operation is called with another HTTP method. Requests with the old one fail, or mean something else.",
    url=_URL,
    request=BREAKING,
    response=INFO,
    mirror="method-changed",
    example=Example(
        part="paths",
        old="/things:\n  delete: {operationId: clearThings, responses: {}}",
        new="/things:\n  post: {operationId: clearThings, responses: {}}",
    ),
)
DEPRECATED = ChangeKind(
    id="SM108",
    name="operation-deprecated",
    title="An operation was deprecated",
    message="operation deprecated",
    explanation="The operation works as before, but its users should move away from it.",
    url=_URL,
    request=INFO,
    response=INFO,
    mirror="operation-undeprecated",
    example=Example(part="operation", old="deprecated: false", new="deprecated: true"),
)
UNDEPRECATED = ChangeKind(
    id="SM109",
    name="operation-undeprecated",
    title="An operation is no longer deprecated",
    message="operation no longer deprecated",
    explanation="The deprecation mark was taken back.",
    url=_URL,
    request=INFO,
    response=INFO,
    mirror="operation-deprecated",
)
SECURITY_TIGHTENED = ChangeKind(
    id="SM110",
    name="security-tightened",
    title="A way to authenticate went away",
    message="security no longer accepts {old}",
    explanation="One of the alternatives that the operation accepted is gone. Callers who used it are refused.",
    url=_URL,
    request=BREAKING,
    response=INFO,
    mirror="security-loosened",
    example=Example(part="operation", old="security: [{key: []}, {token: []}]", new="security: [{token: []}]"),
)
SECURITY_LOOSENED = ChangeKind(
    id="SM111",
    name="security-loosened",
    title="A way to authenticate was added",
    message="security now also accepts {new}",
    explanation="The operation accepts a further alternative. Callers need to change nothing.",
    url=_URL,
    request=COMPATIBLE,
    response=INFO,
    mirror="security-tightened",
)
SECURITY_CHANGED = ChangeKind(
    id="SM112",
    name="security-changed",
    title="The way to authenticate changed",
    message="security changed from {old} to {new}",
    explanation="None of the old alternatives is accepted unchanged. Callers must authenticate differently.",
    url=_URL,
    request=BREAKING,
    response=INFO,
    mirror="security-changed",
    example=Example(part="operation", old="security: [{key: []}]", new="security: [{token: []}]"),
)


def compare(old: Operation, new: Operation, schemes: Mapping[str, str]) -> Iterator[Fact]:
    """Yield what differs between two matched operations, beside parameters and bodies.

    `schemes` has the old names of security schemes that have a new name.
    """
    if old.id != new.id:
        yield Fact(ID_CHANGED, old=old.id or None, new=new.id or None)
    if old.method != new.method:
        yield Fact(METHOD_CHANGED, old=old.method, new=new.method)
    yield from _compare_paths(old, new)
    if old.deprecated != new.deprecated:
        yield Fact(DEPRECATED if new.deprecated else UNDEPRECATED)
    yield from _compare_security(old, new, schemes)


def _compare_paths(old: Operation, new: Operation) -> Iterator[Fact]:
    old_path, new_path = old.base_path + old.path, new.base_path + new.path
    split = split_prefix(old_path, new_path)
    if split is None or (split[0] == split[1] and old_path.endswith("/") != new_path.endswith("/")):
        yield Fact(PATH_CHANGED, old=old_path, new=new_path)
        return
    if split[0] != split[1]:
        yield Fact(PREFIX_CHANGED, old=split[0] or "none", new=split[1] or "none")
    for before, after in zip(reversed(template_names(old_path)), reversed(template_names(new_path)), strict=False):
        if before != after:
            yield Fact(PATH_PARAMETER_RENAMED, at=f"path parameter {before}", old=before, new=after)


def _compare_security(old: Operation, new: Operation, schemes: Mapping[str, str]) -> Iterator[Fact]:
    """Compare the alternatives. Who brings what an old one needs still passes where a new one needs no more."""
    before = set(map(frozenset, old.security)) or {frozenset()}
    after = {frozenset(_old_need(need, schemes) for need in needs) for needs in new.security} or {frozenset()}
    gone = sorted(sorted(needs) for needs in before if not any(other <= needs for other in after))
    come = sorted(sorted(needs) for needs in after if not any(other <= needs for other in before))
    if gone and come and not before & after:
        yield Fact(SECURITY_CHANGED, old=_alternatives(gone), new=_alternatives(come))
        return
    for needs in gone:
        yield Fact(SECURITY_TIGHTENED, old=_alternative(needs))
    for needs in come:
        yield Fact(SECURITY_LOOSENED, new=_alternative(needs))


def _old_need(need: str, schemes: Mapping[str, str]) -> str:
    name, bracket, scope = need.partition("[")
    return schemes.get(name, name) + bracket + scope


def _alternative(needs: list[str]) -> str:
    return " + ".join(needs) or "no authentication"


def _alternatives(found: list[list[str]]) -> str:
    return " or ".join(map(_alternative, found))
