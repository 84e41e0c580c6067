"""The texts of expressions, as far as the code shows them; the rest is a hole."""

from __future__ import annotations

import ast

import pytest
from programs import modules, texts

from streammigrate.codemod.libraries import Libraries
from streammigrate.codemod.resolve.program import Program
from streammigrate.codemod.urls import Urls
from streammigrate.paths import HOLE


def _program(files: dict[str, str]) -> Program:
    program = Program(modules(files))
    for path, text in texts(files).items():
        program.forest.add(ast.parse(text), path)
    return program


def _text(code: str, **others: str) -> str:
    """Return the text of the argument of `show(…)`."""
    program = _program({"app.py": code, **{f"{name}.py": text for name, text in others.items()}})
    (node,) = (
        node
        for node in program.forest.files["app.py"].nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "show"
    )
    return Urls(program).text(node.args[0]).replace(HOLE, "?")


HOLES = {
    "a name that is not bound": "show(x)",
    "a name that is bound twice": 'x = "a"\nx = "b"\nshow(x)',
    "a name that grows": 'x = "a"\nx += "b"\nshow(x)',
    "a parameter": "def f(x):\n    show(x)",
    "a loop": 'for x in ("a", "b"):\n    show(x)',
    "an unknown call": 'show(f("a"))',
    "a function with two returns": 'def f(a):\n    if a:\n        return "x"\n    return "y"\nshow(f(1))',
    "an alternative": 'show("a" if x else "b")',
    "itself": 'x = x + "a"\nshow(x)',
    "a function of itself": 'def f(a): return f(a)\nshow(f("x"))',
    "an object of itself": "x = x.next()\nshow(x.url)",
    "a truth": "show(True)",
    "another variable": 'import os\nshow(os.environ["UPSTREAM_CHAT_HOST"])',
}


@pytest.mark.parametrize("code", HOLES.values(), ids=HOLES)
def test_what_is_not_known_is_a_hole(code: str) -> None:
    assert set(_text(code)) <= set("?a")
    assert "?" in _text(code)


KNOWN = {
    'show("a")': "a",
    'x = "a"\nshow(f"{x}/{y}/b")': "a/?/b",
    'show("a" + "b" + c)': "ab?",
    'show("%s/x/%d" % ("a", 1))': "a/x/1",
    'show("%(a)s%%" % {"a": "b"})': "b%",
    'show("{}/{b}/{0}".format("a", b="c"))': "a/c/a",
    'show("{{{}}}".format("a"))': "{a}",
    'show("/".join(["a", b, "c"]))': "a/?/c",
    'show("a/".rstrip("/") + "/b")': "a/b",
    'from urllib.parse import urljoin\nshow(urljoin("https://a.b/c/", "/d"))': "https://a.b/d",
    'show(x or "a")': "a",
    'def f(x="a"):\n    show(x)': "a",
    'def f(p):\n    return f"https://a/{p}"\nshow(f("b"))': "https://a/b",
    (
        'class A:\n    base = "a"\n    def url(self, p):\n        return self.base + p\n'
        '    def g(self):\n        show(self.url("b"))'
    ): "ab",
    'class A:\n    def __init__(self):\n        self.base = "a"\na = A()\nshow(a.base)': "a",
    'import os\nshow(os.getenv("X", "a"))': "a",
    'import os\nshow(os.environ["STREAM_CHAT_URL"])': "https://chat.stream-io-api.com",
    'from yarl import URL\nshow(URL("https://a.b") / "c")': "https://a.b/c",
}


@pytest.mark.parametrize(("code", "text"), KNOWN.items())
def test_what_is_known(code: str, text: str) -> None:
    assert _text(code) == text


@pytest.mark.parametrize(
    "code",
    [
        'from urls import BASE\nshow(BASE + "/b")',
        'import urls\nshow(urls.BASE + "/b")',
        'from urls import url\nshow(url("b"))',
        'from urls import api\nshow(api.url("b"))',
    ],
)
def test_other_modules_are_followed(code: str) -> None:
    other = (
        'BASE = "a"\ndef url(p):\n    return BASE + "/" + p\n'
        "class Api:\n    def url(self, p):\n        return url(p)\napi = Api()\n"
    )
    assert _text(code, urls=other) == "a/b"


@pytest.mark.parametrize(
    ("code", "dotted"),
    [
        ("import requests as r\nr.get", "requests.get"),
        ("from requests import Session\nSession().get", "requests.Session().get"),
        ("import httpx\nwith httpx.Client() as c:\n    c.get", "httpx.Client().get"),
        ("import httpx\nclass C(httpx.Client): ...\nC().get", "httpx.Client().get"),
        ("import httpx\ndef f(c: httpx.Client | None):\n    c.get", "httpx.Client().get"),
        ("import httpx\ndef f():\n    return httpx.Client()\nf().get", "httpx.Client().get"),
        ("from .requests import get\nget", None),
        ("class requests: ...\nrequests.get", None),
        ("import httpx\nhttpx = load()\nhttpx.get", None),
        ("def f(requests):\n    requests.get", None),
    ],
)
def test_libraries_are_known_by_their_imports(code: str, dotted: str | None) -> None:
    program = _program({"app.py": code})
    last = [node for node in program.forest.files["app.py"].nodes if isinstance(node, ast.Expr)][-1]
    found = Libraries(program, Urls(program), {}, {}).made(last.value)
    assert (None if found is None else found.dotted) == dotted
