"""SM745: the JavaScript client made with an API secret."""

from __future__ import annotations

import re
from collections.abc import Iterator

from streammigrate.checks.clients import inventory
from streammigrate.checks.clients.inventory import Used
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Location, Severity

_FILE = re.compile(r".*\.(?:[cm]?[jt]s|[jt]sx)")
_IMPORTED = re.compile(r"""(?:from|require\s*\(|import\s*\()\s*['"]stream-chat['"]""")
_MADE = re.compile(r"\b(?:new\s+StreamChat|StreamChat\s*\.\s*getInstance)\s*(?:<[^<>()]*>)?\s*\(")
_SKIPPED = re.compile(r"""//[^\n]*|/\*[\s\S]*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`""")
_NAME = re.compile(r"[\w$]*secret[\w$]*", re.IGNORECASE)
_KEY = re.compile(r"""\[\s*['"]([\w]*secret[\w]*)['"]\s*\]""", re.IGNORECASE)


def _judge(project: Project) -> Iterator[Answer]:
    entries: list[Used] | None = None
    for path in project.paths:
        data = project.read(path) if _FILE.fullmatch(path) and not path.endswith(".d.ts") else None
        if data is None or b"stream-chat" not in data or b"StreamChat" not in data:
            continue
        text = data.decode("utf-8", "replace")
        for line, argument in _secrets(text):
            entries = inventory.used(project) if entries is None else entries
            at = Location(project.shown(path), line=line)
            yield Answer(
                _said(_nearest(path, entries)),
                at,
                (path, argument),
                (Evidence(str(at), f"second argument: {argument}"),),
            )


def _secrets(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of calls that make a client with a secret, and the name that the secret has there."""
    if not _IMPORTED.search(text):
        return
    code = _SKIPPED.sub(_hollow, text)
    for made in _MADE.finditer(code):
        arguments = _arguments(code, made.end())
        if len(arguments) < 2:
            continue
        start, end = arguments[1]
        name = code[start:end].strip()
        if re.fullmatch(r"""(['"`])_*\1""", name):
            yield code.count("\n", 0, made.start()) + 1, "a text"
        elif not name.startswith("{"):
            # The key of an environment is a text too.
            words = _NAME.findall(name) + _KEY.findall(text[start:end])
            if words:
                yield code.count("\n", 0, made.start()) + 1, words[0]


def _hollow(found: re.Match[str]) -> str:
    """Return a comment as blanks and a literal as quotes around `_`, of the same length and lines."""
    text = found[0]
    if text[:1] == "/":
        return re.sub(r"[^\n]", " ", text)
    return text[0] + re.sub(r"[^\n]", "_", text[1:-1]) + text[-1]


def _arguments(code: str, start: int) -> list[tuple[int, int]]:
    """Return where the arguments of a call are, from behind its bracket on."""
    found = []
    depth, begun = 0, start
    for place in range(start, min(len(code), start + 4000)):
        letter = code[place]
        if letter in "([{":
            depth += 1
        elif letter in ")]}" and depth:
            depth -= 1
        elif letter == "," and not depth:
            found.append((begun, place))
            begun = place + 1
        elif letter == ")":
            return [*found, (begun, place)] if code[begun:place].strip() else found
    return []


def _nearest(path: str, entries: list[Used]) -> Used | None:
    """Return the client that the manifest nearest above a file lists."""
    above = [one for one in entries if one.name == "stream-chat" and one.package.ecosystem == "npm"]
    fitting = [one for one in above if not one.folder or path.startswith(f"{one.folder}/")]
    return max(fitting, key=lambda one: len(one.folder), default=None)


def _said(client: Used | None) -> str:
    said = "stream-chat is made with an API secret"
    if client is None or client.speaks_v2 is None:
        return f"{said}, which its release 10 no longer takes"
    if client.speaks_v2:
        return f"{said}, which {client.version} no longer takes"
    return f"{said}: {client.version} takes it, release 10 no longer does"


CHECK = ProjectCheck(
    id="SM745",
    name="secret-for-javascript-client",
    title="The JavaScript client is made with an API secret",
    severity=Severity.WARNING,
    area=Area.CLIENTS,
    question="Is server code in JavaScript off the client package?",
    explanation="Up to release 9 the npm package stream-chat is client and server SDK in one, and takes the secret "
    "as its second argument. Release 10 speaks v2 and no longer takes it: server code moves to "
    "@stream-io/node-sdk. In code that goes to browsers a secret must never be.",
    shows="the call, and what stands in the secret's place (never its value).",
    fix="Install @stream-io/node-sdk and make `new StreamClient(key, secret)` there; leave stream-chat to what "
    "runs with a user's token.",
    judge=_judge,
)
