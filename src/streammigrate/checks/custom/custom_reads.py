"""SM622: custom fields that are read beside the fields of an answer."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.custom.reads import answers, is_channel_name, is_custom, keys
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    seen: set[object] = set()
    for call, found in answers(project):
        for key in keys(call.module, found):
            if is_custom(key) and not is_channel_name(key) and key.node not in seen:
                seen.add(key.node)
                module = project.home(call.module, key.node)
                at = module.at(key.node)
                yield Answer(
                    f"`{key.name}` is read beside the fields of {key.model.name}, and v2 has it under `custom`",
                    at,
                    (module.path, call.member, key.model.name, key.name),
                    (Evidence(str(at), module.line(key.node)), Evidence(str(call.at), call.member)),
                )


CHECK = ProjectCheck(
    id="SM622",
    name="custom-field-read",
    title="A custom field is read beside the fields of an answer",
    severity=Severity.NOTICE,
    area=Area.CUSTOM,
    question="Which custom fields does the code read from answers?",
    explanation="v1 answers with custom data beside the fields, v2 keeps it in `custom` of the object that it "
    "belongs to: a user, a channel, a message, a member. The name and the image of a channel are such keys too "
    "(SM626). `rewrite` moves the reads that it can follow, and gives the others v1's shape.",
    shows="the read, and the call whose answer is read.",
    fix='Run `streammigrate rewrite`, or read the key where v2 has it: `response["users"][0]["tier"]` becomes '
    '`response.data.users[0].custom["tier"]`.',
    judge=_judge,
)
