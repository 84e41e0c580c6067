"""Move a codebase from Stream's Chat API v1 (stream-chat) to v2 (getstream), with proof."""

__version__ = "0.1.0"
