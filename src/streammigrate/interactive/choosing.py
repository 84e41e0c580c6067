"""A rewrite about which somebody is asked: each answer is worked out on the whole program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from streammigrate.codemod.model import CohortView, FileResult
from streammigrate.codemod.settings import SiteKey
from streammigrate.interactive.edits import Edit, Stretch, is_editable, refusal, stretch
from streammigrate.interactive.questions import Asked, Question, loose, probe, whole
from streammigrate.interactive.state import State, fallen


class Outcome(Protocol):
    """What becomes of a program."""

    @property
    def files(self) -> tuple[FileResult, ...]:
        """The files."""

    @property
    def cohorts(self) -> tuple[CohortView, ...]:
        """The cohorts of all files."""


Result = TypeVar("Result", bound=Outcome)


class Answer(NamedTuple):
    """A state that an answer would lead to, and the sites that nobody refused and that would stay with it."""

    state: State
    fallen: tuple[Asked, ...] = ()


class Choosing(Generic[Result]):
    """Asks what is to be rewritten. `rewrite` gives what becomes of the program when some sites stay as they are."""

    def __init__(self, rewrite: Callable[[frozenset[SiteKey]], Result]) -> None:
        self._rewrite = rewrite
        self._known: dict[frozenset[SiteKey], Result] = {}
        first = self._of(frozenset())
        together, following = self._probed(first)
        self.state = State(first.files, first.cohorts, together, following)

    @property
    def question(self) -> Question | None:
        """Return what is to be answered next, None where everything is."""
        return next(iter(self.state.questions), None)

    @property
    def result(self) -> tuple[Result, tuple[FileResult, ...]]:
        """Return the program without what is refused, and its files with what was edited."""
        return self._of(self.state.refused), self.state.files

    def yes(self, question: Question) -> None:
        """Take a yes."""
        self.state = self.state.accept([question])

    def yes_to_rule(self, question: Question) -> None:
        """Take a yes to all sites of the question's rule that are still to be decided."""
        self.state = self.state.accept(self.state.alike(question))

    @property
    def position(self) -> tuple[int, int]:
        """Return the number of the question, from 1, and of how many; answers to whole rules count once."""
        done = self.state.answered
        return done + 1, done + len(self.state.questions)

    def stretches(self, question: Question) -> tuple[Stretch, ...]:
        """Return what somebody can edit: a part of each file that the question is about; none where that is no Python."""
        by_path = {result.path: result for result in self.state.files}
        found: list[Stretch] = []
        for path in question.paths:
            touched = [span for one in question.asked if one.path == path for span in one.site.touched]
            part = stretch(by_path[path], touched) if is_editable(by_path[path]) else None
            found += [] if part is None else [part]
        return tuple(found)

    def refusal(self, part: Stretch, text: str) -> str:
        """Return why a text cannot stand where a stretch is, or nothing."""
        result = next(result for result in self.state.files if result.path == part.path)
        return refusal(result, part, text)

    def edited(self, question: Question, written: Sequence[tuple[Stretch, str]]) -> None:
        """Take a yes to what somebody wrote instead, of which nothing is refused (see `refusal`)."""
        self.state = self.state.edit(question, [Edit(part, text, question.keys) for part, text in written])

    def no(self, question: Question) -> Answer:
        """Return what a no leads to; `take` it, or ask again."""
        return self._without([question])

    def no_to_rule(self, question: Question) -> Answer:
        """Return what a no to all open sites of the question's rule leads to."""
        return self._without(self.state.alike(question))

    def no_to_the_rest(self) -> Answer:
        """Return what a no to everything that is still to be decided leads to."""
        keys = self.state.refusing(self.state.questions)
        while True:
            answer = self._refusing(keys)
            # What turns up again, such as an edit that does not fit any more, is not answered either.
            more = answer.state.refusing(answer.state.questions)
            if more == keys:
                return answer
            keys = more

    def take(self, answer: Answer) -> None:
        """Go where an answer leads."""
        self.state = answer.state

    def undo(self) -> bool:
        """Take the last answer back; return whether there was one."""
        before = self.state
        self.state = before.undo()
        return self.state is not before

    def _without(self, refused: Sequence[Question]) -> Answer:
        return self._refusing(self.state.refusing(refused))

    def _refusing(self, keys: frozenset[SiteKey]) -> Answer:
        found = self._of(keys)
        state = self.state.refuse(keys, found.files, found.cohorts)
        return Answer(state, fallen(self.state, state))

    def _of(self, refused: frozenset[SiteKey]) -> Result:
        if refused not in self._known:
            self._known[refused] = self._rewrite(refused)
        return self._known[refused]

    def _probed(self, first: Result) -> tuple[frozenset[str], frozenset[SiteKey]]:
        """Return the cohorts that move whole or not at all, and the sites without a cohort that move whatever is refused."""
        alone = loose(first.files)
        following = loose(self._of(alone).files) & alone if alone else alone
        keys = probe(first.files)
        together = whole(first.files, self._of(keys).files) if keys else frozenset()
        if together:
            # Another of its sites may be one that can stay alone.
            again = self._of(probe(first.files, last=together))
            together &= whole(first.files, again.files)
        return together, following
