"""APGR and CPT by hand, and on the recorded outcomes the figures that others found with RouteLLM's own code."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from nightshift.tiering.curves import Curve, apgr, chance, curve, resampled_apgr
from nightshift.tiering.outcomes import Outcome


def test_a_perfect_score_gains_everything_first() -> None:
    light, premium = np.array([0.0, 0, 1, 1]), np.array([1.0, 1, 1, 1])
    found = curve(premium - light, light, premium, points=None)
    assert found.quality.tolist() == [0.5, 0.75, 1.0, 1.0, 1.0]
    assert found.apgr() == pytest.approx(0.75)  # 1/4 of (0.25 + 0.75 + 1 + 1)
    assert found.cpt(0.5) == pytest.approx(0.25)


def test_chance_is_one_half() -> None:
    generator = np.random.default_rng(3)
    light, premium = generator.random(20_000) < 0.6, generator.random(20_000) < 0.8
    assert apgr(np.zeros(20_000), light.astype(float), premium.astype(float)) == pytest.approx(0.5, abs=0.03)


def test_ties_do_not_follow_the_rows_order() -> None:
    light, premium = np.r_[np.zeros(500), np.ones(500)], np.ones(1000)
    assert apgr(np.zeros(1000), light, premium) == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize(("light", "premium"), [(1.0, 1.0), (0.0, 0.0), (1.0, 0.0)])
def test_no_gain_has_no_apgr_and_no_cpt(light: float, premium: float) -> None:
    found = curve(np.arange(4.0), np.full(4, light), np.full(4, premium))
    assert np.isnan([found.apgr(), found.cpt(0.5), found.cpt_first(0.8)]).all()


def test_chance_is_an_average_and_not_one_shuffle() -> None:
    found = chance(np.array([0.0, 0, 1, 0]), np.array([1.0, 1, 1, 0]))
    figures = (found.apgr(), found.cpt(0.5), found.cpt(0.8), found.cpt_first(0.8))
    assert figures == pytest.approx((0.5, 0.5, 0.8, 0.8))


def test_the_first_crossing_counts_where_a_curve_falls_again() -> None:
    falling = Curve(np.array([0, 0.25, 0.5, 0.75, 1]), np.array([0.5, 0.9, 0.6, 0.7, 1.0]))
    assert falling.cpt_first(0.5) == pytest.approx(0.15625)
    assert falling.cpt_first(1.0) == pytest.approx(1.0)


def test_recorded_outcomes_have_the_oracle_of_the_research(recorded: Callable[[str], list[Outcome]]) -> None:
    rows = recorded("gsm8k_dev.jsonl")
    light = np.array([row.light_correct for row in rows], dtype=float)
    premium = np.array([row.premium_correct for row in rows], dtype=float)
    assert apgr(premium - light, light, premium) == pytest.approx(1.02, abs=0.01)


def test_resampling_finds_what_curves_of_the_resampled_rows_find() -> None:
    generator = np.random.default_rng(2)
    score, light, premium = generator.random(200), generator.random(200) < 0.6, generator.random(200) < 0.8
    rows = generator.integers(0, 200, (5, 200))
    one_by_one = [apgr(score[some], light[some].astype(float), premium[some].astype(float)) for some in rows]
    together = resampled_apgr(score, light.astype(float), premium.astype(float), rows)
    assert together == pytest.approx(one_by_one)
