"""Where mocks go: names, attributes, results, fixtures and helpers that hold the same mock are one cell."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from streammigrate.codemod.mocks import functions
from streammigrate.codemod.mocks.cells import Cell
from streammigrate.codemod.mocks.functions import Patch, Symbols
from streammigrate.codemod.mocks.roles import RESULT
from streammigrate.codemod.resolve import Resolver
from streammigrate.codemod.resolve.text import is_test_file, last_name
from streammigrate.codemod.scopes import Binding, Forest, FunctionNode

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_MANAGERS = ("contextmanager", "asynccontextmanager")
_HOLDERS = ("types.SimpleNamespace",)


class Flow:
    """The cells of the files that have mocks."""

    def __init__(self, forest: Forest, resolvers: Mapping[str, Resolver]) -> None:
        self.forest = forest
        self.resolvers = resolvers
        self.patches: list[tuple[Patch, Cell]] = []
        """Every patch with the cell of the mock that it puts in place."""
        self.makers: list[tuple[ast.Call, str, Cell]] = []
        """Every call that makes a mock, with the name of what it calls."""
        self.given: list[tuple[ast.Call, ast.expr | ast.keyword, Cell]] = []
        """Mocks that are given to functions that have no mocks of their own."""
        self.stored: list[tuple[ast.Attribute, ast.expr, Cell]] = []
        """Attributes that something is assigned to, with what is."""
        self.fakes: list[tuple[ast.Call, ast.expr | ast.keyword]] = []
        """What tests give to functions that is made there and then, and is no mock."""
        self.configured: list[tuple[functions.Setting, Cell]] = []
        """What is set on mocks by dotted names."""
        self._cells: dict[object, Cell] = {}
        self._of: dict[ast.expr, Cell | None] = {}
        nodes = [(node, resolver) for path, resolver in resolvers.items() for node in forest.files[path].nodes]
        for node, _ in nodes:
            if isinstance(node, ast.Attribute) and node.attr in functions.OF_METHODS:
                self._note_records(node)
        for node, resolver in nodes:
            self._note(node, resolver)

    def cell(self, node: ast.expr) -> Cell | None:
        """Return the cell of an expression; None for one that holds no mock as far as is known."""
        if node not in self._of:
            self._of[node] = None
            self._of[node] = self._make(node)
        found = self._of[node]
        return None if found is None else found.root()

    def has(self, node: ast.AST) -> bool:
        """Return whether a node is in a file that is followed."""
        return self.forest.path_of(node) in self.resolvers

    def resolver(self, node: ast.AST) -> Resolver:
        """Return the resolver of the file that a node is in."""
        return self.resolvers[self.forest.path_of(node)]

    def symbol(self, node: ast.expr) -> Symbols:
        """Return what gives the dotted names of the file that a node is in."""
        return self.resolver(node).symbol

    # What statements do

    def _note(self, node: ast.AST, resolver: Resolver) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            self._bind(node.target, node.value)
        elif isinstance(node, ast.For) and isinstance(node.iter, (ast.Tuple, ast.List)):
            for item in node.iter.elts:
                self._bind(node.target, item)
        elif isinstance(node, ast.withitem):
            entered = self.cell(node.context_expr)
            if node.optional_vars is not None and entered is not None:
                self._bind_cell(node.optional_vars, entered.at("__enter__").at(RESULT))
                self._bind_cell(node.optional_vars, entered.at("__aenter__").at(RESULT))
        elif isinstance(node, _FUNCTIONS):
            self._note_function(node, resolver)
        elif isinstance(node, (ast.Return, ast.Yield)) and node.value is not None:
            function = next(
                (one for one in self.forest.ancestors(node) if isinstance(one, (*_FUNCTIONS, ast.Lambda))), None
            )
            if isinstance(function, _FUNCTIONS):
                found = self.cell(node.value)
                result = self._named("result", function)
                if found is not None:
                    result.join(found)
                else:
                    result.values.append(node.value)
        elif isinstance(node, ast.Call):
            self.cell(node)
            self._note_arguments(node, resolver)
        elif isinstance(node, ast.Attribute):
            self.cell(node)

    def _note_function(self, function: FunctionNode, resolver: Resolver) -> None:
        scope = self.forest.opened_by(function)
        cls = self.forest.scope(function).node
        positional = [*function.args.posonlyargs, *function.args.args]
        if isinstance(cls, ast.ClassDef) and not any(
            last_name(one) == "staticmethod" for one in function.decorator_list
        ):
            positional = positional[1:]
        decorators = list(reversed(function.decorator_list))
        if isinstance(cls, ast.ClassDef) and function.name.startswith("test"):
            decorators += reversed(cls.decorator_list)
        mocks: list[Cell] = []
        for decorator in decorators:
            if not isinstance(decorator, ast.Call):
                continue
            patch = functions.find_patch(decorator, resolver.symbol, self.forest)
            mock = None if patch is None else self._mock_of(decorator)
            if patch is not None and mock is not None and patch.kind == "multiple":
                for name in patch.names:
                    self._named(scope, name).join(mock.at(name))
            elif patch is not None and mock is not None and patch.gives:
                mocks.append(mock)
        for arg, mock in zip(positional, mocks, strict=False):
            self._named(scope, arg.arg).join(mock)
        for arg in (*positional[len(mocks) :], *function.args.kwonlyargs):
            fixture = resolver.fixture(arg.arg, function)
            if fixture is not None:
                self._named(scope, arg.arg).join(self._named("result", fixture))

    def _note_arguments(self, call: ast.Call, resolver: Resolver) -> None:
        if functions.is_maker(call, resolver.symbol, self.forest) or self._patch(call) is not None:
            return
        arguments: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        for argument in arguments:
            value = argument.value if isinstance(argument, ast.keyword) else argument
            found = self.cell(value) if not isinstance(value, ast.Starred) else None
            if found is None:
                if isinstance(value, ast.Call) and is_test_file(resolver.scopes.path):
                    self.fakes.append((call, argument))
                continue
            function = resolver.function(call.func)
            self.given.append((call, argument, found))
            if function is not None and self.forest.path_of(function) in self.resolvers:
                name = _parameter(function, call, argument, self.forest)
                if name:
                    self._named(self.forest.opened_by(function), name).join(found)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
                for one, other in zip(target.elts, value.elts, strict=True):
                    self._bind(one, other)
                return
            found = self.cell(value)
            for index, one in enumerate(target.elts):
                if found is not None and not isinstance(one, ast.Starred):
                    self._bind_cell(one, found.at(f"[{index}]"))
            return
        mine, found = self.cell(target), self.cell(value)
        if mine is None:
            return
        if isinstance(target, ast.Attribute):
            self.stored.append((target, value, mine))
        if found is not None:
            mine.join(found)
        else:
            mine.values.append(value)
            if isinstance(target, ast.Name) and not _is_nothing(value):
                mine.mixed = True

    def _bind_cell(self, target: ast.expr, cell: Cell) -> None:
        mine = self.cell(target)
        if mine is not None:
            mine.join(cell)

    def _note_records(self, node: ast.Attribute) -> None:
        """Take the `call` of `client.mock_calls == [call.upsert_user({…})]` for the mock whose calls are compared."""
        base = self.cell(node.value)
        for name in self.calls_beside(node) if base is not None else ():
            self._of[name] = base

    def calls_beside(self, node: ast.Attribute) -> Iterator[ast.Name | ast.Attribute]:
        """Yield every `call` of unittest.mock in what the calls of a mock are compared with."""
        around = self.forest.parent(node)
        while isinstance(around, ast.Subscript):
            around = self.forest.parent(around)
        inside: list[ast.expr] = []
        if isinstance(around, ast.Compare):
            inside = [around.left, *around.comparators]
        elif isinstance(around, ast.Call) and around.func is node:
            inside = list(around.args)
        for one in (part for each in inside for part in ast.walk(each)):
            if isinstance(one, (ast.Name, ast.Attribute)) and functions.last(one, self.symbol(node)) == "call":
                yield one

    # What expressions are

    def _named(self, place: object, name: object) -> Cell:
        return self._cells.setdefault((place, name), Cell()).root()

    def _make(self, node: ast.expr) -> Cell | None:
        if isinstance(node, ast.Name):
            return self._of_name(node)
        if isinstance(node, ast.Attribute):
            cls = self._class_of(node.value) if isinstance(node.value, ast.Name) else None
            if cls is not None:
                return self._named("self", self.resolver(node).home(cls, node.attr))
            base = self.cell(node.value)
            if base is None:
                return self._of_object(node)
            return base.at(RESULT if node.attr == "return_value" else node.attr)
        if isinstance(node, ast.Call):
            return self._of_call(node)
        if isinstance(node, ast.Lambda):
            return self._calling(node, self.cell(node.body))
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            return self.cell(node.value)
        if isinstance(node, (ast.Tuple, ast.List)):
            found = Cell()
            for index, one in enumerate(node.elts):
                item = self.cell(one)
                if item is not None:
                    found.at(f"[{index}]").join(item)
            return found if found.keys else None
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            base = self.cell(node.value)
            return None if base is None else base.at(f"[{node.slice.value!r}]")
        return None

    def _calling(self, function: ast.AST, result: Cell | None) -> Cell | None:
        """Return the cell of a function that gives a mock."""
        if result is None:
            return None
        found = self._named("function", function)
        found.at(RESULT).join(result)
        return found

    def _of_object(self, node: ast.Name | ast.Attribute) -> Cell | None:
        """Return a cell for what is an object of stream-chat in the code, and a mock where a test looks at it."""
        resolver = self.resolver(node)
        if not isinstance(node.ctx, ast.Load) or not resolver.may_be(node) or resolver.receiver(node) is None:
            return None
        return self._named("object", node)

    def _of_name(self, node: ast.Name) -> Cell | None:
        scope, bindings = self.forest.lookup(node)
        if len(bindings) == 1 and isinstance(bindings[0].node, _FUNCTIONS):
            return self._calling(bindings[0].node, self._named("result", bindings[0].node))
        if not bindings or any(one.kind in ("import", "def", "class") for one in bindings):
            return self._of_object(node)
        return None if self._class_of(node) is not None else self._named(scope, self._variable(node, bindings))

    def _variable(self, node: ast.Name, bindings: Sequence[Binding]) -> object:
        """Return what stands for a name at a place: one that is given another mock further down is another one there."""
        if len(bindings) < 2:
            return node.id
        statements = [self.forest.statement(one.node) for one in bindings]
        block = self.forest.block(statements[0])
        if not all(one in block for one in statements) or any(
            one.kind in ("param", "del", "augassign") for one in bindings
        ):
            return node.id
        before = [index for index, one in enumerate(bindings) if _position(one.node) <= _position(node)]
        return (node.id, max(before, default=0))

    def _class_of(self, node: ast.Name) -> ast.ClassDef | None:
        """Return the class whose object a name is: the first parameter of a method."""
        function = self.forest.lookup(node)[0].node
        if not isinstance(function, _FUNCTIONS):
            return None
        cls = self.forest.scope(function).node
        first = [*function.args.posonlyargs, *function.args.args][:1]
        return cls if isinstance(cls, ast.ClassDef) and first and first[0].arg == node.id else None

    def _of_call(self, node: ast.Call) -> Cell | None:
        resolver = self.resolver(node)
        if self._patch(node) is not None:
            return self._of_patch(node)
        maker = functions.is_maker(node, resolver.symbol, self.forest)
        if maker:
            found = Cell()
            self.makers.append((node, maker, found))
            for keyword in node.keywords:
                value = self.cell(keyword.value) if keyword.arg else None
                key = RESULT if keyword.arg == "return_value" else keyword.arg or ""
                if value is not None and keyword.arg not in (*functions.SPECS, "side_effect"):
                    found.at(key).join(value)
                elif keyword.arg and keyword.arg not in functions.SPECS:
                    found.at(key).values.append(keyword.value)
            self._note_configured(node, found)
            return found
        function = resolver.function(node.func)
        if function is not None:
            if self.forest.path_of(function) not in self.resolvers:
                return None
            # What only makes a mock makes one for anybody.
            given = Cell() if self._is_plain(function, resolver) else self._named("result", function)
            if any(last_name(one) in _MANAGERS for one in function.decorator_list):
                found = Cell()
                found.at("__enter__").at(RESULT).join(given)
                found.at("__aenter__").at(RESULT).join(given)
                return found
            return given
        if resolver.symbol(node.func) in _HOLDERS:
            found = Cell()
            for keyword in node.keywords:
                value = self.cell(keyword.value) if keyword.arg else None
                if value is not None and keyword.arg:
                    found.at(keyword.arg).join(value)
            return found
        if isinstance(node.func, ast.Attribute) and node.func.attr == "configure_mock":
            base = self.cell(node.func.value)
            if base is not None:
                self._note_configured(node, base)
        callee = self.cell(node.func)
        return None if callee is None else callee.at(RESULT)

    def _note_configured(self, call: ast.Call, cell: Cell) -> None:
        """Note what is set by dotted names: `configure_mock(**{"channel.return_value": channel})`."""
        for setting in functions.configured(call):
            place = cell
            for part in setting.parts:
                place = place.at(RESULT if part == "return_value" else part)
            found = self.cell(setting.value)
            if found is not None:
                place.join(found)
            else:
                place.values.append(setting.value)
            self.configured.append((setting, cell))

    def _is_plain(self, function: FunctionNode, resolver: Resolver) -> bool:
        """Return whether all that a function does is to make a mock that nothing is said of."""
        returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
        return len(function.body) == 1 and all(
            isinstance(one, ast.Call) and not one.keywords and functions.is_maker(one, resolver.symbol, self.forest)
            for one in returned
        )

    def _patch(self, call: ast.Call) -> Patch | None:
        return functions.find_patch(call, self.symbol(call), self.forest)

    def _of_patch(self, node: ast.Call) -> Cell:
        """Return the cell of what a patch gives: the mock itself, or what starts it."""
        patch = self._patch(node)
        assert patch is not None
        mock = self._named("patch", node)
        if patch.new is not None:
            new = self.cell(patch.new)
            if new is not None:
                mock.join(new)
            else:
                mock.values.append(patch.new)
        for keyword in node.keywords:
            value = self.cell(keyword.value) if keyword.arg else None
            key = RESULT if keyword.arg == "return_value" else keyword.arg or ""
            if (
                value is not None
                and patch.kind != "setattr"
                and keyword.arg not in (*functions.SPECS, "new", "side_effect")
            ):
                mock.at(key).join(value)
            elif keyword.arg == "return_value":
                mock.at(RESULT).values.append(keyword.value)
        self._note_configured(node, mock)
        self.patches.append((patch, mock))
        if patch.direct:
            return mock
        found = Cell()
        for way in ("__enter__", "start"):
            found.at(way).at(RESULT).join(mock)
        return found

    def _mock_of(self, call: ast.Call) -> Cell | None:
        found = self.cell(call)
        return None if found is None else found.at("start").at(RESULT)

    def names_of(self, cell: Cell, node: ast.AST) -> Iterator[str]:
        """Yield the names that hold a mock where a node is."""
        scope = self.forest.scope(node)
        while True:
            for name in scope.names:
                found = self._cells.get((scope, name))
                if found is not None and found.root() is cell.root():
                    yield name
            if scope.parent is None:
                return
            scope = scope.parent


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _parameter(function: FunctionNode, call: ast.Call, argument: ast.expr | ast.keyword, forest: Forest) -> str:
    """Return the parameter that an argument becomes; empty where that is not plain."""
    if isinstance(argument, ast.keyword):
        return argument.arg or ""
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    if isinstance(forest.scope(function).node, ast.ClassDef) and isinstance(call.func, ast.Attribute):
        names = names[1:]
    position = call.args.index(argument)
    return names[position] if position < len(names) else ""


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
