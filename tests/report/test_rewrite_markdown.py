"""A rewrite as a comment on a pull request."""

from __future__ import annotations

from markdown_it import MarkdownIt
from rewriting import OPAQUE, report, result

from streammigrate.report import rewrite_markdown
from streammigrate.report.rewrite_markdown import LIMIT


def test_numbers_and_what_is_left() -> None:
    text = rewrite_markdown.render(report(result("safe(1)\nrisky(2)\nopaque(3)\n")))
    assert "| would be rewritten | 1 |\n| with `--unsafe` | 1 |\n| left | 1 |" in text
    assert "### `app/chat.py`\n\n- 2:1 **SM202** `StreamChat.risky` with `--unsafe`: v2 has no place" in text
    assert "- 3:1 **SM503** `StreamChat.opaque` the keys of" in text
    assert "SM201" not in text


def test_no_use_is_one_sentence() -> None:
    assert rewrite_markdown.render(report()) == "## streammigrate rewrite\n\nNo use of stream-chat was found.\n"


def test_code_is_shown_as_it_is() -> None:
    one = result("opaque(1)\n")
    facet = OPAQUE._replace(text="`a|b` <script> **c** @team\n# d")
    hostile = one._replace(path="a`b.py", sites=(one.sites[0]._replace(facets=(facet,), member="A.``b"),))
    shown = MarkdownIt().enable("table").render(rewrite_markdown.render(report(hostile)))
    assert "<script>" not in shown
    assert "<code>a`b.py</code>" in shown
    assert "<code>A.``b</code>" in shown
    assert "**c**" in shown


def test_a_long_report_is_cut_and_says_so() -> None:
    text = rewrite_markdown.render(report(result("opaque('x')\n" * 2000)))
    assert len(text.encode()) < LIMIT
    kept = text.count("**SM503**")
    assert f"… {2000 - kept} more in the JSON report" in text
