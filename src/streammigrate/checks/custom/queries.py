"""Filters and sorts of queries: what a program writes, and what the API descriptions list for the query."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from streammigrate.checks.code.second import SecondCall, second
from streammigrate.checks.custom import written
from streammigrate.checks.entities import ENTITIES, fields
from streammigrate.checks.project import Call, Module, Project
from streammigrate.rules import filters, sdk


class Query(NamedTuple):
    """A query of an SDK: its operation, by the SDK's parameter what each filter is in the API, and what it finds.

    `parameter.key` is the key, or the field, of what the parameter is given.
    """

    operation: str
    filters: Mapping[str, str]
    entity: str = ""


_FILTER_CONDITIONS = {"filter_conditions": "filter_conditions"}
QUERIES = {
    "StreamChat.query_users": Query("QueryUsers", _FILTER_CONDITIONS, "user"),
    "StreamChat.query_channels": Query("QueryChannels", _FILTER_CONDITIONS, "channel"),
    "Channel.query_members": Query("QueryMembers", _FILTER_CONDITIONS, "member"),
    "StreamChat.search": Query(
        "Search", {"filter_conditions": "filter_conditions", "query": "message_filter_conditions"}, "message"
    ),
    "StreamChat.query_banned_users": Query(
        "QueryBannedUsers", {"query_conditions.filter_conditions": "filter_conditions"}
    ),
    "StreamChat.query_message_flags": Query("QueryMessageFlags", _FILTER_CONDITIONS),
    "StreamChat.query_message_history": Query("QueryMessageHistory", {"filter": "filter"}, "message"),
    "StreamChat.query_threads": Query("QueryThreads", {"filter": "filter"}, "thread"),
    "StreamChat.query_drafts": Query("QueryDrafts", {"filter": "filter"}),
    "StreamChat.query_reminders": Query("QueryReminders", {"filter_conditions": "filter"}),
    "StreamChat.query_campaigns": Query("QueryCampaigns", {"filter_conditions": "filter"}),
    "StreamChat.query_segments": Query("QuerySegments", {"filter_conditions": "filter"}),
}
"""The queries of stream-chat whose fields are listed."""
_IN_PAYLOAD = {"payload.filter_conditions": "filter_conditions"}
_FILTER = {"filter": "filter"}
SECOND = {
    "query_users": Query("QueryUsers", _IN_PAYLOAD, "user"),
    "chat.query_channels": Query("QueryChannels", _FILTER_CONDITIONS, "channel"),
    "chat.query_members": Query("QueryMembers", _IN_PAYLOAD, "member"),
    "chat.search": Query(
        "Search", {**_IN_PAYLOAD, "payload.message_filter_conditions": "message_filter_conditions"}, "message"
    ),
    "chat.query_banned_users": Query("QueryBannedUsers", _IN_PAYLOAD),
    "chat.query_message_flags": Query("QueryMessageFlags", _IN_PAYLOAD),
    "chat.query_message_history": Query("QueryMessageHistory", _FILTER, "message"),
    "chat.query_threads": Query("QueryThreads", _FILTER, "thread"),
    "chat.query_drafts": Query("QueryDrafts", _FILTER),
    "chat.query_reminders": Query("QueryReminders", _FILTER),
    "chat.query_campaigns": Query("QueryCampaigns", _FILTER),
    "chat.query_segments": Query("QuerySegments", _FILTER),
}
"""The same queries of getstream."""
_ENTITIES = {("Search", "filter_conditions"): "channel"}
"""What a filter is about where that is not what the query finds."""
_MODELS = "getstream.models."
_JOINS = frozenset({"$and", "$or", "$nor"})
_WORDS = frozenset({"field", "direction", "type"})


class Asked(NamedTuple):
    """A field that a filter names, with its operators; `listed` is what the description lists for the query.

    `module` is the file in which it is named.
    """

    call: Call | SecondCall
    module: Module
    operation: str
    entity: str
    field: str
    operators: tuple[tuple[str, ast.AST], ...]
    node: ast.AST
    listed: Mapping[str, filters.Filterable]

    @property
    def known(self) -> filters.Filterable | None:
        """What is listed of the field; of custom data what is listed of `custom`."""
        if self.field in self.listed:
            return self.listed[self.field]
        prefixed = self.field.startswith(f"{filters.CUSTOM}.")
        return self.listed.get(filters.CUSTOM) if prefixed else None

    @property
    def is_custom(self) -> bool:
        """Whether the field is custom data without its prefix: the query knows custom data, and nothing of that name."""
        own = self.field.partition(".")[0]
        heads = {field.partition(".")[0] for field in self.listed} | _fields(self.entity)
        return self.known is None and filters.CUSTOM in self.listed and own not in heads


class Sorted(NamedTuple):
    """A field that a query is sorted by; `listed` is None where the description lists none."""

    call: Call | SecondCall
    module: Module
    operation: str
    entity: str
    field: str
    node: ast.AST
    listed: frozenset[str] | None
    filterable: Mapping[str, filters.Filterable]

    @property
    def is_custom(self) -> bool:
        """Whether the field is custom data without its prefix."""
        own = self.field.partition(".")[0]
        unknown = own not in _fields(self.entity) and self.field not in self.filterable
        return bool(self.entity) and unknown and own not in _SORTS and own != filters.CUSTOM


_SORTS = frozenset({"relevance", "has_unread", "unread_count", "pinned_at", "last_updated", "member_count", "user_id"})
"""Fields by which answers are sorted that are neither in a model nor in a filter's list."""


def _fields(entity: str) -> frozenset[str]:
    """Return the fields of what a query finds."""
    if entity in ENTITIES:
        return frozenset(fields(entity))
    model = sdk.model("ThreadStateResponse") if entity == "thread" else None
    return frozenset() if model is None else frozenset(field.wire for field in model.fields.values())


def _queries(project: Project) -> Iterator[tuple[Call | SecondCall, Query]]:
    for call in (*project.calls, *project.handed):
        if call.member in QUERIES:
            yield call, QUERIES[call.member]
    for other in second(project).calls:
        if other.member in SECOND:
            yield other, SECOND[other.member]


def asked(project: Project) -> Iterator[Asked]:
    """Yield every field that a filter of a project names."""
    for call, query in _queries(project):
        for parameter, name in query.filters.items():
            listed = filters.filter_fields(query.operation, name)
            expr = _given(call, parameter)
            if listed is not None and expr is not None:
                entity = _ENTITIES.get((query.operation, name), query.entity)
                for field, operators, node in _named(call.module, expr, 6):
                    home = project.home(call.module, node)
                    yield Asked(call, home, query.operation, entity, field, operators, node, listed)


def _given(call: Call | SecondCall, parameter: str) -> ast.expr | None:
    head, _, key = parameter.partition(".")
    expr = call.given.get(head)
    if expr is None or not key:
        return expr
    if isinstance(expr, ast.Name):
        bindings = call.module.scopes.lookup(expr)[1]
        value = bindings[0].value if len(bindings) == 1 else None
        expr = value if isinstance(value, ast.Call) else expr
    if isinstance(expr, ast.Call) and call.module.symbol(expr.func).startswith(_MODELS):
        return next((one.value for one in expr.keywords if one.arg == key), None)
    pairs = written.mapping(call.module, expr).pairs
    return next((pair.value for pair in pairs if pair.key == key), None)


def _named(
    module: Module, expr: ast.expr, depth: int
) -> Iterator[tuple[str, tuple[tuple[str, ast.AST], ...], ast.AST]]:
    """Yield the fields that a filter names, each with its operators and where it stands."""
    if depth == 0:
        return
    for pair in written.mapping(module, expr).pairs:
        if pair.key in _JOINS:
            for item in written.items(module, pair.value).items if pair.value is not None else ():
                yield from _named(module, item, depth - 1)
        elif not pair.key.startswith("$"):
            yield pair.key, _operators(module, pair.value), pair.node


def _operators(module: Module, value: ast.expr | None) -> tuple[tuple[str, ast.AST], ...]:
    if value is None:
        return ()
    pairs = written.mapping(module, value).pairs
    return tuple((pair.key, pair.node) for pair in pairs if pair.key.startswith("$"))


def sorts(project: Project) -> Iterator[Sorted]:
    """Yield every field that a query of a project is sorted by."""
    for call, query in _queries(project):
        head, dot, _ = next(iter(query.filters)).rpartition(".")
        expr = _given(call, f"{head}{dot}sort")
        if expr is None:
            continue
        listed = filters.sort_fields(query.operation)
        filterable: dict[str, filters.Filterable] = {}
        for name in query.filters.values():
            filterable.update(filters.filter_fields(query.operation, name) or {})
        for field, node in _sorted(call.module, expr):
            home = project.home(call.module, node)
            yield Sorted(call, home, query.operation, query.entity, field, node, listed, filterable)


def _sorted(module: Module, expr: ast.expr) -> Iterator[tuple[str, ast.AST]]:
    """Yield the fields of a sort: `{field: 1}`, `[{field: 1}]` or `[{"field": field, "direction": 1}]`."""
    found = written.items(module, expr).items
    for item in found or (expr,):
        if isinstance(item, ast.Call) and module.symbol(item.func) == f"{_MODELS}SortParamRequest":
            given = next((one.value for one in item.keywords if one.arg == "field"), None)
            field = None if given is None else module.constant(given)
            if given is not None and isinstance(field, str):
                yield field, given
            continue
        pairs = written.mapping(module, item).pairs
        named = next((pair for pair in pairs if pair.key == "field"), None)
        if named is None:
            yield from ((pair.key, pair.node) for pair in pairs)
        elif named.value is not None and {pair.key for pair in pairs} <= _WORDS:
            field = module.constant(named.value)
            if isinstance(field, str):
                yield field, named.value
