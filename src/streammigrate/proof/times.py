"""Reading a value as a moment, for rule E10."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|z|[+-]\d\d:?\d\d)?")
_NANOSECONDS = 10**16
"""Smaller numbers (before April 1970) are taken for numbers."""


def milliseconds(value: Any) -> int | None:
    """Return the milliseconds since the epoch that a datetime, an ISO 8601 text or a number of nanoseconds names.

    A time without a zone is one in UTC. None for every other value.
    """
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        return _floor(aware)
    if isinstance(value, str):
        match = _ISO.fullmatch(value)
        return None if match is None else _parse(match)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= _NANOSECONDS:
        return int(value) // 1_000_000
    return None


def _parse(match: re.Match[str]) -> int | None:
    day, minute, second, fraction, zone = match.groups()
    offset = "+00:00" if zone in (None, "Z", "z") else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    text = f"{day}T{minute}:{second or '00'}.{(fraction or '0')[:6]:<06}{offset}"
    try:
        return _floor(datetime.fromisoformat(text))
    except ValueError:
        return None


def _floor(aware: datetime) -> int:
    since = aware - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (since.days * 86_400 + since.seconds) * 1_000 + since.microseconds // 1_000
