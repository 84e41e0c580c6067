from .client import client as chat_client, get_channel

__all__ = ["chat_client", "get_channel"]
