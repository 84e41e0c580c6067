"""rules/filters.yaml says of both APIs by which fields queries can be filtered and sorted."""

from __future__ import annotations

from pathlib import Path

import pytest

from streammigrate import rules
from streammigrate.rules import filters


@pytest.mark.specs
def test_the_file_can_be_remade(specs_dir: Path) -> None:
    made = filters.text(specs_dir / "v1-chat-openapi.yaml", specs_dir / "v2-chat-serverside-api.yaml")
    assert made == (rules.SOURCE / "filters.yaml").read_text(encoding="utf-8")


def test_it_is_no_file_of_rules() -> None:
    assert "filters" in rules.FACTS
    assert "filters" not in rules.areas()


def test_fields_have_their_types_and_operators() -> None:
    users = filters.filter_fields("QueryUsers", "filter_conditions")
    assert users is not None
    assert users["banned"] == filters.Filterable("boolean", frozenset({"$eq", "$ne"}))
    assert filters.CUSTOM in users
    assert filters.filter_fields("QueryUsers", "sort") is None
    assert filters.filter_fields("QuerySegmentTargets", "filter") is None


def test_sorts_are_listed_for_some_queries() -> None:
    assert filters.sort_fields("QueryDrafts") == frozenset({"created_at"})
    assert filters.sort_fields("QueryUsers") is None


def _spec(fields: dict[str, list[str]], sort: list[str]) -> dict[str, object]:
    schema = {
        "properties": {
            "filter": {"x-stream-filter-fields": {k: {"type": "string", "operators": v} for k, v in fields.items()}},
            "sort": {"x-stream-sort-fields": sort},
        }
    }
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Q"}}}}
    operation = {"operationId": "Q", "requestBody": body}
    return {"paths": {"/q": {"post": operation}}, "components": {"schemas": {"Q": schema}}}


def test_where_the_apis_differ_each_has_its_own_word() -> None:
    made = filters.derive(_spec({"a": ["$eq"], "b": ["$in"]}, ["a", "b"]), _spec({"a": ["$eq", "$in"]}, ["a"]))
    assert made == {
        "operations": {
            "Q": {
                "filter": {"a": {"old": "string $eq", "new": "string $eq $in"}, "b": {"old": "string $in"}},
                "sort": ["a"],
            }
        }
    }
