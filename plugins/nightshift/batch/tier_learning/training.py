"""Trains candidates on an application's outcome rows, and compares them with the weights in use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nightshift.batch.outcomes.rows import CollectedOutcome
from nightshift.batch.outcomes.sets import read_outcome_sets
from nightshift.batch.services import Services
from nightshift.batch.tier_learning.candidates import Candidate, Learner, keep, newest_day, note, waiting
from nightshift.batch.tier_learning.in_use import weights_of
from nightshift.batch.tiering.cascade import Kind, WeightsInUse
from nightshift.batch.tiering.weights_in_use import difficulty_model, verifier
from nightshift.tiering.evidence import FEWEST_ROWS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.storage.weights import Weights
    from nightshift.tiering.evidence import Comparison

    Floats = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]

_PARTS = 3  # one of them is held back


def train_candidates(services: Services, learner: Learner) -> list[Candidate]:
    """Writes new weights of both kinds as candidates; a kind with too few rows has none.

    The same rows give the same weights: what was rejected once is not asked about again.
    """
    rows, day = _teaching(_rows(services, learner)), newest_day(services, learner)
    trained = [weights for weights in (_difficulty(rows, day), _verifier(rows, day)) if weights is not None]
    for weights in trained:
        keep(services, learner, weights)
    return waiting(services, learner)


def compare_candidates(services: Services, learner: Learner) -> list[Candidate]:
    """Compares every candidate that was not compared yet with the weights in use. What does not beat them is rejected.

    Returns all of them, the rejected ones too, each with what was found.
    """
    compared = []
    for candidate in waiting(services, learner):
        present = weights_of(services, learner.application, candidate.kind, learner.sandbox)
        if candidate.statement is None or candidate.compared_with != present.digest:
            candidate = note(services, candidate, present.digest, _compared(services, candidate, present))
        compared.append(candidate)
    return compared


def _rows(services: Services, learner: Learner) -> list[CollectedOutcome]:
    return read_outcome_sets(services, learner.application, sandbox=learner.sandbox, sampled=False)


def _difficulty(rows: list[CollectedOutcome], day: str) -> Weights | None:
    """On sampled rows alone: the others are here because their light answer was poor, and would make all look hard."""
    from nightshift.tiering.difficulty.training import train

    sampled = [row for row in rows if row.sampled]
    return train(sampled, trained_at=day) if len(sampled) >= FEWEST_ROWS else None


def _verifier(rows: list[CollectedOutcome], day: str) -> Weights | None:
    """Rows whose light answer was doubted teach as well as sampled ones: they were chosen by the answer's looks. One
    that failed its checks was chosen for being wrong."""
    from nightshift.tiering.answers.verifier import train_verifier

    return train_verifier([row for row in rows if row.sampled or row.light_accepted], trained_at=day)


def _teaching(rows: Sequence[CollectedOutcome]) -> list[CollectedOutcome]:
    """The rows that are trained on: two thirds of the sampled ones, by their prompts, and all others.

    The last third is never trained on, by nobody: it judges every candidate, and it is what promises rest on.
    """
    return [row for row, held in zip(rows, _held_back(rows), strict=True) if not (row.sampled and held)]


def _held_back(rows: Sequence[CollectedOutcome]) -> list[bool]:
    from nightshift.tiering.difficulty.model import digests

    return [digest % _PARTS == 0 for digest in digests([row.prompt for row in rows]).tolist()]


def _compared(services: Services, candidate: Candidate, present: WeightsInUse) -> Comparison:
    """On the held-back sampled rows that neither was trained on."""
    import numpy as np

    from nightshift.tiering.evidence import compare

    learner = Learner(candidate.application, candidate.sandbox)
    rows = [row for row in _rows(services, learner) if row.sampled and _judges(row, candidate.kind)]
    weights = (present, WeightsInUse(uri=candidate.uri, digest=candidate.digest))
    seen, scores = zip(*(_scored(services, candidate.kind, one, rows) for one in weights), strict=True)
    judging = ~(seen[0] | seen[1])
    light, premium = (
        np.array([getattr(row, name) for row in rows], dtype=np.float64)[judging]
        for name in ("light_correct", "premium_correct")
    )
    return compare(scores[0][judging], scores[1][judging], light, premium)


def _judges(row: CollectedOutcome, kind: Kind) -> bool:
    return kind == "difficulty" or row.light_answer is not None


def _scored(
    services: Services, kind: Kind, weights: WeightsInUse, rows: Sequence[CollectedOutcome]
) -> tuple[Mask, Floats]:
    """Which rows the weights were trained on, and what they say of each."""
    prompts = [row.prompt for row in rows]
    if kind == "difficulty":
        model = difficulty_model(services, weights)
        return model.trained_on(prompts), model.scores(prompts, [row.of for row in rows])
    reader = verifier(services, weights)
    return reader.trained_on(prompts), reader.doubts(prompts, [row.light_answer or "" for row in rows])
