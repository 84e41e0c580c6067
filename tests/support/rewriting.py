"""A stand-in for the codemod and some results of it, for the tests of the command line and of the reports."""

from __future__ import annotations

import ast

from streammigrate.codemod import kinds
from streammigrate.codemod.model import Applicability, Facet, FileResult, Site, Span, Trouble
from streammigrate.codemod.rewrite import Input, Outcome
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.report.rewrite_summary import RewriteReport

SAFE, UNSAFE, MANUAL = Applicability.SAFE, Applicability.UNSAFE, Applicability.MANUAL
OPAQUE = Facet("arguments", MANUAL, "the keys of `data` are not known", kinds.OPAQUE.id)
LOSS = Facet("arguments", UNSAFE, "v2 has no place for `x`", kinds.LOSS.id)
PROVEN = Facet("receiver", SAFE, "a StreamChat by its constructor")
FORMS = {"safe": PROVEN, "risky": LOSS, "opaque": OPAQUE}


def fake_program(given: Input, settings: RewriteSettings) -> Outcome:
    """Do with every file of a program what `fake_rewrite` does."""
    return Outcome(
        tuple(fake_rewrite(given.files[path], path, settings) for path in given.files if path in given.editable)
    )


def fake_rewrite(source: bytes, path: str, settings: RewriteSettings) -> FileResult:
    """Turn `safe(…)` into `done(…)`, `risky(…)` with unsafe only, and leave `opaque(…)`; `crash` crashes."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        said = Trouble(kinds.UNPARSED.id, f"Python cannot parse the file: {error.msg}", error.lineno)
        return FileResult(path, source, source, (), (said,))
    sites = []
    after = source
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        name = node.func.id
        if name == "crash":
            raise AttributeError("crash")
        facet = FORMS.get(name)
        if facet is None:
            continue
        applied = facet.applicability is SAFE or (facet.applicability is UNSAFE and settings.unsafe)
        if applied:
            after = after.replace(name.encode() + b"(", b"done(")
        rule = {"safe": "SM201", "risky": "SM202", "opaque": "SM503"}[name]
        code = ast.unparse(node)
        new = code.replace(name, "done", 1) if facet is not OPAQUE else ""
        evidence = ("`client` is made on line 1",)
        sites.append(
            Site(
                rule,
                f"StreamChat.{name}",
                Span.of(node),
                code,
                new,
                tuple(dict.fromkeys((PROVEN, facet))),
                evidence,
                ("the answer holds more",),
                ("positional",),
                applied,
            )
        )
    chosen = [site for site in sites if not settings.select or site.rule.startswith(settings.select)]
    chosen = [site for site in chosen if not settings.ignore or not site.rule.startswith(settings.ignore)]
    if settings.todo and any(site.rule == "SM503" for site in chosen):
        after = b"# TODO(streammigrate): SM503\n" + after
    return FileResult(path, source, after, tuple(sorted(chosen, key=lambda site: site.span)))


def result(code: str, path: str = "app/chat.py", **settings: bool) -> FileResult:
    """Return what the stand-in makes of some code."""
    return fake_rewrite(code.encode(), path, RewriteSettings(todo=False)._replace(**settings))  # type: ignore[arg-type]


def report(*results: FileResult, written: bool = False) -> RewriteReport:
    """Return the report on some results."""
    return RewriteReport(results, "7.0.0", written, len(results))
