"""Where the outcome of a proof is written, and what must not be overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streammigrate.errors import UsageError
from streammigrate.proof.prove import Loss, Proof
from streammigrate.proof.session import ProofOutcome, prove, with_others, write
from streammigrate.rules import proofs as proofs_data
from streammigrate.rules.catalogue import all_rules
from streammigrate.rules.find import select
from streammigrate.rules.proofs import Run
from streammigrate.spec.model import Fetched
from streammigrate.spec.parse import parse

RUN = Run("7.0.0", "2026-01-02", "4.33.0", "7.0.0")


def outcome(run: Run = RUN) -> ProofOutcome:
    made = [Proof(rule.id, 2, 2, 0, 3, (), (), (Loss("lost", ()),), ("id:value",), None) for rule in all_rules()]
    return ProofOutcome(tuple(made), run)


def forget() -> None:
    """Let what was read of proofs be read again."""
    for cached in (proofs_data._data, proofs_data.proof_of, proofs_data.proven, proofs_data._of_models):
        cached.cache_clear()


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Return an empty folder that stands for `rules`."""
    # The rules are read from the folder too: take them before it is emptied.
    real = select()
    monkeypatch.setattr("streammigrate.rules.find.select", lambda: real)
    monkeypatch.setattr("streammigrate.rules.SOURCE", tmp_path)
    forget()
    yield tmp_path
    forget()


def read(path: Path) -> Any:
    return parse(Fetched(str(path), path.read_bytes(), sha256=""))


def test_the_outcome_is_written_and_read(folder: Path) -> None:
    assert write(outcome()) == str(folder / "proofs.yaml")
    data = read(folder / "proofs.yaml")
    assert data["date"] == "2026-01-02"
    assert len(data["rules"]) == len(all_rules())


def test_another_release_is_added_beside_it(folder: Path) -> None:
    write(outcome())
    before = (folder / "proofs.yaml").read_text(encoding="utf-8")
    write(outcome(Run("6.1.0", "2026-01-03", "4.33.0", "6.1.1")))
    after = (folder / "proofs.yaml").read_text(encoding="utf-8")
    assert after.startswith(before)
    assert read(folder / "proofs.yaml")["others"]["6.1"]["getstream"] == "6.1.1"


def test_another_release_needs_the_first(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"7\.0 first"):
        write(outcome(Run("6.1.0", "2026-01-03", "4.33.0", "6.1.1")))


def test_entries_of_others_replace_each_other() -> None:
    once = with_others("rules:\n  SM1: {}\n", {"6.1": {"date": "a"}})
    twice = with_others(once, {"6.1": {"date": "b"}, "5.1": {"date": "c"}})
    assert twice.count("others:") == 1
    assert twice.index("'5.1'") < twice.index("'6.1'")
    assert "date: a" not in twice


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    found = prove(
        ["SM347", "SM348"], date="2026-01-02", jobs=1, progress=lambda done, total: told.append((done, total))
    )
    assert told == [(1, 2), (2, 2)]
    assert found.holds
    assert found.run.date == "2026-01-02"
