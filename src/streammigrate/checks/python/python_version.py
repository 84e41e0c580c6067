"""SM681: the project supports or runs a Python that getstream does not run on."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Location, Severity
from streammigrate.manifests import pythons
from streammigrate.manifests.code import NAMED
from streammigrate.manifests.registry import SCRIPTS, format_of
from streammigrate.manifests.requirement import PYTHON


def _judge(project: Project) -> Iterator[Answer]:
    folders = {_folder(path) for path, data in project.python.items() if NAMED.search(data)}
    if not folders:
        return
    wanted = (path for path in project.paths if pythons.matches(path) or format_of(path) not in (None, SCRIPTS))
    files = {path: data for path in wanted if (data := project.read(path)) is not None}
    code = {_folder(path) for path in project.python}
    for finding in pythons.findings(files, folders, code):
        path, line = finding.location.source, finding.location.line
        at = Location(project.shown(path), line=line)
        yield Answer(finding.message, at, (path, finding.message), (Evidence(str(at), finding.hint),))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


CHECK = ProjectCheck(
    id="SM681",
    name="python-below-3-10",
    title="The project supports a Python that getstream does not run on",
    severity=Severity.WARNING,
    area=Area.PYTHON,
    question=f"Does everything that runs the code use Python {PYTHON} or later?",
    explanation=f"getstream 4.2 to 7.0 need Python {PYTHON} or later and say that they stay below 4.0. An installation with "
    "another Python fails, or takes a much older getstream without a word.",
    shows="the line that allows or uses an older Python: of a manifest, a Dockerfile, a CI workflow, `.python-version`.",
    fix=f"Move the service to Python {PYTHON} or later first, and say so in `requires-python`.",
    judge=_judge,
)
