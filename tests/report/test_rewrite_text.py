"""The report on a rewrite for a terminal: narrow, wide, with and without colour."""

from __future__ import annotations

import re

import pytest
from rewriting import report, result

from streammigrate.codemod import kinds
from streammigrate.codemod.model import FileResult, Trouble
from streammigrate.report import rewrite_text

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
