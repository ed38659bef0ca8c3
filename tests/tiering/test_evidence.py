"""A score needs evidence to be used, and a new score needs to be better to take the present one's place."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from nightshift.tiering.cases import Cases
from nightshift.tiering.evidence import FEWEST_ROWS, compare, evidence

MakeCases = Callable[..., Cases]


def test_a_good_score_is_better_than_chance(make_cases: MakeCases) -> None:
    cases = make_cases(800)
    assert evidence(cases.score, cases.light, cases.premium).better_than_chance


def test_noise_and_few_rows_are_no_evidence(make_cases: MakeCases) -> None:
    noise, few = make_cases(800, signal=0.0), make_cases(FEWEST_ROWS - 1)
    assert not evidence(noise.score, noise.light, noise.premium).better_than_chance
    assert f"{FEWEST_ROWS - 1} of {FEWEST_ROWS}" in evidence(few.score, few.light, few.premium).statement()


def test_the_better_score_replaces(make_cases: MakeCases) -> None:
    cases, noise = make_cases(800), np.random.default_rng(0).random(800)
    assert compare(noise, cases.score, cases.light, cases.premium).replaces
    assert not compare(cases.score, noise, cases.light, cases.premium).replaces


def test_the_same_score_does_not_replace(make_cases: MakeCases) -> None:
    cases = make_cases(800)
    found = compare(cases.score, cases.score, cases.light, cases.premium)
    assert not found.replaces
    assert found.difference == 0


def test_chance_seldom_replaces(make_cases: MakeCases) -> None:
    """Scores that know nothing replace one another about as often as the confidence says."""
    generator = np.random.default_rng(4)
    replaced = 0
    for seed in range(60):
        cases = make_cases(200, seed=seed)
        replaced += compare(generator.random(200), generator.random(200), cases.light, cases.premium).replaces
    assert replaced <= 8  # 3 expected


def test_a_score_at_chance_is_no_evidence_whatever_is_left_of_rounding() -> None:
    """Premium gains on every row alike: no order of them is better than another."""
    found = evidence(np.arange(200.0), np.zeros(200), np.ones(200))
    assert found.apgr == pytest.approx(0.5)
    assert not found.better_than_chance


@pytest.mark.filterwarnings("error")
def test_where_premium_is_never_better_nothing_replaces() -> None:
    found = compare(np.arange(60.0), -np.arange(60.0), np.ones(60), np.ones(60))
    assert not found.replaces
    assert found.reason == "not replaced: premium is no better than light on 60 held-back cases"
