"""Commands that install packages, wherever they stand: CI files, scripts, Makefiles. They are told, never edited."""

from __future__ import annotations

import re
from collections.abc import Iterator

from streammigrate.manifests.model import PAIR, Mention, Reading
from streammigrate.manifests.requirement import is_valid, name_of

_TOOLS = re.compile(
    r"(?:^|(?<=[\s\"'\[@:(/`]))(?:"
    r"(?:uv\s+)?pip[\d.]*\s+(?:install|download|wheel)"
    r"|(?:uv|poetry|pdm|rye|pixi)\s+add|pipenv\s+install|pipx\s+(?:install|inject|run)"
    r"|(?:uv\s+(?:run|tool\s+run)|uvx)(?=\s.*--with)"
    r")(?=[\s\"',])"
)
_END = re.compile(r"&&|\|\||[;|&](?=\s|$)")
_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s,\[\]\"'`()]+(?:\[[^\]\s]*\][^\s,\"'`()]*)?")
_FILES = re.compile(
    r"(?:\.github/(?:workflows|actions)/.*\.ya?ml|\.gitlab-ci.*\.ya?ml|\.circleci/.*\.ya?ml|azure-pipelines.*\.ya?ml"
    r"|\.travis\.ya?ml|bitbucket-pipelines\.ya?ml|\.drone\.ya?ml|\.woodpecker.*\.ya?ml|\.buildkite/.*\.ya?ml"
    r"|(?:.*/)?action\.ya?ml|cloudbuild\.ya?ml|buildspec.*\.ya?ml|appveyor\.ya?ml|\.readthedocs\.ya?ml"
    r"|(?:.*/)?(?:GNU)?[Mm]akefile|(?:.*/)?[Jj]ustfile|(?:.*/)?[Tt]askfile\.ya?ml|(?:.*/)?Jenkinsfile|(?:.*/)?Procfile"
    r"|(?:.*/)?[^/]+\.(?:sh|bash|ps1|bat|cmd|mk))"
)


def matches(path: str) -> bool:
    """Return whether a path is one of CI or a script."""
    return _FILES.fullmatch(path) is not None


def installed(command: str) -> Iterator[tuple[str, str]]:
    """Yield the requirements on one of the two that a command line installs: the name, and the word as it is written."""
    for tool in _TOOLS.finditer(command):
        end = _END.search(command, tool.end())
        rest = command[tool.end() : end.start() if end is not None else len(command)]
        for match in _WORD.finditer(rest):
            word = match[0].strip("\"'")
            if word.startswith("#"):
                break
            name = name_of(word)
            if name in PAIR and is_valid(word):
                yield name, match[0]


def read(text: str, path: str = "") -> Reading:
    """Return the commands of a file of CI or of a script; a backslash continues a line."""
    mentions = []
    number, first, parts = 0, 1, list[str]()
    for line in text.splitlines():
        number += 1
        if not parts:
            first = number
        if line.rstrip().endswith(("\\", "`", "^")) and not line.lstrip().startswith("#"):
            parts.append(line.rstrip()[:-1])
            continue
        command = " ".join([*parts, line])
        parts = []
        if not command.lstrip().startswith(("#", "::", "REM ")):
            mentions += [Mention(name, first, words, "it is a command") for name, words in installed(command)]
    return Reading(mentions=tuple(mentions))


def meaning(text: str) -> object:
    """Return the text: a file of commands is never edited."""
    return text
