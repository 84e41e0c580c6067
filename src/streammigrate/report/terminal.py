"""Rendering for a terminal: a console that writes to text, and one finding."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from streammigrate.findings import Finding, Severity

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.NOTICE: "blue",
    Severity.INFO: "dim",
}


def console(*, color: bool, width: int) -> Console:
    """Return a console that keeps what is printed; read it with `text`."""
    from rich.console import Console

    return Console(
        file=io.StringIO(),
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        highlight=False,
        emoji=False,
        markup=False,
        legacy_windows=False,
    )


def text(target: Console) -> str:
    """Return what was printed, without spaces at line ends."""
    file = target.file
    assert isinstance(file, io.StringIO)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def render_finding(finding: Finding, *, color: bool = False, width: int = 80) -> str:
    """Return a finding as people read an error: id, where, what, and below it what to do."""
    from rich.padding import Padding
    from rich.text import Text

    target = console(color=color, width=width)
    head = Text()
    head.append(f"{finding.severity.value} {finding.id}", style=STYLES[finding.severity])
    head.append(f" {finding.location}", style="bold")
    target.print(head, soft_wrap=True)
    target.print(Padding(Text(finding.message), (0, 0, 0, 2)))
    if finding.hint:
        target.print(Padding(Text(finding.hint, style="dim" if color else ""), (0, 0, 0, 2)))
    return text(target)
