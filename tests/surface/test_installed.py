"""The derived files equal what the installed SDKs say, read by other means where there are any."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pytest

from streammigrate.rules import SOURCE, load, sdk
from streammigrate.surface import command, files

REASON = "comes with the extra `proof`; deriving and proving need it, the tool does not"


@pytest.fixture(scope="module")
def stream_chat() -> dict[str, Any]:
    pytest.importorskip("stream_chat", reason=f"stream-chat {REASON}")
    return command.read_stream_chat()


@pytest.fixture(scope="module")
def getstream() -> dict[str, Any]:
    pytest.importorskip("getstream", reason=f"getstream {REASON}")
    return command.read_getstream()


def now(entry: Any) -> Any:
    """Return a merged fact as it is in the newest version, None where that has it no more."""
    if not isinstance(entry, Mapping):
        return {"type": entry}
    if "until" in entry:
        return None
    return {key: value for key, value in entry.items() if key not in ("since", "before", "parameters", "fields")}


def current(table: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: now(entry) for name, entry in table.items()}
    return {name: fact for name, fact in found.items() if fact is not None}


def test_v1_is_what_is_installed(stream_chat: dict[str, Any]) -> None:
    data = load("v1")
    assert {name: current(item["members"]) for name, item in data["classes"].items()} == {
        name: item["members"] for name, item in stream_chat["classes"].items()
    }
    assert {name: current(members) for name, members in data["modules"].items()} == stream_chat["modules"]
    assert {name: item["qualnames"] for name, item in data["classes"].items()} == {
        name: item["qualnames"] for name, item in stream_chat["classes"].items()
    }


def test_v2_is_what_is_installed(getstream: dict[str, Any]) -> None:
    data = load("v2")
    tables = {**data["owners"], "webhook": data["webhook"]}
    for owner, methods in {**getstream["methods"], "webhook": getstream["functions"]}.items():
        assert current(tables[owner]) == {
            name: {key: value for key, value in fact.items() if key != "parameters"} for name, fact in methods.items()
        }
        for name, fact in methods.items():
            parameters = current(tables[owner][name]["parameters"])
            assert parameters == fact["parameters"], f"{owner}.{name}"


def test_models_are_what_is_installed(getstream: dict[str, Any]) -> None:
    held = load("models")["models"]
    assert set(getstream["reachable"]) <= held.keys()
    present = {name for name in held if sdk.model(name) is not None}
    assert {name: current(held[name]["fields"]) for name in present} == {
        name: getstream["models"][name] for name in present
    }


def test_sync_and_async_signatures_of_getstream_are_equal(getstream: dict[str, Any]) -> None:
    assert not any(getstream["differing"].values())
    assert getstream["async_only"] == {
        "client": ["aclose"],
        "chat": ["aclose"],
        "channel": [],
        "moderation": ["aclose"],
    }


@pytest.mark.parametrize(
    "qualname",
    [
        "stream_chat.StreamChat",
        "stream_chat.StreamChatAsync",
        "stream_chat.channel.Channel",
        "stream_chat.async_chat.channel.Channel",
        "stream_chat.campaign.Campaign",
        "stream_chat.async_chat.campaign.Campaign",
        "stream_chat.segment.Segment",
        "stream_chat.async_chat.segment.Segment",
        "stream_chat.channel_batch_updater.ChannelBatchUpdater",
        "stream_chat.async_chat.channel_batch_updater.ChannelBatchUpdater",
        "stream_chat.query_threads.QueryThreads",
    ],
)
def test_members_are_those_that_python_finds(qualname: str) -> None:
    pytest.importorskip("stream_chat", reason=f"stream-chat {REASON}")
    module, _, name = qualname.rpartition(".")
    cls = getattr(import_module(module), name)
    found = sdk.v1_class_of(qualname)
    assert found is not None
    callables = {key: item for key, item in found.members.items() if item.kind == "method" and key[0] != "_"}
    actual = dict(inspect.getmembers(cls, inspect.isfunction))
    assert callables.keys() == {key for key in actual if not key.startswith("_")}
    for key, item in {**callables, "__init__": found.members["__init__"]}.items():
        assert item.signature is not None
        assert item.awaited == inspect.iscoroutinefunction(actual[key]), key
        parameters = list(inspect.signature(actual[key]).parameters.values())[1:]
        assert [(one.name, one.default) for one in item.signature.parameters] == [
            (one.name, None if one.default is one.empty else repr(one.default)) for one in parameters
        ], key


def test_every_spelling_of_a_class_can_be_imported() -> None:
    pytest.importorskip("stream_chat", reason=f"stream-chat {REASON}")
    for found in sdk.v1_classes().values():
        classes = {
            id(getattr(import_module(name.rpartition(".")[0]), name.rpartition(".")[2])) for name in found.qualnames
        }
        assert len(classes) == 1, found.name


def test_files_are_written_the_same_way_again(stream_chat: dict[str, Any], getstream: dict[str, Any]) -> None:
    texts = command.texts({"4.33.0": stream_chat}, {"7.0.0": getstream})
    assert texts == command.texts({"4.33.0": stream_chat}, {"7.0.0": getstream})
    for name, text in texts.items():
        standing = (SOURCE / f"{name}.yaml").read_text(encoding="utf-8")
        assert text.splitlines()[0] == standing.splitlines()[0]
        assert files.COMMAND in text.splitlines()[0]
