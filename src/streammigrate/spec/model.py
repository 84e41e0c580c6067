"""What the tool knows of an API description. Schemas stay raw mappings: nothing is dereferenced."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from streammigrate.findings import Finding

Node = dict[str, Any]
"""A JSON object of the document, as parsed."""


WEBHOOK = "webhook:"
"""Stands before the name of a webhook, in place of a path."""


class Fetched(NamedTuple):
    """The bytes of a source. `label` is the source as the user named it; `base` resolves relative references."""

    label: str
    data: bytes
    sha256: str
    base: str = ""


class Parameter(NamedTuple):
    """A parameter of an operation; `schema` is None when `media_type` content describes it with no schema."""

    name: str
    where: str
    required: bool
    schema: Node | None
    pointer: str
    media_type: str = ""
    style: str = ""
    explode: bool | None = None
    deprecated: bool = False


class Body(NamedTuple):
    """A request body or a response body: its schema (None when absent) by media type."""

    content: dict[str, Node | None]
    pointer: str
    required: bool = False


class Response(NamedTuple):
    """One response of an operation, by status (`200`, `4XX`, `default`)."""

    status: str
    body: Body
    headers: dict[str, Parameter]
    pointer: str


class Operation(NamedTuple):
    """One operation. `id` is empty when the document gives none; `path` is as written, `base_path` from its server."""

    id: str
    method: str
    path: str
    pointer: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: dict[str, Response]
    deprecated: bool = False
    security: tuple[tuple[str, ...], ...] = ()
    tags: tuple[str, ...] = ()
    summary: str = ""
    base_paths: tuple[str, ...] = ("",)
    """The paths of its servers; the first is the one that is compared."""
    ambiguous: bool = False
    """Whether another operation of the document has the same id."""

    @property
    def base_path(self) -> str:
        """The path that stands before the operation's own."""
        return self.base_paths[0]

    @property
    def is_webhook(self) -> bool:
        """Whether the API calls and the user answers: then the request is what the user reads."""
        return self.path.startswith(WEBHOOK)

    @property
    def label(self) -> str:
        """The operation's id, or `METHOD path` when it has none; both where the id alone does not tell."""
        if self.ambiguous:
            return f"{self.id} ({self.signature})"
        return self.id or self.signature

    @property
    def signature(self) -> str:
        """`METHOD path`, unique in a document."""
        return f"{self.method} {self.path}"


class Event(NamedTuple):
    """An event by its type: the payload's schema name, and its schema (None when the document lacks it)."""

    type: str
    payload: str
    schema: Node | None
    pointer: str


@dataclass(slots=True)
class Spec:
    """One API description. `schemas` holds components and whatever else a reference reaches, by name."""

    label: str
    sha256: str
    dialect: Literal["openapi", "asyncapi"]
    dialect_version: str
    title: str
    version: str
    document: Node
    operations: list[Operation] = field(default_factory=list)
    schemas: dict[str, Node] = field(default_factory=dict)
    pointers: dict[str, str] = field(default_factory=dict)
    """Where each schema stands, by its name."""
    targets: dict[str, frozenset[str]] = field(default_factory=dict)
    """The names that each schema refers to."""
    times: Counter[str] = field(default_factory=Counter)
    """How many schemas have the format `date-time`, by their type in short."""
    security_schemes: dict[str, Node] = field(default_factory=dict)
    servers: tuple[str, ...] = ()
    events: dict[str, Event] = field(default_factory=dict)
    event_unions: frozenset[str] = frozenset()
    """Names of the schemas that only list the events (a discriminated union that no operation reaches)."""
    problems: list[Finding] = field(default_factory=list)
