"""SM626: the name and the image of channels, which v2 knows as custom data alone."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.custom.payloads import Custom, customs
from streammigrate.checks.custom.reads import answers, is_channel_name, is_custom, keys
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity

_KEYS = ("name", "image")


def _judge(project: Project) -> Iterator[Answer]:
    for found in customs(project):
        if isinstance(found, Custom) and found.entity == "channel" and found.key in _KEYS:
            member = found.call.member
            module = project.home(found.call.module, found.node)
            at = module.at(found.node)
            yield Answer(
                f"the channel's `{found.key}` is set with {member}, and v2's models of channels have no such field",
                at,
                (module.path, member, found.key),
                (Evidence(str(at), module.line(found.node)),),
            )
    for call, parts in answers(project):
        for key in keys(call.module, parts):
            if is_custom(key) and is_channel_name(key):
                module = project.home(call.module, key.node)
                at = module.at(key.node)
                yield Answer(
                    f"the channel's `{key.name}` is read from the answer of {call.member}, and v2 has it under `custom`",
                    at,
                    (module.path, call.member, key.name, "read"),
                    (Evidence(str(at), module.line(key.node)),),
                )


CHECK = ProjectCheck(
    id="SM626",
    name="channel-name",
    title="The name or the image of a channel is set or read as a field",
    severity=Severity.NOTICE,
    area=Area.CUSTOM,
    question="Where does the code use the name and the image of channels?",
    explanation="Users have the fields `name` and `image` in v2, channels have not: ChannelInput refuses them, and "
    "answers have them in `channel.custom`. A filter may still name `name`. Other programs that speak v2 find both "
    "under `custom` as well.",
    shows="where the key is set or read.",
    fix='`rewrite` does it: in v1 `client.channel("team", "x", {"name": "General"})`, in v2 '
    '`ChannelInput(custom={"name": "General"})`; reads become `channel.custom["name"]`.',
    judge=_judge,
)
