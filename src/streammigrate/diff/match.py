"""How an old operation finds its new one: in stages, each match saying which stage made it and how sure it is.

1. `override`: a person said so.
2. `operation-id`: the same operationId, unique on both sides.
3. `operation-id-folded`: the same operationId but for case and separators.
4. `path`: the same method and the same path behind prefixes that the two documents themselves show.
5. `similarity`: alike in path, parameters, fields and words, above a threshold and clearly ahead of the next.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from streammigrate.diff.names import fold
from streammigrate.diff.paths import join, segments, shared_suffix
from streammigrate.diff.similarity import THRESHOLD, Likeness
from streammigrate.spec.model import Operation, Spec

Prefixes = tuple[tuple[str, ...], tuple[str, ...]]
"""What stands before equal path ends: the old prefix's segments and the new one's."""

MARGIN = 0.05
"""How far ahead of the next candidate a similarity match must be."""

_CONFIDENCE = {"override": 1.0, "operation-id": 1.0, "operation-id-folded": 0.95, "path": 0.9}


@dataclass(frozen=True, slots=True)
class Match:
    """Two operations, by their positions in `Spec.operations`."""

    old: int
    new: int
    matched_by: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Closest:
    """The new operation that an unmatched old one is most like, and how much (0 to 1)."""

    new: int
    likeness: float


@dataclass(slots=True)
class Matching:
    """All matches, sorted by the old operation; what is in none was removed or added."""

    matches: list[Match] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)
    closest: dict[int, Closest] = field(default_factory=dict)
    prefixes: list[tuple[str, str, int]] = field(default_factory=list)
    """Old prefix, new prefix and the number of matches that show it, most frequent first."""


@dataclass(slots=True)
class Overrides:
    """What a person knows better, keyed by operation label or schema name; None means it has no counterpart."""

    operations: dict[str, str | None] = field(default_factory=dict)
    schemas: dict[str, str | None] = field(default_factory=dict)
    prefixes: list[tuple[str, str]] = field(default_factory=list)


def match_operations(old: Spec, new: Spec, overrides: Overrides | None = None) -> Matching:
    """Return how the operations of two documents pair up. Every operation is in at most one match."""
    matcher = _Matcher(old.operations, new.operations, overrides or Overrides())
    matcher.by_override()
    matcher.by_key("operation-id", lambda operation: operation.id)
    matcher.by_key("operation-id-folded", lambda operation: fold(operation.id))
    matcher.by_path()
    closest = matcher.by_similarity(Likeness(old, new, matcher.known_heads()))
    return Matching(
        matches=sorted(matcher.matches, key=lambda match: match.old),
        removed=sorted(matcher.left_old),
        added=sorted(matcher.left_new),
        closest=closest,
        prefixes=matcher.shown_prefixes(),
    )


class _Matcher:
    def __init__(self, old: list[Operation], new: list[Operation], overrides: Overrides) -> None:
        self.old, self.new, self.overrides = old, new, overrides
        self.left_old = dict.fromkeys(range(len(old)))
        self.left_new = dict.fromkeys(range(len(new)))
        self.unmatchable: set[int] = set()
        self.matches: list[Match] = []
        self.old_paths = [segments(operation.base_path + operation.path) for operation in old]
        self.new_paths = [segments(operation.base_path + operation.path) for operation in new]
        self.prefixes: list[Prefixes] = []

    def add(self, old: int, new: int, matched_by: str, confidence: float) -> None:
        self.matches.append(Match(old, new, matched_by, confidence))
        del self.left_old[old]
        del self.left_new[new]

    def by_override(self) -> None:
        for key, target in sorted(self.overrides.operations.items()):
            old = _find(self.old, key)
            if old is None or old not in self.left_old:
                continue
            if target is None:
                self.unmatchable.add(old)
                continue
            new = _find(self.new, target)
            if new is not None and new in self.left_new:
                self.add(old, new, "override", _CONFIDENCE["override"])

    def by_key(self, stage: str, key: Callable[[Operation], str]) -> None:
        """Match operations whose key is the same and unique on both sides."""
        olds, news = self._index(self.old, self.left_old, key), self._index(self.new, self.left_new, key)
        for name, found in olds.items():
            if name and len(found) == 1 and len(news.get(name, ())) == 1:
                self.add(found[0], news[name][0], stage, _CONFIDENCE[stage])

    def _index(
        self, operations: list[Operation], left: dict[int, None], key: Callable[[Operation], str]
    ) -> dict[str, list[int]]:
        index: dict[str, list[int]] = defaultdict(list)
        for position in left:
            if operations is self.new or position not in self.unmatchable:
                index[key(operations[position])].append(position)
        return index

    def by_path(self) -> None:
        """Match by method and path, first as written, then behind each prefix, most frequent first."""
        self.prefixes = self._find_prefixes()
        index: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
        for position in self.left_new:
            index[self.new[position].method, self.new_paths[position]].append(position)
        same: Prefixes = ((), ())
        for old_head, new_head in [same, *self.prefixes]:
            for position in list(self.left_old):
                path = self.old_paths[position]
                if position in self.unmatchable or path[: len(old_head)] != old_head:
                    continue
                found = index.get((self.old[position].method, new_head + path[len(old_head) :]), ())
                free = [candidate for candidate in found if candidate in self.left_new]
                if len(free) == 1:
                    self.add(position, free[0], "path", _CONFIDENCE["path"])

    def _find_prefixes(self) -> list[Prefixes]:
        """Return the pairs of prefixes that the documents show, most frequent first.

        Matches by operationId show them directly. For the rest, each old path looks for the longest end that a new
        path of the same method shares. A pair counts when at least two operations (or one in a hundred) show it.
        """
        votes: Counter[Prefixes] = Counter()
        for match in self.matches:
            self._vote(votes, match.old, match.new)
        ends: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
        for position in self.left_new:
            path = self.new_paths[position]
            for start in range(len(path)):
                ends[self.new[position].method, path[start:]].append(position)
        for position in self.left_old:
            path, method = self.old_paths[position], self.old[position].method
            for start in range(len(path)):
                found = ends.get((method, path[start:]), ())
                if found:
                    if len(found) <= 8:
                        for candidate in found:
                            self._vote(votes, position, candidate)
                    break
        given = [(segments(before), segments(after)) for before, after in self.overrides.prefixes]
        least = max(2, (len(self.old) + 99) // 100)
        found_prefixes = sorted(
            (pair for pair, count in votes.items() if count >= least and pair not in given),
            key=lambda pair: (-votes[pair], pair),
        )
        return given + found_prefixes

    def _vote(self, votes: Counter[Prefixes], old: int, new: int) -> None:
        before, after = self.old_paths[old], self.new_paths[new]
        count = shared_suffix(before, after)
        heads = before[: len(before) - count], after[: len(after) - count]
        if count and heads != ((), ()) and not any("{}" in part for head in heads for part in head):
            votes[heads] += 1

    def known_heads(self) -> tuple[set[str], set[str]]:
        """Return the words that stand in prefixes on each side: they say nothing about what an operation does."""
        return (
            {part for before, _ in self.prefixes for part in before},
            {part for _, after in self.prefixes for part in after},
        )

    def by_similarity(self, likeness: Likeness) -> dict[int, Closest]:
        """Match what is most alike, each to each; return the closest for those that stay unmatched."""
        olds = [position for position in self.left_old if position not in self.unmatchable]
        scores = likeness.scores(olds, list(self.left_new))
        best_old: dict[int, list[tuple[float, int]]] = defaultdict(list)
        best_new: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for (before, after), score in scores.items():
            best_old[before].append((score, after))
            best_new[after].append((score, before))
        for table in (best_old, best_new):
            for ranked in table.values():
                ranked.sort(key=lambda pair: (-pair[0], pair[1]))
        closest = {}
        for before in olds:
            if not best_old[before]:
                continue
            score, after = best_old[before][0]
            if (
                score >= THRESHOLD
                and _leads(best_old[before])
                and _leads(best_new[after])
                and (best_new[after][0][1] == before)
            ):
                self.add(before, after, "similarity", round(score * 0.9, 2))
            else:
                closest[before] = Closest(after, round(score, 2))
        return closest

    def shown_prefixes(self) -> list[tuple[str, str, int]]:
        votes: Counter[Prefixes] = Counter()
        for match in self.matches:
            self._vote(votes, match.old, match.new)
        known = set(self.prefixes)
        return sorted(
            ((join(old), join(new), count) for (old, new), count in votes.items() if (old, new) in known),
            key=lambda shown: (-shown[2], shown[0], shown[1]),
        )


def _leads(ranked: list[tuple[float, int]]) -> bool:
    return len(ranked) < 2 or ranked[0][0] - ranked[1][0] >= MARGIN


def _find(operations: list[Operation], key: str) -> int | None:
    for position, operation in enumerate(operations):
        if key in (operation.id, operation.signature):
            return position
    return None
