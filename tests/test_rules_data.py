"""The packaged migration map: made from Stream's specs by the documented command, and facts only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streammigrate import api
from streammigrate.rules import SOURCE, load

MAP = SOURCE / "operations.yaml"


@pytest.mark.specs
def test_the_map_can_be_remade(specs_dir: Path) -> None:
    outcome = api.diff(str(specs_dir / "v1-chat-openapi.yaml"), str(specs_dir / "v2-chat-serverside-api.yaml"))
    assert api.render_diff(outcome, "map") == MAP.read_text(encoding="utf-8")


def test_the_map_says_what_it_was_made_from() -> None:
    data = load("operations")
    assert [len(data[side]["sha256"]) for side in ("old", "new")] == [64, 64]
    assert data["old"]["sha256"] != data["new"]["sha256"]


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def test_the_map_holds_names_and_types_but_no_prose() -> None:
    longest = sorted(texts(load("operations")), key=lambda text: -text.count(" "))[:5]
    assert all(text.count(" ") <= 6 for text in longest), longest


def test_every_matched_operation_names_both_sides() -> None:
    data = load("operations")
    assert len(data["operations"]) == data["summary"]["operations"]["old"] == 195
    assert len(data["added"]) == data["summary"]["operations"]["added"] == 49
    unban = next(item for item in data["operations"] if item["old"]["id"] == "Unban")
    assert (unban["old"]["method"], unban["new"]["method"]) == ("DELETE", "POST")
    assert {change["at"] for change in unban["changes"]["parameter-removed"]} == {
        "query parameter reason",
        "query parameter remove_future_channels_ban",
    }
