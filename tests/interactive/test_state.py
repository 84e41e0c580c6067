"""Questions and answers, over a stand-in for the rewriting of a program."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from streammigrate.codemod.model import CohortView, FileResult, Site, Span
from streammigrate.codemod.settings import SiteKey
from streammigrate.interactive.choosing import Choosing
from streammigrate.interactive.edits import Stretch

SOURCE = "".join(f"call_{line}(old)\n" for line in range(1, 9))
PLAN = (
    # line, rule, member, cohort
    (1, "SM401", "StreamChat", "C1"),
    (2, "SM201", "StreamChat.upsert_user", "C1"),
    (3, "SM230", "StreamChat.channel", "C1"),
    (4, "SM201", "StreamChat.upsert_user", "C1"),
    (5, "SM260", "Channel.send_message", "C2"),
    (6, "SM263", "StreamChat.delete_message", "C2"),
    (7, "SM470", "StreamAPIException", ""),
    (8, "SM480", "verify_webhook", ""),
)


class Program(NamedTuple):
    files: tuple[FileResult, ...]
    cohorts: tuple[CohortView, ...]


class Rewriting:
    """C1 can be split; C2 moves whole; line 7 follows whatever is refused."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []

    def __call__(self, refused: frozenset[SiteKey]) -> Program:
        self.asked.append(sorted(line for _, line, _, _ in refused))
        stays = {line for _, line, _, _ in refused} - {7}
        if stays & {5, 6}:
            stays |= {5, 6}
        if {2, 4} <= stays:
            stays |= {1, 3}
        sites, lines = [], SOURCE.splitlines(keepends=True)
        for line, rule, member, cohort in PLAN:
            applied = line not in stays
            if applied:
                lines[line - 1] = lines[line - 1].replace("old", "new")
            span = Span(line, 0, line, 5)
            sites.append(Site(rule, member, span, "", "", (), applied=applied, cohort=cohort, touched=((line, line),)))
        views = tuple(
            CohortView(one, "stream_chat.StreamChat", (), ("a.py",), (), 1, 1, "whole", ()) for one in ("C1", "C2")
        )
        return Program((FileResult("a.py", SOURCE.encode(), "".join(lines).encode(), tuple(sites)),), views)


def lines(choosing: Choosing[Program]) -> list[list[int]]:
    """Return the lines of the open questions."""
    return [[one.site.span.line for one in question.asked] for question in choosing.state.questions]


def text(choosing: Choosing[Program]) -> str:
    return choosing.result[1][0].after.decode()


def moved(choosing: Choosing[Program]) -> list[int]:
    return [number for number, line in enumerate(text(choosing).splitlines(), 1) if "new" in line]


def test_nothing_that_was_refused_is_touched() -> None:
    choosing = Choosing(Rewriting())
    choosing.take(choosing.no_to_the_rest())
    assert choosing.question is None
    # What follows others whatever is answered is not for us to decide.
    assert moved(choosing) == [7]


def test_what_is_asked() -> None:
    choosing = Choosing(Rewriting())
    assert lines(choosing) == [[2], [4], [5, 6], [8]]
    assert [question.cohort is None for question in choosing.state.questions] == [True, True, False, True]


def test_all_yes_is_the_whole_rewrite() -> None:
    rewriting = Rewriting()
    choosing = Choosing(rewriting)
    before = len(rewriting.asked)
    while choosing.question is not None:
        choosing.yes(choosing.question)
    assert moved(choosing) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert len(rewriting.asked) == before


def test_a_no_is_worked_out_on_the_whole_program() -> None:
    rewriting = Rewriting()
    choosing = Choosing(rewriting)
    assert choosing.question is not None
    answer = choosing.no(choosing.question)
    assert answer.fallen == ()
    assert lines(choosing)[0] == [2]
    choosing.take(answer)
    assert lines(choosing) == [[4], [5, 6], [8]]
    assert moved(choosing) == [1, 3, 4, 5, 6, 7, 8]
    assert rewriting.asked[-1] == [2]


def test_what_stays_with_it_is_told() -> None:
    choosing = Choosing(Rewriting())
    choosing.state = choosing.state.accept(choosing.state.questions[:2])
    question = choosing.question
    assert question is not None and question.cohort is not None
    single = question._replace(asked=question.asked[:1])
    assert [one.site.span.line for one in choosing.no(single).fallen] == [6]
    assert choosing.no(question).fallen == ()


@pytest.mark.parametrize("refuse", [False, True])
def test_all_of_a_rule(refuse: bool) -> None:
    choosing = Choosing(Rewriting())
    assert choosing.question is not None
    if refuse:
        choosing.take(choosing.no_to_rule(choosing.question))
    else:
        choosing.yes_to_rule(choosing.question)
    assert lines(choosing) == [[5, 6], [8]]
    assert (2 in moved(choosing)) is not refuse
    assert choosing.position == (2, 3)


def test_the_last_answer_is_taken_back() -> None:
    choosing = Choosing(Rewriting())
    assert not choosing.undo()
    first = choosing.question
    assert first is not None
    choosing.yes(first)
    assert choosing.question is not None
    choosing.take(choosing.no(choosing.question))
    assert choosing.position == (3, 4)
    assert choosing.undo()
    assert choosing.undo()
    assert choosing.question == first
    assert choosing.position == (1, 4)
    assert moved(choosing) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_what_somebody_writes_stands_there() -> None:
    choosing = Choosing(Rewriting())
    question = choosing.question
    assert question is not None
    (part,) = choosing.stretches(question)
    assert part == Stretch("a.py", 1, 2, "call_2(new)\n")
    assert choosing.refusal(part, "call_2(new\n")
    assert choosing.refusal(part, "x = '€'\ncall_2(x)\n") == ""
    choosing.edited(question, [(part, "x = 1\ncall_2(x)\n")])
    assert text(choosing).splitlines()[:4] == ["call_1(new)", "x = 1", "call_2(x)", "call_3(new)"]
    assert lines(choosing)[0] == [4]
    assert choosing.question is not None
    choosing.take(choosing.no(choosing.question))
    assert text(choosing).splitlines()[:5] == ["call_1(new)", "x = 1", "call_2(x)", "call_3(new)", "call_4(old)"]
    choosing.undo()
    choosing.undo()
    assert "x = 1" not in text(choosing)


def test_an_edit_that_does_not_fit_any_more_is_asked_about_again() -> None:
    choosing = Choosing(Rewriting())
    question = choosing.question
    assert question is not None
    (part,) = choosing.stretches(question)
    choosing.edited(question, [(part, "call_2(x)\n")])
    again = choosing.state.refuse(frozenset(question.keys), *Rewriting()(question.keys))
    assert [edit.stretch for edit in again.lost] == [part]
    assert again.edits == ()


def _latin(text: bytes) -> bytes:
    return b"\r\n".join([b"# coding: latin-1", *text.splitlines()[1:], b""])


def test_to_quit_leaves_what_turns_up_again() -> None:
    class Touchy(Rewriting):
        """What line 2 becomes depends on line 4."""

        def __call__(self, refused: frozenset[SiteKey]) -> Program:
            program = super().__call__(refused)
            if not any(line == 4 for _, line, _, _ in refused):
                return program
            (one,) = program.files
            return program._replace(files=(one._replace(after=one.after.replace(b"call_2(new)", b"call_2(newer)")),))

    choosing = Choosing(Touchy())
    question = choosing.question
    assert question is not None
    (part,) = choosing.stretches(question)
    choosing.edited(question, [(part, "call_2(x)\n")])
    assert choosing.question is not None
    again = choosing.no(choosing.question).state
    assert [edit.stretch for edit in again.lost] == [part]
    assert [one.site.span.line for one in again.questions[0].asked] == [2]
    choosing.take(choosing.no_to_the_rest())
    assert choosing.question is None
    assert "call_2(old)" in text(choosing)


def test_the_encoding_of_the_file_and_its_line_ends_hold() -> None:
    class Latin(Rewriting):
        def __call__(self, refused: frozenset[SiteKey]) -> Program:
            program = super().__call__(refused)
            return program._replace(
                files=tuple(one._replace(before=_latin(one.before), after=_latin(one.after)) for one in program.files)
            )

    choosing = Choosing(Latin())
    question = choosing.question
    assert question is not None
    (part,) = choosing.stretches(question)
    assert part.text == "call_2(new)\r\n"
    assert "encoding" in choosing.refusal(part, "x = '€'\r\n")
    choosing.edited(question, [(part, "x = 'é'\r\n")])
    assert b"\r\nx = '\xe9'\r\ncall_3(new)\r\n" in choosing.result[1][0].after


def test_a_document_is_not_edited() -> None:
    class Notebook(Rewriting):
        def __call__(self, refused: frozenset[SiteKey]) -> Program:
            program = super().__call__(refused)
            return program._replace(files=tuple(one._replace(path="a.ipynb") for one in program.files))

    choosing = Choosing(Notebook())
    assert choosing.question is not None
    assert choosing.stretches(choosing.question) == ()
