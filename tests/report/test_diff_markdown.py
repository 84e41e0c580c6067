from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from shop import EVENTS, diff, spec, tree

from streammigrate.findings import Finding, Location, Severity
from streammigrate.report.diff_markdown import LIMIT, code, plain, render
from streammigrate.spec.model import Spec

HOSTILE = "a|b`c``d<script>alert(1)</script> @octocat [x](https://evil.example) #12 \u202e\r\n# h\n| e"


def thing(ref: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{ref}"}
    return {"content": {"application/json": {"schema": schema}}}


OLD = """
openapi: 3.0.3
info: {title: Shop, version: '1'}
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
      properties: {title: {type: string, maxLength: 9}, pages: {type: integer}, a: {type: string, format: date-time},
        b: {type: string, format: date-time}, c: {type: string, format: date-time},
        d: {type: string, format: date-time}, e: {type: string, format: date-time}}
"""
NEW = """
openapi: 3.0.3
info: {title: Shop, version: '2'}
paths:
  /api/books:
    get:
      operationId: list_books
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}}
    post:
      operationId: AddBook
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
      responses: {'201': {description: ok}}
  /api/authors:
    get:
      operationId: listAuthors
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Author'}}}}}
components:
  schemas:
    Author: {type: object}
    Book:
      type: object
      properties: {title: {type: string, maxLength: 8}, a: {type: number, format: date-time},
        b: {type: number, format: date-time}, c: {type: number, format: date-time},
        d: {type: number, format: date-time}, e: {type: number, format: date-time}}
"""
PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")


def tokens(text: str) -> list[Token]:
    found = []
    for token in PARSER.parse(text):
        found.append(token)
        found += token.children or []
    return found


def test_the_verdict_comes_first() -> None:
    result = diff(spec(OLD), spec(NEW))
    breaking, compatible, info = result.counts().values()
    first = render(result).splitlines()[0]
    assert first == f"**{breaking} breaking**, {compatible} compatible, {info} informational"


def test_counts_documents_and_moves_are_tables() -> None:
    text = render(diff(spec(OLD, "old.yaml"), spec(NEW, "new.yaml")))
    assert "| old | `old.yaml` Shop | 1 | openapi 3.0.3 | `0123456789ab` |" in text
    assert "| Operations | 3 | 3 | 2 | 1 | 1 | 1 |" in text
    assert "| `/` | `/api` | 2 |" in text
    assert "| `ListBooks` | `list_books` | `GET /books` | `GET /api/books` | operation-id-folded (0.95) |" in text


def test_breaking_changes_are_grouped_and_a_pattern_is_one_line() -> None:
    text = render(diff(spec(OLD), spec(NEW)))
    breaking = text.partition("### Breaking changes")[2].partition("### What people ask")[0]
    patterns, _, rest = breaking.partition("**Operations**")
    operations, _, schemas = rest.partition("**Schemas**")
    (line,) = [line for line in patterns.splitlines() if line.startswith("- ")]
    assert line == (
        "- **5 ×** type changed from `string/date-time` to `number/date-time`, in schemas `SM158`: "
        "`Book.a`, `Book.b`, `Book.c` and 2 more"
    )
    assert "- **`AddBook`** `POST /books`\n" in operations
    assert "  - request body is now required `SM132`" in operations
    assert "- **`dropReports`** `DELETE /reports/daily`: operation removed `SM101`" in operations
    assert "- **`Book`** (sent by `AddBook`; answered by `ListBooks`)\n" in schemas
    assert "  - `pages`: property removed (it was `integer`) `SM153`" in schemas
    assert "  - `title`: `maxLength` changed from `9` to `8` `SM172`" in schemas


def test_the_rest_is_folded_away() -> None:
    text = render(diff(spec(OLD), spec(NEW)))
    compatible, info = re.findall(r"<details>\n<summary>(.*?)</summary>\n(.*?)\n</details>", text, re.DOTALL)
    assert compatible[0] == "1 compatible change"
    assert "- **`listAuthors`** `GET /api/authors`" in compatible[1]
    assert info[0] == "2 informational changes"
    assert "**Added schemas**\n\n- **`Author`**" in info[1]


def test_questions_and_answers() -> None:
    text = render(diff(spec(OLD), spec(NEW)))
    assert "### What people ask" in text
    assert "| Are times RFC 3339 text? | No: the new document's times are numbers. |" in text


def test_nothing_changed() -> None:
    text = render(diff(spec(OLD), spec(OLD)))
    assert text.startswith("**No differences.**\n")
    assert "<details>" not in text
    assert "Breaking" not in text


def test_ignored_changes_are_counted() -> None:
    result = diff(spec(OLD), spec(OLD))
    result.ignored = 3
    assert render(result).startswith("**No differences.** (3 ignored)\n")


def test_nothing_breaking() -> None:
    new = OLD + "    Lonely: {type: object}\n"
    assert render(diff(spec(OLD), spec(new))).startswith("**Nothing breaking**, 0 compatible, 1 informational\n")


def test_only_events() -> None:
    text = render(diff(spec(EVENTS), spec(EVENTS.replace("book.sold", "book.returned").replace("at:", "on:"))))
    assert "so only the events were compared" in text
    assert "| Events | 2 | 2 | 1 | 0 | 1 | 1 |" in text
    assert "Operations" not in text
    assert "- **`book.sold`**: event removed `SM192`" in text


def test_events_of_a_third_document() -> None:
    text = render(diff(spec(OLD), spec(NEW), spec(EVENTS, "events.yaml")))
    assert "### Events in `events.yaml`" in text
    assert "- 2 event types, 0 of them in the compared documents" in text
    assert "- 1 have a payload that the document does not describe" in text
    assert "- only there: `book.ordered`, `book.sold`" in text


def test_problems_are_listed() -> None:
    result = diff(spec(OLD), spec(NEW))
    result.problems = [Finding("SM923", Severity.WARNING, Location("api.yaml", "/x"), f"odd {HOSTILE}")]
    text = render(result)
    assert "- warning `SM923` `api.yaml#/x`: odd a\\|b\\`c" in text
    assert "<script" not in text


@pytest.mark.parametrize("text", ["a|b", "a`b", "``", "|", "<b>", "@me", "&lt;", "a\\|b", "`a`\\", " x ", "_a_ *b*"])
def test_code_shows_any_text_as_it_is(text: str) -> None:
    table = f"| {code(text)} | z |\n|---|---|\n| {code(text)} | z |"
    for markdown in (table, f"- **{code(text)}**: x"):
        html = PARSER.render(markdown)
        shown = re.findall(r"<code>(.*?)</code>", html)
        assert shown
        for found in shown:
            assert unescape(found) == text.strip()
        assert html.count("<td>z</td>") == markdown.count("| z |") // 2
        assert "<em>" not in html


def test_hostile_names_do_no_harm() -> None:
    operation = {"operationId": HOSTILE, "responses": {"200": thing("Gone")}}
    old = tree(
        {f"/{HOSTILE}": {"get": operation}}, {"Gone": {"properties": {HOSTILE: {"type": "string"}}}}, title=HOSTILE
    )
    new = tree({}, {HOSTILE: {"enum": [HOSTILE]}}, version=HOSTILE)
    text = render(diff(old, new))
    assert "<script" not in text
    assert "\u202e" not in text
    found = tokens(text)
    assert not [
        token
        for token in found
        if token.type in ("link_open", "image", "html_block") and "details" not in token.content
    ]
    assert {token.content for token in found if token.type == "html_inline"} <= {"<code>", "</code>"}
    assert "@octocat" not in re.sub("<code>.*?</code>", "", PARSER.render(text))
    tables = [line for line in text.splitlines() if line.startswith("| old |") and "shop.yaml" in line]
    assert len(tables) == 1
    assert len(re.findall(r"(?<!\\)\|", tables[0])) == 6


def test_plain_text_mentions_nobody() -> None:
    assert plain("@a #1 https://b.example www.c.example <i>\n*x*") == (
        "@\u200ba #\u200b1 https:\u200b//b.example www\u200b.c.example &lt;i&gt; \\*x\\*"
    )


def test_long_names_are_cut() -> None:
    assert code("x" * 5000) == f"`{'x' * 119}…`"


@pytest.mark.parametrize(
    "name", ["property_{}", "`|<@" * 40 + "{}", "\U0001f4a9" * 50 + "{}"], ids=["plain", "marks", "wide"]
)
def test_the_comment_stays_below_its_limit_and_says_what_is_missing(name: str) -> None:
    schemas = {
        f"Schema{number}": {
            "type": "object",
            "properties": {name.format(index): {"type": "string"} for index in range(6)},
        }
        for number in range(300)
    }
    paths = {
        f"/p{number}": {
            "post": {"operationId": f"op{number}", "requestBody": thing(f"Schema{number}"), "responses": {}}
        }
        for number in range(300)
    }
    changed = {key: {"type": "object"} for key in schemas} | {f"Added{number}": {} for number in range(2000)}
    result = diff(tree(paths, schemas), tree(paths, changed))
    text = render(result)
    assert 40_000 < len(text.encode()) < LIMIT == 60_000
    assert text.startswith("**1800 breaking**")
    breaking = text.partition("### Breaking changes")[2].partition("### What people ask")[0]
    shown = len(re.findall("property removed", breaking))
    assert shown > 20
    assert f"… {1800 - shown} more changes in the JSON report" in breaking
    folded = text.partition("<summary>2000 informational changes</summary>")[2]
    assert folded == "\n\n… 2000 more changes in the JSON report\n\n</details>\n"


def test_problems_too_many_to_show_are_counted() -> None:
    result = diff(spec(OLD), spec(OLD))
    found = Finding("SM923", Severity.WARNING, Location("@" * 999), "|" * 999)
    result.problems = [found] * 500
    text = render(result)
    assert len(text.encode()) < LIMIT
    assert re.search(r"… \d+ more problems in the JSON report", text)


def test_the_same_documents_give_the_same_bytes() -> None:
    assert render(diff(spec(OLD), spec(NEW))) == render(diff(spec(OLD), spec(NEW)))


@pytest.mark.specs
def test_streams_own_documents(read_spec: Callable[[str], Spec]) -> None:
    text = render(diff(read_spec("v1-chat-openapi.yaml"), read_spec("v2-chat-serverside-api.yaml")))
    assert text.startswith("**596 breaking**, 72 compatible, 257 informational\n")
    assert len(text.encode()) < LIMIT
    assert "in the JSON report" not in text
    assert "| `MuteUser` | `mute` | `POST /moderation/mute` | `POST /api/v2/moderation/mute` | path (0.90) |" in text
    assert "- **370 ×** type changed from `string/date-time` to `number/date-time`, in schemas" in text
