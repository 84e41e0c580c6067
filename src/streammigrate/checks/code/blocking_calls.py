"""SM640: a call of a synchronous client inside `async def`, of either SDK."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from streammigrate.checks.code.second import second
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.findings import Severity

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def _judge(project: Project) -> Iterator[Answer]:
    through: dict[Module, dict[ast.AST, tuple[ast.Call, str]]] = {}
    for module, node, member in _waiting(project):
        around = _around(module, node)
        if isinstance(around, ast.AsyncFunctionDef):
            message = f"`{around.name}` waits for {member} and stops the event loop while it does"
            yield _answer(module, node, (around.name, member), message)
        elif isinstance(around, ast.FunctionDef) and not around.decorator_list:
            through.setdefault(module, {}).setdefault(around, (node, member))
    for module, functions in through.items():
        yield from _called(module, functions)


def _waiting(project: Project) -> Iterator[tuple[Module, ast.Call, str]]:
    """Yield the calls that wait for an answer, with what is called."""
    for call in project.calls:
        if not call.coroutine and call.sends:
            yield call.module, call.node, call.member
    for other in second(project).calls:
        if not other.thing.coroutine and other.sends:
            yield other.module, other.node, other.member


def _called(module: Module, functions: Mapping[ast.AST, tuple[ast.Call, str]]) -> Iterator[Answer]:
    """Yield where coroutines of a file call its functions that wait."""
    for node in module.calls():
        around = _around(module, node)
        if not isinstance(around, ast.AsyncFunctionDef) or isinstance(module.scopes.parent(node), ast.Await):
            continue
        function = module.resolver.function(node.func)
        if isinstance(function, ast.FunctionDef) and function in functions:
            inner, member = functions[function]
            message = (
                f"`{around.name}` calls `{function.name}`, which waits for {member} and stops the event loop meanwhile"
            )
            yield _answer(module, node, (around.name, function.name, member), message, inner)


def _around(module: Module, node: ast.AST) -> ast.AST | None:
    return next((one for one in module.scopes.ancestors(node) if isinstance(one, _FUNCTIONS)), None)


def _answer(
    module: Module, node: ast.Call, about: tuple[str, ...], message: str, inner: ast.Call | None = None
) -> Answer:
    seen = [one for one in (node, inner) if one is not None]
    evidence = tuple(Evidence(str(module.at(one)), module.line(one)) for one in seen)
    return Answer(message, module.at(node), (module.path, *about), evidence)


CHECK = ProjectCheck(
    id="SM640",
    name="blocking-call",
    title="A call of the synchronous client stands in a coroutine",
    severity=Severity.WARNING,
    area=Area.CODE,
    question="Does no `async def` call the synchronous client, of stream-chat or of getstream?",
    explanation="StreamChat (and Stream, in v2) waits for the answer with the event loop stopped: nothing else of the process "
    "goes on. v2 has AsyncStream, with the same methods as coroutines. Looked at are coroutines themselves, and the functions "
    "of their own file that they call.",
    shows="the call and the coroutine around it.",
    fix="Use StreamChatAsync (v2: AsyncStream) and `await` there, or `await asyncio.to_thread(client.…, …)`.",
    judge=_judge,
)
