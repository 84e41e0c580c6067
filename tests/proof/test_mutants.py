"""Mutants of right calls: all rejected by the comparison, or failing by themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streammigrate.proof.equality import compare_traces
from streammigrate.proof.mutants import mutants
from streammigrate.proof.run import Trace

Runner = Callable[[str], Trace]

PAIRS = [
    ('client.add_device("d", "apn", "u")', 'client.create_device(id="d", push_provider="apn", user_id="u")'),
    ('client.create_import("p", "insert")', 'client.create_import(path="p", mode="insert")'),
    ('client.delete_message("m", hard=True)', 'client.chat.delete_message(id="m", hard=True)'),
    (
        'client.ban_user("b", user_id="u", timeout=10, reason="r")',
        'client.moderation.ban(target_user_id="b", banned_by_id="u", timeout=10, reason="r")',
    ),
    (
        'channel.send_message({"text": "t", "attachments": [{"type": "a", "n": 1}], "mood": "m"}, "u")',
        'channel.send_message(message=MessageRequest(text="t", attachments=[Attachment(type="a", custom={"n": 1})],'
        ' user_id="u", custom={"mood": "m"}))',
    ),
    (
        'client.query_users({"id": {"$in": ["a", "b"]}}, {"created_at": -1}, limit=3)',
        'client.query_users(QueryUsersPayload(filter_conditions={"id": {"$in": ["a", "b"]}},'
        ' sort=[SortParamRequest(field="created_at", direction=-1)], limit=3))',
    ),
    (
        'client.create_reminder("m", "u", datetime.datetime(2030, 1, 1))',
        'client.chat.create_reminder(message_id="m", user_id="u", remind_at=datetime.datetime(2030, 1, 1))',
    ),
]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_the_pair_is_equal_and_no_mutant_is(before: str, after: str, run_v1: Runner, run_v2: Runner) -> None:
    expected = run_v1(before)
    assert expected.requests
    assert compare_traces(expected, run_v2(after)) == []
    changed = mutants(after)
    assert len(changed) > 5
    survivors = [text for text in changed if not compare_traces(expected, run_v2(text))]
    assert survivors == []


def test_every_kind_of_mutant_is_made() -> None:
    made = mutants("f('a', g(k=1, m=True), n=None)")
    assert "f(g(k=1, m=True), n=None)" in made  # dropped
    assert "f('a', g(m=True), n=None)" in made  # dropped inside a model
    assert "f(g(k=1, m=True), 'a', n=None)" in made  # swapped
    assert "f('a', g(k=True, m=1), n=None)" in made  # swapped values
    assert "f('ax', g(k=1, m=True), n=None)" in made  # changed
    assert "f('a', g(k=2, m=True), n=None)" in made
    assert "f('a', g(k=1, m=False), n=None)" in made
    assert any("limit=7" in text for text in made)  # added
    assert len(made) == len(set(made))
    assert "f('a', g(k=1, m=True), n=None)" not in made


def test_a_changed_time_stays_a_time() -> None:
    assert "f('2031-01-01T00:00:00Z')" in mutants("f('2030-01-01T00:00:00Z')")
