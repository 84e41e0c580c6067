"""Names of SDK classes in annotations and type tests."""

from __future__ import annotations

import ast

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Raw
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.lower import Held
from streammigrate.codemod.names import Names

CLASSES = {
    "StreamChat": ("getstream", "Stream"),
    "StreamChatAsync": ("getstream", "AsyncStream"),
    "Channel": ("getstream.chat.channel", "Channel"),
    "AsyncChannel": ("getstream.chat.async_channel", "Channel"),
}


def plan(draft: Draft, names: Names) -> None:
    """Plan the name of a class in an annotation or in isinstance. Raises Held where v2 has no such class."""
    cls = draft.use.receiver.cls
    node = draft.use.node
    if cls not in CLASSES:
        raise Held(kinds.ESCAPE, f"v2 has no class in the place of {cls}")
    name = names.use(*CLASSES[cls])
    draft.counted = False
    quoted = isinstance(node, ast.Constant)
    if quoted:
        assert isinstance(node, ast.Constant)
        if not isinstance(node.value, str) or not node.value.replace(".", "").isidentifier():
            raise Held(kinds.ESCAPE, "the annotation is text that holds more than a name")
    draft.replaced[node] = Raw(f'"{name}"' if quoted else name)
