"""How much of what public code does with stream-chat is rewritten by default.

    python benchmarks/idioms.py [--reasons]

Rewrites the corpus of idioms (tests/idioms) and the sample applications, and prints per row how many sites are safe, unsafe
and manual; then the totals, with and without the idioms that are held by their nature (broken in v1, or a person's decision), the
reasons of those, and with `--reasons` every other site that is not safe.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

import idioms

KINDS = ("safe", "unsafe", "manual")


def show(label: str, found: list[idioms.Place]) -> None:
    """Print a line of the table."""
    counted = idioms.share(found)
    numbers = "".join(f"{number:8}" for number in (len(found), *(counted[kind] for kind in KINDS)))
    print(f"{label:34}{numbers}{idioms.safe_part(counted):9.1%}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reasons", action="store_true", help="print why each site that is not safe is held")
    arguments = parser.parse_args()
    found = list(idioms.places())
    free = [place for place in found if place.row != idioms.HELD]
    titles = ("sites", *KINDS, "safe %")
    print(f"{'':34}" + "".join(f"{title:>8}" for title in titles[:-1]) + f"{titles[-1]:>9}")
    for row in sorted({place.row for place in found}):
        show(row, [place for place in found if place.row == row])
    show("all", free)
    show("all and what is held by nature", found)
    print("\nHeld by their nature:")
    for name, program in idioms.corpus().items():
        if program.row == idioms.HELD:
            print(f"  {name}: {program.title.removeprefix('Held: ')}")
    if arguments.reasons:
        print("\nNot safe:")
        for place in free:
            if place.site.instruction:
                kind = place.site.applicability.value
                print(f"  {kind} {place.path} {place.site.member}: {place.site.instruction}")


if __name__ == "__main__":
    main()
