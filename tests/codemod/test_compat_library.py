"""The text of the module of helpers: whole, in part, and added to what is there."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streammigrate.codemod.compat import HELPERS, MARK, library
from streammigrate.codemod.compat.library import FUNCTIONS, everything, functions_in, merged, module_text

_NAMES = st.sets(st.sampled_from(FUNCTIONS))
FOREIGN = '"""Our own helpers."""\n\n\ndef as_v1(value: object) -> object:\n    return value\n'


# What is not ours, and what stays


def test_a_name_that_is_no_function_is_refused() -> None:
    with pytest.raises(KeyError, match="_fields"):
        module_text(["as_v1", "_fields"])


@pytest.mark.parametrize(
    "existing",
    [
        "",
        FOREIGN,
        "def broken(:\n",
        f"{MARK}: def broken(:\ndef broken(:\n",
        # The mark counts in the comment that the file begins with, not further down.
        f"import os\n{MARK}: for code\n",
        f'"""Text.\n{MARK}\n"""\n',
    ],
)
def test_a_file_that_is_not_ours_is_not_changed(existing: str) -> None:
    assert merged(existing, ["from_v1"]) is None


def test_a_file_of_another_serves_where_it_has_what_is_needed() -> None:
    assert merged(FOREIGN, ["as_v1"]) == FOREIGN
    assert merged(FOREIGN, ["as_v1", "from_v1"]) is None
    # What it may have to hold is not known yet: nothing says that it can serve.
    assert merged(FOREIGN, []) is None


@pytest.mark.parametrize("names", [[], ["as_v1"], ["V1Response", "as_v1"]])
def test_a_file_that_lacks_nothing_stays(names: list[str]) -> None:
    changed = module_text(["as_v1"]).replace("milliseconds", "seconds") + "\n\n# The end\n"
    assert merged(changed, names) == changed


def test_the_tool_does_not_load_the_sdk() -> None:
    code = (
        "import sys; from streammigrate.codemod.compat.library import everything; everything(); "
        "sys.exit('getstream' in sys.modules or 'stream_chat' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


# The text


def test_the_functions_are_what_the_source_defines() -> None:
    tree = ast.parse(everything())
    defined = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    public = {name for name in defined if not name.startswith("_")}
    assert public == set(FUNCTIONS) == functions_in(everything())
    for name in FUNCTIONS:
        text = ast.get_docstring(defined[name]) or ""
        assert "\nNot needed " in text, name


@settings(max_examples=30)
@given(_NAMES)
def test_a_text_holds_the_functions_and_asking_again_gives_the_same(names: set[str]) -> None:
    text = module_text(names)
    assert text == module_text(sorted(names, reverse=True))
    assert text.startswith(MARK)
    held = functions_in(text)
    assert held >= names
    assert module_text(held) == text
    assert all(module_text([name]) != module_text([]) for name in names)


@settings(max_examples=30)
@given(_NAMES, _NAMES)
def test_our_file_grows_as_if_written_at_once(before: set[str], more: set[str]) -> None:
    assert merged(module_text(before), more) == module_text(before | more)


def test_line_ends_are_kept() -> None:
    before = module_text(["as_v1"]).replace("\n", "\r\n")
    assert merged(before, ["from_v1"]) == module_text(["as_v1", "from_v1"]).replace("\n", "\r\n")
    changed = before + "\r\n\r\nOWN = 1\r\n"
    grown = merged(changed, ["from_v1"])
    assert grown is not None
    assert grown.count("\n") == grown.count("\r\n")


CHANGES: dict[str, dict[str, str]] = {
    "a function added": {"def _iso_text": "def own() -> str:\n    return 'own'\n\n\ndef _iso_text"},
    "a body changed": {'"milliseconds"': '"seconds"'},
    "a licence above": {MARK: f"# Copyright: us\n{MARK}"},
    "a private function renamed": {"_iso_text": "iso_text"},
    "no postponed annotations": {"from __future__ import annotations\n": ""},
    "an import of its own": {
        "from datetime import": "import os\nfrom datetime import",
        "def _iso": "OS = os\n\n\ndef _iso",
    },
    "another name for an import": {
        "    get_type_hints,": "    get_type_hints as hints,",
        " get_type_hints(": " hints(",
    },
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("more", [["from_v1"], ["error_text"], FUNCTIONS], ids=["one", "another", "all"])
def test_a_file_that_was_changed_keeps_its_lines(change: str, more: list[str], tmp_path: Path) -> None:
    before = module_text(["as_v1"])
    for old, new in CHANGES[change].items():
        assert old in before
        before = before.replace(old, new)
    after = merged(before, more)
    assert after is not None
    assert functions_in(after) >= {"as_v1", *more}
    lines = iter(after.splitlines())
    assert all(any(line == kept for line in lines) for kept in before.splitlines())
    path = tmp_path / "changed.py"
    path.write_text(after)
    # Names without definition, names defined twice and imports without use would be told.
    assert _ruff(["check", "--select", "E4,E7,E9,F"], path) == ""
    assert merged(after, more) == after


def _ruff(command: list[str], path: Path) -> str:
    found = shutil.which("ruff") or shutil.which("ruff", path=str(Path(sys.executable).parent))
    if not found:
        pytest.skip("ruff is not installed")
    line = [found, *command, "--isolated", "--no-cache", "--target-version", "py310", str(path)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr if done.returncode else ""


@pytest.mark.parametrize(
    "command",
    [
        ["format", "--diff"],
        ["format", "--diff", "--line-length", "120"],
        ["check"],
        ["check", "--select", "E,F,W,I,UP,B,SIM,C4,RET,PIE,PERF,N,PTH,ERA,T20"],
    ],
    ids=" ".join,
)
def test_the_text_is_as_formatters_and_linters_want_it(command: list[str], tmp_path: Path) -> None:
    for name in FUNCTIONS:
        (tmp_path / f"only_{name.lower()}.py").write_text(module_text([name]))
    (tmp_path / "none.py").write_text(module_text([]))
    (tmp_path / "everything.py").write_text(everything())
    (tmp_path / "times_and_errors.py").write_text(module_text(["time_from_v1", "error_text"]))
    assert _ruff(command, tmp_path) == ""


USES = """
    from __future__ import annotations

    from datetime import datetime
    from typing import Any, TypedDict

    from getstream import Stream
    from getstream.models import ChannelMemberRequest, SortParamRequest, UserRequest, UserResponse
    from stream_compat import V1Response, as_v1, from_v1, from_v1_each, from_v1_map, sort_from_v1, time_from_v1
    from typing_extensions import assert_type

    client = Stream("key", "secret")


    class Row(TypedDict):
        id: str
        tier: int


    def answers(user: UserResponse, maybe: UserResponse | None, at: datetime, late: datetime | None) -> str:
        assert_type(as_v1(client.query_users()), V1Response)
        assert_type(as_v1(client.query_users())["users"][0]["name"], Any)
        assert_type(as_v1(user), dict[str, Any])
        assert_type(as_v1([user]), list[Any])
        assert_type(as_v1({"u": user}), dict[str, Any])
        assert_type(as_v1(at), str)
        # No error where v1's answer was read in the same way.
        print(as_v1(maybe)["name"], as_v1(late)[:10], as_v1(user.teams), as_v1(client.query_users()).is_ok())
        return as_v1(user)["name"]


    def payloads(row: Row, rows: list[dict[str, Any]], given: dict[str, object], maybe: dict[str, Any] | None) -> None:
        assert_type(from_v1(UserRequest, given), UserRequest)
        assert_type(from_v1(UserRequest, row), UserRequest)
        assert_type(from_v1(UserRequest, maybe), UserRequest | None)
        assert_type(from_v1(UserRequest, {"id": "u", "tier": 1}), UserRequest)
        assert_type(from_v1(UserRequest, from_v1(UserRequest, row)), UserRequest)
        assert_type(from_v1_each(UserRequest, rows), list[UserRequest])
        assert_type(from_v1_each(UserRequest, (row for _ in rows)), list[UserRequest])
        assert_type(from_v1_each(ChannelMemberRequest, ["u", {"user_id": "v"}]), list[ChannelMemberRequest])
        assert_type(from_v1_map(UserRequest, {"u": row}), dict[str, UserRequest])
        assert_type(sort_from_v1({"name": 1}), list[SortParamRequest] | None)
        assert_type(sort_from_v1([{"name": 1}, {"field": "id", "direction": -1}]), list[SortParamRequest] | None)
        assert_type(time_from_v1("2025-06-01"), datetime)
        client.upsert_users(from_v1(UserRequest, row))
"""


def test_the_text_and_its_uses_pass_a_type_checker(tmp_path: Path) -> None:
    names = ("basedpyright", "pyright")
    paths = (None, str(Path(sys.executable).parent))
    found = next((one for name in names for path in paths if (one := shutil.which(name, path=path))), None)
    if found is None:
        pytest.skip(f"no type checker is installed ({' or '.join(names)})")
    (tmp_path / f"{HELPERS}.py").write_text(everything())
    (tmp_path / "uses.py").write_text(dedent(USES))
    (tmp_path / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "standard"}))
    command = [found, "--project", str(tmp_path), "--pythonpath", sys.executable, "--outputjson"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    told = json.loads(done.stdout)["generalDiagnostics"]
    assert [one["message"] for one in told if one["severity"] == "error"] == []


def test_the_text_passes_mypy_where_getstream_has_no_types(tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="mypy is not installed")
    path = tmp_path / f"{HELPERS}.py"
    path.write_text(everything())
    # Without the SDK's types everything of it is Any, which overloads have to bear.
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = true\n[mypy-getstream.*]\nfollow_imports = skip\n")
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), "--ignore-missing-imports"]
    done = subprocess.run([*command, path.name], capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_functions_are_cut_from_holds_no_statement_that_would_be_left_out() -> None:
    source = Path(library.__file__).with_name("functions.py").read_text(encoding="utf-8")
    defined = {node.name for node in ast.parse(source).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    others = [
        ast.unparse(node)
        for node in ast.parse(source).body
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Assign, ast.Import, ast.ImportFrom))
    ]
    assert len(others) == 1, "only the docstring"
    assert {
        node.name for node in ast.parse(everything()).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    } == (defined)


def test_the_documentation_names_every_function() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "helpers.md").read_text(encoding="utf-8")
    assert [name for name in FUNCTIONS if f"`{name}" not in text] == []
