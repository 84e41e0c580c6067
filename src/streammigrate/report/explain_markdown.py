"""What a kind means, as a documentation page."""

from __future__ import annotations

from streammigrate.diff.change import ChangeKind
from streammigrate.kinds import Kind
from streammigrate.report import rules_markdown
from streammigrate.rules.proofs import last_run
from streammigrate.rules.shown import RuleKind, shown


def render(kind: Kind) -> str:
    """Return the page of one kind as Markdown."""
    parts = [f"# {kind.id} {kind.name}", f"**{kind.title}.**", kind.explanation]
    if kind.hint:
        parts.append(f"What to do: {kind.hint}")
    if isinstance(kind, RuleKind):
        parts += rules_markdown.sections(shown(kind.rule), last_run())
    if isinstance(kind, ChangeKind):
        parts.append(f"Who sends: {kind.request.value}. Who reads: {kind.response.value}. Its mirror: {kind.mirror}.")
        parts += _example(kind)
    if kind.url:
        parts.append(f"See <{kind.url}>.")
    return "\n\n".join(parts) + "\n"


def _example(kind: ChangeKind) -> list[str]:
    from streammigrate.diff.registry import example_of

    example = example_of(kind)
    if example is None:
        return []
    fragments = (("Old", example.old), ("New", example.new))
    return [f"{title}:\n\n```yaml\n{fragment}\n```" for title, fragment in fragments]
