"""What the resolver answers: a class, how sure it is, and the chain of evidence."""

from __future__ import annotations

import ast
from enum import Enum
from typing import Literal, NamedTuple

from streammigrate.codemod.scopes import Scope


class Confidence(Enum):
    """How sure an answer is."""

    PROVEN = "proven"
    """Whatever arrives here is of this class; a call on something else cannot get past this place."""
    LIKELY = "likely"
    """A step rests on a custom and not on the language, or something that is not the SDK's may arrive instead."""
    UNKNOWN = "unknown"
    """Nothing is known of what arrives, or of one way by which it arrives."""
    OTHER = "other"
    """What arrives is known, and is not an object of stream-chat."""

    @property
    def rank(self) -> int:
        """0 for proven."""
        return _RANKS[self]


_RANKS = {confidence: rank for rank, confidence in enumerate(Confidence)}


class Step(NamedTuple):
    """One link of a chain of evidence."""

    text: str
    line: int
    """0 where it is a setting."""
    path: str = ""
    """The file; empty where only one is looked at."""


class Holder(NamedTuple):
    """A definition that a value flows through."""

    kind: Literal["variable", "parameter", "attribute", "return", "item"]
    scope: str
    """The qualified name of the scope, class or function; empty for the module. For what is kept in an object of a
    framework: that object, as `flask.Flask().extensions`."""
    name: str
    """The variable, parameter, attribute or key; for a return the function's own name."""
    path: str = ""
    """The file; empty where only one is looked at."""


ASSUMED = Holder("variable", "", "<assumed>")
"""What every value flows through that is only assumed to be the SDK's: it may be any of those that are made."""


def holder_in(kind: Literal["variable", "parameter", "attribute", "return"], scope: Scope, name: str) -> Holder:
    """Return the definition of a name in a scope."""
    return Holder(kind, scope.qualname, name, scope.path)


class Receiver(NamedTuple):
    """What an expression is."""

    cls: str
    """`StreamChat`, `AsyncChannel`, `StreamAPIException` …; a description where `confidence` is OTHER; else empty."""
    confidence: Confidence
    evidence: tuple[Step, ...] = ()
    """From the use back to the origin."""
    holders: frozenset[Holder] = frozenset()
    """Every definition that the value flows through, its client's included."""
    origins: tuple[ast.Call, ...] = ()
    """The calls that may have made this very object: `StreamChat(…)`, `client.channel(…)`."""
    makers: tuple[ast.Call, ...] = ()
    """The calls that may have made what it was made from: `StreamChat(…)` for a channel."""
    optional: bool = False
    """Whether it may be None instead; a call on None fails before and after a migration alike."""
    subclass: str = ""
    """The user's own class, where the object is one of that and inherits from the SDK's."""


class Standing(NamedTuple):
    """What stands behind a name that something else may be put in the place of."""

    kind: Literal["object", "class", "factory", "method", "class_method", "other"]
    """An object of stream-chat, its class, a function that gives one, a method of an object or of a class; else `other`."""
    receiver: Receiver
    member: str = ""
    """The method, where it is one."""
