"""Compare two documents: match, compare each part once, judge who meets each change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from streammigrate.diff.change import Change, ChangeKind, Fact, Scope, Side, change_fingerprint, met_by
from streammigrate.diff.changes import body, document, event, operation, parameter, schema
from streammigrate.diff.changes.schema import Context
from streammigrate.diff.claims import find_claims
from streammigrate.diff.match import Matching, Overrides, match_operations
from streammigrate.diff.result import DiffResult, DocumentInfo, EventEntry, FieldDelta, OperationEntry, SchemaEntry
from streammigrate.diff.schemas import SchemaMatching, match_schemas
from streammigrate.spec import refs
from streammigrate.spec.model import Operation, Spec
from streammigrate.spec.reach import Reach, reach

LISTED = 250
"""How many of the operations or events that reach a schema are named; where there are more, their number tells."""


def compare(old: Spec, new: Spec, overrides: Overrides | None = None, third: Spec | None = None) -> DiffResult:
    """Return everything that differs between two documents, sorted.

    An AsyncAPI document on either side leaves only the events to compare. `third` is a further description of the
    events, shown beside the two.
    """
    result = DiffResult(old=_info(old), new=_info(new), problems=[*old.problems, *new.problems])
    if third is not None:
        result.third = _info(third)
        result.problems += third.problems
    if old.dialect != "openapi" or new.dialect != "openapi":
        result.events_only = True
        result.events = _compare_events_loosely(old, new)
    else:
        _Comparison(old, new, overrides or Overrides()).fill(result)
        result.claims = find_claims(old, new, result)
    if third is not None:
        _add_third(result.events, third)
    return result


def _info(spec: Spec) -> DocumentInfo:
    return DocumentInfo(
        label=spec.label,
        title=spec.title,
        version=spec.version,
        sha256=spec.sha256,
        dialect=f"{spec.dialect} {spec.dialect_version}",
        operations=len(spec.operations),
        schemas=sum(map(_is_named, spec.schemas)),
        events=len(spec.events),
        payloads=len({found.payload for found in spec.events.values()}),
    )


class _Comparison:
    def __init__(self, old: Spec, new: Spec, overrides: Overrides) -> None:
        old, new = _align_servers(old, new)
        self.old, self.new, self.overrides = old, new, overrides
        self.schemes = document.renamed_schemes(old, new)
        self.matching: Matching = match_operations(old, new, overrides)
        self.pairs = [(old.operations[match.old], new.operations[match.new]) for match in self.matching.matches]
        self.schemas: SchemaMatching = match_schemas(old, new, self.pairs, overrides)
        self.context = Context(
            old.schemas.get, new.schemas.get, self.schemas.counterpart, unmatched=bool(self.schemas.unmatchable)
        )
        self.labels, old_bits, new_bits = _number_operations(old, new, self.matching)
        self.event_types = sorted(old.events.keys() | new.events.keys())
        event_bits = {type_: bit for bit, type_ in enumerate(self.event_types)}
        self.old_reach: Reach = reach(old, old_bits, event_bits)
        self.new_reach: Reach = reach(new, new_bits, event_bits)

    def fill(self, result: DiffResult) -> None:
        result.prefixes = self.matching.prefixes
        result.document = _judge(document.compare(self.old, self.new), "document", "document", "none")
        result.operations = sorted(self.operations(), key=_operation_key)
        result.schemas = sorted(
            [*self.matched_schemas(), *self.replaced_schemas(), *self.single_schemas()],
            key=lambda entry: (entry.old is None, entry.label, entry.status, entry.new or ""),
        )
        result.events = self.events(result.schemas)

    def operations(self) -> Iterator[OperationEntry]:
        for match, (before, after) in zip(self.matching.matches, self.pairs, strict=True):
            entry = OperationEntry(before, after, match.matched_by, match.confidence)
            owner = before.label
            sent: Side = "response" if before.is_webhook else "request"
            read: Side = "request" if before.is_webhook else "response"
            groups: list[tuple[Side, Iterable[Fact]]] = [
                (sent, operation.compare(before, after, self.schemes)),
                (sent, parameter.compare(before, after, self.context)),
                (sent, body.compare_requests(before, after, self.context)),
                (read, body.compare_responses(before, after, self.context)),
            ]
            for side, facts in groups:
                entry.changes += _judge(facts, "operation", owner, side, (before.pointer, after.pointer))
            entry.changes.sort(key=lambda change: change.sort_key)
            yield entry
        for position in self.matching.removed:
            gone = self.old.operations[position]
            entry = OperationEntry(gone, None, "", 0.0)
            closest = self.matching.closest.get(position)
            if closest is not None:
                entry.closest, entry.likeness = self.new.operations[closest.new], closest.likeness
            fact = Fact(operation.REMOVED, old=gone.signature)
            entry.changes = _judge([fact], "operation", gone.label, "both", (gone.pointer, None))
            yield entry
        for position in self.matching.added:
            come = self.new.operations[position]
            fact = Fact(operation.ADDED, new=come.signature)
            changes = _judge([fact], "operation", come.label, "both", (None, come.pointer))
            yield OperationEntry(None, come, "", 0.0, changes)

    def matched_schemas(self) -> Iterator[SchemaEntry]:
        for match in self.schemas.matches:
            renamed = match.old != match.new
            entry = SchemaEntry(
                match.old,
                match.new,
                "renamed" if renamed else "matched",
                match.matched_by,
                match.confidence,
                match.evidence,
            )
            facts = [Fact(schema.RENAMED, old=match.old, new=match.new)] if renamed else []
            if match.old not in self.old.event_unions or match.new not in self.new.event_unions:
                facts += schema.compare(self.old.schemas[match.old], self.new.schemas[match.new], self.context)
            self.finish(entry, facts)
            yield entry

    def replaced_schemas(self) -> Iterator[SchemaEntry]:
        """Compare the pairs of which some place, or some event, has one instead of the other; that may show more."""
        for pair in self.replaced_payloads():
            self.context.swaps[pair] = None
        done = {(match.old, match.new) for match in self.schemas.matches}
        while pending := sorted(self.context.swaps.keys() - done):
            done.update(pending)
            for before, after in pending:
                if before in self.old.schemas and after in self.new.schemas:
                    entry = SchemaEntry(before, after, "replaced", "place", 1.0)
                    facts = list(schema.compare(self.old.schemas[before], self.new.schemas[after], self.context))
                    self.finish(entry, facts)
                    yield entry

    def replaced_payloads(self) -> Iterator[tuple[str, str]]:
        for type_ in self.old.events.keys() & self.new.events.keys():
            before, after = self.old.events[type_].payload, self.new.events[type_].payload
            if self.context.counterpart.get(before, before) != after:
                yield before, after

    def single_schemas(self) -> Iterator[SchemaEntry]:
        for name in filter(_is_named, self.schemas.removed):
            entry = SchemaEntry(name, None, "removed", "", 0.0)
            self.finish(entry, [Fact(schema.REMOVED, old=name)])
            yield entry
        for name in filter(_is_named, self.schemas.added):
            entry = SchemaEntry(None, name, "added", "", 0.0)
            self.finish(entry, [Fact(schema.ADDED, new=name)])
            yield entry

    def finish(self, entry: SchemaEntry, facts: list[Fact]) -> None:
        """Say who reaches a schema and judge its changes by that."""
        if not facts:
            return
        olds, news = entry.old or "", entry.new or ""
        requests, responses, events = (
            self._combine(before.get(olds, 0), after.get(news, 0), entry)
            for before, after in (
                (self.old_reach.request, self.new_reach.request),
                (self.old_reach.response, self.new_reach.response),
                (self.old_reach.event, self.new_reach.event),
            )
        )
        entry.requests, entry.request_count = self._names(requests, self.labels)
        entry.responses, entry.response_count = self._names(responses, self.labels)
        entry.events, entry.event_count = self._names(events, self.event_types)
        side: Side = "none"
        if requests and (responses or events):
            side = "both"
        elif requests:
            side = "request"
        elif responses:
            side = "response"
        elif events:
            side = "event"
        owner = entry.old if entry.status != "replaced" else f"{entry.old} → {entry.new}"
        pointers = self.old.pointers.get(olds), self.new.pointers.get(news)
        entry.changes = _judge(facts, "schema", owner or news, side, pointers)
        entry.changes.sort(key=lambda change: change.sort_key)

    @staticmethod
    def _combine(old_mask: int, new_mask: int, entry: SchemaEntry) -> int:
        """Return who meets a schema: who did before and does now, or whoever meets the only side there is.

        A program that was written against the old document and an operation that is new do not know of each other.
        """
        return old_mask & new_mask if entry.old and entry.new else old_mask | new_mask

    @staticmethod
    def _names(mask: int, names: list[str]) -> tuple[tuple[str, ...], int]:
        """Return the first names of a mask, and how many it has."""
        return tuple(names[bit] for bit in islice(_bits(mask), LISTED)), mask.bit_count()

    def events(self, entries: list[SchemaEntry]) -> list[EventEntry]:
        payloads = {(entry.old, entry.new): entry for entry in entries}
        found = []
        for type_ in sorted(self.old.events.keys() | self.new.events.keys()):
            before, after = self.old.events.get(type_), self.new.events.get(type_)
            item = EventEntry(type_, before.payload if before else None, after.payload if after else None)
            pointers = before.pointer if before else None, after.pointer if after else None
            facts: list[Fact] = []
            if before is None and after is not None:
                facts.append(Fact(event.ADDED, new=after.payload))
            elif after is None and before is not None:
                facts.append(Fact(event.REMOVED, old=before.payload))
            elif before is not None and after is not None:
                if self.context.counterpart.get(before.payload, before.payload) != after.payload:
                    facts.append(Fact(event.PAYLOAD_CHANGED, old=before.payload, new=after.payload))
                    item.fields = _field_deltas(
                        event.fields(before, self.context.old), event.fields(after, self.context.new)
                    )
                elif (entry := payloads.get((before.payload, after.payload))) is not None and entry.changes:
                    item.fields = _field_deltas(
                        event.fields(before, self.context.old), event.fields(after, self.context.new)
                    )
            item.changes = _judge(facts, "event", type_, "event", pointers)
            found.append(item)
        return found


def _is_named(name: str) -> bool:
    """Whether a name is a component's; what only a reference reaches has the reference as its name."""
    return not name.startswith("#")


def _operation_key(entry: OperationEntry) -> tuple[bool, str, str]:
    shown = entry.old or entry.new
    return entry.old is None, entry.label, shown.signature if shown else ""


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _align_servers(old: Spec, new: Spec) -> tuple[Spec, Spec]:
    """Return the documents with the same base path in front wherever both offer it, in whatever order they list it."""
    offered = [{path for operation in spec.operations for path in operation.base_paths} for spec in (old, new)]
    common = sorted(offered[0] & offered[1])

    def aligned(operation: Operation) -> Operation:
        first = next((path for path in common if path in operation.base_paths), operation.base_path)
        return operation if first == operation.base_path else operation._replace(base_paths=(first,))

    if all(len(paths) < 2 for paths in offered):
        return old, new
    before, after = (replace(spec, operations=[*map(aligned, spec.operations)]) for spec in (old, new))
    return before, after


def _number_operations(old: Spec, new: Spec, matching: Matching) -> tuple[list[str], list[int], list[int]]:
    """Return the labels of all operations, sorted, and the position there of each old and of each new operation.

    Two matched operations share a position, under the old one's label.
    """
    back = {match.new: match.old for match in matching.matches}
    keys = [(operation.label, operation.signature, 0, position) for position, operation in enumerate(old.operations)]
    keys += [
        (operation.label, operation.signature, 1, position)
        for position, operation in enumerate(new.operations)
        if position not in back
    ]
    keys.sort()
    rank = {(side, position): bit for bit, (_, _, side, position) in enumerate(keys)}
    old_bits = [rank[0, position] for position in range(len(old.operations))]
    new_bits = [
        rank[0, back[position]] if position in back else rank[1, position] for position in range(len(new.operations))
    ]
    return [key[0] for key in keys], old_bits, new_bits


def _field_deltas(old: dict[str, str], new: dict[str, str]) -> list[FieldDelta]:
    return [
        FieldDelta(name, old.get(name), new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def _judge(
    facts: Iterable[Fact],
    scope: Scope,
    owner: str,
    side: Side,
    pointers: tuple[str | None, str | None] = (None, None),
) -> list[Change]:
    """Return changes from facts: who meets each, how much it matters, where it stands and its fingerprint."""
    changes = []
    for fact in facts:
        met = met_by(fact.side or side, fact.only)
        kind: ChangeKind = fact.kind
        changes.append(
            Change(
                kind=kind,
                level=kind.level(met),
                side=met,
                scope=scope,
                owner=owner,
                at=fact.at,
                old=fact.old,
                new=fact.new,
                old_pointer=_pointer(pointers[0], fact.tokens[0]),
                new_pointer=_pointer(pointers[1], fact.tokens[1]),
                fingerprint=change_fingerprint(kind, scope, owner, fact.at, fact.old, fact.new),
            )
        )
    return changes


def _pointer(base: str | None, tokens: tuple[str, ...]) -> str | None:
    if tokens and tokens[0].startswith("/"):
        return refs.join(tokens[0], *tokens[1:])
    return None if base is None else refs.join(base, *tokens)


def _compare_events_loosely(old: Spec, new: Spec) -> list[EventEntry]:
    """Compare the events of documents that share no schemas."""
    found = []
    for type_ in sorted(old.events.keys() | new.events.keys()):
        before, after = old.events.get(type_), new.events.get(type_)
        entry = EventEntry(type_, before.payload if before else None, after.payload if after else None)
        facts: list[Fact] = []
        if before is None and after is not None:
            facts = [Fact(event.ADDED, new=after.payload)]
        elif after is None and before is not None:
            facts = [Fact(event.REMOVED, old=before.payload)]
        elif before is not None and after is not None:
            facts = list(event.compare_fields(before, after, old.schemas.get, new.schemas.get))
            entry.fields = [FieldDelta(fact.at[1:], fact.old, fact.new) for fact in facts]
        pointers = before.pointer if before else None, after.pointer if after else None
        entry.changes = _judge(facts, "event", type_, "event", pointers)
        found.append(entry)
    return found


def _add_third(events: list[EventEntry], third: Spec) -> None:
    known = {entry.type: entry for entry in events}
    for type_, found in third.events.items():
        entry = known.get(type_)
        if entry is None:
            entry = EventEntry(type_, None, None)
            events.append(entry)
        entry.third, entry.third_missing = found.payload, found.schema is None
    events.sort(key=lambda entry: entry.type)
