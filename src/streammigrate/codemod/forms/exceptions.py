"""`except StreamAPIException`: the classes, what is read of what was caught, and the exceptions of the HTTP libraries."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Call, Code, Infix, List, Old, Raw, Src
from streammigrate.codemod.forms.errors import positions, reads, transport
from streammigrate.codemod.forms.errors.groups import extended, joined
from streammigrate.codemod.forms.errors.groups import group as group_of
from streammigrate.codemod.forms.errors.reach import Reach
from streammigrate.codemod.forms.errors.suspects import Suspects, held_by
from streammigrate.codemod.lower import Held
from streammigrate.codemod.model import Applicability, Facet, Insertion, Removal, Site, Span
from streammigrate.codemod.names import Names
from streammigrate.codemod.resolve import Resolver
from streammigrate.codemod.resolve.sdk import EXCEPTIONS, is_ours
from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.scopes import Scopes
from streammigrate.rules.catalogue import find_rule, rule_named
from streammigrate.rules.model import Rule
from streammigrate.rules.sdk import v1_classes

_RULE = "SM470"
"""The rule of StreamAPIException: it says what its attributes are called."""
_CLASS = "StreamAPIException"
_REQUESTS_NOTE = (
    "requests came with stream-chat and does not come with getstream: it has to be among the requirements by itself"
)
_KIND_NOTE = (
    "getstream raises StreamTransportException for the exceptions of requests and aiohttp that stream-chat let through"
)
_NAMED = re.compile(rf"\b{_CLASS}\b")


class Handlers(NamedTuple):
    """What becomes of a file's exception classes, and the sites that people see."""

    replaced: dict[ast.expr, Code]
    sites: tuple[Site, ...] = ()
    insertions: tuple[Insertion, ...] = ()
    removals: tuple[Removal, ...] = ()


class Around(NamedTuple):
    """What is known of the files that a file is connected with through imports, itself included."""

    reach: Reach
    suspects: Suspects
    raises: transport.Raises
    functions: Mapping[str, Sequence[ast.FunctionDef | ast.AsyncFunctionDef]]
    """Every function by its name."""
    second: frozenset[str]
    """Names that the program gives to the class of stream-chat's exception."""
    tuples: Mapping[str, ast.Tuple]
    """The tuples that modules of the program give a name to, by that name; none where two have the same."""
    caught: frozenset[str]
    """The names by which handlers of the program catch what may come of a call."""
    unsafe: bool
    """Whether changes of behaviour were asked for."""

    def is_second_name(self, node: ast.expr, scopes: Scopes) -> bool:
        """Return whether a name was given to the class in the program: what it is given is looked at instead."""
        bindings = scopes.lookup(node)[1] if isinstance(node, ast.Name) else ()
        if len(bindings) != 1:
            return False
        source = scopes.parent(bindings[0].node)
        if isinstance(source, ast.ImportFrom) and not is_ours(source.module or ""):
            return any(one is bindings[0].node and one.name in self.second for one in source.names)
        return bindings[0].kind in ("assign", "annassign")

    @classmethod
    def of(cls, files: Iterable[Scopes], calls: Iterable[ast.AST], raises: transport.Raises, unsafe: bool) -> Around:
        """Return it for some files and the uses of the SDK that send something through getstream."""
        known = tuple(files)
        reach = Reach(known, tuple(calls))
        functions: dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]] = {}
        for scopes in known:
            for node in scopes.nodes:
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    functions.setdefault(node.name, []).append(node)
        second = frozenset(name for scopes in known for name in _second_names(scopes.tree))
        caught = frozenset(name for scopes in known for name in _caught(scopes, reach))
        return cls(reach, Suspects(known, reach), raises, functions, second, _tuples(known), caught, unsafe)


class File(NamedTuple):
    """A file whose handlers are planned."""

    scopes: Scopes
    resolver: Resolver
    names: Names
    segment: Callable[[ast.expr], str]


class _Named(NamedTuple):
    """A name of an exception class of stream-chat in the source."""

    node: ast.expr
    rule: Rule
    handler: ast.ExceptHandler | None


def plan(file: File, around: Around | None, staying: bool, reason: str = "") -> Handlers:
    """Return the edits of everything that names or reads an exception of stream-chat, or of the HTTP libraries.

    `around` is None where no call of this file, or of those around it, moves; `staying` says that v1's exception may still be
    raised: then a handler has to catch both. Raises Held where a handler cannot be carried over; nothing of the file may move
    then, and `reason` says why.
    """
    scopes, resolver = file.scopes, file.resolver
    found = list(_named(scopes, resolver))
    if around is None:
        return Handlers({}, tuple(_left(one, reason) for one in found))
    replaced: dict[ast.expr, Code] = {}
    insertions: list[Insertion] = []
    removals: list[Removal] = []
    sites = []
    for one in found:
        both = staying or _may_be_another(one.node, scopes)
        more = _registered(one, file, around, both)
        if isinstance(more, Removal):
            removals.append(more)
        elif more is not None:
            insertions.append(more)
            sites.append(_site(one, (), more.text, ("both",)))
            continue
        edits = _edits(one, file, around, both)
        if not edits and not both and around.is_second_name(one.node, scopes):
            continue
        if not edits:
            sites.append(_left(one, "", _unchanged(one, scopes, both)))
            continue
        replaced.update(edits)
        sites.append(_site(one, (), _shown(one, edits, file, both), ("both",) if both else ("class",)))
    both = staying or any(_may_be_another(one.node, scopes) for one in found)
    sites += _read(file, around, both, replaced)
    sites += _texts(file, both, replaced)
    sites += _lost(file, around, replaced)
    return Handlers(replaced, tuple(sites), tuple(insertions), tuple(removals))


def _unchanged(one: _Named, scopes: Scopes, both: bool) -> str:
    parent = scopes.parent(one.node)
    if isinstance(parent, ast.ClassDef):
        return (
            f"`{parent.name}` stays a kind of stream-chat's exception, and handlers catch both; when nothing raises it as such "
            "any more, give it getstream's class and keyword arguments: StreamApiException(status_code=…, message=…, code=…)"
        )
    if isinstance(parent, ast.Call) and parent.func is one.node:
        return "the program raises it itself, and handlers catch both; stream_api_error(text, status) makes getstream's"
    if both:
        return "calls that stay may raise it; the other class is caught already"
    return "it stands for the class that is caught"


def _read(file: File, around: Around, both: bool, replaced: dict[ast.expr, Code]) -> Iterator[Site]:
    """Plan what is read of exceptions, and yield a site for what no class stands beside."""
    rule = find_rule(_RULE)
    if rule is None:
        return
    names = rule.data.get("attributes", {})
    given = reads.File(*file[:3], around.suspects, names, both, file.segment)
    for one in list(reads.reads(given)):
        replaced[one.node] = one.code
        if one.alone:
            yield _shown_site(one.shown, _told(one.shown, file, replaced), (), ("read",), file)


def _texts(file: File, both: bool, replaced: dict[ast.expr, Code]) -> Iterator[Site]:
    """Plan the texts that name the class: in annotations, and where the name of a class is asked for."""
    for node in file.scopes.nodes:
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or not _NAMED.search(node.value):
            continue
        if positions.is_annotation(node, file.scopes) and any(one.cls == _CLASS for one in file.resolver.quoted(node)):
            local = file.names.use("getstream", "StreamApiException")
            new = _NAMED.sub(f"{_CLASS} | {local}" if both else local, node.value)
            replaced[node] = Raw(repr(new).replace("'", '"'))
            continue
        parent = file.scopes.parent(node)
        group = isinstance(parent, (ast.Tuple, ast.List, ast.Set))
        compare = file.scopes.parent(parent) if group and parent is not None else parent
        if node.value != _CLASS or not isinstance(compare, ast.Compare) or "__name__" not in ast.unparse(compare):
            continue
        old = [f'"{_CLASS}"'] if both else []
        texts = [*old, '"StreamApiException"', '"StreamRateLimitException"']
        if isinstance(parent, ast.Compare) and len(parent.ops) == 1 and isinstance(parent.ops[0], (ast.Eq, ast.NotEq)):
            other = parent.left if parent.comparators[0] is node else parent.comparators[0]
            word = "in" if isinstance(parent.ops[0], ast.Eq) else "not in"
            replaced[parent] = Infix((Src(other), f" {word} ({', '.join(texts)})"))
        elif isinstance(parent, (ast.Tuple, ast.List, ast.Set)):
            others = [one for one in parent.elts if one is not node]
            if any(isinstance(one, ast.Constant) and one.value == "StreamApiException" for one in others):
                continue
            replaced[parent] = List((*map(Src, others), *map(Raw, texts)))
        else:
            continue
        shown = parent if parent in replaced else node
        yield _shown_site(shown, _told(shown, file, replaced), (), ("class",), file)


def _lost(file: File, around: Around, replaced: dict[ast.expr, Code]) -> Iterator[Site]:
    """Plan the handlers for lost connections and time-outs around code that may come to a call.

    Raises Held for one that would no longer catch what it caught, unless that was asked for.
    """
    given = transport.File(*file[:3], around.tuples)
    for group in _groups(file, around):
        code = transport.widened(group, around.raises, given)
        if code is not None:
            _join(group, code, replaced)
            yield _transport_site(group, transport.caught(group, around.raises, given), "", file, replaced)
    for node in file.scopes.nodes:
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            named = transport.tuple_of(node.type, given)
            if named is not None and transport.is_every(named, around.raises, given):
                continue
            if not around.reach.reaches(getattr(file.scopes.parent(node), "body", ()), file.scopes):
                continue
            code = transport.change(node, around.raises, given)
            yield from _lost_site(
                node.type, code, transport.reason(node, around.raises, given), around, given, file, replaced
            )
        elif isinstance(node, ast.Call):
            asked = node.args[0] if last_name(node.func) == "isinstance" and node.args else None
            for place in _places(node, file, around):
                named = transport.tuple_of(place, given)
                if named is not None and named in replaced:
                    continue
                code = transport.widened(place, around.raises, given, asked)
                why = (
                    ""
                    if code is not None or transport.is_done(place, given)
                    else f"`{ast.unparse(place)}`: {_KIND_NOTE}"
                )
                yield from _lost_site(place, code, why, around, given, file, replaced)


def _lost_site(
    node: ast.expr,
    code: Code | None,
    why: str,
    around: Around,
    given: transport.File,
    file: File,
    replaced: dict[ast.expr, Code],
) -> Iterator[Site]:
    found = transport.caught(node, around.raises, given)
    if not found or (code is None and not why):
        return
    if code is not None:
        _join(node, code, replaced)
    elif not around.unsafe:
        raise Held(kinds.HANDLER, why)
    yield _transport_site(node, found, why, file, replaced)


def _groups(file: File, around: Around) -> Iterator[ast.Tuple]:
    """Yield the tuples of classes that have a name and hold stream-chat's exception, or are caught somewhere."""
    given = transport.File(*file[:3])
    seen: dict[ast.Tuple, None] = {}
    for node in file.scopes.nodes:
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            group = transport.tuple_of(node.type, given)
            guarded = file.scopes.parent(node)
            if group is not None and around.reach.reaches(getattr(guarded, "body", ()), file.scopes):
                seen[group] = None
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Tuple):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            caught = any(isinstance(one, ast.Name) and one.id in around.caught for one in targets)
            if caught or any(_is_ours(one, file) for one in node.value.elts):
                seen[node.value] = None
    yield from seen


def _is_ours(node: ast.expr, file: File) -> bool:
    if not isinstance(node, (ast.Name, ast.Attribute)) or not file.resolver.may_be(node):
        return False
    found = file.resolver.referent(node)
    return found is not None and found.cls == _CLASS


def _join(node: ast.expr, code: Code, replaced: dict[ast.expr, Code]) -> None:
    """Add what a class becomes to what it has become already: `(Old, New)` and one more."""
    replaced[node] = joined(replaced[node], code) if node in replaced else code


def _places(call: ast.Call, file: File, around: Around) -> Iterator[ast.expr]:
    """Yield the arguments that are classes to catch, of a call around or above code that may come to the SDK."""
    scopes = file.scopes
    if last_name(call.func) == "isinstance" and len(call.args) == 2:
        if around.suspects.is_caught(call.args[0], scopes) or _is_lost(call.args[0], file, around):
            yield call.args[1]
        return
    for ancestor in (call, *scopes.ancestors(call)):
        parent = scopes.parent(ancestor)
        if isinstance(parent, ast.withitem) and parent.context_expr is ancestor:
            block = scopes.parent(parent)
            if not around.reach.reaches(getattr(block, "body", ()), scopes):
                return
            break
        if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)) and ancestor in parent.decorator_list:
            if not around.reach.tainted(parent.name):
                return
            break
        if isinstance(ancestor, ast.stmt):
            return
    for value in (*call.args, *(keyword.value for keyword in call.keywords)):
        if isinstance(value, (ast.Name, ast.Attribute, ast.Tuple)):
            yield value


def _is_lost(expr: ast.expr, file: File, around: Around) -> bool:
    """Return whether an expression is what a handler caught that names exceptions of the HTTP libraries."""
    for binding in held_by(expr, file.scopes) if isinstance(expr, ast.Name) else ():
        handler = binding.node
        if isinstance(handler, ast.ExceptHandler):
            guarded = getattr(file.scopes.parent(handler), "body", ())
            lost = transport.caught(handler.type, around.raises, transport.File(*file[:3], around.tuples))
            return bool(lost) and around.reach.reaches(guarded, file.scopes)
    return False


def _transport_site(
    node: ast.expr, found: Sequence[transport.Caught], why: str, file: File, replaced: Mapping[ast.expr, Code]
) -> Site:
    facets = (Facet("errors", Applicability.MANUAL, why, kinds.HANDLER.id),) if why else ()
    notes = [_KIND_NOTE]
    if any(one.name.startswith("requests.") for one in found):
        notes.append(_REQUESTS_NOTE)
    after = "" if why else _told(node, file, replaced)
    site = _shown_site(node, after, facets, ("transport",), file)
    return site._replace(member=transport.WRAPPED[1], notes=tuple(notes))


def _told(node: ast.expr, file: File, replaced: Mapping[ast.expr, Code]) -> str:
    """Return what becomes of an expression, on one line."""
    if node in replaced:
        return _written(replaced[node], file)
    if isinstance(node, ast.Call) and node.func in replaced:
        given = file.segment(node).removeprefix(file.segment(node.func))
        return _written(replaced[node.func], file) + given
    return ""


def _written(code: Code | str, file: File) -> str:
    if isinstance(code, str):
        return code
    if isinstance(code, Raw):
        return code.text
    if isinstance(code, (Src, Old)):
        return file.segment(code.node)
    if isinstance(code, Infix):
        return "".join(_written(part, file) for part in code.parts)
    if isinstance(code, Call):
        return f"{_written(code.function, file)}({', '.join(_written(one.value, file) for one in code.args)})"
    return f"[{', '.join(_written(one, file) for one in code.items)}]" if isinstance(code, List) else ""


def _shown_site(node: ast.expr, after: str, facets: tuple[Facet, ...], forms: tuple[str, ...], file: File) -> Site:
    rule = find_rule(_RULE)
    notes = rule.notes if rule is not None else ()
    return Site(_RULE, _CLASS, Span.of(node), file.segment(node), after, facets, (), notes, forms, not facets)


def _may_be_another(node: ast.expr, scopes: Scopes) -> bool:
    """Return whether a name may also be a class of somebody else's: it then says more than stream-chat's class alone."""
    bindings = scopes.lookup(node)[1] if isinstance(node, ast.Name) else ()
    for binding in bindings:
        statement = scopes.parent(binding.node)
        foreign = isinstance(statement, ast.ImportFrom) and not is_ours(statement.module or "")
        if len(bindings) > 1 and (foreign or binding.kind == "class"):
            return True
    return False


def catches(file: File, around: Around) -> bool:
    """Return whether a file names or reads exceptions of stream-chat in a way that has to change with what is raised."""
    if any(True for _ in _named(file.scopes, file.resolver)):
        return True
    try:
        found = plan(file, around, staying=False)
    except Held:
        return True
    # The words of an error that is shown on are no reason to leave the calls.
    return bool(found.insertions) or not all(map(_is_text, found.replaced.values()))


def _is_text(code: Code) -> bool:
    first = code.parts[0] if isinstance(code, Infix) else code.text if isinstance(code, Raw) else ""
    return isinstance(first, str) and first.startswith("error_text")


def keeps(scopes: Scopes, resolver: Resolver, names: Names) -> bool:
    """Return whether a file goes on raising stream-chat's exception itself: by a class that is a kind of it."""
    for one in _named(scopes, resolver):
        parent = scopes.parent(one.node)
        made = isinstance(parent, ast.Call) and parent.func is one.node
        if isinstance(parent, ast.ClassDef) or (made and not names.helps):
            return True
    return False


def _named(scopes: Scopes, resolver: Resolver) -> Iterator[_Named]:
    for node in ast.walk(scopes.tree):
        if not isinstance(node, (ast.Name, ast.Attribute)) or not isinstance(node.ctx, ast.Load):
            continue
        if not resolver.may_be(node) or not _is_name_of_class(node, scopes):
            continue
        found = resolver.referent(node)
        # `except ImportError: StreamAPIException = Exception` does not hide the class; other modules have it, too.
        names = v1_classes()[found.cls].qualnames if found is not None and found.cls in EXCEPTIONS else ()
        rule = next((rule for name in names if (rule := rule_named(name)) is not None), None)
        if rule is not None and rule.form == "exceptions":
            yield _Named(node, rule, _handler(node, scopes))


def _is_name_of_class(node: ast.expr, scopes: Scopes) -> bool:
    """Return whether an expression names a class, and is no variable or parameter that is given one here or there."""
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    bindings = scopes.lookup(root)[1] if isinstance(root, ast.Name) else ()
    if any(binding.kind == "import" for binding in bindings):
        return True
    plain = isinstance(node, ast.Name) and len(bindings) == 1 and bindings[0].kind in ("assign", "annassign")
    return plain and isinstance(bindings[0].value, (ast.Name, ast.Attribute))


def _handler(node: ast.expr, scopes: Scopes) -> ast.ExceptHandler | None:
    """Return the handler whose class (or one of whose classes) a node is."""
    parent = scopes.parent(node)
    if isinstance(parent, ast.Tuple):
        parent = scopes.parent(parent)
    return parent if isinstance(parent, ast.ExceptHandler) else None


def _registered(one: _Named, file: File, around: Around, both: bool) -> Insertion | Removal | None:
    """Return what registers a function for `both` classes, or takes that away when one is enough again."""
    if one.rule.manual or "class" not in one.rule.data:
        return None
    module, _, name = one.rule.data["class"].rpartition(".")
    local = file.names.use(module, name)
    place = positions.File(file.scopes, file.resolver, file.names, around.functions, local, True)
    register = positions.registered if both else positions.registered_before
    return register(one.node, place, file.segment)


def _edits(one: _Named, file: File, around: Around, staying: bool) -> dict[ast.expr, Code]:
    data = one.rule.data
    if one.rule.manual or "class" not in data:
        raise Held(kinds.HANDLER, one.rule.manual or f"{ast.unparse(one.node)} has no counterpart in v2")
    module, _, name = data["class"].rpartition(".")
    if one.handler is None and around.is_second_name(one.node, file.scopes):
        return {}
    local = file.names.use(module, name)
    scopes = file.scopes
    if one.handler is None:
        call = scopes.parent(one.node)
        while isinstance(call, ast.Tuple):
            call = scopes.parent(call)
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id in ("isinstance", "issubclass")
        ):
            return _asked(one, scopes, local, staying)
        place = positions.File(scopes, file.resolver, file.names, around.functions, local, staying)
        return positions.placed(one.node, place)
    group = scopes.parent(one.node)
    if isinstance(group, ast.Tuple) and _has(group, local):
        return _single(group, one.node, staying)
    if not staying:
        return {} if around.is_second_name(one.node, scopes) else {one.node: Raw(local)}
    if isinstance(group, ast.Tuple):
        return {group: extended(group, [Raw(local)])}
    return {one.node: group_of([Old(one.node), Raw(local)], one.node)}


def _tuples(files: Iterable[Scopes]) -> dict[str, ast.Tuple]:
    found: dict[str, list[ast.Tuple]] = {}
    for scopes in files:
        for node in scopes.tree.body:
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Tuple):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Name):
                        found.setdefault(target.id, []).append(node.value)
    return {name: groups[0] for name, groups in found.items() if len(groups) == 1}


def _caught(scopes: Scopes, reach: Reach) -> Iterator[str]:
    for node in scopes.nodes:
        named = isinstance(node, ast.ExceptHandler) and isinstance(node.type, (ast.Name, ast.Attribute))
        if named and reach.reaches(getattr(scopes.parent(node), "body", ()), scopes):
            yield last_name(node.type)  # type: ignore[attr-defined]


def _second_names(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and last_name(node.value) == _CLASS and not isinstance(node.value, ast.Call):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def without(group: ast.Tuple, node: ast.expr) -> Code:
    """Return a tuple of classes with one less; a single one stands alone."""
    items = [item for item in group.elts if item is not node]
    if len(items) == 1:
        return Src(items[0])
    parts: list[str | Code] = ["("]
    for item in items:
        parts += [Src(item), ", "]
    return Infix((*parts[:-1], ")"))


def _has(group: ast.Tuple, local: str) -> bool:
    """Return whether a tuple of classes has the new one already, as an earlier run leaves it."""
    return any(ast.unparse(item) == local for item in group.elts)


def _single(group: ast.Tuple, node: ast.expr, staying: bool) -> dict[ast.expr, Code]:
    """Return what takes the old class out of a tuple that has both, once no call is left that needs it."""
    return {} if staying else {group: without(group, node)}


def _asked(one: _Named, scopes: Scopes, local: str, staying: bool) -> dict[ast.expr, Code]:
    """Return the class where it is asked for with isinstance."""
    parent = scopes.parent(one.node)
    if isinstance(parent, ast.Tuple) and _has(parent, local):
        return _single(parent, one.node, staying)
    if not staying:
        return {one.node: Raw(local)}
    if isinstance(parent, ast.Tuple):
        return {parent: extended(parent, [Raw(local)])}
    return {one.node: group_of([Old(one.node), Raw(local)], one.node)}


def _shown(one: _Named, edits: Mapping[ast.expr, Code], file: File, staying: bool) -> str:
    own = edits.get(one.node)
    if isinstance(own, Raw):
        return own.text
    module, _, name = one.rule.data["class"].rpartition(".")
    local = file.names.use(module, name)
    return f"({ast.unparse(one.node)}, {local})" if staying else local


def _site(one: _Named, facets: tuple[Facet, ...], after: str, forms: tuple[str, ...]) -> Site:
    member = one.rule.v1.rpartition(".")[2]
    applied = not facets
    return Site(
        one.rule.id, member, Span.of(one.node), ast.unparse(one.node), after, facets, (), one.rule.notes, forms, applied
    )


def _left(one: _Named, reason: str, text: str = "no call of this file moves, so what is raised stays") -> Site:
    if reason:
        return _site(one, (Facet("errors", Applicability.MANUAL, reason, kinds.HANDLER.id),), "", ())
    return _site(one, (Facet("cohort", Applicability.MANUAL, text, kinds.COHORT.id),), "", ())
