"""A copy of a project in which the files that are asked about hold probes, and the environment it is checked in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from streammigrate.codemod.discover import walk
from streammigrate.codemod.second_opinion.model import CLASSES, Known, Lines, Question
from streammigrate.codemod.second_opinion.probes import MODULE, probed
from streammigrate.errors import UsageError

_SDK = "stream_chat"


class Overlay(NamedTuple):
    """Where the answers to each question stand. Paths are relative to the folder of the copy."""

    files: tuple[str, ...]
    """The files that hold probes, with the probe module first."""
    roots: tuple[str, ...]
    """The folders that modules are imported from, the project's own first."""
    places: Mapping[Question, tuple[str, Lines]]


def build(root: str, folder: str, questions: Sequence[Question], probe: str) -> Overlay:
    """Fill an empty folder with the Python files of a project, with probes for the questions.

    Files outside the root, and questions that cannot be asked, are left out. Raises UsageError for a project with a
    module of its own that hides stream-chat: its classes could not be told from the SDK's.
    """
    by_file: dict[str, list[Question]] = {}
    for question in questions:
        relative = _inside(question.path, root)
        if relative is not None:
            by_file.setdefault(relative, []).append(question)
    roots = tuple(_roots(root, by_file))
    _refuse_own_sdk(root, roots, by_file)
    files, places = [f"{MODULE}.py"], {}
    for path in _sources(root):
        _copy(path, Path(folder, os.path.relpath(path, root)))
    Path(folder, f"{MODULE}.py").write_text(probe, encoding="utf-8")
    for relative, asked in sorted(by_file.items()):
        text, lines = probed(asked[0].source, [one for one in asked if one.source == asked[0].source])
        if not lines:
            continue
        # The code of a notebook or of a document has no name that a checker would take for Python.
        name = relative if relative.endswith((".py", ".pyi")) else f"{relative}.py"
        target = Path(folder, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)
        files.append(name)
        places.update({question: (name, at) for question, at in lines.items()})
    existing = [one for one in roots if Path(folder, one).is_dir()]
    return Overlay(tuple(files), tuple(existing), places)


class Environment(NamedTuple):
    """The Python whose packages count, empty where none is known, and the classes of the stream-chat that it holds."""

    python: str
    classes: Sequence[Known]


def environment(root: str, program: str) -> Environment:
    """Return the first environment that holds stream-chat: the project's own, the active one, the checker's, that on PATH.

    Where none is seen to hold it, the first there is counts, with all classes: it is left to the checker to find them.
    """
    found = list(dict.fromkeys(_pythons(root, program)))
    for python in found:
        sdk = _sdk(python)
        if sdk is not None:
            return Environment(str(python), [known for known in CLASSES if _file(sdk, known).is_file()])
    return Environment(str(found[0]) if found else "", CLASSES)


def _pythons(root: str, program: str) -> Iterator[Path]:
    prefixes = [folder / name for folder in _up_to_checkout(root) for name in (".venv", "venv")]
    prefixes += [Path(os.environ[name]) for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if os.environ.get(name)]
    prefixes += [path.parent.parent for path in (Path(program), Path(os.path.realpath(program)))]
    for prefix in prefixes:
        for name in ("bin/python", "Scripts/python.exe", "python.exe"):
            if (prefix / name).is_file():
                yield prefix.absolute() / name
                break
    for name in ("python3", "python"):
        python = shutil.which(name)
        if python is not None:
            yield Path(python).absolute()


def _up_to_checkout(root: str) -> list[Path]:
    """Return the root and the folders above it up to that of the checkout; the root alone where there is none."""
    folders = [Path(root), *Path(root).parents]
    return next((folders[: at + 1] for at, folder in enumerate(folders) if (folder / ".git").exists()), folders[:1])


def _sdk(python: Path) -> Path | None:
    """Return the folder of stream-chat among the packages of a Python, or None."""
    for prefix in (python.parent.parent, python.parent):
        for packages in ("lib/python3*/site-packages", "lib/python3*/dist-packages", "Lib/site-packages"):
            for client in sorted(prefix.glob(f"{packages}/{_SDK}/client.py")):
                return client.parent
    return None


def _file(sdk: Path, known: Known) -> Path:
    return sdk.joinpath(*known.module.split(".")[1:]).with_suffix(".py")


def _inside(path: str, root: str) -> str | None:
    """Return the path relative to the root, or None for a file outside it."""
    for absolute, base in ((os.path.abspath(path), os.path.abspath(root)), (os.path.realpath(path), root)):  # noqa: PTH100
        relative = os.path.relpath(absolute, base)
        if Path(relative).parts[:1] != (os.pardir,) and not os.path.isabs(relative):  # noqa: PTH117
            return relative
    return None


def _roots(root: str, files: Iterable[str]) -> Iterator[str]:
    """Yield the folders that the project's modules can be imported from, relative to the root."""
    found = [".", "src"]
    for file in files:
        parent = Path(file).parent
        found += [str(folder) for folder in (parent, *parent.parents) if folder.name == "src"]
        while parent != Path() and Path(root, parent, "__init__.py").exists():
            parent = parent.parent
        found.append(str(parent))
    yield from dict.fromkeys(found)


def _refuse_own_sdk(root: str, roots: Iterable[str], files: Iterable[str]) -> None:
    folders = dict.fromkeys(Path(one) for one in roots)
    folders.update(dict.fromkeys(parent for file in files for parent in Path(file).parents))
    for folder in folders:
        if folder != Path() and Path(root, folder, "__init__.py").exists():
            continue
        for name in (f"{_SDK}/*.py", f"{_SDK}/*.pyi", f"{_SDK}.py", f"{_SDK}.pyi"):
            for own in Path(root, folder).glob(name):
                raise UsageError(
                    f"--types cannot be used here: the project has a module of its own named {_SDK} "
                    f"({own.relative_to(root)}), which a type checker takes for Stream's; leave --types away"
                )


def _sources(root: str) -> list[str]:
    """Return the Python files of the project, and the stubs beside them."""
    found = walk(root)
    return [str(Path(root, path)) for path in found.files if path.endswith((".py", ".pyi"))]


def _copy(path: str, target: Path) -> None:
    # A file that cannot be read is not there for the checker; that can only cost an answer.
    with suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
