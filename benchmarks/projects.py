"""How fast whole projects are gone through, beside the tools that people know.

    python benchmarks/projects.py [--lines N] [--runs N] [--command NAME …]

Builds two trees in a temporary folder: one of about N lines (1.8 million) from the standard library and the installed packages
of this interpreter, with a generated service of which 25 files use stream-chat; and the same tree without stream-chat. Then
runs each command, the references in between, and prints the best time of each, the ratios and the peak of the memory. `ruff`
and `grep` have to be on the PATH, and streammigrate installed or importable.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

USERS = 25
PACKAGES = ("accounts", "billing", "catalogue", "orders", "support")
LEFT_OUT = frozenset({"stream_chat", "getstream", "__pycache__", "streammigrate"})
LIMIT_MB = 300


class Run(NamedTuple):
    """The best time in seconds, and the peak of the memory in MB, of the process and those that it starts."""

    seconds: float
    peak: float


def build(root: Path, lines: int, *, uses: bool) -> tuple[int, int]:
    """Make a tree and return how many files and lines it has."""
    root.mkdir(parents=True)
    (root / "pyproject.toml").write_text('[project]\nname = "benchmark"\nversion = "1"\n')
    service(root / "service", uses=uses)
    count = 0
    copied = 0
    for label, source in (("packages", sysconfig.get_path("purelib")), ("library", sysconfig.get_path("stdlib"))):
        for path in sorted(Path(source).rglob("*.py")):
            inside = path.relative_to(source)
            if not LEFT_OUT.isdisjoint(inside.parts) or "site-packages" in inside.parts:
                continue
            data = path.read_bytes()
            if b"stream_chat" in data or count >= lines:
                continue
            target = root / "vendored" / label / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            count += data.count(b"\n")
            copied += 1
    return copied, count


def service(root: Path, *, uses: bool) -> None:
    """Write a service of packages: each with a client, files that use it, and as many that do not."""
    for package in PACKAGES:
        folder = root / package
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("")
        made = "from stream_chat import StreamChat\n\nchat = StreamChat(KEY, SECRET)\n" if uses else "chat = object()\n"
        (folder / "clients.py").write_text(
            f"import os\n\n{made.replace('KEY, SECRET', 'os.environ[{!r}], os.environ[{!r}]'.format('KEY', 'SECRET'))}"
            "\n\ndef get_chat():\n    return chat\n"
        )
        for index in range(USERS // len(PACKAGES) - 1):
            (folder / f"users_{index}.py").write_text(_USING.replace("PACKAGE", package) if uses else _PLAIN)
        for index in range(20):
            (folder / f"models_{index}.py").write_text(_PLAIN)


_USING = """
from service.PACKAGE.clients import get_chat
from stream_chat.base.exceptions import StreamAPIException


def register(user_id, name):
    get_chat().upsert_user({"id": user_id, "name": name, "role": "user"})


def announce(channel_id, text, author):
    channel = get_chat().channel("messaging", channel_id)
    try:
        channel.send_message({"text": text}, author)
    except StreamAPIException as error:
        print(error)


def names(ids):
    found = get_chat().query_users({"id": {"$in": ids}})
    return [user["name"] for user in found["users"]]
""".lstrip()
_PLAIN = """
import json
from dataclasses import dataclass


@dataclass
class Row:
    id: str
    name: str = ""

    def dump(self):
        return json.dumps({"id": self.id, "name": self.name})


def total(rows):
    return sum(len(row.name) for row in rows)
""".lstrip()


def measure(command: Sequence[str], folder: Path) -> Run:
    """Run a command once and return its time and its peak. Raises SystemExit where it fails.

    ruff and grep end with 1 when they find something, and nothing.
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode > ("streammigrate" not in command):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Run(time.perf_counter() - start, used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024))


def best(commands: dict[str, Sequence[str]], folder: Path, runs: int) -> dict[str, Run]:
    """Return the best time and the highest peak of each command; they take turns, so that all meet the same machine."""
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            run = measure(command, folder)
            if turn:
                found[name].append(run)
    return {name: Run(min(r.seconds for r in taken), max(r.peak for r in taken)) for name, taken in found.items()}


def show(title: str, found: dict[str, Run], limit: float, asked: Sequence[str]) -> None:
    """Print a table; the commands that are asked about with their part of the limit in seconds."""
    print(title)
    for name, run in found.items():
        said = f"{run.seconds / limit:6.2f} of {limit:.2f} s allowed" if name in asked else ""
        over = " TOO MUCH MEMORY" if name in asked and run.peak > LIMIT_MB else ""
        print(f"  {name:12}{run.seconds:8.3f} s{run.peak:8.0f} MB  {said}{over}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_800_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--command", nargs="*", default=["rewrite", "scan"], help="the commands of streammigrate")
    parser.add_argument("--keep", type=Path, help="build the trees here, or take those that are there already")
    arguments = parser.parse_args()
    folder = arguments.keep or Path(tempfile.mkdtemp(prefix="streammigrate-"))
    own = [sys.executable, "-m", "streammigrate"]
    ours: dict[str, Sequence[str]] = {name: [*own, name, "."] for name in arguments.command}
    references: dict[str, Sequence[str]] = {
        "ruff": ["ruff", "check", "--select", "UP", "--no-cache", "--isolated", "."],
        "grep": ["grep", "-r", "stream_chat", "."],
        "--version": [*own, "--version"],
    }
    try:
        for name, uses in (("with", True), ("without", False)):
            root = folder / name
            if not root.exists():
                files, lines = build(root, arguments.lines, uses=uses)
                print(f"{name} stream-chat: {files} files, {lines} lines")
            found = best({**references, **ours}, root, arguments.runs)
            ruff, grep, version = (found[key].seconds for key in ("ruff", "grep", "--version"))
            if uses:
                show("with stream-chat: 1.5 times ruff", found, 1.5 * ruff, arguments.command)
            else:
                show(
                    "without: 3 times grep and 1.5 times --version", found, 3 * grep + 1.5 * version, arguments.command
                )
    finally:
        if arguments.keep is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
