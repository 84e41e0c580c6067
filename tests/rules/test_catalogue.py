"""The catalogue as a whole: the rules hold against the SDKs' facts, and no public member of stream-chat is without one."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from streammigrate import rules
from streammigrate.codemod.lower import Lowering
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.rules import catalogue, sdk
from streammigrate.rules.check import check_rule, check_rules, is_reason, is_sentence
from streammigrate.rules.model import Rest, Rule, RuleError, parse_rule
from streammigrate.rules.payloads import Shape
from streammigrate.spec.model import Fetched
from streammigrate.spec.parse import parse

FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts" / "sdk-mapping.md"

CALL: dict[str, Any] = {
    "id": "SM200",
    "v1": "StreamChat.undelete_message",
    "v2": "chat.undelete_message",
    "args": {"id": "message_id", "undeleted_by": "user_id"},
    "summary": "Restores a message.",
}
SEARCH: dict[str, Any] = {
    "id": "SM200",
    "v1": "StreamChat.search",
    "v2": "chat.search",
    "summary": "Searches messages.",
}
PAYLOAD = {"filter_conditions": "filter_conditions", "query": "query", "sort": {"of": "sort", "as": "sort"}}


def problems(entry: Mapping[str, Any], **changes: Any) -> list[str]:
    return list(check_rule(parse_rule({**entry, **changes}, "test")))


def test_the_rules_hold() -> None:
    assert check_rules() == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"args": {"id": "message_id"}}, "the v1 parameter `user_id` has no place in chat.undelete_message"),
        ({"args": {"id": "message_id"}}, "nothing gives `undeleted_by`, which chat.undelete_message requires"),
        ({"args": {**CALL["args"], "undelete": "user_id"}}, "chat.undelete_message has no parameter `undelete`"),
        ({"args": {**CALL["args"], "id": "messageid"}}, "reads `messageid`, which v1 does not have"),
        ({"args": {**CALL["args"], "id": {"of": "message_id", "as": "nothing"}}}, "there is no conversion 'nothing'"),
        ({"v2": "chat.undelete"}, "getstream 7.0 has no chat.undelete; say since or until"),
        ({"v2": "feeds.undelete_message"}, "`feeds.undelete_message` names no owner of getstream"),
        ({"v1": "StreamChat.undelete"}, "stream-chat has no such member"),
        ({"rest": {"of": "options"}}, "spreads `options`, which v1 does not have"),
        ({"dropped": {"reason": "It is of no use any more"}}, "dropped: v1 has no parameter `reason`"),
        ({"none": ["id_"]}, "none: chat.undelete_message does not require `id_`"),
        ({"positional": ["message"]}, "positional: chat.undelete_message has no parameter `message`"),
        ({"result": "messages"}, "UndeleteMessageResponse has no `messages`"),
        ({"result": "none"}, "result: none needs a result_reason"),
        ({"summary": "restores it"}, "summary is no sentence"),
        ({"manual": "TODO"}, "manual is no reason"),
        ({"cases": [{"when": {"hard": "given"}}]}, "a case asks for `hard`, which v1 does not have"),
        ({"cases": [{"when": {"user_id": "big"}}]}, "which is no kind of value"),
        ({"cases": [{"when": {}}, {"when": {"user_id": "text"}}]}, "a case without a guard hides those after it"),
        ({"state": "breaks"}, "unknown state 'breaks'"),
        ({"proof": "later"}, "unknown proof 'later'"),
        ({"form": "magic"}, "there is no form 'magic'"),
        ({"v2": "", "args": {}}, "says neither what the member becomes nor why it stays"),
        ({"examples": [{"before": "f(", "after": "f()"}]}, "an example is no Python"),
        ({"derived": ["args.message"]}, "derived: `args.message` is no part of the entry"),
    ],
)
def test_a_wrong_entry_is_found(changes: dict[str, Any], problem: str) -> None:
    assert any(problem in found for found in problems(CALL, **changes)), problems(CALL, **changes)


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ({"fields": PAYLOAD}, "the v1 parameter `options`"),
        ({"fields": {**PAYLOAD, "text": "query"}, "rest": {"of": "options"}}, "SearchPayload has no field `text`"),
        ({"fields": {"query": "query", "sort": "sort"}}, "nothing gives `payload.filter_conditions`"),
        ({"fields": {}, "rest": {"of": "options", "rename": {"max": "most"}}}, "rename: SearchPayload has no `most`"),
        (
            {"fields": PAYLOAD, "rest": {"of": "options", "lost": {"limit": "v2 has no limit for searches"}}},
            "lost: SearchPayload has `limit` after all",
        ),
        ({"list": [{"fields": PAYLOAD}]}, "`payload` takes no list"),
    ],
)
def test_a_payload_is_checked_against_its_model(payload: dict[str, Any], problem: str) -> None:
    found = problems(SEARCH, args={"payload": payload})
    if problem.startswith("the v1 parameter"):
        assert found == []  # options that no source names spread over the parameters
    else:
        assert any(problem in one for one in found), found


def test_a_right_entry_passes() -> None:
    assert problems(CALL) == []
    assert problems(SEARCH, args={"payload": {"fields": PAYLOAD, "rest": {"of": "options"}}}) == []


def test_a_parameter_that_an_earlier_case_takes_needs_no_place() -> None:
    entry = {**CALL, "v1": "StreamChat.delete_message", "v2": "chat.undelete_message"}
    entry["args"] = {"id": "message_id", "undeleted_by": {"of": "deleted_by", "default": "x"}}
    entry["rest"] = {"of": "options"}
    assert any("`delete_for_me` has no place" in one for one in problems(entry))
    guarded = [{"when": {"delete_for_me": "given"}, "manual": "v2 cannot do that at all"}, {"when": {}}]
    assert not any("`delete_for_me`" in one for one in problems(entry, cases=guarded))


def test_a_requirement_that_v1_does_not_have_is_named() -> None:
    entry = {**CALL, "v1": "StreamChat.query_segments", "v2": "chat.query_segments", "rest": {"of": "options"}}
    entry["args"] = {"filter": "filter_conditions"}
    assert problems(entry) == ["v1 does not need what gives `filter`; name it under none"] * 4
    assert problems(entry, none=["filter"]) == []


def test_a_method_of_newer_releases_only_needs_its_since() -> None:
    newer = {
        "id": "SM200",
        "v1": "StreamChat.get_permission",
        "v2": "chat.get_predefined_filter",
        "args": {"name": "id"},
        "summary": "Returns a filter.",
    }
    assert problems(newer) == ["getstream 4.2 has no chat.get_predefined_filter; say since or until"]
    assert problems(newer, since="5.1") == []


@pytest.mark.parametrize(
    ("text", "sentence", "reason"),
    [
        ("Restores a message.", True, False),
        ("v2 cannot send it", False, True),
        ("it cannot be sent at all", False, False),
        ("Two  blanks are one too many.", False, False),
        ("x", False, False),
    ],
)
def test_texts(text: str, sentence: bool, reason: bool) -> None:
    assert (is_sentence(text), is_reason(text)) == (sentence, reason)


def test_an_entry_with_an_unknown_key_cannot_be_read() -> None:
    with pytest.raises(RuleError, match="unknown key 'arg'"):
        parse_rule({**CALL, "arg": {}}, "test")


def members() -> list[str]:
    """Return every public member of stream-chat's classes that sends, holds or is something, as the rules name it."""
    found: set[str] = set()
    for cls in CLASSES:
        owner = catalogue.SHARED.get(cls, cls)
        for name in sdk.v1_classes()[cls].members:
            if not name.startswith("_"):
                found.add(f"{owner}.{name}" if name in sdk.v1_classes()[owner].members else f"{cls}.{name}")
    return sorted(found)


CLASSES = (
    "StreamChat",
    "StreamChatAsync",
    "Channel",
    "AsyncChannel",
    "Campaign",
    "AsyncCampaign",
    "Segment",
    "AsyncSegment",
    "ChannelBatchUpdater",
    "AsyncChannelBatchUpdater",
    "QueryThreads",
    "StreamResponse",
)


@pytest.mark.parametrize("member", members())
def test_every_public_member_has_an_entry(member: str) -> None:
    assert catalogue.rule_for(*member.split(".")) is not None


def test_every_class_and_constant_has_an_entry() -> None:
    entries = {rule.v1 for rule in catalogue.all_rules()}
    owners = {rule.v1.rpartition(".")[0] for rule in catalogue.all_rules()}
    missing = [
        name
        for name, cls in sdk.v1_classes().items()
        if name not in owners and catalogue.SHARED.get(name) not in owners and not entries & {*cls.qualnames, name}
    ]
    assert missing == []


def test_the_installed_sdk_has_no_member_that_the_facts_lack() -> None:
    stream_chat = pytest.importorskip("stream_chat")
    public = {name for name in dir(stream_chat.StreamChat) if not name.startswith("_")}
    assert public <= set(sdk.v1_classes()["StreamChat"].members)
    assert all(catalogue.rule_for("StreamChat", name) for name in public)


def test_hardly_any_member_is_left_to_people() -> None:
    found = catalogue.all_rules()
    assert len([rule for rule in found if rule.ceiling == "safe"]) >= 190
    assert len([rule for rule in found if rule.ceiling == "safe" and (rule.v2 or rule.form == "attribute")]) >= 170


def exact() -> list[str]:
    """Return the members that the table of both SDKs calls exact in their usual form."""
    if not FACTS.is_file():
        return []
    found: list[str] = []
    owner = ""
    for line in FACTS.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            owner = line.removeprefix("## ").split()[0]
        row = re.match(r"\| `(\w+)[(`].*? \| .*", line)
        if row and owner in CLASSES and re.search(r" \| exact \| [\w-]+ \| \d+/\d+ \|", line):
            found.append(f"{owner}.{row[1]}")
    return found


def test_no_member_with_an_exact_counterpart_stays_without_a_reason() -> None:
    names = exact()
    if not names:
        pytest.skip("the table of both SDKs is not part of this repository")
    assert len(names) >= 160
    left = {name: catalogue.rule_for(*name.split(".")) for name in names}
    assert [name for name, rule in left.items() if rule is None] == []
    manual = {name: rule.manual for name, rule in left.items() if rule is not None and rule.manual}
    assert all(text.startswith("streammigrate cannot yet") for text in manual.values()), manual


def test_ids_and_areas_are_in_order() -> None:
    found = catalogue.all_rules()
    assert [rule.id for rule in found] == sorted({rule.id for rule in found})
    assert all(len(data) < 60 for data in rules.areas().values())


EXAMPLES = [(rule, example) for rule in catalogue.all_rules() for example in rule.examples if rule.v2]

PROGRAM = """
from stream_chat import StreamChat
client = StreamChat("key", "secret")
channel = client.channel("messaging", "general")
"""


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=[rule.id for rule, _ in EXAMPLES])
def test_examples_are_what_the_codemod_writes(rule: Rule, example: Mapping[str, str]) -> None:
    source = PROGRAM + example["before"] + "\n"
    after = rewrite_source(source.encode(), "program.py", RewriteSettings(unsafe=rule.ceiling == "unsafe")).after
    assert shown(after.decode()) == shown(example["after"])


def shown(source: str) -> str:
    """Return the last statement; a channel's client is the same by either of its names."""
    text = ast.unparse(ast.parse(source).body[-1])
    return text.replace("channel.client.stream.", "client.").replace("channel.client.", "client.chat.")


DOCS = (Path(__file__).resolve().parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")


def documented() -> list[dict[str, Any]]:
    blocks = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
    return [entry for block in blocks for entry in parse(Fetched("docs/rules.md", block.encode(), ""))]


@pytest.mark.parametrize("entry", documented(), ids=lambda entry: str(entry["id"]))
def test_the_entries_of_the_guide_are_right(entry: dict[str, Any]) -> None:
    rule = parse_rule(entry, "guide")
    assert list(check_rule(rule)) == []
    real = catalogue.find_rule(rule.id)
    assert real is not None
    assert (real.v1, real.v2) == (rule.v1, rule.v2)


def test_the_guide_names_every_key_and_every_conversion() -> None:
    conversions = {name.removeprefix("_as_") for name in dir(Lowering) if name.startswith("_as_")}
    keys = {*Rule._fields, *Rest._fields, *Shape._fields} - {"area", "id", "instruction"}
    named = set(re.findall(r"`(\w+)[`:]", DOCS))
    assert conversions - named == set()
    assert keys - named == set()
