"""From what the user names to the outcome: reads the inputs, runs the checks, keeps every secret out of what is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from streammigrate.checks import credentials, data_files, secret_texts, settings, show
from streammigrate.checks.live import BASE_URL, TIMEOUT, fetch
from streammigrate.checks.model import Check, DataCheck, ProjectCheck
from streammigrate.checks.problems import FILE_NOT_JUDGED
from streammigrate.checks.project import Project
from streammigrate.checks.records import Progress
from streammigrate.checks.registry import all_checks
from streammigrate.checks.run import CheckResult, Source, run
from streammigrate.checks.select import select
from streammigrate.checks.settings import AppSettings
from streammigrate.checks.show import Scrubber
from streammigrate.checks.survey import DataFile, Survey, describe, parse_source
from streammigrate.errors import InputError, UsageError
from streammigrate.findings import Finding, Location
from streammigrate.spec import problems


@dataclass(slots=True)
class Request:
    """What to look at, as the user names it. `path` is a folder or a file, empty for none; `timeout` is in seconds."""

    path: str = ""
    app_settings: Sequence[str] = ()
    live: bool = False
    env_file: str | None = None
    base_url: str = BASE_URL
    timeout: float = TIMEOUT
    data: Sequence[str] = ()
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()


class Judged(NamedTuple):
    """What the checks found, with the texts of the settings documents by label (for line numbers), the project that was
    looked at, and what keeps secrets out of anything else that is said of it."""

    result: CheckResult
    texts: dict[str, bytes]
    project: Project | None
    scrubber: Scrubber


@dataclass(slots=True)
class _Inputs:
    settings: AppSettings | None = None
    survey: Survey | None = None
    project: Project | None = None
    sources: list[Source] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict, repr=False)


def judge(request: Request, environment: Mapping[str, str], folder: Path, progress: Progress | None = None) -> Judged:
    """Return what the checks found.

    `folder` is where `.env` is looked for. Raises InputError and UsageError, whose messages hold no secret.
    """
    if request.live and request.app_settings:
        raise UsageError("give either --app-settings or --live")
    if list(request.app_settings).count("-") > 1:
        raise UsageError("standard input (-) can be named only once")
    known = all_checks()
    secrets = credentials.known_secrets(environment, request.env_file, folder)
    try:
        checks = select(known, request.select, request.ignore)
        files = [parse_source(text) for text in request.data]
    except UsageError as error:
        raise UsageError(Scrubber(secrets).text(str(error))) from None
    inputs = _Inputs()
    try:
        if request.path:
            inputs.project = _open_project(request.path)
            secrets += secret_texts.written(inputs.project)
            inputs.sources.append(Source(request.path, "project"))
        _read_settings(request, environment, folder, inputs, secrets)
        scrubber = Scrubber(secrets)
        with show.hiding(scrubber):
            _describe_settings(inputs)
            _read_data(_with_project(files, inputs.project, checks), checks, inputs, progress)
            results = run(checks, inputs.settings, inputs.survey, scrubber, inputs.project)
    except InputError as error:
        raise InputError(_scrubbed(error.finding, Scrubber(secrets))) from None
    noticed = [_scrubbed(item, scrubber) for item in _problems(inputs, checks)]
    sources = [Source(scrubber.text(source.name), scrubber.text(source.what)) for source in inputs.sources]
    result = CheckResult(results, sources, noticed, len(known) - len(checks))
    return Judged(result, inputs.texts, inputs.project, scrubber)


def _open_project(path: str) -> Project:
    """Return the project at a path. Raises InputError for a path that is not there, or settings that cannot be read."""
    from streammigrate.codemod import session

    try:
        Path(path).stat()
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise problems.NOT_FOUND.error(Location(path), f"the path cannot be opened: {said}") from None
    return Project(path, session.settings_of(session.Request(unsafe=False, todo=False), path))


def _read_settings(
    request: Request, environment: Mapping[str, str], folder: Path, inputs: _Inputs, secrets: list[str]
) -> None:
    """Read the settings that are named; the secrets in them are added to those that are never shown."""
    if request.live:
        found = credentials.find(environment, request.env_file, folder)
        inputs.settings = fetch(found, request.base_url, request.timeout)
    elif request.app_settings:
        documents = []
        for source in request.app_settings:
            label, tree, data = settings.read_file(source)
            secrets += show.secrets_in(tree)
            inputs.texts[label] = data
            documents.append((label, tree))
        inputs.settings = settings.read(documents)
    if inputs.settings is not None and inputs.settings.app is not None:
        secrets += show.secrets_in(inputs.settings.app.node)


def _describe_settings(inputs: _Inputs) -> None:
    if inputs.settings is None:
        return
    app = inputs.settings.app
    if app is not None:
        name = app.node.get("name")
        called = f", app {show.value(name)}" if isinstance(name, str) and name else ""
        inputs.sources.append(Source(app.at.source, inputs.settings.shape.value + called))
    main = app.at.source if app is not None else ""
    inputs.sources += [Source(label, "lists beside the app") for label in inputs.texts if label != main]


def _with_project(files: list[DataFile], project: Project | None, checks: Sequence[Check]) -> list[DataFile]:
    """Return the files that the user names and the other data files of the project."""
    if project is None or not any(isinstance(check, DataCheck) for check in checks):
        return files
    named = {Path(file.path).resolve() for file in files}
    return files + [file for file in data_files.of_project(project) if Path(file.path).resolve() not in named]


def _read_data(files: Sequence[DataFile], checks: Sequence[Check], inputs: _Inputs, progress: Progress | None) -> None:
    if not files:
        return
    inputs.survey = Survey(check for check in checks if isinstance(check, DataCheck))
    for file in files:
        inputs.survey.read(file, progress)
    what = describe(inputs.survey)
    inputs.sources += [Source(file.path, what if len(files) == 1 else "data") for file in files]
    if len(files) > 1:
        inputs.sources.append(Source("all data", what))


def _problems(inputs: _Inputs, checks: Sequence[Check]) -> list[Finding]:
    """Return what is wrong with the data and the code themselves, so that it was not judged."""
    found = [] if inputs.survey is None else list(inputs.survey.problems())
    if inputs.project is not None and any(isinstance(check, ProjectCheck) for check in checks):
        found += [FILE_NOT_JUDGED.finding(at, reason) for at, reason in inputs.project.unjudged()]
    return found


def _scrubbed(finding: Finding, scrubber: Scrubber) -> Finding:
    at = finding.location
    return finding._replace(
        location=at._replace(source=scrubber.text(at.source), pointer=scrubber.text(at.pointer)),
        message=scrubber.text(finding.message),
        hint=scrubber.text(finding.hint),
    )
