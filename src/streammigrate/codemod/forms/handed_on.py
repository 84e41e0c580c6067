"""Methods that are handed over with their arguments: what has to be checked beyond what a call of the method needs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from streammigrate.codemod import kinds
from streammigrate.codemod.calls import keeps_order
from streammigrate.codemod.code import (
    Arg,
    Awaited,
    Call,
    Code,
    Comprehension,
    Conditional,
    Dict,
    Infix,
    Item,
    List,
    Src,
    sources,
)
from streammigrate.codemod.forms.forwards import Forward
from streammigrate.codemod.lower import Held
from streammigrate.codemod.model import Applicability, Facet
from streammigrate.codemod.scopes import Scopes
from streammigrate.codemod.uses import Use
from streammigrate.codemod.values import is_pure

_LIFETIMES = frozenset({"expiration:lifetime", "expiration:absolute", "expiration:absolute-or-never"})
"""Forms of a token's expiry in which the present time takes part."""


def function(use: Use) -> ast.Attribute:
    """Return the method that a use refers to, also where it is written `getattr(client, "name")`."""
    if isinstance(use.node, ast.Attribute):
        return use.node
    attribute = ast.Attribute(value=use.subject, attr=use.member, ctx=ast.Load())
    return ast.copy_location(attribute, use.node)


def again(value: ast.expr) -> Code:
    """Return the code of an expression that holds a response. Raises Held for a name that a result is unpacked into."""
    if isinstance(value, ast.Await):
        return Awaited(Src(value.value))
    if isinstance(value, ast.Call) and all(keyword.arg for keyword in value.keywords):
        positional = [Arg("", Src(argument)) for argument in value.args]
        named = [Arg(keyword.arg or "", Src(keyword.value)) for keyword in value.keywords]
        return Call(Src(value.func), (*positional, *named))
    raise Held(kinds.RESPONSE, "the response is unpacked together with others; read it beside its call")


def doubted(doubts: Iterable[str]) -> Iterator[Facet]:
    """Yield what is not certain about the calls that call a method."""
    for text in dict.fromkeys(doubts):
        yield Facet("receiver", Applicability.UNSAFE, text, kinds.REFERENCE.id)


def early(call: Call, forms: Iterable[str]) -> Iterator[Facet]:
    """Yield what a call that runs later reads of its arguments when they are handed over, and v1 when it runs."""
    helped = any(form.endswith(":helper") for form in forms)
    if helped or any(argument.name == "*" or _looks_into(argument.value) for argument in call.args):
        text = "v1 looks into the arguments when the call runs, v2's are made of them when they are handed over"
        yield Facet("arguments", Applicability.UNSAFE, text, kinds.ORDER.id)
    if _LIFETIMES.intersection(forms):
        text = "the lifetime is counted from when the call runs, in v1 from when its arguments are handed over"
        yield Facet("arguments", Applicability.UNSAFE, text, kinds.ORDER.id)


def _looks_into(code: Code) -> bool:
    if isinstance(code, Call):
        return any(_looks_into(argument.value) for argument in code.args)
    if isinstance(code, List):
        return any(map(_looks_into, code.items))
    if isinstance(code, Dict):
        return any(_looks_into(value) for _, value in code.items)
    if isinstance(code, Conditional):
        return _looks_into(code.body) or _looks_into(code.orelse)
    return isinstance(code, (Comprehension, Item, Infix)) and any(
        not isinstance(node, ast.Constant) for node in sources(code)
    )


def split(forward: Forward, call: Call) -> tuple[tuple[Arg, ...], tuple[Arg, ...]]:
    """Return the arguments of the new call for the partial, and those for the call of it.

    Raises Held where something of both becomes one argument, or they would change places.
    """
    if forward.partial is None:
        return (), call.args
    inside = set(ast.walk(forward.partial))
    early: list[Arg] = []
    late: list[Arg] = []
    for argument in call.args:
        nodes = list(sources(argument.value))
        own = [node for node in nodes if node not in inside]
        if own and len(own) < len(nodes):
            text = "what the partial is given and what is given later become one argument in v2"
            raise Held(kinds.REFERENCE, f"{text}; write a function that calls the method")
        if not own and late and argument.name in ("", "*"):
            raise Held(kinds.REFERENCE, "arguments of the partial come after arguments that are given later")
        (late if own else early).append(argument)
    return tuple(early), tuple(late)


def check(forward: Forward, call: Call, codes: Iterable[Code], use: Use, scopes: Scopes) -> None:
    """Raise Held unless the new call means the same though its parts stand elsewhere than the old one's.

    `call` is the method's v2 call, `codes` what is written in the place of the forwarding call and of its partial.
    """
    if not all(map(keeps_order, codes)):
        raise Held(
            kinds.ORDER, "arguments with effects would be evaluated in another order; put them into variables first"
        )
    if forward.holds(use.node):
        return
    # The method is named in one place and called in another.
    given = {*forward.args, *(keyword.value for keyword in forward.keywords)}
    inside = {part for value in given for part in ast.walk(value)}
    moved = [node for argument in call.args for node in sources(argument.value) if node not in inside]
    for node in (*moved, *(node for node in sources(call.function) if node is not use.subject)):
        if not is_pure(node) or not _means_the_same(node, use.node, forward.call, scopes):
            raise Held(
                kinds.STATE,
                f"`{ast.unparse(node)}` may be something else where the method is called than where it is named",
            )


def _means_the_same(node: ast.expr, here: ast.expr, there: ast.expr, scopes: Scopes) -> bool:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            owner = scopes.owner(scopes.scope(here), part.id)
            if owner is not scopes.owner(scopes.scope(there), part.id) or scopes.is_rebound(owner, part.id):
                return False
    return True
