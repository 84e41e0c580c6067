"""Dart and Flutter: `pubspec.yaml` and `pubspec.lock`."""

from __future__ import annotations

from streammigrate.checks.clients.readers.model import Entry, line_of_key, mapping, text_of, yaml_of

_GROUPS = ("dependency_overrides", "dependencies", "dev_dependencies")


def pubspec(data: bytes) -> list[Entry]:
    """Return what a `pubspec.yaml` lists; an override comes before what it overrides."""
    text = text_of(data)
    tree = yaml_of(text)
    found: dict[str, Entry] = {}
    for group in _GROUPS:
        for name, value in mapping(tree, group).items():
            version = value if isinstance(value, str) else value.get("version") if isinstance(value, dict) else None
            line = line_of_key(text, f"{group}:", name)
            # Without a version, and not from elsewhere, any will do.
            anything = value in ("", None)
            found.setdefault(
                name, Entry(name, "any" if anything else version if isinstance(version, str) else "", line)
            )
    return list(found.values())


def pubspec_lock(data: bytes) -> list[Entry]:
    """Return what a `pubspec.lock` pins."""
    text = text_of(data)
    return [
        Entry(name, held["version"], line_of_key(text, "packages:", name))
        for name, held in mapping(yaml_of(text), "packages").items()
        if isinstance(held, dict) and isinstance(held.get("version"), str)
    ]
