"""Every strategy by hand on four rows: who answers, what it costs with all its waves."""

from __future__ import annotations

import numpy as np
import pytest

from nightshift.tiering.cases import Cases
from nightshift.tiering.strategies import Choice, Strategy, run, thresholds

FOUR = Cases(
    light=np.array([1.0, 0, 0, 1]),
    premium=np.array([1.0, 1, 0, 0]),
    light_cost=np.full(4, 1.0),
    premium_cost=np.full(4, 10.0),
    baseline_cost=np.full(4, 20.0),
    score=np.array([0.1, 0.9, 0.8, 0.2]),
    doubt=np.array([0.1, 0.9, 0.2, 0.3]),
    settled=(np.array([True, False, True, False]), np.array([True, True, True, False])),
    settled_right=(np.array([1.0, 0, 0, 0]), np.array([1.0, 1, 0, 0])),
    opinion_costs=(np.full(4, 2.0), np.full(4, 3.0)),
)


@pytest.mark.parametrize(
    ("choice", "quality", "premium", "cost", "waves"),
    [
        (Choice(Strategy.LIGHT_ONLY), 0.5, 0.0, 4, 1),
        (Choice(Strategy.PREMIUM_ONLY), 0.5, 1.0, 40, 1),
        (Choice(Strategy.DIRECT, share=0.5), 0.75, 0.5, 22, 1),  # premium instead of light
        (Choice(Strategy.VERIFY, share=0.25), 0.75, 0.25, 14, 2),  # premium on top of light
        (Choice(Strategy.VERIFY, threshold=0.3), 0.5, 0.5, 24, 2),
        (Choice(Strategy.ORACLE, share=0.25), 0.75, 0.25, 13, 1),
        (Choice(Strategy.AGREEMENT, opinions=1), 0.5, 0.5, 32, 2),  # both cheap ones ride in one wave
        (Choice(Strategy.AGREEMENT, opinions=2), 0.5, 0.25, 28, 3),  # the third only where two disagree
        (Choice(Strategy.AGREEMENT, share=0.25, opinions=1), 0.75, 0.25, 16, 3),  # a second only where doubted
    ],
    ids=lambda value: f"{value.name} {value.share}" if isinstance(value, Choice) else "",
)
def test_four_rows(choice: Choice, quality: float, premium: float, cost: float, waves: int) -> None:
    found = run(choice, FOUR)
    assert (found.quality, found.premium_share, found.total, found.waves) == (quality, premium, cost, waves)


def test_random_routing_is_what_is_expected_of_it() -> None:
    cases = FOUR.take(np.array([0, 1]))  # light is right on one, premium on both
    found = run(Choice(Strategy.RANDOM, share=0.1), cases)
    assert (found.quality, found.premium_share, found.total) == pytest.approx((0.55, 0.1, 3.8))


def test_a_threshold_can_be_copied_as_it_is_shown() -> None:
    """Six decimals, as scores are written, and never above the row that it is to let through."""
    cases = FOUR.take(np.array([0, 1, 2]))
    cases.score[:] = 0.1234567, 0.98765432, 0.5
    found = thresholds(Strategy.DIRECT, cases, np.array([1, 2, 3]) / 3)
    assert found.tolist() == [0.987654, 0.5, 0.123456]
