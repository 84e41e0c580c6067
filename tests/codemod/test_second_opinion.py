from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import shutil
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from streammigrate.codemod.second_opinion import CheckerError, Opinion, Question, ask, find
from streammigrate.codemod.second_opinion.checkers import CHECKERS
from streammigrate.codemod.second_opinion.model import CLASSES
from streammigrate.codemod.second_opinion.overlay import environment
from streammigrate.codemod.second_opinion.probes import judge, probe, probed
from streammigrate.errors import UsageError
from streammigrate.rules import sdk

_FAKE = r"""#!{python}
import json, os, re, subprocess, sys, time

given = json.loads({given!r})
with open(given["log"], "w") as log:
    json.dump({{"argv": sys.argv[1:], "cwd": os.getcwd()}}, log)
mode = given["mode"]
if mode == "broken":
    print("boom")
    print("no such option", file=sys.stderr)
    sys.exit(2)
if mode == "slow":
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with open(given["log"], "w") as log:
        json.dump({{"child": child.pid}}, log)
    time.sleep(60)

found = []

def tell(path, number, type):
    found.append((path, number, type))

def canary(name, type):
    kind, _, rest = name.partition("_")
    short = type.rpartition(".")[2]
    if mode == "blind":
        return "Unknown", "Unknown"
    if kind == "seen":
        return "Opinion_" + rest, short
    if kind == "decoy":
        return ("Opinion_" + rest[4:] if rest[4:] in given["confused"] else "Unknown"), short
    if mode == "gullible":
        return "Opinion_StreamChat", "StreamChat"
    return "Opinion_StreamChat", "StreamChat | Any"

for folder, _, names in sorted(os.walk(".")):
    for name in sorted(names):
        if not name.endswith(".py") or mode == "silent":
            continue
        path = os.path.normpath(os.path.join(folder, name))
        answer = None
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            match = re.match(r"def (\w+)\(value: (.*)\) -> None:", line)
            if match and name == "_streammigrate_probe.py":
                answer = canary(*match.groups())
            match = re.match(r"reveal_type\(_streammigrate_probe\.Box\(\((.*)\)\)\.opinion\(\)\),", line)
            if match:
                answer = given["types"].get(match[1], ("Unknown", "Unknown"))
            if "reveal_type(" in line and answer:
                tell(path, number, answer[0 if ".opinion()" in line else 1])
                if mode == "twice" and "(twice)" in line:
                    tell(path, number, "Unknown")

if given["format"] == "pyright":
    print(json.dumps({{"generalDiagnostics": [
        {{"file": os.path.abspath(path), "severity": "information", "message": 'Type of "x is "y"" is "%s"' % type,
          "range": {{"start": {{"line": number - 1, "character": 0}}}}}}
        for path, number, type in found]}}))
elif given["format"] == "ty":
    print(json.dumps([
        {{"check_name": "revealed-type", "description": "revealed-type: Revealed type: `%s`" % type,
          "location": {{"path": path, "positions": {{"begin": {{"line": number, "column": 1}}}}}}}}
        for path, number, type in found]))
else:
    print(" INFO what pyrefly says first")
    print(json.dumps({{"errors": [
        {{"line": number, "path": path, "name": "reveal-type", "description": "revealed type: " + type}}
        for path, number, type in found]}}))
sys.exit(1)
"""

_ANSWERS = {
    "chat": ("Opinion_StreamChat", "StreamChat"),
    "maybe": ("Opinion_StreamChat_or_None", "StreamChat | None"),
    "channel": ("Opinion_AsyncChannel", "Channel"),
    "decoy": ("Unknown", "StreamChat"),
    "partly": ("Opinion_StreamChat", "StreamChat | Any"),
    "both": ("Unknown", "StreamChat | Own"),
}

Fake = Callable[..., Path]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Put a checker on PATH that answers from a table; returns the file in which it logs how it was called."""

    def install(
        name: str = "pyright",
        mode: str = "",
        types: Mapping[str, Sequence[str]] = _ANSWERS,
        confused: Sequence[str] = (),
    ) -> Path:
        log = tmp_path / "call.json"
        form = "pyright" if name.endswith("pyright") else name
        given = {"log": str(log), "mode": mode, "types": types, "confused": confused, "format": form}
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        program = folder / name
        program.write_text(_FAKE.format(python=sys.executable, given=json.dumps(given)))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
        return log

    return install


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files; every test has to leave it empty."""
    folder = tmp_path / "temporary files"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def _project(tmp_path: Path, files: Mapping[str, str]) -> Path:
    root = tmp_path / "project"
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return root


def _questions(path: Path, source: bytes | None = None) -> list[Question]:
    """Return a question for the receiver of every method call of a file."""
    data = path.read_bytes() if source is None else source
    calls = [node for node in ast.walk(ast.parse(data)) if isinstance(node, ast.Call)]
    receivers = [call.func.value for call in calls if isinstance(call.func, ast.Attribute)]
    spans = sorted((r.lineno, r.col_offset, r.end_lineno or 0, r.end_col_offset or 0) for r in receivers)
    return [Question(str(path), data, *span) for span in spans]


def _told(answers: Mapping[Question, Opinion]) -> list[tuple[int, str]]:
    return sorted((question.line, opinion.cls) for question, opinion in answers.items())


@pytest.mark.parametrize(
    ("opinion", "type"),
    [
        ("Unknown", "StreamChat"),
        ("Any", "StreamChat"),
        ("Opinion_none", "StreamChat"),
        ("Opinion_StreamChat", "Any"),
        ("Opinion_StreamChat", "Unknown"),
        ("Opinion_StreamChat", "StreamChat | Any"),
        ("Opinion_StreamChat", "Unknown | StreamChat"),
        ("Opinion_StreamChat", "(Unknown & ~AlwaysFalsy) | StreamChat"),
        ("Opinion_StreamChat", "Unknown & StreamChat"),
        ("Opinion_StreamChat", "StreamChat | Own"),
        ("Opinion_StreamChat", "StreamChat | None"),
        ("Opinion_StreamChat_or_None", "StreamChat"),
        ("Opinion_StreamChat_or_None", "StreamChat | None | Any"),
        ("Opinion_StreamChat_or_None", "None"),
        ("Opinion_StreamChat", "app.StreamChat"),
        ("Opinion_StreamChat", "MyStreamChat"),
        ("Opinion_StreamChat", "type[StreamChat]"),
        ("Opinion_StreamChat | Opinion_Channel", "StreamChat | Channel"),
        ("Opinion_Segment", "Campaign"),
        ("Opinion_Nothing", "Nothing"),
    ],
)
def test_what_is_not_certain_is_no_answer(opinion: str, type: str) -> None:
    assert judge(opinion, type) is None


@pytest.mark.parametrize(
    ("opinion", "type", "name", "optional"),
    [
        ("Opinion_StreamChat", "StreamChat", "StreamChat", False),
        ("_streammigrate_probe.Opinion_StreamChat", "stream_chat.client.StreamChat", "StreamChat", False),
        ("Opinion_StreamChat", "StreamChat & ~AlwaysFalsy", "StreamChat", False),
        ("Opinion_AsyncChannel", "Channel", "AsyncChannel", False),
        ("Opinion_Channel_or_None", "Channel | None", "Channel", True),
        ("Opinion_Channel_or_None", "None | Channel", "Channel", True),
        ("Opinion_Channel_or_None", "Optional[Channel]", "Channel", True),
    ],
)
def test_a_marker_and_the_type_alone_are_an_answer(opinion: str, type: str, name: str, optional: bool) -> None:
    answer = judge(opinion, type)
    assert answer is not None
    assert (answer.known.name, answer.optional) == (name, optional)


def test_the_classes_are_those_of_stream_chat_that_have_methods() -> None:
    classes = sdk.v1_classes()
    with_methods = {
        name
        for name, found in classes.items()
        if any(member.kind == "method" for member in found.members.values()) and not name.startswith("Stream")
    }
    assert with_methods - {known.name for known in CLASSES} <= {"RateLimitInfo", "StreamResponse"}
    for known in CLASSES:
        assert known.qualname in classes[known.name].qualnames


def test_the_probe_module_is_python_and_knows_its_lines() -> None:
    made = probe()
    ast.parse(made.text)
    lines = made.text.splitlines()
    asked = [*made.seen.values(), *(one for several in made.decoys.values() for one in several), *made.unclear.values()]
    for at in asked:
        assert ".opinion()" in lines[at.opinion - 1]
        assert re.fullmatch(r" +reveal_type\(.+\)", lines[at.type - 1])
        assert at.type == at.opinion + 1


@pytest.mark.parametrize(
    "source",
    [
        "chat.send()\n",
        '"""doc"""\nfrom __future__ import annotations; import os; chat.send()\n',
        "#!/usr/bin/python\n# comment\n@app.get('/')\ndef f():\n    return chat.send()\n",
        "def f():\n\tif x: chat.send(); other.send()\n",
        "x = [c.send() for c in chats.all() if c.ok()]\n",
        "x = lambda c=chat.get(): c.send()\n",
        "chat.channel('a').update().send()\n",
        "(\n    chat  # why\n    .channel('a',\n        'b')\n).send()\n",
        "(c := make()).send()\n",
        "async def f():\n    (await make()).send()\n    async with chat.it() as x: await x.send()\n",
        "def f():\n    (yield x).send()\n",
        "é = 'ü'; é.send(); chat.send()\n",
        "if not chat.send():pass\nelif(chat.send()): pass\n",
        "with chat.a() as x, chat.b(): ...\n",
        "chat.send()",
        "\ufeffchat.send()\n",
        "x = 1\r\nchat.send()\r\n",
        "# -*- coding: latin-1 -*-\nx = 'é'; chat.send()\n",
        "class A(B):\n    '''doc'''\n    def f(self): super().f(self.chat.send())\n",
        "match chat.get():\n    case 1: chat.send()\n",
        "for x in a.b(): del x.c().d\n",
    ],
)
def test_probes_stand_where_the_receivers_do(source: str) -> None:
    data = source.encode("latin-1" if "latin-1" in source else "utf-8")
    questions = _questions(Path("x.py"), data)
    text, places = probed(data, questions)
    assert set(places) == set(questions)
    ast.parse(text)
    lines = text.decode().split("\n")
    for question, at in places.items():
        receiver = (
            source.lstrip("\ufeff").replace("\r\n", "\n").split("\n")[question.line - 1].encode()[question.column :]
        )
        first = receiver[: question.end_column - question.column] if question.line == question.end_line else receiver
        assert lines[at.opinion - 1].startswith(f"reveal_type(_streammigrate_probe.Box(({first.decode().rstrip()}")
        assert lines[at.type - 1].startswith(f"reveal_type(({first.decode().rstrip()}")


def test_a_probed_file_still_does_the_same() -> None:
    source = textwrap.dedent("""\
        from __future__ import annotations
        class Chat:
            def __init__(self, name): self.name = name
            def channel(self, name): return Chat(self.name + name)
            def send(self): return said.append(self.name)
        said = []
        chat = Chat("a")
        [c.send() for c in [chat.channel("b"), chat]]
        (lambda q=chat: q.channel("c").send())()
        """).encode()
    text, places = probed(source, _questions(Path("x.py"), source))
    assert len(places) == 5
    plain = text.decode().replace("import _streammigrate_probe", "")
    plain = re.sub(r"reveal_type\(_streammigrate_probe\.Box\((.*)\)\.opinion\(\)\)", r"(\1)", plain)
    scope: dict[str, Any] = {"reveal_type": lambda value: value}
    exec(compile(plain, "x", "exec", dont_inherit=True), scope)
    assert scope["said"] == ["ab", "a", "ac"]


@pytest.mark.parametrize("comment", ["# type: ignore", "#type:ignore[x]", "# pyright: basic", "# mypy: ignore-errors"])
def test_comments_that_silence_a_checker_are_taken_away(comment: str) -> None:
    source = f"{comment}\nx = {comment!r}\nchat.send()  {comment}\n".encode()
    text, places = probed(source, _questions(Path("x.py"), source))
    assert comment.encode() not in text
    assert len(places) == 1


@pytest.mark.parametrize("source", ["x = f'{chat.send()}'\n", "x = f'''{[c.send() for c in d]}'''\n"])
def test_what_stands_in_an_f_string_is_not_asked(source: str) -> None:
    assert probed(source.encode(), _questions(Path("x.py"), source.encode())) == (source.encode(), {})


@pytest.mark.parametrize("span", [(1, 0, 1, 3), (9, 0, 9, 1), (1, 4, 1, 99), (1, 4, 1, 8)])
def test_a_span_without_an_expression_is_not_asked(span: tuple[int, int, int, int]) -> None:
    assert probed(b"chat.send()\n", [Question("x.py", b"chat.send()\n", *span)])[1] == {}


@pytest.mark.parametrize("source", [b"def f(:\n", b"# coding: nonsense\nx\n", b"\xff\n", b"\x00"])
def test_a_file_that_is_no_python_is_left_as_it_is(source: bytes) -> None:
    assert probed(source, [Question("x.py", source, 1, 0, 1, 1)]) == (source, {})


_VIEWS = """\
from clients import chat, maybe, channel, decoy, partly, both, other
decoy.upsert_user({})
partly.upsert_user({})
both.upsert_user({})
other.upsert_user({})
chat.upsert_user({})
maybe.upsert_user({})
channel.send_message({})
"""


@pytest.mark.parametrize("checker", CHECKERS)
def test_only_what_the_checker_is_certain_of_is_told(checker: str, fake: Fake, tmp_path: Path) -> None:
    log = fake(checker)
    root = _project(tmp_path, {"-app dir/my $(views).py": _VIEWS, "clients.py": "", "clients.pyi": ""})
    questions = _questions(root / "-app dir" / "my $(views).py")
    answers = ask(checker, str(root), questions)
    assert [answers.get(question) for question in questions] == [
        None,
        None,
        None,
        None,
        Opinion("StreamChat", f"{checker}: `chat` is StreamChat, defined in stream_chat/client.py"),
        Opinion("StreamChat", f"{checker}: `maybe` is StreamChat or None, defined in stream_chat/client.py"),
        Opinion("AsyncChannel", f"{checker}: `channel` is Channel, defined in stream_chat/async_chat/channel.py"),
    ]
    call = json.loads(log.read_text())
    assert not Path(call["cwd"]).exists()
    assert (root / "-app dir" / "my $(views).py").read_text() == _VIEWS
    if not checker.endswith("pyright"):
        assert call["argv"][-2:] == ["./_streammigrate_probe.py", "./-app dir/my $(views).py"]


def test_the_answers_to_two_receivers_on_a_line_and_in_two_files(fake: Fake, tmp_path: Path) -> None:
    fake(types={**_ANSWERS, 'chat.channel("a")': ("Opinion_Channel", "Channel")})
    root = _project(tmp_path, {"a.py": 'chat.channel("a").send(); decoy.x()\n', "b/c.py": "\nchat.x()\n"})
    questions = [*_questions(root / "a.py"), *_questions(root / "b" / "c.py")]
    assert _told(ask("pyright", str(root), questions)) == [(1, "Channel"), (1, "StreamChat"), (2, "StreamChat")]


def test_the_code_of_a_notebook_and_a_source_that_is_not_on_disk(fake: Fake, tmp_path: Path) -> None:
    fake()
    root = _project(tmp_path, {"a.ipynb": "{}", "b.py": "old\n"})
    questions = [*_questions(root / "a.ipynb", b"chat.x()\n"), *_questions(root / "b.py", b"\n\nchat.x()\n")]
    assert _told(ask("pyright", str(root), questions)) == [(1, "StreamChat"), (3, "StreamChat")]


def test_a_file_outside_the_project_has_no_answer(fake: Fake, tmp_path: Path) -> None:
    log = fake()
    root = _project(tmp_path, {"a.py": "", "../elsewhere.py": "chat.x()\n"})
    assert ask("pyright", str(root), _questions(tmp_path / "elsewhere.py")) == {}
    assert not log.exists()


def test_relative_paths(fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake()
    root = _project(tmp_path, {"a.py": "chat.x()\n"})
    monkeypatch.chdir(root)
    assert _told(ask("pyright", ".", _questions(Path("a.py")))) == [(1, "StreamChat")]


def test_nothing_asked_starts_no_checker(fake: Fake, tmp_path: Path) -> None:
    log = fake()
    assert ask("pyright", str(tmp_path), []) == {}
    assert not log.exists()


def test_a_checker_that_is_not_known() -> None:
    with pytest.raises(UsageError, match=r"--types takes ty, pyright, pyrefly, basedpyright; not 'jedi'"):
        find("jedi")


def test_a_checker_that_is_not_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"ty is not on PATH: install it .*`pip install ty`"):
        ask("ty", str(tmp_path), [])


@pytest.mark.parametrize(
    ("mode", "error", "said"),
    [
        ("broken", CheckerError, r"pyright failed \(exit code 2\); it says: no such option"),
        ("silent", CheckerError, "pyright does not answer in a way that is understood"),
        ("blind", UsageError, "pyright does not see stream-chat: run it in the project's environment"),
        ("gullible", CheckerError, r"this release of pyright cannot be relied on: .*\(any\)"),
    ],
)
def test_a_checker_that_is_of_no_use(mode: str, error: type[Exception], said: str, fake: Fake, tmp_path: Path) -> None:
    fake(mode=mode)
    root = _project(tmp_path, {"a.py": "chat.x()\n"})
    with pytest.raises(error, match=said):
        ask("pyright", str(root), _questions(root / "a.py"))


def test_a_checker_that_cannot_be_started(fake: Fake, tmp_path: Path) -> None:
    fake()
    (tmp_path / "bin" / "pyright").write_text("#!/no/such/program\n")
    root = _project(tmp_path, {"a.py": "chat.x()\n"})
    with pytest.raises(CheckerError, match="pyright cannot be started: No such file"):
        ask("pyright", str(root), _questions(root / "a.py"))


def test_a_checker_that_takes_too_long_ends_with_all_it_started(fake: Fake, tmp_path: Path) -> None:
    log = fake(mode="slow")
    root = _project(tmp_path, {"a.py": "chat.x()\n"})
    with pytest.raises(CheckerError, match=r"pyright took longer than 2\.5 seconds; ask for fewer files"):
        ask("pyright", str(root), _questions(root / "a.py"), timeout=2.5)
    assert _ends(json.loads(log.read_text())["child"])


def _ends(process: int) -> bool:
    for _ in range(100):
        status = Path(f"/proc/{process}/status")
        try:
            os.kill(process, 0)
            if status.exists() and "\nState:\tZ" in status.read_text():
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.02)
    return False


def test_a_class_that_is_taken_for_another_of_its_name_is_not_told(fake: Fake, tmp_path: Path) -> None:
    # So does a release of stream-chat look that lacks the class: what cannot be imported may be anything.
    segment = ("Opinion_Segment", "Segment")
    fake(types={**_ANSWERS, "segment": segment}, confused=["Segment"])
    root = _project(tmp_path, {"a.py": "segment.x()\nchat.x()\n"})
    assert _told(ask("pyright", str(root), _questions(root / "a.py"))) == [(2, "StreamChat")]


def test_what_two_things_are_said_of_is_not_told(fake: Fake, tmp_path: Path) -> None:
    fake(mode="twice", types={**_ANSWERS, "twice": ("Opinion_StreamChat", "StreamChat")})
    root = _project(tmp_path, {"a.py": "twice.x()\nchat.x()\n"})
    assert _told(ask("pyright", str(root), _questions(root / "a.py"))) == [(2, "StreamChat")]


@pytest.mark.parametrize(
    "own",
    [
        "stream_chat/client.py",
        "stream_chat.py",
        "src/stream_chat/__init__.py",
        "app/stream_chat.pyi",
        "libs/x/src/stream_chat/a.py",
    ],
)
def test_a_project_with_a_stream_chat_of_its_own_is_refused(own: str, fake: Fake, tmp_path: Path) -> None:
    fake()
    root = _project(tmp_path, {own: "", "app/a.py": "chat.x()\n", "libs/x/src/b.py": "chat.x()\n"})
    questions = [*_questions(root / "app" / "a.py"), *_questions(root / "libs" / "x" / "src" / "b.py")]
    with pytest.raises(UsageError, match=re.escape(f"a module of its own named stream_chat ({own})")):
        ask("pyright", str(root), questions)


@pytest.mark.parametrize("own", ["app/stream_chat/__init__.py", "stream_chat/notes.txt", "docs/stream_chat.py"])
def test_a_stream_chat_that_hides_nothing_is_no_hindrance(own: str, fake: Fake, tmp_path: Path) -> None:
    fake()
    root = _project(tmp_path, {own: "", "app/__init__.py": "", "app/a.py": "chat.x()\n"})
    assert _told(ask("pyright", str(root), _questions(root / "app" / "a.py"))) == [(1, "StreamChat")]


def _python(folder: Path, *modules: str) -> Path:
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch(0o755)
    for module in modules:
        file = folder / "lib" / "python3.11" / "site-packages" / "stream_chat" / module
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return python


def test_the_environment_is_the_first_that_holds_stream_chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    root = tmp_path / "project"
    root.mkdir()
    program = str(tmp_path / "tools" / "bin" / "ty")
    assert environment(str(root), program) == ("", CLASSES)
    tools = _python(tmp_path / "tools")
    assert environment(str(root), program) == (str(tools), CLASSES)
    active = _python(tmp_path / "active", "client.py", "channel.py")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    assert environment(str(root), program) == (str(active), [CLASSES[0], CLASSES[2]])
    _python(root / ".venv")
    assert environment(str(root), program).python == str(active)
    own = _python(root / "venv", "client.py")
    assert environment(str(root), program) == (str(own), [CLASSES[0]])


def test_the_environment_of_the_checkout_counts_for_its_packages(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    root = tmp_path / "packages" / "a"
    root.mkdir(parents=True)
    python = _python(tmp_path / ".venv", "client.py")
    assert environment(str(root), "/nowhere/bin/ty").python == str(python)


# What real checkers say of real code. They are no dependency, so that only those that are found are asked.
_FOUND = [name for name in CHECKERS if shutil.which(name)] if importlib.util.find_spec("stream_chat") else []

_DECOYS = """\
# type: ignore
from __future__ import annotations
from typing import Any, NewType, Protocol, TypeVar, Union
from unittest.mock import MagicMock
import stream_chat
from own import StreamChat, Sub, client, sub
from nowhere import Base, thing
class Like(Protocol):
    def upsert_user(self, user): ...
T = TypeVar("T", bound=stream_chat.StreamChat)
New = NewType("New", stream_chat.StreamChat)
class Mixed:
    class StreamChat(Base): ...
class A:
    def __init__(self, chat, other=None):
        self.chat = chat
        self.other = other or stream_chat.StreamChat("k", "s")
    def set(self): self.chat = stream_chat.StreamChat("k", "s")
    def use(self):
        self.chat.upsert_user({})
        self.other.upsert_user({})
def f(a: Any, b: Union[stream_chat.StreamChat, StreamChat], c, d: Like, e: T, g: New, h: Mixed.StreamChat, i: object):
    client.upsert_user({})
    sub.upsert_user({})
    StreamChat().upsert_user({})
    thing.upsert_user({})
    a.upsert_user({})
    b.upsert_user({})
    c.upsert_user({})
    d.upsert_user({})
    e.upsert_user({})
    g.upsert_user({})
    h.upsert_user({})
    i.upsert_user({})
    MagicMock(spec=stream_chat.StreamChat).upsert_user({})
    stream_chat.StreamChat.upsert_user(a, {})
    for j in (stream_chat.StreamChat("k", "s"), Mixed.StreamChat()): j.upsert_user({})
    k = stream_chat.StreamChat("k", "s") if a else Mixed.StreamChat()
    k.upsert_user({})
    if isinstance(c, StreamChat): c.upsert_user({})
    if sub: sub.upsert_user({})
"""
_OWN = """\
import stream_chat
class StreamChat:
    def upsert_user(self, user): ...
class Sub:
    class StreamChat(stream_chat.StreamChat): ...
client = StreamChat()
sub = Sub.StreamChat("k", "s")
"""
_REAL = """\
from __future__ import annotations
from typing import Optional
import stream_chat
from app.clients import holder
def f(a: Optional[stream_chat.StreamChat]):
    holder.chat.upsert_user({})  # type: ignore
    holder.chat.channel("a", "b").send_message({}, "é"); a.upsert_user({})
    if a: a.upsert_user({})
    [c.upsert_user({}) for c in [holder.chat]]
async def g():
    async with stream_chat.StreamChatAsync("k", "s") as c:
        await c.upsert_user({})
        await c.channel("a", "b").send_message({}, "x")
"""
_CLIENTS = """\
from stream_chat import StreamChat
class Holder:
    def __init__(self): self.chat = StreamChat("k", "s")
holder = Holder()
"""
_METHODS = ("upsert_user", "send_message")

if _FOUND:

    def _real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checker: str, text: str) -> list[tuple[int, str]]:
        monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
        files = {"app/__init__.py": "", "app/clients.py": _CLIENTS, "own.py": _OWN, "-scripts/my file.py": text}
        path = _project(tmp_path, files) / "-scripts" / "my file.py"
        data = path.read_bytes().splitlines()
        asked = [one for one in _questions(path) if data[one.line - 1][one.end_column + 1 :].startswith(_METHOD_BYTES)]
        return _told(ask(checker, str(tmp_path / "project"), asked))

    _METHOD_BYTES = tuple(method.encode() for method in _METHODS)

    @pytest.mark.parametrize("checker", _FOUND)
    def test_a_real_checker_confirms_no_decoy(checker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert _real(tmp_path, monkeypatch, checker, _DECOYS) == []

    @pytest.mark.parametrize("checker", _FOUND)
    def test_a_real_checker_sees_through_files(checker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert _real(tmp_path, monkeypatch, checker, _REAL) == [
            (6, "StreamChat"),
            (7, "Channel"),
            (7, "StreamChat"),
            (8, "StreamChat"),
            (9, "StreamChat"),
            (12, "StreamChatAsync"),
            (13, "AsyncChannel"),
        ]
