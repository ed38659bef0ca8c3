"""Every strategy as a point on the curve of cost against quality."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING

from nightshift.tiering.strategies import Choice, Strategy, run, thresholds

if TYPE_CHECKING:
    from nightshift.tiering.cases import Cases

POINTS = 10


@dataclass(frozen=True)
class Point:
    """One choice on the curve. Cost is dollars per 1,000 rows; `of_baseline` its share of premium in real time."""

    choice: Choice
    quality: float
    premium_share: float
    cost: float
    of_baseline: float
    waves: int


def points(cases: Cases, *, limits: bool = True, in_use: Cases | None = None) -> list[Point]:
    """Every strategy that the cases allow. `limits` adds random and oracle, which nobody can choose.

    `in_use` has the scores of the weights in use, where those of `cases` are of other weights: thresholds are theirs.
    """
    found = [Choice(Strategy.LIGHT_ONLY, share=0.0), Choice(Strategy.PREMIUM_ONLY)]
    found += _graded(Choice(Strategy.DIRECT), cases)
    if cases.doubt is not None:
        found += _graded(Choice(Strategy.VERIFY), cases)
    for strategy in (Strategy.RANDOM, Strategy.ORACLE) if limits else ():
        found += [Choice(strategy, share=step / POINTS) for step in range(1, POINTS)]
    for count in range(1, len(cases.settled) + 1):
        everywhere = Choice(Strategy.AGREEMENT, opinions=count)
        found += [*(_graded(everywhere, cases) if cases.doubt is not None else []), everywhere]
    tried = [point(choice, cases) for choice in found]
    return tried if in_use is None else [_carried_over(one, in_use) for one in tried]


def point(choice: Choice, cases: Cases) -> Point:
    result = run(choice, cases)
    baseline = float(cases.baseline_cost.sum())
    return Point(
        choice=choice,
        quality=result.quality,
        premium_share=result.premium_share,
        cost=1000 * result.total / max(len(cases), 1),
        of_baseline=result.total / baseline if baseline else 0.0,
        waves=result.waves,
    )


def _graded(choice: Choice, cases: Cases) -> list[Choice]:
    """The thresholds at the deciles of the score. Rows of equal score go together, so that there may be fewer."""
    import numpy as np

    shares = np.arange(1, POINTS) / POINTS
    found = dict(zip(thresholds(choice.strategy, cases, shares).tolist(), shares.tolist(), strict=True))
    return [replace(choice, share=share, threshold=cut) for cut, share in found.items() if isfinite(cut)]


def _carried_over(one: Point, in_use: Cases) -> Point:
    import numpy as np

    if one.choice.threshold is None:
        return one
    (cut,) = thresholds(one.choice.strategy, in_use, np.array([one.choice.share]))
    return replace(one, choice=replace(one.choice, threshold=float(cut)))
