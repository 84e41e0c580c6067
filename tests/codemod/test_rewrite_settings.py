"""`[tool.streammigrate.rewrite]` and `[tool.streammigrate.types]`."""

from __future__ import annotations

from pathlib import Path

import pytest

from streammigrate.codemod.session import Request, settings_of
from streammigrate.codemod.settings import RewriteSettings, read_rewrite_settings
from streammigrate.errors import InputError, UsageError


def read(folder: Path, text: str) -> RewriteSettings:
    (folder / "pyproject.toml").write_text(text)
    return read_rewrite_settings(folder / "pyproject.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.streammigrate.rewrite\n", "cannot be parsed"),
        ("[tool.streammigrate.rewrite]\nother = 1\n", "unknown setting 'other'"),
        ("[tool.streammigrate.rewrite]\nunsafe = 1\n", "unsafe must be true or false"),
        ('[tool.streammigrate.rewrite]\nselect = "SM2"\n', "select must be a list of text"),
        ('[tool.streammigrate.rewrite]\nselect = ["upsert"]\n', "takes an id or its start"),
        ('[tool.streammigrate.rewrite]\ntarget = "3.0"\n', "cannot be aimed at"),
        ('[tool.streammigrate.rewrite]\nexclude = "build"\n', "exclude must be a list of text"),
        ('[tool.streammigrate.rewrite]\nexclude = ["a.py", ""]\n', "exclude takes patterns as in a .gitignore"),
        ('[tool.streammigrate.rewrite]\nexclude = ["# a"]\n', "exclude takes patterns as in a .gitignore"),
        ("[tool.streammigrate]\nrewrite = 1\n", "must be a table"),
        ("[tool.streammigrate.types]\nclient = 1\n", "client must be text"),
        ('[tool.streammigrate.types]\napp.client = "stream_chat.StreamChat"\n', "app must be text"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, text)


def test_all_settings(tmp_path: Path) -> None:
    assert read(tmp_path, "") == RewriteSettings()
    text = (
        '[tool.streammigrate.rewrite]\ntarget = "6.1"\nunsafe = true\ntodo = false\nselect = ["sm2"]\nignore = ["SM201"]\n'
        'pin = "4.20.0"\nexclude = ["gen/", "/old"]\n'
        '[tool.streammigrate.types]\n"app.b" = "stream_chat.StreamChat"\n"app.a" = "x"\n'
    )
    found = read(tmp_path, text)
    assert found == RewriteSettings(
        target="6.1.0",
        unsafe=True,
        todo=False,
        select=("SM2",),
        ignore=("SM201",),
        declarations={"app.a": "x", "app.b": "stream_chat.StreamChat"},
        pin="4.20.0",
        exclude=("gen/", "/old"),
    )
    assert list(found.declarations) == ["app.a", "app.b"]


def test_what_is_asked_for_stands_over_the_settings(tmp_path: Path) -> None:
    read(tmp_path, '[tool.streammigrate.rewrite]\nunsafe = true\nselect = ["SM2"]\nignore = ["SM3"]\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert settings_of(Request(), str(below)).unsafe
    assert settings_of(Request(), str(below / "x.py")).unsafe
    asked = settings_of(Request(unsafe=False, select=["sm4"], ignore=["SM5"], target="4.2"), str(below))
    assert (asked.unsafe, asked.select, asked.ignore, asked.target) == (False, ("SM4",), ("SM3", "SM5"), "4.2.0")
    with pytest.raises(UsageError):
        settings_of(Request(target="8"), str(below))
