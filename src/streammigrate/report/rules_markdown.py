"""A rule as a documentation page."""

from __future__ import annotations

from collections.abc import Sequence

from streammigrate.report.rules_text import proof_line
from streammigrate.rules.proofs import Run
from streammigrate.rules.shown import Shown


def sections(rule: Shown, run: Run) -> list[str]:
    """Return what follows the head of a rule's page, as paragraphs of Markdown."""
    parts = [f"Ceiling: **{rule.ceiling}**. {_CEILINGS[rule.ceiling]}"]
    if rule.before:
        parts.append(f"Before:\n\n```python\n{rule.before}\n```")
    if rule.after:
        parts.append(f"After:\n\n```python\n{rule.after}\n```")
    if rule.request:
        parts.append(f"v1 sends `{rule.request}`.")
    if rule.instruction and rule.ceiling == "unsafe":
        parts.append(f"What changes: {rule.instruction}")
    parts += _list("Lost where it is used:", rule.losses)
    parts += _list("To know:", rule.notes)
    parts.append(f"Proof: {proof_line(rule, run)}")
    return parts


def index(rules: Sequence[Shown]) -> str:
    """Return the page that lists all rules."""
    lines = ["# Every rule", "", "| rule | v1 | v2 | ceiling | proof |", "|---|---|---|---|---|"]
    for rule in rules:
        proof = "" if rule.proof is None else f"{rule.proof.equal} of {rule.proof.programs}"
        v2 = f"`{rule.v2}`" if rule.v2 else ""
        lines.append(f"| [{rule.id}](ids/{rule.id}.md) | `{rule.member}` | {v2} | {rule.ceiling} | {proof} |")
    return "\n".join(lines) + "\n"


def _list(title: str, items: Sequence[str]) -> list[str]:
    return [title + "\n\n" + "\n".join(f"- {item}" for item in items)] if items else []


_CEILINGS = {
    "safe": "A site whose receiver, arguments and response are known is rewritten by default.",
    "unsafe": "A site is rewritten with `--unsafe`.",
    "manual": "A site is left, with what to do.",
}
