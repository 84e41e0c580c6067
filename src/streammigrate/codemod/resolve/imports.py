"""What imports bind: modules of the project and what they hold, or things of other packages by their dotted names."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from streammigrate.codemod.resolve.model import holder_in
from streammigrate.codemod.resolve.values import (
    UNKNOWN,
    Function,
    Nothing,
    OwnModule,
    Symbol,
    Unknown,
    Value,
    merged,
    softened,
)
from streammigrate.codemod.scopes import Scope

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine

_LONGEST_WAY = 12


class Imports:
    """Values of imports, of modules' attributes and of star imports."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes
        self._program = engine.program
        self._modules = engine.program.modules
        self._lists: dict[str, frozenset[str] | None] = {}

    def value(self, node: ast.alias, name: str) -> Value:
        """Return what an imported name is."""
        statement = self._scopes.parent(node)
        if isinstance(statement, ast.Import):
            return self._import(node)
        assert isinstance(statement, ast.ImportFrom)
        text = f"`from {'.' * statement.level}{statement.module or ''} import {node.name}`"
        base = self._absolute(statement)
        dotted = f"{base}.{node.name}" if base and not base.endswith(".") else f"{base}{node.name}"
        holder = holder_in("variable", self._scopes.scope(node), name)
        declared = self._engine.declared(dotted)
        if declared is not None:
            return self._engine.passed(declared, text, node, holder)
        own = self._member(self._scopes.path_of(node), statement.level, statement.module or "", node.name)
        if own is not None:
            if self._scopes.scope(statement).kind == "module" and self._is_set_later(statement, node.name):
                # The name keeps what it was when it was imported: None.
                own = merged([own, (Unknown(why="set after the import"),)])
            return self._engine.passed(own, text, node, holder)
        return (Symbol(dotted, (self._engine.step(text, node),)),)

    def attribute(self, module: OwnModule, attr: str, node: ast.AST | None) -> Value:
        """Return what `module.attr` is."""
        if module.path:
            found = self.global_value(module.path, attr)
            if found is not None:
                if self._is_hidden(module.path, attr):
                    found = merged([found, UNKNOWN])
                return self._engine.passed(found, f"`{attr}` of the module", node, None)
        submodule = self._submodule(module, attr)
        return UNKNOWN if submodule is None else (submodule,)

    def member(self, module: OwnModule, attr: str) -> tuple[Scope, str] | None:
        """Return the module scope that a name of a module is bound in, and its name there."""
        file = self._program.open(module.path) if module.path else None
        if file is None or not self._scopes.bindings(file.module, attr):
            return None
        return self.source(file.module, attr)

    def source(self, scope: Scope, name: str) -> tuple[Scope, str]:
        """Return where a name comes from: the same scope and name, or the module of the project that it is imported from."""
        for _ in range(_LONGEST_WAY):
            bindings = [b for b in self._scopes.bindings(scope, name) if b.kind not in ("global", "del")]
            statement = self._scopes.parent(bindings[0].node) if len(bindings) == 1 else None
            if not isinstance(statement, ast.ImportFrom):
                break
            alias = bindings[0].node
            assert isinstance(alias, ast.alias)
            found = self._modules.find(scope.path, statement.level, statement.module or "")
            # A file that is not in view has nothing of the SDK's: it is not worth being opened for this.
            file = None if found is None else self._scopes.files.get(found)
            if file is None or not self._scopes.bindings(file.module, alias.name):
                break
            scope, name = file.module, alias.name
        return scope, name

    def global_value(self, path: str, name: str) -> Value | None:
        """Return what a global name of a module of the project is for whoever reads it from outside; None if it has none."""
        file = self._program.open(path)
        if file is None:
            return UNKNOWN
        if self._scopes.bindings(file.module, name):
            return self._engine.solve(("global", path, name), lambda: self._global(file.module, name))
        starred = self.starred(file.module, name)
        if starred is not None:
            return starred
        return UNKNOWN if self._scopes.bindings(file.module, "__getattr__") else None

    def starred(self, scope: Scope, name: str) -> Value | None:
        """Return what a star import of a module of the project gives a name that the file does not bind; None for none."""
        file = self._scopes.home(scope)
        for star in reversed(file.stars):
            path = self._modules.find(file.path, star.level, star.module or "")
            if path is None or path == file.path or not self._gives(path, name):
                continue
            key = ("starred", path, name)
            return self._engine.solve(key, lambda path=path: self.global_value(path, name) or ())  # type: ignore[misc]
        return None

    def may_give(self, star: ast.ImportFrom, name: str) -> bool:
        """Return whether a star import may bind a name."""
        path = self._modules.find(self._scopes.path_of(star), star.level, star.module or "")
        return path is None or self._gives(path, name)

    def _gives(self, path: str, name: str, depth: int = 0) -> bool:
        file = self._program.open(path)
        if file is None:
            return True
        if path not in self._lists:
            self._lists[path] = _listed(file.tree)
        listed = self._lists[path]
        if listed is not None and name not in listed:
            return False
        if listed is None and name.startswith("_"):
            return False
        if self._scopes.bindings(file.module, name):
            return True
        if depth > _LONGEST_WAY:
            return False
        found = (self._modules.find(path, star.level, star.module or "") for star in file.stars)
        return any(each is not None and each != path and self._gives(each, name, depth + 1) for each in found)

    def stored(self, module: Scope, name: str) -> Value:
        """Return what other files put in the place of a global name: `module.name = …`."""
        return self._engine.solve(("stored", module, name), lambda: self._stored(module, name))

    def _stored(self, module: Scope, name: str) -> Value:
        parts: list[Value] = []
        for store in self._engine.places.stores(name):
            base = store.value
            if isinstance(base, ast.Name):
                bindings = self._scopes.lookup(base)[1]
                if not any(binding.kind == "import" for binding in bindings):
                    continue
            elif not isinstance(base, ast.Attribute):
                continue
            value = self._engine.value(base)
            if any(isinstance(atom, OwnModule) and atom.path == module.path for atom in value):
                parts.append(self._engine.stored(store))
        for put in self._engine.places.items(name):
            if self._is_globals(put.container) and self._scopes.path_of(put.container) == module.path:
                around = None if put.target is None else self._scopes.parent(put.target)
                given = around.value if isinstance(around, ast.Assign) else put.value
                parts.append(UNKNOWN if given is None else self._engine.value(given))
        return merged(parts)

    def by_globals(self, node: ast.Subscript) -> Value | None:
        """Return what `globals()["name"]` is; None for another subscript."""
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if not isinstance(key, str) or not self._is_globals(node.value):
            return None
        return self.global_value(self._scopes.path_of(node), key) or UNKNOWN

    def _is_globals(self, node: ast.expr) -> bool:
        name = node.func if isinstance(node, ast.Call) else None
        return isinstance(name, ast.Name) and name.id == "globals" and not self._scopes.lookup(name)[1]

    def _global(self, module: Scope, name: str) -> Value:
        value = self._engine.names.at_end(module, name)
        patched = self.stored(module, name)
        return softened(merged([value, patched])) if patched else value

    def _is_set_later(self, statement: ast.ImportFrom, name: str) -> bool:
        """Return whether a name of a module is None until a function sets it that the module does not call itself."""
        path = self._modules.find(self._scopes.path_of(statement), statement.level, statement.module or "")
        file = None if path is None else self._program.open(path)
        if file is None:
            return False
        first = self._engine.names.at_first(file.module, name)
        if not any(isinstance(atom, Nothing) for atom in first):
            return False
        setters = [b.where.node for b in self._scopes.bindings(file.module, name) if b.where.kind == "function"]
        return not any(self._calls_itself(file.module, setter) for setter in setters)

    def _calls_itself(self, module: Scope, function: ast.AST) -> bool:
        return isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
            self._scopes.scope(call) is module
            and any(isinstance(a, Function) and a.node is function for a in self._engine.value(call.func))
            for call in self._engine.places.calls(function.name)
        )

    def _import(self, node: ast.alias) -> Value:
        path = self._scopes.path_of(node)
        text = f"`import {node.name}`"
        first = node.name.split(".")[0]
        found = self._modules.find(path, 0, node.name)
        if found is not None:
            if node.asname:
                return (OwnModule(found),)
            top = found if first == node.name else self._modules.find(path, 0, first)
            return (OwnModule(top or "", path, 0, first),)
        if self._modules.ambiguous(path, 0, node.name):
            return UNKNOWN
        dotted = node.name if node.asname else first
        return (Symbol(dotted, (self._engine.step(text, node),)),)

    def _member(self, path: str, level: int, dotted: str, name: str) -> Value | None:
        file = self._modules.find(path, level, dotted)
        if file is not None:
            found = self.global_value(file, name)
            if found is not None:
                return merged([found, UNKNOWN]) if self._is_hidden(file, name) else found
        submodule = self._modules.find_member(path, level, dotted, name)
        inner = f"{dotted}.{name}" if dotted else name
        if submodule is not None:
            return (OwnModule(submodule, path, level, inner),)
        # What the package does not bind may be a package in it without a file.
        return None if file is None else (OwnModule("", path, level, inner),)

    def _is_hidden(self, package: str, name: str) -> bool:
        """Return whether a name of a package may be replaced by a module of that name in it when that is imported."""
        if not package.endswith(("__init__.py", "__init__.pyi")):
            return False
        submodule = self._modules.find_member(package, 1, "", name)
        file = None if submodule is None else self._program.open(package)
        if file is None:
            return False
        for star in file.stars:
            if self._modules.find(package, star.level, star.module or "") == submodule:
                return False
        for binding in self._scopes.bindings(file.module, name):
            statement = self._scopes.parent(binding.node)
            if isinstance(statement, ast.ImportFrom):
                found = self._modules.find(package, statement.level, statement.module or "")
                member = self._modules.find_member(package, statement.level, statement.module or "", name)
                if submodule in (found, member):
                    # The package imports the module itself, before it takes the name from it.
                    return False
        return True

    def _submodule(self, module: OwnModule, attr: str) -> OwnModule | None:
        if module.path.endswith(("__init__.py", "__init__.pyi")):
            # `from .` in a package's own file means the package.
            found = self._modules.find_member(module.path, 1, "", attr)
            if found is not None:
                return OwnModule(found, module.seen_from, module.level, f"{module.dotted}.{attr}")
        elif module.path:
            return None
        if not module.seen_from:
            return None
        found = self._modules.find_member(module.seen_from, module.level, module.dotted, attr)
        dotted = f"{module.dotted}.{attr}" if module.dotted else attr
        # A package without a file has only submodules, and those may have none either.
        return OwnModule(found or "", module.seen_from, module.level, dotted)

    def _absolute(self, statement: ast.ImportFrom) -> str:
        module = statement.module or ""
        if not statement.level:
            return module
        path = self._scopes.path_of(statement)
        parts = self._modules.name(path).split(".") if self._modules.name(path) else []
        if path.endswith("__init__.py"):
            parts = [*parts, ""]
        parents = parts[: -statement.level]
        if not parents:
            return "." * statement.level + module
        return ".".join([*parents, module]) if module else ".".join(parents)


def _listed(tree: ast.Module) -> frozenset[str] | None:
    """Return the names of a module's `__all__`, or None where it has none that can be read."""
    found: set[str] | None = None
    for statement in tree.body:
        given = _given_to_all(statement)
        if given is None:
            continue
        names = [e.value for e in given.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)]
        if len(names) < len(given.elts) or (found is None and not isinstance(statement, (ast.Assign, ast.AnnAssign))):
            return None
        found = {*names} if isinstance(statement, (ast.Assign, ast.AnnAssign)) else {*(found or ()), *names}
    return None if found is None else frozenset(found)


def _given_to_all(statement: ast.stmt) -> ast.List | ast.Tuple | None:
    """Return what a statement puts into `__all__`; a tuple of something unreadable where that is not written out."""
    value: ast.expr | None
    if isinstance(statement, ast.Assign):
        target, value = statement.targets[0], statement.value
    elif isinstance(statement, (ast.AugAssign, ast.AnnAssign)):
        target, value = statement.target, statement.value
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        if not isinstance(call.func, ast.Attribute) or not call.args:
            return None
        target = call.func.value
        value = ast.List([call.args[0]], ast.Load()) if call.func.attr == "append" else call.args[0]
    else:
        return None
    if not (isinstance(target, ast.Name) and target.id == "__all__"):
        return None
    if isinstance(value, (ast.List, ast.Tuple)):
        return value
    return ast.Tuple([ast.Starred(target, ast.Load())], ast.Load())
