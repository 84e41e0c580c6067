"""Parameters and items of `with` that are put in keep the layout, and taking them out gives back what was there."""

from __future__ import annotations

import ast

import pytest

from streammigrate.codemod.apply import Unappliable, apply
from streammigrate.codemod.model import (
    AddItem,
    AddParameter,
    Edits,
    Header,
    RemoveItem,
    RemoveParameter,
    Replacement,
    Span,
)


def span(source: str) -> Span:
    return Span.of(ast.parse(source).body[0])


def edited(source: str, *headers: Header) -> str:
    return apply(source.encode(), Edits(headers=headers)).decode()


KEYWORD = [
    ("def f(): pass\n", "def f(*, c: C = d(g)): pass\n"),
    ("def f(a): pass\n", "def f(a, *, c: C = d(g)): pass\n"),
    ("def f(a, b=1, *, x): pass\n", "def f(a, b=1, *, x, c: C = d(g)): pass\n"),
    ("def f(*args, **kw): pass\n", "def f(*args, c: C = d(g), **kw): pass\n"),
    ("def f(a, /, **kw): pass\n", "def f(a, /, *, c: C = d(g), **kw): pass\n"),
    (
        "async def f(\n    a,\n    b: int = 1,  # last\n) -> None:\n    pass\n",
        "async def f(\n    a,\n    b: int = 1,  # last\n    *,\n    c: C = d(g),\n) -> None:\n    pass\n",
    ),
    ("def f(\n    a,\n    b\n):\n    pass\n", "def f(\n    a,\n    b,\n    *,\n    c: C = d(g)\n):\n    pass\n"),
    ("@d\ndef f(\n    a,\n    **kw,\n): ...\n", "@d\ndef f(\n    a,\n    *,\n    c: C = d(g),\n    **kw,\n): ...\n"),
    ("def f(\n    a: str,\n): pass\n", "def f(\n    a: str,\n    *,\n    c: C = d(g),\n): pass\n"),
    ("def f(a,\n      b):\n    pass\n", "def f(a,\n      b,\n      *,\n      c: C = d(g)):\n    pass\n"),
]


@pytest.mark.parametrize(("before", "after"), KEYWORD)
def test_a_parameter_by_keyword(before: str, after: str) -> None:
    assert edited(before, AddParameter(span(before), "c: C = d(g)")) == after
    assert edited(after, RemoveParameter(span(after), "c")) == before


POSITIONAL = [
    ("def f(): pass\n", "def f(c): pass\n"),
    ("def f(a): pass\n", "def f(a, c): pass\n"),
    ("def f(a, **kw): pass\n", "def f(a, c, **kw): pass\n"),
    ("def f(a, b=1): pass\n", "def f(a, b=1, *, c): pass\n"),
    ("def f(a, *args): pass\n", "def f(a, *args, c): pass\n"),
    ("def f(a, *, x=1): pass\n", "def f(a, *, x=1, c): pass\n"),
    ("def f(\n    a,\n): pass\n", "def f(\n    a,\n    c,\n): pass\n"),
]


@pytest.mark.parametrize(("before", "after"), POSITIONAL)
def test_a_parameter_by_position_where_that_is_possible(before: str, after: str) -> None:
    assert edited(before, AddParameter(span(before), "c", positional=True)) == after
    assert edited(after, RemoveParameter(span(after), "c")) == before


ITEMS = [
    ("with a as b: pass\n", "with a as b, X() as c: pass\n"),
    ("with (a as b, d):\n    pass\n", "with (a as b, d, X() as c):\n    pass\n"),
    ("with (\n    a as b,\n):\n    pass\n", "with (\n    a as b,\n    X() as c,\n):\n    pass\n"),
]


@pytest.mark.parametrize(("before", "after"), ITEMS)
def test_items(before: str, after: str) -> None:
    assert edited(before, AddItem(span(before), "X() as c")) == after
    assert edited(after, RemoveItem(span(after), "c")) == before


def test_several_edits_of_one_statement() -> None:
    source = "def f(a, c, b: A = x()): pass\n"
    default = ast.parse(source).body[0].args.defaults[0]  # type: ignore[attr-defined]
    headers = (RemoveParameter(span(source), "c"), AddParameter(span(source), "d"), AddParameter(span(source), "e"))
    after = apply(source.encode(), Edits((Replacement(Span.of(default), "y(1)"),), headers=headers))
    assert after == b"def f(a, b: A = y(1), *, d, e): pass\n"


@pytest.mark.parametrize(
    ("source", "edit"),
    [
        ("def f(a): pass\n", RemoveParameter(Span(1, 0, 1, 14), "c")),
        ("with a as b: pass\n", RemoveItem(Span(1, 0, 1, 17), "c")),
        ("with a as b: pass\n", RemoveItem(Span(1, 0, 1, 17), "b")),
        ("x = 1\n", AddParameter(Span(1, 0, 1, 5), "c")),
        ("def f(a): pass\n", AddParameter(Span(1, 0, 1, 14), "c d")),
        ("def f(a): pass\n", AddItem(Span(1, 0, 1, 14), "x as c")),
    ],
)
def test_what_cannot_be_done_is_refused(source: str, edit: Header) -> None:
    with pytest.raises(Unappliable):
        edited(source, edit)
