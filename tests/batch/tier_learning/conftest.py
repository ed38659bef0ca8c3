"""An application whose own rows say the opposite of what the shipped weights expect."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.outcome_rows import outcome_file, outcome_lines, own_services

from nightshift.batch.outcomes.importing import import_outcomes
from nightshift.batch.services import Services
from nightshift.batch.tier_learning.candidates import Candidate, Learner
from nightshift.batch.tier_learning.training import compare_candidates, train_candidates

LEARNER = Learner("math-tutor", None)


@pytest.fixture
def services(tmp_path: Path, _migrated_sqlite: Path) -> Services:
    return own_services(tmp_path, _migrated_sqlite)


@pytest.fixture
def learnt(services: Services, tmp_path: Path) -> Callable[..., list[Candidate]]:
    """Imports rows, trains and compares; the candidates by kind."""

    def learn(count: int = 600, seed: int = 1, short_is_hard: bool = True) -> list[Candidate]:
        lines = outcome_lines(count, seed=seed, short_is_hard=short_is_hard)
        import_outcomes(services, outcome_file(tmp_path, lines, f"{seed}.jsonl"))
        train_candidates(services, LEARNER)
        return compare_candidates(services, LEARNER)

    return learn
