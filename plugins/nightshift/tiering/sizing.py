"""Every strategy as a point on the curve of cost against quality."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nightshift.tiering.strategies import Choice, Strategy, run

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


def points(cases: Cases, *, limits: bool = True) -> list[Point]:
    """Every strategy that the cases allow. `limits` adds random and oracle, which nobody can choose."""
    scored = [Strategy.DIRECT, *([Strategy.VERIFY] if cases.doubt is not None else [])]
    scored += [Strategy.RANDOM, Strategy.ORACLE] if limits else []
    found = [Choice(Strategy.LIGHT_ONLY, share=0.0), Choice(Strategy.PREMIUM_ONLY)]
    found += [Choice(strategy, share=step / POINTS) for strategy in scored for step in range(1, POINTS)]
    found += [Choice(Strategy.AGREEMENT, opinions=count) for count in range(1, len(cases.settled) + 1)]
    return [point(choice, cases) for choice in found]


def point(choice: Choice, cases: Cases) -> Point:
    result = run(choice, cases)
    baseline = float(cases.baseline_cost.sum())
    return Point(
        choice=replace(choice, threshold=None),
        quality=result.quality,
        premium_share=result.premium_share,
        cost=1000 * result.total / max(len(cases), 1),
        of_baseline=result.total / baseline if baseline else 0.0,
        waves=result.waves,
    )
