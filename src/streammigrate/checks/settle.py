"""Takes findings out that do not count: by a comment beside the code, by the settings for a file, or by the baseline."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from streammigrate.checks.model import Check
from streammigrate.checks.run import BASELINE, COMMENT, SETTING, CheckResult, Found, Result, Settled, Status
from streammigrate.checks.select import matching
from streammigrate.findings import Finding, Location
from streammigrate.spec import problems

if TYPE_CHECKING:
    from streammigrate.codemod.model import Span
    from streammigrate.codemod.suppress import Suppressions
    from streammigrate.diff.baseline import Entry
    from streammigrate.settings import PerFileIgnore

Reason = Callable[[Finding], "str | None"]
"""Returns why a finding does not count, and None for one that does."""


def by_comments(result: CheckResult, shown: Callable[[str], str] = str) -> None:
    """Take out what `# streammigrate: ignore[SM…] reason` covers in a Python file, as `rewrite` reads the comment.

    `shown` takes secrets out of the reasons.
    """
    comments = _Comments()

    def reason(finding: Finding) -> str | None:
        said = comments.reason(finding)
        return None if said is None else shown(said)

    result.results = _settled(result.results, COMMENT, reason)


def by_files(result: CheckResult, ignores: Sequence[PerFileIgnore], known: Sequence[Check]) -> None:
    """Take out what the settings ignore in some files. Raises UsageError for what names no check."""
    from streammigrate.codemod.ignores import is_ignored, parse_rules

    rules = []
    for one in ignores:
        ids = set[str]().union(*(matching(known, text) for text in one.checks))
        # A project that is named as `../shop` has its settings in a folder with that in its path.
        rules.append((os.path.abspath(one.within), parse_rules([one.pattern]), ids))  # noqa: PTH100

    def reason(finding: Finding) -> str | None:
        path = os.path.abspath(finding.location.source)  # noqa: PTH100
        for within, patterns, ids in rules:
            if finding.id not in ids or not path.startswith(within.rstrip(os.sep) + os.sep):
                continue
            inside = Path(path).relative_to(within)
            above = [parent.as_posix() for parent in inside.parents if parent.parts]
            if is_ignored(patterns, inside.as_posix(), False) or any(is_ignored(patterns, one, True) for one in above):
                return ""
        return None

    if rules:
        result.results = _settled(result.results, SETTING, reason)


def by_baseline(
    result: CheckResult, entries: Mapping[str, Entry], label: str, today: str, shown: Callable[[str], str] = str
) -> None:
    """Take out what a baseline accepts, and add what is to say of the baseline itself; `shown` takes secrets out of that.

    An expired entry no longer takes its finding out. An entry that nothing matches is named as stale, where its check ran.
    """
    present = {found.finding.fingerprint for found in result.found()}
    present |= {one.found.finding.fingerprint for one in result.settled()}
    expired = {key for key, entry in entries.items() if entry.expires and entry.expires < today}

    def reason(finding: Finding) -> str | None:
        entry = entries.get(finding.fingerprint)
        return None if entry is None or finding.fingerprint in expired else shown(entry.reason)

    result.results = _settled(result.results, BASELINE, reason)
    ran = {item.check.id for item in result.results if item.status is not Status.NOT_RUN}
    for position, (key, entry) in enumerate(entries.items()):
        at = Location(shown(label), f"/entries/{position}")
        name = shown(f"{entry.id} {entry.place}".strip() or key)
        if key in expired and key in present:
            text = f"the baseline entry for {name} expired on {entry.expires}"
            result.problems.append(problems.BASELINE_EXPIRED.finding(at, text))
        elif key not in present and (entry.id in ran or not entry.id):
            text = f"the baseline entry for {name} matches no finding"
            result.problems.append(problems.BASELINE_STALE.finding(at, text))


def baseline_document(findings: Iterable[Finding], known: Mapping[str, Entry], today: str) -> dict[str, Any]:
    """Return the baseline that accepts some findings, keeping the reasons and dates of the entries that are known.

    Its form is that of the baseline of `diff`. A date that has passed is dropped.
    """
    from streammigrate.diff.baseline import VERSION

    entries: dict[str, dict[str, str]] = {}
    for finding in sorted(
        findings, key=lambda one: (one.id, one.location.source, one.location.pointer, one.fingerprint)
    ):
        item = {
            "fingerprint": finding.fingerprint,
            "id": finding.id,
            "place": str(finding.location._replace(line=None, column=None)),
            "message": finding.message,
        }
        before = known.get(finding.fingerprint)
        if before is not None and before.reason:
            item["reason"] = before.reason
        if before is not None and before.expires >= today:
            item["expires"] = before.expires
        entries.setdefault(finding.fingerprint, item)
    return {"version": VERSION, "entries": list(entries.values())}


def _settled(results: Iterable[Result], by: str, reason: Reason) -> list[Result]:
    done = []
    for result in results:
        kept: list[Found] = []
        settled: list[Settled] = []
        for found in result.found:
            why = reason(found.finding)
            if why is None:
                kept.append(found)
            else:
                settled.append(Settled(found, by, why))
        done.append(result._replace(found=tuple(kept), settled=(*result.settled, *settled)))
    return done


class _Comments:
    """The comments of the Python files that findings point into, each file read once."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[Suppressions, dict[tuple[int, int], Span]] | None] = {}

    def reason(self, finding: Finding) -> str | None:
        from streammigrate.codemod.model import Span
        from streammigrate.codemod.suppress import IGNORED

        at = finding.location
        if at.line is None or not at.source.endswith((".py", ".pyi")):
            return None
        if at.source not in self._files:
            self._files[at.source] = _read(at.source)
        file = self._files[at.source]
        if file is None:
            return None
        comments, spans = file
        span = spans.get((at.line, at.column or 1), Span(at.line, 0, at.line, 0))
        said = comments.reason(span, finding.id)
        return None if not said else "" if said == IGNORED else said


def _read(path: str) -> tuple[Suppressions, dict[tuple[int, int], Span]] | None:
    """Return the comments of a file, and by line and column (in characters, from 1) the largest expression that begins there.

    None where the file cannot be read, is no Python, or has none.
    """
    import ast

    from streammigrate.codemod.model import Span
    from streammigrate.codemod.parsing import Unappliable, decode, parse
    from streammigrate.codemod.suppress import Suppressions

    try:
        data = Path(path).read_bytes()
        if b"streammigrate:" not in data.lower():
            return None
        tree, text = parse(data), decode(data)
    except (OSError, ValueError, Unappliable):
        return None
    lines = text.splitlines()
    spans: dict[tuple[int, int], Span] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            before = lines[node.lineno - 1].encode()[: node.col_offset] if node.lineno <= len(lines) else b""
            place = node.lineno, len(before.decode(errors="replace")) + 1
            spans[place] = max(spans.get(place, Span.of(node)), Span.of(node))
    return Suppressions(text), spans
