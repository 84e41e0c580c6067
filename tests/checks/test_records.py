"""The reader of records: whatever their number and form, each is read once and nothing else is."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streammigrate.checks import records
from streammigrate.checks.records import Bad, Value
from streammigrate.errors import InputError

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)
NODES = st.dictionaries(st.text(), TREES, max_size=4)
INDENTS = st.sampled_from([None, 0, 2])


def read(path: Path, content: bytes) -> list[Value | Bad]:
    path.write_bytes(content)
    return list(records.read(str(path)))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("records") / "some.json"


@given(st.lists(NODES, max_size=8), st.booleans(), st.sampled_from(["\n", "\r\n", "\n\n", "\n  \t\n"]), st.booleans())
def test_lines_are_read_as_written(
    path: Path, nodes: list[dict[str, Any]], ascii: bool, end: str, compressed: bool
) -> None:
    content = "".join(json.dumps(node, ensure_ascii=ascii) + end for node in nodes).encode()
    found = read(path, gzip.compress(content) if compressed else content)
    assert [item.node for item in found if isinstance(item, Value)] == nodes
    assert len(found) == len(nodes)


@given(st.lists(NODES, max_size=8), INDENTS, st.integers(1, 64), st.booleans())
def test_an_array_is_read_as_written(
    path: Path, nodes: list[dict[str, Any]], indent: int | None, chunk: int, compressed: bool
) -> None:
    content = json.dumps(nodes, indent=indent).encode()
    before, records._CHUNK = records._CHUNK, chunk
    try:
        found = read(path, gzip.compress(content) if compressed else content)
    finally:
        records._CHUNK = before
    assert found == [Value(node, 0, f"/{index}") for index, node in enumerate(nodes)]


@given(
    st.lists(st.sampled_from(['{"id": 1}', "{bad}", '{"a": }', "[1]", "7", '{"t": "],}"}', '{"a": [1, }']), max_size=9)
)
def test_what_is_malformed_costs_nothing_else(path: Path, items: list[str]) -> None:
    good = {'{"id": 1}', '{"t": "],}"}'}
    expected = [isinstance(item, str) and item in good for item in items]
    by_line = read(path, "".join(f"{item}\n" for item in items if not item.startswith("[")).encode())
    assert [isinstance(item, Value) for item in by_line] == [
        ok for ok, item in zip(expected, items, strict=True) if not item.startswith("[")
    ]
    # An array's brackets must balance for what follows to be found.
    balanced = [item for item in items if item != '{"a": [1, }']
    in_list = read(path, f"[{', '.join(balanced)}]".encode())
    assert [isinstance(item, Value) for item in in_list] == [item in good for item in balanced]


@given(st.binary(max_size=200))
def test_any_bytes_end_in_records_or_in_reasons(path: Path, content: bytes) -> None:
    try:
        found = read(path, content)
    except InputError as error:
        assert error.finding.id == "SM793"
        return
    for item in found:
        assert isinstance(item, Value) or item.reason


@given(st.lists(NODES, min_size=1, max_size=4), st.data())
def test_what_is_cut_off_is_said(path: Path, nodes: list[dict[str, Any]], data: st.DataObject) -> None:
    content = json.dumps(nodes).encode()
    cut = data.draw(st.integers(1, len(content) - 1))
    *before, last = read(path, content[:cut])
    assert isinstance(last, Bad)
    assert last.final
    assert [item.node for item in before if isinstance(item, Value)] == nodes[: len(before)]


def test_a_compressed_file_that_ends_early_is_said(path: Path) -> None:
    content = gzip.compress(b"".join(json.dumps({"id": n}).encode() + b"\n" for n in range(5000)))
    *before, last = read(path, content[: len(content) // 2])
    assert isinstance(last, Bad)
    assert last.final
    assert all(isinstance(item, Value) for item in before)


def test_a_damaged_compressed_file_is_said(path: Path) -> None:
    content = bytearray(gzip.compress(b'{"id": 1}\n'))
    content[-6] ^= 0xFF
    assert any(isinstance(item, Bad) and item.final for item in read(path, bytes(content)))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"[1, 2]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b"[" * 100_000, "nesting"),
        (b'{"a": ' + b"9" * 5000 + b"}", "too many digits"),
        (b"{'id': 1}", "not JSON"),
    ],
)
def test_the_reason_and_the_line_are_named(path: Path, line: bytes, reason: str) -> None:
    found = read(path, b'{"id": 1}\n\n' + line + b'\n{"id": 2}\n')
    assert [type(item) for item in found] == [Value, Bad, Value]
    bad = found[1]
    assert isinstance(bad, Bad)
    assert bad.line == 3
    assert reason in bad.reason


def test_a_reason_holds_nothing_of_the_text(path: Path) -> None:
    (bad,) = read(path, b'{"password": hunter22hunter22}\n')
    assert isinstance(bad, Bad)
    assert "hunter" not in bad.reason


def test_a_line_beyond_the_limit_is_passed_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LONGEST", 100)
    long = json.dumps({"id": "x" * 500}).encode()
    found = read(path, b'{"id": 1}\n' + long + b'\n{"id": 2}\n')
    assert [type(item) for item in found] == [Value, Bad, Value]
    assert found[2] == Value({"id": 2}, 3, "")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"[]", b" [ ] \n", b"\xef\xbb\xbf"])
def test_no_records_are_no_trouble(path: Path, content: bytes) -> None:
    assert read(path, content) == []


def test_a_byte_order_mark_is_no_trouble(path: Path) -> None:
    assert read(path, b'\xef\xbb\xbf{"id": 1}\n') == [Value({"id": 1}, 1, "")]


@pytest.mark.parametrize("content", [b'[{"id": 1}] 7', b'[{"id": 1} {"id": 2}]', b'[{"id": 1}', b'[{"id": 1},'])
def test_a_list_that_does_not_end_well_is_said(path: Path, content: bytes) -> None:
    last = read(path, content)[-1]
    assert isinstance(last, Bad)
    assert last.final


def test_an_object_over_several_lines_is_refused(path: Path) -> None:
    with pytest.raises(InputError) as stop:
        read(path, b'{\n  "users": []\n}\n')
    assert stop.value.finding.id == "SM793"


@pytest.mark.parametrize(("name", "id"), [("nowhere", "SM901"), (".", "SM902"), ("a\0b", "SM903")])
def test_a_file_that_cannot_be_opened_is_an_error(name: str, id: str) -> None:
    with pytest.raises(InputError) as stop:
        list(records.read(name))
    assert stop.value.finding.id == id


@pytest.mark.parametrize("form", ["lines", "array"])
def test_memory_does_not_grow_with_the_number(tmp_path: Path, form: str) -> None:
    path = tmp_path / "many.json"
    node = json.dumps({"id": "u", "name": "x" * 200})
    count = 40_000
    text = f"{node}\n" * count if form == "lines" else "[" + ",\n".join([node] * count) + "]"
    path.write_text(text)
    tracemalloc.start()
    try:
        assert sum(1 for _ in records.read(str(path))) == count
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20 < path.stat().st_size
    finally:
        tracemalloc.stop()


def test_progress_is_told_to_the_end(path: Path) -> None:
    path.write_bytes(b'{"id": 1}\n' * 100_000)
    told: list[tuple[str, int, int]] = []
    for _ in records.read(str(path), lambda *place: told.append(place)):
        pass
    size = path.stat().st_size
    assert told[-1] == (str(path), size, size)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert len(told) > 3
