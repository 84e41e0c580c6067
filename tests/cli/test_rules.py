"""`streammigrate rules`: list, show, prove."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from streammigrate import api
from streammigrate.cli.rules import app
from streammigrate.proof import environment
from streammigrate.rules.catalogue import all_rules

from .conftest import Run


def test_the_list_has_every_rule_and_its_ceiling(run: Run) -> None:
    outcome = run("rules", "list")
    assert outcome.code == 0
    assert all(rule.id in outcome.out for rule in all_rules())
    assert f"{len(all_rules())} rules: " in outcome.out


@pytest.mark.parametrize("ceiling", api.RULE_CEILINGS)
def test_the_list_is_narrowed_by_ceiling(ceiling: str, run: Run) -> None:
    data = json.loads(run("rules", "list", "--ceiling", ceiling, "-f", "json").out)
    assert data
    assert {rule["ceiling"] for rule in data} == {ceiling}


def test_the_list_is_narrowed_by_area(run: Run) -> None:
    data = json.loads(run("rules", "list", "--area", "users", "--format", "json").out)
    assert {rule["area"] for rule in data} == {"users"}
    assert data[0]["member"] == "StreamChat.upsert_user"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list", "--area", "nowhere"), "known: "),
        (("list", "--ceiling", "high"), "safe, unsafe, manual"),
        (("list", "-f", "xml"), "text, json"),
        (("show", "SM201", "-f", "xml"), "text, json"),
        (("show", "upsert_usr"), "near: StreamChat.upsert_user"),
        (("show", "SM000"), "rules list"),
        (("show", "delete"), "Channel.delete"),
        (("prove", "-f", "xml", "SM201"), "text, json"),
        (("prove", "no_such_rule"), "there is no rule"),
        (("prove", "--against", "3.0", "SM201"), "4.2, 5.1, 6.1, 7.0"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_explained(arguments: tuple[str, ...], said: str, run: Run) -> None:
    outcome = run("rules", *arguments)
    assert outcome.code == 2
    assert said in " ".join(outcome.err.split())
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("name", ["SM201", "sm201", "StreamChat.upsert_user", "upsert_user"])
def test_a_rule_is_shown_by_id_or_member(name: str, run: Run) -> None:
    outcome = run("rules", "show", name)
    assert outcome.code == 0
    assert outcome.out.startswith("SM201  StreamChat.upsert_user  safe\n")
    for title in ("Before", "After", "Proof"):
        assert f"\n{title}\n" in outcome.out
    assert "client.upsert_users(" in outcome.out


def test_a_manual_rule_says_what_to_do(run: Run) -> None:
    outcome = run("rules", "show", "unflag_user")
    assert "manual" in outcome.out.splitlines()[0]
    assert "\nWhat to do\n" in outcome.out


def test_explain_knows_rules(run: Run) -> None:
    assert "client.upsert_users(" in run("explain", "SM201").out
    assert run("explain", "StreamChat.upsert_user").out == run("explain", "sm201").out


@pytest.mark.parametrize("columns", [40, 60, 80, 120, 160])
def test_nothing_is_wider_than_the_terminal(columns: int, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for arguments in (("list", "--area", "users"), ("show", "SM207"), ("prove", "SM348", "--jobs", "1")):
        outcome = run("rules", *arguments)
        assert outcome.code == 0
        assert max(map(len, outcome.out.splitlines())) <= columns


def test_colour_is_an_option(run: Run) -> None:
    assert "\x1b[" not in run("rules", "show", "SM201").out
    assert "\x1b[" in run("rules", "show", "SM201", "--color", "always").out


def test_prove_prints_a_table_and_the_outcome(run: Run) -> None:
    outcome = run("rules", "prove", "SM348", "check_sqs", "--jobs", "1")
    assert outcome.code == 0
    assert "SM347" in outcome.out
    assert "SM348" in outcome.out
    assert "2 rules, " in outcome.out
    assert "0 differ" in outcome.out


def test_prove_in_quiet_gives_the_outcome_alone(run: Run) -> None:
    outcome = run("rules", "prove", "SM348", "-q", "--jobs", "1")
    assert outcome.out.startswith("1 rule, ")


def test_prove_as_json_can_be_read_again(run: Run) -> None:
    data = json.loads(run("rules", "prove", "SM348", "-f", "json", "--jobs", "1").out)
    assert data["stream_chat"]
    (proof,) = data["proofs"]
    assert proof["equal"] == proof["programs"]


def test_prove_exits_with_1_when_something_differs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from streammigrate.proof import prove

    monkeypatch.setattr(prove, "compare_traces", lambda *_, **__: [_difference()])
    outcome = run("rules", "prove", "SM348", "--jobs", "1")
    assert outcome.code == 1
    assert "SM348 differs: " in outcome.out
    assert "it is not the same" in outcome.out


def _difference() -> Any:
    from streammigrate.proof.equality import Difference

    return Difference("[0]", 1, 2, "it is not the same")


@pytest.mark.parametrize("missing", ["stream-chat", "getstream"])
def test_without_an_sdk_the_error_says_what_to_install(missing: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name == missing:
            raise PackageNotFoundError(name)
        return "4.33.0" if name == "stream-chat" else "7.0.0"

    monkeypatch.setattr(environment, "version", version)
    outcome = run("rules", "prove", "SM348")
    assert outcome.code == 3
    assert f"{missing} is not installed" in outcome.err
    assert 'pip install "streammigrate[proof]"' in outcome.err


def test_an_unknown_getstream_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "version", lambda name: "4.33.0" if name == "stream-chat" else "3.9.1")
    outcome = run("rules", "prove", "SM348")
    assert outcome.code == 3
    assert "3.9.1 is installed" in outcome.err
    assert "--against" in outcome.err


def test_write_wants_all_rules_and_a_checkout(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    outcome = run("rules", "prove", "SM348", "--write", "--jobs", "1")
    assert outcome.code == 2
    assert "leave the ids out" in outcome.err
    monkeypatch.setattr("streammigrate.rules.SOURCE", tmp_path / "nowhere")
    outcome = run("rules", "prove", "SM348", "--write", "--jobs", "1")
    assert outcome.code == 2
    assert "checkout" in outcome.err


def test_against_runs_the_proof_elsewhere(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = run("rules", "prove", "SM348", "-f", "json", "--jobs", "1").out
    commands: list[list[str]] = []

    def call(command: list[str], **_: Any) -> Any:
        commands.append(command)
        return type("Done", (), {"returncode": 0, "stdout": told, "stderr": ""})()

    monkeypatch.setattr("subprocess.run", call)
    monkeypatch.setattr(environment, "_folder", lambda short: tmp_path / short)
    outcome = run("rules", "prove", "SM348", "--against", "6.1")
    assert outcome.code == 0
    assert [command[1:3] for command in commands] == [["-m", "venv"], ["-m", "pip"], ["-m", "streammigrate"]]
    assert "getstream~=6.1.0" in commands[1]
    assert "SM348" in commands[2]
    assert "0 differ" in outcome.out


def test_against_without_network_is_explained(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def call(command: list[str], **_: Any) -> Any:
        failed = "pip" in command
        return type("Done", (), {"returncode": int(failed), "stdout": "", "stderr": "ERROR: no route to host\n"})()

    monkeypatch.setattr("subprocess.run", call)
    monkeypatch.setattr(environment, "_folder", lambda short: tmp_path / short)
    outcome = run("rules", "prove", "SM348", "--against", "6.1")
    assert outcome.code == 3
    assert "cannot install the SDKs" in outcome.err
    assert "no route to host" in outcome.err


def test_every_command_is_in_the_help(run: Run) -> None:
    outcome = run("rules", "--help")
    names = [command.name for command in app.registered_commands]
    assert names == ["list", "show", "prove"]
    assert all(f"\n  {name} " in outcome.out for name in names if name)
