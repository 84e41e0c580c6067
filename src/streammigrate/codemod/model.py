"""What the codemod's rooms hand to each other: spans, edits, sites and what became of a file."""

from __future__ import annotations

import ast
from enum import Enum
from typing import Literal, NamedTuple, TypeAlias

from streammigrate.findings import Finding


class Applicability(Enum):
    """What may be done with a site, as in Ruff: applied by default, applied on request, left to a person."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    MANUAL = "manual"

    @property
    def rank(self) -> int:
        """0 for safe; a site has the highest rank of its facets."""
        return _RANKS[self]


_RANKS = {applicability: rank for rank, applicability in enumerate(Applicability)}


class Span(NamedTuple):
    """A place in a file as `ast` counts: lines from 1, columns in UTF-8 bytes from 0, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def of(cls, node: ast.expr | ast.stmt | ast.ExceptHandler | ast.arg | ast.alias | ast.keyword) -> Span:
        """Return the span of a node that has positions."""
        return cls(node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)

    def holds(self, other: Span) -> bool:
        """Return whether the other span lies inside this one (or is the same)."""
        return self[:2] <= other[:2] and other[2:] <= self[2:]


class Replacement(NamedTuple):
    """Put another expression (or `except` type, annotation, imported name …) in the place of one."""

    span: Span
    text: str


class Insertion(NamedTuple):
    """Put statements before or after the statement at `span`; `text` is not indented, `apply` indents it."""

    span: Span
    text: str
    after: bool = False


class Removal(NamedTuple):
    """Take the statement at `span` away (`pass` takes its place where a block would be empty)."""

    span: Span


class AddImport(NamedTuple):
    """Bind a name by an import: `from module import name [as asname]`, or `import module` when `name` is empty.

    `near` is an import statement in whose block the new one belongs (a function, a `try`, `if TYPE_CHECKING`);
    None means the top of the module.
    """

    module: str
    name: str = ""
    asname: str = ""
    near: Span | None = None


class DropImport(NamedTuple):
    """Remove one imported name from the import statement at `span`; the statement goes with its last name."""

    span: Span
    name: str
    """The name as imported: `StreamChat` of `from stream_chat import StreamChat as SC`, `stream_chat` of `import stream_chat`."""


class AddParameter(NamedTuple):
    """Give the function at `span` one more parameter: `name: annotation = default`."""

    span: Span
    text: str
    positional: bool = False
    """Whether it may be passed by position, where that is possible behind the others."""


class RemoveParameter(NamedTuple):
    """Take a parameter away from the function at `span`, and the `*` in front of it that nothing needs any more."""

    span: Span
    name: str


class AddItem(NamedTuple):
    """Give the `with` statement at `span` one more item: `expression as name`."""

    span: Span
    text: str


class RemoveItem(NamedTuple):
    """Take the item `… as name` away from the `with` statement at `span`."""

    span: Span
    name: str


Header: TypeAlias = AddParameter | RemoveParameter | AddItem | RemoveItem
"""What happens to the first lines of a compound statement."""


class Todo(NamedTuple):
    """Put `# TODO(streammigrate): text` above the statement at `span`, unless the same comment stands there."""

    span: Span
    text: str


class Edits(NamedTuple):
    """Everything that one file's pass does. Replacements never overlap."""

    replacements: tuple[Replacement, ...] = ()
    insertions: tuple[Insertion, ...] = ()
    removals: tuple[Removal, ...] = ()
    imports: tuple[AddImport, ...] = ()
    drops: tuple[DropImport, ...] = ()
    todos: tuple[Todo, ...] = ()
    headers: tuple[Header, ...] = ()
    own: frozenset[str] = frozenset()
    """The first names of the modules of the project that the file imports or will."""


class Facet(NamedTuple):
    """One side of a site (receiver, arguments, response, errors, lifetime, cohort, form) and how far it may go."""

    name: str
    applicability: Applicability
    text: str
    """Why, in one sentence; for a manual facet what would make it safe."""
    reason: str = ""
    """The id of a kind (SM5xx) when the facet holds the site back."""


REFUSED = "you said no"
"""Why a site is suppressed about which somebody was asked."""


class Site(NamedTuple):
    """One place that uses stream-chat, and what is to become of it."""

    rule: str
    """The id of the rule (SM2xx–SM4xx), or of the kind (SM5xx) where no rule has a word."""
    member: str
    """`StreamChat.upsert_user`, `Channel.send_message`, `StreamAPIException` …"""
    span: Span
    before: str
    after: str
    """The new code, or empty when there is none to show."""
    facets: tuple[Facet, ...]
    evidence: tuple[str, ...] = ()
    """How the receiver was resolved, from the use back to its origin, each with its line."""
    notes: tuple[str, ...] = ()
    """What differs without being a request, and is told to the user."""
    forms: tuple[str, ...] = ()
    """The proven forms that this site is made of."""
    applied: bool = False
    suppressed: str = ""
    """The reason a `# streammigrate: ignore[SM…] reason` comment gives; `ignored` when it gives none; REFUSED."""
    receiver: str = ""
    """The class of the receiver by its full name, as `stream_chat.StreamChat`; empty where it is not known."""
    confidence: str = ""
    """How sure the receiver is: `proven`, `likely` or `unknown`; empty where a site has none."""
    cohort: str = ""
    """The id of the cohort that the site belongs to; empty for what belongs to no object."""
    label: str = ""
    """What people call the place where a line says little: `cell 3, line 2` of a notebook."""
    touched: tuple[tuple[int, int], ...] = ()
    """The lines, first and last, that its edits are on: its own, and those that read what the call gives."""

    @property
    def applicability(self) -> Applicability:
        """Return the lowest that any facet allows."""
        return max((facet.applicability for facet in self.facets), key=lambda a: a.rank, default=Applicability.SAFE)

    @property
    def instruction(self) -> str:
        """Return what a person has to do, from the facets that hold the site back; empty for a safe site."""
        held = [facet for facet in self.facets if facet.applicability is self.applicability]
        return "" if self.applicability is Applicability.SAFE else "; ".join(facet.text for facet in held)


class Origin(NamedTuple):
    """Where an SDK value is made, or what keeps it from moving."""

    path: str
    line: int
    text: str
    """The expression, or the reason."""


class CohortView(NamedTuple):
    """One SDK value with all that it flows through, as people are shown it."""

    id: str
    """`C1`, `C2` … in the order of the first place."""
    receiver: str
    """The class of the value by its full name."""
    made: tuple[Origin, ...]
    """The constructions; none where they are not in view."""
    files: tuple[str, ...]
    """Every file that the value flows through, sorted."""
    holders: tuple[str, ...]
    """The definitions that it flows through, as `app/clients.py: chat`."""
    sites: int
    applied: int
    """How many of the sites are rewritten."""
    decision: Literal["whole", "twin", "stays", "nothing"]
    """Moves whole; moves with a v1 twin beside it; stays whole; has no site."""
    held: tuple[Origin, ...]
    """What keeps it from moving whole, sorted by place."""


class Trouble(NamedTuple):
    """A file that is left whole, or a line to warn about: the id of a kind (SM5xx), where, and what."""

    kind: str
    message: str
    line: int | None = None
    column: int | None = None


class FileResult(NamedTuple):
    """What `rewrite` makes of one file. `after` is `before` when nothing may be applied."""

    path: str
    before: bytes
    after: bytes
    sites: tuple[Site, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    new: bool = False
    """Whether there is no such file yet; `before` is empty then."""
    helpers: bool = False
    """Whether it is a module of helpers, without which the other files do not run."""
    manifest: bool = False
    """Whether it is no code: it says what the code needs, or sets what the code reads."""
    said: tuple[str, ...] = ()
    """What was done to a manifest, a sentence each."""
    findings: tuple[Finding, ...] = ()
    """What a person has to know of a manifest, or do."""

    @property
    def changed(self) -> bool:
        """Return whether the file would be written."""
        return self.before != self.after
