"""What checks see of a project: its files, its Python with names resolved, and its calls of stream-chat."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from streammigrate.findings import Location

if TYPE_CHECKING:
    from streammigrate.codemod.decisions import Decisions
    from streammigrate.codemod.draft import Draft
    from streammigrate.codemod.index import Project as Found
    from streammigrate.codemod.model import FileResult
    from streammigrate.codemod.modules import Modules
    from streammigrate.codemod.resolve import Resolver
    from streammigrate.codemod.scopes import Scopes
    from streammigrate.codemod.settings import RewriteSettings

_NAMED = re.compile(rb"stream_chat|getstream")
_WORD = re.compile(rb"\\b(\w+)\\b")
"""A regular expression that looks for one word."""


class Module:
    """One Python file, parsed, with what its names mean."""

    def __init__(self, path: str, text: str, resolver: Resolver) -> None:
        self.path = path
        """As the user would write it."""
        self.text = text
        self.resolver = resolver
        self.lines = text.splitlines()

    @property
    def scopes(self) -> Scopes:
        """The scopes of the file: parents, bindings and reads of its nodes."""
        return self.resolver.scopes

    @property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the file."""
        return tuple(self.resolver.scopes.nodes)

    def calls(self) -> Iterator[ast.Call]:
        """Yield every call, in the order of the source."""
        found = (node for node in self.resolver.scopes.nodes if isinstance(node, ast.Call))
        yield from sorted(found, key=lambda call: (call.lineno, call.col_offset, call.end_col_offset or 0))

    def symbol(self, expr: ast.expr) -> str:
        """Return the dotted name, as imported, of what an expression refers to (`hmac.compare_digest`); else empty."""
        return self.resolver.symbol(expr) or ""

    def at(self, node: ast.AST) -> Location:
        """Return the place of a node; the column counts characters."""
        line = getattr(node, "lineno", 1)
        before = self.lines[line - 1].encode()[: getattr(node, "col_offset", 0)] if line <= len(self.lines) else b""
        return Location(self.path, line=line, column=len(before.decode(errors="replace")) + 1)

    def line(self, node: ast.AST) -> str:
        """Return the line on which a node begins, without its indentation."""
        number = getattr(node, "lineno", 1)
        return self.lines[number - 1].strip() if number <= len(self.lines) else ""

    def constant(self, expr: ast.expr) -> object:
        """Return the value of a literal, also through a name that is bound once to one; None for anything else."""
        seen: set[ast.expr] = set()
        while isinstance(expr, ast.Name) and expr not in seen:
            seen.add(expr)
            _, bindings = self.resolver.scopes.lookup(expr)
            if len(bindings) != 1 or bindings[0].value is None or bindings[0].kind not in ("assign", "annassign"):
                return None
            expr = bindings[0].value
        return expr.value if isinstance(expr, ast.Constant) else None


class Call(NamedTuple):
    """One call of stream-chat whose receiver is resolved."""

    module: Module
    node: ast.Call
    member: str
    """`StreamChat.upsert_user`, `Channel.send_message`; classes of the asynchronous client have the same names."""
    rule: str
    coroutine: bool
    """Whether the client is the asynchronous one."""
    given: Mapping[str, ast.expr]
    """The arguments that were written, by v1's parameter; what goes into `**options` by its own name."""
    opaque: bool
    """Whether arguments are hidden in `*` or `**`, so that `given` may lack some."""
    draft: Draft

    @property
    def at(self) -> Location:
        """The place of the call."""
        return self.module.at(self.node)

    @property
    def sends(self) -> bool:
        """Whether the call sends a request, as its asynchronous twin has to be awaited."""
        from streammigrate.rules import sdk

        owner, _, name = self.member.partition(".")
        classes = sdk.v1_classes()
        twin = classes.get(f"{owner}Async") or classes.get(f"Async{owner}") or classes.get(owner)
        member = None if twin is None else twin.members.get(name)
        return member is not None and member.awaited and name != "close"


class Project:
    """A folder, or one file, with all that checks ask of it. Everything is read when it is asked for."""

    def __init__(self, path: str, settings: RewriteSettings) -> None:
        """`path` must exist."""
        self.given = path
        self.settings = settings
        place = Path(path)
        self._only = "" if place.is_dir() else place.name
        self.folder = str(place if place.is_dir() else place.parent)
        """As it was given."""
        self._modules: dict[str, Module | None] = {}
        self._matches: dict[bytes, list[str]] = {}

    def shown(self, path: str) -> str:
        """Return a path relative to the folder as the user would write it."""
        return Path(self.folder, path).as_posix()

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every file that is the project's own, relative to the folder, sorted; not those that git ignores."""
        from streammigrate.manifests.gather import listed

        return (self._only,) if self._only else tuple(sorted(listed(self.folder, self.settings.exclude)))

    @cached_property
    def all_paths(self) -> tuple[str, ...]:
        """The same with those that git ignores."""
        from streammigrate.manifests.gather import listed

        if self._only:
            return (self._only,)
        return tuple(sorted(listed(self.folder, self.settings.exclude, ignored=True)))

    def read(self, path: str) -> bytes | None:
        """Return what a file of the folder holds; None where it cannot be read or is larger than 4 MiB."""
        from streammigrate.manifests.gather import read

        return read(self.folder, path)

    @cached_property
    def python(self) -> Mapping[str, bytes]:
        """The Python files with what they hold, relative to the folder."""
        from streammigrate.codemod.discover import walk

        if self._only:
            data = self.read(self._only) if self._only.endswith(".py") else None
            return {} if data is None else {self._only: data}
        found = walk(self.folder, self.settings.exclude).files
        return {path: data for path, data in found.items() if path.endswith(".py")}

    def modules(self, pattern: bytes) -> Iterator[Module]:
        """Yield the Python files in which a regular expression matches, parsed. What is no Python is left out."""
        for path in self._matching(pattern):
            module = self._module(path, self.python[path])
            if module is not None:
                yield module

    def _matching(self, pattern: bytes) -> list[str]:
        """Return the Python files in which a regular expression matches; several checks ask for the same."""
        if pattern not in self._matches:
            search = re.compile(pattern).search
            # A word is found ten times as fast where it is looked for as it is, before its ends are asked for.
            word = _WORD.fullmatch(pattern)
            plain = b"" if word is None else word[1]
            self._matches[pattern] = [path for path, data in self.python.items() if plain in data and search(data)]
        return self._matches[pattern]

    def home(self, near: Module, node: ast.AST) -> Module:
        """Return the file that a node stands in which was found from another file; that file where it is not known."""
        path = near.scopes.path_of(node)
        if path in ("", near.scopes.path):
            return near
        mine = self._spelled.get(path)
        found = None if mine is None else self._module(mine, self.python[mine])
        return near if found is None else found

    @cached_property
    def _spelled(self) -> Mapping[str, str]:
        """The Python files by their paths as programs spell them."""
        return {str(Path(self.shown(path))): path for path in self.python}

    def module(self, path: str) -> Module | None:
        """Return one Python file by its path relative to the folder; None where there is none, or it is no Python."""
        data = self.python.get(path)
        return None if data is None else self._module(path, data)

    def unjudged(self) -> Iterator[tuple[Location, str]]:
        """Yield the Python files that name an SDK and cannot be parsed, each with the reason."""
        from streammigrate.codemod.parsing import Unappliable, parse

        for path in self._matching(_NAMED.pattern):
            if self._module(path, self.python[path]) is None:
                try:
                    parse(self.python[path])
                except Unappliable as error:
                    yield Location(self.shown(path), line=error.line), error.reason

    def _module(self, path: str, data: bytes) -> Module | None:
        if path not in self._modules:
            self._modules[path] = self._parsed(path, data)
        return self._modules[path]

    def _parsed(self, path: str, data: bytes) -> Module | None:
        from streammigrate.codemod.compat import is_helpers
        from streammigrate.codemod.parsing import Unappliable, decode, parse
        from streammigrate.codemod.resolve import Resolver
        from streammigrate.codemod.resolve.program import Program
        from streammigrate.codemod.resolve.resolver import Programs

        if is_helpers(data):
            return None
        shown = self.shown(path)
        for _, decisions, _ in self._moving:
            plan = decisions.files.get(str(Path(shown)))
            if plan is not None:
                return Module(shown, plan.text, plan.resolver)
        try:
            tree, text = parse(data), decode(data)
        except Unappliable:
            return None
        spelled = str(Path(shown))
        program = Program(self._layout, parse=_tree)
        program.forest.add(tree, spelled)
        return Module(shown, text, Resolver(within=Programs(program), path=spelled))

    @cached_property
    def _layout(self) -> Modules | None:
        return self._found[0].modules if self._found else None

    @cached_property
    def _found(self) -> tuple[Found, ...]:
        from streammigrate.codemod.index import find_project

        return find_project([self.given], self.settings)

    @cached_property
    def _moving(self) -> tuple[tuple[Found, Decisions, tuple[FileResult, ...]], ...]:
        """The decisions about every project below the path, and the files that are below it."""
        from streammigrate.codemod.compat.place import Places
        from streammigrate.codemod.files import read_file
        from streammigrate.codemod.rewrite import Input, examine

        if not any(_NAMED.search(data) for data in self.python.values()):
            return ()

        def read(path: str) -> bytes | None:
            found = read_file(path)
            return None if found.trouble is not None else found.data

        done = []
        for project in self._found:
            home = Places(project.modules, project.trees, self.settings.helpers_file).home
            ordered = {path: data for path, data in sorted(project.files.items()) if _is_text(data)}
            given = Input(ordered, tuple(ordered), project.modules, project.trees, read, {}, home)
            outcome, decisions = examine(given, self.settings)
            done.append((project, decisions, outcome.files))
        return tuple(done)

    @cached_property
    def files(self) -> tuple[FileResult, ...]:
        """What `rewrite` would make of the files that use stream-chat, as `scan` shows it."""
        mine = {str(Path(self.shown(path))) for path in self.python}
        return tuple(file for _, _, files in self._moving for file in files if file.path in mine)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Every call of stream-chat on a receiver that is resolved, in the order of files and lines."""
        mine = {str(Path(self.shown(path))): path for path in self.python}
        found = []
        for _, decisions, _ in self._moving:
            for group in decisions.groups:
                for draft in group.drafts:
                    if draft.use.kind != "call" or not isinstance(draft.use.node, ast.Call):
                        continue
                    path = mine.get(decisions.program.forest.path_of(draft.use.node))
                    module = None if path is None else self._module(path, self.python[path])
                    if module is not None:
                        found.append(_call(module, draft, draft.use.node))
        return tuple(sorted(found, key=lambda call: (call.module.path, call.node.lineno, call.node.col_offset)))

    @cached_property
    def handed(self) -> tuple[Call, ...]:
        """Calls that are made by another function, which is given the method and its arguments: `to_thread(client.…, …)`.

        `node` is the call of that function. Only where `rewrite` understands how the arguments go on.
        """
        found = []
        for _, decisions, _ in self._moving:
            for draft in (draft for group in decisions.groups for draft in group.drafts):
                node, method = draft.node, draft.use.node
                if draft.use.kind != "call" or isinstance(method, ast.Call) or not isinstance(node, ast.Call):
                    continue
                path = self._spelled.get(decisions.program.forest.path_of(node))
                module = None if path is None else self._module(path, self.python[path])
                passed = _passed(node, method)
                if module is not None and passed is not None:
                    call = ast.Call(node.func, passed, node.keywords)
                    found.append(_call(module, draft, ast.copy_location(call, node))._replace(node=node))
        return tuple(sorted(found, key=lambda call: (call.module.path, call.node.lineno, call.node.col_offset)))

    def calls_of(self, *members: str) -> Iterator[Call]:
        """Yield the calls of some members: `StreamChat.create_token`, `Channel.create`."""
        return (call for call in self.calls if call.member in members)


def _is_text(data: bytes) -> bool:
    """Return whether a file is text in the encoding that it declares; Python does not ask that of comments."""
    from streammigrate.codemod.parsing import Unappliable, decode

    try:
        decode(data)
    except (Unappliable, SyntaxError, LookupError):
        return False
    return True


def _tree(path: str) -> ast.Module | None:
    """Return the tree of another file that an import leads to."""
    from streammigrate.codemod.files import read_file
    from streammigrate.codemod.parsing import Unappliable, parse

    try:
        return parse(read_file(path).data)
    except Unappliable:
        return None


def _passed(node: ast.Call, method: ast.AST) -> list[ast.expr] | None:
    """Return what a call hands on to a method by position; None where the method is not among what it is given."""
    if method in node.args:
        return node.args[next(i for i, one in enumerate(node.args) if one is method) + 1 :]
    if isinstance(node.func, ast.Call) and method in node.func.args:
        inner = _passed(node.func, method)
        return None if inner is None or node.func.keywords else [*inner, *node.args]
    return None


def _call(module: Module, draft: Draft, node: ast.Call) -> Call:
    from streammigrate.rules import sdk

    use = draft.use
    plain = sdk.v1_parameters(use.receiver.cls, use.member)
    given = dict(zip(plain, node.args, strict=False))
    given.update({one.arg: one.value for one in node.keywords if one.arg is not None})
    opaque = any(isinstance(one, ast.Starred) for one in node.args) or any(one.arg is None for one in node.keywords)
    if any(isinstance(one, ast.Starred) for one in node.args):
        given = {one.arg: one.value for one in node.keywords if one.arg is not None}
    cls = use.receiver.cls
    coroutine = cls.startswith("Async") or cls.endswith("Async")
    return Call(module, node, draft.member, draft.rule, coroutine, given, opaque, draft)
