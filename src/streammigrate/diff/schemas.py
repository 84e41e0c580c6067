"""How an old schema finds its new one: by name, then by standing where the old one stood, then by its properties."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from streammigrate.diff.changes.body import pair_responses
from streammigrate.diff.match import Overrides
from streammigrate.spec.model import Body, Operation, Spec
from streammigrate.spec.view import label, view

ALIKE = 0.8
"""The share of equal properties at which two schemas without better evidence count as one renamed."""

AHEAD = 0.1
"""By how much that share must be ahead of any other pair's."""


class SchemaMatch(NamedTuple):
    """Two schemas by name. `evidence` names the places (at most five) that show a rename."""

    old: str
    new: str
    matched_by: str
    confidence: float
    evidence: tuple[str, ...] = ()


@dataclass(slots=True)
class SchemaMatching:
    """All matches sorted by old name; names in none were removed or added."""

    matches: list[SchemaMatch] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)

    unmatchable: frozenset[str] = frozenset()
    """The old names that have no counterpart because a person said so."""

    @property
    def counterpart(self) -> dict[str, str]:
        """From old names to new ones; to nothing for the names that must not be matched."""
        return {**dict.fromkeys(self.unmatchable, ""), **{match.old: match.new for match in self.matches}}


def match_schemas(
    old: Spec, new: Spec, pairs: list[tuple[Operation, Operation]], overrides: Overrides | None = None
) -> SchemaMatching:
    """Return how the schemas of two documents pair up, given their matched operations.

    A name that both documents have means the same schema. Of the others, an old and a new one are a rename when
    matched operations, matched events or matched schemas refer to them at the same place, more often than to any
    other pair; or, without such evidence, when at least `ALIKE` of their properties are equal and nothing else is. An
    old schema whose every place in matched operations now refers to one schema that both documents have was renamed
    to that one too: only there may a new schema have two old ones.
    """
    finder = _Finder(old, new, (overrides or Overrides()).schemas)
    if finder.left_old:
        finder.by_operations(pairs)
    for stage in (finder.by_events, finder.by_schemas, finder.by_properties):
        if finder.left_old:
            stage()
    return SchemaMatching(
        sorted(finder.matches, key=lambda match: match.old),
        sorted(finder.left_old),
        sorted(finder.left_new),
        frozenset(finder.unmatchable),
    )


class _Finder:
    def __init__(self, old: Spec, new: Spec, overrides: dict[str, str | None]) -> None:
        self.old, self.new = old, new
        self.matches: list[SchemaMatch] = []
        self.left_old, self.left_new = set(old.schemas), set(new.schemas)
        self.unmatchable: set[str] = set()
        for before, after in sorted(overrides.items()):
            if before in self.left_old and after is None:
                self.unmatchable.add(before)
            elif before in self.left_old and after in self.left_new:
                self.add(SchemaMatch(before, str(after), "override", 1.0))
        for name in sorted(self.left_old & self.left_new):
            if name not in self.unmatchable:
                self.add(SchemaMatch(name, name, "name", 1.0))

    def add(self, match: SchemaMatch) -> None:
        self.matches.append(match)
        self.left_old.discard(match.old)
        self.left_new.discard(match.new)

    def elect(self, votes: dict[tuple[str, str], list[str]], matched_by: str, confidence: float) -> int:
        """Accept each pair that has more votes than any other pair with one of its names; return how many."""
        accepted = 0
        for pair in _clear_winners({pair: len(places) for pair, places in votes.items()}):
            evidence = tuple(sorted(set(votes[pair]))[:5])
            self.add(SchemaMatch(pair[0], pair[1], matched_by, confidence, evidence))
            accepted += 1
        return accepted

    def open(self, before: str, after: str) -> bool:
        return before in self.left_old and after in self.left_new and before not in self.unmatchable

    def by_operations(self, pairs: list[tuple[Operation, Operation]]) -> None:
        votes: dict[tuple[str, str], list[str]] = defaultdict(list)
        for before, after in pairs:
            for olds, news in _operation_places(before, after):
                for pair in ref_pairs(olds, news):
                    if self.open(*pair):
                        votes[pair].append(before.label)
        self.elect(votes, "operations", 0.95)
        self.by_merging(pairs)

    def by_merging(self, pairs: list[tuple[Operation, Operation]]) -> None:
        """Find old schemas that were folded into one that both documents have: all their places refer to it now."""
        targets: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for before, after in pairs:
            for olds, news in _operation_places(before, after):
                for old, new in ref_pairs(olds, news):
                    if old in self.left_old and old not in self.unmatchable:
                        targets[old][new].append(before.label)
        for old, found in sorted(targets.items()):
            new, *others = found
            if not others and new in self.old.schemas and new in self.new.schemas:
                self.add(SchemaMatch(old, new, "operations", 0.9, tuple(sorted(set(found[new]))[:5])))

    def by_events(self) -> None:
        votes: dict[tuple[str, str], list[str]] = defaultdict(list)
        for type_ in sorted(self.old.events.keys() & self.new.events.keys()):
            pair = (self.old.events[type_].payload, self.new.events[type_].payload)
            if self.open(*pair):
                votes[pair].append(f"event {type_}")
        self.elect(votes, "events", 0.95)
        unions = [sorted(spec.event_unions) for spec in (self.old, self.new)]
        if len(unions[0]) == len(unions[1]) == 1 and self.open(unions[0][0], unions[1][0]):
            self.add(SchemaMatch(unions[0][0], unions[1][0], "events", 0.95, ("the union of all events",)))

    def by_schemas(self) -> None:
        """Follow matched schemas to what they refer to, until nothing more is found."""
        pending = [(match.old, match.new) for match in self.matches]
        while pending and self.left_old and self.left_new:
            votes: dict[tuple[str, str], list[str]] = defaultdict(list)
            for before, after in pending:
                for pair in ref_pairs(self.old.schemas[before], self.new.schemas[after]):
                    if self.open(*pair):
                        votes[pair].append(f"schema {before}")
            known = len(self.matches)
            if not self.elect(votes, "schemas", 0.9):
                return
            pending = [(match.old, match.new) for match in self.matches[known:]] + [
                pair for pair in pending if self._undecided(pair)
            ]

    def _undecided(self, pair: tuple[str, str]) -> bool:
        return any(self.open(*found) for found in ref_pairs(self.old.schemas[pair[0]], self.new.schemas[pair[1]]))

    def by_properties(self) -> None:
        olds = {name: _shape(self.old.schemas[name]) for name in self.left_old - self.unmatchable}
        news = {name: _shape(self.new.schemas[name]) for name in self.left_new}
        index: dict[str, list[str]] = defaultdict(list)
        for name, shape in news.items():
            for item in shape:
                index[item].append(name)
        scores: dict[tuple[str, str], float] = {}
        for name, shape in olds.items():
            shared: Counter[str] = Counter()
            for item in shape:
                if len(index.get(item, ())) <= 50:
                    shared.update(index.get(item, ()))
            for other in sorted(shared, key=lambda other: (-shared[other], other))[:8]:
                score = len(shape & news[other]) / len(shape | news[other])
                if score >= ALIKE - AHEAD and len(shape) >= 3:
                    scores[name, other] = score
        for pair in _clear_winners(scores, AHEAD):
            if scores[pair] < ALIKE:
                continue
            share = f"{scores[pair]:.0%} of the properties are equal"
            self.add(SchemaMatch(pair[0], pair[1], "properties", round(scores[pair] * 0.9, 2), (share,)))


def _clear_winners(scores: Mapping[tuple[str, str], float], margin: float = 0) -> list[tuple[str, str]]:
    """Return the pairs that score higher, by more than a margin, than every other pair with one of their names."""
    found: dict[tuple[int, str], list[float]] = defaultdict(list)
    for pair, score in scores.items():
        for side, name in enumerate(pair):
            found[side, name].append(score)
    return [
        pair
        for pair, score in sorted(scores.items())
        if all(
            sum(rival >= score - margin for rival in rivals) == 1 for rivals in (found[0, pair[0]], found[1, pair[1]])
        )
    ]


def _shape(node: Any) -> frozenset[str]:
    return frozenset(f"{name}: {label(child)}" for name, (_, child) in view(node).properties.items())


def _operation_places(old: Operation, new: Operation) -> Iterator[tuple[Any, Any]]:
    """Yield the pairs of schemas that stand at the same place of two matched operations."""
    if old.body is not None and new.body is not None:
        yield from _contents(old.body, new.body)
    for before, after in pair_responses(old, new):
        yield from _contents(before.body, after.body)
    news = {(parameter.where, parameter.name): parameter.schema for parameter in new.parameters}
    for parameter in old.parameters:
        yield parameter.schema, news.get((parameter.where, parameter.name))


def _contents(old: Body, new: Body) -> Iterator[tuple[Any, Any]]:
    for key in sorted(old.content.keys() & new.content.keys()):
        yield old.content[key], new.content[key]


def ref_pairs(old: Any, new: Any) -> Iterator[tuple[str, str]]:
    """Yield the names that two schemas refer to at the same place inside them; equal schemas have nothing to tell."""
    if not isinstance(old, dict) or not isinstance(new, dict) or old == new:
        return
    before, after = view(old), view(new)
    if before.ref or after.ref:
        if before.ref and after.ref:
            yield before.ref, after.ref
        return
    for name, (_, child) in before.properties.items():
        if name in after.properties:
            yield from ref_pairs(child, after.properties[name][1])
    yield from ref_pairs(before.items, after.items)
    yield from ref_pairs(before.extra, after.extra)
    for olds, news in ((before.one_of, after.one_of), (before.any_of, after.any_of)):
        if len(olds) == len(news):
            for left, right in zip(olds, news, strict=True):
                yield from ref_pairs(left, right)
    if len(before.parts) == len(after.parts) == 1:
        yield next(iter(before.parts)), next(iter(after.parts))
