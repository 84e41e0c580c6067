"""Facts over versions."""

from __future__ import annotations

from typing import Any

import pytest

from streammigrate.surface.eras import merge, merge_named

VERSIONS = ["1.0", "1.1", "1.2"]
A, B = {"x": "a"}, {"x": "b"}


@pytest.mark.parametrize(
    ("facts", "merged"),
    [
        ([A, A, A], {"x": "a"}),
        ([None, A, A], {"x": "a", "since": "1.1"}),
        ([A, A, None], {"x": "a", "until": "1.1"}),
        ([None, A, None], {"x": "a", "since": "1.1", "until": "1.1"}),
        ([A, B, B], {"x": "b", "since": "1.1", "before": [{"x": "a", "until": "1.0"}]}),
        ([A, None, A], {"x": "a", "since": "1.2", "before": [{"x": "a", "until": "1.0"}]}),
        (
            [A, B, A],
            {
                "x": "a",
                "since": "1.2",
                "before": [{"x": "b", "since": "1.1", "until": "1.1"}, {"x": "a", "until": "1.0"}],
            },
        ),
    ],
)
def test_merge(facts: list[Any], merged: dict[str, Any]) -> None:
    assert merge(VERSIONS, facts) == merged


def test_names_are_sorted_or_in_the_newest_order() -> None:
    tables = [{"c": A, "a": A}, {"b": A, "a": A}, {"b": A, "a": A}]
    assert list(merge_named(VERSIONS, tables)) == ["a", "b", "c"]
    assert list(merge_named(VERSIONS, tables, order=True)) == ["b", "a", "c"]
