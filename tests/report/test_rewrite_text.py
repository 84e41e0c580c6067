"""The report on a rewrite for a terminal: narrow, wide, with and without colour."""

from __future__ import annotations

import re

import pytest
from rewriting import report, result

from streammigrate.codemod import kinds
from streammigrate.codemod.model import REFUSED, FileResult, Trouble
from streammigrate.report import rewrite_text
from streammigrate.report.rewrite_tasks import Next, Now

CODE = "import stream_chat\nsafe(1)\nrisky(2)\nif x:\n    opaque(3)\n"


def test_nothing_to_do_is_said_in_a_sentence() -> None:
    assert rewrite_text.render(report()) == "No use of stream-chat was found.\n"
    assert rewrite_text.render(report(result("x = 1\n"))) == "No use of stream-chat was found.\n"


def test_a_preview_promises_and_a_write_reports() -> None:
    preview = rewrite_text.render(report(result(CODE)))
    assert "1 site would be rewritten in 1 file, 1 more with --unsafe, 1 left for you.\n" in preview
    assert "--- a/app/chat.py\n+++ b/app/chat.py\n" in preview
    written = rewrite_text.render(report(result(CODE), written=True))
    assert "1 site rewritten in 1 file, 1 more with --unsafe, 1 left for you.\n" in written
    assert "+++" not in written
    assert "would" not in written
    assert "--write" not in written


def test_what_is_left_has_its_place_reason_and_instruction() -> None:
    text = rewrite_text.render(report(result(CODE)), diff=False)
    assert "app/chat.py\n  3:1 SM202 StreamChat.risky  unsafe\n    v2 has no place for `x`\n" in text
    assert "  5:5 SM503 StreamChat.opaque  left\n    the keys of `data` are not known\n" in text
    assert re.search(r"1  unsafe +changes behaviour", text)
    assert re.search(r"1  left +needs a person", text)
    assert "suppressed" not in text


def test_suppressed_sites_are_counted_and_told_on_request() -> None:
    one = result("opaque(1)\n")
    quiet = one._replace(sites=(one.sites[0]._replace(suppressed="later"),))
    assert "1 site suppressed.\n" in rewrite_text.render(report(quiet))
    assert "later" not in rewrite_text.render(report(quiet))
    assert "later" in rewrite_text.render(report(quiet), verbose=1)


def test_a_file_in_trouble_is_told() -> None:
    bad = FileResult("x.py", b"(", b"(", (), (Trouble(kinds.UNPARSED.id, "no Python", 3),))
    text = rewrite_text.render(report(bad))
    assert "x.py\n  3 SM540 no Python\n" in text
    assert "1 problem with files.\n" in text


@pytest.mark.parametrize("width", [40, 60, 80, 160])
def test_paragraphs_keep_to_the_width_and_code_is_never_cut(width: int) -> None:
    long = f"safe({'a' * 200})\nopaque(1)\n"
    text = rewrite_text.render(report(result(long)), width=width, verbose=1)
    assert f"-safe({'a' * 200})\n" in text
    prose = [line for line in text.splitlines() if line[:1] not in ("+", "-")]
    assert max(map(len, prose)) <= width


def test_colour_only_where_asked() -> None:
    assert "\x1b" not in rewrite_text.render(report(result(CODE)))
    colored = rewrite_text.render(report(result(CODE)), color=True)
    assert "\x1b[32m+done(1)" in colored
    plain = re.sub(r"\x1b\[[0-9;]*m", "", colored)
    assert "".join(f"{line.rstrip()}\n" for line in plain.splitlines()) == rewrite_text.render(report(result(CODE)))


def test_columns_are_characters() -> None:
    text = rewrite_text.render(report(result("x = 'äö'; opaque(1)\n")), diff=False)
    assert "  1:11 SM503" in text


def test_a_site_is_explained_whole() -> None:
    found = result(CODE)
    text = rewrite_text.render_sites(found, list(found.sites[1:2]), width=60)
    assert text == (
        "app/chat.py:3:1  StreamChat.risky\n"
        "  risky(2)\n"
        "becomes\n"
        "  done(2)\n"
        "\n"
        "It is rewritten with --unsafe only.\n"
        "rule      SM202\n"
        "receiver\n"
        "    `client` is made on line 1\n"
        "facets\n"
        "    receiver: safe  a StreamChat by its constructor\n"
        "    arguments: unsafe (SM514)  v2 has no place for `x`\n"
        "proven forms\n"
        "    positional\n"
        "note      the answer holds more\n"
        "what would make it safe\n"
        "    v2 has no place for `x`\n"
    )


def test_the_end_has_what_is_left_the_rules_and_what_helps_now() -> None:
    text = rewrite_text.render(
        report(result(CODE)), width=100, commands=[Next("streammigrate rewrite app --write", "writes")]
    )
    diff, left = text.index("+++ b/app/chat.py"), text.index("3:1 SM202")
    rules, verdict, following = text.index("SM201  StreamChat.safe"), text.index("1 site would"), text.index("Next:")
    assert diff < left < rules < verdict < following
    assert text.endswith("\nNext:\n  streammigrate rewrite app --write  writes\n")
    assert "Next:" not in rewrite_text.render(report(result(CODE)), verbose=-1)


def test_a_command_stays_on_one_line() -> None:
    command = "streammigrate rewrite some/where/far/away --only send_message --write"
    text = rewrite_text.render(report(result(CODE)), width=40, commands=[Next(command, "writes the files")])
    assert f"\n  {command}\n    writes the files\n" in text


def test_after_a_run_the_lines_are_those_of_the_written_file() -> None:
    one = result(CODE)
    moved = one._replace(after=b"import more\n" + one.after)
    assert "  3:1 SM202" in rewrite_text.render(report(moved))
    assert "  4:1 SM202" in rewrite_text.render(report(moved, written=True))


def test_what_was_refused_is_told_as_that() -> None:
    one = result("safe(1)\nsafe(2)\n")
    first, second = one.sites
    refused = first._replace(applied=False, suppressed=REFUSED)
    text = rewrite_text.render(report(one._replace(sites=(refused, second)), written=True))
    assert "1 site rewritten in 1 file, 1 left as you said.\n" in text
    assert "1  suppressed" in text


def test_what_was_done_to_manifests_is_told_on_request() -> None:
    manifest = FileResult("a/req.txt", b"x\n", b"y\n", manifest=True, said=("req.txt: added `getstream`",))
    assert "added" not in rewrite_text.render(report(manifest))
    assert "a/req.txt\n  added `getstream`\n" in rewrite_text.render(report(manifest), verbose=1)


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a(1)\nb(1)\n", "# new\na(1)\nb(1)\n", {1: 2, 2: 3}),
        ("a(1)\nb(1)\nc(1)\n", "a(1)\n# TODO\n#   more\nb_v1(1)\nc(1)\n", {1: 1, 2: 4, 3: 5}),
        ("a(1)\nb(1)\nc(1)\n", "a(1)\nc(1)\n", {1: 1, 3: 2}),
        ("a(\n    1,\n)\nb(1)\n", "a(1)\nb(1)\n", {1: 1, 4: 2}),
    ],
)
def test_where_lines_are_after_a_run(before: str, after: str, lines: dict[int, int]) -> None:
    now = Now(FileResult("a.py", before.encode(), after.encode()))
    assert {line: now.line(line) for line in lines} == lines
