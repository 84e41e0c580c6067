"""SM728: a signature given as bytes."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.checks.webhooks import signature_kinds
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    return signature_kinds.answers(
        project, "bytes", "is given the signature as bytes, for which getstream raises TypeError"
    )


CHECK = ProjectCheck(
    id="SM728",
    name="bytes-signature",
    title="A webhook's signature is given as bytes",
    severity=Severity.ERROR,
    area=Area.WEBHOOKS,
    question="Are signatures of webhooks text when they are tested?",
    explanation="stream-chat takes the signature as text or as bytes. getstream 7.0.0 raises TypeError for bytes "
    "(as run: verify_signature, verify_webhook_signature, verify_and_parse_webhook, and the client's methods), so "
    "that no webhook gets through.",
    shows="the signature that is given.",
    fix="Give text: the header as the framework has it, or `signature.decode('ascii')` for raw ASGI headers. "
    "stream-chat takes it too.",
    url="https://getstream.io/docs/platform/webhooks/",
    judge=_judge,
)
