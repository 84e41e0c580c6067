"""Runs a program before and after `rewrite`, and says how the two differ."""

from __future__ import annotations

import argparse
import ast
import io
import random
import sys
import tokenize
import traceback
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import getstream  # noqa: F401  # draws random numbers when it is imported, which the first run would see
from tests.differential.generator import Failure, Program, program

from streammigrate.codemod.model import Applicability, FileResult
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.proof.answers import answerer, failing
from streammigrate.proof.equality import ERRORS, compare_traces, compare_values
from streammigrate.proof.record import Answer, Answerer, Request
from streammigrate.proof.run import Trace, run

if TYPE_CHECKING:
    from tests.differential.modules import Modular

ENV = {"STREAM_KEY": "key-of-env", "STREAM_SECRET": "secret-of-env"}
ALLOWED = (
    *("KeyError", "IndexError", "ValueError: not enough values", "AppError", "stream_chat.", "requests.", "aiohttp."),
    *("TimeoutError", "asyncio."),
)
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
    settings = settings_for(made.seed)._replace(unsafe=unsafe)
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
        differences += compared(before, _run(after, made))
        differences += _stability(result, settings)
        differences += untouched(made, after)
    return Verdict(made, result, tuple(differences), "", len(before.requests))


def rewritten(made: Program) -> FileResult:
    """Return what `rewrite` makes of a program."""
    return rewrite_source(made.source.encode(), "program.py", settings_for(made.seed))


def settings_for(seed: int) -> RewriteSettings:
    """Return how the program of a seed is rewritten.

    Forms that no proof covers yet are tried most of the time: they are what a mistake would be found in. Some programs
    get no module of helpers.
    """
    return RewriteSettings(todo=seed % 2 == 0, unproven=seed % 4 != 0, helpers=seed % 16 != 5)


def compared(before: Trace, after: Trace) -> Iterable[str]:
    """Yield how two runs of a program differ: requests, what they observed, what they printed, and how they ended.

    Two things are forgiven that are not in the rules of equality:

    - a program that ends because an answer lacks what it reads may end with the error of None (`'NoneType' object is not
      subscriptable`) instead of the KeyError that it ended with;
    - what is observed as `class` is the name of an exception's class, which may be that of the class that takes its place.

    What is logged is not compared.
    """
    for one in compare_traces(before, _renamed(after, before), settings=True):
        if not (one.path == "error" and before.error.startswith("KeyError") and "'NoneType' object" in after.error):
            yield one.text
    for difference in compare_values(_printed(before), _printed(after), "printed"):
        yield difference.text


_REPLACED = {(old.rpartition(".")[2], new.rpartition(".")[2]) for old, replacing in ERRORS.items() for new in replacing}


def _renamed(trace: Trace, before: Trace) -> Trace:
    """Return a run with the names of classes that it had before for those that took their places."""
    observed = list(trace.observed)
    for index, ((label, old), (_, new)) in enumerate(zip(before.observed, observed, strict=False)):
        if label == observed[index][0] == "class" and (old, new) in _REPLACED:
            observed[index] = (label, old)
    return trace._replace(observed=tuple(observed))


def _printed(trace: Trace) -> list[Any]:
    return [_value(line) for line in trace.output.splitlines()]


def _value(line: str) -> Any:
    """Return what a printed line shows: a mapping or list that is printed, whose order does not count, or the text."""
    if line.startswith(("{", "[")):
        try:
            return ast.literal_eval(line)
        except (ValueError, SyntaxError):
            return line
    return line


def _run(source: str, made: Program) -> Trace:
    return run(source, answer=answers(made), env=ENV, seed=made.seed)


def answers(made: Program | Modular) -> Answerer:
    """Return what a program is answered, failures included."""
    answer = answerer(made.seed, complete=made.complete)
    for number in range(made.times if made.failure is not None else 0):
        answer = _failing(answer, made.failure, made.failing + number)
    return counted(answer)


def _failing(answer: Answerer, failure: Failure, at: int) -> Answerer:
    if failure in _NO_JSON:
        return _answering(answer, _NO_JSON[failure], at)
    return failing(answer, failure, at=at)  # type: ignore[arg-type]


_NO_JSON: dict[Failure, Answer] = {
    "page": Answer(200, text="<html>maintenance</html>"),
    "bad gateway": Answer(502, text="<html>bad gateway</html>"),
    "empty": Answer(500),
}


def _answering(answer: Answerer, given: Answer, at: int) -> Answerer:
    """Return an answerer that gives an answer of its own to the request with the index `at`."""
    index = -1

    def answer_or_fail(request: Request) -> Answer:
        nonlocal index
        index += 1
        return given if index == at else answer(request)

    return answer_or_fail


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
    def share(self) -> int:
        """Return how many of a hundred sites are moved."""
        return self.moved * 100 // max(self.moved + sum(self.left.values()), 1)

    @property
    def text(self) -> str:
        """Return the counts as lines."""
        reasons = ", ".join(f"{reason} {count}" for reason, count in self.left.most_common())
        return (
            f"{self.programs} programs ({self.whole} moved whole, {self.mixed} mixed, {self.broken} broken), "
            f"{self.requests} requests\n"
            f"{self.moved} sites moved ({self.share} %), {sum(self.left.values())} left: {reasons}\n"
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
