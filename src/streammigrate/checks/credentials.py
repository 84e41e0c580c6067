"""The key and the secret of an app, from the environment or a .env file. Neither is ever shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from streammigrate.errors import InputError, UsageError
from streammigrate.findings import Location
from streammigrate.spec import problems

KEY, SECRET = "STREAM_API_KEY", "STREAM_API_SECRET"
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key and its secret; `source` says where they are from."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    source: str


def find(environment: Mapping[str, str], env_file: str | None, folder: Path) -> Credentials:
    """Return the credentials of one source: the file that is named, else the environment, else `.env` in the folder.

    Key and secret are never mixed from two sources. Raises UsageError when none has both, and InputError for a file that
    cannot be read.
    """
    sources: list[tuple[str, Mapping[str, str]]] = []
    if env_file is not None:
        sources.append((env_file, read_env_file(env_file)))
    else:
        sources.append(("the environment", environment))
        if (folder / ".env").is_file():
            sources.append((".env", read_env_file(str(folder / ".env"))))
    for source, values in sources:
        key, secret = values.get(KEY, "").strip(), values.get(SECRET, "").strip()
        if key and secret:
            return Credentials(key, secret, source)
    places = " and ".join(source for source, _ in sources)
    missing = [name for name in (KEY, SECRET) if not any(values.get(name, "").strip() for _, values in sources)]
    words = f"without {' and '.join(missing)}" if missing else "without both in one place"
    raise UsageError(f"--live needs {KEY} and {SECRET}: {places} {'are' if len(sources) > 1 else 'is'} {words}")


def known_secrets(environment: Mapping[str, str], env_file: str | None, folder: Path) -> list[str]:
    """Return the secrets that could turn up in any input and must not be shown, whether they are used or not."""
    found = [environment.get(KEY, ""), environment.get(SECRET, "")]
    for path in [folder / ".env", *([Path(env_file)] if env_file else [])]:
        if path.is_file():
            try:
                values = read_env_file(str(path))
            except InputError:  # whoever needs the file says so
                continue
            found += [values.get(KEY, ""), values.get(SECRET, "")]
    return [value.strip() for value in found if value.strip()]


def read_env_file(path: str) -> dict[str, str]:
    """Return the variables of a .env file. Raises InputError when it cannot be read; lines that are none are passed over."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise problems.NOT_FOUND.error(Location(path), "there is no such file") from None
    except UnicodeDecodeError:
        raise problems.NOT_TEXT.error(Location(path), "the file is not UTF-8") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not valid"
        raise problems.UNREADABLE.error(Location(path), f"the file cannot be read: {reason}") from None
    found = {}
    for line in text.splitlines():
        match = None if line.lstrip().startswith("#") else _LINE.match(line)
        if match is not None:
            found[match[1]] = _value(match[2])
    return found


def _value(text: str) -> str:
    """Return the value of a line: quotes are taken off, and a comment behind an unquoted value."""
    quote = text[:1]
    if quote in ("'", '"') and (end := _closing(text, quote)) > 0:
        inner = text[1:end]
        if quote == "'":
            return inner
        return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), inner)
    return re.split(r"\s#", text, maxsplit=1)[0].strip()


def _closing(text: str, quote: str) -> int:
    position = 1
    while position < len(text):
        if text[position] == "\\" and quote == '"':
            position += 1
        elif text[position] == quote:
            return position
        position += 1
    return -1
