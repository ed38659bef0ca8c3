"""Quality against the share of premium calls: the curve of a score, APGR and CPT.

As RouteLLM's evals/evaluate.py computes them (its authors' published figures are comparable): eleven points, the
thresholds at the deciles of the score; APGR is the area under the curve between light-only (0) and premium-only (1);
CPT(p) the share of premium calls at which p of the gain from light to premium is reached, read off by linear
interpolation. Three things differ: rows of equal score are taken in a fixed random order, where the original fails;
`cpt` may be read at the first crossing, where the original assumes a curve that never falls; and chance is what random
routing gives on average, where the original averages ten shuffles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

DECILES = 10
_TIES = 20261122


@dataclass(frozen=True)
class Curve:
    """`quality[i]` is reached where `share[i]` of the rows, those with the highest scores, go to premium."""

    share: Floats
    quality: Floats

    @property
    def light(self) -> float:
        return float(self.quality[0])

    @property
    def premium(self) -> float:
        return float(self.quality[-1])

    def apgr(self) -> float:
        """0 is light-only, 1 premium-only, 0.5 chance; NaN where premium is no better than light."""
        import numpy as np

        gain = self.premium - self.light
        return float((np.trapezoid(self.quality, self.share) - self.light) / gain) if gain > 0 else float("nan")

    def cpt(self, part: float) -> float:
        """RouteLLM's: interpolated as if the curve never fell. NaN where premium is no better than light."""
        import numpy as np

        if self.premium <= self.light:
            return float("nan")
        wanted = self.light + part * (self.premium - self.light)
        return float(np.interp(wanted, self.quality, self.share))

    def cpt_first(self, part: float) -> float:
        """The first crossing; the monotone variant. NaN where premium is no better than light."""
        import numpy as np

        if self.premium <= self.light:
            return float("nan")
        best = np.maximum.accumulate(self.quality)
        wanted = self.light + part * (self.premium - self.light)
        place = int(np.searchsorted(best, wanted))
        if place == 0 or place >= len(best):
            return float(self.share[min(place, len(best) - 1)])
        low, high = best[place - 1], best[place]
        part_of_step = (wanted - low) / (high - low) if high > low else 0.0
        return float(self.share[place - 1] + part_of_step * (self.share[place] - self.share[place - 1]))


def curve(score: Floats, light: Floats, premium: Floats, points: int | None = DECILES) -> Curve:
    """The curve of routing by `score`, highest first; `points` None keeps every row."""
    import numpy as np

    rows = len(score)
    order = np.lexsort((np.random.default_rng(_TIES).random(rows), -score))
    gained = np.concatenate([[0.0], np.cumsum((premium - light)[order])])
    kept = np.arange(rows + 1) if points is None else np.round(np.linspace(0, rows, points + 1)).astype(int)
    return Curve(kept / rows, (light.sum() + gained[kept]) / rows)


def chance(light: Floats, premium: Floats) -> Curve:
    """Routing at random, on average: what any score must beat."""
    import numpy as np

    return Curve(np.array([0.0, 1.0]), np.array([light.mean(), premium.mean()]))


def apgr(score: Floats, light: Floats, premium: Floats) -> float:
    return curve(score, light, premium).apgr()


def resampled_apgr(score: Floats, light: Floats, premium: Floats, rows: npt.NDArray[np.int64]) -> Floats:
    """The APGR of every line of `rows`, each a resample of the cases: one bootstrap without a loop over curves."""
    import numpy as np

    count = len(score)
    order = np.lexsort((np.random.default_rng(_TIES).random(count), -score))
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(count)
    drawn = order[np.sort(place[rows], axis=1)]
    gained = np.cumsum((premium - light)[drawn], axis=1)
    kept = np.round(np.linspace(0, count, DECILES + 1)).astype(int)
    at = np.concatenate([np.zeros((len(rows), 1)), gained[:, kept[1:] - 1]], axis=1)
    total = at[:, -1]
    with np.errstate(divide="ignore", invalid="ignore"):
        area = np.trapezoid(at, kept / count, axis=1) / total
    return np.where(total > 0, area, np.nan)
