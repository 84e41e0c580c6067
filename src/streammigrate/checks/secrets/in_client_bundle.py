"""SM671: the secret of an app gets into a client."""

from __future__ import annotations

import re
from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.checks.secret_texts import is_env_file, is_name, looks_real
from streammigrate.findings import Location, Severity

_SCRIPTS = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".vue", ".svelte")
_APPS = (".dart", ".swift", ".kt", ".java", ".m", ".xml", ".plist")
_CONFIG = (".yml", ".yaml", ".json", ".toml", ".sh", ".html")
_PREFIX = r"(?:NEXT_PUBLIC|REACT_APP|VITE|EXPO_PUBLIC|GATSBY|NUXT_PUBLIC|VUE_APP|NG_APP|PUBLIC)"
_PUBLIC = re.compile(rf"\b{_PREFIX}_(?=\w*(?:STREAM|CHAT))\w*SECRET\w*")
_MADE = re.compile(
    r"\bStreamChat(?:\.getInstance|Client)?(?:<[^<>()]*>)?\s*\(\s*(?P<key>[^,()]+(?:\([^()]*\)[^,()]*)?),\s*(?P<secret>[^,()]+)"
)
_NAMED = re.compile(
    r"(?P<name>\w*[sS](?:ecret|ECRET)\w*)[\"']?\s*(?::\s*\w+\s*)?(?:[:=]|\">)\s*[\"']?(?P<value>[\w-]{24,})"
)
_STREAM = re.compile(r"stream[-_]?chat|getstream", re.IGNORECASE)
_CLIENT = re.compile(
    r"""["']use client["']|from\s+["']stream-chat-(?:react|react-native|expo|angular)["']"""
    r"""|from\s+["'](?:react|react-dom|react-native|vue|@angular/core)["']"""
)
_VIEWS = (".jsx", ".tsx", ".vue", ".svelte")
_SERVER = re.compile(
    r"(?:^|/)(?:api|server|backend|functions|lambda|scripts?|__tests__|tests?)(?:/|\.)|\.(?:test|spec|server)\."
)
_FOREIGN = re.compile(
    r"(?:^|/)(?:node_modules|dist|build|Pods|vendor)/|(?:^|/)(?:package-lock|composer|yarn\.lock).*|\.min\.js$"
)


def _judge(project: Project) -> Iterator[Answer]:
    for path in project.paths:
        env = is_env_file(path)
        if not (env or path.endswith((*_SCRIPTS, *_APPS, *_CONFIG))) or _FOREIGN.search(path):
            continue
        data = project.read(path) or b""
        if b"ecret" not in data and b"ECRET" not in data and b"StreamChat" not in data:
            continue
        text = data.decode("utf-8", "replace")
        told: set[int] = set()
        for start, name, message in _found(path, text):
            line = text.count("\n", 0, start) + 1
            if line not in told and not _is_comment(text, start):
                told.add(line)
                at = Location(project.shown(path), line=line)
                yield Answer(message, at, (path, name), (Evidence(str(at), name),))


def _found(path: str, text: str) -> Iterator[tuple[int, str, str]]:
    """Yield where a secret gets into a client: the place in the text, a name, and what to say."""
    for found in _PUBLIC.finditer(text):
        yield found.start(), found[0], f"{found[0]} is put into the client's bundle by the name that it has"
    app = path.endswith(_APPS)
    if not path.endswith((*_SCRIPTS, *_APPS)) or not _STREAM.search(text) or _is_test(path):
        return
    client = app or (_SERVER.search(path) is None and (path.endswith(_VIEWS) or _CLIENT.search(text) is not None))
    where = "a client" if client else "a script"
    for found in () if app else _MADE.finditer(text):
        given = found["secret"].strip()
        literal = given[:1] in "\"'`" and looks_real(given.strip("\"'`"))
        if literal or (client and _is_secret(given)):
            what = "a literal secret" if literal else f"the secret `{given}`"
            yield found.start("secret"), "StreamChat", f"StreamChat is made with {what} in {where}"
    for found in _NAMED.finditer(text):
        if looks_real(found["value"]) and (client or is_name(found["name"])):
            yield found.start(), found["name"], f"`{found['name']}` holds a literal secret in {where}"


def _is_secret(given: str) -> bool:
    """Return whether an expression is named like a secret, and is no text or object."""
    return re.fullmatch(r"[\w.!?\[\]\"']+", given) is not None and given[:1] not in "\"'`" and "secret" in given.lower()


def _is_test(path: str) -> bool:
    return (
        re.search(r"(?:^|/)(?:__tests__|tests?|androidTest|\w*Tests)/|\.(?:test|spec)\.|_test\.dart$", path) is not None
    )


def _is_comment(text: str, at: int) -> bool:
    return text[text.rfind("\n", 0, at) + 1 : at].lstrip().startswith(("//", "#", "*", "/*", "<!--"))


CHECK = ProjectCheck(
    id="SM671",
    name="secret-in-client",
    title="The secret of an app gets into a client",
    severity=Severity.ERROR,
    area=Area.SECRETS,
    question="Does no client get the API secret?",
    explanation="A bundler puts every variable with such a prefix (NEXT_PUBLIC_, REACT_APP_, VITE_, EXPO_PUBLIC_ …) into what "
    "the browser or the phone loads, where anybody can read it. stream-chat 10 for JavaScript no longer takes a secret at "
    "all, so that such a client stops with the next update: server code moves to @stream-io/node-sdk.",
    shows="the name of the variable, or the place where the client is made, with its file and line; never the secret.",
    fix="Make user tokens on a server, give the client the key and a token, and make a new secret in the dashboard.",
    url="https://getstream.io/chat/docs/react/tokens_and_authentication/",
    judge=_judge,
)
