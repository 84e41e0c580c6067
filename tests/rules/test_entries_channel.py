"""The entries for channels, campaigns, segments, batches, webhooks, errors, types and responses, shown by running them.

A call is planned by its entry, written, and both programs run over recording transports: the requests have to be the same under
the rules of equality. Cohorts and files are left to the tests of `rewrite`.
"""

from __future__ import annotations

import ast
import base64
import gzip
import hashlib
import hmac
import importlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from streammigrate.codemod import kinds
from streammigrate.codemod.calls import plan_call
from streammigrate.codemod.code import Renderer, Source
from streammigrate.codemod.inference import Inference
from streammigrate.codemod.lower import Held, Lowering
from streammigrate.codemod.names import Names
from streammigrate.codemod.receivers import Receivers
from streammigrate.codemod.resolve import Resolver
from streammigrate.proof.equality import compare_requests, compare_settings
from streammigrate.proof.record import Answer, Request
from streammigrate.proof.run import Trace, run
from streammigrate.rules import load, sdk
from streammigrate.rules.catalogue import rule_for, rule_named
from streammigrate.rules.model import Rule, parse_rule

AREAS = (
    "channel",
    "campaign",
    "segment",
    "batch",
    "threads",
    "webhooks",
    "errors",
    "v1types",
    "responses",
    "construction",
)
SECRET = "secret-of-at-least-32-characters-length"
V1 = f"""\
from datetime import datetime, timezone
from stream_chat import StreamChat
from stream_chat.types.segment import SegmentType
client = StreamChat("key", "{SECRET}")
"""
V2 = f"""\
from getstream import Stream
from getstream.models import *
from datetime import datetime, timezone
client = Stream("key", "{SECRET}", timeout=6.0)
"""
MAKES = {
    "Channel": ('client.channel("messaging", "general")', 'client.chat.channel("messaging", "general")'),
    "Campaign": ('client.campaign("c1")', "None"),
    "Segment": ('client.segment(SegmentType.USER, "s1")', "None"),
    "ChannelBatchUpdater": ("client.channel_batch_updater()", "None"),
}


class Planned:
    """A v1 call on `it`, planned by its entry."""

    def __init__(self, call: str, cls: str = "Channel", made: str = "", setup: str = "") -> None:
        self.before = f"{V1}{setup}it = {made or MAKES[cls][0]}\n{call}\n"
        tree = ast.parse(self.before)
        resolver = Resolver(tree)
        scopes = resolver.scopes
        names = Names(tree)
        origin = tree.body[-2]
        last = tree.body[-1]
        assert isinstance(origin, ast.Assign) and isinstance(origin.value, ast.Call)
        assert isinstance(last, ast.Expr) and isinstance(last.value, ast.Call)
        node = last.value
        assert isinstance(node.func, ast.Attribute)
        rule = rule_for(cls, node.func.attr)
        signature = sdk.v1_signature(cls, node.func.attr)
        assert rule is not None and signature is not None
        self.rule = rule
        if rule.manual:
            raise Held(kinds.DECIDE, rule.manual)
        inference = Inference(scopes, resolver.symbol)
        self.lowering = Lowering(names, inference.kind_of, sdk.LATEST)
        view = Receivers(scopes, lambda made, one: []).view(node, cls, [origin.value])
        plan = plan_call(node, rule, signature, view, self.lowering)
        self.text = Renderer(Source(self.before), {node: plan.call}).replacement(node, node.lineno)
        made_v2 = MAKES[cls][1] if not made else made.replace("client.channel(", "client.chat.channel(")
        self.after = f"{V2}{setup}it = {made_v2}\n{self.text}\n"

    @property
    def losses(self) -> list[str]:
        """Return what the site loses, in words."""
        return [facet.text for facet in self.lowering.facets] + ([self.rule.unsafe] if self.rule.unsafe else [])


def answers(request: Request) -> Answer:
    """Answer what the SDKs read by themselves."""
    return Answer(json={"duration": "1ms", "members": [], "channel": {}} if request.sdk == "v1" else {})


def requests(program: str) -> Trace:
    """Run a program that has to come to its end in v1, or to send in v2 (whose models want whole answers)."""
    trace = run(program, answer=answers)
    assert len(trace.requests) == 1, (program, trace.error)
    return trace


def differences(planned: Planned) -> list[str]:
    before, after = requests(planned.before), requests(planned.after)
    return [one.text for one in compare_requests(before.requests, after.requests)]


CHANNEL_CALLS = """
it.add_members(["a", {"user_id": "b", "channel_role": "channel_moderator", "vip": True}], {"text": "t", "user_id": "u"})
it.add_members(["a"], hide_history=True, skip_push=True)
it.add_members(members=["a"], message=None, hide_history_before="2024-01-01T00:00:00Z")
it.add_members(["a"], hide_history_before=datetime(2024, 1, 1, tzinfo=timezone.utc))
it.update({"name": "General", "team": "blue", "frozen": True}, {"text": "t", "user_id": "u"})
it.update(channel_data={"members": ["a"], "config_overrides": {"typing_events": False}}, update_message=None)
it.update({"color": "blue"})
it.delete()
it.delete(True)
it.delete(hard=False, skip_truncate=True)
it.remove_members(["a", "b"], {"text": "t", "user_id": "u"})
it.remove_members(user_ids=["a"])
it.truncate()
it.truncate(hard_delete=True, skip_push=False, message={"text": "t", "user_id": "u"}, user_id="u", member_ids=["a"])
it.truncate(truncated_at="2024-01-01T00:00:00Z")
it.send_event({"type": "typing.start"}, "alice")
it.send_event(event={"type": "own", "x": {"y": [1]}, "parent_id": "p", "user": {"id": "other"}}, user_id="alice")
it.update_partial({"color": "red", "n": 1}, ["age"])
it.update_partial(to_unset=["age"])
it.update_partial(to_set={"a": [1, {"b": 2}]})
it.update_partial()
it.add_moderators(["a"])
it.add_moderators(user_ids=["a"], message={"text": "t", "user_id": "u"})
it.demote_moderators(["a"], {"text": "t", "user_id": "u"})
it.invite_members(["a", "b"])
it.invite_members(["a"], {"text": "t", "user_id": "u"})
it.accept_invite("u")
it.accept_invite("u", message={"text": "t", "user_id": "u"}, skip_push=True)
it.reject_invite(user_id="u")
it.assign_roles([{"user_id": "u", "channel_role": "channel_moderator"}], {"text": "t", "user_id": "u"})
it.add_filter_tags(["vip"])
it.add_filter_tags(["vip"], {"text": "t", "user_id": "u"})
it.remove_filter_tags(tags=["vip"])
it.send_reaction("m", {"type": "love"}, "u")
it.send_reaction("m", {"type": "love", "score": 2, "count": 3, "user": {"id": "other"}}, user_id="u")
it.delete_reaction("m", "love", "u")
it.delete_reaction(message_id="m", reaction_type="love", user_id="u")
it.get_reactions("m")
it.get_reactions("m", limit=3, offset=1)
it.get_replies("m")
it.get_replies(parent_id="m", limit=3, id_lt="x")
it.get_messages(["a", "b"])
it.get_messages(message_ids=(name for name in ("a", "b")))
it.get_messages([])
it.mark_read("u")
it.mark_read("u", message_id="m")
it.mark_unread("u", message_id="m")
it.mark_unread("u", thread_id="t")
it.mark_unread("u", message_timestamp="2024-01-01T00:00:00Z")
it.ban_user("b", user_id="a", timeout=3, reason="spam", shadow=True, ip_ban=False, delete_messages="soft")
it.ban_user("b", user={"id": "a", "tier": 1})
it.ban_user("b", banned_by_id="a")
it.ban_user(target_id="b")
it.unban_user("b", user_id="a")
it.unban_user("b")
it.mute("u")
it.mute("u", 60000)
it.mute("u", expiration=0)
it.mute("u", expiration=None)
it.unmute("u")
it.hide("u")
it.show(user_id="u")
it.pin("u")
it.unpin("u")
it.archive("u")
it.unarchive(user_id="u")
it.update_member_partial("u", {"a": 1}, ["b"])
it.update_member_partial("u", to_unset=["b"])
it.update_member_partial("u")
it.query_members({"name": "t"}, [{"created_at": -1}], limit=10, offset=0)
it.query_members(filter_conditions={}, sort={"created_at": 1})
it.query_members({}, sort=[{"field": "created_at", "direction": -1}], user_id_gt="x", created_at_after="2024-01-01T00:00:00Z")
it.query_members({}, members=["a", {"user_id": "b"}])
it.get_draft("u")
it.get_draft("u", "p")
it.get_draft("u", parent_id="")
it.delete_draft("u")
it.delete_draft("u", parent_id="p")
it.delete_file("https://x/y")
it.delete_image(url="https://x/y")
"""
CAMPAIGN_CALLS = """
it.get()
it.start()
it.start(scheduled_for="2030-01-01T10:00:00Z")
it.start(None, datetime(2030, 1, 1, tzinfo=timezone.utc))
it.stop()
it.delete()
it.update({"message_template": {"text": "t", "custom": {"a": 1}}, "sender_id": "u1", "name": "n"})
it.update(data={"name": "n"})
it.create(data={"message_template": {"text": "t", "attachments": [{"type": "image", "x": 1}]}, "sender_id": "u"})
it.create(data={"user_ids": ["v"], "segment_ids": ["s"], "skip_push": True})
it.create(data={"channel_template": {"type": "messaging", "members": ["a"], "custom": {"c": 1}}, "create_channels": True})
"""
SEGMENT_CALLS = """
it.create()
it.create(data={"name": "n", "filter": {"id": {"$in": ["u1"]}}, "all_users": True})
it.get()
it.update({"name": "n", "description": "d"})
it.delete()
it.add_targets(["u1"])
it.target_exists("u1")
it.query_targets()
it.query_targets({"target_id": "u1"}, [{"field": "target_id", "direction": 1}], {"limit": 2, "next": "x"})
it.query_targets(filter_conditions={"a": 1}, sort=None, options=None)
it.remove_targets(target_ids=["u1"])
"""
BATCH_CALLS = """
it.add_members({"cids": {"$in": ["messaging:a"]}}, [{"user_id": "u", "channel_role": "channel_member"}])
it.remove_members({"cids": ["messaging:a"]}, members=[{"user_id": "u"}])
it.invite_members({"cids": ["messaging:a"]}, [{"user_id": "u"}])
it.add_moderators({"cids": ["messaging:a"]}, [{"user_id": "u"}])
it.demote_moderators(filter={"types": {"$in": ["messaging"]}}, members=[{"user_id": "u"}])
it.assign_roles({"cids": ["messaging:a"]}, [{"user_id": "u", "channel_role": "x"}])
it.hide({"cids": ["messaging:a"]}, [{"user_id": "u"}])
it.show({"cids": ["messaging:a"]}, [{"user_id": "u"}])
it.archive({"cids": ["messaging:a"]}, [{"user_id": "u"}])
it.unarchive({"cids": ["messaging:a"]}, [{"user_id": "u"}])
it.update_data({"cids": ["messaging:a"]}, {"frozen": True, "custom": {"c": 1}, "config_overrides": {"typing_events": False}})
"""
CALLS = [
    (cls, call)
    for cls, calls in (
        ("Channel", CHANNEL_CALLS),
        ("Campaign", CAMPAIGN_CALLS),
        ("Segment", SEGMENT_CALLS),
        ("ChannelBatchUpdater", BATCH_CALLS),
    )
    for call in calls.strip().splitlines()
]


@pytest.mark.parametrize(("cls", "call"), CALLS, ids=[call for _, call in CALLS])
def test_both_send_the_same(cls: str, call: str) -> None:
    planned = Planned(call, cls)
    assert not planned.losses
    assert differences(planned) == []


ASYNC_V1 = V1.replace("import StreamChat\n", "import StreamChatAsync\nimport asyncio\n").rpartition("client =")[0]
ASYNC_V2 = V2.replace("import Stream\n", "import AsyncStream\nimport asyncio\n").rpartition("client =")[0]
ASYNC = """\
async def main():
    async with {client} as client:
        it = {made}
        await {call}
asyncio.run(main())
"""


@pytest.mark.parametrize(("cls", "call"), CALLS, ids=[call for _, call in CALLS])
def test_both_send_the_same_asynchronously(cls: str, call: str) -> None:
    text = Planned(call, cls).text
    first, second = f'StreamChatAsync("key", "{SECRET}")', f'AsyncStream("key", "{SECRET}", timeout=6.0)'
    before = ASYNC_V1 + ASYNC.format(client=first, made=MAKES[cls][0], call=call)
    after = ASYNC_V2 + ASYNC.format(client=second, made=MAKES[cls][1], call=text)
    assert compare_requests(requests(before).requests, requests(after).requests) == []


@pytest.mark.parametrize(
    ("made", "call"),
    [
        ("client.campaign()", 'it.create("c2", {"name": "n"})'),
        ("client.campaign()", 'it.create(data={"name": "n"})'),
        ("client.segment(SegmentType.CHANNEL)", 'it.create("s2", {"name": "n"})'),
        ("client.segment(SegmentType.CHANNEL)", "it.create()"),
        ('client.channel("team", channel_id="x")', 'it.ban_user("b")'),
        ('client.channel("team", "x", {"name": "n"})', 'it.mute("u", 5)'),
    ],
)
def test_what_the_object_was_made_with_goes_into_the_call(made: str, call: str) -> None:
    cls = {"campaign": "Campaign", "segment": "Segment", "channel": "Channel"}[made.split(".")[1].split("(")[0]]
    planned = Planned(call, cls, made)
    if cls == "Channel":
        planned.after = planned.after.replace(', {"name": "n"})', ")").replace("channel_id=", "")
    else:
        planned.after = planned.after.replace(f"it = {made}\n", "")
    assert differences(planned) == []


@pytest.mark.parametrize(
    ("setup", "call"),
    [
        ('ids = ["a", "b"]\n', "it.add_members(ids)"),
        ('ids = ["a", "b"]\n', "it.remove_members(ids)"),
        ("hard = True\n", "it.delete(hard)"),
        ("hard = False\n", "it.delete(hard, skip_truncate=hard)"),
        ("wait = 0\n", 'it.mute("u", wait)'),
        ("wait = 5\n", 'it.mute("u", expiration=wait)'),
        ('parent = ""\n', 'it.get_draft("u", parent)'),
        ('parent = "p"\n', 'it.delete_draft("u", parent)'),
        ('data = {"a": 1}\n', "it.update_partial(data)"),
        ('names = {"a": 1}\n', 'it.update_partial({"n": names["a"]}, list(names))'),
    ],
)
def test_values_in_variables(setup: str, call: str) -> None:
    assert differences(Planned(call, setup=setup)) == []


@pytest.mark.parametrize(
    ("call", "lost"),
    [
        ('it.get_reactions("m", id_lte="x")', "id_lte"),
        ('it.ban_user("b", user_id="a", ban_from_future_channels=True)', "channels to come"),
        ('it.ban_user("b", user_id="a", delete_reactions=True)', "reactions"),
        ('it.unban_user("b", remove_future_channels_ban=True)', "channels to come"),
        ('it.unban_user("b", reason="r")', "reason"),
        ("it.truncate(unheard_of=1)", "unheard_of"),
        ("it.query_members({}, unheard_of=1)", "unheard_of"),
        ('it.send_file("notes.txt", "other.txt", {"id": "u"}, content_type="text/x")', "content type"),
        ('it.send_image("cat.png", "cat.png", {"id": "u", "name": "n"})', "name"),
    ],
)
def test_a_loss_is_said(call: str, lost: str) -> None:
    assert any(lost in text for text in Planned(call).losses)


@pytest.mark.parametrize("call", ["it.send_file", "it.send_image"])
def test_a_file_under_its_own_name_is_the_same(call: str, tmp_path: Any) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    planned = Planned(f'{call}("{path}", "notes.txt", {{"id": "u"}})')
    assert planned.losses
    assert differences(planned) == []


@pytest.mark.parametrize(
    ("cls", "call"),
    [
        ("Channel", 'it.update_partial({"a": None})'),
        ("Channel", 'it.update_partial({"a": {"b": None}})'),
        ("Channel", 'it.update_member_partial("u", {"a": None})'),
        ("Channel", 'it.send_event({"type": "x", "user_id": "other"}, "u")'),
        ("Channel", 'it.send_reaction("m", {"type": "x", "user_id": "other"}, "u")'),
        ("Channel", 'it.mark_read("u", user={"id": "other"})'),
        ("Channel", 'it.mark_unread("u", user={"id": "other"})'),
        ("Channel", 'it.accept_invite("u", user={"id": "other"})'),
        ("Channel", 'it.get_replies("m", sort=[{"field": "created_at", "direction": 1}])'),
        ("Channel", 'it.unban_user("b", user={"id": "a"})'),
        ("Channel", 'it.create_draft({"text": "t"}, "u")'),
        ("Channel", "it.add_members(unknown())"),
        ("Channel", "it.update(unknown())"),
        ("Channel", "it.truncate(truncated_at=unknown())"),
        ("Channel", "it.query_members({}, sort=[unknown()])"),
        ("Campaign", "it.create()"),
        ("Campaign", 'it.create("c2", {"name": "n"})'),
        ("Campaign", "it.update(unknown())"),
        ("Segment", 'it.create("s2", {"name": "n"})'),
        ("Segment", "it.create(None, None)"),
        ("Segment", "it.verify_segment_id()"),
        ("Segment", "it.query_targets(sort=[{'created_at': 1}])"),
        ("ChannelBatchUpdater", "it.add_members({}, unknown())"),
    ],
)
def test_what_is_not_understood_is_left(cls: str, call: str) -> None:
    with pytest.raises(Held):
        Planned(call, cls)


@pytest.mark.parametrize(
    ("made", "call"),
    [
        ('client.campaign("c1", {"name": "n"})', 'it.create(data={"name": "m"})'),
        ('client.campaign(data={"name": "n"})', "it.create()"),
        ("client.campaign()", "it.start()"),
        ('client.segment(SegmentType.USER, "s1", {"name": "n"})', "it.create()"),
        ('client.segment(SegmentType.USER, "s1", {"name": "n"})', "it.create(data=None)"),
        ("client.segment(SegmentType.USER)", "it.get()"),
        ("client.segment(unknown())", "it.create()"),
        ('client.channel("messaging")', 'it.mute("u")'),
        ('client.channel("messaging")', 'it.ban_user("u")'),
    ],
)
def test_an_object_without_what_the_call_needs_is_left(made: str, call: str) -> None:
    cls = {"campaign": "Campaign", "segment": "Segment", "channel": "Channel"}[made.split(".")[1].split("(")[0]]
    with pytest.raises(Held):
        Planned(call, cls, made)


def entries() -> list[Rule]:
    return [parse_rule(entry, area) for area in AREAS for entry in load(area)["rules"]]


@pytest.mark.parametrize("rule", [rule for rule in entries() if rule.examples], ids=lambda rule: rule.id)
def test_examples_are_what_is_written(rule: Rule) -> None:
    cls = rule.v1.split(".")[0]
    for example in rule.examples:
        if cls.startswith("StreamChat"):
            continue
        receiver, _, rest = _split(example["before"])
        planned = Planned(f"it.{rest}", cls, "" if receiver == "channel" else receiver)
        after = planned.text.replace("it.", "channel.", 1) if receiver == "channel" else planned.text
        assert ast.unparse(ast.parse(after)) == ast.unparse(ast.parse(example["after"]))


def _split(call: str) -> tuple[str, str, str]:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    receiver = ast.unparse(node.func.value)
    return receiver, ".", ast.unparse(node).removeprefix(f"{receiver}.")


@pytest.mark.parametrize(
    "cls", ["Channel", "Campaign", "Segment", "ChannelBatchUpdater", "QueryThreads", "StreamResponse"]
)
def test_every_member_has_an_entry(cls: str) -> None:
    members = [name for name in sdk.v1_classes()[cls].members if not name.startswith("_")]
    assert [name for name in members if rule_for(cls, name) is None] == []


@pytest.mark.parametrize("module", sorted(sdk.v1_modules()))
def test_every_name_of_a_module_has_an_entry(module: str) -> None:
    assert [name for name in sdk.v1_modules()[module] if rule_named(f"{module}.{name}") is None] == []


@pytest.mark.parametrize("rule", [rule for rule in entries() if rule.v2], ids=lambda rule: rule.id)
def test_calls_exist_in_v2(rule: Rule) -> None:
    owner, _, name = rule.v2.partition(".")
    method = sdk.v2_method(owner, name)
    assert method is not None
    named = set(rule.args) | set(rule.none)
    for case in rule.cases:
        named |= set(case.args)
    assert named <= set(method.parameters)


@pytest.mark.parametrize("rule", entries(), ids=lambda rule: rule.id)
def test_entries_say_what_they_are_about(rule: Rule) -> None:
    assert rule.summary.endswith(".")
    assert rule.v2 or rule.form or rule.manual
    assert rule.proof == "wire" if rule.v2 else True


# What is not a call: the values themselves are compared.


@pytest.mark.parametrize(
    ("member", "expected"), [("id", "general"), ("cid", "messaging:general"), ("channel_type", "messaging")]
)
def test_attributes_of_a_channel(member: str, expected: str) -> None:
    rule = rule_for("Channel", member)
    assert rule is not None
    assert _attribute(V1 + 'it = client.channel("messaging", "general")\n', f"it.{member}") == expected
    assert _attribute(V2 + 'it = client.chat.channel("messaging", "general")\n', _spelled(rule)) == expected


def test_the_url_and_the_client_of_a_channel() -> None:
    url, client = rule_for("Channel", "url"), rule_for("Channel", "client")
    assert url is not None and client is not None
    made = V2 + 'it = client.chat.channel("messaging", "general")\n'
    assert _attribute(V1 + 'it = client.channel("messaging", "general")\n', "it.url") == "channels/messaging/general"
    assert _attribute(made, _spelled(url)) == "channels/messaging/general"
    assert _attribute(made, f"{_spelled(client)} is client") is True


def _spelled(rule: Rule) -> str:
    if "attribute" in rule.data:
        return f"it.{rule.data['attribute']}"
    parts = [f"{{it.{part['attribute']}}}" if isinstance(part, dict) else part for part in rule.data["format"]]
    return 'f"' + "".join(parts) + '"'


def _attribute(setup: str, expression: str) -> Any:
    trace = run(f'{setup}observe("value", {expression})\n')
    assert not trace.error
    return trace.observed[0][1]


ENVELOPE = {
    "code": 17,
    "message": "not allowed",
    "StatusCode": 403,
    "duration": "1ms",
    "more_info": "",
    "details": [],
    "exception_fields": {},
}


def _caught(status: int, text: str) -> tuple[list[Any], list[Any]]:
    rule = rule_named("stream_chat.base.exceptions.StreamAPIException")
    assert rule is not None
    names: Mapping[str, str] = rule.data["attributes"]
    module, _, cls = rule.data["class"].rpartition(".")
    answer = Answer(status, text=text, headers={"Content-Type": "application/json"})
    body = "try:\n    {call}\nexcept {cls} as error:\n    observe('value', [{reads}])\n"
    reads = [
        run(
            setup + body.format(call=call, cls=kind, reads=", ".join(f"error.{name}" for name in attributes)),
            answer=lambda _: answer,
        )
        for setup, call, kind, attributes in (
            (
                V1 + "from stream_chat.base.exceptions import StreamAPIException\n",
                'client.channel("a", "b").hide("u")',
                "StreamAPIException",
                list(names),
            ),
            (
                f"{V2}from {module} import {cls}\n",
                'client.chat.channel("a", "b").hide(user_id="u")',
                cls,
                list(names.values()),
            ),
        )
    ]
    assert not any(trace.error for trace in reads)
    before, after = (trace.observed[0][1] for trace in reads)
    return before, after


@pytest.mark.parametrize("status", [403, 429, 500])
def test_errors_carry_the_same_values(status: int) -> None:
    before, after = _caught(status, json.dumps(ENVELOPE))
    assert before == after == [17, "not allowed", json.dumps(ENVELOPE), True, status]


def test_an_answer_that_is_not_a_whole_error_is_a_key_error_in_getstream() -> None:
    trace = run(
        V2 + 'client.chat.channel("a", "b").hide(user_id="u")\n',
        answer=lambda _: Answer(502, text='{"message": "bad gateway"}', headers={"Content-Type": "application/json"}),
    )
    assert trace.error == "KeyError: 'code'"


BODY = json.dumps({"type": "message.new", "created_at": "2024-01-01T00:00:00Z"}).encode()
PACKED = base64.b64encode(gzip.compress(BODY, mtime=0)).decode()
SIGNATURE = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("verify_signature", (BODY, SIGNATURE, SECRET)),
        ("verify_signature", (BODY.decode(), SIGNATURE, SECRET)),
        ("verify_signature", (BODY, "wrong", SECRET)),
        ("gunzip_payload", (BODY,)),
        ("gunzip_payload", (gzip.compress(BODY),)),
        ("decode_sqs_payload", (PACKED,)),
        ("decode_sns_payload", (PACKED,)),
        ("decode_sns_payload", (json.dumps({"Type": "Notification", "Message": PACKED}),)),
    ],
)
def test_webhook_functions_give_the_same(name: str, arguments: Sequence[Any]) -> None:
    rule = rule_named(f"stream_chat.webhook.{name}")
    assert rule is not None and not rule.manual
    assert _function(f"stream_chat.webhook.{name}")(*arguments) == _function(rule.data["function"])(*arguments)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("verify_signature", (BODY, SIGNATURE.encode(), SECRET)),
        ("verify_signature", (BODY, None, SECRET)),
        ("gunzip_payload", (BODY.decode(),)),
        ("decode_sqs_payload", (PACKED.encode(),)),
        ("decode_sns_payload", (PACKED.encode(),)),
    ],
)
def test_what_webhook_functions_want_is_needed(name: str, arguments: Sequence[Any]) -> None:
    rule = rule_named(f"stream_chat.webhook.{name}")
    assert rule is not None and rule.data["wants"] and rule.data["otherwise"]
    _function(f"stream_chat.webhook.{name}")(*arguments)
    with pytest.raises((TypeError, _function("getstream.webhook.InvalidWebhookError"))):
        _function(rule.data["function"])(*arguments)


@pytest.mark.parametrize("name", ["parse_event", "parse_sqs", "parse_sns", "verify_and_parse_webhook"])
def test_typed_events_are_left_to_people(name: str) -> None:
    rule = rule_named(f"stream_chat.webhook.{name}")
    arguments = {"parse_event": (BODY,), "verify_and_parse_webhook": (BODY, SIGNATURE, SECRET)}.get(name, (PACKED,))
    assert rule is not None and "ISO" in rule.manual
    assert _function(f"stream_chat.webhook.{name}")(*arguments)["type"] == "message.new"
    with pytest.raises(_function("getstream.webhook.InvalidWebhookError")):
        _function(f"getstream.webhook.{name}")(*arguments)


@pytest.mark.parametrize("name", ["SIGNATURE_MISMATCH", "INVALID_BASE64", "GZIP_FAILED", "INVALID_JSON"])
def test_the_texts_of_webhook_errors_are_the_same(name: str) -> None:
    rule = rule_named(f"stream_chat.base.exceptions.INVALID_WEBHOOK_{name}")
    assert rule is not None
    after = getattr(_function(rule.data["class"]), rule.data["attribute"])
    assert _function(f"stream_chat.base.exceptions.INVALID_WEBHOOK_{name}") == after


def test_the_constant_of_compressed_data() -> None:
    rule = rule_named("stream_chat.webhook.GZIP_MAGIC")
    assert rule is not None
    assert bytes.fromhex(rule.data["value"]) == _function("stream_chat.webhook.GZIP_MAGIC")


def test_query_threads_cannot_be_made() -> None:
    trace = run(V1 + "from stream_chat.query_threads import QueryThreads\nQueryThreads(client)\n")
    assert trace.error.startswith("TypeError")


TYPES = [rule for rule in entries() if rule.form == "types"]


@pytest.mark.parametrize("rule", TYPES, ids=lambda rule: rule.id)
def test_types_are_what_the_entry_says(rule: Rule) -> None:
    found = _function(rule.v1)
    kind = rule.data["kind"]
    if kind == "typed_dict":
        assert issubclass(found, dict) and hasattr(found, "__total__")
        assert "model" not in rule.data or sdk.model(rule.data["model"].rpartition(".")[2])
    elif kind == "enum":
        assert {one.name: one.value for one in found} == dict(rule.data["members"])
    elif kind == "class":
        assert isinstance(_function(rule.data["class"]), type)
    else:
        assert kind == "literal" and all(isinstance(one, str) for one in found.__args__)


def test_enumerations_agree_with_what_is_inferred() -> None:
    known = load("types")["enums"]
    for rule in TYPES:
        for name, value in rule.data.get("members", {}).items() if rule.data["kind"] == "enum" else ():
            assert known.get(f"{rule.v1}.{name}", value) == value


def test_a_new_client_sends_to_the_same_place_and_waits_as_long() -> None:
    rule = rule_for("StreamChat", "__init__")
    assert rule is not None
    example = rule.examples[0]
    before = f'{V1}{example["before"]}.channel("a", "b").hide("u")\n'
    after = f'{V2}{example["after"]}.chat.channel("a", "b").hide(user_id="u")\n'
    assert compare_settings(requests(before).requests, requests(after).requests) == []
    sent = requests(before).requests[0]
    assert {"timeout": sent.timeout, "base_url": sent.host} == dict(rule.data["defaults"])


@pytest.mark.parametrize("name", ["timeout", "base_url"])
def test_the_environment_counts_as_the_entry_says(name: str) -> None:
    rule = next(one for one in entries() if one.form == "environment" and one.data["parameter"] == name)
    text, given = ("3", "5.0") if name == "timeout" else ("https://env.example", '"https://given.example"')
    variable = rule.v1.removeprefix("env.")
    program = V1 + f'StreamChat("key", "{SECRET}", {name}={given}).channel("a", "b").hide("u")\n'
    sent = run(program, env={variable: text}, answer=answers).requests[0]
    value = str(int(sent.timeout or 0)) if name == "timeout" else sent.host
    assert (value == text) is (rule.data["wins"] == "environment")


def _function(name: str) -> Any:
    module, _, rest = name.rpartition(".")
    return getattr(importlib.import_module(module), rest)
