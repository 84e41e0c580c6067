"""How generated programs meet errors: near the call, far from it, by a class, by a helper, in loops, decorators and managers."""

from __future__ import annotations

import random
from contextlib import AbstractContextManager

from tests.differential.payloads import Text
from tests.differential.places import Definition
from tests.differential.travels import Travelling

_API = "StreamAPIException"
_READS = (
    "{e}.status_code",
    "{e}.error_code",
    "{e}.error_message",
    'getattr({e}, "status_code", None)',
    'getattr({e}, "error_code", None)',
    'getattr({e}, "error_message", "none")',
    "{e}.status_code == 404",
    "{e}.status_code in (429, 500)",
    "{e}.status_code >= 500",
    "{e}.error_code == 16",
    '"not found" in str({e})',
    '"code 16" in str({e})',
    "str({e})",
    'f"failed: {{{e}}}"',
    "{e}.json_response",
    '{{404: "missing", 429: "later"}}.get({e}.status_code, "other")',
    '{{"error": {e}.error_message, "status": {e}.status_code}}',
    'json.dumps({{"error": str({e})}})',
    'hasattr({e}, "error_code")',
    "isinstance({e}, StreamAPIException)",
    "{e}",
)
_BOLD_READS = (
    "{e}.response_text",
    "{e}.args",
    "type({e}).__name__",
    'getattr({e}, "response_text", "")[:5]',
    'getattr({e}, "code", 0)',
    "vars({e})",
)
_ANY_READS = (
    "isinstance({e}, StreamAPIException) and {e}.status_code == 404",
    "({e}.status_code if isinstance({e}, StreamAPIException) else 500)",
    'hasattr({e}, "status_code")',
    "isinstance({e}, Exception)",
    'getattr({e}, "status_code", None)',
    "isinstance({e}, StreamAPIException)",
    "isinstance({e}, (StreamAPIException, KeyError))",
    '"timed out" in str({e})',
    "type({e}).__name__",
    "{e}",
)


class Catching:
    """Adds statements in which errors are raised and caught; the maker of programs has the rest."""

    chance: random.Random
    values: Travelling
    text: Text
    asynchronous: bool
    daring: bool
    catches: bool

    def likely(self, part: float) -> bool:
        raise NotImplementedError

    def defining(self, stem: str, beside: Definition | None = None) -> AbstractContextManager[Definition]:
        raise NotImplementedError

    def _block(self, client: str) -> None:
        raise NotImplementedError

    def _awaited(self, call: str) -> str:
        raise NotImplementedError

    # What is caught, and what is done with it.

    def _caught(self) -> str:
        """Return what an `except` names."""
        ways: dict[str, float] = {
            _API: 10,
            f"(KeyError, {_API})": 4,
            f"({_API}, ValueError)": 1,
            "Exception": 6,
            "": 1,
            "constant": 2,
            "transport": 2,
            f"({_API}, transport)": 2,
            "Exception ": 1,
            "wrong": 1,
        }
        kind = self.chance.choices(list(ways), list(ways.values()))[0]
        if kind == "constant":
            with self.defining("ERRORS") as made:
                self.catches = True
                self.text.add(
                    f"{made.name} = ({_API}, {self.chance.choice(('KeyError', 'ValueError', self._transport()))})"
                )
            return made.spelled
        if "transport" in kind:
            kind = kind.replace("transport", self._transport())
        if kind == "wrong":
            return self.chance.choice(("ValueError", "KeyError", "OSError", "RuntimeError"))
        self.catches = self.catches or _API in kind
        return kind.strip()

    def _transport(self) -> str:
        """Return an exception of the library below the SDK."""
        if self.asynchronous:
            return self.chance.choice(("aiohttp.ClientError", "asyncio.TimeoutError", "aiohttp.ClientConnectionError"))
        return self.chance.choice(
            (
                "requests.exceptions.RequestException",
                "requests.RequestException",
                "requests.exceptions.Timeout",
                "requests.Timeout",
                "requests.exceptions.ConnectionError",
            )
        )

    def _read_error(self, error: str, kind: str) -> None:
        """Add reads of a caught error."""
        pool: tuple[str, ...] = _READS if kind == _API else _ANY_READS
        if kind == _API and self.daring:
            pool = (*_READS, *_BOLD_READS)
        if kind == _API and self.likely(0.5):
            pool = _READS[:11]
        for read in self.chance.sample(pool, k=self.chance.choice((1, 1, 2))):
            self.catches = self.catches or _API in read
            name = "class" if read.startswith("type(") else "caught"
            self.text.add(f'observe("{name}", {read.format(e=error)})')

    def _handler(self, kind: str) -> None:
        """Add an `except` of a kind with what is done there."""
        if not kind or self.likely(0.1):
            with self.text.block(f"except {kind}:" if kind else "except:"):
                self.text.add('observe("caught", "something")')
            return
        error = self.chance.choice(("error", "error", "exc", "e"))
        with self.text.block(f"except {kind} as {error}:"):
            way = self.chance.choices(("read", "explain", "kept", "logged", "test"), (12, 3, 1, 2, 3))[0]
            if way == "explain":
                with self.defining("explain") as made, self.text.block(f"def {made.name}(error):"):
                    self._read_error("error", kind)
                    if self.likely(0.5):
                        self.catches = True
                        self.text.add(f"if isinstance(error, {_API}):\n    return error.status_code\nreturn None")
                self.text.add(f'observe("caught", {made.spelled}({error}))')
            elif way == "kept":
                name = self.values.variable("failure", error)
                self._read_error(name, kind)
            elif way == "logged":
                self.text.add(
                    self.chance.choice(
                        (
                            f'logging.getLogger("x").warning("failed: %s", {error})',
                            'logging.getLogger("x").exception("failed")',
                            f'logging.getLogger("x").error(f"failed: {{{error}}}")',
                        )
                    )
                )
            elif way == "test" and kind == _API:
                test = self.chance.choice(_READS[6:12]).format(e=error)
                with self.text.block(f"if {test}:"):
                    self.text.add('observe("caught", "as expected")')
                with self.text.block("else:"):
                    self.text.add("raise" if self.likely(0.4) else 'observe("caught", "another")')
            else:
                self._read_error(error, kind)
            if self.likely(0.08):
                self.text.add("raise")

    def _handlers(self) -> None:
        """Add one `except`, or two."""
        kind = self._caught()
        self._handler(kind)
        if kind not in ("", "Exception") and self.likely(0.15):
            self._handler(self.chance.choice(("Exception", "Exception", "KeyError")))
        if self.likely(0.12):
            with self.text.block("else:"):
                self.text.add('observe("noise", "else")', verbatim=True)
        if self.likely(0.12):
            with self.text.block("finally:"):
                self.text.add('observe("noise", "finally")', verbatim=True)

    # Where it is caught.

    def _guarded(self, client: str) -> None:
        """Add a block with an `except`."""
        way = self.chance.choices(
            (
                self._near,
                self._in_function,
                self._retry,
                self._decorated,
                self._managed,
                self._translated,
                self._collected,
                self._gathered,
            ),
            (14, 4, 4, 3, 3, 3, 2, 1),
        )[0]
        way(client)

    def _near(self, client: str) -> None:
        self.text.add("try:")
        with self.text.deeper():
            self._block(client)
        self._handlers()

    def _risky(self, stem: str, client: str, decorator: str = "") -> str:
        """Add a function with a block, and return its call."""
        name = self.values.name(stem)
        if decorator:
            self.text.add(f"@{decorator}")
        with self.text.block(f"{'async ' if self.asynchronous else ''}def {name}():"):
            self._block(client)
            if self.likely(0.3):
                self.text.add('return "done"')
        return self._awaited(f"{name}()")

    def _in_function(self, client: str) -> None:
        """Let the error come out of a function, or of one that the first calls."""
        call = self._risky("risky", client)
        if self.likely(0.3):
            name = self.values.name("outer")
            self.text.add(f"{'async ' if self.asynchronous else ''}def {name}():\n    return {call}")
            call = self._awaited(f"{name}()")
        self.text.add(f"try:\n    {call}")
        self._handlers()

    def _retry(self, client: str) -> None:
        """Add a loop that tries again."""
        self.catches = True
        sleep = "await asyncio.sleep" if self.asynchronous else "time.sleep"
        name = self.values.name("attempt")
        with self.text.block(f"for {name} in range(3):"):
            self.text.add("try:")
            with self.text.deeper():
                self._block(client)
                self.text.add("break")
            with self.text.block(f"except {_API} as error:"):
                test = self.chance.choice(
                    (
                        "error.status_code != 429",
                        "error.status_code < 500",
                        'getattr(error, "status_code", 0) not in (429, 500)',
                        f"{name} == 2",
                    )
                )
                self.text.add(f"if {test}:\n    {self.chance.choice(('raise', 'break'))}")
                self.text.add(f"{sleep}({self.chance.choice(('1', f'2 ** {name}', '0.1'))})")
                self.text.add(f'observe("again", {name})')
            if self.likely(0.2):
                self._handler(self._transport())

    def _decorated(self, client: str) -> None:
        """Add a function whose decorator catches."""
        awaiting = "async " if self.asynchronous else ""
        with self.defining("quiet") as made, self.text.block(f"def {made.name}(function):"):
            if self.likely(0.7):
                self.text.add("@functools.wraps(function)")
            with self.text.block(f"{awaiting}def wrapper(*args, **kwargs):"):
                if self.likely(0.4):
                    self.text.add("for attempt in range(2):\n    try:")
                    self.text.depth += 1
                else:
                    self.text.add("try:")
                depth = 1 if self.text.lines[-1].strip() == "try:" and "for attempt" in self.text.lines[-2] else 0
                with self.text.deeper():
                    self.text.add(f"return {self._awaited('function(*args, **kwargs)')}")
                self._handlers_plain()
                self.text.depth -= depth
            self.text.add("return wrapper")
        self.text.add(self._risky("risky", client, made.spelled))

    def _handlers_plain(self) -> None:
        self.catches = True
        self._handler(self.chance.choice((_API, _API, "Exception", f"(KeyError, {_API})")))

    def _managed(self, client: str) -> None:
        """Add a block in a context manager that catches."""
        self.catches = True
        if self.likely(0.4):
            head = f"with contextlib.suppress({self.chance.choice((_API, f'{_API}, KeyError', 'Exception'))}):"
        else:
            with self.defining("guarded") as made:
                self.text.add("@contextlib.contextmanager")
                with self.text.block(f"def {made.name}():"):
                    self.text.add("try:\n    yield")
                    self._handlers_plain()
            head = f"with {made.spelled}():"
        with self.text.block(head):
            self._block(client)

    def _translated(self, client: str) -> None:
        """Let the program make an error of its own out of that of the SDK."""
        with self.defining("AppError") as made:
            base = "Exception"
            if self.daring and self.likely(0.2):
                self.catches = True
                base = _API
            body = (
                "pass"
                if base != "Exception" or self.likely(0.6)
                else "def __init__(self, message, status=0):\n    super().__init__(message)\n    self.status = status"
            )
            with self.text.block(f"class {made.name}({base}):"):
                self.text.add(body)
        self.catches = True
        self.text.add("try:\n    try:")
        self.text.depth += 1
        with self.text.deeper():
            self._block(client)
        text = self.chance.choice(
            ('"app"', '"app"', 'f"app: {error.status_code}"', "str(error)", "error.error_message", 'f"app: {error}"')
        )
        arguments = {"Exception": text, _API: '"{}", 400'}[base]
        if "self.status" in body:
            arguments += ", status=error.status_code"
        with self.text.block(f"except {_API} as error:"):
            self.text.add(f"raise {made.spelled}({arguments}){self.chance.choice((' from error', '', ' from None'))}")
        self.text.depth -= 1
        with self.text.block(f"except {made.spelled} as failure:"):
            reads = [
                "str(failure)",
                "failure.__cause__",
                "failure.__context__",
                f"isinstance(failure, {made.spelled})",
                "failure.__cause__ is None",
            ]
            if "self.status" in body:
                reads = ["failure.status", "failure.status == 404"]
            self.text.add(f'observe("caught", {self.chance.choice(reads)})')

    def _collected(self, client: str) -> None:
        """Let a loop go on after an error, and keep the errors."""
        self.catches = True
        name = self.values.variable("errors", "[]")
        with self.text.block("for word in WORDS:"):
            self.text.add("try:")
            with self.text.deeper():
                self._block(client)
            kind = self.chance.choice((_API, _API, "Exception"))
            kept = (
                ["error", "(word, error)"]
                if kind == "Exception"
                else ["error", "error.status_code", "(word, error.status_code)"]
            )
            keep = self.chance.choice(kept)
            rest = "continue" if self.likely(0.5) else 'observe("noise", "next")'
            self.text.add(f"except {kind} as error:\n    {name}.append({keep})\n    {rest}")
        self.text.add(f'observe("errors", {self.chance.choice((name, f"len({name})"))})')

    def _gathered(self, client: str) -> None:
        """Let errors come back as values."""
        if not self.asynchronous:
            self._near(client)
            return
        call = self._risky("risky", client).removeprefix("await ")
        name = self.values.variable("found", f"await asyncio.gather({call}, return_exceptions=True)")
        self.text.add(f'observe("caught", isinstance({name}[0], Exception))')
