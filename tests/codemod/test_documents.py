"""Notebooks, Markdown and reStructuredText as one module and back: what is no Python first, then bytes, then rewriting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from streammigrate.codemod.documents import Virtual, open_document
from streammigrate.codemod.model import FileResult
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings

IMPORT = "from stream_chat import StreamChat\n"
MAKE = 'client = StreamChat("key", "secret")\n'
CALL = 'client.upsert_user({"id": "jane"})\n'
SETTINGS = RewriteSettings(todo=False)


def opened(data: str | bytes, path: str) -> Virtual:
    found = open_document(data if isinstance(data, bytes) else data.encode(), path)
    assert found is not None
    return found


def python(virtual: Virtual) -> str:
    """Return the Python of a document without marks and blank lines."""
    lines = virtual.source.decode().splitlines()
    return "\n".join(line for line in lines if line.strip() and "streammigrate-part" not in line)


def cell(source: str, kind: str = "code", as_list: bool = True, **extra: Any) -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {}, "source": source.splitlines(True) if as_list else source, **extra}


def notebook(*cells: dict[str, Any] | str, metadata: Any = None, indent: int | None = 1, ascii: bool = False) -> bytes:
    data = {
        "cells": [cell(one) if isinstance(one, str) else one for one in cells],
        "metadata": {"kernelspec": {"name": "python3", "language": "python"}} if metadata is None else metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(data, indent=indent, ensure_ascii=ascii).encode() + b"\n"


def sources(data: bytes) -> list[str]:
    return ["".join(one["source"]) for one in json.loads(data)["cells"]]


def moved(data: str | bytes, path: str, chosen: RewriteSettings = SETTINGS) -> tuple[bytes, FileResult, Virtual]:
    virtual = opened(data, path)
    result = rewrite_source(virtual.source, path, chosen)
    assert not result.troubles
    after = virtual.restore(result.after)
    again = opened(after, path)
    assert again.restore(rewrite_source(again.source, path, chosen).after) == after
    return after, result, virtual


# What is no Python

NO_PYTHON = {
    "the word in prose": ("a.md", "Use python and `from stream_chat import StreamChat`.\n\npython\n"),
    "another language": ("a.md", "```js\nx = 1\n```\n"),
    "a language that begins so": ("a.md", "```pythonic\nx = 1\n```\n"),
    "a fence in a fence": ("a.md", "````md\n```python\nx = 1\n```\n````\n"),
    "a fence in a fence of the other kind": ("a.md", "~~~\n```python\nx = 1\n```\n~~~\n"),
    "inline code of three marks": ("a.md", "```python``` is x\nx = 1\n"),
    "a comment": ("a.md", "<!--\n```python\nx = 1\n```\n-->\n"),
    "an indented block": ("a.md", "Text\n\n    ```python\n    x = 1\n    ```\n"),
    "a quote": ("a.md", "> ```python\n> x = 1\n> ```\n"),
    "a session": ("a.md", "```pycon\n>>> x = 1\n```\n"),
    "a syntax error": ("a.md", "```python\nf(a=1, ...)\n```\n"),
    "a return on top": ("a.md", "```python\nreturn 1\n```\n"),
    "an empty block": ("a.md", "```python\n\n```\n"),
    "a literal block": ("a.rst", "Text::\n\n    x = 1\n"),
    "a doctest": ("a.rst", ">>> x = 1\n"),
    "another directive": ("a.rst", ".. code-block:: console\n\n    x = 1\n"),
    "a directive without a language": ("a.rst", ".. code-block::\n\n    x = 1\n"),
    "a comment around a directive": ("a.rst", "..\n   .. code-block:: python\n\n      x = 1\n"),
    "another suffix within": ("a.py.md", "x = 1\n"),
    "nothing": ("a.md", ""),
}


@pytest.mark.parametrize(("path", "text"), NO_PYTHON.values(), ids=NO_PYTHON)
def test_what_is_no_python_is_left_out(path: str, text: str) -> None:
    virtual = opened(text, path)
    assert virtual.source == b""
    assert virtual.troubles == ()
    assert virtual.restore(b"") == text.encode()


NO_CELLS = {
    "another kernel": notebook(IMPORT, metadata={"kernelspec": {"name": "ir", "language": "R"}}),
    "another language": notebook(IMPORT, metadata={"language_info": {"name": "julia"}}),
    "two languages": notebook(
        IMPORT, metadata={"language_info": {"name": "sos"}, "kernelspec": {"language": "python"}}
    ),
    "a raw cell": notebook(cell(IMPORT, "raw")),
    "a Markdown cell": notebook(cell(f"```python\n{IMPORT}```\n", "markdown")),
    "a cell of another language": notebook(cell(IMPORT) | {"metadata": {"vscode": {"languageId": "sql"}}}),
    "no cells": notebook(),
    "empty cells": notebook("", cell("", as_list=False)),
    "source in the outputs": notebook(cell("", outputs=[{"source": [IMPORT], "cells": [cell(IMPORT)]}])),
    "no object": b"[1, 2]",
    "a file of another format": b'{"cells": {"source": "x"}}',
}


@pytest.mark.parametrize("data", NO_CELLS.values(), ids=NO_CELLS)
def test_cells_that_are_no_python_are_left_out(data: bytes) -> None:
    virtual = opened(data, "a.ipynb")
    assert virtual.source == b""
    assert virtual.restore(b"") == data


@pytest.mark.parametrize("path", ["a.py", "a.txt", "ipynb", "md", "a.md/b", "a.ipynb.bak"])
def test_other_files_are_no_documents(path: str) -> None:
    assert open_document(b"", path) is None


BROKEN = {
    "cut off": notebook(IMPORT)[:-20],
    "no JSON": b"x",
    "empty": b"",
    "something behind": notebook(IMPORT) + b"{}",
    "a missing colon": b'{"cells" []}',
    "a missing comma": b'{"cells": [] "metadata": {}}',
    "a missing key": b"{1: 2}",
    "nested without end": b'{"cells": ' + b"[" * 100_000,
    "conflict marks": notebook(IMPORT).replace(b' "metadata": {\n', b'<<<<<<< HEAD\n "metadata": {\n', 1),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_notebook_is_a_trouble(data: bytes) -> None:
    virtual = opened(data, "a.ipynb")
    assert virtual.source == b""
    assert [trouble.kind for trouble in virtual.troubles] == ["SM540"]
    assert virtual.troubles[0].line is not None
    assert virtual.restore(b"") == data


MENTIONED = {
    "a syntax error": ("a.md", f"Text\n\n```python\n{IMPORT}f(\n```\n", 4),
    "a client used in an error": ("a.md", f"```python\n{IMPORT}{MAKE}```\n\n```python\nclient.x(a=1, ...)\n```\n", 7),
    "a session": ("a.md", f"```python\n>>> {IMPORT}```\n", 2),
    "a session that says so": ("a.md", f"```pycon\n>>> {IMPORT}```\n", 2),
    "a fence without a language": ("a.md", f"```\n{IMPORT}```\n", 2),
    "a quote": ("a.md", f"> ```python\n> {IMPORT}> ```\n", 2),
    "an indented block": ("a.md", f"Text\n\n    {IMPORT}", 3),
    "a literal block": ("a.rst", f"Text::\n\n    {IMPORT}", 3),
    "a doctest": ("a.rst", f">>> {IMPORT}", 1),
    "a cell with an error": ("a.ipynb", notebook("x", IMPORT + "f(").decode(), 15),
    "a cell of another magic": ("a.ipynb", notebook(f"%%bash\npython -c '{IMPORT.strip()}'").decode(), 7),
    "a magic with a client": ("a.ipynb", notebook("x", "%time StreamChat('a', 'b')").decode(), 14),
}


@pytest.mark.parametrize(("path", "text", "line"), MENTIONED.values(), ids=MENTIONED)
def test_what_is_left_and_mentions_the_sdk_is_told(path: str, text: str, line: int) -> None:
    troubles = opened(text, path).troubles
    assert [trouble.kind for trouble in troubles] == ["SM540"]
    real = troubles[0].line
    assert real is not None
    lines = text.splitlines()
    assert real == line or "stream" in lines[real - 1].lower() or "bash" in lines[real - 1]


def test_a_block_that_is_left_keeps_no_other_from_moving() -> None:
    text = f"```python\nf(a=1, ...)\n```\n\n```python\n{IMPORT}{MAKE}{CALL}```\n"
    after, _, _ = moved(text, "a.md")
    assert b"upsert_users" in after


# Where Python is found

FOUND = {
    "tildes": "~~~python\nx = 1\n~~~\n",
    "a long fence": "`````python\nx = 1\n`````\n",
    "a longer end": "```python\nx = 1\n`````\n",
    "a shorter fence within": "````python\nx = '''\n```\n'''\n````\n",
    "no end": "```python\nx = 1",
    "py": "```py\nx = 1\n```\n",
    "capitals": "```Python\nx = 1\n```\n",
    "a space": "``` python3\nx = 1\n```\n",
    "a title": '```python title="a.py" {1,3}\nx = 1\n```\n',
    "numbers": "```python{1,3}\nx = 1\n```\n",
    "attributes": "``` {.python .numberLines}\nx = 1\n```\n",
    "Quarto": "```{python}\n#| echo: false\nx = 1\n```\n",
    "MyST": "```{code-block} python\n:linenos:\n:emphasize-lines: 1\n\nx = 1\n```\n",
    "a cell of MyST": "```{code-cell} ipython3\n---\ntags: [a]\n---\n%matplotlib inline\nx = 1\n```\n",
    "a list": "- a\n\n  ```python\n  x = 1\n\n  y = 2\n  ```\n",
    "a numbered list": "1. a\n    ```python\n    if 1:\n        x = 1\n    ```\n",
    "in the line of its item": "- ```python\n  x = 1\n  ```\n",
    "an admonition": "!!! note\n\n    ```python\n    x = 1\n    ```\n",
    "tabs": "1.\ta\n\n\t```python\n\tif 1:\n\t\tx = 1\n\t```\n",
    "a list that ends": "- ```python\n  x = 1\n\nText\n\n```python\ny = 2\n```\n",
    "ragged": "  ```python\nx = 1\n y = 2\n  z = 3\n  ```\n",
    "blocks without a line between": "```python\nx = 1\n```\n```python\ny = 2\n```\n",
    "carriage returns": "a\r\n\r\n```python\r\nx = 1\r\n```\r\n",
    "a byte order mark": "\ufeff```python\nx = 1\n```\n",
    "a coding comment": "```python\n# coding: latin-1\nx = 'é'\n```\n",
    "await": "```python\nx = await f()\nasync with y as z:\n    x = 1\n```\n",
    "futures": "```python\nx = 1\n```\n\n```python\nfrom __future__ import annotations\n\nx = 1\n```\n",
}


@pytest.mark.parametrize("text", FOUND.values(), ids=FOUND)
def test_fences_of_python_are_found_with_their_lines(text: str) -> None:
    virtual = opened(text, "a.md")
    assert "x = " in python(virtual)
    assert virtual.restore(virtual.source) == text.encode()
    real = text.removeprefix("\ufeff").splitlines()
    for number, line in enumerate(virtual.source.decode().splitlines(), 1):
        if line.strip() and "streammigrate" not in line:
            assert virtual.place(number) == (number, "")
            assert real[number - 1].strip(" \t").endswith(line.strip(" \t"))


DIRECTIVES = {
    "code-block": ".. code-block:: python\n\n   x = 1\n",
    "code": ".. code:: python3\n\n   x = 1\n",
    "sourcecode": ".. sourcecode:: python\n\n   x = 1\n",
    "options": ".. code-block:: python\n   :caption: a.py\n   :linenos:\n\n   x = 1\n\n   y = 2\n\nText\n",
    "within another": ".. note::\n\n   .. code-block:: py\n\n      if 1:\n          x = 1\n\n   Text\n",
    "in a list": "* .. code-block:: python\n\n     x = 1\n",
}


@pytest.mark.parametrize("text", DIRECTIVES.values(), ids=DIRECTIVES)
def test_directives_of_python_are_found(text: str) -> None:
    virtual = opened(text, "a.rst")
    lines = python(virtual).splitlines()
    assert "x = 1" in [line.strip() for line in lines]
    assert not lines[0].startswith(" ")
    assert virtual.restore(virtual.source) == text.encode()
    for number, line in enumerate(virtual.source.decode().splitlines(), 1):
        if "=" in line:
            assert virtual.place(number) == (number, "")
            assert text.splitlines()[number - 1].endswith(line)


MAGICS = {
    "%matplotlib inline": "",
    "!pip install x": "",
    "  ": "",
    "x?": "",
    "?x": "",
    "x.y??": "",
    "files = !ls": "files",
    "a, b = %magic": "a, b",
    "if 1:\n    !ls\n    %cd x\nelse:\n    y = %x": "y",
    "!pip install \\\n    x \\\n    y": "",
    "%time x = 1\nx = 2": "x",
    "%%time\nx = 1": "x",
    "%%timeit -n 10\nx = 1": "x",
    "%%capture out\nx = 1": "x",
    "\n%%time\nx = 1": "x",
    "await f()\n%x": "",
}


@pytest.mark.parametrize("text", MAGICS)
@pytest.mark.parametrize("as_list", [True, False])
def test_lines_of_ipython_are_stood_in_for(text: str, as_list: bool) -> None:
    data = notebook("import a", cell(text, as_list=as_list), "last = 1")
    virtual = opened(data, "a.ipynb")
    compile(virtual.source, "a", "exec", 0x2000)
    assert virtual.restore(virtual.source) == data
    assert virtual.restore(virtual.source.replace(b"last = 1", b"last = 2")) == data.replace(b"last = 1", b"last = 2")
    for name in filter(None, MAGICS[text].split(", ")):
        assert name in python(virtual)


PLAIN = {
    "a percent sign in brackets": "x = (10\n% 3)",
    "a percent sign in a string": '"""\n%matplotlib\n!ls\nx?\n"""',
    "a percent sign behind a backslash": "x = 10 \\\n% 3",
    "not equal": "x = 1\nx != 2",
    "a question in a comment": "x = 1  # why?",
    "a question in a string": "x = 'why?'",
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
@pytest.mark.parametrize("more", ["", "\n%magic"])
def test_python_that_looks_like_ipython_stays_python(text: str, more: str) -> None:
    assert text in opened(notebook(text + more), "a.ipynb").source.decode()


def test_the_place_of_a_line_in_a_notebook() -> None:
    data = notebook(cell("# Title", "markdown"), "a = 1\nb = 2", cell("c = 1\nd = 2", as_list=False))
    virtual = opened(data, "a.ipynb")
    lines, real = virtual.source.decode().splitlines(), data.decode().splitlines()
    line, label = virtual.place(lines.index("b = 2") + 1)
    assert (real[line - 1].strip(), label) == ('"b = 2"', "cell 2, line 2")
    line, label = virtual.place(lines.index("d = 2") + 1)
    assert real[line - 1].strip().startswith('"source": "c = 1')
    assert label == "cell 3, line 2"


# Bytes

LINES = st.sampled_from(
    [
        "x = 1",
        "",
        "# é 😀",
        's = "\\n\\t\\\\"',
        "if x:\n    y = 'ß'",
        "%magic é",
        "!ls {x}",
        "f(",
        "import os",
        "x?",
        "\tz",
    ]
)
TEXTS = st.lists(LINES, max_size=5).map("\n".join) | st.text(max_size=20)
CELLS = st.builds(
    cell,
    TEXTS,
    st.sampled_from(["code", "code", "markdown", "raw"]),
    st.booleans(),
    outputs=st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=2), max_size=2),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, max_size=4), st.sampled_from([None, 0, 1, 2]), st.booleans())
def test_a_notebook_comes_back_byte_for_byte(cells: list[dict[str, Any]], indent: int | None, ascii: bool) -> None:
    try:
        data = notebook(*cells, "marker = 1", indent=indent, ascii=ascii)
    except UnicodeEncodeError:
        data = notebook(*cells, "marker = 1", indent=indent, ascii=True)
    virtual = opened(data, "a.ipynb")
    assert virtual.restore(virtual.source) == data
    if virtual.source.count(b"\nmarker = 1\n") == 1:
        after = virtual.restore(virtual.source.replace(b"\nmarker = 1\n", b"\nmarker = 'new'\n"))
        assert after == data.replace(b"marker = 1", b"marker = 'new'")


FENCED = st.sampled_from(
    ["```python", "```", "````py", "````", "~~~python", "~~~", "- a", "  ```python", "  ```", "  x = 1", "x = 1", "", "text",
     "1. ```py", "   x = 1", "   ```", "    ```python", "    x = 1", "    ```", "> ```python", "<!--", "-->", "```js", "* * *",
     "\t```python", "\tx = 1", "-", "- - ```python", "    y = 2"]
)  # fmt: skip


def rendered(text: str) -> list[str]:
    """Return the Python that CommonMark shows."""
    tokens = MarkdownIt().parse(text)
    depth, found = 0, []
    for token in tokens:
        depth += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.type == "fence" and not depth and token.info.strip() in ("python", "py"):
            found += [line for line in token.content.splitlines() if line.strip()]
    return found


@settings(max_examples=300, deadline=None)
@given(st.lists(FENCED, max_size=10), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_markdown_comes_back_byte_for_byte(lines: list[str], end: str, ended: bool) -> None:
    text = end.join(lines) + (end if ended else "")
    virtual = opened(text, "a.md")
    assert virtual.restore(virtual.source) == text.encode()
    shown = rendered(text)
    for line in python(virtual).splitlines():
        assert line.strip() in [one.strip() for one in shown]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(
    [".. code-block:: python", "   :linenos:", "", "   x = 1", "x = 1", "  y = 2", "..", ".. note::", "   .. code:: py",
     "      if z:", "          a", ".. a comment", "\tx = 1", "::", ">>> x"]
), max_size=10), st.sampled_from(["\n", "\r\n"]))  # fmt: skip
def test_restructured_text_comes_back_byte_for_byte(lines: list[str], end: str) -> None:
    text = end.join(lines)
    virtual = opened(text, "a.rst")
    assert virtual.restore(virtual.source) == text.encode()


def test_bytes_that_are_no_text_stay() -> None:
    data = b"caf\xe9\n```python\nx = '\xe9'\n```\n\n```python\ny = 1\n```\n"
    virtual = opened(data, "a.md")
    assert python(virtual) == "y = 1"
    assert virtual.restore(virtual.source.replace(b"y = 1", b"y = 2")) == data.replace(b"y = 1", b"y = 2")


def test_escapes_of_unchanged_lines_stay() -> None:
    raw = rb'{"cells": [{"source": "a = \"\u00e9\/\"\u000ab = 1\r\nc = \"\u00E9\"", "cell_type": "code"}], "z": 1.50}'
    virtual = opened(raw, "a.ipynb")
    after = virtual.restore(virtual.source.replace(b"b = 1", "b = 'é'".encode()))
    assert after == raw.replace(b"b = 1", rb"b = '\u00e9'")


def test_strings_of_a_list_that_are_no_lines() -> None:
    data = notebook({"cell_type": "code", "source": ["a = ", "1\nb = 2\nc", " = 3\n"]}, indent=None)
    virtual = opened(data, "a.ipynb")
    assert python(virtual) == "a = 1\nb = 2\nc = 3"
    assert virtual.restore(virtual.source) == data
    assert sources(virtual.restore(virtual.source.replace(b"b = 2", b"b = 9"))) == ["a = 1\nb = 9\nc = 3\n"]


def test_a_cell_that_loses_its_last_line() -> None:
    for as_list in (True, False):
        data = notebook(cell("import a", as_list=as_list), "x = 1")
        virtual = opened(data, "a.ipynb")
        assert sources(virtual.restore(virtual.source.replace(b"import a\n", b""))) == ["", "x = 1"]


def test_outputs_of_a_large_notebook_are_not_written_anew() -> None:
    image = "iVBORw0KGgo\\n" * 300_000
    data = notebook(cell(IMPORT + MAKE + CALL, outputs=[{"image/png": image, "n": 0}]), "x = 1")
    data = data.replace(b'"n": 0', b'"n":   1.0e0')
    after, _, _ = moved(data, "a.ipynb")
    assert b'"n":   1.0e0' in after
    assert after.endswith(data[-200:])


def test_a_number_of_very_many_digits_is_no_trouble() -> None:
    data = notebook("x = 1").replace(b'"nbformat": 4', b'"nbformat": ' + b"4" * 5000)
    assert opened(data, "a.ipynb").troubles == ()


# Boundaries

CROSSED = {
    "a mark is gone": lambda text: text.replace("# streammigrate-part 2\n", ""),
    "a mark is moved": lambda text: text.replace("# streammigrate-part 2\n", "    # streammigrate-part 2\n"),
    "a mark is there twice": lambda text: text + "# streammigrate-part 2\n",
    "Python in front": lambda text: "x = 1\n" + text,
    "Python behind": lambda text: text + "x = 1\n",
    "a line of IPython is gone": lambda text: "\n".join(one for one in text.split("\n") if "_ipython_" not in one),
    "a line of IPython is another": lambda text: text.replace(
        '"_streammigrate_ipython_', 'x = "_streammigrate_ipython_'
    ),
}


@pytest.mark.parametrize("edit", CROSSED.values(), ids=CROSSED)
def test_an_edit_over_a_boundary_is_refused(edit: Any) -> None:
    virtual = opened(notebook("a = 1", "%magic\nb = 2"), "a.ipynb")
    with pytest.raises(ValueError, match="the edit"):
        virtual.restore(edit(virtual.source.decode()).encode())


def test_an_import_outside_of_blocks_goes_to_the_block_of_stream_chat() -> None:
    text = f"```python\nx = 1\n```\n\n```python\n# note\n{IMPORT}```\n"
    virtual = opened(text, "a.md")
    after = virtual.restore(b"import time\n" + virtual.source)
    assert after.decode() == text.replace(IMPORT, f"import time\n{IMPORT}")


# Rewriting


@pytest.mark.parametrize("as_list", [True, False])
def test_a_notebook_moves(as_list: bool) -> None:
    data = notebook(
        cell(f"%load_ext x\n{IMPORT}{MAKE}".strip(), as_list=as_list, outputs=[{"text": ["é\n"]}], execution_count=1),
        cell("# é", "markdown"),
        cell("!ls\n" + CALL.strip(), as_list=as_list, execution_count=None),
    )
    after, result, virtual = moved(data, "a.ipynb")
    assert sources(after) == [
        "%load_ext x\nfrom getstream import Stream\nfrom getstream.models import UserRequest\n"
        'client = Stream(api_key="key", api_secret="secret", timeout=6.0)',
        "# é",
        '!ls\nclient.upsert_users(UserRequest(id="jane"))',
    ]
    old, new = json.loads(data), json.loads(after)
    for one in (*old["cells"], *new["cells"]):
        assert isinstance(one["source"], list) is (as_list or one["cell_type"] == "markdown")
        del one["source"]
    assert old == new
    assert [virtual.place(site.span.line)[1] for site in result.sites] == ["cell 1, line 3", "cell 3, line 2"]


def test_await_on_top_of_a_notebook() -> None:
    make = 'from stream_chat import StreamChatAsync\nclient = StreamChatAsync("a", "b")'
    after, _, _ = moved(notebook(make, "await " + CALL), "a.ipynb")
    assert sources(after)[1] == 'await client.upsert_users(UserRequest(id="jane"))\n'


@pytest.mark.parametrize(
    "line", ["%time " + CALL, "%%px\n" + CALL, "f(\n" + CALL, "!echo {client.api_key}", "x = %x client"]
)
def test_a_client_that_ipython_uses_stays(line: str) -> None:
    data = notebook(IMPORT + MAKE + CALL, line)
    after, result, _ = moved(data, "a.ipynb")
    assert after == data
    assert not any(site.applied for site in result.sites)


def test_a_todo_never_stands_above_a_cell_magic() -> None:
    chosen = RewriteSettings(todo=True)
    for text in ("%%time\nclient.upsert_user(load())", "%%px\nclient.x()"):
        after, _, _ = moved(notebook(IMPORT + MAKE, text), "a.ipynb", chosen)
        assert sources(after)[1].startswith("%%")
        assert b"_streammigrate_" not in after
    after, _, _ = moved(notebook(IMPORT + MAKE, "%time client.x()"), "a.ipynb", chosen)
    assert sources(after)[1].startswith("# TODO(streammigrate): SM")
    assert b"_streammigrate_" not in after


def test_each_block_of_a_readme_keeps_the_imports_that_it_needs() -> None:
    block = f"```python\n{IMPORT}{MAKE}{CALL}```\n"
    after, _, _ = moved(f"# A\n\n```python\nimport os\nos.x()\n```\n\n{block}\nText\n\n{block}", "README.md")
    new = (
        "```python\nfrom getstream import Stream\nfrom getstream.models import UserRequest\n"
        'client = Stream(api_key="key", api_secret="secret", timeout=6.0)\n'
        'client.upsert_users(UserRequest(id="jane"))\n```\n'
    )
    assert after.decode() == f"# A\n\n```python\nimport os\nos.x()\n```\n\n{new}\nText\n\n{new}"


def test_an_import_never_goes_to_a_block_that_does_not_use_it() -> None:
    first = "```python\nimport os\nprint(os)\n```\n"
    use = f"{IMPORT}{MAKE}client.create_token('a', exp=end)\nclient.upsert_user(load())\n"
    for suffix in ("", "x = 1\n"):
        after, _, _ = moved(f"{first}\n```python\n{suffix}{use}```\n", "a.md")
        assert after.decode().startswith(first)
        assert "import time" in after.decode().removeprefix(first)


def test_nested_blocks_keep_their_indentation_and_line_ends() -> None:
    text = f"- a\r\n\r\n  ```python\r\n  {IMPORT}  {MAKE}\n  if 1:\n      {CALL}  ```\r\n".replace("\r\n", "\n")
    after, _, _ = moved(text.replace("\n", "\r\n"), "a.md")
    assert after.count(b"\n") == after.count(b"\r\n")
    assert b'\r\n      client.upsert_users(UserRequest(id="jane"))\r\n  ```\r\n' in after
    assert b"\r\n  from getstream import Stream\r\n  from getstream.models import UserRequest\r\n" in after


def test_restructured_text_moves() -> None:
    text = (
        f"A\n=\n\n.. code-block:: python\n   :linenos:\n\n   {IMPORT}   {MAKE}\nText\n\n.. code:: python\n\n    {CALL}"
    )
    after, _, _ = moved(text, "a.rst")
    assert after.decode() == (
        "A\n=\n\n.. code-block:: python\n   :linenos:\n\n   from getstream import Stream\n"
        "   from getstream.models import UserRequest\n"
        '   client = Stream(api_key="key", api_secret="secret", timeout=6.0)\n\nText\n\n.. code:: python\n\n'
        '    client.upsert_users(UserRequest(id="jane"))\n'
    )


def test_a_block_imports_what_it_uses_and_what_others_have_from_it() -> None:
    first = f"```python\n{IMPORT}{MAKE}{CALL}```\n"
    second = (
        "```python\nfrom stream_chat import StreamChatAsync\n\nasync def main():\n"
        '    async with StreamChatAsync("a", "b") as other:\n        await other.upsert_user({"id": "a"})\n```\n'
    )
    third = "```python\nclient.query_users({})\n```\n"
    after, _, _ = moved(first + "\n" + second + "\n" + third, "a.md")
    blocks = [block.splitlines() for block in after.decode().split("\n\n```python")]
    assert "from getstream import Stream" in blocks[0]
    assert "from getstream import AsyncStream" in blocks[1]
    imports = [line for line in after.decode().splitlines() if "QueryUsersPayload" in line and "import" in line]
    assert len(imports) == 1
    compile(opened(after, "a.md").source, "a", "exec")


def test_a_site_of_a_notebook_is_told_by_its_cell(tmp_path: Path) -> None:
    from streammigrate.api import render_rewrite, rewrite

    cells = ["from stream_chat import StreamChat", 'client = StreamChat("k", "s")', "x = 1\nclient.unflag_user('a')"]
    found: list[dict[str, Any]] = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text.splitlines(True)}
        for text in cells
    ]
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1))
    outcome = rewrite([str(path)])
    (site,) = [site for site in outcome.files[0].sites if site.member == "StreamChat.unflag_user"]
    assert site.label == "cell 3, line 2"
    assert site.evidence[0].endswith("(cell 2, line 1)")
    assert f"{site.span.line} (cell 3, line 2) SM291" in render_rewrite(outcome, "text")
    assert "client.unflag_user" in path.read_text().splitlines()[site.span.line - 1]
