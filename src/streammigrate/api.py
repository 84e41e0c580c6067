"""The Python interface. The command line uses this and nothing else.

Every function here raises `streammigrate.errors.InputError` (input that cannot be read or understood) or `UsageError`
(options that make no sense) and no other exception of its own.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from streammigrate import __version__
from streammigrate.errors import (
    EXIT_FINDINGS,
    EXIT_INPUT,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_USAGE,
    InputError,
    StreammigrateError,
    UsageError,
)
from streammigrate.findings import Finding, Location, Severity

if TYPE_CHECKING:
    from streammigrate.diff.baseline import Entry
    from streammigrate.diff.match import Overrides
    from streammigrate.diff.result import DiffResult
    from streammigrate.kinds import Kind
    from streammigrate.settings import DiffSettings
    from streammigrate.spec.model import Fetched, Spec

__all__ = [
    "EXIT_FINDINGS",
    "EXIT_INPUT",
    "EXIT_INTERRUPTED",
    "EXIT_OK",
    "EXIT_USAGE",
    "FAIL_ON",
    "FORMATS",
    "DiffOptions",
    "DiffOutcome",
    "InputError",
    "StreammigrateError",
    "UsageError",
    "__version__",
    "diff",
    "diff_settings",
    "exit_code",
    "explain",
    "explanation_markdown",
    "internal_error",
    "kinds",
    "packaged_map",
    "render_diff",
    "render_explanation",
    "render_finding",
    "render_kinds",
    "render_packaged_map",
    "unwritable",
    "write_baseline",
    "write_output",
]

DEFAULT_MAX_SIZE = 64
"""The largest input in MiB, unless said otherwise."""

FORMATS = ("text", "json", "map", "markdown", "html", "github", "junit", "sarif")
FAIL_ON = ("breaking", "any", "never")
_THRESHOLDS = {"breaking": Severity.ERROR, "any": Severity.INFO}
_WITH_LINES = frozenset({"github", "sarif"})


@dataclass(slots=True)
class DiffOptions:
    """How to compare. Sources are what the command line takes: a path, a URL, `-`, `REV:path`, stream-v1, stream-v2."""

    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    baseline: str | None = None
    overrides: str | None = None
    events: str | None = None
    validate: bool = False
    allow_external_refs: bool = False
    max_size: int = DEFAULT_MAX_SIZE
    offline: bool = False


@dataclass(slots=True)
class DiffOutcome:
    """A comparison with what rendering it may need: the texts of the documents, for line numbers."""

    result: DiffResult
    texts: dict[str, bytes] = field(default_factory=dict)
    baseline: dict[str, Entry] = field(default_factory=dict)

    def findings(self) -> list[Finding]:
        """Return all findings, sorted, without line numbers."""
        from streammigrate.report.findings import all_findings

        return all_findings(self.result)


def diff(old: str, new: str, options: DiffOptions | None = None) -> DiffOutcome:
    """Compare two API descriptions and return everything that differs and was not deselected.

    Packaged data is never consulted: the two sources are all there is.
    """
    options = options or DiffOptions()
    sources = [old, new, *([options.events] if options.events else [])]
    if sources.count("-") > 1:
        raise UsageError("standard input (-) can be named only once")
    from streammigrate.diff import compare, select
    from streammigrate.diff.patterns import find_patterns
    from streammigrate.spec import problems

    with _no_collection():
        loaded = [_load(source, options) for source in sources]
        specs = [spec for spec, _ in loaded]
        overrides = _read_overrides(options)
        try:
            result = compare.compare(specs[0], specs[1], overrides, *specs[2:3])
        except RecursionError:
            message = "its references, or those of the other document, form a chain that is too long to follow"
            raise problems.TOO_DEEP.error(Location(specs[1].label), message) from None
        result.problems += _unused_overrides(overrides, specs[0], specs[1], options.overrides or "")
        entries = _apply_baseline(result, options)
        select.apply(result, options.select, options.ignore)
        result.patterns = find_patterns(result)
    return DiffOutcome(result, {fetched.label: fetched.data for _, fetched in loaded}, entries)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Hold the cyclic garbage collector: a comparison only builds up, and walking its data again and again is dear."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _load(source: str, options: DiffOptions) -> tuple[Spec, Fetched]:
    from streammigrate.spec import load, parse, sources

    limit = options.max_size * 1024 * 1024
    fetched, findings = sources.fetch(source, max_bytes=limit, offline=options.offline)
    tree = parse.parse(fetched)
    if options.allow_external_refs:
        from streammigrate.spec import external

        def fetch_document(target: str) -> Any:
            document, said = sources.fetch(target, max_bytes=limit, offline=options.offline)
            findings.extend(said)
            return parse.parse(document)

        tree, failed = external.bundle(tree, fetched.base, fetch_document=fetch_document, label=fetched.label)
        findings += failed
    spec = load.load(tree, fetched, external_refs=options.allow_external_refs)
    spec.problems += findings
    if options.validate:
        from streammigrate.spec.validate import validate

        spec.problems += validate(tree, fetched.label, spec.dialect_version)
    return spec, fetched


def _read_data(path: str) -> Any:
    from streammigrate.spec import parse, sources

    return parse.parse(sources.fetch(path)[0])


def _read_overrides(options: DiffOptions) -> Overrides | None:
    if not options.overrides:
        return None
    from streammigrate.settings import parse_overrides

    return parse_overrides(_read_data(options.overrides), options.overrides)


def _unused_overrides(overrides: Overrides | None, old: Spec, new: Spec, label: str) -> list[Finding]:
    """Return a finding for each override that names what neither document has where it should be."""
    if overrides is None:
        return []
    from streammigrate.spec import problems, refs

    found = []
    names = [
        {name for operation in spec.operations for name in (operation.id, operation.signature)} for spec in (old, new)
    ]
    for section, table, known in (
        ("operations", overrides.operations, names),
        ("schemas", overrides.schemas, [set(old.schemas), set(new.schemas)]),
    ):
        targets = [after for after in table.values() if after is not None]
        for before, after in sorted(table.items()):
            if after is not None and targets.count(after) > 1:
                at = Location(label, refs.join("", section, before))
                found.append(problems.OVERRIDE_UNUSED.finding(at, f"{after!r} is the new name of several old ones"))
            for side, name in (("old", before), ("new", after)):
                if name is not None and name not in known[side == "new"]:
                    at = Location(label, refs.join("", section, before))
                    found.append(problems.OVERRIDE_UNUSED.finding(at, f"the {side} document has no {name!r}"))
    return found


def _apply_baseline(result: DiffResult, options: DiffOptions) -> dict[str, Entry]:
    if not options.baseline:
        return {}
    from streammigrate.diff import baseline

    entries = baseline.parse(_read_data(options.baseline), options.baseline)
    result.problems += baseline.apply(result, entries, options.baseline, _today())
    return entries


def _today() -> str:
    """Return the date as ISO text: SOURCE_DATE_EPOCH's when it is set, so that builds can be repeated."""
    import os
    import time

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return time.strftime("%Y-%m-%d", time.gmtime(int(epoch)) if epoch.isdigit() else time.localtime())


def exit_code(outcome: DiffOutcome, fail_on: str = "breaking") -> int:
    """Return 1 when something is at or above the threshold (`breaking`, `any`, `never`), else 0."""
    threshold = _THRESHOLDS.get(fail_on)
    if threshold is None:
        return EXIT_OK
    levels = (change.level.severity for change in outcome.result.changes())
    severities = (*levels, *(finding.severity for finding in outcome.result.problems))
    return EXIT_FINDINGS if any(severity.rank <= threshold.rank for severity in severities) else EXIT_OK


def write_baseline(outcome: DiffOutcome, path: str, fail_on: str = "breaking") -> int:
    """Write the baseline that accepts every change at or above the threshold; return how many it has.

    Reasons, and dates that have not passed, are kept: of the baseline that was in force and of one that stands at `path`.
    """
    from streammigrate.diff import baseline

    known = dict(outcome.baseline)
    if Path(path).is_file():
        known = {**baseline.parse(_read_data(path), path), **known}
    threshold = _THRESHOLDS.get(fail_on, Severity.INFO)
    changes = [change for change in outcome.result.changes() if change.level.severity.rank <= threshold.rank]
    data = baseline.document([*changes, *outcome.result.accepted], known, _today())
    from streammigrate.yaml_text import dump

    header = "# Changes that were seen and accepted. `reason` and `expires` (a date) are yours to fill in.\n"
    write_output(path, header + dump(data))
    return len(data["entries"])


def write_output(path: str, text: str) -> None:
    """Write a report to a file, creating its folder. Raises InputError when the system refuses."""
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        # A path in the report may hold bytes that are no text; the rest must not be lost for it.
        Path(path).write_text(text, encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise unwritable(path, error) from None


def unwritable(name: str, error: Exception) -> InputError:
    """Return the error for an output that cannot be written."""
    from streammigrate.spec import problems

    return problems.UNWRITABLE.error(Location(name), getattr(error, "strerror", None) or str(error))


def render_diff(
    outcome: DiffOutcome, format: str, *, color: bool = False, width: int = 80, verbose: int = 0, full: bool = False
) -> str:
    """Return a comparison in one of FORMATS, ending with a newline.

    `color`, `width`, `verbose` (-1 quiet, 0, 1) and `full` (every place of every pattern) matter to `text` only.
    """
    result = outcome.result
    if format == "text":
        from streammigrate.report import diff_text

        return diff_text.render(result, color=color, width=width, verbose=verbose, full=full)
    if format in ("json", "map", "markdown", "html"):
        return _diff_renderer(format)(result)
    if format not in FORMATS:
        raise UsageError(f"unknown format {format!r} (known: {', '.join(FORMATS)})")
    from streammigrate.report.diff_summary import headline, title
    from streammigrate.report.model import Report

    findings = outcome.findings()
    if format in _WITH_LINES:
        findings = _with_lines(findings, outcome.texts)
    report = Report("diff", title(result), headline(result), findings)
    if format == "sarif":
        from streammigrate.report import sarif

        return sarif.render(report, __version__)
    if format == "junit":
        from streammigrate.report import junit

        return junit.render(report)
    from streammigrate.report import github

    return github.render(report)


def _diff_renderer(format: str) -> Callable[[DiffResult], str]:
    if format == "json":
        from streammigrate.report import json_format

        return json_format.render
    if format == "map":
        from streammigrate.report import map_format

        return map_format.render
    if format == "markdown":
        from streammigrate.report import diff_markdown

        return diff_markdown.render
    from streammigrate.report import diff_html

    return diff_html.render


def _with_lines(findings: list[Finding], texts: dict[str, bytes]) -> list[Finding]:
    """Return the findings with the lines and columns of their pointers."""
    from streammigrate.spec.lines import find_lines

    wanted: dict[str, set[str]] = {}
    for finding in findings:
        at = finding.location
        if at.line is None and at.source in texts:
            wanted.setdefault(at.source, set()).add(at.pointer)
    found = {source: find_lines(texts[source], pointers) for source, pointers in sorted(wanted.items())}
    located = []
    for finding in findings:
        place = found.get(finding.location.source, {}).get(finding.location.pointer)
        if place is not None:
            location = finding.location._replace(line=place[0], column=place[1])
            finding = finding._replace(location=location)
        located.append(finding)
    return located


def packaged_map() -> dict[str, Any]:
    """Return the migration map of Stream's two specs that ships with the tool (see docs/diff.md for its shape)."""
    from streammigrate.rules import load

    data: dict[str, Any] = load("operations")
    return data


def render_packaged_map(format: str, *, color: bool = False, width: int = 80, full: bool = False) -> str:
    """Return the packaged map as `text`, `map` (YAML) or `json`. Raises UsageError for the formats that need specs."""
    if format == "text":
        from streammigrate.report import map_text

        return map_text.render(packaged_map(), color=color, width=width, full=full)
    if format == "map":
        from streammigrate.report.map_format import render_map

        return render_map(packaged_map())
    if format == "json":
        from streammigrate.report.json_format import one_line_each

        return one_line_each(packaged_map())
    raise UsageError(f"the packaged map has the formats text, json and map; {format} needs two documents: diff OLD NEW")


def kinds() -> tuple[Kind, ...]:
    """Return every kind of finding, sorted by id."""
    from streammigrate.catalogue import all_kinds

    return all_kinds()


def explain(text: str) -> Kind:
    """Return the kind with an id or a name. Raises UsageError when there is none."""
    from streammigrate.catalogue import find_kind

    return find_kind(text)


def render_explanation(kind: Kind, *, color: bool = False, width: int = 80) -> str:
    """Return what a kind means, for people."""
    from streammigrate.report import explain_text

    return explain_text.render(kind, color=color, width=width)


def explanation_markdown(kind: Kind) -> str:
    """Return a kind's documentation page."""
    from streammigrate.report import explain_markdown

    return explain_markdown.render(kind)


def render_kinds(*, color: bool = False, width: int = 80) -> str:
    """Return the list of all kinds, for people."""
    from streammigrate.report import explain_text

    return explain_text.render_list(kinds(), color=color, width=width)


def render_finding(finding: Finding, *, color: bool = False, width: int = 80) -> str:
    """Return one finding for a terminal: where, what, and what to do."""
    from streammigrate.report.terminal import render_finding as render

    return render(finding, color=color, width=width)


def diff_settings(config: str | None, start: Path | None = None) -> DiffSettings:
    """Return the settings of `[tool.streammigrate.diff]`: of the file that is named, else of the nearest pyproject.toml."""
    from streammigrate.settings import DiffSettings, find_pyproject, read_diff_settings

    if config:
        return read_diff_settings(Path(config))
    try:
        path = find_pyproject(start or Path.cwd())
    except FileNotFoundError:
        # The current folder was deleted; nothing stands above it.
        return DiffSettings()
    return DiffSettings() if path is None else read_diff_settings(path)


def internal_error(error: BaseException) -> Finding:
    """Return the finding for a defect of the tool itself."""
    from streammigrate.spec import problems

    return problems.INTERNAL.finding(Location("streammigrate"), f"{type(error).__name__}: {error}")
