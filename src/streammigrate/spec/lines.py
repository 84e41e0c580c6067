"""Where JSON pointers stand in the text of a document: read again, and only as far as is needed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from streammigrate.errors import InputError

Position = tuple[int, int]


def find_lines(data: bytes, pointers: Collection[str]) -> dict[str, Position]:
    """Return the line and column, from 1, of each pointer that the document has; of a mapping's value, its key's.

    What stands behind an alias or a merge key has the place of the alias or of the merge key. Raises nothing: of a
    document that cannot be read to its end, what was found before is returned.
    """
    found: dict[str, Position] = {pointer: (1, 1) for pointer in pointers if pointer == ""}
    wanted = _Wanted()
    for pointer in pointers:
        if pointer.startswith("/"):
            wanted.add(pointer)
    if wanted.below:
        _search(data, wanted, found)
    return {pointer: found[pointer] for pointer in pointers if pointer in found}


class _Wanted:
    """A node on the way to wanted pointers: those that end here, and the next steps by token."""

    __slots__ = ("below", "here")

    def __init__(self) -> None:
        self.here: str | None = None
        self.below: dict[str, _Wanted] = {}

    def add(self, pointer: str) -> None:
        node = self
        for token in pointer[1:].split("/"):
            node = node.below.setdefault(token.replace("~1", "/").replace("~0", "~"), _Wanted())
        node.here = pointer

    def all(self) -> Iterable[str]:
        """Return every pointer that ends here or below."""
        nodes = [self]
        for node in nodes:
            nodes.extend(node.below.values())
        return [node.here for node in nodes if node.here is not None]


class _Level:
    """An open mapping or sequence. `wanted` is None where nothing below matters."""

    __slots__ = ("key", "length", "merge", "seen", "wanted")

    def __init__(self, wanted: _Wanted | None, is_mapping: bool) -> None:
        self.wanted = wanted
        self.length: int | None = None if is_mapping else 0
        self.key: str | None = None
        self.merge: Position | None = None
        self.seen: set[str] = set()


def _search(data: bytes, wanted: _Wanted, found: dict[str, Position]) -> None:
    import yaml

    from streammigrate.spec.text import decode
    from streammigrate.spec.yaml_exact import hide_surrogates, read_events

    goal = len(found) + len(list(wanted.all()))
    try:
        events, restore = read_events(_lenient(hide_surrogates(decode(data))))
        search = _Search(wanted, found, restore)
        for event in events:
            search.take(event)
            if len(found) == goal or search.done:
                return
    except (InputError, yaml.YAMLError):
        return


def _lenient(text: str) -> str:
    """Return text of the same layout; in what may be JSON, without the characters that YAML does not allow."""
    return text.translate(_NOT_IN_YAML) if text.lstrip()[:1] in ("{", "[") else text


_NOT_IN_YAML = dict.fromkeys((0x7F, *range(0x80, 0x85), *range(0x86, 0xA0), 0xFFFE, 0xFFFF), "?")


class _Search:
    """Follows the events, with a level for each collection that is open."""

    def __init__(self, wanted: _Wanted, found: dict[str, Position], restore: dict[int, str]) -> None:
        self.root = wanted
        self.found = found
        self.restore = restore
        self.levels: list[_Level] = []
        self.done = False

    def take(self, event: Any) -> None:
        """Take the next event; `done` is set where there is no point in going on."""
        kind = type(event).__name__
        if kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.close()
        elif kind == "DocumentEndEvent":
            self.done = True
        elif kind in ("ScalarEvent", "AliasEvent", "MappingStartEvent", "SequenceStartEvent"):
            self.take_node(event, kind)

    def take_node(self, event: Any, kind: str) -> None:
        at = (event.start_mark.line + 1, event.start_mark.column + 1)
        level = self.levels[-1] if self.levels else None
        if level is not None and level.length is None and level.key is None:
            level.key = self.key(event)
            self.done = kind.endswith("StartEvent")  # a key that is a collection: no such document is compared
            if level.wanted is None:
                return
            if level.key == "<<" and kind == "ScalarEvent" and event.implicit[0]:
                level.merge = at
            step = level.wanted.below.get(level.key)
            if step is not None:
                level.seen.add(level.key)
                if step.here is not None:
                    self.found.setdefault(step.here, at)
            return
        step = self.step(level, at)
        if kind == "AliasEvent" and step is not None:
            self.settle(step, at)
        if kind.endswith("StartEvent"):
            self.levels.append(_Level(step, kind == "MappingStartEvent"))

    def step(self, level: _Level | None, at: Position) -> _Wanted | None:
        """Return what is wanted of the value that comes now, and move the level on behind it."""
        if level is None:
            return self.root
        if level.length is None:
            key, level.key = level.key, None
            return level.wanted.below.get(key or "") if level.wanted else None
        step = level.wanted.below.get(str(level.length)) if level.wanted else None
        level.length += 1
        if step is not None and step.here is not None:
            self.found.setdefault(step.here, at)
        return step

    def key(self, event: Any) -> str:
        if not hasattr(event, "value"):
            return "\0"  # an alias; no pointer names it
        from streammigrate.spec.yaml_exact import key_text, plain_value

        text: str = event.value.translate(self.restore) if self.restore else event.value
        if not event.implicit[0]:
            return text
        try:
            return key_text(plain_value(text)) or text
        except ValueError:
            return text

    def close(self) -> None:
        level = self.levels.pop()
        if level.merge is not None and level.wanted is not None:
            for key, step in level.wanted.below.items():
                if key not in level.seen:
                    self.settle(step, level.merge)

    def settle(self, step: _Wanted, at: Position) -> None:
        for pointer in step.all():
            self.found.setdefault(pointer, at)
