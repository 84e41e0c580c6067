"""A second opinion: a type checker is asked what a receiver is that the resolver does not know.

Off by default (`--types`); the checker is a program on PATH, never a dependency. How a run uses it:

1. `find(checker)` before any work, so that a checker that is missing stops the command at once.
2. After every file has been resolved, one Question per call of `resolver.unknown_sites` (SM510): the span of
   `call.func.value` in the source that was parsed (for a notebook or a document, the Python text that the spans are of).
3. One `ask` per project root with the questions of all its files: the checker is started once for them all.
4. An Opinion makes the receiver *likely*, never proven: the site gets a facet of SM509 (`receiver-likely`) that is unsafe,
   with `says` as its evidence. What has no Opinion stays unknown.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence

from streammigrate.codemod.second_opinion import checkers, overlay, probes
from streammigrate.codemod.second_opinion.checkers import find
from streammigrate.codemod.second_opinion.model import CLASSES, CheckerError, Known, Lines, Opinion, Question, Reveal
from streammigrate.errors import UsageError

__all__ = ["CheckerError", "Opinion", "Question", "ask", "find"]

_LONGEST = 60
_Answers = Mapping[tuple[str, int], str]


def ask(checker: str, root: str, questions: Sequence[Question], timeout: float = 120) -> dict[Question, Opinion]:
    """Return what a type checker says of receivers, those left out of which it is not certain.

    `checker` is ty, pyright, pyrefly or basedpyright; `root` the folder of the project. It runs once, for at most
    `timeout` seconds, on a temporary copy of the project's Python files. A class is confirmed by where it is defined; a
    subclass, a union other than with None, and what is partly unknown are not. Raises UsageError when the checker is not
    known, not on PATH, does not see stream-chat, or the project has a module of that name itself; CheckerError when it
    fails, takes too long, or answers the control questions wrongly.
    """
    program = find(checker)
    if not questions:
        return {}
    root = os.path.realpath(root)
    python, classes = overlay.environment(root, program)
    probe = probes.probe(classes)
    with tempfile.TemporaryDirectory(prefix="streammigrate-types-") as temporary:
        folder = os.path.join(os.path.realpath(temporary), "project")  # noqa: PTH118
        os.mkdir(folder)  # noqa: PTH102
        copy = overlay.build(root, folder, questions, probe.text)
        if not copy.places:
            return {}
        setup = checkers.Setup(folder, copy.files, copy.roots, python)
        reveals, complaint = checkers.run(checker, program, setup, timeout)
    answers = _by_line(reveals)
    trusted = _trusted(checker, probe, answers, complaint)
    found = {}
    for question in questions:
        if question not in copy.places:
            continue
        answer = _answer(answers, *copy.places[question])
        if answer is not None and answer.known in trusted:
            found[question] = Opinion(answer.known.name, _says(checker, question, answer))
    return found


def _by_line(reveals: Sequence[Reveal]) -> _Answers:
    """Return what is said of each line; a line of which two things are said (code that is gone through twice) has no answer."""
    said: dict[tuple[str, int], set[str]] = {}
    for reveal in reveals:
        said.setdefault((reveal.path, reveal.line), set()).add(reveal.type)
    return {place: types.pop() for place, types in said.items() if len(types) == 1}


def _answer(answers: _Answers, path: str, lines: Lines) -> probes.Answer | None:
    opinion, type = answers.get((path, lines.opinion)), answers.get((path, lines.type))
    return None if opinion is None or type is None else probes.judge(opinion, type)


def _trusted(checker: str, probe: probes.Probe, answers: _Answers, complaint: str) -> frozenset[Known]:
    """Return the classes that the checker tells from others, by its answers to what is known.

    A release of stream-chat that lacks a class, or one of the checker that works differently, shows here.
    """
    path = f"{probes.MODULE}.py"
    if not any(file == path for file, _ in answers):
        said = f"; it says: {complaint}" if complaint else ""
        raise CheckerError(f"{checker} does not answer in a way that is understood{said}")
    trusted = frozenset(
        known
        for known, lines in probe.seen.items()
        if _answer(answers, path, lines) == probes.Answer(known, False)
        and known not in [_marked(answers, path, decoy) for decoy in probe.decoys[known]]
    )
    if not trusted & {*CLASSES[:2]}:
        raise UsageError(
            f"{checker} does not see stream-chat: run it in the project's environment (activate it, or have it in .venv "
            "of the project's folder), where stream-chat is installed"
        )
    for name, lines in probe.unclear.items():
        if _answer(answers, path, lines) is not None:
            text = name.replace("_", " ")
            raise CheckerError(
                f"this release of {checker} cannot be relied on: it gives a class to what has none ({text})"
            )
    return trusted


def _marked(answers: _Answers, path: str, lines: Lines) -> Known | None:
    answer = probes.marked(answers.get((path, lines.opinion), ""))
    return None if answer is None else answer.known


def _says(checker: str, question: Question, answer: probes.Answer) -> str:
    text = probes.segment(question)
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 1]}…"
    what = f"{answer.known.attribute} or None" if answer.optional else answer.known.attribute
    return f"{checker}: `{text}` is {what}, defined in {answer.known.module.replace('.', '/')}.py"
