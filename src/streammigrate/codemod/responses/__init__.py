"""Follows responses through a program: what stream-chat gives as dictionaries, getstream gives as models."""

from streammigrate.codemod.responses.follow import Followed, Follower, Response

__all__ = ["Followed", "Follower", "Response"]
