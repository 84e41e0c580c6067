"""What the catalogue covers and what of it is proven.

    python benchmarks/rules.py [--jobs N]

Prints the members of stream-chat that have an entry, how many of them can be safe, unsafe or only manual, and, from a proof
that is run now (both SDKs are needed), the programs, the forms of calls they prove, and the seconds it takes.
"""

from __future__ import annotations

import argparse
import time

from streammigrate import api
from streammigrate.rules import sdk
from streammigrate.rules.catalogue import rule_for, rule_named

CLASSES = ("StreamChat", "StreamChatAsync", "Channel", "Campaign", "Segment", "ChannelBatchUpdater", "QueryThreads")


def coverage() -> tuple[int, list[str]]:
    """Return how many members of the classes and modules have an entry, and the names of those that have none."""
    covered, missing = 0, []
    for cls in CLASSES:
        for name in sdk.v1_classes()[cls].members:
            if rule_for(cls, name) is None:
                missing.append(f"{cls}.{name}")
            else:
                covered += 1
    for module, members in sdk.v1_modules().items():
        for name in members:
            if rule_named(f"{module}.{name}") is None:
                missing.append(f"{module}.{name}")
            else:
                covered += 1
    return covered, missing


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=0, help="processes; one for each processor unless given")
    arguments = parser.parse_args()
    covered, missing = coverage()
    rules = api.list_rules()
    rows: list[tuple[str, object]] = [("members with an entry", covered), ("members without", len(missing))]
    rows += [(ceiling, sum(rule.ceiling == ceiling for rule in rules)) for ceiling in api.RULE_CEILINGS]
    start = time.perf_counter()
    proofs = api.prove(jobs=arguments.jobs).proofs
    seconds = time.perf_counter() - start
    rows += [
        ("rules proven", sum(1 for proof in proofs if proof.equal and not proof.different)),
        ("forms proven", sum(len(proof.forms) for proof in proofs)),
        ("programs run", sum(proof.programs for proof in proofs)),
        ("programs equal", sum(proof.equal for proof in proofs)),
        ("programs left", sum(len(proof.left) for proof in proofs)),
        ("programs that differ", sum(len(proof.different) for proof in proofs)),
        ("forms that v1 refuses", sum(proof.skipped for proof in proofs)),
        ("wrong calls told apart", sum(proof.mutants for proof in proofs)),
        ("seconds", f"{seconds:.0f}"),
    ]
    for name, value in rows:
        print(f"{name:24}{value:>8}")
    for name in missing:
        print(f"no entry: {name}")


if __name__ == "__main__":
    main()
