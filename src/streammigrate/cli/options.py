"""Options that `rewrite` and `scan` share: what of a project is looked at, and how."""

from __future__ import annotations

from typing import Annotated

import typer

PANEL = "What is looked at"

SelectOption = Annotated[
    list[str] | None,
    typer.Option("--select", help="Only these: an id or its start (SM2). May repeat.", rich_help_panel=PANEL),
]
IgnoreOption = Annotated[
    list[str] | None, typer.Option("--ignore", help="Not these, written as for --select.", rich_help_panel=PANEL)
]
DocsOption = Annotated[
    bool | None,
    typer.Option(
        "--docs/--no-docs",
        help="Also the Python in Markdown and reStructuredText. [default: no-docs]",
        rich_help_panel=PANEL,
        show_default=False,
    ),
]
TypesOption = Annotated[
    str | None,
    typer.Option(
        "--types",
        metavar="CHECKER",
        help="Ask ty, pyright, basedpyright or pyrefly about receivers that are not known.",
        rich_help_panel=PANEL,
    ),
]
TargetOption = Annotated[
    str | None,
    typer.Option(
        "--target",
        metavar="VERSION",
        help="The getstream release to write for: 4.2, 5.1, 6.1, 7.0. [default: 7.0]",
        rich_help_panel=PANEL,
    ),
]
ConfigOption = Annotated[
    str | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Take settings from this TOML file, not from the pyproject.toml nearest to the first PATH.",
        rich_help_panel=PANEL,
    ),
]


def split_ids(ids: list[str] | None) -> list[str]:
    """Return ids that may have been given one by one or with commas between."""
    return [id.strip() for text in ids or [] for id in text.split(",") if id.strip()]
