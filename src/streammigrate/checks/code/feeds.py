"""SM651: the SDK of one of Stream's products is used for the other: feeds for chat, or chat for feeds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from streammigrate.checks.code.second import second
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.codemod.resolve import Confidence
from streammigrate.findings import Location, Severity
from streammigrate.rules import sdk

_MAKERS = frozenset({"stream.connect", "stream.client.StreamClient", "stream.client.AsyncStreamClient"})
_FEEDS = frozenset(
    {"activities_partial_update", "activity_partial_update", "add_to_many", "collections", "create_redirect_url",
     "create_user_token", "feed", "follow_many", "follow_stats", "get_activities", "personalization", "reactions",
     "track_engagements", "track_impressions", "unfollow_many", "update_activities"}
)  # fmt: skip
"""What only the client of stream-python has, from the source of its release 5.4.0: no chat client has the names."""
_BOTH = frozenset({"delete", "get", "patch", "post", "put", "session", "users"})
"""Names of the client of stream-python that a chat client has, too."""
_IMPORTED = rb"(?m)^[ \t]*(?:import|from)[ \t]+(?:[\w., \t]+,[ \t]*)?stream\b"
_CHAT = frozenset({"stream-chat", "getstream"})
_WRONG = {
    "stream-python": "the SDK of feeds (`import stream`)",
    "stream": "a package of another maker",
}
"""Distributions that are taken for stream-chat by their names."""


class _Listed(NamedTuple):
    """A distribution in a manifest."""

    name: str
    at: Location
    text: str


def _judge(project: Project) -> Iterator[Answer]:
    own = {path.rpartition("/")[2] for path in project.python} & {"stream.py"}
    own |= {path for path in project.python if path.endswith("stream/__init__.py")}
    if not own:
        for module in project.modules(_IMPORTED):
            yield from _feeds_for_chat(module)
    for module in project.modules(rb"\bstream_chat\b"):
        yield from _chat_for_feeds(module)
    for other in second(project).calls:
        if other.thing.owner == "client" and other.name in _FEEDS and other.method is None:
            yield _answer(other.module, other.node, other.name, "Stream of getstream", "the client of feeds")
    if not own:
        yield from _wrong_package(project)


def _feeds_for_chat(module: Module) -> Iterator[Answer]:
    chat = frozenset(sdk.v1_classes()["StreamChat"].members) - _BOTH - _FEEDS
    for node in module.nodes:
        if isinstance(node, ast.Attribute) and node.attr in chat and _is_feeds(module, node.value):
            yield _answer(module, node, node.attr, "the client of feeds (stream-python)", "StreamChat")


def _is_feeds(module: Module, expr: ast.expr) -> bool:
    if isinstance(expr, ast.Call):
        return module.symbol(expr.func) in _MAKERS
    if isinstance(expr, ast.Name):
        bindings = [one for one in module.scopes.lookup(expr)[1] if one.kind != "global"]
        value = bindings[0].value if len(bindings) == 1 else None
        return isinstance(value, ast.Call) and _is_feeds(module, value)
    return False


def _chat_for_feeds(module: Module) -> Iterator[Answer]:
    members = frozenset(sdk.v1_classes()["StreamChat"].members)
    for node in module.nodes:
        if (
            not isinstance(node, ast.Attribute)
            or node.attr not in _FEEDS - members
            or not isinstance(node.ctx, ast.Load)
        ):
            continue
        found = module.resolver.receiver(node.value) if module.resolver.may_be(node.value) else None
        if found is None or found.confidence is not Confidence.PROVEN or found.subclass:
            continue
        if found.cls in ("StreamChat", "StreamChatAsync"):
            yield _answer(module, node, node.attr, found.cls, "the client of feeds (stream-python)")


def _answer(module: Module, node: ast.expr, name: str, has: str, wanted: str) -> Answer:
    at = module.at(node)
    message = f"`{name}` is asked of {has}, which has none: it belongs to {wanted}"
    return Answer(message, at, (module.path, name, has), (Evidence(str(at), module.line(node)),))


def _wrong_package(project: Project) -> Iterator[Answer]:
    """Yield the distributions that stand where that of chat would have to."""
    code = project.python.values()
    if not any(b"stream_chat" in data for data in code):
        return
    using = next((one for one in project.modules(rb"\bstream_chat\b") if _imports(one, "stream_chat")), None)
    if using is None or any(_imports(one, "stream") for one in project.modules(_IMPORTED)):
        return
    listed = list(_listed(project))
    if any(one.name in _CHAT for one in listed):
        return
    for one in listed:
        if one.name in _WRONG:
            message = f"{one.name} is {_WRONG[one.name]}; the code imports stream_chat, which no manifest installs"
            yield Answer(message, one.at, (one.at.source, one.name), (Evidence(str(one.at), one.text),))


def _imports(module: Module, root: str) -> bool:
    for node in module.nodes:
        if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").partition(".")[0] == root:
            return True
        if isinstance(node, ast.Import) and any(one.name.partition(".")[0] == root for one in node.names):
            return True
    return False


def _listed(project: Project) -> Iterator[_Listed]:
    from streammigrate.manifests.model import ManifestError
    from streammigrate.manifests.registry import format_of

    for path in project.paths:
        family = format_of(path)
        data = None if family is None else project.read(path)
        if family is None or data is None:
            continue
        try:
            text = data.decode()
            reading = family.read(text, path)
        except (ManifestError, UnicodeDecodeError):
            continue
        for entry in (entry for listing in reading.listings for entry in listing.entries):
            yield _Listed(entry.name, Location(project.shown(path), line=entry.line), entry.raw.strip())
        for mention in reading.mentions:
            yield _Listed(mention.name, Location(project.shown(path), line=mention.line), mention.text)


CHECK = ProjectCheck(
    id="SM651",
    name="feeds-for-chat",
    title="The SDK of feeds is used for chat, or that of chat for feeds",
    severity=Severity.ERROR,
    area=Area.CODE,
    question="Is each of Stream's products used through its own SDK?",
    explanation="Chat and Feeds are two products. stream-python (`import stream`, `stream.connect(…)`) is the SDK of Feeds, "
    "stream-chat (`import stream_chat`) that of Chat, and getstream serves both (`client.chat`, `client.feeds`). The package "
    "`stream` on PyPI is neither. What one client does not have raises AttributeError; what no manifest installs raises "
    "ImportError. streammigrate moves chat only.",
    shows="the attribute, or the line of the manifest.",
    fix="v1: `StreamChat(api_key, api_secret)` for chat (`pip install stream-chat`) and `stream.connect(…)` for feeds "
    "(`pip install stream-python`). v2: `Stream(…).chat` and `Stream(…).feeds` (`pip install getstream`).",
    judge=_judge,
)
