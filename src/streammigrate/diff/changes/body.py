"""What can change of what is sent and answered: bodies, media types, statuses, headers."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.diff.change import BREAKING, COMPATIBLE, INFO, ChangeKind, Example, Fact
from streammigrate.diff.changes import schema
from streammigrate.diff.changes.schema import Context
from streammigrate.spec.model import Body, Operation, Parameter, Response
from streammigrate.spec.view import label

_BODY_URL = "https://spec.openapis.org/oas/v3.1.0#request-body-object"
_RESPONSE_URL = "https://spec.openapis.org/oas/v3.1.0#response-object"
_JSON = "content: {application/json: {schema: {type: object}}}"

BODY_REMOVED = ChangeKind(
    id="SM130",
    name="request-body-removed",
    title="The request body was removed",
    message="request body removed (it was {old})",
    explanation="The operation no longer takes a body. What is still sent in one is ignored or refused.",
    url=_BODY_URL,
    request=BREAKING,
    response=INFO,
    mirror="request-body-added",
    example=Example(part="operation", old=f"requestBody: {{{_JSON}}}", new="requestBody:"),
)
BODY_ADDED = ChangeKind(
    id="SM131",
    name="request-body-added",
    title="A request body was added",
    message="request body added ({new})",
    explanation="The operation takes a body now. When it is required too, that is a change of its own.",
    url=_BODY_URL,
    request=COMPATIBLE,
    response=INFO,
    mirror="request-body-removed",
)
BODY_BECAME_REQUIRED = ChangeKind(
    id="SM132",
    name="request-body-became-required",
    title="The request body became required",
    message="request body is now required",
    explanation="Requests without a body are refused. An empty object is enough where no field of it is required.",
    url=_BODY_URL,
    request=BREAKING,
    response=INFO,
    mirror="request-body-became-optional",
    example=Example(
        part="operation",
        old=f"requestBody: {{{_JSON}}}",
        new=f"requestBody: {{required: true, {_JSON}}}",
    ),
)
BODY_BECAME_OPTIONAL = ChangeKind(
    id="SM133",
    name="request-body-became-optional",
    title="The request body is no longer required",
    message="request body is no longer required",
    explanation="The body may be left out.",
    url=_BODY_URL,
    request=COMPATIBLE,
    response=INFO,
    mirror="request-body-became-required",
)
REQUEST_MEDIA_REMOVED = ChangeKind(
    id="SM134",
    name="request-media-type-removed",
    title="A media type of the request was removed",
    message="request body no longer accepted as {old}",
    explanation="Requests with this content type are refused.",
    url=_BODY_URL,
    request=BREAKING,
    response=INFO,
    mirror="request-media-type-added",
    example=Example(
        part="operation",
        old="requestBody: {content: {application/json: {}, text/csv: {}}}",
        new="requestBody: {content: {application/json: {}}}",
    ),
)
REQUEST_MEDIA_ADDED = ChangeKind(
    id="SM135",
    name="request-media-type-added",
    title="A media type of the request was added",
    message="request body now also accepted as {new}",
    explanation="The body can be sent with a further content type.",
    url=_BODY_URL,
    request=COMPATIBLE,
    response=INFO,
    mirror="request-media-type-removed",
)
RESPONSE_MEDIA_REMOVED = ChangeKind(
    id="SM136",
    name="response-media-type-removed",
    title="A media type of the response was removed",
    message="no longer answered as {old}",
    explanation="A program that asks for or parses this content type gets something else.",
    url=_RESPONSE_URL,
    request=INFO,
    response=BREAKING,
    mirror="response-media-type-added",
    example=Example(
        part="operation",
        old="responses: {'200': {content: {application/json: {}, text/csv: {}}}}",
        new="responses: {'200': {content: {application/json: {}}}}",
    ),
)
RESPONSE_MEDIA_ADDED = ChangeKind(
    id="SM137",
    name="response-media-type-added",
    title="A media type of the response was added",
    message="now also answered as {new}",
    explanation="The answer can come with a further content type.",
    url=_RESPONSE_URL,
    request=INFO,
    response=COMPATIBLE,
    mirror="response-media-type-removed",
)
SUCCESS_REMOVED = ChangeKind(
    id="SM138",
    name="success-status-removed",
    title="A success status was removed",
    message="response {old} removed",
    explanation="The operation no longer documents this way to succeed, and no other status stands in its place.",
    url=_RESPONSE_URL,
    request=INFO,
    response=BREAKING,
    mirror="success-status-added",
    example=Example(part="operation", old="responses: {'200': {}, '202': {}}", new="responses: {'200': {}}"),
)
SUCCESS_ADDED = ChangeKind(
    id="SM139",
    name="success-status-added",
    title="A success status was added",
    message="response {new} added",
    explanation="The operation can succeed in a further way. A program that compares the status with one number meets it.",
    url=_RESPONSE_URL,
    request=INFO,
    response=COMPATIBLE,
    mirror="success-status-removed",
)
STATUS_REMOVED = ChangeKind(
    id="SM140",
    name="response-status-removed",
    title="A response status was removed",
    message="response {old} removed",
    explanation="The operation no longer documents this status.",
    url=_RESPONSE_URL,
    request=INFO,
    response=COMPATIBLE,
    mirror="response-status-added",
    example=Example(
        part="operation",
        old="responses: {'200': {}, '404': {}}",
        new="responses: {'200': {}}",
    ),
)
STATUS_ADDED = ChangeKind(
    id="SM141",
    name="response-status-added",
    title="A response status was added",
    message="response {new} added",
    explanation="The operation documents a further status.",
    url=_RESPONSE_URL,
    request=INFO,
    response=COMPATIBLE,
    mirror="response-status-removed",
)
SUCCESS_STATUS_CHANGED = ChangeKind(
    id="SM142",
    name="success-status-changed",
    title="Success has another status",
    message="success is answered with {new} instead of {old}",
    explanation="A program that compares the status with the old number takes success for failure.",
    hint="Test for any 2xx status.",
    url=_RESPONSE_URL,
    request=INFO,
    response=BREAKING,
    mirror="success-status-changed",
    example=Example(part="operation", old="responses: {'200': {}}", new="responses: {'201': {}}"),
)
RESPONSE_BODY_REMOVED = ChangeKind(
    id="SM143",
    name="response-body-removed",
    title="The response has no body any more",
    message="response body removed (it was {old})",
    explanation="A program that reads the body finds none.",
    url=_RESPONSE_URL,
    request=INFO,
    response=BREAKING,
    mirror="response-body-added",
    example=Example(
        part="operation",
        old=f"responses: {{'200': {{{_JSON}}}}}",
        new="responses: {'200': {}}",
    ),
)
RESPONSE_BODY_ADDED = ChangeKind(
    id="SM144",
    name="response-body-added",
    title="The response has a body now",
    message="response body added ({new})",
    explanation="The answer carries a body that was not there before.",
    url=_RESPONSE_URL,
    request=INFO,
    response=COMPATIBLE,
    mirror="response-body-removed",
)
HEADER_REMOVED = ChangeKind(
    id="SM145",
    name="response-header-removed",
    title="A response header was removed",
    message="removed",
    explanation="A program that reads the header finds none.",
    url=_RESPONSE_URL,
    request=INFO,
    response=BREAKING,
    mirror="response-header-added",
    example=Example(
        part="operation",
        old="responses: {'200': {headers: {X-Rate: {schema: {type: integer}}}}}",
        new="responses: {'200': {}}",
    ),
)
HEADER_ADDED = ChangeKind(
    id="SM146",
    name="response-header-added",
    title="A response header was added",
    message="added",
    explanation="The answer carries a further header.",
    url=_RESPONSE_URL,
    request=INFO,
    response=COMPATIBLE,
    mirror="response-header-removed",
)
HEADER_BECAME_OPTIONAL = ChangeKind(
    id="SM147",
    name="response-header-became-optional",
    title="A response header is no longer promised",
    message="is no longer always sent",
    explanation="The header may be missing.",
    url=_RESPONSE_URL,
    request=INFO,
    response=BREAKING,
    mirror="response-header-became-required",
    example=Example(
        part="operation",
        old="responses: {'200': {headers: {X-Rate: {required: true, schema: {type: integer}}}}}",
        new="responses: {'200': {headers: {X-Rate: {schema: {type: integer}}}}}",
    ),
)
HEADER_BECAME_REQUIRED = ChangeKind(
    id="SM148",
    name="response-header-became-required",
    title="A response header is always sent now",
    message="is now always sent",
    explanation="The header can be relied on.",
    url=_RESPONSE_URL,
    request=INFO,
    response=COMPATIBLE,
    mirror="response-header-became-optional",
)


def compare_requests(old: Operation, new: Operation, context: Context) -> Iterator[Fact]:
    """Yield what differs between the request bodies of two matched operations."""
    before, after = old.body, new.body
    if before is None and after is None:
        return
    if after is None and before is not None:
        yield Fact(BODY_REMOVED, "request body", _label(before), None, ((before.pointer,), ()))
        if before.required:
            yield Fact(BODY_BECAME_OPTIONAL, "request body", tokens=((before.pointer,), ()))
        return
    if before is None and after is not None:
        yield Fact(BODY_ADDED, "request body", None, _label(after), ((), (after.pointer,)))
        if after.required:
            yield Fact(BODY_BECAME_REQUIRED, "request body", tokens=((), (after.pointer,)))
        return
    assert before is not None and after is not None
    tokens = ((before.pointer,), (after.pointer,))
    if before.required != after.required:
        kind = BODY_BECAME_REQUIRED if after.required else BODY_BECAME_OPTIONAL
        yield Fact(kind, "request body", tokens=tokens)
    for key in sorted(before.content.keys() - after.content.keys()):
        yield Fact(REQUEST_MEDIA_REMOVED, "request body", key, None, tokens)
    for key in sorted(after.content.keys() - before.content.keys()):
        yield Fact(REQUEST_MEDIA_ADDED, "request body", None, key, tokens)
    yield from _compare_content(before, after, "request body", context, tokens)


def _label(body: Body) -> str:
    shown = sorted({label(node or {}) for node in body.content.values()})
    return " or ".join(shown) or "any"


def _compare_content(before: Body, after: Body, at: str, context: Context, tokens: schema.Tokens) -> Iterator[Fact]:
    seen = set()
    for key in sorted(before.content.keys() & after.content.keys()):
        for fact in schema.compare(before.content[key] or {}, after.content[key] or {}, context, at):
            same = (fact.kind.id, fact.at, str(fact.old), str(fact.new))
            if same not in seen:
                seen.add(same)
                yield fact._replace(tokens=tokens)


def pair_responses(old: Operation, new: Operation) -> list[tuple[Response, Response]]:
    """Return the responses that answer the same.

    By status; then a status and the class (`2XX`) that covers it; then the success of each side when there is just one
    left, where `default` stands for success if it is all there is.
    """
    pairs = [(old.responses[key], new.responses[key]) for key in sorted(old.responses.keys() & new.responses.keys())]
    gone, come = (
        sorted(old.responses.keys() - new.responses.keys()),
        sorted(new.responses.keys() - old.responses.keys()),
    )
    pairs += [(old.responses[key], new.responses[cover]) for key in gone if (cover := f"{key[0]}XX") in come]
    pairs += [(old.responses[cover], new.responses[key]) for key in come if (cover := f"{key[0]}XX") in gone]
    lost = [key for key in gone if _succeeds(key) and all(before.status != key for before, _ in pairs)]
    won = [key for key in come if _succeeds(key) and all(after.status != key for _, after in pairs)]
    lost, won = lost or _fallback(gone, pairs, 0), won or _fallback(come, pairs, 1)
    if len(lost) == len(won) == 1 and (_succeeds(lost[0]) or _succeeds(won[0])):
        pairs.append((old.responses[lost[0]], new.responses[won[0]]))
    return pairs


def _succeeds(status: str) -> bool:
    return status.startswith("2")


def _fallback(left: list[str], pairs: list[tuple[Response, Response]], side: int) -> list[str]:
    return ["default"] if "default" in left and not any(_succeeds(pair[side].status) for pair in pairs) else []


def compare_responses(old: Operation, new: Operation, context: Context) -> Iterator[Fact]:
    """Yield what differs between the responses of two matched operations."""
    pairs = pair_responses(old, new)
    for status in sorted(old.responses.keys() - {before.status for before, _ in pairs}):
        kind = SUCCESS_REMOVED if _succeeds(status) else STATUS_REMOVED
        yield Fact(kind, f"response {status}", status, None, ((old.responses[status].pointer,), ()))
    for status in sorted(new.responses.keys() - {after.status for _, after in pairs}):
        kind = SUCCESS_ADDED if _succeeds(status) else STATUS_ADDED
        yield Fact(kind, f"response {status}", None, status, ((), (new.responses[status].pointer,)))
    for before, after in pairs:
        at = f"response {after.status}"
        tokens = ((before.pointer,), (after.pointer,))
        if before.status != after.status and not {before.status[1:], after.status[1:]} & {"XX"}:
            yield Fact(SUCCESS_STATUS_CHANGED, "", before.status, after.status, tokens)
        yield from _compare_response_bodies(before.body, after.body, at, context, tokens)
        yield from _compare_headers(before.headers, after.headers, at, context, tokens)


def _compare_response_bodies(
    before: Body, after: Body, at: str, context: Context, tokens: schema.Tokens
) -> Iterator[Fact]:
    if before.content and not after.content:
        yield Fact(RESPONSE_BODY_REMOVED, at, _label(before), None, tokens)
        return
    if after.content and not before.content:
        yield Fact(RESPONSE_BODY_ADDED, at, None, _label(after), tokens)
        return
    for key in sorted(before.content.keys() - after.content.keys()):
        yield Fact(RESPONSE_MEDIA_REMOVED, at, key, None, tokens)
    for key in sorted(after.content.keys() - before.content.keys()):
        yield Fact(RESPONSE_MEDIA_ADDED, at, None, key, tokens)
    yield from _compare_content(before, after, at, context, tokens)


def _compare_headers(
    before: dict[str, Parameter], after: dict[str, Parameter], at: str, context: Context, tokens: schema.Tokens
) -> Iterator[Fact]:
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        place = f"{at} header {(old or new or _NAMELESS).name}"
        if new is None:
            yield Fact(HEADER_REMOVED, place, tokens=tokens)
        elif old is None:
            yield Fact(HEADER_ADDED, place, tokens=tokens)
        else:
            if old.required != new.required:
                yield Fact(HEADER_BECAME_REQUIRED if new.required else HEADER_BECAME_OPTIONAL, place, tokens=tokens)
            for fact in schema.compare(old.schema or {}, new.schema or {}, context, place):
                yield fact._replace(tokens=tokens)


_NAMELESS = Parameter("", "header", False, None, "")
