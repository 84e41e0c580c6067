"""SM660 asks for requests of the v1 API that are sent without an SDK."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places

from streammigrate.checks.calls.by_hand import CHECK

BASE = "https://chat.stream-io-api.com"

SILENT = {
    "v2": f'import requests\nrequests.get("{BASE}/api/v2/users")\n',
    "feeds": 'import requests\nrequests.get("https://api.stream-io-api.com/api/v1.0/feed/user/1/")\n',
    "another host": f'# {BASE}\nimport requests\nrequests.get("https://example.com/users")\n',
    "a path alone": f'# {BASE}\nimport requests\nrequests.get("/users")\n',
    "the own API": f'import httpx\nDOCS = "{BASE}/users"\nhttpx.get("http://localhost/users")\n',
    "no library": f'class requests:\n    @staticmethod\n    def get(url): ...\nrequests.get("{BASE}/users")\n',
    "a text": f'URL = "{BASE}/users"\nprint(URL)\n',
    "an object of another library": f'from mylib import Client\nClient().get("{BASE}/users")\n',
    "no path of v1": f'import requests\nrequests.get("{BASE}/health")\n',
    "no method of v1": f'import requests\nrequests.put("{BASE}/users/a")\n',
    "a longer path": f'import requests\nrequests.delete("{BASE}/users/a/b")\n',
    "of another host": 'import requests\nrequests.delete("https://example.com/users/a")\n',
    "a stub": f'import responses\nresponses.get("{BASE}/users")\n',
    "a helper that adds v2": (
        f'import requests\ndef call(path):\n    return requests.get("{BASE}/api/v2/chat" + path)\ncall("/channels")\n'
    ),
    "a helper for paths of v2": (
        f'import requests\ndef call(path):\n    return requests.get("{BASE}" + path)\ncall("/api/v2/users")\n'
    ),
    "a base that is not known": f'# {BASE}\nimport requests\ndef call(base):\n    requests.get(f"{{base}}/users")\n',
}


@pytest.mark.parametrize("code", SILENT.values(), ids=SILENT)
def test_everything_else_is_silent(tmp_path: Path, code: str) -> None:
    assert places(CHECK, tmp_path, {"app.py": code}) == []


MESSAGE = f"{BASE}/channels/messaging/general/message"
FIRES = {
    "requests": f'import requests\nrequests.post("{MESSAGE}")\n',
    "requests, request": f'import requests\nrequests.request("post", url="{MESSAGE}")\n',
    "requests, session": f'from requests import Session\ns = Session()\ns.post("{MESSAGE}")\n',
    "requests, attribute": (
        "import requests\nclass A:\n    def __init__(self):\n        self.s = requests.Session()\n"
        f'    def send(self):\n        return self.s.post("{MESSAGE}")\n'
    ),
    "requests, subclass": f'import requests\nclass S(requests.Session):\n    pass\nS().post("{MESSAGE}")\n',
    "httpx": f'import httpx\nhttpx.post(url="{MESSAGE}")\n',
    "httpx, base": (
        f'import httpx\nwith httpx.Client(base_url="{BASE}") as c:\n    c.post("/channels/messaging/general/message")\n'
    ),
    "httpx, async": (
        f'import httpx\nasync def f():\n    async with httpx.AsyncClient() as c:\n        await c.post("{MESSAGE}")\n'
    ),
    "httpx, annotated": f'import httpx\ndef f(c: httpx.Client):\n    c.post("{MESSAGE}")\n',
    "aiohttp": (
        "import aiohttp\nasync def f():\n    async with aiohttp.ClientSession() as s:\n"
        f'        async with s.post("{MESSAGE}") as r:\n            return r\n'
    ),
    "urllib": f'from urllib.request import Request, urlopen\nurlopen(Request("{MESSAGE}", data=b""))\n',
    "urllib, method": f'import urllib.request\nurllib.request.Request("{MESSAGE}", method="POST")\n',
    "http.client": (
        f'import http.client\nc = http.client.HTTPSConnection("{BASE[8:]}")\n'
        'c.request("POST", "/channels/messaging/general/message")\n'
    ),
    "constants": f'import requests\nB = "{BASE}"\nrequests.post(f"{{B}}/channels/messaging/general/message")\n',
    "environment": (
        "import os, requests\nB = os.getenv('STREAM_CHAT_URL', 'https://x.example')\n"
        'requests.post(B + "/channels/messaging/general/message")\n'
    ),
    "a helper": (
        f'import requests\nBASE = "{BASE}"\ndef call(method, path, **rest):\n'
        '    return requests.request(method, f"{BASE}{path}", **rest)\n'
        'call("POST", "/channels/messaging/general/message")\n'
    ),
    "a helper for whole URLs": (
        f'import requests\ndef call(url, **rest):\n    return requests.post(url, **rest)\ncall("{MESSAGE}")\n'
    ),
    "a method": (
        f'import requests\nclass Chat:\n    base = "{BASE}"\n    def _post(self, path):\n'
        '        return requests.post(f"{self.base}/{path}")\n'
        '    def send(self):\n        return self._post("channels/messaging/general/message")\n'
    ),
}


@pytest.mark.parametrize("code", FIRES.values(), ids=FIRES)
def test_a_request_is_told_with_that_of_v2(tmp_path: Path, code: str) -> None:
    (answer,) = answers(CHECK, tmp_path, {"app.py": code})
    assert "POST /channels/{type}/{id}/message of the v1 API" in answer.message
    assert f"POST {BASE}/api/v2/chat/channels/messaging/general/message" in answer.message
    assert answer.at.line == next(
        number for number, line in reversed([*enumerate(code.splitlines(), 1)]) if "message" in line
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (f'requests.delete(f"{BASE}/users/{{user}}")', "in v2 there is POST /api/v2/users/delete"),
        (f'requests.post("{BASE}/moderation/unflag", json={{}})', "in v2 there is submit_action"),
    ],
)
def test_what_stream_chat_sends_and_no_description_lists_is_told(tmp_path: Path, code: str, words: str) -> None:
    (answer,) = answers(CHECK, tmp_path, {"app.py": f"import requests\n\ndef call(user):\n    {code}\n"})
    assert words in answer.message
    assert answer.at.line == 4


def test_what_varies_stays_a_parameter(tmp_path: Path) -> None:
    code = (
        f'import requests\ndef f(cid, user):\n    requests.delete(f"{BASE}/moderation/ban?target_user_id={{user}}")\n'
    )
    (answer,) = answers(CHECK, tmp_path, {"app.py": code})
    assert answer.message.endswith(f"in v2 it is POST {BASE}/api/v2/moderation/unban")
    code = f'import requests\ndef f(id):\n    requests.get(f"{BASE}/users/{{id}}/export")\n'
    (answer,) = answers(CHECK, tmp_path, {"app.py": code})
    assert answer.message.endswith(f"in v2 it is GET {BASE}/api/v2/users/{{user_id}}/export")


def test_the_host_may_stand_in_another_file(tmp_path: Path) -> None:
    files = {
        "app/__init__.py": "",
        "app/urls.py": f'BASE = "{BASE}"\n',
        "app/send.py": 'import requests\nfrom .urls import BASE\nrequests.get(f"{BASE}/app")\n',
        "main.py": 'import httpx\nfrom app import urls\nhttpx.patch(urls.BASE + "/app")\n',
    }
    assert places(CHECK, tmp_path, files) == [("app/send.py", 3), ("main.py", 3)]


def test_a_path_that_is_put_together_elsewhere_is_told_as_that(tmp_path: Path) -> None:
    code = f'import requests\ndef call(path):\n    return requests.get("{BASE}/" + path)\n'
    (answer,) = answers(CHECK, tmp_path, {"app.py": code})
    assert "put together elsewhere" in answer.message


def test_functions_that_hand_a_path_on_are_followed_through_files(tmp_path: Path) -> None:
    files = {
        "app/__init__.py": "",
        "app/api.py": (
            f'import requests\nBASE = "{BASE}"\n\n\nclass Api:\n    def get(self, path):\n'
            '        return self.send("GET", path)\n\n    def send(self, method, path):\n'
            "        return requests.request(method, BASE + path)\n\n\napi = Api()\n"
        ),
        "app/users.py": (
            'from app.api import Api, api\n\n\ndef load():\n    return api.get("/users")\n\n\ndef ban(id):\n'
            '    Api().send("DELETE", f"/moderation/ban?target_user_id={id}")\n    api.get("/api/v2/app")\n'
        ),
    }
    found = answers(CHECK, tmp_path, files)
    assert [(Path(one.at.source).name, one.at.line) for one in found] == [("users.py", 5), ("users.py", 9)]
    assert f"GET {BASE}/api/v2/users" in found[0].message
    assert f"POST {BASE}/api/v2/moderation/unban" in found[1].message


def test_a_parameter_of_the_path_is_not_followed(tmp_path: Path) -> None:
    code = f'import requests\ndef f(id):\n    requests.get(f"{BASE}/users/{{id}}/export")\nf("a")\nf("b")\n'
    assert places(CHECK, tmp_path, {"app.py": code}) == [("app.py", 3)]
