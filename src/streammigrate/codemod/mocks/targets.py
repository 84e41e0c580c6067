"""Where mocks are put: the dotted text or the name of what a test replaces."""

from __future__ import annotations

import ast
from collections.abc import Collection
from functools import cached_property

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Call, Dotted, Raw, Src
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.forms.references import CLASSES
from streammigrate.codemod.groups import Group
from streammigrate.codemod.lower import Held
from streammigrate.codemod.mocks import calls
from streammigrate.codemod.mocks.cells import Cell
from streammigrate.codemod.mocks.counted import Counted, one_of_both
from streammigrate.codemod.mocks.evidence import Evidence, Put
from streammigrate.codemod.mocks.flow import Flow
from streammigrate.codemod.mocks.functions import MEMBERS
from streammigrate.codemod.mocks.places import Place
from streammigrate.codemod.mocks.roles import RESULT
from streammigrate.codemod.mocks.writer import Writer

_V2_CLASSES = {
    ("StreamChat", ""): "getstream.Stream",
    ("StreamChat", "chat"): "getstream.chat.client.ChatClient",
    ("StreamChat", "moderation"): "getstream.moderation.client.ModerationClient",
    ("StreamChatAsync", ""): "getstream.AsyncStream",
    ("StreamChatAsync", "chat"): "getstream.chat.async_client.ChatClient",
    ("StreamChatAsync", "moderation"): "getstream.moderation.async_client.ModerationClient",
    ("Channel", ""): "getstream.chat.channel.Channel",
    ("AsyncChannel", ""): "getstream.chat.async_channel.Channel",
}
"""Which class of getstream has the methods that are reached by a path (getstream/stream.py)."""


class Targets:
    """Moves what tests replace. `mocks` are the cells that are seen to hold mocks."""

    def __init__(self, flow: Flow, evidence: Evidence, writer: Writer, mocks: Collection[Cell]) -> None:
        self._flow = flow
        self._evidence = evidence
        self._writer = writer
        self._mocks = mocks
        self._counted = Counted(flow.forest, writer)

    def move(self, put: Put) -> None:
        """Give a patch the name that v2 has in the place of what it replaces, or tell why it has none."""
        for place in put.places:
            if not self._writer.has_moved(place.groups):
                continue
            node = place.node if place.node is not None else put.patch.call
            try:
                if not self._writer.have_moved(place.groups):
                    raise Held(kinds.PATCHED, "one client that it replaces moves to v2, and another one stays")
                self._check_new(put, place)
                text = self._new_target(put, place)
                if place.node is not None:
                    self._write(put, place, text)
                elif text != place.prefix + place.name:
                    raise Held(kinds.PATCHED, f"replace `{text}` instead of `{place.name}`")
            except Held as held:
                self._writer.tell(node, held.kind, place.role.name, held.text)
                self._writer.stick(self._evidence.cell_of(put, place))

    def _check_new(self, put: Put, place: Place) -> None:
        """Raise Held where what is put there is no mock."""
        new = put.patch.new
        if new is None or (isinstance(new, ast.Constant) and new.value is None):
            return
        function = new if isinstance(new, ast.Lambda) else self._flow.resolver(new).function(new)
        if function is None:
            if put.cell.root() in self._mocks:
                return
        else:
            is_called_alike = place.role.kind == "factory" or _takes_keywords(function.args)
            if place.role.kind in ("class", "factory") and is_called_alike and put.cell.at(RESULT) in self._mocks:
                return
        said = f"`{ast.unparse(new)}` takes the place of v1's; give it the methods, arguments and answers of v2"
        raise Held(kinds.FAKED, said)

    def _new_target(self, put: Put, place: Place) -> str:
        """Return the text, or the name, that names the same thing in v2."""
        if place.role.kind == "class":
            if place.role.cls not in ("StreamChat", "StreamChatAsync"):
                raise Held(kinds.PATCHED, f"the code does not make a {place.role.cls} by its class any more")
            local = {self._new_class(group, place) for group in place.groups}
            if len(local) != 1 or not next(iter(local)):
                raise Held(kinds.PATCHED, "the modules that make the client name its class differently in v2")
            if place.path:
                self._check_free(place)
                return place.prefix + local.pop()
            if not place.prefix or any(self._is_by_module(group, place.role.cls) for group in place.groups):
                text = "the code imports the class by its name now; replace it in the module that makes the client"
                raise Held(kinds.PATCHED, text)
            return f"getstream.{local.pop()}"
        if place.role.kind != "method" or place.owner is None:
            return place.prefix + place.name
        callee = calls.callee(self._writer.calls.made(place.groups, place.role), place.role)
        if callee.of_client:
            raise Held(kinds.PATCHED, f"v2 has `{callee.path}` on the client, and not on the channel")
        asked = self._asked.get(put.cell.root(), ())
        anywhere = any(one.startswith("assert_not") for one in asked)
        self._counted.check(place.groups, place.role, callee, put.patch.call, anywhere=anywhere)
        self._check_once(put, place, callee)
        if place.owner.kind == "object" and place.prefix:
            return place.prefix + callee.path
        if not place.prefix:
            return callee.path
        return ".".join(self._class_with(place, callee.path))

    def _check_once(self, put: Put, place: Place, callee: calls.Callee) -> None:
        """Raise Held where a test replaces two methods that are one in v2: the second mock would hide the first."""
        test = self._counted.function(put.patch.call)
        for other in self._evidence.put:
            if other is put or self._counted.function(other.patch.call) is not test:
                continue
            for one in other.places:
                if one.role.kind != "method" or one.role == place.role or one.role.cls != place.role.cls:
                    continue
                try:
                    same = calls.callee(self._writer.calls.made(one.groups, one.role), one.role) == callee
                except Held:
                    continue
                if same:
                    raise Held(kinds.PATCHED, one_of_both(place.role.member, one.role.member, callee))

    @cached_property
    def _asked(self) -> dict[Cell, set[str]]:
        """What is asked of mocks, by name."""
        found: dict[Cell, set[str]] = {}
        for path in self._flow.resolvers:
            for node in self._flow.forest.files[path].nodes:
                cell = self._flow.cell(node.value) if isinstance(node, ast.Attribute) else None
                if isinstance(node, ast.Attribute) and cell is not None and node.attr in MEMBERS:
                    found.setdefault(cell.root(), set()).add(node.attr)
        return found

    def _class_with(self, place: Place, path: str) -> tuple[str, str, str]:
        """Return the module and the class of v2 that have a method, and its name."""
        inner, _, name = path.rpartition(".")
        owner = _V2_CLASSES.get((place.role.cls, inner))
        if owner is None:
            raise Held(kinds.PATCHED, f"v2 has the method elsewhere: replace `{path}`")
        module, _, cls = owner.rpartition(".")
        return module, cls, name

    def _write(self, put: Put, place: Place, text: str) -> None:
        """Write what names the same thing in v2. Raises Held where that cannot be written."""
        assert place.node is not None
        member = place.role.name
        target = put.patch.target
        if place.role.kind == "method" and place.owner is not None and not place.prefix:
            inner, _, name = text.rpartition(".")
            if place.owner.kind == "class":
                module, cls, name = self._class_with(place, text)
                new = self._writer.plan(target).names.use(module, cls)
                self._writer.replace(target, Raw(new), kinds.PATCHED, member)
            elif inner:
                self._writer.replace(target, Dotted(Src(target), inner), kinds.PATCHED, member)
            text = name
        if text != place.prefix + place.name:
            old = self._writer.plan(place.node).segment(place.node)
            self._writer.replace(place.node, Raw(_quoted(old, text)), kinds.PATCHED, member)

    def _check_free(self, place: Place) -> None:
        """Raise Held where a module has v2's class under its name already: a test would replace that with it."""
        plan = self._writer.files.get(place.path)
        if plan is not None and plan.names.known("getstream", CLASSES[place.role.cls][1]):
            said = "the module makes other objects of getstream's class, which this would replace too"
            raise Held(kinds.PATCHED, f"{said}; give the mock a `side_effect` that tells them apart")

    def _new_class(self, group: Group, place: Place) -> str:
        names = set()
        for draft in constructs(group, place.role.cls):
            path = self._flow.forest.path_of(draft.node)
            code = draft.replaced.get(draft.node)
            if (not place.path or path == place.path) and isinstance(code, Call) and isinstance(code.function, Raw):
                names.add(code.function.text if place.path else code.function.text.rpartition(".")[2])
        return names.pop() if len(names) == 1 else ""

    def _is_by_module(self, group: Group, cls: str) -> bool:
        return any(isinstance(draft.use.subject, ast.Attribute) for draft in constructs(group, cls))


def constructs(group: Group, cls: str) -> list[Draft]:
    """Return what is planned for the calls of a cohort that make an object of a class."""
    return [one for one in group.drafts if one.use.kind == "construct" and one.use.receiver.cls == cls]


def _takes_keywords(arguments: ast.arguments) -> bool:
    """Return whether a function can be called as v2's client is made: by keywords."""
    named = {one.arg for one in (*arguments.args, *arguments.kwonlyargs)}
    return arguments.kwarg is not None and not arguments.posonlyargs and named <= {"api_key", "api_secret"}


def _quoted(old: str, text: str) -> str:
    mark = old[-1] if old[-1:] in "'\"" else '"'
    return f"{mark}{text}{mark}"
