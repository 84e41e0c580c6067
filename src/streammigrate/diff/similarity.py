"""How alike two operations are, when neither their ids nor their paths agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from streammigrate.diff.changes.parameter import body_fields
from streammigrate.diff.names import CHANGING, CREATING, READING, UNDOING, singular, subjects, words
from streammigrate.diff.paths import is_version, segments
from streammigrate.spec.model import Spec

THRESHOLD = 0.65
"""Below this an old operation counts as removed."""

DOUBTFUL = 0.6
"""What the likeness of two operations that cannot be the same is multiplied by; it stays below the threshold."""

_CANDIDATES = 12
_COMMON = 60

Head = tuple[str, ...]


class Traits(NamedTuple):
    """What is compared of an operation. `path` and `leaf` are the words of its static segments and of the last one."""

    method: str
    path: frozenset[str]
    leaf: frozenset[str]
    holes: int
    ends_open: bool
    subjects: frozenset[str]
    verbs: frozenset[str]
    fields: frozenset[str]
    summary: frozenset[str]

    @property
    def reads(self) -> bool:
        """Whether the operation only asks; a POST may, when it says so."""
        if self.method in ("GET", "HEAD", "QUERY"):
            return True
        return bool(self.verbs & READING) and not self.verbs & (CREATING | CHANGING | UNDOING)

    @property
    def undoes(self) -> bool:
        """Whether the operation takes away what stands at its path."""
        return self.method == "DELETE" or bool(self.verbs & UNDOING)


class Likeness:
    """Compares the operations of two documents that are still unmatched, behind known path prefixes (`heads`)."""

    def __init__(self, old: Spec, new: Spec, heads: tuple[list[Head], list[Head]]) -> None:
        self.old, self.new, self.heads = old, new, heads

    def scores(self, olds: list[int], news: list[int]) -> dict[tuple[int, int], float]:
        """Return the likeness (0 to 1) of each old operation to its most promising candidates."""
        if not olds or not news:
            return {}
        before = {position: self._traits(self.old, position, self.heads[0]) for position in olds}
        after = {position: self._traits(self.new, position, self.heads[1]) for position in news}
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
            ranked = sorted(
                shared, key=lambda candidate: (-shared[candidate], self.new.operations[candidate].signature)
            )
            for candidate in ranked[:_CANDIDATES]:
                found[position, candidate] = likeness(traits, after[candidate])
        return found

    def _traits(self, spec: Spec, position: int, heads: list[Head]) -> Traits:
        operation = spec.operations[position]
        path = segments(operation.base_path + operation.path)
        for head in heads:
            if path[: len(head)] == head:
                path = path[len(head) :]
                break
        static = [_path_words(part) for part in path if part != "{}" and not is_version(part)]
        leaf = static[-1] if static else frozenset()
        fields = {parameter.name for parameter in operation.parameters if parameter.where != "path"}
        return Traits(
            method=operation.method,
            path=frozenset().union(*static),
            leaf=leaf,
            holes=path.count("{}"),
            ends_open=path[-1:] == ("{}",),
            subjects=subjects(operation.id),
            verbs=words(operation.id) | leaf,
            fields=frozenset(fields | body_fields(operation, spec.schemas.get).fields.keys()),
            summary=words(operation.summary),
        )


def _path_words(part: str) -> frozenset[str]:
    return frozenset(map(singular, words(part))) or frozenset({part})


def _keys(traits: Traits) -> set[str]:
    whole = {"path:" + " ".join(sorted(traits.path))}
    return whole | {f"word:{word}" for word in traits.path | traits.subjects} | {f"field:{x}" for x in traits.fields}


def likeness(old: Traits, new: Traits) -> float:
    """Return how alike two operations are, from 0 to 1.

    Much is alike between operations on the same thing that do something else, so a high likeness is only given to those
    that can be the same: both ask or neither does, and they have either the same path but for versions and plurals, or
    ids about the same thing. `DELETE /ban` and `POST /unban` have the same path.
    """
    undone = _undone(old, new)
    path = old.path == new.path or undone
    parts = [
        (0.20, 1.0 if path else _share(old.leaf, new.leaf)),
        (0.15, 1.0 if path else _share(old.path, new.path)),
        (0.05, 1.0 if old.holes == new.holes else 0.0),
        (0.25, 1.0 if old.method == new.method or undone else 0.0),
    ]
    if old.subjects and new.subjects:
        parts.append((0.20, _share(old.subjects, new.subjects)))
    if old.fields or new.fields:
        parts.append((0.25, _share(old.fields, new.fields)))
    if old.summary and new.summary:
        parts.append((0.10, _share(old.summary, new.summary)))
    score = sum(weight * part for weight, part in parts) / sum(weight for weight, _ in parts)
    if not (path or (old.subjects and old.subjects == new.subjects)) or not _same_action(old, new, undone):
        score *= DOUBTFUL
    return round(score, 4)


def _undone(old: Traits, new: Traits) -> bool:
    """Whether one deletes what the other un-does: `DELETE /ban` and `POST /unban`."""
    if (old.method == "DELETE") == (new.method == "DELETE"):
        return False
    deleting, other = (old, new) if old.method == "DELETE" else (new, old)
    gone, come = deleting.path - other.path, other.path - deleting.path
    return len(gone) == len(come) == 1 and "un" + next(iter(gone)) == next(iter(come))


def _same_action(old: Traits, new: Traits, undone: bool) -> bool:
    if old.holes != new.holes or old.ends_open != new.ends_open or old.reads != new.reads:
        return False
    if old.undoes != new.undoes and not undone:
        return False
    return not any(
        one.verbs & CREATING and other.verbs & CHANGING and not one.verbs & CHANGING
        for one, other in ((old, new), (new, old))
    )


def _share(old: frozenset[str], new: frozenset[str]) -> float:
    union = old | new
    return len(old & new) / len(union) if union else 0.0
