"""The steps of a cutover for one app, made from what the checks found and from how far the code is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from streammigrate.checks.model import Area
from streammigrate.checks.run import CheckResult, Result, Status
from streammigrate.findings import Severity
from streammigrate.report.readiness import Progress

_FEW = 3

PERMISSIONS, WEBHOOK_URL, QUEUE, PUSH, HOOK, ACTIONS = "SM601", "SM605", "SM608", "SM604", "SM606", "SM607"
REVOKED, LIMITS, SENT, STORED, SET_IN_CODE, BOTH = "SM613", "SM614", "SM620", "SM701", "SM642", "SM682"
"""The checks that a step of its own follows from."""


class State(Enum):
    """What is known of a step."""

    DONE = "done"
    OPEN = "to do"
    UNKNOWN = "not known"


class Step(NamedTuple):
    """One thing to do. `why` is what it follows from: ids of checks, or numbers of calls. Code stands in backticks."""

    text: str
    state: State = State.OPEN
    why: str = ""
    checks: tuple[str, ...] = ()


class Phase(NamedTuple):
    """Steps that belong together, in their order."""

    title: str
    steps: tuple[Step, ...]


def phases(result: CheckResult, progress: Progress | None) -> list[Phase]:
    """Return the steps from the first preparation to the last clean-up; a phase without steps is left out."""
    known = {item.check.id: item for item in result.results}
    made = (
        ("Settle what the checks found", _settle(result)),
        ("Move the code", _code(progress)),
        ("Start with one instance", _instance(known, progress)),
        ("Watch it beside the instances on v1", _watch(known, progress)),
        ("Move the permissions, on another day than the code", _permissions(known)),
        ("Move webhooks and queues", _webhooks(known)),
        ("Client apps", _clients(known)),
        ("Go on to all instances", _widen(progress)),
        ("If it goes wrong: the way back", _back(known)),
        ("Afterwards", _afterwards(known, progress)),
    )
    found = [Phase(title, tuple(steps)) for title, steps in made]
    return [phase for phase in found if phase.steps]


def count(found: Sequence[Phase]) -> dict[State, int]:
    """Return how many steps are in which state."""
    states = [step.state for phase in found for step in phase.steps]
    return {state: states.count(state) for state in State}


def _settle(result: CheckResult) -> Iterator[Step]:
    order = sorted(result.results, key=lambda item: (item.check.severity.rank, item.check.id))
    for item in order:
        if not _weighs(item):
            continue
        blocks = item.found[0].finding.severity is Severity.ERROR
        text = f"{item.check.title}: {'this blocks the cutover' if blocks else 'settle it, or accept it knowingly'}."
        yield Step(text, State.OPEN, _number(len(item.found), "finding"), (item.check.id,))
    if result.problems:
        yield Step("Correct what could not be read in the input, and run the check again.", State.OPEN)
    for item in order:
        if item.status is Status.NOT_RUN and item.check.severity is Severity.ERROR:
            yield Step(f"Find out: {item.check.question}", State.UNKNOWN, item.reason, (item.check.id,))
    passed = result.count(Status.PASSED)
    if passed:
        yield Step(f"{_number(passed, 'check')} found nothing.", State.DONE)


def _code(progress: Progress | None) -> Iterator[Step]:
    if progress is None:
        yield Step(
            "Find out how far the code is: `streammigrate check PATH` with the folder of the project.",
            State.UNKNOWN,
            "no path was given",
        )
        return
    total = progress.total
    if not total.left and not progress.troubles:
        text = "No call of stream-chat is left to move." if total.total else "The code does not use either SDK."
        yield Step(text, State.DONE, _number(total.migrated, "call") + " on v2" if total.migrated else "")
        return
    arguments = progress.arguments
    if total.automatic:
        yield Step(
            f"`streammigrate rewrite {arguments} --write`", State.OPEN, f"moves {_number(total.automatic, 'use')}"
        )
    if total.review:
        text = f"`streammigrate rewrite {arguments} --unsafe`: read what changes in behaviour, and decide."
        yield Step(text, State.OPEN, _number(total.review, "use"))
    if total.manual:
        names = [f"`{row.name}`" for row in progress.files if row.uses.manual]
        rest = len(names) - _FEW
        where = ", ".join(names[:_FEW]) + (f" and {_number(rest, 'more file')}" if rest > 0 else "")
        yield Step(f"By hand: {where}.", State.OPEN, _number(total.manual, "use"))
    if progress.troubles:
        yield Step("Look at the files that could not be judged.", State.OPEN, _number(progress.troubles, "problem"))
    yield Step("Run the project's own tests on the rewritten code.")
    if total.left:
        yield Step(
            "Keep stream-chat installed beside getstream until the last call has moved. Both take the same key and secret."
        )


def _instance(known: dict[str, Result], progress: Progress | None) -> Iterator[Step]:
    yield Step(
        "Deploy the new code to one instance, or for a small share of the requests. Both APIs serve the same app and "
        "the same data: nothing has to be copied, and the other instances stay as they are."
    )
    if progress is not None:
        areas = [f"{row.name} ({row.uses.total})" for row in progress.areas if row.uses.total]
        if areas:
            yield Step(f"Exercise each part that the code uses: {', '.join(areas)}.", why="uses of the SDK by area")
    custom = _found(known, SENT, STORED)
    if custom:
        messages = [found.finding.message for id in custom for found in known[id].found]
        rest = len(messages) - _FEW
        shown = "; ".join(messages[:_FEW]) + (f"; and {rest} more" if rest > 0 else "")
        text = f"Write and read back records with custom fields; in v2 they stand under `custom`. Found: {shown}."
        yield Step(text, checks=custom)
    yield Step(
        "Compare one record of each kind, read through v1 and through v2: every field is there, and times are the same "
        "(text in v1's answers, numbers in v2's, datetime objects in getstream)."
    )


def _watch(known: dict[str, Result], progress: Progress | None) -> Iterator[Step]:
    yield Step(
        "Failed calls by HTTP status and Stream's error code, as a share of all calls: `StreamApiException` of getstream "
        "beside `StreamAPIException` of stream-chat."
    )
    yield Step(
        "Status 429 (`StreamRateLimitException`) and calls without an answer (`StreamTransportException`), and how long "
        "calls take."
    )
    yield Step("Status 400: a payload that v2 does not take. Any of these is a reason to stop and look.")
    if PERMISSIONS in known:
        yield Step("Status 403: a permission that was there before.", checks=(PERMISSIONS,))
    if _is_found(known, REVOKED):
        yield Step("Status 401: tokens that are refused for the time they were issued at.", checks=(REVOKED,))
    hooks = (*_found(known, WEBHOOK_URL, QUEUE, HOOK, ACTIONS), *_found_in(known, Area.WEBHOOKS))
    if hooks:
        yield Step("Webhooks and queues: deliveries, signatures refused, bodies that could not be read.", checks=hooks)
    uses = {row.name for row in progress.areas if row.uses.total} if progress is not None else set()
    if _is_found(known, PUSH) or "Devices and push" in uses:
        yield Step("Push: notifications sent and failed.", checks=_found(known, PUSH))
    if _is_found(known, LIMITS):
        yield Step("Uploads that are refused.", checks=(LIMITS,))


def _permissions(known: dict[str, Result]) -> Iterator[Step]:
    if _is_found(known, SET_IN_CODE):
        text = "Take out the code that sets `permission_version` to v1 first: each run of it rolls the app back."
        yield Step(text, checks=(SET_IN_CODE,))
    item = known.get(PERMISSIONS)
    if item is None:
        return
    if item.status is Status.PASSED:
        yield Step("The app decides by permissions v2; nothing is to be moved.", State.DONE, checks=(PERMISSIONS,))
        return
    if item.status is Status.NOT_RUN:
        yield Step("Find out whether the app decides by permissions v2.", State.UNKNOWN, item.reason, (PERMISSIONS,))
        return
    yield Step("Move a development app first, and let every client app in use run against it.", checks=(PERMISSIONS,))
    yield Step(
        '`client.update_app_settings(permission_version="v2", migrate_permissions_to_v2=True)` with stream-chat, or '
        '`client.update_app(permission_version="v2", migrate_permissions_to_v2=True)` with getstream.',
        checks=(PERMISSIONS,),
    )
    yield Step("Watch status 403 for a day before anything else is moved.", checks=(PERMISSIONS,))


def _webhooks(known: dict[str, Result]) -> Iterator[Step]:
    handlers = _found_in(known, Area.WEBHOOKS)
    if handlers:
        yield Step("Deploy the corrected handlers before any address or hook is changed.", checks=handlers)
    if _is_found(known, WEBHOOK_URL):
        yield Step(
            "Let the new handler run at an address of its own, add an event hook for it beside `webhook_url`, and "
            "compare what both take in. Handle an event that comes twice.",
            checks=(WEBHOOK_URL,),
        )
    if _is_found(known, QUEUE):
        yield Step("Add an event hook for the queue beside the single one, and compare.", checks=(QUEUE,))
    endpoints = _found(known, HOOK, ACTIONS)
    if endpoints:
        yield Step("Send a message and a command through the endpoints that decide about them.", checks=endpoints)


def _clients(known: dict[str, Result]) -> Iterator[Step]:
    items = [item for item in known.values() if item.check.area is Area.CLIENTS]
    found = _found_in(known, Area.CLIENTS)
    weighty = tuple(id for id in found if _weighs(known[id]))
    if weighty:
        yield Step("Update the apps and services that the checks name, before the permissions move.", checks=weighty)
        yield Step("Count the versions in use: people keep an app for long after its update is there.", checks=weighty)
    elif found:
        yield Step(
            "Know which shapes of data each client speaks; none has to be updated for the cutover.", checks=found
        )
    elif any(item.status is Status.NOT_RUN for item in items):
        reason = next(item.reason for item in items if item.status is Status.NOT_RUN)
        yield Step("Find out which client SDKs are in use, and their versions.", State.UNKNOWN, reason)
    elif items:
        yield Step("Nothing is known to stand against the client SDKs that were found.", State.DONE)


def _widen(progress: Progress | None) -> Iterator[Step]:
    yield Step("Go on in steps (a tenth, a half, all), each as long as your traffic needs to pass through every part.")
    if progress is None or progress.total.left:
        yield Step("Jobs, workers, consoles and scripts run code, too: deploy them with the instances.")


def _back(known: dict[str, Result]) -> Iterator[Step]:
    yield Step("Code: deploy the build from before. Both APIs serve the same data, so nothing has to be moved back.")
    item = known.get(PERMISSIONS)
    if item is not None and item.status is not Status.NOT_RUN:
        yield Step(
            '`client.update_app_settings(permission_version="v1")` with stream-chat, or '
            '`client.update_app(permission_version="v1")` with getstream, rolls the permissions back.',
            checks=(PERMISSIONS,),
        )
    if _is_found(known, WEBHOOK_URL) or _is_found(known, QUEUE):
        checks = tuple(id for id in (WEBHOOK_URL, QUEUE) if _is_found(known, id))
        yield Step(
            "Set `enabled=False` on the new event hook; the old address stays until it is cleared.", checks=checks
        )
    yield Step("Write down who decides, and at which share of failed calls.")


def _afterwards(known: dict[str, Result], progress: Progress | None) -> Iterator[Step]:
    yield Step("Clear the settings that only v1 used, once nothing reads them.")
    if _is_found(known, BOTH) or (progress is not None and progress.total.left):
        yield Step("Take stream-chat out of the dependencies when no call is left.", checks=_found(known, BOTH))
    yield Step("Run `streammigrate check` once more, with the settings of the app as they are then.")


def _weighs(item: Result) -> bool:
    """Return whether a check found something that blocks or warns."""
    return any(found.finding.severity.rank <= Severity.WARNING.rank for found in item.found)


def _found(known: dict[str, Result], *ids: str) -> tuple[str, ...]:
    """Return those of some checks that found something."""
    return tuple(id for id in ids if _is_found(known, id))


def _found_in(known: dict[str, Result], area: Area) -> tuple[str, ...]:
    """Return the checks of an area that found something."""
    return _found(known, *(id for id, item in known.items() if item.check.area is area))


def _is_found(known: dict[str, Result], id: str) -> bool:
    item = known.get(id)
    return item is not None and bool(item.found)


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else noun + 's'}"
