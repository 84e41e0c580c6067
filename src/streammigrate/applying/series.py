"""A rewrite in steps that can be reviewed one by one: each leaves a program that runs, the last what one go makes.

The steps are made by rewriting a part, then a larger part of the result, and so on, on a copy. The last one goes from there
to what one go makes of everything: what belongs to no part, TODO comments, and the order of some imports.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from streammigrate.applying.copies import Copy, copied
from streammigrate.codemod.model import CohortView, FileResult
from streammigrate.codemod.session import Rewritten, rewrite_paths
from streammigrate.codemod.settings import Only, RewriteSettings


class Step(NamedTuple):
    """One patch: its title and the files that it changes, each as the steps before left it."""

    title: str
    files: tuple[FileResult, ...]

    @property
    def slug(self) -> str:
        """Return the title as a part of a file's name."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")[:60].strip("-") or "rest"


class Series(NamedTuple):
    """The steps in order. `stepwise` is False where there could be none, as the copy failed: there is one then."""

    steps: tuple[Step, ...]
    stepwise: bool = True


class _Part(NamedTuple):
    title: str
    paths: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()


def make_series(
    paths: Sequence[str],
    settings: RewriteSettings,
    by: str,
    goal: Rewritten,
    progress: Callable[[int, int], None] | None = None,
) -> Series:
    """Return the steps of a rewrite, by `rule`, `package` or `cohort`.

    `goal` is what one go makes of the same paths, which are relative. `progress` is told how many parts are done, of how
    many.
    """
    parts = _PARTS[by](goal)
    wanted = {os.path.realpath(one.path): one for one in goal.files}
    if not any(one.changed for one in goal.files):
        return Series(())
    # What the first of the others imports has to be there before it, and what the last still imports until then.
    beside = _beside(goal, settings)
    steps: list[Step] = [Step("getstream beside stream-chat", beside)] if beside else []
    state = {os.path.realpath(one.path): one for one in beside}
    try:
        with copied(paths, settings.exclude, docs=settings.docs) as copy:
            for number, (part, only) in enumerate(_growing(parts, settings.only), 1):
                found = _step(copy, paths, settings, only, wanted)
                state.update({os.path.realpath(one.path): one for one in found})
                copy.write({one.path: one.after for one in found})
                if found:
                    steps.append(Step(part.title, tuple(found)))
                if progress is not None:
                    progress(number, len(parts))
    except OSError:
        # No room for a copy, say.
        return _whole(goal)
    if any(path not in wanted and one.after != one.before for path, one in state.items()):
        # A file that one go does not touch.
        return _whole(goal)
    rest = [_from(state.get(path), one) for path, one in wanted.items()]
    if any(one.changed for one in rest):
        steps.append(Step("The rest", tuple(one for one in rest if one.changed)))
    return Series(tuple(steps))


def _beside(goal: Rewritten, settings: RewriteSettings) -> tuple[FileResult, ...]:
    """Return the manifests with getstream added and nothing taken away."""
    if not goal.needs:
        return ()
    from streammigrate.codemod.packages import follow

    found = [one for project, need in goal.needs for one in follow(project, need, {}, settings, keep=True)]
    return tuple(one for one in found if one.changed)


def _from(state: FileResult | None, goal: FileResult) -> FileResult:
    """Return how a file becomes what one go makes of it, from where the steps left it."""
    return goal if state is None else goal._replace(before=state.after, new=False)


def _whole(goal: Rewritten) -> Series:
    return Series((Step("The whole rewrite", tuple(one for one in goal.files if one.changed)),), stepwise=False)


def _step(
    copy: Copy, paths: Sequence[str], settings: RewriteSettings, only: Only, wanted: Mapping[str, FileResult]
) -> list[FileResult]:
    """Return what changes when a part of the copy is rewritten, under the paths of the disk."""
    here = [os.path.relpath(os.path.realpath(path)) for path in paths]
    names = {str(copy.place(path)): one.path for path, one in wanted.items()}
    helpers = str(copy.place(settings.helpers_file)) if settings.helpers_file else ""
    placed = only._replace(paths=tuple(str(copy.place(path)) for path in only.paths))
    with copy.inside():
        done = rewrite_paths(here, settings._replace(only=placed, helpers_file=helpers, manifests=False))
        changed = [(os.path.realpath(one.path), one) for one in done.files if one.changed]
    return [one._replace(path=names.get(place, one.path), sites=(), troubles=()) for place, one in changed]


def _growing(parts: Iterable[_Part], asked: Only) -> Iterator[tuple[_Part, Only]]:
    """Yield each part with what is asked for up to it."""
    methods: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    for part in parts:
        methods, paths = (*methods, *part.methods), (*paths, *part.paths)
        if methods:
            yield part, asked._replace(methods=methods)
        else:
            yield part, asked._replace(paths=tuple(map(os.path.abspath, paths)))


def _by_rule(goal: Rewritten) -> list[_Part]:
    from streammigrate.catalogue import find_kind

    members: dict[str, dict[str, None]] = {}
    for result in goal.files:
        for site in result.sites:
            if site.applied and "." in site.member:
                members.setdefault(site.rule, {})[site.member] = None
    return [
        _Part(f"{rule} {find_kind(rule).title}", methods=tuple(sorted(found)))
        for rule, found in sorted(members.items())
    ]


def _by_package(goal: Rewritten) -> list[_Part]:
    folders: dict[str, list[str]] = {}
    for result in goal.files:
        if result.changed and not result.new and not result.manifest:
            folders.setdefault(Path(os.path.relpath(result.path)).parent.as_posix(), []).append(result.path)
    # What others are made of comes first: folders within a folder before what is around them.
    ordered = sorted(folders, key=lambda folder: (-len(Path(folder).parts), folder))
    return [_Part("the top folder" if folder == "." else folder, paths=tuple(folders[folder])) for folder in ordered]


def _by_cohort(goal: Rewritten) -> list[_Part]:
    moving = [view for view in goal.cohorts if view.applied]
    groups: list[tuple[list[CohortView], set[str]]] = []
    for view in moving:
        files = set(view.files)
        joined = [group for group in groups if group[1] & files]
        groups = [group for group in groups if not group[1] & files]
        views = [one for group in joined for one in group[0]]
        groups.append(([*views, view], files.union(*(group[1] for group in joined))))
    found = []
    for views, files in groups:
        ids = ", ".join(view.id for view in views)
        holder = next((name for view in views for name in view.holders), "")
        found.append(_Part(f"{ids} {holder}".strip(), paths=tuple(sorted(files))))
    return found


_PARTS: Mapping[str, Callable[[Rewritten], list[_Part]]] = {
    "rule": _by_rule,
    "package": _by_package,
    "cohort": _by_cohort,
}
