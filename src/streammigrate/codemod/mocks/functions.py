"""The functions of unittest.mock, pytest and pytest-mock that make mocks and put them in the place of something."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple, TypeAlias

from streammigrate.codemod.resolve.text import is_test_file
from streammigrate.codemod.scopes import Forest

Patched: TypeAlias = Literal["patch", "object", "multiple", "setattr", "spy"]
Symbols: TypeAlias = Callable[[ast.expr], str | None]

CLASSES = frozenset({"Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock"})
SPECS = ("spec", "spec_set", "autospec", "wraps")
"""The keywords that make a mock look like something."""
MEMBERS = frozenset(
    {
        "assert_any_await", "assert_any_call", "assert_awaited", "assert_awaited_once", "assert_awaited_once_with",
        "assert_awaited_with", "assert_called", "assert_called_once", "assert_called_once_with", "assert_called_with",
        "assert_has_awaits", "assert_has_calls", "assert_not_awaited", "assert_not_called", "attach_mock", "await_args",
        "await_args_list", "await_count", "call_args", "call_args_list", "call_count", "called", "configure_mock",
        "method_calls", "mock_add_spec", "mock_calls", "reset_mock", "return_value", "side_effect",
    }
)  # fmt: skip
"""What every mock has of its own (the documentation of unittest.mock)."""

OF_METHODS = frozenset({"assert_has_calls", "assert_has_awaits", "method_calls", "mock_calls"})
"""Those that tell of the calls of a mock's methods, too."""

_MOCKS = re.compile(r"\bmock\b|\bmocker\b|\bmonkeypatch\b")
_MODULES = ("unittest.mock", "mock.mock", "mock")
_PATCHES: dict[str, Patched] = {"patch": "patch", "patch.object": "object", "patch.multiple": "multiple"}
_FIXTURES = ("mocker", "class_mocker", "module_mocker", "package_mocker", "session_mocker")


def may_mock(path: str, text: str) -> bool:
    """Return whether a file may have mocks: it is a test, or names what makes them."""
    return is_test_file(path) or _MOCKS.search(text) is not None


class Patch(NamedTuple):
    """A call that replaces something while a test runs."""

    call: ast.Call
    kind: Patched
    direct: bool
    """Whether the call gives the mock itself, as pytest-mock's do, and not what starts it."""
    new: ast.expr | None
    """What is put there, where the call says so; else a mock is made."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names that are replaced: of the whole target for a text, of the object otherwise."""
        if self.kind == "multiple":
            return tuple(one.arg for one in self.call.keywords if one.arg and one.arg not in _OPTIONS)
        node = self.call.args[1] if self.kind != "patch" and not self.is_text and len(self.call.args) > 1 else None
        return (node.value,) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ()

    @property
    def target(self) -> ast.expr:
        """What names the target, or the object that has it."""
        return self.call.args[0]

    @property
    def is_text(self) -> bool:
        """Whether the target is given as a dotted text."""
        return isinstance(self.target, ast.Constant) and isinstance(self.target.value, str)

    @property
    def gives(self) -> bool:
        """Whether a decorated function is given the mock by position."""
        return self.kind in ("patch", "object") and self.new is None


_OPTIONS = frozenset({"target", "new", "spec", "create", "spec_set", "autospec", "new_callable"})


def find_patch(call: ast.Call, symbol: Symbols, forest: Forest) -> Patch | None:
    """Return what a call of unittest.mock's `patch`, of pytest-mock's or of monkeypatch replaces; None for another call."""
    if not call.args or isinstance(call.args[0], ast.Starred):
        return None
    name, direct = _name(call.func, symbol, forest)
    if name == "setattr":
        position = 1 if isinstance(call.args[0], ast.Constant) else 2
        given = call.args[position] if len(call.args) > position else None
        given = given or next((one.value for one in call.keywords if one.arg == "value"), None)
        return None if given is None else Patch(call, "setattr", False, given)
    if name == "spy":
        return Patch(call, "spy", True, None)
    kind = _PATCHES.get(name)
    if kind is None:
        return None
    position = {"patch": 1, "object": 2}.get(kind, 99)
    new = call.args[position] if len(call.args) > position else None
    new = new or next((one.value for one in call.keywords if one.arg == "new"), None)
    if new is not None and last(new, symbol) == "DEFAULT":
        new = None
    return Patch(call, kind, direct, new)


def is_maker(call: ast.Call, symbol: Symbols, forest: Forest) -> str:
    """Return the name of the mock's class, or `create_autospec`, where a call makes a mock; else an empty text."""
    name, _ = _name(call.func, symbol, forest)
    return name if name in CLASSES or name == "create_autospec" else ""


def last(node: ast.expr, symbol: Symbols) -> str:
    """Return the name of a thing of unittest.mock (`ANY`, `call`, `DEFAULT`); empty for anything else."""
    return _in_module(symbol(node) or "")


def stands_in(node: ast.expr, symbol: Symbols, forest: Forest) -> bool:
    """Return whether an expression only says what a mock looks like, or whose attribute one takes the place of."""
    parent = forest.parent(node)
    call = forest.parent(parent) if isinstance(parent, ast.keyword) else parent
    if not isinstance(call, ast.Call) or call.func is node:
        return False
    is_first = bool(call.args) and call.args[0] is node
    if is_maker(call, symbol, forest):
        return is_first or (isinstance(parent, ast.keyword) and parent.arg in SPECS)
    patch = find_patch(call, symbol, forest)
    if patch is None:
        return False
    return is_first or (isinstance(parent, ast.keyword) and parent.arg in SPECS)


def is_read_as_mock(attribute: ast.expr, forest: Forest) -> bool:
    """Return whether what only mocks have is read of an attribute, which shows that a mock is there: `client.x.called`."""
    parent = forest.parent(attribute)
    return isinstance(parent, ast.Attribute) and parent.value is attribute and parent.attr in MEMBERS


def specs(call: ast.Call, maker: str) -> Iterator[ast.expr]:
    """Yield what a mock is made to look like; `maker` is empty for a patch, whose arguments by position are others."""
    if maker and call.args:
        yield call.args[0]
    for keyword in call.keywords:
        if keyword.arg in SPECS:
            yield keyword.value


class Setting(NamedTuple):
    """What is set on a mock by a dotted name: `**{"channel.return_value": channel}`."""

    node: ast.Constant
    parts: tuple[str, ...]
    value: ast.expr


def configured(call: ast.Call) -> Iterator[Setting]:
    """Yield what a call sets on a mock by dotted names."""
    for keyword in call.keywords:
        if keyword.arg is None and isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield Setting(key, tuple(key.value.split(".")), value)


def _name(func: ast.expr, symbol: Symbols, forest: Forest) -> tuple[str, bool]:
    """Return the name within unittest.mock or a fixture of what is called, and whether it is a fixture's."""
    if not isinstance(func, (ast.Name, ast.Attribute)):
        return "", False
    parts: list[str] = []
    root: ast.expr = func
    while isinstance(root, ast.Attribute):
        parts.insert(0, root.attr)
        root = root.value
    if isinstance(root, ast.Name) and parts:
        if root.id in _FIXTURES and _is_parameter(root, forest):
            return ".".join(parts), True
        if root.id == "monkeypatch" and parts == ["setattr"] and _is_parameter(root, forest):
            return "setattr", False
    if not (parts[-1] in _NAMES if parts else isinstance(root, ast.Name) and _imported(root, forest) in _NAMES):
        return "", False
    return _in_module(symbol(func) or ""), False


_NAMES = CLASSES | {"create_autospec", "patch", "object", "multiple", "ANY", "call", "DEFAULT"}


def _in_module(dotted: str) -> str:
    for module in _MODULES:
        if dotted.startswith(f"{module}."):
            return dotted.removeprefix(f"{module}.")
    return ""


def _imported(name: ast.Name, forest: Forest) -> str:
    """Return what a name is called where it is imported from; empty for a name of the file's own."""
    for binding in forest.lookup(name)[1]:
        if isinstance(binding.node, ast.alias):
            return binding.node.name
    return ""


def _is_parameter(name: ast.Name, forest: Forest) -> bool:
    """Return whether a name is what pytest, or a helper's caller, hands over, and nothing that the file makes itself."""
    bindings = forest.lookup(name)[1]
    return len(bindings) == 1 and bindings[0].kind == "param"
