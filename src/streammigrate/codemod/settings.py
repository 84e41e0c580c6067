"""How to rewrite: what the command line and `[tool.streammigrate.rewrite]` decide together."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from streammigrate.errors import UsageError
from streammigrate.findings import Location
from streammigrate.settings import fits, load_toml, table
from streammigrate.spec import problems

TARGETS = MappingProxyType({"4.2": "4.2.0", "5.1": "5.1.0", "6.1": "6.1.0", "7.0": "7.0.0"})
"""The releases of getstream that can be aimed at, and the full version of each."""


class Only(NamedTuple):
    """A part of a program: the sites below one of the paths that call one of the methods; empty means all."""

    paths: tuple[str, ...] = ()
    """Absolute."""
    methods: tuple[str, ...] = ()
    """`send_message`, or `Channel.send_message`."""

    def asks(self, path: str, member: str) -> bool:
        """Return whether a site of a member in a file belongs to the part."""
        if self.methods and member not in self.methods and member.rpartition(".")[2] not in self.methods:
            return False
        return not self.paths or self.asks_path(path)

    def asks_path(self, path: str) -> bool:
        """Return whether a file belongs to the part."""
        full = os.path.abspath(path)  # noqa: PTH100
        return not self.paths or any(full == one or full.startswith(one.rstrip(os.sep) + os.sep) for one in self.paths)


SiteKey: TypeAlias = tuple[str, int, int, str]
"""What tells a site from others of a program: path, line as people count it, column in bytes from 0, and rule."""


class RewriteSettings(NamedTuple):
    """What holds for every file of a run."""

    target: str = TARGETS["7.0"]
    """The release of getstream that the new code is for, in full."""
    unsafe: bool = False
    """Whether changes of behaviour that are stated, and likely receivers, are applied too."""
    unproven: bool = False
    """Whether forms of calls that no proof covers are applied too: the proof itself needs that."""
    todo: bool = True
    select: tuple[str, ...] = ()
    """Ids or their beginnings; empty means all."""
    ignore: tuple[str, ...] = ()
    declarations: Mapping[str, str] = MappingProxyType({})
    """Dotted names of the project that are known to be stream-chat objects, and the class of each."""
    only: Only = Only()
    types: str = ""
    """The type checker that is asked about what is not known; empty for none."""
    docs: bool = False
    """Whether Python in Markdown and reStructuredText is looked at, too."""
    pin: str = ""
    """The release of stream-chat that the project uses; empty where it is not known."""
    exclude: tuple[str, ...] = ()
    """Patterns, as in a `.gitignore`, of files and folders that are left out, relative to the root of the project."""
    helpers: bool = True
    """Whether new code may call functions of a module of helpers that is written into the project."""
    helpers_file: str = ""
    """Where that module is written, absolute; empty for `stream_compat.py` in the package of the file that needs it."""
    refused: frozenset[SiteKey] = frozenset()
    """The sites that somebody who was asked wants to stay as they are."""
    jobs: int = 1
    """How many processes may edit files; 0 for as many as pay."""
    manifests: bool = True
    """Whether requirements and other manifests follow the code."""
    width: int = 0
    """How long a line of new code may get; 0 for what the lines of the program show."""
    variables: frozenset[str] = frozenset()
    """The environment variables of stream-chat that something outside of the code sets."""


def selects(settings: RewriteSettings, rule: str) -> bool:
    """Return whether a rule or kind is among those that are asked for."""
    if any(rule.startswith(prefix.upper()) for prefix in settings.ignore):
        return False
    return not settings.select or any(rule.startswith(prefix.upper()) for prefix in settings.select)


_KINDS: dict[str, tuple[type, str]] = {
    "target": (str, "text"),
    "unsafe": (bool, "true or false"),
    "todo": (bool, "true or false"),
    "select": (list, "a list of text"),
    "ignore": (list, "a list of text"),
    "pin": (str, "text"),
    "exclude": (list, "a list of text"),
    "docs": (bool, "true or false"),
    "helpers": (bool, "true or false"),
    "manifests": (bool, "true or false"),
    "helpers_file": (str, "text"),
}
_ID = re.compile(r"SM\d{0,3}", re.IGNORECASE)


def parse_target(text: str) -> str:
    """Return the full version of a target (`7.0`, `7.0.0`). Raises UsageError for a release that is not supported."""
    for short, full in TARGETS.items():
        if text in (short, full):
            return full
    raise UsageError(f"getstream {text} cannot be aimed at (known: {', '.join(TARGETS)})")


def parse_ids(ids: tuple[str, ...], option: str) -> tuple[str, ...]:
    """Return ids, or beginnings of ids, in capitals. Raises UsageError for anything else."""
    for text in ids:
        if not _ID.fullmatch(text):
            raise UsageError(f"{option} takes an id or its start (SM201, SM2), not {text!r}")
    return tuple(text.upper() for text in ids)


def parse_only(texts: Sequence[str]) -> Only:
    """Return the part that paths and methods name. Raises UsageError for what is neither."""
    from streammigrate.rules.sdk import v1_classes

    paths: list[str] = []
    methods: list[str] = []
    for text in texts:
        owner, _, name = text.rpartition(".")
        owners = [cls for cls in v1_classes().values() if not owner or cls.name == owner]
        if Path(text).exists():
            paths.append(os.path.abspath(text))  # noqa: PTH100
        elif any(name in cls.members for cls in owners):
            methods.append(text)
        else:
            raise UsageError(f"--only takes a path or a method of stream-chat (send_message), and {text!r} is neither")
    return Only(tuple(paths), tuple(methods))


def parse_exclude(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return patterns of paths. Raises UsageError for one that can fit nothing."""
    from streammigrate.codemod.ignores import parse_rules

    for text in patterns:
        if not parse_rules([text]):
            raise UsageError(f"exclude takes patterns as in a .gitignore (generated/, *_pb2.py), not {text!r}")
    return patterns


def parse_helpers_file(text: str, folder: Path) -> str:
    """Return the absolute path of the module of helpers. Raises UsageError for what Python could not import."""
    place = Path(folder, text)
    if place.suffix != ".py" or not place.stem.isidentifier():
        raise UsageError(f"the module of helpers is a Python file (app/stream_compat.py), not {text!r}")
    return os.path.abspath(place)  # noqa: PTH100


def read_rewrite_settings(path: Path) -> RewriteSettings:
    """Return the settings of a pyproject.toml.

    Raises InputError for bad TOML, unknown keys, wrong types and values that make no sense.
    """
    label = str(path)
    data = load_toml(path)
    found: dict[str, Any] = {}
    for key, value in table(data, label, "rewrite").items():
        at = Location(label, f"/tool/streammigrate/rewrite/{key}")
        if key not in _KINDS:
            raise problems.BAD_SETTINGS.error(at, f"unknown setting {key!r} (known: {', '.join(sorted(_KINDS))})")
        kind, wanted = _KINDS[key]
        if not fits(value, kind):
            raise problems.BAD_SETTINGS.error(at, f"{key} must be {wanted}")
        try:
            if key == "target":
                value = parse_target(value)
            elif key == "exclude":
                value = parse_exclude(tuple(value))
            elif key == "helpers_file":
                value = parse_helpers_file(value, path.parent)
            elif kind is list:
                value = parse_ids(tuple(value), key)
        except UsageError as error:
            raise problems.BAD_SETTINGS.error(at, str(error)) from None
        found[key] = value
    declarations = table(data, label, "types")
    for name, declared in declarations.items():
        if not isinstance(declared, str):
            at = Location(label, f"/tool/streammigrate/types/{name}")
            raise problems.BAD_SETTINGS.error(at, f'{name} must be text: write "{name}" = "stream_chat.StreamChat"')
    return RewriteSettings(**found, declarations=MappingProxyType(dict(sorted(declarations.items()))))
