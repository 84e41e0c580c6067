"""SM721: a signature tested over JSON that was read and written again."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.checks.webhooks import values
from streammigrate.checks.webhooks.calls import VERIFYING, sdk_calls
from streammigrate.checks.webhooks.digests import digests
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    signed: list[tuple[Module, ast.Call, ast.expr | None]] = [
        (one.module, one.call, one.message) for one in digests(project)
    ]
    signed += [(one.module, one.node, one.body) for one in sdk_calls(project) if one.name in VERIFYING]
    for module, call, body in signed:
        bodies = () if body is None else values.arguments(module, body)
        written = next((found for one in bodies if (found := values.written_again(module, one)) is not None), None)
        if written is None:
            continue
        function = values.function_around(module, call)
        name = function.name if function is not None else ""
        yield Answer(
            "the signature is tested over JSON that was read and written again, not over the body that was signed",
            module.at(call),
            (module.path, name),
            (Evidence(str(module.at(written)), values.shown(written)),),
        )


CHECK = ProjectCheck(
    id="SM721",
    name="signature-over-parsed-json",
    title="A webhook's signature is tested over parsed JSON",
    severity=Severity.WARNING,
    area=Area.WEBHOOKS,
    question="Is a webhook's signature tested over the raw body?",
    explanation="The signature is over the bytes that Stream sent. `json.dumps` writes other bytes: spaces behind "
    "`,` and `:`, letters as escapes, numbers and repeated keys in its own way. The test then fails for true "
    "webhooks, for all of them or for those with certain letters or numbers; v2's times are numbers.",
    shows="what is written again, and the test it is given to.",
    fix="Give the bytes as they came: `request.get_data()` (Flask), `request.body` (Django), `await "
    "request.body()` (FastAPI), `await request.read()` (aiohttp); read the JSON after the test.",
    url="https://getstream.io/docs/platform/webhooks/",
    judge=_judge,
)
