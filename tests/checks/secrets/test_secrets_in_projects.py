"""SM670, SM671 and SM672 look for API secrets; what they find is never shown."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from checking import answers, places, project

from streammigrate import api
from streammigrate.checks import secret_texts
from streammigrate.checks.model import CannotSayError
from streammigrate.checks.secrets import in_client_bundle, in_code, in_env_files

SECRET = "q7x2mzn4kdhb8c9vwtr5sj3f6gpayq7x2mzn4kdhb8c9vwtr5sj3f6gpayq7x2mz"
V1 = "from stream_chat import StreamChat\n"

IN_CODE_SILENT = {
    "environment": V1 + 'import os\nStreamChat("key", os.environ["STREAM_API_SECRET"])\n',
    "placeholder": V1 + 'StreamChat("key", "your-api-secret-goes-right-here-1234")\n',
    "short": V1 + 'StreamChat("key", "secret")\nSTREAM_API_SECRET = "s3cr3t"\n',
    "a default that is a placeholder": 'import os\nos.getenv("STREAM_API_SECRET", "change-me-before-you-deploy-1")\n',
    "the key": V1 + f'StreamChat("{SECRET}", load())\n',
    "another class": f'from mylib import StreamChat\nimport stream_chat\nStreamChat("key", "{SECRET}")\n',
    "another secret": f'import stream_chat\nJWT_SECRET = "{SECRET}"\n',
    "upstream": f'UPSTREAM_SECRET = "{SECRET}"\nDOWNSTREAM_SECRET_KEY = "{SECRET}"\n',
    "a hash": f'import stream_chat\nCOMMIT = "{SECRET}"\n',
}


@pytest.mark.parametrize("code", IN_CODE_SILENT.values(), ids=IN_CODE_SILENT)
def test_code_without_a_secret_is_silent(tmp_path: Path, code: str) -> None:
    assert places(in_code.CHECK, tmp_path, {"app.py": code}) == []


IN_CODE = {
    "v1": V1 + f'StreamChat("key", "{SECRET}")\n',
    "v1, keyword": V1 + f'StreamChat(api_key="key", api_secret="{SECRET}")\n',
    "v1, asynchronous": f'import stream_chat\nstream_chat.StreamChatAsync("key", "{SECRET}")\n',
    "v2": f'from getstream import Stream\nStream(api_key="key", api_secret="{SECRET}")\n',
    "settings": f'STREAM_API_KEY = "key"\nSTREAM_API_SECRET = "{SECRET}"\n',
    "typed settings": f'class Settings:\n    stream_api_secret: str = "{SECRET}"\n',
    "a dictionary": f'CONFIG = {{"STREAM_API_SECRET": "{SECRET}"}}\n',
    "a default": f'import os\nos.environ.get("STREAM_API_SECRET", "{SECRET}")\n',
    "or": f'import os\nSTREAM_CHAT_SECRET = os.getenv("A") or "{SECRET}"\n',
    "set in the environment": f'import os\nos.environ["STREAM_API_SECRET"] = "{SECRET}"\n',
    "given": f'from django.test import override\noverride(STREAM_API_SECRET="{SECRET}")\n',
}


@pytest.mark.parametrize("code", IN_CODE.values(), ids=IN_CODE)
def test_a_secret_in_code_is_told(tmp_path: Path, code: str) -> None:
    (answer,) = answers(in_code.CHECK, tmp_path, {"app.py": code})
    assert answer.at.line == len(code.splitlines())
    assert SECRET not in f"{answer}"


def test_a_secret_under_a_name_is_told_once(tmp_path: Path) -> None:
    code = V1 + f'SECRET = "{SECRET}"\nclient = StreamChat("key", SECRET)\n'
    assert places(in_code.CHECK, tmp_path, {"app.py": code}) == [("app.py", 3)]


@pytest.mark.parametrize("path", ["tests/test_app.py", "test_app.py", "conftest.py", "tests/helpers.py"])
def test_secrets_of_tests_are_silent(tmp_path: Path, path: str) -> None:
    assert places(in_code.CHECK, tmp_path, {path: IN_CODE["v1"]}) == []


IMPORT = 'import { StreamChat } from "stream-chat";\n'
CLIENT_SILENT = {
    "src/chat.tsx": IMPORT + "const c = StreamChat.getInstance(process.env.REACT_APP_STREAM_KEY);\n",
    "src/timeout.tsx": IMPORT + "const c = new StreamChat(key, { timeout: 6000 });\n",
    "pages/api/token.ts": IMPORT + "const c = StreamChat.getInstance(key, process.env.STREAM_SECRET);\n",
    "server/index.js": 'const { StreamChat } = require("stream-chat");\nconst c = StreamChat.getInstance(key, secret);\n',
    "lib/node.js": 'const { StreamChat } = require("stream-chat");\nconst c = new StreamChat(key, process.env.STREAM_SECRET);\n',
    ".env": "NEXT_PUBLIC_STREAM_KEY=abc\nSTREAM_SECRET=x\nNEXT_PUBLIC_AUTH_SECRET=x\n",
    "comment.ts": '// never set NEXT_PUBLIC_STREAM_SECRET\nimport "stream-chat"\n',
    "lib/main.dart": "import 'package:stream_chat_flutter/stream_chat_flutter.dart';\nfinal c = StreamChatClient('key');\n",
    "lib/other.dart": f"const clientSecret = '{SECRET}';\n",
    "node_modules/a/index.js": f'StreamChat.getInstance(key, "{SECRET}") // stream-chat\n',
}


@pytest.mark.parametrize("path", CLIENT_SILENT)
def test_clients_without_a_secret_are_silent(tmp_path: Path, path: str) -> None:
    assert places(in_client_bundle.CHECK, tmp_path, {path: CLIENT_SILENT[path]}) == []


CLIENT = {
    ".env.production": "A=1\nNEXT_PUBLIC_STREAM_API_SECRET=\n",
    ".github/workflows/a.yml": "env:\n  VITE_STREAM_SECRET: ${{ secrets.X }}\n",
    "src/a.js": "const a = 1;\nconst secret = process.env.REACT_APP_STREAM_SECRET;\n",
    "src/b.tsx": 'import { StreamChat } from "stream-chat";\nconst c = StreamChat.getInstance(apiKey, apiSecret);\n',
    "src/c.ts": f'import {{ StreamChat }} from "stream-chat";\nexport const c = new StreamChat("key", "{SECRET}");\n',
    "src/d.ts": (
        'import { Chat } from "stream-chat-react";\n'
        "const c = StreamChat.getInstance<Types>(config.key, config.streamSecret);\n"
    ),
    "lib/e.dart": f"import 'package:stream_chat/stream_chat.dart';\nconst apiSecret = '{SECRET}';\n",
    "App/F.swift": f'import StreamChat\nlet streamSecret: String = "{SECRET}"\n',
    "app/G.kt": f'import io.getstream.chat.android.client.ChatClient\nconst val API_SECRET = "{SECRET}"\n',
    "app/res/strings.xml": f'<resources> <!-- getstream -->\n<string name="stream_secret">{SECRET}</string></resources>\n',
}


@pytest.mark.parametrize("path", CLIENT)
def test_a_secret_in_a_client_is_told(tmp_path: Path, path: str) -> None:
    (answer,) = answers(in_client_bundle.CHECK, tmp_path, {path: CLIENT[path]})
    assert answer.at.line == 2
    assert SECRET not in f"{answer}"


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def test_env_files_that_git_tracks_are_told(tmp_path: Path) -> None:
    files = {
        ".gitignore": ".env.local\n",
        ".env": f"STREAM_API_KEY=abc\nexport STREAM_API_SECRET='{SECRET}'\n",
        ".env.local": f"STREAM_API_SECRET={SECRET}\n",
        ".env.new": f"STREAM_API_SECRET={SECRET}\n",
        ".env.example": "STREAM_API_SECRET=your-secret\n",
        ".env.sample": "STREAM_API_SECRET=\n",
        "deploy/prod.env": f"DB_SECRET={SECRET}\nSTREAM_SECRET={SECRET}\n",
    }
    found = project(tmp_path, files)
    with pytest.raises(CannotSayError, match="git cannot tell"):
        list(in_env_files.CHECK.judge(found))
    _git(tmp_path, "init", "-q")
    assert list(in_env_files.CHECK.judge(found)) == []
    _git(tmp_path, "add", ".env", ".env.example", ".env.sample", "deploy", ".gitignore")
    told = list(in_env_files.CHECK.judge(found))
    assert [(Path(one.at.source).name, one.at.line) for one in told] == [(".env", 2), ("prod.env", 2)]
    assert SECRET not in f"{told}"


def test_without_env_files_git_is_not_asked(tmp_path: Path) -> None:
    assert places(in_env_files.CHECK, tmp_path, {"app.py": "", ".env": "STREAM_API_SECRET=secret\n"}) == []


@pytest.mark.parametrize(
    ("text", "real"),
    [
        (SECRET, True),
        (SECRET[:24], True),
        (SECRET[:20], False),
        ("your" + SECRET, False),
        ("a" * 64, False),
        ("1" * 32, False),
        ("aaaabbbbaaaabbbbaaaabbbb1111", False),
        ("abcdefghijklmnopqrstuvwxyz", False),
        ("${STREAM_API_SECRET_FROM_VAULT_1}", False),
        ("https://example.org/a/b/c/d/e/f/1", False),
    ],
)
def test_what_may_be_a_secret(text: str, real: bool) -> None:
    assert secret_texts.looks_real(text) is real


@pytest.mark.parametrize(
    ("name", "known"),
    [
        *(
            (name, True)
            for name in ("STREAM_API_SECRET", "STREAM_SECRET", "GETSTREAM_API_SECRET", "STREAM_CHAT_SECRET_KEY")
        ),
        *(
            (name, True)
            for name in ("streamApiSecret", "MY_APP_STREAM_IO_SECRET", "stream-api-secret", "STREAM_CHAT_API_SECRET")
        ),
        *(
            (name, False)
            for name in (
                "SECRET",
                "API_SECRET",
                "UPSTREAM_SECRET",
                "STREAM_API_KEY",
                "STREAMING_SECRET",
                "STREAM_SECRETS",
            )
        ),
    ],
)
def test_names_of_secrets(name: str, known: bool) -> None:
    assert secret_texts.is_name(name) is known


def test_no_secret_of_a_project_is_told_in_any_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = {**CLIENT, **{f"{number}.py": code for number, code in enumerate(IN_CODE.values())}}
    files["blocking.py"] = (
        V1 + f'async def f():\n    StreamChat("key", "{SECRET}").query_users({{}})\n    jwt = "{SECRET}"\n'
    )
    # Not `.env`, which is read for the credentials of a live run.
    files[".env.production.local"] = f"STREAM_API_SECRET={SECRET}\n"
    project(tmp_path, files)
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", "-A")
    outcome = api.check(api.CheckOptions(path="."))
    assert {found.finding.id for found in outcome.result.found()} >= {"SM640", "SM670", "SM671", "SM672"}
    said = [api.render_check(outcome, format, verbose=1) for format in api.CHECK_FORMATS]
    assert [format for format, text in zip(api.CHECK_FORMATS, said, strict=True) if SECRET[:20] in text] == []
    assert SECRET[:20] not in f"{outcome.result}"


def test_the_scrubber_is_given_every_secret(tmp_path: Path) -> None:
    files = {".env": f"STREAM_API_SECRET={SECRET}\n", "app.py": IN_CODE["v1"].replace(SECRET, SECRET[::-1])}
    assert secret_texts.written(project(tmp_path, files)) == sorted([SECRET, SECRET[::-1]])
