"""SM680: a manifest or lock file asks for a release of an SDK that does not go with the migration."""

from __future__ import annotations

import re
from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.packages import Listed, listed
from streammigrate.checks.project import Project
from streammigrate.findings import Location, Severity
from streammigrate.manifests import dialects, locks
from streammigrate.manifests.model import NEW
from streammigrate.manifests.requirement import Range, fits, range_for
from streammigrate.rules import load

_LOCKED = re.compile(
    r'(?m)^name = "getstream"\r?\nversion = "(?P<toml>[^"]+)"'
    r'|"getstream"\s*:\s*\{[^{}]*?"version"\s*:\s*"={0,2}(?P<json>[^"]+)"'
    r"|^getstream==(?P<line>[\w.]+)"
)


def _judge(project: Project) -> Iterator[Answer]:
    target = range_for(project.settings.target)
    last = range_for(load("v1")["releases"][-1])
    for one in listed(project):
        said = _said(one, target, last)
        if said:
            at = one.at(project)
            yield Answer(said, at, (one.path, one.name, said), (Evidence(str(at), one.shown),))
    for path in project.paths:
        if locks.matches(path):
            yield from _locked(project, path, target)


def _said(one: Listed, target: Range, last: Range) -> str:
    """Return what is wrong with an entry; empty for nothing."""
    if one.listing is None or one.entry is None or dialects.place(one.listing, one.entry):
        return ""

    def allows(version: str) -> bool:
        assert one.listing is not None
        assert one.entry is not None
        return dialects.fits(one.listing, one.entry, range_for(version))

    if one.name == NEW:
        low, below = target.bounds
        return (
            "" if allows(target.full) else f"getstream is held outside of {low} to {below}, which the code is moved to"
        )
    if one.listing.dialect == "name":
        return ""
    if allows("0.1.0") and allows("9999.0.0"):
        return "stream-chat has no range: which release runs is left to chance"
    return "" if allows(last.full) else f"stream-chat is held below {last.full}, the release that `rewrite` knows best"


def _locked(project: Project, path: str, target: Range) -> Iterator[Answer]:
    text = (project.read(path) or b"").decode("utf-8", "replace")
    found = _LOCKED.search(text)
    version = next((group for group in found.groups() if group), "") if found is not None else ""
    if found is None or fits(f">={target.minor},<{target.bounds[1]}", version) is not False:
        return
    at = Location(project.shown(path), line=text.count("\n", 0, found.start()) + 1)
    said = f"the lock file holds getstream {version}, and the code is moved to {target.full}"
    yield Answer(said, at, (path, NEW, "locked"), (Evidence(str(at), f"getstream {version}"),))


CHECK = ProjectCheck(
    id="SM680",
    name="sdk-release",
    title="An SDK is asked for in a release that does not go with the migration",
    severity=Severity.WARNING,
    area=Area.PYTHON,
    question="Do the manifests ask for the releases of the SDKs that the code is written for?",
    explanation="Each major release of getstream has its own names and models, and the code is moved to one of them "
    "(`target` in the settings). Signatures of stream-chat differ between its releases, too: `rewrite` reads which one is "
    "pinned.",
    shows="the entry of the manifest or lock file with its line.",
    fix="Ask for the release of getstream that is aimed at, such as `getstream>=7.0,<8`, and renew the lock file; give "
    "stream-chat the range that production runs, or raise it before the migration.",
    url="https://pypi.org/project/getstream/",
    judge=_judge,
)
