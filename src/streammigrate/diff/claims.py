"""Questions that people answer from hearsay, answered from the two documents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from streammigrate.diff.changes import values
from streammigrate.diff.names import words
from streammigrate.diff.result import Claim, DiffResult
from streammigrate.spec.model import Spec
from streammigrate.spec.view import view


def find_claims(old: Spec, new: Spec, result: DiffResult) -> list[Claim]:
    """Return the answers, in a fixed order."""
    return [
        *_times(old, new),
        *_list_parameters(old, new),
        *_enum_spellings(result),
        *_novelties(old, new, result),
    ]


def _times(old: Spec, new: Spec) -> Iterator[Claim]:
    counts = [old.times, new.times]
    if not any(counts):
        return
    shown = [", ".join(f"{count} {name}" for name, count in sorted(found.items())) or "no times" for found in counts]
    texts, total = new.times.get("string/date-time", 0), sum(new.times.values())
    numbers = sum(count for name, count in new.times.items() if name.startswith(("number", "integer")))
    if not total:
        answer = "The new document marks no times."
    elif texts == total:
        answer = "Yes: every time in the new document is text."
    elif numbers == total:
        answer = "No: the new document's times are numbers."
    elif numbers:
        answer = f"No: {numbers} of {total} times in the new document are numbers."
    else:
        answer = f"Not certain: {total - texts} of {total} times in the new document have no type."
    yield Claim("times", "Are times RFC 3339 text?", answer, shown[0], shown[1])


def _list_parameters(old: Spec, new: Spec) -> Iterator[Claim]:
    counts = []
    for spec in (old, new):
        found: Counter[str] = Counter()
        for operation in spec.operations:
            for parameter in operation.parameters:
                if parameter.where == "query":
                    seen = view(parameter.schema or {})
                    if (view(spec.schemas.get(seen.ref)) if seen.ref else seen).types == {"array"}:
                        found["lists"] += 1
                    elif parameter.media_type:
                        found["JSON"] += 1
        counts.append(found)
    shown = [f"{found['lists']} lists, {found['JSON']} as JSON" for found in counts]
    before, after = counts[0]["lists"], counts[1]["lists"]
    if not before and not after:
        return
    if not before:
        answer = f"There were none, and there are {after} now."
    elif not after:
        answer = f"Yes: all {before} are gone."
    elif after < before:
        answer = f"Partly: {after} of {before} are left."
    else:
        answer = f"No: there are {after}, as before." if after == before else f"No: there are {after} now."
    yield Claim("list-parameters", "Do list-style query parameters go away?", answer, shown[0], shown[1])


def _enum_spellings(result: DiffResult) -> Iterator[Claim]:
    kinds = Counter(change.kind.name for change in result.changes())
    respelled = kinds[values.ENUM_VALUE_RESPELLED.name]
    removed, added = kinds[values.ENUM_VALUE_REMOVED.name], kinds[values.ENUM_VALUE_ADDED.name]
    if respelled:
        answer = f"Yes: {respelled} {'value is' if respelled == 1 else 'values are'} spelled differently."
    elif removed or added:
        answer = f"No spelling changed, but {removed} values went and {added} came."
    elif result.operations:
        answer = "No: no enum value changed."
    else:
        return
    yield Claim("enum-spellings", "Did the spelling of enum values change?", answer, "", "")


_TOPICS = (
    ("moderation-rules", "Are moderation rules new?", frozenset({"moderation", "rule"})),
    ("s3-storage", "Is storage at S3 new?", frozenset({"s3"})),
    ("azure-storage", "Is storage at Azure new?", frozenset({"azure"})),
    ("gcs-storage", "Is storage at GCS new?", frozenset({"gcs"})),
    ("permission-scopes", "Are permission scopes new?", frozenset({"role", "scope"})),
)
_HINT = re.compile("|".join(sorted({min(wanted) for _, _, wanted in _TOPICS})), re.IGNORECASE)


def _novelties(old: Spec, new: Spec, result: DiffResult) -> Iterator[Claim]:
    added: Counter[str] = Counter()
    for entry in result.operations:
        if entry.old is None and entry.new is not None:
            added[entry.new.tags[0] if entry.new.tags else "untagged"] += 1
    if added:
        total = sum(added.values())
        ranked = sorted(added.items(), key=lambda item: (-item[1], item[0]))
        tags = f"all {ranked[0][0]}" if len(ranked) == 1 else ", ".join(f"{count} {tag}" for tag, count in ranked)
        yield Claim("new-operations", "Which operations are new?", f"{total}: {tags}.", "", "")
    before, after = _mentions(old), _mentions(new)
    for topic, question, _ in _TOPICS:
        olds, news = before[topic], after[topic]
        come = len(news - olds)
        if not olds and not news:
            continue
        if not olds:
            answer = "Yes: only the new document names any."
        elif come:
            answer = f"Partly: both documents name some, but {come} of {len(news)} places are new."
        elif len(news) < len(olds):
            answer = f"No: the new document names {'none' if not news else 'fewer'}."
        else:
            answer = "No: both documents name the same."
        yield Claim(f"new-{topic}", question, answer, _places(olds), _places(news))


def _places(found: set[str]) -> str:
    return f"{len(found)} {'place' if len(found) == 1 else 'places'}"


def _mentions(spec: Spec) -> dict[str, set[str]]:
    """Return by topic the operations, schemas and properties whose name has all its words (a plural counts too)."""
    found: dict[str, set[str]] = {topic: set() for topic, _, _ in _TOPICS}
    for operation in spec.operations:
        _note(found, operation.id or operation.path, f"operation {operation.id.lower() or operation.path}")
    for name, node in spec.schemas.items():
        _note(found, name, f"schema {name}")
        properties = node.get("properties")
        for key in properties if isinstance(properties, dict) else ():
            _note(found, str(key), f"property {name}.{key}")
            if "scope" in str(key).lower():
                # What a scope is of stands in its owner's name: `Role.scopes`.
                _note(found, f"{name}_{key}", f"property {name}.{key}")
    return found


def _note(found: dict[str, set[str]], name: str, place: str) -> None:
    for topic in _topics(name):
        found[topic].add(place)


@cache
def _topics(name: str) -> tuple[str, ...]:
    if not _HINT.search(name):
        return ()
    seen = words(name)
    return tuple(topic for topic, _, wanted in _TOPICS if all(word in seen or word + "s" in seen for word in wanted))
