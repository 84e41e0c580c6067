"""Programs from bytes to bytes: resolve, plan, decide by cohort, apply, and look at the result again."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.compat import is_helpers
from streammigrate.codemod.compat.place import BESIDE, NOWHERE, Find, Home
from streammigrate.codemod.decisions import Decisions
from streammigrate.codemod.documents import Virtual
from streammigrate.codemod.links import Links
from streammigrate.codemod.model import CohortView, Edits, FileResult, Origin, Site, Span, Trouble
from streammigrate.codemod.parallel import apply_all
from streammigrate.codemod.parsing import Unappliable, decode, parse
from streammigrate.codemod.resolve.program import Assumed, Modules, Place, Program
from streammigrate.codemod.settings import RewriteSettings, SiteKey
from streammigrate.codemod.style import width_of

_TROUBLES = {
    "not-python": kinds.UNPARSED,
    "python-2": kinds.UNPARSED,
    "too-deep": kinds.UNPARSED,
    "not-text": kinds.UNDECODABLE,
}


class Input(NamedTuple):
    """The files of a program, and which of them may be edited."""

    files: Mapping[str, bytes]
    """By path, in the order in which they are reported."""
    editable: Collection[str]
    modules: Modules | None = None
    trees: Mapping[str, ast.Module] = {}
    """Trees that are there already; a tree of ast.parse, of the very bytes."""
    read: Callable[[str], bytes | None] | None = None
    """Gives further files of the project, which are opened where something leads to them."""
    documents: Mapping[str, Virtual] = {}
    """Those of the files that are the Python of a document; `files` has its Python."""
    homes: Find | None = None
    """Gives the module of helpers of a file; None for a program that has no place."""


class Outcome(NamedTuple):
    """What becomes of the files that may be edited, and the cohorts that they take part in."""

    files: tuple[FileResult, ...]
    cohorts: tuple[CohortView, ...] = ()


def rewrite_source(source: bytes, path: str, settings: RewriteSettings) -> FileResult:
    """Return what becomes of a file that stands alone: its new bytes, every site with its reasons, and its troubles."""
    return rewrite_program(Input({path: source}, (path,)), settings).files[0]


def rewrite_program(given: Input, settings: RewriteSettings) -> Outcome:
    """Return what becomes of a program. Nothing is half moved: a file that cannot be edited keeps what it shares."""
    return examine(given, settings)[0]


def examine(given: Input, settings: RewriteSettings) -> tuple[Outcome, Decisions]:
    """Return the same with the decisions about the files as they are, for those who ask about the calls themselves."""
    run = _Run(given, settings)
    while not run.settled():
        run.again()
    outcome = run.outcome()
    assert run.shown is not None
    return outcome, run.shown


def connected(given: Input, paths: Iterable[str]) -> frozenset[str]:
    """Return the files that are connected with some files through imports, directly or not, those included."""
    program = Program(given.modules)
    for path, data in given.files.items():
        with suppress(Unappliable):
            program.forest.add(parse(data), path)
    links = Links(program, tuple(program.forest.files))
    known = [path for path in paths if path in program.forest.files]
    return frozenset(other for path in known for other in links.around(path)) | frozenset(paths)


class _Run:
    """One program; planned again without what turned out not to be editable."""

    def __init__(self, given: Input, settings: RewriteSettings) -> None:
        self.given = given
        self.settings = settings
        self.troubles: dict[str, Trouble] = {}
        self.free: dict[str, bool] = {}
        """Whether a module of helpers may be written at a place, or is there."""
        self.trees: dict[str, ast.Module] = {}
        self.texts: dict[str, bytes] = dict(given.files)
        self.shown: Decisions | None = None
        """The decisions about the files as they are; later rounds may look at them without old comments."""
        self.assumed: dict[Place, Assumed] = {}
        for path, data in given.files.items():
            # What an earlier run wrote speaks of both SDKs, and uses none of what is to be moved.
            if not is_helpers(data):
                self._parse(path, data, given.trees.get(path))
        if not settings.width:
            # Of all files together: what one step writes into a file must not decide how the next looks.
            self.settings = settings._replace(width=width_of(self._decoded().values()))
        self.again()
        if settings.types:
            self._ask()

    def again(self) -> None:
        """Decide about everything."""
        labels = {path: document.place for path, document in self.given.documents.items()}
        texts, editable = self._decoded(), self._editable()
        self.decisions = Decisions(self._program(), texts, editable, self.settings, labels, self._home)
        self.shown = self.shown or self.decisions

    def _ask(self) -> None:
        """Ask a type checker about the receivers that are not known, and decide anew with what it says."""
        from streammigrate.codemod.roots import project_root
        from streammigrate.codemod.second_opinion import Question, ask

        asked: dict[str, list[Question]] = {}
        for path, plan in self.decisions.files.items():
            found = asked.setdefault(project_root(path), [])
            found += [Question(path, self.texts[path], *Span.of(node)) for node in plan.unknown_receivers]
        for root, questions in sorted(asked.items()):
            if not questions:
                continue
            for question, opinion in ask(self.settings.types, root, questions).items():
                place = (question.path, *Span(question.line, question.column, question.end_line, question.end_column))
                self.assumed[place] = Assumed(opinion.cls, opinion.says)
        if self.assumed:
            self.shown = None
            self.again()

    def settled(self) -> bool:
        """Apply what is decided; return False when that showed that it has to be decided anew."""
        if self._drop_stale():
            return False
        self.edits = {path: self.decisions.files[path].edits() for path in self._editable()}
        self.after = self._applied()
        if any(path in self.troubles for path in self.after):
            self.shown = None
            return False
        return True

    def outcome(self) -> Outcome:
        """Return the result of the last round."""
        assert self.shown is not None
        files = []
        for path, before in self.given.files.items():
            if path not in self.given.editable:
                continue
            trouble = self.troubles.get(path)
            sites: tuple[Site, ...] = () if path not in self.shown.files else self.shown.files[path].sites()
            troubles = () if trouble is None else (trouble,)
            result = FileResult(path, before, self.after.get(path, before), sites, troubles)
            document = self.given.documents.get(path)
            files.append(result if document is None else _restored(result, document))
        files += self._helpers()
        return Outcome(tuple(files), tuple(map(self._placed, self.shown.views())))

    def _home(self, path: str) -> Home:
        """Return where a file has its helpers from."""
        if not self.settings.helpers or path in self.given.documents:
            return NOWHERE
        home = BESIDE if self.given.homes is None else self.given.homes(path)
        if home.path and home.path not in self.free:
            # Many files share a module of helpers: it is looked at once.
            self.free[home.path] = self._helper_text(home.path, ()) is not None
        return home if self.free.get(home.path, True) else NOWHERE

    def _helper_text(self, path: str, names: Iterable[str]) -> tuple[bytes | None, str] | None:
        """Return what a module of helpers holds (None for no such file) and what it has to hold to have some functions.

        None where another module has its place.
        """
        from streammigrate.codemod.compat import library

        before = self.given.files.get(path)
        if before is None and self.given.read is not None:
            before = self.given.read(path)
        if before is None:
            return None, library.module_text(frozenset(names))
        try:
            after = library.merged(before.decode(), frozenset(names))
        except (UnicodeDecodeError, SyntaxError):
            return None
        return None if after is None else (before, after)

    def _helpers(self) -> list[FileResult]:
        """Return the modules of helpers that the new code needs and that are not there, or lack functions."""
        needed: dict[str, set[str]] = {}
        for path, after in self.after.items():
            home = self._home(path)
            if home.path and after != self.texts[path]:
                names = {one.name for one in self.edits[path].imports if one.module == home.module}
                needed.setdefault(home.path, set()).update(names)
        found = []
        for path, names in sorted(needed.items()):
            text = self._helper_text(path, names) if names else None
            if text is not None:
                before, after = text[0], text[1].encode()
                found.append(FileResult(path, before or b"", after, new=before is None, helpers=True))
        return [result for result in found if result.changed]

    def _placed(self, view: CohortView) -> CohortView:
        """Return a cohort with the lines of documents as people count them."""

        def placed(origin: Origin) -> Origin:
            document = self.given.documents.get(origin.path)
            return origin if document is None else origin._replace(line=document.place(origin.line).line)

        return view._replace(made=tuple(map(placed, view.made)), held=tuple(map(placed, view.held)))

    def _drop_stale(self) -> bool:
        """Take comments of an earlier run away that speak of sites that move now; the lines below are counted anew."""
        found = False
        for path in self._editable():
            stale = self.decisions.files[path].settled_todos() if self.settings.todo else frozenset[int]()
            if stale:
                self.texts[path] = _without(self.texts[path], stale)
                refused = frozenset(_lifted(site, path, stale) for site in self.settings.refused)
                self.settings = self.settings._replace(refused=refused)
                self._parse(path, self.texts[path], None)
                found = True
        return found

    def _applied(self) -> dict[str, bytes]:
        """Return the files after their edits."""
        changing = [path for path, edits in self.edits.items() if edits != Edits()]
        made = apply_all([(self.texts[path], self.edits[path]) for path in changing], self.settings.jobs)
        found = {path: self.texts[path] for path in self.edits}
        found.update((path, self._taken(path, after)) for path, after in zip(changing, made, strict=True))
        return found

    def _taken(self, path: str, after: bytes | Unappliable) -> bytes:
        """Return a file after its edits, or as it is where they turn out to be impossible, which is a trouble then."""
        try:
            if isinstance(after, Unappliable):
                raise after
            if path in self.given.documents:
                _restore(self.given.documents[path], after)
            return after
        except Unappliable as refusal:
            self._trouble(path, refusal)
            return self.texts[path]

    def _parse(self, path: str, data: bytes, tree: ast.Module | None) -> None:
        try:
            self.trees[path] = tree if tree is not None else parse(data)
            decode(data)
        except Unappliable as refusal:
            self.trees.pop(path, None)
            self._trouble(path, refusal)

    def _trouble(self, path: str, refusal: Unappliable) -> None:
        kind = _TROUBLES.get(refusal.kind, kinds.NOT_LOSSLESS)
        self.troubles[path] = Trouble(kind.id, refusal.reason, refusal.line)

    def _editable(self) -> list[str]:
        wanted = set(self.given.editable)
        return [path for path in self.trees if path in wanted and path not in self.troubles]

    def _program(self) -> Program:
        program = Program(self.given.modules, self.settings.declarations, self._open)
        program.assumed = self.assumed
        for path, tree in self.trees.items():
            program.forest.add(tree, path)
        return program

    def _open(self, path: str) -> ast.Module | None:
        data = None if self.given.read is None or path in self.given.files else self.given.read(path)
        if data is None or is_helpers(data):
            return None
        try:
            return parse(data)
        except Unappliable:
            return None

    def _decoded(self) -> dict[str, str]:
        return {path: decode(self.texts[path]) for path in self.trees}


def _restore(document: Virtual, source: bytes) -> bytes:
    """Return a document with other Python. Raises Unappliable where that cannot be put back."""
    try:
        return document.restore(source)
    except ValueError as error:
        raise Unappliable("unsupported-place", str(error)) from None


def _restored(result: FileResult, document: Virtual) -> FileResult:
    """Return the result for a document in the place of that for its Python."""
    before = document.restore(result.before)
    after = before if result.after == result.before else _restore(document, result.after)
    sites = tuple(_placed(site, document) for site in result.sites)
    troubles = tuple(
        one if one.line is None else one._replace(line=document.place(one.line).line) for one in result.troubles
    )
    return result._replace(before=before, after=after, sites=sites, troubles=(*troubles, *document.troubles))


def _placed(site: Site, document: Virtual) -> Site:
    """Return a site where people see it in the document."""
    start, end = document.place(site.span.line), document.place(site.span.end_line)
    touched = tuple((document.place(first).line, document.place(last).line) for first, last in site.touched)
    span = site.span._replace(line=start.line, end_line=end.line)
    return site._replace(span=span, label=start.label, touched=touched)


def _without(source: bytes, lines: Collection[int]) -> bytes:
    """Return a file without some of its lines, counted from 1."""
    return b"".join(line for number, line in enumerate(source.splitlines(keepends=True), 1) if number not in lines)


def _lifted(site: SiteKey, path: str, lines: Collection[int]) -> SiteKey:
    """Return a site where it is when some lines of a file are gone."""
    file, line, column, rule = site
    return site if file != path else (file, line - sum(one < line for one in lines), column, rule)
