"""Running a program's text in this process over recording transports, with a still clock and its own environment.

The program sees virtual `time`, `datetime` and `asyncio` modules: the clock stands still except for what is slept, sleeping takes
no time, and `asyncio.to_thread` runs its function at once, which makes the order of requests the same in every run. Not
covered: threads and processes that the program starts itself (their requests are recorded in the order in which they
come), endless loops that send nothing, what a program does to modules of the process, and the C level (a child process sees
the replaced environment and sends for real).
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import datetime
import importlib.abc
import importlib.machinery
import importlib.util
import io
import os
import pkgutil
import random
import sys
import time
import types
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple
from unittest.mock import patch

from streammigrate.codemod.compat import HELPERS
from streammigrate.proof.record import Answerer, Recorder, Request, TooManyRequests, empty_answers, recording

CLOCK = 1_767_225_600.0
"""2026-01-01T00:00:00Z, the time at which a program starts unless told otherwise."""


class Trace(NamedTuple):
    """What a run of a program showed."""

    requests: tuple[Request, ...]
    observed: tuple[tuple[str, Any], ...]
    """What the program gave to `observe(name, value)`, as plain data (see `plain`)."""
    error: str
    """`module.Class: message` of the exception that ended the program (no module for built-in ones), else empty."""
    output: str
    """What went to standard output."""


def run(
    source: str,
    *,
    answer: Answerer = empty_answers,
    env: Mapping[str, str] | None = None,
    clock: float = CLOCK,
    seed: int = 0,
    modules: Mapping[str, str] | None = None,
    path: Sequence[str] = (),
    fresh: Collection[str] = (),
) -> Trace:
    """Run a program and return its trace.

    `env` replaces the environment, `clock` is the time of the start in seconds since the epoch, `seed` seeds `random`,
    `modules` are the texts of modules that the program can import, by name (`pkg` makes `pkg.mod` importable), `path` are
    absolute folders from which it can import more: they come first, and their modules share the program's world and are
    forgotten afterwards; a program that names the module of helpers (`stream_compat`) and is given none has one with all of
    them. `fresh` names packages that remember the program for the rest of the process, such as a framework
    with a registry: the program imports them anew. The built-in `observe(name, value)` records a value that the program
    read. Warnings are ignored. Raises SyntaxError when the program does not compile; every other exception of the program is
    in the trace.
    """
    code = compile(source, "<program>", "exec", dont_inherit=True)
    observed: list[tuple[str, Any]] = []
    output = io.StringIO()
    world = _World(clock, lambda name, value: observed.append((name, plain(value))))
    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = world.builtins
    state = random.getstate()
    random.seed(seed)
    recorder: Recorder | None = None
    error = ""
    try:
        with (
            _surroundings(world, module, output, env or {}),
            _importing(world, _with_helpers(source, modules or {}, path), path, fresh),
            recording(answer) as recorder,
        ):
            error = _execute(code, module)
    finally:
        random.setstate(state)
        module.__dict__.clear()
    return Trace(tuple(recorder.requests), tuple(observed), error, output.getvalue())


def _with_helpers(source: str, modules: Mapping[str, str], path: Sequence[str]) -> Mapping[str, str]:
    named = any(HELPERS in text for text in (source, *modules.values()))
    if path or not named or HELPERS in modules:
        return modules
    from streammigrate.codemod.compat.library import everything

    return {HELPERS: everything(), **modules}


def _execute(code: types.CodeType, module: types.ModuleType) -> str:
    try:
        exec(code, module.__dict__)
    except SystemExit as stop:
        return "" if stop.code in (None, 0) else f"SystemExit: {stop.code}"
    except TooManyRequests as stop:
        return error_text(stop)
    except Exception as error:
        text = error_text(error)
        # The traceback keeps the program's frames and with them its clients alive.
        error.__traceback__ = None
        return text
    return ""


def error_text(error: BaseException) -> str:
    """Return `module.Class: message`, without the module for a built-in class or one of the program."""
    kind = type(error)
    prefix = "" if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}."
    return f"{prefix}{kind.__qualname__}: {error}"


def plain(value: Any) -> Any:
    """Return a value as plain data that a later change of the program cannot reach.

    Models of getstream and its responses become mappings, times keep being datetimes (comparing them with texts is the
    comparison's affair), an exception `{"exception": "module.Class"}`, and anything unknown its type's name.
    """
    if value is None or isinstance(value, bool | int | float | str | bytes | datetime.datetime | datetime.date):
        return value if not isinstance(value, str | int) or type(value) in (str, int, bool) else _base(value)
    if isinstance(value, Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return {"set": sorted((plain(item) for item in value), key=repr)}
    if isinstance(value, BaseException):
        return {"exception": error_text(value).partition(":")[0]}
    if type(value).__module__ == "getstream.stream_response":
        return plain(value.data)
    if hasattr(value, "to_dict"):
        return plain({name: getattr(value, name) for name in getattr(value, "__dataclass_fields__", {})})
    return f"<{type(value).__name__}>"


def _base(value: str | int) -> str | int:
    # An enum or another subclass compares as what it is a kind of.
    return str.__str__(value) if isinstance(value, str) else int(value)


class _World:
    """The built-ins and the virtual modules of one run."""

    def __init__(self, clock: float, observe: Callable[[str, Any], None]) -> None:
        self.now = clock
        self.time = self._virtual_time()
        self.datetime = self._virtual_datetime()
        self.asyncio = self._virtual_asyncio()
        virtual = {"time": self.time, "datetime": self.datetime, "asyncio": self.asyncio}

        def import_module(
            name: str, globals: Any = None, locals: Any = None, fromlist: Sequence[str] = (), level: int = 0
        ) -> Any:
            if level == 0 and name in virtual:
                return virtual[name]
            return builtins.__import__(name, globals, locals, fromlist, level)

        self.builtins = {**vars(builtins), "__import__": import_module, "observe": observe}

    def _sleep(self, seconds: float) -> None:
        self.now += max(seconds, 0)

    def _virtual_time(self) -> types.ModuleType:
        module = _copy_module(time)
        started = self.now
        members: dict[str, Any] = {
            "time": lambda: self.now,
            "time_ns": lambda: int(self.now * 1_000_000_000),
            "sleep": self._sleep,
            "monotonic": lambda: self.now - started,
            "gmtime": lambda seconds=None: time.gmtime(self.now if seconds is None else seconds),
            "localtime": lambda seconds=None: time.localtime(self.now if seconds is None else seconds),
        }
        vars(module).update(members)
        return module

    def _virtual_datetime(self) -> types.ModuleType:
        world = self

        class Meta(type):
            def __instancecheck__(cls, instance: object) -> bool:
                return isinstance(instance, datetime.datetime)

            def __subclasscheck__(cls, kind: type) -> bool:
                return issubclass(kind, datetime.datetime)

        class Datetime(datetime.datetime, metaclass=Meta):
            """Makes real datetimes; only what reads the clock is its own."""

            def __new__(cls, *args: Any, **options: Any) -> Any:
                return datetime.datetime(*args, **options)

            @classmethod
            def now(cls, tz: datetime.tzinfo | None = None) -> Any:
                return datetime.datetime.fromtimestamp(world.now, tz)

            @classmethod
            def utcnow(cls) -> Any:
                return datetime.datetime.fromtimestamp(world.now, datetime.timezone.utc).replace(tzinfo=None)

            @classmethod
            def today(cls) -> Any:
                return datetime.datetime.fromtimestamp(world.now)

        class MetaDate(type):
            def __instancecheck__(cls, instance: object) -> bool:
                return isinstance(instance, datetime.date)

            def __subclasscheck__(cls, kind: type) -> bool:
                return issubclass(kind, datetime.date)

        class Date(datetime.date, metaclass=MetaDate):
            def __new__(cls, *args: Any, **options: Any) -> Any:
                return datetime.date(*args, **options)

            @classmethod
            def today(cls) -> Any:
                return datetime.date.fromtimestamp(world.now)

        module = _copy_module(datetime)
        for name, kind, real in (("datetime", Datetime, datetime.datetime), ("date", Date, datetime.date)):
            kind.__name__ = kind.__qualname__ = name
            kind.__module__ = real.__module__
            vars(module)[name] = kind
        return module

    def _virtual_asyncio(self) -> types.ModuleType:
        async def sleep(delay: float, result: Any = None) -> Any:
            self._sleep(delay)
            return await asyncio.sleep(0, result)

        async def to_thread(function: Callable[..., Any], /, *args: Any, **options: Any) -> Any:
            return function(*args, **options)

        module = _copy_module(asyncio)
        members: dict[str, Any] = {"sleep": sleep, "to_thread": to_thread}
        vars(module).update(members)
        return module


def _copy_module(module: types.ModuleType) -> types.ModuleType:
    copied = types.ModuleType(module.__name__, module.__doc__)
    vars(copied).update(vars(module))
    return copied


@contextlib.contextmanager
def _surroundings(
    world: _World, module: types.ModuleType, output: io.StringIO, env: Mapping[str, str]
) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        for target, attribute in _clocked():
            stack.enter_context(patch.object(target, attribute, getattr(world, attribute)))
        stack.enter_context(_environment(env))
        stack.enter_context(contextlib.redirect_stdout(output))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        stack.enter_context(patch.object(sys, "stdin", io.StringIO()))
        stack.enter_context(patch.object(sys, "argv", ["program.py"]))
        stack.callback(sys.modules.__setitem__, "__main__", sys.modules["__main__"])
        sys.modules["__main__"] = module
        yield


@contextlib.contextmanager
def _importing(
    world: _World, modules: Mapping[str, str], path: Sequence[str], fresh: Collection[str]
) -> Iterator[None]:
    """Make modules importable from texts and folders, and bring back at the end what was imported before."""
    if not (modules or path or fresh):
        # Looking through all that is loaded takes longer than a small program.
        yield
        return
    texts, folders = _Finder(modules, world.builtins), _FolderFinder(path, world.builtins)

    roots = {name.partition(".")[0] for name in modules}

    def is_own(name: str) -> bool:
        root = name.partition(".")[0]
        return root in fresh or root in folders.found or (root in roots and texts.find_spec(name, None) is not None)

    # A module of the process that has the name of one of the program's would be found first.
    folders.found.update(info.name for info in pkgutil.iter_modules(path))
    hidden = _unload(is_own)
    finders, searched = list(sys.meta_path), list(sys.path)
    try:
        sys.meta_path[:0] = [texts, folders]
        sys.path[:0] = path
        yield
    finally:
        sys.meta_path[:] = finders
        sys.path[:] = searched
        _unload(is_own)
        sys.modules.update(hidden)


def _unload(chosen: Callable[[str], bool]) -> dict[str, types.ModuleType]:
    """Return the chosen modules of those that are loaded, which they no longer are then."""
    return {name: sys.modules.pop(name) for name in [name for name in sys.modules if chosen(name)]}


_CLOCKED = (
    ("getstream.stream", "time"),
    ("getstream.base", "time"),
    ("getstream.base", "asyncio"),
    ("getstream.tasks", "time"),
    ("getstream.tasks", "asyncio"),
    ("getstream.utils", "asyncio"),
)
"""The modules of the SDKs that read the clock, sleep or use threads, and the name they know the module by."""


@cache
def _clocked() -> tuple[tuple[types.ModuleType, str], ...]:
    # Older releases of getstream lack some of them.
    names = [(name, attribute) for name, attribute in _CLOCKED if importlib.util.find_spec(name)]
    found = [(importlib.import_module(name), attribute) for name, attribute in names]
    return tuple((module, attribute) for module, attribute in found if hasattr(module, attribute))


@contextlib.contextmanager
def _environment(env: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    try:
        _replace_environment(env)
        yield
    finally:
        _replace_environment(before)
        # A program such as Django sets the zone of the process.
        if hasattr(time, "tzset"):
            time.tzset()


def _replace_environment(env: Mapping[str, str]) -> None:
    for name in [name for name in os.environ if name not in env]:
        del os.environ[name]
    for name, value in env.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules that were given as texts."""

    def __init__(self, modules: Mapping[str, str], built_ins: dict[str, Any]) -> None:
        self._modules = modules
        self._builtins = built_ins

    def find_spec(
        self, fullname: str, path: Any, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        package = any(name.startswith(f"{fullname}.") for name in self._modules)
        if fullname not in self._modules and not package:
            return None
        return importlib.util.spec_from_loader(fullname, self, is_package=package)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__dict__["__builtins__"] = self._builtins
        text = self._modules.get(module.__name__, "")
        exec(compile(text, f"<{module.__name__}>", "exec", dont_inherit=True), module.__dict__)


class _FolderFinder(importlib.abc.MetaPathFinder):
    """Finds the modules below some folders and gives them the built-ins of the world."""

    def __init__(self, folders: Sequence[str], built_ins: dict[str, Any]) -> None:
        self._folders = tuple(folders)
        self._builtins = built_ins
        self._finders: dict[str, importlib.machinery.FileFinder] = {}
        self.found: set[str] = set()
        """The top-level names that the program has got from here."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        inside = [folder for folder in path or () if folder.startswith(self._folders)] if self._folders else []
        for folder in self._folders if path is None else inside:
            spec = self._finder(folder).find_spec(fullname)
            if spec is None:
                continue
            self.found.add(fullname.partition(".")[0])
            # A folder without `__init__` is a namespace only if no other place has the package: Python's own finder knows.
            if spec.loader is not None:
                return spec
        return None

    def _finder(self, folder: str) -> importlib.machinery.FileFinder:
        if folder not in self._finders:
            # Typed as a class of loaders, and only ever called.
            loader: Any = partial(_FileLoader, built_ins=self._builtins)
            self._finders[folder] = importlib.machinery.FileFinder(
                folder, (loader, importlib.machinery.SOURCE_SUFFIXES)
            )
        return self._finders[folder]


class _FileLoader(importlib.machinery.SourceFileLoader):
    """Loads a source file into the world; it neither reads nor writes byte code."""

    def __init__(self, name: str, file: str, built_ins: dict[str, Any]) -> None:
        super().__init__(name, file)
        self._builtins = built_ins

    def get_code(self, fullname: str) -> types.CodeType:
        file = self.get_filename(fullname)
        return compile(self.get_data(file), file, "exec", dont_inherit=True)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__dict__["__builtins__"] = self._builtins
        super().exec_module(module)
