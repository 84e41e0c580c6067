"""SM640: a call of the synchronous client inside `async def`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def _judge(project: Project) -> Iterator[Answer]:
    for call in project.calls:
        if call.coroutine or not call.sends:
            continue
        around = next((one for one in call.module.scopes.ancestors(call.node) if isinstance(one, _FUNCTIONS)), None)
        if isinstance(around, ast.AsyncFunctionDef):
            yield Answer(
                f"`{around.name}` waits for {call.member} and stops the event loop while it does",
                call.at,
                (call.module.path, around.name, call.member),
                (Evidence(str(call.at), call.module.line(call.node)),),
            )


CHECK = ProjectCheck(
    id="SM640",
    name="blocking-call",
    title="A call of the synchronous client stands in a coroutine",
    severity=Severity.WARNING,
    area=Area.CODE,
    question="Does no `async def` call the synchronous client?",
    explanation="StreamChat (and Stream, in v2) waits for the answer with the event loop stopped: nothing else of the process "
    "goes on. v2 has AsyncStream, with the same methods as coroutines.",
    shows="the call and the coroutine around it.",
    fix="Use StreamChatAsync (v2: AsyncStream) and `await` there, or `await asyncio.to_thread(client.…, …)`.",
    judge=_judge,
)
