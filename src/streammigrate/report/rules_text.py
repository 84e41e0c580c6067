"""The rules and their proofs for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from streammigrate.report.terminal import console, text
from streammigrate.rules.proofs import Run
from streammigrate.rules.shown import Shown

if TYPE_CHECKING:
    from rich.console import Console

    from streammigrate.proof.prove import Proof

CEILINGS = {"safe": "green", "unsafe": "yellow", "manual": "magenta"}
_FEW = 5
_NARROW = 70
_WIDE = 96


def render_list(rules: Sequence[Shown], *, color: bool = False, width: int = 80) -> str:
    """Return the rules, a line each, and how many there are of each ceiling."""
    from rich.table import Table
    from rich.text import Text

    target = console(color=color, width=width)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    table.add_column("Rule", no_wrap=True)
    table.add_column("Ceiling", no_wrap=True)
    table.add_column("v1", overflow="fold")
    if width >= _WIDE:
        table.add_column("v2", overflow="fold")
    for rule in rules:
        row = [Text(rule.id), Text(rule.ceiling, CEILINGS[rule.ceiling]), Text(rule.member)]
        table.add_row(*row, *([Text(rule.v2)] if width >= _WIDE else []))
    if rules:
        target.print(table)
        target.print()
    counts = ", ".join(f"{sum(rule.ceiling == name for rule in rules)} {name}" for name in CEILINGS)
    target.print(Text(f"{len(rules)} rules: {counts}"))
    return text(target)


def render_rule(rule: Shown, run: Run, *, color: bool = False, width: int = 80) -> str:
    """Return one rule: the call before and after, the request, what differs, and its proof."""
    from rich.text import Text

    target = console(color=color, width=min(width, 100))
    target.print(Text.assemble((rule.id, "bold"), f"  {rule.member}  ", (rule.ceiling, CEILINGS[rule.ceiling])))
    print_rule(rule, run, target)
    return text(target)


def print_rule(rule: Shown, run: Run, target: Console) -> None:
    """Print what follows the head of a rule."""
    from rich.padding import Padding
    from rich.text import Text

    def block(title: str, lines: Sequence[str]) -> None:
        if lines:
            target.print()
            target.print(Text(title, style="bold"))
            for line in lines:
                target.print(Padding(Text(line), (0, 0, 0, 2)))

    if rule.summary:
        target.print(Text(rule.summary))
    block("Before", rule.before.splitlines())
    block("After", rule.after.splitlines() or ([rule.v2] if rule.v2 and not rule.before else []))
    block("Request of v1", [rule.request] if rule.request else [])
    block("What to do" if rule.ceiling == "manual" else "What changes", [rule.instruction] if rule.instruction else [])
    block("Lost where it is used", rule.losses)
    block("To know", rule.notes)
    block("Proof", [proof_line(rule, run)])


def proof_line(rule: Shown, run: Run) -> str:
    """Return a rule's proof as one sentence."""
    if rule.proof is None:
        return "There is nothing to run." if rule.ceiling == "manual" else "No run has compared this rule's calls yet."
    with_what = f"stream-chat {run.stream_chat} and getstream {run.getstream} on {run.date}"
    counts = f"{rule.proof.equal} of {rule.proof.programs} programs equal, {rule.proof.left} left as they were"
    return f"{counts}, {rule.proof.mutants} wrong calls told apart ({with_what})."


def render_proofs(proofs: Sequence[Proof], run: Run, *, color: bool = False, width: int = 80, verbose: int = 0) -> str:
    """Return the table of a proof and, below it, everything that differs.

    `verbose` -1 gives the last line only, 1 also the forms that are left, with their reasons, and whole programs.
    """
    from rich.table import Table
    from rich.text import Text

    from streammigrate.rules.catalogue import find_rule

    target = console(color=color, width=width)
    shown = [proof for proof in proofs if proof.programs]
    wide = width >= _NARROW
    if verbose >= 0 and shown:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
        table.add_column("Rule", no_wrap=True)
        if wide:
            table.add_column("v1", overflow="fold")
        for column in ("Forms", "Equal", "Left", *(("Mutants",) if wide else ()), "Losses", "Differ"):
            table.add_column(column, justify="right", no_wrap=True)
        for proof in shown:
            rule = find_rule(proof.rule)
            differ = Text(str(len(proof.different)), "bold red" if proof.different else "dim")
            equal = Text(str(proof.equal), "green" if proof.equal else "")
            cells = [
                Text(proof.rule),
                *([Text(rule.v1 if rule else "")] if wide else []),
                Text(str(proof.programs)),
                equal,
            ]
            cells += [Text(str(len(proof.left)))]
            cells += [Text(str(proof.mutants))] if wide else []
            table.add_row(*cells, Text(str(len(proof.losses))), differ)
        target.print(table)
        target.print()
    if verbose >= 0:
        for proof in shown:
            _print_details(proof, target, verbose)
    style = "bold red" if any(proof.different for proof in proofs) else "bold green"
    target.print(Text(proofs_headline(proofs, run), style=style))
    return text(target)


def proofs_headline(proofs: Sequence[Proof], run: Run) -> str:
    """Return the outcome of a proof as one sentence."""
    programs, equal = sum(proof.programs for proof in proofs), sum(proof.equal for proof in proofs)
    rules = sum(1 for proof in proofs if proof.programs)
    losses = sum(len(proof.losses) for proof in proofs)
    counts = [
        "1 rule" if rules == 1 else f"{rules} rules",
        f"{equal} of {programs} programs equal",
        f"{sum(len(proof.left) for proof in proofs)} left",
        "1 stated loss" if losses == 1 else f"{losses} stated losses",
        f"{sum(len(proof.different) for proof in proofs)} differ",
    ]
    return f"{', '.join(counts)} (stream-chat {run.stream_chat}, getstream {run.getstream})"


def _print_details(proof: Proof, target: Console, verbose: int) -> None:
    from rich.padding import Padding
    from rich.text import Text

    def line(words: str, indent: int, style: str = "") -> None:
        target.print(Padding(Text(words, style=style), (0, 0, 0, indent)))

    if verbose > 0:
        for loss in proof.losses:
            line(f"{proof.rule} loses: {loss.text}", 0, "yellow")
            for difference in loss.differences[:_FEW]:
                line(difference, 2)
        for left in dict.fromkeys((item.kind, item.text) for item in proof.left):
            forms = [item.form for item in proof.left if (item.kind, item.text) == left]
            line(f"{proof.rule} leaves {len(forms)}: {left[0]} {left[1]}", 0)
            line(", ".join(dict.fromkeys(forms)), 2, "dim")
    for differing in proof.different if verbose > 0 else proof.different[:_FEW]:
        line(f"{proof.rule} differs: {differing.form}", 0, "bold red")
        for difference in differing.differences[:_FEW]:
            line(difference, 2)
        for title, source in (("before", differing.before), ("after", differing.after)) if verbose > 0 else ():
            line(f"{title}:", 2, "bold")
            for row in source.strip().splitlines():
                target.print(Text(f"    {row}"), soft_wrap=True)
    more = len(proof.different) - _FEW
    if verbose <= 0 and more > 0:
        line(f"and {more} more differing forms of {proof.rule} (-v)", 0, "dim")
