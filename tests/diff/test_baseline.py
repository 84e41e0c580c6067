"""The baseline of accepted changes: what it takes out, what it says of itself, and what it keeps when written again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from streammigrate.diff import baseline
from streammigrate.diff.result import DiffResult
from streammigrate.errors import InputError

if TYPE_CHECKING:
    from tests.diff.conftest import Lab

TODAY = "2027-01-15"


@pytest.fixture
def result(lab: Lab) -> DiffResult:
    """A comparison with two changes: Thing.a removed, Thing.b of another type."""
    old = lab.thing({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}})
    return lab.compare(old, lab.thing({"type": "object", "properties": {"b": {"type": "integer"}}}))


def written(result: DiffResult, **more: str) -> dict[str, Any]:
    """Return the baseline that accepts the first change, with further keys in its entry."""
    data = baseline.document(list(result.changes())[:1], {}, TODAY)
    data["entries"][0].update(more)
    return data


def places(result: DiffResult) -> list[str]:
    return [change.place for change in result.changes()]


def test_accepted_changes_are_taken_out(result: DiffResult) -> None:
    entries = baseline.parse(written(result), "base.yaml")
    assert baseline.apply(result, entries, "base.yaml", TODAY) == []
    assert places(result) == ["Thing.b"]
    assert [change.place for change in result.accepted] == ["Thing.a"]
    assert result.ignored == 1


def test_entries_describe_themselves(result: DiffResult) -> None:
    [entry] = written(result)["entries"]
    assert entry.pop("fingerprint") == next(result.changes()).fingerprint
    assert entry == {"id": "SM153", "place": "Thing.a", "message": "property removed (it was string)"}


def test_only_the_fingerprint_decides(result: DiffResult) -> None:
    data = written(result, place="Elsewhere.x", message="something else", id="SM999")
    assert baseline.apply(result, baseline.parse(data, "base.yaml"), "base.yaml", TODAY) == []
    assert places(result) == ["Thing.b"]


def test_stale_entries_are_named(result: DiffResult) -> None:
    data = written(result)
    data["entries"].append({"fingerprint": "0" * 16, "id": "SM101", "place": "goneOp"})
    data["entries"].append({"fingerprint": "1" * 16})
    findings = baseline.apply(result, baseline.parse(data, "base.yaml"), "base.yaml", TODAY)
    assert [finding.location.pointer for finding in findings] == ["/entries/1", "/entries/2"]
    assert "SM101 goneOp matches no change" in findings[0].message
    assert "1" * 16 in findings[1].message
    assert {finding.id for finding in findings} != {""}


@pytest.mark.parametrize(("expires", "in_force"), [("2027-01-16", True), (TODAY, True), ("2027-01-14", False)])
def test_entries_expire(expires: str, in_force: bool, result: DiffResult) -> None:
    entries = baseline.parse(written(result, expires=expires, reason="agreed with the client team"), "base.yaml")
    findings = baseline.apply(result, entries, "base.yaml", TODAY)
    assert places(result) == (["Thing.b"] if in_force else ["Thing.a", "Thing.b"])
    assert [f"expired on {expires}" in finding.message for finding in findings] == ([] if in_force else [True])


def test_reasons_and_dates_are_kept_when_written_again(result: DiffResult) -> None:
    known = baseline.parse(written(result, reason="agreed", expires="2027-12-31"), "base.yaml")
    data = baseline.document(result.changes(), known, TODAY)
    assert data["version"] == baseline.VERSION
    first, second = data["entries"]
    assert (first["place"], first["reason"], first["expires"]) == ("Thing.a", "agreed", "2027-12-31")
    assert second["place"] == "Thing.b" and "reason" not in second and "expires" not in second
    assert baseline.document(list(result.changes())[::-1], known, TODAY) == data


def test_a_written_baseline_accepts_everything(result: DiffResult) -> None:
    entries = baseline.parse(baseline.document(result.changes(), {}, TODAY), "base.yaml")
    assert baseline.apply(result, entries, "base.yaml", TODAY) == []
    assert places(result) == []


def test_a_fingerprint_survives_other_wording_and_other_changes(lab: Lab, result: DiffResult) -> None:
    """What was accepted stays accepted when the documents change elsewhere."""
    fields = {"a": {"type": "string", "description": "other words"}, "b": {"type": "string"}, "c": {"type": "string"}}
    old = lab.thing({"type": "object", "properties": fields, "description": "more"})
    new = lab.thing({"type": "object", "properties": {"c": {"type": "string"}, "b": {"type": "integer"}}})
    later = lab.compare(old, new)
    assert [change.fingerprint for change in later.changes()] == [change.fingerprint for change in result.changes()]


WRONG: dict[str, tuple[Any, str]] = {
    "a list": ([], "/version"),
    "no version": ({"entries": []}, "/version"),
    "another version": ({"version": 2, "entries": []}, "/version"),
    "no entries": ({"version": 1}, "/entries"),
    "entries that are no list": ({"version": 1, "entries": {}}, "/entries"),
    "an entry that is a text": ({"version": 1, "entries": ["abc"]}, "/entries/0"),
    "an entry without a fingerprint": ({"version": 1, "entries": [{"id": "SM101"}]}, "/entries/0"),
    "a fingerprint that is a number": ({"version": 1, "entries": [{"fingerprint": 12}]}, "/entries/0"),
    "a misspelled key": ({"version": 1, "entries": [{"fingerprint": "a", "reson": "b"}]}, "/entries/0"),
    "a date that is none": (
        {"version": 1, "entries": [{"fingerprint": "a"}, {"fingerprint": "b", "expires": "soon"}]},
        "/entries/1",
    ),
}


@pytest.mark.parametrize(("data", "pointer"), WRONG.values(), ids=WRONG)
def test_wrong_baselines_are_refused_at_their_place(data: Any, pointer: str) -> None:
    with pytest.raises(InputError) as caught:
        baseline.parse(data, "base.yaml")
    assert (caught.value.finding.location.source, caught.value.finding.location.pointer) == ("base.yaml", pointer)


def test_an_empty_reason_is_none() -> None:
    data = {"version": 1, "entries": [{"fingerprint": "a", "reason": None, "expires": None}]}
    assert baseline.parse(data, "base.yaml")["a"] == baseline.Entry("a")
