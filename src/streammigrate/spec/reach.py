"""Which operations reach which schemas, in what they are sent and in what they answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from streammigrate.spec import refs
from streammigrate.spec.model import Body, Node, Operation, Spec

Graph = dict[str, frozenset[str]]


class Reach(NamedTuple):
    """For each schema name, bit masks of the operations that send and answer it and of the events that carry it."""

    request: dict[str, int]
    response: dict[str, int]
    event: dict[str, int]


def reach(spec: Spec, operation_bits: Sequence[int], event_bits: Mapping[str, int]) -> Reach:
    """Return what reaches each schema through references, in time linear in the size of the reference graph.

    `operation_bits` numbers the operations in the order of `Spec.operations`, `event_bits` the event types. The caller
    chooses the numbers, so that the masks of two documents can be combined.
    """
    graph = {name: spec.targets.get(name, frozenset()) for name in spec.schemas}
    found = Reach({}, {}, {})
    for bit, operation in zip(operation_bits, spec.operations, strict=True):
        sent, read = request_schemas(operation), response_schemas(operation)
        if operation.is_webhook:
            sent, read = read, sent
        for schemas, masks in ((sent, found.request), (read, found.response)):
            for name in _names(schemas):
                masks[name] = masks.get(name, 0) | 1 << bit
    for event in spec.events.values():
        found.event[event.payload] = found.event.get(event.payload, 0) | 1 << event_bits[event.type]
    order = _components(graph)
    for masks in (found.request, found.response, found.event):
        _propagate(order, graph, masks)
    return found


def reached_names(spec: Spec) -> set[str]:
    """Return the names of the schemas that some operation reaches."""
    found: set[str] = set()
    pending = {name for operation in spec.operations for name in _names(operation_schemas(operation))}
    while pending:
        found |= pending
        pending = {target for name in pending for target in spec.targets.get(name, ())} - found
    return found


def _names(schemas: list[tuple[Node, str]]) -> set[str]:
    return {name for node, _ in schemas for name in refs.survey(node).names}


def _propagate(order: list[list[str]], graph: Graph, masks: dict[str, int]) -> None:
    for group in order:
        mask = 0
        for name in group:
            mask |= masks.get(name, 0)
        if not mask:
            continue
        for name in group:
            masks[name] = mask
            for target in graph[name]:
                if target in graph:
                    masks[target] = masks.get(target, 0) | mask


def _components(graph: Graph) -> list[list[str]]:
    """Return the strongly connected components, referrers before what they refer to (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for root in graph:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        work = [(root, iter(graph[root]))]
        while work:
            name, targets = work[-1]
            for target in targets:
                if target not in graph:
                    continue
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(graph[target])))
                    break
                if target in on_stack:
                    low[name] = min(low[name], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    group: list[str] = []
                    while not group or group[-1] != name:
                        group.append(stack.pop())
                    on_stack.difference_update(group)
                    found.append(group)
    found.reverse()
    return found


def operation_schemas(operation: Operation) -> list[tuple[Node, str]]:
    """Return the schemas that stand in an operation itself, each with its pointer."""
    return request_schemas(operation) + response_schemas(operation)


def request_schemas(operation: Operation) -> list[tuple[Node, str]]:
    """Return the schemas of what an operation is sent, each with its pointer."""
    found = [
        (parameter.schema, refs.join(parameter.pointer, "schema"))
        for parameter in operation.parameters
        if parameter.schema is not None
    ]
    if operation.body is not None:
        found += _body_schemas(operation.body)
    return found


def response_schemas(operation: Operation) -> list[tuple[Node, str]]:
    """Return the schemas of what an operation answers, each with its pointer."""
    found = []
    for response in operation.responses.values():
        found += _body_schemas(response.body)
        for header in response.headers.values():
            if header.schema is not None:
                found.append((header.schema, refs.join(header.pointer, "schema")))
    return found


def _body_schemas(body: Body) -> list[tuple[Node, str]]:
    return [
        (schema, refs.join(body.pointer, "content", media_type, "schema"))
        for media_type, schema in body.content.items()
        if schema is not None
    ]
