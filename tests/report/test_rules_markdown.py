"""Rules as documentation pages."""

from __future__ import annotations

from markdown_it import MarkdownIt

from streammigrate import api
from streammigrate.report import rules_markdown
from streammigrate.rules.proofs import Proven, Run
from streammigrate.rules.shown import RuleKind, Shown

RUN = Run("7.0.0", "2026-01-02", "4.33.0", "7.0.0")
RULE = Shown(
    "SM201",
    "StreamChat.upsert_user",
    "users",
    "safe",
    "client.upsert_users",
    "Creates a user.",
    "client.upsert_user(user)",
    "client.upsert_users(user)",
    "POST /users",
    "",
    ("v2 has no `x`.",),
    ("It is quick.",),
    Proven(20, 18, 2, 9, (), frozenset(), "", "", ""),
)


def test_a_page_has_before_after_request_and_proof() -> None:
    text = "\n\n".join(rules_markdown.sections(RULE, RUN))
    assert "Before:\n\n```python\nclient.upsert_user(user)\n```" in text
    assert "After:\n\n```python\nclient.upsert_users(user)\n```" in text
    assert "v1 sends `POST /users`." in text
    assert "- v2 has no `x`." in text
    assert "- It is quick." in text
    assert "Proof: 18 of 20 programs equal" in text


def test_a_page_without_an_example_has_no_empty_block() -> None:
    text = "\n\n".join(rules_markdown.sections(RULE._replace(before="", after="", request=""), RUN))
    assert "```" not in text
    assert "v1 sends" not in text


def test_an_unsafe_rule_says_what_changes() -> None:
    rule = RULE._replace(ceiling="unsafe", instruction="It is slower.")
    assert "What changes: It is slower." in rules_markdown.sections(rule, RUN)


def test_the_index_is_a_table_of_links() -> None:
    manual = RULE._replace(id="SM290", ceiling="manual", v2="", proof=None)
    tokens = MarkdownIt().enable("table").parse(rules_markdown.index([RULE, manual]))
    rows = [token for token in tokens if token.type == "tr_open"]
    assert len(rows) == 3
    text = rules_markdown.index([RULE, manual])
    assert "| [SM201](ids/SM201.md) | `StreamChat.upsert_user` | `client.upsert_users` | safe | 18 of 20 |" in text
    assert "| [SM290](ids/SM290.md) | `StreamChat.upsert_user` |  | manual |  |" in text


def test_every_rule_has_a_page_with_its_proof() -> None:
    rules = [kind for kind in api.kinds() if isinstance(kind, RuleKind)]
    assert len(rules) > 200
    for kind in rules:
        page = api.explanation_markdown(kind)
        assert page.startswith(f"# {kind.id} {kind.name}\n")
        assert f"Ceiling: **{kind.rule.ceiling}**" in page
        assert "Proof: " in page
