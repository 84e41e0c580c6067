"""What a list's dialect makes of a requirement: PEP 508 texts, the tables of Poetry and Pipenv, and bare names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from streammigrate.manifests import requirement
from streammigrate.manifests.formats.toml_spans import Pair, Value, scan
from streammigrate.manifests.model import NEW, OLD, Entry, Listing
from streammigrate.manifests.requirement import Range

_KEPT = ("version", "optional", "python", "markers", "platform")
"""What of a table holds for getstream too; extras, indexes and places are those of stream-chat."""
_PLACES = ("git", "url", "path", "file", "source", "index", "hg", "svn")
_LAST_KEY = re.compile(r"(?:\"[^\"]*\"|'[^']*'|[\w-]+)(?=\s*\]$)")


def successor(listing: Listing, entry: Entry, target: Range) -> str | None:
    """Return what is to stand for getstream beside an entry on stream-chat, in the list's dialect.

    None where the entry is for Pythons only that getstream does not run on.
    """
    if listing.dialect == "name":
        return NEW
    if listing.dialect == "pep508":
        others = [other for other in listing.entries if other is not entry and requirement.is_valid(other.raw)]
        pinned = bool(others) and all(requirement.is_pinned(other.raw) for other in others)
        raw = _joined(entry.raw)
        plain = _unescaped(raw)
        made = requirement.successor(plain if requirement.is_valid(plain) else OLD, target, pinned=pinned)
        return made.replace('"', '\\"') if made is not None and plain != raw else made
    if entry.header:
        return _from_header(entry.raw, listing.dialect, target)
    value = _value(entry.raw)
    if value.kind == "array":
        tables = [_from_table(entry.raw, _OFFSET, item.pairs, listing.dialect, target) for item in value.items]
        kept = [text if text.startswith("{") else f"{{version = {text}}}" for text in tables if text is not None]
        if len(kept) < 2:
            return _unwrapped(kept[0]) if kept else None
        return f"[{', '.join(kept)}]"
    if value.kind == "string":
        quote = entry.raw[0]
        return f"{quote}{_version(value.data, listing.dialect, target)}{quote}"
    return _from_table(entry.raw, _OFFSET, value.pairs, listing.dialect, target)


def fits(listing: Listing, entry: Entry, target: Range) -> bool:
    """Return whether an entry on getstream allows the target; what cannot be judged does."""
    if listing.dialect == "name":
        return True
    if listing.dialect == "pep508":
        return requirement.fits(requirement.spec_of(entry.raw), target.full) is not False
    versions = _versions(entry)
    return not versions or any(requirement.fits(version, target.full) is not False for version in versions)


def raised(listing: Listing, entry: Entry, target: Range) -> str | None:
    """Return an entry on getstream that allows the target, where it is plain and of the same major release."""
    if listing.dialect == "pep508":
        return requirement.raised(entry.raw, target) if requirement.is_valid(entry.raw) else None
    if listing.dialect in ("poetry", "pipfile") and entry.raw[:1] in "\"'" and not entry.raw.startswith(('"""', "'''")):
        made = requirement.raised(f"x{entry.raw[1:-1]}", target)
        return f"{entry.raw[0]}{made[1:]}{entry.raw[0]}" if made is not None else None
    return None


def place(listing: Listing, entry: Entry) -> str:
    """Return how an entry says where its distribution is taken from (`git`, `a URL`); empty for the usual index."""
    if listing.dialect == "name":
        return ""
    if listing.dialect == "pep508":
        if requirement.is_url(entry.raw):
            return "a URL"
        return "" if requirement.is_valid(_unescaped(entry.raw)) else "a repository, folder or file"
    keys = {pair.path[-1] for pairs in _tables(entry) for pair in pairs}
    return next((f"a place of its own (`{key}`)" for key in _PLACES if key in keys), "")


def conflicts(listing: Listing, entry: Entry, wanted: str) -> bool:
    """Return whether no release satisfies both an entry and a range."""
    if listing.dialect == "pep508":
        return requirement.is_valid(entry.raw) and requirement.conflict(entry.raw, wanted)
    if listing.dialect == "name":
        return False
    versions = [_explicit(version) for version in _versions(entry)]
    return bool(versions) and all(requirement.conflict(f"x{version}", wanted) for version in versions)


def shown(listing: Listing, entry: Entry) -> str:
    """Return an entry as it is shown to people: on one line, short, and without what a URL may hold of secrets."""
    raw = entry.raw
    if listing.dialect in ("poetry", "pipfile"):
        raw = " ".join(raw.split()) if entry.header else f"{entry.name} = {' '.join(raw.split())}"
    text = re.sub(r"://[^/@\s]*@", "://…@", " ".join(_joined(raw).split()))
    return text if len(text) <= 80 else f"{text[:79]}…"


def _explicit(version: str) -> str:
    return "" if version.strip() == "*" else f"=={version}" if version.strip()[:1].isdigit() else version


_PREFIX = "x = "
_OFFSET = len(_PREFIX)


def _value(raw: str) -> Value:
    return scan(_PREFIX + raw)[0].pairs[0].value


def _tables(entry: Entry) -> list[Sequence[Pair]]:
    if entry.header:
        return [scan(entry.raw)[1].pairs]
    value = _value(entry.raw)
    return [item.pairs for item in value.items] if value.kind == "array" else [value.pairs]


def _versions(entry: Entry) -> list[str]:
    if not entry.raw.startswith(("[", "{")):
        value = _value(entry.raw)
        return [value.data] if value.kind == "string" else []
    return [pair.value.data for pairs in _tables(entry) for pair in pairs if pair.path[-1] == "version"]


def _from_header(raw: str, dialect: str, target: Range) -> str | None:
    header = scan(raw)[1]
    line, *_ = re.split(r"\s*(?:#|\r|\n)", raw, maxsplit=1)
    lines = _kept(raw, 0, header.pairs, dialect, target)
    if lines is None:
        return None
    return "\n".join([_LAST_KEY.sub(NEW, line), *(f"{key} = {value}" for key, value in lines)])


def _from_table(raw: str, offset: int, pairs: Sequence[Pair], dialect: str, target: Range) -> str | None:
    """Return an inline table for getstream, or a plain text where the version is all that is left."""
    kept = _kept(raw, offset, pairs, dialect, target)
    if kept is None:
        return None
    if len(kept) == 1:
        return kept[0][1]
    opened = raw[pairs[0].start - offset - 1 : pairs[0].start - offset] if pairs else ""
    space = " " if opened == " " else ""
    return f"{{{space}{', '.join(f'{key} = {value}' for key, value in kept)}{space}}}"


def _kept(raw: str, offset: int, pairs: Sequence[Pair], dialect: str, target: Range) -> list[tuple[str, str]] | None:
    values = {pair.path[-1]: pair.value for pair in pairs}
    python = values.get("python")
    if python is not None and not _has_new_python(python.data):
        return None
    markers = values.get("markers")
    if markers is not None and requirement.successor(f"x; {markers.data}", target) is None:
        return None
    quote = next((raw[value.start - offset] for value in values.values() if value.kind == "string"), '"')
    kept = []
    if "version" not in values:
        kept.append(("version", f"{quote}{_version('', dialect, target)}{quote}"))
    for pair in pairs:
        key = pair.path[-1]
        if key not in _KEPT:
            continue
        text = raw[pair.value.start - offset : pair.value.end - offset]
        if key == "version":
            text = f"{quote}{_version(pair.value.data, dialect, target)}{quote}"
        kept.append((key, text))
    return kept


def _has_new_python(spec: str) -> bool:
    return any(
        requirement.fits(spec, f"3.{minor}.{micro}") is not False for minor in range(10, 20) for micro in (0, 99)
    )


def _version(text: str, dialect: str, target: Range) -> str:
    text = text.strip()
    if dialect == "poetry" and (text in ("", "*") or "|" in text):
        return f"^{target.full}"
    if re.fullmatch(r"v?\d+(\.\d+)*", text):
        return target.full
    if re.fullmatch(r"v?\d+(\.\d+)*\.\*", text):
        return requirement.cut(target, text.count(".")) + ".*"
    made = requirement.successor("x" + ("" if text == "*" else text), target)
    assert made is not None
    return made.removeprefix(NEW)


def _unwrapped(table: str) -> str:
    match = re.fullmatch(r"\{\s*version = ([\"'][^\"']*[\"'])\s*\}", table)
    return match[1] if match is not None else table


def _joined(raw: str) -> str:
    return re.sub(r"\s*\\\r?\n\s*", " ", raw)


def _unescaped(raw: str) -> str:
    """Return a text between double quotes without the backslashes before quotes."""
    return raw.replace('\\"', '"')
