"""Generated answers: both SDKs read them, and the two shapes say the same."""

from __future__ import annotations

import dataclasses
import importlib
import json
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from streammigrate.proof.answers import answerer, failing, response_value, shape_of, v1_response
from streammigrate.proof.equality import compare_values
from streammigrate.proof.record import Answer, make_request
from streammigrate.proof.run import Trace, run
from streammigrate.proof.schemas import operations

Runner = Callable[[str], Trace]
HOST = "https://chat.stream-io-api.com"
SEEDS = 4


@pytest.mark.parametrize("name", sorted(operations()))
def test_v2s_model_reads_the_answer_and_finds_every_value(name: str) -> None:
    with warnings.catch_warnings():
        # The models' own library warns about itself at import.
        warnings.simplefilter("ignore")
        models = importlib.import_module("getstream.models")
    operation = operations()[name]
    if operation.response.kind != "model":
        pytest.skip("getstream gives plain data here")
    model: Any = getattr(models, operation.response.name)
    for seed in range(SEEDS):
        value = response_value(operation, seed)
        # Required fields that are missing would warn, which is an error here.
        read = model.from_dict(json.loads(json.dumps(value)), infer_missing=True)
        assert dataclasses.is_dataclass(read)
        assert compare_values(value, _sent(read, value)) == []
        json.dumps(v1_response(operation, value))


def _sent(read: Any, value: Any) -> Any:
    """Return the part of what was read that the answer had, by the names on the wire."""
    if dataclasses.is_dataclass(read):
        names = {_wire_name(field): field.name for field in dataclasses.fields(read)}
        return {key: _sent(getattr(read, names[key]), item) for key, item in value.items()}
    if isinstance(value, dict):
        return {key: _sent(read[key], item) for key, item in value.items()}
    if isinstance(value, list):
        return [_sent(one, other) for one, other in zip(read, value, strict=True)]
    return read


def _wire_name(field: dataclasses.Field[Any]) -> str:
    case = field.metadata.get("dataclasses_json", {}).get("letter_case")
    return str(case(field.name)) if case else field.name


def test_v1s_shape() -> None:
    user = {"id": "u", "custom": {"x_level": 3}, "created_at": 1_750_000_000_123_000_000, "teams": ["a"]}
    shaped = shape_of("Dict[str, UserResponse]")({"u": user})
    assert shaped == {"u": {"id": "u", "x_level": 3, "created_at": "2025-06-15T15:06:40.123Z", "teams": ["a"]}}
    template = {"text": "t", "custom": {"k": 1}}
    assert shape_of("CampaignMessageTemplate")(template) == template


def test_the_same_seed_gives_the_same_answers_and_another_one_others() -> None:
    request = make_request("v2", "GET", f"{HOST}/api/v2/app", "", b"", None)
    assert answerer(1)(request) == answerer(1)(request)
    assert answerer(1)(request) != answerer(2)(request)


def test_an_answer_echoes_what_was_sent() -> None:
    body = json.dumps({"users": {"chuck": {"id": "chuck", "belt": "black"}}}).encode()
    before = answerer(1)(make_request("v1", "POST", f"{HOST}/users", "", body, None)).json
    assert list(before["users"]) == ["chuck"]
    assert before["users"]["chuck"]["id"] == "chuck"
    assert before["users"]["chuck"]["belt"] == "black"


def test_paging_ends(run_v1: Runner) -> None:
    code = (
        "offset = 0\nwhile True:\n    page = client.query_users({}, offset=offset)['users']\n    offset += len(page)\n"
    )
    code += "    if not page: break\nobserve('offset', offset)\n"
    trace = run("from stream_chat import StreamChat\nclient = StreamChat('k', 's' * 32)\n" + code, answer=answerer(3))
    assert trace.error == ""
    assert 0 < trace.observed[0][1] < 10


@pytest.mark.parametrize("seed", range(SEEDS))
def test_both_sdks_read_the_same_of_an_answer(seed: int) -> None:
    before = run(
        """
from stream_chat import StreamChat
client = StreamChat("k", "s" * 32)
page = client.query_users({"id": "u"})
observe("names", [user.get("name") for user in page["users"]])
observe("custom", [{k: v for k, v in user.items() if k.startswith("x_")} for user in page["users"]])
observe("at", page["users"][0]["created_at"])
observe("status", page.status_code())
observe("left", page.rate_limit().remaining)
state = client.channel("messaging", "general").query()
observe("cid", state["channel"]["cid"])
observe("mute", client.mute_user("a", "u").get("mutes") is not None)
""",
        answer=answerer(seed),
    )
    after = run(
        """
from getstream import Stream
from getstream.models import QueryUsersPayload
client = Stream("k", "s" * 32)
page = client.query_users(QueryUsersPayload(filter_conditions={"id": "u"}))
observe("names", [user.name for user in page.data.users])
observe("custom", [user.custom for user in page.data.users])
observe("at", page.data.users[0].created_at)
observe("status", page.status_code())
observe("left", page.rate_limit().remaining)
state = client.chat.channel("messaging", "general").get_or_create(state=True)
observe("cid", state.data.channel.cid)
observe("mute", client.moderation.mute(target_ids=["a"], user_id="u").data.mutes is not None)
""",
        answer=answerer(seed),
    )
    assert (before.error, after.error) == ("", "")
    assert compare_values([list(o) for o in before.observed], [list(o) for o in after.observed]) == []


def test_failing_fails_once_and_with_the_apis_envelope() -> None:
    answers = failing(lambda request: Answer(json={"ok": 1}), 429, at=1)
    request = make_request("v1", "GET", f"{HOST}/app", "", b"", None)
    first, second, third = answers(request), answers(request), answers(request)
    assert (first.status, second.status, third.status) == (200, 429, 200)
    assert second.headers["Retry-After"] == "30"
    assert set(second.json) == {"code", "message", "StatusCode", "duration", "more_info", "details"}
    assert failing(answers, "timeout")(request).error == "timeout"
