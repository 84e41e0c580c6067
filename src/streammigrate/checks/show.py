"""What of a value may be shown: never a secret, never more than is needed to recognise the value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

MASK = "***"
_SHORTEST = 8
"""A shorter secret is not looked for: it would be found in ordinary words. Stream's are longer."""

_LONGEST = 40
_SECRET_NAME = re.compile(
    r"secret|token(?!s_issued)|passw|pwd|credential|authori[sz]ation|api_?key|private|signature|cert|"
    r"(^|_)(key|keys|auth|pin|pat|jwt|salt|hash|otp)($|_)",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(
    r"eyJ[\w-]{8,}|-----BEGIN|\b(?:AKIA|ASIA|sk_|pk_|ghp_|xox[abp]-)\w{8,}"
    # Letters and digits mixed, and too long for a word.
    r"|\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[0-9A-Za-z]{32,}"
)
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(?:[^/?#@\s]*@)?([^/?#\s]*)(.*)", re.DOTALL)
_HOST = re.compile(r"[\w.*-]+(?::\d+)?|\[[0-9A-Fa-f:.]+\](?::\d+)?")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def is_secret_name(name: str) -> bool:
    """Whether what stands under a name is to be taken for a secret."""
    return _SECRET_NAME.search(_CAMEL.sub("_", name)) is not None


def value(data: Any, name: str = "") -> str:
    """Return JSON-like data as short text in one line, with secrets masked. `name` is the key it stands under."""
    if name and is_secret_name(name) and data not in (None, "", [], {}) and not isinstance(data, bool):
        return MASK
    if isinstance(data, str):
        return json.dumps(_text(data), ensure_ascii=False)
    if isinstance(data, list):
        return "[]" if not data else f"a list of {len(data)}"
    if isinstance(data, dict):
        return "{}" if not data else f"an object with {len(data)} {'key' if len(data) == 1 else 'keys'}"
    return json.dumps(data)


def names(found: Iterable[str], most: int = 8) -> str:
    """Return names as text, the first ones when there are many."""
    listed = [_text(name) for name in found]
    rest = len(listed) - most
    return ", ".join(listed[:most]) + (f" and {rest} more" if rest > 0 else "")


def address(url: str) -> str:
    """Return an address without what may be secret in it: credentials, path, query and fragment."""
    match = _URL.match(_hidden.get().text(url))
    if match is None:
        return MASK if url else ""
    scheme, host, rest = match.groups()
    # Credentials that are not written as an address asks for them end up in the wrong part.
    if not _HOST.fullmatch(host) or "@" in rest:
        return f"{scheme}://{MASK}"
    return f"{scheme}://{host}" + ("/…" if rest.strip("/") else "")


def _text(text: str) -> str:
    # Before anything is cut off: half a secret would not be found any more.
    text = _hidden.get().text(text)
    if _URL.match(text):
        return address(text)
    if _SECRET_VALUE.search(text):
        return MASK
    line = " ".join(text.split())
    line = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


class Scrubber:
    """Takes known secrets out of text, wherever they turn up: the last line of defence before anything is shown."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # One that contains another goes first.
        self._secrets = sorted(
            {secret for secret in secrets if len(secret) >= _SHORTEST}, key=lambda text: (-len(text), text)
        )

    def __repr__(self) -> str:
        return f"Scrubber({len(self._secrets)} secrets)"

    def text(self, text: str) -> str:
        """Return text with every known secret masked, also as JSON, addresses and JSON pointers write it."""
        for secret in self._secrets:
            for form in _forms(secret):
                if form in text:
                    text = text.replace(form, MASK)
        return text


def _forms(secret: str) -> Iterable[str]:
    from urllib.parse import quote, quote_plus

    written = json.dumps(secret)[1:-1]
    pointer = secret.replace("~", "~0").replace("/", "~1")
    return dict.fromkeys((secret, written, quote(secret, safe=""), quote(secret), quote_plus(secret), pointer))


_hidden: ContextVar[Scrubber] = ContextVar("hidden", default=Scrubber())  # noqa: B039


@contextmanager
def hiding(scrubber: Scrubber) -> Iterator[None]:
    """Keep the secrets that a scrubber knows out of all that is shown meanwhile."""
    token = _hidden.set(scrubber)
    try:
        yield
    finally:
        _hidden.reset(token)


def secrets_in(data: Any) -> Iterable[str]:
    """Yield the texts of JSON-like data that stand under the name of a secret, at any depth.

    What a name ending in `_type` holds is a word of the API (`auth_type: "certificate"`), which must stay readable.
    """
    todo = [data]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            for name, item in node.items():
                if isinstance(item, str) and is_secret_name(name) and not name.endswith("_type"):
                    yield item
                else:
                    todo.append(item)
        elif isinstance(node, list):
            todo.extend(node)
