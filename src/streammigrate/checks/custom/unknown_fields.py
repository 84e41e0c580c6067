"""SM627: models of getstream that are built from mappings with keys that they do not know."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.checks.custom import written
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.findings import Severity
from streammigrate.rules import sdk

_MODELS = "getstream.models."
_READERS = ("from_dict", "from_json")


def _judge(project: Project) -> Iterator[Answer]:
    for module in project.modules(rb"getstream"):
        for call in module.calls():
            symbol = module.symbol(call.func)
            if not symbol.startswith(_MODELS):
                continue
            name, _, method = symbol.removeprefix(_MODELS).partition(".")
            model = sdk.model(name)
            if model is None:
                continue
            message = ""
            if not method:
                message = _rejected(module, call, model)
            elif method in _READERS and "custom" in model.fields and call.args:
                message = _dropped(module, call, model, method)
            if message:
                at = module.at(call)
                yield Answer(message, at, (module.path, name, method), (Evidence(str(at), module.line(call)),))


def _rejected(module: Module, call: ast.Call, model: sdk.Model) -> str:
    """Say which keys, or whose, the constructor of a model would refuse; empty where it takes all."""
    named = [one.arg for one in call.keywords if one.arg is not None and one.arg not in model.fields]
    spread = [one.value for one in call.keywords if one.arg is None]
    found = [written.mapping(module, one) for one in spread]
    wrong = dict.fromkeys([*named, *(p.key for one in found for p in one.pairs if p.key not in model.fields)])
    if wrong:
        keys = ", ".join(f"`{key}`" for key in wrong)
        return f"{model.name} has no {keys}, and raises TypeError for {'it' if len(wrong) == 1 else 'them'}"
    opaque = [one for one, seen in zip(spread, found, strict=True) if not seen.whole]
    if opaque and "custom" in model.fields:
        return f"{model.name}(**{ast.unparse(opaque[0])}) raises TypeError for every key that is no field"
    return ""


def _dropped(module: Module, call: ast.Call, model: sdk.Model, method: str) -> str:
    """Say which keys, or whose, a model leaves out when it is read from a mapping; empty where it takes all."""
    wires = {one.wire for one in model.fields.values()}
    seen = written.mapping(module, call.args[0])
    wrong = dict.fromkeys(pair.key for pair in seen.pairs if pair.key not in wires)
    if wrong:
        return f"{model.name}.{method} drops {', '.join(f'`{key}`' for key in wrong)} without a word"
    text = ast.unparse(call.args[0])
    return "" if seen.whole else f"{model.name}.{method}({text}) drops every key that is no field without a word"


CHECK = ProjectCheck(
    id="SM627",
    name="model-loses-keys",
    title="A model of getstream refuses or drops custom keys",
    severity=Severity.WARNING,
    area=Area.CUSTOM,
    question="Is no model of getstream built from a mapping that may have custom keys?",
    explanation="getstream's models are dataclasses. `UserRequest(**data)` raises TypeError for a key that is no "
    "field, and `UserRequest.from_dict(data)` leaves such keys out without a word, so that custom data is lost. Only "
    "`custom` takes them.",
    shows="the construction, with the keys that are seen there.",
    fix='Give fields by name and all other keys as `custom`: `UserRequest(id="jane", custom={"tier": 3})`. For '
    "mappings that are not seen, `from_v1(UserRequest, data)` of the module of helpers that `rewrite` writes splits "
    "them.",
    judge=_judge,
)
