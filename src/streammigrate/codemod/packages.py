"""The manifests and the environment of a project follow its code."""

from __future__ import annotations

import re
from collections.abc import Mapping

from streammigrate.codemod.discover import walk
from streammigrate.codemod.index import Project
from streammigrate.codemod.model import FileResult
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.findings import Finding
from streammigrate.manifests.code import brought, need_of, readers
from streammigrate.manifests.environment import environment
from streammigrate.manifests.model import Need
from streammigrate.manifests.plan import plan

_OLD = re.compile(rb"stream[-_.]chat", re.IGNORECASE)


def need_after(project: Project, after: Mapping[str, bytes], target: str) -> Need:
    """Return what the code of a project needs, `after` having the files that were rewritten, as they are spelled."""
    files = {path: after.get(project.spell(path), data) for path, data in project.named.items()}
    return need_of(files, target)


def follow(
    project: Project, need: Need, after: Mapping[str, bytes], settings: RewriteSettings, *, keep: bool = False
) -> list[FileResult]:
    """Return what becomes of the manifests of a project, and what there is to say of them and of its environment.

    With `keep` stream-chat stays whatever the code needs: that is for the first of several steps. Nothing is said where
    nothing uses getstream, or where neither code nor manifests speak of stream-chat.
    """
    if not need.v2:
        return []
    changes = plan(project.root, need._replace(v1=(*need.v1, *need.v2)) if keep else need, settings.exclude)
    if any(change.changed for change in changes) and not need.v1:
        # Only what stream-chat leaves behind when it goes asks for all files of the project.
        imports = brought(walk(project.root, settings.exclude).files.values())
        changes = (
            plan(project.root, need._replace(imports=imports), settings.exclude) if imports and not keep else changes
        )
    moves = bool(project.files) or any(change.changed and _OLD.search(change.before) for change in changes)
    if not moves:
        return []
    found = {change.path: _result(change.path, change.before, change.after, change.notes) for change in changes}
    said = [finding for change in changes for finding in change.findings]
    code = {path: after.get(project.spell(path), data) for path, data in project.named.items()}
    said += environment(project.root, readers(code), settings.exclude)
    for finding in said if not keep else ():
        path = finding.location.source
        if not any(finding.id.startswith(prefix) for prefix in settings.ignore):
            known = found.setdefault(path, _result(path, b"", b"", ()))
            found[path] = known._replace(findings=(*known.findings, _spelled(finding, project)))
    results = [one._replace(path=project.spell(path)) for path, one in sorted(found.items())]
    return [one for one in results if one.changed or one.findings]


def _result(path: str, before: bytes, after: bytes, notes: tuple[str, ...]) -> FileResult:
    return FileResult(path, before, after, manifest=True, said=notes)


def _spelled(finding: Finding, project: Project) -> Finding:
    return finding._replace(location=finding.location._replace(source=project.spell(finding.location.source)))
