"""Which files may hold stubs or recordings of v1's requests. This is asked of every file of a project, so it loads little."""

from __future__ import annotations

import re
from functools import cache

from streammigrate.codemod.resolve.text import is_test_file

LIBRARIES = (b"responses", b"requests_mock", b"aioresponses", b"respx", b"httpretty", b"pytest_httpx", b"pook")
"""The modules that answer requests in tests."""
FIXTURES, HOST = b"_mock", b"stream-io"
"""What the fixtures of these have in their names, and what the API's hosts have."""

_LIBRARY = re.compile(
    rb"(?m)^[ \t]*(?:import[ \t]+(?:[\w., \t]+,[ \t]*)?|from[ \t]+)"
    rb"(?:responses|requests_mock|aioresponses|respx|httpretty|pytest_httpx|pook)\b"
    rb"|\b(?:requests_mock|respx_mock|httpx_mock)\b"
)
"""An import of one of the libraries, or the name of a fixture. `responses` is a word that many files have."""
_RECORDED = re.compile(r"(?:^|/)(?:\w+_)?cassettes/.*\.(?:ya?ml|json)$")


@cache
def _api() -> re.Pattern[bytes]:
    """Return what finds a host of the Chat API, or a path of v1, in a file."""
    from streammigrate import paths

    words = sorted({one.path.split("/")[1] for one in paths.operations()})
    hosts = (host.decode().replace(".", r"\\*\.") for host in paths.HOSTS)
    return re.compile(f"{'|'.join(hosts)}|STREAM_CHAT_|/(?:{'|'.join(words)})\\b".encode())


def may_stub(path: str, data: bytes) -> bool:
    """Return whether a file of tests may stub requests of the v1 API.

    It is a test that names the host, or something below a folder of tests (`tests/helpers.py`) that imports a library for
    stubs and names a host or a path of the API. This is asked of every file of a project, so that the path comes first.
    """
    if "test" not in path.lower():
        return False
    if _LIBRARY.search(data) is not None:
        return _api().search(data) is not None
    if HOST not in data or not is_test_file(path):
        return False
    from streammigrate.paths import HOSTS

    return any(host in data for host in HOSTS)


def is_recording(path: str) -> bool:
    """Return whether a file is one of recorded requests by its place: `tests/cassettes/test_x.yaml`."""
    return _RECORDED.search(path) is not None
