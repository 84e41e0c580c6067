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
    """Yield the programs that call a function of stream_chat.webhook, or read or catch its errors."""
    module, _, name = rule.v1.rpartition(".")
    found = sdk.v1_modules().get(module, {}).get(name)
    if asynchronous or found is None:
        return
    if name == "InvalidWebhookError":
        yield from (_webhook(f"handler:{form}", lines, _BOTH) for form, lines in _HANDLERS.items())
    elif found.signature is None:
        yield _webhook("constant", (f'observe("value", {name})',), f"from {module} import {name}")
        lines = (*_TRY, f'    observe("value", {name} in str(error))')
        yield _webhook("constant:handler", lines, f"{_BOTH}, {name}")
    else:
        every = _WEBHOOKS.get(name, ())
        for index, arguments in enumerate(every):
            yield _webhook(f"arguments:{index}", _observed(f"{name}({arguments})"), f"from {module} import {name}")
        for start, spelled in (
            (f"from {module} import {name} as function", "function"),
            (f"import {module} as hooks", f"hooks.{name}"),
            (f"import {module}", f"{module}.{name}"),
            ("from stream_chat import webhook", f"webhook.{name}"),
        ):
            yield _webhook(f"import:{spelled}", _observed(f"{spelled}({every[0]})"), start)
        inner = ("def work():", f"    from {module} import {name}", f"    return {name}({every[0]})", "")
        yield _webhook("import:inner", (*inner, *_observed("work()")), "")


def _webhook(form: str, lines: Sequence[str], imports: str) -> Program:
    source = "\n".join((_LIBRARIES + imports, "", _BODY, *lines, ""))
    return Program(form, source, False, (), alone=True)


def _observed(expression: str) -> tuple[str, ...]:
    failed = ("except Exception as error:", '    observe("error", type(error).__name__)')
    return "try:", f'    observe("value", {expression})', *failed


_LIBRARIES = """\
import base64
import gzip
import hashlib
import hmac
import os
"""
_BODY = f"""\
body = b'{{"type": "message.new", "created_at": "2026-01-01T00:00:00Z"}}'
signature = hmac.new(b"{SECRET}", body, hashlib.sha256).hexdigest()
headers = {{"X-Signature": signature}}
packed = base64.b64encode(gzip.compress(body)).decode()
envelope = '{{"Type": "Notification", "Message": "' + packed + '"}}'
damaged = b"\\x1f\\x8bnothing"
cut = bytes(gzip.compress(body)[:-9])


def found(value):
    return value

"""
_BOTH = "from stream_chat.webhook import gunzip_payload, parse_event, InvalidWebhookError"
_TRY = ("try:", "    gunzip_payload(damaged)", "except InvalidWebhookError as error:")
_HANDLERS = {
    "class": (*_TRY, '    observe("caught", error.args[0][:25])'),
    "tuple": (
        "try:",
        "    gunzip_payload(cut)",
        "except (KeyError, InvalidWebhookError):",
        '    observe("caught", True)',
    ),
    "isinstance": (
        "try:",
        "    gunzip_payload(damaged)",
        "except Exception as error:",
        '    observe("caught", isinstance(error, InvalidWebhookError))',
    ),
    "raised": (
        "try:",
        '    gunzip_payload(body) and found("no") and base64.b64decode("")',
        '    raise InvalidWebhookError("no signature")',
        "except InvalidWebhookError as error:",
        '    observe("caught", str(error))',
    ),
    "subclass": (
        "class Refused(InvalidWebhookError):",
        "    pass",
        "",
        "try:",
        "    gunzip_payload(body)",
        "    raise Refused",
        "except InvalidWebhookError as error:",
        '    observe("caught", type(error).__name__)',
    ),
    "both": (
        *_TRY,
        '    observe("caught", True)',
        *_TRY[:1],
        "    parse_event(body[1:])",
        _TRY[2],
        '    observe("json", True)',
    ),
    "both:tuple": (
        "for work, argument in ((lambda one: gunzip_payload(b'\\x1f\\x8b'), body), (lambda one: parse_event(one), damaged)):",
        "    try:",
        "        work(argument)",
        "    except (ValueError, InvalidWebhookError):",
        '        observe("caught", True)',
    ),
}
_WEBHOOKS = {
    "verify_signature": (
        f'body, signature, "{SECRET}"',
        f'body=body, signature=signature, secret="{SECRET}"',
        f'body, "wrong", "{SECRET}"',
        f'body.decode(), signature, "{SECRET}"',
        f'bytearray(body), signature, secret="{SECRET}"',
        f'secret="{SECRET}", signature=headers["X-Signature"], body=memoryview(body)',
        f'body, headers.get("X-Signature"), "{SECRET}"',
        f'body, headers.get("X-Other"), "{SECRET}"',
        f'body, os.getenv("SIGNATURE"), "{SECRET}"',
        f'body, found(signature), "{SECRET}"',
        f'body, found(None), "{SECRET}"',
        f'body, found(signature.encode()), "{SECRET}"',
    ),
    "gunzip_payload": (
        "gzip.compress(body)",
        "body",
        "body=body",
        'b""',
        "damaged",
        "cut",
        "found(body)",
        "found(body.decode())",
        "body.decode()",
    ),
    "decode_sqs_payload": (
        "packed",
        "body=packed",
        "body.decode()",
        "base64.b64encode(body).decode()",
        "found(packed)",
        "packed.encode()",
    ),
    "decode_sns_payload": (
        "packed",
        "notification_body=packed",
        "envelope",
        "body.decode()",
        "found(envelope)",
        "packed.encode()",
    ),
}


def types(rule: Rule, asynchronous: bool) -> Iterator[Program]:
    """Yield the programs that read the members of an enumeration, or test the class of what a response holds."""
    members = list(rule.data.get("members", ()))
    name = rule.v1.rpartition(".")[2]
    if rule.data["kind"] == "class" and "attributes" in rule.data:
        for form, lines in _LIMITS.items():
            yield _typed(rule, form, lines, asynchronous)
        return
    for index, member in enumerate(members):
        for attribute in ("value", "name"):
            yield _typed(
                rule, f"{attribute}:{member}", (f'observe("value", {name}.{member}.{attribute})',), asynchronous
            )
        for form, lines in (_NUMBERS if isinstance(rule.data["members"][member], int) else _TEXTS).items():
            filled = [line.replace("MEMBER", f"{name}.{member}") for line in lines]
            filled = [line.replace("OTHER", f"{name}.{members[index - 1]}") for line in filled]
            yield _typed(rule, f"{form}:{member}", filled, asynchronous)


def _typed(rule: Rule, form: str, lines: Sequence[str], asynchronous: bool) -> Program:
    wait = "await " if asynchronous else ""
    program = write(form, [line.replace("WAIT ", wait) for line in lines], asynchronous=asynchronous)
    module, _, name = rule.v1.rpartition(".")
    source = program.source.replace(f"from {module} import {name}\n", "")
    source = source.replace("from stream_chat import", f"from {module} import {name}\nfrom stream_chat import", 1)
    return program._replace(source=source, alone=True)


_LIMITS = {
    "class": (
        "response = WAIT client.get_app_settings()",
        'observe("same", isinstance(response.rate_limit(), RateLimitInfo))',
    ),
    "annotation": (
        "def left(info: RateLimitInfo) -> int:",
        "    return 0 if info is None else info.remaining",
        "",
        "response = WAIT client.get_app_settings()",
        'observe("left", left(response.rate_limit()))',
    ),
}
_NUMBERS = {
    "sent": ('WAIT client.query_users({"name": "jane"}, [{"field": "created_at", "direction": MEMBER}])',),
    "sent:mapping": ('WAIT client.query_channels({"type": "messaging"}, {"created_at": MEMBER})',),
    "variable": (
        "order = MEMBER",
        'WAIT client.query_users({"name": "jane"}, [{"field": "created_at", "direction": order}])',
    ),
    "chosen": (
        "order = MEMBER if client.api_key else OTHER",
        'WAIT client.query_users({"name": "jane"}, [{"field": "created_at", "direction": order}])',
    ),
    "compared": ('observe("value", [1 == MEMBER, MEMBER < OTHER, 1 in (MEMBER, OTHER)])',),
    "counted": ('observe("value", -MEMBER * 2)',),
    "kept": ('observe("value", {"direction": MEMBER})',),
    "printed": ("order = MEMBER", 'observe("value", f"{order!r}")'),
}
_TEXTS = {
    "variable": ("kind = MEMBER", 'WAIT client.create_segment(kind, "segment-1")'),
    "variable:read": (
        "kind = MEMBER",
        'WAIT client.create_segment(kind, "segment-1")',
        'observe("value", kind.value)',
    ),
}
