"""Edits one manifest: getstream beside stream-chat, then stream-chat away. Nothing else may change its meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from streammigrate.findings import Finding
from streammigrate.manifests import advice, dialects, text
from streammigrate.manifests.model import NEW, OLD, Edit, Entry, Listing, ManifestError, Reading
from streammigrate.manifests.registry import Format
from streammigrate.manifests.requirement import Range, marker_of

_ROUNDS = 100
"""More entries on stream-chat than this are in no manifest."""


class Task(NamedTuple):
    """What is to be done with a manifest."""

    path: str
    format: Format
    target: Range
    add: bool
    drop: bool
    covered: bool = False
    """Whether a manifest that this one takes in lists getstream."""


class Edited(NamedTuple):
    """A manifest's text after the edits."""

    text: str
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def edit(task: Task, before: str) -> Edited:
    """Return a manifest's text with getstream added and stream-chat dropped as the task says.

    An edit after which the file is not understood, or says something else about other packages, is not made; that is a
    finding. Raises ManifestError for a text that cannot be parsed.
    """
    return _Editor(task, before).run()


class _Editor:
    def __init__(self, task: Task, before: str) -> None:
        self.task = task
        self.text = before
        self.meaning = task.format.meaning(before)
        self.readings: dict[str, Reading] = {}
        self.first = self.read()
        self.notes: list[str] = []
        self.findings: list[Finding] = []
        self.held: set[str] = set()
        """The lists of which stream-chat is not dropped."""

    def run(self) -> Edited:
        if self.task.add:
            self._judge_ranges()
            self._add()
        if self.task.drop:
            self._drop()
        return Edited(self.text, tuple(self.notes), tuple(self.findings))

    def read(self) -> Reading:
        """Return what the text lists now."""
        if self.text not in self.readings:
            self.readings[self.text] = self.task.format.read(self.text, self.task.path)
        return self.readings[self.text]

    def _judge_ranges(self) -> None:
        """Raise what lists getstream already for a release below the target; hold what cannot be raised."""
        for number, listing in enumerate(self.first.listings):
            for index, entry in enumerate(listing.named(NEW)):
                if listing.role in ("names", "sources") or dialects.fits(listing, entry, self.task.target):
                    continue
                shown = dialects.shown(listing, entry)
                if self._raise(number, index):
                    now = self.read().listings[number].named(NEW)[index]
                    self.notes.append(f"{listing.where}: raised `{shown}` to `{dialects.shown(listing, now)}`")
                    continue
                self.held.add(listing.where)
                self.findings.append(advice.out_of_range(self.task.path, entry.line, shown, self.task.target))

    def _raise(self, number: int, index: int) -> bool:
        listing = self.read().listings[number]
        entry = listing.named(NEW)[index]
        made = dialects.raised(listing, entry, self.task.target)
        if made is None:
            return False
        # The text of a line of requirements stands somewhere in its line.
        start = (
            self.text.index(entry.raw, entry.start, entry.end)
            if entry.raw in self.text[entry.start : entry.end]
            else -1
        )
        return start >= 0 and self._make([Edit(start, start + len(entry.raw), made)])

    def _add(self) -> None:
        mains = (listing for listing in self.first.listings if _is_main(listing))
        covered = self.task.covered or any(listing.named(NEW) for listing in mains)
        for number in range(len(self.first.listings)):
            # Each list by itself, so that one that cannot be edited holds no other back.
            listing = self.read().listings[number]
            ours = listing.named(OLD)
            if listing.role == "sources":
                self._sources(listing, ours)
            elif ours and not listing.named(NEW) and not (covered and listing.role == "needs"):
                self._add_to(listing, ours)

    def _add_to(self, listing: Listing, ours: tuple[Entry, ...]) -> None:
        wanted = list(self._successors(listing, ours))
        if not wanted:
            self.held.add(listing.where)
            shown = dialects.shown(listing, ours[0])
            self.findings.append(advice.only_old_python(self.task.path, self._line(listing, ours[0]), shown))
            return
        if not self._make([made for entry, new in wanted for made in listing.insert(entry, new)]):
            self.held.add(listing.where)
            self._tell(listing, ours[0], "the list cannot be edited without touching other parts of the file")
            return
        for entry, new in wanted:
            shown = dialects.shown(listing, entry)
            self.notes.append(f"{listing.where}: added `{_named(listing, new)}` beside `{shown}`")
            place = dialects.place(listing, entry)
            if place:
                line = self._line(listing, entry)
                self.findings.append(advice.other_source(self.task.path, line, shown, place, drop=self.task.drop))

    def _sources(self, listing: Listing, ours: tuple[Entry, ...]) -> None:
        for entry in ours:
            place = dialects.place(listing, entry) or "the place that is named"
            shown = dialects.shown(listing, entry)
            said = advice.other_source(self.task.path, entry.line, shown, place, drop=self.task.drop)
            self.findings.append(said)

    def _successors(self, listing: Listing, ours: tuple[Entry, ...]) -> Iterator[tuple[Entry, str]]:
        """Yield what is to stand beside which entries: one for each marker."""
        seen = set()
        for entry in ours:
            new = dialects.successor(listing, entry, self.task.target)
            if new is None:
                continue
            marker = marker_of(new) if listing.dialect == "pep508" else ""
            if marker not in seen:
                seen.add(marker)
                yield entry, new

    def _drop(self) -> None:
        for _ in range(_ROUNDS):
            reading = self.read()
            found = next(
                (
                    (listing, entry)
                    for listing in reading.listings
                    if listing.where not in self.held
                    for entry in listing.named(OLD)
                ),
                None,
            )
            if found is None:
                return
            listing, entry = found
            edits = listing.remove(entry)
            if edits is not None and self._make(edits):
                self.notes.append(f"{listing.where}: dropped `{dialects.shown(listing, entry)}`")
                continue
            self.held.add(listing.where)
            self._tell(listing, entry, "it cannot be taken out without touching other parts of the file")

    def _tell(self, listing: Listing, entry: Entry, why: str) -> None:
        shown = dialects.shown(listing, entry)
        new = dialects.successor(listing, entry, self.task.target) or NEW
        done = any(one.named(NEW) for one in self.read().listings if one.where == listing.where)
        place = "in its place" if self.task.drop else "beside it"
        todo = f"take `{shown}` out" if done else f"write `{_named(listing, new)}` {place}"
        self.findings.append(advice.not_edited(self.task.path, self._line(listing, entry), shown, why, todo))

    def _line(self, listing: Listing, entry: Entry) -> int:
        """Return the line of an entry in the file as it was."""
        for one in self.first.listings:
            if one.where == listing.where:
                same = [each.line for each in one.entries if each.raw == entry.raw]
                if same:
                    return same[0]
        return entry.line

    def _make(self, edits: list[Edit]) -> bool:
        """Make edits, unless the file then says something else or is not understood."""
        made = text.apply(self.text, edits)
        if _holds(lambda: self.task.format.meaning(made) == self.meaning):
            before, others = self.text, _others(self.read())
            self.text = made
            if _holds(lambda: _others(self.read()) == others):
                return True
            self.text = before
        return False


def _holds(test: Callable[[], bool]) -> bool:
    try:
        return test()
    except ManifestError:
        return False


def _others(reading: Reading) -> list[list[str]]:
    return [[entry.raw for entry in listing.entries if entry.name not in (OLD, NEW)] for listing in reading.listings]


def _is_main(listing: Listing) -> bool:
    return listing.where in (
        "[project] dependencies",
        "[tool.poetry.dependencies]",
        "[options] install_requires",
        "install_requires",
    )


def _named(listing: Listing, new: str) -> str:
    """Return a new entry as it is shown."""
    if listing.dialect in ("poetry", "pipfile"):
        return " ".join(new.split()) if new.startswith("[") and "\n" in new else f"{NEW} = {new}"
    return new
