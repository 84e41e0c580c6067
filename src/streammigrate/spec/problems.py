"""The SM9xx kinds of the spec reader, and the two ways to raise them: stop, or report and go on."""

from __future__ import annotations

from dataclasses import dataclass

from streammigrate.errors import InputError
from streammigrate.findings import Finding, Location, Severity, fingerprint
from streammigrate.kinds import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(Kind):
    """A kind of trouble with input; `severity` is error where the command cannot go on."""

    severity: Severity = Severity.ERROR

    def finding(self, at: Location, message: str, hint: str = "") -> Finding:
        """Return the finding for this problem at a place."""
        return Finding(
            id=self.id,
            severity=self.severity,
            location=at,
            message=message,
            hint=hint or self.hint,
            url=self.url,
            fingerprint=fingerprint(self.id, [at.pointer, message]),
        )

    def error(self, at: Location, message: str, hint: str = "") -> InputError:
        """Return the exception that stops the command with exit code 3."""
        return InputError(self.finding(at, message, hint))


def _problem(id: str, name: str, title: str, explanation: str, hint: str, severity: Severity) -> Problem:
    return Problem(id=id, name=name, title=title, explanation=explanation, hint=hint, severity=severity)


def _stop(id: str, name: str, title: str, explanation: str, hint: str) -> Problem:
    return _problem(id, name, title, explanation, hint, Severity.ERROR)


def _warn(id: str, name: str, title: str, explanation: str, hint: str) -> Problem:
    return _problem(id, name, title, explanation, hint, Severity.WARNING)


NOT_FOUND = _stop(
    "SM901",
    "input-not-found",
    "The input does not exist",
    "The path, git revision or file inside it that was named is not there.",
    "Check the spelling and the directory the command runs in.",
)
NOT_A_FILE = _stop(
    "SM902",
    "input-not-a-file",
    "The input is not a file",
    "The path names a directory or a special file; a single document is needed.",
    "Name the OpenAPI file itself.",
)
UNREADABLE = _stop(
    "SM903",
    "input-unreadable",
    "The input cannot be read",
    "The operating system refused to read the input, or standard input is a terminal or was named twice.",
    "Check the permissions and that something is piped in.",
)
TOO_LARGE = _stop(
    "SM904",
    "input-too-large",
    "The input is larger than the limit",
    "Reading stops at a limit so that memory and time stay bounded.",
    "If the document really is that large, raise the limit with --max-size MB.",
)
NOT_TEXT = _stop(
    "SM905",
    "input-not-text",
    "The input is not text",
    "OpenAPI documents are UTF-8 (or UTF-16/32 with a byte-order mark); other bytes cannot be decoded.",
    "Save the document as UTF-8.",
)
HTML_PAGE = _stop(
    "SM906",
    "input-html",
    "The input is an HTML page",
    "A server often answers with a page (a login, an error, a file viewer) where the raw document was expected.",
    "Use the address of the raw file.",
)
BAD_YAML = _stop(
    "SM907",
    "invalid-yaml",
    "The YAML cannot be parsed",
    "The document breaks YAML's syntax at the place that is named.",
    "Correct the document at that place.",
)
BAD_JSON = _stop(
    "SM908",
    "invalid-json",
    "The JSON cannot be parsed",
    "The document starts like JSON but breaks its syntax at the place that is named.",
    "Correct the document at that place.",
)
DUPLICATE_KEY = _stop(
    "SM909",
    "duplicate-key",
    "A key stands twice in one mapping",
    "Parsers disagree on which of two equal keys counts, so a document with one means different things to different tools.",
    "Remove or rename one of them.",
)
ALIAS_BOMB = _stop(
    "SM910",
    "yaml-aliases",
    "The YAML aliases expand without bound",
    "Aliases that contain themselves, or expand to more than a million nodes, would fill the memory.",
    "Write the repeated parts out, or use $ref instead of YAML aliases.",
)
TOO_DEEP = _stop(
    "SM911",
    "input-too-deep",
    "The document is nested too deeply",
    "The nesting is deeper than any API description needs and than the parser's limit.",
    "Check how the document was made.",
)
NOT_A_SPEC = _stop(
    "SM912",
    "not-a-spec",
    "The document is not an API description",
    "An OpenAPI document is a mapping with an `openapi` field; an AsyncAPI document has `asyncapi`.",
    "Check that the right file was named.",
)
SWAGGER2 = _stop(
    "SM913",
    "swagger-2",
    "Swagger 2.0 is not supported",
    "Swagger 2 describes parameters, bodies and schemas differently from OpenAPI 3.",
    "Convert the document to OpenAPI 3 first, for example with swagger2openapi.",
)
BAD_VERSION = _stop(
    "SM914",
    "unsupported-version",
    "This version of the format is not supported",
    "OpenAPI 3.0, 3.1 and 3.2 and AsyncAPI 2.x are read.",
    "Convert the document to a supported version.",
)
OFFLINE = _stop(
    "SM915",
    "offline",
    "The address cannot be reached",
    "The network, the name or the server did not answer, and there is no cached copy to use.",
    "Check the connection, or download the document and name the file.",
)
HTTP_ERROR = _stop(
    "SM916",
    "http-error",
    "The server refused the request",
    "The server answered with an error status instead of the document.",
    "Check the address and whether it needs a login.",
)
GIT_FAILED = _stop(
    "SM917",
    "git-failed",
    "git cannot show that revision",
    "REV:path reads a file from a git checkout; git is missing, or the directory is not a checkout.",
    "Run the command inside the checkout, or name a file.",
)
BAD_SETTINGS = _stop(
    "SM918",
    "bad-settings-file",
    "A settings file cannot be understood",
    "The overrides, baseline or pyproject.toml settings have an unknown key or a value of the wrong type.",
    "Correct the entry that is named.",
)
UNWRITABLE = _stop(
    "SM919",
    "output-unwritable",
    "The output cannot be written",
    "The operating system refused to write the file.",
    "Check the directory and its permissions.",
)
DANGLING_REF = _warn(
    "SM920",
    "dangling-ref",
    "A $ref points to nothing",
    "The reference's target is not in the document. It is compared as a schema that allows anything.",
    "Correct the reference or add its target.",
)
EXTERNAL_REF = _warn(
    "SM921",
    "external-ref",
    "A $ref points outside the document",
    "References to other files or addresses are never fetched unless --allow-external-refs is given.",
    "Give --allow-external-refs if the documents beside this one can be trusted, or bundle them first.",
)
MALFORMED = _warn(
    "SM922",
    "malformed-part",
    "A part of the document has the wrong shape",
    "The part is not what the format asks for at this place (a list where a mapping belongs, say). It is left out.",
    "Run with --validate for the full list.",
)
MISSING_PAYLOAD = _warn(
    "SM923",
    "missing-payload",
    "Event payloads are missing from the document",
    "The document lists events whose payload schemas it does not contain. Those events are compared by type only.",
    "Use the complete document.",
)
DUPLICATE_OPERATION_ID = _warn(
    "SM924",
    "duplicate-operation-id",
    "An operationId stands twice",
    "An operationId must be unique; one that is not cannot be used to find an operation's counterpart.",
    "Give each operation its own id.",
)
INVALID_SPEC = _warn(
    "SM925",
    "invalid-spec",
    "The document breaks the OpenAPI specification",
    "openapi-spec-validator reports that the document does not conform (asked for with --validate).",
    "Correct the document at the pointer that is named.",
)
CACHED_COPY = _warn(
    "SM926",
    "cached-copy",
    "A cached copy was used",
    "The address could not be reached, so the copy from an earlier run was compared.",
    "Run again with a connection for the newest document.",
)
BASELINE_STALE = _problem(
    "SM940",
    "baseline-stale",
    "A baseline entry matches nothing any more",
    "The change that the entry accepted is no longer there: it was undone, or has become another change.",
    "Remove the entry, or write the baseline anew with --write-baseline.",
    Severity.NOTICE,
)
BASELINE_EXPIRED = _warn(
    "SM941",
    "baseline-expired",
    "A baseline entry has expired",
    "The entry accepted its change until a date that has passed, so the change counts again.",
    "Deal with the change, or give the entry a later date and a reason.",
)
OVERRIDE_UNUSED = _warn(
    "SM942",
    "override-unused",
    "An override names something that is not there",
    "The operation or schema that the overrides file names is in neither place it should be in.",
    "Correct or remove the entry.",
)
INTERNAL = _stop(
    "SM999",
    "internal-error",
    "streammigrate failed",
    "This is a defect of streammigrate, not of your input. Nothing was written.",
    "Please report it with the command and, if you can share them, the inputs. STREAMMIGRATE_DEBUG=1 shows the traceback.",
)

PROBLEMS: tuple[Problem, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Problem))
