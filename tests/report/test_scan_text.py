"""A scan for a terminal: narrow, wide, with and without colour."""

from __future__ import annotations

import re

import pytest
from scanning import COHORTS, LOSS, OPAQUE, file, hostile, mixed, report, site

from streammigrate.report import scan_text

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def test_nothing_to_do_is_one_sentence() -> None:
    assert scan_text.render(report()) == "No use of stream-chat was found in 0 files.\n"


def test_the_whole_report() -> None:
    assert scan_text.render(mixed()) == (
        """\
8 sites in 2 files: 2 rewritten by default, 1 with --unsafe, 4 left, 1
suppressed; 1 problem with files.
██████████▒▒▒▒▒░░░░░░░░░░░░░░░░░░░░░░░░░  25% by default, 37% with --unsafe
By hand: about 50 min. An estimate: a rule of thumb for each kind of reason.

By method               sites  default  unsafe  left  suppressed
StreamChat.upsert_user      5        2       ·     2           1
Channel.send_message        1        ·       ·     1           ·
StreamChat.ban_user         1        ·       1     ·           ·
StreamChat.channel          1        ·       ·     1           ·

By file       sites  default  unsafe  left  suppressed
app/views.py      7        1       1     4           1
jobs/run.py       1        1       ·     ·           ·

Problems with files
  jobs/bad.py:3
    SM540 Python cannot parse the file

What the rest needs
  SM503 The keys of a payload are not known  2 left, about 20 min
    Build the payload in the call, or split known fields and `custom` by hand.
    the keys of `data` are not known
      app/views.py:3:3  StreamChat.upsert_user
    the keys of `data` are not known; the response is returned
      app/views.py:5:3  StreamChat.upsert_user

  SM506 The response goes where it is not followed  1 left, about 15 min
    Read the values that are needed beside the call, and pass those on.
    the response is returned
      app/views.py:6:3  Channel.send_message

  SM511 Another use of the same client stays  1 left
    See the finding of the use that stays.
    it shares its client with line 3, which stays
      app/views.py:7:3  StreamChat.channel

  SM514 v2 cannot do all that the v1 call did  1 with --unsafe, about 5 min
    v2 has no place for `x`
      app/views.py:4:3  StreamChat.ban_user

Next
  streammigrate rewrite .             # see the diff
  streammigrate rewrite . --write     # write 2 sites
  streammigrate rewrite . --unsafe    # with 1 more
  streammigrate why app/views.py:3:3  # all that is known of one site
  streammigrate scan . --cohorts      # what keeps a client from moving whole
"""
    )


def test_cohorts_are_told_on_request() -> None:
    text = scan_text.render(mixed(), cohorts=True)
    assert (
        """\
Cohorts
  C1 stream_chat.StreamChat  moves; a v1 twin beside it serves what stays
    made    app/clients.py:3  StreamChat("key", "secret")
    files   app/clients.py
            app/views.py
    through app/clients.py: chat
            app/views.py: send(client)
    sites   3, of which 1 rewritten by default
            app/views.py:2:3  StreamChat.upsert_user  default
            app/views.py:3:3  StreamChat.upsert_user  left
            app/views.py:7:3  StreamChat.channel  left
    held by app/views.py:3  the keys of `data` are not known

  C2 stream_chat.StreamChat  moves whole
    made    not in view: it comes from outside
    files   jobs/run.py
    through jobs/run.py: main(chat)
    sites   1, of which 1 rewritten by default
            jobs/run.py:1:3  StreamChat.upsert_user  default
"""
        in text
    )
    assert "--cohorts" not in text
    assert "No object of stream-chat is in view." in scan_text.render(report(), cohorts=True)


def test_quiet_says_the_verdict_and_verbose_everything() -> None:
    assert scan_text.render(mixed(), verbose=-1, width=160).count("\n") == 1
    assert "app/views.py:8:3  SM201 StreamChat.upsert_user  suppressed" in scan_text.render(mixed(), verbose=1)


def test_what_is_long_is_cut_unless_more_is_asked_for() -> None:
    many = [site(line, OPAQUE._replace(text=f"reason {line // 8}"), member=f"M.m{line}") for line in range(1, 80)]
    long = report(*(file(f"app/{index:02}.py", *many) for index in range(20)))
    text = scan_text.render(long)
    assert "and 64 methods more: --verbose" in text
    assert "and 5 files more: --verbose" in text
    assert "and 157 more: --verbose" in text
    assert re.search(r"and \d+ sites more: --verbose", text)
    assert len(text.splitlines()) < 80
    full = scan_text.render(long, verbose=1)
    assert "--verbose" not in full
    assert full.count("app/07.py:79:3") == 2


def test_a_rest_of_one_is_shown() -> None:
    text = scan_text.render(report(*(file(f"{index:02}.py", site(1)) for index in range(16))))
    assert "15.py" in text
    assert "--verbose" not in text


@pytest.mark.parametrize("width", [40, 60, 80, 160])
@pytest.mark.parametrize("found", [mixed(), hostile()])
def test_paragraphs_keep_to_the_width(width: int, found: object) -> None:
    text = scan_text.render(found, width=width, cohorts=True)  # type: ignore[arg-type]
    whole = re.compile(r"^  +(streammigrate |#|\S+:\d+|made|held by|sites|files|through)|<script>")
    assert [line for line in text.splitlines() if len(line) > width and not whole.search(line)] == []


@pytest.mark.parametrize("width", [60, 160])
def test_colour_changes_no_word(width: int) -> None:
    plain = scan_text.render(mixed(), width=width, cohorts=True, verbose=1)
    colored = scan_text.render(mixed(), width=width, cohorts=True, verbose=1, color=True)
    assert "\x1b[" in colored
    bare = [line.rstrip() for line in ESCAPE.sub("", colored).splitlines()]
    assert bare == plain.splitlines()


def test_the_bar_shows_each_status_that_there_is() -> None:
    def bar(*sites: object) -> str:
        return scan_text.render(report(file("a.py", *sites))).splitlines()[1].partition("  ")[0]  # type: ignore[arg-type]

    assert bar(site(1)) == "█" * 40
    assert bar(site(1, LOSS)) == "▒" * 40
    assert bar(*[site(line) for line in range(1, 200)], site(200, OPAQUE)) == "█" * 39 + "░"


def test_the_next_commands_take_the_same_paths_and_options() -> None:
    found = report(file("a b.py", site(1), site(2, OPAQUE)), cohorts=COHORTS, arguments="'a b' --target 6.1")
    text = scan_text.render(found)
    assert "streammigrate rewrite 'a b' --target 6.1 --write" in text
    assert "streammigrate why 'a b.py:2:3'" in text
