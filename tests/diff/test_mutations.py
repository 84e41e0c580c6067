"""Generated documents with one change made to them: exactly that change is reported, and its mirror the other way round.

STREAMMIGRATE_LONG=1 runs many more examples, chosen at random.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streammigrate.diff.compare import compare
from streammigrate.diff.registry import CHANGE_KINDS
from streammigrate.spec import refs

if TYPE_CHECKING:
    from tests.diff.conftest import Lab

Node = dict[str, Any]
EXAMPLES = 100 if os.environ.get("STREAMMIGRATE_LONG") else 5
MIRRORS = {kind.name: kind.mirror for kind in CHANGE_KINDS}
NOUNS = ("Anchor", "Basket", "Candle")
FIELDS = ("note", "size", "ready", "since", "tags", "scores", "owner", "mood", "inner", "code")
METHODS = ("get", "post", "put", "patch", "delete")


# Documents.


@st.composite
def leaves(draw: st.DrawFn) -> Node:
    """Draw a schema of a plain value."""
    type_ = draw(st.sampled_from(["string", "integer", "number", "boolean", "enum", "time"]))
    if type_ == "enum":
        return {"type": "string", "enum": draw(st.sampled_from([["low", "high"], ["one_way", "two_ways", "closed"]]))}
    if type_ == "time":
        return {"type": "string", "format": draw(st.sampled_from(["date-time", "date"]))}
    node: Node = {"type": type_}
    if type_ == "string" and draw(st.booleans()):
        node["maxLength"] = draw(st.integers(10, 20))
    if type_ == "integer" and draw(st.booleans()):
        node["minimum"] = draw(st.integers(0, 5))
        node["default"] = draw(st.integers(5, 9))
    if draw(st.booleans()):
        node["description"] = draw(st.sampled_from(["text", "more text"]))
    return node


@st.composite
def values(draw: st.DrawFn, depth: int = 2) -> Node:
    """Draw a schema of any kind."""
    shape = draw(st.sampled_from(["leaf", "leaf", "ref", "array", "map", "object", "variants"])) if depth else "leaf"
    if shape == "ref":
        return ref(draw(st.sampled_from(NOUNS)))
    if shape == "array":
        return {"type": "array", "items": draw(values(depth - 1)), **draw(st.sampled_from([{}, {"maxItems": 9}]))}
    if shape == "map":
        return {"type": "object", "additionalProperties": draw(values(depth - 1))}
    if shape == "object":
        return draw(objects(depth - 1))
    if shape == "variants":
        return {"oneOf": [{"type": "string"}, ref(draw(st.sampled_from(NOUNS))), {"type": "boolean"}]}
    return draw(leaves())


@st.composite
def objects(draw: st.DrawFn, depth: int = 2) -> Node:
    """Draw a schema of an object with named properties."""
    names = draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3, unique=True))
    node: Node = {"type": "object", "properties": {name: draw(values(depth)) for name in names}}
    required = [name for name in names if draw(st.booleans())]
    return {**node, "required": required} if required else node


FULL: Node = {
    "text": {"type": "string", "maxLength": 12, "pattern": "^a"},
    "count": {"type": "integer", "minimum": 2, "default": 7},
    "at": {"type": "string", "format": "date-time"},
    "kind": {"type": "string", "enum": ["big_one", "small_one", "none"]},
    "list": {"type": "array", "items": {"type": "string"}},
    "table": {"type": "object", "additionalProperties": {"type": "integer"}},
    "part": {"type": "object", "properties": {"deep": {"type": "string"}}},
    "choice": {"oneOf": [{"type": "string"}, {"type": "boolean"}, {"type": "object", "properties": {"a": {}}}]},
    "peer": {"$ref": "#/components/schemas/Basket"},
}
"""Properties of which each document has all somewhere, so that each mutation finds a place."""


@st.composite
def documents(draw: st.DrawFn) -> Node:
    """Draw a valid document. Some version of everything that mutations look for is in each."""
    schemas = {noun: draw(objects()) for noun in NOUNS}
    for name, node in FULL.items():
        owner = schemas[draw(st.sampled_from(NOUNS))]
        owner["properties"][name] = deepcopy(node)
        if name == "text":
            owner["required"] = [*owner.get("required", []), name]
    paths: Node = {}
    for noun in NOUNS:
        stem = f"/{noun.lower()}s"
        paths[stem] = {
            "get": operation(f"list{noun}s", draw(parameters()), None, {"type": "array", "items": ref(noun)}),
            "post": operation(f"create{noun}", draw(parameters()), draw(objects(1)), ref(noun)),
        }
        paths[stem + "/{id}"] = {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "put": operation(f"update{noun}", [], ref(noun), draw(values(1))),
        }
    version = draw(st.sampled_from(["3.0.3", "3.1.0"]))
    mapping = {
        f"{noun.lower()}.{what}": f"#/components/schemas/{noun}" for noun in NOUNS[:2] for what in ("new", "gone")
    }
    hook = {"discriminator": {"propertyName": "type", "mapping": mapping}}
    schemes = {name: {"type": "apiKey", "in": "header", "name": name} for name in ("key", "token", "other")}
    return {
        "openapi": version,
        "info": {"title": "Generated", "version": "1"},
        "servers": [{"url": "https://a.example/"}],
        "security": [{"key": []}, {"token": []}],
        "paths": paths,
        "components": {"schemas": {**schemas, "Hook": hook}, "securitySchemes": schemes},
    }


@st.composite
def parameters(draw: st.DrawFn) -> list[Node]:
    """Draw some query parameters; the first is optional, the second required, the third a list."""
    found: list[Node] = [
        {"name": "limit", "in": "query", "schema": draw(leaves())},
        {"name": "zone", "in": "query", "required": True, "schema": draw(leaves())},
        {"name": "ids", "in": "query", "schema": {"type": "array", "items": draw(leaves())}},
    ]
    return found[: draw(st.integers(0, 2))] + found[2:]


def ref(name: str) -> Node:
    return {"$ref": f"#/components/schemas/{name}"}


def content(schema: Node) -> Node:
    return {"content": {"application/json": {"schema": schema}}}


def operation(identifier: str, parameters: list[Node], body: Node | None, answer: Node) -> Node:
    headers = {"X-Rate": {"schema": {"type": "integer"}}}
    responses = {"200": {"description": "", "headers": headers, **content(answer)}, "404": {"description": ""}}
    found: Node = {"operationId": identifier, "parameters": parameters, "responses": responses}
    if body is not None:
        found["requestBody"] = content(body)
    return found


# Places in documents.


@dataclass(frozen=True)
class Site:
    """A schema in a document; `owner` and `at` are how a change names its place."""

    node: Node
    owner: str
    at: str

    def told(self, kind: str, more: str = "") -> str:
        at = self.at + more
        return f"{kind} {self.owner}{at}" if not at or at[0] in ".[:" else f"{kind} {self.owner}: {at}"


@dataclass(frozen=True)
class Call:
    """An operation in a document."""

    node: Node
    path: str
    method: str

    @property
    def id(self) -> str:
        return str(self.node["operationId"])

    def told(self, kind: str, at: str = "") -> str:
        return f"{kind} {self.id}: {at}" if at else f"{kind} {self.id}"


def calls(tree: Node) -> list[Call]:
    return [
        Call(item[method], path, method) for path, item in tree["paths"].items() for method in METHODS if method in item
    ]


def sites(tree: Node) -> Iterator[Site]:
    """Yield all schemas of a document but those that only refer."""
    for name, node in tree["components"]["schemas"].items():
        if name != "Hook":
            yield from below(node, name, "")
    for call in calls(tree):
        for parameter in call.node["parameters"]:
            yield from below(parameter["schema"], call.id, f"query parameter {parameter['name']}")
        if "requestBody" in call.node:
            yield from below(schema_of(call.node["requestBody"]), call.id, "request body")
        answer = call.node["responses"]["200"]
        yield from below(schema_of(answer), call.id, "response 200")
        yield from below(answer["headers"]["X-Rate"]["schema"], call.id, "response 200 header X-Rate")


def schema_of(part: Node) -> Node:
    return dict.__getitem__(part["content"]["application/json"], "schema")


def below(node: Node, owner: str, at: str) -> Iterator[Site]:
    if "$ref" in node:
        return
    yield Site(node, owner, at)
    for name, child in node.get("properties", {}).items():
        yield from below(child, owner, f"{at}.{name}")
    for key, step in (("items", "[]"), ("additionalProperties", ".*")):
        if isinstance(node.get(key), dict):
            yield from below(node[key], owner, at + step)


# Mutations: each changes a document in place and returns what is to be reported, and if places differ, what is to be
# reported the other way round.

Expected = list[str] | tuple[list[str], list[str]]


class Tools:
    """What a mutation may use: the document and ways to choose in it."""

    def __init__(self, tree: Node, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.tree, self.draw = tree, draw

    def one(self, found: Any) -> Any:
        return self.draw(st.sampled_from(list(found)))

    def call(self, wanted: Callable[[Call], Any] = lambda call: True) -> Call:
        found: Call = self.one(call for call in calls(self.tree) if wanted(call))
        return found

    def site(self, wanted: Callable[[Node], Any]) -> Site:
        found: Site = self.one(site for site in sites(self.tree) if wanted(site.node))
        return found

    def plain(self, *types: str) -> Site:
        """Choose a schema that has one of some types and no format or enum."""
        return self.site(lambda node: node.get("type") in types and not {"format", "enum"} & node.keys())

    def object(self) -> Site:
        return self.site(lambda node: "properties" in node)

    def property(self, required: bool) -> tuple[Site, str]:
        """Choose an object and one of its properties."""

        def names(node: Node) -> list[str]:
            known = node.get("required", [])
            return [name for name in node.get("properties", {}) if (name in known) == required]

        site = self.site(names)
        return site, self.one(names(site.node))


Mutation = Callable[[Tools], Expected]
MUTATIONS: dict[str, Mutation] = {}


def mutation(function: Mutation) -> Mutation:
    MUTATIONS[function.__name__.replace("_", " ")] = function
    return function


@mutation
def operation_removed(use: Tools) -> Expected:
    call = use.call()
    del use.tree["paths"][call.path][call.method]
    return [call.told("operation-removed")]


@mutation
def method_changed(use: Tools) -> Expected:
    call = use.call()
    item = use.tree["paths"][call.path]
    other = use.one(method for method in METHODS if method not in item)
    item[other] = item.pop(call.method)
    return [call.told("method-changed")]


@mutation
def path_changed(use: Tools) -> Expected:
    call = use.call()
    moved = call.path.replace(call.path.split("/")[1], "moved")
    shared = use.tree["paths"][call.path].get("parameters", [])
    del use.tree["paths"][call.path][call.method]
    use.tree["paths"][moved] = {call.method: call.node, "parameters": shared}
    return [call.told("path-changed")]


@mutation
def path_behind_a_prefix(use: Tools) -> Expected:
    use.tree["paths"] = {f"/api/v9{path}": item for path, item in use.tree["paths"].items()}
    return [call.told("path-prefix-changed") for call in calls(use.tree)]


@mutation
def operation_id_in_another_case(use: Tools) -> Expected:
    call = use.call()
    before = call.told("operation-id-changed")
    call.node["operationId"] = use.one(
        [call.id.upper(), call.id[0].upper() + call.id[1:], f"{call.id[:3]}_{call.id[3:]}"]
    )
    return [before], [call.told("operation-id-changed")]


@mutation
def operation_id_replaced(use: Tools) -> Expected:
    call = use.call()
    before = call.told("operation-id-changed")
    call.node["operationId"] = "somethingElse"
    return [before], [call.told("operation-id-changed")]


@mutation
def operation_id_gone(use: Tools) -> Expected:
    call = use.call()
    forth, back = [call.told("operation-id-changed")], [f"operation-id-changed {call.method.upper()} {call.path}"]
    del call.node["operationId"]
    return forth, back


@mutation
def path_parameter_renamed(use: Tools) -> Expected:
    call = use.call(lambda call: "{id}" in call.path)
    item = use.tree["paths"].pop(call.path)
    item["parameters"][0]["name"] = "key"
    use.tree["paths"][call.path.replace("{id}", "{key}")] = item
    return [call.told("path-parameter-renamed", "path parameter id")], [
        call.told("path-parameter-renamed", "path parameter key")
    ]


@mutation
def operation_deprecated(use: Tools) -> Expected:
    call = use.call()
    call.node["deprecated"] = True
    return [call.told("operation-deprecated")]


@mutation
def security_tightened(use: Tools) -> Expected:
    call = use.call()
    call.node["security"] = [{use.one(["key", "token"]): []}]
    return [call.told("security-tightened")]


@mutation
def security_loosened(use: Tools) -> Expected:
    call = use.call()
    call.node["security"] = [{"token": []}, use.one([{}, {"other": []}]), {"key": []}]
    return [call.told("security-loosened")]


@mutation
def security_changed(use: Tools) -> Expected:
    call = use.call()
    call.node["security"] = [{"other": []}]
    return [call.told("security-changed")]


@mutation
def security_off(use: Tools) -> Expected:
    call = use.call()
    call.node["security"] = []
    return [call.told("security-loosened")]


@mutation
def security_scope_added(use: Tools) -> Expected:
    call = use.call()
    call.node["security"] = [{"key": ["admin"]}, {"token": []}]
    return [call.told("security-tightened")]


@mutation
def security_needs_more_in_a_further_alternative(use: Tools) -> Expected:
    use.call().node["security"] = [{"key": []}, {"token": []}, {"key": [], "other": []}]
    return []


@mutation
def server_added(use: Tools) -> Expected:
    use.tree["servers"].append({"url": "https://b.example/"})
    return ["server-added document: servers"]


@mutation
def security_scheme_changed(use: Tools) -> Expected:
    name, scheme = use.one(use.tree["components"]["securitySchemes"].items())
    scheme["in"] = "query"
    return [f"security-scheme-changed document: security scheme {name}"]


@mutation
def security_scheme_removed(use: Tools) -> Expected:
    del use.tree["components"]["securitySchemes"]["other"]
    return ["security-scheme-removed document: security scheme other"]


@mutation
def parameter_removed(use: Tools) -> Expected:
    call = use.call(lambda call: call.node["parameters"])
    gone = call.node["parameters"].pop(use.one(range(len(call.node["parameters"]))))
    at = f"query parameter {gone['name']}"
    kinds = ["parameter-removed", *(["parameter-became-optional"] if gone.get("required") else [])]
    return [call.told(kind, at) for kind in kinds]


@mutation
def parameter_added(use: Tools) -> Expected:
    call = use.call()
    required = use.one([True, False])
    come = {"name": "fresh", "in": use.one(["query", "header", "cookie"]), "schema": {"type": "string"}}
    call.node["parameters"].insert(0, {**come, "required": required})
    kinds = ["parameter-added", *(["parameter-became-required"] if required else [])]
    return [call.told(kind, f"{come['in']} parameter fresh") for kind in kinds]


@mutation
def parameter_became_required(use: Tools) -> Expected:
    call = use.call(lambda call: call.node["parameters"])
    parameter = use.one(found for found in call.node["parameters"] if not found.get("required"))
    parameter["required"] = True
    return [call.told("parameter-became-required", f"query parameter {parameter['name']}")]


@mutation
def parameter_moved(use: Tools) -> Expected:
    call = use.call(lambda call: call.node["parameters"])
    parameter = use.one(call.node["parameters"])
    before = call.told("parameter-moved", f"query parameter {parameter['name']}")
    parameter["in"] = use.one(["header", "cookie"])
    return [before], [call.told("parameter-moved", f"{parameter['in']} parameter {parameter['name']}")]


@mutation
def parameter_moved_to_the_body(use: Tools) -> Expected:
    call = use.call(lambda call: call.node["parameters"] and "requestBody" in call.node)
    parameter = call.node["parameters"].pop(-1)
    schema_of(call.node["requestBody"])["properties"][parameter["name"]] = parameter["schema"]
    return [
        call.told("parameter-moved", f"query parameter {parameter['name']}"),
        call.told("property-added", f"request body.{parameter['name']}"),
    ]


@mutation
def parameter_encoding_changed(use: Tools) -> Expected:
    call = use.call(lambda call: call.node["parameters"])
    parameter = use.one(found for found in call.node["parameters"] if found["schema"].get("type") == "array")
    if use.one([True, False]):
        parameter["explode"] = False
    else:
        parameter["style"] = "spaceDelimited"
    return [call.told("parameter-encoding-changed", f"query parameter {parameter['name']}")]


@mutation
def parameter_deprecated(use: Tools) -> Expected:
    call = use.call(lambda call: call.node["parameters"])
    parameter = use.one(call.node["parameters"])
    parameter["deprecated"] = True
    return [call.told("parameter-deprecated", f"query parameter {parameter['name']}")]


@mutation
def body_removed(use: Tools) -> Expected:
    call = use.call(lambda call: "requestBody" in call.node)
    del call.node["requestBody"]
    return [call.told("request-body-removed", "request body")]


@mutation
def body_became_required(use: Tools) -> Expected:
    call = use.call(lambda call: "requestBody" in call.node)
    call.node["requestBody"]["required"] = True
    return [call.told("request-body-became-required", "request body")]


@mutation
def media_type_added_to_a_request(use: Tools) -> Expected:
    call = use.call(lambda call: "requestBody" in call.node)
    call.node["requestBody"]["content"]["text/csv"] = {"schema": {"type": "string"}}
    return [call.told("request-media-type-added", "request body")]


@mutation
def media_type_added_to_a_response(use: Tools) -> Expected:
    call = use.call()
    call.node["responses"]["200"]["content"]["text/csv"] = {}
    return [call.told("response-media-type-added", "response 200")]


@mutation
def status_removed(use: Tools) -> Expected:
    call = use.call()
    del call.node["responses"]["404"]
    return [call.told("response-status-removed", "response 404")]


@mutation
def status_added(use: Tools) -> Expected:
    call = use.call()
    status = use.one(["204", "4XX", "500", "default"])
    call.node["responses"][status] = {"description": ""}
    kind = "success-status-added" if status == "204" else "response-status-added"
    return [call.told(kind, f"response {status}")]


@mutation
def success_status_changed(use: Tools) -> Expected:
    call = use.call()
    call.node["responses"]["201"] = call.node["responses"].pop("200")
    return [call.told("success-status-changed")]


@mutation
def response_body_removed(use: Tools) -> Expected:
    call = use.call()
    del call.node["responses"]["200"]["content"]
    return [call.told("response-body-removed", "response 200")]


@mutation
def response_header_removed(use: Tools) -> Expected:
    call = use.call()
    del call.node["responses"]["200"]["headers"]["X-Rate"]
    return [call.told("response-header-removed", "response 200 header X-Rate")]


@mutation
def response_header_promised(use: Tools) -> Expected:
    call = use.call()
    call.node["responses"]["200"]["headers"]["X-Rate"]["required"] = True
    return [call.told("response-header-became-required", "response 200 header X-Rate")]


@mutation
def optional_property_removed(use: Tools) -> Expected:
    site, name = use.property(required=False)
    del site.node["properties"][name]
    return [site.told("property-removed", f".{name}")]


@mutation
def required_property_removed(use: Tools) -> Expected:
    site, name = use.property(required=True)
    del site.node["properties"][name]
    site.node["required"].remove(name)
    return [site.told("property-removed", f".{name}"), site.told("property-became-optional", f".{name}")]


@mutation
def property_became_optional(use: Tools) -> Expected:
    site, name = use.property(required=True)
    site.node["required"].remove(name)
    return [site.told("property-became-optional", f".{name}")]


@mutation
def property_added(use: Tools) -> Expected:
    site = use.object()
    site.node["properties"]["fresh"] = {"type": use.one(["string", "integer"])}
    return [site.told("property-added", ".fresh")]


@mutation
def required_property_added(use: Tools) -> Expected:
    site = use.object()
    site.node["properties"]["fresh"] = use.one([{"type": "string"}, ref("Basket")])
    site.node["required"] = [*site.node.get("required", []), "fresh"]
    return [site.told("property-added", ".fresh"), site.told("property-became-required", ".fresh")]


@mutation
def property_became_required(use: Tools) -> Expected:
    site, name = use.property(required=False)
    site.node["required"] = [*site.node.get("required", []), name]
    return [site.told("property-became-required", f".{name}")]


@mutation
def property_respelled(use: Tools) -> Expected:
    site, name = use.property(required=use.one([True, False]))
    other = name[0].upper() + name[1:]
    site.node["properties"] = {other if key == name else key: node for key, node in site.node["properties"].items()}
    if name in site.node.get("required", []):
        site.node["required"] = [other if key == name else key for key in site.node["required"]]
    return [site.told("property-respelled", f".{name}")], [site.told("property-respelled", f".{other}")]


@mutation
def type_changed(use: Tools) -> Expected:
    site = use.plain("string", "integer", "number")
    site.node["type"] = "boolean"
    return [site.told("type-changed")]


@mutation
def time_became_a_number(use: Tools) -> Expected:
    site = use.site(lambda node: node.get("format") == "date-time")
    site.node["type"] = "number"
    return [site.told("type-changed")]


@mutation
def type_widened(use: Tools) -> Expected:
    site = use.plain("integer")
    site.node["type"] = "number"
    return [site.told("type-widened")]


@mutation
def type_dropped(use: Tools) -> Expected:
    site = use.plain("boolean", "string")
    del site.node["type"]
    return [site.told("type-widened")]


@mutation
def format_changed(use: Tools) -> Expected:
    site = use.site(lambda node: node.get("format") == "date-time")
    site.node["format"] = use.one(["date", "uuid"])
    return [site.told("format-changed")]


@mutation
def format_added(use: Tools) -> Expected:
    site = use.plain("string", "integer")
    site.node["format"] = "custom"
    return [site.told("type-narrowed")]


@mutation
def became_nullable(use: Tools) -> Expected:
    site = use.site(lambda node: isinstance(node.get("type"), str))
    if use.tree["openapi"].startswith("3.0"):
        site.node["nullable"] = True
    elif use.one([True, False]):
        site.node["type"] = [site.node["type"], "null"]
    else:
        whole = dict(site.node)
        site.node.clear()
        site.node[use.one(["anyOf", "oneOf"])] = [whole, {"type": "null"}]
    return [site.told("became-nullable")]


@mutation
def enum_value_removed(use: Tools) -> Expected:
    site = use.site(lambda node: "enum" in node)
    site.node["enum"] = site.node["enum"][1:]
    return [site.told("enum-value-removed")]


@mutation
def enum_value_added(use: Tools) -> Expected:
    site = use.site(lambda node: "enum" in node)
    site.node["enum"] = ["fresh", *site.node["enum"]]
    return [site.told("enum-value-added")]


@mutation
def enum_value_respelled(use: Tools) -> Expected:
    site = use.site(lambda node: "enum" in node)
    site.node["enum"] = [site.node["enum"][0].upper().replace("_", "-"), *site.node["enum"][1:]]
    return [site.told("enum-value-respelled")]


@mutation
def enum_introduced(use: Tools) -> Expected:
    site = use.plain("string")
    site.node["enum"] = ["a", "b"]
    return [site.told("enum-introduced")]


@mutation
def default_added(use: Tools) -> Expected:
    site = use.site(lambda node: node.get("type") == "string" and "default" not in node)
    site.node["default"] = use.one(["", "a"])
    return [site.told("default-added")]


@mutation
def default_changed(use: Tools) -> Expected:
    site = use.site(lambda node: "default" in node)
    site.node["default"] = use.one([0, None, True, 1.5])
    return [site.told("default-changed")]


@mutation
def default_removed(use: Tools) -> Expected:
    site = use.site(lambda node: "default" in node)
    del site.node["default"]
    return [site.told("default-removed")]


@mutation
def length_limited(use: Tools) -> Expected:
    site = use.site(lambda node: node.get("type") == "string")
    site.node["maxLength"] = use.one([1, 5, 9])
    return [site.told("bound-tightened", ":maxLength")]


@mutation
def minimum_lowered(use: Tools) -> Expected:
    site = use.site(lambda node: "minimum" in node)
    site.node["minimum"] -= use.one([1, 0.5, 100])
    return [site.told("bound-loosened", ":minimum")]


@mutation
def minimum_became_exclusive(use: Tools) -> Expected:
    site = use.site(lambda node: "minimum" in node)
    if use.tree["openapi"].startswith("3.0"):
        site.node["exclusiveMinimum"] = True
    else:
        site.node["exclusiveMinimum"] = site.node.pop("minimum")
    return [site.told("bound-tightened", ":minimum")]


@mutation
def items_limited(use: Tools) -> Expected:
    site = use.site(lambda node: node.get("type") == "array")
    site.node["maxItems"] = 3
    return [site.told("bound-tightened", ":maxItems")]


@mutation
def pattern_changed(use: Tools) -> Expected:
    site = use.site(lambda node: "pattern" in node)
    site.node["pattern"] = "^b"
    return [site.told("constraint-changed", ":pattern")]


@mutation
def pattern_removed(use: Tools) -> Expected:
    site = use.site(lambda node: "pattern" in node)
    del site.node["pattern"]
    return [site.told("bound-loosened", ":pattern")]


@mutation
def unknown_properties_refused(use: Tools) -> Expected:
    site = use.object()
    site.node["additionalProperties"] = False
    return [site.told("extra-properties-closed")]


@mutation
def read_only(use: Tools) -> Expected:
    site = use.site(lambda node: True)
    site.node["readOnly"] = True
    return [site.told("became-read-only")]


@mutation
def write_only(use: Tools) -> Expected:
    site = use.site(lambda node: True)
    site.node["writeOnly"] = True
    return [site.told("became-write-only")]


@mutation
def property_deprecated(use: Tools) -> Expected:
    site = use.site(lambda node: True)
    site.node["deprecated"] = True
    return [site.told("property-deprecated")]


@mutation
def list_became_a_map(use: Tools) -> Expected:
    site = use.site(lambda node: node.get("type") == "array")
    site.node.pop("maxItems", None)
    site.node.update(type="object", additionalProperties=site.node.pop("items"))
    return [site.told("array-became-map")]


@mutation
def variant_added(use: Tools) -> Expected:
    site = use.site(lambda node: "oneOf" in node)
    site.node["oneOf"] = [{"type": "integer"}, *site.node["oneOf"]]
    return [site.told("variant-added")]


@mutation
def variant_removed(use: Tools) -> Expected:
    site = use.site(lambda node: len(node.get("oneOf", ())) > 2)
    site.node["oneOf"].pop(use.one([0, 1, 2]))
    return [site.told("variant-removed")]


@mutation
def schema_renamed(use: Tools) -> Expected:
    schemas = use.tree["components"]["schemas"]
    name = use.one(NOUNS)
    text = f"#/components/schemas/{name}"
    use.tree["components"]["schemas"] = {"Fresh" if key == name else key: node for key, node in schemas.items()}
    rewritten = replaced(use.tree, text, "#/components/schemas/Fresh")
    use.tree.clear()
    use.tree.update(rewritten)
    return [f"schema-renamed {name}"], ["schema-renamed Fresh"]


def replaced(node: Any, text: str, other: str) -> Any:
    if isinstance(node, dict):
        return {key: replaced(value, text, other) for key, value in node.items()}
    if isinstance(node, list):
        return [replaced(value, text, other) for value in node]
    return other if node == text else node


@mutation
def schema_extracted(use: Tools) -> Expected:
    site = use.site(lambda node: True)
    if not site.at:
        site = use.one(site for site in sites(use.tree) if site.at)
    use.tree["components"]["schemas"]["Fresh"] = dict(site.node)
    site.node.clear()
    site.node.update(ref("Fresh"))
    return ["schema-added Fresh"]


@mutation
def event_removed(use: Tools) -> Expected:
    mapping = use.tree["components"]["schemas"]["Hook"]["discriminator"]["mapping"]
    name = use.one(mapping)
    del mapping[name]
    return [f"event-removed {name}"]


@mutation
def texts_changed(use: Tools) -> Expected:
    use.site(lambda node: True).node["description"] = "other words"
    use.site(lambda node: True).node.update(title="a title", example={"some": "example"})
    call = use.call()
    call.node.update(summary="other words", description="more words", tags=["tag"])
    call.node["responses"]["200"]["description"] = "other words"
    use.tree["info"].update(title="other", description="words")
    return []


# The checks.


@pytest.mark.parametrize("name", MUTATIONS)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_the_change_that_was_made_is_the_change_that_is_reported(name: str, lab: Lab, data: st.DataObject) -> None:
    old = data.draw(documents())
    new = deepcopy(old)
    expected = MUTATIONS[name](Tools(new, data.draw))
    forth, back = expected if isinstance(expected, tuple) else (expected, expected)
    back = [f"{MIRRORS[text.split(' ', 1)[0]]} {text.split(' ', 1)[1]}" for text in back]
    before, after = lab.spec(old), lab.spec(new)
    result = compare(before, after)
    assert sorted(map(lab.told, result.changes())) == sorted(forth)
    assert sorted(map(lab.told, compare(after, before).changes())) == sorted(back)
    for change in result.changes():
        for pointer, tree in ((change.old_pointer, old), (change.new_pointer, new)):
            assert pointer is None or refs.lookup(tree, f"#{pointer}") is not None


def rearranged(node: Any, chance: random.Random, key: str = "") -> Any:
    """Return a copy with the keys of mappings, and the lists whose order means nothing, in another order."""
    if isinstance(node, dict):
        names = list(node)
        chance.shuffle(names)
        return {name: rearranged(node[name], chance, name) for name in names}
    if isinstance(node, list):
        items = [rearranged(value, chance) for value in node]
        if key in ("parameters", "required", "enum", "security", "servers", "oneOf"):
            chance.shuffle(items)
        return items
    return node


def respelled(node: Any, chance: random.Random) -> Any:
    """Return a copy of an OpenAPI 3.0 document as 3.1 would write it, where chance wants."""
    if isinstance(node, list):
        return [respelled(value, chance) for value in node]
    if not isinstance(node, dict):
        return node
    node = {key: respelled(value, chance) for key, value in node.items()}
    if "$ref" in node or not isinstance(node.get("type"), str):
        return node
    if node.pop("nullable", False):
        node["type"] = [node["type"], "null"]
    if len(node.get("enum", ())) == 1 and chance.random() < 0.5:
        [node["const"]] = node.pop("enum")
    if node.get("exclusiveMinimum") is True:
        node["exclusiveMinimum"] = node.pop("minimum")
    return node


@given(tree=documents(), chance=st.randoms(use_true_random=False))
@settings(max_examples=EXAMPLES * 6)
def test_a_document_against_itself_in_another_order(tree: Node, chance: random.Random, lab: Lab) -> None:
    assert lab.changes(tree, tree) == []
    result = lab.compare(tree, rearranged(tree, random.Random(chance.randint(0, 10**6))))
    assert [lab.told(change) for change in result.changes()] == []
    assert not result.problems


@given(data=st.data())
@settings(max_examples=EXAMPLES * 4)
def test_a_document_in_the_spelling_of_another_version(lab: Lab, data: st.DataObject) -> None:
    tree = {**data.draw(documents()), "openapi": "3.0.3"}
    tools = Tools(tree, data.draw)
    for change in (became_nullable, minimum_became_exclusive, enum_introduced):
        change(tools)
    tools.site(lambda node: "enum" in node).node["enum"] = ["only"]
    other = {**respelled(tree, random.Random(data.draw(st.integers(0, 99)))), "openapi": "3.1.0"}
    assert lab.changes(tree, other) == []


@given(data=st.data())
@settings(max_examples=EXAMPLES * 6)
def test_several_changes_do_not_hide_each_other(lab: Lab, data: st.DataObject) -> None:
    """Changes of different operations and schemas are all reported, whatever else changed."""
    old = data.draw(documents())
    new = deepcopy(old)
    names = ["status added", "default removed", "server added", "property added", "operation deprecated"]
    expected: list[str] = []
    for name in data.draw(st.lists(st.sampled_from(names), min_size=2, max_size=4, unique=True)):
        told = MUTATIONS[name](Tools(new, data.draw))
        assert isinstance(told, list)
        expected += told
    assert lab.changes(old, new) == sorted(expected)


@given(one=documents(), other=documents())
@settings(max_examples=EXAMPLES * 6)
def test_any_two_documents_mirror_each_other(one: Node, other: Node, lab: Lab) -> None:
    old, new = lab.spec(one), lab.spec(other)
    forth, back = compare(old, new), compare(new, old)
    told = Counter(change.kind.name for change in forth.changes())
    assert told == Counter(MIRRORS[change.kind.name] for change in back.changes())
    for change in forth.changes():
        for pointer, tree in ((change.old_pointer, one), (change.new_pointer, other)):
            assert pointer is None or refs.lookup(tree, f"#{pointer}") is not None
    fingerprints = Counter(change.fingerprint for change in forth.changes())
    assert max(fingerprints.values(), default=1) == 1
