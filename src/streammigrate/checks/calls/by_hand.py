"""SM660: a request of the v1 API that is sent without an SDK."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from streammigrate import paths
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.findings import Location, Severity
from streammigrate.paths import HOLE, Match

if TYPE_CHECKING:
    from streammigrate.codemod.http_calls import Request

_HOSTS = rb"stream-io-(?:api|video)\.com|STREAM_CHAT_\w*(?:URL|HOST)"
_LIBRARIES = rb"\b(?:requests|httpx|aiohttp|urllib|urllib3|niquests|treq|curl_cffi|tornado|http\.client)\b"
_UNLISTED = {
    ("DELETE", "/users/{user_id}"): "POST /api/v2/users/delete, which starts a task",
    ("POST", "/moderation/unflag"): "submit_action of the item in the review queue",
    ("POST", "/moderation/reports"): "a query of the review queue",
    ("PATCH", "/moderation/reports/{report_id}"): "submit_action of the item in the review queue",
    ("POST", "/campaigns/{campaign_id}/test"): "nothing: a campaign can be started with those user_ids",
}
"""What stream-chat 4.33 sends and v1's description does not list, as v2 has nothing like it, with what does it there."""


def _judge(project: Project) -> Iterator[Answer]:
    search = re.compile(_HOSTS).search
    if not any(search(data) for data in project.python.values()):
        return
    # The host may stand in another file than the request.
    for module in project.modules(_LIBRARIES):
        yield from _in_module(project, module)


def _in_module(project: Project, module: Module) -> Iterator[Answer]:
    from streammigrate.codemod.http_calls import requests
    from streammigrate.codemod.parsing import Unappliable, parse
    from streammigrate.codemod.resolve.program import Program
    from streammigrate.codemod.urls import Urls

    def read(path: str) -> ast.Module | None:
        try:
            return parse(Path(path).read_bytes())
        except (OSError, Unappliable):
            return None

    # What an import means is known by the paths as the user writes them.
    program = Program(module.resolver.program.modules, parse=read)
    program.forest.add(module.resolver.tree, module.path)
    modules = {module.path: module}

    def others(name: str) -> Iterator[str]:
        for other in project.modules(rb"\b%s\b" % name.encode()):
            if program.open(other.path) is not None:
                modules[other.path] = other
                yield other.path

    for request in requests(program, module.path, Urls(program), others):
        place = modules[program.forest.path_of(request.node)]
        around = program.forest.scope(request.node).qualname
        at = place.at(request.node)
        matches = paths.of_url(request.url, request.method)
        if matches:
            yield _answer(request, matches, at, (place.path, around))
        elif unlisted := _unlisted(request):
            (method, path), new = unlisted
            said = f"{method} {path} of the v1 API is called by hand; in v2 there is {new}"
            seen = (Evidence(str(at), f"{request.function}(…)"), Evidence("v1", f"{method} {path}"))
            yield Answer(said, at, (place.path, around, method, path), seen)
        elif _is_open(request, module):
            said = "a request goes to the Chat API by hand, and its path is put together elsewhere"
            yield Answer(said, at, (place.path, around, "open"), (Evidence(str(at), f"{request.function}(…)"),))


def _answer(request: Request, matches: tuple[Match, ...], at: Location, about: tuple[str, str]) -> Answer:
    old = " or ".join(dict.fromkeys(f"{one.operation.method} {one.operation.path}" for one in matches))
    new = " or ".join(dict.fromkeys(f"{one.operation.new_method} {one.url}" for one in matches))
    return Answer(
        f"{old} of the v1 API is called by hand; in v2 it is {new}",
        at,
        (*about, *(one.operation.id for one in matches)),
        (Evidence(str(at), f"{request.function}(…)"), Evidence("v1", old), Evidence("v2", new)),
    )


def _unlisted(request: Request) -> tuple[tuple[str, str], str] | None:
    """Return the request that v1's description does not list, and what does it in v2; None for any other."""
    split = paths.split_url(request.url)
    if split is None or not paths.is_host(split.host):
        return None
    parts = split.path.strip("/").split("/")
    for (method, path), new in _UNLISTED.items():
        wanted = path.strip("/").split("/")
        fits = len(parts) == len(wanted) and all(
            a == b or b.startswith("{") for a, b in zip(parts, wanted, strict=True)
        )
        if fits and method == request.method.upper():
            return (method, path), new
    return None


def _is_open(request: Request, module: Module) -> bool:
    """Return whether a request goes to the Chat API with a path that is not known, and not said to be one of v2."""
    split = paths.split_url(request.url)
    if split is None or not paths.is_host(split.host) or not split.path.startswith(f"/{HOLE}"):
        return False
    return paths.V2 not in module.text


CHECK = ProjectCheck(
    id="SM660",
    name="v1-path-by-hand",
    title="A request of the v1 API is sent by hand",
    severity=Severity.ERROR,
    area=Area.CODE,
    question="Does no code send requests of the v1 API without an SDK?",
    explanation="What an HTTP library sends to a path of v1 (`/channels/…`) is not seen by `rewrite`, which follows "
    "stream-chat, and goes on using v1 after the cutover. v2 has every operation under /api/v2/chat or /api/v2; bodies and "
    "answers are shaped like those of getstream: custom data under `custom`, times in nanoseconds.",
    shows="the call with its file and line, the operation of v1, and the method and URL in v2.",
    fix="Call the method of getstream that does it, or send the request to the v2 URL with a body in v2's shape.",
    judge=_judge,
)
