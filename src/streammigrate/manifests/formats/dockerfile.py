"""Dockerfiles: `RUN pip install …` in its plain form; what is not plain is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from streammigrate.manifests.formats.commands import installed
from streammigrate.manifests.model import PAIR, Edit, Entry, Listing, Mention, Reading
from streammigrate.manifests.requirement import is_valid, name_of
from streammigrate.manifests.text import line_end, line_of, line_start, newline_at, next_line

_FILES = re.compile(r"(?:.*/)?(?:(?:Docker|Container)file(?:\.[^/]*)?|[^/]*\.(?:[Dd]ocker|[Cc]ontainer)file)")
_PIP = re.compile(r"(?:^|(?<=[\s;&]))(?:uv\s+)?pip[\d.]*\s+install(?=\s)")
_WORD = re.compile(
    r"(?P<break>\\[ \t]*(?:\r\n|\n))|(?P<space>[ \t]+)|(?P<end>&&|\|\||[;|&])|"
    r"(?P<word>(?:\"[^\"\r\n]*\"|'[^'\r\n]*'|[^\s;&|\"'\\])+)"
)
_RUN = re.compile(r"[ \t]*RUN\b(?:[ \t]+--\w+=\S+)*[ \t]*", re.IGNORECASE)
_HEREDOC = re.compile(r"<<-?[\"']?(?P<word>\w+)")
_STRANGE = re.compile(r"[$`*?{}<>()\\]")


class Word(NamedTuple):
    """A requirement in a command, and the words in front of it and behind it."""

    start: int
    end: int
    before: int
    """Where the word in front ends."""
    alone: bool
    """Whether it has a line for itself."""


def matches(path: str) -> bool:
    """Return whether a path is a Dockerfile."""
    return _FILES.fullmatch(path) is not None and not path.endswith(".dockerignore")


def read(text: str, path: str = "Dockerfile") -> Reading:
    """Return what the plain `pip install` commands of a Dockerfile list."""
    listings: list[Listing] = []
    mentions: list[Mention] = []
    for count, (start, end) in enumerate(_runs(text), 1):
        found = list(_commands(text, start, end))
        told = [(name, words) for name, words in installed(_flat(text[start:end]))]
        for number, (entries, words) in enumerate(found):
            where = f"RUN {count}, command {number + 1}"
            listings.append(
                Listing(where, "needs", "pep508", entries, partial(_insert, text, words), partial(_remove, text, words))
            )
        known = [entry.name for entries, _ in found for entry in entries]
        for name, words_told in told:
            if name in known:
                known.remove(name)
            else:
                mentions.append(Mention(name, line_of(text, start), words_told, "the command is not plain"))
    return Reading(tuple(listings), tuple(mentions))


def _flat(text: str) -> str:
    kept = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    if _HEREDOC.match(text.lstrip()):
        return " ; ".join(kept)
    flat = " ".join(line.rstrip().removesuffix("\\") for line in kept)
    return re.sub(r"[\[\]\",]+", " ", flat) if flat.lstrip().startswith("[") else flat


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of the RUN instructions, from behind the word RUN to the end of their last line."""
    position = 0
    while position < len(text):
        start, end = position, line_end(text, position)
        while text[position:end].rstrip().endswith("\\") or (
            position != start and text[position:end].lstrip().startswith("#")
        ):
            following = next_line(text, position)
            if following >= len(text):
                break
            position, end = following, line_end(text, following)
        run = _RUN.match(text, start, end)
        if run is not None:
            heredoc = _HEREDOC.match(text, run.end(), end)
            closing = re.compile(rf"^[ \t]*{heredoc['word']}[ \t]*$", re.MULTILINE) if heredoc is not None else None
            found = closing.search(text, end) if closing is not None else None
            end = found.end() if found is not None else end
            yield run.end(), end
        position = max(next_line(text, end), start + 1)


def _commands(text: str, start: int, end: int) -> Iterator[tuple[tuple[Entry, ...], dict[int, Word]]]:
    """Yield the requirements of each plain `pip install` of an instruction."""
    body = text[start:end]
    if body.lstrip().startswith(("[", "<<")) or re.search(r"(?m)^[ \t]*#", body):
        return
    for pip in _PIP.finditer(text, start, end):
        words = _words(text, pip.end(), end)
        if words is None:
            continue
        entries: list[Entry] = []
        places: dict[int, Word] = {}
        for word in words:
            raw = text[word.start : word.end]
            quote = raw[0] if raw[0] in "\"'" and raw.endswith(raw[0]) and raw.count(raw[0]) == 2 else ""
            inner = raw[1:-1] if quote else raw
            if not is_valid(inner) or (not quote and _STRANGE.search(inner)):
                continue
            at = word.start + len(quote)
            entries.append(Entry(name_of(inner), at, at + len(inner), inner, line_of(text, at)))
            places[at] = word
        yield tuple(entries), places


def _words(text: str, start: int, end: int) -> list[Word] | None:
    """Return the words of a command up to its end, None where it holds what a shell would change."""
    found: list[Word] = []
    position = before = start
    option = False
    while position < end:
        match = _WORD.match(text, position, end)
        if match is None:
            return None
        if match["end"]:
            break
        if match["word"]:
            word = match["word"]
            if word.startswith("#") or (word[0] not in "\"'" and re.search(r"[$`]", word)):
                return None
            if not word.startswith("-") and not option:
                line = text[line_start(text, match.start()) : line_end(text, match.start())]
                alone = line.strip().removesuffix("\\").strip() == word
                found.append(Word(match.start(), match.end(), before, alone))
            option = word in _WITH_VALUE
            before = match.end()
        position = match.end()
    return found


_WITH_VALUE = frozenset(
    "-r --requirement -c --constraint -i --index-url --extra-index-url -f --find-links -t --target -e --editable --prefix"
    " --root --platform --python-version --implementation --abi --timeout --retries --proxy --cert --trusted-host"
    " --cache-dir --python -p".split()
)


def _insert(text: str, words: dict[int, Word], entry: Entry, new: str) -> list[Edit]:
    word = words[entry.start]
    quote = text[word.start] if text[word.start] in "\"'" else ""
    if not quote and re.search(r"[<>;\s|&!*~(]", new):
        quote = '"'
    if quote == '"' and '"' in new:
        quote = "'"
    written = f"{quote}{new}{quote}"
    if not word.alone:
        return [Edit(word.end, word.end, f" {written}")]
    begin = line_start(text, word.start)
    return [Edit(word.end, word.end, f" \\{newline_at(text, begin - 1)}{text[begin : word.start]}{written}")]


def _remove(text: str, words: dict[int, Word], entry: Entry) -> list[Edit] | None:
    word = words[entry.start]
    if len(words) < 2:
        return None
    if word.alone and text[word.end : line_end(text, word.end)].strip() == "\\":
        return [Edit(line_start(text, word.start), next_line(text, word.end), "")]
    if not word.alone and "\n" in text[word.before : word.start]:
        # Others stand behind it on its line.
        rest = re.compile(r"[ \t]*").match(text, word.end)
        return [Edit(word.start, rest.end() if rest is not None else word.end, "")]
    return [Edit(word.before, word.end, "")]


def meaning(text: str) -> object:
    """Return the words of the file but for the two names."""
    kept = []
    for word in re.findall(r"\"[^\"\r\n]*\"|'[^'\r\n]*'|[;&|]+|[^\s\\;&|\"']+", text):
        inner = word[1:-1] if word[0] in "\"'" and word[-1] == word[0] else word
        if not (name_of(inner) in PAIR and is_valid(inner)):
            kept.append(word)
    return kept
