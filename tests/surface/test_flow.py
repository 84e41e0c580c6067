"""Facts written one per line are read back as they were."""

from __future__ import annotations

from typing import Any

import pytest

from streammigrate.spec.model import Fetched
from streammigrate.spec.parse import parse
from streammigrate.surface.flow import flow, write


def read(text: str) -> object:
    return parse(Fetched("facts.yaml", text.encode(), sha256=""))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "no",
        "On",
        "null",
        "3.10",
        "1e3",
        "0x1f",
        "a: b",
        "{x}",
        "it's",
        "#x",
        "- x",
        "2020-01-01",
        "*a",
        "&a",
        "é",
        "a,b",
    ],
)
def test_text_stays_text(value: str) -> None:
    assert read(f"key: {flow(value)}\n") == {"key": value}
    assert read(f"{flow({value: [value]})}\n") == {value: [value]}


def test_other_values_stay_what_they_are() -> None:
    value: dict[str, Any] = {
        "none": None,
        "true": True,
        "int": 3,
        "float": 1.5,
        "list": [],
        "map": {},
        "deep": [{"k": [1]}],
    }
    assert read(f"key: {flow(value)}\n") == {"key": value}


def test_depth_says_what_is_a_block() -> None:
    text = write({"a": {"b": {"c": {"d": 1}}}, "e": {"f": 1}, "g": {}}, {"a": 2, "g": 3}, "derived")
    assert text == "# derived\na:\n  b:\n    c: {d: 1}\ne: {f: 1}\ng: {}\n"


def test_what_is_no_fact_is_refused() -> None:
    with pytest.raises(TypeError, match="set is no fact"):
        flow({1, 2})
