"""`streammigrate scan` as a user meets it: what is printed, written and returned, and that nothing is changed."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from streammigrate import api

Run = Callable[..., Any]

ROOT = Path(__file__).resolve().parents[2]
SERVICE = ROOT / "tests" / "sample_projects" / "service" / "before" / "service.py"
GUIDE = (ROOT / "docs" / "scan.md").read_text(encoding="utf-8")

SAFE = """\
from stream_chat import StreamChat

client = StreamChat(api_key="key", api_secret="secret")
client.upsert_user({"id": "jane", "name": "Jane"})
"""
LEFT = """\
from stream_chat import StreamChat

client = StreamChat(api_key="key", api_secret="secret")


def count(things):
    return client.get_nothing(things)
"""
DECOY = '''\
"""Its methods only sound like those of stream_chat."""


class AuditLog:
    def upsert_user(self, user):
        self.last = user

    def send_message(self, text):
        self.last = text


log = AuditLog()
log.upsert_user({"id": "jane"})
log.send_message("Hello")
'''


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "safe.py").write_text(SAFE)
    (folder / "left.py").write_text(LEFT)
    (folder / "decoy.py").write_text(DECOY)
    (folder / "other.py").write_text("print('hello')\n")
    return folder


def scan_json(run: Run, *arguments: str) -> dict[str, Any]:
    outcome = run("scan", *arguments, "-f", "json")
    assert outcome.code == 0
    document: dict[str, Any] = json.loads(outcome.out)
    schema = json.loads(files("streammigrate.report").joinpath("scan.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    return document


@pytest.mark.parametrize("source", ["print('hello')\n", DECOY, DECOY.replace("stream_chat", "chat")])
@pytest.mark.parametrize("format", api.SCAN_FORMATS)
def test_a_project_without_the_sdk_has_no_site(run: Run, tmp_path: Path, source: str, format: str) -> None:
    (tmp_path / "app.py").write_text(source)
    outcome = run("scan", ".", "-f", format, "--fail-on", "any", "--cohorts")
    assert outcome.code == 0
    assert "AuditLog" not in outcome.out
    assert "upsert_user" not in outcome.out
    if format == "text":
        assert outcome.out.startswith("No use of stream-chat was found in 1 file.\n")


def test_a_method_of_the_same_name_is_no_site(run: Run, app: Path) -> None:
    found = scan_json(run, "app")
    assert {site["file"] for site in found["sites"]} == {"app/left.py", "app/safe.py"}
    assert found["summary"]["files"]["seen"] == 4


def test_nothing_is_changed(run: Run, app: Path) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(app.parent.rglob("*"))[1:]}
    for format in api.SCAN_FORMATS:
        assert run("scan", "app", "-f", format, "--cohorts", "-v").code == 0
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(app.parent.rglob("*"))[1:]} == before


def test_every_use_of_a_service_is_automatic(run: Run, tmp_path: Path) -> None:
    (tmp_path / "service.py").write_bytes(SERVICE.read_bytes())
    outcome = run("scan", "service.py")
    assert outcome.code == 0
    assert (
        outcome.out
        == """\
12 sites in 1 file: 12 rewritten by default.
████████████████████████████████████████  100% by default

By method                   sites  default
StreamChat.channel              3        3
Channel.add_members             2        2
Channel.create                  1        1
Channel.send_message            1        1
Channel.update_partial          1        1
StreamChat                      1        1
StreamChat.deactivate_user      1        1
StreamChat.mute_user            1        1
StreamChat.upsert_user          1        1

By file     sites  default
service.py     12       12

Next
  streammigrate rewrite service.py          # see the diff
  streammigrate rewrite service.py --write  # write 12 sites
"""
    )
    found = scan_json(run, "service.py")
    assert found["needs"] == []
    assert found["summary"]["estimate_minutes"] == 0
    assert {site["proof"]["proven"] for site in found["sites"]} == {True}
    assert [site["method"] for site in found["sites"]][:2] == ["StreamChat", "upsert_user"]


def test_what_is_left_says_why_where_and_what_comes_next(run: Run, app: Path) -> None:
    outcome = run("scan", "app")
    assert re.match(r"\d+ sites in 2 files: \d+ rewritten by default, \d+ left\.\n", outcome.out)
    assert "SM501 No rule has a word on this member" in outcome.out
    assert "app/left.py:7:12" in outcome.out
    assert "streammigrate why app/left.py:7:12" in outcome.out
    assert "streammigrate rewrite app --write" in outcome.out
    found = scan_json(run, "app")
    (need,) = [need for need in found["needs"] if need["kind"] == "SM501"]
    assert need["instructions"][0]["places"] == [{"file": "app/left.py", "line": 7, "column": 12}]
    assert "get_nothing" in need["instructions"][0]["text"]


def test_why_explains_each_site_that_is_listed(run: Run, app: Path) -> None:
    for site in scan_json(run, "app")["sites"]:
        place = f"{site['file']}:{site['line']}:{site['column']}"
        outcome = run("why", place)
        assert outcome.code == 0
        assert f"{place}  {site['member']}" in outcome.out


def test_the_numbers_are_those_of_rewrite(run: Run, app: Path) -> None:
    rewritten = json.loads(run("rewrite", "app", "-f", "json").out)["summary"]["sites"]
    scanned = scan_json(run, "app")["summary"]["sites"]
    assert [scanned[name] for name in ("default", "unsafe", "left", "suppressed")] == list(rewritten.values())


def test_unsafe_settings_do_not_change_a_scan(run: Run, app: Path) -> None:
    before = run("scan", "app", "-f", "json").out
    (app / "pyproject.toml").write_text("[tool.streammigrate.rewrite]\nunsafe = true\n")
    assert run("scan", "app", "-f", "json").out == before


def test_options_of_rewrite_hold_here(run: Run, app: Path) -> None:
    ids = {site["rule"] for site in scan_json(run, "app")["sites"]}
    kept = {site["rule"] for site in scan_json(run, "app", "--ignore", "SM5,sm201")["sites"]}
    assert kept == {id for id in ids if not id.startswith(("SM5", "SM201"))} != ids
    assert {site["rule"] for site in scan_json(run, "app", "--select", "SM401")["sites"]} == {"SM401"}
    older = scan_json(run, "app", "--target", "6.1")
    assert (older["target"], older["sites"][0]["proof"]["release"]) == ("6.1.0", "6.1")
    assert "streammigrate rewrite app --target 6.1 --write" in run("scan", "app", "--target", "6.1").out
    (app.parent / "own.toml").write_text('[tool.streammigrate.rewrite]\ntarget = "5.1"\n')
    assert scan_json(run, "app", "--config", "own.toml")["target"] == "5.1.0"


@pytest.mark.parametrize(
    ("source", "codes"),
    [(SAFE, (0, 1, 0)), (LEFT, (1, 1, 0)), (DECOY, (0, 0, 0)), ("import stream_chat (\n", (1, 1, 0))],
)
def test_exit_codes_by_threshold(run: Run, tmp_path: Path, source: str, codes: tuple[int, int, int]) -> None:
    (tmp_path / "app.py").write_text(source)
    found = tuple(run("scan", "app.py", "--fail-on", threshold).code for threshold in api.SCAN_FAIL_ON)
    assert found == codes
    assert run("scan", "app.py").code == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--fail-on", "breaking"], 2),
        (["-f", "sarif"], 2),
        (["-f", "json", "-f", "csv"], 2),
        (["-o", "report.sarif"], 2),
        (["--target", "5.0"], 2),
        (["--select", "upsert"], 2),
        (["--write"], 2),
        (["-o", "app/safe.py", "app/safe.py", "-f", "json"], 2),
        (["nope"], 3),
        (["-o", "app/safe.py/report.json"], 3),
    ],
)
def test_wrong_usage_and_input_that_cannot_be_read(run: Run, app: Path, options: list[str], code: int) -> None:
    outcome = run("scan", "app", *options)
    assert outcome.code == code
    assert "Traceback" not in outcome.err
    assert (app / "safe.py").read_text() == SAFE


def test_a_file_that_cannot_be_parsed_is_a_finding_and_the_others_go_on(run: Run, app: Path) -> None:
    (app / "bad.py").write_text("import stream_chat (\n")
    outcome = run("scan", "app")
    assert outcome.code == 0
    assert "1 problem with files" in outcome.out
    assert "app/bad.py:1\n    SM540" in outcome.out
    found = scan_json(run, "app")
    (problems,) = [one["problems"] for one in found["files"] if one["file"] == "app/bad.py"]
    assert problems[0]["id"] == "SM540"
    assert found["summary"]["sites"]["default"] > 0


def test_several_reports_in_one_run(run: Run, app: Path) -> None:
    outcome = run("scan", "app", "-o", "a.json", "-o", "b.csv", "-o", "c.md", "-o", "d.html", "-o", "e.txt")
    assert outcome.code == 0
    assert outcome.out.count("\n") == 1, "standard output has the verdict only"
    sites = json.loads(Path("a.json").read_text())["sites"]
    with Path("b.csv").open(newline="") as opened:
        assert len(list(csv.DictReader(opened))) == len(sites)
    assert b"\r\n" in Path("b.csv").read_bytes()
    assert Path("c.md").read_text().startswith("## streammigrate scan")
    assert Path("d.html").read_text().startswith("<!doctype html>")
    assert "Sites\n" in Path("e.txt").read_text()
    assert run("scan", "app", "-q", "-o", "a.json").out == ""


@pytest.mark.parametrize("format", api.SCAN_FORMATS)
def test_every_format_is_the_same_twice_and_in_any_order(run: Run, app: Path, format: str) -> None:
    first = run("scan", "app", "--format", format, "--cohorts")
    assert first.code == 0
    assert "StreamChat.upsert_user" in first.out
    assert run("scan", "app", "--format", format, "--cohorts") == first
    if format in ("json", "csv"):
        assert (
            run("scan", "app/safe.py", "app/left.py", "-f", format).out
            == run("scan", "app/left.py", "app/safe.py", "-f", format).out
        )


def test_quiet_says_the_verdict_and_verbose_each_site(run: Run, app: Path) -> None:
    assert run("scan", "app", "-q").out.count("\n") == 1
    assert "app/safe.py:4:1  SM201 StreamChat.upsert_user  default" in run("scan", "app", "-v").out


@pytest.mark.parametrize("columns", ["60", "160"])
@pytest.mark.parametrize("color", ["always", "never"])
def test_any_terminal_will_do(run: Run, app: Path, monkeypatch: pytest.MonkeyPatch, columns: str, color: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    outcome = run("scan", "app", "--color", color)
    assert ("\x1b[" in outcome.out) is (color == "always")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", outcome.out)
    assert max(len(line) for line in plain.splitlines() if "streammigrate " not in line) <= int(columns)


def test_the_guide_describes_every_option_and_format() -> None:
    command = [sys.executable, "-m", "streammigrate", "scan", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    options = set(re.findall(r"--[a-z][a-z-]+", shown)) - {"--help"}
    named = {"--quiet": "`-q`"}
    assert [option for option in sorted(options) if named.get(option, option) not in GUIDE] == []
    assert [name for name in (*api.SCAN_FORMATS, *api.SCAN_FAIL_ON) if name not in GUIDE] == []
    assert set(re.findall(r"\bSM\d{3}\b", GUIDE)) <= {kind.id for kind in api.kinds()}


def test_the_example_of_the_guide_is_what_comes_out(run: Run, tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    (shown,) = re.findall(r"```text\n(.*?)```", GUIDE, re.DOTALL)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "chat.py").write_text(code)
    assert run("scan", "shop").out == shown
