"""Small documents and their comparison, for the tests of the diff engine."""

from __future__ import annotations

from typing import Any

import pytest

from streammigrate.diff.change import Change
from streammigrate.diff.compare import compare
from streammigrate.diff.match import Overrides
from streammigrate.diff.result import DiffResult
from streammigrate.spec.load import load
from streammigrate.spec.model import Fetched, Spec


class Lab:
    """Makes documents from their parts and compares them."""

    def document(
        self, paths: Any = None, schemas: Any = None, openapi: str = "3.0.3", **sections: Any
    ) -> dict[str, Any]:
        """Return an OpenAPI document; `sections` are further top-level keys, `components` is merged with `schemas`."""
        found: dict[str, Any] = {
            "openapi": openapi,
            "info": {"title": "Test", "version": "1"},
            "paths": {} if paths is None else paths,
        }
        found.update(sections)
        if schemas is not None:
            found["components"] = {**found.get("components", {}), "schemas": schemas}
        return found

    def thing(self, schema: Any, others: Any = None, sent: bool = True, answered: bool = True) -> dict[str, Any]:
        """Return a document with the schema `Thing`, sent and answered by the operation `saveThing`."""
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
        operation: dict[str, Any] = {
            "operationId": "saveThing",
            "responses": {"200": {"description": "", **({"content": content} if answered else {})}},
        }
        if sent:
            operation["requestBody"] = {"content": content}
        return self.document({"/things": {"post": operation}}, {"Thing": schema, **(others or {})})

    def operations(self, *rows: str, **more: Any) -> dict[str, Any]:
        """Return a document with bare operations, each row `METHOD /path` or `METHOD /path id`."""
        paths: dict[str, Any] = {}
        for row in rows:
            method, path, *identifier = row.split()
            operation: dict[str, Any] = {"responses": {"200": {"description": ""}}}
            if identifier:
                operation["operationId"] = identifier[0]
            paths.setdefault(path, {})[method.lower()] = operation
        return self.document(paths, **more)

    def spec(self, tree: Any, label: str = "spec") -> Spec:
        """Return a loaded document."""
        return load(tree, Fetched(label, b"", ""))

    def compare(self, old: Any, new: Any, overrides: Overrides | None = None, third: Spec | None = None) -> DiffResult:
        """Compare two documents."""
        return compare(self.spec(old, "old"), self.spec(new, "new"), overrides, third)

    def changes(self, old: Any, new: Any) -> list[str]:
        """Return what differs between two documents: each change as `kind place`, sorted."""
        return sorted(map(self.told, self.compare(old, new).changes()))

    def told(self, change: Change) -> str:
        """Return a change as `kind place`."""
        return f"{change.kind.name} {change.place}"

    def matched(self, result: DiffResult) -> dict[str, str]:
        """Return the matched operations, old signature to new one."""
        return {entry.old.signature: entry.new.signature for entry in result.operations if entry.old and entry.new}

    def matched_by(self, result: DiffResult) -> dict[str, str]:
        """Return for each matched operation, by its old signature, the stage that found it."""
        return {entry.old.signature: entry.matched_by for entry in result.operations if entry.old and entry.new}


@pytest.fixture(scope="session")
def lab() -> Lab:
    """Makes documents from their parts and compares them."""
    return Lab()
