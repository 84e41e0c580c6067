"""Copies of fetched documents, kept between runs: contents by their hash, and an index from address to hash."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER_VARIABLE = "STREAMMIGRATE_CACHE_DIR"


def default_folder() -> Path:
    """Return the folder of the cache: the environment's, or the one this platform has for caches."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("streammigrate")) / "specs"


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept copy. With `etag` and `last_modified` the server is asked for newer; `location` is where it came from."""

    data: bytes
    sha256: str
    etag: str
    last_modified: str
    location: str


class Cache:
    """The copies in one folder. A cache that cannot be read or written acts like an empty one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, url: str) -> Entry | None:
        """Return the copy of an address, or None when there is no whole one."""
        record = self._index().get(url)
        if record is None:
            return None
        try:
            data = (self.folder / record["sha256"]).read_bytes()
        except OSError:
            return None
        if hashlib.sha256(data).hexdigest() != record["sha256"]:
            return None
        return Entry(data, record["sha256"], record["etag"], record["last_modified"], record["location"])

    def put(self, url: str, entry: Entry) -> None:
        """Keep a copy, and drop the one it replaces when no other address has it."""
        import json

        index = self._index()
        before = index.get(url)
        index[url] = {
            "sha256": entry.sha256,
            "etag": entry.etag,
            "last_modified": entry.last_modified,
            "location": entry.location,
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._write(entry.sha256, entry.data)
            self._write("index.json", json.dumps(index, indent=1, sort_keys=True).encode())
            if before and all(record["sha256"] != before["sha256"] for record in index.values()):
                (self.folder / before["sha256"]).unlink(missing_ok=True)
        except OSError:
            return

    def _index(self) -> dict[str, dict[str, str]]:
        import json

        try:
            index = json.loads((self.folder / "index.json").read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(index, dict):
            return {}
        return {url: record for url, record in index.items() if _is_record(record)}

    def _write(self, name: str, data: bytes) -> None:
        import tempfile

        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).replace(self.folder / name)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise


_SHA256 = re.compile(r"[0-9a-f]{64}")


def _is_record(record: Any) -> bool:
    if not isinstance(record, dict):
        return False
    values = [record.get(name) for name in ("sha256", "etag", "last_modified", "location")]
    if not all(isinstance(value, str) and value.isascii() and value.isprintable() for value in values):
        return False
    return bool(_SHA256.fullmatch(record["sha256"])) and record["location"].startswith(("http://", "https://"))
