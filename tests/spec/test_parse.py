"""Documents that cannot be read say what is wrong and where; those that can mean the same to both readers."""

from __future__ import annotations

import codecs
import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from streammigrate.errors import EXIT_INPUT, InputError
from streammigrate.findings import Finding
from streammigrate.spec import parse as parse_module
from streammigrate.spec import problems
from streammigrate.spec.model import Fetched
from streammigrate.spec.parse import parse
from streammigrate.spec.yaml_exact import parse_yaml_fallback
from streammigrate.spec.yaml_quirks import is_unusual

SPECS = Path(__file__).resolve().parents[3] / "shared" / "specs"


def read(data: str | bytes) -> Any:
    return parse(Fetched("api.yaml", data.encode() if isinstance(data, str) else data, ""))


def failure(data: str | bytes, by: Callable[[Any], Any] = read) -> Finding:
    with pytest.raises(InputError) as caught:
        by(data)
    assert caught.value.exit_code == EXIT_INPUT
    assert "\n" not in caught.value.finding.message
    assert len(caught.value.finding.message) < 300
    return caught.value.finding


def place(finding: Finding) -> tuple[int | None, int | None]:
    return finding.location.line, finding.location.column


@pytest.mark.parametrize("data", [b"", b" \n\n", b"# only a comment\n", b"---\n", b"null", b"\xef\xbb\xbf"])
def test_an_empty_document_is_no_spec(data: bytes) -> None:
    finding = failure(data)
    assert finding.id == problems.NOT_A_SPEC.id
    assert finding.message == "the document is empty"


@pytest.mark.parametrize("data", ["<!DOCTYPE html>\n<html></html>", "\n  <html>", "<?xml version='1.0'?><a/>"])
def test_a_page_is_named_as_one(data: str) -> None:
    finding = failure(data)
    assert finding.id == problems.HTML_PAGE.id
    assert "HTML" in finding.message


def test_latin_1_is_not_text_and_the_byte_is_named() -> None:
    finding = failure("a: 1\nb: caf\xe9\n".encode("latin-1"))
    assert finding.id == problems.NOT_TEXT.id
    assert finding.message == "the byte 0xE9 at offset 11 is not UTF-8"
    assert place(finding) == (2, 7)


def test_cut_utf_16_is_not_text() -> None:
    finding = failure(codecs.BOM_UTF16_LE + "a: 1".encode("utf-16-le") + b"\x00")
    assert finding.id == problems.NOT_TEXT.id
    assert "UTF-16" in finding.message


def test_nul_bytes_are_not_text() -> None:
    finding = failure(b"a: 1\nb: \x00\n")
    assert finding.id == problems.NOT_TEXT.id
    assert finding.message == "a NUL byte stands at offset 8"


def test_utf_16_without_a_mark_gets_a_hint() -> None:
    finding = failure("a: 1".encode("utf-16-le"))
    assert finding.id == problems.NOT_TEXT.id
    assert "byte-order mark" in finding.hint


def test_a_packed_file_is_named() -> None:
    finding = failure(b"\x1f\x8b\x08\x00" + b"\x9c" * 20)
    assert finding.id == problems.NOT_TEXT.id
    assert "gzip" in finding.message
    assert "Unpack" in finding.hint


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
@pytest.mark.parametrize("text", ["a: é\n", '{"a": "é"}'])
def test_a_byte_order_mark_says_the_encoding(mark: bytes, encoding: str, text: str) -> None:
    assert read(mark + text.encode(encoding)) == {"a": "é"}


@pytest.mark.parametrize("character", ["\x01", "\x0b", "\x1b", "\x7f", "\x80", "\ufffe"])
def test_control_characters_are_refused_where_they_stand(character: str) -> None:
    finding = failure(f"a: 1\nb: é{character}\n")
    assert finding.id == problems.BAD_YAML.id
    assert finding.message == f"the control character U+{ord(character):04X} is not allowed in YAML"
    assert place(finding) == (2, 5)


def test_json_may_hold_characters_that_yaml_may_not() -> None:
    assert read('{"a": "\x7f\x80"}') == {"a": "\x7f\x80"}


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: 1\nb: c: d\n", 2, 5, "mapping values are not allowed"),
        ("a: 1\nb: [1, 2\nc: 3\n", 3, 2, "did not find expected ',' or ']' while parsing a flow sequence"),
        ("a: 1\nb: @x\n", 2, 4, "'@' cannot start a value unless it is quoted"),
        ("a:\n\t- 1\n", 2, 1, "a tab cannot indent YAML"),
        ("a: 1\r\nb: `x`\r\n", 2, 4, "'`' cannot start a value unless it is quoted"),
        ("a: *nobody\n", 1, 4, "the alias *nobody has no anchor before it"),
        ("a: !include x.yaml\n", 1, 4, "the tag !include has no meaning in an API description"),
        ("a: !!set {b, c}\n", 1, 4, "the tag !!set has no meaning in an API description"),
        ("a: !!int x\n", 1, 4, "'x' is not what the tag !!int asks for"),
        ("? [1]\n: 2\n", 1, 3, "a mapping or a sequence cannot be a key"),
        ("- {a: 1}: 2\n", 1, 3, "a mapping or a sequence cannot be a key"),
        ("a: &x {b: *x}\n", 1, 11, "the alias *x stands inside what it repeats"),
        ("a: 1\n---\nb: 2\n", 2, 1, "more than one document"),
        ("1\n---\n2\n", 2, 1, "more than one document"),
        ("<<: 1\na: 2\n", 1, 5, "the merge key << needs a mapping"),
    ],
)
def test_broken_yaml_names_the_place(text: str, line: int, column: int, message: str) -> None:
    finding = failure(text)
    assert finding.id in (problems.BAD_YAML.id, problems.ALIAS_BOMB.id)
    assert message in finding.message
    assert place(finding) == (line, column)
    assert finding.location.source == "api.yaml"


def test_an_error_of_yaml_does_not_quote_the_document() -> None:
    finding = failure("secret: " + "s3cret " * 500 + "\nb: c: d\n")
    assert "s3cret" not in finding.message


def test_a_list_is_not_taken_for_several_documents() -> None:
    assert read("---\n- 1\n- 2\n...\n") == [1, 2]
    assert read("- a: |\n    ---\n- 2\n") == [{"a": "---\n"}, 2]


@pytest.mark.parametrize(
    ("text", "line", "column", "pointer"),
    [
        ("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n", 5, 3, "/b/c"),
        ("- {a: 1, b: 2, a: 3}\n", 1, 16, "/0/a"),
        ("200: a\n'200': b\n", 2, 1, "/200"),
        ("? a\n? a\n", 2, 3, "/a"),
        ("a: &x {b: 1}\nc:\n  <<: *x\n  <<: *x\n", 4, 3, "/c/<<"),
        ('{"a": 1,\n "b/c": 2, "b/c": 3}', 2, 12, "/b~1c"),
        ('{"a": "\\ud83d\\ude00",\n "b": 2, "b": 3}', 2, 10, "/b"),
    ],
)
def test_repeated_keys_are_refused_at_the_second(text: str, line: int, column: int, pointer: str) -> None:
    finding = failure(text)
    assert finding.id == problems.DUPLICATE_KEY.id
    assert place(finding) == (line, column)
    assert finding.location.pointer == pointer
    assert repr(pointer.rpartition("/")[2].replace("~1", "/")) in finding.message


def test_a_repeated_key_is_named_where_its_place_cannot_be_found() -> None:
    finding = failure('{"a": "\x7f", "b": 1, "b": 2}')
    assert finding.id == problems.DUPLICATE_KEY.id
    assert "'b'" in finding.message


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ('{"a": 1,\n "b" 2}', 2, 6, "expecting ':' delimiter"),
        ('{"a": 1}\n{"b": 2}', 2, 1, "extra data"),
        ('{"a": [1, 2}', 1, 12, "expecting ',' delimiter"),
        ('{"a": NaN}', 1, 7, "NaN is not a JSON number"),
        ('{"a": 1,\n "b": -Infinity}', 2, 7, "-Infinity is not a JSON number"),
        ('{"a": 1,\n "b": "\\ud83d"}', 2, 8, "lone surrogate"),
        ('{"a": "\\ud83d\\u0041"}', 1, 8, "lone surrogate"),
        ('{"a": "\\ude00"}', 1, 8, "lone surrogate"),
    ],
)
def test_broken_json_names_the_place(text: str, line: int, column: int, message: str) -> None:
    finding = failure(text)
    assert finding.id == problems.BAD_JSON.id
    assert message in finding.message
    assert place(finding) == (line, column)


def test_escapes_of_whole_characters_and_of_backslashes_are_read() -> None:
    text = '{"a": "\\ud83d\\ude00", "b": "\\\\ud83d", "c": "\\uD83D\\uDE00!"}'
    assert read(text) == {"a": "😀", "b": "\\ud83d", "c": "😀!"}


@pytest.mark.parametrize("text", ["{a: 1, b: [x, y]}", "{\n  # note\n  'a': 1, \"b\": [x, y,],\n}"])
def test_what_starts_like_json_may_be_yaml(text: str) -> None:
    assert read(text) == {"a": 1, "b": ["x", "y"]}


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        "- " * 100_000 + "a",
        "-\t" * 100_000 + "a",
        "? " * 100_000 + "a",
        "a: " + "[" * 100_000,
        "\n".join(" " * level + "a:" for level in range(1000)),
        "\n".join(" " * level + "a:\n" + " " * level + "-" for level in range(240)),
        "[" * 251 + "]" * 251,
        "a: " + "[" * 250 + "]" * 250,
        "a: &a " + "[" * 200 + "]" * 200 + "\nb: " + "[" * 100 + "*a" + "]" * 100,
    ],
    ids=range(12),
)
def test_deep_nesting_stops_at_once(text: str) -> None:
    before = time.perf_counter()
    finding = failure(text)
    assert time.perf_counter() - before < 2
    refused_before = ("cannot be a key", "a tab cannot indent")
    assert finding.id == problems.TOO_DEEP.id or any(reason in finding.message for reason in refused_before)
    assert failure(text, parse_yaml_fallback).id in (problems.TOO_DEEP.id, problems.BAD_YAML.id)


@pytest.mark.parametrize("text", ["[" * 250 + "]" * 250, "a: " + "[" * 249 + "]" * 249, "- " * 249 + "- a"])
def test_nesting_up_to_the_limit_is_read(text: str) -> None:
    assert read(text)


def bomb(levels: int, width: int) -> str:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize("text", [bomb(30, 9), bomb(60, 2), bomb(200, 200)])
def test_an_alias_bomb_is_refused_in_no_time(text: str) -> None:
    before = time.perf_counter()
    finding = failure(text)
    assert time.perf_counter() - before < 5
    assert finding.id == problems.ALIAS_BOMB.id
    assert finding.message == "the aliases expand to more than 1,000,000 nodes"
    assert finding.location.line is not None


def test_a_bomb_of_merge_keys_is_refused() -> None:
    lines = ["a0: &a0 {x: [1, 2]}"] + [f"a{n}: &a{n} {{b: *a{n - 1}, <<: [*a{n - 1}]}}" for n in range(1, 60)]
    assert failure("\n".join(lines)).id == problems.ALIAS_BOMB.id


def test_aliases_repeat_what_they_name() -> None:
    tree = read("a: &a {x: [1]}\nb: *a\nc: &k key\n*k : 2\n")
    assert tree == {"a": {"x": [1]}, "b": {"x": [1]}, "c": "key", "key": 2}


def test_a_later_anchor_of_the_same_name_counts() -> None:
    assert read("a: &a 1\nb: *a\nc: &a 2\nd: *a\n") == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_merge_keys_are_applied_and_explicit_keys_win() -> None:
    tree = read(
        """
base: &base {type: object, nullable: false}
more: &more {nullable: true, title: more}
one: {<<: *base, type: string}
two:
  type: array
  <<: [*more, *base]
three: {"<<": kept}
"""
    )
    assert tree["one"] == {"type": "string", "nullable": False}
    assert tree["two"] == {"type": "array", "nullable": True, "title": "more"}
    assert tree["three"] == {"<<": "kept"}


def test_yaml_is_read_by_the_core_schema() -> None:
    text = """
words: [no, on, yes, y, off, NO]
truths: [true, True, TRUE, false]
nothing: [null, Null, NULL, ~, ]
dates: [2020-01-01, 2020-01-01T10:00:00Z, 12:30, 1:30:15]
numbers: [017, 0o17, 0x1F, +1, -0, 1e3, 1., .5, -.inf]
texts: [1_000, _1, 0b11, 0X1F, +0x1, 1.2.3, .e3, 0o8, "1", '2', 1_, .iNf]
tagged: [!!str 1, !!int "2", !!float 3, !!null "", !!binary aGk=, !!timestamp 2020-01-01, ! 4]
"""
    assert read(text) == {
        "words": ["no", "on", "yes", "y", "off", "NO"],
        "truths": [True, True, True, False],
        "nothing": [None, None, None, None],
        "dates": ["2020-01-01", "2020-01-01T10:00:00Z", "12:30", "1:30:15"],
        "numbers": [17, 15, 31, 1, 0, 1000.0, 1.0, 0.5, float("-inf")],
        "texts": ["1_000", "_1", "0b11", "0X1F", "+0x1", "1.2.3", ".e3", "0o8", "1", "2", "1_", ".iNf"],
        "tagged": ["1", 2, 3.0, None, "aGk=", "2020-01-01", "4"],
    }


def test_keys_are_strings() -> None:
    text = "200: a\ntrue: b\nnull: c\n1.5: d\n0x1F: e\n~x: f\n-.inf: g\nh: {1: {2: i}, ~: j}\n"
    expected = {
        "200": "a",
        "true": "b",
        "null": "c",
        "1.5": "d",
        "31": "e",
        "~x": "f",
        "-.inf": "g",
        "h": {"1": {"2": "i"}, "null": "j"},
    }
    assert read(text) == expected
    assert parse_yaml_fallback(text) == expected
    assert list(read(text)) == list(expected)


def test_keys_that_python_holds_equal_are_told_apart() -> None:
    assert read("1: a\ntrue: b\n") == {"1": "a", "true": "b"}


@pytest.mark.parametrize("number", ["1" * 5000, "-" + "1" * 5000, "0x" + "f" * 5000])
def test_a_number_that_python_cannot_print_is_refused(number: str) -> None:
    finding = failure(f"a: 1\nb: {number}\n")
    assert finding.id == problems.BAD_YAML.id
    assert place(finding) == (2, 4)
    assert failure(f'{{"a": {number}}}').id in (problems.BAD_JSON.id, problems.BAD_YAML.id)


def test_a_long_text_of_digits_is_no_number() -> None:
    assert read(f"a: '{'1' * 9000}'\n") == {"a": "1" * 9000}


def test_characters_that_break_lines_in_yaml_1_1_only_are_text() -> None:
    text = "a: x\u2028y\nb: \u2029\nc: &c \x85z\n? k\u2028\n: 1\n"
    expected = {"a": "x\u2028y", "b": "\u2029", "c": "\x85z", "k\u2028": 1}
    assert read(text) == expected
    assert failure(text + "d: @").location.line == 6


@pytest.mark.parametrize("text", ["a: |\n", "a: |+\n", "a: >\n ", "a: >\n b\n ", "a: |\n b", "a: |\n b\n\n"])
def test_block_scalars_at_the_end_agree(text: str) -> None:
    assert read(text) == parse_yaml_fallback(text)


def test_the_collector_is_as_it_was() -> None:
    for switch, expected in ((gc.enable, True), (gc.disable, False)):
        switch()
        try:
            read("a: 1")
            failure("a: [")
            assert gc.isenabled() is expected
        finally:
            gc.enable()


def test_without_yaml_rs_documents_mean_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: {200: no}\nb: [1_000, 0o17]\n"
    expected = read(text)
    monkeypatch.setitem(sys.modules, "yaml_rs", None)
    assert read(text) == expected


def test_a_crash_of_yaml_rs_is_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Panic(BaseException):
        pass

    def crash(*_: Any, **__: Any) -> Any:
        raise Panic

    yaml_rs = pytest.importorskip("yaml_rs")
    monkeypatch.setattr(yaml_rs, "loads", crash)
    assert read("a: 1") == {"a": 1}


def test_without_libyaml_documents_mean_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'a: &a {200: no, "x": "\\u00e9"}\nb: [1_000, 0o17, *a]\nc: |\n  text\nd: {<<: *a, e: ! 4}\n'
    expected = parse_yaml_fallback(text)
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert parse_yaml_fallback(text) == expected
    assert place(failure("a: 1\nb: c: d\n", parse_yaml_fallback)) == (2, 5)
    assert failure('a: "\\ud83d"\n', parse_yaml_fallback).id == problems.BAD_YAML.id
    assert failure("[" * 5000, parse_yaml_fallback).id == problems.TOO_DEEP.id


def test_ordinary_documents_take_the_fast_reader() -> None:
    text = (
        "openapi: 3.0.0\npaths:\n  /a_b/{id}:\n    get:\n      description: |\n        1_x, a != b, R & D; [a-z0-9_]\n"
    )
    assert not is_unusual(text + "      responses: {200: {}}\n")


def outcome(reader: Callable[[str], Any], text: str) -> str:
    try:
        return repr(reader(text))
    except InputError as exc:
        return f"refused: {exc.finding.id}"


def both(text: str) -> tuple[str, str]:
    fast = outcome(lambda text: parse_module._read_yaml(text.removeprefix("\ufeff"), ""), text)
    return fast, outcome(lambda text: parse_yaml_fallback(text.removeprefix("\ufeff")), text)


PIECES = (
    "0 1 9 _ + - . e E x o b 0x 0o 0b a F inf nan null true no ~ : , # ' \" & * ! | > % @ [ ] { } ? = \\ é 😀 <<".split()
    + [
        " ",
        "\t",
        "\n",
        "\n  ",
        "\r\n",
        "\u2028",
        ": ",
        "- ",
        "? ",
        " #",
        "&a ",
        "*a ",
        "!!str ",
        "---",
        "\n---\n",
        "b: 1\n",
    ]
)
TEMPLATES = [
    "{}",
    "a: {}",
    "- {}",
    "{}: 1",
    "[{}, 1]",
    "{{{}: 1}}",
    "a:\n  {}\nb: 2",
    'a: "{}"',
    "a: |\n  {}\n",
    "a: {}\nb: 3",
]


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(TEMPLATES), st.lists(st.sampled_from(PIECES), max_size=8))
def test_readers_agree_on_scraps(template: str, pieces: list[str]) -> None:
    fast, exact = both(template.format("".join(pieces)))
    # yaml_rs allows some YAML 1.2 that PyYAML, a reader of YAML 1.1, does not.
    assert fast == exact or (exact.startswith("refused") and not fast.startswith("refused"))


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.from_regex(r"[-+]?(0[xob])?[0-9_]{1,6}(\.[0-9_]{0,3})?([eE][-+]?[0-9_]{1,3})?", fullmatch=True)
)
TREES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(TREES, st.sampled_from([None, True, False]), st.sampled_from([None, "|", '"', "'"]), st.booleans())
def test_readers_agree_on_documents(tree: Any, flow: bool | None, style: str | None, unicode: bool) -> None:
    text = yaml.safe_dump(
        {"root": tree}, default_flow_style=flow, default_style=style, allow_unicode=unicode, sort_keys=False
    )
    fast, exact = both(text)
    assert fast == exact


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(TREES, st.sampled_from([None, 1]), st.booleans())
def test_json_is_read_as_it_was_written(tree: Any, indent: int | None, escaped: bool) -> None:
    text = json.dumps({"root": tree}, indent=indent, ensure_ascii=escaped)
    assert read(text) == {"root": tree}


@pytest.mark.specs
@pytest.mark.skipif(not SPECS.is_dir(), reason=f"Stream's specs are not at {SPECS}")
def test_readers_agree_on_the_real_specs() -> None:
    files = sorted(SPECS.glob("*.yaml"))
    assert files
    for file in files:
        data = file.read_bytes()
        tree = read(data)
        assert tree == parse_yaml_fallback(data.decode())
        assert not is_unusual(data.decode()), "the fast reader is for these"
        as_json = json.dumps(tree)
        assert read(as_json) == tree
