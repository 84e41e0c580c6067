"""SM642: code that sets the version of the permission system to v1."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from streammigrate.checks.code.mappings import Written, mapping
from streammigrate.checks.code.second import second
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.findings import Location, Severity

_KEY = "permission_version"
_RAW = frozenset({"patch", "post", "put"})


class _Change(NamedTuple):
    """A call that may change the settings of an app."""

    module: Module
    member: str
    named: Mapping[str, ast.expr]
    """The settings that are arguments of their own."""
    mappings: list[ast.expr]
    """Where more settings come from."""

    def setting(self) -> Written | None:
        """Return the version that is set, as far as it is written out."""
        if _KEY in self.named:
            return Written(_KEY, self.named[_KEY], self.named[_KEY])
        found = (mapping(self.module, one).get(_KEY) for one in reversed(self.mappings))
        return next((one for one in found if one is not None), None)


def _judge(project: Project) -> Iterator[Answer]:
    for change in _changes(project):
        module, member = change.module, change.member
        message = f"{member} takes the app back to the permissions of v1"
        one = change.setting()
        if one is not None and module.constant(one.value) == "v1":
            at = module.at(one.place)
            yield Answer(message, at, (module.path, member), (Evidence(str(at), module.line(one.place)),))
        for path, line in _in_files(project, module, change.mappings):
            at = Location(project.shown(path), line=line)
            yield Answer(message, at, (module.path, member, path), (Evidence(str(at), f'"{_KEY}": "v1"'),))


def _changes(project: Project) -> Iterator[_Change]:
    for call in project.calls:
        owner, _, name = call.member.partition(".")
        if call.member == "StreamChat.update_app_settings":
            yield _Change(call.module, call.member, call.given, _hidden(call.node))
        elif owner == "StreamChat" and name in _RAW and _is_app(call.module, call.given.get("relative_url")):
            data = call.given.get("data")
            yield _Change(call.module, call.member, {}, [] if data is None else [data])
    for other in second(project).calls:
        if other.member == "update_app":
            yield _Change(other.module, other.member, other.given, _hidden(other.node))
        elif other.name in _RAW and other.node.args and _is_app(other.module, other.node.args[0]):
            sent = [one.value for one in other.node.keywords if one.arg == "json"]
            yield _Change(other.module, other.member, {}, sent)


def _hidden(node: ast.Call) -> list[ast.expr]:
    return [one.value for one in node.keywords if one.arg is None]


def _in_files(project: Project, module: Module, sources: list[ast.expr]) -> Iterator[tuple[str, int]]:
    """Yield the JSON files that mappings are loaded from and that hold the setting, with its line."""
    for name in dict.fromkeys(name for one in sources for name in _files_of(module, one)):
        paths = [path for path in project.paths if path.rpartition("/")[2] == name.rpartition("/")[2]]
        data = project.read(paths[0]) if len(paths) == 1 else None
        try:
            found = None if data is None else json.loads(data)
        except ValueError:
            continue
        if data is not None and isinstance(found, dict) and found.get(_KEY) == "v1":
            before = data[: data.index(_KEY.encode())] if _KEY.encode() in data else b""
            yield paths[0], before.count(b"\n") + 1


def _files_of(module: Module, expr: ast.expr, depth: int = 5) -> Iterator[str]:
    """Yield the names of the JSON files that an expression mentions, also through names."""
    for node in ast.walk(expr) if depth else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".json"):
            yield node.value
        elif isinstance(node, ast.Name):
            bindings = module.scopes.lookup(node)[1]
            around = module.scopes.parent(bindings[0].node) if len(bindings) == 1 else None
            value = around.context_expr if isinstance(around, ast.withitem) else bindings[0].value if around else None
            if value is not None:
                yield from _files_of(module, value, depth - 1)


def _is_app(module: Module, path: ast.expr | None) -> bool:
    text = None if path is None else module.constant(path)
    return isinstance(text, str) and text.strip("/") in ("app", "api/v2/app")


CHECK = ProjectCheck(
    id="SM642",
    name="permission-version-set",
    title="Code takes the app back to the permissions of v1",
    severity=Severity.ERROR,
    area=Area.CODE,
    question='Does no code set `permission_version` to "v1"?',
    explanation='The setting belongs to the app, not to an SDK: whatever runs `update_app_settings(permission_version="v1")` '
    "(v2: `update_app`) rolls every client of the app back to the permissions of v1, also after the cutover. Grants count for "
    "nothing then, and what v2 clients expect to be allowed is refused.",
    shows="the call, or the mapping that it sends.",
    fix='Take the setting out of the code, or set "v2": `update_app_settings(permission_version="v2", '
    'migrate_permissions_to_v2=True)`, in v2 `client.update_app(permission_version="v2", migrate_permissions_to_v2=True)`.',
    judge=_judge,
)
