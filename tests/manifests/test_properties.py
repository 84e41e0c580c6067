"""Generated manifests: what the ecosystem's own readers see is the same before and after, but for the two names."""

from __future__ import annotations

import ast
import configparser
import json
import os
import re
import sys
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from streammigrate.manifests import environment
from streammigrate.manifests.formats import toml_spans
from streammigrate.manifests.model import Need
from streammigrate.manifests.plan import plan_files

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PAIR = ("stream-chat", "getstream")
NAMES = st.sampled_from(
    [
        "flask",
        "Django",
        "ruamel.yaml",
        "typing_extensions",
        "stream-python",
        "stream-chat-tools",
        "my-stream-chat",
        "boto3",
    ]
)
SPECS = st.sampled_from(
    ["", "==1.2.3", ">=1", "~=2.4", ">=1,<2", " >= 1.0, < 2", "!=1.5,>1", "===1.0", "==1.*", "[extra]>=1"]
)
MARKERS = st.sampled_from(["", "", "", "; python_version >= '3.8'", " ; sys_platform == 'win32'", "; extra == 'a'"])
OURS = st.sampled_from(["stream-chat", "stream_chat", "Stream.Chat", "stream-chat[test]"])
OUR_SPECS = st.sampled_from(["", "==4.33.0", ">=4,<5", "~=4.33", " >= 4.30", "==4.*", ">=4.30, <5"])
COMMENTS = st.sampled_from(["", "", "  # note", "  # stream-chat", " # naïve é"])
LINES = st.sampled_from(["# a comment", "# stream-chat is chat", "", "#"])
NEWLINES = st.sampled_from(["\n", "\r\n"])
LONG = 20 if os.environ.get("STREAMMIGRATE_LONG") else 1
FEW = settings(max_examples=40 * LONG)


@st.composite
def requirement(draw: st.DrawFn, ours: bool = False) -> str:
    if ours:
        return draw(OURS) + draw(OUR_SPECS) + draw(MARKERS.filter(lambda marker: "extra" not in marker))
    return draw(NAMES) + draw(SPECS) + draw(MARKERS)


@st.composite
def requirements(draw: st.DrawFn) -> list[str]:
    """Return requirements of which one or two are on stream-chat, and maybe one on getstream."""
    found = draw(st.lists(requirement(), max_size=5))
    for _ in range(draw(st.integers(1, 2))):
        found.insert(draw(st.integers(0, len(found))), draw(requirement(ours=True)))
    if draw(st.booleans()):
        found.insert(draw(st.integers(0, len(found))), draw(st.sampled_from(["getstream>=7", "getstream==2.1"])))
    return found


def run(path: str, text: str, v1: tuple[str, ...] = ()) -> tuple[str, set[str]]:
    changes = plan_files({path: text.encode()}, Need("7.0.0", v1, ["app.py"]), [""])
    after = next((one.after for one in changes if one.path == path), text.encode()).decode()
    return after, {finding.id for one in changes for finding in one.findings}


def check(path: str, before: str, data: Any) -> str:
    """Check what holds of every manifest, by a function that returns all but the two names; return the text after."""
    after, ids = run(path, before)
    assert data(after) == data(before)
    assert "SM580" not in ids
    assert run(path, after)[0] == after
    added, _ = run(path, before, v1=("app.py",))
    assert data(added) == data(before)
    assert names(added) >= names(before)
    assert run(path, added)[0] == after
    if not ids & {"SM581", "SM583"}:
        assert "getstream" in names(after) and "stream-chat" not in names(after)
    return after


def names(text: str) -> set[str]:
    """Return which of the two a text names as a whole word."""
    found = re.findall(r"(?<![\w.-])(stream[-_.]chat|getstream)(?![\w-]|\.\w)", re.sub(r"#.*", "", text), re.IGNORECASE)
    return {canonicalize_name(one) for one in found}


def is_ours(text: object) -> bool:
    try:
        return isinstance(text, str) and canonicalize_name(Requirement(text).name) in PAIR
    except InvalidRequirement:
        return False


def kept(items: list[Any]) -> list[Any]:
    return [item for item in items if not is_ours(item)]


@FEW
@given(st.lists(st.tuples(LINES, COMMENTS), max_size=8), requirements(), NEWLINES, st.booleans(), st.booleans())
def test_requirements(noise: list[tuple[str, str]], wanted: list[str], newline: str, last: bool, mark: bool) -> None:
    lines = []
    for index, one in enumerate(wanted):
        line, comment = noise[index] if index < len(noise) else ("", "")
        lines += [*([line] if index < len(noise) else []), one + comment]
    before = ("\ufeff" if mark else "") + newline.join(lines) + (newline if last else "")

    def data(text: str) -> list[str]:
        bare = [line.split(" #")[0].strip() for line in text.removeprefix("\ufeff").splitlines()]
        return kept([str(Requirement(line)) for line in bare if line and not line.startswith("#")])

    after = check("requirements.txt", before, data)
    left = iter(before.removeprefix("\ufeff").split(newline))
    for line in after.removeprefix("\ufeff").split(newline):
        if "getstream" not in line:
            assert line in left, "the other lines are those from before, in their order"
    assert after.startswith("\ufeff") == mark
    # Where the last line goes, a blank one above it is the last.
    assert after.endswith(newline) == last or not after or newline * 2 in before


@st.composite
def toml_array(draw: st.DrawFn, wanted: list[str]) -> str:
    quote = "'" if draw(st.booleans()) and not any("'" in one for one in wanted) else '"'
    items = [f"{quote}{one}{quote}" for one in wanted]
    if draw(st.booleans()):
        items.insert(draw(st.integers(0, len(items))), '{include-group = "x"}')
    layout = draw(st.sampled_from(["inline", "lines", "hanging", "leading", "mixed"]))
    if layout == "inline":
        return "[" + draw(st.sampled_from([", ", ","])).join(items) + draw(st.sampled_from(["]", ",]", " ]"]))
    if layout == "lines":
        indent = draw(st.sampled_from(["  ", "\t", "        "]))
        comments = [draw(COMMENTS) for _ in items]
        last = draw(st.booleans())
        body = "".join(
            f"{indent}{draw(LINES)}\n{indent}{item}{',' if last or index < len(items) - 1 else ''}{comments[index]}\n"
            for index, item in enumerate(items)
        )
        return f"[\n{body}]"
    if layout == "hanging":
        return "[" + ",\n     ".join(items) + "]"
    if layout == "leading":
        return "[\n    " + "\n  , ".join(items) + "\n  ]"
    return "[" + "".join(f"{item},{draw(st.sampled_from([' ', chr(10), ' # c' + chr(10)]))}" for item in items) + "]"


@FEW
@given(requirements().flatmap(toml_array), requirements().flatmap(toml_array), NEWLINES)
def test_pyproject_arrays(first: str, second: str, newline: str) -> None:
    text = f'# a file\n[dependency-groups]\nx = []\ndev = {first}\n\n[project]\nname = "chat"\n'
    text += f"[tool.uv]\ndev-dependencies = {second}\n"
    before = text.replace("\n", newline)

    def data(text: str) -> Any:
        found = tomllib.loads(text)
        found["dependency-groups"]["dev"] = kept(found["dependency-groups"]["dev"])
        found["tool"]["uv"]["dev-dependencies"] = kept(found["tool"]["uv"]["dev-dependencies"])
        return found

    check("pyproject.toml", before, data)


POETRY_VALUES = st.sampled_from(
    ['"^4.33"', "'~4.33'", '"*"', '"4.33.0"', '">=4,<5"', '{version = "^4.33", optional = true}', '{ version = "*" }']
    + ['{git = "https://x/y.git", rev = "a"}', '{version = ">=4", python = ">=3.8", extras = ["a", "b"]}']
    + ['[{version = "^4", python = "<3.11"}, {version = "^4.33", python = ">=3.11"}]']
)
OTHER_LINES = st.sampled_from(
    [
        'flask = "^3.0"',
        'lib = {path = "../lib"}  # a lib',
        "# a comment",
        "",
        '"ruamel.yaml" = "*"',
        'stream-chat-tools = "1"',
    ]
)


@FEW
@given(
    st.lists(OTHER_LINES, max_size=4, unique=True),
    POETRY_VALUES,
    st.lists(OTHER_LINES, max_size=4),
    st.sampled_from(["stream-chat", "stream_chat", '"Stream-Chat"']),
    st.sampled_from([" = ", "=", "   = "]),
    st.sampled_from(["", "  # chat", " # ünï"]),
    st.booleans(),
)
def test_poetry_tables(
    above: list[str], value: str, below: list[str], key: str, equals: str, comment: str, extras: bool
) -> None:
    below = [line for line in dict.fromkeys(below) if line not in above or not line or line.startswith("#")]
    lines = ["[tool.poetry.dependencies]", 'python = "^3.10"', *above, f"{key}{equals}{value}{comment}", *below]
    lines += ["[tool.poetry.extras]", 'chat = ["flask", "stream-chat"]'] if extras else []
    before = "\n".join([*lines, "[tool.other]", 'stream = "chat"', ""])

    def data(text: str) -> Any:
        poetry = tomllib.loads(text)["tool"]
        table = poetry["poetry"]["dependencies"]
        poetry["poetry"]["dependencies"] = {
            name: one for name, one in table.items() if canonicalize_name(name) not in PAIR
        }
        if extras:
            poetry["poetry"]["extras"]["chat"] = kept(poetry["poetry"]["extras"]["chat"])
        return poetry

    after = check("pyproject.toml", before, data)
    before_lines = [line for line in before.splitlines() if "tream" not in line]
    assert [line for line in after.splitlines() if "tream" not in line] == before_lines


@FEW
@given(requirements(), st.sampled_from(["    ", "\t", "  "]), st.lists(LINES, max_size=6), NEWLINES)
def test_setup_cfg_and_tox(wanted: list[str], indent: str, noise: list[str], newline: str) -> None:
    body = []
    for index, one in enumerate(wanted):
        body += [f"{indent}{noise[index]}".rstrip()] if index < len(noise) else []
        body.append(indent + one)
    for path, section, option in (("setup.cfg", "options", "install_requires"), ("tox.ini", "testenv", "deps")):
        lines = ["[a]", "b = chat", f"[{section}]", f"{option} =", *body, "c = d", f"[{section}:x]", "e = f", ""]
        before = newline.join(lines)

        def data(text: str, section: str = section, option: str = option) -> Any:
            parser = configparser.RawConfigParser()
            parser.read_string(text)
            found = {name: dict(parser[name]) for name in parser.sections()}
            lines = [line.strip() for line in found[section][option].splitlines()]
            return found | {section: {**found[section], option: kept([line for line in lines if line])}}

        check(path, before, data)


@FEW
@given(requirements(), st.sampled_from(["lines", "inline", "hanging"]), st.booleans(), st.booleans())
def test_setup_py(wanted: list[str], layout: str, named: bool, comma: bool) -> None:
    items = [repr(one) for one in wanted]
    end = "," if comma else ""
    if layout == "lines":
        value = "[\n    " + ",\n    ".join(items) + f"{end}  # the last\n]"
    elif layout == "inline":
        value = f"[{', '.join(items)}{end}]"
    else:
        value = "[" + ",  # é\n     ".join(items) + f"{end}]"
    before = f"REQUIRES = {value}\nsetup(name='chat', install_requires=REQUIRES)\n"
    if not named:
        before = f"setup(name='chat', install_requires={value}, url='x')\n"

    def data(text: str) -> str:
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.List):
                node.elts = [item for item in node.elts if not (isinstance(item, ast.Constant) and is_ours(item.value))]
        return ast.dump(tree)

    check("setup.py", before, data)


@FEW
@given(requirements(), st.sampled_from(["      ", "    "]), st.lists(COMMENTS, max_size=6), NEWLINES)
def test_environment_yml(wanted: list[str], indent: str, comments: list[str], newline: str) -> None:
    lines = [f"{indent}- {one}{comments[i] if i < len(comments) else ''}" for i, one in enumerate([*wanted, "b"])]
    before = newline.join(["name: x", "dependencies:", "  - python=3.11", "  - pip:", *lines, "prefix: /y", ""])

    def data(text: str) -> Any:
        found = yaml.safe_load(text)
        found["dependencies"][1]["pip"] = kept(found["dependencies"][1]["pip"])
        return found

    check("environment.yml", before, data)


@FEW
@given(
    st.lists(st.sampled_from(["flask", "redis==5", "'a>=1,<2'", "--no-cache-dir", "-U"]), max_size=4),
    st.integers(0, 4),
    st.booleans(),
)
def test_dockerfile(words: list[str], place: int, lines: bool) -> None:
    words.insert(min(place, len(words)), "stream-chat==4.33.0")
    joined = (" \\\n    " if lines else " ").join(words)
    before = f"FROM python:3.12\nRUN pip install {joined} && echo 'stream-chat'\nCMD run chat\n"
    after, _ = run("Dockerfile", before)
    assert after.replace("getstream==7.0.0", "stream-chat==4.33.0") == before
    assert run("Dockerfile", after)[0] == after


PATHS = st.sampled_from(
    [
        "requirements.txt",
        "pyproject.toml",
        "Pipfile",
        "setup.cfg",
        "setup.py",
        "tox.ini",
        "noxfile.py",
        "environment.yml",
    ]
    + [
        "Dockerfile",
        ".github/workflows/ci.yml",
        ".pre-commit-config.yaml",
        "poetry.lock",
        ".python-version",
        "constraints.txt",
    ]
)
SEEDS = st.sampled_from(
    [
        '[project]\ndependencies = [\n  "stream-chat==4.33.0", # x\n'
        ']\n[tool.poetry.dependencies]\nstream-chat = "^4"\n',
        "[options]\ninstall_requires =\n    stream-chat; python_version > '3'\n[testenv]\ndeps = stream-chat\n",
        "setup(install_requires=['stream-chat', \"b\"], extras_require={'a': ['stream-chat']})\n",
        "dependencies:\n- pip:\n  - stream-chat==4\n  - {a: [stream-chat]}\n",
        "stream-chat==4.33.0 \\\n  --hash=sha256:00\n-r other.txt\ngetstream @ https://x\n",
        "RUN pip install \\\n  stream-chat \\\n  'getstream>=2' && x\n",
    ]
)


@settings(max_examples=200 * LONG)
@given(
    PATHS,
    SEEDS,
    st.integers(0, 120),
    st.integers(0, 12),
    st.text("stream-ch[]{}\"'=,#\\\n\r\t :;.é\x0c\u2028", max_size=8),
)
def test_whatever_is_in_a_file_nothing_breaks(path: str, seed: str, place: int, length: int, text: str) -> None:
    before = (seed[:place] + text + seed[place + length :]).encode()
    files = {path: before, "other.txt": seed.encode(), "app.env": before}
    changes = plan_files(files, Need("7.0.0", v2=["app.py"]), [""])
    for change in changes:
        malformed = any(finding.id == "SM580" for finding in change.findings)
        assert not (malformed and change.changed)
    again = plan_files({**files, **{one.path: one.after for one in changes}}, Need("7.0.0", v2=["app.py"]), [""])
    assert [one.path for one in again if one.changed] == []
    environment.places({"a.yml": before, ".env": before})


KEYS = st.sampled_from(
    [
        "project",
        "dependencies",
        "optional-dependencies",
        "dependency-groups",
        "tool",
        "poetry",
        "group",
        "dev",
        "extras",
    ]
    + ["uv", "sources", "packages", "stream-chat", "getstream", "pydantic", "version", "pip", "repos", "hooks", "name"]
    + ["additional_dependencies", "pypi-dependencies", "pixi", "python", "requires-python", "classifiers", "options"]
)
VALUES = st.recursive(
    st.sampled_from(
        ["stream-chat==4.33.0", "getstream<3", "^4.33", ">=3.8", "pydantic<2", "pip", "a\nb", "stream-chat\n", ""]
    )
    | st.booleans()
    | st.integers(0, 5),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(KEYS, values, max_size=3),
    max_leaves=8,
)


def as_toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {as_toml(one)}' for key, one in value.items()) + "}"
    return "[" + ", ".join(map(as_toml, value)) + "]" if isinstance(value, list) else json.dumps(value)


@settings(max_examples=60 * LONG)
@given(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=3), max_size=3), st.booleans())
def test_any_shape_of_data_does_no_harm(data: dict[str, dict[str, Any]], deep: bool) -> None:
    prefix = "tool.poetry." if deep else ""
    tables = [
        f"[{prefix}{key}]\n" + "".join(f'"{k}" = {as_toml(v)}\n' for k, v in one.items()) for key, one in data.items()
    ]
    files = {"pyproject.toml": "".join(tables), "Pipfile": "".join(tables)}
    files |= {
        name: json.dumps(data, indent=1 if deep else None) for name in ("environment.yml", ".pre-commit-config.yaml")
    }
    before = {path: text.encode() for path, text in files.items()}
    changes = plan_files(before, Need("7.0.0", v2=["app.py"]), [""])
    assert not any(finding.id == "SM580" for one in changes for finding in one.findings)
    after = before | {one.path: one.after for one in changes}
    for path in ("pyproject.toml", "Pipfile"):
        tomllib.loads(after[path].decode())
    for path in ("environment.yml", ".pre-commit-config.yaml"):
        yaml.safe_load(after[path])
    again = plan_files(after, Need("7.0.0", v2=["app.py"]), [""])
    assert [one.path for one in again if one.changed] == []


@settings(max_examples=60 * LONG)
@given(PATHS, st.binary(max_size=60))
def test_bytes_break_nothing(path: str, data: bytes) -> None:
    changes = plan_files({path: b"stream-chat " + data}, Need("7.0.0", v2=["app.py"]), [""])
    assert all(one.after == one.before or one.path == path for one in changes)
    environment.places({path: b"STREAM_CHAT_URL " + data})


@FEW
@given(requirements().flatmap(toml_array), NEWLINES)
def test_the_places_in_toml_are_those_that_tomllib_reads(array: str, newline: str) -> None:
    text = f'a.b = 1 # c\n"x y".z = {array}\n[[t.u]]\n'
    text += 'v = {w = """a\n"b""", y = \'\'\'c\'\'\', d = 1979-05-27T07:32:00Z}\n'
    text = text.replace("\n", newline)
    data = tomllib.loads(text)
    root, table = toml_spans.scan(text)
    assert [pair.path for pair in root.pairs] == [("a", "b"), ("x y", "z")]
    texts = [item.data for item in root.pairs[1].value.items if item.kind == "string"]
    assert texts == [item for item in data["x y"]["z"] if isinstance(item, str)]
    inline = table.pairs[0].value
    assert {pair.path[0]: pair.value.data for pair in inline.pairs[:2]} == {
        key: value for key, value in data["t"]["u"][0]["v"].items() if isinstance(value, str)
    }
    assert text[inline.pairs[2].value.start : inline.pairs[2].value.end] == "1979-05-27T07:32:00Z"


pytestmark = pytest.mark.filterwarnings("ignore:.*invalid escape sequence.*")
