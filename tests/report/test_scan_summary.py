"""What a scan counts, groups and estimates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scanning import ESCAPES, LOSS, OPAQUE, WAITS, file, mixed, report, site

from streammigrate.codemod import kinds
from streammigrate.codemod.model import Trouble
from streammigrate.report import scan_estimate as estimate
from streammigrate.report import scan_summary as summary
from streammigrate.report.scan_summary import LEFT, UNSAFE, Tally

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "scan.md").read_text(encoding="utf-8")


def test_nothing_is_found_where_nothing_is() -> None:
    empty = report(file("app.py"))
    assert summary.headline(empty) == "No use of stream-chat was found in 1 file."
    assert (empty.entries, empty.needs(), empty.methods(), empty.by_file()) == ((), [], [], [])
    assert summary.shares(empty) is None
    assert empty.minutes == 0
    assert not summary.is_at(empty, "any")


def test_a_file_that_cannot_be_judged_is_no_all_clear() -> None:
    bad = report(file("app.py", troubles=(Trouble(kinds.UNREADABLE.id, "refused"),)))
    assert summary.headline(bad) == "No use of stream-chat was found in what could be read; 1 problem with files."
    assert summary.is_at(bad, "left")
    assert not summary.is_at(bad, "never")


def test_the_headline_names_only_what_there_is() -> None:
    assert summary.headline(report(file("a.py", site(1)))) == "1 site in 1 file: 1 rewritten by default."
    assert summary.headline(report(file("a.py", site(1, OPAQUE)))) == "1 site in 1 file: 1 left."
    assert summary.headline(mixed()) == (
        "8 sites in 2 files: 2 rewritten by default, 1 with --unsafe, 4 left, 1 suppressed; 1 problem with files."
    )


def test_every_site_is_counted_once_by_method_and_by_file() -> None:
    found = mixed()
    assert found.tally == Tally(2, 1, 4, 1)
    methods = found.methods()
    assert [row.name for row in methods] == [
        "StreamChat.upsert_user",
        "Channel.send_message",
        "StreamChat.ban_user",
        "StreamChat.channel",
    ]
    assert methods[0].tally == Tally(2, 0, 2, 1)
    assert [row.name for row in found.by_file()] == ["app/views.py", "jobs/bad.py", "jobs/run.py"]
    for rows in (methods, found.by_file()):
        assert sum(row.tally.sites for row in rows) == found.tally.sites


def test_shares_are_rounded_down() -> None:
    assert summary.shares(report(file("a.py", *[site(line) for line in range(1, 200)], site(200, OPAQUE)))) == (99, 99)
    assert summary.shares(report(file("a.py", site(1), site(2, LOSS), site(3, OPAQUE)))) == (33, 66)


def test_columns_are_characters() -> None:
    entry = mixed().entries[0]
    assert (entry.place, entry.end_column) == ("app/views.py:2:3", 7)


def test_needs_group_sites_by_their_first_reason_and_instruction() -> None:
    needs = mixed().needs()
    assert [(need.kind.id if need.kind else "", need.status, len(need.entries)) for need in needs] == [
        ("SM503", LEFT, 2),
        ("SM506", LEFT, 1),
        ("SM511", LEFT, 1),
        ("SM514", UNSAFE, 1),
    ]
    texts = [instruction.text for instruction in needs[0].instructions]
    assert texts == [
        "the keys of `data` are not known",
        "the keys of `data` are not known; the response is returned",
    ]
    assert needs[0].entries[1].reasons == ("SM503", "SM506")
    assert sum(len(need.entries) for need in needs) == 5, "what is suppressed needs nothing"


def test_a_site_that_stays_without_a_reason_is_told() -> None:
    needs = report(file("a.py", site(1, applied=False))).needs()
    assert [(need.kind, need.title) for need in needs] == [(None, "No reason of their own")]
    assert "stays with what is beside it" in needs[0].instructions[0].text


def test_the_estimate_is_a_sum_by_kind() -> None:
    found = mixed()
    assert [need.minutes for need in found.needs()] == [20, 15, 0, 3]
    assert found.minutes == 20 + 15 + 0 + 3 + estimate.OTHERWISE
    assert sum(row.minutes for row in found.by_file()) == found.minutes
    assert [entry.minutes for entry in report(file("a.py", site(1), site(2, WAITS), site(3, ESCAPES))).entries] == [
        0,
        0,
        15,
    ]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "about 0 min"),
        (1, "about 5 min"),
        (55, "about 55 min"),
        (56, "about 1 h"),
        (64, "about 1 h 5 min"),
        (480, "about 8 h"),
    ],
)
def test_durations_are_rounded_up(minutes: int, words: str) -> None:
    assert estimate.duration(minutes) == words


def test_the_guide_has_the_estimate_of_every_kind() -> None:
    rows = re.findall(r"^\| (SM\d{3}) [\w-]+ \| (\d+) \|$", GUIDE, re.MULTILINE)
    assert {id: int(minutes) for id, minutes in rows} == dict(estimate.MINUTES)
    assert set(estimate.MINUTES) <= {kind.id for kind in kinds.KINDS}
    assert f"{estimate.OTHERWISE} minutes" in GUIDE
    assert f"{estimate.REVIEW} minutes" in GUIDE


def test_a_site_is_proven_by_its_forms() -> None:
    entries = report(
        file("a.py", site(1), site(2, OPAQUE), site(3, forms=("users:nonsense",)), site(4, forms=()))
    ).entries
    assert summary.proof_of(entries[0], "7.0").proven is True
    assert summary.proof_of(entries[1], "7.0").proven is None, "there is no new code"
    unproven = summary.proof_of(entries[2], "7.0")
    assert (unproven.proven, unproven.missing) == (False, ("users:nonsense",))
    assert summary.proof_of(entries[3], "7.0").proven is None


@pytest.mark.parametrize(
    ("sites", "fails"),
    [
        ((), ()),
        ((site(1),), ("any",)),
        ((site(1, LOSS),), ("any",)),
        ((site(1, OPAQUE),), ("left", "any")),
        ((site(1, suppressed="later", applied=False),), ()),
    ],
)
def test_thresholds(sites: tuple[object, ...], fails: tuple[str, ...]) -> None:
    found = report(file("a.py", *sites))  # type: ignore[arg-type]
    assert tuple(name for name in ("left", "any", "never") if summary.is_at(found, name)) == fails
