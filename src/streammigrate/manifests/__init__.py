"""The manifests of a project: getstream beside stream-chat, what else they mean for the move, and the environment."""

from __future__ import annotations

from streammigrate.manifests.model import Change, Need

__all__ = ["Change", "Need"]
