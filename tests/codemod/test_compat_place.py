"""Where the module of helpers goes, and how each file imports it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from streammigrate.codemod.compat.place import Places
from streammigrate.codemod.modules import Layout, Modules


def _places(files: dict[str, str], root: Path, roots: tuple[str, ...] = (), chosen: str = "") -> Places:
    scripts = {path for path, text in files.items() if "__main__" in text}
    modules = Modules(Layout(files, roots, scripts=scripts), str(root), lambda path: path)
    return Places(modules, {path: ast.parse(text) for path, text in files.items()}, chosen)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


PROJECTS: dict[str, tuple[dict[str, str], dict[str, tuple[str, str]]]] = {
    "one file": ({"bot.py": ""}, {"bot.py": ("stream_compat.py", "stream_compat")}),
    "a package": (
        {"app/__init__.py": "", "app/api/__init__.py": "", "app/api/views.py": "from app.chat import client"},
        {"app/api/views.py": ("app/stream_compat.py", "app.stream_compat")},
    ),
    "a package's own file": (
        {"app/__init__.py": "import stream_chat"},
        {"app/__init__.py": ("app/stream_compat.py", "app.stream_compat")},
    ),
    "relative imports": (
        {
            "app/__init__.py": "",
            "app/chat.py": "",
            "app/api/__init__.py": "",
            "app/api/views.py": "from ..chat import client",
            "app/tasks.py": "from .chat import client",
        },
        {
            "app/api/views.py": ("app/stream_compat.py", "..stream_compat"),
            "app/tasks.py": ("app/stream_compat.py", ".stream_compat"),
            "app/chat.py": ("app/stream_compat.py", "app.stream_compat"),
        },
    ),
    "relative imports without __init__": (
        {"app/chat.py": "", "app/views.py": "from .chat import client"},
        {"app/views.py": ("app/stream_compat.py", ".stream_compat")},
    ),
    "src": (
        {"src/shop/__init__.py": "", "src/shop/chat.py": "", "src/shop/api.py": "from shop.chat import client"},
        {
            "src/shop/api.py": ("src/shop/stream_compat.py", "shop.stream_compat"),
            "src/shop/chat.py": ("src/shop/stream_compat.py", "shop.stream_compat"),
        },
    ),
    "a script beside a package that it uses": (
        {"app/__init__.py": "", "app/chat.py": "", "main.py": "from app.chat import client"},
        {"main.py": ("app/stream_compat.py", "app.stream_compat")},
    ),
    "a folder without __init__ that others import from": (
        {"services/chat.py": "", "main.py": "from services.chat import client"},
        {"services/chat.py": ("services/stream_compat.py", "services.stream_compat")},
    ),
    "scripts side by side": (
        {"bots/chat.py": "", "bots/run.py": "from chat import client"},
        {
            "bots/chat.py": ("bots/stream_compat.py", "stream_compat"),
            "bots/run.py": ("bots/stream_compat.py", "stream_compat"),
        },
    ),
    "a package whose files are run as scripts": (
        {
            "app/__init__.py": "",
            "app/chat.py": "",
            "app/run.py": "from chat import client\nif __name__ == '__main__': 1",
        },
        {"app/run.py": ("app/stream_compat.py", "stream_compat")},
    ),
    "two packages": (
        {"shop/__init__.py": "", "shop/a.py": "", "forum/__init__.py": "", "forum/b.py": "import shop.a"},
        {
            "shop/a.py": ("shop/stream_compat.py", "shop.stream_compat"),
            "forum/b.py": ("forum/stream_compat.py", "forum.stream_compat"),
        },
    ),
}


@pytest.mark.parametrize("name", PROJECTS)
def test_the_module_goes_where_the_file_can_import_it(name: str, tmp_path: Path) -> None:
    files, homes = PROJECTS[name]
    places = _places(files, tmp_path)
    assert {path: tuple(places.home(path)) for path in homes} == homes


def test_a_chosen_place_holds_for_all(tmp_path: Path) -> None:
    files = {"app/__init__.py": "", "app/util/__init__.py": "", "app/a.py": "from .b import c", "app/b.py": ""}
    places = _places(files, tmp_path, chosen=str(tmp_path / "app/util/compat.py"))
    assert {tuple(places.home(path)) for path in files} == {("app/util/compat.py", "app.util.compat")}
