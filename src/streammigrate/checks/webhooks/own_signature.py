"""SM720: a handler that computes a webhook's signature itself."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.checks.webhooks import values
from streammigrate.checks.webhooks.digests import digests
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for digest in digests(project):
        function = values.function_around(digest.module, digest.call)
        name = function.name if function is not None else ""
        at = digest.module.at(digest.call)
        yield Answer(
            f"{f'`{name}`' if name else 'the module'} computes the signature of Stream's webhooks itself",
            at,
            (digest.module.path, name),
            (Evidence(str(at), values.shown(digest.call)),),
        )


CHECK = ProjectCheck(
    id="SM720",
    name="own-webhook-signature",
    title="A webhook's signature is computed by hand",
    severity=Severity.NOTICE,
    area=Area.WEBHOOKS,
    question="Do webhook handlers leave the test of the signature to the SDK?",
    explanation="Both APIs sign webhooks alike: HMAC-SHA256 with the app's secret over the body, in hexadecimal "
    "digits, in the header X-Signature. So code of one's own goes on working. But where the app compresses "
    "webhooks (enable_hook_payload_compression) the signature is over the body before compression, which such code "
    "misses, and it is one more place that knows the secret.",
    shows="the call that computes the signature.",
    fix="Unpack with `gunzip_payload(body)`, then call `verify_signature(body, signature, secret)`: both are in "
    "stream_chat.webhook (v1) and in getstream.webhook (v2; bytes for the body, text for the signature).",
    url="https://getstream.io/docs/platform/webhooks/",
    judge=_judge,
)
