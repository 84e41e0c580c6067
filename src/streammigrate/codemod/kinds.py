"""Why `rewrite` leaves or holds back a site (SM501–SM539) or a whole file (SM540–SM559)."""

from __future__ import annotations

from streammigrate.kinds import Kind


def _kind(number: int, name: str, title: str, explanation: str, hint: str = "") -> Kind:
    return Kind(id=f"SM{number}", name=name, title=title, explanation=explanation, hint=hint)


NO_RULE = _kind(
    501,
    "no-rule",
    "No rule has a word on this member",
    "The receiver is a stream-chat object, but the catalogue has no entry for the attribute or method that is used.",
    "Check that the name exists in stream-chat 4.33; then migrate the line by hand.",
)
UNBOUND = _kind(
    502,
    "call-does-not-bind",
    "The arguments do not fit the v1 signature",
    "The call has arguments that the method of stream-chat does not take, or takes differently in the release that the "
    "project pins, or they come from `*args` whose number is not known.",
    "Write the arguments out by name.",
)
OPAQUE = _kind(
    503,
    "keys-unknown",
    "The keys of a payload are not known",
    "v2 wants a model where v1 took any mapping: known keys become fields, the others go to `custom`. The keys of a value "
    "that is built elsewhere cannot be seen here.",
    "Build the payload in the call, or split known fields and `custom` by hand.",
)
UNKNOWN_VALUE = _kind(
    504,
    "value-unknown",
    "The kind of a value is not known",
    "What v2 needs depends on what the value is (text or a mapping, a datetime or a string), and that cannot be seen here.",
)
NO_PLACE = _kind(
    505,
    "no-place-in-v2",
    "v2 has no place for a value",
    "A key or an option that v1 sends has no field in the v2 request.",
)
RESPONSE = _kind(
    506,
    "response-escapes",
    "The response goes where it is not followed",
    "stream-chat returns a dictionary, getstream an object with models. A response that is returned, stored, passed on, "
    "logged or serialised would change its shape for code that is not in view.",
    "Read the values that are needed beside the call, and pass those on.",
)
READ = _kind(
    507,
    "response-read",
    "A read of the response cannot be carried over",
    "The place that is read has another shape in v2, or has none: a time is a datetime there and not a string, a missing "
    "field is None and no KeyError.",
)
ORDER = _kind(
    508,
    "evaluation-order",
    "Arguments would be evaluated in another order, twice or not at all",
    "The new call needs its arguments in another place, and they have effects (calls, awaits, assignments).",
    "Put the values into variables before the call.",
)
LIKELY = _kind(
    509,
    "receiver-likely",
    "The receiver is likely, not proven",
    "The evidence for the receiver's class holds a step that can be wrong.",
    "Annotate it, or declare it under [tool.streammigrate.types].",
)
RECEIVER = _kind(
    510,
    "receiver-unknown",
    "The receiver cannot be resolved",
    "The method has the name of one of stream-chat's, and the file uses stream-chat, but nothing shows what the receiver is.",
    "Annotate it, or declare it under [tool.streammigrate.types].",
)
COHORT = _kind(
    511,
    "cohort-stays",
    "Another use of the same client stays",
    "A client moves with everything that is made of it and done with it. One use cannot be moved, and a second client for "
    "it cannot be made beside the first.",
    "See the finding of the use that stays.",
)
ESCAPE = _kind(
    512,
    "object-escapes",
    "A stream-chat object goes where it is not followed",
    "The client or channel is handed to code that is not in view, which would get an object of another class.",
)
STATE = _kind(
    513,
    "channel-state",
    "What the channel remembers is not in view",
    "stream-chat's Channel keeps the data it was made with and sends it with every create and query. What this one holds "
    "cannot be seen from here.",
    "Pass `data=` to get_or_create by hand.",
)
LOSS = _kind(
    514,
    "loss",
    "v2 cannot do all that the v1 call did",
    "The v2 API or SDK has no way to send a part of the request; the rest is sent as before.",
)
DECIDE = _kind(
    515,
    "decision-needed",
    "A person has to decide",
    "There is no v2 call with the same meaning.",
)
UNPROVEN = _kind(
    516,
    "form-unproven",
    "This form of the call has no proof",
    "The rule covers the call, but no run has compared the requests of this form.",
)
HANDLER = _kind(
    517,
    "error-handling",
    "The error handling cannot be carried over",
    "The exceptions of getstream have other classes and attributes, and the handler uses something without a counterpart.",
)
REFERENCE = _kind(
    518,
    "method-reference",
    "A method is used without being called",
    "A bound method is handed on, and what will be passed to it is not in view: v2's method takes other arguments.",
    "Hand on a function that calls it: `lambda: client.…(…)`.",
)
AWAIT = _kind(
    519,
    "await-mismatch",
    "`await` and the client do not fit together",
    "The call is awaited on the synchronous client, or not awaited on the asynchronous one: it is broken in v1 already.",
)
VERSION = _kind(
    520,
    "not-in-target",
    "The getstream release that is aimed at lacks this",
    "The method, the parameter or the field exists in another release of getstream only.",
    "Choose another release with --target.",
)

UNPARSED = _kind(
    540,
    "unparsable-file",
    "The file cannot be parsed",
    "It is not valid Python for the interpreter that runs streammigrate, or it is Python 2.",
)
UNDECODABLE = _kind(541, "undecodable-file", "The file is no text in the encoding it declares", "It is left alone.")
UNREADABLE = _kind(542, "unreadable-file", "The file cannot be read or written", "The system refuses it.")
NOT_LOSSLESS = _kind(
    543,
    "not-lossless",
    "The file cannot be edited without touching other lines",
    "LibCST does not give back exactly what it read, or the result of the edits is no valid Python. The file is left alone.",
)
EXPORTED = _kind(
    544,
    "other-file",
    "Another file takes part that is not to be edited",
    "A value flows through a file outside of the paths that were given, or another file imports a type or constant.",
    "Give the whole project: `streammigrate rewrite .`.",
)

PATCHED = _kind(
    521,
    "patched-in-tests",
    "A test replaces what moves",
    "A test puts something in the place of a client, of what hands it out or of stream-chat's class, by its dotted name or "
    "as an attribute. A mock accepts any call, so that the test may pass although it no longer tests anything, or fail "
    "where it asserts.",
    "Change the test with the code: `mock.channel` is `mock.chat.channel` in v2, and `StreamChat` is `Stream`.",
)
MOCKED = _kind(
    522,
    "mock-of-v1",
    "A mock is used as stream-chat's client or channel",
    "A test reads or sets a method of a mock by the name that it has in v1. The code calls v2's, which a mock answers "
    "without a word.",
    "Name the method that the code calls: `mock.chat.channel`, `mock.upsert_users`.",
)
ASSERTED = _kind(
    523,
    "asserts-v1-call",
    "A test asserts what a method of v1 is called with",
    "The code calls v2 with keywords and models. What it is called with is compared with what the test names.",
    'Write what the code sends: `mock.upsert_users.assert_called_once_with(UserRequest(id="chuck"))`.',
)
ANSWERED = _kind(
    524,
    "answers-as-v1",
    "A mock answers as stream-chat does",
    "stream-chat's methods answer with dictionaries, getstream's with a StreamResponse that holds a model, which the code "
    "reads.",
    "Answer with a StreamResponse: `StreamResponse(httpx.Response(200), from_v1(QueryUsersResponse, {…}))`.",
)
FAKED = _kind(
    525,
    "stand-in-of-v1",
    "A stand-in takes the place of what moves",
    "A test puts an object or a function of its own in the place of the client, with the methods of v1.",
    "Give it the methods of v2 that the code calls, with their arguments and answers.",
)

STUBBED = _kind(
    530,
    "stubbed-v1-request",
    "A test answers a request of the v1 API",
    "A test says what a request of the v1 API is answered with, by its URL, or plays a recording of such requests. The "
    "code sends another request once it is moved, which then is not answered, or goes to the network.",
    "Give the stub the v2 URL and an answer in v2's shape; record cassettes again.",
)

KINDS = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Kind)), key=lambda kind: kind.id)
)
