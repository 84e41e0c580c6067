"""SM724: an event type that one API, or neither, sends to webhooks."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.checks.webhooks import facts, values
from streammigrate.checks.webhooks.events import handlers, type_tests
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for handler in handlers(project):
        seen: set[str] = set()
        for test in type_tests(handler):
            said = _lacking(test.type)
            if said and test.type not in seen:
                seen.add(test.type)
                at = handler.module.at(test.node)
                evidence = Evidence(str(at), f"{values.shown(test.event)}, type {test.type}")
                yield Answer(said, at, (handler.module.path, test.type), (evidence,))


def _lacking(type: str) -> str:
    if type in facts.types("v1"):
        return f"`{type}` is an event of v1 that v2's description does not list"
    if type in facts.types("v2"):
        return f"`{type}` is an event of v2 that v1's description does not list"
    if type not in facts.known() and "." in type and type.partition(".")[0] in facts.families():
        return f"`{type}` is listed as a webhook's event by neither API"
    return ""


CHECK = ProjectCheck(
    id="SM724",
    name="event-type-of-one-api",
    title="A handler asks for an event type that not both APIs send",
    severity=Severity.NOTICE,
    area=Area.WEBHOOKS,
    question="Are the event types that handlers ask for sent by both APIs?",
    explanation="The descriptions of v1 and v2 list the events of webhooks. v2 lists all of v1's, and more: those "
    "of appeals, of moderation and of the review queue. A branch for a type that is not listed never runs, unless "
    "the app sends custom events of that type; typing, presence and most notifications go to connected clients "
    "only. getstream's parse_event returns an UnknownEvent for them.",
    shows="the place that asks for the type.",
    fix="For a type that only v2 has: enable it on the event hook (update_app(event_hooks=…), event_types) and "
    "expect nothing before. For one that neither has: look the name up, or remove the branch.",
    url="https://getstream.io/docs/platform/webhooks/",
    judge=_judge,
)
