"""Outcome rows to a difficulty model with its card. The same rows give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nightshift.tiering.difficulty.calibration import calibrate
from nightshift.tiering.difficulty.features import NAMES, SHAPES
from nightshift.tiering.difficulty.model import KIND, digests
from nightshift.tiering.difficulty.own_words import held_back_with_words, own_words
from nightshift.tiering.difficulty.prior import prior_card
from nightshift.tiering.difficulty.structure import Rows, rows_of, structure
from nightshift.tiering.evidence import evidence
from nightshift.tiering.weights import Weights

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.tiering.outcomes import Outcome

    Floats = npt.NDArray[np.float64]


def train(outcomes: Sequence[Outcome], *, trained_at: str) -> Weights:
    return train_and_hold_back(outcomes, trained_at=trained_at)[0]


def train_and_hold_back(outcomes: Sequence[Outcome], *, trained_at: str) -> tuple[Weights, Floats]:
    """The weights, and what `held_back_scores` says of the same rows."""
    import numpy as np

    rows = rows_of(outcomes)
    every = np.ones(len(outcomes), dtype=bool)
    arrays = structure(rows, every)
    learnt, words = own_words(rows)
    unseen = held_back_with_words(rows, rows.group, learnt)
    slope, intercept = calibrate(unseen, rows.gain > 0)
    arrays |= {
        "ngrams": words.astype(np.float32),
        "trained_on": np.unique(digests([outcome.prompt for outcome in outcomes])),
    }
    card = {
        "name": "difficulty",
        "trained_at": trained_at,
        "rows": len(outcomes),
        "calibration": [slope, intercept],
        "tasks_known": learnt,
        "tasks": _task_card(rows, unseen),
        "features": NAMES,
        "shapes": {name: int((rows.seen.shape == place).sum()) for place, name in enumerate(SHAPES)},
        "says": "chance that the premium model is right where the light one is wrong",
        "not_for": "other pairs of models without outcome rows of their own; languages other than the rows'",
    }
    return Weights(KIND, arrays, card), _scores(unseen, slope, intercept)


def train_structure(outcomes: Sequence[Outcome]) -> Weights:
    """Structure alone, uncalibrated: for measurements on splits, where calibration changes no order."""
    import numpy as np

    arrays = structure(rows_of(outcomes), np.ones(len(outcomes), dtype=bool))
    return Weights(KIND, arrays, prior_card() | {"name": "structure", "calibration": [1.0, 0.0]})


def held_back_scores(outcomes: Sequence[Outcome]) -> Floats:
    """The difficulty of every row by a model that has seen neither it nor its subject."""
    rows = rows_of(outcomes)
    learnt, _ = own_words(rows)
    gain = held_back_with_words(rows, rows.group, learnt)
    return _scores(gain, *calibrate(gain, rows.gain > 0))


def _scores(gain: Floats, slope: float, intercept: float) -> Floats:
    import numpy as np

    scores: Floats = 1.0 / (1.0 + np.exp(-(slope * gain + intercept)))
    return scores


def _task_card(rows: Rows, unseen: Floats) -> dict[str, Any]:
    import numpy as np

    card = {}
    for name in np.unique(rows.task).tolist():
        mine = rows.task == name
        found = evidence(unseen[mine], rows.light[mine], rows.premium[mine])
        card[name or "rows without a task"] = {
            "rows": found.rows,
            "held_back_apgr": None if np.isnan(found.apgr) else round(found.apgr, 4),
            "lower_bound": None if np.isinf(found.low) else round(found.low, 4),
            "statement": found.statement(),
        }
    return card
