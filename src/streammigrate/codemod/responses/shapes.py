"""What a part of a response is in v2, and what that makes of it in v1."""

from __future__ import annotations

import ast
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.lower import Held
from streammigrate.rules import payloads, sdk

ANY = sdk.Type("any", "")


class Shape(NamedTuple):
    """What a followed expression holds: a value of a v2 type, or the whole response (`root`)."""

    type: sdk.Type
    prefix: str = ""
    """What stands between the expression and its fields: `data.` for a whole response."""
    maybe: bool = False
    """Whether it may be None, in v1 as in v2."""

    @property
    def root(self) -> bool:
        """Return whether this is a StreamResponse."""
        return bool(self.prefix)

    @property
    def items(self) -> Shape:
        """Return what a list or a map holds."""
        return Shape(self.type.items[0])

    @property
    def is_list(self) -> bool:
        """Return whether this is a list in both SDKs."""
        return self.type.kind == "list" and not self.root

    @property
    def is_map(self) -> bool:
        """Return whether this is a mapping in both SDKs."""
        return self.type.kind == "map" and not self.root


def keeps(type: sdk.Type) -> bool:
    """Return whether a value is the same in both SDKs: a scalar, custom data, a list or map of them."""
    if type.kind in ("scalar", "any"):
        return True
    return type.kind in ("list", "map") and keeps(type.items[0])


def is_fixed(type: sdk.Type) -> bool:
    """Return whether nobody can change a value in v1: a number or a text."""
    return type.kind in ("scalar", "time")


def field(shape: Shape, key: str, target: str) -> sdk.Field | None:
    """Return a model's field by its v1 key, None for a key of its custom data. Raises Held where it is neither."""
    model = sdk.model(shape.type.name, target) if shape.type.kind == "model" else None
    if model is None:
        raise Held(kinds.READ, f"`{key}` is read from something that has no fields in v2")
    for one in model.fields.values():
        if one.wire == key:
            return one
    if is_flat(model):
        return None
    raise Held(kinds.READ, f"{shape.type.name} of v2 has no `{key}`")


def is_flat(model: sdk.Model) -> bool:
    """Return whether v1 has the custom data of a model among its other keys."""
    custom = model.fields.get("custom")
    return custom is not None and custom.type.kind == "map" and not payloads.shape(model.name).plain


def has_custom(shape: Shape, target: str) -> bool:
    """Return whether a model always has its custom data."""
    model = sdk.model(shape.type.name, target)
    return model is not None and "custom" in model.fields and model.fields["custom"].required


def is_never_empty(shape: Shape, target: str) -> bool:
    """Return whether v1's dictionary of a model has a key, whatever the answer: then it is true, as the model is."""
    model = sdk.model(shape.type.name, target) if shape.type.kind == "model" else None
    return model is not None and any(one.required for one in model.fields.values())


def text_key(node: ast.expr) -> str | None:
    """Return the key that is written out at a place, or None."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def short(node: ast.expr) -> str:
    """Return an expression's text, cut in the middle where it is long: the end says what is read."""
    text = ast.unparse(node)
    return text if len(text) <= 48 else f"{text[:12]}…{text[-32:]}"
