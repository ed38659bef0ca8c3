"""How likely a light answer is wrong, read from the answer and its prompt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nightshift.errors import Misconfigured
from nightshift.tiering.answers.features import NAMES, READS, read_answers
from nightshift.tiering.difficulty.calibration import calibrate
from nightshift.tiering.difficulty.model import digests
from nightshift.tiering.difficulty.ridge import Scaler, solve
from nightshift.tiering.weights import Weights, load, weights_folder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.tiering.outcomes import Outcome

    Floats = npt.NDArray[np.float64]

KIND = "verifier"
FILE = "verifier.bin"
FEWEST_ROWS = 100
_SHRINKAGE = 100.0
# Nothing learnt yet: what is wrong with an answer whoever wrote it.
_PRIOR = {"refusal": 3.0, "no_number": 1.0, "any_wrong": 2.5, "negative": 1.5, "counted_fraction": 1.5,
          "never_computed": 1.0, "unused": 0.7, "last_differs": 0.5, "ungrounded": 0.3, "hedges": 0.2}  # fmt: skip
_PRIOR_BASE = -2.0


class Verifier:
    def __init__(self, weights: Weights) -> None:
        if weights.card.get("reads") != READS:
            raise Misconfigured(
                "verifier weights: trained by a version that reads answers in another way; "
                "way out: move the file away and run `nightshift tier train` on the outcome rows again"
            )
        self.card = weights.card
        self._weights: Floats = weights.arrays["weights"]
        self._scaler = Scaler(weights.arrays["mean"], weights.arrays["scale"])
        self._slope, self._intercept = weights.card["calibration"]
        self._seen = weights.arrays["trained_on"]

    def doubts(self, prompts: Sequence[str], answers: Sequence[str]) -> Floats:
        """One number from 0 to 1 per answer: the chance that it is wrong."""
        import numpy as np

        raw = (self._scaler(read_answers(prompts, answers)) * self._weights).sum(axis=1)
        doubt: Floats = 1.0 / (1.0 + np.exp(-(self._slope * raw + self._intercept)))
        return doubt

    def trained_on(self, prompts: Sequence[str]) -> npt.NDArray[np.bool_]:
        import numpy as np

        return np.isin(digests(prompts), self._seen)


def train_verifier(outcomes: Sequence[Outcome], *, trained_at: str) -> Weights | None:
    """Learns from the rows that bring the light answer; None where they are too few to say anything."""
    import numpy as np

    rows = [outcome for outcome in outcomes if outcome.light_answer is not None]
    if len(rows) < FEWEST_ROWS:
        return None
    columns, wrong = _columns(rows)
    scaler, weights = _fit(columns, wrong)
    slope, intercept = calibrate(_held_back(columns, wrong), wrong > 0)
    arrays: dict[str, Any] = {
        "mean": scaler.mean,
        "scale": scaler.scale,
        "weights": weights,
        "trained_on": np.unique(digests([row.prompt for row in rows])),
    }
    card = {
        "name": "verifier",
        "trained_at": trained_at,
        "rows": len(rows),
        "calibration": [slope, intercept],
        "reads": READS,
        "says": "chance that the light answer is wrong, read from the answer",
        "not_for": "answers without numbers, beyond refusals; models that wrote none of the rows, until checked",
    }
    return Weights(KIND, arrays, card)


def held_back_doubts(rows: Sequence[Outcome]) -> Floats:
    """The doubt about every answer by a verifier that has not seen it, on the scale of one that is trained on all."""
    import numpy as np

    columns, wrong = _columns(rows)
    raw = _held_back(columns, wrong)
    slope, intercept = calibrate(raw, wrong > 0)
    doubt: Floats = 1.0 / (1.0 + np.exp(-(slope * raw + intercept)))
    return doubt


def _held_back(columns: Floats, wrong: Floats, folds: int = 10) -> Floats:
    import numpy as np

    fold = np.random.default_rng(folds).permutation(len(wrong)) % folds
    raw = np.zeros(len(wrong))  # as they stay where there is no other row to learn from
    for number in range(min(folds, len(wrong)) if len(wrong) > 1 else 0):
        scaler, weights = _fit(columns[fold != number], wrong[fold != number])
        raw[fold == number] = scaler(columns[fold == number]) @ weights
    return raw


def load_verifier(path: Path | None = None) -> Verifier:
    """The verifier in use: the file given, else the shipped one, else the rules that hold for any model."""
    if path is not None:
        return Verifier(load(path, KIND))
    shipped = weights_folder() / FILE
    return Verifier(load(shipped, KIND)) if shipped.exists() else prior_verifier()


def prior_verifier() -> Verifier:
    import numpy as np

    arrays: dict[str, Any] = {
        "mean": np.zeros(len(NAMES)),
        "scale": np.ones(len(NAMES)),
        "weights": np.array([_PRIOR.get(name, 0.0) for name in NAMES]),
        "trained_on": np.zeros(0, dtype=np.uint64),
    }
    return Verifier(
        Weights(KIND, arrays, {"name": "prior", "rows": 0, "calibration": [1.0, _PRIOR_BASE], "reads": READS})
    )


def _columns(rows: Sequence[Outcome]) -> tuple[Floats, Floats]:
    import numpy as np

    columns = read_answers([row.prompt for row in rows], [row.light_answer or "" for row in rows])
    return columns, np.array([not row.light_correct for row in rows], dtype=np.float64)


def _fit(columns: Floats, wrong: Floats) -> tuple[Scaler, Floats]:
    scaler = Scaler.of(columns)
    return scaler, solve(scaler(columns), wrong - wrong.mean(), _SHRINKAGE)
