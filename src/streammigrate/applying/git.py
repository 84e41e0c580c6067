"""What git knows to be not committed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from streammigrate.codemod.roots import repository_root
from streammigrate.errors import UsageError

_SECONDS = 60
_SHOWN = 5


def refuse_dirty(folders: Iterable[str], files: Iterable[str] = ()) -> None:
    """Raise UsageError where a checkout that holds one of the folders has changes that are not committed.

    That are changes, staged or not, of files that git tracks, anywhere in the checkout, and those of `files` (which are
    to be written) that git neither tracks nor ignores. Other untracked files are none. Outside of checkouts, and without
    git, nothing is dirty.
    """
    found: dict[str, None] = {}
    for folder in folders:
        root = repository_root(os.path.realpath(folder))
        if (Path(root) / ".git").exists():
            found[root] = None
    around = [os.path.realpath(path) for path in files]
    for root in found:
        inside = [path for path in around if Path(root) in Path(path).parents]
        changed = _changed(root) + (_untracked(root, inside) if inside else [])
        if changed:
            shown = [os.path.relpath(Path(root, path)) for path in changed[:_SHOWN]]
            more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
            are = "is" if len(changed) == 1 else "are"
            raise UsageError(
                f"{', '.join(shown)}{more} {are} not committed: commit or stash that, so that the rewrite can be told from "
                "your own changes, or give --allow-dirty; nothing was changed"
            )


def _changed(root: str) -> list[str]:
    """Return the tracked files with changes."""
    words = _ask(root, "status", "--porcelain", "-z", "--untracked-files=no", "--ignore-submodules=dirty").split("\0")
    found = []
    while words:
        word = words.pop(0)
        if word:
            found.append(word[3:])
            if word[0] in "RC":
                # What it was called before.
                words = words[1:]
    return found


def _untracked(root: str, files: list[str]) -> list[str]:
    """Return those of some files that git neither tracks nor ignores, and that are there."""
    names = [os.path.relpath(path, root) for path in files if Path(path).exists()]
    found: list[str] = []
    for start in range(0, len(names), 200):
        part = names[start : start + 200]
        said = _ask(root, "--literal-pathspecs", "ls-files", "-z", "--others", "--exclude-standard", "--", *part)
        found += [name for name in said.split("\0") if name]
    return found


def _ask(root: str, *arguments: str) -> str:
    """Return what git says of a checkout; nothing where there is no git, or no checkout to git."""
    # A hook runs with variables that name its own checkout.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command = ["git", "-C", root, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, env=environment)
    except FileNotFoundError:
        return ""
    except (OSError, subprocess.SubprocessError) as error:
        raise UsageError(f"git does not say what is not committed ({error}); --allow-dirty goes on without") from None
    said = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode and "not a git repository" not in said:
        first = said.splitlines()[0] if said else f"exit code {done.returncode}"
        raise UsageError(f"git does not say what is not committed ({first}); --allow-dirty goes on without")
    return os.fsdecode(done.stdout)
