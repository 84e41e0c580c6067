"""SM722: a signature that is compared with `==`."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.checks.webhooks import values
from streammigrate.checks.webhooks.digests import digests
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for digest in digests(project):
        for compared in digest.comparisons:
            if compared.steady:
                continue
            module = digest.module
            function = values.function_around(module, compared.node)
            at = module.at(compared.node)
            yield Answer(
                "the signature of a webhook is compared with an operator, which takes longer the more of it is right",
                at,
                (module.path, function.name if function is not None else ""),
                (Evidence(str(at), values.shown(compared.node)),),
            )


CHECK = ProjectCheck(
    id="SM722",
    name="signature-compared-in-steps",
    title="A webhook's signature is compared with `==`",
    severity=Severity.WARNING,
    area=Area.WEBHOOKS,
    question="Are signatures of webhooks compared in constant time?",
    explanation="`==` stops at the first difference, so that the time of the answer tells how much of a guess is "
    "right. `hmac.compare_digest` always takes the same time. (stream-chat's method StreamChat.verify_webhook uses "
    "`==` itself; its function stream_chat.webhook.verify_signature and all of getstream's compare in constant "
    "time).",
    shows="the comparison.",
    fix="Use `verify_signature` of stream_chat.webhook (v1) or getstream.webhook (v2), or "
    "`hmac.compare_digest(expected, signature)` with texts of ASCII letters on both sides.",
    url="https://docs.python.org/3/library/hmac.html#hmac.compare_digest",
    judge=_judge,
)
