"""What `apply` refuses, and what it writes: expressions replaced, statements put in and taken out, comments."""

from __future__ import annotations

import pytest
from places import at

from streammigrate.codemod.apply import Unappliable, apply
from streammigrate.codemod.model import Edits, Insertion, Removal, Replacement, Span, Todo


def replace(source: str, piece: str, text: str, occurrence: int = 0) -> str:
    edit = Replacement(at(source, piece, occurrence), text)
    return apply(source.encode(), Edits(replacements=(edit,))).decode()


def insert(source: str, piece: str, text: str, after: bool = False) -> str:
    return apply(source.encode(), Edits(insertions=(Insertion(at(source, piece), text, after),))).decode()


def remove(source: str, *pieces: str) -> str:
    removals = tuple(Removal(at(source, piece)) for piece in pieces)
    return apply(source.encode(), Edits(removals=removals)).decode()


def mark(source: str, piece: str, text: str = "SM501 look") -> str:
    return apply(source.encode(), Edits(todos=(Todo(at(source, piece), text),))).decode()


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (b"x = (\n", "not-python"),
        (b"x = 1\x00\n", "not-python"),
        (b"print 'x'\n", "python-2"),
        (b"try:\n    pass\nexcept A, e:\n    print e\n", "python-2"),
        (b"x = a <> b\n", "python-2"),
        (b"# coding: klingon\nx = 1\n", "not-text"),
        (b"x = '\xff'\n", "not-text"),
        (b"# caf\xe9\nx = 1\n", "not-text"),
        (b"return 1\n", "not-python"),
        (b"x = 1\ry = 2\r", "not-round-trip"),
        (b"try:\n    x\nexcept A :\n    y\n", "not-round-trip"),
        (b"x = 1\n\n\n   # c\n", "not-round-trip"),
        (b"x = " + b"-" * 5000 + b"1\n", "too-deep"),
    ],
)
def test_a_file_that_cannot_be_edited_without_risk_is_refused(source: bytes, kind: str) -> None:
    with pytest.raises(Unappliable) as refusal:
        apply(source, Edits(todos=(Todo(Span(1, 0, 1, 1), "x"),)))
    assert refusal.value.kind == kind
    assert refusal.value.reason


@pytest.mark.parametrize(
    ("source", "edits", "kind"),
    [
        ("f(a)\n", Edits(replacements=(Replacement(Span(1, 0, 1, 3), "b"),)), "not-found"),
        ("f(a)\n", Edits(replacements=(Replacement(Span(9, 0, 9, 3), "b"),)), "not-found"),
        ("'é'\n", Edits(replacements=(Replacement(Span(1, 2, 1, 3), "b"),)), "not-found"),
        ("f(a)\n", Edits(insertions=(Insertion(Span(1, 2, 1, 3), "b"),)), "not-found"),
        ("f(a)\n", Edits(removals=(Removal(Span(1, 2, 1, 3)),)), "not-found"),
        ("f(a)\n", Edits(replacements=(Replacement(Span(1, 2, 1, 3), "b c"),)), "bad-text"),
        ("f(a)\n", Edits(replacements=(Replacement(Span(1, 2, 1, 3), "b = 1"),)), "bad-text"),
        ("f(a)\n", Edits(replacements=(Replacement(Span(1, 2, 1, 3), ""),)), "bad-text"),
        ("f(a)\n", Edits(insertions=(Insertion(Span(1, 0, 1, 4), "b c"),)), "bad-text"),
        ("f(a)\n", Edits(insertions=(Insertion(Span(1, 0, 1, 4), "# only a comment"),)), "bad-text"),
        ("f(a)\n", Edits(insertions=(Insertion(Span(1, 0, 1, 4), "return 1"),)), "invalid-result"),
        (
            "f(a)\n",
            Edits(replacements=(Replacement(Span(1, 0, 1, 4), "b"), Replacement(Span(1, 2, 1, 3), "c"))),
            "overlap",
        ),
        (
            "f(a)\n",
            Edits(replacements=(Replacement(Span(1, 2, 1, 3), "b"),), removals=(Removal(Span(1, 0, 1, 4)),)),
            "overlap",
        ),
        (
            "if a:\n    b\nelif c:\n    d\n",
            Edits(insertions=(Insertion(Span(3, 0, 4, 5), "e"),)),
            "unsupported-place",
        ),
        (
            "try:\n    b\nexcept c:\n    d\n",
            Edits(insertions=(Insertion(Span(3, 0, 4, 5), "e"),)),
            "unsupported-place",
        ),
        ("[x for x in y]\n", Edits(replacements=(Replacement(Span(1, 7, 1, 8), "f()"),)), "invalid-result"),
    ],
)
def test_an_edit_that_fits_nowhere_is_refused(source: str, edits: Edits, kind: str) -> None:
    with pytest.raises(Unappliable) as refusal:
        apply(source.encode(), edits)
    assert refusal.value.kind == kind


def test_new_text_that_the_encoding_lacks_is_refused() -> None:
    source = b"# coding: latin-1\nf('\xe9')\n"
    with pytest.raises(Unappliable, match="encoding"):
        apply(source, Edits(replacements=(Replacement(Span(2, 0, 2, 7), "'→'"),)))
    marked = apply(source, Edits(todos=(Todo(Span(2, 0, 2, 7), "a → é"),)))
    assert marked == b"# coding: latin-1\n# TODO(streammigrate): a ? \xe9\nf('\xe9')\n"


@pytest.mark.parametrize("text", ["{}", "{'a': 1}", 'x["a"]', "'b'", "f(\n    1)", "lambda: 1"])
def test_an_f_string_is_left_where_it_cannot_hold_the_text(text: str) -> None:
    source = 'f"{a} \'"\n'
    with pytest.raises(Unappliable):
        apply(source.encode(), Edits(replacements=(Replacement(Span(1, 3, 1, 4), text.replace("'b'", '"b"')),)))


@pytest.mark.parametrize(
    ("source", "piece", "text", "expected"),
    [
        ("f(a)\n", "f(a)", "g.h(a, b=1)", "g.h(a, b=1)\n"),
        ("x = f(a)  # why\n", "f(a)", "g(a)", "x = g(a)  # why\n"),
        ("x: A = f\n", "A", "B[C]", "x: B[C] = f\n"),
        ("def f(a: A = 1, *, b=c) -> A: ...\n", "A", "B", "def f(a: B = 1, *, b=c) -> A: ...\n"),
        ("@dec\n@other(1)\ndef f(): ...\n", "dec", "new(2)", "@new(2)\n@other(1)\ndef f(): ...\n"),
        ("class A(B, metaclass=M): ...\n", "B", "c.D", "class A(c.D, metaclass=M): ...\n"),
        ("f(**a, k = v)\n", "v", "w[0]", "f(**a, k = w[0])\n"),
        ("try: x\nexcept A as e: y\n", "A", "(A, B)", "try: x\nexcept (A, B) as e: y\n"),
        ("try: x\nexcept(A, B): y\n", "(A, B)", "C", "try: x\nexcept(C): y\n"),
        ("x = (1, 2)\n", "(1, 2)", "f()", "x = f()\n"),
        ("x = 1, 2\n", "1, 2", "3, 4", "x = 3, 4\n"),
        ("x = 1\n", "1", "3, 4", "x = (3, 4)\n"),
        ("f(x for x in y)\n", "y", "z()", "f(x for x in z())\n"),
        ("x[a:b]\n", "b", "c if d else e", "x[a:c if d else e]\n"),
        ("del x[0]\n", "x[0]", "x.data[0]", "del x.data[0]\n"),
        ("r['a'] = 1\n", "r['a']", "r.a.b", "r.a.b = 1\n"),
        ("from a import b, c as d, e\n", "c as d", "f as d", "from a import b, f as d, e\n"),
        ("import a.b as c\n", "a.b as c", "d.e as c", "import d.e as c\n"),
        ("x = f'{a} {f(b)!r:>{w}}'\n", "f(b)", "g(b)", "x = f'{a} {g(b)!r:>{w}}'\n"),
        ("é = 'ß'; x = f(ü, b)\n", "b", "c", "é = 'ß'; x = f(ü, c)\n"),
        ("x = f(a)", "a", "b", "x = f(b)"),
        ("x = ''.join(['a' 'b', f(c)])\n", "'a' 'b'", "d", "x = ''.join([d, f(c)])\n"),
    ],
)
def test_an_expression_is_replaced_and_nothing_else(source: str, piece: str, text: str, expected: str) -> None:
    assert replace(source, piece, text) == expected


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("X.y\n", "a if b else c", "(a if b else c).y\n"),
        ("X()\n", "a or b", "(a or b)()\n"),
        ("X[0]\n", "await a", "(await a)[0]\n"),
        ("r = await X\n", "a + b", "r = await (a + b)\n"),
        ("r = -X\n", "a + b", "r = -(a + b)\n"),
        ("r = -X\n", "a.b", "r = -a.b\n"),
        ("r = not X\n", "a and b", "r = not (a and b)\n"),
        ("r = not X\n", "a == b", "r = not a == b\n"),
        ("r = X and d\n", "a or b", "r = (a or b) and d\n"),
        ("r = X or d\n", "a and b", "r = a and b or d\n"),
        ("r = d - X\n", "a - b", "r = d - (a - b)\n"),
        ("r = X - d\n", "a - b", "r = a - b - d\n"),
        ("r = X ** d\n", "-a", "r = (-a) ** d\n"),
        ("r = d ** X\n", "-a", "r = d ** -a\n"),
        ("r = X == d\n", "a == b", "r = (a == b) == d\n"),
        ("r = X in d\n", "a | b", "r = a | b in d\n"),
        ("r = [*X]\n", "a or b", "r = [*(a or b)]\n"),
        ("f(*X)\n", "a or b", "f(*a or b)\n"),
        ("f(**X)\n", "a or {}", "f(**a or {})\n"),
        ("f(X)\n", "a if b else c", "f(a if b else c)\n"),
        ("f(k=X)\n", "(y := 1)", "f(k=(y := 1))\n"),
        ("r = X if d else e\n", "a if b else c", "r = (a if b else c) if d else e\n"),
        ("r = d if e else X\n", "a if b else c", "r = d if e else a if b else c\n"),
        ("r = [q for q in X if q]\n", "a if b else c", "r = [q for q in (a if b else c) if q]\n"),
        ("r = (X).y\n", "a.b", "r = (a.b).y\n"),
        ("r = (X).y\n", "(a or b)", "r = (a or b).y\n"),
        ("r = X\n", "(a or b)", "r = a or b\n"),
        ("r = X\n", "a if b\nelse c", "r = (a if b\nelse c)\n"),
        ("f(X)\n", "a if b\nelse c", "f(a if b\nelse c)\n"),
        ("X\n", "a\n.b()", "(a\n.b())\n"),
        ("X.y\n", "( # why\n    a)", "( # why\n    a).y\n"),
        ("r = X\n", "1 # one", "r = (1 # one\n)\n"),
        ("r = lambda: X\n", "a if b else c", "r = lambda: a if b else c\n"),
        ("f(X)\n", "a, b", "f((a, b))\n"),
        ("r = {X: 1, **d}\n", "lambda: 1", "r = {lambda: 1: 1, **d}\n"),
    ],
)
def test_brackets_come_only_where_they_are_needed(source: str, text: str, expected: str) -> None:
    wrapped = "async def f():\n" + "".join(f"    {line}" for line in source.splitlines(keepends=True))
    within = replace(wrapped, "X", text)
    assert within == "async def f():\n" + "".join(f"    {line}" for line in expected.splitlines(keepends=True))
    if "await" not in source + text:
        assert replace(source, "X", text) == expected


def test_lines_of_the_new_text_are_indented_like_the_statement() -> None:
    source = "class A:\n\tdef f(self):\n\t\tif x: return old(1)\n\t\treturn 2\n"
    text = "new(\n    a=1,  # one\n\n    # two\n    b='''x\n  y''',\n)"
    expected = (
        "class A:\n\tdef f(self):\n\t\tif x: return new(\n\t\t    a=1,  # one\n\n\t\t    # two\n\t\t    b='''x\n  y''',\n\t\t)\n"
        "\t\treturn 2\n"
    )
    assert replace(source, "old(1)", text) == expected


@pytest.mark.parametrize(
    "source",
    [
        b"\xef\xbb\xbfx = f(a)\r\n# c\r\ny = 2",
        b"# -*- coding: latin-1 -*-\nx = f(a) # \xe9\n",
        b"x = f(a)\ny = '''a\r\nb'''\r\nz = 1\n",
        b"x = f(a)\n\x0c\ny = 1\n",
        b"if 1:\n\tx = f(a)  \n\ty = 1;\n",
        b"x = f(a)\\\n  + 2\n",
        b"x=[f(a) ,  b ,]\n",
        b"x = [ f(a), \n  # c\n]\n\n\n",
    ],
)
def test_everything_else_stays_byte_for_byte(source: bytes) -> None:
    text = source.decode("latin-1" if b"latin-1" in source else "utf-8-sig")
    assert apply(source, Edits()) == source
    edits = Edits(replacements=(Replacement(at(text, "f(a)"), "g(b)"),))
    assert apply(source, edits) == source.replace(b"f(a)", b"g(b)")


def test_new_lines_end_as_the_file_s_do() -> None:
    source = "def f():\r\n    a()\r\n    b()\r\n"
    edits = Edits(
        replacements=(Replacement(at(source, "a()"), "c(\n    1,\n)"),),
        insertions=(Insertion(at(source, "b()"), "x = '''1\n2'''\nif x:\n    y\n"),),
        todos=(Todo(at(source, "b()"), "SM1"),),
    )
    assert apply(source.encode(), edits) == (
        b"def f():\r\n    c(\r\n        1,\r\n    )\r\n    x = '''1\r\n2'''\r\n    if x:\r\n        y\r\n"
        b"    # TODO(streammigrate): SM1\r\n    b()\r\n"
    )


@pytest.mark.parametrize(
    ("source", "piece", "text", "after", "expected"),
    [
        ("a()\nb()\n", "b()", "x = 1\ny = 2", False, "a()\nx = 1\ny = 2\nb()\n"),
        ("a()\nb()\n", "a()", "x = 1", True, "a()\nx = 1\nb()\n"),
        ("a()  # c\nb()\n", "a()", "x = 1", True, "a()  # c\nx = 1\nb()\n"),
        ("a()", "a()", "x = 1", True, "a()\nx = 1"),
        ("a()\n\n\n# c\nb()\n", "b()", "x = 1", False, "a()\n\n\n# c\nx = 1\nb()\n"),
        ("# top\na()\n", "a()", "x = 1", False, "# top\nx = 1\na()\n"),
        ("if q:\n    a()\n    # end\n", "a()", "x = 1", True, "if q:\n    a()\n    x = 1\n    # end\n"),
        ("if q:\n\ta()\n", "a()", "if r:\n    x", False, "if q:\n\tif r:\n\t\tx\n\ta()\n"),
        ("if q: a()\nb()\n", "a()", "x = 1", False, "if q:\n    x = 1\n    a()\nb()\n"),
        ("if q: a()  # c\nb()\n", "a()", "x = 1", True, "if q:\n    a()  # c\n    x = 1\nb()\n"),
        ("if q: a(); b(); c()  # c\n", "b()", "x = 1", False, "if q:\n    a()\n    x = 1\n    b(); c()  # c\n"),
        ("a(); b(); c()  # c\n", "b()", "x = 1", False, "a()\nx = 1\nb(); c()  # c\n"),
        ("a(); b(); c();  # c\n", "b()", "x = 1", True, "a(); b()\nx = 1\nc();  # c\n"),
        ("a(); b()\n", "a()", "x = 1", False, "x = 1\na(); b()\n"),
        ("a(); b()\n", "b()", "x = 1", True, "a(); b()\nx = 1\n"),
        ("for q in r: a()\nelse: b()\n", "b()", "x", True, "for q in r: a()\nelse:\n    b()\n    x\n"),
        ("@d\ndef f():\n    pass\n", "def f():\n    pass", "x = 1", False, "x = 1\n@d\ndef f():\n    pass\n"),
        (
            "class A: x = 1\n",
            "x = 1",
            "def f(self):\n    y",
            True,
            "class A:\n    x = 1\n    def f(self):\n        y\n",
        ),
        ("a()\nb()\n", "a()", "# about x\nx = 1", True, "a()\n# about x\nx = 1\nb()\n"),
    ],
)
def test_statements_are_put_in(source: str, piece: str, text: str, after: bool, expected: str) -> None:
    assert insert(source, piece, text, after) == expected


@pytest.mark.parametrize(
    ("source", "pieces", "expected"),
    [
        ("a()\nb()\nc()\n", ["b()"], "a()\nc()\n"),
        ("a()\nb()  # own\nc()\n", ["b()"], "a()\nc()\n"),
        ("a()\n# above\nb()\nc()\n", ["b()"], "a()\n# above\nc()\n"),
        ("a()\n# above\nb()\n", ["b()"], "a()\n# above\n"),
        ("# top\na()\nb()\n", ["a()"], "# top\nb()\n"),
        ("a()\n\nb()\n", ["a()"], "b()\n"),
        ("a()\n\nb()\n\nc()\n", ["b()"], "a()\n\nc()\n"),
        ("a()\n\n\nb()\nc()\n", ["b()"], "a()\n\n\nc()\n"),
        ("a()\n", ["a()"], ""),
        ("# top\na()\n", ["a()"], "# top\n"),
        ("if q:\n    a()\nb()\n", ["a()"], "if q:\n    pass\nb()\n"),
        ("if q:\n    # why\n    a()\nb()\n", ["a()"], "if q:\n    # why\n    pass\nb()\n"),
        ("if q: a()\nb()\n", ["a()"], "if q: pass\nb()\n"),
        ("if q: a(); b()\n", ["a()"], "if q: b()\n"),
        ("a(); b(); c()  # c\n", ["b()"], "a(); c()  # c\n"),
        ("a(); b()\n", ["b()"], "a()\n"),
        ("a(); b()\nc()\n", ["a()", "b()"], "c()\n"),
        ("try:\n    a()\nfinally:\n    b()\n", ["b()"], "try:\n    a()\nfinally:\n    pass\n"),
        ("a()\nwith q:\n    b()\n# end\n", ["with q:\n    b()"], "a()\n# end\n"),
    ],
)
def test_statements_are_taken_out(source: str, pieces: list[str], expected: str) -> None:
    assert remove(source, *pieces) == expected


def test_a_statement_gives_way_to_another() -> None:
    source = "def f():\n    # why\n    a()  # own\n"
    edits = Edits(removals=(Removal(at(source, "a()")),), insertions=(Insertion(at(source, "a()"), "b()"),))
    assert apply(source.encode(), edits) == b"def f():\n    # why\n    b()\n"


LOOK = "# TODO(streammigrate): SM501 look\n"


@pytest.mark.parametrize(
    ("source", "piece", "expected"),
    [
        ("a()\n", "a()", f"{LOOK}a()\n"),
        ("x = [\n  a(),\n]\n", "a()", f"{LOOK}x = [\n  a(),\n]\n"),
        ("# c\nif q:\n    # d\n    a()\n", "a()", f"# c\nif q:\n    # d\n    {LOOK}    a()\n"),
        ("if q: a()\n", "a()", f"{LOOK}if q: a()\n"),
        ("a(); b()\n", "b()", f"{LOOK}a(); b()\n"),
        ("if q:\n    pass\nelif b():\n    pass\n", "b()", f"if q:\n    pass\n{LOOK}elif b():\n    pass\n"),
        ("if q:\n    pass\nelse: a()\n", "a()", f"if q:\n    pass\n{LOOK}else: a()\n"),
        ("try:\n    q\nexcept A:\n    pass\n", "A", f"try:\n    q\n{LOOK}except A:\n    pass\n"),
        (
            "# c\n@dec(b())\n# d\n@d2\ndef f():\n    pass\n",
            "b()",
            f"# c\n{LOOK}@dec(b())\n# d\n@d2\ndef f():\n    pass\n",
        ),
        ("@d\nasync def f(a=b()):\n    pass\n", "b()", f"{LOOK}@d\nasync def f(a=b()):\n    pass\n"),
        ("class A(B):\n    pass\n", "B", f"{LOOK}class A(B):\n    pass\n"),
        ("with a() as b:\n    c()\n", "a()", f"{LOOK}with a() as b:\n    c()\n"),
        ("x = lambda: a()\n", "a()", f"{LOOK}x = lambda: a()\n"),
    ],
)
def test_a_todo_stands_above_its_statement_once(source: str, piece: str, expected: str) -> None:
    marked = mark(source, piece)
    assert marked == expected
    assert mark(marked, piece) == marked


def test_a_long_todo_is_wrapped_and_still_recognised() -> None:
    source = "def f():\n        a()\n"
    text = "SM503 the keys of `data` are not known: " + "build it in the call, " * 12
    marked = mark(source, "a()", text)
    lines = marked.splitlines()[1:-1]
    assert len(lines) > 2
    assert max(map(len, lines)) <= 100
    assert all(line.startswith("        #   ") for line in lines[1:])
    assert mark(marked, "a()", text) == marked
    deeper = marked.replace("        ", "                ")
    assert mark(deeper, "a()", text) == deeper, "wrapped otherwise, it is the same comment"
    assert mark(marked, "a()", "SM501 other").count("TODO") == 2


def test_a_todo_stays_with_its_statement_when_another_is_put_before_it() -> None:
    source = f"b()\n# why\n{LOOK}a()\n"
    edits = Edits(insertions=(Insertion(at(source, "a()"), "x = 1"),), todos=(Todo(at(source, "a()"), "SM501 look"),))
    assert apply(source.encode(), edits).decode() == f"b()\n# why\nx = 1\n{LOOK}a()\n"


def test_all_edits_together() -> None:
    source = "def f(c):\n    c.a()\n    c.b(); c.d()\n    return c.e()['x']\n"
    edits = Edits(
        replacements=(
            Replacement(at(source, "c.a()"), "c.v2(\n    1\n)"),
            Replacement(at(source, "c.e()['x']"), "c.e().data.x"),
        ),
        insertions=(Insertion(at(source, "c.d()"), "y = 1"),),
        removals=(Removal(at(source, "c.d()")),),
        todos=(Todo(at(source, "c.b()"), "SM501 look"),),
    )
    assert apply(source.encode(), edits).decode() == (
        f"def f(c):\n    c.v2(\n        1\n    )\n    {LOOK}    c.b()\n    y = 1\n    return c.e().data.x\n"
    )
