"""SM650: the program works on a channel that it never creates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from streammigrate.checks.code.channels import Used, has_creator, used
from streammigrate.checks.code.second import second
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity

_ASKS = frozenset({"query_channels", "post", "put", "import_", "create_import"})
"""Methods of a client that may create channels, or that say which there are."""
_MAY_MAKE = re.compile(
    rb"(?i:channel|room|conversation|thread|chat)\w*(?:\([^()\n]*\))?\s*\.(?:create|query|get_or_create)\("
    rb"|\bget_or_create_(?:distinct_)?channel\(|\bquery_channels\("
)
"""What looks like a call that creates a channel, or looks for channels."""
_CLIENTS = re.compile(rb"stream[-_]chat")
_ELSEWHERE = ("package.json", "pubspec.yaml", "Podfile", "Package.swift", "build.gradle", "build.gradle.kts")


def _judge(project: Project) -> Iterator[Answer]:
    found = sorted((one for one in used(project) if one.sends), key=lambda one: (one.module.path, one.node.lineno))
    literal = [one for one in found if one.of.cid]
    makes = [one for one in found if one.makes]
    if not literal or any(not one.of.cid for one in makes) or _is_made_elsewhere(project, makes):
        return
    created = {one.of.cid for one in makes if not _is_bare(one)}
    asked = {one.of.cid for one in makes} - created
    told: set[str] = set()
    for one in literal:
        if one.of.cid in created or one.of.cid in told or (one.of.cid in asked and not one.makes):
            continue
        told.add(one.of.cid)
        at = one.module.at(one.node)
        if one.makes:
            said = f"{one.member} creates {one.of.cid} where there is none, and the program names no creator for it"
        else:
            said = f"the program calls {one.member} of {one.of.cid} and nowhere creates or queries that channel"
        yield Answer(said, at, (one.module.path, one.of.cid), (Evidence(str(at), one.module.line(one.node)),))


def _is_bare(one: Used) -> bool:
    """Return whether a call names nobody as the creator."""
    if one.opaque or (one.name == "create" and not one.is_v2):
        return False
    if one.data is not None:
        return has_creator(one.module, one.data) is False
    return one.of.data is None or has_creator(one.of.home, one.of.data) is False


def _is_made_elsewhere(project: Project, makes: Sequence[Used]) -> bool:
    """Return whether something may create channels that is not among the resolved calls, or not Python."""
    for call in project.calls:
        if call.member.startswith("StreamChat.") and call.member.partition(".")[2] in _ASKS:
            return True
    if any(other.name in _ASKS for other in second(project).calls):
        return True
    seen = sum(len(_MAY_MAKE.findall(data)) for data in project.python.values())
    if seen > len(makes):
        return True
    manifests = (path for path in project.paths if path.endswith(_ELSEWHERE))
    return any(_CLIENTS.search(project.read(path) or b"") for path in manifests)


CHECK = ProjectCheck(
    id="SM650",
    name="channel-never-created",
    title="The program works on a channel that it never creates",
    severity=Severity.NOTICE,
    area=Area.CODE,
    question="Is every channel that is named in the code created by somebody?",
    explanation="`client.channel(type, id)` sends nothing, in v1 as in v2: what is called on the object fails as long as the "
    "channel does not exist. Told are channels whose type and id are written out, in projects that create or query no other "
    "channels either, and in which no client application is seen. A channel that was made in the dashboard, or by another "
    "program, is fine.",
    shows="the first call on the channel.",
    fix='Create it once: v1 `channel.create("jane")`, v2 `channel.get_or_create(data=ChannelInput(created_by_id="jane"))`.',
    judge=_judge,
)
