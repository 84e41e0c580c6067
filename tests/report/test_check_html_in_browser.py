"""The readiness page in a browser: nothing sticks out at 360 pixels, text can be read in light and dark, nothing is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import browser
import pytest
from readiness_pages import everything, hostile_progress, hostile_result, progress, result

from streammigrate.report import check_html

PAGES = {
    "everything": check_html.render(everything(), progress()),
    "hostile": check_html.render(hostile_result(), hostile_progress()),
    "nothing": check_html.render(result()),
}
WIDTHS = (360, 768, 1400)

OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

STICKING_OUT = """
[...document.querySelectorAll('body *')].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width && box.height && (box.right > innerWidth + 1 || box.left < -1);
}).map((one) => `${one.tagName} ${one.textContent.slice(0, 60)}`)
"""

CONTRAST = """
(() => {
  const channels = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.map((one) => one / 255).map((one) => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const [r, g, b, alpha] = channels(getComputedStyle(one).backgroundColor);
      if (alpha !== 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const one of document.querySelectorAll('body *')) {
    if (![...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    if (!one.getClientRects().length) continue;
    const style = getComputedStyle(one);
    const [a, b] = [light(channels(style.color).slice(0, 3)), light(ground(one))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    if (ratio < (large ? 3 : 4.5)) low.push(`${ratio.toFixed(2)} ${one.tagName} ${one.textContent.trim().slice(0, 40)}`);
  }
  return low;
})()
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Page]:
    """Return a page of a browser; skips the tests where there is none."""
    found = browser.find()
    if found is None:
        pytest.skip("there is no Chromium: install one, or name one by STREAMMIGRATE_BROWSER")
    with ExitStack() as stack:
        try:
            started = stack.enter_context(browser.browser(found, tmp_path_factory.mktemp("profile")))
        except browser.BrowserError as error:
            pytest.skip(f"{found} does not start: {error}")
        yield started


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the pages as files."""
    folder = tmp_path_factory.mktemp("pages")
    for name, text in PAGES.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_and_nothing_goes_wrong(page: browser.Page, files: dict[str, Path], name: str) -> None:
    page.said.clear()
    page.asked.clear()
    for width in WIDTHS:
        page.look(width=width)
        page.open(files[name])
        page.evaluate(OPEN_ALL)
        assert page.evaluate(WIDER) <= 0, width
        assert page.evaluate(STICKING_OUT) == [], width
    assert page.said == []
    assert {address for address in page.asked if not address.startswith("data:")} == {files[name].as_uri()}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["everything", "nothing"])
def test_every_text_can_be_read(page: browser.Page, files: dict[str, Path], name: str, dark: bool) -> None:
    page.look(width=1000, dark=dark)
    page.open(files[name])
    page.evaluate(OPEN_ALL)
    assert page.evaluate(CONTRAST) == []


def test_light_and_dark_differ(page: browser.Page, files: dict[str, Path]) -> None:
    grounds = []
    for dark in (False, True):
        page.look(width=1000, dark=dark)
        page.open(files["everything"])
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds[0] != grounds[1]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_verdict_is_seen_without_scrolling(page: browser.Page, files: dict[str, Path], width: int) -> None:
    page.look(width=width, height=640)
    page.open(files["everything"])
    text, bottom = page.evaluate(
        "(() => { const one = document.getElementById('verdict');"
        " return [one.textContent, one.getBoundingClientRect().bottom]; })()"
    )
    assert text == "Not ready"
    assert bottom < 320


def test_bars_are_drawn_with_patterns_that_are_there(page: browser.Page, files: dict[str, Path]) -> None:
    page.look(width=1000)
    page.open(files["everything"])
    missing = page.evaluate(
        "[...document.querySelectorAll('rect[fill]')].filter((one) =>"
        " !document.querySelector(one.getAttribute('fill').slice(4, -1)) || !one.getBoundingClientRect().width).length"
    )
    assert missing == 0


def test_the_page_can_be_printed(page: browser.Page, files: dict[str, Path]) -> None:
    page.look(width=780, dark=True, media="print")
    page.open(files["everything"])
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(WIDER) <= 0


def test_steps_can_be_ticked_without_a_script(page: browser.Page, files: dict[str, Path]) -> None:
    page.look(width=1000)
    page.open(files["everything"])
    page.evaluate("document.querySelectorAll('.steps label')[0].click()")
    assert page.evaluate("document.querySelectorAll('.steps input')[0].checked") is True
