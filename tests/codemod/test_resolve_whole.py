"""What a value flows through moves whole or stays whole: every program that the tests of the resolver have, rewritten."""

from __future__ import annotations

import textwrap

import pytest
from tests.codemod.test_resolve import LIKELY, PROVEN, UNKNOWN
from tests.codemod.test_resolve_decoys import DECOYS, NOT_PROVEN
from tests.codemod.test_resolve_projects import test_nothing_moves_by_half as nothing_moves_by_half

PROGRAMS = {
    **{f"proven, {name}": source for name, (source, _) in PROVEN.items()},
    **{f"likely, {name}": source for name, source in LIKELY.items()},
    **{f"unknown, {name}": source for name, source in UNKNOWN.items()},
    **{f"decoy, {name}": source.replace(".upsert_user({})", ".go()") for name, source in DECOYS.items()},
    **{f"not proven, {name}": source.replace(".upsert_user({})", ".go()") for name, source in NOT_PROVEN.items()},
}
CALLING = {name: source for name, source in PROGRAMS.items() if ".go()" in source}


@pytest.mark.parametrize("source", CALLING.values(), ids=CALLING)
def test_nothing_moves_by_half(source: str) -> None:
    nothing_moves_by_half(f"== app.py\n{textwrap.dedent(source)}\n", unsafe=True)
