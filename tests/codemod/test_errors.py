"""Errors followed through a program: the same handlers catch, and read the same, whatever goes wrong on the wire."""

from __future__ import annotations

from textwrap import dedent

import pytest
from failures import HEAD, STAYS, both
from programs import rewritten

MOVED = 'chat.deactivate_user(user_id="a")'
OTHERS = {
    "a class of the program's": """
        from stream_chat import StreamChat

        chat = StreamChat("k", "s")


        class StreamAPIException(Exception):
            error_code = 3


        try:
            chat.deactivate_user("a")
        except StreamAPIException as e:
            observe("x", e.error_code)
        except Exception:
            pass
        try:
            raise StreamAPIException("StreamChat error")
        except StreamAPIException as e:
            observe("y", (e.error_code, getattr(e, "error_code", 0), "error" in str(e)))
        """,
    "another library's exceptions": """
        from bank import Declined, pay
        from stream_chat import StreamChat

        chat = StreamChat("k", "s")
        try:
            pay()
        except Declined as e:
            observe("x", (e.error_code, getattr(e, "error_message", "")))
        try:
            pay()
        except Exception as e:
            observe("y", (e.error_code, hasattr(e, "error_message"), "timeout" in str(e)))
        try:
            chat.deactivate_user("a")
        except Exception:
            pass
        """,
    "an attribute of what is no exception": """
        from stream_chat import StreamChat

        chat = StreamChat("k", "s")


        def show(payment):
            return payment.error_code, payment.response_text


        try:
            chat.deactivate_user("a")
        except Exception:
            observe("x", show(type("Payment", (), {"error_code": 1, "response_text": ""})))
        """,
    "attributes that stream-chat's has not": """
        from stream_chat import StreamChat

        chat = StreamChat("k", "s")
        try:
            chat.deactivate_user("a")
        except Exception as e:
            observe("x", (getattr(e, "status_code", 0), e.args and 1, isinstance(e, KeyError) and e.code))
        """,
    "HTTP of one's own": """
        import requests
        from stream_chat import StreamChat

        chat = StreamChat("k", "s")
        try:
            requests.Request("GET", "https://example.com")
        except requests.RequestException as e:
            print(e.response)
        try:
            chat.deactivate_user("a")
        except (requests.HTTPError, requests.exceptions.JSONDecodeError):
            pass
        except Exception:
            pass
        """,
}
BANK = "class Declined(Exception):\n    error_code = 1\n\n\ndef pay():\n    raise Declined('no')\n"


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_what_is_not_stream_chats_stays(text: str) -> None:
    found = both({"main.py": text, "bank.py": BANK})
    before, after = dedent(text).strip().splitlines(), found.text.strip().splitlines()
    kept = [line for line in before if "StreamChat" not in line and "chat.deactivate_user" not in line]
    assert [line for line in after if line in kept] == kept
    assert "stream_compat" not in found.text
    assert MOVED in found.text
    assert not found.differences()


def test_a_file_that_nothing_of_the_program_reaches() -> None:
    lone = (
        "from stream_chat.base.exceptions import StreamAPIException\n\ntry:\n    go()\n"
        "except StreamAPIException as e:\n    print(e.error_code)\n"
        "except Exception as e:\n    print(getattr(e, 'error_code', 0))\n"
    )
    after = rewritten({"main.py": HEAD + 'chat.deactivate_user("a")\n', "lone.py": lone})
    assert after["lone.py"] == lone


CAUGHT = {
    "attributes": (
        """
        try:
            chat.deactivate_user("a")
        except StreamAPIException as e:
            observe("x", (e.status_code, e.response_text, e.json_response, e.args[0], e.args[1]))
            if e.json_response:
                observe("y", (e.error_code, e.error_message, f"{e.error_code}: {e.error_message}"))
        """,
        ["e.raw_response_body, e.api_error is not None", "e.code, e.message"],
        ['error_field(e, "response_text")', "f\"{error_field(e, 'error_code')}: {error_field(e, 'error_message')}\""],
    ),
    "attributes by name": (
        """
        try:
            chat.deactivate_user("a")
        except StreamAPIException as e:
            observe("x", (getattr(e, "error_code", None), hasattr(e, "error_message"), getattr(e, "code", 7), e.args))
            for name in ("error_code", "status_code", "message"):
                observe(name, getattr(e, name, "none"))
        """,
        ['error_field(e, "error_code", None), has_error_field(e, "error_message"), error_field(e, "code", 7)'],
        ['error_field(e, name, "none")'],
    ),
    "another class beside it": (
        """
        class Foreign(Exception):
            error_code = 9


        def work(fails):
            if fails:
                raise Foreign
            chat.deactivate_user("a")


        for fails in (True, False):
            try:
                work(fails)
            except (Foreign, StreamAPIException) as e:
                observe("x", getattr(e, "error_code", None))
                observe("y", hasattr(e, "error_code") and e.error_code)
            try:
                work(False)
            except (KeyError, StreamAPIException) as e:
                observe("z", e.status_code)
        """,
        [
            "except (Foreign, StreamApiException) as e",
            'error_field(e, "error_code")',
            "except (KeyError, StreamApiException)",
        ],
        ["except (Foreign, StreamAPIException, StreamApiException) as e"],
    ),
    "any exception": (
        """
        def work():
            chat.deactivate_user("a")


        def tell(exc, where):
            observe(where, (getattr(exc, "error_code", None), getattr(exc, "status_code", 0), hasattr(exc, "response_text")))


        try:
            work()
        except Exception as e:
            tell(e, where="here")
            again = e
            observe("x", (getattr(again, "error_message", "none"), getattr(e, "message", "none")))
            if isinstance(e, StreamAPIException) and e.status_code == 404:
                observe("gone", e.error_code)
        """,
        ['error_field(exc, "error_code", None), getattr(exc, "status_code", 0)', 'observe("gone", e.code)'],
        ["isinstance(e, (StreamAPIException, StreamApiException))"],
    ),
    "a decorator": (
        """
        def retry(exceptions=StreamAPIException, tries=2):
            def deco(function):
                def wrapper():
                    for _ in range(tries):
                        try:
                            return function()
                        except exceptions as e:
                            observe("again", getattr(e, "error_code", None))
                return wrapper
            return deco


        @retry((StreamAPIException, KeyError))
        def one():
            chat.deactivate_user("a")


        @retry(exceptions=StreamAPIException)
        def two():
            chat.deactivate_user("a")


        @retry()
        def three():
            chat.deactivate_user("a")


        for each in (one, two, three):
            try:
                each()
            except Exception:
                observe("out", 1)
        """,
        ["def retry(exceptions=StreamApiException", "@retry((StreamApiException, KeyError))", "except exceptions as e"],
        ["def retry(exceptions=(StreamAPIException, StreamApiException)", "except exceptions as e"],
    ),
    "suppressed": (
        """
        import contextlib
        from contextlib import suppress

        with contextlib.suppress(StreamAPIException):
            chat.deactivate_user("a")
        try:
            with suppress(KeyError, StreamAPIException):
                chat.deactivate_user("a")
            observe("x", 1)
        except Exception:
            pass
        """,
        ["contextlib.suppress(StreamApiException)"],
        ["suppress(KeyError, StreamAPIException, StreamApiException)"],
    ),
    "a context manager": (
        """
        import contextlib


        @contextlib.contextmanager
        def guard():
            try:
                yield
            except StreamAPIException as e:
                observe("x", e.status_code)
            except Exception as e:
                observe("y", getattr(e, "error_code", 0))


        with guard():
            chat.deactivate_user("a")
        """,
        ['error_field(e, "error_code", 0)'],
        ["except (StreamAPIException, StreamApiException) as e"],
    ),
    "classes that are compared": (
        """
        try:
            chat.deactivate_user("a")
        except Exception as e:
            observe("x", (type(e) is StreamAPIException, StreamAPIException != e.__class__))
            observe("w", type(e) in (KeyError, StreamAPIException))
            observe("y", {KeyError: 1, StreamAPIException: 2}.get(type(e)))
            observe("z", type(e).__name__ == "StreamAPIException")
            observe("n", e.__class__.__name__ in ("StreamAPIException", "KeyError"))
        """,
        [
            "type(e) in (StreamApiException, StreamRateLimitException)",
            "e.__class__ not in (StreamApiException, StreamRateLimitException)",
        ],
        ['in ("StreamAPIException", "StreamApiException", "StreamRateLimitException")'],
    ),
    "what an error tracker is given": (
        """
        import sys


        def before_send(event, hint):
            exc_type, exc_value, _ = hint["exc_info"]
            if isinstance(exc_value, StreamAPIException) and exc_value.status_code == 404:
                return None
            exc = hint["exc_info"][1]
            return {"code": getattr(exc_value, "error_code", None), "text": getattr(exc, "response_text", "")}


        IGNORED = [StreamAPIException, KeyError]
        try:
            chat.deactivate_user("a")
        except Exception:
            info = sys.exc_info()
            observe("x", before_send({}, {"exc_info": info}))
            observe("y", any(issubclass(info[0], one) for one in IGNORED))
        """,
        [
            'error_field(exc_value, "error_code", None)',
            'error_field(exc, "response_text", "")',
            "[StreamApiException, KeyError]",
        ],
        ["[StreamAPIException, KeyError, StreamApiException]", "issubclass(info[0], one)"],
    ),
    "what is registered": (
        """
        import functools


        class App:
            handlers = {}

            def exception_handler(self, kind):
                def deco(function):
                    self.handlers[kind] = function
                    return function
                return deco

            def add_exception_handler(self, kind, function):
                self.exception_handler(kind)(function)

            def run(self, view):
                try:
                    view()
                except Exception as error:
                    for kind in type(error).__mro__:
                        if kind in self.handlers:
                            self.handlers[kind](None, error)
                            break


        def install(app):
            @app.exception_handler(StreamAPIException)
            def on_error(request, exc):
                observe("x", (exc.status_code, getattr(exc, "error_message", "")))


        def log(request, exc: Exception):
            observe("log", getattr(exc, "error_code", 0))


        @functools.singledispatch
        def told(error):
            return "other"


        @told.register(StreamAPIException)
        def _(error):
            return error.response_text


        def view():
            chat.deactivate_user("a")


        app = App()
        install(app)
        app.run(view)
        app.add_exception_handler(StreamAPIException, log)
        app.run(view)
        try:
            view()
        except Exception as e:
            observe("y", told(e) if isinstance(e, StreamAPIException) else "")
        """,
        ["@app.exception_handler(StreamApiException)", "@told.register(StreamApiException)"],
        ["app.exception_handler(StreamApiException)(on_error)", "app.add_exception_handler(StreamApiException, log)"],
    ),
    "tasks": (
        """
        def task(**options):
            def deco(function):
                def run():
                    try:
                        function()
                    except options["autoretry_for"]:
                        observe("again", 1)
                return run
            return deco


        @task(autoretry_for=(StreamAPIException,), max_retries=3)
        def job():
            chat.deactivate_user("a")


        try:
            job()
        except Exception:
            observe("out", 1)
        """,
        ["autoretry_for=(StreamApiException,)"],
        ["autoretry_for=(StreamAPIException, StreamApiException)"],
    ),
    "tests": (
        """
        import io
        import unittest


        class Tests(unittest.TestCase):
            def test_it(self):
                with self.assertRaises(StreamAPIException) as caught:
                    chat.deactivate_user("a")
                observe("x", (caught.exception.status_code, getattr(caught.exception, "error_code", None)))


        loaded = unittest.defaultTestLoader.loadTestsFromTestCase(Tests)
        result = unittest.TextTestRunner(stream=io.StringIO()).run(loaded)
        observe("y", (len(result.failures), len(result.errors)))
        """,
        ["self.assertRaises(StreamApiException)", 'error_field(caught.exception, "error_code", None)'],
        ["self.assertRaises((StreamAPIException, StreamApiException))"],
    ),
    "annotations": (
        """
        from typing import Optional


        class Result:
            error: Optional[StreamAPIException] = None


        def told(e: StreamAPIException, other: "StreamAPIException") -> "Optional[StreamAPIException]":
            observe("x", (e.status_code, other.response_text))
            return e


        try:
            chat.deactivate_user("a")
        except StreamAPIException as e:
            result = Result()
            result.error = told(e, e)
            observe("y", result.error.response_text)
        except Exception:
            pass
        """,
        ["error: Optional[StreamApiException]", 'other: "StreamApiException"', "other.raw_response_body"],
        [
            "error: Optional[Union[StreamAPIException, StreamApiException]]",
            'other: "StreamAPIException | StreamApiException"',
        ],
    ),
    "causes": (
        """
        class Own(Exception):
            pass


        try:
            try:
                chat.deactivate_user("a")
            except Exception as e:
                raise Own("failed") from e
        except Own as own:
            observe("x", (getattr(own.__cause__, "error_code", None), isinstance(own.__cause__, StreamAPIException)))
        """,
        ['error_field(own.__cause__, "error_code", None)'],
        ["isinstance(own.__cause__, (StreamAPIException, StreamApiException))"],
    ),
    "a class of one's own": (
        """
        class ChatError(StreamAPIException):
            def __init__(self, text, status):
                super().__init__(text, status)
                self.extra = 1


        def work():
            try:
                chat.deactivate_user("a")
            except StreamAPIException as e:
                raise ChatError(e.response_text, e.status_code) from e


        for kind in (ChatError, Exception):
            try:
                work()
            except kind as e:
                observe("x", (getattr(e, "extra", 0), getattr(e, "error_code", 0), getattr(e, "status_code", 0)))
        try:
            work()
        except StreamAPIException as e:
            observe("y", (e.response_text, e.json_response))
        except Exception:
            pass
        """,
        ["class ChatError(StreamAPIException)", "except (StreamAPIException, StreamApiException) as e"],
        ["class ChatError(StreamAPIException)", "except (StreamAPIException, StreamApiException) as e"],
    ),
}


@pytest.mark.parametrize("name", CAUGHT)
@pytest.mark.parametrize("stays", ["", STAYS], ids=["all moves", "a call stays"])
def test_handlers_catch_and_read_the_same(name: str, stays: str) -> None:
    text, wanted, while_both = CAUGHT[name]
    found = both(HEAD + stays + dedent(text))
    for one in while_both if stays else wanted:
        assert one in found.text
    assert MOVED in found.text
    assert ("StreamAPIException" in found.text) == (bool(stays) or name == "a class of one's own")
    assert found.differences() == []


@pytest.mark.parametrize("name", [name for name in CAUGHT if name != "a class of one's own"])
def test_what_is_caught_twice_is_caught_once_in_the_end(name: str) -> None:
    text = CAUGHT[name][0]
    first = rewritten({"main.py": HEAD + STAYS + dedent(text)})["main.py"]
    assert rewritten({"main.py": first})["main.py"] == first
    moved = first.replace('    chat_v1.unflag_user("b")\n', "    pass\n").replace(
        'chat_v1 = StreamChat("k", "s")\n', ""
    )
    last = rewritten({"main.py": moved})["main.py"]
    found = both(HEAD + dedent(text))
    assert not found._replace(after={**found.after, "main.py": last}).differences()


RAISED = {
    "by the program": (
        """
        def fail(status):
            raise StreamAPIException('{"code": 4, "message": "no"}', status)


        for status in (400, 429):
            try:
                fail(status)
            except StreamAPIException as e:
                observe("x", (e.error_code, e.error_message, e.status_code, e.response_text, e.json_response))
        try:
            raise StreamAPIException("oops", status_code=500)
        except StreamAPIException as e:
            observe("y", (e.status_code, e.response_text, e.json_response, getattr(e, "error_code", 7)))
        """,
        'raise stream_api_error("oops", status_code=500)',
    ),
    "by a stand-in": (
        """
        from unittest import mock

        service = mock.Mock(side_effect=StreamAPIException("no", 404))
        try:
            service()
        except StreamAPIException as e:
            observe("x", (e.status_code, e.response_text))
        """,
        'mock.Mock(side_effect=stream_api_error("no", 404))',
    ),
}


@pytest.mark.parametrize(("text", "wanted"), RAISED.values(), ids=RAISED)
def test_what_the_program_raises_itself_moves_too(text: str, wanted: str) -> None:
    text = HEAD + dedent(text) + 'try:\n    chat.deactivate_user("a")\nexcept Exception:\n    pass\n'
    found = both(text)
    assert wanted in found.text
    assert "stream_chat" not in found.text
    assert found.differences() == []
    alone = both(text, helpers=False)
    assert "except (StreamAPIException, StreamApiException) as e" in alone.text or alone.text == alone.before["main.py"]
    assert alone.differences() == []
    stays = both(text.replace(HEAD, HEAD + STAYS))
    assert "stream_api_error" not in stays.text
    assert stays.differences() == []


FILES = {
    "service.py": HEAD
    + """
ChatError = StreamAPIException
ERRORS = (StreamAPIException, KeyError, OSError)


def work():
    chat.deactivate_user("a")
""",
    "report.py": """
def report(error):
    observe("report", (getattr(error, "error_code", None), error.__class__.__name__ == "StreamAPIException"))
""",
    "main.py": """
from report import report
from service import ERRORS, ChatError, work
from stream_chat.base.exceptions import StreamAPIException

try:
    work()
except ERRORS as e:
    observe("x", e.error_code if hasattr(e, "error_code") else None)
    report(e)
try:
    work()
except ChatError as e:
    observe("y", (e.status_code, e.response_text))
except OSError:
    observe("lost", 1)
try:
    work()
except StreamAPIException as e:
    report(e)
except Exception as e:
    report(e)
""",
}


@pytest.mark.parametrize("stays", ["", STAYS], ids=["all moves", "a call stays"])
def test_handlers_in_other_files(stays: str) -> None:
    found = both({**FILES, "service.py": FILES["service.py"] + stays})
    assert found.differences() == []
    assert "error_field(error" in found.after["report.py"]
    assert MOVED in found.after["service.py"]
    assert "StreamTransportException)" in found.after["service.py"]
    if not stays:
        assert "ChatError = StreamApiException" in found.after["service.py"]
        assert "except ChatError as e" in found.text
        assert not any("stream_chat" in text for text in found.after.values())


HELD = {
    "a class is wanted while both come": (
        STAYS + "from tracker import ignore\n\nignore(StreamAPIException)\n",
        "write the same for that one beside it",
    ),
    "an attribute of a class while both come": (
        STAYS + "class Caught:\n    kind = StreamAPIException\n",
        "write the same for that one beside it",
    ),
    "a pattern with attributes": (
        "def f(e):\n    match e:\n        case StreamAPIException(error_code=16):\n            return 1\n",
        "what is read of it",
    ),
    "all attributes": (
        'try:\n    chat.deactivate_user("a")\nexcept StreamAPIException as e:\n    observe("x", vars(e))\n',
        "reads the attributes by name",
    ),
    "an attribute that stream-chat's has not": (
        'try:\n    chat.deactivate_user("a")\nexcept StreamAPIException as e:\n    observe("x", e.details)\n',
        "has no counterpart",
    ),
    "the text of a time-out": (
        'try:\n    chat.deactivate_user("a")\nexcept Exception as e:\n    observe("x", "timed out" in str(e))\n',
        "ask for its `error_type`",
    ),
}


@pytest.mark.parametrize(("text", "reason"), HELD.values(), ids=HELD)
def test_what_cannot_be_carried_over_holds_the_calls(text: str, reason: str) -> None:
    text = f'{HEAD}{text}\n\ndef go():\n    chat.deactivate_user("b")\n'
    found = both(text)
    assert found.text == found.before["main.py"]
    assert any(reason in one for one in found.left)


def test_what_is_named_for_both_by_hand_holds_nothing() -> None:
    text = (
        HEAD
        + STAYS
        + "from getstream import StreamApiException\nfrom tracker import ignore\n\nignore(StreamAPIException)\n"
        + 'ignore(StreamApiException)\nchat.deactivate_user("b")\n'
    )
    assert 'chat.deactivate_user(user_id="b")' in rewritten({"main.py": text})["main.py"]


TEXTS = {
    "only shown": (
        "import logging\n\nlog = logging.getLogger('x')\n",
        "log.warning('failed: %s', e)\nlog.error(f'failed {e}')\nprint(str(e)[:5], 'no ' + str(e))\n"
        "message = f'no {e}'\nlog.info(message)",
        "",
    ),
    "asked for what only the server says": (
        "",
        "observe('x', ('failed with' in str(e), 'REQUEST FAILED' in str(e).upper(), 'nothing' not in str(e).lower()))",
        "'failed with' in str(e)",
    ),
    "asked for what the SDK says": ("", "observe('x', 'code 16' in str(e))", "'code 16' in error_text(e)"),
    "asked for a part of it": ("", "observe('x', str(e).startswith('StreamChat'))", "error_text(e).startswith"),
    "asked through a name": ("", "text = str(e)\nif 'HTTP code' in text:\n    observe('x', 1)", "text = error_text(e)"),
    "asked in an f-string": ("", "observe('x', 'error code 4' in f'{e}!')", "in f'{error_text(e)}!'"),
    "asked for one of several": (
        "WORDS = ('http code: 502', 'rate')\n",
        "observe('x', any(word in str(e).lower() for word in WORDS))",
        "error_text(e).lower()",
    ),
    "formatted": (
        "",
        "observe('x', ['no: %s (%d)' % (e, e.status_code), '{} {e}'.format(1, e=e), f'{e!s:>9}'])",
        "['no: %s (%d)' % (error_text(e), e.status_code), '{} {e}'.format(1, e=error_text(e)), f'{error_text(e)!s:>9}']",
    ),
    "raised again": (
        "class Own(Exception):\n    pass\n",
        "try:\n    raise Own(f'no: {e}') from e\nexcept Own as own:\n    observe('x', 'error' in str(own) and 1)",
        "raise Own(f'no: {error_text(e)}') from e",
    ),
    "given away": ("", "observe('x', {'error': str(e), 'more': f'no: {e}'})", "'more': f'no: {error_text(e)}'"),
}


@pytest.mark.parametrize(("head", "body", "wanted"), TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("stays", ["", STAYS], ids=["all moves", "a call stays"])
def test_texts(head: str, body: str, wanted: str, stays: str) -> None:
    block = "".join(f"    {line}\n" for line in body.splitlines())
    guarded = 'try:\n    chat.deactivate_user("a")\nexcept StreamAPIException as e:\n'
    text = f"{HEAD}{head}{stays}{guarded}{block}except Exception:\n    pass\n"
    found = both(text)
    assert (wanted or block) in found.text
    assert ("error_text" in found.text) == ("error_text" in wanted)
    assert found.differences() == []
    anything = both(text.replace("except StreamAPIException as e", "except Exception as e", 1))
    # What the HTTP library says of a lost connection is gone with it.
    assert anything.differences(*(("time-out", "connection") if "no: " in wanted else ())) == []


def test_no_helpers() -> None:
    text = HEAD + 'try:\n    chat.deactivate_user("a")\nexcept StreamAPIException as e:\n    observe("x", {read})\n'
    assert "e.code" in both(text.format(read="e.error_code"), helpers=False).text
    held = both(text.format(read='getattr(e, "error_code", None)'), helpers=False)
    assert held.text == held.before["main.py"]
    assert any("it takes a helper" in one for one in held.left)


READERS = {
    "that names the class": (
        "from service import work\nfrom stream_chat.base.exceptions import StreamAPIException\n",
        "StreamAPIException",
        "pass",
    ),
    "that asks any exception": ("from service import work\n", "Exception as e", 'print(getattr(e, "error_code", 0))'),
    "that catches lost connections": ("import requests\nfrom service import work\n", "requests.Timeout", "pass"),
}


@pytest.mark.parametrize(("head", "kind", "body"), READERS.values(), ids=READERS)
def test_a_handler_in_a_file_that_is_not_edited(head: str, kind: str, body: str) -> None:
    files = {
        "service.py": HEAD + '\n\ndef work():\n    chat.deactivate_user("a")\n',
        "main.py": f"{head}\ntry:\n    work()\nexcept {kind}:\n    {body}\n",
    }
    assert "Stream(" in rewritten(files)["service.py"]
    assert rewritten(files, "service.py")["service.py"].strip() == files["service.py"].strip()
    shown = {
        **files,
        "main.py": "from service import work\n\ntry:\n    work()\nexcept Exception as e:\n    text = str(e)\n",
    }
    assert "Stream(" in rewritten(shown, "service.py")["service.py"]
