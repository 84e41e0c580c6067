"""All code that `rewrite` writes passes a type checker against the installed getstream, except for what is waived here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import Any, NamedTuple

import pytest
from tests.differential.generator import program
from tests.differential.judge import rewritten

from streammigrate.codemod.compat import HELPERS
from streammigrate.codemod.compat.library import everything
from streammigrate.rules.catalogue import all_rules

SAMPLES = Path(__file__).resolve().parents[1] / "sample_projects"
_LONG = bool(os.environ.get("STREAMMIGRATE_LONG"))
SEEDS = range(5000, 5150 if _LONG else 5060)
CHECKERS = ("basedpyright", "pyright")

_CONFIG = {
    "typeCheckingMode": "standard",
    # An answer's optional parts are read as v1's were, which raised where they were missing.
    "reportOptionalMemberAccess": False,
    "reportOptionalSubscript": False,
    "reportOptionalIterable": False,
    "reportOptionalOperand": False,
    # What the old code left open: names that may be unbound, the two meanings of a name in `try … except ImportError`.
    "reportPossiblyUnbound": False,
    "reportPossiblyUnboundVariable": False,
    "reportRedeclaration": False,
}


class Waiver(NamedTuple):
    """Errors that are meant: a rule of the checker, and what its message says."""

    rule: str
    message: str
    reason: str

    def covers(self, error: dict[str, Any]) -> bool:
        """Return whether an error is meant."""
        return error.get("rule") == self.rule and re.search(self.message, error["message"], re.DOTALL) is not None


WAIVERS: tuple[Waiver, ...] = (
    Waiver(
        "reportArgumentType",
        r'"None" is not assignable to',
        "v2 wants an argument that v1 does not need: None is passed, which is not sent",
    ),
    Waiver(
        "reportArgumentType",
        r'type "object" cannot be assigned to parameter',
        "custom data is of objects in getstream's models, and was of anything in v1's answers",
    ),
    Waiver(
        "reportArgumentType",
        r'type "Any \| None" cannot be assigned to parameter "obj"',
        "`get` of stream-chat's answers gave anything, that of the helper's gives anything or None",
    ),
    Waiver(
        "reportArgumentType",
        r'type "str \| None" cannot be assigned to parameter "timeout" of type "int \| None"',
        "options that are kept in a dictionary have the type of its first values",
    ),
    Waiver(
        "reportArgumentType",
        r'type "dict\[str, .*" cannot be assigned to parameter "filter_conditions"',
        "a dictionary that is kept somewhere has the type of its values, and v2 wants one of objects",
    ),
)


def _checker() -> str:
    for name in CHECKERS:
        found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
        if found:
            return found
    pytest.skip(f"no type checker is installed ({' or '.join(CHECKERS)})")


def _files() -> Iterator[tuple[str, str]]:
    """Yield the names and texts of what is checked."""
    for file in sorted(SAMPLES.glob("*/after/*.py")):
        yield f"sample_{file.parents[1].name}_{file.name}", file.read_text(encoding="utf-8")
    yield "rule_examples.py", _rule_examples()
    for seed in SEEDS:
        result = rewritten(program(seed))
        if result.changed and all(site.applied for site in result.sites):
            yield f"program_{seed}.py", result.after.decode().replace("\r\n", "\n")
            yield f"{_BEFORE}program_{seed}.py", result.before.decode().replace("\r\n", "\n")
    yield f"{HELPERS}.py", everything()
    yield "__builtins__.pyi", "def observe(name: str, value: object) -> None: ...\n"


def _rule_examples() -> str:
    lines = [
        "import datetime, os, time",
        "import getstream",
        "from getstream import *",
        "from getstream.models import *",
    ]
    for rule in all_rules():
        for number, example in enumerate(rule.examples):
            if "after" not in example:
                continue
            lines += ["", f"def {rule.id}_{number}(client: Stream) -> None:"]
            lines += ['    channel = client.chat.channel("messaging", "general")', indent(example["after"], "    ")]
    return "\n".join(lines) + "\n"


def _errors(folder: Path) -> list[dict[str, Any]]:
    (folder / "pyrightconfig.json").write_text(json.dumps(_CONFIG))
    command = [_checker(), "--project", str(folder), "--pythonpath", sys.executable, "--outputjson"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=600)
    found = json.loads(done.stdout)["generalDiagnostics"]
    return [error for error in found if error["severity"] == "error"]


def test_what_is_written_has_the_types_of_getstream(tmp_path: Path) -> None:
    _checker()
    files = {**dict(_files()), _DECOY: "import getstream\ngetstream.Stream(api_key=1).upsert_users(5)\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    errors = _errors(tmp_path)
    unwaived = [error for error in errors if not any(waiver.covers(error) for waiver in WAIVERS)]
    known = {_identity(error) for error in unwaived if Path(error["file"]).name.startswith(_BEFORE)}
    found = {_text(error) for error in unwaived if _identity(error) not in known and Path(error["file"]).name != _DECOY}
    assert "\n".join(sorted(found)) == ""
    # The checker does see what is wrong, and every waiver is needed by some of the many programs of the long run.
    assert len([error for error in unwaived if Path(error["file"]).name == _DECOY]) == 2
    if _LONG:
        assert [waiver for waiver in WAIVERS if not any(waiver.covers(error) for error in errors)] == []
    assert len(files) > 20


_DECOY = "wrong.py"
_BEFORE = "before_"


def _identity(error: dict[str, Any]) -> tuple[str, str, str]:
    """Return what makes an error one that the old code had already."""
    return Path(error["file"]).name.removeprefix(_BEFORE), error.get("rule", ""), error["message"]


def _text(error: dict[str, Any]) -> str:
    line = error["range"]["start"]["line"] + 1
    return f"{Path(error['file']).name}:{line} {error.get('rule')} {error['message']}"
