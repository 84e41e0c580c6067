"""How fast data is checked, beside jq.

    python benchmarks/check.py [--records N] [--runs N]

Writes N records (1,000,000) of users, channels, messages, members and reactions to a temporary file, the same ones each time,
runs `streammigrate check --data FILE` as a whole command and `jq -c .` over the same file (a loop of `json.loads` where there is
no jq), and prints the best time of each, the records per second, the ratio, and the peak of the memory. Ends with 1 when the
memory exceeds the limit or records are missing. streammigrate has to be installed or importable.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

LIMIT_MB = 200
SHARES = {"user": 10, "channel": 4, "message": 60, "member": 16, "reaction": 10}
"""How many of a hundred records are of each kind."""

_WORDS = "brake chain crank frame gear hub pedal rim saddle spoke stem tyre wheel ride lane hill rain".split()
_COUNT = re.compile(r"([\d,]+) ([a-z]+)")
_LOOP = "import json, sys\nfor line in open(sys.argv[1], 'rb'):\n    json.loads(line)\n"


class Run(NamedTuple):
    """The time in seconds, the peak of the memory in MB, and what was written to standard output."""

    seconds: float
    peak: float
    out: str


def records(count: int) -> Iterator[dict[str, Any]]:
    """Yield records as an import has them, half of them with custom keys beside the fields, some in `custom`."""
    chance = random.Random(7)
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    for number in range(count):
        kind = kinds[number % len(kinds)]
        yield {"type": kind, "data": _record(kind, number, chance)}


def _record(kind: str, number: int, chance: random.Random) -> dict[str, Any]:
    found: dict[str, Any]
    user, channel = f"user-{number % 9973}", f"channel-{number % 997}"
    at = f"2026-{1 + number % 12:02}-{1 + number % 28:02}T10:{number % 60:02}:00Z"
    if kind == "user":
        found = {
            "id": f"user-{number}",
            "role": "user",
            "name": " ".join(chance.choices(_WORDS, k=2)),
            "teams": ["red"],
        }
        return {**found, "created_at": at, **({"color": "red", "size": number % 7} if number % 2 else {})}
    if kind == "channel":
        found = {"id": f"channel-{number}", "type": "messaging", "created_by": user, "created_at": at}
        return {**found, "name": " ".join(chance.choices(_WORDS, k=3)), "member_ids": [user], "team": "red"}
    if kind == "message":
        text = " ".join(chance.choices(_WORDS, k=chance.randrange(4, 40)))
        found = {
            "id": f"message-{number}",
            "channel_type": "messaging",
            "channel_id": channel,
            "user": user,
            "text": text,
        }
        found |= {"created_at": at, "type": "regular", "mentioned_users_ids": [user]}
        if number % 5 == 0:
            image = {
                "type": "image",
                "image_url": f"https://files.example/{number}.png",
                "title": text[:20],
                "width": 640,
            }
            found["attachments"] = [image, {**image, "custom": {"height": 480}}]
        return {**found, **({"mood": 1} if number % 3 == 0 else {"custom": {"mood": 2}} if number % 3 == 1 else {})}
    if kind == "member":
        found = {"channel_type": "messaging", "channel_id": channel, "user_id": user, "channel_role": "channel_member"}
        return {**found, "created_at": at, **({"nickname": user[:4]} if number % 2 else {})}
    return {"type": "love", "message_id": f"message-{number - 1}", "user_id": user, "score": 1, "created_at": at}


def measure(command: Sequence[str]) -> Run:
    """Run a command once. Raises SystemExit where it fails."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read(2**20).decode(errors="replace")
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}\n{text[:2000]}")
    return Run(seconds, used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024), text)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.records < 1 or arguments.runs < 1:
        parser.error("--records and --runs take numbers from 1")
    jq = shutil.which("jq")
    with tempfile.TemporaryDirectory(prefix="streammigrate-") as folder:
        path = Path(folder) / "import.jsonl"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in records(arguments.records))
        print(f"{arguments.records:,} records, {path.stat().st_size / 2**20:,.0f} MiB")
        commands = {
            "check": [sys.executable, "-m", "streammigrate", "check", "--data", str(path), "--format", "json"],
            "jq -c ." if jq else "json.loads": [jq, "-c", ".", str(path)]
            if jq
            else [sys.executable, "-c", _LOOP, str(path)],
        }
        best: dict[str, Run] = {}
        for _ in range(arguments.runs):
            for name, command in commands.items():
                run = measure(command)
                best[name] = min(run, best.get(name, run))
    own, other = best.values()
    for name, run in best.items():
        speed = arguments.records / run.seconds
        print(f"  {name:12}{run.seconds:8.1f} s{speed:12,.0f} records/s{run.peak:8.0f} MB")
    print(f"  check takes {own.seconds / other.seconds:.1f} times as long" + ("" if jq else " (there is no jq here)"))
    counted = json.loads(own.out)["sources"][0]["what"]
    print(f"  {counted}")
    seen = sum(
        int(number.replace(",", "")) for number, kind in _COUNT.findall(counted) if not kind.startswith("attach")
    )
    if seen != arguments.records:
        raise SystemExit(f"check saw {seen:,} records of {arguments.records:,}")
    if own.peak > LIMIT_MB:
        raise SystemExit(f"check needs {own.peak:.0f} MB, more than {LIMIT_MB}")


if __name__ == "__main__":
    main()
