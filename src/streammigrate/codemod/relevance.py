"""Which files of a project can matter: those that name stream-chat, and those that something of its can get to or come from.

Something of the SDK's travels under names: it is exported under one and imported under one, handed to a function of another
file, kept on an object that others see, or given by a fixture. Each file has the names that may hold it (`Reach`, which has
too many but never too few); what a name brings to another file is that file's beginning, until nothing new is reached.
Nothing is parsed that is not reached.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple, TypeGuard

from streammigrate.codemod.discover import Tree
from streammigrate.codemod.files import PREFILTER
from streammigrate.codemod.imports_text import PLAIN, STAR, Import, imports_in, index_words
from streammigrate.codemod.modules import Layout
from streammigrate.codemod.resolve.reach import Reach
from streammigrate.codemod.resolve.sdk import CLIENTS
from streammigrate.rules.sdk import v1_classes

_PYTHON = (".py", ".pyi")
_GUARD = b"__main__"
_WORD = re.compile(r"[^\W\d]\w*")
_LONGEST_TEXT = 120
_GROWING = frozenset({"append", "setdefault"})
_MAKERS = frozenset({"__init__", "__new__", "__call__"})


class Relevant(NamedTuple):
    """What was found; the paths are those of the tree, sorted."""

    files: tuple[str, ...]
    trees: Mapping[str, ast.Module]
    """The files that were parsed, of `files`."""
    documents: tuple[str, ...]
    """Notebooks and documents that can matter."""
    layout: Layout


def find_relevant(tree: Tree, named: Sequence[str], declarations: Iterable[str] = ()) -> Relevant:
    """Return the files of a tree that can matter, and those that are named themselves.

    `declarations` are dotted names of the project that hold something of the SDK's.
    """
    search = _Search(tree)
    search.run(named, tuple(declarations))
    files = tuple(sorted(path for path in search.relevant if path.endswith(_PYTHON) or path in named))
    trees = {path: found for path in files if (found := search.trees.get(path)) is not None}
    documents = tuple(sorted(search.relevant.difference(files)))
    scripts = frozenset(path for path in files if _GUARD in tree.files[path])
    return Relevant(files, trees, documents, search.layout.with_scripts(scripts))


class _Scripts:
    """The files that can be run as programs, found out when asked for."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and _GUARD in self._files.get(path, b"")


class _Use(NamedTuple):
    """How a file imports another: names with the names they get here, everything, or the module itself."""

    path: str
    names: tuple[tuple[str, str], ...]
    star: bool
    aliases: tuple[str, ...]
    """The names under which the module itself, or a package around it, is had."""


class _Flow(Reach):
    """`Reach`, but what a call of the API answers is no object of the SDK's: answers are not followed to other files."""

    def __init__(self, nodes: Sequence[ast.AST], seeds: Iterable[str], answers: frozenset[str]) -> None:
        self._answers = answers
        super().__init__(nodes, seeds)

    def _of(self, node: ast.AST) -> frozenset[str]:
        found = self._words.get(node)
        if found is None:
            found = self._words[node] = frozenset(_words(node, self._answers))
        return found


def _words(root: ast.AST, answers: frozenset[str]) -> Iterator[str]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            yield node.id
            continue
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in answers:
                continue
            yield "__call__"
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and len(node.value) <= _LONGEST_TEXT:
                yield from _WORD.findall(node.value)
            continue
        waiting.extend(ast.iter_child_nodes(node))


@cache
def _answers() -> frozenset[str]:
    """Return the methods of the SDK whose result is no object that has methods of the API itself."""
    classes = v1_classes()
    objects = {name for name, cls in classes.items() if "client" in cls.members or name in CLIENTS}
    members = [(name, member) for cls in objects for name, member in classes[cls].members.items()]
    making = {name for name, member in members if member.returns in objects}
    return frozenset(name for name, _ in members if name not in making and not name.startswith("_"))


class _Search:
    """The search itself: `relevant` grows, and each file is looked at again when more gets to it."""

    def __init__(self, tree: Tree) -> None:
        self._files = tree.files
        self._links = tree.links
        self.layout = Layout(tree.files, tree.roots, tree.installed, tree.links, _Scripts(tree.files))
        self.relevant: set[str] = set()
        self.trees: dict[str, ast.Module | None] = {}
        self._seeds: dict[str, set[str]] = {}
        self._exports: dict[str, set[str]] = {}
        self._starred: dict[str, set[str]] = {}
        self._waiting: dict[str, None] = {}
        self._objects: frozenset[str] = frozenset()
        self._done: set[str] = set()
        self._users: dict[str, tuple[_Use, ...]] = {}
        self._imports: dict[str, tuple[Import, ...]] = {}
        self._tables: dict[str, dict[str, list[_Import]]] = {}
        self._holding: dict[bytes, tuple[str, ...]] = {}
        self._words: dict[str, list[str]] | None = None

    def run(self, named: Sequence[str], declarations: Sequence[str]) -> None:
        for path, data in self._files.items():
            if PREFILTER in data:
                self._mark(path, (), new=True)
        self.relevant.update(named)
        for declared in declarations:
            self._declare(declared.removesuffix("()").split("."))
        while self._waiting:
            path = next(iter(self._waiting))
            del self._waiting[path]
            self._look_at(path)

    def _declare(self, parts: Sequence[str]) -> None:
        for end in range(1, len(parts)):
            for file in self.layout.find("", 0, ".".join(parts[:end])).files:
                self._mark(file, parts[-1:])
                self._export(file, {parts[end], parts[-1]})

    def _mark(self, path: str, seeds: Iterable[str], new: bool = False) -> None:
        self.relevant.add(path)
        known = self._seeds.setdefault(path, set())
        if path.endswith(_PYTHON) and (new or not known.issuperset(seeds)):
            known.update(seeds)
            self._waiting[path] = None

    def _look_at(self, path: str) -> None:
        tree = self._tree(path)
        if tree is None:
            return
        nodes = [*ast.walk(tree)]
        flow = _Flow(nodes, self._seeds[path], _answers() - self._objects)
        self._done.add(path)
        if not flow.names:
            return
        functions = {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
        self._learn(functions & flow.names & _answers())
        self._export(path, {*_exported(tree, nodes, flow.names), *self._starred.get(path, ())})
        table = self._table(path)
        if table:
            self._hand_on(table, nodes, flow)
            self._store(table, nodes, flow)
        self._keep(path, nodes, flow)
        if path.rpartition("/")[2] == "conftest.py":
            self._give_fixtures(path, tree, flow)

    def _learn(self, functions: frozenset[str] | set[str]) -> None:
        """Note functions of the project that are named like an API call and do return an object."""
        new = functions - self._objects
        if new:
            self._objects |= new
            calls = [f".{name}".encode() for name in sorted(new)]
            for path in sorted(self._done):
                if any(call in self._files[path] for call in calls):
                    self._waiting[path] = None

    def _tree(self, path: str) -> ast.Module | None:
        if path not in self.trees:
            self.trees[path] = _parse(self._files[path])
        return self.trees[path]

    # What is exported goes to those that import it.

    def _export(self, path: str, names: Iterable[str]) -> None:
        known = self._exports.setdefault(path, set())
        new = set(names) - known
        if new:
            known |= new
            for use in self._uses(path, frozenset({path})):
                self._give(use, new)

    def _give(self, use: _Use, names: set[str]) -> None:
        anything = "__getattr__" in names
        seeds = {here for name, here in use.names if anything or name in names}
        if use.star:
            seeds |= names
            self._starred.setdefault(use.path, set()).update(names)
        if use.aliases:
            data = self._files[use.path]
            seeds.update(name for name in names if name.encode() in data)
        if seeds:
            self._mark(use.path, seeds)

    def _uses(self, path: str, on_way: frozenset[str]) -> tuple[_Use, ...]:
        """Return the imports of a module, by those files too that have it from another that imported it."""
        found = self._users.get(path)
        if found is None:
            uses = [use for other in self._importers(path) if (use := self._use(other, path)) is not None]
            for use in [use for use in uses if use.aliases and use.path not in on_way and use.path.endswith(_PYTHON)]:
                for further in self._uses(use.path, on_way | {use.path}):
                    taken = tuple(here for name, here in further.names if name in use.aliases)
                    if taken or further.star:
                        uses.append(_Use(further.path, (), False, taken or use.aliases))
            found = tuple(dict.fromkeys(uses))
            if len(on_way) == 1:
                self._users[path] = found
        return found

    def _importers(self, path: str) -> list[str]:
        """Return the files that have a name of the module, or of a package around it, in an import."""
        if self._words is None:
            self._words = index_words(self._files)
        folder, _, name = path.rpartition("/")
        words = {name.rpartition(".")[0], *folder.split("/")}
        words.update(link.rpartition("/")[2].removesuffix(".py") for link in self._links_to(path))
        if name.startswith("__init__."):
            words.add(PLAIN)
        return sorted({file for word in words for file in self._words.get(word, ())} - {path})

    def _links_to(self, path: str) -> list[str]:
        return [link for link, target in self._links.items() if path == target or path.startswith(f"{target}/")]

    def _use(self, other: str, path: str) -> _Use | None:
        folder, _, file = path.rpartition("/")
        stem = file.rpartition(".")[0]
        around = set(folder.split("/")) | {part for link in self._links_to(path) for part in link.split("/")}
        attribute = f".{stem}".encode()
        data = self._files[other]
        names: list[tuple[str, str]] = []
        aliases: list[str] = []
        star = False
        for level, module, pairs, bound in self._imported(other):
            if pairs is None:
                parts = module.split(".")
                inner = any(
                    path in self.layout.find(other, level, ".".join(parts[:end])).files
                    for end in range(len(parts), 0, -1)
                )
                if inner or (not around.isdisjoint(parts) and attribute in data):
                    aliases.append(bound)
                continue
            if path in self.layout.find(other, level, module).files:
                names += [pair for pair in pairs if pair[0] != STAR]
                star |= any(name == STAR for name, _ in pairs)
            for name, here in pairs:
                if name == STAR:
                    continue
                dotted = f"{module}.{name}" if module else name
                member = path in self.layout.find(other, level, dotted).files
                if member or (name in around and stem != "__init__" and attribute in data):
                    aliases.append(here)
        if not (names or star or aliases):
            return None
        return _Use(other, tuple(dict.fromkeys(names)), star, tuple(dict.fromkeys(aliases)))

    def _imported(self, path: str) -> tuple[Import, ...]:
        if path not in self._imports:
            self._imports[path] = imports_in(self._files[path])
        return self._imports[path]

    # What is handed to another file's function gets to its parameter.

    def _table(self, path: str) -> dict[str, list[_Import]]:
        """Return what each name of a file that is imported from the project stands for; STAR has what came unnamed."""
        found = self._tables.get(path)
        if found is None:
            found = self._tables[path] = {}
            tree = self._tree(path)
            for node in ast.walk(tree) if tree is not None else ():
                if isinstance(node, ast.ImportFrom):
                    module = node.module or ""
                    files = self.layout.find(path, node.level, module).files
                    for alias in node.names:
                        here = found.setdefault(alias.asname or alias.name, [])
                        here += [_Import(file, alias.name) for file in files]
                        if alias.name != STAR:
                            dotted = f"{module}.{alias.name}" if module else alias.name
                            here += [_Import(file, "") for file in self.layout.find(path, node.level, dotted).files]
                elif isinstance(node, ast.Import):
                    for alias in node.names:
                        here = found.setdefault(alias.asname or alias.name.partition(".")[0], [])
                        here += [_Import(file, "") for file in self.layout.find(path, 0, alias.name).files]
            for name in [name for name, imports in found.items() if not imports]:
                del found[name]
        return found

    def _hand_on(self, table: Mapping[str, list[_Import]], nodes: Sequence[ast.AST], flow: _Flow) -> None:
        everywhere = [found for imports in table.values() for found in imports]
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                self._inherit(table, node, flow)
            if not isinstance(node, ast.Call):
                continue
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            if not any(flow.mentions(value) for value in values):
                continue
            called = _Called(node, flow)
            root = _root(node.func)
            if isinstance(node.func, ast.Name):
                for found in (*table.get(root, ()), *(_Import(i.file, root) for i in table.get(STAR, ()))):
                    self._hand(found.file, found.name, called, set())
            elif isinstance(node.func, ast.Attribute):
                for found in table.get(root, everywhere):
                    self._hand_method(found, node.func.attr, called)
            # A function that is handed over together with what it will get.
            for value in values:
                if isinstance(value, (ast.Name, ast.Attribute)):
                    for found in table.get(_root(value), ()):
                        name = found.name or (value.attr if isinstance(value, ast.Attribute) else "")
                        self._hand(found.file, name, None, set())
                        if isinstance(value, ast.Attribute):
                            self._hand_method(found, value.attr, None)

    def _hand(self, file: str, name: str, called: _Called | None, seen: set[tuple[str, str]]) -> None:
        """Give the parameters of a function or a class what a call gives them (None: anything)."""
        for at, node in self._definitions(file, name, seen):
            if isinstance(node, ast.ClassDef):
                made = [part for part in node.body if _is_function(part) and part.name in _MAKERS]
                fields = [
                    p.target.id for p in node.body if isinstance(p, ast.AnnAssign) and isinstance(p.target, ast.Name)
                ]
                if not made and fields:
                    self._mark(at, fields)
                for function in made:
                    self._mark(at, _receiving(function, called, method=True))
                for base in () if made else node.bases:
                    if isinstance(base, (ast.Name, ast.Attribute)):
                        self._hand_base(at, base, called, seen)
            else:
                self._mark(at, _receiving(node, called, method=False))

    def _hand_base(self, file: str, base: ast.expr, called: _Called | None, seen: set[tuple[str, str]]) -> None:
        name = base.attr if isinstance(base, ast.Attribute) else ""
        self._hand(file, _root(base), called, seen)
        for found in self._table(file).get(_root(base), ()):
            self._hand(found.file, found.name or name, called, seen)

    def _hand_method(self, found: _Import, name: str, called: _Called | None) -> None:
        """Give what a call gives to every function of that name where an import leads to."""
        files = {found.file}
        if found.name:
            seen: set[tuple[str, str]] = set()
            waiting = [found]
            while waiting:
                at = waiting.pop()
                for file, node in self._definitions(at.file, at.name, seen):
                    files.add(file)
                    if isinstance(node, ast.ClassDef):
                        bases = [_root(base) for base in node.bases]
                        waiting += [
                            further for base in bases for further in self._table(file).get(base, ()) if further.name
                        ]
                        waiting += [_Import(file, base) for base in bases if base]
        mark = f"def {name}(".encode()
        for file in sorted(files):
            if mark not in self._files[file]:
                if not found.name:
                    self._hand(file, name, called, set())
                continue
            tree = self._tree(file)
            for part in ast.walk(tree) if tree is not None else ():
                if _is_function(part) and part.name == name:
                    self._mark(file, _receiving(part, called, method=True))

    def _definitions(
        self, file: str, name: str, seen: set[tuple[str, str]]
    ) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]]:
        """Yield the functions and classes that a name of a file stands for, in whichever file they are."""
        data = self._files[file]
        if not name or (file, name) in seen or (name.encode() not in data and b"*" not in data):
            return
        seen.add((file, name))
        tree = self._tree(file)
        if tree is None:
            return
        for node in _at_module_level(tree.body):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.name == name:
                yield file, node
        table = self._table(file)
        for found in (*table.get(name, ()), *(_Import(star.file, name) for star in table.get(STAR, ()))):
            yield from self._definitions(found.file, found.name, seen)

    def _inherit(self, table: Mapping[str, list[_Import]], node: ast.ClassDef, flow: _Flow) -> None:
        """Give what a class keeps on itself to the classes of other files that it is made from."""
        bases = [(base, table[root]) for base in node.bases if (root := _root(base)) in table]
        kept = [name for name in sorted(_kept(node)) if name in flow.names] if bases else []
        if not kept:
            return
        for base, imports in bases:
            for found in imports:
                name = found.name or (base.attr if isinstance(base, ast.Attribute) else "")
                for file, _ in self._definitions(found.file, name, set()):
                    self._mark(file, [name for name in kept if name.encode() in self._files[file]])

    # What is kept on an object is seen by those that have the object.

    def _store(self, table: Mapping[str, list[_Import]], nodes: Sequence[ast.AST], flow: _Flow) -> None:
        """Give what is stored in another module, or in an object of it, to that module."""
        for node in nodes:
            targets: list[ast.expr] = []
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None and flow.mentions(node.value):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            elif isinstance(node, ast.Call) and _last(node.func) in _GROWING and any(map(flow.mentions, node.args)):
                targets = [node.func]
            for target in targets:
                if not isinstance(target, (ast.Attribute, ast.Subscript)):
                    continue
                for found in table.get(_root(target), ()):
                    if found.name:
                        self._mark(found.file, {found.name})
                    elif isinstance(target, ast.Attribute):
                        self._mark(found.file, {target.attr})
                        self._export(found.file, {target.attr})

    def _keep(self, path: str, nodes: Sequence[ast.AST], flow: _Flow) -> None:
        """Give what is stored under `state.chat`, `g.chat`, `config["chat"]` and the like to those that read it there."""
        for node in nodes:
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None and flow.mentions(node.value):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    for base, name, marks in _places(target):
                        if base not in ("self", "cls"):
                            self._give_to_readers(marks, name)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr":
                if len(node.args) == 3 and flow.mentions(node.args[2]) and isinstance(node.args[1], ast.Constant):
                    name = str(node.args[1].value)
                    self._give_to_readers((f"{_last(node.args[0])}.{name}".encode(),), name)
            elif isinstance(node, ast.ClassDef) and any(_last(base) == "AppConfig" for base in node.bases):
                for name in sorted(_kept(node) & flow.names):
                    self._give_to_readers((b"get_app_config(",), name)
        parts = path.removesuffix(".py").split("/")
        if any("settings" in part for part in parts[-2:]):
            for name in sorted(self._exports.get(path, ())):
                if name.isupper():
                    self._give_to_readers((f"settings.{name}".encode(),), name)

    def _give_to_readers(self, marks: Iterable[bytes], name: str) -> None:
        for mark in marks:
            if mark not in self._holding:
                self._holding[mark] = tuple(path for path, data in self._files.items() if mark in data)
            for path in self._holding[mark]:
                if name.encode() in self._files[path]:
                    self._mark(path, {name})

    def _give_fixtures(self, path: str, tree: ast.Module, flow: _Flow) -> None:
        """Give the fixtures of a conftest.py to the files below that name them."""
        folder = path.rpartition("/")[0]
        prefix = f"{folder}/" if folder else ""
        names = set(self._starred.get(path, ()))
        exported = self._exports.get(path, set())
        for node in _at_module_level(tree.body):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names.update(name for alias in node.names if (name := alias.asname or alias.name) in exported)
            elif _is_function(node) and "fixture" in _words_of(node.decorator_list):
                if node.name in exported:
                    names.add(node.name)
                    names.update(_named_otherwise(node))
                if "autouse" in {key.arg for call in node.decorator_list for key in getattr(call, "keywords", ())}:
                    names.update(_stored_in(node) & flow.names)
        for other, data in self._files.items():
            if other.startswith(prefix) and other != path and other.endswith(_PYTHON):
                given = {name for name in names if name.encode() in data}
                if given:
                    self._mark(other, given)


class _Import(NamedTuple):
    """A file that a name may come from, and the name there; the file's module itself has none."""

    file: str
    name: str


class _Called(NamedTuple):
    """A call, and what of its arguments may be the SDK's."""

    node: ast.Call
    flow: _Flow


_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def _is_function(node: ast.AST) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    return isinstance(node, _Function)


def _receiving(function: ast.FunctionDef | ast.AsyncFunctionDef, called: _Called | None, *, method: bool) -> set[str]:
    """Return the parameters of a function that may get something of the SDK's from a call."""
    arguments = function.args
    positional = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args)]
    positional = positional[1:] if method and positional[:1] in (["self"], ["cls"]) else positional
    named = {*positional, *(arg.arg for arg in arguments.kwonlyargs)}
    rest = arguments.vararg.arg if arguments.vararg else ""
    others = arguments.kwarg.arg if arguments.kwarg else ""
    # A decorator may give arguments of its own, so that the places are not known.
    if called is None or function.decorator_list:
        return {name for name in (*named, rest, others) if name}
    found: set[str] = set()
    for index, value in enumerate(called.node.args):
        if called.flow.mentions(value):
            if any(isinstance(before, ast.Starred) for before in called.node.args[: index + 1]):
                found.update((*positional, rest))
            else:
                found.add(positional[index] if index < len(positional) else rest)
    for keyword in called.node.keywords:
        if called.flow.mentions(keyword.value):
            if keyword.arg is None:
                found.update((*named, others))
            else:
                found.add(keyword.arg if keyword.arg in named else others)
    return found - {""}


def _exported(tree: ast.Module, nodes: Iterable[ast.AST], names: frozenset[str]) -> Iterator[str]:
    """Yield the names of a module that may hold, return or receive something of the SDK's."""
    for node in _at_module_level(tree.body):
        if _is_function(node):
            arguments = node.args
            given = {arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
            if node.name in names or not names.isdisjoint(given):
                yield node.name
        elif isinstance(node, ast.ClassDef):
            if node.name in names or not names.isdisjoint(_words_of([node])):
                yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (name for alias in node.names if (name := alias.asname or alias.name.partition(".")[0]) in names)
        else:
            yield from (name for part in _own_parts(node) if (name := _bound(part)) in names)
    for other in nodes:
        if isinstance(other, ast.Global):
            yield from (name for name in other.names if name in names)


def _at_module_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run with the module, also those in its `if`, `try`, `with`, `for` and `match`."""
    for statement in body:
        yield statement
        if not isinstance(statement, (*_Function, ast.ClassDef)):
            for part in ast.iter_child_nodes(statement):
                inner = [part] if isinstance(part, ast.stmt) else getattr(part, "body", ())
                yield from _at_module_level(inner if isinstance(inner, list) else ())


def _own_parts(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the nodes of a statement without the statements in it."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [part for part in ast.iter_child_nodes(node) if not isinstance(part, ast.stmt)]


def _bound(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id if isinstance(node.ctx, ast.Store) else ""
    return node.name or "" if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) else ""


def _words_of(nodes: Iterable[ast.AST]) -> frozenset[str]:
    found: set[str] = set()
    for node in nodes:
        found.update(_words(node, frozenset()))
        found.update(
            part.arg for part in ast.walk(node) if isinstance(part, ast.arg) and part.arg not in ("self", "cls")
        )
    return frozenset(found)


def _kept(node: ast.ClassDef) -> set[str]:
    """Return the names of what a class keeps on itself and on its objects."""
    found = {bound for statement in node.body for part in _own_parts(statement) if (bound := _bound(part))}
    return found | _stored_in(node)


def _stored_in(node: ast.AST) -> set[str]:
    return {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)}


def _named_otherwise(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for call in node.decorator_list:
        for keyword in getattr(call, "keywords", ()):
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                yield str(keyword.value.value)


def _places(target: ast.expr) -> Iterator[tuple[str, str, tuple[bytes, ...]]]:
    """Yield the object in which a target stores, the name there, and the bytes of which a reader has one."""
    if isinstance(target, ast.Attribute):
        base = _last(target.value)
        # click's context is named as each command likes.
        mark = ".obj" if target.attr == "obj" else f"{base}.{target.attr}"
        yield base, target.attr, (mark.encode(),)
    elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        base, key = _last(target.value), target.slice.value
        if isinstance(key, str) and base:
            texts = (f'{base}["{key}"]', f"{base}['{key}']", f'{base}.get("{key}"', f"{base}.get('{key}'")
            yield "", key, tuple(text.encode() for text in texts)


def _root(node: ast.AST) -> str:
    """Return the name that an expression starts with, or an empty text."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _parse(data: bytes) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
