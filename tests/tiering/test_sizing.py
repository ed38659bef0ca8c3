"""The right-sizing numbers, and a trial sample that nobody can choose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nightshift.tiering.cases import Cases
from nightshift.tiering.sizing import right_size, trial_rows
from nightshift.tiering.strategies import Choice, Strategy


def test_moving_from_premium_only_keeps_quality_and_saves(make_cases: Callable[..., Cases]) -> None:
    found = right_size(make_cases(1_000), Choice(Strategy.PREMIUM_ONLY))
    assert found.better.quality >= found.present.quality
    assert found.saves > 0


def test_the_best_point_stays(make_cases: Callable[..., Cases]) -> None:
    cases = make_cases(1_000)
    better = right_size(cases, Choice(Strategy.PREMIUM_ONLY)).better
    assert right_size(cases, better.choice).saves == 0


def test_one_row_in_a_hundred_is_tried_and_always_the_same() -> None:
    digests = [f"row {number}" for number in range(20_000)]
    chosen = trial_rows(digests, seed="spring")
    assert len(chosen) == pytest.approx(200, abs=60)
    assert chosen == trial_rows(digests, seed="spring")
    assert chosen != trial_rows(digests, seed="summer")
