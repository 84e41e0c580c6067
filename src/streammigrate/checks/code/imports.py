"""What stands behind a name that one file of a project imports from another."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import PurePosixPath

from streammigrate.checks.project import Module, Project
from streammigrate.codemod.scopes import Binding, FunctionNode

_DEEPEST = 4
"""Through so many files that only pass a name on."""


class Imports:
    """Looks for modules in the folders around the file that imports them, the nearest first."""

    def __init__(self, project: Project) -> None:
        self._paths = {project.shown(path): path for path in project.python}
        self._module = project.module

    def behind(self, module: Module, binding: Binding, depth: int = _DEEPEST) -> tuple[Module, Binding | None]:
        """Return what stands behind an imported name, with its file, None where that is not in view.

        A name that is not imported is returned as it is.
        """
        if binding.kind != "import":
            return module, binding
        statement = module.scopes.parent(binding.node)
        if depth and isinstance(statement, ast.ImportFrom) and isinstance(binding.node, ast.alias):
            source = self._from(module, statement.module or "", statement.level)
            found = () if source is None else source.scopes.bindings(source.scopes.module, binding.node.name)
            if source is not None and len(found) == 1:
                return self.behind(source, found[0], depth - 1)
        return module, None

    def function(self, module: Module, expr: ast.expr) -> tuple[Module, FunctionNode | None]:
        """Return the one function of the project that an expression refers to, with its file; None for no such."""
        found = module.resolver.function(expr)
        if found is not None:
            return self._home(module, found)
        if isinstance(expr, ast.Attribute):
            source = self._named(module, expr.value)
            bindings = () if source is None else source.scopes.bindings(source.scopes.module, expr.attr)
            module = source or module
        else:
            bindings = module.scopes.lookup(expr)[1] if isinstance(expr, ast.Name) else ()
        if len(bindings) != 1:
            return module, None
        home, binding = self.behind(module, bindings[0])
        node = None if binding is None else binding.node
        return home, node if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else None

    def _home(self, module: Module, node: FunctionNode) -> tuple[Module, FunctionNode]:
        """Return the file that a function stands in, and the function as that file has it."""
        path = module.scopes.path_of(node)
        inside = "" if path == module.scopes.path else self._inside(path)
        home = self._module(inside) if inside else None
        if home is None or home.scopes.path_of(node):
            return home or module, node
        # A file that was looked at by itself has its own copies of what it imports.
        same = (
            one
            for one in home.nodes
            if isinstance(one, type(node)) and (one.lineno, one.name) == (node.lineno, node.name)
        )
        found = next(same, None)
        return (module, node) if found is None else (home, found)

    def _inside(self, path: str) -> str:
        """Return a path as the project has it: relative to the folder."""
        shown = PurePosixPath(path).as_posix()
        return self._paths.get(shown, shown if shown in self._paths.values() else "")

    def _named(self, module: Module, expr: ast.expr) -> Module | None:
        """Return the file that a name stands for: `import chat`, `from . import chat`."""
        bindings = module.scopes.lookup(expr)[1] if isinstance(expr, ast.Name) else ()
        alias = bindings[0].node if len(bindings) == 1 else None
        if not isinstance(alias, ast.alias):
            return None
        statement = module.scopes.parent(alias)
        if isinstance(statement, ast.ImportFrom):
            inside = f"{statement.module}.{alias.name}" if statement.module else alias.name
            return self._from(module, inside, statement.level)
        plain = alias.asname is not None or "." not in alias.name
        return self._from(module, alias.name, 0) if plain else None

    def _from(self, module: Module, dotted: str, level: int) -> Module | None:
        folders = PurePosixPath(module.path).parents
        inside = dotted.replace(".", "/")
        for folder in folders[level - 1 : level] if level else folders:
            for path in (
                (folder / f"{inside}.py", folder / inside / "__init__.py") if inside else (folder / "__init__.py",)
            ):
                found = self._paths.get(path.as_posix())
                if found is not None:
                    return self._module(found)
        return None


@lru_cache(maxsize=1)
def imports(project: Project) -> Imports:
    """Return what looks behind the imports of a project; the checks of one run ask for the same."""
    return Imports(project)
