"""What installing the two SDKs means for other packages, from the metadata of their releases."""

from __future__ import annotations

NEEDS = {
    "dataclasses-json": ">=0.6.0,<0.7",
    "httpx": ">=0.28.1",
    "ijson": ">=3.4.0",
    "marshmallow": ">=3.21.0,<4",
    "protobuf": ">=6.31.1",
    "pydantic": ">=2.10.6",
    "pydantic-settings": ">=2.9.1",
    "pyee": ">=13.0.0",
    "pyjwt": ">=2.8.0,<3",
    "python-dateutil": ">=2.8.2",
}
"""What getstream 4.2.0, 5.1.0, 6.1.0 and 7.0.0 need without extras, those with a range; the four are alike."""

BROUGHT = {"requests": "requests", "aiohttp": "aiohttp", "aiofile": "aiofile", "aiodns": "aiodns"}
"""Modules that stream-chat 4.33.0 brings and getstream does not, and the distribution of each."""
