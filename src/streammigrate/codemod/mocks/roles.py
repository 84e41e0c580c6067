"""What a mock stands for, and what its attributes and its results stand for then."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from streammigrate.codemod.mocks.functions import MEMBERS
from streammigrate.codemod.resolve.sdk import makes
from streammigrate.rules import sdk
from streammigrate.rules.catalogue import SHARED

RESULT = "()"
"""What calling a mock gives, which is its `return_value`."""
ENTERED = ("__enter__", "__aenter__")

RoleKind: TypeAlias = Literal["class", "object", "factory", "method", "answer", "other"]


class Role(NamedTuple):
    """What a mock stands for: a class, an object of it, a function that gives one, a method, or what a method answers."""

    kind: RoleKind
    cls: str = ""
    """The class of stream-chat: `StreamChat`, `AsyncChannel`; empty for `other`."""
    member: str = ""

    @property
    def owner(self) -> str:
        """The class whose rules hold."""
        return SHARED.get(self.cls, self.cls)

    @property
    def name(self) -> str:
        """The role as sites name it: `StreamChat.upsert_user`."""
        return f"{self.owner}.{self.member}" if self.member else self.owner


OTHER = Role("other")
"""What is known not to be stream-chat's."""


def inner(role: Role, key: str) -> Role | None:
    """Return what an attribute of a mock, or its result, stands for; None where that is of no interest."""
    if role == OTHER:
        return OTHER
    if role.kind in ("class", "factory"):
        return Role("object", role.cls) if key == RESULT else None
    if role.kind == "object":
        member = _member(role.cls, key)
        if key in ENTERED:
            return Role("factory", role.cls)
        return Role("method", role.cls, key) if member is not None and member.kind == "method" else None
    if role.kind == "method" and key == RESULT:
        made = makes(role.cls, role.member)
        return Role("object", made) if made else Role("answer", role.cls, role.member)
    return None


def is_attribute(role: Role, key: str) -> bool:
    """Return whether a name is an attribute of stream-chat's object that is no method."""
    member = _member(role.cls, key) if role.kind == "object" and key not in MEMBERS else None
    return member is not None and member.kind != "method"


def _member(cls: str, name: str) -> sdk.Member | None:
    found = sdk.v1_classes().get(cls)
    return None if found is None or name in MEMBERS else found.members.get(name)
