"""One run of `rules prove`: which rules, in which environment, and where the outcome is written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from streammigrate import rules
from streammigrate.errors import StreammigrateError, UsageError
from streammigrate.proof import environment
from streammigrate.proof.prove import Proof, prove_all
from streammigrate.proof.written import other_entry, proof_of, proofs_file
from streammigrate.rules import find
from streammigrate.rules.proofs import Run, own_forms, read_others
from streammigrate.rules.sdk import LATEST

Progress = Callable[[int, int], None]
"""Is told how many rules are proven, of how many."""


class ProofOutcome(NamedTuple):
    """The proofs, sorted by rule, and what they were made with."""

    proofs: tuple[Proof, ...]
    run: Run

    @property
    def holds(self) -> bool:
        """Return whether nothing differs but what the rules state."""
        return all(proof.holds for proof in self.proofs)


def prove(
    ids: Sequence[str] = (), *, against: str = "", date: str, jobs: int = 0, progress: Progress | None = None
) -> ProofOutcome:
    """Prove rules, all without ids, against the installed getstream, or against another release.

    `jobs` 0 means one process for each processor. Raises UsageError for an unknown rule or release, and NoSdkError where
    an SDK is missing or another environment cannot be made.
    """
    chosen = [find.find(id) for id in ids] or list(find.select())
    jobs = jobs or os.cpu_count() or 1
    if against:
        data = environment.prove_against(against, [rule.id for rule in chosen] if ids else [], jobs=jobs)
        run = Run(data["target"], date, data["stream_chat"], data["getstream"])
        return ProofOutcome(tuple(proof_of(item) for item in data["proofs"]), run)
    found = environment.installed()
    proofs = tuple(_each(prove_all(chosen, target=found.target, jobs=jobs), len(chosen), progress))
    return ProofOutcome(proofs, Run(found.target, date, found.stream_chat, found.getstream))


def _each(proofs: Iterator[Proof], total: int, progress: Progress | None) -> Iterator[Proof]:
    for done, proof in enumerate(proofs, 1):
        if progress is not None:
            progress(done, total)
        yield proof


def write(outcome: ProofOutcome) -> str:
    """Write rules/proofs.yaml and return its path: the proofs, or for an older getstream what they lack beside them.

    Raises UsageError outside a checkout, and when only some rules were proven.
    """
    if not rules.SOURCE.is_dir():
        raise UsageError("--write is for a checkout of streammigrate, which has a folder `rules`")
    if len(outcome.proofs) != len(find.select()):
        raise UsageError("--write needs the proofs of all rules; leave the ids out")
    path = rules.SOURCE / "proofs.yaml"
    release = ".".join(outcome.run.target.split(".")[:2])
    others = dict(read_others())
    if release == LATEST:
        text = proofs_file(outcome.proofs, **outcome.run._asdict(), others=others)
    else:
        known = {proof.rule: own_forms(proof.rule) for proof in outcome.proofs}
        others[release] = other_entry(outcome.proofs, known, date=outcome.run.date, getstream=outcome.run.getstream)
        before = path.read_text(encoding="utf-8") if path.is_file() else ""
        if not before:
            raise UsageError(
                f"prove against getstream {LATEST} first: rules/proofs.yaml says what others lack beside it"
            )
        text = with_others(before, others)
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StreammigrateError(f"cannot write {path}: {error.strerror or error}") from None
    return str(path)


def with_others(text: str, others: dict[str, object]) -> str:
    """Return the text of rules/proofs.yaml with other entries of other releases."""
    from streammigrate.yaml_text import dump

    kept, _, _ = text.partition("\nothers:\n")
    return kept.rstrip("\n") + "\n" + dump({"others": {key: others[key] for key in sorted(others)}}, inline=True)
