"""Programs of several files, given as texts, for tests of what happens between files."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent

from streammigrate.codemod.compat.place import Places
from streammigrate.codemod.model import FileResult
from streammigrate.codemod.modules import Layout, Modules
from streammigrate.codemod.resolve import Resolver
from streammigrate.codemod.resolve.program import Program
from streammigrate.codemod.resolve.resolver import Programs
from streammigrate.codemod.rewrite import Input, Outcome, rewrite_program
from streammigrate.codemod.settings import RewriteSettings


def modules(files: Mapping[str, str], *roots: str) -> Modules:
    """Return the modules of a project whose files have these paths, relative to its root."""
    return Modules(Layout(files, roots), str(Path.cwd()), str)


def texts(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files by path, sorted, without the indentation of the test that holds them."""
    return {path: dedent(files[path]).lstrip("\n") for path in sorted(files)}


def rewrite_all(files: Mapping[str, str], *only: str, roots: Sequence[str] = (), **settings: object) -> Outcome:
    """Return what becomes of a program; only the files named may be edited, all of them where none is.

    `roots` are further folders that imports start at.
    """
    data = {path: text.encode() for path, text in texts(files).items()}
    chosen = RewriteSettings(todo=False)._replace(**settings)  # type: ignore[arg-type]
    return rewrite_program(Input(data, only or tuple(data), modules(files, *roots)), chosen)


def rewritten(files: Mapping[str, str], *only: str, roots: Sequence[str] = (), **settings: object) -> dict[str, str]:
    """Return the new texts by path."""
    return {one.path: one.after.decode() for one in rewrite_all(files, *only, roots=roots, **settings).files}


def rewritten_with_helpers(files: Mapping[str, str], **settings: object) -> dict[str, str]:
    """Return the new texts by path, the modules of helpers that are written into the project among them."""
    given = texts(files)
    known = modules(given)
    home = Places(known, {path: ast.parse(text) for path, text in given.items()}).home
    data = {path: text.encode() for path, text in given.items()}
    chosen = RewriteSettings(todo=False)._replace(**settings)  # type: ignore[arg-type]
    return given | {
        one.path: one.after.decode()
        for one in rewrite_program(Input(data, tuple(data), known, homes=home), chosen).files
    }


def rewrite_with(text: str, path: str, others: Mapping[str, str], settings: RewriteSettings) -> FileResult:
    """Return what becomes of one file with others around it."""
    files = {path: text, **others}
    given = Input({at: files[at].encode() for at in sorted(files)}, (path,), modules(files))
    return rewrite_program(given, settings).files[0]


def resolvers(files: Mapping[str, str], *, declarations: Mapping[str, str] | None = None) -> dict[str, Resolver]:
    """Return the resolvers of a program's files by path."""
    program = Program(modules(files), declarations or {})
    for path, text in texts(files).items():
        program.forest.add(ast.parse(text), path)
    shared = Programs(program)
    return {path: Resolver(within=shared, path=path) for path in program.forest.files}
