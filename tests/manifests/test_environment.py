"""Where STREAM_CHAT_TIMEOUT and STREAM_CHAT_URL are set, and what the two SDKs make of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from streammigrate.manifests.environment import environment, findings, places, variables

SECRET = "https://user:hunter2@host.example/"


def found(path: str, text: str) -> list[tuple[int, str, bool]]:
    return [(one.line, one.name.removeprefix("STREAM_"), one.sets) for one in places({path: text.encode()})]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (".env", "STREAM_CHAT_TIMEOUT=3\n", [(1, "CHAT_TIMEOUT", True)]),
        (".env.production", "A=1\nexport STREAM_CHAT_URL='x'\n", [(2, "CHAT_URL", True)]),
        ("deploy/prod.env", "STREAM_CHAT_URL = x # why\n", [(1, "CHAT_URL", True)]),
        (
            ".env.example",
            "STREAM_CHAT_URL=\r\nSTREAM_CHAT_TIMEOUT=6\r\n",
            [(1, "CHAT_URL", True), (2, "CHAT_TIMEOUT", True)],
        ),
        (".envrc", "export STREAM_CHAT_URL=x\n", [(1, "CHAT_URL", True)]),
        ("docker-compose.yml", "e:\n  STREAM_CHAT_URL: ${STREAM_CHAT_URL:-x}\n", [(2, "CHAT_URL", True)]),
        ("compose.yaml", "e:\n  - STREAM_CHAT_TIMEOUT=5\n", [(2, "CHAT_TIMEOUT", True)]),
        ("compose.yaml", "e:\n  - STREAM_CHAT_TIMEOUT\n", [(2, "CHAT_TIMEOUT", False)]),
        (".github/workflows/ci.yml", "env:\n  STREAM_CHAT_URL: ${{ vars.STREAM_CHAT_URL }}\n", [(2, "CHAT_URL", True)]),
        (".gitlab-ci.yml", "variables: {STREAM_CHAT_URL: x}\n", [(1, "CHAT_URL", True)]),
        ("Dockerfile", "ENV A=1 STREAM_CHAT_TIMEOUT=3\n", [(1, "CHAT_TIMEOUT", True)]),
        (
            "Dockerfile",
            "ENV STREAM_CHAT_TIMEOUT 3\nARG STREAM_CHAT_URL\n",
            [(1, "CHAT_TIMEOUT", True), (2, "CHAT_URL", False)],
        ),
        ("k8s/a.yaml", "- name: STREAM_CHAT_URL\n  value: x\n", [(1, "CHAT_URL", True)]),
        ("k8s/a.yaml", "- name: STREAM_CHAT_URL\n  valueFrom:\n    secretKeyRef: {}\n", [(1, "CHAT_URL", True)]),
        ("k8s/a.yaml", '- {name: "STREAM_CHAT_TIMEOUT", value: "3"}\n', [(1, "CHAT_TIMEOUT", True)]),
        ("charts/values.yaml", "{{- if x }}\nSTREAM_CHAT_URL: {{ .Values.url | quote }}\n", [(2, "CHAT_URL", True)]),
        ("task.json", '{"name": "STREAM_CHAT_URL",\n "value": "x"}\n', [(1, "CHAT_URL", True)]),
        ("main.tf", 'env = {\n  STREAM_CHAT_URL = "x"\n}\n', [(2, "CHAT_URL", True)]),
        ("app.service", "[Service]\nEnvironment=STREAM_CHAT_TIMEOUT=3\n", [(2, "CHAT_TIMEOUT", True)]),
        ("tox.ini", "[testenv]\npassenv = STREAM_CHAT_URL\n", [(2, "CHAT_URL", False)]),
        ("run.sh", "export STREAM_CHAT_URL=x\necho $STREAM_CHAT_URL ${STREAM_CHAT_TIMEOUT}\n", [(1, "CHAT_URL", True)]),
        ("Makefile", "run:\n\tSTREAM_CHAT_TIMEOUT=3 python app.py\n", [(2, "CHAT_TIMEOUT", True)]),
        ("fly.toml", '[env]\nSTREAM_CHAT_TIMEOUT = "3"\n', [(2, "CHAT_TIMEOUT", True)]),
    ],
)
def test_places(path: str, text: str, expected: list[tuple[int, str, bool]]) -> None:
    assert found(path, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "# STREAM_CHAT_URL=x\n",
        "A=1 # STREAM_CHAT_URL=x\n",
        "MY_STREAM_CHAT_URL=x\n",
        "STREAM_CHAT_URLS=x\nSTREAM_CHAT_URL_OLD=x\n",
        "STREAM_API_KEY=x\nSTREAM_CHAT_KEY=y\n",
        "STREAM_BASE_URL=https://video.example\n",
    ],
)
def test_decoys(text: str) -> None:
    assert found(".env", text) == []


def test_the_finding_says_what_to_write_and_never_a_value(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text(".env\n")
    (tmp_path / ".env").write_text(f"STREAM_CHAT_URL={SECRET}\nSTREAM_CHAT_TIMEOUT=hunter2\nSTREAM_BASE_URL={SECRET}\n")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / ".env").write_text("STREAM_CHAT_URL=x\n")
    told = environment(str(tmp_path))
    assert [(one.id, str(one.location)) for one in told] == [
        ("SM590", ".env:1"),
        ("SM590", ".env:2"),
        ("SM591", ".env:3"),
    ]
    assert "hunter2" not in str(told)
    assert "host.example" not in str(told)
    assert 'base_url=os.getenv("STREAM_CHAT_URL") or "https://chat.stream-io-api.com"' in told[0].hint
    assert "STREAM_BASE_URL is not enough" in told[0].hint
    assert "slash" in told[0].hint
    assert 'timeout=float(os.getenv("STREAM_CHAT_TIMEOUT") or 6.0)' in told[1].hint
    assert variables(str(tmp_path)) == {"STREAM_CHAT_URL", "STREAM_CHAT_TIMEOUT"}


def test_what_the_new_code_reads_is_a_note() -> None:
    at = places({".env": b"STREAM_CHAT_URL=x\nSTREAM_CHAT_TIMEOUT=3\n"})
    told = findings(at, {"STREAM_CHAT_URL": ["b.py:2", "a.py:1"]})
    assert [(one.severity.value, one.location.line) for one in told] == [("warning", 2), ("info", 1)]
    assert "a.py:1, b.py:2" in told[1].message


def test_an_empty_value_is_none_to_stream_chat(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("STREAM_CHAT_URL=\nSTREAM_CHAT_TIMEOUT=''\n")
    assert environment(str(tmp_path)) == ()
    assert variables(str(tmp_path)) == frozenset()


HOST = "https://chat.stream-io-api.com"
ONE, TWO = "https://one.example", "https://two.example"


@pytest.mark.parametrize(
    ("values", "old", "new", "read"),
    [
        ({"CHAT_URL": ONE, "CHAT_TIMEOUT": "3", "BASE_URL": TWO}, (ONE, 3.0), (HOST, 30.0), (ONE, 3.0)),
        ({"CHAT_URL": "", "CHAT_TIMEOUT": "", "BASE_URL": TWO}, (HOST, 6.0), (HOST, 30.0), (HOST, 6.0)),
        ({}, (HOST, 6.0), (HOST, 30.0), (HOST, 6.0)),
    ],
)
def test_what_is_said_of_the_variables_is_what_the_sdks_do(
    monkeypatch: pytest.MonkeyPatch,
    values: dict[str, str],
    old: tuple[str, float],
    new: tuple[str, float],
    read: tuple[str, float],
) -> None:
    stream_chat = pytest.importorskip("stream_chat")
    getstream = pytest.importorskip("getstream")
    for name in [name for name in os.environ if name.startswith("STREAM_")]:
        monkeypatch.delenv(name)
    for name, value in values.items():
        monkeypatch.setenv(f"STREAM_{name}", value)
    keys = {"api_key": "key", "api_secret": "secret" * 8}
    client = stream_chat.StreamChat(**keys)
    assert (client.base_url, client.timeout) == old
    with getstream.Stream(**keys) as plain:
        assert (plain.base_url, plain.timeout) == new
    timeout = float(os.getenv("STREAM_CHAT_TIMEOUT") or 6.0)
    with getstream.Stream(**keys, timeout=timeout, base_url=os.getenv("STREAM_CHAT_URL") or HOST) as told:
        assert (told.base_url, told.timeout) == read
    if "BASE_URL" in values:
        with pytest.raises(ValueError, match="api_key"):
            getstream.Stream(**keys, base_url=None)
        monkeypatch.setenv("STREAM_API_KEY", "key")
        with getstream.Stream(**keys, base_url=None) as renamed:
            assert renamed.base_url == TWO
