"""The Python interface. The command line uses this and nothing else.

Every function here raises `streammigrate.errors.InputError` (input that cannot be read or understood) or `UsageError`
(options that make no sense) and no other exception of its own.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from streammigrate import __version__
from streammigrate.applying.model import EXIT_BUSY, BusyError
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
from streammigrate.findings import Finding, Location, Severity, sort_key

if TYPE_CHECKING:
    from streammigrate.applying.series import Series
    from streammigrate.applying.typecheck import Checked
    from streammigrate.applying.undo import Undone
    from streammigrate.checks.run import CheckResult
    from streammigrate.checks.session import Judged
    from streammigrate.codemod.model import CohortView, FileResult
    from streammigrate.codemod.session import Request
    from streammigrate.codemod.settings import SiteKey
    from streammigrate.diff.baseline import Entry
    from streammigrate.diff.match import Overrides
    from streammigrate.diff.result import DiffResult
    from streammigrate.interactive.choosing import Answer as Answer
    from streammigrate.interactive.choosing import Choosing
    from streammigrate.kinds import Kind
    from streammigrate.proof.session import ProofOutcome
    from streammigrate.report.readiness import Progress
    from streammigrate.report.rewrite_summary import RewriteReport
    from streammigrate.report.scan_summary import ScanReport
    from streammigrate.rules.shown import Shown
    from streammigrate.settings import CheckSettings, DiffSettings, PerFileIgnore
    from streammigrate.spec.model import Fetched, Spec

__all__ = [
    "CHECK_FAIL_ON",
    "CHECK_FORMATS",
    "DEFAULT_BASE_URL",
    "DEFAULT_TIMEOUT",
    "EXIT_BUSY",
    "EXIT_FINDINGS",
    "EXIT_INPUT",
    "EXIT_INTERRUPTED",
    "EXIT_OK",
    "EXIT_USAGE",
    "FAIL_ON",
    "FORMATS",
    "HANDOFF_FORMATS",
    "REPORT_FORMATS",
    "REWRITE_FORMATS",
    "RULE_CEILINGS",
    "RULE_FORMATS",
    "SCAN_FAIL_ON",
    "SCAN_FORMATS",
    "SPLIT_BY",
    "TYPE_CHECKERS",
    "BusyError",
    "CheckOptions",
    "CheckOutcome",
    "DiffOptions",
    "DiffOutcome",
    "InputError",
    "RewriteOptions",
    "RewriteOutcome",
    "ScanOptions",
    "ScanOutcome",
    "StreammigrateError",
    "UsageError",
    "__version__",
    "check",
    "check_exit_code",
    "check_settings",
    "check_types",
    "checks_markdown",
    "choosing",
    "chosen",
    "diff",
    "diff_settings",
    "exit_code",
    "explain",
    "explain_question",
    "explanation_markdown",
    "find_tools",
    "format_rewrite",
    "internal_error",
    "kinds",
    "list_rules",
    "packaged_map",
    "prove",
    "render_check",
    "render_checks",
    "render_diff",
    "render_diffs",
    "render_explanation",
    "render_failures",
    "render_fallen",
    "render_finding",
    "render_handoff",
    "render_keys",
    "render_kinds",
    "render_packaged_map",
    "render_proofs",
    "render_question",
    "render_rewrite",
    "render_rewrite_diff",
    "render_rewrite_report",
    "render_rule",
    "render_rules",
    "render_runs",
    "render_scan",
    "render_types",
    "render_undo",
    "rewrite",
    "rewrite_data",
    "rewrite_exit_code",
    "rule",
    "rule_areas",
    "rules_markdown",
    "scan",
    "scan_exit_code",
    "split_rewrite",
    "undo",
    "unwritable",
    "why",
    "write_baseline",
    "write_check_baseline",
    "write_output",
    "write_patch",
    "write_proofs",
    "write_rewrite",
    "write_series",
    "writing",
]

DEFAULT_MAX_SIZE = 64
"""The largest input in MiB, unless said otherwise."""

FORMATS = ("text", "json", "map", "markdown", "html", "github", "junit", "sarif")
FAIL_ON = ("breaking", "any", "never")
_THRESHOLDS = {"breaking": Severity.ERROR, "any": Severity.INFO}
_WITH_LINES = frozenset({"github", "sarif"})

DEFAULT_BASE_URL = "https://chat.stream-io-api.com"
DEFAULT_TIMEOUT = 10.0
"""Seconds for one request of `check --live`."""

CHECK_FORMATS = ("text", "json", "markdown", "html", "github", "junit", "sarif")
REWRITE_FORMATS = ("text", "json", "markdown", "github", "sarif")
SCAN_FORMATS = ("text", "json", "markdown", "html", "csv")
REPORT_FORMATS = ("markdown", "html")
HANDOFF_FORMATS = ("json", "markdown")
TYPE_CHECKERS = ("basedpyright", "pyright", "mypy", "ty", "pyrefly")
SPLIT_BY = ("rule", "package", "cohort")
RULE_FORMATS = ("text", "json")
RULE_CEILINGS = ("safe", "unsafe", "manual")

_FAILURES = 20
"""How many files that stand in the way are told one by one."""

CHECK_FAIL_ON = ("error", "warning", "any", "never")
_CHECK_THRESHOLDS = {"error": Severity.ERROR, "warning": Severity.WARNING, "any": Severity.INFO}
SCAN_FAIL_ON = ("left", "any", "never")


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

    findings = outcome.findings()
    if format in _WITH_LINES:
        findings = _with_lines(findings, outcome.texts)
    return _render_findings("diff", title(result), headline(result), findings, format)


def _render_findings(command: str, title: str, summary: str, findings: list[Finding], format: str) -> str:
    """Return findings in one of the formats that are the same for every command."""
    from streammigrate.report.model import Report

    report = Report(command, title, summary, findings)
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


@dataclass(slots=True)
class CheckOptions:
    """What `check` looks at: `path` is a project, `app_settings` and `data` are files (`-` is standard input; `user=FILE`
    says what it holds)."""

    path: str = ""
    app_settings: Sequence[str] = ()
    live: bool = False
    env_file: str | None = None
    base_url: str = DEFAULT_BASE_URL
    timeout: float = DEFAULT_TIMEOUT
    data: Sequence[str] = ()
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    per_file_ignores: Sequence[PerFileIgnore] = ()
    baseline: str | None = None


@dataclass(slots=True)
class CheckOutcome:
    """What the checks found, with the texts of the settings documents, for line numbers.

    `progress` tells how far the code of the project is; None where no project was given. `baseline` holds the entries that
    were in force.
    """

    result: CheckResult
    texts: dict[str, bytes] = field(default_factory=dict, repr=False)
    progress: Callable[[], Progress] | None = None
    baseline: dict[str, Entry] = field(default_factory=dict)


def check(options: CheckOptions, progress: Callable[[str, int, int], None] | None = None) -> CheckOutcome:
    """Judge whether a project, an app and its data are ready for the cutover.

    `progress` is told a data file, the bytes that were read of it and its size. Credentials for `live` come from the
    environment or a .env file; no message and no outcome holds them.
    """
    import os

    from streammigrate.checks import session, settle
    from streammigrate.checks.registry import all_checks

    request = session.Request(**{name: getattr(options, name) for name in session.Request.__slots__})
    judged = session.judge(request, os.environ, Path(), progress)
    settle.by_comments(judged.result, judged.scrubber.text)
    settle.by_files(judged.result, options.per_file_ignores, all_checks())
    entries: dict[str, Entry] = {}
    if options.baseline:
        from streammigrate.diff import baseline

        entries = baseline.parse(_read_data(options.baseline), options.baseline)
        settle.by_baseline(judged.result, entries, options.baseline, _today(), judged.scrubber.text)
    return CheckOutcome(judged.result, judged.texts, _progress_of(judged), entries)


def _progress_of(judged: Judged) -> Callable[[], Progress] | None:
    """Return what measures how far the code is: only the page asks, and it takes a scan."""
    project, scrubber = judged.project, judged.scrubber
    if project is None:
        return None

    def measure() -> Progress:
        from streammigrate.report import readiness

        return readiness.of_project(project, scrubber.text)

    return measure


def check_settings(config: str | None, start: str = "") -> CheckSettings:
    """Return the settings of `[tool.streammigrate.check]`: of the file that is named, else of the pyproject.toml nearest to
    `start` (a project; empty for the current folder)."""
    from streammigrate.settings import CheckSettings, find_pyproject, read_check_settings

    if config:
        return read_check_settings(Path(config))
    try:
        place = Path(start).absolute()
    except FileNotFoundError:
        # The current folder was deleted; nothing stands above it.
        return CheckSettings()
    path = find_pyproject(place if place.is_dir() else place.parent)
    return CheckSettings() if path is None else read_check_settings(path)


def check_exit_code(outcome: CheckOutcome, fail_on: str = "error") -> int:
    """Return 1 when the app is not ready, or nothing shows that it is, by a threshold of CHECK_FAIL_ON; else 0."""
    if fail_on == "never":
        return EXIT_OK
    from streammigrate.checks.run import Verdict

    if outcome.result.verdict in (Verdict.NOT_READY, Verdict.INCOMPLETE):
        return EXIT_FINDINGS
    threshold = _CHECK_THRESHOLDS.get(fail_on, Severity.ERROR)
    found = outcome.result.findings()
    return EXIT_FINDINGS if any(finding.severity.rank <= threshold.rank for finding in found) else EXIT_OK


def write_check_baseline(outcome: CheckOutcome, path: str, fail_on: str = "error") -> int:
    """Write the baseline that accepts every finding at or above the threshold; return how many entries it has.

    Reasons, and dates that have not passed, are kept: of the baseline that was in force and of one that stands at `path`.
    """
    from streammigrate.checks import settle
    from streammigrate.checks.run import BASELINE
    from streammigrate.diff import baseline

    known = dict(outcome.baseline)
    if Path(path).is_file():
        known = {**baseline.parse(_read_data(path), path), **known}
    threshold = _CHECK_THRESHOLDS.get(fail_on, Severity.INFO)
    result = outcome.result
    findings = [found.finding for found in result.found() if found.finding.severity.rank <= threshold.rank]
    findings += [one.found.finding for one in result.settled() if one.by == BASELINE]
    data = settle.baseline_document(findings, known, _today())
    from streammigrate.yaml_text import dump

    header = "# Findings that were seen and accepted. `reason` and `expires` (a date) are yours to fill in.\n"
    write_output(path, header + dump(data))
    return len(data["entries"])


def render_check(outcome: CheckOutcome, format: str, *, color: bool = False, width: int = 80, verbose: int = 0) -> str:
    """Return the outcome in one of CHECK_FORMATS, ending with a newline.

    `color`, `width` and `verbose` (-1 quiet, 0, 1) matter to `text` only.
    """
    result = outcome.result
    if format == "text":
        from streammigrate.report import check_text

        return check_text.render(result, color=color, width=width, verbose=verbose)
    if format == "json":
        from streammigrate.report import check_json

        return check_json.render(result)
    if format == "markdown":
        from streammigrate.report import check_markdown

        return check_markdown.render(result)
    if format == "html":
        from streammigrate.report import check_html

        return check_html.render(result, outcome.progress() if outcome.progress is not None else None)
    if format not in CHECK_FORMATS:
        raise UsageError(f"check has no format {format!r} (known: {', '.join(CHECK_FORMATS)})")
    from streammigrate.report import check_summary

    findings = result.told()
    if format in _WITH_LINES:
        findings = _with_lines(findings, outcome.texts)
    return _render_findings("check", check_summary.title(result), check_summary.headline(result), findings, format)


def render_checks(*, color: bool = False, width: int = 80) -> str:
    """Return the list of all checks, for people."""
    from streammigrate.checks.registry import all_checks
    from streammigrate.report import check_text

    return check_text.render_list(all_checks(), color=color, width=width)


def checks_markdown() -> str:
    """Return the documentation page that lists all checks."""
    from streammigrate.checks.registry import all_checks
    from streammigrate.report import check_markdown

    return check_markdown.index(all_checks())


@dataclass(slots=True)
class RewriteOptions:
    """How to rewrite; None and empty leave it to `[tool.streammigrate.rewrite]` of the nearest pyproject.toml."""

    target: str | None = None
    unsafe: bool | None = None
    todo: bool | None = None
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    config: str | None = None
    only: Sequence[str] = ()
    types: str | None = None
    docs: bool | None = None
    helpers: bool | None = None
    helpers_file: str | None = None
    manifests: bool | None = None
    refused: frozenset[SiteKey] = frozenset()
    """Sites that stay as they are: path, line, column in bytes from 0, and rule."""
    jobs: int = 1
    """How many processes may edit files, 0 for as many as pay. Other than 1 needs a main module that can be imported, as
    multiprocessing does."""


@dataclass(slots=True)
class RewriteOutcome:
    """What becomes of the files that can use stream-chat. `seen` counts all Python files that were looked at."""

    files: tuple[FileResult, ...]
    target: str
    seen: int = 0
    written: bool = False
    arguments: str = "."
    """The paths and options of the run as a shell takes them."""
    types: Checked | None = None
    """What a type checker says anew, where it was asked."""
    roots: tuple[str, ...] = ()
    """The folders of the projects that were looked at, absolute."""
    cohorts: tuple[CohortView, ...] = ()
    """The objects of stream-chat with all that they flow through."""


def rewrite(
    paths: Sequence[str], options: RewriteOptions | None = None, progress: Callable[[str], None] | None = None
) -> RewriteOutcome:
    """Return what becomes of the files and of the .py files in the folders that are named; nothing is written.

    The settings are those nearest to the first path. What cannot be read, parsed or edited is a trouble of its file.
    `progress` is told what is done next.
    """
    from streammigrate.codemod import session

    _need_current_folder(paths)
    settings = session.settings_of(_rewrite_request(options), paths[0] if paths else ".")
    done = session.rewrite_paths(paths, settings, progress)
    words = _shell_words(paths, options)
    return RewriteOutcome(
        done.files, settings.target, done.seen, arguments=words, roots=done.roots, cohorts=done.cohorts
    )


def choosing(rewrite: Callable[[frozenset[SiteKey]], RewriteOutcome]) -> Choosing[RewriteOutcome]:
    """Return a rewrite about which somebody can be asked, site by site, or cohort by cohort where one has to move whole.

    `rewrite` gives what becomes of everything when some sites stay as they are (`RewriteOptions.refused`).
    """
    from streammigrate.interactive.choosing import Choosing

    return Choosing(rewrite)


def render_question(choices: Choosing[RewriteOutcome], *, color: bool = False, width: int = 80) -> str:
    """Return what is to be answered next: where, the rule, how it is known, and what would change."""
    from streammigrate.catalogue import find_kind
    from streammigrate.report import choice_text

    question = choices.question
    if question is None:
        return ""
    titles = {one.site.rule: find_kind(one.site.rule).title for one in question.asked}
    return choice_text.render_question(
        question, choices.state.files, titles, choices.position, color=color, width=width
    )


def explain_question(choices: Choosing[RewriteOutcome], *, color: bool = False, width: int = 80) -> str:
    """Return all that is known of what is to be answered next: the page of the rule, and the evidence."""
    from streammigrate.codemod.kinds import COHORT
    from streammigrate.report import rewrite_text

    question = choices.question
    if question is None:
        return ""
    by_path = {result.path: result for result in choices.state.files}
    try:
        page = render_rule(rule(question.rule or COHORT.id), color=color, width=width)
    except UsageError:
        page = render_explanation(explain(question.rule or COHORT.id), color=color, width=width)
    found = [page]
    for path in question.paths:
        sites = [one.site for one in question.asked if one.path == path]
        found.append(rewrite_text.render_sites(by_path[path], sites, color=color, width=width))
    return "\n".join(found)


def render_fallen(answer: Answer, *, color: bool = False, width: int = 80) -> str:
    """Return what else stays when something is refused."""
    from streammigrate.report import choice_text

    return choice_text.render_fallen(answer.fallen, color=color, width=width)


def render_keys(keys: Sequence[tuple[str, str, str]], *, color: bool = False, width: int = 80) -> str:
    """Return what can be answered: key, word and meaning of each answer."""
    from streammigrate.report import choice_text

    return choice_text.render_help(keys, color=color, width=width)


def render_diffs(outcome: RewriteOutcome, *, color: bool = False, width: int = 80) -> str:
    """Return what changes, for people; `render_rewrite_diff` gives the patch."""
    from streammigrate.report import rewrite_text

    return rewrite_text.render_diffs(outcome.files, color=color, width=width)


def chosen(choices: Choosing[RewriteOutcome]) -> RewriteOutcome:
    """Return what was chosen, with what somebody wrote instead of what was proposed. Nothing is written."""
    outcome, files = choices.result
    return replace(outcome, files=files)


def split_rewrite(
    paths: Sequence[str],
    by: str,
    options: RewriteOptions | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[RewriteOutcome, Series]:
    """Return what becomes of files as `rewrite` does, and the same in steps by one of SPLIT_BY, each leaving a program
    that runs. Nothing is written. `progress` is told how many steps are made, of how many."""
    import os

    from streammigrate.applying.series import make_series
    from streammigrate.codemod import session

    if by not in SPLIT_BY:
        raise UsageError(f"a rewrite is split by {', '.join(SPLIT_BY)}; not by {by!r}")
    _need_current_folder()
    settings = session.settings_of(_rewrite_request(options), paths[0] if paths else ".")
    # Seen from the current folder, as the patches are, so that what is said of files is the same in every step.
    near = [os.path.relpath(os.path.realpath(path)) for path in paths]
    done = session.rewrite_paths(near, settings)
    outcome = RewriteOutcome(
        done.files, settings.target, done.seen, arguments=_shell_words(paths, options), roots=done.roots
    )
    return outcome, make_series(near, settings, by, done, progress)


def write_series(series: Series, folder: str) -> list[str]:
    """Write a numbered patch for each step, and a file `series` that names them in order; return their paths.

    Raises UsageError for a folder that holds something, InputError where it cannot be written.
    """
    from streammigrate.applying.patches import write

    return write(series, folder)


def write_patch(outcome: RewriteOutcome, path: str) -> None:
    """Write the patch of all files. Raises InputError when the system refuses."""
    from streammigrate.applying.patches import write_bytes

    write_bytes(Path(path), render_rewrite_diff(outcome))


def format_rewrite(outcome: RewriteOutcome, command: str) -> list[tuple[str, str]]:
    """Run a formatter (`ruff format`) on what is to be written, and keep what it changes of lines that the rewrite touches.

    Returns the files whose lines stay as they are, each with the reason. Raises UsageError for a program that is not there.
    """
    from streammigrate.applying.formatting import format_results, parse_command

    done = format_results(outcome.files, parse_command(command))
    outcome.files = done.files
    return list(done.failed)


def rewrite_data(data: bytes, path: str, options: RewriteOptions | None = None) -> RewriteOutcome:
    """Return what becomes of one file's bytes; `path` names it in reports and says whose settings hold."""
    from streammigrate.codemod import session

    settings = session.settings_of(_rewrite_request(options), path)
    return RewriteOutcome((session.rewrite_data(data, path, settings),), settings.target, 1)


def _rewrite_request(options: RewriteOptions | None) -> Request:
    from streammigrate.codemod.session import Request

    asked = options or RewriteOptions()
    return Request(**{name: getattr(asked, name) for name in RewriteOptions.__slots__})


def _need_current_folder(paths: Sequence[str] = (".",)) -> None:
    """Raise InputError where one of the paths is seen from a current folder that was deleted."""
    if all(Path(path).is_absolute() for path in paths):
        return
    try:
        Path.cwd()
    except OSError:
        from streammigrate.spec import problems

        said = "the current folder is not there any more"
        raise problems.NOT_FOUND.error(Location("."), said, "Go to another folder.") from None


@contextmanager
def writing(paths: Sequence[str], *, allow_dirty: bool = False) -> Iterator[None]:
    """Hold the projects of some paths from before they are read until they are written, so that no other run mixes in.

    Raises UsageError where files that git tracks have changes (unless `allow_dirty`), and BusyError while another run
    works on a project or after one that was interrupted.
    """
    import os

    from streammigrate.applying import git, transaction
    from streammigrate.applying.lock import hold

    _need_current_folder(paths)
    folders = [path if os.path.isdir(path) else os.path.dirname(path) or "." for path in paths]  # noqa: PTH112, PTH120
    roots = [transaction.root_of(os.path.join(os.path.realpath(folder), "any.py")) for folder in folders]  # noqa: PTH118
    with hold(roots):
        for root in dict.fromkeys(roots):
            transaction.settle(root)
        if not allow_dirty:
            git.refuse_dirty(folders)
        yield


def write_rewrite(
    outcome: RewriteOutcome,
    *,
    allow_dirty: bool = False,
    command: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> list[Finding]:
    """Write every file that changes, those of a project all or none; return a finding for each that was not written.

    What stands in the way is an error, what was left for that a warning. The files that were not written are as they
    were in the outcome, too. What they held is kept under `command` for `undo`. `progress` is told how many files of a
    project are in place, of how many. Raises as `writing` does, and InputError where nothing can be kept.
    """
    import os

    from streammigrate.codemod import session

    paths = [result.path for result in outcome.files if result.changed]
    if not allow_dirty:
        from streammigrate.applying import git

        git.refuse_dirty([os.path.dirname(path) or "." for path in paths], paths)  # noqa: PTH120
    failed = session.write_all(outcome.files, outcome.roots, command, progress)
    left = {finding.location.source for finding in failed}
    outcome.files = tuple(session.left(result) if result.path in left else result for result in outcome.files)
    outcome.written = True
    return failed


def render_failures(failed: Sequence[Finding], *, color: bool = False, width: int = 80) -> str:
    """Return what to say of files that were not written: what stood in the way, and how many were left for that."""
    culprits = [finding for finding in failed if finding.severity is Severity.ERROR][:_FAILURES]
    said = [render_finding(finding, color=color, width=width) for finding in culprits]
    others = len(failed) - len(culprits)
    if others:
        files = "1 more file is as it was" if others == 1 else f"{others} more files are as they were"
        said.append(f"{files}: the files of a project are written together or not at all\n")
    return "".join(said)


def undo(number: int | None = None, start: str = ".", *, force: bool = False, skip_changed: bool = False) -> Undone:
    """Give the files of a run what they held before it, byte for byte, and their modes; take those away that it made.

    The run is the last of the project at a folder that is not undone, or the one with a number. Files that changed since
    are refused (nothing is changed then), unless they are to be overwritten (`force`) or left (`skip_changed`). Raises
    UsageError where there is no such run, BusyError while another run works on the project, InputError for a journal
    that cannot be used.
    """
    from streammigrate.applying import undo as applying
    from streammigrate.applying.runs import root_with_runs

    if force and skip_changed:
        raise UsageError(
            "--force overwrites files that changed since, --skip-changed leaves them: give one or the other"
        )
    _need_current_folder([start])
    return applying.undo(root_with_runs(start), number, force=force, skip_changed=skip_changed)


def render_undo(outcome: Undone, *, color: bool = False, width: int = 80, verbose: int = 0) -> str:
    """Return what became of an undo, for people. `verbose` is -1 quiet, 0, 1."""
    from streammigrate.report import undo_text

    return undo_text.render(outcome, color=color, width=width, verbose=verbose)


def render_runs(start: str = ".", *, color: bool = False, width: int = 80) -> str:
    """Return the runs that are kept of the project at a folder, the newest first."""
    from streammigrate.applying.runs import kept_runs
    from streammigrate.report import undo_text

    _need_current_folder([start])
    return undo_text.render_runs(kept_runs(start), color=color, width=width)


def rewrite_exit_code(outcome: RewriteOutcome) -> int:
    """Return 1 when anything would change or is left, else 0."""
    from streammigrate.report import rewrite_summary

    return EXIT_OK if rewrite_summary.is_finished(_rewrite_report(outcome)) else EXIT_FINDINGS


def _rewrite_report(outcome: RewriteOutcome) -> RewriteReport:
    from streammigrate.report.rewrite_summary import RewriteReport

    return RewriteReport(outcome.files, outcome.target, outcome.written, outcome.seen)


def render_rewrite(
    outcome: RewriteOutcome, format: str, *, color: bool = False, width: int = 80, verbose: int = 0, diff: bool = True
) -> str:
    """Return the outcome in one of REWRITE_FORMATS, ending with a newline.

    `color`, `width`, `verbose` (-1 quiet, 0, 1) and `diff` (whether to show diffs) matter to `text` only.
    """
    report = _rewrite_report(outcome)
    if format == "text":
        from streammigrate.report import rewrite_tasks, rewrite_text

        steps = rewrite_tasks.next_steps(report, outcome.arguments, rewrite_tasks.tasks(report, {}))
        return rewrite_text.render(report, color=color, width=width, verbose=verbose, diff=diff, commands=steps)
    if format == "json":
        from streammigrate.report import rewrite_json

        return rewrite_json.render(report)
    if format == "markdown":
        from streammigrate.report import rewrite_markdown

        return rewrite_markdown.render(report)
    if format not in REWRITE_FORMATS:
        raise UsageError(f"rewrite has no format {format!r} (known: {', '.join(REWRITE_FORMATS)})")
    from streammigrate.report import rewrite_summary

    found = sorted(rewrite_summary.findings(report), key=sort_key)
    return _render_findings("rewrite", "", rewrite_summary.headline(report), found, format)


def find_tools(formatter: str | None = None, checker: str | None = None) -> None:
    """Raise UsageError, before any work, where a formatter's command or a type checker cannot be used."""
    if formatter is not None:
        from streammigrate.applying.formatting import parse_command

        parse_command(formatter)
    if checker is not None:
        from streammigrate.applying.typecheck import find

        find(checker)


def check_types(outcome: RewriteOutcome, checker: str) -> None:
    """Note in an outcome what a type checker (TYPE_CHECKERS) says anew of the files that change.

    It runs twice on a copy of the project. Raises UsageError where it is not on PATH, StreammigrateError where it fails.
    """
    from streammigrate.applying import typecheck

    outcome.types = typecheck.check(outcome.files, checker)


def render_types(outcome: RewriteOutcome) -> str:
    """Return what a type checker says anew: a line for each error, and a verdict; nothing where it was not asked."""
    if outcome.types is None:
        return ""
    from streammigrate.report.rewrite_report import types_line

    lines = [f"{one.path}:{one.line}: {one.message} [{one.rule}]" for one in outcome.types.new]
    return "\n".join([*lines, types_line(outcome.types), ""])


def render_rewrite_report(outcome: RewriteOutcome, format: str) -> str:
    """Return the report for a pull request, as one of REPORT_FORMATS: sites by rule, what is left, what to do next."""
    from streammigrate.report import rewrite_report, rewrite_tasks

    report, rules = _rewrite_report(outcome), _rules_of(outcome)
    left = rewrite_tasks.tasks(report, rules)
    page = rewrite_report.Page(
        report,
        rewrite_tasks.tallies(report, rules),
        rewrite_tasks.changes_of_behaviour(report),
        left,
        rewrite_tasks.next_commands(report, outcome.arguments, left),
        outcome.types,
    )
    if format == "markdown":
        return rewrite_report.render_markdown(page)
    if format == "html":
        return rewrite_report.render_html(page)
    raise UsageError(f"a report is {' or '.join(REPORT_FORMATS)}, not {format!r}")


def render_handoff(outcome: RewriteOutcome, format: str) -> str:
    """Return what is left as tasks, as one of HANDOFF_FORMATS. The JSON Schema is handoff.schema.json of the package."""
    from streammigrate.report import handoff, rewrite_tasks

    report = _rewrite_report(outcome)
    left = rewrite_tasks.tasks(report, _rules_of(outcome))
    commands = rewrite_tasks.next_commands(report, outcome.arguments, left)
    if format == "json":
        return handoff.render_json(report, left, commands)
    if format == "markdown":
        return handoff.render_markdown(report, left, commands)
    raise UsageError(f"a handoff is {' or '.join(HANDOFF_FORMATS)}, not {format!r}")


def _rules_of(outcome: RewriteOutcome) -> dict[str, Shown]:
    from streammigrate.rules.catalogue import all_rules
    from streammigrate.rules.shown import shown

    used = {site.rule for result in outcome.files for site in result.sites}
    return {one.id: shown(one) for one in all_rules() if one.id in used}


def render_rewrite_diff(outcome: RewriteOutcome) -> bytes:
    """Return a patch of all files, byte for byte in their own encodings."""
    from streammigrate.report import rewrite_diff

    return rewrite_diff.render(outcome.files)


def why(place: str, options: RewriteOptions | None = None, *, color: bool = False, width: int = 80) -> tuple[str, int]:
    """Return what is known about the sites at FILE:LINE[:COLUMN], and the exit code: 1 when there is no site.

    Raises UsageError for a place that is none, InputError for a file that cannot be read.
    """
    from streammigrate.codemod import session
    from streammigrate.report import rewrite_text

    sites = session.sites_at(place, _rewrite_request(options))
    if sites.found:
        return rewrite_text.render_sites(sites.result, sites.found, color=color, width=width), EXIT_OK
    return rewrite_text.render_nearest(sites.result, place, sites.near, color=color, width=width), EXIT_FINDINGS


@dataclass(slots=True)
class ScanOptions:
    """What to scan for; None and empty leave it to `[tool.streammigrate.rewrite]` of the nearest pyproject.toml."""

    target: str | None = None
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    config: str | None = None
    types: str | None = None
    docs: bool | None = None


@dataclass(slots=True)
class ScanOutcome:
    """Every use of stream-chat. The files are as `rewrite` would treat them without --unsafe; `seen` counts Python files.

    `arguments` are the paths and options of the scan as a shell takes them.
    """

    files: tuple[FileResult, ...]
    target: str
    seen: int = 0
    cohorts: tuple[CohortView, ...] = ()
    arguments: str = "."


def scan(paths: Sequence[str], options: ScanOptions | None = None) -> ScanOutcome:
    """Return every use of stream-chat in the files and folders that are named, and what would become of it.

    The settings are those nearest to the first path, but for `unsafe`: what needs --unsafe is told apart. What cannot be
    read or judged is a trouble of its file.
    """
    from streammigrate.codemod import session

    asked = options or ScanOptions()
    given = {name: getattr(asked, name) for name in ScanOptions.__slots__}
    settings = session.settings_of(session.Request(**given, unsafe=False, todo=False), paths[0] if paths else ".")
    done = session.rewrite_paths(paths, settings)
    return ScanOutcome(done.files, settings.target, done.seen, done.cohorts, _shell_words(paths, asked))


def _shell_words(paths: Sequence[str], options: ScanOptions | RewriteOptions | None) -> str:
    """Return paths and options as a shell takes them."""
    from shlex import join

    words = list(paths)
    for name in () if options is None else options.__slots__:
        if name in ("refused", "jobs"):
            continue
        value = getattr(options, name)
        option = name.replace("_", "-")
        if isinstance(value, bool):
            words.append(f"--{option}" if value else f"--no-{option}")
        elif value:
            words += [word for one in ([value] if isinstance(value, str) else value) for word in (f"--{option}", one)]
    return join(words)


def scan_exit_code(outcome: ScanOutcome, fail_on: str = "never") -> int:
    """Return 1 when there is something at or above a threshold of SCAN_FAIL_ON, else 0.

    `left`: a site that a person has to do, or a file that cannot be judged; `any`: also what can be rewritten.
    """
    from streammigrate.report import scan_summary

    return EXIT_FINDINGS if scan_summary.is_at(_scan_report(outcome), fail_on) else EXIT_OK


def _scan_report(outcome: ScanOutcome) -> ScanReport:
    from streammigrate.report.scan_summary import ScanReport

    return ScanReport(outcome.files, outcome.target, outcome.seen, outcome.cohorts, outcome.arguments)


def render_scan(
    outcome: ScanOutcome, format: str, *, color: bool = False, width: int = 80, verbose: int = 0, cohorts: bool = False
) -> str:
    """Return a scan in one of SCAN_FORMATS. CSV lines end with CR LF, the others with a newline.

    `color`, `width` and `verbose` (-1 quiet, 0, 1) matter to `text` only; `cohorts` lists the cohorts, which JSON always has.
    """
    report = _scan_report(outcome)
    if format == "text":
        from streammigrate.report import scan_text

        return scan_text.render(report, color=color, width=width, verbose=verbose, cohorts=cohorts)
    if format == "markdown":
        from streammigrate.report import scan_markdown

        return scan_markdown.render(report, cohorts=cohorts)
    if format == "html":
        from streammigrate.report import scan_html

        return scan_html.render(report, cohorts=cohorts)
    if format == "json":
        from streammigrate.report import scan_json

        return scan_json.render(report)
    if format == "csv":
        from streammigrate.report import scan_csv

        return scan_csv.render(report)
    raise UsageError(f"scan has no format {format!r} (known: {', '.join(SCAN_FORMATS)})")


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


def list_rules(area: str = "", ceiling: str = "") -> tuple[Shown, ...]:
    """Return the rules of an area and a ceiling (RULE_CEILINGS), all where they are empty, sorted by id."""
    from streammigrate.rules.find import select
    from streammigrate.rules.shown import shown

    return tuple(map(shown, select(area, ceiling)))


def rule_areas() -> tuple[str, ...]:
    """Return the areas that rules belong to."""
    from streammigrate.rules import areas

    return tuple(areas())


def rule(text: str) -> Shown:
    """Return the rule with an id or of a member (`StreamChat.upsert_user`, or `upsert_user` where that is one only)."""
    from streammigrate.rules.find import find
    from streammigrate.rules.shown import shown

    return shown(find(text))


def render_rules(rules: Sequence[Shown], format: str = "text", *, color: bool = False, width: int = 80) -> str:
    """Return a list of rules in one of RULE_FORMATS."""
    from streammigrate.report import rules_json, rules_text

    if _rule_format(format) == "json":
        return rules_json.render_list(rules)
    return rules_text.render_list(rules, color=color, width=width)


def rules_markdown(rules: Sequence[Shown]) -> str:
    """Return the documentation page that lists rules."""
    from streammigrate.report.rules_markdown import index

    return index(rules)


def render_rule(rule: Shown, format: str = "text", *, color: bool = False, width: int = 80) -> str:
    """Return one rule in one of RULE_FORMATS."""
    from streammigrate.report import rules_json, rules_text
    from streammigrate.rules.proofs import last_run

    if _rule_format(format) == "json":
        return rules_json.render_rule(rule)
    return rules_text.render_rule(rule, last_run(), color=color, width=width)


def _rule_format(format: str) -> str:
    if format not in RULE_FORMATS:
        raise UsageError(f"rules have no format {format!r} (known: {', '.join(RULE_FORMATS)})")
    return format


def prove(
    ids: Sequence[str] = (), *, against: str = "", jobs: int = 0, progress: Callable[[int, int], None] | None = None
) -> ProofOutcome:
    """Run the programs that rules claim with both SDKs and compare; all rules without ids.

    `against` names another release of getstream, for which an environment is made; `jobs` 0 means one process for each
    processor; `progress` is told how many rules are done, of how many. Raises StreammigrateError, saying what to install,
    where an SDK is missing.
    """
    _need_sdks(against)
    from streammigrate.proof import session

    return session.prove(ids, against=against, date=_today(), jobs=jobs, progress=progress)


def _need_sdks(against: str) -> None:
    """Raise the error that says what to install, before the proof imports what is missing."""
    if not against:
        from streammigrate.proof.environment import installed

        installed()


def render_proofs(
    outcome: ProofOutcome, format: str = "text", *, color: bool = False, width: int = 80, verbose: int = 0
) -> str:
    """Return the outcome of a proof in one of RULE_FORMATS. `verbose` (-1 quiet, 0, 1) matters to `text` only."""
    from streammigrate.report import rules_json, rules_text

    if _rule_format(format) == "json":
        from streammigrate.proof.written import proof_data

        return rules_json.render_proofs([proof_data(proof) for proof in outcome.proofs], outcome.run)
    return rules_text.render_proofs(outcome.proofs, outcome.run, color=color, width=width, verbose=verbose)


def write_proofs(outcome: ProofOutcome) -> str:
    """Write the outcome to rules/proofs.yaml of this checkout; return its path. Raises UsageError elsewhere."""
    from streammigrate.proof.session import write

    return write(outcome)


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
