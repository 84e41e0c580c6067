"""Django: the settings of a project, the configurations of its applications, and the client of its test cases."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.resolve.values import OwnInstance, Symbol, Value, merged

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine

_SETTINGS = "django.conf.settings"
_VARIABLE = "DJANGO_SETTINGS_MODULE"
_NAMES_IT = ("manage", "wsgi", "asgi", "conftest")
_GET = "django.apps.apps.get_app_config"


class Django:
    """Settings and configurations."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes
        self._modules: tuple[tuple[str, bool], ...] | None = None
        self._seen = 0

    def setting(self, atom: Symbol, name: str, node: ast.AST | None) -> Value | None:
        """Return what `settings.NAME` is by the settings modules of the project; None where none of them has it."""
        if atom.dotted != _SETTINGS:
            return None
        parts: list[Value] = []
        sure = False
        for path, named in self._settings_modules():
            found = self._engine.imports.global_value(path, name)
            if found is not None:
                parts.append(found)
                sure = sure or named
        stores = self._engine.places.stores(name)
        parts += [self._engine.stored(store) for store in stores if self._is_settings_object(store.value)]
        value = merged(parts)
        if not value:
            return None
        text = f"`settings.{name}`" if sure else f"`settings.{name}` is taken to be of the module named settings"
        return self._engine.passed(value, text, node, None, likely=not sure)

    def _is_settings_object(self, node: ast.expr) -> bool:
        return any(isinstance(atom, Symbol) and atom.dotted == _SETTINGS for atom in self._engine.value(node))

    def _settings_modules(self) -> tuple[tuple[str, bool], ...]:
        """Return the files with settings, and whether the project names them as such, those that it names first."""
        files = self._scopes.files
        if self._modules is None or self._seen != len(files):
            named = self._named()
            usual = [path for path in files if _is_settings(path)]
            self._modules = tuple((path, path in named) for path in dict.fromkeys([*sorted(named), *sorted(usual)]))
            self._seen = len(files)
        return self._modules

    def _named(self) -> set[str]:
        """Return the files that DJANGO_SETTINGS_MODULE is set to, by manage.py and its like."""
        program = self._engine.program
        found: set[str] = set()
        for path in [*self._scopes.files]:
            at = program.modules.find(path, 0, "manage")
            if at is not None:
                program.open(at)
        for path, file in [*self._scopes.files.items()]:
            if path.rpartition("/")[2].removesuffix(".py") not in _NAMES_IT:
                continue
            for node in file.nodes:
                dotted = _set_to(node)
                at = program.modules.find(path, 0, dotted) if dotted else None
                if at is not None and program.open(at) is not None:
                    found.add(at)
        return found

    def call(self, symbol: Symbol, node: ast.Call) -> Value | None:
        """Return the configuration that `apps.get_app_config("label")` gives."""
        label = node.args[0] if node.args else None
        if symbol.dotted != _GET or not isinstance(label, ast.Constant):
            return None
        found = [cls for cls in self._engine.places.classes() if str(label.value) in self._labels(cls)]
        return tuple(OwnInstance(cls, exact=True) for cls in found) or None

    def _labels(self, cls: ast.ClassDef) -> set[str]:
        """Return the label of an application's configuration; none for another class."""
        if not any(last_name(base) == "AppConfig" and self._is_config(base) for base in cls.bases):
            return set()
        texts = {
            target.id: statement.value.value
            for statement in cls.body
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }
        label = texts.get("label") or str(texts.get("name", "")).rpartition(".")[2]
        return {str(label)} - {""}

    def _is_config(self, base: ast.expr) -> bool:
        dotted = self._engine.symbol_of(self._engine.value(base))
        return dotted in ("django.apps.AppConfig", "django.apps.config.AppConfig")

    def replaces(self, atom: OwnInstance, attr: str) -> bool:
        """Return whether each test gets an attribute from Django itself, whatever its class has under that name."""
        family = self._engine.classes.family(atom.node)
        if not family.open:
            return False
        bases = (self._engine.symbol_of(self._engine.value(base)) or "" for cls in family.line for base in cls.bases)
        if not any(base.startswith(("django.test.", "rest_framework.test.")) for base in bases):
            return False
        stores = [s for s in self._engine.places.stores(attr) if self._is_on(s, family.line)]
        return not stores or any(not self._sets_on_object(store) for store in stores)

    def _is_on(self, store: ast.Attribute, line: tuple[ast.ClassDef, ...]) -> bool:
        scope = self._scopes.scope(store)
        while scope.parent is not None:
            if scope.node in line:
                return True
            scope = scope.parent
        return False

    def _sets_on_object(self, store: ast.Attribute) -> bool:
        return isinstance(store.value, ast.Name) and store.value.id == "self"


def _is_settings(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    inside = folder.rpartition("/")[2] == "settings"
    return name == "settings.py" or inside


def _set_to(node: ast.AST) -> str:
    """Return the module in `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "module")` or the like; else empty."""
    texts: list[ast.expr | None] = []
    if isinstance(node, ast.Call) and last_name(node.func) in ("setdefault", "putenv"):
        texts = list(node.args[:2])
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        texts = [node.targets[0].slice, node.value]
    found = [text.value for text in texts if isinstance(text, ast.Constant)]
    return str(found[1]) if len(found) == 2 and found[0] == _VARIABLE else ""
