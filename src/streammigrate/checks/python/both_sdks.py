"""SM682: a manifest lists stream-chat and getstream."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.packages import Listed, listed
from streammigrate.checks.project import Project
from streammigrate.findings import Severity
from streammigrate.manifests.code import uses
from streammigrate.manifests.model import NEW, OLD


def _judge(project: Project) -> Iterator[Answer]:
    found: dict[str, list[Listed]] = {}
    for one in listed(project):
        found.setdefault(one.path, []).append(one)
    both = {path: ones for path, ones in found.items() if {one.name for one in ones} == {OLD, NEW}}
    if not both:
        return
    used = {path: uses(data) for path, data in project.python.items()}
    v1 = [project.shown(path) for path, one in used.items() if one.v1]
    v2 = [project.shown(path) for path, one in used.items() if one.v2]
    for path, ones in both.items():
        old = next(one for one in ones if one.name == OLD)
        at = old.at(project)
        rest = "no file imports stream_chat any more" if not v1 else f"stream_chat is still imported by {_files(v1)}"
        evidence = [Evidence(str(one.at(project)), one.shown) for one in ones]
        evidence += [Evidence(path, "imports stream_chat") for path in v1]
        evidence += [Evidence(path, "imports getstream") for path in v2]
        yield Answer(f"stream-chat and getstream are both listed; {rest}", at, (path,), tuple(evidence))


def _files(paths: list[str]) -> str:
    return "1 file" if len(paths) == 1 else f"{len(paths)} files"


CHECK = ProjectCheck(
    id="SM682",
    name="both-sdks",
    title="A manifest lists stream-chat and getstream",
    severity=Severity.NOTICE,
    area=Area.PYTHON,
    question="Is stream-chat gone from the manifests?",
    explanation="The two SDKs can be installed side by side, and have to be while code uses both. When nothing uses "
    "stream-chat any more it is a dependency without a maker of new releases.",
    shows="the entries, and the files that still import each of the two.",
    fix="Finish the files that are named, then drop stream-chat; `rewrite --write` does it when nothing needs it.",
    judge=_judge,
)
