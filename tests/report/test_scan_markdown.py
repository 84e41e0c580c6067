"""A scan as Markdown: within the length that GitHub takes, and nothing in it becomes markup."""

from __future__ import annotations

from markdown_it import MarkdownIt
from scanning import OPAQUE, file, hostile, mixed, report, site

from streammigrate.report import scan_markdown
from streammigrate.report.diff_markdown import LIMIT


def html(text: str) -> str:
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))


def test_nothing_to_do_is_one_sentence() -> None:
    assert scan_markdown.render(report()) == "## streammigrate scan\n\nNo use of stream-chat was found in 0 files.\n"


def test_the_report_says_what_is_automatic_and_what_the_rest_needs() -> None:
    text = scan_markdown.render(mixed())
    assert "**25%** by default, **37%** with `--unsafe`. By hand: about 50 min (an estimate" in text
    assert "**SM503** The keys of a payload are not known: 2 left, about 20 min." in text
    assert "`app/views.py:3:3` `StreamChat.upsert_user`" in text
    assert "- `jobs/bad.py:3` **SM540** Python cannot parse the file" in text
    assert "| `app/views.py` | 7 | 1 | 1 | 4 | 1 |" in text
    assert "Cohorts" not in text


def test_cohorts_are_told_on_request() -> None:
    text = scan_markdown.render(mixed(), cohorts=True)
    assert "**C1** `stream_chat.StreamChat` moves; a v1 twin beside it serves what stays: 3 sites, 1 rewritten" in text
    assert '- made: `app/clients.py:3` `StreamChat("key", "secret")`' in text
    assert "- held by: `app/views.py:3` the keys of \\`data\\` are not known" in text
    assert "- made: not in view, it comes from outside" in text
    assert "- sites: `app/views.py:2:3`" in text
    assert "No object of stream-chat is in view." in scan_markdown.render(report(), cohorts=True)


def test_tables_have_the_statuses_that_there_are() -> None:
    assert "| method | sites | default |\n" in scan_markdown.render(report(file("a.py", site(1))))


def test_nothing_becomes_markup() -> None:
    found = html(scan_markdown.render(hostile(), cohorts=True))
    assert "<script" not in found
    assert "<img" not in found
    assert "<h1" not in found


def test_the_length_is_limited() -> None:
    many = [site(line, OPAQUE._replace(text=f"reason {line} " + "x" * 500)) for line in range(1, 40)]
    text = scan_markdown.render(report(*(file(f"app/{index:04}.py", *many) for index in range(60))))
    assert len(text.encode()) < LIMIT
    assert "more" in text


def test_a_report_that_is_too_long_is_cut_at_a_block() -> None:
    kinds = [site(line, OPAQUE._replace(text=f"{line} " + "<" * 550)) for line in range(1, 40)]
    text = scan_markdown.render(report(file("a.py", *kinds)))
    assert len(text.encode()) < LIMIT
    assert text.endswith("… and more in the JSON report\n")
