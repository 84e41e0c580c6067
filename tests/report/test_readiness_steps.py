"""The steps of a cutover follow from what was found, and say what is not known."""

from __future__ import annotations

import pytest
from readiness_pages import answer, check, everything, progress, result
from scanning import mixed, report

from streammigrate.checks.model import Area, SettingsCheck
from streammigrate.checks.run import CheckResult
from streammigrate.findings import Severity
from streammigrate.report.readiness import Migrated, Progress, measure
from streammigrate.report.readiness_steps import State, Step, count, phases


def steps(found: CheckResult, far: Progress | None = None) -> dict[str, tuple[Step, ...]]:
    return {phase.title: phase.steps for phase in phases(found, far)}


def texts(found: tuple[Step, ...]) -> str:
    return "\n".join(step.text for step in found)


def test_each_finding_that_blocks_or_warns_is_a_step_and_notices_are_none() -> None:
    found = steps(everything())["Settle what the checks found"]
    assert [step.checks for step in found if step.checks] == [("SM601",), ("SM605",), ("SM640",), ("SM611",)]
    assert found[0].text == "Title of SM601: this blocks the cutover."
    assert found[2].why == "30 findings"
    assert found[3].state is State.UNKNOWN
    assert found[-1] == Step("1 check found nothing.", State.DONE)


MOVE = 'permission_version="v2"'
BACK = 'permission_version="v1"'


def test_an_app_on_permissions_v1_gets_the_call_and_the_way_back() -> None:
    found = steps(result(check("SM601", Severity.ERROR, answer("v1"))))
    assert MOVE in texts(found["Move the permissions, on another day than the code"])
    assert BACK in texts(found["If it goes wrong: the way back"])


def test_an_app_on_permissions_v2_has_nothing_to_move() -> None:
    found = steps(result(check("SM601", Severity.ERROR)))
    (one,) = found["Move the permissions, on another day than the code"]
    assert one.state is State.DONE
    assert MOVE not in texts(found["If it goes wrong: the way back"])


def test_permissions_that_are_not_known_are_to_be_found_out() -> None:
    found = steps(result(check("SM601", Severity.ERROR, reason="no settings")))
    (one,) = found["Move the permissions, on another day than the code"]
    assert (one.state, one.why) == (State.UNKNOWN, "no settings")
    assert BACK not in texts(found["If it goes wrong: the way back"])


def test_permissions_that_were_not_asked_about_are_not_told_of() -> None:
    assert "Move the permissions, on another day than the code" not in steps(result())


@pytest.mark.parametrize("id", ["SM605", "SM608", "SM606", "SM607"])
def test_webhooks_and_queues_are_moved_where_there_are_some(id: str) -> None:
    found = steps(result(check(id, Severity.WARNING, answer("x"))))
    assert "Move webhooks and queues" in found
    assert "deliveries" in texts(found["Watch it beside the instances on v1"])
    silent = steps(result(check(id, Severity.WARNING)))
    assert "Move webhooks and queues" not in silent
    assert "deliveries" not in texts(silent["Watch it beside the instances on v1"])


def test_handlers_that_have_to_change_come_before_the_hooks() -> None:
    handler = check("SM725", Severity.WARNING, answer("x"), area=Area.WEBHOOKS)
    found = steps(result(handler, check("SM605", Severity.WARNING, answer("y"))))
    moves = found["Move webhooks and queues"]
    assert [step.checks for step in moves] == [("SM725",), ("SM605",)]


def test_code_that_moves_the_permissions_back_goes_first() -> None:
    found = steps(result(check("SM601", Severity.ERROR), check("SM642", Severity.ERROR, answer("x"))))
    first, second = found["Move the permissions, on another day than the code"]
    assert (first.checks, first.state) == (("SM642",), State.OPEN)
    assert second.state is State.DONE


@pytest.mark.parametrize(
    ("client", "state"),
    [
        (check("SM740", Severity.WARNING, answer("x"), area=Area.CLIENTS), State.OPEN),
        (check("SM740", Severity.WARNING, area=Area.CLIENTS), State.DONE),
        (check("SM740", Severity.WARNING, reason="no project", area=Area.CLIENTS), State.UNKNOWN),
    ],
)
def test_client_apps_are_to_be_updated_are_fine_or_are_not_known(client: SettingsCheck, state: State) -> None:
    assert steps(result(client))["Client apps"][0].state is state
    assert "Client apps" not in steps(result())


def test_clients_that_are_only_to_be_known_of_need_no_update() -> None:
    (one,) = steps(result(check("SM740", Severity.NOTICE, answer("x"), area=Area.CLIENTS)))["Client apps"]
    assert "none has to be updated" in one.text


def test_custom_fields_of_the_data_are_written_and_read_back() -> None:
    found = steps(everything())["Start with one instance"]
    assert "Found: 2 users have 1 key of your own." in texts(found)
    assert "custom" not in texts(steps(result())["Start with one instance"])


def test_code_that_is_not_done_has_the_commands_and_the_files() -> None:
    found = steps(result(), measure(mixed(), []))["Move the code"]
    assert [step.text for step in found[:4]] == [
        "`streammigrate rewrite . --write`",
        "`streammigrate rewrite . --unsafe`: read what changes in behaviour, and decide.",
        "By hand: `app/views.py`.",
        "Look at the files that could not be judged.",
    ]
    assert [step.why for step in found[:3]] == ["moves 2 uses", "1 use", "4 uses"]


def test_code_that_is_done_is_done() -> None:
    (one,) = steps(result(), measure(report(), [Migrated("a.py", "Users")]))["Move the code"]
    assert (one.text, one.state) == ("No call of stream-chat is left to move.", State.DONE)
    (none,) = steps(result(), measure(report(), []))["Move the code"]
    assert none.text == "The code does not use either SDK."


def test_without_a_project_the_code_is_not_known() -> None:
    (one,) = steps(result())["Move the code"]
    assert one.state is State.UNKNOWN


def test_what_is_exercised_is_what_the_code_uses() -> None:
    found = steps(result(), progress())["Start with one instance"]
    assert "Users (10), Channels (1)" in texts(found)


def test_steps_are_counted_by_state() -> None:
    found = phases(everything(), progress())
    assert sum(count(found).values()) == sum(len(phase.steps) for phase in found)
    assert count(found)[State.UNKNOWN] == 1
