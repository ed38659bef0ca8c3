"""What the strategy that a job has now gives on sampled rows, whatever it was asked at: row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nightshift.tiering.strategies import Choice, Result, Strategy, run

if TYPE_CHECKING:
    from nightshift.batch.outcomes.rows import CollectedOutcome
    from nightshift.batch.tiering.cascade import Cascade
    from nightshift.tiering.cases import Cases

_KNOWN = {
    "light_only": Strategy.LIGHT_ONLY,
    "premium_only": Strategy.PREMIUM_ONLY,
    "direct": Strategy.DIRECT,
    "verify": Strategy.VERIFY,
    "agreement": Strategy.AGREEMENT,
}


@dataclass(frozen=True)
class Here:
    """Where a job stands. Cost is dollars per 1,000 rows; `of_baseline` its share of premium in real time."""

    quality: float
    premium_share: float
    cost: float
    of_baseline: float
    waves: int


def strategy_now(cascade: Cascade, rows: Sequence[CollectedOutcome], cases: Cases) -> Result | None:
    """None where the rows cannot say: agreement by a comparator that asks a model, or without opinions in the rows."""
    if cascade.strategy == "ladder":
        return _ladder(rows, cases)
    known = len(cases.settled)
    if cascade.strategy == "agreement" and not known:
        return None
    opinions = min(cascade.opinions or known, known) if cascade.strategy == "agreement" else 0
    return run(Choice(_KNOWN[cascade.strategy], opinions=opinions, threshold=cascade.threshold), cases)


def here(now: Result, cases: Cases) -> Here:
    baseline = float(cases.baseline_cost.sum())
    return Here(
        quality=now.quality,
        premium_share=now.premium_share,
        cost=1000 * now.total / len(cases),
        of_baseline=now.total / baseline if baseline else 0.0,
        waves=now.waves,
    )


def _ladder(rows: Sequence[CollectedOutcome], cases: Cases) -> Result:
    """A row climbs where its answer fails its checks."""
    import numpy as np

    climbing = np.array([not row.light_accepted for row in rows])
    right, cost = np.where(climbing, 0.0, cases.light), cases.light_cost.copy()
    for k, opinion_cost in enumerate(cases.opinion_costs):
        passed = climbing & np.array([row.opinions[k].accepted for row in rows])
        correct = np.array([row.opinions[k].correct for row in rows], dtype=np.float64)
        cost = cost + climbing * opinion_cost
        right = np.where(passed, correct, right)
        climbing = climbing & ~passed
    waves = len(cases.opinion_costs) + 2
    return Result(np.where(climbing, cases.premium, right), climbing, cost + climbing * cases.premium_cost, waves)
