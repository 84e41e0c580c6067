"""SM647: a token that ends is kept where nothing renews it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial

from streammigrate.checks.code.imports import imports
from streammigrate.checks.code.tokens import Token, tokens
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.codemod.responses.reaching import Reaching
from streammigrate.codemod.scopes import Binding, Scope
from streammigrate.findings import Severity

_CACHES = frozenset({"functools.cache", "functools.lru_cache"})
_DJANGO = frozenset({"django.core.cache.cache"})
_REDIS = frozenset(
    f"redis.{place}{name}"
    for place in ("", "asyncio.")
    for name in ("Redis", "StrictRedis", "from_url", "Redis.from_url")
)
_ENDS = frozenset({"ex", "px", "exat", "pxat", "keepttl"})
"""How redis is told when to forget a key."""
_CLOCKS = ("time.", "datetime.", "django.utils.timezone.")
_FORGETS = frozenset({"clear", "pop", "popitem"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def _judge(project: Project) -> Iterator[Answer]:
    for token in tokens(project):
        if token.opaque or token.end is None or token.module.constant(token.end) == 0:
            continue
        said = _kept(token, project)
        if said:
            at = token.module.at(token.node)
            message = f"the token of this call ends, and {said}"
            yield Answer(message, at, token.about, (Evidence(str(at), token.module.line(token.node)),))


def _kept(token: Token, project: Project) -> str:
    module = token.module
    shared = partial(_is_imported, project, module)
    for value in (token.node, *_names_of(module, token.node)):
        said = _kept_in_name(module, value, shared) or _kept_in_mapping(module, value) or _kept_in_cache(module, value)
        if said:
            return said
    return _kept_by_function(module, token.node)


def _names_of(module: Module, node: ast.expr) -> list[ast.Name]:
    """Return the reads of the names of a function that surely see an expression that is given to them."""
    parent = module.scopes.parent(node)
    reaching = Reaching(module.scopes)
    found: list[ast.Name] = []
    for target in parent.targets if isinstance(parent, ast.Assign) else []:
        binding = module.scopes.binding(target) if isinstance(target, ast.Name) else None
        if binding is not None and binding.scope.kind == "function":
            loads = module.scopes.loads(binding.scope, binding.name)
            found += [load for load in loads if reaching.binding(load, binding.scope) is binding.node]
    return found


def _kept_in_name(module: Module, value: ast.expr, shared: Callable[[Binding], bool]) -> str:
    """Say whether a name of the module, or of a class, keeps a value from the first use on."""
    parent = module.scopes.parent(value)
    targets = (
        parent.targets
        if isinstance(parent, ast.Assign)
        else [parent.target]
        if isinstance(parent, ast.AnnAssign)
        else []
    )
    binding = module.scopes.binding(targets[0]) if len(targets) == 1 and isinstance(targets[0], ast.Name) else None
    if binding is None or binding.scope.kind not in ("module", "class"):
        return ""
    others = [one for one in module.scopes.bindings(binding.scope, binding.name) if one.kind != "global"]
    if binding.where is not binding.scope:
        empty = [one for one in others if one.value is not None and _is_none(one.value)]
        alone = len(others) == len(empty) + 1
        return f"`{binding.name}` keeps it for the whole process" if alone and not _asks_time(module, value) else ""
    if len(others) > 1 or _is_script(module, value):
        return ""
    if binding.scope.kind == "class":
        names = (one for one in module.nodes if isinstance(one, ast.Attribute) and one.attr == binding.name)
        return f"`{binding.scope.name}.{binding.name}` is made once, with the class" if any(True for _ in names) else ""
    inside = any(_function(module, one) is not None for one in module.scopes.loads(binding.scope, binding.name))
    return f"`{binding.name}` is made once, when the module is imported" if inside or shared(binding) else ""


def _kept_in_mapping(module: Module, value: ast.expr) -> str:
    """Say whether a dictionary of the module keeps a value."""
    parent = module.scopes.parent(value)
    if not isinstance(parent, ast.Assign) or parent.value is not value:
        return ""
    target = next((one for one in parent.targets if isinstance(one, ast.Subscript)), None)
    if target is None or not isinstance(target.value, ast.Name):
        return ""
    scope, bindings = module.scopes.lookup(target.value)
    made = bindings[0].value if len(bindings) == 1 else None
    empty = isinstance(made, ast.Dict) and not made.keys
    empty = empty or (isinstance(made, ast.Call) and isinstance(made.func, ast.Name) and made.func.id == "dict")
    if scope.kind != "module" or not empty or _function(module, value) is None:
        return ""
    if _is_emptied(module, scope, target.value.id) or _asks_time(module, value):
        return ""
    return f"`{target.value.id}` keeps it for the whole process"


def _is_emptied(module: Module, scope: Scope, name: str) -> bool:
    for load in module.scopes.loads(scope, name):
        parent = module.scopes.parent(load)
        if isinstance(parent, ast.Attribute) and parent.attr in _FORGETS:
            return True
        if isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Del):
            return True
        if isinstance(parent, ast.Call) and load in parent.args:
            return True
    return False


def _kept_in_cache(module: Module, value: ast.expr) -> str:
    """Say whether a cache is given a value to keep for ever."""
    call = module.scopes.parent(value)
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "set":
        return ""
    if len(call.args) < 2 or call.args[1] is not value or any(one.arg is None for one in call.keywords):
        return ""
    named = {one.arg: one.value for one in call.keywords}
    if module.symbol(call.func.value) in _DJANGO:
        timeout = call.args[2] if len(call.args) > 2 else named.get("timeout")
        return (
            "Django's cache keeps it for ever: its timeout is None" if timeout is not None and _is_none(timeout) else ""
        )
    owner = call.func.value
    bindings = module.scopes.lookup(owner)[1] if isinstance(owner, ast.Name) else ()
    made = bindings[0].value if len(bindings) == 1 else None
    if not isinstance(made, ast.Call) or module.symbol(made.func) not in _REDIS:
        return ""
    ends = len(call.args) > 2 or named.keys() & _ENDS or "expire" in module.text
    return "" if ends else "redis keeps it for ever: it is set without `ex`"


def _kept_by_function(module: Module, node: ast.expr) -> str:
    """Say whether a function that is called once for its arguments gives a token."""
    function = _function(module, node)
    if not isinstance(function, ast.FunctionDef):
        return ""
    deciding = (one.func if isinstance(one, ast.Call) else one for one in function.decorator_list)
    if not any(module.symbol(one) in _CACHES for one in deciding):
        return ""
    scope = module.scopes.opened_by(function)
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    if scope is None or any(not module.scopes.loads(scope, name) for name in names) or "cache_clear" in module.text:
        # A parameter that nothing reads is there to be called with the hour.
        return ""
    return f"`{function.name}` is cached and gives it again after its end"


def _asks_time(module: Module, value: ast.expr) -> bool:
    """Return whether a file looks at a clock elsewhere than for the tokens that it makes: it may be for renewing them."""
    for call in module.calls():
        if module.symbol(call.func).startswith(_CLOCKS):
            around = (one for one in module.scopes.ancestors(call) if isinstance(one, ast.Call))
            if not any(isinstance(one.func, ast.Attribute) and one.func.attr == "create_token" for one in around):
                return True
    return False


def _is_imported(project: Project, module: Module, binding: Binding) -> bool:
    """Return whether another file imports a name."""
    known = imports(project)
    for other in project.modules(rf"\b{binding.name}\b".encode()):
        for node in other.nodes if other is not module else ():
            if isinstance(node, ast.alias) and node.name == binding.name:
                bound = other.scopes.binding(node)
                if bound is not None and known.behind(other, bound)[1] == binding:
                    return True
    return False


def _is_script(module: Module, node: ast.AST) -> bool:
    tests = (one.test for one in module.scopes.ancestors(node) if isinstance(one, ast.If))
    return any("__name__" in ast.unparse(test) for test in tests)


def _function(module: Module, node: ast.AST) -> ast.AST | None:
    return next((one for one in module.scopes.ancestors(node) if isinstance(one, _FUNCTIONS)), None)


def _is_none(expr: ast.expr) -> bool:
    return isinstance(expr, ast.Constant) and expr.value is None


CHECK = ProjectCheck(
    id="SM647",
    name="token-kept",
    title="A token that ends is kept without renewal",
    severity=Severity.WARNING,
    area=Area.CODE,
    question="Is every token that ends made anew in time?",
    explanation="A token with `exp` (v2: `expiration`) is refused from then on: what was put in a global, a class, a cached "
    "function or in a cache without a timeout is handed out again long after. In tests it never shows, as it takes hours. "
    "Making a token costs no request, so that there is little to gain by keeping one.",
    shows="the call that makes the token.",
    fix="Make the token where it is handed out; or keep it for less than its life: in v2 `cache.set(key, "
    "client.create_token(user_id, expiration=3600), timeout=3000)`, in v1 the same with `exp=int(time.time()) + 3600`.",
    judge=_judge,
)
