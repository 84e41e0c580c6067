"""SM729: a signature that may be missing."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.checks.webhooks import signature_kinds
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    said = "is given a header that may be missing, for which getstream raises TypeError"
    # In calls of stream-chat `rewrite` puts the empty text there.
    return signature_kinds.answers(project, "optional", said, (2,))


CHECK = ProjectCheck(
    id="SM729",
    name="signature-may-be-missing",
    title="A webhook's signature may be None when it is tested",
    severity=Severity.NOTICE,
    area=Area.WEBHOOKS,
    question="Is a request without a signature refused before the test?",
    explanation="For None stream-chat says that the signature is wrong. getstream 7.0.0 raises TypeError (as run), "
    "so that a request without the header ends as an error of the server (500) and not as one that is refused. It "
    "also raises for letters outside ASCII.",
    shows="the signature that is given.",
    fix='Give an empty text for a missing header: `request.headers.get("X-Signature", "")`. Both SDKs answer False for it.',
    url="https://getstream.io/docs/platform/webhooks/",
    judge=_judge,
)
