"""Write a page for each id that streammigrate can report: findings, checks, and rules with their before, after and proof.

    python docs/build.py FOLDER

The pages come from the catalogue, so they say what `streammigrate explain` says.
"""

from __future__ import annotations

import sys
from pathlib import Path

from streammigrate import api


def build(folder: Path) -> int:
    """Write the pages and their index; return how many pages there are."""
    kinds = api.kinds()
    (folder / "ids").mkdir(parents=True, exist_ok=True)
    lines = ["# Every id", "", "| id | name | meaning |", "|---|---|---|"]
    for kind in kinds:
        (folder / "ids" / f"{kind.id}.md").write_text(api.explanation_markdown(kind), encoding="utf-8", newline="\n")
        lines.append(f"| [{kind.id}](ids/{kind.id}.md) | {kind.name} | {kind.title} |")
    (folder / "rules.md").write_text(api.rules_markdown(api.list_rules()), encoding="utf-8", newline="\n")
    (folder / "checks.md").write_text(api.checks_markdown(), encoding="utf-8", newline="\n")
    (folder / "ids.md").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return len(kinds)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    print(f"{build(Path(sys.argv[1]))} pages")
