"""What stands in for the v1 API in tests is told with the request of v2, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from programs import rewrite_all

from streammigrate.codemod import session
from streammigrate.codemod.forms.stub_files import may_stub
from streammigrate.codemod.model import Applicability, Site
from streammigrate.codemod.settings import RewriteSettings

APP = 'from stream_chat import StreamChat\nchat = StreamChat("k", "s")\nchat.deactivate_user("a")\n'
STAYS = 'from stream_chat import StreamChat\nchat = StreamChat("k", "s")\nchat.unflag_user("a")\n'
BASE = "https://chat.stream-io-api.com"


def _sites(test: str, app: str = APP, **others: str) -> list[Site]:
    files = {"app.py": app, "tests/test_app.py": test, **{f"{name}.py": text for name, text in others.items()}}
    outcome = rewrite_all(files)
    assert {one.path: one.after.decode() for one in outcome.files}["tests/test_app.py"].strip() == test.strip()
    return [site for one in outcome.files for site in one.sites if site.rule == "SM530"]


DECOYS = {
    "feeds": 'import responses\nresponses.add("GET", "https://api.stream-io-api.com/api/v1.0/feed/user/1")\n',
    "feeds by region": 'import responses\nresponses.get("https://us-east-api.getstream.io/users")\n',
    "another host": 'import responses\nresponses.add(responses.POST, "https://example.com/channels/messaging/a/message")\n',
    "v2 already": f'import respx\nrespx.post("{BASE}/api/v2/chat/channels/messaging/a/message")\n',
    "a path alone": 'import requests_mock\nwith requests_mock.Mocker() as m:\n    m.get("/users")\n',
    "the own API": 'import responses\nBASE = "http://localhost:8000"\nresponses.add("GET", f"{BASE}/users")\n',
    "a base that is not known": 'import responses\nfrom django.conf import settings\nresponses.get(settings.API + "/users")\n',
    "no path of v1": f'import responses\nresponses.add("GET", "{BASE}/nothing/here")\n',
    "everything of the host": f'import re\nimport responses\nresponses.add("GET", re.compile("{BASE}/.*"))\n',
    "another object": "import responses\nclass A:\n    def add(self, *a): ...\nA().add('GET', 'https://example.com/users')\n",
    "a docstring": f'import responses\n\ndef test():\n    "{BASE}/users"\n',
    "a local module": f'from .responses import add\nadd("GET", "{BASE.replace("chat", "x.y")[:-3]}org/users")\n',
}


@pytest.mark.parametrize("test", DECOYS.values(), ids=DECOYS)
def test_nothing_else_is_told(test: str) -> None:
    assert _sites(test) == []


def test_stubs_of_code_that_stays_are_right() -> None:
    test = f'import responses\nresponses.add("GET", "{BASE}/users")\n'
    assert len(_sites(test)) == 1
    assert _sites(test, STAYS) == []
    # A part that has moved before.
    assert len(_sites(test, STAYS, old="from getstream import Stream\n")) == 1


def test_a_url_in_code_is_no_stub() -> None:
    outcome = rewrite_all({"app.py": f'{APP}URL = "{BASE}/users"\n'})
    assert [site for one in outcome.files for site in one.sites if site.rule == "SM530"] == []


MESSAGE = f"{BASE}/channels/messaging/general/message"
V2_MESSAGE = f"`POST {BASE}/api/v2/chat/channels/messaging/general/message`"
STUBS = {
    "responses, constant": f'import responses\nresponses.add(responses.POST, "{MESSAGE}", json={{}})\n',
    "responses, verb": f'import responses as r\nr.post(url="{MESSAGE}")\n',
    "responses, object": f'import responses\nresponses.add(responses.Response("POST", "{MESSAGE}"))\n',
    "responses, mock": f'from responses import RequestsMock\nwith RequestsMock() as m:\n    m.add("POST", "{MESSAGE}")\n',
    "responses, fixture": (
        "import pytest, responses\n@pytest.fixture\ndef api():\n    with responses.RequestsMock() as m:\n        yield m\n"
        f'def test(api):\n    api.add(method="POST", url="{MESSAGE}")\n'
    ),
    "responses, callback": f'import responses\nresponses.add_callback("POST", "{MESSAGE}", callback=print)\n',
    "requests-mock": f'import requests_mock\nwith requests_mock.Mocker() as m:\n    m.register_uri("POST", "{MESSAGE}")\n',
    "requests-mock, fixture": f'def test(requests_mock):\n    requests_mock.post("{MESSAGE}")\n',
    "requests-mock, decorator": f'import requests_mock\n@requests_mock.Mocker()\ndef test(m):\n    m.post("{MESSAGE}")\n',
    "requests-mock, no scheme": f'import requests_mock\nm = requests_mock.Mocker()\nm.post("{MESSAGE[6:]}")\n',
    "aioresponses": f'from aioresponses import aioresponses\nwith aioresponses() as m:\n    m.post("{MESSAGE}")\n',
    "aioresponses, decorator": f'from aioresponses import aioresponses\n@aioresponses()\ndef test(m):\n    m.post("{MESSAGE}")\n',
    "aioresponses, add": f'from aioresponses import aioresponses\nwith aioresponses() as m:\n    m.add("{MESSAGE}", "POST")\n',
    "respx": f'import respx\nrespx.post("{MESSAGE}").respond(json={{}})\n',
    "respx, route": f'import respx\nrespx.route(method="POST", url="{MESSAGE}")\n',
    "respx, base": f'import respx\nwith respx.mock(base_url="{BASE}") as m:\n    m.post("/channels/messaging/general/message")\n',
    "respx, host": f'import respx\nrespx.route(method="POST", host="{BASE[8:]}", path="/channels/messaging/general/message")\n',
    "httpretty": f'import httpretty\nhttpretty.register_uri(httpretty.POST, "{MESSAGE}")\n',
    "pytest-httpx": f'def test(httpx_mock):\n    httpx_mock.add_response(method="POST", url="{MESSAGE}")\n',
    "pytest-httpx, annotated": (
        "from pytest_httpx import HTTPXMock\ndef test(mocked: HTTPXMock):\n"
        f'    mocked.add_response(method="POST", url="{MESSAGE}")\n'
    ),
    "constants": (
        f'import responses\nBASE = "{BASE}"\nURL = BASE + "/channels/messaging/general/message"\nresponses.add("POST", URL)\n'
    ),
    "f-string": f'import responses\nBASE = "{BASE}"\nresponses.add("POST", f"{{BASE}}/channels/messaging/general/message")\n',
    "pattern": f'import re, responses\nresponses.add("POST", re.compile(r"{MESSAGE}.*"))\n',
    "base of the client": (
        "import responses\nfrom app import chat\n"
        'responses.post(f"{chat.base_url}/channels/messaging/general/message")\n'
    ),
    "environment": (
        'import os, responses\nresponses.post(os.environ["STREAM_CHAT_URL"] + "/channels/messaging/general/message")\n'
    ),
    "function": (
        f'import responses\ndef url(path):\n    return f"{BASE}/{{path}}"\n'
        'responses.post(url("channels/messaging/general/message"))\n'
    ),
}


@pytest.mark.parametrize("test", STUBS.values(), ids=STUBS)
def test_a_stub_is_told_with_the_request_of_v2(test: str) -> None:
    (site,) = _sites(test)
    assert site.applicability is Applicability.MANUAL
    assert not site.applied
    assert "`POST /channels/{type}/{id}/message`" in site.instruction
    assert V2_MESSAGE in site.instruction


def test_the_library_that_does_not_see_v2_is_named() -> None:
    (site,) = _sites(STUBS["aioresponses"])
    assert "with httpx, for which aioresponses does not answer: use respx or pytest-httpx" in site.instruction
    (site,) = _sites(STUBS["respx"])
    assert "respx" not in site.instruction


def test_a_base_from_another_module_and_a_configured_host() -> None:
    test = "import responses\nfrom urls import BASE\nresponses.delete(f'{BASE}/moderation/ban')\n"
    (site,) = _sites(test, urls=f'BASE = "{BASE}/"\n')
    assert f"`POST {BASE}/api/v2/moderation/unban`" in site.instruction
    app = APP.replace('"s"', '"s", base_url="https://stream.internal.test"')
    (site,) = _sites('import responses\nresponses.get("https://stream.internal.test/users")\n', app)
    assert "`GET https://stream.internal.test/api/v2/users`" in site.instruction


def test_what_is_not_one_operation() -> None:
    (site,) = _sites(f'import re, responses\nresponses.add("POST", re.compile("{BASE}/channels/.*"))\n')
    assert "what is below `/channels`" in site.instruction
    assert "`/api/v2/chat/channels/…`" in site.instruction
    (site,) = _sites(f'def test(httpx_mock):\n    httpx_mock.add_response(url="{BASE}/users")\n')
    assert (
        f"this answers `/users` of the v1 API; where the call moved, v2 sends `{BASE}/api/v2/users`" in site.instruction
    )


def test_an_assertion_on_a_url_is_told_once() -> None:
    test = f'import responses\nresponses.add("GET", "{BASE}/app")\nassert responses.calls[0].request.url == "{BASE}/app?x=1"\n'
    first, second = _sites(test)
    assert (first.span.line, second.span.line) == (2, 3)
    assert second.instruction.startswith("this is `/app`")


def test_a_comment_keeps_a_stub() -> None:
    test = STUBS["respx"].rstrip() + "  # streammigrate: ignore[SM530] the twin of v1\n"
    (site,) = _sites(test)
    assert site.suppressed == "the twin of v1"


CASSETTE = """\
interactions:
- request:
    body: '{}'
    method: POST
    uri: https://chat.stream-io-api.com/channels/messaging/general/message?api_key=key123
- request:
    method: GET
    uri: https://chat.stream-io-api.com/users
"""
JSON_CASSETTE = '{"interactions": [{"request": {"method": "GET", "uri": "https://chat.stream-io-api.com/app"}}]}'


def test_files_with_stubs_alone_and_recordings_are_found(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "",
        "app.py": APP,
        "tests/test_stub.py": STUBS["respx"],
        "tests/test_other.py": 'import respx\nrespx.get("https://example.com/users")\n',
        "tests/test_a.py": "import pytest\n\n@pytest.mark.vcr\ndef test_a(): ...\n",
        "tests/cassettes/test_a.yaml": CASSETTE,
        "tests/vcr_cassettes/b.json": JSON_CASSETTE,
        "tests/cassettes/feeds.yaml": "- request:\n    uri: https://api.stream-io-api.com/api/v1.0/feed\n",
        "tests/data/c.yaml": CASSETTE,
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    done = session.rewrite_paths([str(tmp_path)], RewriteSettings())
    found = {
        Path(one.path).relative_to(tmp_path).as_posix(): [site for site in one.sites if site.rule == "SM530"]
        for one in done.files
    }
    assert {path for path, sites in found.items() if sites} == {
        "tests/test_stub.py",
        "tests/cassettes/test_a.yaml",
        "tests/vcr_cassettes/b.json",
    }
    (site,) = found["tests/cassettes/test_a.yaml"]
    assert site.span.line == 5
    assert "2 recorded requests of the v1 API" in site.instruction
    assert V2_MESSAGE in site.instruction
    assert "key123" not in f"{site}"
    (explained,) = session.sites_at(f"{tmp_path}/tests/cassettes/test_a.yaml:5", session.Request()).found
    assert explained == site
    ignoring = session.rewrite_paths([str(tmp_path)], RewriteSettings(ignore=("SM530",)))
    assert [site for one in ignoring.files for site in one.sites if site.rule == "SM530"] == []


def test_the_prefilter_needs_a_library_and_the_api() -> None:
    assert not may_stub("tests/test_a.py", b"import responses\nresponses.get('https://example.com/x')")
    assert not may_stub("app.py", b"URL = 'https://chat.stream-io-api.com/users'")
    assert may_stub("tests/test_a.py", b"URL = 'https://chat.stream-io-api.com/users'")
    assert may_stub("tests/helpers.py", b"import responses\nresponses.get(BASE + '/users')")
    assert may_stub("tests/helpers.py", b"import re, responses\nresponses.get(BASE + '/users')")
    assert not may_stub("helpers.py", b"import responses\nresponses.get(BASE + '/users')")
    assert not may_stub("tests/routing.py", b"from .openapi import responses\nresponses = {}\n'/users'")
