"""The packaged migration map for a terminal."""

from __future__ import annotations

from typing import Any

from streammigrate.report.terminal import console, text


def render(data: dict[str, Any], *, color: bool = False, width: int = 80, full: bool = False) -> str:
    """Return the map's main facts; `full` lists every operation and every place of every pattern."""
    from rich.padding import Padding
    from rich.text import Text

    target = console(color=color, width=width)

    def line(words: str = "", indent: int = 0, style: str = "") -> None:
        target.print(Padding(Text(words, style=style), (0, 0, 0, indent)))

    line("The migration map of Stream's Chat API, v1 → v2, as shipped with streammigrate", style="bold")
    for side in ("old", "new"):
        info = data[side]
        line(f"{side}  {info['title']} {info['version']}  (sha256 {info['sha256'][:12]})", style="dim")
    line()
    for key, counts in data["summary"].items():
        line(f"{key.capitalize():11} " + ", ".join(f"{value} {name}" for name, value in counts.items()))
    line()
    line("Path prefixes", style="bold")
    for prefix in data["prefixes"]:
        line(f"{prefix['operations']:>4} operations  {prefix['old'] or '/'} → {prefix['new'] or '/'}", 2)
    line()
    renamed = [item for item in data["operations"] if item["new"] and item["old"]["id"] != item["new"]["id"]]
    shown = data["operations"] if full else renamed
    line("Operations" if full else "Renamed operations", style="bold")
    for item in shown:
        line(f"{_label(item['old'])} → {_label(item['new']) if item['new'] else 'removed'}", 2)
        if item["new"]:
            line(f"{_signature(item['old'])} → {_signature(item['new'])}  (by {item['matched_by']})", 4, "dim")
    line()
    line("Renamed schemas", style="bold")
    for item in data["schemas"]:
        if item["status"] == "renamed":
            line(f"{item['old']} → {item['new']}", 2)
    line()
    line("The same change at many places", style="bold")
    for pattern in data["patterns"]:
        line(f"{pattern['count']:>4} × {pattern['kind']}: {pattern['old']} → {pattern['new']}, in {pattern['in']}", 2)
        for place in pattern.get("places", ()) if full else ():
            line(place, 9, "dim")
    line()
    line("streammigrate diff --format map prints all of it; diff OLD NEW compares two documents.", style="dim")
    return text(target)


def _label(operation: dict[str, Any]) -> str:
    return str(operation["id"] or _signature(operation))


def _signature(operation: dict[str, Any]) -> str:
    return f"{operation['method']} {operation['path']}"
