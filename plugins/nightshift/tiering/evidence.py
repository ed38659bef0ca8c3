"""Whether a score is better than chance on held-back rows, and whether a new score beats the present one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nightshift.tiering.curves import apgr, resampled_apgr

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

CHANCE = 0.5
CONFIDENCE = 0.95  # one-sided
RESAMPLES = 400
FEWEST_ROWS = 50
_ROUNDING = 1e-9  # sums of the same numbers in another order differ by less
_SEED = 5
_CELLS = 1_000_000


@dataclass(frozen=True)
class Evidence:
    """What held-back rows say about a score. `low` is the lower confidence bound of APGR."""

    rows: int
    apgr: float
    low: float

    @property
    def better_than_chance(self) -> bool:
        return self.rows >= FEWEST_ROWS and self.low > CHANCE + _ROUNDING

    def statement(self) -> str:
        if self.rows < FEWEST_ROWS:
            return f"no evidence that the score helps: {self.rows} of {FEWEST_ROWS} graded cases held back"
        if math.isnan(self.apgr):
            return f"no evidence that the score helps: premium is no better than light on {self.rows:,} held-back cases"
        found = f"APGR {self.apgr:.3f}, lower {CONFIDENCE:.0%} bound {self.low:.3f} on {self.rows:,} held-back cases"
        return found if self.better_than_chance else f"no evidence that the score helps: {found} (chance is {CHANCE})"


@dataclass(frozen=True)
class Comparison:
    """Whether new weights may take the present ones' place, and the difference in APGR that decides."""

    replaces: bool
    difference: float
    low: float
    rows: int
    reason: str


def evidence(score: Floats, light: Floats, premium: Floats) -> Evidence:
    import numpy as np

    rows = len(score)
    if rows < FEWEST_ROWS or premium.mean() <= light.mean():
        return Evidence(rows, float("nan"), float("-inf"))
    drawn = np.concatenate([resampled_apgr(score, light, premium, some) for some in _resamples(rows)])
    low = np.nanquantile(drawn, 1 - CONFIDENCE)
    return Evidence(rows, apgr(score, light, premium), float(low))


def compare(present: Floats, new: Floats, light: Floats, premium: Floats) -> Comparison:
    """Paired: both scores are judged on the same resampled rows, none of which either was trained on."""
    import numpy as np

    rows = len(light)
    if rows < FEWEST_ROWS:
        why = f"not replaced: {rows} of {FEWEST_ROWS} held-back cases"
        return Comparison(False, float("nan"), float("-inf"), rows, why)
    if premium.mean() <= light.mean():
        why = f"not replaced: premium is no better than light on {rows:,} held-back cases"
        return Comparison(False, float("nan"), float("-inf"), rows, why)
    drawn = np.concatenate(
        [
            resampled_apgr(new, light, premium, some) - resampled_apgr(present, light, premium, some)
            for some in _resamples(rows)
        ]
    )
    difference = apgr(new, light, premium) - apgr(present, light, premium)
    low = float(np.nanquantile(drawn, 1 - CONFIDENCE))
    replaces = low > _ROUNDING
    found = f"APGR {difference:+.3f}, lower {CONFIDENCE:.0%} bound {low:+.3f} on {rows:,} held-back cases"
    return Comparison(replaces, difference, low, rows, f"{'replaced' if replaces else 'not replaced'}: {found}")


def _resamples(rows: int) -> Iterator[npt.NDArray[np.int64]]:
    """Some resamples at a time, so that memory stays bounded however many rows there are."""
    import numpy as np

    generator = np.random.default_rng(_SEED)
    together = max(1, _CELLS // rows)
    for start in range(0, RESAMPLES, together):
        yield generator.integers(0, rows, (min(together, RESAMPLES - start), rows))
