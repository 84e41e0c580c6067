"""How clients are made, configured and closed: what is kept, and what a second object could not have."""

from __future__ import annotations

import pytest
from failures import both
from programs import rewrite_all

from streammigrate.codemod.model import Site

PLAIN = "from stream_chat import StreamChat\n"
ASYNC = "import asyncio\nfrom stream_chat import StreamChatAsync\n"
CALL = 'try:\n    chat.deactivate_user("a")\nexcept Exception:\n    pass\n'
RUN = "asyncio.run(main())\n"


def _sites(text: str, member: str) -> list[Site]:
    return [site for one in rewrite_all({"main.py": text}).files for site in one.sites if site.member == member]


LEFT = {
    "no time-out": ("StreamChat('k', 's', timeout=None)", "waits for ever"),
    "a time-out of nothing": ("StreamChat('k', 's', timeout=0)", "greater than zero"),
    "two time-outs": ("StreamChat('k', 's', timeout=(1, 5))", "connect_timeout"),
    "a time-out that is set later": ("StreamChat('k', 's')\nchat.timeout = 3", "an attribute of the object is set"),
    "retries": ("StreamChat('k', 's')\nchat.session.mount('https://', adapter)", "sends through httpx"),
    "headers": ("StreamChat('k', 's')\nchat.session.headers['x'] = 'y'", "sends through httpx"),
    "proxies": ("StreamChat('k', 's')\nchat.session.proxies = {}", "sends through httpx"),
    "a session": ("StreamChat('k', 's')\nchat.set_http_session(session)", "httpx.Client()"),
    "the session itself": ("StreamChat('k', 's')\nsession = chat.session", "sends through httpx"),
    "the end of a session": ("StreamChat('k', 's')\nchat.session.close()", "cannot after close()"),
}


@pytest.mark.parametrize(("made", "reason"), LEFT.values(), ids=LEFT)
def test_what_a_client_is_set_up_with_stays_with_it(made: str, reason: str) -> None:
    text = f"{PLAIN}chat = {made}\n{CALL}"
    found = both(text)
    assert found.text == text
    assert any(reason in one for one in found.left)


def test_the_end_of_a_session_on_request() -> None:
    text = f"{PLAIN}chat = StreamChat('k', 's')\n{CALL}chat.session.close()\n"
    assert "\nchat.close()\n" in both(text, unsafe=True).text


TIMES = {
    "the default": ("", "timeout=6.0"),
    "by position": (", 3", "timeout=3"),
    "by name": (", timeout=2.5", "timeout=2.5"),
    "a name": (", timeout=LIMIT", "timeout=LIMIT"),
}


@pytest.mark.parametrize(("given", "wanted"), TIMES.values(), ids=TIMES)
def test_the_time_out_is_kept(given: str, wanted: str) -> None:
    found = both(f"{PLAIN}LIMIT = 4\nchat = StreamChat('k', 's'{given})\n{CALL}")
    assert f"Stream(api_key='k', api_secret='s', {wanted})" in found.text
    assert found.differences() == []


CLOSED = {
    "in a block": (
        """
async def main():
    async with StreamChatAsync("k", "s") as chat:
        await chat.deactivate_user("a")
""",
        'async with AsyncStream(api_key="k", api_secret="s", timeout=6.0) as chat:',
    ),
    "in the end": (
        """
async def main():
    chat = StreamChatAsync("k", "s")
    try:
        await chat.deactivate_user("a")
    finally:
        await chat.close()
""",
        "await chat.aclose()",
    ),
    "by its session": (
        """
async def main():
    chat = StreamChatAsync("k", "s")
    try:
        await chat.deactivate_user("a")
    finally:
        await chat.session.close()
        await chat.close()
""",
        "        await chat.aclose()\n        await chat.aclose()",
    ),
    "in an object": (
        """
class Service:
    def __init__(self):
        self.chat = None

    async def start(self):
        self.chat = StreamChatAsync("k", "s")

    async def stop(self):
        await self.chat.close()


async def main():
    service = Service()
    await service.start()
    try:
        await service.chat.deactivate_user("a")
    finally:
        await service.stop()
""",
        "await self.chat.aclose()",
    ),
}


@pytest.mark.parametrize(("body", "wanted"), CLOSED.values(), ids=CLOSED)
def test_asynchronous_clients_are_closed(body: str, wanted: str) -> None:
    found = both(f"{ASYNC}{body}\n\n{RUN}")
    assert wanted in found.text
    assert "stream_chat" not in found.text
    assert found.differences() == []


def test_what_is_made_outside_of_a_loop_works_now() -> None:
    text = f'{ASYNC}chat = StreamChatAsync("k", "s")\n\n\nasync def main():\n    await chat.deactivate_user("a")\n\n\n{RUN}'
    (difference,) = both(text).differences()
    assert "no running event loop" in difference


def test_a_call_that_blocks_the_loop_is_told() -> None:
    text = f"{PLAIN}chat = StreamChat('k', 's')\n\n\n{{}}def go():\n    chat.deactivate_user('a')\n"
    for prefix, told in (("async ", True), ("", False)):
        (site,) = _sites(text.format(prefix), "StreamChat.deactivate_user")
        assert site.applied
        assert any("blocks the event loop" in note for note in site.notes) == told


def test_retries_are_told_once_where_the_client_is_made() -> None:
    text = f"{PLAIN}chat = StreamChat('k', 's')\n{CALL}{CALL}"
    told = [
        site.member
        for one in rewrite_all({"main.py": text}).files
        for site in one.sites
        if "once more" in str(site.notes)
    ]
    assert told == ["StreamChat"]
