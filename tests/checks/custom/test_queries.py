"""SM624, SM625, SM628 and SM629 hold filters and sorts against what the API descriptions list."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from checking import answers, places

from streammigrate import rules
from streammigrate.checks.custom import custom_filters, custom_sorts, filter_fields, queries, sort_fields
from streammigrate.checks.model import ProjectCheck
from streammigrate.rules import filters, sdk
from streammigrate.rules.catalogue import rule_for

_V1 = "from stream_chat import StreamChat\nclient = StreamChat('k', 's')\nchannel = client.channel('team', 'x')\n"
_CHECKS = (custom_filters.CHECK, custom_sorts.CHECK, filter_fields.CHECK, sort_fields.CHECK)


def _about(check: ProjectCheck, folder: Path, code: str) -> list[tuple[str, ...]]:
    return [one.about[2:] for one in answers(check, folder, {"app.py": _V1 + code + "\n"})]


@pytest.mark.parametrize(
    "code",
    [
        "client.query_users({})",
        "client.query_users({'id': {'$in': ['a']}, 'role': 'admin', 'name': {'$autocomplete': 'a'}}, {'created_at': -1})",
        "client.query_users({'$or': [{'id': 'a'}, {'$and': [{'banned': True}, {'teams': {'$contains': 'a'}}]}]})",
        "client.query_users({'custom.tier': {'$gt': 3}})",
        "client.query_channels({'members': {'$in': ['a']}, 'type': 'team'}, [{'field': 'last_message_at', 'direction': -1}])",
        "client.query_channels({'member.user.name': {'$autocomplete': 'a'}}, sort=[{'has_unread': -1}])",
        "channel.query_members({'user_id': 'a', 'custom.seat': 1}, {'created_at': 1})",
        "client.search({'type': 'team'}, 'text', {'created_at': 1})",
        "client.search({'cid': 'x'}, {'text': {'$q': 'x'}, 'user.id': 'a'})",
        "client.query_threads({'channel_cid': 'x'}, [{'field': 'reply_count', 'direction': 1}])",
        "client.query_segment_targets('s', {'target_id': 'a'})",
        "def f(filter, sort):\n    client.query_users(filter, sort)",
        "def f(key):\n    client.query_users({key: 1}, {key: 1})",
        "class Db:\n    def query_users(self, f, s): ...\nDb().query_users({'tier': 1, 'id': {'$ne': 1}}, {'tier': 1})",
    ],
)
def test_what_is_listed_is_silent(tmp_path: Path, code: str) -> None:
    assert [_about(check, tmp_path, code) for check in _CHECKS] == [[], [], [], []]


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("client.query_users({'tier': 3})", "tier"),
        ("client.query_users(filter_conditions={'$and': [{'id': 'a'}, {'tier': {'$gt': 3}}]})", "tier"),
        ("client.query_channels({'type': 'team', 'color': 'red'})", "color"),
        ("f = {'type': 'team'}\nif f:\n    f['color'] = 'red'\nclient.query_channels(f)", "color"),
        ("client.query_channels(dict(color='red'))", "color"),
        ("FILTER = {'color': 'red'}\ndef f():\n    client.query_channels({**FILTER, 'type': 'team'})", "color"),
        ("channel.query_members({'seat': 1})", "seat"),
        ("client.search({'color': 'red'}, 'text')", "color"),
        ("client.search({'type': 'team'}, {'mood': 'x'})", "mood"),
    ],
)
def test_a_filter_on_custom_data_is_told(tmp_path: Path, code: str, field: str) -> None:
    assert _about(custom_filters.CHECK, tmp_path, code) == [(field,)]
    assert _about(filter_fields.CHECK, tmp_path, code) == []


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("client.query_users({}, {'tier': -1})", "tier"),
        ("client.query_users({}, [{'tier': -1}])", "tier"),
        (
            "client.query_channels({}, sort=[{'field': 'rank', 'direction': 1}, {'field': 'created_at', 'direction': 1}])",
            "rank",
        ),
        ("sort = [{'field': 'rank', 'direction': 1}]\nclient.query_channels({}, sort)", "rank"),
    ],
)
def test_a_sort_on_custom_data_is_told(tmp_path: Path, code: str, field: str) -> None:
    assert _about(custom_sorts.CHECK, tmp_path, code) == [(field,)]
    assert _about(sort_fields.CHECK, tmp_path, code) == []


@pytest.mark.parametrize(
    ("code", "about"),
    [
        ("client.query_users({'role': {'$ne': 'admin'}})", ("role", "$ne")),
        ("client.query_users({'role': {'$regex': 'a'}})", ("role", "$regex")),
        ("client.query_users({'invisible': True})", ("invisible",)),
        ("client.query_channels({'members': {'$contains': 'a'}})", ("members", "$contains")),
        ("client.query_channels({'id': {'$nin': ['a']}})", ("id", "$nin")),
        ("client.query_channels({'cooldown': 3})", ("cooldown",)),
        ("client.query_channels({'custom.color': {'$ne': 'red'}})", ("custom.color", "$ne")),
        ("client.query_banned_users({'filter_conditions': {'tier': 3}})", ("tier",)),
        ("client.query_drafts('a', filter={'text': 'x'})", ("text",)),
        ("client.query_reminders('a', {'user_id': 'x'})", ("user_id",)),
        ("client.query_message_flags({'type': 'x'})", ("type",)),
        ("client.query_segments({'size': 1})", ("size",)),
        ("client.query_threads({'channel.type': 'team'})", ("channel.type",)),
        ("client.query_threads({'title': 'x'})", ("title",)),
    ],
)
def test_a_filter_that_is_not_listed_is_told(tmp_path: Path, code: str, about: tuple[str, ...]) -> None:
    assert _about(filter_fields.CHECK, tmp_path, code) == [about]
    assert _about(custom_filters.CHECK, tmp_path, code) == []


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("channel.query_members({}, {'user_id': 1})", "user_id"),
        ("client.query_threads(sort=[{'field': 'tier', 'direction': 1}])", "tier"),
        ("client.query_drafts('a', sort=[{'field': 'text', 'direction': 1}])", "text"),
        ("client.search({}, 'x', {'relevance': 1})", "relevance"),
    ],
)
def test_a_sort_that_is_not_listed_is_told(tmp_path: Path, code: str, field: str) -> None:
    assert _about(sort_fields.CHECK, tmp_path, code) == [(field,)]
    assert _about(custom_sorts.CHECK, tmp_path, code) == []


def test_every_query_of_stream_chat_whose_fields_are_listed_is_known() -> None:
    listed = filters.operations()
    assert {query.operation for query in queries.QUERIES.values()} <= listed.keys()
    for query in queries.QUERIES.values():
        assert set(query.filters.values()) <= set(listed[query.operation])
    paths = {entry["new"]["path"]: entry["new"]["id"] for entry in rules.load("operations")["operations"]}
    for name, member in sdk.v1_classes()["StreamChat"].members.items():
        rule = (
            rule_for("StreamChat", name) if name.startswith(("query_", "search")) and member.kind == "method" else None
        )
        method = sdk.v2_method(*rule.v2.split(".")) if rule is not None and rule.v2 else None
        operation = "" if method is None else paths.get(method.path, "")
        if operation in listed:
            assert f"StreamChat.{name}" in queries.QUERIES


_V2 = (
    "from getstream import Stream\nfrom getstream.models import QueryUsersPayload, SearchPayload, SortParamRequest\n"
    "client = Stream(api_key='k', api_secret='s')\n"
)


@pytest.mark.parametrize(
    "code",
    [
        "client.query_users(payload=QueryUsersPayload(filter_conditions={'id': {'$in': ['a']}, 'custom.tier': 3}))",
        "client.chat.query_channels(filter_conditions={'members': {'$in': ['a']}}, sort=[SortParamRequest(field='created_at')])",
        "client.chat.query_channels(filter_conditions=found)",
        "client.query_users(payload=payload)",
        "print({'filter_conditions': {'tier': 3}})",
        "other.chat.query_channels(filter_conditions={'tier': 3})",
    ],
)
def test_what_is_listed_is_silent_in_code_of_v2(tmp_path: Path, code: str) -> None:
    for check in _CHECKS:
        assert places(check, tmp_path, {"app.py": f"{_V2}{code}\n"}) == []


@pytest.mark.parametrize(
    ("check", "code", "about"),
    [
        (custom_filters, "client.chat.query_channels(filter_conditions={'tier': 3})", ("tier",)),
        (custom_filters, "client.query_users(payload=QueryUsersPayload(filter_conditions={'tier': 3}))", ("tier",)),
        (custom_filters, "p = QueryUsersPayload(filter_conditions={'tier': 3})\nclient.query_users(p)", ("tier",)),
        (filter_fields, "client.chat.query_channels(filter_conditions={'members': {'$ne': 'a'}})", ("members", "$ne")),
        (custom_sorts, "client.chat.query_channels(sort=[SortParamRequest(field='tier', direction=-1)])", ("tier",)),
        (sort_fields, "client.chat.query_threads(sort=[SortParamRequest(field='tier', direction=1)])", ("tier",)),
    ],
)
def test_queries_of_getstream_are_held_against_the_same(
    tmp_path: Path, check: ModuleType, code: str, about: tuple[str, ...]
) -> None:
    assert [one.about[2:] for one in answers(check.CHECK, tmp_path, {"app.py": f"{_V2}{code}\n"})] == [about]


def test_the_queries_of_getstream_are_those_of_stream_chat() -> None:
    assert {query.operation for query in queries.SECOND.values()} == {
        query.operation for query in queries.QUERIES.values()
    }
    for name, query in queries.SECOND.items():
        owner, _, method = name.rpartition(".")
        known = sdk.v2_method(owner or "client", method)
        assert known is not None
        for parameter in query.filters:
            head, _, field = parameter.partition(".")
            model = sdk.model(known.parameters[head].type)
            assert not field or (model is not None and field in model.fields)


def test_a_filter_may_be_made_in_another_file(tmp_path: Path) -> None:
    code = _V1 + "from found import by\nclient.query_users(by('x'))\n"
    files = {"found.py": "def by(tier):\n    return {'tier': tier}\n", "app.py": code}
    assert places(custom_filters.CHECK, tmp_path, files) == [("found.py", 2)]
