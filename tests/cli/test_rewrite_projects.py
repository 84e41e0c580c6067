"""`rewrite` and `scan` on whole applications, as they are called: parts, documents, notebooks and second opinions."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROJECTS = Path(__file__).resolve().parents[1] / "sample_projects"
Run = Callable[..., Any]


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the FastAPI service, which is the current folder."""
    folder = tmp_path / "service"
    shutil.copytree(PROJECTS / "fastapi_service" / "before", folder)
    monkeypatch.chdir(folder)
    return folder


def _text(folder: Path) -> str:
    return "\n".join(path.read_text() for path in sorted(folder.rglob("*.py")))


def test_what_only_names_must_be_a_path_or_a_method(run: Run, service: Path) -> None:
    outcome = run("rewrite", ".", "--only", "send_massage")
    assert outcome.code == 2
    assert "'send_massage' is neither" in outcome.err
    assert run("rewrite", ".", "--only", "StreamChat.send_message").code == 2


def test_only_a_part_moves_and_the_rest_keeps_running_on_v1(run: Run, service: Path) -> None:
    assert run("rewrite", ".", "--only", "deactivate_user", "--write").code == 0
    text = _text(service)
    assert "deactivate_user(user_id=user_id" in text
    assert ".upsert_users(" not in text
    assert "def get_chat_v1() -> StreamChat:" in text
    assert run("rewrite", ".", "--write").code == 0
    shutil.copytree(PROJECTS / "fastapi_service" / "after", service.parent / "after")
    assert _text(service) == _text(service.parent / "after")


def test_a_file_alone_says_what_keeps_it(run: Run, service: Path) -> None:
    outcome = run("rewrite", "app/chat.py")
    assert outcome.code == 0
    assert "is not among the files to be rewritten" in outcome.out
    assert "Stream(" not in outcome.out


def test_the_python_of_documents_is_looked_at_when_asked_for(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        'Use it:\n\n```python\nfrom stream_chat import StreamChat\n\nclient = StreamChat("k", "s")\n```\n\nThen:\n\n'
        '```python\nclient.deactivate_user("jane")\n```\n'
    )
    assert "page.md" not in run("rewrite", str(tmp_path)).out
    assert run("rewrite", str(tmp_path), "--docs", "--write", "-q").code == 0
    assert 'client.deactivate_user(user_id="jane")\n```\n' in page.read_text()
    assert page.read_text().startswith("Use it:\n\n```python\nfrom getstream import Stream\n")


def test_a_checker_that_is_not_there_is_told(run: Run, service: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    outcome = run("rewrite", ".", "--types", "pyright")
    assert outcome.code == 2
    assert "pyright" in outcome.err
    assert run("rewrite", ".", "--types", "mypy").code == 2


def test_what_a_checker_says_is_likely(run: Run, service: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import streammigrate.codemod.second_opinion as second_opinion
    from streammigrate.codemod.second_opinion import Opinion, Question

    def ask(checker: str, root: str, questions: list[Question]) -> dict[Question, Opinion]:
        assert (checker, Path(root)) == ("ty", service)
        return {question: Opinion("StreamChat", "ty: it is a StreamChat") for question in questions}

    (service / "pyproject.toml").touch()
    (service / "jobs.py").write_text('import stream_chat\n\n\ndef f(x):\n    x.deactivate_user("a")\n')
    monkeypatch.setattr(second_opinion, "ask", ask)
    monkeypatch.setattr(second_opinion, "find", str)
    (site,) = json.loads(run("scan", "jobs.py", "--types", "ty", "-f", "json").out)["sites"]
    assert (site["receiver"], site["confidence"], site["applicability"]) == (
        "stream_chat.StreamChat",
        "likely",
        "unsafe",
    )
    assert site["evidence"] == ["ty: it is a StreamChat (line 5)"]


def test_a_scan_tells_each_cohort(run: Run, service: Path) -> None:
    found = json.loads(run("scan", ".", "-f", "json").out)
    (cohort,) = found["cohorts"]
    assert cohort["decision"] == "whole"
    assert [path for path in cohort["files"] if path.endswith("chat.py")] == ["app/chat.py"]
    assert {site["cohort"] for site in found["sites"] if site["cohort"]} == {cohort["id"]}
    assert all(site["evidence"] for site in found["sites"] if site["receiver"])


def test_why_says_of_a_site_what_a_run_over_the_project_does(run: Run, tmp_path: Path) -> None:
    shutil.copytree(PROJECTS / "threads" / "before", tmp_path / "threads")
    assert "It can be rewritten." in run("why", str(tmp_path / "threads" / "pool" / "web.py") + ":21").out
