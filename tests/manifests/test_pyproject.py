"""pyproject.toml in all its dialects, before and after exactly."""

from __future__ import annotations

from typing import Any

import pytest


def _project(dependencies: str) -> str:
    return f'[project]\nname = "shop"\nrequires-python = ">=3.10"\ndependencies = {dependencies}\n'


ARRAYS = [
    pytest.param('["stream-chat==4.33.0"]', '["getstream==7.0.0"]', id="alone"),
    pytest.param('["a", "stream-chat==4.33.0", "b"]', '["a", "getstream==7.0.0", "b"]', id="in the middle"),
    pytest.param('["stream-chat", "b"]', '["getstream>=7.0,<8", "b"]', id="first"),
    pytest.param('["a","stream-chat"]', '["a","getstream>=7.0,<8"]', id="last, no spaces"),
    pytest.param('[ "a", "stream-chat", ]', '[ "a", "getstream>=7.0,<8", ]', id="trailing comma on one line"),
    pytest.param("['stream-chat>=4,<5']", "['getstream>=7.0,<8']", id="single quotes"),
    pytest.param(
        '[\n  "a",\n  "stream-chat>=4",\n  "b",\n]', '[\n  "a",\n  "getstream>=7.0,<8",\n  "b",\n]', id="lines"
    ),
    pytest.param(
        '[\n  "a",\n  "stream-chat>=4"\n]', '[\n  "a",\n  "getstream>=7.0,<8"\n]', id="lines without a last comma"
    ),
    pytest.param(
        '[\n  "a",  # keep\n  # stream-chat: see OPS-1\n  "stream-chat>=4",  # pinned\n  "b",  # keep\n]',
        '[\n  "a",  # keep\n  "getstream>=7.0,<8",\n  "b",  # keep\n]',
        id="comments",
    ),
    pytest.param(
        '[\n  "a",\n  "stream-chat>=4"  # pinned\n]', '[\n  "a",\n  "getstream>=7.0,<8"\n]', id="comment, no last comma"
    ),
    pytest.param(
        '[\n    "a"\n  , "stream-chat>=4"\n  , "b"\n]',
        '[\n    "a"\n  , "getstream>=7.0,<8"\n  , "b"\n]',
        id="leading commas",
    ),
    pytest.param(
        '["a",\n "stream-chat",\n "b"]', '["a",\n "getstream>=7.0,<8",\n "b"]', id="lines that begin behind the bracket"
    ),
    pytest.param('["stream-chat",  # c\n "b"]', '["getstream>=7.0,<8",  # c\n "b"]', id="first behind the bracket"),
    pytest.param('["a",\n "stream-chat"]', '["a",\n "getstream>=7.0,<8"]', id="last before the bracket"),
    pytest.param(
        '[\n  "a", "stream-chat",\n  "b",\n]', '[\n  "a", "getstream>=7.0,<8",\n  "b",\n]', id="two on a line"
    ),
    pytest.param('[\n\t"stream-chat",\n]', '[\n\t"getstream>=7.0,<8",\n]', id="tabs"),
    pytest.param(
        '["stream-chat; python_version >= \\"3.8\\""]',
        '["getstream>=7.0,<8; python_version >= \\"3.8\\""]',
        id="escaped quotes in a marker",
    ),
    pytest.param(
        '["stream-chat", "stream-chat-tools"]', '["getstream>=7.0,<8", "stream-chat-tools"]', id="a decoy beside"
    ),
    pytest.param('["getstream>=7", "stream-chat"]', '["getstream>=7"]', id="getstream is there"),
]


@pytest.mark.parametrize(("before", "after"), ARRAYS)
def test_arrays(becomes: Any, before: str, after: str) -> None:
    becomes("pyproject.toml", _project(before), _project(after))


TABLES = [
    pytest.param(
        '[project]\nname = "a"\n[project.optional-dependencies]\nchat = ["stream-chat>=4"]\ntest = ["pytest"]\n',
        '[project]\nname = "a"\n[project.optional-dependencies]\nchat = ["getstream>=7.0,<8"]\ntest = ["pytest"]\n',
        id="PEP 621 extras",
    ),
    pytest.param(
        '[project]\noptional-dependencies.chat = ["stream-chat"]\n',
        '[project]\noptional-dependencies.chat = ["getstream>=7.0,<8"]\n',
        id="PEP 621 extras by a dotted key",
    ),
    pytest.param(
        '[project]\nname = "a"\noptional-dependencies = {chat = ["stream-chat"], b = ["c"]}\n',
        '[project]\nname = "a"\noptional-dependencies = {chat = ["getstream>=7.0,<8"], b = ["c"]}\n',
        id="PEP 621 extras in an inline table",
    ),
    pytest.param(
        '[dependency-groups]\nchat = ["stream-chat~=4.33"]\n'
        'dev = [{include-group = "chat"}, "pytest", "stream-chat"]\n',
        '[dependency-groups]\nchat = ["getstream~=7.0"]\n'
        'dev = [{include-group = "chat"}, "pytest", "getstream>=7.0,<8"]\n',
        id="dependency groups",
    ),
    pytest.param(
        '[tool.pdm.dev-dependencies]\ntest = [\n    "stream-chat>=4.33.0",\n'
        '    "-e file:///${PROJECT_ROOT}/lib#egg=lib",\n]\n',
        '[tool.pdm.dev-dependencies]\ntest = [\n    "getstream>=7.0,<8",\n'
        '    "-e file:///${PROJECT_ROOT}/lib#egg=lib",\n]\n',
        id="PDM",
    ),
    pytest.param(
        '[project]\ndependencies = ["stream-chat>=4"]\n\n[tool.uv]\ndev-dependencies = ["stream-chat"]\n'
        'constraint-dependencies = ["stream-chat<5", "grpcio<1.65"]\n',
        '[project]\ndependencies = ["getstream>=7.0,<8"]\n\n[tool.uv]\ndev-dependencies = ["getstream>=7.0,<8"]\n'
        'constraint-dependencies = ["getstream>=7.0,<8", "grpcio<1.65"]\n',
        id="uv",
    ),
    pytest.param(
        '[tool.hatch.envs.test]\ndependencies = ["stream-chat"]\nextra-dependencies = ["b"]\n',
        '[tool.hatch.envs.test]\ndependencies = ["getstream>=7.0,<8"]\nextra-dependencies = ["b"]\n',
        id="Hatch",
    ),
    pytest.param(
        '[tool.tox.env_run_base]\ndeps = ["pytest", "stream-chat==4.33"]\n',
        '[tool.tox.env_run_base]\ndeps = ["pytest", "getstream==7.0.0"]\n',
        id="tox 4",
    ),
    pytest.param(
        '[tool.pixi.pypi-dependencies]\nstream-chat = ">=4.33,<5"\nflask = "*"\n',
        '[tool.pixi.pypi-dependencies]\ngetstream = ">=7.0,<8"\nflask = "*"\n',
        id="Pixi",
    ),
]


@pytest.mark.parametrize(("before", "after"), TABLES)
def test_dialects(becomes: Any, before: str, after: str) -> None:
    becomes("pyproject.toml", before, after)


def _poetry(lines: str, more: str = "") -> str:
    return (
        f'[tool.poetry]\nname = "shop"\n\n[tool.poetry.dependencies]\npython = "^3.10"\n{lines}\nflask = "^3.0"\n{more}'
    )


POETRY = [
    pytest.param('stream-chat = "^4.33"', 'getstream = "^7.0.0"', id="caret"),
    pytest.param('stream-chat = "^4.33.0"', 'getstream = "^7.0.0"', id="caret, full"),
    pytest.param('stream-chat = "~4.33"', 'getstream = "~7.0.0"', id="tilde"),
    pytest.param('stream-chat = "4.33.0"', 'getstream = "7.0.0"', id="bare pin"),
    pytest.param('stream-chat = "==4.33.0"', 'getstream = "==7.0.0"', id="pin"),
    pytest.param('stream-chat = "*"', 'getstream = "^7.0.0"', id="any"),
    pytest.param('stream-chat = "4.*"', 'getstream = "7.*"', id="wildcard"),
    pytest.param('stream-chat = ">=4.33,<5.0"', 'getstream = ">=7.0,<8"', id="range"),
    pytest.param('stream-chat = ">=4.33, <5.0"', 'getstream = ">=7.0, <8"', id="range with a space"),
    pytest.param('stream-chat = "^3 || ^4"', 'getstream = "^7.0.0"', id="either"),
    pytest.param("stream-chat = '^4.33'", "getstream = '^7.0.0'", id="single quotes"),
    pytest.param('"stream-chat" = "^4.33"  # x', '"getstream" = "^7.0.0"', id="a quoted key, a comment"),
    pytest.param('stream_chat="^4.33"', 'getstream="^7.0.0"', id="another spelling, no spaces"),
    pytest.param('stream-chat   = "^4.33"', 'getstream     = "^7.0.0"', id="aligned"),
    pytest.param('stream-chat = {version = "^4.33"}', 'getstream = "^7.0.0"', id="a table with a version only"),
    pytest.param(
        'stream-chat = {version = "^4.33", optional = true}',
        'getstream = {version = "^7.0.0", optional = true}',
        id="optional",
    ),
    pytest.param(
        'stream-chat = { version = "^4.33", python = ">=3.8", extras = ["test"] }',
        'getstream = { version = "^7.0.0", python = ">=3.8" }',
        id="python and extras",
    ),
    pytest.param(
        "stream-chat = {version = '>=4', markers = \"sys_platform == 'linux'\"}",
        "getstream = {version = '>=7.0,<8', markers = \"sys_platform == 'linux'\"}",
        id="markers",
    ),
    pytest.param(
        'stream-chat = [\n  {version = "^3", python = "<3.8"},\n  {version = "^4.33", python = ">=3.8"},\n]',
        'getstream = {version = "^7.0.0", python = ">=3.8"}',
        id="more than one, one for old Pythons",
    ),
    pytest.param(
        'stream-chat = [{version = "^4.1", platform = "darwin"}, {version = "^4.33", platform = "linux"}]',
        'getstream = [{version = "^7.0.0", platform = "darwin"}, {version = "^7.0.0", platform = "linux"}]',
        id="more than one",
    ),
]


@pytest.mark.parametrize(("before", "after"), POETRY)
def test_poetry(becomes: Any, before: str, after: str) -> None:
    becomes("pyproject.toml", _poetry(before), _poetry(after))


def test_poetry_groups_extras_and_tables_of_their_own(becomes: Any) -> None:
    before = (
        'stream-chat = {version = "^4.33", optional = true}',
        '\n[tool.poetry.extras]\nchat = ["stream-chat"]\nall = ["flask", "stream-chat"]\n\n'
        '[tool.poetry.group.test.dependencies]\nstream-chat = "^4.33"\n\n'
        "# for the worker\n[tool.poetry.group.worker.dependencies.stream-chat]\n"
        'version = "^4.33"  # x\npython = ">=3.9"\n\n'
        '[build-system]\nrequires = ["poetry-core"]\n',
    )
    after = (
        'getstream = {version = "^7.0.0", optional = true}',
        '\n[tool.poetry.extras]\nchat = ["getstream"]\nall = ["flask", "getstream"]\n\n'
        '[tool.poetry.group.test.dependencies]\ngetstream = "^7.0.0"\n\n'
        '# for the worker\n[tool.poetry.group.worker.dependencies.getstream]\nversion = "^7.0.0"\npython = ">=3.9"\n\n'
        '[build-system]\nrequires = ["poetry-core"]\n',
    )
    becomes("pyproject.toml", _poetry(*before), _poetry(*after))


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('stream-chat = {git = "https://host/fork.git", branch = "main"}', "git"),
        ('stream-chat = {path = "../lib", develop = true}', "path"),
        ('stream-chat = {version = "^4.33", source = "internal"}', "source"),
    ],
)
def test_poetry_from_a_special_place(becomes: Any, line: str, place: str) -> None:
    outcome = becomes("pyproject.toml", _poetry(line), _poetry('getstream = "^7.0.0"'), ["SM587:6"])
    assert f"`{place}`" in outcome.change.findings[0].message


def test_uv_sources_are_told_and_go(run: Any) -> None:
    before = (
        '[project]\ndependencies = ["stream-chat"]\n\n[tool.uv.sources]\nstream-chat = { git = "https://host/x" }\n'
        "lib = { workspace = true }\n"
    )
    outcome = run("pyproject.toml", before)
    assert outcome.after == (
        '[project]\ndependencies = ["getstream>=7.0,<8"]\n\n[tool.uv.sources]\nlib = { workspace = true }\n'
    )
    assert outcome.ids == ["SM587:5"]
    beside = run("pyproject.toml", before, v1=["old.py"])
    assert "stream-chat = { git" in beside.after


@pytest.mark.parametrize(
    "text",
    [
        '[tool.poetry.dependencies]\nstream-chat.version = "^4.33"\nstream-chat.optional = true\n',
        '[[tool.poetry.dependencies.stream-chat]]\nversion = "^4"\n'
        '\n[[tool.poetry.dependencies.stream-chat]]\nversion = "^3"\n',
        '[tool.poetry]\ndependencies = {stream-chat = "^4.33", python = "^3.10"}\n',
        '[tool.tox]\nlegacy_tox_ini = """\n[testenv]\ndeps =\n    stream-chat\n"""\n',
    ],
)
def test_unusual_forms_are_told_and_left(run: Any, text: str) -> None:
    outcome = run("pyproject.toml", text)
    assert outcome.after == text
    assert {one.partition(":")[0] for one in outcome.ids} >= {"SM581"}


@pytest.mark.parametrize(
    "text",
    [
        '[project]\ndependencies = ["stream-chat"\n',
        '[project]\ndependencies = ["stream-chat"]\n[project]\n',
        "stream-chat\n",
        "[tool.poetry.dependencies]\nstream-chat = ^4\n",
        "x = [" * 3000 + '"stream-chat"',
    ],
)
def test_what_is_malformed_is_told_and_left(run: Any, text: str) -> None:
    outcome = run("pyproject.toml", text)
    assert outcome.after == text
    assert outcome.ids[0].startswith("SM580")


def test_values_of_the_wrong_type_are_no_lists(run: Any) -> None:
    text = (
        '[project]\ndependencies = "stream-chat"\n'
        'optional-dependencies = ["stream-chat"]\n[tool]\nuv = 3\npoetry = []\n'
    )
    assert run("pyproject.toml", text).after == text


@pytest.mark.parametrize(
    "value", ["[]", '["x"]', "3", "true", "{}", "[{}]", "[[]]", "1979-05-27", '"""^4"""', "{version = 4}"]
)
@pytest.mark.parametrize("name", ["stream-chat", "getstream", "pydantic"])
def test_unexpected_values_in_a_table_do_no_harm(run: Any, name: str, value: str) -> None:
    for more in ("", 'stream-chat = "^4"\n' if name != "stream-chat" else ""):
        outcome = run("pyproject.toml", f"[tool.poetry.dependencies]\n{name} = {value}\n{more}")
        assert run("pyproject.toml", outcome.after).after == outcome.after


def test_what_setuptools_takes_from_files_is_followed(run: Any) -> None:
    text = (
        '[project]\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = {file = ["deps/base.list"]}\n'
    )
    outcome = run("pyproject.toml", text, others={"deps/base.list": "stream-chat==4.33.0\n"})
    assert outcome.all["deps/base.list"].after == b"getstream==7.0.0\n"


def test_a_range_of_getstream_that_does_not_fit(run: Any) -> None:
    before = _poetry('stream-chat = "^4.33"\ngetstream = "^2.1"')
    outcome = run("pyproject.toml", before)
    assert (outcome.after, outcome.ids) == (before, ["SM583:7"])
    raised = run("pyproject.toml", _poetry('stream-chat = "^4.33"\ngetstream = "~6.0"'), target="6.1.0")
    assert raised.after == _poetry('getstream = "~6.1.0"')
