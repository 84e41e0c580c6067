"""How alike two operations are, when neither their ids nor their paths agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from streammigrate.diff.changes.parameter import body_fields
from streammigrate.diff.names import words
from streammigrate.diff.paths import segments
from streammigrate.spec.model import Node, Operation, Spec

THRESHOLD = 0.55
"""Below this an old operation counts as removed."""

_CANDIDATES = 12
_COMMON = 60


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of an operation: its last static path segment, the ones before, its fields and its words."""

    method: str
    leaf: str
    stem: frozenset[str]
    holes: int
    fields: frozenset[str]
    words: frozenset[str]


class Likeness:
    """Compares the operations of two documents that are still unmatched."""

    def __init__(self, old: Spec, new: Spec, heads: tuple[set[str], set[str]]) -> None:
        self.old, self.new, self.heads = old, new, heads

    def scores(self, olds: list[int], news: list[int]) -> dict[tuple[int, int], float]:
        """Return the likeness (0 to 1) of each old operation to its most promising candidates."""
        if not olds or not news:
            return {}
        before = {position: self._traits(self.old, position, 0) for position in olds}
        after = {position: self._traits(self.new, position, 1) for position in news}
        index: dict[str, list[int]] = defaultdict(list)
        for position, traits in after.items():
            for key in _keys(traits):
                index[key].append(position)
        found = {}
        for position, traits in before.items():
            shared: Counter[int] = Counter()
            for key in _keys(traits):
                candidates = index.get(key, ())
                if len(candidates) <= _COMMON:
                    shared.update(candidates)
            ranked = sorted(shared, key=lambda candidate: (-shared[candidate], candidate))
            for candidate in ranked[:_CANDIDATES]:
                found[position, candidate] = likeness(traits, after[candidate])
        return found

    def _traits(self, spec: Spec, position: int, side: int) -> Traits:
        operation = spec.operations[position]
        heads = self.heads[side]
        path = [part for part in segments(operation.path) if part != "{}"]
        static = [part for part in path if part not in heads] or path
        fields = {parameter.name for parameter in operation.parameters if parameter.where != "path"}
        fields |= body_fields(operation, lambda name: _schema(spec, name)).fields.keys()
        return Traits(
            method=operation.method,
            leaf=static[-1].lower() if static else "",
            stem=frozenset(part.lower() for part in static[:-1]),
            holes=segments(operation.path).count("{}"),
            fields=frozenset(fields),
            words=words(operation.summary) | words(operation.id),
        )


def _schema(spec: Spec, name: str) -> Node:
    return spec.schemas.get(name, {})


def _keys(traits: Traits) -> set[str]:
    leaf = {f"leaf:{traits.leaf[start : start + 3]}" for start in range(max(1, len(traits.leaf) - 2))}
    return leaf | {f"field:{name}" for name in traits.fields} | {f"word:{word}" for word in traits.words}


def likeness(old: Traits, new: Traits) -> float:
    """Return how alike two operations are, from 0 to 1.

    The last path segment must be alike or the words must be: operations on the same thing that do something else
    share everything but those.
    """
    leaf = _text(old.leaf, new.leaf)
    named = _share(old.words, new.words)
    if max(leaf, named) < 0.5:
        return min(leaf, named)
    parts = [
        (0.30, leaf),
        (0.15, _share(old.stem, new.stem) if old.stem or new.stem else 1.0),
        (0.05, 1.0 if old.holes == new.holes else 0.0),
        (0.10, 1.0 if old.method == new.method else 0.0),
    ]
    if old.fields or new.fields:
        parts.append((0.25, _share(old.fields, new.fields)))
    if old.words and new.words:
        parts.append((0.15, named))
    return round(sum(weight * score for weight, score in parts) / sum(weight for weight, _ in parts), 4)


def _share(old: frozenset[str], new: frozenset[str]) -> float:
    union = old | new
    return len(old & new) / len(union) if union else 0.0


def _text(old: str, new: str) -> float:
    if old == new:
        return 1.0
    from difflib import SequenceMatcher

    return SequenceMatcher(None, old, new, autojunk=False).ratio()


def describe(operation: Operation) -> str:
    """Return an operation as people name it: `Unban (DELETE /moderation/ban)`."""
    return f"{operation.id} ({operation.signature})" if operation.id else operation.signature
