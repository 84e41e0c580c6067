"""SM723: a handler of webhooks that tests no signature."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.checks.webhooks import facts, values
from streammigrate.checks.webhooks.events import handlers, type_tests
from streammigrate.checks.webhooks.reach import FunctionNode, Place, function_of, reach
from streammigrate.findings import Severity

_FRAMEWORKS = frozenset(
    "flask quart django rest_framework ninja fastapi starlette aiohttp sanic bottle falcon tornado litestar".split()
)
_BEFORE = frozenset("before_request before_app_request middleware before_serving on_request".split())
_REQUEST = frozenset({"request", "req"})
_TESTED = re.compile(
    r"verif|signature|signed|hmac|digest|auth(?!or)|secret|token|permission|login|credential|api_?key|trusted|allowed",
    re.I,
)
_GUARDS = re.compile(
    rb"class\s+\w*Middleware|def\s+process_(?:request|view)\b|\.middleware\(|before_(?:app_)?request|dependencies\s*="
)
_GUARDED = re.compile(rb"(?i)verif|signature|hmac")


def _judge(project: Project) -> Iterator[Answer]:
    if any(_GUARDS.search(data) and _GUARDED.search(data) for data in project.python.values()):
        # Something may test every request before a handler sees it.
        return
    asked = _asked(project)
    if not asked:
        return
    for module in _web_modules(project):
        for function in module.nodes:
            if not isinstance(function, values.FUNCTIONS) or not _is_web(module, function):
                continue
            places = reach(project, Place(module, function))
            types = sorted({type for place in places for type in asked.get(place.node, ())})
            if not types or any(_may_test(project, place) for place in places):
                continue
            at = module.at(function)
            evidence = (Evidence(str(at), f"def {function.name}"), Evidence("event types", ", ".join(types)))
            said = f"`{function.name}` handles events of Stream and nothing in its reach tests their signature"
            yield Answer(said, at, (module.path, function.name), evidence)


def _asked(project: Project) -> dict[ast.AST, set[str]]:
    """Return the functions that ask for types of Stream's events, with the types."""
    found: dict[ast.AST, set[str]] = {}
    for handler in handlers(project):
        for test in type_tests(handler):
            function = values.function_around(handler.module, test.node)
            if function is None:
                function = values.function_around(handler.module, test.event)
            if function is not None and test.type in facts.known():
                found.setdefault(function, set()).add(test.type)
    return found


def _web_modules(project: Project) -> Iterator[Module]:
    """Yield the files that can have web handlers of Stream's events: those with such events, and those that import them."""
    names = {re.escape(_stem(handler.module.path).encode()) for handler in handlers(project)}
    seen = {handler.module.path for handler in handlers(project)}
    yield from (handler.module for handler in handlers(project) if _uses_framework(handler.module))
    for module in project.modules(rb"import[^\n]*\b(?:%s)\b|from[^\n]*\b(?:%s)\b" % ((b"|".join(sorted(names)),) * 2)):
        if module.path not in seen and _uses_framework(module):
            yield module


def _stem(path: str) -> str:
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    return parts[-1]


def _uses_framework(module: Module) -> bool:
    for node in module.nodes:
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        if any(name.partition(".")[0] in _FRAMEWORKS for name in names):
            return True
    return False


def _is_web(module: Module, function: FunctionNode) -> bool:
    """Return whether a framework calls a function with a request: by its decorator, or as it takes one."""
    if any(values.is_route(decorator) for decorator in function.decorator_list):
        return True
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    inside = values.function_around(module, function) is not None
    return (not inside and names[:1] == ["request"]) or names[:2] == ["self", "request"]


def _may_test(project: Project, place: Place) -> bool:
    """Return whether a function may test who sent a request: by what it names, or as it hands the request on."""
    module, function = place
    around = next((one for one in module.scopes.ancestors(function) if isinstance(one, ast.ClassDef)), None)
    outside: list[ast.AST] = [] if around is None else [*around.bases, *around.decorator_list, *around.keywords]
    body = around.body if around is not None else []
    outside += [one for one in body if isinstance(one, (ast.Assign, ast.AnnAssign))]
    return any(_names_a_test(node) for node in (function, *outside)) or _hands_on(project, place)


def _names_a_test(root: ast.AST) -> bool:
    for node in ast.walk(root):
        name = (
            node.id
            if isinstance(node, ast.Name)
            else node.attr
            if isinstance(node, ast.Attribute)
            else node.arg
            if isinstance(node, (ast.arg, ast.keyword))
            else node.value
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value
            else ""
        )
        if name and _TESTED.search(name):
            return True
    return False


def _hands_on(project: Project, place: Place) -> bool:
    """Return whether the request itself goes to code that is not in view."""
    for node in ast.walk(place.node):
        if not isinstance(node, ast.Call):
            continue
        given = [*node.args, *(one.value for one in node.keywords)]
        if not any(isinstance(one, ast.Name) and one.id in _REQUEST for one in given):
            continue
        root = place.module.symbol(node.func).partition(".")[0]
        if root in _FRAMEWORKS or root in sys.stdlib_module_names:
            continue
        if function_of(project, place.module, node.func) is None:
            return True
    return False


CHECK = ProjectCheck(
    id="SM723",
    name="unsigned-webhook-handler",
    title="A webhook handler tests no signature",
    severity=Severity.WARNING,
    area=Area.WEBHOOKS,
    question="Does every handler of Stream's webhooks test who sent them?",
    explanation="The address of a webhook is no secret. A handler that does not test X-Signature takes orders from "
    "anybody: a made up event can ban, delete or post in the app's name. Looked for is any test in the function, "
    "its decorators and class, and the functions of the project that it calls; where a middleware may do it, nothing "
    "is said.",
    shows="the handler, and the event types that it asks for.",
    fix="v1: `if not client.verify_webhook(body, signature): return 401`; v2: `client.verify_signature(body, "
    "signature)`; with the raw body as bytes and the header X-Signature as text, before the JSON is read.",
    url="https://getstream.io/docs/platform/webhooks/",
    judge=_judge,
)
