"""Reading a package's source without importing it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from streammigrate.surface import v1


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "stream_chat"
    sources = {
        "__init__.py": "from .client import StreamChat\nraise SystemExit('must not run')\n",
        "client.py": (
            "from typing import TYPE_CHECKING, Optional, Union, Awaitable\n"
            "from stream_chat.base.client import Base\n"
            "from stream_chat.channel import Channel as TheChannel\n"
            "if TYPE_CHECKING:\n"
            "    from stream_chat.types.answer import Answer\n"
            "class StreamChat(Base):\n"
            "    def own(self, a: int, /, b='x', *rest: str, c, d=None, **options) -> 'Answer': ...\n"
            "    def channel(self) -> Optional[TheChannel]: ...\n"
            "    def lists(self) -> list[TheChannel]: ...\n"
            "    async def later(self) -> Union[Answer, Awaitable[Answer]]: ...\n"
            "    def _hidden(self): self._secret = self.seen = 1\n"
        ),
        "base/__init__.py": "",
        "base/client.py": (
            "class Base:\n"
            "    def __init__(self, key):\n"
            "        self.key: str = key\n"
            "    def own(self): ...\n"
            "    @property\n"
            "    def url(self): ...\n"
            "    @staticmethod\n"
            "    def still(x): ...\n"
        ),
        "channel.py": "class Channel:\n    def __init__(self, client): self.client = client\n",
        "types/__init__.py": "",
        "types/answer.py": "class Answer(dict):\n    size: int\n    KIND = 1\nclass _Private: ...\ndef helper(x): ...\n",
        "tests/test_client.py": "class StreamChat: ...\n",
    }
    for name, text in sources.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_members_of_a_class_and_its_bases(package: Path) -> None:
    found = v1.read(package)["classes"]["StreamChat"]
    assert found["qualnames"] == ["stream_chat.StreamChat", "stream_chat.client.StreamChat"]
    assert found["members"] == {
        "__init__": {"kind": "method", "signature": "key"},
        "channel": {"kind": "method", "signature": "", "returns": "Channel"},
        "key": {"kind": "attribute"},
        "later": {"kind": "method", "signature": "", "returns": "Answer", "awaited": True},
        "lists": {"kind": "method", "signature": ""},
        "own": {"kind": "method", "signature": "a, /, b='x', *rest, c, d=None, **options", "returns": "Answer"},
        "seen": {"kind": "attribute"},
        "still": {"kind": "method", "signature": "x"},
        "url": {"kind": "property"},
    }


def test_a_name_imported_for_typing_only_is_no_spelling(package: Path) -> None:
    assert v1.read(package)["classes"]["Answer"]["qualnames"] == ["stream_chat.types.answer.Answer"]


def test_modules_list_their_public_names(package: Path) -> None:
    read = v1.read(package)
    assert read["modules"]["stream_chat.types.answer"] == {
        "Answer": {"kind": "class", "returns": "Answer"},
        "helper": {"kind": "function", "signature": "x"},
    }
    assert read["classes"]["Answer"]["members"] == {"KIND": {"kind": "constant"}, "size": {"kind": "attribute"}}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("self", ""),
        ("self, a: int = 1, *, b: str", "a=1, *, b"),
        ("self, /, a", "a"),
        ("self, sort: 'X' = (1, 2)", "sort=(1, 2)"),
    ],
)
def test_signature_text(source: str, text: str) -> None:
    function: Any = ast.parse(f"def f({source}): ...").body[0]
    assert v1.signature_text(function.args, bound=True) == text
