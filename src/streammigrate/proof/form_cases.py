"""The programs of rules that are no calls of a method: construction, exceptions, raw requests, webhooks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from streammigrate import rules
from streammigrate.proof.program import FAILURES, SECRET, Program, write
from streammigrate.rules import sdk
from streammigrate.rules.model import Rule

RAW = 30
"""How many operations a raw method is tried with."""

_KEYS = f'"key", "{SECRET}"'
_EXCEPTION = "stream_chat.base.exceptions.StreamAPIException"


def constructions(rule: Rule, asynchronous: bool) -> Iterator[Program]:
    """Yield the programs that make a client in every way its options allow, and send one request."""
    cls = rule.v1.partition(".")[0]
    if asynchronous != cls.endswith("Async") or cls not in ("StreamChat", "StreamChatAsync"):
        return
    named = f'api_key="key", api_secret="{SECRET}"'
    for form, arguments, before in (
        ("keyword", named, ()),
        ("positional", _KEYS, ()),
        ("timeout", f"{named}, timeout=3.5", ()),
        ("timeout:positional", f"{_KEYS}, 20", ()),
        ("timeout:variable", f"{named}, timeout=seconds", ("seconds = 2.5",)),
        ("base_url", f'{named}, base_url="https://chat.example.com"', ()),
        ("base_url:variable", f"{named}, base_url=address", ('address = "https://chat.example.com"',)),
        ("base_url:empty", f'{named}, base_url=""', ()),
        ("base_url:slash", f'{named}, base_url="https://chat.example.com/"', ()),
        ("ignored", f'{named}, location="eu-west"', ()),
        ("environment:timeout", named, ('os.environ["STREAM_CHAT_TIMEOUT"] = "4.5"',)),
        ("environment:timeout-both", f"{named}, timeout=3.5", ('os.environ["STREAM_CHAT_TIMEOUT"] = "4.5"',)),
        ("environment:url", named, ('os.environ["STREAM_CHAT_URL"] = "https://chat.example.com"',)),
        ("environment:keys", 'os.environ["KEY"], os.environ["SECRET"]', _ENVIRONMENT),
        ("environment:getenv", 'os.getenv("KEY"), os.getenv("SECRET")', _ENVIRONMENT),
    ):
        for qualified in (False, True) if form == "keyword" else (False,):
            yield _construction(cls, f"{form}:module" if qualified else form, arguments, before, qualified)


_ENVIRONMENT = ('os.environ["KEY"] = "key"', f'os.environ["SECRET"] = "{SECRET}"')


def _construction(cls: str, form: str, arguments: str, before: Sequence[str], qualified: bool) -> Program:
    name = f"stream_chat.{cls}" if qualified else cls
    imports = ["import stream_chat" if qualified else f"from stream_chat import {cls}"]
    if any("os." in text for text in (*before, arguments)):
        imports.insert(0, "import os")
    if cls == "StreamChat":
        lines = [*before, f"client = {name}({arguments})", "client.get_app_settings()"]
        body = "\n".join(lines)
    else:
        imports.insert(0, "import asyncio")
        inner = [*before, f"async with {name}({arguments}) as client:", "    await client.get_app_settings()"]
        body = "\n".join(
            ["", "", "async def main():", *(f"    {line}" for line in inner), "", "", "asyncio.run(main())"]
        )
    source = "\n".join(imports) + f"\n\n{body}\n"
    return Program(form, source, cls != "StreamChat", (), settings=True, alone=True)


def exceptions(rule: Rule, asynchronous: bool) -> Iterator[Program]:
    """Yield the programs that catch an exception of the API and read what it holds."""
    if rule.v1 != _EXCEPTION:
        return
    attributes = sorted(
        name for name in rule.data.get("attributes", {}) if name in sdk.v1_classes()["StreamAPIException"].members
    )
    wait = "await " if asynchronous else ""
    call = f'    {wait}client.get_message("message-1")'
    handlers = {
        "class": ["except StreamAPIException:", '    observe("caught", True)'],
        "tuple": ["except (StreamAPIException, ValueError):", '    observe("caught", True)'],
        "isinstance": ["except Exception as error:", '    observe("caught", isinstance(error, StreamAPIException))'],
        **{
            f"attribute:{name}": ["except StreamAPIException as error:", f'    observe("{name}", error.{name})']
            for name in attributes
        },
    }
    for form, handler in handlers.items():
        for failure in FAILURES:
            lines = ["try:", call, *handler, 'observe("after", True)']
            program = write(f"{form}:{failure}", lines, asynchronous=asynchronous)
            yield program._replace(failure=failure, alone=True)


def raws(rule: Rule, asynchronous: bool) -> Iterator[Program]:
    """Yield the programs that send requests by path: operations of the map with nothing but a path, and with a body."""
    method = rule.v1.rpartition(".")[2]
    wait = "await " if asynchronous else ""
    for path in islice(_paths(method.upper()), RAW if not asynchronous else 3):
        yield write(f"path:{path}", [f'{wait}client.{method}("{path}")'], asynchronous=asynchronous)
    named = ["name = 'messaging'", f'{wait}client.{method}(f"channeltypes/{{name}}")']
    if method in ("get", "delete", "put"):
        yield write("path:formatted", named, asynchronous=asynchronous)
    if method == "post":
        text = (
            f'{wait}client.post("channels/messaging/general/hide", data={{"user_id": "user-1", "clear_history": True}})'
        )
        yield write("data", [text], asynchronous=asynchronous)
    if method in ("get", "delete"):
        text = f'{wait}client.{method}("devices", params={{"user_id": "user-1", "id": "device-1"}})'
        yield write("params", [text], asynchronous=asynchronous)


def _paths(method: str) -> Iterator[str]:
    for entry in rules.load("operations")["operations"]:
        old = entry["old"]
        if old["method"] == method:
            yield re.sub(r"\{(\w+)\}", r"\1-1", old["path"]).strip("/")


def webhooks(rule: Rule, asynchronous: bool) -> Iterator[Program]:
    """Yield the programs that call a function of stream_chat.webhook, or read a constant of its errors."""
    module, _, name = rule.v1.rpartition(".")
    found = sdk.v1_modules().get(module, {}).get(name)
    if asynchronous or found is None:
        return
    head = f"from {module} import {name}\n\n"
    if found.signature is None:
        source = f'{head}observe("value", {name})\n'
        yield Program("constant", source, False, (), alone=True)
        return
    for index, arguments in enumerate(_WEBHOOKS.get(name, ())):
        lines = (
            "try:",
            f'    observe("value", {name}({arguments}))',
            "except ValueError:",
            '    observe("error", True)',
        )
        yield Program(f"arguments:{index}", "\n".join((_BODY + head.rstrip(), "", *lines, "")), False, (), alone=True)


_BODY = f"""\
import base64
import gzip
import hashlib
import hmac

body = b'{{"type": "message.new", "created_at": "2026-01-01T00:00:00Z"}}'
signature = hmac.new(b"{SECRET}", body, hashlib.sha256).hexdigest()
packed = base64.b64encode(gzip.compress(body)).decode()
"""
_WEBHOOKS = {
    "verify_signature": (
        f'body, signature, "{SECRET}"',
        f'body=body, signature=signature, secret="{SECRET}"',
        f'body, "wrong", "{SECRET}"',
        f'body.decode(), signature, "{SECRET}"',
    ),
    "gunzip_payload": ("gzip.compress(body)", "body"),
    "decode_sqs_payload": ("packed", "body.decode()"),
    "decode_sns_payload": ("packed", "body.decode()"),
}
