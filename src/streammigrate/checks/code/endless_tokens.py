"""SM644: a token for a user that never expires."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.code.misread_times import is_meant_as_end
from streammigrate.checks.code.tokens import Token, tokens
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.codemod.resolve.text import is_test_file
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for token in tokens(project):
        if not token.opaque and not is_test_file(token.module.path) and _is_endless(token):
            at = token.module.at(token.node)
            seen = (Evidence(str(at), token.module.line(token.node)),)
            yield Answer("the token of this call is valid until it is revoked", at, token.about, seen)


def _is_endless(token: Token) -> bool:
    end = token.end
    if end is None:
        own = "expiration" if token.is_v2 else "exp"
        return not any(is_meant_as_end(name) for name in token.given if name != own)
    # stream-chat leaves an `exp` of 0 out; getstream makes of an `expiration` of 0 a token that has ended.
    return not token.is_v2 and token.module.constant(end) == 0


CHECK = ProjectCheck(
    id="SM644",
    name="endless-token",
    title="A user's token is made without an end",
    severity=Severity.NOTICE,
    area=Area.CODE,
    question="Do the tokens that the code makes for users expire?",
    explanation="Without `exp` (v2: `expiration`) a token is valid until it is revoked, by revoke_tokens_issued_before or by "
    "another API secret. One that leaks is as good as a password that never changes. In v1 such tokens carry no `iat`, so that "
    "revoke_tokens_issued_before acts on them in another way than on v2's, which always carry one.",
    shows="the call that makes the token.",
    fix="v1: `create_token(user_id, exp=int(time.time()) + 3600)`, an absolute time in seconds. v2: "
    "`create_token(user_id, expiration=3600)`, a duration in seconds. The client has to fetch a new one when it ends: give its "
    "SDK a token provider.",
    judge=_judge,
)
