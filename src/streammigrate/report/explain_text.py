"""What a kind means, for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from streammigrate.diff.change import ChangeKind
from streammigrate.kinds import Kind
from streammigrate.report.rules_text import print_rule
from streammigrate.report.terminal import STYLES, console, text
from streammigrate.rules.proofs import last_run
from streammigrate.rules.shown import RuleKind, shown


def render(kind: Kind, *, color: bool = False, width: int = 80) -> str:
    """Return one explanation."""
    from rich.padding import Padding
    from rich.text import Text

    target = console(color=color, width=min(width, 100))

    def paragraph(words: str, indent: int = 0) -> None:
        target.print(Padding(Text(words), (0, 0, 0, indent)))

    target.print(Text.assemble((kind.id, "bold"), f"  {kind.name}"))
    target.print(Text(kind.title, style="bold"))
    target.print()
    if isinstance(kind, RuleKind):
        print_rule(shown(kind.rule), last_run(), target)
        return text(target)
    paragraph(kind.explanation)
    if kind.hint:
        target.print()
        paragraph(f"What to do: {kind.hint}")
    if isinstance(kind, ChangeKind):
        target.print()
        for who, level in (("Who sends", kind.request), ("Who reads", kind.response)):
            line = Text(f"{who + ':':12}")
            line.append(level.value, style=STYLES[level.severity])
            target.print(line)
        paragraph(f"{'Mirror:':12}{kind.mirror}")
        _print_example(kind, paragraph)
    if kind.url:
        target.print()
        paragraph(f"See {kind.url}")
    return text(target)


def _print_example(kind: ChangeKind, paragraph: Callable[..., None]) -> None:
    from streammigrate.diff.registry import example_of

    example = example_of(kind)
    if example is None:
        return
    for title, fragment in (("Old", example.old), ("New", example.new)):
        paragraph("")
        paragraph(f"{title}:")
        for line in fragment.splitlines() or [""]:
            paragraph(line, 2)


def render_list(kinds: Iterable[Kind], *, color: bool = False, width: int = 80) -> str:
    """Return all kinds, a line each."""
    from rich.table import Table
    from rich.text import Text

    target = console(color=color, width=width)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    table.add_column("Id", no_wrap=True)
    table.add_column("Name", no_wrap=True)
    table.add_column("Meaning")
    for kind in kinds:
        table.add_row(kind.id, Text(kind.name), Text(kind.title))
    target.print(table)
    return text(target)
