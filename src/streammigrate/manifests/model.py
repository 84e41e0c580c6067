"""What the rooms of this package hand to each other: what is needed, what a manifest lists, what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal, NamedTuple

from streammigrate.findings import Finding

OLD = "stream-chat"
NEW = "getstream"
PAIR = frozenset({OLD, NEW})
"""The two distributions, by their normalised names (PEP 503)."""


class Need(NamedTuple):
    """What the code of a project uses once it is rewritten. Paths are relative to the root, with `/`."""

    target: str
    """The release of getstream in full, as `7.0.0`."""
    v1: Collection[str] = ()
    """The files that still use stream_chat."""
    v2: Collection[str] = ()
    """The files that use getstream."""
    imports: Collection[str] = ()
    """The top-level modules that the project imports, as `requests`; with none nothing is said about them."""


class Change(NamedTuple):
    """What becomes of one file. `after` is `before` where only findings are there.

    Both are empty for a file that is no manifest, which findings alone may point at.
    """

    path: str
    """Relative to the root, with `/`."""
    before: bytes
    after: bytes
    notes: tuple[str, ...] = ()
    """What was done, a sentence each."""
    findings: tuple[Finding, ...] = ()
    """What a person has to know or do. Lines are those of `before`."""

    @property
    def changed(self) -> bool:
        """Return whether the file would be written."""
        return self.before != self.after


class Edit(NamedTuple):
    """Put a text in the place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


class Entry(NamedTuple):
    """One requirement in a manifest, by the place of its text (without quotes)."""

    name: str
    """Normalised; empty where none can be read."""
    start: int
    end: int
    raw: str
    """The text between `start` and `end`: a requirement, or what a table of a dialect gives for a name."""
    line: int
    header: bool = False
    """Whether it is a TOML table of its own (`[tool.poetry.dependencies.stream-chat]`)."""


Role = Literal["needs", "limits", "names", "sources"]
"""What a list does: it says what is installed, it limits versions, it names what another list holds, or it says where
that comes from."""


class Listing(NamedTuple):
    """One list of requirements in a manifest."""

    where: str
    """Its place as people say it, as `[project] dependencies`; no other list of the file has the same."""
    role: Role
    dialect: Literal["pep508", "poetry", "pipfile", "name"]
    entries: tuple[Entry, ...]
    insert: Callable[[Entry, str], list[Edit]]
    """Return the edits that put a requirement beside an entry."""
    remove: Callable[[Entry], list[Edit] | None]
    """Return the edits that take an entry away, or None where that cannot be done here."""

    def named(self, name: str) -> tuple[Entry, ...]:
        """Return the entries with a normalised name."""
        return tuple(entry for entry in self.entries if entry.name == name)


class Mention(NamedTuple):
    """A place that installs one of the two, and that no edit is made of."""

    name: str
    line: int
    text: str
    """The words themselves, short."""
    why: str
    """Why it is not edited, as the rest of a sentence."""
    todo: str = ""
    """What to write there; empty for the general advice."""
    word: bool = True
    """Whether `text` is the requirement itself, not something around it."""


class Include(NamedTuple):
    """Another file of requirements that this one takes in."""

    path: str
    """As written, relative to the folder of the manifest."""
    limits: bool
    """Whether it only limits versions (`-c`)."""


class Reading(NamedTuple):
    """What a format makes of a manifest."""

    listings: tuple[Listing, ...] = ()
    mentions: tuple[Mention, ...] = ()
    includes: tuple[Include, ...] = ()
    made_by: str = ""
    """The command that makes the file, where its head says that a tool does."""
    hashed: int = 0
    """The line of the first `--hash`; 0 for none."""
    name: str = ""
    """The distribution that the manifest describes, normalised; empty where it says none."""
    folders: tuple[str, ...] = ()
    """The folders of distributions that are installed from there (`-e ../lib`), as written."""


class ManifestError(Exception):
    """A manifest that cannot be parsed. `line` counts from 1; 0 where it is not known."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line
