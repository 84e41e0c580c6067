"""From a parsed document to a Spec: operations, schemas and events, with every oddity reported and passed over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from streammigrate.findings import Location
from streammigrate.spec import problems, refs
from streammigrate.spec.events import asyncapi_events, openapi_events
from streammigrate.spec.model import WEBHOOK, Body, Fetched, Node, Operation, Parameter, Response, Spec
from streammigrate.spec.reach import operation_schemas, reached_names
from streammigrate.spec.view import label

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_DEFAULT_STYLE = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_MAX_HOPS = 32


def load(tree: Any, fetched: Fetched, *, external_refs: bool = False) -> Spec:
    """Return the Spec of a parsed document.

    `external_refs` says that references to other documents were followed already: those that are left have failed,
    and whoever followed them has said so. Raises InputError when it is no OpenAPI 3.x or AsyncAPI 2.x document.
    Everything else that is wrong becomes a finding in `Spec.problems`, and reading goes on without the part.
    """
    at = Location(fetched.label)
    dialect, version = _dialect(tree, at)
    info = tree.get("info")
    info = info if isinstance(info, dict) else {}
    spec = Spec(
        label=fetched.label,
        sha256=fetched.sha256,
        dialect=dialect,
        dialect_version=version,
        title=str(info.get("title", "")),
        version=str(info.get("version", "")),
        document=tree,
    )
    reader = _Reader(spec, external_refs)
    reader.read_schemas()
    if dialect == "openapi":
        reader.read_document()
        reader.read_operations()
        reader.reach_schemas()
        spec.events, spec.event_unions = openapi_events(spec, reached_names(spec))
    else:
        spec.events, missing = asyncapi_events(spec)
        reader.reach_schemas()
        if missing:
            names = ", ".join(missing)
            total = len({event.payload for event in spec.events.values()})
            reader.report(
                problems.MISSING_PAYLOAD,
                "/components/schemas",
                f"{len(missing)} of {total} event payload schemas are missing from the document: {names}",
            )
    spec.problems.sort(key=lambda finding: (finding.location.pointer, finding.id, finding.message))
    return spec


def _dialect(tree: Any, at: Location) -> tuple[Literal["openapi", "asyncapi"], str]:
    if not isinstance(tree, dict):
        kind = {list: "a list", str: "plain text", type(None): "empty"}.get(type(tree), "a single value")
        raise problems.NOT_A_SPEC.error(at, f"the document is {kind}, not a mapping with an `openapi` field")
    if "openapi" in tree:
        version = str(tree["openapi"])
        if re.match(r"3\.[012](\.|$)", version):
            return "openapi", version
        raise problems.BAD_VERSION.error(
            Location(at.source, "/openapi"), f"OpenAPI version {version!r} is not supported (3.0, 3.1 and 3.2 are)"
        )
    if "asyncapi" in tree:
        version = str(tree["asyncapi"])
        if re.match(r"2\.\d+(\.|$)", version):
            return "asyncapi", version
        raise problems.BAD_VERSION.error(
            Location(at.source, "/asyncapi"), f"AsyncAPI version {version!r} is not supported (2.x is)"
        )
    if "swagger" in tree:
        raise problems.SWAGGER2.error(
            Location(at.source, "/swagger"), f"Swagger {tree['swagger']} documents are not supported"
        )
    keys = ", ".join(sorted(str(key) for key in tree)[:5]) or "none"
    raise problems.NOT_A_SPEC.error(at, f"the document has no `openapi` field (its top-level keys: {keys})")


class _Reader:
    """Reads one document into one Spec; a part of the wrong shape is reported once, at its pointer."""

    def __init__(self, spec: Spec, external_refs: bool) -> None:
        self.spec = spec
        self.external_refs = external_refs
        self.tree = spec.document
        self.wanted: set[str] = set()
        self.unsound: list[tuple[Any, str]] = []
        self.reported: set[tuple[str, str]] = set()

    def report(self, problem: problems.Problem, pointer: str, message: str) -> None:
        if (problem.id, pointer) not in self.reported:
            self.reported.add((problem.id, pointer))
            self.spec.problems.append(problem.finding(Location(self.spec.label, pointer), message))

    def malformed(self, pointer: str, wanted: str, value: Any) -> None:
        name = {dict: "a mapping", list: "a list", str: "text", bool: "a boolean", type(None): "null"}
        self.report(
            problems.MALFORMED, pointer, f"expected {wanted}, found {name.get(type(value), type(value).__name__)}"
        )

    def mapping(self, node: Node, key: str, pointer: str) -> Node:
        """Return `node[key]` when it is a mapping, else an empty one (reported unless absent)."""
        value = node.get(key)
        if isinstance(value, dict):
            return value
        if value is not None:
            self.malformed(refs.join(pointer, key), "a mapping", value)
        return {}

    def items(self, node: Node, key: str, pointer: str) -> list[Any]:
        value = node.get(key)
        if isinstance(value, list):
            return value
        if value is not None:
            self.malformed(refs.join(pointer, key), "a list", value)
        return []

    def resolve(self, value: Any, pointer: str) -> tuple[Node | None, str]:
        """Follow `$ref`s of parameters, bodies, responses, headers and path items to a mapping and its pointer."""
        for _ in range(_MAX_HOPS):
            if not isinstance(value, dict):
                self.malformed(pointer, "a mapping", value)
                return None, pointer
            ref = value.get("$ref")
            if not isinstance(ref, str):
                return value, pointer
            target = refs.lookup(self.tree, ref)
            if target is None:
                self.dangling(ref, pointer)
                return None, pointer
            value, pointer = target, refs.pointer_of(ref)
        self.report(problems.DANGLING_REF, pointer, "the $ref leads back to itself")
        return None, pointer

    def dangling(self, ref: str, pointer: str) -> None:
        if ref.startswith("#"):
            self.report(problems.DANGLING_REF, pointer, f"$ref to {ref!r}, which is not in the document")
        elif not self.external_refs:
            self.report(problems.EXTERNAL_REF, pointer, f"$ref to {ref!r}, outside the document, was not fetched")

    def schema(self, value: Any, pointer: str, name: str | None = None) -> Node:
        """Return a schema as a mapping and note what it refers to, under its name if it has one."""
        if isinstance(value, dict):
            found = refs.survey(value)
            self.wanted |= found.names
            for node in found.times:
                self.spec.times[label(node)] += 1
            if not found.sound:
                self.unsound.append((value, pointer))
            if name is not None:
                self.spec.targets[name] = frozenset(found.names)
            return value
        if isinstance(value, bool):
            return {} if value else {"not": {}}
        self.malformed(pointer, "a schema", value)
        return {}

    def read_schemas(self) -> None:
        components = self.mapping(self.tree, "components", "")
        schemas = self.mapping(components, "schemas", "/components")
        for name, value in schemas.items():
            pointer = f"/components/schemas/{refs.escape(name)}"
            self.spec.schemas[name] = self.schema(value, pointer, name)
            self.spec.pointers[name] = pointer

    def reach_schemas(self) -> None:
        """Add what is referred to outside components/schemas; report what is not there."""
        missing: set[str] = set()
        pending = self.wanted
        while pending := pending - self.spec.schemas.keys() - missing:
            self.wanted = set()
            for name in sorted(pending):
                target = refs.lookup(self.tree, name)
                if target is None:
                    missing.add(name)
                else:
                    anchored = refs.find_anchor(self.tree, name[1:]) if name[1:2] not in ("", "/") else None
                    pointer = refs.pointer_of(name) if anchored is None else anchored[1]
                    self.spec.schemas[name] = self.schema(target, pointer, name)
                    self.spec.pointers[name] = pointer
            pending = self.wanted
        if missing or self.unsound:
            self.locate(missing)

    def locate(self, missing: set[str]) -> None:
        """Find the places of dangling references and malformed parts (a second walk, only when there are some)."""
        roots: list[tuple[Any, str]] = [(node, self.spec.pointers[name]) for name, node in self.spec.schemas.items()]
        for operation in self.spec.operations:
            roots += operation_schemas(operation)
        roots += self.unsound
        seen: set[int] = set()
        while roots:
            node, pointer = roots.pop()
            if isinstance(node, bool) or id(node) in seen:
                continue
            seen.add(id(node))
            if not isinstance(node, dict):
                self.malformed(pointer, "a schema", node)
                continue
            ref = node.get("$ref")
            if isinstance(ref, str):
                if refs.ref_name(ref) in missing:
                    self.dangling(ref, pointer)
            elif ref is not None:
                self.malformed(refs.join(pointer, "$ref"), "text", ref)
            for key in refs.SCHEMA_MAPS:
                if not isinstance(node.get(key, {}), dict):
                    self.malformed(refs.join(pointer, key), "a mapping", node[key])
            for key in refs.SCHEMA_LISTS:
                if not isinstance(node.get(key, []), list):
                    self.malformed(refs.join(pointer, key), "a list", node[key])
            roots.extend((child, refs.join(pointer, *tokens)) for tokens, child in refs.subschemas(node))
            discriminator = node.get("discriminator")
            if isinstance(discriminator, dict) and isinstance(discriminator.get("mapping"), dict):
                for key, value in discriminator["mapping"].items():
                    if isinstance(value, str) and refs.mapping_target(value) in missing:
                        self.dangling(value, refs.join(pointer, "discriminator", "mapping", key))

    def read_document(self) -> None:
        components = self.mapping(self.tree, "components", "")
        for name, value in self.mapping(components, "securitySchemes", "/components").items():
            scheme, _ = self.resolve(value, refs.join("/components/securitySchemes", name))
            if scheme is not None:
                self.spec.security_schemes[name] = scheme
        self.spec.servers = tuple(self.server_urls(self.tree, ""))

    def server_urls(self, node: Node, pointer: str) -> Iterator[str]:
        for index, server in enumerate(self.items(node, "servers", pointer)):
            if not isinstance(server, dict) or not isinstance(server.get("url"), str):
                self.malformed(refs.join(pointer, "servers", str(index)), "a mapping with a `url`", server)
                continue
            variables = server.get("variables")
            url: str = server["url"]
            if isinstance(variables, dict):
                for name, variable in variables.items():
                    if isinstance(variable, dict) and "default" in variable:
                        url = url.replace("{" + name + "}", str(variable["default"]))
            yield url

    def base_paths(self, node: Node, pointer: str, inherited: tuple[str, ...]) -> tuple[str, ...]:
        """Return the paths of the servers that hold here, each once, in their order."""
        if "servers" not in node:
            return inherited
        paths = (
            re.sub(r"^[a-zA-Z][a-zA-Z0-9+.-]*://[^/]*|^//[^/]*", "", url).split("?", 1)[0].rstrip("/")
            for url in self.server_urls(node, pointer)
        )
        return tuple(dict.fromkeys(paths)) or inherited

    def read_operations(self) -> None:
        base = self.base_paths(self.tree, "", ("",))
        default_security = self.security(self.tree, "", ())
        for group, prefix in (("paths", ""), ("webhooks", WEBHOOK)):
            for path, value in self.mapping(self.tree, group, "").items():
                if path.startswith("x-"):
                    continue
                pointer = refs.join("", group, path)
                item, pointer = self.resolve(value, pointer)
                if item is not None:
                    self.read_path_item(prefix + path, item, pointer, ("",) if prefix else base, default_security)
        seen: dict[str, str] = {}
        counts = Counter(operation.id for operation in self.spec.operations)
        for position, operation in enumerate(self.spec.operations):
            if operation.id and counts[operation.id] > 1:
                self.spec.operations[position] = operation._replace(ambiguous=True)
                if operation.id in seen:
                    self.report(
                        problems.DUPLICATE_OPERATION_ID,
                        operation.pointer,
                        f"operationId {operation.id!r} also stands at {seen[operation.id]}",
                    )
                seen.setdefault(operation.id, operation.pointer)

    def read_path_item(
        self, path: str, item: Node, pointer: str, base: tuple[str, ...], default_security: tuple[tuple[str, ...], ...]
    ) -> None:
        base = self.base_paths(item, pointer, base)
        shared = self.parameters(item, pointer)
        methods = [(method, item[method], refs.join(pointer, method)) for method in METHODS if method in item]
        for method, value in self.mapping(item, "additionalOperations", pointer).items():
            methods.append((method, value, refs.join(pointer, "additionalOperations", method)))
        for method, node, at in methods:
            if not isinstance(node, dict):
                self.malformed(at, "a mapping", node)
                continue
            parameters = {**shared, **self.parameters(node, at)}
            identifier = node.get("operationId", "")
            if not isinstance(identifier, str):
                self.malformed(refs.join(at, "operationId"), "text", identifier)
                identifier = ""
            self.spec.operations.append(
                Operation(
                    id=identifier,
                    method=method.upper(),
                    path=path,
                    pointer=at,
                    parameters=tuple(parameters[key] for key in sorted(parameters)),
                    body=self.request_body(node, at),
                    responses=self.responses(node, at),
                    deprecated=node.get("deprecated") is True,
                    security=self.security(node, at, default_security),
                    tags=tuple(tag for tag in self.items(node, "tags", at) if isinstance(tag, str)),
                    summary=str(node.get("summary") or ""),
                    base_paths=self.base_paths(node, at, base),
                )
            )

    def security(self, node: Node, pointer: str, inherited: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        """Return the alternatives, sorted: each the schemes it needs (`oauth`) and their scopes (`oauth[read]`)."""
        if "security" not in node:
            return inherited
        alternatives = set()
        for index, requirement in enumerate(self.items(node, "security", pointer)):
            if not isinstance(requirement, dict):
                self.malformed(refs.join(pointer, "security", str(index)), "a mapping", requirement)
                continue
            needs = set(requirement)
            for name, scopes in requirement.items():
                needs |= {f"{name}[{scope}]" for scope in scopes} if isinstance(scopes, list) else set()
            alternatives.add(tuple(sorted(needs)))
        return tuple(sorted(alternatives))

    def parameters(self, node: Node, pointer: str) -> dict[tuple[str, str], Parameter]:
        found = {}
        for index, value in enumerate(self.items(node, "parameters", pointer)):
            raw, at = self.resolve(value, refs.join(pointer, "parameters", str(index)))
            if raw is None:
                continue
            name, where = raw.get("name"), raw.get("in")
            if not isinstance(name, str) or where not in ("path", "query", "header", "cookie", "querystring"):
                self.malformed(at, "a parameter with `name` and `in`", raw)
                continue
            found[where, name] = self.parameter(name, where, raw, at)
        return found

    def parameter(self, name: str, where: str, raw: Node, at: str) -> Parameter:
        schema, media_type = None, ""
        if "schema" in raw:
            schema = self.schema(raw["schema"], refs.join(at, "schema"))
        elif content := self.content(raw, at):
            media_type = sorted(content)[0]
            schema = content[media_type]
        style = raw.get("style") if isinstance(raw.get("style"), str) else _DEFAULT_STYLE.get(where, "")
        explode = raw.get("explode") if isinstance(raw.get("explode"), bool) else style == "form"
        return Parameter(
            name=name,
            where=where,
            required=raw.get("required") is True,
            schema=schema,
            pointer=at,
            media_type=media_type,
            style=str(style),
            explode=explode,
            deprecated=raw.get("deprecated") is True,
        )

    def content(self, node: Node, pointer: str) -> dict[str, Node | None]:
        content: dict[str, Node | None] = {}
        for media_type, value in self.mapping(node, "content", pointer).items():
            at = refs.join(pointer, "content", media_type)
            media, at = self.resolve(value, at)
            if media is None:
                continue
            key = _media_key(media_type)
            content[key] = self.schema(media["schema"], refs.join(at, "schema")) if "schema" in media else None
        return content

    def request_body(self, node: Node, pointer: str) -> Body | None:
        if node.get("requestBody") is None:
            return None
        raw, at = self.resolve(node["requestBody"], refs.join(pointer, "requestBody"))
        if raw is None:
            return None
        return Body(content=self.content(raw, at), pointer=at, required=raw.get("required") is True)

    def responses(self, node: Node, pointer: str) -> dict[str, Response]:
        found = {}
        for status, value in self.mapping(node, "responses", pointer).items():
            if status.startswith("x-"):
                continue
            raw, at = self.resolve(value, refs.join(pointer, "responses", status))
            if raw is None:
                continue
            headers = {}
            for name, header in self.mapping(raw, "headers", at).items():
                described, place = self.resolve(header, refs.join(at, "headers", name))
                if described is not None:
                    headers[name.lower()] = self.parameter(name, "header", described, place)
            status = status.upper() if status.lower() != "default" else "default"
            found[status] = Response(status, Body(self.content(raw, at), at), headers, at)
        return found


def _media_key(media_type: str) -> str:
    """Return a media type as it is compared: lower case, its parameters sorted, without the character set."""
    name, *parameters = (part.strip().lower() for part in media_type.split(";"))
    return ";".join([name, *sorted(part for part in parameters if part and not part.startswith("charset"))])
