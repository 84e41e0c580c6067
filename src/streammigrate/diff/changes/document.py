"""What can change of the document as a whole: servers and security schemes."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.diff.change import BREAKING, INFO, ChangeKind, Example, Fact
from streammigrate.diff.changes.values import same
from streammigrate.spec import refs
from streammigrate.spec.model import Node, Spec

_SERVER_URL = "https://spec.openapis.org/oas/v3.1.0#server-object"
_SCHEME_URL = "https://spec.openapis.org/oas/v3.1.0#security-scheme-object"

SERVER_REMOVED = ChangeKind(
    id="SM113",
    name="server-removed",
    title="A server is no longer listed",
    message="server {old} removed",
    explanation="The document no longer names the server. Where requests go is set in the client, so check that.",
    url=_SERVER_URL,
    request=INFO,
    response=INFO,
    mirror="server-added",
    example=Example(
        part="document",
        old="servers: [{url: 'https://a.example'}, {url: 'https://b.example'}]",
        new="servers: [{url: 'https://a.example'}]",
    ),
)
SERVER_ADDED = ChangeKind(
    id="SM114",
    name="server-added",
    title="A server was added",
    message="server {new} added",
    explanation="The document names a further server.",
    url=_SERVER_URL,
    request=INFO,
    response=INFO,
    mirror="server-removed",
)
SCHEME_REMOVED = ChangeKind(
    id="SM115",
    name="security-scheme-removed",
    title="A security scheme was removed",
    message="security scheme {old} removed",
    explanation="The document no longer describes this way to authenticate. Operations that lose it are reported too.",
    url=_SCHEME_URL,
    request=INFO,
    response=INFO,
    mirror="security-scheme-added",
    example=Example(
        part="document",
        old="components: {securitySchemes: {key: {type: apiKey, in: query, name: api_key}}}",
        new="components: {securitySchemes: {}}",
    ),
)
SCHEME_ADDED = ChangeKind(
    id="SM116",
    name="security-scheme-added",
    title="A security scheme was added",
    message="security scheme {new} added",
    explanation="The document describes a further way to authenticate.",
    url=_SCHEME_URL,
    request=INFO,
    response=INFO,
    mirror="security-scheme-removed",
)
SCHEME_CHANGED = ChangeKind(
    id="SM117",
    name="security-scheme-changed",
    title="A security scheme changed",
    message="changed from {old} to {new}",
    explanation="The same scheme is sent differently: another header or query name, another type or flow.",
    url=_SCHEME_URL,
    request=BREAKING,
    response=INFO,
    mirror="security-scheme-changed",
    example=Example(
        part="document",
        old="components: {securitySchemes: {key: {type: apiKey, in: query, name: api_key}}}",
        new="components: {securitySchemes: {key: {type: apiKey, in: header, name: api_key}}}",
    ),
)


def compare(old: Spec, new: Spec) -> Iterator[Fact]:
    """Yield what differs between the servers and the security schemes of two documents."""
    places = _section(old, "/servers"), _section(new, "/servers")
    for url in sorted(set(old.servers) - set(new.servers)):
        yield Fact(SERVER_REMOVED, "servers", url, None, places, side="request")
    for url in sorted(set(new.servers) - set(old.servers)):
        yield Fact(SERVER_ADDED, "servers", None, url, places, side="request")
    before, after = old.security_schemes, new.security_schemes
    for name in sorted(before.keys() | after.keys()):
        at = f"security scheme {name}"
        place = (refs.join("/components/securitySchemes", name),)
        if name not in after:
            yield Fact(SCHEME_REMOVED, at, name, None, (place, ()), side="request")
        elif name not in before:
            yield Fact(SCHEME_ADDED, at, None, name, ((), place), side="request")
        else:
            olds, news = _meaning(before[name]), _meaning(after[name])
            if not same(olds, news):
                yield Fact(SCHEME_CHANGED, at, olds, news, (place, place), side="request")


def _section(spec: Spec, pointer: str) -> tuple[str, ...]:
    return (pointer,) if refs.lookup(spec.document, "#" + pointer) is not None else ()


def renamed_schemes(old: Spec, new: Spec) -> dict[str, str]:
    """Return the new names of security schemes by which the old document's schemes go on, new name to old name.

    A scheme has a new name when its old one is gone and just one scheme that means the same has come.
    """
    found = {}
    gone = {name: _meaning(node) for name, node in old.security_schemes.items() if name not in new.security_schemes}
    come = {name: _meaning(node) for name, node in new.security_schemes.items() if name not in old.security_schemes}
    for name, meaning in gone.items():
        heirs = [other for other, node in come.items() if same(meaning, node)]
        rivals = [other for other, node in gone.items() if same(meaning, node)]
        if len(heirs) == len(rivals) == 1:
            found[heirs[0]] = name
    return found


def _meaning(scheme: Node) -> Node:
    return {key: value for key, value in scheme.items() if key != "description" and not key.startswith("x-")}
