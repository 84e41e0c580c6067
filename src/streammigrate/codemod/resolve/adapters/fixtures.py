"""pytest: the fixtures that a test or another fixture gets, by the nearest definition."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from streammigrate.codemod.resolve.adapters import objects
from streammigrate.codemod.resolve.adapters.web import settled
from streammigrate.codemod.resolve.text import is_test_file, last_name
from streammigrate.codemod.resolve.values import (
    MOCK,
    UNKNOWN,
    Function,
    Items,
    OwnClass,
    OwnInstance,
    Symbol,
    Value,
    merged,
)
from streammigrate.codemod.scopes import FunctionNode, Scope

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_MOCKERS = ("mocker", "class_mocker", "module_mocker", "package_mocker", "session_mocker")
_TEST_CASES = ("unittest.", "django.test.", "rest_framework.test.")


class Fixtures:
    """Parameters of tests and fixtures, and what `request` gives."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes
        self._by_name: dict[str, list[FunctionNode]] = {}
        self._seen = 0

    def parameter(self, arg: ast.arg, default: ast.expr | None, function: FunctionNode) -> Value | None:
        """Return what pytest gives a parameter of a test or a fixture; None for another function's."""
        if default is not None or not (is_fixture(function) or self._is_test(function)):
            return None
        if arg.arg == "request":
            return (Symbol(objects.FIXTURE_REQUEST),)
        decorated = self._by_decorators(arg, function)
        found = self.fixture(arg.arg, function) if decorated is None else decorated
        # pytest-mock's own fixture gives nothing but mocks.
        return (MOCK,) if found is None and arg.arg in _MOCKERS else found

    def fixture(self, name: str, function: FunctionNode) -> Value | None:
        """Return what the fixture of a name gives to a function; None where there is none."""
        nearest = next(self._around(name, function), None)
        found = [] if nearest is None else [nearest]
        if is_fixture(function):
            # A test further below may have put another fixture in the place of this one.
            named = [other for other in self._named(name) if other is not function and other not in found]
            found += [other for other in named if self._may_replace(other, function, nearest)]
        parts = [settled(self._engine.functions.result(each)) for each in found]
        if is_fixture(function):
            parts += self._parametrized_below(name, function)
        return merged(parts) if found else None

    def nearest(self, name: str, function: FunctionNode) -> FunctionNode | None:
        """Return the fixture that a test or a fixture gets by a name; None for another function, or where there is none."""
        if not (is_fixture(function) or self._is_test(function)):
            return None
        return next(self._around(name, function), None)

    def _parametrized_below(self, name: str, function: FunctionNode) -> Iterator[Value]:
        """Yield what tests that use a fixture put into the place of another one that it asks for."""
        for mark in self._engine.places.calls("parametrize"):
            if self._reaches(self._scopes.path_of(mark), self._scopes.path_of(function)):
                found = self._parametrized(name, mark)
                if found is not None:
                    yield found

    def _reaches(self, path: str, mine: str) -> bool:
        """Return whether a file holds tests that may use the fixtures of a file."""
        folder, _, file = mine.rpartition("/")
        if file != "conftest.py":
            return path == mine
        return is_test_file(path) and (not folder or path.startswith(f"{folder}/"))

    def _may_replace(self, other: FunctionNode, asking: FunctionNode, nearest: FunctionNode | None) -> bool:
        """Return whether some test that uses the asking fixture may get another fixture than the nearest one."""
        path, mine = self._scopes.path_of(other), self._scopes.path_of(asking)
        if nearest is not None and path == self._scopes.path_of(nearest):
            # Only what a class puts over it counts.
            return self._engine.classes.owner(other) is not None
        return self._reaches(path, mine)

    def _around(self, name: str, function: FunctionNode) -> Iterator[FunctionNode]:
        """Yield the fixtures of a name, the nearest first."""
        scope: Scope | None = self._scopes.scope(function)
        while scope is not None:
            if isinstance(scope.node, ast.ClassDef):
                for cls in self._engine.classes.family(scope.node).line:
                    yield from self._in(self._scopes.opened_by(cls), name, function)
            else:
                yield from self._in(scope, name, function)
            scope = scope.parent
        for conftest in self._engine.program.conftests(self._scopes.path_of(function)):
            yield from self._in(conftest.module, name, function)
            for dotted in _plugins(conftest.tree):
                at = self._engine.program.modules.find(conftest.path, 0, dotted)
                plugin = None if at is None else self._engine.program.open(at)
                if plugin is not None:
                    yield from self._in(plugin.module, name, function)

    def _in(self, scope: Scope | None, name: str, function: FunctionNode) -> Iterator[FunctionNode]:
        if scope is None:
            return
        for binding in self._scopes.bindings(scope, name):
            node = binding.node
            if isinstance(node, _FUNCTIONS) and node is not function and is_fixture(node) and _own_name(node) == name:
                yield node
            elif isinstance(node, ast.alias):
                for atom in self._engine.binding(binding):
                    if isinstance(atom, Function) and isinstance(atom.node, _FUNCTIONS) and is_fixture(atom.node):
                        yield atom.node
        # `@pytest.fixture(name="chat")`
        for node in self._named(name):
            if node.name != name and self._scopes.scope(node) is scope:
                yield node
        starred = self._engine.imports.starred(scope, name) if scope.kind == "module" else None
        for atom in starred or ():
            if isinstance(atom, Function) and isinstance(atom.node, _FUNCTIONS) and is_fixture(atom.node):
                yield atom.node

    def _fixtures(self) -> Iterator[FunctionNode]:
        self._named("")
        for found in self._by_name.values():
            yield from found

    def _named(self, name: str) -> list[FunctionNode]:
        files = [*self._scopes.files.values()]
        for file in files[self._seen :]:
            self._seen += 1
            for node in file.nodes:
                if isinstance(node, _FUNCTIONS) and node.decorator_list and is_fixture(node):
                    self._by_name.setdefault(_own_name(node), []).append(node)
        return self._by_name.get(name, [])

    def _is_test(self, function: FunctionNode) -> bool:
        if not function.name.startswith("test"):
            return False
        path = self._scopes.path_of(function)
        if path and not is_test_file(path) and not any(self._scopes.path_of(each) == path for each in self._fixtures()):
            return False
        cls = self._engine.classes.owner(function)
        if cls is None:
            return self._scopes.scope(function).kind == "module"
        for each in self._engine.classes.family(cls).line:
            for base in each.bases:
                if (self._engine.symbol_of(self._engine.value(base)) or "").startswith(_TEST_CASES):
                    return False
        return True

    # What decorators put into the place of a fixture

    def _by_decorators(self, arg: ast.arg, function: FunctionNode) -> Value | None:
        positional = [*function.args.posonlyargs, *function.args.args]
        if self._engine.classes.owner(function) is not None:
            positional = positional[1:]
        patches = sum(_is_patch(decorator) for decorator in function.decorator_list)
        if arg in positional[:patches]:
            return (MOCK,)
        for mark in self._marks(function):
            name = last_name(mark.func)
            if name == "parametrize":
                found = self._parametrized(arg.arg, mark)
                if found is not None:
                    return found
            elif name in ("given", "multiple") and any(keyword.arg == arg.arg for keyword in mark.keywords):
                return UNKNOWN
        return None

    def _marks(self, function: FunctionNode) -> Iterator[ast.Call]:
        nodes = list(function.decorator_list)
        cls = self._engine.classes.owner(function)
        if isinstance(cls, ast.ClassDef):
            nodes += cls.decorator_list
        module = self._scopes.scope(function).root
        for binding in self._scopes.bindings(module, "pytestmark"):
            if binding.value is not None:
                nodes += binding.value.elts if isinstance(binding.value, (ast.List, ast.Tuple)) else [binding.value]
        yield from (node for node in nodes if isinstance(node, ast.Call))

    def _parametrized(self, name: str, mark: ast.Call) -> Value | None:
        """Return what a parametrisation gives a name; None where it does not, or only to the fixture of that name."""
        if len(mark.args) < 2 or any(keyword.arg == "indirect" for keyword in mark.keywords):
            return None
        names, rows = mark.args[:2]
        if isinstance(names, ast.Constant) and isinstance(names.value, str):
            listed = [part.strip() for part in names.value.split(",")]
        elif isinstance(names, (ast.List, ast.Tuple)):
            listed = [str(element.value) for element in names.elts if isinstance(element, ast.Constant)]
        else:
            return UNKNOWN
        if name not in listed:
            return None
        if not isinstance(rows, (ast.List, ast.Tuple)):
            return UNKNOWN
        return merged(self._of_row(row, listed.index(name), len(listed)) for row in rows.elts)

    def _of_row(self, row: ast.expr, place: int, width: int) -> Value:
        if isinstance(row, ast.Call) and last_name(row.func) == "param":
            return self._engine.value(row.args[place]) if len(row.args) == width else UNKNOWN
        if width == 1:
            return self._engine.value(row)
        if isinstance(row, (ast.Tuple, ast.List)) and len(row.elts) == width:
            return self._engine.value(row.elts[place])
        return UNKNOWN

    def of_class(self, atom: OwnInstance | OwnClass, attr: str, node: ast.AST | None) -> Value | None:
        """Return what a fixture that a class of tests uses sets on it: `request.cls.chat = …`; None for another class."""
        kind = f"{objects.FIXTURE_REQUEST}.cls"
        if not any(self._is_on_class(store, kind) for store in self._engine.places.stores(attr)):
            return None
        for cls in self._engine.classes.family(atom.node).line:
            if any(last_name(each) == "usefixtures" for each in cls.decorator_list):
                return self._engine.adapters.shared.attribute(Symbol(kind), attr, node)
        return None

    def _is_on_class(self, store: ast.Attribute, kind: str) -> bool:
        return any(isinstance(atom, Symbol) and atom.dotted == kind for atom in self._engine.value(store.value))

    # What `request` gives

    def call(self, symbol: Symbol, node: ast.Call) -> Value | None:
        """Return what `request.getfixturevalue("chat")` gives."""
        if symbol.dotted != f"{objects.FIXTURE_REQUEST}.getfixturevalue" or not node.args:
            return None
        name = node.args[0]
        function = next((a for a in self._scopes.ancestors(node) if isinstance(a, _FUNCTIONS)), None)
        if function is None or not isinstance(name, ast.Constant):
            return UNKNOWN
        return self.fixture(str(name.value), function) or UNKNOWN

    def attribute(self, atom: Symbol, attr: str, node: ast.AST | None) -> Value | None:
        """Return what `request.param` is in a fixture that lists its parameters."""
        if atom.dotted != objects.FIXTURE_REQUEST or attr != "param" or node is None:
            return None
        function = next((a for a in self._scopes.ancestors(node) if isinstance(a, _FUNCTIONS)), None)
        for decorator in function.decorator_list if function is not None else ():
            for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
                if keyword.arg == "params":
                    held = self._engine.value(keyword.value)
                    if held and all(isinstance(items, Items) for items in held):
                        return merged(items.at(None) for items in held if isinstance(items, Items))
        return UNKNOWN


def is_fixture(function: FunctionNode) -> bool:
    """Return whether a function is a fixture."""
    return any(last_name(decorator) == "fixture" for decorator in function.decorator_list)


def _own_name(function: FunctionNode) -> str:
    """Return the name that a fixture is asked for by."""
    for decorator in function.decorator_list:
        for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
            if keyword.arg == "name" and last_name(decorator) == "fixture" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
    return function.name


def _is_patch(decorator: ast.expr) -> bool:
    """Return whether a decorator gives the test a mock as a further argument."""
    if not isinstance(decorator, ast.Call):
        return False
    text = ast.unparse(decorator.func)
    takes_new = {"patch": 1, "patch.object": 2}
    short = ".".join(text.split(".")[-2:]) if text.endswith("patch.object") else text.rpartition(".")[2]
    if short not in takes_new:
        return False
    return len(decorator.args) <= takes_new[short] and all(keyword.arg != "new" for keyword in decorator.keywords)


def _plugins(tree: ast.Module) -> list[str]:
    """Return the modules in the `pytest_plugins` of a conftest.py."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "pytest_plugins" for target in statement.targets
        ):
            value = statement.value
            elements = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
            return [str(element.value) for element in elements if isinstance(element, ast.Constant)]
    return []
