"""Which names a file has, and under which of them new imports are known."""

from __future__ import annotations

import ast

from streammigrate.codemod.model import AddImport


class Names:
    """Finds or reserves a local name for something that has to be imported. Asking twice gives the same name."""

    def __init__(self, tree: ast.Module, helpers: str = "") -> None:
        """Take a file; `helpers` is the module of helpers as the file imports it, empty where none may be written."""
        self._helpers = helpers
        self._taken = _identifiers(tree)
        self._imported = _top_level_imports(tree)
        self._added: dict[tuple[str, str], AddImport] = {}

    def use(self, module: str, name: str) -> str:
        """Return the code that names `module.name` in this file, adding an import where none provides it."""
        for wanted, prefix in (((module, name), ""), ((module, ""), f".{name}")):
            if wanted in self._imported:
                return self._imported[wanted] + prefix
        if (module, name) not in self._added:
            local = self._free(name)
            self._taken.add(local)
            self._added[module, name] = AddImport(module, name, "" if local == name else local)
        added = self._added[module, name]
        return added.asname or added.name

    @property
    def helps(self) -> bool:
        """Whether new code may call functions of the module of helpers."""
        return bool(self._helpers)

    def helper(self, name: str) -> str:
        """Return the code that names a function of the module of helpers; empty where there is none."""
        return self.use(self._helpers, name) if self._helpers else ""

    def known(self, module: str, name: str) -> str:
        """Return the code that names `module.name` where an import provides it already, else an empty text."""
        if (module, name) in self._imported:
            return self._imported[module, name]
        return f"{self._imported[module, '']}.{name}" if (module, "") in self._imported else ""

    def use_module(self, module: str) -> str:
        """Return the code that names a module, adding `import module` where nothing provides it."""
        if (module, "") in self._imported:
            return self._imported[module, ""]
        if (module, "") not in self._added:
            local = module if module not in self._taken else self._free(f"{module}_module")
            self._taken.add(local)
            self._added[module, ""] = AddImport(module, "", "" if local == module else local)
        added = self._added[module, ""]
        return added.asname or added.module

    def reserve(self, name: str) -> str:
        """Return a name that nothing in the file uses, and keep it."""
        local = self._free(name)
        self._taken.add(local)
        return local

    def added(self, text: str) -> tuple[AddImport, ...]:
        """Return the imports that the new code needs: those whose name occurs in `text`."""
        found = []
        for entry in self._added.values():
            local = entry.asname or entry.name or entry.module
            if local in text:
                found.append(entry)
        return tuple(sorted(found, key=lambda entry: (entry.module, entry.name)))

    def pending(self, module: str) -> dict[str, str]:
        """Return the local names of what new code may import from a module, by their names there."""
        return {name: entry.asname or name for (owner, name), entry in self._added.items() if owner == module and name}

    def _free(self, name: str) -> str:
        candidates = [name, f"{name}V2" if name[:1].isupper() else f"{name}_v2"]
        number = 2
        while candidates[0] in self._taken:
            candidates.pop(0)
            candidates.append(f"{name}_{number}")
            number += 1
        return candidates[0]


def _identifiers(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.split(".")[0])
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            found.update(node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
    return found


def _top_level_imports(tree: ast.Module) -> dict[tuple[str, str], str]:
    """Return what the module's own import statements bind and nothing else does."""
    found: dict[tuple[str, str], str] = {}
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module:
            module = "." * statement.level + statement.module
            for alias in statement.names:
                if alias.name != "*":
                    found[module, alias.name] = alias.asname or alias.name
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.asname or "." not in alias.name:
                    found[alias.name, ""] = alias.asname or alias.name
    bound = _bindings(tree)
    return {wanted: local for wanted, local in found.items() if bound.get(local, 0) == 1}


def _bindings(tree: ast.Module) -> dict[str, int]:
    """Return how often each name is bound anywhere in the file."""
    counts: dict[str, int] = {}
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names = [node.id]
        elif isinstance(node, ast.arg):
            names = [node.arg]
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names = [node.name]
        elif isinstance(node, ast.alias):
            names = [node.asname or node.name.split(".")[0]]
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names = [node.name]
        for name in names:
            counts[name] = counts.get(name, 0) + 1
    return counts
