from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from shop import EVENTS, diff, spec, tree

from streammigrate.findings import Finding, Location, Severity
from streammigrate.report.diff_html import render
from streammigrate.spec.model import Spec

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}\u202e&amp;"
VOID = frozenset({"meta", "link", "input", "br", "wbr"})


class Page(HTMLParser):
    """The elements of a page: tag, attributes and the text inside, with a check that all are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[dict[str, Any]] = []
        self.elements: list[dict[str, Any]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = {"tag": tag, "text": "", "inside": list(self.open), **{key: value or "" for key, value in attrs}}
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()["tag"] == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element["text"] += data

    def find(self, tag: str = "", **values: str) -> list[dict[str, Any]]:
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in values.items()}
        if tag:
            wanted["tag"] = tag
        return [element for element in self.elements if all(element.get(key) == value for key, value in wanted.items())]

    def rows(self, part: str) -> list[dict[str, Any]]:
        return [element for element in self.elements if element.get("data-part") == part and element["tag"] == "tbody"]


def words(element: dict[str, Any]) -> str:
    return " ".join(element["text"].split())


def page(old: Spec, new: Spec, third: Spec | None = None) -> Page:
    return Page(render(diff(old, new, third)))


OLD = """
openapi: 3.0.3
info: {title: Shop, version: '1'}
servers: [{url: 'https://a.example'}]
paths:
  /books:
    get:
      operationId: ListBooks
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}}
    post:
      operationId: AddBook
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
      responses: {'201': {description: ok}}
  /reports/daily:
    delete: {operationId: dropReports, responses: {'204': {description: ok}}}
components:
  schemas:
    Book:
      type: object
      properties: {title: {type: string}, pages: {type: integer}, a: {type: string, format: date-time},
        b: {type: string, format: date-time}, c: {type: string, format: date-time},
        d: {type: string, format: date-time}, e: {type: string, format: date-time}}
"""
NEW = """
openapi: 3.0.3
info: {title: Shop, version: '2'}
servers: [{url: 'https://b.example'}]
paths:
  /books:
    get:
      operationId: list_books
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}}
    post:
      operationId: AddBook
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
      responses: {'201': {description: ok}}
  /authors:
    get:
      operationId: listAuthors
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Author'}}}}}
components:
  schemas:
    Author: {type: object}
    Book:
      type: object
      properties: {title: {type: string}, a: {type: number, format: date-time},
        b: {type: number, format: date-time}, c: {type: number, format: date-time},
        d: {type: number, format: date-time}, e: {type: number, format: date-time}}
"""


def test_the_page_asks_for_nothing_from_anywhere() -> None:
    text = render(diff(spec(OLD), spec(NEW)))
    found = Page(text)
    for element in found.elements:
        assert "src" not in element
        assert not [key for key in element if key.startswith("on") or key == "style"]
        if "href" in element:
            assert element["href"].startswith("#") or (element["tag"], element["href"]) == ("link", "data:,")
    assert not re.search(r"url\(|@import|https?://(?![ab]\.example)", text)
    assert not found.find("iframe") + found.find("img") + found.find("object")


def test_only_the_script_and_the_style_of_the_page_may_run() -> None:
    text = render(diff(spec(OLD), spec(NEW)))
    policy = Page(text).find("meta", http_equiv="Content-Security-Policy")[0]["content"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        (body,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert rules[rule] == f"'sha256-{b64encode(sha256(body.encode()).digest()).decode()}'"


def test_both_documents_and_the_verdict() -> None:
    found = page(spec(OLD, "old.yaml"), spec(NEW, "new.yaml"))
    assert words(found.find("h1")[0]) == "Shop 1 → Shop 2"
    cards = [words(card) for card in found.find("div", class_="card") if "sha256" in card["text"]]
    assert cards == [
        "Old · openapi 3.0.3 Shop 1 old.yaml sha256 0123456789ab",
        "New · openapi 3.0.3 Shop 2 new.yaml sha256 0123456789ab",
    ]
    (verdict,) = found.find("p", class_="lead")
    assert re.fullmatch(r"\d+ changes break programs that were written for the old document\.", words(verdict))
    assert words(found.find("dl", class_="verdict")[0]) == "breaking 7 compatible 1 informational 4"


def test_every_operation_has_a_row() -> None:
    rows = [words(row) for row in page(spec(OLD), spec(NEW)).rows("operations")]
    assert rows == [
        "AddBook POST /books AddBook POST /books Unchanged same operationId, confidence 1.00",
        "ListBooks GET /books list_books GET /books Renamed same operationId but for case and separators, "
        "confidence 0.95 1 change 1 informational Informational operationId changed from ListBooks to list_books SM103",
        "dropReports DELETE /reports/daily not there Removed Breaking SM101",
        "not there listAuthors GET /authors Added Compatible SM102",
    ]


def test_rows_carry_what_the_filter_goes_by() -> None:
    found = page(spec(OLD), spec(NEW))
    keys = [(row["data-status"], row["data-levels"]) for row in found.rows("operations")]
    assert keys == [("unchanged", ""), ("renamed", "info"), ("removed", "breaking"), ("added", "compatible")]
    values = {element["value"] for element in found.find("input", type="checkbox")}
    assert values == {
        *("breaking", "compatible", "info"),
        *("operations", "schemas", "document"),
        *("renamed", "removed", "added", "changed", "unchanged"),
    }


def test_schemas_say_who_reaches_them() -> None:
    added, changed = sorted(page(spec(OLD), spec(NEW)).rows("schemas"), key=words)
    assert words(added) == "Author Added Informational SM151 answered by 1 operation listAuthors"
    assert words(changed).startswith(
        "Book Changed sent by 1 operation AddBook answered by 1 operation ListBooks 6 changes"
    )
    assert "Breaking pages property removed (it was integer) SM153" in words(changed)


def test_patterns_list_their_places() -> None:
    (pattern,) = page(spec(OLD), spec(NEW)).find("div", class_="card pattern")
    assert words(pattern).startswith("5 × type changed from string/date-time to number/date-time, in schemas")
    assert words(pattern).endswith("All 5 places Book.a Book.b Book.c Book.d Book.e")


def test_servers_have_a_section() -> None:
    found = page(spec(OLD), spec(NEW))
    shown = [words(element) for element in found.find("div", data_part="document")]
    assert shown == [
        "Informational server https://a.example removed SM113",
        "Informational server https://b.example added SM114",
    ]


def test_questions_and_ids_are_explained() -> None:
    found = page(spec(OLD), spec(NEW))
    assert any("Are times RFC 3339 text?" in words(element) for element in found.find("dl", class_="claims"))
    ids = {element["id"] for element in found.elements if re.fullmatch(r"SM\d+", element.get("id", ""))}
    assert {"SM101", "SM102", "SM103", "SM153", "SM158"} <= ids


def test_links_lead_to_something_and_ids_are_unique() -> None:
    found = page(spec(OLD), spec(NEW), spec(EVENTS, "events.yaml"))
    ids = [element["id"] for element in found.elements if "id" in element]
    assert len(set(ids)) == len(ids)
    for element in found.find("a"):
        assert element["href"][1:] in ids
    for element in found.elements:
        for key in ("aria-labelledby", "for"):
            assert element.get(key, ids[0]) in ids


def test_tables_and_fields_are_labelled() -> None:
    found = page(spec(OLD), spec(NEW), spec(EVENTS))
    assert len(found.find("caption")) == len(found.find("table")) == 3
    assert all(cell["scope"] in ("row", "col") for cell in found.find("th"))
    assert all(any(outer["tag"] == "label" for outer in box["inside"]) for box in found.find("input", type="checkbox"))
    assert [label["for"] for label in found.find("label") if "for" in label] == [
        found.find("input", type="search")[0]["id"]
    ]
    assert found.find("html", lang="en")
    assert [words(element) for element in found.find("legend")] == ["Level", "Part", "Status"]


def test_all_content_is_there_without_the_script() -> None:
    found = page(spec(OLD), spec(NEW))
    hidden = [element for element in found.elements if "hidden" in element]
    assert {element.get("id") or element["tag"] for element in hidden} == {"filter", "button", "nothing"}


def test_nothing_changed() -> None:
    found = page(spec(OLD), spec(OLD))
    assert words(found.find("p", class_="lead")[0]) == "No differences."
    assert {row["data-status"] for row in found.rows("operations")} == {"unchanged"}
    assert not found.find("section", data_section="schemas")
    assert not found.find("section", data_section="patterns")
    assert words(found.find("h1")[0]) == "Shop 1"


def test_empty_documents() -> None:
    found = page(tree({}), tree({}))
    assert not found.find("form")
    assert any(words(element) == "There is nothing to list." for element in found.find("section"))


def test_nothing_breaks_and_ignored_changes() -> None:
    result = diff(spec(OLD), spec(OLD + "    Lonely: {type: object}\n"))
    result.ignored = 2
    assert "Nothing breaks programs that were written for the old document (2 ignored)." in render(result)


def test_only_events() -> None:
    new = EVENTS.replace("book.sold", "book.returned")
    found = page(spec(EVENTS), spec(new))
    assert "only the events were compared" in found.elements[0]["text"]
    assert not found.rows("operations")
    assert [(words(row), row["data-status"]) for row in found.rows("events")] == [
        ("book.ordered Unchanged Ordered Ordered", "unchanged"),
        ("book.returned Added Compatible SM193 not there Sold", "added"),
        ("book.sold Removed Breaking SM192 Sold not there", "removed"),
    ]
    assert [words(element) for element in found.find("legend")] == ["Level", "Status"]


def test_changed_fields_of_events() -> None:
    found = page(spec(EVENTS), spec(EVENTS.replace("at: {type: string}", "on: {type: integer}")))
    row = found.rows("events")[1]
    assert (row["data-status"], row["data-levels"]) == ("changed", "breaking compatible")
    assert "at field removed (it was string) SM195" in words(row)
    assert "changed fields" not in words(row)


def test_events_of_a_third_document() -> None:
    found = page(spec(OLD), spec(NEW), spec(EVENTS, "events.yaml"))
    assert [words(row) for row in found.rows("events")] == [
        "book.ordered Elsewhere not there not there Ordered not described",
        "book.sold Elsewhere not there not there Sold",
    ]
    assert "Shop events" in [words(cell) for cell in found.find("th", scope="col")]


def test_long_problems_are_folded() -> None:
    result = diff(spec(OLD), spec(NEW))
    result.problems = [Finding("SM923", Severity.WARNING, Location("a.yaml"), "long " * 80, hint="Do this.")]
    (listed,) = Page(render(result)).find("ul", class_="card plain")
    assert words(listed).startswith("Warning SM923 a.yaml long long")
    assert words(listed).endswith("long Do this.")


def test_hostile_names_stay_text() -> None:
    operation = {"operationId": HOSTILE, "responses": {"200": {"description": "ok"}}}
    old = tree(
        {f"/{HOSTILE}": {"get": operation}}, {HOSTILE: {"properties": {HOSTILE: {"type": "string"}}}}, title=HOSTILE
    )
    new = tree({f"/x{HOSTILE}": {"post": operation}}, {HOSTILE: {"type": "object"}}, version=HOSTILE)
    result = diff(old, new)
    result.problems = [Finding("SM923", Severity.WARNING, Location(HOSTILE, HOSTILE), HOSTILE, hint=HOSTILE)]
    text = render(result)
    found = Page(text)
    assert len(found.find("script")) == 1
    assert not found.find("img")
    assert "\u202e" not in text
    assert "49" not in words(found.find("h1")[0])
    shown = HOSTILE.replace("\u202e", "\ufffd")
    for element in (found.find("h1")[0], found.rows("operations")[0], found.rows("schemas")[0], found.find("title")[0]):
        assert shown in element["text"]


def test_text_that_cannot_be_written_is_replaced() -> None:
    old = tree({"/\ud800\x00": {"get": {"responses": {}}}})
    text = render(diff(old, tree({})))
    assert "/\ufffd\ufffd" in text.encode("utf-8").decode()


def test_the_same_documents_give_the_same_bytes() -> None:
    assert render(diff(spec(OLD), spec(NEW))) == render(diff(spec(OLD), spec(NEW)))


@pytest.mark.specs
def test_streams_own_documents(read_spec: Callable[[str], Spec]) -> None:
    text = render(diff(read_spec("v1-chat-openapi.yaml"), read_spec("v2-chat-serverside-api.yaml")))
    assert len(text.encode()) < 1_000_000
    found = Page(text)
    assert len(found.rows("operations")) == 244
    assert len(found.rows("events")) == 77
    assert [words(element).split(" ×")[0] for element in found.find("div", class_="card pattern")] == [
        "370",
        "100",
        "94",
        "5",
    ]
