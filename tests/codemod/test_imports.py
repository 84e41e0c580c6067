"""Imports put in and taken out: where they go, how they are written, which comments stay."""

from __future__ import annotations

import pytest
from places import at

from streammigrate.codemod.apply import Unappliable, apply
from streammigrate.codemod.model import AddImport, DropImport, Edits, Span

STREAM = AddImport("getstream", "Stream")
USER = AddImport("getstream.models", "UserRequest")


def edit(source: str, *imports: AddImport, drops: tuple[tuple[str, str], ...] = ()) -> str:
    """Apply imports and drops (statement, name) twice; the second time the imports are there already."""
    gone = tuple(DropImport(at(source, statement), name) for statement, name in drops)
    once = apply(source.encode(), Edits(imports=imports, drops=gone)).decode()
    top = tuple(add for add in imports if add.near is None)
    assert apply(once.encode(), Edits(imports=top)).decode() == once
    return once


OLD = "from stream_chat import StreamChat"
DROP = ((OLD, "StreamChat"),)


@pytest.mark.parametrize(
    ("source", "span", "name"),
    [
        ("from a import b\n", Span(1, 0, 1, 15), "c"),
        ("from a import *\n", Span(1, 0, 1, 15), "c"),
        ("from a import b as c\n", Span(1, 0, 1, 20), "c"),
        ("from a import b, b as c\n", Span(1, 0, 1, 23), "b"),
        ("import a.b\n", Span(1, 0, 1, 10), "a"),
        ("x = 1\n", Span(1, 0, 1, 5), "x"),
        ("\nimport a\n", Span(1, 0, 1, 8), "a"),
    ],
)
def test_what_is_not_imported_there_is_not_dropped(source: str, span: Span, name: str) -> None:
    with pytest.raises(Unappliable) as refusal:
        apply(source.encode(), Edits(drops=(DropImport(span, name),)))
    assert refusal.value.kind == "not-found"


@pytest.mark.parametrize(
    ("source", "add"),
    [
        ("from getstream import Stream\n", STREAM),
        ("from getstream import AsyncStream, Stream\n", STREAM),
        ("import os, time\n", AddImport("time")),
        ("import a.b as c\n", AddImport("a.b", asname="c")),
        ("from a import b as c\n", AddImport("a", "b", "c")),
        ("from a import b as b\n", AddImport("a", "b")),
        ("from . import a\n", AddImport(".", "a")),
        ("from ..a import b\n", AddImport("..a", "b")),
        ("x = 1\nfrom getstream import Stream\n", STREAM),
    ],
)
def test_a_name_that_is_imported_in_the_same_words_is_there(source: str, add: AddImport) -> None:
    assert edit(source, add) == source


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    from getstream import Stream\n",
        "try:\n    from getstream import Stream\nexcept ImportError:\n    Stream = None\n",
        "if TYPE_CHECKING:\n    from getstream import Stream\n",
        "from getstream import *\n",
        "from getstream import Stream as S\n",
        "from getstream import AsyncStream as Stream\n",
        "import getstream\n",
        "from .getstream import Stream\n",
    ],
)
def test_another_binding_is_not_the_same(source: str) -> None:
    assert "Stream" in edit(source, STREAM)
    assert edit(source, STREAM) != source


@pytest.mark.parametrize(
    ("source", "adds", "drops", "expected"),
    [
        # In the place of the import that goes.
        (f"import os\n\n{OLD}\n\nx = 1\n", [STREAM], DROP, "import os\n\nfrom getstream import Stream\n\nx = 1\n"),
        (f"# why\n{OLD}  # noqa: E402\n", [STREAM], DROP, "# why\nfrom getstream import Stream  # noqa: E402\n"),
        (f"{OLD}  # why\nx\n", [STREAM], DROP, "from getstream import Stream  # why\nx\n"),
        (f"import os\n{OLD}  # why\nx\n", [], DROP, "import os\n# why\nx\n"),
        (f"import os\n{OLD}  # noqa\nx\n", [], DROP, "import os\nx\n"),
        (f"import os\n# why\n{OLD}\n", [], DROP, "import os\n# why\n"),
        (f"{OLD}\n\n\nx\n", [], DROP, "x\n"),
        (f'"""Doc."""\n{OLD}\nx\n', [STREAM], DROP, '"""Doc."""\nfrom getstream import Stream\nx\n'),
        (
            f"import django\ndjango.setup()\n{OLD}\nimport local\nx\n",
            [STREAM, USER],
            DROP,
            "import django\ndjango.setup()\nfrom getstream import Stream\nfrom getstream.models import UserRequest\n"
            "import local\nx\n",
        ),
        (f"{OLD}; c = 1\n", [STREAM], DROP, "from getstream import Stream\nc = 1\n"),
        (f"import os; {OLD}\n", [STREAM], DROP, "import os\nfrom getstream import Stream\n"),
        # Beside one that stays.
        (
            "from stream_chat import StreamChat, StreamChatAsync\nx\n",
            [STREAM],
            (("from stream_chat import StreamChat, StreamChatAsync", "StreamChat"),),
            "from stream_chat import StreamChatAsync\nfrom getstream import Stream\nx\n",
        ),
        (f"{OLD}\nx\n", [STREAM], (), f"{OLD}\nfrom getstream import Stream\nx\n"),
        ("import os\nx\n", [STREAM], (), "import os\n\nfrom getstream import Stream\nx\n"),
        ("from . import a\nx\n", [STREAM], (), "from getstream import Stream\n\nfrom . import a\nx\n"),
        # At the top.
        ("x\n", [STREAM], (), "from getstream import Stream\n\nx\n"),
        ("", [STREAM], (), "from getstream import Stream\n"),
        ("# only\n", [STREAM], (), "# only\nfrom getstream import Stream\n"),
        ("#!/bin/x\n# c\n\nx\n", [STREAM], (), "#!/bin/x\n# c\n\nfrom getstream import Stream\n\nx\n"),
        ('"""Doc."""\n\nx\n', [STREAM], (), '"""Doc."""\n\nfrom getstream import Stream\n\nx\n'),
        ('"""Doc."""\nx\n', [STREAM], (), '"""Doc."""\n\nfrom getstream import Stream\nx\n'),
        (
            '"""Doc."""\nfrom __future__ import annotations\n\nx\n',
            [STREAM],
            (),
            '"""Doc."""\nfrom __future__ import annotations\n\nfrom getstream import Stream\n\nx\n',
        ),
        # The standard library has its own section.
        (f"import os\n\n{OLD}\n", [AddImport("time")], DROP, "import os\nimport time\n"),
        (
            f"import os\nfrom a import b\n\n{OLD}\n",
            [AddImport("time"), AddImport("datetime", "datetime")],
            (),
            f"import os\nimport time\nfrom datetime import datetime\nfrom a import b\n\n{OLD}\n",
        ),
        (f"{OLD}\nx\n", [AddImport("time")], (), f"import time\n\n{OLD}\nx\n"),
        # Several of one module are one line.
        (
            "import a\nx\n",
            [USER, AddImport("getstream.models", "ChannelInput"), AddImport("getstream")],
            (),
            "import a\nimport getstream\nfrom getstream.models import ChannelInput, UserRequest\nx\n",
        ),
        ("import b\nx\n", [AddImport("a.b", asname="c")], (), "import b\nimport a.b as c\nx\n"),
        ("from b import c\nx\n", [AddImport("a", "d", "e")], (), "from b import c\nfrom a import d as e\nx\n"),
    ],
)
def test_a_new_line_for_a_new_module(
    source: str, adds: list[AddImport], drops: tuple[tuple[str, str], ...], expected: str
) -> None:
    assert edit(source, *adds, drops=drops) == expected


M = "from m import "


HELPER = AddImport("shop.stream_compat", "as_v1")


@pytest.mark.parametrize(
    ("source", "adds", "expected"),
    [
        ("from shop.chat import c\n", (USER,), f"from {USER.module} import UserRequest\n\nfrom shop.chat import c\n"),
        (
            "import os\n\nfrom shop.chat import c\n",
            (USER, HELPER),
            "import os\n\nfrom getstream.models import UserRequest\n\n"
            "from shop.chat import c\nfrom shop.stream_compat import as_v1\n",
        ),
        (
            "import os\n\nx = 1\n",
            (HELPER, USER),
            "import os\n\nfrom getstream.models import UserRequest\n\nfrom shop.stream_compat import as_v1\n\nx = 1\n",
        ),
        (
            "import django\n\nfrom shop import a\nfrom shop.z import b\n\nfrom .x import y\n",
            (USER, HELPER),
            "import django\nfrom getstream.models import UserRequest\n\n"
            "from shop import a\nfrom shop.stream_compat import as_v1\nfrom shop.z import b\n\nfrom .x import y\n",
        ),
        (
            "from .x import y\n",
            (USER, HELPER._replace(module=".stream_compat")),
            "from getstream.models import UserRequest\n\nfrom .x import y\nfrom .stream_compat import as_v1\n",
        ),
    ],
)
def test_imports_of_the_project_stand_by_themselves(source: str, adds: tuple[AddImport, ...], expected: str) -> None:
    own = frozenset({"shop"})
    once = apply(source.encode(), Edits(imports=adds, own=own))
    assert once.decode() == expected
    assert apply(once, Edits(imports=adds, own=own)) == once


@pytest.mark.parametrize(
    ("names", "new", "expected"),
    [
        ("b", "a", "a, b"),
        ("a", "b", "a, b"),
        ("a, c", "b", "a, b, c"),
        ("c, a", "b", "c, a, b"),
        ("A, b", "C", "A, C, b"),
        ("A, b, C", "c", "A, b, C, c"),
        ("MAX, Aa, b", "MIN", "MAX, MIN, Aa, b"),
        ("(a, c)", "b", "(a, b, c)"),
        ("(a, b,)", "c", "(a, b, c,)"),
        ("a as z, c", "b", "a as z, b, c"),
        ("a, \\\n    c", "b", "a, \\\n    b, c"),
        ("(\n    a,\n    c,\n)", "b", "(\n    a,\n    b,\n    c,\n)"),
        ("(\n    b,\n    c,\n)", "a", "(\n    a,\n    b,\n    c,\n)"),
        ("(\n    a,\n    b,\n)", "c", "(\n    a,\n    b,\n    c,\n)"),
        ("(\n    a,\n    b\n)", "c", "(\n    a,\n    b,\n    c\n)"),
        ("(\n\ta,  # one\n\tc,  # three\n)", "b", "(\n\ta,  # one\n\tb,\n\tc,  # three\n)"),
        ("(\n  a,  # one\n  # of c\n  c,\n)", "b", "(\n  a,  # one\n  b,\n  # of c\n  c,\n)"),
        ("(  # all\n  b,\n)", "a", "(  # all\n  a,\n  b,\n)"),
        ("(\n  a,  # one\n  # end\n)", "b", "(\n  a,  # one\n  b,\n  # end\n)"),
        ("(\n  a  # one\n)", "b", "(\n  a,  # one\n  b\n)"),
    ],
)
def test_a_name_joins_the_import_of_its_module(names: str, new: str, expected: str) -> None:
    assert edit(f"{M}{names}  # why\nx\n", AddImport("m", new)) == f"{M}{expected}  # why\nx\n"


@pytest.mark.parametrize(
    ("names", "gone", "expected"),
    [
        ("a, b", "a", "b"),
        ("a, b", "b", "a"),
        ("a, b, c", "b", "a, c"),
        ("a as x, b", "a", "b"),
        ("(a, b)", "b", "(a)"),
        ("(a, b,)", "b", "(a,)"),
        ("a, \\\n    b", "b", "a"),
        ("(\n    a,\n    b,\n    c,\n)", "a", "(\n    b,\n    c,\n)"),
        ("(\n    a,\n    b,\n    c,\n)", "b", "(\n    a,\n    c,\n)"),
        ("(\n    a,\n    b,\n    c,\n)", "c", "(\n    a,\n    b,\n)"),
        ("(\n    a,\n    b\n)", "b", "(\n    a\n)"),
        ("(\n  a,  # one\n  b,  # two\n  # of c\n  c,\n)", "b", "(\n  a,  # one\n  # of c\n  c,\n)"),
        ("(\n  # of a\n  a,  # one\n  b,\n)", "a", "(\n  # of a\n  b,\n)"),
        ("(a,\n  b,\n  c)", "a", "(b,\n  c)"),
        ("(a,\n  b,\n  c)", "c", "(a,\n  b)"),
        ("(\n  a,  # one\n  b,)", "b", "(\n  a,  # one\n)"),
    ],
)
def test_a_name_leaves_its_import(names: str, gone: str, expected: str) -> None:
    source = f"{M}{names}\nx\n"
    assert edit(source, drops=((f"{M}{names}", gone),)) == f"{M}{expected}\nx\n"


def test_several_names_leave_and_the_comments_inside_stay() -> None:
    inside = "(\n    # first\n    A,  # noqa\n    B,  # second\n)"
    source = f"import os\n{M}{inside}\nx\n"
    gone = ((f"{M}{inside}", "A"), (f"{M}{inside}", "B"))
    assert edit(source, drops=gone) == "import os\n# first\n# second\nx\n"
    assert edit("import a, b, c\nx\n", drops=(("import a, b, c", "a"), ("import a, b, c", "c"))) == "import b\nx\n"


def test_a_name_gives_way_to_another_of_the_same_module() -> None:
    source = "from app import client, settings\nx\n"
    drops = (("from app import client, settings", "client"),)
    added = edit(source, AddImport("app", "client_v1"), drops=drops)
    assert added == "from app import client_v1, settings\nx\n"
    only = "from app import client\nx\n"
    assert edit(only, AddImport("app", "other"), drops=(("from app import client", "client"),)) == (
        "from app import other\nx\n"
    )


def test_a_line_that_gets_too_long_is_wrapped_as_the_file_does() -> None:
    names = "AaaaaaaaaaaaaaaaaaaaA, BbbbbbbbbbbbbbbbbbbbbbbbB, CccccccccccccccccccC"
    source = f"from m import {names}\nx\n"
    assert len(source) < 88
    wrapped = "from m import (\n" + "".join(f"    {name},\n" for name in [*names.split(", "), "Dddddd"]) + ")\nx\n"
    assert edit(source, AddImport("m", "Dddddd")) == wrapped
    wide = source + f"y = {'1' * 90}\n"
    assert f"from m import {names}, Dddddd\n" in edit(wide, AddImport("m", "Dddddd"))
    commented = f"from m import (  # why\n    {names})\n"
    assert "# why" in edit(commented, AddImport("m", "Dddddd"))


def test_a_new_import_that_is_too_long_is_wrapped_with_the_file_s_indentation() -> None:
    adds = [AddImport("getstream.models", f"SomeRatherLongRequest{letter}") for letter in "CAB"]
    expected = "import os\nif os:\n\tx\n".replace(
        "os\nif",
        "os\n\nfrom getstream.models import (\n"
        + "".join(f"\tSomeRatherLongRequest{letter},\n" for letter in "ABC")
        + ")\nif",
    )
    assert edit("import os\nif os:\n\tx\n", *adds) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"def f():\n    {OLD}\n    x\n", "def f():\n    from getstream import Stream\n    x\n"),
        (f"def f():\n    # why\n    {OLD}\n", "def f():\n    # why\n    from getstream import Stream\n"),
        (
            f"try:\n    {OLD}\nexcept ImportError:\n    StreamChat = None\n",
            "try:\n    from getstream import Stream\nexcept ImportError:\n    StreamChat = None\n",
        ),
        (f"if TYPE_CHECKING:\n    {OLD}\nx\n", "if TYPE_CHECKING:\n    from getstream import Stream\nx\n"),
        (f"if TYPE_CHECKING: {OLD}\nx\n", "if TYPE_CHECKING: from getstream import Stream\nx\n"),
        (f"class A:\n    {OLD}\n", "class A:\n    from getstream import Stream\n"),
        (
            f"if a:\n    pass\nelse:\n    from getstream import Z\n    {OLD}\n",
            "if a:\n    pass\nelse:\n    from getstream import Stream, Z\n",
        ),
    ],
)
def test_an_import_stays_in_its_block(source: str, expected: str) -> None:
    near = at(source, OLD)
    edits = Edits(imports=(STREAM._replace(near=near),), drops=(DropImport(near, "StreamChat"),))
    assert apply(source.encode(), edits).decode() == expected


def test_an_import_joins_one_that_stays_in_its_block() -> None:
    source = f"if a:\n    {OLD}\n    from getstream import Z\n    y\n    from getstream import Late\n"
    edits = Edits(imports=(STREAM._replace(near=at(source, OLD)),))
    expected = source.replace("import Z", "import Stream, Z")
    assert apply(source.encode(), edits).decode() == expected


def test_a_block_without_its_import_is_not_empty() -> None:
    source = f"if TYPE_CHECKING:\n    {OLD}\nif b: {OLD}\n"
    drops = (DropImport(at(source, OLD), "StreamChat"), DropImport(at(source, OLD, 1), "StreamChat"))
    assert apply(source.encode(), Edits(drops=drops)) == b"if TYPE_CHECKING:\n    pass\nif b: pass\n"


def test_what_the_module_imports_is_there_for_its_blocks() -> None:
    source = f"from getstream import Stream\ndef f():\n    {OLD}\n    x\n"
    near = at(source, OLD)
    edits = Edits(imports=(STREAM._replace(near=near),), drops=(DropImport(near, "StreamChat"),))
    assert apply(source.encode(), edits) == b"from getstream import Stream\ndef f():\n    x\n"


def test_an_import_is_not_added_to_one_that_comes_too_late() -> None:
    source = "import os\nx = Stream()\nfrom getstream import Z\n"
    assert edit(source, STREAM) == "import os\n\nfrom getstream import Stream\nx = Stream()\nfrom getstream import Z\n"


def test_exports_stay() -> None:
    source = f'{OLD}\n__all__ = ["StreamChat"]\n'
    assert edit(source, STREAM, drops=DROP) == 'from getstream import Stream\n__all__ = ["StreamChat"]\n'


def test_line_ends_of_new_imports_are_the_file_s() -> None:
    source = "import os\r\nfrom m import (\r\n    a,\r\n)\r\nx\r\n"
    edits = Edits(imports=(AddImport("m", "b"), STREAM))
    assert apply(source.encode(), edits) == (
        b"import os\r\nfrom m import (\r\n    a,\r\n    b,\r\n)\r\nfrom getstream import Stream\r\nx\r\n"
    )
