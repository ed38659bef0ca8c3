"""What every call of the sampled rows has cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nightshift.batch.outcomes.rows import CollectedOutcome
    from nightshift.tiering.cases import Cases


def with_real_costs(found: Cases, rows: Sequence[CollectedOutcome]) -> Cases:
    """The cases with paid costs in place of estimated ones, where every row says what was paid: those know of system
    prompts, examples and cached tokens. Premium in real time is dearer by as much as its list price is."""
    import numpy as np

    light, premium = [row.light_usd for row in rows], [row.premium_usd for row in rows]
    opinions = [[row.opinions[k].usd for row in rows] for k in range(len(found.opinion_costs))]
    if any(None in costs for costs in (light, premium, *opinions)) or not found.premium_cost.sum():
        return found
    paid = np.array(premium, dtype=np.float64)
    return replace(
        found,
        light_cost=np.array(light, dtype=np.float64),
        premium_cost=paid,
        baseline_cost=found.baseline_cost * paid.sum() / found.premium_cost.sum(),
        opinion_costs=tuple(np.array(costs, dtype=np.float64) for costs in opinions),
    )
