"""Runs a program before and after `rewrite`, and says how the two differ."""

from __future__ import annotations

import argparse
import io
import random
import sys
import tokenize
import traceback
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import getstream  # noqa: F401  # draws random numbers when it is imported, which the first run would see
from tests.differential.generator import Program, program

from streammigrate.codemod.model import Applicability, FileResult
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.proof.answers import answerer, failing
from streammigrate.proof.equality import compare_traces
from streammigrate.proof.record import Answer, Answerer, Request
from streammigrate.proof.run import Trace, run

ENV = {"STREAM_KEY": "key-of-env", "STREAM_SECRET": "secret-of-env"}
ALLOWED = ("KeyError", "IndexError", "stream_chat.", "requests.", "aiohttp.", "TimeoutError", "asyncio.")
"""How a program may end before its migration: what its own reads and the SDK raise."""


class Verdict(NamedTuple):
    """What a program showed."""

    program: Program
    result: FileResult | None
    differences: tuple[str, ...]
    broken: str
    """The error of a program that does not even work before: a mistake of the generator."""
    requests: int = 0


def judge(made: Program, *, unsafe: bool = False) -> Verdict:
    """Return how a program and what `rewrite` makes of it differ; nothing may."""
    before = _run(made.source, made)
    if before.error and not before.error.startswith(ALLOWED):
        return Verdict(made, None, (), before.error)
    settings = _settings(made)._replace(unsafe=unsafe)
    data = made.source.encode()
    try:
        result = rewrite_source(data, "program.py", settings)
    except Exception:
        return Verdict(made, None, (f"crash: {traceback.format_exc()}",), "")
    differences = [f"trouble: {trouble.message}" for trouble in result.troubles]
    after = result.after.decode()
    try:
        compile(after, "program.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        return Verdict(made, result, (f"syntax: {error}",), "")
    if result.changed:
        differences += _compared(before, _run(after, made))
        differences += _stability(result, settings)
        differences += untouched(made, after)
    return Verdict(made, result, tuple(differences), "", len(before.requests))


def rewritten(made: Program) -> FileResult:
    """Return what `rewrite` makes of a program."""
    return rewrite_source(made.source.encode(), "program.py", _settings(made))


def _settings(made: Program) -> RewriteSettings:
    # Forms that no proof covers yet are tried most of the time: they are what a mistake would be found in.
    return RewriteSettings(todo=made.seed % 2 == 0, unproven=made.seed % 4 != 0)


def _compared(before: Trace, after: Trace) -> Iterable[str]:
    for one in compare_traces(before, after, settings=True):
        # What is read of a field that the answer lacks raises in both, though not the same error.
        if not (one.path == "error" and before.error.startswith("KeyError") and "'NoneType' object" in after.error):
            yield one.text


def _run(source: str, made: Program) -> Trace:
    answer = answerer(made.seed, complete=True)
    if made.failure is not None:
        answer = failing(answer, made.failure, at=made.failing)
    return run(source, answer=counted(answer), env=ENV, seed=made.seed)


def counted(answer: Answerer) -> Answerer:
    """Return an answerer that draws a random number for each request."""

    def answer_and_count(request: Request) -> Answer:
        # The program sees from its own random numbers how many requests went before: that shows the order of things.
        random.random()
        return answer(request)

    return answer_and_count


def _stability(result: FileResult, settings: RewriteSettings) -> Iterable[str]:
    again = rewrite_source(result.after, "program.py", settings)
    if again.after != result.after:
        yield "again: a second run changes the file once more"


def untouched(made: Program, after: str) -> Iterable[str]:
    """Yield what was changed of a program though nothing had to be."""
    lines = iter(after.splitlines())
    for line in made.verbatim:
        if line not in lines:
            yield f"touched: {line!r} was changed or moved"
            return
    lost = Counter(comments(made.source)) - Counter(comments(after))
    if lost:
        yield f"touched: comments are lost: {sorted(lost)}"
    if ("\r\n" in made.source) != ("\r\n" in after) or after.count("\r\n") not in (0, after.count("\n")):
        yield "touched: the line endings"


def comments(source: str) -> Iterable[str]:
    """Yield the comments of a file."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


class Summary(NamedTuple):
    """What many programs showed."""

    programs: int
    broken: int
    requests: int
    moved: int
    left: Counter[str]
    whole: int
    """Programs of which everything was moved."""
    mixed: int
    """Programs that use both SDKs afterwards."""
    different: tuple[Verdict, ...]

    @property
    def text(self) -> str:
        """Return the counts as lines."""
        reasons = ", ".join(f"{reason} {count}" for reason, count in self.left.most_common())
        return (
            f"{self.programs} programs ({self.whole} moved whole, {self.mixed} mixed, {self.broken} broken), "
            f"{self.requests} requests\n{self.moved} sites moved, {sum(self.left.values())} left: {reasons}\n"
            f"{len(self.different)} programs differ: {', '.join(str(one.program.seed) for one in self.different)}"
        )


def summarise(seeds: Iterable[int]) -> Summary:
    """Judge the programs of some seeds."""
    count = broken = requests = moved = whole = mixed = 0
    left: Counter[str] = Counter()
    different = []
    for seed in seeds:
        verdict = judge(program(seed))
        count += 1
        broken += bool(verdict.broken)
        requests += verdict.requests
        if verdict.differences:
            different.append(verdict)
        if verdict.result is None:
            continue
        sites = verdict.result.sites
        applied = [site for site in sites if site.applied]
        stay = [site for site in sites if not site.applied]
        moved += len(applied)
        whole += bool(applied) and not stay
        mixed += bool(applied) and bool(stay)
        for site in stay:
            held = [f for f in site.facets if f.applicability is not Applicability.SAFE]
            left[held[0].reason if held else "SAFE"] += 1
    return Summary(count, broken, requests, moved, left, whole, mixed, tuple(different))


def main(arguments: list[str]) -> None:
    """Print one program and its verdict, or the summary of a range."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("last", type=int, nargs="?")
    parser.add_argument("--shrink", action="store_true")
    options = parser.parse_args(arguments)
    sys.stdout.write("\n".join(_report(options.seed, options.last, options.shrink)) + "\n")


def _report(seed: int, last: int | None, smaller: bool) -> Iterable[str]:
    if last is not None:
        summary = summarise(range(seed, last))
        yield summary.text
        for verdict in summary.different:
            yield f"{verdict.program.seed}: {verdict.differences[0].strip().splitlines()[-1]}"
        return
    made = program(seed)
    verdict = judge(made)
    if smaller and verdict.differences:
        from tests.differential.shrink import shrink

        made = shrink(made)
        verdict = judge(made)
    yield made.source
    yield f"--- becomes (failure: {made.failure} at {made.failing})"
    yield verdict.broken or (verdict.result.after.decode() if verdict.result else "")
    yield "--- differences"
    yield "\n".join(verdict.differences) or "none"
    for site in verdict.result.sites if verdict.result else ():
        if not site.applied:
            yield f"left: line {site.span.line} {site.rule} {site.member}: {site.instruction}"
