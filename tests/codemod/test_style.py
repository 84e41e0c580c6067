"""How long lines of new code get: what the project asks for, else what its lines show."""

from __future__ import annotations

from pathlib import Path

import pytest

from streammigrate.codemod.style import configured, usual_length, width_of


@pytest.mark.parametrize(
    ("lengths", "width"),
    [((), 88), ((20, 88), 88), ((89,), 100), ((100,), 100), ((101, 30), 120), ((400,), 120)],
)
def test_the_lines_show_the_width(lengths: tuple[int, ...], width: int) -> None:
    assert width_of(["x" * length + "\n" for length in lengths]) == width
    assert width_of(["\n".join("x" * length for length in lengths)]) == width


def test_comments_of_ours_show_nothing() -> None:
    assert width_of([f"# TODO(streammigrate): SM201 {'x' * 100}\n"]) == 88


@pytest.mark.parametrize(
    ("line", "before"),
    [
        ("def announce(client: Stream, client_v1: StreamChat) -> None:", "def announce(client: StreamChat) -> None:"),
        (") as client, StreamChat(key, secret) as client_v1:", ") as client:"),
        ("    self.chat.client_v1.ban_user(one)", "    self.chat.client.ban_user(one)"),
        ("def told(error: Union[StreamAPIException, StreamApiException]):", "def told(error: StreamAPIException):"),
    ],
)
def test_what_a_step_put_there_does_not_count(line: str, before: str) -> None:
    assert usual_length(line) == len(before)


def test_a_second_client_is_a_line_of_no_length() -> None:
    assert usual_length("client_v1 = StreamChat(api_key=KEY, api_secret=SECRET)\n") == 0


@pytest.mark.parametrize(
    ("name", "text", "width"),
    [
        ("pyproject.toml", "[tool.black]\nline-length = 100\n", 100),
        ("pyproject.toml", "[tool.ruff]\nline-length = 110\n[tool.black]\nline-length = 79\n", 110),
        ("ruff.toml", "line-length = 96\n", 96),
        ("setup.cfg", "[flake8]\nmax-line-length = 79\n", 79),
        (".flake8", "[flake8]\nmax-line-length = 140\n", 140),
        ("pyproject.toml", "[tool.ruff]\nline-length = 'wide'\n", 0),
        ("pyproject.toml", "[tool.ruff]\nline-length = 1000\n", 0),
        ("pyproject.toml", "[tool\n", 0),
        ("pyproject.toml", "tool = 1\n", 0),
        ("setup.cfg", "max-line-length = 79\n", 0),
        ("README.md", "line-length = 96\n", 0),
    ],
)
def test_what_a_project_asks_for(tmp_path: Path, name: str, text: str, width: int) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert configured(tmp_path) == width
