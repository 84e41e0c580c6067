"""Runs a program of several modules before and after `rewrite`, at once and in parts, and says how the runs differ."""

from __future__ import annotations

import argparse
import ast
import os
import random
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from programs import modules
from tests.differential.generator import Program
from tests.differential.judge import ALLOWED, ENV, answers, comments, compared, settings_for, untouched
from tests.differential.modules import MAIN, Modular, program
from tests.differential.vocabulary import CHANNEL, CLIENT

from streammigrate.codemod.compat import HELPERS
from streammigrate.codemod.compat.place import Places
from streammigrate.codemod.model import Applicability
from streammigrate.codemod.rewrite import Input, Outcome, rewrite_program
from streammigrate.codemod.settings import Only, RewriteSettings
from streammigrate.proof.run import Trace, run

Files = Mapping[str, str]
WAYS = ("whole", "some", "parts")
"""All files at once; some files and then the rest; some methods, or files, after others."""
_METHODS = frozenset(one.name for one in (*CLIENT, *CHANNEL)) | {"create_token", "verify_webhook"}


class Verdict(NamedTuple):
    """What a program showed."""

    program: Modular
    outcome: Outcome | None
    """What becomes of it in one go."""
    differences: tuple[str, ...]
    broken: str
    """The error of a program that does not even work before: a mistake of the generator."""
    requests: int = 0
    steps: int = 0
    ends: tuple[str, ...] = ()
    """What the last step ends in that is not what one go makes of the program, though it runs as it did."""
    layout: bool = False
    """Whether the last step ends in another layout than one go; the code is the same."""
    came: Mapping[str, str] = MappingProxyType({})
    """The files that differ from those before, after the first step that shows a difference."""


class _Stop(Exception):  # noqa: N818
    """A difference after which nothing more can be said."""


class _Judge:
    """Judges one program."""

    def __init__(self, made: Modular, ways: Collection[str] = WAYS) -> None:
        self.made = made
        self.ways = ways
        self.settings = settings_for(made.seed)
        self.before = _run(made, made.files)
        self.differences: list[str] = []
        self.steps = 0
        self.outcome: Outcome | None = None
        self.came: dict[str, str] = {}
        self.done: dict[str, str] = {}
        self.layout = False
        self.ends: list[str] = []
        self.way = ""

    def _number(self, what: str, end: int) -> int:
        """Return a number below an end, for this program and a thing."""
        return random.Random(f"{self.made.seed}:{what}").randrange(end)

    def verdict(self) -> Verdict:
        """Return what the program showed."""
        if self.before.error and not self.before.error.startswith(ALLOWED):
            return Verdict(self.made, None, (), self.before.error)
        for name, way in (("whole", self._whole), ("some", self._some), ("parts", self._parts)):
            if name not in self.ways or self.ends:
                continue
            self.way = name
            try:
                way()
            except _Stop as stop:
                self.differences.append(str(stop))
            if self.differences:
                self.differences[:] = [f"{name}: {text}" for text in self.differences]
                break
        count = len(self.before.requests)
        return Verdict(
            self.made,
            self.outcome,
            tuple(self.differences),
            "",
            count,
            self.steps,
            tuple(self.ends),
            self.layout,
            self._changed(),
        )

    def _changed(self) -> dict[str, str]:
        return {path: text for path, text in self.came.items() if text != self.made.files.get(path)}

    def _whole(self) -> None:
        self.outcome = self._rewritten("whole", self.made.files, tuple(self.made.files), self.settings)
        self.done = _after(self.made.files, self.outcome)
        after = self._look("whole", self.made.files, self.outcome, tuple(self.made.files), self.settings)
        if after is not None:
            self._check_sdk(after)
            for path, verbatim in self.made.verbatim.items():
                one = Program(self.made.seed, self.made.files[path], verbatim, None, 0)
                self.differences += [f"{path}: {text}" for text in untouched(one, self.done[path])]

    def _some(self) -> None:
        """Rewrite some files only, then all."""
        paths = list(self.made.files)
        # By its path, so that a file that goes while the program is shrunk changes nothing about the others.
        editable = [path for path in paths if self._number(path, 2)] or paths[:1]
        label = f"some ({', '.join(editable)})"
        outcome = self._rewritten(label, self.made.files, editable, self.settings)
        self._look(label, self.made.files, outcome, editable, self.settings)
        if self.differences:
            return
        files = _after(self.made.files, outcome)
        paths = list(files)
        label = f"rest after {', '.join(editable)}"
        outcome = self._rewritten(label, files, paths, self.settings)
        self._look(label, files, outcome, paths, self.settings)
        self._check_end(label, _after(files, outcome))

    def _parts(self) -> None:
        """Ask for one part after the other, until everything was asked for."""
        assert self.outcome is not None
        files: Files = dict(self.made.files)
        paths = tuple(files)
        methods = sorted({name for name in map(_method, _sites(self.outcome)) if name})
        by_file = self._number("by file", 4) == 0
        cumulative = self._number("cumulative", 5) < 3
        count = 2 + self._number("parts", 3)
        pool = list(paths) if by_file else methods
        for number in range(1, count + 1):
            of = {name: 1 + self._number(name, count) for name in pool}
            part = [name for name in pool if of[name] == number or (cumulative and of[name] < number)]
            if not part:
                continue
            only = Only(tuple(map(os.path.abspath, part))) if by_file else Only((), tuple(part))
            settings = self.settings._replace(only=only)
            label = f"step {number} ({', '.join(part)})"
            outcome = self._rewritten(label, files, tuple(files), settings)
            self._look(label, files, outcome, tuple(files), settings)
            if not by_file:
                for site in _sites(outcome):
                    if site.applied and _method(site) and _method(site) not in part:
                        self.differences.append(f"asked: {label}: {site.before} moved, though not asked for")
            if self.differences:
                return
            files = _after(files, outcome)
        outcome = self._rewritten("last step", files, tuple(files), self.settings)
        self._look("last step", files, outcome, tuple(files), self.settings)
        self._check_end("last step", _after(files, outcome))

    def _rewritten(self, label: str, files: Files, editable: Collection[str], settings: RewriteSettings) -> Outcome:
        data = {path: text.encode() for path, text in files.items()}
        try:
            known = modules(files)
            home = Places(known, {path: ast.parse(text) for path, text in files.items()}).home
            outcome = rewrite_program(Input(data, tuple(editable), known, homes=home), settings)
        except Exception:
            raise _Stop(f"crash: {label}: {traceback.format_exc()}") from None
        troubles = [trouble.message for one in outcome.files for trouble in one.troubles]
        if troubles:
            raise _Stop(f"trouble: {label}: {troubles}")
        return outcome

    def _look(
        self, label: str, files: Files, outcome: Outcome, editable: Collection[str], settings: RewriteSettings
    ) -> Trace | None:
        """Look at one step: what it makes has to run as the program did, and a second run may change nothing."""
        self.steps += 1
        after = self.came = _after(files, outcome)
        if after == files:
            return None
        for path, text in after.items():
            error = _mistake(path, text)
            if error:
                raise _Stop(f"syntax: {label}: {path}: {error}")
        trace = _run(self.made, after)
        self.differences += [f"{label}: {text}" for text in compared(self.before, trace)]
        again = _after(after, self._rewritten(f"{label} again", after, editable, settings))
        changed = [path for path in after if again[path] != after[path]]
        if changed:
            self.differences.append(f"again: {label}: a second run changes {', '.join(changed)} once more")
        return trace

    def _check_sdk(self, trace: Trace) -> None:
        assert self.outcome is not None
        sites = list(_sites(self.outcome))
        sdks = {request.sdk for request in trace.requests}
        if sites and all(site.applied for site in sites) and "v1" in sdks:
            self.differences.append("sdk: everything moved, and yet v1 sends requests")

    def _check_end(self, label: str, files: Files) -> None:
        for path, text in files.items():
            if path.endswith(f"{HELPERS}.py"):
                # A step may have needed a function that one go does not, and none is ever taken away.
                continue
            if self.done and _meaning(text) == _meaning(self.done[path]):
                self.layout = self.layout or text != self.done[path]
            elif self.done:
                self.came = {**self.came, f"{path} (in one go)": self.done[path]}
                self.ends.append(f"{self.way}: end: {label}: {path} is not what one go makes of it")


def judge(made: Modular, ways: Collection[str] = WAYS) -> Verdict:
    """Return how a program and what `rewrite` makes of it, at once and in parts, differ; nothing may."""
    return _Judge(made, ways).verdict()


def _after(files: Files, outcome: Outcome) -> dict[str, str]:
    return {**files, **{one.path: one.after.decode() for one in outcome.files}}


def _mistake(path: str, text: str) -> str:
    try:
        compile(text, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        return str(error)
    return ""


def _meaning(text: str) -> tuple[list[str], list[str], list[str]]:
    """Return what is left of a file without its layout: its code, its imports and the words of its comments in no order.

    Neither have the classes of an `except` and of `isinstance` an order.
    """
    tree = ast.parse(text)
    for node in ast.walk(tree):
        kinds = node.type if isinstance(node, ast.ExceptHandler) else None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            kinds = node.args[-1]
        if isinstance(kinds, ast.Tuple):
            kinds.elts.sort(key=ast.dump)
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    code = [ast.dump(node) for node in tree.body if node not in imports]
    names = [f"{ast.dump(alias)} of {getattr(node, 'module', '')}" for node in imports for alias in node.names]
    words = [word for word in " ".join(comments(text)).split() if not word.isdigit()]
    return code, sorted(names), sorted(words)


def _sites(outcome: Outcome) -> Iterator[Any]:
    for one in outcome.files:
        yield from one.sites


def _method(site: Any) -> str:
    """Return the method that a site calls; empty for another site."""
    owner, _, name = site.member.rpartition(".")
    return name if owner and name in _METHODS else ""


def _run(made: Modular, files: Files) -> Trace:
    named = {
        path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", "."): text
        for path, text in files.items()
        if path != MAIN
    }
    return run(files[MAIN], answer=answers(made), env=ENV, seed=made.seed, modules=named)


class Summary(NamedTuple):
    """What many programs showed."""

    programs: int
    files: int
    broken: int
    requests: int
    steps: int
    moved: int
    left: Counter[str]
    whole: int
    """Programs of which everything was moved."""
    mixed: int
    """Programs that use both SDKs afterwards."""
    layout: int
    """Programs whose steps end in another layout than one go."""
    otherwise: tuple[Verdict, ...]
    """Programs whose steps end in other code than one go; they run as they did."""
    different: tuple[Verdict, ...]

    @property
    def share(self) -> int:
        """Return how many of a hundred sites are moved."""
        return self.moved * 100 // max(self.moved + sum(self.left.values()), 1)

    @property
    def text(self) -> str:
        """Return the counts as lines."""
        reasons = ", ".join(f"{reason} {count}" for reason, count in self.left.most_common())
        sites = self.moved + sum(self.left.values())
        return (
            f"{self.programs} programs of {self.files} files ({self.whole} moved whole, {self.mixed} mixed, "
            f"{self.broken} broken), {self.requests} requests, {self.steps} rewrites\n"
            f"{self.moved} sites moved ({self.share} %), {sites - self.moved} left: {reasons}\n"
            f"{self.layout} programs end in another layout after steps, {len(self.otherwise)} in other code: "
            f"{', '.join(str(one.program.seed) for one in self.otherwise)}\n"
            f"{len(self.different)} programs differ: {', '.join(str(one.program.seed) for one in self.different)}"
        )


def summarise(seeds: Iterable[int], tell: Callable[[Verdict], None] = lambda verdict: None) -> Summary:
    """Judge the programs of some seeds; `tell` is given each that differs at once."""
    count = files = broken = requests = steps = moved = whole = mixed = layout = 0
    left: Counter[str] = Counter()
    different, otherwise = [], []
    for seed in seeds:
        verdict = judge(program(seed))
        count += 1
        files += len(verdict.program.files)
        broken += bool(verdict.broken)
        requests += verdict.requests
        steps += verdict.steps
        layout += verdict.layout
        if verdict.differences:
            different.append(verdict)
            tell(verdict)
        elif verdict.ends:
            otherwise.append(verdict)
            tell(verdict)
        if verdict.outcome is None:
            continue
        sites = list(_sites(verdict.outcome))
        stay = [site for site in sites if not site.applied]
        moved += len(sites) - len(stay)
        whole += bool(sites) and not stay
        mixed += 0 < len(stay) < len(sites)
        for site in stay:
            held = [facet for facet in site.facets if facet.applicability is not Applicability.SAFE]
            left[held[0].reason if held else "SAFE"] += 1
    return Summary(
        count, files, broken, requests, steps, moved, left, whole, mixed, layout, tuple(otherwise), tuple(different)
    )


def main(arguments: list[str]) -> None:
    """Print one program and its verdict, or the summary of a range."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("last", type=int, nargs="?")
    parser.add_argument("--shrink", action="store_true")
    options = parser.parse_args(arguments)
    if options.last is not None:
        summary = summarise(range(options.seed, options.last), lambda one: _say(_first(one)))
        _say(summary.text)
        return
    made = program(options.seed)
    if options.shrink:
        from tests.differential.modules_shrink import shrink

        made = shrink(made)
    _say("\n".join(_report(judge(made))))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _first(verdict: Verdict) -> str:
    first = (*verdict.differences, *verdict.ends)[0].strip().splitlines()
    return f"{verdict.program.seed}: {first[0] if len(first) == 1 else f'{first[0]} … {first[-1]}'}"


def _report(verdict: Verdict) -> Iterator[str]:
    made = verdict.program
    for path, text in made.files.items():
        if text:
            yield f"##### {path}\n{text}"
    yield f"--- becomes (failure: {made.failure} at {made.failing})"
    yield verdict.broken
    for path, text in verdict.came.items():
        if not path.endswith(f"{HELPERS}.py"):
            yield f"##### {path}\n{text}"
    yield "--- differences"
    yield "\n".join((*verdict.differences, *verdict.ends)) or "none"
    for one in verdict.outcome.files if verdict.outcome else ():
        for site in one.sites:
            if not site.applied:
                yield f"left: {one.path}:{site.span.line} {site.rule} {site.member}: {site.instruction}"
