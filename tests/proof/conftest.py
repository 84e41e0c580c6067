"""Runs of short programs of either SDK."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streammigrate.proof.run import Trace, run

V1 = """
import datetime
from stream_chat import StreamChat
client = StreamChat("key", "secret-of-at-least-32-characters-length")
channel = client.channel("messaging", "general")
"""

V2 = """
from getstream import Stream
from getstream.models import *
import datetime
client = Stream("key", "secret-of-at-least-32-characters-length", timeout=6.0)
channel = client.chat.channel("messaging", "general")
"""

Runner = Callable[[str], Trace]


@pytest.fixture
def run_v1() -> Runner:
    """Run statements after the construction of a v1 `client` and `channel`."""
    return lambda code: run(V1 + code)


@pytest.fixture
def run_v2() -> Runner:
    """Run statements after the construction of a v2 `client` and `channel`."""
    return lambda code: run(V2 + code)
