"""Least squares shrunk towards no effect: dense columns solved exactly, hashed ones by conjugate gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Positions = npt.NDArray[np.int64]

_OUTLIER = 4.0  # deviations; a prompt of a million characters must not be a million times as hard
_ALWAYS_THE_SAME = 1e-6
_ITERATIONS = 60


@dataclass(frozen=True)
class Scaler:
    """Columns brought to mean 0 and deviation 1, outliers cut; a column that never changed counts for nothing."""

    mean: Floats
    scale: Floats

    @classmethod
    def of(cls, columns: Floats) -> Scaler:
        import numpy as np

        deviation = columns.std(axis=0)
        varied = deviation > _ALWAYS_THE_SAME
        scale = np.where(varied, 1.0 / np.where(varied, deviation, 1.0), 0.0)
        return cls(columns.mean(axis=0), np.asarray(scale, dtype=np.float64))

    def __call__(self, columns: Floats) -> Floats:
        import numpy as np

        scaled: Floats = np.clip((columns - self.mean) * self.scale, -_OUTLIER * 3, _OUTLIER * 3)
        return scaled


def solve(columns: Floats, target: Floats, shrinkage: float) -> Floats:
    """One weight per column; `target` is expected to be centred."""
    import numpy as np

    normal = columns.T @ columns
    normal[np.diag_indices_from(normal)] += shrinkage
    return np.linalg.solve(normal, columns.T @ target).astype(np.float64)


def solve_hashed(owner: Positions, bucket: Positions, buckets: int, target: Floats, shrinkage: float) -> Floats:
    """One weight per bucket, for rows whose buckets each count 1 / sqrt(how many the row has)."""
    import numpy as np

    rows = len(target)
    value = 1.0 / np.sqrt(np.maximum(np.bincount(owner, minlength=rows), 1))[owner]

    def forward(weights: Floats) -> Floats:
        return np.bincount(owner, weights[bucket] * value, minlength=rows).astype(np.float64)

    def back(residual: Floats) -> Floats:
        return np.bincount(bucket, residual[owner] * value, minlength=buckets).astype(np.float64)

    weights = np.zeros(buckets)
    residual = back(target)
    direction, size = residual.copy(), float(residual @ residual)
    for _ in range(_ITERATIONS):
        if size <= 1e-12:
            break
        applied = back(forward(direction)) + shrinkage * direction
        step = size / float(direction @ applied)
        weights += step * direction
        residual -= step * applied
        size, before = float(residual @ residual), size
        direction = residual + (size / before) * direction
    return weights
