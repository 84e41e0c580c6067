"""Pipfile, setup.cfg, setup.py, tox, nox, Conda, pre-commit and Docker, before and after exactly."""

from __future__ import annotations

from typing import Any

import pytest

PIPFILE = (
    '[[source]]\nurl = "https://pypi.org/simple"\nname = "pypi"\n'
    '\n[packages]\n{}\n\n[requires]\npython_version = "3.11"\n'
)
SETUP_CFG = (
    "[metadata]\nname = shop\n\n[options]\npackages = find:\n"
    "{}\n[options.entry_points]\nconsole_scripts =\n    a = b:c\n"
)
SETUP_PY = "from setuptools import setup\n{}\nsetup(\n    name='shop',\n    {},\n)\n"
CONDA = (
    "name: shop\nchannels:\n  - conda-forge\ndependencies:\n"
    "  - python=3.11\n  - pip\n  - pip:\n{}\nvariables:\n  A: b\n"
)

CASES = [
    pytest.param(
        "Pipfile", PIPFILE.format('stream-chat = "*"'), PIPFILE.format('getstream = ">=7.0,<8"'), id="Pipfile"
    ),
    pytest.param(
        "Pipfile",
        PIPFILE.format('flask = "*"\nstream-chat = "==4.33.0"  # chat'),
        PIPFILE.format('flask = "*"\ngetstream = "==7.0.0"'),
        id="Pipfile, a pin",
    ),
    pytest.param(
        "Pipfile",
        PIPFILE.format('stream-chat = {version = "~=4.33", markers = "python_version >= \'3.8\'"}'),
        PIPFILE.format('getstream = {version = "~=7.0", markers = "python_version >= \'3.8\'"}'),
        id="Pipfile, a table",
    ),
    pytest.param(
        "Pipfile",
        "[dev-packages.stream-chat]\nversion = '*'\n\n[worker]\nstream_chat = '>=4'\n",
        "[dev-packages.getstream]\nversion = '>=7.0,<8'\n\n[worker]\ngetstream = '>=7.0,<8'\n",
        id="Pipfile, a table of its own and another category",
    ),
    pytest.param(
        "setup.cfg",
        SETUP_CFG.format(
            "install_requires =\n    flask>=3\n    # stream-chat is pinned\n    stream-chat==4.33.0\n    b\n"
        ),
        SETUP_CFG.format("install_requires =\n    flask>=3\n    getstream==7.0.0\n    b\n"),
        id="setup.cfg",
    ),
    pytest.param(
        "setup.cfg",
        SETUP_CFG.format("install_requires = stream-chat>=4\n"),
        SETUP_CFG.format("install_requires = getstream>=7.0,<8\n"),
        id="setup.cfg on one line",
    ),
    pytest.param(
        "setup.cfg",
        SETUP_CFG.format("install_requires = flask; stream-chat; b\n"),
        SETUP_CFG.format("install_requires = flask; getstream>=7.0,<8; b\n"),
        id="setup.cfg with semicolons",
    ),
    pytest.param(
        "setup.cfg",
        "[options]\ninstall_requires =\n\tstream-chat>=4; python_version >= '3.8'\n"
        "[options.extras_require]\nchat =\n  stream-chat\ntest = a\n",
        "[options]\ninstall_requires =\n\tgetstream>=7.0,<8; python_version >= '3.8'\n"
        "[options.extras_require]\nchat =\n  getstream>=7.0,<8\ntest = a\n",
        id="setup.cfg, extras and a marker",
    ),
    pytest.param(
        "setup.py",
        SETUP_PY.format("", "install_requires=['flask', 'stream-chat==4.33.0']"),
        SETUP_PY.format("", "install_requires=['flask', 'getstream==7.0.0']"),
        id="setup.py",
    ),
    pytest.param(
        "setup.py",
        SETUP_PY.format("REQUIRES = [\n    'a',\n    \"stream-chat>=4,<5\",  # chat\n]", "install_requires=REQUIRES"),
        SETUP_PY.format("REQUIRES = [\n    'a',\n    \"getstream>=7.0,<8\",\n]", "install_requires=REQUIRES"),
        id="setup.py, a name",
    ),
    pytest.param(
        "setup.py",
        SETUP_PY.format(
            "BASE: list[str] = ['stream-chat']",
            "install_requires=BASE + ['b'] + read(), extras_require={'x': ('a', 'c', 'd')}",
        ),
        SETUP_PY.format(
            "BASE: list[str] = ['getstream>=7.0,<8']",
            "install_requires=BASE + ['b'] + read(), extras_require={'x': ('a', 'c', 'd')}",
        ),
        id="setup.py, a sum",
    ),
    pytest.param(
        "setup.py",
        SETUP_PY.format("", "install_requires=('stream-chat',), extras_require={'x': (\n  'stream-chat',\n)}"),
        SETUP_PY.format(
            "", "install_requires=('getstream>=7.0,<8',), extras_require={'x': (\n  'getstream>=7.0,<8',\n)}"
        ),
        id="setup.py, tuples",
    ),
    pytest.param(
        "setup.py",
        SETUP_PY.format("E = {'chat': ['stream-chat'], 'dev': ['pytest']}", "extras_require=E"),
        SETUP_PY.format("E = {'chat': ['getstream>=7.0,<8'], 'dev': ['pytest']}", "extras_require=E"),
        id="setup.py, extras",
    ),
    pytest.param(
        "tox.ini",
        "[tox]\nenvlist = py310,py311\n\n[testenv]\ndeps =\n    pytest  # runner\n"
        "    py310,py311: stream-chat==4.33.0\n    -r dev.txt\n"
        "commands = pytest {posargs}\n",
        "[tox]\nenvlist = py310,py311\n\n[testenv]\ndeps =\n"
        "    pytest  # runner\n    py310,py311: getstream==7.0.0\n    -r dev.txt\n"
        "commands = pytest {posargs}\n",
        id="tox with factors",
    ),
    pytest.param(
        "tox.ini",
        "[base]\ndeps = stream-chat\n[testenv:lint]\ndeps =\n    {[base]deps}\n    ruff\n",
        "[base]\ndeps =\n    getstream>=7.0,<8\n[testenv:lint]\ndeps =\n    {[base]deps}\n    ruff\n",
        id="tox on one line",
    ),
    pytest.param(
        "noxfile.py",
        "import nox\n\n\n@nox.session\ndef tests(session):\n"
        '    session.install("pytest", "stream-chat==4.33.0")\n    session.run("pytest")\n',
        "import nox\n\n\n@nox.session\ndef tests(session):\n"
        '    session.install("pytest", "getstream==7.0.0")\n    session.run("pytest")\n',
        id="nox",
    ),
    pytest.param(
        "noxfile.py",
        'def t(session):\n    session.install(\n        "-e",\n'
        '        ".",\n        "stream-chat",\n        silent=False,\n    )\n',
        'def t(session):\n    session.install(\n        "-e",\n        ".",\n'
        '        "getstream>=7.0,<8",\n        silent=False,\n    )\n',
        id="nox with a keyword",
    ),
    pytest.param(
        "environment.yml",
        CONDA.format("      - flask==3.0  # web\n      # stream-chat: pinned\n      - stream-chat==4.33.0  # chat"),
        CONDA.format("      - flask==3.0  # web\n      - getstream==7.0.0"),
        id="Conda",
    ),
    pytest.param(
        "environment.yml",
        CONDA.format("    - stream-chat>=4,<5\n    - 'b>=1'"),
        CONDA.format("    - getstream>=7.0,<8\n    - 'b>=1'"),
        id="Conda, another indent",
    ),
    pytest.param(
        "environment.yml",
        CONDA.format('    - "stream-chat>=4"\n    - b'),
        CONDA.format('    - "getstream>=7.0,<8"\n    - b'),
        id="Conda, quotes",
    ),
    pytest.param(
        "environment.yml",
        "dependencies: [pip, {pip: [a, stream-chat]}]\n",
        'dependencies: [pip, {pip: [a, "getstream>=7.0,<8"]}]\n',
        id="Conda in one line",
    ),
    pytest.param(
        ".pre-commit-config.yaml",
        "repos:\n- repo: x\n  hooks:\n  - id: mypy\n"
        "    additional_dependencies: [types-requests, stream-chat==4.33.0]\n",
        "repos:\n- repo: x\n  hooks:\n  - id: mypy\n    additional_dependencies: [types-requests, getstream==7.0.0]\n",
        id="pre-commit",
    ),
    pytest.param(
        ".pre-commit-config.yaml",
        "repos:\n- repo: x\n  hooks:\n  - id: mypy\n"
        "    additional_dependencies:\n    - a==1\n    - stream-chat\n  - id: b\n",
        "repos:\n- repo: x\n  hooks:\n  - id: mypy\n    additional_dependencies:\n"
        "    - a==1\n    - getstream==7.0.0\n  - id: b\n",
        id="pre-commit, lines",
    ),
    pytest.param(
        "Dockerfile",
        "FROM python:3.12\nRUN pip install --no-cache-dir flask stream-chat==4.33.0 && rm -rf /tmp/*\nCMD x\n",
        "FROM python:3.12\nRUN pip install --no-cache-dir flask getstream==7.0.0 && rm -rf /tmp/*\nCMD x\n",
        id="Docker",
    ),
    pytest.param(
        "Dockerfile", "RUN pip install stream-chat\n", 'RUN pip install "getstream>=7.0,<8"\n', id="Docker, quoted"
    ),
    pytest.param(
        "Dockerfile",
        "RUN pip install -U pip && pip install 'stream-chat==4.33; python_version > \"3\"' ; a\n"
        "RUN set -e; \\\n pip install stream-chat; \\\n b\n",
        "RUN pip install -U pip && pip install 'getstream==7.0.0; python_version > \"3\"' ; a\n"
        'RUN set -e; \\\n pip install "getstream>=7.0,<8"; \\\n b\n',
        id="Docker, more than one command",
    ),
    pytest.param(
        "Dockerfile",
        "RUN python -m pip install 'stream-chat>=4,<5' gunicorn\n",
        "RUN python -m pip install 'getstream>=7.0,<8' gunicorn\n",
        id="Docker, single quotes",
    ),
    pytest.param(
        "docker/web.Dockerfile",
        "RUN --mount=type=cache,target=/root/.cache apt-get update \\\n"
        " && pip install \\\n    flask==3.0 \\\n    stream-chat==4.33.0 \\\n    redis\n",
        "RUN --mount=type=cache,target=/root/.cache apt-get update \\\n"
        " && pip install \\\n    flask==3.0 \\\n    getstream==7.0.0 \\\n    redis\n",
        id="Docker on lines",
    ),
    pytest.param(
        "Dockerfile.dev",
        "RUN pip install \\\n    flask==3.0 \\\n    stream-chat==4.33.0\nUSER app\n",
        "RUN pip install \\\n    flask==3.0 \\\n    getstream==7.0.0\nUSER app\n",
        id="Docker on lines, the last one",
    ),
]


@pytest.mark.parametrize(("path", "before", "after"), CASES)
def test_before_and_after(becomes: Any, path: str, before: str, after: str) -> None:
    becomes(path, before, after)


BY_HAND = [
    pytest.param(
        "setup.py",
        "setup(install_requires=open('r').read().split() + [f'stream-chat=={V}', 'stream-chat'][1:])\n",
        id="computed",
    ),
    pytest.param(
        "setup.py",
        "DEPS = '''\nflask\nstream-chat==4.33.0\n'''.split()\nsetup(install_requires=DEPS)\n",
        id="a long text",
    ),
    pytest.param("setup.py", "d = ['stream-chat']\nd = d + ['x']\nsetup(install_requires=d)\n", id="bound twice"),
    pytest.param("setup.py", "setup(**{'install_requires': ['stream-chat']})\n", id="unpacked"),
    pytest.param("noxfile.py", "D = ['stream-chat']\ndef t(session):\n    session.install(*D)\n", id="nox, a name"),
    pytest.param("environment.yml", "dependencies:\n- stream-chat=4.33\n", id="Conda installs it"),
    pytest.param("environment.yml", "dependencies:\n- conda-forge::stream-chat\n- pip\n", id="Conda with a channel"),
    pytest.param("Dockerfile", "RUN pip install $EXTRA stream-chat\n", id="a variable"),
    pytest.param("Dockerfile", 'RUN ["pip", "install", "stream-chat"]\n', id="exec form"),
    pytest.param("Dockerfile", "RUN pip install \\\n    # chat\n    stream-chat\n", id="a comment inside"),
    pytest.param("Dockerfile", "RUN <<EOF\nnpm install a\npip install stream-chat\nEOF\nCMD x\n", id="a here-document"),
    pytest.param("environment.yml", "a: &a stream-chat\ndependencies:\n- pip:\n  - b\n  - *a\n", id="an alias"),
    pytest.param("Dockerfile", "RUN pip install $(cat r) stream-chat==4.33.0\n", id="a substitution"),
    pytest.param(
        "tox.ini", "[testenv]\ncommands =\n    pip install stream-chat==4.33.0\n    pytest\n", id="tox command"
    ),
    pytest.param(".github/workflows/ci.yml", "steps:\n- run: pip install -U stream-chat==4.33.0\n", id="GitHub"),
    pytest.param(
        ".github/workflows/ci.yml",
        "- run: |\n    pip install \\\n      flask \\\n      stream-chat\n",
        id="GitHub, lines",
    ),
    pytest.param(".gitlab-ci.yml", "t:\n  script:\n    - uv pip install 'stream-chat>=4'\n", id="GitLab"),
    pytest.param("Makefile", "deps:\n\tpip3 install stream-chat\n", id="Make"),
    pytest.param("scripts/setup.sh", "set -e\npoetry add stream-chat@^4\npoetry add stream-chat\n", id="a script"),
    pytest.param("run.sh", "uv run --with stream-chat app.py\n", id="uv run"),
]


@pytest.mark.parametrize(("path", "text"), BY_HAND)
def test_what_cannot_be_edited_is_told_and_left(run: Any, path: str, text: str) -> None:
    outcome = run(path, text)
    assert outcome.after == text
    told = [finding for finding in outcome.change.findings if finding.id == "SM581"]
    assert told
    line = told[0].location.line
    assert "stream-chat" in "".join(text.splitlines()[line - 1 :]) or "*a" in text
    assert "getstream" in told[0].hint or "pip:" in told[0].hint


def test_the_advice_follows_what_is_needed(run: Any) -> None:
    text = "- run: pip install 'stream-chat==4.33.0'\n"
    path = ".github/workflows/ci.yml"
    assert run(path, text).change.findings[0].hint == "write `getstream==7.0.0` in its place"
    assert run(path, text, v1=["old.py"]).change.findings[0].hint == "add `getstream==7.0.0` beside it"
    both = "- run: pip install stream-chat==4.33.0 getstream==7.0.0\n"
    assert run(path, both, v1=["old.py"]).change is None
    assert run(path, both).change.findings[0].hint == "take it out, nothing uses it any more"
    assert "SM581" not in str(run(path, "- run: pip install getstream==7.0.0\n").ids)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Pipfile", "[packages\nstream-chat = '*'\n"),
        ("setup.cfg", "install_requires =\n    stream-chat\n"),
        ("setup.py", "setup(install_requires=['stream-chat'\n"),
        ("setup.py", "print 'stream-chat'\n"),
        ("noxfile.py", "def t(session)\n  session.install('stream-chat')\n"),
        ("environment.yml", "dependencies:\n- pip:\n  - stream-chat\n - b\n"),
        ("environment.yml", "dependencies: [stream-chat\n"),
        (".pre-commit-config.yaml", "repos: {stream-chat\n"),
        ("tox.ini", "deps = stream-chat\n[testenv]\n"),
    ],
)
def test_what_is_malformed_is_told_and_left(run: Any, path: str, text: str) -> None:
    outcome = run(path, text)
    assert outcome.after == text
    assert outcome.ids[0].startswith("SM580")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("environment.yml", "- a\n- stream-chat\n"),
        ("environment.yml", "stream-chat\n"),
        ("environment.yml", "dependencies: stream-chat\n"),
        ("environment.yml", "dependencies:\n- pip: stream-chat\n- [stream-chat]\n- {pip: {stream-chat: 1}}\n"),
        (".pre-commit-config.yaml", "repos: [a, {hooks: [b, {additional_dependencies: stream-chat}]}]\n"),
        ("Pipfile", "packages = 'stream-chat'\n"),
        ("setup.py", "setup(install_requires=None, extras_require=['stream-chat'][:0])\n"),
        ("Dockerfile", "RUN pip install stream-chat \\"),
        ("Dockerfile", "RUN \\\n"),
    ],
)
def test_unexpected_shapes_do_no_harm(run: Any, path: str, text: str) -> None:
    outcome = run(path, text)
    assert outcome.after in (text, text.replace("stream-chat", '"getstream>=7.0,<8"'))
