"""What holds of `apply` for any file: no edit, no change; an edit changes its own lines; twice is once."""

from __future__ import annotations

import ast

from hypothesis import assume, given
from hypothesis import strategies as st

from streammigrate.codemod.apply import Unappliable, apply, read_module
from streammigrate.codemod.model import Edits, Insertion, Removal, Replacement, Span, Todo

BOM = b"\xef\xbb\xbf"
EXPRESSIONS = (
    "a",
    "a.b",
    "f()",
    "f(a, *b, k=c, **d)",
    "(a)",
    "( a , )",
    "a if b else c",
    "not a",
    "-a ** b",
    "a @ b + c",
    "a < b != c",
    "[x for x in a if b]",
    "{a: b, **c}",
    "{*a}",
    "lambda x=a: x",
    "f(x for x in a)",
    "a[b:c, ::d]",
    "'é' \"ß\"",
    "f'{a!r:>{b}} {c}'",
    "f(  # one\n{0}    a,\n\n{0}    # two\n{0}    b,\n{0})",
    "'''x\ny'''",
    "(\n{0}  a\n{0})",
)
SIMPLE = (
    "{1}",
    "x = {1}",
    "x: {1} = {1}",
    "x += {1}",
    "assert {1}, {1}",
    "del x[{1}]",
    "raise E from {1}",
    "import os; x = {1}",
    "x = {1};",
    "pass",
)
HEADERS = (
    "if {1}:",
    "while {1}:",
    "for i in {1}:",
    "with {1} as w:",
    "def g(p={1}):",
    "class K(a):",
    "@dec({1})\n{0}def g():",
    "try:",
)
TEXTS = ("z", "z.q(1)", "z or y", "z if y else x", "z(\n    1,  # c\n\n    2,\n)", "-z", "lambda: z", "'''k\nl'''")


@st.composite
def sources(draw: st.DrawFn) -> bytes:
    """Draw a file: nested blocks, odd spacing, comments, any line ends, with or without a last one."""
    step = draw(st.sampled_from(["    ", "  ", "\t"]))
    comments = st.sampled_from(["", "", "", "  # c", " # é"])

    def simple(indent: str) -> str:
        template = draw(st.sampled_from(SIMPLE))
        return template.replace("{1}", draw(st.sampled_from(EXPRESSIONS))).replace("{0}", indent)

    def block(indent: str, depth: int) -> list[str]:
        lines: list[str] = []
        for _ in range(draw(st.integers(1, 3))):
            lines += draw(st.sampled_from([[], [], [""], [f"{indent}# above"], ["", "", f"{indent}# above"]]))
            if depth and draw(st.booleans()):
                header = draw(st.sampled_from(HEADERS)).replace("{1}", draw(st.sampled_from(EXPRESSIONS)))
                opening = indent + header.replace("{0}", indent)
                if draw(st.integers(0, 3)) == 0:
                    lines.append(f"{opening} {simple(indent)}")
                else:
                    lines += [opening + draw(comments), *block(indent + step, depth - 1)]
                if header == "try:":
                    lines += [f"{indent}except (A, B) as e:", f"{indent}{step}{simple(indent + step)}"]
            else:
                lines.append(indent + simple(indent) + draw(comments))
        return lines

    head = draw(st.sampled_from([[], ['"""Doc."""'], ["#!/bin/sh", "# c", ""], ["from __future__ import annotations"]]))
    text = "\n".join([*head, *block("", 2)]) + draw(st.sampled_from(["", "\n", "\n\n", "\n# end\n"]))
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    data = draw(st.sampled_from([b"", BOM])) + text.encode()
    try:
        with_tree = ast.parse(data)
        read_module(data)
    except (SyntaxError, Unappliable):
        assume(False)
    assume(with_tree.body)
    return data


def nodes(source: bytes, *kinds: type[ast.expr] | type[ast.stmt]) -> list[Span]:
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    return sorted({Span.of(node) for node in found if isinstance(node, (ast.expr, ast.stmt))})


def changed_lines(before: bytes, after: bytes) -> tuple[int, int]:
    """Return the first and last line of `before` that `after` does not have in the same place from either end."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start + 1, len(old) - end


@given(sources())
def test_no_edits_no_change(source: bytes) -> None:
    assert apply(source, Edits()) == source
    assert read_module(source).bytes == source


@given(sources(), st.data())
def test_a_replacement_changes_its_lines_only(source: bytes, data: st.DataObject) -> None:
    spans = nodes(source, ast.expr)
    assume(spans)
    span = data.draw(st.sampled_from(spans))
    try:
        after = apply(source, Edits(replacements=(Replacement(span, data.draw(st.sampled_from(TEXTS))),)))
    except Unappliable as refusal:
        assert refusal.kind in ("invalid-result", "not-found", "unsupported-place")
        return
    first, last = changed_lines(source, after)
    assert after == source or (span.line <= first and last <= span.end_line)


@given(sources(), st.data(), st.sampled_from(["q = 1", "if q:\n    r\n", "x = f(\n    1,\n)\n"]), st.booleans())
def test_a_statement_that_is_put_in_changes_no_other_line(
    source: bytes, data: st.DataObject, text: str, after: bool
) -> None:
    span = data.draw(st.sampled_from(nodes(source, ast.stmt)))
    first_line = ast.parse(source).body[0]
    assume(not (isinstance(first_line, ast.ImportFrom) and span.line <= first_line.lineno and not after))
    result = apply(source, Edits(insertions=(Insertion(span, text, after),)))
    kept = result.removeprefix(BOM).splitlines()
    before = source.removeprefix(BOM).splitlines()
    own = before[span.line - 1 : span.end_line]
    rest = before[: span.line - 1] + before[span.end_line :]
    one_line_suites = any(b":" in line and not line.rstrip().endswith(b":") for line in own)
    assert len(kept) > len(before) or one_line_suites
    remaining = iter(kept)
    assert all(line in remaining for line in rest)


@given(sources(), st.data(), st.text("ab é", min_size=1, max_size=300))
def test_a_todo_is_added_once_above_its_statement(source: bytes, data: st.DataObject, words: str) -> None:
    assume(words.strip())
    span = data.draw(st.sampled_from(nodes(source, ast.stmt, ast.expr)))
    once = apply(source, Edits(todos=(Todo(span, words),)))
    added = once.count(b"\n") - source.count(b"\n")
    assert added >= 1
    moved = span._replace(line=span.line + added, end_line=span.end_line + added)
    assert apply(once, Edits(todos=(Todo(moved, words),))) == once
    lines = [line for line in once.splitlines(keepends=True) if not line.lstrip(BOM + b" \t").startswith(b"# ")]
    assert b"".join(lines).removeprefix(BOM) == b"".join(
        line for line in source.removeprefix(BOM).splitlines(keepends=True) if not line.lstrip().startswith(b"# ")
    )


@given(sources(), st.data())
def test_a_removal_leaves_a_program(source: bytes, data: st.DataObject) -> None:
    span = data.draw(st.sampled_from(nodes(source, ast.stmt)))
    result = apply(source, Edits(removals=(Removal(span),)))
    ast.parse(result)
    before = source.removeprefix(BOM).splitlines()
    rest = [line for line in before[: span.line - 1] + before[span.end_line :] if b"# above" in line]
    remaining = iter(result.removeprefix(BOM).splitlines())
    assert all(line in remaining for line in rest)
