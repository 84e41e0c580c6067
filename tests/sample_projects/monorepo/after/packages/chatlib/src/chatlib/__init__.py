"""How every service of ours talks to the chat."""

from .client import get_client
from .rooms import open_room

__all__ = ["get_client", "open_room"]
