"""The report for a terminal: a summary that fits a screen, then what changed, grouped by where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from streammigrate.diff.change import Change, Level
from streammigrate.diff.result import DiffResult, OperationEntry, Pattern
from streammigrate.report import diff_summary
from streammigrate.report.terminal import STYLES, console, text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_FEW = 12
"""How many lines of what is new or removed a summary shows before it counts the rest."""


def render(result: DiffResult, *, color: bool = False, width: int = 80, verbose: int = 0, full: bool = False) -> str:
    """Return the report.

    `verbose` -1 gives the verdict alone, 0 the summary and the breaking changes, 1 all levels. `full` lists every place
    of every pattern, every matched operation and everything that was added.
    """
    page = _Page(console(color=color, width=width), width)
    if verbose < 0:
        page.line(diff_summary.headline(result))
        return text(page.target)
    page.heading(result)
    page.counts(result)
    page.moves(result, full)
    page.patterns(result.patterns, full)
    page.claims(result)
    page.events(result, full)
    levels = tuple(Level) if verbose or full else (Level.BREAKING,)
    for level in levels:
        page.changes(result, level, full)
    page.problems(result)
    page.footer(result, levels, full)
    return text(page.target)


class _Page:
    def __init__(self, target: Console, width: int) -> None:
        self.target, self.width = target, width

    def line(self, content: str | Text = "", indent: int = 0, style: str = "", hang: int = 2) -> None:
        """Print a paragraph; its further lines stand `hang` columns deeper."""
        from rich.text import Text

        words = Text(content, style=style) if isinstance(content, str) else content
        room = max(20, self.width - indent)
        first = True
        for part in words.wrap(self.target, room) if len(words) <= room else _hanging(words, self.target, room, hang):
            lead = indent if first else indent + hang
            first = False
            self.target.print(Text(" " * lead) + part, soft_wrap=True)
        if first:
            self.target.print()

    def section(self, title: str) -> None:
        self.line()
        self.line(title, style="bold")

    def heading(self, result: DiffResult) -> None:
        from rich.text import Text

        self.line(diff_summary.heading(result), style="bold")
        for word, info in (("old", result.old), ("new", result.new)):
            self.line(f"{word}  {info.label}  ({info.dialect}, sha256 {info.sha256[:12]})", style="dim")
        if result.third is not None:
            self.line(
                f"and  {result.third.label}  ({result.third.dialect}, sha256 {result.third.sha256[:12]})", style="dim"
            )
        self.line()
        verdict = Text()
        counts = result.counts()
        for level, count in counts.items():
            if count:
                style = STYLES[level.severity] if level is not Level.INFO else ""
                verdict.append("  " if len(verdict) else "").append(f"{count} {diff_summary.LEVEL_NAMES[level]}", style)
        if not len(verdict):
            verdict.append(diff_summary.headline(result), "bold" if result.problems else "bold green")
        elif result.ignored:
            verdict.append(f"  ({result.ignored} ignored)", "dim")
        self.line(verdict)

    def counts(self, result: DiffResult) -> None:
        from rich.table import Table

        self.line()
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        table.add_column("")
        for column in ("old", "new", "matched", "renamed", "removed", "added"):
            table.add_column(column, justify="right")
        for label, counts in diff_summary.rows(result):
            numbers = (counts.old, counts.new, counts.matched, counts.renamed, counts.removed, counts.added)
            table.add_row(label, *map(str, numbers))
        self.target.print(table)

    def moves(self, result: DiffResult, full: bool) -> None:
        matched = [entry for entry in result.operations if entry.old and entry.new]
        if result.prefixes:
            self.section("Path prefixes")
            for old, new, count in result.prefixes:
                self.line(f"{count:>4} operations  {old or '/'} → {new or '/'}", 2)
        if full:
            groups = [("Operations", matched)]
        else:
            groups = [
                ("Renamed operations", diff_summary.renamed(result)),
                ("Likely matches", diff_summary.likely(result)),
            ]
        for title, entries in groups:
            if entries:
                self.section(title)
            for entry in entries:
                self.operation(entry)
        schemas = [entry for entry in result.schemas if entry.status == "renamed"]
        if schemas:
            self.section("Renamed schemas")
            for schema in schemas:
                self.line(f"{schema.old} → {schema.new}  (seen in {', '.join(schema.evidence)})", 2)
        removed = [entry for entry in result.operations if entry.new is None]
        if removed:
            self.section("Removed operations")
            for entry in removed:
                if entry.old is not None:
                    self.line(_named(entry.old.id, entry.old.signature), 2)
                if entry.closest is not None:
                    near = f"closest is {_named(entry.closest.id, entry.closest.signature)}, {entry.likeness:.0%} alike"
                    self.line(near, 4, "dim")
        added = [entry.new for entry in result.operations if entry.old is None and entry.new is not None]
        if added:
            self.section(f"Added operations ({len(added)})")
            limit = len(added) if full else _FEW
            for operation in added[:limit]:
                self.line(_named(operation.id, operation.signature), 2)
            if len(added) > limit:
                self.line(f"and {len(added) - limit} more (--full)", 2, "dim")

    def operation(self, entry: OperationEntry) -> None:
        from rich.text import Text

        if entry.old is None or entry.new is None:
            return
        names = f"{entry.old.id or '(no id)'} → {entry.new.id or '(no id)'}"
        why = f"  by {entry.matched_by}, confidence {entry.confidence:.2f}"
        self.line(Text.assemble(names, (why, "dim")), 2)
        self.line(f"{entry.old.signature} → {entry.new.signature}", 4, "dim")

    def patterns(self, patterns: Sequence[Pattern], full: bool) -> None:
        if not patterns:
            return
        self.section("The same change at many places")
        for pattern in patterns:
            self.line(
                self.tagged(pattern.level, pattern.kind.id, f"{pattern.count:>4} × {_pattern(pattern)}"), 2, hang=14
            )
            if full:
                for place in pattern.places:
                    self.line(place, 16, "dim")

    def tagged(self, level: Level, identifier: str, words: str) -> Text:
        from rich.text import Text

        style = STYLES[level.severity]
        return Text.assemble((identifier, style), "  ", words)

    def claims(self, result: DiffResult) -> None:
        from rich.text import Text

        if not result.claims:
            return
        self.section("What people ask")
        for claim in result.claims:
            facts = f" ({claim.old} → {claim.new})" if claim.old else ""
            self.line(Text.assemble((claim.question, "dim"), f" {claim.answer}", (facts, "dim")), 2)

    def events(self, result: DiffResult, full: bool) -> None:
        """Show the event types side by side: all of them when asked for, else those that some side lacks."""
        from rich.table import Table
        from rich.text import Text

        third = result.third
        if third is None and not full:
            return
        gaps = [
            entry
            for entry in result.events
            if entry.old is None or entry.new is None or (third is not None and entry.third is None)
        ]
        shown = result.events if full else gaps
        if not shown:
            return
        self.section("Events" if full else f"Events that some document lacks ({len(gaps)} of {len(result.events)})")
        if third is not None:
            known = (entry for entry in result.events if entry.third is not None)
            both = sum(1 for entry in known if entry.old is not None and entry.new is not None)
            self.line(f"{third.label} lists {third.events} types, {both} of them in both documents.", 2)
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        for column in ("  type", "old", "new", *(("events",) if third is not None else ())):
            table.add_column(column, no_wrap=column == "  type")
        for entry in shown:
            sides = [entry.old, entry.new]
            if third is not None:
                sides.append("no payload" if entry.third_missing else entry.third)
            cells = (side or "inline" if full or side == "no payload" else "yes" for side in sides if side is not None)
            row = ["–" if side is None else next(cells) for side in sides]
            table.add_row(Text(f"  {entry.type}"), *(Text(cell, "dim" if cell == "–" else "") for cell in row))
        self.target.print(table)

    def changes(self, result: DiffResult, level: Level, full: bool) -> None:
        listed: list[tuple[str, str, list[Change]]] = [
            ("", "", diff_summary.unpatterned(result.document, [level])),
        ]
        for operation in result.operations:
            if operation.old is not None and operation.new is not None:
                signature = operation.old.signature
                found = diff_summary.unpatterned(operation.changes, [level])
                listed.append((operation.label, signature if operation.old.id else "", found))
        for schema in result.schemas:
            if schema.status != "added" or full:
                name = (
                    schema.label
                    if schema.old == schema.new or not schema.old or not schema.new
                    else (f"{schema.old} → {schema.new}")
                )
                listed.append((name, diff_summary.users(schema), diff_summary.unpatterned(schema.changes, [level])))
        listed += [(event.type, "event", diff_summary.unpatterned(event.changes, [level])) for event in result.events]
        listed = [group for group in listed if group[2]]
        if not listed:
            return
        self.section(f"{diff_summary.LEVEL_NAMES[level].capitalize()} changes")
        for name, note, changes in listed:
            self.group(name, note, changes)

    def group(self, name: str, note: str, changes: list[Change]) -> None:
        from rich.text import Text

        if note == "event" and not any(change.at for change in changes):
            for change in changes:
                self.line(self.tagged(change.level, change.kind.id, f"{name}: {change.message}"), 2, hang=7)
            return
        if name:
            self.line(Text.assemble((name, "bold"), (f"  {note}" if note else "", "dim")), 2)
        for change in changes:
            at = change.at.removeprefix(".")
            if "{rule}" in change.kind.message:
                at = at.rpartition(":")[0]
            words = f"{at}: {change.message}" if at and not _says(change.message, at) else change.message
            self.line(self.tagged(change.level, change.kind.id, words), 4 if name else 2, hang=7)

    def problems(self, result: DiffResult) -> None:
        if not result.problems:
            return
        self.section("About the input")
        for finding in result.problems:
            self.line(f"{finding.severity.value} {finding.id} {finding.location}", 2, STYLES[finding.severity])
            self.line(finding.message, 4, hang=0)

    def footer(self, result: DiffResult, levels: Sequence[Level], full: bool) -> None:
        counts = result.counts()
        unshown = [level for level in Level if level not in levels and counts[level]]
        hidden = [f"{counts[level]} {diff_summary.LEVEL_NAMES[level]}" for level in unshown]
        if hidden or (result.patterns and not full):
            self.line()
        if hidden:
            self.line(f"Not shown: {' and '.join(hidden)} (-v).", style="dim")
        if result.patterns and not full:
            self.line("--full lists every place; streammigrate explain ID says what an id means.", style="dim")


def _hanging(words: Text, target: Console, room: int, hang: int) -> list[Text]:
    """Wrap a paragraph so that its further lines leave space for hanging."""
    first = words.wrap(target, room)[0]
    rest = words[len(first.plain.rstrip()) :]
    while rest.plain.startswith(" "):
        rest = rest[1:]
    return [first, *(rest.wrap(target, max(20, room - hang)) if rest.plain else [])]


def _named(identifier: str, signature: str) -> str:
    return f"{identifier}  {signature}" if identifier else signature


def _pattern(pattern: Pattern) -> str:
    from streammigrate.diff.change import show

    message = pattern.kind.message.format(rule=pattern.rule, old=show(pattern.old), new=show(pattern.new))
    return f"{message}, in {pattern.subject}"


def _says(message: str, at: str) -> bool:
    return message.lower().startswith(at.lower())
