"""Programs of several modules do the same before and after `rewrite`, at once and in parts, or are left alone.

`STREAMMIGRATE_LONG=1` runs a thousand of them instead of a few. A program that differs is looked at with
`python tests/differential/modules.py SEED --shrink`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping

import pytest
from tests.differential import modules_judge as judging
from tests.differential.modules import MAIN, Modular, program
from tests.differential.modules_shrink import kind_of, shrink

from streammigrate.codemod.model import FileResult
from streammigrate.codemod.rewrite import Input, Outcome
from streammigrate.codemod.settings import RewriteSettings

SHORT = 6
LONG = 1_000
SHARE = 55
"""How many of a hundred sites have to move."""

FILES = {
    "app/clients.py": 'from stream_chat import StreamChat\n\n\ndef get_client():\n    return StreamChat("key", "secret")\n',
    "app/users.py": (
        "from app.clients import get_client\n\n\n"
        "# a comment\n"
        "def add(name):\n"
        '    get_client().upsert_user({"id": name})\n'
        '    observe("token", get_client().create_token(name))\n'
    ),
    MAIN: 'from app.users import add\n\nadd("jane")\n',
}
MADE = Modular(2, FILES, {"app/users.py": ("# a comment",)}, None, 0)


def test_a_seed_makes_the_same_program() -> None:
    assert program(7) == program(7)
    assert program(7).files != program(8).files


def test_programs_have_several_modules_and_use_them() -> None:
    made = [program(seed) for seed in range(40)]
    assert all(len(one.files) > 2 for one in made)
    assert any("import *" in text for one in made for text in one.files.values())
    assert any("Registry" in text for one in made for text in one.files.values())
    assert any(len([path for path in one.files if path.endswith("__init__.py")]) > 1 for one in made)
    # Definitions of payloads, readers and handlers are in modules of their own, and methods give responses to others.
    assert any("builders" in path and "def " in text for one in made for path, text in one.files.items())
    assert any("service.load_" in text for one in made for text in one.files.values())


def test_programs_do_the_same_after_a_rewrite(capsys: pytest.CaptureFixture[str]) -> None:
    count = LONG if os.environ.get("STREAMMIGRATE_LONG") else SHORT
    summary = judging.summarise(range(count))
    with capsys.disabled():
        sys.stdout.write(f"\n{summary.text}\n")
    assert [(verdict.program.seed, verdict.differences[0]) for verdict in summary.different] == []
    # What a step wrote for two SDKs, such as `error_field`, stays when the second one goes.
    assert len(summary.otherwise) * 5 <= count
    assert summary.broken * 20 <= count
    assert summary.requests > count
    assert summary.mixed > 0
    assert summary.moved > count
    assert summary.share >= SHARE


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("try:\n    f()\nexcept (A, B):\n    pass", "try:\n    f()\nexcept (B, A):\n    pass", True),
        ("isinstance(x, (A, B))", "isinstance(x, (B, A))", True),
        ("f(x, (A, B))", "f(x, (B, A))", False),
        ("# a\nf()  # b", "# b\nf()  # a", True),
        ("# a\nf()", "# b\nf()", False),
        ("from a import b\nfrom c import d", "from c import d\nfrom a import b", True),
        ("from a import b, c", "from a import b", False),
        ("f(1)", "f(2)", False),
    ],
)
def test_only_what_means_the_same_ends_the_same(one: str, other: str, same: bool) -> None:
    assert (judging._meaning(one) == judging._meaning(other)) == same


Change = Callable[[Mapping[str, str], RewriteSettings], Mapping[str, str]]


def _rewriting(change: Change) -> Callable[[Input, RewriteSettings], Outcome]:
    def rewrite(given: Input, settings: RewriteSettings) -> Outcome:
        files = {path: data.decode() for path, data in given.files.items()}
        after = {**files, **{path: text for path, text in change(files, settings).items() if path in given.editable}}
        return Outcome(tuple(FileResult(path, files[path].encode(), after[path].encode()) for path in given.editable))

    return rewrite


def _replaced(path: str, old: str, new: str) -> Change:
    return lambda files, settings: {path: files[path].replace(old, new)}


def _never_done(files: Mapping[str, str], settings: RewriteSettings) -> Mapping[str, str]:
    return {MAIN: files[MAIN] + "# more\n"}


MUTATIONS: dict[str, tuple[Change, str]] = {
    "a request is lost": (_replaced("app/users.py", "    get_client().upsert_user", "    print"), "whole whole [0]"),
    "a token is another": (
        _replaced("app/users.py", "create_token(name)", 'create_token("x")'),
        "whole whole observed[0].token",
    ),
    "a module is gone": (_replaced(MAIN, "app.users", "app.user"), "whole whole [0]"),
    "a comment is lost": (_replaced("app/users.py", "# a comment\n", ""), "whole app/users.py"),
    "a result is no program": (_replaced("app/clients.py", "return", "return )"), "whole syntax"),
    "a second run changes more": (_never_done, "whole again"),
}


@pytest.mark.parametrize("what", MUTATIONS)
def test_a_wrong_rewrite_is_seen(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    change, kind = MUTATIONS[what]
    monkeypatch.setattr(judging, "rewrite_program", _rewriting(change))
    assert kind_of(judging.judge(MADE)).startswith(kind)


def _half(files: Mapping[str, str], settings: RewriteSettings) -> Mapping[str, str]:
    """Rename a function where it is made and where it is used: wrong when only one of the two can be edited."""
    return {path: text.replace("get_client", "get_stream") for path, text in files.items()}


def test_what_breaks_when_some_files_stay_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "rewrite_program", _rewriting(_half))
    kinds = {kind_of(judging.judge(MADE._replace(seed=seed))).partition(" ")[0] for seed in range(6)}
    assert kinds <= {"", "some"}
    assert "some" in kinds


def test_shrinking_keeps_what_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        judging, "rewrite_program", _rewriting(_replaced("app/users.py", "_token(name)", '_token("x")'))
    )
    small = shrink(MADE)
    assert kind_of(judging.judge(small)) == kind_of(judging.judge(MADE._replace(verbatim={})))
    assert "upsert_user" not in small.files["app/users.py"]
    assert "create_token" in small.files["app/users.py"]


def test_a_crash_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(files: Mapping[str, str], settings: RewriteSettings) -> Mapping[str, str]:
        raise ValueError("the engine fell over")

    monkeypatch.setattr(judging, "rewrite_program", _rewriting(crash))
    assert kind_of(judging.judge(MADE)) == "whole ValueError: the engine fell over"


def test_a_program_that_never_worked_is_broken() -> None:
    assert judging.judge(MADE._replace(files={MAIN: "undefined\n"}, verbatim={})).broken.startswith("NameError")
