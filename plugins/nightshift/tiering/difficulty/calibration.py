"""Scores to probabilities: a logistic curve through held-back rows, so 0.2 means one row in five."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_STEPS = 40
_STEEPEST = 50.0


def calibrate(score: npt.NDArray[np.float64], happened: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and intercept of the log-odds, by Newton's method with a little shrinkage. The slope is never negative."""
    import numpy as np

    centre = score.mean()
    columns = np.stack([score - centre, np.ones(len(score))], axis=1)
    penalty = np.diag([1e-3, 1e-3])
    weights = np.zeros(2)
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(columns @ weights, -30, 30)))
        slope = columns.T @ (happened - chance) - penalty @ weights
        bend = (columns * (chance * (1 - chance))[:, None]).T @ columns + penalty
        step = np.linalg.solve(bend, slope)
        weights += step
        if np.abs(step).max() < 1e-9:
            break
    steepness = float(np.clip(weights[0], 0.1, _STEEPEST))
    return steepness, float(weights[1] - steepness * centre)
