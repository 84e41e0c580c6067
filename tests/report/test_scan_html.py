"""A scan as one HTML file: it asks for nothing from anywhere, and nothing in it becomes markup."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from scanning import hostile, mixed, report

from streammigrate.report import scan_html
from streammigrate.report.scan_summary import ScanReport

VOID = frozenset({"meta", "link", "input", "wbr"})


class Page(HTMLParser):
    """The elements of a page and its text, with a check that all are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def tags(self, name: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag == name]

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


@pytest.mark.parametrize("found", [report(), mixed(), hostile()])
def test_the_page_asks_for_nothing_from_anywhere(found: ScanReport) -> None:
    text = scan_html.render(found, cohorts=True)
    page = Page(text)
    for tag, attributes in page.elements:
        assert tag != "img"
        assert "src" not in attributes
        assert not [key for key in attributes if key.startswith("on") or key == "style"]
        assert attributes.get("href", "#").startswith(("#", "data:,"))
    assert len(page.tags("script")) == len(page.tags("style")) == 1
    assert "@import" not in text
    assert "url(" not in text


@pytest.mark.parametrize("tag", ["style", "script"])
def test_the_policy_allows_only_what_the_page_has(tag: str) -> None:
    text = scan_html.render(mixed())
    (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    digest = b64encode(sha256(body.encode()).digest()).decode()
    policy = Page(text).tags("meta")[1]["content"]
    assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_texts_stay_texts() -> None:
    text = scan_html.render(hostile(), cohorts=True)
    assert "<script>alert" not in text
    assert "{{ 7*7 }}" in text
    assert "\u202e" not in text
    assert Page(text).words.count("<script>alert(1)</script>") > 10


def test_everything_is_on_the_page_without_a_script() -> None:
    page = Page(scan_html.render(mixed(), cohorts=True))
    assert "8 sites in 2 files: 2 rewritten by default, 1 with --unsafe, 4 left, 1 suppressed" in page.words
    assert "25% by default, 37% with --unsafe. By hand: about 50 min." in page.words
    assert "SM503 The keys of a payload are not known 2 left" in page.words
    assert "C1 stream_chat.StreamChat moves; a v1 twin beside it serves what stays" in page.words
    assert "jobs/bad.py:3 SM540 Python cannot parse the file" in page.words
    assert [row["data-status"] for row in page.tags("tr") if "data-status" in row] == [
        *("default", "left", "unsafe", "left", "left", "left", "suppressed"),
        "default",
    ]
    assert "stream_chat.StreamChat (proven)" in page.words
    assert "(proven, getstream 7.0)" in page.words


def test_cohorts_are_told_on_request() -> None:
    assert "Cohorts" not in Page(scan_html.render(mixed())).words
    assert "No object of stream-chat is in view." in Page(scan_html.render(report(), cohorts=True)).words


def test_an_empty_scan_has_no_tables() -> None:
    page = Page(scan_html.render(report()))
    assert page.tags("table") == []
    assert page.tags("form") == []
    assert scan_html.render(mixed()) == scan_html.render(mixed())
