"""The report on a rewrite for a pull request, and what is left as tasks."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from markdown_it import MarkdownIt
from rewriting import report, result

from streammigrate import api
from streammigrate.applying.typecheck import Checked, Issue
from streammigrate.codemod import kinds
from streammigrate.codemod.model import FileResult, Trouble
from streammigrate.findings import Finding, Location, Severity
from streammigrate.report import handoff, rewrite_report, rewrite_tasks
from streammigrate.report.rewrite_markdown import LIMIT, prose
from streammigrate.report.rewrite_report import Page
from streammigrate.report.rewrite_summary import RewriteReport
from streammigrate.rules.shown import Shown

CODE = "import stream_chat\nsafe(1)\nrisky('ä')\nopaque(3)\nopaque(3)\n"
BAD = FileResult("bad.py", b"(", b"(", (), (Trouble(kinds.UNPARSED.id, "no | Python", 1),))
BAN = api.rule("StreamChat.ban_user")._replace(id="SM202")
RULES: dict[str, Shown] = {"SM202": BAN}
TYPES = Checked("mypy", (Issue("app/chat.py", 3, "arg-type", "Bad <b>"),), 2)


def page(given: RewriteReport, types: Checked | None = None) -> Page:
    left = rewrite_tasks.tasks(given, RULES)
    return Page(
        given,
        rewrite_tasks.tallies(given, RULES),
        rewrite_tasks.changes_of_behaviour(given),
        left,
        rewrite_tasks.next_commands(given, "app --only 'a b'", left),
        types,
    )


def test_markdown_has_rules_what_is_left_and_what_is_next() -> None:
    text = rewrite_report.render_markdown(page(report(result(CODE), BAD), TYPES))
    assert "| SM201 | `StreamChat.safe` |  | 1 |  |  |  |\n" in text
    assert "| SM202 | `StreamChat.risky` | `client.moderation.ban` |  | 1 |  |  |\n" in text
    assert "| | | **all** | 1 | 1 | 2 | 0 |\n" in text
    assert "- SM201 the answer holds more. (1 site)\n" in text
    assert "`app/chat.py`\n\n- [ ] line 3 **SM202** `StreamChat.risky` with `--unsafe`: v2 has no place" in text
    assert "- [ ] line 4 **SM503** `StreamChat.opaque` the keys of" in text
    assert "- `bad.py:1` **SM540** no \\| Python\n" in text
    assert "- `app/chat.py:3` Bad \\<b\\> `arg-type`\n" in text
    assert "- `streammigrate rewrite app --only 'a b' --write` writes the files\n" in text
    assert "- `streammigrate why app/chat.py:4` explains a site that is left\n" in text
    assert "undo" not in text
    assert "<b>" not in MarkdownIt().render(text)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a `b_c` d_e", "a `b_c` d\\_e"),
        ("`x`, `y`", "`x`, `y`"),
        ("one ` only", "one \\` only"),
        ("a ``b` c", "a \\`\\`b\\` c"),
        ("<b> `<i>`", "\\<b\\> `<i>`"),
        ("x" * 20, "x" * 9 + "…"),
    ],
)
def test_code_in_prose_stays_code(text: str, markdown: str) -> None:
    assert prose(text, 10 if text.startswith("xx") else 100) == markdown


def test_what_was_written_can_be_taken_back() -> None:
    text = rewrite_report.render_markdown(page(report(result(CODE), written=True)))
    assert "| rule | stream-chat | getstream | rewritten |" in text
    assert "- `streammigrate undo` takes this back, byte for byte\n" in text
    assert "--write" not in text


def test_nothing_to_say_is_short() -> None:
    assert rewrite_report.render_markdown(page(report())) == (
        "## From stream-chat to getstream 7.0.0\n\nNo use of stream-chat was found.\n"
    )


def test_a_long_report_is_cut_and_says_so() -> None:
    many = [result(CODE * 40, f"app/m{number}.py") for number in range(30)]
    text = rewrite_report.render_markdown(page(report(*many)))
    assert len(text.encode()) < LIMIT
    assert "more; `--handoff FILE` has all that is left" in text
    assert text.rstrip().endswith("ready for the cutover")


def test_html_has_it_all_and_escapes() -> None:
    bad = result("import stream_chat\nopaque('<script>')\n", "app/<b>.py")
    text = rewrite_report.render_html(page(report(result(CODE), bad, BAD), TYPES))
    assert "<script>" not in text
    assert "<b>" not in text.replace("<body>", "")
    assert "opaque(&#39;&lt;script&gt;&#39;)" in text
    assert "POST /moderation/ban" in text
    assert "the keys of <code>data</code> are not known" in text
    assert "app/chat.py:3</code> Bad &lt;b&gt;" in text
    assert "style-src &#39;" not in text
    assert text.count("<style>") == 1


@pytest.mark.parametrize(
    ("types", "said"),
    [
        (Checked("ty", ()), "ty has no new error in the files that are touched."),
        (TYPES, "mypy has 1 new error in the files that are touched."),
        (Checked("ty", (), blind=True), "ty does not see getstream, so that it says nothing of the new code:"),
    ],
)
def test_types_are_said_in_a_sentence(types: Checked, said: str) -> None:
    assert rewrite_report.types_line(types).startswith(said)


def schema() -> Any:
    return json.loads(files("streammigrate.report").joinpath("handoff.schema.json").read_text())


@pytest.mark.parametrize("given", [report(), report(result(CODE), BAD), report(result(CODE), written=True)])
def test_the_handoff_follows_its_schema(given: RewriteReport) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    left = page(given)
    data = json.loads(handoff.render_json(given, left.tasks, left.commands))
    jsonschema.validate(data, schema())
    assert data == handoff.document(given, left.tasks, left.commands)
    changes: list[dict[str, Any]] = [{"schema_version": 2}, {"extra": 1}, {"tasks": [{}]}]
    for change in changes:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**data, **change}, schema())


def test_a_task_says_what_there_is_to_know() -> None:
    data = handoff.document(report(result(CODE), BAD), page(report(result(CODE), BAD)).tasks, ())
    risky, opaque, again = data["tasks"]
    assert (risky["status"], risky["line"], risky["column"], risky["code"]) == ("unsafe", 3, 1, "risky('ä')")
    assert risky["v1"]["request"] == "POST /moderation/ban"
    assert risky["v2"]["call"] == "client.moderation.ban"
    assert risky["v2"]["code"] == "done('ä')"
    assert risky["v2"]["cannot"] == list(BAN.losses)
    assert opaque["decide"].startswith("the keys of `data` are not known.")
    assert opaque["reasons"][0]["id"] == kinds.OPAQUE.id
    assert opaque["receiver"]["evidence"] == ["`client` is made on line 1"]
    assert opaque["v1"] == {"request": None, "does": None, "example": None}
    assert opaque["id"] != again["id"]
    assert data["problems"] == [{"path": "bad.py", "line": 1, "id": "SM540", "message": "no | Python"}]


def test_ids_do_not_move_with_lines() -> None:
    def ids(code: str) -> list[str]:
        return [task.id for task in page(report(result(code))).tasks]

    assert ids(CODE) == ids("\n\n" + CODE)


def test_lines_are_those_of_the_written_file() -> None:
    one = result(CODE)
    after = b"# more\n" + one.after.replace(b"opaque(3)\nopaque", b"# TODO: above\nopaque(3)\n# TODO: above\nopaque")
    left = page(report(one._replace(after=after), written=True)).tasks
    lines = after.decode().splitlines()
    assert [lines[task.line - 1] for task in left] == ["risky('ä')", "opaque(3)", "opaque(3)"]
    assert [task.end_line for task in left] == [task.line for task in left]


def test_the_handoff_in_markdown() -> None:
    left = page(report(result(CODE + "opaque('```')\n"), BAD))
    text = handoff.render_markdown(left.report, left.tasks, left.commands)
    assert "## `app/chat.py`\n\n### 1. Line 3: `StreamChat.risky`\n" in text
    assert "`--unsafe` rewrites it." in text
    assert "- v1 sends `POST /moderation/ban`\n" in text
    assert "````python\nopaque('```')\n````\n" in text
    assert "## Files that cannot be judged\n\n- `bad.py:1` **SM540** no \\| Python\n" in text
    assert "- `streammigrate why app/chat.py:4` explains" in text
    assert not text.endswith("\n\n")


def test_what_became_of_manifests_is_told() -> None:
    at = Location("a/req.txt", "", 3)
    asked = Finding("SM585", Severity.NOTICE, at, "no `lock` file is renewed", "run `uv lock`", "", "0")
    manifest = FileResult(
        "a/req.txt", b"x\n", b"y\n", manifest=True, said=("req.txt: added `getstream`",), findings=(asked,)
    )
    given = page(report(manifest))
    text = rewrite_report.render_markdown(given)
    assert "### Around the code\n\n- `a/req.txt` added `getstream`\n" in text
    assert "- [ ] `a/req.txt:3` **SM585** no `lock` file is renewed. run `uv lock`.\n" in text
    html = rewrite_report.render_html(given)
    assert "<h2>Around the code</h2>" in html
    assert "<code>a/req.txt:3</code> <strong>SM585</strong>" in html
    assert "Around the code" not in rewrite_report.render_markdown(page(report(result(CODE))))
