"""Methods that are handed over without being called: decoys first, then programs that do the same before and after."""

from __future__ import annotations

import importlib.util
from textwrap import dedent, indent
from typing import NamedTuple

import pytest

from streammigrate.codemod.model import Applicability, FileResult
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.proof.answers import answerer, failing
from streammigrate.proof.equality import compare_traces
from streammigrate.proof.run import run

HEAD = 'from stream_chat import StreamChat\n\nclient = StreamChat("key", "secret")\n'
ASYNC = 'from stream_chat import StreamChatAsync\n\nclient = StreamChatAsync("key", "secret")\n'


def rewrite(source: str, **settings: object) -> FileResult:
    return rewrite_source(source.encode(), "app.py", RewriteSettings(todo=False)._replace(**settings))  # type: ignore[arg-type]


def program(imports: str, body: str, head: str = HEAD) -> str:
    """Return a program whose work is in a function `main`, called at its end: a coroutine function where it awaits."""
    imported = "".join(f"{line}\n" for line in imports.split("; ") if line)
    text = dedent(body).strip("\n")
    awaits = "await " in text or "async " in text
    call = "import asyncio\n\nasyncio.run(main())\n" if awaits else "main()\n"
    if head is ASYNC:
        # aiohttp's session is made where a loop runs.
        head, _, made = head.partition("\n\n")
        head, text = f"{head}\n", f"{made}{text}\nawait client.close()"
    return f"{imported}{head}\n\n{'async ' if awaits else ''}def main():\n{indent(text, '    ')}\n\n\n{call}"


DECOYS = {
    "a function of that name": "def to_thread(f, *a):\n    return f(*a, 1)\n\nto_thread(client.upsert_user, {'id': 'a'})\n",
    "another object's method": "other = object()\nimport asyncio\nasyncio.to_thread(other.upsert_user, {'id': 'a'})\n",
    "a partial of another thing": "from functools import partial\npartial(print, client)\npartial(dict, id='a')\n",
    "a method of each item": "list(map(client.delete_user, ['a']))\n",
    "a signal": "signal.connect(client.upsert_user)\n",
    "a function of the project that keeps what it is given": (
        "kept = []\ndef later(f, *args):\n    kept.append((f, args))\n\nlater(client.ban_user, 'a')\n"
    ),
    "a function of the project that adds an argument": (
        "def run(f, *args, **options):\n    return f(*args, banned_by_id='b', **options)\n\nrun(client.ban_user, 'a')\n"
    ),
    "a function of the project that calls twice": (
        "def run(f, *args):\n    f(*args)\n    return f(*args)\n\nrun(client.unban_user, 'a')\n"
    ),
    "a function of the project that asks what it is given": (
        "def run(f, *args):\n    print(f.__name__)\n    return f(*args)\n\nrun(client.unban_user, 'a')\n"
    ),
    "a function of the project with an option of its own": (
        "def run(f, *args, times=3, **more):\n    return f(*args, **more)\n\nrun(client.unban_user, 'a', times=1)\n"
    ),
    "a function of the project that is decorated": (
        "from tools import retried\n@retried\ndef run(f, *args):\n    return f(*args)\n\nrun(client.unban_user, 'a')\n"
    ),
    "a function of the project whose result is another": (
        "def run(f, *args):\n    return [f(*args)]\n\nfound = run(client.query_users, {})\nprint(found)\n"
    ),
    "a library that is not known": "from retry import retry\nretry(client.upsert_user, {'id': 'a'})\n",
    "a method of the class": "StreamChat.upsert_user(client, {'id': 'a'})\n",
    "a method that is returned": "def f():\n    return client.upsert_user\n",
    "a method that is kept": "class A:\n    send = client.upsert_user\n\nA.send({'id': 'a'})\n",
    "methods in a mapping": "{'ban': client.ban_user}['ban']('a', banned_by_id='b')\n",
    "a name of several things": "def f(x):\n    send = client.ban_user\n    if x:\n        send = print\n    send('a')\n",
    "a name that another function gets": "def f():\n    send = client.ban_user\n    g(send)\n    send('a', banned_by_id='b')\n",
    "a process": "import multiprocessing\nmultiprocessing.Process(target=client.upsert_user, args=({'id': 'a'},)).start()\n",
    "a thread whose arguments are not in view": (
        "import threading\nthreading.Thread(target=client.upsert_user, args=load()).start()\n"
    ),
    "arguments of a number that is not known": "import asyncio\nasyncio.to_thread(client.upsert_user, *users)\n",
    "a partial that is completed elsewhere": (
        "from functools import partial\ndef f(x):\n    p = partial(client.channel('a', 'b').send_message, user_id='b')\n"
        "    p({'text': x})\n"
    ),
    "a partial that goes on": "from functools import partial\nregister(partial(client.upsert_user, {'id': 'a'}))\n",
    "a coroutine that nobody awaits": "import asyncio\nasyncio.to_thread(client.upsert_user, {'id': 'a'})\n",
    "a payload that changes before the call runs": (
        "import asyncio\nasync def f():\n    u = {'id': 'a'}\n"
        "    t = asyncio.create_task(asyncio.to_thread(client.upsert_user, u))\n    u['name'] = 'b'\n    await t\n"
    ),
    "a future that goes on": (
        "from concurrent.futures import ThreadPoolExecutor\ndef f():\n    with ThreadPoolExecutor() as pool:\n"
        "        return pool.submit(client.query_users, {'id': 'a'})\n"
    ),
    "an error that a future holds": (
        "from concurrent.futures import ThreadPoolExecutor\ndef f():\n    with ThreadPoolExecutor() as pool:\n"
        "        f = pool.submit(client.query_users, {'id': 'a'})\n        print(f.exception())\n"
    ),
    "a method of a class of one's own by a text": (
        "class Mine(StreamChat):\n    def upsert_user(self, user):\n        return 1\n\n"
        "getattr(Mine('k', 's'), 'upsert_user')({'id': 'a'})\n"
    ),
    "a channel's data by the time the call runs": (
        "import threading\ndef f():\n    c = client.channel('a', 'b', {'name': 'B'})\n"
        "    threading.Thread(target=c.create, args=('jane',)).start()\n    c.query()\n"
    ),
}


@pytest.mark.parametrize("source", DECOYS.values(), ids=DECOYS)
def test_what_is_not_in_view_stays(source: str) -> None:
    result = rewrite(HEAD + source)
    assert result.after.decode().endswith(source)
    assert not any(site.applied for site in result.sites if site.member != "StreamChat")
    assert all(site.instruction for site in result.sites if site.applicability is not Applicability.SAFE)


LIKELY = {
    "a pool that is not known": "def f(pool):\n    pool.submit(client.upsert_user, {'id': 'a'})\n",
    "a class of one's own": (
        "class Pool:\n    def submit(self, f, *a):\n        f(*a, 1)\n\n"
        "def f():\n    pool = Pool()\n    pool.submit(client.upsert_user, {'id': 'a'})\n"
    ),
    "a loop that is not known": "async def f(loop):\n    await loop.run_in_executor(None, client.upsert_user, {'id': 'a'})\n",
    "an executor that is not known": (
        "import asyncio\nasync def f(pool):\n"
        "    await asyncio.get_running_loop().run_in_executor(pool, client.upsert_user, {'id': 'a'})\n"
    ),
    "a partial for a loop that is not known": (
        "from functools import partial\nasync def f(loop):\n"
        "    await loop.run_in_executor(None, partial(client.upsert_user, {'id': 'a'}))\n"
    ),
    "a partial that the module keeps": "from functools import partial\np = partial(client.upsert_user, {'id': 'a'})\np()\n",
    "futures that the module keeps": (
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as pool:\n"
        "    done = [pool.submit(client.upsert_user, {'id': n}) for n in 'ab']\n    for one in done:\n        one.result()\n"
    ),
    "a name of the module": "ban = client.ban_user\nban('a', banned_by_id='b')\n",
    "a lifetime that begins later": (
        "import time\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "def f():\n    with ThreadPoolExecutor() as pool:\n"
        "        pool.submit(client.create_token, 'a', exp=int(time.time()) + 60)\n"
    ),
    "a list that is read before the call runs": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def f(names: list[str]):\n    with ThreadPoolExecutor() as pool:\n"
        "        pool.submit(client.channel('a', 'b').add_members, [str(n) for n in names])\n"
    ),
}


@pytest.mark.parametrize("source", LIKELY.values(), ids=LIKELY)
def test_what_is_likely_is_unsafe(source: str) -> None:
    levels = {site.applicability for site in rewrite(HEAD + source).sites if site.member != "StreamChat"}
    assert Applicability.UNSAFE in levels
    assert Applicability.MANUAL not in levels
    assert rewrite(HEAD + source, unsafe=True).changed


CERTAIN = {
    "a parameter of a class": (
        "from fastapi import BackgroundTasks\ndef f(tasks: BackgroundTasks):\n"
        "    tasks.add_task(client.upsert_user, {'id': 'a'})\n"
    ),
    "a loop of a class": (
        "import asyncio\nasync def f(loop: asyncio.AbstractEventLoop):\n"
        "    await loop.run_in_executor(None, client.upsert_user, {'id': 'a'})\n"
    ),
    "a pool of an object": (
        "from concurrent.futures import ThreadPoolExecutor\nclass A:\n    def __init__(self):\n"
        "        self.pool = ThreadPoolExecutor()\n\n    def f(self):\n"
        "        self.pool.submit(client.upsert_user, {'id': 'a'})\n"
    ),
    "an executor of a loop": (
        "import asyncio\nfrom concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor()\n"
        "async def f():\n    loop = asyncio.get_event_loop()\n"
        "    await loop.run_in_executor(pool, client.upsert_user, {'id': 'a'})\n"
    ),
}


@pytest.mark.parametrize("source", CERTAIN.values(), ids=CERTAIN)
def test_what_is_certain_is_safe(source: str) -> None:
    result = rewrite(HEAD + source)
    assert {(site.applied, site.applicability) for site in result.sites} == {(True, Applicability.SAFE)}
    assert "client.upsert_users, UserRequest(id='a'))" in result.after.decode().replace("\n", "")


BROKEN = {
    "the synchronous client is awaited": HEAD + "async def f():\n    await client.upsert_user({'id': 'a'})\n",
    "a coroutine is never awaited": ASYNC + "async def f():\n    client.upsert_user({'id': 'a'})\n",
    "a thread makes a coroutine": (
        "import asyncio\n" + ASYNC + "async def f():\n    await asyncio.to_thread(client.upsert_user, {'id': 'a'})\n"
    ),
    "a coroutine function is taken for another": (
        "from asgiref.sync import sync_to_async\n"
        + ASYNC
        + "async def f():\n    await sync_to_async(client.upsert_user)({'id': 'a'})\n"
    ),
}


@pytest.mark.parametrize("source", BROKEN.values(), ids=BROKEN)
def test_what_is_broken_in_v1_is_told_and_not_repaired(source: str) -> None:
    result = rewrite(source)
    assert not result.changed
    assert "SM519" in {facet.reason for site in result.sites for facet in site.facets}


class Row(NamedTuple):
    """A program by its imports and what its main function does, and what that becomes."""

    what: str
    imports: str
    before: str
    after: str
    head: str = HEAD
    needs: str = ""


POOL = "from concurrent.futures import ThreadPoolExecutor, as_completed, wait"
ROWS = (
    Row(
        "a thread for one call",
        "import asyncio",
        'await asyncio.to_thread(client.upsert_user, {"id": "a", "tier": 1})',
        """
        await asyncio.to_thread(
            client.upsert_users,
            UserRequest(id="a", custom={"tier": 1}),
        )
        """,
    ),
    Row(
        "a response from a thread",
        "import asyncio",
        """
        found = await asyncio.to_thread(client.query_users, {"id": "a"}, limit=3)
        observe("id", found["users"][0]["id"])
        """,
        """
        found = await asyncio.to_thread(
            client.query_users,
            payload=QueryUsersPayload(filter_conditions={"id": "a"}, limit=3),
        )
        observe("id", found.data.users[0].id)
        """,
    ),
    Row(
        "a mapping that is whole when a thread gets it",
        "import asyncio",
        """
        user = {"id": "a"}
        user["name"] = "b"
        await asyncio.to_thread(client.upsert_user, user)
        """,
        """
        user = {"id": "a"}
        user["name"] = "b"
        await asyncio.to_thread(client.upsert_users, from_v1(UserRequest, user))
        """,
    ),
    Row(
        "a function of the project that hands on to a thread",
        "import asyncio",
        """
        async def off(function, *args, **options):
            return await asyncio.to_thread(function, *args, **options)

        found = await off(client.query_users, {"id": "a"}, limit=3)
        observe("id", found["users"][0]["id"])
        await off(client.channel("team", "a").add_members, ["b"])
        """,
        """
        async def off(function, *args, **options):
            return await asyncio.to_thread(function, *args, **options)

        found = await off(
            client.query_users,
            payload=QueryUsersPayload(filter_conditions={"id": "a"}, limit=3),
        )
        observe("id", found.data.users[0].id)
        await off(
            client.chat.channel("team", "a").update,
            add_members=[ChannelMemberRequest(user_id="b")],
        )
        """,
    ),
    Row(
        "a function of the project that passes no keywords",
        "import asyncio",
        """
        async def off(function, *args):
            loop = asyncio.get_running_loop()
            result = await loop.run_in_executor(None, lambda: function(*args))
            return result

        await off(client.get_message, "m")
        """,
        """
        async def off(function, *args):
            loop = asyncio.get_running_loop()
            result = await loop.run_in_executor(None, lambda: function(*args))
            return result

        await off(functools.partial(client.chat.get_message, id="m"))
        """,
    ),
    Row(
        "a function of the project that tries again",
        "",
        """
        def again(function, *args, **options):
            for _ in range(2):
                try:
                    return function(*args, **options)
                except ValueError:
                    continue

        observe("id", again(client.get_message, "m")["message"]["id"])
        """,
        """
        def again(function, *args, **options):
            for _ in range(2):
                try:
                    return function(*args, **options)
                except ValueError:
                    continue

        observe("id", again(client.chat.get_message, id="m").data.message.id)
        """,
    ),
    Row(
        "a function of the project that awaits",
        "",
        """
        async def timed(function, *args, **options):
            return await function(*args, **options)

        found = await timed(client.get_message, "m")
        observe("id", found["message"]["id"])
        """,
        """
        async def timed(function, *args, **options):
            return await function(*args, **options)

        found = await timed(client.chat.get_message, id="m")
        observe("id", found.data.message.id)
        """,
        head=ASYNC,
    ),
    Row(
        "a loop's executor, which passes no keywords",
        "import asyncio",
        """
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, client.upsert_user, {"id": "a"})
        await loop.run_in_executor(None, client.delete_message, "m1")
        """,
        """
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, client.upsert_users, UserRequest(id="a"))
        await loop.run_in_executor(
            None,
            functools.partial(client.chat.delete_message, id="m1"),
        )
        """,
    ),
    Row(
        "a partial in an executor",
        "import asyncio; from functools import partial",
        """
        channel = client.channel("messaging", "general")
        call = partial(channel.send_message, {"text": "hi"}, user_id="jane")
        sent = await asyncio.get_running_loop().run_in_executor(None, call)
        observe("text", sent["message"]["text"])
        """,
        """
        channel = client.chat.channel("messaging", "general")
        call = partial(
            channel.send_message,
            message=MessageRequest(text="hi", user_id="jane"),
        )
        sent = await asyncio.get_running_loop().run_in_executor(None, call)
        observe("text", sent.data.message.text)
        """,
    ),
    Row(
        "a partial that is called twice",
        "from functools import partial",
        """
        ban = partial(client.ban_user, "jane", banned_by_id="mary", timeout=30)
        ban()
        ban()
        """,
        """
        ban = partial(
            client.moderation.ban,
            target_user_id="jane",
            banned_by_id="mary",
            timeout=30,
        )
        ban()
        ban()
        """,
    ),
    Row(
        "a partial that its calls complete",
        "import asyncio; from functools import partial",
        """
        ban = partial(client.ban_user, banned_by_id="mary", timeout=30)
        ban("jane")
        await asyncio.to_thread(ban, "john", reason="spam")
        remove = partial(client.delete_message, hard=True)
        for name in ("m1", "m2"):
            remove(name)
        partial(client.list_imports)(options={})
        """,
        """
        ban = partial(client.moderation.ban, banned_by_id="mary", timeout=30)
        ban(target_user_id="jane")
        await asyncio.to_thread(ban, target_user_id="john", reason="spam")
        remove = partial(client.chat.delete_message, hard=True)
        for name in ("m1", "m2"):
            remove(id=name)
        partial(client.list_imports)()
        """,
    ),
    Row(
        "futures that are waited for",
        POOL,
        """
        with ThreadPoolExecutor(1) as pool:
            futures = [pool.submit(client.upsert_user, {"id": name}) for name in ("a", "b")]
            for future in as_completed(futures):
                future.result()
            names = {pool.submit(client.delete_message, name): name for name in ("a", "b")}
            for done in as_completed(names):
                done.result()
                observe("name", names[done] in ("a", "b"))
            wait([pool.submit(client.delete_device, "d1", user_id="a")])
        """,
        """
        with ThreadPoolExecutor(1) as pool:
            futures = [pool.submit(client.upsert_users, UserRequest(id=name)) for name in ("a", "b")]
            for future in as_completed(futures):
                future.result()
            names = {pool.submit(client.chat.delete_message, id=name): name for name in ("a", "b")}
            for done in as_completed(names):
                done.result()
                observe("name", names[done] in ("a", "b"))
            wait([pool.submit(client.delete_device, id="d1", user_id="a")])
        """,
    ),
    Row(
        "the response of a future",
        POOL,
        """
        with ThreadPoolExecutor() as pool:
            future = pool.submit(client.query_users, {"id": "a"})
            observe("count", len(future.result()["users"]))
        """,
        """
        with ThreadPoolExecutor() as pool:
            future = pool.submit(
                client.query_users,
                payload=QueryUsersPayload(filter_conditions={"id": "a"}),
            )
            observe("count", len(future.result().data.users))
        """,
    ),
    Row(
        "a response of which v1 gave a part",
        "import asyncio",
        """
        message = await asyncio.to_thread(client.get_message, "m1")
        observe("id", message["message"]["id"])
        """,
        """
        message = await asyncio.to_thread(client.chat.get_message, id="m1")
        observe("id", message.data.message.id)
        """,
    ),
    Row(
        "threads",
        "from threading import Thread, Timer",
        """
        channel = client.channel("messaging", "general")
        thread = Thread(target=channel.send_message, args=({"text": "hi"}, "jane"), kwargs={"skip_push": True}, daemon=True)
        thread.start()
        thread.join()
        timer = Timer(0, client.upsert_user, [{"id": "a"}])
        timer.start()
        timer.join()
        """,
        """
        channel = client.chat.channel("messaging", "general")
        thread = Thread(
            target=channel.send_message,
            kwargs={"message": MessageRequest(text="hi", user_id="jane"), "skip_push": True},
            daemon=True,
        )
        thread.start()
        thread.join()
        timer = Timer(0, client.upsert_users, args=(UserRequest(id="a"),))
        timer.start()
        timer.join()
        """,
    ),
    Row(
        "a call soon, a call later",
        "import asyncio",
        """
        loop = asyncio.get_running_loop()
        loop.call_soon(client.upsert_user, {"id": "a"})
        loop.call_later(0, client.delete_message, "m1")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        """,
        """
        loop = asyncio.get_running_loop()
        loop.call_soon(client.upsert_users, UserRequest(id="a"))
        loop.call_later(0, functools.partial(client.chat.delete_message, id="m1"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        """,
    ),
    Row(
        "another thread for anyio",
        "from anyio import to_thread",
        """
        await to_thread.run_sync(client.upsert_user, {"id": "a"}, abandon_on_cancel=True)
        await to_thread.run_sync(client.delete_message, "m1", abandon_on_cancel=True)
        """,
        """
        await to_thread.run_sync(
            client.upsert_users,
            UserRequest(id="a"),
            abandon_on_cancel=True,
        )
        await to_thread.run_sync(
            functools.partial(client.chat.delete_message, id="m1"),
            abandon_on_cancel=True,
        )
        """,
        needs="anyio",
    ),
    Row(
        "Django's way",
        "from asgiref.sync import sync_to_async",
        """
        await sync_to_async(client.upsert_user)({"id": "a"})
        delete = sync_to_async(client.delete_message, thread_sensitive=False)
        await delete("m1")
        found = await sync_to_async(client.query_users)({"id": "a"})
        observe("id", found["users"][0]["id"])
        """,
        """
        await sync_to_async(client.upsert_users)(UserRequest(id="a"))
        delete = sync_to_async(client.chat.delete_message, thread_sensitive=False)
        await delete(id="m1")
        found = await sync_to_async(client.query_users)(
            payload=QueryUsersPayload(filter_conditions={"id": "a"}),
        )
        observe("id", found.data.users[0].id)
        """,
        needs="asgiref",
    ),
    Row(
        "Starlette's way",
        "from starlette.background import BackgroundTasks; from starlette.concurrency import run_in_threadpool",
        """
        await run_in_threadpool(client.upsert_user, {"id": "a"})
        tasks = BackgroundTasks()
        tasks.add_task(client.delete_message, "m1", hard=True)
        await tasks()
        """,
        """
        await run_in_threadpool(client.upsert_users, UserRequest(id="a"))
        tasks = BackgroundTasks()
        tasks.add_task(client.chat.delete_message, id="m1", hard=True)
        await tasks()
        """,
        needs="starlette",
    ),
    Row(
        "a name for a method",
        "",
        """
        channel = client.channel("messaging", "general")
        send = channel.send_message
        for text in ("a", "b"):
            send({"text": text}, "jane")
        sent = send({"text": "c"}, user_id="jane")
        observe("text", sent["message"]["text"])
        """,
        """
        channel = client.chat.channel("messaging", "general")
        send = channel.send_message
        for text in ("a", "b"):
            send(message=MessageRequest(text=text, user_id="jane"))
        sent = send(message=MessageRequest(text="c", user_id="jane"))
        observe("text", sent.data.message.text)
        """,
    ),
    Row(
        "a name that a thread gets",
        "import asyncio",
        """
        remove = client.delete_message
        await asyncio.to_thread(remove, "m1")
        await asyncio.to_thread(lambda: remove("m2"))
        """,
        """
        remove = client.chat.delete_message
        await asyncio.to_thread(remove, id="m1")
        await asyncio.to_thread(lambda: remove(id="m2"))
        """,
    ),
    Row(
        "a method by a text",
        "import asyncio",
        """
        getattr(client, "upsert_user")({"id": "a"})
        await asyncio.to_thread(getattr(client, "delete_message"), "m1")
        """,
        """
        client.upsert_users(UserRequest(id="a"))
        await asyncio.to_thread(client.chat.delete_message, id="m1")
        """,
    ),
    Row(
        "a channel that is made for one call",
        "import asyncio",
        """
        await asyncio.to_thread(client.channel("messaging", "general").send_message, {"text": "hi"}, "jane")
        """,
        """
        await asyncio.to_thread(
            client.chat.channel("messaging", "general").send_message,
            message=MessageRequest(text="hi", user_id="jane"),
        )
        """,
    ),
    Row(
        "a channel that is created beside",
        "import asyncio",
        """
        channel = client.channel("messaging", "general", {"name": "G"})
        channel.create("jane")
        await asyncio.to_thread(channel.send_message, {"text": "hi"}, "jane")
        channel.query(messages={"limit": 1})
        """,
        """
        channel = client.chat.channel("messaging", "general")
        channel.get_or_create(
            data=ChannelInput(custom={"name": "G"}, created_by_id="jane"),
            state=False,
        )
        await asyncio.to_thread(
            channel.send_message,
            message=MessageRequest(text="hi", user_id="jane"),
        )
        channel.get_or_create(
            data=ChannelInput(custom={"name": "G"}, created_by_id="jane"),
            messages=MessagePaginationParams(limit=1),
            state=True,
        )
        """,
    ),
    Row(
        "a channel that a thread creates",
        "import asyncio",
        """
        channel = client.channel("messaging", "general", {"name": "G"})
        await asyncio.to_thread(channel.create, "jane")
        channel.query(state=True)
        """,
        """
        channel = client.chat.channel("messaging", "general")
        await asyncio.to_thread(
            channel.get_or_create,
            data=ChannelInput(custom={"name": "G"}, created_by_id="jane"),
            state=False,
        )
        channel.get_or_create(
            data=ChannelInput(custom={"name": "G"}, created_by_id="jane"),
            state=True,
        )
        """,
    ),
    Row(
        "lambdas",
        "import asyncio",
        """
        await asyncio.to_thread(lambda: client.upsert_user({"id": "a"}))
        found = await asyncio.to_thread(lambda: client.query_users({"id": "a"}))
        observe("id", found["users"][0]["id"])
        """,
        """
        await asyncio.to_thread(lambda: client.upsert_users(UserRequest(id="a")))
        found = await asyncio.to_thread(lambda: client.query_users(
            payload=QueryUsersPayload(filter_conditions={"id": "a"}),
        ))
        observe("id", found.data.users[0].id)
        """,
    ),
    Row(
        "coroutines together",
        "import asyncio",
        """
        await asyncio.gather(client.upsert_user({"id": "a"}), client.delete_message("m1"))
        await asyncio.gather(*[client.upsert_user({"id": name}) for name in ("a", "b")])
        _, found = await asyncio.gather(client.get_devices("a"), client.query_users({"id": "a"}))
        observe("id", found["users"][0]["id"])
        """,
        """
        await asyncio.gather(client.upsert_users(UserRequest(id="a")), client.chat.delete_message(id="m1"))
        await asyncio.gather(*[client.upsert_users(UserRequest(id=name)) for name in ("a", "b")])
        _, found = await asyncio.gather(client.list_devices(user_id="a"), client.query_users(
            payload=QueryUsersPayload(filter_conditions={"id": "a"}),
        ))
        observe("id", found.data.users[0].id)
        """,
        head=ASYNC,
    ),
    Row(
        "tasks",
        "import asyncio",
        """
        tasks = []
        for name in ("a", "b"):
            tasks.append(asyncio.create_task(client.upsert_user({"id": name})))
        await asyncio.gather(*tasks)
        task = asyncio.ensure_future(client.query_users({"id": "a"}))
        found = await task
        observe("id", found["users"][0]["id"])
        await asyncio.wait_for(client.delete_message("m1"), 5)
        """,
        """
        tasks = []
        for name in ("a", "b"):
            tasks.append(asyncio.create_task(client.upsert_users(UserRequest(id=name))))
        await asyncio.gather(*tasks)
        task = asyncio.ensure_future(client.query_users(
            payload=QueryUsersPayload(filter_conditions={"id": "a"}),
        ))
        found = await task
        observe("id", found.data.users[0].id)
        await asyncio.wait_for(client.chat.delete_message(id="m1"), 5)
        """,
        head=ASYNC,
    ),
    Row(
        "a group of tasks",
        "import asyncio",
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(client.upsert_user({"id": "a"}))
            found = group.create_task(client.query_users({"id": "a"}))
        observe("count", len(found.result()["users"]))
        """,
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(client.upsert_users(UserRequest(id="a")))
            found = group.create_task(client.query_users(
                payload=QueryUsersPayload(filter_conditions={"id": "a"}),
            ))
        observe("count", len(found.result().data.users))
        """,
        head=ASYNC,
        needs="asyncio.taskgroups",
    ),
    Row(
        "a coroutine function by another name",
        "from functools import partial",
        """
        remove = client.delete_message
        await remove("m1")
        again = partial(client.delete_message, "m2")
        await again()
        """,
        """
        remove = client.chat.delete_message
        await remove(id="m1")
        again = partial(client.chat.delete_message, id="m2")
        await again()
        """,
        head=ASYNC,
    ),
    Row(
        "background tasks await coroutine functions",
        "from starlette.background import BackgroundTask",
        """
        task = BackgroundTask(client.delete_message, "m1")
        await task()
        """,
        """
        task = BackgroundTask(client.chat.delete_message, id="m1")
        await task()
        """,
        head=ASYNC,
        needs="starlette",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_what_a_row_becomes(row: Row) -> None:
    result = rewrite(program(row.imports, row.before, row.head))
    assert [site.instruction for site in result.sites if not site.applied] == []
    assert {site.applicability for site in result.sites} == {Applicability.SAFE}
    lines = result.after.decode().partition("def main():\n")[2].partition("\n\n\n")[0]
    lines = "\n".join(
        line for line in dedent(lines).splitlines() if not line.startswith(("client = ", "await client."))
    )
    assert lines == dedent(row.after).strip("\n")
    assert rewrite(result.after.decode()).sites == ()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_both_programs_of_a_row_do_the_same(row: Row) -> None:
    if row.needs and importlib.util.find_spec(row.needs) is None:
        pytest.skip(f"{row.needs} is not installed")
    source = program(row.imports, row.before, row.head)
    before = run(source, answer=answerer(3, complete=True))
    after = run(rewrite(source).after.decode(), answer=answerer(3, complete=True))
    assert before.error == ""
    assert before.requests
    assert compare_traces(before, after) == []
    assert {request.sdk for request in after.requests} == {"v2"}


CAUGHT = """
try:
    await asyncio.to_thread(client.delete_message, "m1")
except StreamAPIException as error:
    observe("status", error.status_code)
pool = ThreadPoolExecutor(1)
future = pool.submit(client.upsert_user, {"id": "a"})
try:
    future.result()
except StreamAPIException as error:
    observe("code", error.error_code)
"""


@pytest.mark.parametrize("at", [0, 1])
def test_errors_come_where_the_response_would(at: int) -> None:
    imports = (
        "import asyncio; from concurrent.futures import ThreadPoolExecutor; "
        "from stream_chat.base.exceptions import StreamAPIException"
    )
    source = program(imports, CAUGHT)
    result = rewrite(source)
    assert all(site.applied for site in result.sites)
    before = run(source, answer=failing(answerer(3), 404, at=at))
    after = run(result.after.decode(), answer=failing(answerer(3), 404, at=at))
    assert len(before.observed) == 1
    assert compare_traces(before, after) == []
