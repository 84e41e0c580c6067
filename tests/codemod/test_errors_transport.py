"""Handlers for lost connections and time-outs: requests and aiohttp raised them, getstream has one exception for all."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from textwrap import dedent
from typing import Any

import pytest
from failures import HEAD, STAYS, both
from programs import rewritten

from streammigrate.codemod.compat.library import everything

PLAIN = "import requests\n" + HEAD
ASYNC = """
import asyncio
import aiohttp
from stream_chat import StreamChatAsync
from stream_chat.base.exceptions import StreamAPIException

"""
LEFT = {
    "no call of the SDK": "try:\n    open('x')\nexcept OSError:\n    pass",
    "no exception of its calls": (
        'try:\n    chat.deactivate_user("a")\nexcept (requests.HTTPError, ConnectionResetError):\n    pass\n'
        "except Exception:\n    pass"
    ),
    "Exception": 'try:\n    chat.deactivate_user("a")\nexcept (OSError, Exception):\n    pass',
    "another function's": (
        "def fetch():\n    return requests.Request('GET', 'https://example.com')\n\n\n"
        "try:\n    fetch()\nexcept requests.RequestException as e:\n    print(e.response)"
    ),
    "of aiohttp, around a client of requests": (
        'try:\n    chat.deactivate_user("a")\nexcept asyncio.TimeoutError:\n    pass\nexcept Exception:\n    pass'
    ),
}


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_what_catches_nothing_of_the_sdks_stays(text: str) -> None:
    found = both(f'import asyncio\n{PLAIN}{text}\n\n\ndef go():\n    chat.deactivate_user("b")\n')
    assert "StreamTransportException" not in found.text
    assert "transport_error" not in found.text
    assert 'chat.deactivate_user(user_id="b")' in found.text
    assert found.differences() == []


CAUGHT = {
    "every one": (
        """
        try:
            chat.deactivate_user("a")
        except requests.exceptions.RequestException:
            observe("lost", 1)
        except StreamAPIException as e:
            observe("x", e.status_code)
        """,
        "except (requests.exceptions.RequestException, StreamTransportException):",
    ),
    "beside the SDK's": (
        """
        try:
            chat.deactivate_user("a")
        except (StreamAPIException, requests.RequestException) as e:
            observe("x", isinstance(e, requests.RequestException))
        """,
        "StreamTransportException) as e:",
    ),
    "far from the call": (
        """
        def inner():
            chat.deactivate_user("a")


        def outer():
            return inner()


        try:
            outer()
        except OSError:
            observe("lost", 1)
        except Exception:
            observe("x", 1)
        """,
        "except (OSError, StreamTransportException):",
    ),
    "some": (
        """
        try:
            chat.deactivate_user("a")
        except requests.Timeout:
            observe("late", 1)
        except requests.exceptions.ConnectionError as e:
            observe("lost", str(type(e)) == "")
        except Exception:
            observe("x", 1)
        """,
        "except (requests.Timeout, transport_error(requests.Timeout)):",
    ),
    "a tuple with a name": (
        """
        LOST = (requests.RequestException, KeyError)
        LATE = (requests.Timeout, KeyError)
        for kinds in (1, 2):
            try:
                chat.deactivate_user("a")
            except LATE:
                observe("late", 1)
            except LOST:
                observe("lost", 1)
            except Exception:
                observe("x", 1)
        """,
        "except (*LATE, transport_error(requests.Timeout)):",
    ),
    "a decorator": (
        """
        def retry(kinds):
            def deco(function):
                def wrapper():
                    for _ in range(2):
                        try:
                            return function()
                        except kinds:
                            observe("again", 1)
                return wrapper
            return deco


        @retry(requests.RequestException)
        def work():
            chat.deactivate_user("a")


        @retry((KeyError, requests.exceptions.RequestException))
        def more():
            chat.deactivate_user("a")


        for one in (work, more):
            try:
                one()
            except Exception:
                observe("x", 1)
        """,
        "@retry((KeyError, requests.exceptions.RequestException, StreamTransportException))",
    ),
    "suppressed, and asked for": (
        """
        import contextlib

        try:
            with contextlib.suppress(KeyError, OSError):
                chat.deactivate_user("a")
        except Exception:
            observe("x", 1)
        try:
            chat.deactivate_user("a")
        except Exception as e:
            observe("y", isinstance(e, requests.RequestException))
            observe("z", [isinstance(e, requests.Timeout), isinstance(e, requests.ConnectionError)])
        """,
        "isinstance(e, (requests.RequestException, StreamTransportException))",
    ),
}


@pytest.mark.parametrize(("text", "wanted"), CAUGHT.values(), ids=CAUGHT)
@pytest.mark.parametrize("stays", ["", STAYS], ids=["all moves", "a call stays"])
def test_lost_connections_are_caught_where_they_were(text: str, wanted: str, stays: str) -> None:
    found = both(PLAIN + stays + dedent(text))
    assert wanted in found.text
    assert found.differences() == []
    assert rewritten({"main.py": found.text})["main.py"] == found.text


AWAITED = {
    "each by itself": (
        """
        except asyncio.TimeoutError:
            observe("late", 1)
        except aiohttp.ClientError as e:
            observe("lost", 1)
        """,
        "except (aiohttp.ClientError, transport_error(aiohttp.ClientError)) as e:",
    ),
    "both together": (
        """
        except (aiohttp.ClientError, asyncio.TimeoutError):
            observe("lost", 1)
        """,
        "except (aiohttp.ClientError, asyncio.TimeoutError, StreamTransportException):",
    ),
    "only late ones": (
        """
        except asyncio.TimeoutError:
            observe("late", 1)
        """,
        "except (asyncio.TimeoutError, transport_error(asyncio.TimeoutError)):",
    ),
}


@pytest.mark.parametrize(("handlers", "wanted"), AWAITED.values(), ids=AWAITED)
def test_lost_connections_of_the_asynchronous_client(handlers: str, wanted: str) -> None:
    lines = "".join(f"        {line}\n" for line in dedent(handlers).strip().splitlines())
    text = (
        f"{ASYNC}\nasync def main():\n    async with StreamChatAsync('k', 's') as chat:\n        try:\n"
        f"            await asyncio.wait_for(chat.deactivate_user('a'), 5)\n{lines}"
        "        except Exception:\n            observe('x', 1)\n\n\nasyncio.run(main())\n"
    )
    found = both(text)
    assert wanted in found.text
    assert found.differences() == []


def test_results_that_are_errors() -> None:
    text = f"""{ASYNC}
async def main():
    async with StreamChatAsync("k", "s") as chat:
        results = await asyncio.gather(chat.deactivate_user("a"), chat.deactivate_user("b"), return_exceptions=True)
        for result in results:
            if isinstance(result, StreamAPIException):
                observe("x", (result.status_code, getattr(result, "error_code", None)))
            elif isinstance(result, (aiohttp.ClientError, KeyError)):
                observe("lost", 1)
            elif isinstance(result, Exception):
                observe("other", getattr(result, "error_code", None))


asyncio.run(main())
"""
    found = both(text)
    assert "transport_error(aiohttp.ClientError, result)" in found.text
    assert found.differences() == []


UNSAFE = {
    "a class that is not told apart": "except requests.exceptions.SSLError:\n    pass",
    "an attribute of the library's": "except requests.RequestException as e:\n    print(e.request)",
}


@pytest.mark.parametrize("handler", UNSAFE.values(), ids=UNSAFE)
def test_what_cannot_be_told_apart_is_held(handler: str) -> None:
    found = both(f'{PLAIN}try:\n    chat.deactivate_user("a")\n{handler}\n')
    assert found.text == found.before["main.py"]
    assert any("StreamTransportException" in one for one in found.left)


def test_without_helpers_only_what_catches_every_one() -> None:
    text = f'{PLAIN}try:\n    chat.deactivate_user("a")\nexcept requests.%s:\n    pass\n'
    assert "StreamTransportException" in both(text % "RequestException", helpers=False).text
    assert "Stream(" not in both(text % "Timeout", helpers=False).text.replace("StreamChat(", "")


@contextlib.contextmanager
def _silent_server() -> Iterator[str]:
    """Give the address of a server that takes connections and never answers."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    held.append(server.accept()[0])

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    for one in held:
        one.close()


CALLS = {"POST": 'chat.deactivate_user("a")', "GET": "chat.list_roles()", "DELETE": 'chat.delete_role("a")'}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_time_outs_on_a_network(call: str) -> None:
    text = f"""
import requests
from stream_chat import StreamChat

def go(url, observe):
    chat = StreamChat("k", "s" * 32, timeout=0.2, base_url=url)
    try:
        {call}
    except requests.Timeout:
        observe.append("late")
    except requests.ConnectionError:
        observe.append("lost")
"""
    after = rewritten({"main.py": text})["main.py"]
    assert "Stream(" in after
    seen: list[list[str]] = []
    for code in (text, after.replace("from stream_compat import transport_error\n", "")):
        scope: dict[str, Any] = {"__name__": "main"}
        exec(everything(), scope)
        exec(code, scope)
        with _silent_server() as url:
            seen.append([])
            scope["go"](url, seen[-1])
    assert seen[0] == seen[1] != []


ELSEWHERE = {
    "every one": (
        "(requests.RequestException, KeyError)",
        "LOST = (requests.RequestException, KeyError, StreamTransportException)",
    ),
    "some": ("(requests.Timeout, KeyError)", "LOST = (requests.Timeout, KeyError)"),
}


@pytest.mark.parametrize(("group", "wanted"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_tuple_of_another_file(group: str, wanted: str) -> None:
    found = both(
        {
            "kinds.py": f"import requests\n\nLOST = {group}\n",
            "service.py": HEAD + '\n\ndef work():\n    chat.deactivate_user("a")\n',
            "main.py": "import kinds\nfrom kinds import LOST\nfrom service import work\n"
            + "".join(
                f"try:\n    work()\nexcept {kind}:\n    observe('lost', 1)\nexcept Exception:\n    observe('x', 1)\n"
                for kind in ("LOST", "kinds.LOST")
            ),
        }
    )
    assert wanted in found.after["kinds.py"]
    assert found.differences() == []


def test_what_a_decorator_cannot_tell_apart_is_held() -> None:
    text = f'{PLAIN}@retry(requests.Timeout)\ndef work():\n    chat.deactivate_user("a")\n\n\nwork()\n'
    found = both(text)
    assert found.text == found.before["main.py"]
    assert any("StreamTransportException" in one for one in found.left)
    assert "Stream(" in both(text, unsafe=True).text


def test_a_tuple_keeps_its_lines_and_comments() -> None:
    text = """
for stays in (1, 2):
    try:
        chat.deactivate_user("a")
    except (
        StreamAPIException,  # the chat's
        requests.RequestException,  # the network's
    ) as exc:
        observe("x", getattr(exc, "status_code", None))
"""
    moved = both(PLAIN + text)
    assert (
        "    except (\n        StreamApiException,  # the chat's\n        requests.RequestException,  # the"
        in moved.text
    )
    assert "network's\n        StreamTransportException,\n    ) as exc:\n" in moved.text
    stays = both(PLAIN + STAYS + text)
    assert "        StreamApiException,\n        StreamTransportException,\n    ) as exc:\n" in stays.text
    assert moved.differences() == stays.differences() == []


def test_what_is_held_holds_no_other_call() -> None:
    guarded = 'try:\n    chat.deactivate_user("a")\nexcept requests.exceptions.SSLError:\n    pass\nexcept OSError:\n    pass\n'
    found = both(f'{PLAIN}{guarded}try:\n    chat.reactivate_user("b")\nexcept OSError:\n    pass\n')
    assert (
        'chat_v1.deactivate_user("a")\nexcept requests.exceptions.SSLError:\n    pass\nexcept OSError:\n' in found.text
    )
    assert 'chat.reactivate_user(user_id="b")\nexcept (OSError, StreamTransportException):\n' in found.text
    assert found.differences() == []
