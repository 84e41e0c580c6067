"""The baseline: changes that were seen and accepted, by structural fingerprint, with a reason and an expiry date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from streammigrate.diff.change import Change
from streammigrate.diff.result import DiffResult
from streammigrate.diff.select import retain
from streammigrate.findings import Finding, Location
from streammigrate.spec import problems

VERSION = 1
_KEYS = frozenset({"fingerprint", "id", "place", "message", "reason", "expires"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted change. `expires` is an ISO date; empty means never."""

    fingerprint: str
    id: str = ""
    place: str = ""
    message: str = ""
    reason: str = ""
    expires: str = ""


def parse(data: Any, label: str) -> dict[str, Entry]:
    """Return the entries of a parsed baseline file by fingerprint. Raises InputError, naming the entry, when it is wrong."""
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise problems.BAD_SETTINGS.error(Location(label, "/version"), f"a baseline starts with `version: {VERSION}`")
    raw = data.get("entries")
    if not isinstance(raw, list):
        raise problems.BAD_SETTINGS.error(Location(label, "/entries"), "`entries` must be a list")
    found = {}
    for index, item in enumerate(raw):
        at = Location(label, f"/entries/{index}")
        if not isinstance(item, dict) or not isinstance(item.get("fingerprint"), str):
            raise problems.BAD_SETTINGS.error(at, "a baseline entry needs a `fingerprint`")
        unknown = sorted(map(str, item.keys() - _KEYS))
        if unknown:
            raise problems.BAD_SETTINGS.error(at, f"unknown key {unknown[0]!r} (known: {', '.join(sorted(_KEYS))})")
        entry = Entry(**{key: "" if value is None else str(value) for key, value in item.items()})
        if entry.expires:
            _require_date(entry.expires, at)
        found[entry.fingerprint] = entry
    return found


def _require_date(text: str, at: Location) -> None:
    from datetime import date

    try:
        date.fromisoformat(text)
    except ValueError:
        raise problems.BAD_SETTINGS.error(at, f"`expires` must be a date such as 2027-01-31, not {text!r}") from None


def apply(result: DiffResult, entries: Mapping[str, Entry], label: str, today: str) -> list[Finding]:
    """Take the accepted changes out of a comparison; return what is to say of the baseline itself.

    An expired entry no longer takes its change out. An entry that no change matches is named as stale.
    """
    present = {change.fingerprint for change in result.changes()}
    expired = {key for key, entry in entries.items() if entry.expires and entry.expires < today}
    result.accepted = retain(
        result, lambda change, _: change.fingerprint not in entries or change.fingerprint in expired
    )
    findings = []
    for position, (key, entry) in enumerate(entries.items()):
        at = Location(label, f"/entries/{position}")
        name = f"{entry.id} {entry.place}".strip() or key
        if key not in present:
            findings.append(problems.BASELINE_STALE.finding(at, f"the baseline entry for {name} matches no change"))
        elif key in expired:
            text = f"the baseline entry for {name} expired on {entry.expires}"
            findings.append(problems.BASELINE_EXPIRED.finding(at, text))
    return findings


def document(changes: Iterable[Change], known: Mapping[str, Entry], today: str) -> dict[str, Any]:
    """Return the baseline that accepts some changes, keeping the reasons and dates of the entries that are known.

    A date that has passed is dropped: with it the baseline would not accept what it was written to accept.
    """
    entries = []
    for change in sorted(changes, key=lambda change: (change.scope, change.owner, *change.sort_key)):
        item = {
            "fingerprint": change.fingerprint,
            "id": change.kind.id,
            "place": change.place,
            "message": change.message,
        }
        before = known.get(change.fingerprint)
        if before is not None and before.reason:
            item["reason"] = before.reason
        if before is not None and before.expires >= today:
            item["expires"] = before.expires
        entries.append(item)
    return {"version": VERSION, "entries": entries}
