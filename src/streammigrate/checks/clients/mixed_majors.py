"""SM743: one client in several majors, or clients of both generations, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from streammigrate.checks.clients import inventory
from streammigrate.checks.clients.inventory import Used
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    clients = [one for one in inventory.used(project) if not one.package.is_server and one.span is not None]
    names = dict.fromkeys((one.package.ecosystem, one.name) for one in clients)
    for ecosystem, name in names:
        mine = [one for one in clients if (one.package.ecosystem, one.name) == (ecosystem, name)]
        majors = sorted({one.span.least[0] for one in mine if one.span is not None})
        if len(majors) > 1:
            said = f"{name} is in use in the majors {' and '.join(map(str, majors))}"
            yield Answer(said, mine[-1].at, (ecosystem, name), tuple(_evidence(mine)))
    known = [one for one in clients if one.package.v2_from is not None]
    split = {bool(one.speaks_v2): one for one in reversed(known)}
    if len(split) == 2:
        said = (
            f"clients of both generations are in use: {split[False].name} speaks v1's shapes, {split[True].name} v2's"
        )
        if split[False].name != split[True].name:
            yield Answer(said, split[False].at, ("both",), tuple(_evidence(known)))


def _evidence(entries: Sequence[Used]) -> Iterator[Evidence]:
    yield from dict.fromkeys(Evidence(str(one.at), f"{one.name} {one.version}") for one in entries)


CHECK = ProjectCheck(
    id="SM743",
    name="mixed-client-majors",
    title="Clients of different majors are in use side by side",
    severity=Severity.WARNING,
    area=Area.CLIENTS,
    question="Are the clients of one repository of one generation?",
    explanation="Packages that share code, stored data or pages hand each other users, channels and messages. "
    "Where one speaks v1's shapes and another v2's, custom fields and times are looked for in the wrong place. "
    "Lock files count with every version that they hold.",
    shows="every place with its version.",
    fix="Bring all to one major; where that takes time, convert at the border between them.",
    judge=_judge,
)
