"""Names belong to the scope that Python gives them to."""

from __future__ import annotations

import ast
import textwrap

import pytest

from streammigrate.codemod.scopes import Scopes


def parsed(source: str) -> Scopes:
    return Scopes(ast.parse(textwrap.dedent(source)))


def owner_of(scopes: Scopes, name: str, line: int) -> str:
    read = next(n for n in scopes.reads if n.id == name and n.lineno == line)
    return scopes.lookup(read)[0].qualname or "<module>"


# The read in question stands on the last line.
OWNERS = [
    ("x = 1\nx", "<module>"),
    ("x = 1\ndef f():\n    x", "<module>"),
    ("x = 1\ndef f(x):\n    x", "f"),
    ("x = 1\ndef f():\n    x = 2\n    x", "f"),
    ("x = 1\ndef f():\n    if x: x = 2\n    x", "f"),
    ("def f():\n    global x\n    x = 1\n    x", "<module>"),
    ("def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n        x", "f"),
    (
        "def f():\n    x = 1\n    def g():\n        def h():\n            nonlocal x\n            x = 2\n            x",
        "f",
    ),
    ("def f():\n    x = 1\n    def g():\n        x", "f"),
    ("class A:\n    x = 1\n    y = x", "A"),
    ("x = 1\nclass A:\n    x = 2\n    def f(self):\n        x", "<module>"),
    ("x = 1\nclass A:\n    x = 2\n    y = [x for _ in ()]", "<module>"),
    ("x = 1\nclass A:\n    x = 2\n    y = [_ for _ in x]", "A"),
    ("x = 1\nclass A:\n    x = 2\n    def f(self, y=x): ...", "A"),
    ("def f():\n    x = 1\n    class A:\n        x", "f"),
    ("x = 1\n[x for x in ()]", "<listcomp:2:0>"),
    ("x = 1\n[y for y in x]", "<module>"),
    ("[z for y in () for z in y]", "<listcomp:1:0>"),
    ("def f():\n    [x := y for y in ()]\n    x", "f"),
    ("lambda x: x", "<lambda:1:0>"),
    ("x = 1\nlambda y=x: y", "<module>"),
    ("try: ...\nexcept E as x:\n    x", "<module>"),
    ("def f():\n    with a as x:\n        x", "f"),
    ("def f():\n    import x.y\n    x", "f"),
    ("def f():\n    for x, (y, *z) in a:\n        z", "f"),
    ("match a:\n    case {'k': x, **rest}: rest", "<module>"),
    ("def f(a):\n    match a:\n        case [*x]: x", "f"),
    ("x = 1\n@x\ndef f(x): ...\n", "<module>"),
    ("def f():\n    class x: ...\n    x", "f"),
    ("def f():\n    x: int\n    x", "f"),
    ("def f():\n    del x\n    x", "f"),
    ("print", "<module>"),
]


@pytest.mark.parametrize(("source", "owner"), OWNERS)
def test_owner(source: str, owner: str) -> None:
    scopes = parsed(source)
    name = max((n for n in scopes.reads), key=lambda n: (n.lineno, n.id in "xz", n.col_offset)).id
    lines = [n.lineno for n in scopes.reads if n.id == name]
    assert owner_of(scopes, name, max(lines)) == owner


KINDS = [
    ("x = 1", ["assign"]),
    ("x = y = 1", ["assign"]),
    ("x: int = 1", ["annassign"]),
    ("x: int", ["annassign"]),
    ("x += 1", ["augassign"]),
    ("for x in y: ...", ["for"]),
    ("for _, x in y: ...", ["unpack"]),
    ("with y as x: ...", ["with"]),
    ("with y as (x, z): ...", ["unpack"]),
    ("import x", ["import"]),
    ("import x.y", ["import"]),
    ("import y.z as x", ["import"]),
    ("from y import z as x", ["import"]),
    ("def x(): ...", ["def"]),
    ("async def x(): ...", ["def"]),
    ("class x: ...", ["class"]),
    ("try: ...\nexcept E as x: ...", ["except"]),
    ("del x", ["del"]),
    ("(x := 1)", ["walrus"]),
    ("x, y = 1, 2", ["unpack"]),
    ("match y:\n    case x: ...", ["match"]),
    ("x = 1\nx = 2", ["assign", "assign"]),
    ("x = None\ndef f():\n    global x\n    x = 1", ["assign", "assign"]),
    ("def f():\n    global x", []),
    ("x.y = 1", []),
    ("x[0] = 1", []),
    ("from y import *", []),
]


@pytest.mark.parametrize(("source", "kinds"), KINDS)
def test_kinds_of_binding(source: str, kinds: list[str]) -> None:
    scopes = parsed(source)
    assert [b.kind for b in scopes.bindings(scopes.module, "x")] == kinds


VALUES = [
    ("x = a", "a"),
    ("y = x = a", "a"),
    ("x: int = a", "a"),
    ("(x := a)", "a"),
    ("x, y = a, b", "a"),
    ("y, (z, x) = b, (c, a)", "a"),
    ("[y, x] = [b, a]", "a"),
    ("x, *y = a, b", None),
    ("*x, y = a, b", None),
    ("x, y = a", None),
    ("x, y = *a, b", None),
    ("for x in a: ...", None),
    ("x += a", None),
    ("x: int", None),
]


@pytest.mark.parametrize(("source", "value"), VALUES)
def test_value_of_a_binding(source: str, value: str | None) -> None:
    scopes = parsed(source)
    (binding,) = scopes.bindings(scopes.module, "x")
    assert (None if binding.value is None else ast.unparse(binding.value)) == value


def test_parents_and_statements() -> None:
    scopes = parsed(
        """
        @decorator
        def f(a: int = 1) -> str:
            return [b for c in d if e]
        """
    )
    function = scopes.tree.body[0]
    for node in ast.walk(scopes.tree):
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, (ast.expr_context, ast.operator)):
                assert scopes.parent(child) is node
    (d,) = [n for n in scopes.reads if n.id == "d"]
    assert isinstance(scopes.statement(d), ast.Return)
    (decorator,) = [n for n in scopes.reads if n.id == "decorator"]
    assert scopes.statement(decorator) is function
    assert scopes.parent(scopes.tree) is None
    with pytest.raises(ValueError, match="statement"):
        scopes.statement(scopes.tree)


def test_nodes_are_all_nodes() -> None:
    scopes = parsed(
        """
        @d(k=1)
        class A(B, metaclass=M):
            def f(self, /, a: int, *b, c=lambda x=1: x, **d) -> str:
                with a as b, c: ...
                try: ...
                except E as e: ...
                return {k: [*v] for k, v in a if k for _ in f"{x!r:>{y}}"}
        match a:
            case {"k": A(b=1) | [x, *y], **z} if w: del q
        """
    )
    shared = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
    assert set(scopes.nodes) == {node for node in ast.walk(scopes.tree) if not isinstance(node, shared)}


def test_qualnames() -> None:
    scopes = parsed(
        """
        class A:
            class B:
                def f(self):
                    def g(): ...
                    lambda: 1
        """
    )
    assert [s.qualname for s in scopes.scopes()] == [
        "",
        "A",
        "A.B",
        "A.B.f",
        "A.B.f.<locals>.g",
        "A.B.f.<locals>.<lambda:6:12>",
    ]


def test_loads_are_seen_from_nested_scopes_and_not_from_shadowing_ones() -> None:
    scopes = parsed(
        """
        client = 1
        client.a
        def f():
            client.b
            return lambda: [client.c for _ in client.d]
        def g(client):
            client.no
        class C:
            client = client.e
            client.no
            def m(self):
                client.f
        [client.no for client in client.g]
        """
    )
    attributes = [scopes.parent(n) for n in scopes.loads(scopes.module, "client")]
    names = sorted(a.attr for a in attributes if isinstance(a, ast.Attribute))
    # A class body reads its own name once it is bound there; before, the outer one: the table says the class's.
    assert names == ["a", "b", "c", "d", "f", "g"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1", False),
        ("x: int\nx = 1", False),
        ("x = 1\nx = 2", True),
        ("x = 1\ndel x", True),
        ("x += 1", True),
        ("x = 1\ndef f():\n    global x\n    x = 2", True),
        ("x = 1\ndef f():\n    global x\n    return x", False),
        ("x = 1\ndef f():\n    x = 2", False),
        ("x = 1\ndef f(x): ...", False),
    ],
)
def test_is_rebound(source: str, expected: bool) -> None:
    scopes = parsed(source)
    assert scopes.is_rebound(scopes.module, "x") is expected


def test_deep_expressions_do_not_end_the_walk() -> None:
    source = "x = " + " + ".join(["a"] * 900)
    assert len(parsed(source).reads) == 900


def test_stars_are_told() -> None:
    scopes = parsed("from a import *\nfrom b import c")
    assert [s.module for s in scopes.stars] == ["a"]
