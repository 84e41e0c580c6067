"""Help in groups, as plain text.

Typer's own grouped help needs rich's Markdown and traceback modules, which take longer to load than everything else
that `--help` does; these two classes keep the groups (`rich_help_panel`) without them.
"""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup


def _write_groups(formatter: Any, groups: dict[str, list[tuple[str, str]]]) -> None:
    for title, records in groups.items():
        if records:
            with formatter.section(title):
                formatter.write_dl(records)


def _parameter_groups(command: Any, context: Any) -> dict[str, list[tuple[str, str]]]:
    """Return the help records of arguments and options by group, ungrouped options last."""
    groups: dict[str, list[tuple[str, str]]] = {"Arguments": []}
    others: list[tuple[str, str]] = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None:
            continue
        group = getattr(parameter, "rich_help_panel", None)
        if parameter.param_type_name == "argument":
            groups["Arguments"].append(record)
        elif group:
            groups.setdefault(group, []).append(record)
        else:
            others.append(record)
    groups["Options"] = others
    return groups


class GroupedCommand(TyperCommand):
    """A command whose options stand in groups."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the groups of options."""
        _write_groups(formatter, _parameter_groups(self, ctx))


class GroupedGroup(TyperGroup):
    """An application whose commands stand in groups."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the commands by group, then the options."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                title = getattr(command, "rich_help_panel", None) or "Commands"
                groups.setdefault(title, []).append((name, command.get_short_help_str(limit=100)))
        _write_groups(formatter, groups)
        _write_groups(formatter, _parameter_groups(self, ctx))
