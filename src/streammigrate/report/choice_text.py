"""A question about a rewrite for a terminal: where, what would change, by which rule, and how it is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from streammigrate.codemod.model import FileResult
from streammigrate.interactive.edits import changes, texts
from streammigrate.interactive.pieces import Piece, covering, lines_of
from streammigrate.interactive.questions import Asked, Question
from streammigrate.report.rewrite_summary import APPLIED, LEFT, UNSAFE, Lines
from streammigrate.report.rewrite_text import STATUS_STYLES, place
from streammigrate.report.terminal import console, text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_WIDEST = 100
_AROUND = 2
"""Lines of context."""
_STEPS = 2
"""Links of a chain of evidence that are shown without being asked for."""
_LISTED = 12
_STYLES = {"+": "green", "-": "red"}
_OF = {"safe": APPLIED, "unsafe": UNSAFE, "manual": LEFT}


def render_question(
    question: Question,
    files: Sequence[FileResult],
    titles: Mapping[str, str],
    position: tuple[int, int],
    *,
    color: bool = False,
    width: int = 80,
) -> str:
    """Return a question. `titles` says what the rules do, `position` which question it is, of how many."""
    page = _Page(console(color=color, width=width), min(width, _WIDEST))
    by_path = {result.path: result for result in files}
    number, count = position
    page.rule()
    if question.cohort is None:
        page.site(question.asked[0], by_path, titles, f"{number} of {count}")
    else:
        page.cohort(question, by_path, f"{number} of {count}")
    for path in question.paths:
        touched = [span for one in question.asked if one.path == path for span in one.site.touched]
        page.changes(by_path[path], touched, named=len(question.paths) > 1)
    return text(page.target)


def render_fallen(fallen: Sequence[Asked], *, color: bool = False, width: int = 80) -> str:
    """Return what stays with a site that is refused, although nobody refused it."""
    page = _Page(console(color=color, width=width), min(width, _WIDEST))
    noun = "site stays" if len(fallen) == 1 else "sites stay"
    page.line(f"{len(fallen)} more {noun} on v1 then, because it all has to move together:")
    for one in fallen[:_LISTED]:
        page.line(f"{one.path}:{one.site.label or one.site.span.line}  {one.site.rule} {one.site.member}", 2)
    if len(fallen) > _LISTED:
        page.line(f"… {len(fallen) - _LISTED} more", 2, "dim")
    return text(page.target)


def render_help(keys: Iterable[tuple[str, str, str]], *, color: bool = False, width: int = 80) -> str:
    """Return what can be answered: key, word and meaning of each answer."""
    from rich.table import Table
    from rich.text import Text

    target = console(color=color, width=width)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for key, word, meaning in keys:
        table.add_row(Text(key, "bold"), Text(word), Text(meaning, "dim"))
    target.print(table, width=min(width, _WIDEST))
    return text(target)


class _Page:
    def __init__(self, target: Console, width: int) -> None:
        self.target = target
        self.width = width

    def line(self, content: str | Text = "", indent: int = 0, style: str = "") -> None:
        from rich.padding import Padding
        from rich.text import Text

        words = Text(content, style=style) if isinstance(content, str) else content
        self.target.print(Padding(words, (0, 0, 0, indent)), width=self.width)

    def rule(self) -> None:
        self.line()
        self.line("─" * self.width, style="dim")

    def site(self, one: Asked, files: Mapping[str, FileResult], titles: Mapping[str, str], position: str) -> None:
        from rich.text import Text

        site = one.site
        self.line(Text.assemble((f"{one.path}:{place(site, Lines(files[one.path].before))}", "bold"), f"  {position}"))
        level = site.applicability.value
        title = titles.get(site.rule) or site.member
        self.line(Text.assemble((site.rule, "bold"), f" {title}  ", (level, STATUS_STYLES[_OF[level]])))
        if site.instruction:
            self.line(site.instruction, 2)
        for note in site.notes:
            self.line(f"note: {note}", 2, "dim")
        if site.receiver:
            known = f", {site.confidence}" if site.confidence else ""
            self.line(f"receiver: {site.receiver}{known}", 2)
        for step in site.evidence[:_STEPS]:
            self.line(step, 4, "dim")
        if len(site.evidence) > _STEPS:
            more = len(site.evidence) - _STEPS
            self.line(f"… {more} more {'step' if more == 1 else 'steps'}; x shows all", 4, "dim")

    def cohort(self, question: Question, files: Mapping[str, FileResult], position: str) -> None:
        from rich.text import Text

        view = question.cohort
        assert view is not None
        count, paths = len(question.asked), len(question.paths)
        where = question.paths[0] if paths == 1 else f"{paths} files"
        self.line(Text.assemble((f"{view.id}: {view.receiver}", "bold"), f" in {where}  {position}"))
        self.line(f"{count} {'site' if count == 1 else 'sites'}, which move together or not at all", 2)
        for made in view.made[:_STEPS]:
            self.line(f"made at {made.path}:{made.line}", 2, "dim")
        for one in question.asked:
            at = place(one.site, Lines(files[one.path].before))
            level = one.site.applicability.value
            style = STATUS_STYLES[_OF[level]]
            named = f" {one.site.member}  "
            self.line(Text.assemble(f"{one.path}:{at} ", (one.site.rule, "bold"), named, (level, style)), 4)
            if one.site.instruction:
                self.line(one.site.instruction, 6)

    def changes(self, result: FileResult, touched: Sequence[tuple[int, int]], *, named: bool) -> None:
        """Print the lines of a file that change where a site is, with some lines around them."""
        from rich.text import Text

        self.line()
        if named:
            self.line(result.path, style="bold")
        old, new = (lines_of(one) for one in texts(result))
        found = covering(changes(result), touched)
        digits = len(str(len(old)))
        last = None
        for number, mark, line in _marked(old, new, found):
            if number is not None and last is not None and number > last + 1:
                self.verbatim(Text(" " * digits + " ⋮", style="dim"))
            shown = Text.assemble(
                (f"{number if number is not None and mark != '+' else '':>{digits}} ", "dim"),
                (f"{mark} {line}".rstrip() or " ", _STYLES.get(mark, "")),
            )
            self.verbatim(shown)
            last = number if number is not None else last
        if not found:
            self.line("The text of the line stays.", 2, "dim")

    def verbatim(self, content: Text) -> None:
        """Print a line of code; it is never wrapped."""
        self.target.print(content, soft_wrap=True)


def _marked(old: Sequence[str], new: Sequence[str], found: Sequence[Piece]) -> Iterator[tuple[int | None, str, str]]:
    """Yield number, mark and text of the lines to show: what goes, what comes, and some around. Numbers count from 1."""
    shown = 0
    for at, piece in enumerate(found):
        following = found[at + 1].start if at + 1 < len(found) else len(old)
        for number in range(max(shown, piece.start - _AROUND), piece.start):
            yield number + 1, " ", _clean(old[number])
        lines, others = old[piece.start : piece.end], new[piece.new_start : piece.new_end]
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, lines, others, autojunk=False).get_opcodes():
            if tag == "equal":
                for i in range(i1, i2):
                    yield piece.start + i + 1, " ", _clean(lines[i])
                continue
            for i in range(i1, i2):
                yield piece.start + i + 1, "-", _clean(lines[i])
            for j in range(j1, j2):
                yield None, "+", _clean(others[j])
        shown = min(piece.end + _AROUND, following)
        for number in range(piece.end, shown):
            yield number + 1, " ", _clean(old[number])


def _clean(line: str) -> str:
    """Return a line without its end, with what would move the cursor of a terminal made visible."""
    line = line.rstrip("\r\n").expandtabs(4)
    return "".join(char if char.isprintable() else "�" for char in line)
