"""Where a project says that it supports a Python below 3.10, which getstream does not run on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from streammigrate.findings import Finding, Location
from streammigrate.manifests import kinds
from streammigrate.manifests.formats import dockerfile, ini, pyproject
from streammigrate.manifests.formats.toml_spans import Header, load, scan
from streammigrate.manifests.model import ManifestError
from streammigrate.manifests.requirement import PYTHON, PYTHON_BELOW, python_allows_old, python_is_open
from streammigrate.manifests.scope import folder_of
from streammigrate.manifests.text import decode, line_of

_OLD = r"(?:2\.7|3\.[0-9])(?!\d)"
_CLASSIFIER = re.compile(rf"Programming Language :: Python :: (?P<version>{_OLD}|2(?!\.))")
_LINES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"\.python-version(?:s)?"), re.compile(rf"^\s*(?:cpython-|python-)?(?P<version>{_OLD})")),
    (re.compile(r"runtime\.txt"), re.compile(rf"^python-(?P<version>{_OLD})")),
    (re.compile(r"\.tool-versions"), re.compile(rf"^python\s+(?P<version>{_OLD})")),
    (
        re.compile(r".*\.ya?ml"),
        re.compile(
            rf"(?:python[-_ ]?versions?|PYTHON_VERSION|\bpython)['\"]?\s*[:=]+\s*\[?\s*(?:['\"]?[\w.-]+['\"]?\s*,\s*)*?"
            rf"['\"]?(?P<version>{_OLD})(?![\w.]*[-\w]*:)"
            rf"|(?:image|docker|container):\s*['\"]?(?:[\w./-]+/)?python:(?P<image>{_OLD})"
            rf"|runtime:\s*['\"]?python(?P<runtime>{_OLD}|2[67]|3[6-9](?!\d))"
        ),
    ),
)
_YAML = re.compile(
    r"(?:\.github/workflows/.*|\.gitlab-ci.*|\.circleci/.*|azure-pipelines.*|\.travis|bitbucket-pipelines|\.readthedocs"
    r"|(?:.*/)?(?:environment.*|.*environment|serverless|app|template|buildspec.*|(?:docker-)?compose.*))\.ya?ml"
)
_ITEM = re.compile(rf"^\s*-\s*['\"]?(?P<version>{_OLD})['\"]?\s*(?:#.*)?$")
_MATRIX = re.compile(r"^\s*(?:-\s*)?['\"]?(?:python[-_]?versions?|python)['\"]?\s*:\s*(?:#.*)?$")
_FROM = re.compile(rf"^\s*FROM\s+(?:--\S+\s+)?(?:[\w./-]+/)?(?:python|pypy):(?P<version>{_OLD})", re.IGNORECASE)
_TOX = re.compile(r"(?<![\w.])py(?:thon)?(?P<version>2\.?7|3\.?[0-9])(?!\.?\d)")
_TOX_SET = re.compile(r"(?<![\w.])py\{(?P<set>[^}]*)\}")


def matches(path: str) -> bool:
    """Return whether a path says which Python is used, beside the manifests."""
    name = path.rpartition("/")[2]
    return any(names.fullmatch(name) for names, _ in _LINES[:3]) or _YAML.fullmatch(path) is not None


def findings(files: Mapping[str, bytes], folders: Collection[str], code: Collection[str]) -> Iterator[Finding]:
    """Yield a finding for each place that supports a Python below 3.10, in what stands for one of some folders.

    A file stands for its folder and for those below it; one in a folder without code (`code`: the folders with Python
    in them) stands for the folder around that.
    """
    for path, data in files.items():
        mine = folder_of(path)
        while mine and not any(one == mine or one.startswith(f"{mine}/") for one in code):
            mine = mine.rpartition("/")[0]
        if not any(not mine or folder == mine or folder.startswith(f"{mine}/") for folder in folders):
            continue
        try:
            text = decode(data).text
            for line, shown, why in sorted(set(_places(path, text))):
                yield kinds.PYTHON.finding(Location(path, line=line), f"`{shown}` {why}", _hint(why))
        except ManifestError:
            continue


def _hint(why: str) -> str:
    if "no end" in why:
        return f"add `,<{PYTHON_BELOW}` to the range"
    return f"use Python {PYTHON} or later"


def _places(path: str, text: str) -> Iterator[tuple[int, str, str]]:
    name = path.rpartition("/")[2]
    if pyproject.matches(path) or name == "Pipfile":
        yield from _toml(text)
    elif name in ("setup.cfg", "tox.ini"):
        yield from _ini(text)
    elif name == "setup.py":
        yield from _setup(text)
    elif name == "noxfile.py":
        yield from _nox(text)
    elif dockerfile.matches(path):
        yield from _each_line(text, _FROM)
    else:
        for names, pattern in _LINES:
            if names.fullmatch(name) and (pattern is not _LINES[3][1] or _YAML.fullmatch(path)):
                yield from _each_line(text, pattern)
        if _YAML.fullmatch(path):
            yield from _matrix(text)


def _each_line(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            continue
        match = pattern.search(line)
        if match is not None:
            version = next(group for group in match.groups() if group)
            yield number, _short(line), _why(version)


def _matrix(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the items of block lists of Python versions."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if _MATRIX.match(line):
            inside = True
        elif line.strip() and not line.lstrip().startswith(("-", "#")):
            inside = False
        elif inside and (match := _ITEM.match(line)) is not None:
            yield number, _short(line), _why(match["version"])


def _why(version: str) -> str:
    if "." not in version and len(version) > 1:
        version = f"{version[0]}.{version[1:]}"
    return f"asks for Python {version}, and getstream needs {PYTHON}"


def _allows(spec: str) -> str:
    old = python_allows_old(spec)
    return f"still allows Python {old}, and getstream needs {PYTHON}" if old else ""


def _toml(text: str) -> Iterator[tuple[int, str, str]]:
    data = load(text)
    headers = scan(text)
    tools = _tools(data)
    for line, shown, path, value in _strings(text, headers):
        if path in (("project", "requires-python"), ("tool", "poetry", "dependencies", "python")):
            why = _allows(value)
            if not why and tools and python_is_open(value):
                why = f"has no end below {PYTHON_BELOW}, as getstream has: {tools[0]} then takes no release of it"
            if why:
                yield line, shown, why
        elif path in (("requires", "python_version"), ("requires", "python_full_version")):
            if re.match(_OLD, value):
                yield line, shown, _why(".".join(value.split(".")[:2]))
        elif path[-1:] == ("classifiers",):
            match = _CLASSIFIER.fullmatch(value)
            if match is not None:
                yield line, value, _why(match["version"])


def _tools(data: dict[str, Any]) -> list[str]:
    """Return which tools a project uses that take a release only if it supports all Pythons of the project.

    Seen with Poetry 2.5 (`poetry lock` fails for `>=3.10` and passes for `>=3.10,<4.0`); uv does not mind.
    """
    used = data.get("tool")
    backend: Any = data.get("build-system")
    builds = str(backend.get("build-backend", "")) if isinstance(backend, dict) else ""
    return [
        tool
        for tool in ("Poetry", "PDM")
        if (isinstance(used, dict) and tool.lower() in used) or builds.startswith(tool.lower())
    ]


def _strings(text: str, headers: tuple[Header, ...]) -> Iterator[tuple[int, str, tuple[str, ...], str]]:
    for header in headers:
        for pair in header.pairs:
            for value in pair.value.items or (pair.value,):
                if value.kind == "string":
                    shown = f"{pair.path[-1]} = {text[value.start : value.end]}"
                    yield line_of(text, value.start), shown, pair.path, value.data


def _ini(text: str) -> Iterator[tuple[int, str, str]]:
    ini.load(text)
    for option in ini.scan(text):
        for line in option.lines:
            value = text[line.start : line.end]
            number = line_of(text, line.start)
            if option.name in ("python_requires", "python-requires"):
                why = _allows(value)
                if why:
                    yield number, f"{option.name} = {value}", why
            elif option.name in ("classifiers", "classifier"):
                match = _CLASSIFIER.fullmatch(value)
                if match is not None:
                    yield number, value, _why(match["version"])
            elif option.name in ("envlist", "env_list", "basepython", "base_python"):
                found = [match["version"] for match in _TOX.finditer(value)]
                for group in _TOX_SET.finditer(value):
                    found += re.findall(r"(?<![\d.])(2\.?7|3\.?[0-9])(?!\.?\d)", group["set"])
                if found:
                    yield number, _short(value), _why(min(found))


def _setup(text: str) -> Iterator[tuple[int, str, str]]:
    import ast

    from streammigrate.manifests.formats.python_lists import parse

    for node in ast.walk(parse(text)):
        if isinstance(node, ast.keyword) and node.arg == "python_requires":
            if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                why = _allows(node.value.value)
                if why:
                    yield node.value.lineno, f"python_requires={node.value.value!r}", why
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            match = _CLASSIFIER.fullmatch(node.value)
            if match is not None:
                yield node.lineno, node.value, _why(match["version"])


def _nox(text: str) -> Iterator[tuple[int, str, str]]:
    import ast

    from streammigrate.manifests.formats.python_lists import parse

    for node in ast.walk(parse(text)):
        if isinstance(node, ast.keyword) and node.arg in ("python", "venv_params"):
            for each in ast.walk(node.value):
                if isinstance(each, ast.Constant) and isinstance(each.value, str) and re.fullmatch(_OLD, each.value):
                    yield each.lineno, f"python={each.value!r}", _why(each.value)


def _short(line: str) -> str:
    text = " ".join(line.split())
    return text if len(text) <= 80 else f"{text[:79]}…"
