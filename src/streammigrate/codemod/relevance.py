"""Which files of a project can matter: those that name stream-chat, and those that something of its can get to or come from.

Something of the SDK's travels under names: it is exported under one and imported under one, handed to a function of another
file, kept on an object that others see, or given by a fixture. Each file has the names that may hold it (`Reach`, which has
too many but never too few); what a name brings to another file is that file's beginning, until nothing new is reached.
Nothing is parsed that is not reached.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from streammigrate.codemod.carriers import (
    ANY,
    OBJ,
    Called,
    Definition,
    Facts,
    Flow,
    Marks,
    answers,
    at_module_level,
    attribute_marks,
    exported_names,
    fixture_names,
    holding_classes,
    is_function,
    kept_names,
    last_name,
    parse_facts,
    receiving_parameters,
    root_name,
    shared_places,
    shared_puts,
    stored_names,
    words_of,
)
from streammigrate.codemod.discover import DOCUMENTS, Tree
from streammigrate.codemod.imports_text import PLAIN, STAR, imports_in, index_words
from streammigrate.codemod.modules import Layout

_PYTHON = (".py", ".pyi")
_GROWING = frozenset({"append", "setdefault"})
_MOCKS = re.compile(rb"\b(?:mock|mocker|monkeypatch)\b")
_MAKERS = frozenset({"__init__", "__new__", "__call__", "__getitem__"})


class Relevant(NamedTuple):
    """What was found; the paths are those of the tree, sorted."""

    files: tuple[str, ...]
    trees: Mapping[str, ast.Module]
    """The files that could be parsed, of `files`."""
    documents: tuple[str, ...]
    """Notebooks and documents that can matter."""
    importing: Callable[[bytes], Sequence[str]]
    """Returns the files that have a word in an import."""


def find_relevant(
    tree: Tree, layout: Layout, hits: Iterable[str], named: Sequence[str], declarations: Iterable[str] = ()
) -> Relevant:
    """Return the files of a tree that can matter, and those that are named themselves.

    `hits` are the files that name stream-chat, `declarations` dotted names of the project that hold something of it.
    """
    search = _Search(tree, layout)
    search.run(hits, named, declarations)
    documents = tuple(sorted(path for path in search.relevant if path.endswith(DOCUMENTS)))
    files = tuple(sorted(search.relevant.difference(documents)))
    return Relevant(files, search.trees(files), documents, search.importing)


_HANDED_OUT = {
    "AppConfig": (b"get_app_config(",),
    "Bot": (b"bot.*", b"client.*"),
    "AutoShardedBot": (b"bot.*", b"client.*"),
    **dict.fromkeys(("Flask", "Quart", "FastAPI", "Starlette", "Application", "Sanic"), (b"app.*", b"application.*")),
}
"""How handlers get at an object of a class that inherits from one of a framework, by its name; `*` is an attribute."""


class _Links(NamedTuple):
    """Everything that a file imports from the project."""

    uses: Mapping[str, _Use]
    """By the file that is imported."""
    packages: tuple[tuple[str, str, str], ...]
    """What may be a package: its name, the name it has here, and its folder, empty where no file is known."""


class _Use(NamedTuple):
    """How a file imports another: names with the names they get here, everything, or the module itself."""

    path: str
    names: tuple[tuple[str, str], ...]
    star: bool
    aliases: tuple[str, ...]
    """The names under which the module itself, or a package around it, is had."""


class _Search:
    """The search itself: `relevant` grows, and each file is looked at again when more gets to it."""

    def __init__(self, tree: Tree, layout: Layout) -> None:
        self.layout = layout
        self._files = tree.files
        self._links = tree.links
        self.relevant: set[str] = set()
        self._seeds: dict[str, set[str]] = {}
        self._exports: dict[str, dict[str, Marks]] = {}
        self._starred: dict[str, set[str]] = {}
        self._waiting: dict[str, None] = {}
        self._objects: frozenset[str] = frozenset()
        self._flows: dict[str, Flow] = {}
        self._users: dict[str, tuple[_Use, ...]] = {}
        self._directly: dict[str, tuple[_Use, ...]] = {}
        self._imports: dict[str, _Links] = {}
        self._facts: dict[str, Facts | None] = {}
        self._tables: dict[str, dict[str, list[_Import]]] = {}
        self._holding: dict[bytes, tuple[str, ...]] = {}
        self._words: dict[bytes, list[str]] | None = None

    def run(self, hits: Iterable[str], named: Iterable[str], declarations: Iterable[str]) -> None:
        """Search until nothing more is reached."""
        for path in hits:
            self._mark(path, (), new=True)
        self.relevant.update(named)
        for declared in declarations:
            self._declare(declared.removesuffix("()").split("."))
        while self._waiting:
            path = next(iter(self._waiting))
            del self._waiting[path]
            self._look_at(path)

    def _declare(self, parts: Sequence[str]) -> None:
        """Begin at a declared name: in the module that is the longest part of it."""
        for end in range(len(parts) - 1, 0, -1):
            files = self.layout.find("", 0, ".".join(parts[:end])).files
            for file in files:
                self._mark(file, parts[-1:])
                self._export(file, {parts[end]: ANY, parts[-1]: ANY})
            if files:
                return

    def _mark(self, path: str, seeds: Iterable[str], new: bool = False) -> None:
        self.relevant.add(path)
        known = self._seeds.setdefault(path, set())
        if path.endswith(_PYTHON) and (new or not known.issuperset(seeds)):
            known.update(seeds)
            self._waiting[path] = None

    def _look_at(self, path: str) -> None:
        facts = self._read(path)
        if facts is None:
            return
        nodes = facts.nodes
        flow = self._flows.get(path)
        if flow is None:
            flow = self._flows[path] = Flow(nodes, answers() - self._objects)
        flow.begin(self._seeds[path])
        if not flow.names:
            return
        if _MOCKS.search(self._files[path]):
            # Mocks that take the place of what is known here travel under names that nothing else shows.
            flow.begin({node.name for node in facts.tree.body if is_function(node) or isinstance(node, ast.ClassDef)})
        # An object whose class keeps something of the SDK's brings it wherever the object goes.
        while keeping := holding_classes(nodes, flow.names) - flow.names:
            flow.begin(keeping)
        self._learn(facts.functions.keys() & flow.names & answers())
        self._export(
            path, {**exported_names(facts.tree, nodes, flow.names), **dict.fromkeys(self._starred.get(path, ()), ANY)}
        )
        table = self._table(path)
        if table:
            self._hand_on(table, nodes, flow)
            self._store(table, nodes, flow)
        self._keep(path, nodes, flow)
        if path.rpartition("/")[2] == "conftest.py":
            self._give_fixtures(path, facts.tree, flow)

    def _learn(self, functions: set[str]) -> None:
        """Note functions of the project that are named like an API call and do return an object."""
        new = functions - self._objects
        if new:
            self._objects |= new
            calls = [f".{name}".encode() for name in sorted(new)]
            for path in sorted(self._flows):
                if any(call in self._files[path] for call in calls):
                    del self._flows[path]
                    self._waiting[path] = None

    def _read(self, path: str) -> Facts | None:
        """Return what is in a file, or None for one that is no Python."""
        if path not in self._facts:
            self._facts[path] = parse_facts(self._files[path])
        return self._facts[path]

    def trees(self, paths: Iterable[str]) -> dict[str, ast.Module]:
        """Return the trees of files; those without are no Python, or cannot be read."""
        python = (path for path in paths if path.endswith(_PYTHON))
        return {path: facts.tree for path in python if (facts := self._read(path)) is not None}

    # What is exported goes to those that import it.

    def _export(self, path: str, names: Mapping[str, Marks]) -> None:
        known = self._exports.setdefault(path, {})
        new = {name: marks for name, marks in names.items() if known.get(name) not in (marks, ANY)}
        if new:
            known.update(new)
            for use in self._uses(path):
                self._give(use, new)

    def _give(self, use: _Use, names: Mapping[str, Marks]) -> None:
        data = self._files[use.path]
        anything = "__getattr__" in names
        taken = {here: names.get(name, ANY) for name, here in use.names if anything or name in names}
        if use.star:
            taken.update(names)
            self._starred.setdefault(use.path, set()).update(name for name, marks in names.items() if marks == ANY)
        if use.aliases:
            taken.update((name, marks) for name, marks in names.items() if name.encode() in data)
        if taken:
            seeds = {name for name, marks in taken.items() if any(mark in data for mark in marks)}
            self._mark(use.path, seeds)
            # What only takes is handed on by a module that imports it, too.
            self._export(use.path, {name: marks for name, marks in taken.items() if name not in seeds})

    def _uses(self, path: str) -> tuple[_Use, ...]:
        """Return the imports of a module, by those files too that have it from another that imported it."""
        found = self._users.get(path)
        if found is None:
            uses = dict.fromkeys(self._direct(path))
            seen = {path}
            waiting = [use for use in uses if use.aliases]
            while waiting:
                holder = waiting.pop()
                if holder.path in seen or not holder.path.endswith(_PYTHON):
                    continue
                seen.add(holder.path)
                for use in self._direct(holder.path):
                    taken = tuple(here for name, here in use.names if name in holder.aliases)
                    if taken or use.star:
                        further = _Use(use.path, (), False, taken or holder.aliases)
                        uses[further] = None
                        waiting.append(further)
            found = self._users[path] = tuple(uses)
        return found

    def _direct(self, path: str) -> tuple[_Use, ...]:
        found = self._directly.get(path)
        if found is None:
            uses = (self._use(other, path) for other in self._importers(path))
            found = self._directly[path] = tuple(use for use in uses if use is not None)
        return found

    def _importers(self, path: str) -> list[str]:
        """Return the files that have a name of the module, or of a package around it, in an import."""
        folder, _, name = path.rpartition("/")
        parts = {name.rpartition(".")[0], *folder.split("/")}
        parts.update(link.rpartition("/")[2].removesuffix(".py") for link in self._links_to(path))
        words = {part.encode() for part in parts}
        if name.startswith("__init__."):
            words.add(PLAIN)
        return sorted({file for word in words for file in self.importing(word)} - {path})

    def importing(self, word: bytes) -> Sequence[str]:
        """Return the files that have a word in an import."""
        if self._words is None:
            self._words = index_words(self._files)
        return self._words.get(word, ())

    def _links_to(self, path: str) -> list[str]:
        return [link for link, target in self._links.items() if path == target or path.startswith(f"{target}/")]

    def _use(self, other: str, path: str) -> _Use | None:
        links = self._links_of(other)
        found = links.uses.get(path)
        folder, _, file = path.rpartition("/")
        stem = file.rpartition(".")[0]
        if stem == "__init__":
            return found
        if f".{stem}".encode() not in self._files[other]:
            return found
        # A package that holds the module, through which `package.module` is had.
        parts = folder.split("/")
        bare = {part for end, part in enumerate(parts, 1) if not self.layout.is_package("/".join(parts[:end]))}
        bare |= {part for link in self._links_to(path) for part in link.split("/")}
        aliases = [alias for word, alias, at in links.packages if (path.startswith(f"{at}/") if at else word in bare)]
        if not aliases:
            return found
        found = found or _Use(other, (), False, ())
        return found._replace(aliases=tuple(dict.fromkeys((*found.aliases, *aliases))))

    def _links_of(self, path: str) -> _Links:
        found = self._imports.get(path)
        if found is None:
            uses: dict[str, _Use] = {}
            packages: list[tuple[str, str, str]] = []
            nothing = _Use(path, (), False, ())
            for level, module, pairs, bound in imports_in(self._files[path]):
                parts = module.split(".")
                if pairs is None:
                    for end in range(1, len(parts) + 1):
                        files = self.layout.find(path, level, ".".join(parts[:end])).files
                        packages += [(parts[end - 1], bound, folder) for folder in _folders(files)]
                        for file in files:
                            use = uses.get(file, nothing)
                            uses[file] = use._replace(aliases=(*use.aliases, bound))
                    continue
                for file in self.layout.find(path, level, module).files:
                    use = uses.get(file, nothing)
                    names = tuple(pair for pair in pairs if pair[0] != STAR)
                    uses[file] = use._replace(names=(*use.names, *names), star=use.star or len(names) < len(pairs))
                for name, here in pairs:
                    files = self.layout.find(path, level, f"{module}.{name}" if module else name).files
                    packages += [(name, here, folder) for folder in _folders(files)]
                    for file in files:
                        use = uses.get(file, nothing)
                        uses[file] = use._replace(aliases=(*use.aliases, here))
            found = self._imports[path] = _Links(uses, tuple(dict.fromkeys(packages)))
        return found

    # What is handed to another file's function gets to its parameter.

    def _table(self, path: str) -> dict[str, list[_Import]]:
        """Return what each name of a file that is imported from the project stands for; STAR has what came unnamed."""
        found = self._tables.get(path)
        if found is None:
            found = self._tables[path] = {}
            facts = self._read(path)
            for node in facts.nodes if facts is not None else ():
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

    def _hand_on(self, table: Mapping[str, list[_Import]], nodes: Sequence[ast.AST], flow: Flow) -> None:
        everywhere = [found for imports in table.values() for found in imports]
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                self._inherit(table, node, flow)
            if not isinstance(node, ast.Call):
                continue
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            if not any(flow.passes(value) for value in values):
                continue
            called = Called(node, flow)
            root = root_name(node.func)
            if isinstance(node.func, ast.Name):
                for found in (*table.get(root, ()), *(_Import(i.file, root) for i in table.get(STAR, ()))):
                    self._hand(found.file, found.name, called, set())
            elif isinstance(node.func, ast.Attribute):
                for found in table.get(root, everywhere):
                    self._hand_method(found, node.func.attr, called)
            # A function that is handed over together with what it will get.
            for value in values:
                if isinstance(value, (ast.Name, ast.Attribute)):
                    for found in table.get(root_name(value), ()):
                        name = found.name or (value.attr if isinstance(value, ast.Attribute) else "")
                        self._hand(found.file, name, None, set())
                        if isinstance(value, ast.Attribute):
                            self._hand_method(found, value.attr, None)

    def _hand(self, file: str, name: str, called: Called | None, seen: set[tuple[str, str]]) -> None:
        """Give the parameters of a function or a class what a call gives them (None: anything)."""
        for at, node in self._definitions(file, name, seen):
            if isinstance(node, ast.ClassDef):
                made = [part for part in node.body if is_function(part) and part.name in _MAKERS]
                fields = [
                    p.target.id for p in node.body if isinstance(p, ast.AnnAssign) and isinstance(p.target, ast.Name)
                ]
                if not made and fields:
                    self._mark(at, fields)
                for function in made:
                    self._mark(at, receiving_parameters(function, called, method=True))
                for base in () if made else node.bases:
                    if isinstance(base, (ast.Name, ast.Attribute)):
                        self._hand_base(at, base, called, seen)
            else:
                self._mark(at, receiving_parameters(node, called, method=False))

    def _hand_base(self, file: str, base: ast.expr, called: Called | None, seen: set[tuple[str, str]]) -> None:
        name = base.attr if isinstance(base, ast.Attribute) else ""
        self._hand(file, root_name(base), called, seen)
        for found in self._table(file).get(root_name(base), ()):
            self._hand(found.file, found.name or name, called, seen)

    def _hand_method(self, found: _Import, name: str, called: Called | None) -> None:
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
                        bases = [root_name(base) for base in node.bases]
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
            facts = self._read(file)
            for function in facts.functions.get(name, ()) if facts is not None else ():
                self._mark(file, receiving_parameters(function, called, method=True))

    def _definitions(self, file: str, name: str, seen: set[tuple[str, str]]) -> Iterator[tuple[str, Definition]]:
        """Yield the functions and classes that a name of a file stands for, in whichever file they are."""
        data = self._files[file]
        if not name or (file, name) in seen or (name.encode() not in data and b"*" not in data):
            return
        seen.add((file, name))
        facts = self._read(file)
        if facts is None:
            return
        yield from ((file, node) for node in facts.top.get(name, ()))
        table = self._table(file)
        for found in (*table.get(name, ()), *(_Import(star.file, name) for star in table.get(STAR, ()))):
            yield from self._definitions(found.file, found.name, seen)

    def _inherit(self, table: Mapping[str, list[_Import]], node: ast.ClassDef, flow: Flow) -> None:
        """Give what a class keeps on itself to the classes of other files that it is made from."""
        bases = [(base, table[root]) for base in node.bases if (root := root_name(base)) in table]
        kept = [name for name in sorted(kept_names(node)) if name in flow.names] if bases else []
        if not kept:
            return
        for base, imports in bases:
            for found in imports:
                name = found.name or (base.attr if isinstance(base, ast.Attribute) else "")
                for file, _ in self._definitions(found.file, name, set()):
                    self._mark(file, [name for name in kept if name.encode() in self._files[file]])

    # What is kept on an object is seen by those that have the object.

    def _store(self, table: Mapping[str, list[_Import]], nodes: Sequence[ast.AST], flow: Flow) -> None:
        """Give what is stored in another module, or in an object of it, to that module."""
        for node in nodes:
            targets: list[ast.expr] = []
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None and flow.passes(node.value):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            elif isinstance(node, ast.Call) and last_name(node.func) in _GROWING and any(map(flow.passes, node.args)):
                targets = [node.func]
            for target in targets:
                if not isinstance(target, (ast.Attribute, ast.Subscript)):
                    continue
                for found in table.get(root_name(target), ()):
                    if found.name:
                        self._mark(found.file, {found.name})
                    elif isinstance(target, ast.Attribute):
                        self._mark(found.file, {target.attr})
                        self._export(found.file, {target.attr: ANY})

    def _keep(self, path: str, nodes: Sequence[ast.AST], flow: Flow) -> None:
        """Give what is stored under `state.chat`, `g.chat`, `config["chat"]` and the like to those that read it there."""
        for node in nodes:
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None and flow.passes(node.value):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    for name, marks in shared_places(target):
                        self._give_to_readers(marks, name)
            elif isinstance(node, ast.Call) and any(
                key.arg == "obj" and flow.passes(key.value) for key in node.keywords
            ):
                self._give_to_readers(OBJ, "obj")
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr":
                if len(node.args) == 3 and flow.passes(node.args[2]) and isinstance(node.args[1], ast.Constant):
                    name = str(node.args[1].value)
                    self._give_to_readers((f"{last_name(node.args[0])}.{name}".encode(),), name)
            elif isinstance(node, ast.Call):
                for value, name, marks in shared_puts(node):
                    if flow.passes(value):
                        self._give_to_readers(marks, name)
            elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Dict):
                # What a lifespan function yields is the state of each request.
                for key, value in zip(node.value.keys, node.value.values, strict=True):
                    if isinstance(key, ast.Constant) and flow.passes(value):
                        self._give_to_readers(attribute_marks("state", str(key.value)), str(key.value))
            elif isinstance(node, ast.ClassDef):
                marks = tuple(mark for base in node.bases for mark in _HANDED_OUT.get(last_name(base), ()))
                for name in sorted(kept_names(node) & flow.names) if marks else ():
                    self._give_to_readers((mark.replace(b"*", name.encode()) for mark in marks), name)
        # Which module has the settings of Django is a text somewhere: `DJANGO_SETTINGS_MODULE`.
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

    def _give_fixtures(self, path: str, tree: ast.Module, flow: Flow) -> None:
        """Give the fixtures of a conftest.py to the files below that name them."""
        folder = path.rpartition("/")[0]
        prefix = f"{folder}/" if folder else ""
        names = set(self._starred.get(path, ()))
        exported = {name for name, marks in self._exports.get(path, {}).items() if marks == ANY}
        for node in at_module_level(tree.body):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names.update(name for alias in node.names if (name := alias.asname or alias.name) in exported)
            elif is_function(node) and "fixture" in words_of(node.decorator_list):
                if node.name in exported:
                    names.add(node.name)
                    names.update(fixture_names(node))
                if "autouse" in {key.arg for call in node.decorator_list for key in getattr(call, "keywords", ())}:
                    names.update(stored_names(node) & flow.names)
        for other, data in self._files.items():
            if other.startswith(prefix) and other != path and other.endswith(_PYTHON):
                given = {name for name in names if name.encode() in data}
                if given:
                    self._mark(other, given)


class _Import(NamedTuple):
    """A file that a name may come from, and the name there; the file's module itself has none."""

    file: str
    name: str


def _folders(files: Sequence[str]) -> list[str]:
    """Return the folders of packages; one that is empty where there is no file."""
    if not files:
        return [""]
    return [folder for file in files if (folder := file.rpartition("/")[0]) and "/__init__." in file]
