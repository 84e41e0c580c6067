"""What is asked of a type checker and what it says."""

from __future__ import annotations

from typing import NamedTuple

from streammigrate.errors import StreammigrateError


class CheckerError(StreammigrateError):
    """The type checker fails, takes too long, or says nothing that can be relied on."""


class Question(NamedTuple):
    """A receiver that is not known: an expression of a file, placed as `ast` counts (columns in UTF-8 bytes)."""

    path: str
    source: bytes
    line: int
    column: int
    end_line: int
    end_column: int


class Opinion(NamedTuple):
    """The class of a receiver by the name that `rules.sdk` gives it, and the evidence in words."""

    cls: str
    says: str


class Known(NamedTuple):
    """A class of stream-chat that receivers can have: its name in `rules.sdk`, and where it is defined."""

    name: str
    module: str
    attribute: str

    @property
    def qualname(self) -> str:
        """Return the full name by which the class is imported from where it is defined."""
        return f"{self.module}.{self.attribute}"


# Read from the sources of stream-chat 4.33.0. The newest modules come last: older releases lack them, and a checker takes
# what it cannot import for anything, so that only what comes before can then be told apart.
CLASSES = (
    Known("StreamChat", "stream_chat.client", "StreamChat"),
    Known("StreamChatAsync", "stream_chat.async_chat.client", "StreamChatAsync"),
    Known("Channel", "stream_chat.channel", "Channel"),
    Known("AsyncChannel", "stream_chat.async_chat.channel", "Channel"),
    Known("Segment", "stream_chat.segment", "Segment"),
    Known("AsyncSegment", "stream_chat.async_chat.segment", "Segment"),
    Known("Campaign", "stream_chat.campaign", "Campaign"),
    Known("AsyncCampaign", "stream_chat.async_chat.campaign", "Campaign"),
    Known("QueryThreads", "stream_chat.query_threads", "QueryThreads"),
    Known("ChannelBatchUpdater", "stream_chat.channel_batch_updater", "ChannelBatchUpdater"),
    Known("AsyncChannelBatchUpdater", "stream_chat.async_chat.channel_batch_updater", "ChannelBatchUpdater"),
)


class Lines(NamedTuple):
    """The two lines on which a type is revealed: what the probe says of it, and how the checker prints it."""

    opinion: int
    type: int


class Reveal(NamedTuple):
    """What a checker prints for one `reveal_type`; the path as the checker gives it."""

    path: str
    line: int
    type: str
