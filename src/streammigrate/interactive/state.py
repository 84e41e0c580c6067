"""Questions and answers as a state that each answer turns into another; what is decided is a set of refused sites."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from streammigrate.codemod.model import CohortView, FileResult
from streammigrate.codemod.settings import SiteKey
from streammigrate.interactive.edits import Edit, with_edits
from streammigrate.interactive.questions import Asked, Question, is_choice, moving, questions


@dataclass(frozen=True, slots=True)
class State:
    """What is known while somebody answers."""

    files: tuple[FileResult, ...]
    """What becomes of the files when the refused sites stay, with the edits."""
    cohorts: tuple[CohortView, ...]
    together: frozenset[str] = frozenset()
    """The cohorts that are asked about as one."""
    following: frozenset[SiteKey] = frozenset()
    """The sites that go along with others whatever is answered."""
    accepted: frozenset[SiteKey] = frozenset()
    refused: frozenset[SiteKey] = frozenset()
    edits: tuple[Edit, ...] = ()
    lost: tuple[Edit, ...] = ()
    """The edits that the last answer made impossible; their sites are asked about again."""
    before: State | None = None
    """Where `undo` leads."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return what is still to be decided."""
        found = questions(self.files, self.cohorts, self.together, self.following)
        return tuple(one for one in found if not one.keys <= self.accepted)

    @property
    def answered(self) -> int:
        """How many answers led here."""
        count, state = 0, self
        while state.before is not None:
            count, state = count + 1, state.before
        return count

    def alike(self, question: Question) -> tuple[Question, ...]:
        """Return a question and the later ones that are about single sites of the same rule."""
        later = self.questions
        return (question, *(one for one in later if one != question and one.rule and one.rule == question.rule))

    def accept(self, answered: Iterable[Question]) -> State:
        """Return the state after a yes."""
        keys = frozenset[SiteKey]().union(*(one.keys for one in answered))
        return replace(self, accepted=self.accepted | keys, lost=(), before=self)

    def edit(self, question: Question, edits: Sequence[Edit]) -> State:
        """Return the state after a yes to what somebody wrote instead. The edits have to fit (see `edits.refusal`)."""
        files, _ = with_edits(self.files, edits)
        return replace(self.accept([question]), files=files, edits=(*self.edits, *edits))

    def refusing(self, answered: Iterable[Question]) -> frozenset[SiteKey]:
        """Return all that is refused with a no; the program has to be rewritten without it."""
        return self.refused.union(*(one.keys for one in answered))

    def refuse(
        self, refused: frozenset[SiteKey], files: Sequence[FileResult], cohorts: tuple[CohortView, ...]
    ) -> State:
        """Return the state after a no. `files` and `cohorts` are what becomes of the program without `refused`."""
        edited, lost = with_edits(files, self.edits)
        left = frozenset[SiteKey]().union(*(edit.keys for edit in lost))
        # A site that moves all the same has to, and cannot be asked about again.
        stuck = frozenset(one.key for one in moving(files)) & refused
        return replace(
            self,
            files=edited,
            cohorts=cohorts,
            following=self.following | stuck,
            accepted=self.accepted - left - refused,
            refused=refused,
            edits=tuple(edit for edit in self.edits if edit not in lost),
            lost=lost,
            before=self,
        )

    def undo(self) -> State:
        """Return the state before the last answer; itself where there was none."""
        return self.before or self


def fallen(before: State, after: State) -> tuple[Asked, ...]:
    """Return the sites that nobody refused and that stay because of what was."""
    still = {one.key for one in moving(after.files)}
    return tuple(
        one
        for one in moving(before.files)
        if one.key not in still and one.key not in after.refused and (is_choice(one.site) or not one.site.cohort)
    )
