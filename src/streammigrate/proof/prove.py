"""Proves rules: runs the programs that a rule claims, rewrites them, runs what came out, and compares the two runs."""

from __future__ import annotations

import ast
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.model import Applicability, FileResult, Site
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings, parse_target
from streammigrate.proof.answers import answerer, failing
from streammigrate.proof.cases import programs
from streammigrate.proof.equality import ABSENT, Difference, compare_traces
from streammigrate.proof.mutants import mutants
from streammigrate.proof.program import SECRET, Program, joined
from streammigrate.proof.record import Answerer, empty_answers
from streammigrate.proof.run import Trace, run
from streammigrate.rules.model import Rule

GROUP = 24
"""How many forms share a file: rewriting takes longer than all else, and most of that once per file."""

MUTATED = 4
"""How many of a rule's equal programs are mutated."""

MUTANTS = 24
"""How many mutants of each of them are run."""


class Left(NamedTuple):
    """A form that is not rewritten, and why."""

    form: str
    kind: str
    """The id of the reason (SM5xx)."""
    text: str


class Differing(NamedTuple):
    """A form whose two runs differ, with both programs."""

    form: str
    differences: tuple[str, ...]
    before: str
    after: str


class Loss(NamedTuple):
    """What a rule states to be lost, and the differences that runs with `unsafe` showed for it."""

    text: str
    differences: tuple[str, ...]


class Example(NamedTuple):
    """A call before and after, and the request that both send."""

    before: str
    after: str
    request: str


class Proof(NamedTuple):
    """What running a rule's programs showed."""

    rule: str
    programs: int
    """All that were run, those that v1 itself refuses not counted."""
    equal: int
    skipped: int
    """Forms that v1 itself refuses before it sends anything."""
    mutants: int
    """Small changes of the v2 calls, all of which the comparison rejected unless `different` says otherwise."""
    left: tuple[Left, ...]
    different: tuple[Differing, ...]
    losses: tuple[Loss, ...]
    forms: tuple[str, ...]
    """The atoms that the equal programs are made of, and no differing one is."""
    example: Example | None

    @property
    def holds(self) -> bool:
        """Return whether nothing differs but what the rule states."""
        return not self.different


def prove(rule: Rule, *, target: str = "7.0.0") -> Proof:
    """Return what running the programs of a rule shows, synchronous and asynchronous.

    `target` is the release of getstream to aim at, and the one that is installed. Raises UsageError for another.
    """
    proof = _Prover(rule, parse_target(target))
    for asynchronous in (False, True):
        proof.take_all(list(programs(rule, asynchronous)))
    return proof.result()


def prove_all(rules: Sequence[Rule], *, target: str = "7.0.0", jobs: int = 1) -> Iterator[Proof]:
    """Yield the proofs of rules in their order, made by `jobs` processes."""
    if jobs == 1 or len(rules) == 1:
        yield from (prove(rule, target=target) for rule in rules)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_prove_id, [rule.id for rule in rules], [target] * len(rules))


def _prove_id(id: str, target: str) -> Proof:
    from streammigrate.rules.catalogue import find_rule

    rule = find_rule(id)
    assert rule is not None
    return prove(rule, target=target)


class _Prover:
    """Takes the programs of one rule one by one."""

    def __init__(self, rule: Rule, target: str) -> None:
        self.rule = rule
        self.target = target
        self.programs = self.equal = self.skipped = self.mutants = self.mutated = 0
        self.left: list[Left] = []
        self.different: list[Differing] = []
        self.losses: dict[str, dict[str, None]] = {}
        self.proven: set[str] = set()
        self.refuted: set[str] = set()
        self.example: Example | None = None
        # The same program fails in three ways: it is rewritten once.
        self._rewritten: tuple[str, bool, FileResult | Exception] | None = None

    def take_all(self, every: Sequence[Program]) -> None:
        """Take programs, those that can share a file together.

        Whatever is not equal at once in the shared file is run again alone, so that each difference has its own program.
        """
        ready = [(program, before) for program in every if (before := self._before(program)) is not None]
        together: list[tuple[Program, Trace]] = []
        for program, before in ready:
            if self._is_alone(program, before):
                self._take(program, before)
            else:
                together.append((program, before))
        for complete in (False, True):
            alike = [item for item in together if item[0].complete is complete]
            for start in range(0, len(alike), GROUP):
                self._take_group(alike[start : start + GROUP])

    def _before(self, program: Program) -> Trace | None:
        """Return the run of a program with v1, or None where v1 refuses the form."""
        before = run(program.source, answer=_answers(program)())
        if before.error and not before.requests:
            self.skipped += 1
            return None
        self.programs += 1
        return before

    def _is_alone(self, program: Program, before: Trace) -> bool:
        """Return whether a program needs a file of its own: for mutants, for its answers, or because it raises."""
        wanted = program.form.rpartition("/")[2] in _MUTATED and not program.asynchronous and self.mutated < MUTATED
        special = program.alone or program.failure or program.after or before.error or self.rule.unsafe
        # Lists of later answers are empty, and then there is nothing to read.
        reads = program.complete and bool(before.observed)
        return wanted or reads or bool(special) or not (before.requests or before.observed)

    def _take_group(self, members: Sequence[tuple[Program, Trace]]) -> None:
        kept = list(members)
        while len(kept) > 1:
            program = joined([program for program, _ in kept])
            result = self._rewrite(program, unsafe=False)
            sites = (
                [] if isinstance(result, Exception) else [site for site in result.sites if site.rule == self.rule.id]
            )
            # One that cannot be edited must not hold the others, which share its file here only.
            if isinstance(result, Exception) or result.troubles or len(sites) != len(kept):
                break
            moving = []
            for (one, before), site in zip(kept, sites, strict=True):
                facets = tuple(facet for facet in site.facets if facet.reason != kinds.COHORT.id)
                own = site._replace(facets=facets)
                if own.applicability is Applicability.MANUAL:
                    self.left.append(_left(one.form, own))
                elif own.applicability is Applicability.UNSAFE:
                    self._take(one, before)
                else:
                    moving.append((one, before))
            if len(moving) == len(kept):
                answers = _answers(program)
                before, after = run(program.source, answer=answers()), run(result.after.decode(), answer=answers())
                whole = all(site.applied for site in sites) and _is_whole(before, [trace for _, trace in kept])
                if not whole or _differences(before, after):
                    break
                self.equal += len(kept)
                self.proven.update(form for site in sites for form in site.forms)
                return
            kept = moving
        for one, before in kept:
            self._take(one, before)

    def _take(self, program: Program, before: Trace) -> None:
        """Rewrite one program, run the result and compare."""
        answers = _answers(program)
        result = self._rewrite(program, unsafe=bool(self.rule.unsafe))
        if isinstance(result, Exception):
            text = f"the rewriting failed: {type(result).__name__}: {result}"
            self.different.append(Differing(program.form, (text,), program.source, ""))
            return
        site = self._site(result)
        if site is None:
            trouble = result.troubles[0] if result.troubles else None
            text = trouble.message if trouble else "no site of the rule was found"
            self.left.append(Left(program.form, trouble.kind if trouble else "", text))
            return
        if not site.applied and site.applicability is Applicability.UNSAFE:
            again = self._rewrite(program, unsafe=True)
            found = None if isinstance(again, Exception) else self._site(again)
            if not isinstance(again, Exception) and found is not None and found.applied:
                self._compare(program, before, again, found, answers, counted=False)
        if not site.applied:
            self.left.append(_left(program.form, site))
            return
        self._compare(program, before, result, site, answers)

    def _rewrite(self, program: Program, unsafe: bool) -> FileResult | Exception:
        known = self._rewritten
        if known is not None and known[:2] == (program.source, unsafe):
            return known[2]
        result = self._rewritten_anew(program, unsafe)
        self._rewritten = (program.source, unsafe, result)
        return result

    def _rewritten_anew(self, program: Program, unsafe: bool) -> FileResult | Exception:
        settings = RewriteSettings(target=self.target, unsafe=unsafe, unproven=True, todo=False)
        try:
            return rewrite_source(program.source.encode(), "program.py", settings)
        except Exception as error:
            # A crash of the engine is a finding about the rule, and no reason to stop proving the others.
            return error

    def _site(self, result: FileResult) -> Site | None:
        found = [site for site in result.sites if site.rule == self.rule.id]
        return min(found, key=lambda site: site.applied, default=None)

    def _compare(
        self,
        program: Program,
        before: Trace,
        result: FileResult,
        site: Site,
        answers: Callable[[], Answerer],
        *,
        counted: bool = True,
    ) -> None:
        source = result.after.decode()
        after = run(source, answer=answers())
        differences = _differences(before, after, settings=program.settings)
        if not before.requests and not before.observed and not before.error:
            self.left.append(
                Left(program.form, "", "nothing is sent and nothing is read, so there is nothing to compare")
            )
            return
        losses = [facet.text for facet in site.facets if facet.applicability is Applicability.UNSAFE]
        texts = [difference.text for difference in differences]
        if program.after and _spelled(program.after) != _spelled(site.after):
            texts.append(f"the example promises {program.after.strip()}, and it becomes {site.after}")
        elif losses and differences and _is_stated(self.rule, differences):
            for text in losses:
                self.losses.setdefault(text, {}).update(dict.fromkeys(texts))
            self.proven.update(site.forms)
            return
        if texts:
            self.refuted.update(site.forms)
            self.different.append(Differing(program.form, tuple(texts), program.source, source))
            return
        for text in losses:
            self.losses.setdefault(text, {})
        self.proven.update(site.forms)
        if not counted:
            return
        self.equal += 1
        if self.example is None:
            self.example = Example(site.before, site.after, _request(before))
        if program.form.rpartition("/")[2] in _MUTATED and not program.asynchronous:
            self._mutate(program, before, source, site, answers)

    def _mutate(
        self, program: Program, before: Trace, source: str, site: Site, answers: Callable[[], Answerer]
    ) -> None:
        """Run small changes of the v2 call; each must be told from what v1 sent."""
        if self.mutated == MUTATED or source.count(site.after) != 1 or not site.after:
            return
        self.mutated += 1
        core = _core(site.after)
        every = [text for text in mutants(site.after) if _core(text) != core]
        if program.settings:
            # No request shows which secret signed its token.
            every = [text for text in every if f"api_secret={SECRET!r}" in text]
        for text in every[:: max(1, len(every) // MUTANTS)][:MUTANTS]:
            self.mutants += 1
            changed = source.replace(site.after, text)
            if not compare_traces(before, run(changed, answer=answers()), settings=program.settings):
                said = (f"the comparison takes a changed call for the right one: {text}",)
                self.different.append(Differing(f"{program.form} (mutant)", said, program.source, changed))

    def result(self) -> Proof:
        """Return the proof."""
        return Proof(
            self.rule.id,
            self.programs,
            self.equal,
            self.skipped,
            self.mutants,
            tuple(self.left),
            tuple(self.different),
            tuple(Loss(text, tuple(found)) for text, found in sorted(self.losses.items())),
            tuple(sorted(self.proven - self.refuted)),
            self.example,
        )


_MUTATED = frozenset({"all", "options", "keyword"})


def _answers(program: Program) -> Callable[[], Answerer]:
    """Return what makes the answerer of a program; each run needs its own, since an answerer counts."""
    if program.complete:
        seed = zlib.crc32(program.form.encode())
        return lambda: answerer(seed, complete=True)
    if program.failure:
        failure = program.failure
        return lambda: failing(empty_answers, failure)
    return lambda: empty_answers


def _differences(before: Trace, after: Trace, *, settings: bool = False) -> list[Difference]:
    """Return how two runs differ; a request that stream-chat still sends after the rewriting is a difference too."""
    found = compare_traces(before, after, settings=settings)
    for index, request in enumerate(after.requests):
        if request.sdk == "v1":
            path = f"[{index}].sdk"
            found.append(Difference(path, "v2", "v1", f"{path}: the request is still sent by stream-chat"))
    return found


def _is_whole(together: Trace, alone: Sequence[Trace]) -> bool:
    """Return whether a run of several programs in one did all that they do alone."""
    requests, observed = sum(len(one.requests) for one in alone), sum(len(one.observed) for one in alone)
    return not together.error and len(together.requests) == requests and len(together.observed) == observed


def _left(form: str, site: Site) -> Left:
    held = [facet for facet in site.facets if facet.applicability is site.applicability]
    facet = held[0] if held else None
    return Left(form, facet.reason if facet else "", facet.text if facet else "the file was left")


def _is_stated(rule: Rule, differences: Iterable[Difference]) -> bool:
    """Return whether differences can be the loss that a site states: something is missing, or the rule says it is other."""
    if rule.unsafe or rule.proof == "value":
        return True
    return all(difference.got is ABSENT or not difference.got for difference in differences)


def _request(trace: Trace) -> str:
    if not trace.requests:
        return ""
    first = trace.requests[0]
    return f"{first.method} {first.path}"


def _spelled(text: str) -> str:
    """Return code in one spelling: what is promised may be laid out otherwise."""
    try:
        return ast.unparse(ast.parse(text.strip()))
    except SyntaxError:
        return text


def _core(text: str) -> str:
    """Return a call without the keywords that send nothing (None and empty values), in one spelling."""
    return ast.unparse(_Bare().visit(ast.parse(text)))


class _Bare(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        node.keywords = [keyword for keyword in node.keywords if not _is_empty(keyword.value)]
        return node


def _is_empty(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return node.value is None
    if isinstance(node, ast.Call):
        # A payload without fields.
        return not node.args and not node.keywords
    if isinstance(node, ast.Dict):
        return not node.keys
    return isinstance(node, ast.List) and not node.elts
