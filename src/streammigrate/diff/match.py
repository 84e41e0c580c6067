"""How an old operation finds its new one: in stages, each match saying which stage made it and how sure it is.

1. `override`: a person said so.
2. `operation-id`: the same operationId, unique on both sides and credible.
3. `operation-id-folded`: the same operationId but for case and separators, likewise.
4. `path`: the same method and the same path behind prefixes that the two documents themselves show.
5. `similarity`: alike in path, parameters, fields and words, above a threshold and clearly ahead of the next.

An id is not credible when the other document has another operation at the very same method and path, or when it names
nothing (`get`, `list_1`) and the paths have nothing in common either.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from streammigrate.diff.names import fold, subjects
from streammigrate.diff.paths import is_version, is_versioned, join, segments, shared_suffix
from streammigrate.diff.similarity import THRESHOLD, Head, Likeness
from streammigrate.spec.model import Operation, Spec

Prefixes = tuple[Head, Head]
"""What stands before equal path ends: the old prefix's segments and the new one's."""

MARGIN = 0.05
"""How far ahead of the next candidate a similarity match must be."""

CLOSEST = 0.25
"""From which likeness on an operation is named as the closest."""

COVERED = 1 / 3
"""How much of what stands behind a prefix must match, where only paths show that prefix."""

_CONFIDENCE = {"override": 1.0, "operation-id": 1.0, "operation-id-folded": 0.95, "path": 0.9}


class Match(NamedTuple):
    """Two operations, by their positions in `Spec.operations`."""

    old: int
    new: int
    matched_by: str
    confidence: float


class Closest(NamedTuple):
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
    matcher.by_id("operation-id", lambda operation: operation.id)
    matcher.by_id("operation-id-folded", lambda operation: fold(operation.id))
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
        self.signatures = [
            {(operation.method, path) for operation, path in zip(operations, paths, strict=True)}
            for operations, paths in ((old, self.old_paths), (new, self.new_paths))
        ]
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

    def by_id(self, stage: str, key: Callable[[Operation], str]) -> None:
        """Match operations whose key is the same and unique on both sides, where that is credible."""
        olds, news = self._index(self.old, self.left_old, key), self._index(self.new, self.left_new, key)
        for name, found in olds.items():
            others = news.get(name, ())
            if name and len(found) == len(others) == 1 and self._is_credible(found[0], others[0]):
                self.add(found[0], others[0], stage, _CONFIDENCE[stage])

    def _is_credible(self, old: int, new: int) -> bool:
        before = self.old[old].method, self.old_paths[old]
        after = self.new[new].method, self.new_paths[new]
        if before == after:
            return True
        if before in self.signatures[1] or after in self.signatures[0]:
            return False
        return bool(subjects(self.old[old].id)) or any(
            part != "{}" and not is_version(part) for part in set(before[1]) & set(after[1])
        )

    def _index(
        self, operations: list[Operation], left: dict[int, None], key: Callable[[Operation], str]
    ) -> dict[str, list[int]]:
        index: dict[str, list[int]] = defaultdict(list)
        for position in left:
            if operations is self.new or position not in self.unmatchable:
                index[key(operations[position])].append(position)
        return index

    def by_path(self) -> None:
        """Match by method and path: as written, but for the names of parameters, then behind each prefix."""
        self._pair_paths(lambda method, position, side: (method, (self.old, self.new)[side][position].path))
        self._pair_paths(lambda method, position, side: (method, (self.old_paths, self.new_paths)[side][position]))
        self.prefixes = self._find_prefixes()
        for heads in self.prefixes:
            self._pair_paths(partial(self._behind, heads))

    def _behind(self, heads: Prefixes, method: str, position: int, side: int) -> Hashable:
        path, head = (self.old_paths, self.new_paths)[side][position], heads[side]
        return (method, path[len(head) :]) if path[: len(head)] == head else None

    def _pair_paths(self, key: Callable[[str, int, int], Hashable]) -> None:
        """Match the operations that have the same key, given method, position and side, and no rival."""
        index: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for side, left, operations in ((0, self.left_old, self.old), (1, self.left_new, self.new)):
            for position in left:
                if side or position not in self.unmatchable:
                    index[key(operations[position].method, position, side)][side].append(position)
        for name, (olds, news) in index.items():
            if name is not None and len(olds) == len(news) == 1:
                self.add(olds[0], news[0], "path", _CONFIDENCE["path"])

    def _find_prefixes(self) -> list[Prefixes]:
        """Return the pairs of prefixes that the documents show, most frequent first.

        Matches by operationId show them directly. For the rest, each old path looks for the longest end that a new
        path of the same method shares. A pair counts when at least two operations (or one in a hundred) show it. Where
        only paths show it, it must look like prefixes: `/cats/{id}/food` and `/dogs/{id}/food` show none.
        """
        votes: Counter[Prefixes] = Counter()
        for match in self.matches:
            self._vote(votes, match.old, match.new)
        shown = Counter(votes)
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
            (
                pair
                for pair, count in votes.items()
                if count >= least and pair not in given and (shown[pair] >= least or self._is_likely(pair, count))
            ),
            key=lambda pair: (-votes[pair], pair),
        )
        return given + found_prefixes

    def _vote(self, votes: Counter[Prefixes], old: int, new: int) -> None:
        before, after = self.old_paths[old], self.new_paths[new]
        count = shared_suffix(before, after)
        heads = before[: len(before) - count], after[: len(after) - count]
        shared = before[len(before) - count :]
        if heads != ((), ()) and _is_static(shared) and not any("{}" in part for head in heads for part in head):
            votes[heads] += 1

    def _is_likely(self, heads: Prefixes, count: int) -> bool:
        """Whether two heads that only paths show look like prefixes: by their words, or by what stands behind them."""
        if heads[0] and heads[1]:
            return is_versioned(heads[0]) and is_versioned(heads[1])
        if is_versioned(heads[0] or heads[1]):
            return True
        paths, head = (self.old_paths, heads[0]) if heads[0] else (self.new_paths, heads[1])
        return count >= COVERED * sum(path[: len(head)] == head for path in paths)

    def known_heads(self) -> tuple[list[Head], list[Head]]:
        """Return the prefixes of each side, the longest first: they say nothing about what an operation does."""
        old, new = ({heads[side] for heads in self.prefixes if heads[side]} for side in (0, 1))
        return sorted(old, key=lambda head: (-len(head), head)), sorted(new, key=lambda head: (-len(head), head))

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
            operations = self.new if table is best_old else self.old
            for ranked in table.values():
                ranked.sort(key=lambda pair: (-pair[0], operations[pair[1]].signature))
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
            elif score >= CLOSEST:
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


def _is_static(path: tuple[str, ...]) -> bool:
    """Whether some segment is no parameter."""
    return any(part != "{}" for part in path)


def _leads(ranked: list[tuple[float, int]]) -> bool:
    return len(ranked) < 2 or ranked[0][0] - ranked[1][0] >= MARGIN


def _find(operations: list[Operation], key: str) -> int | None:
    for position, operation in enumerate(operations):
        if key in (operation.id, operation.signature):
            return position
    return None
