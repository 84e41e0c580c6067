"""Places of JSON pointers in the text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from streammigrate.spec.lines import find_lines
from streammigrate.spec.refs import join
from streammigrate.spec.yaml_exact import parse_yaml_fallback

SPECS = Path(__file__).resolve().parents[3] / "shared" / "specs"


def pointers(node: Any, at: str = "") -> list[str]:
    found = [at]
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in children:
        found += pointers(value, join(at, str(key)))
    return found


def test_a_value_of_a_mapping_stands_at_its_key_and_an_item_where_it_starts() -> None:
    text = "a: 1\nb:\n  - x\n  - y: 2\n    200: z\n/c/{d}: {e~f: {g: 1}, h: 2}\n'q': !!str 3\n"
    assert find_lines(text.encode(), pointers(parse_yaml_fallback(text))) == {
        "": (1, 1),
        "/a": (1, 1),
        "/b": (2, 1),
        "/b/0": (3, 5),
        "/b/1": (4, 5),
        "/b/1/y": (4, 5),
        "/b/1/200": (5, 5),
        "/~1c~1{d}": (6, 1),
        "/~1c~1{d}/e~0f": (6, 10),
        "/~1c~1{d}/e~0f/g": (6, 16),
        "/~1c~1{d}/h": (6, 23),
        "/q": (7, 1),
    }


def test_json_has_places_too() -> None:
    text = '{"a": 1,\n\t"b": {"c":["x\\ud83d\\ude00\x7f",\n {"d": null}]}}'
    assert find_lines(text.encode(), ["/b/c/1/d", "/b", "/b/c/1"]) == {
        "/b/c/1/d": (3, 3),
        "/b": (2, 2),
        "/b/c/1": (3, 2),
    }


def test_columns_count_characters_and_lines_are_those_of_an_editor() -> None:
    text = "\ufeffa: é\u2028😀\nb: {ü: 1, c: 2}\n".encode()
    assert find_lines(text, ["/b/c", "/a"]) == {"/b/c": (2, 11), "/a": (1, 1)}


def test_what_is_not_there_is_left_out() -> None:
    text = b"a: [1]\nb: {c: 1}\n"
    assert find_lines(text, ["/x", "/a/1", "/a/b", "/b/c/d", "/b/c", "no pointer", "/"]) == {"/b/c": (2, 5)}


def test_a_place_behind_an_alias_is_the_alias() -> None:
    text = b"a: &a {x: {y: 1}}\nb: *a\nc: [*a]\n"
    assert find_lines(text, ["/a/x/y", "/b", "/b/x/y", "/c/0/x"]) == {
        "/a/x/y": (1, 12),
        "/b": (2, 1),
        "/b/x/y": (2, 4),
        "/c/0/x": (3, 5),
    }


def test_a_place_behind_a_merge_key_is_the_merge_key() -> None:
    text = b"a: &a {x: {y: 1}, z: 1}\nc:\n  <<: *a\n  z: 2\n"
    assert find_lines(text, ["/c/x/y", "/c/z", "/c/z/none"]) == {"/c/x/y": (3, 3), "/c/z": (4, 3)}


@pytest.mark.parametrize(
    "data",
    [
        b"a: 1\nc: ]\nb: 2\n",
        b"a: 1\n\x01: 2\nb: 2",
        b"a: 1\n? [1, {b: 2}]\n: 2\nb: 1\n",
        b"a: 1\n? {b: 2}\n: 2\nb: 1\n",
        b'{"a": 1, "x": ], "b": 2}',
        b"a: 1\n---\nb: 2\n",
        b"&a a: 1\n*a : 2\n*b : 3\nb 3\n",
    ],
)
def test_of_a_broken_document_what_comes_before_is_found(data: bytes) -> None:
    found = find_lines(data, ["", "/a", "/b"])
    assert found[""] == (1, 1)
    assert "/b" not in found


@pytest.mark.parametrize("data", [b"\xff\xff\xff", b"\x00", b"", b"]", b"[" * 10_000, b"- " * 10_000])
def test_nothing_is_raised(data: bytes) -> None:
    assert find_lines(data, ["/a/b", ""]) == {"": (1, 1)}


def test_no_pointers_need_no_reading() -> None:
    assert find_lines(b"a: [", []) == {}
    assert find_lines(b"a: [", [""]) == {"": (1, 1)}


def test_reading_stops_when_all_is_found() -> None:
    assert find_lines(b"a: 1\nb: [oops\n", ["/a"]) == {"/a": (1, 1)}


@pytest.mark.specs
@pytest.mark.skipif(not SPECS.is_dir(), reason=f"Stream's specs are not at {SPECS}")
def test_every_pointer_of_a_real_spec_is_found_at_its_key() -> None:
    data = (SPECS / "v1-chat-openapi.yaml").read_bytes()
    tree = parse_yaml_fallback(data.decode())
    wanted = pointers(tree)
    found = find_lines(data, wanted)
    assert list(found) == wanted
    lines = data.decode().split("\n")
    for pointer in wanted[1:]:
        key = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        line, column = found[pointer]
        assert key.isdigit() or lines[line - 1][column - 1 :].lstrip("\"'").startswith(key)
    text = json.dumps(tree, indent=1)
    assert list(find_lines(text.encode(), wanted)) == wanted
