"""The proof of rules: what is equal, left, skipped, lost and different, and that a wrong rule is found out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streammigrate.codemod.model import FileResult
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.proof import prove as proving
from streammigrate.proof.cases import programs
from streammigrate.proof.program import joined, write
from streammigrate.proof.prove import Proof, prove
from streammigrate.proof.run import run
from streammigrate.proof.written import other_entry, proof_data, proof_of, proofs_file
from streammigrate.rules import catalogue, sdk
from streammigrate.rules.catalogue import all_rules, find_rule
from streammigrate.rules.model import Rule, parse_rule
from streammigrate.spec.model import Fetched
from streammigrate.spec.parse import parse

Install = Callable[[dict[str, Any]], Rule]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a rule of a test into the catalogue, in the place of its member's."""

    def put(data: dict[str, Any]) -> Rule:
        rule = parse_rule(data, "test")
        by_member = {**{one.v1: one for one in all_rules()}, rule.v1: rule}
        monkeypatch.setattr(catalogue, "_by_member", lambda: by_member)
        return rule

    return put


def rule(id: str) -> Rule:
    found = find_rule(id)
    assert found is not None
    return found


RIGHT = {"id": "SM999", "v1": "StreamChat.create_blocklist", "v2": "client.create_block_list"}


def test_a_right_rule_is_proven_with_its_forms_and_an_example() -> None:
    proof = prove(rule("SM348"))
    assert proof.holds
    assert proof.equal > 4
    assert proof.mutants > 0
    assert proof.example is not None
    assert proof.example.request == "POST /check_sns"
    assert "check_sns" in proof.example.after
    assert proof.equal + len(proof.left) == proof.programs


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"args": {"type": {"const": "email"}}}, "expected"),
        ({"args": {"name": "words", "words": {"list": ["name"]}}}, "expected"),
        ({"args": {"team": {"const": "blue"}}}, "unexpected 'blue'"),
    ],
    ids=["another value", "swapped", "invented"],
)
def test_a_wrong_rule_is_found_out(wrong: dict[str, Any], said: str, install: Install) -> None:
    proof = prove(install({**RIGHT, **wrong}))
    assert not proof.holds
    assert any(said in text for one in proof.different for text in one.differences)
    assert all(one.before and one.after for one in proof.different)


def test_forms_of_a_program_that_differs_are_not_proven(install: Install) -> None:
    right = prove(install({**RIGHT, "args": {"type": {"of": "type", "default": "word"}}}))
    assert "name:value" in right.forms
    wrong = prove(install({**RIGHT, "args": {"type": {"const": "email"}}}))
    assert wrong.different
    assert "name:value" not in wrong.forms


def test_a_default_of_v1_that_the_rule_forgets_is_found_out(install: Install) -> None:
    proof = prove(install({**RIGHT}))
    assert [one.form for one in proof.different]
    assert "missing (expected 'word')" in proof.different[0].differences[0]


def test_an_option_that_v2_lacks_is_left_and_its_loss_is_shown(install: Install) -> None:
    proof = prove(rule("SM212"))
    assert proof.holds
    texts = {one.text for one in proof.left}
    assert any("has no `not_in_v2`" in text for text in texts)
    (loss,) = [one for one in proof.losses if "not_in_v2" in one.text]
    assert any("not_in_v2" in text for text in loss.differences)


def test_an_example_that_is_not_what_comes_out_differs(install: Install) -> None:
    examples = [{"before": 'client.create_blocklist("a", ["b"])', "after": 'client.create_block_list(name="a")'}]
    right = {**RIGHT, "args": {"type": {"of": "type", "default": "word"}}}
    proof = prove(install({**right, "examples": examples}))
    assert {one.form for one in proof.different} == {"example:0"}
    assert "the example promises" in proof.different[0].differences[0]


def test_a_rewriting_that_fails_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(proving, "rewrite_source", fail)
    proof = prove(rule("SM348"))
    assert proof.equal == 0
    assert all("boom" in one.differences[0] for one in proof.different)


def test_a_comparison_that_forgives_everything_is_found_out_by_mutants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "compare_traces", lambda *_, **__: [])
    proof = prove(rule("SM350"))
    assert any("takes a changed call for the right one" in one.differences[0] for one in proof.different)


def test_a_program_that_shows_nothing_proves_nothing(install: Install) -> None:
    # Making a channel sends no request: its rule is proven by what the channel does then.
    every = list(programs(rule("SM230")))
    assert every
    for program in every:
        trace = run(program.source)
        assert trace.requests or trace.error, program.source


def test_what_v1_refuses_is_skipped() -> None:
    proof = prove(rule("SM281"))
    assert proof.skipped > 0


def test_rules_without_anything_to_run_have_no_programs() -> None:
    for found in all_rules():
        if found.manual:
            assert not list(programs(found)), found.id


@pytest.mark.parametrize(("owner", "twin"), [("StreamChat", "StreamChatAsync"), ("Channel", "AsyncChannel")])
def test_every_rule_with_a_call_has_programs(owner: str, twin: str) -> None:
    asynchronous = sdk.v1_classes()[twin].members
    for found in all_rules():
        cls, _, member = found.v1.partition(".")
        if cls == owner and found.v2 and not found.manual and found.proof == "wire":
            assert list(programs(found)), found.id
            assert bool(list(programs(found, True))) == (member in asynchronous), found.id


def test_programs_are_the_same_each_time_and_parse() -> None:
    for found in all_rules()[:40]:
        for asynchronous in (False, True):
            first, second = list(programs(found, asynchronous)), list(programs(found, asynchronous))
            assert first == second
            for program in first:
                compile(program.source, "<program>", "exec")


def test_joined_programs_keep_their_variables_apart() -> None:
    parts = [
        write("a", ["value = {'id': 'a'}", "client.upsert_user(value)"], asynchronous=False),
        write("b", ["value = {'id': 'b'}", "value['tier'] = 3", "client.upsert_user(user=value)"], asynchronous=False),
    ]
    together = joined(parts)
    assert "value_0 = {'id': 'a'}" in together.source
    assert "value_1['tier'] = 3" in together.source
    assert "user=value_1" in together.source
    alone = [request for part in parts for request in run(part.source).requests]
    assert list(run(together.source).requests) == alone


def test_a_proof_survives_its_data() -> None:
    proof = prove(rule("SM212"))
    assert proof_of(proof_data(proof)) == proof


def written(proofs: list[Proof], **more: Any) -> Any:
    text = proofs_file(
        proofs, target="7.0.0", date="2026-01-02", stream_chat="4.33.0", getstream="7.0.0", **{"others": {}, **more}
    )
    assert text.startswith("# ")
    return parse(Fetched("proofs.yaml", text.encode(), sha256=""))


def test_the_file_of_proofs_says_what_was_shown() -> None:
    proof = prove(rule("SM212"))
    data = written([proof])
    assert (data["target"], data["date"]) == ("7.0.0", "2026-01-02")
    fact = data["rules"]["SM212"]
    assert (fact["programs"], fact["equal"], fact["left"]) == (proof.programs, proof.equal, len(proof.left))
    assert fact["forms"] == sorted(proof.forms)
    assert "not_in_v2" not in str(fact.get("losses", ""))


def test_the_file_leaves_out_rules_that_ran_nothing() -> None:
    nothing = Proof("SM998", 0, 0, 0, 0, (), (), (), (), None)
    assert "SM998" not in written([nothing, prove(rule("SM348"))])["rules"]


def test_another_release_is_told_by_what_it_lacks() -> None:
    proof = prove(rule("SM348"))
    poorer = proof._replace(forms=proof.forms[1:])
    known = {"SM348": frozenset(proof.forms)}
    said = other_entry([poorer], known, date="2026-01-02", getstream="6.1.1")
    if proof.forms:
        assert said["lacking"]["SM348"]["unproven"] == [proof.forms[0]]
    assert other_entry([proof], known, date="2026-01-02", getstream="6.1.1")["lacking"] == {}
    assert written([proof], others={"6.1": said})["others"]["6.1"]["getstream"] == "6.1.1"


def test_a_program_that_still_sends_with_stream_chat_is_not_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    def pretend(source: bytes, path: str, settings: RewriteSettings) -> FileResult:
        return rewrite_source(source, path, settings)._replace(after=source)

    monkeypatch.setattr(proving, "rewrite_source", pretend)
    proof = prove(rule("SM348"))
    assert proof.equal == 0
    assert proof.forms == ()
    assert all("still sent by stream-chat" in one.differences[0] for one in proof.different)


@pytest.mark.parametrize("id", ["SM338", "SM283"])
def test_an_unsafe_rule_shows_its_stated_loss_and_nothing_else(id: str) -> None:
    proof = prove(rule(id))
    assert proof.holds
    assert proof.equal == 0
    assert proof.losses
    lost = {text.partition(":")[0] for loss in proof.losses for text in loss.differences}
    lost = {path.removesuffix(".tier").removesuffix(".not_in_v2") for path in lost}
    allowed = {
        "SM338": {"[0].parts.file.filename", "[0].parts.file.content_type", "[0].parts.user"},
        "SM283": {f"[0].body.{key}" for key in ("shadow", "reason", "remove_future_channels_ban")} | {"[0].body"},
    }
    assert lost <= allowed[id]
