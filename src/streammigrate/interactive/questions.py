"""What somebody is asked about a rewrite: each site on its own, or all of a cohort where it can only move whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from streammigrate.codemod.forms.twins import MAKERS
from streammigrate.codemod.model import CohortView, FileResult, Site
from streammigrate.codemod.settings import SiteKey


class Asked(NamedTuple):
    """A site and its file."""

    path: str
    site: Site

    @property
    def key(self) -> SiteKey:
        """Return what tells the site from others."""
        return self.path, self.site.span.line, self.site.span.column, self.site.rule


class Question(NamedTuple):
    """One thing to decide; nothing in it can be decided for itself."""

    asked: tuple[Asked, ...]
    """In the order of files and lines; never empty."""
    cohort: CohortView | None = None
    """The cohort that moves whole; None for a single site."""

    @property
    def keys(self) -> frozenset[SiteKey]:
        """Return the keys of its sites."""
        return frozenset(one.key for one in self.asked)

    @property
    def rule(self) -> str:
        """Return the rule of a single site; empty for a cohort."""
        return "" if self.cohort is not None else self.asked[0].site.rule

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the files it is about, in order."""
        return tuple(dict.fromkeys(one.path for one in self.asked))


def is_choice(site: Site) -> bool:
    """Return whether a site is a choice of its own: what makes, names or closes an object follows what is done with it."""
    owner, _, name = site.member.rpartition(".")
    return bool(owner) and name not in MAKERS and name != "close"


def moving(files: Iterable[FileResult]) -> list[Asked]:
    """Return the sites that are rewritten."""
    return [Asked(result.path, site) for result in files for site in result.sites if site.applied]


def loose(files: Iterable[FileResult]) -> frozenset[SiteKey]:
    """Return the sites that belong to no cohort: some of them follow what becomes of others, whoever refuses them."""
    return frozenset(one.key for one in moving(files) if not one.site.cohort)


def probe(files: Sequence[FileResult], *, last: Collection[str] = ()) -> frozenset[SiteKey]:
    """Return a site of each cohort with several, whose refusal shows whether the others can move without it.

    It is the first of a cohort, the last of those whose ids are in `last`.
    """
    cohorts: dict[str, list[Asked]] = {}
    for one in moving(files):
        if one.site.cohort and is_choice(one.site):
            cohorts.setdefault(one.site.cohort, []).append(one)
    several = [(cohort, choices) for cohort, choices in cohorts.items() if len(choices) > 1]
    return frozenset(choices[-1 if cohort in last else 0].key for cohort, choices in several)


def whole(files: Sequence[FileResult], probed: Sequence[FileResult]) -> frozenset[str]:
    """Return the cohorts of which nothing moves any more when one site is refused."""
    before = _choices(files)
    after = _choices(probed)
    return frozenset(cohort for cohort, count in before.items() if count > 1 and not after.get(cohort))


def _choices(files: Iterable[FileResult]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in moving(files):
        if one.site.cohort and is_choice(one.site):
            found[one.site.cohort] = found.get(one.site.cohort, 0) + 1
    return found


def questions(
    files: Sequence[FileResult],
    cohorts: Iterable[CohortView],
    together: Collection[str],
    following: Collection[SiteKey],
) -> tuple[Question, ...]:
    """Return what is to be asked, in the order of files and lines.

    `together` are the cohorts that move whole, `following` the sites that go along with others whatever is answered.
    """
    views = {view.id: view for view in cohorts}
    sites = [one for one in moving(files) if one.key not in following]
    choices = _choices(files)
    found: list[Question] = []
    told: set[str] = set()
    for one in sites:
        cohort = one.site.cohort
        if cohort and cohort in views and (cohort in together or not choices.get(cohort)):
            if cohort not in told:
                told.add(cohort)
                found.append(Question(tuple(other for other in sites if other.site.cohort == cohort), views[cohort]))
        elif not cohort or is_choice(one.site):
            found.append(Question((one,)))
    return tuple(found)
