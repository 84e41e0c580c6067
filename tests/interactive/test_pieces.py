"""The pieces of a change: whole statements, and the lines that belong to a site."""

from __future__ import annotations

from itertools import pairwise
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streammigrate.interactive.pieces import Piece, covering, lines_of, pieces

BEFORE = """
    import a

    def f():
        first(1)
        # about the second
        second({"x": 1})
        try:
            third()
        except OldError:
            pass
"""
AFTER = """
    import b

    def f():
        first_of(1, timeout=3)
        # about the second
        prepared = 1
        second(
            x=prepared,
        )
        try:
            third()
        except NewError:
            pass
"""


def shown(found: tuple[Piece, ...], before: str, after: str) -> list[tuple[str, str]]:
    old, new = lines_of(before), lines_of(after)
    return [("".join(old[one.start : one.end]), "".join(new[one.new_start : one.new_end])) for one in found]


def test_nothing_differs() -> None:
    assert pieces("a = 1\n", "a = 1\n") == ()
    assert pieces("", "") == ()


def test_every_statement_is_a_piece() -> None:
    before, after = dedent(BEFORE), dedent(AFTER)
    assert shown(pieces(before, after), before, after) == [
        ("import a\n", "import b\n"),
        ("    first(1)\n", "    first_of(1, timeout=3)\n"),
        (
            '    second({"x": 1})\n',
            "    prepared = 1\n    second(\n        x=prepared,\n    )\n",
        ),
        ("    except OldError:\n", "    except NewError:\n"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a()\n", "", [("a()\n", "")]),
        ("", "a()\n", [("", "a()\n")]),
        ("a(1)\nb(1)\n", "b(2)\n", [("a(1)\n", ""), ("b(1)\n", "b(2)\n")]),
        ("create(x)\nadd(y)\n", "get_or_create(x, y=1,\n z=2)\nadd(k=y)\n",
         [("create(x)\n", "get_or_create(x, y=1,\n z=2)\n"), ("add(y)\n", "add(k=y)\n")]),
        ("a(1)\r\n", "a(2)\r\n", [("a(1)\r\n", "a(2)\r\n")]),
        ("not python(\nb\n", "not python(\nc\n", [("b\n", "c\n")]),
        ("match x:\n    case 1:\n        a(1)\n", "match x:\n    case 1:\n        a(2)\n",
         [("        a(1)\n", "        a(2)\n")]),
        ("@d(1)\ndef f():\n    pass\n", "@d(2)\ndef f():\n    pass\n", [("@d(1)\n", "@d(2)\n")]),
    ],
)  # fmt: skip
def test_what_belongs_together(before: str, after: str, expected: list[tuple[str, str]]) -> None:
    assert shown(pieces(before, after), before, after) == expected


def test_the_lines_of_a_site() -> None:
    found = pieces(dedent(BEFORE), dedent(AFTER))
    assert covering(found, [(7, 7)]) == (found[2],)
    assert covering(found, [(5, 5), (10, 10)]) == (found[1], found[3])
    assert covering(found, [(8, 8)]) == ()


def test_what_is_put_between_lines_belongs_to_both() -> None:
    found = pieces("a()\nb()\nc()\n", "a()\nb()\nxxxx = 1\nc()\n")
    assert covering(found, [(2, 2)]) == covering(found, [(3, 3)]) == found
    assert covering(found, [(1, 1)]) == ()


_STATEMENTS = (
    "a(1)",
    "a(2, k=3)",
    "b = a(\n    1,\n)",
    "if b:\n    c(1)\n    d()",
    "# comment\nc(1)",
    "",
    "try:\n    a()\nfinally:\n    b()",
)
_PROGRAMS = st.lists(st.sampled_from(_STATEMENTS), max_size=8).map(lambda parts: "".join(f"{part}\n" for part in parts))


@given(_PROGRAMS, _PROGRAMS)
def test_the_pieces_make_one_file_of_the_other(before: str, after: str) -> None:
    old, new = lines_of(before), lines_of(after)
    found = pieces(before, after)
    assert all(one.end <= other.start and one.new_end <= other.new_start for one, other in pairwise(found))
    made: list[str] = []
    at = 0
    for one in found:
        made += [*old[at : one.start], *new[one.new_start : one.new_end]]
        at = one.end
    assert "".join([*made, *old[at:]]) == after
