"""SM647 finds tokens with an end that are kept beyond it."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places

from streammigrate.checks.code.kept_tokens import CHECK

_V1 = "import functools, time\nfrom stream_chat import StreamChat\nclient = StreamChat('k', 's')\n"
_V2 = "import functools, time\nfrom getstream import Stream\nclient = Stream('k', 's')\n"
_MAKE = "client.create_token('jane', exp=int(time.time()) + 60)"
_MAKE_V2 = "client.create_token('jane', expiration=60)"
_DJANGO = "from django.core.cache import cache\n"
_REDIS = "import redis\nr = redis.Redis()\n"


@pytest.mark.parametrize(
    "code",
    [
        _V1 + f"def token():\n    return {_MAKE}\n",
        _V1 + f"token = {_MAKE}\nprint(token)\n",
        _V1 + f"if __name__ == '__main__':\n    token = {_MAKE}\n    def f():\n        return token\n",
        _V1 + "TOKEN = client.create_token('jane')\ndef f():\n    return TOKEN\n",
        _V1 + "TOKEN = client.create_token('jane', exp=None)\ndef f():\n    return TOKEN\n",
        _V1
        + f"token = None\ndef f():\n    global token\n    if token is None or time.time() > ends:\n        token = {_MAKE}\n",
        _V1 + f"token = None\ndef f():\n    global token\n    token = token or ''\n    token = {_MAKE}\n",
        _V1 + f"def f():\n    token = {_MAKE}\n    return token\n",
        _V1 + "@functools.lru_cache\ndef f(user):\n    return client.create_token(user)\n",
        _V1
        + "@functools.lru_cache\ndef f(user, hour):\n    return client.create_token(user, exp=int(time.time()) + 60)\n",
        _V1 + f"@functools.wraps(g)\ndef f():\n    return {_MAKE}\n",
        _V1 + f"tokens = {{}}\ndef f(user):\n    tokens[user] = {_MAKE}\ndef forget(user):\n    tokens.pop(user)\n",
        _V1 + f"def f(user):\n    tokens = {{}}\n    tokens[user] = {_MAKE}\n    return tokens\n",
        _V1 + _DJANGO + f"cache.set('t', {_MAKE})\ncache.set('t', {_MAKE}, 30)\ncache.set('t', {_MAKE}, timeout=30)\n",
        _V1
        + _DJANGO
        + f"def f(t):\n    t = cache.get('t')\n    if not t:\n        t = {_MAKE}\n        cache.set('t', t, 30)\n    return t\n",
        _V1
        + _DJANGO
        + f"def f():\n    t = {_MAKE}\n    if x:\n        t = 'none'\n    cache.set('t', t, timeout=None)\n",
        _V1
        + f"tokens = {{}}\ndef f(u):\n    t = tokens[u] = {_MAKE}\n    return t\ndef forget(u):\n    del tokens[u]\n",
        _V1 + _REDIS + f"r.set('t', {_MAKE}, ex=30)\nr.set('t', {_MAKE}, 30)\nr.setex('t', 30, {_MAKE})\n",
        _V1 + f"class R:\n    def set(self, a, b): ...\nr = R()\nr.set('t', {_MAKE})\n",
        _V2 + f"def token():\n    return {_MAKE_V2}\n",
        "TOKEN = client.create_token('jane', exp=1)\ndef f():\n    return TOKEN\n",
    ],
)
def test_a_token_that_is_made_anew_or_never_ends_is_silent(tmp_path: Path, code: str) -> None:
    assert places(CHECK, tmp_path, {"app.py": code}) == []


@pytest.mark.parametrize(
    ("code", "line", "said"),
    [
        (_V1 + f"TOKEN = {_MAKE}\ndef f():\n    return TOKEN\n", 4, "when the module is imported"),
        (_V1 + f"class A:\n    token = {_MAKE}\n    def f(self):\n        return self.token\n", 5, "`A.token`"),
        (
            _V1 + f"token = None\ndef f():\n    global token\n    if token is None:\n        token = {_MAKE}\n",
            8,
            "`token` keeps",
        ),
        (
            _V1 + f"tokens = {{}}\ndef f(user):\n    if user not in tokens:\n        tokens[user] = {_MAKE}\n",
            7,
            "`tokens` keeps",
        ),
        (
            _V1 + f"tokens = {{}}\ndef f(user):\n    made = {_MAKE}\n    tokens[user] = made\n    return made\n",
            6,
            "`tokens`",
        ),
        (_V1 + f"@functools.lru_cache(maxsize=None)\ndef f():\n    return {_MAKE}\n", 6, "`f` is cached"),
        (
            _V1 + "@functools.cache\ndef f(user):\n    return client.create_token(user, exp=int(time.time()) + 60)\n",
            6,
            "`f`",
        ),
        (_V1 + _DJANGO + f"cache.set('t', {_MAKE}, timeout=None)\n", 5, "Django"),
        (
            _V1
            + _DJANGO
            + "def f():\n    t = cache.get('t')\n    if t is None:\n"
            + f"        t = {_MAKE}\n        cache.set('t', t, None)\n    return t\n",
            8,
            "Django",
        ),
        (
            _V1
            + f"tokens = {{}}\ndef f(u):\n    t = tokens.get(u)\n    if not t:\n        t = tokens[u] = {_MAKE}\n    return t\n",
            8,
            "`tokens`",
        ),
        (
            _V1 + _DJANGO + f"def f():\n    token = {_MAKE}\n    cache.set('t', token, None)\n    return token\n",
            6,
            "Django",
        ),
        (_V1 + _REDIS + f"r.set('t', {_MAKE})\n", 6, "redis"),
        (_V2 + f"TOKEN = {_MAKE_V2}\ndef f():\n    return TOKEN\n", 4, "when the module is imported"),
        (_V2 + f"@functools.cache\ndef f():\n    return {_MAKE_V2}\n", 6, "`f` is cached"),
    ],
)
def test_a_token_that_is_kept_is_told(tmp_path: Path, code: str, line: int, said: str) -> None:
    (answer,) = answers(CHECK, tmp_path, {"app.py": code})
    assert said in answer.message
    assert answer.at.line == line


def test_another_file_may_use_the_name(tmp_path: Path) -> None:
    files = {"chat.py": f"{_V1}TOKEN = {_MAKE}\n", "app.py": "from chat import TOKEN\nprint(TOKEN)\n"}
    assert places(CHECK, tmp_path, files) == [("chat.py", 4)]
