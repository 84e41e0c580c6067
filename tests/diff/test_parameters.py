"""Which parameters are the same: under another spelling, in another place, in another path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from tests.diff.conftest import Lab


def one(lab: Lab, parameters: str, path: str = "/a") -> dict[str, Any]:
    operation = {"operationId": "getA", "responses": {}, "parameters": yaml.safe_load(f"[{parameters}]")}
    return lab.document({path: {"get": operation}})


def path_parameters(*typed: str) -> str:
    rows = (text.split(":") for text in typed)
    return ", ".join(f"{{name: {name}, in: path, required: true, schema: {{type: {kind}}}}}" for name, kind in rows)


def parameter(name: str, where: str = "query", kind: str = "integer") -> str:
    return f"{{name: {name}, in: {where}, schema: {{type: {kind}}}}}"


QUERY = "query parameter"

PAIRS = {
    "another case in a header": (parameter("X-Id", "header"), parameter("x-id", "header"), []),
    "another name": (
        parameter("size"),
        parameter("limit"),
        [f"parameter-added: {QUERY} limit", f"parameter-removed: {QUERY} size"],
    ),
    "two that fit": (
        parameter("pageSize"),
        f"{parameter('page_size')}, {parameter('page-size')}",
        [
            f"parameter-added: {QUERY} page-size",
            f"parameter-added: {QUERY} page_size",
            f"parameter-removed: {QUERY} pageSize",
        ],
    ),
    "the old spelling stays": (
        parameter("pageSize"),
        f"{parameter('pageSize')}, {parameter('page_size')}",
        [f"parameter-added: {QUERY} page_size"],
    ),
    "another spelling": (parameter("pageSize"), parameter("page_size"), [f"parameter-respelled: {QUERY} pageSize"]),
    "another spelling and type": (
        parameter("pageSize"),
        parameter("page_size", kind="string"),
        [f"parameter-respelled: {QUERY} pageSize", f"type-changed: {QUERY} pageSize"],
    ),
    "another spelling of a header": (
        parameter("X-Id", "header"),
        parameter("x_id", "header"),
        ["parameter-respelled: header parameter X-Id"],
    ),
    "from a header to the query": (
        parameter("Token", "header"),
        parameter("token"),
        ["parameter-moved: header parameter Token"],
    ),
    "from a cookie to the query in another case": (
        parameter("Token", "cookie"),
        parameter("token"),
        [f"parameter-added: {QUERY} token", "parameter-removed: cookie parameter Token"],
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_which_parameter_became_which(name: str, lab: Lab) -> None:
    old, new, told = PAIRS[name]
    found = lab.compare(one(lab, old), one(lab, new)).changes()
    assert sorted(f"{change.kind.name}: {change.at}" for change in found) == told


PATHS = {
    "the same": ("/a/{x}/b/{y}", "/a/{x}/b/{y}", "x:string y:string", "x:string y:string", []),
    "turned round in another path": (
        "/user/{x}/parts/{y}",
        "/users/{y}/parts/{x}",
        "x:string y:integer",
        "x:string y:integer",
        ["path-changed"],
    ),
    "another prefix": (
        "/v1/users/{id}",
        "/v2/users/{userId}",
        "id:integer",
        "userId:string",
        ["path-parameter-renamed", "path-prefix-changed", "type-changed"],
    ),
    "another prefix, same type": (
        "/v1/users/{id}",
        "/v2/users/{userId}",
        "id:string",
        "userId:string",
        ["path-parameter-renamed", "path-prefix-changed"],
    ),
    "another path with as many": (
        "/user/{id}",
        "/users/{userId}",
        "id:integer",
        "userId:string",
        ["path-changed", "type-changed"],
    ),
    "another path with one more": (
        "/user/{id}",
        "/user/{userId}/{part}",
        "id:string",
        "userId:string part:string",
        [
            "parameter-added",
            "parameter-added",
            "parameter-became-optional",
            "parameter-became-required",
            "parameter-became-required",
            "parameter-removed",
            "path-changed",
        ],
    ),
}


@pytest.mark.parametrize("name", PATHS)
def test_path_parameters_pair_by_position(name: str, lab: Lab) -> None:
    old_path, new_path, old, new, told = PATHS[name]
    before = one(lab, path_parameters(*old.split()), old_path)
    after = one(lab, path_parameters(*new.split()), new_path)
    assert sorted(change.kind.name for change in lab.compare(before, after).changes()) == told
