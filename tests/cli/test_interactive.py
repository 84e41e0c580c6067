"""`rewrite --interactive`: the dialogue without a terminal, one run in one, and that what was chosen is a program that runs."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from streammigrate import api
from streammigrate.cli.interactive import Dialogue, edited
from streammigrate.cli.terminal import Color, Terminal
from streammigrate.proof.answers import answerer
from streammigrate.proof.equality import compare_traces
from streammigrate.proof.run import Trace, run

Run = Callable[..., Any]
ROOT = Path(__file__).resolve().parents[2]
APP = """\
from stream_chat import StreamChat

client = StreamChat("key", "secret")


def main():
    client.upsert_user({"id": "ann"})
    # about the token
    client.deactivate_user( "ann" )
    client.upsert_user({"id": "bob"})


main()
"""
ENV = {"STREAM_API_KEY": "k", "STREAM_API_SECRET": "s"}


class Talk:
    """A dialogue whose answers are known before; keeps what was said."""

    def __init__(self, folder: Path, *answers: str, **options: Any) -> None:
        self.answers = list(answers)
        self.said = ""
        self.runs = 0
        given = api.RewriteOptions(manifests=False, **options)

        def rewrite(refused: frozenset[tuple[str, int, int, str]]) -> api.RewriteOutcome:
            self.runs += 1
            given.refused = refused
            return api.rewrite([str(folder)], given)

        self.outcome = Dialogue(rewrite, Terminal(Color.never), self._ask, self._show).run()
        assert self.answers == []

    def _ask(self, prompt: str) -> str:
        self.said += prompt
        if not self.answers:
            raise EOFError
        answer = self.answers.pop(0)
        self.said += f"{answer}\n"
        return answer

    def _show(self, text: str) -> None:
        self.said += text

    def text(self, name: str = "app.py") -> str:
        """Return what a file would hold."""
        assert self.outcome is not None
        return next(one.after for one in self.outcome.files if Path(one.path).name == name).decode()


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "app.py").write_text(APP)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return Path("app")


def trace(source: str) -> Trace:
    return run(source, answer=answerer(3, complete=True), env=ENV)


def test_what_is_refused_stays_byte_for_byte(app: Path) -> None:
    talk = Talk(app, "n", "n", "n")
    assert talk.outcome is None
    assert "Nothing was chosen" in talk.said
    assert (app / "app.py").read_text() == APP
    assert 'client_v1.deactivate_user( "ann" )\n' in Talk(app, "y", "n", "y", "y").text()


@pytest.mark.parametrize(
    "answers", [("y", "y", "n"), ("y", "n", "y"), ("n", "y", "y"), ("n", "n", "y"), ("y", "n", "n")]
)
def test_a_part_of_a_cohort_is_a_program_that_runs(app: Path, answers: tuple[str, ...]) -> None:
    after = Talk(app, *answers, "y").text()
    old, new = trace(APP), trace(after)
    assert compare_traces(old, new, settings=True) == []
    assert [request.sdk for request in new.requests] == [{"y": "v2", "n": "v1"}[answer] for answer in answers]
    assert "TODO" not in after


@pytest.mark.parametrize("name", ["threads", "school"])
def test_every_application_runs_without_one_of_its_sites(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "app"
    project = ROOT / "tests" / "sample_projects" / name
    shutil.copytree(project / "before", folder)
    drive = (project / "drive.py").read_text(encoding="utf-8")
    env = {"STREAM_API_KEY": "the-key", "STREAM_API_SECRET": "the-secret"}
    before = run(drive, answer=answerer(3, complete=True), env=env, path=[str(folder)])
    talk = Talk(folder, "y", "n", "q", "y")
    assert talk.outcome is not None
    for one in talk.outcome.files:
        Path(one.path).write_bytes(one.after)
    after = run(drive, answer=answerer(3, complete=True), env=env, path=[str(folder)])
    assert compare_traces(before, after, settings=True) == []
    assert {request.sdk for request in after.requests} == {"v1", "v2"}


def test_all_yes_is_the_rewrite(app: Path) -> None:
    assert Talk(app, "y", "y", "y", "y").text() == Talk(app, "a", "yes", "YES").text()
    (whole,) = api.rewrite([str(app)], api.RewriteOptions(manifests=False)).files
    assert Talk(app, "a", "y", "y").text() == whole.after.decode()


def test_a_question_says_what_where_and_why(app: Path) -> None:
    said = Talk(app, "q").said
    for part in (
        "app.py:7:5  1 of 3",
        "SM201 StreamChat.upsert_user becomes client.upsert_users  safe",
        "receiver: stream_chat.StreamChat, proven",
        '7 -     client.upsert_user({"id": "ann"})',
        '  +     client.upsert_users(UserRequest(id="ann"))',
        "8       # about the token",
        "Rewrite it? (a, d: all 2 of SM201) [y,n,a,d,e,x,u,q,?] ",
    ):
        assert part in said
    assert "deactivate_user(user_id" not in said


@pytest.mark.parametrize(
    ("answers", "said", "moved"),
    [
        (("what", "q"), "leave it on v1; the program keeps running", None),
        (("?", "q"), "leave it on v1; the program keeps running", None),
        (("x", "q"), "Request of v1", None),
        (("u", "q"), "There is no answer to take back.", None),
        (("y", "q", "n"), "Nothing was written.", None),
        (("y",), "Nothing was written.", None),
        (("y", "q"), "2 sites would be rewritten in 1 file, 2 left as you said.", None),
        (("y", "q", "v", "n"), "+from getstream import Stream", None),
        (("d", "y", "y"), "", [9]),
        (("a", "n", "y"), "", [7, 10]),
        (("n", "u", "y", "q", "y"), "", [7]),
        (("n", "n", "u", "u", "a", "y", "y"), "", [7, 9, 10]),
        (("y", "q", "u", "u", "q"), "Nothing was chosen", None),
    ],
)
def test_answers(app: Path, answers: tuple[str, ...], said: str, moved: list[int] | None) -> None:
    talk = Talk(app, *answers)
    assert said in talk.said
    if moved is None:
        assert talk.outcome is None
    else:
        assert talk.outcome is not None
        sites = [site for one in talk.outcome.files for site in one.sites if site.applied and "." in site.member]
        assert [site.span.line for site in sites] == moved


def test_what_has_to_move_whole_is_one_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "tests" / "sample_projects" / "service_layer" / "before", tmp_path / "app")
    monkeypatch.chdir(tmp_path)
    talk = Talk(Path("app"), "n")
    assert talk.outcome is None
    assert "14 sites, which move together or not at all" in talk.said
    assert "Rewrite them? [y,n,e,x,u,q,?] n\n" in talk.said
    assert "app/helpdesk/wiring.py:30:12 SM203 StreamChat.create_token  safe" in talk.said


def test_unsafe_ones_are_asked_one_by_one(app: Path) -> None:
    (app / "app.py").write_text(APP.replace('deactivate_user( "ann" )', 'delete_user("ann")'))
    assert "  unsafe" not in Talk(app, "a", "n").said
    talk = Talk(app, "a", "n", "y", unsafe=True)
    assert "client.delete_users  unsafe\n  v2 cannot delete a user at once" in talk.said
    assert 'client_v1.delete_user("ann")' in talk.text()


def editor(folder: Path, code: str) -> str:
    script = folder / "editor.py"
    script.write_text(
        f"import sys\npath = sys.argv[1]\ntext = open(path).read()\n{code}\nopen(path, 'w').write(text)\n"
    )
    return f"{sys.executable} {script}"


@pytest.mark.parametrize(
    ("code", "answers", "said", "line"),
    [
        ("text = text.replace('ann', 'eve')", ("e", "q", "y"), "", 'client.upsert_users(UserRequest(id="eve"))'),
        ("text = '    pass\\n    client.x()'", ("e", "q", "y"), "", "    client.x()\n"),
        ("text = text.replace(')', '', 1)", ("e", "n", "q"), "That cannot be taken: ", ""),
        ("text = text.replace(')', '', 1)", ("e", "y", "n", "y", "q", "y"), "Edit it again?", 'id="ann"))'),
        ("text = ' '", ("e", "q"), "nothing is left of it", ""),
        ("", ("e", "q"), "Nothing was changed.", ""),
        ("sys.exit(3)", ("e", "q"), "ended with 3", ""),
    ],
)
def test_editing(
    app: Path, monkeypatch: pytest.MonkeyPatch, code: str, answers: Sequence[str], said: str, line: str
) -> None:
    monkeypatch.setenv("EDITOR", editor(app.parent, code))
    monkeypatch.delenv("VISUAL", raising=False)
    talk = Talk(app, *answers)
    assert said in talk.said
    if line:
        assert line in talk.text()
    else:
        assert talk.outcome is None


def test_an_editor_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    with pytest.raises(api.UsageError, match="set EDITOR"):
        edited("a\n")
    monkeypatch.setenv("EDITOR", "/no/such/editor --wait")
    with pytest.raises(api.UsageError, match="cannot be used"):
        edited("a\n")


def test_line_ends_survive_the_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", editor(tmp_path, "text += 'b'"))
    assert edited("a\r\n") == "a\r\nb\r\n"


@pytest.mark.parametrize(
    "arguments",
    [("--interactive",), ("-i", "--check"), ("-i", "--diff"), ("-i", "--split-by", "rule", "--output-dir", "x")],
)
def test_it_needs_a_terminal_and_goes_with_few_others(run: Run, arguments: Sequence[str]) -> None:
    Path("app.py").write_text(APP)
    done = run("rewrite", "app.py", *arguments)
    assert done.code == api.EXIT_USAGE
    assert "--interactive" in done.err
    assert Path("app.py").read_text() == APP
    assert run("rewrite", "-", "-i").code == api.EXIT_USAGE


def in_terminal(folder: Path, answers: Sequence[bytes | int], *arguments: str) -> tuple[str, int]:
    """Run `streammigrate rewrite .` in a terminal; return what was shown, and the exit code.

    Each prompt gets an answer, which is a line or a signal.
    """
    pty = pytest.importorskip("pty")
    terminal, inside = pty.openpty()
    command = [sys.executable, "-m", "streammigrate", "rewrite", ".", *arguments]
    environment = {**os.environ, "NO_COLOR": "1", "TERM": "xterm", "PYTHONPATH": str(ROOT / "src")}
    child = subprocess.Popen(command, cwd=folder, env=environment, stdin=inside, stdout=inside, stderr=inside)
    os.close(inside)
    shown, answered, left = b"", 0, list(answers)
    answer: bytes | int = b""
    again = 0.0
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        ready, _, _ = select.select([terminal], [], [], 0.5)
        try:
            data = os.read(terminal, 65536) if ready else b""
        except OSError:
            # Linux says so when nobody has the other end any more.
            break
        shown += data
        if ready and not data:
            break
        if left and shown[answered:].endswith(b"] "):
            answered, answer = len(shown), left.pop(0)
            if not isinstance(answer, int):
                os.write(terminal, answer)
        elif isinstance(answer, int) and not ready and time.monotonic() > again:
            # A signal between the prompt and the wait for a line is kept until the line comes: it is sent again.
            again = time.monotonic() + 10
            child.send_signal(answer)
    else:
        child.kill()
    code = child.wait()
    os.close(terminal)
    return shown.decode().replace("\r\n", "\n"), code


def test_a_whole_run_in_a_terminal(app: Path) -> None:
    shown, code = in_terminal(app, [b"y\n", b"n\n", b"q\n", b"y\n"], "--interactive", "--no-manifests")
    assert code == api.EXIT_OK, shown
    text = (app / "app.py").read_text()
    assert 'client.upsert_users(UserRequest(id="ann"))' in text
    assert 'client_v1.deactivate_user( "ann" )' in text
    assert compare_traces(trace(APP), trace(text), settings=True) == []
    assert "2 sites rewritten in 1 file, 2 left as you said" in " ".join(shown.split())
    assert "streammigrate undo  takes this back" in shown


def test_an_interrupt_writes_nothing(app: Path) -> None:
    shown, code = in_terminal(app, [b"y\n", signal.SIGINT], "-i", "--no-manifests")
    assert code == api.EXIT_INTERRUPTED, shown
    assert "Nothing was written." in shown
    assert (app / "app.py").read_text() == APP
