"""How far a project's code is: what a scan found and the uses of getstream, by area and by file."""

from __future__ import annotations

from pathlib import Path

import pytest
from scanning import mixed, report

from streammigrate import api
from streammigrate.report import readiness
from streammigrate.report.readiness import Count, Migrated, Progress, measure


@pytest.mark.parametrize(
    ("count", "left", "percent"),
    [
        (Count(), 0, 100),
        (Count(migrated=1), 0, 100),
        (Count(kept=3), 0, 100),
        (Count(migrated=199, manual=1), 1, 99),
        (Count(migrated=1, automatic=1, review=1, manual=1, kept=5), 3, 25),
        (Count(automatic=2), 2, 0),
    ],
)
def test_a_share_is_rounded_down_and_leaves_out_what_stays_on_purpose(count: Count, left: int, percent: int) -> None:
    assert (count.left, count.percent) == (left, percent)


def test_uses_are_counted_by_area_and_by_file() -> None:
    found = measure(mixed(), [Migrated("app/views.py", "Moderation"), Migrated("a.py", "Users")])
    assert [(row.name, row.uses) for row in found.areas] == [
        ("Users", Count(1, 2, 1, 4, 1)),
        ("Moderation", Count(migrated=1)),
    ]
    assert [(row.name, row.uses.left) for row in found.files] == [("app/views.py", 6), ("jobs/run.py", 1), ("a.py", 0)]
    assert found.total == Count(2, 2, 1, 4, 1)
    assert found.troubles == 1


def test_without_the_uses_of_getstream_nothing_is_claimed_of_them() -> None:
    assert not measure(report(), None).knows_migrated
    assert measure(report(), []).knows_migrated


def test_tasks_name_the_reason_and_quote_no_code() -> None:
    (row,) = measure(mixed(), []).areas
    why = [task.why for task in row.tasks]
    assert why[0] == "The keys of a payload are not known"
    assert why[2] == "The keys of a payload are not known; The response goes where it is not followed"
    assert not [task for task in row.tasks if "old()" in task.why or "`data`" in task.why]
    assert [task.place for task in row.tasks] == ["line 3", "line 4", "line 5", "line 6", "line 7"]


@pytest.mark.parametrize(
    ("member", "area"),
    [
        ("client.upsert_users", "Users"),
        ("channel.send_message", "Messages and threads"),
        ("chat.delete_message", "Messages and threads"),
        ("moderation.ban", "Moderation"),
        ("moderation.query_review_queue", "Moderation"),
        ("chat.query_channels", "Channels"),
        ("client.create_device", "Devices and push"),
        ("client.no_such_method", "Other uses"),
    ],
)
def test_a_method_of_getstream_belongs_to_the_area_of_its_rule_or_its_path(member: str, area: str) -> None:
    assert readiness.area_of_method(member) == area


HALF = """
from getstream import Stream
from getstream.exceptions import StreamApiException
from stream_chat import StreamChat

old = StreamChat(api_key="key", api_secret="secret")
new = Stream(api_key="key", api_secret="secret")


def save(name, payload):
    old.upsert_user({"id": name})
    old.upsert_user(payload)
    try:
        new.delete_users(user_ids=[name])
        new.chat.query_channels(filter_conditions={})
    except StreamApiException:
        pass
"""


def progress_of(folder: Path) -> Progress:
    outcome = api.check(api.CheckOptions(path=str(folder), select=["SM640"]))
    assert outcome.progress is not None
    return outcome.progress()


def test_a_project_that_is_half_way(tmp_path: Path) -> None:
    (tmp_path / "half.py").write_text(HALF)
    (tmp_path / "none.py").write_text("class Box:\n    def upsert_user(self): ...\n\n\nBox().upsert_user()\n")
    found = progress_of(tmp_path)
    counts = {row.name: row.uses.migrated for row in found.areas}
    assert counts == {"Users": 1, "Channels": 1, "Clients and their set-up": 1, "Errors and answers": 1}
    assert found.total.migrated == 4
    assert found.total.total - found.total.migrated == 3
    assert found.seen == 2
    assert [row.name for row in found.files] == [str(tmp_path / "half.py")]


def test_without_a_project_there_is_no_progress() -> None:
    assert api.check(api.CheckOptions()).progress is None
