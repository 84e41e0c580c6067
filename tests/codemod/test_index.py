"""Which file an import means, and which files of a project can matter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from streammigrate.codemod.index import Project, find_project
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.errors import InputError

CLIENT = (
    "from stream_chat import StreamChat\n\nchat = StreamChat('key', 'secret')\n\n\ndef get_chat():\n    return chat\n"
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path


def project(files: Mapping[str, str], *paths: str, settings: RewriteSettings | None = None) -> Project:
    for path, text in files.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text)
    (found,) = find_project(paths or ["."], settings or RewriteSettings())
    return found


def empty(*paths: str) -> dict[str, str]:
    return dict.fromkeys(paths, "")


# Decoys: what an import does not mean.


@pytest.mark.parametrize(
    ("files", "importer", "dotted"),
    [
        # A package hides what is named like it elsewhere, also what it lacks itself.
        (
            ["a/setup.py", "a/app/__init__.py", "b/setup.py", "b/app/__init__.py", "b/app/clients.py"],
            "a/run.py",
            "app.clients",
        ),
        # The standard library and the SDKs are not hidden by what stands in a package.
        (["app/__init__.py", "app/logging.py"], "app/views.py", "logging"),
        (["app/__init__.py", "app/stream_chat.py"], "app/views.py", "stream_chat"),
        (["vendor/setup.py", "vendor/stream_chat.py"], "app/views.py", "stream_chat"),
        (["ns/email.py"], "ns/deep/views.py", "email"),
        # Beside a file in a package only a relative import finds anything.
        (["app/__init__.py", "app/redis.py"], "app/views.py", "redis"),
        # Two are equally near.
        (["a/setup.py", "a/shared/clients.py", "b/setup.py", "b/shared/clients.py"], "tools/run.py", "shared.clients"),
        # Another service has its own import path.
        (
            ["services/a/manage.py", "services/b/manage.py", "services/b/app/clients.py"],
            "services/a/x.py",
            "app.clients",
        ),
        (["lib/setup.py", "lib/redis.py"], "app/views.py", "redis"),
        ([], "app/views.py", "nothing.at.all"),
        (["app/clients.txt"], "views.py", "app.clients"),
    ],
)
def test_what_an_import_does_not_mean(root: Path, files: list[str], importer: str, dotted: str) -> None:
    assert project(empty(*files, importer)).modules.find(importer, 0, dotted) is None


@pytest.mark.parametrize(
    ("files", "importer", "dotted", "ambiguous"),
    [
        (["a/setup.py", "a/shared/x.py", "b/setup.py", "b/shared/x.py"], "tools/run.py", "shared.x", True),
        (["app/__init__.py", "app/redis.py"], "app/views.py", "redis", True),
        (["app/__init__.py", "app/logging.py"], "app/views.py", "logging", False),
        (["app/x.py"], "run.py", "app.x", False),
        (["app/y.py"], "run.py", "app.x", False),
    ],
)
def test_what_is_ambiguous_is_said(root: Path, files: list[str], importer: str, dotted: str, ambiguous: bool) -> None:
    assert project(empty(*files, importer)).modules.ambiguous(importer, 0, dotted) is ambiguous


@pytest.mark.parametrize(
    ("files", "importer", "level", "dotted", "wanted"),
    [
        (["app/__init__.py", "app/clients.py"], "run.py", 0, "app.clients", "app/clients.py"),
        (["app/__init__.py"], "run.py", 0, "app", "app/__init__.py"),
        (["app/clients.py", "app/clients/__init__.py"], "run.py", 0, "app.clients", "app/clients/__init__.py"),
        (["src/app/__init__.py", "src/app/clients.py"], "tests/test_x.py", 0, "app.clients", "src/app/clients.py"),
        (["src/app/__init__.py", "src/app/clients.py"], "src/app/x.py", 0, "app.clients", "src/app/clients.py"),
        (["company/app/clients.py"], "company/web/x.py", 0, "company.app.clients", "company/app/clients.py"),
        (
            ["backend/app/__init__.py", "backend/app/clients.py"],
            "backend/app/x.py",
            0,
            "app.clients",
            "backend/app/clients.py",
        ),
        (["clients.py", "scripts/clients.py"], "scripts/run.py", 0, "clients", "scripts/clients.py"),
        (["clients.py", "tests/clients.py"], "app.py", 0, "clients", "clients.py"),
        (["scripts/stream_chat.py"], "scripts/run.py", 0, "stream_chat", "scripts/stream_chat.py"),
        (
            ["a/setup.py", "a/app/__init__.py", "b/setup.py", "b/app/__init__.py"],
            "b/tests/x.py",
            0,
            "app",
            "b/app/__init__.py",
        ),
        (["lib/setup.py", "lib/src/shared/__init__.py"], "services/a/x.py", 0, "shared", "lib/src/shared/__init__.py"),
        (["app/__init__.py", "app/a/__init__.py", "app/clients.py"], "app/a/x.py", 2, "clients", "app/clients.py"),
        (["app/__init__.py", "app/a/b/c.py"], "app/a/b/x.py", 3, "", "app/__init__.py"),
        (["app/clients.py"], "app/__init__.py", 1, "clients", "app/clients.py"),
        (["app/__init__.py", "app/clients.pyi"], "run.py", 0, "app.clients", "app/clients.pyi"),
        (["app/a.py"], "app/x.py", 4, "a", None),
    ],
)
def test_what_an_import_means(
    root: Path, files: list[str], importer: str, level: int, dotted: str, wanted: str | None
) -> None:
    assert project(empty(*files, importer)).modules.find(importer, level, dotted) == wanted


def test_a_submodule_is_found_in_a_namespace_package_too(root: Path) -> None:
    found = project(empty("company/app/clients.py", "run.py")).modules
    assert found.find("run.py", 0, "company.app") is None
    assert found.find_member("run.py", 0, "company.app", "clients") == "company/app/clients.py"
    assert found.find_member("company/app/x.py", 1, "", "clients") == "company/app/clients.py"


def test_a_program_in_a_package_finds_what_stands_beside_it(root: Path) -> None:
    run = "import clients\nif __name__ == '__main__':\n    clients.chat\n"
    found = project({"app/__init__.py": "", "app/clients.py": CLIENT, "app/run.py": run})
    assert found.modules.find("app/run.py", 0, "clients") == "app/clients.py"
    assert found.modules.find("app/other.py", 0, "clients") is None


def test_a_linked_folder_is_a_package_too(root: Path) -> None:
    (root / "service").mkdir()
    (root / "service" / "common").symlink_to(root / "common", target_is_directory=True)
    found = project(
        {"common/clients.py": CLIENT, "service/run.py": "from common.clients import chat\n"}, "service", "common"
    )
    assert found.modules.find("service/run.py", 0, "common.clients") == "common/clients.py"


@pytest.mark.parametrize(
    ("files", "path", "names"),
    [
        (["app/__init__.py"], "app/clients.py", ("app.clients",)),
        (["app/__init__.py"], "app/__init__.py", ("app",)),
        (["src/app/__init__.py"], "src/app/a.py", ("app.a", "src.app.a")),
        ([], "src/ns/app/a.py", ("ns.app.a", "src.ns.app.a", "a", "app.a")),
        ([], "my-app/a.py", ("a",)),
        ([], "my-script.py", ()),
    ],
)
def test_names(root: Path, files: list[str], path: str, names: tuple[str, ...]) -> None:
    found = project(empty(*files, path)).modules
    assert found.names(path) == names
    assert found.name(path) == next(iter(names), "")


# Which files can matter.

BASE = {"app/__init__.py": "", "app/clients.py": CLIENT}


@pytest.mark.parametrize(
    "text",
    [
        "from app.clients import KEY\n",
        "from app.other import chat\n",
        "from other.clients import chat\n",
        "from . import other\nchat = other.chat\n",
        "import app\n",
        "chat.upsert_user({'id': 'a'})\n",
        "class StreamChat:\n    def upsert_user(self, user): ...\n\n\nStreamChat().upsert_user({})\n",
        "def f(client):\n    client.upsert_user({'id': 'a'})\n",
        "from app import clients\n",
    ],
)
def test_what_gets_nothing_of_the_sdk_does_not_matter(root: Path, text: str) -> None:
    files = {**BASE, "app/x.py": text, "app/other.py": "chat = None\n", "other/clients.py": "chat = None\n"}
    found = project(
        {**files, "pkg/__init__.py": "", "pkg/clients.py": "chat = 1\n", "pkg/x.py": "from .clients import chat\n"}
    )
    assert list(found.files) == ["app/clients.py"]
    assert found.files["app/clients.py"] == CLIENT.encode()
    assert found.seen >= len(files)


@pytest.mark.parametrize(
    "text",
    [
        "from app.clients import chat\n",
        "from app.clients import get_chat as make\n",
        "from .clients import (\n    KEY,  # a word\n    chat,\n)\n",
        "from . import clients\nclients.chat.upsert_user({})\n",
        "from app import clients as c\nc.get_chat()\n",
        "import app.clients\napp.clients.chat\n",
        "import app.clients as c, os\nc.chat\n",
        "import app\napp.clients.chat\n",
        "from app.clients import *\n",
        "def f():\n    from app.clients import chat\n",
        "try:\n    from app.clients import chat\nexcept ImportError:\n    chat = None\n",
        "from app \\\n  import clients; clients.chat\n",
        "import importlib\nimportlib.import_module('app.clients').chat\n",
        "import importlib\nimportlib.import_module('.clients', __package__).chat\n",
        "if True: from app.clients import chat\n",
    ],
)
def test_every_way_to_import_is_seen(root: Path, text: str) -> None:
    assert list(project({**BASE, "app/x.py": text}).files) == ["app/clients.py", "app/x.py"]


@pytest.mark.parametrize(
    ("files", "also"),
    [
        # Through an __init__, a star, an alias and a circle.
        (
            {"app/__init__.py": "from .clients import chat\n", "x.py": "from app import chat\n"},
            ["app/__init__.py", "x.py"],
        ),
        (
            {"app/__init__.py": "from .clients import *\n", "x.py": "from app import *\nchat\n"},
            ["app/__init__.py", "x.py"],
        ),
        ({"app/deps.py": "from app import clients as c\n", "x.py": "from app.deps import c\nc.chat\n"}, ["x.py"]),
        (
            {
                "app/a.py": "from app.clients import chat\nfrom app.b import g\n",
                "app/b.py": "from app.a import chat\ndef g(): ...\n",
            },
            ["app/a.py", "app/b.py"],
        ),
        # A class that keeps one, a function that returns one of another's.
        (
            {
                "app/service.py": "from app.clients import chat\nclass Service:\n    def go(self):\n        self.api = chat\n",
                "app/deps.py": "from app.service import Service\ndef service():\n    return Service()\n",
                "app/views.py": "from app.deps import service\nservice().api.upsert_user({})\n",
            },
            ["app/deps.py", "app/service.py", "app/views.py"],
        ),
        # The other way: what is handed to a function, a class, a method.
        (
            {
                "app/x.py": "from app.clients import chat\nfrom app.send import send\nsend(chat)\n",
                "app/send.py": "def send(thing):\n    thing.upsert_user({})\n",
            },
            ["app/send.py", "app/x.py"],
        ),
        (
            {
                "app/x.py": "from app.clients import chat\nfrom app import jobs\njobs.Job(1, api=chat).run()\n",
                "app/jobs.py": "from app.base import Base\nclass Job(Base):\n    pass\n",
                "app/base.py": "class Base:\n    def __init__(self, n, api):\n        self.api = api\n",
            },
            ["app/base.py", "app/x.py"],
        ),
        (
            {
                "app/x.py": "from app.clients import chat\nfrom app.send import send\nrun(send, chat)\n",
                "app/send.py": "def send(thing):\n    thing.upsert_user({})\n",
            },
            ["app/send.py", "app/x.py"],
        ),
        # A base class that uses what its subclass keeps.
        (
            {
                "app/x.py": "from app.clients import chat\nfrom app.base import Base\nclass A(Base):\n    api = chat\n",
                "app/base.py": "class Base:\n    def go(self):\n        self.api.upsert_user({})\n",
            },
            ["app/base.py", "app/x.py"],
        ),
        # What is stored in another module, or where a framework keeps things.
        (
            {
                "app/x.py": "from app.clients import chat\nfrom app import state\nstate.api = chat\n",
                "app/state.py": "api = None\n",
                "app/y.py": "from app.state import api\napi.upsert_user({})\n",
            },
            ["app/state.py", "app/x.py", "app/y.py"],
        ),
        (
            {
                "app/x.py": "from app.clients import chat\ndef start(app):\n    app.state.api = chat\n",
                "app/y.py": "def view(request):\n    request.app.state.api.upsert_user({})\n",
            },
            ["app/x.py", "app/y.py"],
        ),
        (
            {
                "app/settings.py": "from stream_chat import StreamChat\nCHAT = StreamChat('k', 's')\n",
                "app/y.py": "from django.conf import settings\nsettings.CHAT.upsert_user({})\n",
            },
            ["app/settings.py", "app/y.py"],
        ),
        (
            {
                "app/x.py": "from app.clients import chat\ndef main(ctx):\n    ctx.obj = chat\n",
                "app/y.py": "import click\n@click.pass_obj\ndef add(api):\n    api.upsert_user({})\n",
            },
            ["app/x.py", "app/y.py"],
        ),
        # A function of the project that is named like a call of the API.
        (
            {
                "app/api.py": "from app.clients import chat\nclass Api:\n    def query(self):\n        return chat\n",
                "app/x.py": "from app.api import Api\nthing = Api().query()\n",
                "app/y.py": "from app.x import thing\n",
            },
            ["app/api.py", "app/x.py", "app/y.py"],
        ),
        # An object of a class that keeps one, which is imported by itself or with its module.
        (
            {
                "app/hub.py": "from app.clients import get_chat\nclass Hub:\n    def __init__(self):\n"
                "        self.api = get_chat()\n\nhub = Hub()\n",
                "app/x.py": "from app import hub\nhub.hub.api.go()\n",
                "app/y.py": "from app.hub import hub\nhub.api.go()\n",
                "app/z.py": "from app.x import hub as h\ndef f(other):\n    other.go(h.hub.api)\n",
            },
            ["app/hub.py", "app/x.py", "app/y.py", "app/z.py"],
        ),
        (
            {
                "app/hub.py": "from app.clients import get_chat\nclass Hub:\n    def __init__(self):\n"
                "        self._api = get_chat()\n\n    def go(self):\n        self._api.go()\n\nhub = Hub()\n",
                "app/y.py": "from app.hub import hub\nhub._api.go()\n",
            },
            ["app/hub.py", "app/y.py"],
        ),
        # Who calls a function that takes one.
        (
            {
                "app/send.py": "from stream_chat import StreamChat\ndef send(chat: StreamChat): ...\n",
                "app/x.py": "from app.send import send\nsend(found())\n",
            },
            ["app/send.py", "app/x.py"],
        ),
    ],
)
def test_what_something_of_the_sdk_gets_to_matters(root: Path, files: dict[str, str], also: list[str]) -> None:
    decoys = {"app/none.py": "from app import helpers\nhelpers.go()\n", "app/helpers.py": "def go(): ...\n"}
    found = project({**BASE, **decoys, **files})
    assert set(found.files) >= {"app/clients.py", *also}
    assert not {"app/none.py", "app/helpers.py"} & set(found.files)
    assert set(found.trees) <= set(found.files)


def test_an_answer_of_the_api_is_not_followed(root: Path) -> None:
    files = {
        "app/x.py": "from app.clients import chat\nfrom app.web import reply\nout = reply(chat.query_users({}))\n",
        "app/web.py": "def reply(data):\n    return data\n",
        "app/y.py": "from app.web import reply\nreply(1)\n",
    }
    assert list(project({**BASE, **files}).files) == ["app/clients.py", "app/x.py"]


def test_tests_below_a_conftest_matter_when_they_use_its_fixture(root: Path) -> None:
    files = {
        "tests/unit/conftest.py": "from app.clients import chat\n@pytest.fixture(name='api')\ndef _api():\n    return chat\n",
        "tests/unit/deep/test_a.py": "def test_a(api):\n    api.upsert_user({})\n",
        "tests/unit/test_b.py": "def test_b(other): ...\n",
        "tests/test_c.py": "def test_c(api): ...\n",
        "tests/test_d.py": "from unittest.mock import patch\n@patch('app.clients.chat')\ndef test_d(fake): ...\n",
    }
    found = set(project({**BASE, **files}).files)
    assert found == {"app/clients.py", "tests/unit/conftest.py", "tests/unit/deep/test_a.py", "tests/test_d.py"}


def test_a_declared_name_matters(root: Path) -> None:
    files = {"app/box.py": "chat = load()\n", "app/x.py": "from app.box import chat\n", "app/__init__.py": ""}
    settings = RewriteSettings(declarations={"app.box.chat": "stream_chat.StreamChat"})
    assert list(project(files, settings=settings).files) == ["app/box.py", "app/x.py"]


def test_files_outside_of_the_paths_are_there_and_spelled_alike(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project({**BASE, "web/views.py": "from app.clients import chat\n", "web/none.py": ""})
    assert list(project({}, "app/clients.py").files) == ["app/clients.py", "web/views.py"]
    assert list(project({}, "web/none.py").files) == ["app/clients.py", "web/none.py", "web/views.py"]
    absolute = [str(root / path) for path in ("app/clients.py", "web/views.py")]
    assert list(project({}, str(root / "web")).files) == absolute
    monkeypatch.chdir(root / "web")
    found = project({}, ".")
    assert list(found.files) == ["../app/clients.py", "views.py"]
    assert found.modules.find("views.py", 0, "app.clients") == "../app/clients.py"
    with pytest.raises(InputError):
        project({}, "nothing")


def test_projects_are_told_apart_and_one_in_another_is_part_of_it(root: Path) -> None:
    project({"a/setup.py": "", "a/x.py": CLIENT, "b/setup.py": "", "b/y.py": "from x import chat\n"})
    assert [list(found.files) for found in find_project(["a", "b"], RewriteSettings())] == [["a/x.py"], []]
    (whole,) = find_project(["a", "."], RewriteSettings())
    assert whole.root == str(root) and next(iter(whole.files)) == "a/x.py"


def test_files_that_are_no_python_and_ignored_ones(root: Path) -> None:
    files = {".gitignore": "local.py\n", "local.py": CLIENT, "old.py": "print 'x'\nfrom app.clients import chat\n"}
    notebook = {"n.ipynb": '{"cells": [{"source": ["from app.clients import chat\\n"]}]}', "m.ipynb": "{}"}
    found = project({**BASE, **files, **notebook, "x.py": "from local import chat\n"})
    assert list(found.files) == ["app/clients.py", "old.py"]
    assert list(found.trees) == ["app/clients.py"]
    assert list(found.documents) == ["n.ipynb"]
    assert list(project({}, "m.ipynb").documents) == ["m.ipynb", "n.ipynb"]
    assert list(project({}, "local.py").files) == ["app/clients.py", "local.py", "old.py", "x.py"]


def test_a_project_that_its_repository_imports_from_is_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    library, service = tmp_path / "libs" / "chat", tmp_path / "services" / "api"
    for folder in (library, service):
        folder.mkdir(parents=True)
        (folder / "pyproject.toml").touch()
    (library / "chatlib.py").write_text("from stream_chat import StreamChat\nchat = StreamChat('k', 's')\n")
    (service / "views.py").write_text("import chatlibrary\n")
    (alone,) = find_project([str(library)], RewriteSettings())
    assert alone.root == str(library)
    (service / "views.py").write_text("from chatlib import chat\nchat.list_roles()\n")
    (whole,) = find_project([str(library)], RewriteSettings())
    assert whole.root == str(tmp_path)
    assert [Path(path).name for path in whole.files] == ["chatlib.py", "views.py"]
