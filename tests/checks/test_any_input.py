"""Whatever the input holds: a verdict or a located error, never anything else; and what the SDKs themselves write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streammigrate import api
from streammigrate.checks import run, settings
from streammigrate.checks.entities import ENTITIES, known
from streammigrate.checks.model import DataCheck
from streammigrate.checks.registry import all_checks
from streammigrate.checks.run import CheckResult, Status, Verdict
from streammigrate.checks.settings import ALWAYS_ANSWERED, SOMETIMES_ANSWERED, Shape
from streammigrate.checks.survey import Survey, parse_source
from streammigrate.errors import InputError

READY = json.loads(
    (Path(__file__).resolve().parents[1] / "sample_projects/bikeshop/after/app-settings.json").read_text()
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
KEYS = st.text(max_size=5) | st.sampled_from(
    "enabled hook_type webhook_url type disabled_at providers apn size_limit allowed_mime_types failover_config".split()
)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=10
)
SETTINGS = st.dictionaries(st.sampled_from(sorted(ALWAYS_ANSWERED | SOMETIMES_ANSWERED)) | st.text(), TREES, max_size=6)
LISTS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("channel_types", "push_providers", "external_storages"), TREES)
)


@given(SETTINGS, LISTS, st.booleans())
def test_any_settings(changes: dict[str, Any], lists: dict[str, Any], whole: bool) -> None:
    document = {"app": {**READY["app"], **changes} if whole else changes, **lists}
    try:
        outcome = api.CheckOutcome(CheckResult(run.run(all_checks(), settings.read([("a", document)]), None)))
    except InputError as error:
        assert error.finding.id in ("SM690", "SM691")
        return
    for format in api.CHECK_FORMATS:
        assert api.render_check(outcome, format).endswith("\n")


FIELDS = st.sampled_from(
    sorted(set().union(*(known(name) for name in ENTITIES)) | {"custom", "data", "item", "messages"})
)
NODES = st.dictionaries(FIELDS | st.text(max_size=4), TREES, max_size=8)
RECORDS = NODES | st.builds(lambda kind, node: {"type": kind, "data": node}, st.sampled_from(sorted(ENTITIES)), NODES)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any") / "records.jsonl"


@given(st.lists(RECORDS, max_size=6), st.sampled_from(api.CHECK_FORMATS))
def test_any_records(path: Path, nodes: list[dict[str, Any]], format: str) -> None:
    path.write_text("".join(json.dumps(node) + "\n" for node in nodes))
    seen = Survey([check for check in all_checks() if isinstance(check, DataCheck)])
    seen.read(parse_source(str(path)))
    result = CheckResult(run.run(all_checks(), None, seen), problems=seen.problems())
    assert result.verdict in (Verdict.READY, Verdict.READY_WITH_WARNINGS, Verdict.INCOMPLETE)
    assert api.render_check(api.CheckOutcome(result), format).endswith("\n")


def times_as_numbers(tree: Any) -> Any:
    """Return an answer of v1 as v2 writes it: times in nanoseconds."""
    if isinstance(tree, dict):
        return {
            key: 1_700_000_000_000_000_000 if key.endswith("_at") else times_as_numbers(value)
            for key, value in tree.items()
        }
    return [times_as_numbers(item) for item in tree] if isinstance(tree, list) else tree


@pytest.mark.filterwarnings("ignore")
def test_what_getstream_makes_of_an_answer_is_recognised(
    ready: dict[str, Any], judge: Callable[[Any], CheckResult]
) -> None:
    models = pytest.importorskip("getstream.models")
    answer = times_as_numbers({"app": ready["app"], "duration": "1ms"})
    assert settings.read([("a", answer)]).shape is Shape.V2
    made = models.GetApplicationResponse.from_dict(answer, infer_missing=True)
    document = json.loads(json.dumps(made.to_dict()))
    assert settings.read([("a", document)]).shape is Shape.MODEL
    result = judge(document)
    assert result.found() == []
    assert result.verdict is Verdict.READY
    made.app.permission_version = "v1"
    assert judge(json.loads(json.dumps(made.to_dict()))).verdict is Verdict.NOT_READY


@pytest.mark.filterwarnings("ignore")
def test_what_stream_chat_answers_is_written_as_json(
    ready: dict[str, Any], judge: Callable[[Any], CheckResult]
) -> None:
    types = pytest.importorskip("stream_chat.types.stream_response")
    answer = types.StreamResponse({"app": ready["app"], "duration": "1ms"}, {}, 200)
    result = judge(json.loads(json.dumps(answer)))
    assert result.verdict is Verdict.READY
    assert {item.check.id for item in result.results if item.status is Status.FOUND} == set()
