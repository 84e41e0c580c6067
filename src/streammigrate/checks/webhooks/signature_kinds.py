"""Of what kind the signatures are that the code gives to the functions that test them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.checks.model import Answer, Evidence
from streammigrate.checks.project import Project
from streammigrate.checks.webhooks import values
from streammigrate.checks.webhooks.calls import VERIFYING, sdk_calls


def answers(project: Project, kind: str, said: str, generations: tuple[int, ...] = (1, 2)) -> Iterator[Answer]:
    """Yield an answer for every signature of a kind: `bytes`, or `optional` for text or None."""
    from streammigrate.codemod.forms.contents import Contents

    for call in sdk_calls(project):
        signature = call.signature if call.name in VERIFYING and call.generation in generations else None
        if signature is None:
            continue
        module = call.module
        contents = Contents(module.scopes, module.resolver.symbol, _nothing)
        if contents.of(signature) == kind:
            at = module.at(call.node)
            evidence = Evidence(str(module.at(signature)), values.shown(signature))
            yield Answer(f"{call.name} {said}", at, (module.path, call.name), (evidence,))


def _nothing(_: ast.expr) -> str:
    return ""
