"""The readiness page: verdict first, nothing from anywhere, nothing in it becomes markup, and what is not known is said."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from html_page import HtmlPage
from readiness_pages import (
    answer,
    check,
    everything,
    hostile_progress,
    hostile_result,
    progress,
    result,
)

from streammigrate.checks.run import BASELINE, CheckResult, Settled
from streammigrate.findings import Severity
from streammigrate.report import check_html
from streammigrate.report.readiness import Progress, measure

PAGES: list[tuple[CheckResult, Progress | None]] = [
    (everything(), progress()),
    (everything(), None),
    (hostile_result(), hostile_progress()),
    (result(), None),
]


@pytest.mark.parametrize(("found", "far"), PAGES)
def test_the_page_asks_for_nothing_and_runs_nothing(found: CheckResult, far: Progress | None) -> None:
    text = check_html.render(found, far)
    page = HtmlPage(text)
    for tag, attributes in page.elements:
        assert tag not in ("img", "script", "iframe", "object", "form")
        assert "src" not in attributes
        assert not [key for key in attributes if key.startswith("on") or key == "style"]
        assert attributes.get("href", "#").startswith(("#", "data:,", "https://"))
        assert attributes.get("fill", "url(#fill-").startswith("url(#fill-")
    assert "@import" not in text
    assert page.tags("meta")[1]["content"].startswith("default-src 'none'")
    (body,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert b64encode(sha256(body.encode()).digest()).decode() in page.tags("meta")[1]["content"]
    assert "url(" not in body


def test_texts_stay_texts() -> None:
    text = check_html.render(hostile_result(), hostile_progress())
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "{{ 7*7 }}" in text
    assert "\u202e" not in text
    assert HtmlPage(text).words.count("<script>alert(1)</script>") > 10


@pytest.mark.parametrize(("found", "far"), PAGES)
def test_links_on_the_page_lead_somewhere(found: CheckResult, far: Progress | None) -> None:
    page = HtmlPage(check_html.render(found, far))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes["href"][1:] for attributes in page.tags("a") if attributes["href"].startswith("#")}
    named = {attributes["aria-labelledby"] for _, attributes in page.elements if "aria-labelledby" in attributes}
    assert links | named <= set(ids)
    filled = {attributes["fill"][5:-1] for _, attributes in page.elements if "fill" in attributes}
    assert filled <= set(ids)


def test_the_verdict_comes_first_and_what_blocks_before_what_warns() -> None:
    words = HtmlPage(check_html.render(everything(), progress())).words
    order = [
        *(
            "Not ready",
            "Something blocks the cutover",
            "The checks by area",
            "How far the code is",
            "Blocks the cutover 1",
        ),
        *("To settle before the cutover 31", "To know of 2", "What could not be judged 2", "What is left, by file"),
        *("The cutover, step by step", "What passed 1"),
    ]
    places = [words.index(text) for text in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (result(check("SM601", Severity.ERROR)), "Ready"),
        (result(check("SM601", Severity.WARNING, answer("so"))), "Ready with warnings"),
        (result(check("SM601", Severity.ERROR, answer("so"))), "Not ready"),
        (result(), "Incomplete"),
    ],
)
def test_the_title_and_the_heading_say_the_verdict(found: CheckResult, word: str) -> None:
    text = check_html.render(found)
    assert f'<h1 id="verdict">{word}</h1>' in text
    assert f"<title>{word}: app.json</title>" in text


def test_what_could_not_be_judged_is_never_among_what_passed() -> None:
    words = HtmlPage(check_html.render(everything())).words
    assert "These checks did not run. They do not count as passed." in words
    assert "SM611 Does SM611 hold? (could block)" in words
    passed = words.partition("What passed 1")[2]
    assert "SM610 Does SM610 hold?" in passed
    assert "SM611" not in passed


def test_findings_have_place_evidence_and_fix() -> None:
    words = HtmlPage(check_html.render(everything())).words
    assert 'SM601 Title of SM601 the app is on permissions v1 app.json#/app/x v: "v1"' in words
    assert "What to do: Do SM601, by call(SM601)." in words
    assert "SM640 Title of SM640 30 places" in words
    assert "25 more" in words
    assert "app/module_29.py:30" in words
    assert "12 more" in words


def test_without_a_project_nothing_is_said_of_its_code() -> None:
    words = HtmlPage(check_html.render(everything())).words
    assert "No project was given, so nothing is said of its code." in words
    assert "is on v2" not in words
    assert "What is left, by file" not in words


def test_progress_is_told_in_numbers_beside_every_bar() -> None:
    text = check_html.render(everything(), progress())
    page = HtmlPage(text)
    assert (
        "30% is on v2: 3 of 10 uses of the SDKs. 7 left, and 1 kept on v1 on purpose; by hand about 50 min"
        in page.words
    )
    assert "1 file could not be judged" in page.words
    labels = [attributes["aria-label"] for attributes in page.tags("svg") if "aria-label" in attributes]
    assert "Users: 2 on v2, 2 by rewrite, 1 to review, 4 by hand, 1 kept on v1" in labels
    assert "Channels: 1 on v2" in labels
    assert "Code: 1 warn" in labels
    for bar in re.findall(r'<svg class="bar".*?</svg>', text, re.DOTALL):
        widths = [float(width) for width in re.findall(r'<rect fill="[^"]*" x="[\d.]+%" y="0" width="([\d.]+)%"', bar)]
        assert not widths or abs(sum(widths) - 100) < 0.1


def test_bars_differ_by_pattern_and_not_by_colour_alone() -> None:
    text = check_html.render(everything(), progress())
    patterns = dict(re.findall(r'<pattern id="fill-(\w+)"[^>]*>(.*?)</pattern>', text))
    shapes = {name: re.sub(r'class="[^"]*"', "", body) for name, body in patterns.items()}
    for kinds in (check_html.OUTCOMES, check_html.PARTS):
        assert len({shapes[kind] for kind in kinds} - {shapes["passed"], shapes["unknown"]}) == 3


def test_what_is_left_is_told_by_file_with_the_reason_and_no_code() -> None:
    text = check_html.render(everything(), progress())
    words = HtmlPage(text).words
    assert "app/views.py 5 for a person" in words
    assert "line 3: StreamChat.upsert_user The keys of a payload are not known" in words
    assert "old()" not in words
    assert "1 more file that uses an SDK has nothing left." in words
    assert words.index("app/views.py 5 for a person") < words.index("jobs/run.py")


def test_progress_that_does_not_know_the_migrated_calls_says_so() -> None:
    from scanning import mixed

    words = HtmlPage(check_html.render(everything(), measure(mixed(), None))).words
    assert "Calls that speak v2 already were not counted." in words
    assert "% is on v2" not in words


def test_a_project_without_either_sdk() -> None:
    from scanning import report

    words = HtmlPage(check_html.render(everything(), measure(report(), []))).words
    assert "No use of stream-chat or getstream was found in 0 Python files." in words
    assert "Nothing is left in any file." not in words


def test_what_was_accepted_is_told_and_not_counted() -> None:
    found = everything()
    blocking = found.results[0]
    settled = (Settled(blocking.found[0], BASELINE, "until the new app"),)
    found.results[0] = blocking._replace(found=(), settled=settled)
    words = HtmlPage(check_html.render(found)).words
    assert words.index("Incomplete") < words.index("Found, and not counted 1")
    assert "by the baseline: until the new app" in words


def test_the_same_findings_give_the_same_bytes() -> None:
    assert check_html.render(everything(), progress()) == check_html.render(everything(), progress())
