"""Where the environment variables of stream-chat are set, and what getstream makes of them: nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from streammigrate.findings import Finding, Location, Severity, sort_key
from streammigrate.manifests import gather, kinds
from streammigrate.manifests.model import ManifestError
from streammigrate.manifests.text import decode

TIMEOUT, URL, BASE = "STREAM_CHAT_TIMEOUT", "STREAM_CHAT_URL", "STREAM_BASE_URL"
HOST = "https://chat.stream-io-api.com"
"""Where both SDKs send to unless told otherwise."""

_FILES = re.compile(
    r"(?:.*/)?(?:"
    r"\.env(?:[.-][^/]*)?|[^/]*\.env(?:\.[^/]*)?|\.?envrc|\.flaskenv|env[.-](?:example|sample|template|dist|local)|dotenv"
    r"|[^/]*\.(?:ya?ml|toml|ini|cfg|conf|json|tf|tfvars|hcl|properties|service|sh|bash|zsh|fish|ps1|bat|cmd|mk|tpl|j2|gotmpl)"
    r"|(?:Docker|Container)file[^/]*|[^/]*\.[Dd]ockerfile|Procfile[^/]*|(?:GNU)?[Mm]akefile|[Jj]ustfile|Jenkinsfile|Tiltfile"
    r")"
)
_LOCKED = re.compile(r"(?:.*/)?(?:package-lock\.json|composer\.lock|.*\.lock|.*\.ipynb)")
_NAME = re.compile(rf"(?<![A-Za-z0-9_])(?P<name>{TIMEOUT}|{URL}|{BASE})(?![A-Za-z0-9_])")
_ASSIGNED = re.compile(r"['\"]?\s*(?::=|\?=|\+=|=>|=|:)\s*(?P<value>.*)")
_SPACED = re.compile(r"\s+(?P<value>\S.*)")
_SPACED_BEFORE = re.compile(r"(?:^|\s)(?:ENV|setenv|set|setx|-x|-gx)$", re.IGNORECASE)
_LISTED_BEFORE = re.compile(r"(?:^|[\s{,-])['\"]?name['\"]?\s*[:=]\s*['\"]?$", re.IGNORECASE)
_REFERENCE = re.compile(r"(?:\$\{?|\bvars\.|\bsecrets\.|\benv\.|%|--build-arg\s+)$")
_STREAM = re.compile(r"stream-io|STREAM_CHAT_|STREAM_API_", re.IGNORECASE)
_K8S_VALUE = re.compile(r"^\s*(?:value|['\"]value['\"])\s*:\s*(?P<value>.*)$")


class Place(NamedTuple):
    """A line that sets one of the variables, or only names it. What it is set to is looked at and not kept."""

    path: str
    line: int
    name: str
    sets: bool
    empty: bool = False
    """Whether the value is empty, which stream-chat takes for not set."""
    slash: bool = False
    """Whether the value ends in a slash."""


def environment(
    root: str, read_by: Mapping[str, Collection[str]] | None = None, exclude: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """Return a finding for each place below a folder that sets a variable of stream-chat, sorted.

    `read_by` says for a variable where the rewritten code reads it (as `app/chat.py:7`): then it still works, and the
    finding is a note. No finding shows a value. Files that git ignores are looked at too: that is where they are set.
    """
    found = places(_files(root, exclude))
    return findings(found, read_by or {})


def variables(root: str, exclude: Sequence[str] = ()) -> frozenset[str]:
    """Return which of STREAM_CHAT_TIMEOUT and STREAM_CHAT_URL something below a folder sets or hands on.

    A construction in the new code has to read these, wherever in the project they are set.
    """
    return frozenset(place.name for place in places(_files(root, exclude)) if place.name != BASE and not place.empty)


def places(files: Mapping[str, bytes]) -> tuple[Place, ...]:
    """Return the lines of files that set or name one of the variables, by the paths of the files."""
    return tuple(place for path in sorted(files) for place in _in_file(path, files[path]))


def findings(found: Sequence[Place], read_by: Mapping[str, Collection[str]]) -> tuple[Finding, ...]:
    """Return the findings for places, sorted."""
    made = [_finding(place, sorted(read_by.get(place.name, ()))) for place in found if not place.empty]
    return tuple(sorted(made, key=sort_key))


def _files(root: str, exclude: Sequence[str]) -> dict[str, bytes]:
    data = gather.gather(root, _is_wanted, exclude, ignored=True).data
    return {path: text for path, text in data.items() if b"S\0T\0" in text or b"STREAM_" in text}


def _is_wanted(path: str) -> bool:
    return _FILES.fullmatch(path) is not None and _LOCKED.fullmatch(path) is None


def _in_file(path: str, data: bytes) -> Iterator[Place]:
    try:
        text = decode(data).text
    except ManifestError:
        text = data.decode("latin-1")
    lines = text.splitlines()
    marks = _comment_marks(path)
    stream = _STREAM.search(text) is not None
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if bare.startswith(marks):
            continue
        for match in _NAME.finditer(_without_comment(line)):
            if match["name"] == BASE and not stream:
                continue
            place = _judge(path, number, line, match, lines)
            if place is not None:
                yield place


def _judge(path: str, number: int, line: str, match: re.Match[str], lines: list[str]) -> Place | None:
    name = match["name"]
    before, rest = line[: match.start()], line[match.end() :]
    if _REFERENCE.search(before):
        return None
    value: str | None = None
    if _LISTED_BEFORE.search(before):
        value = _next_value(rest, lines, number)
    elif (assigned := _ASSIGNED.match(rest)) is not None:
        value = assigned["value"]
    elif _SPACED_BEFORE.search(before.rstrip()) and (spaced := _SPACED.match(rest)) is not None:
        value = spaced["value"]
    if value is None:
        return Place(path, number, name, False) if name != BASE else None
    plain = re.sub(r"\s+#.*$", "", value).strip().rstrip(",").strip()
    # In YAML nothing behind the colon may mean that the value comes from elsewhere.
    empty = plain in ("", "''", '""') and not (path.endswith((".yml", ".yaml")) and not plain)
    plain = plain.strip("\"'")
    return Place(path, number, name, True, empty, plain.endswith("/") and "$" not in plain)


def _next_value(rest: str, lines: list[str], number: int) -> str | None:
    """Return what stands behind `value:`, on the line of `name:` or the next one."""
    here = re.search(r"['\"]?[vV]alue['\"]?\s*[:=]\s*(?P<value>[^,}]*)", rest)
    if here is not None:
        return here["value"]
    following = lines[number] if number < len(lines) else ""
    match = _K8S_VALUE.match(following.replace('"value"', "value").replace("Value", "value"))
    if match is not None:
        return match["value"]
    return "$" if re.match(r"\s*['\"]?valueFrom", following) else None


def _comment_marks(path: str) -> tuple[str, ...]:
    if path.endswith((".ini", ".cfg", ".properties", ".service")):
        return ("#", ";")
    if path.endswith((".bat", ".cmd")):
        return ("::", "REM ", "rem ")
    return ("#", "//") if path.endswith((".tf", ".hcl", "Jenkinsfile", ".json")) else ("#",)


def _without_comment(line: str) -> str:
    return re.sub(r"\s#.*$", "", line)


def _finding(place: Place, readers: Sequence[str]) -> Finding:
    at = Location(place.path, line=place.line)
    if place.name == BASE:
        return kinds.RENAMED.finding(
            at,
            f"{BASE} is set here; a client that is made without `base_url=None` does not read it and sends to {HOST}",
            f'keep {URL} and make the client with `base_url=os.getenv("{URL}") or "{HOST}"`',
        )
    verb = "sets" if place.sets else "names"
    if readers:
        where = ", ".join(readers)
        note = kinds.VARIABLE.finding(
            at,
            f"the line {verb} {place.name}: getstream does not read it by itself, the code does ({where})",
            _slash(place) or "nothing to do; keep the name",
        )
        return note._replace(severity=Severity.INFO)
    if place.name == TIMEOUT:
        message = f"the line {verb} {TIMEOUT}, which getstream does not read: calls would wait 30 seconds"
        hint = f'make the client with `timeout=float(os.getenv("{TIMEOUT}") or 6.0)`; `rewrite` writes that'
    else:
        message = f"the line {verb} {URL}, which getstream does not read: calls would go to {HOST}"
        hint = (
            f'make the client with `base_url=os.getenv("{URL}") or "{HOST}"`; `rewrite` writes that; '
            f"renaming it to {BASE} is not enough"
        )
        if _slash(place):
            hint += f"; {_slash(place)}"
    return kinds.VARIABLE.finding(at, message, hint)


def _slash(place: Place) -> str:
    if place.name != URL or not place.slash:
        return ""
    return "the value ends in a slash: stream-chat then asks for `//path`, getstream for `/path`"
