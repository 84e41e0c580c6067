"""Opens pages in a headless Chromium, by its debugging protocol over a pair of pipes; nothing is to be installed for it."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "chrome-headless-shell")
_FETCHED = ("chrome", "headless_shell", "chrome-headless-shell")
_TIMEOUT = 60.0
"""Seconds for the browser to answer."""


def find() -> str | None:
    """Return the path of a Chromium: what STREAMMIGRATE_BROWSER names, else the first that is on the path, else one that
    Playwright has fetched."""
    named = os.environ.get("STREAMMIGRATE_BROWSER")
    if named:
        return shutil.which(named)
    fetched = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    candidates = (str(path) for name in _FETCHED for path in sorted(fetched.glob(f"chromium*/*/{name}")))
    return next(filter(None, map(shutil.which, (*NAMES, *candidates))), None)


_HAND_OVER = """
import os, sys
read, write = os.dup2(int(sys.argv[1]), 30), os.dup2(int(sys.argv[2]), 31)
os.dup2(read, 3)
os.dup2(write, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""The browser reads its commands from descriptor 3 and answers on 4; neither pipe may lie on the other's place."""


class BrowserError(Exception):
    """The browser does not start, does not answer, or refuses a command."""


class Page:
    """One page. `said` is what it wrote to its console, and what the browser says of it, errors and warnings alone."""

    def __init__(self, process: subprocess.Popen[bytes], write: int, read: int) -> None:
        self._process, self._write, self._read = process, write, read
        self._number = 0
        self._session = ""
        self._rest = b""
        self._events: list[str] = []
        self.said: list[str] = []
        self.asked: list[str] = []
        """The addresses that were asked for."""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(f"{domain}.enable")

    def look(self, *, width: int, height: int = 900, dark: bool = False, media: str = "screen") -> None:
        """Set the size in CSS pixels, the colour scheme, and `screen` or `print`."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._call("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", media=media, features=[scheme])

    def open(self, path: Path) -> None:
        """Load a file and wait until it is there."""
        self._events.clear()
        self._call("Page.navigate", url=path.resolve().as_uri())
        self._until("Page.loadEventFired")

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression as JSON-like data. Raises BrowserError when it throws."""
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise BrowserError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def shoot(self, path: Path) -> None:
        """Write a picture of the whole page as PNG."""
        shot = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def _call(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        try:
            os.write(self._write, json.dumps(message).encode() + b"\0")
        except OSError as error:
            raise BrowserError("the browser has ended") from error
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def _until(self, event: str) -> None:
        while event not in self._events:
            self._next()

    def _next(self) -> dict[str, Any]:
        deadline = time.monotonic() + _TIMEOUT
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(0.0, deadline - time.monotonic()))
            data = os.read(self._read, 1 << 20) if ready else b""
            if not data:
                raise BrowserError("the browser does not answer")
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        self._take(message.get("method", ""), message.get("params", {}))
        return message

    def _take(self, event: str, given: dict[str, Any]) -> None:
        if event:
            self._events.append(event)
        if event == "Runtime.exceptionThrown":
            self.said.append(given["exceptionDetails"]["text"])
        elif event == "Runtime.consoleAPICalled" and given["type"] in ("error", "warning", "assert"):
            self.said.append(json.dumps(given["args"]))
        elif event == "Log.entryAdded" and given["entry"]["level"] in ("error", "warning"):
            self.said.append(given["entry"]["text"])
        elif event == "Network.requestWillBeSent":
            self.asked.append(given["request"]["url"])


@contextmanager
def browser(path: str, profile: Path, options: Sequence[str] = ()) -> Iterator[Page]:
    """Start a browser with a profile of its own in an empty folder, and end it. Raises BrowserError when it does not start."""
    commands, answers = os.pipe(), os.pipe()
    arguments = (
        *("--headless=new", "--remote-debugging-pipe", f"--user-data-dir={profile}", "--no-first-run", "--disable-gpu"),
        *("--no-sandbox", "--disable-dev-shm-usage", "--disable-extensions", "--disable-background-networking"),
        *("--disable-component-update", "--disable-sync", "--no-default-browser-check", "--hide-scrollbars"),
    )

    read, write = commands[0], answers[1]
    process = subprocess.Popen(
        [sys.executable, "-c", _HAND_OVER, str(read), str(write), path, *arguments, *options, "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(read, write),
    )
    os.close(commands[0])
    os.close(answers[1])
    try:
        yield Page(process, commands[1], answers[0])
    finally:
        os.close(commands[1])
        os.close(answers[0])
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
