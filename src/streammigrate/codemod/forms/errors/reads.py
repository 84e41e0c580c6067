"""What is read of an exception: its attributes, by name or by `getattr`, and its text."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Arg, Call, Code, Infix, Old, Raw, Src
from streammigrate.codemod.forms.errors.suspects import Suspects, held_by
from streammigrate.codemod.forms.errors.texts import is_shown, tests
from streammigrate.codemod.lower import Held
from streammigrate.codemod.names import Names
from streammigrate.codemod.resolve import Confidence, Resolver
from streammigrate.codemod.scopes import Scopes

_OLD = frozenset({"error_code", "error_message", "response_text", "json_response"})
"""Attributes that only stream-chat's exception has."""
_NEW = frozenset(
    {"api_error", "code", "details", "error_type", "exception_fields", "message", "more_info", "retry_after"}
)
"""Attributes that only getstream's exceptions have, of names that others' exceptions have too."""
_SHARED = frozenset(
    {"status_code", "with_traceback", "add_note", "__class__", "__cause__", "__traceback__", "__context__", "__str__",
     "__notes__", "__suppress_context__"}
)  # fmt: skip
"""Attributes that the exceptions of both SDKs have, with the same meaning."""
_REPRESENTS = re.compile(r"%[^%a-z]*[ra]|![ra]")
_ARGS = {0: "raw_response_body", 1: "status_code"}
"""What stream-chat's exception was made with, in v2's names."""


class Read(NamedTuple):
    """An expression that reads something of an exception, and what takes its place."""

    node: ast.expr
    code: Code
    shown: ast.expr
    """What a person would point at: the call where the function of it is replaced."""
    alone: bool
    """Whether no class of an exception stands beside it, so that people are shown it by itself."""


class File(NamedTuple):
    """A file whose reads are planned."""

    scopes: Scopes
    resolver: Resolver
    names: Names
    suspects: Suspects
    attributes: Mapping[str, str]
    """What the attributes of stream-chat's exception are called in v2; a test behind the name belongs to it."""
    both: bool
    """Whether what is caught may be of either SDK."""
    segment: Callable[[ast.expr], str]


def reads(file: File) -> Iterator[Read]:
    """Yield what has to be read in another way. Raises Held where nothing reads the same in v2."""
    for node in file.scopes.nodes:
        for place, subject, code in _places(node, file):
            if code is not None:
                shown = node if isinstance(node, ast.Call) and place is node.func else place
                yield Read(place, code, shown, not _is_known(subject, file))


def _places(node: ast.AST, file: File) -> Iterator[tuple[ast.expr, ast.expr, Code | None]]:
    """Yield what would be replaced in a node, what it reads of, and by what."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        yield node, node.value, _attribute(node, file)
    elif isinstance(node, ast.Subscript):
        yield node, node.value, _element(node, file)
    elif isinstance(node, ast.FormattedValue):
        yield node.value, node.value, _text(node.value, node.value, file, node.conversion in (-1, 115))
    elif isinstance(node, (ast.BinOp, ast.Call)):
        for value in _formatted(node):
            yield value, value, _text(value, value, file, whole=True)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            yield node.func, node.args[0], _call(node, node.func.id, file)


def _is_known(expr: ast.expr, file: File) -> bool:
    """Return whether an expression is an exception of stream-chat for all that the program says."""
    if not isinstance(expr, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) or not file.resolver.may_be(expr):
        return False
    receiver = file.resolver.receiver(expr)
    # A class of the program's own that is a kind of it goes on being one.
    ours = receiver is not None and receiver.cls == "StreamAPIException" and not receiver.subclass
    return ours and not _is_group(expr, file)


def _is_group(expr: ast.expr, file: File) -> bool:
    """Return whether `except*` gives the name: a group of exceptions."""
    bindings = held_by(expr, file.scopes) if isinstance(expr, ast.Name) else ()
    return any(type(file.scopes.parent(one.node)).__name__ == "TryStar" for one in bindings)


def _is_only_new(expr: ast.expr, file: File) -> bool:
    """Return whether nothing but getstream's exception can be read, or what has no such attribute either."""
    receiver = file.resolver.receiver(expr)
    if file.both or receiver is None:
        return False
    if receiver.confidence is Confidence.PROVEN:
        return True
    bindings = held_by(expr, file.scopes) if isinstance(expr, ast.Name) else ()
    return bool(bindings) and all(_has_built_ins(one.node, file) for one in bindings)


def _has_built_ins(handler: ast.AST, file: File) -> bool:
    if not isinstance(handler, ast.ExceptHandler) or not isinstance(handler.type, ast.Tuple):
        return False
    return all(
        file.resolver.referent(one) is not None or (isinstance(one, ast.Name) and not file.scopes.lookup(one)[1])
        for one in handler.type.elts
    )


def _attribute(node: ast.Attribute, file: File) -> Code | None:
    name = node.attr
    known = _is_known(node.value, file)
    if not known:
        wanted = name in _OLD and file.suspects.may_be(node.value, file.scopes)
        return _field(node.value, name, file) if wanted else None
    if name in _SHARED:
        return None
    if name == "args" or name in file.attributes:
        if not _is_only_new(node.value, file):
            return _field(node.value, name, file)
        if name == "args":
            around = file.scopes.parent(node)
            taken = isinstance(around, ast.Subscript) and _element(around, file) is not None
            return None if taken else _field(node.value, name, file)
        return _plain(node.value, file.attributes[name])
    if _is_set(name, file) or _names_new(node.value, file):
        return None
    raise Held(kinds.HANDLER, f"`{ast.unparse(node)}` has no counterpart in v2")


def _element(node: ast.Subscript, file: File) -> Code | None:
    """Return what is read by `e.args[0]`: stream-chat's exception was made with a text and a status."""
    args, index = node.value, node.slice
    if not isinstance(args, ast.Attribute) or args.attr != "args" or not isinstance(index, ast.Constant):
        return None
    name = _ARGS.get(index.value) if isinstance(index.value, int) and not isinstance(index.value, bool) else None
    if name is None or not _is_known(args.value, file) or not _is_only_new(args.value, file):
        return None
    return _plain(args.value, name)


def _plain(value: ast.expr, new: str) -> Code | None:
    """Return `e.new`; a name with a test behind it (`api_error is not None`) is written in brackets."""
    name, space, test = new.partition(" ")
    return Infix(("(", Src(value), f".{name}{space}{test})")) if test else Infix((Src(value), f".{name}"))


def _is_set(name: str, file: File) -> bool:
    """Return whether the file itself sets an attribute of that name."""
    nodes = (node for node in file.scopes.nodes if isinstance(node, ast.Attribute))
    return any(node.attr == name and isinstance(node.ctx, ast.Store) for node in nodes)


def _names_new(expr: ast.expr, file: File) -> bool:
    """Return whether a handler names a class of getstream's, as an earlier run or a person leaves it."""
    for binding in held_by(expr, file.scopes) if isinstance(expr, ast.Name) else ():
        handler = binding.node
        if isinstance(handler, ast.ExceptHandler) and isinstance(handler.type, ast.Tuple):
            symbols = (file.resolver.symbol(one) or "" for one in handler.type.elts)
            if any(symbol.startswith("getstream") for symbol in symbols):
                return True
    return False


def _call(node: ast.Call, function: str, file: File) -> Code | None:
    if function not in ("getattr", "hasattr", "str", "vars") or file.scopes.lookup(node.func)[1]:  # type: ignore[arg-type]
        return None
    subject = node.args[0]
    if function == "str":
        return _text(subject, node, file, len(node.args) == 1)
    known = _is_known(subject, file)
    if function == "vars" or len(node.args) < 2:
        if known:
            raise Held(kinds.HANDLER, f"`{ast.unparse(node)}` reads the attributes by name")
        return None
    asked = node.args[1]
    name = asked.value if isinstance(asked, ast.Constant) else None
    if name in _SHARED or not (known or _asks_suspect(subject, name, file)):
        return None
    return Raw(_helper("has_error_field" if function == "hasattr" else "error_field", node, file))


def _asks_suspect(subject: ast.expr, name: object, file: File) -> bool:
    if name in _NEW:
        # stream-chat's exception has none of these, so that another's is asked for, or a default.
        return file.names.helps and file.suspects.is_caught(subject, file.scopes)
    return name in _OLD and file.suspects.may_be(subject, file.scopes)


def _field(value: ast.expr, name: str, file: File) -> Code:
    """Return the call of a helper that reads an attribute of stream-chat's exception."""
    local = _helper("error_field", value, file)
    around = next((one for one in file.scopes.ancestors(value) if isinstance(one, ast.JoinedStr)), None)
    if around is None:
        return Call(Raw(local), (Arg("", Src(value)), Arg("", Raw(f'"{name}"'))))
    # On one line and in the other quotes, so that every Python takes it inside the f-string.
    quote = "'" if '"' in file.segment(around)[:4] else '"'
    return Infix((f"{local}(", Src(value), f", {quote}{name}{quote})"))


def _helper(function: str, node: ast.expr, file: File) -> str:
    local = file.names.helper(function)
    if not local:
        text = f"`{ast.unparse(node)}` is read of an exception that either SDK may raise, or by name: it takes a helper"
        raise Held(kinds.HANDLER, text)
    return local


def _text(subject: ast.expr, text: ast.expr, file: File, whole: bool) -> Code | None:
    """Return what gives the text of v1 where a question to the text has another answer in v2."""
    known = _is_known(subject, file)
    if not whole or not (known or file.suspects.is_caught(subject, file.scopes)):
        return None
    asked = list(tests(text, file.scopes))
    lost = next((one.literal for one in asked if one.is_of_network), None)
    if lost is not None and not known:
        raise Held(
            kinds.HANDLER,
            f'`"{lost}" in {ast.unparse(text)}` asks for a time-out or a lost connection by its text, which is another '
            "in getstream: catch StreamTransportException and ask for its `error_type`",
        )
    if all(one.is_of_message for one in asked) if asked else not _goes_on(text, file):
        return None
    local = _helper("error_text", text, file)
    return Infix((f"{local}(", Old(subject), ")")) if text is subject else Raw(local)


def _formatted(node: ast.BinOp | ast.Call) -> list[ast.expr]:
    """Return the names that `"…%s…" % e` or `"…{}…".format(e)` writes into a text."""
    if isinstance(node, ast.BinOp):
        text: ast.expr = node.left
        given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        used = isinstance(node.op, ast.Mod)
    else:
        used = isinstance(node.func, ast.Attribute) and node.func.attr == "format"
        text = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
    # What asks for the representation is given the exception itself.
    plain = isinstance(text, ast.Constant) and isinstance(text.value, str) and not _REPRESENTS.search(text.value)
    return [one for one in given if isinstance(one, ast.Name)] if used and plain else []


def _goes_on(text: ast.expr, file: File) -> bool:
    """Return whether a text that nobody asks goes where its words may count, as into an answer of a web service."""
    return file.names.helps and not is_shown(text, file.scopes)
