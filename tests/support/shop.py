"""Documents of a shop and their comparison, for the tests of the reports."""

from __future__ import annotations

from typing import Any

from streammigrate.diff.compare import compare
from streammigrate.diff.patterns import find_patterns
from streammigrate.diff.result import DiffResult
from streammigrate.spec.load import load
from streammigrate.spec.model import Fetched, Spec
from streammigrate.spec.parse import parse

EVENTS = """
asyncapi: 2.6.0
info: {title: Shop events, version: '1'}
channels:
  all:
    subscribe:
      message:
        oneOf: [{$ref: '#/components/messages/sold'}, {$ref: '#/components/messages/ordered'}]
components:
  messages:
    sold: {name: book.sold, payload: {$ref: '#/components/schemas/Sold'}}
    ordered: {name: book.ordered, payload: {$ref: '#/components/schemas/Ordered'}}
  schemas:
    Sold: {type: object, properties: {type: {type: string, enum: [book.sold]}, at: {type: string}}}
"""
"""A description of events of which one payload is missing."""


def spec(text: str, label: str = "api.yaml") -> Spec:
    """Return the document of a YAML text."""
    data = text.encode()
    return load(parse(Fetched(label, data, "")), Fetched(label, data, "0123456789abcdef"))


def tree(paths: dict[str, Any], schemas: dict[str, Any] | None = None, **info: str) -> Spec:
    """Return a document with some paths and schemas."""
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Shop", "version": "1", **info},
        "paths": paths,
        "components": {"schemas": schemas or {}},
    }
    return load(document, Fetched("shop.yaml", b"", "0123456789abcdef"))


def diff(old: Spec, new: Spec, third: Spec | None = None) -> DiffResult:
    """Return the comparison of two documents, its patterns found."""
    result = compare(old, new, third=third)
    result.patterns = find_patterns(result)
    return result
