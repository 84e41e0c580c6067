"""The cache keeps documents, and is never the reason that a command fails."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from streammigrate.spec.cache import Cache, Entry, default_folder

URL = "https://example.org/api.yaml"


def entry(data: bytes, etag: str = '"1"') -> Entry:
    return Entry(data, hashlib.sha256(data).hexdigest(), etag, "Mon, 01 Jan 2024 00:00:00 GMT", URL)


def test_what_is_put_can_be_got(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "a" / "specs")
    assert cache.get(URL) is None
    cache.put(URL, entry(b"a: 1"))
    assert Cache(tmp_path / "a" / "specs").get(URL) == entry(b"a: 1")
    assert cache.get(URL + "2") is None


def test_a_replaced_copy_is_dropped_unless_it_is_shared(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(URL, entry(b"a: 1"))
    cache.put(URL + "2", entry(b"a: 1"))
    cache.put(URL, entry(b"a: 2"))
    assert cache.get(URL + "2") == entry(b"a: 1")
    cache.put(URL + "2", entry(b"a: 2"))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([entry(b"a: 2").sha256, "index.json"])


def test_a_changed_copy_is_not_used(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(URL, entry(b"a: 1"))
    (tmp_path / entry(b"a: 1").sha256).write_bytes(b"a: 2")
    assert cache.get(URL) is None


def test_a_missing_copy_is_not_used(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(URL, entry(b"a: 1"))
    (tmp_path / entry(b"a: 1").sha256).unlink()
    assert cache.get(URL) is None


@pytest.mark.parametrize(
    "index",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        json.dumps({URL: 1}).encode(),
        json.dumps({URL: {}}).encode(),
        json.dumps({URL: {"sha256": "../../x", "etag": "", "last_modified": "", "location": URL}}).encode(),
        json.dumps({URL: {"sha256": "0" * 64, "etag": "a\nb", "last_modified": "", "location": URL}}).encode(),
        json.dumps({URL: {"sha256": "0" * 64, "etag": "", "last_modified": "", "location": "file:///x"}}).encode(),
    ],
)
def test_a_corrupt_index_is_an_empty_one(tmp_path: Path, index: bytes) -> None:
    (tmp_path / "index.json").write_bytes(index)
    cache = Cache(tmp_path)
    assert cache.get(URL) is None
    cache.put(URL, entry(b"a: 1"))
    assert cache.get(URL) == entry(b"a: 1")


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = Cache(tmp_path / "file" / "specs")
    cache.put(URL, entry(b"a: 1"))
    assert cache.get(URL) is None


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path)
    cache.put(URL, entry(b"a: 1"))
    before = sorted(path.name for path in tmp_path.iterdir())

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    cache.put(URL, entry(b"a: 2"))
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert cache.get(URL) == entry(b"a: 1")


def test_the_environment_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMMIGRATE_CACHE_DIR", str(tmp_path))
    assert default_folder() == tmp_path
    monkeypatch.setenv("STREAMMIGRATE_CACHE_DIR", "")
    assert default_folder().name == "specs"
    assert "streammigrate" in str(default_folder())
