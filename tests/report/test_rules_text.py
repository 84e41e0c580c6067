"""Rules and proofs for a terminal."""

from __future__ import annotations

import pytest

from streammigrate.proof.prove import Differing, Example, Left, Loss, Proof
from streammigrate.report import rules_text
from streammigrate.rules.proofs import Proven, Run
from streammigrate.rules.shown import Shown

RUN = Run("7.0.0", "2026-01-02", "4.33.0", "7.0.0")
PROVEN = Proven(20, 18, 2, 9, (), frozenset({"id:value"}), "a", "b", "POST /users")
RULE = Shown(
    "SM201",
    "StreamChat.upsert_user",
    "users",
    "safe",
    "client.upsert_users",
    "Creates a user.",
    'client.upsert_user({"id": "jane"})',
    'client.upsert_users(UserRequest(id="jane"))',
    "POST /users",
    "",
    ("v2 has no `x`.",),
    ("It is quick.",),
    PROVEN,
)
PROOF = Proof(
    "SM201",
    20,
    17,
    1,
    9,
    (Left("a", "SM503", "keys"), Left("b", "SM503", "keys"), Left("c", "SM514", "lost")),
    (),
    (Loss("lost", ("[0].body.x: missing (expected 1)",)),),
    ("id:value",),
    Example("a", "b", "POST /users"),
)
WRONG = PROOF._replace(
    rule="SM202",
    different=tuple(
        Differing(f"form{index}", ("[0].body: expected 1, got 2",), "import before", "import after")
        for index in range(8)
    ),
)


def test_a_rule_tells_everything() -> None:
    text = rules_text.render_rule(RULE, RUN)
    for part in ("Before", "After", "Request of v1", "POST /users", "Lost where it is used", "v2 has no `x`."):
        assert part in text
    assert "18 of 20 programs equal, 2 left as they were, 9 wrong calls told apart" in " ".join(text.split())
    assert "2026-01-02" in text
    assert "What to do" not in text


def test_a_manual_rule_has_an_instruction_and_nothing_to_run() -> None:
    rule = RULE._replace(ceiling="manual", instruction="Do it.", proof=None, before="", after="", v2="")
    text = rules_text.render_rule(rule, RUN)
    assert "What to do\n  Do it." in text
    assert "There is nothing to run." in text
    assert "Before" not in text


def test_an_unsafe_rule_says_what_changes() -> None:
    rule = RULE._replace(ceiling="unsafe", instruction="It is slower.")
    assert "What changes\n  It is slower." in rules_text.render_rule(rule, RUN)


def test_a_rule_without_proof_says_so() -> None:
    assert "No run has compared" in rules_text.render_rule(RULE._replace(proof=None), RUN)


@pytest.mark.parametrize("width", [40, 69, 70, 96, 160])
def test_lists_and_tables_fit(width: int) -> None:
    rules = [RULE, RULE._replace(id="SM202", member="StreamChat.a_member_with_a_very_long_name_that_does_not_fit")]
    for text in (
        rules_text.render_list(rules, width=width),
        rules_text.render_rule(rules[1], RUN, width=width),
        rules_text.render_proofs([PROOF, WRONG], RUN, width=width),
    ):
        assert max(map(len, text.splitlines())) <= width


def test_a_narrow_list_keeps_rule_ceiling_and_member() -> None:
    narrow = rules_text.render_list([RULE], width=60)
    assert "StreamChat.upsert_user" in narrow
    assert "client.upsert_users" not in narrow
    assert "client.upsert_users" in rules_text.render_list([RULE], width=120)


def test_an_empty_list_counts_nothing() -> None:
    assert rules_text.render_list([]) == "0 rules: 0 safe, 0 unsafe, 0 manual\n"


@pytest.mark.parametrize("color", [True, False])
def test_colour_only_when_asked(color: bool) -> None:
    assert ("\x1b[" in rules_text.render_list([RULE], color=color)) is color
    assert ("\x1b[" in rules_text.render_rule(RULE, RUN, color=color)) is color
    assert ("\x1b[" in rules_text.render_proofs([WRONG], RUN, color=color)) is color


def test_the_table_of_a_proof_counts() -> None:
    text = rules_text.render_proofs([PROOF], RUN, width=100)
    assert "StreamChat.upsert_user" in text
    row = next(line for line in text.splitlines() if line.startswith("SM201"))
    assert row.split()[2:] == ["20", "17", "3", "9", "1", "0"]
    assert "1 rule, 17 of 20 programs equal, 3 left, 1 stated loss, 0 differ" in text


def test_differences_are_shown_a_few_of_them() -> None:
    text = rules_text.render_proofs([WRONG], RUN)
    assert "SM202 differs: form0" in text
    assert "form5" not in text
    assert "and 3 more differing forms of SM202 (-v)" in text
    assert "import before" not in text


def test_verbose_shows_programs_reasons_and_losses() -> None:
    text = rules_text.render_proofs([WRONG], RUN, verbose=1)
    assert "form7" in text
    assert "import before" in text
    assert "SM202 leaves 2: SM503 keys" in text
    assert "SM202 loses: lost" in text
    assert "[0].body.x: missing" in text


def test_quiet_gives_one_line() -> None:
    assert rules_text.render_proofs([PROOF], RUN, verbose=-1, width=160).count("\n") == 1


def test_rules_that_ran_nothing_are_not_in_the_table() -> None:
    nothing = Proof("SM290", 0, 0, 0, 0, (), (), (), (), None)
    assert "SM290" not in rules_text.render_proofs([PROOF, nothing], RUN)
