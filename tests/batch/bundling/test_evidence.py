"""Bundling counts as harmless only where graded rows bound its loss."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nightshift.batch.bundling.evidence import CONFIDENCE, MOST_LOSS, cases_needed, worst_loss


def test_without_a_difference_it_takes_some_hundred_rows() -> None:
    assert worst_loss(0, 0, cases_needed()) <= MOST_LOSS < worst_loss(0, 0, cases_needed() - 1)


def test_few_rows_and_more_losses_raise_the_bound() -> None:
    assert worst_loss(0, 0, 10) > 0.2
    assert worst_loss(9, 3, 1_000) > worst_loss(6, 3, 1_000) > worst_loss(6, 6, 1_000) > worst_loss(0, 12, 1_000)
    assert worst_loss(0, 20, 1_000) < 0
    assert worst_loss(50, 0, 50) == pytest.approx(1.0)


@pytest.mark.parametrize(("lost", "won", "cases"), [(9, 3, 40), (26, 26, 1_319), (1, 0, 300), (0, 7, 500)])
def test_the_bound_is_where_the_likelihood_s_score_reaches_the_quantile(lost: int, won: int, cases: int) -> None:
    bound = worst_loss(lost, won, cases)
    # The nuisance parameter by brute force: the share of wins that makes the counts most likely at this loss.
    wins = np.linspace(max(0.0, -bound) + 1e-9, (1 - bound) / 2 - 1e-9, 2_000_001)
    same = cases - lost - won
    likelihood = lost * np.log(wins + bound) + won * np.log(wins) + same * np.log(1 - 2 * wins - bound)
    nearest = float(wins[np.argmax(likelihood)])
    error = math.sqrt(cases * (2 * nearest + bound - bound * bound))
    assert (lost - won - cases * bound) / error == pytest.approx(-1.6449, abs=2e-3)


def test_the_bound_is_missed_no_more_often_than_its_confidence_allows() -> None:
    generator, loss, wins, cases = np.random.default_rng(5), 0.012, 0.01, 800
    drawn = generator.multinomial(cases, [wins + loss, wins, 1 - 2 * wins - loss], 4_000)
    missed = np.mean([worst_loss(int(lost), int(won), cases) < loss for lost, won, _ in drawn])
    assert missed <= 1 - CONFIDENCE + 3 * math.sqrt(0.05 * 0.95 / 4_000)
