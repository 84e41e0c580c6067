"""Receivers: which expressions of a file are objects of stream-chat, proven by the file itself and never by a name."""

from __future__ import annotations

from streammigrate.codemod.resolve.model import Confidence, Holder, Receiver, Step, holder_in
from streammigrate.codemod.resolve.resolver import Resolver

__all__ = ["Confidence", "Holder", "Receiver", "Resolver", "Step", "holder_in"]
